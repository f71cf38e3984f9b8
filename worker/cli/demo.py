"""`demo`: the real worker on embedded servers, a morning's mail, and one page with every letter as its recipient sees it."""

from __future__ import annotations

import logging
import os
import re
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten

from rich.markup import escape
from rich.table import Table

from worker.app import App, build, utc_now
from worker.cli.common import console, local
from worker.cli.demo_desk import QUOTE_SETTINGS, show_desk
from worker.cli.demo_mails import CUSTOMERS_CSV, bounce_of, demo_mails
from worker.cli.demo_newsletter import NEWSLETTER_SETTINGS, lay_templates, show_newsletter
from worker.cli.demo_page import write_page
from worker.cli.demo_scene import Scene, wait_for
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail
from worker.cli.looking import ordered_requests, queue_table
from worker.cli.running import configure_logging, stop_on_signals
from worker.desk.customer_table import read_customers
from worker.desk.reception import Received
from worker.desk.wording import category_name, fee_name, rule_name
from worker.model import Language, LetterStatus, Route
from worker.settings import Settings, read_settings

SUPPORT = "hotro@vinno.example"
STAFF = "kythuat@vinno.example"
AUTHOR = "tuan@vinno.example"
_TOKEN = re.compile(r"\s*\[#\w+\]")
_SUBJECT_SHOWN = 40


@dataclass
class _Live:
    """What has happened so far, as it is shown."""

    app: App | None = None
    handled: int = 0
    shown: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, inbound_id: str, received: Received) -> None:
        """Show one handled mail."""
        app = self.app
        inbound = app.records.inbound(inbound_id) if app else None
        if app is None or inbound is None:
            return
        with self.lock:
            self.handled += 1
            subject = shorten(_TOKEN.sub("", inbound.subject) or "(no subject)", _SUBJECT_SHOWN, placeholder="…")
            console.print(f"  {escape(subject):<{_SUBJECT_SHOWN}} {_what_became_of(received, inbound.reason)}")


def _what_became_of(received: Received, reason: str) -> str:
    request = received.request
    if request is None:
        return f"[dim]{received.route}: {escape(reason)}[/]"
    if received.route is not Route.NEW_REQUEST:
        return f"[bold]{request.id}[/] {received.route}: {escape(request.history[-1].what)}"
    colour = {"free": "green", "paid": "magenta", "review": "yellow"}.get(request.fee.fee, "dim")
    return (
        f"[bold]{request.id}[/] {category_name(request.category, Language.EN)}, {request.urgency}, "
        f"[{colour}]{fee_name(request.fee.fee, Language.EN)}[/] ({rule_name(request.fee.rule, Language.EN)})"
    )


def run_demo(page: Path, *, serve: bool) -> None:
    """Run the demo and write its page; with `serve`, stay up for a mail program."""
    configure_logging(verbose=False, steps=logging.WARNING)
    accounts = {address: secrets.token_hex(4) for address in _accounts()}
    mail = EmbeddedMail(accounts).start()
    try:
        with tempfile.TemporaryDirectory(prefix="support-worker-demo-") as folder:
            settings = _settings(mail, accounts, Path(folder))
            with _running(settings) as (app, live):
                _morning(app, mail, live)
                scene = Scene(app, mail)
                show_desk(scene, AUTHOR, "anna@mekongcycling.example")
                show_newsletter(scene, AUTHOR, "anna@mekongcycling.example")
                _show_queue(app)
                write_page(page, app, mail)
                console.print(f"Every letter, as its recipient sees it: [bold]{page.resolve()}[/]")
                if serve:
                    _serve(app, mail, accounts)
    finally:
        mail.stop()


def _accounts() -> list[str]:
    customers, _ = read_customers(CUSTOMERS_CSV, "Asia/Ho_Chi_Minh")
    return [SUPPORT, STAFF, AUTHOR, *(address for one in customers for address in one.addresses)]


