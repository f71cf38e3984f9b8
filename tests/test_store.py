"""The contract of `storage.Store`, on every store."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Change, Conflict, Document, Scalar, Store, Stored, StoreError, open_store
from store_process import INDEXES

CHILD = str(Path(__file__).with_name("store_process.py"))
ROOT = Path(__file__).parent.parent


class Status(StrEnum):
    """An enum as the worker's records have it: its members are strings."""

    QUEUED = "queued"


class Number(IntEnum):
    """An enum of numbers."""

    SEVEN = 7


# ---- stores to test -------------------------------------------------------------------------------------------------


@pytest.fixture(params=["tiny file", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that does not exist yet and that several processes can share."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("new_postgres_url"))
    return f"tiny:{tmp_path}/data/worker.db"


@pytest.fixture(params=["tiny memory", "tiny file", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return "tiny::memory:" if request.param == "tiny memory" else f"tiny:{tmp_path}/data/worker.db"


@pytest.fixture(scope="session")
def postgres_store(postgres_schema_url: str) -> Iterator[Store]:
    """One open store for the whole run."""
    opened = open_store(postgres_schema_url, INDEXES)
    yield opened
    opened.close()


@pytest.fixture
def store(url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store."""
    if url.startswith("postgresql"):
        yield request.getfixturevalue("postgres_store")
        return
    opened = open_store(url, INDEXES)
    yield opened
    opened.close()


def put(store: Store, kind: str = "request", **documents: Document) -> None:
    """Insert documents under the names of the arguments."""
    store.commit(*(Change(kind, key, document) for key, document in documents.items()))


def keys(found: Iterator[Stored]) -> list[str]:
    return [each.key for each in found]


# ---- one document ---------------------------------------------------------------------------------------------------


def test_what_was_never_kept_is_none(store: Store) -> None:
    assert store.get("request", "VN-1") is None
    assert store.get("a kind nobody declared", "VN-1") is None


def test_a_new_document_is_read_back_with_version_1(store: Store) -> None:
    store.commit(Change("request", "VN-1", {"status": "queued"}))

    assert store.get("request", "VN-1") == Stored("VN-1", 1, {"status": "queued"})


def test_each_commit_adds_1_to_the_version(store: Store) -> None:
    for version in range(5):
        store.commit(Change("request", "VN-1", {"number": version}, version))

    assert store.get("request", "VN-1") == Stored("VN-1", 5, {"number": 4})


def test_kinds_do_not_mix(store: Store) -> None:
    put(store, "request", x={"number": 1})
    put(store, "letter", x={"status": "queued"})

    assert store.get("request", "x") == Stored("x", 1, {"number": 1})
    assert store.count("letter") == 1


def test_kinds_that_differ_only_in_case_do_not_mix(store: Store) -> None:
    put(store, "Request", x={"a": 1})
    put(store, "REQUEST", x={"a": 2})

    assert store.get("Request", "x") == Stored("x", 1, {"a": 1})
    assert store.get("REQUEST", "x") == Stored("x", 1, {"a": 2})
    assert store.get("request", "x") is None


def test_a_kind_that_nobody_declared_is_kept_and_found_by_key(store: Store) -> None:
    put(store, "sqlite_sequence 'của tôi' \"%s\"", b={"n": 2}, a={"n": 1})

    assert keys(store.find("sqlite_sequence 'của tôi' \"%s\"")) == ["a", "b"]
    assert store.count("sqlite_sequence 'của tôi' \"%s\"") == 2
    assert keys(store.find("another")) == []
    assert store.count("another") == 0


def test_a_deleted_document_is_gone_and_can_be_put_again(store: Store) -> None:
    put(store, x={"number": 1})
    store.commit(Change("request", "x", None, 1))

    assert store.get("request", "x") is None
    assert store.count("request") == 0
    put(store, x={"number": 2})
    assert store.get("request", "x") == Stored("x", 1, {"number": 2})


KEPT_AS_THEY_ARE: Mapping[str, Document] = {
    "empty": {},
    "Vietnamese, composed and decomposed": {"a": "Không gửi được thư", "b": "Không gửi được", "tiếng": 1},
    "emoji and rare planes": {"a": "👩🏽‍💻 𠮷 \U0010ffff"},
    "quotes, backslashes, control characters": {
        "a": "\"'\\ \\u0000 \x01\x1f\x7f\x80 \r\n\t",
        "%s": "%d ?",
        "a'b\"c": 1,
    },
    "whole numbers of 64 bits": {"a": 2**63 - 1, "b": -(2**63), "c": 0},
    "other numbers": {"a": 0.1, "b": -1.5e-7, "c": 2.0**53, "d": 3.141592653589793, "e": 1e15},
    "true, false and null": {"a": True, "b": False, "c": None},
    "nested": {"a": [1, [2, {"b": [None, True, "x"]}], {}], "c": {"d": {"e": {}}}},
    "a megabyte": {"a": "lorem ipsum " * 90_000},
    "many fields": {f"field {number}": number for number in range(2000)},
}


@pytest.mark.parametrize("document", KEPT_AS_THEY_ARE.values(), ids=KEPT_AS_THEY_ARE.keys())
def test_a_document_comes_back_as_it_was(store: Store, document: Document) -> None:
    store.commit(Change("request", "x", document))

    found = store.get("request", "x")
    assert found
    assert found.document == document
    assert repr(sorted(found.document.items())) == repr(
        sorted(document.items())
    )  # 1, 1.0 and True are equal but differ


REFUSED: Mapping[str, Document] = {
    "a NUL": {"a": "x\0y"},
    "a NUL deep inside": {"a": [{"b": ["\0"]}]},
    "a NUL in a field's name": {"a\0": 1},
    "a lone surrogate": {"a": "\ud800"},
    "a lone surrogate in a field's name": {"\udfff": 1},
    "not a number": {"a": float("nan")},
    "infinity": {"a": [float("inf")]},
    "a float that no index compares exactly": {"a": 1e17},
    "a number of 65 bits": {"a": 2**64},
    "a date": {"a": datetime(2026, 11, 22, tzinfo=UTC)},
    "bytes": {"a": b"x"},
    "a set": {"a": {1}},
    "a field that is no string": {"a": {1: 2}},
    "a list in an indexed field": {"status": ["queued"]},
    "an object in an indexed field": {"status": {}},
    "a number in an indexed field that is no float": {"status": 2**53 + 1},
}


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED.keys())
def test_what_a_store_cannot_keep_is_refused_by_name_before_anything_is_written(
    store: Store, document: Document
) -> None:
    with pytest.raises(ValueError, match=r"^request VN-7: "):
        store.commit(Change("letter", "a", {"status": "queued"}), Change("request", "VN-7", document))

    assert store.count("letter") == 0


@pytest.mark.parametrize("key", ["", "a\0", "\ud800", "x" * 513, "ạ" * 200], ids=repr)
def test_a_kind_or_key_that_not_every_store_can_keep_is_refused(store: Store, key: str) -> None:
    with pytest.raises(ValueError):
        store.commit(Change("request", key, {}))
    with pytest.raises(ValueError):
        store.commit(Change(key, "x", {}))
    with pytest.raises(ValueError):
        store.get("request", key)


def test_the_longest_keys_fit_beside_the_longest_values(store: Store) -> None:
    key = "😀" * 128
    store.commit(Change("request", key, {"status": "😀" * 501, "arrival": "x" * 10_000}))

    assert keys(store.find("request", equal={"status": "😀" * 501, "arrival": "x" * 10_000})) == [key]


# ---- commit ---------------------------------------------------------------------------------------------------------


def test_inserting_what_exists_is_a_conflict_that_names_it(store: Store) -> None:
    put(store, x={"number": 1})

    with pytest.raises(Conflict) as caught:
        put(store, x={"number": 2})

    assert (caught.value.kind, caught.value.key) == ("request", "x")
    assert store.get("request", "x") == Stored("x", 1, {"number": 1})


@pytest.mark.parametrize("version", [1, 3], ids=["older", "newer"])
@pytest.mark.parametrize("document", [{"number": 9}, None], ids=["update", "delete"])
def test_a_change_of_another_version_is_a_conflict(store: Store, version: int, document: Document | None) -> None:
    put(store, x={"number": 1})
    store.commit(Change("request", "x", {"number": 2}, 1))

    with pytest.raises(Conflict):
        store.commit(Change("request", "x", document, version))

    assert store.get("request", "x") == Stored("x", 2, {"number": 2})


def test_a_change_of_what_is_not_there_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict):
        store.commit(Change("request", "x", {}, 1))
    with pytest.raises(Conflict):
        store.commit(Change("request", "x", None, 1))


def test_a_commit_with_one_conflict_keeps_nothing(store: Store) -> None:
    put(store, "request", old={"number": 1}, gone={"number": 1}, taken={"number": 1})

    with pytest.raises(Conflict):
        store.commit(
            Change("request", "old", {"number": 2}, 1),
            Change("request", "gone", None, 1),
            Change("letter", "new", {"status": "queued"}),
            Change("a new kind", "x", {}),
            Change("request", "taken", {}),
        )

    assert {each.key: each.document["number"] for each in store.find("request")} == {"old": 1, "gone": 1, "taken": 1}
    assert store.count("letter") == store.count("a new kind") == 0
    put(store, "a new kind", x={})


def test_a_commit_of_nothing_does_nothing(store: Store) -> None:
    store.commit()


def test_a_document_stands_once_in_a_commit(store: Store) -> None:
    with pytest.raises(ValueError, match="request x stands twice"):
        store.commit(Change("request", "x", {}), Change("request", "x", {}))


def test_a_delete_names_a_version(store: Store) -> None:
    with pytest.raises(ValueError, match="names the version"):
        store.commit(Change("request", "x", None))


# ---- find and count -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [{"equal": {"text": 1}}, {"between": ("text", 1, 2)}, {"order_by": "text"}], ids=repr)
def test_a_field_that_is_not_declared_is_refused_when_asked_for(store: Store, ask: Mapping[str, object]) -> None:
    with pytest.raises(ValueError, match="'text'"):
        store.find("request", **ask)  # type: ignore[arg-type]


def test_count_refuses_a_field_that_is_not_declared(store: Store) -> None:
    with pytest.raises(ValueError, match="'status'"):
        store.count("customer", equal={"status": "x"})


VALUES: Mapping[str, Document] = {
    "null": {"number": None},
    "missing": {},
    "false": {"number": False},
    "true": {"number": True},
    "one": {"number": 1},
    "half": {"number": 0.5},
    "seven": {"number": 7},
    "minus": {"number": -3},
    "text 1": {"number": "1"},
    "empty": {"number": ""},
    "Zebra": {"number": "Zebra"},
    "queued": {"number": "queued"},
    "ẩn": {"number": "ẩn"},
    "🎈": {"number": "🎈"},
    "private use": {"number": "\ue000"},
}
IN_ORDER = [
    *("missing", "null", "minus", "false", "half", "one", "true", "seven"),
    *("empty", "text 1", "Zebra", "queued", "ẩn", "private use", "🎈"),
]


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one document for each kind of value."""
    put(store, "request", **VALUES)
    return store


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ["missing", "null"]),
        (1, ["one", "true"]),
        (True, ["one", "true"]),
        (1.0, ["one", "true"]),
        (0, ["false"]),
        (0.5, ["half"]),
        (Number.SEVEN, ["seven"]),
        ("1", ["text 1"]),
        ("", ["empty"]),
        (Status.QUEUED, ["queued"]),
        ("Queued", []),
        ("\ue000", ["private use"]),
        (-0.0, ["false"]),
        ("null", []),
        ("' OR 1=1 --", []),
    ],
    ids=repr,
)
def test_equal(filled: Store, value: Scalar, expected: list[str]) -> None:
    assert keys(filled.find("request", equal={"number": value})) == expected
    assert filled.count("request", equal={"number": value}) == len(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, None, IN_ORDER[2:]),
        (0, 1, ["false", "half"]),
        (0, None, ["false", "half", "one", "true", "seven"]),
        (None, 1, ["minus", "false", "half"]),
        (False, True, ["false", "half"]),
        (0.5, 0.5, []),
        (7, 0, []),
        ("", None, IN_ORDER[8:]),
        (None, "Zebra", ["empty", "text 1"]),
        ("Zebra", "ẩn", ["Zebra", "queued"]),
        ("\ue000", None, ["private use", "🎈"]),
        (-(2**53), 2**53, IN_ORDER[2:8]),
    ],
    ids=repr,
)
def test_between(filled: Store, low: Scalar, high: Scalar, expected: list[str]) -> None:
    assert keys(filled.find("request", between=("number", low, high), order_by="number")) == expected
    assert keys(filled.find("request", between=("number", low, high))) == sorted(expected)
    assert filled.count("request", between=("number", low, high)) == len(expected)


