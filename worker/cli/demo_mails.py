"""The mails of the demo: what several customers of a web agency might write on one morning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

CUSTOMERS_CSV = """\
name,addresses,domains,may_order,contract_until,newsletter_consent,consent_source,language,services,customer_since
Nhà hàng Sen Vàng,hue@senvang.example,senvang.example,hue@senvang.example,2028-12-31,2025-03-02,hợp đồng,vi,website;email;hosting,2021-04-12
Cơ khí Đại Phát,,daiphat.example,,2028-06-30,,,vi,website;email;hosting;domain,2019-09-01
Mekong Cycling Tours,anna@mekongcycling.example,mekongcycling.example,,2029-01-31,2025-06-11,sign-up form,en,website;hosting,2022-02-15
Nha khoa Nụ Cười,,nukhoa.example,,2028-03-31,,,vi,website;hosting,2024-10-01
Thời trang Mây,may@thoitrangmay.example,,,2024-12-31,,,vi,website,2020-05-20
"""  # noqa: E501 - a line of a table


@dataclass(frozen=True)
class DemoMail:
    """One mail of the demo, with a line that says what it shows."""

    shows: str
    raw: bytes


def demo_mails(now: datetime, support: str) -> Iterator[DemoMail]:
    """The mails in order of arrival."""
    for number, (shows, sender, subject, text, extra) in enumerate(_PLAIN):
        yield DemoMail(shows, _mail(number, sender, support, subject, text, now, extra))
    yield DemoMail("HTML only", _html_mail(support, now))
    yield DemoMail("an out-of-office note: never answered", _vacation(support, now))
    first = _mail(0, *_PLAIN[0][1:2], support, *_PLAIN[0][2:4], now, _PLAIN[0][4])
    yield DemoMail(
        "the same mail once more, by an alias: taken once",
        b"Received: from alias.example by mx.vinno.example\r\n" + first,
    )


_PLAIN: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    (
        "Vietnamese, an incident with email: free",
        "Nguyễn Thị Huệ <hue@senvang.example>",
        "Không nhận được mail từ sáng",
        "Chào em,\n\nTừ sáng tới giờ hộp thư datban@senvang.example không nhận được thư nào, khách gửi bị trả lại hết. "
        "Nhà hàng chị nhận đặt tiệc qua mail nên em xem giúp chị sớm nhé.\n\nChị Huệ\nNhà hàng Sen Vàng",
        {},
    ),
    (
        "Vietnamese without diacritics, the whole site is down: critical",
        "Tran Quoc Dung <dung@daiphat.example>",
        "web khong vao duoc",
        "chao ban, web daiphat.example sang nay khong vao duoc, hien loi 503 service unavailable, ca cong ty deu khong vao dc. "
        "nho ban kiem tra hosting gap giup minh. thanks",
        {},
    ),
    (
        "English, a new function: paid, a quote follows",
        "Anna Keller <anna@mekongcycling.example>",
        "Online payment for our tours",
        "Hi team,\n\nwe would like guests to pay the deposit online when they book: credit card and PayPal, with a "
        "confirmation mail and a list of payments in the admin area. What would it cost to build this?\n\nBest,\nAnna",
        {},
    ),
    (
        "a small change: free, within an hour",
        "Lê Minh Tâm <letan@nukhoa.example>",
        "Đổi số hotline",
        "Em ơi, phòng khám đổi số hotline, em sửa số điện thoại ở chân trang thành 0901 234 567 giúp chị nha. Cảm ơn em!",
        {},
    ),
    (
        "two asks of different fees: staff look first, not a word about money",
        "Phạm Văn Khoa <khoa@daiphat.example>",
        "Nhờ anh hai việc",
        "Anh ơi, hộp thư ketoan@daiphat.example từ hôm qua không gửi được thư. Với lại bên em muốn làm thêm chức năng "
        "đặt hàng và thanh toán online trên web, anh báo giá giúp em luôn nhé.",
        {},
    ),
    (
        "new staff need training: free",
        "Anna Keller <anna@mekongcycling.example>",
        "New colleague – training on the website",
        "Hello, our content editor Linh has left and Minh takes over her work on the website from Monday. Could you show "
        "him how to publish tours and change photos? Any afternoon would suit us.",
        {},
    ),
    (
        "a stranger: being analysed, no word about money",
        "Hoang Nam <nam.hoang1990@mail.example>",
        "Hoi gia lam web",
        "Xin chao, ben minh dang can lam mot website ban hang khoang 200 san pham, cho minh hoi gia va thoi gian lam.",
        {},
    ),
    (
        "a courtesy: no answer",
        "Nguyễn Thị Huệ <hue@senvang.example>",
        "Cảm ơn",
        "Chị nhận được rồi, cảm ơn em nhiều nhé!",
        {},
    ),
    (
        "asks for lists: free information",
        "Trần Quốc Dũng <dung@daiphat.example>",
        "Xin danh sách sàn thương mại điện tử",
        "Chào bạn, bạn gửi giúp mình danh sách các sàn thương mại điện tử và diễn đàn trong nước, nước ngoài để bên mình đăng "
        "sản phẩm cơ khí. Nghe nói VINNO có tài liệu miễn phí cho khách hàng.",
        {},
    ),
    (
        "a domain name expires: free incident",
        "Vũ Thị Mai <mai@nukhoa.example>",
        "Tên miền",
        "Chào anh, em gõ nukhoa.example thì báo tên miền đã hết hạn, web với mail đều không vào được. Anh kiểm tra gấp giúp em.",
        {},
    ),
)


def _mail(
    number: int, sender: str, support: str, subject: str, text: str, now: datetime, extra: dict[str, str]
) -> bytes:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = support
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now - timedelta(minutes=30 - number))
    mail["Message-ID"] = f"<demo-{number}@customers.example>"
    for name, value in extra.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def _html_mail(support: str, now: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Lê Minh Tâm <letan@nukhoa.example>"
    mail["To"] = support
    mail["Subject"] = "Form đặt lịch báo lỗi"
    mail["Date"] = format_datetime(now - timedelta(minutes=12))
    mail["Message-ID"] = "<demo-html@customers.example>"
    mail.set_content(
        "<html><body><p>Chào em,</p><p>Form <b>đặt lịch khám</b> trên web bấm <i>Gửi</i> thì báo lỗi đỏ "
        "“Không gửi được”, khách gọi phàn nàn. Em sửa giúp chị.</p><p>Tâm – lễ tân</p></body></html>",
        subtype="html",
    )
    return mail.as_bytes()


def _vacation(support: str, now: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Trần Quốc Dũng <dung@daiphat.example>"
    mail["To"] = support
    mail["Subject"] = "Automatic reply: web khong vao duoc"
    mail["Date"] = format_datetime(now - timedelta(minutes=11))
    mail["Message-ID"] = "<demo-vacation@customers.example>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("Tôi đi công tác đến hết thứ Sáu, sẽ trả lời Quý vị sau. Việc gấp xin gọi văn phòng.")
    return mail.as_bytes()


def bounce_of(letter: bytes, message_id: str, recipient: str, support: str, now: datetime) -> bytes:
    """A delivery report (RFC 3464) about one of our letters."""
    head = letter.split(b"\r\n\r\n", 1)[0].decode("ascii", "replace")
    boundary = "=_report"
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.thoitrangmay.example>",
        f"To: {support}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(now)}",
        "Message-ID: <demo-bounce@mx.thoitrangmay.example>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain",
        "",
        f"<{recipient}>: 550 5.1.1 user unknown",
        "",
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.thoitrangmay.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
        "",
        f"--{boundary}",
        "Content-Type: text/rfc822-headers",
        "",
        head,
        "",
        f"--{boundary}--",
        "",
    ]
    assert message_id in head  # noqa: S101 - the report is about that letter
    return "\r\n".join(lines).encode()
