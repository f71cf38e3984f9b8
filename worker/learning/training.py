"""Trains the classifier and tells how good it is: the model's file, its measures, the two figures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from worker.learning.curves import draw_calibration, draw_learning_curve, learning_curve
from worker.learning.examples import Example
from worker.learning.fitting import Trained, train
from worker.learning.measuring import Answer, Rates, calibration, decide_all, rates, unseen_classifications
from worker.settings import FeePolicy

DOCS = Path(__file__).parent / "docs"
WORSE_MONEY = 0.002
WORSE_CATEGORY = 0.005


@dataclass(frozen=True, slots=True)
class Result:
    """A trained model, and its decisions about mails whose authors it had not seen."""

    trained: Trained
    answers: tuple[Answer, ...]

    @property
    def rates(self) -> Rates:
        """The rates over all examples."""
        return rates(self.answers)


def version_of(examples: Sequence[Example]) -> str:
    """Names the examples a model comes from: the same examples, the same name."""
    digest = hashlib.sha256()
    for one in examples:
        digest.update(
            f"{one.id}\0{one.text}\0{one.categories}{one.urgencies}{one.fees}{one.minutes_low}{one.minutes_high}\0".encode()
        )
    return f"{len(examples)}-{digest.hexdigest()[:12]}"


def train_and_measure(examples: Sequence[Example], policy: FeePolicy) -> Result:
    """Train on all examples; measure on each as if it and its author were unknown."""
    trained = train(examples, version_of(examples))
    return Result(trained, tuple(decide_all(unseen_classifications(trained, examples), examples, policy)))


def is_worse(before: Rates, after: Rates) -> bool:
    """Whether a new model may not replace the old one: more wrong words about money, or clearly fewer right categories."""
    return after.wrong_money > before.wrong_money + WORSE_MONEY or after.category < before.category - WORSE_CATEGORY


def groups(answers: Sequence[Answer]) -> Mapping[str, Sequence[Answer]]:
    """Answers by what one wants to see apart."""
    found: dict[str, list[Answer]] = {}
    for one in answers:
        for name in _group_names(one.example):
            found.setdefault(name, []).append(one)
    return dict(sorted(found.items()))


def _group_names(example: Example) -> Iterator[str]:
    yield f"category {example.category.value}"
    yield f"language {example.lang}"
    yield f"urgency {example.urgency.value}"
    yield "hard" if example.hard else "easy"
    yield f"writer {example.author[:1]}"
    if example.lang == "vi":
        yield "vi with diacritics" if example.diacritics else "vi without diacritics"


def report(result: Result) -> Iterator[str]:
    """The measures, line by line."""
    yield f"{'all':32}{result.rates}"
    for name, answers in groups(result.answers).items():
        yield f"{name:32}{rates(answers)}"


def draw(result: Result, examples: Sequence[Example], folder: Path = DOCS) -> None:
    """The calibration curve and the learning curve, as PNG."""
    folder.mkdir(exist_ok=True)
    draw_calibration(calibration([one.found for one in result.answers], examples), folder / "calibration.png")
    draw_learning_curve(learning_curve(examples), folder / "learning_curve.png")
