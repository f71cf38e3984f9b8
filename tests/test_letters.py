"""The golden text of every letter: what a customer or a colleague reads, word for word, in both languages.

Run with UPDATE_LETTERS=1 to write them anew, and read the difference before you commit it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from builders import NOW, a_customer, a_desk, a_parsed_mail
from test_programmes import a_request, an_inbound
from worker.cli.samples import sample_letters
from worker.desk.letters import acknowledgement
from worker.mail.parsing import parse_mail
from worker.model import Category, Fee, FeeDecision, FeeRule, Language

GOLDEN = Path(__file__).parent / "letters"
MONEY = ("phí", "giá", "tiền", "charge", "fee", "price", "cost", "quote", "free")
# Letters with tables of their own: tests/test_quote_letters.py, tests/test_newsletter_*.py
ELSEWHERE = {
    *("quote", "quote_reminder", "quote_expired", "quote_accepted", "quote_declined", "staff_quote_draft"),
    *("request_done", "warranty_opened", "training_invitation", "training_slots"),
    *("quote_not_current", "deposit_received"),
    *("newsletter", "newsletter_proof", "newsletter_report", "newsletter_receipt"),
    *("subscription_refused", "subscription_active", "subscription_confirm", "resources_answer", "programme_sign_up"),
}
LETTERS = dict(sample_letters(a_desk(), NOW))


def _shown(name: str) -> str:
    mail = parse_mail(LETTERS[name].mime)
    return f"{mail.subject}\n\n{mail.text.rstrip()}\n"


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_a_letter_reads_as_agreed(name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_LETTERS"):
        path.write_text(_shown(name), encoding="utf-8")

    assert _shown(name) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("shape", ["review", "stranger"])
def test_a_letter_without_a_fee_decision_has_no_word_about_money(shape: str, language: Language) -> None:
    text = _shown(f"acknowledgement-{shape}-{language}").lower()

    assert [word for word in MONEY if word in text] == []


def test_only_who_asks_for_consulting_for_certain_is_shown_the_services() -> None:
    shown = {name for name in LETTERS if "/dich-vu" in _shown(name)}

    assert shown == {f"acknowledgement-{shape}-{one}" for shape in ("consulting", "stranger") for one in Language}
    wish = replace(a_request(1, a_customer()), category=Category.MARKETING_CONSULTING, probability=0.6)
    unsure = replace(wish, fee=FeeDecision(Fee.REVIEW, FeeRule.UNKNOWN_SENDER))
    letter = acknowledgement(a_desk(), unsure, a_parsed_mail(), an_inbound(), NOW)
    assert "/dich-vu" not in parse_mail(letter.mime).text


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_text_and_html_of_a_letter_say_the_same(name: str) -> None:
    html = LETTERS[name].mime
    mail = parse_mail(html)

    assert mail.faults == ()
    assert len(html) < 102_000, "Gmail cuts longer mails"


def test_every_letter_with_templates_is_among_the_samples() -> None:
    desk = a_desk()
    shown = {name.partition("-")[0] for name in LETTERS}

    assert set(desk.renderer.letters()) - ELSEWHERE == shown
