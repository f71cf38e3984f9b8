"""Quotes: the draft that a paid request gets, and what an acceptance makes of quote and request.

The customer's answers are in `quote_answers`, reminders and expiry in `quote_due`, what staff do by mail in `staff_quotes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from worker.desk import quote_mail
from worker.desk.board import work_of
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.desk.wording import category_name
from worker.model import Fee, Promise, Request, RequestStatus
from worker.policy.money import format_vnd
from worker.policy.quote_life import UNSENT, QuoteStatus, QuoteVersion
from worker.policy.quoting import (
    Buyer,
    Quote,
    QuoteError,
    QuoteFacts,
    change_quote,
    draft_quote,
    rate_card_of,
    terms_of,
)
from worker.records import NewLetter, Outcome

_SUBJECT_TOKEN_BYTES = 5


def today(desk: Desk, now: datetime) -> date:
    """The day that a quote made now carries."""
    return desk.hours.local(now).date()


def amount_words(version: QuoteVersion) -> str:
    """A version and its total, for history, receipts and lists: `BG-1042/2 (2.700.000 đ)`."""
    return f"{version.id} ({format_vnd(version.total)})"


# ---- drafting -------------------------------------------------------------------------------------------------------


def first_draft(desk: Desk, request: Request, now: datetime) -> Quote:
    """What the request would cost by rate card and effort. QuoteError where it cannot be said."""
    settings = desk.settings.quotes
    subject = request.subject or category_name(request.category, request.language)
    facts = QuoteFacts(request.id, request.language, request.category, subject, request.text, _buyer(desk, request))
    card, terms = rate_card_of(settings), terms_of(settings)
    return draft_quote(facts, card, terms, request.effort, today(desk, now), delivery(desk, request, now))


def _buyer(desk: Desk, request: Request) -> Buyer:
    customer = desk.records.customer(request.customer_id) if request.customer_id else None
    contact = request.contact
    return Buyer(customer.name if customer else contact.name or contact.email, contact.name, contact.email)


def delivery(desk: Desk, request: Request, now: datetime) -> date:
    """The day on which the work would be done if it entered the queue now."""
    queued = replace(request, status=RequestStatus.QUEUED, queued_at=now)
    return desk.hours.local(desk.board.expect(work_of(queued), now)).date()


def new_version(desk: Desk, quote: Quote, by: str, now: datetime) -> QuoteVersion:
    """A draft of this content."""
    return QuoteVersion(
        id=quote.title,
        request_id=quote.request_id,
        quote=quote,
        status=QuoteStatus.DRAFT,
        created=now,
        by=by,
        token=desk.new_token()[: 2 * _SUBJECT_TOKEN_BYTES],
    )


def drafted(desk: Desk, outcome: Outcome, now: datetime) -> Outcome:
    """The outcome, and a draft for each request in it that is paid and has no quote yet."""
    paid = [one for one in outcome.records if isinstance(one, Request) and _needs_draft(desk, one)]
    for request in paid:
        outcome = _with_draft(desk, outcome, request, now)
    return outcome


def _needs_draft(desk: Desk, request: Request) -> bool:
    paid = request.fee.fee is Fee.PAID and request.status is RequestStatus.ANALYSING
    known = paid and (bool(desk.records.quotes_of(request.id)) or _is_refused(request))
    return paid and not known and not any(one.what == "not_acknowledged" for one in request.history)


def _is_refused(request: Request) -> bool:
    """Whether staff were told already that no draft could be made."""
    return any(one.what == "quote_refused" for one in request.history)


def _with_draft(desk: Desk, outcome: Outcome, request: Request, now: datetime) -> Outcome:
    try:
        version = new_version(desk, first_draft(desk, request, now), "", now)
    except QuoteError as error:
        refused = with_history(request, now, "quote_refused", "", str(error))
        lines = [(one, one) for one in error.mistakes]
        headline = ("Chưa soạn được báo giá", "No quotation could be drafted")
        written = quote_mail.news(desk, refused, None, headline, lines, now)
        return _replaced(outcome, request, refused, (), written)
    changed = with_history(
        replace(request, status=RequestStatus.QUOTE_DRAFT), now, "quote_draft", "", amount_words(version)
    )
    return _replaced(outcome, request, changed, (version,), quote_mail.drafts(desk, changed, version, ("", ""), now))


def _replaced(
    outcome: Outcome,
    request: Request,
    changed: Request,
    versions: tuple[QuoteVersion, ...],
    written: tuple[NewLetter, ...],
) -> Outcome:
    records = tuple(changed if one is request else one for one in outcome.records)
    return replace(outcome, records=(*records, *versions), letters=(*outcome.letters, *written))


def reissued(desk: Desk, base: Quote, by: str, request: Request, now: datetime) -> QuoteVersion:
    """The same lines as a new draft, dated today, with the tax rates and the delivery of today. QuoteError as ever."""
    again = change_quote(replace(base, vat=rate_card_of(desk.settings.quotes).vat), today=today(desk, now))
    return new_version(desk, replace(again, delivery=delivery(desk, request, now)), by, now)


# ---- accepting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted, when, by which mail."""

    at: datetime
    by: str
    mail: str


def accept(
    desk: Desk, request: Request, version: QuoteVersion, how: Acceptance, now: datetime
) -> tuple[Request, tuple[QuoteVersion, ...]]:
    """The request in the queue from the time of the yes on, or waiting for its deposit; and the version, first of all
    that changed: drafts beside it are void.
    """
    taken = replace(
        version,
        status=QuoteStatus.ACCEPTED,
        due=None,
        accepted=how.at,
        accepted_by=how.by,
        accepted_mail=how.mail,
    )
    changed = (taken, *withdrawn(desk.records.quotes_of(request.id)))
    agreed = with_history(request, now, "quote_accepted", how.mail, f"{how.by}: {amount_words(version)}")
    if taken.deposit:
        return replace(agreed, status=RequestStatus.ACCEPTED, closed_at=None, promise=None), changed
    return queued(desk, agreed, how.at, now), changed


def queued(desk: Desk, request: Request, since: datetime, now: datetime) -> Request:
    """The request as agreed work, in its place since then, with a promise of its completion."""
    entered = replace(request, status=RequestStatus.QUEUED, queued_at=since, closed_at=None, alarmed_at=None)
    promise = Promise(desk.board.expect(work_of(entered), now), told=now, kind="completion")
    return replace(entered, promise=promise, first_promise=promise)


def withdrawn(versions: Iterable[QuoteVersion]) -> tuple[QuoteVersion, ...]:
    """Those of these versions that never went out, void."""
    return tuple(replace(one, status=QuoteStatus.WITHDRAWN) for one in versions if one.status in UNSENT)


# ---- words to staff --------------------------------------------------------------------------------------------------

BY_STAFF = (
    "Nếu khách thật sự đồng ý, trả lời: khách đồng ý. Sửa báo giá: giá: …, giảm giá: …. Trả lời khách: gửi khách: …",
    "If the customer does accept, answer: customer accepted. To change it: price: …, discount: …. To answer them: reply: …",
)
AGAIN = ("Gửi lại khi cần, trả lời: gửi lại báo giá", "To issue it again, answer: reissue quote")


def how_much(version: QuoteVersion) -> tuple[str, str]:
    """A version, its total and how long it stands, in (vi, en)."""
    last = f"{version.quote.valid_until:%d/%m/%Y}"
    return (
        f"Báo giá: {amount_words(version)}, hiệu lực đến {last}",
        f"Quotation: {amount_words(version)}, valid until {last}",
    )
