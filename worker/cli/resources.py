"""Commands about the resource catalogue: list it, find what is broken in it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from worker.cli.common import SettingsOption, console, settings_from
from worker.desk.resources import load_catalogue
from worker.mail.rendering import template_folder
from worker.policy.resources import Catalogue, CatalogueError, Resource

_SECONDS = 15
_AT_ONCE = 8
_ALIVE_ALL_THE_SAME = frozenset(
    {401, 403, 405, 429, 999}
)  # what sites answer to programs, and to people without a login

family = typer.Typer(help="Marketplaces, forums, lectures: what customers are told of.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(family, name="resources")


@family.command()
def check(
    links: Annotated[bool, typer.Option("--links", help="Also ask every link, over the network.")] = False,
    settings: SettingsOption = None,
) -> None:
    """Find broken entries: mistakes in the file always, links that do not answer when asked to. Exit 1 if any."""
    catalogue = _catalogue(settings)
    console.print(f"{len(catalogue.entries)} entries, all well formed")
    broken = list(broken_links(catalogue.entries)) if links else []
    for entry, why in broken:
        console.print(f"{escape(entry.name)}: {escape(entry.link)}: {escape(why)}", style="red", soft_wrap=True)
    if links:
        console.print(f"{len(catalogue.entries) - len(broken)} links answer, {len(broken)} do not")
    if broken:
        raise typer.Exit(1)


@family.command("list")
def list_(settings: SettingsOption = None) -> None:
    """List all entries."""
    table = Table(box=None, header_style="bold")
    for column in ("kind", "region", "name", "link", "tags"):
        table.add_column(column)
    for one in _catalogue(settings).entries:
        table.add_row(one.kind.value, one.region.value, escape(one.name), escape(one.link), escape(", ".join(one.tags)))
    console.print(table)


def _catalogue(settings: SettingsOption) -> Catalogue:
    try:
        return load_catalogue(template_folder(settings_from(settings).base))
    except CatalogueError as error:
        console.print(escape(str(error)), style="red", soft_wrap=True)
        raise typer.Exit(1) from None


def broken_links(entries: Iterable[Resource]) -> Iterator[tuple[Resource, str]]:
    """The entries whose link does not answer, each with the reason."""
    entries = list(entries)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for entry, why in zip(entries, pool.map(lambda one: _why_broken(one.link), entries), strict=True):
            if why:
                yield entry, why


def _why_broken(link: str) -> str:
    """Why a link does not answer, empty where it does. A refusal to talk to programs is an answer."""
    asked = urllib.request.Request(link, headers={"User-Agent": "Mozilla/5.0 (link check)"})  # noqa: S310 - http(s) only
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS):  # noqa: S310 - the catalogue admits http and https only
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in _ALIVE_ALL_THE_SAME else f"{error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
