"""How long the work will take, in plain words: one estimate of all the figures a staff mail names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from worker.model import Effort
from worker.policy.durations import DAY, Duration
from worker.policy.staff_actions import (
    Action,
    Estimate,
    TimeSpent,
)
from worker.policy.staff_moods import is_asked
from worker.policy.staff_words import Clause, Sentence
from worker.policy.tone_marks import Said, spoken

_WORK_WORDS = (
    "khoảng|tầm|cỡ|chừng|độ|ước|ước tính|ước chừng|est|estimate|estimated|eta|effort|dự kiến|dự tính|mất|cần|"
    "phải|làm|sửa|fix|xử lý|code|dựng|viết|test|tổng|tổng cộng|total|max|tối đa|"
    "không quá|không dưới|dưới|ít nhất|nhiều nhất|under|less than|at most|at least|up to|no more than|"
    "more like|i'd say|say|about|around|roughly|maybe|probably|should be|should take|takes|take|works|if|"
    "otherwise|nếu|need|needs|i need|"
    "go with|work|of work|công|là xong|là được|là đủ|là ổn|thôi|nhé|ạ|đủ|tops|all in|in total|whole thing|"
    "altogether|budget|give it|let's say|tính|để|cho|chắc|nghĩ|hơn|over|more than|it's|it is|that's|"
    "looks like|worth|giờ công|"
    "cái này|vụ này|việc này|phần này|this|this one|plus|cộng|cũng|việc|nhanh|easy|dễ|đơn giản|phức tạp|"
    "làm trong|xong trong|doable|đồng ý|sửa thành|đổi thành|đổi lại|chỉnh|lên|xuống|thành|còn|tăng|giảm|"
    "wrong|sai"
)
_ESTIMATE_CUE = spoken(_WORK_WORDS)
_BARE_SPAN = re.compile(r"^[^,]*?(?:(?<= )|^)SPAN(?: |$)")
_NO_ESTIMATE = spoken(
    "(?:khách|chị ấy|anh ấy|customer|client|they|he|she|họ)(?: \\w+)? (?:says?|said|thinks?|claims?|nói|bảo|"
    "nghĩ|tưởng|kêu|cho là|reckons?)|waiting|waited|trong đó|of which|hiệu lực|valid|thời hạn|nghỉ|họp|đợi|"
    "chờ|wait|video|clip|dài|session|buổi học|"
    "khách (?:cần|muốn|đòi|cho|bảo|yêu cầu|chỉ)|they (?:want|need|gave|give|expect)|customer (?:wants|needs|"
    "expects)|mỗi|every|delivery|giao hàng|bàn giao|downtime|"
    "bảo hành|warranty|quote SPAN|báo giá SPAN|charge(?: \\w+)? SPAN|bill SPAN|tính tiền SPAN|tính phí SPAN|"
    "hạn|deadline|sla|cam kết|hứa|promise|promised|cache|ttl|dns|propagate|propagation|trial|dời|hoãn|lùi|"
    "trễ|chậm|late|delay|"
    "server|backup|SPAN (?:mà |vẫn )?chưa|hôm trước|lần trước|last time|hồi trước|đợt trước|tuần trước|"
    "đi công tác|nghỉ phép|uptime|sập|down for|máy (?:đoán|tính|ước|đề xuất)|hệ thống (?:đoán|tính|ước|"
    "đề xuất)|"
    "điện thoại|nói chuyện|gọi|ship|vận chuyển|rảnh|trong ngày|"
    "mua|license|hosting gói|subscription|lock|timeout|khóa|refresh|reload|load|tải trang|loading|"
    "làm gì có|per month|quote(?: [^\\s,]+){0,2} SPAN|SPAN works for|phản hồi sau|chạy quảng cáo|chiến dịch|campaign|hợp đồng|contract"
)
# Who else says a figure, and a meeting's length, are no estimate of the writer's.
_HEARSAY = spoken(
    "(?!(?:i|we|em|anh|chị|mình|tôi|tui|hệ thống) )\\w+ (?:said|says|claims|thinks|told me|bảo|nói|kêu|đoán)(?: (?:là|it|it's|about|"
    "khoảng|tầm|cỡ|chừng|mất|cần|phải|takes|needs|around|làm))* SPAN"
)
_MEETING = spoken("meeting|họp|call with|gọi với|lịch hẹn|appointment")
_REASON = spoken("(?:vì|do|tại|tại vì|bởi vì|because|since|tùy|depends on|depending on|if|nếu)(?= ).*$")
_TOTAL_SPAN = spoken(
    "(?:tổng|tổng cộng|cả|total|whole thing|all in|altogether|in total|go with|chốt|vậy là|overall|=|"
    "tính)(?: [^\\s,]+){0,4} SPAN|SPAN(?: [^\\s,]+){0,2} (?:all in|in total|altogether|tổng cộng|tất cả|"
    "total|cho tất cả|cả thảy)"
)
_DROPPED_BEFORE = spoken(
    "(?:tưởng|cứ nghĩ|ngỡ|thought)(?: [^\\s,]+){0,3} SPAN$|"
    "(?:không phải|không phải là|đâu phải|not(?! more| less| over)|isn't|thay vì|instead of|rather than|"
    "chứ không phải|không thể|không(?! quá| dưới| hơn| đến| tới| ít hơn| chỉ))(?: [^\\s,]+){0,2} SPAN$|"
    "(?:estimate|estimated|ước|ước tính|đoán|ghi)(?: [^\\s,]+){0,2} SPAN$(?=.)"
)
_DROPPED_AFTER = spoken(
    "^SPAN(?: [^\\s,]+){0,2} (?:không đủ|thiếu|ít quá|chưa đủ|không kịp|là ít quá|hơi ít|is not enough|"
    "isn't enough|is too|too low|too short|too little|not enough|is wrong|is optimistic|không xong|hơi nhiều|"
    "là nhiều|nhiều quá|dư|won't be enough|won't do|is way off)"
)
_ALTERNATIVE = spoken("nếu|if|otherwise|không thì|else|trường hợp|còn nếu|worst case|best case|unless|tùy|depends")
_CORRECTED = spoken("à thôi|à không|à mà|nhầm|sorry|no wait|actually|scratch that|make that|sửa lại|tính lại|thôi tính")
_A_WEEK = 5 * DAY
_DELIVERED = spoken(
    "(?:trong|in|within|sau|hiệu lực|valid|valid for|giao|bàn giao)(?: [^\\s,]+){0,1} SPAN|SPAN (?:là giao|"
    "giao|bàn giao|delivery)"
)
_PLAIN_AROUND = spoken(
    _WORK_WORDS
    + (
        "|SPAN|à|mà|hoặc|thì|là|em|anh|chị|mình|i|and|và|nếu|if|của|a|an|gì đó|tối thiểu|tối thiểu là|lâu nhất|"
        "nhanh nhất|nhất|chậm nhất|best|worst|case|có thể|tới|đến|có|nó|vì|do|for"
    )
)
_SUMMED = spoken("SPAN(?: [^\\s,]+){0,4} (?:\\+|và|cộng|plus|and)(?: [^\\s,]+){0,4} SPAN")
_ANOTHER_TIME = spoken(
    "hôm trước|lần trước|hồi trước|đợt trước|bữa trước|last time|last week|previously|tuần trước|tháng trước|năm ngoái"
)


def find_estimates(sentences: Sequence[Sentence], *, beside_quote: bool = False) -> tuple[Action, ...]:
    """How long the work will take, as one estimate; and what was already spent.

    `beside_quote`: the mail names a price, so "trong 2 tuần" is when it is delivered.
    """
    spent = [value for one in sentences if not _ANOTHER_TIME.search(one.words) for value in _spans(one, "SPENT")]
    found = [pair for one in sentences if not is_asked(one) for pair in _estimates(one, beside_quote=beside_quote)]
    actions: list[Action] = [TimeSpent(spent[0].effort.likely)] if len(spent) == 1 else []
    effort = _one_effort(found, " . ".join(one.words for one in sentences))
    return (*actions, Estimate(effort)) if effort else tuple(actions)


def _estimates(sentence: Sentence, *, beside_quote: bool) -> Iterator[tuple[Said, Duration]]:
    for at, part in enumerate(sentence.clauses()):
        words = part.words
        said = _without_reason(words)
        if (
            "SPAN" not in said
            or _NO_ESTIMATE.search(said)
            or _HEARSAY.search(said)
            or not _is_effort(words, is_first=at == 0)
        ):
            continue
        if (beside_quote and _DELIVERED.search(words)) or _MEETING.search(sentence.words):
            continue
        for found in re.finditer(r"(?<!\w)SPAN(?!\w)", words):
            value = sentence.value(part.start + found.start())
            is_delivery = beside_quote and isinstance(value, Duration) and value.effort.low >= _A_WEEK
            if isinstance(value, Duration) and not is_delivery and not _is_dropped(part, found):
                yield words, value


def _without_reason(words: Said) -> Said:
    """The clause without what stands behind its figure as a reason or a condition: "1 ngày vì dính phần cache"."""
    before, figure, behind = words.partition("SPAN")
    return Said(before + figure + _REASON.sub("", Said(behind, marked=words.marked)), marked=words.marked)


def _is_dropped(part: Clause, found: re.Match[str]) -> bool:
    """Whether the figure is the one that is denied: "60p không đủ", "not 40 min"."""
    return bool(_DROPPED_BEFORE.search(part.before(found.end())) or _DROPPED_AFTER.search(part.after(found.start())))


def _is_effort(words: Said, *, is_first: bool) -> bool:
    return len(words.split()) <= 5 or _ESTIMATE_CUE.search(words) is not None or (is_first and words.startswith("SPAN"))


def _spans(sentence: Sentence, word: str) -> Iterator[Duration]:
    for value, said in zip(sentence.values, sentence.words.split(" "), strict=False):
        if said == word and isinstance(value, Duration):
            yield value


def _one_effort(found: Sequence[tuple[Said, Duration]], text: str) -> Effort | None:
    """One estimate of several figures: the total if one is called so, the sum of named parts, else their whole range."""
    efforts = [value.effort for _, value in found]
    if len(efforts) < 2:
        return efforts[0] if efforts else None
    totals = [value.effort for words, value in found if _TOTAL_SPAN.search(words)]
    if totals:
        return totals[-1]
    if _CORRECTED.search(text):
        return efforts[-1]
    is_sum = not _ALTERNATIVE.search(text) and (_SUMMED.search(text) or all(_names_a_part(words) for words, _ in found))
    if is_sum:
        return Effort(
            sum(one.low for one in efforts), sum(one.likely for one in efforts), sum(one.high for one in efforts)
        )
    return Effort(min(one.low for one in efforts), efforts[0].likely, max(one.high for one in efforts))


def _names_a_part(words: Said) -> bool:
    """Whether the clause says what the figure is for: "form 30p"."""
    return bool(_PLAIN_AROUND.sub(" ", words).strip())
