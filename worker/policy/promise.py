"""What a customer is told of the time, and when they are told another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from worker.model import Language, Urgency
from worker.policy.hours import MINUTE, WorkingHours
from worker.policy.queue import Work, order_key

# ---- a time as people say it ----------------------------------------------------------------------------------------

_GRIDS = ((120, 15), (960, 30), (2400, 60))  # up to so many working minutes ahead, in steps of so many minutes


def round_promise(at: datetime, hours: WorkingHours, now: datetime) -> datetime:
    """The time to promise for a computed one: never earlier than it, never past, never outside working time.

    Quarters within two working hours, halves within two days, hours within a week, then the end of a half day. The end
    of working time may be promised, its beginning not: nothing is done by then that was not done the evening before.
    """
    at, closing = _within_working_time(max(at, now + MINUTE).astimezone(UTC), hours)
    step = _step(hours.working_time_between(now, at))
    return closing if step is None else min(_next_on_grid(at, step, hours), closing)


def _within_working_time(at: datetime, hours: WorkingHours) -> tuple[datetime, datetime]:
    """The instant, or a minute after the next opening where it is outside, and the closing that follows."""
    opening, closing = hours.half_day(at)
    if opening < at <= closing:
        return at, closing
    opening, closing = hours.half_day(hours.next_working(at))
    return opening + MINUTE, closing


def _step(ahead: int) -> int | None:
    return next((step for limit, step in _GRIDS if ahead <= limit), None)


def _next_on_grid(at: datetime, step: int, hours: WorkingHours) -> datetime:
    local = hours.local(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return at + (midnight - local) % timedelta(minutes=step)


_DAYS = {
    Language.VI: ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def speak_promise(at: datetime, language: Language, zone: str, now: datetime | None = None) -> str:
    """The promise in words: "trước 16:30 thứ Tư, 25/11", "by 16:30 on Wednesday 25 November".

    The year is said where it is not the year of `now`.
    """
    return f"{'trước' if language is Language.VI else 'by'} {speak_instant(at, language, zone, now)}"


def speak_instant(at: datetime, language: Language, zone: str, now: datetime | None = None) -> str:
    """An instant in words: "16:30 thứ Tư, 25/11", "16:30 on Wednesday 25 November"; the year as with a promise."""
    local = at.astimezone(ZoneInfo(zone))
    day = _DAYS[language][local.weekday()]
    other_year = now is not None and now.astimezone(ZoneInfo(zone)).year != local.year
    if language is Language.VI:
        return f"{local:%H:%M} {day}, {local.day}/{local.month}" + f"/{local.year}" * other_year
    return f"{local:%H:%M} on {day} {local.day} {_MONTHS[local.month - 1]}" + f" {local.year}" * other_year


def speak_span(start: datetime, end: datetime, language: Language, zone: str) -> str:
    """A time from one instant to another in words; whole days as days: "cả ngày thứ Ba, 24/11"."""
    first, last = (at.astimezone(ZoneInfo(zone)) for at in (start, end))
    vietnamese = language is Language.VI
    if first.time() != time() or last.time() != time():
        begin, over = (speak_instant(at, language, zone) for at in (start, end))
        return f"từ {begin} đến {over}" if vietnamese else f"from {begin} to {over}"
    day, until = _speak_day(first, language), _speak_day(last - timedelta(days=1), language)
    if day == until:
        return f"cả ngày {day}" if vietnamese else f"all of {day}"
    return f"từ {day} đến hết {until}" if vietnamese else f"from {day} to the end of {until}"


def _speak_day(local: datetime, language: Language) -> str:
    day = _DAYS[language][local.weekday()]
    if language is Language.VI:
        return f"{day}, {local.day}/{local.month}"
    return f"{day} {local.day} {_MONTHS[local.month - 1]}"


# ---- when to write --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how many working minutes a promise may slip before the customer hears of it."""

    urgent: int = 60
    other: int = 240

    def of(self, urgency: Urgency) -> int:
        """`urgent` for critical and high, `other` for the rest."""
        return self.urgent if urgency in {Urgency.CRITICAL, Urgency.HIGH} else self.other


