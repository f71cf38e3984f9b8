"""The golden text of newsletters and all letters around them, in both languages.

Run with UPDATE_LETTERS=1 to write them anew, and read the difference before you commit it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builders import NOW, a_customer, a_parsed_mail
from newsletter_kit import add_customers, an_outreach
from test_programmes import OPEN, SMALL, a_loyal, a_request, an_inbound
from worker.desk.audience import dry_run, gather
from worker.desk.newsletter_letters import proof, question, report
from worker.desk.newsletters import propose_from_files
from worker.desk.outreach import Outreach
from worker.desk.programmes import sign_up, withdraw
from worker.desk.resources import load_catalogue, resources_answer
from worker.desk.subscriptions import handle_subscription_mail, refuse
from worker.mail.newsletter_mime import GMAIL_CLIPS_AT
from worker.mail.parsing import parse_mail
from worker.mail.rendering import template_folder
from worker.model import Address, Customer, Language, ParsedMail, Staff
from worker.outreach_records import Newsletter, NewsletterStatus, RecipientStatus
from worker.records import NewLetter

GOLDEN = Path(__file__).parent / "letters"
TEMPLATES = template_folder(Path(__file__).resolve().parents[1])
VI, EN = Language.VI, Language.EN


def all_letters() -> Iterator[tuple[str, NewLetter]]:
    for language in Language:
        outreach = replace(an_outreach(unsubscribe_url="https://vinno.example", relay_signs=True), key=b"k" * 32)
        yield from newsletters(outreach, language)
        yield from subscriptions(outreach, language)
        yield from programmes(outreach, language)
        yield f"resources_answer-{language}", resources(outreach, language)


def newsletters(outreach: Outreach, language: Language) -> Iterator[tuple[str, NewLetter]]:
    add_customers(outreach, 5)
    outreach.desk.records.save_customer(a_customer())
    by = replace(staff(outreach), language=language)
    files = [
        TEMPLATES / "newsletters" / f"tu-van-nang-cap-website.{one}.md" for one in (language, *({VI, EN} - {language}))
    ]
    outreach.desk.records.save(propose_from_files(outreach, files, by, NOW))
    draft = found(outreach)
    held = ["người nhận: không hiểu / not understood: khách VIP"]
    everybody = replace(draft, segment=type(draft.segment)())
    summary, newsletter, _ = proof(outreach, everybody, dry_run(outreach, everybody, NOW), by, held, NOW)
    yield f"newsletter-{language}", newsletter
    yield f"newsletter_proof-{language}", summary
    speaking = outreach_speaking(outreach, language)
    yield (
        f"newsletter_receipt-{language}",
        question(speaking, draft, ("Đã lỡ giờ gửi 09:00 23/11/2026.", "It was due at 09:00."), NOW),
    )
    yield (
        f"newsletter_report-{language}",
        report(speaking, a_sent_one(outreach, everybody), NOW + timedelta(seconds=90)),
    )


def a_sent_one(outreach: Outreach, newsletter: Newsletter) -> Newsletter:
    """A newsletter of which some mails failed."""
    gather(outreach, newsletter, {VI: ""}, NOW)
    ends = [
        (RecipientStatus.SENT, "250 ok"),
        (RecipientStatus.SENT, "250 ok"),
        (RecipientStatus.FAILED, "550 5.1.1 no such user"),
        (RecipientStatus.UNCERTAIN, "the worker stopped while handing over"),
        (RecipientStatus.DEFERRED, "451 4.3.0 try again later"),
    ]
    rows = list(outreach.records.recipients_in(newsletter.id, RecipientStatus.QUEUED))
    for row, (status, said) in zip(rows, ends, strict=True):
        outreach.records.save(replace(row, status=status, said=said))
    return replace(newsletter, status=NewsletterStatus.SENDING, started=NOW, left_out={"no_consent": 1, "refused": 3})


def subscriptions(outreach: Outreach, language: Language) -> Iterator[tuple[str, NewLetter]]:
    refused = refuse(outreach, "khach1@outlook.example", "by link", "BT-1", NOW, language)
    yield f"subscription_refused-{language}", refused.letters[0]
    asked = handle_subscription_mail(outreach, an_inbound(), subscribing("subscribe"), language, NOW)
    outreach.desk.records.save(replace(asked, records=()))
    yield f"subscription_confirm-{language}", asked.letters[0]
    answer = subscribing(f"Re: {asked.letters[0].letter.subject}")
    confirmed = handle_subscription_mail(outreach, an_inbound(), answer, language, NOW + timedelta(hours=1))
    yield f"subscription_active-{language}", confirmed.letters[0]


def subscribing(subject: str) -> ParsedMail:
    return a_parsed_mail("", subject=subject, sender=Address("mai@moi.example", "Mai"))


def programmes(outreach: Outreach, language: Language) -> Iterator[tuple[str, NewLetter]]:
    cases: list[tuple[str, Customer, datetime]] = [
        ("confirmed", a_loyal(1), OPEN),
        ("confirmed-2", a_loyal(2), OPEN),
        ("waiting", a_loyal(3), OPEN),
        ("not_eligible", a_loyal(4, contract_until=NOW), OPEN),
        ("closed", a_loyal(5), datetime(2027, 1, 5, tzinfo=UTC)),
    ]
    for name, customer, now in cases:
        request = replace(a_request(1, customer), language=language)
        outcome = sign_up(outreach, SMALL, request, wish(customer), an_inbound(), customer, now)
        outreach.desk.records.save(replace(outcome, records=()))
        if name != "confirmed-2":
            yield f"programme_sign_up-{name}-{language}", outcome.letters[0]
    outreach.desk.records.save_record(replace(a_request(1, a_loyal(3)), language=language))
    held = outreach.records.sign_up(SMALL.id, a_loyal(3).id)
    assert held is not None
    gone = withdraw(outreach, held, wish(a_loyal(3)), an_inbound(), OPEN)
    yield f"programme_sign_up-withdrawn-{language}", gone.letters[0]


def wish(customer: Customer) -> ParsedMail:
    return a_parsed_mail("Đăng ký", subject="Re: [QC] Tư vấn nâng cấp", sender=Address(customer.addresses[0], "Lan"))


def resources(outreach: Outreach, language: Language) -> NewLetter:
    asked = (
        "sàn thương mại điện tử nước ngoài bán đồ thủ công mỹ nghệ"
        if language is VI
        else "marketplaces abroad for handicraft"
    )
    request = replace(a_request(1, a_loyal(1)), language=language)
    letter = resources_answer(
        outreach.desk, load_catalogue(TEMPLATES), request, a_parsed_mail(asked), an_inbound(), NOW
    )
    assert letter is not None
    return letter


def staff(outreach: Outreach) -> Staff:
    member = outreach.desk.member("sep@vinno.example")
    assert member is not None
    return member


def found(outreach: Outreach) -> Newsletter:
    newsletter = outreach.records.newsletter("BT-1")
    assert newsletter is not None
    return newsletter


def outreach_speaking(outreach: Outreach, language: Language) -> Outreach:
    """The same with staff who read that language."""
    settings = outreach.desk.settings
    members = tuple(one.model_copy(update={"language": language}) for one in settings.staff)
    return replace(outreach, desk=replace(outreach.desk, settings=settings.model_copy(update={"staff": members})))


LETTERS = dict(all_letters())


def shown(name: str) -> str:
    mail = parse_mail(LETTERS[name].mime)
    return f"{mail.subject}\n\n{mail.text.rstrip()}\n"


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_a_letter_reads_as_agreed(name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_LETTERS"):
        path.write_text(shown(name), encoding="utf-8")

    assert shown(name) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_a_letter_is_whole_and_is_not_clipped(name: str) -> None:
    mail = parse_mail(LETTERS[name].mime)

    assert mail.faults == ()
    assert len(LETTERS[name].mime) < GMAIL_CLIPS_AT
    assert "{{" not in mail.text
    assert "Zq" not in mail.text


@pytest.mark.parametrize("language", list(Language))
def test_a_newsletter_says_that_it_is_advertising_by_whom_and_how_to_refuse(language: Language) -> None:
    text = shown(f"newsletter-{language}")

    assert text.startswith("[QC] ")
    assert "VINNO" in text
    assert "hotro@vinno.example" in text
    assert "https://vinno.example/u/bt1-" in text
