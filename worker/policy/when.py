"""The days and times staff write ("sáng thứ 4", "mai", "25/11", "next Monday") as instants, and their absences.

No library reads these: dateparser takes "thu 4" for the fourth of the month and knows neither "mai" nor "sáng thứ 4".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from worker.policy.number_words import NUMBER, number_of
from worker.policy.tone_marks import Spoken, as_read, spoken, tolerant

_SCANNED = 4_000  # characters
_DAY = timedelta(days=1)
_HORIZON = timedelta(days=400)  # nobody postpones further


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that text[begin:stop] names, as instants in UTC from `start` to `end` (a whole day from midnight to midnight)."""

    start: datetime
    end: datetime
    begin: int
    stop: int


# ---- words ----------------------------------------------------------------------------------------------------------


class _Part(Enum):
    """A part of the day and when it is, on the wall clock. Half days are those of the working hours (POLICY)."""

    MORNING = (time(8), time(12))
    NOON = (time(12), time(13, 30))
    AFTERNOON = (time(13, 30), time(17, 30))
    EVENING = (time(18), time(22))


_PARTS: Mapping[str, _Part] = {
    "đầu giờ sáng|buổi sáng|sáng sớm|sáng|morning": _Part.MORNING,
    "buổi trưa|trưa|noon|midday|lunch": _Part.NOON,
    "đầu giờ chiều|cuối giờ chiều|buổi chiều|chiều|afternoon": _Part.AFTERNOON,
    "buổi tối|tối|đêm|evening|night": _Part.EVENING,
}
_NEAR_DAYS: Mapping[str, int] = {
    "hôm nay|bữa nay|ngay trong ngày|today": 0,
    "ngày mai|mai|tomorrow|tmr|tmrw": 1,
    "ngày mốt|mai mốt|ngày kia|day after tomorrow|the day after tomorrow": 2,
}
_WEEKDAYS: Mapping[str, int] = {
    "thứ hai|thứ 2|t2|monday": 0, "thứ ba|thứ 3|t3|tuesday": 1, "thứ tư|thứ 4|t4|wednesday": 2, "thứ năm|thứ 5|t5|thursday": 3,
    "thứ sáu|thứ 6|t6|friday": 4, "thứ bảy|thứ bẩy|thứ 7|t7|saturday": 5, "chủ nhật|cn|sunday": 6,
    "beginning of the week|early in the week": 0, "midweek|mid week": 2, "end of the week|end of week": 4,
}  # fmt: skip
_EDGES: Mapping[str, int] = {"đầu|early": 0, "giữa": 2, "cuối|late": 4}
_NEXT_WEEK = spoken("tuần sau|tuần tới|next week")
_SHORT_ENGLISH_DAYS: Mapping[str, int] = {"mon": 0, "tues": 1, "tue": 1, "wed": 2, "thurs": 3, "fri": 4}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}\.?"
_NTH = r"(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word group of a time: a day, a week, a part of the day or a clock time, or several of them at once."""

    begin: int
    stop: int
    day: date | None = None
    weekday: int | None = None
    week: int | None = None  # 0 this week, 1 next week
    part: _Part | None = None
    clock: time | None = None
    instant: datetime | None = None


_Maker = Callable[[re.Match[str], datetime], _Piece | None]


def _near_day(offset: int) -> _Maker:
    return lambda found, now: _Piece(*found.span(), day=now.date() + offset * _DAY)


def _tonight(found: re.Match[str], now: datetime) -> _Piece:
    return _Piece(*found.span(), day=now.date(), part=_Part.EVENING)


def _part_of_today(found: re.Match[str], now: datetime) -> _Piece:
    return _Piece(*found.span(), day=now.date(), part=_part(found["part"]))


def _weekday(number: int) -> _Maker:
    return lambda found, _: _Piece(*found.span(), weekday=number)


def _week(offset: int) -> _Maker:
    return lambda found, _: _Piece(*found.span(), week=offset)


