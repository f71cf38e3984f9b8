"""The order of work: urgency, then arrival; what is begun is finished first, unless something critical comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from worker.model import Category, Effort, Urgency

OrderKey = tuple[int, int, datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One open piece of work as the queue sees it.

    `arrived` decides among equals (for an accepted quote: when it was accepted). `effort` is for the whole piece,
    `minutes_spent` of it are done. `assigned_to` is the address of the one person who does it, empty for anybody;
    `started` says that somebody is at it. Until `not_before` nobody may begin. `kind` is what is owed: the
    completion, an answer, or a quote.
    """

    id: str
    urgency: Urgency
    arrived: datetime
    effort: Effort
    category: Category = Category.WEBSITE_REQUEST
    kind: str = "completion"
    assigned_to: str = ""
    started: bool = False
    pinned: bool = False
    not_before: datetime | None = None
    minutes_spent: int = 0


def in_order(work: Iterable[Work], now: datetime) -> list[Work]:
    """The work that may be done now, first things first; work postponed beyond `now` is left out."""
    return sorted((one for one in work if not is_postponed(one, now)), key=order_key)


def is_postponed(work: Work, now: datetime) -> bool:
    """Whether staff put it off to a later moment than `now`."""
    return work.not_before is not None and work.not_before > now


def order_key(work: Work) -> OrderKey:
    """What the order sorts by: two pieces never share a key, so the order is total.

    POLICY "The queue is ordered by urgency, then by time of arrival". Before that: critical work interrupts all other;
    work in progress is not interrupted by anything else; what staff pinned follows.
    """
    return _stage(work), work.urgency.rank, work.arrived, work.id


def _stage(work: Work) -> int:
    standing = 0 if work.started else 1 if work.pinned else 2
    return standing if work.urgency is Urgency.CRITICAL else 3 + standing
