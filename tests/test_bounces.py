"""Delivery reports: recipients, class, status and the mail they are about, from fields, from JSON, from prose of many systems."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.automatic import mail_kind
from worker.mail.bounce_addresses import clean_address
from worker.mail.bounce_status import status_in
from worker.mail.bounces import bounce_report
from worker.mail.message import Message, Part, read_message
from worker.model import BounceClass, BounceReport, MailKind

MAILS = Path(__file__).parent / "mails"
PERMANENT, TEMPORARY, UNKNOWN = BounceClass.PERMANENT, BounceClass.TEMPORARY, BounceClass.UNKNOWN
OUR_ID = "letter.1042.7f3a@vinno.example"
KHACH = "khach@acme.example"


def report_in(name: str) -> BounceReport | None:
    return bounce_report(read_message((MAILS / f"r-{name}.eml").read_bytes()))


# ---- whole mails ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "bounce_class", "status", "is_delay"),
    [
        ("bounce-vnpt-postfix-vi", PERMANENT, "5.1.1", False),
        ("bounce-viettel-exchange-vi", PERMANENT, "5.2.2", False),
        ("bounce-fpt-delay-vi", TEMPORARY, "4.4.1", True),
        ("bounce-fpt-wrong-part-type", PERMANENT, "5.3.0", False),
        ("bounce-matbao-mdaemon", PERMANENT, "5.1.1", False),
        ("bounce-matbao-vi", TEMPORARY, "4.2.2", False),
        ("bounce-google-vi", PERMANENT, "5.1.1", False),
        ("bounce-zoho", PERMANENT, "5.1.1", False),
        ("bounce-ses-json", TEMPORARY, "4.2.2", False),
        ("bounce-sns-envelope", PERMANENT, "5.1.1", False),
        ("bounce-postfix-delay", TEMPORARY, "4.4.1", True),
        ("bounce-status-beats-words", TEMPORARY, "4.7.650", False),
        ("bounce-qmail", PERMANENT, "5.7.1", False),
        ("bounce-smartermail", PERMANENT, "5.1.1", False),
    ],
)
def test_the_report_as_its_provider_writes_it(
    name: str, bounce_class: BounceClass, status: str, is_delay: bool
) -> None:
    report = report_in(name)

    assert report is not None
    assert [recipient.email for recipient in report.recipients] == [KHACH]
    assert (report.bounce_class, report.recipients[0].bounce_class) == (bounce_class, bounce_class)
    assert report.recipients[0].status == status
    assert report.is_delay_warning is is_delay
    assert report.original_message_id == OUR_ID


def test_the_address_that_was_written_to_is_named_and_not_what_an_alias_made_of_it() -> None:
    report = report_in("bounce-alias-two-recipients")

    assert report is not None
    assert [(found.email, found.status) for found in report.recipients] == [
        (KHACH, "5.2.1"),
        ("hai@acme.example", "5.4.4"),
    ]


@pytest.mark.parametrize(
    "name", ["delivery-success", "receipt-mdn", "complaint-arf", "person-quotes-bounce-vi", "gmail-vi"]
)
def test_success_notices_receipts_complaints_and_persons_are_no_reports(name: str) -> None:
    assert report_in(name) is None


# ---- prose ----------------------------------------------------------------------------------------------------------

COPY = f"""

Return-Path: <hotro@vinno.example>
Received: from a by b; Mon, 2 Feb 2026 09:00:00 +0700
Message-ID: <{OUR_ID}>
From: VINNO <hotro@vinno.example>
To: khach@acme.example
Subject: Bao gia

