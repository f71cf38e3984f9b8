"""The command `understand`: what replies mean, as JSON lines in and out; of staff (`--staff`) and of customers (`--customer`)."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from worker.cli import understand_customer
from worker.mail.reply_text import new_text, quoted_history, strip_closing
from worker.policy.hours import DEFAULT_ZONE
from worker.policy.staff_actions import Arrange, ChangeQuote, Invoiced, ProposeTimes
from worker.policy.staff_intent import (
    Action,
    AddToCustomer,
    Assign,
    Away,
    Capacity,
    Do,
    Estimate,
    FetchFile,
    Merge,
    MoneyReceived,
    Note,
    People,
    Postpone,
    Quote,
    Reject,
    ReplyToCustomer,
    SetCategory,
    SetFee,
    SetUrgency,
    TimeSpent,
    Why,
    understand_staff,
)
from worker.policy.training_times import Times

Line = Mapping[str, str]
Shown = dict[str, object]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(understand)


def understand(
    staff: Annotated[bool, typer.Option("--staff", help="Replies of staff: the actions they ask for.")] = False,
    customer: Annotated[bool, typer.Option("--customer", help="Replies of customers: what they intend.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Answer each JSON line of standard input with one.")] = False,
) -> None:
    """Say what replies mean: one JSON line for each of standard input, nothing else is done."""
    if staff == customer or not jsonl:
        raise typer.BadParameter("choose --staff or --customer, with --jsonl")
    for line in (staff_answers if staff else understand_customer.answers)(sys.stdin):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


# ---- staff ----------------------------------------------------------------------------------------------------------


def staff_answers(lines: Iterable[str]) -> Iterator[str]:
    """One JSON line for each JSON line; what is no such line is answered with its `error`."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answered(line, datetime.now(UTC)), ensure_ascii=False)


def _answered(line: str, now: datetime) -> Shown:
    try:
        return staff_answer(json.loads(line), now)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def staff_answer(line: Line, now: datetime, zone: str = DEFAULT_ZONE) -> Shown:
    """What one reply of staff asks for.

    Takes `id` and `body` (plain text with the quoted notification); gives `id`, `actions`, `new_text` (without history,
    signature and closing words), `held` and the `question` the sender would be asked.
    """
    body = line["body"]
    written = strip_closing(new_text(body))
    found = understand_staff(written, now, zone, people_in(quoted_history(body)))
    return {
        "id": line["id"],
        "actions": [shown_action(action) for action in found.actions],
        "new_text": written,
        "held": found.held,
        "question": found.question,
    }


def shown_action(action: Action) -> Shown:
    """An action as JSON: `type` and its values, times as ISO 8601."""
    show = _SHOWS[type(action)]
    return show(action)


_SHOWS: Mapping[type, Callable[..., Shown]] = {
    Do: lambda one: {"type": one.order.value},
    Estimate: lambda one: {
        "type": "estimate",
        "minutes": one.effort.likely,
        "low": one.effort.low,
        "high": one.effort.high,
    },
    Quote: lambda one: {"type": "quote", "amount_vnd": one.amount_vnd, "minutes": one.minutes, "vat": one.vat},
    ChangeQuote: lambda one: {"type": "change_quote", "change": type(one.change).__name__, **_filled(one.change)},
    ReplyToCustomer: lambda one: {"type": "reply_to_customer", "text": one.text},
    Note: lambda one: {"type": "note", "text": one.text},
    Assign: lambda one: {"type": "assign", "to": one.to},
    SetUrgency: lambda one: {"type": "urgency", "value": one.value.value},
    SetCategory: lambda one: {"type": "category", "value": one.value.value},
    SetFee: lambda one: {"type": "fee", "charge": one.charge},
    Reject: lambda one: {"type": "reject", "reason": one.reason},
    Postpone: lambda one: {"type": "postpone", "until": one.text, "at": one.until and one.until.isoformat()},
    ProposeTimes: lambda one: {"type": "propose_times", **_times(one.times)},
    Arrange: lambda one: {"type": "arrange", **_times(one.times)},
    TimeSpent: lambda one: {"type": "time_spent", "minutes": one.minutes},
    Merge: lambda one: {"type": "merge", "number": one.number},
    Away: lambda one: {"type": "absence", "start": one.start.isoformat(), "end": one.end.isoformat()},
    Capacity: lambda one: {"type": "capacity", "share": one.share},
    Why: lambda one: {"type": "why", "number": one.number},
    FetchFile: lambda one: {"type": "file", "name": one.name},
    AddToCustomer: lambda one: {"type": "customer_add", "what": one.what, "customer": one.customer},
    MoneyReceived: lambda one: {"type": "money_received", "amount_vnd": one.amount_vnd},
    Invoiced: lambda one: {"type": "invoiced", "number": one.number},
}


def _times(times: Times) -> Shown:
    return {"starts": [one.isoformat() for one in times.starts], "minutes": times.minutes, "place": times.place}


def _filled(change: object) -> Shown:
    """What a change sets, as plain JSON."""
    found: Shown = msgspec.to_builtins(change)
    return {name: value for name, value in found.items() if value is not None}


# ---- names: the desk takes them from the records; here the quoted notification is all there is -------------------------

_NAME = r"[A-ZĐÀ-Ỹ][^\W\d_]+(?: [A-ZĐÀ-Ỹ][^\W\d_]+){0,3}"
_COLLEAGUE = re.compile(
    rf"(?:Người làm|Người soạn|Người xử lý|Assigned(?: to)?|Drafted by|Owner|Assignee|Giao cho)\s*:\s*(?P<name>{_NAME})"
)
_ADDRESSED = re.compile(rf"(?<!\w)(?:chị|anh|cô|chú|bác|Chị|Anh|Cô|Chú|Mr|Ms|Mrs|Miss|Mme)\.?\s(?P<name>{_NAME})")
_SIGNED = re.compile(
    rf"(?:Trân trọng|Thân mến|Thân|Cảm ơn(?: em| bạn| các bạn)?|Regards|Best regards|Kind regards|Thanks|Thank "
    rf"you|Best|Rgds)\s*[,.!]*\s*[>\s]*(?P<name>{_NAME})[\s\"”.]*$",
    re.MULTILINE,
)


def people_in(notification: str) -> People:
    """The names in a quoted notification: who is addressed or signs there is the customer, who does it a colleague."""
    colleagues = {found["name"] for found in _COLLEAGUE.finditer(notification)}
    customers = {found["name"] for rule in (_ADDRESSED, _SIGNED) for found in rule.finditer(notification)}
    return People(tuple(sorted(customers - colleagues)), tuple(sorted(colleagues)))


if __name__ == "__main__":
    typer.run(understand)
