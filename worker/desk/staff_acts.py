"""What each act of a staff mail does to its request: one function per act, in one table.

An act that cannot be done as it stands raises Unsure with the words to ask back; then nothing of the mail is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from storage import Change
from worker.desk import staff_mail, training
from worker.desk.board import is_our_move, work_of
from worker.desk.intake import with_history
from worker.desk.letters import staff_request
from worker.desk.notification import fee_reason
from worker.desk.ordering import rules_of
from worker.desk.quote_letters import change_words
from worker.desk.staff_case import (
    WORKABLE,
    Case,
    Effect,
    Unsure,
    excerpt,
    open_request,
    request_of,
    told_of_letter,
    with_change,
)
from worker.desk.staff_mail import in_language
from worker.desk.staff_people import add_to_customer, away, capacity
from worker.desk.staff_training import arrange, call_off, called_off, moment_shown, propose_times
from worker.desk.wording import category_name, fee_name, history_line, status_name, urgency_name
from worker.mail.composing import File
from worker.mail.parsing import parse_mail
from worker.model import Classification, Fee, FeeDecision, FeeRule, Known, Promise, Request, RequestStatus, Staff
from worker.policy.features import fold
from worker.policy.fees import decide_fee
from worker.policy.money import format_vnd
from worker.policy.promise import speak_instant, speak_promise
from worker.policy.quote_life import QuoteStatus
from worker.policy.staff_actions import (
    SELF,
    Action,
    AddToCustomer,
    Arrange,
    Assign,
    Away,
    Capacity,
    ChangeQuote,
    Do,
    Estimate,
    FetchFile,
    Invoiced,
    Merge,
    MoneyReceived,
    Note,
    Order,
    Postpone,
    ProposeTimes,
    Quote,
    Reject,
    ReplyToCustomer,
    SetCategory,
    SetFee,
    SetUrgency,
    TimeSpent,
    Why,
)
from worker.policy.tone_marks import as_read
from worker.policy.training_times import read_times
from worker.records import NewLetter

_FILES_BYTES = 20_000_000
_HISTORY_SHOWN = 40
_ASKS = re.compile(
    r"\?|(?:vui lòng|xin|nhờ|giúp)\s+(?:\S+\s+){0,3}(?:gửi|cung cấp|cho biết|xác nhận|kiểm tra|bổ sung)|"
    r"please\s+(?:send|provide|confirm|check|let\s+(?:us|me)\s+know)",
    re.IGNORECASE,
)


def act(case: Case, effect: Effect, action: Action) -> Effect:
    """The effect with one more act. Unsure asks back."""
    if isinstance(action, Do):
        return _ORDERS[action.order](case, effect)
    return _ACTS[type(action)](case, effect, action)


def describe(case: Case, action: Action) -> str:
    """An act in words, for the question before it is done."""
    key = action.order if isinstance(action, Do) else type(action)
    name = case.words(*_NAMES[key])
    detail = _detail(case, action)
    return f"{name}: {detail}" if detail else name


def _detail(case: Case, action: Action) -> str:
    match action:
        case Estimate(effort=effort):
            return case.words(f"{effort.likely} phút", f"{effort.likely} minutes")
        case TimeSpent(minutes=minutes):
            return case.words(f"{minutes} phút", f"{minutes} minutes")
        case Quote(amount_vnd=amount, minutes=minutes, vat=vat):
            worth = format_vnd(amount) if amount is not None else f"{(minutes or 0) / 60:g} h" if minutes else ""
            return f"{worth} {vat}".strip()
        case ChangeQuote(change=change):
            return in_language(case.member.language, *change_words(change))
        case SetFee(charge=charge):
            return fee_name(Fee.PAID if charge else Fee.FREE, case.member.language)
        case ProposeTimes(times=times) | Arrange(times=times):
            return "; ".join(moment_shown(case, one) for one in times.starts)
        case ReplyToCustomer(text=text) | Note(text=text) | Postpone(text=text):
            return text[:200]
        case Assign(to=who) | Merge(number=who):
            return who
        case AddToCustomer(what=what, customer=customer):
            return f"{what} → {customer}"
        case SetUrgency(value=urgency):
            return urgency_name(urgency, case.member.language)
        case SetCategory(value=category):
            return category_name(category, case.member.language)
        case _:
            return ""


# ---- work -----------------------------------------------------------------------------------------------------------


def _estimate(case: Case, effect: Effect, action: Estimate) -> Effect:
    request = request_of(case, effect)
    minutes = action.effort.likely
    after = with_change(
        case,
        effect,
        replace(request, effort=action.effort),
        "estimated",
        f"{action.effort.low}/{minutes}/{action.effort.high} min",
        case.words(f"Ước tính: {minutes} phút", f"Estimate: {minutes} minutes"),
    )
    return as_example(case, _stop_at_threshold(case, after, minutes))


def _time_spent(case: Case, effect: Effect, action: TimeSpent) -> Effect:
    request = request_of(case, effect)
    total = request.minutes_spent + action.minutes
    after = with_change(
        case,
        effect,
        replace(request, minutes_spent=total),
        "time_spent",
        f"{action.minutes} min, {total} in all",
        case.words(
            f"Thời gian đã làm: {action.minutes} phút (tổng {total} phút)",
            f"Time spent: {action.minutes} minutes ({total} in all)",
        ),
    )
    return _stop_at_threshold(case, after, total)


def _stop_at_threshold(case: Case, effect: Effect, minutes: int) -> Effect:
    """Work that was free because it was short, and is not: it stops until staff decide (POLICY "The fee decision")."""
    request = request_of(case, effect)
    limit = case.desk.settings.policy.free_up_to_minutes
    by_time = request.fee.fee is Fee.FREE and request.fee.rule is FeeRule.WITHIN_THRESHOLD
    if not by_time or minutes <= limit or not request.status.is_open or case.is_completion:
        return effect
    stopped = with_history(
        replace(request, status=RequestStatus.REVIEW),
        case.now,
        "over_threshold",
        case.inbound.id,
        f"{minutes} > {limit} min",
    )
    words = case.words(
        f"{request.id} đã báo khách là miễn phí vì dưới {limit} phút, nay là {minutes} phút: tạm dừng. ",
        f"{request.id} was called free as work under {limit} minutes, and now is {minutes}: stopped. ",
    )
    effect = replace(effect, request=stopped)
    if case.member.role.may(case.desk.settings.approvals.fees):
        ask = case.words(
            "Làm tiếp miễn phí thì trả lời: phí: miễn. Báo giá phần còn lại thì trả lời: phí: tính",
            "To finish it free, answer: fee: waive. To quote the rest, answer: fee: charge",
        )
        return replace(effect, held=(*effect.held, words + ask), money=True)
    letter = _shown_to_staff(case, stopped, "threshold")
    told = case.words(
        f"Đã chuyển cho người quyết định phí ({case.desk.settings.staff_address}): làm tiếp miễn phí, hay báo giá phần còn lại.",
        f"Who decides fees was asked ({case.desk.settings.staff_address}): finish it free, or quote the rest.",
    )
    written = (*effect.letters, letter) if letter else effect.letters
    return replace(effect, letters=written, done=(*effect.done, words + told))


def _start(case: Case, effect: Effect) -> Effect:
    request = open_request(case, effect)
    begun = replace(request, status=RequestStatus.IN_PROGRESS, started_at=request.started_at or case.now)
    if not begun.assigned_to:
        begun = replace(begun, assigned_to=case.member.email)
    return with_change(case, effect, begun, "started", "", case.words("Đang xử lý", "In progress"))


def _stop(case: Case, effect: Effect) -> Effect:
    request = open_request(case, effect)
    stopped = replace(request, status=RequestStatus.QUEUED)
    return with_change(
        case, effect, stopped, "stopped", "", case.words("Tạm dừng, về hàng đợi", "Stopped, queued again")
    )


def _assign(case: Case, effect: Effect, action: Assign) -> Effect:
    request = request_of(case, effect)
    member = case.member if action.to == SELF else _named(case, action.to)
    given = replace(request, assigned_to=member.email)
    after = with_change(
        case,
        effect,
        given,
        "assigned",
        member.email,
        case.words(f"Giao cho: {member.name}", f"Assigned to: {member.name}"),
    )
    if member.email == case.member.email:
        return after
    letter = _shown_to_staff(case, given, "assigned")
    return replace(after, letters=(*after.letters, letter) if letter else after.letters)


def _named(case: Case, name: str) -> Staff:
    """The one member of staff of that name; without its marks only where that leaves one ("Tuan": Tuấn, or Tuân?)."""
    team, wanted = case.desk.team(), as_read(name).strip(" @.")
    exact = [one for one in team if wanted in _names_of(one)]
    found = exact or [one for one in team if fold(wanted) in {fold(called) for called in _names_of(one)}]
    if len(found) == 1:
        return found[0]
    who = "; ".join(f"{one.name} ({one.email})" for one in found or team) or case.words("chưa có ai", "nobody yet")
    if found:
        raise Unsure(
            case.words(
                f"Giao cho ai? Có {len(found)} người tên “{name}”: {who}. Trả lời bằng địa chỉ, ví dụ: giao: {found[0].email}",
                f"Whom? {len(found)} are called “{name}”: {who}. Answer with an address, as in: assign: {found[0].email}",
            )
        )
    raise Unsure(
        case.words(
            f"Giao cho ai? Không có ai tên “{name}”. Có: {who}", f"Whom? Nobody is called “{name}”. There are: {who}"
        )
    )


def _names_of(member: Staff) -> set[str]:
    """All that somebody is called: "Lê Minh Anh" is Anh, too, and Minh Anh; and the address, whole or its local part."""
    words = as_read(member.name).split()
    called = {" ".join(words[at:]) for at in range(len(words))}
    return {*called, member.email.lower(), member.email.partition("@")[0].lower()}


def _shown_to_staff(case: Case, request: Request, what: str) -> NewLetter | None:
    """To the colleague who does it, or who decides: the request as it came, with its files."""
    records = case.desk.records
    first = next((one for key in request.inbound if (one := records.inbound(key))), None)
    if first is None:
        return None
    parsed = parse_mail(records.raw(first.raw), case.desk.limits)  # or staff's forward of it
    mail = replace(parsed, sender=request.contact, subject=request.subject, new_text=request.text)
    customer = records.customer(request.customer_id) if request.customer_id else None
    return staff_request(case.desk, request, mail, case.inbound, customer, case.now, what)


def _urgency(case: Case, effect: Effect, action: SetUrgency) -> Effect:
    request = request_of(case, effect)
    name = urgency_name(action.value, case.member.language)
    after = with_change(
        case,
        effect,
        replace(request, urgency=action.value),
        "urgency",
        f"{request.urgency} → {action.value}",
        case.words(f"Mức độ: {name}", f"Urgency: {name}"),
    )
    return as_example(case, after)


def _category(case: Case, effect: Effect, action: SetCategory) -> Effect:
    request = request_of(case, effect)
    name = category_name(action.value, case.member.language)
    changed = replace(request, category=action.value, probability=1.0)
    after = with_change(
        case,
        effect,
        changed,
        "category",
        f"{request.category} → {action.value}",
        case.words(f"Phân loại: {name}", f"Category: {name}"),
    )
    return as_example(case, _fee_differs(case, _told_category(case, after, request)))


def _told_category(case: Case, effect: Effect, before: Request) -> Effect:
    """The category that the acknowledgement named: a correction is worded here, and goes when staff answer with it."""
    changed = request_of(case, effect)
    was_named = before.fee.fee is not Fee.REVIEW and not any(one.what == "not_acknowledged" for one in before.history)
    if not was_named or changed.category is before.category:
        return effect
    old, new = (category_name(one, before.language) for one in (before.category, changed.category))
    words = in_language(
        before.language,
        f"Chúng tôi xin đính chính: yêu cầu {before.id} thuộc loại “{new}”, không phải “{old}”.",
        f"A correction: your request {before.id} belongs to “{new}”, not to “{old}”.",
    )
    told = case.words(
        f"Khách đã được báo phân loại “{old}”. Nếu cần đính chính thì trả lời: gửi khách: {words}",
        f"The customer was told “{old}”. To correct that, answer: reply: {words}",
    )
    return replace(effect, held=(*effect.held, told))


def _fee_differs(case: Case, effect: Effect) -> Effect:
    """A category whose fee is another than the one that stands: staff decide, nothing about money happens by itself."""
    request = request_of(case, effect)
    customer = case.desk.records.customer(request.customer_id) if request.customer_id else None
    known = Known(
        customer=customer,
        under_contract=bool(customer and customer.has_contract(request.arrived)),
        earlier_work=request.related,
    )
    found = Classification(
        request.category, 1.0, request.urgency, request.effort, request.language, flags=request.flags
    )
    decision = decide_fee(found, known, case.desk.settings.policy)
    if decision.fee is request.fee.fee or decision.fee not in {Fee.FREE, Fee.PAID}:
        return effect
    by_policy, stands = (fee_name(one, case.member.language) for one in (decision.fee, request.fee.fee))
    words = case.words(
        f"Theo chính sách, loại này là {by_policy}; hiện đang ghi {stands}. Muốn đổi thì trả lời: phí: miễn, hoặc phí: tính",
        f"By the policy this kind is {by_policy}; it stands as {stands}. To change it, answer: fee: waive, or fee: charge",
    )
    return replace(effect, held=(*effect.held, words), money=True)


def as_example(case: Case, effect: Effect) -> Effect:
    """What staff corrected becomes an example to learn from (the command `learn`)."""
    request = effect.request
    if request is None or not request.text:
        return effect
    stored = case.desk.records.store.get("example", request.id)
    document: dict[str, object] = {
        "id": request.id,
        "author": request.customer_id or request.contact.email,
        "subject": request.subject,
        "body": request.text,
        "lang": request.language.value,
        "diacritics": not request.text.isascii(),
        "hard": False,
        "category": request.category.value,
        "urgency": request.urgency.value,
        "fee": request.fee.fee.value,
        "minutes_low": request.effort.low,
        "minutes_high": request.effort.high,
    }
    others = tuple(one for one in effect.claims if (one.kind, one.key) != ("example", request.id))
    return replace(effect, claims=(*others, Change("example", request.id, document, stored.version if stored else 0)))


def _postpone(case: Case, effect: Effect, action: Postpone) -> Effect:
    request = request_of(case, effect)
    if not request.status.is_open:
        raise Unsure(case.words(f"{request.id} đã khép lại.", f"{request.id} is closed."))
    if training.is_arranged(request):  # the customer holds an invitation for another time
        times = read_times(action.text, case.now, case.desk.settings.hours.time_zone)
        if times is None or len(times.starts) > 1:
            raise Unsure(
                case.words(
                    f"{request.id} đã có lịch đào tạo. Dời sang giờ nào? Ví dụ: lịch: 15h thứ 6",
                    f"{request.id} has an arranged training. To what time? For example: schedule: 3pm Friday",
                )
            )
        minutes = request.appointment.minutes if request.appointment else times.minutes
        return arrange(case, effect, Arrange(replace(times, minutes=minutes)))
    if action.until is None or action.until <= case.now:
        raise Unsure(
            case.words(
                f"Dời sang lúc nào? “{action.text[:80]}” không rõ ngày giờ. Ví dụ: dời: sáng thứ 4",
                f"Until when? “{action.text[:80]}” names no time. For example: postpone: Wednesday morning",
            )
        )
    when = speak_instant(action.until, case.member.language, case.desk.settings.hours.time_zone)
    later = replace(request, not_before=action.until)
    after = with_change(case, effect, later, "postponed", when, case.words(f"Dời: {when}", f"Postponed: {when}"))
    return _promised_later(case, after)


def _promised_later(case: Case, effect: Effect) -> Effect:
    """What the customer was told and cannot stand any more is told anew, in a letter that can be stopped like others."""
    request, desk = request_of(case, effect), case.desk
    told = request.promise
    if told is None or not is_our_move(request):
        return effect
    expected = desk.board.expect(work_of(request), case.now)
    if desk.hours.working_time_between(told.at, expected) <= rules_of(desk).tolerance.of(request.urgency):
        return effect
    moved = replace(request, promise=replace(told, at=expected, told=case.now), alarmed_at=None)
    when = speak_promise(expected, case.member.language, desk.settings.hours.time_zone)
    after = with_change(case, effect, moved, "promise_moved", when)
    letter = staff_mail.postponed(desk, moved, told.at, case.inbound, case.now)
    line = told_of_letter(case, request, (f"Thư báo hẹn mới, {when}", f"The new promise, {when}"))
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line))


def _reopen(case: Case, effect: Effect) -> Effect:
    request = request_of(case, effect)
    if request.status.is_open and request.status is not RequestStatus.WAITING_FOR_CUSTOMER:
        raise Unsure(case.words(f"{request.id} vẫn đang mở.", f"{request.id} is open already."))
    again = replace(request, status=RequestStatus.QUEUED, closed_at=None, queued_at=case.now)
    return with_change(case, effect, again, "reopened", "", case.words("Mở lại", "Reopened"))


# ---- words ----------------------------------------------------------------------------------------------------------


def _note(case: Case, effect: Effect, action: Note) -> Effect:
    after = with_change(case, effect, request_of(case, effect), "note", action.text)
    return replace(after, kept=(*after.kept, action.text[:500]))


def _reply(case: Case, effect: Effect, action: ReplyToCustomer) -> Effect:
    """Staff's words go out; a completion or a rejection in the same mail takes them into its own letter."""
    request = request_of(case, effect)
    if not action.text.strip():
        raise Unsure(
            case.words("Gửi khách nội dung gì? Viết sau: gửi khách: …", "What is to go out? Write after: reply: …")
        )
    if case.is_completion:
        return effect
    letter = staff_mail.relay(case.desk, request, action.text, case.mail.attachments, case.inbound, case.now)
    asks = bool(_ASKS.search(action.text)) and request.status in WORKABLE
    moved = replace(request, status=RequestStatus.WAITING_FOR_CUSTOMER) if asks else request
    after = with_change(case, effect, moved, "asked_customer" if asks else "told_customer", action.text)
    line = f"{told_of_letter(case, request, ('Trả lời khách', 'Answer to the customer'))}: “{excerpt(action.text)}”"
    if asks:
        line += case.words("; chờ khách trả lời", "; now waiting for the customer")
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line))


