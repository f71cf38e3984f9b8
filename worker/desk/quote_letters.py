"""The letters of quotes, warranty and training: one function per letter, which gives its template all it shows.

Each function returns the context for `letters.write(desk, envelope, <template>, context, now)`; `number`, `company`,
`language` and `shadow_for` are added there. Every letter has `subject` and, to customers, `name`.

| template | further context |
| --- | --- |
| quote | asked, title, supersedes, plan[], lines[{text, amount}], sums[{name, amount}], total, in_words, terms[] |
| quote_reminder, quote_expired | asked, title, total, valid_until |
| quote_accepted | asked, title, total, accepted_at, promise, deposit, bank{holder, account, name, reference} |
| quote_declined | asked, title |
| quote_not_current | asked, title, expired, current, total, valid_until |
| deposit_received | asked, title, promise |
| request_done | asked, closed_at, charge, result, warranty |
| warranty_opened | asked, earlier, earlier_closed, promise, not_taken[] |
| training_slots | asked, slots[], duration, place |
| training_invitation | topic, start, duration, place, participants[], state (new, moved, cancelled) |
| staff_quote_draft | as quote; customer, contact, category, effort, delivery, valid_until, changed, problems[], ways[] |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.desk.quote_pdf import clean, sum_rows, term_lines
from worker.desk.wording import category_name
from worker.model import Effort, Language, Request
from worker.policy.money import format_figures, format_vnd, in_words
from worker.policy.quoting import (
    AddLine,
    Change,
    ChangeLine,
    Quote,
    RemoveLine,
    Seller,
    SetAmount,
    SetDiscount,
    SetMinutes,
    SetTerms,
    SetText,
    check_seller,
    day_words,
    totals,
)
from worker.policy.warranty import can_fail_again

Context = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter speaks to: in which language, how addressed, under which subject, in which time zone."""

    language: Language
    name: str
    subject: str
    time_zone: str = "Asia/Ho_Chi_Minh"


# ---- quotes ---------------------------------------------------------------------------------------------------------


def quote_context(quote: Quote, reader: Reader, supersedes: str = "") -> Context:
    """Template `quote`: plan, figures and terms; the PDF is attached. `supersedes` is the title of the version before."""
    return {"name": reader.name, "supersedes": supersedes, **_in_full(quote, reader.subject)}


def _in_full(quote: Quote, subject: str) -> dict[str, object]:
    sums = totals(quote)
    lines = [{"text": clean(one.text), "amount": format_figures(one.amount, quote.language)} for one in quote.lines]
    return {
        "subject": subject,
        "asked": clean(quote.subject),
        "title": quote.title,
        "plan": [clean(step) for step in quote.plan],
        "lines": lines,
        "sums": sum_rows(quote),
        "total": format_vnd(sums.total, quote.language),
        "in_words": in_words(sums.total, quote.language),
        "terms": term_lines(quote),
    }


def quote_notice(quote: Quote, reader: Reader) -> Context:
    """Templates `quote_reminder` and `quote_expired`: which quote, how much, until when."""
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(quote.subject),
        "title": quote.title,
        "total": format_vnd(totals(quote).total, quote.language),
        "valid_until": day_words(quote.valid_until, quote.language),
    }


def quote_accepted(quote: Quote, seller: Seller, reader: Reader, accepted: datetime, promise: str = "") -> Context:
    """Template `quote_accepted`. With a deposit in the terms it names the bank, and no time: work waits for the money."""
    deposit = totals(quote).deposit
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(quote.subject),
        "title": quote.title,
        "total": format_vnd(totals(quote).total, quote.language),
        "accepted_at": moment_words(accepted, reader),
        "promise": promise,
        "deposit": format_vnd(deposit, quote.language) if deposit else "",
        "bank": {
            "holder": seller.bank_holder or seller.legal_name,
            "account": seller.bank_account,
            "name": seller.bank_name,
            "reference": quote.title.replace("/", "-"),
        },
    }


def quote_declined(quote: Quote, reader: Reader) -> Context:
    """Template `quote_declined`: the request is closed, nothing is charged, the door stays open."""
    return {"subject": reader.subject, "name": reader.name, "asked": clean(quote.subject), "title": quote.title}


