"""What staff do to quotes by mail: order, change, approve, hold, issue again, take an acceptance, note money and invoice.

An act that cannot be done raises Unsure, as in `staff_acts`. Changes of one mail are gathered in the effect's `draft`; when
all acts are done, `settled` makes one version of them and shows it to those who may approve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from storage import Change as StoredChange
from worker.desk import quote_mail, quotes
from worker.desk.context import Desk
from worker.desk.quote_letters import change_words
from worker.desk.staff_acts import as_example
from worker.desk.staff_case import Case, Effect, Unsure, request_of, told_of_letter, with_change
from worker.desk.staff_mail import in_language
from worker.desk.typesetting import TypesettingError
from worker.desk.wording import status_name
from worker.model import Fee, FeeDecision, FeeRule, Letter, LetterStatus, Request, RequestStatus
from worker.policy.amounts import find_foreign
from worker.policy.money import format_vnd
from worker.policy.quote_life import UNSENT, QuoteStatus, QuoteVersion, newest, next_due, offered
from worker.policy.quoting import (
    AddLine,
    Change,
    LineKind,
    Quote,
    QuoteError,
    QuoteLine,
    RemoveLine,
    SetAmount,
    SetMinutes,
    change_quote,
    fingerprint,
    rate_card_of,
)
from worker.policy.staff_actions import Action, ChangeQuote, Do, Invoiced, MoneyReceived, Order
from worker.policy.staff_actions import Quote as OrderQuote
from worker.policy.tone_marks import as_read
from worker.records import NewLetter, change_of

_QUOTABLE = frozenset(
    {
        RequestStatus.REVIEW,
        RequestStatus.ANALYSING,
        RequestStatus.QUOTE_DRAFT,
        RequestStatus.QUOTED,
        RequestStatus.EXPIRED,
        RequestStatus.DECLINED,
        RequestStatus.QUEUED,
        RequestStatus.IN_PROGRESS,
        RequestStatus.WAITING_FOR_CUSTOMER,
    }
)
STILL_HERE = frozenset({LetterStatus.QUEUED, LetterStatus.WITHHELD, LetterStatus.DEFERRED})
"""A letter in one of these can be stopped."""
_SENT_AGAIN = frozenset({QuoteStatus.SENT, QuoteStatus.EXPIRED, QuoteStatus.DECLINED, QuoteStatus.WITHDRAWN})


def act(case: Case, effect: Effect, action: Action) -> Effect | None:
    """The effect with one more act; None where the act is not about quotes."""
    key = action.order if isinstance(action, Do) else type(action)
    doing = _ACTS.get(key)
    if doing is None:
        return None
    try:
        return doing(case, effect, action)
    except QuoteError as error:
        raise _refused(case, error.mistakes) from None
    except TypesettingError as error:
        raise _refused(case, (str(error),)) from error


def _refused(case: Case, mistakes: tuple[str, ...]) -> Unsure:
    places = "; ".join(mistakes)
    return Unsure(
        case.words(
            f"Báo giá này không được: {places}. Chưa làm gì, chưa gửi gì cho khách.",
            f"This quotation cannot be: {places}. Nothing was done or sent.",
        )
    )


# ---- which quote ----------------------------------------------------------------------------------------------------


def _versions(case: Case, effect: Effect, request: Request) -> list[QuoteVersion]:
    """The versions as the mail has left them so far."""
    found = {one.id: one for one in case.desk.records.quotes_of(request.id)}
    found |= {one.id: one for one in effect.quotes if one.request_id == request.id}
    return list(found.values())


def _with_quotes(effect: Effect, *versions: QuoteVersion) -> Effect:
    found = {one.id: one for one in (*effect.quotes, *versions)}
    return replace(effect, quotes=tuple(found.values()))


def _last(case: Case, effect: Effect, request: Request) -> QuoteVersion:
    found = newest(_versions(case, effect, request))
    if found is None:
        raise Unsure(
            case.words(
                f"{request.id} chưa có báo giá. Soạn: báo giá: 2tr5, hoặc: giờ: 6",
                f"{request.id} has no quotation yet. To draft one: quote: 2500000, or: hours: 6",
            )
        )
    return found


def stale(case: Case, request: Request | None, actions: tuple[Action, ...]) -> str:
    """Why an approval does not count: it was given to another version, or to another wording, than the one that stands."""
    if request is None or not case.quote:
        return ""
    if Do(Order.ACCEPTED) in actions:
        return _other_offer(case, request)
    if Do(Order.APPROVE) not in actions:
        return ""
    last = newest(case.desk.records.quotes_of(request.id))
    if last is None or last.mark == case.quote:
        return ""
    given = case.quote.partition(" ")[0]
    return case.words(
        f"Anh/chị duyệt {given}, nhưng báo giá đã được sửa; bản hiện nay là {quotes.amount_words(last)}. Chưa gửi gì: "
        "xem thư báo giá mới nhất rồi duyệt ở thư đó.",
        f"You approve {given}, but the quotation was changed since; it now is {quotes.amount_words(last)}. Nothing was "
        "sent: look at the newest draft and approve that one.",
    )


def _other_offer(case: Case, request: Request) -> str:
    """Why the customer's yes does not count for what is on offer: staff's letter showed another version."""
    standing, shown = offered(case.desk.records.quotes_of(request.id)), case.quote.partition(" ")[0]
    if standing is None or standing.mark == case.quote:
        return ""
    return case.words(
        f"Thư này nói về {shown}, nhưng bản khách đang có là {quotes.amount_words(standing)}. Chưa ghi nhận đồng ý: "
        f"nếu khách đồng ý bản đó, viết thư mới có số [{request.id}] ở tiêu đề: khách đồng ý",
        f"This letter is about {shown}, but {quotes.amount_words(standing)} is on offer. Nothing was accepted: "
        f"if the customer accepts that one, write a new mail with [{request.id}] in its subject: customer accepted",
    )


def question(case: Case, request: Request | None, actions: tuple[Action, ...]) -> str:
    """Why an approval is asked back once: no token of this version came with it, or somebody holds the quote."""
    if request is None or case.confirmed or Do(Order.APPROVE) not in actions:
        return ""
    last = newest(case.desk.records.quotes_of(request.id))
    if last and last.status is QuoteStatus.HELD:
        return case.words(f"báo giá {last.id} đang được giữ lại.", f"{last.id} is on hold.")
    if last and case.quote != last.mark:
        return case.words("thư không trả lời đúng thư báo giá chờ duyệt.", "it does not answer the draft itself.")
    return ""


def approval_mark(case: Case, request: Request | None, actions: tuple[Action, ...]) -> str:
    """What the question about an approval is bound to."""
    last = newest(case.desk.records.quotes_of(request.id)) if request and Do(Order.APPROVE) in actions else None
    return last.mark if last else ""


# ---- writing --------------------------------------------------------------------------------------------------------


def _charged(case: Case, effect: Effect) -> tuple[Effect, Request]:
    """The effect with a request that is paid. What was called free is not quoted without saying so first."""
    request = request_of(case, effect)
    if request.status not in _QUOTABLE:
        state = status_name(request.status, case.member.language)
        raise Unsure(
            case.words(f"{request.id} đang là “{state}”: không báo giá.", f"{request.id} is “{state}”: no quote.")
        )
    if request.fee.fee is Fee.PAID and request.status is not RequestStatus.REVIEW:
        return effect, request
    if request.fee.fee is Fee.FREE:
        raise Unsure(
            case.words(
                f"{request.id} đang là miễn phí. Muốn báo giá, viết thêm dòng: phí: tính",
                f"{request.id} stands as free. To quote it, add the line: fee: charge",
            )
        )
    decision = FeeDecision(Fee.PAID, FeeRule.STAFF, case.member.email)
    paid = replace(request, fee=decision, status=RequestStatus.ANALYSING)
    words = case.words("Phí: có phí", "Fee: paid")
    after = as_example(case, with_change(case, effect, paid, "fee", f"{request.fee.fee} → paid", words))
    return after, request_of(case, after)


def _base(case: Case, effect: Effect, request: Request) -> Quote:
    """What the next version is made of: the changes so far, the last version, or a first draft; numbered as the next."""
    if effect.draft:
        return effect.draft
    _refuse_accepted(case, effect, request)
    last = newest(_versions(case, effect, request))
    if last is None:
        return quotes.first_draft(case.desk, request, case.now)
    return replace(last.quote, version=last.quote.version + 1)


def _refuse_accepted(case: Case, effect: Effect, request: Request) -> None:
    """What a customer agreed to stands, also where a void draft beside it has a higher number."""
    agreed = next((one for one in _versions(case, effect, request) if one.status is QuoteStatus.ACCEPTED), None)
    if agreed:
        raise Unsure(
            case.words(f"Khách đã đồng ý {agreed.id}: không sửa nữa.", f"{agreed.id} is accepted: it is not changed.")
        )


def _change(case: Case, effect: Effect, action: ChangeQuote) -> Effect:
    return _changed(case, effect, action.change)


def _changed(case: Case, effect: Effect, change: Change) -> Effect:
    """The effect with this change in its draft."""
    paid, request = _charged(case, effect)
    today = quotes.today(case.desk, case.now)
    # The tax of now first: a price that includes it is worked out from it.
    base = replace(
        _base(case, paid, request),
        vat=rate_card_of(case.desk.settings.quotes).vat,
        issued=today,
        delivery=quotes.delivery(case.desk, request, case.now),
    )
    changes = [change]
    if isinstance(change, SetMinutes) and change.place is None:
        changes = _at_hours(case, base, change.minutes)
    draft = change_quote(base, *changes, today=today)
    words = (*paid.draft_words, change_words(change))
    return replace(paid, draft=replace(draft, version=base.version), draft_words=words)


def _order(case: Case, effect: Effect, action: OrderQuote) -> Effect:
    """A price, hours at our rate, or (neither named) rate card and estimate."""
    if action.amount_vnd is not None:
        return _changed(case, effect, SetAmount(action.amount_vnd, includes_vat=_includes_vat(action.vat)))
    if action.minutes is not None:
        return _changed(case, effect, SetMinutes(action.minutes))
    if find_foreign(case.mail.new_text):
        raise Unsure(case.words("Giá bằng đồng là bao nhiêu? báo giá: …", "How much is it in đồng? quote: …"))
    paid, request = _charged(case, effect)
    number = _base(case, paid, request).version
    fresh = quotes.first_draft(case.desk, request, case.now)
    words = ("theo đơn giá và ước tính", "by rate card and estimate")
    return replace(paid, draft=replace(fresh, version=number), draft_words=(*paid.draft_words, words))


def _includes_vat(words: str) -> bool:
    """Whether words about VAT say that it is in the price: "đã gồm VAT", "incl. VAT", "sau thuế"."""
    read = as_read(words)
    if any(one in read.split() for one in ("chưa", "chua", "không", "khong", "before", "trước", "plus", "no")):
        return False
    return any(one in read for one in ("gồm", "gom", "có ", "co ", "đã", "da ", "incl", "after", "sau"))


def _at_hours(case: Case, base: Quote, minutes: int) -> list[Change]:
    """Our work at the rate of its kind, whatever priced it before."""
    own = [place for place, line in enumerate(base.lines, 1) if line.kind is not LineKind.THIRD_PARTY]
    if len(own) == 1 and base.lines[own[0] - 1].kind is LineKind.WORK:
        return [SetMinutes(minutes, own[0])]
    card = rate_card_of(case.desk.settings.quotes)
    full_vat = base.category in card.full_vat_categories
    work = QuoteLine(base.subject, LineKind.WORK, card.rate(base.category), minutes=minutes, full_vat=full_vat)
    return [AddLine(work), *(RemoveLine(place) for place in reversed(own))]


def _reissue(case: Case, effect: Effect, _action: Action) -> Effect:
    """The last version again, dated today."""
    paid, request = _charged(case, effect)
    _refuse_accepted(case, effect, request)
    last = _last(case, effect, request)
    if last.status not in _SENT_AGAIN:
        raise Unsure(
            case.words(
                f"{last.id} chưa gửi cho khách: duyệt, hoặc sửa.", f"{last.id} is not sent: approve or change it."
            )
        )
    words = ("gửi lại, tính từ hôm nay", "issued again, dated today")
    again = quotes.reissued(case.desk, last.quote, case.member.email, request, case.now)
    return replace(paid, draft=again.quote, draft_words=(*paid.draft_words, words))


# ---- approving ------------------------------------------------------------------------------------------------------


def _approve(case: Case, effect: Effect, _action: Action) -> Effect:
    """The quote goes to the customer: its PDF made once and kept, its hash and the wording's with the approval."""
    request = request_of(case, effect)
    last = _last(case, effect, request)
    if effect.draft or last in effect.quotes:
        raise Unsure(
            case.words(
                "Thư vừa sửa vừa duyệt báo giá, hoặc vừa giữ vừa duyệt. Gửi thư sửa trước, rồi duyệt bản mới.",
                "The mail approves the quotation and changes or holds it. Send the change first, then approve the new version.",
            )
        )
    if request.fee.fee is not Fee.PAID:
        raise Unsure(case.words(f"{request.id} không tính phí.", f"{request.id} is not charged."))
    if last.status not in UNSENT:
        raise Unsure(case.words(f"{last.id} không còn chờ duyệt ({last.status}).", f"{last.id} is {last.status}."))
    if quotes.today(case.desk, case.now) > last.quote.valid_until:
        raise Unsure(
            case.words(
                f"{last.id} chỉ có hiệu lực đến {last.quote.valid_until:%d/%m/%Y}. Sửa (ví dụ: hiệu lực: 15 ngày) để có bản mới.",
                f"{last.id} was valid until {last.quote.valid_until:%d/%m/%Y} only. Change it (validity: 15 days) to renew it.",
            )
        )
    if rates := last.quote.vat.change_between(last.quote.vat_day, quotes.today(case.desk, case.now)):
        raise Unsure(
            case.words(
                f"Thuế GTGT đã đổi từ ngày {rates.begins:%d/%m/%Y}, sau ngày tính của {last.id}. "
                "Sửa (ví dụ: hiệu lực: 15 ngày) để có bản mới.",
                f"VAT has changed since {rates.begins:%d/%m/%Y}, after the day that {last.id} was calculated for. "
                "Change it (validity: 15 days) to renew it.",
            )
        )
    before = offered(_versions(case, effect, request))
    waiting = _not_gone(case, before) if before else []
    is_unseen = before is not None and len(waiting) == len(before.message_ids)
    sent, letter = _sent(case, request, last, before.id if before and not is_unseen else "")
    replaced = (_without_letters(replace(before, status=QuoteStatus.SUPERSEDED, due=None), waiting),) if before else ()
    quoted = replace(request, status=RequestStatus.QUOTED, closed_at=None, promise=None)
    after = with_change(
        case,
        effect,
        quoted,
        "quote_approved",
        f"{quotes.amount_words(sent)}, PDF sha256 {sent.pdf}",
        case.words(f"Duyệt báo giá {quotes.amount_words(sent)}", f"Approved {quotes.amount_words(sent)}"),
    )
    line = told_of_letter(case, request, ("Báo giá kèm PDF", "The quotation with its PDF"))
    after = _stop_letters(_with_quotes(after, sent, *replaced), waiting)
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line), money=True)


