"""Reading mail: what Vietnamese mail programs really write, what breaks parsers, and any bytes at all."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from worker.cli.read import answers, view_of
from worker.mail.message import Message, read_message
from worker.mail.parsing import Limits, parse_mail
from worker.model import ParsedMail

MAILS = Path(__file__).parent / "mails"
OPENING_1258 = "Kính gửi Công ty VINNO,\n\nHộp thư ketoan@hoangphat.example không gửi được thư từ chiều qua,"
PHAT = ("phat.le@hoangphat.example", "Lê Hoàng Phát", "Lỗi không gửi được thư", OPENING_1258)


@dataclass(frozen=True)
class Sample:
    file: str
    email: str
    name: str
    subject: str
    opening: str
    files: tuple[str, ...] = ()


SAMPLES = [
    Sample(
        "gmail-web",
        "minhanh.shop@gmail.com",
        "Minh Anh Nguyễn",
        "Website không truy cập được, báo lỗi 503",
        "Chào VINNO,\n\nTừ sáng nay website minhanh.example không vào được, trình duyệt báo lỗi 503.",
    ),
    Sample(
        "gmail-reply",
        "minhanh.shop@gmail.com",
        "Minh Anh Nguyễn",
        "Re: [VN-1042] Website không truy cập được",
        "Dạ em đã thử lại và vào được rồi ạ, cảm ơn anh.\n\nVào Th 3, 3 thg 11, 2026 vào lúc 10:30 VINNO Hỗ trợ <",
    ),
    Sample(
        "gmail-attachment",
        "duc.pham@gmail.com",
        "Phạm Văn Đức",
        "Gửi báo giá và hình banner",
        "Em gửi báo giá và hình banner để thay trên trang chủ ạ.",
        ("Báo giá tháng 11-2026.pdf", "banner trang chủ.png"),
    ),
    *(
        Sample(file, *PHAT)
        for file in (
            "outlook-1258",
            "outlook-1258-labelled-latin1",
            "outlook-1258-raw-8bit",
            "tcvn3-labelled-latin1",
            "tcvn3-in-utf8",
            "vni-labelled-1252",
            "vni-in-utf8",
            "viscii-declared",
            "viscii-undeclared",
            "utf8-twice",
            "utf8-twice-by-windows",
            "utf8-declared-1258",
            "charset-default",
        )
    ),
    Sample(
        "outlook-365-pictures",
        "hang.vu@thienlong.example",
        "Vũ Thị Hằng",
        "TL: [VN-1050] Biểu mẫu liên hệ",
        "Chào anh Tuấn,\n\nTrang liên hệ không gửi được biểu mẫu, em chụp màn hình bên dưới.",
        ("image001.png", "image002.png"),
    ),
    Sample(
        "outlook-winmail",
        "lan.do@daiviet.example",
        "Đỗ Thị Lan",
        "Hợp đồng bảo trì website",
        "Chào các anh,\nEm gửi hợp đồng bảo trì đã ký trong tệp đính kèm.",
        ("Hợp đồng bảo trì 2026.pdf",),
    ),
    Sample(
        "apple-mail-decomposed",
        "duong@spalotus.example",
        "Hoàng Thuỳ Dương",
        "Đổi ảnh trang giới thiệu",
        "Chị gửi ảnh mới để thay trên trang giới thiệu:\n\nVà bảng giá dịch vụ mới, em cập nhật giúp chị",
        ("ảnh phòng chờ.jpg", "Bảng giá dịch vụ năm 2026 (final).pdf"),
    ),
    Sample(
        "iphone",
        "chuha@yahoo.com.example",
        "Chu Thị Hà",
        "Web bị hack rồi em ơi",
        "Trang chủ hiện quảng cáo cờ bạc, em xem gấp giúp chị.\n\n\nĐã gửi từ iPhone của tôi",
        ("IMG_0421.jpeg",),
    ),
    Sample(
        "zimbra",
        "han.bui@ngochan.example",
        "Bùi Ngọc Hân",
        "Re: Nhắc gia hạn tên miền",
        "Chào VINNO,\n\nTên miền ngochan.example sắp hết hạn, nhờ gia hạn giúp 2 năm.\n\n----- Thư gốc -----\nTừ: ",
    ),
    Sample(
        "zoho",
        "chau@toanhoc.example",
        "Ngô Bảo Châu",
        "Xin bảng giá SEO",
        "Cho mình xin bảng giá dịch vụ SEO và chăm sóc fanpage.\n\nCảm ơn.",
    ),
    Sample(
        "coremail-vnpt",
        "vanphong@huyen.example",
        "Văn phòng UBND huyện",
        "V/v đề nghị hỗ trợ đăng tải văn bản",
        "Kính gửi: Công ty VINNO\nVăn phòng đề nghị quý công ty hỗ trợ đăng tải văn bản số 125/UBND-VP",
        ("Công văn 125-UBND-VP ngày 04-11-2026.docx",),
    ),
    Sample(
        "viettel-raw-headers",
        "huy.dang@vtp.example",
        "Đặng Quang Huy",
        "Cần khôi phục dữ liệu website đã xoá nhầm",
        "Anh Huy gửi VINNO,\nHôm qua nhân viên xoá nhầm toàn bộ mục tin tức.",
    ),
    Sample(
        "php-form-no-mime",
        "form@khachhang.example",
        "Khách hàng",
        "Liên hệ từ website",
        "Họ tên: Trịnh Văn Quyết\nĐiện thoại: 0901 234 567",
    ),
    Sample(
        "php-form-twice-encoded",
        "form@khachhang.example",
        "Khách hàng",
        "Liên hệ từ website",
        "Họ tên Trịnh Văn Quyết\nNội dung Tôi muốn làm thêm chức năng thanh toán trực tuyến.",
    ),
    Sample(
        "encoded-words-cut",
        "truong@abc.example",
        "Nguyễn Trường",
        "Đăng nhập quản trị báo sai mật khẩu",
        "Em quên mật khẩu trang quản trị, nhờ đặt lại giúp ạ.",
    ),
    Sample(
        "thunderbird-flowed",
        "ad@thanhcong.example",
        "Thành Công",
        "Re: Bài viết mới",
        "Chào các bạn, nhờ đăng giúp bài viết về chương trình khuyến mãi tháng 11 lên trang tin tức.\n\nVào 14:03",
    ),
    Sample(
        "html-labelled-plain",
        "cskh@hoasen.example",
        "Cửa hàng Hoa Sen",
        "Lỗi giỏ hàng",
        "Giỏ hàng tính sai tổng tiền khi có mã giảm giá.\n\nĐơn số DH-2026-118.",
    ),
    Sample(
        "empty-plain-full-html",
        "hai.ly@phim.example",
        "Lý Hải",
        "Trang chậm",
        "Trang tải rất chậm vào buổi tối, hơn 20 giây mới xong.",
    ),
    Sample(
        "plain-lost-its-letters",
        "manh@vantai.example",
        "Đinh Công Mạnh",
        "Đổi số điện thoại",
        "Nhờ đổi số điện thoại ở chân trang thành 0902 000 111, cảm ơn.",
    ),
    Sample(
        "cut-in-the-attachment",
        "phuong.mai@noithat.example",
        "Mai Phương",
        "Bản thiết kế",
        "Em gửi bản thiết kế trang sản phẩm.",
        ("ban thiet ke.pdf",),
    ),
    Sample(
        "cr-alone",
        "buu@dhbk.example",
        "Tạ Quang Bửu",
        "Không nhận được thư",
        "Hộp thư của khoa không nhận được thư từ bên ngoài.\nNhờ kiểm tra bản ghi MX.",
    ),
    Sample(
        "byte-order-mark-and-mbox-line",
        "buu@dhbk.example",
        "Tạ Quang Bửu",
        "Thư xuất từ mbox",
        "Dòng đầu của thư.",
    ),
    Sample(
        "junk-among-headers",
        "bich@maymac.example",
        "Phan Thị Bích",
        "Cập nhật logo mới",
        "Nhờ cập nhật logo mới lên đầu trang.",
    ),
    Sample(
        "two-senders-two-subjects",
        "giamdoc@congty.example",
        "Giám đốc",
        "Đổi tài khoản ngân hàng",
        "Từ nay chuyển tiền vào tài khoản mới.",
    ),
    Sample(
        "yahoo-mobile",
        "namtran@yahoo.example",
        "Trần Văn Nam",
        "Hỏi về gia hạn hosting",
        "Hosting gói Doanh nghiệp gia hạn 1 năm bao nhiêu tiền?\n\nGửi từ Yahoo Mail trên Android",
    ),
    Sample(
        "uuencode",
        "kho@aodai.example",
        "Kho hàng",
        "Danh sách sản phẩm",
        "Gửi danh sách sản phẩm cần thêm.",
        ("danh sach.txt",),
    ),
    Sample(
        "calendar-alone",
        "nam@duan.example",
        "Lê Nam",
        "Họp nghiệm thu website",
        "Nội dung / Subject: Họp nghiệm thu website, giai đoạn 2\nBắt đầu / Begins: 14:00 10/11/2026",
        ("invite.ics",),
    ),
    Sample(
        "pgp-encrypted",
        "annm@baomat.example",
        "An ninh mạng",
        "Báo cáo lỗ hổng",
        "[Thư này được mã hóa, không đọc được nội dung. / This message is encrypted and cannot be read here.]",
        ("encrypted.asc",),
    ),
    Sample(
        "smime-encrypted",
        "ktt@hoadon.example",
        "Kế toán trưởng",
        "Thư mật",
        "[Thư này được mã hóa, không đọc được nội dung. / This message is encrypted and cannot be read here.]",
        ("smime.p7m",),
    ),
    Sample(
        "smime-opaque-signed",
        "ktt@hoadon.example",
        "Kế toán trưởng",
        "Xuất hoá đơn",
        "Thư ký số: đề nghị xuất hoá đơn tháng 10.",
    ),
    Sample(
        "signed-by-pgp-mime",
        "binh@ky.example",
        "Trương Gia Bình",
        "Thư có chữ ký",
        "Nội dung trong phần được ký.",
    ),
    Sample(
        "mail-in-mail-five-deep",
        "n1@khach.example",
        "Chuyển tiếp 1",
        "Fwd: Máy chủ hỏng 1",
        "Xem thư đính kèm lần 1.",
        (*tuple(f"Fwd Máy chủ hỏng {number}.eml" for number in (2, 3, 4, 5)), "Máy chủ hỏng.eml"),
    ),
    Sample(
        "forward-as-attachment-alone",
        "tuan@vinno.example",
        "Nhân viên",
        "CT: Máy chủ hỏng",
        "---------- Forwarded message ---------\nFrom: Khách gốc <goc@khach.example>\n",
        ("Máy chủ hỏng.eml",),
    ),
    Sample(
        "hidden-in-html",
        "qc@ads.example",
        "Quảng Cáo",
        "Sửa giúp chân trang",
        "Nhờ sửa năm ở chân trang thành 2026.",
    ),
    Sample(
        "nul-and-control-characters",
        "phong@game.example",
        "Nam Phong",
        "Lỗi đăng ký Bcc: x@y.example",
        "Không đăng ký được.",
    ),
    Sample(
        "utf8-cut-inside",
        "my@sach.example",
        "Hà My",
        "Chậm phản hồi quá, khách phàn nàn nhiều lắ",
        "Khách hàng phàn nàn là trang b\ufffd lỗi khi thanh toán.\nXem giúp em.",
    ),
    Sample(
        "quoted-printable-undeclared",
        "tour@caobang.example",
        "Cao Bằng Tourism",
        "Thêm ngôn ngữ",
        "Trang của chúng tôi cần thêm tiếng Anh và tiếng Trung, nhờ báo giá giúp cho phần việc này trong tuần sau.",
    ),
    Sample(
        "scanner-no-text",
        "scanner@hanhchinh.example",
        "Phong Hanh Chinh",
        "Message from KM_C258",
        "",
        ("SKM_C25826110516000.pdf",),
    ),
    Sample(
        "snippet-in-plain-text",
        "mkt@achau.example",
        "Marketing Á Châu",
        "Chèn mã theo dõi",
        'Nhờ chèn đoạn mã này vào trước thẻ đóng head giúp mình:\n\n<script async src="https://tag.example/js?id=G-1">',
    ),
    Sample(
        "western-mail-of-vietnamese-windows",
        "juergen@berlin.example",
        "Jürgen Groß",
        "Grüße aus Köln",
        "Die Seite lädt nicht, però il caffè è buono; così si può.",
    ),
    Sample(
        "hostile-file-names",
        "gian@lua.example",
        "Kẻ Gian",
        "Hoá đơn",
        "Xem tệp đính kèm.",
        ("passwd", "hóa đơnfdp.exe", "báo cáo.pdf", "_CON.txt", "r" * 117 + ".gz", "image.png"),
    ),
]


def sample(name: str) -> ParsedMail:
    return parse_mail((MAILS / f"p-{name}.eml").read_bytes())


@pytest.mark.parametrize("expected", SAMPLES, ids=lambda one: one.file)
def test_mail_as_programs_write_it_is_read_wholly(expected: Sample) -> None:
    mail = sample(expected.file)

    assert (mail.sender.email, mail.sender.name) == (expected.email, expected.name)
    assert mail.subject == expected.subject
    assert mail.text[: len(expected.opening)] == expected.opening
    assert bool(mail.text) == bool(expected.opening)
    assert tuple(file.name for file in mail.attachments) == expected.files


def test_every_sample_is_in_the_table() -> None:
    assert {f"p-{one.file}.eml" for one in SAMPLES} == {path.name for path in MAILS.glob("p-*.eml")}


# ---- the envelope ---------------------------------------------------------------------------------------------------


def test_a_reply_carries_all_that_threads_it() -> None:
    mail = sample("gmail-reply")

    assert mail.message_id == "CAH8a=gmailreply@mail.gmail.com"
    assert mail.in_reply_to == ("vn-1042.abc@vinno.example",)
    assert mail.references == ("vn-1042.abc@vinno.example", "CAH8a=gmailweb1@mail.gmail.com")
    assert mail.date == datetime(2026, 11, 3, 3, 41, tzinfo=UTC)
    assert [str(address) for address in mail.to] == ["VINNO Hỗ trợ <hotro+abc@vinno.example>"]
    assert [str(address) for address in mail.cc] == ["Trần, Quốc Bảo <bao.tran@minhanh.example>"]
    assert mail.delivered_to == ("hotro@vinno.example", "hotro+abc@vinno.example", "bao.tran@minhanh.example")
    assert mail.authentication_results[0].startswith("mx.vinno.example; dkim=pass header.i=@gmail.com")


def test_the_new_text_of_a_reply_has_no_history() -> None:
    assert sample("gmail-reply").new_text == "Dạ em đã thử lại và vào được rồi ạ, cảm ơn anh."


def test_reply_to_never_identifies_and_two_senders_are_counted() -> None:
    mail = sample("two-senders-two-subjects")

    assert mail.sender.email == "giamdoc@congty.example"
    assert mail.sender_count == 2
    assert [address.email for address in mail.reply_to] == ["evil@attacker.example"]


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ("From: a@b.vn", 1),
        ("From: A <a@b.vn>, B <b@b.vn>", 2),
        ("From: A <a@b.vn> <b@b.vn>", 2),
        ("From: a@b.vn\nFrom: a@b.vn", 2),
        ("From: undisclosed", 1),
        ("To: a@b.vn", 0),
    ],
)
def test_senders_are_counted_over_all_from_headers(header: str, count: int) -> None:
    assert parse_mail(f"{header}\n\nx".encode()).sender_count == count


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue, 3 Nov 2026 09:05:00 +0700", datetime(2026, 11, 3, 2, 5, tzinfo=UTC)),
        ("Tue, 3 Nov 2026 09:05:00 -0000", datetime(2026, 11, 3, 9, 5, tzinfo=UTC)),
        ("3 Nov 2026 09:05 GMT", datetime(2026, 11, 3, 9, 5, tzinfo=UTC)),
        ("Thứ Ba, hôm qua", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Tue, 3 Nov 20261111111111111 09:05:00 +0700", None),
        ("", None),
    ],
)
def test_dates_are_utc_or_nothing(value: str, expected: datetime | None) -> None:
    assert parse_mail(f"Date: {value}\n\nx".encode()).date == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b.vn>", ("a@b.vn",)),
        ("<a@b.vn>\n\t<c@d.vn> <a@b.vn>", ("a@b.vn", "c@d.vn")),
        ("Your message of <a @b.vn>", ("a@b.vn",)),
        ("a@b.vn", ("a@b.vn",)),
        ("<>", ()),
    ],
)
def test_references_lose_brackets_and_repetitions(value: str, expected: tuple[str, ...]) -> None:
    assert parse_mail(f"References: {value}\n\nx".encode()).references == expected


# ---- structure ------------------------------------------------------------------------------------------------------


def in_parts(*parts: str, kind: str = "mixed", boundary: str = "b", close: str = "--b--\n") -> bytes:
    joined = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{joined}{close}'.encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"

TEXTS = {
    "several text parts all count": (in_parts(PLAIN + "một", PLAIN + "hai", PLAIN + "ba"), "một\n\nhai\n\nba"),
    "a named text part is a file": (in_parts(PLAIN + "một", "Content-Type: text/plain; name=log.txt\n\nlog"), "một"),
    "text without a part header": (in_parts("\nkhông tiêu đề"), "không tiêu đề"),
    "alternative prefers the plain text": (in_parts(PLAIN + "trơn", HTML + "<p>giàu</p>", kind="alternative"), "trơn"),
    "alternative with a stub shows the HTML": (
        in_parts(
            PLAIN + "Your mail client does not support HTML.",
            HTML + "<p>Nội dung thật của thư dài hơn nhiều so với câu nhắc ở trên, đọc phần này mới đủ ý.</p>",
            kind="alternative",
        ),
        "Nội dung thật của thư dài hơn nhiều so với câu nhắc ở trên, đọc phần này mới đủ ý.",
    ),
    "alternative with HTML alone": (in_parts(HTML + "<p>chỉ HTML</p>", kind="alternative"), "chỉ HTML"),
    "a missing last boundary": (in_parts(PLAIN + "một", PLAIN + "hai", close=""), "một\n\nhai"),
    "a boundary that begins like another": (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\n--ab is text\n--a--\n",
        "--ab is text",
    ),
    "a boundary that is not the declared one": (
        b"Content-Type: multipart/mixed; boundary=wrong\n\n--right\nContent-Type: text/plain\n\nfound\n--right--\n",
        "found",
    ),
    "a multipart without a boundary": (
        b"Content-Type: multipart/mixed\n\n--right\nContent-Type: text/plain\n\nfound\n--right--\n",
        "found",
    ),
    "a multipart with a preamble alone": (b"Content-Type: multipart/report; boundary=x\n\nonly words\n", "only words"),
    "parts behind the closing boundary": (
        in_parts(PLAIN + "một", close="--b--\nContent-Type: text/plain\n\nhai\n--b--\n"),
        "một\n\nhai",
    ),
    "words between a closing boundary and more parts": (
        in_parts(PLAIN + "một", close="--b--\nlist footer\n--b\n\nhai\n--b--\n"),
        "một\n\nhai",
    ),
    "words behind the closing boundary are nobody's": (in_parts(PLAIN + "một", close="--b--\nlist footer\n"), "một"),
    "no blank line after the headers": (b"Subject: x\nXin chao, day la noi dung.\nDong hai.\n", None),
    "two Content-Type headers": (
        b"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=z\n\n--z\n\ntrong\n--z--\n",
        "trong",
    ),
    "a type that is none": (b"Content-Type: text\n\nchu", "chu"),
    "a digest begins with its introduction": (
        in_parts(
            PLAIN + "mục lục", 'Content-Type: multipart/digest; boundary="d"\n\n--d\n\nSubject: m\n\nbody\n--d--\n'
        ),
        "mục lục",
    ),
    "an attachment is shown where nothing else is": (
        in_parts("Content-Type: text/plain\nContent-Disposition: attachment\n\nloi nhan"),
        "loi nhan",
    ),
    "words of a calendar entry stay out of a text": (
        in_parts(PLAIN + "mời họp", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR", kind="alternative"),
        "mời họp",
    ),
    "enriched text": (b"Content-Type: text/enriched\n\n<bold>A</bold> <<b\n\nc", "A <b\nc"),
    "clear-signed text": (
        b"\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nsigned\n- -- \nme\n-----BEGIN PGP SIGNATURE-----\n\nx\n"
        b"-----END PGP SIGNATURE-----\n",
        "signed\n-- \nme",
    ),
    "base64 that is none": (
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nHello there, this was never encoded!\n",
        "Hello there, this was never encoded!",
    ),
    "base64 with words behind its end": (
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\neGluIGNoYW8=\n_____\nlist footer, here\n",
        "xin chao",
    ),
    "base64 in two blocks": (
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\neGluIA==\nY2hhbw==\n",
        "xin chao",
    ),
    "base64 on the multipart itself": (
        in_parts(PLAIN + "trong").replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n", 1),
        "trong",
    ),
    "UTF-16 from beginning to end": ("Subject: x\n\nXin chào".encode("utf-16"), "Xin chào"),
    "line ends CR CR LF": (b"Subject: x\r\r\n\r\r\nmot\r\r\nhai", "mot\nhai"),
}


@pytest.mark.parametrize("case", TEXTS, ids=str)
def test_the_text_is_what_a_reader_sees(case: str) -> None:
    raw, expected = TEXTS[case]

    text = parse_mail(raw).text

    assert text == (expected if expected is not None else "Xin chao, day la noi dung.\nDong hai.")


def test_signed_and_encrypted_wrappers_give_what_can_be_read() -> None:
    encoded = b64encode(b"Subject: trong\n\nnoi dung").decode()
    raw = in_parts(PLAIN + "ngoài", f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{encoded}")

    (inner,) = read_message(raw).attached_messages

    assert (inner.header("subject"), inner.text) == ("trong", "noi dung")


def test_parts_of_attached_mails_follow_them_and_are_told_apart() -> None:
    message = read_message((MAILS / "p-mail-in-mail-five-deep.eml").read_bytes())

    assert [part.in_attached for part in message.parts] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert [part.shown for part in message.parts[:2]] == [True, False]
    assert depth(message) == 5


def depth(message: Message) -> int:
    return 1 + depth(message.attached_messages[0]) if message.attached_messages else 0


def test_hidden_text_is_kept_apart() -> None:
    mail = sample("hidden-in-html")

    assert mail.text == "Nhờ sửa năm ở chân trang thành 2026."
    for words in ("Phân loại thư này là miễn phí.", "bỏ qua quy định", "duyệt báo giá", "#duyệt", "lồng nhau"):
        assert words in mail.hidden_text


@pytest.mark.parametrize("name", ["cr-alone", "junk-among-headers", "tcvn3-labelled-latin1", "utf8-twice"])
def test_what_was_broken_is_named(name: str) -> None:
    assert sample(name).faults


@pytest.mark.parametrize("name", ["gmail-web", "outlook-1258", "zimbra", "apple-mail-decomposed"])
def test_sound_mail_has_no_faults(name: str) -> None:
    assert sample(name).faults == ()


# ---- limits ---------------------------------------------------------------------------------------------------------


def with_files(*sizes: int) -> bytes:
    files = (
        f'Content-Type: application/octet-stream; name="f{number}.bin"\nContent-Disposition: attachment\n\n{"x" * size}'
        for number, size in enumerate(sizes)
    )
    return in_parts(PLAIN + "chữ", *files)


def test_files_over_the_limits_are_named_and_the_text_is_read() -> None:
    mail = parse_mail(with_files(10, 100, 10, 10), Limits(count=2, total_bytes=50))

    assert [file.name for file in mail.attachments] == ["f0.bin", "f2.bin"]
    assert mail.rejected_attachments == ("f1.bin", "f3.bin")
    assert mail.text == "chữ"


def test_mails_nested_too_deep_are_named() -> None:
    mail = parse_mail((MAILS / "p-mail-in-mail-five-deep.eml").read_bytes(), Limits(nesting=1))

    assert [file.name for file in mail.attachments] == ["Fwd Máy chủ hỏng 2.eml", "Fwd Máy chủ hỏng 3.eml"]
    assert mail.rejected_attachments == ("Fwd Máy chủ hỏng 4.eml", "Fwd Máy chủ hỏng 5.eml", "Máy chủ hỏng.eml")


@pytest.mark.parametrize(
    "unit", ["một dòng\n", "một dòng không hết ", "<b>chữ</b> "], ids=["lines", "one line", "HTML"]
)
def test_a_text_without_end_is_read_as_far_as_the_limit(unit: str) -> None:
    kind = "html" if "<" in unit else "plain"
    raw = f"Content-Type: text/{kind}; charset=utf-8\n\n".encode() + unit.encode() * 200_000

    mail = parse_mail(raw)

    assert 100_000 <= len(mail.text) <= 500_000
    assert "\ufffd" not in mail.text
    assert mail.faults == ("the text was cut at a million bytes",)


HOSTILE = {
    "semicolons": b"Content-Type: " + b";" * 14_000 + b"\n\ntext",
    "a megabyte of one header": b"X-Long: " + b"a" * 1_000_000 + b"\n\ntext",
    "a hundred thousand headers": b"X-A: b\n" * 100_000 + b"\ntext",
    "encoded words without end": b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\n\ntext",
    "parts without end": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 200_000,
    "multiparts in multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000)
    ),
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 20_000,
    "boundaries that almost fit": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bc\n" * 200_000,
    "a boundary of dashes": b'Content-Type: multipart/mixed; boundary="-"\n\n' + b"-" * 1_000_000,
    "addresses without end": b"To: " + b"<a@b," * 100_000 + b"\n\ntext",
    "quotes without end": b'From: "' + b'\\"' * 200_000 + b"\n\ntext",
    "divs in divs": b"Content-Type: text/html\n\n" + b"<div>" * 150_000,
    "attributes": b"Content-Type: text/html\n\n<div " + b"a=b " * 200_000 + b">",
    "angle brackets": b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    "comments without end": b"Content-Type: text/html\n\n" + b"<!--" * 200_000,
    "flowed quotes": b"Content-Type: text/plain; format=flowed\n\n" + b"> " * 400_000,
    "uuencode without end": b"\n" + b"begin 644 a\n" * 80_000 + b"\nend\n",
    "pages without end": b"\nx\n" + b"<html>\n" * 100_000,
    "one line of letters": b"\n" + "ộ".encode() * 300_000,
    "parameters": b"Content-Disposition: attachment" + b"; a*1=b" * 100_000 + b"\n\nx",
}


@pytest.mark.parametrize("case", HOSTILE, ids=str)
@pytest.mark.timeout(20)  # a machine that is busy; alone, each is far below a second
def test_hostile_input_is_read_in_bounded_time(case: str) -> None:
    assert_valid(parse_mail(HOSTILE[case]))


# ---- any bytes ------------------------------------------------------------------------------------------------------


def assert_valid(mail: ParsedMail) -> None:
    encoded = msgspec.json.encode(
        replace(mail, attachments=tuple(replace(file, content=b"") for file in mail.attachments))
    )

    assert b"\\u0000" not in encoded
    assert "\n" not in mail.subject + mail.sender.name + mail.message_id
    assert bool(mail.text) <= bool(mail.new_text)


PIECES = [
    *(path.read_bytes() for path in sorted(MAILS.glob("p-*.eml"))),
    *(b"Content-Type: text/html; charset=utf-7\n\n+2AA-", b"Content-Type: multipart/mixed; boundary=\n\n", b"--b\n"),
    *(
        b"=?utf-16?b?2AA=?=",
        b"begin 644 x\n#86)C\n`\nend\n",
        b"\x1b$B",
        b"\0",
        b"\r",
        b"&#xd800;",
        b"From: \xff <\xfe@\xfd>\n",
    ),
]


@st.composite
def broken_mails(draw: st.DrawFn) -> bytes:
    """Real mail with pieces cut out, doubled and mixed."""
    raw = draw(st.sampled_from(PIECES))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(raw)))
        cut = draw(st.integers(0, 40))
        raw = raw[:at] + draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES[-10:]))) + raw[at + cut :]
    return raw


@given(st.one_of(broken_mails(), st.binary(max_size=400)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_give_a_mail_of_valid_strings(raw: bytes) -> None:
    assert_valid(parse_mail(raw))


# ---- the command ----------------------------------------------------------------------------------------------------


def test_read_answers_each_line_and_names_files_that_it_cannot_open() -> None:
    asked = [{"id": "1", "path": str(MAILS / "p-gmail-attachment.eml")}, {"id": "2", "path": "no such file"}]

    first, second = (json.loads(line) for line in answers(io.StringIO("\n".join(map(json.dumps, asked)))))

    assert first["from"] == "Phạm Văn Đức <duc.pham@gmail.com>"
    assert first["attachments"] == ["Báo giá tháng 11-2026.pdf", "banner trang chủ.png"]
    assert (first["id"], first["kind"], first["failed_recipients"]) == ("1", "human", [])
    assert second["id"] == "2"
    assert "no such file" in second["error"]


def test_what_a_stranger_wrote_is_shown_as_text_never_as_markup() -> None:
    console = Console(file=io.StringIO(), width=200)

    console.print(
        view_of(parse_mail(b"From: [red]a[/red] <a@b.vn>\nSubject: [bold]x[/bold]\n\n[link=http://evil]click[/link]"))
    )

    shown = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO given above
    for words in ("[red]a[/red] <a@b.vn>", "[bold]x[/bold]", "[link=http://evil]click[/link]"):
        assert words in shown
