"""Newsletters through the whole running worker: written by mail, proven, approved, delivered, refused, signed up for."""

from __future__ import annotations

import http.client
import re
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from builders import CHECKOUT, STAFF, a_customer
from newsletter_kit import CONSENT
from servers import PASSWORD, SUPPORT, free_port, until
from worker.app import App, build
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail
from worker.model import Customer
from worker.outreach_records import NewsletterStatus, OutreachRecords, RecipientStatus, recipient_key
from worker.settings import read_settings

MANAGER = "sep@vinno.example"
CUSTOMERS = ("lan@mot.example", "minh@hai.example", "hoa@ba.example")
PROGRAMME = """
id: soi-toc-do
name: {{vi: Soi tốc độ website miễn phí, en: Free website speed check}}
text: {{vi: Chúng tôi đo tốc độ và gửi báo cáo., en: We measure and report.}}
opens: {opens}
closes: {closes}
takes_place: {{vi: trong tháng này, en: this month}}
places: 1
"""


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedMail]:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    found = EmbeddedMail(dict.fromkeys((SUPPORT, STAFF, MANAGER, *CUSTOMERS), PASSWORD)).start()
    yield found
    found.stop()


@contextmanager
def running(mail: EmbeddedMail, folder: Path, mode: str = "live", **newsletters: Any) -> Iterator[App]:
    """The worker on both servers, sending newsletters at any hour and without time to undo."""
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    for one in (CHECKOUT / "templates").iterdir():
        if one.name != "programmes":
            (templates / one.name).symlink_to(one)
    (templates / "programmes").mkdir()
    today = datetime.now(UTC).date()
    programme = PROGRAMME.format(opens=today - timedelta(days=2), closes=today + timedelta(days=30))
    (templates / "programmes" / "soi-toc-do.yaml").write_text(programme, encoding="utf-8")
    server: dict[str, Any] = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT}
    server |= {"password_env": "SUPPORT_TEST_PASSWORD"}
    wishes = {"window": ["00:00-23:59"], "working_days_only": False, **newsletters}
    settings = {
        "mode": mode,
        "mailboxes": [server | {"port": mail.imap_port, "since": "all", "poll_seconds": 5}],
        "smtp": server | {"port": mail.smtp_port},
        "store": "tiny:worker.db",
        "staff_address": STAFF,
        "staff": [{"email": MANAGER, "name": "Hoàng", "role": "manager"}],
        "staff_undo_seconds": 0,
        "authentication": {"trusted_authserv_id": AUTHSERV_ID},
        "newsletters": wishes,
    }
    app = build(read_settings(settings, folder))
    for email in CUSTOMERS:
        app.records.save_customer(subscriber(email))
    thread = threading.Thread(target=app.run)
    thread.start()
    try:
        yield app
    finally:
        app.stop.set()
        thread.join(60)
    assert not thread.is_alive()


def subscriber(email: str) -> Customer:
    return a_customer(id=email.partition("@")[0], name="Công ty", addresses=(email,), domains=(), consent=CONSENT)


