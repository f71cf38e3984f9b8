"""How fast newsletters may go, overall and to each recipient's domain; and what a server's refusal asks of us."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

_SLOWEST = 60.0  # seconds between two mails
_FIRST_INTERVAL = 0.1
_EASE_AFTER = 20  # mails accepted in a row
_SCANNED = 600
_FIRST_RETRY = timedelta(minutes=5)  # greylisting wants at least as much
_LONGEST_RETRY = timedelta(hours=4)
_PAUSE = timedelta(seconds=60)
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """The speed of one lane: `interval` seconds between two mails, none before `not_before`; times in seconds.

    `allowed` is the interval that settings ask for; a server's complaint makes it longer, for as long as it takes.
    """

    allowed: float = 0.0
    interval: float = 0.0
    not_before: float = 0.0
    next_slot: float = 0.0
    accepted: int = 0

    @classmethod
    def per_second(cls, rate: float) -> Pace:
        """The pace of so many mails a second; 0 for no limit."""
        interval = 1 / rate if rate else 0.0
        return cls(allowed=interval, interval=interval)


def reserve(pace: Pace, now: float) -> tuple[Pace, float]:
    """The next free slot of a lane, taken."""
    slot = max(now, pace.not_before, pace.next_slot)
    return replace(pace, next_slot=slot + pace.interval), slot


def slowed(pace: Pace, now: float, wait: timedelta) -> Pace:
    """The pace after a server complained: half as fast, and nothing at all for a while."""
    if now < pace.not_before:  # several mails were under way: one complaint
        return pace
    return replace(
        pace,
        interval=min(max(pace.interval * 2, _FIRST_INTERVAL), _SLOWEST),
        not_before=now + wait.total_seconds(),
        next_slot=0.0,
        accepted=0,
    )


def eased(pace: Pace) -> Pace:
    """The pace after one more mail was accepted: after some in a row a little faster, never faster than allowed."""
    if pace.interval <= pace.allowed:
        return pace
    if pace.accepted + 1 < _EASE_AFTER:
        return replace(pace, accepted=pace.accepted + 1)
    faster = pace.interval * 0.7
    return replace(pace, interval=pace.allowed if faster < max(pace.allowed, 0.01) else faster, accepted=0)


# ---- refusals -------------------------------------------------------------------------------------------------------


class Refusal(StrEnum):
    """What a refusal is about, which decides what is done next."""

    SLOW_DOWN = "slow_down"  # the lane is too fast: everybody there waits
    LATER = "later"  # this recipient, later
    BAD_ADDRESS = "bad_address"  # does not exist: never again
    OURS = "ours"  # they refuse us, not the recipient: stop and tell staff
    FAILED = "failed"  # this mail to this recipient, for good


_ENHANCED = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_TOO_FAST = re.compile(
    r"too many|rate.?limit|throttl|too fast|quota.*exceeded.*(?:hour|day|minute)|exceeded.{0,30}(?:rate|limit)"
    r"|slow down|try again later.{0,40}(?:volume|rate)|unusual rate|temporarily (?:deferred|rate)"
)
_NO_SUCH_USER = re.compile(
    r"(?:user|mailbox|recipient|account|address|hộp thư|người nhận|địa chỉ)[^.;]{0,40}"
    r"(?:unknown|not found|does ?n.t exist|does not exist|no such|invalid|unavailable|disabled|không tồn tại|không tìm thấy)"
    r"|this user doesn.t have|no such (?:user|mailbox|recipient|person)|unknown (?:user|recipient|mailbox)"
)
_REFUSES_US = re.compile(
    r"blocked|black ?list|block ?list|blocklist|\brbl\b|dnsbl|spamhaus|reputation|spf|dkim|dmarc|authenticat|relay"
    r"|not (?:allowed|permitted) to send|sender (?:address )?(?:rejected|denied)|policy|bị chặn|từ chối người gửi"
)
_Test = Callable[[int, str, str], bool]
_RULES: tuple[tuple[_Test, Refusal], ...] = (
    (lambda code, _status, _said: code in {530, 534, 535, 538}, Refusal.OURS),
    (lambda code, _status, said: code < 500 and "greylist" in said, Refusal.LATER),
    (
        lambda code, _status, said: code in {421, 454} or (code < 500 and bool(_TOO_FAST.search(said))),
        Refusal.SLOW_DOWN,
    ),
    (lambda code, _status, _said: code < 500, Refusal.LATER),
    (lambda _code, status, _said: status in {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}, Refusal.BAD_ADDRESS),
    (
        lambda _code, status, said: status in {"", "5.0.0", "5.4.4"} and bool(_NO_SUCH_USER.search(said)),
        Refusal.BAD_ADDRESS,
    ),
    (lambda _code, status, _said: status.startswith("5.2.") or status == "5.3.4", Refusal.FAILED),
    (lambda _code, status, said: status.startswith("5.7.") or bool(_REFUSES_US.search(said)), Refusal.OURS),
    (lambda code, *_: code >= 500, Refusal.FAILED),
)


def judge_refusal(code: int, said: str) -> Refusal:
    """What a server's refusal is about: by its code, its enhanced status (RFC 3463) and its words."""
    words = said[:_SCANNED].lower()
    found = _ENHANCED.search(words)
    status = found[0] if found else ""
    return next(meaning for test, meaning in _RULES if test(code, status, words))


_WAIT = re.compile(
    r"(?:try|retry|again|wait|after|thử lại)[^\d]{0,30}(\d{1,5})\s?(s\b|sec|giây|m\b|min|phút|h\b|hour|giờ)"
)
_UNITS: Mapping[str, timedelta] = {
    "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "giây": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "phút": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "giờ": timedelta(hours=1),
}


def wait_asked_for(said: str) -> timedelta | None:
    """How long a server's words ask to wait ("try again in 5 minutes"), within reason; None where they ask nothing."""
    found = _WAIT.search(said[:_SCANNED].lower())
    return min(int(found[1]) * _UNITS[found[2]], _LONGEST_RETRY) if found else None


def lane_pause(said: str) -> timedelta:
    """How long a lane rests after a complaint."""
    return min(wait_asked_for(said) or _PAUSE, _LONGEST_PAUSE)


def retry_after(attempts: int, said: str) -> timedelta:
    """How long one recipient waits after so many attempts (from 1): what the server asked for, else ever longer."""
    grown = _FIRST_RETRY * 1.5 ** min(attempts - 1, 12)
    return max(wait_asked_for(said) or timedelta(), min(grown, _LONGEST_RETRY))
