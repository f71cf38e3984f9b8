"""What people write after the first mail: a customer's follow-up, a bounce, mail that must be held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from worker.desk import letters, quote_answers, staff_mail, training
from worker.desk.context import Desk
from worker.desk.intake import Link, open_request, with_history
from worker.mail.authenticity import Authenticity
from worker.model import (
    BounceClass,
    BounceReport,
    Category,
    InboundMail,
    Known,
    Letter,
    LetterStatus,
    ParsedMail,
    Request,
    RequestStatus,
)
from worker.policy.classify import classify
from worker.policy.customer_intent import Answering, CustomerIntent, Intent, asks_how_far, understand_customer
from worker.policy.loops import after_bounce
from worker.policy.warranty import is_under_warranty
from worker.records import Outcome

_REOPENED = {
    RequestStatus.DONE: RequestStatus.REVIEW,
    RequestStatus.CANCELLED: RequestStatus.REVIEW,
    RequestStatus.NOT_A_REQUEST: RequestStatus.REVIEW,
    RequestStatus.EXPIRED: RequestStatus.REVIEW,
    RequestStatus.DECLINED: RequestStatus.REVIEW,
    RequestStatus.WAITING_FOR_CUSTOMER: RequestStatus.QUEUED,
}


_COURTESY = frozenset({Intent.THANKS, Intent.CONFIRM_FIXED})
_CERTAIN = 0.7
_CERTAIN_COURTESY = 0.95
_ONLY_THANKS = 0.85


def customer_replied(
    desk: Desk, inbound: InboundMail, mail: ParsedMail, request: Request, verdict: Authenticity, now: datetime
) -> Outcome:
    """A participant's answer. A slot that is chosen for a training is arranged; thanks change no state; a new matter
    becomes a linked request of its own; the same fault after the end is a warranty claim; anything else joins the
    request and is shown to staff, who go on.
    """
    arranged = training.slot_chosen(desk, inbound, mail, request, now)
    if arranged:
        return arranged
    answered = quote_answers.customer_answered(desk, inbound, mail, request, verdict, now)
    if answered:
        return answered
    meant = understand_customer(mail.new_text, _answering(request))
    certain = meant.certainty >= _CERTAIN
    if meant.intent is Intent.STILL_BROKEN and certain and is_under_warranty(request):
        return open_request(desk, inbound, mail, verdict, now, older=request, link=Link.WARRANTY)
    if request.status.is_open and asks_how_far(mail.new_text):
        return _told_how_far(desk, inbound, mail, request, now)
    awaited = _is_awaited(request)
    if meant.intent is Intent.NEW_REQUEST and certain and not awaited:
        return open_request(desk, inbound, mail, verdict, now, older=request, link=Link.RELATED)
    added = replace(request, inbound=(*request.inbound, inbound.id))
    read = replace(inbound, request_id=request.id)
    is_courtesy = (meant.intent in _COURTESY and certain) or (not awaited and _is_courtesy(desk, mail))
    if is_courtesy and (_is_only_thanks(meant, request) or not training.expects_answer(request)):
        return Outcome(records=(with_history(added, now, "courtesy", inbound.id, meant.intent), read))
    status = RequestStatus.QUEUED if awaited else _REOPENED.get(request.status, request.status)
    added = with_history(replace(added, status=status), now, "follow_up", inbound.id, f"{meant.intent}, {status}")
    what = "follow_up" if request.status.is_open else "reopened"
    customer = desk.records.customer(request.customer_id) if request.customer_id else None
    letter = letters.staff_request(desk, added, mail, inbound, customer, now, what)
    return Outcome(records=(added, read), letters=(letter,))


def _is_only_thanks(meant: CustomerIntent, request: Request) -> bool:
    """Whether nothing but thanks was said: names and days for a training are easily told with some of it."""
    return meant.certainty >= _ONLY_THANKS and not training.awaits_choice(request)


def _is_awaited(request: Request) -> bool:
    """Whether we asked the customer something: then what comes is the answer, also after we closed for want of one."""
    ended = next((one.what for one in reversed(request.history) if one.what in {"closed_quietly", "cancelled"}), "")
    quietly = request.status is RequestStatus.CANCELLED and ended == "closed_quietly"
    return quietly or request.status is RequestStatus.WAITING_FOR_CUSTOMER


def _told_how_far(desk: Desk, inbound: InboundMail, mail: ParsedMail, request: Request, now: datetime) -> Outcome:
    """State and promise at once; who has to ask again is shown to staff, too."""
    asked_before = any(one.what == "asked_how_far" for one in request.history)
    added = replace(request, inbound=(*request.inbound, inbound.id))
    added = with_history(added, now, "asked_how_far", inbound.id, request.status)
    read = replace(inbound, request_id=request.id)
    today = desk.records.count_letters_about(request.id, now - timedelta(days=1))
    written = []
    if today < desk.settings.loops.letters_per_request_day:
        written.append(staff_mail.status_answer(desk, added, mail, now))
    if asked_before or not written:
        customer = desk.records.customer(request.customer_id) if request.customer_id else None
        written.append(letters.staff_request(desk, added, mail, inbound, customer, now, "follow_up"))
    return Outcome(records=(added, read), letters=tuple(written))


def _answering(request: Request) -> Answering:
    """What of ours the customer answers."""
    if request.status is RequestStatus.DONE:
        return Answering.DONE
    return Answering.QUOTE if request.status is RequestStatus.QUOTED else Answering.ACK


def _is_courtesy(desk: Desk, mail: ParsedMail) -> bool:
    found = classify(mail, Known(is_staff=False), desk.model)
    chance = found.probabilities.get(Category.NOT_A_REQUEST, 0.0)
    return found.category is Category.NOT_A_REQUEST and chance >= _CERTAIN_COURTESY


def bounced(desk: Desk, inbound: InboundMail, mail: ParsedMail, now: datetime) -> Outcome:
    """Tie a bounce to the letter it is about and tell staff; a report about nothing of ours is only kept."""
    letter = _bounced_letter(desk, mail)
    if letter is None or mail.bounce is None:
        return Outcome(records=(replace(inbound, reason=f"{inbound.reason}; about no letter of ours"),))
    records: list[Letter | Request | InboundMail] = [replace(inbound, request_id=letter.request_id)]
    if mail.bounce.bounce_class is BounceClass.PERMANENT:
        records.append(replace(letter, status=LetterStatus.FAILED, server_said=_words(mail.bounce)))
    request = desk.records.request(letter.request_id) if letter.request_id else None
    if request:
        request = with_history(request, now, "bounced", inbound.id, _words(mail.bounce))
        records.append(request)
    notice = letters.staff_notice(
        desk,
        f"Thư gửi {letter.recipient} bị trả lại"
        if desk.settings.staff_language == "vi"
        else f"Bounced: {letter.recipient}",
        [f"{letter.subject}", _words(mail.bounce)],
        now,
        request=request,
        inbound=inbound,
    )
    health = tuple(
        desk.records.health_change(after_bounce(desk.records.health(one.email), one.bounce_class, now))
        for one in mail.bounce.recipients
        if one.email in letter.envelope_to and not mail.bounce.is_delay_warning
    )
    return Outcome(records=tuple(records), letters=(notice,), claims=health)


def _bounced_letter(desk: Desk, mail: ParsedMail) -> Letter | None:
    original = mail.bounce.original_message_id if mail.bounce else ""
    candidates = [original, *mail.in_reply_to, *mail.references]
    return next((found for one in candidates if (found := desk.records.letter_with_message_id(one))), None)


def _words(report: BounceReport) -> str:
    who = "; ".join(f"{one.email} {one.status} {one.diagnostic}".strip() for one in report.recipients)
    return f"{report.bounce_class.value}: {who}"[:500]


def held(desk: Desk, inbound: InboundMail, mail: ParsedMail, now: datetime) -> Outcome:
    """A mail that claims to be somebody it does not prove to be: it moves nothing, staff see it and decide."""
    headline = "Thư bị giữ lại" if desk.settings.staff_language == "vi" else "A mail is held"
    lines = [f"From: {mail.sender}", f"Subject: {mail.subject}", inbound.reason]
    letter = letters.staff_notice(desk, headline, lines, now, quoted=mail.new_text, inbound=inbound)
    return Outcome(records=(inbound,), letters=(letter,))
