"""What the store tests run in processes of their own: `store_process.py JOB URL [NUMBER]`, each line a thing done."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tinydb import where
from tinydb.operations import increment

from storage import Change, Conflict, Store, StoreError, open_store
from storage.tiny import TinyStore

INDEXES: Mapping[str, tuple[str, ...]] = {
    "request": ("status", "arrival", "due", "number", "status+arrival"),
    "letter": ("status", "request_id"),
    "customer": (),
}


def say(word: object) -> None:
    """Tell the test, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def open_and_count(store: Store, _number: int) -> None:
    """Be one of several that open a new store at the same moment."""
    say(store.count("request"))


def commit_for_ever(store: Store, number: int) -> None:
    """Commit pairs until killed, saying each number once it is acknowledged."""
    while True:
        number += 1
        request = Change("request", f"{number:06d}", {"status": "queued", "number": number})
        letter = Change("letter", f"{number:06d}", {"status": "queued", "text": "x" * 3000})
        store.commit(request, letter)
        raw = store.keep_raw(b"mail %d" % number)
        say(f"{number} {raw[0]}")


def count_up(store: Store, number: int) -> None:
    """Add 1 to one document so many times, as often as it takes."""
    done = 0
    while done < number:
        found = store.get("customer", "counter")
        total = found.document["total"] if found else 0
        assert isinstance(total, int)
        try:
            store.commit(Change("customer", "counter", {"total": total + 1}, found.version if found else 0))
        except Conflict:
            continue
        done += 1
    say(done)


def update_by_tinydb(store: Store, number: int) -> None:
    """Add 1 to one document so many times through TinyDB, which reads it and writes it in one transaction."""
    assert isinstance(store, TinyStore)
    for _ in range(number):
        store.db.table("customer").update(increment("total"), where("total").exists())
    say(number)


def fill_the_disk(store: Store, number: int) -> None:
    """Commit in four threads until no file may grow any more; say what was acknowledged, and whether it goes on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (number, hard))
    with ThreadPoolExecutor(4) as pool:
        say(sum(pool.map(lambda thread: commit_until_refused(store, thread), range(4))))
    try:
        store.keep_raw(bytes(number + 1))
    except StoreError:
        say("no raw")
    say(f"{store.count('request')} {store.count('letter')}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.commit(Change("request", "after", {"status": "done"}))
    say(len(store.raw(store.keep_raw(bytes(number + 1))[0])))


def commit_until_refused(store: Store, thread: int) -> int:
    """How many commits of two documents were acknowledged."""
    for acknowledged in range(100_000):
        key = f"{thread}-{acknowledged:06d}"
        document: dict[str, object] = {"status": "queued", "text": "x" * 2000}
        try:
            store.commit(Change("request", key, document), Change("letter", key, document))
        except StoreError:
            return acknowledged
    raise AssertionError("the disk is never full")


JOBS: Mapping[str, Callable[[Store, int], None]] = {
    job.__name__: job for job in (open_and_count, commit_for_ever, count_up, update_by_tinydb, fill_the_disk)
}


def main(job: str, url: str, number: str = "0") -> None:
    """Open the store, do the job."""
    store = open_store(url, INDEXES, Path())
    JOBS[job](store, int(number))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