def send(mail: EmbeddedMail, sender: str, subject: str, text: str, *, login: str = "", answers: str = "") -> None:
    """Write to the support address as a mail program does; `login` is the account that really sends."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, SUPPORT, subject
    letter["Message-ID"] = f"<{free_port()}.{len(mail.taken)}@{sender.partition('@')[2]}>"
    if answers:
        letter["In-Reply-To"] = answers
    letter.set_content(text)
    with smtplib.SMTP("127.0.0.1", mail.smtp_port) as server:
        server.login(login or sender, PASSWORD)
        server.send_message(letter)


def got(mail: EmbeddedMail, recipient: str, words: str) -> list[EmailMessage]:
    """What somebody got from us with these words in the subject."""
    found = [message_from_bytes(one.raw, policy=policy.default) for one in mail.taken if recipient in one.recipients]
    return [one for one in found if words in str(one["Subject"]) and isinstance(one, EmailMessage)]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def approved(mail: EmbeddedMail, title: str, text: str) -> None:
    """The manager writes a newsletter and answers its proof with a yes."""
    send(mail, MANAGER, f"Bản tin: {title}", text)
    until(lambda: got(mail, MANAGER, f"Bản thử: {title}"))
    proof = got(mail, MANAGER, f"Bản thử: {title}")[0]
    send(mail, MANAGER, f"Re: {proof['Subject']}", "Duyệt", answers=str(proof["Message-ID"]))


def test_a_newsletter_goes_from_a_staff_mail_to_the_customers_and_a_refusal_stops_what_waits(
    mail: EmbeddedMail, tmp_path: Path
) -> None:
    lan, minh, _ = CUSTOMERS
    with running(mail, tmp_path) as app:
        outreach = OutreachRecords(app.records.store)
        approved(mail, "Nghỉ Tết", "Lịch: ngay\n\nVINNO nghỉ Tết từ ngày 14.")
        until(lambda: all(got(mail, one, "[QC] Nghỉ Tết") for one in CUSTOMERS))
        until(lambda: got(mail, MANAGER, "Báo cáo bản tin"))
        mail.refuse = lambda command, who: "451 4.7.1 later" if (command, who) == ("RCPT", lan) else None
        approved(mail, "Khai xuân", "Lịch: ngay\n\nVINNO làm việc lại từ ngày 22.")
        until(lambda: got(mail, minh, "[QC] Khai xuân"))
        until(lambda: outreach.count_recipients("BT-2", RecipientStatus.DEFERRED) == 1)
        mail.refuse = lambda _command, _who: None

        first = got(mail, lan, "Nghỉ Tết")[0]
        send(mail, lan, "Re: [QC] Nghỉ Tết", "Đừng gửi nữa em nhé", answers=str(first["Message-ID"]))
        until(lambda: got(mail, lan, "Xác nhận từ chối"))

        row = outreach.recipient(recipient_key("BT-2", lan))
        assert row is not None
        assert row.status is RecipientStatus.SUPPRESSED
        waiting = outreach.newsletter("BT-2")
        assert waiting is not None
        outreach.save(replace(waiting, due=datetime.now(UTC)))  # not minutes later, when its turn would be
        until(lambda: _status(outreach, "BT-2") is NewsletterStatus.DONE)
        assert re.search(r"\d\d:\d\d:\d\d \d\d/\d\d/\d{4}", text_of(got(mail, lan, "Xác nhận từ chối")[0]))
        assert not got(mail, lan, "Khai xuân")
        assert len(got(mail, minh, "Khai xuân")) == 1


def _status(outreach: OutreachRecords, number: str) -> NewsletterStatus | None:
    found = outreach.newsletter(number)
    return found.status if found else None


def test_an_answer_to_a_newsletter_signs_up_for_its_programme_and_another_gives_the_place_back(
    mail: EmbeddedMail, tmp_path: Path
) -> None:
    lan, minh, _ = CUSTOMERS
    with running(mail, tmp_path):
        approved(mail, "Soi tốc độ", "Lịch: ngay\nChương trình: soi-toc-do\n\nTrả lời thư này để đăng ký.")
        until(lambda: all(got(mail, one, "[QC] Soi tốc độ") for one in CUSTOMERS))
        for who in (lan, minh):
            newsletter = got(mail, who, "[QC] Soi tốc độ")[0]
            send(mail, who, "Re: [QC] Soi tốc độ", "Cho chị đăng ký nhé", answers=str(newsletter["Message-ID"]))
            until(lambda who=who: got(mail, who, "[VN-"))  # type: ignore[misc]
        assert "đăng ký thành công" in text_of(got(mail, lan, "[VN-")[0])
        assert "vị trí số 1 trong danh sách chờ" in text_of(got(mail, minh, "[VN-")[0])

        place = got(mail, lan, "[VN-")[0]
        send(mail, lan, f"Re: {place['Subject']}", "Chị không tham gia được nữa", answers=str(place["Message-ID"]))
        until(lambda: len(got(mail, minh, "[VN-")) == 2)

        assert "đăng ký thành công" in text_of(got(mail, minh, "[VN-")[1])
        until(lambda: got(mail, STAFF, "Soi tốc độ website miễn phí: 2"))


def test_a_newsletter_in_the_name_of_staff_does_nothing_but_tell_them(mail: EmbeddedMail, tmp_path: Path) -> None:
    with running(mail, tmp_path) as app:
        send(mail, MANAGER, "Bản tin: Đổi tài khoản", "Lịch: ngay\n\nChuyển tiền vào …", login=CUSTOMERS[0])
        until(lambda: got(mail, STAFF, "Thư bị giữ lại"))

        assert list(OutreachRecords(app.records.store).newsletters()) == []
        assert not any(got(mail, one, "") for one in CUSTOMERS)


def test_in_shadow_mode_an_approved_newsletter_reaches_staff_only(mail: EmbeddedMail, tmp_path: Path) -> None:
    with running(mail, tmp_path, mode="shadow") as app:
        approved(mail, "Nghỉ Tết", "Lịch: ngay\n\nVINNO nghỉ Tết từ ngày 14.")
        until(lambda: _status(OutreachRecords(app.records.store), "BT-1") is NewsletterStatus.DONE)

        assert len(got(mail, STAFF, "[SHADOW] [QC] Nghỉ Tết")) == len(CUSTOMERS)
        assert not any(got(mail, one, "") for one in CUSTOMERS)


def test_the_unsubscribe_endpoint_serves_while_the_worker_runs(mail: EmbeddedMail, tmp_path: Path) -> None:
    port = free_port()
    wishes: dict[str, Any] = {
        "unsubscribe_url": "https://vinno.example",
        "listen": f"127.0.0.1:{port}",
        "relay_signs": True,
    }
    with running(mail, tmp_path, **wishes):
        approved(mail, "Nghỉ Tết", "Lịch: ngay\n\nVINNO nghỉ Tết từ ngày 14.")
        until(lambda: got(mail, CUSTOMERS[0], "[QC] Nghỉ Tết"))
        link = re.search(r"https://vinno\.example(/u/[\w-]+)", text_of(got(mail, CUSTOMERS[0], "Nghỉ Tết")[0]))
        assert link

        assert _posted(port, link[1]) == 200
        until(lambda: got(mail, CUSTOMERS[0], "Xác nhận từ chối"))

    with pytest.raises(OSError, match="refused"):
        _posted(port, link[1])


def _posted(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, "List-Unsubscribe=One-Click")
        return connection.getresponse().status
    finally:
        connection.close()
