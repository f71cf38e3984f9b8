"""The values of staff's commands about a quote: discount, hours, lines, words, terms; what makes no sense is refused later,
with its place, by the quote itself.
"""

from __future__ import annotations

import re

from worker.policy.amounts import parse_amount
from worker.policy.durations import parse_duration
from worker.policy.quoting import (
    AddLine,
    ChangeLine,
    LineKind,
    QuoteLine,
    RemoveLine,
    SetDiscount,
    SetMinutes,
    SetTerms,
    SetText,
)
from worker.policy.staff_actions import Action, ChangeQuote, Invoiced
from worker.policy.staff_values import Clock
from worker.policy.tone_marks import as_read, spoken, tolerant

_HOUR = 60
_PERCENT = re.compile(r"\s*(\d{1,3})\s*(?:%|phần trăm|percent)\s*")
_NOTHING = spoken("không|bỏ|không giảm|không cọc|không cần|0|none|no|off")
_FIGURES = re.compile(r"\s*(-?\d{1,3}(?:[.,\u0020]\d{3})+|-?\d{1,40})\s*(?:đ|đồng|vnd|vnđ)?\s*", re.IGNORECASE)
_HOURS = re.compile(r"\s*(-?\d{1,4})(?:[.,](\d{1,2}))?\s*")
_DAYS = re.compile(rf"\s*(\d{{1,4}})\s*(?:{tolerant('ngày')}|days?)?\s*", re.IGNORECASE)
_PRICED = re.compile(r"(?P<text>.*\S)\s*(?:[:=]|\s[-–])\s*(?P<amount>[^:=]+)")
_PLACED = re.compile(r"\s*(?:số\s+)?(?P<place>\d{1,3})\s*[:=.)–-]?\s+(?P<rest>\S.*)", re.DOTALL)
_PLACE = re.compile(r"\s*(?:số\s+)?(\d{1,3})\s*[.]?\s*")
_THIRD_PARTY = re.compile(rf"\s*\((?:{tolerant('bên thứ ba|thu hộ|chi hộ')}|third party)\)\s*", re.IGNORECASE)


def _amount(text: str) -> int | None:
    """An amount of đồng; a figure is taken as it stands, also one that no quote can hold."""
    figures = _FIGURES.fullmatch(text)
    return int(re.sub(r"[., ]", "", figures[1])) if figures else parse_amount(text)


def _minutes(text: str) -> int | None:
    """Hours: `6`, `7,5`, `2 tiếng rưỡi`."""
    hours = _HOURS.fullmatch(text)
    if hours:
        return int(hours[1]) * _HOUR + int((hours[2] or "0").ljust(2, "0")) * _HOUR // 100
    effort = parse_duration(text)
    return effort.likely if effort else None


def read_discount(value: str, _: Clock) -> Action | None:
    """`10%`, an amount, or `0` for none."""
    percent = _PERCENT.fullmatch(value)
    if percent:
        return ChangeQuote(SetDiscount(percent=int(percent[1])))
    if _NOTHING.fullmatch(as_read(value).strip(" .")):
        return ChangeQuote(SetDiscount())
    amount = _amount(value)
    return None if amount is None else ChangeQuote(SetDiscount(amount))


def read_hours(value: str, _: Clock) -> Action | None:
    """Hours of the work that is charged."""
    minutes = _minutes(value)
    return None if minutes is None else ChangeQuote(SetMinutes(minutes))


def read_new_line(value: str, _: Clock) -> Action | None:
    """`Tên việc: 500k`; `(bên thứ ba)` behind the name marks what others charge."""
    found = _PRICED.fullmatch(value.strip())
    amount = _amount(found["amount"]) if found else None
    if found is None or amount is None:
        return None
    text, marks = _THIRD_PARTY.subn(" ", found["text"])
    kind = LineKind.THIRD_PARTY if marks else LineKind.FIXED
    return ChangeQuote(AddLine(QuoteLine(" ".join(text.split()), kind, amount)))


def read_changed_line(value: str, _: Clock) -> Action | None:
    """`2: 500k`, `2: 3 giờ`, `2: tên khác`, `2: tên khác: 500k`."""
    found = _PLACED.fullmatch(value) or re.fullmatch(r"\s*(?P<place>\d{1,3})\s*[:=]\s*(?P<rest>\S.*)", value)
    if found is None:
        return None
    place, rest = int(found["place"]), found["rest"].strip()
    amount = _amount(rest)
    if amount is not None:
        return ChangeQuote(ChangeLine(place, amount=amount))
    effort = parse_duration(rest)
    if effort:
        return ChangeQuote(SetMinutes(effort.likely, place))
    priced = _PRICED.fullmatch(rest)
    amount = _amount(priced["amount"]) if priced else None
    if priced and amount is not None:
        return ChangeQuote(ChangeLine(place, text=priced["text"].strip(), amount=amount))
    return ChangeQuote(ChangeLine(place, text=rest))


def read_removed_line(value: str, _: Clock) -> Action | None:
    """The place of a line."""
    found = _PLACE.fullmatch(value)
    return ChangeQuote(RemoveLine(int(found[1]))) if found else None


def read_quote_note(value: str, _: Clock) -> Action | None:
    """Words under the table of the quote."""
    return ChangeQuote(SetText(note=value.strip())) if value.strip() else None


def read_quote_subject(value: str, _: Clock) -> Action | None:
    """What the quote is about."""
    return ChangeQuote(SetText(subject=value.strip())) if value.strip() else None


def read_plan(value: str, _: Clock) -> Action | None:
    """The steps, with `;` between them."""
    steps = tuple(one.strip() for one in value.split(";") if one.strip())
    return ChangeQuote(SetText(plan=steps)) if steps else None


def read_validity(value: str, _: Clock) -> Action | None:
    """`30 ngày`."""
    found = _DAYS.fullmatch(value)
    return ChangeQuote(SetTerms(validity_days=int(found[1]))) if found else None


def read_deposit(value: str, _: Clock) -> Action | None:
    """`50%`, or `không`."""
    percent = _PERCENT.fullmatch(value)
    if percent:
        return ChangeQuote(SetTerms(deposit_percent=int(percent[1])))
    return ChangeQuote(SetTerms(deposit_percent=0)) if _NOTHING.fullmatch(as_read(value).strip(" .")) else None


def read_invoiced(value: str, _: Clock) -> Action | None:
    """The number of the invoice."""
    number = value.strip(" .")
    return Invoiced(number[:60]) if re.search(r"\d", number) and len(number) <= 60 else None
