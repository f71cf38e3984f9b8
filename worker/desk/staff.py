"""Staff work by replying: whose mail it is, what it carries, what it asks for, what may be done, and the receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage import Change
from worker.desk import digest, intake, letters, staff_mail, staff_quotes
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.desk.staff_acts import act, describe, was_told
from worker.desk.staff_case import Case, Effect, Unsure
from worker.desk.staff_mail import Receipt, in_language
from worker.desk.team import nobody_decides
from worker.desk.wording import status_name
from worker.mail.authenticity import Authenticity
from worker.mail.parsing import parse_mail
from worker.mail.reply_text import new_text, strip_closing
from worker.model import Fee, InboundMail, InboundStatus, Letter, LetterStatus, ParsedMail, Request, Role, Route, Staff
from worker.policy.amounts import find_amounts
from worker.policy.authority import Carried, Credentials, Power, Ruling, needs_money, role_needed, rule, rule_all
from worker.policy.leaks import Inside, Leak, find_leaks
from worker.policy.money import in_words
from worker.policy.quote_life import QuoteVersion, told_amounts, words_of
from worker.policy.staff_actions import Action, Do, Order, People, Reject, ReplyToCustomer, SetFee, Understanding
from worker.policy.staff_intent import help_lines, understand_staff
from worker.policy.tone_marks import as_read
from worker.records import Before, NewLetter, Outcome, Purpose, Record, Token, change_of, side_change

_KEY_IN_ID = re.compile(r"[.+]([0-9a-f]{16})@")
_KEY_IN_TEXT = re.compile(r"#([0-9a-f]{16})(?![0-9a-z])")
_NUMBER = re.compile(r"\[(VN-\d{1,9})")
_BARE_NUMBER = re.compile(r"(?<![\w-])VN-\d{1,9}(?!\w)")  # as somebody types it
_TEXT_SCANNED = 200_000
_YES = frozenset(
    (
        "ok",
        "oki",
        "okay",
        "yes",
        "yep",
        "confirm",
        "confirmed",
        "approve",
        "approved",
        "duyệt",
        "đồng",
        "ý",
        "xác",
        "nhận",
    )
)
_BESIDE_YES = frozenset(
    ("nhé", "ạ", "em", "anh", "chị", "rồi", "đi", "nha", "please", "dạ", "vâng", "gửi", "làm", "đúng")
)
_YES_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a staff mail is about and what it carries: a request, a token that counts, and what speaks against it."""

    request: Request | None = None
    token: Token | None = None
    trouble: tuple[str, str] | None = None


def staff_replied(
    desk: Desk, inbound: InboundMail, mail: ParsedMail, thread: Request | None, verdict: Authenticity, now: datetime
) -> Outcome:
    """Do what a staff mail asks for, as far as its sender is proven and its token allows; everything else is asked back."""
    member = desk.member(mail.sender.email)
    assert member is not None  # noqa: S101 - routing looked
    if is_repeated(desk, inbound, mail):
        return _repeated(desk, inbound, mail, now)
    standing = _standing(desk, mail, member, thread, now)
    read = replace(inbound, request_id=standing.request.id if standing.request else "")
    case = Case(desk, read, mail, member, now, proven=verdict is Authenticity.VERIFIED)
    if standing.trouble:
        return _held(case, standing.request, in_language(member.language, *standing.trouble))
    token = standing.token
    if token and token.pending:
        return _answered(case, token, standing.request, verdict)
    credentials = _credentials(member, token, verdict, confirmed=False)
    return _undertaken(case, standing.request, token, credentials)


# ---- whose, and about what ------------------------------------------------------------------------------------------


def is_repeated(desk: Desk, inbound: InboundMail, mail: ParsedMail) -> bool:
    """Whether a staff mail came before. A mail without Message-ID could come again unseen, so it counts as one that did."""
    if not mail.message_id:
        return True
    return any(
        one.id != inbound.id and one.route is not Route.DUPLICATE
        for one in desk.records.inbound_with_message_id(mail.message_id)
    )