def quote_not_current(quote: Quote, reader: Reader, current: Quote | None) -> Context:
    """Template `quote_not_current`: the customer said yes to a version that does not stand any more.

    `current` is the one that stands (attached), None where a new one is on its way.
    """
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(quote.subject),
        "title": quote.title,
        "expired": day_words(quote.valid_until, quote.language),
        "current": current.title if current else "",
        "total": format_vnd(totals(current).total, quote.language) if current else "",
        "valid_until": day_words(current.valid_until, quote.language) if current else "",
    }


def deposit_received(quote: Quote, reader: Reader, promise: str) -> Context:
    """Template `deposit_received`: the money is here, the work is in the queue."""
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(quote.subject),
        "title": quote.title,
        "promise": promise,
    }


def change_words(change: Change) -> tuple[str, str]:
    """What a change of staff's does, in (vi, en)."""
    match change:
        case SetAmount(amount=amount, includes_vat=includes_vat):
            vat = (" đã gồm VAT", " including VAT") if includes_vat else (" chưa VAT", " without VAT")
            return f"giá {format_vnd(amount)}{vat[0]}", f"price {format_vnd(amount)}{vat[1]}"
        case SetMinutes(minutes=minutes, place=place):
            where = ("", "") if place is None else (f" dòng {place}", f" of line {place}")
            return f"số giờ{where[0]}: {minutes / 60:g}", f"hours{where[1]}: {minutes / 60:g}"
        case AddLine(line=line):
            return f"thêm dòng “{clean(line.text)}”", f"one more line “{clean(line.text)}”"
        case ChangeLine(place=place):
            return f"sửa dòng {place}", f"line {place} changed"
        case RemoveLine(place=place):
            return f"bỏ dòng {place}", f"line {place} removed"
        case SetDiscount(amount=amount, percent=percent):
            worth = f"{percent} %" if percent else format_vnd(amount)
            return f"giảm giá {worth}", f"discount {worth}"
        case SetText():
            return "sửa lời văn", "other words"
        case SetTerms():
            return "sửa điều khoản", "other terms"


WAYS: Mapping[Language, tuple[tuple[str, str], ...]] = {
    Language.VI: (
        ("duyệt", "gửi báo giá này cho khách"),
        ("giá: 2.500.000", "giá trọn gói, chưa thuế; thêm “đã gồm VAT” nếu đã gồm"),
        ("giờ: 6", "đổi số giờ"),
        ("dòng 1: 800k", "đổi giá (hoặc tên, số giờ) một dòng"),
        ("thêm dòng: Nhập liệu: 500k", "thêm một dòng"),
        ("bỏ dòng 2", "bớt một dòng"),
        ("giảm giá: 10%", "giảm giá phần việc của mình"),
        ("đặt cọc: 50%", "đổi điều khoản; cũng như: hiệu lực: 30 ngày"),
        ("ghi chú báo giá: …", "thêm lời ghi chú; cũng như: tên báo giá: …, kế hoạch báo giá: bước 1; bước 2"),
        ("giữ", "chưa gửi vội"),
        ("từ chối", "không báo giá"),
    ),
    Language.EN: (
        ("approve", "send this quotation to the customer"),
        ("price: 2,500,000", "a price for all of it, without VAT; add “incl. VAT” where it is included"),
        ("hours: 6", "another number of hours"),
        ("line 1: 800k", "another price (or name, or hours) for a line"),
        ("add line: Data entry: 500k", "one more line"),
        ("remove line 2", "a line less"),
        ("discount: 10%", "a discount on our own work"),
        ("deposit: 50%", "other terms; likewise: validity: 30 days"),
        ("quote note: …", "words under the table; likewise: quote title: …, quote plan: step 1; step 2"),
        ("hold", "do not send it yet"),
        ("reject", "no quotation"),
    ),
}


