"""The learned model: one row of weights per feature, and sums of rows read off as scores.

A row holds one byte for each head's label (how much the feature speaks for it). All bytes of a row are added at once:
a row is one large integer with 32 bits of room for each byte, so adding rows is adding integers, in plain Python, some
twenty times faster than label by label and without an array library at run time.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from worker.policy.features import BLOCKS
from worker.policy.forest import Forest

ROOM = 4
MIDDLE = 128
COUNT_UNIT = 8
_COUNT_STEPS = tuple(round(COUNT_UNIT * (1 + math.log(count))) for count in range(1, 65))


@dataclass(frozen=True, slots=True)
class Head:
    """One question to the model: its labels, how sums become scores (`scale`, `bias`) and scores chances (`temperature`)."""

    name: str
    labels: tuple[str, ...]
    scale: tuple[float, ...]
    bias: tuple[float, ...]
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. Immutable; `index` says for each block of features in which row a feature stands.

    `squares` are the squares of how rare each feature is; `margin` widens an estimate of effort to a range that holds in
    eight of ten cases (natural logarithm of minutes).
    """

    heads: Mapping[str, Head]
    index: Mapping[str, Mapping[str, int]]
    squares: array[float]
    rows: Sequence[int]
    width: int
    forest: Forest
    margin: float
    version: str = ""

    def lane(self, head: str) -> int:
        """The place of a head's first label in a row."""
        place = 0
        for name, one in self.heads.items():
            if name == head:
                return place
            place += len(one.labels)
        raise KeyError(head)


def count_step(count: int) -> int:
    """How much a feature weighs that stands there `count` times: 1 + ln(count), in eighths."""
    return _COUNT_STEPS[min(count, len(_COUNT_STEPS)) - 1]


def rows_of(weights: bytes, width: int) -> tuple[int, ...]:
    """The rows of a model from one byte a label and feature."""
    spread = bytearray(len(weights) * ROOM)
    spread[::ROOM] = weights
    size = width * ROOM
    return tuple(int.from_bytes(spread[start : start + size], "little") for start in range(0, len(spread), size))


def _block_sums(model: Model, block: str, counts: Mapping[str, int]) -> list[float]:
    find, row, square = model.index[block].get, model.rows.__getitem__, model.squares.__getitem__
    # Most features stand there once: one multiplication for all of them.
    once = [place for name, count in counts.items() if count == 1 and (place := find(name)) is not None]
    often = [
        (place, count_step(count)) for name, count in counts.items() if count > 1 and (place := find(name)) is not None
    ]
    steps = COUNT_UNIT * len(once) + sum(step for _, step in often)
    if not steps:
        return [0.0] * model.width
    added = COUNT_UNIT * sum(map(row, once)) + sum(step * row(place) for place, step in often)
    squares = COUNT_UNIT * COUNT_UNIT * sum(map(square, once)) + sum(step * step * square(at) for at, step in often)
    lanes = struct.unpack(f"<{model.width}I", added.to_bytes(model.width * ROOM, "little"))
    middle, length = MIDDLE * steps, math.sqrt(squares)
    return [(lane - middle) / length for lane in lanes]


def sums(model: Model, blocks: Iterable[Mapping[str, int]]) -> list[float]:
    """The sums of all rows of a text, each block of features brought to length one. `blocks` in the order of BLOCKS."""
    parts = [_block_sums(model, block, counts) for block, counts in zip(BLOCKS, blocks, strict=True)]
    return list(map(sum, zip(*parts, strict=True)))


def scores(model: Model, head: str, added: Sequence[float]) -> list[float]:
    """The scores of one head's labels, from `sums`."""
    one, start = model.heads[head], model.lane(head)
    return [
        scale * added[start + place] + bias for place, (scale, bias) in enumerate(zip(one.scale, one.bias, strict=True))
    ]


def softened(found: Sequence[float], temperature: float) -> list[float]:
    """Scores as chances that sum to one."""
    highest = max(found)
    powers = [math.exp((score - highest) / temperature) for score in found]
    whole = sum(powers)
    return [power / whole for power in powers]


def weights_of(model: Model, block: str, names: Iterable[str], lanes: Sequence[int]) -> list[tuple[float, str]]:
    """How much each known feature speaks for the labels in some lanes, at most, in the model's own units."""
    find, rows = model.index[block].get, model.rows
    shifts = [8 * ROOM * lane for lane in lanes]
    return [
        (max(rows[row] >> shift & 0xFF for shift in shifts) - MIDDLE, name)
        for name in names
        if (row := find(name)) is not None
    ]
