"""What a simulation plays: people, their absences, and made-up traffic, described in YAML."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from worker.model import Category, Effort, Urgency
from worker.policy.experience import range_deviation
from worker.policy.holidays_vn import vietnam_holidays
from worker.policy.hours import DEFAULT_WEEK, DEFAULT_ZONE, MINUTE, WEEKDAYS, Absence, WorkingHours, parse_hours
from worker.policy.schedule import Person

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_SIZES = 0.3  # how much requests of one kind differ in size (deviation of the logarithm), as far as a reader can see


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Colleague(_Section):
    """One person of the team."""

    email: str
    capacity: Annotated[float, Field(gt=0, le=1)] = 1.0
    skills: tuple[Category, ...] = ()


class Leave(_Section):
    """A planned absence, from the morning of the first day to the evening of the last."""

    email: str
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="until")]


class Absences(_Section):
    """Who is away when: planned, and by chance."""

    planned: tuple[Leave, ...] = ()
    sick_days_a_year: Annotated[float, Field(ge=0, le=100)] = 6.0


class Traffic(_Section):
    """One kind of request: how often, how long it is thought to take (low, likely, high), how much longer it does."""

    category: Category
    urgency: Urgency
    share: Annotated[float, Field(gt=0)]
    minutes: tuple[int, int, int]
    takes: Annotated[float, Field(gt=0, le=10)] = 1.0
    kind: Literal["completion", "answer", "quote"] = "completion"

    @model_validator(mode="after")
    def _minutes_are_in_order(self) -> Traffic:
        low, likely, high = self.minutes
        if not 0 < low <= likely <= high:
            raise ValueError("minutes are low, likely, high, in this order, and above 0")
        return self


class Scenario(_Section):
    """What a simulation plays. Exactly one of `load` and `mails_a_week` says how much comes."""

    name: str = ""
    start: date
    weeks: Annotated[int, Field(ge=1, le=104)] = 13
    warm_up_weeks: Annotated[int, Field(ge=0, le=52)] = 4
    seed: int = 1
    confidence: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    load: Annotated[float, Field(gt=0, le=2)] | None = None
    mails_a_week: Annotated[float, Field(gt=0, le=100_000)] | None = None
    in_working_time: Annotated[float, Field(ge=0, le=1)] = 0.7
    hours: Mapping[str, tuple[str, ...]] | None = None
    people: Annotated[tuple[Colleague, ...], Field(min_length=1)]
    absences: Absences = Absences()
    traffic: Annotated[tuple[Traffic, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_way_to_say_how_much(self) -> Scenario:
        if (self.load is None) == (self.mails_a_week is None):
            raise ValueError("give exactly one of load and mails_a_week")
        return self

    @model_validator(mode="after")
    def _leave_is_of_the_team(self) -> Scenario:
        emails = [one.email for one in self.people]
        if len(set(emails)) < len(emails):
            raise ValueError("people: an address stands there twice")
        strangers = {one.email for one in self.absences.planned} - set(emails)
        if strangers:
            raise ValueError(f"absences.planned: nobody of the team is {', '.join(sorted(strangers))}")
        return self

    @model_validator(mode="after")
    def _hours_make_sense(self) -> Scenario:
        self.calendar()
        return self

    def calendar(self) -> WorkingHours:
        """The working calendar: that of the policy where the scenario has none, with Vietnam's holidays."""
        week = DEFAULT_WEEK if self.hours is None else parse_hours(self.hours).week
        weekdays = [number for number, _ in enumerate(WEEKDAYS) if week[number]]
        years = range(self.start.year - 2, self.start.year + 4)
        return WorkingHours(week, DEFAULT_ZONE, frozenset(vietnam_holidays(years, weekdays)))

    @property
    def begins(self) -> datetime:
        """The first instant that counts."""
        return midnight(self.start)

    @property
    def ends(self) -> datetime:
        """The first instant that does not count any more."""
        return self.begins + self.weeks * _WEEK


class ScenarioError(ValueError):
    """A scenario that makes no sense; the message has every mistake with its place."""


