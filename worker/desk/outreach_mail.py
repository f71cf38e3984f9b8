"""Mail about newsletters, sorted out before a mail becomes a request: refusals, proofs answered, bounces, complaints."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from worker.desk.newsletter_mail import handle_newsletter_mail, is_newsletter_mail
from worker.desk.outreach import Outreach, recipient_of_token
from worker.desk.subscriptions import (
    answered_newsletter,
    complained,
    handle_subscription_mail,
    newsletter_bounced,
    read_subscription_mail,
)
from worker.mail.authenticity import Authenticity
from worker.mail.message import Message, read_message
from worker.model import InboundMail, Language, ParsedMail, Route
from worker.policy.features import prepare
from worker.policy.language import language_of
from worker.policy.subscription_words import Wish
from worker.records import Outcome

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
) -> Handled | None:
    """Handle a mail if it is about newsletters; None where it is not, and goes its ordinary way.

    A signed refusal counts whatever else the mail is: mail programs send it by themselves. Plain words count only from
    somebody who is not known to be forged.
    """
    if where in _OURS_ALREADY:
        return None
    if recipient_of_token(outreach, mail.subject) is not None:
        return Handled(handle_subscription_mail(outreach, inbound, mail, _language(mail), now))
    if where in _REPORTS:
        return _report(outreach, inbound, mail, now)
    if where is Route.STAFF and is_newsletter_mail(mail):
        return _staff_mail(outreach, inbound, mail, verdict, now)
    if where in _WRITTEN:
        return _written(outreach, inbound, mail, verdict, now)
    return None


def _language(mail: ParsedMail) -> Language:
    return language_of(prepare(f"{mail.subject}\n{mail.new_text}"))


def _report(outreach: Outreach, inbound: InboundMail, mail: ParsedMail, now: datetime) -> Handled | None:
    outcome = newsletter_bounced(outreach, inbound, mail, now)
    if outcome is None:
        about = complaint_about(read_message(outreach.desk.records.raw(inbound.raw)))
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
    by = outreach.desk.member(mail.sender.email)
    if by is None:
        return None
    message = read_message(outreach.desk.records.raw(inbound.raw))
    is_proven = verdict is Authenticity.VERIFIED
    return Handled(handle_newsletter_mail(outreach, inbound, mail, message, by, now, is_proven=is_proven))


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
