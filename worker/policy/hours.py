"""Working time: which minutes count, and what lies so many working minutes ahead."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Interval = tuple[time, time]  # local start and end; an end of 00:00 is midnight at the end of that day
Span = tuple[datetime, datetime]  # the same as instants

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTE = timedelta(minutes=1)

_FULL_DAY: tuple[Interval, ...] = ((time(8), time(12)), (time(13, 30), time(17, 30)))
_MORNING: tuple[Interval, ...] = ((time(8), time(12)),)
DEFAULT_WEEK: tuple[tuple[Interval, ...], ...] = (*[_FULL_DAY] * 5, _MORNING, ())  # POLICY "Working time"
DEFAULT_ZONE = "Asia/Ho_Chi_Minh"

_NOTHING = timedelta()
_DAY = timedelta(days=1)
_ANCHOR_YEAR = 2026  # positions count from the beginning of this year; any year would do
_FIRST_YEAR, _LAST_YEAR = 1900, 2400  # nobody is promised anything outside
_MIDNIGHT = time(0)
_DAY_MINUTES = 24 * 60
_TIMES = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


class CalendarError(ValueError):
    """Working hours that make no sense. `mistakes` are (place, what is wrong): all of them, in reading order."""

    def __init__(self, mistakes: Iterable[tuple[str, str]]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(f"{place}: {fault}" for place, fault in self.mistakes))


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `start` until `end` (instants): nobody counts on them meanwhile."""

    email: str
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise CalendarError([(f"absences.{self.email}", f"ends {self.end} before it begins {self.start}")])


