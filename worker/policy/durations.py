"""Working time as people write it: `45p`, `2 tiếng rưỡi`, `~1 ngày công`; a time of day or "in 45 minutes" is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from worker.model import Effort
from worker.policy.number_words import FIGURE, NUMBER, number_of, range_of
from worker.policy.tone_marks import Said, Spoken, as_read, is_marked, spoken, tolerant

_SCANNED = 20_000  # characters
_LONGEST = 60 * 480  # three working months: more is no effort of one request
_HALF = Fraction(1, 2)
DAY = 480  # a working day in minutes
_MINUTES_OF: Mapping[str, int] = {
    "phút|ph|phut|p|'|mins?|minutes?|minut|m": 1,
    "tiếng|giờ|h|hrs?|hours?|g": 60,
    "buổi|half days?": DAY // 2,
    "ngày|days?|d|mandays?|man days?|công|md": DAY,
    "tuần|weeks?|wks?|w": 5 * DAY,
}
_UNIT_OF = tuple((re.compile(tolerant(words)), minutes) for words, minutes in _MINUTES_OF.items())

_MINUTE = tolerant("phút|ph|p|'|mins?|minutes?|minut")
_HOUR = tolerant("tiếng|giờ|hours?|hrs?|h|g")
_LONG = tolerant("buổi|ngày|days?|man-?days?|half[ -]days?|md|công|tuần|weeks?|wks?")
_LETTER_UNITS = r"(?<=\d)[mdw]"  # 45m, 2d: only right behind the figure
_UNIT = rf"(?:{_MINUTE}|{_HOUR}|{_LONG}|{_LETTER_UNITS})"
_AND_A_HALF = rf"(?:\s*(?:{tolerant('rưỡi|rưởi')}|and a half)(?!\w))"
_WORKING = rf"(?:\s*(?:{tolerant('đồng hồ|làm việc|công|of work|work')})(?!\w))?"

_ONE = (
    rf"(?P<number>{NUMBER})(?P<inner_half>\s+and\s+a\s+half)?\s*(?:full|whole|solid|good|"
    rf"working)?\s*[-]?\s*(?P<unit>{_UNIT})(?![^\W\d_])"
    rf"(?:(?P<half>{_AND_A_HALF})|(?P<or_two>\s+or\s+two)(?!\w)|"
    rf"\s*(?P<more>\d{{1,2}})(?![\d.,]*\d)\s*(?P<more_unit>{_MINUTE}|m)?(?!\w))?"
)
_HALF_UNIT = (
    rf"(?P<half_unit>{tolerant('nửa|nữa')}|half\s+an?|half|(?<![\d/])[13]/[24])\s*(?P<of_unit>{_HOUR}|"
    rf"{_LONG})(?!\w)"
)
_LONE_AND_HALF = rf"(?P<lone_unit>{tolerant('tiếng|giờ|ngày')})\s+(?:{tolerant('rưỡi|rưởi')})(?!\w)"
_DURATION = re.compile(rf"(?:(?:{_ONE})|(?<!\w)(?:{_HALF_UNIT})|(?<!\w)(?:{_LONE_AND_HALF})){_WORKING}")
_RANGE_TO = rf"(?:-|–|—|~|\.\.|(?<!\w)(?:{tolerant('đến|tới|hoặc')}|to|or)(?!\w))"
_LOW_END = re.compile(
    rf"(?P<low>(?<![\w.,/]){FIGURE}|(?<!\w){NUMBER}|(?<!\w){tolerant('nửa|nữa')})\s*(?:{_RANGE_TO}|, )\s*$"
)
_BETWEEN = re.compile(rf"\s*{_RANGE_TO}\s*$")


class Use(StrEnum):
    """What a length of time is said of. Only `WORK` can be an estimate."""

    WORK = "work"
    SPENT = "spent"  # "mất 50p", "took 2h": already worked
    LATER = "later"  # "45p nữa", "in 2 hours", "sau 30 phút": a moment to come
    PAST = "past"  # "2 tiếng rồi", "3 days ago": went by without work
    CLOCK = "clock"  # "3h chiều", "trước 10h": a time of day
    OTHER = "other"  # "mỗi 6 tiếng", "video 2 phút", "chờ 24h"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in working minutes at text[start:end]. `likely` is the upper end of a range: nobody is quick twice."""

    effort: Effort
    start: int
    end: int
    use: Use = Use.WORK


