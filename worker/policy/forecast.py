"""When will it be done: open work laid over calendar and people, with the work that is likely to overtake it.

`schedule` says what happens if everything takes as long as it takes on average. Here chance comes in: efforts are
ranges, more urgent work will arrive meanwhile, critical work will interrupt. It turns each piece's average into a
distribution of its completion, and the expectation is the instant by which the stated share of it is done.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import exp, log, log1p, pow, sqrt  # noqa: A004  # pow of math is a float

from worker.model import Urgency
from worker.policy.experience import (
    NO_ARRIVALS,
    NO_DURATIONS,
    NO_MARGINS,
    NORMAL,
    ArrivalRates,
    Duration,
    Durations,
    Experience,
    Handled,
    Margins,
    Rate,
    Seen,
    Told,
    learn_durations,
    learn_margins,
    learn_rates,
    prior_rates,
)
from worker.policy.hours import MINUTE, Absence, WorkingHours
from worker.policy.queue import OrderKey, Work, is_postponed, order_key
from worker.policy.schedule import (
    IDLE,
    LONGEST,
    Person,
    Presence,
    Schedule,
    Start,
    Task,
    Team,
    minutes_until,
    schedule,
)

__all__ = [
    "NO_ARRIVALS",
    "Absence",
    "ArrivalRates",
    "Duration",
    "Durations",
    "Experience",
    "Handled",
    "Margins",
    "Person",
    "Plan",
    "Rate",
    "Seen",
    "Told",
    "lay_out",
    "learn_durations",
    "learn_margins",
    "learn_rates",
    "prior_rates",
]

DEFAULT_CONFIDENCE = 0.8

_BUSIEST = 0.9  # of the team's time; more urgent work beyond that would mean "never"
_BEYOND = 2_400.0  # working minutes, a week: the clock is laid out so much further than the queue reaches
_ROUNDING = 1e-9  # of a logarithm of minutes: far below a second
_WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class _Completion:
    """The distribution of a completion, log-normal, in working minutes from the plan's moment."""

    mu: float
    sigma: float

    def quantile(self, deviations: float) -> float:
        return exp(self.mu + self.sigma * deviations)

    def deviations(self, minutes: float) -> float:
        """The inverse of `quantile`."""
        if minutes <= 0:
            return float("-inf")
        distance = log(minutes) - self.mu + _ROUNDING  # an exact time counts as kept
        return distance / max(self.sigma, _ROUNDING**2)


def _distribution(mean: float, variance: float) -> _Completion:
    mean = max(mean, _ROUNDING)
    width = log1p(variance / (mean * mean))
    return _Completion(log(mean) - width / 2, sqrt(width))


@dataclass(frozen=True, slots=True)
class _Clock:
    """The time to come in segments of constant capacity, on the clock that runs only in working time.

    Of each segment: when it begins, the minutes outside working time until then, the team's capacity in it, and the
    work that the team has done until then. The last entry of `starts`, `offs` and `done` is the end.
    """

    starts: list[float]
    offs: list[float]
    capacities: list[float]
    done: list[float]

    def done_until(self, at: float) -> float:
        index = min(bisect_right(self.starts, at), len(self.capacities)) - 1
        return self.done[index] + (at - self.starts[index]) * self.capacities[index]

    def off_until(self, at: float) -> float:
        """The minutes outside working time until the end of `at`'s work: the closing itself is before the night."""
        return self.offs[max(min(bisect_left(self.starts, at), len(self.capacities)) - 1, 0)]

    def off_before_start(self, at: float) -> float:
        """The same for work that begins then: what would begin at a closing begins after the night."""
        return self.offs[min(bisect_right(self.starts, at), len(self.capacities)) - 1]


@dataclass(frozen=True, slots=True)
class _Stream:
    """Work that arrives: its mean and its variance, for each minute of working time and for each other minute."""

    mean: float
    mean_off: float
    variance: float
    variance_off: float

    def work(self, minutes: float, off: float) -> float:
        return self.mean * minutes + self.mean_off * off

    def spread(self, minutes: float, off: float) -> float:
        return self.variance * minutes + self.variance_off * off


