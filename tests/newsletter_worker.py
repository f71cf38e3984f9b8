"""A process that sends newsletters until they are done, for the tests that kill it: `python newsletter_worker.py FOLDER PORT`."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from newsletter_kit import a_bulk_mailer, an_outreach
from worker.desk.newsletter_sending import due_newsletters, recover_newsletters, send_newsletter
from worker.outreach_records import NewsletterStatus


def now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


def main(folder: Path, port: int) -> None:
    """Recover what a killed process left, send until no newsletter is open."""
    outreach = an_outreach("tiny:news.db", folder, port)
    mailer = a_bulk_mailer(outreach)
    recover_newsletters(outreach, alone=True)
    print("ready", flush=True)
    waiting = (NewsletterStatus.APPROVED, NewsletterStatus.GATHERING, NewsletterStatus.SENDING)
    while list(outreach.records.newsletters_in(*waiting)):
        for newsletter in due_newsletters(outreach, now()):
            send_newsletter(outreach, mailer, newsletter, f"process {os.getpid()}", now)
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
