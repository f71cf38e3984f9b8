"""One kept mail becomes one saved outcome: the right request, the right letter, nothing twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOW, SUPPORT, a_customer, a_desk, a_mail, kept, letters, received
from worker.desk.context import Desk
from worker.desk.reception import quarantine, receive
from worker.mail.parsing import parse_mail
from worker.model import Category, Fee, FeeRule, InboundStatus, LetterStatus, Request, RequestStatus, Route


def _ack_of(desk: Desk, number: int = -1) -> tuple[str, str]:
    """Subject and text of an acknowledgement, as its recipient's mail program would show them."""
    letter = letters(desk, "acknowledgement")[number]
    mail = parse_mail(desk.records.letter_bytes(letter.id))
    return mail.subject, mail.text


def test_an_incident_of_a_known_customer_is_acknowledged_as_free_with_the_reason_and_a_time() -> None:
    desk = a_desk()

    request = received(desk, a_mail()).request

    assert request is not None
    assert (request.fee.fee, request.status) == (Fee.FREE, RequestStatus.QUEUED)
    subject, text = _ack_of(desk)
    assert subject == f"Re: Không nhận được mail [{request.id}]"
    assert "miễn phí mọi sự cố về email, hosting và tên miền" in text
    assert "Dự kiến hoàn thành: trước" in text


def test_handling_a_mail_twice_does_nothing_the_second_time() -> None:
    desk = a_desk()
    inbound = kept(desk, a_mail())
    receive(desk, inbound, NOW)

    again = receive(desk, inbound, NOW)

    assert again.letters == ()
    assert len(letters(desk, "acknowledgement")) == 1


def test_a_stranger_is_told_that_the_mail_is_being_analysed_without_a_word_about_money() -> None:
    desk = a_desk()

    request = received(desk, a_mail("Website mình bị lỗi 500 từ sáng, nhờ xem giúp.", sender="x@gmail.com")).request

    assert request is not None
    assert (request.fee.fee, request.status, request.customer_id) == (Fee.REVIEW, RequestStatus.REVIEW, "")
    _, text = _ack_of(desk)
    for word in ("phí", "giá", "tiền", "đồng", "thanh toán"):
        assert word not in text.lower()


def test_a_follow_up_by_references_joins_its_request_and_is_shown_to_staff() -> None:
    desk = a_desk()
    request = received(desk, a_mail()).request
    assert request is not None
    ack = letters(desk, "acknowledgement")[0]

    added = received(
        desk,
        a_mail(
            "Bổ sung: hộp thư ketoan@ cũng không nhận được thư em nhé.",
            in_reply_to=f"<{ack.message_id}>",
            subject="Re: x",
        ),
    )

    assert added.route is Route.FOLLOW_UP
    assert added.request is not None
    assert added.request.id == request.id
    assert len(letters(desk, "acknowledgement")) == 1
    assert [one.subject.split("]")[0] for one in letters(desk, "staff_request")] == [f"[{request.id}"] * 2


def test_a_follow_up_by_reply_address_joins_its_request() -> None:
    desk = a_desk(addressing="plus")
    request = received(desk, a_mail()).request
    assert request is not None

    added = received(desk, a_mail("Thêm thông tin: lỗi 550.", to=f"hotro+{request.token}@vinno.example", subject="mới"))

    assert added.request is not None
    assert added.request.id == request.id


def test_a_stranger_who_names_a_number_gets_a_new_request_and_only_staff_hear_of_the_old() -> None:
    desk = a_desk()
    request = received(desk, a_mail()).request
    assert request is not None

    other = received(
        desk,
        a_mail(
            "Tôi muốn làm website bán hàng, cho tôi hỏi giá và thời gian làm.",
            sender="thu@gmail.com",
            subject=f"Re: [{request.id}] x",
        ),
    ).request

    assert other is not None
    assert other.id != request.id
    assert any(request.id in entry.reason for entry in other.history)
    [ack] = [one for one in letters(desk, "acknowledgement") if one.request_id == other.id]
    assert request.token not in desk.records.letter_bytes(ack.id).decode()


def test_a_colleague_at_the_customers_domain_takes_part_in_the_request() -> None:
    desk = a_desk()
    request = received(desk, a_mail()).request
    assert request is not None

    added = received(
        desk, a_mail("Em bổ sung thêm ảnh lỗi.", sender="nam@senvang.example", subject=f"Re: x [{request.id}]")
    )

    assert added.route is Route.FOLLOW_UP


