"""ONE SQLite file for many threads and processes: its connections, its transactions, its tables of JSON rows."""

from __future__ import annotations

import re
import sqlite3
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from storage import StoreError

APPLICATION = 0x53574B31  # `SWK1`, in the header of every file of ours; 0 is SQLite's default
LAYOUT = 1
NOTHING = float("-inf")  # what null and missing are in an index: they come first, and equal each other
LOWEST_NUMBER = -sys.float_info.max
LOWEST_TEXT = ""
LOWEST_BLOB = b""  # above every text, as every text is above every number
BUSY_SECONDS = 60.0
_PLAIN_NAME = re.compile(r"(?!sqlite_)[a-z_][a-z0-9_]*")


@lru_cache(maxsize=256)
def table_name(kind: str, part: str = "") -> str:
    """The SQL name of a kind's table, or of a part of it: `#key`, `.field` for its indexes.

    Other names than plain words go in hex, since SQLite folds case and keeps some names for itself.
    """
    return f'"{kind}{part}"' if _PLAIN_NAME.fullmatch(kind) else f'"={kind.encode().hex()}{part}"'


def kind_of(table: str) -> str:
    """The kind whose rows that SQLite table holds."""
    return bytes.fromhex(table[1:]).decode() if table.startswith("=") else table


def value_of(field: str) -> str:
    """A field's value as SQL: the same words in index and query, or SQLite would not use the index."""
    return f"ifnull(json_extract(body,'$.{field}'),-9e999)"


def create_table(connection: sqlite3.Connection, kind: str, indexes: Iterable[tuple[str, ...]] = ()) -> None:
    """Create what is missing of a kind's table and indexes; what is there stays."""
    table = table_name(kind)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {table} (doc_id INTEGER PRIMARY KEY, key TEXT NOT NULL,"
        " version INTEGER NOT NULL DEFAULT 1, body TEXT NOT NULL)"
    )
    connection.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {table_name(kind, '#key')} ON {table} (key)")
    for fields in indexes:
        name = table_name(kind, f".{'+'.join(fields)}")
        columns = ", ".join(map(value_of, fields))
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns}, key)")


class Connections:
    """One connection that writes, guarded by a lock, and as many that read as there are threads reading at once.

    In memory (`path` None) one connection does both. A thread may nest `writing`: the outermost one commits.
    Every error of SQLite leaves here as StoreError.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._readers: deque[sqlite3.Connection] = deque()
        self._writer: sqlite3.Connection | None = None
        self._writing_thread = 0
        self._closed = False
        with self._translated(), self._lock:
            self._writer = self._connect()
            try:
                _make_ours(self._writer, str(path))
            except BaseException:
                self._writer.close()
                raise

    def __str__(self) -> str:
        return str(self._path or ":memory:")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed durably at the end of the block, undone where the block raises."""
        with self._translated(), self._lock:
            connection = self._open_writer()
            if self.is_writing_here:
                yield connection
                return
            _patiently(connection, "BEGIN IMMEDIATE")
            self._writing_thread = threading.get_ident()
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise
            finally:
                self._writing_thread = 0

    def read(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; none where its table does not exist yet. No transaction stays open.

        They are what is committed, and inside `writing` what that has written.
        """
        try:
            if self._path is None or self.is_writing_here:
                with self._lock:
                    return _rows(self._open_writer(), sql, values)
            connection = self._borrow()
            try:
                found = _rows(connection, sql, values)
            except BaseException:
                connection.close()
                raise
            self._give_back(connection)
        except sqlite3.Error as error:
            raise StoreError(f"{self}: {error}") from error
        return found

    @property
    def is_writing_here(self) -> bool:
        """Whether this very thread is inside `writing`."""
        return self._writing_thread == threading.get_ident()

    def check_open(self) -> None:
        """StoreError where it is closed."""
        if self._closed:
            raise StoreError(f"{self} is closed")

    def close(self) -> None:
        """Close every connection; what is still borrowed is closed when it comes back."""
        with self._lock:
            self._closed = True
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            while self._readers:
                self._readers.pop().close()

    def _borrow(self) -> sqlite3.Connection:
        self.check_open()
        try:
            return self._readers.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._readers.append(connection)
        if self._closed:
            self.close()

    def _open_writer(self) -> sqlite3.Connection:
        self.check_open()
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path or ":memory:",
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _undo(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error):
            if connection.in_transaction:  # SQLite has already rolled back after some errors, a full disk for one
                connection.execute("ROLLBACK")
        if connection.in_transaction:
            connection.close()
            self._writer = None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"{self}: {error}") from error


def _rows(connection: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(sql, values).fetchall()
    except sqlite3.OperationalError as error:
        if str(error).startswith("no such table"):
            return []
        raise


def _patiently(connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Execute what needs the file for itself.

    SQLite waits for others by itself, but not where it sees a recovery, or another process that switches to WAL.
    """
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return connection.execute(statement)
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > give_up:
                raise
        time.sleep(0.002)


def _is_busy(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _make_ours(connection: sqlite3.Connection, path: str) -> None:
    """Mark a new file as ours and switch it to WAL. StoreError where it is somebody else's, or of a later version."""
    _check_owner(connection, path)
    mode = _patiently(connection, "PRAGMA journal_mode=WAL").fetchone()[0]
    if mode not in {"wal", "memory"}:
        raise StoreError(f"{path}: its file system has no shared memory, which SQLite's log needs: use a local disk")
    _patiently(connection, "BEGIN IMMEDIATE")
    if _pragma(connection, "application_id") == 0:
        connection.execute(f"PRAGMA application_id={APPLICATION}")
        connection.execute(f"PRAGMA user_version={LAYOUT}")
    connection.execute("COMMIT")


def _check_owner(connection: sqlite3.Connection, path: str) -> None:
    owner = _pragma(connection, "application_id")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner != APPLICATION and (owner or tables):
        raise StoreError(f"{path} is a SQLite database of another program")
    if _pragma(connection, "user_version") > LAYOUT:
        raise StoreError(f"{path} was written by a later version of this program")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value
