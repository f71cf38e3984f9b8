"""The morning's letter to staff: queue, promises at risk, quotes, reviews, quarantine, yesterday's figures and a chart."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage import Conflict
from worker.desk import quote_lists
from worker.desk.board import is_our_move
from worker.desk.context import Desk
from worker.desk.digest_chart import Day, alt_text, chart, midnight, past_days, weekday
from worker.desk.letters import Envelope, write
from worker.desk.team import nobody_decides
from worker.desk.typesetting import TypesettingError
from worker.desk.wording import category_name, status_name, urgency_name
from worker.mail.composing import File
from worker.model import Address, InboundStatus, Language, LetterStatus, Request, RequestStatus, Staff
from worker.policy.promise import speak_promise
from worker.policy.quote_life import QuoteVersion
from worker.records import NewLetter, Outcome

log = logging.getLogger(__name__)

_ROWS = 30
_REVIEW_MINUTES = 60
_LATE = timedelta(hours=12)  # a worker that starts in the evening does not send the morning's letter


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section: what it is about, and below it what to know."""

    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the digest; `rows` are the first of `count`."""

    name: str
    rows: tuple[Row, ...]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Digest:
    """What the morning's letter says; the last of `days` is the last working day."""

    sections: tuple[Section, ...]
    days: tuple[Day, ...]
    failed: int
    warning: str = ""


def daily(desk: Desk, now: datetime) -> list[str]:
    """Send the digest once on each working day, from its opening on; the letters to deliver."""
    day = desk.hours.local(now).date()
    opening = desk.hours.day_opening(day)
    key = f"digest/{day.isoformat()}"
    if opening is None or not timedelta(0) <= now - opening <= _LATE or desk.records.was_noticed(key):
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
    days = past_days(desk, now)
    failed = desk.records.count_letters(LetterStatus.FAILED, since=midnight(desk, days[-1].day))
    warning = nobody_decides(desk.settings, desk.team(), language)
    return written(desk, member, Digest(tuple(_sections(desk, language, now)), days, failed, warning), now)


def written(desk: Desk, member: Staff | None, found: Digest, now: datetime) -> NewLetter:
    """The letter that says it."""
    language = member.language if member else desk.settings.staff_language
    address = Address(member.email, member.name) if member else Address(desk.settings.staff_address)
    headline = f"{'Việc trong ngày' if language is Language.VI else 'The day'} {desk.hours.local(now):%d/%m/%Y}"
    last = found.days[-1]
    picture = _picture(desk, found.days, language, now)
    context = {
        "subject": headline,
        "headline": headline,
        "warning": found.warning,
        "sections": found.sections,
        "last_day": f"{weekday(last.day, language)} {last.day:%d/%m}",
        "last": last,
        "failed": found.failed,
        "chart": picture.content_id if picture else "",
        "chart_words": alt_text(found.days, language),
    }
    envelope = Envelope(kind="staff_digest", to=address, language=language, to_staff=True)
    return write(desk, replace(envelope, files=[picture] if picture else []), "staff_digest", context, now)


def _picture(desk: Desk, days: Sequence[Day], language: Language, now: datetime) -> File | None:
    """The chart; a digest that cannot be drawn is still sent."""
    try:
        return chart(
            desk, days, language, f"chart.{now:%Y%m%d%H%M%S}@{desk.settings.company.address.rpartition('@')[2]}"
        )
    except TypesettingError:
        log.exception("the digest goes without its chart")
        return None


# ---- the sections ---------------------------------------------------------------------------------------------------


def _sections(desk: Desk, language: Language, now: datetime) -> Iterator[Section]:
    requests = list(desk.records.open_requests())
    vi = language is Language.VI
    yield _section(desk, "Hàng đợi" if vi else "Queue", _in_queue(requests), language)
    late = [one for one in requests if one.alarmed_at or (one.promise and one.promise.at < now)]
    yield _section(desk, "Lời hẹn có nguy cơ trễ" if vi else "Promises at risk", late, language)
    yield from _quotes(desk, language, now)
    name = "Chờ xem xét quá một giờ làm việc" if vi else "Reviews older than an hour of work"
    yield _section(desk, name, _old_reviews(desk, requests, now), language)
    aside = tuple(
        Row(one.subject or one.id, f"{one.sender or '?'}: {one.reason[:120]}")
        for one in desk.records.inbound_in(InboundStatus.QUARANTINED)
    )
    yield Section("Thư chưa xử lý được" if vi else "Mails in quarantine", aside[:_ROWS], len(aside))


def _quotes(desk: Desk, language: Language, now: datetime) -> Iterator[Section]:
    """What waits, under the figures of all; and what accounting have to invoice."""
    vi = language is Language.VI
    waiting = quote_lists.waiting(desk.records)
    total = quote_lists.figures_line(quote_lists.figures(desk.records, now), language)
    rows = (Row("Tổng số" if vi else "Figures", total), *(_quote_row(one, language) for one in waiting[:_ROWS]))
    yield Section("Báo giá đang chờ" if vi else "Quotes that wait", rows, len(waiting) + 1)
    done = list(desk.records.uninvoiced())
    rows = tuple(_quote_row(one, language) for one in done[:_ROWS])
    yield Section("Đã xong, chưa xuất hoá đơn" if vi else "Done, not invoiced", rows, len(done))


def _quote_row(version: QuoteVersion, language: Language) -> Row:
    return Row(*quote_lists.row(version, language))


def _old_reviews(desk: Desk, requests: Iterable[Request], now: datetime) -> list[Request]:
    return [
        one
        for one in requests
        if one.status is RequestStatus.REVIEW and desk.hours.working_time_between(one.arrived, now) > _REVIEW_MINUTES
    ]


def _section(desk: Desk, name: str, requests: Sequence[Request], language: Language) -> Section:
    return Section(name, tuple(_row(desk, one, language) for one in requests[:_ROWS]), len(requests))


def _in_queue(requests: Iterable[Request]) -> list[Request]:
    """The requests in the order of work."""
    found = [one for one in requests if is_our_move(one)]
    return sorted(found, key=lambda one: (one.urgency.rank, one.queued_at or one.arrived))


def queue_rows(desk: Desk, language: Language) -> tuple[str, ...]:
    """The open requests in the order of work, one line each."""
    rows = (_row(desk, one, language) for one in _in_queue(desk.records.open_requests())[:_ROWS])
    return tuple(f"{one.what} · {one.detail}" for one in rows)


def _row(desk: Desk, request: Request, language: Language) -> Row:
    promise = speak_promise(request.promise.at, language, desk.settings.hours.time_zone) if request.promise else ""
    assigned = desk.member(request.assigned_to) if request.assigned_to else None
    parts = (
        urgency_name(request.urgency, language),
        category_name(request.category, language),
        status_name(request.status, language),
        promise and f"{'hẹn' if language is Language.VI else 'told'} {promise}",
        assigned.name if assigned else request.assigned_to,
    )
    return Row(f"{request.id} {request.subject[:80]}".strip(), " · ".join(part for part in parts if part))
