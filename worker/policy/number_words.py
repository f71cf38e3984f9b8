"""Numbers as people write them in a mail: `2`, `2,5`, `hai`, `hai mươi lăm`, `a hundred and fifty`, never more than they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from worker.policy.tone_marks import spoken, tolerant

_DIGITS: Mapping[str, int] = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
    "tám": 8, "chín": 9, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "a": 1, "an": 1,
}  # fmt: skip
_TENS: Mapping[str, int] = {
    "mười": 10, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_SCALES: Mapping[str, int] = {"mươi": 10, "chục": 10, "trăm": 100, "hundred": 100}
_READ = tuple((spoken(word), word) for table in (_DIGITS, _TENS, _SCALES) for word in table)
_WORDS = "|".join(sorted((*_DIGITS, *_TENS, *_SCALES), key=len, reverse=True))

FIGURE = r"\d{1,4}(?:[.,]\d{1,2})?(?![.,]?\d)"
SPELLED = rf"(?:{tolerant(_WORDS)})(?:\s+(?:{tolerant(_WORDS)})){{0,4}}(?!\w)"
NUMBER = rf"(?:(?<![\w.,]){FIGURE}|(?<!\w){SPELLED})"
"""A number in text that `as_read` gave, for use inside patterns."""


def number_of(text: str) -> Fraction | None:
    """The value of what `NUMBER` matched; None where the words are no number together ("hai ba", "năm năm")."""
    figure = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", figure):
        return Fraction(figure)
    return _spelled(text.split())


def range_of(text: str) -> tuple[Fraction, Fraction] | None:
    """Lowest and highest of what `NUMBER` matched: the same number twice, or both of "hai ba" (two or three)."""
    number = number_of(text)
    if number is not None:
        return number, number
    words = text.split()
    ends = [number_of(word) for word in words]
    if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[1] != ends[0] + 1:
        return None
    return ends[0], ends[1]


def _spelled(words: list[str]) -> Fraction | None:
    total, digit = 0, 0
    for word in map(_word, words):
        if word in _SCALES or (word == "mười" and digit):  # "hai mươi" is often typed "hai mười" or "hai muoi"
            total, digit = total + (digit or 1) * _SCALES.get(word, 10), 0
        elif digit or word not in (*_DIGITS, *_TENS) or (word in _TENS and total % 100):
            return None
        elif word in _TENS:
            total += _TENS[word]
        else:
            digit = _DIGITS[word]
    return Fraction(total + digit) if total + digit else None


def _word(typed: str) -> str:
    return next((word for pattern, word in _READ if pattern.fullmatch(typed)), "")