def _sent(case: Case, request: Request, version: QuoteVersion, supersedes: str) -> tuple[QuoteVersion, NewLetter]:
    desk, now = case.desk, case.now
    pdf = desk.records.keep_raw(desk.printer.pdf(version.quote, quote_mail.seller(desk)))[0]
    approved = replace(
        version,
        status=QuoteStatus.SENT,
        approved=now,
        approved_by=case.member.email,
        fingerprint=fingerprint(version.quote),
        pdf=pdf,
        due=next_due(version.quote, now, desk.hours, desk.settings.quotes.remind_days_before),
    )
    letter = quote_mail.quote(desk, request, approved, supersedes, case.inbound, now)
    return replace(approved, message_ids=(*version.message_ids, letter.letter.message_id)), letter


def _hold(case: Case, effect: Effect, _action: Action) -> Effect:
    """Not yet: a draft waits for an explicit yes; a letter that has not left is stopped."""
    request = request_of(case, effect)
    last = _last(case, effect, request)
    if last.status is QuoteStatus.SENT:
        return _stopped(case, effect, request, last)
    if last.status not in UNSENT:
        raise Unsure(case.words(f"{last.id} không còn chờ duyệt ({last.status}).", f"{last.id} is {last.status}."))
    held = replace(last, status=QuoteStatus.HELD)
    words = case.words(f"Giữ lại {last.id}, chưa gửi khách", f"{last.id} is on hold, nothing goes to the customer")
    after = with_change(case, effect, request, "quote_held", last.id, words)
    return _with_quotes(after, held)


