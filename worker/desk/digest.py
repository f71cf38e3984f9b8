"""The morning's letter to staff: queue, promises at risk, quotes, reviews, quarantine, yesterday's figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import Conflict
from worker.desk.context import Desk
from worker.desk.letters import Envelope, write
from worker.desk.team import nobody_decides
from worker.desk.wording import category_name, status_name, urgency_name
from worker.model import Address, InboundStatus, Language, LetterStatus, Request, RequestStatus, Staff
from worker.policy.promise import speak_promise
from worker.records import NewLetter, Outcome

_ROWS = 30
_BAR = 160  # pixels of the longest bar
_REVIEW_MINUTES = 60
_SEEN = 2000


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the digest."""

    name: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of yesterday; `width` is in pixels."""

    name: str
    count: int
    width: int


def daily(desk: Desk, now: datetime) -> list[str]:
    """Send the digest once on each working day, from its opening on; the letters to deliver."""
    day = desk.hours.local(now).date()
    opening = desk.hours.day_opening(day)
    key = f"digest/{day.isoformat()}"
    if opening is None or now < opening or now - opening > timedelta(hours=12) or desk.records.was_noticed(key):
        return []
    letter = digest_letter(desk, None, now)
    try:
        desk.records.save(Outcome(letters=(letter,), claims=(desk.records.notice(key, now),)))
    except Conflict:
        return []  # another process was first
    return [letter.letter.id]


def digest_letter(desk: Desk, member: Staff | None, now: datetime) -> NewLetter:
    """The digest, to one member who asked for it or to all of staff."""
    language = member.language if member else desk.settings.staff_language
    address = Address(member.email, member.name) if member else Address(desk.settings.staff_address)
    vietnamese = language is Language.VI
    headline = f"{'Việc trong ngày' if vietnamese else 'The day'} {desk.hours.local(now):%d/%m/%Y}"
    context = {
        "subject": headline,
        "headline": headline,
        "warning": nobody_decides(desk.settings, desk.team(), language),
        "sections": list(_sections(desk, language, now)),
        "bars": list(_bars(desk, language, now)),
    }
    envelope = Envelope(kind="staff_digest", to=address, language=language, to_staff=True)
    return write(desk, envelope, "staff_digest", context, now)


def _sections(desk: Desk, language: Language, now: datetime) -> Iterator[Section]:
    requests = list(desk.records.open_requests())
    vi = language is Language.VI
    yield Section("Hàng đợi" if vi else "Queue", queue_rows(desk, language, now))
    late = [one for one in requests if one.alarmed_at or (one.promise and one.promise.at < now)]
    yield _section(desk, "Lời hẹn có nguy cơ trễ" if vi else "Promises at risk", late, language)
    quotes = [one for one in requests if one.status in {RequestStatus.QUOTE_DRAFT, RequestStatus.QUOTED}]
    yield _section(desk, "Báo giá đang chờ" if vi else "Quotes that wait", quotes, language)
    yield _section(
        desk,
        "Chờ xem xét quá một giờ làm việc" if vi else "Reviews older than an hour of work",
        _old_reviews(desk, requests, now),
        language,
    )
    aside = tuple(
        f"{one.sender or '?'}: {one.subject or one.id}" for one in desk.records.inbound_in(InboundStatus.QUARANTINED)
    )
    yield Section("Thư không đọc được" if vi else "Mails in quarantine", aside[:_ROWS])


def _old_reviews(desk: Desk, requests: Iterable[Request], now: datetime) -> list[Request]:
    return [
        one
        for one in requests
        if one.status is RequestStatus.REVIEW and desk.hours.working_time_between(one.arrived, now) > _REVIEW_MINUTES
    ]


def _section(desk: Desk, name: str, requests: Iterable[Request], language: Language) -> Section:
    return Section(name, tuple(_row(desk, one, language) for one in requests)[:_ROWS])


def queue_rows(desk: Desk, language: Language, now: datetime) -> tuple[str, ...]:
    """The open requests in the order of work, one line each."""
    del now
    found = [one for one in desk.records.open_requests() if one.status is not RequestStatus.WAITING_FOR_CUSTOMER]
    found.sort(key=lambda one: (one.urgency.rank, one.queued_at or one.arrived))
    return tuple(_row(desk, one, language) for one in found[:_ROWS])


def _row(desk: Desk, request: Request, language: Language) -> str:
    zone = desk.settings.hours.time_zone
    promise = speak_promise(request.promise.at, language, zone) if request.promise else "–"
    parts = (
        request.id,
        urgency_name(request.urgency, language),
        category_name(request.category, language),
        status_name(request.status, language),
        request.subject[:60] or "–",
        promise,
        request.assigned_to,
    )
    return " · ".join(part for part in parts if part)


def _bars(desk: Desk, language: Language, now: datetime) -> Iterator[Bar]:
    """Yesterday's figures: since the local midnight of the last working day."""
    today = desk.hours.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    since = desk.hours.local(desk.hours.previous_working(today)).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = list(desk.records.requests_since(since - timedelta(days=60), limit=_SEEN))
    vi = language is Language.VI
    counts = (
        ("Yêu cầu mới" if vi else "New requests", sum(since <= one.arrived < today for one in seen)),
        ("Đã xong" if vi else "Done", sum(_was_done(one, since, today) for one in seen)),
        ("Đang mở" if vi else "Open", desk.records.count_open()),
        ("Thư không gửi được" if vi else "Letters that failed", desk.records.count_letters(LetterStatus.FAILED)),
    )
    longest = max(1, *(count for _, count in counts))
    for name, count in counts:
        yield Bar(name, count, max(1, _BAR * count // longest))


def _was_done(request: Request, since: datetime, until: datetime) -> bool:
    closed = request.closed_at
    return request.status is RequestStatus.DONE and closed is not None and since <= closed < until
