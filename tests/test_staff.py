"""Staff work by replying: what each reply does, to whom something goes, what stays inside, what is held."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from textwrap import wrap

import pytest

from builders import NOW, SUPPORT, a_customer, a_desk, a_mail, letters, received
from worker.desk.context import Desk
from worker.desk.digest import daily
from worker.desk.ordering import order
from worker.desk.reception import receive
from worker.desk.silence import break_silence
from worker.mail.parsing import parse_mail
from worker.model import (
    Category,
    Fee,
    FeeDecision,
    FeeRule,
    InboundStatus,
    Letter,
    LetterStatus,
    Request,
    RequestStatus,
    Role,
    Route,
    Staff,
    Urgency,
)
from worker.records import Records, StaffEntry, side_change

TECHNICIAN, SALES = "tuan@vinno.example", "mai@vinno.example"
MEMBERS = [
    {"email": TECHNICIAN, "name": "Tuấn", "role": "technician"},
    {"email": SALES, "name": "Mai", "role": "sales"},
    {"email": "long@vinno.example", "name": "Long", "role": "technician", "language": "en"},
]
PASS = "mx.vinno.example; dmarc=pass header.from=vinno.example"
ANSWERS = ("staff_question", "staff_receipt", "staff_notice")
TO_STAFF = {"staff_request", "staff_notice", "staff_receipt", "staff_question", "staff_digest", "staff_quote_draft"}


def office(**changes: object) -> Desk:
    settings = {
        "staff": MEMBERS,
        "authentication": {"staff_mode": "verified", "trusted_authserv_id": "mx.vinno.example"},
    }
    return a_desk(**{**settings, **changes})


def asked(desk: Desk, text: str = "", **fields: str) -> Request:
    """A customer's request, as stored."""
    raw = a_mail(text, **fields) if text else a_mail(**fields)  # type: ignore[arg-type]
    request = received(desk, raw).request
    assert request is not None
    return stored(desk, request.id)


def stored(desk: Desk, number: str) -> Request:
    request = desk.records.request(number)
    assert request is not None
    return request


def notification(desk: Desk, number: str) -> Letter:
    return [one for one in letters(desk, "staff_request") if one.request_id == number][-1]


def reply(
    desk: Desk,
    to: Letter,
    text: str,
    *,
    sender: str = TECHNICIAN,
    verdict: str = PASS,
    minutes: int = 1,
    **headers: str,
) -> Letter:
    """Answer a letter to staff from that mailbox; the letter that came back."""
    fields = {"in_reply_to": f"<{to.message_id}>", "subject": f"Re: {to.subject}", **headers}
    if verdict:
        fields["authentication_results"] = verdict
    result = received(desk, a_mail(text, sender=sender, **fields), now=NOW + timedelta(minutes=minutes))  # type: ignore[arg-type]
    assert result.route is Route.STAFF
    written = [one for key in result.letters if (one := desk.records.letter(key)) and one.kind in ANSWERS]
    return next(one for kind in ANSWERS for one in written if one.kind == kind)


def shown(desk: Desk, letter: Letter) -> str:
    return parse_mail(desk.records.letter_bytes(letter.id)).text


def to_customer(desk: Desk, since: Letter | None = None) -> list[Letter]:
    found = [one for one in letters(desk) if one.kind not in TO_STAFF and one.kind != "acknowledgement"]
    return [one for one in found if one.status is not LetterStatus.CANCELLED and one is not since]


def paid_by_time(desk: Desk, number: str) -> Request:
    """The request as one that is free because it is short."""
    found = stored(desk, number)
    decision = FeeDecision(Fee.FREE, FeeRule.WITHIN_THRESHOLD)
    return desk.records.save_record(replace(found, fee=decision, category=Category.WEBSITE_REQUEST))


# ---- tokens ---------------------------------------------------------------------------------------------------------


def test_a_notification_carries_one_token_in_message_id_subject_and_last_line() -> None:
    desk = office()
    letter = notification(desk, asked(desk).id)

    token = letter.message_id.split(".")[1].partition("@")[0]

    assert desk.records.token(token) is not None
    assert letter.subject.endswith(f"[#{token}]")
    assert f"#{token}]" in shown(desk, letter).rstrip().splitlines()[-1]


def test_no_letter_to_a_customer_carries_a_staff_token() -> None:
    desk = office()
    request = asked(desk)
    note = notification(desk, request.id)
    reply(desk, note, "gửi khách: Chị cho em xin ảnh chụp lỗi nhé?")

    token = note.message_id.split(".")[1].partition("@")[0]

    for letter in letters(desk):
        if letter.kind not in TO_STAFF:
            assert token not in desk.records.letter_bytes(letter.id).decode()