def _repeated(desk: Desk, inbound: InboundMail, mail: ParsedMail, now: datetime) -> Outcome:
    vietnamese = desk.settings.staff_language == "vi"
    headline = "Thư gửi lại: không làm gì" if vietnamese else "A repeated mail: nothing was done"
    read = replace(inbound, reason=f"{inbound.reason}; its Message-ID was here before, or it has none")
    lines = [f"From: {mail.sender}", f"Subject: {mail.subject}", read.reason]
    notice = letters.staff_notice(desk, headline, lines, now, quoted=mail.new_text, inbound=read)
    return Outcome(records=(read,), letters=(notice,))


def _standing(desk: Desk, mail: ParsedMail, member: Staff, thread: Request | None, now: datetime) -> _Standing:
    tokens = [one for key in _keys(mail) if (one := desk.records.token(key))]
    numbers = _NUMBER.findall(mail.subject) or _BARE_NUMBER.findall(mail.subject)
    named = {number for number in numbers if desk.records.request(number)}
    about = {one.request_id for one in tokens if one.request_id} | named
    if len(about) > 1:
        return _Standing(thread, None, _TWO_REQUESTS)
    request = desk.records.request(next(iter(about))) if about else thread
    if not tokens:
        return _Standing(request)
    usable = [one for one in tokens if _fault(one, member, now) is None]
    if not usable:
        return _Standing(request, None, _fault(tokens[0], member, now))
    return _Standing(request, usable[0])


_TWO_REQUESTS = (
    "Thư nhắc tới hai yêu cầu khác nhau. Trả lời lại đúng thông báo của một yêu cầu.",
    "It points to two different requests. Answer the notification of one.",
)


def _keys(mail: ParsedMail) -> list[str]:
    """The tokens in a mail, strongest evidence first; the body only where threading and subject carry none."""
    ids = (*mail.in_reply_to, *reversed(mail.references), *mail.delivered_to)
    found = [match[1] for one in ids if (match := _KEY_IN_ID.search(one))]
    found += _KEY_IN_TEXT.findall(mail.subject)
    return list(dict.fromkeys(found or _KEY_IN_TEXT.findall(mail.text[:_TEXT_SCANNED])))[:20]


def strays(desk: Desk, inbound: InboundMail, mail: ParsedMail, now: datetime) -> tuple[NewLetter, ...]:
    """To staff: somebody outside sent a mail with a token of theirs. It is worth nothing there, but it got out."""
    found = next((one for key in _keys(mail) if (one := desk.records.token(key))), None)
    if found is None:
        return ()
    vietnamese = desk.settings.staff_language == "vi"
    headline = "Mã nội bộ nằm trong thư của người ngoài" if vietnamese else "A token of ours stands in somebody's mail"
    lines = [f"From: {mail.sender}", f"Subject: {mail.subject}", f"{found.request_id or '–'}; {inbound.id}"]
    return (letters.staff_notice(desk, headline, lines, now, quoted=mail.new_text, inbound=inbound),)


def _fault(token: Token, member: Staff, now: datetime) -> tuple[str, str] | None:
    """Why a token does not count for this member now."""
    if token.email and token.email.lower() != member.email.lower():
        return (
            "Mã trong thư được gửi cho người khác. Trả lời thông báo gửi cho chính anh/chị, hoặc viết thư mới với số yêu cầu "
            "ở tiêu đề.",
            "The token in it was sent to somebody else. Answer the notification that came to you, or write a new mail with the "
            "number of the request in its subject.",
        )
    if token.until < now:
        return "Mã trong thư đã hết hạn.", "The token in it has expired."
    if token.pending and token.used:
        return "Thư xác nhận này đã được trả lời rồi.", "This question was answered already."
    return None


def _credentials(member: Staff, token: Token | None, verdict: Authenticity, *, confirmed: bool) -> Credentials:
    return Credentials(
        verified=verdict is Authenticity.VERIFIED,
        carried=_carried(token),
        confirmed=confirmed,
        role=member.role,
    )


def _carried(token: Token | None) -> Carried:
    if token is None:
        return Carried.NONE
    return Carried.MONEY if token.purpose is Purpose.MONEY and token.used is None else Carried.ACT


# ---- a yes to our question ------------------------------------------------------------------------------------------