def test_between_of_two_types_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="not of one type"):
        store.count("request", between=("number", 1, "2"))


def test_a_question_that_no_document_can_answer_is_refused(store: Store) -> None:
    for value in ("\0", "\ud800", float("nan"), 2**64):
        with pytest.raises(ValueError):
            store.count("request", equal={"number": value})


def test_the_order_is_null_then_numbers_then_strings_by_code_point_and_then_by_key(filled: Store) -> None:
    assert keys(filled.find("request", order_by="number")) == IN_ORDER
    assert keys(filled.find("request", order_by="number", descending=True)) == IN_ORDER[::-1]
    assert keys(filled.find("request")) == sorted(VALUES)
    assert keys(filled.find("request", descending=True)) == sorted(VALUES, reverse=True)


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("order_by", ["", "number"], ids=["by key", "by number"])
def test_after_continues_where_the_last_document_stood(filled: Store, order_by: str, descending: bool) -> None:
    everything = keys(filled.find("request", order_by=order_by, descending=descending))

    for place, key in enumerate(everything):
        rest = filled.find("request", order_by=order_by, descending=descending, after=key)
        assert keys(rest) == everything[place + 1 :]


def test_after_a_deleted_document_the_order_of_keys_goes_on_and_another_order_is_a_conflict(filled: Store) -> None:
    filled.commit(Change("request", "one", None, 1))

    assert keys(filled.find("request", after="one")) == [key for key in sorted(VALUES) if key > "one"]
    with pytest.raises(Conflict):
        list(filled.find("request", order_by="number", after="one"))


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_limit(filled: Store, limit: int) -> None:
    assert keys(filled.find("request", order_by="number", limit=limit)) == IN_ORDER[:limit]
    assert keys(filled.find("request", equal={"number": 1}, limit=limit)) == ["one", "true"][:limit]