def test_what_was_given_to_somebody_is_told_to_them() -> None:
    desk = office()
    request = asked(desk)
    reply(desk, notification(desk, request.id), "để Mai làm nhé")
    received(
        desk,
        a_mail("Bổ sung: hộp thư ketoan@ cũng không nhận được thư em nhé.", subject=f"Re: x [{request.id}]"),
        now=NOW + timedelta(hours=1),
    )

    assert stored(desk, request.id).assigned_to == SALES
    assert notification(desk, request.id).recipient == SALES


# ---- acts -----------------------------------------------------------------------------------------------------------

ACTS = [
    ("ước tính 45p", lambda one: one.effort.likely, 45),
    ("est: 2h", lambda one: one.effort.likely, 120),
    ("em nhận cái này", lambda one: one.assigned_to, TECHNICIAN),
    ("giao: Long", lambda one: one.assigned_to, "long@vinno.example"),
    ("mức độ: cao", lambda one: one.urgency, Urgency.HIGH),
    ("loại: sự cố hosting", lambda one: one.category, Category.HOSTING_INCIDENT),
    ("bắt đầu", lambda one: one.status, RequestStatus.IN_PROGRESS),
    ("đã làm: 50p", lambda one: one.minutes_spent, 50),
    ("xong", lambda one: one.status, RequestStatus.DONE),
    ("hủy", lambda one: one.status, RequestStatus.CANCELLED),
    ("từ chối: không thuộc phạm vi", lambda one: one.status, RequestStatus.CANCELLED),
    ("dời: sáng thứ 4", lambda one: one.not_before is not None, True),
    ("# chị này hay đổi ý lắm", lambda one: one.history[-1].what, "note"),
    ("gửi khách: Chị cho em xin ảnh chụp lỗi nhé?", lambda one: one.status, RequestStatus.WAITING_FOR_CUSTOMER),
    ("gửi khách: Em đang xử lý ạ.", lambda one: one.status, RequestStatus.QUEUED),
]


@pytest.mark.parametrize(("text", "look", "expected"), ACTS, ids=[one[0] for one in ACTS])
def test_a_reply_does_what_it_says_and_gets_a_receipt(text: str, look: object, expected: object) -> None:
    desk = office()
    request = asked(desk)

    receipt = reply(desk, notification(desk, request.id), text)

    assert look(stored(desk, request.id)) == expected  # type: ignore[operator]
    assert (receipt.kind, receipt.recipient) == ("staff_receipt", TECHNICIAN)


SILENT = ["ước tính 45p", "em nhận cái này", "mức độ: cao", "# chị này hay đổi ý lắm", "bắt đầu", "hủy", "ok thanks"]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_meant_for_the_customer_does_not_reach_them(text: str) -> None:
    desk = office()
    reply(desk, notification(desk, asked(desk).id), text)

    assert to_customer(desk) == []


def test_a_wrong_command_stops_the_whole_mail() -> None:
    desk = office()
    request = asked(desk)

    receipt = reply(desk, notification(desk, request.id), "ước tính: 45p\nkhan cap: xanh lá\nxong")

    assert stored(desk, request.id).status is RequestStatus.QUEUED
    assert "Không thực hiện gì" in shown(desk, receipt)
    assert to_customer(desk) == []


@pytest.mark.parametrize("width", [0, 72, 40])
def test_the_examples_of_a_notification_that_was_copied_unmarked_are_not_obeyed(width: int) -> None:
    desk = office()
    request = asked(desk)
    note = notification(desk, request.id)
    lines = shown(desk, note).splitlines()
    copied = "\n".join("\n".join(wrap(line, width)) if width else line for line in lines)

    reply(desk, note, f"em nhận\n\n{copied}")

    after = stored(desk, request.id)
    assert (after.effort, after.not_before, after.minutes_spent) == (request.effort, None, 0)
    assert after.status is RequestStatus.QUEUED
    assert to_customer(desk) == []


def test_the_relayed_answer_is_threaded_without_commands_tokens_and_private_signature() -> None:
    desk = office()
    request = asked(desk, message_id="<hoi@senvang.example>")
    note = notification(desk, request.id)
    text = (
        "ước tính 45p\ngửi khách: Chị Huệ ơi, chị cho em xin ảnh chụp lỗi nhé?\n\nTrân trọng,\nTuấn\n0901 234 567\n\n"
        f"On Mon, VINNO wrote:\n> {note.subject}\n> mật khẩu cũ"
    )

    reply(desk, note, text)

    (letter,) = to_customer(desk)
    mail = parse_mail(desk.records.letter_bytes(letter.id))
    assert (letter.kind, letter.recipient, mail.sender.email) == ("relay", "hue@senvang.example", SUPPORT)
    assert mail.in_reply_to == ("hoi@senvang.example",)
    assert "xin ảnh chụp lỗi" in mail.text
    for word in ("ước tính", "0901", "Tuấn", "#", "mật khẩu", "tuan@"):
        assert word not in mail.text


