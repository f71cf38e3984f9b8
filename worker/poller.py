"""Fetches, keeps, archives and rings: one thread a mailbox. Never parses, so that no mail can stop it.

Raw bytes first, then the record, then the archive, then the doorbell: whatever dies in between, the next start finds
either the mail in the inbox or the record in the store.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from storage import StoreError
from worker.mail.mailbox import Fetched, Mailbox, MailboxError
from worker.model import InboundMail
from worker.records import MailboxState, Outcome, Records

log = logging.getLogger(__name__)

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
_STATE_EVERY = timedelta(seconds=60)


class SentCopies:
    """Puts a copy of each letter that went out into a folder of the mailbox, over a connection of its own.

    A copy is a courtesy: one that cannot be filed is logged, and no letter waits for it.
    """

    def __init__(self, mailbox: Mailbox, records: Records) -> None:
        self._mailbox = mailbox
        self._records = records
        self._connected = False
        self._lock = threading.Lock()

    def file(self, letter_id: str) -> None:
        """File one letter."""
        letter = self._records.letter(letter_id)
        if letter is None:
            return
        with self._lock:
            try:
                self._append(self._records.letter_bytes(letter_id), letter.sent_at or letter.created)
            except MailboxError as error:
                log.warning("letter %s was not filed in %s: %s", letter_id, self._mailbox.settings.sent, error)
                self.close()

    def _append(self, mime: bytes, at: datetime) -> None:
        if not self._connected:
            self._mailbox.connect()
            self._mailbox.ensure_folder(self._mailbox.settings.sent)
            self._connected = True
        self._mailbox.append(self._mailbox.settings.sent, mime, at)

    def close(self) -> None:
        """Log out."""
        self._mailbox.close()
        self._connected = False


class Poller:
    """Keeps one mailbox in sight. `ring` is called with the id of every mail that was kept."""

    def __init__(
        self,
        mailbox: Mailbox,
        records: Records,
        ring: Callable[[str], None],
        clock: Callable[[], datetime],
        stop: threading.Event,
    ) -> None:
        self.mailbox = mailbox
        self.name = mailbox.settings.name
        self._records = records
        self._ring = ring
        self._clock = clock
        self._stop = stop
        self._saved: datetime | None = None
        self._pause = _FIRST_PAUSE

    # ---- the loop ----

    def run(self) -> None:
        """Poll until stopped. Whatever one round meets, the next is tried: sooner first, then every five minutes."""
        while not self._stop.is_set():
            try:
                self._stay_connected()
            except (MailboxError, StoreError) as error:
                log.error("mailbox %s: %s; next try in %.0f s", self.name, error, self._pause)  # noqa: TRY400 - expected
            except Exception:
                log.exception("mailbox %s: unexpected; next try in %.0f s", self.name, self._pause)
            finally:
                self.mailbox.close()
            self._stop.wait(self._pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _stay_connected(self) -> None:
        self.mailbox.connect()
        self.mailbox.ensure_archive()
        state = self._opened()
        log.info(
            "mailbox %s: connected, watching %s above UID %d", self.name, self.mailbox.settings.inbox, state.baseline
        )
        while not self._stop.is_set():
            state = self._sync(state)
            self._pause = _FIRST_PAUSE
            self.mailbox.wait(self.mailbox.settings.poll_seconds, self._stop.is_set)

    def once(self) -> int:
        """Connect, take in what is new, and disconnect; how many mails were kept."""
        self.mailbox.connect()
        try:
            self.mailbox.ensure_archive()
            before = self._opened()
            return self._sync(before).fetched - before.fetched
        finally:
            self.mailbox.close()

    # ---- where to begin ----

    def _opened(self) -> MailboxState:
        selected = self.mailbox.select()
        state = self._records.mailbox(self.name)
        if state is None:
            baseline = self._first_baseline(selected.uidnext)
            log.info("mailbox %s: first start, mail above UID %d is ours", self.name, baseline)
            state = MailboxState(
                name=self.name, uidvalidity=selected.uidvalidity, baseline=baseline, baseline_set=self._clock()
            )
            return self._records.save_mailbox(state)
        if state.uidvalidity != selected.uidvalidity:
            return self._renumbered(state, selected.uidvalidity)
        return state

    def _first_baseline(self, uidnext: int) -> int:
        since = self.mailbox.settings.since
        if since == "now":
            return uidnext - 1
        if since == "all":
            return 0
        return min(self.mailbox.uids_since(date.fromisoformat(since)), default=uidnext) - 1

    def _renumbered(self, state: MailboxState, uidvalidity: int) -> MailboxState:
        """The server gave all messages new UIDs (RFC 3501, 2.3.1.1): what stood there before our first start stays old.

        What we kept under its old UID is recognised by its bytes.
        """
        log.warning("mailbox %s: UIDVALIDITY changed from %d to %d", self.name, state.uidvalidity, uidvalidity)
        old = 0
        if self.mailbox.settings.since == "now":
            arrivals = self.mailbox.arrival_of(self.mailbox.uids_above(0))
            ours = [uid for uid, arrived in arrivals.items() if arrived >= state.baseline_set]
            self._take(ours, uidvalidity)
            old = max(arrivals, default=0)
        return self._records.save_mailbox(replace(state, uidvalidity=uidvalidity, baseline=old))

    # ---- taking in ----

    def _sync(self, state: MailboxState) -> MailboxState:
        """Keep, archive and ring what is new; the state afterwards."""
        uids = self.mailbox.uids_above(state.baseline)
        known = [uid for uid in uids if self._records.inbound(self._key(state.uidvalidity, uid))]
        if known and self.mailbox.settings.archive:
            self.mailbox.archive(known)
        fresh = sorted(set(uids) - set(known))
        taken = self._take(fresh, state.uidvalidity)
        self._reconcile(fresh, state.uidvalidity)
        return self._noted(state, taken, max(uids, default=state.baseline))

    def _reconcile(self, seen: Sequence[int], uidvalidity: int) -> None:
        """Every UID that was seen must be kept, or gone from the server: what is neither is said, at every look."""
        left = [uid for uid in seen if not self._records.inbound(self._key(uidvalidity, uid))]
        still = sorted(set(left) & set(self.mailbox.uids_above(min(left) - 1))) if left else []
        if still:
            log.error("mailbox %s: the server does not give out UID %s", self.name, ", ".join(map(str, still)))

    def _take(self, uids: Sequence[int], uidvalidity: int) -> int:
        taken = 0
        for batch in self.mailbox.fetch(uids):
            kept = self._keep(batch, uidvalidity)
            self.mailbox.archive([one.uid for one in kept])
            for one in kept:
                self._ring(one.id)
            taken += len(kept)
            log.info("mailbox %s: %d new", self.name, len(kept))
        return taken

    def _keep(self, batch: Iterable[Fetched], uidvalidity: int) -> list[InboundMail]:
        fetched = list(batch)
        now = self._clock()
        keys = self._records.keep_raw(*(one.raw for one in fetched))
        kept = [
            InboundMail(
                id=self._key(uidvalidity, one.uid),
                mailbox=self.name,
                uidvalidity=uidvalidity,
                uid=one.uid,
                raw=raw,
                size=len(one.raw),
                arrived=one.arrived,
                kept=now,
            )
            for one, raw in zip(fetched, keys, strict=True)
        ]
        self._records.save(Outcome(records=tuple(kept)))
        return kept

    def _key(self, uidvalidity: int, uid: int) -> str:
        return f"{self.name}/{uidvalidity}/{uid}"

    def _noted(self, state: MailboxState, taken: int, highest: int) -> MailboxState:
        """Remember the round: at once where something came, else once a minute."""
        now = self._clock()
        # Without an archive the inbox keeps growing: UIDs only rise, so what was seen need not be asked for again.
        baseline = state.baseline if self.mailbox.settings.archive else highest
        if not taken and baseline == state.baseline and self._saved and now - self._saved < _STATE_EVERY:
            return state
        self._saved = now
        noted = replace(state, baseline=baseline, last_fetch=now, fetched=state.fetched + taken)
        return self._records.save_mailbox(noted)
