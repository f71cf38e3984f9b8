"""Commands about staff: add, list, off. What the store says of an address goes before the settings, in every process at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from worker.cli.common import SettingsOption, console, opened_records, settings_from
from worker.desk.team import nobody_decides, team
from worker.model import Category, Language, Role, Staff
from worker.records import Records, StaffEntry, side_change
from worker.settings import Settings, StaffMember

family = typer.Typer(help="Who works here, in which role.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(family, name="staff")


@family.command()
def add(
    email: Annotated[str, typer.Argument(help="The exact address this person writes from.")],
    name: Annotated[str, typer.Option(help="The full name; colleagues may assign by its last word.")],
    role: Annotated[Role, typer.Option(help="What this person may decide.")] = Role.TECHNICIAN,
    language: Annotated[Language, typer.Option(help="The language of letters to this person.")] = Language.VI,
    skill: Annotated[list[Category] | None, typer.Option(help="A category worked on (repeat; none: all).")] = None,
    capacity: Annotated[float, typer.Option(help="The share of the working day given to requests, up to 1.")] = 1.0,
    settings: SettingsOption = None,
) -> None:
    """Add a member of staff, or change one; the running worker knows at once."""
    found = settings_from(settings)
    member = _member(email, name, role, language, tuple(skill or ()), capacity)
    if found.company.is_own(member.email):
        _refuse(f"{member.email} is the desk's own address: name the address this person writes from")
    with opened_records(found) as records:
        owner = records.customer_for(member.email)
        if owner:
            _refuse(f"{member.email} belongs to the customer {owner.name}")
        _save(records, StaffEntry(key=member.email, member=member))
        console.print(f"{escape(member.name)} <{escape(member.email)}> is {member.role.value}")
        _warn(found, records)


def _member(
    email: str, name: str, role: Role, language: Language, skills: tuple[Category, ...], capacity: float
) -> Staff:
    """Checked as the settings would be."""
    if not name.strip():
        _refuse("--name: must not be empty")
    try:
        return StaffMember(
            email=email.strip(), name=name.strip(), role=role, language=language, skills=skills, capacity=capacity
        ).as_staff()
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}")


def _refuse(why: str) -> NoReturn:
    console.print(escape(why), style="red", soft_wrap=True)
    raise typer.Exit(1)


def _save(records: Records, entry: StaffEntry) -> None:
    before = records.staff_entry(entry.key)
    records.store.commit(side_change(replace(entry, version=before.version if before else 0)))


@family.command()
def off(
    email: Annotated[str, typer.Argument(help="The address of who works here no more.")],
    settings: SettingsOption = None,
) -> None:
    """Take somebody off, also one of the settings: nothing from that address is obeyed any more, from now on."""
    found = settings_from(settings)
    wanted = email.strip().lower()
    with opened_records(found) as records:
        members = {one.email: one for one in team(found, records)}
        if wanted not in members:
            _refuse(f"{wanted} is no member of staff; there are: {', '.join(members) or 'none'}")
        _save(records, StaffEntry(key=wanted))
        console.print(f"{escape(members[wanted].name)} <{escape(wanted)}> is off")
        given = [one.id for one in records.open_requests() if one.assigned_to == wanted]
        if given:
            console.print(f"still assigned to them, give it to somebody else: {', '.join(given)}", soft_wrap=True)
        _warn(found, records)


@family.command("list")
def list_(settings: SettingsOption = None) -> None:
    """Who works here, from where that is known, and who may decide what."""
    found = settings_from(settings)
    table = Table(box=None, header_style="bold")
    for column in ("name", "address", "role", "decides", "language", "skills", "capacity", "from"):
        table.add_column(column)
    with opened_records(found) as records:
        stored = {one.key for one in records.staff_entries()}
        for one in team(found, records):
            table.add_row(
                escape(one.name),
                escape(one.email),
                one.role.value,
                ", ".join(_decides(found, one.role)) or "–",
                one.language.value,
                ", ".join(one.skills) or "all",
                f"{one.capacity:.0%}",
                "store" if one.email in stored else "settings",
            )
        gone = [one.key for one in records.staff_entries() if one.member is None]
        console.print(table)
        if gone:
            console.print(f"off: {escape(', '.join(gone))}", soft_wrap=True)
        _warn(found, records)


def _decides(settings: Settings, role: Role) -> list[str]:
    """What a role may decide by mail."""
    may = {
        "fees": role.may(settings.approvals.fees),
        "quotes": role.may(settings.quotes.approver),
        "customers": role.may(settings.approvals.customers),
        "newsletters": role in settings.newsletters.approvers,
    }
    return [what for what, allowed in may.items() if allowed]


def _warn(settings: Settings, records: Records) -> None:
    warning = nobody_decides(settings, team(settings, records), Language.EN)
    if warning:
        console.print(warning, style="yellow", soft_wrap=True)
