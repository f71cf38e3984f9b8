"""Quotes: what paid work costs, worked out from rate card and effort, changed by staff, every change a version of its own.

Amounts are whole đồng without tax unless a name says otherwise; effort is in working minutes. The tax rate is that of
the day on which the work is expected to be finished (the invoice is written then), else of the day of the quote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import singledispatch

from worker.model import Category, Effort, Language
from worker.policy.features import fold
from worker.policy.money import (
    MOST,
    VAT_BY_LAW,
    VatPeriod,
    VatTable,
    divide,
    percent_of,
    round_to,
    share_out,
)
from worker.settings import Quotes

_HOUR = 60
_MOST_MINUTES = 100_000  # about 200 working weeks: more is a mistake in typing
_MOST_LINES = 200
_MOST_TEXT = 2000


class QuoteError(ValueError):
    """A quote that must not leave the house. `mistakes` are lines `place: what is wrong`, all of them."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


# ---- the rate card --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Priced:
    """Something with a price of its own: fixed-price work, or what a third party charges.

    `words`: a request whose subject or text names one of them gets this line in its draft. `full_vat`: the reduction of
    the tax leaves it out. `category`: only requests of this category; None means any.
    """

    name_vi: str
    name_en: str
    amount: int
    words: tuple[str, ...] = ()
    category: Category | None = None
    full_vat: bool = False

    def name(self, language: Language) -> str:
        """What the line is called."""
        return self.name_vi if language is Language.VI else self.name_en


@dataclass(frozen=True, slots=True)
class RateCard:
    """What work costs: hourly rates by kind of work, fixed prices, third parties' charges, and the tax by date."""

    hourly: int
    hourly_by_category: Mapping[Category, int] = field(default_factory=dict)
    fixed: tuple[Priced, ...] = ()
    third_party: tuple[Priced, ...] = ()
    vat: VatTable = VAT_BY_LAW
    full_vat_categories: frozenset[Category] = frozenset()
    round_minutes_to: int = 30
    round_amounts_to: int = 1000

    def rate(self, category: Category) -> int:
        """The hourly rate for this kind of work."""
        return self.hourly_by_category.get(category, self.hourly)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who makes the quote, as an accountant needs it."""

    legal_name: str
    tax_number: str
    postal_address: str
    bank_account: str
    bank_name: str
    bank_holder: str
    representative: str = ""
    representative_title: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a quote stands and how it is paid. A deposit of 0 per cent is none."""

    validity_days: int = 15
    deposit_percent: int = 0
    pay_within_days: int = 7


def rate_card_of(quotes: Quotes) -> RateCard:
    """The rate card that settings hold. QuoteError lists what is broken in it."""
    rates = quotes.rates
    card = RateCard(
        hourly=rates.hourly,
        hourly_by_category=dict(rates.hourly_by_category),
        fixed=tuple(_priced(one.model_dump()) for one in rates.fixed),
        third_party=tuple(_priced(one.model_dump()) for one in rates.third_party),
        vat=VatTable(tuple(VatPeriod(one.begins, one.reduced, one.full) for one in quotes.vat)),
        full_vat_categories=frozenset(rates.full_vat_categories),
        round_minutes_to=rates.round_minutes_to,
        round_amounts_to=rates.round_amounts_to,
    )
    _refuse(check_rate_card(card))
    return card


def _priced(found: dict[str, object]) -> Priced:
    return Priced(**found)  # type: ignore[arg-type]  # the settings class has the same fields, checked by pydantic


def seller_of(quotes: Quotes, email: str = "", website: str = "") -> Seller:
    """The seller that settings hold; what is missing is found by `check_seller`."""
    return Seller(**quotes.seller.model_dump(), email=email, website=website)


def terms_of(quotes: Quotes) -> Terms:
    """The terms that settings hold."""
    return Terms(quotes.validity_days, quotes.deposit_percent, quotes.pay_within_days)


