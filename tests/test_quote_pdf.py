"""The quote on paper: complete, the same bytes every time, hostile text stays text, broken quotes are not printed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from worker.desk.quote_pdf import QuotePrinter, clean, pdf_name, quantity, quote_data
from worker.mail.rendering import template_folder
from worker.model import Category, Effort, Language
from worker.policy.money import MOST
from worker.policy.quoting import (
    AddLine,
    Buyer,
    LineKind,
    Quote,
    QuoteError,
    QuoteFacts,
    QuoteLine,
    RateCard,
    Seller,
    SetDiscount,
    SetTerms,
    SetText,
    Terms,
    change_quote,
    draft_quote,
)

TODAY = date(2026, 11, 23)
SELLER = Seller(
    legal_name="Công ty TNHH VINNO",
    tax_number="0312345678",
    postal_address="12 Lê Lợi, Quận 1, TP. Hồ Chí Minh",
    bank_account="0071000123456",
    bank_name="Vietcombank",
    bank_holder="CONG TY TNHH VINNO",
    representative="Nguyễn Văn An",
)
BUYER = Buyer("Công ty CP Sen Vàng", "Chị Huệ", tax_number="0309876543")
HOSTILE = '#read("/etc/passwd") *b* _i_ $x$ `raw` @ref <label> // gone? {{7*7}} \\ \u202e\x00'


@pytest.fixture(scope="module")
def printer() -> QuotePrinter:
    return QuotePrinter(template_folder(Path("/nowhere")))


def a_quote(language: Language = Language.VI, **known: object) -> Quote:
    facts = QuoteFacts("VN-1042", language, Category.NEW_FEATURE, "Thêm chức năng đặt bàn", "", BUYER)
    quote = draft_quote(facts, RateCard(hourly=400_000), Terms(), Effort(360, 450, 600), TODAY)
    return replace(quote, **known)  # type: ignore[arg-type]


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """What a person can select and copy out of the PDF."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "quote.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(tmp_path / "quote.pdf"), "-"], capture_output=True, check=True)
    return done.stdout.decode().replace("\u00a0", " ")


def test_the_same_quote_gives_the_same_bytes_from_another_printer(printer: QuotePrinter) -> None:
    first = printer.pdf(a_quote(), SELLER)
    printer.pdf(a_quote(Language.EN), SELLER)

    assert first.startswith(b"%PDF")
    assert printer.pdf(a_quote(), SELLER) == first
    assert QuotePrinter(template_folder(Path("/nowhere"))).pdf(a_quote(), SELLER) == first


def test_an_accountant_finds_everything(printer: QuotePrinter, tmp_path: Path) -> None:
    quote = change_quote(
        a_quote(),
        AddLine(QuoteLine("Phí cổng thanh toán", LineKind.THIRD_PARTY, 1_200_000, full_vat=True)),
        SetDiscount(percent=5, text="khách hàng thân thiết"),
        SetTerms(validity_days=45, deposit_percent=50, delivery=date(2026, 12, 18)),
        SetText(note="Giá chưa gồm nhập liệu."),
        today=TODAY,
    )
    text = text_of(printer.pdf(quote, SELLER), tmp_path)

    for expected in (
        *(
            "BÁO GIÁ",
            "BG-1042/2",
            "23/11/2026",
            "07/01/2027",
            "0312345678",
            "12 Lê Lợi",
            "Công ty CP Sen Vàng",
            "0309876543",
        ),
        *("7,5", "400.000", "3.000.000", "1.200.000", "-150.000", "228.000", "120.000", "4.398.000 đ"),
        *("Thuế GTGT 8 %", "Thuế GTGT 10 %", "Bốn triệu ba trăm chín mươi tám nghìn đồng", "0071000123456"),
        *(
            "Đặt cọc 50 %",
            "18/12/2026",
            "31/12/2026",
            "Giá chưa gồm nhập liệu.",
            "XÁC NHẬN CỦA KHÁCH HÀNG",
            "Trang 1/1",
        ),
    ):
        assert expected in text, expected


def test_the_english_quote_speaks_english(printer: QuotePrinter, tmp_path: Path) -> None:
    text = text_of(printer.pdf(a_quote(Language.EN), SELLER), tmp_path)

    for expected in (
        "QUOTATION",
        "8 December 2026",
        "VND 3,240,000",
        "Three million two hundred forty thousand",
        "Page 1/1",
    ):
        assert expected in text, expected


def test_a_long_table_repeats_its_head_and_counts_pages(printer: QuotePrinter, tmp_path: Path) -> None:
    lines = tuple(QuoteLine(f"Hạng mục {place}", LineKind.FIXED, 1_000_000) for place in range(1, 91))
    text = text_of(printer.pdf(a_quote(lines=lines), SELLER), tmp_path)

    pages = text.split("\f")[:-1]

    assert len(pages) >= 3
    assert all("STT" in page for page in pages if "Hạng mục" in page)
    assert all(f"Trang {number}/{len(pages)}" in page for number, page in enumerate(pages, 1))
    assert "Hạng mục 90" in text


def test_hostile_text_is_printed_and_does_nothing(printer: QuotePrinter, tmp_path: Path) -> None:
    quote = a_quote(lines=(QuoteLine(HOSTILE, LineKind.FIXED, 1_000),), subject=HOSTILE, note=HOSTILE, plan=(HOSTILE,))
    text = text_of(printer.pdf(quote, replace(SELLER, legal_name=HOSTILE)), tmp_path)

    assert '#read("/etc/passwd")' in text
    assert "{{7*7}}" in text
    assert "root:" not in text


def test_the_largest_amount_and_the_longest_word_are_printed(printer: QuotePrinter) -> None:
    lines = (QuoteLine("x" * 2000, LineKind.FIXED, MOST * 100 // 108),)

    assert printer.pdf(a_quote(lines=lines), SELLER).startswith(b"%PDF")


def test_a_quote_without_a_tax_number_is_not_printed(printer: QuotePrinter) -> None:
    with pytest.raises(QuoteError, match=r"quotes\.seller\.tax_number"):
        printer.pdf(a_quote(), replace(SELLER, tax_number=""))


def test_a_broken_quote_is_not_printed(printer: QuotePrinter) -> None:
    with pytest.raises(QuoteError, match=r"lines\[1\]\.hours"):
        printer.pdf(a_quote(lines=(QuoteLine("Việc", LineKind.WORK, 400_000, minutes=-60),)), SELLER)


def test_every_value_is_a_finished_string() -> None:
    data = quote_data(a_quote(), SELLER)

    assert data["total"] == "3.240.000\u00a0đ"
    assert data["reference"] == "BG-1042-1"
    assert pdf_name(a_quote()) == "Bao-gia-BG-1042-1.pdf"
    assert pdf_name(a_quote(Language.EN)) == "Quotation-BG-1042-1.pdf"


@pytest.mark.parametrize(("minutes", "shown"), [(60, "1"), (90, "1,5"), (75, "1,25"), (450, "7,5"), (20, "0,33")])
def test_hours_are_shown_with_a_comma(minutes: int, shown: str) -> None:
    assert quantity(QuoteLine("Việc", LineKind.WORK, 1, minutes=minutes), Language.VI) == shown


def test_decomposed_letters_and_hidden_characters_are_put_right() -> None:
    assert clean("Thie\u0302\u0301t ke\u0302\u0301\u202e\x00\n web") == "Thiết kế web"
    assert "\u200b" in clean("x" * 30)
    assert "\u200b" not in clean("hotro@vinno.example")