def test_thanks_change_no_state_and_disturb_nobody() -> None:
    desk = a_desk()
    request = received(desk, a_mail()).request
    assert request is not None
    before = len(letters(desk))

    after = received(desk, a_mail("Cảm ơn em nhiều nhé!", subject=f"Re: x [{request.id}]")).request

    assert after is not None
    assert after.status is request.status
    assert len(letters(desk)) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"precedence": "bulk", "list_id": "<news.example>", "list_unsubscribe": "<mailto:x@news.example>"},
        {"auto_submitted": "auto-generated (cron)"},
    ],
)
def test_automatic_mail_is_kept_and_never_answered(headers: dict[str, str]) -> None:
    desk = a_desk()

    handled = received(desk, a_mail("Tôi đi vắng tới thứ Hai.", subject="Automatic reply", date=NOW, **headers))

    assert handled.route is Route.AUTOMATIC
    assert letters(desk) == []


def test_the_same_mail_by_another_way_is_taken_once() -> None:
    desk = a_desk()
    mail = a_mail()
    received(desk, mail)

    again = received(desk, b"Received: from alias.example by mx.vinno.example\r\n" + mail)

    assert again.route is Route.DUPLICATE
    assert len(letters(desk, "acknowledgement")) == 1


def test_a_repeated_message_id_with_another_text_is_a_mail_of_its_own() -> None:
    desk = a_desk()
    received(desk, a_mail("Web bị lỗi.", message_id="<same@senvang.example>"))

    other = received(desk, a_mail("Tên miền hết hạn rồi em ơi.", message_id="<same@senvang.example>"))

    assert other.route is not Route.DUPLICATE


def test_two_copies_that_are_handled_at_the_same_moment_give_one_request() -> None:
    desk = a_desk()
    mail = a_mail()
    copies = [kept(desk, b"X-Way: %d\r\n" % number + mail) for number in range(6)]
    threads = [threading.Thread(target=receive, args=(desk, one, NOW)) for one in copies]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(letters(desk, "acknowledgement")) == 1
    assert desk.records.count_open() == 1


def test_many_mails_at_once_get_a_number_each() -> None:
    desk = a_desk(loops={"letters_per_sender_hour": 100})
    mails = [
        kept(desk, a_mail(f"Hộp thư {'abcdefghijkl'[number]}@ không nhận được thư từ sáng.")) for number in range(12)
    ]
    threads = [threading.Thread(target=receive, args=(desk, one, NOW)) for one in mails]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.id for one in desk.records.open_requests()) == [f"VN-{1001 + number}" for number in range(12)]
    assert len(letters(desk, "acknowledgement")) == 12


def test_an_old_mail_becomes_a_request_and_is_not_acknowledged() -> None:
    desk = a_desk()
    inbound = kept(desk, a_mail(), arrived=NOW - timedelta(days=3))

    handled = receive(desk, inbound, NOW)

    assert handled.request is not None
    assert letters(desk, "acknowledgement") == []
    assert [one.kind for one in letters(desk)] == ["staff_request"]


def test_our_own_letter_that_comes_back_is_not_answered() -> None:
    desk = a_desk()
    received(desk, a_mail())
    ack = letters(desk, "acknowledgement")[0]

    back = received(desk, desk.records.letter_bytes(ack.id))

    assert back.route is Route.OWN
    assert len(letters(desk, "acknowledgement")) == 1


def test_a_mail_that_claims_our_own_address_is_not_answered() -> None:
    desk = a_desk()

    handled = received(desk, a_mail("Xin chào", sender=f"VINNO <{SUPPORT}>"))

    assert handled.route is Route.OWN
    assert letters(desk) == []


def test_a_customers_mail_that_fails_authentication_moves_nothing_and_staff_see_it() -> None:
    desk = a_desk(authentication={"trusted_authserv_id": "mx.vinno.example"})
    forged = b"Authentication-Results: mx.vinno.example; dmarc=fail header.from=senvang.example\r\n" + a_mail()

    handled = received(desk, forged)

    assert handled.route is Route.HELD
    assert desk.records.count_open() == 0
    assert [one.kind for one in letters(desk)] == ["staff_notice"]


def test_a_stranger_who_fails_authentication_gets_no_letter() -> None:
    desk = a_desk(authentication={"trusted_authserv_id": "mx.vinno.example"})
    forged = b"Authentication-Results: mx.vinno.example; spf=fail smtp.mailfrom=gmail.com\r\n"

    handled = received(desk, forged + a_mail("Web bị lỗi, xem giúp mình.", sender="x@gmail.com"))

    assert handled.request is not None
    assert letters(desk, "acknowledgement") == []


