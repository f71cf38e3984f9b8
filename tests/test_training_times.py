"""The times of a training: what a request leaves open, the slots staff name, the one a customer takes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Language
from worker.policy.training_times import Missing, Times, chosen, missing, questions, read_times

ZONE = "Asia/Ho_Chi_Minh"


def at(text: str) -> datetime:
    return datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y").replace(tzinfo=ZoneInfo(ZONE))


NOW = at("23/11 09:00")  # a Monday
TUESDAY, THURSDAY = at("24/11 09:00"), at("26/11 14:00")

# ---- slots that staff name ----------------------------------------------------------------------------------------------

NAMED = {
    "9h thứ 3 hoặc 14h thứ 5": Times((TUESDAY, THURSDAY)),
    "9h thu 3 hoac 14h thu 5": Times((TUESDAY, THURSDAY)),
    "9h thứ 3, 14h thứ 5, mỗi buổi 2 tiếng": Times((TUESDAY, THURSDAY), 120),
    "9h thứ 3 90p": Times((TUESDAY,)),
    "9h sáng mai, 60 phút": Times((TUESDAY,), 60),
    "9h-10h thứ 3": Times((TUESDAY,), 60),
    "14:00-15:30 26/11": Times((THURSDAY,), 90),
    "14h 26/11": Times((THURSDAY,)),
    "lúc 14h ngày 26/11/2026 tại văn phòng Sen Vàng": Times((THURSDAY,), 90, "văn phòng Sen Vàng"),
    "9h thứ 3, 90p, tại Google Meet https://meet.example/a": Times(
        (TUESDAY,), 90, "Google Meet https://meet.example/a"
    ),
    "9h thứ 3 https://meet.example/abc-def": Times((TUESDAY,), 90, "https://meet.example/abc-def"),
    "9am Tuesday or 2pm Thursday, 90 minutes via Zoom": Times((TUESDAY, THURSDAY), 90, "Zoom"),
    "Tuesday at 9am on Zoom": Times((TUESDAY,), 90, "Zoom"),
    "9h thứ 3 tuần sau": Times((at("01/12 09:00"),)),
}


@pytest.mark.parametrize("text", NAMED)
def test_exact_times_are_read(text: str) -> None:
    assert read_times(text, NOW, ZONE) == NAMED[text]


@pytest.mark.parametrize(
    "text",
    ["sáng thứ 3", "thứ 3 hoặc thứ 5", "9h", "15h và 16h thứ 3", "9h thứ 3 hoặc chiều thứ 5", "nâng cấp PHP", "", "9h hôm nay",
     "9h thứ 3 60p hoặc 120p", "9h thứ 3, 5 phút", "10h-9h thứ 3", "9h 31/2"],
)  # fmt: skip
def test_what_is_not_exact_or_not_ahead_is_no_slot(text: str) -> None:
    assert read_times(text, NOW, ZONE) is None


@given(st.text(max_size=300))
def test_no_words_break_the_reading(text: str) -> None:
    found = read_times(text, NOW, ZONE)
    assert found is None or all(one > NOW for one in found.starts)
    chosen(text, (TUESDAY, THURSDAY), NOW, ZONE)
    missing(text, NOW, ZONE)


# ---- the one a customer takes ---------------------------------------------------------------------------------------------

TAKEN = [
    ("buổi 2 nhé em", THURSDAY),
    ("Buoi 2 nhe", THURSDAY),
    ("phương án 1", TUESDAY),
    ("Slot 2 please", THURSDAY),
    ("the first one, thanks", TUESDAY),
    ("buổi đầu nhé em", TUESDAY),
    ("14h thứ 5 được em nhé, cảm ơn em", THURSDAY),
    ("thứ 5 nhé em", THURSDAY),
    ("chiều thứ 5", THURSDAY),
    ("Tuesday 9am works for us", TUESDAY),
    ("24/11 nhé em", TUESDAY),
    ("thứ 3 chị bận, thứ 5 nhé", None),
    ("thứ 3 hay thứ 5 cũng được", None),
    ("buổi 1 hoặc buổi 2", None),
    ("buổi 3 nhé", None),
    ("thứ 6 được em", None),
    ("10h thứ 3 nhé", None),
    ("14h thứ 5 được không em?", None),
    ("để chị hỏi lại mấy bạn nhân viên", None),
    ("ok em", None),
    ("Buổi 1 nhé em. " + "Chị kể thêm chuyện này. " * 30, None),
    ("Neither works, can we do Friday?", None),
]


@pytest.mark.parametrize(("text", "slot"), TAKEN, ids=[row[0][:40] for row in TAKEN])
def test_only_a_plain_choice_takes_a_slot(text: str, slot: datetime | None) -> None:
    assert chosen(text, (TUESDAY, THURSDAY), NOW, ZONE) == slot


@pytest.mark.parametrize(
    ("text", "taken"),
    [("ok em", True), ("Đồng ý nhé em", True), ("được không em?", False), ("cảm ơn em", False), ("để chị xem", False)],
)
def test_a_plain_yes_takes_the_only_slot(text: str, taken: bool) -> None:
    assert (chosen(text, (TUESDAY,), NOW, ZONE) == TUESDAY) is taken


# ---- what is missing --------------------------------------------------------------------------------------------------------

ASKED = [
    ("Our content editor has left, could you train her successor?", {Missing.NAMES, Missing.COUNT, Missing.DATES}),
    ("Nhờ em đào tạo lại nhân sự mới phụ trách web", {Missing.NAMES, Missing.COUNT, Missing.DATES}),
    ("Bên chị mới tuyển bạn Lan phụ trách web, nhờ em hướng dẫn bạn ấy", {Missing.DATES}),
    ("Bên chị thay 2 nhân viên viết bài, sáng thứ 3 tuần sau đào tạo giúp chị", {Missing.NAMES}),
    ("Anh Tuấn ơi, bên em có 3 người mới cần học đăng bài", {Missing.NAMES, Missing.DATES}),
    ("Could you give Maya an hour? She is free any morning next week.", set()),
    ("Đào tạo bạn Hương nhé, lúc nào cũng được em", set()),
]


@pytest.mark.parametrize(("text", "expected"), ASKED, ids=[row[0][:40] for row in ASKED])
def test_what_a_mail_does_not_say_is_missing(text: str, expected: set[Missing]) -> None:
    assert set(missing(text, NOW, ZONE)) == expected


@pytest.mark.parametrize("language", list(Language))
def test_everything_missing_can_be_asked(language: Language) -> None:
    assert len(set(questions(tuple(Missing), language))) == len(Missing)