def _answered(case: Case, token: Token, request: Request | None, verdict: Authenticity) -> Outcome:
    """A yes carries out the mail that waited; anything else leaves it, and is read as a mail of its own."""
    desk, member = case.desk, case.member
    said = strip_closing(case.mail.new_text).strip()
    mode = desk.settings.authentication.staff_mode
    if mode == "verified" and verdict is not Authenticity.VERIFIED:
        return _held(case, request, _not_proven(case))
    if not _says_yes(said):
        plain = replace(token, purpose=Purpose.ACT, pending="")
        return _undertaken(case, request, plain, _credentials(member, plain, verdict, confirmed=False))
    waiting = desk.records.inbound(token.pending)
    if waiting is None or waiting.sender.lower() != member.email.lower():
        return _held(case, request, case.words("Thư chờ xác nhận không còn.", "The mail that waited is gone."))
    if token.purpose is Purpose.MONEY and token.fee != letters.fee_mark(request):
        return _held(case, request, case.words("Phí đã thay đổi từ lúc hỏi.", "The fee has changed since we asked."))
    mail = parse_mail(desk.records.raw(waiting.raw), desk.limits)
    redone = replace(case, mail=replace(mail, message_id=case.mail.message_id))
    return _undertaken(
        redone, request, token, _credentials(member, token, verdict, confirmed=True), asked_at=waiting.arrived
    )


def confirmed_mail(
    desk: Desk, mail: ParsedMail, member: Staff, verdict: Authenticity, now: datetime
) -> tuple[Token, InboundMail] | None:
    """The mail of a member that waits for the yes this one gives, and the token of that question; None for any other mail."""
    token = _standing(desk, mail, member, None, now).token
    if token is None or not token.pending or not _says_yes(strip_closing(mail.new_text).strip()):
        return None
    if desk.settings.authentication.staff_mode == "verified" and verdict is not Authenticity.VERIFIED:
        return None
    waiting = desk.records.inbound(token.pending)
    return (token, waiting) if waiting and waiting.sender.lower() == member.email.lower() else None


def _says_yes(text: str) -> bool:
    """A plain yes and nothing else: "đồng ý", "ok em", "yes please"."""
    words = re.findall(r"\w+", as_read(text[:200]))
    allowed = {as_read(one) for one in _YES | _BESIDE_YES}
    return 0 < len(words) <= _YES_WORDS and set(words) <= allowed and bool(set(words) & {as_read(one) for one in _YES})


def _not_proven(case: Case) -> str:
    return case.words("máy chủ thư của ta không xác nhận được người gửi.", "our mail server does not prove its sender.")


# ---- understanding and doing ----------------------------------------------------------------------------------------


def _undertaken(
    case: Case,
    request: Request | None,
    token: Token | None,
    credentials: Credentials,
    asked_at: datetime | None = None,
) -> Outcome:
    """Read the mail, look whether it may, do it, write the receipt."""
    case = replace(case, quote=token.quote if token else "", confirmed=credentials.confirmed)
    mode = case.desk.settings.authentication.staff_mode
    if _opens(case, token):
        ruling = rule(Power.OPEN, mode, credentials)
        if ruling is not Ruling.ALLOWED:
            return _asked(case, request, Understanding(), _lacking(case, credentials))
        return _opened(case, token)
    meant = _understood(case, request, asked_at or case.now)
    if meant.held:
        return _held(case, request, meant.question)
    if stale := staff_quotes.stale(case, request, meant.actions):
        return _held(case, request, stale)
    ruling = rule_all(meant.actions, credentials, case.desk.settings)
    if ruling is Ruling.REFUSED:
        return _held(case, request, _needs_role(case, meant.actions))
    if credentials.confirmed is False and ruling is Ruling.ALLOWED and _corrects(request, meant.actions):
        ruling = Ruling.ASK
    doubt = staff_quotes.question(case, request, meant.actions)
    if ruling is Ruling.ASK or doubt:
        why = _lacking(case, credentials) if ruling is Ruling.ASK else doubt
        return _asked(case, request, meant, why)
    try:
        effect = _done(case, request, meant)
    except Unsure as unsure:
        return _held(case, request, str(unsure))
    return _carried_out(case, request, token, meant, effect)


def _understood(case: Case, request: Request | None, now: datetime) -> Understanding:
    words = strip_closing(_own_words(case))
    people = People(_customers_side(case.desk, request), tuple(one.name for one in case.desk.team()))
    return understand_staff(words, now, case.desk.settings.hours.time_zone, people)