def test_all_conditions_hold_together(store: Store) -> None:
    statuses = itertools.cycle(["queued", "done", "queued"])
    store.commit(
        *(
            Change(
                "request", f"{number:03}", {"status": status, "arrival": f"{number % 7}", "due": f"{number % 11:02}"}
            )
            for number, status in zip(range(300), statuses, strict=False)
        )
    )

    found = store.find(
        "request", equal={"status": "queued", "arrival": "3"}, between=("due", "02", "05"), order_by="due"
    )

    expected = [n for n in range(300) if n % 3 != 1 and n % 7 == 3 and 2 <= n % 11 < 5]
    assert keys(found) == [f"{n:03}" for n in sorted(expected, key=lambda n: (n % 11, n))]
    assert store.count("request", equal={"status": "queued", "arrival": "3"}, between=("due", "02", "05")) == len(
        expected
    )


LONG = "Re: " * 5000


def test_strings_longer_than_an_index_holds_are_told_apart_and_ordered(store: Store) -> None:
    put(store, a={"status": LONG + "b"}, b={"status": LONG + "a"}, c={"status": LONG[:100]}, d={"status": "Rf"})

    assert keys(store.find("request", equal={"status": LONG + "b"})) == ["a"]
    assert store.count("request", equal={"status": LONG}) == 0
    in_order = keys(store.find("request", order_by="status"))
    assert (in_order[0], in_order[3]) == ("c", "d")
    assert keys(store.find("request", order_by="status", after=in_order[1])) == in_order[2:]


