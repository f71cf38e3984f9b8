"""THE EMBEDDED STORE: TinyDB's API, and the store contract, over the rows of one SQLite file.

TinyDB's own storage rewrites its whole file for each change and is destroyed by two threads or a full disk. Here a
document is a row, an insert costs the same at any size, and what is hard about files stays SQLite's.
"""

# ruff: noqa: S608  names in SQL come from table_name() and value_of(), values are always bound

from __future__ import annotations

import copy
import hashlib
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from storage import Change, Conflict, Document, Scalar, Stored, StoreError, checks
from storage.checks import Asked
from storage.commits import Commits
from storage.paging import Place, stream
from storage.queries import EVERYTHING, translate
from storage.raw_files import RawFiles
from storage.sqlite import Connections, create_table, kind_of, table_name, value_of
from storage.walks import FEW, Walk

Fields = Mapping[str, object] | Callable[[MutableMapping[str, object]], None]

# ---- the contract ---------------------------------------------------------------------------------------------------


class TinyStore:
    """`storage.Store` on one SQLite file; see there for what each method promises. `db` is the same file as TinyDB."""

    def __init__(self, path: Path | None, indexes: Mapping[str, tuple[str, ...]]) -> None:
        self._indexes = checks.declared(indexes)
        _make_directory(path)
        self.db = RowDB(path)
        self._connections = self.db.connections
        self._commits = Commits(self._connections, self._indexes)
        try:
            self._raw = RawFiles(path.with_name(f"{path.name}.raw")) if path else _RawMemory()
            with self._connections.writing() as connection:
                for kind, declared in self._indexes.items():
                    create_table(connection, kind, declared)
        except BaseException:
            self.db.close()
            raise

    def get(self, kind: str, key: str) -> Stored | None:
        sql = f"SELECT version, body FROM {table_name(checks.name(kind))} WHERE key = ?"
        found = self._connections.read(sql, (checks.name(key),))
        return Stored(key, found[0][0], checks.decode(found[0][1])) if found else None

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
        asked = checks.asked(self._indexes, kind, equal, between, order_by, descending)
        place = self._place(asked, checks.name(after)) if after else None
        walk = self._best_walk(asked)
        return stream(
            lambda place, size: self._connections.read(*walk.page(place, size)),
            walk.page_sizes(),
            place,
            limit or sys.maxsize,
            bool(asked.order_by),
        )

    def count(
        self, kind: str, *, equal: Mapping[str, Scalar] | None = None, between: tuple[str, Scalar, Scalar] | None = None
    ) -> int:
        asked = checks.asked(self._indexes, kind, equal, between)
        walk = self._shortest_walk(asked)
        found = self._connections.read(f"SELECT count(*) {walk.matching}", walk.values)
        return int(found[0][0]) if found else 0

    def commit(self, *changes: Change) -> None:
        rows = checks.rows(changes, self._indexes)
        if rows:
            self._commits.commit(rows)

    def keep_raw(self, *contents: bytes) -> list[str]:
        self._connections.check_open()
        return self._raw.keep(*contents)

    def raw(self, key: str) -> bytes:
        self._connections.check_open()
        return self._raw.read(key)

    def close(self) -> None:
        self.db.close()
        self._raw.close()

    def _place(self, asked: Asked, key: str) -> Place:
        """Where the document under that key stands in the order. Conflict where it has been deleted since."""
        if not asked.order_by:
            return (key, key)
        sql = f"SELECT {value_of(asked.order_by)} FROM {table_name(asked.kind)} WHERE key = ?"
        found = self._connections.read(sql, (key,))
        if not found:
            raise Conflict(asked.kind, key)
        return (found[0][0], key)

    def _best_walk(self, asked: Asked) -> Walk:
        """The walk that leads to the documents in the fewest steps.

        Chosen here by counting, since SQLite without statistics takes every index to lead to ten rows.
        """
        walks = [Walk(asked, index) for index in ((), *self._indexes.get(asked.kind, ()))]
        ordered = max((walk for walk in walks if walk.is_ordered), key=lambda walk: len(walk.narrows))
        if len(ordered.narrows) == len(asked.fields):
            return ordered
        shortest = self._shortest_walk(asked)
        return shortest if self._count_a_few(shortest) < FEW else ordered

    def _shortest_walk(self, asked: Asked) -> Walk:
        """The walk that meets the fewest documents, in whatever order."""
        walks = [Walk(asked, index) for index in ((), *self._indexes.get(asked.kind, ()))]
        best = max(walks, key=lambda walk: len(walk.narrows))
        if len(best.narrows) == len(asked.fields):
            return best
        return min((walk for walk in walks if walk.narrows), key=self._count_a_few)

    def _count_a_few(self, walk: Walk) -> int:
        narrowed = Walk(walk.asked.only(walk.narrows), walk.index)
        sql = f"SELECT count(*) FROM (SELECT 1 {narrowed.matching} LIMIT {FEW})"
        found = self._connections.read(sql, narrowed.values)
        return int(found[0][0]) if found else 0


