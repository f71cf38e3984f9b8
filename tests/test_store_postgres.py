"""What only the PostgreSQL store has: a server that can be lost, a planner, databases that order as a language does."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import psycopg
import pytest

from conftest import POSTGRES, postgres_schema
from storage import Change, Conflict, Stored, StoreError, open_store, postgres
from storage.checks import asked
from storage.postgres import PostgresStore
from store_process import INDEXES

# ---- a line that a test can cut -------------------------------------------------------------------------------------


class Line:
    """The way to the server: a TCP port of this machine that passes everything on until a test cuts it."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.cut_behind = b""  # the connection breaks when the client has said this, before the answer passes
        self.is_down = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def close(self) -> None:
        """Break everything for good."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.is_down:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                self._ends += [client, server]
                is_mute = threading.Event()
                for pump in (self._ask, self._answer):
                    threading.Thread(target=pump, args=(client, server, is_mute), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, is_mute: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if not self.cut_behind or self.cut_behind not in data:
                    server.sendall(data)
                    continue
                self.cut_behind = b""
                is_mute.set()
                server.sendall(data)
                time.sleep(0.1)  # the server has done it by then
                for end in self._ends if self.is_down else (client, server):
                    end.shutdown(socket.SHUT_RDWR)

    def _answer(self, client: socket.socket, server: socket.socket, is_mute: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if not is_mute.is_set():
                    client.sendall(data)


@pytest.fixture
def line(postgres_url: str) -> Iterator[Line]:
    """A line to the server."""
    address = urlsplit(postgres_url)
    opened = Line(address.hostname or "127.0.0.1", address.port or 5432)
    yield opened
    opened.close()


@pytest.fixture
def store(postgres_url: str, line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresStore]:
    """An empty store at the end of that line."""
    monkeypatch.setattr(postgres, "_WAIT_SECONDS", 1.0)
    address = urlsplit(postgres_url)
    through = address._replace(netloc=f"{address.netloc.rpartition('@')[0]}@127.0.0.1:{line.port}")
    opened = PostgresStore(through.geturl(), INDEXES)
    yield opened
    opened.close()


@pytest.mark.parametrize("word", [b"COMMIT\0", b"INSERT INTO"], ids=["the commit", "the insert"])
def test_a_commit_whose_answer_is_lost_is_done_exactly_once(store: PostgresStore, line: Line, word: bytes) -> None:
    line.cut_behind = word

    store.commit(Change("request", "x", {"number": 1}), Change("letter", "x", {"status": "queued"}))

    assert line.cut_behind == b""
    assert store.get("request", "x") == Stored("x", 1, {"number": 1})
    assert store.get("letter", "x") == Stored("x", 1, {"status": "queued"})


def test_a_conflict_is_still_one_when_the_connection_breaks_before_it_is_seen(store: PostgresStore, line: Line) -> None:
    store.commit(Change("request", "x", {"number": 1}))
    line.cut_behind = b"INSERT INTO"

    with pytest.raises(Conflict):
        store.commit(Change("request", "x", {"number": 2}))

    assert store.get("request", "x") == Stored("x", 1, {"number": 1})


def test_reads_go_on_after_a_restart_of_the_server(store: PostgresStore, line: Line) -> None:
    store.commit(Change("request", "x", {"number": 1}))
    line.cut()

    assert store.get("request", "x") == Stored("x", 1, {"number": 1})
    line.cut()
    assert store.count("request") == 1
    line.cut()
    assert store.keep_raw(b"a") == store.keep_raw(b"a")


def test_a_stream_goes_on_after_a_restart_of_the_server(store: PostgresStore, line: Line) -> None:
    store.commit(*(Change("request", f"{number:03}", {"number": number}) for number in range(400)))

    found = []
    for each in store.find("request", order_by="number"):
        if each.key in {"010", "100", "250"}:
            line.cut()
        found.append(each.key)

    assert found == [f"{number:03}" for number in range(400)]


def test_a_server_that_is_away_is_a_store_error_and_its_return_is_noticed(store: PostgresStore, line: Line) -> None:
    store.commit(Change("request", "x", {"number": 1}))
    line.is_down = True
    line.cut()

    with pytest.raises(StoreError, match="postgresql"):
        store.get("request", "x")
    with pytest.raises(StoreError):
        store.commit(Change("request", "x", {"number": 2}, 1))
    with pytest.raises(StoreError):
        store.keep_raw(b"a")

    line.is_down = False
    eventually(lambda: store.commit(Change("request", "x", {"number": 3}, 1)))
    assert store.get("request", "x") == Stored("x", 2, {"number": 3})


def test_a_commit_that_nobody_can_tell_about_says_so(store: PostgresStore, line: Line) -> None:
    store.count("request")
    line.cut_behind = b"COMMIT\0"
    line.is_down = True

    with pytest.raises(StoreError, match="not known"):
        store.commit(Change("request", "x", {"number": 1}))


def eventually(work: object) -> None:
    """Try until the server is found again, as the worker's own retries do."""
    assert callable(work)
    give_up = time.monotonic() + 20
    while True:
        try:
            work()
        except StoreError:
            if time.monotonic() > give_up:
                raise
        else:
            return