def test_a_completion_tells_the_warranty_and_takes_the_words_to_the_customer_along() -> None:
    desk = office()
    request = asked(desk)

    reply(desk, notification(desk, request.id), "xong\ngửi khách: Em đã mở lại cổng SMTP, chị thử gửi lại giúp em.")

    (letter,) = to_customer(desk)
    text = shown(desk, letter)
    assert letter.kind == "request_done"
    assert "bảo hành không giới hạn" in text
    assert "mở lại cổng SMTP" in text


def test_free_work_that_passes_the_threshold_stops_and_asks() -> None:
    desk = office()
    request = asked(desk)
    paid_by_time(desk, request.id)

    receipt = reply(desk, notification(desk, request.id), "ước tính 3h", sender=SALES)

    assert stored(desk, request.id).status is RequestStatus.REVIEW
    assert "phí: miễn" in shown(desk, receipt)
    assert to_customer(desk) == []


def test_a_technician_who_passes_the_threshold_has_those_asked_who_decide_fees() -> None:
    desk = office()
    request = asked(desk)
    paid_by_time(desk, request.id)

    receipt = reply(desk, notification(desk, request.id), "mất 3h")
    to_decide = notification(desk, request.id)
    reply(desk, to_decide, "phí: miễn", sender=SALES, minutes=2)

    assert "Đã chuyển cho người quyết định phí" in shown(desk, receipt)
    assert to_decide.recipient == desk.settings.staff_address
    assert "phí: miễn · phí: tính" in shown(desk, to_decide)
    after = stored(desk, request.id)
    assert (after.status, after.fee.rule) == (RequestStatus.QUEUED, FeeRule.STAFF)
    assert to_customer(desk) == []


def test_the_rest_of_free_work_is_quoted_only_after_the_correction_was_approved() -> None:
    desk = office()
    request = asked(desk)
    paid_by_time(desk, request.id)
    reply(desk, notification(desk, request.id), "ước tính 3h")

    question = reply(desk, notification(desk, request.id), "phí: tính", sender=SALES, minutes=2)
    before = to_customer(desk)
    reply(desk, question, "đồng ý", sender=SALES, minutes=3)

    assert (question.kind, before) == ("staff_question", [])
    assert stored(desk, request.id).status is RequestStatus.QUOTE_DRAFT
    assert "xin đính chính" in shown(desk, to_customer(desk)[0])


def test_what_is_closed_is_not_put_off() -> None:
    desk = office()
    request = asked(desk)
    note = notification(desk, request.id)
    reply(desk, note, "xong")

    assert "đã khép lại" in shown(desk, reply(desk, note, "dời sang sáng thứ 6", minutes=2))


def test_an_incident_stays_free_however_long_it_takes() -> None:
    desk = office()
    request = asked(desk)

    reply(desk, notification(desk, request.id), "ước tính 5h")

    assert stored(desk, request.id).status is RequestStatus.QUEUED


def test_corrections_become_examples() -> None:
    desk = office()
    request = asked(desk)

    reply(desk, notification(desk, request.id), "loại: sự cố hosting")

    example = desk.records.store.get("example", request.id)
    assert example is not None
    assert example.document["category"] == "hosting_incident"


def test_an_absence_enters_the_plan() -> None:
    desk = office()
    reply(desk, notification(desk, asked(desk).id), "mai em nghỉ")

    away = next(one for one in desk.board.people if one.email == TECHNICIAN)

    assert len(away.absences) == 1


def test_two_requests_of_one_customer_are_merged() -> None:
    desk = office()
    first, second = asked(desk), asked(desk, "Website bên chị báo lỗi 500, không vào được.", subject="Lỗi web")

    reply(desk, notification(desk, second.id), f"gộp: {first.id}")

    assert stored(desk, second.id).status is RequestStatus.CANCELLED
    assert set(second.inbound) < set(stored(desk, first.id).inbound)


def test_requests_of_different_customers_are_not_merged() -> None:
    desk = office()
    desk.records.save_customer(a_customer(id="khac", name="Khác", addresses=("b@khac.example",), domains=()))
    first, second = asked(desk), asked(desk, sender="b@khac.example")

    receipt = reply(desk, notification(desk, second.id), f"gộp: {first.id}")

    assert stored(desk, second.id).status is second.status
    assert "khách khác" in shown(desk, receipt)


@pytest.mark.parametrize(
    ("text", "said"), [("trợ giúp", "ước tính"), ("hàng đợi", "VN-1001"), ("vì sao", "mở yêu cầu")]
)
def test_questions_are_answered_in_the_receipt(text: str, said: str) -> None:
    desk = office()

    receipt = reply(desk, notification(desk, asked(desk).id), text)

    assert said in shown(desk, receipt)


