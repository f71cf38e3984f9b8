"""A letter is handed over once, and its end is on record, whatever the server answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import NOW, a_desk, a_letter, a_mail, deliver, letters, received
from servers import PASSWORD, SUPPORT, free_port
from worker.cli.embedded import EmbeddedMail, Taken
from worker.desk.delivery import recover, retry_after
from worker.mail.bulk_mailer import BulkMailer
from worker.mail.login import Credentials
from worker.model import LetterStatus
from worker.settings import SmtpSettings


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    found = EmbeddedMail({SUPPORT: PASSWORD}).start()
    yield found
    found.stop()


@pytest.fixture
def mailer(server: EmbeddedMail) -> Iterator[BulkMailer]:
    settings = SmtpSettings(host="127.0.0.1", port=server.smtp_port, tls="none", user=SUPPORT, timeout_seconds=5)
    found = BulkMailer(settings, Credentials(SUPPORT, PASSWORD), Path())
    yield found
    found.close()


def _refusing(command: str, reply: str) -> Callable[[str, str], str | None]:
    return lambda asked, _argument: reply if asked == command else None


def test_a_letter_is_sent_with_the_bytes_that_were_committed(server: EmbeddedMail, mailer: BulkMailer) -> None:
    desk = a_desk()
    letter = a_letter(desk)

    status = deliver(desk, mailer, letter.id, "me", NOW)

    assert status is LetterStatus.SENT
    assert [one.raw for one in server.taken] == [desk.records.letter_bytes(letter.id)]
    assert desk.records.letter(letter.id).server_said == "250 OK, taken"  # type: ignore[union-attr]


def test_a_sent_letter_is_not_sent_again(server: EmbeddedMail, mailer: BulkMailer) -> None:
    desk = a_desk()
    letter = a_letter(desk)
    deliver(desk, mailer, letter.id, "me", NOW)

    again = deliver(desk, mailer, letter.id, "me", NOW + timedelta(days=1))

    assert again is None
    assert len(server.taken) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_4xx_reply_defers_the_letter_and_the_same_bytes_go_later(
    server: EmbeddedMail, mailer: BulkMailer, command: str
) -> None:
    desk = a_desk()
    letter = a_letter(desk)
    server.refuse = _refusing(command, "451 4.7.1 greylisted, come back later")

    first = deliver(desk, mailer, letter.id, "me", NOW)
    too_early = deliver(desk, mailer, letter.id, "me", NOW + timedelta(seconds=30))
    server.refuse = lambda *_: None
    later = deliver(desk, mailer, letter.id, "me", NOW + timedelta(minutes=1))

    assert (first, too_early, later) == (LetterStatus.DEFERRED, None, LetterStatus.SENT)
    assert [one.raw for one in server.taken] == [desk.records.letter_bytes(letter.id)]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_5xx_reply_fails_the_letter_and_staff_are_told(
    server: EmbeddedMail, mailer: BulkMailer, command: str
) -> None:
    desk = a_desk()
    request = received(desk, a_mail()).request
    assert request is not None
    letter = a_letter(desk, request_id=request.id)
    server.refuse = _refusing(command, "550 5.1.1 no such user")

    status = deliver(desk, mailer, letter.id, "me", NOW)

    assert status is LetterStatus.FAILED
    assert [one.request_id for one in letters(desk, "staff_notice")] == [request.id]
    history = desk.records.request(request.id).history  # type: ignore[union-attr]
    assert history[-1].what == "delivery"
    assert "550 5.1.1" in history[-1].reason


def test_a_letter_that_is_refused_for_days_fails_at_last(server: EmbeddedMail, mailer: BulkMailer) -> None:
    desk = a_desk()
    letter = a_letter(desk)
    server.refuse = _refusing("RCPT", "452 mailbox full")

    status = deliver(desk, mailer, letter.id, "me", NOW + timedelta(hours=73))

    assert status is LetterStatus.FAILED


def test_nobody_listening_defers_the_letter() -> None:
    desk = a_desk()
    letter = a_letter(desk)
    nobody = BulkMailer(SmtpSettings(host="127.0.0.1", port=free_port(), tls="none", user=""), None, Path())

    status = deliver(desk, nobody, letter.id, "me", NOW)
    nobody.close()

    assert status is LetterStatus.DEFERRED
    assert "connection refused" in desk.records.letter(letter.id).server_said  # type: ignore[union-attr]


def test_a_refused_login_defers_the_letter_and_says_who_was_refused(server: EmbeddedMail) -> None:
    desk = a_desk()
    letter = a_letter(desk)
    settings = SmtpSettings(host="127.0.0.1", port=server.smtp_port, tls="none", user=SUPPORT)
    stranger = BulkMailer(settings, Credentials(SUPPORT, "wrong"), Path())

    status = deliver(desk, stranger, letter.id, "me", NOW)
    stranger.close()

    assert status is LetterStatus.DEFERRED
    assert f"refuses {SUPPORT}: 535" in desk.records.letter(letter.id).server_said  # type: ignore[union-attr]


class _HangsUpAfterData:
    """An SMTP server that takes a letter and dies before it says so."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.taken = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb") as stream:
            self._say(stream, b"220 here")
            for line in stream:
                if line.upper().startswith(b"DATA"):
                    self._say(stream, b"354 go on")
                    while stream.readline().strip() != b".":
                        pass
                    self.taken += 1
                    return
                self._say(stream, b"250 fine")

    @staticmethod
    def _say(stream: object, line: bytes) -> None:
        stream.write(line + b"\r\n")  # type: ignore[attr-defined]
        stream.flush()  # type: ignore[attr-defined]

    def close(self) -> None:
        self._listener.close()


