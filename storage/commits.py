"""COMMITS in one transaction what several threads want committed, since to sync the disk is what a commit costs."""

# ruff: noqa: S608  names in SQL come from table_name(), values are always bound

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Container
from dataclasses import dataclass

from storage import Conflict, StoreError
from storage.checks import Row
from storage.sqlite import Connections, create_table, table_name


@dataclass(slots=True, eq=False)
class _Ticket:
    """The rows of one commit, and what became of them."""

    rows: list[Row]
    is_done: bool = False
    error: StoreError | None = None


class Commits:
    """The queue of commits. One thread leads: it commits for all who wait, each all or nothing, while others queue up."""

    def __init__(self, connections: Connections, declared: Container[str]) -> None:
        self._connections = connections
        self._declared = declared
        self._turn = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._has_leader = False

    def commit(self, rows: list[Row]) -> None:
        """Write these rows durably, or none of them. Conflict where a version differs."""
        if self._connections.is_writing_here:
            with self._connections.writing() as connection:
                self._write(connection, rows)
            return
        ticket = _Ticket(rows)
        if self._has_to_lead(ticket):
            self._lead()
        if ticket.error:
            raise ticket.error

    def _has_to_lead(self, ticket: _Ticket) -> bool:
        """Wait until another thread has committed these rows too, or until nobody leads."""
        with self._turn:
            self._waiting.append(ticket)
            self._turn.wait_for(lambda: ticket.is_done or not self._has_leader)
            if not ticket.is_done:
                self._has_leader = True
            return not ticket.is_done

    def _lead(self) -> None:
        tickets: list[_Ticket] = []
        try:
            with self._connections.writing() as connection:
                tickets = self._take_all()
                for ticket in tickets:
                    ticket.error = self._try(connection, ticket.rows)
        except BaseException as error:
            tickets = tickets or self._take_all()
            for ticket in tickets:
                ticket.error = ticket.error or StoreError(str(error))
            if not isinstance(error, StoreError):
                raise
        finally:
            self._release(tickets)

    def _take_all(self) -> list[_Ticket]:
        with self._turn:
            taken, self._waiting = self._waiting, []
            return taken

    def _release(self, tickets: list[_Ticket]) -> None:
        with self._turn:
            for ticket in tickets:
                ticket.is_done = True
            self._has_leader = False
            self._turn.notify_all()

    def _try(self, connection: sqlite3.Connection, rows: list[Row]) -> StoreError | None:
        """Write the rows of one commit. Where that fails undo these, and leave the others of the transaction alone."""
        connection.execute("SAVEPOINT one")
        try:
            self._write(connection, rows)
        except (Conflict, sqlite3.Error) as error:
            if not connection.in_transaction:  # SQLite has undone everything, on a full disk for example
                raise
            connection.execute("ROLLBACK TO one")
            connection.execute("RELEASE one")
            return error if isinstance(error, Conflict) else StoreError(str(error))
        connection.execute("RELEASE one")
        return None

    def _write(self, connection: sqlite3.Connection, rows: list[Row]) -> None:
        for row in rows:
            if row.kind not in self._declared:
                create_table(connection, row.kind)
            if _write_row(connection, row).rowcount != 1:
                raise Conflict(row.kind, row.key)


def _write_row(connection: sqlite3.Connection, row: Row) -> sqlite3.Cursor:
    """Touch one row where the version is right, and none where it is not."""
    table = table_name(row.kind)
    if row.body is None:
        return connection.execute(f"DELETE FROM {table} WHERE key = ? AND version = ?", (row.key, row.version))
    if row.version:
        sql = f"UPDATE {table} SET body = ?, version = version + 1 WHERE key = ? AND version = ?"
        return connection.execute(sql, (row.body, row.key, row.version))
    sql = f"INSERT INTO {table} (key, body) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
    return connection.execute(sql, (row.key, row.body))
