"""What an inbound mail is for the desk: a table of rules, the first that applies wins, and its reason comes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from worker.model import MailKind, ParsedMail, Route


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What the records know about a mail, before anything is decided.

    `thread` is the request that the mail's token, References or subject number point to; `is_participant` whether the
    sender takes part in it. `answers_invitation`: it is a calendar's answer to an invitation of ours. `forged` is the
    reason why the sender is not who it says, empty where nothing says so.
    """

    duplicate_of: str = ""
    from_own_address: bool = False
    own_message_id: bool = False
    is_staff: bool = False
    is_customer: bool = False
    forged: str = ""
    thread: str = ""
    thread_evidence: str = ""
    is_participant: bool = False
    answers_invitation: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a mail goes, and why."""

    route: Route
    reason: str


Rule = tuple[Callable[[ParsedMail, RoutingFacts], bool], Route, Callable[[ParsedMail, RoutingFacts], str]]

_RULES: tuple[Rule, ...] = (
    (
        lambda _, facts: bool(facts.duplicate_of),
        Route.DUPLICATE,
        lambda _, facts: f"the same mail as {facts.duplicate_of}",
    ),
    (lambda _, facts: facts.own_message_id, Route.OWN, lambda *_: "one of our own letters came back"),
    (lambda mail, _: mail.kind is MailKind.BOUNCE, Route.BOUNCE, lambda mail, _: mail.kind_reason),
    (lambda _, facts: facts.from_own_address, Route.OWN, lambda *_: "it claims to come from our own address"),
    (
        lambda _, facts: facts.answers_invitation and bool(facts.forged),
        Route.HELD,
        lambda _, facts: f"the sender is not proven: {facts.forged}",
    ),
    (
        lambda _, facts: facts.answers_invitation,
        Route.CALENDAR,
        lambda _, facts: f"answers the invitation of {facts.thread}",
    ),
    (lambda mail, _: mail.kind is not MailKind.HUMAN, Route.AUTOMATIC, lambda mail, _: mail.kind_reason),
    (lambda mail, _: not mail.sender.email, Route.AUTOMATIC, lambda *_: "no sender to answer"),
    (
        lambda _, facts: bool(facts.forged) and (facts.is_staff or facts.is_customer),
        Route.HELD,
        lambda _, facts: f"the sender is not proven: {facts.forged}",
    ),
    (lambda _, facts: facts.is_staff, Route.STAFF, lambda *_: "from a member of staff"),
    (
        lambda _, facts: bool(facts.thread) and facts.is_participant,
        Route.FOLLOW_UP,
        lambda _, facts: f"{facts.thread_evidence} names {facts.thread}",
    ),
    (
        lambda _, facts: bool(facts.thread),
        Route.NEW_REQUEST,
        lambda _, facts: f"{facts.thread_evidence} names {facts.thread}, but the sender takes no part in it",
    ),
)


def route(mail: ParsedMail, facts: RoutingFacts) -> Routing:
    """Where a mail goes; a person's mail that no rule claims is a new request."""
    for applies, found, why in _RULES:
        if applies(mail, facts):
            return Routing(found, why(mail, facts))
    return Routing(Route.NEW_REQUEST, "a person wrote, nothing older is named")
