"""What a classifier can see in a text: words, pairs of words and pieces of words, with and without accents.

Customers write with and without diacritics, so everything is counted folded, and what carries accents is counted once
more with them. The same code feeds training and deciding; nothing here knows what a feature speaks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

SCAN = 6_000
"""Characters of a mail that are looked at: what somebody wants stands near the beginning, and time stays bounded."""

BLOCKS = ("word", "accent", "piece", "fact")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_IDEOGRAMS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
"""Chinese and Japanese put no space between words: there one sign or two are what a piece of a word is elsewhere."""
_SPACE = re.compile(r"\s+")
_DROP_MARKS: Mapping[int, str | None] = {
    **dict.fromkeys(range(0x300, 0x370)),
    ord("đ"): "d",
    ord("Đ"): "d",
    0x2019: "'",
}


def fold(text: str) -> str:
    """Lower case without diacritics: `Sự cố` and `su co` become the same. NFC in, ASCII letters where there are any."""
    return unicodedata.normalize("NFD", text.lower()).translate(_DROP_MARKS)


@dataclass(frozen=True, slots=True)
class Seen:
    """A text prepared once for all who look at it: as written in lower case, and folded."""

    lower: str
    folded: str

    @property
    def has_accents(self) -> bool:
        """Whether diacritics were written at all."""
        return self.lower != self.folded


def prepare(text: str) -> Seen:
    """The first `SCAN` characters with runs of white space closed up."""
    lower = _SPACE.sub(" ", text[:SCAN]).strip().lower()
    return Seen(lower=lower, folded=fold(lower))


def _zeros(match: re.Match[str]) -> str:
    return "0" * min(len(match[0]), 5)


def _pairs(words: list[str]) -> Iterator[str]:
    return map(" ".join, pairwise(words))


def _pieces(text: str) -> list[str]:
    """Pieces of three to five signs within each word; its edges are marked, so ` ma` is not the `ma` of `email`."""
    found: list[str] = []
    for word in text.split():
        edged = f" {word[:24]} "
        length = len(edged)
        for size in (3, 4, 5):
            if length <= size:
                found.append(edged)
            else:
                found += [edged[start : start + size] for start in range(length - size + 1)]
    for run in _IDEOGRAMS.findall(text):
        found += run
        found += map("".join, pairwise(run))
    return found


def word_blocks(seen: Seen) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int]]:
    """The counts of the blocks `word`, `accent` and `piece`, in that order."""
    text = _NUMBER.sub(_zeros, seen.folded)
    words = _WORD.findall(text)
    plain = Counter(words)
    plain.update(_pairs(words))
    pieces = Counter(_pieces(text))
    if not seen.has_accents:
        return plain, {}, pieces
    written = _WORD.findall(_NUMBER.sub(_zeros, seen.lower))
    accented = Counter(written)
    accented.update(_pairs(written))
    return plain, accented, pieces
