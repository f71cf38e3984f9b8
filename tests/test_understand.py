"""The command `understand --staff --jsonl`: JSON lines in, JSON lines out, whatever comes."""

from __future__ import annotations

import json

from worker.cli.understand import people_in, staff_answers
from worker.policy.staff_actions import People

NOTIFICATION = (
    "\n\nVào Th 4, 22 thg 10, 2025 vào lúc 09:02 VINNO Hỗ trợ <hotro@vinno.example> đã viết:\n"
    "\n> Yêu cầu VN-1042 vừa tới.\n> Khách hàng: Quán Mây (chị Hạnh)\n> Người làm: Dũng\n"
    '> "Form hỏng rồi em. Cảm ơn em, Lê Thu Hạnh"\n'
)


def answered(*lines: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in staff_answers(lines)]


def test_the_quoted_notification_is_no_command() -> None:
    body = "Khoảng 45p nhé" + NOTIFICATION

    (answer,) = answered(json.dumps({"id": "x", "body": body}))

    assert answer["id"] == "x"
    assert answer["new_text"] == "Khoảng 45p nhé"
    assert answer["held"] is False
    assert answer["actions"] == [{"type": "estimate", "minutes": 45, "low": 45, "high": 45}]


def test_answers_between_the_quoted_lines_are_understood() -> None:
    body = "> Loại: chưa chắc\n\n=> bảo hành\n\n> Người làm: (chưa giao)\n\n=> Dũng\n\n> Form hỏng\n"

    (answer,) = answered(json.dumps({"id": "x", "body": body}))

    assert answer["actions"] == [{"type": "assign", "to": "Dũng"}, {"type": "category", "value": "warranty"}]


def test_a_broken_line_is_answered_and_the_next_one_too() -> None:
    answers = answered("{broken", "[]", '{"id": "y"}', '{"id": "z", "body": "xong"}')

    assert ["error" in one for one in answers] == [True, True, True, False]
    assert answers[-1]["actions"] == [{"type": "done"}]


def test_the_names_of_the_notification_tell_who_is_who() -> None:
    assert people_in(NOTIFICATION) == People(customers=("Hạnh", "Lê Thu Hạnh"), colleagues=("Dũng",))
