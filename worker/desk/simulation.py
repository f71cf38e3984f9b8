"""A desk under a virtual clock: the same order, forecast and promises as the real one, with a scenario's traffic."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.desk.scenario import (
    MadeUp,
    Scenario,
    made_up_traffic,
    planned_absences,
    sick_leave,
    team,
    with_fixed_traffic,
)
from worker.model import Urgency
from worker.policy.experience import (
    Experience,
    Handled,
    Seen,
    Told,
    learn_durations,
    learn_margins,
    learn_rates,
    prior_rates,
)
from worker.policy.forecast import Absence, Person, Plan, lay_out
from worker.policy.hours import MINUTE, WorkingHours
from worker.policy.promise import DEFAULT_TOLERANCE, Outlook, Standing, Step, letter_due, round_promise
from worker.policy.queue import Work

_WEEK = timedelta(weeks=1)
_LONGEST_TAIL = 26 * _WEEK  # after the end, until the last request that counts is done
_DONE = 1e-6
_SAFER = 0.5  # a corrected promise leaves half the risk that the first one took


@dataclass(slots=True)
class Case:
    """One request on its way through the simulated desk. `promises` are (told, promised), the first one first."""

    made_up: MadeUp
    promises: list[tuple[datetime, datetime]] = field(default_factory=list)
    spent: float = 0.0
    assigned_to: str = ""
    begun: datetime | None = None
    completed: datetime | None = None
    alarmed: datetime | None = None
    look_again: datetime | None = None
    earlier: int = 0

    @property
    def urgency(self) -> Urgency:
        """Its urgency."""
        return self.made_up.traffic.urgency

    def work(self) -> Work:
        """It as the queue sees it."""
        return Work(
            id=self.made_up.id,
            urgency=self.urgency,
            arrived=self.made_up.arrived,
            effort=self.made_up.effort,
            category=self.made_up.traffic.category,
            kind=self.made_up.traffic.kind,
            assigned_to=self.assigned_to,
            started=self.begun is not None,
            minutes_spent=round(self.spent),
        )

    def standing(self) -> Standing:
        """What its customer was told."""
        moved = self.promises[-1][0] if len(self.promises) > 1 else None
        return Standing(self.promises[-1][1], self.urgency, moved, self.alarmed, len(self.promises) - 1)


@dataclass(slots=True)
class Week:
    """The working minutes in which one person was there in one week, and those in which there was something to do."""

    there: float = 0.0
    busy: float = 0.0


class _Desk:
    """The state of the simulated desk at `now`."""

    def __init__(self, scenario: Scenario, hours: WorkingHours, now: datetime, planned: Sequence[Absence]) -> None:
        self.scenario = scenario
        self.hours = hours
        self.began = now
        self.now = now
        self.absences = list(planned)
        self.open: dict[str, Case] = {}
        self.closed: list[Case] = []
        self.doing: dict[str, str] = {}
        self.weeks: dict[tuple[str, int], Week] = {}
        self.capacity = {one.email: one.capacity for one in scenario.people}
        prior = prior_rates(sum(self.capacity.values()), hours)
        self.prior = prior
        self.experience = Experience(prior)

    def people(self) -> list[Person]:
        return team(self.scenario, self.absences)

    def is_away(self, email: str) -> bool:
        return any(one.email == email and one.start <= self.now < one.end for one in self.absences)

    def advance(self, until: datetime) -> None:
        """Let everybody work until then: nobody comes or goes in between, and nothing is done before."""
        minutes = (self.hours.position(until) - self.hours.position(self.now)) / MINUTE
        number = (self.now - self.scenario.begins) // _WEEK
        for email in self.capacity:
            if not self.is_away(email):
                week = self.weeks.setdefault((email, number), Week())
                week.there += minutes
                week.busy += minutes * (email in self.doing)
                self._work_on(self.doing.get(email), email, minutes, until)
        self.now = until

    def _work_on(self, case_id: str | None, email: str, minutes: float, until: datetime) -> None:
        if case_id is None:
            return
        case = self.open[case_id]
        case.spent += minutes * self.capacity[email]
        if case.spent >= case.made_up.minutes - _DONE:
            case.completed = until
            del self.doing[email]
            self.closed.append(self.open.pop(case.made_up.id))

    def next_completion(self) -> datetime | None:
        left = [
            (self.open[case_id].made_up.minutes - self.open[case_id].spent) / self.capacity[email]
            for email, case_id in self.doing.items()
            if not self.is_away(email)
        ]
        if not left:
            return None
        return self.hours.instant(self.hours.position(self.now) + min(left) * MINUTE)

    def plan(self) -> Plan:
        work = [case.work() for case in self.open.values()]
        confidence = self.scenario.confidence
        known = self.experience
        return lay_out(
            work,
            self.people(),
            self.hours,
            self.now,
            known.rates,
            confidence,
            durations=known.durations,
            margins=known.margins,
        )

    def learn(self) -> None:
        """What the morning's look at the past tells."""
        cases = [*self.closed, *self.open.values()]
        seen = (Seen(case.made_up.arrived, case.urgency, _known_minutes(case)) for case in cases)
        told = (Told(case.urgency, case.promises[0][1], case.completed) for case in cases if case.promises)
        handled = (
            Handled(case.made_up.traffic.category, case.made_up.effort, round(case.spent)) for case in self.closed
        )
        self.experience = Experience(
            learn_rates(seen, self.prior, self.hours, self.began, self.now),
            learn_durations(handled),
            learn_margins(told, self.now, self.scenario.confidence),
        )

    def dispatch(self, plan: Plan) -> None:
        """Everybody who is there takes what the plan says."""
        if not self.hours.is_working(self.now):
            return
        self.doing = dict(plan.doing)
        for email, case_id in self.doing.items():
            case = self.open[case_id]
            case.assigned_to = email
            case.begun = case.begun or self.now

    def fall_sick(self, absence: Absence) -> None:
        """Somebody does not come: what they had begun is for anybody."""
        self.absences.append(absence)
        self.doing.pop(absence.email, None)
        for case in self.open.values():
            if case.assigned_to == absence.email:
                case.assigned_to = ""