def test_a_sender_who_writes_without_end_is_answered_no_more_than_the_budget() -> None:
    desk = a_desk(loops={"letters_per_sender_hour": 3})

    for number in range(6):
        received(desk, a_mail(f"Hộp thư {'abcdef'[number]}@ không gửi được thư."))

    assert len(letters(desk, "acknowledgement")) == 3
    assert desk.records.count_open() == 6, "every mail is a request all the same"
    assert len(letters(desk, "staff_notice")) == 1, "staff hear of it once"


def test_in_observe_mode_letters_to_customers_are_kept_and_not_queued() -> None:
    desk = a_desk(mode="observe")

    handled = received(desk, a_mail())

    assert letters(desk, "acknowledgement")[0].status is LetterStatus.WITHHELD
    assert [desk.records.letter(one).kind for one in handled.letters] == ["staff_request"]  # type: ignore[union-attr]


def test_in_shadow_mode_letters_to_customers_go_to_staff_with_the_true_recipient_named() -> None:
    desk = a_desk(mode="shadow")

    received(desk, a_mail())

    ack = letters(desk, "acknowledgement")[0]
    assert (ack.recipient, ack.envelope_to) == ("hue@senvang.example", ("kythuat@vinno.example",))
    mail = parse_mail(desk.records.letter_bytes(ack.id))
    assert mail.subject.startswith("[SHADOW → hue@senvang.example]")
    assert [one.email for one in mail.to] == ["kythuat@vinno.example"]


def test_the_acknowledgement_stands_in_the_customers_thread_and_says_that_a_machine_wrote_it() -> None:
    desk = a_desk()
    received(desk, a_mail(message_id="<new@senvang.example>", references="<old@senvang.example>"))

    raw = desk.records.letter_bytes(letters(desk, "acknowledgement")[0].id).decode()

    assert "In-Reply-To: <new@senvang.example>" in raw
    assert "References: <old@senvang.example> <new@senvang.example>" in raw
    assert "Auto-Submitted: auto-replied" in raw


def test_a_customer_whose_contract_has_ended_is_not_told_free() -> None:
    desk = a_desk()
    ended = a_customer(version=1, contract_until=NOW - timedelta(days=1))
    desk.records.save_customer(ended)

    request = received(desk, a_mail()).request

    assert request is not None
    assert request.fee.fee is not Fee.FREE


def test_cc_of_the_same_customer_gets_the_acknowledgement_and_no_one_else() -> None:
    desk = a_desk()

    received(desk, a_mail(cc=f"nam@senvang.example, partner@other.example, {SUPPORT}"))

    assert letters(desk, "acknowledgement")[0].envelope_to == ("hue@senvang.example", "nam@senvang.example")


def test_a_quarantined_mail_keeps_its_bytes_and_staff_are_told() -> None:
    desk = a_desk()
    raw = b"\xff\xfe not a mail"
    inbound = kept(desk, raw)

    quarantine(desk, inbound, "ValueError: broken", NOW)

    found = desk.records.inbound(inbound)
    assert found is not None
    assert (found.status, desk.records.raw(found.raw)) == (InboundStatus.QUARANTINED, raw)
    assert [one.kind for one in letters(desk)] == ["staff_notice"]


def _closed(desk: Desk, request: Request) -> Request:
    stored = desk.records.request(request.id)
    assert stored is not None
    return desk.records.save_record(replace(stored, status=RequestStatus.DONE, closed_at=NOW))


def test_the_same_fault_after_the_end_is_a_warranty_claim_free_and_linked() -> None:
    desk = a_desk()
    first = received(desk, a_mail()).request
    assert first is not None
    _closed(desk, first)

    again = received(
        desk, a_mail("Em ơi vẫn bị như cũ, mail vẫn không nhận được.", subject=f"Re: x [{first.id}]")
    ).request

    assert again is not None
    assert (again.category, again.fee.fee, again.fee.rule) == (Category.WARRANTY, Fee.FREE, FeeRule.WARRANTY)
    assert again.related == (first.id,)
    assert "bảo hành" in _ack_of(desk)[1].lower()


def test_thanks_after_the_end_do_not_open_it_again() -> None:
    desk = a_desk()
    first = received(desk, a_mail()).request
    assert first is not None
    _closed(desk, first)

    after = received(desk, a_mail("Chị thấy nhận được rồi, cảm ơn em.", subject=f"Re: x [{first.id}]")).request

    assert after is not None
    assert (after.id, after.status) == (first.id, RequestStatus.DONE)


