"""Who a newsletter is for: the clauses staff write, and why somebody is in or out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Category, Language
from worker.policy.segments import Contract, Manners, Person, Reason, Segment, describe, judge, read_segment

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LOYAL = Person(
    email="lan@thienphuc.example",
    name="Lan",
    customer_id="thien-phuc",
    under_contract=True,
    contract_until=NOW + timedelta(days=40),
    customer_since=datetime(2021, 3, 1, tzinfo=UTC),
    services=("Hosting doanh nghiệp", "email"),
    last_contact=NOW - timedelta(days=120),
    categories=(Category.EMAIL_INCIDENT,),
    consented=True,
)
ALL = Segment()


@pytest.mark.parametrize(
    ("clauses", "segment"),
    [
        ("tất cả khách hàng", ALL),
        ("Còn hợp đồng", Segment(contract=Contract.RUNNING)),
        ("khach het hop dong", Segment(contract=Contract.ENDED)),
        ("hợp đồng hết hạn trong 60 ngày", Segment(contract_ends_within=60)),
        ("khách trước 2024", Segment(since_before=date(2024, 1, 1))),
        ("khách từ 15/2/2024", Segment(since_from=date(2024, 2, 15))),
        ("khách trên 3 năm", Segment(years=3)),
        ("dịch vụ hosting hoặc email", Segment(services=("hosting", "email"))),
        ("chưa có dịch vụ SSL", Segment(without=("ssl",))),
        ("không liên hệ 90 ngày; tiếng Việt", Segment(silent_for=90, languages=(Language.VI,))),
        ("liên hệ trong 30 ngày", Segment(contact_within=30)),
        ("loại yêu cầu sự cố email", Segment(categories=(Category.EMAIL_INCIDENT,))),
        (
            "under contract, category website_request",
            Segment(contract=Contract.RUNNING, categories=(Category.WEBSITE_REQUEST,)),
        ),
        ("chỉ gửi Lan@ThienPhuc.example", Segment(addresses=("lan@thienphuc.example",))),
    ],
)
def test_a_clause_is_understood(clauses: str, segment: Segment) -> None:
    assert read_segment(clauses) == (segment, ())


@pytest.mark.parametrize(
    "clause", ["khách VIP", "khách trước 31/02/2024", "category tin tức", "hợp đồng", "ngoài ra gửi cả sếp"]
)
def test_a_clause_that_nobody_understands_is_named(clause: str) -> None:
    assert read_segment(f"còn hợp đồng, {clause}") == (Segment(contract=Contract.RUNNING), (clause,))


@given(
    st.builds(
        Segment,
        contract=st.sampled_from(Contract),
        contract_ends_within=st.integers(0, 900),
        since_before=st.none() | st.dates(date(2001, 1, 1), date(2030, 1, 1)),
        years=st.integers(0, 30),
        services=st.lists(st.sampled_from(["hosting", "email", "ssl"]), unique=True).map(tuple),
        silent_for=st.integers(0, 900),
        categories=st.lists(st.sampled_from(Category), unique=True, max_size=3).map(tuple),
        languages=st.sampled_from([(), (Language.EN,), (Language.VI,)]),
    ),
    st.sampled_from(Language),
)
def test_what_is_described_to_staff_reads_back_as_the_same_segment(segment: Segment, language: Language) -> None:
    assert read_segment("; ".join(describe(segment, language))) == (segment, ())


@pytest.mark.parametrize(
    ("segment", "person", "reason"),
    [
        (ALL, LOYAL, Reason.INCLUDED),
        (ALL, replace(LOYAL, refused="by mail on 20/11"), Reason.REFUSED),
        (ALL, replace(LOYAL, suppressed="bounce: 5.1.1"), Reason.SUPPRESSED),
        (ALL, replace(LOYAL, consented=False), Reason.NO_CONSENT),
        (ALL, replace(LOYAL, advertised_today=3), Reason.DAILY_CAP),
        (Segment(contract=Contract.RUNNING), replace(LOYAL, under_contract=False), Reason.CONTRACT),
        (Segment(contract=Contract.ENDED), LOYAL, Reason.CONTRACT),
        (Segment(contract=Contract.ENDED), replace(LOYAL, customer_id="", under_contract=False), Reason.CONTRACT),
        (Segment(contract_ends_within=30), LOYAL, Reason.CONTRACT_END),
        (Segment(contract_ends_within=60), LOYAL, Reason.INCLUDED),
        (Segment(contract_ends_within=60), replace(LOYAL, contract_until=NOW - timedelta(days=1)), Reason.CONTRACT_END),
        (Segment(since_before=date(2021, 3, 1)), LOYAL, Reason.CUSTOMER_SINCE),
        (Segment(since_before=date(2021, 3, 2)), LOYAL, Reason.INCLUDED),
        (Segment(years=5), LOYAL, Reason.INCLUDED),
        (Segment(years=6), LOYAL, Reason.CUSTOMER_SINCE),
        (Segment(years=1), replace(LOYAL, customer_since=None), Reason.CUSTOMER_SINCE),
        (Segment(services=("hosting",)), LOYAL, Reason.INCLUDED),
        (Segment(services=("ssl",)), LOYAL, Reason.SERVICES),
        (Segment(without=("email",)), LOYAL, Reason.SERVICES),
        (Segment(silent_for=90), LOYAL, Reason.INCLUDED),
        (Segment(silent_for=150), LOYAL, Reason.LAST_CONTACT),
        (Segment(silent_for=90), replace(LOYAL, last_contact=None), Reason.INCLUDED),
        (Segment(contact_within=90), LOYAL, Reason.LAST_CONTACT),
        (Segment(contact_within=90), replace(LOYAL, last_contact=None), Reason.LAST_CONTACT),
        (Segment(categories=(Category.WARRANTY,)), LOYAL, Reason.CATEGORIES),
        (Segment(languages=(Language.EN,)), LOYAL, Reason.LANGUAGE),
        (Segment(addresses=("minh@khac.example",)), LOYAL, Reason.ADDRESS),
    ],
)
def test_somebody_is_in_or_out_for_one_reason(segment: Segment, person: Person, reason: Reason) -> None:
    assert judge(person, segment, Manners(), NOW).reason is reason


def test_a_notice_that_is_no_advertising_needs_no_consent_and_counts_against_no_cap() -> None:
    person = replace(LOYAL, consented=False, advertised_today=3)

    assert judge(person, ALL, Manners(advertising=False), NOW).is_in


def test_a_refusal_holds_for_everything() -> None:
    assert judge(replace(LOYAL, refused="by link"), ALL, Manners(advertising=False), NOW).reason is Reason.REFUSED


@given(st.text(max_size=3_000))
def test_any_text_can_be_read_as_a_segment(text: str) -> None:
    segment, unknown = read_segment(text)

    assert isinstance(segment, Segment)
    assert all(unknown)
