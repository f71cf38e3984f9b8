"""A training, from the slots that staff propose to the calendar invitation and the customer's answer to it.

The request carries its appointment, so that what a staff mail arranged is undone with it. While a time is agreed on, the
request waits until then and has no promise of another time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from worker.desk import letters, quote_letters
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.desk.letters import answer_subject, to_contact, write
from worker.desk.quote_letters import Reader, Training, duration_words, moment_words
from worker.desk.wording import category_name, greeting_name
from worker.mail.composing import File
from worker.mail.invitations import (
    Answer,
    CalendarAnswer,
    Invitation,
    InvitationError,
    Method,
    content_type,
    ics,
    is_current,
    read_answers,
)
from worker.model import (
    Address,
    Appointment,
    AppointmentState,
    Category,
    InboundMail,
    Language,
    ParsedMail,
    Request,
    RequestStatus,
)
from worker.policy.training_times import Times, chosen
from worker.records import NewLetter, Outcome

_STANDS = frozenset({AppointmentState.INVITED, AppointmentState.ACCEPTED})
_HAS_INVITATION = _STANDS | {AppointmentState.DECLINED}
_AGREED = frozenset({RequestStatus.QUEUED, RequestStatus.IN_PROGRESS, RequestStatus.WAITING_FOR_CUSTOMER})
_UID = re.compile(r"(VN-\d{1,9})-[0-9a-f]{16}@")


def is_arranged(request: Request) -> bool:
    """Whether the customer holds an invitation that was not called off."""
    return request.appointment is not None and request.appointment.state in _HAS_INVITATION


def awaits_choice(request: Request) -> bool:
    """Whether slots were proposed of which the customer has taken none. What is quoted by now has to be accepted first."""
    return request.appointment is not None and bool(request.appointment.slots) and request.status in _AGREED


def expects_answer(request: Request) -> bool:
    """Whether the customer still has something to say before a training can be arranged."""
    is_training = request.category is Category.STAFF_TRAINING and request.status.is_open
    return is_training and (awaits_choice(request) or not is_arranged(request))


# ---- what staff arrange -----------------------------------------------------------------------------------------------


def propose(
    desk: Desk, request: Request, times: Times, inbound: InboundMail, now: datetime
) -> tuple[Request, NewLetter]:
    """Slots from which the customer chooses. A request without an agreed time waits for the answer."""
    before = request.appointment
    proposed = replace(
        before or _new_appointment(desk, request),
        state=before.state if before and is_arranged(request) else AppointmentState.PROPOSED,
        slots=times.starts,
        minutes=times.minutes,
        place=times.place,
    )
    asked = replace(request, appointment=proposed)
    if not is_arranged(request):  # else the time that was agreed stands until another one is taken
        asked = replace(asked, status=RequestStatus.WAITING_FOR_CUSTOMER, not_before=None)
    reader = _reader(desk, request)
    context = quote_letters.training_slots(request.subject, times.starts, times.minutes, times.place, reader)
    return asked, write(desk, _envelope(desk, "training_slots", asked, inbound), "training_slots", context, now)


def _new_appointment(desk: Desk, request: Request) -> Appointment:
    domain = desk.settings.company.address.rpartition("@")[2]
    uid = f"{request.id}-{desk.new_token()}@{domain}"
    return Appointment(uid=uid, attendee=request.contact.email, minutes=0, state=AppointmentState.PROPOSED)


def arrange(
    desk: Desk, request: Request, start: datetime, times: Times, inbound: InboundMail | None, now: datetime
) -> tuple[Request, NewLetter]:
    """The training is at that time: an invitation, or the change of the one that the customer holds."""
    before = request.appointment if is_arranged(request) else None
    appointment = replace(
        before or _new_appointment(desk, request),
        start=start,
        minutes=times.minutes,
        place=times.place or (before.place if before else ""),
        slots=(),
        state=AppointmentState.INVITED,
        sequence=before.sequence + 1 if before else 0,
    )
    arranged = replace(
        request,
        appointment=appointment,
        status=RequestStatus.QUEUED,
        not_before=start,
        promise=None,
    )
    state = "moved" if before else "new"
    return arranged, _invitation_letter(desk, arranged, appointment, state, inbound, now)


def call_off(desk: Desk, request: Request, inbound: InboundMail, now: datetime) -> tuple[Request, NewLetter]:
    """The training is called off; the request stays open. The caller has looked that there is one."""
    before = request.appointment
    assert before is not None  # noqa: S101 - see above
    appointment = replace(before, state=AppointmentState.CALLED_OFF, sequence=before.sequence + 1)
    freed = replace(request, appointment=appointment, not_before=None)
    return freed, _invitation_letter(desk, freed, appointment, "cancelled", inbound, now)


def _invitation_letter(
    desk: Desk, request: Request, appointment: Appointment, state: str, inbound: InboundMail | None, now: datetime
) -> NewLetter:
    """The letter with the invitation in it twice: where mail programs show buttons, and as a file for the others."""
    assert appointment.start is not None  # noqa: S101 - an invitation has a time
    reader = _reader(desk, request)
    topic = request.subject or category_name(request.category, request.language)
    shown = Training(topic, appointment.start, appointment.minutes, appointment.place, state=state)
    invitation = _invitation(desk, request, appointment, now)
    calendar = ics(invitation)
    envelope = replace(
        _envelope(desk, "training_invitation", request, inbound),
        alternatives=[File("invite.ics", content_type(invitation), calendar)],
        files=[File("invite.ics", "application/ics", calendar)],
    )
    return write(desk, envelope, "training_invitation", quote_letters.training_invitation(shown, reader), now)


def _invitation(desk: Desk, request: Request, appointment: Appointment, now: datetime) -> Invitation:
    company = desk.settings.company
    assert appointment.start is not None  # noqa: S101 - an invitation has a time
    name = category_name(request.category, request.language)
    return Invitation(
        uid=appointment.uid,
        start=appointment.start,
        minutes=appointment.minutes,
        summary=f"{company.name} – {name} [{request.id}]",
        organizer=Address(company.address, company.support_name),
        attendees=(Address(appointment.attendee, request.contact.name),),
        stamp=now,
        sequence=appointment.sequence,
        method=Method.CANCEL if appointment.state is AppointmentState.CALLED_OFF else Method.REQUEST,
        description=request.subject,
        location=appointment.place,
    )


def _envelope(desk: Desk, kind: str, request: Request, inbound: InboundMail | None) -> letters.Envelope:
    """To the person who asked; what a staff mail causes is held back for as long as it may be undone."""
    delay = timedelta(seconds=desk.settings.staff_undo_seconds) if inbound else timedelta(0)
    return replace(to_contact(desk, kind, request), inbound=inbound, delay=delay)


def _reader(desk: Desk, request: Request) -> Reader:
    language = request.language
    subject = answer_subject(request.subject, request.id, language)
    return Reader(language, greeting_name(request.contact, language), subject, desk.settings.hours.time_zone)


# ---- what the customer answers ----------------------------------------------------------------------------------------


def slot_chosen(desk: Desk, inbound: InboundMail, mail: ParsedMail, request: Request, now: datetime) -> Outcome | None:
    """The invitation for the slot that a customer's words plainly take; None where there is nothing to choose, or doubt."""
    appointment = request.appointment
    if appointment is None or not awaits_choice(request):
        return None
    slots = [one for one in appointment.slots if one > now]
    start = chosen(mail.new_text, appointment.slots, now, desk.settings.hours.time_zone)
    if start not in slots:
        return None
    times = Times((start,), appointment.minutes, appointment.place)
    arranged, letter = arrange(desk, request, start, times, None, now)
    arranged = replace(arranged, inbound=(*request.inbound, inbound.id))
    arranged = with_history(arranged, now, "slot_chosen", inbound.id, start.isoformat())
    told = _told(desk, arranged, mail, ("Khách đã chọn buổi đào tạo", "The customer chose a slot"), (), inbound, now)
    return Outcome(records=(arranged, replace(inbound, request_id=request.id)), letters=(letter, told))


