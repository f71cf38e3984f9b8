"""The model's file: written by the training, read once at the start of the worker."""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from worker.policy.features import BLOCKS
from worker.policy.forest import Forest
from worker.policy.scoring import Head, Model, rows_of

MAGIC = b"VNSD3"


class ModelError(Exception):
    """The file is no model that this version can read."""


class _Header(TypedDict):
    version: str
    margin: float
    heads: list[tuple[str, list[str], list[float], list[float], float]]
    blocks: dict[str, int]
    forest: tuple[list[str], list[float], list[float], list[int]]


def model_bytes(
    heads: Sequence[Head],
    names: Mapping[str, Sequence[str]],
    rarity: Sequence[float],
    weights: bytes,
    forest: Forest,
    margin: float,
    version: str,
) -> bytes:
    """The file of a model. `weights` has one byte a label and feature, features in the order of the blocks."""
    header: _Header = {
        "version": version,
        "margin": margin,
        "heads": [(one.name, list(one.labels), list(one.scale), list(one.bias), one.temperature) for one in heads],
        "blocks": {block: len(names[block]) for block in BLOCKS},
        "forest": (list(forest.labels), list(forest.low), list(forest.span), list(forest.roots)),
    }
    parts = [
        json.dumps(header, ensure_ascii=False).encode(),
        "\n".join(name for block in BLOCKS for name in names[block]).encode(),
        array("f", rarity).tobytes(),
        weights,
        forest.feature.tobytes(),
        forest.threshold.tobytes(),
        forest.right.tobytes(),
        forest.values,
    ]
    return MAGIC + zlib.compress(b"".join(struct.pack("<I", len(part)) + part for part in parts), 9)


def _parts(data: bytes) -> list[bytes]:
    found, place = [], 0
    while place < len(data):
        (size,) = struct.unpack_from("<I", data, place)
        found.append(data[place + 4 : place + 4 + size])
        place += 4 + size
    return found


def model_from(data: bytes) -> Model:
    """A model from its file. ModelError if it is none."""
    if not data.startswith(MAGIC):
        raise ModelError("this is no model of this version: train it anew (python -m worker.learning.train)")
    try:
        header_bytes, name_bytes, rarity_bytes, weights, *forest_parts = _parts(zlib.decompress(data[len(MAGIC) :]))
        header: _Header = json.loads(header_bytes)
    except (ValueError, zlib.error, struct.error) as error:
        raise ModelError(f"the model is damaged: {error}") from None
    heads = {
        name: Head(name, tuple(labels), tuple(scale), tuple(bias), temperature)
        for name, labels, scale, bias, temperature in header["heads"]
    }
    width = sum(len(head.labels) for head in heads.values())
    return Model(
        heads=heads,
        index=_index(name_bytes.decode().split("\n"), header["blocks"]),
        squares=array("f", [one * one for one in _numbers("f", rarity_bytes)]),
        rows=rows_of(weights, width),
        width=width,
        forest=_forest(header, forest_parts),
        margin=header["margin"],
        version=header["version"],
    )


def _index(names: Sequence[str], sizes: Mapping[str, int]) -> dict[str, dict[str, int]]:
    index: dict[str, dict[str, int]] = {}
    start = 0
    for block in BLOCKS:
        end = start + sizes[block]
        index[block] = dict(zip(names[start:end], range(start, end), strict=True))
        start = end
    return index


def _numbers(kind: str, data: bytes) -> array[float]:
    numbers: array[float] = array(kind)
    numbers.frombytes(data)
    return numbers


def _whole(kind: str, data: bytes) -> array[int]:
    numbers: array[int] = array(kind)
    numbers.frombytes(data)
    return numbers


def _forest(header: _Header, parts: Sequence[bytes]) -> Forest:
    labels, low, span, roots = header["forest"]
    feature, threshold, right, values = parts
    return Forest(
        labels=tuple(labels),
        low=tuple(low),
        span=tuple(span),
        roots=tuple(roots),
        feature=_whole("H", feature),
        threshold=_numbers("f", threshold),
        right=_whole("I", right),
        values=values,
    )


def load_model_file(path: Path) -> Model:
    """Read a model. ModelError names what is wrong with the file."""
    try:
        return model_from(path.read_bytes())
    except OSError as error:
        raise ModelError(f"{path.name}: {error.strerror}") from None
