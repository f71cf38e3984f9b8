"""The door to reading mail: raw bytes in, `ParsedMail` out, whatever the bytes are."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from worker.mail.addresses import addresses_in, parse_addresses, parse_sender
from worker.mail.attachments import Limits, files_of
from worker.mail.automatic import mail_kind
from worker.mail.bounces import bounce_report
from worker.mail.forwards import forwarded
from worker.mail.message import Message, read_message
from worker.mail.reply_text import new_text_of
from worker.model import Address, MailKind, ParsedMail

__all__ = ["DEFAULT_LIMITS", "Limits", "parse_mail"]

DEFAULT_LIMITS = Limits()

_ENVELOPE_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


def parse_mail(raw: bytes, limits: Limits = DEFAULT_LIMITS, own_lists: frozenset[str] = frozenset()) -> ParsedMail:
    """Read a mail. Never raises: what is broken is read as far as it goes and named in `faults`.

    Time and memory are bounded by the size of `raw` and the limits of `mime`. `limits` are for files: what is over
    them is named in `rejected_attachments`, the text is read all the same. `own_lists` are addresses of ours that a list
    server delivers: see `mail_kind`.
    """
    message = read_message(raw)
    files = files_of(message, limits)
    kind, reason = mail_kind(message, own_lists)
    return ParsedMail(
        message_id=next(iter(_message_ids(message.header("message-id"))), ""),
        sender=_sender(message),
        subject=_first_said(message.all("subject")),
        text=message.text,
        new_text=new_text_of(message),
        date=_date(message.header("date")),
        to=parse_addresses(message.all("to")),
        cc=parse_addresses(message.all("cc")),
        reply_to=parse_addresses(message.all("reply-to")),
        delivered_to=addresses_in(value for name in _ENVELOPE_HEADERS for value in message.all(name)),
        in_reply_to=_message_ids(" ".join(message.all("in-reply-to"))),
        references=_message_ids(" ".join(message.all("references"))),
        attachments=files.attachments,
        rejected_attachments=files.rejected,
        kind=kind,
        kind_reason=reason,
        bounce=bounce_report(message) if kind is MailKind.BOUNCE else None,
        forwarded=forwarded(message),
        hidden_text=message.hidden_text,
        authentication_results=message.all("authentication-results"),
        sender_count=_sender_count(message),
        faults=message.faults,
        calendar=_calendar(message),
    )


_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})


def _calendar(message: Message) -> bytes:
    """The iCalendar object of a mail: beside the text, where programs put an answer, or else attached."""
    found = (one for one in message.parts if one.content_type in _CALENDAR_TYPES and not one.in_attached)
    return next((one.payload for one in found if one.payload), b"")


def _first_said(values: tuple[str, ...]) -> str:
    return next((value for value in values if value), "")


# ---- the sender: From alone, since Reply-To, Sender and Return-Path are anybody's word ------------------------------


def _sender(message: Message) -> Address:
    return parse_sender(_first_said(message.all("from")))


def _sender_count(message: Message) -> int:
    """How many claim to have written this: mailboxes of all From headers, a header without one counting as well."""
    return sum(max(1, len(parse_addresses(value))) for value in message.all("from"))


# ---- identifiers and dates ------------------------------------------------------------------------------------------

_ANGLED = re.compile(r"<([^<>]{1,900})>")
_BARE = re.compile(r"[^\s<>,;\"]{1,500}@[^\s<>,;\"]{1,400}")
_MOST_IDS = 200
_LONGEST_DATE = 100


def _message_ids(value: str) -> tuple[str, ...]:
    """Message-IDs without their brackets, each once, in order; blanks that folding put into them are taken out."""
    found = ["".join(angled.split()) for angled in _ANGLED.findall(value)]
    usable = [one for one in found if one] or _BARE.findall(value[:20_000])
    return tuple(dict.fromkeys(usable))[-_MOST_IDS:]


def _date(value: str) -> datetime | None:
    """The Date header in UTC, None where it is none. `-0000` and no zone at all count as UTC (RFC 5322 3.3)."""
    try:
        found = parsedate_to_datetime(value[:_LONGEST_DATE])
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
