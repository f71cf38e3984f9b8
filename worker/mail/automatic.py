"""Who wrote a mail: a person, a machine that answers or notifies, a mail system that reports, or a mailing list.

Headers come first (RFC 3834, RFC 2369, RFC 2919); where the only evidence is words, several different signs are asked for,
because a person who is taken for a machine gets no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from worker.mail import automatic_headers as headers
from worker.mail import automatic_words as words
from worker.mail.automatic_prose import absence_note, challenge, newsletter, notification, receipt_note
from worker.mail.bounces import bounce_report, is_delivery_report
from worker.mail.message import Message
from worker.model import MailKind

_NO_LISTS: frozenset[str] = frozenset()
_REPORT_SUBJECT = re.compile(
    r"report domain:.{1,120}(?:submitter|report-id)|\bdmarc (?:aggregate )?report\b", re.IGNORECASE
)
_REPORT_FILE = re.compile(r"^[\w.\-]+![\w.\-]+!\d{9,11}![\w.!\-]+\.(?:xml|json|zip|gz)", re.IGNORECASE)
_COMPLAINT = re.compile(
    r"e-?mail abuse report for an? (?:e-?mail )?message|^feedback-type:\s*\w|complaint (?:about|from|feedback)|"
    r"this is (?:a|an) .{0,30}(?:spam|abuse|junk) (?:report|complaint|notification)|\"notificationtype\"\s*:\s*\"complaint\"",
    re.IGNORECASE | re.MULTILINE,
)
_COMPLAINT_SENDER = re.compile(
    r"(?:^|[<\s])(?:staff@hotmail|fbl|feedbackloop|feedback|complaints?|scomp|abuse[-_]?report\w*|arf)[@\-+.]",
    re.IGNORECASE,
)
_REPLY_SUBJECT = re.compile(
    rf"^\W*(?:{words.REPLY_SUBJECTS})\s*(?:[:：;\-–—(\[!/|【「]|$|(?<=[:\-(!])|re\b|from\b|to\b|von\b|từ\b)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(rf"^\W*(?:{words.RECEIPT_SUBJECTS})", re.IGNORECASE)
_MEETING_SUBJECT = re.compile(rf"^\W*{words.MEETING_SUBJECTS}", re.IGNORECASE)
_CRON = re.compile(words.CRON, re.IGNORECASE)
_MONITOR = re.compile(words.MONITORS, re.IGNORECASE)
_ROBOT = re.compile(
    r"^(?:root|cron|anacron|daemon|nobody|logwatch|logcheck|nagios|zabbix|icinga|monit|munin|backup|www-data|apache|nginx)@"
)
_NEVER_READ = re.compile(
    r"^(?:[\w.\-]*(?:no|not|non|never|khong|do)[-_.]?(?:tra[-_.]?loi|reply|replies|respond|response)[\w.\-+]*|"
    r"(?:[\w\-]*notif(?:y|ier|ication)s?|notificaciones|alerts?|mailer|auto(?:mated|mailer|reply|responder|confirm)?|robot|"
    r"rss(?:feeds?)?|feeds?|newsfeed|thong[-_.]?bao|he[-_.]?thong|calendar-notification|bugzilla[\w\-]*|jira|"
    r"wordpress|drive-shares[\w\-]*|order-update|auto-confirm|ship-confirm|bounces?)(?:[+\-.][\w.\-+=]*)?)@"
)
_LIST_SENDER = re.compile(
    r"(?:^|[<\s\"])(?:owner-[\w.\-]+|sentto-[\w.\-]+|[\w.\-]+-(?:bounces|owner|request|admin|errors|return)(?:[+\-][^@\s]{0,120})?)@",
    re.IGNORECASE,
)
_ANSWERED = frozenset({"", "no", "auto-forwarded"})


@dataclass(frozen=True, slots=True)
class _Mail:
    """What the rules look at. `name` and `sender` are lower case; `own_lists` are addresses of ours that are lists."""

    message: Message
    sender: str
    subject: str
    names: frozenset[str]
    own_lists: frozenset[str]

    def header(self, name: str) -> str:
        return self.message.header(name).strip().lower() if name in self.names else ""


def mail_kind(message: Message, own_lists: frozenset[str] = _NO_LISTS) -> tuple[MailKind, str]:
    """The kind of a mail and the evidence for it, in English; (HUMAN, "") for a person.

    A person who forwards, quotes or answers what a machine wrote is a person. `own_lists` are our own addresses that a
    list server delivers (a support address that is a Google group): their list headers say nothing about the sender.
    """
    mail = _Mail(
        message, _address(message), message.header("subject")[:300], frozenset(n for n, _ in message.headers), own_lists
    )
    for rule in _RULES:
        found = rule(mail)
        if found is not None:
            return found
    return MailKind.HUMAN, ""


def _address(message: Message) -> str:
    """The address in From, lower case."""
    value = message.header("from")[:400].lower()
    found = re.findall(r"[^\s<>\"',;()]{1,120}@[^\s<>\"',;()]{1,200}", value)
    return found[-1] if found else value


_Found = tuple[MailKind, str] | None


def _auto(reason: str) -> _Found:
    return (MailKind.AUTO_REPLY, reason) if reason else None


# ---- rules, in order ------------------------------------------------------------------------------------------------


def _by_complaint(mail: _Mail) -> _Found:
    """ARF (RFC 5965), also where it is no multipart/report."""
    if _part_typed(mail, "message/feedback-report") or _report_type(mail) == "feedback-report":
        return _auto("complaint report (RFC 5965)")
    is_known = bool(_COMPLAINT_SENDER.search(mail.sender)) or "x-hmxmroriginalrecipient" in mail.names
    is_known = is_known or mail.sender.endswith("sns.amazonaws.com")
    return (
        _auto("complaint report")
        if is_known and _COMPLAINT.search(f"{mail.subject}\n{mail.message.text[:3000]}")
        else None
    )


def _by_domain_report(mail: _Mail) -> _Found:
    """DMARC aggregate reports (RFC 7489 7.2.1.1) and TLS reports (RFC 8460 5.3)."""
    if "tls-report-domain" in mail.names or _report_type(mail) == "tlsrpt":
        return _auto("TLS report (RFC 8460)")
    files = (part.filename for part in mail.message.parts if not part.in_attached)
    if any(_REPORT_FILE.match(name) for name in files) or _REPORT_SUBJECT.search(mail.subject):
        return None if _is_answer(mail) else _auto("DMARC report (RFC 7489)")
    return None


def _by_bounce(mail: _Mail) -> _Found:
    report = bounce_report(mail.message)
    if report is not None:
        return MailKind.BOUNCE, "delivery warning" if report.is_delay_warning else "delivery report"
    if is_delivery_report(mail.message):
        return _auto("notice of success of a delivery (RFC 3461)")
    return None


def _by_receipt(mail: _Mail) -> _Found:
    if _report_type(mail) == "disposition-notification" or _part_typed(mail, "message/disposition-notification"):
        return _auto("read receipt (RFC 8098)")
    return _auto(receipt_note(mail.message)) if _RECEIPT_SUBJECT.match(mail.subject) else None


def _by_calendar(mail: _Mail) -> _Found:
    parts = [part for part in mail.message.parts if part.content_type == "text/calendar" and not part.in_attached]
    if any(part.param("method").lower() in ("reply", "counter", "declinecounter", "cancel") for part in parts):
        return _auto("calendar reply (RFC 6047)")
    return _auto("calendar reply") if parts and _MEETING_SUBJECT.match(mail.subject) else None


def _by_auto_submitted(mail: _Mail) -> _Found:
    """RFC 3834 5: any value but `no`; what a person's rule forwarded is still that person's."""
    value = re.split(r"[\s;(]", mail.header("auto-submitted").strip("\"' "))[0]
    if value in _ANSWERED or value.startswith("auto-forward"):
        return None
    if value == "auto-generated" and ("list-id" in mail.names or "list-post" in mail.names):
        return MailKind.LIST, "Auto-Submitted: auto-generated, through a list"
    return _auto(f"Auto-Submitted: {value[:40]}")


def _by_flags(mail: _Mail) -> _Found:
    for name in headers.FLAGS:
        if name in mail.names and mail.header(name) not in ("no", "false", "0"):
            return _auto(f"header {name}")
    for name in headers.CRON_HEADERS:
        if name in mail.names:
            return _auto(f"cron (header {name})")
    for name in ("precedence", "x-precedence", "preference"):
        if re.match(r"auto[-_ ]?reply", mail.header(name)):
            return _auto(f"{name}: {mail.header(name)[:40]}")
    if "autoresponder" in mail.header("x-post-messageclass") or "autorespond" in mail.header("delivered-to"):
        return _auto("header of an autoresponder")
    if mail.header("content-identifier") == "exooftemplate" or "mailbox rules agent" in mail.header(
        "x-ms-exchange-generated-message-source"
    ):
        return _auto("Exchange rule")
    return None


def _by_subject(mail: _Mail) -> _Found:
    found = _REPLY_SUBJECT.match(mail.subject)
    return _auto(f"subject: {mail.subject[:60]}") if found else None


def _by_suppression(mail: _Mail) -> _Found:
    """X-Auto-Response-Suppress (MS-OXCMAIL 2.1.3.2.20): programs ask with it for silence; people's mail hardly carries it."""
    value = mail.header("x-auto-response-suppress")
    asked = {item.strip() for item in value.split(",")} & {"all", "oof", "autoreply"}
    return _auto(f"X-Auto-Response-Suppress: {value[:40]}") if asked and not _is_answer(mail) else None


