"""How long it takes to look for earlier work among 100,000 closed requests, beside a plain loop. Run by hand."""

from __future__ import annotations

import random
import statistics
import time

from worker.policy.warranty import ClosedIndex, ClosedWork, features_of, match_earlier

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


def build(count: int, customers: int) -> ClosedIndex:
    """An index of so many closed requests of so many customers."""
    chance = random.Random(7)
    shapes = [[features_of(text.format(site=f"site{n}.vn", n=n), "") for n in range(50)] for text in TEXTS]
    index = ClosedIndex()
    for number in range(count):
        work = ClosedWork(f"VN-{number}", f"c{number % customers}", chance.choice(chance.choice(shapes)))
        index.add(work)
    return index


def milliseconds(index: ClosedIndex, text: str) -> float:
    """CPU time of one lookup, reading the mail included."""
    begun = time.process_time()
    match_earlier("", text, "c0", index)
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Print the times for many small customers and for one that owns everything."""
    begun = time.process_time()
    sum(range(1_000_000))
    baseline = (time.process_time() - begun) * 1000
    for customers in (2000, 1):
        index = build(100_000, customers)
        times = [milliseconds(index, text) for text in ASKED * 10]
        middle = statistics.median(times)
        print(
            f"{customers} customers: median {middle:.2f} ms, worst {max(times):.2f} ms; {middle / baseline:.2f} x baseline"
        )


if __name__ == "__main__":
    main()
