"""What staff do about a training by mail: propose slots, arrange, move and cancel it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from worker.desk import training
from worker.desk.quote_letters import Reader, moment_words
from worker.desk.staff_case import (
    Case,
    Effect,
    Unsure,
    minutes_words,
    open_request,
    request_of,
    told_of_letter,
    with_change,
)
from worker.model import Category, Request
from worker.policy.staff_actions import Arrange, ProposeTimes


def propose_times(case: Case, effect: Effect, action: ProposeTimes) -> Effect:
    """Ask the customer which of some slots suits."""
    request, times = _for_training(case, effect), action.times
    asked, letter = training.propose(case.desk, request, times, case.inbound, case.now)
    shown = "; ".join(moment_shown(case, one) for one in times.starts)
    after = with_change(
        case, effect, asked, "asked_customer", shown, case.words(f"Đề xuất: {shown}", f"Proposed: {shown}")
    )
    line = told_of_letter(case, request, ("Thư đề xuất buổi đào tạo", "The proposed slots"))
    line += case.words("; chờ khách chọn", "; now waiting for the customer")
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line))


def arrange(case: Case, effect: Effect, action: Arrange) -> Effect:
    """Invite to a training, or move the one that is arranged."""
    request, times = _for_training(case, effect), action.times
    start = times.starts[0]
    is_moved = training.is_arranged(request)
    arranged, letter = training.arrange(case.desk, request, start, times, case.inbound, case.now)
    shown = f"{moment_shown(case, start)}, {minutes_words(case, times.minutes)}"
    what = ("Dời lịch đào tạo", "Training moved") if is_moved else ("Lịch đào tạo", "Training arranged")
    after = with_change(case, effect, arranged, "arranged", shown, f"{case.words(*what)}: {shown}")
    line = told_of_letter(case, request, ("Lời mời kèm lịch", "The calendar invitation"))
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line))


def call_off(case: Case, effect: Effect) -> Effect:
    """Cancel the arranged training. Unsure where there is none."""
    request = request_of(case, effect)
    if not training.is_arranged(request):
        raise Unsure(
            case.words(f"{request.id} chưa có lịch đào tạo nào để huỷ.", f"{request.id} has no training to cancel.")
        )
    return called_off(case, effect, request)


def called_off(case: Case, effect: Effect, request: Request) -> Effect:
    """The effect with the training of this request cancelled, also in the customer's calendar."""
    freed, letter = training.call_off(case.desk, request, case.inbound, case.now)
    words = case.words("Huỷ lịch đào tạo", "Training cancelled")
    after = with_change(case, effect, freed, "called_off", "", words)
    line = told_of_letter(case, request, ("Thư huỷ lịch", "The cancellation for the calendar"))
    return replace(after, letters=(*after.letters, letter), sent=(*after.sent, line))


def _for_training(case: Case, effect: Effect) -> Request:
    """A request about a training that is agreed to be done: free, or its quote accepted."""
    request = request_of(case, effect)
    if request.category not in _TRAININGS or not request.contact.email:
        raise Unsure(
            case.words(
                f"{request.id} không phải yêu cầu đào tạo. Nếu đúng là đào tạo, thêm dòng: loại: đào tạo nhân sự",
                f"{request.id} is no training. If it is one, add the line: category: staff training",
            )
        )
    return open_request(case, effect)


_TRAININGS = frozenset({Category.STAFF_TRAINING, Category.ADVANCED_TRAINING})


def moment_shown(case: Case, at: datetime) -> str:
    """An instant as the member of staff reads it."""
    reader = Reader(case.member.language, "", "", case.desk.settings.hours.time_zone)
    return moment_words(at, reader)
