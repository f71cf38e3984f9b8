"""What a member of staff's reply means: commands, plain words, text for the customer, notes; dangerous things never by guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.model import Language
from worker.policy.staff_actions import (
    SELF,
    Action,
    AddToCustomer,
    Assign,
    Away,
    Capacity,
    Do,
    Estimate,
    FetchFile,
    Merge,
    MoneyReceived,
    Note,
    Order,
    People,
    Postpone,
    Quote,
    Reject,
    ReplyToCustomer,
    SetCategory,
    SetFee,
    SetUrgency,
    TimeSpent,
    Understanding,
    Why,
)
from worker.policy.staff_assignment import find_assignment, find_bare_name
from worker.policy.staff_category import find_category
from worker.policy.staff_command_table import help_lines
from worker.policy.staff_commands import Reading, read_commands
from worker.policy.staff_dangers import Doubt, find_reject
from worker.policy.staff_done import find_done, says_part
from worker.policy.staff_estimates import find_estimates
from worker.policy.staff_letters import can_be_sent, orders_sending, split_letter, split_relayed
from worker.policy.staff_moods import is_asked, takes_back
from worker.policy.staff_orders import find_away, find_merge, find_orders, find_postponement
from worker.policy.staff_prices import find_quote
from worker.policy.staff_urgency import find_urgency
from worker.policy.staff_words import PROSE_LIMIT, Sentence, language_of, sentences, written_form
from worker.policy.tone_marks import as_read, spoken, tolerant

__all__ = [
    "SELF",
    "Action",
    "AddToCustomer",
    "Assign",
    "Away",
    "Capacity",
    "Do",
    "Estimate",
    "FetchFile",
    "Merge",
    "MoneyReceived",
    "Note",
    "Order",
    "People",
    "Postpone",
    "Quote",
    "Reject",
    "ReplyToCustomer",
    "SetCategory",
    "SetFee",
    "SetUrgency",
    "TimeSpent",
    "Understanding",
    "Why",
    "help_lines",
    "understand_staff",
]


_TEXT_LIMIT = 60_000  # characters: whoever writes more has pasted a log, and is asked


def understand_staff(new_text: str, now: datetime, zone: str, people: People | None = None) -> Understanding:
    """Understand what a member of staff newly wrote, without quotations and signature.

    Commands are obeyed as they stand; a wrong or unknown one holds the whole mail. In plain words only what is plainly
    said counts: a completion, a quote, a rejection or a letter that may or may not be meant is asked back (`question`)
    and not done. `now` and `zone` place relative days; `people` helps to tell a letter from talk among colleagues.
    """
    known = people or People()
    written = written_form(new_text).strip()
    language = language_of(written)
    if len(written) > _TEXT_LIMIT:
        return Understanding(held=True, question=_ask((Doubt.OTHER,), language), remaining=written)
    parts = _take_apart(written, now, zone, known)
    if parts.commands.mistakes:
        return Understanding(
            held=True,
            question=_wrong_commands(parts.commands.mistakes, language),
            remaining=written,
            unknown_commands=parts.commands.mistakes,
        )
    return _concluded(written, parts, _read_prose(parts, now, zone, known), language)


# ---- taking the text apart ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parts:
    """A mail in three: its commands, the words for the customer, and what is left to be read."""

    commands: Reading
    letter: str
    prose: str
    letter_doubt: bool


_SENT_FOR_REVIEW = spoken(
    "đừng|khoan|chưa gửi|xem giúp|xem hộ|coi giúp|góp ý|duyệt giúp|duyệt trước|bản nháp|nháp|thế này được|"
    "vậy được|được không|ok không|ok chưa|gửi được chưa|don't send|do not send|not yet|draft|review|"
    "before i send|before sending|is this ok|ok to send|should i send|what do you think|thoughts|can i send|"
    "mai gửi|lát gửi|chiều gửi|sẽ gửi|nếu|if|đã gửi|gửi rồi|gửi hôm|already sent|i sent|we sent|mẫu|template|sample|tham khảo|"
    "(?:khách|họ|customer|client|they) (?:vừa |mới |đã |just )?(?:gửi|viết|nhắn|wrote|sent|writes)|forwarded|fwd|copy"
)
_SHOWN_LETTER = spoken(
    "(?<=[:：]\\x20)(?:dạ )?(?:em )?(?:kính gửi|kính chào|kính thưa|chào|dear|thưa|hi|hello) (?:anh|chị|cô|chú|bác|quý|em|mr|mrs|ms|sir)"
)
_LETTER_TO_US = re.compile(
    rf"(?<=\n){tolerant('kính gửi|kính chào|dear')}\s+(?:[^\W\d_]+\s+){{0,3}}?vinno(?!\w)"
)  # a customer's, pasted
_ONLY_OPENER = re.compile(r"(?s).*[:：]\s*$")
_NOTE = re.compile(r"(?m)^[ \t]*#+(?!\d)[ \t]*(.*)$")


def _take_apart(written: str, now: datetime, zone: str, people: People) -> _Parts:
    split = split_letter(written, people)
    commands = read_commands(split.internal, now, zone)
    letter, notes = _without_notes(split.letter)
    tail = _command_tail(letter, now, zone)
    if tail:
        letter = letter[: letter.rindex("\n\n")].rstrip()
    prose, doubt = commands.prose, split.doubt
    if not letter and not doubt:
        relayed = split_relayed(prose, people)
        letter, prose, doubt = relayed.letter, relayed.internal, relayed.doubt
    elif letter and not _is_to_be_sent(prose, people):
        letter, doubt = "", True
    elif letter and _ONLY_OPENER.match(prose) and len(prose) < 120:
        prose = ""
    told = _LETTER_TO_US.search(as_read(prose[:PROSE_LIMIT]))
    if told:
        prose = prose[: told.start()]
    shown = None if letter else _SHOWN_LETTER.search(as_read(prose[:PROSE_LIMIT]))
    if shown:
        prose, doubt = prose[: shown.start()], True
    actions = tuple(one for one in (*commands.actions, *notes, *tail) if one != ReplyToCustomer("") or not letter)
    return _Parts(Reading(actions, commands.mistakes, prose), letter, prose, doubt)


def _is_to_be_sent(prose: str, people: People) -> bool:
    """Whether the words above a letter leave it to be sent: they ask nothing, and what introduces it orders that."""
    if _SENT_FOR_REVIEW.search(as_read(prose[:PROSE_LIMIT])) or "?" in prose:
        return False
    last = prose.strip().rpartition("\n")[2]
    return not _ONLY_OPENER.match(last) or orders_sending(last, people)


def _without_notes(letter: str) -> tuple[str, tuple[Action, ...]]:
    """A letter without the lines that are notes, and the notes."""
    notes = tuple(Note(found[1].strip()) for found in _NOTE.finditer(letter) if found[1].strip())
    return _NOTE.sub("", letter).strip(), notes


def _command_tail(letter: str, now: datetime, zone: str) -> tuple[Action, ...]:
    """Commands that stand as a paragraph of their own under a letter."""
    if "\n\n" not in letter:
        return ()
    last = letter[letter.rindex("\n\n") :].strip()
    reading = read_commands(last, now, zone)
    is_all = bool(reading.actions) and not reading.prose.strip() and not reading.mistakes
    return reading.actions if is_all and not any(isinstance(one, ReplyToCustomer) for one in reading.actions) else ()


# ---- reading the prose ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the plain words ask for, and what they may ask for."""

    actions: tuple[Action, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    is_asking: bool = False
    is_information: bool = False
    is_unclear: bool = False
    leaves_something: bool = False
    takes_back: bool = False


_INTERNAL = spoken(
    "(?:nội bộ|internal|lưu nội bộ|chỉ nội bộ|internally|for internal use|just for us|off the record|"
    "between us)(?: (?:thôi|nhé|only|note|nha|:))*|"
    "(?:đừng|không|khoan)(?: [^\\s,]+){0,3} (?:nói|kể|báo|"
    "cho)(?: [^\\s,]+){0,3} khách(?: [^\\s,]+){0,2} biết|don't (?:tell|mention|"
    "share)(?: [^\\s,]+){0,6} (?:customer|client|them)|not for the (?:customer|"
    "client)"
)
_MENTIONS_REPLY = spoken(
    "(?:báo|nhắn|gửi|nói|bảo|trả lời|rep|hỏi|hỏi lại|báo lại|xin lỗi|gọi|phản hồi|mail|cảm ơn|"
    "cám ơn)(?: (?:lại|cho|giúp|"
    "với|khéo|rõ))*(?: [^\\s,]+){0,2}? (?:khách|chị ấy|anh ấy|họ|customer|client)|"
    "(?:tell|ask|inform|reply to|answer|write to|let|notify|update)(?: the| our)? (?:customer|client|them|him|her)"
)
_TELLING = (
    "báo|nhắn|gửi|nói|trả lời|rep|gọi|hứa|đóng|giao|để|dời|từ chối|xin lỗi|chốt|duyệt|tell|reply|send|quote|"
    "close|promise|answer|reject|assign|give|call|inform|mark"
)
_UNCLEAR = spoken(
    f"(?:đừng|khoan|khỏi|don't|do not)(?: [^\\s,]+){{0,3}}? (?:{_TELLING})|^(?:khoan|khoan đã|đừng|hold on|"
    f"wait)(?: [^\\s,]+){{0,2}}$|(?:nếu|if)(?: [^\\s]+){{0,12}}? (?:{_TELLING})|"
    "draft|nháp|bản nháp|chưa duyệt|không duyệt|tính lại|giảm được|giảm cho|chưa gửi|chưa biết|không biết|"
    "không rõ|chưa rõ|anh tính giúp|"
    "chị tính giúp|xin ý kiến|tính sao|not sure|no idea|hỏi \\w+ xem|hỏi lại|LATER nữa|in LATER|SPAN|"
    "không phải (?:là )?(?:bảo hành|sự cố|lỗi|yêu cầu|tính năng|chức năng|việc của)|not (?:a )?(?:warranty|"
    "bug|feature)|"
    "^(?:dạ )?(?:chị|anh|cô|chú|bác|anh chị)(?: \\w+)? (?:thử|cho em|cho mình|cho bên em|vui lòng|kiểm tra|"
    "gửi|đăng nhập|xóa|bấm|check|đợi|chờ|có thể|giúp em|tải|nhập|đổi|chụp)|"
    "^(?:please (?:send|check|confirm|try|let us|find|clear|provide|note that your)|thank you for|"
    "thanks for your|we have (?:received|fixed|updated)|we are (?:sorry|checking|looking)|we will|we'll|"
    "your (?:site|website|form|mailbox|request|email))"
)
_ACKNOWLEDGED = spoken(
    "^(?:(?:em|anh|chị|mình|để em|để anh)(?: (?:đang|sẽ|vào|đi|mới))* (?:xem|coi|check|kiểm tra)(?: (?:ngay|"
    "nè|liền|luôn|thử|đã|cái|nhé|đây|giúp|lại))*|checking(?: now)?|looking(?: into it| now)?|received|thx|ok|"
    "oki|okay|oki|dạ|vâng|ừ|ờ|rồi|noted|thanks|thank you|thanks a lot|cảm ơn|cám ơn|tks|"
    "thx|đã nhận|"
    "đã rõ|rõ|đã xem|nhận được rồi|got it|understood|roger|sure|cool|great|👍|tốt|hay quá|"
    "good|nice|yes|yep|no|không|em|anh|chị|bạn|mọi người|cả nhà|nhé|ạ|rồi ạ|team|all|guys|nhiều|much|so|very|"
    "you|a|lot|ok anh|để em xem|để anh xem|em xem|sếp|boss|tuyệt|good job|well done|,|đã|hiểu|noted with|"
    "will do|ok ok|hi|hello|chào|k)(?= |$)"
)


def _read_prose(parts: _Parts, now: datetime, zone: str, people: People) -> _Meaning:
    if not parts.prose.strip():
        return _Meaning()
    written = written_form(parts.prose)
    said = sentences(written, now, zone)
    dangerous = (find_done(said, now), find_quote(said, now, written), find_reject(said, now))
    wishes = (
        find_assignment(said, written, now, people.colleagues) or find_bare_name(written),
        find_urgency(said, now),
        find_category(said, now),
        find_postponement(said, written, now),
        find_merge(said, written),
        *find_away(said, written, now, zone),
    )
    names_price = isinstance(dangerous[1].action, Quote) or any(
        isinstance(one, Quote) for one in parts.commands.actions
    )
    estimates = () if _charges_hours(dangerous[1].action) else find_estimates(said, beside_quote=names_price)
    actions = [*(found.action for found in dangerous), *estimates, *wishes, *find_orders(said, now)]
    doubts = [found.doubt for found in dangerous if found.doubt]
    if any(_MENTIONS_REPLY.search(one.words) for one in said):
        doubts.append(Doubt.REPLY)
    kept = tuple(action for action in actions if action is not None)
    return _Meaning(
        actions=kept,
        doubts=tuple(doubts),
        is_asking=any(map(is_asked, said)),
        is_information=_informs(said) and not kept,
        is_unclear=any(map(_is_unclear, said)),
        leaves_something=any(map(says_part, said)),
        takes_back=any(map(takes_back, said)),
    )


def _charges_hours(quote: Action | None) -> bool:
    """Whether hours are what is charged ("báo theo giờ, 3 tiếng"): then they are no estimate beside it."""
    return isinstance(quote, Quote) and quote.amount_vnd is None and quote.minutes is not None


def _is_unclear(sentence: Sentence) -> bool:
    """Orders not to do something, talk of somebody else's part, lengths of time that are no estimate: better asked."""
    return _UNCLEAR.search(sentence.words) is not None


def _informs(said: Sequence[Sentence]) -> bool:
    return any(not _is_acknowledgement(one.words) for one in said)


def _is_acknowledgement(words: str) -> bool:
    rest = words
    for _ in range(8):
        shorter = _ACKNOWLEDGED.sub("", rest).strip(" ,")
        if shorter == rest:
            break
        rest = shorter
    return not rest


# ---- the conclusion -------------------------------------------------------------------------------------------------


def _concluded(written: str, parts: _Parts, meaning: _Meaning, language: Language) -> Understanding:
    commanded = parts.commands.actions
    letters = [*(one.text for one in commanded if isinstance(one, ReplyToCustomer)), *filter(None, [parts.letter])]
    if not all(text and can_be_sent(text) for text in letters):
        return Understanding(held=True, question=_ask((Doubt.REPLY,), language), remaining=written)
    if Do(Order.DONE) in commanded and (Doubt.DONE in meaning.doubts or meaning.leaves_something):
        return Understanding(held=True, question=_ask((Doubt.DONE,), language), remaining=written)
    if meaning.takes_back and any(_is_grave(one) for one in commanded):
        return Understanding(held=True, question=_ask(meaning.doubts or (Doubt.OTHER,), language), remaining=written)
    letter = (ReplyToCustomer(parts.letter),) if parts.letter else ()
    natural = tuple(action for action in meaning.actions if not _is_said_by(action, commanded))
    actions = _without_contradictions((*commanded, *natural, *letter, *_internal_note(parts.prose, meaning)))
    doubts = tuple(dict.fromkeys((*meaning.doubts, *((Doubt.REPLY,) if parts.letter_doubt else ()))))
    if actions:
        return Understanding(actions, question=_ask(doubts, language) if doubts else "", remaining=parts.prose.strip())
    return _nothing_to_do(parts, meaning, doubts, language)


def _is_grave(action: Action) -> bool:
    """Whether it must not be done where the words beside it take it back."""
    return isinstance(action, Quote | Reject | Merge) or (
        isinstance(action, Do) and action.order in {Order.DONE, Order.APPROVE, Order.CANCEL}
    )


def _nothing_to_do(parts: _Parts, meaning: _Meaning, doubts: tuple[Doubt, ...], language: Language) -> Understanding:
    """No action: plain information is a note, thanks are nothing, everything else is asked back."""
    text = parts.prose.strip()
    if doubts or meaning.is_asking or meaning.is_unclear:
        return Understanding(held=True, question=_ask(doubts or (Doubt.OTHER,), language), remaining=text)
    if meaning.is_information:
        return Understanding((Note(text),))
    return Understanding(remaining=text)


def _internal_note(prose: str, meaning: _Meaning) -> Iterator[Action]:
    """Words that are called internal are a note, whatever else stands there."""
    if meaning.actions and not meaning.is_asking and _INTERNAL.search(as_read(prose[:PROSE_LIMIT])):
        yield Note(prose.strip())


def _is_said_by(action: Action, commanded: Sequence[Action]) -> bool:
    """Whether a command already settles this: prose beside `quote 6400000` describes it, it does not change it."""
    if isinstance(action, Do):
        return action in commanded
    return any(type(one) is type(action) for one in commanded)


def _without_contradictions(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Each once; an absence that only repeats the day of a postponement goes."""
    once = tuple(dict.fromkeys(actions))
    if any(isinstance(one, Postpone) for one in once):
        once = tuple(one for one in once if not isinstance(one, Away))
    return once


# ---- words to the sender --------------------------------------------------------------------------------------------

_QUESTIONS: Mapping[Doubt, tuple[str, str]] = {
    Doubt.DONE: (
        "Việc này đã xong hẳn chưa? Nếu đã xong, trả lời một dòng: xong",
        "Is the whole request done? If so, answer with one line: done",
    ),
    Doubt.QUOTE: (
        "Có soạn báo giá không, bao nhiêu? Trả lời một dòng, ví dụ: báo giá: 2500000",
        "Is a quote to be drafted, and for how much? Answer with one line, for example: quote: 2500000",
    ),
    Doubt.REPLY: (
        "Có gửi gì cho khách không? Viết đúng nội dung cần gửi sau: gửi khách: …",
        "Is anything to go to the customer? Write the exact words after: reply: …",
    ),
    Doubt.REJECT: (
        "Có từ chối yêu cầu này không? Nếu có, trả lời một dòng: từ chối: lý do",
        "Is the request to be turned down? If so, answer with one line: reject: reason",
    ),
    Doubt.OTHER: (
        "Cần làm gì với yêu cầu này? Trả lời bằng một lệnh, hoặc: trợ giúp",
        "What is to be done with this request? Answer with a command, or: help",
    ),
}
_WRONG = (
    "Không thực hiện gì trong thư này, vì có dòng không hiểu được: {lines}. Sửa lại rồi gửi, hoặc trả lời: trợ giúp",
    "Nothing in this mail was done, because a line could not be understood: {lines}. Correct it and send it again, or answer: help",
)


def _ask(doubts: Sequence[Doubt], language: Language) -> str:
    column = 0 if language is Language.VI else 1
    return "\n".join(_QUESTIONS[doubt][column] for doubt in doubts)


def _wrong_commands(lines: Sequence[str], language: Language) -> str:
    shown = "; ".join(f"“{line[:80]}”" for line in lines[:5])
    return _WRONG[0 if language is Language.VI else 1].format(lines=shown)
