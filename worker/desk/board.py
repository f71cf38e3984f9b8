"""The queue as this process sees it: the open work laid out, kept current by what this process saves.

A new acknowledgement asks the plan in hand, together with what came since it was made; `order` makes a new plan behind
it. So a customer never waits for a re-ordering, and the promise still counts the mail that came a moment before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.model import Category, Effort, Promise, Request, RequestStatus, Staff
from worker.policy.experience import Experience
from worker.policy.forecast import Newcomers, Person, Plan, lay_out
from worker.policy.hours import Absence, WorkingHours
from worker.policy.promise import round_promise
from worker.policy.queue import Work
from worker.records import Away, Records
from worker.settings import Forecast, Settings

_COUNT_AGE = timedelta(seconds=30)
_NOT_OUR_MOVE = frozenset({RequestStatus.WAITING_FOR_CUSTOMER, RequestStatus.QUOTED, RequestStatus.ACCEPTED})
_ANSWER_EFFORT = Effort(5, 15, 30)
_QUOTE_EFFORT = Effort(20, 45, 90)
KIND = {RequestStatus.REVIEW: "answer", RequestStatus.ANALYSING: "quote", RequestStatus.QUOTE_DRAFT: "quote"}


def work_of(request: Request) -> Work:
    """A request as the queue sees it: what staff owe next is the work itself, an answer, or a quote."""
    kind = "answer" if _wants_a_time(request) else KIND.get(request.status, "completion")
    effort = {"answer": _ANSWER_EFFORT, "quote": _QUOTE_EFFORT}.get(kind, request.effort)
    return Work(
        id=request.id,
        urgency=request.urgency,
        arrived=request.queued_at or request.arrived,
        effort=effort,
        category=request.category,
        kind=kind,
        assigned_to=request.assigned_to,
        started=request.status is RequestStatus.IN_PROGRESS,
        pinned=request.pinned,
        not_before=request.not_before,
        minutes_spent=request.minutes_spent if kind == "completion" else 0,
    )


def _wants_a_time(request: Request) -> bool:
    """A training is not done by a time of ours: what is owed first is to propose one."""
    is_training = request.category is Category.STAFF_TRAINING and request.status is RequestStatus.QUEUED
    return is_training and request.appointment is None


def is_our_move(request: Request) -> bool:
    """Whether the request waits for us, and so has a place in the queue."""
    return request.status.is_open and request.status not in _NOT_OUR_MOVE


@dataclass(frozen=True, slots=True)
class Standing:
    """What the board keeps of an open request: its work, and what was promised."""

    work: Work
    promise: Promise | None
    first_promise: Promise | None
    alarmed_at: datetime | None
    started_at: datetime | None
    letters: int


class Board:
    """The open work of the desk and the plan made of it. Safe to use from several threads."""

    def __init__(self, settings: Settings, hours: WorkingHours) -> None:
        self._forecast: Forecast = settings.forecast
        self._hours = hours
        self._staff_address = settings.staff_address
        self.people = self._people(one.as_staff() for one in settings.staff)
        self.experience: Experience = Experience()
        self._open: dict[str, Standing] = {}
        self._plan: Plan | None = None
        self._since: Newcomers | None = None
        self._meanwhile: dict[str, Work] = {}  # what changed since the snapshot that the next plan is made of
        self._lock = threading.Lock()
        self._counted: datetime | None = None
        self._letters = 0

    def people_are(self, team: Iterable[Staff], absences: Iterable[Away]) -> None:
        """Take note of who works here, who is away, and who gives less than the whole day."""
        away: dict[str, list[Absence]] = {}
        shares: dict[str, float] = {}
        for one in absences:
            if one.share > 0:
                shares[one.email] = one.share
            else:
                away.setdefault(one.email, []).append(Absence(one.email, one.start, one.until))
        self.people = tuple(
            replace(one, absences=tuple(away.get(one.email, ())), capacity=shares.get(one.email, one.capacity))
            for one in self._people(team)
        )

    def _people(self, team: Iterable[Staff]) -> tuple[Person, ...]:
        """Who works off the queue; one person for everything where nobody is named."""
        named = tuple(Person(email=one.email, capacity=one.capacity, skills=frozenset(one.skills)) for one in team)
        return named or (Person(email=self._staff_address),)

    def load(self, requests: Iterable[Request]) -> None:
        """Begin anew with these open requests."""
        found = {one.id: standing_of(one) for one in requests if is_our_move(one)}
        with self._lock:
            self._open, self._plan, self._since, self._meanwhile = found, None, None, {}

    def changed(self, request: Request) -> None:
        """Take note of a request that was saved."""
        with self._lock:
            if is_our_move(request):
                standing = self._open[request.id] = standing_of(request)
                self._meanwhile[request.id] = standing.work
                if self._since:
                    self._since.put(standing.work)
            else:
                self._open.pop(request.id, None)
                self._meanwhile.pop(request.id, None)
                if self._since:
                    self._since.drop(request.id)

    def standings(self) -> dict[str, Standing]:
        """The open requests of this moment."""
        with self._lock:
            return dict(self._open)

    def plan_again(self, now: datetime) -> Plan:
        """Lay everything out again; what comes meanwhile counts as come since."""
        with self._lock:
            work = [self._as_it_stands(one, now) for one in self._open.values()]
            self._meanwhile = {}
        plan = self._laid_out(work, now)
        with self._lock:
            self._plan, self._since = plan, plan.newcomers(self._meanwhile.values())
        return plan

    def _as_it_stands(self, standing: Standing, now: datetime) -> Work:
        """Work that was begun has taken the time since, also where nobody has said so."""
        if standing.started_at is None or standing.work.minutes_spent:
            return standing.work
        return replace(standing.work, minutes_spent=self._hours.working_time_between(standing.started_at, now))

    def _laid_out(self, work: list[Work], now: datetime) -> Plan:
        known = self.experience
        return lay_out(
            work,
            self.people,
            self._hours,
            now,
            known.rates,
            self._forecast.confidence,
            durations=known.durations,
            margins=known.margins,
        )

    def expect(self, work: Work, now: datetime) -> datetime:
        """When a new piece of work will be done, as it may be promised."""
        with self._lock:
            expected = self._plan.expect(work, self._since) if self._plan else None
        expected = expected or self.plan_again(now).expect(work)
        return round_promise(max(expected, self._least(work, now)), self._hours, now)

    def _least(self, work: Work, now: datetime) -> datetime:
        """An answer or a quote needs a person's time to think, also when the queue is empty."""
        minutes = {"answer": self._forecast.answer_minutes, "quote": self._forecast.quote_minutes}.get(work.kind)
        return self._hours.add_working_time(now, minutes) if minutes else now

    def letters_today(self, records: Records, now: datetime) -> int:
        """How many letters were written in the last day; counted anew every half minute."""
        if self._counted is None or now - self._counted > _COUNT_AGE:
            self._letters = records.count_letters_since(now - timedelta(days=1))
            self._counted = now
        return self._letters


def standing_of(request: Request) -> Standing:
    """What the board keeps of a request."""
    moved = sum(entry.what == "promise_moved" for entry in request.history)
    started = request.started_at if request.status is RequestStatus.IN_PROGRESS else None
    return Standing(work_of(request), request.promise, request.first_promise, request.alarmed_at, started, moved)
