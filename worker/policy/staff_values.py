"""The values of staff commands: what stands behind `ước tính:`, `báo giá:`, `giao:`, `mức:` and the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from worker.model import Category, Urgency
from worker.policy.amounts import find_foreign, parse_amount
from worker.policy.durations import find_durations, parse_duration
from worker.policy.staff_actions import (
    SELF,
    Action,
    AddToCustomer,
    Arrange,
    Assign,
    Away,
    Capacity,
    Estimate,
    FetchFile,
    Merge,
    MoneyReceived,
    Note,
    Postpone,
    ProposeTimes,
    Quote,
    Reject,
    SetCategory,
    SetFee,
    SetUrgency,
    TimeSpent,
    Why,
)
from worker.policy.staff_moods import is_taken_back
from worker.policy.tone_marks import as_read, spoken, tolerant
from worker.policy.training_times import read_times
from worker.policy.when import find_span, find_when, parse_when


@dataclass(frozen=True, slots=True)
class Clock:
    """From when and where relative days are read."""

    now: datetime
    zone: str


Reader = Callable[[str, Clock], Action | None]

URGENCIES: Mapping[Urgency, str] = {
    Urgency.CRITICAL: "khẩn cấp|khẩn|critical|nghiêm trọng|rất khẩn|emergency|p1|blocker",
    Urgency.HIGH: "cao|gấp|high|urgent|rất gấp|ưu tiên cao|ưu tiên|asap|p2|important|quan trọng",
    Urgency.NORMAL: "bình thường|thường|normal|trung bình|medium|vừa|regular|standard|p3",
    Urgency.LOW: "thấp|low|không gấp|ko gấp|k gấp|chậm|not urgent|no rush|p4|minor",
}
CATEGORIES: Mapping[Category, str] = {
    Category.EMAIL_INCIDENT: "sự cố email|sự cố mail|lỗi email|lỗi mail|email incident|mail incident|email issue|email",
    Category.HOSTING_INCIDENT: (
        "sự cố hosting|lỗi hosting|sự cố host|lỗi server|sự cố server|hosting incident|hosting issue|server "
        "incident|hosting"
    ),
    Category.DOMAIN_INCIDENT: (
        "sự cố tên miền|lỗi tên miền|sự cố domain|lỗi domain|lỗi dns|domain incident|domain issue|dns issue|tên "
        "miền|domain"
    ),
    Category.WEBSITE_REQUEST: (
        "yêu cầu vận hành website|yêu cầu vận hành|vận hành website|vận hành|website request|operation request|"
        "operations request|lỗi website|lỗi web|website"
    ),
    Category.STAFF_TRAINING: (
        "đào tạo nhân sự|đào tạo nhân viên mới|đào tạo nhân viên|training nhân viên mới|staff training|đào tạo "
        "nhân sự mới"
    ),
    Category.ADVANCED_TRAINING: "đào tạo quản trị nâng cao|đào tạo nâng cao|training nâng cao|advanced training",
    Category.MARKETING_INFORMATION: (
        "thông tin kinh doanh, marketing|thông tin kinh doanh|thông tin marketing|marketing information|"
        "marketing info"
    ),
    Category.PROGRAMME: "chương trình hỗ trợ|chương trình khuyến mãi|chương trình|programme|program",
    Category.NEW_FEATURE: (
        "xây dựng thêm chức năng|xây thêm chức năng|làm thêm chức năng|thêm chức năng|phát triển thêm|phát triển "
        "chức năng mới|chức năng mới|tính năng mới|thêm tính năng|làm thêm tính năng|new feature|new function|"
        "feature request|new development|additional function"
    ),
    Category.ADDITIONAL_DESIGN: "thiết kế thêm|thiết kế mới|additional design|new design|extra design|design work|thiết kế",
    Category.OUT_OF_CONTRACT: (
        "hỗ trợ ngoài hợp đồng|ngoài hợp đồng|ngoài hđ|out of contract|outside the contract|outside contract|"
        "outside of contract"
    ),
    Category.MARKETING_CONSULTING: (
        "tư vấn kinh doanh, marketing|tư vấn kinh doanh|tư vấn marketing|marketing consulting|dịch vụ marketing|"
        "dịch vụ seo|consulting"
    ),
    Category.WARRANTY: "bảo hành|warranty|under warranty",
    Category.NOT_A_REQUEST: "không phải yêu cầu|ko phải yêu cầu|not a request|không phải request|rác|spam",
}  # fmt: skip
_URGENCY_OF = tuple((spoken(words), urgency) for urgency, words in URGENCIES.items())
_CATEGORY_OF = tuple((spoken(words), category) for category, words in CATEGORIES.items())
_PARTICLES = spoken("nhé|nha|nhe|ạ|đi|thôi|luôn|giúp anh|giúp em|giúp chị|giúp|em|anh|chị|please|pls|nghen|nhen|ok")
_FREE = spoken("miễn phí|free|không tính phí|không tính|không thu|không|0|waive|waived|no charge|none|bỏ|miễn|mien")
_CHARGED = spoken("có|tính|tính phí|có phí|thu phí|thu|charge|charged|paid|trả phí|yes|có tính phí")
_ME = spoken("em|mình|tôi|tui|tớ|anh|chị|me|myself|i|e|self|mk|tao")
_NAME = re.compile(
    r"(?:(?:anh|chị|chi|em|bạn|ban|cô|chú|a|c|e|mr|ms|"
    r"mrs)\.?\s+)?(?P<name>@?[^\W\d_][\w.'-]*(?:\s+[^\W\d_][\w.'-]*){0,3})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"@?[\w.+-]{1,64}@[\w.-]{1,200}")
_AND_DO_IT = re.compile(
    rf"(?i)\s+(?:{tolerant('làm|xử lý|xử lí|lo|phụ trách|xem|check|fix|handle it|handle|do it|takes it|nhận|soạn|giải quyết')})(?:\s+(?:{tolerant('giúp|cái này|vụ này|việc này|luôn|trước|đi|nhé|hộ')}|"
    rf"this|it))*$"
)
_NO_NAME = spoken(
    "ai|ai đó|khách|không|chưa|cái này|việc này|nhé|who|nobody|somebody|someone|anyone|this|it|lại|xong|rồi|"
    "được|cho|ngay|luôn|tbd|đâu|nào|bao giờ|sau|việc|hàng|diện|customer|team"
)
_RATE_WORDS = spoken(
    "đơn giá|bảng giá|giá chuẩn|theo giờ|như cũ|như lần trước|như năm ngoái|như mọi khi|giá cũ|standard rate|"
    "standard price|hourly rate|hourly|"
    "price list|usual rate|same as last time|as last time|as before|per hour|theo bảng|theo công"
)
_NUMBER = re.compile(r"(?:vn[- ]?|#|ticket\s*#?)?(\d{2,7})")
_VAT = re.compile(
    rf"[+(]?\s*(?:{tolerant('chưa gồm|chưa bao gồm|chưa có|chưa|đã gồm|đã bao gồm|đã có|có|gồm|bao gồm|không')}|"
    rf"excl\.?|excluding|incl\.?|including|plus|before|after|no|\+)?"
    rf"\s*(?:vat|{tolerant('thuế')})\s*(?:\d{{1,2}}\s?%)?\s*\)?|\s*{tolerant('trước thuế|sau thuế')}",
    re.IGNORECASE,
)


def urgency_of(text: str) -> Urgency | None:
    """The urgency that a whole text names."""
    return next((one for pattern, one in _URGENCY_OF if pattern.fullmatch(_bare(text))), None)


def category_of(text: str) -> Category | None:
    """The category that a whole text names: its key, its Vietnamese name or what people call it."""
    bare = _bare(text)
    key = bare.replace(" ", "_").replace("-", "_")
    if key in set(Category):
        return Category(key)
    return next((one for pattern, one in _CATEGORY_OF if pattern.fullmatch(bare)), None)


def vat_words(text: str) -> str:
    """What is said of VAT, as written; empty where nothing is."""
    found = _VAT.search(text)
    return found[0].strip(" ()+") if found else ""


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", _PARTICLES.sub(" ", as_read(text)).replace(",", " , ").replace(" ,", ",")).strip(
        " .,!;-"
    )


def read_estimate(value: str, _: Clock) -> Action | None:
    """Working time: `45p`, `2 tiếng rưỡi`."""
    effort = parse_duration(value)
    return Estimate(effort) if effort else None


_ASKED = spoken(
    "(?:chưa|không|hả|hở|nhỉ|sao|được chưa|được không|hay sao|thì báo \\w+|thì nói \\w+|right|ok)(?: (?:anh|"
    "chị|em|bạn|sếp|ạ|vậy|ta))*$|^(?:giờ|nhiêu|bao)(?!\\w)"
)


def asks(read: str) -> bool:
    """Whether a value is a question: then the line orders nothing."""
    return "?" in read or read.rstrip(" .!").endswith((" à", "(à")) or _ASKED.search(read.rstrip(" .!)")) is not None


def read_quote(value: str, _: Clock) -> Action | None:
    """A price: a đồng amount, or words that mean a price without one (another currency, hours at a rate)."""
    vat = vat_words(value)
    amount = parse_amount(_VAT.sub(" ", value) if vat else value)
    if amount is not None:
        return Quote(amount, vat=vat)
    read = as_read(value)
    hours = [one for one in find_durations(value) if one.effort.likely > 0]
    if not asks(read) and (find_foreign(value) or _RATE_WORDS.search(read)):
        return Quote(None, hours[0].effort.likely if hours else None, vat)
    return None


def read_note(value: str, _: Clock) -> Action | None:
    """Any text."""
    return Note(value.strip()) if value.strip() else None


def read_assign(value: str, _: Clock) -> Action | None:
    """A name, perhaps with a title and "xử lý nhé", or the sender ("em")."""
    bare = value.strip(" .,!")
    for particle in ("nhé", "nha", "ạ", "đi", "nhe", "please", "pls", "luôn", "giúp anh", "giúp em", "giúp"):
        bare = re.sub(rf"(?i)\s+{tolerant(particle)}$", "", bare)
    if _ME.fullmatch(as_read(bare)):
        return Assign(SELF)
    if _ADDRESS.fullmatch(bare):
        return Assign(bare)
    found = _NAME.fullmatch(_AND_DO_IT.sub("", bare))
    if found is None or _NO_NAME.fullmatch(as_read(found["name"].split()[0])) or len(bare) > 40:
        return None
    words = found["name"].lstrip("@").split()
    return Assign(" ".join(words)) if all(word[0].isupper() for word in words[1:]) else None


def read_urgency(value: str, _: Clock) -> Action | None:
    """`khẩn cấp`, `cao`, `normal`, …"""
    urgency = urgency_of(value)
    return SetUrgency(urgency) if urgency else None


def read_category(value: str, _: Clock) -> Action | None:
    """The key of a category or what people call it."""
    category = category_of(value)
    return SetCategory(category) if category else None


def read_fee(value: str, _: Clock) -> Action | None:
    """Whether it is charged: `miễn phí`, `charge`, …"""
    bare = _bare(value)
    if _FREE.fullmatch(bare):
        return SetFee(charge=False)
    return SetFee(charge=True) if _CHARGED.fullmatch(bare) else None


def read_reject(value: str, _: Clock) -> Action | None:
    """A reason, unless it asks something or takes the order back."""
    read = as_read(value)
    return None if asks(read) or is_taken_back(read) else Reject(value.strip())


_AROUND_TIME = spoken(
    "sang|qua|đến|tới|vào|lại|xuống|lúc|khoảng|nhé|nha|ạ|đi|giúp|anh|em|chị|to|until|till|on|at|the|thêm|cho|"
    "hết|buổi|đầu giờ|cuối giờ|please|luôn|rồi làm|làm"
)


def read_postpone(value: str, clock: Clock) -> Action | None:
    """A time to come, with nothing but small words beside it."""
    moment = parse_when(value, clock.now, clock.zone)
    if moment is None or moment.start <= clock.now or "?" in value:
        return None
    beside = re.split(r"[,.;(]", as_read(f"{value[: moment.begin]} {value[moment.stop :]}"))[0]
    return None if _AROUND_TIME.sub(" ", beside).strip(" -!") else Postpone(value.strip(), moment.start)


def read_slots(value: str, clock: Clock) -> Action | None:
    """Exact times to choose from; words without any time are no slots but somebody's suggestion to colleagues."""
    times = read_times(value, clock.now, clock.zone)
    if times is None:
        return None if find_when(value, clock.now, clock.zone) else Note(value.strip())
    return ProposeTimes(times)


