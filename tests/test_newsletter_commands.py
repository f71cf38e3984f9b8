"""What staff write about newsletters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.policy.newsletter_commands import Action, Field, leading_fields, means_yes, newsletter_title, read_command


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Bản tin: Nâng cấp miễn phí", "Nâng cấp miễn phí"),
        ("ban tin : Nang cap", "Nang cap"),
        ("NEWSLETTER: Upgrade", "Upgrade"),
        ("Re: Bản tin: x", ""),
        ("Bản tin:", ""),
        ("Về bản tin: hỏi chút", ""),
        ("", ""),
    ],
)
def test_a_newsletter_is_known_by_its_subject(subject: str, title: str) -> None:
    assert newsletter_title(subject) == title


@pytest.mark.parametrize(
    ("text", "action", "when"),
    [
        ("Duyệt", Action.APPROVE, ""),
        ("duyet", Action.APPROVE, ""),
        ("OK em", Action.APPROVE, ""),
        ("OK duyệt, gửi nhé", Action.APPROVE, ""),
        ("Chào em,\n\nDuyệt nhé.\n\nHoàng", Action.APPROVE, ""),
        ("Approved", Action.APPROVE, ""),
        ("gửi ngay", Action.APPROVE, "ngay"),
        ("Gửi 9h thứ 2", Action.APPROVE, "9h thu 2"),
        ("Duyệt, gửi vào 14h 25/11", Action.APPROVE, "14h 25/11"),
        ("duyệt 9h mai", Action.APPROVE, "9h mai"),
        ("send Monday 9:00", Action.APPROVE, "monday 9:00"),
        ("Tạm dừng", Action.PAUSE, ""),
        ("tiếp tục gửi", Action.RESUME, ""),
        ("Dừng", Action.CANCEL, ""),
        ("thôi không gửi nữa", Action.CANCEL, ""),
        ("Không duyệt", Action.CANCEL, ""),
        ("ok để hỏi sếp đã", Action.UNCLEAR, ""),
        ("Duyệt nhưng sửa lỗi chính tả giúp anh", Action.UNCLEAR, ""),
        ("chưa duyệt", Action.UNCLEAR, ""),
        ("Duyệt chưa em?", Action.UNCLEAR, ""),
        ("để anh xem", Action.UNCLEAR, ""),
        ("", Action.UNCLEAR, ""),
    ],
)
def test_an_answer_to_a_proof(text: str, action: Action, when: str) -> None:
    command = read_command(text)

    assert (command.action, command.when) == (action, when)


def test_lines_of_fields_change_the_newsletter() -> None:
    command = read_command(
        "Sửa giúp anh:\nTiêu đề: Mới\nGửi cho: còn hợp đồng\nQuảng cáo: không\nNội dung: xin chào\nLịch: abc\n"
    )

    assert command.action is Action.CHANGE
    assert command.fields == {
        Field.SUBJECT: "Mới",
        Field.SEGMENT: "còn hợp đồng",
        Field.ADVERTISING: "không",
        Field.CONTENT: "xin chào\nLịch: abc",
    }


def test_the_first_lines_of_a_newsletter_may_be_fields() -> None:
    fields, lines, rest = leading_fields("Nhóm: còn hợp đồng\n\nLịch: 9h thứ 2\n\nKính chào!\nNhóm: x")

    assert fields == {Field.SEGMENT: "còn hợp đồng", Field.SCHEDULE: "9h thứ 2"}
    assert lines == ("Nhóm: còn hợp đồng", "Lịch: 9h thứ 2")
    assert rest == "Kính chào!\nNhóm: x"


def test_a_text_without_fields_stays_whole() -> None:
    assert leading_fields("\nKính chào: mọi người\nLịch: x") == ({}, (), "\nKính chào: mọi người\nLịch: x")


@pytest.mark.parametrize(
    ("words", "meaning"), [("có", True), ("Không", False), ("no", False), ("yes", True), ("có lẽ", None), ("", None)]
)
def test_yes_and_no(words: str, meaning: bool | None) -> None:
    assert means_yes(words) is meaning


@given(st.text(max_size=2_000))
def test_any_text_is_some_command(text: str) -> None:
    assert read_command(text).action in Action
