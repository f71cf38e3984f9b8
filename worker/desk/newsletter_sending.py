"""What the timer does for newsletters: start what is due, go on with what was begun, and tell staff how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from storage import Change, Conflict
from worker.desk import newsletter_letters
from worker.desk.audience import gather
from worker.desk.context import Desk
from worker.desk.newsletter_layout import skeletons_of
from worker.desk.newsletter_run import LEASE, Run, recover_rows
from worker.desk.outreach import Outreach
from worker.mail.bulk_mailer import BulkMailer
from worker.model import Language
from worker.outreach_records import Newsletter, NewsletterStatus, Recipient, RecipientStatus, change_of
from worker.policy.newsletter_schedule import Start, decide_start, next_run
from worker.records import NewLetter, Outcome

log = logging.getLogger(__name__)

SLICE = timedelta(minutes=5)  # a task that takes longer may be killed by its broker
_UNDER_WAY = (NewsletterStatus.GATHERING, NewsletterStatus.SENDING)


def due_newsletters(outreach: Outreach, now: datetime) -> list[str]:
    """The newsletters that want to be sent now: started where they are due, and those under way that nobody holds.

    A run that was missed by hours is not started: staff are asked. Doing it twice does nothing.
    """
    started = [_start(outreach, one, now) for one in list(outreach.records.newsletters_in(NewsletterStatus.APPROVED))]
    free = [one for one in outreach.records.newsletters_in(*_UNDER_WAY) if _is_free(one, now)]
    under_way = [one.id if _may_leave(outreach, one) else _ask(outreach, one, _not_live(outreach), now) for one in free]
    return [one for one in dict.fromkeys([*started, *under_way]) if one]


def _may_leave(outreach: Outreach, newsletter: Newsletter) -> bool:
    """Whether the mode lets it go: `observe` nothing, `shadow` only what began so and goes to staff."""
    mode = outreach.desk.settings.mode
    return mode == "live" or (mode == "shadow" and newsletter.is_shadow)


def _is_free(newsletter: Newsletter, now: datetime) -> bool:
    held = newsletter.owner and newsletter.lease_until is not None and newsletter.lease_until > now
    return not held and (newsletter.due is None or newsletter.due <= now)


def _start(outreach: Outreach, newsletter: Newsletter, now: datetime) -> str:
    """Start an approved newsletter if its time has come; the number of what is to be sent, empty if nothing is."""
    due = newsletter.due or now
    start, at = decide_start(due, now, outreach.window, outreach.late)
    if outreach.desk.settings.mode == "observe" and start is Start.SEND:
        return _ask(outreach, newsletter, _not_live(outreach), now)
    match start:
        case Start.ASK:
            return _ask(outreach, newsletter, _missed(outreach, at), now)
        case Start.WAIT:
            return ""
        case Start.SEND:
            return _begin(outreach, newsletter, now)


def _not_live(outreach: Outreach) -> tuple[str, str]:
    mode = outreach.desk.settings.mode
    return f"Chế độ {mode}: bản tin này không được gửi.", f"Mode {mode}: this newsletter does not leave."


def _missed(outreach: Outreach, at: datetime) -> tuple[str, str]:
    when = f"{outreach.desk.hours.local(at):%H:%M %d/%m/%Y}"
    return f"Đã lỡ giờ gửi {when} quá lâu, nên chưa tự gửi.", f"It was due at {when}, too long ago to go by itself."


def _ask(outreach: Outreach, newsletter: Newsletter, why: tuple[str, str], now: datetime) -> str:
    asking = replace(newsletter, status=NewsletterStatus.ASKING, note=why[1]).with_history(now, "asking", "", why[1])
    _save(outreach, (asking,), (newsletter_letters.question(outreach, asking, why, now),))
    return ""


def _begin(outreach: Outreach, newsletter: Newsletter, now: datetime) -> str:
    if not newsletter.schedule.is_recurring:
        begun = _run_of(outreach, newsletter, now)
        return begun.id if _save(outreach, (begun,)) else ""
    number, taken = outreach.records.next_newsletter()
    begun = replace(_run_of(outreach, newsletter, now), id=number, series=newsletter.id, created=now, version=0)
    series = replace(newsletter, due=next_run(newsletter.schedule, now)).with_history(now, "run", "", number)
    return begun.id if _save(outreach, (begun, series), claims=(taken,)) else ""


def _run_of(outreach: Outreach, newsletter: Newsletter, now: datetime) -> Newsletter:
    """A newsletter on its way: laid out once, with the date of its start in every mail."""
    is_shadow = outreach.desk.settings.mode != "live"
    begun = replace(newsletter, status=NewsletterStatus.GATHERING, started=now, due=None, note="", is_shadow=is_shadow)
    return replace(begun, skeletons=skeletons_of(outreach, begun)).with_history(now, "started")


def _save(
    outreach: Outreach,
    newsletters: tuple[Newsletter, ...],
    letters: tuple[NewLetter, ...] = (),
    claims: tuple[Change, ...] = (),
) -> bool:
    """Commit newsletters and the letters about them together; False where somebody else was first."""
    changes = tuple(change_of(one) for one in newsletters)
    try:
        outreach.desk.records.save(Outcome(letters=letters, claims=(*changes, *claims)))
    except Conflict as conflict:
        log.info("%s", conflict)
        return False
    outreach.ring(one.letter.id for one in letters)
    return True


# ---- sending --------------------------------------------------------------------------------------------------------


def send_newsletter(
    outreach: Outreach,
    mailer: BulkMailer,
    newsletter_id: str,
    owner: str,
    clock: Callable[[], datetime],
    *,
    is_support_waiting: Callable[[], bool] = lambda: False,
    is_stopping: Callable[[], bool] = lambda: False,
    slice_of_time: timedelta = SLICE,
) -> NewsletterStatus | None:
    """Send for a slice of time, or to the end; the state afterwards, None where somebody else has it.

    What a dead worker left is settled first: rows it was handing over are uncertain.
    """
    held = _claim(outreach, newsletter_id, owner, clock())
    if held is not None:
        recover_rows(outreach, held.id, clock())
        held = _gathered(outreach, held, clock)
    if held is None:
        return None
    run = Run(
        outreach,
        held,
        owner,
        clock,
        clock() + slice_of_time,
        is_support_waiting=is_support_waiting,
        is_stopping=is_stopping,
    )
    mailer.send_all(run, slow_bytes=outreach.desk.sign is not None)
    return _release(outreach, run, clock())


def _claim(outreach: Outreach, newsletter_id: str, owner: str, now: datetime) -> Newsletter | None:
    found = outreach.records.newsletter(newsletter_id)
    if found is None or found.status not in _UNDER_WAY or not _is_free(found, now) or not _may_leave(outreach, found):
        return None
    if not outreach.window.is_open(now):
        _save(outreach, (replace(found, due=outreach.window.next_open(now)),))
        return None
    return _saved(outreach, replace(found, owner=owner, lease_until=now + LEASE))


def _saved(outreach: Outreach, newsletter: Newsletter) -> Newsletter | None:
    """The newsletter as it is now stored; None where somebody else was first."""
    return replace(newsletter, version=newsletter.version + 1) if _save(outreach, (newsletter,)) else None


def _gathered(outreach: Outreach, newsletter: Newsletter, clock: Callable[[], datetime]) -> Newsletter | None:
    """The newsletter with all its rows written; None where somebody stopped or took it meanwhile."""
    if newsletter.status is not NewsletterStatus.GATHERING:
        return newsletter
    holder = _Holder(outreach, newsletter, clock)
    languages = {Language(one): key for one, key in newsletter.skeletons.items()}
    try:
        audience = gather(outreach, newsletter, languages, newsletter.started or clock(), holder.hold)
    except Conflict:
        return None
    left_out = {reason.value: count for reason, count in audience.left_out.items()}
    gathered = replace(
        holder.newsletter, status=NewsletterStatus.SENDING, left_out=left_out, lease_until=clock() + LEASE
    )
    return _saved(outreach, gathered.with_history(clock(), "gathered", "", f"{audience.size} recipients"))


class _Holder:
    """Goes on holding a newsletter while its rows are written."""

    def __init__(self, outreach: Outreach, newsletter: Newsletter, clock: Callable[[], datetime]) -> None:
        self.newsletter = newsletter
        self._outreach = outreach
        self._clock = clock

    def hold(self) -> None:
        """Renew the lease when half of it is over. Conflict where somebody cancelled or took the newsletter."""
        now = self._clock()
        if self.newsletter.lease_until is not None and self.newsletter.lease_until - now > LEASE / 2:
            return
        renewed = replace(self.newsletter, lease_until=now + LEASE)
        self._outreach.records.save(renewed)
        self.newsletter = replace(renewed, version=renewed.version + 1)


def _release(outreach: Outreach, run: Run, now: datetime) -> NewsletterStatus | None:
    """Let go of a newsletter after a slice: done, waiting for deferred rows, stopped for a while, or in somebody's hand."""
    current = outreach.records.newsletter(run.newsletter.id)
    if current is None or current.owner != run.owner:
        return current.status if current else None
    free = replace(current, owner="", lease_until=None)
    if current.status is not NewsletterStatus.SENDING:
        _save(outreach, (free,))
        return current.status
    troubles = run.troubles
    if troubles.why_stopped and troubles.refused:
        return _paused(outreach, free, troubles.why_stopped, now)
    if troubles.why_stopped:
        _save(outreach, (replace(free, due=_when_again(outreach, now, troubles.resume_in), note=troubles.why_stopped),))
        return NewsletterStatus.SENDING
    return _ended(outreach, free, now)