def _stopped(case: Case, effect: Effect, request: Request, last: QuoteVersion) -> Effect:
    """The letter is taken back while it waits; the version before, if there was one, stands again."""
    waiting = _not_gone(case, last)
    if not waiting or len(waiting) < len(last.message_ids):
        raise Unsure(
            case.words(
                f"{last.id} đã gửi cho khách, không giữ lại được. Để thay thế: sửa báo giá rồi duyệt bản mới.",
                f"{last.id} is with the customer and cannot be held. To replace it: change it and approve the new version.",
            )
        )
    held = replace(last, status=QuoteStatus.HELD, message_ids=(), approved=None, approved_by="", due=None)
    days = case.desk.settings.quotes.remind_days_before
    before = newest([one for one in _versions(case, effect, request) if one.message_ids and one.id != last.id])
    if before and before.status is not QuoteStatus.SUPERSEDED:  # it ended by itself, before this one was approved
        before = None
    again = (
        (replace(before, status=QuoteStatus.SENT, due=next_due(before.quote, case.now, case.desk.hours, days)),)
        if before
        else ()
    )
    status = RequestStatus.QUOTED if before else RequestStatus.QUOTE_DRAFT
    words = case.words(
        f"Đã rút lại thư báo giá {last.id}, giữ lại", f"The letter with {last.id} was stopped; it is on hold"
    )
    after = with_change(case, effect, replace(request, status=status), "quote_held", last.id, words)
    return _stop_letters(_with_quotes(after, held, *again), waiting)


