"""What a customer answers to a quote: accepted, declined, too late, to an old version, or for a person to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.desk import quote_mail, quotes
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.mail.authenticity import Authenticity
from worker.mail.reply_text import left_out
from worker.model import InboundMail, Language, ParsedMail, Request, RequestStatus
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
    offered,
)
from worker.policy.quoting import QuoteError
from worker.records import NewLetter, Outcome

_CERTAIN = 0.7

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
        found = self.on_offer or newest(self.versions)
        assert found is not None  # noqa: S101 - customer_answered looked
        return found

    @property
    def on_offer(self) -> QuoteVersion | None:
        """What the customer may accept: also what ran out while the yes, written in time, lay in the mailbox."""
        answered = bound_to(self.mail, self.versions).version
        if answered is None or answered.status is not QuoteStatus.EXPIRED or answered is not newest(self.versions):
            return offered(self.versions)
        return answered if quotes.today(self.desk, self.inbound.arrived) <= answered.quote.valid_until else None

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
    signature = left_out(mail.text, mail.new_text)
    meant = understand_customer(mail.new_text, Answering.QUOTE, agreed_amounts(last.quote), signature)
    certain = meant.certainty >= _CERTAIN
    is_late = request.status is not RequestStatus.QUOTED
    if (certain and meant.intent in _OTHER_MATTERS) or (is_late and meant.intent is not Intent.ACCEPT_QUOTE):
        return None
    reply = _Reply(desk, inbound, mail, request, versions, meant, now)
    answer, why = decide_answer(meant, mail, _facts(reply, verdict), quotes.today(desk, inbound.arrived))
    return _ANSWERS[answer](reply, why)


_OTHER_MATTERS = frozenset({Intent.THANKS, Intent.NEW_REQUEST})


def _facts(reply: _Reply, verdict: Authenticity) -> AnswerFacts:
    sender = reply.mail.sender.email
    customer = reply.desk.records.customer_for(sender)
    is_theirs = customer is not None and customer.id == reply.request.customer_id
    return AnswerFacts(
        bound=bound_to(reply.mail, reply.versions),
        offered=reply.on_offer,
        entitled=is_theirs and may_order(customer, sender),
        forged=verdict is Authenticity.FAILED,
    )


def _accepted(reply: _Reply, _why: Why) -> Outcome:
    desk, now = reply.desk, reply.now
    how = quotes.Acceptance(reply.inbound.arrived, reply.mail.sender.email, reply.inbound.id)
    added = replace(reply.request, inbound=(*reply.request.inbound, reply.inbound.id))
    request, versions = quotes.accept(desk, added, reply.version, how, now)
    letter = quote_mail.accepted(desk, request, versions[0], reply.inbound, now)
    return reply.outcome(
        request, versions, letter, *tell_accepted(desk, request, versions[0], reply.mail.new_text, now)
    )


def _declined(reply: _Reply, _why: Why) -> Outcome:
    desk, now, version = reply.desk, reply.now, reply.version
    ended = replace(version, status=QuoteStatus.DECLINED, due=None)
    words = f"{reply.mail.sender.email}: {quotes.amount_words(version)}"
    request = reply.noted("quote_declined", words, status=RequestStatus.DECLINED, closed_at=now, promise=None)
    letter = quote_mail.declined(desk, request, version, reply.inbound, now)
    headline = (f"Khách không làm theo báo giá {version.id}", f"Quotation {version.id} is declined")
    lines = [
        quotes.how_much(version),
        (f"Khách viết từ {reply.mail.sender}", f"Written by {reply.mail.sender}"),
        quotes.AGAIN,
    ]
    told = quote_mail.news(desk, request, version, headline, lines, now, quoted=reply.mail.new_text)
    return reply.outcome(request, (ended, *quotes.withdrawn(reply.versions)), letter, *told)


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
            f"Chưa ghi nhận đồng ý. Khách được báo bản hiện hành là {quotes.amount_words(current)}.",
            f"Nothing was accepted. The customer was told that {quotes.amount_words(current)} stands.",
        ),
        quotes.BY_STAFF,
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
        again = quotes.reissued(desk, base.quote, "", request, now)
    except QuoteError as error:
        headline = ("Chưa soạn lại được báo giá", "The quotation could not be issued again")
        lines = [(one, one) for one in error.mistakes]
        told = quote_mail.news(desk, request, None, headline, lines, now, quoted=reply.mail.new_text)
        return reply.outcome(request, ended, *written, *told)
    changed = (
        f"Báo giá {answered.id} đã hết hạn, khách vừa đồng ý: soạn lại với ngày hôm nay.",
        f"Quotation {answered.id} has expired, the customer has just accepted it: the same again, dated today.",
    )
    request = with_history(request, now, "quote_draft", reply.inbound.id, quotes.amount_words(again))
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


def _told_staff(reply: _Reply, request: Request, why: Why) -> tuple[NewLetter, ...]:
    version, meant = reply.version, reply.meant
    facts = tuple(dict.fromkeys(one.fact for one in meant.evidence))[:5]
    heard = ", ".join(f"“{one}”" for one in facts) or "–"
    headline = _MEANT.get(meant.intent, _UNCLEAR)
    reason = _WHY.get(why)
    lines = [
        quotes.how_much(version),
        (f"Người viết: {reply.mail.sender}", f"Written by: {reply.mail.sender}"),
        (
            f"Hiểu là: {headline[0].lower()} ({meant.certainty:.0%}), vì: {heard}",
            f"Understood: {headline[1].lower()} ({meant.certainty:.0%}), because of: {heard}",
        ),
        *([(f"Chưa ghi nhận đồng ý: {reason[0]}.", f"Nothing was accepted: {reason[1]}.")] if reason else []),
        quotes.BY_STAFF,
    ]
    # a condition may stand in what was cut off as a signature: staff read that, too
    quoted = f"{reply.mail.new_text}\n{left_out(reply.mail.text, reply.mail.new_text)}".rstrip()
    return quote_mail.news(
        reply.desk, request, version, headline, lines, reply.now, quoted=quoted, inbound=reply.inbound
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
    return quote_mail.news(
        desk, request, version, headline, [quotes.how_much(version), by, follows], now, quoted=quoted
    )