@dataclass(frozen=True, slots=True)
class _Timeline:
    """The working intervals of whole years in a row; `before`, longer by one, is the working time up to each."""

    first_year: int
    last_year: int
    begins: datetime
    ends: datetime
    openings: tuple[datetime, ...]
    closings: tuple[datetime, ...]
    before: tuple[timedelta, ...]

    def position(self, at: datetime) -> timedelta:
        """The working time from the anchor until that instant."""
        index = bisect_right(self.openings, at)
        if index == 0:
            return self.before[0]
        return self.before[index - 1] + (min(at, self.closings[index - 1]) - self.openings[index - 1])


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A working calendar. Instants go in and come out aware (out in UTC); inside, the days are those of `zone`.

    `week` has the intervals of each weekday, Monday first. A date in `extra_days` has exactly the intervals given
    there, whatever else is said of it (a Saturday worked for a bridge day); `holidays` and `closed_days` have none.
    An instant is working time from an opening (inclusive) to a closing (exclusive).

    Raises CalendarError with the place of each mistake.
    """

    week: tuple[tuple[Interval, ...], ...] = DEFAULT_WEEK
    zone: str = DEFAULT_ZONE
    holidays: frozenset[date] = frozenset()
    extra_days: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict, hash=False)
    closed_days: frozenset[date] = frozenset()
    _memo: list[_Timeline] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        mistakes = list(_calendar_mistakes(self))
        if mistakes:
            raise CalendarError(mistakes)

    # ---- questions about a day

    @property
    def working_weekdays(self) -> frozenset[int]:
        """The weekdays with any working time, 0 for Monday."""
        return frozenset(number for number, intervals in enumerate(self.week) if intervals)

    @property
    def minutes_a_week(self) -> int:
        """The working minutes of a week without holidays."""
        return sum(_length(start, end) for day in self.week for start, end in day)

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The local working intervals of a date, none on a day off."""
        if day in self.extra_days:
            return self.extra_days[day]
        if day in self.holidays or day in self.closed_days:
            return ()
        return self.week[day.weekday()]

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working intervals of a local date as instants. An hour that a clock change skips is not in them."""
        zone = ZoneInfo(self.zone)
        spans: list[Span] = []
        for start, end in self.intervals(day):
            opening, closing = _instant(day, start, zone), _instant(_day_of_end(day, end), end, zone)
            opening = max(opening, spans[-1][1]) if spans else opening
            if opening < closing:
                spans.append((opening, closing))
        return tuple(spans)

    def day_opening(self, day: date) -> datetime | None:
        """When work begins on a local date; None on a day off."""
        spans = self.spans(day)
        return spans[0][0] if spans else None

    def day_closing(self, day: date) -> datetime | None:
        """When work ends on a local date; None on a day off."""
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def local(self, at: datetime) -> datetime:
        """The instant as the clock on the wall shows it."""
        return at.astimezone(ZoneInfo(self.zone))

    # ---- questions about an instant

    def is_working(self, at: datetime) -> bool:
        """Whether that instant is working time."""
        line = self._timeline(at)
        index = bisect_right(line.openings, at)
        return index > 0 and at < line.closings[index - 1]

    def next_working(self, at: datetime) -> datetime:
        """The first instant of working time from that one on: itself, or the next opening."""
        return at.astimezone(UTC) if self.is_working(at) else self.opening_after(at)

    def previous_working(self, at: datetime) -> datetime:
        """The last instant until that one by which work was done: itself within an interval, else the last closing."""
        line, index = self._last_opening(at, inclusive=False)
        return min(at.astimezone(UTC), line.closings[index])

    def opening_after(self, at: datetime) -> datetime:
        """The first opening later than that instant."""
        line = self._timeline(at)
        while at >= line.openings[-1]:
            line = self._grown(line, line.first_year, 2 * line.last_year - line.first_year + 1)
        return line.openings[bisect_right(line.openings, at)]

    def half_day(self, at: datetime) -> Span:
        """The working interval that instant lies in or, outside working time, the last one before it."""
        line, index = self._last_opening(at, inclusive=True)
        return line.openings[index], line.closings[index]

    # ---- arithmetic

    def position(self, at: datetime) -> timedelta:
        """The working time from a fixed instant until that one, negative before it: only differences mean anything."""
        return self._timeline(at).position(at)

    def instant(self, position: timedelta) -> datetime:
        """The first instant with that position: at the end of a half day its closing, not the next opening."""
        line = self._timeline_for(position)
        index = bisect_left(line.before, position) - 1
        return line.openings[index] + (position - line.before[index])

    def add_working_time(self, start: datetime, minutes: int) -> datetime:
        """The first instant by which so many working minutes have passed since `start`; itself for 0.

        Raises ValueError for negative minutes.
        """
        if minutes < 0:
            raise ValueError(f"cannot add {minutes} working minutes")
        if minutes == 0:
            return start.astimezone(UTC)
        return self.instant(self.position(start) + timedelta(minutes=minutes))

    def working_time_between(self, a: datetime, b: datetime) -> int:
        """The whole working minutes from a to b; negative where b is before a."""
        if b < a:
            return -self.working_time_between(b, a)
        return (self.position(b) - self.position(a)) // MINUTE

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many days with working time later, or the next working time where that is outside it."""
        local = self.local(start)
        day = local.date()
        for _ in range(days):
            day += _DAY
            while not self.intervals(day):
                day += _DAY
        return self.next_working(datetime.combine(day, local.time(), local.tzinfo))

    def calendar_from(self, at: datetime) -> Iterator[Span]:
        """The working intervals from that instant on (the first one cut to begin there), without end."""
        line = self._timeline(at)
        index = bisect_right(line.closings, at)
        while True:
            if index >= len(line.openings):
                line, index = self._further(line, index)
            yield max(line.openings[index], at), line.closings[index]
            index += 1

    # ---- the memory behind it: a timeline that covers more years whenever somebody asks further

    def _timeline(self, at: datetime) -> _Timeline:
        line = self._memo[-1] if self._memo else None
        if line is not None and line.begins <= at < line.ends:
            return line
        return self._grown(line, at.year - 1, at.year + 1)

    def _timeline_for(self, position: timedelta) -> _Timeline:
        line = self._memo[-1] if self._memo else self._grown(None, _ANCHOR_YEAR, _ANCHOR_YEAR)
        while position <= line.before[0]:
            line = self._grown(line, 2 * line.first_year - line.last_year - 1, line.last_year)
        while position > line.before[-1]:
            line = self._grown(line, line.first_year, 2 * line.last_year - line.first_year + 1)
        return line

    def _further(self, line: _Timeline, index: int) -> tuple[_Timeline, int]:
        at = line.closings[-1]
        while index >= len(line.openings):
            line = self._grown(line, line.first_year, 2 * line.last_year - line.first_year + 1)
            index = bisect_right(line.closings, at)
        return line, index

    def _last_opening(self, at: datetime, *, inclusive: bool) -> tuple[_Timeline, int]:
        line = self._timeline(at)
        find = bisect_right if inclusive else bisect_left
        while (index := find(line.openings, at)) == 0:
            line = self._grown(line, 2 * line.first_year - line.last_year - 1, line.last_year)
        return line, index - 1

    def _grown(self, line: _Timeline | None, first_year: int, last_year: int) -> _Timeline:
        """A timeline that covers those years, the anchor and what it covered before; kept for the next question.

        Two threads may do this at once: both get a right answer, and the last one is kept.
        """
        first = min(first_year, _ANCHOR_YEAR, *([line.first_year] if line else []))
        last = max(last_year, _ANCHOR_YEAR, *([line.last_year] if line else []))
        if line and (first < _FIRST_YEAR or last > _LAST_YEAR):
            first, last = max(first, _FIRST_YEAR), min(last, _LAST_YEAR)
        if first < _FIRST_YEAR or last > _LAST_YEAR or (line and (first, last) == (line.first_year, line.last_year)):
            raise ValueError(f"no working time is known before {_FIRST_YEAR} or after {_LAST_YEAR}")
        grown = self._laid_out(first, last)
        self._memo[:] = [grown]
        return grown

    def _laid_out(self, first: int, last: int) -> _Timeline:
        zone = ZoneInfo(self.zone)
        spans = [span for day in _days(first, last) for span in self.spans(day)]
        before = list(accumulate((closing - opening for opening, closing in spans), initial=_NOTHING))
        new_year = _instant(date(_ANCHOR_YEAR, 1, 1), _MIDNIGHT, zone)
        anchor = before[bisect_left([opening for opening, _ in spans], new_year)]
        return _Timeline(
            first_year=first,
            last_year=last,
            begins=_instant(date(first, 1, 1), _MIDNIGHT, zone),
            ends=_instant(date(last + 1, 1, 1), _MIDNIGHT, zone),
            openings=tuple(opening for opening, _ in spans),
            closings=tuple(closing for _, closing in spans),
            before=tuple(worked - anchor for worked in before),
        )


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _length(start: time, end: time) -> int:
    """Minutes between two times of a clock; the same time means a whole day (00:00 to 00:00)."""
    return (60 * (end.hour - start.hour) + end.minute - start.minute) % _DAY_MINUTES or _DAY_MINUTES


