"""The fee decision, sentence by sentence of the policy, and what must hold whatever the chances are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Category, Classification, Customer, Effort, Fee, FeeDecision, FeeRule, Known, Language, Urgency
from worker.policy.fees import FREE_CATEGORIES, INCIDENTS, NAMED_PAID_CATEGORIES, decide_fee, reason
from worker.settings import FeePolicy

POLICY = FeePolicy()
CUSTOMER = Customer(id="c", name="Sen Vàng")
RUNNING = Known(customer=CUSTOMER, under_contract=True)
ENDED = Known(customer=CUSTOMER, under_contract=False)
STRANGER = Known()
SHORT, LONG, EITHER = Effort(10, 20, 40), Effort(120, 240, 480), Effort(40, 60, 90)


def found(
    category: Category = Category.WEBSITE_REQUEST, effort: Effort = SHORT, chance: float = 0.98, **fields: object
) -> Classification:
    plain = Classification(
        category=category,
        probability=chance,
        urgency=Urgency.NORMAL,
        effort=effort,
        language=Language.VI,
        probabilities={category: chance},
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


SENTENCES = (
    ("a mail that asks for nothing gets no word about money", found(Category.NOT_A_REQUEST), RUNNING, Fee.NONE),
    ("a mail that asks for nothing is that whoever sent it", found(Category.NOT_A_REQUEST), STRANGER, Fee.NONE),
    (
        "warranty on earlier work that was found is free",
        found(Category.WARRANTY, LONG),
        replace(RUNNING, earlier_work=("VN-1001",)),
        Fee.FREE,
    ),
    (
        "warranty is free also after the contract has ended",
        found(Category.WARRANTY, LONG),
        replace(ENDED, earlier_work=("VN-1001",)),
        Fee.FREE,
    ),
    ("warranty without earlier work that was found is for staff", found(Category.WARRANTY), RUNNING, Fee.REVIEW),
    ("a stranger hears no word about money", found(Category.HOSTING_INCIDENT), STRANGER, Fee.REVIEW),
    ("a contract that has ended makes support paid", found(Category.HOSTING_INCIDENT), ENDED, Fee.PAID),
    ("an incident with email is free, however long it takes", found(Category.EMAIL_INCIDENT, LONG), RUNNING, Fee.FREE),
    ("an incident with hosting is free", found(Category.HOSTING_INCIDENT, LONG), RUNNING, Fee.FREE),
    ("an incident with a domain name is free", found(Category.DOMAIN_INCIDENT, LONG), RUNNING, Fee.FREE),
    ("training because staff changed is free", found(Category.STAFF_TRAINING, LONG), RUNNING, Fee.FREE),
    ("basic marketing information is free", found(Category.MARKETING_INFORMATION), RUNNING, Fee.FREE),
    ("an announced programme is free", found(Category.PROGRAMME), RUNNING, Fee.FREE),
    ("additional functions are paid, whatever the time", found(Category.NEW_FEATURE, SHORT), RUNNING, Fee.PAID),
    ("additional design is paid, whatever the time", found(Category.ADDITIONAL_DESIGN, SHORT), RUNNING, Fee.PAID),
    ("advanced training is paid", found(Category.ADVANCED_TRAINING), RUNNING, Fee.PAID),
    ("consulting is paid", found(Category.MARKETING_CONSULTING), RUNNING, Fee.PAID),
    ("what takes under an hour is free", found(effort=SHORT), RUNNING, Fee.FREE),
    ("what takes over an hour is paid", found(effort=LONG), RUNNING, Fee.PAID),
    ("exactly sixty minutes count in the customer's favour", found(effort=Effort(60, 60, 60)), RUNNING, Fee.FREE),
    ("sixty-one minutes are over an hour", found(effort=Effort(61, 61, 61)), RUNNING, Fee.PAID),
    ("a range on both sides of the hour is for staff", found(effort=EITHER), RUNNING, Fee.REVIEW),
    ("work on what we do not look after is for staff", found(Category.OUT_OF_CONTRACT), RUNNING, Fee.REVIEW),
    ("an uncertain category is for staff", found(Category.NEW_FEATURE, chance=0.4), RUNNING, Fee.REVIEW),
    ("perhaps warranty is for staff", found(effort=SHORT), replace(RUNNING, similar_work=("VN-7",)), Fee.REVIEW),
    (
        "an incident is free whatever was before",
        found(Category.EMAIL_INCIDENT),
        replace(RUNNING, similar_work=("VN-7",)),
        Fee.FREE,
    ),
    ("a fraud pattern is for staff", found(effort=SHORT, flags=("fraud_pattern",)), RUNNING, Fee.REVIEW),
    ("text that steers is for staff", found(Category.EMAIL_INCIDENT, flags=("steering",)), RUNNING, Fee.REVIEW),
    (
        "what was learned of money may doubt what the category says",
        found(Category.EMAIL_INCIDENT, money={Fee.FREE: 0.2, Fee.PAID: 0.7}),
        RUNNING,
        Fee.REVIEW,
    ),
)


@pytest.mark.parametrize(
    ("seen", "known", "fee"), [case[1:] for case in SENTENCES], ids=[case[0] for case in SENTENCES]
)
def test_a_sentence_of_the_policy(seen: Classification, known: Known, fee: Fee) -> None:
    assert decide_fee(seen, known, POLICY).fee is fee


def test_doubt_between_two_categories_of_the_same_fee_is_no_doubt_about_the_fee() -> None:
    torn = found(
        Category.EMAIL_INCIDENT,
        chance=0.5,
        probabilities={Category.EMAIL_INCIDENT: 0.5, Category.HOSTING_INCIDENT: 0.3, Category.DOMAIN_INCIDENT: 0.2},
    )

    assert decide_fee(torn, RUNNING, POLICY) == FeeDecision(Fee.FREE, FeeRule.INCIDENT)


def test_a_named_kind_of_work_goes_by_time_where_the_setting_says_so() -> None:
    by_time = FeePolicy(named_paid_categories_ignore_threshold=False)

    assert decide_fee(found(Category.NEW_FEATURE, SHORT), RUNNING, by_time).fee is Fee.FREE
    assert decide_fee(found(Category.NEW_FEATURE, LONG), RUNNING, by_time).fee is Fee.PAID


def test_the_threshold_is_a_setting() -> None:
    assert decide_fee(found(effort=LONG), RUNNING, FeePolicy(free_up_to_minutes=480)).fee is Fee.FREE


@pytest.mark.parametrize("language", Language)
def test_every_money_word_has_its_sentence_in_both_languages(language: Language) -> None:
    for category in (*INCIDENTS, *FREE_CATEGORIES, *NAMED_PAID_CATEGORIES, Category.WEBSITE_REQUEST):
        decision = decide_fee(found(category), RUNNING, POLICY)

        assert reason(decision, language).endswith(".")


def test_no_sentence_about_money_stands_where_staff_must_decide() -> None:
    assert reason(FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN), Language.VI) == ""


def a_chance_for_each() -> st.SearchStrategy[dict[Category, float]]:
    weights = st.lists(st.floats(0.0, 1.0), min_size=len(Category), max_size=len(Category)).filter(
        lambda all_: sum(all_) > 0
    )
    return weights.map(lambda all_: {one: weight / sum(all_) for one, weight in zip(Category, all_, strict=True)})


def any_effort() -> st.SearchStrategy[Effort]:
    return st.lists(st.integers(1, 5000), min_size=3, max_size=3).map(lambda all_: Effort(*sorted(all_)))


def any_classification() -> st.SearchStrategy[Classification]:
    return st.builds(
        lambda chances, effort: found(
            max(chances, key=lambda one: chances[one]), effort, max(chances.values()), probabilities=chances
        ),
        a_chance_for_each(),
        any_effort(),
    )


KNOWN = st.sampled_from((RUNNING, ENDED, STRANGER, replace(RUNNING, earlier_work=("VN-1001",))))


@given(any_classification(), KNOWN)
def test_a_stranger_never_hears_free_or_paid(seen: Classification, known: Known) -> None:
    assert decide_fee(seen, replace(known, customer=None), POLICY).fee in {Fee.REVIEW, Fee.NONE}


@given(any_classification(), KNOWN, st.sampled_from(("fraud_pattern", "steering", "invoice", "complaint")))
def test_a_flag_keeps_every_word_about_money_back(seen: Classification, known: Known, flag: str) -> None:
    assert decide_fee(replace(seen, flags=(flag,)), known, POLICY).fee is Fee.REVIEW


@given(any_classification(), KNOWN, st.floats(0, 1), st.floats(0, 1))
def test_asking_for_more_certainty_never_turns_one_money_word_into_the_other(
    seen: Classification, known: Known, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    easy = decide_fee(seen, known, FeePolicy(certainty_free=low, certainty_paid=low)).fee
    strict = decide_fee(seen, known, FeePolicy(certainty_free=high, certainty_paid=high)).fee

    assert strict in {easy, Fee.REVIEW}


@given(any_classification(), any_effort())
def test_a_range_that_holds_another_says_the_same_or_leaves_it_to_staff(seen: Classification, other: Effort) -> None:
    wider = Effort(min(seen.effort.low, other.low), seen.effort.likely, max(seen.effort.high, other.high))
    narrow = decide_fee(seen, RUNNING, POLICY).fee

    assert decide_fee(replace(seen, effort=wider), RUNNING, POLICY).fee in {narrow, Fee.REVIEW}


@given(any_classification(), KNOWN, st.floats(0, 1))
def test_what_was_learned_of_money_can_only_take_certainty_away_from_a_sure_category(
    seen: Classification, known: Known, doubt: float
) -> None:
    plain = decide_fee(seen, known, POLICY).fee
    checked = decide_fee(replace(seen, money={Fee.FREE: doubt, Fee.PAID: 1 - doubt, Fee.NONE: 0.0}), known, POLICY).fee

    assert {plain, checked} != {Fee.FREE, Fee.PAID}