def _when_again(outreach: Outreach, now: datetime, seconds: float) -> datetime:
    return outreach.window.next_open(now + timedelta(seconds=seconds))


def _paused(outreach: Outreach, newsletter: Newsletter, why: str, now: datetime) -> NewsletterStatus:
    """Servers refuse us, not recipients: going on would only make it worse."""
    paused = replace(newsletter, status=NewsletterStatus.PAUSED, note=why).with_history(now, "paused", "", why)
    _save(outreach, (paused,), (newsletter_letters.question(outreach, paused, (why, why), now),))
    return NewsletterStatus.PAUSED


def _ended(outreach: Outreach, newsletter: Newsletter, now: datetime) -> NewsletterStatus:
    """Nothing is queued any more: done, or deferred rows wait for their time. The first time, staff get the report."""
    again = outreach.records.next_deferred(newsletter.id)
    if again is not None:
        waiting = replace(newsletter, due=max(again, now), note="deferred mails wait for their time")
        first_time = not any(one.what == "first pass" for one in newsletter.history)
        letters = (newsletter_letters.report(outreach, waiting, now),) if first_time else ()
        _save(outreach, (waiting.with_history(now, "first pass") if first_time else waiting,), letters)
        return NewsletterStatus.SENDING
    done = replace(newsletter, status=NewsletterStatus.DONE, finished=now, due=None, note="")
    done = done.with_history(now, "done", "", _counted(outreach, newsletter.id))
    _save(outreach, (done,), (newsletter_letters.report(outreach, done, now),))
    return NewsletterStatus.DONE