_MAILS_READ = 5


def _customers_side(desk: Desk, request: Request | None) -> tuple[str, ...]:
    """The names of those who wrote about a request, and of whom they copied: their letters are told by them."""
    if request is None:
        return ()
    written = [one for one in desk.records.inbound_of(request.id) if one.route in _FROM_CUSTOMERS][-_MAILS_READ:]
    mails = (parse_mail(desk.records.raw(one.raw), desk.limits) for one in written)
    people = [request.contact, *(person for mail in mails for person in (mail.sender, *mail.cc))]
    ours = desk.settings.company
    theirs = (one for one in people if one.name and not ours.is_own(one.email) and desk.member(one.email) is None)
    return tuple(dict.fromkeys(one.name for one in theirs))


_FROM_CUSTOMERS = frozenset({Route.NEW_REQUEST, Route.FOLLOW_UP})
_LONG_LINE = 12  # characters: a shorter line ("xong") may well be written anew
_EXAMPLES = " · "


_SHOW_EXAMPLES = frozenset({"staff_request", "staff_notice", "staff_quote_draft"})


def _own_words(case: Case) -> str:
    """What was newly written, also where a mail program copied our notification without marking it as quoted.

    Its examples of commands would be obeyed, and a token is a row of digits that may look like anything.
    """
    lines = case.mail.new_text.split("\n")
    answered = (case.desk.records.letter_with_message_id(one) for one in case.mail.in_reply_to)
    letter = next((one for one in answered if one and one.kind in _SHOW_EXAMPLES), None)
    shown = parse_mail(case.desk.records.letter_bytes(letter.id)).text if letter else ""
    ours = {" ".join(line.split()) for line in shown.splitlines() if len(line.strip()) > _LONG_LINE}
    return "\n".join(_without_copy(lines, ours, " ".join(shown.split())))


def _without_copy(lines: list[str], ours: set[str], flowing: str) -> Iterator[str]:
    """The lines that are not ours; between the first and the last of ours, also what is a broken piece of one."""
    bare = [" ".join(line.split()) for line in lines]
    copied = [at for at, line in enumerate(bare) if line in ours or _KEY_IN_TEXT.search(line)]
    copied += [at for at, line in enumerate(bare) if _EXAMPLES in f" {line} " and line in flowing]
    first, last = min(copied, default=len(lines)), max(copied, default=-1)
    for at, line in enumerate(lines):
        if at not in copied and not (first < at < last and bare[at] and bare[at] in flowing):
            yield line


def _corrects(request: Request | None, actions: tuple[Action, ...]) -> bool:
    """A fee that the customer was told otherwise: the correction letter is shown before it goes."""
    if request is None or not was_told(request):
        return False
    decided = {Fee.PAID if one.charge else Fee.FREE for one in actions if isinstance(one, SetFee)}
    return bool(decided - {request.fee.fee})


def _needs_role(case: Case, actions: tuple[Action, ...]) -> str:
    least = max((role_needed(one, case.desk.settings) for one in actions if needs_money((one,))), key=list(Role).index)
    who = ", ".join(one.name for one in case.desk.team() if one.role.may(least)) or case.words(
        "chưa có ai", "nobody yet"
    )
    roles = case.words(" hoặc ", " or ").join(one.value for one in Role if one.may(least))
    words = case.words(
        f"Quyết định về tiền hoặc hồ sơ khách cần vai trò {roles} ({who}). Chưa làm gì trong thư này.",
        f"Decisions about money or customers' records need the role {roles} ({who}). Nothing in this mail was done.",
    )
    return f"{words}\n{nobody_decides(case.desk.settings, case.desk.team(), case.member.language)}".strip()


def _lacking(case: Case, credentials: Credentials) -> str:
    if not credentials.verified and case.desk.settings.authentication.staff_mode == "verified":
        return _not_proven(case)
    if credentials.carried is Carried.NONE:
        return case.words("thư không kèm mã của một thông báo.", "it does not carry the token of a notification.")
    return case.words("việc này cần xác nhận một lần.", "this needs to be confirmed once.")