def staff_quote_draft(
    quote: Quote, effort: Effort, seller: Seller, subject: str, language: Language, changed: str = ""
) -> Context:
    """Template `staff_quote_draft`: the whole version as the customer would read it, and how to answer, in staff's language.

    `changed` says in words what this version changed; what keeps it from being sent is named.
    """
    return {
        **_in_full(quote, subject),
        "customer": clean(quote.buyer.name),
        "contact": clean(quote.buyer.contact or quote.buyer.email),
        "category": category_name(quote.category, language),
        "effort": effort,
        "delivery": day_words(quote.delivery, language) if quote.delivery else "",
        "valid_until": day_words(quote.valid_until, language),
        "changed": changed,
        "problems": list(check_seller(seller)),
        "ways": [{"example": example, "meaning": meaning} for example, meaning in WAYS[language]],
    }


# ---- warranty -------------------------------------------------------------------------------------------------------


def request_done(request: Request, reader: Reader, result: str = "", charge: str = "") -> Context:
    """Template `request_done`: done, please check, under warranty without limit where work was done that can fail again.

    `result` are staff's words to the customer.
    """
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(request.subject) or "–",
        "closed_at": moment_words(request.closed_at, reader) if request.closed_at else "–",
        "charge": charge,
        "result": result.strip(),
        "warranty": can_fail_again(request),
    }


def warranty_opened(
    request: Request, earlier: Request, reader: Reader, promise: str = "", not_taken: Sequence[str] = ()
) -> Context:
    """Template `warranty_opened`: sorry, it is free, and which earlier work it belongs to."""
    closed = earlier.closed_at
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(request.subject) or "–",
        "earlier": earlier.id,
        "earlier_closed": day_words(_local(closed, reader).date(), reader.language) if closed else "–",
        "promise": promise,
        "not_taken": list(not_taken),
    }


# ---- training -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Training:
    """One training as a letter shows it; `state` is new, moved or cancelled."""

    topic: str
    start: datetime
    minutes: int
    place: str = ""
    participants: Sequence[str] = ()
    state: str = "new"


def training_slots(asked: str, slots: Sequence[datetime], minutes: int, place: str, reader: Reader) -> Context:
    """Template `training_slots`: from which the customer chooses."""
    return {
        "subject": reader.subject,
        "name": reader.name,
        "asked": clean(asked) or "–",
        "slots": [moment_words(one, reader) for one in slots],
        "duration": duration_words(minutes, reader.language),
        "place": clean(place),
    }


def training_invitation(training: Training, reader: Reader) -> Context:
    """Template `training_invitation`; the calendar part travels beside it."""
    return {
        "subject": reader.subject,
        "name": reader.name,
        "topic": clean(training.topic),
        "start": moment_words(training.start, reader),
        "duration": duration_words(training.minutes, reader.language),
        "place": clean(training.place),
        "participants": [clean(one) for one in training.participants],
        "state": training.state,
    }


# ---- words ----------------------------------------------------------------------------------------------------------

_WEEKDAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _local(at: datetime, reader: Reader) -> datetime:
    return at.astimezone(ZoneInfo(reader.time_zone))


def moment_words(at: datetime, reader: Reader) -> str:
    """An instant in the reader's time zone: `14:30 Thứ Ba, 24/11/2026`, `14:30 on Tuesday, 24 November 2026`."""
    local = _local(at, reader)
    day = day_words(local.date(), reader.language)
    if reader.language is Language.VI:
        return f"{local:%H:%M} {_WEEKDAYS_VI[local.weekday()]}, {day}"
    return f"{local:%H:%M} on {_WEEKDAYS_EN[local.weekday()]}, {day}"


def duration_words(minutes: int, language: Language) -> str:
    """`1 giờ 30 phút`, `1 hour 30 minutes`."""
    hours, rest = divmod(minutes, 60)
    if language is Language.VI:
        parts = (f"{hours} giờ" if hours else "", f"{rest} phút" if rest else "")
    else:
        parts = (_counted(hours, "hour"), _counted(rest, "minute"))
    return " ".join(part for part in parts if part)


def _counted(number: int, word: str) -> str:
    return "" if not number else f"{number} {word}" if number == 1 else f"{number} {word}s"
