"""Reads delivery reports made for machines: RFC 3464 fields, wherever and however typed, and the JSON of Amazon SES."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from worker.mail.bounce_addresses import clean_address, decode_xtext
from worker.mail.bounce_status import better_status, class_by_codes, class_by_words, status_in
from worker.mail.message import Message
from worker.model import BounceClass, FailedRecipient

_SCANNED = 200_000
_MOST_RECIPIENTS = 200
_REPORT_TYPES = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "message/deliverystatus", "text/delivery-status"}
)
_FIELD = re.compile(r"^\s{0,8}([A-Za-z][\w\-]{2,60})\s?:[ \t]*(.*)$")
_RECIPIENT_FIELDS = frozenset({"final-recipient", "original-recipient"})
_KNOWN = frozenset({*_RECIPIENT_FIELDS, "action", "status", "diagnostic-code", "x-actual-recipient", "remote-mta"})
_STARTS_NEW = frozenset({"final-recipient", "original-recipient", "action"})
_SUCCESSES = frozenset({"delivered", "relayed", "expanded", "deliverable"})


@dataclass(frozen=True, slots=True)
class StatusGroup:
    """The fields of one recipient (RFC 3464 2.3), values as they stand there."""

    final: str = ""
    original: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""

    @property
    def is_success(self) -> bool:
        return self.action.split(" ")[0].lower().strip(";,.") in _SUCCESSES

    @property
    def is_delayed(self) -> bool:
        return self.action.lower().startswith("delay")

    @property
    def address(self) -> str:
        """The address that was written to, not the one that an alias made of it."""
        written = clean_address(decode_xtext(self.original))
        final = clean_address(self.final)
        return written or final

    def failure(self, address: str) -> FailedRecipient:
        """The group as a failed recipient: a status of 4 is temporary, also where the action is final (expired)."""
        status = better_status(status_in(self.status), self.diagnostic)
        found = class_by_codes(status, self.diagnostic)
        if self.is_delayed:
            found = BounceClass.TEMPORARY
        elif found is BounceClass.UNKNOWN:
            found = class_by_words(self.diagnostic)
        return FailedRecipient(address, found, status, self.diagnostic[:500])


def status_groups(message: Message) -> list[StatusGroup]:
    """The recipients' groups of a report; also where its part is typed as text, or the fields stand in the prose."""
    typed = [part.text for part in message.parts if not part.in_attached and part.content_type in _REPORT_TYPES]
    groups = [group for text in typed for group in _groups(text)]
    if groups:
        return groups
    loose = [part.text for part in message.parts if not part.in_attached and _has_fields(part.text)]
    return [group for text in (loose or [message.text]) if _has_fields(text) for group in _groups(text)]


def has_report_part(message: Message) -> bool:
    """Whether the mail carries a part that RFC 3464 defines."""
    return any(part.content_type in _REPORT_TYPES and not part.in_attached for part in message.parts)


