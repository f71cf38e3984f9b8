"""What the demo's people do: they write mails, answer our letters, and wait until something has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from worker.app import App, utc_now
from worker.cli.embedded import AUTHSERV_ID, EmbeddedMail
from worker.mail.composing import Draft, compose
from worker.model import Address, Letter, LetterStatus

_PATIENCE_SECONDS = 20
T = TypeVar("T")


@dataclass
class Scene:
    """The running worker and its mail servers."""

    app: App
    mail: EmbeddedMail
    _numbers: count[int] = field(default_factory=count)

    def writes(self, sender: str, subject: str, text: str, answers: str = "") -> None:
        """A mail to the support address whose sender our own mail server has proven."""
        support, domain = self.app.settings.company.address, sender.rpartition("@")[2]
        draft = Draft(
            sender=Address(sender),
            to=[Address(support)],
            subject=subject,
            date=utc_now(),
            message_id=f"demo-{next(self._numbers)}@{domain}",
            in_reply_to=answers,
            text=text,
        )
        stamp = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from={domain}\r\n"
        self.mail.drop(support, stamp.encode() + compose(draft))

    def answers(self, sender: str, letter: Letter, text: str) -> None:
        """The answer to one of our letters."""
        self.writes(sender, f"Re: {letter.subject}", text, letter.message_id)

    def sent(self, kind: str, request: str = "", after: int = 0) -> Letter:
        """The first letter of that kind (about a request) that went out, after so many others of the kind; waits for it."""
        return wait_for(
            lambda: [
                one
                for one in self.app.records.letters_in(LetterStatus.SENT)
                if one.kind == kind and (not request or one.request_id == request)
            ][after:]
        )[0]


def wait_for(look: Callable[[], T]) -> T:
    """What `look` finds, as soon as it finds something. RuntimeError where it never does."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            raise RuntimeError("the demo waited in vain; run it again with the log above")
        time.sleep(0.02)
    return found
