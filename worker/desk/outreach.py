"""What the steps of newsletters and programmes work with: the desk, their own records, the signing key, the window."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from worker.desk.context import Desk
from worker.desk.wording import greeting_name
from worker.mail.newsletter_mime import Slot, to_value
from worker.mail.rendering import template_folder
from worker.model import Address, Language
from worker.outreach_records import OutreachRecords, Recipient, email_key
from worker.policy.newsletter_schedule import Window, check_cron
from worker.policy.programmes import Programme, read_programme
from worker.policy.tokens import is_signed, sign
from worker.settings import SettingsError

_TOKEN = re.compile(r"\bbt(\d{1,9})-([0-9a-f]{16})-([a-z2-7]{24})\b", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"bt(\d{1,9})\.([0-9a-f]{16})\.([a-z2-7]{24})@.{1,255}", re.IGNORECASE | re.DOTALL)
_UNSUBSCRIBE = "unsubscribe"
_MAIL = "newsletter mail"
_SCANNED = 4_000


@dataclass(frozen=True, slots=True)
class Outreach:
    """Everything that newsletters, subscriptions and programmes need. `ring` has letters delivered at once; without it
    they leave with the timer.
    """

    desk: Desk
    records: OutreachRecords
    key: bytes
    window: Window
    programmes: tuple[Programme, ...] = ()
    ring: Callable[[Iterable[str]], None] = lambda _letters: None

    @property
    def late(self) -> timedelta:
        """How late a newsletter may start without asking."""
        return timedelta(minutes=self.desk.settings.newsletters.late_minutes)


def open_outreach(desk: Desk) -> Outreach:
    """Outreach over a desk's store. SettingsError where key or schedules cannot be used, ProgrammeError for programmes."""
    wishes = desk.settings.newsletters
    wrong = [
        f"schedules.{name}: {why}"
        for name, cron in wishes.schedules.items()
        if (why := check_cron(cron, desk.settings.hours.time_zone))
    ]
    if wrong:
        raise SettingsError("newsletters", wrong)
    records = OutreachRecords(desk.records.store)
    return Outreach(
        desk=desk,
        records=records,
        key=_signing_key(wishes.key_env, records),
        window=Window(desk.hours, wishes.intervals(), wishes.working_days_only),
        programmes=load_programmes(template_folder(desk.settings.base)),
    )


def _signing_key(variable: str, records: OutreachRecords) -> bytes:
    if not variable:
        return records.signing_key()
    found = os.environ.get(variable, "")
    if len(found) < 16:
        raise SettingsError(
            "newsletters", [f"key_env: the environment variable {variable} holds no key of 16 characters"]
        )
    return found.encode()


def load_programmes(templates: Path) -> tuple[Programme, ...]:
    """The programmes of a template folder. ProgrammeError names every mistake of the first broken file."""
    files = sorted((templates / "programmes").glob("*.yaml"))
    return tuple(read_programme(file.read_text(encoding="utf-8"), str(file)) for file in files)


# ---- tokens ---------------------------------------------------------------------------------------------------------


def unsubscribe_token(outreach: Outreach, newsletter: str, email: str) -> str:
    """What in a link or a subject refuses newsletters for one recipient of one newsletter: `bt7-<address>-<signature>`."""
    number, who = newsletter.removeprefix("BT-"), email_key(email)
    return f"bt{number}-{who}-{sign(outreach.key, _UNSUBSCRIBE, number, who)}"


def recipient_of_token(outreach: Outreach, text: str) -> Recipient | None:
    """The recipient whose unsubscribe token stands in a text; None where none of ours does."""
    for number, who, signature in _TOKEN.findall(text[:_SCANNED]):
        if is_signed(outreach.key, signature, _UNSUBSCRIBE, number, who.lower()):
            return outreach.records.recipient(f"BT-{number}/{who.lower()}")
    return None


def newsletter_message_id(outreach: Outreach, newsletter: str, email: str) -> str:
    """The Message-ID of a recipient's mail, the same on every attempt: it leads back to the row, and nobody can make one."""
    number, who = newsletter.removeprefix("BT-"), email_key(email)
    domain = outreach.desk.settings.company.address.rpartition("@")[2]
    return f"bt{number}.{who}.{sign(outreach.key, _MAIL, number, who)}@{domain}"


def recipient_of_mail(outreach: Outreach, message_id: str) -> Recipient | None:
    """The recipient of our newsletter mail with that Message-ID; None where it is none of ours."""
    found = _MESSAGE_ID.fullmatch(message_id)
    if not found or not is_signed(outreach.key, found[3], _MAIL, found[1], found[2].lower()):
        return None
    return outreach.records.recipient(f"BT-{found[1]}/{found[2].lower()}")


def unsubscribe_link(outreach: Outreach, token: str) -> str:
    """Where a reader refuses: the page of the endpoint where there is one, else a prepared mail."""
    url = outreach.desk.settings.newsletters.unsubscribe_url
    return f"{url}/u/{token}" if url else _unsubscribe_mail(outreach, token)


def _unsubscribe_mail(outreach: Outreach, token: str) -> str:
    return f"mailto:{outreach.desk.settings.company.address}?subject=unsubscribe%20{token}"


def list_unsubscribe(outreach: Outreach, token: str) -> str:
    """The value of List-Unsubscribe (RFC 2369): by mail always, by https where the endpoint is."""
    by_mail = f"<{_unsubscribe_mail(outreach, token)}>"
    url = outreach.desk.settings.newsletters.unsubscribe_url
    return f"<{url}/u/{token}>, {by_mail}" if url else by_mail


def slot_values(outreach: Outreach, recipient: Recipient) -> dict[str, str]:
    """What stands in the slots of one recipient's mail: always the same for the same row."""
    token = unsubscribe_token(outreach, recipient.newsletter, recipient.email)
    return {
        Slot.TO: to_value(recipient.email, recipient.name),
        Slot.MESSAGE_ID: f"<{newsletter_message_id(outreach, recipient.newsletter, recipient.email)}>",
        Slot.LIST_UNSUBSCRIBE: list_unsubscribe(outreach, token),
        Slot.NAME: _greeting(recipient),
        Slot.EMAIL: recipient.email,
        Slot.COMPANY: recipient.company,
        Slot.UNSUBSCRIBE: unsubscribe_link(outreach, token),
    }


def shadow_values(outreach: Outreach, recipient: Recipient) -> dict[str, str]:
    """The same for a mail that only staff see, marked with whom it is meant for: what it links to is nobody's row."""
    nobody = replace(recipient, email=f"shadow.{recipient.email}")
    to = to_value(outreach.desk.settings.staff_address, f"SHADOW → {recipient.email}")
    return {**slot_values(outreach, nobody), Slot.TO: to, Slot.EMAIL: recipient.email}


def _greeting(recipient: Recipient) -> str:
    """By name where a person's is known, else by the company's, else politely without."""
    if recipient.name or not recipient.company:
        return greeting_name(Address(recipient.email, recipient.name), recipient.language)
    return f"Quý khách {recipient.company}" if recipient.language is Language.VI else recipient.company


def day_of(outreach: Outreach, at: datetime) -> str:
    """The local date of an instant: the law counts advertising mails by day."""
    return f"{outreach.desk.hours.local(at):%Y-%m-%d}"
