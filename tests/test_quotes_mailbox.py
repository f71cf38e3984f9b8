"""The whole life of a quote from mailboxes alone, over IMAP and SMTP, with the worker stopped and started between all steps."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import pytest

from builders import STAFF, SUPPORT, a_customer, some_settings
from quote_kit import ASKED, HUE, MEMBERS, NAM, SALES, SELLER, SUBJECT, TECHNICIAN
from servers import PASSWORD, until
from worker.app import App, build
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail
from worker.mail.parsing import parse_mail
from worker.model import InboundStatus, ParsedMail, Request, RequestStatus
from worker.policy.quote_life import QuoteStatus, QuoteVersion, newest

AN = "an@maytrang.example"
STRANGER = "ai@gmail.example"


@pytest.fixture
def post() -> Iterator[EmbeddedMail]:
    found = EmbeddedMail(dict.fromkeys((SUPPORT, HUE, NAM, AN, STRANGER, SALES, TECHNICIAN, STAFF), PASSWORD)).start()
    yield found
    found.stop()


class Office:
    """A worker that can be stopped and started, and the people who write to it."""

    def __init__(self, post: EmbeddedMail, folder: Path, **changes: Any) -> None:
        server = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
        self.post = post
        self.settings = some_settings(
            mailboxes=[{**server, "port": post.imap_port, "since": "all", "poll_seconds": 1}],
            smtp={**server, "port": post.smtp_port},
            store=f"tiny:{folder}/worker.db",
            authentication={"staff_mode": "verified", "trusted_authserv_id": AUTHSERV_ID},
            staff=MEMBERS,
            staff_undo_seconds=0,
            **{"quotes": {"seller": SELLER}, **changes},
        )
        self.app = build(self.settings)
        self.app.records.save_customer(a_customer())
        self.app.records.save_customer(
            a_customer(id="may-trang", name="Khách sạn Mây Trắng", addresses=(AN,), domains=("maytrang.example",))
        )
        self.app.close()

    @contextmanager
    def open(self) -> Iterator[App]:
        """The worker at work, once."""
        self.app = build(self.settings)
        thread = threading.Thread(target=self.app.run)
        thread.start()
        try:
            yield self.app
        finally:
            self.app.stop.set()
            thread.join(60)

    def writes(self, sender: str, subject: str, text: str, answers: str = "", *, as_account: str = "") -> None:
        """A mail from that address, by its own account unless somebody else's is named (forged)."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
        mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
        if answers:
            mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.post.smtp_port) as session:
            session.login(as_account or sender, PASSWORD)
            session.send_message(mail, from_addr=as_account or sender)

    def answers(self, sender: str, letter: ParsedMail, text: str, *, as_account: str = "") -> None:
        """The reply of a mail program, with the letter quoted below."""
        quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
        full = f"{text}\n\nVào 09:00, VINNO Hỗ trợ <{SUPPORT}> đã viết:\n{quoted}\n"
        self.writes(sender, f"Re: {letter.subject}", full, letter.message_id, as_account=as_account)

    def gets(self, who: str, words: str) -> ParsedMail:
        """The newest letter of ours to somebody that has these words; waits for it."""

        def found() -> list[ParsedMail]:
            mails = [
                parse_mail(one.raw) for one in list(self.post.taken) if who in one.recipients and one.sender == SUPPORT
            ]
            return [one for one in mails if words in f"{one.subject}\n{one.text}"]

        until(found, what=f"for {words!r} to {who}")
        return found()[-1]

    def handled(self, count: int) -> None:
        """Wait until so many mails were read to their end."""
        records = self.app.records
        until(lambda: records.count_inbound(InboundStatus.DONE) >= count, what=f"for {count} mails to be handled")

    @property
    def request(self) -> Request:
        """The request as it stands."""
        found = self.app.records.request("VN-1001")
        assert found is not None
        return found

    @property
    def quote(self) -> QuoteVersion:
        """The newest version of its quote."""
        found = newest(self.app.records.quotes_of("VN-1001"))
        assert found is not None
        return found


