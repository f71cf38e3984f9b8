"""How long ordering and forecasting take as the queue grows, beside sorting the same queue in the same run.

    python -m tests.bench.ordering

One process, one core, medians of several turns, time of the processor (others may be at work on the machine).
`growth` is the time for twice the work; n log n would be a little over 2. What must hold: 1,000 ordered in under 50 ms,
10,000 in under 700 ms, a new promise in under 0.3 ms at any size.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from rich.console import Console
from rich.table import Table

from worker.model import Category, Effort, Urgency
from worker.policy.forecast import Absence, Person, lay_out, prior_rates
from worker.policy.holidays_vn import vietnam_holidays
from worker.policy.hours import WorkingHours
from worker.policy.promise import round_promise
from worker.policy.queue import Work, in_order

SIZES = (625, 1_250, 2_500, 5_000, 10_000, 20_000)
TURNS = 5
ASKED = 300
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOURS = WorkingHours(holidays=frozenset(vietnam_holidays(range(2024, 2040))))


def team() -> list[Person]:
    """Five people: one with skills, one at half capacity, one away for a week."""
    away = Absence("chi@example.vn", NOW + timedelta(days=2), NOW + timedelta(days=9))
    return [
        Person("an@example.vn"),
        Person("binh@example.vn"),
        Person("chi@example.vn", absences=(away,)),
        Person("dung@example.vn", 0.5),
        Person("giang@example.vn", skills=frozenset({Category.EMAIL_INCIDENT, Category.WEBSITE_REQUEST})),
    ]


def some_work(number: int, chance: Random) -> Work:
    """One of many: a tenth assigned, a fiftieth pinned, a hundredth postponed."""
    likely = chance.choice([10, 30, 45, 90])
    return Work(
        id=f"VN-{number}",
        urgency=chance.choices(list(Urgency), [5, 20, 55, 20])[0],
        arrived=NOW - timedelta(minutes=chance.randrange(20_000)),
        effort=Effort(likely // 2, likely, likely * 3),
        category=chance.choice(list(Category)),
        assigned_to="an@example.vn" if chance.random() < 0.1 else "",
        pinned=chance.random() < 0.02,
        not_before=NOW + timedelta(days=chance.randrange(1, 20)) if chance.random() < 0.01 else None,
    )


def milliseconds(action: Callable[[], object]) -> float:
    """The median time of one action."""
    times = []
    for _ in range(TURNS):
        begin = time.process_time()
        action()
        times.append(time.process_time() - begin)
    return 1000 * statistics.median(times)


def measure(size: int) -> tuple[float, float, float]:
    """Milliseconds to sort the queue, to lay it out, and to promise a time to one more."""
    chance = Random(size)
    work = [some_work(number, chance) for number in range(size)]
    news = [some_work(size + number, chance) for number in range(ASKED)]
    people, rates = team(), prior_rates(4.5, HOURS)
    plan = lay_out(work, people, HOURS, NOW, rates)

    def promise_all() -> list[datetime]:
        return [round_promise(plan.expect(new), HOURS, NOW) for new in news]

    return (
        milliseconds(lambda: in_order(work, NOW)),
        milliseconds(lambda: lay_out(work, people, HOURS, NOW, rates)),
        milliseconds(promise_all) / ASKED,
    )


def main() -> None:
    """Print the table."""
    table = Table(title="the queue")
    for heading in ("open requests", "sort ms", "lay out ms", "× sort", "growth", "one promise ms"):
        table.add_column(heading, justify="right")
    before = 0.0
    for size in SIZES:
        sorting, laying, promising = measure(size)
        growth = f"{laying / before:.2f}" if before else "–"
        table.add_row(
            f"{size:,}", f"{sorting:.1f}", f"{laying:.1f}", f"{laying / sorting:.0f}", growth, f"{promising:.4f}"
        )
        before = laying
    console = Console()
    console.print(table)
    console.print(f"add_working_time: {1000 * milliseconds(_add_many) / ASKED:.2f} µs", highlight=False)


def _add_many() -> list[datetime]:
    return [HOURS.add_working_time(NOW, 100 * minutes) for minutes in range(ASKED)]


if __name__ == "__main__":
    main()
