"""Signing up for a free programme: a place, the waiting list, or a kind word about what is possible (POLICY, free 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from storage import Change
from worker.desk import letters
from worker.desk.audience import dealings_of, person_of
from worker.desk.outreach import Outreach
from worker.desk.subscriptions import answered_newsletter
from worker.desk.wording import greeting_name
from worker.model import (
    Address,
    Category,
    Customer,
    Fee,
    FeeDecision,
    FeeRule,
    HistoryEntry,
    InboundMail,
    Language,
    ParsedMail,
    Request,
    RequestStatus,
    Staff,
)
from worker.outreach_records import SignUp, change_of, email_key
from worker.policy.programmes import (
    Programme,
    SignUpDecision,
    SignUpStatus,
    decide_sign_up,
    named_programme,
    wants_to_sign_up,
    wants_to_withdraw,
)
from worker.policy.segments import Person, describe
from worker.records import NewLetter, Outcome

_HOLDS = frozenset({SignUpStatus.CONFIRMED, SignUpStatus.WAITING})


def programme_asked_for(outreach: Outreach, mail: ParsedMail) -> Programme | None:
    """The programme that a mail signs up for: the one of the newsletter it answers, else the one it names; None for none.

    A question about a programme signs nobody up.
    """
    if not outreach.programmes or not wants_to_sign_up(
        f"{mail.subject}\n{mail.new_text}" if not mail.in_reply_to else mail.new_text
    ):
        return None
    return _newsletters_programme(outreach, mail) or named_programme(
        f"{mail.subject}\n{mail.new_text}", outreach.programmes
    )


def _newsletters_programme(outreach: Outreach, mail: ParsedMail) -> Programme | None:
    """The programme of the newsletter that a mail answers."""
    row = answered_newsletter(outreach, mail)
    newsletter = outreach.records.newsletter(row.newsletter) if row else None
    return programme_with_id(outreach, newsletter.programme) if newsletter and newsletter.programme else None


def programme_with_id(outreach: Outreach, programme_id: str) -> Programme | None:
    """The programme with that id."""
    return next((one for one in outreach.programmes if one.id == programme_id), None)


def sign_up(
    outreach: Outreach,
    programme: Programme,
    request: Request,
    mail: ParsedMail,
    inbound: InboundMail,
    customer: Customer | None,
    now: datetime,
) -> Outcome:
    """Sign a sender up and answer: the request as it stands then, the letter that acknowledges it, the place.

    The place is taken in the same commit, so that two who want the last one cannot both get it. Signing up twice keeps
    the first place and answers again. A request that got no place is done: the letter says what is possible.
    """
    who = customer.id if customer else email_key(mail.sender.email)
    known = outreach.records.sign_up(programme.id, who)
    if known is not None and known.status in _HOLDS:
        letter = _letter(outreach, programme, known.status, request, mail, inbound, now, _position(outreach, known))
        again = _closed(replace(request, related=(known.request_id,)), now, inbound, f"{programme.id}: as before")
        return Outcome(records=(again,), letters=(letter,))
    taken, place = _places(outreach, programme.id)
    person = _person(outreach, customer, mail.sender.email, request.language, now)
    zone = outreach.desk.settings.hours.time_zone
    decision = decide_sign_up(programme, person, taken, now, zone)
    signed = SignUp(
        key=f"{programme.id}/{who}",
        programme=programme.id,
        customer_id=who,
        email=mail.sender.email,
        name=mail.sender.name[:100],
        status=decision.status,
        at=now,
        request_id=request.id,
        reason=_why(decision),
        version=known.version if known else 0,
    )
    position = 1 + _waiting(outreach.records.sign_ups(programme.id), signed)
    letter = _letter(outreach, programme, decision.status, request, mail, inbound, now, position)
    if decision.status is not SignUpStatus.CONFIRMED:
        told = _closed(request, now, inbound, f"{programme.id}: {decision.status} {signed.reason}".strip())
        return Outcome(records=(told,), letters=(letter,), claims=(change_of(signed),))
    return Outcome(
        records=(_queued(request, programme, now, inbound),), letters=(letter,), claims=(change_of(signed), place)
    )


def _noted(request: Request, at: datetime, what: str, inbound: InboundMail, reason: str = "") -> Request:
    return replace(request, history=(*request.history, HistoryEntry(at, what, inbound.id, reason)))


def _closed(request: Request, now: datetime, inbound: InboundMail, reason: str) -> Request:
    answered = replace(request, status=RequestStatus.DONE, closed_at=now, promise=None, first_promise=None)
    return _noted(answered, now, "signed_up", inbound, reason)


def _queued(request: Request, programme: Programme, now: datetime, inbound: InboundMail) -> Request:
    """A place that was given is work for staff, free as announced (POLICY, free 4), at the programme's own time."""
    fee = request.fee if request.fee.fee is Fee.REVIEW else FeeDecision(Fee.FREE, FeeRule.FREE_CATEGORY, programme.id)
    status = RequestStatus.REVIEW if fee.fee is Fee.REVIEW else RequestStatus.QUEUED
    placed = replace(request, fee=fee, status=status, promise=None, first_promise=None)
    return _noted(placed, now, "signed_up", inbound, f"{programme.id}: confirmed")


