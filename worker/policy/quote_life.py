"""The life of a quote's versions: what staff approve, what binds a customer's answer to one, what an answer leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from worker.model import Customer, ParsedMail
from worker.policy.customer_intent import CustomerIntent, Intent
from worker.policy.features import fold
from worker.policy.hours import WorkingHours
from worker.policy.quoting import Quote, Totals, fingerprint, totals

_CERTAIN = 0.7
_MORNING = time(8)
_TAG = re.compile(r"\[(BG-\d{1,9}/\d{1,4}) ([0-9a-f]{10})\]")
_NAMES_QUOTE = re.compile(r"\bbao gia\b|\bbang gia\b|\bquot(?:e|ation)\b|\bbg-?\d")


class QuoteStatus(StrEnum):
    """The life of one version."""

    DRAFT = "draft"
    HELD = "held"  # staff said that it is not to go out yet
    SENT = "sent"  # approved, and with the customer
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"  # a newer version took its place
    WITHDRAWN = "withdrawn"  # the request ended, or became free


UNSENT = frozenset({QuoteStatus.DRAFT, QuoteStatus.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVersion:
    """One version of a quote, and what became of it. `id` is its title (`BG-1042/2`).

    `by` made it (empty: the worker). `token` stands in the subjects, `message_ids` are those of our letters that carry
    this version to the customer. `fingerprint` and `pdf` (SHA-256 of the kept bytes, and their key) belong to the
    approval. `due` is when the customer is reminded, or it expires.
    """

    id: str
    request_id: str
    quote: Quote
    status: QuoteStatus
    created: datetime
    by: str = ""
    token: str = ""
    message_ids: tuple[str, ...] = ()
    approved: datetime | None = None
    approved_by: str = ""
    fingerprint: str = ""
    pdf: str = ""
    due: datetime | None = None
    reminded: datetime | None = None
    accepted: datetime | None = None
    accepted_by: str = ""
    accepted_mail: str = ""
    paid: datetime | None = None
    done: datetime | None = None
    invoiced: datetime | None = None
    invoice: str = ""
    version: int = 0

    @property
    def is_uninvoiced(self) -> bool:
        """Whether the work was accepted and done, and accounting have not written the invoice yet."""
        return self.status is QuoteStatus.ACCEPTED and self.done is not None and self.invoiced is None

    @property
    def sums(self) -> Totals:
        """The sums of this version, in đồng."""
        return totals(self.quote)

    @property
    def total(self) -> int:
        """What the customer pays, with tax, in đồng."""
        return self.sums.total

    @property
    def deposit(self) -> int:
        """What must be paid before work begins, in đồng."""
        return self.sums.deposit

    @property
    def mark(self) -> str:
        """What an approval is bound to: this version, and every word of it."""
        return f"{self.id} {fingerprint(self.quote)[:16]}"

    @property
    def tag(self) -> str:
        """What a subject carries, so that an answer names this version also where a mail program threads by nothing."""
        return f"[{self.id} {self.token}]"


def newest(versions: Sequence[QuoteVersion]) -> QuoteVersion | None:
    """The last version that was made."""
    return max(versions, key=lambda one: one.quote.version, default=None)


def offered(versions: Iterable[QuoteVersion]) -> QuoteVersion | None:
    """The version that the customer may accept now."""
    return newest([one for one in versions if one.status is QuoteStatus.SENT])


def told_amounts(quote: Quote) -> frozenset[int]:
    """Every amount that stands in a quote: once it was approved, the customer may read them in other letters, too."""
    sums = totals(quote)
    lines = {amount for line in quote.lines for amount in (line.amount, line.unit_price)}
    rates = {amount for one in sums.by_rate for amount in (one.net, one.vat)}
    own = {sums.gross, sums.discount, sums.net, sums.vat, sums.total, sums.deposit, sums.total - sums.deposit}
    return frozenset(lines | rates | own)


def words_of(quote: Quote) -> str:
    """All that staff wrote into a quote, and approved with it."""
    return "\n".join((quote.subject, quote.buyer.name, quote.note, *quote.plan, *(line.text for line in quote.lines)))


def agreed_amounts(quote: Quote) -> frozenset[int]:
    """The figures that a yes may name: a customer who names the sum without tax may have misunderstood."""
    sums = totals(quote)
    return frozenset({sums.total, sums.deposit, sums.total - sums.deposit} - {0})


def next_due(quote: Quote, now: datetime, hours: WorkingHours, remind_days: int, *, reminded: bool = False) -> datetime:
    """When something is to be done about a quote that is out: a reminder on a morning, later the end of its validity.

    No reminder where its day is not to come any more, or `remind_days` is 0.
    """
    first = quote.valid_until - timedelta(days=remind_days)
    zone = hours.local(now).tzinfo
    if not reminded and remind_days and first > hours.local(now).date():
        return datetime.combine(first, _MORNING, zone).astimezone(UTC)
    return datetime.combine(quote.valid_until + timedelta(days=1), time(), zone).astimezone(UTC)


# ---- a customer's answer --------------------------------------------------------------------------------------------


def may_order(customer: Customer | None, email: str) -> bool:
    """Whether somebody may accept a quote for a customer: who is named for it, else whose own address is on record.

    Who is known only by the domain, and who is no customer at all, is not entitled.
    """
    if customer is None:
        return False
    return email in (customer.may_order or customer.addresses)


@dataclass(frozen=True, slots=True)
class Bound:
    """Which version a mail answers. `direct`: the letter that carried it, and not another letter in its thread."""

    version: QuoteVersion | None = None
    direct: bool = False


def bound_to(mail: ParsedMail, versions: Sequence[QuoteVersion]) -> Bound:
    """The version whose letter, or else whose thread or subject token, a mail carries; quoted text binds nothing."""
    by_id = {key: one for one in versions for key in one.message_ids}
    answered = [by_id[key] for key in mail.in_reply_to if key in by_id]
    if answered:
        return Bound(newest(answered), direct=True)
    tags = {(one.id, one.token): one for one in versions if one.token}
    tagged = [tags[found] for found in _TAG.findall(mail.subject) if found in tags]
    named = [*tagged, *(by_id[key] for key in mail.references if key in by_id)]
    return Bound(newest(named), direct=bool(tagged) and not mail.in_reply_to)


class Answer(StrEnum):
    """What a customer's answer to a quote leads to."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    OLD_VERSION = "old_version"
    TOO_LATE = "too_late"
    STAFF = "staff"  # a person reads it


