"""Whether a staff mail names a price for the customer, and which: only a clause that says nothing else is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.policy.amounts import Amount
from worker.policy.durations import Duration
from worker.policy.staff_actions import Quote
from worker.policy.staff_dangers import NOTHING, Doubt, Found
from worker.policy.staff_moods import Mood, is_asked, moods_of, takes_back
from worker.policy.staff_values import vat_words
from worker.policy.staff_words import Sentence
from worker.policy.tone_marks import Said, is_marked, spoken

# What may stand before a verb of pricing: nothing that makes somebody else its subject.
_LEAD = (
    "(?:ok|oki|dạ|vâng|ừ|vậy|thì|thôi|thế|rồi|em|anh|chị|mình|bạn|bên mình|bên em|(?:anh|chị|em|"
    "bạn) \\w+(?= (?:làm |soạn |gửi |lên )?báo giá giúp)|cứ|(?:sale|sales|bên sale|team sale)(?=.* (?:nhé|đi|"
    "giúp|please)$)|nhờ|giúp|hãy|để|please|"
    "pls|just|let's|lets|i'd|we|we can|we should|you can|can|so|then|and|và|also|"
    "cái này|vụ này|việc này|phần này|phần đó|phần \\w+|gói này|gói \\w+|chỗ này|app này|này|đó|case này|"
    "cho khách|for them|for this|for the customer|for it|this one|this|that|it|it's|TICKET|tổng|tổng cộng|"
    "chức năng này|tính năng này|làm thêm|new feature|chắc chắn|duyệt|đồng ý|yes|nhé|ạ|soạn giúp|làm giúp|"
    "gửi giúp|\\w+ ơi|=|go ahead|we'll|our price is|our price|price is|nên|là|khách quen|trọn gói|all in|"
    "in total|chắc giá)"
)
_STRONG = (
    "cho giá|ra giá|đưa giá|báo giá|báo lại giá|báo lại|báo|chào giá|chào|gửi báo giá|làm báo giá|"
    "soạn báo giá|lên báo giá|"
    "gửi khách báo giá|gửi họ báo giá|quote|charge|bill|price it at|price it|price this|price|send (?:a |"
    "the |"
    "them a |them the )?quote|offer|"
    "send the customer a quote|tính tiền|tính phí|tính khách|tính cho khách|thu phí|thu khách|lấy khách|"
    "lấy của khách|chốt giá|giá chốt|giá cuối|final price"
)
_WEAK = (
    "mức|tính|lấy|thu|giá|phí|chốt|cost|cost is|fee|fee is|go with|make it|let's say|say|trọn gói|gói này|"
    "phần này|phần đó|cái này|vụ này|tổng|tổng cộng|total|hết|làm tròn|giảm còn|còn|just|it's|là"
)
# Between a verb of pricing and the sum: for whom, for what, about how much. A verb there would make it another sentence.
_NAME = (
    "(?!MONEY|không|đừng|chưa|đang|đã|có|còn|trả|nợ|chuyển|muốn|đòi|nói|bảo|xin|cần|nhận|mua|tốn|mất|là|nạp|thiếu|not|never|has|have|wants)"
    "[^\\s,]+"
)
_FILL_STRONG = (
    f"(?: (?:(?:khách hàng|khách|bên|công ty|anh|chị|cô|chú|bác|ông|bà|mr|ms|mrs)(?: {_NAME}){{0,2}}?|"
    f"(?:phần|gói|module|chức năng|tính năng|trang|app|thiết kế|cái|vụ|thêm|làm|viết|for)(?: {_NAME}){{0,4}}?|"
    "họ|nó|cho|với|giúp|em|mình|nhé|lại|luôn|vậy|đi|sale|giá|mức|đúng|là|tầm|khoảng|cỡ|chừng|độ|tổng|tổng cộng|trọn gói|này|"
    "việc này|theo giá|SPAN|at|about|around|of|roughly|total|flat|say|it|this|that|them|him|her|the|a|an|customer|client|quote|"
    "price|TICKET)){0,6}?"
)
_FILL_WEAK = (
    "(?: (?:khách|cho|họ|nó|them|her|him|it|at|for|this|that|the|giá|tầm|khoảng|cỡ|chừng|là|đi|luôn|trọn|gói|"
    "about|around|phần|này|is|of|có|đúng|cứ|một|công|thiết kế|code|được|chung|cả|đẹp)){0,4}?"
)
_AROUND_BARE = (
    "anh \\w+|chị \\w+|em \\w+|nhé|đi|thôi|ạ|em|anh|chị|cho|khách|nó|cái|này|luôn|là|được|vừa|đẹp|có|gồm|bao|"
    "vat|cả|thuế|incl|excl|including|excluding|plus|trọn|gói|ok|all|in|for|this|it|the|please|\\+|% ?|\\d+|"
    "full|fixed|net|only|even|flat|…|mọi người|sếp|phần|vụ|việc"
)
# What may follow the sum: courtesy, and words that say what it is for, what it includes or why.
_FOLLOWS = spoken(
    f"^(?:(?:{_AROUND_BARE}|giúp|please|pls|vnd|họ|them|then|now|today|tròn|chẵn|hết|nào)(?: |$))*(?:|(?:nhé|đi|ạ|thôi) \\w+|"
    "(?:cho|phần|gói|for|as a|gồm|bao gồm|including|excluding|excl|incl|không gồm|chưa gồm|kèm|theo|như|tùy|trong|làm trong|vì|do|"
    "because|since|to cover|rồi (?:gửi|báo|soạn|làm|chốt)|gửi|để khách|done|and|và|plus|SPAN|làm|trước)(?: .*)?)$"
)
# "giảm còn 3tr2", "change the quote to 4,500,000"; but "sửa giá thành …" may be a price on the customer's page.
_CHANGED = spoken(
    f"^(?:{_LEAD} )*(?:(?:giảm|hạ|tăng|nâng|chỉnh|điều chỉnh)(?: (?:lại|báo giá|giá|nó|cho khách|khách|mức|xíu|chút))*|"
    "(?:sửa|đổi|chốt)(?: (?:lại|báo giá|nó))*|(?:lower|reduce|raise|drop|bring|cut|change|adjust|update|set|make)"
    "(?: (?:it|this|that|the quote|the price|quote|price|our quote|down|up))*) (?:xuống còn|xuống|còn|lên|"
    "thành|về|to|at) MONEY"
)
_PRICED = (
    spoken(f"^(?:{_LEAD} ){{0,8}}(?:{_STRONG}){_FILL_STRONG} MONEY"),
    spoken(
        f"^(?:{_LEAD} ){{0,6}}(?:{_WEAK}){_FILL_WEAK} MONEY(?: (?:{_AROUND_BARE}|cho phần .*|cho vụ .*|for the .*|"
        f"as a .*))*$"
    ),
    spoken(f"^(?:{_LEAD} |khoảng |tầm |cỡ |about |around |đúng |gói )*MONEY(?: (?:{_AROUND_BARE}))*$"),
    spoken(
        f"^(?:phần|module|gói|chức năng|tính năng|hạng mục|option|package|app|trang)(?: (?!không|chưa|đang|"
        f"trên)[^\\s,]+){{0,6}} MONEY(?: (?:{_AROUND_BARE}))*$"
    ),
    _CHANGED,
    spoken(f"^(?:{_LEAD} )*MONEY (?:cho|for) (?:phần|cái|gói|vụ|việc|mục|the|this|that|all|it|everything)"),
)
_RATE = (
    "(?:theo |at |at the |our |the )?(?:đơn giá|bảng giá|giá chuẩn|theo giờ|standard rate|usual rate|"
    "hourly rate|normal rate|normal hourly rate|standard hourly rate|usual hourly rate|price list|hourly|"
    "giờ công|"
    "giá giờ|theo ngày công)|theo đơn giá giờ|"
    "(?:giá )?như (?:cũ|lần trước|mọi khi|năm ngoái|trước|đợt trước|lần rồi)|như hợp đồng(?: cũ)?|"
    "theo hợp đồng|(?:theo )?giá hợp đồng(?: cũ)?|giá cũ|same as (?:last time|"
    "before|last year)|as last time|the same price|the same as last time"
)
_PRICED_WITHOUT_AMOUNT = (
    spoken(f"^(?:{_LEAD} ){{0,8}}(?:{_STRONG}|tính)(?: (?!không|đừng|chưa|not)[^\\s,]+){{0,8}}? (?:{_RATE}|FOREIGN)"),
    spoken(f"^(?:{_LEAD} |khoảng |tầm |about |around )*FOREIGN(?: (?:{_AROUND_BARE}))*$"),
)
_QUOTE_HINT = spoken(
    "hợp đồng cũ|theo (?:đơn giá|bảng giá|giờ)|standard rate|hourly rate|MONEY|RATE|FOREIGN|báo giá|"
    "quote|quotation|"
    "chào giá|(?:báo|giá) bao nhiêu|giảm giá|giảm \\d+|discount|(?:báo|báo khách) theo"
)
_UNIT_PRICE = spoken("(?:đơn giá|giá giờ|giá công|giá mỗi giờ|unit price|hourly rate)(?: (?:là|is))? MONEY")
_SUM = spoken("MONEY|RATE|FOREIGN")
_BLOCKING = frozenset({Mood.ASKED, Mood.CONDITION, Mood.REPORTED, Mood.UNSURE, Mood.PAST_TALK})
_NO_PRICE = spoken(
    "mắc|đắt|rẻ|cao quá|thấp quá|hơi cao|hơi thấp|hơi mắc|too much|too high|too low|expensive|cheap|nợ|"
    "công nợ|hóa đơn|invoice|đã trả|đã chuyển|chuyển khoản|đặt cọc|cọc|thanh toán|paid|deposit|budget|"
    "ngân sách|"
    "license|licence|plugin|subscription|bản quyền|mua|purchase|bought|buy|renewal|server cost|vps|"
    "phí tên miền|mất phí|tốn|chi phí của|vốn|lương|phạt|penalty|lỗ|bù|refund|hoàn tiền|hoàn lại|"
    "bớt|trừ|discount|thêm cho|cộng thêm|tăng thêm|thêm MONEY|extra|add MONEY|tăng|chênh|đòi|xin|trả giá|"
    "mặc cả|thương lượng|negotiate|tiết kiệm|doanh thu|đơn hàng|giá bán|khuyến mãi|hiển thị|sửa giá|đổi giá|"
    "ghi giá|trên web|giá sản phẩm|"
    "thay vì|instead of|rather than|so với|compared|hơn MONEY|dưới MONEY|trên MONEY|under MONEY|over MONEY|"
    "at least MONEY|tối thiểu|ít nhất|từ MONEY trở|minimum|up to MONEY|tối đa|max|more than MONEY|"
    "less than MONEY|thưởng|tip"
)
_OTHERS_QUOTE = spoken(
    "(?:đợi|chờ|nhờ|hỏi|hỏi lại|chuyển|giao|chuyển cho|wait for|ask|waiting for|"
    "let)(?: [^\\s,]+){0,3} (?:báo giá|quote|tính giá|báo|price)|để (?!em|anh|chị|mình)\\w+ (?:báo giá|báo|"
    "tính giá)|"
    "(?:mai|chiều|lát|sẽ|tối|tuần sau|DAY|mới)(?: [^\\s,]+){0,3} (?:báo giá|quote|báo khách|báo)|"
    "will (?:send|quote|price)|i'll quote|tạm tính|tính tạm|tạm báo|(?<!gửi\\x20)(?:anh|chị|sếp|boss)(?: \\w+)? (?:ơi )?duyệt(?! rồi)|"
    "(?:duyệt|xem|coi|check) (?:giúp|cho|với)|xin duyệt|nhờ duyệt|cần duyệt|approve for me|need(?:s)? approval"
)
_TAKEN_BACK = spoken(
    "nhưng|but|MONEY(?: [^\\s,]+){0,2} rồi(?! (?:gửi|báo|tính|làm|chốt|soạn|em|anh|chị))|ask|hỏi|check with|"
    "confirm with|trước đã|đã nhé|đã rồi|first|chưa gửi|chưa chốt|chưa báo|"
    "đừng gửi|khoan gửi|tạm|unless|không biết|hơi|pending|was thinking|thinking"
)
_DENIED_PRICE = spoken("(?:đừng|không|khoan|chưa|khỏi|not|don't|never|no)(?: [^\\s,]+){0,5} MONEY")
_DENIED = spoken("không|đừng|khoan|chưa|not|don't|never|license|plugin|mua|subscription")
_BEGINS_WRONG = spoken(
    "^(?:không phải (?!MONEY)|đừng (?!báo|lấy|tính|quote)|khoan|chưa|gần|sắp|not (?!MONEY)|don't|never|"
    "almost|maybe|bao giờ|hồi|"
    "(?!em |mình |anh |chị |tôi )\\w+ (?:nói|bảo|kêu|dặn|nhắn|says|said|told)) ?"
)
_WHAT_FOR = spoken("(?<=\\w\\x20)(?:MONEY|FOREIGN) (?:cho|for) .*")
_TOTAL = spoken(
    "(?:tổng|tổng cộng|total|trọn gói|all in|chốt|còn|thành|xuống|=|vậy là|nên là|go with|make it|"
    "làm tròn)(?: [^\\s,]+){0,4} MONEY"
)
_PRICE_WORDS = spoken(
    "(?:chưa|đã|không) (?:có |gồm |bao gồm |tính )?(?:vat|thuế)|before vat|after vat|trước thuế|sau thuế|"
    "as before|same as before|như lần trước|như năm ngoái|same as last time|as last time|same as last year|"
    "như đợt trước|"
    "như máy (?:đề xuất|đoán|tính|gợi ý)|không phải MONEY|valid SPAN|valid for SPAN"
)


@dataclass(frozen=True, slots=True)
class _Price:
    """An amount that is meant as a price, and whether it is called the whole."""

    amount: Amount
    is_total: bool


def find_quote(sentences: Sequence[Sentence], now: datetime, written: str) -> Found:
    """A price for the customer, said plainly: "báo 2tr5", "giá 12 triệu 500", "quote 3 hours at standard rate" (no amount)."""
    about = [one for one in sentences if _QUOTE_HINT.search(one.words)]
    if not about:
        return NOTHING
    sums = [one for one in about if _SUM.search(_UNIT_PRICE.sub("…", one.words))]
    prices = [price for one in sums if _is_plain(one, now) for price in _prices(one)]
    if prices:
        is_clear = all(_is_plain(one, now) and next(_prices(one), None) for one in sums) and not any(
            is_asked(one) or takes_back(one) for one in sentences
        )
        return _quote_of(prices, written) if is_clear else Found(doubt=Doubt.QUOTE)
    without = [one for one in about if _is_plain(one, now) and _names_no_amount(one)]
    if (
        without
        and not any(map(takes_back, sentences))
        and not any("MONEY" in one.words or "RATE" in one.words for one in sums)
    ):
        return Found(Quote(None, _hours(without[0]), vat_words(written)))
    return Found(doubt=Doubt.QUOTE)


def _is_plain(sentence: Sentence, now: datetime) -> bool:
    plain = sentence.with_words(_PRICE_WORDS.sub("…", sentence.words))
    blockers = (_BEGINS_WRONG, _OTHERS_QUOTE, _TAKEN_BACK)
    return not (_BLOCKING & moods_of(plain, now) or any(one.search(plain.words) for one in blockers))


def _prices(sentence: Sentence) -> Iterator[_Price]:
    for part in sentence.clauses():
        words = part.words
        headed = Said(f"{part.heading} {words}", marked=words.marked) if part.heading else words
        plain = _PRICE_WORDS.sub("…", words)
        is_other_sum = _NO_PRICE.search(_WHAT_FOR.sub("MONEY", plain)) and not _CHANGED.search(plain)
        if part.quoted or is_other_sum or _DENIED_PRICE.search(plain):
            continue
        if not all(_is_price(said) for said in (plain, _PRICE_WORDS.sub("…", headed))):
            continue
        for found in re.finditer("MONEY", words):
            value = sentence.value(part.start + found.start())
            if isinstance(value, Amount):
                yield _Price(value, bool(_TOTAL.search(words)))


def _is_price(words: str) -> bool:
    """Whether a clause names a price and what follows the sum belongs to it: "báo 5tr mà khách im luôn" does not order one."""
    behind = Said(words.rpartition("MONEY")[2].strip(), marked=is_marked(words))
    return (not behind or _FOLLOWS.match(behind) is not None) and any(rule.search(words) for rule in _PRICED)


def _quote_of(prices: Sequence[_Price], written: str) -> Found:
    totals = [one for one in prices if one.is_total] or list(prices)
    amounts = {one.amount.high for one in totals}
    if len(amounts) != 1:
        return Found(doubt=Doubt.QUOTE)
    return Found(Quote(amounts.pop(), vat=vat_words(written)))


def _names_no_amount(sentence: Sentence) -> bool:
    """A price that is named by a rate or in another currency: no đồng amount may be made of it."""
    return any(
        not part.quoted
        and not _DENIED.search(_WHAT_FOR.sub("…", _PRICE_WORDS.sub("…", part.words)))
        and any(rule.search(part.words) for rule in _PRICED_WITHOUT_AMOUNT)
        for part in sentence.clauses()
    )


def _hours(sentence: Sentence) -> int | None:
    return next((value.effort.likely for value in sentence.values if isinstance(value, Duration)), None)