def _next_weekday(found: re.Match[str], _: datetime) -> _Piece:
    is_next = found["which"] == "next"
    begin = found.start() if found["which"] in {"next", "this", "coming"} else found.start("day")
    return _Piece(begin, found.end(), weekday=_weekday_number(found["day"]), week=1 if is_next else None)


def _edge_of_week(found: re.Match[str], _: datetime) -> _Piece:
    number = next(number for words, number in _EDGES.items() if spoken(words).fullmatch(found["edge"]))
    is_next = _NEXT_WEEK.fullmatch(found["week"]) is not None
    return _Piece(*found.span(), weekday=number, week=1 if is_next else None)


def _part_piece(found: re.Match[str], _: datetime) -> _Piece:
    return _Piece(*found.span(), part=_part(found[0]))


def _clock(found: re.Match[str], _: datetime) -> _Piece | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    late = (found["half"] or "").startswith("p") and hour < 12
    if hour > 23 or minute > 59:
        return None
    return _Piece(*found.span(), clock=time(hour + 12 if late else hour, minute))


def _dated(found: re.Match[str], now: datetime) -> _Piece | None:
    groups = found.groupdict()
    month = _month(groups.get("month") or groups.get("name") or "")
    day = _date(int(groups["day"]), month, groups.get("year"), now.date())
    return _Piece(*found.span(), day=day) if day else None


def _iso(found: re.Match[str], _: datetime) -> _Piece | None:
    try:
        return _Piece(*found.span(), day=date.fromisoformat(found[0]))
    except ValueError:
        return None


def _day_of_month(found: re.Match[str], now: datetime) -> _Piece | None:
    day = _date(int(found["day"]), None, None, now.date())
    return _Piece(*found.span(), day=day) if day else None


def _offset(found: re.Match[str], now: datetime) -> _Piece | None:
    number, unit = number_of(found["number"]), found["unit"]
    if number is None or number > 60:
        return None
    days = (
        7 if re.fullmatch(tolerant("tuần|weeks?"), unit) else 30 if re.fullmatch(tolerant("tháng|months?"), unit) else 1
    )
    return _Piece(found.start("number"), found.end(), day=now.date() + int(number * days) * _DAY)


def _hours_ahead(found: re.Match[str], now: datetime) -> _Piece | None:
    number = number_of(found["number"])
    if number is None or number > 240:
        return None
    minutes = int(number * (1 if re.fullmatch(tolerant("phút|p|mins?|minutes?"), found["unit"]) else 60))
    return _Piece(*found.span(), instant=now + timedelta(minutes=minutes))


def _next_month(found: re.Match[str], now: datetime) -> _Piece:
    first = now.date().replace(day=1) + 32 * _DAY
    return _Piece(*found.span(), day=first.replace(day=1))


def _next_year(found: re.Match[str], now: datetime) -> _Piece:
    return _Piece(*found.span(), day=date(now.year + 1, 1, 1))


