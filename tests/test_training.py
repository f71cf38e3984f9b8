"""A training by mail: asked, slots proposed, one chosen, the invitation answered by calendar, moved, called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from textwrap import wrap

import pytest
from icalendar import Calendar, Event

from builders import NOW, SUPPORT, a_customer, a_mail, letters, received
from test_staff import PASS, SALES, TECHNICIAN, notification, office, reply, shown, stored
from worker.desk.context import Desk
from worker.desk.silence import break_silence
from worker.model import (
    AppointmentState,
    Category,
    Fee,
    Language,
    Letter,
    LetterStatus,
    Request,
    RequestStatus,
    Route,
)

ASKED = "Bên chị mới tuyển bạn thay bạn cũ phụ trách website, nhờ VINNO đào tạo bạn ấy đăng bài, sửa hình nhé."
HUE = "hue@senvang.example"
TUESDAY = NOW + timedelta(days=1)  # 09:00 in Vietnam, as NOW is
S = AppointmentState


def training(desk: Desk, text: str = ASKED) -> Request:
    """A customer's request for training, as stored."""
    request = received(desk, a_mail(text, subject="Đào tạo nhân viên mới")).request
    assert request is not None
    assert request.category is Category.STAFF_TRAINING
    return stored(desk, request.id)


def ordered(desk: Desk, request: Request, text: str, minutes: int = 1) -> Letter:
    """A member of staff answers the notification; the receipt."""
    return reply(desk, notification(desk, request.id), text, minutes=minutes)


def calendar_of(desk: Desk, letter: Letter) -> Calendar:
    """The invitation in a letter, as a mail program finds it."""
    part = next(one for one in _parts(desk, letter) if one.get_content_type() == "text/calendar")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    found = Calendar.from_ical(payload)
    assert isinstance(found, Calendar)
    assert part.get_param("method") == str(found["METHOD"])
    return found


def starts(event: object) -> str:
    """When an event begins, on the clock in Vietnam."""
    assert isinstance(event, Event)
    return f"{event.start:%d/%m %H:%M}"


def _parts(desk: Desk, letter: Letter) -> list[Message]:
    return list(message_from_bytes(desk.records.letter_bytes(letter.id)).walk())


def invitations(desk: Desk) -> list[Letter]:
    return letters(desk, "training_invitation")


def answer(
    desk: Desk,
    invitation: Letter,
    said: str,
    *,
    method: str = "REPLY",
    sender: str = HUE,
    attendee: str = HUE,
    sequence: int | None = None,
    start: str = "",
    verdict: str = "",
) -> Route | None:
    """The answer that a mail program sends when somebody presses a button."""
    event = calendar_of(desk, invitation).walk("VEVENT")[0]
    lines = [
        *(
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"METHOD:{method}",
            "PRODID:-//Google Inc//Google Calendar//EN",
            "BEGIN:VEVENT",
        ),
        f"UID:{event['UID']}",
        f"SEQUENCE:{event['SEQUENCE'] if sequence is None else sequence}",
        "DTSTAMP:20261123T031500Z",
        f"DTSTART:{start or '20261124T020000Z'}",
        f"ATTENDEE;PARTSTAT={said}:mailto:{attendee}",
        *("COMMENT:Hẹn gặp em", "END:VEVENT", "END:VCALENDAR", ""),
    ]
    boundary = "b1"
    raw = a_mail("x", sender=sender, subject=f"{said}: Đào tạo", authentication_results=verdict or "none")
    headers, _, _ = raw.partition(b"\n\n")
    kept = [one for one in headers.split(b"\n") if not one.lower().startswith((b"content-", b"mime-"))]
    body = (
        f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="{boundary}"\n\n'
        f"--{boundary}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{attendee}: {said}\n"
        f'--{boundary}\nContent-Type: text/calendar; charset="UTF-8"; method={method}\nContent-Transfer-Encoding: 8bit\n\n'
        + "\n".join(lines)
        + f"\n--{boundary}--\n"
    )
    return received(desk, b"\n".join(kept) + b"\n" + body.encode(), now=NOW + timedelta(hours=2)).route


