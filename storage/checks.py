"""REFUSES, alike for every store and before one is touched, what not every store could keep or find again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from storage import Change, Document, Scalar

Index = tuple[str, ...]  # the fields of one index, in order
Declared = Mapping[str, tuple[Index, ...]]  # the indexes of each kind

MAX_NAME_BYTES = 512  # an entry of PostgreSQL's btree holds 2,704 bytes: the key and an indexed value must fit
_WHOLE = 2**63  # whole numbers from -_WHOLE up to below it are what SQLite keeps exactly
_EXACT = 2**53  # up to it a number is the same as a float, which is what PostgreSQL orders by here
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_RAW_KEY = re.compile(r"[0-9a-f]{64}")
_SCALARS = (str, bool, int, float, type(None))

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, object])


@dataclass(frozen=True, slots=True)
class Row:
    """A change as a store writes it: checked, and its document as JSON (None deletes)."""

    kind: str
    key: str
    version: int
    body: str | None


@dataclass(frozen=True, slots=True)
class Between:
    """low <= value < high; None leaves a side open. Bounds and values are of one type: texts, or numbers."""

    field: str
    low: str | int | float | None
    high: str | int | float | None

    @property
    def is_of_texts(self) -> bool:
        """Whether only strings lie between."""
        return isinstance(self.low, str) or isinstance(self.high, str)

    @property
    def is_of_numbers(self) -> bool:
        """Whether only numbers lie between. With two open sides it is neither: everything but null lies between."""
        return not self.is_of_texts and not (self.low is None and self.high is None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What `find` or `count` was asked for, checked: every field is declared, every value plain."""

    kind: str
    equal: tuple[tuple[str, Scalar], ...] = ()
    between: Between | None = None
    order_by: str = ""
    descending: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that decide what matches, each once."""
        bounded = (self.between.field,) if self.between else ()
        return tuple(dict.fromkeys((*(field for field, _ in self.equal), *bounded)))

    def only(self, fields: Collection[str]) -> Asked:
        """The conditions on these fields alone."""
        between = self.between if self.between and self.between.field in fields else None
        return Asked(self.kind, tuple(each for each in self.equal if each[0] in fields), between)


def declared(indexes: Mapping[str, tuple[str, ...]]) -> Declared:
    """The declaration, read: `status`, or `status+arrival` for an index of two fields.

    ValueError where a name is no plain word, and where a field of several is not declared by itself too.
    """
    return {name(kind): tuple(_index(kind, entry, entries) for entry in entries) for kind, entries in indexes.items()}


def rows(changes: Iterable[Change], indexes: Declared) -> list[Row]:
    """The changes as rows, sorted by kind and key, so that all clients of a server lock them in one order.

    ValueError names the document and what is wrong with it: no JSON, a NUL or a lone surrogate, a number that no store
    keeps exactly, a list in an indexed field, the same document twice, a delete that names no version.
    """
    checked = sorted((_row(change, indexes) for change in changes), key=lambda row: (row.kind, row.key))
    for one, other in itertools.pairwise(checked):
        if (one.kind, one.key) == (other.kind, other.key):
            raise ValueError(f"{one.kind} {one.key} stands twice in one commit")
    return checked


def asked(
    indexes: Declared,
    kind: str,
    equal: Mapping[str, Scalar] | None,
    between: tuple[str, Scalar, Scalar] | None,
    order_by: str = "",
    descending: bool = False,
) -> Asked:
    """The question, checked. ValueError names a field that is not declared, or a value that no document can hold."""
    conditions = tuple((field, plain(value)) for field, value in (equal or {}).items())
    order = "" if order_by in (equal or {}) else order_by  # what all have alike leaves the order to the key
    question = Asked(name(kind), conditions, _between(*between) if between else None, order, descending)
    known = fields(indexes, kind)
    for field in (*question.fields, *((order_by,) if order_by else ())):
        if field not in known:
            raise ValueError(f"{kind} declares no index on {field!r}, only on: {', '.join(known) or 'nothing'}")
    return question


def fields(indexes: Declared, kind: str) -> tuple[str, ...]:
    """The fields of a kind that may be asked for."""
    return tuple(index[0] for index in indexes.get(kind, ()) if len(index) == 1)


def name(text: str) -> str:
    """A kind or a key as it may be. ValueError where it is empty, too long or holds what no store keeps."""
    checked = str.__str__(text)
    _refuse(checked)
    if not 0 < len(checked.encode()) <= MAX_NAME_BYTES:
        raise ValueError(f"{checked[:40]!r} is no kind or key: it has 1 to {MAX_NAME_BYTES} bytes")
    return checked


def plain(value: Scalar) -> Scalar:
    """The value without its subclass (an enum's member, say), which a driver might store by another name."""
    _refuse_unordered(value)
    match value:
        case str():
            value.encode()
            return str.__str__(value)
        case bool() | None:
            return value
        case int():
            return int(value)
        case float():
            return float(value)


def encode(document: Mapping[str, object], what: str) -> str:
    """The document as JSON. ValueError begins with `what` and says which value cannot be kept."""
    try:
        _refuse(document)
        return _encoder.encode(document).decode()
    except UnicodeEncodeError:
        raise ValueError(f"{what}: a string holds a lone surrogate, which is no character") from None
    except RecursionError:
        raise ValueError(f"{what}: nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def decode(body: str) -> Document:
    """The document in a stored body."""
    return _decoder.decode(body)


def is_raw_key(key: str) -> bool:
    """Whether the key can be one that `keep_raw` gave."""
    return _RAW_KEY.fullmatch(key) is not None


def _index(kind: str, entry: str, entries: tuple[str, ...]) -> Index:
    index = tuple(entry.split("+"))
    for field in index:
        if not _FIELD.fullmatch(field):
            raise ValueError(f"{kind}: {field!r} is no name of a field that can be indexed")
        if field not in entries:
            raise ValueError(f"{kind}: {entry} needs an index on {field} by itself too")
    return index


def _between(field: str, low: Scalar, high: Scalar) -> Between:
    bounds = [int(bound) if isinstance(bound, bool) else plain(bound) for bound in (low, high)]
    if len({isinstance(bound, str) for bound in bounds if bound is not None}) > 1:
        raise ValueError(f"{field}: {low!r} and {high!r} are not of one type, so nothing lies between them")
    return Between(field, *bounds)


def _row(change: Change, indexes: Declared) -> Row:
    kind, key = name(change.kind), name(change.key)
    what = f"{kind} {key}"
    if not 0 <= change.version < _WHOLE:
        raise ValueError(f"{what}: {change.version} is no version")
    if change.document is None:
        if change.version < 1:
            raise ValueError(f"{what}: a delete names the version that was read")
        return Row(kind, key, change.version, None)
    for field in fields(indexes, kind):
        _refuse_unordered(change.document.get(field), f"{what}: the indexed field {field!r}: ")
    return Row(kind, key, change.version, encode(change.document, what))


def _refuse_unordered(value: object, what: str = "") -> None:
    """Raise ValueError for what has no place in an order that every store keeps."""
    if not isinstance(value, _SCALARS):
        raise ValueError(f"{what}{type(value).__name__} is no single value")  # noqa: TRY004  every refusal is one
    if isinstance(value, int | float) and not -_EXACT <= value <= _EXACT:
        raise ValueError(f"{what}{value!r} is beyond ±2**53")
    if isinstance(value, str) and "\0" in value:
        raise ValueError(f"{what}a string holds a NUL, which PostgreSQL cannot keep")


def _refuse(value: object) -> None:
    """Raise ValueError for what JSON or one of the stores would change or refuse.

    Every save walks here, so a container looks at its plain values itself.
    """
    if isinstance(value, dict):
        _refuse_fields(value)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,):
        if isinstance(item, str):
            if "\0" in item:
                raise ValueError("a string holds a NUL, which PostgreSQL cannot keep")
        elif isinstance(item, dict | list | tuple):
            _refuse(item)
        elif item is not None and item is not True and item is not False:
            _refuse_number(item)


def _refuse_fields(document: Mapping[object, object]) -> None:
    for key in document:
        if not isinstance(key, str) or "\0" in key:
            raise ValueError(f"{key!r} is no name of a field")


def _refuse_number(value: object) -> None:
    if isinstance(value, int):
        if not -_WHOLE <= value < _WHOLE:
            raise ValueError(f"{value!r} is no whole number of 64 bits")
    elif isinstance(value, float):
        if not -_EXACT <= value <= _EXACT:
            raise ValueError(f"{value!r} is no number that every store keeps")
    else:
        raise ValueError(f"{type(value).__name__} is not JSON: text, numbers, true, false, null, lists and objects are")  # noqa: TRY004