def test_a_new_matter_in_an_old_thread_becomes_a_request_of_its_own_that_names_the_old() -> None:
    desk = a_desk()
    first = received(desk, a_mail()).request
    assert first is not None
    _closed(desk, first)
    text = "Cảm ơn em vụ mail. Nhân tiện chị có việc khác: em sửa giúp chị số điện thoại ở chân trang thành 0901234567 nhé."

    other = received(desk, a_mail(text, subject=f"Re: x [{first.id}]")).request

    assert other is not None
    assert other.id != first.id
    assert other.related == (first.id,)


def test_basic_information_is_answered_at_once_from_the_catalogue() -> None:
    desk = a_desk()
    text = "Em cho chị xin danh sách các sàn thương mại điện tử và diễn đàn để bên chị đăng bán sản phẩm nhé."

    request = received(desk, a_mail(text, subject="Xin danh sách sàn TMĐT")).request

    assert request is not None
    assert request.status is RequestStatus.DONE
    assert [one.kind for one in letters(desk)] == ["resources_answer"]


def _bounce(desk: Desk, status: str) -> bytes:
    """A delivery report about our newest acknowledgement."""
    ack = letters(desk, "acknowledgement")[-1]
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: hotro@vinno.example\r\nSubject: Undelivered Mail\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; hue@senvang.example\r\nAction: failed\r\n"
        f"Status: {status}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ack.message_id}>\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_is_tied_to_its_request_and_staff_are_told() -> None:
    desk = a_desk()
    request = received(desk, a_mail()).request
    assert request is not None

    back = received(desk, _bounce(desk, "5.1.1"))

    assert back.route is Route.BOUNCE
    assert [one.request_id for one in letters(desk, "staff_notice")] == [request.id]
    assert letters(desk, "acknowledgement")[0].status is LetterStatus.FAILED
    assert desk.records.request(request.id).history[-1].what == "bounced"  # type: ignore[union-attr]


def test_an_address_that_bounces_for_good_is_left_alone_for_a_week_and_tried_again_then() -> None:
    desk = a_desk()
    received(desk, a_mail())
    received(desk, _bounce(desk, "5.1.1"))

    received(desk, a_mail("Web bị lỗi 500 rồi em ơi."), now=NOW + timedelta(days=1))
    within = len(letters(desk, "acknowledgement"))
    received(desk, a_mail("Tên miền báo hết hạn."), now=NOW + timedelta(days=8))

    assert (within, len(letters(desk, "acknowledgement"))) == (1, 2)


def test_a_temporary_bounce_does_not_stop_letters() -> None:
    desk = a_desk()
    received(desk, a_mail())
    received(desk, _bounce(desk, "4.2.2"))

    received(desk, a_mail("Web bị lỗi 500 rồi em ơi."))

    assert len(letters(desk, "acknowledgement")) == 2


def test_two_auto_responders_in_a_ring_stop_after_three_letters_at_most() -> None:
    """The other one marks nothing, threads nothing, and counts: only its words give it away."""
    desk = a_desk()
    count = 0
    for number in range(12):
        text = (
            f"Kính gửi Quý khách, yêu cầu của Quý khách đã được ghi nhận với mã số {number}. Chúng tôi sẽ liên hệ sớm."
        )
        received(desk, a_mail(text, sender="support@partner.example", subject=f"Ticket #{number}"))
        count = len(letters(desk, "acknowledgement"))

    assert count <= 3
    assert len([one for one in letters(desk) if one.recipient == "kythuat@vinno.example"]) <= 3, (
        "staff are not flooded either"
    )


def test_a_customer_who_sends_the_same_words_twice_is_acknowledged_once() -> None:
    desk = a_desk()

    for _ in range(2):
        received(desk, a_mail())

    assert len(letters(desk, "acknowledgement")) == 1
    assert desk.records.count_open() == 2


def test_a_fault_told_in_the_thread_of_sent_information_is_no_warranty_claim() -> None:
    desk = a_desk()
    text = "Em cho chị xin danh sách các sàn thương mại điện tử và diễn đàn để bên chị đăng bán sản phẩm nhé."
    answered = received(desk, a_mail(text, subject="Xin danh sách sàn TMĐT")).request
    assert answered is not None
    assert answered.status is RequestStatus.DONE

    handled = received(
        desk, a_mail("Em ơi website bên chị vẫn bị lỗi, không vào được.", subject=f"Re: x [{answered.id}]")
    )

    assert handled.request is not None
    assert handled.request.fee.rule is not FeeRule.WARRANTY
    assert not any(one.kind == "acknowledgement" for one in letters(desk)), "a person looks first"
