"""Calendar invitations: written as mail programs want them, answers of Outlook, Google and Apple read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from worker.mail.invitations import (
    Answer,
    CalendarAnswer,
    Invitation,
    InvitationError,
    Method,
    cancelled,
    content_type,
    ics,
    is_current,
    moved,
    read_answers,
)
from worker.model import Address

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
START = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)  # 14:00 in Vietnam


def an_invitation(**known: object) -> Invitation:
    found = Invitation(
        uid="0123456789abcdef-1@vinno.example",
        start=START,
        minutes=90,
        summary="Đào tạo quản lý nội dung website",
        organizer=Address("hotro@vinno.example", "VINNO Hỗ trợ"),
        attendees=(Address("hue@senvang.example", "Nguyễn Thị Huệ"), Address("nam@senvang.example")),
        stamp=NOW,
        description="Buổi 1; nội dung: đăng bài, sửa hình\nMang theo máy tính",
        location="Google Meet",
    )
    return replace(found, **known)  # type: ignore[arg-type]


def lines(data: bytes) -> list[str]:
    """The content lines, unfolded (RFC 5545, 3.1)."""
    return data.decode().replace("\r\n ", "").split("\r\n")


# ---- writing --------------------------------------------------------------------------------------------------------------


def test_a_request_has_what_mail_programs_need_for_buttons() -> None:
    found = lines(ics(an_invitation()))

    for expected in (
        *("METHOD:REQUEST", "VERSION:2.0", "UID:0123456789abcdef-1@vinno.example", "SEQUENCE:0", "STATUS:CONFIRMED"),
        *("DTSTAMP:20261123T020000Z", "TZID:Asia/Ho_Chi_Minh", "TZOFFSETTO:+0700"),
        *("DTSTART;TZID=Asia/Ho_Chi_Minh:20261126T140000", "DTEND;TZID=Asia/Ho_Chi_Minh:20261126T153000"),
        *("SUMMARY:Đào tạo quản lý nội dung website", "LOCATION:Google Meet"),
        r"DESCRIPTION:Buổi 1\; nội dung: đăng bài\, sửa hình\nMang theo máy tính",
    ):
        assert expected in found, expected
    guests = [line for line in found if line.startswith("ATTENDEE")]
    assert len(guests) == 2
    assert all("RSVP=TRUE" in line and "PARTSTAT=NEEDS-ACTION" in line for line in guests)
    assert content_type(an_invitation()) == 'text/calendar; charset="UTF-8"; method=REQUEST'


def test_lines_are_folded_and_end_as_the_standard_wants() -> None:
    data = ics(an_invitation(description="Đào tạo " * 200))

    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_same_invitation_gives_the_same_bytes() -> None:
    assert ics(an_invitation()) == ics(an_invitation())


def test_moving_keeps_the_uid_and_raises_the_sequence() -> None:
    later = moved(an_invitation(), START + timedelta(days=1), NOW)
    found = lines(ics(later))

    assert (later.uid, later.sequence, later.minutes, later.method) == (an_invitation().uid, 1, 90, Method.REQUEST)
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261127T140000" in found
    assert "SEQUENCE:1" in found


def test_cancelling_says_so_in_method_and_status() -> None:
    off = cancelled(moved(an_invitation(), START, NOW), NOW)
    found = lines(ics(off))

    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2"} <= set(found)
    assert content_type(off).endswith("method=CANCEL")


def test_hostile_words_cannot_add_a_line() -> None:
    evil = 'x"\r\nATTENDEE:mailto:evil@example.com\r\nEND:VCALENDAR\x00'
    data = ics(an_invitation(summary=evil, location=evil, attendees=(Address("hue@senvang.example", evil),)))
    event = Calendar.from_ical(data).walk("VEVENT")[0]

    assert [line for line in lines(data) if line.startswith("ATTENDEE:")] == []
    assert str(event["ATTENDEE"]) == "mailto:hue@senvang.example"
    assert lines(data).count("END:VCALENDAR") == 1


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_the_words_the_library_reads_them_back(summary: str, name: str) -> None:
    data = ics(an_invitation(summary=summary, organizer=Address("hotro@vinno.example", name)))
    events = Calendar.from_ical(data).walk("VEVENT")

    assert len(events) == 1
    assert str(events[0]["UID"]) == an_invitation().uid


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"attendees": ()}, "somebody who is invited"),
        ({"minutes": 0}, "no length"),
        ({"start": datetime(2026, 11, 26, 14)}, "time zone"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(known: dict[str, object], why: str) -> None:
    with pytest.raises(InvitationError, match=why):
        ics(an_invitation(**known))


# ---- answers ----------------------------------------------------------------------------------------------------------------

UID = "0123456789abcdef-1@vinno.example"
OUTLOOK = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=ACCEPTED;CN=Hue:MAILTO:Hue@SenVang.example
COMMENT;LANGUAGE=vi-VN:Chị sẽ tham dự\\, cảm ơn em
UID:{UID}
SUMMARY;LANGUAGE=vi-VN:Accepted: Đào tạo
DTSTART;TZID=SE Asia Standard Time:20261126T140000
DTEND;TZID=SE Asia Standard Time:20261126T153000
DTSTAMP:20261123T031500Z
SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""
GOOGLE = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261126T070000Z
DTEND:20261126T083000Z
DTSTAMP:20261123T031500Z
ORGANIZER;CN=VINNO:mailto:hotro@vinno.example
UID:{UID}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=nam@senvang.example;X-NUM-GUESTS=0:mailto:nam@senvang.example
SEQUENCE:1
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""
APPLE = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//macOS 14.5//EN
METHOD:REPLY
BEGIN:VEVENT
UID:{UID}
DTSTAMP:20261123T031500Z
DTSTART;TZID=Asia/Ho_Chi_Minh:20261126T140000
DTEND;TZID=Asia/Ho_Chi_Minh:20261126T153000
SEQUENCE:0
ATTENDEE;CN="Huệ";PARTSTAT=TENTATIVE:mailto:hue@senvang.example
ORGANIZER:mailto:hotro@vinno.example
END:VEVENT
END:VCALENDAR
"""
COUNTER = f"""BEGIN:VCALENDAR
METHOD:COUNTER
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE;CN=Hue:MAILTO:hue@senvang.example
COMMENT:Chiều thứ 6 được không em?
UID:{UID}
DTSTART;TZID=SE Asia Standard Time:20261127T150000
DTEND;TZID=SE Asia Standard Time:20261127T160000
X-MS-OLK-ORIGINALSTART;TZID=SE Asia Standard Time:20261126T140000
SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""

ANSWERS = [
    ("Outlook accepts", OUTLOOK, "hue@senvang.example", Answer.ACCEPTED, 0),
    ("Google declines", GOOGLE, "nam@senvang.example", Answer.DECLINED, 1),
    ("Apple may come", APPLE, "hue@senvang.example", Answer.TENTATIVE, 0),
    ("delegated to somebody else", APPLE.replace("TENTATIVE", "DELEGATED"), "hue@senvang.example", Answer.OTHER, 0),
    ("no answer in the answer", APPLE.replace(";PARTSTAT=TENTATIVE", ""), "hue@senvang.example", Answer.OTHER, 0),
    ("a sequence that is no number", APPLE.replace("SEQUENCE:0\n", ""), "hue@senvang.example", Answer.TENTATIVE, 0),
]


@pytest.mark.parametrize(
    ("text", "who", "answer", "sequence"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_answers_of_the_usual_programs(text: str, who: str, answer: Answer, sequence: int) -> None:
    for ending in ("\n", "\r\n"):
        (found,) = read_answers(text.replace("\n", ending).encode())

        assert (found.uid, found.attendee, found.answer, found.sequence) == (UID, who, answer, sequence)


def test_a_comment_comes_with_its_answer() -> None:
    (found,) = read_answers(OUTLOOK.encode())

    assert found.comment == "Chị sẽ tham dự, cảm ơn em"
    assert found.proposed is None


def test_a_counter_proposal_names_its_time() -> None:
    (found,) = read_answers(COUNTER.encode())

    assert found.answer is Answer.COUNTER
    assert found.proposed == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert found.proposed_minutes == 60
    assert found.comment == "Chiều thứ 6 được không em?"


def test_a_floating_time_is_vietnams() -> None:
    (found,) = read_answers(COUNTER.replace(";TZID=SE Asia Standard Time", "").encode())

    assert found.proposed == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def test_our_own_invitation_is_no_answer() -> None:
    assert read_answers(ics(an_invitation())) == ()


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"x" * 300_000]
)
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(InvitationError):
        read_answers(data)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(tail: bytes) -> None:
    for data in (tail, OUTLOOK.encode()[:200] + tail, OUTLOOK.encode() + tail):
        try:
            assert all(isinstance(one, CalendarAnswer) for one in read_answers(data))
        except InvitationError:
            continue


CURRENT = [
    ("the version that was sent", {}, True),
    ("a version that was moved since", {"sequence": 0}, False),
    ("another appointment", {"uid": "other"}, False),
    ("somebody who was not invited", {"attendee": "evil@example.com"}, False),
    ("a newer sequence than ours (some programs raise it)", {"sequence": 3}, True),
]


@pytest.mark.parametrize(("known", "expected"), [row[1:] for row in CURRENT], ids=[row[0] for row in CURRENT])
def test_only_an_answer_to_this_version_counts(known: dict[str, object], expected: bool) -> None:
    answer = CalendarAnswer(UID, "hue@senvang.example", Answer.ACCEPTED, sequence=1)

    assert is_current(replace(answer, **known), moved(an_invitation(), START, NOW)) is expected  # type: ignore[arg-type]
