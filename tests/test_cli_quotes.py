"""The commands about quotes: lists for sales and accounting, one quote in full, its PDF as it was sent."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from builders import CHECKOUT, NOW, a_customer
from quote_kit import AUTHSERV, MEMBERS, SELLER, TECHNICIAN, asked, customer_says, last, staff_says
from storage import open_store
from worker.app import build_desk
from worker.cli.main import app
from worker.desk.context import Desk
from worker.desk.digest import digest_letter
from worker.desk.staff_mail import text_of
from worker.policy.quote_life import newest
from worker.records import INDEXES, Records
from worker.settings import load_settings


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in words], env={"COLUMNS": "220"})
    return result.exit_code, result.output


def _desk(path: Path) -> Desk:
    found = load_settings(path)
    return build_desk(found, Records(open_store(found.store, INDEXES, found.base)))


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    (tmp_path / "templates").symlink_to(CHECKOUT / "templates")
    document = {
        "mode": "live",
        "store": "tiny:worker.db",
        "staff": MEMBERS,
        "authentication": {"staff_mode": "verified", "trusted_authserv_id": AUTHSERV},
        "quotes": {"seller": SELLER},
        "company": {"address": "hotro@vinno.example"},
    }
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture
def office(settings: Path) -> Path:
    """A quote that was accepted, and whose work is done."""
    desk = _desk(settings)
    desk.records.save_customer(a_customer())
    asked(desk)
    staff_says(desk, "giá: 2tr5")
    staff_says(desk, "duyệt")
    customer_says(desk, "Chị đồng ý với báo giá nhé.")
    staff_says(desk, "xong", to=last(desk, "staff_request"), sender=TECHNICIAN, at=NOW + timedelta(hours=2))
    desk.records.close()
    return settings


def test_quotes_are_listed_with_the_figures(office: Path) -> None:
    code, said = _run("quotes", "list", "-s", office)

    assert code == 0
    assert "BG-1001/1" in said
    assert "superseded" in said
    assert "not invoiced: 1 (VND\xa02,700,000)" in said


def test_accounting_get_what_is_done_and_not_invoiced_as_csv(office: Path, tmp_path: Path) -> None:
    table = tmp_path / "invoices.csv"

    code, _ = _run("quotes", "list", "--uninvoiced", "--csv", table, "-s", office)

    with table.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert code == 0
    assert (row["quote"], row["customer"], row["net"], row["vat"], row["total"]) == (
        "BG-1001/2",
        "Nhà hàng Sen Vàng",
        "2500000",
        "200000",
        "2700000",
    )
    assert row["done"]
    assert row["invoiced"] == ""


def test_one_quote_is_shown_in_full(office: Path) -> None:
    code, said = _run("quotes", "show", "bg-1001", "-s", office)

    assert code == 0
    for words in (
        "BG-1001/2",
        "2.700.000",
        "Hai triệu bảy trăm nghìn đồng",
        "approved",
        "mai@vinno.example",
        "superseded",
    ):
        assert words in said


def test_the_pdf_is_the_one_that_was_sent(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "quote.pdf"

    code, said = _run("quotes", "pdf", "BG-1001/2", "--out", out, "-s", office)

    desk = _desk(office)
    version = newest(desk.records.quotes_of("VN-1001"))
    assert version is not None
    assert out.read_bytes() == desk.records.raw(version.pdf)
    desk.records.close()
    assert (code, "as sent" in said) == (0, True)


def test_the_pdf_of_a_draft_names_what_is_missing(office: Path, tmp_path: Path) -> None:
    document = yaml.safe_load(office.read_text(encoding="utf-8"))
    document["quotes"]["seller"]["tax_number"] = ""
    office.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    code, said = _run("quotes", "pdf", "BG-1001/1", "--out", tmp_path / "x.pdf", "-s", office)

    assert (code, said.strip()) == (1, "quotes.seller.tax_number: is missing")


def test_a_quote_that_is_not_there_is_said(office: Path) -> None:
    assert _run("quotes", "show", "BG-7", "-s", office) == (1, "there is no quote BG-7\n")


def test_the_digest_has_the_figures_and_what_is_to_be_invoiced(office: Path) -> None:
    desk = _desk(office)
    text = text_of(digest_letter(desk, None, NOW + timedelta(days=1)))
    desk.records.close()

    assert "đồng ý trong 30 ngày: 1 (2.700.000\xa0đ)" in text
    assert "Đã xong, chưa xuất hoá đơn: 1" in text
    assert "BG-1001/2 Nhà hàng Sen Vàng" in text