def test_a_changed_document_is_found_under_its_new_value_only(store: Store) -> None:
    put(store, x={"status": "queued"})
    store.commit(Change("request", "x", {"status": "done"}, 1))

    assert store.count("request", equal={"status": "queued"}) == 0
    assert keys(store.find("request", equal={"status": "done"})) == ["x"]


# ---- streams --------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(store: Store) -> Store:
    """A store with more documents than any page of a stream."""
    store.commit(*(Change("request", f"{n:05}", {"status": "queued", "due": f"{n:05}"}) for n in range(2500)))
    return store


@pytest.mark.parametrize("order_by", ["", "due", "arrival"])
def test_a_stream_gives_every_document_once(many: Store, order_by: str) -> None:
    assert keys(many.find("request", order_by=order_by)) == [f"{n:05}" for n in range(2500)]
    assert keys(many.find("request", equal={"status": "queued"}, order_by=order_by, descending=True)) == [
        f"{n:05}" for n in reversed(range(2500))
    ]
    assert len(keys(many.find("request", order_by=order_by, limit=1500))) == 1500


def test_a_document_that_a_commit_moves_ahead_is_not_given_again(many: Store) -> None:
    given = []
    for each in many.find("request", equal={"status": "queued"}, order_by="due", limit=2000):
        given.append(each.key)
        if len(given) < 100:
            many.commit(Change("request", each.key, {"status": "queued", "due": f"01{each.key}"}, each.version))

    assert len(given) == len(set(given)) == 2000