# ---- asked ----------------------------------------------------------------------------------------------------------------


def test_the_acknowledgement_asks_what_is_missing_and_promises_an_answer() -> None:
    desk = office()
    request = training(desk)

    text = shown(desk, letters(desk, "acknowledgement")[-1])

    assert (request.fee.fee, request.status) == (Fee.FREE, RequestStatus.QUEUED)
    assert "Họ tên những người tham dự" in text
    assert "Những ngày, giờ thuận tiện" in text
    assert "Dự kiến phản hồi" in text
    assert "Dự kiến hoàn thành" not in text


def test_what_the_mail_says_is_not_asked_again() -> None:
    desk = office()
    training(
        desk,
        "Bên chị mới tuyển bạn Lan thay bạn cũ phụ trách website, nhờ VINNO đào tạo bạn ấy đăng bài, sáng thứ 5 tuần này nhé.",
    )

    assert "Họ tên" not in shown(desk, letters(desk, "acknowledgement")[-1])
    assert "Để sắp xếp buổi đào tạo" not in shown(desk, letters(desk, "acknowledgement")[-1])


def test_the_notification_shows_staff_how_to_propose() -> None:
    desk = office()

    assert "đề xuất: 9h thứ 3 hoặc 14h thứ 5" in shown(desk, notification(desk, training(desk).id))


def test_advanced_training_is_quoted() -> None:
    desk = office()
    request = received(
        desk,
        a_mail(
            "VINNO báo giá giúp khoá đào tạo SEO nâng cao, Google Analytics và quản trị server cho phòng marketing.",
            subject="Khoá học SEO nâng cao",
        ),
    ).request

    assert request is not None
    assert (request.category, request.fee.fee) == (Category.ADVANCED_TRAINING, Fee.PAID)
    assert request.status is RequestStatus.QUOTE_DRAFT
    assert [one.quote.category for one in desk.records.quotes_of(request.id)] == [Category.ADVANCED_TRAINING]


# ---- slots ------------------------------------------------------------------------------------------------------------------


def proposed(desk: Desk) -> Request:
    request = training(desk)
    ordered(desk, request, "đề xuất: 9h thứ 3 hoặc 14h thứ 5, 90p, tại Google Meet")
    return stored(desk, request.id)


def test_slots_that_staff_propose_reach_the_customer() -> None:
    desk = office()
    request = proposed(desk)

    letter = letters(desk, "training_slots")[-1]
    text = shown(desk, letter)

    assert letter.recipient == HUE
    assert "Buổi 1: 09:00 Thứ Ba, 24/11/2026" in text
    assert "Buổi 2: 14:00 Thứ Năm, 26/11/2026" in text
    assert "1 giờ 30 phút" in text
    assert "Google Meet" in text
    assert request.status is RequestStatus.WAITING_FOR_CUSTOMER


def test_silence_after_slots_brings_a_reminder_with_them() -> None:
    desk = office()
    proposed(desk)

    break_silence(desk, NOW + timedelta(days=7))

    assert "14:00 Thứ Năm" in shown(desk, letters(desk, "still_waiting")[-1])


def says(desk: Desk, request: Request, text: str, sender: str = HUE) -> None:
    raw = a_mail(text, sender=sender, subject=f"Re: Đào tạo [{request.id}]")
    received(desk, raw, now=NOW + timedelta(hours=1))


def test_the_slot_that_the_customer_takes_becomes_an_invitation() -> None:
    desk = office()
    request = proposed(desk)
    says(desk, request, "Buổi 2 nhé em, cảm ơn em.")

    after = stored(desk, request.id)
    event = calendar_of(desk, invitations(desk)[-1]).walk("VEVENT")[0]

    assert after.appointment is not None
    assert (after.appointment.state, after.status) == (S.INVITED, RequestStatus.QUEUED)
    assert after.not_before == after.appointment.start == NOW + timedelta(days=3, hours=5)
    assert starts(event) == "26/11 14:00"
    assert str(event["LOCATION"]) == "Google Meet"
    assert "Khách đã chọn buổi đào tạo" in letters(desk, "staff_notice")[-1].subject


