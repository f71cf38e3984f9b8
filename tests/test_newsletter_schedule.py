"""When a newsletter goes out: what staff write about it, the sending window, runs that were missed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Language
from worker.policy.hours import WorkingHours
from worker.policy.newsletter_schedule import (
    Schedule,
    ScheduleError,
    Start,
    Window,
    check_cron,
    decide_start,
    describe_schedule,
    next_run,
    read_schedule,
)

ZONE = "Asia/Ho_Chi_Minh"
SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)  # 17:00 in Vietnam
WINDOW = Window(WorkingHours(), ((time(8), time(11, 30)), (time(13, 30), time(17))))


def vietnam(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("9h thứ 2", vietnam(23, 9)),
        ("gửi 9h thu hai", vietnam(23, 9)),
        ("9h30 sáng thứ hai", vietnam(23, 9, 30)),
        ("thứ tư 14:15", vietnam(25, 14, 15)),
        ("9h thứ sáu", vietnam(27, 9)),
        ("9h thứ bảy", vietnam(28, 9)),
        ("8h chủ nhật", vietnam(29, 8)),
        ("18h chủ nhật", vietnam(22, 18)),
        ("chiều thứ 5 lúc 2 giờ", vietnam(26, 14)),
        ("9h thứ 2 tới", vietnam(23, 9)),
        ("14h 25/11", vietnam(25, 14)),
        ("14h30 ngày 25/11/2026", vietnam(25, 14, 30)),
        ("9 giờ 30 ngày 2/1", vietnam(2, 9, 30, 1, 2027)),
        ("2026-12-01 10:00", vietnam(1, 10, month=12)),
        ("mai 8h", vietnam(23, 8)),
        ("8h ngày kia", vietnam(24, 8)),
        ("9h", vietnam(23, 9)),
        ("18h", vietnam(22, 18)),
        ("Monday 9 am", vietnam(23, 9)),
        ("tomorrow at 2 pm", vietnam(23, 14)),
        ("Thu 9:00", vietnam(26, 9)),
    ],
)
def test_an_instant_is_read_as_people_write_it(words: str, at: datetime) -> None:
    assert read_schedule(words, SUNDAY, ZONE) == Schedule(at=at, zone=ZONE)


def test_next_week_is_the_week_that_begins_on_the_coming_monday() -> None:
    wednesday = datetime(2026, 11, 25, 1, tzinfo=UTC)

    assert read_schedule("9h thứ 6 tuần sau", wednesday, ZONE).at == vietnam(4, 9, month=12)


@pytest.mark.parametrize(
    ("words", "cron"),
    [
        ("9h thứ 2 hàng tuần", "0 9 * * 1"),
        ("mỗi thứ sáu 15h", "0 15 * * 5"),
        ("every sunday 9:00", "0 9 * * 0"),
        ("8h hàng ngày", "0 8 * * *"),
        ("9h ngày 1 hàng tháng", "0 9 1 * *"),
        ("cron: 30 9 * * 1,4", "30 9 * * 1,4"),
    ],
)
def test_what_recurs_becomes_a_cron_expression(words: str, cron: str) -> None:
    assert read_schedule(words, SUNDAY, ZONE) == Schedule(cron=cron, zone=ZONE)


@pytest.mark.parametrize("words", ["ngay", "Gửi ngay!", "now"])
def test_at_once_is_neither_an_instant_nor_a_rule(words: str) -> None:
    assert read_schedule(words, SUNDAY, ZONE) == Schedule(zone=ZONE)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "khi nào rảnh",
        "thứ 2",
        "25h thứ 2",
        "9h61",
        "9h 31/2",
        "9h 1/1/2020",
        "9h ngày 31 hàng tháng",
        "cron: 61 * * * *",
    ],
)
def test_what_names_no_instant_is_refused(words: str) -> None:
    with pytest.raises(ScheduleError):
        read_schedule(words, SUNDAY, ZONE)


@given(st.text(max_size=80))
def test_any_words_are_a_schedule_in_the_future_or_refused(words: str) -> None:
    try:
        schedule = read_schedule(words, SUNDAY, ZONE)
    except ScheduleError:
        return
    assert schedule.at is None or schedule.at > SUNDAY


@pytest.mark.parametrize("sunday", ["0", "7", "sun"])
def test_sunday_is_sunday_however_it_is_written(sunday: str) -> None:
    schedule = Schedule(cron=f"0 9 * * {sunday}", zone=ZONE)

    assert next_run(schedule, SUNDAY) == vietnam(29, 9)


def test_a_recurring_schedule_never_repeats_an_instant() -> None:
    schedule = Schedule(cron="0 9 * * *", zone=ZONE)
    first = next_run(schedule, SUNDAY)
    assert first is not None

    assert next_run(schedule, first) == first + timedelta(days=1)


def test_an_instant_runs_once() -> None:
    schedule = Schedule(at=vietnam(23, 9))

    assert next_run(schedule, SUNDAY) == vietnam(23, 9)
    assert next_run(schedule, vietnam(23, 9)) is None


def test_the_hour_stays_the_same_on_the_wall_when_clocks_change() -> None:
    schedule = Schedule(cron="0 9 * * *", zone="Europe/Berlin")

    winter = next_run(schedule, datetime(2026, 10, 25, 12, tzinfo=UTC))
    summer = next_run(schedule, datetime(2026, 10, 23, 12, tzinfo=UTC))

    assert (summer, winter) == (datetime(2026, 10, 24, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("due", "now", "start", "at"),
    [
        (vietnam(23, 9), vietnam(23, 8, 59), Start.WAIT, vietnam(23, 9)),
        (vietnam(23, 9), vietnam(23, 9), Start.SEND, vietnam(23, 9)),
        (vietnam(23, 9), vietnam(23, 10, 30), Start.SEND, vietnam(23, 10, 30)),
        (vietnam(23, 9), vietnam(23, 11, 15), Start.ASK, vietnam(23, 9)),
        (vietnam(23, 11), vietnam(23, 11, 45), Start.WAIT, vietnam(23, 13, 30)),
        (vietnam(22, 20), vietnam(22, 20), Start.WAIT, vietnam(23, 8)),
        (vietnam(22, 20), vietnam(23, 8, 5), Start.SEND, vietnam(23, 8, 5)),
        (vietnam(22, 20), vietnam(23, 15), Start.ASK, vietnam(23, 8)),
    ],
    ids=[
        "before its time it waits",
        "on time it starts",
        "a little late it starts",
        "hours late it asks",
        "late into the noon break it waits",
        "on a Sunday it waits for Monday",
        "what was due on Sunday is on time on Monday",
        "what was due on Sunday is late on Monday afternoon",
    ],
)
def test_a_due_newsletter(due: datetime, now: datetime, start: Start, at: datetime) -> None:
    assert decide_start(due, now, WINDOW, timedelta(hours=2)) == (start, at)


def test_a_window_that_never_opens_is_an_error() -> None:
    with pytest.raises(ValueError, match="never opens"):
        Window(WorkingHours(), ()).next_open(SUNDAY)


def test_without_working_days_the_window_opens_every_day() -> None:
    assert Window(WorkingHours(), ((time(7), time(22)),), working_days_only=False).is_open(SUNDAY)


@pytest.mark.parametrize(
    ("cron", "zone", "wrong"),
    [("0 9 * * 1", ZONE, ""), ("0 9 * *", ZONE, "five fields"), ("0 9 * * 1", "Mars/Base", "no time zone")],
)
def test_a_cron_expression_is_checked(cron: str, zone: str, wrong: str) -> None:
    assert wrong in check_cron(cron, zone)
    assert bool(wrong) == bool(check_cron(cron, zone))


@pytest.mark.parametrize(
    ("words", "described"),
    [
        ("9h thứ 2 hàng tuần", "09:00 thứ hai hàng tuần, lần đầu 09:00 23/11/2026 (Asia/Ho_Chi_Minh)"),
        ("9h30 chủ nhật hàng tuần", "09:30 chủ nhật hàng tuần, lần đầu 09:30 29/11/2026 (Asia/Ho_Chi_Minh)"),
        ("9h ngày 1 hàng tháng", "09:00 ngày 1 hàng tháng, lần đầu 09:00 01/12/2026 (Asia/Ho_Chi_Minh)"),
        ("8h hàng ngày", "08:00 hàng ngày, lần đầu 08:00 23/11/2026 (Asia/Ho_Chi_Minh)"),
        ("cron: */5 9 * * 1", "lặp lại (*/5 9 * * 1), lần đầu 09:00 23/11/2026 (Asia/Ho_Chi_Minh)"),
        ("9h thứ 2", "09:00 23/11/2026 (Asia/Ho_Chi_Minh)"),
        ("ngay", "ngay sau khi duyệt"),
    ],
)
def test_the_schedule_is_told_with_its_first_run_and_its_time_zone(words: str, described: str) -> None:
    schedule = read_schedule(words, SUNDAY, ZONE)

    assert describe_schedule(schedule, next_run(schedule, SUNDAY), Language.VI) == described
