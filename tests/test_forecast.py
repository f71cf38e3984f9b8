"""The forecast: exact against a desk played minute by minute, and true in the share of cases that it states."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import exp
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.model import Category, Effort, Urgency
from worker.policy.experience import range_deviation
from worker.policy.forecast import (
    Absence,
    ArrivalRates,
    Durations,
    Handled,
    Margins,
    Person,
    Rate,
    Seen,
    Told,
    lay_out,
    learn_durations,
    learn_margins,
    learn_rates,
    prior_rates,
)
from worker.policy.hours import MINUTE, WorkingHours
from worker.policy.queue import Work, is_postponed, order_key

CASES = int(os.environ.get("CASES", "150"))
HOURS = WorkingHours(holidays=frozenset({date(2026, 11, 24)}))
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 08:00 in Vietnam
AN, BINH = Person("an@example.vn"), Person("binh@example.vn")
CATEGORIES = (Category.WEBSITE_REQUEST, Category.EMAIL_INCIDENT, Category.STAFF_TRAINING)


def exactly(minutes: int) -> Effort:
    return Effort(minutes, minutes, minutes)


def a_work(work_id: str, minutes: int = 60, urgency: Urgency = Urgency.NORMAL, **more: object) -> Work:
    """A piece of work that takes exactly so long and arrived in the order of the numbers."""
    arrived = MORNING - timedelta(days=1) + timedelta(seconds=len(work_id))
    plain = Work(id=work_id, urgency=urgency, arrived=arrived, effort=exactly(minutes))
    return replace(plain, **more)  # type: ignore[arg-type]


def vietnam(words: str) -> datetime:
    return datetime.fromisoformat(f"{words}+07:00").astimezone(UTC)


def expected(work: Sequence[Work], people: Sequence[Person], now: datetime = MORNING) -> dict[str, datetime]:
    return dict(lay_out(work, people, HOURS, now).expected)


# ---- by example -----------------------------------------------------------------------------------------------------


def test_one_person_does_one_thing_after_the_other() -> None:
    done = expected([a_work("a", 60), a_work("b", 200), a_work("c", 30)], [AN])

    assert done == {
        "a": vietnam("2026-11-23 09:00"),
        "b": vietnam("2026-11-23 13:50"),
        "c": vietnam("2026-11-23 14:20"),
    }


def test_two_people_share_the_queue() -> None:
    done = expected([a_work("a", 60), a_work("b", 90), a_work("c", 30)], [AN, BINH])

    assert done["b"] == vietnam("2026-11-23 09:30")
    assert done["c"] == vietnam("2026-11-23 09:30")


def test_half_the_capacity_takes_twice_as_long() -> None:
    assert expected([a_work("a", 60)], [Person("an@example.vn", 0.5)])["a"] == vietnam("2026-11-23 10:00")


def test_what_arrives_at_night_is_begun_in_the_morning() -> None:
    assert expected([a_work("a", 60)], [AN], vietnam("2026-11-24 03:00"))["a"] == vietnam("2026-11-25 09:00")


def test_nobody_counts_on_those_who_are_away() -> None:
    away = Absence("an@example.vn", vietnam("2026-11-23 09:00"), vietnam("2026-11-23 14:00"))
    there = Person("an@example.vn", absences=(away,))

    assert expected([a_work("a", 90)], [there])["a"] == vietnam("2026-11-23 14:30")
    assert expected([a_work("a", 90)], [there, BINH])["a"] == vietnam("2026-11-23 14:30")
    assert expected([a_work("a", 90)], [there, BINH], vietnam("2026-11-23 09:00"))["a"] == vietnam("2026-11-23 10:30")


def test_what_is_done_when_somebody_leaves_is_done() -> None:
    away = Absence("an@example.vn", vietnam("2026-11-23 09:00"), vietnam("2026-11-23 14:00"))
    there = Person("an@example.vn", absences=(away,))

    done = expected([a_work("a", 60), a_work("bb", 60)], [there])

    assert done == {"a": vietnam("2026-11-23 09:00"), "bb": vietnam("2026-11-23 15:00")}


def test_dates_in_another_millennium_break_no_plan() -> None:
    never = datetime(9999, 12, 31, tzinfo=UTC)
    gone = Person("binh@example.vn", absences=(Absence("binh@example.vn", datetime(1, 1, 2, tzinfo=UTC), never),))
    work = [a_work("a", 60), a_work("b", 60, not_before=never), a_work("c", 60, assigned_to="binh@example.vn")]

    plan = lay_out(work, [AN, gone], HOURS, MORNING)

    assert plan.expected["a"] == vietnam("2026-11-23 09:00")
    assert plan.expected["b"] > MORNING + timedelta(days=7000)
    assert plan.expected["c"] > MORNING + timedelta(days=7000)
    assert plan.chance("a", never) == pytest.approx(1.0)


def test_assigned_work_waits_for_its_person() -> None:
    work = [a_work("a", 120, assigned_to="an@example.vn"), a_work("b", 60, assigned_to="an@example.vn")]

    assert expected(work, [AN, BINH])["b"] == vietnam("2026-11-23 11:00")


def test_work_goes_to_those_with_the_skill_and_to_anybody_where_nobody_has_it() -> None:
    mail_person = Person("an@example.vn", skills=frozenset({Category.EMAIL_INCIDENT}))
    web_person = Person("binh@example.vn", skills=frozenset({Category.WEBSITE_REQUEST}))
    work = [
        a_work("a", 60, category=Category.EMAIL_INCIDENT),
        a_work("b", 60, category=Category.EMAIL_INCIDENT),
        a_work("c", 60, category=Category.STAFF_TRAINING),
    ]

    done = expected(work, [mail_person, web_person])

    assert done["b"] == vietnam("2026-11-23 10:00")
    assert done["c"] == vietnam("2026-11-23 09:00")


def test_critical_work_interrupts_the_least_urgent_and_that_goes_on_afterwards() -> None:
    plan = lay_out(
        [
            a_work("high", 60, Urgency.HIGH, started=True, assigned_to="an@example.vn"),
            a_work("low", 60, Urgency.LOW, started=True, assigned_to="binh@example.vn"),
            a_work("down", 30, Urgency.CRITICAL),
        ],
        [AN, BINH],
        HOURS,
        MORNING,
    )

    assert plan.doing == {"an@example.vn": "high", "binh@example.vn": "down"}
    assert plan.expected["low"] == vietnam("2026-11-23 09:30")
    assert plan.order == ("down", "high", "low")
    assert plan.person["low"] == "binh@example.vn"


def test_critical_work_interrupts_nobody_while_somebody_is_idle() -> None:
    work = [a_work("begun", 60, started=True, assigned_to="an@example.vn"), a_work("down", 30, Urgency.CRITICAL)]

    assert lay_out(work, [AN, BINH], HOURS, MORNING).doing == {"an@example.vn": "begun", "binh@example.vn": "down"}


def test_postponed_work_takes_its_place_when_its_moment_comes() -> None:
    work = [
        a_work("later", 60, Urgency.HIGH, not_before=vietnam("2026-11-23 08:30")),
        a_work("now", 60),
        a_work("then", 60),
    ]

    done = expected(work, [AN])

    assert done["now"] == vietnam("2026-11-23 09:00")
    assert done["later"] == vietnam("2026-11-23 10:00")
    assert done["then"] == vietnam("2026-11-23 11:00")


def test_work_that_outlasts_its_estimate_is_not_promised_for_the_past() -> None:
    overdue = a_work("a", started=True, assigned_to="an@example.vn", effort=Effort(20, 30, 60), minutes_spent=300)

    assert expected([overdue], [AN])["a"] > MORNING + timedelta(minutes=10)


@pytest.mark.parametrize("people", [[], [Person("an@example.vn", 0.0)]], ids=["no team", "no capacity"])
def test_a_team_without_anybody_is_refused(people: list[Person]) -> None:
    with pytest.raises(ValueError, match="nobody works"):
        lay_out([], people, HOURS, MORNING)


def test_a_hopeless_queue_is_still_told_a_time() -> None:
    flood = ArrivalRates({Urgency.HIGH: Rate(1.0, 1.0, 60.0, 4000.0)})
    work = [a_work(f"VN-{number}", 5000) for number in range(400)]

    plan = lay_out([*work, a_work("low", 30, Urgency.LOW)], [AN], HOURS, MORNING, flood)

    assert plan.expected["low"] > MORNING + timedelta(days=3000)


# ---- against a desk that is played minute by minute -----------------------------------------------------------------

STEPS = st.integers(0, 60).map(lambda steps: MORNING + timedelta(minutes=15 * steps))


@st.composite
def people_of(draw: st.DrawFn, name: str) -> Person:
    away = draw(st.lists(st.tuples(STEPS, st.integers(1, 8)), max_size=2))
    return Person(
        f"{name}@example.vn",
        draw(st.sampled_from([1.0, 1.0, 0.5])),
        draw(st.frozensets(st.sampled_from(CATEGORIES), max_size=2)),
        tuple(Absence(name, start, start + timedelta(minutes=30 * length)) for start, length in away),
    )


TEAMS = st.tuples(people_of("an"), people_of("binh")) | st.tuples(people_of("an"), people_of("binh"), people_of("chi"))
ASSIGNED = st.sampled_from(["", "", "", "an@example.vn", "binh@example.vn", "left@example.vn"])
EXACT = st.integers(1, 90).map(exactly)
RANGES = st.tuples(st.integers(5, 30), st.integers(30, 60), st.integers(60, 200)).map(lambda range_: Effort(*range_))


@st.composite
def work_with(draw: st.DrawFn, efforts: st.SearchStrategy[Effort], number: int) -> Work:
    return Work(
        id=f"VN-{number}",
        urgency=draw(st.sampled_from(Urgency)),
        arrived=MORNING - timedelta(minutes=draw(st.integers(0, 3))),
        effort=draw(efforts),
        category=draw(st.sampled_from(CATEGORIES)),
        assigned_to=draw(ASSIGNED),
        started=draw(st.sampled_from([False, False, True])),
        pinned=draw(st.sampled_from([False, False, True])),
        not_before=draw(st.none() | st.none() | STEPS),
        minutes_spent=draw(st.sampled_from([0, 0, 10])),
    )


def queues(efforts: st.SearchStrategy[Effort], most: int = 7) -> st.SearchStrategy[list[Work]]:
    return st.integers(0, most).flatmap(
        lambda count: st.tuples(*[work_with(efforts, number) for number in range(count)]).map(list)
    )


class _SlowDesk:
    """The rules, played minute by minute: whoever is there and free takes the first that is theirs to do."""

    def __init__(self, work: Sequence[Work], people: Sequence[Person], now: datetime) -> None:
        self.work = list(work)
        self.people = people
        self.left = {one.id: float(max(one.effort.likely - one.minutes_spent, 1)) for one in work}
        self.holds: dict[str, Work] = {}
        self.done: dict[str, datetime] = {}
        self.now = now
        self.turns = self._turns()

    def play(self) -> dict[str, datetime]:
        while len(self.done) < len(self.work):
            if HOURS.is_working(self.now):
                self._minute()
            self.now += MINUTE
        return self.done

    def _minute(self) -> None:
        there = [person for person in self.turns if not any(a.start <= self.now < a.end for a in person.absences)]
        for person in there:
            if person.email not in self.holds:
                self._take(person)
        for person in there:
            if person.email in self.holds:
                self._go_on(person)

    def _take(self, person: Person) -> None:
        held = {one.id for one in self.holds.values()}
        mine = [
            one
            for one in self.work
            if one.id not in self.done
            and one.id not in held
            and self._may(person, one)
            and not is_postponed(one, self.now)
        ]
        if mine:
            self.holds[person.email] = min(mine, key=order_key)

    def _go_on(self, person: Person) -> None:
        held = self.holds[person.email]
        self.left[held.id] -= person.capacity
        if self.left[held.id] <= 0:
            self.done[held.id] = self.now + MINUTE
            del self.holds[person.email]

    def _may(self, person: Person, work: Work) -> bool:
        if work.assigned_to in {one.email for one in self.people}:
            return work.assigned_to == person.email
        skilled = [one for one in self.people if not one.skills or work.category in one.skills]
        return person in skilled or not skilled

    def _turns(self) -> list[Person]:
        """Who has begun nothing chooses first, then who does the least urgent."""

        def begun(person: Person) -> list[Work]:
            sole = [
                one for one in self.work if one.started and [p for p in self.people if self._may(p, one)] == [person]
            ]
            return sorted(sole, key=order_key)

        idle = [person for person in self.people if not begun(person)]
        busy = [person for person in self.people if begun(person)]
        return [*idle, *sorted(busy, key=lambda person: order_key(begun(person)[0]), reverse=True)]


@given(queues(EXACT), TEAMS, STEPS)
@settings(max_examples=CASES, deadline=None)
def test_the_schedule_agrees_with_a_desk_played_minute_by_minute(
    work: list[Work], people: Sequence[Person], now: datetime
) -> None:
    assert expected(work, people, now) == _SlowDesk(work, people, now).play()


RATES = st.builds(
    lambda load, off: ArrivalRates(
        {
            urgency: Rate(load / 400, off * load / 2000, 40.0, 3000.0)
            for urgency in Urgency
            if urgency is not Urgency.LOW
        }
    ),
    st.floats(0, 3),
    st.floats(0, 1),
)
DURATIONS = st.builds(
    lambda factor, spread: Durations({CATEGORIES[0]: factor}, {CATEGORIES[1]: spread}),
    st.floats(0.5, 2),
    st.floats(0.5, 2),
)


@given(
    queues(RANGES, 12),
    work_with(RANGES, 999),
    TEAMS,
    STEPS,
    RATES,
    st.floats(0.55, 0.95),
    DURATIONS,
)
@settings(max_examples=CASES, deadline=None)
def test_asking_about_new_work_gives_what_laying_out_everything_again_gives(
    work: list[Work],
    new: Work,
    people: Sequence[Person],
    now: datetime,
    rates: ArrivalRates,
    confidence: float,
    durations: Durations,
) -> None:
    new = replace(new, started=False)
    margins = Margins({Urgency.NORMAL: 0.3})

    plan = lay_out(work, people, HOURS, now, rates, confidence, durations=durations, margins=margins)
    again = lay_out([*work, new], people, HOURS, now, rates, confidence, durations=durations, margins=margins)

    assert abs(plan.expect(new) - again.expected[new.id]) <= timedelta(microseconds=1)


@given(queues(RANGES, 8), TEAMS, STEPS, RATES)
@settings(max_examples=CASES, deadline=None)
def test_what_is_expected_is_ahead_in_working_time_and_held_with_the_stated_probability(
    work: list[Work], people: Sequence[Person], now: datetime, rates: ArrivalRates
) -> None:
    plan = lay_out(work, people, HOURS, now, rates, 0.8)

    for one in work:
        at = plan.expected[one.id]
        assert at > now
        assert HOURS.previous_working(at) == at
        assert plan.chance(one.id, at) == pytest.approx(0.8, abs=1e-4)
        assert plan.expected_with(one.id, 0.9) >= at >= plan.expected_with(one.id, 0.6)


@given(queues(RANGES, 8), TEAMS, work_with(RANGES, 998), work_with(RANGES, 999))
@settings(max_examples=CASES, deadline=None)
def test_what_came_since_the_plan_delays_what_goes_behind_it(
    work: list[Work], people: Sequence[Person], other: Work, new: Work
) -> None:
    other, new = (replace(one, started=False, pinned=False, not_before=None) for one in (other, new))

    plan = lay_out(work, people, HOURS, MORNING)

    assert plan.expect(new, plan.newcomers([other])) >= plan.expect(new)
    assert plan.expect(new, plan.newcomers(work)) == plan.expect(new)
    if order_key(new) < order_key(other):
        assert plan.expect(new, plan.newcomers([other])) == plan.expect(new)


# ---- the stated share -----------------------------------------------------------------------------------------------

TEAM = tuple(Person(f"{name}@example.vn") for name in ("an", "binh", "chi"))
TYPICAL = Effort(15, 40, 110)


def _rates(load: float) -> ArrivalRates:
    """That share of the team's time in mail of the usual mix, three tenths of it outside of working time."""
    size = exp(range_deviation(TYPICAL) ** 2 / 2) * TYPICAL.likely
    square = size * size * exp(range_deviation(TYPICAL) ** 2)
    mails = load * len(TEAM) * HOURS.minutes_a_week / size
    off = 7 * 24 * 60 - HOURS.minutes_a_week
    mix = {Urgency.CRITICAL: 0.05, Urgency.HIGH: 0.2, Urgency.NORMAL: 0.55, Urgency.LOW: 0.2}
    return ArrivalRates(
        {
            urgency: Rate(share * mails * 0.7 / HOURS.minutes_a_week, share * mails * 0.3 / off, size, square)
            for urgency, share in mix.items()
        }
    )


