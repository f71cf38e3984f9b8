"""Customers as CSV: read whole, or refused with the line and what would be right."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from worker.desk.customer_table import customer_id, read_customers
from worker.model import Consent, Language

ZONE = "Asia/Ho_Chi_Minh"
HEAD = "name,addresses,domains,may_order,contract_from,contract_until,newsletter_consent,consent_source,language,services,customer_since\n"


def test_a_full_line_becomes_a_customer() -> None:
    line = (
        "Nhà hàng Sen Vàng,Hue@SenVang.example; ke.toan@senvang.example,senvang.example,hue@senvang.example,2024-01-01,31/12/2026,"
        "2025-03-02,hợp đồng,vi,website;email,2019-05-01\n"
    )

    [customer], mistakes = read_customers(HEAD + line, ZONE)

    assert mistakes == []
    assert customer.id == "nha-hang-sen-vang"
    assert customer.addresses == ("hue@senvang.example", "ke.toan@senvang.example")
    assert customer.contract_until == datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), "the last day is covered"
    assert customer.consent == Consent(datetime(2025, 3, 1, 17, tzinfo=UTC), "hợp đồng")
    assert (customer.language, customer.services) == (Language.VI, ("website", "email"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",a@b.example,,,,,,,,,", "name: is empty"),
        ("A,,,,,,,,,,", "addresses: give at least one address or domain"),
        ("A,not an address,,,,,,,,,", "addresses: 'not an address' is no address"),
        ("A,,gmail.com,,,,,,,,", "domains: gmail.com is a public mail service"),
        ("A,,b,,,,,,,,", "domains: 'b' is no domain name"),
        ("A,a@b.example,,x@c.example,,,,,,,", "may_order: x@c.example is none of the customer's addresses"),
        ("A,a@b.example,,,31-12-2026,,,,,,", "contract_from: '31-12-2026' is no date like 2026-11-30 or 30/11/2026"),
        ("A,a@b.example,,,2026-01-01,2025-01-01,,,,,", "contract_until: ends before contract_from"),
        ("A,a@b.example,,,,,2025-01-01,,,,", "consent_source: say how consent to newsletters was given"),
        ("A,a@b.example,,,,,,form,,,", "newsletter_consent: give the date of the consent"),
        ("A,a@b.example,,,,,,,fr,,", "language: 'fr' is none of vi, en"),
        ("A,a@b.example,,,,,,,,,,too many", "has more values than the table has columns"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(line: str, said: str) -> None:
    _, mistakes = read_customers(f"{HEAD}{line}\n", ZONE)

    assert [one.line for one in mistakes if one.what.startswith(said)] == [2]


def test_two_customers_cannot_have_the_same_address() -> None:
    _, [mistake] = read_customers("name,addresses\nA,x@a.example\nB,x@a.example\n", ZONE)

    assert str(mistake) == "line 3: x@a.example belongs to the customer of line 2 already"


def test_good_lines_are_given_beside_the_mistakes() -> None:
    customers, mistakes = read_customers("name,addresses\nA,x@a.example\nB,wrong\n", ZONE)

    assert [one.name for one in customers] == ["A"]
    assert {one.line for one in mistakes} == {3}


def test_an_unknown_column_is_refused_with_the_known_ones() -> None:
    _, [mistake] = read_customers("name,mail\nA,x@a.example\n", ZONE)

    assert mistake.line == 1
    assert "unknown column 'mail'; known are name, addresses" in mistake.what


def test_a_byte_order_mark_of_excel_is_no_mistake() -> None:
    customers, mistakes = read_customers("\ufeffname,addresses\nA,x@a.example\n", ZONE)

    assert (len(customers), mistakes) == (1, [])


@pytest.mark.parametrize(
    ("name", "slug"), [("Công ty Đại Phát", "cong-ty-dai-phat"), ("  ABC  Co., Ltd ", "abc-co-ltd")]
)
def test_a_name_gives_the_same_key_each_time(name: str, slug: str) -> None:
    assert customer_id(name) == slug
