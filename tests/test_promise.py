"""Promises: rounded as people speak, told again in time, never at night, and with the honest reason."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.model import Effort, Language, Urgency
from worker.policy.holidays_vn import vietnam_holidays
from worker.policy.hours import DEFAULT_WEEK, WorkingHours
from worker.policy.promise import (
    Delay,
    LetterRules,
    Move,
    Outlook,
    Standing,
    Step,
    Tolerance,
    is_later_beyond_tolerance,
    last_chance,
    letter_due,
    round_promise,
    speak_promise,
    speak_span,
    why_later,
)
from worker.policy.queue import Work

CASES = int(os.environ.get("CASES", "200"))
HOURS = WorkingHours(
    holidays=frozenset(vietnam_holidays(range(2025, 2029))),
    closed_days=frozenset({date(2026, 8, 31)}),
    extra_days={date(2026, 8, 22): DEFAULT_WEEK[0]},
)
ROUND_THE_CLOCK = WorkingHours(week=(((time(0), time(0)),),) * 7)


def at(words: str) -> datetime:
    """`2026-11-23 08:00` in Vietnam."""
    return datetime.fromisoformat(f"{words}+07:00").astimezone(UTC)


# ---- rounding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "computed", "promised"),
    [
        pytest.param("2026-11-25 09:07", "2026-11-25 09:38", "2026-11-25 09:45", id="soon: quarters of an hour"),
        pytest.param("2026-11-25 09:07", "2026-11-25 09:45", "2026-11-25 09:45", id="what is round stays"),
        pytest.param("2026-11-25 08:00", "2026-11-25 14:40", "2026-11-25 15:00", id="this day: halves"),
        pytest.param("2026-11-25 08:00", "2026-11-27 14:10", "2026-11-27 15:00", id="this week: hours"),
        pytest.param("2026-11-25 08:00", "2026-12-10 09:10", "2026-12-10 12:00", id="then: the end of a half day"),
        pytest.param("2026-11-25 09:00", "2026-11-25 11:50", "2026-11-25 12:00", id="not into lunch"),
        pytest.param("2026-11-25 09:00", "2026-11-25 12:20", "2026-11-25 14:00", id="nothing is done at lunch"),
        pytest.param("2026-11-25 09:00", "2026-11-25 13:30", "2026-11-25 14:00", id="the beginning is no promise"),
        pytest.param("2026-11-23 17:29", "2026-11-23 17:29", "2026-11-23 17:30", id="one minute before closing"),
        pytest.param("2026-11-23 17:30", "2026-11-23 17:30", "2026-11-25 08:15", id="at closing, a holiday ahead"),
        pytest.param("2026-11-28 12:00", "2026-11-28 12:10", "2026-11-30 08:15", id="Saturday noon"),
        pytest.param("2026-11-24 03:00", "2026-11-25 08:40", "2026-11-25 08:45", id="at three in a holiday's night"),
        pytest.param("2027-02-04 16:00", "2027-02-11 08:20", "2027-02-11 08:30", id="29 Tet: behind the feast"),
        pytest.param("2026-08-21 17:00", "2026-08-22 13:40", "2026-08-22 14:00", id="the day before a swap day"),
        pytest.param("2026-08-29 11:00", "2026-08-31 09:00", "2026-09-03 08:15", id="the swap day itself is off"),
        pytest.param(
            "2026-11-25 15:00", "2026-11-25 10:00", "2026-11-25 15:15", id="a clock that jumped: not the past"
        ),
    ],
)
def test_a_promise_is_rounded_up_to_a_time_people_say(now: str, computed: str, promised: str) -> None:
    assert round_promise(at(computed), HOURS, at(now)) == at(promised)


MOMENTS = st.datetimes(datetime(2026, 7, 1), datetime(2027, 3, 1), timezones=st.just(UTC))
CALENDARS = st.sampled_from(
    [
        HOURS,
        ROUND_THE_CLOCK,
        WorkingHours(zone="Asia/Kathmandu"),
        WorkingHours(week=(((time(6, 5), time(6, 50)),), *[()] * 5, ((time(22), time(0)),))),
    ]
)


@given(CALENDARS, MOMENTS, MOMENTS)
@settings(max_examples=CASES, deadline=None)
def test_a_promise_is_neither_early_nor_past_nor_outside_working_time(
    hours: WorkingHours, now: datetime, computed: datetime
) -> None:
    promised = round_promise(computed, hours, now)

    assert promised >= computed
    assert promised > now
    assert hours.previous_working(promised) == promised


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
@settings(max_examples=CASES, deadline=None)
def test_what_is_done_later_is_not_promised_earlier(
    hours: WorkingHours, now: datetime, one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))

    assert round_promise(earlier, hours, now) <= round_promise(later, hours, now)


@given(MOMENTS, st.integers(1, 900))
@settings(max_examples=CASES, deadline=None)
def test_rounding_adds_less_than_a_step(now: datetime, ahead: int) -> None:
    computed = HOURS.add_working_time(now, ahead)

    assert HOURS.working_time_between(computed, round_promise(computed, HOURS, now)) <= 30


# ---- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promised", "language", "words"),
    [
        ("2026-11-25 16:30", Language.VI, "trước 16:30 thứ Tư, 25/11"),
        ("2026-11-25 16:30", Language.EN, "by 16:30 on Wednesday 25 November"),
        ("2026-11-28 12:00", Language.VI, "trước 12:00 thứ Bảy, 28/11"),
        ("2026-11-29 08:15", Language.VI, "trước 08:15 Chủ nhật, 29/11"),
        ("2027-01-02 08:15", Language.VI, "trước 08:15 thứ Bảy, 2/1/2027"),
        ("2027-01-02 08:15", Language.EN, "by 08:15 on Saturday 2 January 2027"),
    ],
)
def test_a_promise_in_words(promised: str, language: Language, words: str) -> None:
    assert speak_promise(at(promised), language, HOURS.zone, at("2026-11-23 08:00")) == words


def test_the_year_is_not_said_where_nobody_asked_from_when() -> None:
    assert speak_promise(at("2027-01-02 08:15"), Language.VI, HOURS.zone) == "trước 08:15 thứ Bảy, 2/1"


SPANS = [
    ("2026-11-24 00:00", "2026-11-25 00:00", Language.VI, "cả ngày thứ Ba, 24/11"),
    ("2026-11-25 00:00", "2026-11-28 00:00", Language.VI, "từ thứ Tư, 25/11 đến hết thứ Sáu, 27/11"),
    ("2026-11-23 13:30", "2026-11-23 17:30", Language.VI, "từ 13:30 thứ Hai, 23/11 đến 17:30 thứ Hai, 23/11"),
    ("2026-11-24 00:00", "2026-11-25 00:00", Language.EN, "all of Tuesday 24 November"),
]


@pytest.mark.parametrize(("start", "end", "language", "words"), SPANS, ids=[one[3] for one in SPANS])
def test_an_absence_is_spoken_as_people_say_it(start: str, end: str, language: Language, words: str) -> None:
    assert speak_span(at(start), at(end), language, HOURS.zone) == words


# ---- when to write --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "urgency", "beyond"),
    [
        ("2026-11-25 11:00", Urgency.HIGH, False),
        ("2026-11-25 11:01", Urgency.HIGH, True),
        ("2026-11-25 11:01", Urgency.NORMAL, False),
        ("2026-11-25 15:30", Urgency.LOW, False),
        ("2026-11-25 15:31", Urgency.LOW, True),
        ("2026-11-25 09:00", Urgency.CRITICAL, False),
    ],
)
def test_the_tolerance_is_an_hour_for_urgent_and_half_a_day_otherwise(new: str, urgency: Urgency, beyond: bool) -> None:
    old = at("2026-11-25 10:00")

    assert is_later_beyond_tolerance(old, at(new), urgency, Tolerance(), HOURS) is beyond


KEEPS = Outlook(at("2026-11-25 15:00"), at("2026-11-25 15:20"), 0.85)
SLIPS = Outlook(at("2026-11-26 15:00"), at("2026-11-26 16:10"), 0.1)
WAVERS = Outlook(at("2026-11-25 16:40"), at("2026-11-25 17:10"), 0.3)
FLIES = Outlook(at("2026-11-26 09:30"), at("2026-11-26 10:10"), 0.99)


def move(
    now: str,
    outlook: Outlook = KEEPS,
    promised: str = "2026-11-25 16:00",
    urgency: Urgency = Urgency.NORMAL,
    *,
    moved: str = "",
    alarmed: str = "",
    letters: int = 0,
    hours: WorkingHours = HOURS,
) -> Move:
    standing = Standing(
        at(promised),
        urgency,
        moved=at(moved) if moved else None,
        alarmed=at(alarmed) if alarmed else None,
        letters=letters,
    )
    return letter_due(standing, outlook, at(now), hours)


def test_a_promise_that_will_be_kept_needs_nothing_until_shortly_before() -> None:
    assert move("2026-11-25 09:00") == Move(Step.NOTHING, at("2026-11-25 15:50"))


def test_staff_hear_of_a_promise_at_risk_before_the_customer() -> None:
    assert move("2026-11-25 09:00", SLIPS) == Move(Step.ALARM, at("2026-11-25 09:30"))
    assert move("2026-11-25 09:20", SLIPS, alarmed="2026-11-25 09:00") == Move(Step.NOTHING, at("2026-11-25 09:30"))


def test_a_promise_that_stays_at_risk_is_moved_by_a_letter() -> None:
    moved = move("2026-11-25 09:30", SLIPS, alarmed="2026-11-25 09:00")

    assert moved == Move(Step.LATER, at("2026-11-26 16:20"), at("2026-11-26 16:30"))


def test_within_the_tolerance_only_staff_hear_of_it() -> None:
    assert move("2026-11-25 09:00", WAVERS).step is Step.ALARM
    assert move("2026-11-25 09:40", WAVERS, alarmed="2026-11-25 09:00") == Move(Step.NOTHING, at("2026-11-25 15:50"))
    assert move("2026-11-25 09:40", WAVERS, urgency=Urgency.HIGH, alarmed="2026-11-25 09:00").step is Step.NOTHING


def test_there_is_one_letter_in_a_half_day() -> None:
    second = move("2026-11-25 11:00", SLIPS, moved="2026-11-25 08:30", alarmed="2026-11-25 09:00")
    after_lunch = move("2026-11-25 13:30", SLIPS, moved="2026-11-25 08:30", alarmed="2026-11-25 09:00")

    assert second == Move(Step.NOTHING, at("2026-11-25 13:30"))
    assert after_lunch.step is Step.LATER


def test_unless_the_promise_would_break_silently() -> None:
    last = move("2026-11-25 15:50", KEEPS, moved="2026-11-25 14:00")

    assert last == Move(Step.LATER, at("2026-11-25 16:05"), at("2026-11-25 16:15"))


def test_each_letter_at_the_last_moment_asks_for_twice_as_much() -> None:
    assert [move("2026-11-25 10:50", KEEPS, "2026-11-25 11:00", letters=letters).promise for letters in range(3)] == [
        at("2026-11-25 15:30")
    ] * 3  # the outlook is later than that
    soon = Outlook(at("2026-11-25 11:01"), at("2026-11-25 11:05"), 0.2)
    assert [
        move("2026-11-25 10:50", soon, "2026-11-25 11:00", letters=letters).promise for letters in (0, 1, 2, 3)
    ] == [
        at("2026-11-25 11:15"),
        at("2026-11-25 11:30"),
        at("2026-11-25 12:00"),
        at("2026-11-25 14:30"),
    ]


def test_a_promise_for_early_in_the_morning_is_settled_the_evening_before() -> None:
    assert last_chance(at("2026-11-26 08:05"), Urgency.NORMAL, HOURS) == at("2026-11-25 17:25")
    assert move("2026-11-25 17:26", promised="2026-11-26 08:05").step is Step.LATER


@pytest.mark.parametrize(
    ("now", "urgency", "step"),
    [
        pytest.param("2026-11-25 20:59", Urgency.NORMAL, Step.LATER, id="in the evening still"),
        pytest.param("2026-11-25 21:00", Urgency.NORMAL, Step.NOTHING, id="not at night"),
        pytest.param("2026-11-26 06:59", Urgency.HIGH, Step.NOTHING, id="nor before morning"),
        pytest.param("2026-11-26 03:00", Urgency.CRITICAL, Step.LATER, id="critical at any time"),
        pytest.param("2026-11-26 07:00", Urgency.NORMAL, Step.LATER, id="in the morning"),
    ],
)
def test_a_clock_that_jumped_over_the_promise_still_finds_people_asleep(now: str, urgency: Urgency, step: Step) -> None:
    assert move(now, SLIPS, urgency=urgency).step is step


def test_what_waits_for_the_morning_is_looked_at_in_the_morning() -> None:
    assert move("2026-11-25 23:00", SLIPS).look_again == at("2026-11-26 07:00")
    assert move("2026-11-26 01:00", SLIPS).look_again == at("2026-11-26 07:00")


def test_a_desk_that_works_at_night_writes_before_the_night() -> None:
    before = move("2026-11-25 20:40", promised="2026-11-26 02:00", hours=ROUND_THE_CLOCK)
    due = move("2026-11-25 20:50", promised="2026-11-26 02:00", hours=ROUND_THE_CLOCK)

    assert before == Move(Step.NOTHING, at("2026-11-25 20:50"))
    assert due.step is Step.LATER
    assert last_chance(at("2026-11-26 02:00"), Urgency.CRITICAL, ROUND_THE_CLOCK) == at("2026-11-26 01:50")


def test_an_earlier_time_is_told_when_it_helps() -> None:
    early = move("2026-11-25 08:30", FLIES, promised="2026-12-02 16:00", urgency=Urgency.NORMAL)

    assert early == Move(
        Step.EARLIER, last_chance(at("2026-11-26 10:30"), Urgency.NORMAL, HOURS), at("2026-11-26 10:30")
    )


@pytest.mark.parametrize(
    ("promised", "moved", "letters"),
    [
        pytest.param("2026-11-26 16:00", "", 0, id="too little earlier"),
        pytest.param("2026-11-27 11:00", "", 0, id="less than half of the wait"),
        pytest.param("2026-12-02 16:00", "2026-11-25 08:10", 1, id="a letter in this half day already"),
        pytest.param("2026-11-28 11:00", "2026-11-24 08:10", 2, id="two letters before: it takes more"),
    ],
)
def test_an_earlier_time_that_does_not_help_is_not_told(promised: str, moved: str, letters: int) -> None:
    assert move("2026-11-25 08:30", FLIES, promised, moved=moved, letters=letters).step is Step.NOTHING


OUTLOOKS = st.builds(Outlook, MOMENTS, MOMENTS, st.floats(0, 1))
STANDINGS = st.builds(
    Standing, MOMENTS, st.sampled_from(Urgency), st.none() | MOMENTS, st.none() | MOMENTS, st.integers(0, 50)
)


@given(STANDINGS, OUTLOOKS, MOMENTS, CALENDARS)
@settings(max_examples=CASES, deadline=None)
def test_whatever_the_state_a_decision_is_sound(
    standing: Standing, outlook: Outlook, now: datetime, hours: WorkingHours
) -> None:
    found = letter_due(standing, outlook, now, hours)

    clock = hours.local(now).time()
    night = not time(7) <= clock < time(21)
    assert (found.promise is not None) is (found.step in {Step.LATER, Step.EARLIER})
    if found.promise is not None:
        assert found.promise > now
        assert hours.previous_working(found.promise) == found.promise
        assert not night or standing.urgency is Urgency.CRITICAL
    if found.step is Step.LATER and now >= standing.promised - timedelta(minutes=10):
        assert found.promise is not None
        assert found.promise > standing.promised


def test_the_rules_are_settings() -> None:
    rules = LetterRules(last_chance=60, quiet_from=time(0), quiet_until=time(5))
    standing = Standing(at("2026-11-25 16:00"), Urgency.NORMAL)

    assert letter_due(standing, KEEPS, at("2026-11-25 15:01"), HOURS, rules).step is Step.LATER
    assert letter_due(standing, SLIPS, at("2026-11-26 04:59"), HOURS, rules).look_again == at("2026-11-26 05:00")
    assert letter_due(standing, SLIPS, at("2026-11-25 23:00"), HOURS, rules).step is Step.LATER


# ---- the reason -----------------------------------------------------------------------------------------------------


def _work(work_id: str, arrived: str, urgency: Urgency = Urgency.NORMAL, *, started: bool = False) -> Work:
    return Work(id=work_id, urgency=urgency, arrived=at(arrived), effort=Effort(30, 30, 30), started=started)


PROMISED_ON = at("2026-11-25 09:00")
ASKED = _work("asked", "2026-11-25 08:50")


@pytest.mark.parametrize(
    ("work", "others", "reason"),
    [
        pytest.param(_work("a", "2026-11-25 08:50", started=True), [], Delay.TAKES_LONGER, id="it is being done"),
        pytest.param(ASKED, [_work("x", "2026-11-25 10:00", Urgency.CRITICAL)], Delay.MORE_URGENT, id="critical came"),
        pytest.param(ASKED, [_work("x", "2026-11-25 08:00", Urgency.CRITICAL)], Delay.WORK_BEFORE, id="it was there"),
        pytest.param(ASKED, [_work("x", "2026-11-25 10:00", Urgency.LOW)], Delay.WORK_BEFORE, id="what goes behind"),
        pytest.param(ASKED, [ASKED], Delay.WORK_BEFORE, id="itself is no reason"),
    ],
)
def test_the_reason_for_a_delay_is_the_true_one(work: Work, others: list[Work], reason: Delay) -> None:
    assert why_later(work, others, PROMISED_ON) is reason