def invitation_answered_by(desk: Desk, mail: ParsedMail) -> Request | None:
    """The request whose invitation a mail answers by calendar, whoever sent it."""
    for answer in _answers(mail):
        found = _UID.match(answer.uid)
        request = desk.records.request(found[1]) if found else None
        if request and request.appointment and request.appointment.uid == answer.uid:
            return request
    return None


def _answers(mail: ParsedMail) -> Sequence[CalendarAnswer]:
    if not mail.calendar:
        return ()
    try:
        return read_answers(mail.calendar)
    except InvitationError:
        return ()


_SAID = {
    Answer.ACCEPTED: ("Khách nhận lời mời đào tạo", "The customer accepted the training"),
    Answer.DECLINED: ("Khách từ chối lời mời đào tạo", "The customer declined the training"),
    Answer.TENTATIVE: ("Khách chưa chắc dự được buổi đào tạo", "The customer may come to the training"),
    Answer.COUNTER: ("Khách đề nghị giờ đào tạo khác", "The customer proposes another time for the training"),
    Answer.OTHER: ("Khách trả lời lời mời đào tạo, cần xem", "An answer to the invitation that a person must read"),
}
_STRANGE = ("Trả lời lời mời đào tạo không tính", "An answer to the invitation that does not count")


def invitation_answered(desk: Desk, inbound: InboundMail, mail: ParsedMail, request: Request, now: datetime) -> Outcome:
    """An answer by calendar: noted, and staff told. Only the one who was invited answers, about what stands now."""
    read = replace(inbound, request_id=request.id)
    appointment = request.appointment
    answer = next((one for one in _answers(mail) if appointment and one.uid == appointment.uid), None)
    if answer is None or appointment is None or appointment.start is None:
        return Outcome(records=(read,))
    is_theirs = mail.sender.email == answer.attendee and is_current(
        answer, _invitation(desk, request, appointment, now)
    )
    if not is_theirs or not is_arranged(request) or not request.status.is_open:
        noted = with_history(
            request, now, "invitation_answer_ignored", inbound.id, f"{answer.attendee}: {answer.answer}"
        )
        told = _told(desk, noted, mail, _STRANGE, _details(desk, answer), read, now)
        return Outcome(records=(noted, read), letters=(told,))
    is_yes = answer.answer is Answer.ACCEPTED
    state = AppointmentState.ACCEPTED if is_yes else AppointmentState.DECLINED
    if answer.answer is Answer.TENTATIVE:
        state = AppointmentState.INVITED
    noted = replace(
        request,
        appointment=replace(appointment, state=state),
        not_before=None if state is AppointmentState.DECLINED else appointment.start,
        inbound=(*request.inbound, inbound.id),
    )
    noted = with_history(noted, now, f"invitation_{answer.answer}", inbound.id, answer.comment[:500])
    told = _told(desk, noted, mail, _SAID[answer.answer], _details(desk, answer), read, now)
    return Outcome(records=(noted, read), letters=(told,))


