"""What a notification tells staff: whose it is, files within the limit, and examples of answers that work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from builders import NOW, SUPPORT, a_customer, a_desk, a_mail, letters, received
from worker.desk.context import Desk
from worker.desk.notification import Files, contract_words, evidence_words, examples, fee_reason
from worker.mail.parsing import parse_mail
from worker.model import Customer, Evidence, Fee, FeeDecision, FeeRule, Language, Letter, ParsedMail, Request, Staff
from worker.policy.staff_actions import People
from worker.policy.staff_intent import understand_staff

TUAN = {"email": "tuan@vinno.example", "name": "Tuấn"}
LONG = {"email": "long@vinno.example", "name": "Long", "language": "en"}
TEXT = "Chào em, từ sáng hộp thư công ty không nhận được thư nào, chị gửi ảnh chụp và file log."


def a_mail_with(
    *files: tuple[str, int], sender: str = "hue@senvang.example", text: str = TEXT, reference: str = ""
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, f"Không nhận được mail {reference}".strip()
    mail["Message-ID"] = make_msgid(domain="senvang.example")
    mail.set_content(text)
    for name, size in files:
        mail.add_attachment(b"x" * size, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def told(desk: Desk, raw: bytes) -> tuple[Letter, ParsedMail, Request]:
    """The notification of a mail, as sent and as read, and its request."""
    request = received(desk, raw).request
    assert request is not None
    letter = letters(desk, "staff_request")[-1]
    return letter, parse_mail(desk.records.letter_bytes(letter.id)), request


def test_the_customers_files_come_along_within_the_limit_and_the_others_are_named_with_the_command() -> None:
    desk = a_desk(intake={"notification_bytes": 5000})

    _, mail, _ = told(desk, a_mail_with(("lỗi.png", 3000), ("log.zip", 4000), ("ghi chú.txt", 2000)))

    assert [(one.name, one.size) for one in mail.attachments] == [("lỗi.png", 3000), ("ghi chú.txt", 2000)]
    assert "- lỗi.png (3 kB)\n" in mail.text
    assert "- log.zip (4 kB) – chưa kèm, trả lời: tệp: log.zip" in mail.text
    assert "· tệp ·" in mail.text


def test_the_command_that_is_shown_fetches_the_file_that_stayed_behind() -> None:
    desk = a_desk(
        intake={"notification_bytes": 5000},
        authentication={"staff_mode": "verified", "trusted_authserv_id": "mx.vinno.example"},
    )
    letter, mail, _ = told(desk, a_mail_with(("lỗi.png", 3000), ("log.zip", 4000)))
    command = mail.text.partition("chưa kèm, trả lời: ")[2].partition("\n")[0]

    verdict = "mx.vinno.example; dmarc=pass header.from=vinno.example"
    answer = a_mail(
        command,
        sender=TUAN["email"],
        subject=f"Re: {letter.subject}",
        in_reply_to=f"<{letter.message_id}>",
        authentication_results=verdict,
    )
    received(desk, answer)

    (receipt,) = letters(desk, "staff_receipt")
    fetched = parse_mail(desk.records.letter_bytes(receipt.id))
    assert [(one.name, one.size) for one in fetched.attachments] == [("log.zip", 4000)]


def test_a_small_request_has_no_example_of_fetching_files() -> None:
    _, mail, _ = told(a_desk(), a_mail_with(("lỗi.png", 3000)))

    assert "tệp ·" not in mail.text


END = datetime(2026, 12, 31, tzinfo=UTC)
CONTRACTS = [
    (None, "chưa có trong danh sách khách hàng"),
    (a_customer(), "hợp đồng còn hiệu lực"),
    (a_customer(contract_until=END, services=("hosting",)), "hợp đồng còn hiệu lực đến 31/12/2026; hosting"),
    (a_customer(contract_until=NOW - timedelta(days=30)), "hợp đồng đã hết hạn 24/10/2026"),
    (a_customer(contract_from=END), "hợp đồng chưa bắt đầu"),
]


@pytest.mark.parametrize(("customer", "expected"), CONTRACTS, ids=[one[1] for one in CONTRACTS])
def test_the_contract_is_told(customer: Customer | None, expected: str) -> None:
    assert contract_words(a_desk(), customer, NOW, Language.VI) == expected


def test_the_evidence_is_shown_as_the_customer_wrote_it_and_what_is_no_words_is_left_out() -> None:
    _, _, request = told(a_desk(), a_mail_with(text="Website báo Lỗi 500 từ sáng, không vào được."))
    facts = ("loi 000", "loi 000", "code_5xx", "000", "khong vao")
    request = replace(request, evidence=tuple(Evidence(one) for one in facts))

    assert evidence_words(request) == ["lỗi 500", "không vào"]


REASONS = [
    (FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, "40 to 90 minutes"), "chưa đủ chắc để quyết định (ước tính 40 đến 90 phút)"),
    (FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, "free by 71% only"), "chưa đủ chắc để quyết định (có lẽ miễn phí, mới chắc 71%)"),
    (FeeDecision(Fee.REVIEW, FeeRule.FLAGGED, "invoice"), "cần người xem, xem phần lưu ý"),
    (FeeDecision(Fee.PAID, FeeRule.STAFF, "mai@vinno.example"), "nhân viên quyết định (mai@vinno.example)"),
]  # fmt: skip


@pytest.mark.parametrize(("fee", "expected"), REASONS, ids=[one[1] for one in REASONS])
def test_the_reason_of_a_fee_is_told_in_words(fee: FeeDecision, expected: str) -> None:
    assert fee_reason(fee, Language.VI) == expected


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("fee", [Fee.FREE, Fee.REVIEW])
def test_every_example_of_an_answer_is_understood(language: Language, fee: Fee) -> None:
    _, _, request = told(a_desk(), a_mail_with())
    request = replace(request, fee=FeeDecision(fee, FeeRule.STAFF))
    shown = examples(
        request, [Staff(email="mai@vinno.example", name="Trần Thị Mai")], Files((), ("log.zip",)), language
    )
    lines = shown.replace("…", "Em đang xem ạ." if language is Language.VI else "We are on it.").split(" · ")

    for line in lines:
        meant = understand_staff(line, NOW, "Asia/Ho_Chi_Minh", People(colleagues=("Trần Thị Mai",)))
        assert len(meant.actions) == 1, line
        assert not meant.held
    assert len(lines) == len(set(lines))


def test_who_does_the_work_reads_of_it_in_their_own_language() -> None:
    desk = a_desk(staff=[TUAN, LONG])
    _, _, request = told(desk, a_mail_with())
    desk.records.save_record(replace(request, version=1, assigned_to=LONG["email"]))

    letter, mail, _ = told(desk, a_mail_with(reference=f"[{request.id}]", text="Hộp thư ketoan@ cũng bị em nhé."))

    assert letter.recipient == LONG["email"]
    assert "The customer added" in mail.text


def test_a_fee_to_decide_is_not_left_with_somebody_who_may_not_decide_it() -> None:
    desk = a_desk(staff=[TUAN])
    _, _, request = told(desk, a_mail_with(sender="la@gmail.com", text="Website mình bị lỗi, nhờ xem giúp."))
    desk.records.save_record(replace(request, version=1, assigned_to=TUAN["email"]))

    letter, _, _ = told(
        desk,
        a_mail_with(
            sender="la@gmail.com", reference=f"[{request.id}]", text="Lỗi ở trang đặt bàn nhé, trang khác vẫn vào được."
        ),
    )

    assert letter.recipient == desk.settings.staff_address