def _known_minutes(case: Case) -> float:
    return case.spent if case.completed else max(case.made_up.effort.likely, case.spent)


class _Simulation:
    """The events in their order: a request comes, something is done, somebody leaves or returns, a promise is due."""

    def __init__(self, scenario: Scenario) -> None:
        self.hours = scenario.calendar()
        since = scenario.begins - scenario.warm_up_weeks * _WEEK
        until = scenario.ends + _LONGEST_TAIL
        chance = random.Random(scenario.seed)  # noqa: S311  # made-up traffic, no secret
        planned = planned_absences(scenario)
        self.scenario = scenario
        self.traffic = made_up_traffic(scenario, since, until, chance)[::-1]  # the next one last
        self.sick = sorted(sick_leave(scenario, since, until, chance), key=lambda one: one.start, reverse=True)
        self.desk = _Desk(scenario, self.hours, since, planned)
        self.edges = sorted({edge for one in [*planned, *self.sick] for edge in (one.start, one.end)}, reverse=True)
        self.queue: list[tuple[datetime, int]] = []
        self.alarms: list[datetime] = []

    def run(self, progress: Callable[[float], None]) -> None:
        """Play until every request that counts is done."""
        length = (self.scenario.ends - self.desk.began) / MINUTE
        while not self._is_over():
            now = self._next_event()
            morning = self.hours.local(now).date() != self.hours.local(self.desk.now).date()
            self.desk.advance(now)
            self._take_in()
            if morning:
                self.desk.learn()
                progress(min((now - self.desk.began) / MINUTE / length, 1.0))
            self._settle()

    def _is_over(self) -> bool:
        return self.desk.now >= self.scenario.ends and not any(
            case.made_up.arrived < self.scenario.ends for case in self.desk.open.values()
        )

    def _next_event(self) -> datetime:
        looks = [case.look_again for case in self.desk.open.values() if case.look_again]
        known = [self.desk.next_completion(), self.hours.opening_after(self.desk.now)]
        known += [stack[-1] for stack in ([self.traffic[-1].arrived], self.edges) if stack]
        return max(self.desk.now, min(at for at in [*known, *looks] if at is not None))

    def _take_in(self) -> None:
        """What has come by now: requests, and news of who is away."""
        now = self.desk.now
        while self.edges and self.edges[-1] <= now:
            self.edges.pop()
        while self.sick and self.sick[-1].start <= now:
            self.desk.fall_sick(self.sick.pop())
        while self.traffic[-1].arrived <= now:
            made_up = self.traffic.pop()
            self.desk.open[made_up.id] = Case(made_up)

    def _settle(self) -> None:
        """Order, dispatch, promise."""
        plan = self.desk.plan()
        self.desk.dispatch(plan)
        for case in self.desk.open.values():
            self._promise(case, plan)
        self.queue.append((self.desk.now, len(self.desk.open)))

    def _promise(self, case: Case, plan: Plan) -> None:
        if case.promises:
            self._keep_promise(case, plan)
        else:
            promise = round_promise(plan.expected[case.made_up.id], self.hours, self.desk.now)
            case.promises.append((self.desk.now, promise))
            self._keep_promise(case, plan)

    def _keep_promise(self, case: Case, plan: Plan) -> None:
        now, case_id, promised = self.desk.now, case.made_up.id, case.promises[-1][1]
        safer = 1 - _SAFER * (1 - self.scenario.confidence)
        outlook = Outlook(plan.expected[case_id], plan.expected_with(case_id, safer), plan.chance(case_id, promised))
        move = letter_due(case.standing(), outlook, now, self.hours)
        case.look_again = move.look_again
        if move.step is Step.ALARM:
            case.alarmed = now
            self.alarms.append(now)
        if move.promise is not None:
            case.promises.append((now, move.promise))
            case.alarmed = None
            case.earlier += move.step is Step.EARLIER