def test_documents_that_are_changed_while_a_stream_runs_leave_it_and_those_deleted_are_not_given(many: Store) -> None:
    stream = many.find("request", equal={"status": "queued"})
    first = next(stream)
    many.commit(*(Change("request", f"{n:05}", None, 1) for n in range(1500, 2000)))
    many.commit(*(Change("request", f"{n:05}", {"status": "done"}, 1) for n in range(2000, 2400)))

    assert [first.key, *keys(stream)] == [f"{n:05}" for n in (*range(1500), *range(2400, 2500))]


def test_a_stream_that_is_left_early_blocks_nothing(many: Store) -> None:
    streams = [many.find("request", order_by="due") for _ in range(40)]
    for stream in streams:
        next(stream)

    many.commit(Change("request", "00000", {"status": "done"}, 1))

    assert many.count("request", equal={"status": "done"}) == 1


# ---- raw bytes ------------------------------------------------------------------------------------------------------

CONTENTS = [b"", b"\0", b"From: a@b.vn\r\n\r\n", bytes(range(256)) * 10, b"x" * 3_000_000]


def test_raw_bytes_are_kept_under_their_checksum_in_order(store: Store) -> None:
    kept = store.keep_raw(*CONTENTS)

    assert kept == [hashlib.sha256(content).hexdigest() for content in CONTENTS]
    assert [store.raw(key) for key in kept] == CONTENTS


def test_the_same_bytes_are_kept_once_and_keeping_them_again_is_no_error(store: Store) -> None:
    assert store.keep_raw(b"a", b"b", b"a") == store.keep_raw(b"a", b"b", b"a")
    assert store.keep_raw() == []


@pytest.mark.parametrize("key", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63, "\0"], ids=repr)
def test_bytes_that_were_never_kept_are_a_key_error(store: Store, key: str) -> None:
    with pytest.raises(KeyError):
        store.raw(key)


def test_threads_keep_the_same_bytes_at_once(store: Store) -> None:
    contents = [b"mail %d" % number for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: store.keep_raw(*contents), range(16)))

    assert len({tuple(each) for each in kept}) == 1
    assert [store.raw(key) for key in kept[0]] == contents


# ---- several at once ------------------------------------------------------------------------------------------------


def at_once(number: int, work: Callable[[int], object]) -> list[object]:
    """Do the work in so many threads that begin together; their results, exceptions included."""
    barrier = threading.Barrier(number)

    def begin(place: int) -> object:
        barrier.wait()
        try:
            return work(place)
        except StoreError as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


