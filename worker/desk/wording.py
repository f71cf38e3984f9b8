"""The words for what the model names, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from worker.model import Address, Category, Fee, FeeRule, HistoryEntry, Language, RequestStatus, Urgency

_CATEGORY: Mapping[Category, tuple[str, str]] = {
    Category.EMAIL_INCIDENT: ("Sự cố email", "Email incident"),
    Category.HOSTING_INCIDENT: ("Sự cố hosting", "Hosting incident"),
    Category.DOMAIN_INCIDENT: ("Sự cố tên miền", "Domain name incident"),
    Category.WEBSITE_REQUEST: ("Yêu cầu vận hành website", "Website operation"),
    Category.STAFF_TRAINING: ("Đào tạo nhân sự", "Staff training"),
    Category.ADVANCED_TRAINING: ("Đào tạo quản trị nâng cao", "Advanced administrator training"),
    Category.MARKETING_INFORMATION: ("Thông tin kinh doanh, marketing", "Business and marketing information"),
    Category.PROGRAMME: ("Chương trình hỗ trợ", "Support programme"),
    Category.NEW_FEATURE: ("Xây dựng thêm chức năng", "Additional function"),
    Category.ADDITIONAL_DESIGN: ("Thiết kế thêm", "Additional design"),
    Category.OUT_OF_CONTRACT: ("Hỗ trợ ngoài hợp đồng", "Support outside the contract"),
    Category.MARKETING_CONSULTING: ("Tư vấn kinh doanh, marketing", "Business and marketing consulting"),
    Category.WARRANTY: ("Bảo hành", "Warranty"),
    Category.NOT_A_REQUEST: ("Không phải yêu cầu", "Not a request"),
}
_FEE: Mapping[Fee, tuple[str, str]] = {
    Fee.FREE: ("miễn phí", "free"),
    Fee.PAID: ("có phí", "paid"),
    Fee.REVIEW: ("chờ nhân viên xem", "staff decide"),
    Fee.NONE: ("–", "–"),
}
_RULE: Mapping[FeeRule, tuple[str, str]] = {
    FeeRule.NOT_A_REQUEST: ("không phải yêu cầu", "no request"),
    FeeRule.WARRANTY: ("bảo hành", "warranty"),
    FeeRule.UNKNOWN_SENDER: ("người gửi lạ", "unknown sender"),
    FeeRule.OUT_OF_CONTRACT: ("ngoài hợp đồng", "outside the contract"),
    FeeRule.INCIDENT: ("sự cố", "incident"),
    FeeRule.FREE_CATEGORY: ("thuộc nhóm miễn phí", "free by its kind"),
    FeeRule.NAMED_PAID_CATEGORY: ("thuộc nhóm có phí", "paid by its kind"),
    FeeRule.WITHIN_THRESHOLD: ("trong mức miễn phí", "within the free time"),
    FeeRule.OVER_THRESHOLD: ("quá mức miễn phí", "over the free time"),
    FeeRule.UNCERTAIN: ("chưa đủ chắc chắn", "not certain enough"),
    FeeRule.FLAGGED: ("cần người xem", "a person must look"),
    FeeRule.STAFF: ("nhân viên quyết định", "decided by staff"),
}
_URGENCY: Mapping[Urgency, tuple[str, str]] = {
    Urgency.CRITICAL: ("khẩn cấp", "critical"),
    Urgency.HIGH: ("cao", "high"),
    Urgency.NORMAL: ("bình thường", "normal"),
    Urgency.LOW: ("thấp", "low"),
}
_STATUS: Mapping[RequestStatus, tuple[str, str]] = {
    RequestStatus.REVIEW: ("chờ xem xét", "needs review"),
    RequestStatus.QUEUED: ("trong hàng đợi", "queued"),
    RequestStatus.IN_PROGRESS: ("đang xử lý", "in progress"),
    RequestStatus.WAITING_FOR_CUSTOMER: ("chờ khách hàng", "waiting for the customer"),
    RequestStatus.ANALYSING: ("đang phân tích", "being analysed"),
    RequestStatus.QUOTE_DRAFT: ("báo giá chờ duyệt", "quote draft"),
    RequestStatus.QUOTED: ("đã gửi báo giá", "quoted"),
    RequestStatus.ACCEPTED: ("đã đồng ý báo giá, chờ đặt cọc", "accepted, waiting for the deposit"),
    RequestStatus.DECLINED: ("khách từ chối", "declined"),
    RequestStatus.EXPIRED: ("báo giá hết hạn", "expired"),
    RequestStatus.DONE: ("đã xong", "done"),
    RequestStatus.CANCELLED: ("đã huỷ", "cancelled"),
    RequestStatus.NOT_A_REQUEST: ("không phải yêu cầu", "not a request"),
}


_FLAG: Mapping[str, tuple[str, str]] = {
    "fraud_pattern": ("dấu hiệu lừa đảo, không làm theo thư này", "fraud pattern, do not act on this mail"),
    "steering": ("thư cố ra lệnh cho máy", "the text tries to steer the machine"),
    "several_asks": ("nhiều yêu cầu khác nhau về phí", "several asks of different fees"),
    "invoice": ("hoá đơn", "invoice"),
    "complaint": ("khiếu nại", "complaint"),
    "suspended": ("bị khoá dịch vụ", "service suspended"),
    "after_our_work": ("hỏng sau việc mình làm", "broke after our work"),
    "contract": ("giấy tờ hợp đồng", "contract paperwork"),
    "not_ours": ("có lẽ không phải dịch vụ của mình", "perhaps not our service"),
}


def rule_name(rule: FeeRule, language: Language) -> str:
    """Which rule decided a fee, in a word or two for staff."""
    return _in(language, _RULE[rule])


def flag_name(flag: str, language: Language) -> str:
    """What makes a person look, for staff; a flag without words of its own is shown as it is."""
    return _in(language, _FLAG[flag]) if flag in _FLAG else flag


_FEATURE: Mapping[str, tuple[str, str]] = {
    "thing:mailbox": ("hộp thư", "mailbox"),
    "thing:form": ("biểu mẫu", "form"),
    "thing:cart": ("giỏ hàng", "cart"),
    "thing:payment": ("thanh toán", "payment"),
    "thing:login": ("đăng nhập", "login"),
    "thing:certificate": ("chứng chỉ SSL", "certificate"),
    "thing:domain": ("tên miền", "domain name"),
    "thing:banner": ("banner", "banner"),
    "thing:menu": ("menu", "menu"),
    "thing:footer": ("chân trang", "footer"),
    "thing:search": ("tìm kiếm", "search"),
    "thing:size": ("bảng size", "size chart"),
    "thing:popup": ("popup", "popup"),
    "thing:chat": ("chat", "chat"),
    "thing:map": ("bản đồ", "map"),
    "thing:pictures": ("hình ảnh", "pictures"),
    "thing:video": ("video", "video"),
    "thing:font": ("phông chữ", "font"),
    "thing:mobile": ("điện thoại", "mobile"),
    "thing:language": ("ngôn ngữ", "language"),
    "thing:price": ("giá bán", "prices"),
    "thing:counter": ("thống kê", "statistics"),
    "thing:backup": ("sao lưu", "backup"),
    "thing:disk": ("dung lượng", "disk space"),
    "thing:news": ("tin bài", "news"),
    "thing:booking": ("đặt chỗ", "booking"),
    "thing:printing": ("in ấn", "printing"),
    "thing:site": ("website", "site"),
    "symptom:sends_not": ("không gửi được", "does not send"),
    "symptom:receives_not": ("không nhận được", "receives nothing"),
    "symptom:spam": ("thư rác", "spam"),
    "symptom:down": ("không truy cập được", "down"),
    "symptom:slow": ("chậm", "slow"),
    "symptom:error_page": ("báo mã lỗi", "error page"),
    "symptom:gone": ("bị mất", "gone"),
    "symptom:broken_look": ("vỡ giao diện", "broken look"),
    "symptom:wrong_letters": ("lỗi chữ", "wrong letters"),
    "symptom:expired": ("hết hạn", "expired"),
    "symptom:hacked": ("bị hack", "hacked"),
    "symptom:full": ("đầy", "full"),
    "symptom:no_login": ("không đăng nhập được", "cannot log in"),
    "symptom:no_reaction": ("bấm không phản hồi", "no reaction"),
    "symptom:wrong_value": ("sai số liệu", "wrong value"),
    "symptom:not_secure": ("báo không bảo mật", "not secure"),
    "symptom:not_saved": ("không lưu được", "not saved"),
    "symptom:duplicate": ("bị trùng", "duplicate"),
    "named": ("khách nêu số", "the mail names it"),
}


def feature_name(feature: str, language: Language) -> str:
    """What two requests have in common (`worker.policy.warranty`), for staff; a site or a word is shown as it is."""
    return _in(language, _FEATURE[feature]) if feature in _FEATURE else feature.partition(":")[2]


def _in(language: Language, words: tuple[str, str]) -> str:
    return words[0] if language is Language.VI else words[1]


def category_name(category: Category, language: Language) -> str:
    """The name a reader is shown (POLICY "Categories")."""
    return _in(language, _CATEGORY[category])


def fee_name(fee: Fee, language: Language) -> str:
    """The fee, for staff."""
    return _in(language, _FEE[fee])


def urgency_name(urgency: Urgency, language: Language) -> str:
    """The urgency, for staff."""
    return _in(language, _URGENCY[urgency])


def status_name(status: RequestStatus, language: Language) -> str:
    """The state of a request."""
    return _in(language, _STATUS[status])


def greeting_name(contact: Address, language: Language) -> str:
    """How a letter addresses somebody: by name where one is known, else politely without."""
    if language is Language.VI:
        return f"Anh/Chị {contact.name}" if contact.name else "Quý khách"
    return contact.name or "Sir or Madam"


_HISTORY: Mapping[str, tuple[str, str]] = {
    "opened": ("mở yêu cầu", "opened"),
    "follow_up": ("khách bổ sung", "the customer added"),
    "courtesy": ("khách cảm ơn", "thanks"),
    "asked_how_far": ("khách hỏi tiến độ", "asked how far it is"),
    "estimated": ("ước tính", "estimated"),
    "assigned": ("giao cho", "assigned"),
    "urgency": ("đổi mức độ", "urgency"),
    "category": ("đổi phân loại", "category"),
    "fee": ("quyết định phí", "fee"),
    "at_risk": ("lời hẹn có nguy cơ trễ", "promise at risk"),
    "promise_moved": ("báo khách hẹn mới", "promise moved"),
    "asked_customer": ("hỏi khách", "asked the customer"),
    "told_customer": ("nhắn khách", "told the customer"),
    "note": ("ghi chú", "note"),
    "time_spent": ("thời gian đã làm", "time spent"),
    "over_threshold": ("vượt ngưỡng miễn phí", "over the threshold"),
    "started": ("bắt đầu làm", "started"),
    "stopped": ("tạm dừng", "stopped"),
    "postponed": ("dời", "postponed"),
    "reopened": ("mở lại", "reopened"),
    "done": ("đã xong", "done"),
    "rejected": ("từ chối", "turned down"),
    "cancelled": ("huỷ", "cancelled"),
    "merged": ("gộp", "merged"),
    "undone": ("hoàn tác", "undone"),
    "reminded": ("nhắc khách", "reminded"),
    "closed_quietly": ("đóng vì khách không trả lời", "closed for want of an answer"),
    "money_received": ("đã nhận tiền", "payment received"),
    "quote_draft": ("soạn báo giá", "quote drafted"),
    "quote_refused": ("chưa soạn được báo giá", "no quote could be drafted"),
    "quote_held": ("giữ lại báo giá", "quote on hold"),
    "quote_approved": ("duyệt báo giá", "quote approved"),
    "quote_answer": ("khách trả lời báo giá", "answer to the quote"),
    "quote_accepted": ("đồng ý báo giá", "quote accepted"),
    "quote_declined": ("khách không làm theo báo giá", "quote declined"),
    "quote_reminded": ("nhắc khách về báo giá", "reminded of the quote"),
    "quote_expired": ("báo giá hết hạn", "quote expired"),
    "invoiced": ("đã xuất hoá đơn", "invoiced"),
    "delivery": ("gửi thư", "delivery"),
    "bounced": ("thư bị trả lại", "bounced"),
    "not_acknowledged": ("chưa trả lời khách", "not acknowledged"),
    "answered": ("trả lời ngay", "answered"),
    "warranty": ("bảo hành cho", "warranty for"),
    "related": ("liên quan", "related to"),
    "mentions": ("có nhắc tới", "mentions"),
    "similar_work": ("việc tương tự", "similar work"),
}
_OF_VALUES = frozenset(
    {"opened", "follow_up", "estimated", "urgency", "category", "fee", "time_spent", "over_threshold"}
)
_NAMED: Mapping[str, tuple[str, str]] = {
    **{one.value: words for one, words in _CATEGORY.items()},
    **{one.value: words for one, words in _FEE.items()},
    **{one.value: words for one, words in _STATUS.items()},
    **{one.value: words for one, words in _URGENCY.items()},
    "incident": ("quy định về sự cố", "incident"),
    "free_category": ("loại được miễn phí", "free category"),
    "named_paid_category": ("loại có phí", "paid category"),
    "within_threshold": ("ngưỡng 1 giờ", "the threshold"),
    "over_threshold": ("ngưỡng 1 giờ", "the threshold"),
    "unknown_sender": ("người gửi lạ", "unknown sender"),
    "uncertain": ("chưa đủ chắc", "not certain"),
    "flagged": ("phần lưu ý", "its flags"),
    "min": ("phút", "minutes"),
    "in all": ("tổng cộng", "in all"),
    "by": ("theo", "by"),
}
_NAMES = re.compile(rf"(?<![\w@.])(?:{'|'.join(sorted(_NAMED, key=len, reverse=True))})(?![\w@])")


def history_line(entry: HistoryEntry, language: Language) -> str:
    """One line of a request's history, for staff; a name without words of its own is shown as it is."""
    what = _in(language, _HISTORY[entry.what]) if entry.what in _HISTORY else entry.what
    reason = entry.reason
    if entry.what in _OF_VALUES:
        reason = _NAMES.sub(lambda found: _in(language, _NAMED[found[0]]), reason)
    return f"{what}: {reason}" if reason else what