def _details(desk: Desk, answer: CalendarAnswer) -> Sequence[str]:
    language = desk.settings.staff_language
    when = moment_words(answer.proposed, _staff_reader(desk)) if answer.proposed else ""
    suggested = f"{'Giờ khách đề nghị' if language is Language.VI else 'Proposed'}: {when}" if when else ""
    return [one for one in (answer.attendee, suggested, answer.comment[:500]) if one]


def _staff_reader(desk: Desk) -> Reader:
    return Reader(desk.settings.staff_language, "", "", desk.settings.hours.time_zone)


def _told(
    desk: Desk,
    request: Request,
    mail: ParsedMail,
    headline: tuple[str, str],
    details: Sequence[str],
    inbound: InboundMail,
    now: datetime,
) -> NewLetter:
    """To staff: what the customer answered, when the training is, and how to change it."""
    vietnamese = desk.settings.staff_language is Language.VI
    appointment = request.appointment
    lines = [str(mail.sender), *details]
    if appointment and appointment.start:
        when = moment_words(appointment.start, _staff_reader(desk))
        length = duration_words(appointment.minutes, desk.settings.staff_language)
        lines.append(f"{'Buổi đào tạo' if vietnamese else 'The training'}: {when}, {length}")
    lines.append(
        "Trả lời thư này để đổi: lịch: 15h thứ 6 · đề xuất: 9h thứ 3 hoặc 14h thứ 5 · hủy lịch"
        if vietnamese
        else "Answer this letter to change it: schedule: 3pm Friday · propose: 9am Tuesday or 2pm Thursday · cancel training"
    )
    words = headline[0] if vietnamese else headline[1]
    return letters.staff_notice(desk, words, lines, now, quoted=mail.new_text, request=request, inbound=inbound)
