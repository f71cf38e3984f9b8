"""Amounts of đồng as people write them, and everything that looks like one and is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.policy.amounts import find_amounts, find_foreign, parse_amount

WRITTEN = {
    "2tr5": 2_500_000,
    "2tr50": 2_500_000,
    "2tr750": 2_750_000,
    "1tr050": 1_050_000,
    "2 tr 5": 2_500_000,
    "900k": 900_000,
    "900 k": 900_000,
    "2500k": 2_500_000,
    "1,5 triệu": 1_500_000,
    "1.2tr": 1_200_000,
    "0.5tr": 500_000,
    "2 củ rưỡi": 2_500_000,
    "2 cu ruoi": 2_500_000,
    "2.500.000đ": 2_500_000,
    "2,500,000 VND": 2_500_000,
    "2 500 000": 2_500_000,
    "7200000": 7_200_000,
    "3tr": 3_000_000,
    "12 triệu 500": 12_500_000,
    "12tr 500k": 12_500_000,
    "2 triệu 5 trăm": 2_500_000,
    "một triệu rưỡi": 1_500_000,
    "một triệu hai": 1_200_000,
    "triệu rưỡi": 1_500_000,
    "nửa triệu": 500_000,
    "năm trăm nghìn": 500_000,
    "hai mươi lăm triệu": 25_000_000,
    "1 tỷ 2": 1_200_000_000,
    "3.2 million VND": 3_200_000,
    "5M": 5_000_000,
    "2m5": 2_500_000,
    "khoảng 2tr5 nhé": 2_500_000,
    "50000": 50_000,
}

RANGES = {
    "5-6tr": (5_000_000, 6_000_000),
    "5tr-6tr": (5_000_000, 6_000_000),
    "từ 5 đến 6 triệu": (5_000_000, 6_000_000),
    "2,5-3tr": (2_500_000, 3_000_000),
    "2tr5-3tr": (2_500_000, 3_000_000),
    "hai ba triệu": (2_000_000, 3_000_000),
}

NO_AMOUNT = [
    "300 USD",
    "$300",
    "59 đô",
    "EUR 250",
    "3 hours at standard rate",
    "10%",
    "2025",
    "20251022",
    "0903123456",
    "+84 903 123 456",
    "VN-104200",
    "500000 sản phẩm",
    "45m",
    "5 trang",
    "1.500 triệu",  # 1,5 or 1500 million: not guessed
    "2tr5k",
    "năm năm triệu",
    "tr5",
    "",
    "bao nhiêu",
]


@pytest.mark.parametrize(("text", "amount"), WRITTEN.items(), ids=list(WRITTEN))
def test_an_amount_reads_as_dong(text: str, amount: int) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(("text", "ends"), RANGES.items(), ids=list(RANGES))
def test_a_range_keeps_both_ends(text: str, ends: tuple[int, int]) -> None:
    assert [(one.low, one.high) for one in find_amounts(text)] == [ends]


@pytest.mark.parametrize("text", NO_AMOUNT)
def test_what_is_no_dong_amount_is_not_guessed(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize("text", ["600k/giờ", "600k một giờ", "6 giờ x 600.000 đ", "300k/trang x 4", "600k per hour"])
def test_a_rate_is_found_as_a_rate_and_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None
    assert all(one.is_rate for one in find_amounts(text))
    assert find_amounts(text)


@pytest.mark.parametrize("text", ["2 triệu 3 ngày", "2 triệu 5 người"])
def test_a_number_that_counts_something_else_is_not_drawn_in(text: str) -> None:
    assert [one.high for one in find_amounts(text)] == [2_000_000]


@pytest.mark.parametrize("text", ["$300", "300$", "59 USD", "USD 300", "1,200 dollars", "250€"])
def test_other_currencies_are_seen_where_they_stand(text: str) -> None:
    assert find_foreign(text)


def test_positions_are_those_in_the_text() -> None:
    text = "báo khách 2tr5 chưa VAT"

    (found,) = find_amounts(text)

    assert text[found.start : found.end] == "2tr5"


@given(st.integers(min_value=1, max_value=999), st.integers(min_value=1, max_value=9))
def test_digits_behind_the_unit_are_its_decimals(millions: int, tenth: int) -> None:
    said = (millions * 10 + tenth) * 100_000

    assert parse_amount(f"{millions}tr{tenth}") == said
    assert parse_amount(f"{millions} triệu {tenth}") == said
    assert parse_amount(f"{millions}tr{tenth}00") == said


@given(st.integers(min_value=10_000, max_value=9_999_999))
def test_an_amount_with_its_sign_reads_however_it_is_grouped(thousands: int) -> None:
    amount = thousands * 1000

    assert parse_amount(f"{amount}đ") == amount
    assert parse_amount(f"{amount:,}".replace(",", ".") + "đ") == amount
    assert parse_amount(f"{amount:,} VND") == amount


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    for found in find_amounts(text):
        assert 0 < found.low <= found.high
        assert found.start < found.end
