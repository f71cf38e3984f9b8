"""The examples, what is learned from them, and that a worse model never replaces a better one."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from storage import Change, open_store
from worker.cli.learn import KIND, keep_model, previous, read_corrections
from worker.learning.examples import CORPUS, CorpusError, Example, correction_of, example_from, load_examples
from worker.learning.measuring import Answer, Rates, rates
from worker.learning.training import is_worse, version_of
from worker.model import (
    Address,
    Category,
    Classification,
    Effort,
    Fee,
    FeeDecision,
    FeeRule,
    Language,
    Request,
    RequestStatus,
    Urgency,
)
from worker.policy.classify import load_model
from worker.policy.features import prepare, word_blocks
from worker.policy.forest import ask
from worker.policy.judging import by_category
from worker.policy.scoring import sums

ROW = {
    "id": "x-1",
    "author": "x",
    "subject": "s",
    "body": "b",
    "category": "warranty",
    "acceptable_categories": ["warranty", "website_request"],
    "urgency": "normal",
    "acceptable_urgency": ["normal"],
    "fee": "free",
    "acceptable_fee": ["free"],
    "minutes_low": 10,
    "minutes_high": 60,
}


@cache
def corpus() -> list[Example]:
    return load_examples()


# ---- the corpus -----------------------------------------------------------------------------------------------------


def test_the_corpus_is_large_and_of_the_promised_mixture() -> None:
    languages = Counter(one.lang for one in corpus())
    vietnamese = [one for one in corpus() if one.lang == "vi"]

    assert len(corpus()) >= 1500
    assert languages["vi"] / len(corpus()) > 0.5
    assert languages["en"] / len(corpus()) > 0.2
    assert sum(not one.diacritics for one in vietnamese) / len(vietnamese) > 0.2
    assert sum(one.hard for one in corpus()) > len(corpus()) / 2


def test_no_two_examples_have_the_same_id_or_the_same_words() -> None:
    ids = Counter(one.id for one in corpus())
    texts = Counter(" ".join(one.text.split()).lower() for one in corpus())

    assert not [key for key, count in ids.items() if count > 1]
    assert not [key for key, count in texts.items() if count > 1]


def test_every_category_and_urgency_is_well_represented() -> None:
    assert min(Counter(one.category for one in corpus()).values()) >= 40
    assert set(Counter(one.category for one in corpus())) == set(Category)
    assert set(Counter(one.urgency for one in corpus())) == set(Urgency)


def test_the_labels_agree_with_the_policy() -> None:
    paid = {Category.NEW_FEATURE, Category.ADDITIONAL_DESIGN, Category.ADVANCED_TRAINING, Category.MARKETING_CONSULTING}
    incidents = {Category.EMAIL_INCIDENT, Category.HOSTING_INCIDENT, Category.DOMAIN_INCIDENT}
    for one in corpus():
        assert one.minutes_low <= one.minutes_high, one.id
        assert (one.fee is Fee.NONE) == (one.category is Category.NOT_A_REQUEST), one.id
        assert not (one.category in paid and one.fee is Fee.FREE), one.id
        assert not (one.category in incidents and one.fee is Fee.PAID), one.id
        assert not {Fee.FREE, Fee.PAID} <= set(one.fees), one.id


def test_an_example_reads_its_gold_label_first() -> None:
    found = example_from({**ROW, "acceptable_categories": ["website_request", "warranty"]})

    assert found.category is Category.WARRANTY
    assert set(found.categories) == {Category.WARRANTY, Category.WEBSITE_REQUEST}


@pytest.mark.parametrize("broken", [{"category": "nonsense"}, {"fee": "cheap"}, {"minutes_low": "soon"}])
def test_a_wrong_line_is_named_with_its_place(tmp_path: Path, broken: dict[str, str]) -> None:
    (tmp_path / "z.jsonl").write_text(f"{json.dumps(ROW)}\n{json.dumps({**ROW, **broken})}\n", encoding="utf-8")

    with pytest.raises(CorpusError, match=r"z\.jsonl, line 2"):
        load_examples(tmp_path)


def test_the_corpus_lies_in_the_package() -> None:
    assert sorted(path.suffix for path in CORPUS.iterdir()) == [".jsonl"] * len(list(CORPUS.iterdir()))


def test_the_same_examples_give_the_same_version_and_others_another() -> None:
    changed = [replace(corpus()[0], body="other"), *corpus()[1:]]

    assert version_of(corpus()) == version_of(list(corpus()))
    assert version_of(changed) != version_of(corpus())


def test_the_shipped_model_was_trained_on_the_shipped_corpus() -> None:
    assert load_model().version == version_of(corpus())


# ---- fast sums are the same sums ------------------------------------------------------------------------------------


def test_sums_over_large_integers_equal_sums_label_by_label() -> None:
    model = load_model()
    text = word_blocks(prepare("web sập rồi, mail cũng không gửi được, khách gọi hoài hoài hoài"))
    added = sums(model, (*text, {"down": 1, "mail": 1}))

    whole = b"".join(row.to_bytes(4 * model.width, "little") for row in model.rows)
    table = np.frombuffer(whole, dtype=np.uint8)[::4].reshape(-1, model.width).astype(float) - 128
    expected = np.zeros(model.width)
    for block, counts in zip(("word", "accent", "piece", "fact"), (*text, {"down": 1, "mail": 1}), strict=True):
        known = [
            (model.index[block][name], 8 * (1 + np.log(count)))
            for name, count in counts.items()
            if name in model.index[block]
        ]
        rows, steps = [row for row, _ in known], np.array([round(step) for _, step in known])
        length = np.sqrt(sum(step**2 * model.squares[row] for row, step in zip(rows, steps, strict=True)))
        expected += (table[rows] * steps[:, None]).sum(axis=0) / length

    assert added == pytest.approx(expected.tolist(), rel=1e-9)


def test_a_text_of_unknown_words_gives_sums_of_zero() -> None:
    assert sums(load_model(), ({"qqqq zzzz": 1}, {}, {}, {})) == [0.0] * load_model().width


def test_a_forest_answers_between_what_its_leaves_say() -> None:
    model = load_model()
    forest = model.forest
    width = 1 + max(one for one in forest.feature if one != 0xFFFF)

    for fill in (-5.0, 0.0, 0.5, 5.0):
        for label, value in ask(forest, [fill] * width).items():
            if not label.startswith("minutes"):
                assert -1e-6 <= value <= 1 + 1e-6, label


# ---- measuring and keeping ------------------------------------------------------------------------------------------


def an_answer(category: Category, fee: Fee, gold: Fee = Fee.FREE) -> Answer:
    example = replace(example_from(ROW), fees=(gold,), categories=(Category.WARRANTY,))
    found = Classification(category, 0.9, Urgency.NORMAL, Effort(1, 2, 3), Language.VI)
    return Answer(example, found, fee)


def test_rates_count_what_was_right_wrong_and_silent() -> None:
    measured = rates(
        [
            an_answer(Category.WARRANTY, Fee.FREE),
            an_answer(Category.WEBSITE_REQUEST, Fee.PAID),
            an_answer(Category.WARRANTY, Fee.REVIEW),
            an_answer(Category.NOT_A_REQUEST, Fee.NONE),
        ]
    )

    assert measured == Rates(count=4, category=0.5, urgency=1.0, wrong_money=0.25, decided=0.5, silent=0.25)


def test_staying_silent_about_money_is_never_a_wrong_word() -> None:
    assert not an_answer(Category.WARRANTY, Fee.REVIEW).is_wrong_money
    assert not an_answer(Category.WARRANTY, Fee.NONE).is_wrong_money


GOOD = Rates(count=100, category=0.9, urgency=0.9, wrong_money=0.008, decided=0.7, silent=0.001)


@pytest.mark.parametrize(
    ("after", "worse"),
    [
        (GOOD, False),
        (replace(GOOD, category=0.95), False),
        (replace(GOOD, category=0.88), True),
        (replace(GOOD, category=0.95, wrong_money=0.02), True),
        (replace(GOOD, category=0.898), False),
    ],
)
def test_a_model_that_says_more_wrong_words_or_understands_less_is_worse(after: Rates, worse: bool) -> None:
    assert is_worse(GOOD, after) is worse


def test_keeping_a_model_leaves_the_old_one_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    keep_model(path, b"one")
    keep_model(path, b"two")

    assert path.read_bytes() == b"two"
    assert previous(path).read_bytes() == b"one"
    assert not list(tmp_path.glob("*.new"))


def test_a_request_that_staff_corrected_becomes_an_example() -> None:
    request = Request(
        id="VN-1042",
        token="t",
        subject="Sửa form",
        text="Form liên hệ bị lỗi, sửa giúp em.",
        contact=Address("hue@senvang.example"),
        participants=(),
        language=Language.VI,
        category=Category.WARRANTY,
        urgency=Urgency.HIGH,
        effort=Effort(10, 20, 40),
        fee=FeeDecision(Fee.FREE, FeeRule.STAFF),
        status=RequestStatus.QUEUED,
        arrived=datetime(2026, 11, 23, tzinfo=UTC),
        customer_id="c-7",
    )

    found = example_from(correction_of(request))

    assert (found.category, found.urgency, found.fee) == (Category.WARRANTY, Urgency.HIGH, Fee.FREE)
    assert (found.minutes_low, found.minutes_high) == (10, 40)
    assert found.author == "staff-c-7"


def test_corrections_by_staff_are_read_from_the_store_and_broken_ones_left_out(tmp_path: Path) -> None:
    store = open_store(f"tiny:{tmp_path / 'w.db'}", {KIND: ()})
    store.commit(Change(KIND, "1", dict(ROW)), Change(KIND, "2", {"id": "broken"}))

    found = list(read_corrections(store))

    store.close()
    assert [one.id for one in found] == ["x-1"]


def test_the_parts_of_a_category_count_together() -> None:
    found = by_category(["website_request/free", "website_request/paid", "warranty"], [0.4, 0.3, 0.3])

    assert found == {"website_request": pytest.approx(0.7), "warranty": 0.3}


def test_the_category_head_knows_all_categories() -> None:
    labels = load_model().heads["category"].labels

    assert {label.partition("/")[0] for label in labels} == {category.value for category in Category}
