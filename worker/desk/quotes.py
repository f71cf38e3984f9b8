"""Quotes as the worker itself moves them on: drafts of paid requests, the customer's answers, reminders and expiry.

What staff do to a quote by mail is in `staff_quotes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from storage import Conflict
from worker.desk import quote_mail
from worker.desk.board import work_of
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.desk.wording import category_name
from worker.mail.authenticity import Authenticity
from worker.model import Fee, InboundMail, Language, ParsedMail, Promise, Request, RequestStatus, Route
from worker.policy.customer_intent import Answering, CustomerIntent, Intent, understand_customer
from worker.policy.money import format_vnd
from worker.policy.promise import speak_promise
from worker.policy.quote_life import (
    UNSENT,
    Answer,
    AnswerFacts,
    QuoteStatus,
    QuoteVersion,
    Why,
    agreed_amounts,
    bound_to,
    decide_answer,
    may_order,
    newest,
    next_due,
    offered,
)
from worker.policy.quoting import (
    Buyer,
    Quote,
    QuoteError,
    QuoteFacts,
    change_quote,
    draft_quote,
    rate_card_of,
    terms_of,
)
from worker.records import NewLetter, Outcome

_SUBJECT_TOKEN_BYTES = 5
_CERTAIN = 0.7
_AT_ONCE = 200


def today(desk: Desk, now: datetime) -> date:
    """The day that a quote made now carries."""
    return desk.hours.local(now).date()


def amount_words(version: QuoteVersion) -> str:
    """A version and its total, for history, receipts and lists: `BG-1042/2 (2.700.000 đ)`."""
    return f"{version.id} ({format_vnd(version.total)})"


# ---- drafting -------------------------------------------------------------------------------------------------------


def first_draft(desk: Desk, request: Request, now: datetime) -> Quote:
    """What the request would cost by rate card and effort. QuoteError where it cannot be said."""
    settings = desk.settings.quotes
    subject = request.subject or category_name(request.category, request.language)
    facts = QuoteFacts(request.id, request.language, request.category, subject, request.text, _buyer(desk, request))
    card, terms = rate_card_of(settings), terms_of(settings)
    return draft_quote(facts, card, terms, request.effort, today(desk, now), delivery(desk, request, now))


def _buyer(desk: Desk, request: Request) -> Buyer:
    customer = desk.records.customer(request.customer_id) if request.customer_id else None
    contact = request.contact
    return Buyer(customer.name if customer else contact.name or contact.email, contact.name, contact.email)


def delivery(desk: Desk, request: Request, now: datetime) -> date:
    """The day on which the work would be done if it entered the queue now."""
    queued = replace(request, status=RequestStatus.QUEUED, queued_at=now)
    return desk.hours.local(desk.board.expect(work_of(queued), now)).date()


def new_version(desk: Desk, quote: Quote, by: str, now: datetime) -> QuoteVersion:
    """A draft of this content."""
    return QuoteVersion(
        id=quote.title,
        request_id=quote.request_id,
        quote=quote,
        status=QuoteStatus.DRAFT,
        created=now,
        by=by,
        token=desk.new_token()[: 2 * _SUBJECT_TOKEN_BYTES],
    )


def drafted(desk: Desk, outcome: Outcome, now: datetime) -> Outcome:
    """The outcome, and a draft for each request in it that is paid and has no quote yet."""
    paid = [one for one in outcome.records if isinstance(one, Request) and _needs_draft(desk, one)]
    for request in paid:
        outcome = _with_draft(desk, outcome, request, now)
    return outcome


def _needs_draft(desk: Desk, request: Request) -> bool:
    paid = request.fee.fee is Fee.PAID and request.status is RequestStatus.ANALYSING
    known = paid and (bool(desk.records.quotes_of(request.id)) or _is_refused(request))
    return paid and not known and not any(one.what == "not_acknowledged" for one in request.history)


def _is_refused(request: Request) -> bool:
    """Whether staff were told already that no draft could be made."""
    return any(one.what == "quote_refused" for one in request.history)


def _with_draft(desk: Desk, outcome: Outcome, request: Request, now: datetime) -> Outcome:
    try:
        version = new_version(desk, first_draft(desk, request, now), "", now)
    except QuoteError as error:
        refused = with_history(request, now, "quote_refused", "", str(error))
        lines = [(one, one) for one in error.mistakes]
        headline = ("Chưa soạn được báo giá", "No quotation could be drafted")
        written = quote_mail.news(desk, refused, None, headline, lines, now)
        return _replaced(outcome, request, refused, (), written)
    changed = with_history(
        replace(request, status=RequestStatus.QUOTE_DRAFT), now, "quote_draft", "", amount_words(version)
    )
    return _replaced(outcome, request, changed, (version,), quote_mail.drafts(desk, changed, version, ("", ""), now))


def _replaced(
    outcome: Outcome,
    request: Request,
    changed: Request,
    versions: tuple[QuoteVersion, ...],
    written: tuple[NewLetter, ...],
) -> Outcome:
    records = tuple(changed if one is request else one for one in outcome.records)
    return replace(outcome, records=(*records, *versions), letters=(*outcome.letters, *written))


def reissued(desk: Desk, base: Quote, by: str, request: Request, now: datetime) -> QuoteVersion:
    """The same lines as a new draft, dated today, with the tax rates and the delivery of today. QuoteError as ever."""
    again = change_quote(replace(base, vat=rate_card_of(desk.settings.quotes).vat), today=today(desk, now))
    return new_version(desk, replace(again, delivery=delivery(desk, request, now)), by, now)


# ---- the customer's answer ------------------------------------------------------------------------------------------

_ANSWERABLE = frozenset({RequestStatus.QUOTED, RequestStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class _Reply:
    """A customer's mail in hand: to which request and quote, what it means."""

    desk: Desk
    inbound: InboundMail
    mail: ParsedMail
    request: Request
    versions: list[QuoteVersion]
    meant: CustomerIntent
    now: datetime

    @property
    def version(self) -> QuoteVersion:
        """The one that is on offer, else the last one."""
        found = offered(self.versions) or newest(self.versions)
        assert found is not None  # noqa: S101 - customer_answered looked
        return found

    def noted(self, what: str, reason: str, **changes: object) -> Request:
        """The request with this mail and a line about it in its history."""
        added = replace(self.request, inbound=(*self.request.inbound, self.inbound.id), **changes)  # type: ignore[arg-type]
        return with_history(added, self.now, what, self.inbound.id, reason)

    def outcome(self, request: Request, versions: tuple[QuoteVersion, ...], *written: NewLetter) -> Outcome:
        """This mail handled: what changed, what goes out."""
        read = replace(self.inbound, request_id=request.id)
        return Outcome(records=(request, read, *versions), letters=written)


