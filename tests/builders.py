"""Values for the tests, valid by default: a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any

from storage import open_store
from worker.app import build_desk
from worker.desk.context import Desk
from worker.desk.delivery import Deliveries, is_deliverable
from worker.desk.reception import Received, receive
from worker.mail.bulk_mailer import BulkMailer
from worker.model import Address, Customer, InboundMail, Letter, LetterStatus, ParsedMail
from worker.records import INDEXES, NewLetter, Outcome, Records
from worker.settings import Settings, read_settings

CHECKOUT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 09:00 in Vietnam
SUPPORT = "hotro@vinno.example"
STAFF = "kythuat@vinno.example"
_NUMBERS = count(1)


def a_mail(
    text: str = "Chào em, từ sáng tới giờ hộp thư công ty không nhận được thư nào, khách gửi bị trả lại. Em xem giúp chị.",
    *,
    sender: str = "Nguyễn Thị Huệ <hue@senvang.example>",
    subject: str = "Không nhận được mail",
    message_id: str = "",
    date: datetime = NOW,
    html: str = "",
    **headers: str,
) -> bytes:
    """The bytes of a mail to the support address; `in_reply_to="<…>"` gives the header In-Reply-To."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, headers.pop("to", SUPPORT), subject
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id or f"<{next(_NUMBERS)}@senvang.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def a_parsed_mail(text: str = "Xin chào", **fields: Any) -> ParsedMail:
    """A mail as the deciding rooms see it."""
    plain: dict[str, Any] = {
        "message_id": f"{next(_NUMBERS)}@senvang.example",
        "sender": Address("hue@senvang.example", "Nguyễn Thị Huệ"),
        "subject": "Nhờ hỗ trợ",
        "text": text,
        "new_text": text,
        "date": NOW,
    }
    return ParsedMail(**{**plain, **fields})


def a_customer(**fields: Any) -> Customer:
    """A customer with a running contract."""
    plain: dict[str, Any] = {
        "id": "sen-vang",
        "name": "Nhà hàng Sen Vàng",
        "addresses": ("hue@senvang.example",),
        "domains": ("senvang.example",),
    }
    return Customer(**{**plain, **fields})


def some_settings(**changes: Any) -> Settings:
    """Settings that send, with a store in memory and the checkout's templates."""
    plain: dict[str, Any] = {
        "mode": "live",
        "store": "tiny::memory:",
        "staff_address": STAFF,
        "staff": [{"email": "tuan@vinno.example", "name": "Tuấn", "role": "technician"}],
        "mailboxes": [{"user": "", "host": "127.0.0.1", "tls": "none"}],
        "smtp": {"user": "", "host": "127.0.0.1", "tls": "none"},
    }
    return read_settings({**plain, **changes}, CHECKOUT)


def a_desk(**changes: Any) -> Desk:
    """A desk on a store in memory that knows one customer."""
    settings = some_settings(**changes)
    records = Records(open_store(settings.store, INDEXES, settings.base))
    records.save_customer(a_customer())
    return build_desk(settings, records)


def kept(desk: Desk, raw: bytes, *, arrived: datetime = NOW) -> str:
    """Keep a mail as the poller does; its id."""
    uid = next(_NUMBERS)
    inbound = InboundMail(
        id=f"support/1/{uid}",
        mailbox="support",
        uidvalidity=1,
        uid=uid,
        raw=desk.records.keep_raw(raw)[0],
        size=len(raw),
        arrived=arrived,
        kept=arrived,
    )
    desk.records.save(Outcome(records=(inbound,)))
    return inbound.id


def received(desk: Desk, raw: bytes, *, now: datetime = NOW) -> Received:
    """Keep a mail and handle it."""
    return receive(desk, kept(desk, raw, arrived=now), now)


def letters(desk: Desk, kind: str = "") -> list[Letter]:
    """The letters that were written, of one kind or all, oldest first."""
    found = [one for status in LetterStatus for one in desk.records.letters_in(status)]
    return sorted((one for one in found if kind in {"", one.kind}), key=lambda one: one.id)


def a_letter(desk: Desk, **fields: Any) -> Letter:
    """A letter that waits in the outbox."""
    number = next(_NUMBERS)
    plain: dict[str, Any] = {
        "id": f"20261123-{number}",
        "kind": "acknowledgement",
        "recipient": "hue@senvang.example",
        "envelope_to": ("hue@senvang.example",),
        "envelope_from": SUPPORT,
        "message_id": f"{number}@vinno.example",
        "subject": "Re: Không nhận được mail",
        "status": LetterStatus.QUEUED,
        "created": NOW,
        "due": NOW,
    }
    letter = Letter(**{**plain, **fields})
    mime = f"From: {SUPPORT}\r\nMessage-ID: <{letter.message_id}>\r\nSubject: x\r\n\r\nXin chao\r\n".encode()
    desk.records.save(Outcome(letters=(NewLetter(letter, mime),)))
    return replace(letter, version=1)


def deliver(desk: Desk, mailer: BulkMailer, letter_id: str, owner: str, now: datetime) -> LetterStatus | None:
    """Try once to hand a letter over; its state afterwards, None where somebody else has it or nothing is to be done."""
    before = desk.records.letter(letter_id)
    if before is None or not is_deliverable(before, now):
        return None
    alone = Deliveries(desk, owner, lambda: now)
    alone.ring(letter_id)
    alone.deliver_with(mailer)
    after = desk.records.letter(letter_id)
    return after.status if after and after.version != before.version else None
