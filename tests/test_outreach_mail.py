"""Mail about newsletters is sorted out before anything becomes a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from builders import NOW, STAFF, a_customer, a_mail, kept, letters
from newsletter_kit import a_newsletter, add_customers, an_outreach
from worker.desk.audience import gather
from worker.desk.outreach import Outreach, newsletter_message_id, unsubscribe_token
from worker.desk.outreach_mail import Handled, outreach_mail, with_more
from worker.desk.reception import receive
from worker.mail.authenticity import Authenticity
from worker.mail.parsing import parse_mail
from worker.model import Category, Fee, Language, Letter, Request, RequestStatus, Route
from worker.outreach_records import NewsletterStatus, OutreachRecords, RecipientStatus, recipient_key
from worker.policy.programmes import SignUpStatus
from worker.records import Outcome

EMAIL = "khach1@outlook.example"
LONG = " Ngoài ra website bên em từ sáng nay không vào được trang quản trị, báo lỗi 500, em đã thử xóa cache mà vẫn không được, nhờ bên mình xem gấp"


@pytest.fixture
def outreach() -> Outreach:
    made = an_outreach()
    add_customers(made, 3)
    newsletter = a_newsletter(made, status=NewsletterStatus.SENDING, started=NOW)
    gather(made, newsletter, {Language.VI: ""}, NOW)
    return made


def handled(
    outreach: Outreach, raw: bytes, where: Route = Route.NEW_REQUEST, verdict: Authenticity = Authenticity.UNKNOWN
) -> Handled | None:
    inbound = outreach.desk.records.inbound(kept(outreach.desk, raw))
    assert inbound is not None
    found = outreach_mail(outreach, inbound, parse_mail(raw), where, verdict, NOW)
    if found is not None:
        outreach.desk.records.save(found.outcome)
    return found


def reply(outreach: Outreach, text: str, **fields: Any) -> bytes:
    answered = f"<{newsletter_message_id(outreach, 'BT-1', EMAIL)}>"
    return a_mail(text, sender=EMAIL, subject="Re: [QC] Tư vấn", in_reply_to=answered, **fields)


def has_refused(outreach: Outreach) -> bool:
    return outreach.records.subscription(EMAIL) is not None


@pytest.mark.parametrize("where", [Route.NEW_REQUEST, Route.FOLLOW_UP, Route.AUTOMATIC, Route.HELD, Route.STAFF])
def test_a_signed_refusal_counts_whatever_else_the_mail_is(outreach: Outreach, where: Route) -> None:
    raw = a_mail("", subject=f"unsubscribe {unsubscribe_token(outreach, 'BT-1', EMAIL)}", sender="x@y.example")

    assert handled(outreach, raw, where, Authenticity.FAILED) is not None
    assert has_refused(outreach)


@pytest.mark.parametrize("where", [Route.DUPLICATE, Route.OWN])
def test_a_mail_that_was_handled_before_or_is_our_own_does_nothing(outreach: Outreach, where: Route) -> None:
    raw = a_mail("", subject=f"unsubscribe {unsubscribe_token(outreach, 'BT-1', EMAIL)}")

    assert handled(outreach, raw, where) is None
    assert not has_refused(outreach)


def test_a_refusal_with_another_matter_becomes_a_request_as_well(outreach: Outreach) -> None:
    found = handled(outreach, reply(outreach, f"Đừng gửi nữa.{LONG}"))

    assert found is not None
    assert found.goes_on
    assert has_refused(outreach)
    both = with_more(Outcome(), found)
    assert both.letters == found.outcome.letters
    assert both.records == ()


def test_a_reply_with_a_request_goes_its_ordinary_way(outreach: Outreach) -> None:
    assert handled(outreach, reply(outreach, "Cho em hỏi hosting bên em hết hạn khi nào?")) is None


def test_plain_words_of_a_forged_sender_refuse_nothing(outreach: Outreach) -> None:
    raw = a_mail("Tôi muốn từ chối nhận bản tin", sender=EMAIL)

    assert handled(outreach, raw, verdict=Authenticity.FAILED) is None
    assert handled(outreach, raw, verdict=Authenticity.UNKNOWN) is not None


def test_an_out_of_office_reply_to_a_newsletter_refuses_nothing(outreach: Outreach) -> None:
    raw = reply(outreach, "Tôi nghỉ đến thứ 2. Đừng gửi nữa.", auto_submitted="auto-replied")

    assert handled(outreach, raw, Route.AUTOMATIC) is None
    assert not has_refused(outreach)


def test_a_newsletter_of_staff_is_proven_and_not_made_a_request(outreach: Outreach) -> None:
    raw = a_mail("Xin chào khách hàng", sender="sep@vinno.example", subject="Bản tin: Nghỉ Tết")

    assert handled(outreach, raw, Route.STAFF, Authenticity.VERIFIED) is not None
    assert outreach.records.newsletter("BT-2") is not None
    assert handled(outreach, a_mail("x", sender="sep@vinno.example", subject="Re: [VN-1001] x"), Route.STAFF) is None


COMPLAINT = """From: feedback@isp.example
To: hotro@vinno.example
Subject: complaint about message
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: x/1
Version: 1
--b
Content-Type: {kind}