# ---- the quote ------------------------------------------------------------------------------------------------------


class LineKind(StrEnum):
    """What a line of a quote stands for."""

    WORK = "work"  # minutes at an hourly rate
    FIXED = "fixed"  # pieces at a price
    THIRD_PARTY = "third_party"  # pieces that somebody else charges for; a discount never touches them


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line. Work counts `minutes` at `unit_price` an hour, everything else `count` pieces at `unit_price`."""

    text: str
    kind: LineKind
    unit_price: int
    minutes: int = 0
    count: int = 1
    full_vat: bool = False

    @property
    def amount(self) -> int:
        """What the line costs without tax."""
        if self.kind is LineKind.WORK:
            return divide(self.unit_price * self.minutes, _HOUR)
        return self.unit_price * self.count


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who is quoted to."""

    name: str
    contact: str = ""
    email: str = ""
    postal_address: str = ""
    tax_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One version of a quote, complete: what the customer gets to see and what staff approved.

    `vat_day` is the day whose tax rates apply. `delivery` is the day on which the work is expected to be finished if the
    customer accepts now, None where the queue cannot say.
    """

    number: str
    version: int
    request_id: str
    language: Language
    category: Category
    subject: str
    buyer: Buyer
    issued: date
    valid_until: date
    lines: tuple[QuoteLine, ...]
    plan: tuple[str, ...]
    terms: Terms
    vat: VatTable
    delivery: date | None = None
    discount: int = 0
    discount_percent: int = 0  # of our own work, whatever that comes to; 0 where the discount is an amount
    discount_text: str = ""
    note: str = ""
    round_amounts_to: int = 1000

    @property
    def vat_day(self) -> date:
        """The day whose tax rates apply: when the work is expected to be finished, else the day of the quote."""
        return max(self.delivery, self.issued) if self.delivery else self.issued

    @property
    def title(self) -> str:
        """Number and version, as the customer names it: `BG-1042/2`."""
        return f"{self.number}/{self.version}"

    def percent(self, line: QuoteLine) -> int:
        """The tax rate of a line."""
        return self.vat.percent(self.vat_day, excluded=line.full_vat)


@dataclass(frozen=True, slots=True)
class VatSum:
    """What is taxed at one rate: the net amount after discount, and the tax on it."""

    percent: int
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums under the table. `deposit` is part of `total`, 0 where none is asked for."""

    gross: int  # all lines, before the discount
    discount: int
    net: int
    by_rate: tuple[VatSum, ...]
    vat: int
    total: int
    deposit: int


def totals(quote: Quote) -> Totals:
    """The sums of a quote. A discount is shared over the tax rates in proportion to our own work; tax is rounded once a rate."""
    by_rate = tuple(_vat_sum(percent, net) for percent, net in sorted(_net_by_rate(quote).items()))
    net, vat = sum(one.net for one in by_rate), sum(one.vat for one in by_rate)
    total = net + vat
    deposit = round_to(percent_of(total, quote.terms.deposit_percent), quote.round_amounts_to)
    gross = sum(line.amount for line in quote.lines)
    return Totals(gross, quote.discount, net, by_rate, vat, total, min(deposit, total))


def _vat_sum(percent: int, net: int) -> VatSum:
    return VatSum(percent, net, percent_of(net, percent))


def _net_by_rate(quote: Quote) -> dict[int, int]:
    sums: dict[int, int] = {}
    for line in quote.lines:
        sums[quote.percent(line)] = sums.get(quote.percent(line), 0) + line.amount
    if quote.discount:
        own = [line for line in quote.lines if line.kind is not LineKind.THIRD_PARTY and line.amount]
        for line, part in zip(own, share_out(quote.discount, [line.amount for line in own]), strict=True):
            sums[quote.percent(line)] -= part
    return sums


