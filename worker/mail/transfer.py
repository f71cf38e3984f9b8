"""Content-Transfer-Encoding undone (RFC 2045 section 6), declared rightly, wrongly or not at all; uuencode as well."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from itertools import islice

from worker.mail.encoded_words import lenient_base64

_MOST_BLOCKS = 50
_SHORTEST_BLOCK = 4
_BEHIND_END = "something behind the end of base64"


@dataclass(frozen=True, slots=True)
class Undone:
    """Bytes without their transfer encoding, and in English what was wrong ("" if nothing)."""

    payload: bytes
    fault: str = ""


def undo_transfer(raw: bytes, declared: str, *, is_text: bool) -> Undone:
    """Decode a body. `declared` is the header's value as it stands; `is_text` allows a look at what the bytes show.

    A body that is declared base64 and is plainly not, stays as it is; a text without a usable declaration that shows
    quoted-printable is decoded. Never fails: what cannot be decoded is kept.
    """
    name = declared.strip(" \t\"';").lower()
    if "base64" in name or name in ("b64", "base-64"):
        return _undo_base64(raw, is_text=is_text)
    if "quoted" in name:
        return Undone(_undo_quoted(raw))
    if "uue" in name or "uuencode" in name:
        files, _ = split_uuencoded(raw.decode("latin-1"))
        return Undone(files[0].payload) if files else Undone(raw, "declared uuencode, is none")
    if is_text and name not in ("7bit", "8bit", "binary") and _shows_quoted(raw):
        return Undone(_undo_quoted(raw), "quoted-printable without declaration")
    return Undone(raw)


# ---- base64 ---------------------------------------------------------------------------------------------------------

_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_WORDS = re.compile(rb"[A-Za-z]+[ ,.][ A-Za-z]")
_ENCODED_LINE = re.compile(
    rb"\s*(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})\r?(?:\n|\Z)"
)
_PADDING = re.compile(rb"=[=\s]*")


def _undo_base64(raw: bytes, *, is_text: bool) -> Undone:
    beginning = raw[:1000]
    if is_text and not _ENCODED_LINE.match(beginning) and _is_plain(beginning):
        return Undone(raw, "declared base64, is none")
    first = _PADDING.search(raw)
    if not first or first.end() == len(raw):
        return Undone(_decode_block(raw))
    return _undo_blocks(raw)


def _is_plain(beginning: bytes) -> bool:
    """Whether this is writing and not its encoding: foreign characters, words with blanks between them."""
    foreign = len(_FOREIGN.findall(beginning))
    return foreign * 20 > len(beginning) or len(_WORDS.findall(beginning)) > len(beginning) / 20


def _decode_block(block: bytes) -> bytes:
    try:
        return binascii.a2b_base64(block)
    except binascii.Error:
        return lenient_base64(block)


def _undo_blocks(raw: bytes) -> Undone:
    """Several encoded blocks, each beginning on a line of its own, or words of a mailing list behind the end."""
    decoded: list[bytes] = []
    place = 0
    for padding in islice(_PADDING.finditer(raw), _MOST_BLOCKS):
        block = raw[place : padding.start()]
        if decoded and not _may_be_block(block):
            return Undone(b"".join(decoded), _BEHIND_END)
        decoded.append(_decode_block(block + b"=" * (-len(block.translate(None, b" \t\r\n")) % 4)))
        place = padding.end()
        if b"\n" not in padding[0]:
            break
    else:
        if _may_be_block(raw[place:]):
            return Undone(b"".join([*decoded, _decode_block(raw[place:])]))
    return Undone(b"".join(decoded), _BEHIND_END if raw[place:].strip() else "")


def _may_be_block(block: bytes) -> bool:
    bare = block.strip()
    return len(bare) >= _SHORTEST_BLOCK and b" " not in bare and not _FOREIGN.search(bare[:1000])


# ---- quoted-printable -----------------------------------------------------------------------------------------------

_BLANKS_AFTER_SOFT_BREAK = re.compile(rb"=[ \t]{1,20}(?=\r?\n)")
_FIRST_LINES = 300
_FEWEST_ESCAPES = 3
_ESCAPED = re.compile(rb"=[0-9A-F]{2}")
_ESCAPED_HIGH = re.compile(rb"=[89A-Fa-f][0-9A-Fa-f]")
_SOFT_BREAK = re.compile(rb"=\r?\n")


def _undo_quoted(raw: bytes) -> bytes:
    return binascii.a2b_qp(_BLANKS_AFTER_SOFT_BREAK.sub(b"=", raw))


def _shows_quoted(raw: bytes) -> bool:
    """Whether a text without declaration is quoted-printable from its first lines on.

    Further down it may be the returned mail of a bounce, whose addresses (`user=de.example@…`) must not be decoded.
    """
    beginning = raw[:20_000]
    first = _ESCAPED.search(beginning)
    if not first or first.start() > _FIRST_LINES or not raw.isascii():
        return False
    if _SOFT_BREAK.search(beginning) and len(_ESCAPED.findall(beginning)) >= _FEWEST_ESCAPES:
        return True
    high = len(_ESCAPED_HIGH.findall(beginning))
    return high >= _FEWEST_ESCAPES and high * 10 > beginning.count(b" ")


# ---- uuencode -------------------------------------------------------------------------------------------------------

_UU_BEGIN = re.compile(r"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\n]{1,200})\n")
_UU_END = re.compile(r"\n(?:end|====)[ \t]*(?=\n|\Z)")
_MOST_UU_FILES = 50


@dataclass(frozen=True, slots=True)
class UuFile:
    """A file that stood uuencoded in a text: its name as written, and its bytes."""

    name: str
    payload: bytes


def split_uuencoded(text: str) -> tuple[tuple[UuFile, ...], str]:
    """The uuencoded files in a text with LF line ends, and the text without them. Sentences that begin so stay text."""
    if "begin" not in text or not _UU_END.search(text):
        return (), text
    files: list[UuFile] = []
    kept: list[str] = []
    place = 0
    while len(files) < _MOST_UU_FILES and (begin := _UU_BEGIN.search(text, place)):
        end = _UU_END.search(text, begin.end() - 1)
        block = text[begin.end() : end.start()] if end else ""
        payload = _uu_payload(block, is_base64=begin[0].startswith("begin-"))
        if end is None or payload is None:
            break
        files.append(UuFile(begin[1].strip(), payload))
        kept.append(text[place : begin.start()])
        place = end.end()
    kept.append(text[place:])
    return tuple(files), "".join(kept)


def _uu_payload(block: str, *, is_base64: bool) -> bytes | None:
    """The bytes of the lines between begin and end, None where these are not encoded lines."""
    raw = block.encode("latin-1", "replace")
    if is_base64:
        return lenient_base64(raw)
    try:
        return b"".join(_uu_line(line) for line in raw.split(b"\n") if line.strip())
    except binascii.Error:
        return None


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line.rstrip(b"\r"))
    except binascii.Error:
        # as the uu codec of Python does: programs pad the last group in a way that a2b_uu refuses
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:length])