def _done(case: Case, request: Request | None, meant: Understanding) -> Effect:
    """All acts, in an order in which none hinders the next: money, work, words, ends."""
    letter = "\n\n".join(one.text for one in meant.actions if isinstance(one, ReplyToCustomer))
    ends = any(isinstance(one, Reject) or one == Do(Order.DONE) for one in meant.actions)
    case = replace(case, letter=letter, is_completion=ends)
    if Do(Order.UNDO) in meant.actions and len(meant.actions) > 1:
        raise Unsure(
            case.words(
                "Thư vừa hoàn tác vừa bảo làm việc khác. Gửi riêng từng thư.",
                "The mail takes something back and asks for something else. Send a mail for each.",
            )
        )
    effect = Effect(request=request)
    for action in sorted(meant.actions, key=_rank):
        done = _answers(case, effect, action) or staff_quotes.act(case, effect, action)
        effect = done or act(case, effect, action)
    effect = staff_quotes.settled(case, request, effect, meant.actions)
    _refuse_leaks(case, request, effect)
    held = (*effect.held, *meant.question.splitlines()) if meant.question else effect.held
    kept = (*effect.kept, _stays(case, effect)) if meant.actions and meant.remaining.strip() else effect.kept
    return replace(effect, held=held, kept=tuple(dict.fromkeys(kept)))


def _stays(case: Case, effect: Effect) -> str:
    if effect.sent:
        return case.words(
            "Phần còn lại của thư không gửi cho khách.", "The rest of your mail does not go to the customer."
        )
    return case.words("Nội dung thư này không gửi cho khách.", "Nothing of this mail goes to the customer.")


def _rank(action: Action) -> int:
    if isinstance(action, SetFee):
        return 0
    if isinstance(action, ReplyToCustomer) or action == Do(Order.APPROVE):
        return 2
    ends = isinstance(action, Reject) or (isinstance(action, Do) and action.order in {Order.DONE, Order.CANCEL})
    return 3 if ends else 1


def _answers(case: Case, effect: Effect, action: Action) -> Effect | None:
    """The orders that answer or take back, which are no acts on a request."""
    if not isinstance(action, Do):
        return None
    match action.order:
        case Order.HELP:
            return replace(effect, said=(*effect.said, *help_lines(case.member.language)))
        case Order.QUEUE:
            rows = digest.queue_rows(case.desk, case.member.language)
            nothing = case.words("Hàng đợi đang trống.", "The queue is empty.")
            return replace(effect, said=(*effect.said, *(rows or (nothing,))))
        case Order.REPORT:
            letter = digest.digest_letter(case.desk, case.member, case.now)
            words = case.words("Báo cáo gửi trong thư riêng.", "The report comes in a letter of its own.")
            return replace(effect, letters=(*effect.letters, letter), said=(*effect.said, words))
        case Order.UNDO:
            return _undone(case, effect)
        case _:
            return None


# ---- leaks ----------------------------------------------------------------------------------------------------------

_LEAKS = {
    Leak.NOTE: ("ghi chú nội bộ", "an internal note"),
    Leak.TOKEN: ("mã của thông báo", "a token"),
    Leak.STAFF: ("địa chỉ của nhân viên", "a staff address"),
    Leak.COST: ("số tiền chưa được duyệt", "an amount that nobody approved"),
}


def _refuse_leaks(case: Case, before: Request | None, effect: Effect) -> None:
    """Read every letter to a customer against what is internal; a hit stops the whole mail."""
    request = effect.request or before
    if request is None:
        return
    inside = _inside(case.desk, request, effect)
    for new in effect.letters:
        if new.letter.kind in _TO_STAFF:
            continue
        found = find_leaks(staff_mail.text_of(new), inside)
        if found:
            shown = "; ".join(f"{case.words(*_LEAKS[one.leak])}: “{one.words[:120]}”" for one in found[:5])
            raise Unsure(
                case.words(
                    f"Thư gửi khách bị chặn vì có {shown}. Bỏ phần đó rồi gửi lại; chưa làm gì.",
                    f"The letter to the customer was stopped, it has {shown}. Take it out and send again; nothing was done.",
                )
            )


_TO_STAFF = frozenset(
    {"staff_notice", "staff_request", "staff_receipt", "staff_question", "staff_digest", "staff_quote_draft"}
)


