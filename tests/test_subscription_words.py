"""Whether somebody refuses newsletters in plain words, and when the same words are about something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.policy.features import fold
from worker.policy.subscription_words import Said, Wish, said_about_newsletters

LONG = (
    " À mà website bên em bị lỗi không vào được trang quản trị từ sáng hôm nay, báo lỗi 500, em đã thử xóa cache mà vẫn"
    " không được, nhờ bên mình kiểm tra giúp gấp trong hôm nay"
)


@pytest.mark.parametrize(
    "text",
    [
        "đừng gửi nữa", "Đừng gửi cho tôi nữa!", "Hủy đăng ký", "huỷ đăng kí giúp em", "Từ chối", "TC",
        "Tôi không quan tâm, cảm ơn",
        "Xin ngừng gửi bản tin cho chúng tôi", "bên anh không cần nhận mấy cái này đâu em", "unsubscribe", "STOP",
        "please remove me",
        "Please don't send me these", "Công ty chúng tôi không muốn nhận các thư dạng này nữa, đề nghị chấm dứt",
    ],
)  # fmt: skip
@pytest.mark.parametrize("typed", [str, fold])
def test_an_answer_to_a_newsletter_that_refuses(text: str, typed: type[str]) -> None:
    assert said_about_newsletters("Re: Bản tin", typed(text), answers_newsletter=True).wish is Wish.REFUSE


@pytest.mark.parametrize(
    "text",
    [
        "cho em đăng ký tham gia", "Khóa học này học phí bao nhiêu?", "Tôi vẫn muốn nhận, đừng hủy đăng ký của tôi nhé",
        "em chưa nhận được báo giá", "Hủy đăng ký tên miền abc.vn giúp em", "", "ok em",
        "Từ hôm qua công ty không nhận được mail",
    ],
)  # fmt: skip
def test_an_answer_to_a_newsletter_that_does_not(text: str) -> None:
    assert said_about_newsletters("Re: Bản tin", text, answers_newsletter=True).wish is Wish.NONE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("unsubscribe", ""),
        ("Hủy đăng ký", "hủy đăng ký"),
        ("", "Tôi muốn từ chối nhận bản tin của VINNO"),
        ("Thư quảng cáo", "Đề nghị ngừng gửi"),
        ("", "Đừng gửi thư quảng cáo cho tôi nữa"),
    ],
)
def test_a_mail_of_its_own_that_refuses(subject: str, text: str) -> None:
    assert said_about_newsletters(subject, text, answers_newsletter=False).wish is Wish.REFUSE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Hủy đăng ký", "tên miền abc.vn"),
        ("", "hủy đăng ký tên miền abc.vn giúp em"),
        ("Đơn hàng", "Khách không muốn nhận nữa, hủy đơn 123 giúp em"),
        ("", "Dừng gửi mail tự động cho khách sau khi đặt hàng giúp em"),
        ("", "đừng gửi nữa"),
        ("", "Từ chối"),
        ("Lỗi form", "Form newsletter trên website không gửi được mail"),
    ],
)
def test_a_mail_of_its_own_about_something_else(subject: str, text: str) -> None:
    assert said_about_newsletters(subject, text, answers_newsletter=False).wish is Wish.NONE


def test_a_refusal_with_another_matter_says_so() -> None:
    assert said_about_newsletters("Re", f"Đừng gửi nữa.{LONG}", answers_newsletter=True) == Said(
        Wish.REFUSE, asks_more=True
    )
    assert said_about_newsletters("Re", "Đừng gửi nữa. Cảm ơn em.", answers_newsletter=True) == Said(Wish.REFUSE)


@pytest.mark.parametrize("text", ["cho em đăng ký nhận bản tin", "Please subscribe me", "dang ky ban tin"])
def test_somebody_wants_newsletters(text: str) -> None:
    assert said_about_newsletters("", text, answers_newsletter=False).wish is Wish.SUBSCRIBE


@given(st.text(max_size=500), st.text(max_size=2_000), st.booleans())
def test_any_mail_can_be_asked(subject: str, text: str, answers: bool) -> None:
    assert said_about_newsletters(subject, text, answers_newsletter=answers).wish in Wish
