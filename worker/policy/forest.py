"""A forest of decision trees, for what words alone do not settle: it weighs scores and facts against each other."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

LEAF = 0xFFFF


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees laid out depth first: a node's left child is the next node, `right` is where its other child stands.

    At a leaf, `feature` is LEAF and `right` the place of its `values`, one for each of `labels`, in 255ths.
    """

    labels: tuple[str, ...]
    low: tuple[float, ...]
    span: tuple[float, ...]
    roots: tuple[int, ...]
    feature: array[int]
    threshold: array[float]
    right: array[int]
    values: bytes


def ask(forest: Forest, vector: Sequence[float]) -> dict[str, float]:
    """The mean of what all trees say of one case."""
    feature, threshold, right, values = forest.feature, forest.threshold, forest.right, forest.values
    width = len(forest.labels)
    leaves = []
    for root in forest.roots:
        node = root
        while (asked := feature[node]) != LEAF:
            node = node + 1 if vector[asked] <= threshold[node] else right[node]
        leaves.append(values[right[node] : right[node] + width])
    added = map(sum, zip(*leaves, strict=True))
    trees = len(forest.roots)
    return {
        label: low + span * total / (255 * trees)
        for label, low, span, total in zip(forest.labels, forest.low, forest.span, added, strict=True)
    }