def _played(work: Sequence[Work], rates: ArrivalRates, until: datetime, chance: Random) -> dict[str, datetime]:
    """One possible future: every effort drawn from its range, and what arrives meanwhile."""

    def drawn(effort: Effort) -> Effort:
        return exactly(max(round(effort.likely * exp(chance.gauss(0, range_deviation(effort)))), 1))

    pieces = [replace(one, effort=drawn(one.effort)) for one in work]
    number = 0
    for urgency in Urgency:
        at = MORNING
        rate = rates.of(urgency)
        while (at := at + chance.expovariate(rate.working) * MINUTE) < until:
            number += 1
            if HOURS.is_working(at) or chance.random() < rate.off / rate.working:
                pieces.append(Work(id=f"X{number}", urgency=urgency, arrived=at, not_before=at, effort=drawn(TYPICAL)))
    return dict(lay_out(pieces, TEAM, HOURS, MORNING).expected)


@pytest.mark.parametrize("urgency", [Urgency.HIGH, Urgency.NORMAL, Urgency.LOW])
@pytest.mark.parametrize("ahead", [3, 25])
def test_the_stated_share_of_possible_futures_is_done_in_time(urgency: Urgency, ahead: int) -> None:
    chance = Random(7)
    rates = _rates(0.8)
    queue = [
        Work(id=f"VN-{number}", urgency=urgency, arrived=MORNING - timedelta(hours=1), effort=TYPICAL)
        for number in range(ahead)
    ]
    asked = Work(id="asked", urgency=urgency, arrived=MORNING, effort=TYPICAL)

    promised = lay_out([*queue, asked], TEAM, HOURS, MORNING, rates, 0.8).expected["asked"]
    futures = [_played([*queue, asked], rates, promised, chance)["asked"] for _ in range(120)]

    assert 0.68 <= sum(done <= promised for done in futures) / len(futures) <= 0.93


