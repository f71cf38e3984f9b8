"""Commands about customers: import, list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from storage import Conflict
from worker.cli.common import SettingsOption, console, local, opened_records, settings_from
from worker.desk.customer_table import read_customers
from worker.model import Customer
from worker.records import Records

family = typer.Typer(help="Who our customers are.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(family, name="customers")


@family.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8; several values in a field are separated by ;")],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good lines and list the others.")] = False,
    settings: SettingsOption = None,
) -> None:
    """Import customers; a customer of the same name is updated. Nothing is imported when a line is wrong."""
    found = settings_from(settings)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"{file}: {escape(str(error))}", style="red")
        raise typer.Exit(1) from None
    customers, mistakes = read_customers(text, found.hours.time_zone)
    for mistake in mistakes:
        console.print(f"{file}: {escape(str(mistake))}", style="red", soft_wrap=True)
    if mistakes and not skip_bad:
        console.print("Nothing was imported. Mend these lines, or skip them with --skip-bad.")
        raise typer.Exit(1)
    with opened_records(found) as records:
        refused = [line for one in customers if (line := _save(records, one))]
    for line in refused:
        console.print(f"{file}: {escape(line)}", style="red", soft_wrap=True)
    console.print(f"{len(customers) - len(refused)} customers imported, {len(mistakes) + len(refused)} lines left out")
    if refused:
        raise typer.Exit(1)


def _save(records: Records, customer: Customer) -> str:
    known = records.customer(customer.id)
    try:
        records.save_customer(replace(customer, version=known.version if known else 0))
    except Conflict as conflict:
        return f"{customer.name}: {conflict.key} belongs to another customer"
    return ""


@family.command("list")
def list_(settings: SettingsOption = None) -> None:
    """List all customers."""
    found = settings_from(settings)
    table = Table(box=None, header_style="bold")
    for column in ("customer", "addresses, domains", "contract until", "newsletters", "services"):
        table.add_column(column)
    with opened_records(found) as records:
        for one in records.customers():
            table.add_row(
                escape(one.name),
                escape(", ".join((*one.addresses, *(f"@{domain}" for domain in one.domains)))),
                local(one.contract_until, found) if one.contract_until else "open",
                "yes" if one.consent else "no",
                escape(", ".join(one.services)),
            )
    console.print(table)