@pytest.mark.parametrize("version", [0, 1], ids=["insert", "update"])
def test_of_eight_threads_that_claim_the_same_letter_one_wins(store: Store, version: int) -> None:
    for round_ in range(20):
        if version:
            store.commit(Change("letter", str(round_), {"status": "queued"}))

        results = at_once(8, lambda n, key=str(round_): store.commit(Change("letter", key, {"owner": n}, version)))  # type: ignore[misc]

        assert [type(each) for each in results].count(Conflict) == 7
        winner = results.index(None)
        assert store.get("letter", str(round_)) == Stored(str(round_), version + 1, {"owner": winner})


def test_threads_that_change_the_same_documents_in_other_orders_do_not_block_each_other(store: Store) -> None:
    put(store, a={"number": 0}, b={"number": 0}, c={"number": 0})

    def add(place: int) -> int:
        done = 0
        while done < 15:
            found = [store.get("request", key) for key in random.Random(place * 100 + done).sample("abc", 3)]
            try:
                store.commit(*(Change("request", e.key, {"number": e.version}, e.version) for e in found if e))
            except Conflict:
                continue
            done += 1
        return done

    assert at_once(6, add) == [15] * 6
    assert [(each.version, each.document) for each in store.find("request")] == [(91, {"number": 90})] * 3


def test_many_short_commits_and_reads_beside_them_all_succeed(store: Store) -> None:
    def work(place: int) -> int:
        for number in range(60):
            key = f"{place}-{number}"
            store.commit(Change("request", key, {"status": "queued", "arrival": key}), Change("letter", key, {}))
            assert store.get("request", key)
            assert keys(store.find("request", equal={"arrival": key})) == [key]
            store.count("request", equal={"status": "queued"})
        return place

    assert at_once(8, work) == list(range(8))
    assert store.count("request") == store.count("letter") == 480


def test_a_closed_store_says_so(url: str) -> None:
    store = open_store(url, INDEXES)
    put(store, x={})
    store.close()

    with pytest.raises(StoreError, match="closed"):
        store.get("request", "x")
    with pytest.raises(StoreError, match="closed"):
        store.commit(Change("request", "y", {}))


# ---- opening --------------------------------------------------------------------------------------------------------


def test_a_store_keeps_what_it_has_when_it_is_closed(shared_url: str) -> None:
    with_closing(shared_url, INDEXES, lambda store: put(store, x={"status": "queued"}))

    def look(store: Store) -> None:
        assert store.get("request", "x") == Stored("x", 1, {"status": "queued"})

    with_closing(shared_url, INDEXES, look)


def with_closing(url: str, indexes: Mapping[str, tuple[str, ...]], work: Callable[[Store], object]) -> None:
    store = open_store(url, indexes)
    try:
        work(store)
    finally:
        store.close()


def test_an_index_that_is_declared_later_finds_what_is_there_and_one_that_is_no_longer_is_no_harm(
    shared_url: str,
) -> None:
    with_closing(shared_url, {}, lambda store: put(store, a={"status": "queued"}, b={"status": "done"}))
    with_closing(shared_url, {"request": ()}, lambda store: put(store, c={"status": "queued"}))

    def look(store: Store) -> None:
        assert keys(store.find("request", equal={"status": "queued"})) == ["a", "c"]
        store.commit(Change("request", "a", {"status": "done"}, 1))
        assert keys(store.find("request", equal={"status": "done"})) == ["a", "b"]

    with_closing(shared_url, {"request": ("status",)}, look)
    with_closing(shared_url, {"request": ("arrival",)}, lambda store: put(store, d={"status": "done"}))
    with_closing(shared_url, {"request": ("status",)}, lambda store: store.count("request", equal={"status": "done"}))


def test_an_index_of_two_fields_needs_each_by_itself_too(url: str) -> None:
    with pytest.raises(ValueError, match=r"status\+arrival needs an index on arrival"):
        open_store(url, {"request": ("status", "status+arrival")})


