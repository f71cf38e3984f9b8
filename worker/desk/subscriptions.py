"""Consent to newsletters and its refusal: on record with when, how and to which text; a refusal stops what is queued.

Decree 91/2020/NĐ-CP: advertising only with prior consent; a refusal takes effect at once and is confirmed with the time
it was received.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from storage import Change
from worker.desk import letters
from worker.desk.outreach import Outreach, recipient_of_mail, recipient_of_token
from worker.desk.wording import greeting_name
from worker.model import Address, BounceClass, HistoryEntry, InboundMail, Language, ParsedMail
from worker.outreach_records import (
    NewsletterStatus,
    Recipient,
    RecipientStatus,
    Subscription,
    SubscriptionStatus,
    Suppression,
    change_of,
    recipient_key,
)
from worker.policy.subscription_words import Said, Wish, said_about_newsletters
from worker.policy.tokens import is_signed, sign
from worker.records import NewLetter, Outcome

_SUBSCRIBE = "subscribe"
_CONFIRM_TOKEN = re.compile(r"\[dk-([a-z2-7]{24})\]", re.IGNORECASE)
_CONFIRM_WITHIN = timedelta(days=14)
_MAY_BE_WAITING = (
    NewsletterStatus.GATHERING,
    NewsletterStatus.SENDING,
    NewsletterStatus.PAUSED,
    NewsletterStatus.ASKING,
)
CONSENT_TEXT = {
    Language.VI: "Tôi đồng ý nhận bản tin, thông tin chương trình và quảng cáo dịch vụ của công ty qua email này, "
    "và có thể từ chối bất cứ lúc nào.",
    Language.EN: "I agree to receive the company's newsletters, programme announcements and advertising of its services at "
    "this address, and may refuse at any time.",
}


# ---- refusing -------------------------------------------------------------------------------------------------------


def refuse(outreach: Outreach, email: str, how: str, evidence: str, now: datetime, language: Language) -> Outcome:
    """Record a refusal, stop what is queued for the address, and confirm with the time. Doing it twice does nothing more."""
    address = email.lower()
    known = outreach.records.subscription(address)
    stopped = tuple(_stop_queued(outreach, address, now))
    if known is not None and known.status is SubscriptionStatus.REFUSED:
        return Outcome(claims=stopped)
    refused = _changed(known, address, SubscriptionStatus.REFUSED, how, evidence, now, language)
    return Outcome(letters=(_refused_letter(outreach, refused, now),), claims=(change_of(refused), *stopped))


def _changed(
    known: Subscription | None,
    email: str,
    status: SubscriptionStatus,
    how: str,
    evidence: str,
    now: datetime,
    language: Language,
    text: str = "",
) -> Subscription:
    """What an address says now, with everything it said before in its history."""
    before = known or Subscription(email=email, status=status, changed=now, how=how, language=language)
    line = HistoryEntry(now, status.value, evidence, how)
    return replace(
        before, status=status, changed=now, how=how, evidence=evidence, text=text, history=(*before.history, line)
    )


def _stop_queued(outreach: Outreach, email: str, now: datetime) -> Iterator[Change]:
    """Every mail to the address that has not left yet stays here; one that is being handed over cannot be stopped."""
    for newsletter in outreach.records.newsletters_in(*_MAY_BE_WAITING):
        row = outreach.records.recipient(recipient_key(newsletter.id, email))
        if row is not None and row.status in {RecipientStatus.QUEUED, RecipientStatus.DEFERRED}:
            yield change_of(
                replace(row, status=RecipientStatus.SUPPRESSED, said="refused newsletters", due=None, changed=now)
            )


def refuse_by_token(outreach: Outreach, token: str, how: str, now: datetime) -> Outcome | None:
    """A refusal by signed link or prepared mail; None where the token is none of ours."""
    recipient = recipient_of_token(outreach, token)
    if recipient is None:
        return None
    return refuse(outreach, recipient.email, how, recipient.newsletter, now, recipient.language)


# ---- mails about subscriptions --------------------------------------------------------------------------------------


def answered_newsletter(outreach: Outreach, mail: ParsedMail) -> Recipient | None:
    """The recipient whose newsletter a mail answers, by its references; None where it answers none."""
    for message_id in dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))):
        found = recipient_of_mail(outreach, message_id)
        if found is not None:
            return found
    return None


def read_subscription_mail(outreach: Outreach, mail: ParsedMail) -> Said:
    """What a mail says about newsletters; a mail with an unsubscribe token in its subject refuses, whatever else it says."""
    if recipient_of_token(outreach, mail.subject) is not None:
        return Said(Wish.REFUSE)
    if _CONFIRM_TOKEN.search(mail.subject):
        return Said(Wish.SUBSCRIBE)
    answers = answered_newsletter(outreach, mail) is not None
    return said_about_newsletters(mail.subject, mail.new_text, answers_newsletter=answers)


def handle_subscription_mail(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, language: Language, now: datetime
) -> Outcome:
    """Refuse or subscribe as the mail says; the mail is done with it. Where it `asks_more`, the rest is for intake."""
    said = read_subscription_mail(outreach, mail)
    match said.wish:
        case Wish.REFUSE:
            outcome = _refuse_by_mail(outreach, inbound, mail, language, now)
        case Wish.SUBSCRIBE:
            outcome = _subscribe_by_mail(outreach, inbound, mail, language, now)
        case Wish.NONE:
            outcome = Outcome()
    return replace(outcome, records=(*outcome.records, replace(inbound, reason=f"newsletters: {said.wish}")))


def _refuse_by_mail(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, language: Language, now: datetime
) -> Outcome:
    """Refuse for the address that the token or the answered newsletter was for, which may not be the one that writes."""
    recipient = recipient_of_token(outreach, mail.subject) or answered_newsletter(outreach, mail)
    email = recipient.email if recipient else mail.sender.email
    return refuse(outreach, email, "by mail", inbound.id, now, recipient.language if recipient else language)


def _subscribe_by_mail(
    outreach: Outreach, inbound: InboundMail, mail: ParsedMail, language: Language, now: datetime
) -> Outcome:
    """A first mail gets a question, the answer to it is the consent (double opt-in): anybody can write in any name."""
    email = mail.sender.email
    known = outreach.records.subscription(email)
    if known is not None and known.status is SubscriptionStatus.ACTIVE:
        return Outcome()
    if known is not None and _is_confirmed(outreach, known, mail.subject, now):
        active = _changed(
            known,
            email,
            SubscriptionStatus.ACTIVE,
            "by mail, confirmed",
            inbound.id,
            now,
            language,
            CONSENT_TEXT[language],
        )
        return Outcome(letters=(_active_letter(outreach, active, now),), claims=(change_of(active),))
    if known is not None and known.status is SubscriptionStatus.PENDING and now - known.changed < timedelta(hours=1):
        return Outcome()  # asked a moment ago
    pending = _changed(known, email, SubscriptionStatus.PENDING, "by mail", inbound.id, now, language)
    pending = replace(pending, name=mail.sender.name[:100], language=language)
    return Outcome(letters=(_confirm_letter(outreach, pending, now),), claims=(change_of(pending),))


def _confirm_token(outreach: Outreach, subscription: Subscription) -> str:
    asked = subscription.changed.replace(microsecond=0).isoformat()
    return sign(outreach.key, _SUBSCRIBE, subscription.email, asked)


def _is_confirmed(outreach: Outreach, known: Subscription, subject: str, now: datetime) -> bool:
    found = _CONFIRM_TOKEN.search(subject)
    if not found or known.status is not SubscriptionStatus.PENDING or now - known.changed > _CONFIRM_WITHIN:
        return False
    asked = known.changed.replace(microsecond=0).isoformat()
    return is_signed(outreach.key, found[1], _SUBSCRIBE, known.email, asked)


# ---- letters --------------------------------------------------------------------------------------------------------


def _letter(
    outreach: Outreach, kind: str, said: Subscription, subjects: tuple[str, str], now: datetime, prefix: str = ""
) -> NewLetter:
    to, language = Address(said.email, said.name), said.language
    subject = subjects[0] if language is Language.VI else subjects[1]
    context = {
        "subject": f"{prefix}{subject}",
        "name": greeting_name(to, language),
        "email": said.email,
        "at": f"{outreach.desk.hours.local(said.changed):%H:%M:%S %d/%m/%Y}",
        "consent_text": CONSENT_TEXT[language],
    }
    return letters.write(outreach.desk, letters.Envelope(kind=kind, to=to, language=language), kind, context, now)


def _refused_letter(outreach: Outreach, said: Subscription, now: datetime) -> NewLetter:
    subjects = ("Xác nhận từ chối nhận bản tin", "Your refusal of newsletters is confirmed")
    return _letter(outreach, "subscription_refused", said, subjects, now)


def _active_letter(outreach: Outreach, said: Subscription, now: datetime) -> NewLetter:
    subjects = ("Quý khách đã đăng ký nhận bản tin", "You subscribed to our newsletters")
    return _letter(outreach, "subscription_active", said, subjects, now)


def _confirm_letter(outreach: Outreach, said: Subscription, now: datetime) -> NewLetter:
    subjects = ("Xin xác nhận đăng ký nhận bản tin", "Please confirm your subscription")
    return _letter(outreach, "subscription_confirm", said, subjects, now, f"[DK-{_confirm_token(outreach, said)}] ")


# ---- bounces and complaints -----------------------------------------------------------------------------------------


def newsletter_bounced(outreach: Outreach, inbound: InboundMail, mail: ParsedMail, now: datetime) -> Outcome | None:
    """A bounce about a newsletter: the row says so, and an address that does not exist is suppressed for a while.

    None where the bounce is about nothing of ours. Temporary troubles and full mailboxes suppress nobody.
    """
    row = _bounced_row(outreach, mail)
    if row is None or mail.bounce is None:
        return None
    report = mail.bounce
    words = "; ".join(f"{one.status} {one.diagnostic}".strip() for one in report.recipients)[:300]
    done = replace(inbound, reason=f"{inbound.reason}; about newsletter {row.newsletter}")
    if report.bounce_class is not BounceClass.PERMANENT:
        return Outcome(records=(done,))
    failed = replace(row, status=RecipientStatus.FAILED, said=f"bounced: {words}", changed=now, due=None)
    changes = [change_of(failed)]
    if any(one.status.startswith(("5.1.", "5.0.")) or not one.status for one in report.recipients):
        until = now + timedelta(days=outreach.desk.settings.newsletters.bounce_days)
        changes += _suppressed(outreach, row.email, "bounce", words, now, until)
    return Outcome(records=(done,), claims=tuple(changes))


def _bounced_row(outreach: Outreach, mail: ParsedMail) -> Recipient | None:
    original = mail.bounce.original_message_id if mail.bounce else ""
    candidates = (original, *mail.in_reply_to, *mail.references)
    return next((found for one in candidates if one and (found := recipient_of_mail(outreach, one))), None)


def _suppressed(
    outreach: Outreach, email: str, reason: str, detail: str, now: datetime, until: datetime | None
) -> Iterator[Change]:
    known = outreach.records.suppression(email)
    if known is not None and known.until is None:
        return  # for good already
    version = known.version if known else 0
    yield change_of(
        Suppression(email=email, reason=reason, detail=detail[:300], since=now, until=until, version=version)
    )


def complained(outreach: Outreach, message_id: str, now: datetime) -> Outcome | None:
    """Somebody pressed "spam" (RFC 5965 feedback report about that mail of ours): nothing more, for good."""
    row = recipient_of_mail(outreach, message_id)
    if row is None:
        return None
    stopped = _stop_queued(outreach, row.email, now)
    changes = (*_suppressed(outreach, row.email, "complaint", row.newsletter, now, None), *stopped)
    return Outcome(claims=changes)


def suppress(outreach: Outreach, email: str, detail: str, now: datetime) -> Outcome:
    """Staff stop all newsletters to an address, for good."""
    changes = _suppressed(outreach, email.lower(), "staff", detail, now, None)
    return Outcome(claims=(*changes, *_stop_queued(outreach, email.lower(), now)))