NAMED = [
    ("giao: Mai", SALES),
    ("giao Mai", SALES),
    ("giao: mai", SALES),
    ("giao: chị Mai", SALES),
    ("giao: mai@vinno.example", SALES),
    ("để Mai làm nhé", SALES),
    ("giao: Trần Thị Mai", SALES),
    ("giao: Tran Thi Mai", SALES),
    ("giao: Tuan", TECHNICIAN),
    ("assign: Minh Anh", "anh@vinno.example"),
    ("giao: Đức", "duc.tran@vinno.example"),
    ("giao: duc", "duc.tran@vinno.example"),
]


def a_team(*more: tuple[str, str]) -> list[dict[str, str]]:
    named = [(TECHNICIAN, "Nguyễn Văn Tuấn"), (SALES, "Trần Thị Mai"), ("anh@vinno.example", "Lê Minh Anh")]
    named += [("duc.tran@vinno.example", "Trần Đức"), *more]
    return [{"email": email, "name": name} for email, name in named]


@pytest.mark.parametrize(("text", "expected"), NAMED, ids=[one[0] for one in NAMED])
def test_work_is_given_to_a_colleague_by_name(text: str, expected: str) -> None:
    desk = office(staff=a_team())
    request = asked(desk)

    reply(desk, notification(desk, request.id), text)

    assert stored(desk, request.id).assigned_to == expected


def test_a_name_that_two_colleagues_share_is_asked_back_with_their_addresses() -> None:
    desk = office(staff=a_team(("mai2@vinno.example", "Phạm Ngọc Mai"), ("tuan2@vinno.example", "Lý Tuân")))
    note = notification(desk, asked(desk).id)

    two, exact, bare = (reply(desk, note, text) for text in ("giao: Mai", "giao: Tuấn", "giao: Tuan 2"))

    assert "mai2@vinno.example" in shown(desk, two)
    assert "Có 2 người tên “Mai”" in shown(desk, two)
    assert "Giao cho: Nguyễn Văn Tuấn" in shown(desk, exact)
    assert "Chưa làm gì" in shown(desk, bare)


def test_who_is_added_to_the_store_works_at_once_and_who_is_off_does_not() -> None:
    desk = office()
    request = asked(desk)
    note = notification(desk, request.id)
    new = Staff(email="lan@vinno.example", name="Lan", role=Role.MANAGER)

    desk.records.store.commit(side_change(StaffEntry(key=new.email, member=new)))
    reply(desk, note, "mức độ: cao", sender=new.email)
    desk.records.store.commit(side_change(StaffEntry(key=TECHNICIAN)))
    gone = received(desk, a_mail("mức độ: thấp", sender=TECHNICIAN, in_reply_to=f"<{note.message_id}>"))

    assert stored(desk, request.id).urgency is Urgency.HIGH
    assert gone.route is not Route.STAFF
    assert {one.email for one in desk.team()} == {SALES, "long@vinno.example", new.email}


def test_the_plan_counts_who_is_in_the_store() -> None:
    desk = office()
    desk.records.store.commit(side_change(StaffEntry(key=TECHNICIAN)))

    order(desk, NOW)

    assert {one.email for one in desk.board.people} == {SALES, "long@vinno.example"}


def test_work_that_is_put_off_past_its_promise_tells_the_customer_in_a_letter_that_can_be_stopped() -> None:
    desk = office()
    request = asked(desk)

    receipt = reply(desk, notification(desk, request.id), "dời sang sáng thứ 6")
    (letter,) = to_customer(desk)
    moved = stored(desk, request.id)
    reply(desk, receipt, "hoàn tác", minutes=2)

    assert letter.kind == "promise_moved"
    assert "Thư báo hẹn mới, trước 10:00 thứ Sáu, 27/11" in shown(desk, receipt)
    assert "trước 10:00 thứ Sáu, 27/11" in shown(desk, letter)
    assert (moved.promise != request.promise, moved.first_promise) == (True, request.first_promise)
    assert stored(desk, request.id).promise == request.promise
    assert to_customer(desk) == []


def test_a_category_the_customer_was_told_is_corrected_by_answering_with_the_words_shown() -> None:
    desk = office()
    request = asked(desk)

    receipt = reply(desk, notification(desk, request.id), "loại: sự cố hosting")
    (line,) = [one for one in shown(desk, receipt).split("\n") if "đính chính thì trả lời: " in one]
    before = to_customer(desk)
    reply(desk, receipt, line.partition("đính chính thì trả lời: ")[2], minutes=2)

    assert before == []
    (letter,) = to_customer(desk)
    assert "thuộc loại “Sự cố hosting”, không phải “Sự cố email”" in shown(desk, letter)


