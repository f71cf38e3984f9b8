"""The letters around a quote: drafts and news to staff who may approve, everything that carries it to the customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from worker.desk import letters, quote_letters, staff_mail
from worker.desk.context import Desk
from worker.desk.letters import Envelope, answer_subject, write
from worker.desk.quote_letters import Context, Reader
from worker.desk.quote_pdf import pdf_name
from worker.desk.staff_mail import in_language
from worker.desk.wording import greeting_name
from worker.mail.composing import File
from worker.model import Address, InboundMail, Language, Request, Staff
from worker.policy.promise import speak_promise
from worker.policy.quote_life import QuoteVersion
from worker.policy.quoting import Quote, Seller, seller_of
from worker.records import NewLetter, Purpose

_PDF = "application/pdf"


def seller(desk: Desk) -> Seller:
    """Who makes our quotes."""
    company = desk.settings.company
    return seller_of(desk.settings.quotes, company.address, company.website)


# ---- to staff -------------------------------------------------------------------------------------------------------


def approvers(desk: Desk) -> tuple[Staff, ...]:
    """Who may approve a quote."""
    return tuple(one for one in desk.team() if one.role.may(desk.settings.quotes.approver))


def _deciding(desk: Desk, request: Request) -> tuple[tuple[Address, Language], ...]:
    """Each one who may approve, by name, so that a token is theirs alone; where nobody may, all of staff."""
    found = tuple((Address(one.email, one.name), one.language) for one in approvers(desk))
    mine = tuple(one for one in found if one[0].email == request.assigned_to)
    return mine or found or ((Address(desk.settings.staff_address), desk.settings.staff_language),)


def drafts(
    desk: Desk, request: Request, version: QuoteVersion, changed: tuple[str, str], now: datetime
) -> tuple[NewLetter, ...]:
    """To everybody who may approve: this version in full. `changed` says (vi, en) what is new in it."""
    return tuple(
        _draft(desk, request, version, changed, to, language, now) for to, language in _deciding(desk, request)
    )


def _draft(
    desk: Desk,
    request: Request,
    version: QuoteVersion,
    changed: tuple[str, str],
    to: Address,
    language: Language,
    now: datetime,
) -> NewLetter:
    headline = in_language(language, f"Báo giá {version.id} chờ duyệt", f"Quotation {version.id} to be approved")
    context = quote_letters.staff_quote_draft(
        version.quote,
        request.effort,
        seller(desk),
        f"[{request.id}] {headline}: {request.subject or '–'}",
        language,
        in_language(language, *changed),
    )
    envelope = _to_deciding("staff_quote_draft", request, to, language, version)
    return write(desk, envelope, "staff_quote_draft", context, now)


def _to_deciding(
    kind: str, request: Request, to: Address, language: Language, version: QuoteVersion | None
) -> Envelope:
    """With a token for one decision about money, bound to the version as it stands."""
    return Envelope(
        kind=kind,
        to=to,
        language=language,
        request=request,
        to_staff=True,
        purpose=Purpose.MONEY,
        quote=version.mark if version else "",
    )


def news(
    desk: Desk,
    request: Request,
    version: QuoteVersion | None,
    headline: tuple[str, str],
    lines: Sequence[tuple[str, str]],
    now: datetime,
    *,
    quoted: str = "",
    inbound: InboundMail | None = None,
) -> tuple[NewLetter, ...]:
    """To everybody who may approve, and to who does the work: what became of a quote, what may be answered; in (vi, en)."""
    written = []
    doing = desk.member(request.assigned_to) if request.assigned_to else None
    besides = ((Address(doing.email, doing.name), doing.language),) if doing else ()
    for to, language in dict.fromkeys((*_deciding(desk, request), *besides)):
        words = in_language(language, *headline)
        context = {
            "subject": f"[{request.id}] {words}: {request.subject or '–'}",
            "headline": words,
            "lines": [in_language(language, *line) for line in lines],
            "quoted": quoted[:5000],
        }
        envelope = replace(_to_deciding("staff_notice", request, to, language, version), inbound=inbound)
        written.append(write(desk, envelope, "staff_notice", context, now))
    return tuple(written)


# ---- to customers ---------------------------------------------------------------------------------------------------


def _reader(desk: Desk, request: Request, version: QuoteVersion) -> Reader:
    subject = answer_subject(request.subject, request.id, request.language)
    name = greeting_name(request.contact, request.language)
    return Reader(request.language, name, f"{subject} {version.tag}", desk.settings.hours.time_zone)


def _file(quote: Quote, pdf: bytes) -> File:
    return File(pdf_name(quote), _PDF, pdf)


def quote(
    desk: Desk, request: Request, version: QuoteVersion, supersedes: str, inbound: InboundMail, now: datetime
) -> NewLetter:
    """The approved version with its PDF, held back for as long as staff may take it back."""
    context = quote_letters.quote_context(version.quote, _reader(desk, request, version), supersedes)
    envelope = staff_mail.to_customer(desk, "quote", request, inbound)
    files = [_file(version.quote, desk.records.raw(version.pdf))]
    return write(desk, replace(envelope, files=files), "quote", context, now)


def reminder(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> NewLetter:
    """It is still there, and until when."""
    return _notice(desk, request, version, "quote_reminder", now)


def expired(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> NewLetter:
    """Its time is over."""
    return _notice(desk, request, version, "quote_expired", now)


def _notice(desk: Desk, request: Request, version: QuoteVersion, template: str, now: datetime) -> NewLetter:
    context = quote_letters.quote_notice(version.quote, _reader(desk, request, version))
    return write(desk, letters.to_contact(desk, template, request), template, context, now)


def accepted(desk: Desk, request: Request, version: QuoteVersion, answers: InboundMail, now: datetime) -> NewLetter:
    """What was accepted and when it will be done, or that work waits for the deposit."""
    return _answer(desk, request, "quote_accepted", _acceptance(desk, request, version, now), answers, now)


def accepted_by_staff(
    desk: Desk, request: Request, version: QuoteVersion, inbound: InboundMail, now: datetime
) -> NewLetter:
    """The same where staff said that the customer accepts; held back as every letter that a staff mail causes."""
    envelope = staff_mail.to_customer(desk, "quote_accepted", request, inbound)
    return write(desk, envelope, "quote_accepted", _acceptance(desk, request, version, now), now)


def _acceptance(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> Context:
    promise = (
        speak_promise(request.promise.at, request.language, desk.settings.hours.time_zone) if request.promise else ""
    )
    reader = _reader(desk, request, version)
    return quote_letters.quote_accepted(version.quote, seller(desk), reader, version.accepted or now, promise)


def declined(desk: Desk, request: Request, version: QuoteVersion, answers: InboundMail, now: datetime) -> NewLetter:
    """The no is noted, nothing is charged."""
    context = quote_letters.quote_declined(version.quote, _reader(desk, request, version))
    return _answer(desk, request, "quote_declined", context, answers, now)


def not_current(
    desk: Desk,
    request: Request,
    answered: QuoteVersion,
    current: QuoteVersion | None,
    answers: InboundMail,
    now: datetime,
) -> NewLetter:
    """A yes to a version that does not stand any more; the one that does comes along."""
    reader = _reader(desk, request, current or answered)
    context = quote_letters.quote_not_current(answered.quote, reader, current.quote if current else None)
    files = [_file(current.quote, desk.records.raw(current.pdf))] if current else []
    return _answer(desk, request, "quote_not_current", context, answers, now, files)


def deposit_received(
    desk: Desk, request: Request, version: QuoteVersion, inbound: InboundMail, now: datetime
) -> NewLetter:
    """The deposit is here; when the work will be done."""
    assert request.promise is not None  # noqa: S101 - the caller promised
    promise = speak_promise(request.promise.at, request.language, desk.settings.hours.time_zone)
    context = quote_letters.deposit_received(version.quote, _reader(desk, request, version), promise)
    envelope = staff_mail.to_customer(desk, "deposit_received", request, inbound)
    return write(desk, envelope, "deposit_received", context, now)


def _answer(
    desk: Desk,
    request: Request,
    kind: str,
    context: Context,
    answers: InboundMail,
    now: datetime,
    files: Sequence[File] = (),
) -> NewLetter:
    """To the contact, and to the one who answered where that is a colleague; `answers` is their mail."""
    envelope = replace(letters.to_contact(desk, kind, request), files=files, headers=letters.AUTOMATIC_REPLY)
    if answers.message_id:
        references = dict.fromkeys([*envelope.references, answers.message_id])
        envelope = replace(envelope, in_reply_to=answers.message_id, references=list(references), inbound=answers)
        envelope = replace(envelope, cc=list(_besides(request, answers)))
    return write(desk, envelope, kind, context, now)


def _besides(request: Request, answers: InboundMail) -> Iterator[Address]:
    if answers.sender and answers.sender != request.contact.email:
        yield Address(answers.sender)