def _done(case: Case, effect: Effect) -> Effect:
    request = request_of(case, effect)
    if not request.status.is_open:
        state = status_name(request.status, case.member.language)
        raise Unsure(case.words(f"{request.id} đã khép lại ({state}).", f"{request.id} is closed already ({state})."))
    if request.status in _NOT_AGREED or _was_never_agreed(case, request):
        raise Unsure(
            case.words(
                f"{request.id} chưa quyết định phí, hoặc khách chưa đồng ý báo giá, chưa đặt cọc. Trả lời: phí: miễn, rồi: xong",
                f"The fee of {request.id} is not decided, its quote not accepted or its deposit not paid. "
                "Answer: fee: waive, then: done",
            )
        )
    closed = replace(
        request, status=RequestStatus.DONE, closed_at=case.now, assigned_to=request.assigned_to or case.member.email
    )
    after = with_change(case, effect, closed, "done", "", case.words("Đã xong", "Done"))
    letter = staff_mail.done(case.desk, closed, case.letter, case.inbound, case.now)
    line = told_of_letter(case, request, ("Thư báo hoàn thành kèm bảo hành", "Completion with the warranty"))
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line))


_NOT_AGREED = frozenset(
    {RequestStatus.ANALYSING, RequestStatus.QUOTE_DRAFT, RequestStatus.QUOTED, RequestStatus.ACCEPTED}
)