def test_what_is_written_about_a_merged_request_belongs_to_the_one_it_went_into() -> None:
    desk = office()
    first, second = asked(desk), asked(desk, "Website bên chị báo lỗi 500, không vào được.", subject="Lỗi web")
    reply(desk, notification(desk, second.id), f"gộp: {first.id}")

    received(desk, a_mail("Trang quản trị cũng báo lỗi 500 em nhé.", subject=f"Re: [{second.id}] Lỗi web"))

    assert stored(desk, second.id).status is RequestStatus.CANCELLED
    assert stored(desk, first.id).history[-1].what == "follow_up"


def test_a_number_that_was_typed_without_brackets_names_the_request() -> None:
    desk = office()
    request = asked(desk)
    raw = a_mail("ước tính 45p", sender=TECHNICIAN, subject=request.id, authentication_results=PASS)
    received(desk, raw, now=NOW + timedelta(minutes=1))

    (question,) = letters(desk, "staff_question")
    reply(desk, question, "đồng ý", minutes=2)

    assert stored(desk, request.id).effort.likely == 45


def test_staff_read_the_history_in_their_own_language() -> None:
    desk = office()
    note = notification(desk, asked(desk).id)
    reply(desk, note, "mức độ: thấp, khoảng 45p")

    text = shown(desk, reply(desk, note, "vì sao", minutes=2))

    assert "mở yêu cầu: Sự cố email, miễn phí theo quy định về sự cố" in text
    assert "đổi mức độ: tuan@vinno.example: khẩn cấp → thấp" in text
    assert "ước tính: tuan@vinno.example: 45/45/45 phút" in text


def test_an_empty_queue_is_said_to_be_empty() -> None:
    desk = office()
    note = notification(desk, asked(desk).id)
    reply(desk, note, "xong")

    assert "Hàng đợi đang trống." in shown(desk, reply(desk, note, "hàng đợi", minutes=2))


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("gửi khách: em đang xử lý ạ.", "Kính chào Anh/Chị Nguyễn Thị Huệ,\n\nEm đang xử lý ạ.\n"),
        ("Dạ chị Huệ ơi, chị cho em xin ảnh chụp lỗi nhé?", "Dạ chị Huệ ơi, chị cho em xin ảnh chụp lỗi nhé?\n"),
    ],
)
def test_a_letter_to_the_customer_greets_them_once(text: str, begins: str) -> None:
    desk = office()
    reply(desk, notification(desk, asked(desk).id), text)

    assert shown(desk, to_customer(desk)[0]).startswith(begins)


def test_a_colleague_who_is_given_work_gets_all_there_is_to_know() -> None:
    desk = office()
    request = asked(desk)

    reply(desk, notification(desk, request.id), "giao: Mai")

    given = notification(desk, request.id)
    assert given.recipient == SALES
    assert "Việc được giao cho anh/chị" in shown(desk, given)
    assert "Khách viết:\nChào em, từ sáng" in shown(desk, given)


# ---- money ----------------------------------------------------------------------------------------------------------


def test_a_technician_decides_nothing_about_money() -> None:
    desk = office()
    request = asked(desk, "Website mình bị lỗi, nhờ xem giúp.", sender="la@gmail.com")

    receipt = reply(desk, notification(desk, request.id), "phí: miễn")

    assert stored(desk, request.id).fee.fee is Fee.REVIEW
    assert "sales" in shown(desk, receipt)


def test_sales_decide_the_fee_of_a_request_under_review_by_one_reply_and_only_once() -> None:
    desk = office()
    request = asked(desk, "Website mình bị lỗi, nhờ xem giúp.", sender="la@gmail.com")
    note = notification(desk, request.id)

    reply(desk, note, "phí: miễn", sender=SALES)
    again = reply(desk, note, "phí: tính", sender=SALES, minutes=2)

    assert stored(desk, request.id).fee == FeeDecision(Fee.FREE, FeeRule.STAFF, SALES)
    assert [one.kind for one in to_customer(desk)] == ["fee_decided"]
    assert again.kind == "staff_question"


def test_a_fee_the_customer_was_told_changes_only_after_the_correction_was_approved() -> None:
    desk = office()
    request = asked(desk)

    question = reply(desk, notification(desk, request.id), "phí: tính", sender=SALES)

    assert question.kind == "staff_question"
    assert "đính chính" in shown(desk, question)
    assert stored(desk, request.id).fee.fee is Fee.FREE
    reply(desk, question, "đồng ý", sender=SALES, minutes=2)
    assert stored(desk, request.id).fee.fee is Fee.PAID
    assert [one.kind for one in to_customer(desk)] == ["fee_decided"]


def test_an_amount_that_nobody_approved_stops_the_letter() -> None:
    desk = office()
    request = asked(desk)

    receipt = reply(desk, notification(desk, request.id), "gửi khách: Chị ơi phí là 2.500.000đ nhé.")

    assert to_customer(desk) == []
    assert "2.500.000" in shown(desk, receipt)


