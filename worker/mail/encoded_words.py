"""Header values decoded: encoded words (RFC 2047) in all the forms that programs break them, raw 8-bit letters."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from worker.mail.charset_names import codec_of
from worker.mail.charsets import decode
from worker.mail.clean_text import clean, one_line

_MOST_WORDS = 2000

_WORD_START = re.compile(r"=\?([^?\s=]{0,60})\?([BbQq])\?")
_SPECIALS = re.compile(r'[,;:<>@()\[\]"\\]')
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_CUT_TAIL = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")


@dataclass(frozen=True, slots=True)
class _Word:
    """A stretch of a value: `charset` is None for what stood there plainly."""

    raw: bytes
    charset: str | None = None


def decode_value(raw: bytes, *, has_addresses: bool = False, sibling: str = "") -> str:
    """A header value as one line of NFC text, its encoded words decoded in all the forms that programs break them.

    `has_addresses`: a decoded name with commas, brackets or other specials in it is put in quotes, so that the value
    can still be taken apart. `sibling`: see `charsets.decode`. What is cut in the middle of a character at the very
    end loses that character.
    """
    if raw.isascii() and b"=?" not in raw and b"\x1b" not in raw and b"~{" not in raw:
        return one_line(clean(raw.decode("ascii")))
    text = _decode_words(raw, has_addresses, sibling)
    if _WORD_START.search(text):  # encoded twice, or cut and joined anew
        text = _decode_words(text.encode("utf-8", "replace"), has_addresses, sibling)
    return one_line(_WORD_START.sub("", text)).rstrip("\ufffd")


def _decode_words(raw: bytes, has_addresses: bool, sibling: str) -> str:
    pieces = []
    inside_quotes = False
    words = _joined(_split_words(raw.decode("latin-1")))
    for place, word in enumerate(words):
        is_last = place == len(words) - 1
        charset = word.charset
        whole = _without_cut_tail(word.raw, charset) if is_last else word.raw
        text = decode(whole, charset or "", sibling=sibling).text
        if charset is None:
            inside_quotes ^= text.count('"') % 2 == 1
        elif has_addresses:
            text = _escaped(text) if inside_quotes else _quoted(text)
        pieces.append(text)
    return "".join(pieces)


def _without_cut_tail(raw: bytes, charset: str | None) -> bytes:
    """UTF-8 that was cut at a length limit, without the beginning of the character that is missing."""
    cut = _CUT_TAIL.search(raw)
    if not cut:
        return raw
    rest = raw[: cut.start()]
    try:
        rest.decode("utf-8")
    except UnicodeDecodeError:
        return raw
    return rest if not rest.isascii() or codec_of(charset or "") == "utf_8" else raw


def _quoted(text: str) -> str:
    bare = text.strip()
    if not _SPECIALS.search(bare) or (bare.startswith('"') and bare.endswith('"') and len(bare) > 1):
        return text
    return f'"{_escaped(bare)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _split_words(value: str) -> list[_Word]:
    """Cut a value into encoded words and what stands between them; linear, whatever is missing."""
    words: list[_Word] = []
    place = 0
    while len(words) < _MOST_WORDS:
        start = _WORD_START.search(value, place)
        if not start:
            break
        end, after = _end_of_word(value, start.end())
        words.append(_Word(value[place : start.start()].encode("latin-1")))
        words.append(_Word(_payload(start[2], value[start.end() : end]), start[1].partition("*")[0]))
        place = after
    words.append(_Word(value[place:].encode("latin-1")))
    return [word for word in words if word.raw]


def _end_of_word(value: str, start: int) -> tuple[int, int]:
    """Where the payload ends and what follows begins; a word without its `?=` ends at the next word or at the end."""
    end = value.find("?=", start, start + 4000)
    limit = end if end >= 0 else min(len(value), start + 4000)
    another = _WORD_START.search(value, start, limit + 2)
    if another:
        return another.start(), another.start()
    if end >= 0:
        return end, end + 2
    return limit, limit


def _payload(encoding: str, text: str) -> bytes:
    raw = text.encode("latin-1")
    if encoding in "qQ":
        unbroken = raw.replace(b"_", b" ").removesuffix(b"=")  # a soft line break has no meaning here
        return _Q_ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), unbroken)
    return lenient_base64(raw)


def lenient_base64(raw: bytes) -> bytes:
    """Base64 with wrong length, missing padding or foreign characters in it: as much as there is."""
    letters = _NOT_BASE64.sub(b"", raw)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def _joined(words: list[_Word]) -> list[_Word]:
    """Drop the blanks between encoded words and join neighbours of one charset: a character may be cut between them."""
    joined: list[_Word] = []
    for place, word in enumerate(words):
        after_word = bool(joined) and joined[-1].charset is not None
        before_word = place + 1 < len(words) and words[place + 1].charset is not None
        if word.charset is None and after_word and before_word and not word.raw.strip():
            continue
        if word.charset is not None and after_word and _same(joined[-1].charset, word.charset):
            joined[-1] = _Word(joined[-1].raw + word.raw, word.charset)
            continue
        joined.append(word)
    return joined


def _same(first: str | None, second: str) -> bool:
    return (
        first is not None and first.lower() == second.lower() and not first.lower().startswith(("utf-16", "iso-2022"))
    )