def customer_answered(
    desk: Desk, inbound: InboundMail, mail: ParsedMail, request: Request, verdict: Authenticity, now: datetime
) -> Outcome | None:
    """What an answer to a quote leads to. None where it is no answer to one: thanks, another matter, a closed request."""
    if request.status not in _ANSWERABLE:
        return None
    versions = desk.records.quotes_of(request.id)
    last = offered(versions) or newest(versions)
    if last is None:
        return None
    meant = understand_customer(mail.new_text, Answering.QUOTE, agreed_amounts(last.quote))
    certain = meant.certainty >= _CERTAIN
    is_late = request.status is not RequestStatus.QUOTED
    if (certain and meant.intent in _OTHER_MATTERS) or (is_late and meant.intent is not Intent.ACCEPT_QUOTE):
        return None
    reply = _Reply(desk, inbound, mail, request, versions, meant, now)
    answer, why = decide_answer(meant, mail, _facts(reply, verdict), today(desk, now))
    return _ANSWERS[answer](reply, why)


_OTHER_MATTERS = frozenset({Intent.THANKS, Intent.NEW_REQUEST})


def _facts(reply: _Reply, verdict: Authenticity) -> AnswerFacts:
    sender = reply.mail.sender.email
    customer = reply.desk.records.customer_for(sender)
    is_theirs = customer is not None and customer.id == reply.request.customer_id
    return AnswerFacts(
        bound=bound_to(reply.mail, reply.versions),
        offered=offered(reply.versions),
        entitled=is_theirs and may_order(customer, sender),
        forged=verdict is Authenticity.FAILED,
    )


