"""The ledger of a newsletter: what became of each recipient, in the servers' words, as rows for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from worker.desk.outreach import Outreach
from worker.mail.composing import File
from worker.outreach_records import Newsletter, RecipientStatus

HEADER = ("email", "state", "changed", "attempts", "server said")
MOST_ATTACHED = 20_000  # rows: about 2 MB of mail; the command line gives them all
# What went wrong comes first, so that a ledger that is cut holds it.
_ORDER = sorted(RecipientStatus, key=lambda one: one in {RecipientStatus.SENT, RecipientStatus.SHADOW})


def ledger(outreach: Outreach, newsletter: Newsletter) -> Iterator[tuple[str, ...]]:
    """A row for each recipient, streamed."""
    for status in _ORDER:
        for row in outreach.records.recipients_in(newsletter.id, status):
            yield row.email, row.status.value, row.changed.isoformat(), str(row.attempts), row.said


def as_text(row: tuple[str, ...]) -> list[str]:
    """The cells so that a spreadsheet takes none of them for a formula."""
    return [f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in row]


def ledger_file(outreach: Outreach, newsletter: Newsletter) -> File:
    """The ledger to attach, as CSV that spreadsheets know to be UTF-8, cut where it is very long."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(as_text(row) for row in islice(ledger(outreach, newsletter), MOST_ATTACHED))
    return File(f"{newsletter.id}.csv", "text/csv", text.getvalue().encode("utf-8-sig", "replace"))
