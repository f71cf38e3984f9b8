"""Urgency follows what is broken for whom and by when; the tone of a mail changes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from builders import a_parsed_mail
from worker.model import Known, Urgency
from worker.policy.classify import Model, classify, load_model


@cache
def model() -> Model:
    return load_model()


def urgency_of(text: str, subject: str = "") -> Urgency:
    return classify(replace(a_parsed_mail(text), subject=subject), Known(), model()).urgency


CRITICAL = (
    "Website của công ty sập từ sáng, tất cả các trang đều báo 502 Bad Gateway, khách không vào được.",
    "Từ hôm qua cả công ty không nhận được email nào, gửi đi cũng bị trả lại hết.",
    "Web bị hack rồi, vào trang chủ thấy chữ Hacked by, có bài cờ bạc tiếng Thái không ai đăng.",
    "Our whole website is down since this morning, nobody can open it, error 503 on every page.",
    "Nobody in our office can send or receive any email since yesterday evening.",
    "Tên miền hết hạn hôm nay, vào web báo không tìm thấy, mail cũng không có.",
    "web sap roi, khong vao duoc trang nao het, khach dang dat hang",
)
NORMAL_OR_LOW = (
    "Nhờ đổi giúp số điện thoại ở chân trang thành 0909 123 456.",
    "Please replace the photo on the About page with the attached one.",
    "Nhờ thiết kế giúp mẫu banner mới, gửi báo giá sau cũng được.",
    "Bên mình có danh sách các diễn đàn để đăng bài miễn phí không ạ?",
    "Cho em hỏi muốn thêm ảnh vào bài viết thì làm sao?",
    "Please change 'Wellcome' to 'Welcome' on the home page.",
)
ANGER = (
    "GẤP!!! LÀM NGAY ĐI!!!",
    "Tôi bực lắm rồi đấy nhé!!!",
    "URGENT!!! ASAP!!! NOW!!!",
    "khẩn cấp khẩn cấp",
    "Các anh làm ăn kiểu gì vậy???",
)


@pytest.mark.parametrize("text", CRITICAL)
def test_what_stands_still_altogether_is_critical(text: str) -> None:
    assert urgency_of(text) is Urgency.CRITICAL


@pytest.mark.parametrize("text", NORMAL_OR_LOW)
def test_what_can_wait_is_not_urgent(text: str) -> None:
    assert urgency_of(text) in {Urgency.NORMAL, Urgency.LOW}


@pytest.mark.parametrize("anger", ANGER)
@pytest.mark.parametrize("text", NORMAL_OR_LOW[:2])
def test_anger_about_a_small_thing_does_not_make_it_critical(text: str, anger: str) -> None:
    assert urgency_of(f"{text} {anger}", anger) in {Urgency.NORMAL, Urgency.LOW, Urgency.HIGH}


@pytest.mark.parametrize("text", CRITICAL[:4])
def test_a_gentle_tone_does_not_hide_that_everything_is_down(text: str) -> None:
    gentle = f"Chào các bạn, khi nào rảnh xem giúp mình nhé. {text} Cảm ơn các bạn nhiều."

    assert urgency_of(gentle) in {Urgency.CRITICAL, Urgency.HIGH}


def test_thanks_are_never_urgent() -> None:
    assert urgency_of("Web chạy lại rồi, cảm ơn các em nhiều nha, không cần làm gì thêm.", "Re: web sập") is Urgency.LOW


def test_an_ordering_by_rank_puts_the_most_urgent_first() -> None:
    assert min(Urgency, key=lambda one: one.rank) is Urgency.CRITICAL
