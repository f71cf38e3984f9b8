"""Several asks in one mail: the mail is taken apart where it says so itself, and each part is looked at alone.

POLICY: several asks of different fees are named with their own fee if they can be told apart with certainty, else the
whole is for staff. Taking apart is never certain enough to say a fee for each, so a mixture always goes to staff, with
the asks listed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from worker.model import Ask, Category, Effort
from worker.policy.facts import facts_of
from worker.policy.features import prepare, word_blocks
from worker.policy.judging import by_category
from worker.policy.scoring import Model, scores, softened, sums

_MOST = 6
_LEAST_LETTERS = 14
_SCANNED = 3_000
_SURE = 0.5
_LIST_MARK = re.compile(
    r"(?:^|(?<=[\s:;.,]))(?:(?:việc|viec|thứ|thu|mục|muc|câu|cau|ý|y) (?:[1-6]|nhất|nhat|hai|ba|một|mot)|[1-6] "
    r"?[.)/:]|\(?[1-6a-e]\)|[-+*•])\s*(?=[^\W\d_]|[\"'«“])",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"(?:^|(?<=[.!?;,\n(]))[ \t]*(?=(?:và |va |à |a |ah |oh |and |p\.?s\.?:? |tb:? )?(?:"
    r"nhân tiện|nhan tien|tiện thể|tien the|tiện đây|tien day|tiện tay|tien tay|luôn tiện|luon tien|sẵn tiện|san "
    r"tien|sẵn đây|san day|"
    r"ngoài ra|ngoai ra|với lại|voi lai|còn nữa|con nua|còn việc|con viec|một việc nữa|mot viec nua|việc thứ hai|"
    r"viec thu hai|"
    r"thêm nữa|them nua|đồng thời|dong thoi|thứ hai là|thu hai la|"
    r"also\b|by the way|btw\b|besides|additionally|in addition|another thing|one more|second(?:ly)?[,:]|"
    r"first(?:ly)?[,:]|"
    r"on another note|while you|separately|finally[,:]|p\.?s\.?\b|and could|and please|and can you|and maybe|when "
    r"it's back|"
    r"với chị|voi chi|với em|voi em|với anh|với mình|với nhờ|voi nho|rồi nhờ|roi nho|sau đó|sau do|xong rồi|rồi làm|"
    r"roi lam|"
    r"à mà|a ma|quên,|quen,|cái mới|cái cũ|mới:|cũ:|một là|hai là|mot la|hai la))",
    re.IGNORECASE,
)
_PAID = frozenset(
    {Category.NEW_FEATURE, Category.ADDITIONAL_DESIGN, Category.ADVANCED_TRAINING, Category.MARKETING_CONSULTING}
)
_NO_ASK = frozenset({Category.NOT_A_REQUEST, Category.OUT_OF_CONTRACT})


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a mail that it sets apart itself: numbered items, or what follows `nhân tiện`, `also`, `p.s.`"""
    scanned = text[:_SCANNED]
    cuts = sorted({0, *_cuts(_LIST_MARK, scanned, 2), *_cuts(_JOIN, scanned, 1), len(scanned)})
    parts = (scanned[start:end].strip() for start, end in pairwise(cuts))
    kept = [part for part in parts if sum(map(str.isalpha, part)) >= _LEAST_LETTERS]
    return tuple(kept[:_MOST]) if len(kept) > 1 else ()


def _cuts(pattern: re.Pattern[str], text: str, least: int) -> list[int]:
    found = [match.start() for match in pattern.finditer(text)]
    return found if len(found) >= least else []


def asks_in(text: str, model: Model) -> tuple[Ask, ...]:
    """What each part of a mail asks for, where the mail sets parts apart; empty where it is all of one piece."""
    asks = [_ask(part, model) for part in parts_of(text)]
    return tuple(ask for ask in asks if ask.category not in _NO_ASK and ask.probability >= _SURE)


def _ask(part: str, model: Model) -> Ask:
    seen = prepare(part)
    added = sums(model, (*word_blocks(seen), dict.fromkeys(sorted(facts_of(seen)), 1)))
    head = model.heads["category"]
    chances = by_category(head.labels, softened(scores(model, "category", added), head.temperature))
    best = max(chances, key=lambda label: chances[label])
    low, high = (max(1, round(math.exp(min(log, 9.0)))) for log in scores(model, "effort", added))
    return Ask(
        text=part[:200],
        category=Category(best),
        probability=chances[best],
        effort=Effort(low=low, likely=round(math.sqrt(low * max(low, high))), high=max(low, high)),
    )


def is_mixture(asks: Sequence[Ask]) -> bool:
    """Whether some of the asks are paid by their kind and others are not."""
    return len({ask.category in _PAID for ask in asks}) > 1