def test_a_forecast_that_forgets_what_will_arrive_promises_too_early() -> None:
    asked = [a_work(f"VN-{number}", urgency=Urgency.LOW, effort=TYPICAL) for number in range(25)]

    forgetful = lay_out(asked, TEAM, HOURS, MORNING).expected["VN-24"]
    knowing = lay_out(asked, TEAM, HOURS, MORNING, _rates(0.8)).expected["VN-24"]

    assert HOURS.working_time_between(MORNING, knowing) > 2 * HOURS.working_time_between(MORNING, forgetful)


# ---- what the past says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("real", [0.6, 1.0, 1.8])
def test_how_long_such_work_really_takes_is_learned(real: float) -> None:
    chance = Random(3)
    effort = Effort(20, 40, 80)
    history = [
        Handled(Category.EMAIL_INCIDENT, effort, round(40 * real * exp(chance.gauss(0, range_deviation(effort)))))
        for _ in range(300)
    ]

    learned = learn_durations(history)

    assert learned.factors[Category.EMAIL_INCIDENT] == pytest.approx(real, rel=0.1)
    assert learned.spreads[Category.EMAIL_INCIDENT] == pytest.approx(1.0, abs=0.12)
    assert learned.of(Category.WEBSITE_REQUEST, exactly(30)).mean == pytest.approx(30)


