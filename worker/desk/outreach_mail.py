"""Mail about newsletters, sorted out before a mail becomes a request: refusals, proofs answered, bounces, complaints."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from worker.desk.newsletter_mail import handle_newsletter_mail, is_newsletter_mail
from worker.desk.outreach import Outreach, recipient_of_token
from worker.desk.programmes import place_given_back, sign_up_lists, withdraw
from worker.desk.staff import confirmed_mail, is_flooded, is_repeated
from worker.desk.subscriptions import (
    answered_newsletter,
    complained,
    handle_subscription_mail,
    newsletter_bounced,
    read_subscription_mail,
)
from worker.mail.authenticity import Authenticity
from worker.mail.message import Message, read_message
from worker.mail.parsing import parse_mail
from worker.model import Category, InboundMail, Language, ParsedMail, Request, Route, Staff
from worker.policy.features import prepare
from worker.policy.language import language_of
from worker.policy.newsletter_commands import asks_for_sign_ups
from worker.policy.subscription_words import Wish
from worker.records import Outcome, side_change

_OURS_ALREADY = frozenset({Route.DUPLICATE, Route.OWN})
_REPORTS = frozenset({Route.BOUNCE, Route.AUTOMATIC})
_WRITTEN = frozenset({Route.NEW_REQUEST, Route.FOLLOW_UP})
_MESSAGE_ID = re.compile(r"^message-id:\s*<([^<>\s]{1,400})>", re.IGNORECASE | re.MULTILINE)
_SCANNED = 20_000


@dataclass(frozen=True, slots=True)
class Handled:
    """What a mail about newsletters caused. `goes_on` where it holds another matter, which becomes a request as well."""

    outcome: Outcome
    goes_on: bool = False


def outreach_mail(
    outreach: Outreach,
    inbound: InboundMail,
    mail: ParsedMail,
    where: Route,
    verdict: Authenticity,
    now: datetime,
    thread: Request | None = None,
) -> Handled | None:
    """Handle a mail if it is about newsletters or gives a place in a programme back; None where it is neither, and goes
    its ordinary way. `thread` is the request that it answers. An ordinary mail is only read, nothing is looked up for it.

    A signed refusal counts whatever else the mail is: mail programs send it by themselves. Plain words count only from
    somebody who is not known to be forged.
    """
    if where in _OURS_ALREADY:
        return None
    if recipient_of_token(outreach, mail.subject) is not None:
        return Handled(handle_subscription_mail(outreach, inbound, mail, _language(mail), now))
    if where in _REPORTS:
        return _report(outreach, inbound, mail, now)
    if where is Route.STAFF:
        return _staff_mail(outreach, inbound, mail, verdict, now)
    if where in _WRITTEN:
        # "Hủy đăng ký" in answer to the letter about a place is about that place, everywhere else about newsletters.
        of_programme = where is Route.FOLLOW_UP and thread is not None and thread.category is Category.PROGRAMME
        left = _given_back(outreach, inbound, mail, thread, now) if of_programme else None
        written = left or _written(outreach, inbound, mail, verdict, now)
        return written or (None if of_programme else _given_back(outreach, inbound, mail, None, now))
    return None


def _given_back(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, thread: Request | None, now: datetime
) -> Handled | None:
    held = place_given_back(outreach, mail, thread)
    outcome = withdraw(outreach, held, mail, inbound, now) if held else None
    return Handled(outcome) if outcome and outcome.records else None


def _language(mail: ParsedMail) -> Language:
    return language_of(prepare(f"{mail.subject}\n{mail.new_text}"))


def _report(outreach: Outreach, inbound: InboundMail, mail: ParsedMail, now: datetime) -> Handled | None:
    outcome = newsletter_bounced(outreach, inbound, mail, now)
    if outcome is None:
        raw = outreach.desk.records.raw(inbound.raw)
        about = complaint_about(read_message(raw)) if b"feedback-report" in raw.lower() else ""
        outcome = complained(outreach, about, now) if about else None
        if outcome is not None:
            outcome = replace(outcome, records=(replace(inbound, reason="a complaint about a newsletter"),))
    return Handled(outcome) if outcome is not None else None


def complaint_about(message: Message) -> str:
    """The Message-ID that a feedback report (RFC 5965) is about; empty where it is none."""
    if not any(part.content_type == "message/feedback-report" for part in message.parts):
        return ""
    attached = (one.header("message-id").strip("<> ") for one in message.attached_messages)
    quoted = (found[1] for part in message.parts if (found := _MESSAGE_ID.search(part.text[:_SCANNED])))
    return next((one for one in (*attached, *quoted) if one), "")


def _staff_mail(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, verdict: Authenticity, now: datetime
) -> Handled | None:
    """A staff mail about newsletters or programmes, or the yes to our question about one. What came before in the same
    words does nothing here: it goes its ordinary way, where staff are told.
    """
    desk = outreach.desk
    by = desk.member(mail.sender.email)
    is_proven = verdict is Authenticity.VERIFIED
    if by is None or is_repeated(desk, inbound, mail) or (not is_proven and is_flooded(desk, by, now)):
        return None
    # The yes first: its subject repeats the subject of the mail that was asked about.
    confirmed = _confirmed(outreach, inbound, mail, by, verdict, now)
    if confirmed is not None:
        return confirmed
    if is_newsletter_mail(mail):
        message = read_message(desk.records.raw(inbound.raw))
        return Handled(handle_newsletter_mail(outreach, inbound, mail, message, by, now, is_proven=is_proven))
    if asks_for_sign_ups(mail.subject):
        return Handled(Outcome(records=(inbound,), letters=sign_up_lists(outreach, mail, by, now)))
    return None


def _confirmed(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, by: Staff, verdict: Authenticity, now: datetime
) -> Handled | None:
    """The yes to our question about a newsletter mail whose sender nobody could prove: that mail is carried out now."""
    found = confirmed_mail(outreach.desk, mail, by, verdict, now)
    if found is None:
        return None
    token, waiting = found
    raw = outreach.desk.records.raw(waiting.raw)
    asked = parse_mail(raw, outreach.desk.limits)
    if not is_newsletter_mail(asked):
        return None
    outcome = handle_newsletter_mail(outreach, inbound, asked, read_message(raw), by, now, is_proven=True)
    return Handled(replace(outcome, claims=(*outcome.claims, side_change(replace(token, used=now)))))


def _written(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, verdict: Authenticity, now: datetime
) -> Handled | None:
    said = read_subscription_mail(outreach, mail)
    if said.wish is Wish.NONE:
        return None
    if verdict is Authenticity.FAILED and answered_newsletter(outreach, mail) is None:
        return None
    return Handled(handle_subscription_mail(outreach, inbound, mail, _language(mail), now), said.asks_more)


def with_more(step: Outcome, handled: Handled) -> Outcome:
    """The outcome of the ordinary step together with what was done about newsletters, for one commit."""
    return replace(
        step,
        letters=(*step.letters, *handled.outcome.letters),
        claims=(*step.claims, *handled.outcome.claims),
    )
