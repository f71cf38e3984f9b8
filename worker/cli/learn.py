"""The command `learn`: trains anew with what staff corrected, and keeps the old model where the new one is worse."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from storage import Store, open_store
from worker.cli.common import SettingsOption, console, settings_from
from worker.learning.examples import Example, example_from, load_examples
from worker.policy.classify import MODEL_FILE
from worker.records import INDEXES

if TYPE_CHECKING:
    from worker.learning.measuring import Rates

KIND = "example"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(learn)


def learn(
    settings: SettingsOption = None,
    to: Annotated[Path, typer.Option(help="Where the model is kept.")] = MODEL_FILE,
) -> None:
    """Train anew with staff's corrections, show before and after, and keep the better model. Takes some minutes."""
    from worker.learning.comparing import compare

    chosen = settings_from(settings)
    store = open_store(chosen.store, INDEXES, chosen.base)
    try:
        corrections = list(read_corrections(store))
    finally:
        store.close()
    if not corrections:
        console.print("Staff have corrected nothing since: the model stays as it is.")
        return
    console.print(f"{len(corrections)} corrections by staff; training twice to compare.")
    outcome = compare(load_examples(), corrections, chosen.policy)
    console.print(table_of(outcome.before, outcome.after))
    if outcome.is_worse:
        console.print("The new model is worse: the old one stays.")
        return
    keep_model(to, outcome.data)
    console.print(f"The new model is in use from the next start on; the old one is kept as {previous(to).name}.")


def read_corrections(store: Store) -> Iterable[Example]:
    """The examples that staff made; one that cannot be read is left out and named."""
    for stored in store.find(KIND):
        try:
            yield example_from(stored.document)
        except (KeyError, TypeError, ValueError) as error:
            console.print(f"left out: example {stored.key} ({error!r})", style="yellow")


def table_of(before: Rates, after: Rates) -> Table:
    """Both models side by side, on the same mails, each unseen by the model that judged it."""
    table = Table("", "before", "after")
    for name in ("category", "urgency", "wrong_money", "decided", "silent"):
        table.add_row(name.replace("_", " "), f"{getattr(before, name):.2%}", f"{getattr(after, name):.2%}")
    return table


def previous(path: Path) -> Path:
    """Where the model that was replaced is kept."""
    return path.with_suffix(".previous.bin")


def keep_model(path: Path, data: bytes) -> None:
    """Put a new model in place of the old in one step, so that a start meanwhile reads the one or the other."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(data)
    if path.exists():
        previous(path).write_bytes(path.read_bytes())
    fresh.replace(path)
