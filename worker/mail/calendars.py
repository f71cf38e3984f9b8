"""Invitations (iCalendar, RFC 5545) as a few lines of text, for a mail that says nothing else."""

from __future__ import annotations

import re

_UNFOLDED = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Z-]{1,30})(?:;[^:\n]{0,300})?:(.{0,2000})")
_ESCAPE = re.compile(r"\\([\\;,nN])")
_SHOWN = {
    "SUMMARY": "Nội dung / Subject",
    "DTSTART": "Bắt đầu / Begins",
    "DTEND": "Kết thúc / Ends",
    "LOCATION": "Địa điểm / Place",
    "ORGANIZER": "Người mời / Organizer",
    "DESCRIPTION": "Chi tiết / Details",
}
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?\Z")
_SCANNED = 50_000


def calendar_summary(text: str) -> str:
    """The first event of an invitation, one line for each thing it says; "" where there is none."""
    _, begun, event = _UNFOLDED.sub("", text[:_SCANNED]).partition("BEGIN:VEVENT\n")
    if not begun:
        return ""
    said: dict[str, str] = {}
    for line in event.partition("END:VEVENT")[0].split("\n"):
        found = _LINE.match(line)
        if found and found[1] in _SHOWN and found[2].strip():
            said.setdefault(found[1], _readable(found[2].strip()))
    return "\n".join(f"{label}: {said[name]}" for name, label in _SHOWN.items() if name in said)


def _readable(value: str) -> str:
    time = _TIME.match(value)
    if time:
        clock = f"{time[4]}:{time[5]} " if time[4] else ""
        return f"{clock}{time[3]}/{time[2]}/{time[1]}{' UTC' if time[6] else ''}"
    plain = _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], value)
    return re.sub(r"(?i)^mailto:", "", plain)