def test_words_of_an_internal_note_do_not_get_out() -> None:
    desk = office()
    request = asked(desk)
    reply(desk, notification(desk, request.id), "# khách này chậm thanh toán ba lần")

    receipt = reply(desk, notification(desk, request.id), "gửi khách: Khách này chậm thanh toán ba lần.", minutes=2)

    assert to_customer(desk) == []
    assert "bị chặn" in shown(desk, receipt)


def test_a_quote_that_staff_order_is_a_draft_and_reaches_nobody_outside() -> None:
    desk = office()
    request = asked(desk, "Website mình bị lỗi, nhờ xem giúp.", sender="la@gmail.com")

    receipt = reply(desk, notification(desk, request.id), "báo giá: 2500000", sender=SALES)

    assert "chưa gửi khách" in shown(desk, receipt)
    assert [one.recipient for one in letters(desk, "staff_quote_draft")] == [SALES]
    assert to_customer(desk) == []


@pytest.mark.parametrize(("least", "fee"), [("technician", Fee.FREE), ("manager", Fee.REVIEW)])
def test_settings_say_which_role_decides_fees(least: str, fee: Fee) -> None:
    desk = office(approvals={"fees": least})
    request = asked(desk, "Website mình bị lỗi, nhờ xem giúp.", sender="la@gmail.com")

    for sender in (SALES, TECHNICIAN):
        reply(desk, notification(desk, request.id), "phí: miễn", sender=sender)

    assert stored(desk, request.id).fee.fee is fee


def test_where_nobody_may_decide_about_money_receipt_and_digest_say_so() -> None:
    desk = office(staff=MEMBERS[:1])
    request = asked(desk, "Website mình bị lỗi, nhờ xem giúp.", sender="la@gmail.com")

    receipt = reply(desk, notification(desk, request.id), "phí: miễn")
    daily(desk, NOW)

    assert "Chưa ai được quyết định phí" in shown(desk, receipt)
    assert "Chưa ai được quyết định phí" in shown(desk, letters(desk, "staff_digest")[0])


# ---- authority ------------------------------------------------------------------------------------------------------


def confirming(**changes: object) -> Desk:
    return office(authentication={"staff_mode": "confirm"}, **changes)


def test_where_nothing_is_stamped_an_estimate_needs_only_the_token() -> None:
    desk = confirming()
    request = asked(desk)

    reply(desk, notification(desk, request.id), "ước tính 45p", verdict="")

    assert stored(desk, request.id).effort.likely == 45


@pytest.mark.parametrize("text", ["xong", "gửi khách: Em đang làm ạ.", "từ chối", "hủy", "phí: tính"])
def test_where_nothing_is_stamped_what_matters_waits_for_one_yes(text: str) -> None:
    desk = confirming()
    request = asked(desk)

    question = reply(desk, notification(desk, request.id), text, verdict="", sender=SALES)

    assert (question.kind, question.recipient) == ("staff_question", SALES)
    assert stored(desk, request.id) == request
    assert to_customer(desk) == []
    answered = reply(desk, question, "đồng ý", verdict="", sender=SALES, minutes=2)
    assert answered.kind == "staff_receipt"
    assert stored(desk, request.id) != request
    before = stored(desk, request.id)
    reply(desk, question, "đồng ý", verdict="", sender=SALES, minutes=3)
    assert stored(desk, request.id) == before


def test_a_verified_sender_without_a_token_is_asked_at_the_address_on_record() -> None:
    desk = office()
    request = asked(desk)
    raw = a_mail("xong", sender=TECHNICIAN, subject=f"[{request.id}]", authentication_results=PASS)
    received(desk, raw, now=NOW + timedelta(minutes=1))

    (question,) = letters(desk, "staff_question")

    assert stored(desk, request.id).status is RequestStatus.QUEUED
    reply(desk, question, "ok", minutes=2)
    assert stored(desk, request.id).status is RequestStatus.DONE


def test_a_repeated_message_id_does_nothing() -> None:
    desk = office()
    request = asked(desk)
    note = notification(desk, request.id)
    reply(desk, note, "đã làm: 10p", message_id="<a@vinno.example>")

    reply(desk, note, "đã làm: 20p", message_id="<a@vinno.example>", minutes=2)

    assert stored(desk, request.id).minutes_spent == 10


def test_a_vacation_note_of_staff_does_nothing() -> None:
    desk = office()
    request = asked(desk)
    note = notification(desk, request.id)
    raw = a_mail(
        "Em nghỉ phép. Xong.", sender=TECHNICIAN, in_reply_to=f"<{note.message_id}>", subject=f"Re: {note.subject}",
        authentication_results=PASS, auto_submitted="auto-replied",
    )  # fmt: skip

    assert received(desk, raw).route is Route.AUTOMATIC
    assert letters(desk, "staff_receipt") == []
    assert stored(desk, request.id) == request


