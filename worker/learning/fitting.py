"""Fits both stages of the classifier to examples (scikit-learn; needed for training only)."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from worker.learning.examples import Example
from worker.model import Category, Fee, Urgency
from worker.policy.facts import facts_of
from worker.policy.features import BLOCKS, prepare, word_blocks
from worker.policy.forest import LEAF, Forest
from worker.policy.judging import HEADS, PART, case_of, fact_bits
from worker.policy.model_file import model_bytes
from worker.policy.scoring import Head, count_step

Floats = NDArray[np.float64]
Counts = Mapping[str, int]

BLOCK_WEIGHT = {"word": 1.0, "accent": 1.0, "piece": 1.0, "fact": 0.35}
LEAST_OFTEN = 2
MOST_FEATURES = 70_000
FOLDS = 8
TREES = 100
LEAST_IN_LEAF = 2
SEED = 7


@dataclass(frozen=True, slots=True)
class Read:
    """A text as the worker counts it: its features block by block, and its length."""

    blocks: tuple[Counts, ...]
    length: int


def read(text: str) -> Read:
    """The features of a text, exactly as the worker counts them."""
    seen = prepare(text)
    return Read((*word_blocks(seen), dict.fromkeys(sorted(facts_of(seen)), 1)), len(seen.folded))


# ---- first stage ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that are kept, and how rare each is."""

    names: Mapping[str, Sequence[str]]
    rarity: Floats

    def matrix(self, texts: Sequence[Read]) -> sparse.csr_matrix:
        """One row a text: each block brought to length one and weighed."""
        parts, start = [], 0
        for place, block in enumerate(BLOCKS):
            end = start + len(self.names[block])
            index = {name: number for number, name in enumerate(self.names[block])}
            counted = [one.blocks[place] for one in texts]
            parts.append(BLOCK_WEIGHT[block] * _block_matrix(counted, index, self.rarity[start:end]))
            start = end
        return sparse.hstack(parts).tocsr()

    def only(self, kept: set[int]) -> Vocabulary:
        """The same with only the features at these places."""
        names, place = {}, 0
        for block in BLOCKS:
            names[block] = [name for number, name in enumerate(self.names[block], place) if number in kept]
            place += len(self.names[block])
        return Vocabulary(names, self.rarity[sorted(kept)])


def _block_matrix(texts: Sequence[Counts], index: Mapping[str, int], rarity: Floats) -> sparse.csr_matrix:
    pointers: list[int] = [0]
    columns: list[int] = []
    values: list[Floats] = []
    for counts in texts:
        known = [(index[name], count_step(count)) for name, count in counts.items() if name in index]
        row = np.array([step * rarity[column] for column, step in known], dtype=float)
        values.append(row / (np.linalg.norm(row) or 1.0))
        columns.extend(column for column, _ in known)
        pointers.append(len(columns))
    return sparse.csr_matrix((np.concatenate(values), columns, pointers), shape=(len(texts), len(index)))


def vocabulary(texts: Sequence[Read]) -> Vocabulary:
    """All features that stand in more than one text, with their inverse document frequency."""
    names: dict[str, list[str]] = {}
    rarity: list[float] = []
    for place, block in enumerate(BLOCKS):
        found = Counter(name for one in texts for name in one.blocks[place])
        names[block] = sorted(name for name, count in found.items() if count >= LEAST_OFTEN)
        rarity += [math.log((1 + len(texts)) / (1 + found[name])) + 1 for name in names[block]]
    return Vocabulary(names, np.array(rarity))


@dataclass(frozen=True, slots=True)
class Fitted:
    """One head before it is packed: a weight for every feature and label."""

    name: str
    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float = 1.0

    def scores(self, matrix: sparse.csr_matrix) -> Floats:
        """The scores of all labels, one row a text."""
        return np.asarray(matrix @ self.weights.T + self.bias)


def _classes(name: str, matrix: sparse.csr_matrix, labels: Sequence[str], strength: float) -> Fitted:
    model = LinearSVC(C=strength, class_weight="balanced", random_state=SEED)
    model.fit(matrix, np.array(labels))
    return Fitted(name, tuple(map(str, model.classes_)), model.coef_, model.intercept_)


def _log_minutes(examples: Sequence[Example]) -> Floats:
    return np.log([[max(one.minutes_low, 1), max(one.minutes_high, 2)] for one in examples])


def _minutes(name: str, matrix: sparse.csr_matrix, examples: Sequence[Example], rows: NDArray[np.bool_]) -> Fitted:
    model = Ridge(alpha=1.0, solver="lsqr", random_state=SEED).fit(matrix[rows], _log_minutes(examples)[rows])
    return Fitted(name, ("low", "high"), model.coef_, model.intercept_)