def _inside(desk: Desk, request: Request, effect: Effect) -> Inside:
    settings = desk.settings
    notes = tuple(one.reason.partition(": ")[2] for one in request.history if one.what in {"note", "rejected"})
    approved = [one for one in (*desk.records.quotes_of(request.id), *effect.quotes) if one.approved]
    written = "\n".join((request.subject, request.text, *(words_of(one.quote) for one in approved)))
    amounts = {value for one in find_amounts(written) for value in (one.low, one.high)}
    amounts |= {value for one in approved for value in told_amounts(one.quote)}
    addresses = {settings.staff_address, *(one.email for one in desk.team())}
    public = {settings.company.address.lower(), *(one.lower() for one in settings.company.own_addresses)}
    staff = frozenset(one.lower() for one in addresses) - public
    ours = settings.quotes.seller
    told = [word for one in approved for word in (one.tag, in_words(one.total, one.quote.language))]
    told += [ours.bank_account, ours.phone, ours.tax_number]
    return Inside(notes=notes, tokens=(request.token,), staff=staff, amounts=frozenset(amounts), told=tuple(told))


# ---- the outcome ----------------------------------------------------------------------------------------------------


def _carried_out(
    case: Case, before: Request | None, token: Token | None, meant: Understanding, effect: Effect
) -> Outcome:
    changed = [one for one in (effect.request, *effect.others) if one is not None and one != before]
    originals = [one for one in (before, *_as_stored(case.desk, effect.others)) if one is not None]
    undoable = bool(changed or effect.quotes or effect.made) and Do(Order.UNDO) not in meant.actions
    kept = effect.kept or ((meant.remaining[:500],) if not meant.actions and meant.remaining.strip() else ())
    receipt = staff_mail.receipt(
        case.desk,
        case.member,
        case.inbound,
        effect.request,
        Receipt(
            done=effect.done,
            sent=effect.sent,
            kept=kept,
            held=effect.held,
            said=effect.said,
            files=effect.files,
            undo=undoable,
            money=effect.money,
        ),
        case.mail.new_text,
        case.mail.message_id,
        case.now,
    )
    claims = [*effect.claims, *_used(token, meant.actions, case.now)]
    if undoable:
        claims.append(side_change(_before(case, originals, effect)))
    records: tuple[Record, ...] = (*changed, *effect.quotes, case.inbound)
    return Outcome(records=records, letters=(*effect.letters, receipt), claims=tuple(claims))


def _as_stored(desk: Desk, changed: tuple[Request, ...]) -> Iterator[Request | None]:
    return (desk.records.request(one.id) for one in changed)


def _before(case: Case, originals: list[Request], effect: Effect) -> Before:
    return Before(
        key=case.inbound.id,
        email=case.member.email,
        at=case.now,
        requests=tuple(originals),
        quotes=tuple(found for one in effect.quotes if (found := case.desk.records.quote(one.id))),
        made=effect.made,
        request_id=effect.request.id if effect.request else "",
    )


def _used(token: Token | None, actions: tuple[Action, ...], now: datetime) -> Iterator[Change]:
    """A yes works once; a token for money is spent by a decision about money."""
    if token and token.version and (token.pending or (token.purpose is Purpose.MONEY and needs_money(actions))):
        yield side_change(replace(token, used=now))


def _held(case: Case, request: Request | None, question: str) -> Outcome:
    """Nothing is done; the sender is told why at the address on record, and can answer."""
    if _too_many(case):
        return _put_aside(case)
    found = Receipt(held=tuple(question.splitlines()))
    receipt = staff_mail.receipt(
        case.desk, case.member, case.inbound, request, found, case.mail.new_text, case.mail.message_id, case.now
    )
    return Outcome(
        records=(replace(case.inbound, reason=f"{case.inbound.reason}; held: {question}"[:500]),), letters=(receipt,)
    )