def test_names_and_days_that_the_customer_adds_reach_staff_and_thanks_do_not() -> None:
    desk = office()
    request = training(desk)
    says(desk, request, "Cảm ơn em nhé.")
    assert len(letters(desk, "staff_request")) == 1

    says(desk, request, "Bạn ấy tên Lan, một mình bạn ấy thôi em. Tuần sau ngày nào cũng được.")
    assert "tên Lan" in shown(desk, notification(desk, request.id))


@pytest.mark.parametrize("text", ["Thứ 6 được không em?", "Buổi 1 hay buổi 2 gì cũng được em."])
def test_any_other_answer_is_for_staff(text: str) -> None:
    desk = office()
    request = proposed(desk)
    says(desk, request, text)

    assert invitations(desk) == []
    assert stored(desk, request.id).status is RequestStatus.QUEUED
    assert notification(desk, request.id).subject.startswith(f"[{request.id}] Khách bổ sung")


def test_somebody_elses_choice_does_not_count() -> None:
    desk = office()
    request = proposed(desk)
    says(desk, request, "Buổi 2 nhé em.", "Kẻ lạ <la@dau.example>")

    assert invitations(desk) == []
    assert stored(desk, request.id) == request


def test_a_slot_that_has_passed_cannot_be_taken() -> None:
    desk = office()
    request = proposed(desk)
    raw = a_mail("Buổi 1 nhé em.", subject=f"Re: Đào tạo [{request.id}]")
    received(desk, raw, now=NOW + timedelta(days=2))

    assert invitations(desk) == []


# ---- the invitation ---------------------------------------------------------------------------------------------------------


def invited(desk: Desk) -> Request:
    request = training(desk)
    ordered(desk, request, "lịch: 9h thứ 3 90p tại Google Meet")
    return stored(desk, request.id)


def test_an_invitation_stands_beside_the_text_and_as_a_file() -> None:
    desk = office()
    invited(desk)
    letter = invitations(desk)[-1]

    types = [one.get_content_type() for one in _parts(desk, letter)]
    event = calendar_of(desk, letter).walk("VEVENT")[0]

    assert types == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics")
    ]
    assert str(event["ORGANIZER"]) == f"mailto:{SUPPORT}"
    assert str(event["ATTENDEE"]) == f"mailto:{HUE}"
    assert (event["SEQUENCE"], letter.recipient) == (0, HUE)
    assert "09:00 Thứ Ba, 24/11/2026" in shown(desk, letter)


def test_an_arranged_training_has_no_other_promise_and_waits_for_its_time() -> None:
    desk = office()
    request = invited(desk)

    assert (request.promise, request.not_before, request.status) == (None, TUESDAY, RequestStatus.QUEUED)


def test_who_asks_when_is_told_the_time_that_was_agreed() -> None:
    desk = office()
    request = invited(desk)
    says(desk, request, "Việc đào tạo đến đâu rồi em?")

    assert "đã hẹn đào tạo lúc 09:00 Thứ Ba, 24/11/2026" in shown(desk, letters(desk, "status_answer")[-1])


def test_slots_beside_an_agreed_time_leave_it_standing_until_one_is_taken() -> None:
    desk = office()
    request = invited(desk)
    ordered(desk, request, "đề xuất: 14h thứ 5 hoặc 15h thứ 6", minutes=2)
    between = stored(desk, request.id)
    says(desk, request, "Buổi 2 nhé em.")

    first, second = (calendar_of(desk, one).walk("VEVENT")[0] for one in invitations(desk))

    assert (between.status, between.not_before) == (RequestStatus.QUEUED, TUESDAY)
    assert (second["UID"], second["SEQUENCE"], starts(second)) == (first["UID"], 1, "27/11 15:00")