# ---- what stands around tells what it is said of -----------------------------------------------------------------------

_CLOCK_BEFORE = spoken(
    "lúc|trước|sau|vào|từ|tới|đến|hồi|khoảng lúc|at|by|before|after|until|till|from|since|around|hẹn|họp|kể từ"
)
_CLOCK_AFTER = spoken(
    "sáng|chiều|trưa|tối|đêm|am|pm|kém|hôm nay|hôm qua|mai|ngày mai|sharp|là muộn nhất|về|qua|tới|vào|gọi|"
    "gặp|đi|quay lại|có mặt|em qua|em tới|em có mặt|em vào|em họp|anh qua|họp|o'clock"
)
_PM = re.compile(r"\s*(?:am|pm|a\.m|p\.m)(?!\w)")
_LATER_AFTER = spoken("nữa|nửa|from now|later|sau")
_LATER_BEFORE = spoken("sau|trong vòng|within|after|in|next|trong|another|còn|thêm")
_WORK_IN = spoken(
    "làm trong|xong trong|sửa trong|doable in|do it in|do this in|done in about|fix it in|fixed in about|"
    "fixable in|fix this in|gói gọn trong|xử lý trong|giải quyết trong"
)
_TO_WORK = spoken("để sửa|để làm|để fix|để xử lý|để code|là ổn|là xong|là đủ|to fix|to do it|to do this|of work|công")
_PAST_AFTER = spoken("rồi|nay|trước|qua|ago|already|now|gần đây|late|overdue|earlier|old|vừa rồi|before")
_PAST_BEFORE = spoken(
    "từ|cách đây|suốt|for the last|for the past|over the last|last|past|trễ|quá hạn|quá|chậm|được|since|muộn"
)
_SPENT_BEFORE = spoken(
    "mất|hết|tốn|đã làm|làm hết|làm mất|mất hết|mất đúng|took|took me|spent|spent about|have spent|it took|"
    "used|took about|took us|logged|log|mất tổng cộng|hết đúng|mất tổng"
)
_SPENT_MAYBE = spoken(
    "sẽ|cần|chắc|phải|dự kiến|khả năng|có thể|tầm|ước|nếu|chừng|cũng|will|would|might|should|nhanh cũng|ít nhất cũng|cỡ"
)
_OTHER_BEFORE = spoken(
    "waiting for|waited|waiting|waited for|lùi lại|dời lại|hoãn lại|đợi|chờ|mỗi|cứ|every|each|wait|waiting|"
    "video|clip|họp|nghỉ|dài|uptime|timeout|"
    "ttl|cache|hạn|bảo hành|warranty|dời|lùi|hoãn|trì hoãn|delay|delayed|"
    "delivery in|delivery|giao trong|bàn giao trong|giao sau|hoàn thành trong|bàn giao|trial|dùng thử|hết "
    "hạn|expire in|expires in|gia hạn|renew|backup|"
    "giãn|push back|extend|down for|down|offline|chết|sập|trừ|cách|sau mỗi|họp tầm|họp khoảng|chờ khoảng|chờ "
    "tầm|đợi khoảng|đợi tầm|chờ thêm|đợi thêm|"
    "chờ em|đợi em|đợi anh|chờ anh|give me|cho em|cho mình|chờ khách|đợi khách|deadline|trước|kéo dài|"
    "meeting for|call for|kể từ"
)
_OTHER_AFTER = spoken(
    "một lần|1 lần|mỗi ngày|mỗi tuần|per week|per day|a day|a week|a month|một ngày|một tuần|video|clip|"
    "delay|late|trial|họp|meeting|call|warranty|bảo hành|miễn phí"
)
_SENTENCE = re.compile(r"[.!?;\n]\s|\n")
_WORD_BEGINS = re.compile(r"(?<!\w)(?=\w)")
_FROM = re.compile(rf"(?<!\w)(?:{tolerant('từ')}|from|between)\s*$")  # of a range: "từ 2 đến 3 tiếng"
_UNSURE_CLOCK_UNITS = re.compile(tolerant("h|giờ|g"))
_HEDGE_BEFORE = spoken(
    "khoảng|tầm|cỡ|chừng|độ|about|around|roughly|approx|mất|cần|hết|est|estimate|ước|ước tính|ước chừng|dự "
    "kiến|max|tối đa|tổng|tổng cộng|total|eta"
)
_MORE_THAN = spoken("hơn|more than|over|trên")  # "hơn 1 tiếng" passes an hour, and that is all it says


