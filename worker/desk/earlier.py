"""Earlier work that a new mail may be about: looked up in the store among all that was ever closed for its customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from worker.desk.context import Desk
from worker.desk.letters import bare_subject
from worker.desk.wording import feature_name
from worker.model import Category, Classification, Customer, Language, ParsedMail, Request
from worker.policy.warranty import (
    Candidate,
    ClosedIndex,
    ClosedWork,
    Verdict,
    WarrantyMatch,
    is_under_warranty,
    match_earlier,
    places_of,
)
from worker.records import Records

_READ = 60  # closed requests that are read at one place, the newest first
_SHOWN = 3
_TRIES = 3
_AFTER_OUR_WORK = "after_our_work"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was found. `again` fails again for certain; `similar` may, and a person looks; `recent` is only to be shown.

    All are still done, the likeliest first; `why` says for each number what it has in common with the mail.
    `asks_more`: the mail also wishes for something that is under no warranty. `is_other_fault`: what is similar was
    handled at the same place, but the mail speaks of another fault.
    """

    again: Request | None = None
    similar: tuple[Request, ...] = ()
    recent: tuple[Request, ...] = ()
    why: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_other_fault: bool = False
    asks_more: bool = False

    @property
    def shown(self) -> tuple[Request, ...]:
        """What staff are shown."""
        return (self.again, *self.similar) if self.again else (*self.similar, *self.recent)

    def common(self, number: str) -> tuple[str, ...]:
        """What a request has in common with the mail, as features."""
        return dict(self.why).get(number, ())


@dataclass(slots=True)
class _Filed:
    """The closed work of the store, as the policy looks at it; `gone` was opened again since, and is not done."""

    records: Records
    newest: list[ClosedWork]
    gone: set[str] = field(default_factory=set)

    def named(self, customer_id: str, numbers: Iterable[str]) -> tuple[ClosedWork, ...]:
        found = (self.records.closed_work_named(number) for number in numbers)
        return tuple(one for one in found if one and one.customer_id == customer_id and one.id not in self.gone)

    def alike(self, customer_id: str, features: frozenset[str]) -> tuple[ClosedWork, ...]:
        """The newest work is looked at in any case; where there is more, what is filed under what the mail is about."""
        index = ClosedIndex()
        places = places_of(features) if len(self.newest) == _READ else ()
        for found in (self.newest, *(self.records.closed_work(customer_id, place, _READ) for place in places)):
            for work in found:
                if work.id not in self.gone:
                    index.add(work)
        return index.alike(customer_id, features)


def find_earlier(
    desk: Desk, customer: Customer | None, mail: ParsedMail, found: Classification, thread: Request | None = None
) -> Earlier:
    """What earlier work of the customer a mail is about; `thread` is the request that it answers.

    Where a mail speaks of our earlier work and none like it is found, the newest is shown.
    """
    newest = list(desk.records.closed_work(customer.id, limit=_READ)) if customer else []
    if customer is None or not newest:
        return Earlier()
    closed = _Filed(desk.records, newest)
    for _ in range(_TRIES):
        match = match_earlier(
            bare_subject(mail.subject),
            mail.new_text,
            customer.id,
            closed,
            (thread.id,) if thread else (),
            claims=found.category is Category.WARRANTY,
        )
        requests = [one for candidate in match.candidates if (one := desk.records.request(candidate.id))]
        gone = {one.id for one in requests if not is_under_warranty(one)}
        if not gone:
            break
        closed.gone |= gone
    return _found(desk, customer, match, requests, found)


def _found(
    desk: Desk, customer: Customer, match: WarrantyMatch, requests: list[Request], found: Classification
) -> Earlier:
    done = tuple(one for one in requests if is_under_warranty(one))
    why = tuple((one.id, _facts(one)) for one in match.candidates)
    if match.verdict is Verdict.CERTAIN and done:
        return Earlier(again=done[0], why=why, asks_more=match.asks_more)
    if done:
        return Earlier(similar=done, why=why, is_other_fault=match.verdict is Verdict.OTHER_FAULT)
    if not match.claimed and _AFTER_OUR_WORK not in found.flags:
        return Earlier()
    newest = (desk.records.request(one.id) for one in desk.records.closed_work(customer.id, limit=_SHOWN))
    return Earlier(recent=tuple(one for one in newest if one and is_under_warranty(one)))


def _facts(candidate: Candidate) -> tuple[str, ...]:
    return tuple(one.fact for one in candidate.evidence)


# ---- for staff --------------------------------------------------------------------------------------------------------


def earlier_lines(desk: Desk, earlier: Earlier) -> list[str]:
    """One line for each earlier request: number, when it was done, by whom, subject, and what it has in common."""
    return [_line(desk, one, earlier.common(one.id)) for one in earlier.shown]


def _line(desk: Desk, request: Request, common: tuple[str, ...]) -> str:
    member = desk.member(request.assigned_to) if request.assigned_to else None
    when = f"{desk.hours.local(request.closed_at):%d/%m/%Y}" if request.closed_at else ""
    line = " · ".join(
        one for one in (request.id, when, member.name if member else request.assigned_to, request.subject[:100]) if one
    )
    language = desk.settings.staff_language
    words = [feature_name(one, language) for one in common if not one.startswith("word:")]
    alike = "giống ở" if language is Language.VI else "in common"
    return f"{line} ({alike}: {', '.join(words)})" if words else line
