"""What the past says about the work to come: how long it really takes, how much arrives, how often promises held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import exp, expm1, log, sqrt
from statistics import NormalDist

from worker.model import Category, Effort, Urgency
from worker.policy.hours import MINUTE, WorkingHours

NORMAL = NormalDist()
_SURE = 1e-4
_RANGE = 2 * NORMAL.inv_cdf(0.9)  # an 80 % range is so many standard deviations wide
_WIDEST_RANGE = 1.3  # one in ten takes more than five times the middle: a wider range would only be a typing error
_WEEK_MINUTES = 7 * 24 * 60


# ---- how long work takes --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duration:
    """Working minutes that something takes, as a random quantity."""

    mean: float
    variance: float

    @property
    def square(self) -> float:
        """The mean of the square, which is what waiting behind it depends on."""
        return self.variance + self.mean * self.mean


@dataclass(frozen=True, slots=True)
class Handled:
    """A closed piece of work: what was estimated, and how many working minutes it took."""

    category: Category
    effort: Effort
    minutes: int


@dataclass(frozen=True, slots=True)
class Durations:
    """How estimates turn out, by category: the work takes `factors` times the estimate, its range is `spreads` as wide.

    A category that is not named is believed as estimated.
    """

    factors: Mapping[Category, float] = field(default_factory=dict)
    spreads: Mapping[Category, float] = field(default_factory=dict)

    def of(self, category: Category, effort: Effort, spent: int = 0) -> Duration:
        """The working minutes still ahead, after `spent` of them: log-normal, the estimate's `likely` as its middle.

        Work that outlasts its estimate is expected to take longer still: the remainder is what the
        distribution says of work that is not done after `spent` minutes.
        """
        middle = max(effort.likely, 1) * self.factors.get(category, 1.0)
        width = min(range_deviation(effort) * self.spreads.get(category, 1.0), _WIDEST_RANGE)
        if not width:
            return Duration(max(middle - spent, 1.0), 0.0)
        return _remaining(log(middle), width, spent) if spent > 0 else _log_normal(log(middle), width)


NO_DURATIONS = Durations()


def range_deviation(effort: Effort) -> float:
    """The deviation of the logarithm that an estimate's 80 % range stands for; 0 for an estimate without a range."""
    return log(effort.high / effort.low) / _RANGE if 0 < effort.low < effort.high else 0.0


def _log_normal(mu: float, sigma: float) -> Duration:
    mean = exp(mu + sigma * sigma / 2)
    return Duration(mean, mean * mean * expm1(sigma * sigma))


def _remaining(mu: float, sigma: float, spent: int) -> Duration:
    """Mean and variance of X - spent where X > spent, from the partial moments of the log-normal."""
    beyond = (log(spent) - mu) / sigma
    outlasting = NORMAL.cdf(-beyond)
    if outlasting < _SURE:  # the estimate says nothing any more: a tenth of what it took may be left
        left = max(spent / 10, 5.0)
        return Duration(left, left * left)
    first = exp(mu + sigma * sigma / 2) * NORMAL.cdf(sigma - beyond) / outlasting
    second = exp(2 * mu + 2 * sigma * sigma) * NORMAL.cdf(2 * sigma - beyond) / outlasting
    return Duration(max(first - spent, 1.0), max(second - first * first, 0.0))


_PRIOR_JOBS = 6  # so many jobs as estimated are believed in before any is seen
_FURTHEST = 2.0  # a job that took e² times its estimate says no more than that: a typing error must not rule


def learn_durations(history: Iterable[Handled]) -> Durations:
    """What closed work says of estimates in its category, drawn towards "as estimated" while there is little of it."""
    misses: dict[Category, list[tuple[float, float]]] = defaultdict(list)
    for job in history:
        deviation = range_deviation(job.effort)
        if job.minutes > 0 and job.effort.likely > 0 and deviation:
            misses[job.category].append((_clamped(log(job.minutes / job.effort.likely), _FURTHEST), deviation))
    bias = {category: sum(miss for miss, _ in seen) / (len(seen) + _PRIOR_JOBS) for category, seen in misses.items()}
    return Durations(
        {category: exp(value) for category, value in bias.items()},
        {category: _spread(bias[category], seen) for category, seen in misses.items()},
    )


def _spread(bias: float, seen: list[tuple[float, float]]) -> float:
    squares = sum(((miss - bias) / deviation) ** 2 for miss, deviation in seen)
    return min(max(sqrt((squares + _PRIOR_JOBS) / (len(seen) + _PRIOR_JOBS)), 0.5), 3.0)


def _clamped(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)


