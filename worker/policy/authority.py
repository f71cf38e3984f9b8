"""Who may do what by mail: the table of powers, for servers that prove senders (`verified`) and those that do not (`confirm`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from worker.model import Role
from worker.policy.staff_actions import (
    Action,
    AddToCustomer,
    Arrange,
    ChangeQuote,
    Do,
    FetchFile,
    Invoiced,
    Merge,
    MoneyReceived,
    Order,
    ProposeTimes,
    Quote,
    Reject,
    ReplyToCustomer,
    SetFee,
    Why,
)
from worker.settings import Settings


class Power(StrEnum):
    """What an act can do, and so what it needs."""

    READ = "read"  # an answer to the known address
    ACT = "act"  # work on a request, the writer's own calendar
    LETTER = "letter"  # a letter to the customer, an end of the request
    MONEY = "money"  # fees, quotes, customers' records
    OPEN = "open"  # a request on a customer's behalf


class Ruling(StrEnum):
    """What becomes of a mail."""

    ALLOWED = "allowed"
    ASK = "ask"  # held until the known address says yes
    REFUSED = "refused"  # not by this person


class Carried(StrEnum):
    """What kind of token a mail carried."""

    NONE = "none"
    ACT = "act"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What speaks for a mail: a proven sender, a token that only our letter carried, a yes to the one-time question."""

    verified: bool
    carried: Carried
    confirmed: bool
    role: Role


_ORDERS: Mapping[Order, Power] = {
    Order.DONE: Power.LETTER,
    Order.CANCEL: Power.LETTER,
    Order.CALL_OFF: Power.LETTER,
    Order.APPROVE: Power.MONEY,
    Order.REISSUE: Power.MONEY,
    Order.ACCEPTED: Power.MONEY,
    Order.HELP: Power.READ,
    Order.QUEUE: Power.READ,
    Order.REPORT: Power.READ,
}
_POWERS: Mapping[type[Action], Power] = {
    ReplyToCustomer: Power.LETTER,
    Reject: Power.LETTER,
    Merge: Power.LETTER,
    ProposeTimes: Power.LETTER,
    Arrange: Power.LETTER,
    SetFee: Power.MONEY,
    Quote: Power.MONEY,
    ChangeQuote: Power.MONEY,
    MoneyReceived: Power.MONEY,
    Invoiced: Power.MONEY,
    AddToCustomer: Power.MONEY,
    Why: Power.READ,
    FetchFile: Power.READ,
}


def power_of(action: Action) -> Power:
    """What an act needs; whatever is not named is work on the request."""
    if isinstance(action, Do):
        return _ORDERS.get(action.order, Power.ACT)
    return _POWERS.get(type(action), Power.ACT)


def rule(
    power: Power, mode: Literal["verified", "confirm"], credentials: Credentials, least: Role = Role.SALES
) -> Ruling:
    """Whether these credentials suffice for that power (DESIGN "Who may say what").

    Money needs the role (`least`) whatever else there is; everything that is not enough is asked back, never done.
    """
    if power is Power.MONEY and not credentials.role.may(least):
        return Ruling.REFUSED
    suffices = _verified(power, credentials) if mode == "verified" else _confirmed(power, credentials)
    return Ruling.ALLOWED if suffices else Ruling.ASK


def _verified(power: Power, credentials: Credentials) -> bool:
    if not credentials.verified:
        return False
    if power in {Power.READ, Power.OPEN}:
        return True
    if power is Power.MONEY:
        return credentials.carried is Carried.MONEY
    return credentials.carried is not Carried.NONE


def _confirmed(power: Power, credentials: Credentials) -> bool:
    if power is Power.READ:
        return True  # the answer goes to the address on record, whoever asked
    if power is Power.ACT:
        return credentials.carried is not Carried.NONE
    if power is Power.MONEY:
        return credentials.confirmed and credentials.carried is Carried.MONEY
    return credentials.confirmed


def role_needed(action: Action, settings: Settings) -> Role:
    """The least role for an act about money or a customer's record."""
    if isinstance(action, (Quote, ChangeQuote)) or action in _ABOUT_QUOTES:
        return settings.quotes.approver
    return settings.approvals.customers if isinstance(action, AddToCustomer) else settings.approvals.fees


_ABOUT_QUOTES = (Do(Order.APPROVE), Do(Order.REISSUE), Do(Order.ACCEPTED))


def rule_all(actions: Iterable[Action], credentials: Credentials, settings: Settings) -> Ruling:
    """One ruling for a whole mail: what one of its acts lacks stops them all, so that nothing is done twice later."""
    mode = settings.authentication.staff_mode
    found = {rule(power_of(action), mode, credentials, role_needed(action, settings)) for action in actions}
    return next((one for one in (Ruling.REFUSED, Ruling.ASK) if one in found), Ruling.ALLOWED)


def needs_money(actions: Iterable[Action]) -> bool:
    """Whether an act among these is about money."""
    return any(power_of(action) is Power.MONEY for action in actions)
