"""The command `read`: a mail as the worker sees it, or one JSON line for each of many."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console, ConsoleRenderable, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from worker.mail.message import read_message
from worker.mail.parsing import parse_mail
from worker.model import BounceReport, MailKind, ParsedMail


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(read)


def read(
    file: Annotated[Path | None, typer.Argument(help="A mail as it came (.eml); - or nothing with --jsonl.")] = None,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Answer lines {"id", "path"} from standard input with one JSON line each.'),
    ] = False,
) -> None:
    """Show a mail as the worker sees it: who, what is new, which files, whether a person wrote it."""
    if jsonl:
        for answer in answers(sys.stdin):
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
        return
    if file is None:
        raise typer.BadParameter("name a file, or use --jsonl")
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    Console(highlight=False).print(view_of(parse_mail(raw)))


# ---- for people -----------------------------------------------------------------------------------------------------


def view_of(mail: ParsedMail) -> Panel:
    """A mail as Rich shows it. Everything that a stranger wrote is plain text, never markup."""
    below: list[ConsoleRenderable] = [Rule("new text", align="left"), Text(mail.new_text or "(none)")]
    if mail.new_text.strip() != mail.text.strip():
        below += [Rule("all text", align="left", style="dim"), Text(mail.text, style="dim")]
    if mail.forwarded:
        below += [Rule(f"forwarded from {mail.forwarded.sender}", align="left"), Text(mail.forwarded.text)]
    if mail.hidden_text:
        below += [Rule("hidden in the HTML", align="left", style="red"), Text(mail.hidden_text, style="red")]
    return Panel(
        Group(_facts(mail), *below), title=Text(mail.subject or "(no subject)", style="bold"), title_align="left"
    )


def _facts(mail: ParsedMail) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in _fact_rows(mail):
        if value:
            table.add_row(name, Text(value))
    return table


def _fact_rows(mail: ParsedMail) -> Iterator[tuple[str, str]]:
    yield "from", str(mail.sender) + (f"  (one of {mail.sender_count})" if mail.sender_count > 1 else "")
    yield "to", ", ".join(map(str, mail.to))
    yield "cc", ", ".join(map(str, mail.cc))
    yield "reply to", ", ".join(map(str, mail.reply_to))
    yield "delivered to", ", ".join(mail.delivered_to)
    yield "date", f"{mail.date:%Y-%m-%d %H:%M} UTC" if mail.date else ""
    yield "message id", mail.message_id
    yield "in reply to", ", ".join(mail.in_reply_to)
    yield "written by", f"{mail.kind.value}: {mail.kind_reason}" if mail.kind_reason else mail.kind.value
    yield "bounce", _bounce_line(mail.bounce) if mail.bounce else ""
    yield "files", "\n".join(_file_lines(mail))
    yield "not taken", "\n".join(mail.rejected_attachments)
    yield "broken", "\n".join(mail.faults)


def _bounce_line(bounce: BounceReport) -> str:
    failed = ", ".join(f"{one.email} {one.status} {one.bounce_class.value}" for one in bounce.recipients)
    return f"{'delay warning' if bounce.is_delay_warning else bounce.bounce_class.value}: {failed or 'nobody named'}"


def _file_lines(mail: ParsedMail) -> Iterator[str]:
    for file in mail.attachments:
        note = ", decoration" if file.inline else ""
        yield f"{file.name}  {file.content_type}, {file.size:,} bytes{note}  sha256 {file.sha256[:12]}…"


# ---- for programs ---------------------------------------------------------------------------------------------------


def answers(lines: TextIO) -> Iterator[str]:
    """One JSON line for each line `{"id", "path"}`, at once and in order. A file that cannot be opened is an `error`."""
    for line in lines:
        if not line.strip():
            continue
        asked = json.loads(line)
        try:
            fields = _answer(Path(asked["path"]).read_bytes())
        except OSError as error:
            fields = {"error": str(error)}
        yield json.dumps({"id": asked["id"], **fields})


_Field = str | list[str]


def _answer(raw: bytes) -> dict[str, _Field]:
    try:
        return _fields(parse_mail(raw))
    except Exception:  # noqa: BLE001  # what the worker puts into quarantine is answered with what could be read
        message = read_message(raw)
        return {"from": message.header("from"), "subject": message.header("subject"), "text": message.text} | _NOTHING


_NOTHING: dict[str, _Field] = {
    "reply": "",
    "attachments": [],
    "kind": MailKind.HUMAN.value,
    "failed_recipients": [],
    "bounce_class": "unknown",
}


def _fields(mail: ParsedMail) -> dict[str, _Field]:
    bounce = mail.bounce
    return {
        "from": str(mail.sender),
        "subject": mail.subject,
        "text": mail.text,
        "reply": mail.new_text,
        "attachments": [*(file.name for file in mail.attachments), *mail.rejected_attachments],
        "kind": mail.kind.value,
        "failed_recipients": [one.email for one in bounce.recipients] if bounce else [],
        "bounce_class": bounce.bounce_class.value if bounce else "unknown",
        "status": next((one.status for one in bounce.recipients if one.status), "") if bounce else "",
    }


if __name__ == "__main__":
    alone = typer.Typer(add_completion=False)
    register(alone)
    alone()