def _was_never_agreed(case: Case, request: Request) -> bool:
    """Whether paid work was quoted and no quote was accepted, however the request was opened again."""
    versions = case.desk.records.quotes_of(request.id) if request.fee.fee is Fee.PAID else []
    return bool(versions) and not any(one.status is QuoteStatus.ACCEPTED for one in versions)


def _reject(case: Case, effect: Effect, action: Reject) -> Effect:
    request = request_of(case, effect)
    closed = replace(request, status=RequestStatus.CANCELLED, closed_at=case.now)
    if training.is_arranged(request):
        effect = called_off(case, effect, request)
        closed = replace(
            closed, appointment=request_of(case, effect).appointment, history=request_of(case, effect).history
        )
    after = with_change(case, effect, closed, "rejected", action.reason, case.words("Từ chối yêu cầu", "Turned down"))
    letter = staff_mail.declined(case.desk, closed, case.letter, case.inbound, case.now)
    kept = (case.words(f"Lý do: {action.reason}", f"Reason: {action.reason}"),) if action.reason else ()
    line = told_of_letter(case, request, ("Thư từ chối", "The refusal"))
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line), kept=(*after.kept, *kept))


def _cancel(case: Case, effect: Effect) -> Effect:
    request = request_of(case, effect)
    closed = replace(request, status=RequestStatus.CANCELLED, closed_at=case.now)
    if training.is_arranged(request):  # an invitation stands in the customer's calendar
        effect = called_off(case, effect, request)
        closed = replace(request_of(case, effect), status=RequestStatus.CANCELLED, closed_at=case.now)
        return with_change(case, effect, closed, "cancelled", "", case.words("Huỷ yêu cầu", "Cancelled"))
    words = case.words("Huỷ yêu cầu; không gửi gì cho khách", "Cancelled; nothing goes to the customer")
    return with_change(case, effect, closed, "cancelled", "", words)