def _not_gone(case: Case, version: QuoteVersion) -> list[Letter]:
    """The letters that carry a version and still wait."""
    found = (case.desk.records.letter_with_message_id(key) for key in version.message_ids)
    return [one for one in found if one and one.status in STILL_HERE]


def _without_letters(version: QuoteVersion, stopped: list[Letter]) -> QuoteVersion:
    keys = {one.message_id for one in stopped}
    return replace(version, message_ids=tuple(key for key in version.message_ids if key not in keys))


def _stop_letters(effect: Effect, letters: list[Letter]) -> Effect:
    stopped = (change_of(replace(one, status=LetterStatus.CANCELLED)) for one in letters)
    return replace(effect, claims=(*effect.claims, *stopped))


def going_again(desk: Desk, version: QuoteVersion, now: datetime) -> Iterator[StoredChange]:
    """The stopped letters of a version that is with the customer again because the stop was undone."""
    status = LetterStatus.WITHHELD if desk.settings.mode == "observe" else LetterStatus.QUEUED
    due = now + timedelta(seconds=desk.settings.staff_undo_seconds)
    found = (desk.records.letter_with_message_id(key) for key in version.message_ids)
    for one in found:
        if one and one.status is LetterStatus.CANCELLED and version.status is QuoteStatus.SENT:
            yield change_of(replace(one, status=status, due=due))


