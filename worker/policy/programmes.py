"""Free programmes (POLICY, free 4): what one offers to whom, and what becomes of somebody who signs up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from worker.model import Category, Classification, Language, Urgency
from worker.policy.phrases import Phrases, words_of
from worker.policy.segments import Manners, Person, Reason, Segment, judge, read_segment

_NO_ADVERTISING = Manners(advertising=False)  # whoever signs up asks for it: no consent is needed


class SignUpStatus(StrEnum):
    """What became of a sign-up."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"  # no place left: a waiting list
    NOT_ELIGIBLE = "not_eligible"
    CLOSED = "closed"  # not open yet, or over
    WITHDRAWN = "withdrawn"


class ProgrammeError(Exception):
    """A programme's definition cannot be used: `mistakes` are lines `place: what is wrong`."""

    def __init__(self, source: str, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(f"{source}: {line}" for line in mistakes))
        self.mistakes = tuple(mistakes)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """The same in both languages."""

    vi: Annotated[str, Field(min_length=2, max_length=4000)]
    en: Annotated[str, Field(min_length=2, max_length=4000)]

    def in_(self, language: Language) -> str:
        """The words in that language."""
        return self.vi if language is Language.VI else self.en


class Programme(_Part):
    """A free programme. Sign-up is open from `opens` to `closes`, both days included, in the office's time zone.

    `eligible` is a segment as staff write one (worker.policy.segments). `alternative` says what somebody who is not
    eligible can do instead. `keywords` are words by which customers name it.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    name: Words
    text: Words
    opens: date
    closes: date
    takes_place: Words
    places: Annotated[int, Field(ge=1, le=100_000)]
    eligible: str = "tất cả"
    alternative: Words | None = None
    keywords: tuple[Annotated[str, Field(min_length=3, max_length=60)], ...] = ()

    @field_validator("eligible")
    @classmethod
    def _segment_is_understood(cls, value: str) -> str:
        _, unknown = read_segment(value)
        if unknown:
            raise ValueError(f"nobody understands: {'; '.join(unknown)}")
        return value

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> Programme:
        if self.closes < self.opens:
            raise ValueError(f"closes {self.closes} before it opens {self.opens}")
        return self

    @property
    def segment(self) -> Segment:
        """Who is eligible."""
        return read_segment(self.eligible)[0]

    def is_open(self, now: datetime, zone: str) -> bool:
        """Whether one may sign up at that instant."""
        return self.opens <= now.astimezone(ZoneInfo(zone)).date() <= self.closes


@dataclass(frozen=True, slots=True)
class SignUpDecision:
    """What becomes of a sign-up, and why: `reason` says what eligibility failed on, `detail` the fact behind it."""

    status: SignUpStatus
    reason: Reason | None = None
    detail: str = ""


def read_programme(text: str, source: str = "programme.yaml") -> Programme:
    """The programme of a YAML file. ProgrammeError names every mistake with its place."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ProgrammeError(source, [f"is not YAML: {' '.join(str(error).split())}"]) from None
    try:
        return Programme.model_validate(found)
    except ValidationError as error:
        mistakes = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}".removeprefix(": ")
            for one in error.errors()
        ]
        raise ProgrammeError(source, mistakes) from None


def decide_sign_up(programme: Programme, person: Person, confirmed: int, now: datetime, zone: str) -> SignUpDecision:
    """What becomes of a person's sign-up where so many are confirmed already."""
    if not programme.is_open(now, zone):
        return SignUpDecision(SignUpStatus.CLOSED, None, f"{programme.opens} – {programme.closes}")
    verdict = judge(_as_asking(person), programme.segment, _NO_ADVERTISING, now)
    if not verdict.is_in:
        return SignUpDecision(SignUpStatus.NOT_ELIGIBLE, verdict.reason, verdict.detail)
    if confirmed >= programme.places:
        return SignUpDecision(SignUpStatus.WAITING, None, f"{confirmed} of {programme.places} places are taken")
    return SignUpDecision(SignUpStatus.CONFIRMED)


def _as_asking(person: Person) -> Person:
    """Somebody who writes to us about a programme: that they take no newsletters does not speak against them."""
    return Person(
        email=person.email,
        customer_id=person.customer_id,
        language=person.language,
        under_contract=person.under_contract,
        contract_until=person.contract_until,
        customer_since=person.customer_since,
        services=person.services,
        last_contact=person.last_contact,
        categories=person.categories,
    )


