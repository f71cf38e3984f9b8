"""A mailbox is taken in once, whatever server it lies on and whatever happens in between: pymap and a real Dovecot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from builders import a_mail
from conftest import server_or_skip
from servers import PASSWORD, SUPPORT, Dovecot, until
from storage import StoreError, open_store
from worker.cli.embedded import EmbeddedMail
from worker.mail.login import Credentials
from worker.mail.mailbox import Mailbox, MailboxError
from worker.model import InboundStatus
from worker.poller import Poller
from worker.records import INDEXES, Outcome, Records
from worker.settings import MailboxSettings


class Server:
    """What the tests need of an IMAP server: a port, and a person with another mail program."""

    def __init__(self, port: int) -> None:
        self.port = port

    def person(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False)
        client.login(SUPPORT, PASSWORD)
        return client

    def deliver(self, *mails: bytes) -> None:
        person = self.person()
        for mail in mails:
            person.append("INBOX", mail)
        person.logout()

    def in_folder(self, folder: str) -> int:
        person = self.person()
        count = len(person.search()) if person.folder_exists(folder) and person.select_folder(folder) else 0
        person.logout()
        return count


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server_or_skip(Dovecot.is_installed(), "Dovecot")
    found = Dovecot().start()
    yield found
    found.stop()


@pytest.fixture(params=["pymap", "dovecot"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "pymap":
        found = EmbeddedMail({SUPPORT: PASSWORD}).start()
        yield Server(found.imap_port)
        found.stop()
        return
    real = request.getfixturevalue("dovecot")
    yield Server(real.port)
    person = Server(real.port).person()
    for folder in ("INBOX", "Processed"):
        if person.folder_exists(folder):
            person.select_folder(folder)
            person.delete_messages(person.search())
            person.expunge()
    person.logout()


class Polled:
    """A poller with a store of its own, and what it rang."""

    def __init__(self, server: Server, records: Records | None = None, **settings: object) -> None:
        found = MailboxSettings.model_validate(
            {
                "host": "127.0.0.1",
                "port": server.port,
                "tls": "none",
                "user": SUPPORT,
                "timeout_seconds": 10,
                **settings,
            }
        )
        self.rung: list[str] = []
        self.stop = threading.Event()
        self.records = records or Records(open_store("tiny::memory:", INDEXES))
        mailbox = Mailbox(found, Credentials(SUPPORT, PASSWORD), Path())
        self.poller = Poller(
            mailbox, self.records, self.rung.append, lambda: datetime.now(UTC).replace(microsecond=0), self.stop
        )

    def once(self) -> int:
        return self.poller.once()

    def kept(self) -> list[bytes]:
        return [self.records.raw(one.raw) for one in self.records.inbound_in(InboundStatus.KEPT)]


def _bytes(mail: bytes) -> bytes:
    return mail.replace(b"\r\n", b"\n")


def test_new_mail_is_kept_byte_for_byte_archived_and_rung(server: Server) -> None:
    polled = Polled(server, since="all")
    mails = [a_mail("một"), b"From: a@b.example\r\n\r\n\x00\xff 8-bit and NUL-free no more\r\n".replace(b"\x00", b"")]
    server.deliver(*mails)

    taken = polled.once()

    assert taken == 2
    assert sorted(map(_bytes, polled.kept())) == sorted(map(_bytes, mails))
    assert len(polled.rung) == 2
    assert (server.in_folder("INBOX"), server.in_folder("Processed")) == (0, 2)


def test_the_first_start_leaves_what_was_there_before(server: Server) -> None:
    server.deliver(a_mail("cũ"))
    polled = Polled(server)
    polled.once()
    server.deliver(a_mail("mới"))

    assert polled.once() == 1
    assert server.in_folder("INBOX") == 1


def test_a_first_start_since_a_date_takes_what_came_from_then_on(server: Server) -> None:
    person = server.person()
    person.append("INBOX", a_mail("cũ"), msg_time=datetime(2026, 1, 1, tzinfo=UTC))
    person.append("INBOX", a_mail("mới"), msg_time=datetime(2026, 11, 20, tzinfo=UTC))
    person.logout()

    assert Polled(server, since="2026-11-01").once() == 1


def test_mail_that_a_person_read_already_is_taken_all_the_same(server: Server) -> None:
    polled = Polled(server, since="all")
    person = server.person()
    person.append("INBOX", a_mail(), flags=(b"\\Seen",))
    person.logout()

    assert polled.once() == 1


def test_a_mail_kept_but_not_archived_when_the_worker_died_is_archived_and_not_kept_twice(server: Server) -> None:
    polled = Polled(server, since="all")
    server.deliver(a_mail())
    mailbox = polled.poller.mailbox
    mailbox.connect()
    state = polled.poller._opened()
    [batch] = mailbox.fetch(mailbox.uids_above(0))
    polled.poller._keep(batch, state.uidvalidity)  # and here it died
    mailbox.close()

    taken = polled.once()

    assert taken == 0
    assert len(polled.kept()) == 1
    assert (server.in_folder("INBOX"), server.in_folder("Processed")) == (0, 1)


def test_without_an_archive_folder_mail_stays_in_the_inbox_and_is_taken_once(server: Server) -> None:
    polled = Polled(server, since="all", archive="")
    server.deliver(a_mail())

    assert [polled.once(), polled.once()] == [1, 0]
    assert server.in_folder("INBOX") == 1


def test_a_new_uidvalidity_loses_nothing_and_takes_nothing_old(server: Server) -> None:
    person = server.person()
    person.append("INBOX", a_mail("very old"), msg_time=datetime.now(UTC) - timedelta(days=30))
    polled = Polled(server, archive="")
    polled.once()
    state = polled.records.mailbox("support")
    assert state is not None
    polled.records.save_mailbox(replace(state, uidvalidity=1))  # what we know is of an earlier numbering
    person.append("INBOX", a_mail("quite new"))
    person.logout()

    polled.once()

    assert [b"quite new" in one for one in polled.kept()] == [True]


def test_an_idling_poller_is_told_of_new_mail_at_once(server: Server) -> None:
    polled = Polled(server, since="all", poll_seconds=60)
    thread = threading.Thread(target=polled.poller.run)
    thread.start()
    until(lambda: polled.records.mailbox("support"))

    server.deliver(a_mail())
    until(lambda: polled.rung, seconds=10)
    polled.stop.set()
    thread.join(10)

    assert not thread.is_alive()
    assert len(polled.rung) == 1


def test_a_mail_that_came_just_before_idle_is_not_overlooked(dovecot: Dovecot) -> None:
    server = Server(dovecot.port)
    polled = Polled(server, since="all", poll_seconds=60)
    polled.once()
    mailbox = polled.poller.mailbox
    mailbox.connect()
    mailbox.select()
    server.deliver(a_mail())

    began = datetime.now(UTC)
    mailbox.wait(30, lambda: False)

    assert datetime.now(UTC) - began < timedelta(seconds=15)
    found = mailbox.uids_above(0)
    mailbox.archive(found)
    mailbox.close()
    assert found


class _FullStore:
    """The records of a machine whose disk is full for a while."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.full = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._records, name)

    def save(self, outcome: Outcome) -> None:
        if self.full:
            raise StoreError("the disk is full")
        self._records.save(outcome)


