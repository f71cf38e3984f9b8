"""Calendar invitations (RFC 5545, RFC 5546): written so that mail programs show buttons, and their answers read.

An invitation keeps its UID for life. Moving or cancelling it raises SEQUENCE, so that a program knows the newer word;
an answer to an older SEQUENCE is out of date. The library `icalendar` folds, escapes and parses; what is sent and what an
answer means is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vText

from worker.model import Address

ZONE = "Asia/Ho_Chi_Minh"
_OFFSET = timedelta(hours=7)  # since 1975, without daylight saving time
_MOST_BYTES = 256_000
_MOST_TEXT = 2000
_PRODUCT = "-//support-worker//invitations//EN"


class Method(StrEnum):
    """What a calendar object is for (RFC 5546, 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Answer(StrEnum):
    """What somebody answered. `OTHER`: delegated, or something that only a person can read."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTER = "counter"
    OTHER = "other"


class InvitationError(Exception):
    """A calendar object that cannot be read, or an invitation that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One appointment as it stands now. `stamp` is when this version was made; texts are plain."""

    uid: str
    start: datetime
    minutes: int
    summary: str
    organizer: Address
    attendees: tuple[Address, ...]
    stamp: datetime
    sequence: int = 0
    method: Method = Method.REQUEST
    description: str = ""
    location: str = ""

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """An answer to an invitation. `proposed` is the start of a counter-proposal; `sequence` the version that was answered."""

    uid: str
    attendee: str
    answer: Answer
    sequence: int = 0
    proposed: datetime | None = None
    proposed_minutes: int = 0
    comment: str = ""


# ---- writing --------------------------------------------------------------------------------------------------------


def moved(invitation: Invitation, start: datetime, now: datetime, minutes: int | None = None) -> Invitation:
    """The same appointment at another time: the next SEQUENCE, still a REQUEST."""
    length = invitation.minutes if minutes is None else minutes
    return replace(invitation, start=start, minutes=length, sequence=invitation.sequence + 1, stamp=now)


def cancelled(invitation: Invitation, now: datetime) -> Invitation:
    """The appointment called off: the next SEQUENCE, a CANCEL."""
    return replace(invitation, method=Method.CANCEL, sequence=invitation.sequence + 1, stamp=now)


def content_type(invitation: Invitation) -> str:
    """The type of the part that carries it; without `method` no mail program shows buttons (RFC 6047, 2.4)."""
    return f'text/calendar; charset="UTF-8"; method={invitation.method.value}'


def ics(invitation: Invitation) -> bytes:
    """The iCalendar object: the same invitation always gives the same bytes. InvitationError where it makes no sense."""
    _check(invitation)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method.value)
    calendar.add_component(_timezone())
    calendar.add_component(_event(invitation))
    return bytes(calendar.to_ical())


def _check(invitation: Invitation) -> None:
    if not invitation.attendees:
        raise InvitationError("an invitation needs somebody who is invited")
    if not 1 <= invitation.minutes <= 7 * 24 * 60:
        raise InvitationError(f"{invitation.minutes} minutes is no length of an appointment")
    if invitation.start.tzinfo is None or invitation.stamp.tzinfo is None:
        raise InvitationError("times need a time zone")


def _timezone() -> Timezone:
    """Vietnam has kept UTC+7 since 1975: one rule is the whole time zone."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001 - local time, as RFC 5545, 3.6.5 wants
    standard.add("tzoffsetfrom", _OFFSET)
    standard.add("tzoffsetto", _OFFSET)
    standard.add("tzname", "+07")
    zone.add_component(standard)
    return zone


def _event(invitation: Invitation) -> Event:
    zone = ZoneInfo(ZONE)
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", invitation.start.astimezone(zone))
    event.add("dtend", invitation.end.astimezone(zone))
    event.add("summary", _plain(invitation.summary))
    event.add("status", "CANCELLED" if invitation.method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    for name, value in (("description", invitation.description), ("location", invitation.location)):
        if value.strip():
            event.add(name, _plain(value))
    event.add("organizer", _person(invitation.organizer))
    for attendee in invitation.attendees:
        event.add("attendee", _guest(attendee))
    return event


def _plain(text: str) -> str:
    shown = "".join(char if char == "\n" or char.isprintable() else " " for char in text.replace("\r\n", "\n"))
    return shown.strip()[:_MOST_TEXT]


def _person(address: Address) -> vCalAddress:
    person = vCalAddress(f"mailto:{address.email}")
    if address.name:
        # a quotation mark cannot stand in a parameter at all (RFC 5545, 3.2)
        person.params["CN"] = vText(_plain(address.name).replace('"', "'").replace("\n", " "))
    return person


def _guest(address: Address) -> vCalAddress:
    guest = _person(address)
    for name, value in (
        ("CUTYPE", "INDIVIDUAL"),
        ("ROLE", "REQ-PARTICIPANT"),
        ("PARTSTAT", "NEEDS-ACTION"),
        ("RSVP", "TRUE"),
    ):
        guest.params[name] = vText(value)
    return guest


# ---- reading --------------------------------------------------------------------------------------------------------

_ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED, "TENTATIVE": Answer.TENTATIVE}
_ANSWERING = frozenset({"REPLY", "COUNTER"})


def read_answers(data: bytes) -> tuple[CalendarAnswer, ...]:
    """The answers in a calendar object that came with a mail; none where it is no answer (a REQUEST, a published event).

    InvitationError where it is no iCalendar at all. Who may answer is for the desk to judge: the attendee that the object
    names is as easily forged as a sender.
    """
    calendar = _parsed(data)
    method = str(calendar.get("METHOD", "")).upper()
    if method not in _ANSWERING:
        return ()
    events = (one for one in calendar.walk("VEVENT") if isinstance(one, Event))
    return tuple(answer for event in events for answer in _event_answers(event, method))


def _parsed(data: bytes) -> Calendar:
    if len(data) > _MOST_BYTES:
        raise InvitationError(f"a calendar object of {len(data)} bytes")
    try:
        found = Calendar.from_ical(data)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InvitationError(f"no iCalendar: {error}") from None
    if not isinstance(found, Calendar):
        raise InvitationError("no iCalendar: no VCALENDAR in it")
    return found


def _event_answers(event: Event, method: str) -> Iterator[CalendarAnswer]:
    start = _instant(event, "DTSTART") if method == "COUNTER" else None
    for attendee in _attendees(event):
        status = str(attendee.params.get("PARTSTAT", "")).upper()
        yield CalendarAnswer(
            uid=str(event.get("UID", ""))[:200],
            attendee=_email(str(attendee)),
            answer=Answer.COUNTER if method == "COUNTER" else _ANSWERS.get(status, Answer.OTHER),
            sequence=_whole_number(event),
            proposed=start,
            proposed_minutes=_length(event, start),
            comment=_comment(event),
        )


def _attendees(event: Event) -> Sequence[vCalAddress]:
    found = event.get("ATTENDEE", [])
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, vCalAddress)]


