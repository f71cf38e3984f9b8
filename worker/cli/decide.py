"""The command `decide`: what the worker would decide about a mail, with its evidence and the rule; or JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from worker.mail.parsing import parse_mail
from worker.mail.reply_text import new_text
from worker.model import Address, Category, Classification, Customer, FeeDecision, Known, ParsedMail
from worker.policy.classify import Model, classify, load_model
from worker.policy.fees import decide_fee, reason
from worker.settings import FeePolicy

_SOMEBODY = Customer(id="somebody", name="a customer under contract")
_UNDER_CONTRACT = Known(customer=_SOMEBODY, under_contract=True)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(decide)


def decide(
    file: Annotated[Path | None, typer.Argument(help="A mail as it came (.eml); - for standard input.")] = None,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Answer lines {"id", "subject", "body"} from standard input, one JSON line each.'),
    ] = False,
) -> None:
    """Show what would be decided about a mail from a customer under contract, and why. Nothing is kept or sent."""
    model = load_model()
    if jsonl:
        for answer in answers(sys.stdin, model):
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
        return
    if file is None:
        raise typer.BadParameter("name a file, or use --jsonl")
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    mail = parse_mail(raw)
    found = classify(mail, _UNDER_CONTRACT, model)
    Console(highlight=False).print(view_of(mail.subject, found, decided(found)))


def decided(found: Classification) -> FeeDecision:
    """The fee for a customer under contract of whom no records are at hand: what the mail says was done before, was."""
    said = ("said in the mail",) if found.category is Category.WARRANTY else ()
    known = Known(customer=_SOMEBODY, under_contract=True, earlier_work=said)
    return decide_fee(found, known, FeePolicy())


def view_of(subject: str, found: Classification, fee: FeeDecision) -> Panel:
    """A decision as Rich shows it. Everything that a stranger wrote is plain text, never markup."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in _rows(found, fee):
        if value:
            table.add_row(name, Text(value))
    return Panel(Group(table), title=Text(subject or "(no subject)", style="bold"), title_align="left")


def _rows(found: Classification, fee: FeeDecision) -> Iterator[tuple[str, str]]:
    others = sorted(found.probabilities.items(), key=lambda pair: -pair[1])[1:3]
    yield "category", f"{found.category.value} ({found.probability:.0%})"
    yield "or else", ", ".join(f"{category.value} ({chance:.0%})" for category, chance in others)
    yield "urgency", found.urgency.value
    yield "effort", f"{found.effort.low} to {found.effort.high} minutes, likely {found.effort.likely}"
    yield "fee", fee.fee.value
    yield "rule", fee.rule.value + (f": {fee.detail}" if fee.detail else "")
    yield "said as", reason(fee, found.language)
    yield "for a person", ", ".join(found.flags)
    yield "asks", "\n".join(f"{ask.category.value} ({ask.probability:.0%}): {ask.text}" for ask in found.asks)
    yield "evidence", "\n".join(f"{one.weight:+.2f}  {one.fact}" for one in found.evidence)


def answers(lines: TextIO, model: Model) -> Iterator[str]:
    """One JSON line for each line `{"id", "subject", "body"}`, at once and in order."""
    for line in lines:
        if line.strip():
            asked = json.loads(line)
            yield json.dumps({"id": asked["id"], **_answer(str(asked["subject"]), str(asked["body"]), model)})


def _answer(subject: str, body: str, model: Model) -> dict[str, str | int]:
    mail = ParsedMail(
        message_id="",
        sender=Address("somebody@example.com"),
        subject=subject,
        text=body,
        new_text=new_text(body) or body,
    )
    found = classify(mail, _UNDER_CONTRACT, model)
    fee = decided(found)
    return {
        "category": found.category.value,
        "urgency": found.urgency.value,
        "fee": fee.fee.value,
        "minutes": found.effort.likely,
        "rule": fee.rule.value,
    }


if __name__ == "__main__":
    alone = typer.Typer(add_completion=False)
    register(alone)
    alone()