@dataclass(frozen=True, slots=True)
class _Overtaking:
    """More urgent work that arrives meanwhile. `load` is its share of the team's time, `typical` the size of one piece.

    `reach` is, for the end of each segment of the clock, the most work that the team has done by then beyond what
    arrived. `exposed` is the probability that critical work which arrives interrupts this very piece of such work,
    `surplus` what the team does in a minute, on average, beyond what arrives.
    """

    stream: _Stream
    load: float
    typical: float
    reach: list[float]
    exposed: float
    surplus: float

    def start(self, clock: _Clock, at: float, others_free: int) -> float:
        """When work begins that would begin at `at` if nothing overtook it.

        Somebody else who is free then takes what overtakes: that much of it delays nothing.
        """
        if not self.load:
            return at
        target = clock.done_until(at) - others_free * self.typical
        index = bisect_right(self.reach, target)
        if index == len(self.reach):
            return clock.starts[-1] + (target - self.reach[-1]) / self.surplus
        ahead = target - clock.done[index] + self.stream.work(clock.starts[index], clock.offs[index])
        if ahead <= 0:
            return max(at, clock.starts[index])
        return max(at, clock.starts[index] + ahead / (clock.capacities[index] - self.stream.mean))


@dataclass(frozen=True, slots=True)
class _Model:
    """What turns an average start into a distribution of the completion: shared by all pieces of one plan."""

    people: tuple[Presence, ...]
    clock: _Clock
    capacity: float
    overtaking: tuple[_Overtaking, ...]  # by rank of urgency
    interrupting: _Stream
    hours: WorkingHours
    position: timedelta
    latest: timedelta

    def instant(self, minutes: float) -> datetime:
        """The instant so many working minutes after the plan's moment, within what a calendar can tell."""
        return self.hours.instant(self.position + timedelta(minutes=min(minutes, self.latest / MINUTE)))

    def completion(self, work: Work, duration: Duration, start: Start) -> _Completion:
        """The distribution of the completion of a piece of work that begins there if nothing more urgent comes."""
        person = self.people[start.person]
        begin = self._begin(work, start)
        lost, lost_variance = self._interruptions(work, begin.mean, person.after_work(begin.mean, duration.mean))
        ends = person.after_work(begin.mean, duration.mean + lost * person.capacity)
        return _distribution(ends, begin.variance + duration.variance / person.capacity**2 + lost_variance)

    def _begin(self, work: Work, start: Start) -> Duration:
        """When it begins, with all that overtakes it: the variance of the work ahead is shared by those who can do it.

        Three points (Gauss and Hermite) carry mean and variance through the calendar: a late course of things may wait
        a night or a holiday longer, and meet what came in it, where the middle one does not.
        """
        overtaking, variance = self.overtaking[work.urgency.rank], start.variance / start.able
        if work.started or not overtaking.load:
            return Duration(start.at, variance)
        middle = overtaking.start(self.clock, start.at, start.others_free)
        arriving = overtaking.stream.spread(middle, self.clock.off_before_start(middle)) if middle else 0.0
        deviation = sqrt(3 * (variance + arriving / self.capacity**2))
        early = overtaking.start(self.clock, max(start.at - deviation, 0.0), start.others_free)
        late = overtaking.start(self.clock, start.at + deviation, start.others_free)
        mean = (early + 4 * middle + late) / 6
        return Duration(mean, ((early - mean) ** 2 + 4 * (middle - mean) ** 2 + (late - mean) ** 2) / 6)

    def _interruptions(self, work: Work, begins: float, ends: float) -> tuple[float, float]:
        """The delay by critical work that comes during this one (mean, variance); it hits one person, not the team."""
        exposed = self.overtaking[work.urgency.rank].exposed
        if not exposed:
            return 0.0, 0.0
        minutes, off = ends - begins, self.clock.off_until(ends) - self.clock.off_before_start(begins)
        stream, off = self.interrupting, max(off, 0.0)
        return exposed * stream.work(minutes, off), exposed * stream.spread(minutes, off)


