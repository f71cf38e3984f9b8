"""The language a letter should answer in: Vietnamese, written with or without diacritics, or else English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.model import Language
from worker.policy.features import Seen

_VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_WORD = re.compile(r"[^\W\d_]+")
_VIETNAMESE = frozenset(
    [
        "khong",
        "ko",
        "hok",
        "duoc",
        "dc",
        "giup",
        "minh",
        "ben",
        "anh",
        "chi",
        "em",
        "nhe",
        "nha",
        "cho",
        "cua",
        "va",
        "voi",
        "nay",
        "thi",
        "bi",
        "la",
        "co",
        "cac",
        "ban",
        "oi",
        "toi",
        "gui",
        "nho",
        "xem",
        "lam",
        "sao",
        "roi",
        "chua",
        "het",
        "trang",
        "mail",
        "nhu",
        "den",
        "vao",
        "tu",
        "neu",
        "nhung",
        "muon",
        "nua",
        "lai",
        "hom",
        "qua",
        "khach",
        "hang",
        "dang",
        "dum",
        "gium",
        "vay",
        "gio",
        "vo",
        "may",
        "chu",
        "a",
        "ah",
        "e",
        "c",
        "k",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "to",
        "we",
        "our",
        "you",
        "your",
        "please",
        "and",
        "of",
        "in",
        "on",
        "for",
        "it",
        "this",
        "that",
        "not",
        "can",
        "could",
        "would",
        "have",
        "has",
        "from",
        "with",
        "be",
        "my",
        "hi",
        "hello",
        "dear",
        "thanks",
        "i",
        "was",
        "do",
        "at",
        "as",
        "but",
        "when",
        "need",
        "if",
        "how",
        "an",
    ]
)


@dataclass(frozen=True, slots=True)
class _Shares:
    words: int
    vietnamese: int
    english: int
    marked: int


def _shares(seen: Seen) -> _Shares:
    words = _WORD.findall(seen.folded[:2000])[:300]
    return _Shares(
        words=len(words),
        vietnamese=sum(word in _VIETNAMESE for word in words),
        english=sum(word in _ENGLISH for word in words),
        marked=len(_VIETNAMESE_LETTER.findall(seen.lower[:2000])),
    )


def language_of(seen: Seen) -> Language:
    """Vietnamese where its own letters or its small words prevail; every other language is answered in English."""
    found = _shares(seen)
    if not found.words or found.marked >= max(2, found.words // 12):
        return Language.VI
    return Language.VI if found.vietnamese > found.english and found.vietnamese * 9 >= found.words else Language.EN


def is_foreign(seen: Seen) -> bool:
    """Whether a text is in neither of the two languages that the examples are mostly in."""
    found = _shares(seen)
    if found.marked >= max(2, found.words // 12):
        return False
    return found.words >= 3 and max(found.vietnamese, found.english) * 12 < found.words
