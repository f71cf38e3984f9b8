"""Commands that run the worker: run, check, demo."""

from __future__ import annotations

import logging
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from worker.app import build
from worker.cli.check import run_checks
from worker.cli.common import SettingsOption, console, settings_from
from worker.settings import Settings, read_settings


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(run)
    app.command()(check)
    app.command()(demo)


def run(
    settings: SettingsOption = None,
    since: Annotated[
        str, typer.Option(help="First start only: now, all, or a date; mail from before is left alone.")
    ] = "",
    poll: Annotated[bool, typer.Option(help="Watch the mailboxes (--no-poll: only work).")] = True,
    work: Annotated[
        bool, typer.Option(help="Handle and deliver (--no-work: only watch, for a networked broker).")
    ] = True,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")] = False,
) -> None:
    """Run the worker: poll, decide, order, deliver, until SIGTERM or Ctrl-C."""
    configure_logging(verbose=verbose)
    found = settings_from(settings)
    worker = build(_with_since(found, since) if since else found)
    stop_on_signals(worker.stop)
    console.print(
        f"support-worker: mode {found.mode}, {len(found.mailboxes)} mailbox(es), store {_shown(found.store)}, "
        f"broker {_shown(found.broker)}"
    )
    worker.run(poll=poll, work=work)
    console.print("support-worker: stopped; what is not finished stands in the store")


def _with_since(settings: Settings, since: str) -> Settings:
    """The same settings with another beginning, checked as if it had stood in the file."""
    plain = settings.model_dump(mode="json", exclude={"base"})
    for mailbox in plain["mailboxes"]:
        mailbox["since"] = since
    return read_settings(plain, settings.base, "--since")


def _shown(url: str) -> str:
    """An address without its password."""
    scheme, at, rest = url.rpartition("@")
    return f"{scheme.partition('://')[0]}://…@{rest}" if at else url


def configure_logging(*, verbose: bool, steps: int = logging.INFO) -> None:
    """One line an event on stderr. Of our own rooms from `steps` up, of libraries warnings only, unless verbose."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    logging.getLogger("worker").setLevel(logging.DEBUG if verbose else steps)
    logging.getLogger("dramatiq").setLevel(logging.ERROR)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd, which warns of its own attributes


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT ask for a clean end; a second one is not waited for."""

    def ask(number: int, _: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)


def check(
    probe: Annotated[
        bool, typer.Option("--probe", help="Also send mails to ourselves, to see what this mailbox can do.")
    ] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for a probe.", min=1)] = 60,
    settings: SettingsOption = None,
) -> None:
    """Try everything the worker needs; each line is fine or says what to do."""
    if not run_checks(settings_from(settings), wait if probe else 0):
        raise typer.Exit(1)


def demo(
    page: Annotated[Path, typer.Option(help="The page to write, with every letter as its recipient sees it.")] = Path(
        "demo.html"
    ),
    serve: Annotated[bool, typer.Option(help="Keep both servers up, to try it from a mail program.")] = False,
) -> None:
    """Show the whole worker on embedded servers, in a few seconds, leaving nothing but one page."""
    from worker.cli.demo import run_demo

    run_demo(page, serve=serve)
