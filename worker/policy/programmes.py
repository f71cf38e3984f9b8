"""Free programmes (POLICY, free 4): what one offers to whom, and what becomes of somebody who signs up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from worker.model import Language
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
            "đăng ký", "tham gia", "ghi danh", "sign up", "sign me up", "register", "join", "enroll", "participate",
        )),
        *((words, False) for words in (
            "hủy đăng ký", "không đăng ký", "chưa đăng ký", "không tham gia", "chưa tham gia", "đừng đăng ký", "rút đăng ký",
            "thôi không đăng ký", "không muốn tham gia", "không muốn đăng ký", "không thể tham gia", "không tham dự",
            "đăng ký tên miền", "đăng ký hosting", "đăng ký website", "đăng ký email", "đăng ký chưa", "đã đăng ký",
            "do not register", "don t sign up", "not join", "cannot join", "can t join", "not sign up", "not participate",
            "how to sign up", "how do i sign up", "đăng ký thế nào", "đăng ký như thế nào", "đăng ký ra sao",
        )),
    ]
)  # fmt: skip


def wants_to_sign_up(text: str) -> bool:
    """Whether a text asks to take part, and says nowhere that it does not."""
    found = [one.meaning for one in _WISH.find(words_of(text))]
    return bool(found) and all(found)


def named_programme(text: str, programmes: Sequence[Programme]) -> Programme | None:
    """The one programme that a text names, by id, name or keyword; None where it names none or several."""
    table = Phrases.of(
        (word, one.id) for one in programmes for word in (one.id, one.name.vi, one.name.en, *one.keywords)
    )
    ids = {one.meaning for one in table.find(words_of(text))}
    return next((one for one in programmes if ids == {one.id}), None)