# ---- plans ----------------------------------------------------------------------------------------------------------

PLANS: Mapping[str, tuple[dict[str, object], str]] = {
    "equal": ({"equal": {"arrival": "00077"}}, "arrival"),
    "between texts": ({"between": ("arrival", "00077", "00099")}, "arrival"),
    "between numbers": ({"between": ("number", 77, 99)}, "number"),
    "in order": ({"order_by": "arrival"}, "arrival"),
    "in order, downwards": ({"order_by": "arrival", "descending": True}, "arrival"),
    "equal, in order": ({"equal": {"status": "done"}, "order_by": "arrival"}, "status_arrival"),
    "equal and between": (
        {"equal": {"status": "done"}, "between": ("arrival", "00077", None), "order_by": "arrival"},
        "status_arrival",
    ),
    "an equal that few have": ({"equal": {"status": "queued"}, "order_by": "number"}, "status"),
    "an equal that nearly all have": ({"equal": {"status": "done"}, "order_by": "number"}, "number"),
}


@pytest.fixture(scope="module")
def analysed() -> Iterator[PostgresStore]:
    """A store with so many documents that the planner looks for an index, and with its statistics."""
    with postgres_schema() as url, psycopg.connect(url, autocommit=True) as connection:
        opened = PostgresStore(url, INDEXES)
        opened.commit(
            *(
                Change(
                    "request", f"{n}", {"status": "done" if n % 500 else "queued", "arrival": f"{n:05}", "number": n}
                )
                for n in range(5000)
            )
        )
        connection.execute("ANALYZE")
        yield opened
        opened.close()


@pytest.mark.parametrize(("ask", "field"), PLANS.values(), ids=PLANS.keys())
def test_an_index_leads_to_the_documents(analysed: PostgresStore, ask: dict[str, object], field: str) -> None:
    question = asked(analysed._indexes, "request", **{"equal": None, "between": None, **ask})  # type: ignore[arg-type]

    plan = explain(analysed, *analysed._rows("request").page(question, None, 64))

    assert f"document_request_{field}" in plan
    assert "Seq Scan" not in plan


def test_a_later_page_begins_in_the_index_where_the_last_one_ended(analysed: PostgresStore) -> None:
    plan = explain(
        analysed,
        *analysed._rows("request").page(
            asked(analysed._indexes, "request", None, None, "arrival"), ("s00050", "50"), 64
        ),
    )

    assert postgres._relation("request", "arrival") in plan
    assert "Index Cond: (ROW" in plan
    assert "Sort" not in plan


def test_count_walks_an_index(analysed: PostgresStore) -> None:
    statement = analysed._rows("request").count(asked(analysed._indexes, "request", {"status": "queued"}, None))

    assert "Index Scan using document_request_status" in explain(analysed, *statement)


def explain(store: PostgresStore, statement: str, values: tuple[object, ...]) -> str:
    lines = store._read((f"EXPLAIN {statement}", values))
    return "\n".join(line for (line,) in lines)


# ---- the database ---------------------------------------------------------------------------------------------------


def test_strings_are_ordered_by_code_point_also_in_a_database_that_orders_as_vietnamese_does(postgres_url: str) -> None:
    words = ["Zebra", "a", "b", "Đỗ", "ẩn", "an", "z", "\ue000", "🎈"]
    with own_database("LOCALE_PROVIDER icu ICU_LOCALE 'vi' ENCODING 'UTF8' TEMPLATE template0") as url:
        store = PostgresStore(url, INDEXES)
        store.commit(*(Change("request", word, {"status": word}) for word in words))

        assert [each.key for each in store.find("request")] == sorted(words)
        assert [each.key for each in store.find("request", order_by="status")] == sorted(words)
        assert [each.key for each in store.find("request", order_by="status", after="b")] == sorted(words)[4:]
        assert store.count("request", between=("status", "b", "ẩn")) == 3
        store.close()


def test_a_database_that_is_not_in_utf8_is_refused(postgres_url: str) -> None:
    with (
        own_database("LOCALE 'C' ENCODING 'LATIN1' TEMPLATE template0") as url,
        pytest.raises(StoreError, match="encoded in LATIN1"),
    ):
        open_store(url, INDEXES)


@contextlib.contextmanager
def own_database(options: str) -> Iterator[str]:
    """The URL of a database made for one test."""
    name = f"test_{time.time_ns()}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        try:
            connection.execute(f"CREATE DATABASE {name} {options}")
        except psycopg.Error as error:
            pytest.skip(f"no database with {options}: {error}")
        try:
            yield urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_table_of_another_program_is_left_alone(new_postgres_url: str) -> None:
    with psycopg.connect(new_postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE document (title text)")

        with pytest.raises(StoreError, match="another program"):
            open_store(new_postgres_url, INDEXES)


def test_a_search_path_without_a_schema_says_what_to_do(postgres_url: str) -> None:
    with pytest.raises(StoreError, match="no schema of the search path exists"):
        open_store(f"{POSTGRES}?options=-csearch_path%3Dno_such_schema", INDEXES)


def test_the_password_is_in_no_error(postgres_url: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://nobody:geheim@127.0.0.1:1/none", INDEXES)

    assert "geheim" not in str(caught.value)
