"""The figures of the last working days, and the small chart that the digest shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from worker.desk.context import Desk
from worker.desk.typesetting import Typesetter
from worker.mail.composing import File
from worker.model import Category, Language, Request, RequestStatus

_DAYS = 7
_TALLEST = 74  # points of the longest bar
_LEAST = 1  # points of a bar that stands for nothing
_SEEN = 2000
_WEEKDAYS = {
    Language.VI: ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One working day in figures: requests that came, that were done, and of these the ones that kept their first promise."""

    day: date
    new: int
    done: int
    in_time: int


def past_days(desk: Desk, now: datetime) -> tuple[Day, ...]:
    """The last working days before today, oldest first; days off are in the working day before them."""
    opening = desk.hours.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    days: list[date] = []
    at = opening
    for _ in range(_DAYS):
        at = desk.hours.local(desk.hours.previous_working(at)).replace(hour=0, minute=0, second=0, microsecond=0)
        days.append(at.date())
    seen = list(desk.records.requests_since(at - timedelta(days=60), limit=_SEEN))
    real = [one for one in seen if one.category is not Category.NOT_A_REQUEST]
    days.reverse()
    ends = [*days[1:], opening.date()]
    return tuple(_day(desk, real, day, end) for day, end in zip(days, ends, strict=True))


def _day(desk: Desk, requests: Sequence[Request], first: date, end: date) -> Day:
    def within(at: datetime | None) -> bool:
        return at is not None and first <= desk.hours.local(at).date() < end

    done = [one for one in requests if one.status is RequestStatus.DONE and within(one.closed_at)]
    return Day(first, sum(within(one.arrived) for one in requests), len(done), sum(map(_kept, done)))


def _kept(request: Request) -> bool:
    promise, closed = request.first_promise, request.closed_at
    return promise is None or (closed is not None and closed <= promise.at)


def midnight(desk: Desk, day: date) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(desk.hours.zone))


def alt_text(days: Sequence[Day], language: Language) -> str:
    """The chart in words, for who does not see it."""
    new, done = _names(language)
    shown = "; ".join(f"{weekday(one.day, language)} {one.day:%d/%m}: {one.new} / {one.done}" for one in days)
    return f"{new} / {done.lower()}: {shown}"


def _names(language: Language) -> tuple[str, str]:
    return ("Yêu cầu mới", "Đã xong") if language is Language.VI else ("New requests", "Done")


def weekday(day: date, language: Language) -> str:
    """Its short name."""
    return _WEEKDAYS[language][day.weekday()]


def chart(desk: Desk, days: Sequence[Day], language: Language, content_id: str) -> File:
    """The picture, to stand in the letter as `cid:`."""
    most = max(1, *(count for one in days for count in (one.new, one.done)))
    new, done = _names(language)

    def bar(count: int) -> dict[str, object]:
        return {"count": str(count), "height": max(_LEAST, _TALLEST * count // most)}

    values = {
        "language": language.value,
        "new": new,
        "done": done,
        "days": [
            {"name": weekday(one.day, language), "date": f"{one.day:%d/%m}", "new": bar(one.new), "done": bar(one.done)}
            for one in days
        ],
    }
    picture = Typesetter(desk.renderer.folder, "digest.typ").set("png", {"chart": values})
    return File("bieu-do.png", "image/png", picture, content_id)
