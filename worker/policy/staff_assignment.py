"""Who is to do the work, in plain words: a colleague by name, a team, or the writer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from worker.policy.staff_actions import (
    SELF,
    Action,
    Assign,
)
from worker.policy.staff_letters import last_name
from worker.policy.staff_moods import Mood, is_asked, moods_of
from worker.policy.staff_words import Clause, Sentence
from worker.policy.tone_marks import Said, as_read, spoken

_SELVES = "em|mình|tôi|tui|tớ|anh|chị|tao|me|myself"
_TITLE = "(?:(?:anh|chị|em|bạn|cô|chú|mr|ms) )?"
_DOES = (
    "làm|xử lý|xử lí|lo|xem|check|nhận|phụ trách|fix|handle|take|sửa|giải quyết|soạn|coi|support|do|look|"
    "work|deal|own|pick|tiếp|xử|thầu|cân|code|báo giá|lên báo giá"
)
_DOES_SELF = "làm|xử lý|xử lí|lo|nhận|phụ trách|fix|handle|take|sửa|giải quyết|soạn|thầu|cân|xử"
_IT = (
    "case này|cái này|vụ này|việc này|phần này|yêu cầu này|ticket này|case này|con này|task này|này|this one|"
    "this|it|that"
)
_PARTICLE = "đây|ngay|nhé|cho|luôn|đi|ạ|giúp|anh|chị|em|please|ok|dạ|mọi người|sếp|rồi"
_SELF_CLAUSE = spoken(
    f"^(?:ok |dạ |vâng |thôi |cái này |vụ này |việc này |phần này |ticket này |để |this is |"
    f"this one is )*(?:{_SELVES}) (?:xin )?(?:nhận|lo|phụ trách|thầu|cân|xử|take|handle)(?: (?:{_IT}|"
    f"{_PARTICLE}|việc|làm|"
    f"xử lý|hết|"
    f"TICKET|lo))*$"
    f"|^(?:ok |dạ |vâng |thôi |cái này |vụ này |việc này |phần này |ticket này |to |"
    f"ờ )*để (?:{_SELVES})(?: (?:{_DOES_SELF}))?(?: (?:{_IT}|{_PARTICLE}|TICKET))*$"
    f"|^(?:ok |dạ |vâng |cái này |vụ này |việc này |phần này )*(?:em|mình|tôi|tui|anh|chị) (?:làm|xử lý|xử lí|"
    f"fix|sửa)(?: (?:{_IT}))?(?: (?:nhé|cho|luôn|đây|ngay|nhé ạ|ạ|được))+$|^(?:em|mình|tôi|tui) (?:làm|xử lý|fix|"
    f"sửa) (?:{_IT})$|"
    "^(?:em|mình|tôi|tui) (?:nhận|lo|xử lý|xử lí)$|"
    f"^(?:ok|dạ|vâng|{_IT}) (?:em|mình|tôi|tui) (?:làm|nhận|lo|xử lý|xử lí)$"
    f"|^(?:dạ |ok )?(?:giao|gán|assign|chuyển|đẩy)(?: (?:{_IT}|lại|việc))*(?: (?:cho|qua|sang|"
    f"to))? (?:{_SELVES})(?: (?:{_PARTICLE}|làm|lo|xử lý|{_IT}))*$"
    "|^(?:ok )?(?:i'll|i will|i can|let me|i'm|i am|i) (?:take|handle|do|own|grab|got|get|fix|taking|"
    "handling|on|pick|picking|work on|look after)(?: (?:it|this|that|one|up|care|of|on|them|here|myself|"
    "today|now|TICKET|ticket|the|request))*$"
    "|^(?:cho (?:em|mình|tôi) (?:nhận|làm|lo)|leave it with me|leave this with me|leave it to me|"
    "leave this to me|mine|taking this|"
    "taking this one|taking it|on it|i got this|got this one|mine now|this is mine|"
    "this one's mine|dibs|nhận|nhận nhé|nhận ạ|nhận việc|nhận cái này|nhận việc này|xin nhận|"
    "nhận làm)(?: (?:ạ|nhé|please|anh|chị))*$"
)
_TO_CLAUSES = tuple(
    spoken(pattern)
    for pattern in (
        f"(?:giao(?! diện| hàng| dịch| tiếp| lưu| thông| nhận| thức)|gán|assign|reassign|assigned|"
        f"phân)(?: (?:{_IT}|lại|việc|TICKET|luôn))*(?: (?:cho|qua|sang|to))? {_TITLE}(?P<name>@?\\w+(?: \\w+)?)",
        f"(?:chuyển|đẩy|forward|transfer|give|hand|pass|move|đưa|bắn|quăng|ném)(?: (?:{_IT}|lại|việc|TICKET|over|"
        f"luôn|the ticket|ticket))* (?:cho|qua|qua cho|sang|sang cho|to|over to) {_TITLE}(?P<name>@?\\w+(?: \\w+)?)",
        f"^(?:ok |thôi |dạ )*(?:chuyển|đẩy|đưa|bắn)(?: (?:{_IT}|lại|TICKET))*(?: (?:qua|"
        f"sang))?(?: cho)? {_TITLE}(?P<name>\\w+)(?: (?:{_DOES}|nhé|giúp|đi|luôn|hộ|anh|em|chị))*$",
        f"(?:để|cho|nhờ|kêu|let|have|please have|ask|get) {_TITLE}(?P<name>\\w+) (?:to )?(?:{_DOES})",
        f"^(?:@ ?)?{_TITLE}(?P<name>\\w+)(?: ơi)?(?: ,)?(?: (?:em|anh|chị|"
        f"bạn))? (?:{_DOES})(?: [^\\s,]+){{0,3}}? (?:{_IT}|nhé|giúp|đi|gấp|please|hộ|luôn|trước)",
        f"^(?P<name>\\w+) (?:will|can|should|to|is going to|please|"
        f"to please) (?:{_DOES})(?: [^\\s,]+){{0,2}}? (?:{_IT}|care|after|on|up|the work)",
        "^(?P<name>\\w+) (?:làm|xử lý|xử lí|lo|phụ trách)$",
        "@ ?(?P<name>\\w+)",
        "^over to (?P<name>\\w+)$",
        "(?:giao|chuyển|đẩy|assign|forward)(?: (?!thông|tư|tin|vấn|qua loại|loại)[^\\s,]+){0,2}? (?:(?:cho|qua|sang|to|bên|team|phòng|đội|"
        "the) )*(?P<name>sale|sales|design|designer|dev|kế toán|marketing|content|seo)(?: (?:team|nhé|đi|giúp|"
        "luôn|xử lý|lo|please|ạ|làm))*$",
        f"^(?P<name>\\w+) (?:phụ trách|nhận|lo|takes|handles|owns)(?: (?:{_IT}|vụ|cái|việc|nhé|đi|this|it|one))*$",
    )
)
_CALLED = spoken("^(?:@ ?)?(?P<name>\\w+)(?: ơi)?$")
_CAN_YOU = spoken(f"^(?:(?:can|could|would|will) you |please |pls )+(?:{_DOES})")
_CALLED_DOES = spoken(f"^(?:em |anh |chị |bạn )?(?:{_DOES})(?: [^\\s,]+){{0,4}}? (?:{_IT}|giúp|nhé|đi|gấp|hộ)")
_NOT_A_NAME = spoken(
    "duyệt|từ|chối|gửi|soạn|kiểm|chốt|tính|tạm|bảo trì|"
    "khách|ai|họ|it|this|that|them|him|her|us|you|the|a|an|một|cái|vụ|việc|sếp|khach|hàng|mail|email|team|nó|"
    "người|bạn|lại|qua|sang|cho|to|tiền|phí|bên|nhà|hệ|thống|server|web|website|ok|loại|mức|ưu|tiên|"
    "thiết|kế|thường|cao|thấp|gấp|xây|thêm|tính|có|thể|không|chưa|đừng|nay|chiều|sáng|tối|thứ|sau|trước|"
    "day|money|span|later|ticket|next|we|they|i|he|she|customer|client|please|nếu|khi|đã|đang|sẽ|vẫn|cũng|"
    "chỉ|còn|cứ|nên|phải|cần|muốn|để|làm|xong|rồi|hết|thế|vậy|kiểu|hosting|domain|warranty|new|category|high|"
    "low|normal|critical|urgent|anyone|someone|somebody|nobody|everyone|who|what|and|or|but|so|then|because|"
    "hoạch|lịch|file|link|bản|phần|mình|tôi|em|anh|chị|hoặc|hay|là|thì|mà|với|và|của|ở|trên|dưới|trong|ngoài|"
    "này|kia|đó|đây|ấy|thử|xem|chờ|đợi|how|when|why|where|đi|ra|vào|lên|xuống|chút|tí|lát|báo|gửi|nhắn|hỏi|"
    "nói|xử|sửa|fix|check|chúng|tụi|bọn|ông|bà|hộp|form|nút|ảnh|hình|lỗi|test|code|nhận|đầu|cuối|ngày|"
    "giờ|phút|tiếng|tháng|năm|tuần|dạ|vâng|ừ|cả|mọi|everything|nothing|all"
)
_BUSY = spoken("(?:bận|nghỉ|off|ốm|đi vắng|busy|away|on leave|out|không rảnh|đang bận|full|hết chỗ)(?! (?:hết|xong))")
_IS_DOING = spoken("đang|rồi mà|làm rồi|rồi$|hôm qua|sáng nay|xong|chưa|đã|is already|already|nói|hỏi|\\w+ bảo")
_TO_BLOCKING = frozenset({Mood.ASKED, Mood.REPORTED})


def find_assignment(
    sentences: Sequence[Sentence], written: str, now: datetime, colleagues: Sequence[str] = ()
) -> Action | None:
    """Who is to do it: "để Tuấn làm", "assign to Duc", "em nhận cái này"; the last one named wins.

    The name of a colleague that is known is enough by itself: "Long nhé, 2h".
    """
    found: Action | None = None
    names = {last_name(name) for name in colleagues}
    for sentence in sentences:
        if is_asked(sentence) and not _ASKS_FOR_IT.search(sentence.words):
            continue
        if Mood.CONDITION in moods_of(sentence, now) and not _BUSY.search(sentence.words):
            continue
        found = _assigned_in(sentence, written) or _name_alone(sentence, names, written) or found
    return found


def _name_alone(sentence: Sentence, names: Collection[str], written: str) -> Action | None:
    for part in sentence.clauses():
        found = _NAME_ALONE.search(part.words)
        if found and found["name"] in names:
            return _assign(sentence, part, found, written)
    return None


_NAME_ALONE = spoken("^(?:ok |thôi |anh |chị |em |bạn )*(?P<name>\\w+)(?: (?:nhé|đi|please|giúp|em|anh|chị|làm))+$")
_ASKS_FOR_IT = spoken(
    ", (?:can|could|would|will) you (?:please )?(?:take|handle|do|look|fix|own|pick)|"
    "^(?:can you|could you|would you|please) (?:please )?(?:assign|give|move|forward|transfer)|(?:nhé|"
    "giúp (?:anh|em|chị|mình)(?: với)?|được không em|được không \\w+)$"
)


def _assigned_in(sentence: Sentence, written: str) -> Action | None:
    found: Action | None = None
    parts = list(sentence.clauses())
    for at, part in enumerate(parts):
        words = part.words
        if _denies(words):
            continue
        if _SELF_CLAUSE.search(words) and "DAY" not in words:
            found = Assign(SELF)
            continue
        following = parts[at + 1].words if at + 1 < len(parts) else Said("", marked=words.marked)
        found = _named_in(sentence, part, following, written) or found
    return found


def _denies(words: Said) -> bool:
    return _DENIES.search(words) is not None


_DENIES = spoken("đừng|không|khoan|chưa|chớ|don't|not|never|hỏi")
_HANDING = spoken("giao|chuyển|assign|để")


def _named_in(sentence: Sentence, part: Clause, following: Said, written: str) -> Action | None:
    if _IS_DOING.search(part.words) and not _HANDING.search(part.words):
        return None
    called = _CALLED.search(part.words)
    if called and (_CAN_YOU.search(following) or ("ơi" in part.words and _CALLED_DOES.search(following))):
        return _assign(sentence, part, called, written)
    for pattern in _TO_CLAUSES:
        found = pattern.search(part.words)
        action = _assign(sentence, part, found, written) if found else None
        if action is not None:
            return action
    return None


def _assign(sentence: Sentence, part: Clause, found: re.Match[str] | None, written: str) -> Action | None:
    """The name as it was written, if what stands there can be one."""
    if found is None:
        return None
    first = found["name"].split()[0].lstrip("@")
    at = part.start + found.start("name")
    start, _ = sentence.place(at, at + len(first))
    name = re.match(r"@?[^\W\d_][\w'-]*", written[start:])
    typed = name[0].lstrip("@") if name else ""
    if first.isupper() or len(typed) < 2 or typed.isupper():  # a time, an amount, an abbreviation
        return None
    if _is_no_name(typed, sentence, at) or (
        _TEAM.fullmatch(as_read(typed)) and not _ENDS_CLAUSE.fullmatch(part.after(found.start("name") + len(first)))
    ):
        return None
    if typed.islower() and not _may_be_lower(typed, found[0], written):
        return None
    return Assign(_with_family_name(found["name"], typed, written[start:]))


def _is_no_name(typed: str, sentence: Sentence, at: int) -> bool:
    """Whether it is another word; a capital within a sentence makes "Minh" a name where "minh" is "mình"."""
    exact = sentence.words.marked or (at > 0 and typed[0].isupper())
    return _NOT_A_NAME.fullmatch(Said(as_read(typed), marked=exact)) is not None


def _with_family_name(matched: str, first: str, behind: str) -> str:
    """Two words where both have capitals: "giao Minh Anh"."""
    second = re.match(rf"@?{re.escape(first)} ([^\W\d_]\w*)", behind)
    if (
        len(matched.split()) < 2
        or second is None
        or not second[1][0].isupper()
        or _NOT_A_NAME.fullmatch(as_read(second[1]))
    ):
        return first
    return f"{first} {second[1]}"


_VERBS_TOO = spoken("bảo|bao|move|pass|hand|ask|get|let|kêu|nhờ")


_HANDS_OVER = spoken("giao|gán|assign|reassign|assigned|phân|chuyển cho|chuyển qua cho|để|nhờ|give|@")
_ENDS_CLAUSE = spoken("(?:team|nhé|đi|giúp|luôn|xử lý|lo|please|ạ|làm|anh|chị|em| )*")
_TEAM = spoken("sale|sales|design|designer|dev|kế toán|marketing|content|seo")


def _may_be_lower(typed: str, phrase: str, written: str) -> bool:
    """Whether a word in small letters can be a name: its writer uses no capitals and hands the work over in so many words."""
    if _TEAM.fullmatch(as_read(typed)):
        return True
    hands_over = _HANDS_OVER.match(phrase) is not None and not _VERBS_TOO.fullmatch(as_read(typed))
    return hands_over and _names_in_lower_case(written)


def _names_in_lower_case(written: str) -> bool:
    """Whether this writer uses no capitals at all, as on a telephone."""
    letters = [char for char in written if char.isalpha()]
    return sum(char.isupper() for char in letters) <= 1


def find_bare_name(written: str) -> Action | None:
    """A line that is nothing but an arrow and a name: the answer to "Người làm:" between the quoted lines."""
    found = re.search(
        r"(?m)^[ \t]*(?:=+>|-+>|→|➔|>>)[ \t]*([A-ZĐÀ-Ỹ][^\W\d_]{1,12}(?: [A-ZĐÀ-Ỹ][^\W\d_]{1,12}){0,2})[ .]*$", written
    )
    if found is None or _NOT_A_NAME.fullmatch(as_read(found[1].split()[0])):
        return None
    return Assign(found[1])
