"""Commands about free programmes: list them, show one with its sign-ups."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from worker.cli.common import SettingsOption, console, local, opened_records, settings_from
from worker.desk.outreach import load_programmes
from worker.mail.rendering import template_folder
from worker.outreach_records import OutreachRecords
from worker.policy.programmes import Programme, ProgrammeError, SignUpStatus
from worker.settings import Settings

family = typer.Typer(help="Free programmes and who signed up for them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(family, name="programmes")


def _programmes(settings: Settings) -> tuple[Programme, ...]:
    try:
        return load_programmes(template_folder(settings.base))
    except ProgrammeError as error:
        console.print(escape(str(error)), style="red", soft_wrap=True)
        raise typer.Exit(1) from None


@family.command("list")
def list_(settings: SettingsOption = None) -> None:
    """List all programmes; mistakes in their files are named."""
    found = settings_from(settings)
    table = Table(box=None, header_style="bold")
    for column in ("id", "name", "sign-up", "places", "confirmed", "waiting"):
        table.add_column(column)
    with opened_records(found) as records:
        outreach = OutreachRecords(records.store)
        for one in _programmes(found):
            counts = Counter(signed.status for signed in outreach.sign_ups(one.id))
            table.add_row(
                one.id,
                escape(one.name.vi),
                f"{one.opens:%d/%m/%Y} – {one.closes:%d/%m/%Y}",
                str(one.places),
                str(counts[SignUpStatus.CONFIRMED]),
                str(counts[SignUpStatus.WAITING]),
            )
    console.print(table)


@family.command()
def show(
    programme: Annotated[str, typer.Argument(help="The programme's id.")], settings: SettingsOption = None
) -> None:
    """Show a programme, whom it is for, and everybody who signed up, in order."""
    found = settings_from(settings)
    one = next((each for each in _programmes(found) if each.id == programme), None)
    if one is None:
        console.print(f"there is no programme {escape(programme)}", style="red")
        raise typer.Exit(1)
    console.print(f"[bold]{escape(one.name.vi)}[/bold]\n{escape(one.text.vi)}")
    console.print(f"for: {escape(one.eligible)}; {one.places} places; {escape(one.takes_place.vi)}")
    table = Table(box=None, header_style="bold")
    for column in ("state", "who", "signed up", "request", "why"):
        table.add_column(column)
    with opened_records(found) as records:
        for signed in OutreachRecords(records.store).sign_ups(one.id):
            who = f"{signed.name} <{signed.email}>" if signed.name else signed.email
            at = local(signed.at, found)
            table.add_row(signed.status.value, escape(who), at, signed.request_id, escape(signed.reason))
    console.print(table)
