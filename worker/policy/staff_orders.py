"""Other orders in plain words: put off, approve, hold, fee, reopen, cancel, merge, away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from worker.policy.staff_actions import (
    Action,
    Away,
    Do,
    Merge,
    MoneyReceived,
    Order,
    Postpone,
    SetFee,
)
from worker.policy.staff_moods import Mood, is_asked, is_of_others, moods_of, takes_back
from worker.policy.staff_words import Sentence
from worker.policy.tone_marks import Spoken, spoken
from worker.policy.when import Moment, find_absence

_TIME_WORD = "(?:DAY|LATER|LENGTH)"
_PUTS_OFF = spoken(
    f"(?:dời|dịch|hoãn|lùi|hẹn lại|khất|giãn|postpone|push|defer|delay|reschedule|move)(?: (?!khách|họp|"
    f"lịch họp|cuộc họp)[^\\s,]+){{0,5}}? {_TIME_WORD}|"
    f"(?:chuyển|đẩy|đưa)(?: [^\\s,]+){{0,3}}? (?:sang|qua|xuống|tới|đến|về) {_TIME_WORD}|"
    f"(?:để|gác lại|để lại|để dành)(?: [^\\s,]+){{0,3}}? {_TIME_WORD}(?: [^\\s,]+){{0,3}}?(?: (?:làm|xử lý|"
    f"tính|hẵng|hãy|mới|fix|giải quyết|sửa|nhé|đi|cũng được|rồi làm))|"
    f"^(?:thôi |ok |cái này |vụ này |việc này |ticket này )*(?:để|"
    f"gác lại)(?: [^\\s,]+){{0,3}} {_TIME_WORD}(?: (?:nhé|đi|ạ|luôn|cũng được))*$|(?:^|, )để {_TIME_WORD}(?: (?:nhé|"
    f"đi|ạ|luôn|cũng được|làm))*$|"
    f"{_TIME_WORD} (?:hẵng|hãy|mới|rồi hãy|rồi)(?: [^\\s,]+){{0,2}}? (?:làm|xử lý|tính|fix|sửa|giải quyết)|"
    f"^{_TIME_WORD} (?:làm|xử lý|tính) (?:nhé|đi|thôi|cũng được|tiếp nhé)|"
    f"(?:can't|cannot|won't|not able to|không kịp|không làm kịp|làm không kịp|"
    f"không làm được)(?: [^\\s,]+){{0,8}}? (?:until|till|before|phải|để|,)?(?: [^\\s,]+){{0,2}}? {_TIME_WORD}|"
    f"(?:not today|not now) , {_TIME_WORD}|(?:can|could) only (?:do|start|look|get)(?: (?:this|it|at|to|on|"
    f"that)){{0,3}} {_TIME_WORD}|(?:do|handle) (?:it|this) {_TIME_WORD} instead|(?:park|shelve|"
    f"hold) (?:it|this)(?: [^\\s,]+){{0,2}} (?:until|till) {_TIME_WORD}"
)
_MEETS = spoken(
    "họp|cuộc họp|lịch họp|meeting|call|hẹn gặp|ngày khai trương|lịch đăng|launch|lịch học|buổi học|"
    "kia|khác|lịch đào tạo|sự kiện|event|deadline của khách|hạn của khách"
)
_POSTPONE_BLOCKING = frozenset({Mood.ASKED, Mood.REPORTED})
_PUTS_OFF_DENIED = spoken(
    "(?:đừng|không|khoan|chưa|don't|not|never|khỏi)(?: [^\\s,]+){0,3} (?:dời|hoãn|lùi|dịch|postpone|push|"
    "delay|move|defer|để)"
)


def find_postponement(sentences: Sequence[Sentence], written: str, now: datetime) -> Action | None:
    """Put off to another time: "dời sang sáng thứ 4", "để mai làm", "push to Monday"."""
    for sentence in sentences:
        found = _PUTS_OFF.search(sentence.words)
        if (
            found is None
            or _POSTPONE_BLOCKING & moods_of(sentence, now)
            or _MEETS.search(sentence.words)
            or _PUTS_OFF_DENIED.search(sentence.words)
        ):
            continue
        for match in re.finditer(_TIME_WORD, sentence.words[found.start() : found.end()]):
            value = sentence.value(found.start() + match.start())
            begin, end = sentence.place(found.start() + match.start(), found.start() + match.end())
            until = value.start if isinstance(value, Moment) and value.start > now else None
            if until is not None or not isinstance(value, Moment):
                return Postpone(written[begin:end], until)
    return None


_PLEASE = (
    "(?: (?:nhé|đi|luôn|giúp|anh|em|chị|ạ|please|thôi|cái này|vụ này|việc này|yêu cầu này|ticket này|này|"
    "this|it|that|one|báo giá|báo giá này|the quote|quote|cho|khách|request|ticket|TICKET|phần này|hết|đã|"
    "as is|as it is|the|"
    "fee|(?:chị|anh|cô|bác) \\w+|chị ấy|anh ấy|bên họ|khách quen|giúp em|giúp anh|now|work|again|là|"
    "cho khách|họ|them))*"
)
_FRONT = (
    "(?:ok |oki |dạ |vâng |thôi |cứ |please |đồng ý |ừ |cái này |vụ này |việc này |phần này |yes |fine |"
    "go ahead |làm )*,? ?"
)
_ORDERS: tuple[tuple[Spoken, Callable[[], Action]], ...] = (
    (spoken(f"^(?!.*(?:giúp|please|với em|cho em))(?:{_FRONT})(?:duyệt|approve|approved|anh duyệt|chị duyệt|em duyệt){_PLEASE}$"), lambda: Do(Order.APPROVE)),
    (spoken(
        "^(?:ok |thôi )?(?:khoan|đừng|tạm thời đừng|tạm thời chưa|chưa|don't|do not|tạm)(?: (?:vội|hãy|"
        "có))*(?: (?:gửi|send|"
        "duyệt|giữ))(?: (?:cái|the|cho khách|cho))* (?:báo giá|quote)(?: (?:này|yet|it|vội|đã|nhé|cho|khách|đi|"
        "lại|giúp|anh|em|chị|ra|out))*$|^(?:giữ|giữ lại|tạm giữ|hold|on hold)(?! khách)"
     + _PLEASE + "$"), lambda: Do(Order.HOLD)),
    (spoken(
        f"^{_FRONT}(?:miễn phí|free|cho free|cho miễn phí|không tính (?:tiền|phí)|khỏi tính (?:tiền|phí)|"
        f"không thu (?:tiền|phí)|không lấy tiền|waive|waive it|waive the fee|no charge|free of charge|"
        f"do it for free|do this for free|miễn|"
        f"tặng khách|làm free|làm miễn phí|don't charge|do not charge|khỏi lấy tiền|free for them|"
        f"đừng tính (?:tiền|phí)){_PLEASE}$"
    ), lambda: SetFee(charge=False)),
    (spoken(
        f"^{_FRONT}(?:tính phí|có phí|có tính phí|thu phí|thu tiền|tính tiền|charge them|charge it|charge|"
        f"chargeable|this is chargeable|this is paid|paid work|không miễn phí|phải tính phí|cái này tính phí|"
        f"phải thu phí|charge for this|charge them for this|bill them|billable)(?: (?:for|this|it))*{_PLEASE}$"
    ), lambda: SetFee(charge=True)),
    (spoken(f"^{_FRONT}(?:mở lại|reopen|re-open){_PLEASE}$"), lambda: Do(Order.REOPEN)),
    (spoken(f"^{_FRONT}(?:hủy|hủy yêu cầu|cancel){_PLEASE}$"), lambda: Do(Order.CANCEL)),
    (spoken(
        f"^{_FRONT}(?:em bắt đầu|bắt đầu|bắt đầu làm|em bắt đầu làm|mình bắt đầu|start|starting|starting now|"
        f"starting on this|i'm starting|em làm đây|bắt tay vào làm){_PLEASE}$"
    ), lambda: Do(Order.START)),
    (spoken(f"^{_FRONT}(?:tạm dừng|dừng|dừng lại|ngưng|ngừng|stop|pause|stop work|stop working on){_PLEASE}$"), lambda: Do(Order.STOP)),
    (spoken(
        f"^{_FRONT}(?:(?:khoan|ủa|à|nhầm|em nhầm|nhầm rồi|sai rồi|oops|sorry|can you|could you|please),? )*"
        "(?:hoàn tác|undo|revert|take (?:it|that|this) back|(?:rút lại|thu hồi)(?= (?:giúp |hộ )?(?:em |anh |chị )?"
        "(?:cái )?(?:thư|mail|lệnh)))"
        "(?: (?:cái|thư|mail|lệnh|việc|đó|ấy|kia|vừa|nãy|rồi|lúc nãy|gửi|lại|ngay|hộ|dùm|tất cả|hết|last|letter|all|"
        f"just now|the))*{_PLEASE}(?: (?:vừa|lúc|nãy|rồi|thư|mail|gửi|ngay))*$"
    ), lambda: Do(Order.UNDO)),
    (spoken(
        "^(?:khách |đã |kế toán |bên kế toán )*(?:đã )?nhận (?:được )?(?:tiền|đủ tiền|thanh toán|"
        "chuyển khoản)(?: (?:rồi|nhé|ạ|của khách|đủ|MONEY))*$|^(?:money|payment) (?:received|has arrived|is in|"
        "arrived)$"
    ), MoneyReceived),
)  # fmt: skip
_SAFE = frozenset({Do(Order.HOLD), Do(Order.START), Do(Order.STOP), Do(Order.UNDO)})
_ORDER_BLOCKING = frozenset({Mood.ASKED, Mood.CONDITION, Mood.REPORTED, Mood.UNSURE})
_DENIED = spoken("đừng|không|khoan|chưa|don't|not|never|hỏi")
_MERGE = spoken(
    "(?:gộp|merge|ghép|nhập)(?: [^\\s,]+){0,4}? (?:với|vào|with|into|chung với|cùng) TICKET|(?:gộp|merge|ghép) TICKET|"
    "trùng(?: với)? TICKET , gộp|duplicate of TICKET , merge"
)


def find_orders(sentences: Sequence[Sentence], now: datetime) -> tuple[Action, ...]:
    """Approve, hold, fee, reopen, cancel, start, stop: only where a whole clause says nothing else."""
    found: list[Action] = []
    is_settled = not any(is_asked(one) or takes_back(one) for one in sentences)
    for sentence in sentences:
        if is_asked(sentence) or Mood.CONDITION in moods_of(sentence, now):
            continue
        for part in sentence.clauses():
            if not is_of_others(part) and not _ORDER_BLOCKING & moods_of(sentence.with_words(part.words), now):
                found += [make() for pattern, make in _ORDERS if pattern.search(part.words)]
    return tuple(one for one in dict.fromkeys(found) if is_settled or one in _SAFE)


def find_merge(sentences: Sequence[Sentence], written: str) -> Action | None:
    """Join with another number."""
    for sentence in sentences:
        found = _MERGE.search(sentence.words)
        if found is None or is_asked(sentence) or _DENIED.search(sentence.words):
            continue
        at = found.start() + found[0].index("TICKET")
        begin, end = sentence.place(at, at + len("TICKET"))
        digits = re.search(r"\d{2,7}", written[begin:end])
        if digits:
            return Merge(f"VN-{digits[0]}")
    return None


def find_away(sentences: Sequence[Sentence], written: str, now: datetime, zone: str) -> tuple[Away, ...]:
    """The writer's own absences: "mai em nghỉ, chiều thứ 5 bận" are two."""
    found: list[Away] = []
    for sentence in sentences:
        if is_asked(sentence):
            continue
        for part in sentence.clauses():
            begin, end = sentence.place(part.start, part.start + len(part.words))
            span = find_absence(written[begin:end], now, zone)
            if span and span.end > now:
                found.append(Away(span.start, span.end))
    return tuple(dict.fromkeys(found))
