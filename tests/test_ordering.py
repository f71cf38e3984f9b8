"""The queue put in order again: promises that cannot stand are told in time, staff hear first, nobody is written to twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from builders import NOW, a_desk, a_mail, letters, received
from worker.desk.context import Desk
from worker.desk.ordering import learn_experience, order
from worker.model import Effort, Promise, Request, RequestStatus


def _promised(desk: Desk, minutes: int, effort: Effort | None = None) -> Request:
    """A request whose customer was told so many minutes from now."""
    box = "abcdefgh"[desk.records.count_open()]
    request = received(desk, a_mail(f"Hộp thư {box}@ không nhận được thư từ sáng, em xem giúp.")).request
    assert request is not None
    stored = desk.records.request(request.id)
    assert stored is not None
    promise = Promise(NOW + timedelta(minutes=minutes), told=NOW - timedelta(hours=1))
    changed = replace(stored, promise=promise, first_promise=promise, effort=effort or stored.effort)
    saved = desk.records.save_record(changed)
    desk.board.changed(saved)
    return saved


def test_a_promise_that_will_stand_causes_no_letter() -> None:
    desk = a_desk()
    _promised(desk, minutes=180)

    assert order(desk, NOW) == []


def test_staff_are_alarmed_before_the_customer_hears_of_a_delay() -> None:
    desk = a_desk()
    request = _promised(desk, minutes=60, effort=Effort(300, 400, 500))

    order(desk, NOW)
    order(desk, NOW + timedelta(minutes=1))

    assert len(letters(desk, "staff_notice")) == 1
    assert letters(desk, "promise_moved") == []
    assert desk.records.request(request.id).alarmed_at == NOW  # type: ignore[union-attr]


def test_many_promises_at_risk_are_one_letter_to_staff() -> None:
    desk = a_desk()
    for _ in range(5):
        _promised(desk, minutes=60, effort=Effort(300, 400, 500))

    order(desk, NOW)

    [notice] = letters(desk, "staff_notice")
    assert "5 lời hẹn" in notice.subject


def test_the_customer_gets_the_new_time_before_the_old_one_passes_and_only_once() -> None:
    desk = a_desk()
    request = _promised(desk, minutes=60, effort=Effort(300, 400, 500))
    for minute in range(0, 62, 2):
        order(desk, NOW + timedelta(minutes=minute))

    [letter] = letters(desk, "promise_moved")
    assert letter.created < request.promise.at  # type: ignore[union-attr]
    moved = desk.records.request(request.id)
    assert moved is not None
    assert moved.promise is not None
    assert moved.promise.at > NOW + timedelta(minutes=60)
    assert moved.history[-1].what == "promise_moved"


def test_a_request_that_waits_for_the_customer_is_promised_nothing_new() -> None:
    desk = a_desk()
    request = _promised(desk, minutes=60, effort=Effort(300, 400, 500))
    stored = desk.records.request(request.id)
    assert stored is not None
    desk.board.changed(desk.records.save_record(replace(stored, status=RequestStatus.WAITING_FOR_CUSTOMER)))

    assert order(desk, NOW + timedelta(minutes=55)) == []


def test_experience_is_learnt_from_what_was_kept() -> None:
    desk = a_desk()
    _promised(desk, minutes=60)

    experience = learn_experience(desk, NOW + timedelta(days=1))

    assert experience.rates.rates
