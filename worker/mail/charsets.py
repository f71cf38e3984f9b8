"""Bytes to text, whatever charset was declared: candidates are decoded and the most plausible one is kept.

UTF-8 that is valid is UTF-8 (nothing else decodes by accident); a declared charset is honoured where its result looks
like writing; only then the charsets that mail to a Vietnamese desk comes in are tried against each other. Everything
that leaves this module is NFC, without NUL, control characters or lone surrogates.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from worker.mail.charset_decoders import decode_cp1252, decode_strictly
from worker.mail.charset_names import codec_of
from worker.mail.clean_text import clean
from worker.mail.mojibake import repair
from worker.mail.plausibility import ENOUGH, Plausibility, judge, quality_of


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in NFC, the charset it was read by, and in English what was wrong ("" if nothing)."""

    text: str
    charset: str
    fault: str = ""


# ---- choosing -------------------------------------------------------------------------------------------------------

_PLAUSIBLE = 1.0  # a declared charset with this mean is believed, unless Vietnamese is far better
_MARGIN = 0.7  # by how much another charset must be better than a declared one
_JUDGED_BYTES = 6000
_CHANCE = 8  # so many continuation bytes are never valid UTF-8 by chance

_ASCII_CARRIED = frozenset(
    {"utf_7", "hz", "iso2022_jp", "iso2022_kr", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"}
)
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "cp949", "cp932", "euc_jp", "johab"})
_VIETNAMESE = ("cp1258", "tcvn3", "viscii", "vni")
_UNDECLARED = (
    *("cp1252", "cp1258", "tcvn3", "viscii", "vni", "cp1250", "iso8859_2", "cp1251", "koi8_u", "cp932", "gb18030"),
    *("euc_jp", "big5hkscs", "cp949", "cp874", "cp1253", "cp1255", "cp1256", "cp1254"),
)
_WIDE = frozenset({"utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"})
_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_ESCAPES = re.compile(rb"\x1b[$(]")


def decode(raw: bytes, declared: str = "", hint: str = "", sibling: str = "") -> Decoded:
    """Read bytes as text.

    `declared` is the charset of the header or encoded word, `hint` a second opinion (the meta tag of HTML); both may
    be empty, unknown or wrong. `sibling` is what another text of the same mail turned out to be in
    (`Decoded.charset`): a name of three words is too short to tell VNI from French, the letter below it is not.
    Never fails: what no charset explains becomes U+FFFD, once for a cut sequence.
    """
    codec = codec_of(declared)
    if raw.isascii() and codec not in _ASCII_CARRIED and not _ESCAPES.search(raw) and b"\0" not in raw:
        return Decoded(clean(raw.decode("ascii")), "us_ascii")
    found = _by_mark_or_escape(raw, codec) or _as_utf_8(raw, codec, sibling)
    if found:
        return found
    return _by_plausibility(raw, codec, codec_of(hint), declared, sibling)


def _by_mark_or_escape(raw: bytes, codec: str) -> Decoded | None:
    """Charsets that show themselves: byte order marks, escape sequences, NULs of two-byte text, declared UTF-7."""
    for mark, marked in _BOMS:
        if raw.startswith(mark) and (text := decode_strictly(raw, marked)) is not None:
            return Decoded(clean(text), marked)
    for candidate in _shown_charsets(raw, codec):
        text = decode_strictly(_even(raw, candidate), candidate)
        if text is not None and (candidate not in _WIDE or judge(text).mean >= _wide_threshold(raw)):
            return Decoded(clean(text), candidate, "" if candidate == codec else f"charset {candidate} not declared")
    return None


def _wide_threshold(raw: bytes) -> float:
    """Plain ASCII with a wrong label makes Chinese of a sort when it is read two bytes at a time."""
    return _PLAUSIBLE if raw.isascii() and b"\0" not in raw else 0.0