# ---- what came of it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the requests of one urgency. Times are working minutes, shares are of 1."""

    urgency: Urgency
    requests: int
    first_kept: float
    last_kept: float
    silent: int  # promises that passed by more than the tolerance without a letter before
    letters: float  # that moved a promise, per request
    wait: tuple[
        int, int
    ]  # from arrival to the beginning of the work: the middle one, and the one in ten that waits longer
    done: tuple[int, int]  # from arrival to completion


@dataclass(frozen=True)
class Report:
    """A played scenario: every request that counts, and the figures drawn from them."""

    scenario: Scenario
    hours: WorkingHours
    cases: tuple[Case, ...]
    figures: tuple[Figures, ...]
    weeks: tuple[dict[str, Week], ...]
    queue: tuple[tuple[datetime, int], ...]
    alarms: int

    @property
    def load(self) -> float:
        """The share of the team's time, while it was there, in which there was something to do."""
        capacity = {one.email: one.capacity for one in self.scenario.people}
        there = sum(capacity[email] * one.there for week in self.weeks for email, one in week.items())
        busy = sum(capacity[email] * one.busy for week in self.weeks for email, one in week.items())
        return busy / there if there else 0.0

    @property
    def silent(self) -> int:
        """Promises that passed by more than the tolerance without a letter before: there must be none."""
        return sum(one.silent for one in self.figures)


def simulate(scenario: Scenario, progress: Callable[[float], None] = lambda _: None) -> Report:
    """Play a scenario; the same scenario with the same seed gives the same report. `progress` is told shares of 1."""
    played = _Simulation(with_fixed_traffic(scenario))
    played.run(progress)
    desk, begins, ends = played.desk, scenario.begins, scenario.ends
    cases = tuple(case for case in desk.closed if begins <= case.made_up.arrived < ends)
    numbers = range(scenario.weeks)
    return Report(
        scenario=played.scenario,
        hours=played.hours,
        cases=cases,
        figures=tuple(_figures(urgency, cases, played.hours) for urgency in Urgency),
        weeks=tuple({email: one for (email, week), one in desk.weeks.items() if week == number} for number in numbers),
        queue=tuple((at, size) for at, size in played.queue if begins <= at < ends),
        alarms=sum(begins <= at < ends for at in played.alarms),
    )


def _figures(urgency: Urgency, every: Iterable[Case], hours: WorkingHours) -> Figures:
    cases = [case for case in every if case.urgency is urgency]
    count = max(len(cases), 1)
    return Figures(
        urgency,
        len(cases),
        sum(_is_kept(case, 0) for case in cases) / count,
        sum(_is_kept(case, -1) for case in cases) / count,
        sum(late > DEFAULT_TOLERANCE.of(urgency) for case in cases for late in silently_late(case, hours)),
        sum(len(case.promises) - 1 for case in cases) / count,
        _middle_and_tail([minutes_until(case, case.begun, hours) for case in cases]),
        _middle_and_tail([minutes_until(case, case.completed, hours) for case in cases]),
    )


def _is_kept(case: Case, which: int) -> bool:
    return case.completed is not None and case.completed <= case.promises[which][1]


def silently_late(case: Case, hours: WorkingHours) -> Iterator[int]:
    """Of each promise that passed before the next letter or the completion: the working minutes until that came."""
    news = [told for told, _ in case.promises[1:]] + [case.completed]
    for (_, promised), at in zip(case.promises, news, strict=True):
        if at is not None and at > promised:
            yield hours.working_time_between(promised, at)


def minutes_until(case: Case, at: datetime | None, hours: WorkingHours) -> int:
    """The working minutes from the arrival of a request until something that happened to it."""
    return hours.working_time_between(case.made_up.arrived, at) if at is not None else 0


def _middle_and_tail(values: list[int]) -> tuple[int, int]:
    ordered = sorted(values) or [0]
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]