def _make_directory(path: Path | None) -> None:
    """Make the file and its directory, for their owner alone: they hold customers' mail."""
    if path is None:
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error}") from error


class _RawMemory:
    """Raw bytes of a store that is gone when it is closed."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def keep(self, *contents: bytes) -> list[str]:
        keys = [hashlib.sha256(content).hexdigest() for content in contents]
        self._contents.update(zip(keys, contents, strict=True))
        return keys

    def read(self, key: str) -> bytes:
        return self._contents[key]

    def close(self) -> None:
        self._contents.clear()


# ---- TinyDB ---------------------------------------------------------------------------------------------------------


class RowStorage(Storage):
    """What TinyDB hands the whole database to. Its tables go to the rows instead; this is for export and import."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.connections = Connections(None if path is None else Path(path))

    def read(self) -> dict[str, dict[str, Document]]:
        """All documents as TinyDB's JSON file would hold them."""
        return {kind: dict(_numbered(RowTable(self, kind))) for kind in self.kinds()}

    def write(self, data: Mapping[str, Mapping[str, Mapping[str, object]]]) -> None:
        """Make these all documents, in one transaction."""
        with self.connections.writing():
            for kind in self.kinds():
                self.drop(kind)
            for kind, documents in data.items():
                RowTable(self, kind).insert_multiple(
                    TinyDocument(document, int(doc_id)) for doc_id, document in documents.items()
                )

    def close(self) -> None:
        self.connections.close()

    def kinds(self) -> list[str]:
        """The names of the tables that exist."""
        found = self.connections.read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [kind_of(name) for (name,) in found]

    def drop(self, kind: str) -> None:
        """Remove a table with its documents, if it exists."""
        with self.connections.writing() as connection:
            connection.execute(f"DROP TABLE IF EXISTS {table_name(kind)}")


def _numbered(table: Iterable[TinyDocument]) -> Iterator[tuple[str, Document]]:
    for document in table:
        yield str(document.doc_id), dict(document)