SAID = [
    ("ACCEPTED", "REPLY", S.ACCEPTED, "Khách nhận lời mời đào tạo"),
    ("DECLINED", "REPLY", S.DECLINED, "Khách từ chối lời mời đào tạo"),
    ("TENTATIVE", "REPLY", S.INVITED, "Khách chưa chắc dự được"),
    ("TENTATIVE", "COUNTER", S.DECLINED, "Khách đề nghị giờ đào tạo khác"),
    ("DELEGATED", "REPLY", S.DECLINED, "cần xem"),
]


@pytest.mark.parametrize(("said", "method", "state", "headline"), SAID, ids=[f"{one[0]} {one[1]}" for one in SAID])
def test_an_answer_by_button_is_noted_and_staff_are_told(
    said: str, method: str, state: AppointmentState, headline: str
) -> None:
    desk = office()
    request = invited(desk)

    route = answer(desk, invitations(desk)[-1], said, method=method, start="20261127T080000Z")

    after = stored(desk, request.id)
    told = letters(desk, "staff_notice")[-1]
    assert route is Route.CALENDAR
    assert after.appointment is not None
    assert (after.appointment.state, after.status) == (state, RequestStatus.QUEUED)
    assert (after.not_before is None) == (state is S.DECLINED)
    assert headline in told.subject
    assert "Hẹn gặp em" in shown(desk, told)
    assert ("15:00 Thứ Sáu, 27/11/2026" in shown(desk, told)) == (method == "COUNTER")


def test_the_examples_of_a_notice_that_was_copied_unmarked_are_not_obeyed() -> None:
    desk = office()
    request = invited(desk)
    answer(desk, invitations(desk)[-1], "ACCEPTED")
    told = letters(desk, "staff_notice")[-1]
    before = stored(desk, request.id).appointment
    copied = "\n".join(piece for line in shown(desk, told).splitlines() for piece in wrap(line, 60) or [""])

    reply(desk, told, f"# nhắc khách mang máy tính\n\n{copied}", minutes=200)

    after = stored(desk, request.id)
    assert after.appointment == before
    assert after.history[-1].what == "note"


def test_who_accepted_may_decline_later() -> None:
    desk = office()
    request = invited(desk)
    answer(desk, invitations(desk)[-1], "ACCEPTED")
    answer(desk, invitations(desk)[-1], "DECLINED")

    after = stored(desk, request.id).appointment
    assert after is not None
    assert after.state is S.DECLINED


STRANGE = [
    ("somebody who was not invited", {"attendee": "la@dau.example", "sender": "la@dau.example"}, Route.CALENDAR),
    ("in the name of who was invited", {"sender": "la@dau.example"}, Route.CALENDAR),
    ("a forged sender", {"verdict": "mx.vinno.example; dmarc=fail header.from=senvang.example"}, Route.HELD),
]


@pytest.mark.parametrize(("forged", "route"), [row[1:] for row in STRANGE], ids=[row[0] for row in STRANGE])
def test_only_the_answer_of_who_was_invited_counts(forged: dict[str, str], route: Route) -> None:
    desk = office()
    before = invited(desk)

    assert answer(desk, invitations(desk)[-1], "DECLINED", **forged) is route  # type: ignore[arg-type]
    assert stored(desk, before.id).appointment == before.appointment
    assert letters(desk, "staff_notice")


def test_an_answer_to_an_invitation_that_was_never_sent_is_nothing() -> None:
    desk = office()
    before = invited(desk)
    letter = invitations(desk)[-1]
    appointment = before.appointment
    assert appointment is not None
    desk.records.save_record(replace(before, appointment=replace(appointment, uid="VN-1001-0000000000000000@x")))

    assert answer(desk, letter, "ACCEPTED") is Route.AUTOMATIC


# ---- moved and called off -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["lịch: 15h thứ 6", "dời: 15h thứ 6"])
def test_another_time_updates_the_same_appointment(text: str) -> None:
    desk = office()
    request = invited(desk)
    ordered(desk, request, text, minutes=2)

    first, second = (calendar_of(desk, one).walk("VEVENT")[0] for one in invitations(desk))
    after = stored(desk, request.id)

    assert (second["UID"], second["SEQUENCE"]) == (first["UID"], 1)
    assert starts(second) == "27/11 15:00"
    assert str(second["LOCATION"]) == "Google Meet"
    assert "dời sang thời gian mới" in shown(desk, invitations(desk)[-1])
    assert after.not_before == NOW + timedelta(days=4, hours=6)