def _asked(case: Case, request: Request | None, meant: Understanding, why: str) -> Outcome:
    """Nothing is done; the address on record is asked once whether to. What could not be done anyway is not asked."""
    if _too_many(case):
        return _put_aside(case)
    mark = staff_quotes.approval_mark(case, request, meant.actions)
    try:
        draft = _draft(_done(case, request, meant)) if meant.actions else ""
    except Unsure as unsure:
        if mark:
            return _held(case, request, str(unsure))
        draft = ""
    letter = staff_mail.question(
        case.desk,
        case.member,
        case.inbound,
        request,
        why,
        [describe(case, one) for one in meant.actions],
        draft,
        case.mail.new_text,
        money=needs_money(meant.actions),
        quote=mark,
        now=case.now,
    )
    return Outcome(
        records=(replace(case.inbound, reason=f"{case.inbound.reason}; asked: {why}"[:500]),), letters=(letter,)
    )


def _too_many(case: Case) -> bool:
    """Forged mails must not make us flood the one they are forged as."""
    return not case.proven and is_flooded(case.desk, case.member, case.now, spare=1)


def is_flooded(desk: Desk, member: Staff, now: datetime, spare: int = 0) -> bool:
    """Whether a member got so many letters within the hour that no unproven mail may cause another one, or `spare` more."""
    written = desk.records.count_letters_to(member.email, now - timedelta(hours=1))
    return written >= desk.settings.loops.letters_per_sender_hour - spare


def _put_aside(case: Case) -> Outcome:
    """Into quarantine, where the digest names it and it can be tried again; the known address is told once an hour."""
    most = case.desk.settings.loops.letters_per_sender_hour
    why = f"{most} letters to {case.member.email} within an hour, and the sender is not proven"
    aside = replace(case.inbound, status=InboundStatus.QUARANTINED, reason=why)
    key = f"staff-cap/{case.member.email}/{case.now:%Y-%m-%dT%H}"
    if case.desk.records.was_noticed(key) or is_flooded(case.desk, case.member, case.now):
        return Outcome(records=(aside,))
    told = case.words(
        f"Trong một giờ qua đã có {most} thư trả lời tới địa chỉ này. Thư này và các thư sau chưa được làm, nhưng không mất: "
        "báo cáo buổi sáng có liệt kê. Gửi lại sau một giờ, hoặc chạy: support-worker quarantine retry all",
        f"{most} answers went to this address within an hour. This mail and those after it are not done, and not lost: the "
        "digest names them. Send them again in an hour, or run: support-worker quarantine retry all",
    )
    receipt = staff_mail.receipt(
        case.desk, case.member, aside, None, Receipt(held=(told,)), case.mail.new_text, case.mail.message_id, case.now
    )
    return Outcome(records=(aside,), letters=(receipt,), claims=(case.desk.records.notice(key, case.now),))


def _draft(effect: Effect) -> str:
    """The letters that a yes would send, as the customer would read them."""
    shown = [staff_mail.text_of(one) for one in effect.letters if one.letter.kind not in _TO_STAFF]
    return "\n----\n".join(shown)


# ---- opening on a customer's behalf ---------------------------------------------------------------------------------


def _opens(case: Case, token: Token | None) -> bool:
    """Whether the mail forwards a customer's mail: not one of ours, not a colleague's, not an answer to us."""
    inner = case.mail.forwarded
    if inner is None or not inner.sender.email or (token is not None and not token.pending):
        return False
    ours = case.desk.settings.company.is_own(inner.sender.email)
    return not ours and case.desk.member(inner.sender.email) is None


def _opened(case: Case, token: Token | None) -> Outcome:
    inner = case.mail.forwarded
    assert inner is not None  # noqa: S101 - _opens looked
    mail = replace(
        case.mail,
        message_id="",
        sender=inner.sender,
        subject=inner.subject or letters.bare_subject(case.mail.subject),
        text=inner.text,
        new_text=new_text(inner.text),
        to=(),
        cc=(),
        in_reply_to=(),
        references=(),
        forwarded=None,
    )
    outcome = intake.open_request(case.desk, case.inbound, mail, Authenticity.UNKNOWN, case.now)
    request = next((one for one in outcome.records if isinstance(one, Request)), None)
    told = tuple(
        f"{one.letter.subject} → {one.letter.recipient}" for one in outcome.letters if one.letter.kind not in _TO_STAFF
    )
    number = request.id if request else "–"
    line = case.words(f"Mở yêu cầu {number} cho {inner.sender}", f"Opened {number} for {inner.sender}")
    receipt = staff_mail.receipt(
        case.desk,
        case.member,
        case.inbound,
        request,
        Receipt(done=(line,), sent=told),
        inner.text,
        case.mail.message_id,
        case.now,
    )
    return replace(
        outcome,
        letters=(*outcome.letters, receipt),
        claims=(*outcome.claims, *_used(token, (), case.now)),
    )