def test_a_full_disk_leaves_the_mail_on_the_server_until_there_is_room(server: Server) -> None:
    polled = Polled(server, since="all")
    full = _FullStore(polled.records)
    polled.poller._records = full  # type: ignore[assignment]
    server.deliver(a_mail())

    with pytest.raises(StoreError, match="disk is full"):
        polled.once()
    left = server.in_folder("INBOX")
    full.full = False
    taken = polled.once()

    assert (left, taken) == (1, 1)


def test_a_refused_login_names_the_server_and_the_user(server: Server) -> None:
    settings = MailboxSettings(host="127.0.0.1", port=server.port, tls="none", user=SUPPORT)
    mailbox = Mailbox(settings, Credentials(SUPPORT, "wrong"), Path())

    with pytest.raises(MailboxError, match=f"127.0.0.1:{server.port} refuses the login of {SUPPORT}"):
        mailbox.connect()


def test_an_inbox_that_is_gone_names_the_folder(server: Server) -> None:
    settings = MailboxSettings(host="127.0.0.1", port=server.port, tls="none", user=SUPPORT, inbox="Gone")
    mailbox = Mailbox(settings, Credentials(SUPPORT, PASSWORD), Path())
    mailbox.connect()

    with pytest.raises(MailboxError, match="opening Gone"):
        mailbox.select()
    mailbox.close()


