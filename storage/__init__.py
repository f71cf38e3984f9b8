"""KEEPS documents and raw mails; knows nothing of support.

One contract, two stores: TinyDB over the rows of one SQLite file (embedded), PostgreSQL (several machines). The one
`commit` is transaction, claim and idempotency at once: every change names the version it read, and all or none is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Scalar = str | int | float | bool | None
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was read: `version` counts its commits, from 1."""

    key: str
    version: int
    document: Document


@dataclass(frozen=True, slots=True)
class Change:
    """One document to write (or to delete, where `document` is None).

    `version` is the version that was read: 0 means that the document must not exist yet.
    """

    kind: str
    key: str
    document: Document | None
    version: int = 0


class StoreError(Exception):
    """The store cannot do what was asked: a full disk, a lost server. Nothing of the commit was kept."""


class Conflict(StoreError):  # noqa: N818  an outcome to expect, not a mistake
    """Somebody else committed first: read again, decide again."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} {key} was changed by somebody else")
        self.kind = kind
        self.key = key


class Store(Protocol):
    """What every store does. Safe to use from several threads; several processes may share one store.

    A document is JSON and comes back as it was put: strings without NUL and lone surrogates, whole numbers of 64 bits,
    other numbers within ±2**53, true, false, null, lists, objects. An indexed field holds a single value, and whole
    numbers within ±2**53 too. Kinds and keys have 1 to 512 bytes. All else is refused with ValueError before a store is
    touched; what fails later is a StoreError.

    Values are ordered, and compared, in the same way everywhere: null and missing first, equal to each other; then
    numbers, of which true is 1; then strings by code point (PostgreSQL orders by their first 500 characters).
    """

    def get(self, kind: str, key: str) -> Stored | None:
        """The document under that key, or None."""

    def find(
        self,
        kind: str,
        *,
        equal: Mapping[str, Scalar] | None = None,
        between: tuple[str, Scalar, Scalar] | None = None,
        order_by: str = "",
        descending: bool = False,
        after: str = "",
        limit: int = 0,
    ) -> Iterator[Stored]:
        """Stream the documents of a kind whose declared index fields match.

        `equal`: all of these fields have these values (None matches null and missing). `between` is (field, low,
        high): low <= value < high, None leaves that side open; only values of the bounds' type lie between, null never
        does. Ordered by `order_by` (a declared field; by key without one) and then by key, `descending` both ways.
        `after` is the key of the last document seen: only what comes behind it in this order follows (Conflict where
        it was deleted since and the order is not that of the keys). `limit` 0 means all. The stream may be left at any
        time, and commits made while it runs neither break it nor make it repeat a document; what it gives was read up
        to a page of documents earlier. ValueError names a field that is not declared.
        """

    def count(
        self, kind: str, *, equal: Mapping[str, Scalar] | None = None, between: tuple[str, Scalar, Scalar] | None = None
    ) -> int:
        """How many `find` would give."""

    def commit(self, *changes: Change) -> None:
        """Write all changes or none, durably. Conflict where a version differs from what is stored.

        A delete names the version that was read, and a document stands once in a commit: else ValueError.
        """

    def keep_raw(self, *contents: bytes) -> list[str]:
        """Keep bytes durably before this returns; their keys (SHA-256, hex) in order. The same bytes are kept once."""

    def raw(self, key: str) -> bytes:
        """The bytes under that key. KeyError where there are none."""

    def close(self) -> None:
        """Let go of files and connections. A closed store is not used again."""


def open_store(url: str, indexes: Mapping[str, tuple[str, ...]], base: Path | None = None) -> Store:
    """Open the store that the URL names, creating what is missing of it.

    `tiny:FILE` (a path relative to `base`, the raw mails beside it), `tiny::memory:` (gone when closed),
    `postgresql://…`. `indexes` declares per kind the top-level fields that `find` and `count` may ask for, and
    beside them `status+arrival` for questions about one status that order by arrival or bound it: without such an index
    what matches is sorted. An index that is new to a store with documents is built here, one that is no longer named
    does no harm. StoreError says what is wrong and what to do.
    """
    opener = _OPENERS.get(url.partition(":")[0])
    if opener is None:
        raise StoreError(f"{url.partition(':')[0]!r} is no store: write tiny:FILE, tiny::memory: or postgresql://…")
    return opener(url, indexes, base)


def _open_tiny(url: str, indexes: Mapping[str, tuple[str, ...]], base: Path | None) -> Store:
    from storage.tiny import TinyStore

    place = url.removeprefix("tiny:")
    if not place:
        raise StoreError("tiny: names no file: write tiny:storage/data/worker.db")
    return TinyStore(None if place == ":memory:" else (base or Path()) / place, indexes)


def _open_postgres(url: str, indexes: Mapping[str, tuple[str, ...]], _base: Path | None) -> Store:
    try:
        from storage.postgres import PostgresStore
    except ImportError as error:
        raise StoreError(f"postgresql:// needs psycopg ({error}): pip install 'support-worker[postgres]'") from error
    return PostgresStore(url, indexes)


_OPENERS: Mapping[str, Callable[[str, Mapping[str, tuple[str, ...]], Path | None], Store]] = {
    "tiny": _open_tiny,
    "postgresql": _open_postgres,
    "postgres": _open_postgres,
}