def _day_of_end(day: date, end: time) -> date:
    return day + _DAY if end == _MIDNIGHT else day


def _days(first_year: int, last_year: int) -> Iterator[date]:
    day, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    while day < end:
        yield day
        day += _DAY


# ---- what makes no sense --------------------------------------------------------------------------------------------


def _calendar_mistakes(hours: WorkingHours) -> Iterator[tuple[str, str]]:
    yield from _zone_mistakes(hours.zone)
    if len(hours.week) != len(WEEKDAYS):
        yield "hours", f"has {len(hours.week)} weekdays instead of seven"
    for name, intervals in zip(WEEKDAYS, hours.week, strict=False):
        yield from _day_mistakes(f"hours.{name}", intervals)
    if not any(hours.week):
        yield "hours", "has no working day at all"
    for day, intervals in sorted(hours.extra_days.items()):
        place = f"hours.extra_days.{day}"
        yield from _day_mistakes(place, intervals)
        if not intervals:
            yield place, "has no working time; a day off belongs in closed_days"
        if day in hours.closed_days:
            yield place, "is also in closed_days"


def _zone_mistakes(zone: str) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # ValueError: "../x", OSError: "Asia" is a directory
        yield "hours.zone", f"{zone!r} is no time zone; an example is {DEFAULT_ZONE}"


