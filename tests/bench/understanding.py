"""Time of understanding a mail (kind, delivery report, new text, forward) as a ratio to reading it, over tests/mails.

Run by hand: `python tests/bench/understanding.py`. Prints the median of both in one run and their ratio.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from worker.mail.automatic import mail_kind
from worker.mail.bounces import bounce_report
from worker.mail.forwards import forwarded
from worker.mail.message import Message, read_message
from worker.mail.reply_text import new_text_of

MAILS = Path(__file__).parent.parent / "mails"
ROUNDS = 7


def best_time(job: Callable[[], object]) -> float:
    """The shortest of some runs, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def understand(message: Message) -> None:
    """All that is asked of a mail that was read."""
    mail_kind(message)
    bounce_report(message)
    new_text_of(message)
    forwarded(message)


def main() -> None:
    """Measure and print."""
    raws = [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]
    messages = [read_message(raw) for raw in raws]
    reading = [best_time(lambda raw=raw: read_message(raw)) for raw in raws]  # type: ignore[misc]
    understanding = [best_time(lambda message=message: understand(message)) for message in messages]  # type: ignore[misc]
    read, understood = statistics.median(reading), statistics.median(understanding)
    print(
        f"{len(raws)} mails: read {read:.3f} ms, understand {understood:.3f} ms (median); ratio {understood / read:.2f}"
    )
    print(f"slowest to understand: {max(understanding):.2f} ms")


if __name__ == "__main__":
    main()