def read_arrangement(value: str, clock: Clock) -> Action | None:
    """The one exact time of a training."""
    times = read_times(value, clock.now, clock.zone)
    return Arrange(times) if times and len(times.starts) == 1 else None


def read_spent(value: str, _: Clock) -> Action | None:
    """Working time that was spent."""
    effort = parse_duration(value)
    return TimeSpent(effort.likely) if effort else None


def read_merge(value: str, _: Clock) -> Action | None:
    """The number of another request."""
    found = _NUMBER.fullmatch(as_read(value).strip(" ."))
    return Merge(f"VN-{found[1]}") if found else None


def read_away(value: str, clock: Clock) -> Action | None:
    """A day, or a span of days."""
    span = find_span(value, clock.now, clock.zone)
    return Away(span.start, span.end) if span else None


def read_capacity(value: str, _: Clock) -> Action | None:
    """A share of the working day: `50%`, `4h / ngày`."""
    percent = re.fullmatch(r"\s*(\d{1,3})\s*%\s*", value)
    if percent:
        return Capacity(int(percent[1]) / 100) if int(percent[1]) <= 100 else None
    effort = parse_duration(re.sub(r"(?i)\s*(/|mỗi|một|a|per)\s*(ngày|day)\s*$", "", value))
    return Capacity(effort.likely / 480) if effort and effort.likely <= 480 else None


def read_why(value: str, _: Clock) -> Action | None:
    """The number of a request."""
    found = _NUMBER.fullmatch(as_read(value).strip(" .?"))
    return Why(f"VN-{found[1]}") if found else None


def read_file(value: str, _: Clock) -> Action | None:
    """The name of an attachment."""
    return FetchFile(value.strip())


def read_money(value: str, _: Clock) -> Action | None:
    """A đồng amount."""
    amount = parse_amount(value)
    return MoneyReceived(amount) if amount is not None else None


_ADD = re.compile(
    rf"^\s*(?:{tolerant('thêm')}|"
    rf"add)\s+(?P<what>.{{2,120}}?)\s+(?:{tolerant('vào khách hàng|vào khách|vào kh|cho khách')}|to customer|"
    rf"to client)\s*:?\s+(?P<customer>.{{2,80}})$",
    re.IGNORECASE,
)


def read_addition(line: str) -> Action | None:
    """A whole line "thêm … vào khách …"."""
    found = _ADD.match(line)
    return AddToCustomer(found["what"].strip(), found["customer"].strip(" .")) if found else None