def find_durations(text: str) -> tuple[Duration, ...]:
    """Every length of time in a text with what it is said of, in order. Positions are those of its NFC form."""
    read = _said(as_read(unicodedata.normalize("NFC", text[:_SCANNED])), text)
    return tuple(_joined(read, [found for match in _DURATION.finditer(read) if (found := _duration(read, match))]))


def parse_duration(text: str) -> Effort | None:
    """The working minutes that a whole text says (a working day is 480), None for anything else.

    `45p`, `2 tiếng rưỡi`, `~1 ngày công`, `est 3h`, `30-40 mins` (likely 40), `nửa ngày`, `1h30`, `2 buổi`, `1.5 days`.
    `3pm` and `45p nữa em tới` are no duration of work; neither is anything with words beside it.
    """
    found = find_durations(text)
    written = as_read(unicodedata.normalize("NFC", text))
    rest = "".join(written[a:b] for a, b in _gaps(found, len(written)))
    joined = re.sub(r"[+&]|(?<!\w)(?:và|va|and)(?!\w)", "", rest)
    if not found or _BESIDE.sub("", joined).strip(" .,!~≈:()<=") or any(one.use not in _SAID_ALONE for one in found):
        return None
    if len(found) > 1 and joined == rest:
        return None
    return total(one.effort for one in found)


def total(efforts: Iterator[Effort] | tuple[Effort, ...]) -> Effort:
    """Efforts one after another."""
    parts = tuple(efforts)
    return Effort(sum(one.low for one in parts), sum(one.likely for one in parts), sum(one.high for one in parts))


def _said(part: str, whole: str) -> Said:
    """A part of a text that was typed with marks, or without, like the whole."""
    return Said(part, marked=is_marked(whole))


_SAID_ALONE = frozenset({Use.WORK, Use.SPENT})
_BESIDE = spoken(
    "khoảng|tầm|cỡ|chừng|độ|about|around|approx|roughly|est|ước|ước tính|mất|cần|max|tối đa|từ|nhé|nha|ạ|"
    "thôi|nhe|a|của|work|of work|"
    "effort|total|tổng|tổng cộng|công|là|in total|hoặc hơn|hết|for this|cho cái này|up to|at most|only|just"
)


def _gaps(found: tuple[Duration, ...], length: int) -> Iterator[tuple[int, int]]:
    place = 0
    for one in found:
        yield place, one.start
        place = one.end
    yield place, length


