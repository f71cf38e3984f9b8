"""Days and times as staff write them, seen from one Wednesday morning in Vietnam; and their absences."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.policy.when import find_absence, find_span, find_when, parse_when

ZONE = "Asia/Ho_Chi_Minh"
LOCAL = ZoneInfo(ZONE)
NOW = datetime(2025, 10, 22, 10, 0, tzinfo=LOCAL)  # a Wednesday

MOMENTS = {
    "mai": "23/10 00:00 – 24/10 00:00",
    "ngày mai": "23/10 00:00 – 24/10 00:00",
    "hôm nay": "22/10 00:00 – 23/10 00:00",
    "chiều nay": "22/10 13:30 – 22/10 17:30",
    "sáng mai": "23/10 08:00 – 23/10 12:00",
    "chieu mai": "23/10 13:30 – 23/10 17:30",
    "tối nay": "22/10 18:00 – 22/10 22:00",
    "sáng thứ 4": "29/10 08:00 – 29/10 12:00",  # this morning has begun
    "chiều thứ 4": "22/10 13:30 – 22/10 17:30",
    "thứ sáu": "24/10 00:00 – 25/10 00:00",
    "t6": "24/10 00:00 – 25/10 00:00",
    "thứ 2 tuần sau": "27/10 00:00 – 28/10 00:00",
    "9h sáng thứ 6 tuần sau": "31/10 09:00 – 31/10 09:00",
    "14h 25/11": "25/11 14:00 – 25/11 14:00",
    "chiều mai 2h": "23/10 14:00 – 23/10 14:00",
    "tuần sau": "27/10 00:00 – 03/11 00:00",
    "đầu tuần sau": "27/10 00:00 – 28/10 00:00",
    "2 tuần sau": "05/11 00:00 – 06/11 00:00",
    "2 ngày nữa": "24/10 00:00 – 25/10 00:00",
    "lùi lại 2 ngày": "24/10 00:00 – 25/10 00:00",
    "25/11": "25/11 00:00 – 26/11 00:00",
    "25/11/2025": "25/11 00:00 – 26/11 00:00",
    "ngày 25": "25/10 00:00 – 26/10 00:00",
    "ngày 5": "05/11 00:00 – 06/11 00:00",
    "25 tháng 11": "25/11 00:00 – 26/11 00:00",
    "Nov 25": "25/11 00:00 – 26/11 00:00",
    "25th November": "25/11 00:00 – 26/11 00:00",
    "2025-12-01": "01/12 00:00 – 02/12 00:00",
    "next Monday": "27/10 00:00 – 28/10 00:00",
    "Friday morning": "24/10 08:00 – 24/10 12:00",
    "tomorrow afternoon": "23/10 13:30 – 23/10 17:30",
    "3pm": "22/10 15:00 – 22/10 15:00",
    "17:30 hôm nay": "22/10 17:30 – 22/10 17:30",
    "in 2 hours": "22/10 12:00 – 22/10 12:00",
    "dời sang thứ 5": "23/10 00:00 – 24/10 00:00",
    "doi sang thu 5": "23/10 00:00 – 24/10 00:00",  # "sang" without marks is "to", not "morning"
    "doi sang sang thu 5": "23/10 08:00 – 23/10 12:00",
    "toi thu 6": "24/10 18:00 – 24/10 22:00",
}

NOTHING = ["31/2", "giao cho Mai nhé", "nghĩ lại đã", "2tr5", "3/4 trang", "", "thứ 9", "25:61"]

ABSENCES = {
    "mai em nghỉ": "23/10 00:00 – 24/10 00:00",
    "Mai em nghỉ nhé": "23/10 00:00 – 24/10 00:00",
    "chiều nay em bận": "22/10 13:30 – 22/10 17:30",
    "chieu nay ban": "22/10 13:30 – 22/10 17:30",
    "nghỉ từ 25 đến 27/11": "25/11 00:00 – 28/11 00:00",
    "em nghỉ 25-27/11": "25/11 00:00 – 28/11 00:00",
    "nghỉ phép từ thứ 2 đến hết thứ 4": "27/10 00:00 – 30/10 00:00",
    "Nghỉ 2 ngày từ mai": "23/10 00:00 – 25/10 00:00",
    "I'm off tomorrow": "23/10 00:00 – 24/10 00:00",
    "On leave Monday to Wednesday": "27/10 00:00 – 30/10 00:00",
    "Out of office next week": "27/10 00:00 – 03/11 00:00",
}

PRESENT = [
    "Tuấn nghỉ hôm nay",
    "khách nghỉ lễ tới thứ 2",
    "mai có nghỉ không?",
    "mai em không nghỉ",
    "em nghỉ trưa tới 1h30",
    "em nghĩ mai xong",
    "mai em làm",
    "em bận lắm",
]


def shown(start: datetime, end: datetime) -> str:
    return f"{start.astimezone(LOCAL):%d/%m %H:%M} – {end.astimezone(LOCAL):%d/%m %H:%M}"


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items(), ids=list(MOMENTS))
def test_words_name_a_time(text: str, moment: str) -> None:
    found = parse_when(text, NOW, ZONE)

    assert found is not None
    assert shown(found.start, found.end) == moment


@pytest.mark.parametrize("text", NOTHING)
def test_other_words_name_none(text: str) -> None:
    assert find_when(text, NOW, ZONE) == ()


def test_a_date_that_is_past_is_the_one_of_next_year() -> None:
    found = parse_when("20/10", NOW, ZONE)

    assert found is not None
    assert found.start.astimezone(LOCAL).year == 2026


def test_the_place_in_the_text_is_that_of_the_words() -> None:
    text = "dời sang sáng thứ 6 nhé"

    (found,) = find_when(text, NOW, ZONE)

    assert text[found.begin : found.stop] == "sáng thứ 6"


def test_a_span_ends_with_what_is_tied_to_its_beginning() -> None:
    found = find_span("từ thứ 2 đến thứ 4, thứ 6 làm lại", NOW, ZONE)

    assert found is not None
    assert shown(found.start, found.end) == "27/10 00:00 – 30/10 00:00"


@pytest.mark.parametrize(("text", "span"), ABSENCES.items(), ids=list(ABSENCES))
def test_the_writer_says_when_he_is_away(text: str, span: str) -> None:
    found = find_absence(text, NOW, ZONE)

    assert found is not None
    assert shown(found.start, found.end) == span


@pytest.mark.parametrize("text", PRESENT)
def test_nobody_is_sent_away_by_other_words(text: str) -> None:
    assert find_absence(text, NOW, ZONE) is None


@given(st.integers(min_value=0, max_value=6), st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)))
def test_a_weekday_lies_within_the_next_seven_days(weekday: int, now: datetime) -> None:
    name = ("thứ 2", "thứ 3", "thứ 4", "thứ 5", "thứ 6", "thứ 7", "chủ nhật")[weekday]
    here = now.replace(tzinfo=LOCAL)

    found = parse_when(name, here, ZONE)

    assert found is not None
    assert found.start.astimezone(LOCAL).weekday() == weekday
    assert timedelta(0) < found.start - here <= timedelta(days=7)


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    for found in find_when(text, NOW, ZONE):
        assert found.start <= found.end
        assert found.begin < found.stop