def test_nobody_listening_is_said_with_host_and_port() -> None:
    mailbox = Mailbox(MailboxSettings(host="127.0.0.1", port=9, tls="none"), None, Path())

    with pytest.raises(MailboxError, match=r"127\.0\.0\.1:9: nobody answers there"):
        mailbox.connect()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_is_verified_and_a_private_authority_can_be_named(dovecot: Dovecot, tls: str) -> None:
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    plain = {"host": "localhost", "port": port, "tls": tls, "user": SUPPORT}
    distrusting = Mailbox(MailboxSettings.model_validate(plain), Credentials(SUPPORT, PASSWORD), Path())
    trusting = Mailbox(
        MailboxSettings.model_validate({**plain, "ca_file": str(dovecot.certificate)}),
        Credentials(SUPPORT, PASSWORD),
        Path(),
    )

    with pytest.raises(MailboxError, match="certificate is not trusted"):
        distrusting.connect()
    trusting.connect()

    assert "IDLE" in trusting.capabilities()
    trusting.close()


def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot) -> None:
    settings = MailboxSettings(host="127.0.0.1", port=dovecot.tls_port, ca_file=str(dovecot.certificate), user=SUPPORT)

    with pytest.raises(MailboxError, match="certificate is not trusted"):
        Mailbox(settings, Credentials(SUPPORT, PASSWORD), Path()).connect()


@pytest.mark.parametrize("capability", ["IMAP4rev1", "IMAP4rev1 UIDPLUS"])
def test_a_server_without_move_and_idle_is_served_too(capability: str) -> None:
    server_or_skip(Dovecot.is_installed(), "Dovecot")
    poor = Dovecot(capability=capability).start()
    try:
        server = Server(poor.port)
        polled = Polled(server, since="all")
        server.deliver(a_mail("một"), a_mail("hai"))

        taken = polled.once()

        assert taken == 2
        assert (server.in_folder("INBOX"), server.in_folder("Processed")) == (0, 2)
    finally:
        poor.stop()


def test_the_baseline_is_remembered_over_restarts(server: Server) -> None:
    first = Polled(server)
    first.once()
    server.deliver(a_mail())

    second = Polled(server, records=first.records)

    assert second.once() == 1


def test_a_mail_that_came_while_another_was_archived_is_not_waited_for(server: Server) -> None:
    server.deliver(a_mail("một"))
    mailbox = Polled(server).poller.mailbox
    mailbox.connect()
    mailbox.ensure_archive()
    mailbox.select()
    first = mailbox.uids_above(0)
    server.deliver(a_mail("hai"))
    mailbox.archive(first)
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(True)
        return True

    mailbox.wait(20, stopped)
    waited_for_the_second, second = list(asked), mailbox.uids_above(0)
    mailbox.wait(20, stopped)
    mailbox.close()

    assert (waited_for_the_second, len(second)) == ([], 1)
    assert asked, "nothing new was told since the last search"