@pytest.mark.parametrize("field", ["", "a.b", "a'b", 'a"b', "ổ", "a b"], ids=repr)
def test_a_field_whose_name_is_no_plain_word_cannot_be_indexed(url: str, field: str) -> None:
    with pytest.raises(ValueError, match="no name of a field"):
        open_store(url, {"request": (field,)})


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://x", "'mysql' is no store"),
        ("", "'' is no store"),
        ("worker.db", "is no store"),
        ("tiny:", "names no file"),
        ("postgresql://nobody@127.0.0.1:1/none", "refused"),
        ("postgresql://127.0.0.1/x?no_such_setting=1", "no_such_setting"),
    ],
)
def test_what_cannot_be_opened_says_why(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        open_store(url, {})


def test_a_missing_psycopg_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "storage.postgres", raising=False)

    with pytest.raises(StoreError, match=r"support-worker\[postgres\]"):
        open_store("postgresql://127.0.0.1/x", {})


# ---- several processes ----------------------------------------------------------------------------------------------


def start(job: str, url: str, number: int = 0) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, CHILD, job, url, str(number)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)


def ended(process: subprocess.Popen[str]) -> list[str]:
    lines = process.communicate(timeout=60)[0].splitlines()
    assert process.returncode == 0
    return lines


def test_processes_that_open_a_new_store_at_the_same_moment_all_succeed(shared_url: str) -> None:
    processes = [start("open_and_count", shared_url) for _ in range(4)]

    assert [ended(process) for process in processes] == [["0"]] * 4


def test_two_processes_count_up_one_document_without_losing_a_step(shared_url: str) -> None:
    processes = [start("count_up", shared_url, 150) for _ in range(2)]

    assert [ended(process) for process in processes] == [["150"]] * 2
    with_closing(shared_url, INDEXES, lambda store: assert_total(store, 300))


def assert_total(store: Store, total: int) -> None:
    assert store.get("customer", "counter") == Stored("counter", total, {"total": total})


def test_a_killed_process_loses_nothing_that_was_acknowledged_and_leaves_no_half_commit(shared_url: str) -> None:
    acknowledged: dict[int, str] = {}
    for kill in range(6):
        process = start("commit_for_ever", shared_url, kill * 100_000)
        assert process.stdout
        chance = random.Random(kill)
        acknowledged |= [read_pair(process.stdout.readline()) for _ in range(chance.randrange(1, 20))]
        time.sleep(chance.uniform(0.0, 0.005))
        process.send_signal(signal.SIGKILL)
        acknowledged |= [read_pair(line) for line in process.communicate()[0].splitlines() if line.count(" ") == 1]

    def look(store: Store) -> None:
        requests, letters = set(keys(store.find("request"))), set(keys(store.find("letter")))
        assert requests == letters
        assert requests >= {f"{number:06d}" for number in acknowledged}
        assert all(store.raw(key) == b"mail %d" % number for number, key in acknowledged.items())

    with_closing(shared_url, INDEXES, look)


def read_pair(line: str) -> tuple[int, str]:
    number, key = line.split()
    return int(number), key


# ---- any history ----------------------------------------------------------------------------------------------------

scalars: st.SearchStrategy[Scalar] = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers(-(2**53), 2**53)
    | st.integers(-100, 100).map(lambda n: n / 4)
    | st.sampled_from(["", "a", "B", "ă", "queued", "\U0001f388", "\uffff"])
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
)
names = st.sampled_from(["a", "A", "ấ", "b-1", "🎈", "zz"])
documents = st.fixed_dictionaries({}, optional={"status": scalars, "arrival": scalars, "due": scalars, "x": scalars})
changes = st.lists(
    st.tuples(st.sampled_from(["request", "letter"]), names, documents | st.none(), st.integers(-1, 1)),
    max_size=4,
    unique_by=lambda change: change[:2],
)
questions = st.fixed_dictionaries(
    {
        "equal": st.dictionaries(st.sampled_from(["status", "arrival", "due"]), scalars, max_size=2),
        "between": st.none() | st.tuples(st.sampled_from(["arrival", "due"]), scalars, scalars),
        "order_by": st.sampled_from(["", "status", "arrival"]),
        "descending": st.booleans(),
        "limit": st.integers(0, 3),
        "after": st.none() | names,
    }
)
History = dict[tuple[str, str], Stored]


