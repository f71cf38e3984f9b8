"""What a mail is understood to ask for, and what must not change when only its dress changes."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_parsed_mail
from worker.cli.decide import answers, decided
from worker.learning.examples import Example, load_examples
from worker.mail.reply_text import new_text
from worker.model import Category, Fee, ForwardedMail, Known, Language, ParsedMail
from worker.policy.asks import parts_of
from worker.policy.classify import Model, ModelError, classify, load_model
from worker.policy.features import SCAN, fold, prepare
from worker.policy.flags import Flag, flags_of
from worker.policy.model_file import model_from


@cache
def model() -> Model:
    return load_model()


@cache
def corpus() -> list[Example]:
    return load_examples()


def mail_of(subject: str, text: str) -> ParsedMail:
    return replace(a_parsed_mail(text), subject=subject)


def category_of(text: str, subject: str = "") -> Category:
    return classify(mail_of(subject, text), Known(), model()).category


def fee_of(subject: str, text: str) -> Fee:
    return decided(classify(mail_of(subject, text), Known(), model())).fee


KINDS = (
    (Category.EMAIL_INCIDENT, "Mail gửi cho khách toàn bị trả lại, báo 550 blocked, hộp thư khác cũng vậy."),
    (Category.EMAIL_INCIDENT, "hop thu day roi, khach goi noi gui mail cho em khong duoc"),
    (Category.HOSTING_INCIDENT, "Vào web báo lỗi 500 Internal Server Error từ tối qua, chứng chỉ SSL cũng hết hạn."),
    (Category.HOSTING_INCIDENT, "Our website is extremely slow and times out, the server seems overloaded."),
    (Category.DOMAIN_INCIDENT, "Tên miền của em bị báo NXDOMAIN, kiểm tra bản ghi DNS với nameserver giúp em."),
    (Category.WEBSITE_REQUEST, "Please update our opening hours on the contact page to 8-17."),
    (
        Category.STAFF_TRAINING,
        "Bạn phụ trách web nghỉ việc, có nhân viên mới thay, nhờ hướng dẫn bạn ấy cách đăng bài.",
    ),
    (Category.ADVANCED_TRAINING, "Team mình muốn học khóa đào tạo nâng cao về Google Analytics và SEO, báo phí giúp."),
    (Category.MARKETING_INFORMATION, "Cho em xin danh sách các sàn thương mại điện tử và diễn đàn đăng tin miễn phí."),
    (Category.PROGRAMME, "Em đọc bản tin thấy chương trình tư vấn nâng cấp website miễn phí, cho em đăng ký một suất."),
    (Category.NEW_FEATURE, "Muốn làm thêm chức năng đặt phòng và thanh toán online trên web, báo giá giúp mình."),
    (
        Category.ADDITIONAL_DESIGN,
        "Nhờ thiết kế logo mới và bộ banner cho đợt khai trương, có file gì đâu, vẽ giúp mình.",
    ),
    (Category.MARKETING_CONSULTING, "Bên bạn có nhận chạy quảng cáo Google Ads và chăm sóc fanpage hàng tháng không?"),
    (Category.WARRANTY, "Form liên hệ tháng trước các bạn sửa rồi, hôm nay lại bị y như cũ, không gửi được."),
    (Category.NOT_A_REQUEST, "Cảm ơn các bạn, mọi thứ chạy tốt rồi nhé. Chúc năm mới vui vẻ!"),
)


@pytest.mark.parametrize(("category", "text"), KINDS)
def test_a_plain_mail_of_each_kind_is_understood(category: Category, text: str) -> None:
    assert category_of(text) is category


def test_the_chances_sum_to_one_and_the_category_is_the_likeliest() -> None:
    found = classify(mail_of("web", "khong vao duoc"), Known(), model())

    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.probability == max(found.probabilities.values())
    assert found.effort.low <= found.effort.likely <= found.effort.high


def test_the_evidence_names_words_of_the_mail() -> None:
    found = classify(mail_of("", KINDS[0][1]), Known(), model())

    assert found.evidence
    assert all(one.weight > 0 and one.speaks_for == "email_incident" for one in found.evidence)


def test_earlier_work_from_the_records_stands_among_the_evidence() -> None:
    found = classify(mail_of("", KINDS[0][1]), Known(earlier_work=("VN-1007",)), model())

    assert "VN-1007" in found.evidence[0].fact


def test_a_bare_forward_is_read_through() -> None:
    inner = ForwardedMail(sender=a_parsed_mail().sender, subject="Mail bị trả lại", text=KINDS[0][1])
    mail = replace(mail_of("Fwd: Mail bị trả lại", "xem giúp em"), forwarded=inner)

    assert classify(mail, Known(), model()).category is Category.EMAIL_INCIDENT


def test_quoted_history_that_was_cut_off_is_not_read() -> None:
    text = "Cảm ơn em, mọi thứ chạy tốt rồi."
    mail = replace(
        mail_of("Re: web sập", text), text=f"{text}\n\n> website sập, lỗi 500, không vào được\n" * 5, new_text=text
    )

    assert classify(mail, Known(), model()).category is Category.NOT_A_REQUEST


LANGUAGES = (
    (Language.VI, "Nhờ em sửa giúp chị số điện thoại trên trang liên hệ."),
    (Language.VI, "nho em sua giup chi so dien thoai tren trang lien he nhe"),
    (Language.VI, "Team ơi update giúp em cái banner nha, file em attach."),
    (Language.EN, "Please change the phone number on our contact page."),
    (Language.EN, "Bonjour, notre site ne fonctionne plus depuis ce matin."),
    (Language.EN, "ホームページが表示されません。ご確認ください。"),
    (Language.EN, "Mein Passwort funktioniert nicht mehr, bitte prüfen Sie das."),
)


@pytest.mark.parametrize(("language", "text"), LANGUAGES)
def test_letters_answer_in_vietnamese_or_else_in_english(language: Language, text: str) -> None:
    assert classify(mail_of("", text), Known(), model()).language is language


FLAGGED = (
    (Flag.FRAUD_PATTERN, "Nhờ đổi số tài khoản ngân hàng trên trang thanh toán sang tài khoản mới của kế toán."),
    (Flag.FRAUD_PATTERN, "Please update our bank account on the invoice page, the new IBAN is below."),
    (Flag.FRAUD_PATTERN, "Em cần sang tên tên miền cho công ty mới, làm giúp trong tuần."),
    (Flag.FRAUD_PATTERN, "I am the new contact, send the admin password to my gmail."),
    (Flag.INVOICE, "Hóa đơn tháng này ghi sai mã số thuế, nhờ xuất lại."),
    (Flag.COMPLAINT, "Tôi muốn khiếu nại về thái độ phục vụ."),
    (Flag.SUSPENDED, "Web báo tạm ngưng do chưa thanh toán, bên em đóng tiền rồi, mở lại giúp."),
    (Flag.CONTRACT, "Hợp đồng bên em đã hết từ tháng 3, giờ web lỗi thì sửa thế nào?"),
    (Flag.NOT_OURS, "Our other site was built by another agency, can you fix it?"),
    (Flag.AFTER_OUR_WORK, "Từ hôm bên bạn nâng cấp máy chủ, trang tin tức mất hết hình."),
)


@pytest.mark.parametrize(("flag", "text"), FLAGGED)
def test_what_a_person_must_look_at_is_flagged_and_gets_no_money_word(flag: Flag, text: str) -> None:
    found = classify(mail_of("", text), Known(), model())

    assert flag in found.flags
    assert decided(found).fee is Fee.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Thêm nút tài khoản vào menu giúp em.",
        "Đổi số hotline thành 0909 123 456.",
        "Khách muốn thanh toán bằng chuyển khoản, thêm dòng đó vào trang giao hàng.",
        "Mail hóa đơn điện tử gửi cho khách bị trả lại.",
    ],
)
def test_everyday_requests_carry_no_flag(text: str) -> None:
    assert flags_of(prepare(text)) == ()


MIXTURES = (
    "1. Đổi số điện thoại ở chân trang thành 0909.\n2. Thiết kế cho em logo mới và bộ banner, báo giá giúp.",
    "Mail công ty không gửi được từ sáng, kiểm tra giúp em. Ngoài ra bên mình báo giá làm thêm chức năng đặt phòng "
    "thanh toán online nhé.",
    "Please fix the wrong phone number on the contact page. Also, we would like a quote for a new online booking "
    "function with payment.",
)


@pytest.mark.parametrize("text", MIXTURES)
def test_asks_of_different_fees_are_listed_and_left_to_staff(text: str) -> None:
    found = classify(mail_of("hai việc", text), Known(), model())

    assert "several_asks" in found.flags
    assert len(found.asks) > 1
    assert decided(found).fee is Fee.REVIEW


def test_several_small_edits_are_one_ask() -> None:
    text = "1. Đổi giờ mở cửa thành 8h-17h.\n2. Thay ảnh bìa bằng ảnh đính kèm.\n3. Xóa bài viết cũ ngày 12/3."

    assert classify(mail_of("sửa web", text), Known(), model()).asks == ()


def test_a_text_without_marks_of_its_own_is_not_taken_apart() -> None:
    assert parts_of("Nhờ đổi số điện thoại trên trang liên hệ giúp em, cảm ơn nhiều.") == ()


# ---- what must not matter -------------------------------------------------------------------------------------------

OPPOSITE = ({Fee.FREE, Fee.PAID},)
GREETINGS = ("Kính gửi quý công ty,\n", "Hi team,\n\n", "Chào em, dạo này khỏe không?\n", "Dear Sir or Madam,\n")
SIGNATURES = (
    "\n-- \nNguyễn Văn An\nCông ty TNHH Sen Vàng\n12 Lê Lợi, Quận 1\n0909 123 456",
    "\n\nTrân trọng,\nPhòng Hành chính",
    "\n\nBest regards,\nAnna Schmidt\nMarketing Manager",
    "\n\nSent from my iPhone",
)
HISTORY = (
    "\n\nOn Mon, 3 Nov 2025 at 09:12, VINNO <hotro@vinno.example> wrote:\n> Chào chị, yêu cầu đã hoàn tất.\n> Trân "
    "trọng",
    "\n\nVào Th 2, 3 thg 11, 2025 vào lúc 09:12 VINNO <hotro@vinno.example> đã viết:\n> Chúng tôi đã nhận được yêu "
    "cầu.",
)
DRESSES = (
    *((f"greeting {number}", lambda s, b, g=greeting: (s, g + b)) for number, greeting in enumerate(GREETINGS)),
    *((f"signature {number}", lambda s, b, g=signature: (s, b + g)) for number, signature in enumerate(SIGNATURES)),
    *(
        (f"history {number}", lambda s, b, h=history: (s, new_text(b + h) or b))
        for number, history in enumerate(HISTORY)
    ),
    ("upper case", lambda s, b: (s.upper(), b.upper())),
    ("lower case", lambda s, b: (s.lower(), b.lower())),
    ("no diacritics", lambda s, b: (fold(s), fold(b))),
    ("subject in the body", lambda s, b: ("", f"{s}\n{b}")),
)


@pytest.mark.parametrize(("dress", "change"), DRESSES, ids=[name for name, _ in DRESSES])
def test_another_dress_never_turns_a_money_word_into_its_opposite(dress: str, change: object) -> None:
    assert callable(change)
    for example in corpus()[::23]:
        plain = fee_of(example.subject, example.body)
        dressed = fee_of(*change(example.subject, example.body))

        assert {plain, dressed} not in OPPOSITE, example.id


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_at_all_gets_an_answer_and_always_the_same(body: str, subject: str) -> None:
    first = classify(mail_of(subject, body), Known(), model())

    assert first == classify(mail_of(subject, body), Known(), model())
    assert sum(first.probabilities.values()) == pytest.approx(1)


def test_what_stands_beyond_the_scanned_part_costs_nothing() -> None:
    assert prepare("a" * SCAN + "b" * 1_000_000) == prepare("a" * SCAN)


# ---- the model and the command --------------------------------------------------------------------------------------


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_bytes(b"nothing")

    with pytest.raises(ModelError, match="train it anew"):
        load_model(tmp_path / "m.bin")


def test_a_damaged_model_is_refused() -> None:
    data = (Path(__file__).parents[1] / "worker/learning/model.bin").read_bytes()

    with pytest.raises(ModelError, match="damaged"):
        model_from(data[: len(data) // 2])


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"m\.bin"):
        load_model(tmp_path / "m.bin")


def test_the_model_in_the_package_is_small() -> None:
    held = model()

    assert sum(map(sys.getsizeof, held.rows)) < 12_000_000
    assert len(held.forest.feature) < 400_000


def test_decide_answers_each_line_in_order() -> None:
    lines = [json.dumps({"id": str(number), "subject": "", "body": text}) for number, (_, text) in enumerate(KINDS)]

    answered = [json.loads(line) for line in answers(iter(lines), model())]  # type: ignore[arg-type]

    assert [one["id"] for one in answered] == [str(number) for number in range(len(KINDS))]
    assert all({"category", "urgency", "fee", "minutes"} <= one.keys() for one in answered)
