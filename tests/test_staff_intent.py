"""What staff replies mean: a table of replies, and that a turned sentence never sets off anything dangerous."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.cli.understand import shown_action
from worker.model import Language
from worker.policy.staff_actions import Do, Note, Order, People, Quote, Reject, ReplyToCustomer
from worker.policy.staff_intent import understand_staff
from worker.policy.staff_words import language_of

ZONE = "Asia/Ho_Chi_Minh"
NOW = datetime(2025, 10, 22, 10, 0, tzinfo=ZoneInfo(ZONE))  # a Wednesday
TABLE = Path(__file__).with_name("staff_replies.jsonl")
DANGEROUS = (Quote, Reject, ReplyToCustomer)
# These are not sent anywhere, but nobody may set them off unasked either.
GRAVE = frozenset({Order.DONE, Order.APPROVE, Order.CANCEL})

Wanted = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """One row: what was written, what must and may be understood, and whether the sender must be asked."""

    text: str
    gold: tuple[Wanted, ...]
    held: bool
    people: People


def replies() -> list[Reply]:
    rows = (json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines())
    return [
        Reply(
            row["text"],
            tuple(row["gold"]),
            row.get("held", False),
            People(tuple(row.get("customers", ())), tuple(row.get("colleagues", ()))),
        )
        for row in rows
    ]


REPLIES = replies()


def same(wanted: Wanted, got: Wanted) -> bool:
    """Whether an action is the wanted one; a range allows everything within."""
    if wanted["type"] != got["type"]:
        return False
    for key, low, high in (("minutes", "minutes_from", "minutes_to"), ("amount_vnd", "amount_from", "amount_to")):
        if low in wanted:
            value, bottom, top = got[key], wanted[low], wanted[high]
            return (
                isinstance(value, int) and isinstance(bottom, int) and isinstance(top, int) and bottom <= value <= top
            )
    if wanted["type"] == "estimate":
        return abs(int(str(got["minutes"])) - int(str(wanted["minutes"]))) <= 1
    return all(got[key] == value for key, value in wanted.items() if key != "optional")


@pytest.mark.parametrize("reply", REPLIES, ids=[one.text[:60] for one in REPLIES])
def test_a_reply_is_understood(reply: Reply) -> None:
    found = understand_staff(reply.text, NOW, ZONE, reply.people)
    got = [shown_action(action) for action in found.actions]

    missing = [one for one in reply.gold if not one.get("optional") and not any(same(one, other) for other in got)]
    extra = [other for other in got if not any(same(one, other) for one in reply.gold)]

    assert (missing, extra) == ([], [])
    if reply.held:
        assert found.held
        assert found.question
    if found.held:
        assert found.actions == ()


def test_the_table_is_mostly_of_traps_and_of_both_languages() -> None:
    languages = [language_of(one.text) for one in REPLIES]
    unwanted = [one for one in REPLIES if all(action.get("optional") for action in one.gold)]

    assert len(REPLIES) >= 300
    assert len(unwanted) >= 0.4 * len(REPLIES)
    assert min(languages.count(language) for language in Language) >= 300


# ---- turned sentences -----------------------------------------------------------------------------------------------

Turn = Callable[[str], str]


def _turns(*frames: str) -> tuple[Turn, ...]:
    """Frames around a sentence: `{}` is where it goes, without its end and with a small first letter."""
    return tuple(lambda text, frame=frame: frame.format(text[:1].lower() + text[1:].rstrip(" .!")) for frame in frames)


VIETNAMESE = _turns(
    "{}?", "{} chưa", "{} hả em", "{} à?", "nếu {}", "khi nào {}", "khách bảo {}", "Tuấn nói {}", "đợi {}", "chắc là {}",
    "hình như {}", "{} được không", "{} thì báo anh", "bao giờ {}", "em tưởng {}", "ai bảo {}?", "khách hỏi {}", "khoan {}",
    "có nên {} không", "hy vọng {}",
)  # fmt: skip
ENGLISH = _turns(
    "{}?", "if {}", "when will it be {}", "the customer says {}", "Tuan said {}", "maybe {}", "should we {}", "I thought {}",
    "hopefully {}", "once {} tell me", "is it {}",
)  # fmt: skip
ONLY_DONE = _turns("mai {}", "sẽ {}", "gần {}", "chưa {}", "phải {} trước thứ 6", "almost {}", "not {}", "never {}")


def plain(kind: str) -> Iterator[str]:
    """The replies of one sentence that ask for that and nothing else, in plain words."""
    for reply in REPLIES:
        only = [action["type"] for action in reply.gold] == [kind]
        if only and not any(mark in reply.text for mark in "\n.!|:/,"):
            yield reply.text


def turned(kind: str, extra: Sequence[Turn] = ()) -> list[str]:
    texts = [(text, ENGLISH if language_of(text) is Language.EN else VIETNAMESE) for text in plain(kind)]
    return [turn(text) for text, turns in texts for turn in (*turns, *extra)]


@pytest.mark.parametrize("kind", ["done", "quote", "reject"])
def test_a_turned_sentence_sets_off_nothing_dangerous(kind: str) -> None:
    texts = turned(kind, ONLY_DONE if kind == "done" else ())

    leaks = [text for text in texts if _is_dangerous(text)]

    assert len(texts) > 100
    assert leaks == []


def _is_dangerous(text: str) -> bool:
    actions = understand_staff(text, NOW, ZONE).actions
    return any(isinstance(one, DANGEROUS) or (isinstance(one, Do) and one.order in GRAVE) for one in actions)


LEADS = ("đừng", "khoan", "mai", "nếu xong thì", "em đã", "hôm qua em", "khi nào rảnh", "có nên", "em định", "chưa")
RELAYS = ("nhắn khách", "gửi chị Hạnh", "hỏi lại chị Hạnh", "trả lời khách giúp em")


@pytest.mark.parametrize(("lead", "relay"), list(product(LEADS, RELAYS)))
def test_words_are_passed_on_only_when_that_is_ordered(lead: str, relay: str) -> None:
    assert not _is_dangerous(f"{lead} {relay}: em đang xử lý ạ")


@pytest.mark.parametrize("opener", ["gửi khách: ", "nhắn chị Hạnh giúp em: ", "reply: "])
@pytest.mark.parametrize(
    "words",
    [
        "TODO", "(để em nghĩ câu đã)", "[nội dung]", "... mà thôi để anh gọi", "chưa biết nói sao", "xin lỗi vì ___",
        "Dạ bên em đang xử lý ạ.\n\nKhoan gửi nhé, để anh xem lại.", "We are on it.\n\nHold on, do not send this yet.",
    ],
)  # fmt: skip
def test_words_with_a_gap_or_called_back_are_not_sent(opener: str, words: str) -> None:
    found = understand_staff(opener + words, NOW, ZONE)

    assert found.held
    assert found.actions == ()


# ---- the rest -------------------------------------------------------------------------------------------------------


def test_a_letter_keeps_its_words_and_loses_commands_and_notes() -> None:
    text = "ước tính: 45p\n\nKính gửi chị Yến,\nBên em đang kiểm tra ạ.\n# lỗi của mình\nEm cảm ơn chị.\n\nxong"

    found = understand_staff(text, NOW, ZONE)

    assert ReplyToCustomer("Kính gửi chị Yến,\nBên em đang kiểm tra ạ.\n\nEm cảm ơn chị.") in found.actions
    assert Note("lỗi của mình") in found.actions
    assert Do(Order.DONE) in found.actions


def test_a_letter_shown_for_advice_stays_inside() -> None:
    found = understand_staff("Anh xem mail này gửi được chưa?\n\nKính gửi chị Yến,\nLỗi do bên em ạ.", NOW, ZONE)

    assert found.held
    assert found.actions == ()


def test_a_name_tells_the_customer_from_a_colleague() -> None:
    text = "Chào chị Lan,\nChị gửi giúp em file ảnh gốc nhé ạ, em cảm ơn chị."

    as_customer = understand_staff(text, NOW, ZONE, People(customers=("Trần Thị Lan",)))
    as_colleague = understand_staff(text, NOW, ZONE, People(customers=("Hạnh",), colleagues=("Lan",)))

    assert as_customer.actions == (ReplyToCustomer(text),)
    assert not any(isinstance(one, ReplyToCustomer) for one in as_colleague.actions)


def test_a_wrong_command_stops_everything_and_is_named() -> None:
    found = understand_staff("ước tính: 45p\ngiao: Ngọc\nbáo giá: để sau", NOW, ZONE)

    assert found.held
    assert found.actions == ()
    assert found.unknown_commands == ("báo giá: để sau",)
    assert "báo giá: để sau" in found.question


def test_a_command_settles_what_the_prose_only_describes() -> None:
    found = understand_staff("quote 6400000\nThe customer offered 5 million, delivery in 3 weeks.", NOW, ZONE)

    assert found.actions == (Quote(6_400_000),)


def test_a_done_that_the_prose_denies_is_asked_back() -> None:
    found = understand_staff("xong\nCòn trang tiếng Anh chưa sửa.", NOW, ZONE)

    assert found.held
    assert found.actions == ()


def test_what_is_clear_is_done_and_what_is_not_is_asked() -> None:
    found = understand_staff("Khoảng 2 tiếng. Tuấn làm xong phần form chưa?", NOW, ZONE)

    assert [type(one).__name__ for one in found.actions] == ["Estimate"]
    assert not found.held
    assert "xong" in found.question


@pytest.mark.parametrize(("text", "words"), [("Tuấn làm xong chưa?", "Việc này"), ("Is it done?", "Is the whole")])
def test_the_sender_is_asked_in_his_language(text: str, words: str) -> None:
    assert understand_staff(text, NOW, ZONE).question.startswith(words)


def test_a_pasted_log_is_asked_back() -> None:
    assert understand_staff("xong\n" + "line of a log\n" * 10_000, NOW, ZONE).held


def test_decomposed_and_composed_letters_read_alike() -> None:
    assert understand_staff("Báo khách 2tr5", NOW, ZONE).actions == (Quote(2_500_000),)


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_held_means_nothing_is_done(text: str) -> None:
    found = understand_staff(text, NOW, ZONE)

    if found.held:
        assert found.actions == ()
        assert found.question


WORDS = ("xong", "rồi", "chưa", "báo", "2tr5", "khách", "em", "mai", "đã", "nếu", "done", "quote", "5 million", "fixed")


@given(st.lists(st.sampled_from(WORDS)))
def test_a_question_mark_behind_any_words_sets_off_nothing_dangerous(words: list[str]) -> None:
    assert not _is_dangerous(" ".join(words) + "?")
