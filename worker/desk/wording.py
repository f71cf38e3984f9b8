"""The words for what the model names, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from worker.model import Address, Category, Fee, Language, RequestStatus, Urgency

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
