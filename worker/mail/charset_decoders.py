"""Decoders by codec name: Python's, those it lacks, and those that mail needs wider than Python has them."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable

from worker.mail.plausibility import judge
from worker.mail.vietnamese import decode_tcvn3, decode_viscii, decode_vni

CP1252_HIGH = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def decode_cp1252(raw: bytes) -> str:
    # the five bytes without meaning become control characters, which plausibility punishes and `clean` removes
    return raw.decode("latin-1").translate(CP1252_HIGH)


def _decode_cp1258(raw: bytes) -> str:
    return unicodedata.normalize("NFC", raw.decode("cp1258"))


def _decode_utf_16(raw: bytes) -> str:
    """UTF-16 without a byte order mark: RFC 2781 says big-endian, Windows programs write little-endian."""
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16")
    even = raw[: len(raw) // 2 * 2]
    both = [text for order in ("utf-16-be", "utf-16-le") if (text := decode_strictly(even, order)) is not None]
    if not both:
        raise UnicodeDecodeError("utf-16", raw[:1], 0, 1, "neither byte order fits")
    return max(both, key=lambda text: (judge(text).mean + text.count(" ") / len(text or " "), text.isascii()))


_JIS_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([@BD]|\([BJIH])")
_JIS_DOUBLE = (b"$@", b"$B", b"$(@", b"$(B")


def _decode_iso2022_jp(raw: bytes) -> str:
    """ISO-2022-JP with Microsoft's additions (circled digits, half-width katakana), by way of Shift_JIS."""
    pieces = _JIS_ESCAPE.split(raw)
    decoded = [pieces[0].decode("ascii")]
    for charset, segment in zip(pieces[1::2], pieces[2::2], strict=True):
        decoded.append(_decode_jis_segment(charset, segment))
    return "".join(decoded)


def _decode_jis_segment(charset: bytes, segment: bytes) -> str:
    if charset in _JIS_DOUBLE:
        return _jis_to_sjis(segment).decode("cp932", "replace")
    if charset == b"(I":
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in segment).decode("cp932")
    if charset == b"$(D":
        return (b"\x1b$(D" + segment + b"\x1b(B").decode("iso2022_jp_2")
    return segment.decode("cp932")


def _jis_to_sjis(segment: bytes) -> bytes:
    """JIS X 0208 pairs as Shift_JIS pairs (the arithmetic of JIS X 0201 appendix 1); blanks and line ends pass."""
    out = bytearray()
    place = 0
    while place < len(segment):
        high = segment[place]
        if not 0x21 <= high <= 0x7E or place + 1 == len(segment):
            out.append(high)
            place += 1
            continue
        low = segment[place + 1]
        odd = high % 2 == 1
        out.append((high + 1) // 2 + (0x70 if high < 0x5F else 0xB0))
        out.append(low + (0x1F if low < 0x60 else 0x20) if odd else low + 0x7E)
        place += 2
    return bytes(out)


def _decode_euc_jp(raw: bytes) -> str:
    try:
        return raw.decode("euc_jp")
    except UnicodeDecodeError:
        return raw.decode("euc_jis_2004")  # has the circled digits that NEC put into row 13


def _decode_big5(raw: bytes) -> str:
    try:
        return raw.decode("cp950")
    except UnicodeDecodeError:
        return raw.decode("big5hkscs")


_OWN_DECODERS: dict[str, Callable[[bytes], str]] = {
    "cp1252": decode_cp1252,
    "cp1258": _decode_cp1258,
    "tcvn3": decode_tcvn3,
    "viscii": decode_viscii,
    "vni": decode_vni,
    "utf_16": _decode_utf_16,
    "iso2022_jp": _decode_iso2022_jp,
    "euc_jp": _decode_euc_jp,
    "big5hkscs": _decode_big5,
}


def decode_strictly(raw: bytes, codec: str) -> str | None:
    """The text of bytes in that codec, None if they are none."""
    try:
        own = _OWN_DECODERS.get(codec)
        return own(raw) if own else raw.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
