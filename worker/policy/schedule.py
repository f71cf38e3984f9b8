"""Who does what, when, if everything takes exactly as long as it takes on average.

Whoever is free takes the first piece in order that is theirs to do, and finishes it. All times are minutes on the clock
that runs only in working time, from the moment of planning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from math import sqrt

from worker.model import Category
from worker.policy.hours import MINUTE, Absence, WorkingHours
from worker.policy.queue import OrderKey, Work

LONGEST = timedelta(days=20 * 365)  # no plan goes further: what cannot be done sooner is said to be done then
IDLE: OrderKey = (99, 0, datetime.max.replace(tzinfo=UTC), "")  # behind every piece of work: nothing to do


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works off the queue: `capacity` is the share of their working time that it gets.

    Without `skills` they do everything, else only those categories and what is assigned to them.
    """

    email: str
    capacity: float = 1.0
    skills: frozenset[Category] = frozenset()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Presence:
    """When a person is there: not within the intervals of `away`, which are apart and in order."""

    capacity: float
    away: tuple[tuple[float, float], ...]

    def first_present(self, at: float) -> float:
        """The first time from `at` on that the person is there."""
        for start, end in self.away:
            if start <= at < end:
                return end
        return at

    def after_work(self, at: float, minutes: float) -> float:
        """When so many minutes of work are done that begin at `at`."""
        done = self.first_present(at) + minutes / self.capacity
        for start, end in self.away:
            if at < start < done:
                done += end - start
        return done


def minutes_until(at: datetime, now: datetime, hours: WorkingHours) -> float:
    """The working minutes from `now` until then; 0 for the past, and no more than until the end of all plans."""
    return (hours.position(min(max(at, now), now + LONGEST)) - hours.position(now)) / MINUTE


def presence(person: Person, hours: WorkingHours, now: datetime) -> Presence:
    """The person's absences from now on."""
    spans = sorted(
        (minutes_until(one.start, now, hours), minutes_until(one.end, now, hours)) for one in person.absences
    )
    away: list[tuple[float, float]] = []
    for start, end in spans:
        if away and start <= away[-1][1]:
            away[-1] = (away[-1][0], max(end, away[-1][1]))
        elif start < end:
            away.append((start, end))
    return Presence(person.capacity, tuple(away))


