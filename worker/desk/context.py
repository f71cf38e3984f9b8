"""What every step of the desk works with: records, settings, and the pure parts that were built once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from worker.desk import team
from worker.desk.board import Board
from worker.desk.quote_pdf import QuotePrinter
from worker.mail.attachments import Limits
from worker.mail.rendering import Renderer
from worker.model import Staff
from worker.policy.classify import Model
from worker.policy.hours import WorkingHours
from worker.policy.resources import Catalogue
from worker.records import Records
from worker.settings import Settings


def new_token() -> str:
    """Sixteen hexadecimal digits that nobody can guess."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's parts. Steps read from it and return an Outcome; only reception saves one."""

    records: Records
    settings: Settings
    hours: WorkingHours
    renderer: Renderer
    model: Model
    board: Board
    limits: Limits
    catalogue: Catalogue
    printer: QuotePrinter
    new_token: Callable[[], str] = new_token
    sign: Callable[[bytes], bytes] | None = None  # DKIM, where settings ask us to sign

    def team(self) -> tuple[Staff, ...]:
        """All members of staff that are named, in settings or in the store."""
        return team.team(self.settings, self.records)

    def member(self, email: str) -> Staff | None:
        """The member of staff with that address; where nobody at all is named, the staff's address is one."""
        return team.member(self.settings, self.records, email)

    def people_now(self, now: datetime) -> None:
        """Have the plan know who works here and who is away: other processes change both."""
        self.board.people_are(self.team(), self.records.absences(now))
