"""The table of staff commands: keys, how a value reads, what a key means alone, and the examples that `help` shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from worker.model import Language
from worker.policy import staff_quote_values as quote_values
from worker.policy import staff_values as values
from worker.policy.staff_actions import (
    SELF,
    Action,
    Assign,
    Do,
    FetchFile,
    Invoiced,
    MoneyReceived,
    Order,
    Reject,
    SetFee,
    Why,
)
from worker.policy.tone_marks import tolerant


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its keys (a space in a key may be left out), how its value reads, what it means alone.

    `spaced`: a value may follow without a colon. `in_letters`: understood also below text for the customer, where
    "Giá: …" or "Thời gian: …" may be part of that text. `example` is shown by `help`, in Vietnamese and English.
    """

    keys: str
    read: values.Reader | None
    example: tuple[str, str]
    alone: Action | None = None
    spaced: bool = False
    in_letters: bool = True
    pattern: re.Pattern[str] = field(init=False, compare=False)
    exact: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        keys = "|".join(sorted(self.keys.split("|"), key=len, reverse=True)).replace(" ", "[ _-]?")
        object.__setattr__(self, "pattern", re.compile(rf"(?:{tolerant(keys)})(?![^\W\d_])"))
        object.__setattr__(self, "exact", re.compile(rf"(?:{tolerant(keys, bare=False)})(?![^\W\d_])"))


