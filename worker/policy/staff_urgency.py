"""How urgent staff call a request, in plain words; what a customer calls urgent is not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from worker.model import Urgency
from worker.policy.staff_actions import (
    Action,
    SetUrgency,
)
from worker.policy.staff_moods import Mood, is_asked, moods_of
from worker.policy.staff_words import Sentence
from worker.policy.tone_marks import Said, Spoken, spoken

_HEAD = (
    "(?:ok |dạ |vâng |thôi |cứ |cái này |vụ này |việc này |ticket này |this is |it's |this one is |that's |"
    "rất |cực |cực kỳ |quá |very |super |really |please |khá |hơi |là |thì |to |set |treat as |đang |case này )*"
)
_TAIL = (
    "(?: (?:nhé|lắm|rồi|ạ|luôn|thôi|đi|đó|em|anh|chị|nha|please|one|here|guys|cho|với|là được|quá|nhất|hơn|"
    "ticket|case|issue|request|mọi người|cả nhà|anh em|sếp|được rồi|giúp))*"
)
_SETS = (
    "mức độ|mức|độ ưu tiên|ưu tiên|độ khẩn|priority|prio|urgency|set it|set this|set|đẩy|nâng|tăng|hạ|giảm|"
    "để|chuyển|đổi|bump|raise|lower|treat|mark|change|make|escalate|downgrade|upgrade|đưa|xếp|"
    "coi như|xem như|coi là|xem là|flag|keep|count|cho lên|lên mức|lên|cho xuống"
)
_CALLS = "(?: (?!không|not)[^\\s,]+){0,6}?"
_URGENCY_RULES: tuple[tuple[Spoken, Urgency | None], ...] = (
    (
        spoken(
            f"^{_HEAD}(?:low|nothing urgent|không (?:có gì )?(?:gấp|vội|cần gấp|khẩn|urgent|gấp gáp|cần vội)|k gấp|"
            f"no rush|no hurry|not urgent|isn't urgent|not that urgent|không gấp gì|rảnh thì làm|khi nào rảnh thì làm|"
            f"lúc nào rảnh thì làm|"
            f"whenever you have time|can wait|low priority|làm sau cũng được|từ từ làm cũng được|"
            f"từ từ cũng được){_TAIL}"
        ),
        Urgency.LOW,
    ),
    (spoken(f"(?:{_SETS}){_CALLS} (?:thấp|low)(?! (?:quá|hơn mức))"), Urgency.LOW),
    (spoken(f"(?:{_SETS}){_CALLS} (?:bình thường|normal|trung bình|medium|thường)"), Urgency.NORMAL),
    (
        spoken(
            f"^{_HEAD}(?:bình thường|normal)(?: (?:thôi|là được|nhé|ạ|priority|đi|urgency|is fine|is ok|được rồi))+"
        ),
        Urgency.NORMAL,
    ),
    (spoken(f"(?:{_SETS}){_CALLS} (?:khẩn cấp|khẩn|critical|nghiêm trọng)"), Urgency.CRITICAL),
    (spoken(f"^{_HEAD}(?:khẩn cấp|khẩn|critical){_TAIL}$"), Urgency.CRITICAL),
    (spoken("^cao(?: (?:nhé|thôi|luôn|đi|ạ))*$"), Urgency.HIGH),
    (spoken("this is (?:critical|an emergency)|it's (?:critical|an emergency)|critical priority"), Urgency.CRITICAL),
    (
        spoken(f"(?:{_SETS}){_CALLS} (?:(?<!nâng\\x20)cao|high|urgent|gấp|cao nhất|top)(?! (?:quá|hơn mức|tốc))"),
        Urgency.HIGH,
    ),
    (
        spoken(f"^{_HEAD}(?:gấp|urgent|asap|high priority|top priority|high|ưu tiên|ưu tiên cao|priority){_TAIL}$"),
        Urgency.HIGH,
    ),
    (
        spoken(
            "this is urgent|it's urgent|high priority|top priority|prioriti[sz]e (?:this|it)|asap please|"
            "please hurry|rush this"
        ),
        Urgency.HIGH,
    ),
    (
        spoken(
            "(?:làm|xử lý|xử lí|fix|sửa|check|xem|giải quyết)(?: [^\\s,]+){0,2} (?:gấp|khẩn trương|trước tiên)|"
            "ưu tiên (?:cái này|vụ này|việc này|làm|xử lý|trước|số 1|giúp|cho|con này|hơn|khách này|case này)|"
            "làm (?:cái này |vụ này )?trước (?:nhé|đi|cái khác|mấy cái)|làm trước nhé|cần làm gấp|gấp gấp|(?:đẩy|"
            "nâng|"
            "tăng|kéo)(?: mức| độ)? ưu tiên(?: cái này| vụ này| nó)? lên|bump (?:this|it) up"
        ),
        Urgency.HIGH,
    ),
)
_NEGATED_LEVEL = spoken(
    "(?:không phải|không cần|không phải là|đâu phải|not|isn't|không đến mức|chưa đến mức|chưa tới mức|"
    "đừng)(?: [^\\s,]+){0,4} (?:khẩn cấp|khẩn|critical|cao|high|gấp|urgent|emergency|ưu tiên)"
)
_PLAIN_LOW = spoken(
    "không gấp|không vội|not urgent|no rush|no hurry|không cần gấp|isn't urgent|not that urgent|không có gì gấp"
)
_OTHERS_SAY = frozenset({Mood.REPORTED, Mood.CONDITION})


def find_urgency(sentences: Sequence[Sentence], now: datetime) -> Action | None:
    """The urgency staff set in plain words; the last that is set wins. What a customer calls urgent is not looked at."""
    levels: list[tuple[Urgency, bool]] = []
    for sentence in sentences:
        if is_asked(sentence):
            continue
        reported = _OTHERS_SAY & moods_of(sentence, now)
        levels += [
            (level, is_set)
            for part in sentence.clauses()
            for level, is_set in _levels(part.words)
            if not (reported and level.rank < Urgency.NORMAL.rank and _SAID_BY_OTHERS.search(part.words))
        ]
    told = [level for level, is_set in levels if is_set] or [level for level, _ in levels]
    return SetUrgency(told[-1]) if told else None


_SET_CUE = spoken(_SETS)
_SAID_BY_OTHERS = spoken("khách|customer|client|họ|they|chị ấy|anh ấy|nếu|if|khi|when|bên kia")


def _levels(words: Said) -> Iterator[tuple[Urgency, bool]]:
    """The urgency that a clause names, and whether it is set ("hạ mức xuống thấp") or only told ("không gấp")."""
    if _NEGATED_LEVEL.search(words) and not _PLAIN_LOW.search(words):
        return
    level = next((level for pattern, level in _URGENCY_RULES if level and pattern.search(words)), None)
    if level:
        yield level, _SET_CUE.search(words) is not None