def _day_mistakes(place: str, intervals: Sequence[Interval]) -> Iterator[tuple[str, str]]:
    for start, end in intervals:
        if end <= start and end != _MIDNIGHT:
            yield place, f"{_shown(start, end)} ends before it begins (a night shift is two intervals, split at 00:00)"
    for (start, end), (next_start, next_end) in pairwise(intervals):
        if end > next_start or end == _MIDNIGHT:
            yield place, f"{_shown(start, end)} and {_shown(next_start, next_end)} overlap or are not in order"


def _shown(start: time, end: time) -> str:
    return f"{start:%H:%M}-{end:%H:%M}"


# ---- from the words of a settings file ------------------------------------------------------------------------------


def parse_hours(
    week: Mapping[str, Sequence[str]],
    *,
    zone: str = DEFAULT_ZONE,
    holidays: Iterable[date | str] = (),
    extra_days: Mapping[date | str, Sequence[str]] | None = None,
    closed_days: Iterable[date | str] = (),
) -> WorkingHours:
    """Working hours from words: `{"monday": ["08:00-12:00", "13:30-17:30"]}`, dates as 2026-08-31.

    A weekday that is not named is free. Raises CalendarError with all mistakes and their places.
    """
    mistakes: list[tuple[str, str]] = []
    unknown = [(f"hours.{name}", "is no weekday; they are monday to sunday") for name in week if name not in WEEKDAYS]
    mistakes += unknown
    parsed_week = tuple(_parse_intervals(f"hours.{name}", week.get(name, ()), mistakes) for name in WEEKDAYS)
    off = _parse_days("hours.holidays", holidays, mistakes)
    closed = _parse_days("hours.closed_days", closed_days, mistakes)
    extra = {
        day: _parse_intervals(f"hours.extra_days.{day}", intervals, mistakes)
        for word, intervals in (extra_days or {}).items()
        for day in _parse_days("hours.extra_days", [word], mistakes)
    }
    try:
        hours = WorkingHours(parsed_week, zone, off, extra, closed)
    except CalendarError as error:
        raise CalendarError([*mistakes, *error.mistakes]) from None
    if mistakes:
        raise CalendarError(mistakes)
    return hours


def _parse_intervals(place: str, words: Sequence[str], mistakes: list[tuple[str, str]]) -> tuple[Interval, ...]:
    if isinstance(words, str):  # one interval without the brackets of a list
        words = [words]
    intervals = []
    for word in words:
        try:
            intervals.append(_parse_interval(word))
        except ValueError:
            mistakes.append((place, f"{word!r} is no interval of times such as 08:00-12:00"))
    return tuple(intervals)


def _parse_interval(word: str) -> Interval:
    found = _TIMES.fullmatch(str(word))
    if found is None:
        raise ValueError(word)
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    end = _MIDNIGHT if (end_hour, end_minute) == (24, 0) else time(end_hour, end_minute)
    return time(start_hour, start_minute), end


def _parse_days(place: str, words: Iterable[date | str], mistakes: list[tuple[str, str]]) -> frozenset[date]:
    days = set()
    for word in words:
        try:
            days.add(word if isinstance(word, date) else date.fromisoformat(word.strip()))
        except ValueError:
            mistakes.append((f"{place}.{word}", "is no date of the calendar; an example is 2026-08-31"))
    return frozenset(days)
