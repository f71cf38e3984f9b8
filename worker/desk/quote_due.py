"""What is due about quotes that are out: a reminder before their time is over, then their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from storage import Conflict
from worker.desk import quote_mail, quotes
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.model import Request, RequestStatus, Route
from worker.policy.quote_life import UNSENT, QuoteStatus, QuoteVersion, next_due
from worker.records import Outcome

_AT_ONCE = 200


def due(desk: Desk, now: datetime) -> list[str]:
    """Remind of quotes and let them expire, in working hours; the letters to deliver."""
    if not desk.hours.is_working(now):
        return []
    return [letter for one in list(desk.records.quotes_due(now, _AT_ONCE)) for letter in _due(desk, one, now)]


def _due(desk: Desk, version: QuoteVersion, now: datetime) -> list[str]:
    request = desk.records.request(version.request_id)
    if request is None or version.status is not QuoteStatus.SENT:
        outcome = Outcome(records=(replace(version, due=None),))
    elif quotes.today(desk, now) > version.quote.valid_until:
        outcome = _expired(desk, request, version, now)
    else:
        outcome = _reminded(desk, request, version, now)
    try:
        desk.records.save(outcome)
    except Conflict:
        return []  # somebody changed it at the same moment: the next round sees it as it stands
    for one in outcome.records:
        if isinstance(one, Request):
            desk.board.changed(replace(one, version=one.version + 1))
    return [one.letter.id for one in outcome.letters]


def _reminded(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> Outcome:
    """A reminder to the customer; where it is we who owe them an answer, to staff."""
    days = desk.settings.quotes.remind_days_before
    end = next_due(version.quote, now, desk.hours, days, reminded=True)
    changed = replace(version, reminded=now, due=end)
    if _waits_for_us(desk, request):
        headline = (
            f"Báo giá {version.id} sắp hết hạn, khách chờ trả lời",
            f"{version.id} expires soon, we owe an answer",
        )
        noted = with_history(request, now, "quote_reminded", "", f"staff: {quotes.amount_words(version)}")
        written = quote_mail.news(desk, noted, version, headline, [quotes.how_much(version), quotes.BY_STAFF], now)
        return Outcome(records=(noted, changed), letters=written)
    letter = quote_mail.reminder(desk, request, version, now)
    noted = with_history(request, now, "quote_reminded", "", quotes.amount_words(version))
    changed = replace(changed, message_ids=(*changed.message_ids, letter.letter.message_id))
    return Outcome(records=(noted, changed), letters=(letter,))


def _waits_for_us(desk: Desk, request: Request) -> bool:
    """Whether the customer wrote last."""
    theirs = [one.arrived for one in desk.records.inbound_of(request.id) if one.route is Route.FOLLOW_UP]
    told = {"told_customer", "asked_customer", "quote_approved"}
    ours = [one.at for one in request.history if one.what in told]
    return bool(theirs) and max(theirs) > max(ours, default=request.arrived)


def _expired(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> Outcome:
    ended = replace(version, status=QuoteStatus.EXPIRED, due=None)
    waiting = next((one for one in desk.records.quotes_of(request.id) if one.status in UNSENT), None)
    if waiting or request.status is not RequestStatus.QUOTED:  # a new version is being written: nothing is over yet
        status = RequestStatus.QUOTE_DRAFT if request.status is RequestStatus.QUOTED else request.status
        noted = with_history(replace(request, status=status), now, "quote_expired", "", quotes.amount_words(version))
        return Outcome(records=(noted, ended))
    closed = replace(request, status=RequestStatus.EXPIRED, closed_at=now, promise=None)
    closed = with_history(closed, now, "quote_expired", "", quotes.amount_words(version))
    letter = quote_mail.expired(desk, request, version, now)
    headline = (f"Báo giá {version.id} đã hết hạn", f"Quotation {version.id} has expired")
    told = quote_mail.news(desk, closed, version, headline, [quotes.how_much(version), quotes.AGAIN], now)
    ended = replace(ended, message_ids=(*ended.message_ids, letter.letter.message_id))
    return Outcome(records=(closed, ended), letters=(letter, *told))