_DAY_UNIT = tolerant("ngày|hôm|days?|tuần|weeks?|tháng|months?")
_HOUR_UNIT = tolerant("tiếng|giờ|hours?|h|phút|p|mins?|minutes?")
_NO_WEEKDAY = r"(?<!th[ứưúu] )"  # "thứ 2 tuần sau" is Monday, "2 tuần sau" a fortnight
_SOME_DAYS = rf"{_NO_WEEKDAY}(?P<number>{NUMBER})\s*(?P<unit>{_DAY_UNIT})"
_SOME_HOURS = rf"(?P<number>{NUMBER})\s*(?P<unit>{_HOUR_UNIT})"
_AHEAD = rf"(?:{tolerant('nữa|sau|nửa')}|from now|later)"
_BACK = rf"(?:{tolerant('sau|thêm|lùi|lùi lại|dời|dời lại|hoãn|hoãn lại|giãn|chậm lại')}|in|by|another)"
_COUNTED = (
    rf"(?!\s+(?:{tolerant('trang|ảnh|hình|file|sản phẩm|sp|tiếng|giờ|bài|mục|cái|phần')}|pages|images|items|"
    rf"done)(?!\w))"
)
_RULES: tuple[tuple[re.Pattern[str] | Spoken, _Maker], ...] = (
    (re.compile(r"(?<![\w/.-])20\d{2}-\d{2}-\d{2}(?![\w-])"), _iso),
    (re.compile(r"(?<![\w/.,])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>(?:20)?\d{2}))?(?![\w/]|[.,-]\d)" + _COUNTED), _dated),
    (re.compile(r"(?<![\w/.,-])(?P<day>\d{1,2})[-.](?P<month>\d{1,2})[-.](?P<year>20\d{2})(?![\w/-])"), _dated),
    (re.compile(rf"(?<!\w)(?:{tolerant('ngày|mùng|mồng')}\s+)?(?P<day>\d{{1,2}})\s*{tolerant('tháng')}\s*(?P<month>\d{{1,2}})(?!\w)"), _dated),
    (re.compile(rf"(?<!\w)(?P<day>\d{{1,2}}){_NTH}\s+(?:of\s+)?{_MONTH.format('name')}(?:,?\s+(?P<year>20\d{{2}}))?(?!\w)"), _dated),
    (re.compile(rf"(?<!\w){_MONTH.format('name')}\s+(?P<day>\d{{1,2}}){_NTH}(?:,?\s+(?P<year>20\d{{2}}))?(?!\w)"), _dated),
    (re.compile(rf"(?<!\w)(?:{tolerant('ngày|hôm')}|the)\s+(?P<day>\d{{1,2}}){_NTH}(?![\w/.:]|\s*{tolerant('tháng')})"), _day_of_month),
    (re.compile(rf"{_SOME_DAYS}\s+{_AHEAD}(?!\w)"), _offset),
    (re.compile(rf"(?<!\w){_BACK}\s+{_SOME_DAYS}(?!\w)"), _offset),
    (re.compile(rf"{_SOME_HOURS}\s+{_AHEAD}(?!\w)"), _hours_ahead),
    (re.compile(rf"(?<!\w)(?:{tolerant('sau')}|in)\s+{_SOME_HOURS}(?!\w)"), _hours_ahead),
    (spoken("đầu tháng sau|đầu tháng tới|tháng sau|tháng tới|next month|early next month"), _next_month),
    (spoken("sang năm|năm sau|năm tới|next year"), _next_year),
    (spoken("tối nay|đêm nay|tonight"), _tonight),
    (spoken("(?P<part>sáng|trưa|chiều) (?:nay|hôm nay)"), _part_of_today),
    (spoken("this (?P<part>morning|afternoon)"), _part_of_today),
    *((spoken(words), _near_day(offset)) for words, offset in _NEAR_DAYS.items()),
    (spoken(
        r"(?P<which>next|this|on|by|until|till|to|coming) (?P<day>monday|tuesday|wednesday|thursday|friday|"
        r"saturday|sunday|mon|tues?|wed|thurs|fri)"
    ), _next_weekday),
    (spoken("(?P<edge>đầu|giữa|cuối|early|late) (?P<week>tuần sau|tuần tới|next week|tuần này|this week|tuần)"), _edge_of_week),
    *((spoken(words), _weekday(number)) for words, number in _WEEKDAYS.items()),
    (spoken("tuần sau|tuần tới|tuần kế|(?:sang|qua) tuần(?! (?:sau|tới|kế|này))|next week"), _week(1)),
    (spoken("tuần này|this week"), _week(0)),
    (re.compile(r"(?<![\w:.,/])(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>[ap])\.?m\.?(?!\w)"), _clock),
    (re.compile(r"(?<![\w:.,/])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<half>)(?![\w:])"), _clock),
    (re.compile(rf"(?<![\w:.,/-])(?P<hour>\d{{1,2}})\s*(?:h|g|{tolerant('giờ')})\s*(?P<minute>\d{{2}}(?!/\d))?(?P<half>)(?!\w)"), _clock),
    *((spoken(words), _part_piece) for words in _PARTS),
)  # fmt: skip


def _part(typed: str) -> _Part:
    return next(part for words, part in _PARTS.items() if spoken(words).fullmatch(typed))