Chao anh
"""
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.acme.example>"


class Prose(NamedTuple):
    """A report in words: how a mail system writes it, and what it says."""

    system: str
    text: str
    bounce_class: BounceClass
    sender: str = DAEMON
    subject: str = "Undelivered Mail Returned to Sender"
    is_delay: bool = False
    null_path: bool = False
    recipients: tuple[str, ...] = (KHACH,)


PROSE = [
    Prose(
        "qmail, mailbox full",
        "Hi. This is the qmail-send program at mx.acme.example.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\n\n<khach@acme.example>:\nThe users mailfolder is over the allowed quota (size). (#4.2.2)\n"
        "I'm not going to try again; this message has been in the queue too long.\n\n--- Below this line is a copy of "
        "the message.",
        TEMPORARY,
    ),
    Prose(
        "Exim, two recipients",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  khach@acme.example\n    Unrouteable address\n  hai@acme.example\n    No such user here\n\n"
        "------ This is a copy of your message, including all the headers. ------",
        PERMANENT,
        recipients=(KHACH, "hai@acme.example"),
    ),
    Prose(
        "Exim, warning",
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
        "delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.acme.example.\n\n"
        "The address to which the message has not yet been delivered is:\n\n  khach@acme.example\n    Delay reason: "
        "Connection timed out\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.",
        TEMPORARY,
        subject="Warning: message 1abc-00 delayed 24 hours",
        is_delay=True,
    ),
    Prose(
        "Postfix, expanded alias",
        "This is the Postfix program at host mx.acme.example.\n\nI'm sorry to have to inform you that the message "
        "returned\nbelow could not be delivered to one or more destinations.\n\n<anh@rieng.example> (expanded from "
        '<khach@acme.example>): unknown user: "anh"\n',
        PERMANENT,
    ),
    Prose(
        "Sendmail, program as recipient",
        "The original message was received at Mon, 2 Feb 2026 09:00:00 +0700\n\n   ----- The following addresses had "
        'permanent fatal errors -----\n"|/usr/bin/procmail"\n    (reason: Can\'t create output)\n    (expanded from: '
        '<khach@acme.example>)\n\n   ----- Transcript of session follows -----\n550 5.0.0 "|/usr/bin/procmail"... Can\'t '
        "create output\n",
        PERMANENT,
    ),
    Prose(
        "Sendmail 5",
        "   ----- Transcript of session follows -----\nWhile talking to mx.acme.example:\n>>> RCPT To:<khach@acme.example>\n"
        "<<< 550 User unknown\n550 khach@acme.example... User unknown\n\n   ----- Unsent message follows -----",
        PERMANENT,
    ),
    Prose(
        "Exchange 5.5",
        "Your message\n\n  To:      khach@acme.example\n  Subject: Bao gia\n  Sent:    Mon, 2 Feb 2026 09:00:00 +0700\n\n"
        "did not reach the following recipient(s):\n\nkhach@acme.example on Mon, 2 Feb 2026 09:00:05 +0700\n    The "
        "recipient name is not recognized\n    MSEXCH:IMS:ACME:SITE:SRV 0 (000C05A6) Unknown Recipient\n",
        PERMANENT,
        sender="System Administrator <postmaster@acme.example>",
        subject="Undeliverable: Bao gia",
    ),
    Prose(
        "Exchange 2010, Vietnamese",
        "Gửi không thành công tới những người nhận hoặc nhóm sau:\n\nkhach@acme.example<mailto:khach@acme.example>\nKhông "
        "tìm thấy địa chỉ email mà bạn đã nhập.\n\nThông tin chẩn đoán dành cho người quản trị:\n\nMáy chủ tạo: "
        "acme.example\n\nkhach@acme.example\nRemote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'\n",
        PERMANENT,
        sender="postmaster@acme.example",
        subject="Không gửi được: Báo giá",
        null_path=True,
    ),
    Prose(
        "Office 365",
        "Your message to khach@acme.example couldn't be delivered.\nkhach wasn't found at acme.example.\n\nMore Info for "
        "Email Admins\nStatus code: 550 5.1.10\n",
        PERMANENT,
        sender="Microsoft Outlook <postmaster@acme.example>",
        subject="Undeliverable: Bao gia",
        null_path=True,
    ),
    Prose(
        "Gmail, Vietnamese",
        "** Không tìm thấy địa chỉ **\n\nThư của bạn chưa được gửi đến khach@acme.example vì không tìm thấy địa chỉ.\n\n"
        "Phản hồi là:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n",
        PERMANENT,
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
    ),
    Prose(
        "Yahoo",
        "Sorry, we were unable to deliver your message to the following address.\n\n<khach@acme.example>:\nRemote host "
        "said: 550 5.2.1 The email account that you tried to reach is disabled. [RCPT_TO]\n\n--- Below this line is a copy "
        "of the message.",
        PERMANENT,
        sender="MAILER-DAEMON@yahoo.com",
        subject="Failure Notice",
    ),
    Prose(
        "Domino",
        "Your message\n\n  Subject: Bao gia\n\nwas not delivered to:\n\n  khach@acme.example\n\nbecause:\n\n  User khach "
        "(khach@acme.example) not listed in Domino Directory\n",
        PERMANENT,
        sender="Postmaster@acme.example",
        subject="DELIVERY FAILURE: User khach not listed in Domino Directory",
    ),
    Prose(
        "Amazon WorkMail, fields in the text",
        "Your message could not be delivered to one or more recipients.\n\nTechnical report:\n\nReporting-MTA: dsn; acme\n\n"
        "Final-Recipient: rfc822;khach@acme.example\nAction: failed\nStatus: 5.3.0\nDiagnostic-Code: smtp; 550 no mailbox\n",
        PERMANENT,
    ),
    Prose(
        "DragonFly",
        "This is the DragonFly Mail Agent v0.13 at mx.acme.example.\n\nThere was an error delivering your mail to "
        "<khach@acme.example>.\n\n550 5.1.1 No such user\n\nOriginal message follows.\n",
        PERMANENT,
    ),
    Prose(
        "OpenSMTPD, warning",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    A message is delayed for more "
        "than 4 hours for the following\n    list of recipients:\n\nkhach@acme.example: Network error on destination MXs\n\n"
        "    Please note that this is only a temporary failure report.\n    Below is a copy of the original message:\n",
        TEMPORARY,
        is_delay=True,
    ),
    Prose(
        "IMail",
        "User mailbox exceeds allowed size: khach@acme.example\n\nOriginal message follows.\n",
        TEMPORARY,
        sender='"Postmaster" <postmaster@acme.example>',
        subject="Undeliverable Mail",
    ),
    Prose(
        "KDDI",
        "Your mail sent on: Mon, 16 Mar 2026 08:00:00 +0900\n     Could not be delivered to: <khach@acme.example>\n     As "
        "their mailbox is full.\n",
        TEMPORARY,
        sender="no-reply@app.example.jp",
        subject="Mail",
        null_path=True,
    ),
    Prose(
        "MailMarshal",
        "Your message:\n   From:    hotro@vinno.example\n   Subject: Bao gia\n\nCould not be delivered because of\n\n550 5.1.1 "
        "User unknown\n\nThe following recipients were affected: \n    khach@acme.example\n",
        PERMANENT,
        sender="Postmaster@acme.example",
        subject='Undeliverable Mail: "Bao gia"',
    ),
    Prose(
        "Sun Messaging Server",
        "This report relates to a message you sent with the following header fields:\n\n  From: hotro@vinno.example\n\n"
        "Your message cannot be delivered to the following recipients:\n\n  Recipient address: khach@acme.example\n"
        "  Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 unknown alias: khach\n",
        PERMANENT,
        sender="Internet Mail Delivery <postmaster@acme.example>",
        subject="Delivery Notification: Delivery has failed",
    ),
    Prose(
        "AOL, a name without its domain",
        "Your mail to the following recipients could not be delivered because they are not accepting mail from "
        "hotro@vinno.example:\n\tkhachacme\n",
        PERMANENT,
        sender="Mail Delivery Subsystem <MAILER-DAEMON@AOL.com>",
        recipients=("khachacme@aol.com",),
    ),
    Prose(
        "Viettel, Vietnamese",
        "Hệ thống không gửi được thư của bạn tới địa chỉ sau: khach@acme.example\nMã lỗi: 550 5.1.1 Tài khoản không tồn tại\n",
        PERMANENT,
        sender="Hệ thống thư <mailer-daemon@viettel.example>",
        subject="Thư trả về: Báo giá",
    ),
    Prose(
        "French",
        "Votre message n'a pas pu être remis aux destinataires suivants :\n\n<khach@acme.example>\n550 5.1.1 Adresse inconnue\n",
        PERMANENT,
        subject="Échec de la remise",
    ),
    Prose(
        "Japanese",
        "次の宛先へのメールは配信できませんでした。\n\n<khach@acme.example>\n550 5.1.1 User unknown\n",
        PERMANENT,
        subject="配信エラー",
    ),
    Prose("nobody named: the returned mail's only recipient", "Undeliverable message. Reason not given.\n", UNKNOWN),
]


def raw_prose(prose: Prose) -> bytes:
    path = "Return-Path: <>\n" if prose.null_path else ""
    head = (
        f"{path}From: {prose.sender}\nTo: hotro@vinno.example\nSubject: {prose.subject}\nMessage-ID: <b@mx.example>\n"
    )
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{prose.text}{COPY}".encode()


@pytest.mark.parametrize("prose", PROSE, ids=[prose.system for prose in PROSE])
def test_a_report_in_words_is_read(prose: Prose) -> None:
    report = bounce_report(read_message(raw_prose(prose)))

    assert report is not None
    assert tuple(found.email for found in report.recipients) == prose.recipients
    assert report.bounce_class is prose.bounce_class
    assert report.is_delay_warning is prose.is_delay
    assert report.original_message_id == OUR_ID


@pytest.mark.parametrize("prose", PROSE, ids=[prose.system for prose in PROSE])
def test_the_same_words_from_a_person_are_a_persons(prose: Prose) -> None:
    person = prose._replace(sender="Chị Hoa <hoa@khach.example>", null_path=False)

    message = read_message(raw_prose(person))

    assert bounce_report(message) is None
    assert mail_kind(message)[0] is MailKind.HUMAN


# ---- fields ---------------------------------------------------------------------------------------------------------


def a_dsn(*groups: str, sender: str = DAEMON) -> Message:
    fields = "Reporting-MTA: dns; mx.example\n\n" + "\n\n".join(groups)
    headers = (
        ("from", sender),
        ("to", "hotro@vinno.example"),
        ("content-type", "multipart/report; report-type=delivery-status"),
    )
    parts = (
        Part("text/plain", text="Your message could not be delivered."),
        Part("message/delivery-status", text=fields),
    )
    return Message(headers=headers, parts=parts, text=parts[0].text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("Final-Recipient: rfc822; A@B.example\nAction: failed\nStatus: 5.1.1", ("a@b.example", PERMANENT, "5.1.1")),
        ("Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 4.2.2", ("a@b.example", TEMPORARY, "4.2.2")),
        (
            "Final-Recipient: rfc822; <a@b.example>\nAction: delayed\nStatus: 4.4.1",
            ("a@b.example", TEMPORARY, "4.4.1"),
        ),
        (
            "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 no",
            ("a@b.example", PERMANENT, "5.7.1"),
        ),
        (
            "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp;\n 452 4.2.2 full",
            ("a@b.example", TEMPORARY, "4.2.2"),
        ),
        (
            "Original-Recipient: rfc822; hoa+2Bweb@b.example\nFinal-Recipient: rfc822; x@y.example\n"
            "Action: failed\nStatus: 5.1.1",
            ("hoa+web@b.example", PERMANENT, "5.1.1"),
        ),
        (
            "Original-Recipient: rfc822; a@b.example\nFinal-Recipient: x400; /RFC-822=a(a)b/ADMD= /\n"
            "Action: failed\nStatus: 5.0.0",
            ("a@b.example", PERMANENT, "5.0.0"),
        ),
        (
            "Action: failed\nFinal-Recipient: rfc822; a@b.example\nStatus: 5.2.1 (disabled)",
            ("a@b.example", PERMANENT, "5.2.1"),
        ),
    ],
)
def test_the_fields_of_rfc_3464_are_read(fields: str, expected: tuple[str, BounceClass, str]) -> None:
    report = bounce_report(a_dsn(fields))

    assert report is not None
    assert [(found.email, found.bounce_class, found.status) for found in report.recipients] == [expected]


def test_a_recipient_that_was_reached_is_not_named() -> None:
    reached = "Final-Recipient: rfc822; a@b.example\nAction: relayed\nStatus: 2.0.0"
    failed = "Final-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.1.1"

    report = bounce_report(a_dsn(reached, failed))

    assert report is not None
    assert [found.email for found in report.recipients] == ["c@d.example"]


def test_a_recipient_that_fails_for_good_makes_the_report_permanent() -> None:
    full = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 4.2.2"
    gone = "Final-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.1.1"

    report = bounce_report(a_dsn(full, gone))

    assert report is not None
    assert report.bounce_class is PERMANENT
    assert [found.bounce_class for found in report.recipients] == [TEMPORARY, PERMANENT]


# ---- addresses and codes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("rfc822; <Some.One@Example.com>", "some.one@example.com"),
        ("RFC822;a@b.example (A. B.)", "a@b.example"),
        ("<@relay.example:a@b.example>", "a@b.example"),
        ("mailto:a@b.example", "a@b.example"),
        ('"|/usr/bin/procmail"', ""),
        ("|/usr/bin/filter a@b.example", ""),
        ("/var/mail/a@b.example", ""),
        ("@mx.example.org", ""),
        ("x400; /RFC-822=a(a)b/ADMD= /", ""),
        ("", ""),
    ],
)
def test_an_address_is_taken_out_of_what_stands_around_it(value: str, address: str) -> None:
    assert clean_address(value) == address


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 User unknown", "5.1.1"),
        ("550-5.7.26 blocked", "5.7.26"),
        ("(#4.2.2)", "4.2.2"),
        ("host mx[10.5.1.1] said: 550 no", ""),
        ("Exim 4.96.2.1 at 4.16.55.1", ""),
        ("550 5.0.0 Service unavailable; 554 5.7.1 rejected", "5.7.1"),
        ("Status: 2.0.0", ""),
    ],
)
def test_a_status_is_told_from_versions_and_addresses(text: str, status: str) -> None:
    assert status_in(text) == status


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([prose.text for prose in PROSE]) | st.text(max_size=60), max_size=4).map("\n".join))
def test_any_report_gives_clean_addresses_and_never_our_own(text: str) -> None:
    headers = (("from", DAEMON), ("to", "hotro@vinno.example"), ("return-path", "<>"))
    report = bounce_report(Message(headers=headers, parts=(Part("text/plain", text=text),), text=text))

    for found in report.recipients if report else ():
        assert found.email == clean_address(found.email)
        assert not found.email.startswith(("|", "/", "<"))
        assert found.email.count("@") == 1