def _settings(mail: EmbeddedMail, accounts: dict[str, str], folder: Path) -> Settings:
    os.environ["SUPPORT_DEMO_PASSWORD"] = accounts[SUPPORT]
    server: dict[str, object] = {
        "host": "127.0.0.1",
        "tls": "none",
        "user": SUPPORT,
        "password_env": "SUPPORT_DEMO_PASSWORD",
    }
    lay_templates(folder, utc_now())
    return read_settings(
        {
            "mode": "live",
            "mailboxes": [server | {"port": mail.imap_port, "since": "all"}],
            "smtp": server | {"port": mail.smtp_port},
            "store": "tiny:worker.db",
            "staff_address": STAFF,
            "staff": [{"email": AUTHOR, "name": "Tuấn", "role": "manager"}],
            "staff_undo_seconds": 0,  # a demo waits for nobody to change their mind
            "authentication": {"trusted_authserv_id": AUTHSERV_ID},
            "newsletters": NEWSLETTER_SETTINGS,
            "quotes": QUOTE_SETTINGS,
        },
        folder,
    )


@contextmanager
def _running(settings: Settings) -> Iterator[tuple[App, _Live]]:
    live = _Live()
    app = build(settings, watch=live.watch)
    live.app = app
    customers, _ = read_customers(CUSTOMERS_CSV, settings.hours.time_zone)
    for customer in customers:
        app.records.save_customer(customer)
    worker = threading.Thread(target=app.run, name="demo-worker")
    worker.start()
    try:
        yield app, live
    finally:
        app.stop.set()
        worker.join()


def _morning(app: App, mail: EmbeddedMail, live: _Live) -> None:
    now = utc_now()
    mails = list(demo_mails(now, SUPPORT))
    console.print(f"[bold]{len(mails)} mails arrive in {SUPPORT}[/]")
    begun = time.monotonic()
    mail.drop(SUPPORT, *(b"Authentication-Results: mx.vinno.example; none\r\n" + one.raw for one in mails))
    wait_for(lambda: live.handled >= len(mails))
    wait_for(lambda: not _unsent(app))
    took = time.monotonic() - begun
    letter = next(one for one in app.records.letters_in(LetterStatus.SENT) if one.kind == "acknowledgement")
    mime = app.records.letter_bytes(letter.id)
    console.print("[bold]One of our letters comes back[/]")
    mail.drop(SUPPORT, bounce_of(mime, letter.message_id, letter.recipient, SUPPORT, utc_now()))
    wait_for(lambda: live.handled > len(mails))
    wait_for(lambda: not _unsent(app))
    sent = app.records.count_letters(LetterStatus.SENT)
    console.print(
        f"[bold]{sent} letters sent[/], the first {len(mails)} mails answered within {took:.1f} s of arriving\n"
    )


def _unsent(app: App) -> int:
    return sum(
        app.records.count_letters(one)
        for one in (LetterStatus.QUEUED, LetterStatus.CLAIMED, LetterStatus.HANDING_OVER, LetterStatus.DEFERRED)
    )


def _show_queue(app: App) -> None:
    console.print("[bold]The queue, in the order of work[/]")
    console.print(queue_table(ordered_requests(app.records), app.records, app.settings))
    console.print(f"now: {local(utc_now(), app.settings)}\n")


def _serve(app: App, mail: EmbeddedMail, accounts: dict[str, str]) -> None:
    table = Table(title="Connect any mail program (no TLS)", header_style="bold")
    table.add_column("account")
    table.add_column("password")
    for address, password in accounts.items():
        table.add_row(address, password)
    console.print(table)
    console.print(f"IMAP 127.0.0.1:{mail.imap_port}   SMTP 127.0.0.1:{mail.smtp_port}   Ctrl-C ends it")
    stopped = threading.Event()
    stop_on_signals(stopped)
    while not stopped.wait(0.5) and not app.stop.is_set():
        pass
