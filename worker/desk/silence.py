"""When a customer does not answer our question: a reminder, later a kind closing that any answer undoes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from storage import Conflict
from worker.desk import staff_mail
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.model import HistoryEntry, Request, RequestStatus
from worker.records import NewLetter, Outcome


def break_silence(desk: Desk, now: datetime) -> list[str]:
    """Remind and close what waits too long for its customer, in working hours; the letters to deliver."""
    if not desk.hours.is_working(now):
        return []
    waiting = [one for one in desk.records.open_requests() if one.status is RequestStatus.WAITING_FOR_CUSTOMER]
    return [letter for one in waiting for letter in _one(desk, one, now)]


def _one(desk: Desk, request: Request, now: datetime) -> list[str]:
    asked = next((one for one in reversed(request.history) if one.what == "asked_customer"), None)
    step = _step(desk, request, asked, now) if asked else None
    if step is None:
        return []
    changed, letter = step
    try:
        desk.records.save(Outcome(records=(changed,), letters=(letter,)))
    except Conflict:
        return []
    desk.board.changed(replace(changed, version=changed.version + 1))
    return [letter.letter.id]


def _step(desk: Desk, request: Request, asked: HistoryEntry, now: datetime) -> tuple[Request, NewLetter] | None:
    rules = desk.settings.silence
    if now >= desk.hours.add_working_days(asked.at, rules.close_days):
        closed = replace(request, status=RequestStatus.CANCELLED, closed_at=now)
        closed = with_history(closed, now, "closed_quietly", "", f"no answer for {rules.close_days} working days")
        return closed, staff_mail.closed_quietly(desk, closed, now)
    reminded = any(one.what == "reminded" and one.at >= asked.at for one in request.history)
    if reminded or now < desk.hours.add_working_days(asked.at, rules.remind_days):
        return None
    changed = with_history(request, now, "reminded", "", f"no answer for {rules.remind_days} working days")
    return changed, staff_mail.still_waiting(desk, changed, asked.reason.partition(": ")[2], now)