# ---- afterwards -----------------------------------------------------------------------------------------------------


def _accepted(case: Case, effect: Effect, _action: Action) -> Effect:
    """The customer said yes to what is on offer, in words that only a person understood, or by telephone."""
    request = request_of(case, effect)
    if effect.draft:
        raise Unsure(
            case.words(
                "Thư vừa sửa báo giá vừa nói khách đồng ý. Khách đồng ý bản nào? Gửi hai thư riêng.",
                "The mail changes the quotation and says that it is accepted. Which version? Send two mails.",
            )
        )
    last, standing = _last(case, effect, request), offered(_versions(case, effect, request))
    if standing is None:
        raise Unsure(
            case.words(
                f"Không có báo giá nào đang chờ khách ({last.id}: {last.status}).",
                f"No quotation waits for the customer ({last.id}: {last.status}).",
            )
        )
    how = quotes.Acceptance(case.now, case.member.email, case.inbound.id)
    agreed, versions = quotes.accept(case.desk, request, standing, how, case.now)
    letter = quote_mail.accepted_by_staff(case.desk, agreed, versions[0], case.inbound, case.now)
    done = case.words(f"Khách đồng ý {quotes.amount_words(standing)}", f"Accepted: {quotes.amount_words(standing)}")
    line = told_of_letter(case, request, ("Thư xác nhận đồng ý", "The confirmation"))
    return replace(
        _with_quotes(effect, *versions),
        request=agreed,
        letters=(*effect.letters, letter),
        done=(*effect.done, done),
        sent=(*effect.sent, line),
    )