def _email(address: str) -> str:
    return address.strip().lower().removeprefix("mailto:")


def _whole_number(event: Event) -> int:
    try:
        return max(0, int(event.get("SEQUENCE", 0)))
    except (TypeError, ValueError):
        return 0


def _comment(event: Event) -> str:
    found = event.get("COMMENT", "")
    words = found if isinstance(found, list) else [found]
    return _plain("\n".join(str(one) for one in words))


def _length(event: Event, start: datetime | None) -> int:
    end = _instant(event, "DTEND")
    return int((end - start).total_seconds() // 60) if start and end and end > start else 0


def _instant(event: Event, name: str) -> datetime | None:
    """A time as an instant: a floating time is Vietnam's, a day its beginning there; None where it cannot be read."""
    found = getattr(event.get(name), "dt", None)
    zone: tzinfo = ZoneInfo(ZONE)
    if isinstance(found, datetime):
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(found, date):
        return datetime.combine(found, time(), zone).astimezone(UTC)
    return None


def is_current(answer: CalendarAnswer, invitation: Invitation) -> bool:
    """Whether an answer is about this version of this invitation, from somebody who was invited."""
    invited = {attendee.email.lower() for attendee in invitation.attendees}
    return answer.uid == invitation.uid and answer.sequence >= invitation.sequence and answer.attendee in invited