_WISH: Phrases[bool] = Phrases.of(
    [
        *((words, True) for words in (
            "đăng ký", "tham gia", "ghi danh", "sign up", "sign me up", "sign us up",
            "count me in", "count us in", "register", "join", "enroll", "participate",
        )),
        *((words, False) for words in (
            "hủy đăng ký", "không đăng ký", "chưa đăng ký", "không tham gia", "chưa tham gia", "đừng đăng ký", "rút đăng ký",
            "thôi không đăng ký", "không muốn tham gia", "không muốn đăng ký", "không thể tham gia", "không tham dự",
            "đăng ký tên miền", "đăng ký hosting", "đăng ký website", "đăng ký email", "đăng ký chưa", "đã đăng ký",
            "do not register", "don t sign up", "not join", "cannot join", "can t join", "not sign up", "not participate",
            "điều kiện", "đk tham gia", "là gì", "thế nào", "ra sao", "khi nào", "bao giờ", "ai được", "có được tham gia",
            "có phải đăng ký", "có cần đăng ký", "what", "who can", "when", "how much",
            "how to sign up", "how do i sign up", "how do we sign up", "đăng ký thế nào", "đăng ký như thế nào", "đăng ký ra sao",
        )),
    ]
)  # fmt: skip


def wants_to_sign_up(text: str) -> bool:
    """Whether a text asks to take part, and says nowhere that it does not."""
    found = [one.meaning for one in _WISH.find(words_of(text))]
    return bool(found) and all(found)


_LEAVING: Phrases[bool] = Phrases.of(
    [
        *((words, True) for words in (
            "không tham gia", "không thể tham gia", "chưa thể tham gia", "không tham dự", "không thể tham dự", "hủy tham gia",
            "hủy đăng ký", "hủy suất", "bỏ đăng ký", "rút đăng ký", "rút tên", "rút khỏi", "xin rút", "nhường suất",
            "nhường lại suất", "nhường chỗ", "trả lại suất", "withdraw", "drop out", "pull out", "cannot take part",
            "can t take part", "cannot join", "can t join", "cannot attend", "can t attend", "cannot participate",
            "can t participate", "unable to take part", "unable to join", "unable to attend", "unable to participate",
            "won t be able to", "not be able to join", "not be able to attend", "not be able to take part", "no longer take part",
            "no longer join", "no longer participate", "no longer want to join", "cancel my registration",
            "cancel our registration", "cancel my sign up", "cancel our sign up", "cancel my place", "cancel our place",
            "give up my place", "give up our place", "give our place", "give my place",
        )),
        *((words, False) for words in (
            "không hủy", "chưa hủy", "đừng hủy", "không rút", "đừng rút", "vẫn tham gia", "vẫn muốn", "vẫn đăng ký",
            "nếu không", "nếu hủy", "nếu rút", "có hủy", "có thể hủy", "cách hủy", "phí hủy", "được không", "được ko",
            "thay", "thay thế", "người khác", "bạn khác", "đồng nghiệp", "dời", "dời sang", "đổi lịch", "đổi sang",
            "chuyển sang", "lùi", "lùi lại", "hủy đăng ký nhận", "hủy đăng ký bản tin", "hủy đăng ký tên miền",
            "hủy đăng ký hosting", "hủy đăng ký dịch vụ", "bản tin", "zoom", "google meet", "link", "đường dẫn", "nhóm",
            "zalo", "lỗi", "đăng nhập", "do not cancel", "don t cancel", "not cancel", "not withdraw", "don t withdraw",
            "if i", "if we", "what if", "how to", "how do", "can i", "can we", "still", "instead", "someone else",
            "colleague", "reschedule", "postpone", "another day", "another time", "next week", "error", "newsletter",
        )),
    ]
)  # fmt: skip
_LONGEST_LEAVING = 40  # words: who writes more has something to say that a person should read
_NAMED_HUY = re.compile(r"(?<![.!?,;:\n]) +Huy\b")  # a name that reads like "hủy" typed without accents


def wants_to_withdraw(text: str) -> bool:
    """Whether a text plainly gives a place back: no question, no condition, no other day, nobody else instead."""
    words = words_of(text)
    if len(words) > _LONGEST_LEAVING or "?" in text or _NAMED_HUY.search(text):
        return False
    found = [one.meaning for one in _LEAVING.find(words)]
    return bool(found) and all(found)


_LONGEST_SIGN_UP = 60
_HURRIED = frozenset({Urgency.CRITICAL, Urgency.HIGH})
_TROUBLES = frozenset({Category.EMAIL_INCIDENT, Category.HOSTING_INCIDENT, Category.DOMAIN_INCIDENT, Category.WARRANTY})


def holds_more(found: Classification, text: str) -> bool:
    """Whether a mail that signs up seems to hold another matter, which must not get lost behind the sign-up."""
    is_trouble = found.category in _TROUBLES or found.urgency in _HURRIED
    return is_trouble or bool(found.asks or found.flags) or len(words_of(text)) > _LONGEST_SIGN_UP


def named_programme(text: str, programmes: Sequence[Programme]) -> Programme | None:
    """The one programme that a text names, by id, name or keyword; None where it names none or several."""
    table = Phrases.of(
        (word, one.id) for one in programmes for word in (one.id, one.name.vi, one.name.en, *one.keywords)
    )
    ids = {one.meaning for one in table.find(words_of(text))}
    return next((one for one in programmes if ids == {one.id}), None)
