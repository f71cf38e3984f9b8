"""Commands that look: status, queue, why, quarantine."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from worker.app import utc_now
from worker.cli.common import SettingsOption, console, local, opened_records, settings_from
from worker.desk.board import work_of
from worker.desk.wording import category_name, fee_name, rule_name, status_name, urgency_name
from worker.model import InboundStatus, Language, LetterStatus, Request
from worker.policy.queue import in_order
from worker.records import MailboxState, Records
from worker.settings import Settings

quarantine = typer.Typer(help="Mails that could not be handled.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(status)
    app.command()(queue)
    app.command()(why)
    app.add_typer(quarantine, name="quarantine")


# ---- queue ----------------------------------------------------------------------------------------------------------


def ordered_requests(records: Records) -> list[Request]:
    """The open requests in the order of work."""
    requests = {one.id: one for one in records.open_requests()}
    work = [work_of(one) for one in requests.values()]
    return [requests[one.id] for one in in_order(work, utc_now())]


_COLUMNS = {
    Language.VI: ("#", "số", "khách hàng", "việc", "mức độ", "phí", "vì sao", "người làm", "dự kiến"),
    Language.EN: ("#", "number", "customer", "what", "urgency", "fee", "why", "who", "expected"),
}


def queue_table(requests: list[Request], records: Records, settings: Settings) -> Table:
    """The queue as staff read it; a promise at risk, or passed, is red."""
    language, now = settings.staff_language, utc_now()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, column in enumerate(_COLUMNS[language]):
        table.add_column(column, no_wrap=place in {0, 1, 8})
    for place, one in enumerate(requests, 1):
        customer = records.customer(one.customer_id) if one.customer_id else None
        late = one.promise is not None and (one.promise.at < now or one.alarmed_at is not None)
        expected = local(one.promise.at if one.promise else None, settings)
        table.add_row(
            str(place),
            one.id,
            escape(customer.name if customer else str(one.contact)),
            escape(f"{category_name(one.category, language)}: {one.subject[:40]}"),
            urgency_name(one.urgency, language),
            fee_name(one.fee.fee, language),
            rule_name(one.fee.rule, language),
            one.assigned_to or "–",
            f"[red]{expected}[/]" if late else expected,
        )
    return table


def queue(settings: SettingsOption = None) -> None:
    """The open requests in order: what, fee and reason, who, expected completion."""
    found = settings_from(settings)
    with opened_records(found) as records:
        console.print(queue_table(ordered_requests(records), records, found))


# ---- status ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """The state of everything at one moment."""

    mode: str
    mailboxes: list[MailboxState]
    open_requests: list[str]
    letters: dict[str, int]
    uncertain: list[str]
    waiting_mails: int
    quarantined: list[str]


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False, settings: SettingsOption = None
) -> None:
    """Mailboxes, open requests, outbox by state, quarantine."""
    found = settings_from(settings)
    with opened_records(found) as records:
        seen = _status(records, found)
        if as_json:
            typer.echo(json.dumps(msgspec.to_builtins(seen), ensure_ascii=False, indent=1))
            return
        _print_status(seen, records, found)


def _status(records: Records, settings: Settings) -> Status:
    return Status(
        mode=settings.mode,
        mailboxes=[state for box in settings.mailboxes if (state := records.mailbox(box.name))],
        open_requests=[one.id for one in ordered_requests(records)],
        letters={one.value: records.count_letters(one) for one in LetterStatus},
        uncertain=[f"{one.id} {one.recipient}: {one.subject}" for one in records.letters_in(LetterStatus.UNCERTAIN)],
        waiting_mails=records.count_inbound(InboundStatus.KEPT),
        quarantined=[f"{one.id}: {one.reason}" for one in records.inbound_in(InboundStatus.QUARANTINED)],
    )


def _print_status(seen: Status, records: Records, settings: Settings) -> None:
    console.print(f"mode [bold]{seen.mode}[/]")
    for box in seen.mailboxes:
        console.print(f"mailbox {box.name}: last fetch {local(box.last_fetch, settings)}, {box.fetched} mails taken")
    if not seen.mailboxes:
        console.print("no mailbox was polled yet")
    counts = ", ".join(f"{count} {name}" for name, count in seen.letters.items() if count) or "empty"
    console.print(f"outbox: {counts}")
    for line in seen.uncertain:
        console.print(f"  [yellow]uncertain[/] {escape(line)}")
    console.print(f"mails waiting: {seen.waiting_mails}; in quarantine: {len(seen.quarantined)}")
    for line in seen.quarantined:
        console.print(f"  [red]quarantined[/] {escape(line)}")
    console.print(f"open requests: {len(seen.open_requests)}")
    console.print(queue_table(ordered_requests(records), records, settings))


# ---- why ------------------------------------------------------------------------------------------------------------


def why(number: str, settings: SettingsOption = None) -> None:
    """How a request came to be what it is: the decision with its evidence and rule, and its whole history."""
    found = settings_from(settings)
    with opened_records(found) as records:
        request = records.request(number.upper())
        if request is None:
            console.print(f"there is no request {escape(number)}", style="red")
            raise typer.Exit(1)
        _print_why(request, records, found)


def _print_why(request: Request, records: Records, settings: Settings) -> None:
    language = Language.EN
    console.print(f"[bold]{request.id}[/] {escape(request.subject)} — {status_name(request.status, language)}")
    console.print(f"from {escape(str(request.contact))}, arrived {local(request.arrived, settings)}")
    console.print(f"category: {category_name(request.category, language)} ({request.probability:.0%})")
    console.print(f"urgency: {request.urgency}, effort {request.effort.low}–{request.effort.high} minutes")
    console.print(f"fee: {request.fee.fee} by rule {request.fee.rule} {escape(request.fee.detail)}")
    for one in request.evidence:
        console.print(f"  evidence: {escape(one.fact)} → {one.speaks_for} ({one.weight:+.2f})")
    for flag in request.flags:
        console.print(f"  flag: {flag}")
    if request.promise:
        console.print(f"promise: {request.promise.kind} by {local(request.promise.at, settings)}")
    console.print("history:")
    for entry in request.history:
        console.print(f"  {local(entry.at, settings)} {entry.what} {escape(entry.by)} {escape(entry.reason)}")
    for letter in records.letters_of(request.id):
        console.print(
            f"  {local(letter.created, settings)} letter {letter.kind} to {escape(letter.recipient)}: "
            f"{letter.status} {escape(letter.server_said)}"
        )


# ---- quarantine -----------------------------------------------------------------------------------------------------


@quarantine.command("list")
def quarantine_list(settings: SettingsOption = None) -> None:
    """The mails that were put aside, with the reason."""
    found = settings_from(settings)
    with opened_records(found) as records:
        for one in records.inbound_in(InboundStatus.QUARANTINED):
            console.print(
                f"{one.id}  {local(one.arrived, found)}  {one.size} bytes  {escape(one.reason)}", soft_wrap=True
            )


@quarantine.command("show")
def quarantine_show(mail: str, settings: SettingsOption = None) -> None:
    """The raw bytes of one mail, as they came."""
    found = settings_from(settings)
    with opened_records(found) as records:
        inbound = records.inbound(mail)
        if inbound is None:
            console.print(f"there is no mail {escape(mail)}", style="red")
            raise typer.Exit(1)
        typer.echo(records.raw(inbound.raw), nl=False)


@quarantine.command("retry")
def quarantine_retry(
    mail: Annotated[str, typer.Argument(help="Its id, or `all`.")], settings: SettingsOption = None
) -> None:
    """Have mails handled again; the running worker takes them up within a minute."""
    found = settings_from(settings)
    with opened_records(found) as records:
        aside = [one for one in records.inbound_in(InboundStatus.QUARANTINED) if mail in {one.id, "all"}]
        records.save_records(replace(one, status=InboundStatus.KEPT, attempts=0, reason="") for one in aside)
    console.print(f"{len(aside)} mails will be handled again")
    if not aside:
        raise typer.Exit(1)
