"""The command `support-worker`: puts the families of commands together and turns expected errors into one clear line."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from storage import StoreError
from worker.app import AlreadyRunningError
from worker.broker import BrokerError
from worker.cli import (
    customers,
    decide,
    learn,
    looking,
    newsletters,
    programmes,
    quotes,
    read,
    resources,
    running,
    simulate,
    staff,
    understand,
)
from worker.mail.login import LoginError
from worker.mail.mailbox import MailboxError
from worker.mail.rendering import LetterError
from worker.policy.classify import ModelError
from worker.policy.programmes import ProgrammeError
from worker.policy.resources import CatalogueError
from worker.settings import SettingsError

_EXPECTED = (
    AlreadyRunningError,
    BrokerError,
    CatalogueError,
    LetterError,
    LoginError,
    MailboxError,
    ModelError,
    ProgrammeError,
    SettingsError,
    StoreError,
)

app = typer.Typer(
    name="support-worker",
    help="A support desk that lives in one mailbox.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for family in (
    running,
    looking,
    customers,
    read,
    decide,
    understand,
    learn,
    simulate,
    resources,
    programmes,
    newsletters,
    quotes,
    staff,
):
    family.register(app)


def main() -> None:
    """Run the command line; what can be expected to go wrong is one line on stderr and exit code 1."""
    try:
        app()
    except _EXPECTED as error:
        Console(stderr=True, highlight=False, markup=False).print(str(error), style="red")
        sys.exit(1)
