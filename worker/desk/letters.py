"""One function per letter: what it says, to whom, in which thread. Templates only show what is decided here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from worker.desk import quote_letters
from worker.desk.context import Desk
from worker.desk.notification import awaits_fee, contract_words, evidence_words, examples, fee_reason, files_of
from worker.desk.wording import category_name, fee_name, flag_name, greeting_name, status_name, urgency_name
from worker.mail.composing import Draft, File, compose
from worker.model import (
    Address,
    Category,
    Customer,
    Fee,
    FeeRule,
    InboundMail,
    Language,
    Letter,
    LetterStatus,
    ParsedMail,
    Request,
    RequestStatus,
    Route,
)
from worker.policy.fees import reason
from worker.policy.promise import Delay, speak_promise
from worker.policy.quote_life import offered
from worker.policy.training_times import missing, questions
from worker.records import NewLetter, Purpose, Token, side_change
from worker.settings import Settings

_REFERENCES_KEPT = 20
_WRITTEN = count()
_CUSTOMERS = frozenset({Route.NEW_REQUEST, Route.FOLLOW_UP})
_SUBJECT_NUMBER = re.compile(r"\[VN-\d+\]")
_QUOTE_MARK = re.compile(r"\s*\[BG-\d{1,9}/\d{1,4} [0-9a-f]{10}\]")
_REPLY_PREFIX = re.compile(
    r"(?i)^(?:re|aw|sv|antw|tr|trả lời|tl|phản hồi|fw|fwd|ct|chuyển tiếp)\s*(?:\[\d+\])?\s*[:：]\s*"
)

# RFC 3834: every letter of ours says that a machine wrote it, and asks other machines not to answer.
AUTOMATIC_REPLY = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
_AUTOMATIC_NOTICE = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """To whom a letter goes and in which thread it stands.

    A letter to staff about a request, or with something `pending` (a staff mail that waits for a yes), carries a token
    for `purpose`; with a `quote` in it, one that is bound to that version. `delay` is how long it waits so that
    staff can stop it.
    """

    kind: str
    to: Address
    cc: Sequence[Address] = ()
    language: Language
    in_reply_to: str = ""
    references: Sequence[str] = ()
    request: Request | None = None
    inbound: InboundMail | None = None
    to_staff: bool = False
    headers: Sequence[tuple[str, str]] = _AUTOMATIC_NOTICE
    purpose: Purpose = Purpose.ACT
    pending: str = ""
    quote: str = ""
    delay: timedelta = timedelta(0)
    files: Sequence[File] = ()
    alternatives: Sequence[File] = ()


def acknowledgement(
    desk: Desk,
    request: Request,
    mail: ParsedMail,
    inbound: InboundMail,
    now: datetime,
    cc: Sequence[Address] = (),
    again: Request | None = None,
) -> NewLetter:
    """The answer within seconds: number, what was understood, free and why (or not a word about money), until when.

    `again` is the earlier request under whose warranty this one was opened.
    """
    language = request.language
    envelope = Envelope(
        kind="acknowledgement",
        to=request.contact,
        cc=cc,
        language=language,
        in_reply_to=mail.message_id,
        references=thread_references(mail),
        request=request,
        inbound=inbound,
        headers=AUTOMATIC_REPLY,
    )
    context = {
        "subject": answer_subject(mail.subject, request.id, language),
        "asked": mail.subject or "–",
        "name": greeting_name(request.contact, language),
        "category": "" if _is_open_question(request) else category_name(request.category, language),
        "fee": request.fee.fee.value,
        "reason": reason(request.fee, language),
        "promise": promise_words(desk, request),
        "promised": request.promise.kind if request.promise else "",
        "services": desk.settings.company.services_page if _wishes_consulting(desk, request) else "",
        "not_taken": list(mail.rejected_attachments),
        "questions": _asked_for_training(desk, request, mail, now),
    }
    if again:
        reader = quote_letters.Reader(
            language,
            greeting_name(request.contact, language),
            answer_subject(mail.subject, request.id, language),
            desk.settings.hours.time_zone,
        )
        opened = quote_letters.warranty_opened(
            request, again, reader, promise_words(desk, request), mail.rejected_attachments
        )
        return write(desk, envelope, "warranty_opened", opened, now)
    return write(desk, envelope, "acknowledgement", context, now)


def _asked_for_training(desk: Desk, request: Request, mail: ParsedMail, now: datetime) -> list[str]:
    """What a request for free training leaves open: asked at once, so that staff can propose times."""
    if request.category is not Category.STAFF_TRAINING or request.fee.fee is not Fee.FREE:
        return []
    found = missing(f"{mail.subject}\n{mail.new_text}", now, desk.settings.hours.time_zone)
    return questions(found, request.language)


def _is_open_question(request: Request) -> bool:
    """What a person has yet to look at is not named by a machine."""
    return request.fee.fee is Fee.REVIEW or request.category in {Category.OUT_OF_CONTRACT, Category.NOT_A_REQUEST}


def _wishes_consulting(desk: Desk, request: Request) -> bool:
    """Whether somebody asks for consulting for certain: they are shown the services (POLICY, paid 2). The page is no money
    word, so a stranger, of whose fee nothing is said, sees it too.
    """
    is_sure = request.probability >= desk.settings.policy.certainty_paid
    decided = request.fee.fee is Fee.PAID or (request.fee.rule is FeeRule.UNKNOWN_SENDER and is_sure)
    return request.category is Category.MARKETING_CONSULTING and decided


def promise_words(desk: Desk, request: Request) -> str:
    """The promised time as people say it, empty where nothing is promised."""
    if request.promise is None:
        return ""
    return speak_promise(request.promise.at, request.language, desk.settings.hours.time_zone)


_WHY_LATER: Mapping[Delay, tuple[str, str]] = {
    Delay.TAKES_LONGER: (
        "Lý do: công việc đang được xử lý và cần nhiều thời gian hơn dự tính.",
        "The reason: the work is under way and takes longer than we thought.",
    ),
    Delay.MORE_URGENT: (
        "Lý do: có sự cố khẩn cấp hơn phải xử lý trước.",
        "The reason: a more urgent incident had to be handled first.",
    ),
    Delay.WORK_BEFORE: (
        "Lý do: các yêu cầu đến trước cần nhiều thời gian hơn dự tính.",
        "The reason: requests that came before yours take longer than we thought.",
    ),
}


def promise_moved(
    desk: Desk, request: Request, before: datetime, why: Delay | None, now: datetime, envelope: Envelope | None = None
) -> NewLetter:
    """To the customer: another time than was told, with the honest reason; `why` is None where it is earlier, or unknown."""
    language = request.language
    context = {
        "subject": answer_subject(request.subject, request.id, language),
        "asked": request.subject or "–",
        "name": greeting_name(request.contact, language),
        "before": speak_promise(before, language, desk.settings.hours.time_zone),
        "promise": promise_words(desk, request),
        "earlier": request.promise is not None and request.promise.at < before,
        "why": _WHY_LATER[why][0 if language is Language.VI else 1] if why else "",
    }
    return write(desk, envelope or to_contact(desk, "promise_moved", request), "promise_moved", context, now)


def to_contact(desk: Desk, kind: str, request: Request) -> Envelope:
    """A letter of ours to the person who asked, in the thread of the request."""
    # The mails of staff stand under the request, too; their Message-IDs are nothing for customers.
    of_customers = [one for one in desk.records.inbound_of(request.id) if one.route in _CUSTOMERS]
    message_ids = [one.message_id for one in of_customers if one.message_id]
    # What is said about a quote stands in its thread, so that the answer to it carries the quote, too.
    quote = offered(desk.records.quotes_of(request.id)) if request.status is RequestStatus.QUOTED else None
    return Envelope(
        kind=kind,
        to=request.contact,
        language=request.language,
        in_reply_to=message_ids[-1] if message_ids else "",
        references=[*message_ids[-_REFERENCES_KEPT:], *(quote.message_ids[-1:] if quote else ())],
        request=request,
    )


def staff_request(
    desk: Desk,
    request: Request,
    mail: ParsedMail,
    inbound: InboundMail,
    customer: Customer | None,
    now: datetime,
    what: str,
    earlier: Sequence[str] = (),
) -> NewLetter:
    """To staff: a request that is new, was added to, or must be looked at (`what` names which).

    `earlier` are lines about earlier work that it may have to do with.
    """
    envelope = _to_staff(desk, "staff_request", request, inbound)
    language = envelope.language
    files = files_of(mail, desk.settings.intake.notification_bytes, language)
    context = {
        "subject": f"[{request.id}] {_staff_headline(what, language)}: {request.subject or '–'}",
        "headline": _staff_headline(what, language),
        "request": request,
        "customer": customer.name if customer else "",
        "contract": contract_words(desk, customer, now, language),
        "contact": str(mail.sender),
        "category": category_name(request.category, language),
        "probability": f"{request.probability:.0%}",
        "fee": fee_name(request.fee.fee, language),
        "fee_reason": fee_reason(request.fee, language),
        "urgency": urgency_name(request.urgency, language),
        "effort": request.effort,
        "promise": _staff_promise(desk, request, language),
        "asked": mail.subject,
        "text": mail.new_text,
        "evidence": evidence_words(request)[:6],
        "flags": [flag_name(one, language) for one in request.flags],
        "earlier": list(earlier),
        "state": _state(desk, request, language),
        "attachments": files.lines,
        "examples": examples(request, desk.team(), files, language),
    }
    return write(desk, replace(envelope, files=files.attached), "staff_request", context, now)


def staff_notice(
    desk: Desk,
    headline: str,
    lines: Sequence[str],
    now: datetime,
    *,
    quoted: str = "",
    request: Request | None = None,
    inbound: InboundMail | None = None,
) -> NewLetter:
    """To staff: something that only a person can settle, in plain lines, with what was written."""
    subject = f"[{request.id}] {headline}" if request else headline
    context = {"subject": subject, "headline": headline, "lines": list(lines), "quoted": quoted[:5000]}
    return write(desk, _to_staff(desk, "staff_notice", request, inbound), "staff_notice", context, now)


def _to_staff(desk: Desk, kind: str, request: Request | None, inbound: InboundMail | None) -> Envelope:
    """Whoever the request was given to reads of it, else all of staff. Where staff decide the fee, the answer may,
    and who may not decide it is not left alone with it.
    """
    decides = request is not None and awaits_fee(request)
    assigned = desk.member(request.assigned_to) if request and request.assigned_to else None
    if assigned and decides and not assigned.role.may(desk.settings.approvals.fees):
        assigned = None
    return Envelope(
        kind=kind,
        to=Address(assigned.email, assigned.name) if assigned else Address(desk.settings.staff_address),
        purpose=Purpose.MONEY if decides else Purpose.ACT,
        language=assigned.language if assigned and kind == "staff_request" else desk.settings.staff_language,
        request=request,
        inbound=inbound,
        to_staff=True,
    )


def _staff_headline(what: str, language: Language) -> str:
    vietnamese, english = {
        "new": ("Yêu cầu mới", "New request"),
        "review": ("Cần xem xét", "Needs review"),
        "follow_up": ("Khách bổ sung", "The customer added"),
        "reopened": ("Khách viết lại sau khi đã xong", "The customer wrote after it was done"),
        "no_request": ("Có lẽ không phải yêu cầu, chưa trả lời khách", "Perhaps no request, not answered"),
        "threshold": ("Vượt ngưỡng miễn phí, cần quyết định", "Over the free hour, please decide"),
        "assigned": ("Việc được giao cho anh/chị", "A request was given to you"),
        "old": ("Thư cũ, chưa trả lời khách", "Old mail, not acknowledged"),
    }[what]
    return vietnamese if language is Language.VI else english


def _state(desk: Desk, request: Request, language: Language) -> str:
    """How far it is, and who does it."""
    member = desk.member(request.assigned_to) if request.assigned_to else None
    state = status_name(request.status, language)
    return f"{state} · {member.name if member else request.assigned_to}" if request.assigned_to else state


def _staff_promise(desk: Desk, request: Request, language: Language) -> str:
    return speak_promise(request.promise.at, language, desk.settings.hours.time_zone) if request.promise else "–"


# ---- writing --------------------------------------------------------------------------------------------------------


def write(desk: Desk, envelope: Envelope, template: str, context: Mapping[str, object], now: datetime) -> NewLetter:
    """Render a letter once and build its bytes: what is committed is what every attempt will send."""
    settings = desk.settings
    # In the order of writing within a process, unlike any other process's.
    letter_id = f"{now:%Y%m%d%H%M%S}-{next(_WRITTEN) % 0x1000000:06x}{secrets.token_hex(4)}"
    shadowed = settings.mode == "shadow" and not envelope.to_staff
    token = _token(desk, envelope, now)
    rendered = desk.renderer.render(
        template,
        envelope.language,
        {
            **context,
            "number": envelope.request.id if envelope.request else "",
            "company": settings.company,
            "language": envelope.language.value,
            "token_line": token_line(token, envelope.language) if token else "",
            "shadow_for": ", ".join(one.email for one in (envelope.to, *envelope.cc)) if shadowed else "",
        },
    )
    thread_token = token.key if token else envelope.request.token if envelope.request else ""
    message_id = _message_id(settings, letter_id, thread_token)
    goes_to = [Address(settings.staff_address)] if shadowed else [envelope.to]
    copies = [] if shadowed else list(envelope.cc)
    subject = f"[SHADOW → {envelope.to.email}] {rendered.subject}" if shadowed else rendered.subject
    subject = f"{subject} [#{token.key}]" if token else subject
    mime = compose(
        Draft(
            sender=Address(settings.company.address, settings.company.support_name),
            to=goes_to,
            cc=copies,
            reply_to=_reply_address(settings, thread_token),
            subject=subject,
            date=now,
            message_id=message_id,
            in_reply_to=envelope.in_reply_to,
            references=envelope.references,
            headers=envelope.headers,
            text=f"{rendered.text}\n{token_line(token, envelope.language)}\n" if token else rendered.text,
            html=rendered.html,
            files=envelope.files,
            alternatives=envelope.alternatives,
        )
    )
    mime = desk.sign(mime) if desk.sign else mime
    letter = Letter(
        id=letter_id,
        kind=envelope.kind,
        recipient=envelope.to.email,
        envelope_to=tuple(one.email for one in (*goes_to, *copies)),
        envelope_from=settings.company.address,
        message_id=message_id,
        subject=subject,
        status=LetterStatus.WITHHELD if settings.mode == "observe" and not envelope.to_staff else LetterStatus.QUEUED,
        created=now,
        due=now + envelope.delay,
        request_id=envelope.request.id if envelope.request else "",
        inbound_id=envelope.inbound.id if envelope.inbound else "",
    )
    return NewLetter(letter, mime, (side_change(token),) if token else ())


def _token(desk: Desk, envelope: Envelope, now: datetime) -> Token | None:
    """What the answer of staff must carry: bound to the request, and to the member where the letter is to one."""
    if not envelope.to_staff or not (envelope.request or envelope.pending):
        return None
    member = desk.member(envelope.to.email)
    shared = envelope.to.email.lower() == desk.settings.staff_address.lower()
    return Token(
        key=desk.new_token(),
        purpose=envelope.purpose,
        until=now + timedelta(days=desk.settings.staff_token_days),
        request_id=envelope.request.id if envelope.request else "",
        email="" if shared or member is None else member.email,
        pending=envelope.pending,
        quote=envelope.quote,
        fee=fee_mark(envelope.request),
    )


def fee_mark(request: Request | None) -> str:
    """What a decision about money is bound to: the fee as it stands."""
    return f"{request.fee.fee.value}/{request.fee.rule.value}" if request else ""


def token_line(token: Token, language: Language) -> str:
    """The last line of a letter to staff; a mail program quotes it when somebody answers."""
    words = "Giữ lại dòng này khi trả lời" if language is Language.VI else "Keep this line when you answer"
    return f"{words}: [{token.request_id or '–'} #{token.key}]"


def _message_id(settings: Settings, letter_id: str, token: str) -> str:
    return f"{letter_id}.{token or '0'}@{settings.company.address.rpartition('@')[2]}"


def _reply_address(settings: Settings, token: str) -> Address | None:
    if settings.addressing == "plain" or not token:
        return None
    local, _, domain = settings.company.address.rpartition("@")
    return Address(f"{local}+{token}@{domain}", settings.company.support_name)


def thread_references(mail: ParsedMail) -> list[str]:
    """The References of an answer (RFC 5322, 3.6.4): theirs, then their Message-ID; the first and the newest are kept."""
    known = [*(mail.references or mail.in_reply_to), mail.message_id]
    known = list(dict.fromkeys(one for one in known if one))
    return known if len(known) <= _REFERENCES_KEPT else [known[0], *known[-_REFERENCES_KEPT + 1 :]]


_STAFF_TOKEN = re.compile(r"\s*\[#[0-9a-f]{16}\]")
_KEY_IN_ID = re.compile(r"\.([0-9a-f]{16})@")


def without_staff_tokens(desk: Desk, mail: ParsedMail) -> ParsedMail:
    """A mail of somebody else than staff without the tokens of our letters to staff: no answer of ours repeats them."""
    return replace(
        mail,
        subject=_STAFF_TOKEN.sub("", mail.subject).strip(),
        in_reply_to=tuple(one for one in mail.in_reply_to if not _is_to_staff(desk, one)),
        references=tuple(one for one in mail.references if not _is_to_staff(desk, one)),
    )


def _is_to_staff(desk: Desk, message_id: str) -> bool:
    found = _KEY_IN_ID.search(message_id)
    return found is not None and desk.records.token(found[1]) is not None


def answer_subject(subject: str, number: str, language: Language) -> str:
    """`Re:` and the customer's own subject, with the number in it once."""
    plain = _SUBJECT_NUMBER.sub("", bare_subject(subject)).strip()
    if not plain:
        plain = "Yêu cầu của Quý khách" if language is Language.VI else "Your request"
    return f"Re: {plain[:200]} [{number}]"


def bare_subject(subject: str) -> str:
    """A subject without any Re: and Fwd: in front, in the languages mail programs use here, and without a quote's mark."""
    before, plain = "", _QUOTE_MARK.sub("", subject).strip()
    while before != plain:
        before, plain = plain, _REPLY_PREFIX.sub("", plain, count=1).strip()
    return plain
