"""Two long stories from mailboxes alone, over IMAP and SMTP, with a restart in between: a warranty claim, a training."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from builders import STAFF, SUPPORT, a_customer, some_settings
from servers import PASSWORD, until
from worker.app import App, build
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail
from worker.mail.parsing import parse_mail
from worker.model import AppointmentState, Category, Fee, FeeRule, LetterStatus, ParsedMail, Request, RequestStatus

HUE, TUAN = "hue@senvang.example", "tuan@vinno.example"


@pytest.fixture
def post() -> Iterator[EmbeddedMail]:
    found = EmbeddedMail(dict.fromkeys((SUPPORT, HUE, TUAN, STAFF), PASSWORD)).start()
    yield found
    found.stop()


@contextmanager
def running(post: EmbeddedMail, folder: Path) -> Iterator[App]:
    """The worker on the store in that folder, until the block is left: each block is a start of its own."""
    server = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
    app = build(
        some_settings(
            mailboxes=[{**server, "port": post.imap_port, "since": "all"}],
            smtp={**server, "port": post.smtp_port},
            store=f"tiny:{folder}/worker.db",
            authentication={"staff_mode": "verified", "trusted_authserv_id": AUTHSERV_ID},
            staff_undo_seconds=0,
        )
    )
    if app.records.customer("sen-vang") is None:
        app.records.save_customer(a_customer())
    thread = threading.Thread(target=app.run)
    thread.start()
    try:
        yield app
        until(lambda: not any(True for _ in app.records.letters_in(LetterStatus.QUEUED)), what="for the outbox")
    finally:
        app.stop.set()
        thread.join(30)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)


def send(post: EmbeddedMail, sender: str, mail: EmailMessage) -> None:
    mail["From"], mail["To"] = sender, SUPPORT
    mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    with smtplib.SMTP("127.0.0.1", post.smtp_port) as session:
        session.login(sender, PASSWORD)
        session.send_message(mail)


def writes(post: EmbeddedMail, sender: str, subject: str, text: str, answers: str = "") -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    mail.set_content(text)
    send(post, sender, mail)


def newest(post: EmbeddedMail, to: str, words: str) -> ParsedMail:
    """The newest letter of ours to somebody that has these words; waits for it."""

    def found() -> list[ParsedMail]:
        mails = [parse_mail(one.raw) for one in list(post.taken) if to in one.recipients and one.sender == SUPPORT]
        return [one for one in mails if words in f"{one.subject}\n{one.text}"]

    until(found, what=f"for {words!r} to {to}")
    return found()[-1]


def answers(post: EmbeddedMail, sender: str, letter: ParsedMail, text: str) -> None:
    writes(post, sender, f"Re: {letter.subject}", text, letter.message_id)


def request_in(app: App, number: str) -> Request:
    found = app.records.request(number)
    assert found is not None
    return found


# ---- warranty -----------------------------------------------------------------------------------------------------------


def test_a_warranty_claim_years_later_in_a_new_thread(post: EmbeddedMail, tmp_path: Path) -> None:
    with running(post, tmp_path) as app:
        writes(post, HUE, "Form đặt bàn lỗi", "Form đặt bàn trên senvang.vn không gửi được, khách bấm gửi cứ báo lỗi.")
        note = newest(post, STAFF, "VN-1001")
        if request_in(app, "VN-1001").fee.fee is Fee.REVIEW:
            app.records.save_record(replace(request_in(app, "VN-1001"), status=RequestStatus.QUEUED))
        answers(post, TUAN, note, "em nhận")
        newest(post, TUAN, "Giao cho")
        answers(post, TUAN, note, "xong")
        assert "bảo hành không giới hạn thời gian" in newest(post, HUE, "VN-1001 của Quý khách").text
        done = request_in(app, "VN-1001")
        assert (done.status, done.assigned_to) == (RequestStatus.DONE, TUAN)
        assert done.closed_at is not None
        app.records.save_record(replace(done, closed_at=done.closed_at - timedelta(days=1000)))

    with running(post, tmp_path) as app:
        writes(post, HUE, "Nhờ em xem lại", "Em ơi form đặt bàn trên senvang.vn vẫn bị không gửi được như lần trước.")
        opened = newest(post, HUE, "đã mở bảo hành với số VN-1002")
        again = request_in(app, "VN-1002")
        assert (again.category, again.fee.rule, again.related) == (Category.WARRANTY, FeeRule.WARRANTY, ("VN-1001",))
        assert again.status is RequestStatus.QUEUED
        assert "miễn phí (bảo hành không giới hạn thời gian)" in opened.text
        assert "VN-1001 · " in newest(post, STAFF, "VN-1002").text
        assert "Tuấn · Form đặt bàn lỗi" in newest(post, STAFF, "VN-1002").text

        writes(post, HUE, "Form nữa", "Form đặt bàn trên senvang.vn bị lệch, chữ đè lên chân trang trên điện thoại.")
        other = newest(post, STAFF, "VN-1003")
        assert "VN-1001 · " in other.text
        assert request_in(app, "VN-1003").status is RequestStatus.REVIEW
        assert "miễn phí" not in newest(post, HUE, "VN-1003").text


# ---- training -------------------------------------------------------------------------------------------------------------


def button(post: EmbeddedMail, invitation: ParsedMail, said: str) -> None:
    """The customer presses a button of the mail program (as Google answers)."""
    event = event_of(invitation)
    mail = EmailMessage()
    mail["Subject"] = f"{said.title()}: Đào tạo"
    mail.set_content(f"{HUE} has {said.lower()} this invitation.")
    reply = Event()
    for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "ORGANIZER"):
        reply[name] = event[name]
    reply.add("attendee", f"mailto:{HUE}", parameters={"PARTSTAT": said})
    calendar = Calendar()
    for name, value in (
        ("prodid", "-//Google Inc//Google Calendar 70.9054//EN"),
        ("version", "2.0"),
        ("method", "REPLY"),
    ):
        calendar.add(name, value)
    calendar.add_component(reply)
    mail.add_alternative(calendar.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    send(post, HUE, mail)


def event_of(invitation: ParsedMail) -> Event:
    (found,) = Calendar.from_ical(invitation.calendar).walk("VEVENT")
    assert isinstance(found, Event)
    return found


def test_a_training_from_the_wish_to_the_calendar(post: EmbeddedMail, tmp_path: Path) -> None:
    number = "VN-1001"

    def state(app: App) -> AppointmentState | None:
        appointment = request_in(app, number).appointment
        return appointment.state if appointment else None

    with running(post, tmp_path) as app:
        wish = "Bên chị mới tuyển bạn thay bạn cũ phụ trách website, nhờ VINNO đào tạo bạn ấy đăng bài, sửa hình nhé."
        writes(post, HUE, "Đào tạo nhân viên mới", wish)
        asked = newest(post, HUE, "Họ tên những người tham dự")
        answers(post, HUE, asked, "Bạn ấy tên Lan, một mình bạn ấy thôi em. Tuần sau ngày nào cũng được.")
        note = newest(post, STAFF, "tên Lan")
        answers(post, TUAN, note, "đề xuất: 9h thứ 3 tuần sau hoặc 14h thứ 5 tuần sau, 90p, tại Google Meet")
        slots = newest(post, HUE, "Buổi 2: 14:00 Thứ Năm")

    with running(post, tmp_path) as app:
        answers(post, HUE, slots, "Buổi 2 nhé em, cảm ơn em.")
        invitation = newest(post, HUE, "xin mời Quý khách tham dự buổi đào tạo")
        newest(post, STAFF, "Khách đã chọn buổi đào tạo")
        button(post, invitation, "ACCEPTED")
        told = newest(post, STAFF, "Khách nhận lời mời đào tạo")
        until(lambda: state(app) is AppointmentState.ACCEPTED, what="for the answer")

    with running(post, tmp_path) as app:
        assert state(app) is AppointmentState.ACCEPTED
        answers(post, TUAN, told, "lịch: 15h thứ 6 tuần sau")
        moved = newest(post, HUE, "được dời sang thời gian mới")
        assert event_of(moved)["UID"] == event_of(invitation)["UID"]
        assert event_of(moved)["SEQUENCE"] == 1
        assert event_of(moved).start - event_of(invitation).start == timedelta(days=1, hours=1)
        button(post, moved, "DECLINED")
        declined = newest(post, STAFF, "Khách từ chối lời mời đào tạo")
        answers(post, TUAN, declined, "hủy lịch")
        off = newest(post, HUE, "đã được huỷ")
        assert (str(Calendar.from_ical(off.calendar)["METHOD"]), event_of(off)["SEQUENCE"]) == ("CANCEL", 2)
        assert state(app) is AppointmentState.CALLED_OFF
        assert request_in(app, number).status is RequestStatus.QUEUED
        assert not any(b"tuan@" in one.raw.lower() for one in post.taken if HUE in one.recipients)