def _duration(read: Said, found: re.Match[str]) -> Duration | None:
    ends = _minutes(found)
    if ends is None:
        return None
    low, high, start = ends[0], ends[1], found.start()
    if low == high and not found["half_unit"] and not found["lone_unit"]:
        low, start = _lower_end(read, found, high)
    effort = Effort(round(low), round(high), round(high))
    if not 0 < effort.low <= effort.high <= _LONGEST:
        return None
    use = _use(read, found, start, is_range=low < high)
    if use is Use.WORK and _ends_with(_MORE_THAN, _said(read[max(0, start - 20) : start], read)):
        effort = Effort(effort.low + 1, effort.likely + 1, effort.high + effort.high // 2)
    return Duration(effort, start, found.end(), use)


def _minutes(found: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    if found["half_unit"]:
        part = Fraction(found["half_unit"]) if "/" in found["half_unit"] else _HALF
        return (part * _unit(found["of_unit"]),) * 2
    if found["lone_unit"]:
        return ((1 + _HALF) * _unit(found["lone_unit"]),) * 2
    numbers = range_of(found["number"])
    if numbers is None:
        return None
    unit = _unit(found["unit"])
    more = _HALF * unit if found["half"] or found["inner_half"] else _more(found, unit)
    if more is None:
        return None
    return numbers[0] * unit + more, numbers[1] * unit + (unit if found["or_two"] else more)


def _more(found: re.Match[str], unit: int) -> Fraction | None:
    """What stands behind the unit: `1h30` are 30 minutes more. None where that cannot be."""
    if not found["more"]:
        return Fraction(0)
    if unit != 60 or int(found["more"]) >= 60:
        return None
    return Fraction(int(found["more"]))


def _unit(typed: str) -> int:
    plain = re.sub(r"[\s-]+", " ", typed.strip())
    return next(minutes for pattern, minutes in _UNIT_OF if pattern.fullmatch(plain))


def _lower_end(read: str, found: re.Match[str], high: Fraction) -> tuple[Fraction, int]:
    """Where a range begins that ends here (`30-40 mins`), and its lower end."""
    window = max(0, found.start() - 30)
    before = _LOW_END.search(read[window : found.start()])
    if before is None:
        return high, found.start()
    number = _HALF if before["low"] in {"nửa", "nữa", "nua"} else number_of(before["low"])
    unit = _unit(found["unit"])
    if number is None or not 0 < number * unit < high or (number * unit * 12 < high):
        return high, found.start()
    return number * unit, window + before.start()


def _joined(read: str, found: list[Duration]) -> Iterator[Duration]:
    """`45p - 1h` is one range."""
    last: Duration | None = None
    for one in found:
        if last is not None and last.effort.high < one.effort.low and _BETWEEN.fullmatch(read[last.end : one.start]):
            last = Duration(Effort(last.effort.low, one.effort.high, one.effort.high), last.start, one.end, last.use)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


# ---- use ------------------------------------------------------------------------------------------------------------


def _use(read: Said, found: re.Match[str], start: int, *, is_range: bool) -> Use:
    after = _said(read[found.end() : found.end() + 30], read)
    before = _SENTENCE.split(read[max(0, start - 40) : start])[-1]
    sentence = _said(_FROM.sub("", before) if is_range else before, read)
    if _is_clock(found, sentence, after):
        return Use.CLOCK
    if _ends_with(_WORK_IN, sentence):
        return Use.LATER if _begins_with(_LATER_AFTER, after) else Use.WORK
    if _begins_with(_TO_WORK, after):
        return Use.WORK
    if _ends_with(_OTHER_BEFORE, sentence) or _begins_with(_OTHER_AFTER, after):
        return Use.OTHER
    if _begins_with(_LATER_AFTER, after) or _ends_with(_LATER_BEFORE, sentence):
        return Use.LATER
    if _is_spent(sentence):
        return Use.SPENT
    if _begins_with(_PAST_AFTER, after) or _ends_with(_PAST_BEFORE, sentence):
        return Use.PAST
    return Use.WORK


def _is_spent(sentence: Said) -> bool:
    return _ends_with(_SPENT_BEFORE, sentence) and not _SPENT_MAYBE.search(sentence)


def _is_clock(found: re.Match[str], sentence: Said, after: Said) -> bool:
    if _PM.match(after):
        return True
    unit = found["unit"]
    if (
        not unit
        or not _UNSURE_CLOCK_UNITS.fullmatch(unit)
        or found["half"]
        or not re.fullmatch(r"\d{1,2}", found["number"])
    ):
        return False
    if _begins_with(_CLOCK_AFTER, after) or _ends_with(_CLOCK_BEFORE, sentence):
        return True
    hour = int(found["number"])
    is_day_time = 7 <= hour <= 23 and (found["more"] is not None or hour > 12)
    return is_day_time and not _ends_with(_HEDGE_BEFORE, sentence)


def _ends_with(pattern: Spoken, text: str) -> bool:
    bare = _said(text.rstrip(" \t:~=≈<>"), text)
    return any(pattern.fullmatch(_said(bare[at.start() :], bare)) for at in _WORD_BEGINS.finditer(bare))


def _begins_with(pattern: Spoken, text: str) -> bool:
    bare = _said(text.lstrip(), text)
    return pattern.match(bare) is not None and not text.startswith((",", ".", "\n"))
