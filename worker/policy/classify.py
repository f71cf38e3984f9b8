"""What a mail asks for: category, urgency, effort and language, with the evidence. Pure: the learned model is an argument."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from worker.model import Category, Classification, Effort, Evidence, Fee, Known, ParsedMail
from worker.policy.asks import asks_in, is_mixture
from worker.policy.facts import facts_of
from worker.policy.features import BLOCKS, prepare, word_blocks
from worker.policy.flags import flags_of
from worker.policy.judging import PART, Judgement, judge
from worker.policy.language import language_of
from worker.policy.model_file import ModelError, load_model_file
from worker.policy.scoring import Model, sums, weights_of
from worker.policy.steering import is_steering
from worker.policy.urgency import ALL_MAIL, urgency_of

MODEL_FILE = Path(__file__).parent.parent / "learning" / "model.bin"
STEERING = "steering"
SEVERAL_ASKS = "several_asks"
_EVIDENCE_SHOWN = 6
_BARE_FORWARD = 80
"""Characters: a forward with fewer own words says nothing by itself."""


def load_model(path: Path | None = None) -> Model:
    """The learned model, by default the one in the package. ModelError names what is wrong with the file."""
    return load_model_file(path or MODEL_FILE)


def classify(mail: ParsedMail, known: Known, model: Model) -> Classification:
    """What a mail asks for, with calibrated chances and what spoke for them. The same mail always gives the same.

    Read are the subject and what the sender newly wrote; in a bare forward, the forwarded mail. What the records know
    (`known`) adds evidence for staff and changes no chance: whether it changes the fee is decide_fee's matter.
    """
    written = _written(mail)
    seen = prepare(f"{mail.subject}\n{written}")
    flags = flags_of(seen)
    facts = facts_of(seen, flags)
    blocks = (*word_blocks(seen), dict.fromkeys(sorted(facts), 1))
    judged = judge(model, sums(model, blocks), facts, len(seen.folded))
    category = Category(_best(judged.category))
    asks = asks_in(written, model)
    mixed = is_mixture(asks)
    return Classification(
        category=category,
        probability=judged.category[category],
        urgency=urgency_of(judged.urgency, judged.category, ALL_MAIL in facts),
        effort=effort_of(judged),
        language=language_of(seen),
        probabilities={Category(label): chance for label, chance in judged.category.items()},
        evidence=(*_from_records(known), *_evidence(model, blocks, category)),
        asks=asks if mixed else (),
        flags=(*_warnings(mail, written, mixed), *map(str, flags)),
        money={Fee(label): chance for label, chance in judged.money.items()},
    )


def _written(mail: ParsedMail) -> str:
    own = mail.new_text or mail.text
    if mail.forwarded is None or len(own) > _BARE_FORWARD:
        return own
    return f"{own}\n{mail.forwarded.subject}\n{mail.forwarded.text}"


def _warnings(mail: ParsedMail, written: str, mixed: bool) -> tuple[str, ...]:
    steering = (STEERING,) if is_steering(f"{mail.subject}\n{written}", mail.hidden_text) else ()
    return (*steering, SEVERAL_ASKS) if mixed else steering


def _from_records(known: Known) -> tuple[Evidence, ...]:
    return tuple(Evidence(fact=f"earlier request {number}", speaks_for="warranty") for number in known.earlier_work)


def _best(chances: Mapping[str, float]) -> str:
    return max(chances, key=lambda label: chances[label])


def effort_of(judged: Judgement) -> Effort:
    """A range that holds in eight of ten cases, in whole working minutes."""
    low = max(1, round(math.exp(min(judged.log_low, 9.0))))
    high = max(low, round(math.exp(min(judged.log_high, 9.0))))
    return Effort(low=low, likely=round(math.sqrt(low * high)), high=high)


def _evidence(model: Model, blocks: Sequence[Mapping[str, int]], best: Category) -> tuple[Evidence, ...]:
    """The words and facts that spoke most for the category; pieces of words would tell a person nothing."""
    start = model.lane("category")
    labels = model.heads["category"].labels
    lanes = [start + place for place, label in enumerate(labels) if label.partition(PART)[0] == best]
    weighed = [
        pair
        for block, counts in zip(BLOCKS, blocks, strict=True)
        if block in {"word", "fact"}
        for pair in weights_of(model, block, counts, lanes)
    ]
    strongest = sorted(weighed, reverse=True)[:_EVIDENCE_SHOWN]
    return tuple(
        Evidence(fact=name, speaks_for=best.value, weight=weight / 127) for weight, name in strongest if weight > 0
    )


__all__ = ["Model", "ModelError", "classify", "load_model"]