def _merge(case: Case, effect: Effect, action: Merge) -> Effect:
    """This request goes into another of the same customer: its mails, people and minutes with it."""
    request = request_of(case, effect)
    other = case.desk.records.request(action.number)
    if other is None or other.id == request.id or not other.status.is_open:
        raise Unsure(
            case.words(
                f"Gộp với {action.number}: không có yêu cầu đang mở nào như vậy.",
                f"Merge with {action.number}: there is no such open request.",
            )
        )
    if other.customer_id != request.customer_id or (not request.customer_id and other.contact != request.contact):
        raise Unsure(
            case.words(
                f"{action.number} là của khách khác, không gộp.", f"{action.number} is another customer's: not merged."
            )
        )
    joined = replace(
        other,
        inbound=tuple(dict.fromkeys((*other.inbound, *request.inbound))),
        participants=tuple(dict.fromkeys((*other.participants, *request.participants))),
        related=tuple(dict.fromkeys((*other.related, request.id))),
        minutes_spent=other.minutes_spent + request.minutes_spent,
    )
    joined = with_history(joined, case.now, "merged", case.inbound.id, request.id)
    closed = replace(request, status=RequestStatus.CANCELLED, closed_at=case.now, related=(*request.related, other.id))
    after = with_change(
        case, effect, closed, "merged", other.id, case.words(f"Gộp vào {other.id}", f"Merged into {other.id}")
    )
    return replace(after, others=(*after.others, joined))


