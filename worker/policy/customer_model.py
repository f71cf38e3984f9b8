"""The learned half of reading a customer's reply: how likely each intent is, from the words and from what was heard.

A row holds one byte for each intent: how much a feature speaks for it in answer to one of our letters. Rows are added
as large integers, as in `scoring`.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from worker.policy.features import fold, prepare, word_blocks
from worker.policy.plain_words import Sentence
from worker.policy.scoring import MIDDLE, ROOM, softened

CUSTOMER_MODEL_FILE = Path(__file__).parent.parent / "learning" / "customer.bin"
BLOCK_WEIGHT = {"word": 3.0, "accent": 3.0, "piece": 3.0, "first": 1.0, "last": 1.0}
FACT_WEIGHT = 0.5
_FIRST_WORDS = 6
_LONGEST = 7


@dataclass(frozen=True, slots=True)
class CustomerModel:
    """What was learned: for each group of letters of ours (`quote`, `waiting`, `done`) a row for each feature."""

    labels: tuple[str, ...]
    index: Mapping[str, int]
    rows: Mapping[str, bytes]
    bias: Mapping[str, tuple[float, ...]]
    scale: float
    temperature: float


def group_of(context: str) -> str:
    """Acknowledgement and promise are answered alike: the customer waits."""
    return "waiting" if context in {"ack", "eta"} else context


def reply_features(said: Sequence[Sentence], context: str, heard: Iterable[str]) -> list[tuple[float, list[str]]]:
    """The features of a reply block by block, each block with the weight of one of its features.

    Long and short replies weigh the same: a block is brought to length one.
    """
    text = " ".join(f"{one.words} {'qmark' if one.asks else 'stop'}" for one in said)
    word, accent, piece = word_blocks(prepare(f"bos {text} eos"))
    first = {fold(one) for one in said[0].words.split()[:_FIRST_WORDS]} if said else set()
    last = {fold(one) for one in said[-1].words.split()} if said else set()
    blocks = {"word": word, "accent": accent, "piece": piece, "first": first, "last": last}
    found = [
        (BLOCK_WEIGHT[block] / math.sqrt(len(names)), [f"{block} {name}" for name in names])
        for block, names in blocks.items()
        if names
    ]
    length = min(_LONGEST, len(text.split()).bit_length())
    return [*found, (FACT_WEIGHT, [*(f"heard {one}" for one in heard), f"answers {context}", f"length {length}"])]


def chances(model: CustomerModel, said: Sequence[Sentence], context: str, heard: Iterable[str]) -> dict[str, float]:
    """How likely each intent is; the chances sum to one."""
    group = group_of(context)
    rows, size = model.rows[group], len(model.labels) * ROOM
    added = list(model.bias[group])
    for weight, names in reply_features(said, context, heard):
        places = [place for name in names if (place := model.index.get(name)) is not None]
        whole = sum(int.from_bytes(rows[place * size : (place + 1) * size], "little") for place in places)
        lanes = struct.unpack(f"<{len(model.labels)}I", whole.to_bytes(size, "little"))
        for number, lane in enumerate(lanes):
            added[number] += weight * model.scale * (lane - MIDDLE * len(places))
    return dict(zip(model.labels, softened(added, model.temperature), strict=True))


# ---- the file -------------------------------------------------------------------------------------------------------


def customer_model_bytes(
    labels: Sequence[str],
    names: Sequence[str],
    weights: Mapping[str, bytes],
    bias: Mapping[str, Sequence[float]],
    scale: float,
    temperature: float,
) -> bytes:
    """The file of a model. `weights` has, for each group of letters, one byte for each feature and label."""
    header = {
        "labels": list(labels),
        "names": list(names),
        "bias": {group: list(one) for group, one in bias.items()},
        "scale": scale,
        "temperature": temperature,
    }
    text = json.dumps(header, ensure_ascii=False).encode()
    return zlib.compress(struct.pack("<I", len(text)) + text + b"".join(weights[group] for group in bias), 9)


def customer_model_from(data: bytes) -> CustomerModel:
    """A model from its file. ValueError, KeyError or zlib.error for anything else."""
    plain = zlib.decompress(data)
    (size,) = struct.unpack_from("<I", plain)
    header = json.loads(plain[4 : 4 + size])
    weights, share = plain[4 + size :], len(header["names"]) * len(header["labels"])
    rows = {}
    for place, group in enumerate(header["bias"]):
        spread = bytearray(share * ROOM)
        spread[::ROOM] = weights[place * share : (place + 1) * share]
        rows[group] = bytes(spread)
    return CustomerModel(
        labels=tuple(header["labels"]),
        index={name: place for place, name in enumerate(header["names"])},
        rows=rows,
        bias={group: tuple(one) for group, one in header["bias"].items()},
        scale=header["scale"],
        temperature=header["temperature"],
    )


@lru_cache(maxsize=1)
def customer_model() -> CustomerModel:
    """The model in the package, read once."""
    return customer_model_from(CUSTOMER_MODEL_FILE.read_bytes())