@dataclass(frozen=True)
class Plan:
    """The open work as it will probably be done, seen from `now`.

    `expected` has for each piece the instant by which it is done with the stated confidence; `order` are the pieces
    that may be done now, first things first; `doing` is what each person does at this moment, by address, and `person`
    who probably does each piece.
    """

    now: datetime
    confidence: float
    expected: Mapping[str, datetime]
    order: tuple[str, ...]
    doing: Mapping[str, str]
    person: Mapping[str, str]
    _team: Team = field(repr=False)
    _schedule: Schedule = field(repr=False)
    _model: _Model = field(repr=False)
    _experience: Experience = field(repr=False)
    _completions: Mapping[str, tuple[_Completion, Urgency]] = field(repr=False)

    def newcomers(self, work: Iterable[Work] = ()) -> Newcomers:
        """Room for the work that comes after this plan was made, beginning with this. What the plan has stays out."""
        found = Newcomers(self._completions, self._experience.durations)
        for one in work:
            found.put(one)
        return found

    def expect(self, new: Work, since: Newcomers | None = None) -> datetime:
        """When a piece of work that has just come will be done: what laying out everything again with it would give.

        `since` is other work that came after this plan was made: what of it goes first counts by its average, which
        is an estimate, but takes no new plan.
        """
        duration = self._experience.durations.of(new.category, new.effort, new.minutes_spent)
        release = _release(new, self.now, self._model.hours)
        start = self._schedule.start_of(order_key(new), self._team.able(new), release)
        completion = self._model.completion(new, duration, self._behind(start, new, since))
        return self._model.instant(completion.quantile(self._deviations(new.urgency, self.confidence)))

    def expected_with(self, work_id: str, confidence: float) -> datetime:
        """The instant by which a piece of this plan is done with another confidence."""
        completion, urgency = self._completions[work_id]
        return self._model.instant(completion.quantile(self._deviations(urgency, confidence)))

    def chance(self, work_id: str, by: datetime) -> float:
        """The probability that a piece of this plan is done by then."""
        completion, urgency = self._completions[work_id]
        return NORMAL.cdf(
            completion.deviations(minutes_until(by, self.now, self._model.hours)) - self._experience.margins.of(urgency)
        )

    def _behind(self, start: Start, new: Work, since: Newcomers | None) -> Start:
        """The start behind what came since the plan and goes first: who is free takes of it, all share the rest."""
        if since is None:
            return start
        ahead, mean, variance = since.ahead_of(new, start.others_free)
        if ahead <= start.others_free:
            return replace(start, others_free=start.others_free - ahead)
        capacity = self._team.capacity
        return replace(
            start,
            at=start.at + mean / capacity,
            variance=start.variance + variance * start.able / capacity**2,
            others_free=0,
        )

    def _deviations(self, urgency: Urgency, confidence: float) -> float:
        return NORMAL.inv_cdf(confidence) + self._experience.margins.of(urgency)


class Newcomers:
    """Work that came after a plan was made, in order, so that asking what goes first costs little however much came."""

    def __init__(self, planned: Collection[str], durations: Durations) -> None:
        self._planned = planned
        self._durations = durations
        self._keys: dict[str, OrderKey] = {}
        self._order: list[tuple[OrderKey, float, float]] = []

    def put(self, work: Work) -> None:
        """Count this piece, instead of what was said of it before."""
        self.drop(work.id)
        if work.id not in self._planned:
            duration = self._durations.of(work.category, work.effort)
            self._keys[work.id] = order_key(work)
            insort(self._order, (self._keys[work.id], duration.mean, duration.variance))

    def drop(self, work_id: str) -> None:
        """Count this piece no more."""
        if key := self._keys.pop(work_id, None):
            del self._order[bisect_left(self._order, (key,))]

    def ahead_of(self, work: Work, taken: int) -> tuple[int, float, float]:
        """How many pieces go before this one; mean and variance of the minutes of all but the first `taken`."""
        first = self._order[: bisect_left(self._order, (order_key(work),))]
        if work.id in self._keys:
            first = [one for one in first if one[0] != self._keys[work.id]]
        waiting = first[taken:]
        return len(first), sum(mean for _, mean, _ in waiting), sum(variance for _, _, variance in waiting)


