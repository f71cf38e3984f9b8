"""The order of work: total, stable, and what the policy says."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.model import Effort, Urgency
from worker.policy.queue import Work, in_order, order_key

CASES = int(os.environ.get("CASES", "300"))
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HALF_AN_HOUR = Effort(30, 30, 30)


def a_work(
    work_id: str,
    urgency: Urgency = Urgency.NORMAL,
    minutes_ago: int = 0,
    *,
    started: bool = False,
    pinned: bool = False,
    not_before: datetime | None = None,
) -> Work:
    """A piece of work that arrived so many minutes ago."""
    return Work(
        id=work_id,
        urgency=urgency,
        arrived=NOW - timedelta(minutes=minutes_ago),
        effort=HALF_AN_HOUR,
        started=started,
        pinned=pinned,
        not_before=not_before,
    )


def order_of(*work: Work) -> str:
    return " ".join(one.id for one in in_order(work, NOW))


@pytest.mark.parametrize(
    ("work", "order"),
    [
        pytest.param(
            [
                a_work("low", Urgency.LOW, 9),
                a_work("normal"),
                a_work("high", Urgency.HIGH),
                a_work("c", Urgency.CRITICAL),
            ],
            "c high normal low",
            id="urgency decides, however long the others wait",
        ),
        pytest.param([a_work("b", minutes_ago=1), a_work("a", minutes_ago=2)], "a b", id="then arrival"),
        pytest.param([a_work("VN-2"), a_work("VN-1")], "VN-1 VN-2", id="then the number"),
        pytest.param(
            [a_work("high", Urgency.HIGH, 5), a_work("begun", Urgency.LOW, started=True)],
            "begun high",
            id="work in progress is not interrupted",
        ),
        pytest.param(
            [a_work("begun", Urgency.LOW, 5, started=True), a_work("down", Urgency.CRITICAL)],
            "down begun",
            id="except by critical",
        ),
        pytest.param(
            [a_work("new", Urgency.CRITICAL, 5), a_work("begun", Urgency.CRITICAL, started=True)],
            "begun new",
            id="critical work in progress is not interrupted by other critical work",
        ),
        pytest.param(
            [a_work("high", Urgency.HIGH), a_work("pinned", Urgency.LOW, pinned=True)],
            "pinned high",
            id="what staff pinned goes before the rest",
        ),
        pytest.param(
            [a_work("pinned", pinned=True), a_work("begun", started=True), a_work("down", Urgency.CRITICAL)],
            "down begun pinned",
            id="but not before what is begun or critical",
        ),
        pytest.param(
            [a_work("later", Urgency.HIGH, not_before=NOW + timedelta(hours=1)), a_work("now", Urgency.LOW)],
            "now",
            id="what is postponed is not in the queue",
        ),
        pytest.param(
            [a_work("due", Urgency.HIGH, not_before=NOW), a_work("now", Urgency.LOW)],
            "due now",
            id="until its moment has come",
        ),
    ],
)
def test_order(work: list[Work], order: str) -> None:
    assert order_of(*work) == order


def test_the_order_of_an_empty_queue_is_empty() -> None:
    assert in_order([], NOW) == []


# ---- against an oracle ----------------------------------------------------------------------------------------------

MOMENTS = st.integers(-3, 3).map(lambda minutes: NOW + timedelta(minutes=minutes))


@st.composite
def queues(draw: st.DrawFn) -> list[Work]:
    """Queues in which many things are equal."""
    return [
        Work(
            id=f"VN-{number}",
            urgency=draw(st.sampled_from(Urgency)),
            arrived=draw(MOMENTS),
            effort=HALF_AN_HOUR,
            started=draw(st.booleans()),
            pinned=draw(st.booleans()),
            not_before=draw(st.none() | MOMENTS),
        )
        for number in draw(st.sets(st.integers(100, 130), max_size=8))
    ]


def goes_before(one: Work, other: Work) -> bool:
    """The rules, sentence by sentence."""
    critical, other_critical = one.urgency is Urgency.CRITICAL, other.urgency is Urgency.CRITICAL
    if critical != other_critical:
        return critical
    if one.started != other.started:
        return one.started
    if not one.started and one.pinned != other.pinned:
        return one.pinned
    if one.urgency is not other.urgency:
        return list(Urgency).index(one.urgency) < list(Urgency).index(other.urgency)
    if one.arrived != other.arrived:
        return one.arrived < other.arrived
    return one.id < other.id


def slow_order(work: list[Work]) -> list[Work]:
    """Take out, again and again, the one that nothing goes before."""
    left = [one for one in work if one.not_before is None or one.not_before <= NOW]
    ordered = []
    while left:
        first = next(one for one in left if not any(goes_before(other, one) for other in left if other is not one))
        ordered.append(first)
        left.remove(first)
    return ordered


@given(queues())
@settings(max_examples=CASES, deadline=None)
def test_the_order_agrees_with_the_rules(work: list[Work]) -> None:
    assert in_order(work, NOW) == slow_order(work)


@given(queues(), st.integers())
@settings(max_examples=CASES, deadline=None)
def test_the_order_does_not_depend_on_how_the_work_is_handed_over(work: list[Work], seed: int) -> None:
    shuffled = list(work)
    Random(seed).shuffle(shuffled)

    assert in_order(shuffled, NOW) == in_order(work, NOW)


@given(queues())
@settings(max_examples=CASES, deadline=None)
def test_no_two_pieces_of_work_share_a_place(work: list[Work]) -> None:
    assert len({order_key(one) for one in work}) == len(work)