def _counted(outreach: Outreach, newsletter_id: str) -> str:
    counts = outreach.records.counts(newsletter_id)
    return ", ".join(f"{count} {status.value}" for status, count in counts.items() if count)


def recover_newsletters(outreach: Outreach, *, alone: bool) -> None:
    """After a start: newsletters that a dead worker held are free again. `alone`: nobody else shares the store."""
    for newsletter in _held(outreach):
        if alone:
            _save(outreach, (replace(newsletter, owner="", lease_until=None),))


def _held(outreach: Outreach) -> Iterator[Newsletter]:
    return (one for one in list(outreach.records.newsletters_in(*_UNDER_WAY)) if one.owner)


def send_again(outreach: Outreach, newsletter: Newsletter, status: RecipientStatus, by: str, now: datetime) -> int:
    """Queue the recipients in that state once more, on somebody's word; how many. Uncertain ones may get it twice."""
    count = 0
    for row in list(outreach.records.recipients_in(newsletter.id, status)):
        again = replace(row, status=RecipientStatus.QUEUED, due=None, changed=now, said=f"again, by {by}")
        count += _save_row(outreach, again)
    if count and newsletter.status in {NewsletterStatus.DONE, NewsletterStatus.SENDING}:
        going = replace(newsletter, status=NewsletterStatus.SENDING, due=now, finished=None)
        _save(outreach, (going.with_history(now, "again", by, f"{count} {status.value}"),))
    return count


def _save_row(outreach: Outreach, row: Recipient) -> bool:
    try:
        outreach.records.save(row)
    except Conflict as conflict:
        log.info("%s", conflict)
        return False
    return True


def support_waits(desk: Desk, now: datetime) -> bool:
    """Whether a letter about a request waits to leave: newsletters let it go first."""
    return next(desk.records.letters_due(now, limit=1), None) is not None
