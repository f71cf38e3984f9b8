"""How long it takes to look for earlier work among 100,000 closed requests in the store, beside a plain loop. Run by hand."""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from builders import NOW, a_customer, a_parsed_mail, some_settings  # noqa: E402
from storage import Change  # noqa: E402
from worker.app import build_desk, open_records  # noqa: E402
from worker.desk.earlier import find_earlier  # noqa: E402
from worker.model import Category, Classification, Effort, Language, Urgency  # noqa: E402
from worker.policy.warranty import ClosedWork, features_of  # noqa: E402
from worker.records import Records, filing  # noqa: E402

TEXTS = [
    "Form liên hệ trên {site} không gửi được, báo lỗi {n}",
    "Hộp thư phong{n}@{site} không nhận được mail",
    "Thay banner trang chủ {site} đợt {n}",
    "Bảng size bấm vào không bung ra, mẫu {n}",
    "Thanh toán MoMo báo lỗi 500 đơn {n}",
    "Đăng bài tin tức số {n}",
]
ASKED = [
    "Form liên hệ lại không gửi được rồi em",
    "Hộp thư lại không nhận được mail nữa",
    "Thanh toán momo lại báo lỗi 500",
    "Đăng giúp chị bài mới",
]
FOUND = Classification(Category.WEBSITE_REQUEST, 1.0, Urgency.NORMAL, Effort(1, 2, 3), Language.VI)


def fill(records: Records, count: int, customers: int) -> None:
    """So many closed requests of so many customers."""
    chance = random.Random(7)
    shapes = [[features_of(text.format(site=f"site{n}.vn", n=n), "") for n in range(50)] for text in TEXTS]
    changes: list[Change] = []
    for number in range(count):
        customer = f"{customers}-{number % customers}"
        work = ClosedWork(f"VN-{customers}-{number}", customer, chance.choice(chance.choice(shapes)))
        changes += filing(work, NOW - timedelta(minutes=count - number))
        if len(changes) > 5000 or number == count - 1:
            records.store.commit(*changes)
            changes = []


def times(records: Records, store: str, customer: str) -> Iterator[float]:
    """Milliseconds of one lookup each, reading the mail included, as a new mail does it."""
    desk = build_desk(some_settings(store=store), records)
    for text in ASKED * 25:
        begun = time.perf_counter()
        find_earlier(desk, a_customer(id=customer), a_parsed_mail(text), FOUND)
        yield (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print the times for many small customers and for one that owns everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--store", default="", help="an empty postgresql:// schema instead of an embedded store")
    asked = parser.parse_args()
    begun = time.perf_counter()
    sum(range(1_000_000))
    baseline = (time.perf_counter() - begun) * 1000
    for customers in (2000, 1):
        with tempfile.TemporaryDirectory() as folder:
            store = asked.store or f"tiny:{folder}/worker.db"
            records = open_records(some_settings(store=store))
            begun = time.perf_counter()
            fill(records, asked.count, customers)
            filled = (time.perf_counter() - begun) / asked.count * 1000
            found = sorted(times(records, store, f"{customers}-0"))
            size = sum(one.stat().st_size for one in Path(folder).glob("worker.db*")) / asked.count
            records.close()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(
            f"{asked.count} closed, {customers} customers: median {statistics.median(found):.2f} ms, worst {found[-1]:.2f} ms "
            f"({statistics.median(found) / baseline:.2f} x baseline); filed in {filled:.2f} ms and {size:.0f} bytes each; "
            f"process {memory:.0f} MB, pid {os.getpid()}"
        )


if __name__ == "__main__":
    main()
