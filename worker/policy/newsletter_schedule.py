"""When a newsletter goes out: once or again and again, inside the sending window, and never hours late without asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from worker.model import Language
from worker.policy.features import fold
from worker.policy.hours import Interval, WorkingHours

_FARTHEST = 366  # days a window is looked for, and a date may lie ahead
_LONGEST = 200


class Start(StrEnum):
    """What is to be done with a newsletter now."""

    WAIT = "wait"
    SEND = "send"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When: at one instant, by a cron expression in a time zone, or (neither) as soon as it is approved."""

    at: datetime | None = None
    cron: str = ""
    zone: str = "Asia/Ho_Chi_Minh"

    @property
    def is_recurring(self) -> bool:
        """Whether it goes out more than once."""
        return bool(self.cron)


@dataclass(frozen=True, slots=True)
class Window:
    """When newsletters may leave: these hours of a day (local to the calendar), on days with working time or on all."""

    hours: WorkingHours
    intervals: tuple[Interval, ...]
    working_days_only: bool = True

    def next_open(self, at: datetime) -> datetime:
        """The first instant from that one on at which newsletters may leave. ValueError where there is none in a year."""
        zone = ZoneInfo(self.hours.zone)
        local = at.astimezone(zone)
        for ahead in range(_FARTHEST):
            day = local.date() + timedelta(days=ahead)
            if self.working_days_only and not self.hours.intervals(day):
                continue
            for start, end in self.intervals:
                opens = max(_instant(day, start, zone), at.astimezone(UTC))
                if opens < _end(day, end, zone):
                    return opens
        raise ValueError("the sending window never opens")

    def is_open(self, at: datetime) -> bool:
        """Whether newsletters may leave at that instant."""
        return self.next_open(at) == at


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _end(day: date, end: time, zone: ZoneInfo) -> datetime:
    return _instant(day + timedelta(days=1) if end == time(0) else day, end, zone)


def next_run(schedule: Schedule, after: datetime) -> datetime | None:
    """The first instant later than `after` at which the schedule wants to run, UTC; None where there is none left."""
    if schedule.cron:
        return next(CronSim(schedule.cron, after.astimezone(ZoneInfo(schedule.zone)))).astimezone(UTC)
    if schedule.at is not None and schedule.at > after:
        return schedule.at.astimezone(UTC)
    return None


def decide_start(due: datetime, now: datetime, window: Window, late: timedelta) -> tuple[Start, datetime]:
    """Whether to start a newsletter that was due then: send, wait until the instant given, or ask (it is `late`).

    Being outside the window is no delay: what is due at night is due when the window opens.
    """
    opens = window.next_open(due)
    if now < opens:
        return Start.WAIT, opens
    if now - opens > late:
        return Start.ASK, opens
    again = window.next_open(now)
    return (Start.SEND, now) if again <= now else (Start.WAIT, again)


# ---- written by people ----------------------------------------------------------------------------------------------


class ScheduleError(ValueError):
    """The words are no schedule, or one in the past; the message says which."""


def read_schedule(text: str, now: datetime, zone: str) -> Schedule:
    """The schedule that the words describe, local to `zone`: `ngay`, `9h thứ 2`, `14h30 25/11`, `9h thứ 2 hàng tuần`,
    `9h ngày 1 hàng tháng`, `cron: 0 9 * * 1`. An hour alone is its next occurrence. ScheduleError where they are none.
    """
    words = " ".join(fold(text[:_LONGEST]).split()).strip(" .!")
    if words in _AT_ONCE:
        return Schedule(zone=zone)
    if words.startswith("cron"):
        return _cron(words.removeprefix("cron").lstrip(": "), zone)
    at = _time(words)
    if at is None:
        raise ScheduleError(f"no hour in {text[:_LONGEST]!r}")
    for pattern, build in _DAYS:
        found = pattern.search(words)
        if found:
            try:
                return _checked(build(found, at, now.astimezone(ZoneInfo(zone)), zone), now, text)
            except ValueError as error:
                raise ScheduleError(f"{text[:_LONGEST]!r}: {error}") from None
    return _once(_next_day(now.astimezone(ZoneInfo(zone)), at, range(2)), at, zone)


def check_cron(expression: str, zone: str) -> str:
    """Why a cron expression cannot be used, empty where it can."""
    try:
        ZoneInfo(zone)
        next(CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration):
        return f"{expression!r} is no cron expression of five fields, such as 0 9 * * 1"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{zone!r} is no time zone"
    return ""


def _cron(expression: str, zone: str) -> Schedule:
    if wrong := check_cron(expression, zone):
        raise ScheduleError(wrong)
    return Schedule(cron=expression, zone=zone)


def _checked(schedule: Schedule, now: datetime, text: str) -> Schedule:
    if schedule.at is not None and not now < schedule.at <= now + timedelta(days=_FARTHEST):
        raise ScheduleError(f"{text[:_LONGEST]!r} is not within a year from now")
    return schedule


