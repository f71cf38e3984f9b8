"""THE STORE FOR SEVERAL MACHINES: the store contract on PostgreSQL, documents as jsonb, raw mails as bytea."""

# ruff: noqa: S608  names in SQL come from the declared indexes, which are plain words; values are always bound

from __future__ import annotations

import hashlib
import itertools
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import Connection, IsolationLevel, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool

from storage import Change, Conflict, Scalar, Stored, StoreError, checks
from storage.checks import Asked, Between, Declared, Row
from storage.paging import Place, stream

_OURS = "support-worker, layout 1"  # the comment on the table `document`, as in schema.sql
_MOST_CONNECTIONS = 16
_WAIT_SECONDS = 10.0
_DEFAULTS = {"fallback_application_name": "support-worker", "connect_timeout": "5", "tcp_user_timeout": "30000"}
_PAGES = (64, 256, 1000)  # rows that a stream reads at once: few at first, since most readers want only the beginning
_LATER_PAGES = 4000  # many then, since the server may have to sort all that matches for each page
_WHOLE = 500  # characters; of a longer string index_value() in schema.sql has the beginning and a digest

Sql = tuple[str, tuple[Any, ...]]  # a statement or a part of one, and the values of its placeholders
Result = TypeVar("Result")


class PostgresStore:
    """`storage.Store` in one schema of a PostgreSQL database (the first of the URL's search path)."""

    def __init__(self, url: str, indexes: Mapping[str, tuple[str, ...]]) -> None:
        self._indexes = checks.declared(indexes)
        self._server = _Server(url)
        self._server.prepare(lambda connection: _prepare(connection, self._indexes))

    def get(self, kind: str, key: str) -> Stored | None:
        found = self._read(self._rows(checks.name(kind)).get("version, body::text", checks.name(key)))
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
        rows = self._rows(asked.kind)
        return stream(
            lambda place, size: self._read(rows.page(asked, place, size)),
            itertools.chain(_PAGES, itertools.repeat(_LATER_PAGES)),
            place,
            limit or sys.maxsize,
            bool(asked.order_by),
        )

    def count(
        self, kind: str, *, equal: Mapping[str, Scalar] | None = None, between: tuple[str, Scalar, Scalar] | None = None
    ) -> int:
        asked = checks.asked(self._indexes, kind, equal, between)
        return int(self._read(self._rows(asked.kind).count(asked))[0][0])

    def commit(self, *changes: Change) -> None:
        rows = checks.rows(changes, self._indexes)
        statements = [self._rows(row.kind).write(row) for row in rows]
        if rows:
            self._server.commit(lambda connection, begun: _write(connection, rows, statements, begun))

    def keep_raw(self, *contents: bytes) -> list[str]:
        keys = [hashlib.sha256(content).hexdigest() for content in contents]
        self._server.run(lambda connection: _keep(connection, dict(zip(keys, contents, strict=True))))
        return keys

    def raw(self, key: str) -> bytes:
        if not checks.is_raw_key(key):
            raise KeyError(key)
        statement = "SELECT content FROM raw WHERE key = %s"
        found = self._server.run(lambda connection: connection.execute(statement, (key,), binary=True).fetchone())
        if found is None:
            raise KeyError(key)
        return bytes(found[0])

    def close(self) -> None:
        self._server.close()

    def _read(self, statement: Sql) -> list[Any]:
        return self._server.run(lambda connection: connection.execute(*statement).fetchall())

    def _rows(self, kind: str) -> _Rows:
        return _Rows(kind, kind in self._indexes)

    def _place(self, asked: Asked, key: str) -> Place:
        """Where the document under that key stands in the order. Conflict where it has been deleted since."""
        if not asked.order_by:
            return ("", key)
        found = self._read(self._rows(asked.kind).get(value_of(asked.order_by), key))
        if not found:
            raise Conflict(asked.kind, key)
        return (found[0][0], key)


# ---- statements -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rows:
    """The statements about the rows of one kind: on its own partition, since the planner knows that best.

    A kind that is not declared is asked for in all partitions, since another process may have given it one.
    """

    kind: str
    is_declared: bool

    @property
    def table(self) -> str:
        return f'"{_relation(self.kind)}"' if self.is_declared else "document"

    @property
    def where(self) -> str:
        return f"WHERE kind = {sql.quote(self.kind).replace('%', '%%')}" if not self.is_declared else "WHERE true"

    def get(self, column: str, key: str) -> Sql:
        return f"SELECT {column} FROM {self.table} {self.where} AND key = %s", (key,)

    def count(self, asked: Asked) -> Sql:
        conditions, values = _joined(_conditions(asked))
        return f"SELECT count(*) FROM {self.table} {self.where}{conditions}", values

    def page(self, asked: Asked, place: Place | None, size: int) -> Sql:
        """Read the next documents behind a place."""
        value = value_of(asked.order_by) if asked.order_by else "''"
        behind = _behind(asked, value, place) if place else ("true", ())
        conditions, values = _joined((*_conditions(asked), behind))
        way = "DESC" if asked.descending else "ASC"
        order = f"{value} {way}, key {way}" if asked.order_by else f"key {way}"
        columns = f"{value}, key, version, body::text"
        return f"SELECT {columns} FROM {self.table} {self.where}{conditions} ORDER BY {order} LIMIT {size}", values

    def write(self, row: Row) -> Sql:
        """Touch one row where the version is right, and none where it is not."""
        if row.body is None:
            return f"DELETE FROM {self.table} {self.where} AND key = %s AND version = %s", (row.key, row.version)
        if row.version:
            update = (
                f"UPDATE {self.table} SET body = %s, version = version + 1 {self.where} AND key = %s AND version = %s"
            )
            return update, (row.body, row.key, row.version)
        insert = f"INSERT INTO {self.table} (kind, key, body) VALUES (%s, %s, %s) ON CONFLICT (key, kind) DO NOTHING"
        return insert, (row.kind, row.key, row.body)


