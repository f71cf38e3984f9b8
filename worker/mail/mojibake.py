"""Text that an earlier program decoded wrongly and sent as it was seen, repaired where the result is far better."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from worker.mail.charset_decoders import CP1252_HIGH
from worker.mail.plausibility import ENOUGH, quality_of
from worker.mail.vietnamese import decode_tcvn3, unpair_vni

_LATIN_1_SIGNS = re.compile(r"[\xa1-\xff]")
_BYTE_OF = {char: code for code, char in CP1252_HIGH.items()} | {chr(code): code for code in range(0x80, 0x100)}
_DOUBLED_RUN = re.compile("[\x80-\xff" + re.escape("".join(CP1252_HIGH.values())) + "]{2,}")
# the ABC fonts do not use the five combining marks of TCVN: a degree sign stays one
_TCVN_SEEN_AS_1252 = {
    ord(char): decode_tcvn3(bytes([code])) for char, code in _BYTE_OF.items() if not 0xB0 <= code <= 0xB4
}


def _undouble(text: str) -> str:
    return _DOUBLED_RUN.sub(_undoubled, text)


def _undoubled(run: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[char] for char in run[0]).decode("utf-8")
    except UnicodeDecodeError:
        return run[0]


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN_SEEN_AS_1252)


def _by_lines(undo: Callable[[str], str], text: str) -> str:
    """Undo line by line, but for lines that are right: the attribution line that a newer program put below."""
    return "\n".join(line if quality_of(line).native else undo(line) for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Repair:
    """One way back: what the text was in, what happened, how it is undone, and how good and better the result must be."""

    codec: str
    what: str
    undo: Callable[[str], str]
    enough: float
    gain: float


_FEWEST_TOKENS = 2  # one word may be anything, unless it is plain garbage
_REPAIRS = (
    Repair("utf_8", "utf_8 encoded twice", _undouble, 1.0, 0.5),
    Repair("utf_8", "utf_8 encoded three times", lambda text: _undouble(_undouble(text)), 1.0, 0.5),
    Repair("utf_8", "utf_8 encoded four times", lambda text: _undouble(_undouble(_undouble(text))), 1.0, 0.5),
    Repair("tcvn3", "tcvn3 seen as windows-1252", lambda text: _by_lines(_from_tcvn3, text), ENOUGH, 1.0),
    Repair("vni", "vni seen as windows-1252", lambda text: _by_lines(unpair_vni, text), ENOUGH, 1.0),
)


def repaired(text: str) -> tuple[str, str]:
    """Undo a wrong decoding that was sent as it was seen: UTF-8 encoded twice, TCVN3 or VNI as windows-1252 letters.

    Returns the text and what was undone, "" where it was right. Left alone is a text that has Vietnamese words besides:
    its writer may be showing what broken letters on a page look like.
    """
    undone, way = repair(text, "")
    return undone, way.what if way else ""


def repair(text: str, expected: str) -> tuple[str, Repair | None]:
    """The same, with the way back that was taken.

    `expected` is the codec of a repair that another text of the same mail needed: its result must only be no worse.
    """
    if text.isascii() or not _LATIN_1_SIGNS.search(text):
        return text, None
    quality = quality_of(text)
    if quality.native * 5 > quality.tokens or (quality.mean >= ENOUGH and not expected):
        return text, None
    best: tuple[str, Repair | None] = (text, None)
    is_enough = quality.tokens >= _FEWEST_TOKENS or quality.mean < 0
    for way in _REPAIRS if is_enough or expected else _REPAIRS[:3]:
        undone = way.undo(text)
        found = quality_of(undone) if undone != text else quality
        gain = 0.0 if way.codec == expected else way.gain
        is_better = found.mean >= max(way.enough, quality.mean + gain)
        if undone != text and is_better:
            best, quality = (undone, way), found
    return best
