"""The letters around staff's work: receipts and questions to staff, and what their replies send to customers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.desk import letters, quote_letters, training
from worker.desk.context import Desk
from worker.desk.letters import Envelope, answer_subject, promise_words, write
from worker.desk.wording import greeting_name, status_name
from worker.mail.composing import File
from worker.mail.parsing import parse_mail
from worker.model import Address, Attachment, Fee, InboundMail, Language, ParsedMail, Request, Route, Staff
from worker.records import NewLetter, Purpose

_QUOTED = 5000


def in_language(language: Language, vietnamese: str, english: str) -> str:
    """One of the two."""
    return vietnamese if language is Language.VI else english


# ---- to staff -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a staff mail, in lines: done, to whom what went, what stayed inside, what was held, answers."""

    done: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    undo: bool = False
    money: bool = False


def receipt(
    desk: Desk,
    member: Staff,
    inbound: InboundMail,
    request: Request | None,
    found: Receipt,
    yours: str,
    answers: str,
    now: datetime,
) -> NewLetter:
    """The answer to every staff mail, to the address on record; `answers` is the Message-ID of that mail."""
    language = member.language
    headline = _headline(found, language)
    context = {
        "subject": _subject(inbound, request, headline),
        "headline": headline,
        "done": list(found.done),
        "sent": list(found.sent),
        "kept": list(found.kept),
        "held": list(found.held),
        "said": list(found.said),
        "undo": _undo_words(desk, found, language),
        "yours": yours[:_QUOTED],
    }
    envelope = _to_member("staff_receipt", member, inbound, request, answers)
    purpose = Purpose.MONEY if found.money else Purpose.ACT
    return write(desk, replace(envelope, purpose=purpose, files=found.files), "staff_receipt", context, now)


def _headline(found: Receipt, language: Language) -> str:
    if found.held and not found.done and not found.sent:
        return in_language(language, "Chưa làm gì, cần anh/chị trả lời", "Nothing done yet, please answer")
    if found.done or found.sent:
        return in_language(language, "Đã làm theo thư của anh/chị", "Done as you wrote")
    return in_language(language, "Đã nhận thư của anh/chị", "Your mail was received")


def _subject(inbound: InboundMail, request: Request | None, headline: str) -> str:
    return f"[{request.id}] {headline}" if request else f"{headline}: {letters.bare_subject(inbound.subject) or '–'}"


def _undo_words(desk: Desk, found: Receipt, language: Language) -> str:
    """How to take it back: with a letter that waits, as long as it waits; what is only inside, at any time."""
    seconds = desk.settings.staff_undo_seconds
    if not found.undo or (found.sent and not seconds):
        return ""
    if not found.sent:
        return in_language(language, "Trả lời “hoàn tác” để huỷ.", "Answer “undo” to take it back.")
    minutes = max(1, round(seconds / 60))
    return in_language(
        language,
        f"Trả lời “hoàn tác” trong {minutes} phút để huỷ và rút lại thư chưa gửi.",
        f"Answer “undo” within {minutes} minute{'s' * (minutes > 1)} to take it back and stop the letters that wait.",
    )


def question(
    desk: Desk,
    member: Staff,
    inbound: InboundMail,
    request: Request | None,
    why: str,
    acts: Sequence[str],
    draft: str,
    yours: str,
    *,
    money: bool,
    quote: str = "",
    now: datetime,
) -> NewLetter:
    """The one-time question to the known address: a yes to it carries out the mail that waits (`inbound`)."""
    headline = in_language(member.language, "Cần anh/chị xác nhận", "Please confirm")
    context = {
        "subject": _subject(inbound, request, headline),
        "headline": headline,
        "why": why,
        "acts": list(acts),
        "draft": draft.strip(),
        "yours": yours[:_QUOTED],
    }
    envelope = replace(
        _to_member("staff_question", member, inbound, request, ""),
        purpose=Purpose.MONEY if money else Purpose.CONFIRM,
        pending=inbound.id,
        quote=quote,
    )
    return write(desk, envelope, "staff_question", context, now)


def _to_member(kind: str, member: Staff, inbound: InboundMail, request: Request | None, answers: str) -> Envelope:
    return Envelope(
        kind=kind,
        to=Address(member.email, member.name),
        language=member.language,
        in_reply_to=answers,
        references=[answers] if answers else [],
        request=request,
        inbound=inbound,
        to_staff=True,
    )


# ---- to customers ---------------------------------------------------------------------------------------------------


def to_customer(desk: Desk, kind: str, request: Request, inbound: InboundMail | None) -> Envelope:
    """In the request's thread, held back for as long as staff may take it back."""
    envelope = letters.to_contact(desk, kind, request)
    delay = timedelta(seconds=desk.settings.staff_undo_seconds) if inbound else timedelta(0)
    return replace(envelope, inbound=inbound, delay=delay, cc=_others_who_wrote(desk, request))


def _others_who_wrote(desk: Desk, request: Request) -> list[Address]:
    """A colleague on the customer's side who wrote last reads the answer, too."""
    written = [one for one in desk.records.inbound_of(request.id) if one.route is Route.FOLLOW_UP]
    last = written[-1].sender if written else ""
    is_other = last and last != request.contact.email and not desk.member(last)
    return [Address(last)] if is_other else []