_LOOSE = re.compile(r"^\s{0,8}(?:final|original)-recipient\s?:", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^\s{0,8}(?:action|status|diagnostic-code)\s?:\s*\S", re.IGNORECASE | re.MULTILINE)


def _has_fields(text: str) -> bool:
    shown = text[:_SCANNED]
    return bool(_LOOSE.search(shown)) and bool(_ACTION.search(shown))


def _groups(text: str) -> Iterator[StatusGroup]:
    """One group a recipient: divided by blank lines, or by a field that comes again."""
    fields: dict[str, str] = {}
    for name, value in _fields(text[:_SCANNED]):
        ends = not name or (name in _STARTS_NEW and name in fields)
        if ends and _RECIPIENT_FIELDS & fields.keys():
            yield _group(fields)
        if ends:
            fields = {}
        if name in _KNOWN:
            fields.setdefault(name, value)
    if _RECIPIENT_FIELDS & fields.keys():
        yield _group(fields)


def _group(fields: dict[str, str]) -> StatusGroup:
    return StatusGroup(
        final=fields.get("final-recipient", ""),
        original=fields.get("original-recipient", ""),
        action=fields.get("action", "").strip(),
        status=fields.get("status", ""),
        diagnostic=re.sub(r"^\s*[\w\-]{1,30}\s?;\s*", "", fields.get("diagnostic-code", "")),
    )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Fields with continuation lines joined; ("", "") for a blank line. An indented field begins a field all the same."""
    name, values = "", [""]
    for line in text.split("\n"):
        found = _FIELD.match(line)
        is_field = found is not None and (not line[:1].isspace() or found[1].lower() in _KNOWN)
        if not is_field and line.strip():
            values.append(line.strip())
            continue
        if name:
            yield name, " ".join(values).strip()
        name, values = (found[1].lower(), [found[2].strip()]) if is_field and found else ("", [""])
        if not line.strip():
            yield "", ""
    if name:
        yield name, " ".join(values).strip()


# ---- Amazon SES and SNS ---------------------------------------------------------------------------------------------

_SES = re.compile(
    r"\"(?:notificationType|eventType)\"\s*:\s*\"(Bounce|Complaint|Delivery|DeliveryDelay)\"", re.IGNORECASE
)
_SES_TYPE = re.compile(r"\"(?:bounceType|delayType)\"\s*:\s*\"(\w{1,40})\"")
_SES_LIST = re.compile(r"\"(?:bouncedRecipients|delayedRecipients)\"\s*:\s*\[([^\]]{0,60000})")
_SES_ITEM = re.compile(r"\{([^{}]{0,4000})\}")
_SES_VALUE = re.compile(r"\"(\w{1,40})\"\s*:\s*\"([^\"]{0,2000})\"")
_SES_ID = re.compile(r"\"name\"\s*:\s*\"Message-I[dD]\"\s*,\s*\"value\"\s*:\s*\"<?([^\"<>]{3,300})>?\"")
_SES_COMMON_ID = re.compile(r"\"messageId\"\s*:\s*\"<?([^\"<>@]{1,200}@[^\"<>]{1,200})>?\"")
_SES_CLASSES = {"permanent": BounceClass.PERMANENT, "transient": BounceClass.TEMPORARY}


@dataclass(frozen=True, slots=True)
class SesNotice:
    """A notification of Amazon SES: `kind` is bounce, complaint, delivery or deliverydelay."""

    kind: str
    recipients: tuple[FailedRecipient, ...] = ()
    message_id: str = ""


def ses_notice(text: str) -> SesNotice | None:
    """The notification in a text, also wrapped by SNS (JSON in a string of JSON) and broken over lines by mail."""
    if "otificationType" not in text[:_SCANNED] and "eventType" not in text[:_SCANNED]:
        return None
    flat = re.sub(r"\r?\n ?", "", text[:_SCANNED]).replace('\\"', '"').replace("\\\\", "\\")
    kind = _SES.search(flat)
    if kind is None:
        return None
    named = _SES_ID.search(flat) or _SES_COMMON_ID.search(flat)
    return SesNotice(kind[1].lower(), tuple(_ses_recipients(flat)), named[1].strip() if named else "")


def _ses_recipients(flat: str) -> Iterable[FailedRecipient]:
    listed, typed = _SES_LIST.search(flat), _SES_TYPE.search(flat)
    by_type = _SES_CLASSES.get(typed[1].lower(), BounceClass.UNKNOWN) if typed else BounceClass.TEMPORARY
    for item in _SES_ITEM.findall(listed[1])[:_MOST_RECIPIENTS] if listed else ():
        values = dict(_SES_VALUE.findall(item))
        address = clean_address(values.get("emailAddress", ""))
        diagnostic = re.sub(r"^\w{1,20};\s*", "", values.get("diagnosticCode", ""))
        status = better_status(status_in(values.get("status", "")), diagnostic)
        by_codes = class_by_codes(status, diagnostic)
        if address:
            known = by_type if by_codes is BounceClass.UNKNOWN else by_codes
            yield FailedRecipient(address, known, status, diagnostic[:500])
