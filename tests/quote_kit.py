"""An office that sells: staff with roles, a seller that an accountant accepts, and the steps of a quote's life as mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from builders import NOW, a_desk, a_mail, letters, received
from worker.desk.context import Desk
from worker.desk.reception import Received
from worker.mail.parsing import parse_mail
from worker.model import Letter, LetterStatus, ParsedMail, Request
from worker.policy.quote_life import QuoteVersion, newest

TECHNICIAN, SALES, BOSS = "tuan@vinno.example", "mai@vinno.example", "ha@vinno.example"
HUE, NAM = "hue@senvang.example", "nam@senvang.example"
MEMBERS = [
    {"email": TECHNICIAN, "name": "Tuấn", "role": "technician"},
    {"email": SALES, "name": "Mai", "role": "sales"},
]
SELLER = {
    "legal_name": "Công ty TNHH VINNO",
    "tax_number": "0312345678",
    "postal_address": "12 Lê Lợi, Quận 1, TP. Hồ Chí Minh",
    "bank_account": "0071000123456",
    "bank_name": "Vietcombank, chi nhánh TP. Hồ Chí Minh",
    "bank_holder": "CONG TY TNHH VINNO",
    "representative": "Trần Thị Mai",
    "representative_title": "Giám đốc",
}
AUTHSERV = "mx.vinno.example"
ASKED = (
    "Chào em, chị muốn xây dựng thêm chức năng đặt bàn trực tuyến cho website nhà hàng, khách chọn ngày giờ và số người. "
    "Em báo giá giúp chị nhé."
)
SUBJECT = "Thêm chức năng đặt bàn trực tuyến"
TO_STAFF = {"staff_request", "staff_notice", "staff_receipt", "staff_question", "staff_digest", "staff_quote_draft"}


def office(**changes: Any) -> Desk:
    """A desk whose staff are proven, and whose quotes may go out."""
    quotes = {"seller": SELLER, **changes.pop("quotes", {})}
    plain: dict[str, Any] = {
        "staff": MEMBERS,
        "authentication": {"staff_mode": "verified", "trusted_authserv_id": AUTHSERV},
        "quotes": quotes,
    }
    return a_desk(**{**plain, **changes})


def asked(desk: Desk, text: str = ASKED, subject: str = SUBJECT, **fields: Any) -> Request:
    """A paid request with its first draft, as stored."""
    request = received(desk, a_mail(text, subject=subject, **fields)).request
    assert request is not None
    return stored(desk, request.id)


def stored(desk: Desk, number: str = "VN-1001") -> Request:
    request = desk.records.request(number)
    assert request is not None
    return request


def quote(desk: Desk, number: str = "VN-1001") -> QuoteVersion:
    """The newest version."""
    found = newest(desk.records.quotes_of(number))
    assert found is not None
    return found


def last(desk: Desk, kind: str, to: str = "") -> Letter:
    return [one for one in letters(desk, kind) if to in {"", one.recipient}][-1]


def shown(desk: Desk, letter: Letter) -> ParsedMail:
    return parse_mail(desk.records.letter_bytes(letter.id))


def to_customer(desk: Desk) -> list[str]:
    """The kinds of all letters to customers but the acknowledgement, oldest first."""
    found = [one for one in letters(desk) if one.kind not in TO_STAFF | {"acknowledgement"}]
    return [one.kind for one in found if one.status is not LetterStatus.CANCELLED]


def staff_says(
    desk: Desk, text: str, to: Letter | None = None, *, sender: str = SALES, at: datetime | None = None, **headers: str
) -> Letter:
    """A proven answer of staff to a letter (their last draft); the receipt, or the question, that came back."""
    to = to or last(desk, "staff_quote_draft", SALES)
    fields = {"in_reply_to": f"<{to.message_id}>", "subject": f"Re: {to.subject}", **headers}
    fields.setdefault("authentication_results", f"{AUTHSERV}; dmarc=pass header.from=vinno.example")
    result = received(desk, a_mail(text, sender=sender, **fields), now=at or NOW + timedelta(minutes=1))  # type: ignore[arg-type]
    written = [one for key in result.letters if (one := desk.records.letter(key))]
    written += [one for one in letters(desk) if one.id not in {known.id for known in written}]
    answers = ("staff_question", "staff_receipt")
    found = [one for one in written if one.kind in answers and one.recipient == sender]
    return max(found, key=lambda one: one.id)


def customer_says(
    desk: Desk, text: str, to: Letter | None = None, *, sender: str = HUE, at: datetime | None = None, **headers: str
) -> Received:
    """A proven answer of the customer to a letter (the quote)."""
    to = to or last(desk, "quote")
    fields = {"in_reply_to": f"<{to.message_id}>", "subject": f"Re: {to.subject}", **headers}
    domain = sender.rpartition("@")[2].strip(">")
    fields.setdefault("authentication_results", f"{AUTHSERV}; dmarc=pass header.from={domain}")
    return received(desk, a_mail(text, sender=sender, **fields), now=at or NOW + timedelta(hours=1))  # type: ignore[arg-type]


def gone(desk: Desk) -> None:
    """The quotes that wait were delivered."""
    for one in letters(desk, "quote"):
        if one.status is LetterStatus.QUEUED:
            desk.records.save_record(replace(one, status=LetterStatus.SENT, sent_at=NOW))


def quoted(desk: Desk) -> QuoteVersion:
    """A request whose first version was approved as it was drafted."""
    asked(desk)
    staff_says(desk, "duyệt")
    return quote(desk)
