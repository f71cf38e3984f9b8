"""Finds out what a mailbox can do, by mails to itself: which verdicts, plus addresses, Message-IDs and envelope senders survive.

Not every provider stamps a verdict, knows plus addresses or leaves Message-ID and envelope sender alone (DESIGN "Carriers that
depend on the provider"). The mails are found by a word in their subject, and removed wherever they are found.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from worker.mail.composing import Draft, compose
from worker.mail.mailbox import Mailbox, MailboxError
from worker.mail.mailer import DeliveryError, Mailer
from worker.model import Address

_STEP_SECONDS = 0.5
_OTHERS_SECONDS = 10.0  # how long the other probes may come after the plain one


class Probe(StrEnum):
    """The mails that are sent."""

    PLAIN = "plain"  # from an envelope sender of its own
    PLUS = "plus"  # to a plus address
    FORGED = "forged"  # with a verdict that it brought along


@dataclass(slots=True)
class Probed:
    """What became of the probes: the raw mails that came and the folders they came to, why others could not be sent."""

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    sent: set[Probe] = field(default_factory=set)
    refused: dict[Probe, str] = field(default_factory=dict)
    came: dict[Probe, bytes] = field(default_factory=dict)
    folders: dict[Probe, str] = field(default_factory=dict)
    seconds: float = 0.0
    keeps_sender: bool = True  # whether the server let a sender of its own pass

    def word(self, probe: Probe) -> str:
        """What tells a probe in its subject."""
        return f"{self.token}-{probe}"

    def message_id(self, probe: Probe, own: str) -> str:
        """Its Message-ID as sent."""
        return f"probe.{self.word(probe)}@{own.rpartition('@')[2]}"

    def plus(self, own: str) -> str:
        """The plus address of this run."""
        local, _, domain = own.rpartition("@")
        return f"{local}+{self.token}@{domain}"


def probe(mailbox: Mailbox, mailer: Mailer, own: Address, authserv_id: str, seconds: float) -> Probed:
    """Send the probes to `own`, wait for them as long as `seconds`, remove them. MailboxError and DeliveryError say why not."""
    run = Probed()
    mailbox.connect()
    try:
        begun = time.monotonic()
        _send_all(run, mailer, own, authserv_id)
        _wait(run, mailbox, begun, seconds)
        _clear(run, mailbox)
    finally:
        mailbox.close()
    return run


# ---- sending --------------------------------------------------------------------------------------------------------


def _send_all(run: Probed, mailer: Mailer, own: Address, authserv_id: str) -> None:
    try:
        _send(run, mailer, Probe.PLAIN, own, run.plus(own.email), own.email)
    except DeliveryError as error:
        if not error.permanent:
            raise
        run.keeps_sender = False
        _send(run, mailer, Probe.PLAIN, own, own.email, own.email)
    try:
        _send(run, mailer, Probe.PLUS, own, own.email, run.plus(own.email))
    except DeliveryError as error:
        run.refused[Probe.PLUS] = str(error)
    if authserv_id:
        forged = f"{authserv_id}; dmarc=pass header.from={own.domain} (forged {run.token})"
        _send(run, mailer, Probe.FORGED, own, own.email, own.email, forged)


def _send(run: Probed, mailer: Mailer, kind: Probe, own: Address, sender: str, to: str, forged: str = "") -> None:
    draft = Draft(
        sender=own,
        to=[Address(to)],
        subject=f"support-worker check {run.word(kind)}",
        date=datetime.now(UTC),
        message_id=run.message_id(kind, own.email),
        headers=[("Auto-Submitted", "auto-generated"), *((("Authentication-Results", forged),) if forged else ())],
        text="A probe of support-worker check. It may be deleted.\n",
    )
    mailer.send(sender, to, compose(draft))
    run.sent.add(kind)


# ---- looking --------------------------------------------------------------------------------------------------------


def _wait(run: Probed, mailbox: Mailbox, begun: float, seconds: float) -> None:
    """Look into the inbox, and the archive: a running worker moves there what it took in."""
    box = mailbox.settings
    until = begun + seconds
    while run.sent - set(run.came) and time.monotonic() < until:
        _look(run, mailbox, (one for one in (box.inbox, box.archive) if one))
        if Probe.PLAIN in run.came and not run.seconds:
            run.seconds = time.monotonic() - begun
            until = min(until, time.monotonic() + _OTHERS_SECONDS)
        if run.sent - set(run.came):
            time.sleep(_STEP_SECONDS)


def _look(run: Probed, mailbox: Mailbox, folders: Iterable[str]) -> None:
    for folder in folders:
        for kind in sorted(run.sent):
            with suppress(MailboxError):  # a folder that is not there yet, or that holds no mail
                for raw in mailbox.take_out(folder, run.word(kind)):
                    run.came.setdefault(kind, raw)
                    run.folders.setdefault(kind, folder)


def _clear(run: Probed, mailbox: Mailbox) -> None:
    """Once through all folders: a probe may be taken for spam, or kept as a copy of what was sent."""
    box = mailbox.settings
    first = (box.inbox, box.archive)
    _look(run, mailbox, sorted(mailbox.folders(), key=lambda name: (name not in first, name)))


def lines_of(raw: bytes, name: str) -> Iterator[str]:
    """The values of a header, unfolded, topmost first."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    unfolded = head.replace("\n\t", " ").replace("\n ", " ")
    for line in unfolded.split("\n"):
        key, _, value = line.partition(":")
        if key.lower() == name:
            yield value.strip()
