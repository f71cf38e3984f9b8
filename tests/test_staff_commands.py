"""Commands of staff mail: at the head or on lines of their own, in two languages, with and without marks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from worker.model import Category, Effort, Language, Urgency
from worker.policy.quoting import (
    AddLine,
    ChangeLine,
    LineKind,
    QuoteLine,
    RemoveLine,
    SetDiscount,
    SetMinutes,
    SetTerms,
    SetText,
)
from worker.policy.staff_actions import (
    SELF,
    Action,
    AddToCustomer,
    Arrange,
    Assign,
    Away,
    Capacity,
    ChangeQuote,
    Do,
    Estimate,
    FetchFile,
    Invoiced,
    Merge,
    MoneyReceived,
    Note,
    Order,
    Postpone,
    ProposeTimes,
    Quote,
    Reject,
    ReplyToCustomer,
    SetCategory,
    SetFee,
    SetUrgency,
    TimeSpent,
    Why,
)
from worker.policy.staff_command_table import help_lines
from worker.policy.staff_commands import read_commands
from worker.policy.staff_intent import understand_staff
from worker.policy.training_times import Times

ZONE = "Asia/Ho_Chi_Minh"
NOW = datetime(2025, 10, 22, 10, 0, tzinfo=ZoneInfo(ZONE))


def minutes(value: int) -> Estimate:
    return Estimate(Effort(value, value, value))


def at(day: int, hour: int) -> datetime:
    return datetime(2025, 10, day, hour, 0, tzinfo=ZoneInfo(ZONE))


COMMANDS: dict[str, Action] = {
    "ước tính: 45 phút": minutes(45),
    "uoctinh:5h": minutes(300),
    "Ước tính - 45 phút": minutes(45),
    "estimate 45m": minutes(45),
    "EST: 1h30": minutes(90),
    "/estimate 30m": minutes(30),
    "ước tính: 1 ngày": minutes(480),
    "ước tính: 30-40 phút": Estimate(Effort(30, 40, 40)),
    "báo giá: 2500000": Quote(2_500_000),
    "baogia:3100000": Quote(3_100_000),
    "bao gia 3tr": Quote(3_000_000),
    "BÁO GIÁ: 2.500.000đ chưa VAT": Quote(2_500_000, vat="chưa VAT"),
    "quote 6400000": Quote(6_400_000),
    "Quote: 3,600,000 VND": Quote(3_600_000),
    "quote: 3 hours at standard rate": Quote(None, 180),
    "báo giá: 300 USD": Quote(None),
    "xong": Do(Order.DONE),
    "Xong.": Do(Order.DONE),
    "DONE": Do(Order.DONE),
    "hoan thanh": Do(Order.DONE),
    "ghi chú: khách hay gọi ngoài giờ": Note("khách hay gọi ngoài giờ"),
    "note: waiting for the host": Note("waiting for the host"),
    "# MX trỏ đúng": Note("MX trỏ đúng"),
    "#gọi trước": Note("gọi trước"),
    "giao: Long": Assign("Long"),
    "assign: Duc": Assign("Duc"),
    "giao Ngọc": Assign("Ngọc"),
    "giao: Minh Anh": Assign("Minh Anh"),
    "giao: anh Tuấn xử lý nhé": Assign("Tuấn"),
    "giao: em": Assign(SELF),
    "assign to me": Assign(SELF),
    "nhận": Assign(SELF),
    "take": Assign(SELF),
    "mức: khẩn cấp": SetUrgency(Urgency.CRITICAL),
    "muc: cao": SetUrgency(Urgency.HIGH),
    "urgency: normal": SetUrgency(Urgency.NORMAL),
    "ưu tiên: thấp": SetUrgency(Urgency.LOW),
    "loại: bảo hành": SetCategory(Category.WARRANTY),
    "category: advanced_training": SetCategory(Category.ADVANCED_TRAINING),
    "loai: xay dung them chuc nang": SetCategory(Category.NEW_FEATURE),
    "phí: miễn phí": SetFee(charge=False),
    "fee: charge": SetFee(charge=True),
    "miễn phí": SetFee(charge=False),
    "tính phí": SetFee(charge=True),
    "duyệt": Do(Order.APPROVE),
    "approve": Do(Order.APPROVE),
    "giữ": Do(Order.HOLD),
    "từ chối: ngoài phạm vi": Reject("ngoài phạm vi"),
    "reject": Reject(),
    "dời: 9h sáng thứ 6": Postpone("9h sáng thứ 6", datetime(2025, 10, 24, 2, 0, tzinfo=UTC)),
    "doi: thu 2 tuan sau": Postpone("thu 2 tuan sau", datetime(2025, 10, 26, 17, 0, tzinfo=UTC)),
    "đề xuất: 9h thứ 6 hoặc 14h 27/10": ProposeTimes(Times((at(24, 9), at(27, 14)))),
    "propose: 9am Friday or 2pm Monday": ProposeTimes(Times((at(24, 9), at(27, 14)))),
    "đề xuất: nâng cấp PHP lên 8.3": Note("nâng cấp PHP lên 8.3"),
    "lịch: 9h thứ 6, 60p tại Google Meet": Arrange(Times((at(24, 9),), 60, "Google Meet")),
    "schedule: 9am Friday": Arrange(Times((at(24, 9),))),
    "lich dao tao: 9h thu 6": Arrange(Times((at(24, 9),))),
    "hủy lịch": Do(Order.CALL_OFF),
    "huy lich": Do(Order.CALL_OFF),
    "cancel training": Do(Order.CALL_OFF),
    "thời gian: 50p": TimeSpent(50),
    "đã làm: 1h30": TimeSpent(90),
    "spent: 50m": TimeSpent(50),
    "mở lại": Do(Order.REOPEN),
    "gộp: VN-1040": Merge("VN-1040"),
    "gộp: 1038": Merge("VN-1038"),
    "merge with VN-1040": Merge("VN-1040"),
    "huỷ": Do(Order.CANCEL),
    "bắt đầu": Do(Order.START),
    "tạm dừng": Do(Order.STOP),
    "nghỉ: mai": Away(datetime(2025, 10, 22, 17, 0, tzinfo=UTC), datetime(2025, 10, 23, 17, 0, tzinfo=UTC)),
    "công suất: 50%": Capacity(0.5),
    "capacity: 4h / ngày": Capacity(0.5),
    "hoàn tác": Do(Order.UNDO),
    "trợ giúp": Do(Order.HELP),
    "tro giup": Do(Order.HELP),
    "hàng đợi": Do(Order.QUEUE),
    "báo cáo": Do(Order.REPORT),
    "vì sao": Why(),
    "why VN-1040": Why("VN-1040"),
    "tệp": FetchFile(),
    "tệp: video quảng cáo.mp4": FetchFile("video quảng cáo.mp4"),
    "thêm lan@maytrang.example vào khách Mây Trắng": AddToCustomer("lan@maytrang.example", "Mây Trắng"),
    "add lan@company.example to customer May Trang": AddToCustomer("lan@company.example", "May Trang"),
    "đã nhận tiền": MoneyReceived(),
    "đã nhận tiền: 2tr5": MoneyReceived(2_500_000),
    "giảm giá: 10%": ChangeQuote(SetDiscount(percent=10)),
    "discount 200k": ChangeQuote(SetDiscount(200_000)),
    "giảm giá: không": ChangeQuote(SetDiscount()),
    "giờ: 6": ChangeQuote(SetMinutes(360)),
    "số giờ: 7,5": ChangeQuote(SetMinutes(450)),
    "hours: 7.25": ChangeQuote(SetMinutes(435)),
    "giờ: 2 tiếng rưỡi": ChangeQuote(SetMinutes(150)),
    "hours: -3": ChangeQuote(SetMinutes(-180)),
    "thêm dòng: Nhập 50 sản phẩm: 500k": ChangeQuote(AddLine(QuoteLine("Nhập 50 sản phẩm", LineKind.FIXED, 500_000))),
    "add line: SSL certificate (third party): 1,200,000": ChangeQuote(
        AddLine(QuoteLine("SSL certificate", LineKind.THIRD_PARTY, 1_200_000))
    ),
    "thêm dòng: Nhập liệu: 99999999999999999999": ChangeQuote(
        AddLine(QuoteLine("Nhập liệu", LineKind.FIXED, 99_999_999_999_999_999_999))
    ),
    "dòng 2: 800k": ChangeQuote(ChangeLine(2, amount=800_000)),
    "line 1: 3h": ChangeQuote(SetMinutes(180, 1)),
    "dong 1: Lam trang dat ban": ChangeQuote(ChangeLine(1, text="Lam trang dat ban")),
    "sửa dòng 1: Làm trang đặt bàn: 2tr5": ChangeQuote(ChangeLine(1, "Làm trang đặt bàn", 2_500_000)),
    "bỏ dòng 2": ChangeQuote(RemoveLine(2)),
    "remove line: 2": ChangeQuote(RemoveLine(2)),
    "ghi chú báo giá: Chưa gồm ảnh.": ChangeQuote(SetText(note="Chưa gồm ảnh.")),
    "tên báo giá: Trang đặt bàn": ChangeQuote(SetText(subject="Trang đặt bàn")),
    "kế hoạch báo giá: Khảo sát; Lập trình": ChangeQuote(SetText(plan=("Khảo sát", "Lập trình"))),
    "hiệu lực: 30 ngày": ChangeQuote(SetTerms(validity_days=30)),
    "đặt cọc: 50%": ChangeQuote(SetTerms(deposit_percent=50)),
    "deposit: none": ChangeQuote(SetTerms(deposit_percent=0)),
    "gửi lại báo giá": Do(Order.REISSUE),
    "reissue quote": Do(Order.REISSUE),
    "khách đồng ý": Do(Order.ACCEPTED),
    "customer accepted": Do(Order.ACCEPTED),
    "đã xuất hóa đơn": Invoiced(),
    "invoiced: 0000123": Invoiced("0000123"),
    "đã xuất hoá đơn số 1C26TVN-17": Invoiced("số 1C26TVN-17"),
}

MISTAKES = [
    "giảm giá: nhiều",
    "thêm dòng: Nhập liệu",
    "bỏ dòng: cuối",
    "đặt cọc: một nửa",
    "estimate: abc",
    "ước tính: bao lâu?",
    "ước tính: 45p hoặc 2h?",
    "báo giá: liên hệ sau",
    "báo giá: 5tr được không",
    "báo giá: 300 USD hả em",
    "urgency: purple",
    "mức: rất rất cao",
    "category: banana",
    "dời: khi nào rảnh",
    "dời: hôm qua",
    "giao: ai rảnh",
    "giao: ???",
    "xong: chưa",
    "từ chối: spam à?",
    "estmate: 45m",
    "estmate 45m",
    "uoc tihn: 2h",
    "xogn",
    "/close",
    "\\assgin",
    "status: closed",
    "trạng thái: đóng",
]

PROSE = [
    "Lý do: khách chưa gửi ảnh",
    "Nguyên nhân: cache",
    "Link: https://example.org",
    "Đang: kiểm tra DNS",
    "Live: https://example.org",
    "https://example.org/a:b",
    "9:30 em gọi",
    "P/S: khách rất gấp",
    "Chị Hạnh: form vẫn lỗi",
    "báo cáo thuế của khách bị lỗi font",
    "bao giờ có kết quả",
    "noted",
    "Estimates are hard",
    "giao diện trang chủ bị vỡ",
    "Done deal với khách",
    "PHP: 8.1",
]


@pytest.mark.parametrize(("line", "action"), COMMANDS.items(), ids=list(COMMANDS))
def test_a_line_is_a_command(line: str, action: Action) -> None:
    found = read_commands(line, NOW, ZONE)

    assert found.actions == (action,)
    assert found.mistakes == ()
    assert found.prose == ""


@pytest.mark.parametrize("line", MISTAKES)
def test_a_wrong_or_unknown_command_is_reported(line: str) -> None:
    found = read_commands(line, NOW, ZONE)

    assert found.actions == ()
    assert found.mistakes == (line,)


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_with_a_colon_or_a_keyword_in_it_is_no_command(line: str) -> None:
    found = read_commands(line, NOW, ZONE)

    assert found.actions == ()
    assert found.mistakes == ()
    assert found.prose == line


@pytest.mark.parametrize("language", Language)
def test_every_example_of_the_help_works(language: Language) -> None:
    for line in help_lines(language):
        found = read_commands(line, NOW, ZONE)

        assert len(found.actions) == 1, line
        assert not found.mistakes, line


def test_commands_stand_on_lines_of_their_own_and_the_rest_is_prose() -> None:
    text = "assign: Hải\nPlease look at the log.\n# call first\nestimate 45m"

    found = read_commands(text, NOW, ZONE)

    assert found.actions == (Assign("Hải"), Note("call first"), minutes(45))
    assert found.prose == "Please look at the log."


@pytest.mark.parametrize("line", ["ước tính: 45p / xong", "ước tính: 45p | xong", "ước tính: 45p; xong"])
def test_one_line_may_hold_several_commands(line: str) -> None:
    assert read_commands(line, NOW, ZONE).actions == (minutes(45), Do(Order.DONE))


def test_words_behind_a_value_are_prose() -> None:
    found = read_commands("ước tính: 2 tiếng, chưa tính test", NOW, ZONE)

    assert found.actions == (minutes(120),)
    assert found.prose == "chưa tính test"


def test_words_behind_a_command_without_a_value_are_prose() -> None:
    found = read_commands("hủy: khách đổi ý rồi", NOW, ZONE)

    assert found.actions == (Do(Order.CANCEL),)
    assert found.prose == "khách đổi ý rồi"


def test_text_for_the_customer_ends_with_the_next_command() -> None:
    text = "Nhắn khách:\nDạ chị, em xử lý xong rồi ạ.\nGiá: 0đ\n\nEm cảm ơn chị.\n# khách khó tính\nxong"

    found = read_commands(text, NOW, ZONE)

    assert set(found.actions) == {
        ReplyToCustomer("Dạ chị, em xử lý xong rồi ạ.\nGiá: 0đ\n\nEm cảm ơn chị."),
        Note("khách khó tính"),
        Do(Order.DONE),
    }


@pytest.mark.parametrize(
    "marker",
    ["gửi khách:", "Gui khach:", "nhắn khách:", "NHẮN KHÁCH :", "reply:", "Reply to customer:", "trả lời khách:"],
)
def test_every_marker_opens_text_for_the_customer(marker: str) -> None:
    assert read_commands(f"{marker} Dạ em đang làm ạ.", NOW, ZONE).actions == (ReplyToCustomer("Dạ em đang làm ạ."),)


def test_a_long_letter_arrives_whole() -> None:
    lines = [f"Dòng {number} của thư." for number in range(400)]

    found = read_commands("gửi khách:\n" + "\n".join(lines), NOW, ZONE)

    assert found.actions == (ReplyToCustomer("\n".join(lines)),)


def test_a_short_line_beside_a_command_was_meant_for_one() -> None:
    found = read_commands("ước tính: 45p\nphép thuật: bật", NOW, ZONE)

    assert found.mistakes == ("phép thuật: bật",)


def test_a_note_that_a_program_wrapped_is_one_note() -> None:
    text = "# khách này đã ba lần gọi điện ngoài giờ để hỏi về việc thay ảnh trang\nchủ, cẩn thận"

    assert read_commands(text, NOW, ZONE).actions == (
        Note("khách này đã ba lần gọi điện ngoài giờ để hỏi về việc thay ảnh trang chủ, cẩn thận"),
    )


@pytest.mark.parametrize(
    "line",
    ["xong ạ", "Xong nhé.", "1. xong", "2) xong", "*xong*", "**Xong**", "xong\u00a0", "XONG!", "• xong", "xong, nha"],
)
def test_a_command_is_read_through_courtesy_bullets_and_bold(line: str) -> None:
    found = understand_staff(line, NOW, ZONE)

    assert found.actions == (Do(Order.DONE),)


@pytest.mark.parametrize("line", ["giảm giá: 10% ạ", "1. giảm giá: 10%.", "*giảm giá: 10%*", "giảm\u00a0giá:\u00a010%"])
def test_a_value_is_read_through_courtesy_bullets_and_bold(line: str) -> None:
    assert understand_staff(line, NOW, ZONE).actions == understand_staff("giảm giá: 10%", NOW, ZONE).actions != ()


@pytest.mark.parametrize(
    "words", ["à khoan, để anh hỏi lại đã", "hold on, let me check with Linh", "thôi để mai tính", "nhầm, bỏ qua nhé"]
)
@pytest.mark.parametrize("command", ["xong", "báo giá: 2tr5", "từ chối: spam", "duyệt", "hủy", "gộp: VN-1040"])
def test_a_grave_command_that_is_taken_back_below_is_asked_back(command: str, words: str) -> None:
    found = understand_staff(f"{command}\n{words}", NOW, ZONE)

    assert found.held
    assert found.actions == ()
