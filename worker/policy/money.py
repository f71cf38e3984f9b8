"""Money in whole đồng: how it is written, read, rounded, shared out, taxed and said in words. Never a float."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from worker.model import Language

MOST = 999_999_999_999
"""The largest amount that is written and said, in đồng: 999 tỷ and what stands below the next. More is a mistake."""

_NBSP = "\u00a0"


class MoneyError(ValueError):
    """An amount that cannot be one; the message says which and why."""


def checked(amount: int, place: str) -> int:
    """The amount itself. MoneyError with the place where it is negative or has more than twelve digits."""
    if not 0 <= amount <= MOST:
        shown = str(amount) if abs(amount) <= MOST else f"{str(amount)[:24]} ({len(str(abs(amount)))} digits)"
        raise MoneyError(f"{place}: an amount lies between 0 and {MOST:,} đồng, not {shown}")
    return amount


# ---- writing --------------------------------------------------------------------------------------------------------


def format_vnd(amount: int, language: Language = Language.VI) -> str:
    """`2.500.000 đ` or `VND 2,500,000`, with a no-break space so that figure and unit stay on one line."""
    figures = format_figures(amount, language)
    return f"{figures}{_NBSP}đ" if language is Language.VI else f"VND{_NBSP}{figures}"


def format_figures(amount: int, language: Language = Language.VI) -> str:
    """The amount without its unit, for a column of a table: `2.500.000` or `2,500,000`."""
    return f"{amount:,}".replace(",", ".") if language is Language.VI else f"{amount:,}"


# ---- rounding and sharing -------------------------------------------------------------------------------------------


def divide(amount: int, divisor: int) -> int:
    """`amount / divisor` to the nearest whole đồng, half away from zero, as invoices are rounded in Vietnam."""
    sign = -1 if (amount < 0) != (divisor < 0) else 1
    return sign * ((2 * abs(amount) + abs(divisor)) // (2 * abs(divisor)))


def percent_of(amount: int, percent: int) -> int:
    """So many per cent of an amount, to the nearest đồng."""
    return divide(amount * percent, 100)


def round_to(amount: int, step: int) -> int:
    """The nearest multiple of `step` (1 leaves it as it is), half away from zero."""
    return divide(amount, step) * step


def share_out(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """The amount split in proportion to the weights, so that the parts add up to it exactly (largest remainder first)."""
    total = sum(weights)
    if not total:
        raise MoneyError("nothing to share the amount over")
    size, sign = abs(amount), -1 if amount < 0 else 1
    parts = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(size * weights[place] % total), place))
    for place in by_remainder[: size - sum(parts)]:
        parts[place] += 1
    return tuple(sign * part for part in parts)


# ---- value added tax ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VatPeriod:
    """From its first day on, until the next one begins: the reduced and the full rate, in per cent."""

    begins: date
    reduced: int
    full: int


@dataclass(frozen=True, slots=True)
class VatTable:
    """The rates by date. Lines that the reduction leaves out (telecommunications and the like) take the full rate."""

    periods: tuple[VatPeriod, ...]

    def percent(self, day: date, *, excluded: bool = False) -> int:
        """The rate on that day. MoneyError before the table begins."""
        found = self._period(day)
        return found.full if excluded else found.reduced

    def change_between(self, first: date, last: date) -> VatPeriod | None:
        """The period whose rates are others than those of `first` and that begins after it, up to `last`."""
        now = self._period(first)
        later = (one for one in self.periods if first < one.begins <= last)
        return next((one for one in later if (one.reduced, one.full) != (now.reduced, now.full)), None)

    def _period(self, day: date) -> VatPeriod:
        begun = [one for one in self.periods if one.begins <= day]
        if not begun:
            raise MoneyError(f"vat: no rate is known for {day:%d/%m/%Y}")
        return max(begun, key=lambda one: one.begins)


VAT_BY_LAW = VatTable(
    (
        VatPeriod(date(2025, 7, 1), reduced=8, full=10),  # Resolution 204/2025/QH15, Decree 174/2025/NĐ-CP
        VatPeriod(date(2027, 1, 1), reduced=10, full=10),  # the reduction ends on 31 December 2026
    )
)

# ---- words ----------------------------------------------------------------------------------------------------------

_GROUP_WORDS: Mapping[Language, tuple[str, ...]] = {
    Language.VI: ("", "nghìn", "triệu", "tỷ"),
    Language.EN: ("", "thousand", "million", "billion"),
}
_DIGITS_VI = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ONES_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS_EN = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_BELOW_TWENTY_EN = _ONES_EN + _TEENS_EN
_TENS_EN = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(amount: int, language: Language = Language.VI) -> str:
    """The amount in words, capitalised, with its currency: `Hai triệu năm trăm nghìn đồng`.

    MoneyError where the amount is negative or above 999 tỷ.
    """
    checked(amount, "amount in words")
    words = " ".join(_words(amount, language)) or ("không" if language is Language.VI else "zero")
    currency = "đồng" if language is Language.VI else "Vietnamese dong"
    return f"{words[0].upper()}{words[1:]} {currency}"


def _words(amount: int, language: Language) -> Iterator[str]:
    say = _group_vi if language is Language.VI else _group_en
    groups = [amount // 1000**power % 1000 for power in range(4)]
    for power in (3, 2, 1, 0):
        if group := groups[power]:
            yield from say(group, is_first=not any(groups[power + 1 :]))
            if power:
                yield _GROUP_WORDS[language][power]


def _group_vi(group: int, *, is_first: bool) -> Iterator[str]:
    """Three digits. Behind a larger group the hundreds are always said: `một triệu không trăm linh năm nghìn`."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    if hundreds or not is_first:
        yield f"{_DIGITS_VI[hundreds]} trăm"
    if tens > 1:
        yield f"{_DIGITS_VI[tens]} mươi"
    elif tens == 1:
        yield "mười"
    elif ones and (hundreds or not is_first):
        yield "linh"
    if ones:
        yield _last_digit_vi(ones, tens)