def _accepted(reply: _Reply, _why: Why) -> Outcome:
    desk, now = reply.desk, reply.now
    how = Acceptance(reply.inbound.arrived, reply.mail.sender.email, reply.inbound.id)
    added = replace(reply.request, inbound=(*reply.request.inbound, reply.inbound.id))
    request, versions = accept(desk, added, reply.version, how, now)
    letter = quote_mail.accepted(desk, request, versions[0], reply.inbound, now)
    return reply.outcome(
        request, versions, letter, *tell_accepted(desk, request, versions[0], reply.mail.new_text, now)
    )


def _declined(reply: _Reply, _why: Why) -> Outcome:
    desk, now, version = reply.desk, reply.now, reply.version
    ended = replace(version, status=QuoteStatus.DECLINED, due=None)
    words = f"{reply.mail.sender.email}: {amount_words(version)}"
    request = reply.noted("quote_declined", words, status=RequestStatus.DECLINED, closed_at=now, promise=None)
    letter = quote_mail.declined(desk, request, version, reply.inbound, now)
    headline = (f"Khách không làm theo báo giá {version.id}", f"Quotation {version.id} is declined")
    lines = [_how_much(version), (f"Khách viết từ {reply.mail.sender}", f"Written by {reply.mail.sender}"), _AGAIN]
    told = quote_mail.news(desk, request, version, headline, lines, now, quoted=reply.mail.new_text)
    return reply.outcome(request, (ended, *withdrawn(reply.versions)), letter, *told)


def _of_old_version(reply: _Reply, _why: Why) -> Outcome:
    """Nothing is accepted: the customer gets the version that stands, staff hear of it."""
    desk, now, current = reply.desk, reply.now, reply.version
    answered = bound_to(reply.mail, reply.versions).version
    assert answered is not None  # noqa: S101 - decided by it
    request = reply.noted("quote_answer", f"{Answer.OLD_VERSION}: {answered.id}, {current.id} stands")
    written = quote_mail.not_current(desk, request, answered, current, reply.inbound, now)
    renewed = replace(current, message_ids=(*current.message_ids, written.letter.message_id))
    headline = (f"Khách đồng ý bản cũ {answered.id}", f"The customer accepts the old version {answered.id}")
    lines = [
        (
            f"Chưa ghi nhận đồng ý. Khách được báo bản hiện hành là {amount_words(current)}.",
            f"Nothing was accepted. The customer was told that {amount_words(current)} stands.",
        ),
        _BY_STAFF,
    ]
    told = quote_mail.news(desk, request, current, headline, lines, now, quoted=reply.mail.new_text)
    return reply.outcome(request, (renewed,), *_unless_too_many(reply, written), *told)


def _too_late(reply: _Reply, _why: Why) -> Outcome:
    """Nothing is accepted: the customer hears that it expired and that a new one comes, staff get its draft."""
    desk, now, base = reply.desk, reply.now, newest(reply.versions)
    assert base is not None  # noqa: S101 - customer_answered looked
    answered = bound_to(reply.mail, reply.versions).version or base
    words = f"{Answer.TOO_LATE}: {answered.id}"
    request = reply.noted("quote_answer", words, status=RequestStatus.QUOTE_DRAFT, closed_at=None)
    ended = tuple(
        replace(one, status=QuoteStatus.EXPIRED, due=None) for one in reply.versions if one.status is QuoteStatus.SENT
    )
    written = _unless_too_many(reply, quote_mail.not_current(desk, request, answered, None, reply.inbound, now))
    waiting = next((one for one in reply.versions if one.status in UNSENT), None)
    if waiting:  # a new one is being written already
        return reply.outcome(request, ended, *written, *_told_staff(reply, request, Why.NONE))
    try:
        again = reissued(desk, base.quote, "", request, now)
    except QuoteError as error:
        headline = ("Chưa soạn lại được báo giá", "The quotation could not be issued again")
        lines = [(one, one) for one in error.mistakes]
        told = quote_mail.news(desk, request, None, headline, lines, now, quoted=reply.mail.new_text)
        return reply.outcome(request, ended, *written, *told)
    changed = (
        f"Báo giá {answered.id} đã hết hạn, khách vừa đồng ý: soạn lại với ngày hôm nay.",
        f"Quotation {answered.id} has expired, the customer has just accepted it: the same again, dated today.",
    )
    request = with_history(request, now, "quote_draft", reply.inbound.id, amount_words(again))
    return reply.outcome(request, (*ended, again), *written, *quote_mail.drafts(desk, request, again, changed, now))