# ---- how much arrives -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived, and the working minutes it took or is expected to take."""

    arrived: datetime
    urgency: Urgency
    minutes: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a minute, in working time and outside of it, and the minutes of work in each (mean, mean square)."""

    working: float
    off: float
    mean: float
    square: float


@dataclass(frozen=True, slots=True)
class ArrivalRates:
    """How many requests of each urgency are likely to arrive; of an urgency that is not named, none."""

    rates: Mapping[Urgency, Rate] = field(default_factory=dict)

    def of(self, urgency: Urgency) -> Rate:
        """The rate of one urgency."""
        return self.rates.get(urgency, _NONE)


_NONE = Rate(0.0, 0.0, 0.0, 0.0)
NO_ARRIVALS = ArrivalRates()

_PRIOR_LOAD = 0.6  # of the team's time
_PRIOR_MIX: Mapping[Urgency, float] = {
    Urgency.CRITICAL: 0.05,
    Urgency.HIGH: 0.2,
    Urgency.NORMAL: 0.55,
    Urgency.LOW: 0.2,
}
_PRIOR_MINUTES = 45.0
_PRIOR_SQUARE = 2 * _PRIOR_MINUTES**2
_PRIOR_OFF = 0.3  # of all mail comes in the evening, at night, on Sundays
_PRIOR_EXPOSURE = 1.0  # weeks that the prior counts for
_PRIOR_REQUESTS = 10


def prior_rates(capacity: float, hours: WorkingHours) -> ArrivalRates:
    """What to expect before there is any history: a team of that capacity, busy for six tenths of its time."""
    working, off = _minutes_a_week(hours)
    requests = _PRIOR_LOAD * capacity * working / _PRIOR_MINUTES
    return ArrivalRates(
        {
            urgency: Rate(
                share * requests * (1 - _PRIOR_OFF) / working,
                share * requests * _PRIOR_OFF / off if off else 0.0,
                _PRIOR_MINUTES,
                _PRIOR_SQUARE,
            )
            for urgency, share in _PRIOR_MIX.items()
        }
    )


def learn_rates(
    history: Iterable[Seen], prior: ArrivalRates, hours: WorkingHours, since: datetime, until: datetime
) -> ArrivalRates:
    """The rates of what arrived from `since` until `until`; the prior counts as one week more."""
    found: dict[Urgency, list[Seen]] = defaultdict(list)
    for one in history:
        if since <= one.arrived < until:
            found[one.urgency].append(one)
    working = max(hours.working_time_between(since, until), 0)
    off = max((until - since) / MINUTE - working, 0.0)
    return ArrivalRates(
        {urgency: _learn_rate(found[urgency], prior.of(urgency), hours, working, off) for urgency in Urgency}
    )


def _learn_rate(seen: list[Seen], prior: Rate, hours: WorkingHours, working: float, off: float) -> Rate:
    in_time = sum(hours.is_working(one.arrived) for one in seen)
    week_working, week_off = (_PRIOR_EXPOSURE * minutes for minutes in _minutes_a_week(hours))
    count = len(seen) + _PRIOR_REQUESTS
    return Rate(
        (in_time + prior.working * week_working) / (working + week_working),
        (len(seen) - in_time + prior.off * week_off) / (off + week_off) if off + week_off else 0.0,
        (sum(one.minutes for one in seen) + prior.mean * _PRIOR_REQUESTS) / count,
        (sum(one.minutes**2 for one in seen) + prior.square * _PRIOR_REQUESTS) / count,
    )


def _minutes_a_week(hours: WorkingHours) -> tuple[float, float]:
    """The working minutes of an ordinary week, and the others."""
    return hours.minutes_a_week, _WEEK_MINUTES - hours.minutes_a_week


# ---- how often promises held ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A first promise, and when the work was done; None while it is not."""

    urgency: Urgency
    promised: datetime
    completed: datetime | None


@dataclass(frozen=True, slots=True)
class Margins:
    """What is added to the level of confidence of each urgency, in standard deviations, so that it comes true."""

    margins: Mapping[Urgency, float] = field(default_factory=dict)

    def of(self, urgency: Urgency) -> float:
        """The margin of one urgency; 0 before there is any experience."""
        return self.margins.get(urgency, 0.0)


NO_MARGINS = Margins()

_STEP = 0.04
_WIDEST = 1.0
_A_LITTLE = 0.1  # of the risk that was stated: what is stated should be reached in most quarters, not in every second


def learn_margins(history: Iterable[Told], now: datetime, confidence: float) -> Margins:
    """Margins with which the share of promises kept settles a little above `confidence`, whatever the forecast gets wrong.

    Each broken promise widens, each kept one narrows a little, in the order in which it turned out (adaptive conformal
    inference: Gibbs and Candès 2021). An open promise that has passed counts as broken.
    """
    aim = confidence + _A_LITTLE * (1 - confidence)
    margins: dict[Urgency, float] = {}
    for _, urgency, kept in sorted(_verdicts(history, now)):
        change = -_STEP * (1 - aim) if kept else _STEP * aim
        margins[urgency] = _clamped(margins.get(urgency, 0.0) + change, _WIDEST)
    return Margins(margins)


def _verdicts(history: Iterable[Told], now: datetime) -> Iterable[tuple[datetime, Urgency, bool]]:
    for told in history:
        if told.completed is not None and told.completed <= min(told.promised, now):
            yield told.completed, told.urgency, True
        elif told.promised < now:
            yield told.promised, told.urgency, False


@dataclass(frozen=True, slots=True)
class Experience:
    """All that a forecast takes from the past. The default is no experience: estimates are believed as they are."""

    rates: ArrivalRates = NO_ARRIVALS
    durations: Durations = NO_DURATIONS
    margins: Margins = NO_MARGINS