# ---- undo -----------------------------------------------------------------------------------------------------------


def _undone(case: Case, effect: Effect) -> Effect:
    """Take back what the last mail of this member did, as long as none of its letters has left."""
    before = _to_undo(case, effect.request)
    if before is None:
        raise Unsure(case.words("Không có gì để hoàn tác.", "There is nothing to undo."))
    waiting = _letters_of(case.desk, before)
    gone = [one for one in waiting if one.status not in staff_quotes.STILL_HERE]
    if gone:
        subject = gone[0].subject
        raise Unsure(
            case.words(
                f"Thư “{subject}” đã đi rồi, không rút lại được. Để đính chính: mở lại, và: gửi khách: …",
                f"“{subject}” has left and cannot be stopped. To correct it: reopen, and: reply: …",
            )
        )
    restored = [_restored(case, one) for one in before.requests]
    claims = [
        *(change for kind, key in before.made for change in _taken_back(case.desk, kind, key)),
        *(_cancelled(one) for one in waiting),
        *(again for one in before.quotes for again in staff_quotes.going_again(case.desk, one, case.now)),
        side_change(replace(before, undone=True)),
    ]
    words = case.words("Đã hoàn tác", "Undone")
    if restored:
        state = status_name(restored[0].status, case.member.language)
        words += case.words(f": {restored[0].id} trở lại “{state}”", f": {restored[0].id} is “{state}” again")
    if waiting:
        words += case.words(f"; rút lại {len(waiting)} thư chưa gửi", f"; {len(waiting)} waiting letter(s) stopped")
    return replace(
        effect,
        quotes=tuple(_restored_quote(case, one) for one in before.quotes),
        request=restored[0] if restored else effect.request,
        others=tuple(restored[1:]),
        claims=(*effect.claims, *claims),
        done=(*effect.done, words),
    )


def _to_undo(case: Case, request: Request | None) -> Before | None:
    """What the receipt that is answered was about, else the member's last mail about the request."""
    for message_id in case.mail.in_reply_to:
        letter = case.desk.records.letter_with_message_id(message_id)
        found = case.desk.records.before(letter.inbound_id) if letter and letter.inbound_id else None
        if found and not found.undone and found.email == case.member.email:
            return found
    mine = [
        one
        for one in (case.desk.records.befores_of(request.id) if request else ())
        if not one.undone and one.email == case.member.email
    ]
    return max(mine, key=lambda one: one.at, default=None)


def _letters_of(desk: Desk, before: Before) -> list[Letter]:
    return (
        [
            one
            for one in desk.records.letters_of(before.request_id)
            if one.inbound_id == before.key and one.kind not in _TO_STAFF and one.status is not LetterStatus.CANCELLED
        ]
        if before.request_id
        else []
    )


def _changed_since(case: Case, what: str) -> Unsure:
    return Unsure(
        case.words(
            f"{what} đã thay đổi từ lúc đó, không hoàn tác được.", f"{what} has changed since: cannot be undone."
        )
    )


def _restored(case: Case, old: Request) -> Request:
    current = case.desk.records.request(old.id)
    if current is None or current.version != old.version + 1:
        raise _changed_since(case, old.id)
    kept = replace(old, version=current.version, history=current.history, inbound=current.inbound)
    return with_history(kept, case.now, "undone", case.inbound.id, case.member.email)


def _restored_quote(case: Case, old: QuoteVersion) -> QuoteVersion:
    current = case.desk.records.quote(old.id)
    if current is None or current.version != old.version + 1:
        raise _changed_since(case, old.id)
    return replace(old, version=current.version)


def _taken_back(desk: Desk, kind: str, key: str) -> Iterator[Change]:
    stored = desk.records.store.get(kind, key)
    if stored:
        yield Change(kind, key, None, stored.version)


def _cancelled(letter: Letter) -> Change:
    return change_of(replace(letter, status=LetterStatus.CANCELLED))
