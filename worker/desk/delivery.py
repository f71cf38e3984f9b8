"""One letter on its way: claimed by one worker, handed over once, and its end on record.

queued → claimed (owner, lease) → handing_over (committed just before DATA) → sent | deferred | failed | uncertain.
Only a letter that stood in handing_over when the answer was lost is uncertain, and an uncertain letter is never sent
again by itself.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from storage import Conflict
from worker.desk import letters
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.mail.mailer import DeliveryError, DeliveryUncertainError, Mailer
from worker.model import Letter, LetterStatus
from worker.records import Outcome

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=4)
_NEVER_HANDED_OVER = frozenset({LetterStatus.QUEUED, LetterStatus.DEFERRED, LetterStatus.CLAIMED})


def deliver(desk: Desk, mailer: Mailer, letter_id: str, owner: str, now: datetime) -> LetterStatus | None:
    """Try once to hand a letter over; its state afterwards, None where somebody else has it or nothing is to be done."""
    letter = desk.records.letter(letter_id)
    if letter is None or not is_deliverable(letter, now):
        return None
    try:
        claimed = desk.records.save_record(
            replace(
                letter, status=LetterStatus.CLAIMED, owner=owner, lease_until=now + LEASE, attempts=letter.attempts + 1
            )
        )
    except Conflict:
        return None
    return _attempt(desk, mailer, claimed, now)


def is_deliverable(letter: Letter, now: datetime) -> bool:
    """Whether a letter waits, its time has come and no living worker holds it."""
    if letter.status not in _NEVER_HANDED_OVER or letter.due > now:
        return False
    return letter.status is not LetterStatus.CLAIMED or letter.lease_until is None or letter.lease_until <= now


def _attempt(desk: Desk, mailer: Mailer, claimed: Letter, now: datetime) -> LetterStatus:
    mime = desk.records.letter_bytes(claimed.id)  # before handing_over: what fails from there on makes it uncertain
    try:
        handover = mailer.offer(claimed.envelope_from, claimed.envelope_to)
    except DeliveryError as error:
        return _refused(desk, claimed, error, now)
    try:
        handing = desk.records.save_record(replace(claimed, status=LetterStatus.HANDING_OVER))
    except BaseException:
        mailer.withdraw(handover)
        raise
    try:
        said = mailer.hand_over(handover, mime)
    except DeliveryError as error:
        return _refused(desk, handing, error, now)
    except DeliveryUncertainError as error:
        return _uncertain(desk, handing, str(error), now)
    words = "; ".join([said, *(f"{who} refused: {why}" for who, why in handover.refused)])
    desk.records.save_record(_ended(handing, LetterStatus.SENT, words, sent_at=now))
    if handover.refused:
        _tell_staff(desk, handing, "Một số người nhận bị từ chối", "Some recipients were refused", words, now)
    log.info("letter %s (%s) sent: %s", handing.id, handing.kind, said)
    return LetterStatus.SENT


def _ended(letter: Letter, status: LetterStatus, said: str, sent_at: datetime | None = None) -> Letter:
    return replace(letter, status=status, server_said=said[:500], owner="", lease_until=None, sent_at=sent_at)


def _refused(desk: Desk, letter: Letter, error: DeliveryError, now: datetime) -> LetterStatus:
    """Certainly not accepted: later again, or told to staff where that cannot help."""
    too_old = now - letter.created > timedelta(hours=desk.settings.smtp.give_up_hours)
    if error.permanent or too_old:
        desk.records.save_record(_ended(letter, LetterStatus.FAILED, str(error)))
        log.warning("letter %s (%s) failed: %s", letter.id, letter.kind, error)
        _tell_staff(desk, letter, "Thư không gửi được", "A letter could not be delivered", str(error), now)
        return LetterStatus.FAILED
    due = now + retry_after(letter.attempts)
    desk.records.save_record(replace(_ended(letter, LetterStatus.DEFERRED, str(error)), due=due))
    log.warning("letter %s (%s) deferred until %s: %s", letter.id, letter.kind, due, error)
    return LetterStatus.DEFERRED


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: a minute, doubled each time, four hours at most."""
    doublings = max(0, min(attempts - 1, 10))
    return min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY)


def _uncertain(desk: Desk, letter: Letter, why: str, now: datetime) -> LetterStatus:
    desk.records.save_record(_ended(letter, LetterStatus.UNCERTAIN, why))
    log.warning("letter %s (%s) is uncertain: %s", letter.id, letter.kind, why)
    _tell_staff(
        desk, letter, "Không chắc thư đã gửi được hay chưa", "It is uncertain whether a letter went out", why, now
    )
    return LetterStatus.UNCERTAIN


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
            return desk.records.save_record(replace(letter, status=LetterStatus.QUEUED, owner="", lease_until=None))
        _uncertain(desk, letter, "the worker stopped while handing over", now)
    except Conflict:
        log.info("letter %s was recovered by somebody else", letter.id)
    return None
