"""What customers' replies mean: two thousand of our own, most of them treacherous, and not one false acceptance."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.cli.understand_customer import answer, answers
from worker.learning.customer_replies import (
    ReplyExample,
    fit_replies,
    load_replies,
    pack_replies,
    read_reply,
    reply_example,
)
from worker.policy.customer_clauses import harmless_apart, unaccounted
from worker.policy.customer_intent import (
    Answering,
    Intent,
    asks_how_far,
    understand_customer,
    wants_no_newsletters,
)
from worker.policy.customer_model import chances, customer_model_from
from worker.policy.customer_signals import listen
from worker.policy.plain_words import phrases, sentences

QUOTE, ACK, ETA, DONE = Answering.QUOTE, Answering.ACK, Answering.ETA, Answering.DONE
ACCEPT = Intent.ACCEPT_QUOTE


UNSEEN = Path(__file__).parent / "customer_replies_unseen.jsonl"


@cache
def replies() -> tuple[ReplyExample, ...]:
    """All replies that the model learned from."""
    return tuple(load_replies())


@cache
def unseen() -> tuple[ReplyExample, ...]:
    """Replies that were written without sight of any table of phrases, and that nothing was ever learned from."""
    return tuple(reply_example(json.loads(line)) for line in UNSEEN.read_text(encoding="utf-8").splitlines())


def meant(one: ReplyExample) -> Intent:
    """What is understood of an example."""
    return understand_customer(one.text, one.context, one.quoted).intent


# ---- the tables -----------------------------------------------------------------------------------------------------------


def test_the_table_is_large_and_mostly_treacherous() -> None:
    quotes = [one for one in replies() if one.context == "quote"]

    assert len(replies()) >= 1900
    assert sum(one.acceptable[0] != ACCEPT for one in quotes) > 2 * sum(one.acceptable[0] == ACCEPT for one in quotes)


def test_nothing_was_learned_from_the_unseen_replies() -> None:
    learned = {" ".join(one.text.lower().split()) for one in replies()}

    assert [one.text for one in unseen() if " ".join(one.text.lower().split()) in learned] == []


@pytest.mark.parametrize("table", [replies, unseen])
def test_no_reply_is_ever_falsely_accepted(table: Callable[[], tuple[ReplyExample, ...]]) -> None:
    assert [one.text for one in table() if ACCEPT not in one.acceptable and meant(one) is ACCEPT] == []


@pytest.mark.parametrize("context", [ACK, ETA, DONE])
def test_no_words_at_all_accept_where_no_quote_was_sent(context: Answering) -> None:
    assert [one.text for one in replies() if understand_customer(one.text, context).intent is ACCEPT] == []


@pytest.mark.parametrize(("table", "least"), [(replies, 0.94), (unseen, 0.7)])
def test_clear_acceptances_are_found(table: Callable[[], tuple[ReplyExample, ...]], least: float) -> None:
    clear = [one for one in table() if one.acceptable == (ACCEPT,)]

    assert sum(meant(one) is ACCEPT for one in clear) / len(clear) >= least


@pytest.mark.parametrize(("context", "rate"), [("quote", 0.95), ("ack", 0.97), ("eta", 0.97), ("done", 0.97)])
def test_the_intent_is_right(context: str, rate: float) -> None:
    rows = [one for one in replies() if one.context == context]

    assert sum(meant(one) in one.acceptable for one in rows) / len(rows) >= rate


def test_the_intent_of_unseen_replies_is_right() -> None:
    assert sum(meant(one) in one.acceptable for one in unseen()) / len(unseen()) >= 0.8


# ---- what must never accept -----------------------------------------------------------------------------------------------

NO_YES = [
    ("asks the boss first", "ok để hỏi sếp đã"),
    ("a condition", "Đồng ý nếu giảm còn 8 triệu"),
    ("a condition without an if", "Bớt 10% là chị đồng ý"),
    ("thanks for the quote", "ok cảm ơn em"),
    ("a yes with a question", "ok em, mà giá này có VAT chưa?"),
    ("a yes with a question without a mark", "ok em nhung gia nay co vat chua"),
    ("a part of it", "Đồng ý phần thiết kế, phần còn lại để sau"),
    ("another price", "Chốt 5 triệu nha"),
    ("other terms", "Đồng ý, nhưng xong mới trả tiền"),
    ("sarcasm", "Ừ đồng ý, chắc anh trồng cây ra tiền"),
    ("a yes in quotation marks only", 'Em viết "đồng ý" sẵn cho anh hả'),
    ("somebody else's yes", "Khách của chị đồng ý rồi"),
    ("a yes to something else", "Chị đồng ý gặp em chiều thứ 5"),
    ("a yes in principle", "Về nguyên tắc anh đồng ý"),
    ("not yet", "Chị chưa đồng ý"),
    ("yes or no tomorrow", "Đồng ý hay không mai chị báo"),
    ("a yes in the history", "Để chị xem.\n> Tôi đồng ý với báo giá"),
    (
        "a yes behind an attribution",
        "Để chị xem\nVào 9:00 VINNO <hotro@vinno.example> đã viết:\nTôi đồng ý với báo giá",
    ),
    ("a yes below an original message", "Em coi lại nhé\n-----Original Message-----\nTôi đồng ý với báo giá"),
    (
        "nothing of one's own above the history",
        "Chào em\nVào 9:00 VINNO <hotro@vinno.example> đã viết:\nTôi đồng ý với báo giá",
    ),
    ("other terms in a sentence of their own", "Đồng ý. Bảo hành 2 năm nha em."),
    ("a later payment in a sentence of its own", "Bên anh duyệt. Công nợ 30 ngày như mọi khi."),
    ("our own sentence and nothing else", "> Tôi đồng ý với báo giá"),
    ("nothing", ""),
    ("a picture", "👍"),
    ("an absence", "Tôi đang nghỉ phép, sẽ đồng ý sau khi về"),
    ("a machine", "Tự động trả lời: chúng tôi đã nhận được thư và sẽ phản hồi"),
    ("receipt confirmed", "Chúng tôi xác nhận đã nhận được báo giá"),
    ("in English, if", "We accept if you include hosting"),
    ("in English, pending", "Approved by me, pending the board"),
    ("in English, in part", "We accept item 1 only"),
    ("in English, later", "I will confirm next week"),
    ("an old bill", "Anh đã thanh toán hoá đơn tháng 2 rồi nhé"),
]


@pytest.mark.parametrize("text", [row[1] for row in NO_YES], ids=[row[0] for row in NO_YES])
@pytest.mark.parametrize("shape", ["{}", "Chào em,\n\n{}", "{}\n\nCảm ơn em."])
def test_this_is_no_acceptance(shape: str, text: str) -> None:
    assert understand_customer(shape.format(text), QUOTE).intent is not ACCEPT


YES = [
    "Đồng ý",
    "ok em làm đi",
    "OK",
    "dong y, e trien khai nhe",
    "Bên anh nhất trí, đề nghị VINNO tiến hành.",
    "Hơi mắc nhưng thôi chị đồng ý.",
    "We accept the quotation. Please proceed.",
    "Sếp em approve rồi ạ, anh start giúp em nha.",
    "Tôi đồng ý với báo giá.",
    "I accept the quotation",
]


@pytest.mark.parametrize("text", YES)
def test_a_clear_yes_is_found(text: str) -> None:
    found = understand_customer(text, QUOTE)

    assert found.intent is ACCEPT
    assert found.certainty >= 0.8
    assert found.evidence


@pytest.mark.parametrize(
    "spoiler", ["nếu xong trước Tết", "nhưng bớt 1 triệu", "mà chờ sếp duyệt đã", "trừ mục 3", "được không em?"]
)
@pytest.mark.parametrize("yes", ["Đồng ý", "Chốt", "ok em làm đi", "Bên anh duyệt", "Em cứ triển khai"])
def test_whatever_makes_a_yes_conditional_spoils_it(yes: str, spoiler: str) -> None:
    assert understand_customer(f"{yes} {spoiler}", QUOTE).intent is not ACCEPT
    assert understand_customer(f"{yes}, {spoiler}", QUOTE).intent is not ACCEPT


def test_a_yes_may_name_the_price_of_the_quote_and_no_other() -> None:
    text = "Đồng ý giá 9.200.000đ, em làm nhé"

    assert understand_customer(text, QUOTE, frozenset({9_200_000})).intent is ACCEPT
    assert understand_customer(text, QUOTE, frozenset({9_900_000})).intent is Intent.NEGOTIATE
    assert understand_customer(text, QUOTE).intent is Intent.NEGOTIATE


@pytest.mark.parametrize(
    "figure",
    [
        "9.000.000đ", "9tr", "8tr5.", "9 triệu 2.", "chín triệu", "nine million", "9M", "9 chai", "920k", "9.2k", "8500000",
        "9,000,000.00", "9.020.000 đồng", "9.200.000 USD", "$350", "350 đô", "9.200.000đ + VAT", "9 triệu rưỡi",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "yes", ["Ok chốt {}", "Đồng ý {} nhé em", "We approve {}\nPlease proceed.", "Chị chuyển {} rồi, làm đi em"]
)
def test_no_other_figure_is_accepted(yes: str, figure: str) -> None:
    assert understand_customer(yes.format(figure), QUOTE, frozenset({9_200_000})).intent is not ACCEPT


@pytest.mark.parametrize(
    "figure", ["9.200.000đ", "9tr2", "9,2 triệu", "9.2 million VND", "9,200,000 VND", "9200000", "9.200k"]
)
@pytest.mark.parametrize("yes", ["Ok chốt {}", "dong y {} lam di e", "Accepted at {}.", "Đồng ý, {} nhé em."])
def test_the_total_of_the_quote_is_accepted_however_it_is_written(yes: str, figure: str) -> None:
    assert understand_customer(yes.format(figure), QUOTE, frozenset({9_200_000})).intent is ACCEPT


def test_the_deposit_is_named_where_it_is_paid_and_is_no_price() -> None:
    agreed = frozenset({9_200_000, 4_600_000})

    assert understand_customer("Đồng ý, chị chuyển khoản 4.600.000đ rồi, em làm đi.", QUOTE, agreed).intent is ACCEPT
    assert understand_customer("Ok chốt 4.600.000đ nhé em", QUOTE, agreed).intent is not ACCEPT


def test_the_number_of_an_order_is_no_figure() -> None:
    assert (
        understand_customer("OK please do it. PO 4500128 is attached.", QUOTE, frozenset({9_200_000})).intent is ACCEPT
    )


SIGNED = "Ok em làm đi.\n\n{}\n\nVào 10:31 13/03 Linh VINNO <linh@vinno.example> đã viết:\n> Báo giá: 9.200.000đ."


@pytest.mark.parametrize(
    "signature",
    [
        "Trân trọng,\nHải\n\nTổng: 9.000.000đ",
        "Trân trọng,\nNguyễn Hải\n0908123456\nChỉ làm mục 1 và 2",
        "-- \nHải\n0908123456\nGiá 8 triệu thôi nhé",
        "--\nHải | 0908 123 456\nTrừ mục 3 ra",
        "Best regards,\nJohn Smith\nCEO\nOnly if done by Friday",
        "Sent from my iPhone, but not the logo please",
        "-- \nHải\nnếu bớt 10%",
    ],
)
def test_a_condition_in_what_looks_like_a_signature_keeps_a_yes_from_being_one(signature: str) -> None:
    found = answer({"id": "1", "context": "quote", "body": SIGNED.format(signature)})

    assert found["new_text"] == "Ok em làm đi."
    assert found["intent"] != "accept_quote"


@pytest.mark.parametrize(
    "signature",
    [
        "Trân trọng,\nHải",
        "--\nThảo Lê | Marketing\nNha khoa Sài Gòn Xanh\nHotline 1900 1234",
        "Kind regards,\nJens Möller\nOperations Manager | Nordwind Trading\n+84 908 123 456",
        "Sent from my iPhone",
        "Thanks,\nAnn\nann@harbour.example\n\nThis e-mail is confidential and intended only for the recipient. If you are"
        " not the intended recipient, please notify the sender and delete this e-mail without copying it.",
    ],
)
def test_an_ordinary_signature_does_not(signature: str) -> None:
    assert answer({"id": "1", "context": "quote", "body": SIGNED.format(signature)})["intent"] == "accept_quote"


TO_SOMETHING_ELSE = [
    "Go ahead and send the contract first.",
    "Ok em gửi hợp đồng qua chị xem rồi ký.",
    "Bên em mà được duyệt kinh phí là làm ngay ạ.",
    "The invoice format is OK, we accept it like this.",
    "Anh đồng ý em gửi hợp đồng để pháp chế bên anh xem.",
    "Ok, làm theo giá của lần báo đầu tiên nhé em.",
    "go ahead... said nobody ever with this price",
    "ok lam di e, tinh tien theo gio nhe",
    "Chốt theo file chị sửa nha em.",
]


@pytest.mark.parametrize("text", TO_SOMETHING_ELSE)
def test_a_yes_to_something_else_is_none(text: str) -> None:
    assert understand_customer(text, QUOTE).intent is not ACCEPT


# ---- other plain words ------------------------------------------------------------------------------------------------------

HOW_FAR = [
    "đến đâu rồi em?",
    "Làm tới đâu rồi?",
    "xong chua em",
    "sao roi e, co tien do gi chua",
    "Any news?",
    "How far are you?",
]
NOT_HOW_FAR = ["Cảm ơn em", "Đổi banner giúp chị", "The site is down again", "Được rồi em", "Chị gửi hình đây"]


@pytest.mark.parametrize("text", HOW_FAR)
def test_asking_how_far(text: str) -> None:
    assert asks_how_far(text)


@pytest.mark.parametrize("text", NOT_HOW_FAR)
def test_not_asking_how_far(text: str) -> None:
    assert not asks_how_far(text)


REFUSES = [
    "đừng gửi nữa",
    "Hủy đăng ký",
    "huy dang ky giup toi",
    "Unsubscribe",
    "Please remove me from your list",
    "Đừng gửi mail quảng cáo cho tôi nữa",
    "stop",
]
REFUSES_NOT = [
    "Chị không gửi được mail",
    "Bên em không nhận được thư từ sáng",
    "Thêm nút đăng ký nhận tin giúp chị",
    "Please remove this banner",
    "Cảm ơn bản tin hữu ích",
    "We cannot send emails",
    "Em gửi thêm cho chị nữa nhé",
]


@pytest.mark.parametrize("text", REFUSES)
def test_refusing_newsletters(text: str) -> None:
    assert wants_no_newsletters(text)


@pytest.mark.parametrize("text", REFUSES_NOT)
def test_not_refusing_newsletters(text: str) -> None:
    assert not wants_no_newsletters(text)


# ---- reading plain words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("bị lỗi rồi", True),
        ("bi loi roi", True),
        ("trả lời em nhé", False),
        ("lổi rồi em", True),
        ("the loi is fine", False),
    ],
)
def test_marks_decide_where_they_are_written(text: str, is_found: bool) -> None:
    table = phrases("lỗi")

    assert any(table.search(one.words) for one in sentences(text)) is is_found


def test_short_forms_are_written_out() -> None:
    assert [one.words for one in sentences("Ko dc e ơi!! Vẫn k vào đc")] == ["không được em ơi", "vẫn không vào được"]
    assert sentences("xong chưa?")[0].asks


@given(st.text(max_size=400), st.sampled_from(list(Answering)))
def test_any_text_is_understood_as_something(text: str, context: Answering) -> None:
    found = understand_customer(text, context)

    assert 0 <= found.certainty <= 1
    assert found == understand_customer(text, context)


@pytest.mark.parametrize("piece", ["đồng ý ", "không ", "nếu ", "a", "? ", "\n", "em ơi, ", "> ", "1.000.000đ ", '"'])
def test_hostile_length_is_read_in_bounded_time(piece: str) -> None:
    found = understand_customer(piece * 50_000, QUOTE)

    assert isinstance(found.intent, Intent)


# ---- clauses beside a yes ---------------------------------------------------------------------------------------------------

HARMLESS = [
    "Hoá đơn xuất cho công ty như mọi khi nhé",
    "Có gì em gọi anh số 0912 333 444",
    "Chị đi công tác mới về",
    "co gi goi chi nhe",
    "Không có ý kiến gì thêm",
    "Khi nào xong em báo chị",
    "Please send the invoice to our accountant",
    "We will transfer the deposit tomorrow",
    "Sorry for the late reply",
]
AGAINST = [
    "bớt cho chị một ít",
    "trừ mục ba",
    "tru phan chup hinh",
    "dời ngày thanh toán sang tháng sau",
    "cho sep duyet da",
    "anh chưa quyết",
    "có VAT chưa",
    "tien thi lam xong a dua",
    "if the board agrees",
    "but not the second one",
    "only the first phase",
    "we received your mail",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_clause_is_accounted_for(text: str) -> None:
    assert unaccounted(harmless_apart(sentences(text))) is None


@pytest.mark.parametrize("text", AGAINST)
@pytest.mark.parametrize("strictly", [True, False])
def test_any_other_clause_counts_against_a_yes(text: str, strictly: bool) -> None:
    assert unaccounted(harmless_apart(sentences(text)), strictly=strictly)


# ---- learning ---------------------------------------------------------------------------------------------------------------


def test_what_is_learned_survives_its_file() -> None:
    few = [one for one in replies() if one.context == "done"][:150]
    read = [read_reply(one) for one in few]
    fitted = fit_replies(few, read)
    model = customer_model_from(pack_replies(fitted, 1.0))

    for one, scores in zip(few, fitted.scores(few, read), strict=True):
        said = sentences(one.text)
        heard = [kind.name for kind in listen(one.text, said, one.quoted)]
        found = chances(model, said, one.context, heard)
        assert sum(found.values()) == pytest.approx(1.0)
        assert found[fitted.labels[int(scores.argmax())]] > max(found.values()) - 0.05, "bytes round little"


def test_a_damaged_model_is_refused() -> None:
    with pytest.raises((ValueError, zlib.error)):
        customer_model_from(b"no model")


# ---- the door ---------------------------------------------------------------------------------------------------------------

BODY = (
    "Chị đồng ý với giá 9.200.000đ, em làm nhé.\n\nHà\n\n"
    "Vào Th 6, 13 thg 3, 2026 lúc 10:31 Linh VINNO <linh@vinno.example> đã viết:\n"
    "> Dạ chị Hà, báo giá phần khách tự tính giá cửa cuốn là 9.200.000đ ạ.\n"
)


def test_the_door_cuts_the_history_and_knows_its_figures() -> None:
    found = answer({"id": "1", "context": "quote", "body": BODY})

    assert (found["id"], found["intent"]) == ("1", "accept_quote")
    assert found["new_text"] == "Chị đồng ý với giá 9.200.000đ, em làm nhé."


def test_a_yes_that_only_stands_in_the_history_accepts_nothing() -> None:
    body = "Để chị xem đã em.\n\n" + BODY.split("\n\n", 2)[2] + '> Chị trả lời "đồng ý" là em làm ạ.\n'

    assert answer({"id": "1", "context": "quote", "body": body})["intent"] == "unclear"


def test_a_broken_line_is_answered_with_its_error() -> None:
    found = [
        json.loads(line) for line in answers(['{"id": "1"}', "no json", "", '{"id":"2","context":"quote","body":"OK"}'])
    ]

    assert ["error" in one for one in found] == [True, True, False]
    assert found[2]["intent"] == "accept_quote"
