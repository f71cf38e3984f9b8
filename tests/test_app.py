"""The whole worker, on every broker and store: mail in over IMAP, an acknowledgement out over SMTP, a clean stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from builders import CHECKOUT, NOW, STAFF, a_customer, a_letter, a_mail, letters
from conftest import server_or_skip
from servers import PASSWORD, SUPPORT, until
from worker.app import AlreadyRunningError, App, build, lock_embedded_store
from worker.broker import BrokerError, check_broker, make_broker
from worker.cli.embedded import EmbeddedMail
from worker.model import InboundMail, InboundStatus, LetterStatus
from worker.settings import Settings, SettingsError, read_settings

RABBITMQ = "amqp://guest:guest@127.0.0.1:5672"
REDIS = "redis://127.0.0.1:6379/9"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedMail]:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    found = EmbeddedMail({SUPPORT: PASSWORD}).start()
    yield found
    found.stop()


def _settings(mail: EmbeddedMail, folder: Path, **changes: object) -> Settings:
    server: dict[str, object] = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT}
    server |= {"password_env": "SUPPORT_TEST_PASSWORD"}
    if not (folder / "templates").exists():
        (folder / "templates").symlink_to(CHECKOUT / "templates")
    return read_settings(
        {
            "mode": "live",
            "mailboxes": [server | {"port": mail.imap_port, "since": "all", "poll_seconds": 5}],
            "smtp": server | {"port": mail.smtp_port},
            "store": "tiny:worker.db",
            "staff_address": STAFF,
        }
        | changes,
        folder,
    )


def _reachable(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _purged(url: str) -> str:
    """A broker without what earlier runs left in it."""
    broker = make_broker(url)
    for queue in ("mail", "letters", "order"):
        broker.declare_queue(queue)
        broker.flush(queue)
    broker.close()
    return url


@pytest.fixture(params=["memory", "rabbitmq", "redis"])
def broker(request: pytest.FixtureRequest) -> str:
    if request.param == "rabbitmq":
        server_or_skip(_reachable(5672), "RabbitMQ")
        return _purged(RABBITMQ)
    if request.param == "redis":
        server_or_skip(_reachable(6379), "Redis")
        return _purged(REDIS)
    return "memory:"


@pytest.fixture(params=["tiny", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    return "tiny:worker.db" if request.param == "tiny" else str(request.getfixturevalue("postgres_url"))


def _running(app: App) -> threading.Thread:
    thread = threading.Thread(target=app.run)
    thread.start()
    return thread


def _acknowledged(mail: EmbeddedMail) -> int:
    return sum(b"Auto-Submitted: auto-replied" in one.raw for one in mail.taken)


def test_mail_in_acknowledgement_out_on_every_broker_and_store(
    mail: EmbeddedMail, tmp_path: Path, broker: str, store: str
) -> None:
    app = build(_settings(mail, tmp_path, broker=broker, store=store))
    app.records.save_customer(a_customer())
    thread = _running(app)
    for box in ("mot", "hai", "ba"):
        mail.drop(SUPPORT, a_mail(f"Hộp thư {box}@ không nhận được thư từ sáng, em xem giúp chị."))

    try:
        until(lambda: _acknowledged(mail) == 3, seconds=60)
        until(lambda: app.records.count_letters(LetterStatus.SENT) == 6, seconds=60)
    finally:
        app.stop.set()
        thread.join(60)

    assert not thread.is_alive()


def test_what_waits_in_the_store_is_done_by_the_next_start(mail: EmbeddedMail, tmp_path: Path) -> None:
    settings = _settings(mail, tmp_path)
    first = build(settings)
    first.records.save_customer(a_customer())
    mail.drop(SUPPORT, a_mail())
    first.pollers[0].once()  # kept and rung, and the broker forgets it
    first.close()

    second = build(settings)
    thread = _running(second)
    try:
        until(lambda: _acknowledged(mail) == 1)
    finally:
        second.stop.set()
        thread.join(60)


def test_a_copy_of_each_letter_is_filed_where_settings_wish_it(mail: EmbeddedMail, tmp_path: Path) -> None:
    settings = _settings(mail, tmp_path)
    box = settings.mailboxes[0].model_copy(update={"sent": "Sent"})
    app = build(settings.model_copy(update={"mailboxes": (box,)}))
    app.records.save_customer(a_customer())
    mail.drop(SUPPORT, a_mail())
    thread = _running(app)

    def filed() -> int:
        with IMAPClient("127.0.0.1", mail.imap_port, ssl=False) as person:
            person.login(SUPPORT, PASSWORD)
            return len(person.search()) if person.folder_exists("Sent") and person.select_folder("Sent") else 0

    try:
        until(lambda: filed() == 2)
    finally:
        app.stop.set()
        thread.join(60)


def test_a_mail_whose_kept_bytes_are_gone_is_put_aside_and_the_others_go_on(mail: EmbeddedMail, tmp_path: Path) -> None:
    app = build(_settings(mail, tmp_path))
    app.records.save_customer(a_customer())
    lost = replace(_a_kept_mail(), raw="0" * 64)
    app.records.save_record(lost)
    mail.drop(SUPPORT, a_mail())
    thread = _running(app)

    try:
        until(lambda: app.records.count_inbound(InboundStatus.QUARANTINED) == 1)
        until(lambda: _acknowledged(mail) == 1)
    finally:
        app.stop.set()
        thread.join(60)


def _a_kept_mail() -> InboundMail:
    return InboundMail(id="support/1/1", mailbox="support", uidvalidity=1, uid=1, raw="", size=1, arrived=NOW, kept=NOW)


def test_two_processes_cannot_work_on_one_embedded_store(mail: EmbeddedMail, tmp_path: Path) -> None:
    settings = _settings(mail, tmp_path)
    held = lock_embedded_store(settings)
    assert held is not None

    with pytest.raises(AlreadyRunningError, match=r"another support-worker runs on tiny:worker\.db"):
        lock_embedded_store(settings)
    held.close()


def test_all_missing_passwords_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPPORT_IMAP_PASSWORD", raising=False)
    monkeypatch.delenv("SUPPORT_SMTP_PASSWORD", raising=False)

    with pytest.raises(SettingsError) as caught:
        build(read_settings({"store": "tiny::memory:"}, tmp_path))

    assert len(caught.value.mistakes) == 2


def test_a_mail_server_that_is_down_stops_nothing_else(mail: EmbeddedMail, tmp_path: Path) -> None:
    settings = _settings(mail, tmp_path)
    deaf = settings.mailboxes[0].model_copy(update={"name": "deaf", "port": 9})
    app = build(settings.model_copy(update={"mailboxes": (deaf, settings.mailboxes[0])}))
    app.records.save_customer(a_customer())
    mail.drop(SUPPORT, a_mail())
    thread = _running(app)

    try:
        until(lambda: _acknowledged(mail) == 1)
    finally:
        app.stop.set()
        thread.join(60)

    assert not thread.is_alive()


def test_a_broker_that_is_away_is_said_in_one_line() -> None:
    broker = make_broker("redis://127.0.0.1:9/0")

    with pytest.raises(BrokerError, match="broker: ConnectionError"):
        check_broker(broker)


def test_a_letter_that_waits_on_purpose_is_rung_to_the_second_and_no_sooner(mail: EmbeddedMail, tmp_path: Path) -> None:
    at = [NOW]
    app = build(_settings(mail, tmp_path), clock=lambda: at[0])
    a_letter(app.desk, created=NOW, due=NOW + timedelta(seconds=120))
    at[0] = NOW + timedelta(seconds=100)
    app.tasks.tick()
    app.broker.flush("letters")

    rung = []
    for seconds in (119, 120, 121):
        at[0] = NOW + timedelta(seconds=seconds)
        app.tasks.beat()
        rung.append(app.broker.queues["letters"].qsize())
    app.close()

    assert rung == [0, 1, 1]


def test_the_digest_leaves_with_the_first_tick_of_the_working_day(mail: EmbeddedMail, tmp_path: Path) -> None:
    opening = NOW - timedelta(hours=1)
    at = [opening - timedelta(seconds=5)]
    app = build(_settings(mail, tmp_path), clock=lambda: at[0])

    app.tasks.tick()
    before = letters(app.desk, "staff_digest")
    at[0] = opening + timedelta(seconds=5)
    app.tasks.tick()
    after = letters(app.desk, "staff_digest")
    app.close()

    assert (len(before), len(after)) == (0, 1)