def _money_received(case: Case, effect: Effect, action: MoneyReceived) -> Effect:
    """A deposit that work waited for puts it into the queue; any other money is noted."""
    request = request_of(case, effect)
    version = newest([one for one in _versions(case, effect, request) if one.status is QuoteStatus.ACCEPTED])
    amount = action.amount_vnd
    if request.status is RequestStatus.ACCEPTED and version and amount is not None and amount < version.deposit:
        raise Unsure(
            case.words(
                f"Tiền cọc là {format_vnd(version.deposit)}, mới nhận {format_vnd(amount)}: chưa vào hàng đợi. "
                "Nếu vẫn làm, trả lời: đã nhận tiền",
                f"The deposit is {format_vnd(version.deposit)}, {format_vnd(amount)} came: not queued. "
                "To begin all the same, answer: payment received",
            )
        )
    shown = format_vnd(amount) if amount is not None else ""
    words = case.words(f"Đã nhận tiền {shown}".strip(), f"Payment received {shown}".strip())
    after = with_change(case, effect, request, "money_received", shown, words)
    if version is None:
        return after
    after = _with_quotes(after, replace(version, paid=case.now))
    return _begun(case, after, version) if request.status is RequestStatus.ACCEPTED else after


def _begun(case: Case, effect: Effect, version: QuoteVersion) -> Effect:
    request = quotes.queued(case.desk, request_of(case, effect), case.now, case.now)
    letter = quote_mail.deposit_received(case.desk, request, version, case.inbound, case.now)
    line = told_of_letter(case, request, ("Báo đã nhận cọc và hẹn xong", "The deposit and the time of completion"))
    done = case.words(f"{request.id} vào hàng đợi", f"{request.id} is in the queue")
    return replace(
        effect,
        request=request,
        letters=(*effect.letters, letter),
        sent=(*effect.sent, line),
        done=(*effect.done, done),
    )