def value_of(field: str) -> str:
    """A field's value as SQL: the same words in index and query, or the server would not use the index."""
    return f"index_value(body->'{field}') COLLATE \"C\""


def _joined(conditions: Iterable[Sql]) -> Sql:
    parts = list(conditions)
    return "".join(f" AND {each}" for each, _ in parts), tuple(value for _, values in parts for value in values)


def _behind(asked: Asked, value: str, place: Place) -> Sql:
    sign = "<" if asked.descending else ">"
    return (f"({value}, key) {sign} (%s, %s)", place) if asked.order_by else (f"key {sign} %s", (place[1],))


def _conditions(asked: Asked) -> Iterator[Sql]:
    for field, value in asked.equal:
        yield f"{value_of(field)} = index_value(%s::jsonb)", (_json(value),)
        if isinstance(value, str) and len(value) > _WHOLE:  # a digest is no proof
            yield f"body->>'{field}' = %s", (value,)
    if asked.between:
        yield from _sides(asked.between)


def _sides(between: Between) -> Iterator[Sql]:
    """Open sides are the letters that index_value() puts before numbers and strings, and what follows them."""
    lowest = "s" if between.is_of_texts else "n"
    highest = "o" if between.is_of_numbers else "t"
    for sign, bound, end in ((">=", between.low, lowest), ("<", between.high, highest)):
        mark = ("%s", (end,)) if bound is None else ("index_value(%s::jsonb)", (_json(bound),))
        yield f"{value_of(between.field)} {sign} {mark[0]}", mark[1]


def _json(value: Scalar) -> str:
    return msgspec.json.encode(value).decode()


def _write(connection: Connection, rows: list[Row], statements: list[Sql], begun: list[str]) -> None:
    """Write the rows in one transaction; its id goes to `begun` before the commit is asked for."""
    with connection.pipeline() as pipeline, connection.transaction():
        written = [connection.execute(*statement) for statement in statements]
        transaction = connection.execute("SELECT pg_current_xact_id()::text")
        pipeline.sync()
        for row, cursor in zip(rows, written, strict=True):
            if cursor.rowcount != 1:
                raise Conflict(row.kind, row.key)
        begun.extend(*transaction.fetchall())


def _keep(connection: Connection, contents: Mapping[str, bytes]) -> None:
    found = connection.execute("SELECT key FROM raw WHERE key = ANY(%s)", (list(contents),)).fetchall()
    missing = sorted(contents.keys() - {key for (key,) in found})
    insert = "INSERT INTO raw (key, content) VALUES (%s, %b) ON CONFLICT (key) DO NOTHING"
    if missing:
        with connection.transaction():
            connection.cursor().executemany(insert, [(key, contents[key]) for key in missing])


# ---- the first open -------------------------------------------------------------------------------------------------


def _prepare(connection: Connection, indexes: Declared) -> None:
    """Create what is missing of tables and indexes. Several processes may open at once: they queue up here."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('support-worker'), hashtext(current_schema()))")
        if not _is_ours(connection):
            connection.execute(resources.files("storage").joinpath("schema.sql").read_text("utf-8"))
        present = "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        names = {name for (name,) in connection.execute(present)}
        for kind, declared in indexes.items():
            if _relation(kind) not in names:
                _add_partition(connection, kind)
            for fields in declared:
                if _relation(kind, *fields) not in names:
                    connection.execute(_index(kind, fields))


def _add_partition(connection: Connection, kind: str) -> None:
    """Give a kind its own partition, and move there what it has while nobody declared it."""
    table, literal = _relation(kind), sql.quote(kind)
    connection.execute(f'CREATE TABLE "{table}" (LIKE document INCLUDING ALL)')
    connection.execute(
        f"WITH moved AS (DELETE FROM document_other WHERE kind = {literal} RETURNING *)"
        f' INSERT INTO "{table}" SELECT * FROM moved'
    )
    connection.execute(f'ALTER TABLE document ATTACH PARTITION "{table}" FOR VALUES IN ({literal})')


def _is_ours(connection: Connection) -> bool:
    """Whether the tables are there. StoreError where they cannot be made, or are somebody else's."""
    facts = connection.execute(
        "SELECT current_schema(), current_setting('server_encoding'), c.oid, obj_description(c.oid, 'pg_class')"
        " FROM (SELECT) AS one LEFT JOIN pg_class AS c"
        " ON c.relname IN ('document', 'raw') AND c.relnamespace = current_schema()::regnamespace"
        " ORDER BY c.relname LIMIT 1"
    ).fetchone()
    schema, encoding, table, comment = facts or (None, None, None, None)
    if schema is None:
        raise StoreError("no schema of the search path exists: create one, or correct the search_path of the URL")
    if encoding != "UTF8":
        raise StoreError(f"the database is encoded in {encoding}: create one with ENCODING 'UTF8'")
    if table is not None and comment != _OURS:
        raise StoreError(f"the schema {schema} holds a table of another program, or of a later version of this one")
    return table is not None