def test_one_job_says_little() -> None:
    learned = learn_durations([Handled(Category.WARRANTY, Effort(20, 40, 80), 400)])

    assert 1.0 < learned.factors[Category.WARRANTY] < 1.5


def test_a_typing_error_of_a_thousand_hours_does_not_rule() -> None:
    usual = [Handled(Category.WARRANTY, Effort(20, 40, 80), 40)] * 20

    assert learn_durations([*usual, Handled(Category.WARRANTY, Effort(20, 40, 80), 60_000)]).factors[
        Category.WARRANTY
    ] == pytest.approx(1.08, abs=0.03)


@given(RANGES, st.integers(0, 5000))
@settings(max_examples=CASES, deadline=None)
def test_what_is_left_of_a_piece_of_work_is_always_something(effort: Effort, spent: int) -> None:
    left = Durations().of(Category.WARRANTY, effort, spent)

    assert left.mean >= 1
    assert left.variance >= 0


def test_the_remainder_is_that_of_the_jobs_that_last_so_long() -> None:
    chance, effort, spent = Random(5), Effort(20, 40, 80), 50
    drawn = [40 * exp(chance.gauss(0, range_deviation(effort))) for _ in range(60_000)]
    lasting = [minutes - spent for minutes in drawn if minutes > spent]

    left = Durations().of(Category.WARRANTY, effort, spent)

    assert left.mean == pytest.approx(sum(lasting) / len(lasting), rel=0.05)


