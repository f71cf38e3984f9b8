"""Persons are told from machines, mail systems and lists; a person who quotes, forwards or mentions a machine stays a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.mail.automatic import mail_kind
from worker.mail.message import Message, Part, read_message
from worker.model import MailKind

MAILS = Path(__file__).parent / "mails"


def kind_of(name: str) -> MailKind:
    return mail_kind(read_message((MAILS / f"r-{name}.eml").read_bytes()))[0]


def a_message(text: str = "Web bị lỗi, em xem giúp chị.", subject: str = "Web bị lỗi", **headers: str) -> Message:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    defaults = {"from": "Chị Hoa <hoa@khach.example>", "to": "hotro@vinno.example", "subject": subject}
    return Message(headers=tuple({**defaults, **given}.items()), parts=(Part("text/plain", text=text),), text=text)


def kind(**given: str) -> MailKind:
    return mail_kind(a_message(**given))[0]


# ---- whole mails ----------------------------------------------------------------------------------------------------

PERSONS = [
    *("gmail-vi", "gmail-en-answers-between", "gmail-mobile-vi-wrapped", "outlook-vi-desktop"),
    *("outlook-en-original-message", "outlook-mobile-vi", "apple-mail-vi", "iphone-vi", "zimbra-vi", "zoho-vi"),
    *("yahoo-vi", "samsung-vi", "xiaomi-vi", "thunderbird-vi-below", "roundcube-vi", "only-thanks-vi"),
    *("nothing-but-quote", "html-indent-is-no-quote", "person-quotes-bounce-vi", "person-gone-this-weekend"),
    *("person-on-leave-with-request-vi", "person-answers-absence-note", "person-forwarded-by-rule"),
    *("person-forwards-newsletter", "contact-form-with-reply-to"),
    *("forward-outlook-vi", "forward-attached", "forward-apple-vi"),
]
MACHINES = [
    *("vacation-vi-headers", "vacation-vi-no-headers", "vacation-vi-unaccented", "vacation-en-no-headers"),
    *("vacation-exchange-vi", "acknowledgement-vi", "receipt-mdn", "receipt-vi-words", "cron", "challenge-en"),
    *("challenge-vi", "complaint-arf", "dmarc-report", "tls-report", "calendar-reply", "shop-notification"),
    *("tracker-github", "delivery-success"),
]
LISTS = ["list-mailman", "newsletter-list-unsubscribe", "newsletter-vi-without-list-headers"]
BOUNCES = [
    *("bounce-vnpt-postfix-vi", "bounce-viettel-exchange-vi", "bounce-fpt-delay-vi", "bounce-matbao-mdaemon"),
    *("bounce-matbao-vi", "bounce-google-vi", "bounce-zoho", "bounce-ses-json", "bounce-sns-envelope"),
    *("bounce-postfix-delay", "bounce-status-beats-words", "bounce-alias-two-recipients", "bounce-qmail"),
    *("bounce-fpt-wrong-part-type", "bounce-smartermail"),
]


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_is_kept(name: str) -> None:
    assert kind_of(name) is MailKind.HUMAN


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_that_answers_or_notifies_is_caught(name: str) -> None:
    assert kind_of(name) is MailKind.AUTO_REPLY


@pytest.mark.parametrize("name", LISTS)
def test_a_list_or_newsletter_is_caught(name: str) -> None:
    assert kind_of(name) is MailKind.LIST


@pytest.mark.parametrize("name", BOUNCES)
def test_a_delivery_report_is_caught(name: str) -> None:
    assert kind_of(name) is MailKind.BOUNCE


def test_every_kind_but_a_person_comes_with_its_evidence() -> None:
    for name in [*MACHINES, *LISTS, *BOUNCES]:
        assert mail_kind(read_message((MAILS / f"r-{name}.eml").read_bytes()))[1]


# ---- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("auto-replied", MailKind.AUTO_REPLY),
        ("Auto-Replied (vacation)", MailKind.AUTO_REPLY),
        ("auto-generated; owner-email=x@y.example", MailKind.AUTO_REPLY),
        ("auto-notified", MailKind.AUTO_REPLY),
        ("no", MailKind.HUMAN),
        ("No", MailKind.HUMAN),
        ("auto-forwarded", MailKind.HUMAN),
        ("", MailKind.HUMAN),
    ],
)
def test_auto_submitted_is_read_as_rfc_3834_has_it(value: str, expected: MailKind) -> None:
    assert kind(auto_submitted=value) is expected


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("x_autoreply", "yes", MailKind.AUTO_REPLY),
        ("x_autoreply", "no", MailKind.HUMAN),
        ("x_precedence", "auto_reply", MailKind.AUTO_REPLY),
        ("precedence", "bulk", MailKind.AUTO_REPLY),
        ("precedence", "JUNK", MailKind.AUTO_REPLY),
        ("precedence", "list", MailKind.LIST),
        ("precedence", "first-class", MailKind.HUMAN),
        ("x_auto_response_suppress", "DR, OOF", MailKind.AUTO_REPLY),
        ("x_auto_response_suppress", "All", MailKind.AUTO_REPLY),
        ("x_auto_response_suppress", "DR, RN, NRN", MailKind.HUMAN),
        ("return_path", "<>", MailKind.AUTO_REPLY),
        ("return_path", "<hoa@khach.example>", MailKind.HUMAN),
        ("list_id", "<vnlug.lists.example>", MailKind.LIST),
        ("sender", "vnlug-bounces@lists.example", MailKind.LIST),
        ("x_github_reason", "mention", MailKind.AUTO_REPLY),
        ("tls_report_domain", "vinno.example", MailKind.AUTO_REPLY),
        ("x_mailer", "Microsoft Outlook 16.0", MailKind.HUMAN),
    ],
)
def test_a_header_tells(header: str, value: str, expected: MailKind) -> None:
    assert kind(**{header: value}) is expected


def test_a_person_whose_address_looks_like_a_lists_is_a_person() -> None:
    assert kind(**{"from": "web-admin@khach.example", "return-path": "<web-admin@khach.example>"}) is MailKind.HUMAN


def test_an_absence_note_through_a_list_is_still_an_absence_note() -> None:
    assert kind(list_id="<a.b.example>", auto_submitted="auto-replied") is MailKind.AUTO_REPLY


def test_the_list_headers_of_our_own_group_say_nothing_about_the_sender() -> None:
    message = a_message(list_id="<hotro.vinno.example>", precedence="list", x_google_group_id="7")

    assert mail_kind(message, frozenset({"hotro@vinno.example"}))[0] is MailKind.HUMAN
    assert mail_kind(message)[0] is MailKind.LIST


# ---- subjects and senders -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    [
        "Trả lời tự động: [VN-1042] Tiếp nhận",
        "Tự động trả lời",
        "Thông báo nghỉ phép",
        "Automatic reply: Báo giá",
        "Out of Office: Báo giá",
        "Auto: Báo giá",
        "Vacation Alert! Re: Báo giá",
        "Automatische Antwort: Angebot",
        "Abwesenheitsnotiz",
        "Réponse automatique : Devis",
        "Respuesta automática: Oferta",
        "Automatyczna odpowiedź: Oferta",
        "Автоматический ответ: КП",
        "自動返信: 見積",
        "自动回复: 报价",
    ],
)
def test_a_subject_of_an_autoresponder_tells(subject: str) -> None:
    assert kind(subject=subject) is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Báo giá",
        "auto reply của web",
        "Holiday notice",
        "Tự động hóa quy trình đặt hàng",
        "Thư trả lời tự động bị sai tên",
        "Out of office hours the site is slow",
        "Undelivered Mail Returned to Sender",
        "Report Domain wrong on the website",
        "Đã đọc báo giá, chốt nhé",
        "Warning: site is down",
        "[Alert] Backup failed",
    ],
)
def test_a_subject_that_only_mentions_a_machine_is_a_persons(subject: str) -> None:
    assert kind(subject=subject) is MailKind.HUMAN


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("no-reply@shop.example", MailKind.AUTO_REPLY),
        ("Shop <donotreply@shop.example>", MailKind.AUTO_REPLY),
        ("notifications@tracker.example", MailKind.AUTO_REPLY),
        ("guardian <rssfeeds@news.example>", MailKind.AUTO_REPLY),
        ("khong-tra-loi@nganhang.example", MailKind.AUTO_REPLY),
        ("Postmaster <postmaster@khach.example>", MailKind.HUMAN),
        ("root@khach.example", MailKind.HUMAN),
        ("Noreen Plyer <noreen@khach.example>", MailKind.HUMAN),
    ],
)
def test_an_address_that_nobody_reads_tells(sender: str, expected: MailKind) -> None:
    assert kind(**{"from": sender}) is expected


# ---- words alone ----------------------------------------------------------------------------------------------------

ABSENCES = [
    "Cảm ơn bạn đã gửi thư. Hiện tôi không có mặt tại văn phòng đến hết ngày 20/3, tôi sẽ phản hồi sau.",
    "Em đang nghỉ thai sản đến hết tháng 6. Việc website xin liên hệ chị Ngân. Em cảm ơn.",
    "Văn phòng nghỉ Tết từ 15/2 đến 22/2. Trường hợp khẩn cấp vui lòng gọi 0909 123 456.",
    "Thank you for your e-mail. I am on annual leave and will return on 3 June.",
    "I am currently out of the office until Monday. In urgent cases please call Anna.",
    "Vielen Dank für Ihre Nachricht. Ich bin bis zum 3. Januar nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.",
    "We have received your message. This is an automated response, please do not reply to this email.",
]
MENTIONS = [
    "Tuần sau chị nghỉ phép, em nhờ đổi số hotline giúp chị trước thứ Sáu nhé.",
    "Chị đang đi công tác đến thứ 5, gấp thì gọi chị Lan. Web bị lỗi trang giỏ hàng, em sửa giúp chị.",
    "I am out of the office until Monday. Could you please fix the form? In urgent cases call Anna.",
    "Gone this weekend, back on Monday.",
    "Thư trả lời tự động của web vẫn ghi tên giám đốc cũ, em đổi thành chị Phụng.",
    "Please add an automatic reply to the contact form: This is an automated response.",
    "Khách nói không hủy đăng ký nhận bản tin được, link unsubscribe bị hỏng.",
    "Please confirm that you received the pictures, and verify the price on the product page.",
    "Đơn hàng của khách bị kẹt, hệ thống gửi email tự động cho khách 3 lần.",
]


@pytest.mark.parametrize("text", ABSENCES)
def test_an_absence_note_is_told_by_several_signs(text: str) -> None:
    assert kind(text=text, subject="Re: [VN-1042] Tiếp nhận yêu cầu") is MailKind.AUTO_REPLY


@pytest.mark.parametrize("text", MENTIONS)
def test_one_sign_makes_no_machine_of_a_person(text: str) -> None:
    assert kind(text=text) is MailKind.HUMAN


def test_an_administrator_who_reports_trouble_with_mail_is_a_person() -> None:
    text = "Em xem giúp anh, gửi cho khách bị lỗi:\n\n550 unknown user: khach@acme.example\nMail delivery failed"

    assert (
        kind(**{"from": "IT Administrator <it@khach.example>"}, text=text, subject="Mail delivery failed")
        is MailKind.HUMAN
    )
    assert kind(**{"from": "postmaster@khach.example"}, text=text, subject="Mail không gửi được") is MailKind.HUMAN


def test_an_absence_note_that_is_quoted_belongs_to_its_writer() -> None:
    text = f"Anh Toàn nghỉ rồi em ơi, ai làm thay?\n\nVào 22/10/2025 09:02, Toàn đã viết:\n> {ABSENCES[0]}"

    assert kind(text=text, subject="Re: Tiếp nhận") is MailKind.HUMAN


def test_a_newsletter_that_is_forwarded_belongs_to_its_writer() -> None:
    text = (
        "Mẫu này đẹp nè em\n\nFlash sale giảm giá. Mua ngay. Bạn nhận được email này vì đã đăng ký. Hủy đăng ký © 2026"
    )

    assert kind(text=text, subject="Fwd: Flash sale") is MailKind.HUMAN
