"""How long a quote takes on paper, first and warm, beside a plain loop of the same machine. Run by hand."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from worker.desk.quote_pdf import QuotePrinter
from worker.mail.rendering import template_folder
from worker.model import Category, Effort, Language
from worker.policy.quoting import Buyer, QuoteFacts, RateCard, Seller, Terms, draft_quote

RUNS = 40


def milliseconds(act: object) -> float:
    """CPU time of one call, all threads of this process."""
    begun = time.process_time()
    act()  # type: ignore[operator]
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Print the times."""
    seller = Seller("Công ty TNHH VINNO", "0312345678", "12 Lê Lợi", "0071000123456", "Vietcombank", "VINNO")
    facts = QuoteFacts("VN-1", Language.VI, Category.NEW_FEATURE, "Đặt bàn", "", Buyer("Sen Vàng"))
    quote = draft_quote(facts, RateCard(400_000), Terms(), Effort(60, 90, 120), date(2026, 11, 23))
    printer = QuotePrinter(template_folder(Path("/nowhere")))
    baseline = milliseconds(lambda: sum(range(1_000_000)))
    first = milliseconds(lambda: printer.pdf(quote, seller))
    warm = [milliseconds(lambda n=n: printer.pdf(replace(quote, subject=f"Đặt bàn {n}"), seller)) for n in range(RUNS)]
    middle = statistics.median(warm)
    print(
        f"first {first:.1f} ms, warm median {middle:.1f} ms, worst {max(warm):.1f} ms; {middle / baseline:.1f} x the baseline"
    )


if __name__ == "__main__":
    main()
