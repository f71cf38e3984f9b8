"""What an answer to a quote leads to, what binds it to a version, who may accept, and when something is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from builders import NOW, a_customer, a_parsed_mail, some_settings
from worker.app import working_hours
from worker.model import Address, Attachment, Category, Customer, ForwardedMail, Language, ParsedMail
from worker.policy.customer_intent import CustomerIntent, Intent
from worker.policy.money import VAT_BY_LAW
from worker.policy.quote_life import (
    Answer,
    AnswerFacts,
    Bound,
    QuoteStatus,
    QuoteVersion,
    Why,
    agreed_amounts,
    bound_to,
    decide_answer,
    may_order,
    next_due,
    offered,
    told_amounts,
)
from worker.policy.quoting import Buyer, LineKind, Quote, QuoteLine, Terms

QUOTE = Quote(
    number="BG-1001",
    version=1,
    request_id="VN-1001",
    language=Language.VI,
    category=Category.NEW_FEATURE,
    subject="Đặt bàn",
    buyer=Buyer("Nhà hàng Sen Vàng"),
    issued=date(2026, 11, 23),
    valid_until=date(2026, 12, 8),
    lines=(QuoteLine("Đặt bàn", LineKind.FIXED, 2_500_000),),
    plan=(),
    terms=Terms(deposit_percent=50),
    vat=VAT_BY_LAW,
)
TODAY = date(2026, 11, 24)


def a_version(number: int = 1, status: QuoteStatus = QuoteStatus.SENT) -> QuoteVersion:
    return QuoteVersion(
        id=f"BG-1001/{number}",
        request_id="VN-1001",
        quote=replace(QUOTE, version=number),
        status=status,
        created=NOW,
        token=f"{number:010x}",
        message_ids=(f"letter-{number}@vinno.example",),
    )


OLD, CURRENT = a_version(1, QuoteStatus.SUPERSEDED), a_version(2)
ENTITLED = AnswerFacts(Bound(CURRENT, direct=True), CURRENT, entitled=True)
YES = CustomerIntent(Intent.ACCEPT_QUOTE, 0.95)
NO = CustomerIntent(Intent.DECLINE_QUOTE, 0.85)
MAIL = a_parsed_mail("Chị đồng ý nhé.")
PDF = Attachment("po.pdf", "application/pdf", 1, "0")
LOGO = Attachment("logo.png", "image/png", 1, "0", inline=True)

ANSWERS: list[tuple[str, CustomerIntent, ParsedMail, AnswerFacts, Answer, Why]] = [
    ("a yes", YES, MAIL, ENTITLED, Answer.ACCEPTED, Why.NONE),
    ("a yes with a logo", YES, replace(MAIL, attachments=(LOGO,)), ENTITLED, Answer.ACCEPTED, Why.NONE),
    ("an uncertain yes", replace(YES, certainty=0.69), MAIL, ENTITLED, Answer.STAFF, Why.NOT_CLEAR),
    ("a question", CustomerIntent(Intent.ASK_QUESTION, 0.9), MAIL, ENTITLED, Answer.STAFF, Why.NOT_CLEAR),
    ("negotiation", CustomerIntent(Intent.NEGOTIATE, 0.9), MAIL, ENTITLED, Answer.STAFF, Why.NOT_CLEAR),
    ("a forged yes", YES, MAIL, replace(ENTITLED, forged=True), Answer.STAFF, Why.NOT_PROVEN),
    ("not entitled", YES, MAIL, replace(ENTITLED, entitled=False), Answer.STAFF, Why.NOT_ENTITLED),
    ("bound to nothing", YES, MAIL, replace(ENTITLED, bound=Bound()), Answer.STAFF, Why.NOT_BOUND),
    ("with a file", YES, replace(MAIL, attachments=(PDF,)), ENTITLED, Answer.STAFF, Why.WITH_FILES),
    (
        "with a file too large",
        YES,
        replace(MAIL, rejected_attachments=("po.pdf",)),
        ENTITLED,
        Answer.STAFF,
        Why.WITH_FILES,
    ),
    (
        "a forwarded yes",
        YES,
        replace(MAIL, forwarded=ForwardedMail(Address("sep@senvang.example"), "", "ok")),
        ENTITLED,
        Answer.STAFF,
        Why.WITH_FILES,
    ),
    ("to another letter", YES, MAIL, replace(ENTITLED, bound=Bound(CURRENT)), Answer.STAFF, Why.OTHER_LETTER),
    (
        "to another letter, naming the quote",
        YES,
        a_parsed_mail("Chị đồng ý báo giá nhé."),
        replace(ENTITLED, bound=Bound(CURRENT)),
        Answer.ACCEPTED,
        Why.NONE,
    ),
    ("an old version", YES, MAIL, replace(ENTITLED, bound=Bound(OLD, direct=True)), Answer.OLD_VERSION, Why.NONE),
    ("no to an old version", NO, MAIL, replace(ENTITLED, bound=Bound(OLD, direct=True)), Answer.STAFF, Why.NONE),
    ("nothing on offer", YES, MAIL, replace(ENTITLED, offered=None), Answer.TOO_LATE, Why.NONE),
    ("a no", NO, MAIL, ENTITLED, Answer.DECLINED, Why.NONE),
    ("a no from somebody else", NO, MAIL, replace(ENTITLED, entitled=False), Answer.STAFF, Why.NOT_ENTITLED),
]


@pytest.mark.parametrize(
    ("meant", "mail", "facts", "answer", "why"), [one[1:] for one in ANSWERS], ids=[one[0] for one in ANSWERS]
)
def test_what_an_answer_leads_to(
    meant: CustomerIntent, mail: ParsedMail, facts: AnswerFacts, answer: Answer, why: Why
) -> None:
    assert decide_answer(meant, mail, facts, TODAY) == (answer, why)


@pytest.mark.parametrize(("day", "answer"), [(8, Answer.ACCEPTED), (9, Answer.TOO_LATE)])
def test_a_quote_is_valid_to_the_end_of_its_last_day(day: int, answer: Answer) -> None:
    assert decide_answer(YES, MAIL, ENTITLED, date(2026, 12, day))[0] is answer


BINDINGS: list[tuple[str, dict[str, object], Bound]] = [
    ("the letter itself", {"in_reply_to": ("letter-2@vinno.example",)}, Bound(CURRENT, direct=True)),
    ("the old letter", {"in_reply_to": ("letter-1@vinno.example",)}, Bound(OLD, direct=True)),
    (
        "the old letter, under the subject of the new",
        {"in_reply_to": ("letter-1@vinno.example",), "subject": f"Re: x {CURRENT.tag}"},
        Bound(OLD, direct=True),
    ),
    ("the subject alone", {"subject": f"RE: Đặt bàn [VN-1001] {CURRENT.tag}"}, Bound(CURRENT, direct=True)),
    (
        "another letter in the thread",
        {"in_reply_to": ("relay@vinno.example",), "references": ("letter-1@vinno.example", "letter-2@vinno.example")},
        Bound(CURRENT),
    ),
    ("another letter under its subject", {"in_reply_to": ("r@x.example",), "subject": CURRENT.tag}, Bound(CURRENT)),
    ("a guessed token", {"subject": "[BG-1001/2 0123456789]"}, Bound()),
    ("another version's token", {"subject": f"[BG-1001/2 {OLD.token}]"}, Bound()),
    ("the token in the text", {"text": f"{CURRENT.tag} letter-2@vinno.example"}, Bound()),
    ("nothing", {}, Bound()),
]


@pytest.mark.parametrize(("fields", "bound"), [one[1:] for one in BINDINGS], ids=[one[0] for one in BINDINGS])
def test_what_binds_a_mail_to_a_version(fields: dict[str, object], bound: Bound) -> None:
    assert bound_to(replace(MAIL, **fields), [OLD, CURRENT]) == bound  # type: ignore[arg-type]


ORDERERS: list[tuple[str, Customer | None, str, bool]] = [
    ("named", a_customer(may_order=("sep@senvang.example",)), "sep@senvang.example", True),
    ("not named", a_customer(may_order=("sep@senvang.example",)), "hue@senvang.example", False),
    ("nobody is named: on record", a_customer(), "hue@senvang.example", True),
    ("nobody is named: of the domain only", a_customer(), "nam@senvang.example", False),
    ("no customer", None, "hue@senvang.example", False),
]


@pytest.mark.parametrize(
    ("customer", "email", "entitled"), [one[1:] for one in ORDERERS], ids=[one[0] for one in ORDERERS]
)
def test_who_may_accept(customer: Customer | None, email: str, entitled: bool) -> None:
    assert may_order(customer, email) is entitled


def test_only_the_newest_version_that_is_out_is_on_offer() -> None:
    assert offered([OLD, CURRENT, a_version(3, QuoteStatus.DRAFT)]) == CURRENT
    assert offered([OLD, a_version(3, QuoteStatus.HELD)]) is None


def test_a_yes_may_name_the_total_or_the_deposit_and_not_the_sum_without_tax() -> None:
    assert agreed_amounts(QUOTE) == {2_700_000, 1_350_000}
    assert {2_500_000, 200_000, 2_700_000, 1_350_000} <= told_amounts(QUOTE)


def test_a_mark_changes_with_every_word() -> None:
    assert CURRENT.mark != replace(CURRENT, quote=replace(CURRENT.quote, note="x")).mark
    assert CURRENT.mark != OLD.mark


DUE = [
    (NOW, 3, False, datetime(2026, 12, 5, 1, tzinfo=UTC)),
    (NOW, 0, False, datetime(2026, 12, 8, 17, tzinfo=UTC)),
    (NOW, 3, True, datetime(2026, 12, 8, 17, tzinfo=UTC)),
    (datetime(2026, 12, 6, tzinfo=UTC), 3, False, datetime(2026, 12, 8, 17, tzinfo=UTC)),
    (NOW, 20, False, datetime(2026, 12, 8, 17, tzinfo=UTC)),
]


@pytest.mark.parametrize(("now", "days", "reminded", "due"), DUE)
def test_a_reminder_on_a_morning_then_the_end_of_the_last_day(
    now: datetime, days: int, reminded: bool, due: datetime
) -> None:
    hours = working_hours(some_settings().hours)

    assert next_due(QUOTE, now, hours, days, reminded=reminded) == due