DEFAULT_TOLERANCE = Tolerance()


def is_later_beyond_tolerance(
    old: datetime, new: datetime, urgency: Urgency, tolerance: Tolerance, hours: WorkingHours
) -> bool:
    """Whether the new time is later by more working time than the urgency tolerates."""
    return hours.working_time_between(old, new) > tolerance.of(urgency)


@dataclass(frozen=True, slots=True)
class LetterRules:
    """When letters about a moved promise are written.

    An unfinished piece of work gets its new time `last_chance` working minutes before the old one passes. Staff hear of
    a promise at risk `warning` working minutes before the customer does, where there is that much time.
    Nothing is written from `quiet_from` to `quiet_until` (local), unless it is critical.
    """

    tolerance: Tolerance = DEFAULT_TOLERANCE
    last_chance: int = 10
    warning: int = 30
    quiet_from: time = time(21)
    quiet_until: time = time(7)


DEFAULT_RULES = LetterRules()
_AT_RISK = 0.4  # the chance below which a promise is rather broken than kept
_DAY = timedelta(days=1)
_WORTH_TELLING = 2  # tolerances: by so much earlier it must be, and so far ahead still, to be of use to anybody
_LEAST_DELAY, _DOUBLED, _HALF_DAY = 15, 4, 240  # working minutes, times, working minutes


