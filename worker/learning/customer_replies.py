"""Learns what customers' replies mean: `python -m worker.learning.customer_replies` (extra `learn`; a minute on one core).

The examples are `replies/*.jsonl`: context, new_text, acceptable intents with the likeliest first, and what our quote
said (`quoted`, in đồng) where that matters. One linear model learns all letters of ours at once: each feature counts for
itself and once more for the letter that is answered (Daumé III 2007), so that rare answers borrow from common ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from worker.learning.fitting import best_temperature
from worker.policy.customer_figures import as_said_by_us
from worker.policy.customer_model import CUSTOMER_MODEL_FILE, customer_model_bytes, group_of, reply_features
from worker.policy.customer_signals import listen
from worker.policy.plain_words import sentences
from worker.policy.scoring import MIDDLE

REPLIES = Path(__file__).parent / "replies"
GROUPS = ("quote", "waiting", "done")
LEAST_OFTEN = 2
STRENGTH = 2.0
FOLDS = 4
SEED = 7
_LARGEST = 127

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReplyExample:
    """One labelled reply: the first of the acceptable intents is the likeliest."""

    context: str
    text: str
    acceptable: tuple[str, ...]
    quoted: frozenset[int]


def load_replies(folder: Path = REPLIES) -> list[ReplyExample]:
    """All examples, file by file."""
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [reply_example(row) for row in rows]


def reply_example(row: dict[str, object]) -> ReplyExample:
    """An example from its line."""
    quoted = frozenset(row.get("quoted", ()))  # type: ignore[call-overload]
    return ReplyExample(str(row["context"]), str(row["new_text"]), tuple(row["acceptable"]), quoted)  # type: ignore[arg-type]


def read_reply(example: ReplyExample) -> dict[str, float]:
    """The weight of each feature of a reply, exactly as the worker sees it."""
    text = as_said_by_us(example.text, example.quoted)
    said = sentences(text)
    heard = [one.name for one in listen(text, said, example.quoted)]
    return {name: weight for weight, names in reply_features(said, example.context, heard) for name in names}


@dataclass(frozen=True, slots=True)
class FittedReplies:
    """What was fitted: the features, and for each group of letters weights and a bias for every label."""

    labels: tuple[str, ...]
    names: tuple[str, ...]
    weights: dict[str, Floats]
    bias: dict[str, Floats]

    def scores(self, examples: Sequence[ReplyExample], read: Sequence[dict[str, float]]) -> Floats:
        """The scores of all labels, one row an example."""
        matrix = _matrix(read, self.names)
        groups = [group_of(one.context) for one in examples]
        return np.array(
            [(matrix[place] @ self.weights[group]).ravel() + self.bias[group] for place, group in enumerate(groups)]
        )


def _matrix(read: Sequence[dict[str, float]], names: Sequence[str]) -> sparse.csr_matrix:
    index = {name: place for place, name in enumerate(names)}
    pointers, columns, values = [0], list[int](), list[float]()
    for one in read:
        known = [(index[name], weight) for name, weight in one.items() if name in index]
        columns.extend(column for column, _ in known)
        values.extend(weight for _, weight in known)
        pointers.append(len(columns))
    return sparse.csr_matrix((values, columns, pointers), shape=(len(read), len(names)))


def fit_replies(examples: Sequence[ReplyExample], read: Sequence[dict[str, float]]) -> FittedReplies:
    """Fit all letters at once. An example with several acceptable intents teaches each of them, mostly the first."""
    often = Counter(name for one in read for name in one)
    names = tuple(sorted(name for name, count in often.items() if count >= LEAST_OFTEN))
    shared = _matrix(read, names)
    groups = [group_of(one.context) for one in examples]
    own = [sparse.diags([float(one == group) for one in groups]) for group in GROUPS]
    ones = sparse.csr_matrix(np.ones((len(examples), 1)))
    matrix = sparse.hstack([shared, *(mask @ shared for mask in own), *(mask @ ones for mask in own)]).tocsr()
    places, labels, weights = _lessons(examples)
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3).fit(matrix[places], labels, sample_weight=weights)
    size = len(names)
    coefficients = model.coef_.T
    return FittedReplies(
        tuple(map(str, model.classes_)),
        names,
        {
            group: coefficients[:size] + coefficients[size * (place + 1) : size * (place + 2)]
            for place, group in enumerate(GROUPS)
        },
        {
            group: model.intercept_ + coefficients[size * (len(GROUPS) + 1) + place]
            for place, group in enumerate(GROUPS)
        },
    )


_SECOND = 0.3  # of an example goes to the intents that are acceptable, too


def _lessons(examples: Sequence[ReplyExample]) -> tuple[list[int], list[str], list[float]]:
    places, labels, weights = [], [], []
    for place, one in enumerate(examples):
        others = one.acceptable[1:]
        for label in one.acceptable:
            places.append(place)
            labels.append(label)
            weights.append(_SECOND / len(others) if label in others else 1.0 - (_SECOND if others else 0.0))
    return places, labels, weights


def pack_replies(fitted: FittedReplies, temperature: float) -> bytes:
    """The file of a fitted model: one byte a weight."""
    scale = max(float(np.abs(one).max()) for one in fitted.weights.values()) / _LARGEST
    weights = {
        group: (np.rint(one / scale) + MIDDLE).astype(np.uint8).tobytes() for group, one in fitted.weights.items()
    }
    bias = {group: one.tolist() for group, one in fitted.bias.items()}
    return customer_model_bytes(fitted.labels, fitted.names, weights, bias, scale, temperature)


def unseen_scores(examples: Sequence[ReplyExample], read: Sequence[dict[str, float]]) -> tuple[tuple[str, ...], Floats]:
    """The scores of each example from a model that has not seen it, and the labels' order."""
    labels = tuple(sorted({label for one in examples for label in one.acceptable}))
    found = np.zeros((len(examples), len(labels)))
    for learn, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(examples):
        fitted = fit_replies([examples[place] for place in learn], [read[place] for place in learn])
        columns = [labels.index(one) for one in fitted.labels]
        scores = np.full((len(test), len(labels)), -50.0)
        scores[:, columns] = fitted.scores([examples[place] for place in test], [read[place] for place in test])
        found[test] = scores
    return labels, found


def main() -> None:
    """Train on all examples, write the model, and print how replies were understood that were left out."""
    examples = load_replies()
    read = [read_reply(one) for one in examples]
    labels, scores = unseen_scores(examples, read)
    temperature = best_temperature(scores, labels, [one.acceptable[0] for one in examples])
    data = pack_replies(fit_replies(examples, read), temperature)
    CUSTOMER_MODEL_FILE.write_bytes(data)
    right = sum(labels[row.argmax()] in one.acceptable for row, one in zip(scores, examples, strict=True))
    print(f"{len(examples)} replies, model of {len(data):,} bytes, temperature {temperature:.2f}")
    print(f"understood when left out: {right / len(examples):.1%}")


if __name__ == "__main__":
    main()