COMMANDS: tuple[Command, ...] = (
    Command("ước tính|ước lượng|ước|estimate|est|estimation|thời gian ước tính|effort", values.read_estimate, ("ước tính: 45 phút", "estimate: 45m"), spaced=True),
    Command("báo giá|chào giá|quote|quotation|bgia|bg", values.read_quote, ("báo giá: 2tr5", "quote: 2500000"), spaced=True),
    Command("báo|giá|price|charge", values.read_quote, ("giá: 900k", "price: 900k"), spaced=True, in_letters=False),
    Command("ghi chú nội bộ|note nội bộ|ghi chú|nội bộ|internal note|internal|note|notes|gc|private", values.read_note, ("ghi chú: …", "note: …"), spaced=False),
    Command(
        "giao cho|giao việc cho|giao việc|giao|assign to|assign|assigned to|assignee|người làm|người xử lý|phân "
        "công|gán cho|gán|chuyển cho|owner"
    , values.read_assign, ("giao: Tuấn", "assign: Tuan"), spaced=True),
    Command("nhận|nhận việc|take|take it|tôi nhận|em nhận|mine", None, ("nhận", "take"), alone=Assign(SELF)),
    Command("mức độ|mức|độ khẩn|độ gấp|ưu tiên|urgency|priority|prio", values.read_urgency, ("mức: cao", "urgency: high"), spaced=True, in_letters=False),
    Command("phân loại|loại|category|cat|type|nhóm", values.read_category, ("loại: bảo hành", "category: warranty"), spaced=True, in_letters=False),
    Command("phí|fee|chi phí", values.read_fee, ("phí: miễn phí", "fee: free"), spaced=False, in_letters=False),
    Command("miễn phí|free|waive|waive fee", None, ("miễn phí", "waive"), alone=SetFee(charge=False)),
    Command("tính phí|có phí|chargeable|paid|charge", None, ("tính phí", "charge"), alone=SetFee(charge=True)),
    Command("duyệt|duyệt báo giá|approve|approved|approve quote", None, ("duyệt", "approve"), alone=Do(Order.APPROVE)),
    Command("giữ|giữ lại|tạm giữ|hold|hold quote", None, ("giữ", "hold"), alone=Do(Order.HOLD)),
    Command("giảm giá|chiết khấu|giảm|discount", quote_values.read_discount, ("giảm giá: 10%", "discount: 10%"), spaced=True, in_letters=False),
    Command("số giờ|giờ công|giờ|hours", quote_values.read_hours, ("giờ: 6", "hours: 6"), spaced=True, in_letters=False),
    Command("thêm dòng|thêm mục|add line|add item", quote_values.read_new_line, ("thêm dòng: Nhập liệu: 500k", "add line: Data entry: 500k"), spaced=True, in_letters=False),
    Command("sửa dòng|đổi dòng|dòng|change line|line", quote_values.read_changed_line, ("dòng 2: 800k", "line 2: 800k"), spaced=True, in_letters=False),
    Command("bỏ dòng|xóa dòng|remove line|delete line", quote_values.read_removed_line, ("bỏ dòng 2", "remove line 2"), spaced=True, in_letters=False),
    Command("ghi chú báo giá|quote note", quote_values.read_quote_note, ("ghi chú báo giá: …", "quote note: …")),
    Command("tên báo giá|tiêu đề báo giá|quote subject|quote title", quote_values.read_quote_subject, ("tên báo giá: …", "quote title: …")),
    Command("kế hoạch báo giá|quote plan", quote_values.read_plan, ("kế hoạch báo giá: bước 1; bước 2", "quote plan: step 1; step 2")),
    Command("hiệu lực|hiệu lực báo giá|validity|valid for", quote_values.read_validity, ("hiệu lực: 30 ngày", "validity: 30 days"), in_letters=False),
    Command("đặt cọc|tiền cọc|deposit", quote_values.read_deposit, ("đặt cọc: 50%", "deposit: 50%"), in_letters=False),
    Command("gửi lại báo giá|báo giá lại|làm lại báo giá|reissue quote|reissue|resend quote", None, ("gửi lại báo giá", "reissue quote"), alone=Do(Order.REISSUE)),
    Command("khách đồng ý|khách đã đồng ý|khách đồng ý báo giá|customer accepted|customer agreed", None, ("khách đồng ý", "customer accepted"), alone=Do(Order.ACCEPTED)),
    Command("từ chối|reject|decline|refuse", values.read_reject, ("từ chối: lý do", "reject: reason"), alone=Reject()),
    Command("dời sang|dời đến|dời|hoãn đến|hoãn|lùi|hẹn lại|postpone to|postpone|defer|reschedule|delay", values.read_postpone, ("dời: sáng thứ 4", "postpone: Monday"), spaced=True),
    Command("đề xuất lịch|đề xuất|propose times|propose slots|propose", values.read_slots, ("đề xuất: 9h thứ 3 hoặc 14h thứ 5", "propose: 9am Tuesday or 2pm Thursday"), in_letters=False),
    Command("lịch đào tạo|lịch hẹn|lịch|đổi lịch đào tạo|schedule|appointment", values.read_arrangement, ("lịch: 9h thứ 3, 90p, tại Google Meet", "schedule: 9am Tuesday, 90m, via Zoom"), in_letters=False),
    Command("hủy lịch đào tạo|hủy lịch hẹn|hủy lịch|cancel training|cancel appointment|cancel schedule", None, ("hủy lịch", "cancel training"), alone=Do(Order.CALL_OFF)),
    Command("thời gian đã làm|thời gian|đã làm|mất|tốn|time spent|spent|spend|time|giờ làm|log", values.read_spent, ("thời gian: 50p", "spent: 50m"), in_letters=False),
    Command("mở lại|reopen|re-open", None, ("mở lại", "reopen"), alone=Do(Order.REOPEN)),
    Command("gộp với|gộp vào|gộp|merge with|merge into|merge|ghép với|ghép", values.read_merge, ("gộp: VN-1040", "merge: VN-1040"), spaced=True),
    Command("hủy|hủy yêu cầu|cancel|cancel request", None, ("hủy", "cancel"), alone=Do(Order.CANCEL)),
    Command("bắt đầu|bắt đầu làm|start|start work", None, ("bắt đầu", "start"), alone=Do(Order.START)),
    Command("dừng|tạm dừng|ngưng|stop|pause|stop work", None, ("tạm dừng", "stop"), alone=Do(Order.STOP)),
    Command("xong|đã xong|xong rồi|hoàn thành|hoàn tất|done|completed|finished|fixed|resolved", None, ("xong", "done"), alone=Do(Order.DONE)),
    Command("nghỉ|vắng|báo nghỉ|absent|absence|leave|off", values.read_away, ("nghỉ: 25/11 đến 27/11", "absent: 25/11 to 27/11"), in_letters=False),
    Command("công suất|năng suất|capacity", values.read_capacity, ("công suất: 50%", "capacity: 50%"), in_letters=False),
    Command("hoàn tác|undo", None, ("hoàn tác", "undo"), alone=Do(Order.UNDO)),
    Command("trợ giúp|giúp đỡ|hướng dẫn|lệnh|help|commands|\\?", None, ("trợ giúp", "help"), alone=Do(Order.HELP)),
    Command("hàng đợi|danh sách việc|danh sách|queue", None, ("hàng đợi", "queue"), alone=Do(Order.QUEUE)),
    Command("báo cáo|report|digest", None, ("báo cáo", "report"), alone=Do(Order.REPORT)),
    Command("vì sao|tại sao|why", values.read_why, ("vì sao", "why"), alone=Why(), spaced=True),
    Command("tệp|tập tin|file|files|tệp đính kèm|attachment|attachments", values.read_file, ("tệp", "file"), alone=FetchFile()),
    Command("đã nhận tiền|nhận tiền|đã thu tiền|money received|payment received|paid in full", values.read_money, ("đã nhận tiền", "payment received"), alone=MoneyReceived(), spaced=True),
    Command("đã xuất hóa đơn|xuất hóa đơn|đã xuất hoá đơn|invoiced|invoice issued", quote_values.read_invoiced, ("đã xuất hóa đơn: 0000123", "invoiced: 0000123"), alone=Invoiced(), spaced=True),
)  # fmt: skip
LETTER_EXAMPLES = (("gửi khách: …", "reply: …"), ("# ghi chú nội bộ", "# internal note"))
ADD_EXAMPLE = ("thêm lan@congty.vn vào khách Mây Trắng", "add lan@company.com to customer May Trang")


def help_lines(language: Language) -> tuple[str, ...]:
    """One example of every command, for the answer to `trợ giúp`."""
    column = 0 if language is Language.VI else 1
    return tuple(row[column] for row in (*(one.example for one in COMMANDS), *LETTER_EXAMPLES, ADD_EXAMPLE))
