"""The times of a training: what a request leaves open, which slots staff name, which of them a customer chooses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from worker.model import Language
from worker.policy.customer_intent import Answering, Intent, understand_customer
from worker.policy.durations import find_durations
from worker.policy.tone_marks import as_read, spoken
from worker.policy.when import Moment, find_when

DEFAULT_MINUTES = 90
_SHORTEST, _LONGEST = 15, 8 * 60
_MOST_SLOTS = 6
_ANSWER = 400  # characters: who writes more than this does not just choose
_CERTAIN_YES = 0.85


# ---- what is missing ------------------------------------------------------------------------------------------------


class Missing(StrEnum):
    """What must be known before a training can be arranged."""

    NAMES = "names"
    COUNT = "count"
    DATES = "dates"


_COUNT = re.compile(
    r"(?<!\w)(?:\d{1,3}|một|hai|ba|bốn|năm|sáu|vài|mot|hai|bon|nam|sau|vai|one|two|three|four|five|six)\s+"
    r"(?:người|bạn|nhân viên|nhân sự|học viên|anh chị|nguoi|ban|nhan vien|nhan su|hoc vien|people|persons?|staff|"
    r"colleagues?|editors?|employees|participants?|new (?:staff|people|colleagues|editors|employees))(?!\w)"
)
_CALLED = re.compile(
    r"(?:(?<!\w)(?:[Bb]ạn|[Ee]m|[Cc]hị|[Aa]nh|[Cc]ô|[Bb]an|[Cc]hi|[Tt]ên(?: là)?|[Tt]en(?: la)?|[Mm]s\.?|[Mm]rs\.?|[Mm]r\.?|"
    r"[Nn]amed|[Cc]alled|(?:have|is|give|train|teach|show|for|welcomed|hired)(?: now)?)|:)\s+"
    r"(?P<name>[^\W\d_]+)(?!\s*ơi)(?!\w)"
)
_NO_NAMES_TEXT = "VINNO Zoom Teams Google Meet I Monday Tuesday Wednesday Thursday Friday Saturday Sunday WordPress"
_NO_NAMES = frozenset(_NO_NAMES_TEXT.split())
_ANY_TIME = spoken("(lúc|giờ|ngày|khi) nào cũng được|tùy (bên )?(em|anh|bạn|vinno)|any ?time|any day|whenever")


def missing(text: str, now: datetime, zone: str) -> tuple[Missing, ...]:
    """What a request for training leaves open. Where names are given, their number is."""
    written = unicodedata.normalize("NFC", text[:4000])
    found = []
    if not any(one["name"][0].isupper() and one["name"] not in _NO_NAMES for one in _CALLED.finditer(written)):
        found.append(Missing.NAMES)
        if not _COUNT.search(written.lower()):
            found.append(Missing.COUNT)
    if not _ANY_TIME.search(as_read(written)) and not any(one.end > now for one in find_when(written, now, zone)):
        found.append(Missing.DATES)
    return tuple(found)


# ---- slots that staff name --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Times:
    """When a training may be or will be: exact beginnings, how long, and where (empty where it was not said)."""

    starts: tuple[datetime, ...]
    minutes: int = DEFAULT_MINUTES
    place: str = ""


_PLACE = re.compile(
    r"(?:(?<!\w)(?:tại|địa điểm|ở|qua|trên|link|place|via|on(?= (?:zoom|teams|google|meet))|at(?= [a-z]))[:\s]\s*(?P<place>.+)|"
    r"(?P<link>https?://\S+.*))$",
    re.IGNORECASE,
)
_CLOCK = r"\d{1,2}(?:h\d{0,2}|:\d{2})"
_RANGE = re.compile(rf"({_CLOCK})\s*(?:-|–|đến|tới|to)\s*({_CLOCK})", re.IGNORECASE)
_BARE_CLOCK = re.compile(r"[\s\d:.,hg]*(?:giờ|gio|am|pm)?[\s\d]*", re.IGNORECASE)


def read_times(text: str, now: datetime, zone: str) -> Times | None:
    """The times that a member of staff names: "9h thứ 3 hoặc 14h thứ 5, 90p tại Google Meet"; None where one is not exact.

    Each must name its day and its hour, lie ahead, and not contradict another. `9h-10h30` says how long.
    """
    written = unicodedata.normalize("NFC", text).strip()
    place = _PLACE.search(written)
    where = (place["place"] or place["link"]).strip(" .,") if place else ""
    said = written[: place.start()] if place else written
    lengths = [_length(*found.groups()) for found in _RANGE.finditer(said)]
    said = _RANGE.sub(lambda found: found[1], said)
    moments = find_when(said, now, zone)
    if not 1 <= len(moments) <= _MOST_SLOTS or not all(_is_exact(said, one, now) for one in moments):
        return None
    for one in find_durations(_without(said, moments)):
        lengths += [one.effort.low, one.effort.high]
    if len(set(lengths)) > 1 or not all(_SHORTEST <= one <= _LONGEST for one in lengths):
        return None
    starts = tuple(dict.fromkeys(one.start for one in moments))
    return Times(starts, lengths[0] if lengths else DEFAULT_MINUTES, where[:200])


def _length(begins: str, ends: str) -> int:
    first, last = (
        int(hour) * 60 + int(minute or 0) for hour, minute in (re.split("[h:]", one.lower()) for one in (begins, ends))
    )
    return last - first


def _is_exact(said: str, moment: Moment, now: datetime) -> bool:
    """Whether a day and an hour are named, not an hour alone or a whole afternoon."""
    return (
        moment.start == moment.end
        and moment.start > now
        and not _BARE_CLOCK.fullmatch(said[moment.begin : moment.stop])
    )


def _without(said: str, moments: Sequence[Moment]) -> str:
    kept, at = [], 0
    for one in moments:
        kept.append(said[at : one.begin])
        at = one.stop
    return " , ".join([*kept, said[at:]])


# ---- the slot that a customer chooses ---------------------------------------------------------------------------------

_NOT_SURE = spoken(
    "không|ko|chưa|bận|khác|đổi|dời|hoặc|hay|hay là|nếu|để (chị|anh|em|mình)? ?(hỏi|xem)|chắc|có lẽ|not|can't|cannot|busy|other|"
    "another|or|if|maybe|perhaps|instead|rather|unless"
)
_NUMBERED = re.compile(
    r"(?<!\w)(?:buổi|phương án|lựa chọn|lịch|số|slot|option|choice|number|buoi|phuong an|lua chon|lich|so)\s*"
    r"(?:số\s*|so\s*)?(?P<number>[1-6])(?![\w:/])"
)
_FIRST = spoken("(buổi|phương án|lịch|cái) (đầu|đầu tiên|thứ nhất|một)|the first( one| slot| option)?")
_SECOND = spoken("(buổi|phương án|lịch|cái) (thứ nhì|hai|sau cùng)|the second( one| slot| option)?")


def chosen(text: str, slots: Sequence[datetime], now: datetime, zone: str) -> datetime | None:
    """The one of the proposed slots that a customer's answer plainly takes; None where a person must read it.

    "buổi 2 nhé", "14h thứ 5 được em", or a plain yes where only one was proposed. A doubt, a question, a time that was not
    proposed: None.
    """
    written = unicodedata.normalize("NFC", text).strip()
    read = as_read(written[: _ANSWER + 1])
    if not slots or len(written) > _ANSWER or "?" in read or _NOT_SURE.search(read):
        return None
    moments = find_when(_NUMBERED.sub(" ", read), now, zone)
    if moments:
        named = [[slot for slot in slots if _fits(slot, one)] for one in moments]
        return named[0][0] if len({tuple(one) for one in named}) == 1 and len(named[0]) == 1 else None
    numbers = {int(found["number"]) for found in _NUMBERED.finditer(read)}
    numbers |= {1} if _FIRST.search(read) else set()
    numbers |= {2} if _SECOND.search(read) else set()
    if numbers:
        number = numbers.pop()
        return slots[number - 1] if not numbers and number <= len(slots) else None
    return slots[0] if len(slots) == 1 and _is_yes(written) else None


def _fits(slot: datetime, moment: Moment) -> bool:
    return moment.start <= slot < moment.end if moment.end > moment.start else slot == moment.start


def _is_yes(text: str) -> bool:
    meant = understand_customer(text, Answering.QUOTE)
    return meant.intent is Intent.ACCEPT_QUOTE and meant.certainty >= _CERTAIN_YES


# ---- words ------------------------------------------------------------------------------------------------------------

_QUESTIONS = {
    Missing.NAMES: ("Họ tên những người tham dự", "The names of those who will take part"),
    Missing.COUNT: ("Số người tham dự", "How many people will take part"),
    Missing.DATES: ("Những ngày, giờ thuận tiện cho Quý khách", "The days and times that suit you"),
}


def questions(found: Sequence[Missing], language: Language) -> list[str]:
    """What the customer is asked, one line each."""
    return [_QUESTIONS[one][0 if language is Language.VI else 1] for one in found]
