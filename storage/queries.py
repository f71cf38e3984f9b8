"""Turns TinyDB's query objects into SQL wherever both mean the same.

A query describes itself in `QueryInstance._hash`, for example `('==', ('status',), 'queued')`. That name is private,
so the version of tinydb is pinned and the tests compare every operator with TinyDB itself. What cannot be said in SQL
(a lambda, a regular expression, a float, an odd field name) becomes a condition that lets more through, and the query
itself is asked again about each document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.sqlite import value_of

_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_CHOICES = 200
_NUMBERS = "('integer','real','true','false')"  # a JSON true equals 1 in SQLite, as it does in Python

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition in SQL that every matching document meets; `exact` where no other document meets it."""

    sql: str
    values: tuple[Value, ...] = ()
    exact: bool = True


EVERYTHING = Filter("1")
UNKNOWN = Filter("1", exact=False)


def translate(query: object) -> Filter:
    """The query in SQL. A value of another type than it is compared with does not match (TinyDB raises TypeError)."""
    return _filter(getattr(query, "_hash", None))


def _filter(description: object) -> Filter:
    match description:
        case ():
            return EVERYTHING
        case ("and", frozenset() as parts):
            return _joined(" AND ", parts)
        case ("or", frozenset() as parts):
            return _joined(" OR ", parts)
        case ("not", part):
            return _negated(_filter(part))
        case (str() as operator, tuple() as path, *rest) if operator in _OPERATORS and _is_plain(path):
            return _OPERATORS[operator](".".join(map(str, path)), *rest)
    return UNKNOWN


def _joined(word: str, parts: frozenset[object]) -> Filter:
    filters = [_filter(part) for part in parts]
    values = tuple(value for each in filters for value in each.values)
    return Filter(f"({word.join(each.sql for each in filters)})", values, all(each.exact for each in filters))


def _negated(inner: Filter) -> Filter:
    # IS NOT TRUE, not NOT: a missing field makes the condition NULL, and TinyDB's `~` is true then.
    return Filter(f"({inner.sql} IS NOT TRUE)", inner.values) if inner.exact else UNKNOWN


def _is_plain(path: tuple[object, ...]) -> bool:
    return bool(path) and all(isinstance(part, str) and _PART.fullmatch(part) for part in path)


def _type_of(path: str) -> str:
    return f"json_type(body,'$.{path}')"


def _exists(path: str) -> Filter:
    return Filter(f"({_type_of(path)} IS NOT NULL)")


def _compared(sign: str) -> Callable[[str, object], Filter]:
    def compared(path: str, value: object) -> Filter:
        match value:
            case str() if _can_be_bound(value):
                return Filter(f"({_type_of(path)}='text' AND {value_of(path)}{sign}?)", (str.__str__(value),))
            case int() if -(2**63) <= value < 2**63:
                return Filter(f"({_type_of(path)} IN {_NUMBERS} AND {value_of(path)}{sign}?)", (int(value),))
            case None if sign == "=":
                return Filter(f"({_type_of(path)}='null')")
        return UNKNOWN

    return compared


def _differs(path: str, value: object) -> Filter:
    same = _compared("=")(path, value)
    return _joined_exactly(_exists(path), _negated(same)) if same.exact else UNKNOWN


def _joined_exactly(one: Filter, other: Filter) -> Filter:
    return Filter(f"({one.sql} AND {other.sql})", one.values + other.values)


def _one_of(path: str, choices: object) -> Filter:
    if not isinstance(choices, tuple | frozenset) or len(choices) > _MOST_CHOICES:
        return UNKNOWN
    filters = [_compared("=")(path, choice) for choice in choices]
    if not all(each.exact for each in filters):
        return UNKNOWN
    values = tuple(value for each in filters for value in each.values)
    return Filter(f"({' OR '.join(each.sql for each in filters) or '0'})", values)


def _can_be_bound(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


_OPERATORS: Mapping[str, Callable[..., Filter]] = {
    "==": _compared("="),
    "!=": _differs,
    "<": _compared("<"),
    "<=": _compared("<="),
    ">": _compared(">"),
    ">=": _compared(">="),
    "exists": _exists,
    "one_of": _one_of,
}
