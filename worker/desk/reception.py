"""The door: one kept mail becomes one saved outcome, once, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from storage import Conflict
from worker.desk import conversation, intake, letters, quotes, staff, training
from worker.desk.context import Desk
from worker.desk.outreach import Outreach
from worker.desk.outreach_mail import outreach_mail, with_more
from worker.mail.authenticity import Authenticity, authenticity
from worker.mail.parsing import parse_mail
from worker.model import InboundMail, InboundStatus, Letter, LetterStatus, ParsedMail, Request, RequestStatus, Route
from worker.policy.routing import RoutingFacts, route
from worker.records import NewLetter, Outcome

log = logging.getLogger(__name__)

_TRIES = 20
_OUTSIDERS = frozenset({Route.NEW_REQUEST, Route.FOLLOW_UP})
_SUBJECT_NUMBER = re.compile(r"\[(VN-\d{1,9})\]")
_OWN_TOKEN = re.compile(r"\+([0-9a-f]{16})@|\.([0-9a-f]{16})@")


@dataclass(frozen=True, slots=True)
class Received:
    """What handling a mail caused: letters to deliver now, and the request that changed.

    `notices` are those of the letters that only tell staff: while customers wait for theirs, these can wait.
    """

    letters: tuple[str, ...] = ()
    notices: frozenset[str] = frozenset()
    request: Request | None = None
    route: Route | None = None


def receive(desk: Desk, inbound_id: str, now: datetime, outreach: Outreach | None = None) -> Received:
    """Handle one kept mail and say what to deliver. Doing it twice does nothing. Mail about newsletters and programmes
    is understood as such where there is an `outreach`.

    Where somebody else committed in between, everything is read and decided again.
    """
    for _ in range(_TRIES):
        inbound = desk.records.inbound(inbound_id)
        if inbound is None or inbound.status is not InboundStatus.KEPT:
            return Received()
        try:
            return _receive_once(desk, inbound, now, outreach)
        except Conflict as conflict:
            log.info("%s: %s, deciding again", inbound_id, conflict)
    raise Conflict("inbound", inbound_id)


def _receive_once(desk: Desk, inbound: InboundMail, now: datetime, outreach: Outreach | None) -> Received:
    mail = parse_mail(desk.records.raw(inbound.raw), desk.limits, desk.settings.company.all_addresses)
    verdict, why = authenticity(mail, desk.settings.authentication.trusted_authserv_id)
    fingerprint = _fingerprint(mail)
    facts, thread = _facts(desk, inbound, mail, fingerprint, why if verdict is Authenticity.FAILED else "")
    routing = route(mail, facts)
    stray: tuple[NewLetter, ...] = ()
    if routing.route is not Route.STAFF:
        stray = staff.strays(desk, inbound, mail, now) if routing.route in _OUTSIDERS else ()
        mail = letters.without_staff_tokens(desk, mail)
    seen = replace(
        inbound,
        status=InboundStatus.DONE,
        route=routing.route,
        reason=routing.reason,
        sender=mail.sender.email,
        subject=mail.subject[:300],
        message_id=mail.message_id,
    )
    handled = outreach_mail(outreach, seen, mail, routing.route, verdict, now, thread) if outreach else None
    if handled is None or handled.goes_on:
        outcome = _step(desk, seen, mail, routing.route, thread, verdict, now, outreach)
        outcome = with_more(outcome, handled) if handled else outcome
    else:
        outcome = handled.outcome
    outcome = quotes.drafted(desk, outcome, now)
    outcome = replace(outcome, letters=(*outcome.letters, *stray)) if stray else outcome
    if fingerprint and routing.route is not Route.DUPLICATE and not _is_put_aside(outcome):
        claim = desk.records.claim_fingerprint(fingerprint, inbound.id)
        outcome = replace(outcome, claims=(*outcome.claims, claim))
    desk.records.save(outcome)
    request = next((one for one in outcome.records if isinstance(one, Request)), None)
    for changed in outcome.records:
        if isinstance(changed, Request):
            desk.board.changed(changed)
    if routing.route is Route.STAFF:
        desk.people_now(now)
    to_deliver = [one.letter for one in outcome.letters if one.letter.status is LetterStatus.QUEUED]
    notices = frozenset(one.id for one in to_deliver if one.kind == "staff_request")
    return Received(tuple(one.id for one in to_deliver), notices, request, routing.route)


def _is_put_aside(outcome: Outcome) -> bool:
    """Whether the mail will be tried again, and so is not the first of its kind yet."""
    return any(isinstance(one, InboundMail) and one.status is InboundStatus.QUARANTINED for one in outcome.records)


def _step(
    desk: Desk,
    inbound: InboundMail,
    mail: ParsedMail,
    where: Route,
    thread: Request | None,
    verdict: Authenticity,
    now: datetime,
    outreach: Outreach | None,
) -> Outcome:
    match where:
        case Route.NEW_REQUEST:
            return intake.open_request(desk, inbound, mail, verdict, now, older=thread, outreach=outreach)
        case Route.FOLLOW_UP if thread:
            return conversation.customer_replied(desk, inbound, mail, thread, verdict, now)
        case Route.CALENDAR if thread:
            return training.invitation_answered(desk, inbound, mail, thread, now)
        case Route.BOUNCE:
            return conversation.bounced(desk, inbound, mail, now)
        case Route.STAFF:
            return staff.staff_replied(desk, inbound, mail, thread, verdict, now)
        case Route.HELD:
            return conversation.held(desk, inbound, mail, now)
        case _:
            return Outcome(records=(inbound,))


# ---- what the records know of a mail --------------------------------------------------------------------------------


def _facts(
    desk: Desk, inbound: InboundMail, mail: ParsedMail, fingerprint: str, forged: str
) -> tuple[RoutingFacts, Request | None]:
    sender = mail.sender.email
    customer = desk.records.customer_for(sender)
    thread, evidence = _thread(desk, mail)
    invited = training.invitation_answered_by(desk, mail)
    thread = invited or thread
    facts = RoutingFacts(
        duplicate_of=_duplicate_of(desk, inbound, fingerprint),
        from_own_address=desk.settings.company.is_own(sender),
        own_message_id=desk.records.letter_with_message_id(mail.message_id) is not None,
        is_staff=desk.member(sender) is not None,
        is_customer=customer is not None,
        forged=forged,
        thread=thread.id if thread else "",
        thread_evidence=evidence,
        answers_invitation=invited is not None,
        is_participant=thread is not None and _takes_part(thread, sender, customer.id if customer else ""),
    )
    return facts, thread


def _takes_part(request: Request, sender: str, customer_id: str) -> bool:
    return sender in request.participants or (bool(customer_id) and customer_id == request.customer_id)


def _duplicate_of(desk: Desk, inbound: InboundMail, fingerprint: str) -> str:
    """The mail that this one repeats: the same bytes under another UID, or the same letter by another way."""
    for other in desk.records.inbound_with_raw(inbound.raw):
        if other.id != inbound.id and other.route is not Route.DUPLICATE and _is_before(other, inbound):
            return other.id
    first = desk.records.fingerprint(fingerprint) if fingerprint else ""
    return first if first != inbound.id else ""


def _is_before(other: InboundMail, inbound: InboundMail) -> bool:
    return other.status is not InboundStatus.KEPT or (other.arrived, other.id) < (inbound.arrived, inbound.id)


def _fingerprint(mail: ParsedMail) -> str:
    """What stays the same when one mail comes twice: Message-ID, sender, date and text (Received lines differ).

    Empty without a Message-ID: two equal mails of one person may both be meant.
    """
    if not mail.message_id:
        return ""
    date = mail.date.isoformat() if mail.date else ""
    return hashlib.sha256("\0".join((mail.message_id, mail.sender.email, date, mail.text)).encode()).hexdigest()


def _thread(desk: Desk, mail: ParsedMail) -> tuple[Request | None, str]:
    """The request that a mail points to, by the strongest evidence there is: token, References, subject number."""
    for evidence, requests in (
        ("the reply address", _by_token(desk, mail.delivered_to)),
        ("the references", _by_references(desk, mail)),
        ("the subject", _by_subject(desk, mail)),
    ):
        found = next(requests, None)
        if found:
            return _merged_into(desk, found), evidence
    return None, ""


def _merged_into(desk: Desk, request: Request) -> Request:
    """Where a request was merged into another, what is written about it belongs there."""
    ended = next((one.what for one in reversed(request.history) if one.what in {"merged", "reopened", "undone"}), "")
    if request.status is not RequestStatus.CANCELLED or ended != "merged" or not request.related:
        return request
    return desk.records.request(request.related[-1]) or request


def _by_token(desk: Desk, addresses: tuple[str, ...]) -> Iterator[Request]:
    for address in addresses:
        match = _OWN_TOKEN.search(address)
        if match and (found := desk.records.request_with_token(match[1] or match[2])):
            yield found


def _by_references(desk: Desk, mail: ParsedMail) -> Iterator[Request]:
    for message_id in dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))):
        number = _request_of_letter(desk, message_id) or _request_of_mail(desk, message_id)
        if number and (found := desk.records.request(number)):
            yield found


def _request_of_letter(desk: Desk, message_id: str) -> str:
    letter: Letter | None = desk.records.letter_with_message_id(message_id)
    return letter.request_id if letter else ""


def _request_of_mail(desk: Desk, message_id: str) -> str:
    return next((one.request_id for one in desk.records.inbound_with_message_id(message_id) if one.request_id), "")


def _by_subject(desk: Desk, mail: ParsedMail) -> Iterator[Request]:
    for number in _SUBJECT_NUMBER.findall(mail.subject):
        if found := desk.records.request(number):
            yield found


# ---- what cannot be handled -----------------------------------------------------------------------------------------


def _opening(desk: Desk, inbound: InboundMail) -> str:
    """The beginning of a mail as it came; empty where its very bytes are gone, which is why it is put aside then."""
    try:
        raw = desk.records.raw(inbound.raw)
    except KeyError:
        return ""
    return raw[:2000].decode("utf-8", "replace").replace("\0", "")


def quarantine(desk: Desk, inbound_id: str, why: str, now: datetime) -> Received:
    """Put a mail aside that could not be handled: raw bytes untouched, staff told with what could be read."""
    inbound = desk.records.inbound(inbound_id)
    if inbound is None or inbound.status is not InboundStatus.KEPT:
        return Received()
    aside = replace(inbound, status=InboundStatus.QUARANTINED, reason=why[:500])
    headline = "Một thư không đọc được" if desk.settings.staff_language == "vi" else "A mail could not be read"
    opening = _opening(desk, inbound)
    lines = [f"{inbound.id}, {inbound.size} bytes, {inbound.arrived:%Y-%m-%d %H:%M} UTC", why[:500]]
    letter = letters.staff_notice(desk, headline, lines, now, quoted=opening, inbound=aside)
    desk.records.save(Outcome(records=(aside,), letters=(letter,)))
    return Received((letter.letter.id,))
