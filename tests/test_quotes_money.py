"""A quote's life where it goes wrong: what must not be said, sent, accepted or charged, each seen from mail to mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from builders import NOW, a_mail, kept, received
from quote_kit import (
    AUTHSERV,
    SALES,
    TECHNICIAN,
    asked,
    customer_says,
    gone,
    last,
    office,
    quote,
    quoted,
    shown,
    staff_says,
    stored,
    to_customer,
)
from worker.desk import quote_due
from worker.desk.context import Desk
from worker.desk.reception import receive
from worker.model import Letter, RequestStatus
from worker.policy.quote_life import QuoteStatus

YES = "Chị đồng ý với báo giá nhé."
PASS = f"{AUTHSERV}; dmarc=pass header.from=senvang.example"


def confirmed(desk: Desk, text: str, to: Letter | None = None, minutes: int = 2) -> Letter:
    """What staff say, with the yes to the question that comes back; the receipt."""
    at = NOW + timedelta(minutes=minutes)
    answer = staff_says(desk, text, to=to, at=at)
    return staff_says(desk, "đồng ý", to=answer, at=at) if answer.kind == "staff_question" else answer


def statuses(desk: Desk) -> list[QuoteStatus]:
    return [one.status for one in desk.records.quotes_of("VN-1001")]


@pytest.mark.parametrize("text", ["phí: miễn", "hủy yêu cầu", "từ chối: ngoài khả năng"])
def test_a_quote_that_is_void_before_its_letter_left_does_not_reach_the_customer(text: str) -> None:
    desk = office()
    quoted(desk)

    confirmed(desk, text, to=last(desk, "staff_receipt"))

    assert statuses(desk) == [QuoteStatus.WITHDRAWN]
    assert "quote" not in to_customer(desk)


def test_a_quote_that_is_replaced_before_its_letter_left_never_reaches_the_customer() -> None:
    desk = office()
    quoted(desk)
    confirmed(desk, "giảm giá: 10%", to=last(desk, "staff_receipt"))
    staff_says(desk, "duyệt", to=last(desk, "staff_quote_draft"), at=NOW + timedelta(minutes=3))
    assert to_customer(desk) == ["quote"]


# D
def test_a_yes_counts_by_the_day_on_which_it_arrived() -> None:
    desk = office()
    version = quoted(desk)
    letter = last(desk, "quote")
    late = datetime.combine(version.quote.valid_until, datetime.min.time(), UTC) + timedelta(hours=16, minutes=58)
    raw = a_mail(
        YES, in_reply_to=f"<{letter.message_id}>", subject=f"Re: {letter.subject}", authentication_results=PASS
    )
    inbound = kept(desk, raw, arrived=late)

    receive(desk, inbound, late + timedelta(minutes=5))

    assert statuses(desk) == [QuoteStatus.ACCEPTED]
    assert to_customer(desk) == ["quote", "quote_accepted"]


def test_hold_brings_back_only_the_version_that_it_replaced() -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    confirmed(desk, "giảm giá: 10%", to=last(desk, "staff_receipt"))
    staff_says(desk, "duyệt", to=last(desk, "staff_quote_draft"), at=NOW + timedelta(minutes=3))
    gone(desk)
    customer_says(desk, "Cảm ơn em, bên chị không làm nữa. Chị từ chối báo giá này.")
    assert statuses(desk) == [QuoteStatus.SUPERSEDED, QuoteStatus.DECLINED]
    at = NOW + timedelta(hours=2)
    staff_says(desk, "gửi lại báo giá", to=last(desk, "staff_notice", SALES), at=at)
    staff_says(desk, "duyệt", to=last(desk, "staff_quote_draft"), at=at + timedelta(minutes=1))
    staff_says(desk, "giữ", to=last(desk, "staff_request"), sender=TECHNICIAN, at=at + timedelta(minutes=2))

    assert statuses(desk) == [QuoteStatus.SUPERSEDED, QuoteStatus.DECLINED, QuoteStatus.HELD]
    assert stored(desk).status is RequestStatus.QUOTE_DRAFT


def test_undo_of_a_hold_does_not_leave_a_quote_on_offer_whose_letter_was_stopped() -> None:
    desk = office()
    quoted(desk)
    receipt = staff_says(desk, "giữ", to=last(desk, "staff_receipt"), at=NOW + timedelta(minutes=2))
    staff_says(desk, "hoàn tác", to=receipt, at=NOW + timedelta(minutes=3))

    on_offer = quote(desk).status is QuoteStatus.SENT
    assert on_offer == ("quote" in to_customer(desk))


@pytest.mark.parametrize("text", ["giá: 3tr", "gửi lại báo giá", "báo giá"])
def test_an_accepted_quote_is_not_quoted_again_because_of_a_void_draft_beside_it(text: str) -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    confirmed(desk, "giảm giá: 10%", to=last(desk, "staff_receipt"))
    customer_says(desk, YES)
    assert statuses(desk) == [QuoteStatus.ACCEPTED, QuoteStatus.WITHDRAWN]

    receipt = confirmed(desk, text, to=last(desk, "staff_receipt"), minutes=90)

    assert stored(desk).status is RequestStatus.QUEUED, shown(desk, receipt).text
    assert statuses(desk) == [QuoteStatus.ACCEPTED, QuoteStatus.WITHDRAWN]


@pytest.mark.parametrize("text", ["giá: 3tr\nkhách đồng ý", "khách đồng ý\ngiá: 3tr"])
def test_one_mail_does_not_both_change_a_quote_and_take_its_acceptance(text: str) -> None:
    desk = office()
    quoted(desk)
    gone(desk)

    confirmed(desk, text, to=last(desk, "staff_receipt"))

    assert statuses(desk) == [QuoteStatus.SENT]
    assert to_customer(desk) == ["quote"]


@pytest.mark.parametrize(
    "text", ["giữ\nduyệt", "duyệt\ngiữ", "phí: miễn\nduyệt", "duyệt\nhủy yêu cầu", "duyệt\ntừ chối: hết chỗ"]
)
def test_an_approval_beside_its_contrary_sends_nothing(text: str) -> None:
    desk = office()
    asked(desk)

    confirmed(desk, text, to=last(desk, "staff_quote_draft"))

    assert "quote" not in to_customer(desk)


def test_what_was_waived_after_its_acceptance_is_not_invoiced() -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    customer_says(desk, YES)
    confirmed(desk, "phí: miễn", to=last(desk, "staff_notice", SALES), minutes=90)
    assert stored(desk).fee.fee == "free"
    staff_says(desk, "xong", to=last(desk, "staff_request"), sender=TECHNICIAN, at=NOW + timedelta(minutes=95))
    assert stored(desk).status is RequestStatus.DONE

    assert list(desk.records.uninvoiced()) == []


LAST_DAYS = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)  # 09:00 on a Tuesday; the reduced tax ends on the 31st
SHORT = "Chào em, chị muốn xây dựng thêm chức năng đặt bàn trực tuyến cho website nhà hàng. Em báo giá giúp chị nhé."


def _drafted_in_the_last_days(desk: Desk) -> None:
    received(desk, a_mail(SHORT, subject="Thêm chức năng đặt bàn", date=LAST_DAYS), now=LAST_DAYS)
    assert quote(desk).quote.vat_day.year == 2026


def test_a_price_with_tax_stays_that_price_where_the_rate_changes_meanwhile() -> None:
    desk = office()
    _drafted_in_the_last_days(desk)

    staff_says(desk, "giá: 2.750.000 đã gồm VAT", at=LAST_DAYS + timedelta(days=7))

    assert quote(desk).quote.vat_day.year == 2027
    assert (quote(desk).total, quote(desk).sums.vat) == (2_750_000, 250_000)


def test_a_draft_with_the_tax_of_last_year_is_not_approved() -> None:
    desk = office()
    _drafted_in_the_last_days(desk)
    at = LAST_DAYS + timedelta(days=7)

    receipt = staff_says(desk, "duyệt", at=at)

    assert "Thuế GTGT đã đổi" in shown(desk, receipt).text
    assert to_customer(desk) == []
    staff_says(desk, "hiệu lực: 15 ngày", to=last(desk, "staff_quote_draft"), at=at)
    staff_says(desk, "duyệt", to=last(desk, "staff_quote_draft"), at=at)
    assert to_customer(desk) == ["quote"]
    assert [one.percent for one in quote(desk).sums.by_rate] == [10]


@pytest.mark.parametrize(("text"), ["giờ: 10", "thêm dòng: Nhập liệu: 500k", "dòng 1: 800k"])
def test_a_discount_in_per_cent_follows_the_lines(text: str) -> None:
    desk = office()
    asked(desk)
    staff_says(desk, "giảm giá: 10%")
    staff_says(desk, text, to=last(desk, "staff_quote_draft"), at=NOW + timedelta(minutes=2))

    sums = quote(desk).sums
    assert quote(desk).quote.version == 3
    assert sums.discount == sums.gross // 10


def test_a_yes_with_a_file_shown_inline_is_read_by_a_person() -> None:
    desk = office()
    quoted(desk)
    letter = last(desk, "quote")
    raw = a_mail(
        YES, in_reply_to=f"<{letter.message_id}>", subject=f"Re: {letter.subject}", authentication_results=PASS
    )
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(
        b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="don-hang.pdf", disposition="inline"
    )

    received(desk, mail.as_bytes(), now=NOW + timedelta(hours=1))

    assert quote(desk).status is QuoteStatus.SENT


def test_undo_of_an_estimate_brings_the_draft_back() -> None:
    desk = office()
    asked(desk)
    first = quote(desk)
    receipt = staff_says(desk, "ước tính: 10h", sender=TECHNICIAN, to=last(desk, "staff_request"))
    assert quote(desk).id == "BG-1001/2"

    staff_says(desk, "hoàn tác", sender=TECHNICIAN, to=receipt, at=NOW + timedelta(minutes=2))

    assert [(one.id, one.status) for one in desk.records.quotes_of("VN-1001")] == [(first.id, QuoteStatus.DRAFT)]


def test_staff_take_an_acceptance_of_the_version_that_their_letter_shows() -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    customer_says(desk, "Ok em, cứ thế mà triển, để chị hỏi sếp vụ thanh toán sau.", at=NOW + timedelta(minutes=2))
    about_first = last(desk, "staff_notice", SALES)
    confirmed(desk, "giá: 9tr", to=last(desk, "staff_receipt"), minutes=3)
    staff_says(desk, "duyệt", to=last(desk, "staff_quote_draft"), at=NOW + timedelta(minutes=4))
    assert statuses(desk) == [QuoteStatus.SUPERSEDED, QuoteStatus.SENT]

    receipt = staff_says(desk, "khách đồng ý", to=about_first, at=NOW + timedelta(minutes=5))

    assert statuses(desk) == [QuoteStatus.SUPERSEDED, QuoteStatus.SENT], shown(desk, receipt).text
    assert "quote_accepted" not in to_customer(desk)


# automatic
AUTOMATIC = [
    {"auto_submitted": "auto-replied"},
    {"x_autoreply": "yes", "precedence": "auto_reply"},
    {"subject": "Automatic reply: Báo giá"},
]


@pytest.mark.parametrize("fields", AUTOMATIC)
def test_an_automatic_answer_accepts_nothing(fields: dict[str, str]) -> None:
    desk = office()
    quoted(desk)
    customer_says(desk, YES, **fields)  # type: ignore[arg-type]
    assert statuses(desk) == [QuoteStatus.SENT]


def test_a_calendar_s_answer_in_the_thread_of_a_quote_accepts_nothing() -> None:
    desk = office()
    quoted(desk)
    letter = last(desk, "quote")
    raw = a_mail(
        "Đồng ý",
        in_reply_to=f"<{letter.message_id}>",
        subject=f"Accepted: {letter.subject}",
        authentication_results=PASS,
    )
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:foreign@x\r\nDTSTAMP:20261123T020000Z\r\nDTSTART:20261124T020000Z\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:hue@senvang.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    mail.add_alternative(ics, subtype="calendar", params={"method": "REPLY"})
    received(desk, mail.as_bytes(), now=NOW + timedelta(hours=1))
    assert statuses(desk) == [QuoteStatus.SENT]


def test_a_yes_that_lay_in_the_mailbox_while_the_quote_ran_out_counts() -> None:
    desk = office()
    version = quoted(desk)
    letter = last(desk, "quote")
    arrived = datetime.combine(version.quote.valid_until, datetime.min.time(), UTC) + timedelta(hours=9)
    raw = a_mail(
        YES, in_reply_to=f"<{letter.message_id}>", subject=f"Re: {letter.subject}", authentication_results=PASS
    )
    inbound = kept(desk, raw, arrived=arrived)
    quote_due.due(desk, NOW + timedelta(days=18))

    receive(desk, inbound, NOW + timedelta(days=18))

    assert statuses(desk)[0] is QuoteStatus.ACCEPTED


def test_an_old_version_is_not_answered_with_one_that_ran_out() -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    old = last(desk, "quote")
    confirmed(desk, "giảm giá: 10%", to=last(desk, "staff_receipt"))
    staff_says(desk, "duyệt", to=last(desk, "staff_quote_draft"), at=NOW + timedelta(minutes=3))

    customer_says(desk, YES, to=old, at=NOW + timedelta(days=19))  # before the tick that lets it expire

    assert statuses(desk) == [QuoteStatus.SUPERSEDED, QuoteStatus.EXPIRED, QuoteStatus.DRAFT]
    assert shown(desk, last(desk, "quote_not_current")).attachments == ()


def test_a_quote_that_was_stopped_and_is_on_offer_again_goes_out_again() -> None:
    desk = office()
    quoted(desk)
    receipt = confirmed(desk, "hủy yêu cầu", to=last(desk, "staff_receipt"))
    assert to_customer(desk) == []

    staff_says(desk, "hoàn tác", to=receipt, at=NOW + timedelta(minutes=5))

    assert (statuses(desk), stored(desk).status) == ([QuoteStatus.SENT], RequestStatus.QUOTED)
    assert to_customer(desk) == ["quote"]
    assert last(desk, "quote").due > NOW + timedelta(minutes=5)


def test_an_undo_does_nothing_else_beside_it() -> None:
    desk = office()
    quoted(desk)

    confirmed(desk, "hoàn tác\nphí: miễn", to=last(desk, "staff_receipt"))

    assert (statuses(desk), stored(desk).fee.fee) == ([QuoteStatus.SENT], "paid")
    assert to_customer(desk) == ["quote"]


def test_a_slot_that_is_chosen_after_the_training_became_paid_puts_nothing_into_the_queue() -> None:
    desk = office()
    text = "Bên chị mới tuyển bạn thay bạn cũ phụ trách website, nhờ VINNO đào tạo bạn ấy đăng bài, sửa hình nhé."
    received(desk, a_mail(text, subject="Đào tạo nhân viên mới"))
    staff_says(desk, "đề xuất: 9h thứ 3 hoặc 14h thứ 5", to=last(desk, "staff_request"), sender=TECHNICIAN)
    confirmed(desk, "phí: tính", to=last(desk, "staff_request"))
    assert stored(desk).status is RequestStatus.QUOTE_DRAFT

    customer_says(desk, "Chị chọn 9h thứ 3 nhé.", to=last(desk, "training_slots"))

    assert stored(desk).status is RequestStatus.QUOTE_DRAFT
    assert "training_invitation" not in to_customer(desk)


def test_what_is_paid_again_after_it_was_waived_gets_a_draft_of_its_own() -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    confirmed(desk, "phí: miễn", to=last(desk, "staff_receipt"))

    confirmed(desk, "phí: tính", to=last(desk, "staff_receipt"), minutes=5)

    assert statuses(desk) == [QuoteStatus.WITHDRAWN, QuoteStatus.DRAFT]
    assert (quote(desk).id, stored(desk).status) == ("BG-1001/2", RequestStatus.QUOTE_DRAFT)


def test_staff_hear_that_money_which_came_for_waived_work_is_to_be_given_back() -> None:
    desk = office(quotes={"deposit_percent": 50})
    quoted(desk)
    gone(desk)
    customer_says(desk, YES)
    confirmed(desk, "đã nhận tiền", to=last(desk, "staff_notice", SALES), minutes=65)

    receipt = confirmed(desk, "phí: miễn", to=last(desk, "staff_receipt"), minutes=70)

    assert "hoàn lại tiền" in shown(desk, receipt).text


def test_work_whose_quote_nobody_accepted_is_not_reported_as_done() -> None:
    desk = office()
    quoted(desk)
    gone(desk)
    customer_says(desk, "Cảm ơn em, bên chị không làm nữa. Chị từ chối báo giá này.")
    customer_says(desk, YES, at=NOW + timedelta(hours=3))
    assert (statuses(desk), stored(desk).status) == ([QuoteStatus.DECLINED], RequestStatus.REVIEW)

    staff_says(desk, "xong", to=last(desk, "staff_request"), sender=TECHNICIAN, at=NOW + timedelta(hours=4))

    assert stored(desk).status is RequestStatus.REVIEW
    assert "request_done" not in to_customer(desk)
