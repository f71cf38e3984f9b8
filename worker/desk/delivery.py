"""One letter on its way: claimed by one worker, handed over once, and its end on record.

queued → claimed (owner, lease) → handing_over (committed just before DATA) → sent | deferred | failed | uncertain.
Only a letter that stood in handing_over when the answer was lost is uncertain, and an uncertain letter is never sent
again by itself.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

from storage import Conflict
from worker.desk import letters
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.mail.bulk_mailer import BulkMailer, End, Ended, Job
from worker.model import Letter, LetterStatus
from worker.records import Outcome

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
_AT_ONCE = 16  # letters claimed together: few, so that little is held when somebody stops us
_LOOK_AGAIN = 0.01  # seconds between two looks for more while letters are under way
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=4)
_NEVER_HANDED_OVER = frozenset({LetterStatus.QUEUED, LetterStatus.DEFERRED, LetterStatus.CLAIMED})


class Deliveries:
    """The feed of the letters that were rung, for a mailer: each is claimed, handed over once, and its end noted.

    `ring` may be called from any thread. What is on record is committed for many letters together, while they are
    under way at once. `sent` hears of every letter that a server accepted. `rests` is set when nothing rung is left.
    """

    def __init__(
        self,
        desk: Desk,
        owner: str,
        clock: Callable[[], datetime],
        stopped: Callable[[], bool] = lambda: False,
        sent: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._desk = desk
        self._owner = owner
        self._clock = clock
        self._stopped = stopped
        self._sent = sent
        self._rung: deque[str] = deque()
        self._can_wait: deque[str] = deque()
        self._held: dict[str, Letter] = {}
        self._delivering = threading.Lock()
        self.rests = threading.Event()

    def ring(self, letter_id: str, *, can_wait: bool = False) -> None:
        """Have a letter delivered by whoever calls `deliver_with` next, or does already.

        What `can_wait` goes when nothing else is to be sent; a little of it goes always, so that it never starves.
        """
        (self._can_wait if can_wait else self._rung).append(letter_id)

    def deliver_with(self, mailer: BulkMailer) -> None:
        """Deliver what was rung, until nothing is left. A second thread leaves it to the first one."""
        while (self._rung or self._can_wait) and not self._stopped() and self._delivering.acquire(blocking=False):
            with ExitStack() as at_the_end:
                at_the_end.callback(self._delivering.release)
                at_the_end.callback(self._give_back)
                mailer.send_all(self)
        self.rests.set()

    # ---- the feed, see worker.mail.bulk_mailer.Feed ----

    def next_jobs(self) -> Sequence[Job] | float | None:
        """The letters rung since, claimed; None when nothing is under way any more."""
        if self._stopped():
            return None
        rung = [self._rung.popleft() for _ in range(min(len(self._rung), _AT_ONCE))]
        rung += [self._can_wait.popleft() for _ in range(min(len(self._can_wait), 1 if rung else _AT_ONCE))]
        if not rung:
            return _LOOK_AGAIN if self._held else None
        now = self._clock()
        found = [
            one for key in dict.fromkeys(rung) if (one := self._desk.records.letter(key)) and is_deliverable(one, now)
        ]
        claims = [
            replace(
                one, status=LetterStatus.CLAIMED, owner=self._owner, lease_until=now + LEASE, attempts=one.attempts + 1
            )
            for one in found
        ]
        taken = self._desk.records.save_unless_taken(claims)
        claimed = [replace(one, version=one.version + 1) for one in claims if one.id not in taken]
        self._held.update((one.id, one) for one in claimed)
        return [self._job(one) for one in claimed] or 0.0

    def _job(self, letter: Letter) -> Job:
        mime = self._desk.records.letter_bytes(letter.id)  # now: what fails after DATA began makes it uncertain
        return Job(letter.id, letter.envelope_from, letter.envelope_to, lambda: mime)

    def is_taken_back(self, job: Job) -> bool:  # noqa: ARG002
        """After a stop nothing new is begun."""
        return self._stopped()

    def note(self, begun: Sequence[Job], ended: Sequence[Ended]) -> frozenset[str]:
        """Commit what begins and what ended together; who is told of trouble is told afterwards."""
        now = self._clock()
        handing = {job.key: replace(self._held[job.key], status=LetterStatus.HANDING_OVER) for job in begun}
        ends = [_after(self._desk, self._held[one.job.key], one, now) for one in ended]
        taken = self._desk.records.save_unless_taken([*handing.values(), *ends])
        for key, letter in handing.items():
            self._held[key] = replace(letter, version=letter.version + 1)
        for key in (*taken, *(one.id for one in ends)):
            self._held.pop(key, None)
        for letter, one in zip(ends, ended, strict=True):
            self._say(letter, one, now)
        return taken & handing.keys()

    def _say(self, letter: Letter, ended: Ended, now: datetime) -> None:
        log.log(
            logging.INFO if letter.status is LetterStatus.SENT else logging.WARNING,
            "letter %s (%s) is %s: %s", letter.id, letter.kind, letter.status, ended.said,
        )  # fmt: skip
        trouble = "refused" if ended.refused else letter.status.value
        if trouble in _TROUBLES:
            _tell_staff(self._desk, letter, *_TROUBLES[trouble], letter.server_said, now)
        if letter.status is LetterStatus.SENT:
            self._sent(letter.id)

    def _give_back(self) -> None:
        """What was claimed and not begun waits again."""
        claimed = [_released(one) for one in self._held.values() if one.status is LetterStatus.CLAIMED]
        self._held.clear()
        if claimed:
            self._desk.records.save_unless_taken(claimed)


_TROUBLES: Mapping[str, tuple[str, str]] = {
    "refused": ("Một số người nhận bị từ chối", "Some recipients were refused"),
    "failed": ("Thư không gửi được", "A letter could not be delivered"),
    "uncertain": ("Không chắc thư đã gửi được hay chưa", "It is uncertain whether a letter went out"),
}


def is_deliverable(letter: Letter, now: datetime) -> bool:
    """Whether a letter waits, its time has come and no living worker holds it."""
    if letter.status not in _NEVER_HANDED_OVER or letter.due > now:
        return False
    return letter.status is not LetterStatus.CLAIMED or letter.lease_until is None or letter.lease_until <= now


def _after(desk: Desk, letter: Letter, ended: Ended, now: datetime) -> Letter:
    """The letter as it stands after an attempt."""
    match ended.end:
        case End.ACCEPTED:
            words = "; ".join([ended.said, *(f"{who} refused: {why}" for who, why in ended.refused)])
            return _ended(letter, LetterStatus.SENT, words, sent_at=now)
        case End.LOST:
            return _ended(letter, LetterStatus.UNCERTAIN, ended.said)
        case _:
            too_old = now - letter.created > timedelta(hours=desk.settings.smtp.give_up_hours)
            if ended.permanent or too_old:
                return _ended(letter, LetterStatus.FAILED, ended.said)
            due = now + retry_after(letter.attempts)
            return replace(_ended(letter, LetterStatus.DEFERRED, ended.said), due=due)


def _ended(letter: Letter, status: LetterStatus, said: str, sent_at: datetime | None = None) -> Letter:
    return replace(letter, status=status, server_said=said[:500], owner="", lease_until=None, sent_at=sent_at)


def _released(letter: Letter) -> Letter:
    return replace(letter, status=LetterStatus.QUEUED, owner="", lease_until=None)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: a minute, doubled each time, four hours at most."""
    doublings = max(0, min(attempts - 1, 10))
    return min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY)


