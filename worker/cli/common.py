"""What the families of commands share: the settings option, the console, times as staff read them."""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from worker.app import default_settings_path, open_records
from worker.desk.newsletter_ledger import as_text
from worker.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from worker.records import Records

console = Console(highlight=False)

SettingsOption = Annotated[
    Path | None, typer.Option("--settings", "-s", help="settings.yaml to use (default: the one of this folder).")
]


def settings_from(path: Path | None) -> Settings:
    """The settings of a command. SettingsError lists every mistake."""
    return load_settings(path or default_settings_path())


@contextmanager
def opened_records(settings: Settings) -> Iterator[Records]:
    """The records for the time of one command."""
    records = open_records(settings)
    try:
        yield records
    finally:
        records.close()


def local(at: datetime | None, settings: Settings) -> str:
    """An instant in the office's time zone, `–` where there is none."""
    return f"{at.astimezone(ZoneInfo(settings.hours.time_zone)):%H:%M %d/%m/%Y}" if at else "–"


@contextmanager
def csv_to(file: Path | None, header: tuple[str, ...]) -> Iterator[Callable[[tuple[str, ...]], None]]:
    """A CSV file, or the screen. Cells that a spreadsheet would take for a formula are quoted as text."""
    out: TextIO = file.open("w", encoding="utf-8", newline="") if file else sys.stdout
    try:
        writer = csv.writer(out)
        writer.writerow(header)
        yield lambda row: writer.writerow(as_text(row))
    finally:
        if file:
            out.close()