def _why(decision: SignUpDecision) -> str:
    return f"{decision.reason or ''} {decision.detail}".strip()


def _person(outreach: Outreach, customer: Customer | None, email: str, language: Language, now: datetime) -> Person:
    if customer is None:
        return Person(email=email, language=language)
    return person_of(outreach, customer, email, now, *dealings_of(outreach, customer.id))


def _places(outreach: Outreach, programme_id: str) -> tuple[int, Change]:
    """How many places are taken, and the change that takes one more; it conflicts where another took it first."""
    stored = outreach.desk.records.store.get("counter", f"programme/{programme_id}")
    taken = cast("int", stored.document["taken"]) if stored else 0
    place = Change("counter", f"programme/{programme_id}", {"taken": taken + 1}, stored.version if stored else 0)
    return taken, place


def _waiting(sign_ups: Sequence[SignUp], before: SignUp) -> int:
    """How many stand on the waiting list before somebody."""
    waiting = [one for one in sign_ups if one.status is SignUpStatus.WAITING and one.key != before.key]
    return sum((one.at, one.key) < (before.at, before.key) for one in waiting)


def _position(outreach: Outreach, known: SignUp) -> int:
    return 1 + _waiting(outreach.records.sign_ups(known.programme), known)


def place_given_back(outreach: Outreach, mail: ParsedMail, thread: Request | None) -> SignUp | None:
    """The place that a mail plainly gives back: of the programme whose letter or newsletter it answers, or that it
    names. None where it says nothing of the kind, or its sender holds no such place.
    """
    if not wants_to_withdraw(mail.new_text):
        return None
    customer = outreach.desk.records.customer_for(mail.sender.email)
    who = customer.id if customer else email_key(mail.sender.email)
    held = [one for each in outreach.programmes if (one := outreach.records.sign_up(each.id, who))]
    held = [one for one in held if one.status in _HOLDS]
    if thread is not None:
        return next((one for one in held if one.request_id == thread.id), None)
    meant = _newsletters_programme(outreach, mail) or named_programme(
        f"{mail.subject}\n{mail.new_text}", outreach.programmes
    )
    return next((one for one in held if meant and one.programme == meant.id), None)


def withdraw(outreach: Outreach, known: SignUp, mail: ParsedMail, inbound: InboundMail, now: datetime) -> Outcome:
    """Give a place back. The first of the waiting list gets it and is told; staff see the list."""
    programme = programme_with_id(outreach, known.programme)
    request = outreach.desk.records.request(known.request_id)
    if programme is None or request is None:
        return Outcome()
    left = _left(request, now, inbound)
    read = replace(inbound, request_id=request.id)
    gone = replace(known, status=SignUpStatus.WITHDRAWN, at=now)
    goodbye = _letter(outreach, programme, SignUpStatus.WITHDRAWN, request, mail, inbound, now, 0)
    heirs = [one for one in outreach.records.sign_ups(programme.id) if one.status is SignUpStatus.WAITING]
    if known.status is SignUpStatus.WAITING or not heirs:
        claims = (change_of(gone), *_given_back(outreach, known))
        notice = sign_up_list(outreach, programme, now, (gone,))
        return Outcome(records=(left, read), letters=(goodbye, notice), claims=claims)
    promoted = replace(heirs[0], status=SignUpStatus.CONFIRMED)
    letter = _promotion(outreach, programme, promoted, now)
    waiting = outreach.desk.records.request(promoted.request_id)
    queued = (_queued(replace(waiting, closed_at=None), programme, now, inbound),) if waiting else ()
    notice = sign_up_list(outreach, programme, now, (gone, promoted))
    return Outcome(
        records=(left, *queued, read),
        letters=(goodbye, letter, notice),
        claims=(change_of(gone), change_of(promoted)),
    )


