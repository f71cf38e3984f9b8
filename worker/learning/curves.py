"""The two figures of the training: is a claimed chance true, and would more examples help?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.learning.examples import Example
from worker.learning.fitting import SEED, Read, fit_words, folds, read, vocabulary
from worker.policy.judging import PART

STEPS = (0.15, 0.3, 0.5, 0.75, 1.0)
_FOLDS = 4
Point = tuple[int, float, float]


def learning_curve(examples: Sequence[Example]) -> list[Point]:
    """For growing numbers of examples: how many, and the share of right categories and urgencies among unseen authors.

    The first stage alone, which is what more examples feed.
    """
    texts = [read(one.text) for one in examples]
    return [_point(texts, examples, step) for step in STEPS]


def _point(texts: Sequence[Read], examples: Sequence[Example], step: float) -> Point:
    hits = np.array([list(_hits(texts, examples, learn, test, step)) for learn, test in folds(examples, _FOLDS)])
    used, category, urgency = hits.mean(axis=0)
    return int(used), float(category), float(urgency)


def _hits(
    texts: Sequence[Read],
    examples: Sequence[Example],
    learn: NDArray[np.int64],
    test: NDArray[np.int64],
    step: float,
) -> Iterator[float]:
    few = _few_authors(examples, learn, step)
    words = vocabulary([texts[place] for place in few])
    heads = fit_words(words.matrix([texts[place] for place in few]), [examples[place] for place in few])
    asked = words.matrix([texts[place] for place in test])
    yield float(len(few))
    for name in ("category", "urgency"):
        best = heads[name].scores(asked).argmax(axis=1)
        said = [heads[name].labels[place].partition(PART)[0] for place in best]
        yield float(
            np.mean([label in _acceptable(examples[place], name) for label, place in zip(said, test, strict=True)])
        )


def _acceptable(example: Example, name: str) -> set[str]:
    return {one.value for one in (example.categories if name == "category" else example.urgencies)}


def _few_authors(examples: Sequence[Example], learn: NDArray[np.int64], step: float) -> list[int]:
    """A share of the authors, all mails of each, the same ones every time."""
    authors = sorted({examples[place].author for place in learn})
    order = np.random.default_rng(SEED).permutation(len(authors))
    chosen = {authors[place] for place in order[: max(2, round(step * len(authors)))]}
    return [int(place) for place in learn if examples[place].author in chosen]


def draw_learning_curve(points: Sequence[Point], path: Path) -> None:
    """Save the learning curve as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    counts = [point[0] for point in points]
    axes.plot(counts, [point[1] for point in points], marker="o", label="category right")
    axes.plot(counts, [point[2] for point in points], marker="s", label="urgency right")
    axes.set(
        xlabel="labelled mails learned from", ylabel="share right, unseen authors", title="Learning curve, first stage"
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})


def draw_calibration(bins: Sequence[tuple[float, float, int]], path: Path) -> None:
    """Save the calibration curve of the category as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="perfect")
    axes.plot([one[0] for one in bins], [one[1] for one in bins], marker="o", label="category")
    for claimed, right, count in bins:
        axes.annotate(str(count), (claimed, right), textcoords="offset points", xytext=(6, -10), fontsize=8)
    axes.set(xlabel="claimed chance", ylabel="share right, unseen authors", title="Calibration of the category")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})
