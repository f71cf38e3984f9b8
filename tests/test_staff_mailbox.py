"""A whole request from mailboxes alone, over IMAP and SMTP: asked, estimated, answered, done, thanked for, failing again."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

from builders import STAFF, SUPPORT, a_customer, some_settings
from servers import PASSWORD, until
from worker.app import App, build
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail
from worker.mail.parsing import parse_mail
from worker.model import Category, Effort, Fee, ParsedMail, Request, RequestStatus

HUE, TUAN = "hue@senvang.example", "tuan@vinno.example"


@pytest.fixture
def post() -> Iterator[EmbeddedMail]:
    found = EmbeddedMail(dict.fromkeys((SUPPORT, HUE, TUAN, STAFF), PASSWORD)).start()
    yield found
    found.stop()


@pytest.fixture
def app(post: EmbeddedMail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    server = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
    settings = some_settings(
        mailboxes=[{**server, "port": post.imap_port, "since": "all"}],
        smtp={**server, "port": post.smtp_port},
        store=f"tiny:{tmp_path}/worker.db",
        authentication={"staff_mode": "verified", "trusted_authserv_id": AUTHSERV_ID},
        staff_undo_seconds=0,
    )
    running = build(settings)
    running.records.save_customer(a_customer())
    thread = threading.Thread(target=running.run)
    thread.start()
    yield running
    running.stop.set()
    thread.join(30)


def _send(post: EmbeddedMail, sender: str, subject: str, text: str, answers: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
    mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", post.smtp_port) as session:
        session.login(sender, PASSWORD)
        session.send_message(mail)


def _newest(post: EmbeddedMail, to: str, words: str) -> ParsedMail:
    """The newest letter of ours to somebody whose text has these words; waits for it."""

    def found() -> list[ParsedMail]:
        mails = [parse_mail(one.raw) for one in list(post.taken) if to in one.recipients and one.sender == SUPPORT]
        return [one for one in mails if words in f"{one.subject}\n{one.text}"]

    until(found, what=f"for {words!r} to {to}")
    return found()[-1]


def _answer(post: EmbeddedMail, sender: str, letter: ParsedMail, text: str) -> None:
    _send(post, sender, f"Re: {letter.subject}", text, letter.message_id)


def test_a_request_lives_from_mail_to_mail(post: EmbeddedMail, app: App) -> None:
    def request(number: str = "VN-1001") -> Request:
        found = app.records.request(number)
        assert found is not None
        return found

    _send(
        post, HUE, "Không nhận được mail", "Chào em, từ sáng hộp thư công ty không nhận được thư nào, em xem giúp chị."
    )
    _newest(post, HUE, "VN-1001")
    note = _newest(post, STAFF, "Yêu cầu mới")

    _answer(post, TUAN, note, "khoảng 45p")
    _newest(post, TUAN, "Ước tính: 45 phút")
    assert request().effort.likely == 45
    assert request().effort != Effort(0, 0, 0)

    _answer(post, TUAN, note, "gửi khách: Chị cho em xin ảnh chụp màn hình lỗi nhé?")
    question = _newest(post, HUE, "ảnh chụp màn hình")
    assert (question.sender.email, request().status) == (SUPPORT, RequestStatus.WAITING_FOR_CUSTOMER)

    _answer(post, HUE, question, "Nó báo lỗi 550 mailbox unavailable khi gửi vào lienhe@ em nhé.")
    added = _newest(post, STAFF, "550 mailbox unavailable")
    assert request().status is RequestStatus.QUEUED

    _answer(post, TUAN, added, "xong")
    done = _newest(post, HUE, "bảo hành không giới hạn")
    assert request().status is RequestStatus.DONE

    _answer(post, HUE, done, "Chị nhận được thư rồi, cảm ơn em nhiều.")
    until(lambda: request().history[-1].what == "courtesy", what="for thanks")
    assert request().status is RequestStatus.DONE

    _answer(post, HUE, done, "Em ơi lại bị y như cũ rồi, mail vẫn không nhận được.")
    until(lambda: app.records.request("VN-1002") is not None, what="for the warranty claim")
    again = request("VN-1002")
    assert (again.category, again.fee.fee, again.related) == (Category.WARRANTY, Fee.FREE, ("VN-1001",))
    assert not any("tuan@" in parse_mail(one.raw).text for one in post.taken if HUE in one.recipients)