def test_an_answer_to_the_time_before_does_not_count_for_the_new_one() -> None:
    desk = office()
    request = invited(desk)
    ordered(desk, request, "lịch: 15h thứ 6", minutes=2)

    answer(desk, invitations(desk)[-1], "ACCEPTED", sequence=0)

    after = stored(desk, request.id).appointment
    assert after is not None
    assert after.state is S.INVITED


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("hủy lịch", RequestStatus.QUEUED),
        ("hủy", RequestStatus.CANCELLED),
        ("từ chối: khách không cần nữa", RequestStatus.CANCELLED),
    ],
)
def test_calling_off_takes_it_out_of_the_customers_calendar(text: str, status: RequestStatus) -> None:
    desk = office()
    request = invited(desk)
    ordered(desk, request, text, minutes=2)

    calendar = calendar_of(desk, invitations(desk)[-1])
    after = stored(desk, request.id)

    assert (str(calendar["METHOD"]), calendar.walk("VEVENT")[0]["SEQUENCE"]) == ("CANCEL", 1)
    assert "đã được huỷ" in shown(desk, invitations(desk)[-1])
    assert after.appointment is not None
    assert (after.appointment.state, after.status) == (S.CALLED_OFF, status)


def test_after_calling_off_a_new_invitation_is_another_appointment() -> None:
    desk = office()
    request = invited(desk)
    ordered(desk, request, "hủy lịch", minutes=2)
    ordered(desk, request, "lịch: 15h thứ 6", minutes=3)

    first, _, third = (calendar_of(desk, one).walk("VEVENT")[0] for one in invitations(desk))

    assert third["UID"] != first["UID"]
    assert third["SEQUENCE"] == 0


def test_undo_takes_the_arrangement_back_before_the_invitation_leaves() -> None:
    desk = office()
    request = training(desk)
    receipt = ordered(desk, request, "lịch: 9h thứ 3 90p")
    reply(desk, receipt, "hoàn tác", minutes=2)

    after = stored(desk, request.id)

    assert (after.appointment, after.not_before, after.promise) == (None, None, request.promise)
    assert [one.status for one in invitations(desk)] == [LetterStatus.CANCELLED]


HELD = ["lịch: sáng thứ 3", "lịch: 9h thứ 3 hoặc 14h thứ 5", "đề xuất: thứ 3 hoặc thứ 5", "hủy lịch"]


@pytest.mark.parametrize("text", HELD)
def test_what_is_not_exact_is_asked_back(text: str) -> None:
    desk = office()
    request = training(desk)
    ordered(desk, request, text)

    assert stored(desk, request.id).appointment is None
    assert invitations(desk) == letters(desk, "training_slots") == []


def test_only_a_training_is_arranged() -> None:
    desk = office()
    request = received(desk, a_mail()).request
    assert request is not None

    receipt = ordered(desk, request, "lịch: 9h thứ 3")

    assert "không phải yêu cầu đào tạo" in shown(desk, receipt)
    assert invitations(desk) == []


@pytest.mark.parametrize("sender", [TECHNICIAN, SALES])
def test_nothing_is_arranged_by_a_mail_that_does_not_prove_its_sender(sender: str) -> None:
    desk = office()
    request = training(desk)

    reply(desk, notification(desk, request.id), "lịch: 9h thứ 3", sender=sender, verdict=PASS.replace("pass", "none"))

    assert invitations(desk) == []


def test_an_english_customer_reads_english() -> None:
    desk = office()
    desk.records.save_customer(replace(a_customer(), language=Language.EN, version=1))
    request = training(desk)
    ordered(desk, request, "đề xuất: 9h thứ 3 hoặc 14h thứ 5")

    assert "Slot 2: 14:00 on Thursday, 26 November 2026" in shown(desk, letters(desk, "training_slots")[-1])