def _weekday_number(typed: str) -> int:
    if typed in _SHORT_ENGLISH_DAYS:
        return _SHORT_ENGLISH_DAYS[typed]
    return next(number for words, number in _WEEKDAYS.items() if spoken(words).fullmatch(typed))


def _month(typed: str) -> int | None:
    if typed.isdigit():
        return int(typed)
    return _MONTHS.index(typed[:3]) + 1 if typed else None


def _date(day: int, month: int | None, year: str | None, today: date) -> date | None:
    """The date meant: the one given, else the next with that day (and month) that is not yet past."""
    if year:
        return _valid(int(year) % 100 + 2000, month or today.month, day)
    if month:
        this_year = _valid(today.year, month, day)
        return this_year if this_year and this_year >= today else _valid(today.year + 1, month, day)
    this_month = _valid(today.year, today.month, day)
    following = today.replace(day=1) + 32 * _DAY
    return this_month if this_month and this_month >= today else _valid(following.year, following.month, day)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# ---- reading --------------------------------------------------------------------------------------------------------

_BETWEEN_PIECES = re.compile(
    rf"(?:\s|,|\(|\)|(?<!\w)(?:{tolerant('lúc|vào|buổi|ngày|tầm|khoảng|của|hôm')}|at|on|of|in|the|around|"
    rf"by)(?!\w)){{0,6}}"
)
_MOVES_TO = spoken("dời|dịch|chuyển|hoãn|lùi|đẩy|qua|dời lại|lùi lại|hẹn lại|hẹn")
_BARE_SANG = re.compile(r"sang|toi")
_TO = re.compile(
    rf"\s*(?:-|–|—|(?<!\w)(?:{tolerant('đến hết|tới hết|đến|tới|cho tới|cho đến')}|to|until|till|through|"
    rf"thru)(?!\w))\s*"
)
_DAY_RANGE = re.compile(
    rf"(?<![\w/.,])(?P<low>\d{{1,2}})\s*(?:-|–|(?<!\w)(?:{tolerant('đến|tới')}|"
    rf"to)(?!\w))\s*(?=(?:{tolerant('ngày')}\s+)?\d{{1,2}}(?:/\d|{_NTH}\s+[a-z]{{3}}|\s*{tolerant('tháng')}))"
)


def find_when(text: str, now: datetime, zone: str) -> tuple[Moment, ...]:
    """The times that a text names, in order, as seen from the instant `now` in that time zone.

    A weekday or date without year is the next one; a time of day alone is today's. A day that does not exist, or that
    lies further than a year ahead, is left out. Positions are those of the NFC form of the text.
    """
    written = unicodedata.normalize("NFC", text[:_SCANNED])
    local = now.astimezone(ZoneInfo(zone))
    phrases = _phrases(as_read(written), list(_pieces(written, local)))
    found = (_moment(phrase, local) for phrase in phrases)
    return tuple(one for one in found if one is not None and one.start - now < _HORIZON)


def parse_when(text: str, now: datetime, zone: str) -> Moment | None:
    """The one time that a text is about: the first that it names, None where it names none."""
    return next(iter(find_when(text, now, zone)), None)


def find_span(text: str, now: datetime, zone: str) -> Moment | None:
    """From the first time a text names to the last one that is tied to it: "từ 25 đến 27/11", "Monday to Wednesday"."""
    written = unicodedata.normalize("NFC", text[:_SCANNED])
    found = find_when(written, now, zone)
    if not found:
        return None
    first = _with_low_end(written, found[0], now.astimezone(ZoneInfo(zone)))
    for one in found[1:]:
        if not _TO.fullmatch(as_read(written[first.stop : one.begin])) or one.end <= first.start:
            break
        first = Moment(first.start, one.end, first.begin, one.stop)
    return first