# ---- undo -----------------------------------------------------------------------------------------------------------


def test_undo_within_the_wait_stops_the_letter_and_restores_the_request() -> None:
    desk = office()
    request = asked(desk)
    receipt = reply(desk, notification(desk, request.id), "xong")

    reply(desk, receipt, "hoàn tác", minutes=2)

    after = stored(desk, request.id)
    assert (after.status, after.closed_at) == (RequestStatus.QUEUED, None)
    assert [one.what for one in after.history[-2:]] == ["done", "undone"]
    assert to_customer(desk) == []


def test_what_has_left_cannot_be_undone() -> None:
    desk = office()
    request = asked(desk)
    receipt = reply(desk, notification(desk, request.id), "xong")
    (letter,) = to_customer(desk)
    desk.records.save_record(replace(letter, status=LetterStatus.SENT))

    told = reply(desk, receipt, "hoàn tác", minutes=9)

    assert stored(desk, request.id).status is RequestStatus.DONE
    assert "đã đi rồi" in shown(desk, told)


def test_letters_that_staff_cause_wait_two_minutes() -> None:
    desk = office()
    reply(desk, notification(desk, asked(desk).id), "gửi khách: Em đang làm ạ.")

    (letter,) = to_customer(desk)

    assert letter.due - letter.created == timedelta(seconds=120)


# ---- forwards -------------------------------------------------------------------------------------------------------

FORWARD = (
    "Tạo giúp anh nhé.\n\n---------- Forwarded message ---------\nFrom: Nguyễn Thị Huệ <hue@senvang.example>\n"
    "Date: Mon, 23 Nov 2026 08:00\nSubject: Web lỗi\nTo: tuan@vinno.example\n\n"
    "Em ơi website báo lỗi 500 từ sáng, em xem giúp chị."
)


def test_a_forward_opens_the_customers_request_and_says_so() -> None:
    desk = office()
    raw = a_mail(FORWARD, sender=TECHNICIAN, subject="Fwd: Web lỗi", authentication_results=PASS)

    request = received(desk, raw).request

    assert request is not None
    assert (request.contact.email, request.customer_id) == ("hue@senvang.example", "sen-vang")
    assert "lỗi 500" in request.text
    assert request.id in shown(desk, letters(desk, "staff_receipt")[-1])
    assert letters(desk, "acknowledgement")[-1].recipient == "hue@senvang.example"


def test_an_unproven_forward_opens_nothing_before_a_yes() -> None:
    desk = confirming()
    raw = a_mail(FORWARD, sender=TECHNICIAN, subject="Fwd: Web lỗi")

    assert received(desk, raw).request is None
    (question,) = letters(desk, "staff_question")
    reply(desk, question, "đồng ý", verdict="", minutes=2)
    assert [one.recipient for one in letters(desk, "acknowledgement")] == ["hue@senvang.example"]


# ---- no letter without a person asking for it ------------------------------------------------------------------------


def test_every_staff_mail_gets_exactly_one_answer() -> None:
    desk = office()
    note = notification(desk, asked(desk).id)

    for minutes, text in enumerate(("ok thanks", "xong rồi nhé", "là sao?", "45p nữa em tới", "mất 50p"), 1):
        reply(desk, note, text, minutes=minutes)

    answers = [one for one in letters(desk) if one.kind in {"staff_receipt", "staff_question"}]
    assert len(answers) == 5


def test_a_busy_member_who_is_proven_is_answered_however_much_they_write() -> None:
    desk = office()
    note = notification(desk, asked(desk).id)

    for _ in range(22):
        reply(desk, note, "là sao?")

    assert len(letters(desk, "staff_receipt")) == 22


def test_the_records_keep_tokens_by_their_text() -> None:
    desk = office()
    records: Records = desk.records
    key = re.search(r"#([0-9a-f]{16})", notification(desk, asked(desk).id).subject)

    assert key is not None
    assert records.token(key[1]) is not None
    assert records.token("0" * 16) is None