def _to_staff(reply: _Reply, why: Why) -> Outcome:
    """A person reads it, and is told what was understood."""
    request = reply.noted("quote_answer", f"{reply.meant.intent} ({reply.meant.certainty:.0%}) {why}".strip())
    return reply.outcome(request, (), *_told_staff(reply, request, why))


_ANSWERS: dict[Answer, Callable[[_Reply, Why], Outcome]] = {
    Answer.ACCEPTED: _accepted,
    Answer.DECLINED: _declined,
    Answer.OLD_VERSION: _of_old_version,
    Answer.TOO_LATE: _too_late,
    Answer.STAFF: _to_staff,
}


def _unless_too_many(reply: _Reply, letter: NewLetter) -> tuple[NewLetter, ...]:
    """The loop guard holds for what answers by itself, too."""
    written = reply.desk.records.count_letters_to(reply.request.contact.email, reply.now - timedelta(days=1))
    return (letter,) if written < reply.desk.settings.loops.letters_per_request_day else ()


# ---- words to staff -------------------------------------------------------------------------------------------------

_MEANT: dict[Intent, tuple[str, str]] = {
    Intent.ACCEPT_QUOTE: ("Khách có vẻ đồng ý báo giá", "The customer seems to accept the quotation"),
    Intent.DECLINE_QUOTE: ("Khách có vẻ từ chối báo giá", "The customer seems to decline the quotation"),
    Intent.ASK_QUESTION: ("Khách hỏi về báo giá", "The customer asks about the quotation"),
    Intent.NEGOTIATE: ("Khách thương lượng báo giá", "The customer negotiates the quotation"),
    Intent.MORE_INFORMATION: ("Khách gửi thêm thông tin", "The customer adds something"),
    Intent.CANCEL_REQUEST: ("Khách muốn huỷ yêu cầu", "The customer wants to cancel"),
}
_UNCLEAR = ("Khách trả lời báo giá, chưa rõ ý", "An answer to the quotation that is not clear")
_WHY: dict[Why, tuple[str, str]] = {
    Why.NOT_CLEAR: ("không phải lời đồng ý rõ ràng", "no clear and unconditional yes"),
    Why.NOT_PROVEN: ("người gửi không được xác thực", "its sender is not proven"),
    Why.NOT_ENTITLED: (
        "người gửi không có quyền đặt hàng trong hồ sơ khách (may_order)",
        "its sender may not order for this customer (may_order)",
    ),
    Why.NOT_BOUND: ("thư không gắn với thư báo giá nào", "it belongs to no letter that carried a quotation"),
    Why.WITH_FILES: ("thư kèm tệp hoặc thư chuyển tiếp, cần người xem", "it came with files or a forwarded mail"),
    Why.OTHER_LETTER: (
        "thư trả lời một thư khác, không nói tới báo giá",
        "it answers another letter and names no quotation",
    ),
}
_BY_STAFF = (
    "Nếu khách thật sự đồng ý, trả lời: khách đồng ý. Sửa báo giá: giá: …, giảm giá: …. Trả lời khách: gửi khách: …",
    "If the customer does accept, answer: customer accepted. To change it: price: …, discount: …. To answer them: reply: …",
)
_AGAIN = ("Gửi lại khi cần, trả lời: gửi lại báo giá", "To issue it again, answer: reissue quote")