def rank(value: Scalar) -> tuple[int, float, str]:
    """Where a value stands in the order that the contract promises."""
    if value is None:
        return 0, 0, ""
    return (2, 0, value) if isinstance(value, str) else (1, value, "")


def is_between(value: Scalar, low: Scalar, high: Scalar) -> bool:
    bounds = [rank(bound) for bound in (low, high) if bound is not None]
    one_type = all(rank(value)[0] == bound[0] for bound in bounds)
    above, below = low is None or rank(low) <= rank(value), high is None or rank(value) < rank(high)
    return value is not None and one_type and above and below


def scalar(document: Document, field: str) -> Scalar:
    value = document.get(field)
    assert value is None or isinstance(value, str | int | float)
    return value


def expected_matches(history: History, asked: Mapping[str, object]) -> list[Stored]:
    """What a store must find, worked out the slow and plain way."""
    equal, between, order_by = asked["equal"], asked["between"], asked["order_by"]
    assert isinstance(equal, dict)
    assert isinstance(order_by, str)
    order_by = "" if order_by in equal else order_by

    def place(each: Stored) -> tuple[tuple[int, float, str], str]:
        return rank(scalar(each.document, order_by) if order_by else None), each.key

    found = [each for (kind, _), each in history.items() if kind == "request"]
    found.sort(key=place, reverse=asked["descending"] is True)
    after = history.get(("request", str(asked["after"])))
    found = found[found.index(after) + 1 :] if after else found
    found = [each for each in found if all(rank(scalar(each.document, f)) == rank(v) for f, v in equal.items())]
    if isinstance(between, tuple):
        found = [each for each in found if is_between(scalar(each.document, between[0]), *between[1:])]
    return found


def apply(history: History, batch: list[tuple[str, str, Document | None, int]]) -> tuple[list[Change], History | None]:
    """The changes of a batch, and the history after them: None where one of them conflicts."""
    made, after = [], dict(history)
    conflict = False
    for kind, key, document, shift in batch:
        stored = history.get((kind, key))
        version = max((stored.version if stored else 0) + max(0, shift), 0 if document is not None else 1)
        conflict = conflict or version != (stored.version if stored else 0)
        made.append(Change(kind, key, document, version))
        if document is None:
            after.pop((kind, key), None)
        else:
            after[kind, key] = Stored(key, version + 1, document)
    return made, None if conflict else after


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(changes, min_size=1, max_size=12), asked=st.lists(questions, min_size=1, max_size=8))
def test_any_history_of_commits_reads_like_a_plain_dictionary(
    store: Store, batches: list[list[tuple[str, str, Document | None, int]]], asked: list[dict[str, object]]
) -> None:
    clear(store)
    history: History = {}
    for batch in batches:
        made, after = apply(history, batch)
        if after is None:
            with pytest.raises(Conflict):
                store.commit(*made)
        else:
            store.commit(*made)
            history = after

    for kind, key in itertools.product(["request", "letter"], ["a", "A", "ấ", "b-1", "🎈", "zz"]):
        assert store.get(kind, key) == history.get((kind, key))
    for question in asked:
        ask(store, history, question)


def clear(store: Store) -> None:
    for kind in ("request", "letter"):
        store.commit(*(Change(kind, each.key, None, each.version) for each in store.find(kind)))


def ask(store: Store, history: History, question: dict[str, object]) -> None:
    """Put the question to the store and to the dictionary."""
    between, after = question["between"], question["after"]
    if isinstance(between, tuple) and is_mixed(*between[1:]):
        question = {**question, "between": None}
    if ("request", after) not in history:
        question = {**question, "after": None}
    expected = expected_matches(history, question)

    found = list(store.find("request", **{**question, "after": question["after"] or ""}))  # type: ignore[arg-type]

    limit = question["limit"]
    assert isinstance(limit, int)
    assert found == (expected[:limit] if limit else expected)
    if not question["after"]:
        counted = store.count("request", equal=question["equal"], between=question["between"])  # type: ignore[arg-type]
        assert counted == len(expected)


def is_mixed(low: Scalar, high: Scalar) -> bool:
    return low is not None and high is not None and isinstance(low, str) != isinstance(high, str)