def test_above_the_cap_a_member_who_cannot_be_proven_is_told_once_and_nothing_is_lost() -> None:
    desk = office(authentication={"staff_mode": "confirm"})
    note = notification(desk, asked(desk).id)
    for number in range(30):
        raw = a_mail(f"xong {number}", sender=TECHNICIAN, in_reply_to=f"<{note.message_id}>", subject=note.subject)
        received(desk, raw, now=NOW + timedelta(minutes=5))
    to_member = [one for one in letters(desk) if one.recipient == TECHNICIAN]
    aside = list(desk.records.inbound_in(InboundStatus.QUARANTINED))

    daily(desk, NOW + timedelta(hours=1))
    desk.records.save_record(replace(aside[0], status=InboundStatus.KEPT))
    receive(desk, aside[0].id, NOW + timedelta(hours=2))

    cap = desk.settings.loops.letters_per_sender_hour
    assert (len(to_member), len(aside)) == (cap, 30 - cap + 1)
    assert "không mất" in shown(desk, to_member[-1])
    assert f"Thư chưa xử lý được: {len(aside)}" in shown(desk, letters(desk, "staff_digest")[0])
    assert len([one for one in letters(desk) if one.recipient == TECHNICIAN]) == cap + 1


# ---- the customer asks, or says nothing ------------------------------------------------------------------------------


def _chased(desk: Desk, request: Request, minutes: int) -> None:
    raw = a_mail("Em ơi việc này đến đâu rồi?", subject=f"Re: x [{request.id}]")
    received(desk, raw, now=NOW + timedelta(minutes=minutes))


def test_who_asks_how_far_it_is_is_told_at_once_and_staff_hear_of_the_second_time() -> None:
    desk = office()
    request = asked(desk)

    _chased(desk, request, 30)
    assert [one.kind for one in to_customer(desk)] == ["status_answer"]
    assert "Dự kiến hoàn thành" in shown(desk, to_customer(desk)[0])
    assert len(letters(desk, "staff_request")) == 1
    _chased(desk, request, 60)

    assert [one.kind for one in to_customer(desk)] == ["status_answer"] * 2
    assert len(letters(desk, "staff_request")) == 2


def test_an_answer_to_our_question_puts_the_request_back_into_the_queue() -> None:
    desk = office()
    request = asked(desk)
    reply(desk, notification(desk, request.id), "gửi khách: Chị cho em xin ảnh chụp lỗi nhé?")
    (question,) = to_customer(desk)

    received(
        desk,
        a_mail("Đây em, nó báo 550 mailbox unavailable khi gửi vào lienhe@.", in_reply_to=f"<{question.message_id}>"),
        now=NOW + timedelta(minutes=9),
    )

    assert stored(desk, request.id).status is RequestStatus.QUEUED


def test_silence_is_reminded_after_three_working_days_and_closed_after_ten() -> None:
    desk = office()
    request = asked(desk)
    reply(desk, notification(desk, request.id), "gửi khách: Chị cho em xin ảnh chụp lỗi nhé?")

    for days in range(1, 21):
        break_silence(desk, NOW + timedelta(days=days, minutes=5))

    kinds = [one.kind for one in to_customer(desk)]
    assert kinds == ["relay", "still_waiting", "closed_quietly"]
    assert "xin ảnh chụp lỗi" in shown(desk, to_customer(desk)[1])
    assert stored(desk, request.id).status is RequestStatus.CANCELLED
    answer = a_mail("Xin lỗi em chị quên, ảnh lỗi đây: 550 mailbox unavailable.", subject=f"Re: [{request.id}] x")
    received(desk, answer, now=NOW + timedelta(days=22))
    assert stored(desk, request.id).status.is_open


def test_the_digest_goes_out_once_on_a_working_day_and_names_what_is_open() -> None:
    desk = office()
    request = asked(desk)
    sunday = NOW - timedelta(days=1)

    assert daily(desk, sunday) == []
    assert len(daily(desk, NOW)) == 1
    assert daily(desk, NOW + timedelta(hours=1)) == []
    assert request.id in shown(desk, letters(desk, "staff_digest")[0])
    assert len(daily(desk, NOW + timedelta(days=2))) == 1


def test_the_digest_shows_its_chart_within_the_letter_and_says_it_in_words() -> None:
    desk = office()
    daily(desk, NOW)
    (letter,) = letters(desk, "staff_digest")

    mail = message_from_bytes(desk.records.letter_bytes(letter.id), policy=policy.default)
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    html = next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/html")

    assert picture.get_content().startswith(b"\x89PNG")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert 'alt="Yêu cầu mới / đã xong: ' in html


def test_the_digest_counts_the_last_working_day() -> None:
    desk = office()
    request = asked(desk)
    reply(desk, notification(desk, request.id), "xong", minutes=5)

    next_day = daily(desk, NOW + timedelta(days=2))  # the 24th is a holiday

    text = shown(desk, next(one for one in letters(desk, "staff_digest") if one.id == next_day[0]))
    assert "(T2 23/11):\n  Yêu cầu mới: 1\n  Đã xong: 1 (đúng hẹn: 1)" in text


def test_a_report_that_is_asked_for_goes_to_who_asked() -> None:
    desk = office()
    reply(desk, notification(desk, asked(desk).id), "báo cáo")

    assert [one.recipient for one in letters(desk, "staff_digest")] == [TECHNICIAN]