def _pieces(written: str, local: datetime) -> Iterator[_Piece]:
    """The word groups that say a time, none within another: earlier rules win."""
    read = as_read(written)
    taken: list[tuple[int, int]] = []
    for pattern, make in _RULES:
        for found in pattern.finditer(read):
            if any(found.start() < stop and begin < found.end() for begin, stop in taken) or _is_name(written, found):
                continue
            piece = make(found, local)
            if piece is not None:
                taken.append(found.span())
                yield piece


def _is_name(written: str, found: re.Match[str]) -> bool:
    """Whether "Mai" in the middle of a sentence is a colleague."""
    if found[0] != "mai" or not written[found.start()].isupper():
        return False
    before = written[: found.start()].rstrip()
    return bool(before) and before[-1] not in ".!?:\n" and not before.lower().endswith(("sáng", "chiều", "trưa", "tối"))


def _phrases(read: str, pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces that stand together and do not contradict one another are one time: "9h sáng thứ 4 tuần sau"."""
    pieces = [
        piece for piece in sorted(pieces, key=lambda piece: piece.begin) if not _is_preposition(read, piece, pieces)
    ]
    phrase: list[_Piece] = []
    for piece in pieces:
        if phrase and (not _BETWEEN_PIECES.fullmatch(read[phrase[-1].stop : piece.begin]) or _clash(phrase, piece)):
            yield phrase
            phrase = []
        phrase.append(piece)
    if phrase:
        yield phrase


def _is_preposition(read: str, piece: _Piece, pieces: list[_Piece]) -> bool:
    """`doi sang thu 4`: without marks "sang" (to) looks like "sáng" (morning), "toi" (until) like "tối" (evening)."""
    if piece.part is None or not _BARE_SANG.fullmatch(read[piece.begin : piece.stop]):
        return False
    follows = any(piece.stop <= other.begin <= piece.stop + 1 for other in pieces)
    before = read[: piece.begin].rstrip()
    moves = any(found.end() == len(before) for found in _MOVES_TO.finditer(before[-12:]))
    return moves or not follows


def _clash(phrase: list[_Piece], piece: _Piece) -> bool:
    said = [*phrase, piece]
    days = sum(one.day is not None or one.weekday is not None or one.instant is not None for one in said)
    return days > 1 or sum(one.part is not None for one in said) > 1 or sum(one.clock is not None for one in said) > 1


def _moment(phrase: list[_Piece], local: datetime) -> Moment | None:
    begin, stop = phrase[0].begin, phrase[-1].stop
    instant = next((one.instant for one in phrase if one.instant), None)
    if instant is not None:
        return Moment(instant.astimezone(UTC), instant.astimezone(UTC), begin, stop)
    part = next((one.part for one in phrase if one.part), None)
    clock = next((one.clock for one in phrase if one.clock), None)
    start, end = _window(part, clock)
    day = _day(phrase, local, start)
    week = next((one.week for one in phrase if one.week is not None), None)
    whole_week = week is not None and all(one.weekday is None and one.day is None for one in phrase)
    last = day + 6 * _DAY if whole_week else day
    if end == _MIDNIGHT and clock is None:
        last += _DAY
    return Moment(_instant(day, start, local), _instant(last, end, local), begin, stop)


_MIDNIGHT = time(0)


def _window(part: _Part | None, clock: time | None) -> tuple[time, time]:
    """From when to when on the wall clock; midnight as an end is the end of that day."""
    if clock is None:
        return part.value if part else (_MIDNIGHT, _MIDNIGHT)
    is_late = part in {_Part.AFTERNOON, _Part.EVENING} or (part is _Part.NOON and clock.hour < 11)
    shown = clock.replace(hour=clock.hour + 12) if is_late and clock.hour < 12 else clock
    return shown, shown


def _day(phrase: list[_Piece], local: datetime, start: time) -> date:
    today = local.date()
    given = next((one.day for one in phrase if one.day), None)
    if given is not None:
        return given
    weekday = next((one.weekday for one in phrase if one.weekday is not None), None)
    week = next((one.week for one in phrase if one.week is not None), None)
    if weekday is None and week is None:
        return today
    monday = today - today.weekday() * _DAY
    if week is not None:
        return max(monday + (7 * week + (weekday or 0)) * _DAY, today)
    ahead = ((weekday or 0) - today.weekday()) % 7
    has_begun = start <= local.time()
    return today + (ahead or (7 if has_begun else 0)) * _DAY


def _instant(day: date, at: time, local: datetime) -> datetime:
    return datetime.combine(day, at, tzinfo=local.tzinfo).astimezone(UTC)


def _with_low_end(written: str, moment: Moment, local: datetime) -> Moment:
    """ "từ 25 đến 27/11": the day before the date is one of the same month."""
    window = as_read(written[max(0, moment.begin - 14) : moment.stop])
    place = moment.begin - max(0, moment.begin - 14)
    before = next((found for found in _DAY_RANGE.finditer(window) if found.end() == place), None)
    if before is None:
        return moment
    ends = moment.start.astimezone(local.tzinfo).date()
    begins = _valid(ends.year, ends.month, int(before["low"]))
    if begins is None or begins >= ends:
        return moment
    return Moment(_instant(begins, _MIDNIGHT, local), moment.end, moment.begin - place + before.start(), moment.stop)


# ---- absences -------------------------------------------------------------------------------------------------------

_AWAY = spoken(
    "nghỉ phép|nghỉ ốm|nghỉ bù|nghỉ(?! trưa| ngơi| tay| giải lao| chút| tí)|bận|off|day off|on leave|out of "
    "office|ooo|away|unavailable|not "
    "available|not in|vắng|"
    "không làm được|ko làm được|không có mặt|đi công tác|busy|on holiday|on vacation|out sick|sick|đi khám|về quê"
)
_NOT_MINE = spoken(
    "^khách|khách (?:\\w+ ){0,2}(?:nghỉ|bận|vắng|đi công tác|off)|customer|client|they|họ|server|website|web|"
    "công ty|cty|bên kia|chị ấy|anh ấy|bạn ấy|she|he|không "
    "nghỉ|ko nghỉ|đừng|nếu|if|"
    "not off|hay|sếp|văn phòng|đối tác|ai"
)
_SPEAKERS = spoken(
    "em|mình|mjnh|tôi|tui|tớ|anh|chị|e|m|i|i'm|i'll|i'd|dạ|xin|nghỉ|bận|sorry|note|từ|to|all|cả|mọi|hi|chào|"
    "p/s|ps|fyi|we|minh|toi|da|nghi|ban|tu|ca|moi|on|ok|out"
)
_DAYS_LONG = re.compile(
    rf"(?<!\w)(?:{tolerant('nghỉ|nghỉ phép|xin nghỉ|off')})\s+(?P<days>{NUMBER})\s*(?:{tolerant('ngày')}|days?)(?!\w)"
)
_FIRST_WORD = re.compile(r"[^\W\d_][\w'/]*")


def find_absence(sentence: str, now: datetime, zone: str) -> Moment | None:
    """When the writer of this one sentence will be away ("mai em nghỉ", "chiều nay bận", "nghỉ từ 25 đến 27/11").

    None where it asks, denies, or speaks of somebody else ("Tuấn nghỉ hôm nay").
    """
    written = unicodedata.normalize("NFC", sentence[:_SCANNED])
    read = as_read(written)
    if "?" in read or not _AWAY.search(read) or _NOT_MINE.search(read) or _names_somebody(written, read):
        return None
    span = find_span(written, now, zone)
    days = _DAYS_LONG.search(read)
    count = number_of(days["days"]) if days else None
    if span is None or count is None:
        return span
    return Moment(span.start, max(span.end, span.start + int(count) * _DAY), span.begin, span.stop)


def _names_somebody(written: str, read: str) -> bool:
    """Whether a word with a capital stands where a colleague's name would."""
    times = [found.span() for pattern, _ in _RULES for found in pattern.finditer(read)]
    for found in _FIRST_WORD.finditer(written):
        in_time = any(begin <= found.start() < stop for begin, stop in times)
        if found[0][0].isupper() and not in_time and not _SPEAKERS.fullmatch(as_read(found[0])):
            return True
    return False