def test_rates_are_learned_from_history_and_from_the_prior_before() -> None:
    since, until = MORNING, MORNING + timedelta(weeks=50)
    prior = prior_rates(3.0, HOURS)
    in_time = [MORNING + timedelta(days=7 * week, minutes=10) for week in range(50)]
    seen = [Seen(at, Urgency.HIGH, 20.0) for at in in_time] + [Seen(MORNING - timedelta(days=1), Urgency.HIGH, 999.0)]

    learned = learn_rates(seen, prior, HOURS, since, until).of(Urgency.HIGH)
    unlearned = learn_rates([], prior, HOURS, since, since).of(Urgency.HIGH)

    assert learned.working == pytest.approx((50 + 0.2 * 0.7 * 105.6) / (51 * 2640), rel=0.03)
    assert learned.off < prior.of(Urgency.HIGH).off / 20
    assert learned.mean == pytest.approx((50 * 20 + 10 * 45) / 60)
    assert unlearned == prior.of(Urgency.HIGH)


def test_a_team_is_thought_to_be_busy_for_six_tenths_of_its_time_at_first() -> None:
    rates = [prior_rates(3.0, HOURS).of(urgency) for urgency in Urgency]

    off = 7 * 24 * 60 - HOURS.minutes_a_week
    work = sum((rate.working * HOURS.minutes_a_week + rate.off * off) * rate.mean for rate in rates)

    assert work / (3 * HOURS.minutes_a_week) == pytest.approx(0.6)


@pytest.mark.parametrize("error", [-1.0, -0.4, 0.5, 0.9])
def test_margins_make_a_forecast_true_that_is_wrong_by_so_many_deviations(error: float) -> None:
    chance, level = Random(11), NormalDist().inv_cdf(0.8)
    told: list[Told] = []
    for number in range(400):
        at = MORNING + timedelta(hours=number)
        margin = learn_margins(told, at, 0.8).of(Urgency.HIGH)
        kept = chance.gauss(0, 1) <= level + margin - error
        told.append(Told(Urgency.HIGH, at, at if kept else at + timedelta(days=1)))

    later = told[200:]
    assert sum(one.completed == one.promised for one in later) / len(later) == pytest.approx(0.82, abs=0.06)


def test_a_promise_that_has_passed_counts_as_broken_before_its_work_is_done() -> None:
    told = Told(Urgency.LOW, MORNING, None)

    assert learn_margins([told], MORNING, 0.8).of(Urgency.LOW) == 0
    assert learn_margins([told], MORNING + MINUTE, 0.8).of(Urgency.LOW) > 0
    assert learn_margins([replace(told, completed=MORNING)], MORNING + MINUTE, 0.8).of(Urgency.LOW) < 0
