"""Amounts of đồng as people write them: `2tr5`, `900k`, `2 củ rưỡi`; what is no đồng amount is never made into one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from worker.policy.number_words import NUMBER, number_of, range_of
from worker.policy.tone_marks import as_read, spoken, tolerant

_SCANNED = 20_000  # characters
_LARGEST = 100_000_000_000  # no request of an agency costs more: a longer number is a telephone or an account
_SMALLEST_BARE = 10_000  # a bare number below is a count, a year, a port
_SMALLEST_BARE_IN_PROSE = 100_000

_SCALES: Mapping[str, int] = {
    "triệu": 10**6, "tr": 10**6, "củ": 10**6, "chai": 10**6, "million": 10**6, "millions": 10**6, "mil": 10**6, "mio": 10**6,
    "m": 10**6, "tỷ": 10**9, "tỉ": 10**9, "billion": 10**9,
    "k": 1000, "nghìn": 1000, "ngàn": 1000, "ngìn": 1000, "thousand": 1000, "đồng": 1, "đ": 1, "vnd": 1, "vnđ": 1,
}  # fmt: skip
_SCALE_OF = tuple((spoken(word), value) for word, value in _SCALES.items())
_BIG = tolerant("triệu|tr|củ|chai|millions?|mil|mio|tỷ|tỉ|billion")
_SMALL = tolerant("nghìn|ngàn|ngìn|thousand|k")
_CURRENCY = tolerant("vnđ|vnd|đồng|đ")
_FOREIGN_AFTER = r"(?:\$|€|£|¥|" + tolerant("usd|đô la|đô|dollars?|bucks|eur|euros?|aud|sgd|jpy|yen|krw|won|gbp") + r")"

# After "2 triệu" a lone "5" belongs to the amount only where the sentence shows that it counts nothing else.
_ENDS_AMOUNT = (
    r"(?=\s*(?:$|[.,;:!?)\n+(/\-–]|(?:"
    + tolerant("chưa|đã|gồm|có|đi|nhé|nha|nhe|thôi|cho|ạ|a|em|anh|chị|vat|trước|sau|là|excl|incl|for|rồi|luôn")
    + r")(?!\w)))"
)
_REST = (
    rf"(?:\s*(?P<half>{tolerant('rưỡi|rưởi')})(?!\w)"
    rf"|\s*(?P<thousands>\d{{2,3}})\s*(?:{_SMALL})(?!\w)"
    rf"|\s*(?P<hundreds>\d)\s*{tolerant('trăm')}(?!\w)(?:\s*(?:{_SMALL})(?!\w))?"
    rf"|(?P<tail>\d{{1,3}})(?!\w)"
    rf"|\s+(?P<far_tail>\d{{3}}|\d){_ENDS_AMOUNT}"
    rf"|\s+(?P<word_tail>{tolerant('một|hai|ba|tư|bốn|năm|lăm|sáu|bảy|tám|chín')}){_ENDS_AMOUNT})?"
)
_FORMS = (
    rf"(?P<number>{NUMBER})\s*(?P<big>{_BIG})(?![^\W\d_]){_REST}",
    rf"(?<!\w)(?P<lone_half>{tolerant('nửa triệu|nửa củ|half a million')})(?!\w)",
    rf"(?<!\w)(?P<lone_and_half>{tolerant('triệu rưỡi|củ rưỡi')})(?!\w)",
    r"(?P<m_number>(?<![\w.,])\d{1,3})m(?P<m_tail>\d{1,3})(?!\w)",
    rf"(?P<small_number>{NUMBER})\s*(?P<small>{_SMALL})(?!\w)",
    rf"(?<![\w.,/#-])(?P<grouped>[1-9]\d{{0,2}}(?:\.\d{{3}}){{1,3}}|[1-9]\d{{0,2}}(?:,\d{{3}}){{1,3}}|"
    rf"[1-9]\d{{0,2}}(?:[ \xa0]\d{{3}}){{2,3}}"
    rf"|[1-9]\d{{3,11}})(?![\w]*@)(?P<sign>\s*(?:{_CURRENCY})(?!\w)|(?<=\d)d(?!\w))?(?![\d.,]*\d)(?!\w)",
)
_AMOUNT = re.compile("|".join(f"(?:{form})" for form in _FORMS))
_CAPITAL_M = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,2})?) ?M(?!\w)")  # "5m" are minutes or metres, "5M" is money
_PRICED_M = re.compile(  # but nobody quotes minutes, and "4.5m" are none
    r"(?:(?<![\w.,])(?=\d+[.,])|(?<!\w)(?:quote|charge|bill|offer|pay|paid|accept|budget)"
    r"(?: (?:them|him|her|it|this|for|of|at|is|about|around|a|the|customer|client))* )"
    r"(\d{1,3}(?:[.,]\d{1,2})?) ?m(?!\w)"
)
_M_ALONE = re.compile(r"(\d{1,3}[.,]\d{1,2}) ?m")
_FOREIGN = re.compile(
    rf"(?:\$|€|£|(?<!\w)usd|(?<!\w)eur)\s*\d[\d.,]*k?|(?<![\w.,])\d[\d.,]*k?\s*{_FOREIGN_AFTER}(?!\w)"
)
_FOREIGN_NEXT = re.compile(rf"\s*{_FOREIGN_AFTER}(?!\w)")
_FOREIGN_BEFORE = re.compile(r"(?:\$|€|£|(?<!\w)usd|(?<!\w)eur)\s*$")
_LOW_OF_RANGE = re.compile(rf"(?P<low>{NUMBER})\s*(?:-|–|~|(?<!\w)(?:{tolerant('đến|tới|to')})(?!\w))\s*$")
_JOINS_RANGE = re.compile(rf"\s*(?:-|–|~|(?<!\w)(?:{tolerant('đến|tới|to')})(?!\w))\s*$")
_RATE_NEXT = re.compile(
    rf"\s*(?:/|(?<!\w)(?:{tolerant('một|mỗi')}|per|an?|each))\s*"
    rf"(?:{tolerant('giờ|tiếng|h|hr|hour|ngày công|ngày|công|day|manday|trang|page|ảnh|bài|sản phẩm|sp|cái|item|buổi')})(?!\w)"
    rf"|\s*[x×*]\s*\d"
)
_FACTOR_BEFORE = re.compile(r"[x×*]\s*$")
_COUNTED_NEXT = re.compile(
    rf"\s*(?:{tolerant('sản phẩm|sp|ảnh|hình|khách|lượt|file|mail|user|bản ghi|dòng|trang|records|views')})(?!\w)"
)
_VISITS_NEXT = re.compile(
    rf"\s*(?:{tolerant('lượt|truy cập|người|sản phẩm|bản ghi|dòng|từ khóa|bài viết')}|views?|visits?|visitors?|users?|records?|"
    r"rows?|hits?|clicks?|impressions?|follow(?:ers?)?|likes?|requests?|products?)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """đồng from `low` to `high` (equal where one figure stands), at text[start:end]. `is_rate`: per hour, page, day, …"""

    low: int
    high: int
    start: int
    end: int
    is_rate: bool = False


def find_amounts(text: str) -> tuple[Amount, ...]:
    """The đồng amounts of a text, in order. Positions are those of its NFC form.

    A bare number counts from 100.000 on if it is round; dollars, percentages and counts of things never do.
    """
    written = unicodedata.normalize("NFC", text[:_SCANNED])
    read = as_read(written)
    found = sorted((*_of_forms(read), *_of_m(written)), key=lambda amount: amount.start)
    return tuple(_joined(read, _without_overlap(found)))


def parse_amount(text: str) -> int | None:
    """The đồng amount that a whole text is (the upper end of a range), None for anything else.

    `2tr5` 2.500.000, `900k` 900.000, `1,5 triệu`, `2 củ rưỡi`, `2.500.000đ`, `12 triệu 500`; a bare number from 10.000 on.
    """
    bare = text.strip().rstrip(".!")
    millions = _M_ALONE.fullmatch(bare)
    if millions:
        return _millions(millions[1])
    if re.fullmatch(r"[1-9]\d{4,10}", bare):
        return int(bare) if int(bare) >= _SMALLEST_BARE and int(bare) % 500 == 0 else None
    found = find_amounts(bare)
    if len(found) != 1 or found[0].is_rate:
        return None
    left_over = as_read(bare[: found[0].start] + " " + bare[found[0].end :])
    return found[0].high if not _NO_WORDS.sub("", left_over).strip(" .,!~") else None


_NO_WORDS = spoken("khoảng|tầm|cỡ|chừng|đúng|là|vnd|vnđ|đồng|đ|about|around|nhé|nha|ạ|thôi|từ|from|nhe")


def find_foreign(text: str) -> tuple[tuple[int, int], ...]:
    """Where sums of other currencies stand: a price is meant there, but no đồng amount."""
    read = as_read(unicodedata.normalize("NFC", text[:_SCANNED]))
    return tuple(found.span() for found in _FOREIGN.finditer(read))


def _of_forms(read: str) -> Iterator[Amount]:
    for found in _AMOUNT.finditer(read):
        low, high = _ends(found)
        if not 0 < low <= high <= _LARGEST or _is_foreign(read, found) or _is_count(read, found, high):
            continue
        start = found.start()
        if low == high:
            start, low = _range_start(read, found, high)
        rate = _RATE_NEXT.match(read, found.end())
        is_rate = bool(rate or _FACTOR_BEFORE.search(read[: found.start()][-4:]))
        yield Amount(low, high, start, rate.end() if rate else found.end(), is_rate)


def _of_m(written: str) -> Iterator[Amount]:
    for found in (*_CAPITAL_M.finditer(written), *_PRICED_M.finditer(as_read(written))):
        value = _millions(found[1])
        if value > 0:
            yield Amount(value, value, found.start(1), found.end())


def _millions(figure: str) -> int:
    return int(Fraction(figure.replace(",", ".")) * 10**6)


_NOTHING = (0, 0)


def _ends(found: re.Match[str]) -> tuple[int, int]:
    """Lowest and highest đồng of one match, zeros where the figures make no amount."""
    if found["grouped"]:
        return (int(re.sub(r"\D", "", found["grouped"])),) * 2
    if found["lone_half"] or found["lone_and_half"]:
        return (500_000 if found["lone_half"] else 1_500_000,) * 2
    if found["m_number"]:
        return (_with_tail(Fraction(found["m_number"]), found["m_tail"], 10**6),) * 2
    numbers = range_of(found["number"] or found["small_number"])
    if numbers is None:
        return _NOTHING
    if found["small"]:
        scale = _scale(found["small"])
        return int(numbers[0] * scale), int(numbers[1] * scale)
    return _with_rest(numbers[0], found), _with_rest(numbers[1], found)


def _with_rest(number: Fraction, found: re.Match[str]) -> int:
    scale = _scale(found["big"])
    if found["half"]:
        return int((number + Fraction(1, 2)) * scale)
    if found["thousands"]:
        return int(number * scale) + int(found["thousands"]) * 1000
    if found["hundreds"]:
        return int(number * scale) + int(found["hundreds"]) * 100_000
    if found["word_tail"]:
        return _with_tail(number, str(number_of(found["word_tail"])), scale)
    return _with_tail(number, found["tail"] or found["far_tail"] or "", scale)


def _with_tail(number: Fraction, tail: str, scale: int) -> int:
    """`2tr5` is 2,5 million and `12 triệu 500` 12,5: what follows the unit are its decimals. 0 after other decimals."""
    if tail and number.denominator != 1:
        return 0
    decimals = Fraction(int(tail), 10 ** len(tail)) if tail else Fraction(0)
    return int((number + decimals) * scale)


def _scale(unit: str) -> int:
    return next(value for pattern, value in _SCALE_OF if pattern.fullmatch(unit))


def _is_foreign(read: str, found: re.Match[str]) -> bool:
    return bool(_FOREIGN_NEXT.match(read, found.end()) or _FOREIGN_BEFORE.search(read[: found.start()][-8:]))


def _is_count(read: str, found: re.Match[str], value: int) -> bool:
    """Whether a bare number is rather a count, a year, a telephone or a ticket than money."""
    if found["big"] and _VISITS_NEXT.match(read, found.end()):
        return True
    if not found["grouped"] or found["sign"]:
        return False
    is_round = value % 1000 == 0
    return value < _SMALLEST_BARE_IN_PROSE or not is_round or bool(_COUNTED_NEXT.match(read, found.end()))


def _range_start(read: str, found: re.Match[str], value: int) -> tuple[int, int]:
    """Where a range begins that ends with this amount (`5-6tr`), and its lower end; the amount itself otherwise."""
    window = max(0, found.start() - 30)
    before = _LOW_OF_RANGE.search(read[window : found.start()])
    low = number_of(before["low"]) if before else None
    unit = found["big"] or found["small"]
    if before is None or low is None or not unit or not 0 < low * _scale(unit) < value:
        return found.start(), value
    return window + before.start(), int(low * _scale(unit))


def _without_overlap(found: list[Amount]) -> Iterator[Amount]:
    end = -1
    for amount in found:
        if amount.start >= end:
            yield amount
            end = amount.end


def _joined(read: str, found: Iterator[Amount]) -> Iterator[Amount]:
    """`5tr-6tr` is one range."""
    last: Amount | None = None
    for amount in found:
        if (
            last is not None
            and last.low == last.high < amount.low
            and _JOINS_RANGE.fullmatch(read[last.end : amount.start])
        ):
            last = Amount(last.low, amount.high, last.start, amount.end, amount.is_rate)
            continue
        if last is not None:
            yield last
        last = amount
    if last is not None:
        yield last
