"""Sends newsletters in a thread of its own, on connections of its own: support mail never waits behind one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from storage import StoreError
from worker.desk.newsletter_sending import due_newsletters, recover_newsletters, send_newsletter, support_waits
from worker.desk.outreach import Outreach
from worker.mail.bulk_mailer import BulkMailer

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0  # a few index lookups: nothing that could be felt


class NewsletterLane:
    """The lane of one process. Several processes may have one each: a newsletter is held by one of them at a time."""

    def __init__(
        self,
        outreach: Outreach,
        make_mailer: Callable[[], BulkMailer],
        owner: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._outreach = outreach
        self._make_mailer = make_mailer
        self._mailer: BulkMailer | None = None
        self._owner = f"{owner}/newsletters"
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="newsletters", daemon=True)

    def start(self, *, alone: bool) -> None:
        """Free what a dead worker held and begin. `alone`: no other worker shares the store."""
        recover_newsletters(self._outreach, alone=alone)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the mails under way; what is not sent stands in the store."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._let_go()

    def _let_go(self) -> None:
        if self._mailer:
            self._mailer.close()
            self._mailer = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.once()
            except StoreError as error:
                log.error("newsletters wait: %s", error)  # noqa: TRY400 - the store's trouble, not a fault
            except Exception:
                log.exception("newsletters go on with the next look")
            self._stopping.wait(_LOOK_SECONDS)

    def once(self) -> None:
        """Start and send whatever is due. Where nothing is, there is no connection and no loop for one."""
        due = due_newsletters(self._outreach, self._clock())
        if not due:
            self._let_go()
        for newsletter in due:
            if self._stopping.is_set():
                return
            self._mailer = self._mailer or self._make_mailer()
            send_newsletter(
                self._outreach,
                self._mailer,
                newsletter,
                self._owner,
                self._clock,
                is_support_waiting=lambda: support_waits(self._outreach.desk, self._clock()),
                is_stopping=self._stopping.is_set,
            )
