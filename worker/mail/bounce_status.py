"""Permanent or temporary: the class of a failed delivery from its status, its SMTP reply or its words."""

from __future__ import annotations

import re

from worker.mail import bounce_words as words
from worker.model import BounceClass

_LIMIT = 6000

# RFC 3463; not part of a version or an IP address.
_STATUS = re.compile(r"(?<![\w.])#?([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)")
# RFC 5321 4.2: the reply codes that refuse, at the start of a reply or behind what quotes one.
_REPLY = re.compile(
    r"(?:^|[\s:;'\"(<\[=#,])(4(?:21|3\d|4\d|5\d|7\d)|5(?:0\d|1\d|2\d|3\d|4\d|5\d|7\d))(?=[ \-:,;.'\")\]]|$)(?![.,:]\d)",
    re.MULTILINE,
)
_STATUS_BY_REPLY = re.compile(
    r"(?:^|[\s:;'\"(<\[])[45]\d\d[ \-]{1,2}#?([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)", re.MULTILINE
)
_DELAY = re.compile(words.DELAYS, re.IGNORECASE)
_GIVEN_UP = re.compile(words.GIVEN_UP, re.IGNORECASE)
_FULL_OR_BUSY = re.compile(words.FULL_OR_BUSY, re.IGNORECASE)
_GONE = re.compile(words.GONE_OR_REFUSED, re.IGNORECASE)
_PERMANENT = re.compile(r"permanent|fatal|vĩnh viễn|định viễn|endgültig|définitif", re.IGNORECASE)

_CLASSES = {"4": BounceClass.TEMPORARY, "5": BounceClass.PERMANENT}


def status_in(text: str) -> str:
    """The status (`5.1.1`) that a text speaks of: one behind a reply code first, one with a meaning before `5.0.0`."""
    shown = text[:_LIMIT]
    found = _STATUS_BY_REPLY.findall(shown) or _STATUS.findall(shown)
    failing = [status for status in found if status[0] in _CLASSES]
    return next((status for status in failing if not is_general(status)), failing[0] if failing else "")


def is_general(status: str) -> bool:
    """Whether a status names no reason (`5.0.0`, RFC 3463 3.1)."""
    return not status or status.endswith(".0.0")


def better_status(status: str, diagnostic: str) -> str:
    """The status of a report, or that of its diagnostic where the report's names no reason."""
    said = status_in(diagnostic) if is_general(status) else ""
    return said if said and not is_general(said) else status or said


def class_by_codes(status: str, diagnostic: str) -> BounceClass:
    """The class that status or SMTP reply give; the status wins, whatever reply is quoted beside it (RFC 3464 2.3.4)."""
    if status[:1] in _CLASSES:
        return _CLASSES[status[0]]
    reply = _REPLY.search(diagnostic[:_LIMIT])
    return _CLASSES[reply[1][0]] if reply else BounceClass.UNKNOWN


def class_by_words(text: str) -> BounceClass:
    """The class by the words of a report: what passes (a full mailbox, a timeout) is temporary."""
    shown = text[:_LIMIT]
    if _FULL_OR_BUSY.search(shown):
        return BounceClass.TEMPORARY
    return BounceClass.PERMANENT if _GONE.search(shown) or _PERMANENT.search(shown) else BounceClass.UNKNOWN


def is_delay(subject: str, notice: str) -> bool:
    """Whether a report warns that delivery is late, and does not say that it was given up."""
    shown = notice[:_LIMIT]
    return bool(_DELAY.search(f"{subject[:300]}\n{shown}")) and not _GIVEN_UP.search(shown)
