"""What must never be done unasked (a completion, a quote, a rejection): how a rule reports it, and rejections themselves.

A rule finds a sign of what may be meant; guards keep out whatever else it can be. A sign that a guard stopped is a doubt:
then nothing of it is done and the sender is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from worker.policy.staff_actions import Action, Reject
from worker.policy.staff_moods import Mood, is_asked, is_of_others, moods_of, takes_back
from worker.policy.staff_words import Sentence
from worker.policy.tone_marks import spoken


class Doubt(StrEnum):
    """What may have been meant and was not plain enough."""

    DONE = "done"
    QUOTE = "quote"
    REPLY = "reply"
    REJECT = "reject"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule made of the sentences: an action, or a doubt, or neither."""

    action: Action | None = None
    doubt: Doubt | None = None


NOTHING = Found()


_REJECT_CLAUSE = spoken(
    "^(?:ok |thôi |vậy |thì |please |just |cứ |dạ |hãy |nên |em |bạn |anh )*(?:từ chối|reject|decline|"
    "refuse)(?: (?:yêu cầu|cái|vụ|việc|ticket|request|mail|thư|this|it|that|one|them|khách|cho|giúp|nhé|đi|"
    "luôn|please|này|anh|em|chị|mình|thẳng|"
    "lịch sự|politely|TICKET|the|request|ạ|hết|straight|away|đó))*(?: (?:vì|do|tại|because|since|as|ngoài|"
    "không phải|not our|it's|they|out of)(?: [^\\s,]+){0,25})?$"
)
_REJECT_HINT = spoken("từ chối|reject|rejected|decline|declined|refuse|refused")
_NOT_REJECTED = spoken(
    "(?:đừng|không|khoan|chưa|don't|do not|not|never|khách|họ|they|client|"
    "customer)(?: [^\\s,]+){0,2} (?:từ chối|reject|decline|refuse)"
)
_REJECT_BLOCKING = frozenset({Mood.ASKED, Mood.CONDITION, Mood.REPORTED, Mood.UNSURE})


def find_reject(sentences: Sequence[Sentence], now: datetime) -> Found:
    """An order to turn the request down: "Reject. It's a spammer", "từ chối giúp anh"."""
    hints = [one for one in sentences if _REJECT_HINT.search(one.words)]
    if not hints:
        return NOTHING
    if any(is_asked(one) or takes_back(one) for one in sentences):
        return Found(doubt=Doubt.REJECT)
    for sentence in hints:
        plain = any(_REJECT_CLAUSE.search(part.words) and not is_of_others(part) for part in sentence.clauses())
        if not plain or _REJECT_BLOCKING & moods_of(sentence, now) or _NOT_REJECTED.search(sentence.words):
            return Found(doubt=Doubt.REJECT)
    return Found(Reject(_reason(sentences, hints[0])))


def _reason(sentences: Sequence[Sentence], order: Sentence) -> str:
    """The words behind the order, in normal form."""
    behind = order.words.partition(",")[2].strip()
    after = [one.words for one in sentences if one.places[0] > order.places[0]]
    return ". ".join(part for part in (behind, *after) if part)