def _tell_staff(desk: Desk, letter: Letter, vietnamese: str, english: str, words: str, now: datetime) -> None:
    """A line in the request's history and a notice to staff; a notice that fails itself is not told about."""
    if letter.kind == "staff_notice":
        return
    headline = vietnamese if desk.settings.staff_language == "vi" else english
    lines = [f"{letter.subject} → {letter.recipient}", words]
    for _ in range(5):
        request = desk.records.request(letter.request_id) if letter.request_id else None
        notice = letters.staff_notice(desk, headline, lines, now, request=request)
        changed = (with_history(request, now, "delivery", letter.id, words),) if request else ()
        try:
            desk.records.save(Outcome(records=changed, letters=(notice,)))
        except Conflict:
            continue
        return


def recover(desk: Desk, now: datetime, *, alone: bool) -> list[Letter]:
    """After a start or a crash: letters that a dead worker held go on, those it was handing over become uncertain.

    `alone` says that no other worker shares the store, so that nobody living holds a claim.
    """
    held = (LetterStatus.CLAIMED, LetterStatus.HANDING_OVER)
    found = [
        letter
        for status in held
        for letter in desk.records.letters_in(status)
        if alone or letter.lease_until is None or letter.lease_until <= now
    ]
    return [one for letter in found if (one := _recovered(desk, letter, now))]


def _recovered(desk: Desk, letter: Letter, now: datetime) -> Letter | None:
    try:
        if letter.status is LetterStatus.CLAIMED:
            return desk.records.save_record(_released(letter))
        why = "the worker stopped while handing over"
        desk.records.save_record(_ended(letter, LetterStatus.UNCERTAIN, why))
        log.warning("letter %s (%s) is uncertain: %s", letter.id, letter.kind, why)
        _tell_staff(desk, letter, *_TROUBLES["uncertain"], why, now)
    except Conflict:
        log.info("letter %s was recovered by somebody else", letter.id)
    return None