def day_words(day: date, language: Language) -> str:
    """A day as the reader writes it, and so that nobody takes the day for the month: `07/01/2027`, `7 January 2027`."""
    return f"{day:%d/%m/%Y}" if language is Language.VI else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS_TEXT = "January February March April May June July August September October November December"
_MONTHS = _MONTHS_TEXT.split()


def vat_note(quote: Quote) -> str:
    """Which rate applies, where validity or delivery of a quote crosses a change of the rates; else empty."""
    last = max(quote.valid_until, quote.vat_day)
    change = quote.vat.change_between(quote.issued, last)
    if change is None or all(line.full_vat for line in quote.lines):
        return ""
    eve = change.begins - timedelta(days=1)
    before = quote.vat.percent(eve)
    until, since, counted = (day_words(day, quote.language) for day in (eve, change.begins, quote.vat_day))
    if quote.language is Language.VI:
        return (
            f"Thuế suất GTGT {before} % áp dụng cho phần việc hoàn thành đến hết ngày {until}; phần việc hoàn thành từ ngày "
            f"{since} áp dụng {change.reduced} %. Báo giá này tính theo ngày {counted}."
        )
    return (
        f"VAT at {before} % applies to work completed up to {until}; work completed from {since} on is taxed at "
        f"{change.reduced} %. This quote is calculated for {counted}."
    )