def _even(raw: bytes, codec: str) -> bytes:
    """Two-byte text without the odd byte that a cut or a transport's line end left behind."""
    return raw[: len(raw) // 2 * 2] if codec.startswith("utf_16") else raw


def _shown_charsets(raw: bytes, codec: str) -> list[str]:
    has_nul = b"\0" in raw
    shown = []
    if codec in _WIDE:
        shown += [codec, "utf_16"] if codec.startswith("utf_16") else [codec]
    elif codec in _ASCII_CARRIED and codec not in _WIDE:
        shown.append(codec)
    if _ESCAPES.search(raw):
        shown += ["iso2022_jp", "iso2022_kr"]
    if has_nul and raw.count(0) * 5 > len(raw) * 2:
        shown.append("utf_16_le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf_16_be")
    return shown


def _as_utf_8(raw: bytes, codec: str, sibling: str) -> Decoded | None:
    """Valid UTF-8 with anything in it but ASCII is UTF-8. Short texts in declared Asian charsets can look like it."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if codec in _MULTIBYTE and len(raw) - len(text) < _CHANCE:
        other = decode_strictly(raw, codec)
        if other is not None and quality_of(other).mean + _MARGIN >= quality_of(text).mean:
            return Decoded(clean(other), codec)
    fault = "" if codec in ("utf_8", "") else "UTF-8 declared as another charset"
    return _finished(text, "utf_8", fault, sibling)


def _by_plausibility(raw: bytes, codec: str, hinted: str, declared: str, sibling: str) -> Decoded:
    sample = _sample(raw)
    best = _Candidate(codec, sample)
    if sibling in _VIETNAMESE and _Candidate(sibling, sample).quality.mean >= max(ENOUGH, best.quality.mean):
        return _read_whole(raw, sibling, declared)
    if best.quality.mean >= ENOUGH:
        return _read_whole(raw, best.codec, declared)
    rivals = [_lossy_utf_8(sample, codec)]
    if best.quality.mean < _PLAUSIBLE or codec == "cp1258":
        rivals += [_Candidate(name, sample) for name in (hinted, *_UNDECLARED) if name]
    else:
        rivals += [_Candidate(name, sample) for name in (hinted, *_VIETNAMESE) if name]
    for rival in rivals:
        if rival.quality.mean > best.quality.mean + _margin(codec, best, rival):
            best = rival
    return _read_whole(raw, best.codec or "cp1252", declared)


class _Candidate:
    """One charset tried on the sample: `quality` is -9 where the bytes are not of it."""

    __slots__ = ("codec", "quality")

    def __init__(self, codec: str, sample: bytes, quality: Plausibility | None = None) -> None:
        self.codec = codec
        text = decode_strictly(sample, codec) if codec and quality is None else None
        self.quality = quality or (quality_of(text) if text is not None else Plausibility(-9.0, 0, 0))


def _margin(declared: str, best: _Candidate, rival: _Candidate) -> float:
    if best.codec != declared or best.quality.mean < 0:
        return 0.0
    if declared == "cp1258" and rival.codec == "cp1252":
        return 0.2  # Western mail of a Vietnamese Windows: the two differ in six letters
    return _MARGIN


def _lossy_utf_8(sample: bytes, codec: str) -> _Candidate:
    """UTF-8 with cut or foreign bytes in it: good where whole sequences outnumber the broken ones."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(_HIGH_BYTE.findall(text.replace("\ufffd", "").encode())) / 2.4
    if whole <= broken * (1 if codec == "utf_8" else 2):
        return _Candidate("utf_8", sample, Plausibility(-9.0, 0, 0))
    return _Candidate("utf_8", sample, Plausibility(ENOUGH + _MARGIN, 1, 1))


def _sample(raw: bytes) -> bytes:
    """Whole lines around the first byte beyond ASCII, so that no character is cut."""
    if len(raw) <= _JUDGED_BYTES:
        return raw
    first = _HIGH_BYTE.search(raw)
    start = raw.rfind(b"\n", 0, first.start() if first else 0) + 1
    end = raw.rfind(b"\n", start, start + _JUDGED_BYTES)
    return raw[start : end if end > start else start + _JUDGED_BYTES]


def _read_whole(raw: bytes, codec: str, declared: str) -> Decoded:
    fault = "" if codec == codec_of(declared) else f"charset {declared or 'not declared'}, read as {codec}"
    text = decode_strictly(raw, codec)
    if text is None:
        text = _utf_8_by_lines(raw) if codec == "utf_8" else raw.decode(_python_codec(codec), "replace")
        fault = fault or f"bytes that are no {codec}"
    return _finished(text, codec, fault)


def _python_codec(codec: str) -> str:
    return {"vni": "cp1252", "tcvn3": "latin-1", "viscii": "latin-1"}.get(codec, codec)


def _utf_8_by_lines(raw: bytes) -> str:
    """UTF-8 with damage. A line without a whole sequence that reads well as windows-1252 came from elsewhere."""
    return "\n".join(map(_utf_8_line, raw.replace(b"\r\n", b"\n").split(b"\n")))


def _utf_8_line(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    if "\ufffd" not in text or not text.replace("\ufffd", "").isascii():
        return text
    western = decode_cp1252(line)
    return western if judge(western).mean >= _PLAUSIBLE else text


def _finished(text: str, charset: str, fault: str, sibling: str = "") -> Decoded:
    """Clean text, after undoing what an earlier program did to it; `charset` then says so ("utf_8+vni")."""
    undone, way = repair(text, sibling.partition("+")[2])
    if way is None:
        return Decoded(clean(text), charset, fault)
    return Decoded(clean(undone), f"{charset}+{way.codec}", way.what)