# ---- money ----------------------------------------------------------------------------------------------------------


def was_told(request: Request) -> bool:
    """Whether the customer was told free or paid."""
    silent = any(one.what == "not_acknowledged" for one in request.history)
    decided_here = any(one.what == "fee" for one in request.history)
    return request.fee.fee in {Fee.FREE, Fee.PAID} and (not silent or decided_here)


def with_fee(case: Case, request: Request, charge: bool) -> Request:
    """The request with the fee that staff decided, and the promise that goes with it."""
    status = RequestStatus.ANALYSING if charge else _FREED.get(request.status, request.status)
    decision = FeeDecision(Fee.PAID if charge else Fee.FREE, FeeRule.STAFF, case.member.email)
    if charge and request.fee.fee is Fee.PAID:  # its quote stands as it stood
        return replace(request, fee=decision)
    changed = replace(request, fee=decision, status=status)
    expected = case.desk.board.expect(work_of(changed), case.now)
    promise = Promise(expected, told=case.now, kind=work_of(changed).kind)
    return replace(changed, promise=promise, first_promise=request.first_promise or promise)


_FREED = {
    RequestStatus.REVIEW: RequestStatus.QUEUED,
    RequestStatus.ANALYSING: RequestStatus.QUEUED,
    RequestStatus.QUOTE_DRAFT: RequestStatus.QUEUED,
    RequestStatus.QUOTED: RequestStatus.QUEUED,
    RequestStatus.ACCEPTED: RequestStatus.QUEUED,
}


