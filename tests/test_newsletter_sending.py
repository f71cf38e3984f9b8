"""A newsletter on its way, with a real mail server: everybody once, troubles told apart, stopped when somebody says so."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from builders import NOW, STAFF, a_customer, letters
from newsletter_kit import (
    CONSENT,
    ScriptedServer,
    a_bulk_mailer,
    a_newsletter,
    a_server,
    a_subscriber,
    add_customers,
    an_outreach,
    sink,
)
from worker.desk import newsletter_ledger
from worker.desk.audience import gather
from worker.desk.newsletter_layout import skeletons_of
from worker.desk.newsletter_run import recover_rows
from worker.desk.newsletter_sending import due_newsletters, recover_newsletters, send_newsletter
from worker.desk.newsletters import cancel, pause, resume
from worker.desk.outreach import Outreach, recipient_of_mail, recipient_of_token
from worker.desk.subscriptions import refuse
from worker.mail.bulk_mailer import BulkMailer
from worker.model import Language
from worker.outreach_records import Newsletter, NewsletterStatus, Recipient, RecipientStatus, recipient_key
from worker.policy.newsletter_schedule import Schedule

Sent, Failed, Deferred = RecipientStatus.SENT, RecipientStatus.FAILED, RecipientStatus.DEFERRED


@dataclass
class Office:
    """A desk with customers, a server, and a clock that stands still unless it is moved."""

    outreach: Outreach
    server: ScriptedServer
    mailer: BulkMailer
    now: datetime = NOW
    connections: int = 4
    rows: dict[str, Recipient] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def send(self, **options: Any) -> list[NewsletterStatus | None]:
        """Start and send what is due."""
        due = due_newsletters(self.outreach, self.now)
        return [send_newsletter(self.outreach, self.mailer, one, "test", self.clock, **options) for one in due]

    def newsletter(self, number: str = "BT-1") -> Newsletter:
        found = self.outreach.records.newsletter(number)
        assert found is not None
        return found

    def states(self, number: str = "BT-1") -> dict[RecipientStatus, int]:
        return {one: count for one, count in self.outreach.records.counts(number).items() if count}

    def row(self, email: str, number: str = "BT-1") -> Recipient:
        found = self.outreach.records.recipient(recipient_key(number, email))
        assert found is not None
        return found

    def save(self, newsletter: Newsletter) -> None:
        self.outreach.records.save(newsletter)


@pytest.fixture
def office() -> Iterator[Office]:
    with a_server() as server:
        outreach = an_outreach(port=server.port)
        mailer = a_bulk_mailer(outreach, 4)
        yield Office(outreach, server, mailer)
        mailer.close()


def all_of(server: ScriptedServer) -> set[str]:
    return set(server.got())


# ---- everybody once -------------------------------------------------------------------------------------------------


def test_everybody_gets_it_once_and_the_author_a_report(office: Office) -> None:
    add_customers(office.outreach, 250)
    a_newsletter(office.outreach)

    assert office.send() == [NewsletterStatus.DONE]

    assert len(office.server.mails) == len(office.server.got()) == 250
    assert office.states() == {Sent: 250}
    (report,) = letters(office.outreach.desk, "newsletter_report")
    assert report.recipient == "sep@vinno.example"
    assert "Đã gửi: 250" in report_text(office, report.id)
    rows = ledger_of(office, report.id)
    assert rows[0] == ["email", "state", "changed", "attempts", "server said"]
    assert {row[0] for row in rows[1:]} == all_of(office.server)


def ledger_of(office: Office, letter: str) -> list[list[str]]:
    mail = message_from_bytes(office.outreach.desk.records.letter_bytes(letter), policy=policy.default)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "BT-1.csv"
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_ledger_that_is_cut_holds_what_went_wrong(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter_ledger, "MOST_ATTACHED", 1)
    office.server.answer = lambda asked: b"550 5.1.1 no\r\n" if asked == "khach1@outlook.example" else b""
    add_customers(office.outreach, 9)
    a_newsletter(office.outreach)

    office.send()

    (report,) = letters(office.outreach.desk, "newsletter_report")
    assert [row[:2] for row in ledger_of(office, report.id)[1:]] == [["khach1@outlook.example", "failed"]]


def report_text(office: Office, letter: str) -> str:
    mail = message_from_bytes(office.outreach.desk.records.letter_bytes(letter), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_mail_carries_what_law_and_mail_programs_ask_for(office: Office) -> None:
    office.outreach.desk.records.save_customer(a_customer(consent=CONSENT))
    a_newsletter(office.outreach)

    office.send()

    ((_, mail),) = office.server.mails
    head = mail.partition(b"\r\n\r\n")[0].decode()
    token = re.search(r"subject=unsubscribe%20(bt1-[0-9a-f]{16}-[a-z2-7]{24})", head)
    assert token
    assert f"List-Unsubscribe: <mailto:hotro@vinno.example?subject=unsubscribe%20{token[1]}>" in head.replace(
        "\r\n ", " "
    )
    assert "List-Unsubscribe-Post" not in head
    assert "Auto-Submitted: auto-generated" in head
    assert "Precedence: bulk" in head


def test_one_click_is_offered_only_where_the_mail_is_signed(office: Office) -> None:
    for wishes, offered in (
        ({"unsubscribe_url": "https://vinno.example"}, False),
        ({"unsubscribe_url": "https://vinno.example", "relay_signs": True}, True),
    ):
        outreach = an_outreach(port=office.server.port, **wishes)
        outreach.desk.records.save_customer(a_customer(consent=CONSENT))
        newsletter = a_newsletter(outreach)
        due_newsletters(outreach, NOW)
        send_newsletter(outreach, office.mailer, newsletter.id, "test", office.clock)

        head = office.server.mails[-1][1].partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
        assert (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head) is offered
        assert b"List-Unsubscribe: <https://vinno.example/u/bt1-" in head
        assert b", <mailto:hotro@vinno.example?subject=" in head


def test_an_address_that_stands_with_two_customers_gets_it_once(office: Office) -> None:
    add_customers(office.outreach, 3)
    office.outreach.records.commit([])
    office.outreach.desk.records.save_record(a_subscriber(99, addresses=("khach1@outlook.example",)))
    a_newsletter(office.outreach)

    office.send()

    assert office.server.got() == Counter(
        {"khach0@gmail.example": 1, "khach1@outlook.example": 1, "khach2@cty2.example": 1}
    )


def test_gathering_and_sending_again_after_it_is_done_does_nothing(office: Office) -> None:
    add_customers(office.outreach, 5)
    a_newsletter(office.outreach)
    office.send()

    office.send()
    recover_newsletters(office.outreach, alone=True)
    office.send()

    assert len(office.server.mails) == 5


def test_only_one_of_two_workers_has_a_newsletter(office: Office) -> None:
    add_customers(office.outreach, 5)
    newsletter = a_newsletter(office.outreach)
    due_newsletters(office.outreach, NOW)
    held = office.newsletter()
    office.save(replace(held, owner="other", lease_until=NOW + timedelta(seconds=30)))

    assert send_newsletter(office.outreach, office.mailer, newsletter.id, "test", office.clock) is None
    office.now += timedelta(seconds=31)
    assert send_newsletter(office.outreach, office.mailer, newsletter.id, "test", office.clock) is NewsletterStatus.DONE
    assert len(office.server.mails) == 5


# ---- troubles -------------------------------------------------------------------------------------------------------


def test_each_trouble_is_told_apart(office: Office) -> None:
    add_customers(office.outreach, 9)
    replies = {
        "khach0@gmail.example": b"550 5.1.1 no such user\r\n",
        "khach1@outlook.example": b"552 5.2.2 mailbox full\r\n",
        "khach2@cty2.example": b"451 4.3.0 try again later\r\n",
        "DATA khach3@gmail.example": b"554 5.6.0 we do not like it\r\n",
        "DATA khach4@outlook.example": b"451 4.7.1 Greylisted\r\n",
    }
    office.server.answer = lambda what: replies.get(what, b"")
    a_newsletter(office.outreach)

    assert office.send() == [NewsletterStatus.SENDING]

    assert office.states() == {Sent: 4, Failed: 3, Deferred: 2}
    assert "5.1.1" in office.row("khach0@gmail.example").said
    suppressed = [one for one in range(9) if office.outreach.records.suppression(a_subscriber(one).addresses[0])]
    assert suppressed == [0]


def test_what_is_deferred_is_tried_again_with_the_same_bytes_and_then_it_is_done(office: Office) -> None:
    add_customers(office.outreach, 2)
    office.server.answer = lambda what: b"451 4.3.0 later\r\n" if what == "DATA khach0@gmail.example" else b""
    a_newsletter(office.outreach)
    office.send()
    assert office.row("khach0@gmail.example").due == NOW + timedelta(minutes=5)

    office.server.answer = lambda _: b""
    assert office.send() == []
    office.now += timedelta(minutes=5)
    assert office.send() == [NewsletterStatus.DONE]

    first, last = (mail for recipient, mail in office.server.offered if recipient == "khach0@gmail.example")
    assert first == last
    assert office.server.got() == Counter({"khach0@gmail.example": 1, "khach1@outlook.example": 1})
    assert len(letters(office.outreach.desk, "newsletter_report")) == 2


def test_a_mail_that_nobody_takes_for_three_days_is_given_up(office: Office) -> None:
    add_customers(office.outreach, 1)
    office.server.answer = lambda what: b"451 4.3.0 later\r\n" if what.startswith("khach") else b""
    a_newsletter(office.outreach)
    office.send()

    for _ in range(200):
        office.now += timedelta(hours=1)
        office.send()

    assert office.states() == {Failed: 1}
    assert "given up" in office.row("khach0@gmail.example").said
    assert office.newsletter().status is NewsletterStatus.DONE


def test_a_server_that_hangs_up_after_the_mail_leaves_it_uncertain_and_it_is_never_sent_again(office: Office) -> None:
    add_customers(office.outreach, 30)
    hung_up: list[str] = []

    def hang_up(what: str) -> bytes:
        if what == "DATA khach3@gmail.example":
            hung_up.append(what)
            raise ConnectionResetError
        return b""

    office.server.answer = hang_up
    a_newsletter(office.outreach)

    office.send()
    office.now += timedelta(days=1)
    office.send()

    assert office.states() == {Sent: 29, RecipientStatus.UNCERTAIN: 1}
    assert hung_up == ["DATA khach3@gmail.example"]
    assert "khach3@gmail.example" in report_text(office, letters(office.outreach.desk, "newsletter_report")[0].id)


def test_what_is_no_address_stops_nobody_else_and_an_international_one_arrives(office: Office) -> None:
    hostile = [
        "lân@x.example",
        "a b@x.example",
        "x@y.example\r\nRCPT TO:<z@z>",
        "<>",
        '"q"@x.example',
        "a" * 300 + "@x.example",
        "",
    ]
    for number, email in enumerate([*hostile, "lan@việt.example", "ok@x.example"]):
        office.outreach.desk.records.save_record(a_subscriber(number, addresses=(email,)))
    a_newsletter(office.outreach)

    assert office.send() == [NewsletterStatus.DONE]

    assert all_of(office.server) == {"lan@xn--vit-5kz.example", "ok@x.example"}
    assert office.newsletter().left_out == {"no_address": len(hostile)}


def test_a_row_whose_address_is_none_fails_alone(office: Office) -> None:
    add_customers(office.outreach, 5)
    newsletter = a_newsletter(office.outreach, status=NewsletterStatus.SENDING, started=NOW)
    office.save(replace(newsletter, skeletons=skeletons_of(office.outreach, newsletter), version=1))
    gather(office.outreach, newsletter, {Language.VI: ""}, NOW)
    office.outreach.records.save(replace(office.row("khach1@outlook.example"), email="<>"))

    assert office.send() == [NewsletterStatus.DONE]

    assert office.states() == {Sent: 4, Failed: 1}


def test_a_complaint_slows_its_domain_down_and_no_other(office: Office) -> None:
    add_customers(office.outreach, 240)
    office.server.answer = lambda what: (
        b"421 4.7.0 too many, try again in 10 minutes\r\n" if what.endswith("@gmail.example") else b""
    )
    a_newsletter(office.outreach)

    assert office.send() == [NewsletterStatus.SENDING]

    assert all_of(office.server) == {a_subscriber(one).addresses[0] for one in range(240) if one % 3}
    tried = [office.row(f"khach{one}@gmail.example").attempts for one in range(0, 240, 3)]
    assert sum(tried) <= 12  # those under way when the first complaint came
    office.server.answer = lambda _: b""
    for _ in range(40):
        office.now += timedelta(minutes=30)
        office.send()
    assert office.states() == {Sent: 240}
    assert len(office.server.mails) == 240


def test_after_a_complaint_only_the_mails_under_way_are_still_tried(office: Office) -> None:
    for number in range(0, 300, 3):
        office.outreach.desk.records.save_customer(a_subscriber(number))
    office.server.answer = lambda what: b"421 4.7.0 too many\r\n" if what.startswith("khach") else b""
    a_newsletter(office.outreach)

    office.send()

    assert sum(office.row(f"khach{number}@gmail.example").attempts for number in range(0, 300, 3)) <= 8
    assert office.states() == {Deferred: 100}


def test_when_servers_refuse_us_it_pauses_and_asks(office: Office) -> None:
    add_customers(office.outreach, 100)
    office.server.answer = lambda what: b"550 5.7.1 blocked by spamhaus\r\n" if what.startswith("khach") else b""
    a_newsletter(office.outreach)

    assert office.send() == [NewsletterStatus.PAUSED]

    states = office.states()
    assert Failed not in states
    assert states[Deferred] < 30
    assert states[Deferred] + states[RecipientStatus.QUEUED] == 100
    assert not any(office.outreach.records.suppression(a_subscriber(one).addresses[0]) for one in range(100))
    assert "spamhaus" in office.newsletter().note
    assert letters(office.outreach.desk, "newsletter_receipt")


def test_without_a_server_everybody_stays_queued_and_it_goes_on_later(office: Office) -> None:
    add_customers(office.outreach, 20)
    broken = a_bulk_mailer(an_outreach(port=1), 2)
    newsletter = a_newsletter(office.outreach)
    due_newsletters(office.outreach, NOW)

    assert send_newsletter(office.outreach, broken, newsletter.id, "test", office.clock) is NewsletterStatus.SENDING
    broken.close()

    assert office.states() == {RecipientStatus.QUEUED: 20}
    assert office.send() == []
    office.now += timedelta(minutes=1)
    assert office.send() == [NewsletterStatus.DONE]


# ---- stopping -------------------------------------------------------------------------------------------------------


def while_it_goes_out(office: Office, count: int, act: Any) -> None:
    """Call `act` in another thread as soon as some mails were accepted, while the rest is still going out."""
    add_customers(office.outreach, count)
    a_newsletter(office.outreach)
    enough = threading.Event()

    def slowly(what: str) -> bytes:
        if what.startswith("DATA"):
            time.sleep(0.002)
            if len(office.server.mails) >= 20:
                enough.set()
        return b""

    office.server.answer = slowly
    acting = threading.Thread(target=lambda: (enough.wait(20), act()))
    acting.start()
    office.send()
    acting.join()


def test_unsubscribing_stops_mail_that_is_queued(office: Office) -> None:
    refused: list[str] = []

    def unsubscribe() -> None:
        waiting = list(office.outreach.records.recipients_in("BT-1", RecipientStatus.QUEUED))
        for row in waiting[-100:]:
            outcome = refuse(office.outreach, row.email, "by link", "test", NOW, Language.VI)
            office.outreach.desk.records.save(outcome)
            refused.append(row.email)

    while_it_goes_out(office, 600, unsubscribe)

    assert len(refused) == 100
    assert not set(refused) & all_of(office.server)
    assert office.states() == {Sent: 500, RecipientStatus.SUPPRESSED: 100}


def test_a_refusal_before_the_rows_are_written_holds_too(office: Office) -> None:
    add_customers(office.outreach, 3)
    a_newsletter(office.outreach)
    office.outreach.desk.records.save(
        refuse(office.outreach, "KHACH1@outlook.example", "by mail", "x", NOW, Language.VI)
    )

    office.send()

    assert all_of(office.server) == {"khach0@gmail.example", "khach2@cty2.example"}
    assert office.newsletter().left_out == {"refused": 1}


def test_unsubscribing_stops_mail_whose_turn_has_come(office: Office) -> None:
    add_customers(office.outreach, 60)
    a_newsletter(office.outreach)
    first, acted = threading.Event(), threading.Event()
    refused: list[str] = []

    def wait_at_the_first(what: str) -> bytes:
        if what.startswith("DATA"):
            first.set()
            acted.wait(60)
        return b""

    def unsubscribe() -> None:
        first.wait(60)
        for row in list(office.outreach.records.recipients_in("BT-1", RecipientStatus.QUEUED)):
            office.outreach.desk.records.save(refuse(office.outreach, row.email, "by link", "test", NOW, Language.VI))
            refused.append(row.email)
        acted.set()

    office.server.answer = wait_at_the_first
    acting = threading.Thread(target=unsubscribe)
    acting.start()
    office.send()
    acting.join()

    assert len(refused) >= 50
    assert not set(refused) & all_of(office.server)
    assert office.states() == {Sent: 60 - len(refused), RecipientStatus.SUPPRESSED: len(refused)}


def test_a_refusal_that_came_while_the_rows_were_written_is_seen_before_the_mail_leaves(office: Office) -> None:
    add_customers(office.outreach, 3)
    newsletter = a_newsletter(office.outreach, status=NewsletterStatus.SENDING, started=NOW)
    refusal = refuse(office.outreach, "khach1@outlook.example", "by link", "test", NOW, Language.VI)
    begun = replace(newsletter, skeletons=skeletons_of(office.outreach, newsletter), version=1)
    office.save(begun)
    gather(office.outreach, newsletter, {Language.VI: ""}, NOW)
    office.outreach.desk.records.save(refusal)  # decided before there was a row to stop

    assert office.send() == [NewsletterStatus.DONE]

    assert "khach1@outlook.example" not in office.server.got()
    assert office.states() == {Sent: 2, RecipientStatus.SUPPRESSED: 1}


def test_pausing_stops_it_and_resuming_sends_the_rest_and_nobody_twice(office: Office) -> None:
    def pause_it() -> None:
        office.save(pause(office.newsletter(), "sep@vinno.example", NOW))

    while_it_goes_out(office, 500, pause_it)
    sent = len(office.server.mails)
    assert 20 <= sent < 500
    assert office.newsletter().status is NewsletterStatus.PAUSED
    assert office.send() == []

    office.save(resume(office.newsletter(), "sep@vinno.example", NOW))
    assert office.send() == [NewsletterStatus.DONE]

    assert len(office.server.mails) == len(office.server.got()) == 500


def test_cancelling_ends_it_for_good(office: Office) -> None:
    while_it_goes_out(office, 500, lambda: office.save(cancel(office.newsletter(), "sep@vinno.example", NOW)))

    assert len(office.server.mails) < 500
    office.now += timedelta(days=2)
    assert office.send() == []
    assert office.newsletter().status is NewsletterStatus.CANCELLED


def test_it_yields_to_support_mail_but_not_for_ever(office: Office) -> None:
    add_customers(office.outreach, 10)
    a_newsletter(office.outreach)
    asked: list[int] = []

    def always() -> bool:
        asked.append(len(office.server.mails))
        return True

    office.send(is_support_waiting=always)

    assert asked[:5] == [0, 0, 0, 0, 0]
    assert len(office.server.mails) == 10


def test_the_rate_that_is_allowed_is_kept(office: Office) -> None:
    outreach = an_outreach(port=office.server.port, per_second=50)
    add_customers(outreach, 20)
    newsletter = a_newsletter(outreach)
    due_newsletters(outreach, NOW)
    begun = time.monotonic()

    send_newsletter(outreach, office.mailer, newsletter.id, "test", office.clock)

    assert time.monotonic() - begun >= 19 / 50
    assert len(office.server.mails) == 20


# ---- when -----------------------------------------------------------------------------------------------------------


def test_a_run_that_was_missed_by_hours_asks_instead_of_firing(office: Office) -> None:
    add_customers(office.outreach, 3)
    a_newsletter(office.outreach, due=NOW - timedelta(hours=3))

    assert office.send() == []

    assert office.newsletter().status is NewsletterStatus.ASKING
    assert len(letters(office.outreach.desk, "newsletter_receipt")) == 1
    office.send()
    assert len(letters(office.outreach.desk, "newsletter_receipt")) == 1
    office.save(resume(office.newsletter(), "sep@vinno.example", NOW))
    assert office.send() == [NewsletterStatus.DONE]
    assert len(office.server.mails) == 3


def test_outside_the_window_it_waits_and_goes_on_when_it_opens(office: Office) -> None:
    outreach = an_outreach(port=office.server.port, window=["08:00-09:30"])
    add_customers(outreach, 3)
    newsletter = a_newsletter(outreach)
    due_newsletters(outreach, NOW)
    noon = NOW + timedelta(hours=3)

    assert send_newsletter(outreach, office.mailer, newsletter.id, "test", lambda: noon) is None
    assert due_newsletters(outreach, noon) == []
    tomorrow = NOW + timedelta(hours=23)
    assert due_newsletters(outreach, tomorrow) == ["BT-1"]
    assert send_newsletter(outreach, office.mailer, newsletter.id, "test", lambda: tomorrow) is NewsletterStatus.DONE


def test_a_recurring_newsletter_is_a_new_mailing_each_time(office: Office) -> None:
    add_customers(office.outreach, 2)
    a_newsletter(office.outreach, schedule=Schedule(cron="0 9 * * 1"))

    assert office.send() == [NewsletterStatus.DONE]
    series, first = office.newsletter("BT-1"), office.newsletter("BT-2")
    assert (series.status, series.due) == (NewsletterStatus.APPROVED, NOW + timedelta(days=7))
    assert (first.series, first.status) == ("BT-1", NewsletterStatus.DONE)
    assert office.send() == []

    office.now += timedelta(days=7)
    assert office.send() == [NewsletterStatus.DONE]
    assert office.server.got() == Counter({"khach0@gmail.example": 2, "khach1@outlook.example": 2})


def test_nobody_gets_more_advertising_a_day_than_the_law_allows(office: Office) -> None:
    add_customers(office.outreach, 2)
    for _ in range(4):
        a_newsletter(office.outreach)
        office.send()
    a_newsletter(office.outreach, advertising=False)
    office.send()

    assert set(office.server.got().values()) == {4}
    assert office.newsletter("BT-4").left_out == {"daily_cap": 2}
    office.now += timedelta(days=1)
    a_newsletter(office.outreach, due=office.now)
    office.send()
    assert set(office.server.got().values()) == {5}


def in_mode(office: Office, mode: str) -> None:
    settings = office.outreach.desk.settings.model_copy(update={"mode": mode})
    office.outreach = replace(office.outreach, desk=replace(office.outreach.desk, settings=settings))


def test_nothing_leaves_in_observe_mode(office: Office) -> None:
    in_mode(office, "observe")
    add_customers(office.outreach, 2)
    a_newsletter(office.outreach)

    assert office.send() == []
    assert office.newsletter().status is NewsletterStatus.ASKING
    assert office.server.offered == []


def test_in_shadow_mode_staff_see_a_few_marked_with_whom_they_are_for_and_nobody_else_gets_any(office: Office) -> None:
    in_mode(office, "shadow")
    add_customers(office.outreach, 30)
    a_newsletter(office.outreach)

    assert office.send() == [NewsletterStatus.DONE]

    assert office.server.got() == {STAFF: 5}
    assert office.states() == {RecipientStatus.SHADOW: 30}
    marked = {re.search(r"SHADOW → (\S+@\S+)", str(opened(mail)["To"])) for _, mail in office.server.mails}
    assert len({found and found[1] for found in marked}) == 5
    assert all(str(opened(mail)["Subject"]).startswith("[SHADOW] [QC]") for _, mail in office.server.mails)
    assert len({opened(mail)["Message-ID"] for _, mail in office.server.mails}) == 5
    (report,) = letters(office.outreach.desk, "newsletter_report")
    assert "khách không nhận: 30" in report_text(office, report.id)


def test_a_link_in_a_mail_of_shadow_mode_refuses_for_nobody(office: Office) -> None:
    in_mode(office, "shadow")
    add_customers(office.outreach, 3)
    a_newsletter(office.outreach)

    office.send()

    for _, mail in office.server.mails:
        assert recipient_of_token(office.outreach, str(opened(mail)["List-Unsubscribe"])) is None
        assert recipient_of_mail(office.outreach, str(opened(mail)["Message-ID"]).strip("<>")) is None


def test_a_refused_staff_address_suppresses_no_customer(office: Office) -> None:
    in_mode(office, "shadow")
    office.server.answer = lambda _: b"550 5.1.1 no such user\r\n"
    add_customers(office.outreach, 2)
    a_newsletter(office.outreach)

    office.send()

    assert office.states() == {Failed: 2}
    assert office.outreach.records.suppression("khach1@outlook.example") is None


@pytest.mark.parametrize("mode", ["shadow", "observe"])
def test_what_began_live_stops_and_asks_when_the_mode_changes(office: Office, mode: str) -> None:
    add_customers(office.outreach, 3)
    a_newsletter(office.outreach)
    due_newsletters(office.outreach, NOW)
    in_mode(office, mode)

    assert office.send() == []
    assert send_newsletter(office.outreach, office.mailer, "BT-1", "test", office.clock) is None
    assert office.newsletter().status is NewsletterStatus.ASKING
    assert office.server.offered == []


def test_what_began_in_shadow_mode_stays_there_when_the_mode_becomes_live(office: Office) -> None:
    in_mode(office, "shadow")
    add_customers(office.outreach, 8)
    a_newsletter(office.outreach)
    due_newsletters(office.outreach, NOW)
    in_mode(office, "live")

    office.send()

    assert office.server.got() == {STAFF: 5}
    assert office.states() == {RecipientStatus.SHADOW: 8}
    a_newsletter(office.outreach)
    office.send()
    assert len(office.server.got()) == 9


def opened(mail: bytes) -> Message:
    return message_from_bytes(mail, policy=policy.default)


# ---- killed ---------------------------------------------------------------------------------------------------------


def test_rows_that_a_dead_worker_was_handing_over_are_uncertain(office: Office) -> None:
    add_customers(office.outreach, 4)
    newsletter = a_newsletter(office.outreach)
    office.send()
    row = office.row("khach1@outlook.example")
    office.outreach.records.save(replace(row, status=RecipientStatus.HANDING_OVER))

    assert recover_rows(office.outreach, newsletter.id, NOW) == 1
    assert office.states() == {Sent: 3, RecipientStatus.UNCERTAIN: 1}


def test_a_process_killed_while_it_sends_skips_nobody_and_repeats_nobody(tmp_path: Path) -> None:
    count, log = 520, tmp_path / "got.log"
    log.touch()
    worker = [sys.executable, str(Path(__file__).parent / "newsletter_worker.py"), str(tmp_path)]
    with sink(log) as port:
        outreach = an_outreach("tiny:news.db", tmp_path, port)
        add_customers(outreach, count)
        newsletter = a_newsletter(outreach, due=datetime.now(UTC))
        for share in (0.15, 0.4, 0.7):
            with subprocess.Popen([*worker, str(port)], stdout=subprocess.DEVNULL) as process:
                while process.poll() is None and len(log.read_bytes().splitlines()) < count * share:
                    time.sleep(0.002)
                os.kill(process.pid, signal.SIGKILL)
        subprocess.run([*worker, str(port)], check=True, stdout=subprocess.DEVNULL, timeout=60)

    got = Counter(line.split()[0].decode() for line in log.read_bytes().splitlines())
    rows = {
        row.email: row.status for one in RecipientStatus for row in outreach.records.recipients_in(newsletter.id, one)
    }
    assert len(rows) == count
    assert max(got.values()) == 1
    assert {email for email, status in rows.items() if status is Sent} <= set(got)
    assert set(rows.values()) <= {Sent, RecipientStatus.UNCERTAIN}
    doubtful = [email for email, status in rows.items() if status is RecipientStatus.UNCERTAIN]
    assert set(got) <= {email for email, status in rows.items() if status is Sent} | set(doubtful)
    assert len(doubtful) <= 3 * 8 * 2
