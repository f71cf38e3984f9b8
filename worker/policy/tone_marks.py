"""Finds Vietnamese words however their marks were typed, without mistaking one word for another that is marked otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Self

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_HOI_NGA = {"\u0303": "\u0309", "\u0309": "\u0303"}
_APOSTROPHES = str.maketrans("’‘`´ʼ′", "''''''")
_LATE_TONE = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_NEVER_MIXED_UP = frozenset({"nghỉ", "nghĩ"})  # off and think: these two are kept apart
_NEVER_BARE = frozenset(
    {"chờ", "chớ", "đừng", "cố", "lỡ", "nghĩ"}
)  # bare they are other words: cho, dung, có, nghỉ (see staff_words)
_LETTERS = re.compile(r"[^\W\d_]+")
_MARKED_SHARE = 0.2  # of the words; Vietnamese with its marks has seven in ten, names and "đ" alone do not count


class Said(str):
    """Words that know whether their whole text was typed with marks: then a bare "cho" is "cho" and never "chờ"."""

    __slots__ = ("marked",)
    marked: bool

    def __new__(cls, words: str, *, marked: bool) -> Self:
        """The words, and whether the text they are of was typed with marks."""
        said = super().__new__(cls, words)
        said.marked = marked
        return said


def is_marked(text: str) -> bool:
    """Whether a text was typed with Vietnamese marks."""
    if isinstance(text, Said):
        return text.marked
    if text.isascii():
        return False
    words = _WORD.findall(text)
    return sum(not word.isascii() for word in words) >= _MARKED_SHARE * len(words)


def as_read(text: str) -> str:
    """Lower case with one form of apostrophes and of tone placement (hoà and hòa): as long as the NFC text it is made of."""
    lower = "".join(low if len(low := char.lower()) == 1 else char for char in text.translate(_APOSTROPHES))
    return _LATE_TONE.sub(lambda found: _early_tone(found[0]), lower)


def _early_tone(rime: str) -> str:
    base, tone = _taken_apart(rime[1])
    return unicodedata.normalize("NFC", rime[0] + tone) + base if tone else rime


def _taken_apart(letter: str) -> tuple[str, str]:
    """A letter without its tone, and the tone."""
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)), tone


def _ways_to_type(letter: str, *, bare: bool, mixed: bool) -> str:
    """With all marks; if `mixed`, with hỏi for ngã and ngã for hỏi; if `bare`, also without tone or any mark."""
    if letter == "đ":
        return "đd" if bare else "đ"
    marks = unicodedata.normalize("NFD", letter)
    if len(marks) == 1:
        return letter
    swapped = unicodedata.normalize("NFC", "".join(_HOI_NGA.get(mark, mark) for mark in marks)) if mixed else letter
    fewer = (_taken_apart(letter)[0], marks[0]) if bare else ()
    return "".join(dict.fromkeys((letter, swapped, *fewer)))


def tolerant(pattern: str, *, bare: bool = True) -> str:
    """A pattern written with all marks that also finds its words with fewer: `lỗi` finds "lỗi", "lôi", "loi", never "lời".

    Not `bare`: all marks are wanted. Marked letters must not stand inside the brackets of a character class.
    """
    return _LETTERS.sub(lambda word: _tolerant_word(word[0], bare=bare), unicodedata.normalize("NFC", pattern))


def _tolerant_word(word: str, *, bare: bool) -> str:
    may_be_bare, may_be_mixed = bare and word not in _NEVER_BARE, word not in _NEVER_MIXED_UP
    ways = (_ways_to_type(letter, bare=may_be_bare, mixed=may_be_mixed) for letter in word)
    return "".join(way if len(way) == 1 else f"[{way}]" for way in ways)


class Spoken:
    """A pattern of whole words for text that `as_read` gave: tolerant in text without marks, exact in text with them.

    Compiled when it is first asked: there are hundreds, and together they would cost every start a second.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern.replace(" ?", r"\s*").replace(" ", r"\s+")

    @cached_property
    def _bare(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{tolerant(self._pattern)})(?!\w)")

    @cached_property
    def _marked(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{tolerant(self._pattern, bare=False)})(?!\w)")

    def _for(self, text: str) -> re.Pattern[str]:
        return self._marked if is_marked(text) else self._bare

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where the words stand."""
        return self._for(text).search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """The words at the beginning of the text."""
        return self._for(text).match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The words if they are the whole text."""
        return self._for(text).fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every place where the words stand."""
        return self._for(text).finditer(text)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """The text with the words replaced."""
        return Said(self._for(text).sub(replacement, text), marked=is_marked(text))


def spoken(pattern: str) -> Spoken:
    """Whole words, written in the pattern with all their marks; a space is any white space, ` ?` also none."""
    return Spoken(pattern)