def _left(request: Request, now: datetime, inbound: InboundMail) -> Request:
    """The request of a place that was given back: over, unless it held another matter as well."""
    request = replace(request, inbound=(*request.inbound, inbound.id))
    if request.category is Category.PROGRAMME:
        request = replace(request, status=RequestStatus.CANCELLED, closed_at=now)
    return _noted(request, now, "withdrawn", inbound)


def _given_back(outreach: Outreach, known: SignUp) -> tuple[Change, ...]:
    if known.status is not SignUpStatus.CONFIRMED:
        return ()
    taken, place = _places(outreach, known.programme)
    return (replace(place, document={"taken": max(taken - 1, 0)}),)


# ---- letters --------------------------------------------------------------------------------------------------------


def _letter(
    outreach: Outreach,
    programme: Programme,
    status: SignUpStatus,
    request: Request,
    mail: ParsedMail,
    inbound: InboundMail,
    now: datetime,
    position: int,
) -> NewLetter:
    envelope = letters.Envelope(
        kind="programme_sign_up",
        to=request.contact,
        language=request.language,
        in_reply_to=mail.message_id,
        references=letters.thread_references(mail),
        request=request,
        inbound=inbound,
    )
    subject = letters.answer_subject(mail.subject, request.id, request.language)
    context = _context(programme, status, request.contact, request.language, subject, position)
    return letters.write(outreach.desk, envelope, "programme_sign_up", context, now)


def _promotion(outreach: Outreach, programme: Programme, promoted: SignUp, now: datetime) -> NewLetter:
    """To the first of the waiting list: a place became free."""
    request = outreach.desk.records.request(promoted.request_id)
    to = Address(promoted.email, promoted.name)
    language = request.language if request else Language.VI
    envelope = letters.Envelope(kind="programme_sign_up", to=to, language=language, request=request)
    subject = f"{programme.name.in_(language)} [{promoted.request_id}]"
    context = _context(programme, SignUpStatus.CONFIRMED, to, language, subject, 0)
    return letters.write(outreach.desk, envelope, "programme_sign_up", context, now)


def _context(
    programme: Programme, status: SignUpStatus, to: Address, language: Language, subject: str, position: int
) -> dict[str, object]:
    return {
        "subject": subject,
        "name": greeting_name(to, language),
        "status": status.value,
        "programme": programme.name.in_(language),
        "text": programme.text.in_(language),
        "takes_place": programme.takes_place.in_(language),
        "places": programme.places,
        "position": position,
        "eligible": describe(programme.segment, language),
        "alternative": programme.alternative.in_(language) if programme.alternative else "",
        "opens": f"{programme.opens:%d/%m/%Y}",
        "closes": f"{programme.closes:%d/%m/%Y}",
    }


def sign_up_lists(outreach: Outreach, mail: ParsedMail, by: Staff, now: datetime) -> tuple[NewLetter, ...]:
    """To a member of staff who asks: the list of the programme that the subject names, else of every one."""
    named = named_programme(mail.subject, outreach.programmes)
    asked = (named,) if named else outreach.programmes
    return tuple(sign_up_list(outreach, one, now, to=by) for one in asked)


def sign_up_list(
    outreach: Outreach, programme: Programme, now: datetime, changed: Sequence[SignUp] = (), to: Staff | None = None
) -> NewLetter:
    """To staff, or the member who asked: who signed up, in order; `changed` are sign-ups as they are about to be."""
    settings = outreach.desk.settings
    language = to.language if to else settings.staff_language
    new = {one.key: one for one in changed}
    sign_ups = [new.get(one.key, one) for one in outreach.records.sign_ups(programme.id)]
    lines = [
        f"{one.status.value}: {one.name or one.email} <{one.email}> {one.request_id} {one.reason}".strip()
        for one in sign_ups
    ]
    headline = f"{programme.name.in_(language)}: {len(sign_ups)}"
    address = Address(to.email, to.name) if to else Address(settings.staff_address)
    envelope = letters.Envelope(kind="sign_up_list", to=address, language=language, to_staff=True)
    context = {"subject": headline, "headline": headline, "lines": lines or ["–"], "quoted": ""}
    return letters.write(outreach.desk, envelope, "staff_notice", context, now)