def _fee(case: Case, effect: Effect, action: SetFee) -> Effect:
    request = request_of(case, effect)
    if not request.status.is_open:
        raise Unsure(case.words(f"{request.id} đã khép lại.", f"{request.id} is closed."))
    corrects = was_told(request)
    changed = with_fee(case, request, action.charge)
    name = fee_name(changed.fee.fee, case.member.language)
    after = with_change(
        case,
        effect,
        changed,
        "fee",
        f"{request.fee.fee} → {changed.fee.fee}",
        case.words(f"Phí: {name}", f"Fee: {name}"),
    )
    if changed.fee.fee is request.fee.fee:
        return as_example(case, after)
    letter = staff_mail.fee_decided(case.desk, changed, case.inbound, case.now, corrects=corrects)
    what = ("Thư đính chính về phí", "The correction about the fee") if corrects else ("Thư báo về phí", "The fee")
    line = told_of_letter(case, request, what)
    return as_example(case, replace(after, letters=(*after.letters, letter), sent=(*after.sent, line)))


def _money_received(case: Case, effect: Effect, action: MoneyReceived) -> Effect:
    amount = f"{action.amount_vnd:,} đ".replace(",", ".") if action.amount_vnd is not None else ""
    words = case.words(f"Đã nhận tiền {amount}".strip(), f"Payment received {amount}".strip())
    return with_change(case, effect, request_of(case, effect), "money_received", amount, words)