@dataclass(frozen=True, slots=True)
class Team:
    """Those who work at all, and who of them can do what."""

    people: tuple[Person, ...]
    presences: tuple[Presence, ...]

    @classmethod
    def of(cls, people: Iterable[Person], hours: WorkingHours, now: datetime) -> Team:
        """The team from now on. Raises ValueError where nobody has any capacity."""
        working = tuple(person for person in people if person.capacity > 0)
        if not working:
            raise ValueError("nobody works: a forecast needs at least one person with a capacity above 0")
        return cls(working, tuple(presence(person, hours, now) for person in working))

    @property
    def capacity(self) -> float:
        """The team's capacity when all are there."""
        return sum(one.capacity for one in self.presences)

    def able(self, work: Work) -> tuple[int, ...]:
        """Who can do a piece of work: the one it is assigned to, else those with the skill, else everybody."""
        assigned = tuple(number for number, one in enumerate(self.people) if one.email == work.assigned_to)
        if work.assigned_to and assigned:
            return assigned
        skilled = (number for number, one in enumerate(self.people) if not one.skills or work.category in one.skills)
        return tuple(skilled) or tuple(range(len(self.people)))


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work for the schedule: who can do it, how long it takes on average, from when on it may be done."""

    key: OrderKey
    able: tuple[int, ...]
    minutes: float
    variance: float = 0.0
    release: float = 0.0
    started: bool = False


@dataclass(slots=True)
class Lane:
    """What one person does, decision by decision: when they were free, and the variance of that time.

    `residuals` are of what they did before: how much of it is left, on average, at any moment while it is done.

    `taken` are the keys of what they took (behind all work where there was nothing), `keys` the same as running maxima:
    "the first time this person had nothing that goes before that key" is a bisection. The last decision is "nothing".
    """

    times: list[float] = field(default_factory=list)
    taken: list[OrderKey] = field(default_factory=list)
    keys: list[OrderKey] = field(default_factory=list)
    variances: list[float] = field(default_factory=list)
    residuals: list[float] = field(default_factory=list)
    variance: float = 0.0
    residual: float = 0.0

    def decide(self, at: float, key: OrderKey) -> None:
        """Note that the person was free and took that."""
        self.times.append(at)
        self.taken.append(key)
        self.keys.append(max(key, self.keys[-1]) if self.keys else key)
        self.variances.append(self.variance)
        self.residuals.append(self.residual)

    def work_on(self, minutes: float, variance: float) -> None:
        """Note what the person took: with its variance, and how much of it is left on average when one looks at it."""
        self.variance += variance
        self.residual = (minutes + variance / minutes) / 2


@dataclass(frozen=True, slots=True)
class Start:
    """When a piece of work begins, with whom, and the variance of that; `others_free` more are certainly free then."""

    person: int
    at: float
    variance: float
    others_free: int
    able: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Each person's lane, the order in which people who are free at once choose, and the tasks' starts."""

    lanes: tuple[Lane, ...]
    presences: tuple[Presence, ...]
    turns: tuple[int, ...]
    starts: tuple[Start, ...] = ()

    @property
    def horizon(self) -> float:
        """When the last one is done, even if almost everything takes longer than thought."""
        return max(lane.times[-1] + 4 * sqrt(lane.variance) for lane in self.lanes)

    def start_of(self, key: OrderKey, able: Sequence[int], release: float = 0.0) -> Start:
        """When one more task with that key would begin: what a new schedule with it would say."""
        found = [(*self._first_turn(person, key, release), person) for person in able]
        at, _, index, person = min((at, self.turns[person], index, person) for at, index, person in found)
        if release:
            return self.start_at(at, index, person, able, release)
        free = sum(other == at and not self.lanes[one].variances[index] for other, index, one in found if one != person)
        return replace(self.start_at(at, index, person, able), others_free=free)

    def start_at(self, at: float, index: int, person: int, able: Sequence[int], release: float = 0.0) -> Start:
        """The start of a task that a person begins then, at that decision of theirs."""
        sooner = sum(self._sooner(at, one) for one in able if one != person)
        real = max(at - sooner / len(able), release)
        variance = self.lanes[person].variances[index] * (real / at if at else 1.0)
        return Start(person, real, variance, 0, len(able))

    def _first_turn(self, person: int, key: OrderKey, release: float) -> tuple[float, int]:
        """When, and at which decision, a person first has nothing that goes before that key."""
        lane = self.lanes[person]
        if not release:
            index = bisect_left(lane.keys, key)
            return lane.times[index], index
        index = bisect_left(lane.times, release)
        idle = self.presences[person].first_present(release) if index > 0 and lane.taken[index - 1] == IDLE else None
        if idle is not None and (index == len(lane.times) or lane.times[index] > idle):
            return idle, index - 1
        while lane.taken[index] < key:
            index += 1
        return lane.times[index], index

    def _sooner(self, at: float, person: int) -> float:
        """How much more work somebody else probably has left, at the moment when the first one is free, than on average.

        If everything took its average, all would be free at about the same time. As it is, the first one is free sooner
        and the last one later: what the others have left then is what the first one did not have to wait for. Where
        little is left to chance little of that holds; a third of the remainder fits what was played at random best.
        """
        lane = self.lanes[person]
        index = bisect_left(lane.times, at)
        if index == len(lane.times):
            return 0.0
        left, variance, residual = lane.times[index] - at, lane.variances[index], lane.residuals[index]
        return max(residual - left, 0.0) * variance / (variance + (residual / 3) ** 2) if variance else 0.0