def kind_of(example: Example) -> str:
    """The label of the category head: the largest category is learned in its parts by fee, which have little in common.

    A line cannot lie around small edits, a month's work and an invoice at once; three lines can.
    """
    if example.category is Category.WEBSITE_REQUEST:
        return f"{example.category.value}{PART}{example.fee.value}"
    return example.category.value


def fit_words(matrix: sparse.csr_matrix, examples: Sequence[Example]) -> dict[str, Fitted]:
    """The first stage: every head, from the words of the examples."""
    everything = np.ones(len(examples), dtype=bool)
    by_time = np.array([one.category is Category.WEBSITE_REQUEST for one in examples])
    heads = (
        _classes("category", matrix, [kind_of(one) for one in examples], 0.6),
        _classes("urgency", matrix, [one.urgency.value for one in examples], 0.2),
        _classes("money", matrix, [one.fee.value for one in examples], 0.4),
        _minutes("minutes", matrix, examples, everything),
        _minutes("effort", matrix, examples, by_time),
    )
    return {head.name: head for head in heads}


# ---- second stage ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unseen:
    """First-stage scores of every example from a model that had not seen its author, and the labels' order."""

    scores: Mapping[str, Floats]
    labels: Mapping[str, tuple[str, ...]]
    temperature: Mapping[str, float]


def folds(examples: Sequence[Example], count: int = FOLDS) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places of examples to learn from and to test on; an author's mails never stand on both sides."""
    authors = [one.author for one in examples]
    splitter = GroupKFold(min(count, len(set(authors))), shuffle=True, random_state=SEED)
    yield from splitter.split(authors, authors, authors)


def score_unseen(texts: Sequence[Read], examples: Sequence[Example]) -> Unseen:
    """Score each example by a first stage fitted to other authors."""
    found: dict[str, Floats] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for learn, test in folds(examples):
        words = vocabulary([texts[place] for place in learn])
        heads = fit_words(words.matrix([texts[place] for place in learn]), [examples[place] for place in learn])
        asked = words.matrix([texts[place] for place in test])
        for name, head in heads.items():
            labels[name] = head.labels
            found.setdefault(name, np.zeros((len(texts), len(head.labels))))[test] = head.scores(asked)
    gold = {
        "category": [kind_of(one) for one in examples],
        "urgency": [one.urgency.value for one in examples],
        "money": [one.fee.value for one in examples],
    }
    temperature = {name: best_temperature(found[name], labels[name], gold[name]) for name in gold}
    return Unseen(found, labels, {**dict.fromkeys(HEADS, 1.0), **temperature})


def best_temperature(scores: Floats, labels: Sequence[str], gold: Sequence[str]) -> float:
    """The temperature under which the right labels are likeliest (temperature scaling, Guo et al. 2017)."""
    right = np.array([labels.index(one) for one in gold])

    def surprise(temperature: float) -> float:
        powers = scores / temperature
        powers = powers - powers.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(powers).sum(axis=1)) - powers[np.arange(len(right)), right]))

    return min((0.05 * 1.1**step for step in range(40)), key=surprise)


def cases(unseen: Unseen, facts: Sequence[str], texts: Sequence[Read]) -> Floats:
    """What the second stage looks at, one row a text."""
    order = dict.fromkeys(facts, 0)
    rows = [
        [
            *case_of({name: unseen.scores[name][place] for name in HEADS}, unseen.temperature, one.length),
            *fact_bits(order, one.blocks[-1]),
        ]
        for place, one in enumerate(texts)
    ]
    return np.array(rows, dtype=np.float32).astype(float)


def targets(examples: Sequence[Example]) -> dict[str, tuple[tuple[str, ...], Floats]]:
    """What the forest learns: for each question its labels, and a number for each label and example."""
    urgencies = tuple(sorted(one.value for one in Urgency))
    fees = tuple(one.value for one in Fee)
    return {
        "urgency": (
            urgencies,
            np.array([[float(one.urgency.value == name) for name in urgencies] for one in examples]),
        ),
        "money": (fees, np.array([[float(name in one.fees) for name in fees] for one in examples])),
        "minutes": (("low", "high"), _log_minutes(examples)),
    }


TARGET_WEIGHT = {"urgency": 1.0, "money": 2.0, "minutes": 0.2}
"""Logarithms of minutes vary more than chances; left alone they would decide every split."""


def fit_forest(asked: Floats, examples: Sequence[Example]) -> ExtraTreesRegressor:
    """The second stage: one forest that answers every question."""
    wanted = np.hstack([TARGET_WEIGHT[name] * numbers for name, (_, numbers) in targets(examples).items()])
    model = ExtraTreesRegressor(TREES, min_samples_leaf=LEAST_IN_LEAF, max_features=0.2, random_state=SEED)
    return model.fit(asked, wanted)