def read_scenario(text: str) -> Scenario:
    """A scenario from YAML. Raises ScenarioError with all mistakes and their places."""
    try:
        # all values as words: a wrong date is then a mistake with a place, not an error of YAML without one
        return Scenario.model_validate(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506  # makes strings only
    except yaml.YAMLError as error:
        raise ScenarioError(f"this is no YAML: {error}") from None
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc'])) or 'scenario'}: {one['msg']}" for one in error.errors())
        raise ScenarioError("; ".join(faults)) from None


# ---- what follows from it -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A request of the scenario: what the desk may know of it, and the working minutes it really takes."""

    id: str
    arrived: datetime
    traffic: Traffic
    effort: Effort
    minutes: float


def midnight(day: date) -> datetime:
    """The beginning of a local day."""
    return datetime.combine(day, time(0), ZoneInfo(DEFAULT_ZONE)).astimezone(UTC)


def with_fixed_traffic(scenario: Scenario) -> Scenario:
    """The scenario with its load as mails a week, so that more people or more mails change the load."""
    if scenario.load is None:
        return scenario
    mails = scenario.load * _time_there_is(scenario) / scenario.weeks / _mean_minutes(scenario.traffic)
    return scenario.model_copy(update={"load": None, "mails_a_week": mails})


def _time_there_is(scenario: Scenario) -> float:
    """The working minutes that the team has in the weeks that count, holidays and absences taken off."""
    hours = scenario.calendar()
    healthy = 1 - scenario.absences.sick_days_a_year / 365
    there = hours.working_time_between(scenario.begins, scenario.ends)
    total = sum(one.capacity for one in scenario.people) * there
    capacity = {one.email: one.capacity for one in scenario.people}
    for away in planned_absences(scenario):
        start, end = max(away.start, scenario.begins), min(away.end, scenario.ends)
        total -= capacity[away.email] * max(hours.working_time_between(start, end), 0)
    return total * healthy


def _mean_minutes(traffic: Sequence[Traffic]) -> float:
    shares = sum(one.share for one in traffic)
    return sum(one.share * one.minutes[1] * one.takes * _mean_stretch(one) for one in traffic) / shares


def _mean_stretch(traffic: Traffic) -> float:
    return exp((_SIZES**2 + range_deviation(Effort(*traffic.minutes)) ** 2) / 2)


def planned_absences(scenario: Scenario) -> list[Absence]:
    """The absences that everybody knows of beforehand."""
    return [Absence(one.email, midnight(one.first), midnight(one.last + _DAY)) for one in scenario.absences.planned]


def sick_leave(scenario: Scenario, since: datetime, until: datetime, chance: random.Random) -> list[Absence]:
    """The absences that nobody knows of before they begin, each one to three days long."""
    risk = scenario.absences.sick_days_a_year / 365 / 2  # two days on average
    hours = scenario.calendar()
    first = hours.local(since).date()
    days = (first + number * _DAY for number in range((until - since) // _DAY))
    return [
        Absence(person.email, midnight(day), midnight(day + chance.randint(1, 3) * _DAY))
        for day in days
        for person in scenario.people
        if chance.random() < risk
    ]


def team(scenario: Scenario, absences: Sequence[Absence]) -> list[Person]:
    """The people as the forecast knows them."""
    return [
        Person(one.email, one.capacity, frozenset(one.skills), tuple(a for a in absences if a.email == one.email))
        for one in scenario.people
    ]


def made_up_traffic(scenario: Scenario, since: datetime, until: datetime, chance: random.Random) -> list[MadeUp]:
    """The requests that arrive between two instants, in order of arrival."""
    shares = [one.share for one in scenario.traffic]
    arrivals = _arrivals(scenario, since, until, chance)
    return [
        _made_up(number, arrived, chance.choices(scenario.traffic, shares)[0], chance)
        for number, arrived in enumerate(arrivals, 1)
    ]


def _arrivals(scenario: Scenario, since: datetime, until: datetime, chance: random.Random) -> Iterator[datetime]:
    """A Poisson process with one rate in working time and one outside of it."""
    hours = scenario.calendar()
    mails = scenario.mails_a_week or 0.0
    working = mails * scenario.in_working_time / hours.minutes_a_week
    off = mails * (1 - scenario.in_working_time) / (_WEEK / MINUTE - hours.minutes_a_week)
    closed = since
    for opening, closing in hours.calendar_from(since):
        yield from _poisson(off, closed, min(opening, until), chance)
        yield from _poisson(working, opening, min(closing, until), chance)
        closed = closing
        if closing >= until:
            return


def _poisson(rate: float, since: datetime, until: datetime, chance: random.Random) -> Iterator[datetime]:
    at = since
    while rate and (at := at + chance.expovariate(rate) * MINUTE) < until:
        yield at


def _made_up(number: int, arrived: datetime, traffic: Traffic, chance: random.Random) -> MadeUp:
    size = exp(chance.gauss(0, _SIZES))
    low, likely, high = (max(round(size * minutes), 1) for minutes in traffic.minutes)
    luck = exp(chance.gauss(0, range_deviation(Effort(*traffic.minutes))))
    minutes = max(traffic.minutes[1] * size * traffic.takes * luck, 1.0)
    return MadeUp(f"VN-{number:05}", arrived, traffic, Effort(low, likely, high), minutes)
