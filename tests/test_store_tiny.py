"""What only the embedded store has: TinyDB's API over rows, one file, and raw mails beside it."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import Query, TinyDB, where
from tinydb.queries import QueryInstance
from tinydb.storages import JSONStorage, MemoryStorage
from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from storage import Change, Conflict, Scalar, Stored, StoreError, checks, open_store
from storage.queries import translate
from storage.raw_files import RawFiles
from storage.tiny import RowDB, TinyStore
from storage.walks import Walk
from store_process import INDEXES
from test_store import at_once, ended, keys, put, start

# ---- TinyDB's API, compared with TinyDB itself ----------------------------------------------------------------------

DOCUMENTS: list[dict[str, object]] = [
    {"status": "queued", "n": 1, "tags": ["a", "b"], "sender": {"email": "a@b.vn", "name": "Ân"}},
    {"status": "done", "n": 2.5, "tags": [], "sender": {"email": "c@d.vn"}},
    {"status": None, "n": True, "sender": None},
    {"status": "", "n": False},
    {"status": "quo\"ted \\ '", "n": -7, "a.b": 1, "ổ": "ngoặc"},
    {"n": 0, "sender": "text, no object", "tags": "ab"},
    {},
    {"status": "[1,2]", "n": 2**62, "tags": [1, 2]},
    {"status": "Zebra", "n": 1.0, "tags": [{"x": 1}, {"x": 2}], "": "empty name"},
]


def is_at_least(value: object, low: int = 1) -> bool:
    return isinstance(value, int | float) and value >= low


QUERIES: Mapping[str, QueryInstance] = {
    "a text": where("status") == "queued",
    "a text that looks like JSON": where("status") == "[1,2]",
    "a text with quotes": where("status") == "quo\"ted \\ '",
    "the empty text": where("status") == "",
    "a number": where("n") == 1,
    "true": where("n") == True,  # noqa: E712
    "a float": where("n") == 2.5,
    "a whole float": where("n") == 1.0,
    "a large number": where("n") == 2**62,
    "a number no store keeps": where("n") == 2**80,
    "null": where("status") == None,  # noqa: E711
    "a list": where("tags") == ["a", "b"],
    "an object": where("sender") == {"email": "c@d.vn"},
    "a text no store keeps": where("status") == "\ud800",
    "a NUL": where("status") == "\0",
    "not a text": where("status") != "queued",
    "not null": where("status") != None,  # noqa: E711
    "not a number": where("n") != 1,
    "not a float": where("n") != 2.5,
    "not a list": where("tags") != [],
    "negated": ~(where("status") == "queued"),
    "negated twice": ~~(where("n") == 1),
    "negated, missing field": ~(where("sender").email == "a@b.vn"),
    "negated lambda": ~where("n").test(is_at_least),
    "nested": Query().sender.email == "a@b.vn",
    "nested in what is no object": Query().sender.email.x == 1,
    "exists": where("status").exists(),
    "nested exists": Query().sender.name.exists(),
    "does not exist": ~where("status").exists(),
    "a name with a dot": where("a.b") == 1,
    "a name with marks": where("ổ") == "ngoặc",
    "an empty name": where("") == "empty name",
    "one of": where("status").one_of(["queued", "done", None]),
    "one of numbers": where("n").one_of([1, -7]),
    "one of none": where("status").one_of([]),
    "one of with a float": where("n").one_of([2.5, 0]),
    "and": (where("status") == "queued") & (where("n") == 1),
    "and with a lambda": (where("status") == "queued") & where("n").test(is_at_least),
    "or": (where("status") == "queued") | (where("n") == 0),
    "or with a lambda": (where("status") == "queued") | where("n").test(is_at_least),
    "and, or, not": ~((where("n") == 1) | (where("status") == "done")) & where("n").exists(),
    "the same twice": (where("n") == 1) & (where("n") == 1),
    "one and true": (where("n") == 1) & (where("n") == True),  # noqa: E712
    "matches": where("status").matches("que.*d"),
    "matches without case": where("status").matches("QUEUED", re.IGNORECASE),
    "search": where("status").search("o"),
    "test": where("n").test(is_at_least, 2),
    "any of a list": where("tags").any(["b", 2]),
    "any by a query": where("tags").any(where("x") == 2),
    "all of a list": where("tags").all(["a"]),
    "fragment": Query().fragment({"status": "queued", "n": 1}),
    "nested fragment": Query().fragment({"sender": {"email": "c@d.vn"}}),
    "everything": Query().noop(),
    "mapped": where("n").map(lambda n: n * 2) == 2,
}
OF_ONE_TYPE: Mapping[str, tuple[QueryInstance, list[int]]] = {
    "less than a text": (where("status") < "done", [4, 8, 9]),
    "at most a text": (where("status") <= "done", [2, 4, 8, 9]),
    "more than a number": (where("n") > 0, [1, 2, 3, 8, 9]),
    "at least a number": (where("n") >= 1, [1, 2, 3, 8, 9]),
    "less than a number": (where("n") < 0, [5]),
    "less than a date": (where("status") < "2026", [4]),
}


@pytest.fixture(params=["memory", "file"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RowDB]:
    """An empty database of rows."""
    opened = RowDB(tmp_path / "worker.db" if request.param == "file" else None)
    yield opened
    opened.close()


@pytest.fixture
def plain() -> TinyDB:
    """TinyDB as it comes."""
    return TinyDB(storage=MemoryStorage)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_a_query_finds_what_tinydb_finds(rows: RowDB, plain: TinyDB, query: QueryInstance) -> None:
    rows.insert_multiple(DOCUMENTS)
    plain.insert_multiple(DOCUMENTS)
    expected = plain.search(query)

    assert rows.search(query) == expected
    assert [found.doc_id for found in rows.search(query)] == [found.doc_id for found in expected]
    assert rows.count(query) == len(expected)
    assert rows.get(query) == plain.get(query)
    assert rows.contains(query) == plain.contains(query)


@pytest.mark.parametrize(("query", "expected"), OF_ONE_TYPE.values(), ids=OF_ONE_TYPE.keys())
def test_less_and_more_compare_values_of_one_type(rows: RowDB, query: QueryInstance, expected: list[int]) -> None:
    rows.insert_multiple(DOCUMENTS)

    assert [found.doc_id for found in rows.search(query)] == expected
    assert rows.count(query) == len(expected)


values = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "1", "ă", "[]", 0.5, 2.0])
fields = st.sampled_from(["a", "b", "c"])
nested = st.fixed_dictionaries({}, optional={"a": values, "b": values, "c": st.fixed_dictionaries({"a": values})})
comparisons = st.one_of(
    st.builds(lambda field, value: where(field) == value, fields, values),
    st.builds(lambda field, value: where(field) != value, fields, values),
    st.builds(lambda field: where(field).exists(), fields),
    st.builds(lambda field, choices: where(field).one_of(choices), fields, st.lists(values, max_size=3)),
    st.builds(lambda value: Query().c.a == value, values),
    st.builds(lambda field, value: where(field).test(lambda found: found == value), fields, values),
)
queries = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(lambda one, other: one & other, inner, inner),
        st.builds(lambda one, other: one | other, inner, inner),
        st.builds(lambda one: ~one, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(documents=st.lists(nested, max_size=8), asked=st.lists(queries, min_size=1, max_size=6))
def test_any_query_finds_what_tinydb_finds(documents: list[dict[str, object]], asked: list[QueryInstance]) -> None:
    plain, rows = TinyDB(storage=MemoryStorage), RowDB()
    plain.insert_multiple(documents)
    rows.insert_multiple(documents)

    for query in asked:
        expected = plain.search(query)
        assert rows.search(query) == expected
        assert rows.count(query) == len(expected)
    rows.close()


def test_what_sql_can_say_is_not_asked_document_by_document() -> None:
    asked = []
    query = (where("status") == "queued") & ~(where("n") != 1)
    query._test = lambda document: asked.append(document) or True  # type: ignore[func-returns-value]
    rows = RowDB()
    rows.insert_multiple(DOCUMENTS)

    assert [found.doc_id for found in rows.search(query)] == [1]
    assert asked == []
    rows.close()


OPERATIONS: Mapping[str, Callable[[Table], object]] = {
    "insert": lambda table: table.insert({"status": "new"}),
    "insert under a number": lambda table: table.insert(TinyDocument({"status": "new"}, 70)),
    "insert after a number": lambda table: (table.insert(TinyDocument({}, 70)), table.insert({})),
    "insert several": lambda table: table.insert_multiple([{"a": 1}, {"a": 3}, TinyDocument({"a": 2}, 90)]),
    "insert a generator": lambda table: table.insert_multiple({"a": n} for n in range(3)),
    "insert under a number that is taken": lambda table: table.insert(TinyDocument({"status": "new"}, 1)),
    "insert several, one taken": lambda table: table.insert_multiple([{"a": 1}, TinyDocument({}, 1)]),
    "insert no mapping": lambda table: table.insert(["a"]),  # type: ignore[arg-type]
    "update by a query": lambda table: table.update({"n": 5, "new": [1]}, where("status") == "queued"),
    "update by a function": lambda table: table.update(lambda document: document.pop("n"), where("n").exists()),
    "update by numbers": lambda table: table.update({"n": 5}, doc_ids=[3, 1, 400]),
    "update everything": lambda table: table.update({"n": 5}),
    "update in several ways": lambda table: table.update_multiple(
        [({"n": 5}, where("status") == "queued"), (lambda document: document.clear(), where("n") == -7)]
    ),
    "upsert what is there": lambda table: table.upsert({"n": 5}, where("status") == "queued"),
    "upsert what is not there": lambda table: table.upsert({"n": 5}, where("status") == "nobody"),
    "upsert by a number": lambda table: table.upsert(TinyDocument({"n": 5}, 2)),
    "upsert by a new number": lambda table: table.upsert(TinyDocument({"n": 5}, 80)),
    "upsert without a query": lambda table: table.upsert({"n": 5}),
    "remove by a query": lambda table: table.remove(where("n") == 1),
    "remove by numbers": lambda table: table.remove(doc_ids=[4, 2, 400]),
    "remove without saying what": lambda table: table.remove(),
    "truncate": Table.truncate,
    "insert after truncate": lambda table: table.truncate() or table.insert({}),  # type: ignore[func-returns-value]
    "get by a number": lambda table: (table.get(doc_id=2), table.get(doc_id=400)),
    "get by numbers": lambda table: table.get(doc_ids=[3, 1, 400]),
    "get without saying what": lambda table: table.get(),
    "contains a number": lambda table: (table.contains(doc_id=2), table.contains(doc_id=400)),
    "length": lambda table: len(table),
    "iterate": lambda table: [(document.doc_id, document) for document in table],
    "clear the cache": lambda table: table.clear_cache(),
}


def outcome(operation: Callable[[Table], object], table: Table) -> tuple[object, list[tuple[int, TinyDocument]]]:
    """What an operation returns or raises, and what the table holds afterwards."""
    try:
        result = operation(table)
    except (ValueError, RuntimeError, KeyError) as error:
        result = type(error)
    return result, sorted(((document.doc_id, document) for document in table.all()), key=lambda pair: pair[0])


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_an_operation_does_what_it_does_in_tinydb(
    rows: RowDB, plain: TinyDB, operation: Callable[[Table], object]
) -> None:
    rows.table("request").insert_multiple(DOCUMENTS)
    plain.table("request").insert_multiple(DOCUMENTS)

    assert outcome(operation, rows.table("request")) == outcome(operation, plain.table("request"))


def test_an_update_that_fails_half_way_changes_nothing(rows: RowDB) -> None:
    rows.insert_multiple([{"n": 1}, {"n": 2}, {}])

    with pytest.raises(KeyError):
        rows.update(lambda document: document.update(n=document["n"] + 1))

    assert rows.all() == [{"n": 1}, {"n": 2}, {}]


def test_a_function_that_updates_may_read_and_write_the_database(rows: RowDB) -> None:
    rows.insert_multiple([{"n": 1}, {"n": 2}])

    rows.update(lambda document: document.update(seen=len(rows), log=rows.table("log").insert({"n": document["n"]})))

    assert rows.all() == [{"n": 1, "seen": 2, "log": 1}, {"n": 2, "seen": 2, "log": 2}]
    assert rows.table("log").all() == [{"n": 1}, {"n": 2}]


def test_tables_are_listed_and_dropped_under_any_name(rows: RowDB) -> None:
    names = {"_default", "request", "Request", "REQUEST", "sqlite_master", "thư đến", "a'b\"c", "=00"}
    for name in names:
        rows.table(name).insert({"name": name})

    assert rows.tables() == names
    assert all(rows.table(name).all() == [{"name": name}] for name in names)
    rows.drop_table("Request")
    assert rows.tables() == names - {"Request"}
    assert rows.table("Request").all() == []
    rows.drop_tables()
    assert rows.tables() == set()
    assert len(rows) == 0


def test_a_table_that_persists_empty_exists(rows: RowDB) -> None:
    rows.table("request", persist_empty=True)

    assert rows.tables() == {"request"}


def test_all_documents_go_to_tinydb_s_json_file_and_come_back(rows: RowDB, tmp_path: Path) -> None:
    rows.table("request").insert_multiple(DOCUMENTS)
    rows.table("letter").insert(TinyDocument({"a": 1}, 12))
    with TinyDB(tmp_path / "export.json", storage=JSONStorage) as exported:
        exported.storage.write(rows.storage.read())
        assert exported.table("request").search(where("n") == 1) == rows.table("request").search(where("n") == 1)

    imported = RowDB()
    imported.storage.write(json.loads((tmp_path / "export.json").read_text("utf-8")))

    assert imported.storage.read() == rows.storage.read()
    imported.close()


def test_the_store_and_tinydb_see_the_same_documents(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "worker.db", INDEXES)
    put(store, a={"status": "queued"}, b={"status": "done"})
    table = store.db.table("request")

    assert table.search(where("status") == "queued") == [{"status": "queued"}]
    table.update({"status": "done"}, where("status") == "queued")
    assert store.get("request", "a") == Stored("a", 2, {"status": "done"})
    number = table.insert({"status": "queued"})
    assert [each.key for each in store.find("request", equal={"status": "queued"})] == [f"#{number}"]
    with pytest.raises(ValueError):
        table.insert({"text": "\0"})
    store.close()


def test_tinydb_s_threads_write_and_read_at_once(rows: RowDB) -> None:
    def work(place: int) -> None:
        for number in range(25):
            rows.insert({"place": place, "number": number})
            assert rows.count(where("place") == place) == number + 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(rows) == 100
    assert len({document.doc_id for document in rows}) == 100


def test_two_processes_update_through_tinydb_without_losing_a_step(tmp_path: Path) -> None:
    url = f"tiny:{tmp_path}/worker.db"
    store = open_store(url, INDEXES)
    put(store, "customer", counter={"total": 0})

    processes = [start("update_by_tinydb", url, 150) for _ in range(2)]

    assert [ended(process) for process in processes] == [["150"]] * 2
    assert store.get("customer", "counter") == Stored("counter", 301, {"total": 300})
    store.close()


# ---- plans ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyStore]:
    """A store of 5,000 requests, of which ten are queued."""
    opened = TinyStore(tmp_path_factory.mktemp("large") / "worker.db", INDEXES)
    opened.commit(
        *(
            Change(
                "request", f"{n}", {"status": "done" if n % 500 else "queued", "arrival": f"{n:05}", "number": n % 50}
            )
            for n in range(5000)
        )
    )
    yield opened
    opened.close()


SEARCHED = r"SEARCH request USING (COVERING )?INDEX request\.{} "
BOTH = r"status\+arrival"
WALKED = r"SCAN request USING INDEX request\.{}"
PLANS: Mapping[str, tuple[dict[str, object], str, bool]] = {
    "equal": ({"equal": {"arrival": "00077"}}, SEARCHED.format("arrival"), False),
    "equal null": ({"equal": {"due": None}}, SEARCHED.format("due"), False),
    "between": ({"between": ("arrival", "00077", "00099"), "order_by": "arrival"}, SEARCHED.format("arrival"), False),
    "between, by key": ({"between": ("arrival", "00077", "00099")}, SEARCHED.format("arrival"), True),
    "in order": ({"order_by": "arrival"}, WALKED.format("arrival"), False),
    "downwards": ({"order_by": "arrival", "descending": True}, WALKED.format("arrival"), False),
    "by key": ({}, r"SCAN request USING INDEX request#key", False),
    "equal, in order": ({"equal": {"status": "done"}, "order_by": "arrival"}, SEARCHED.format(BOTH), False),
    "an equal that few have": ({"equal": {"status": "queued"}, "order_by": "number"}, SEARCHED.format("status"), True),
    "an equal that many have": ({"equal": {"status": "done"}, "order_by": "number"}, WALKED.format("number"), False),
    "the rarer of two": ({"equal": {"status": "done", "number": 7}}, SEARCHED.format("number"), False),
    "the rarer of two, the other way": ({"equal": {"number": 7, "status": "queued"}}, SEARCHED.format("status"), False),
    "equal and between": (
        {"equal": {"status": "done"}, "between": ("arrival", "00077", "00099"), "order_by": "arrival"},
        SEARCHED.format(BOTH),
        False,
    ),
    "equal and between, by key": (
        {"equal": {"status": "queued"}, "between": ("arrival", "00077", "03000")},
        SEARCHED.format(BOTH),
        True,
    ),
    "equal, in the order of that": (
        {"equal": {"status": "queued"}, "order_by": "status"},
        SEARCHED.format("status"),
        False,
    ),
}


@pytest.mark.parametrize(("ask", "plan", "is_sorted"), PLANS.values(), ids=PLANS.keys())
def test_an_index_leads_to_the_documents(large: TinyStore, ask: dict[str, object], plan: str, is_sorted: bool) -> None:
    question = checks.asked(large._indexes, "request", **{"equal": None, "between": None, **ask})  # type: ignore[arg-type]
    walk = large._best_walk(question)

    found = explain(large, *walk.page(None, 64))

    assert re.match(plan, found)
    assert ("TEMP B-TREE" in found) == is_sorted


def test_a_later_page_begins_in_the_index_where_the_last_one_ended(large: TinyStore) -> None:
    for order_by, index in (("arrival", r"request\.arrival"), ("", "request#key")):
        question = checks.asked(large._indexes, "request", None, None, order_by)
        plan = explain(large, *Walk(question, (order_by,) if order_by else ()).page(("00050", "50"), 64))
        assert re.match(rf"SEARCH request USING INDEX {index} \((<expr>|key)>", plan)
        assert "TEMP" not in plan


COUNTED: Mapping[str, tuple[dict[str, Scalar], str]] = {
    "equal": ({"status": "queued"}, SEARCHED.format("status")),
    "the rarer of two": ({"status": "done", "number": 7}, SEARCHED.format("number")),
    "the rarer of two, the other way": ({"number": 7, "status": "queued"}, SEARCHED.format("status")),
    "both at once": ({"arrival": "00077", "status": "done"}, SEARCHED.format(BOTH)),
    "everything": ({}, r"SCAN request USING (COVERING )?INDEX request#key"),
}


@pytest.mark.parametrize(("equal", "plan"), COUNTED.values(), ids=COUNTED.keys())
def test_count_walks_an_index(large: TinyStore, equal: dict[str, Scalar], plan: str) -> None:
    walk = large._shortest_walk(checks.asked(large._indexes, "request", equal, None))

    assert re.match(plan, explain(large, f"SELECT count(*) {walk.matching}", walk.values))


def test_tinydb_s_queries_use_the_declared_indexes(large: TinyStore) -> None:
    condition = translate((where("arrival") == "00077") & where("status").exists())

    plan = explain(large, f"SELECT body FROM request WHERE {condition.sql}", condition.values)

    assert re.match(SEARCHED.format("arrival"), plan)


def explain(store: TinyStore, sql: str, bound: tuple[object, ...]) -> str:
    return "\n".join(row[3] for row in store._connections.read(f"EXPLAIN QUERY PLAN {sql}", bound))


def test_a_stream_holds_no_transaction_while_its_reader_works(large: TinyStore) -> None:
    stream = large.find("request", order_by="arrival")
    next(stream)
    large.commit(Change("customer", "x", {}))

    is_busy, in_log, moved = large._connections.read("PRAGMA wal_checkpoint(TRUNCATE)")[0]

    assert (is_busy, in_log, moved) == (0, 0, 0)


# ---- the file -------------------------------------------------------------------------------------------------------


def test_a_path_is_relative_to_the_base_and_its_directories_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    store = open_store("tiny:storage/data/worker.db", INDEXES, tmp_path)
    key = store.keep_raw(b"mail")[0]
    put(store, a={})

    data = tmp_path / "storage" / "data"
    made = [data / "worker.db", data / "worker.db-wal", data / "worker.db.raw" / key[:2] / key[2:]]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o600] * 3
    assert [stat.S_IMODE(path.stat().st_mode) for path in (data, data / "worker.db.raw")] == [0o700] * 2
    store.close()


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "worker.db", INDEXES)

    with store._connections.writing() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b"From: a@b.vn\r\n" * 1000), "not a database"),
        (lambda path: make_database(path, "CREATE TABLE their (own)"), "another program"),
        (lambda path: make_database(path, "PRAGMA application_id=7"), "another program"),
        (
            lambda path: make_database(path, "PRAGMA application_id=1398229809", "PRAGMA user_version=99"),
            "later version",
        ),
        (lambda path: path.mkdir(), "cannot be made|unable to open"),
        (lambda path: path.with_name("worker.db.raw").write_text(""), "File exists"),
    ],
    ids=["text", "another database", "another application", "a later version", "a directory", "raw is a file"],
)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "worker.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(StoreError, match=says):
        open_store(f"tiny:{path}", INDEXES)

    assert before is None or path.read_bytes() == before


def make_database(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be made"):
        open_store("tiny:file/worker.db", INDEXES, tmp_path)


def test_a_writer_of_another_program_is_waited_for(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "worker.db", INDEXES)
    other = sqlite3.connect(tmp_path / "worker.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: other.execute("COMMIT")).start()

    put(store, a={})

    assert store.count("request") == 1
    other.close()
    store.close()


@pytest.mark.parametrize("most_bytes", [1_500_000, 6_000_000], ids=["the log", "the log and the file behind it"])
def test_a_full_disk_loses_nothing_that_was_acknowledged_and_the_store_goes_on_when_there_is_room(
    tmp_path: Path, most_bytes: int
) -> None:
    url = f"tiny:{tmp_path}/worker.db"

    acknowledged, no_raw, counted, kept = ended(start("fill_the_disk", url, most_bytes))

    assert int(acknowledged) > 10
    assert no_raw == "no raw"
    assert counted == f"{acknowledged} {acknowledged}"
    assert kept == f"{most_bytes + 1}"
    store = open_store(url, INDEXES)
    assert store.count("request") == int(acknowledged) + 1
    assert keys(store.find("request")) == [*keys(store.find("letter")), "after"]
    store.close()
    assert list((tmp_path / "worker.db.raw" / "tmp").iterdir()) == []


# ---- commits of several threads -------------------------------------------------------------------------------------


def test_threads_that_wait_for_the_file_are_committed_together_each_by_itself(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "worker.db", INDEXES)
    put(store, taken={})
    statements: list[str] = []
    with store._connections.writing() as connection:
        connection.set_trace_callback(statements.append)
    statements.clear()
    other = sqlite3.connect(tmp_path / "worker.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()

    def work(place: int) -> None:
        store.commit(Change("letter", f"{place}", {}), Change("request", f"{place}" if place % 2 else "taken", {}))

    results = at_once(6, work)

    assert [type(each) for each in results] == [Conflict, type(None)] * 3
    assert keys(store.find("letter")) == ["1", "3", "5"]
    assert keys(store.find("request")) == ["1", "3", "5", "taken"]
    assert statements.count("COMMIT") <= 2
    other.close()
    store.close()


def test_a_commit_inside_an_update_by_tinydb_is_part_of_it(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "worker.db", INDEXES)
    put(store, a={"n": 1})
    others: list[threading.Thread] = []

    def change(document: MutableMapping[str, object]) -> None:
        other = threading.Thread(target=store.commit, args=(Change("letter", "c", {}),))
        other.start()
        while not store._commits._has_leader:  # the other thread now waits for this update
            time.sleep(0.001)
        others.append(other)
        store.commit(Change("letter", "a", {"n": document["n"]}))
        assert store.get("letter", "a")
        document["n"] = 2

    def fail(document: MutableMapping[str, object]) -> None:
        store.commit(Change("letter", "b", {}))
        raise KeyError(document["n"])

    store.db.table("request").update(change)
    others[0].join()
    with pytest.raises(KeyError):
        store.db.table("request").update(fail)

    assert store.get("request", "a") == Stored("a", 2, {"n": 2})
    assert keys(store.find("letter")) == ["a", "c"]
    store.close()


# ---- raw mails beside the file --------------------------------------------------------------------------------------


def test_a_truncated_raw_file_is_healed_when_the_same_bytes_come_again(tmp_path: Path) -> None:
    raw = RawFiles(tmp_path)
    key = raw.keep(b"mail")[0]
    (tmp_path / key[:2] / key[2:]).write_bytes(b"ma")

    with pytest.raises(StoreError, match="damaged"):
        raw.read(key)
    raw.keep(b"mail")

    assert raw.read(key) == b"mail"


def test_a_raw_file_whose_bytes_have_changed_is_an_error_not_another_mail(tmp_path: Path) -> None:
    raw = RawFiles(tmp_path)
    key = raw.keep(b"mail")[0]
    (tmp_path / key[:2] / key[2:]).write_bytes(b"MAIL")

    with pytest.raises(StoreError, match="damaged"):
        raw.read(key)


def test_bytes_that_are_there_are_not_written_again(tmp_path: Path) -> None:
    raw = RawFiles(tmp_path)
    key = raw.keep(b"mail")[0]
    before = (tmp_path / key[:2] / key[2:]).stat().st_ino

    raw.keep(b"mail")

    assert (tmp_path / key[:2] / key[2:]).stat().st_ino == before


def test_what_a_killed_process_left_half_written_is_removed_after_an_hour(tmp_path: Path) -> None:
    RawFiles(tmp_path)
    old, young = tmp_path / "tmp" / "old", tmp_path / "tmp" / "young"
    for path in (old, young):
        path.write_bytes(b"ma")
    os.utime(old, (time.time() - 4000, time.time() - 4000))

    RawFiles(tmp_path)

    assert (old.exists(), young.exists()) == (False, True)