def fingerprint(quote: Quote) -> str:
    """A hash (SHA-256, hex) of all that a version says: an approval is bound to it."""
    plain = json.dumps(asdict(quote), default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


# ---- drafting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """What a draft needs to know of the request."""

    request_id: str
    language: Language
    category: Category
    subject: str
    text: str
    buyer: Buyer


def draft_quote(
    facts: QuoteFacts, card: RateCard, terms: Terms, effort: Effort, today: date, delivery: date | None = None
) -> Quote:
    """The first version: lines from rate card and effort, plan from the category's outline. QuoteError where it cannot be."""
    _refuse((*check_rate_card(card), *_effort_mistakes(effort)))
    quote = Quote(
        number=f"BG-{facts.request_id.rpartition('-')[2]}",
        version=1,
        request_id=facts.request_id,
        language=facts.language,
        category=facts.category,
        subject=facts.subject[:_MOST_TEXT],
        buyer=facts.buyer,
        issued=today,
        valid_until=today + timedelta(days=terms.validity_days),
        lines=tuple(_draft_lines(facts, card, effort)),
        plan=outline(facts.category, facts.language),
        terms=terms,
        vat=card.vat,
        delivery=delivery,
        round_amounts_to=card.round_amounts_to,
    )
    _refuse(check_quote(quote))
    return quote


def _draft_lines(facts: QuoteFacts, card: RateCard, effort: Effort) -> Iterator[QuoteLine]:
    """Fixed-price work that the request names, else hours; then what third parties charge for."""
    fixed = [one for one in card.fixed if _is_named(one, facts)]
    for one in fixed:
        yield QuoteLine(one.name(facts.language), LineKind.FIXED, one.amount, full_vat=one.full_vat)
    if not fixed:
        yield QuoteLine(
            facts.subject[:_MOST_TEXT] or outline(facts.category, facts.language)[0],
            LineKind.WORK,
            card.rate(facts.category),
            minutes=-(-effort.likely // card.round_minutes_to) * card.round_minutes_to,
            full_vat=facts.category in card.full_vat_categories,
        )
    for one in card.third_party:
        if _is_named(one, facts):
            yield QuoteLine(one.name(facts.language), LineKind.THIRD_PARTY, one.amount, full_vat=one.full_vat)


def _is_named(priced: Priced, facts: QuoteFacts) -> bool:
    said = f" {fold(facts.subject)} {fold(facts.text[:_MOST_TEXT])} "
    fits = priced.category is None or priced.category is facts.category
    return fits and any(fold(word) in said for word in priced.words if word.strip())


_OUTLINES: Mapping[Category, Mapping[Language, tuple[str, ...]]] = {
    Category.NEW_FEATURE: {
        Language.VI: (
            "Khảo sát yêu cầu, thống nhất cách chức năng hoạt động",
            "Thiết kế giao diện và dữ liệu của chức năng",
            "Lập trình và tích hợp vào website hiện tại",
            "Kiểm thử trên bản thử, Quý khách xem và góp ý",
            "Đưa lên website chính thức, hướng dẫn sử dụng",
        ),
        Language.EN: (
            "Survey of the requirements and agreement on how the function works",
            "Design of its pages and data",
            "Development and integration into the existing website",
            "Testing on a trial copy, which you review",
            "Release on the live website, with instructions",
        ),
    },
    Category.ADDITIONAL_DESIGN: {
        Language.VI: (
            "Tiếp nhận nội dung, hình ảnh và định hướng thiết kế",
            "Thiết kế phương án đầu tiên",
            "Chỉnh sửa theo góp ý của Quý khách",
            "Hoàn thiện, đưa lên website và bàn giao tệp",
        ),
        Language.EN: (
            "Collecting content, pictures and the direction of the design",
            "First design proposal",
            "Changes according to your comments",
            "Completion, publication on the website and handover of the files",
        ),
    },
    Category.ADVANCED_TRAINING: {
        Language.VI: (
            "Trao đổi nhu cầu và trình độ của người học",
            "Chuẩn bị nội dung và tài liệu riêng cho website của Quý khách",
            "Đào tạo trực tuyến hoặc tại văn phòng theo lịch đã hẹn",
            "Giải đáp thắc mắc sau buổi học",
        ),
        Language.EN: (
            "Clarifying what the participants need and know",
            "Preparing content and material for your website",
            "Training, online or at the office, at the agreed time",
            "Answering questions after the training",
        ),
    },
    Category.MARKETING_CONSULTING: {
        Language.VI: (
            "Khảo sát hiện trạng website, kênh bán hàng và đối thủ",
            "Lập kế hoạch, mục tiêu và cách đo kết quả",
            "Thực hiện hoặc hướng dẫn thực hiện theo kế hoạch",
            "Báo cáo kết quả và đề xuất bước tiếp theo",
        ),
        Language.EN: (
            "Survey of website, sales channels and competitors",
            "Plan with goals and the way results are measured",
            "Carrying out the plan, or guidance in doing so",
            "Report on results and proposal for the next steps",
        ),
    },
    Category.OUT_OF_CONTRACT: {
        Language.VI: (
            "Tiếp nhận quyền truy cập và sao lưu hiện trạng",
            "Kiểm tra, xác định nguyên nhân và phương án xử lý",
            "Thực hiện xử lý",
            "Kiểm tra lại và bàn giao",
        ),
        Language.EN: (
            "Taking over access and backing up the present state",
            "Analysis of the cause and the way to handle it",
            "Carrying out the work",
            "Check and handover",
        ),
    },
}
_ANY_OUTLINE: Mapping[Language, tuple[str, ...]] = {
    Language.VI: (
        "Phân tích yêu cầu và thống nhất phương án",
        "Sao lưu trước khi thực hiện",
        "Thực hiện trên website",
        "Kiểm tra, bàn giao và hướng dẫn nếu cần",
    ),
    Language.EN: (
        "Analysis of the request and agreement on the solution",
        "Backup before the work",
        "Carrying out the work on the website",
        "Check, handover and instructions where needed",
    ),
}


def outline(category: Category, language: Language) -> tuple[str, ...]:
    """The steps that a draft plans for this kind of work; staff change them as they like."""
    return _OUTLINES.get(category, _ANY_OUTLINE)[language]


# ---- changing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetAmount:
    """Our work costs this in all: one lump line instead of hours and fixed prices. Third parties' lines stay and are in it."""

    amount: int
    includes_vat: bool = False


@dataclass(frozen=True, slots=True)
class SetMinutes:
    """The effort of a line of work (the only one, where `place` is None; lines count from 1)."""

    minutes: int
    place: int | None = None


@dataclass(frozen=True, slots=True)
class AddLine:
    """One more line, at the end."""

    line: QuoteLine


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Another text or price for a line; what is None stays."""

    place: int
    text: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """A line less."""

    place: int


@dataclass(frozen=True, slots=True)
class SetDiscount:
    """A discount on our own work: an amount, or per cent of it. 0 takes it away."""

    amount: int = 0
    percent: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class SetText:
    """Other words: the note under the table, the subject, or the plan (one step a line)."""

    note: str | None = None
    subject: str | None = None
    plan: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SetTerms:
    """Other terms; what is None stays. Validity counts from the day of the change."""

    validity_days: int | None = None
    deposit_percent: int | None = None
    delivery: date | None = None


Change = SetAmount | SetMinutes | AddLine | ChangeLine | RemoveLine | SetDiscount | SetText | SetTerms


def change_quote(quote: Quote, *changes: Change, today: date) -> Quote:
    """The next version with all the changes in it, dated today.

    QuoteError where one of them makes no sense; nothing is changed then.
    """
    changed = quote
    for change in changes:
        changed = _discounted(_changed(change, changed))
    lasts = timedelta(days=changed.terms.validity_days)
    changed = replace(changed, version=quote.version + 1, issued=today, valid_until=today + lasts)
    _refuse(check_quote(changed))
    return changed


@singledispatch
def _changed(change: object, quote: Quote) -> Quote:
    raise TypeError(f"{change!r} does not change {quote.title}")


@_changed.register
def _(change: SetAmount, quote: Quote) -> Quote:
    _refuse(_amount_mistakes("amount", change.amount))
    others = tuple(line for line in quote.lines if line.kind is LineKind.THIRD_PARTY)
    own = [line for line in quote.lines if line.kind is not LineKind.THIRD_PARTY]
    full_vat = bool(own) and all(line.full_vat for line in own)
    text = own[0].text if len(own) == 1 else quote.subject or (own[0].text if own else "")
    lump = QuoteLine(text, LineKind.FIXED, 0, full_vat=full_vat)
    bare = replace(quote, lines=(lump, *others), discount=0, discount_percent=0, discount_text="")
    left = change.amount - sum(line.amount for line in others)
    if change.includes_vat:
        left = _net_for_total(bare, change.amount)
    if left < 0:
        _refuse((f"amount: {change.amount:,} đồng is less than what third parties charge",))
    return replace(bare, lines=(replace(lump, unit_price=left), *others))


def _net_for_total(bare: Quote, total: int) -> int:
    """The price of the lump line (the first) that gives this total with tax."""
    percent, others = bare.percent(bare.lines[0]), totals(bare).total
    guess = divide((total - others) * 100, 100 + percent)
    for price in (guess, guess - 1, guess + 1):
        lump = replace(bare.lines[0], unit_price=price)
        if totals(replace(bare, lines=(lump, *bare.lines[1:]))).total == total:
            return price
    raise QuoteError((f"amount: no price gives exactly {total:,} đồng with {percent} % VAT; name it without VAT",))


@_changed.register
def _(change: SetMinutes, quote: Quote) -> Quote:
    _refuse(_minutes_mistakes("hours", change.minutes))
    places = [place for place, line in enumerate(quote.lines, 1) if line.kind is LineKind.WORK]
    place = change.place if change.place is not None else places[0] if len(places) == 1 else 0
    if place not in places:
        _refuse((f"hours: line {change.place or '?'} is no line of work ({len(places)} of them)",))
    return _with_line(quote, place, replace(quote.lines[place - 1], minutes=change.minutes))


@_changed.register
def _(change: AddLine, quote: Quote) -> Quote:
    return replace(quote, lines=(*quote.lines, change.line))


@_changed.register
def _(change: ChangeLine, quote: Quote) -> Quote:
    line = _line(quote, change.place)
    if change.amount is not None:
        _refuse(_amount_mistakes(f"lines[{change.place}].amount", change.amount))
        kind = LineKind.FIXED if line.kind is LineKind.WORK else line.kind
        line = replace(line, kind=kind, unit_price=change.amount, minutes=0, count=1)
    return _with_line(quote, change.place, replace(line, text=line.text if change.text is None else change.text))


@_changed.register
def _(change: RemoveLine, quote: Quote) -> Quote:
    _line(quote, change.place)
    kept = tuple(line for place, line in enumerate(quote.lines, 1) if place != change.place)
    return replace(quote, lines=kept)


@_changed.register
def _(change: SetDiscount, quote: Quote) -> Quote:
    if not 0 <= change.percent <= 100:
        _refuse((f"discount: {change.percent} % is not between 0 and 100",))
    text = change.text or (f"{change.percent} %" if change.percent else "")
    return replace(quote, discount=change.amount, discount_percent=change.percent, discount_text=text)


def _discounted(quote: Quote) -> Quote:
    """The quote with its discount in per cent worked out of the lines as they stand."""
    if not quote.discount_percent:
        return quote
    own = sum(line.amount for line in quote.lines if line.kind is not LineKind.THIRD_PARTY)
    amount = round_to(percent_of(own, quote.discount_percent), quote.round_amounts_to)
    return replace(quote, discount=min(amount, own))


@_changed.register
def _(change: SetText, quote: Quote) -> Quote:
    return replace(
        quote,
        note=quote.note if change.note is None else change.note,
        subject=quote.subject if change.subject is None else change.subject,
        plan=quote.plan if change.plan is None else change.plan,
    )


@_changed.register
def _(change: SetTerms, quote: Quote) -> Quote:
    terms = quote.terms
    if change.validity_days is not None:
        terms = replace(terms, validity_days=change.validity_days)
    if change.deposit_percent is not None:
        terms = replace(terms, deposit_percent=change.deposit_percent)
    return replace(quote, terms=terms, delivery=change.delivery or quote.delivery)


def _line(quote: Quote, place: int) -> QuoteLine:
    if not 1 <= place <= len(quote.lines):
        raise QuoteError((f"lines[{place}]: there are {len(quote.lines)} lines",))
    return quote.lines[place - 1]


def _with_line(quote: Quote, place: int, line: QuoteLine) -> Quote:
    return replace(quote, lines=(*quote.lines[: place - 1], line, *quote.lines[place:]))


# ---- checks ---------------------------------------------------------------------------------------------------------


def _refuse(mistakes: tuple[str, ...]) -> None:
    if mistakes:
        raise QuoteError(mistakes)


def _amount_mistakes(place: str, amount: int, least: int = 0) -> tuple[str, ...]:
    if isinstance(amount, bool) or not isinstance(amount, int):
        return (f"{place}: an amount is a whole number of đồng, not {amount!r}",)
    if least <= amount <= MOST:
        return ()
    shown = f"{amount:,}" if abs(amount) <= MOST else f"a figure of {len(str(abs(amount)))} digits"
    return (f"{place}: an amount lies between {least} and {MOST:,} đồng, not {shown}",)


def _minutes_mistakes(place: str, minutes: int) -> tuple[str, ...]:
    if 0 < minutes <= _MOST_MINUTES:
        return ()
    return (f"{place}: {minutes / _HOUR:g} hours are none that can be worked",)


def _effort_mistakes(effort: Effort) -> tuple[str, ...]:
    return _minutes_mistakes("effort", effort.likely)


def check_rate_card(card: RateCard) -> tuple[str, ...]:
    """What is broken in a rate card, as lines `place: what is wrong`; nothing where it can be used."""
    return tuple(_card_mistakes(card))


def _card_mistakes(card: RateCard) -> Iterator[str]:
    yield from _amount_mistakes("quotes.rates.hourly", card.hourly, least=1)
    for category, rate in card.hourly_by_category.items():
        yield from _amount_mistakes(f"quotes.rates.hourly_by_category.{category.value}", rate, least=1)
    for name, found in (("fixed", card.fixed), ("third_party", card.third_party)):
        for place, one in enumerate(found):
            yield from _amount_mistakes(f"quotes.rates.{name}[{place}].amount", one.amount, least=1)
            if not (one.name_vi.strip() and one.name_en.strip()):
                yield f"quotes.rates.{name}[{place}]: has no name in both languages"
    if not card.vat.periods:
        yield "quotes.vat: names no rate"
    for place, period in enumerate(card.vat.periods):
        if not 0 <= period.reduced <= period.full <= 100:
            yield f"quotes.vat[{place}]: rates are per cent, the reduced one no more than the full one"
    if card.round_minutes_to < 1 or card.round_amounts_to < 1:
        yield "quotes.rates: rounding steps are 1 or more"


_SELLER_NEEDS: tuple[tuple[str, Callable[[Seller], str]], ...] = (
    ("legal_name", lambda seller: seller.legal_name),
    ("tax_number", lambda seller: seller.tax_number),
    ("postal_address", lambda seller: seller.postal_address),
    ("bank_account", lambda seller: seller.bank_account),
    ("bank_name", lambda seller: seller.bank_name),
)


def check_seller(seller: Seller) -> tuple[str, ...]:
    """What is missing for a quote that an accountant accepts, as lines `place: what is wrong`."""
    return tuple(f"quotes.seller.{name}: is missing" for name, value in _SELLER_NEEDS if not value(seller).strip())


def check_quote(quote: Quote) -> tuple[str, ...]:
    """What keeps a version from being sent, as lines `place: what is wrong`; nothing where it may go."""
    return tuple(_quote_mistakes(quote))


def _quote_mistakes(quote: Quote) -> Iterator[str]:
    if not 1 <= len(quote.lines) <= _MOST_LINES:
        yield f"lines: {len(quote.lines)} of them; a quote has 1 to {_MOST_LINES}"
    broken = [
        mistake for place, line in enumerate(quote.lines, 1) for mistake in _line_mistakes(f"lines[{place}]", line)
    ]
    yield from broken
    yield from _terms_mistakes(quote)
    if not quote.buyer.name.strip():
        yield "buyer.name: is missing"
    if quote.lines and not broken:
        yield from _sum_mistakes(quote)


def _line_mistakes(place: str, line: QuoteLine) -> Iterator[str]:
    if not line.text.strip() or len(line.text) > _MOST_TEXT:
        yield f"{place}.text: is empty or longer than {_MOST_TEXT} characters"
    yield from _amount_mistakes(f"{place}.unit_price", line.unit_price)
    if line.kind is LineKind.WORK:
        yield from _minutes_mistakes(f"{place}.hours", line.minutes)
    elif line.count < 1:
        yield f"{place}.count: {line.count} pieces"


def _terms_mistakes(quote: Quote) -> Iterator[str]:
    if not 1 <= quote.terms.validity_days <= 365:
        yield f"terms.validity_days: {quote.terms.validity_days} is not between 1 and 365"
    if not 0 <= quote.terms.deposit_percent <= 100:
        yield f"terms.deposit_percent: {quote.terms.deposit_percent} is not between 0 and 100"
    if not any(period.begins <= quote.issued for period in quote.vat.periods):
        yield f"vat: no rate is known for {quote.issued:%d/%m/%Y}"


def _sum_mistakes(quote: Quote) -> Iterator[str]:
    own = sum(line.amount for line in quote.lines if line.kind is not LineKind.THIRD_PARTY)
    if not 0 <= quote.discount <= own:
        yield f"discount: {quote.discount:,} đồng is not between 0 and our own work ({own:,})"
        return
    try:
        yield from _amount_mistakes("total", totals(quote).total, least=1)
    except ValueError as error:
        yield str(error)