def _how_much(version: QuoteVersion) -> tuple[str, str]:
    last = f"{version.quote.valid_until:%d/%m/%Y}"
    return (
        f"Báo giá: {amount_words(version)}, hiệu lực đến {last}",
        f"Quotation: {amount_words(version)}, valid until {last}",
    )


def _told_staff(reply: _Reply, request: Request, why: Why) -> tuple[NewLetter, ...]:
    version, meant = reply.version, reply.meant
    facts = tuple(dict.fromkeys(one.fact for one in meant.evidence))[:5]
    heard = ", ".join(f"“{one}”" for one in facts) or "–"
    headline = _MEANT.get(meant.intent, _UNCLEAR)
    reason = _WHY.get(why)
    lines = [
        _how_much(version),
        (f"Người viết: {reply.mail.sender}", f"Written by: {reply.mail.sender}"),
        (
            f"Hiểu là: {headline[0].lower()} ({meant.certainty:.0%}), vì: {heard}",
            f"Understood: {headline[1].lower()} ({meant.certainty:.0%}), because of: {heard}",
        ),
        *([(f"Chưa ghi nhận đồng ý: {reason[0]}.", f"Nothing was accepted: {reason[1]}.")] if reason else []),
        _BY_STAFF,
    ]
    return quote_mail.news(
        reply.desk, request, version, headline, lines, reply.now, quoted=reply.mail.new_text, inbound=reply.inbound
    )


def tell_accepted(
    desk: Desk, request: Request, version: QuoteVersion, quoted: str, now: datetime
) -> tuple[NewLetter, ...]:
    """To staff: it is accepted, and what happens next."""
    if request.promise:
        at, zone = request.promise.at, desk.settings.hours.time_zone
        vietnamese, english = (speak_promise(at, language, zone) for language in Language)
        follows = (
            f"Đã vào hàng đợi, báo khách hẹn xong: {vietnamese}",
            f"It is in the queue; the customer was told: {english}",
        )
    else:
        follows = (
            f"Chờ đặt cọc {format_vnd(version.deposit)}. Khi nhận được, trả lời: đã nhận tiền",
            f"It waits for the deposit, {format_vnd(version.deposit)}. When it is here, answer: payment received",
        )
    headline = (f"Khách đồng ý báo giá {version.id}", f"Quotation {version.id} is accepted")
    by = (f"Người đồng ý: {version.accepted_by}", f"Accepted by: {version.accepted_by}")
    return quote_mail.news(desk, request, version, headline, [_how_much(version), by, follows], now, quoted=quoted)


# ---- accepting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted, when, by which mail."""

    at: datetime
    by: str
    mail: str


def accept(
    desk: Desk, request: Request, version: QuoteVersion, how: Acceptance, now: datetime
) -> tuple[Request, tuple[QuoteVersion, ...]]:
    """The request in the queue from the time of the yes on, or waiting for its deposit; and the version, first of all
    that changed: drafts beside it are void.
    """
    taken = replace(
        version,
        status=QuoteStatus.ACCEPTED,
        due=None,
        accepted=how.at,
        accepted_by=how.by,
        accepted_mail=how.mail,
    )
    changed = (taken, *withdrawn(desk.records.quotes_of(request.id)))
    agreed = with_history(request, now, "quote_accepted", how.mail, f"{how.by}: {amount_words(version)}")
    if taken.deposit:
        return replace(agreed, status=RequestStatus.ACCEPTED, promise=None), changed
    return queued(desk, agreed, how.at, now), changed


def queued(desk: Desk, request: Request, since: datetime, now: datetime) -> Request:
    """The request as agreed work, in its place since then, with a promise of its completion."""
    entered = replace(request, status=RequestStatus.QUEUED, queued_at=since, closed_at=None, alarmed_at=None)
    promise = Promise(desk.board.expect(work_of(entered), now), told=now, kind="completion")
    return replace(entered, promise=promise, first_promise=promise)


