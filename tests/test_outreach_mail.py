"""Mail about newsletters is sorted out before anything becomes a request."""

from __future__ import annotations

from typing import Any

import pytest

from builders import NOW, a_mail, kept
from newsletter_kit import a_newsletter, add_customers, an_outreach
from worker.desk.audience import gather
from worker.desk.outreach import Outreach, newsletter_message_id, unsubscribe_token
from worker.desk.outreach_mail import Handled, outreach_mail, with_more
from worker.mail.authenticity import Authenticity
from worker.mail.parsing import parse_mail
from worker.model import Language, Route
from worker.outreach_records import NewsletterStatus, RecipientStatus, recipient_key
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

    assert handled(outreach, raw, Route.STAFF) is not None
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
