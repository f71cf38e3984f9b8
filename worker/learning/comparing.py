"""Is a model that learned from staff's corrections better than one without? Both are judged on the same unseen mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worker.learning.examples import Example
from worker.learning.measuring import Answer, Rates, as_customer, rates
from worker.learning.training import is_worse, train_and_measure
from worker.model import Address, Known, ParsedMail
from worker.policy.classify import classify
from worker.policy.fees import decide_fee
from worker.policy.model_file import model_from
from worker.settings import FeePolicy


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rates without and with the corrections, and the model that learned them."""

    before: Rates
    after: Rates
    data: bytes

    @property
    def is_worse(self) -> bool:
        """Whether the old model should stay."""
        return is_worse(self.before, self.after)


def compare(corpus: Sequence[Example], corrections: Sequence[Example], policy: FeePolicy) -> Comparison:
    """Train without and with the corrections; every mail is judged by a model that did not know its author."""
    without = train_and_measure(corpus, policy)
    judged = answers_of(without.trained.data, corrections, policy)
    together = train_and_measure([*corpus, *corrections], policy)
    return Comparison(rates([*without.answers, *judged]), together.rates, together.trained.data)


def answers_of(data: bytes, examples: Sequence[Example], policy: FeePolicy) -> list[Answer]:
    """What a model decides about mails, as the worker runs it."""
    model = model_from(data)
    found = [(one, classify(mail_of(one), Known(), model)) for one in examples]
    return [Answer(one, seen, decide_fee(seen, as_customer(seen), policy).fee) for one, seen in found]


def mail_of(example: Example) -> ParsedMail:
    """An example as a parsed mail."""
    return ParsedMail(
        message_id=example.id,
        sender=Address("somebody@example.com"),
        subject=example.subject,
        text=example.body,
        new_text=example.body,
    )