@pytest.fixture
def office(post: EmbeddedMail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    return Office(post, tmp_path)


@pytest.mark.timeout(300)
def test_a_quote_lives_from_request_to_invoice_with_a_restart_between_all_steps(office: Office) -> None:
    with office.open():
        office.writes(HUE, SUBJECT, ASKED)
        draft = office.gets(SALES, "BG-1001/1")
    with office.open():
        office.answers(SALES, draft, "báo 2tr5 chưa VAT\ngiảm giá: 10%")
        second = office.gets(SALES, "BG-1001/2 chờ duyệt")
    with office.open():
        office.answers(SALES, draft, "duyệt")
        office.gets(SALES, "đã được sửa")
        assert office.quote.status is QuoteStatus.DRAFT
    with office.open():
        office.answers(SALES, second, "duyệt")
        letter = office.gets(HUE, "xin gửi báo giá số BG-1001/2")
        pdf = next(one for one in letter.attachments if one.content_type == "application/pdf")
        assert (office.quote.status, office.quote.total) == (QuoteStatus.SENT, 2_250_000 * 108 // 100)
        assert pdf.content == office.app.records.raw(office.quote.pdf)
        assert "2.430.000" in letter.text
    with office.open():
        office.answers(HUE, letter, "Giá này đã gồm nhập thực đơn chưa em?")
        question = office.gets(SALES, "Khách hỏi về báo giá")
        office.answers(SALES, question, "gửi khách: Dạ đã gồm 20 món ạ, tổng vẫn là 2.430.000 đồng.")
        office.gets(HUE, "đã gồm 20 món")
    with office.open():
        office.answers(HUE, letter, "Chị đồng ý với báo giá nhé em.")
        office.gets(HUE, "đã ghi nhận Quý khách đồng ý")
        accepted = office.gets(SALES, "Khách đồng ý báo giá BG-1001/2")
        assert (office.request.status, office.quote.status) == (RequestStatus.QUEUED, QuoteStatus.ACCEPTED)
    with office.open():
        note = office.gets(STAFF, "Yêu cầu mới")
        office.answers(TECHNICIAN, note, "xong")
        office.gets(HUE, "đã xử lý xong yêu cầu VN-1001")
        assert [one.id for one in office.app.records.uninvoiced()] == ["BG-1001/2"]
    with office.open():
        office.answers(SALES, accepted, "đã xuất hóa đơn: 0000123")
        office.gets(SALES, "Đã xuất hoá đơn cho BG-1001/2")
        assert list(office.app.records.uninvoiced()) == []

    kinds = [parse_mail(one.raw) for one in office.post.taken if HUE in one.recipients]
    assert len({one.message_id for one in kinds}) == len(kinds) == 5
    assert not any(word in one.text for one in kinds for word in (SALES, TECHNICIAN, "#"))


@pytest.mark.timeout(300)
def test_no_forged_or_foreign_yes_accepts(office: Office) -> None:
    yes = "Chị đồng ý với báo giá nhé em."
    with office.open():
        office.writes(HUE, SUBJECT, ASKED)
        draft = office.gets(SALES, "BG-1001/1")
        office.answers(SALES, draft, "duyệt")
        letter = office.gets(HUE, "xin gửi báo giá số BG-1001/1")
        office.handled(2)

        for sender, account in ((AN, ""), (STRANGER, ""), (NAM, ""), (HUE, STRANGER)):
            office.answers(sender, letter, yes, as_account=account)
        office.writes(HUE, "Re: báo giá [VN-1001] [BG-1001/1 0123456789]", yes)
        office.answers(HUE, letter, "Em xem lại giúp chị nhé.\n\n> Chị đồng ý với báo giá nhé em.")
        office.handled(8)

    with office.open():
        assert (office.quote.status, office.request.status) == (QuoteStatus.SENT, RequestStatus.QUOTED)
        office.answers(HUE, letter, yes)
        office.gets(HUE, "đã ghi nhận Quý khách đồng ý")
        assert office.quote.accepted_by == HUE
