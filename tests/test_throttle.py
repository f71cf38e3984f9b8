"""How fast newsletters go, and what a server's refusal means: real replies of the servers customers are behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.policy.throttle import Pace, Refusal, eased, judge_refusal, lane_pause, reserve, retry_after, slowed


def test_slots_of_a_lane_lie_as_far_apart_as_its_rate_says() -> None:
    pace, slots = Pace.per_second(10), []
    for _ in range(5):
        pace, slot = reserve(pace, 100.0)
        slots.append(round(slot, 3))

    assert slots == [100.0, 100.1, 100.2, 100.3, 100.4]


def test_a_lane_without_limit_never_waits() -> None:
    pace, first = reserve(Pace(), 100.0)

    assert (first, reserve(pace, 100.0)[1]) == (100.0, 100.0)


def test_a_complaint_stops_a_lane_for_a_while_and_halves_its_speed() -> None:
    pace = slowed(Pace.per_second(10), 100.0, timedelta(seconds=60))
    pace, first = reserve(pace, 101.0)
    _, second = reserve(pace, 101.0)

    assert first == 160.0
    assert second == pytest.approx(160.2)


def test_complaints_about_mails_that_were_under_way_together_count_once() -> None:
    once = slowed(Pace.per_second(10), 100.0, timedelta(seconds=60))

    assert slowed(once, 100.5, timedelta(seconds=60)) == once


def test_a_lane_climbs_back_to_the_allowed_speed_and_not_above() -> None:
    pace = slowed(Pace.per_second(10), 100.0, timedelta(seconds=60))
    for _ in range(500):
        pace = eased(pace)

    assert pace.interval == pytest.approx(0.1)


def test_a_lane_without_limit_climbs_back_to_no_limit() -> None:
    pace = slowed(Pace(), 100.0, timedelta(seconds=60))
    assert pace.interval > 0
    for _ in range(500):
        pace = eased(pace)

    assert pace.interval == 0


@given(st.lists(st.sampled_from(["reserve", "slow", "ease"]), max_size=60), st.floats(0, 50))
def test_slots_never_run_backwards_until_a_complaint_and_never_lie_in_the_past(steps: list[str], rate: float) -> None:
    pace, now, last = Pace.per_second(rate if rate > 0.01 else 0), 1000.0, 0.0
    for step in steps:
        now += 0.05
        if step == "reserve":
            pace, slot = reserve(pace, now)
            assert slot >= now
            assert slot >= last
            last = slot
        else:
            pace = slowed(pace, now, timedelta(seconds=5)) if step == "slow" else eased(pace)
            last = 0.0 if step == "slow" else last


@pytest.mark.parametrize(
    ("code", "said", "meaning"),
    [
        (421, "421 4.7.0 Too many connections, slow down", Refusal.SLOW_DOWN),
        (
            421,
            "421 4.7.28 Gmail has detected an unusual rate of mail originating from your SPF domain",
            Refusal.SLOW_DOWN,
        ),
        (454, "454 4.7.0 Temporary authentication failure", Refusal.SLOW_DOWN),
        (454, "454 Throttling failure: Maximum sending rate exceeded.", Refusal.SLOW_DOWN),
        (451, "451 4.7.1 Please slow down, rate limit exceeded", Refusal.SLOW_DOWN),
        (450, "450 4.2.1 The user you are trying to contact is receiving mail at a rate too many", Refusal.SLOW_DOWN),
        (450, "450 4.2.0 <a@b.vn>: Recipient address rejected: Greylisted, see http://postgrey", Refusal.LATER),
        (451, "451 4.7.1 Greylisting in action, please come back later", Refusal.LATER),
        (452, "452 4.2.2 The email account that you tried to reach is over quota", Refusal.LATER),
        (451, "451 4.3.0 Temporary system problem. Try again later", Refusal.LATER),
        (550, "550 5.1.1 The email account that you tried to reach does not exist", Refusal.BAD_ADDRESS),
        (
            550,
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            Refusal.BAD_ADDRESS,
        ),
        (550, "550 No such user here", Refusal.BAD_ADDRESS),
        (550, "550 Người nhận không tồn tại", Refusal.BAD_ADDRESS),
        (554, "554 delivery error: dd This user doesn't have a yahoo.com account", Refusal.BAD_ADDRESS),
        (552, "552 5.2.2 mailbox full", Refusal.FAILED),
        (552, "552 5.3.4 Message size exceeds fixed limit", Refusal.FAILED),
        (550, "550 5.7.1 Service unavailable; client blocked using Spamhaus", Refusal.OURS),
        (550, "550 5.7.26 This mail has been blocked because the sender is unauthenticated", Refusal.OURS),
        (550, "550 SC-001 (BAY004) Unfortunately, messages from 1.2.3.4 weren't sent. blocked", Refusal.OURS),
        (553, "553 5.7.1 <hotro@vinno.example>: Sender address rejected: not owned by user", Refusal.OURS),
        (554, "554 5.7.1 <a@b.vn>: Relay access denied", Refusal.OURS),
        (535, "535 5.7.8 Username and Password not accepted", Refusal.OURS),
        (530, "530 5.7.0 Authentication Required", Refusal.OURS),
        (554, "554 Transaction failed", Refusal.FAILED),
    ],
)
def test_a_refusal_is_understood(code: int, said: str, meaning: Refusal) -> None:
    assert judge_refusal(code, said) is meaning


@given(st.integers(400, 599), st.text(max_size=3_000))
def test_every_refusal_has_a_meaning_and_a_temporary_one_is_never_final(code: int, said: str) -> None:
    meaning = judge_refusal(code, said)

    if code < 500:
        assert meaning in {Refusal.LATER, Refusal.SLOW_DOWN}


@pytest.mark.parametrize(
    ("attempts", "said", "wait"),
    [
        (1, "451 4.3.0 try again later", timedelta(minutes=5)),
        (2, "451 4.3.0 try again later", timedelta(minutes=7.5)),
        (1, "450 Greylisted, please try again in 10 minutes", timedelta(minutes=10)),
        (1, "451 retry in 30 seconds", timedelta(minutes=5)),
        (1, "421 try again after 1 hour", timedelta(hours=1)),
        (1, "450 vui lòng thử lại sau 15 phút", timedelta(minutes=15)),
        (30, "451", timedelta(hours=4)),
        (1, "451 try again in 99999 hours", timedelta(hours=4)),
    ],
)
def test_a_retry_waits_as_asked_and_ever_longer(attempts: int, said: str, wait: timedelta) -> None:
    assert retry_after(attempts, said) == wait


def test_a_lane_rests_as_long_as_the_server_asks() -> None:
    assert lane_pause("421 try again in 5 minutes") == timedelta(minutes=5)
    assert lane_pause("421 busy") == timedelta(minutes=1)