def _common(request: Request) -> dict[str, object]:
    return {
        "subject": answer_subject(request.subject, request.id, request.language),
        "name": greeting_name(request.contact, request.language),
        "asked": request.subject or "–",
    }


_GREETS = re.compile(
    r"(?:dạ|da|vâng|vang|kính|kinh|chào|chao|thưa|thua|gửi|gui|thân|xin|chị|chi|anh|cô|co|chú|chu|bác|bac|em chào|em chao|"
    r"quý|quy|dear|hi|hello|hey|good|mr|mrs|ms|sir|madam|thank|thanks)(?!\w)",
    re.IGNORECASE,
)


def _letter_words(words: str) -> tuple[str, bool]:
    """Staff's words as a letter begins, and whether they greet by themselves."""
    said = words.strip()
    return said[:1].upper() + said[1:], _GREETS.match(said) is not None


def relay(
    desk: Desk, request: Request, words: str, attachments: Sequence[Attachment], inbound: InboundMail, now: datetime
) -> NewLetter:
    """Staff's words to the customer, under the support address, with their files."""
    files = [File(one.name, one.content_type, one.content) for one in attachments if not one.inline and one.content]
    person = (("X-Auto-Response-Suppress", "OOF"),)  # a person wrote it: only absence notes are unwelcome
    envelope = replace(to_customer(desk, "relay", request, inbound), files=files, headers=person)
    said, greets = _letter_words(words)
    return write(desk, envelope, "relay", {**_common(request), "words": said, "greets": greets}, now)


def postponed(desk: Desk, request: Request, before: datetime, inbound: InboundMail, now: datetime) -> NewLetter:
    """Another time than was told, because staff put the work off."""
    envelope = to_customer(desk, "promise_moved", request, inbound)
    return letters.promise_moved(desk, request, before, None, now, envelope)


def done(desk: Desk, request: Request, words: str, inbound: InboundMail, now: datetime) -> NewLetter:
    """Done, with staff's words to the customer if there are any, and the warranty."""
    reader = quote_letters.Reader(
        request.language,
        greeting_name(request.contact, request.language),
        answer_subject(request.subject, request.id, request.language),
        desk.settings.hours.time_zone,
    )
    free = in_language(request.language, "miễn phí", "free of charge") if request.fee.fee is Fee.FREE else ""
    context = quote_letters.request_done(request, reader, words, free)
    return write(desk, to_customer(desk, "request_done", request, inbound), "request_done", context, now)


def declined(desk: Desk, request: Request, words: str, inbound: InboundMail, now: datetime) -> NewLetter:
    """A polite no; the reason stays inside unless staff wrote words for the customer."""
    context = {**_common(request), "words": words.strip()}
    return write(desk, to_customer(desk, "request_declined", request, inbound), "request_declined", context, now)


def fee_decided(
    desk: Desk, request: Request, inbound: InboundMail | None, now: datetime, *, corrects: bool
) -> NewLetter:
    """What staff decided about the fee; where the customer was told something else before, as a correction."""
    context = {
        **_common(request),
        "corrects": corrects,
        "fee": request.fee.fee.value,
        "promise": promise_words(desk, request),
    }
    return write(desk, to_customer(desk, "fee_decided", request, inbound), "fee_decided", context, now)


def status_answer(desk: Desk, request: Request, mail: ParsedMail, now: datetime) -> NewLetter:
    """How far it is, to who asked: the state and what was promised."""
    context = {
        **_common(request),
        "state": _state(desk, request),
        "promise": promise_words(desk, request) if request.status.is_open else "",
        "promised": request.promise.kind if request.promise else "",
    }
    context["name"] = greeting_name(mail.sender, request.language)
    envelope = Envelope(
        kind="status_answer",
        to=mail.sender,
        language=request.language,
        in_reply_to=mail.message_id,
        references=letters.thread_references(mail),
        request=request,
        headers=letters.AUTOMATIC_REPLY,
    )
    return write(desk, envelope, "status_answer", context, now)


def _state(desk: Desk, request: Request) -> str:
    appointment = request.appointment
    if appointment is None or appointment.start is None or not training.is_arranged(request):
        return status_name(request.status, request.language)
    reader = quote_letters.Reader(request.language, "", "", desk.settings.hours.time_zone)
    when = quote_letters.moment_words(appointment.start, reader)
    return in_language(request.language, f"đã hẹn đào tạo lúc {when}", f"training arranged for {when}")


def still_waiting(desk: Desk, request: Request, asked: str, now: datetime) -> NewLetter:
    """A reminder of what was asked."""
    context = {**_common(request), "question": asked[:2000]}
    return write(desk, to_customer(desk, "still_waiting", request, None), "still_waiting", context, now)


def closed_quietly(desk: Desk, request: Request, now: datetime) -> NewLetter:
    """Closed for want of an answer; any answer opens it again."""
    return write(
        desk, to_customer(desk, "closed_quietly", request, None), "closed_quietly", dict(_common(request)), now
    )


def text_of(letter: NewLetter) -> str:
    """A letter as its reader sees it: subject and text."""
    mail = parse_mail(letter.mime)
    return f"{mail.subject}\n{mail.text}"