# ---- answers --------------------------------------------------------------------------------------------------------


def _why(case: Case, effect: Effect, action: Why) -> Effect:
    request = case.desk.records.request(action.number) if action.number else request_of(case, effect)
    if request is None:
        raise Unsure(case.words(f"Không có yêu cầu {action.number}.", f"There is no request {action.number}."))
    local = case.desk.hours.local
    language = case.member.language
    lines = [f"{local(one.at):%d/%m %H:%M} {history_line(one, language)}" for one in request.history]
    fee = f"{fee_name(request.fee.fee, language)} – {fee_reason(request.fee, language)}"
    head = f"{request.id}: {status_name(request.status, language)}; {fee}"
    return replace(effect, said=(*effect.said, head, *lines[-_HISTORY_SHOWN:]))


def _files(case: Case, effect: Effect, action: FetchFile) -> Effect:
    request = request_of(case, effect)
    wanted = as_read(action.name).strip()
    found: dict[str, File] = {}
    for inbound_id in request.inbound:
        inbound = case.desk.records.inbound(inbound_id)
        attached = parse_mail(case.desk.records.raw(inbound.raw), case.desk.limits).attachments if inbound else ()
        for one in attached:
            if one.content and (not wanted or wanted in as_read(one.name)):
                found[one.sha256] = File(one.name, one.content_type, one.content)
    if not found:
        raise Unsure(case.words("Yêu cầu này không có tệp như vậy.", "This request has no such file."))
    if sum(len(one.content) for one in found.values()) > _FILES_BYTES:
        names = ", ".join(one.name for one in found.values())
        raise Unsure(
            case.words(f"Quá lớn cho một thư, chọn một tệp: {names}", f"Too much for one mail, name one: {names}")
        )
    return replace(
        effect,
        files=tuple(found.values()),
        said=(*effect.said, *(f"{one.name} ({len(one.content) / 1000:.0f} kB)" for one in found.values())),
    )


