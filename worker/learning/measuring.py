"""Measures decisions on labelled mails the way the company feels them: right category and urgency, wrong words about money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from worker.learning.examples import Example
from worker.learning.fitting import Trained
from worker.model import Category, Classification, Customer, Fee, Known, Language
from worker.policy.classify import effort_of
from worker.policy.features import prepare
from worker.policy.fees import decide_fee
from worker.policy.flags import flags_of
from worker.policy.judging import Judgement, blended_urgency, by_category
from worker.policy.scoring import softened
from worker.policy.urgency import is_all_mail_down, urgency_of
from worker.settings import FeePolicy

CUSTOMER = Customer(id="somebody", name="Somebody")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided about one example."""

    example: Example
    found: Classification
    fee: Fee

    @property
    def is_category_right(self) -> bool:
        """Whether the category is among the acceptable ones."""
        return self.found.category in self.example.categories

    @property
    def is_urgency_right(self) -> bool:
        """Whether the urgency is among the acceptable ones."""
        return self.found.urgency in self.example.urgencies

    @property
    def is_wrong_money(self) -> bool:
        """Whether a money word was said that is not right: the worst mistake."""
        return self.fee in {Fee.FREE, Fee.PAID} and self.fee not in self.example.fees

    @property
    def is_silent(self) -> bool:
        """Whether a customer's request was taken for none."""
        return self.fee is Fee.NONE and self.example.fee is not Fee.NONE


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1. `decided` is the share of free or paid mails that got a money word."""

    count: int
    category: float
    urgency: float
    wrong_money: float
    decided: float
    silent: float

    def __str__(self) -> str:
        return (
            f"{self.count:5} mails  category {self.category:6.1%}  urgency {self.urgency:6.1%}  "
            f"wrong money {self.wrong_money:6.2%}  decided {self.decided:6.1%}  silent {self.silent:6.2%}"
        )


def rates(answers: Sequence[Answer]) -> Rates:
    """The rates of some answers; all zero where there are none."""
    of_money = [one for one in answers if one.example.fee in {Fee.FREE, Fee.PAID}]
    return Rates(
        count=len(answers),
        category=_share(one.is_category_right for one in answers),
        urgency=_share(one.is_urgency_right for one in answers),
        wrong_money=_share(one.is_wrong_money for one in answers),
        decided=_share(one.fee in {Fee.FREE, Fee.PAID} for one in of_money),
        silent=_share(one.is_silent for one in answers),
    )


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def as_customer(found: Classification) -> Known:
    """A customer under contract, of whom only the mail tells: earlier work that it is certainly about counts as found."""
    earlier = ("as the mail says",) if found.category is Category.WARRANTY else ()
    return Known(customer=CUSTOMER, under_contract=True, earlier_work=earlier)


def unseen_classifications(trained: Trained, examples: Sequence[Example]) -> list[Classification]:
    """What the model said of each example when it had not seen the author."""
    return [_classification(trained, place, one) for place, one in enumerate(examples)]


def _classification(trained: Trained, place: int, example: Example) -> Classification:
    unseen, judged, seen = trained.unseen, trained.judged, prepare(example.text)
    chances = {name: softened(unseen.scores[name][place], unseen.temperature[name]) for name in ("category", "urgency")}
    first = dict(zip(unseen.labels["urgency"], chances["urgency"], strict=True))
    second = dict(zip(sorted(first), judged["urgency"][place], strict=True))
    judgement = Judgement(
        category=by_category(unseen.labels["category"], chances["category"]),
        urgency=blended_urgency(first, second),
        money=dict(zip((fee.value for fee in Fee), judged["money"][place], strict=True)),
        log_low=float(judged["minutes"][place, 0]) - trained.margin,
        log_high=float(judged["minutes"][place, 1]) + trained.margin,
    )
    category = Category(max(judgement.category, key=lambda label: judgement.category[label]))
    return Classification(
        category=category,
        probability=judgement.category[category],
        urgency=urgency_of(judgement.urgency, judgement.category, is_all_mail_down(seen)),
        effort=effort_of(judgement),
        language=Language.VI,
        probabilities={Category(label): chance for label, chance in judgement.category.items()},
        flags=tuple(map(str, flags_of(seen))),
        money={Fee(label): float(chance) for label, chance in judgement.money.items()},
    )


def decide_all(found: Sequence[Classification], examples: Sequence[Example], policy: FeePolicy) -> list[Answer]:
    """The fee decision for each example."""
    return [
        Answer(example, one, decide_fee(one, as_customer(one), policy).fee)
        for example, one in zip(examples, found, strict=True)
    ]


def calibration(
    found: Sequence[Classification], examples: Sequence[Example], bins: int = 10
) -> list[tuple[float, float, int]]:
    """For each tenth of the claimed chance: mean claim, share that was right, count."""
    claimed = np.array([one.probability for one in found])
    right = np.array([one.category in example.categories for one, example in zip(found, examples, strict=True)])
    place = np.minimum((claimed * bins).astype(int), bins - 1)
    return [
        (float(claimed[place == number].mean()), float(right[place == number].mean()), int((place == number).sum()))
        for number in range(bins)
        if (place == number).any()
    ]