def _invoiced(case: Case, effect: Effect, action: Invoiced) -> Effect:
    """The invoice is written: the work leaves accounting's list."""
    request = request_of(case, effect)
    version = newest([one for one in _versions(case, effect, request) if one.status is QuoteStatus.ACCEPTED])
    if version is None:
        raise Unsure(
            case.words(f"{request.id} không có báo giá đã đồng ý.", f"{request.id} has no accepted quotation.")
        )
    if version.invoiced:
        when = f"{case.desk.hours.local(version.invoiced):%d/%m/%Y} {version.invoice}".strip()
        raise Unsure(
            case.words(f"{version.id} đã xuất hoá đơn ({when}).", f"{version.id} is invoiced already ({when}).")
        )
    noted = replace(version, invoiced=case.now, invoice=action.number)
    words = f"{quotes.amount_words(version)} {action.number}".strip()
    done = case.words(f"Đã xuất hoá đơn cho {words}", f"Invoiced: {words}")
    after = with_change(case, effect, request, "invoiced", words, done)
    return _with_quotes(after, noted)


# ---- when all acts are done -----------------------------------------------------------------------------------------


def settled(case: Case, before: Request | None, effect: Effect, actions: tuple[Action, ...]) -> Effect:
    """One version of all changes, shown to those who may approve; and quotes that follow what became of their request.

    What an undo restores is as it was, and followed then.
    """
    if effect.request is None or Do(Order.UNDO) in actions:
        return effect
    try:
        effect = _with_version(case, before, effect)
    except QuoteError as error:
        raise _refused(case, error.mistakes) from None
    return _followed(case, _not_worked_on(case, effect))


_WORKED_ON = frozenset({RequestStatus.QUEUED, RequestStatus.IN_PROGRESS})


def _not_worked_on(case: Case, effect: Effect) -> Effect:
    """A request that is opened again after its quote ran out or was declined is no work before a quote is accepted."""
    request = request_of(case, effect)
    versions = _versions(case, effect, request)
    agreed = not versions or any(one.status is QuoteStatus.ACCEPTED for one in versions)
    if agreed or request.fee.fee is not Fee.PAID or request.status not in _WORKED_ON:
        return effect
    words = case.words(
        f"{request.id} chưa có báo giá được đồng ý, chưa vào hàng đợi. Trả lời: gửi lại báo giá",
        f"{request.id} has no accepted quotation and is not queued. Answer: reissue quote",
    )
    status = RequestStatus.QUOTED if offered(versions) else RequestStatus.ANALYSING
    return replace(effect, request=replace(request, status=status), held=(*effect.held, words), money=True)


def _with_version(case: Case, before: Request | None, effect: Effect) -> Effect:
    request = request_of(case, effect)
    draft, by = effect.draft, case.member.email
    versions = _versions(case, effect, request)
    if draft is None and _is_newly_paid(before, request) and not any(one.status in _STANDS for one in versions):
        last = newest(versions)
        number = last.quote.version + 1 if last else 1
        draft, by = replace(quotes.first_draft(case.desk, request, case.now), version=number), ""
    if draft is None and before and request.effort != before.effort:
        draft, by = _estimated_anew(case, effect, request), ""
    if draft is None or request.fee.fee is not Fee.PAID or request.status in _OVER:
        return effect
    version = quotes.new_version(case.desk, draft, by, case.now)
    replaced = tuple(
        replace(one, status=QuoteStatus.SUPERSEDED) for one in _versions(case, effect, request) if one.status in UNSENT
    )
    status = RequestStatus.QUOTED if offered(_versions(case, effect, request)) else RequestStatus.QUOTE_DRAFT
    words = quotes.amount_words(version)
    changed = (", ".join(one[0] for one in effect.draft_words), ", ".join(one[1] for one in effect.draft_words))
    drafted = replace(request, status=status, closed_at=None)
    done = case.words(f"Báo giá {words}, chờ duyệt; chưa gửi khách", f"Quotation {words}, to be approved; not sent")
    shown = in_language(case.desk.settings.staff_language, *changed)
    after = with_change(case, effect, drafted, "quote_draft", f"{words} {shown}".strip(), done)
    return replace(
        _with_quotes(after, version, *replaced),
        letters=(*after.letters, *quote_mail.drafts(case.desk, drafted, version, changed, case.now)),
        made=(*after.made, ("quote", version.id)),
        money=True,
    )


