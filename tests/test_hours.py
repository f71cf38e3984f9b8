"""The working calendar: exact to the minute, and nonsense refused with its place."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.policy.holidays_vn import vietnam_holidays
from worker.policy.hours import (
    DEFAULT_WEEK,
    MINUTE,
    Absence,
    CalendarError,
    Interval,
    WorkingHours,
    parse_hours,
)

CASES = int(os.environ.get("CASES", "100"))
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HOLIDAYS = frozenset(vietnam_holidays(range(2024, 2030)))
DESK = WorkingHours(holidays=HOLIDAYS)
SWAP = WorkingHours(  # the Monday before National Day 2026 off, the Saturday before worked all day instead
    holidays=HOLIDAYS,
    closed_days=frozenset({date(2026, 8, 31)}),
    extra_days={date(2026, 8, 22): DEFAULT_WEEK[0]},
)


def at(words: str) -> datetime:
    """`2026-11-23 08:00` in Vietnam."""
    return datetime.fromisoformat(words).replace(tzinfo=VIETNAM).astimezone(UTC)


# ---- a table of cases -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-11-23 08:00", 60, "2026-11-23 09:00", id="an hour on a Monday morning"),
        pytest.param("2026-11-23 11:30", 60, "2026-11-23 14:00", id="over lunch"),
        pytest.param("2026-11-23 11:30", 30, "2026-11-23 12:00", id="what ends with the morning ends at noon"),
        pytest.param("2026-11-23 12:30", 0, "2026-11-23 12:30", id="nothing takes no time, also at lunch"),
        pytest.param("2026-11-23 12:30", 10, "2026-11-23 13:40", id="what begins at lunch begins after it"),
        pytest.param("2026-11-23 17:29", 60, "2026-11-25 08:59", id="one minute before closing, a holiday ahead"),
        pytest.param("2026-11-28 12:00", 30, "2026-11-30 08:30", id="Saturday noon is the weekend"),
        pytest.param("2026-11-28 11:59", 2, "2026-11-30 08:01", id="the last minute of the week counts"),
        pytest.param("2026-11-24 03:00", 60, "2026-11-25 09:00", id="at three in the night of a holiday"),
        pytest.param("2027-02-04 17:00", 60, "2027-02-11 08:30", id="29 Tet: then the feast"),
        pytest.param("2026-02-14 11:00", 120, "2026-02-21 09:00", id="the last Saturday before Tet 2026"),
        pytest.param("2026-12-31 17:00", 60, "2027-01-02 08:30", id="over New Year to a Saturday"),
        pytest.param("2026-11-23 08:00", 2640, "2026-11-30 17:30", id="a week's work, with a holiday in it"),
    ],
)
def test_work_ends(start: str, minutes: int, end: str) -> None:
    assert DESK.add_working_time(at(start), minutes) == at(end)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-08-29 11:30", 60, "2026-09-03 08:30", id="the bridge day joins the weekend to the holidays"),
        pytest.param("2026-08-21 17:00", 60, "2026-08-22 08:30", id="the evening before a Saturday worked"),
        pytest.param("2026-08-22 11:30", 60, "2026-08-22 14:00", id="that Saturday has an afternoon"),
        pytest.param("2026-08-22 17:00", 60, "2026-08-24 08:30", id="and a Sunday behind it"),
    ],
)
def test_swap_days_of_the_company(start: str, minutes: int, end: str) -> None:
    assert SWAP.add_working_time(at(start), minutes) == at(end)


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        pytest.param("2026-11-23 08:00", "2026-11-23 17:30", 480, id="a day has eight hours"),
        pytest.param("2026-11-23 17:30", "2026-11-25 08:00", 0, id="a holiday has none"),
        pytest.param("2026-11-28 08:00", "2026-11-30 08:00", 240, id="a weekend has four"),
        pytest.param("2026-11-23 09:00", "2026-11-23 08:30", -30, id="backwards is negative"),
        pytest.param("2027-02-01 00:00", "2027-03-01 00:00", 16 * 480 + 3 * 240, id="February 2027, with Tet"),
    ],
)
def test_working_time_between(a: str, b: str, minutes: int) -> None:
    assert DESK.working_time_between(at(a), at(b)) == minutes


@pytest.mark.parametrize(
    ("moment", "working", "following", "previous"),
    [
        ("2026-11-23 08:00", True, "2026-11-23 08:00", "2026-11-21 12:00"),
        ("2026-11-23 10:00", True, "2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 12:00", False, "2026-11-23 13:30", "2026-11-23 12:00"),
        ("2026-11-23 12:30", False, "2026-11-23 13:30", "2026-11-23 12:00"),
        ("2026-11-24 10:00", False, "2026-11-25 08:00", "2026-11-23 17:30"),
        ("2026-11-29 23:59", False, "2026-11-30 08:00", "2026-11-28 12:00"),
    ],
)
def test_around_a_moment(moment: str, working: bool, following: str, previous: str) -> None:
    assert DESK.is_working(at(moment)) is working
    assert DESK.next_working(at(moment)) == at(following)
    assert DESK.previous_working(at(moment)) == at(previous)


def test_the_half_day_of_a_moment_outside_is_the_one_before_it() -> None:
    assert DESK.half_day(at("2026-11-23 12:30")) == (at("2026-11-23 08:00"), at("2026-11-23 12:00"))
    assert DESK.half_day(at("2026-11-23 13:30")) == (at("2026-11-23 13:30"), at("2026-11-23 17:30"))


def test_a_day_opens_and_closes_unless_it_is_off() -> None:
    assert DESK.day_opening(date(2026, 11, 28)) == at("2026-11-28 08:00")
    assert DESK.day_closing(date(2026, 11, 28)) == at("2026-11-28 12:00")
    assert DESK.day_opening(date(2026, 11, 24)) is None
    assert DESK.day_closing(date(2026, 11, 29)) is None


def test_the_calendar_from_a_moment_begins_with_what_is_left_of_the_half_day() -> None:
    spans = DESK.calendar_from(at("2026-11-23 11:00"))

    assert next(spans) == (at("2026-11-23 11:00"), at("2026-11-23 12:00"))
    assert next(spans) == (at("2026-11-23 13:30"), at("2026-11-23 17:30"))
    assert next(spans) == (at("2026-11-25 08:00"), at("2026-11-25 12:00"))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param("2026-11-23 15:00", 3, "2026-11-27 15:00", id="a holiday is no working day"),
        pytest.param("2026-11-26 15:00", 2, "2026-11-30 08:00", id="Saturday is one, but not in the afternoon"),
        pytest.param("2026-11-27 09:00", 1, "2026-11-28 09:00", id="in the morning it is"),
        pytest.param("2027-02-04 09:00", 1, "2027-02-11 09:00", id="over Tet"),
    ],
)
def test_working_days(start: str, days: int, end: str) -> None:
    assert DESK.add_working_days(at(start), days) == at(end)


@pytest.mark.parametrize("moment", ["1999-06-01 09:00", "2055-06-01 09:00"])
def test_a_clock_that_jumps_years_finds_its_calendar(moment: str) -> None:
    assert DESK.working_time_between(at(moment), DESK.add_working_time(at(moment), 100_000)) == 100_000


@pytest.mark.parametrize("minutes", [10**9, -1])
def test_what_no_calendar_can_tell_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="working"):
        DESK.add_working_time(at("2026-11-23 09:00"), minutes)


def test_an_hour_that_summer_time_skips_is_no_working_time() -> None:
    night = WorkingHours(week=(((time(0), time(6)),),) * 7, zone="Europe/Berlin")

    assert _minutes(night, date(2026, 3, 29)) == 300
    assert _minutes(night, date(2026, 10, 25)) == 420


def test_round_the_clock_is_possible() -> None:
    always = WorkingHours(week=(((time(0), time(0)),),) * 7)

    assert always.minutes_a_week == 7 * 24 * 60
    assert always.add_working_time(at("2026-11-23 23:00"), 90) == at("2026-11-24 00:30")


def _minutes(hours: WorkingHours, day: date) -> int:
    return sum((end - start) // MINUTE for start, end in hours.spans(day))


# ---- Vietnam's holidays ---------------------------------------------------------------------------------------------

OFFICE = frozenset(range(5))
WITH_SATURDAY = frozenset(range(6))


@pytest.mark.parametrize(
    ("day", "weekdays", "off"),
    [
        pytest.param(date(2026, 11, 24), WITH_SATURDAY, True, id="Culture Day, new in 2026"),
        pytest.param(date(2026, 4, 27), WITH_SATURDAY, True, id="the Hung Kings on a Sunday: Monday off"),
        pytest.param(
            date(2027, 5, 3), WITH_SATURDAY, False, id="Labour Day on a Saturday that is worked: no Monday off"
        ),
        pytest.param(date(2027, 5, 3), OFFICE, True, id="where Saturday is free: Monday off"),
        pytest.param(date(2027, 2, 4), WITH_SATURDAY, False, id="29 Tet is worked"),
        pytest.param(date(2027, 2, 10), WITH_SATURDAY, True, id="the Sunday of Tet is made up for behind the feast"),
        pytest.param(date(2027, 2, 11), WITH_SATURDAY, False, id="and then work begins"),
        pytest.param(date(2027, 2, 11), OFFICE, True, id="where Saturday is free, two days are made up for"),
        pytest.param(date(2028, 5, 2), WITH_SATURDAY, True, id="Sunday 30 April: behind Labour Day on Monday"),
        pytest.param(date(2026, 8, 31), WITH_SATURDAY, False, id="a swap of state bodies binds no company"),
        pytest.param(date(2024, 4, 29), WITH_SATURDAY, False, id="nor did that of 2024"),
    ],
)
def test_days_off_in_vietnam(day: date, weekdays: frozenset[int], off: bool) -> None:
    assert (day in vietnam_holidays([day.year], weekdays)) is off


@given(st.integers(1995, 2060), st.frozensets(st.integers(0, 6), min_size=1))
@settings(max_examples=40, deadline=None)
def test_every_holiday_on_a_free_weekday_is_made_up_for_once(year: int, weekdays: frozenset[int]) -> None:
    found = vietnam_holidays([year], weekdays)
    made_up_for = [day for day, name in found.items() if name.endswith("(nghỉ bù)")]
    lost = [day for day in found if day.weekday() not in weekdays]

    assert all(day.weekday() in weekdays for day in made_up_for)
    assert abs(len(made_up_for) - len(lost)) <= 2  # those at the year's ends belong to its neighbours


# ---- what holds for every calendar ----------------------------------------------------------------------------------

ZONES = st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])


@st.composite
def day_plans(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to three intervals that do not overlap."""
    edges = sorted(draw(st.sets(st.integers(0, 24 * 12 - 1), max_size=6)))
    times = [time(edge // 12, edge % 12 * 5) for edge in edges]
    return tuple(zip(times[::2], times[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingHours:
    week = draw(st.tuples(*[day_plans()] * 7).filter(any))
    near = st.dates(date(2026, 10, 1), date(2026, 12, 31))
    closed = draw(st.frozensets(near, max_size=10))
    extra = draw(st.dictionaries(near.filter(lambda day: day not in closed), day_plans().filter(bool), max_size=4))
    return WorkingHours(week, draw(ZONES), draw(st.frozensets(near, max_size=10)), extra, closed)


MOMENTS = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
AMOUNTS = st.integers(0, 3000)


@given(calendars(), MOMENTS, AMOUNTS)
@settings(max_examples=CASES, deadline=None)
def test_between_is_what_was_added(hours: WorkingHours, start: datetime, minutes: int) -> None:
    assert hours.working_time_between(start, hours.add_working_time(start, minutes)) == minutes


@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS)
@settings(max_examples=CASES, deadline=None)
def test_adding_twice_is_adding_the_sum(hours: WorkingHours, start: datetime, first: int, then: int) -> None:
    assert hours.add_working_time(hours.add_working_time(start, first), then) == hours.add_working_time(
        start, first + then
    )


@given(calendars(), MOMENTS, MOMENTS, AMOUNTS, AMOUNTS)
@settings(max_examples=CASES, deadline=None)
def test_later_or_longer_never_ends_earlier(
    hours: WorkingHours, one: datetime, other: datetime, few: int, more: int
) -> None:
    earlier, later = sorted((one, other))
    less, longer = sorted((few, more))

    assert hours.add_working_time(earlier, less) <= hours.add_working_time(later, less) or less == 0
    assert hours.add_working_time(earlier, less) <= hours.add_working_time(earlier, longer)


@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
@settings(max_examples=CASES, deadline=None)
def test_working_time_adds_up_to_the_second(
    hours: WorkingHours, one: datetime, other: datetime, third: datetime
) -> None:
    a, b, c = sorted((one, other, third))

    assert hours.position(c) - hours.position(a) == (hours.position(c) - hours.position(b)) + (
        hours.position(b) - hours.position(a)
    )


@given(calendars(), MOMENTS, st.integers(0, 400))
@settings(max_examples=CASES, deadline=None)
def test_adding_agrees_with_a_walk_from_minute_to_minute(hours: WorkingHours, moment: datetime, minutes: int) -> None:
    start = moment.replace(second=0, microsecond=0)

    assert hours.add_working_time(start, minutes) == _walk(hours, start, minutes, _is_in_an_interval(hours))


def _is_in_an_interval(hours: WorkingHours) -> Callable[[datetime], bool]:
    """The definition: the clock on the wall shows a time within an interval of its date."""
    zone = ZoneInfo(hours.zone)

    def is_working(at: datetime) -> bool:
        local = at.astimezone(zone)
        return any(start <= local.time() < end for start, end in hours.intervals(local.date()))

    return is_working


def _walk(hours: WorkingHours, at: datetime, minutes: int, is_working: Callable[[datetime], bool]) -> datetime:
    while minutes:
        minutes -= is_working(at)
        at += MINUTE
        if at.year > 2027:
            return hours.add_working_time(at, minutes)  # a desk that opens five minutes a week: far enough
    return at


@given(calendars(), MOMENTS)
@settings(max_examples=CASES, deadline=None)
def test_next_and_previous_are_the_nearest_working_moments(hours: WorkingHours, moment: datetime) -> None:
    following, previous = hours.next_working(moment), hours.previous_working(moment)

    assert hours.is_working(following)
    assert hours.is_working(previous - timedelta(microseconds=1))
    assert previous <= moment <= following
    assert hours.position(previous) == hours.position(moment) == hours.position(following)


# ---- nonsense -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "more", "places"),
    [
        pytest.param({"monday": ["08:00-12:00", "11:00-17:00"]}, {}, ["hours.monday"], id="intervals overlap"),
        pytest.param({"tuesday": ["13:00-08:00"]}, {}, ["hours.tuesday"], id="ends before it begins"),
        pytest.param(
            {"friday": ["08:00-19:00", "06:00-17:30"]}, {}, ["hours.friday"], id="a lunch longer than the day"
        ),
        pytest.param({}, {}, ["hours"], id="no working day at all"),
        pytest.param({"monday": []}, {}, ["hours"], id="one day without hours"),
        pytest.param({"monday": ["8 to 12"]}, {}, ["hours.monday", "hours"], id="no times"),
        pytest.param({"monday": ["08:00-25:00"]}, {}, ["hours.monday", "hours"], id="no such hour"),
        pytest.param({"moonday": ["08:00-12:00"]}, {}, ["hours.moonday", "hours"], id="no such day"),
        pytest.param(
            {"monday": ["08:00-12:00"]}, {"holidays": ["2026-02-30"]}, ["hours.holidays.2026-02-30"], id="no such date"
        ),
        pytest.param(
            {"monday": ["08:00-12:00"]},
            {"extra_days": {"2026-13-01": ["08:00-12:00"]}},
            ["hours.extra_days.2026-13-01"],
            id="no such month",
        ),
        pytest.param(
            {"monday": ["08:00-12:00"]},
            {"extra_days": {"2026-08-22": []}},
            ["hours.extra_days.2026-08-22"],
            id="a day worked without hours",
        ),
        pytest.param(
            {"monday": ["08:00-12:00"]},
            {"extra_days": {"2026-08-22": ["08:00-12:00"]}, "closed_days": ["2026-08-22"]},
            ["hours.extra_days.2026-08-22"],
            id="a day both worked and off",
        ),
        pytest.param({"monday": ["08:00-12:00"]}, {"zone": "Asia/Hanoi City"}, ["hours.zone"], id="no such zone"),
        pytest.param({"monday": ["08:00-12:00"]}, {"zone": "../secrets"}, ["hours.zone"], id="a path for a zone"),
        pytest.param(
            {"monday": ["9:00-8:00"], "sunday": ["x"]},
            {"zone": "Mars"},
            ["hours.sunday", "hours.zone", "hours.monday"],
            id="all mistakes at once",
        ),
    ],
)
def test_nonsense_is_refused_with_its_place(
    week: dict[str, list[str]], more: dict[str, str], places: list[str]
) -> None:
    with pytest.raises(CalendarError) as refused:
        parse_hours(week, **more)  # type: ignore[arg-type]

    assert [place for place, _ in refused.value.mistakes] == places


def test_a_week_of_eight_days_is_refused() -> None:
    with pytest.raises(CalendarError, match="hours: has 8 weekdays"):
        WorkingHours(week=(*DEFAULT_WEEK, ()))


def test_an_absence_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(CalendarError, match=r"absences\.an@example\.vn"):
        Absence("an@example.vn", at("2026-11-23 08:00"), at("2026-11-23 08:00"))


def test_hours_are_read_from_words() -> None:
    read = parse_hours(
        {day: ["08:00-12:00", "13:30 – 17:30"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
        | {"saturday": ["8:00-12:00"]},
        holidays=[date(2026, 11, 24)],
    )

    assert read.week == DEFAULT_WEEK
    assert read.intervals(date(2026, 11, 24)) == ()
    assert parse_hours({"sunday": ["22:00-24:00"]}).week[6] == ((time(22), time(0)),)