class Step(StrEnum):
    """What to do about a promise now."""

    NOTHING = "nothing"
    ALARM = "alarm"  # staff only
    LATER = "later"  # a letter with the new time; staff hear of it too
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Standing:
    """What was told so far: the promise that stands, the last letter that moved it, when staff were alarmed.

    `letters` counts those that moved it; `alarmed` is of this promise, None again after each new one.
    """

    promised: datetime
    urgency: Urgency
    moved: datetime | None = None
    alarmed: datetime | None = None
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the forecast says now: the time at the stated confidence, a safer one, the chance of the promise."""

    expected: datetime
    safe: datetime
    chance: float


@dataclass(frozen=True, slots=True)
class Move:
    """What to do, the new promise if there is one, and when to look again if nothing happens before."""

    step: Step
    look_again: datetime
    promise: datetime | None = None


def letter_due(
    standing: Standing, outlook: Outlook, now: datetime, hours: WorkingHours, rules: LetterRules = DEFAULT_RULES
) -> Move:
    """What to do about the promise of a piece of work that is not done.

    1. About to pass, or passed: a letter with the new time, whatever was written before in this half day. One that
       passed at night waits for the morning, unless it is critical.
    2. Rather broken than kept: staff first. When it stays so, and later by more than the tolerance: a letter, at most
       one in a half day, not at night.
    3. Earlier by so much that it helps: a letter, under the same cap.
    """
    quiet = is_quiet(now, hours, rules) and standing.urgency is not Urgency.CRITICAL
    last = last_chance(standing.promised, standing.urgency, hours, rules)
    if now >= last:
        return _at_the_last_moment(standing, outlook, now, hours, rules, quiet=quiet)
    if outlook.chance < _AT_RISK:
        return _at_risk(standing, outlook, now, hours, rules, quiet=quiet)
    if _may_write(standing, now, hours, quiet=quiet) and _helps(standing, outlook, now, hours, rules):
        promise = round_promise(outlook.safe, hours, now)
        return Move(Step.EARLIER, last_chance(promise, standing.urgency, hours, rules), promise)
    return Move(Step.NOTHING, last)


def last_chance(
    promised: datetime, urgency: Urgency, hours: WorkingHours, rules: LetterRules = DEFAULT_RULES
) -> datetime:
    """The latest moment for the letter that keeps a promise from breaking silently: before it passes, not at night."""
    last = hours.instant(hours.position(promised) - rules.last_chance * MINUTE)
    if urgency is Urgency.CRITICAL or not is_quiet(last, hours, rules):
        return last
    return _clock_before(last, rules.quiet_from, hours) - rules.last_chance * MINUTE


def is_quiet(now: datetime, hours: WorkingHours, rules: LetterRules = DEFAULT_RULES) -> bool:
    """Whether it is night where the customers are."""
    clock = hours.local(now).time()
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= clock < rules.quiet_until
    return clock >= rules.quiet_from or clock < rules.quiet_until


def _at_the_last_moment(
    standing: Standing, outlook: Outlook, now: datetime, hours: WorkingHours, rules: LetterRules, *, quiet: bool
) -> Move:
    if quiet:
        return Move(Step.NOTHING, _clock_before(now, rules.quiet_until, hours) + _DAY)
    later = hours.add_working_time(max(standing.promised, now), _least_delay(standing.letters))
    promise = round_promise(max(outlook.safe, later), hours, now)
    return Move(Step.LATER, last_chance(promise, standing.urgency, hours, rules), promise)


def _least_delay(letters: int) -> int:
    """The working minutes to ask for at least: doubled with each letter, so that nobody is put off every quarter of an hour."""
    return min(_LEAST_DELAY << min(letters, _DOUBLED), _HALF_DAY)


def _at_risk(
    standing: Standing, outlook: Outlook, now: datetime, hours: WorkingHours, rules: LetterRules, *, quiet: bool
) -> Move:
    last = last_chance(standing.promised, standing.urgency, hours, rules)
    if standing.alarmed is None:
        return Move(Step.ALARM, min(last, hours.add_working_time(now, rules.warning)))
    answer_by = hours.add_working_time(standing.alarmed, rules.warning)
    if now < answer_by:
        return Move(Step.NOTHING, min(last, answer_by))
    if not is_later_beyond_tolerance(standing.promised, outlook.expected, standing.urgency, rules.tolerance, hours):
        return Move(Step.NOTHING, last)
    if not _may_write(standing, now, hours, quiet=quiet):
        return Move(Step.NOTHING, min(last, hours.opening_after(now)))
    promise = round_promise(outlook.safe, hours, now)
    return Move(Step.LATER, last_chance(promise, standing.urgency, hours, rules), promise)


def _may_write(standing: Standing, now: datetime, hours: WorkingHours, *, quiet: bool) -> bool:
    """At most one letter in a half day, none at night."""
    return not quiet and (standing.moved is None or hours.half_day(standing.moved) != hours.half_day(now))


def _helps(standing: Standing, outlook: Outlook, now: datetime, hours: WorkingHours, rules: LetterRules) -> bool:
    """Early enough to plan with, and by so much that it halves the wait; after each letter it takes twice as much.

    Else each quiet morning would bring a letter, and each busy one the next.
    """
    enough = _WORTH_TELLING * rules.tolerance.of(standing.urgency) << min(standing.letters, _DOUBLED)
    promise = round_promise(outlook.safe, hours, now)
    earlier, ahead = hours.working_time_between(promise, standing.promised), hours.working_time_between(now, promise)
    return earlier >= max(enough, ahead) and ahead >= enough


def _clock_before(at: datetime, clock: time, hours: WorkingHours) -> datetime:
    """The last instant until `at` at which the clock on the wall showed that time."""
    local = hours.local(at)
    day = local.date() if clock <= local.time() else local.date() - _DAY
    return datetime.combine(day, clock, local.tzinfo).astimezone(UTC)


# ---- the honest reason ----------------------------------------------------------------------------------------------


class Delay(StrEnum):
    """Why a promise moved later."""

    TAKES_LONGER = "takes_longer"  # the work itself, begun already
    MORE_URGENT = "more_urgent"  # came since the promise, and goes first
    WORK_BEFORE = "work_before"  # takes longer than thought, or somebody is away


def why_later(work: Work, open_work: Iterable[Work], promised_on: datetime) -> Delay:
    """The reason to give: what is open now, and what of it came after the promise was told and goes first."""
    if work.started:
        return Delay.TAKES_LONGER
    key = order_key(work)
    overtook = any(order_key(one) < key and one.arrived > promised_on for one in open_work)
    return Delay.MORE_URGENT if overtook else Delay.WORK_BEFORE