def _is_newly_paid(before: Request | None, request: Request) -> bool:
    return (
        request.fee.fee is Fee.PAID
        and request.status is RequestStatus.ANALYSING
        and (before is None or before.fee.fee is not Fee.PAID)
    )


def _estimated_anew(case: Case, effect: Effect, request: Request) -> Quote | None:
    """A draft that nobody changed follows the estimate."""
    last = newest(_versions(case, effect, request))
    if last is None or last.status is not QuoteStatus.DRAFT or last.by:
        return None
    return replace(quotes.first_draft(case.desk, request, case.now), version=last.quote.version + 1)


_UNDECIDED = UNSENT | {QuoteStatus.SENT}
_STANDS = _UNDECIDED | {QuoteStatus.ACCEPTED}
_OVER = frozenset({RequestStatus.CANCELLED, RequestStatus.NOT_A_REQUEST, RequestStatus.DONE})


def _followed(case: Case, effect: Effect) -> Effect:
    """Quotes of a request that ended or became free are void; work that is done waits for its invoice."""
    request = request_of(case, effect)
    for one in _versions(case, effect, request):
        after = _as_request(request, one)
        if after is not one:
            effect = _with_quotes(effect, after)
        if after.status is QuoteStatus.WITHDRAWN and one.status is QuoteStatus.ACCEPTED and one.paid:
            words = case.words(
                f"Khách đã trả tiền cho {one.id}, nay là miễn phí: hoàn lại tiền cho khách.",
                f"The customer paid for {one.id}, which is free now: give the money back.",
            )
            effect = replace(effect, held=(*effect.held, words))
        if after.status is QuoteStatus.WITHDRAWN and one.status is QuoteStatus.SENT:
            if any(new.letter.message_id in one.message_ids for new in effect.letters):
                raise Unsure(
                    case.words(
                        f"Thư vừa duyệt {one.id} vừa kết thúc hoặc miễn phí yêu cầu. Chưa làm gì, chưa gửi gì.",
                        f"The mail approves {one.id} and ends or waives the request. Nothing was done or sent.",
                    )
                )
            effect = _stop_letters(effect, _not_gone(case, one))
    return effect


def _as_request(request: Request, version: QuoteVersion) -> QuoteVersion:
    is_waived = request.fee.fee is not Fee.PAID
    if version.status in _UNDECIDED and (request.status in _OVER or is_waived):
        return replace(version, status=QuoteStatus.WITHDRAWN, due=None)
    if version.status is QuoteStatus.ACCEPTED and is_waived and version.invoiced is None:
        return replace(version, status=QuoteStatus.WITHDRAWN)
    if version.status is QuoteStatus.ACCEPTED and request.status is RequestStatus.DONE:
        return replace(version, done=version.done or request.closed_at)
    if version.status is QuoteStatus.ACCEPTED and version.invoiced is None and request.status.is_open:
        return replace(version, done=None)
    return version


Acting = Callable[[Case, Effect, Action], Effect]


def _of(function: Callable[..., Effect]) -> Acting:
    return cast("Acting", function)


_ACTS: Mapping[type[Action] | Order, Acting] = {
    OrderQuote: _of(_order),
    ChangeQuote: _of(_change),
    MoneyReceived: _of(_money_received),
    Invoiced: _of(_invoiced),
    Order.APPROVE: _approve,
    Order.HOLD: _hold,
    Order.REISSUE: _reissue,
    Order.ACCEPTED: _accepted,
}