def _by_null_path(mail: _Mail) -> _Found:
    paths = mail.message.all("return-path")
    return _auto("empty return path (RFC 3834 2)") if paths and paths[0].strip() == "<>" else None


def _by_list(mail: _Mail) -> _Found:
    """RFC 2369 and RFC 2919, and what list servers wrote before them."""
    if mail.own_lists and any(
        own.replace("@", ".") in mail.header("list-id") or own in mail.header("list-post") for own in mail.own_lists
    ):
        return None
    named = next((name for name in headers.LIST_HEADERS if name in mail.names), "")
    if named:
        return MailKind.LIST, f"header {named}"
    if mail.header("precedence") == "list":
        return MailKind.LIST, "Precedence: list"
    if "list-unsubscribe" in mail.names or "list-unsubscribe-post" in mail.names:
        return MailKind.LIST, "header list-unsubscribe"
    senders = (mail.header(name) for name in ("sender", "return-path", "errors-to"))
    listed = any(_LIST_SENDER.search(sender) and mail.sender not in sender for sender in senders)
    return (MailKind.LIST, "sender of a list") if listed else None


def _by_precedence(mail: _Mail) -> _Found:
    value = mail.header("precedence") or mail.header("x-precedence")
    if value not in ("bulk", "junk"):
        return None
    return (MailKind.LIST, f"Precedence: {value}") if newsletter(mail.message) else _auto(f"Precedence: {value}")


