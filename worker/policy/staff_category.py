"""Which category staff see in a request, in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from worker.model import Category
from worker.policy.staff_actions import (
    Action,
    SetCategory,
)
from worker.policy.staff_moods import Mood, moods_of
from worker.policy.staff_values import CATEGORIES
from worker.policy.staff_words import Clause, Sentence
from worker.policy.tone_marks import Spoken, spoken

# Too short to name a category in a sentence: "sửa website" is none.
_SHORT_NAMES = frozenset(
    {"email", "hosting", "website", "domain", "chương trình", "thiết kế", "rác", "spam", "program", "consulting"}
    | {"tên miền", "lỗi web", "lỗi website"}
)
_NAMED: Mapping[Category, str] = {
    category: "|".join(
        word for word in sorted(words.split("|"), key=len, reverse=True) if word not in _SHORT_NAMES and "," not in word
    )
    for category, words in CATEGORIES.items()
}
_SPOKEN_NAMES: Mapping[Category, Spoken] = {
    **{category: spoken(words) for category, words in _NAMED.items()},
    Category.NEW_FEATURE: spoken(
        _NAMED[Category.NEW_FEATURE]
        + (
            "|làm mới chức năng|chức năng thêm|tính năng thêm|feature mới|thêm feature|new functionality|"
            "a feature request"
        )
    ),
    Category.WEBSITE_REQUEST: spoken(
        _NAMED[Category.WEBSITE_REQUEST] + "|yêu cầu website|website request|lỗi website thường"
    ),
}
_KEYS = re.compile(r"(?<!\w)(" + "|".join(Category) + r")(?!\w)")
_CLASSES = (
    "is|are|counts as|(?:site|web|trang|khách|case|ticket|yêu cầu|việc|lỗi) này|tính là|tính|là|thuộc|"
    "thuộc loại|chuyển|chuyển về|trả về|về|chuyển qua|chuyển sang|"
    "chuyển thành|chuyển loại|"
    "đổi qua|đổi sang|đổi thành|đổi loại|xếp vào|xếp|cho vào|đưa vào|đưa qua|coi như|xem như|coi là|xem là|"
    "phân loại|loại|ghi|để|sửa thành|"
    "it's|it is|this is|that's|that is|treat as|treat it as|treat this as|treat|category|move to|move it to|"
    "move|change to|change it to|change|should be|should be under|should go under|count as|count it as|"
    "log as|log it as|log|file under|file|"
    "classify|classify as|make it|under|set to|falls under|belongs to|goes under|re-categorise|recategorize|"
    "as|làm|vào|theo|diện|"
    "thật ra là|thực ra là|cái này|vụ này|this one is|this one's|actually"
)
_CLASS_CUE = spoken(
    f"(?:{_CLASSES})(?: (?:a|an|the|loại|mục|phần|diện|là|nhóm|dạng|yêu cầu|việc|sang|qua|thành|về|case|"
    f"purely|really|clearly|definitely|"
    f"just|plain|hẳn|rõ ràng|chắc chắn))*$"
)
_CLASS_TAIL = spoken(
    "^(?:nhé|thôi|đi|ạ|luôn|toàn|cả|work|issue|case|please|one|này|chứ|now|here|rồi|hết|anh|em|chị|của|then|again|"
    "request|not|rather|đó|đấy|mới đúng|vì|do|không phải|since|already|by now)"
)
_NOT_THIS = spoken(
    "(?:không phải|không phải là|chứ không phải|chứ không phải là|đâu phải|không thuộc|không tính|ngoài|hết|"
    "not|isn't|not a|not an|no longer|rather than|instead of|thay vì|hết hạn|chứ không)(?: (?:a|an|the|là|"
    "loại|diện|cái|case))*$"
)
_CATEGORY_BLOCKING = frozenset({Mood.ASKED, Mood.CONDITION, Mood.UNSURE})
_CUSTOMER_WANTS = spoken(
    "khách (?:đang |cứ |lại |chỉ )?(?:đòi|muốn|hỏi|xin|kêu|bảo|nói|cần|tưởng|nghĩ|yêu cầu)|customer (?:wants|"
    "asks|thinks|says)|they (?:want|ask|think|say)"
)


def find_category(sentences: Sequence[Sentence], now: datetime) -> Action | None:
    """The category staff see in it: "tính là bảo hành", "it's warranty work", "đổi qua xây dựng thêm chức năng"; the last wins."""
    found: Category | None = None
    for sentence in sentences:
        if _CATEGORY_BLOCKING & moods_of(sentence, now) - _allowed(sentence):
            continue
        for part in sentence.clauses():
            found = _class_in(part) or found
    return SetCategory(found) if found else None


def _allowed(sentence: Sentence) -> frozenset[Mood]:
    """ "should be advanced training" is no doubt about it."""
    return frozenset({Mood.UNSURE}) if _OPINION.search(sentence.words) else frozenset()


_OPINION = spoken("should be|em nghĩ|anh nghĩ|theo em|theo anh|i think")


def _class_in(part: Clause) -> Category | None:
    words = part.words
    key = _KEYS.search(words)
    if key and not _NOT_THIS.search(part.before(key.start())):
        return Category(key[1])
    named = (
        (found.start(), category, found)
        for category, pattern in _SPOKEN_NAMES.items()
        for found in pattern.finditer(words)
    )
    for _, category, found in sorted(named, key=lambda one: (one[0], -one[2].end())):
        before, after = part.before(found.start()), part.after(found.end())
        if _NOT_THIS.search(before) or _CUSTOMER_WANTS.search(before):
            continue
        if _CLASS_CUE.search(before) or (not before and (not after or _CLASS_TAIL.search(after))):
            return category
    return None