class Why(StrEnum):
    """Why a person has to read it."""

    NOT_CLEAR = "not_clear"
    NOT_PROVEN = "not_proven"
    NOT_ENTITLED = "not_entitled"
    NOT_BOUND = "not_bound"
    WITH_FILES = "with_files"
    OTHER_LETTER = "other_letter"
    NONE = ""


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the records know of an answer: who wrote, what it is bound to, what is on offer."""

    bound: Bound
    offered: QuoteVersion | None
    entitled: bool
    forged: bool = False


def decide_answer(meant: CustomerIntent, mail: ParsedMail, facts: AnswerFacts, today: date) -> tuple[Answer, Why]:
    """What an answer leads to: only a certain yes, from who may order, bound to the version on offer, accepts it.

    `today` is the day on which the answer arrived.
    """
    if meant.intent not in {Intent.ACCEPT_QUOTE, Intent.DECLINE_QUOTE} or meant.certainty < _CERTAIN:
        return Answer.STAFF, Why.NOT_CLEAR
    if facts.forged:
        return Answer.STAFF, Why.NOT_PROVEN
    if not facts.entitled:
        return Answer.STAFF, Why.NOT_ENTITLED
    version = facts.bound.version
    if version is None:
        return Answer.STAFF, Why.NOT_BOUND
    if mail.forwarded or mail.rejected_attachments or any(not one.inline for one in mail.attachments):
        return Answer.STAFF, Why.WITH_FILES
    if not (facts.bound.direct or _NAMES_QUOTE.search(fold(mail.new_text))):
        return Answer.STAFF, Why.OTHER_LETTER
    is_over = facts.offered is not None and today > facts.offered.quote.valid_until
    if facts.offered and version.id != facts.offered.id and not is_over:
        return (Answer.OLD_VERSION if meant.intent is Intent.ACCEPT_QUOTE else Answer.STAFF), Why.NONE
    if meant.intent is Intent.DECLINE_QUOTE:
        return (Answer.DECLINED if facts.offered else Answer.STAFF), Why.NONE
    if facts.offered is None or is_over:
        return Answer.TOO_LATE, Why.NONE
    return Answer.ACCEPTED, Why.NONE
