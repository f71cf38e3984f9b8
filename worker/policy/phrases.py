"""Finds known phrases in what people write: whole words, with or without accents, the longest phrase first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from worker.policy.features import SCAN

T = TypeVar("T")

_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"[\u0300-\u036f]")
_ONE_SOUND = re.compile(r"\A([hklmst])i\Z")  # `đăng kí` is `đăng ký`


@dataclass(frozen=True, slots=True)
class Word:
    """A word apart from how its accents were typed: its bare letters, and its marks in no order (`hoá` is `hóa`).

    Many writers mix up hỏi and ngã, so both are one mark.
    """

    letters: str
    marks: str = ""

    def is_written_as(self, typed: Word) -> bool:
        """Whether somebody may have meant this word by typing that one: exactly, or without any accents."""
        return self.letters == typed.letters and typed.marks in ("", self.marks)


@lru_cache(maxsize=8192)
def _word(typed: str) -> Word:
    spread = unicodedata.normalize("NFD", typed.lower()).replace("\u0303", "\u0309")
    marks = "".join(sorted(_MARK.findall(spread))) + "đ" * spread.count("đ")
    return Word(_ONE_SOUND.sub(r"\1y", _MARK.sub("", spread).replace("đ", "d")), marks)


def words_of(text: str) -> tuple[Word, ...]:
    """The words of the beginning of a text, where what somebody wants stands; time stays bounded."""
    return tuple(_word(typed) for typed in _WORD.findall(unicodedata.normalize("NFC", text[:SCAN])))


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase that was found: what it stands for, and which words it covers."""

    meaning: T
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """Phrases and what each stands for; one phrase may stand for several things."""

    _by_first: dict[str, list[tuple[tuple[Word, ...], T]]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, T]]) -> Phrases[T]:
        """The phrases of (phrase, meaning) pairs. A phrase without any word is left out."""
        table: dict[str, list[tuple[tuple[Word, ...], T]]] = {}
        for phrase, meaning in pairs:
            if words := words_of(phrase):
                table.setdefault(words[0].letters, []).append((words, meaning))
        for phrases in table.values():
            phrases.sort(key=lambda one: -len(one[0]))
        return cls(table)

    def find(self, words: tuple[Word, ...]) -> Iterator[Found[T]]:
        """The phrases in a text from left to right: where several begin only the longest, and none inside it."""
        at = 0
        while at < len(words):
            if words[at].letters not in self._by_first:  # most words begin no phrase: three times faster so
                at += 1
                continue
            found = list(self._at(words, at))
            yield from found
            at = found[0].end if found else at + 1

    def _at(self, words: tuple[Word, ...], at: int) -> Iterator[Found[T]]:
        longest = 0
        for phrase, meaning in self._by_first.get(words[at].letters, ()):
            if len(phrase) < longest:
                return
            typed = words[at : at + len(phrase)]
            if len(typed) == len(phrase) and all(map(Word.is_written_as, phrase, typed)):
                longest = len(phrase)
                yield Found(meaning, at, at + longest)