class RowTable(Table):
    """A TinyDB table whose documents are rows.

    A query is answered by SQL where it can be (see `storage.queries`), by asking it about each document where not.
    There is no query cache: another process may have written since. A document that is inserted here gets the key
    `#<doc_id>`, under which the store contract finds it.
    """

    _storage: RowStorage

    @property
    def _rows(self) -> str:
        return table_name(self.name)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._storage.connections.writing() as connection:
            create_table(connection, self.name)
            yield connection

    def insert(self, document: Mapping[str, object]) -> int:
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, object]]) -> list[int]:
        with self._writing() as connection:
            return [self._insert(connection, document) for document in documents]

    def upsert(self, document: Mapping[str, object], cond: QueryLike | None = None) -> list[int]:
        with self._writing():
            return super().upsert(document, cond)

    def update(self, fields: Fields, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        with self._writing() as connection:
            found = self._chosen(cond, doc_ids)
            for document in found:
                if callable(fields):
                    fields(document)
                else:
                    document.update(fields)
                self._put(connection, document.doc_id, document)
        return [document.doc_id for document in found]

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        with self._writing() as connection:
            found = [document.doc_id for document in self._chosen(cond, doc_ids)]
            connection.executemany(f"DELETE FROM {self._rows} WHERE doc_id = ?", [(doc_id,) for doc_id in found])
        return found

    def truncate(self) -> None:
        with self._writing() as connection:
            connection.execute(f"DELETE FROM {self._rows}")

    def search(self, cond: QueryLike) -> list[TinyDocument]:
        return list(self._matching(cond))

    def get(  # type: ignore[override]  # TinyDB declares seven overloads of these three arguments
        self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: list[int] | None = None
    ) -> TinyDocument | list[TinyDocument] | None:
        if doc_id is not None:
            return next(iter(self._with_ids([doc_id])), None)
        if doc_ids is not None:
            return sorted(self._with_ids(doc_ids), key=lambda document: document.doc_id)
        if cond is not None:
            return next(self._matching(cond), None)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def count(self, cond: QueryLike) -> int:
        condition = translate(cond)
        if not condition.exact:
            return sum(1 for _ in self._matching(cond))
        return self._count(condition.sql, condition.values)

    def __len__(self) -> int:
        return self._count(EVERYTHING.sql, ())

    def __iter__(self) -> Iterator[TinyDocument]:
        for doc_id, body in self._walk():
            yield self._document(doc_id, body)

    def _count(self, condition: str, values: tuple[Scalar, ...]) -> int:
        found = self._storage.connections.read(f"SELECT count(*) FROM {self._rows} WHERE {condition}", values)
        return int(found[0][0]) if found else 0

    def _matching(self, cond: QueryLike) -> Iterator[TinyDocument]:
        condition = translate(cond)
        sql = f"SELECT doc_id, body FROM {self._rows} WHERE {condition.sql} ORDER BY doc_id"
        knows = condition.sql != EVERYTHING.sql
        for doc_id, body in self._storage.connections.read(sql, condition.values) if knows else self._walk():
            document = self._document(doc_id, body)
            if condition.exact or cond(document):
                yield document

    def _walk(self) -> Iterator[tuple[int, str]]:
        sql = f"SELECT doc_id, body FROM {self._rows} WHERE doc_id > ? ORDER BY doc_id LIMIT {FEW}"
        page = self._storage.connections.read(sql, (-sys.maxsize,))
        while page:
            yield from page
            page = self._storage.connections.read(sql, (page[-1][0],))

    def _with_ids(self, doc_ids: Iterable[int]) -> Iterator[TinyDocument]:
        for doc_id in dict.fromkeys(doc_ids):
            sql = f"SELECT doc_id, body FROM {self._rows} WHERE doc_id = ?"
            for found in self._storage.connections.read(sql, (int(doc_id),)):
                yield self._document(*found)

    def _chosen(self, cond: QueryLike | None, doc_ids: Iterable[int] | None) -> list[TinyDocument]:
        if doc_ids is not None:
            return list(self._with_ids(doc_ids))
        return list(self if cond is None else self._matching(cond))

    def _document(self, doc_id: int, body: str) -> TinyDocument:
        return self.document_class(checks.decode(body), self.document_id_class(doc_id))

    def _insert(self, connection: sqlite3.Connection, document: Mapping[str, object]) -> int:
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")  # noqa: TRY004  as TinyDB does
        doc_id = document.doc_id if isinstance(document, TinyDocument) else self._free_id(connection)
        body = checks.encode(dict(document), f"{self.name} {doc_id}")
        sql = f"INSERT INTO {self._rows} (doc_id, key, body) VALUES (?, ?, ?) ON CONFLICT (doc_id) DO NOTHING"
        if connection.execute(sql, (doc_id, f"#{doc_id}", body)).rowcount != 1:
            raise ValueError(f"Document with ID {doc_id} already exists")
        return doc_id

    def _free_id(self, connection: sqlite3.Connection) -> int:
        highest: int = connection.execute(f"SELECT ifnull(max(doc_id), 0) FROM {self._rows}").fetchone()[0]
        return highest + 1

    def _put(self, connection: sqlite3.Connection, doc_id: int, document: Mapping[str, object]) -> None:
        body = checks.encode(dict(document), f"{self.name} {doc_id}")
        sql = f"UPDATE {self._rows} SET body = ?, version = version + 1 WHERE doc_id = ?"
        connection.execute(sql, (body, doc_id))

    def _read_table(self) -> dict[str, Mapping[str, object]]:
        """The whole table, for what TinyDB has and this class does not override."""
        return {str(document.doc_id): dict(document) for document in self}

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, object]]], None]) -> None:
        """Let TinyDB change the whole table, in one transaction; only what differs is written."""
        with self._writing() as connection:
            before = {document.doc_id: dict(document) for document in self}
            table: dict[int, Mapping[str, object]] = dict(copy.deepcopy(before))
            updater(table)
            self.remove(doc_ids=before.keys() - table.keys())
            for doc_id, document in table.items():
                if doc_id not in before:
                    self._insert(connection, TinyDocument(document, doc_id))
                elif document != before[doc_id]:
                    self._put(connection, doc_id, document)


class RowDB(TinyDB):
    """TinyDB on rows: `RowDB("worker.db").table("request").search(where("status") == "queued")`."""

    table_class = RowTable
    _storage: RowStorage

    def __init__(self, path: Path | str | None = None) -> None:
        super().__init__(path, storage=RowStorage)

    @property
    def storage(self) -> RowStorage:
        return self._storage

    @property
    def connections(self) -> Connections:
        """What the rows are read and written through."""
        return self.storage.connections

    def tables(self) -> set[str]:
        return set(self.storage.kinds())

    def drop_tables(self) -> None:
        self.storage.write({})
        self._tables.clear()

    def drop_table(self, name: str) -> None:
        self._tables.pop(name, None)
        self.storage.drop(name)
