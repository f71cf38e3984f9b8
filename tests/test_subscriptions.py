"""Consent and refusal: effective at once, confirmed with the time, on record; double opt-in; bounces and complaints."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import NOW, a_mail, a_parsed_mail, kept
from newsletter_kit import a_newsletter, a_subscriber, add_customers, an_outreach
from storage import Conflict
from worker.desk.audience import dry_run, gather
from worker.desk.outreach import (
    Outreach,
    newsletter_message_id,
    recipient_of_mail,
    recipient_of_token,
    unsubscribe_token,
)
from worker.desk.subscriptions import (
    complained,
    handle_subscription_mail,
    newsletter_bounced,
    read_subscription_mail,
    refuse,
    suppress,
)
from worker.mail.parsing import parse_mail
from worker.model import BounceClass, BounceReport, FailedRecipient, InboundMail, Language
from worker.outreach_records import NewsletterStatus, RecipientStatus, SubscriptionStatus, recipient_key
from worker.policy.segments import Reason
from worker.policy.subscription_words import Wish
from worker.records import Outcome

EMAIL = "khach1@outlook.example"
VI = Language.VI


@pytest.fixture
def outreach() -> Outreach:
    """A newsletter whose rows are queued."""
    made = an_outreach()
    add_customers(made, 3)
    newsletter = a_newsletter(made, status=NewsletterStatus.SENDING, started=NOW)
    gather(made, newsletter, {VI: ""}, NOW)
    return made


def mailed(outreach: Outreach, text: str, now: datetime = NOW, **fields: Any) -> Outcome:
    plain = {"sender": f"Lan <{EMAIL}>", "subject": "Xin chào"}
    raw = a_mail(text, **{**plain, **fields})
    inbound = outreach.desk.records.inbound(kept(outreach.desk, raw))
    assert inbound is not None
    outcome = handle_subscription_mail(outreach, inbound, parse_mail(raw), VI, now)
    outreach.desk.records.save(outcome)
    return outcome


def status_of(outreach: Outreach, email: str = EMAIL) -> SubscriptionStatus | None:
    said = outreach.records.subscription(email)
    return said.status if said else None


def row_status(outreach: Outreach, email: str = EMAIL) -> RecipientStatus:
    row = outreach.records.recipient(recipient_key("BT-1", email))
    assert row is not None
    return row.status


def text_of(outcome: Outcome) -> str:
    return parse_mail(outcome.letters[0].mime).text


# ---- refusing -------------------------------------------------------------------------------------------------------


def test_a_refusal_is_effective_at_once_on_record_and_confirmed_with_its_time(outreach: Outreach) -> None:
    outcome = refuse(outreach, EMAIL, "by link", "BT-1", NOW, VI)
    outreach.desk.records.save(outcome)

    said = outreach.records.subscription(EMAIL)
    assert said is not None
    assert (said.status, said.how, said.evidence, said.changed) == (SubscriptionStatus.REFUSED, "by link", "BT-1", NOW)
    assert row_status(outreach) is RecipientStatus.SUPPRESSED
    assert row_status(outreach, "khach0@gmail.example") is RecipientStatus.QUEUED
    assert "lúc 09:00:00 23/11/2026" in text_of(outcome)
    assert outcome.letters[0].letter.recipient == EMAIL


def test_refusing_twice_is_confirmed_once_and_keeps_the_first_time(outreach: Outreach) -> None:
    outreach.desk.records.save(refuse(outreach, EMAIL, "by link", "BT-1", NOW, VI))

    again = refuse(outreach, EMAIL.upper(), "by mail", "x", NOW + timedelta(days=1), VI)

    assert again.letters == ()
    said = outreach.records.subscription(EMAIL)
    assert said is not None
    assert said.changed == NOW


def test_who_refused_is_left_out_of_the_next_newsletter_with_the_reason(outreach: Outreach) -> None:
    outreach.desk.records.save(refuse(outreach, EMAIL, "by link", "BT-1", NOW, VI))

    audience = dry_run(outreach, a_newsletter(outreach), NOW)

    assert audience.left_out == {Reason.REFUSED: 1}
    assert audience.examples[Reason.REFUSED] == [f"{EMAIL} (by link 2026-11-23)"]


def test_a_mail_that_is_being_handed_over_cannot_be_stopped_and_that_is_no_error(outreach: Outreach) -> None:
    row = outreach.records.recipient(recipient_key("BT-1", EMAIL))
    assert row is not None
    outreach.records.save(replace(row, status=RecipientStatus.HANDING_OVER))

    outreach.desk.records.save(refuse(outreach, EMAIL, "by link", "BT-1", NOW, VI))

    assert row_status(outreach) is RecipientStatus.HANDING_OVER


def test_a_refusal_decided_on_an_old_row_is_decided_again(outreach: Outreach) -> None:
    outcome = refuse(outreach, EMAIL, "by link", "BT-1", NOW, VI)
    row = outreach.records.recipient(recipient_key("BT-1", EMAIL))
    assert row is not None
    outreach.records.save(replace(row, status=RecipientStatus.HANDING_OVER))

    with pytest.raises(Conflict):
        outreach.desk.records.save(outcome)


def test_the_prepared_mail_refuses_for_the_address_of_its_token_whoever_sends_it(outreach: Outreach) -> None:
    token = unsubscribe_token(outreach, "BT-1", EMAIL)

    mailed(outreach, "", subject=f"unsubscribe {token}", sender="giamdoc@khac.example")

    assert status_of(outreach) is SubscriptionStatus.REFUSED
    assert status_of(outreach, "giamdoc@khac.example") is None


def test_plain_words_in_a_reply_refuse(outreach: Outreach) -> None:
    message_id = newsletter_message_id(outreach, "BT-1", EMAIL)

    mailed(outreach, "Đừng gửi nữa nhé.\n\n> [QC] Tư vấn", subject="Re: [QC] Tư vấn", in_reply_to=f"<{message_id}>")

    assert status_of(outreach) is SubscriptionStatus.REFUSED


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: [QC] Tư vấn", "Cho em đăng ký tham gia"),
        ("Hủy đăng ký", "tên miền abc.vn giúp em"),
        ("Lỗi mail", "Không gửi được mail"),
    ],
)
def test_other_mail_says_nothing_about_newsletters(outreach: Outreach, subject: str, text: str) -> None:
    assert read_subscription_mail(outreach, a_parsed_mail(text, subject=subject)).wish is Wish.NONE


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: t.replace("bt1", "bt2"), lambda _: ""]
)
def test_a_token_that_is_not_ours_finds_nobody(outreach: Outreach, change: Any) -> None:
    token = unsubscribe_token(outreach, "BT-1", EMAIL)

    assert recipient_of_token(outreach, token.upper()) is not None
    assert recipient_of_token(outreach, change(token)) is None


def test_nobody_can_make_a_message_id_of_ours(outreach: Outreach) -> None:
    message_id = newsletter_message_id(outreach, "BT-1", EMAIL)
    found = recipient_of_mail(outreach, message_id)

    assert found is not None
    assert found.email == EMAIL
    assert (
        recipient_of_mail(outreach, unsubscribe_token(outreach, "BT-1", EMAIL).replace("-", ".") + "@vinno.example")
        is None
    )


# ---- subscribing ----------------------------------------------------------------------------------------------------


def test_a_new_address_is_asked_first_and_its_answer_is_the_consent(outreach: Outreach) -> None:
    asked = mailed(outreach, "Cho em đăng ký nhận bản tin", sender="Mai <mai@moi.example>", subject="Đăng ký")
    assert status_of(outreach, "mai@moi.example") is SubscriptionStatus.PENDING
    assert dry_run(outreach, a_newsletter(outreach), NOW).size == 3

    confirmed = mailed(
        outreach,
        "Đồng ý",
        sender="Mai <mai@moi.example>",
        subject=f"Re: {asked.letters[0].letter.subject}",
        now=NOW + timedelta(hours=2),
    )

    said = outreach.records.subscription("mai@moi.example")
    assert said is not None
    assert said.status is SubscriptionStatus.ACTIVE
    assert "Tôi đồng ý nhận bản tin" in said.text
    assert said.changed == NOW + timedelta(hours=2)
    assert [one.what for one in said.history] == ["pending", "active"]
    assert confirmed.letters[0].letter.kind == "subscription_active"
    assert dry_run(outreach, a_newsletter(outreach), NOW).size == 4


def test_somebody_else_cannot_confirm(outreach: Outreach) -> None:
    asked = mailed(outreach, "Cho em đăng ký nhận bản tin", sender="Mai <mai@moi.example>")

    mailed(outreach, "Đồng ý", sender="kẻ khác <khac@khac.example>", subject=f"Re: {asked.letters[0].letter.subject}")

    assert status_of(outreach, "mai@moi.example") is SubscriptionStatus.PENDING
    assert status_of(outreach, "khac@khac.example") is not SubscriptionStatus.ACTIVE


def test_an_old_question_confirms_nothing(outreach: Outreach) -> None:
    asked = mailed(outreach, "Cho em đăng ký nhận bản tin", sender="Mai <mai@moi.example>")

    late = NOW + timedelta(days=15)
    mailed(outreach, "ok", now=late, sender="Mai <mai@moi.example>", subject=f"Re: {asked.letters[0].letter.subject}")

    assert status_of(outreach, "mai@moi.example") is SubscriptionStatus.PENDING


def test_asking_again_and_again_brings_one_question(outreach: Outreach) -> None:
    first = mailed(outreach, "đăng ký nhận bản tin", sender="Mai <mai@moi.example>")
    second = mailed(outreach, "đăng ký nhận bản tin", sender="Mai <mai@moi.example>", now=NOW + timedelta(minutes=5))

    assert (len(first.letters), len(second.letters)) == (1, 0)


def test_who_refused_may_come_back(outreach: Outreach) -> None:
    outreach.desk.records.save(refuse(outreach, EMAIL, "by link", "BT-1", NOW, VI))
    asked = mailed(outreach, "cho tôi đăng ký nhận bản tin", now=NOW + timedelta(days=1))

    mailed(outreach, "ok", now=NOW + timedelta(days=1, hours=1), subject=f"Re: {asked.letters[0].letter.subject}")

    said = outreach.records.subscription(EMAIL)
    assert said is not None
    assert said.status is SubscriptionStatus.ACTIVE
    assert [one.what for one in said.history] == ["refused", "pending", "active"]


# ---- bounces and complaints -----------------------------------------------------------------------------------------


def bounce(outreach: Outreach, status: str, kind: BounceClass, message_id: str = "") -> Outcome | None:
    report = BounceReport(
        recipients=(FailedRecipient(EMAIL, kind, status, "server words"),),
        bounce_class=kind,
        original_message_id=message_id or newsletter_message_id(outreach, "BT-1", EMAIL),
    )
    outcome = newsletter_bounced(outreach, an_inbound(), a_parsed_mail(bounce=report), NOW)
    if outcome:
        outreach.records.commit(outcome.claims)
    return outcome


def an_inbound() -> InboundMail:
    return InboundMail(id="s/1/1", mailbox="s", uidvalidity=1, uid=1, raw="", size=0, arrived=NOW, kept=NOW)


def test_an_address_that_does_not_exist_is_suppressed_for_a_while(outreach: Outreach) -> None:
    bounce(outreach, "5.1.1", BounceClass.PERMANENT)

    assert row_status(outreach) is RecipientStatus.FAILED
    found = outreach.records.suppression(EMAIL)
    assert found is not None
    assert (found.reason, found.until) == ("bounce", NOW + timedelta(days=180))
    next_one = a_newsletter(outreach)
    assert dry_run(outreach, next_one, NOW).left_out == {Reason.SUPPRESSED: 1}
    assert dry_run(outreach, next_one, NOW + timedelta(days=181)).left_out == {}


@pytest.mark.parametrize(
    ("status", "kind"),
    [("4.2.2", BounceClass.TEMPORARY), ("5.2.2", BounceClass.PERMANENT), ("5.7.1", BounceClass.PERMANENT)],
)
def test_full_mailboxes_and_filters_suppress_nobody(outreach: Outreach, status: str, kind: BounceClass) -> None:
    bounce(outreach, status, kind)

    assert outreach.records.suppression(EMAIL) is None


def test_a_bounce_about_something_else_is_left_to_others(outreach: Outreach) -> None:
    assert bounce(outreach, "5.1.1", BounceClass.PERMANENT, "20261123.0@vinno.example") is None


def test_a_complaint_ends_it_for_good(outreach: Outreach) -> None:
    outcome = complained(outreach, newsletter_message_id(outreach, "BT-1", EMAIL), NOW)
    assert outcome is not None
    outreach.records.commit(outcome.claims)
    bounce(outreach, "5.1.1", BounceClass.PERMANENT)

    found = outreach.records.suppression(EMAIL)
    assert found is not None
    assert (found.reason, found.until) == ("complaint", None)
    assert complained(outreach, "x@y.example", NOW) is None


def test_staff_can_suppress_an_address(outreach: Outreach) -> None:
    outreach.records.commit(suppress(outreach, EMAIL.upper(), "khách gọi điện", NOW).claims)

    assert row_status(outreach) is RecipientStatus.SUPPRESSED
    assert dry_run(outreach, a_newsletter(outreach), NOW).left_out == {Reason.SUPPRESSED: 1}


# ---- the dry run ----------------------------------------------------------------------------------------------------


def test_a_dry_run_names_everybody_with_a_reason_and_writes_nothing(outreach: Outreach) -> None:
    outreach.desk.records.save_customer(a_subscriber(7, consent=None))
    heard: dict[str, Reason] = {}

    audience = dry_run(
        outreach, a_newsletter(outreach), NOW, lambda person, verdict: heard.update({person.email: verdict.reason})
    )

    assert audience.size == 3
    assert heard["khach7@outlook.example"] is Reason.NO_CONSENT
    assert outreach.records.count_recipients("BT-2", RecipientStatus.QUEUED) == 0
