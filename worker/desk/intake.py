"""A new request: understood, decided, promised, acknowledged, and shown to staff."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from storage import Change
from worker.desk import letters
from worker.desk.board import work_of
from worker.desk.context import Desk
from worker.desk.earlier import Earlier, earlier_lines, find_earlier
from worker.desk.outreach import Outreach
from worker.desk.programmes import programme_asked_for, sign_up
from worker.desk.resources import resources_answer
from worker.mail.authenticity import Authenticity
from worker.model import (
    Address,
    Category,
    Classification,
    Customer,
    Fee,
    FeeDecision,
    FeeRule,
    HistoryEntry,
    InboundMail,
    Known,
    Language,
    ParsedMail,
    Promise,
    Request,
    RequestStatus,
)
from worker.policy.classify import SEVERAL_ASKS, classify
from worker.policy.fees import decide_fee
from worker.policy.loops import words_key
from worker.policy.programmes import holds_more
from worker.records import NewLetter, Outcome

_STATUS = {
    Fee.FREE: RequestStatus.QUEUED,
    Fee.PAID: RequestStatus.ANALYSING,
    Fee.REVIEW: RequestStatus.REVIEW,
    Fee.NONE: RequestStatus.NOT_A_REQUEST,
}
_LOOP = "loop guard"
_TEXT_KEPT = 20_000
_CERTAINLY_NO_REQUEST = 0.95
_PARTICIPANTS_KEPT = 20


class Link(StrEnum):
    """How a new request belongs to an older one."""

    MENTIONS = "mentions"  # a stranger named its number: staff hear of it, nobody else
    RELATED = "related"  # a new matter, written as an answer to the old
    WARRANTY = "warranty"  # the same thing fails again


def open_request(
    desk: Desk,
    inbound: InboundMail,
    mail: ParsedMail,
    verdict: Authenticity,
    now: datetime,
    older: Request | None = None,
    link: Link = Link.MENTIONS,
    outreach: Outreach | None = None,
) -> Outcome:
    """Open a request for a mail: one number, one decision, at most one acknowledgement.

    A mail that signs up for a programme (where there is an `outreach`) gets the answer to that in its place, or beside it
    where the mail holds another matter as well.
    """
    customer = desk.records.customer_for(mail.sender.email)
    known = Known(customer=customer, under_contract=bool(customer and customer.has_contract(inbound.arrived)))
    found = classify(mail, known, desk.model)
    earlier = find_earlier(desk, customer, mail, found, None if link is Link.MENTIONS else older)
    if older and link is Link.WARRANTY and not earlier.again and not earlier.is_other_fault:
        earlier = replace(earlier, again=older if older.customer_id == (customer.id if customer else "") else None)
    known = replace(
        known,
        earlier_work=(earlier.again.id,) if earlier.again else (),
        similar_work=tuple(one.id for one in earlier.similar),
    )
    if earlier.again:
        found = _as_warranty(found, earlier.again, asks_more=earlier.asks_more)
    programme = programme_asked_for(outreach, mail) if outreach and not earlier.again else None
    signs_up_only = programme is not None and not holds_more(found, mail.new_text)
    if signs_up_only:
        sure = {Category.PROGRAMME: 1.0}
        found = replace(found, category=Category.PROGRAMME, probability=1.0, probabilities=sure, money={})
        known, earlier = replace(known, similar_work=()), Earlier()
    fee = decide_fee(found, known, desk.settings.policy)
    number, counter = desk.records.next_request()
    request = _linked(_request(number, inbound, mail, customer, found, fee, now), earlier, older, link, now)
    if request.status is not RequestStatus.NOT_A_REQUEST:
        request = _promised(desk, request, now)
    silence = _why_silent(desk, request, inbound, verdict, now)
    if silence:
        request = with_history(replace(request, promise=None, first_promise=None), now, "not_acknowledged", "", silence)
    signed = None
    if outreach and programme and not silence:
        signed = sign_up(outreach, programme, request, mail, inbound, customer, now)
    if signed and signs_up_only:
        request, written = _signed_up(desk, signed, inbound, mail, customer, now)
    else:
        request, written = _answered_or_acknowledged(desk, request, inbound, mail, customer, earlier, silence, now)
        written = (*written, *signed.letters) if signed else written
    read = replace(inbound, request_id=request.id)
    claims = (counter, *_notices(desk, request, silence, now), *(signed.claims if signed else ()))
    return Outcome(records=(request, read), letters=written, claims=claims)


def _signed_up(
    desk: Desk, signed: Outcome, inbound: InboundMail, mail: ParsedMail, customer: Customer | None, now: datetime
) -> tuple[Request, tuple[NewLetter, ...]]:
    """Who got a place is shown to staff, too; the others stand on the list of the programme."""
    request = next(one for one in signed.records if isinstance(one, Request))
    if not request.status.is_open:
        return request, signed.letters
    what = "review" if request.status is RequestStatus.REVIEW else "new"
    return request, (*signed.letters, letters.staff_request(desk, request, mail, inbound, customer, now, what))


def _request(
    number: str,
    inbound: InboundMail,
    mail: ParsedMail,
    customer: Customer | None,
    found: Classification,
    fee: FeeDecision,
    now: datetime,
) -> Request:
    return Request(
        id=number,
        token=secrets.token_hex(8),
        subject=letters.bare_subject(mail.subject)[:300],
        text=mail.new_text[:_TEXT_KEPT],
        contact=mail.sender,
        participants=tuple(dict.fromkeys((mail.sender.email, *(one.email for one in mail.cc))))[:_PARTICIPANTS_KEPT],
        language=(customer.language if customer and customer.language else found.language),
        category=found.category,
        probability=found.probability,
        urgency=found.urgency,
        effort=found.effort,
        fee=fee,
        status=_STATUS[fee.fee],
        arrived=inbound.arrived,
        queued_at=inbound.arrived,
        customer_id=customer.id if customer else "",
        inbound=(inbound.id,),
        evidence=found.evidence,
        asks=found.asks,
        flags=found.flags,
        history=(HistoryEntry(now, "opened", inbound.id, f"{found.category}, {fee.fee} by {fee.rule}"),),
    )


def _as_warranty(found: Classification, earlier: Request, *, asks_more: bool) -> Classification:
    """The mail as a claim on that work, as urgent as the fault was then, if it does not sound more urgent now.

    What it asks for besides is under no warranty: then a person decides (POLICY "Several asks of different fees").
    """
    return replace(
        found,
        category=Category.WARRANTY,
        probability=1.0,
        probabilities={Category.WARRANTY: 1.0},
        urgency=min(found.urgency, earlier.urgency, key=lambda one: one.rank),
        flags=tuple(dict.fromkeys((*found.flags, SEVERAL_ASKS))) if asks_more else found.flags,
    )


def _linked(request: Request, earlier: Earlier, older: Request | None, link: Link, now: datetime) -> Request:
    """The request with what it has to do with older ones: related, and in its history."""
    by = request.inbound[0]
    older_ids = (older.id,) if older and link is not Link.MENTIONS else ()
    shown = (earlier.again, *earlier.similar) if earlier.again else earlier.similar
    related = tuple(dict.fromkeys((*older_ids, *(one.id for one in shown))))
    request = replace(request, related=related)
    if older and link is not Link.WARRANTY:
        request = with_history(request, now, link.value, by, older.id)
    if earlier.again:
        common = ", ".join(earlier.common(earlier.again.id))
        request = with_history(request, now, Link.WARRANTY.value, by, f"{earlier.again.id}: {common}".rstrip(": "))
    if earlier.similar:
        request = with_history(request, now, "similar_work", by, ", ".join(one.id for one in earlier.similar))
    return request


def with_history(request: Request, at: datetime, what: str, by: str = "", reason: str = "") -> Request:
    """The request with one more line in its history."""
    return replace(request, history=(*request.history, HistoryEntry(at, what, by, reason)))


def _promised(desk: Desk, request: Request, now: datetime) -> Request:
    """The request with the time the customer will be told: the forecast over the open work of this moment."""
    work = work_of(request)
    promise = Promise(at=desk.board.expect(work, now), told=now, kind=work.kind)
    return replace(request, promise=promise, first_promise=promise)


def _why_silent(desk: Desk, request: Request, inbound: InboundMail, verdict: Authenticity, now: datetime) -> str:
    """Why the customer gets no acknowledgement; empty where they get one."""
    settings = desk.settings
    sender = request.contact.email
    if request.status is RequestStatus.NOT_A_REQUEST:
        return "not a request"
    if now - inbound.arrived > timedelta(days=settings.intake.acknowledge_max_age_days):
        return f"the mail is older than {settings.intake.acknowledge_max_age_days:g} days"
    if verdict is Authenticity.FAILED and not request.customer_id:
        return "a stranger whose address is not proven: no backscatter"
    if desk.records.health(sender).is_paused(now):
        return "letters to this address come back"
    if desk.records.was_noticed(_words_key(request, now)):
        return f"{_LOOP}: the same words again today"
    if desk.records.count_letters_to(sender, now - timedelta(hours=1)) >= settings.loops.letters_per_sender_hour:
        return f"{_LOOP}: too many letters to this address within an hour"
    if desk.board.letters_today(desk.records, now) >= settings.loops.letters_per_day:
        return f"{_LOOP}: too many letters today"
    return ""


def _answered_or_acknowledged(
    desk: Desk,
    request: Request,
    inbound: InboundMail,
    mail: ParsedMail,
    customer: Customer | None,
    earlier: Earlier,
    silence: str,
    now: datetime,
) -> tuple[Request, tuple[NewLetter, ...]]:
    """Basic information is the answer itself where the catalogue has it; everything else is acknowledged."""
    is_information = request.category is Category.MARKETING_INFORMATION and request.fee.fee is Fee.FREE
    answer = (
        resources_answer(desk, desk.catalogue, request, mail, inbound, now) if is_information and not silence else None
    )
    if answer is None:
        return request, _letters(desk, request, inbound, mail, customer, earlier, silence, now)
    done = replace(request, status=RequestStatus.DONE, closed_at=now, promise=None, first_promise=None)
    return with_history(done, now, "answered", "", "from the catalogue of resources"), (answer,)


def _letters(
    desk: Desk,
    request: Request,
    inbound: InboundMail,
    mail: ParsedMail,
    customer: Customer | None,
    earlier: Earlier,
    silence: str,
    now: datetime,
) -> tuple[NewLetter, ...]:
    written = []
    if silence.startswith(_LOOP):
        return _told_once(desk, request, inbound, mail, silence, now)
    if not silence:
        cc = _customer_side(desk, request, mail.cc)
        again = earlier.again if request.fee.rule is FeeRule.WARRANTY else None
        written.append(letters.acknowledgement(desk, request, mail, inbound, now, cc, again))
    if request.status is not RequestStatus.NOT_A_REQUEST:
        what = "old" if "older than" in silence else "review" if request.status is RequestStatus.REVIEW else "new"
        history = earlier_lines(desk, earlier)
        written.append(letters.staff_request(desk, request, mail, inbound, customer, now, what, history))
    elif request.probability < _CERTAINLY_NO_REQUEST and not desk.records.was_noticed(_words_key(request, now)):
        # Nobody is answered, but a person sees what a machine took for no request.
        written.append(letters.staff_request(desk, request, mail, inbound, customer, now, "no_request"))
    return tuple(written)


def _told_once(
    desk: Desk, request: Request, inbound: InboundMail, mail: ParsedMail, silence: str, now: datetime
) -> tuple[NewLetter, ...]:
    """The breaker: staff hear once an hour that a sender is not answered any more; the request stands in the queue."""
    if desk.records.was_noticed(_breaker_key(request, now)):
        return ()
    vietnamese = desk.settings.staff_language is Language.VI
    headline = "Tạm ngừng trả lời tự động một địa chỉ" if vietnamese else "An address is not answered for now"
    lines = [str(mail.sender), mail.subject, silence]
    return (letters.staff_notice(desk, headline, lines, now, quoted=mail.new_text, request=request, inbound=inbound),)


def _breaker_key(request: Request, now: datetime) -> str:
    return f"loop/{request.contact.email}/{now:%Y-%m-%dT%H}"


def _notices(desk: Desk, request: Request, silence: str, now: datetime) -> tuple[Change, ...]:
    """What is remembered so that it is not said twice: the sender's words today, the breaker this hour."""
    key = _breaker_key(request, now) if silence.startswith(_LOOP) else _words_key(request, now)
    return () if desk.records.was_noticed(key) else (desk.records.notice(key, now),)


def _words_key(request: Request, now: datetime) -> str:
    return words_key(request.contact.email, request.text, now)


def _customer_side(desk: Desk, request: Request, cc: Sequence[Address]) -> list[Address]:
    """Those in Cc who belong to the same customer: an automatic letter goes to nobody else (RFC 3834, section 4)."""
    if not request.customer_id:
        return []
    ours = desk.settings.company
    return [
        one
        for one in cc[:10]
        if not ours.is_own(one.email)
        and one.email != request.contact.email
        and (found := desk.records.customer_for(one.email))
        and found.id == request.customer_id
    ]
