"""Delivery reports: which recipients failed, for good or for now, and which mail of ours it was about.

Reads what machines wrote for machines first (RFC 3464, Amazon SES), then what they wrote for people; flufl.bounce is asked
last, since it names recipients in mail of people and knows no class.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from email.message import Message as StdlibMessage

from flufl.bounce import all_failures

from worker.mail import bounce_words as words
from worker.mail.bounce_addresses import ADDRESS, clean_address
from worker.mail.bounce_dsn import StatusGroup, has_report_part, ses_notice, status_groups
from worker.mail.bounce_prose import failures_in, notice_of, speaks_of_failure, speaks_plainly_of_failure
from worker.mail.bounce_status import better_status, class_by_codes, class_by_words, is_delay, is_general, status_in
from worker.mail.forwards import is_forward_subject
from worker.mail.message import Message
from worker.model import BounceClass, BounceReport, FailedRecipient

_TEXT_LIMIT = 60_000
_BEGINNING = 500
_MOST_RECIPIENTS = 200
_DAEMON = re.compile(words.DAEMONS, re.IGNORECASE)
_POSTMASTER = re.compile(words.POSTMASTERS, re.IGNORECASE)
_SUBJECT = re.compile(words.SUBJECTS, re.IGNORECASE)
_ANSWER = re.compile(r"^\s*(?:re|aw|sv|antw|tl|trả lời|fwd?|wg|tr|ct|chuyển tiếp)\s?(?:\[\d+\])?\s?:", re.IGNORECASE)
_PERSONAL = re.compile(words.PERSONAL, re.IGNORECASE)
_ADDRESS = re.compile(ADDRESS)
_MESSAGE_ID = re.compile(r"^[ \t]*Message-I[Dd]:\s*<([^<>\s]{3,300})>", re.MULTILINE)
_ANGLED = re.compile(r"<([^<>\s]{3,300})>")
_RETURNED_TYPES = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
)
_OTHER_REPORTS = ("disposition-notification", "feedback-report", "tlsrpt")


def bounce_report(message: Message) -> BounceReport | None:
    """What a delivery report says, None for any other mail; success notices (RFC 3461 NOTIFY=SUCCESS) are no reports.

    A warning that delivery is late is a temporary report with `is_delay_warning`.
    """
    if _report_type(message) in _OTHER_REPORTS:
        return None
    notice = notice_of(_notice_text(message))
    ses = ses_notice(message.text)
    if ses is not None:
        return _ses_report(ses.kind, ses.recipients, ses.message_id)
    groups = status_groups(message) if _may_carry_fields(message) else []
    if not (groups or has_report_part(message)) and not _is_prose_report(message, notice):
        return None
    if groups and not _is_machine_made(message, notice):
        return None
    if groups and all(group.is_success for group in groups):
        return None
    return _report(message, notice, [group for group in groups if not group.is_success])


def is_delivery_report(message: Message) -> bool:
    """Whether the mail is a report of a mail system, also one that names no recipient or reports success."""
    return has_report_part(message) or _report_type(message) == "delivery-status"


def _report_type(message: Message) -> str:
    content_type = message.header("content-type").lower()
    found = re.search(r"report-type\s*=\s*\"?([\w\-]{3,40})", content_type[:600])
    return found[1] if found else ""


def _may_carry_fields(message: Message) -> bool:
    return (
        has_report_part(message)
        or "-recipient" in message.text[:_TEXT_LIMIT].lower()
        or any("-recipient" in part.text[:_TEXT_LIMIT].lower() for part in message.parts if not part.in_attached)
    )


# ---- is it a report? ------------------------------------------------------------------------------------------------


def _sender(message: Message) -> str:
    return f"{message.header('from')} {message.header('sender')}"[:400]


def _has_null_path(message: Message) -> bool:
    """RFC 5321 4.5.5: reports are sent with an empty return path."""
    paths = message.all("return-path")
    return bool(paths) and paths[0].strip() in ("<>", "", "<MAILER-DAEMON>", "MAILER-DAEMON")


def _is_machine_made(message: Message, notice: str) -> bool:
    """Whether a mail system sent it: people quote reports with all their fields."""
    if has_report_part(message) or message.header("x-failed-recipients") or _has_null_path(message):
        return True
    return bool(_DAEMON.search(_sender(message))) or _is_postmasters(message, notice)


def _is_postmasters(message: Message, notice: str) -> bool:
    """A report under a name that people have, too: it begins with the words of a mail system, and forwards nothing."""
    named = message.header("from") in ("", "<>") or bool(_POSTMASTER.search(_sender(message)))
    if not named or is_forward_subject(message.header("subject")) or _PERSONAL.search(notice[:2000]):
        return False
    return speaks_of_failure(notice[:_BEGINNING])


def _is_prose_report(message: Message, notice: str) -> bool:
    """Machine evidence, and words that fit: a person who quotes a report gives the words only."""
    sender, subject = _sender(message), message.header("subject")[:300]
    if message.header("x-failed-recipients"):
        return True
    if _DAEMON.search(sender):
        return speaks_of_failure(notice) or speaks_plainly_of_failure(notice) or bool(_SUBJECT.search(subject))
    named = bool(_SUBJECT.search(subject)) and not _ANSWER.match(subject)
    if _has_null_path(message):
        returned = any(part.content_type in _RETURNED_TYPES for part in message.parts)
        if named or (returned and speaks_plainly_of_failure(notice)):
            return True
        return speaks_of_failure(notice) and (returned or bool(failures_in(notice, _own(message))))
    is_automatic = message.header("auto-submitted").lower().startswith(("auto-replied", "auto-generated"))
    if named and is_automatic and speaks_of_failure(notice):
        return True
    return _is_postmasters(message, notice) and (named or bool(failures_in(notice, _own(message))))


# ---- the report -----------------------------------------------------------------------------------------------------


def _notice_text(message: Message) -> str:
    """The text that a mail system wrote: the first text parts, or the text made of HTML."""
    plain = [
        part.text
        for part in message.parts
        if part.content_type == "text/plain" and not part.in_attached and part.text.strip()
    ]
    return (plain[0] if plain else message.text)[:_TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n")


def _own(message: Message) -> frozenset[str]:
    """The addresses that the report was sent to: ours."""
    values = [value for name in ("to", "delivered-to", "x-original-to", "envelope-to") for value in message.all(name)]
    return frozenset(found.lower() for value in values for found in _ADDRESS.findall(value[:2000]))


def _report(message: Message, notice: str, groups: list[StatusGroup]) -> BounceReport:
    recipients = _from_groups(groups, notice) or _from_header(message, notice) or _from_prose(message, notice)
    recipients = recipients or _from_returned(message, notice) or _from_flufl(message, notice)
    delayed = all(group.is_delayed for group in groups) if groups else _is_warning(message, notice)
    if delayed:
        recipients = tuple(_delayed(recipient) for recipient in recipients)
    return BounceReport(recipients, _overall(recipients, notice, delayed=delayed), _original_id(message), delayed)


def _is_warning(message: Message, notice: str) -> bool:
    return is_delay(message.header("subject"), notice)


def _delayed(recipient: FailedRecipient) -> FailedRecipient:
    status = recipient.status if recipient.status.startswith("4") else ""
    return FailedRecipient(recipient.email, BounceClass.TEMPORARY, status, recipient.diagnostic)


def _overall(recipients: Iterable[FailedRecipient], notice: str, *, delayed: bool) -> BounceClass:
    """The class of the whole report: permanent where one recipient has failed for good."""
    if delayed:
        return BounceClass.TEMPORARY
    classes = {recipient.bounce_class for recipient in recipients}
    for found in (BounceClass.PERMANENT, BounceClass.TEMPORARY):
        if found in classes:
            return found
    by_codes = class_by_codes(status_in(notice), notice)
    return class_by_words(notice) if by_codes is BounceClass.UNKNOWN else by_codes


def _from_groups(groups: Iterable[StatusGroup], notice: str) -> tuple[FailedRecipient, ...]:
    """The recipients of RFC 3464 fields; prose helps where a field gives no status, or none that names a reason."""
    found: dict[str, FailedRecipient] = {}
    for group in itertools.islice(groups, _MOST_RECIPIENTS):
        address = group.address
        if address and address not in found:
            found[address] = group.failure(address)
    if all(_is_complete(recipient) for recipient in found.values()):
        return tuple(found.values())
    said = {failure.address: failure.diagnostic for failure in failures_in(notice, frozenset())}
    return tuple(_completed(recipient, said.get(recipient.email, "")) for recipient in found.values())


def _is_complete(recipient: FailedRecipient) -> bool:
    return recipient.bounce_class is not BounceClass.UNKNOWN and not is_general(recipient.status)


def _completed(recipient: FailedRecipient, said: str) -> FailedRecipient:
    """With the reason that the prose gives, unless that contradicts the fields."""
    if _is_complete(recipient):
        return recipient
    prose = _recipient(recipient.email, f"{recipient.diagnostic}\n{said}", recipient.status)
    contradicts = recipient.bounce_class not in (BounceClass.UNKNOWN, prose.bounce_class)
    return recipient if contradicts else prose


def _recipient(address: str, diagnostic: str, status: str = "") -> FailedRecipient:
    status = better_status(status, diagnostic)
    found = class_by_codes(status, diagnostic)
    if found is BounceClass.UNKNOWN:
        found = class_by_words(diagnostic)
    return FailedRecipient(address, found, status, diagnostic.strip()[:500])


def _from_header(message: Message, notice: str) -> tuple[FailedRecipient, ...]:
    """X-Failed-Recipients of Exim and Google: the final addresses; the notice may know the alias."""
    listed = [clean_address(item) for value in message.all("x-failed-recipients") for item in value[:8000].split(",")]
    known = {failure.address: failure.diagnostic for failure in failures_in(notice, _own(message))}
    addresses = dict.fromkeys(address for address in listed if address)
    return tuple(_recipient(address, known.get(address, notice)) for address in addresses)


def _from_prose(message: Message, notice: str) -> tuple[FailedRecipient, ...]:
    reporter = (clean_address(message.header("from")) or "@").rpartition("@")[2]
    found = failures_in(notice, _own(message), reporter)
    return tuple(_recipient(failure.address, failure.diagnostic) for failure in found)


def _from_returned(message: Message, notice: str) -> tuple[FailedRecipient, ...]:
    """The only recipient of the returned mail, where the report names nobody."""
    values = _returned_headers(message, "to")
    addresses = {clean_address(found) for value in values for found in _ADDRESS.findall(value[:2000])} - {""}
    return tuple(_recipient(address, notice) for address in addresses) if len(addresses) == 1 else ()


def _from_flufl(message: Message, notice: str) -> tuple[FailedRecipient, ...]:
    """flufl.bounce as the last detector; it reads a standard library message, made here of sender, subject and notice."""
    made = StdlibMessage()
    made["From"] = clean_address(message.header("from")).encode("ascii", "replace").decode() or "mailer-daemon@invalid"
    made["Subject"] = message.header("subject")[:300].encode("ascii", "replace").decode()
    made.set_payload(notice)
    temporary, permanent = all_failures(made)
    named = [(found, BounceClass.TEMPORARY) for found in temporary] + [(found, None) for found in permanent]
    known = [(clean_address(found.decode("utf-8", "replace")), given) for found, given in named]
    return tuple(
        FailedRecipient(address, given or _recipient(address, notice).bounce_class)
        for address, given in dict(known).items()
        if address and address not in _own(message)
    )


# ---- the mail it was about ------------------------------------------------------------------------------------------


def _returned_headers(message: Message, name: str) -> list[str]:
    """A header of the returned mail: attached, as headers alone, or as text under the notice."""
    attached = [value for inner in message.attached_messages[:1] for value in inner.all(name)]
    pattern = re.compile(rf"^[ \t]*{name}:[ \t]*(\S.*(?:\n[ \t]+\S.*){{0,8}})", re.IGNORECASE | re.MULTILINE)
    texts = [
        part.text[:_TEXT_LIMIT]
        for part in message.parts
        if not part.in_attached and part.content_type in ("text/rfc822-headers", "message/rfc822-headers", "text/plain")
    ]
    copies = [text[len(notice_of(text)) :] for text in texts] if not attached else []
    return attached or [found[1] for text in (*texts[1:], *copies) for found in pattern.finditer(text)][:1]


def _original_id(message: Message) -> str:
    """The Message-ID of the returned mail; where it is not returned, of the mail that the report answers."""
    for value in _returned_headers(message, "message-id"):
        found = _ANGLED.search(value)
        if found:
            return found[1]
    shown = _MESSAGE_ID.search(message.text[:_TEXT_LIMIT])
    if shown:
        return shown[1]
    answered = _ANGLED.search(message.header("in-reply-to")) or _ANGLED.search(message.header("references"))
    return answered[1] if answered else ""


def _ses_report(kind: str, recipients: tuple[FailedRecipient, ...], message_id: str) -> BounceReport | None:
    if kind not in ("bounce", "deliverydelay"):
        return None
    delayed = kind == "deliverydelay"
    return BounceReport(recipients, _overall(recipients, "", delayed=delayed), message_id, delayed)
