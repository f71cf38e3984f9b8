"""`check --probe` against real servers: what it finds out about a provider, and that nothing of it is left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient

from builders import some_settings
from conftest import server_or_skip
from servers import PASSWORD, SUPPORT, Dovecot, until
from worker.app import build
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail, Taken
from worker.cli.probing import probe_lines
from worker.model import InboundStatus
from worker.settings import Settings

Delivered = tuple[str, bytes] | None  # folder and bytes


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedMail]:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    found = EmbeddedMail({SUPPORT: PASSWORD}).start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server_or_skip(Dovecot.is_installed(), "Dovecot")
    found = Dovecot().start()
    yield found
    found.stop()


def settings_for(imap_port: int, smtp_port: int, **changes: object) -> Settings:
    server = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
    plain: dict[str, object] = {
        "mailboxes": [{**server, "port": imap_port, "since": "all"}],
        "smtp": {**server, "port": smtp_port},
        "authentication": {"staff_mode": "verified", "trusted_authserv_id": AUTHSERV_ID},
    }
    return some_settings(**{**plain, **changes})


def left_over(port: int) -> int:
    with IMAPClient("127.0.0.1", port, ssl=False) as person:
        person.login(SUPPORT, PASSWORD)
        found = 0
        for _, _, folder in person.list_folders():
            person.select_folder(folder)
            found += len(person.search())
        return found


def test_where_all_is_as_it_should_be_every_line_is_fine_and_no_probe_is_left(post: EmbeddedMail) -> None:
    lines = list(probe_lines(settings_for(post.imap_port, post.smtp_port), 30))

    said = "\n".join(line for _, line in lines)
    assert [line for good, line in lines if not good] == []
    for words in (
        "came into INBOX",
        "verified works here",
        "does not count",
        "plus is possible",
        "Message-IDs are kept",
    ):
        assert words in said
    assert left_over(post.imap_port) == 0


CONFIRM = {"authentication": {"staff_mode": "confirm"}}
OTHER_ID = {"authentication": {"staff_mode": "verified", "trusted_authserv_id": "mx.other.example"}}


@pytest.mark.parametrize(
    ("changes", "good", "words"),
    [
        (CONFIRM, True, f"staff_mode: verified and trusted_authserv_id: {AUTHSERV_ID}, or stay with confirm"),
        (OTHER_ID, False, f"set authentication.trusted_authserv_id: {AUTHSERV_ID}"),
        ({"company": {"address": "khac@vinno.example"}}, False, "khac@vinno.example did not reach hotro@vinno.example"),
    ],
)
def test_what_settings_should_be_is_said(
    post: EmbeddedMail, changes: dict[str, object], good: bool, words: str
) -> None:
    lines = {line: good for good, line in probe_lines(settings_for(post.imap_port, post.smtp_port, **changes), 2)}

    (found,) = [line for line in lines if words in line]
    assert lines[found] is good


def unstamped(taken: Taken) -> Delivered:
    return "INBOX", b"Return-Path: <" + taken.sender.encode() + b">\r\n" + taken.raw


def without_plus(taken: Taken) -> Delivered:
    return None if "+" in taken.recipients[0] else ("INBOX", taken.raw)


def renamed(taken: Taken) -> Delivered:
    return "INBOX", b"Return-Path: <bounces@relay.example>\r\n" + taken.raw.replace(
        b"Message-ID: <probe.", b"Message-ID: <relay."
    )


def to_junk(taken: Taken) -> Delivered:
    return "Junk", taken.raw


PROVIDERS = [
    (unstamped, False, "stamps no verdict on mail between its own mailboxes: only authority mode confirm"),
    (unstamped, False, "a verdict that a mail brings along stays on top, so that anybody can forge one"),
    (unstamped, True, "the envelope sender is kept: bounces can be told by their address (VERP)"),
    (without_plus, True, "plus addresses do not reach this mailbox: addressing: plain"),
    (without_plus, True, "the envelope sender is not shown"),
    (renamed, True, "Message-IDs are changed (to relay."),
    (renamed, True, "the envelope sender is changed to bounces@relay.example"),
    (to_junk, False, "was put into Junk"),
]


@pytest.mark.parametrize(
    ("provider", "good", "words"), PROVIDERS, ids=[f"{one[0].__name__}: {one[2][:30]}" for one in PROVIDERS]
)
def test_a_provider_of_another_kind_is_seen_through(
    post: EmbeddedMail, dovecot: Dovecot, provider: Callable[[Taken], Delivered], good: bool, words: str
) -> None:
    def deliver(taken: Taken) -> None:
        found = provider(taken)
        if found:
            with IMAPClient("127.0.0.1", dovecot.port, ssl=False) as person:
                person.login(SUPPORT, PASSWORD)
                if not person.folder_exists(found[0]):
                    person.create_folder(found[0])
                person.append(*found)

    post.before_reply = deliver
    lines = {line: good for good, line in probe_lines(settings_for(dovecot.port, post.smtp_port), 2)}

    (found,) = [line for line in lines if words in line]
    assert lines[found] is good
    assert left_over(dovecot.port) == 0


def test_an_envelope_sender_that_the_server_refuses_is_no_trouble(post: EmbeddedMail) -> None:
    post.refuse = lambda command, argument: "553 not yours" if command == "MAIL" and "+" in argument else None

    lines = list(probe_lines(settings_for(post.imap_port, post.smtp_port), 30))

    assert any("refuses another envelope sender" in line for _, line in lines)
    assert all(good for good, _ in lines)


def test_a_running_worker_takes_a_probe_for_nothing(post: EmbeddedMail, tmp_path: Path) -> None:
    settings = settings_for(post.imap_port, post.smtp_port, store=f"tiny:{tmp_path}/worker.db")
    app = build(settings)
    thread = threading.Thread(target=app.run)
    thread.start()
    until(lambda: app.records.mailbox("support") is not None, what="for the first poll")
    try:
        lines = list(probe_lines(settings, 30))
        until(lambda: app.records.count_inbound(InboundStatus.KEPT) == 0, what="for the probes to be handled")
        requests, letters = app.records.count_open(), list(post.taken)
    finally:
        app.stop.set()
        thread.join(30)

    assert [line for good, line in lines if not good] == []
    assert requests == 0
    assert all(b"support-worker check" in one.raw for one in letters)
    assert left_over(post.imap_port) == 0
