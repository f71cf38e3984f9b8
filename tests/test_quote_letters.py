"""The letters of quotes, warranty and training: complete in both languages, text and HTML alike, no word too many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest

from worker.desk import quote_letters as letters
from worker.desk.quote_letters import Context, Reader, Training
from worker.mail.rendering import Rendered, Renderer, template_folder
from worker.model import (
    Address,
    Category,
    Effort,
    Fee,
    FeeDecision,
    FeeRule,
    Language,
    Request,
    RequestStatus,
    Urgency,
)
from worker.policy.quoting import Buyer, Quote, QuoteFacts, RateCard, Seller, Terms, draft_quote
from worker.policy.staff_intent import understand_staff
from worker.settings import Company

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 14:30 in Vietnam
VI, EN = Language.VI, Language.EN
SELLER = Seller("Công ty TNHH VINNO", "0312345678", "12 Lê Lợi", "0071000123456", "Vietcombank", "CONG TY TNHH VINNO")
HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }} {% raw %}"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(template_folder(Path("/nowhere")), {})


def a_reader(language: Language) -> Reader:
    name = "Anh/Chị Nguyễn Thị Huệ" if language is VI else "Hue Nguyen"
    return Reader(language, name, "Re: Đặt bàn [VN-1042]")


def a_quote(language: Language, deposit: int = 0, subject: str = "Thêm chức năng đặt bàn") -> Quote:
    facts = QuoteFacts("VN-1042", language, Category.NEW_FEATURE, subject, "", Buyer("Công ty CP Sen Vàng", "Chị Huệ"))
    terms = Terms(deposit_percent=deposit)
    return draft_quote(
        facts, RateCard(hourly=400_000), terms, Effort(360, 450, 600), date(2026, 11, 23), date(2026, 12, 1)
    )


def a_request(number: str = "VN-1042", subject: str = "Không gửi được mail") -> Request:
    return Request(
        id=number,
        token="0",
        subject=subject,
        text="",
        contact=Address("hue@senvang.example"),
        participants=(),
        language=VI,
        category=Category.EMAIL_INCIDENT,
        urgency=Urgency.NORMAL,
        effort=Effort(15, 30, 60),
        fee=FeeDecision(Fee.FREE, FeeRule.INCIDENT),
        status=RequestStatus.DONE,
        arrived=NOW,
        closed_at=NOW,
    )


def all_letters(language: Language, text: str = "") -> Mapping[str, tuple[str, Context]]:
    """Every shape of every letter: name → (template, context). `text` stands where outside text comes in."""
    reader = a_reader(language)
    quote = a_quote(language, subject=text or "Thêm chức năng đặt bàn")
    paid = replace(quote, terms=replace(quote.terms, deposit_percent=50))
    done = a_request(subject=text or "Không gửi được mail")
    training = Training(text or "Quản lý nội dung website", NOW, 90, "Google Meet", ["Chị Huệ", "Anh Nam"])
    return {
        "quote": ("quote", letters.quote_context(quote, reader)),
        "quote, second version": ("quote", letters.quote_context(paid, reader, "BG-1042/1")),
        "reminder": ("quote_reminder", letters.quote_notice(quote, reader)),
        "expired": ("quote_expired", letters.quote_notice(quote, reader)),
        "accepted": ("quote_accepted", letters.quote_accepted(quote, SELLER, reader, NOW, "17:00 hôm nay")),
        "accepted, no time yet": ("quote_accepted", letters.quote_accepted(quote, SELLER, reader, NOW)),
        "accepted with a deposit": ("quote_accepted", letters.quote_accepted(paid, SELLER, reader, NOW)),
        "declined": ("quote_declined", letters.quote_declined(quote, reader)),
        "done": ("request_done", letters.request_done(done, reader, text or "Đã cấp lại mật khẩu.", "miễn phí")),
        "done, no words": ("request_done", letters.request_done(done, reader)),
        "warranty": ("warranty_opened", letters.warranty_opened(done, a_request("VN-17"), reader, "17:00 hôm nay")),
        "warranty, a file did not arrive": (
            "warranty_opened",
            letters.warranty_opened(done, a_request("VN-17"), reader, not_taken=["video.mp4 (48 MB)"]),
        ),
        "slots": ("training_slots", letters.training_slots(text or "Đào tạo", [NOW, NOW], 90, "Google Meet", reader)),
        "one slot": ("training_slots", letters.training_slots(text or "Đào tạo", [NOW], 90, "", reader)),
        "training": ("training_invitation", letters.training_invitation(training, reader)),
        "training moved": (
            "training_invitation",
            letters.training_invitation(replace(training, state="moved"), reader),
        ),
        "training cancelled": (
            "training_invitation",
            letters.training_invitation(replace(training, state="cancelled"), reader),
        ),
        "replaced": ("quote_not_current", letters.quote_not_current(quote, reader, replace(paid, version=2))),
        "too late": ("quote_not_current", letters.quote_not_current(quote, reader, None)),
        "deposit": ("deposit_received", letters.deposit_received(paid, reader, "17:00 hôm nay")),
        "draft": (
            "staff_quote_draft",
            letters.staff_quote_draft(paid, Effort(360, 450, 600), SELLER, reader.subject, language),
        ),
        "draft, no tax number": (
            "staff_quote_draft",
            letters.staff_quote_draft(
                quote, Effort(1, 2, 3), replace(SELLER, tax_number=""), "x", language, "giờ: 6 → 7,5"
            ),
        ),
    }


def rendered(renderer: Renderer, language: Language, template: str, context: Context) -> Rendered:
    around = {"number": "VN-1042", "company": Company(), "language": language.value, "shadow_for": ""}
    return renderer.render(template, language, {**context, **around})


NAMES = list(all_letters(VI))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", NAMES)
def test_every_shape_of_every_letter_renders(renderer: Renderer, name: str, language: Language) -> None:
    letter = rendered(renderer, language, *all_letters(language)[name])

    assert letter.subject
    assert "VN-1042" in letter.text + letter.subject
    assert "None" not in letter.text
    assert len(letter.html.encode()) < 102_000


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", NAMES)
def test_the_text_says_what_the_html_says(renderer: Renderer, name: str, language: Language) -> None:
    template, context = all_letters(language)[name]
    letter = rendered(renderer, language, template, context)

    for value in context.values():
        if isinstance(value, str) and value and value not in {"new", "moved", "cancelled"}:
            assert (value in letter.text + letter.subject) == (value in unescape(letter.html)), value


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", NAMES)
def test_hostile_words_stay_words(renderer: Renderer, name: str, language: Language) -> None:
    letter = rendered(renderer, language, *all_letters(language, HOSTILE)[name])

    assert "<img" not in letter.html
    assert "49" not in letter.text.replace("1049", "")


SAID = [
    (
        "quote",
        VI,
        ["3.240.000\u00a0đ", "Ba triệu hai trăm bốn mươi nghìn đồng", "08/12/2026", "PDF đính kèm", "đồng ý"],
    ),
    ("quote", EN, ["VND\u00a03,240,000", "8 December 2026", "attached as PDF", "I accept the quotation"]),
    ("quote, second version", VI, ["thay thế báo giá số BG-1042/1", "Đặt cọc 50"]),
    ("accepted", VI, ["14:30 Thứ Hai, 23/11/2026", "17:00 hôm nay"]),
    (
        "accepted with a deposit",
        VI,
        ["1.620.000\u00a0đ", "0071000123456", "BG-1042-1", "khi chúng tôi nhận được tiền đặt cọc"],
    ),
    ("accepted with a deposit", EN, ["Work begins when the deposit has arrived"]),
    ("done", VI, ["bảo hành không giới hạn thời gian", "ghi số VN-1042", "Đã cấp lại mật khẩu."]),
    ("done", EN, ["warranty without limit in time", "names VN-1042"]),
    ("warranty", VI, ["miễn phí", "VN-17", "23/11/2026", "bên thứ ba", "Bảo hành cho"]),
    ("warranty, a file did not arrive", EN, ["video.mp4", "Warranty on: VN-17", "third party"]),
    ("slots", VI, ["Buổi 2: 14:30 Thứ Hai, 23/11/2026", "1 giờ 30 phút", "Google Meet", "ví dụ"]),
    ("one slot", EN, ["Slot 1: 14:30 on Monday", "Vietnam time", 'reply "yes"']),
    ("training", EN, ["14:30 on Monday, 23 November 2026", "1 hour 30 minutes", "Accept"]),
    ("training cancelled", VI, ["đã được huỷ"]),
    ("replaced", VI, ["BG-1042/1", "BG-1042/2", "3.240.000\u00a0đ", "08/12/2026", "Tôi đồng ý với báo giá"]),
    ("too late", VI, ["hết hiệu lực sau ngày 08/12/2026", "soạn lại báo giá mới"]),
    ("deposit", EN, ["has received your deposit", "17:00 hôm nay"]),
    ("draft", VI, ["Chưa gửi cho khách", "duyệt", "3.000.000"]),
    ("draft, no tax number", VI, ["quotes.seller.tax_number: is missing", "giờ: 6 → 7,5"]),
]


@pytest.mark.parametrize(("name", "language", "expected"), SAID)
def test_what_a_letter_must_say(renderer: Renderer, name: str, language: Language, expected: list[str]) -> None:
    letter = rendered(renderer, language, *all_letters(language)[name])

    for words in expected:
        assert words in letter.text, words


@pytest.mark.parametrize("language", list(Language))
def test_a_lesson_that_was_given_has_no_warranty(renderer: Renderer, language: Language) -> None:
    lesson = replace(a_request(), category=Category.STAFF_TRAINING)
    letter = rendered(renderer, language, "request_done", letters.request_done(lesson, a_reader(language)))

    assert not [word for word in ("bảo hành", "warranty") if word in (letter.text + letter.html).lower()]


def test_no_time_is_promised_while_a_deposit_is_awaited(renderer: Renderer) -> None:
    context = letters.quote_accepted(a_quote(VI, deposit=50), SELLER, a_reader(VI), NOW, "17:00 hôm nay")

    assert "17:00 hôm nay" not in rendered(renderer, VI, "quote_accepted", context).text


@pytest.mark.parametrize(
    ("minutes", "vietnamese", "english"),
    [
        (60, "1 giờ", "1 hour"),
        (90, "1 giờ 30 phút", "1 hour 30 minutes"),
        (45, "45 phút", "45 minutes"),
        (121, "2 giờ 1 phút", "2 hours 1 minute"),
    ],
)
def test_durations_in_words(minutes: int, vietnamese: str, english: str) -> None:
    assert letters.duration_words(minutes, VI) == vietnamese
    assert letters.duration_words(minutes, EN) == english


@pytest.mark.parametrize("language", list(Language))
def test_every_way_to_answer_a_draft_is_understood(language: Language) -> None:
    for example, _ in letters.WAYS[language]:
        found = understand_staff(example, NOW, "Asia/Ho_Chi_Minh")

        assert len(found.actions) == 1, example
        assert not found.held, example
