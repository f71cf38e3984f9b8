"""What a member of staff can ask for in a reply: one small value for each thing, and what was understood of a whole mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from worker.model import Category, Effort, Urgency
from worker.policy import quoting
from worker.policy.training_times import Times


class Order(StrEnum):
    """What needs no words beside it."""

    DONE = "done"
    APPROVE = "approve"
    HOLD = "hold"  # a quote is not to go out yet
    REISSUE = "reissue"  # the quote again, dated today
    ACCEPTED = "accepted"  # the customer said yes to the quote, by telephone or in words that only a person understands
    CALL_OFF = "call_off"  # the training that was arranged
    REOPEN = "reopen"
    CANCEL = "cancel"
    START = "start"
    STOP = "stop"
    UNDO = "undo"
    HELP = "help"
    QUEUE = "queue"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Do:
    """One of the orders that stand for themselves."""

    order: Order


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long the work will take."""

    effort: Effort


@dataclass(frozen=True, slots=True)
class Quote:
    """A price for the customer, always a draft that somebody approves.

    `amount_vnd` is None where a price is meant but no đồng amount stands there; `minutes` is the work that is to be
    charged where hours were named instead; `vat` are the words about VAT as written.
    """

    amount_vnd: int | None
    minutes: int | None = None
    vat: str = ""


@dataclass(frozen=True, slots=True)
class ChangeQuote:
    """One change to the quote that is being written: lines, hours, discount, words, terms."""

    change: quoting.Change


@dataclass(frozen=True, slots=True)
class ReplyToCustomer:
    """Text that goes to the customer word for word."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Text that stays inside."""

    text: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Who is to do it: a name as written, or `SELF` for the sender."""

    to: str


SELF = "self"


@dataclass(frozen=True, slots=True)
class SetUrgency:
    """The urgency staff see in it."""

    value: Urgency


@dataclass(frozen=True, slots=True)
class SetCategory:
    """The category staff see in it."""

    value: Category


@dataclass(frozen=True, slots=True)
class SetFee:
    """Charge it (True) or waive the fee (False), whatever the policy said."""

    charge: bool


@dataclass(frozen=True, slots=True)
class Reject:
    """Turn the request down; the reason may be empty."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Postpone:
    """Put off `until` the instant that `text` names; None where the words name no time that can be found."""

    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposeTimes:
    """Slots for a training, from which the customer chooses."""

    times: Times


@dataclass(frozen=True, slots=True)
class Arrange:
    """The training is at that time: the customer gets a calendar invitation, or the change of the one they have."""

    times: Times


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Working minutes that were spent."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Join with the request of that number ("VN-1040")."""

    number: str


@dataclass(frozen=True, slots=True)
class Away:
    """The sender is away from `start` until `end` (instants)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Capacity:
    """The share of a working day that the sender can give from now on, 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class Why:
    """Asks why a request stands as it does; empty for the one the mail is about."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class FetchFile:
    """Asks for an attachment that was too large to come along; empty for all of them."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class AddToCustomer:
    """Adds an address, a domain or a contact to a customer's record."""

    what: str
    customer: str


@dataclass(frozen=True, slots=True)
class MoneyReceived:
    """The customer has paid; the amount where one was written."""

    amount_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class Invoiced:
    """The invoice for the work was written; its number where one was named."""

    number: str = ""


Action = (
    Do
    | Estimate
    | Quote
    | ChangeQuote
    | ReplyToCustomer
    | Note
    | Assign
    | SetUrgency
    | SetCategory
    | SetFee
    | Reject
    | Postpone
    | ProposeTimes
    | Arrange
    | TimeSpent
    | Merge
    | Away
    | Capacity
    | Why
    | FetchFile
    | AddToCustomer
    | MoneyReceived
    | Invoiced
)


@dataclass(frozen=True, slots=True)
class People:
    """Names that tell whom a text is written to: those of the customer's side and those of colleagues."""

    customers: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a staff mail asks for.

    `held` means that nothing is done and the sender is asked `question`; `actions` is empty then. A `question` beside
    actions is about the rest of the mail. `remaining` is the text that led to no action: it stays inside.
    `unknown_commands` are the lines that look like commands and are none, or that have a wrong value.
    """

    actions: tuple[Action, ...] = ()
    held: bool = False
    question: str = ""
    remaining: str = ""
    unknown_commands: tuple[str, ...] = ()