def judge_unseen(asked: Floats, examples: Sequence[Example]) -> dict[str, Floats]:
    """What forests say of authors whom they have not seen, question by question."""
    said: Floats = np.zeros((len(examples), sum(len(labels) for labels, _ in targets(examples[:1]).values())))
    for learn, test in folds(examples):
        said[test] = fit_forest(asked[learn], [examples[place] for place in learn]).predict(asked[test])
    found, start = {}, 0
    for name, (labels, _) in targets(examples[:1]).items():
        found[name] = said[:, start : start + len(labels)] / TARGET_WEIGHT[name]
        start += len(labels)
    return found


def packed_forest(examples: Sequence[Example], model: ExtraTreesRegressor) -> Forest:
    """A forest as the worker walks it: nodes depth first, the left child next to its parent, values in 255ths."""
    asked = [(name, label) for name, (labels, _) in targets(examples[:1]).items() for label in labels]
    weight = np.array([TARGET_WEIGHT[name] for name, _ in asked])
    leaves = np.concatenate([tree.tree_.value[:, :, 0] / weight for tree in model.estimators_])
    low = leaves.min(axis=0)
    span = np.maximum(leaves.max(axis=0) - low, 1e-9)
    feature, threshold, right, roots = array("H"), array("f"), array("I"), []
    values = bytearray()
    for tree in model.estimators_:
        start = len(feature)
        roots.append(start)
        one = tree.tree_
        for node in range(one.node_count):
            is_leaf = one.children_left[node] == -1
            feature.append(LEAF if is_leaf else int(one.feature[node]))
            threshold.append(0.0 if is_leaf else float(one.threshold[node]))
            right.append(len(values) if is_leaf else start + int(one.children_right[node]))
            if is_leaf:
                values += np.rint((one.value[node, :, 0] / weight - low) / span * 255).astype(np.uint8).tobytes()
    return Forest(
        tuple(f"{name} {label}" for name, label in asked),
        tuple(map(float, low)),
        tuple(map(float, span)),
        tuple(roots),
        feature,
        threshold,
        right,
        bytes(values),
    )


# ---- together -------------------------------------------------------------------------------------------------------


def effort_margin(judged: Floats, examples: Sequence[Example], share: float = 0.8) -> float:
    """How far to widen the range so that in `share` of the website requests the likely minutes lie within it."""
    rows = np.array([one.category is Category.WEBSITE_REQUEST for one in examples])
    middle = _log_minutes(examples)[rows].mean(axis=1)
    outside = np.maximum(judged[rows, 0] - middle, middle - judged[rows, 1])
    return max(0.0, float(np.quantile(outside, share)))


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model's file, and what it said of mails whose authors it had not seen."""

    data: bytes
    unseen: Unseen
    judged: Mapping[str, Floats]
    margin: float


def train(examples: Sequence[Example], version: str) -> Trained:
    """Fit everything. Takes a minute or two; the result depends on the examples alone."""
    texts = [read(one.text) for one in examples]
    unseen = score_unseen(texts, examples)
    words = _strongest(vocabulary(texts), texts, examples)
    heads = fit_words(words.matrix(texts), examples)
    asked = cases(unseen, words.names["fact"], texts)
    judged = judge_unseen(asked, examples)
    margin = effort_margin(judged["minutes"], examples)
    forest = packed_forest(examples, fit_forest(asked, examples))
    ready = [replace(head, temperature=unseen.temperature[name]) for name, head in heads.items()]
    return Trained(_pack(words, ready, forest, margin, version), unseen, judged, margin)


def _strongest(words: Vocabulary, texts: Sequence[Read], examples: Sequence[Example]) -> Vocabulary:
    """The features that matter most to any head, so that the model stays small."""
    if len(words.rarity) <= MOST_FEATURES:
        return words
    heads = fit_words(words.matrix(texts), examples)
    weights = np.vstack([head.weights / np.abs(head.weights).max() for head in heads.values()])
    strength = np.abs(weights).max(axis=0)
    strength[-len(words.names["fact"]) :] = np.inf
    return words.only(set(np.argsort(-strength)[:MOST_FEATURES].tolist()))


def _pack(words: Vocabulary, heads: Sequence[Fitted], forest: Forest, margin: float, version: str) -> bytes:
    spread = np.concatenate([np.full(len(words.names[block]), BLOCK_WEIGHT[block]) for block in BLOCKS]) * words.rarity
    weights = np.vstack([head.weights for head in heads]) * spread
    scale = np.abs(weights).max(axis=1) / 127
    small = (np.rint(weights / scale[:, None]) + 128).astype(np.uint8)
    packed, row = [], 0
    for head in heads:
        share = scale[row : row + len(head.labels)]
        packed.append(
            Head(head.name, head.labels, tuple(map(float, share)), tuple(map(float, head.bias)), head.temperature)
        )
        row += len(head.labels)
    return model_bytes(packed, words.names, words.rarity.tolist(), small.T.tobytes(), forest, margin, version)
