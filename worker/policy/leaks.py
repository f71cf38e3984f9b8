"""What must not stand in a letter to a customer: internal notes, tokens, staff's addresses, prices that nobody approved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from worker.policy.amounts import find_amounts

_SCANNED = 100_000
_TOKEN = re.compile(r"#[0-9a-f]{16}(?![0-9a-z])")
_SENTENCE_ENDS = re.compile(r"[.!?;\n]+")
_WORDS_MATTER = 4  # a shorter sentence ("đã xem") says nothing that only a note would say


class Leak(StrEnum):
    """What would get out."""

    NOTE = "note"
    TOKEN = "token"  # noqa: S105 - a kind of leak
    STAFF = "staff"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that must not go out, as it stands in the letter."""

    leak: Leak
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What is internal: notes and tokens in full, staff's addresses; and the amounts that the customer may read. `told` are
    words that look like amounts and may go out: sums in words, an account number, the mark in a quote's subject.
    """

    notes: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    staff: frozenset[str] = field(default_factory=frozenset)
    amounts: frozenset[int] = field(default_factory=frozenset)
    told: tuple[str, ...] = ()


def find_leaks(letter: str, inside: Inside) -> tuple[Found, ...]:
    """Everything in a letter's text that must not reach a customer, in the order notes, tokens, staff, costs."""
    shown = letter[:_SCANNED]
    read = _normal(shown)
    return (
        *(Found(Leak.NOTE, one) for one in _sentences(inside.notes) if _normal(one) in read),
        *(Found(Leak.TOKEN, one) for one in _tokens(shown, inside.tokens)),
        *(Found(Leak.STAFF, one) for one in sorted(inside.staff) if one.lower() in shown.lower()),
        *(Found(Leak.COST, words) for words in _costs(_without(shown, inside.told), inside.amounts)),
    )


def _sentences(notes: Iterable[str]) -> Iterator[str]:
    for note in notes:
        for sentence in _SENTENCE_ENDS.split(note[:_SCANNED]):
            if len(sentence.split()) >= _WORDS_MATTER:
                yield sentence.strip()


def _tokens(letter: str, tokens: Iterable[str]) -> Iterator[str]:
    yield from (one[0] for one in _TOKEN.finditer(letter))
    yield from (one for one in tokens if one and one in letter)


def _without(letter: str, told: Iterable[str]) -> str:
    for words in filter(None, told):
        letter = letter.replace(words, "…")
    return letter


def _costs(letter: str, allowed: frozenset[int]) -> Iterator[str]:
    for amount in find_amounts(letter):
        if not {amount.low, amount.high} <= allowed:
            yield letter[amount.start : amount.end].strip()


def _normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
