"""Working time as people write it; times of day, deadlines and waiting are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Effort
from worker.policy.durations import Use, find_durations, parse_duration

WRITTEN = {
    "45p": 45,
    "45'": 45,
    "45 phút": 45,
    "45m": 45,
    "2 tiếng rưỡi": 150,
    "2 tieng ruoi": 150,
    "tiếng rưỡi": 90,
    "~1 ngày công": 480,
    "est 3h": 180,
    "nửa ngày": 240,
    "nua tieng": 30,
    "half a day": 240,
    "half an hour": 30,
    "1/2 ngày": 240,
    "3/4 tiếng": 45,
    "1h30": 90,
    "1h30p": 90,
    "1 tiếng 45 phút": 105,
    "1hr 30min": 90,
    "2g30": 150,
    "2 buổi": 480,
    "1.5 days": 720,
    "1,5 tiếng": 90,
    "ngày rưỡi": 720,
    "2 man-days": 960,
    "one full day": 480,
    "an hour and a half": 90,
    "one and a half hours": 90,
    "mười lăm phút": 15,
    "hai tiếng nha": 120,
    "forty minutes": 40,
    "1 tuần": 2400,
    "2 ngày làm việc": 960,
    "30p + 20p": 50,
    "mất: 50p": 50,
    "làm trong 2 tiếng": None,  # more words than a length of time
}

RANGES = {
    "30-40 mins": Effort(30, 40, 40),
    "30 to 40 min": Effort(30, 40, 40),
    "cỡ 1 - 1,5 tiếng": Effort(60, 90, 90),
    "từ 2 đến 3 tiếng": Effort(120, 180, 180),
    "hai ba tiếng": Effort(120, 180, 180),
    "2, 3 tiếng": Effort(120, 180, 180),
    "45p-1h": Effort(45, 60, 60),
    "1h-1h30": Effort(60, 90, 90),
    "nửa đến 1 tiếng": Effort(30, 60, 60),
    "a day or two": Effort(480, 960, 960),
}

NO_WORK = {
    "3pm": None,
    "45p nữa em tới": Use.LATER,
    "2 tiếng nữa họp xong": Use.LATER,
    "in 2 hours": Use.LATER,
    "sau 30 phút gọi lại": Use.LATER,
    "trước 3h chiều": Use.CLOCK,
    "lúc 3h": Use.CLOCK,
    "15h em họp": Use.CLOCK,
    "1h30 em vào xem": Use.CLOCK,
    "9h30 sáng mai": Use.CLOCK,
    "2h chiều": Use.CLOCK,
    "mất 50p": Use.SPENT,
    "took 35 minutes": Use.SPENT,
    "spent 2h on this": Use.SPENT,
    "khách chờ 2 ngày rồi": Use.OTHER,
    "waiting for 3 days": Use.OTHER,
    "chờ DNS, chờ 24h": Use.OTHER,
    "3 days ago": Use.PAST,
    "2 tiếng rồi chưa ai làm": Use.PAST,
    "delivery in 3 weeks": Use.OTHER,
    "every 6 hours": Use.OTHER,
    "TTL 1h": Use.OTHER,
    "bảo hành 3 ngày": Use.OTHER,
}

WORK = [
    "mất khoảng 45p",
    "sẽ mất 35p",
    "phải mất 2 tiếng",
    "khoảng 2h",
    "cho em 1 tiếng để sửa",
    "đợi em 1 tiếng để fix",
]


@pytest.mark.parametrize(("text", "minutes"), WRITTEN.items(), ids=list(WRITTEN))
def test_a_length_of_work_reads_as_minutes(text: str, minutes: int | None) -> None:
    found = parse_duration(text)

    assert (found.likely if found else None) == minutes


@pytest.mark.parametrize(("text", "effort"), RANGES.items(), ids=list(RANGES))
def test_the_upper_end_of_a_range_is_likely(text: str, effort: Effort) -> None:
    assert [one.effort for one in find_durations(text)] == [effort]


@pytest.mark.parametrize(("text", "use"), NO_WORK.items(), ids=list(NO_WORK))
def test_what_is_said_of_something_else_is_no_work(text: str, use: Use | None) -> None:
    assert {one.use for one in find_durations(text)} == ({use} if use else set())


@pytest.mark.parametrize("text", WORK)
def test_a_length_to_come_is_work(text: str) -> None:
    assert [one.use for one in find_durations(text)] == [Use.WORK]


@pytest.mark.parametrize("text", ["3pm", "45p nữa em tới", "trước 3h", "hôm nay", "45p hoặc mai", "", "abc"])
def test_no_length_of_work_is_nothing(text: str) -> None:
    assert parse_duration(text) is None


def test_more_than_an_hour_passes_the_hour() -> None:
    found = parse_duration("hơn 1 tiếng") or find_durations("hơn 1 tiếng")[0].effort

    assert found.low > 60


@given(st.integers(min_value=1, max_value=12), st.integers(min_value=0, max_value=59))
def test_hours_and_minutes_add_up_however_they_are_written(hours: int, minutes: int) -> None:
    said = 60 * hours + minutes

    for text in (f"est {hours}h{minutes:02}", f"{hours} tiếng {minutes} phút", f"{hours} hours {minutes} minutes"):
        found = parse_duration(text)
        assert found is not None, text
        assert found.likely == said, text


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    for found in find_durations(text):
        assert 0 < found.effort.low <= found.effort.likely <= found.effort.high
