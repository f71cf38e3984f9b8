"""What keeps two machines from answering each other: words said before, and addresses that bounce."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.model import BounceClass

_DIGITS = re.compile(r"\d+")
_SCANNED = 4000
_PAUSES = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
_TEMPORARY_IN_A_ROW = 3
_TEMPORARY_PAUSE = timedelta(days=1)
_FORGOTTEN = timedelta(days=180)


def words_key(sender: str, text: str, day: datetime) -> str:
    """The same for what a sender says twice on one day, whatever numbers stand in it: a machine counts, a person does not."""
    words = _DIGITS.sub("#", " ".join(text[:_SCANNED].lower().split()))
    return f"said/{day:%Y-%m-%d}/{hashlib.sha256(f'{sender}|{words}'.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressHealth:
    """How letters to an address fared: bounces since the last success, and until when it is left alone."""

    email: str
    permanent: int = 0
    temporary: int = 0
    last: datetime | None = None
    paused_until: datetime | None = None
    version: int = 0

    def is_paused(self, now: datetime) -> bool:
        """Whether nothing is written to it now."""
        return self.paused_until is not None and now < self.paused_until


def after_bounce(health: AddressHealth, bounce: BounceClass, now: datetime) -> AddressHealth:
    """A final bounce pauses for a week, then a month, then three; three temporary ones in a row for a day.

    What is half a year old is forgotten: people get their mailboxes back.
    """
    if health.last is not None and now - health.last > _FORGOTTEN:
        health = replace(health, permanent=0, temporary=0)
    if bounce is BounceClass.PERMANENT:
        pause = _PAUSES[min(health.permanent, len(_PAUSES) - 1)]
        return replace(health, permanent=health.permanent + 1, last=now, paused_until=now + pause)
    in_a_row = health.temporary + 1
    until = now + _TEMPORARY_PAUSE if in_a_row >= _TEMPORARY_IN_A_ROW else health.paused_until
    return replace(health, temporary=in_a_row, last=now, paused_until=until)