def _by_machine(mail: _Mail) -> _Found:
    """Cron, monitors, trackers: named by headers, subjects, senders."""
    if any(name.startswith(headers.TRACKERS) for name in mail.names):
        return _auto("header of a tracker or notifier")
    if _is_answer(mail):
        return None
    named = _CRON.search(f"{mail.subject} {mail.message.header('from')[:100]}")
    named = named or (_MONITOR.search(mail.subject) if _ROBOT.match(mail.sender) else None)
    return _auto(f"notice of a system: {named[0][:40]}") if named else None


def _by_sender(mail: _Mail) -> _Found:
    """Addresses nobody reads. A contact form sends from one, too, and gives its writer in Reply-To."""
    if not _NEVER_READ.match(mail.sender) or _is_answer(mail):
        return None
    answers_to = mail.header("reply-to")
    if "@" in answers_to and mail.sender not in answers_to and not _NEVER_READ.match(answers_to.rpartition("<")[2]):
        return None
    return (
        (MailKind.LIST, "newsletter of an unread address")
        if newsletter(mail.message)
        else _auto(f"sent by {mail.sender[:60]}")
    )


def _by_prose(mail: _Mail) -> _Found:
    for reader in (absence_note, challenge, notification):
        reason = reader(mail.message)
        if reason:
            return _auto(reason)
    reason = newsletter(mail.message)
    return (MailKind.LIST, reason) if reason else None


_RULES: tuple[Callable[[_Mail], _Found], ...] = (
    _by_complaint,
    _by_domain_report,
    _by_bounce,
    _by_receipt,
    _by_calendar,
    _by_auto_submitted,
    _by_flags,
    _by_subject,
    _by_list,
    _by_suppression,
    _by_null_path,
    _by_precedence,
    _by_machine,
    _by_sender,
    _by_prose,
)


def _report_type(mail: _Mail) -> str:
    found = re.search(r"report-type\s*=\s*\"?([\w\-]{3,40})", mail.header("content-type")[:600])
    return found[1] if found else ""


def _part_typed(mail: _Mail, content_type: str) -> bool:
    return any(part.content_type == content_type and not part.in_attached for part in mail.message.parts)


_ANSWER_SUBJECT = re.compile(
    r"^\s*(?:re|aw|sv|antw|tl|trả lời|fwd?|wg|tr|rv|ct|chuyển tiếp)\s?(?:\[\d+\])?\s?[:：]", re.IGNORECASE
)


def _is_answer(mail: _Mail) -> bool:
    """Whether a mail answers or forwards another one by its subject, as people do."""
    return bool(_ANSWER_SUBJECT.match(mail.subject))
