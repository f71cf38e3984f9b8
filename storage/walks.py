"""Puts what was asked for into SQL that walks one index of a SQLite table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from storage import Scalar
from storage.checks import Asked, Between, Index
from storage.paging import Place
from storage.sqlite import LOWEST_BLOB, LOWEST_NUMBER, LOWEST_TEXT, NOTHING, table_name, value_of

Value = Scalar | bytes

FEW = 1000  # so many matches are sorted at once; where there are more, an index is walked that has the wanted order
_PAGES = (64, 256, FEW)  # rows that a stream reads at once: few at first, since most readers want only the beginning


@dataclass(frozen=True, slots=True)
class Walk:
    """The SQL that walks one index (the key's, where it has no fields) for what was asked."""

    asked: Asked
    index: Index

    @property
    def narrows(self) -> tuple[str, ...]:
        """The fields by whose conditions the index leads to fewer documents."""
        equal = tuple(itertools.takewhile(dict(self.asked.equal).__contains__, self.index))
        between = self.asked.between
        is_next = between is not None and self.index[len(equal) :][:1] == (between.field,)
        return (*equal, between.field) if between and is_next else equal

    @property
    def is_ordered(self) -> bool:
        """Whether the index itself gives the wanted order: where all its fields are equal, it is by key."""
        rest = tuple(itertools.dropwhile(dict(self.asked.equal).__contains__, self.index))
        return rest == ((self.asked.order_by,) if self.asked.order_by else ())

    @property
    def matching(self) -> str:
        """FROM and WHERE, for `values`."""
        index = table_name(self.asked.kind, f".{'+'.join(self.index)}" if self.index else "#key")
        return f"FROM {table_name(self.asked.kind)} INDEXED BY {index} WHERE {' AND '.join(_conditions(self.asked))}"

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the question marks in `matching`."""
        equal: tuple[Value, ...] = tuple(NOTHING if value is None else value for _, value in self.asked.equal)
        return equal + (_bounds(self.asked.between) if self.asked.between else ())

    def page_sizes(self) -> Iterator[int]:
        """How many rows to read at once: what must be sorted is sorted once, what lies in order is read as needed."""
        return itertools.chain(_PAGES if self.is_ordered else (), itertools.repeat(FEW))

    def page(self, place: Place | None, size: int) -> tuple[str, tuple[object, ...]]:
        """The statement that reads the next rows behind a place, and its values."""
        value = value_of(self.asked.order_by) if self.asked.order_by else "key"
        behind, bound = self._behind(value, place) if place else ("", ())
        way = "DESC" if self.asked.descending else "ASC"
        order = f"{value} {way}, key {way}" if self.asked.order_by else f"key {way}"
        sql = f"SELECT {value}, key, version, body {self.matching}{behind} ORDER BY {order} LIMIT {size}"
        return sql, (*self.values, *bound)

    def _behind(self, value: str, place: Place) -> tuple[str, tuple[object, ...]]:
        sign = "<" if self.asked.descending else ">"
        if not self.asked.order_by:
            return f" AND key {sign} ?", (place[1],)
        # The first condition is what SQLite finds in the index, the second says what is meant.
        return f" AND {value} {sign}= ? AND ({value}, key) {sign} (?, ?)", (place[0], *place)


def _conditions(asked: Asked) -> Iterator[str]:
    yield "1"
    for field, _ in asked.equal:
        yield f"{value_of(field)} = ?"
    if asked.between:
        yield f"{value_of(asked.between.field)} >= ? AND {value_of(asked.between.field)} < ?"


def _bounds(between: Between) -> tuple[Value, Value]:
    """The bounds with open sides filled in: SQLite orders numbers (with NOTHING first), texts, blobs."""
    lowest: Value = LOWEST_TEXT if between.is_of_texts else LOWEST_NUMBER
    highest: Value = LOWEST_TEXT if between.is_of_numbers else LOWEST_BLOB
    return (lowest if between.low is None else between.low, highest if between.high is None else between.high)
