"""Quotes in lists and figures: for the digest, for accounting, for the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.model import Language
from worker.policy.money import format_vnd
from worker.policy.quote_life import UNSENT, QuoteStatus, QuoteVersion
from worker.records import Records

_RECENT = timedelta(days=30)
_STATUS: dict[QuoteStatus, tuple[str, str]] = {
    QuoteStatus.DRAFT: ("chờ duyệt", "to be approved"),
    QuoteStatus.HELD: ("đang giữ lại", "on hold"),
    QuoteStatus.SENT: ("đã gửi khách", "with the customer"),
    QuoteStatus.ACCEPTED: ("khách đồng ý", "accepted"),
    QuoteStatus.DECLINED: ("khách từ chối", "declined"),
    QuoteStatus.EXPIRED: ("hết hạn", "expired"),
    QuoteStatus.SUPERSEDED: ("đã thay thế", "superseded"),
    QuoteStatus.WITHDRAWN: ("đã rút", "withdrawn"),
}


def quote_status_name(status: QuoteStatus, language: Language) -> str:
    """The state of a version, in the reader's language."""
    return _STATUS[status][0 if language is Language.VI else 1]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many quotes, and what they are worth together, with tax, in đồng."""

    count: int
    value: int

    @classmethod
    def of(cls, versions: Iterable[QuoteVersion]) -> Sum:
        """Of these."""
        found = [one.total for one in versions]
        return cls(len(found), sum(found))

    def words(self, language: Language) -> str:
        """`2 (5.400.000 đ)`."""
        return f"{self.count} ({format_vnd(self.value, language)})" if self.count else "0"


@dataclass(frozen=True, slots=True)
class Figures:
    """Quotes that wait for us, for the customer; accepted in the last thirty days; done and not invoiced."""

    unsent: Sum
    open: Sum
    accepted: Sum
    uninvoiced: Sum


def figures(records: Records, now: datetime) -> Figures:
    """The figures of this moment."""
    recent = now - _RECENT
    accepted = (one for one in records.quotes_in(QuoteStatus.ACCEPTED) if one.accepted and one.accepted >= recent)
    return Figures(
        unsent=Sum.of(one for status in UNSENT for one in records.quotes_in(status)),
        open=Sum.of(records.quotes_in(QuoteStatus.SENT)),
        accepted=Sum.of(accepted),
        uninvoiced=Sum.of(records.uninvoiced()),
    )


def figures_line(found: Figures, language: Language) -> str:
    """The figures in one line."""
    names = (
        (
            ("chờ duyệt", found.unsent),
            ("khách đang xem", found.open),
            ("đồng ý trong 30 ngày", found.accepted),
            ("chưa xuất hoá đơn", found.uninvoiced),
        )
        if language is Language.VI
        else (
            ("to be approved", found.unsent),
            ("with customers", found.open),
            ("accepted in 30 days", found.accepted),
            ("not invoiced", found.uninvoiced),
        )
    )
    return " · ".join(f"{name}: {total.words(language)}" for name, total in names)


def waiting(records: Records) -> list[QuoteVersion]:
    """What waits: for an approval, then for a customer, the oldest first."""
    return [one for status in (*sorted(UNSENT), QuoteStatus.SENT) for one in records.quotes_in(status)]


def row(version: QuoteVersion, language: Language) -> tuple[str, str]:
    """A version in two short lines: what and for whom, how much and how it stands."""
    until = f"{version.quote.valid_until:%d/%m/%Y}"
    stands = quote_status_name(version.status, language)
    if version.is_uninvoiced and version.done:
        stands = f"xong {version.done:%d/%m/%Y}" if language is Language.VI else f"done {version.done:%d/%m/%Y}"
    elif version.status is QuoteStatus.SENT:
        stands += f", hiệu lực đến {until}" if language is Language.VI else f", valid until {until}"
    what = f"{version.id} {version.quote.buyer.name}: {version.quote.subject[:80]}"
    return what, f"{format_vnd(version.total, language)} · {stands}"
