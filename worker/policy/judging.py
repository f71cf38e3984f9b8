"""From scores to a judgement: chances of the category, urgency, money words and minutes, as two stages agree on them.

The first stage adds up words (scoring). The second, a small forest, sees the scores of all first-stage heads together
with the facts, and learned from first-stage scores of mails that the first stage had not been trained on.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from worker.policy.forest import ask
from worker.policy.scoring import Model, scores, softened

HEADS = ("category", "urgency", "money", "minutes", "effort")
CHANCES = ("category", "money")
PART = "/"
"""Stands between a category and the part of it that a label of the category head means."""
URGENCY_SHARE = 0.4
"""How much the first stage has to say about urgency beside the forest; found under cross-validation."""
URGENCY_WEIGHT: Mapping[str, float] = {"critical": 2.0, "high": 1.5}
"""A site that is down and waits in the common queue costs more than one looked at too soon; found there, too."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What both stages together say: chances by label, and the logarithms of the least and most minutes."""

    category: Mapping[str, float]
    urgency: Mapping[str, float]
    money: Mapping[str, float]
    log_low: float
    log_high: float


def by_category(labels: Sequence[str], chances: Sequence[float]) -> dict[str, float]:
    """The chances of the categories, from those of their parts (`website_request/free` and the like)."""
    found: dict[str, float] = {}
    for label, chance in zip(labels, chances, strict=True):
        category = label.partition(PART)[0]
        found[category] = found.get(category, 0.0) + chance
    return found


def _log_odds(chance: float) -> float:
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def case_of(found: Mapping[str, Sequence[float]], temperature: Mapping[str, float], length: int) -> list[float]:
    """The numbers the forest looks at, before the facts: all scores, the log odds of the chances, the length."""
    case = [score for head in HEADS for score in found[head]]
    for head in CHANCES:
        case += map(_log_odds, softened(found[head], temperature[head]))
    return [*case, math.log(1 + length)]


def fact_bits(known: Mapping[str, int], facts: Collection[str]) -> list[float]:
    """1 for every known fact that is there, in the model's order."""
    return [1.0 if name in facts else 0.0 for name in known]


def judge(model: Model, added: Sequence[float], facts: Collection[str], length: int) -> Judgement:
    """Both stages, from the sums of the first."""
    found = {head: scores(model, head, added) for head in HEADS}
    temperature = {head: model.heads[head].temperature for head in HEADS}
    case = [*case_of(found, temperature, length), *fact_bits(model.index["fact"], facts)]
    answers = by_question(ask(model.forest, case))
    first = dict(zip(model.heads["urgency"].labels, softened(found["urgency"], temperature["urgency"]), strict=True))
    return Judgement(
        category=by_category(model.heads["category"].labels, softened(found["category"], temperature["category"])),
        urgency=blended_urgency(first, answers["urgency"]),
        money=answers["money"],
        log_low=answers["minutes"]["low"] - model.margin,
        log_high=answers["minutes"]["high"] + model.margin,
    )


def by_question(answers: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """The forest answers all questions at once, under labels such as `money free`: here they stand apart."""
    found: dict[str, dict[str, float]] = {}
    for name, value in answers.items():
        question, _, label = name.partition(" ")
        found.setdefault(question, {})[label] = value
    return found


def blended_urgency(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    """The weights of the urgencies from both stages; they are for comparing and sum to nothing in particular."""
    return {
        label: chance**URGENCY_SHARE * max(second[label], 1e-3) ** (1 - URGENCY_SHARE) * URGENCY_WEIGHT.get(label, 1.0)
        for label, chance in first.items()
    }