def _relation(kind: str, *fields: str) -> str:
    """The name of a kind's partition, or of its index on a field: readable, at most 63 bytes, and never another's."""
    digest = hashlib.sha256("\0".join((kind, *fields)).encode()).hexdigest()[:12]
    readable = re.sub(r"[^a-z0-9]+", "_", " ".join((kind, *fields)).lower())[:38].strip("_")
    return f"document_{readable}_{digest}"


def _index(kind: str, fields: tuple[str, ...]) -> str:
    columns = ", ".join(map(value_of, fields))
    return f'CREATE INDEX "{_relation(kind, *fields)}" ON "{_relation(kind)}" ({columns}, key)'


# ---- the connection -------------------------------------------------------------------------------------------------


class _LostError(Exception):
    """The connection broke while it was used."""


class _Server:
    """A pool of connections that survives a restart of the server. Every error of psycopg leaves here as StoreError."""

    def __init__(self, url: str) -> None:
        self._name = "postgresql"
        with self._translated():
            given = conninfo_to_dict(url)
            self._name = f"postgresql {given.get('host', 'localhost')}/{given.get('dbname', '')}"
            self._conninfo = make_conninfo(
                url, **{name: value for name, value in _DEFAULTS.items() if name not in given}
            )
        self._pool = ConnectionPool(
            self._conninfo,
            kwargs={"autocommit": True},
            configure=_configure,
            min_size=1,
            max_size=_MOST_CONNECTIONS,
            timeout=_WAIT_SECONDS,
            reconnect_timeout=_WAIT_SECONDS,
            open=False,
        )

    def prepare(self, work: Callable[[Connection], None]) -> None:
        """Do the work on a connection of its own, whose refusal says why, then open the pool, whose would not."""
        with self._translated(), psycopg.connect(self._conninfo, autocommit=True) as connection:
            work(connection)
        self._pool.open()

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Do what may be done twice: it is, where the connection turns out to be lost."""
        with self._translated():
            try:
                return self._attempt(work)
            except _LostError:
                self._pool.check()
                return self._attempt(work)

    def commit(self, work: Callable[[Connection, list[str]], None]) -> None:
        """Do the work, which commits, exactly once; where the answer to COMMIT was lost, the server is asked about it.

        StoreError says so in the one case in which that remains unknown: the server does not come back.
        """
        begun: list[str] = []
        with self._translated():
            try:
                self._attempt(lambda connection: work(connection, begun))
            except _LostError:
                self._pool.check()
                if not (begun and self._was_committed(begun[0])):
                    self._attempt(lambda connection: work(connection, []))

    def close(self) -> None:
        self._pool.close()

    def _attempt(self, work: Callable[[Connection], Result]) -> Result:
        with self._pool.connection() as connection:
            try:
                return work(connection)
            except psycopg.Error as error:
                if connection.closed:
                    raise _LostError(str(error)) from error
                raise

    def _was_committed(self, transaction: str) -> bool:
        give_up = time.monotonic() + _WAIT_SECONDS
        try:
            while (state := self.run(lambda connection: _state(connection, transaction))) == "in progress":
                if time.monotonic() > give_up:
                    break
                time.sleep(0.02)
        except StoreError as error:
            state = str(error)
        if state not in {"committed", "aborted"}:
            raise _LostError(f"the connection broke in a commit, and it is not known whether it was kept: {state}")
        return state == "committed"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, _LostError) as error:
            raise StoreError(f"{self._name}: {str(error).strip()}") from error


def _state(connection: Connection, transaction: str) -> str:
    """`committed`, `aborted`, `in progress`, or what is left to say of a transaction too old to know."""
    found = connection.execute("SELECT pg_xact_status(%s::text::xid8)", (transaction,)).fetchone()
    return str(found and found[0])


def _configure(connection: Connection) -> None:
    """Set what the contract rests on, whatever the server's defaults are."""
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    connection.execute(
        "SELECT set_config('max_parallel_workers_per_gather', '0', false),"  # to start a worker takes longer than we do
        " set_config('synchronous_commit', CASE was WHEN 'off' THEN 'on' ELSE was END, false)"
        " FROM current_setting('synchronous_commit') AS was"
    )
