"""One newsletter on its way: which recipient is next and at what pace, and what became of each, on record.

A row goes queued → handing_over (committed before DATA) → sent | deferred | failed | uncertain. Whoever dies in between
leaves at most one doubtful row for each connection: those are listed, and never sent again by themselves.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from storage import Change, Conflict
from worker.desk.outreach import Outreach, shadow_values, slot_values
from worker.mail.bulk_mailer import End, Ended, Job
from worker.mail.newsletter_mime import Skeleton
from worker.outreach_records import (
    Newsletter,
    NewsletterStatus,
    Recipient,
    RecipientStatus,
    SubscriptionStatus,
    Suppression,
    change_of,
)
from worker.policy.segments import wire_address
from worker.policy.throttle import Pace, Refusal, eased, judge_refusal, lane_pause, reserve, retry_after, slowed
from worker.records import commit_unless_taken

log = logging.getLogger(__name__)

_PAGE = 100
_AT_ONCE = 16  # mails given out together: few, so that a pause is felt at once
_AHEAD = 200  # rows held in memory at most
_FAR = 30.0  # seconds; a row whose turn is farther away waits in the store
_LOOK_EVERY = 1.0  # seconds between two looks at whether somebody paused or cancelled
_REST = 0.05
_MOST_REST = 0.5  # a support letter that cannot be delivered must not stop newsletters for ever
_UNREACHABLE_IN_A_ROW = 5
_REFUSED_IN_A_ROW = 20
_SAID_KEPT = 300
LEASE = timedelta(seconds=60)


@dataclass
class _Troubles:
    """What goes wrong for everybody, counted until something works again."""

    unreachable: int = 0
    refused: int = 0
    why_stopped: str = ""
    resume_in: float = 0.0

    def worked(self) -> None:
        """Something was accepted."""
        self.unreachable = self.refused = 0


@dataclass
class Run:
    """The feed of one newsletter for a BulkMailer. `is_support_waiting` is asked before more is sent: letters to
    customers about their requests go first. `is_stopping` says that the process wants to end.
    """

    outreach: Outreach
    newsletter: Newsletter
    owner: str
    clock: Callable[[], datetime]
    until: datetime
    is_support_waiting: Callable[[], bool] = lambda: False
    is_stopping: Callable[[], bool] = lambda: False
    ticks: Callable[[], float] = time.monotonic
    troubles: _Troubles = field(default_factory=_Troubles)
    accepted: int = 0
    _skeletons: dict[str, Skeleton] = field(default_factory=dict)
    _rows: dict[str, Recipient] = field(default_factory=dict)
    _turns: list[tuple[float, str]] = field(default_factory=list)
    _overall: Pace = field(default_factory=Pace)
    _domains: dict[str, Pace] = field(default_factory=dict)
    _returned: deque[str] = field(default_factory=deque)
    _cursor: str = ""
    _all_read: bool = False
    _looked: float = 0.0
    _rested: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        wishes = self.outreach.desk.settings.newsletters
        self._overall = Pace.per_second(wishes.per_second)
        self._skeletons = {
            language: Skeleton.from_bytes(self.outreach.records.raw(key))
            for language, key in self.newsletter.skeletons.items()
        }

    # ---- what is next ----

    def next_jobs(self) -> Sequence[Job] | float | None:
        """The mails whose turn it is; see worker.mail.bulk_mailer.Feed."""
        self._look()
        if self.troubles.why_stopped:
            return None
        if self._should_rest():
            return _REST
        with self._lock:
            while self._returned:
                self._give_turn(self._rows.pop(self._returned.popleft()), self.ticks())
            self._read_ahead()
            return self._take()

    def is_taken_back(self, job: Job) -> bool:
        """Whether the run stopped, or the domain asked us to wait, since a mail got its turn."""
        if self.troubles.why_stopped:
            return True
        pace = self._domains.get(self._rows[job.key].email.rpartition("@")[2])
        if pace is None or self.ticks() >= pace.not_before:
            return False
        self._returned.append(job.key)
        return True

    def _take(self) -> Sequence[Job] | float | None:
        now = self.ticks()
        jobs: list[Job] = []
        while self._turns and self._turns[0][0] <= now and len(jobs) < _AT_ONCE:
            overall, slot = reserve(self._overall, now)
            if slot > now:
                return jobs or min(slot - now, 1.0)
            self._overall = overall
            _, key = heapq.heappop(self._turns)
            jobs.append(self._job(self._rows[key]))
        if jobs:
            return jobs
        if self._turns:
            return min(max(self._turns[0][0] - now, 0.01), 1.0)
        return 0.02 if self._rows else None

    def _job(self, row: Recipient) -> Job:
        settings = self.outreach.desk.settings
        to = settings.staff_address if self.newsletter.is_shadow else wire_address(row.email)
        return Job(row.key, settings.company.address, (to,), partial(self._mime, row))

    def _mime(self, row: Recipient) -> bytes:
        values = shadow_values if self.newsletter.is_shadow else slot_values
        mime = self._skeletons[row.language.value].fill(values(self.outreach, row))
        sign = self.outreach.desk.sign
        return sign(mime) if sign else mime

    def _read_ahead(self) -> None:
        if len(self._rows) >= _AHEAD or self._all_read:
            return
        rows = list(self._next_rows())
        self._all_read = not rows
        now = self.ticks()
        for row in rows:
            if self._may_go(row):
                self._give_turn(row, now)

    def _may_go(self, row: Recipient) -> bool:
        """Whether a row can be sent to: it has an address, and nobody refused since it was written."""
        said = self.outreach.records.subscription(row.email)
        if not wire_address(row.email):
            self._save(_with_end(row, RecipientStatus.FAILED, "no mail address", self.clock()))
            return False
        if said is None or said.status is not SubscriptionStatus.REFUSED or row.key in self._rows:
            return True
        self._save(_with_end(row, RecipientStatus.SUPPRESSED, "refused newsletters", self.clock()))
        return False

    def _next_rows(self) -> Iterator[Recipient]:
        records, newsletter = self.outreach.records, self.newsletter.id
        yield from records.deferred_until(newsletter, self.clock(), limit=_PAGE)
        for row in records.recipients_in(newsletter, RecipientStatus.QUEUED, after=self._cursor, limit=_PAGE):
            self._cursor = row.key
            yield row

    def _give_turn(self, row: Recipient, now: float) -> None:
        if row.key in self._rows:
            return
        domain = row.email.rpartition("@")[2]
        wishes = self.outreach.desk.settings.newsletters
        pace, slot = reserve(self._domains.get(domain) or Pace.per_second(wishes.domain_per_second), now)
        self._domains[domain] = pace
        if slot - now > _FAR:
            self._put_off(row, timedelta(seconds=slot - now))
            return
        self._rows[row.key] = row
        heapq.heappush(self._turns, (slot, row.key))

    def _put_off(self, row: Recipient, wait: timedelta) -> None:
        """Let a row wait in the store, not in memory, until its domain takes more."""
        said = "its domain asks us to slow down"
        self._save(_with_end(row, RecipientStatus.DEFERRED, said, self.clock(), wait))

    def _save(self, record: Newsletter | Recipient) -> None:
        """Write a record unless somebody else did meanwhile: then theirs counts."""
        try:
            self.outreach.records.save(record)
        except Conflict as conflict:
            log.info("%s", conflict)

    def _should_rest(self) -> bool:
        """Support mail goes first, but no letter of it holds newsletters up for ever."""
        if self._rested < _MOST_REST and self.is_support_waiting():
            self._rested += _REST
            return True
        self._rested = 0.0
        return False

    def _look(self) -> None:
        """Once a second: whether somebody paused or cancelled; go on holding the newsletter."""
        now, ticks = self.clock(), self.ticks()
        if now >= self.until or self.is_stopping():
            self._stop("its slice of time is over", 0.0)
        if ticks - self._looked < _LOOK_EVERY:
            return
        self._looked = ticks
        current = self.outreach.records.newsletter(self.newsletter.id)
        if current is None or current.status is not NewsletterStatus.SENDING or current.owner != self.owner:
            self._stop("somebody stopped it", 0.0)
        elif not self.outreach.window.is_open(now):
            self._stop("the sending window is closed", 0.0)
        elif current.lease_until is None or current.lease_until - now < LEASE / 2:
            self._save(replace(current, lease_until=now + LEASE))
        self._all_read = False  # deferred rows may be due by now

    def _stop(self, why: str, resume_in: float) -> None:
        if not self.troubles.why_stopped:
            self.troubles.why_stopped = why
            self.troubles.resume_in = resume_in

    # ---- what became of it ----

    def note(self, begun: Sequence[Job], ended: Sequence[Ended]) -> frozenset[str]:
        """Commit what begins and what ended together; see worker.mail.bulk_mailer.Feed."""
        with self._lock:
            now = self.clock()
            handing = {job.key: _handing_over(self._rows[job.key], now) for job in begun}
            changes = [change_of(row) for row in handing.values()]
            for one in ended:
                changes += self._ended(one, now)
            refused = commit_unless_taken(self.outreach.records.commit, changes)
            for key, row in handing.items():
                self._rows[key] = replace(row, version=row.version + 1)
            for key in refused:
                self._rows.pop(key, None)
            return refused & handing.keys()

    def _ended(self, ended: Ended, now: datetime) -> Iterable[Change]:
        """The changes that an end makes; the row is no longer ours then."""
        row = self._rows.pop(ended.job.key)
        match ended.end:
            case End.ACCEPTED:
                self._was_accepted(row)
                status = RecipientStatus.SHADOW if self.newsletter.is_shadow else RecipientStatus.SENT
                yield change_of(_with_end(row, status, ended.said, now))
            case End.LOST:
                yield change_of(_with_end(row, RecipientStatus.UNCERTAIN, ended.said, now))
            case End.UNREACHABLE:
                yield from self._was_unreachable(row, ended, now)
            case End.REFUSED:
                yield from self._was_refused(row, ended, now)

    def _was_accepted(self, row: Recipient) -> None:
        self.accepted += 1
        self.troubles.worked()
        domain = row.email.rpartition("@")[2]
        if (pace := self._domains.get(domain)) and pace.interval > pace.allowed:
            self._domains[domain] = eased(pace)
        if self._overall.interval > self._overall.allowed:
            self._overall = eased(self._overall)

    def _was_unreachable(self, row: Recipient, ended: Ended, now: datetime) -> Iterable[Change]:
        """No server to talk to: the row stays queued; after a few in a row the run stops for a while."""
        self.troubles.unreachable += 1
        if self.troubles.unreachable >= _UNREACHABLE_IN_A_ROW:
            self._stop(ended.said, 60.0)
        if ended.handed:  # a refusal without a reply code cannot come after DATA began: not accepted for certain
            yield change_of(_with_end(row, RecipientStatus.DEFERRED, ended.said, now, retry_after(1, "")))
            return
        self._rows[row.key] = row
        heapq.heappush(self._turns, (self.ticks() + self.troubles.unreachable, row.key))

    def _was_refused(self, row: Recipient, ended: Ended, now: datetime) -> Iterable[Change]:
        refusal = judge_refusal(ended.code, ended.said) if ended.code else Refusal.FAILED
        tried = row if ended.handed else replace(row, attempts=row.attempts + 1)
        match refusal:
            case Refusal.SLOW_DOWN | Refusal.LATER:
                if refusal is Refusal.SLOW_DOWN:
                    self._slow_down(row, ended)
                yield change_of(self._later(tried, ended.said, now))
            case Refusal.OURS:
                self._counts_against_us(ended.said)
                yield change_of(self._later(tried, ended.said, now))
            case Refusal.BAD_ADDRESS:
                yield change_of(_with_end(tried, RecipientStatus.FAILED, ended.said, now))
                if not self.newsletter.is_shadow:
                    yield from self._suppress(row, ended.said, now)
            case Refusal.FAILED:
                yield change_of(_with_end(tried, RecipientStatus.FAILED, ended.said, now))

    def _later(self, row: Recipient, said: str, now: datetime) -> Recipient:
        started = self.newsletter.started or now
        if now - started > timedelta(hours=self.outreach.desk.settings.smtp.give_up_hours):
            return _with_end(row, RecipientStatus.FAILED, f"given up: {said}", now)
        return _with_end(row, RecipientStatus.DEFERRED, said, now, retry_after(row.attempts, said))

    def _slow_down(self, row: Recipient, ended: Ended) -> None:
        now, pause = self.ticks(), lane_pause(ended.said)
        domain = row.email.rpartition("@")[2]
        self._domains[domain] = slowed(self._domains.get(domain, Pace()), now, pause)
        waiting = {key for _, key in self._turns if self._rows[key].email.endswith(f"@{domain}")}
        self._turns = [turn for turn in self._turns if turn[1] not in waiting]
        heapq.heapify(self._turns)
        for key in sorted(waiting):
            self._give_turn(self._rows.pop(key), now)

    def _counts_against_us(self, said: str) -> None:
        self.troubles.refused += 1
        if self.troubles.refused >= _REFUSED_IN_A_ROW:
            self._stop(f"{_REFUSED_IN_A_ROW} refusals in a row that are about us: {said}", 3600.0)

    def _suppress(self, row: Recipient, said: str, now: datetime) -> Iterable[Change]:
        """An address that does not exist gets nothing more until the suppression runs out."""
        until = now + timedelta(days=self.outreach.desk.settings.newsletters.bounce_days)
        known = self.outreach.records.suppression(row.email)
        if known is None or (known.until is not None and known.until < until):
            version = known.version if known else 0
            yield change_of(
                Suppression(
                    email=row.email, reason="bounce", detail=said[:_SAID_KEPT], since=now, until=until, version=version
                )
            )


def _handing_over(row: Recipient, now: datetime) -> Recipient:
    return replace(row, status=RecipientStatus.HANDING_OVER, attempts=row.attempts + 1, changed=now)


def _with_end(
    row: Recipient, status: RecipientStatus, said: str, now: datetime, wait: timedelta | None = None
) -> Recipient:
    return replace(row, status=status, said=said[:_SAID_KEPT], changed=now, due=now + wait if wait else None)


def recover_rows(outreach: Outreach, newsletter: str, now: datetime) -> int:
    """After a crash: rows that were being handed over are uncertain; how many. They are listed, never sent again."""
    count = 0
    for row in list(outreach.records.recipients_in(newsletter, RecipientStatus.HANDING_OVER)):
        try:
            outreach.records.save(
                _with_end(row, RecipientStatus.UNCERTAIN, "the worker stopped while handing over", now)
            )
        except Conflict:
            log.info("%s was settled by somebody else", row.key)
        else:
            count += 1
    return count
