"""Whether the store's speed depends on how much it holds: `python tests/bench/store.py [--postgres[=URL]]`.

Stores of three sizes are filled and then asked in turns, so that whatever else the machine does falls on all of them.
The ratio is the median at the largest size to that at the smallest; the goal is at most 1.5. Beside them, as a measure
of the disk, what appending 4 kB to a file and syncing it takes.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from storage import Change, Store, open_store

SIZES = (100, 10_000, 100_000)
GOAL = 1.5
ROUNDS = 20
TIMES = 15  # calls in one round
NEW = 10_000_000  # where the numbers of requests begin that are put in while measuring
POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"
INDEXES: Mapping[str, tuple[str, ...]] = {
    "request": ("status", "arrival", "due", "customer", "message_id", "checksum", "status+arrival"),
    "letter": ("status", "request_id", "message_id", "due"),
    "inbound": ("status", "checksum", "message_id"),
}
Call = Callable[[Store, int, random.Random], object]


def a_request(number: int) -> dict[str, object]:
    """A request as the worker keeps it, about 1.5 kB; one in fifty is still open."""
    return {
        "status": "queued" if number % 50 == 0 else "done",
        "arrival": f"2026-11-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:00Z-{number:07}",
        "due": None if number % 3 else f"2026-12-{number % 28 + 1:02}T09:00:00Z",
        "customer": f"customer-{number % 400}",
        "message_id": f"{number:07}.{number * 7919 % 1000003}@mail.khachhang.vn",
        "checksum": f"{number * 2654435761 % 2**64:064x}",
        "subject": "Không gửi được email từ hộp thư kế toán sáng nay",
        "text": "Chào anh chị, từ sáng nay hộp thư của phòng kế toán không gửi được thư ra ngoài. " * 8,
        "probabilities": {f"category_{place}": 0.01 * place for place in range(14)},
        "history": [{"at": "2026-11-22T08:00:00Z", "rule": "incident", "by": None, "letters": []}],
    }


def insert(store: Store, number: int, _random: random.Random) -> None:
    """One new request."""
    store.commit(Change("request", f"new-{number:07}", a_request(NEW + number)))


def get(store: Store, _number: int, chance: random.Random) -> None:
    """One request by its key."""
    assert store.get("request", f"VN-{chance.randrange(SIZES[0]):07}")


def find_one(store: Store, _number: int, chance: random.Random) -> None:
    """One request by a field that nearly every document has another value of."""
    message_id = a_request(chance.randrange(SIZES[0]))["message_id"]
    assert isinstance(message_id, str)
    assert len(list(store.find("request", equal={"message_id": message_id}))) == 1


def find_in_order(store: Store, _number: int, _random: random.Random) -> None:
    """The first two open requests in the order of their arrival, of which the largest store has 2,000 to choose from."""
    assert len(list(store.find("request", equal={"status": "queued"}, order_by="arrival", limit=2))) == 2


def commit_three(store: Store, number: int, _random: random.Random) -> None:
    """What one mail costs: its own record, its request, the letter that answers it."""
    store.commit(
        Change(
            "inbound", f"{number:07}", {"status": "done", "checksum": f"{number:064x}", "message_id": f"<{number}>"}
        ),
        Change("request", f"three-{number:07}", a_request(2 * NEW + number)),
        Change("letter", f"{number:07}", {"status": "queued", "request_id": f"three-{number:07}", "text": "x" * 3000}),
    )


CALLS: Mapping[str, Call] = {
    "insert": insert,
    "get": get,
    "find by message_id": find_one,
    "find first open in order": find_in_order,
    "commit of 3 changes": commit_three,
}


def fill(store: Store, size: int) -> None:
    """Put in so many requests."""
    for start in range(0, size, 1000):
        numbers = range(start, min(size, start + 1000))
        store.commit(*(Change("request", f"VN-{number:07}", a_request(number)) for number in numbers))


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def measure(stores: list[Store], call: Call) -> list[float]:
    """The median of one call in each store, asked in turns."""
    chance = random.Random(1)
    taken: list[list[float]] = [[] for _ in stores]
    for round_ in range(ROUNDS):
        for store, times in zip(stores, taken, strict=True):
            for number in range(round_ * TIMES, (round_ + 1) * TIMES):
                times.append(milliseconds(lambda store=store, n=number: call(store, n, chance)))  # type: ignore[misc]
    return [statistics.median(times) for times in taken]


def sync_time(directory: Path) -> float:
    """The median of appending 4 kB to a file and syncing it."""
    with (directory / "sync").open("wb", buffering=0) as file:

        def append() -> None:
            file.write(bytes(4096))
            os.fsync(file.fileno())

        return statistics.median(milliseconds(append) for _ in range(200))


def show(name: str, stores: list[Store]) -> bool:
    """Print one table; whether every ratio is within the goal."""
    sys.stdout.write(f"\n{name:26}" + "".join(f"{size:>10,}" for size in SIZES) + "     ratio\n")
    good = True
    for what, call in CALLS.items():
        medians = measure(stores, call)
        ratio = medians[-1] / medians[0]
        good = good and ratio <= GOAL
        columns = "".join(f"{median:7.3f} ms" for median in medians)
        sys.stdout.write(f"{what:26}{columns}{ratio:10.2f}{'' if ratio <= GOAL else '  above the goal'}\n")
    return good


@contextmanager
def postgres_urls(url: str) -> Iterator[list[str]]:
    """A schema for each size, dropped at the end."""
    import psycopg

    schemas = [f"bench_{uuid.uuid4().hex}" for _ in SIZES]
    with psycopg.connect(url, autocommit=True) as connection:
        for schema in schemas:
            connection.execute(f"CREATE SCHEMA {schema}")
        try:
            yield [f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}" for schema in schemas]
        finally:
            for schema in schemas:
                connection.execute(f"DROP SCHEMA {schema} CASCADE")


def run(name: str, urls: list[str]) -> bool:
    """Open, fill, measure and close one store for each size."""
    stores = [open_store(url, INDEXES) for url in urls]
    try:
        for store, size in zip(stores, SIZES, strict=True):
            fill(store, size)
        return show(name, stores)
    finally:
        for store in stores:
            store.close()


def main() -> int:
    """Measure; 0 where every ratio is within the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", nargs="?", const=POSTGRES, default="", help="measure PostgreSQL too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        directory = Path(name)
        sys.stdout.write(f"append 4 kB and sync: {sync_time(directory):.3f} ms\n")
        good = run("TinyDB over SQLite rows", [f"tiny:{directory}/{size}/worker.db" for size in SIZES])
    if arguments.postgres:
        with postgres_urls(arguments.postgres) as urls:
            good = run("PostgreSQL", urls) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
