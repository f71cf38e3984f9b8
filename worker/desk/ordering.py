"""The queue in order: every open request forecast again, and a letter where a promise cannot stand as it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from storage import Conflict
from worker.desk import letters
from worker.desk.board import Standing, is_our_move
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.model import Category, Language, Promise, Request, RequestStatus
from worker.policy import promise as promises
from worker.policy.experience import (
    Experience,
    Handled,
    Seen,
    Told,
    learn_durations,
    learn_margins,
    learn_rates,
    prior_rates,
)
from worker.policy.forecast import Plan
from worker.policy.promise import LetterRules, Move, Outlook, Step, Tolerance
from worker.records import NewLetter, Outcome

_SAFE = 0.95  # a promise that was broken once is told again with more certainty
_HISTORY = timedelta(days=90)
_MOST_HISTORY = 5000
_MOST_AT_ONCE = 50


def order(desk: Desk, now: datetime) -> list[str]:
    """Lay the open work out again and move the promises that cannot stand; the letters to deliver.

    Staff get one letter with all promises that have come to be at risk. A request that somebody else changes at the
    same moment is left for the next round.
    """
    desk.people_now(now)
    plan = desk.board.plan_again(now)
    moves = {key: _move(desk, plan, standing, now) for key, standing in desk.board.standings().items()}
    written: list[str] = []
    for request_id, move in moves.items():
        if move.promise is not None and move.step is not Step.NOTHING:
            written += _unless_changed(lambda key=request_id, to=move: _moved(desk, key, to, now))  # type: ignore[misc]
    at_risk = [key for key, move in moves.items() if move.step is Step.ALARM]
    for start in range(0, len(at_risk), _MOST_AT_ONCE):
        some = at_risk[start : start + _MOST_AT_ONCE]
        written += _unless_changed(lambda some=some: _alarmed(desk, plan, some, now))  # type: ignore[misc]
    return written


def _unless_changed(step: Callable[[], list[str]]) -> list[str]:
    try:
        return step()
    except Conflict:
        return []


def rules_of(desk: Desk) -> LetterRules:
    """The rules about moved promises that settings describe."""
    forecast = desk.settings.forecast
    return LetterRules(tolerance=Tolerance(forecast.tolerance_minutes_urgent, forecast.tolerance_minutes))


def _move(desk: Desk, plan: Plan, standing: Standing, now: datetime) -> Move:
    if standing.promise is None or standing.work.id not in plan.expected:
        return Move(Step.NOTHING, now)
    was_moved = standing.first_promise is not None and standing.promise != standing.first_promise
    return promises.letter_due(
        promises.Standing(
            standing.promise.at,
            standing.work.urgency,
            moved=standing.promise.told if was_moved else None,
            alarmed=standing.alarmed_at,
            letters=standing.letters,
        ),
        Outlook(
            expected=plan.expected[standing.work.id],
            safe=plan.expected_with(standing.work.id, _SAFE),
            chance=plan.chance(standing.work.id, standing.promise.at),
        ),
        now,
        desk.hours,
        rules_of(desk),
    )


def _moved(desk: Desk, request_id: str, move: Move, now: datetime) -> list[str]:
    request = desk.records.request(request_id)
    if request is None or request.promise is None or move.promise is None or not is_our_move(request):
        return []
    changed, written = _promised_anew(desk, request, move, move.promise, now)
    return _saved(desk, [changed], written)


def _saved(desk: Desk, changed: list[Request], written: list[NewLetter]) -> list[str]:
    desk.records.save(Outcome(records=tuple(changed), letters=tuple(written)))
    for one in changed:
        desk.board.changed(replace(one, version=one.version + 1))
    return [one.letter.id for one in written]


def _alarmed(desk: Desk, plan: Plan, request_ids: list[str], now: datetime) -> list[str]:
    """One letter to staff about all promises that are rather broken than kept."""
    found = [one for key in request_ids if (one := desk.records.request(key)) and one.promise and is_our_move(one)]
    if not found:
        return []
    changed = [with_history(replace(one, alarmed_at=now), now, "at_risk", "", "the promise may break") for one in found]
    return _saved(desk, changed, [_alarm(desk, plan, changed, now)])


def _promised_anew(
    desk: Desk, request: Request, move: Move, at: datetime, now: datetime
) -> tuple[Request, list[NewLetter]]:
    before = request.promise
    assert before is not None  # noqa: S101 - the caller looked
    moved = replace(request, promise=Promise(at, told=now, kind=before.kind), alarmed_at=None)
    standings = desk.board.standings()
    others = [one.work for one in standings.values()]
    why = promises.why_later(standings[request.id].work, others, before.told or request.arrived)
    moved = with_history(
        moved, now, "promise_moved", "", f"{move.step}: {why}" if move.step is Step.LATER else move.step
    )
    letter = letters.promise_moved(desk, moved, before.at, why if move.step is Step.LATER else None, now)
    return moved, [letter]


def _alarm(desk: Desk, plan: Plan, requests: list[Request], now: datetime) -> NewLetter:
    vietnamese = desk.settings.staff_language is Language.VI
    lines = [_at_risk_line(desk, one, plan.expected[one.id], vietnamese=vietnamese) for one in requests if one.promise]
    headline = f"{len(requests)} lời hẹn có nguy cơ trễ" if vietnamese else f"Promises at risk: {len(requests)}"
    return letters.staff_notice(desk, headline, lines, now, request=requests[0] if len(requests) == 1 else None)


def _at_risk_line(desk: Desk, request: Request, expected: datetime, *, vietnamese: bool) -> str:
    assert request.promise is not None  # noqa: S101 - the caller looked
    told, likely = (
        promises.speak_promise(at, desk.settings.staff_language, desk.settings.hours.time_zone)
        for at in (request.promise.at, expected)
    )
    words = f"đã hẹn {told}; theo hàng đợi: {likely}" if vietnamese else f"told {told}; as the queue stands {likely}"
    return f"{request.id} {request.subject[:60]} – {words}"


# ---- what the past says ---------------------------------------------------------------------------------------------


def learn_experience(desk: Desk, now: datetime) -> Experience:
    """What the requests of the last ninety days say: how much arrives, how long it takes, how often promises held."""
    seen = list(desk.records.requests_since(now - _HISTORY, limit=_MOST_HISTORY))
    real = [one for one in seen if one.category is not Category.NOT_A_REQUEST]
    capacity = sum(one.capacity for one in desk.board.people)
    since = min((one.arrived for one in real), default=now)
    return Experience(
        rates=learn_rates(_arrivals(real), prior_rates(capacity, desk.hours), desk.hours, since, now),
        durations=learn_durations(
            Handled(one.category, one.effort, one.minutes_spent)
            for one in real
            if one.status is RequestStatus.DONE and one.minutes_spent > 0
        ),
        margins=learn_margins(_promises(real), now, desk.settings.forecast.confidence),
    )


def _arrivals(requests: Iterable[Request]) -> Iterable[Seen]:
    return (Seen(one.arrived, one.urgency, float(one.minutes_spent or one.effort.likely)) for one in requests)


def _promises(requests: Iterable[Request]) -> Iterable[Told]:
    for one in requests:
        promise = one.first_promise
        if promise and promise.kind == "completion" and one.status is not RequestStatus.CANCELLED:
            yield Told(one.urgency, promise.at, one.closed_at if one.status is RequestStatus.DONE else None)
