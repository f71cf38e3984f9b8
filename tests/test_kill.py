"""kill -9 at any moment: every mail has its request and exactly one acknowledgement, the doubtful ones listed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
import yaml

from builders import CHECKOUT, STAFF, a_customer, a_mail
from servers import PASSWORD, SUPPORT, until
from storage import open_store
from worker.cli.embedded import EmbeddedMail
from worker.model import InboundStatus, Letter, LetterStatus
from worker.records import INDEXES, Records

KILLS = 50
MAILS = 300


def _settings(folder: Path, mail: EmbeddedMail) -> Path:
    server = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
    path = folder / "settings.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "mode": "live",
                "mailboxes": [{**server, "port": mail.imap_port, "since": "all"}],
                "smtp": {**server, "port": mail.smtp_port, "timeout_seconds": 5},
                "store": "tiny:worker.db",
                "staff_address": STAFF,
                "loops": {"letters_per_sender_hour": 10_000, "letters_per_day": 100_000},
            }
        )
    )
    (folder / "templates").symlink_to(CHECKOUT / "templates")
    return path


def _start(settings: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "worker", "run", "--settings", str(settings)],
        cwd=CHECKOUT,
        env={**os.environ, "SUPPORT_TEST_PASSWORD": PASSWORD},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _opened(folder: Path) -> Records:
    return Records(open_store("tiny:worker.db", INDEXES, folder))


def _acknowledgements(mail: EmbeddedMail) -> Counter[str]:
    """How often each customer's mail was acknowledged, by what the letters answer."""
    letters: list[Message] = [message_from_bytes(one.raw) for one in mail.taken]
    return Counter(str(one["In-Reply-To"]) for one in letters if one["Auto-Submitted"] == "auto-replied")


@pytest.mark.timeout(500)
def test_fifty_kills_at_random_moments_lose_no_mail_and_acknowledge_none_twice(tmp_path: Path) -> None:
    mail = EmbeddedMail({SUPPORT: PASSWORD}).start()
    settings = _settings(tmp_path, mail)
    records = _opened(tmp_path)
    records.save_customer(a_customer())
    records.close()
    chance = random.Random(20261122)
    names = [f"<kill-{number}@senvang.example>" for number in range(MAILS)]
    for number, name in enumerate(names):
        box = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        text = f"Hộp thư {box}@ không nhận được thư từ sáng, em xem giúp chị."
        mail.drop(SUPPORT, a_mail(text, message_id=name), arrived=datetime.now(UTC))

    hit_at_work = 0
    for _ in range(KILLS):
        worker = _start(settings)
        _let_it_work(mail, chance)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        hit_at_work += len(mail.taken) < 2 * MAILS

    worker = _start(settings)
    records = _opened(tmp_path)
    until(lambda: _is_settled(records), seconds=90, what="for the last start to finish everything")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0

    doubtful = {_answers(one, records) for one in records.letters_in(LetterStatus.UNCERTAIN)}
    answered = _acknowledgements(mail)
    asked = [one.subject for one in records.open_requests()]
    records.close()
    mail.stop()
    assert hit_at_work == KILLS, "every kill must find work to interrupt"
    assert len(asked) == MAILS
    assert max(answered.values()) == 1, "nobody is written to twice"
    assert {name for name in names if name not in answered} <= doubtful, "who got no letter is on the list"


def _answers(letter: Letter, records: Records) -> str:
    """The Message-ID of the mail that a letter answers."""
    inbound = records.inbound(letter.inbound_id) if letter.inbound_id else None
    return f"<{inbound.message_id}>" if inbound else ""


def _let_it_work(mail: EmbeddedMail, chance: random.Random) -> None:
    """Let the worker come up, and then a random moment pass: most kills shall hit it at work."""
    before = len(mail.taken)
    deadline = time.monotonic() + 6
    while len(mail.taken) == before and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.06))


def _is_settled(records: Records) -> bool:
    waiting = (LetterStatus.QUEUED, LetterStatus.CLAIMED, LetterStatus.HANDING_OVER, LetterStatus.DEFERRED)
    return (
        records.count_open() == MAILS
        and records.count_inbound(InboundStatus.KEPT) == 0
        and not any(records.count_letters(one) for one in waiting)
    )