def test_an_answer_lost_after_data_makes_the_letter_uncertain_and_it_is_never_sent_again() -> None:
    desk = a_desk()
    letter = a_letter(desk)
    server = _HangsUpAfterData()
    mailer = BulkMailer(
        SmtpSettings(host="127.0.0.1", port=server.port, tls="none", user="", timeout_seconds=5), None, Path()
    )

    first = deliver(desk, mailer, letter.id, "me", NOW)
    again = deliver(desk, mailer, letter.id, "me", NOW + timedelta(days=1))
    mailer.close()
    server.close()

    assert (first, again, server.taken) == (LetterStatus.UNCERTAIN, None, 1)
    assert len(letters(desk, "staff_notice")) == 1


def test_a_letter_that_was_being_handed_over_when_the_worker_died_is_uncertain() -> None:
    desk = a_desk()
    letter = a_letter(desk)
    desk.records.save_record(
        replace(letter, status=LetterStatus.HANDING_OVER, owner="dead", lease_until=NOW + timedelta(minutes=10))
    )

    recovered = recover(desk, NOW, alone=True)

    assert recovered == []
    assert desk.records.letter(letter.id).status is LetterStatus.UNCERTAIN  # type: ignore[union-attr]


def test_a_letter_that_was_only_claimed_when_the_worker_died_is_sent_by_the_next() -> None:
    desk = a_desk()
    letter = a_letter(desk)
    desk.records.save_record(
        replace(letter, status=LetterStatus.CLAIMED, owner="dead", lease_until=NOW + timedelta(minutes=10))
    )

    assert recover(desk, NOW, alone=False) == [], "somebody else may hold it still"
    recovered = recover(desk, NOW + timedelta(minutes=10), alone=False)

    assert [one.status for one in recovered] == [LetterStatus.QUEUED]


def test_one_letter_rung_by_many_threads_is_sent_once(server: EmbeddedMail, mailer: BulkMailer) -> None:
    desk = a_desk()
    letter = a_letter(desk)
    threads = [
        threading.Thread(target=deliver, args=(desk, mailer, letter.id, f"worker {number}", NOW)) for number in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(server.taken) == 1


def test_recipients_that_are_refused_do_not_stop_the_others(server: EmbeddedMail, mailer: BulkMailer) -> None:
    desk = a_desk()
    letter = a_letter(desk, envelope_to=("hue@senvang.example", "gone@senvang.example"))
    server.refuse = lambda command, argument: "550 gone" if command == "RCPT" and argument.startswith("gone") else None

    status = deliver(desk, mailer, letter.id, "me", NOW)

    assert status is LetterStatus.SENT
    assert [one.recipients for one in server.taken] == [("hue@senvang.example",)]
    assert "gone@senvang.example refused: 550 gone" in desk.records.letter(letter.id).server_said  # type: ignore[union-attr]


def test_a_connection_is_kept_for_the_next_letter(server: EmbeddedMail, mailer: BulkMailer) -> None:
    desk = a_desk()
    seen: list[Taken] = []
    server.before_reply = seen.append

    for letter in [a_letter(desk) for _ in range(5)]:
        assert deliver(desk, mailer, letter.id, "me", NOW) is LetterStatus.SENT

    assert len(seen) == 5
    assert len(mailer._idle) == 1


def test_pauses_between_attempts_grow_to_four_hours() -> None:
    pauses = [retry_after(attempts) for attempts in (1, 2, 3, 20)]

    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(hours=4)]