From: VINNO <hotro@vinno.example>
Message-ID: <{message_id}>
Subject: [QC] x

--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_complaint_suppresses_for_good(outreach: Outreach, kind: str) -> None:
    message_id = newsletter_message_id(outreach, "BT-1", EMAIL)
    raw = COMPLAINT.format(kind=kind, message_id=message_id).replace("\n", "\r\n").encode()

    assert handled(outreach, raw, Route.AUTOMATIC) is not None

    found = outreach.records.suppression(EMAIL)
    assert found is not None
    assert (found.reason, found.until) == ("complaint", None)
    row = outreach.records.recipient(recipient_key("BT-1", EMAIL))
    assert row is not None
    assert row.status is RecipientStatus.SUPPRESSED


def test_a_complaint_about_something_else_is_left_to_others(outreach: Outreach) -> None:
    raw = COMPLAINT.format(kind="message/rfc822", message_id="x@vinno.example").replace("\n", "\r\n").encode()

    assert handled(outreach, raw, Route.AUTOMATIC) is None


def test_a_bounce_about_a_newsletter_is_read_from_the_report(outreach: Outreach) -> None:
    message_id = newsletter_message_id(outreach, "BT-1", EMAIL)
    raw = (
        "From: MAILER-DAEMON@mx.example\r\nTo: hotro@vinno.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {EMAIL}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()

    assert handled(outreach, raw, Route.BOUNCE) is not None

    found = outreach.records.suppression(EMAIL)
    assert found is not None
    assert found.reason == "bounce"


# ---- at the door ----------------------------------------------------------------------------------------------------

AUTHSERV = "mx.vinno.example"
MANAGER = "sep@vinno.example"
OPEN = datetime(2026, 12, 10, 2, tzinfo=UTC)  # the shipped programme is open


@pytest.fixture
def office(outreach: Outreach) -> Outreach:
    """An outreach behind a mail server that stamps verdicts."""
    settings = outreach.desk.settings
    verified = settings.authentication.model_copy(update={"trusted_authserv_id": AUTHSERV})
    return replace(
        outreach, desk=replace(outreach.desk, settings=settings.model_copy(update={"authentication": verified}))
    )


def stamped(raw: bytes, verdict: str, domain: str = "vinno.example") -> bytes:
    return f"Authentication-Results: {AUTHSERV}; dmarc={verdict} header.from={domain}\r\n".encode() + raw


def taken(outreach: Outreach, raw: bytes, now: datetime = NOW) -> list[Letter]:
    """Have a mail received; the letters it caused."""
    before = {one.id for one in letters(outreach.desk)}
    receive(outreach.desk, kept(outreach.desk, raw, arrived=now), now, outreach)
    return [one for one in letters(outreach.desk) if one.id not in before]


def requests(outreach: Outreach) -> list[Request]:
    return sorted(outreach.desk.records.requests_since(NOW - timedelta(days=90), limit=100), key=lambda one: one.id)


def test_a_plain_refusal_is_confirmed_and_becomes_no_request(office: Outreach) -> None:
    (letter,) = taken(office, reply(office, "Đừng gửi nữa em nhé"))

    assert (letter.kind, letter.recipient) == ("subscription_refused", EMAIL)
    assert requests(office) == []
    assert office.records.counts("BT-1")[RecipientStatus.SUPPRESSED] == 1


def test_a_refusal_beside_another_matter_gets_both_answers(office: Outreach) -> None:
    kinds = {one.kind for one in taken(office, reply(office, f"Đừng gửi nữa.{LONG}"))}

    assert {"subscription_refused", "acknowledgement", "staff_request"} <= kinds
    assert len(requests(office)) == 1
    assert has_refused(office)


def test_an_ordinary_mail_is_looked_up_nowhere(outreach: Outreach) -> None:
    before = replace(outreach, records=cast("OutreachRecords", None))
    inbound = outreach.desk.records.inbound(kept(outreach.desk, a_mail()))
    assert inbound is not None

    assert outreach_mail(before, inbound, parse_mail(a_mail()), Route.NEW_REQUEST, Authenticity.UNKNOWN, NOW) is None


def test_a_complaint_by_a_provider_suppresses(office: Outreach) -> None:
    message_id = newsletter_message_id(office, "BT-1", EMAIL)
    raw = COMPLAINT.format(kind="message/rfc822", message_id=message_id).replace("\n", "\r\n").encode()

    assert taken(office, raw) == []
    assert office.records.suppression(EMAIL) is not None


def test_a_newsletter_in_the_name_of_staff_is_held_and_staff_are_told(office: Outreach) -> None:
    forged = a_mail("Chào khách, chuyển tiền vào …", sender=f"Sếp <{MANAGER}>", subject="Bản tin: Đổi tài khoản")

    (told,) = taken(office, stamped(forged, "fail"))
    (asked,) = taken(office, a_mail("Xin chào", sender=MANAGER, subject="Bản tin: Quà"))

    assert (told.kind, told.recipient) == ("staff_notice", STAFF)
    assert asked.recipient == MANAGER
    assert [one.id for one in office.records.newsletters()] == ["BT-1"]


def test_mails_in_the_name_of_staff_cannot_flood_them(office: Outreach) -> None:
    for number in range(30):
        taken(office, a_mail(f"Xin chào {number}", sender=MANAGER, subject="Bản tin: Quà"))

    assert len([one for one in letters(office.desk) if one.recipient == MANAGER]) == 20


def test_the_same_approval_again_does_nothing(office: Outreach) -> None:
    proof = taken(office, stamped(a_mail("Xin chào", sender=MANAGER, subject="Bản tin: Quà"), "pass"))[0]
    approve: dict[str, Any] = {
        "sender": MANAGER,
        "subject": f"Re: {proof.subject}",
        "message_id": "<mot@vinno.example>",
    }
    taken(office, stamped(a_mail("Duyệt", **approve), "pass"))
    stop = stamped(a_mail("Tạm dừng", sender=MANAGER, subject=f"Re: {proof.subject}"), "pass")
    taken(office, stop)

    (told,) = taken(office, stamped(a_mail("Gửi tiếp", **approve), "pass"))

    assert "Thư gửi lại" in told.subject
    found = office.records.newsletter("BT-2")
    assert found is not None
    assert found.status is NewsletterStatus.PAUSED


def test_a_yes_to_our_question_approves_where_nothing_is_stamped(outreach: Outreach) -> None:
    settings = outreach.desk.settings
    confirm = settings.authentication.model_copy(update={"staff_mode": "confirm"})
    desk = replace(outreach.desk, settings=settings.model_copy(update={"authentication": confirm}))
    outreach = replace(outreach, desk=desk)
    proof = taken(outreach, a_mail("Xin chào", sender=MANAGER, subject="Bản tin: Quà"))[0]
    (question,) = taken(outreach, a_mail("Duyệt", sender=MANAGER, subject=f"Re: {proof.subject}"))

    taken(outreach, a_mail("đồng ý", sender="la@vinno.example", subject=f"Re: {question.subject}"))
    assert status_of(outreach, "BT-2") is NewsletterStatus.DRAFT
    taken(outreach, a_mail("đồng ý nhé", sender=MANAGER, subject=f"Re: {question.subject}"))
    assert status_of(outreach, "BT-2") is NewsletterStatus.APPROVED

    taken(outreach, a_mail("Dừng", sender=MANAGER, subject=f"Re: {proof.subject}"))
    taken(outreach, a_mail("đồng ý", sender=MANAGER, subject=f"Re: {question.subject}"))
    assert status_of(outreach, "BT-2") is NewsletterStatus.CANCELLED


def status_of(outreach: Outreach, number: str) -> NewsletterStatus:
    found = outreach.records.newsletter(number)
    assert found is not None
    return found.status


# ---- programmes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def loyal(office: Outreach) -> Outreach:
    office.desk.records.save_customer(
        a_customer(
            id="lan", addresses=("lan@loyal.example",), domains=(), customer_since=datetime(2019, 1, 1, tzinfo=UTC)
        )
    )
    return office


def from_lan(text: str, subject: str = "Tư vấn nâng cấp website", **fields: Any) -> bytes:
    return a_mail(text, sender="Lan <lan@loyal.example>", subject=subject, **fields)


def test_a_sign_up_gets_its_own_answer_and_a_place_in_the_queue(loyal: Outreach) -> None:
    found = taken(loyal, from_lan("Bên chị đăng ký tham gia chương trình nhé"), OPEN)

    assert [(one.kind, one.recipient) for one in found] == [
        ("programme_sign_up", "lan@loyal.example"),
        ("staff_request", STAFF),
    ]
    (request,) = requests(loyal)
    assert (request.category, request.status, request.fee.fee) == (Category.PROGRAMME, RequestStatus.QUEUED, Fee.FREE)
    assert request.promise is None


def test_who_cannot_take_part_is_answered_and_leaves_no_work(office: Outreach) -> None:
    (letter,) = taken(
        office, a_mail("Cho chị đăng ký", sender="moi@la.example", subject="Tư vấn nâng cấp website"), OPEN
    )

    assert letter.kind == "programme_sign_up"
    (request,) = requests(office)
    assert (request.status, request.fee.fee) == (RequestStatus.DONE, Fee.REVIEW)


def test_a_sign_up_beside_an_incident_gets_both_answers(loyal: Outreach) -> None:
    found = taken(loyal, from_lan(f"Chị đăng ký chương trình nhé.{LONG}"), OPEN)

    assert {one.kind for one in found} == {"programme_sign_up", "acknowledgement", "staff_request"}
    (request,) = requests(loyal)
    assert request.category is not Category.PROGRAMME
    held = loyal.records.sign_up("tu-van-nang-cap-website", "lan")
    assert held is not None
    assert (held.status, held.request_id) == (SignUpStatus.CONFIRMED, request.id)


@pytest.mark.parametrize("text", ["Chị hủy đăng ký nhé", "ben chi khong tham gia duoc nua em oi"])
def test_an_answer_to_the_letter_about_a_place_gives_it_back_and_refuses_no_newsletters(
    loyal: Outreach, text: str
) -> None:
    (letter, _) = taken(loyal, from_lan("Bên chị đăng ký tham gia chương trình nhé"), OPEN)

    found = taken(loyal, from_lan(text, f"Re: {letter.subject}", in_reply_to=f"<{letter.message_id}>"), OPEN)

    assert [one.kind for one in found] == ["programme_sign_up", "sign_up_list"]
    (request,) = requests(loyal)
    assert request.status is RequestStatus.CANCELLED
    assert loyal.records.subscription("lan@loyal.example") is None


def test_staff_ask_for_the_list_by_mail(loyal: Outreach) -> None:
    taken(loyal, from_lan("Bên chị đăng ký tham gia chương trình nhé"), OPEN)

    (listed,) = taken(loyal, stamped(a_mail("", sender=MANAGER, subject="Chương trình"), "pass"))

    assert listed.recipient == MANAGER
    assert "confirmed: Lan <lan@loyal.example>" in parse_mail(loyal.desk.records.letter_bytes(listed.id)).text