def lay_out(
    work: Iterable[Work],
    people: Iterable[Person],
    hours: WorkingHours,
    now: datetime,
    arrivals: ArrivalRates = NO_ARRIVALS,
    confidence: float = DEFAULT_CONFIDENCE,
    *,
    durations: Durations = NO_DURATIONS,
    margins: Margins = NO_MARGINS,
) -> Plan:
    """Lay the open work over calendar and people; n log n in the pieces of work.

    `confidence` is the share of the expectations that shall hold, between 0 and 1. Work that is assigned to somebody
    who is not among `people`, or that nobody has the skill for, counts as anybody's. Everything is as accurate as its
    arguments: rates, durations and margins come from `learn_rates`, `learn_durations` and `learn_margins`.
    ValueError where nobody works at all.
    """
    pieces = list(work)
    team = Team.of(people, hours, now)
    lengths = [durations.of(one.category, one.effort, one.minutes_spent) for one in pieces]
    tasks = _tasks(pieces, lengths, team, hours, now)
    laid = schedule(tasks, team.presences)
    model = _model(team, hours, now, arrivals, laid.horizon)
    experience = Experience(arrivals, durations, margins)
    level = NORMAL.inv_cdf(confidence)
    levels = {urgency: level + margins.of(urgency) for urgency in Urgency}
    completions = {
        one.id: (model.completion(one, length, start), one.urgency)
        for one, length, start in zip(pieces, lengths, laid.starts, strict=True)
    }
    return Plan(
        now=now,
        confidence=confidence,
        expected={
            work_id: model.instant(completion.quantile(levels[urgency]))
            for work_id, (completion, urgency) in completions.items()
        },
        order=tuple(task.key[-1] for task in sorted(tasks, key=lambda task: task.key) if not task.release),
        doing=_doing(team, laid),
        person={one.id: team.people[start.person].email for one, start in zip(pieces, laid.starts, strict=True)},
        _team=team,
        _schedule=laid,
        _model=model,
        _experience=experience,
        _completions=completions,
    )


def _tasks(
    pieces: Sequence[Work], lengths: Sequence[Duration], team: Team, hours: WorkingHours, now: datetime
) -> list[Task]:
    kinds = {(one.assigned_to, one.category): one for one in pieces}
    who = {kind: team.able(one) for kind, one in kinds.items()}
    return [
        Task(
            order_key(one),
            who[one.assigned_to, one.category],
            length.mean,
            length.variance,
            _release(one, now, hours),
            one.started,
        )
        for one, length in zip(pieces, lengths, strict=True)
    ]


def _release(work: Work, now: datetime, hours: WorkingHours) -> float:
    """When work may be done, in working minutes from now: 0 unless it is postponed."""
    if not is_postponed(work, now) or work.not_before is None:
        return 0.0
    return minutes_until(work.not_before, now, hours)


def _doing(team: Team, laid: Schedule) -> dict[str, str]:
    """What each person who is there begins, or goes on with, at this moment."""
    return {
        person.email: lane.keys[0][-1]
        for person, lane in zip(team.people, laid.lanes, strict=True)
        if lane.times[0] == 0 and lane.keys[0] < IDLE
    }


# ---- the model of one plan ------------------------------------------------------------------------------------------


def _model(team: Team, hours: WorkingHours, now: datetime, arrivals: ArrivalRates, horizon: float) -> _Model:
    streams = [_stream(arrivals.of(urgency)) for urgency in Urgency]
    latest = hours.position(now + LONGEST) - hours.position(now)
    overtaking = [_bearable(_together(streams[:rank]), team, hours) for rank in range(len(streams))]
    busiest = max(load for _, load in overtaking)
    loads = [_load(_together(streams[:rank]), team, hours) for rank in range(len(streams) + 1)]
    clock = _clock(team, hours, now, min((horizon + _BEYOND) / (1 - busiest), latest / MINUTE))
    return _Model(
        people=team.presences,
        clock=clock,
        capacity=team.capacity,
        overtaking=tuple(
            _Overtaking(
                stream,
                load,
                _typical(arrivals, rank),
                _reach(clock, stream),
                _exposed(loads, rank, team),
                team.capacity * (1 - load),
            )
            for rank, (stream, load) in enumerate(overtaking)
        ),
        interrupting=streams[Urgency.CRITICAL.rank],
        hours=hours,
        position=hours.position(now),
        latest=latest,
    )


