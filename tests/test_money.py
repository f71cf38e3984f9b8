"""Money: figures, rounding, tax by date, and words that a second way of reading turns back into the same figure."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Language
from worker.policy.money import (
    MOST,
    VAT_BY_LAW,
    MoneyError,
    VatPeriod,
    VatTable,
    amounts_in,
    checked,
    divide,
    format_figures,
    format_vnd,
    in_words,
    percent_of,
    round_to,
    share_out,
)

AMOUNTS = st.integers(min_value=0, max_value=MOST)

# ---- a second way: words read back into figures, by grammar and not by the tables that wrote them ----------------------

ONES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip
SCALES = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9, "thousand": 10**3, "million": 10**6, "billion": 10**9}
ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip


def read_vietnamese(words: str) -> int:
    total = group = digit = 0
    for word in words.lower().removesuffix(" đồng").split():
        if word in SCALES:
            total, group, digit = total + (group + digit) * SCALES[word], 0, 0
        elif word == "trăm":
            group, digit = digit * 100, 0
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "mười":
            group += 10
        elif word != "linh":
            digit = ONES[word]
    return total + group + digit


def read_english(words: str) -> int:
    total = group = 0
    for word in words.lower().removesuffix(" vietnamese dong").replace("-", " ").split():
        if word in SCALES:
            total, group = total + group * SCALES[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += ENGLISH[word]
    return total + group


@given(AMOUNTS)
def test_vietnamese_words_read_back_are_the_amount(amount: int) -> None:
    assert read_vietnamese(in_words(amount)) == amount


@given(AMOUNTS)
def test_english_words_read_back_are_the_amount(amount: int) -> None:
    assert read_english(in_words(amount, Language.EN)) == amount


@given(st.integers(min_value=0, max_value=999), st.sampled_from([1, 10**3, 10**6, 10**9]))
def test_every_group_of_three_digits_reads_back_at_every_scale(group: int, scale: int) -> None:
    assert read_vietnamese(in_words(group * scale)) == group * scale
    assert read_english(in_words(group * scale, Language.EN)) == group * scale


WORDS = [
    (0, "Không đồng"),
    (5, "Năm đồng"),
    (15, "Mười lăm đồng"),
    (21, "Hai mươi mốt đồng"),
    (55, "Năm mươi lăm đồng"),
    (105, "Một trăm linh năm đồng"),
    (111, "Một trăm mười một đồng"),
    (1_015, "Một nghìn không trăm mười lăm đồng"),
    (2_500_000, "Hai triệu năm trăm nghìn đồng"),
    (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
    (10_422_000, "Mười triệu bốn trăm hai mươi hai nghìn đồng"),
    (1_000_000_001, "Một tỷ không trăm linh một đồng"),
    (999_000_000_000, "Chín trăm chín mươi chín tỷ đồng"),
]


@pytest.mark.parametrize(("amount", "words"), WORDS)
def test_words_as_an_accountant_writes_them(amount: int, words: str) -> None:
    assert in_words(amount) == words


def test_english_words() -> None:
    assert in_words(28_105_021, Language.EN) == (
        "Twenty-eight million one hundred five thousand twenty-one Vietnamese dong"
    )


@pytest.mark.parametrize("amount", [-1, MOST + 1, 10**20])
def test_an_amount_that_cannot_be_one_is_refused_with_its_place(amount: int) -> None:
    with pytest.raises(MoneyError, match=r"^quote\.lines\[2\]: .*999,999,999,999"):
        checked(amount, "quote.lines[2]")
    with pytest.raises(MoneyError):
        in_words(amount)


# ---- figures ----------------------------------------------------------------------------------------------------------


def test_figure_and_unit_never_part_at_the_end_of_a_line() -> None:
    assert format_vnd(2_500_000) == "2.500.000\u00a0đ"
    assert format_vnd(2_500_000, Language.EN) == "VND\u00a02,500,000"
    assert format_vnd(-500_000) == "-500.000\u00a0đ"
    assert format_figures(999) == "999"


@given(AMOUNTS)
def test_a_written_amount_is_read_as_itself(amount: int) -> None:
    assert amounts_in(f"Tổng cộng {format_vnd(amount)} nhé") == (() if amount == 0 else (amount,))


NAMED = [
    ("giá 9.200.000đ ạ", (9_200_000,)),
    ("còn 7 triệu thì làm", (7_000_000,)),
    ("2tr5 nha em", (2_500_000,)),
    ("2 triệu 350 nhé", (2_350_000,)),
    ("agreed to the 28 million and to the 20 days", (28_000_000,)),
    ("VND 28,000,000 (20 working days)", (28_000_000,)),
    ("1,5 tỷ", (1_500_000_000,)),
    ("500k thôi", (500_000,)),
    ("22.000.000.", (22_000_000,)),
    ("5 triệu 3 banner", (5_000_000,)),
    ("giảm 10%, cọc 50%", ()),
    ("lúc 9h30 ngày 20/3/2026, ngày 20.03.2026", ()),
    ("gọi 0912345678, mã VN-1042, bản 1.2.3", ()),
    ("10 banner, 2 phương án, trang 12", ()),
    ("máy chủ 10.0.0.1", ()),
]


@pytest.mark.parametrize(("text", "amounts"), NAMED)
def test_amounts_that_a_text_names(text: str, amounts: tuple[int, ...]) -> None:
    assert amounts_in(text) == amounts


def test_hostile_figures_are_read_in_no_time() -> None:
    assert amounts_in("1." * 100_000) == ()
    assert amounts_in("9" * 100_000) == ()


# ---- rounding and sharing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "divisor", "expected"), [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (7, 2, 4), (1, 3, 0), (0, 7, 0)]
)
def test_half_a_dong_is_rounded_away_from_zero(amount: int, divisor: int, expected: int) -> None:
    assert divide(amount, divisor) == expected


@given(st.integers(-MOST, MOST), st.integers(1, 10**6))
def test_rounding_is_never_off_by_more_than_half(amount: int, divisor: int) -> None:
    assert abs(divide(amount, divisor) * divisor - amount) * 2 <= divisor
    assert divide(-amount, divisor) == -divide(amount, divisor)


@given(st.integers(-MOST, MOST), st.sampled_from([1, 10, 1000, 10_000]))
def test_rounding_twice_changes_nothing(amount: int, step: int) -> None:
    assert round_to(round_to(amount, step), step) == round_to(amount, step)


@given(st.integers(-MOST, MOST), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_shares_add_up_to_the_whole(amount: int, weights: list[int]) -> None:
    if not sum(weights):
        with pytest.raises(MoneyError):
            share_out(amount, weights)
        return
    parts = share_out(amount, weights)

    assert sum(parts) == amount
    assert all(
        abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )


# ---- value added tax ----------------------------------------------------------------------------------------------------

RATES = [
    ("the last day of the reduction", date(2026, 12, 31), False, 8),
    ("the first day after it", date(2027, 1, 1), False, 10),
    ("a line that the reduction leaves out", date(2026, 12, 31), True, 10),
    ("left out, after the reduction", date(2027, 1, 1), True, 10),
]


@pytest.mark.parametrize(("day", "excluded", "percent"), [row[1:] for row in RATES], ids=[row[0] for row in RATES])
def test_vat_goes_by_date_and_by_line(day: date, excluded: bool, percent: int) -> None:
    assert VAT_BY_LAW.percent(day, excluded=excluded) == percent


def test_a_span_over_new_year_meets_the_change() -> None:
    change = VAT_BY_LAW.change_between(date(2026, 12, 20), date(2027, 1, 5))

    assert change is not None
    assert change.begins == date(2027, 1, 1)
    assert VAT_BY_LAW.change_between(date(2026, 12, 1), date(2026, 12, 31)) is None
    assert VAT_BY_LAW.change_between(date(2027, 1, 1), date(2027, 6, 1)) is None


def test_settings_may_lengthen_the_reduction() -> None:
    longer = VatTable((VatPeriod(date(2025, 7, 1), 8, 10), VatPeriod(date(2027, 7, 1), 10, 10)))

    assert longer.percent(date(2027, 1, 1)) == 8
    assert longer.change_between(date(2026, 12, 20), date(2027, 1, 5)) is None


def test_no_rate_is_invented_before_the_table_begins() -> None:
    with pytest.raises(MoneyError, match="31/12/2020"):
        VAT_BY_LAW.percent(date(2020, 12, 31))


def test_per_cent_of_an_amount_is_rounded_to_the_dong() -> None:
    assert percent_of(9_650_000, 8) == 772_000
    assert percent_of(12_345, 8) == 988
    assert percent_of(19, 50) == 10