def schedule(tasks: Sequence[Task], presences: Sequence[Presence]) -> Schedule:
    """Lay out the tasks; n log n in the tasks."""
    turns = _turns(tasks, len(presences))
    run = _Run(tasks, presences, turns)
    run.to_the_end()
    laid = Schedule(tuple(run.lanes), tuple(presences), turns)
    starts = (
        laid.start_at(*run.begun[number], task.able, task.release)
        if task.release
        else laid.start_of(task.key, task.able)
        for number, task in enumerate(tasks)
    )
    return replace(laid, starts=tuple(starts))


def _turns(tasks: Iterable[Task], people: int) -> tuple[int, ...]:
    """Who chooses first among those free at once: who has nothing begun, then who does the least urgent.

    So critical work goes to somebody idle if there is one, and else interrupts what matters least.
    """
    begun: dict[int, OrderKey] = {}
    for task in tasks:
        if task.started and len(task.able) == 1:
            person = task.able[0]
            begun[person] = min(task.key, begun.get(person, task.key))
    busy = sorted(begun, key=lambda person: begun[person], reverse=True)
    idle = [person for person in range(people) if person not in begun]
    turn = {person: number for number, person in enumerate([*idle, *busy])}
    return tuple(turn[person] for person in range(people))


_Heap = list[tuple[OrderKey, int]]


class _Run:
    """One pass over the time to come, from decision to decision."""

    def __init__(self, tasks: Sequence[Task], presences: Sequence[Presence], turns: Sequence[int]) -> None:
        self.tasks = tasks
        self.presences = presences
        self.turns = turns
        self.lanes = [Lane() for _ in presences]
        self.begun: dict[int, tuple[float, int, int]] = {}
        self._waiting: dict[tuple[int, ...], _Heap] = {}
        self._mine: list[list[_Heap]] = [[] for _ in presences]
        self._idle: set[int] = set()
        # (when, turn, person or task): somebody is free, or (turn -1) a postponed task may be done
        self._events = [(0.0, turn, person) for person, turn in enumerate(turns)]
        for number, task in enumerate(tasks):
            if task.release:
                self._events.append((task.release, -1, number))
            else:
                self._heap(task.able).append((task.key, number))
        for heap in self._waiting.values():
            heapify(heap)
        heapify(self._events)

    def to_the_end(self) -> None:
        """Until nobody has anything left to do."""
        while self._events:
            at, turn, number = heappop(self._events)
            if turn < 0:
                self._release(at, number)
            else:
                self._decide(at, number)

    def _heap(self, able: tuple[int, ...]) -> _Heap:
        if able not in self._waiting:
            self._waiting[able] = []
            for person in able:
                self._mine[person].append(self._waiting[able])
        return self._waiting[able]

    def _release(self, at: float, number: int) -> None:
        task = self.tasks[number]
        heappush(self._heap(task.able), (task.key, number))
        for person in self._idle.intersection(task.able):
            self._idle.discard(person)
            heappush(self._events, (at, self.turns[person], person))

    def _decide(self, at: float, person: int) -> None:
        there = self.presences[person].first_present(at)
        if there > at:
            heappush(self._events, (there, self.turns[person], person))
            return
        heap = min(filter(None, self._mine[person]), default=None, key=lambda heap: heap[0])
        if heap is None:
            self._idle.add(person)
            self.lanes[person].decide(at, IDLE)
        else:
            self._begin(at, person, heappop(heap)[1])

    def _begin(self, at: float, person: int, number: int) -> None:
        task, lane, here = self.tasks[number], self.lanes[person], self.presences[person]
        self.begun[number] = (at, len(lane.times), person)
        lane.decide(at, task.key)
        lane.work_on(task.minutes / here.capacity, task.variance / here.capacity**2)
        heappush(self._events, (here.after_work(at, task.minutes), self.turns[person], person))