_AT_ONCE = frozenset({"ngay", "gui ngay", "luon", "gui luon", "bay gio", "now", "at once", "immediately"})
_TIME = re.compile(
    r"\b(\d{1,2})(?: ?(?:h|g|gio)|:)(?: ?(\d{2})(?![\d/-]))?(?: ?(sang|chieu|toi|am|pm)\b)?(?![a-z])"
    r"|\b(\d{1,2}) ?(am|pm)\b"
)
_WEEKDAYS = (
    r"\bthu (?:hai|2)\b|\bt2\b|\bmon(?:day)?s?\b",
    r"\bthu (?:ba|3)\b|\bt3\b|\btue(?:sday)?s?\b",
    r"\bthu (?:tu|4)\b|\bt4\b|\bwed(?:nesday)?s?\b",
    r"\bthu (?:nam|5)\b|\bt5\b|\bthu(?:rsday)?s?\b(?! (?:hai|ba|tu|nam|sau|bay|[2-7](?![\d:])))",
    r"\bthu (?:sau|6)\b|\bt6\b|\bfri(?:day)?s?\b",
    r"\bthu (?:bay|7)\b|\bt7\b|\bsat(?:urday)?s?\b",
    r"\bchu nhat\b|\bcn\b|\bsun(?:day)?s?\b",
)
_NEXT_WEEK = r"tuan (?:sau|toi)|next week"
_WEEKLY = r"hang tuan|moi tuan|moi (?=thu|chu|t\d)|weekly|every"


def _time(words: str) -> time | None:
    found = _TIME.search(words)
    if not found:
        return None
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    half = found[3] or found[5] or ("chieu" if re.search(r"\bchieu\b", words) else "")
    if half in {"chieu", "toi", "pm"} and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _once(day: date, at: time, zone: str) -> Schedule:
    return Schedule(at=_instant(day, at, ZoneInfo(zone)), zone=zone)


def _next_day(local: datetime, at: time, candidates: Sequence[int]) -> date:
    """The first of the days so far ahead on which that time is still to come."""
    ahead = next(days for days in candidates if days or at > local.time())
    return local.date() + timedelta(days=ahead)


def _monthly(found: re.Match[str], at: time, _local: datetime, zone: str) -> Schedule:
    day = int(found[1] or found[2])
    if not 1 <= day <= 28:
        raise ValueError("a day of every month is 1 to 28")
    return Schedule(cron=f"{at.minute} {at.hour} {day} * *", zone=zone)


def _weekly(number: int) -> Callable[[re.Match[str], time, datetime, str], Schedule]:
    def build(found: re.Match[str], at: time, local: datetime, zone: str) -> Schedule:
        if re.search(_WEEKLY, found.string):
            return Schedule(cron=f"{at.minute} {at.hour} * * {(number + 1) % 7}", zone=zone)
        if re.search(_NEXT_WEEK, found.string):
            return _once(local.date() + timedelta(days=7 - local.weekday() + number), at, zone)
        ahead = (number - local.weekday()) % 7
        return _once(_next_day(local, at, (ahead, 7)), at, zone)

    return build


def _on_date(found: re.Match[str], at: time, local: datetime, zone: str) -> Schedule:
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _once(date(int(found[3]), month, day), at, zone)
    this_year = date(local.year, month, day)
    return _once(this_year if this_year >= local.date() else date(local.year + 1, month, day), at, zone)


def _on_iso_date(found: re.Match[str], at: time, _local: datetime, zone: str) -> Schedule:
    return _once(date.fromisoformat(found[0]), at, zone)


_Build = Callable[[re.Match[str], time, datetime, str], Schedule]
_DAYS: tuple[tuple[re.Pattern[str], _Build], ...] = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), _on_iso_date),
    (re.compile(r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?\b"), _on_date),
    (re.compile(r"\bngay (\d{1,2}) (?:hang|moi) thang\b|\bmonthly on (?:the |day )?(\d{1,2})"), _monthly),
    *((re.compile(pattern), _weekly(number)) for number, pattern in enumerate(_WEEKDAYS)),
    (
        re.compile(r"\b(?:hang ngay|moi ngay|daily|every day)\b"),
        lambda _found, at, _local, zone: Schedule(cron=f"{at.minute} {at.hour} * * *", zone=zone),
    ),
    (
        re.compile(r"\b(?:ngay )?mai\b|\btomorrow\b"),
        lambda _found, at, local, zone: _once(local.date() + timedelta(days=1), at, zone),
    ),
    (
        re.compile(r"\bngay (?:kia|mot)\b"),
        lambda _found, at, local, zone: _once(local.date() + timedelta(days=2), at, zone),
    ),
)


def describe_schedule(schedule: Schedule, first: datetime | None, language: Language) -> str:
    """The schedule in words, with the instant at which it will really run first (inside the sending window)."""
    vietnamese = language is Language.VI
    when = f"{first.astimezone(ZoneInfo(schedule.zone)):%H:%M %d/%m/%Y}" if first else ""
    if schedule.is_recurring:
        again = _describe_cron(schedule.cron, language)
        return f"{again}, {'lần đầu' if vietnamese else 'first'} {when} ({schedule.zone})"
    if schedule.at is None:
        return "ngay sau khi duyệt" if vietnamese else "as soon as it is approved"
    return f"{when} ({schedule.zone})"


_DAY_NAMES = {
    Language.VI: ("chủ nhật", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"),
    Language.EN: ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_PLAIN_CRON = re.compile(r"(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-7])")


def _describe_cron(cron: str, language: Language) -> str:
    """Daily, weekly and monthly rules in words, any other one as it stands."""
    vietnamese = language is Language.VI
    found = _PLAIN_CRON.fullmatch(cron)
    if not found or (found[3] != "*" and found[4] != "*"):
        return f"{'lặp lại' if vietnamese else 'recurring'} ({cron})"
    at = f"{int(found[2]):02}:{int(found[1]):02}"
    if found[4] != "*":
        day = _DAY_NAMES[language][int(found[4])]
        return f"{at} {day} hàng tuần" if vietnamese else f"{at} every {day}"
    if found[3] != "*":
        return f"{at} ngày {found[3]} hàng tháng" if vietnamese else f"{at} on day {found[3]} of every month"
    return f"{at} hàng ngày" if vietnamese else f"{at} every day"