# ---- the tables -----------------------------------------------------------------------------------------------------

Acting = Callable[[Case, Effect, Action], Effect]


def _of(function: Callable[..., Effect]) -> Acting:
    return cast("Acting", function)


_ACTS: Mapping[type[Action], Acting] = {
    Estimate: _of(_estimate),
    ProposeTimes: _of(propose_times),
    Arrange: _of(arrange),
    ReplyToCustomer: _of(_reply),
    Note: _of(_note),
    Assign: _of(_assign),
    SetUrgency: _of(_urgency),
    SetCategory: _of(_category),
    SetFee: _of(_fee),
    Reject: _of(_reject),
    Postpone: _of(_postpone),
    TimeSpent: _of(_time_spent),
    Merge: _of(_merge),
    Away: _of(away),
    Capacity: _of(capacity),
    Why: _of(_why),
    FetchFile: _of(_files),
    AddToCustomer: _of(add_to_customer),
    MoneyReceived: _of(_money_received),
}
_ORDERS: Mapping[Order, Callable[[Case, Effect], Effect]] = {
    Order.DONE: _done,
    Order.CALL_OFF: call_off,
    Order.REOPEN: _reopen,
    Order.CANCEL: _cancel,
    Order.START: _start,
    Order.STOP: _stop,
}
_NAMES: Mapping[type[Action] | Order, tuple[str, str]] = {
    Estimate: ("Ước tính", "Estimate"),
    Quote: ("Soạn báo giá", "Draft a quote"),
    ChangeQuote: ("Sửa báo giá", "Change the quote"),
    Invoiced: ("Đã xuất hoá đơn", "Invoiced"),
    ProposeTimes: ("Đề xuất buổi đào tạo", "Propose slots for the training"),
    Arrange: ("Lịch đào tạo", "Arrange the training"),
    ReplyToCustomer: ("Gửi khách", "To the customer"),
    Note: ("Ghi chú nội bộ", "Internal note"),
    Assign: ("Giao việc", "Assign"),
    SetUrgency: ("Mức độ", "Urgency"),
    SetCategory: ("Phân loại", "Category"),
    SetFee: ("Phí", "Fee"),
    Reject: ("Từ chối yêu cầu", "Turn the request down"),
    Postpone: ("Dời", "Postpone"),
    TimeSpent: ("Đã làm", "Time spent"),
    Merge: ("Gộp với", "Merge with"),
    Away: ("Ghi nghỉ", "Absence"),
    Capacity: ("Công suất", "Capacity"),
    Why: ("Vì sao", "Why"),
    FetchFile: ("Lấy tệp", "Fetch files"),
    AddToCustomer: ("Thêm vào hồ sơ khách", "Add to the customer's record"),
    MoneyReceived: ("Đã nhận tiền", "Payment received"),
    Order.DONE: ("Báo khách là đã xong", "Tell the customer that it is done"),
    Order.APPROVE: ("Duyệt báo giá", "Approve the quote"),
    Order.HOLD: ("Giữ lại báo giá", "Hold the quote"),
    Order.REISSUE: ("Gửi lại báo giá", "Issue the quote again"),
    Order.ACCEPTED: ("Khách đồng ý báo giá", "The customer accepts the quote"),
    Order.CALL_OFF: ("Huỷ lịch đào tạo", "Cancel the training"),
    Order.REOPEN: ("Mở lại", "Reopen"),
    Order.CANCEL: ("Huỷ yêu cầu", "Cancel the request"),
    Order.START: ("Bắt đầu làm", "Start work"),
    Order.STOP: ("Tạm dừng", "Stop work"),
    Order.UNDO: ("Hoàn tác", "Undo"),
    Order.HELP: ("Trợ giúp", "Help"),
    Order.QUEUE: ("Hàng đợi", "The queue"),
    Order.REPORT: ("Báo cáo", "The report"),
}