def withdrawn(versions: Iterable[QuoteVersion]) -> tuple[QuoteVersion, ...]:
    """Those of these versions that never went out, void."""
    return tuple(replace(one, status=QuoteStatus.WITHDRAWN) for one in versions if one.status in UNSENT)


# ---- what is due ----------------------------------------------------------------------------------------------------


def due(desk: Desk, now: datetime) -> list[str]:
    """Remind of quotes and let them expire, in working hours; the letters to deliver."""
    if not desk.hours.is_working(now):
        return []
    return [letter for one in list(desk.records.quotes_due(now, _AT_ONCE)) for letter in _due(desk, one, now)]


def _due(desk: Desk, version: QuoteVersion, now: datetime) -> list[str]:
    request = desk.records.request(version.request_id)
    if request is None or version.status is not QuoteStatus.SENT:
        outcome = Outcome(records=(replace(version, due=None),))
    elif today(desk, now) > version.quote.valid_until:
        outcome = _expired(desk, request, version, now)
    else:
        outcome = _reminded(desk, request, version, now)
    try:
        desk.records.save(outcome)
    except Conflict:
        return []  # somebody changed it at the same moment: the next round sees it as it stands
    for one in outcome.records:
        if isinstance(one, Request):
            desk.board.changed(replace(one, version=one.version + 1))
    return [one.letter.id for one in outcome.letters]


def _reminded(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> Outcome:
    """A reminder to the customer; where it is we who owe them an answer, to staff."""
    days = desk.settings.quotes.remind_days_before
    end = next_due(version.quote, now, desk.hours, days, reminded=True)
    changed = replace(version, reminded=now, due=end)
    if _waits_for_us(desk, request):
        headline = (
            f"Báo giá {version.id} sắp hết hạn, khách chờ trả lời",
            f"{version.id} expires soon, we owe an answer",
        )
        noted = with_history(request, now, "quote_reminded", "", f"staff: {amount_words(version)}")
        written = quote_mail.news(desk, noted, version, headline, [_how_much(version), _BY_STAFF], now)
        return Outcome(records=(noted, changed), letters=written)
    letter = quote_mail.reminder(desk, request, version, now)
    noted = with_history(request, now, "quote_reminded", "", amount_words(version))
    changed = replace(changed, message_ids=(*changed.message_ids, letter.letter.message_id))
    return Outcome(records=(noted, changed), letters=(letter,))


def _waits_for_us(desk: Desk, request: Request) -> bool:
    """Whether the customer wrote last."""
    theirs = [one.arrived for one in desk.records.inbound_of(request.id) if one.route is Route.FOLLOW_UP]
    told = {"told_customer", "asked_customer", "quote_approved"}
    ours = [one.at for one in request.history if one.what in told]
    return bool(theirs) and max(theirs) > max(ours, default=request.arrived)


def _expired(desk: Desk, request: Request, version: QuoteVersion, now: datetime) -> Outcome:
    ended = replace(version, status=QuoteStatus.EXPIRED, due=None)
    waiting = next((one for one in desk.records.quotes_of(request.id) if one.status in UNSENT), None)
    if waiting or request.status is not RequestStatus.QUOTED:  # a new version is being written: nothing is over yet
        status = RequestStatus.QUOTE_DRAFT if request.status is RequestStatus.QUOTED else request.status
        noted = with_history(replace(request, status=status), now, "quote_expired", "", amount_words(version))
        return Outcome(records=(noted, ended))
    closed = replace(request, status=RequestStatus.EXPIRED, closed_at=now, promise=None)
    closed = with_history(closed, now, "quote_expired", "", amount_words(version))
    letter = quote_mail.expired(desk, request, version, now)
    headline = (f"Báo giá {version.id} đã hết hạn", f"Quotation {version.id} has expired")
    told = quote_mail.news(desk, closed, version, headline, [_how_much(version), _AGAIN], now)
    ended = replace(ended, message_ids=(*ended.message_ids, letter.letter.message_id))
    return Outcome(records=(closed, ended), letters=(letter, *told))