def _last_digit_vi(ones: int, tens: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 and tens else _DIGITS_VI[ones]


def _group_en(group: int, *, is_first: bool) -> Iterator[str]:  # noqa: ARG001 - the same form as its Vietnamese twin
    hundreds, rest = divmod(group, 100)
    if hundreds:
        yield f"{_BELOW_TWENTY_EN[hundreds]} hundred"
    if 0 < rest < 20:
        yield _BELOW_TWENTY_EN[rest]
    elif rest:
        tens, ones = divmod(rest, 10)
        yield _TENS_EN[tens] + (f"-{_BELOW_TWENTY_EN[ones]}" if ones else "")


# ---- reading --------------------------------------------------------------------------------------------------------

_READ_UP_TO = 8000  # characters
_UNITS: Mapping[str, int] = {
    **dict.fromkeys(("tỷ", "tỉ", "ty", "billion", "bil"), 1_000_000_000),
    **dict.fromkeys(("triệu", "trieu", "tr", "củ", "million", "mil", "mio"), 1_000_000),
    **dict.fromkeys(("nghìn", "nghin", "ngàn", "ngan", "k", "thousand"), 1000),
    **dict.fromkeys(("đồng", "đ", "dong", "vnd", "vnđ"), 1),
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<currency>vnd\s?|vnđ\s?)?(?P<number>\d{{1,3}}(?:[.,]\d{{3}}){{1,4}}|\d{{1,12}}(?:[.,]\d{{1,3}})?)"
    rf"\s?(?P<unit>{_UNIT})?(?P<rest>\s\d{{3}}(?![\d/:\w]|[.,]\d)|\d{{1,3}}(?![\d/:]|[.,]\d))?(?![\w%]|[.,/]\d)",
    re.IGNORECASE,
)
_BARE_FROM = 10_000  # đồng: 1.500 without a unit may be anything
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def amounts_in(text: str) -> tuple[int, ...]:
    """The amounts of money that a text names, in đồng: `9.200.000đ`, `7 triệu`, `2tr5`, `28 million`, `VND 500,000`.

    Bare small numbers, dates, telephone numbers and percentages are none.
    """
    return tuple(amount for _, amount in find_amounts(text))


def find_amounts(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Where the amounts of `amounts_in` stand, and what each is."""
    return ((match, amount) for match in _AMOUNT.finditer(text[:_READ_UP_TO]) if (amount := _amount(match)))


def _amount(match: re.Match[str]) -> int:
    number, unit = match["number"], (match["unit"] or "").lower()
    grouped = _GROUPED.fullmatch(number) is not None
    scale = _UNITS.get(unit, 1)
    if grouped and scale <= 1000:
        whole = int(re.sub(r"[.,]", "", number)) * scale
        return whole if unit or match["currency"] or whole >= _BARE_FROM else 0
    if not unit and not match["currency"]:
        return 0
    return int(Decimal(number.replace(",", ".")) * scale) + _tail(match["rest"], scale)


def _tail(digits: str | None, scale: int) -> int:
    """The figures behind a unit: 2tr5 is 2,500,000, 2 triệu 350 is 2,350,000."""
    if not digits or scale < 1000:
        return 0
    plain = digits.strip()
    return int(plain) * scale // int(10 ** len(plain))
