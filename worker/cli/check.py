"""`check`: touches everything the worker needs before a customer does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.markup import escape

from storage import StoreError
from worker.app import build_desk, build_mailbox, build_mailer, open_records, utc_now
from worker.broker import BrokerError, check_broker, make_broker
from worker.cli.common import console
from worker.cli.probing import probe_lines
from worker.cli.samples import sample_letters, sample_quote
from worker.desk import quote_mail
from worker.desk.team import nobody_decides, team
from worker.desk.typesetting import TypesettingError
from worker.mail.login import LoginError
from worker.mail.mailbox import Mailbox, MailboxError
from worker.mail.mailer import DeliveryError, DeliveryUncertainError
from worker.mail.rendering import LetterError
from worker.model import Language
from worker.policy.quoting import QuoteError
from worker.records import Records
from worker.settings import Settings, SettingsError

Line = tuple[bool, str]
_EXPECTED = (
    BrokerError,
    DeliveryError,
    DeliveryUncertainError,
    LetterError,
    LoginError,
    MailboxError,
    SettingsError,
    StoreError,
    TypesettingError,
    OSError,
)
_WISHED = ("IDLE", "MOVE", "UIDPLUS")


def run_checks(settings: Settings, probe_seconds: float = 0) -> bool:
    """Print a line for each thing tried; whether all are fine. With `probe_seconds`, wait so long for mails to ourselves."""
    fine = True
    console.print(f"settings: {escape(str(settings.base / 'settings.yaml'))}, mode [bold]{settings.mode}[/]")
    for what, lines in _checks(settings, probe_seconds):
        try:
            for good, line in lines():
                fine = fine and good
                _print(good, what, line)
        except _EXPECTED as error:
            fine = False
            for line in str(error).splitlines():
                _print(False, what, line)
    return fine


def _print(good: bool, what: str, line: str) -> None:
    console.print(f"{'[green]fine[/]' if good else '[red]FIX [/]'}  {escape(what)}: {escape(line)}")


def _checks(settings: Settings, probe_seconds: float) -> Iterator[tuple[str, Callable[[], Iterator[Line]]]]:
    yield "staff", lambda: _staff(settings)
    for index, box in enumerate(settings.mailboxes):
        yield f"IMAP {box.name}", lambda index=index: _imap(build_mailbox(settings, index))  # type: ignore[misc]
    yield "SMTP", lambda: _smtp(settings)
    yield "store", lambda: _store(settings)
    yield "broker", lambda: _broker(settings)
    yield "letters", lambda: _letters(settings)
    yield "quotes", lambda: _quotes(settings)
    yield "clock", _clock
    if probe_seconds:
        yield "probe", lambda: probe_lines(settings, probe_seconds)


def _staff(settings: Settings) -> Iterator[Line]:
    records = open_records(settings)
    try:
        people = team(settings, records)
    finally:
        records.close()
    if people:
        yield True, f"{len(people)} members, letters to {settings.staff_address}"
    else:
        yield False, f"nobody is named: only {settings.staff_address} may answer, as a technician"
    nobody = nobody_decides(settings, people, Language.EN)
    if nobody:
        yield False, nobody
    yield from _authority(settings)


def _authority(settings: Settings) -> Iterator[Line]:
    """Which mode staff's mails are judged in, and what it demands (DESIGN "Who may say what")."""
    mode = settings.authentication
    if mode.staff_mode == "confirm":
        yield (
            True,
            (
                "authority mode confirm: a mail needs the token of its notification; letters to customers, ends of requests "
                "and money wait for a yes to a one-time question"
            ),
        )
    elif mode.trusted_authserv_id:
        yield (
            True,
            (
                f"authority mode verified: a mail needs the verdict dmarc=pass of {mode.trusted_authserv_id} and the token of "
                "its notification; no questions asked. `check --probe` sees whether the server gives that verdict"
            ),
        )
    else:
        yield (
            False,
            (
                "authority mode verified, but authentication.trusted_authserv_id is empty: no sender can be verified. "
                "`check --probe` finds the id, or set authentication.staff_mode: confirm"
            ),
        )


def _imap(mailbox: Mailbox) -> Iterator[Line]:
    mailbox.connect()
    try:
        box = mailbox.settings
        yield True, f"logged in to {box.host}:{box.port} as {box.user or 'nobody'} ({_tls_words(box.tls)})"
        found = mailbox.select()
        yield True, f"{box.inbox}: {found.exists} mails, UIDVALIDITY {found.uidvalidity}"
        folders = mailbox.folders()
        if box.archive:
            yield True, f"archive {box.archive}: {'there' if box.archive in folders else 'will be created'}"
        missing = [one for one in _WISHED if one not in mailbox.capabilities()]
        yield True, f"without {', '.join(missing)}: works, only slower" if missing else "IDLE, MOVE and UIDPLUS"
    finally:
        mailbox.close()


def _tls_words(tls: str) -> str:
    return "no TLS" if tls == "none" else "TLS, certificate verified"


def _smtp(settings: Settings) -> Iterator[Line]:
    mailer = build_mailer(settings)
    try:
        server = settings.smtp
        yield True, f"logged in to {server.host}:{server.port} ({_tls_words(server.tls)}): {mailer.check()}"
    finally:
        mailer.close()


def _store(settings: Settings) -> Iterator[Line]:
    records: Records = open_records(settings)
    try:
        key = records.keep_raw(b"support-worker check\r\n")[0]
        yield records.raw(key) == b"support-worker check\r\n", f"{settings.store.rpartition('@')[2]}: reads and writes"
    finally:
        records.close()


def _broker(settings: Settings) -> Iterator[Line]:
    broker = make_broker(settings.broker)
    try:
        check_broker(broker)
        yield True, settings.broker.rpartition("@")[2]
    finally:
        broker.close()


def _letters(settings: Settings) -> Iterator[Line]:
    memory = settings.model_copy(update={"store": "tiny::memory:"})
    records = open_records(memory)
    try:
        desk = build_desk(memory, records)
        desk.renderer.compile_all()
        count = len(list(sample_letters(desk, utc_now())))
        yield True, f"{count} letters rendered from {Path(desk.renderer.folder).name}/"
    finally:
        records.close()


def _quotes(settings: Settings) -> Iterator[Line]:
    """Whether a quote could go out: rate card, company data, page and fonts."""
    memory = settings.model_copy(update={"store": "tiny::memory:"})
    records = open_records(memory)
    try:
        desk = build_desk(memory, records)
        made = desk.printer.pdf(sample_quote(desk, utc_now()), quote_mail.seller(desk))
        yield True, f"the rate card is fine, a sample PDF has {len(made)} bytes"
    except QuoteError as error:
        yield from ((False, f"no quote can be sent: {mistake}") for mistake in error.mistakes)
    finally:
        records.close()


def _clock() -> Iterator[Line]:
    now = datetime.now(UTC)
    sane = datetime(2026, 1, 1, tzinfo=UTC) < now < datetime(2100, 1, 1, tzinfo=UTC) + timedelta()
    yield sane, f"{now:%Y-%m-%d %H:%M} UTC"
