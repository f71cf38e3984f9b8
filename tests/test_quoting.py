"""Quotes: drafted from rate card and effort, changed by staff, refused with the place where something is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Category, Effort, Language
from worker.policy.money import MOST, VAT_BY_LAW
from worker.policy.quoting import (
    AddLine,
    Buyer,
    ChangeLine,
    LineKind,
    Priced,
    Quote,
    QuoteError,
    QuoteFacts,
    QuoteLine,
    RateCard,
    RemoveLine,
    Seller,
    SetAmount,
    SetDiscount,
    SetMinutes,
    SetTerms,
    SetText,
    Terms,
    change_quote,
    check_quote,
    check_seller,
    draft_quote,
    fingerprint,
    outline,
    rate_card_of,
    seller_of,
    terms_of,
    totals,
    vat_note,
)
from worker.settings import Settings, SettingsError, read_settings

TODAY = date(2026, 11, 23)
ONE_HOUR = Effort(60, 60, 60)
SEN_VANG = Buyer("Sen Vàng")
CARD = RateCard(
    hourly=350_000,
    hourly_by_category={Category.NEW_FEATURE: 400_000},
    fixed=(
        Priced("Cài đặt chứng chỉ SSL", "Installation of an SSL certificate", 500_000, ("cài ssl", "chứng chỉ ssl")),
    ),
    third_party=(
        Priced(
            "Phí duy trì tên miền .vn 1 năm", "Renewal of a .vn domain, 1 year", 450_000, ("tên miền",), full_vat=True
        ),
    ),
    vat=VAT_BY_LAW,
)
SELLER = Seller(
    "Công ty TNHH VINNO", "0312345678", "12 Lê Lợi, Quận 1", "0071000123456", "Vietcombank", "CONG TY TNHH VINNO"
)


def facts(subject: str = "Thêm chức năng đặt bàn", text: str = "", **known: object) -> QuoteFacts:
    given_facts = {
        "request_id": "VN-1042",
        "language": Language.VI,
        "category": Category.NEW_FEATURE,
        "subject": subject,
        "text": text,
        "buyer": Buyer("Nhà hàng Sen Vàng"),
        **known,
    }
    return QuoteFacts(**given_facts)  # type: ignore[arg-type]


def a_quote(**known: object) -> Quote:
    found = draft_quote(facts(), CARD, Terms(), Effort(360, 450, 600), TODAY)
    return replace(found, **known)  # type: ignore[arg-type]


# ---- drafting ---------------------------------------------------------------------------------------------------------


def test_a_draft_counts_the_likely_hours_at_the_rate_of_its_kind_of_work() -> None:
    quote = a_quote()
    sums = totals(quote)

    assert (quote.number, quote.version, quote.title) == ("BG-1042", 1, "BG-1042/1")
    assert [(line.minutes, line.unit_price, line.amount) for line in quote.lines] == [(450, 400_000, 3_000_000)]
    assert (sums.net, sums.vat, sums.total) == (3_000_000, 240_000, 3_240_000)
    assert quote.valid_until == date(2026, 12, 8)


def test_hours_are_rounded_up_to_the_half_hour() -> None:
    quote = draft_quote(facts(), CARD, Terms(), Effort(60, 61, 90), TODAY)

    assert quote.lines[0].minutes == 90


def test_a_category_without_a_rate_of_its_own_takes_the_general_one() -> None:
    quote = draft_quote(facts(category=Category.OUT_OF_CONTRACT), CARD, Terms(), Effort(60, 60, 90), TODAY)

    assert quote.lines[0].unit_price == 350_000


def test_work_with_a_fixed_price_is_not_counted_by_the_hour() -> None:
    quote = draft_quote(facts("cai SSL cho web", "nhờ em cài ssl"), CARD, Terms(), Effort(60, 90, 120), TODAY)

    assert [(line.kind, line.amount) for line in quote.lines] == [(LineKind.FIXED, 500_000)]


def test_what_a_third_party_charges_is_a_line_of_its_own_with_its_own_tax() -> None:
    quote = draft_quote(facts("Mua thêm tên miền", "và gắn vào web"), CARD, Terms(), Effort(60, 60, 60), TODAY)

    assert [(line.kind, quote.percent(line)) for line in quote.lines] == [
        (LineKind.WORK, 8),
        (LineKind.THIRD_PARTY, 10),
    ]
    assert [(one.percent, one.net, one.vat) for one in totals(quote).by_rate] == [
        (8, 400_000, 32_000),
        (10, 450_000, 45_000),
    ]


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("language", list(Language))
def test_every_category_has_a_plan_in_both_languages(category: Category, language: Language) -> None:
    assert len(outline(category, language)) >= 3


# ---- tax by date --------------------------------------------------------------------------------------------------------


def test_a_quote_within_the_year_says_nothing_about_a_change_of_rates() -> None:
    assert vat_note(a_quote()) == ""


def test_a_validity_over_new_year_says_which_rate_applies() -> None:
    quote = change_quote(a_quote(), SetTerms(validity_days=45), today=TODAY)

    assert "8 %" in vat_note(quote)
    assert "31/12/2026" in vat_note(quote)
    assert "10 %" in vat_note(quote)
    assert totals(quote).vat == 240_000


def test_work_finished_after_new_year_is_taxed_at_the_rate_of_that_day() -> None:
    quote = draft_quote(facts(), CARD, Terms(), Effort(360, 450, 600), TODAY, delivery=date(2027, 1, 12))

    assert totals(quote).by_rate[0].percent == 10
    assert "12/01/2027" in vat_note(quote)


def test_the_note_is_english_for_an_english_reader() -> None:
    quote = replace(a_quote(), language=Language.EN, valid_until=date(2027, 1, 5))

    assert vat_note(quote).startswith("VAT at 8 %")


# ---- changes of staff -----------------------------------------------------------------------------------------------------


def test_every_change_is_a_new_version_dated_on_its_day() -> None:
    second = change_quote(a_quote(), SetMinutes(600), today=date(2026, 11, 25))

    assert (second.version, second.issued, second.valid_until) == (2, date(2026, 11, 25), date(2026, 12, 10))
    assert totals(second).net == 4_000_000
    assert fingerprint(second) != fingerprint(a_quote())


def test_an_amount_replaces_the_hours() -> None:
    quote = change_quote(a_quote(), SetAmount(2_500_000), today=TODAY)

    assert [(line.kind, line.amount) for line in quote.lines] == [(LineKind.FIXED, 2_500_000)]
    assert totals(quote).total == 2_700_000


def test_an_amount_with_tax_is_the_total_to_the_dong() -> None:
    quote = change_quote(a_quote(), SetAmount(2_700_000, includes_vat=True), today=TODAY)

    assert totals(quote).total == 2_700_000
    assert totals(quote).net == 2_500_000


@given(st.integers(100_000, 10_000_000_000))
def test_an_amount_with_tax_is_met_exactly_or_refused(total: int) -> None:
    try:
        quote = change_quote(a_quote(), SetAmount(total, includes_vat=True), today=TODAY)
    except QuoteError:
        assert all(
            net + (net * 8 * 2 + 100) // 200 != total for net in range(total * 100 // 108 - 2, total * 100 // 108 + 3)
        )
    else:
        assert totals(quote).total == total


def test_an_amount_keeps_what_third_parties_charge() -> None:
    quote = draft_quote(facts("Mua thêm tên miền"), CARD, Terms(), Effort(60, 60, 60), TODAY)
    changed = change_quote(quote, SetAmount(1_000_000), today=TODAY)

    assert [line.amount for line in changed.lines] == [550_000, 450_000]
    with pytest.raises(QuoteError, match="third parties"):
        change_quote(quote, SetAmount(400_000), today=TODAY)


def test_lines_come_and_go() -> None:
    more = change_quote(
        a_quote(), AddLine(QuoteLine("Chụp ảnh sản phẩm", LineKind.FIXED, 200_000, count=5)), today=TODAY
    )
    priced = change_quote(more, ChangeLine(2, amount=900_000, text="Chụp ảnh"), today=TODAY)
    less = change_quote(priced, RemoveLine(1), today=TODAY)

    assert totals(more).net == 4_000_000
    assert [(line.text, line.amount) for line in less.lines] == [("Chụp ảnh", 900_000)]
    assert less.version == 4


def test_a_discount_is_taken_from_our_own_work_only() -> None:
    quote = draft_quote(facts("Mua thêm tên miền"), CARD, Terms(), Effort(60, 600, 600), TODAY)
    changed = change_quote(quote, SetDiscount(percent=10), today=TODAY)
    sums = totals(changed)

    assert (changed.discount, sums.gross, sums.net) == (400_000, 4_450_000, 4_050_000)
    assert [(one.percent, one.net) for one in sums.by_rate] == [(8, 3_600_000), (10, 450_000)]


def test_other_words_and_terms() -> None:
    quote = change_quote(
        a_quote(),
        SetText(note="Giá đã gồm 2 lần chỉnh sửa.", plan=("Một", "Hai")),
        SetTerms(validity_days=30, deposit_percent=50),
        today=TODAY,
    )

    assert (quote.note, quote.plan, quote.version) == ("Giá đã gồm 2 lần chỉnh sửa.", ("Một", "Hai"), 2)
    assert totals(quote).deposit == 1_620_000
    assert quote.valid_until == date(2026, 12, 23)


lines = st.lists(
    st.builds(
        QuoteLine,
        text=st.just("Việc"),
        kind=st.sampled_from(LineKind),
        unit_price=st.integers(0, 50_000_000),
        minutes=st.integers(1, 5000),
        count=st.integers(1, 20),
        full_vat=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(lines, st.integers(0, 100), st.sampled_from([TODAY, date(2027, 2, 1)]))
def test_the_sums_of_any_quote_agree_with_each_other(found: list[QuoteLine], percent: int, delivery: date) -> None:
    quote = replace(a_quote(), lines=tuple(found), delivery=delivery)
    own = sum(line.amount for line in found if line.kind is not LineKind.THIRD_PARTY)
    quote = replace(quote, discount=own * percent // 100)
    sums = totals(quote)

    assert sums.net == sums.gross - quote.discount
    assert sums.total == sums.net + sum(one.vat for one in sums.by_rate)
    assert all(one.net >= 0 and abs(one.vat * 100 - one.net * one.percent) <= 50 for one in sums.by_rate)


# ---- refused --------------------------------------------------------------------------------------------------------------

REFUSED = [
    ("negative hours", lambda: change_quote(a_quote(), SetMinutes(-60), today=TODAY), "hours: -1 hours"),
    ("no hours at all", lambda: change_quote(a_quote(), SetMinutes(0), today=TODAY), "hours: 0 hours"),
    ("a line that is not there", lambda: change_quote(a_quote(), RemoveLine(7), today=TODAY), r"lines\[7\]"),
    ("the last line taken away", lambda: change_quote(a_quote(), RemoveLine(1), today=TODAY), "lines: 0 of them"),
    ("twenty digits", lambda: change_quote(a_quote(), SetAmount(10**19), today=TODAY), "amount: .*20 digits"),
    ("a negative amount", lambda: change_quote(a_quote(), SetAmount(-5), today=TODAY), "amount: .*not -5"),
    ("nothing to pay", lambda: change_quote(a_quote(), SetAmount(0), today=TODAY), "total: .*not 0"),
    (
        "a discount above the work",
        lambda: change_quote(a_quote(), SetDiscount(3_000_001), today=TODAY),
        "discount: 3,000,001",
    ),
    ("a negative discount", lambda: change_quote(a_quote(), SetDiscount(-1), today=TODAY), "discount: -1"),
    ("120 per cent off", lambda: change_quote(a_quote(), SetDiscount(percent=120), today=TODAY), "discount: 120 %"),
    ("an empty line", lambda: change_quote(a_quote(), ChangeLine(1, text=" "), today=TODAY), r"lines\[1\]\.text"),
    (
        "a validity of no days",
        lambda: change_quote(a_quote(), SetTerms(validity_days=0), today=TODAY),
        "validity_days: 0",
    ),
    (
        "a deposit of 150 %",
        lambda: change_quote(a_quote(), SetTerms(deposit_percent=150), today=TODAY),
        "deposit_percent",
    ),
    (
        "a rate of nothing",
        lambda: draft(replace(CARD, hourly_by_category={Category.NEW_FEATURE: 0})),
        r"new_feature: .*not 0",
    ),
    ("a negative fixed price", lambda: draft(replace(CARD, fixed=(Priced("a", "b", -1),))), r"fixed\[0\]\.amount"),
    (
        "a price without a name",
        lambda: draft(replace(CARD, third_party=(Priced("", "b", 1),))),
        r"third_party\[0\]: has no name",
    ),
    ("no tax rates", lambda: draft(replace(CARD, vat=replace(VAT_BY_LAW, periods=()))), "quotes.vat: names no rate"),
    ("a quote before the rates begin", lambda: draft(CARD, date(2024, 1, 1)), "vat: no rate is known"),
    ("negative effort", lambda: draft(CARD, effort=Effort(-1, -30, -1)), "effort: -0.5 hours"),
    ("nobody to quote to", lambda: draft(CARD, buyer=Buyer(" ")), "buyer.name: is missing"),
]


def draft(card: RateCard, today: date = TODAY, effort: Effort = ONE_HOUR, buyer: Buyer = SEN_VANG) -> Quote:
    return draft_quote(facts(buyer=buyer), card, Terms(), effort, today)


@pytest.mark.parametrize(("act", "place"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_makes_no_sense_is_refused_with_its_place(act: object, place: str) -> None:
    with pytest.raises(QuoteError, match=place):
        act()  # type: ignore[operator]


def test_a_refused_change_changes_nothing() -> None:
    quote = a_quote()
    with pytest.raises(QuoteError):
        change_quote(quote, SetDiscount(100_000), SetMinutes(-1), today=TODAY)

    assert quote == a_quote()


def test_amounts_that_only_a_product_makes_too_large_are_refused() -> None:
    quote = replace(a_quote(), lines=(QuoteLine("Việc", LineKind.FIXED, MOST, count=20),))

    assert check_quote(quote)[0].startswith("total: ")


def test_a_seller_without_tax_number_or_bank_is_named_item_by_item() -> None:
    assert check_seller(SELLER) == ()
    assert check_seller(replace(SELLER, tax_number="", bank_account=" ")) == (
        "quotes.seller.tax_number: is missing",
        "quotes.seller.bank_account: is missing",
    )


# ---- settings ---------------------------------------------------------------------------------------------------------------


def test_the_settings_of_an_untouched_file_make_a_rate_card() -> None:
    quotes = Settings().quotes

    assert rate_card_of(quotes).rate(Category.ADVANCED_TRAINING) == 500_000
    assert rate_card_of(quotes).vat == VAT_BY_LAW
    assert terms_of(quotes) == Terms(15, 0, 7)
    assert "quotes.seller.tax_number: is missing" in check_seller(seller_of(quotes))


BROKEN_SETTINGS = [
    ({"rates": {"hourly": -1}}, "quotes.rates.hourly"),
    ({"rates": {"hourly": 350.5}}, "quotes.rates.hourly"),
    ({"rates": {"hourly": 10**19}}, "quotes.rates.hourly"),
    ({"rates": {"hourly_by_category": {"new_feature": 0}}}, "quotes.rates.hourly_by_category.new_feature"),
    ({"rates": {"fixed": [{"name_vi": "SSL", "name_en": "SSL", "amount": 0}]}}, r"quotes.rates.fixed\[0\].amount"),
    ({"seller": {"tax_number": "03-12"}}, "quotes.seller.tax_number"),
    ({"vat": [{"begins": "2027-01-01", "reduced": 8, "full": 110}]}, r"quotes.vat\[0\].full"),
    ({"deposit_percent": 101}, "quotes.deposit_percent"),
]


@pytest.mark.parametrize(("quotes", "place"), BROKEN_SETTINGS)
def test_a_broken_setting_is_named_with_its_path(quotes: object, place: str) -> None:
    with pytest.raises(SettingsError, match=place):
        read_settings({"quotes": quotes})


def test_a_longer_reduction_is_a_matter_of_settings() -> None:
    settings = read_settings({"quotes": {"vat": [{"begins": "2025-07-01", "reduced": 8, "full": 10}]}})
    quote = draft(rate_card_of(settings.quotes), date(2027, 3, 1))

    assert totals(quote).by_rate[0].percent == 8
    assert vat_note(quote) == ""