def _stream(rate: Rate) -> _Stream:
    """A compound Poisson process: the variance of its sum is the rate times the mean square."""
    return _Stream(rate.working * rate.mean, rate.off * rate.mean, rate.working * rate.square, rate.off * rate.square)


def _together(streams: Sequence[_Stream]) -> _Stream:
    return _Stream(
        sum(one.mean for one in streams),
        sum(one.mean_off for one in streams),
        sum(one.variance for one in streams),
        sum(one.variance_off for one in streams),
    )


def _bearable(stream: _Stream, team: Team, hours: WorkingHours) -> tuple[_Stream, float]:
    """The stream and its share of the team's time, cut down to what still lets other work be done some day."""
    load = _load(stream, team, hours)
    if load <= _BUSIEST:
        return stream, load
    part = _BUSIEST / load
    return _Stream(*(part * value for value in astuple(stream))), _BUSIEST


def _load(stream: _Stream, team: Team, hours: WorkingHours) -> float:
    off = (_WEEK_MINUTES - hours.minutes_a_week) / hours.minutes_a_week
    return stream.work(1, off) / team.capacity


def _exposed(loads: Sequence[float], rank: int, team: Team) -> float:
    """The probability that critical work interrupts a piece of that rank: nobody else is idle or does less urgent work.

    `loads` are the shares of the team's time that go to what is more urgent than each rank; others of the same rank share
    the risk.
    """
    above, within = min(loads[rank], 1.0), min(loads[rank + 1], 1.0)
    if rank == 0 or not within:
        return 0.0
    others = max(team.capacity - 1, 0.0)
    return pow(within, others) / (1 + others * (within - above) / within)


def _typical(arrivals: ArrivalRates, rank: int) -> float:
    """The work in one arrival that is more urgent than that rank."""
    rates = [arrivals.of(urgency) for urgency in Urgency][:rank]
    often = sum(rate.working + rate.off for rate in rates)
    return sum((rate.working + rate.off) * rate.mean for rate in rates) / often if often else 0.0


def _clock(team: Team, hours: WorkingHours, now: datetime, until: float) -> _Clock:
    points, end = _openings(hours, now, until)
    starts = sorted({start for start, _ in points}.union(_edges(team, end)))
    openings = [start for start, _ in points]
    offs = [points[bisect_right(openings, start) - 1][1] for start in starts]
    capacities = [sum(one.capacity for one in team.presences if one.first_present(at) == at) for at in starts]
    starts.append(end)
    work = ((later - start) * capacity for (start, later), capacity in zip(pairwise(starts), capacities, strict=True))
    return _Clock(starts, offs, capacities, list(accumulate(work, initial=0.0)))


def _openings(hours: WorkingHours, now: datetime, until: float) -> tuple[list[tuple[float, float]], float]:
    """Each opening from now on (working minutes, other minutes until then), and the working minutes until the end."""
    points: list[tuple[float, float]] = []
    worked, off, closed = 0.0, 0.0, now
    for opening, closing in hours.calendar_from(now):
        off += (opening - closed) / MINUTE
        points.append((worked, off))
        worked += (closing - opening) / MINUTE
        closed = closing
        if worked >= until:
            break
    return points, worked


def _edges(team: Team, end: float) -> set[float]:
    """When somebody leaves or comes back."""
    return {edge for one in team.presences for span in one.away for edge in span if 0 < edge < end}


def _reach(clock: _Clock, stream: _Stream) -> list[float]:
    ends = (
        done - stream.work(start, off)
        for start, off, done in zip(clock.starts[1:], clock.offs, clock.done[1:], strict=True)
    )
    return list(accumulate(ends, max))
