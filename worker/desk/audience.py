"""Who gets a newsletter: everybody the records know, judged one by one, and the rows of those who are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from storage import Change, Conflict
from worker.desk.outreach import Outreach, day_of
from worker.model import Category, Customer, Language
from worker.outreach_records import (
    Newsletter,
    Recipient,
    RecipientStatus,
    Subscription,
    SubscriptionStatus,
    change_of,
    recipient_key,
)
from worker.policy.segments import Manners, Person, Reason, Segment, Verdict, judge

_BATCH = 500
_SHOWN = 5  # addresses of each reason that a dry run shows
_SEEN_IN_SHADOW = 5
_COUNTS_AS_SENT = frozenset(
    {
        RecipientStatus.QUEUED,
        RecipientStatus.HANDING_OVER,
        RecipientStatus.SENT,
        RecipientStatus.DEFERRED,
        RecipientStatus.UNCERTAIN,
    }
)


@dataclass
class Audience:
    """What a dry run found: how many are in, by language, and how many are out for each reason, with some of them."""

    included: Counter[Language] = field(default_factory=Counter)
    left_out: Counter[Reason] = field(default_factory=Counter)
    examples: dict[Reason, list[str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many get it."""
        return self.included.total()

    def add(self, person: Person, verdict: Verdict) -> None:
        """Count one person."""
        if verdict.is_in:
            self.included[person.language] += 1
            return
        self.left_out[verdict.reason] += 1
        shown = self.examples.setdefault(verdict.reason, [])
        if len(shown) < _SHOWN:
            says_more = verdict.reason not in {Reason.NO_CONSENT, Reason.ADDRESS}
            shown.append(f"{person.email} ({verdict.detail})" if says_more else person.email)


def dry_run(
    outreach: Outreach,
    newsletter: Newsletter,
    now: datetime,
    each: Callable[[Person, Verdict], None] = lambda _person, _verdict: None,
) -> Audience:
    """Judge everybody without writing anything; `each` hears of every person."""
    audience = Audience()
    for person, verdict in judged(outreach, newsletter, now):
        audience.add(person, verdict)
        each(person, verdict)
    return audience


def judged(outreach: Outreach, newsletter: Newsletter, now: datetime) -> Iterator[tuple[Person, Verdict]]:
    """Everybody the records know, each address once, with the verdict."""
    manners = Manners(advertising=newsletter.advertising, daily_cap=outreach.desk.settings.newsletters.daily_cap)
    today = _advertised_today(outreach, newsletter, now) if newsletter.advertising else ()
    seen: set[bytes] = set()
    for person in _people(outreach, newsletter.segment, now):
        key = bytes.fromhex(recipient_key("", person.email)[1:])  # 8 bytes each: a million addresses fit in memory
        if key not in seen:
            seen.add(key)
            known = replace(person, advertised_today=_count_today(outreach, today, person.email))
            yield known, judge(known, newsletter.segment, manners, now)


def _advertised_today(outreach: Outreach, newsletter: Newsletter, now: datetime) -> tuple[str, ...]:
    """The other advertising newsletters that went out, or are going out, on this local day."""
    today = day_of(outreach, now)
    recent = outreach.records.newsletters_since(now - timedelta(days=30))
    return tuple(
        one.id
        for one in recent
        if one.advertising
        and not one.is_shadow
        and one.id != newsletter.id
        and one.started
        and day_of(outreach, one.started) == today
    )


def _count_today(outreach: Outreach, newsletters: Sequence[str], email: str) -> int:
    rows = (outreach.records.recipient(recipient_key(one, email)) for one in newsletters)
    return sum(row is not None and row.status in _COUNTS_AS_SENT for row in rows)


def _people(outreach: Outreach, segment: Segment, now: datetime) -> Iterator[Person]:
    for customer in outreach.desk.records.customers():
        facts = _dealings(outreach, customer, segment)
        for email in customer.addresses:
            yield person_of(outreach, customer, email, now, *facts)
    for subscription in outreach.records.subscriptions_in(SubscriptionStatus.ACTIVE):
        if outreach.desk.records.customer_for(subscription.email) is None:
            yield _subscriber(outreach, subscription, now)


def _dealings(outreach: Outreach, customer: Customer, segment: Segment) -> tuple[datetime | None, tuple[Category, ...]]:
    """When a customer last wrote, and about what; looked up only where the segment asks."""
    if not (segment.contact_within or segment.silent_for or segment.categories):
        return None, ()
    return dealings_of(outreach, customer.id)


def dealings_of(outreach: Outreach, customer_id: str) -> tuple[datetime | None, tuple[Category, ...]]:
    """When a customer last wrote, and about what."""
    requests = list(outreach.desk.records.requests_of(customer_id)) if customer_id else []
    last = max((one.arrived for one in requests), default=None)
    return last, tuple(dict.fromkeys(one.category for one in requests))


def person_of(
    outreach: Outreach,
    customer: Customer,
    email: str,
    now: datetime,
    last_contact: datetime | None = None,
    categories: tuple[Category, ...] = (),
) -> Person:
    """What the records say about one address of a customer."""
    said = outreach.records.subscription(email)
    return Person(
        email=email.lower(),
        name=said.name if said else "",
        customer_id=customer.id,
        language=customer.language or Language.VI,
        under_contract=customer.has_contract(now),
        contract_until=customer.contract_until,
        customer_since=customer.customer_since or customer.contract_from,
        services=customer.services,
        last_contact=last_contact,
        categories=categories,
        consented=customer.consent is not None or _is(said, SubscriptionStatus.ACTIVE),
        refused=_why_refused(said),
        suppressed=_why_suppressed(outreach, email, now),
    )


def _subscriber(outreach: Outreach, said: Subscription, now: datetime) -> Person:
    """Somebody who subscribed without being a customer."""
    return Person(
        email=said.email,
        name=said.name,
        language=said.language,
        consented=True,
        suppressed=_why_suppressed(outreach, said.email, now),
    )


def _is(said: Subscription | None, status: SubscriptionStatus) -> bool:
    return said is not None and said.status is status


def _why_refused(said: Subscription | None) -> str:
    return f"{said.how} {said.changed:%Y-%m-%d}" if said and said.status is SubscriptionStatus.REFUSED else ""


def _why_suppressed(outreach: Outreach, email: str, now: datetime) -> str:
    found = outreach.records.suppression(email)
    if found is None or (found.until is not None and found.until <= now):
        return ""
    return f"{found.reason}: {found.detail}"


# ---- rows -----------------------------------------------------------------------------------------------------------


def gather(
    outreach: Outreach,
    newsletter: Newsletter,
    languages: Mapping[Language, str],
    now: datetime,
    hold: Callable[[], None] = lambda: None,
) -> Audience:
    """Write a row for everybody who gets the newsletter, some hundred in a commit; `hold` is called between commits.

    Doing it again after a crash adds who is missing and nobody twice.
    """
    audience = Audience()
    rows = _rows(outreach, newsletter, languages, now, audience)
    while batch := list(islice(rows, _BATCH)):
        _add(outreach, batch)
        hold()
    return audience


def _rows(
    outreach: Outreach, newsletter: Newsletter, languages: Mapping[Language, str], now: datetime, audience: Audience
) -> Iterator[Recipient]:
    """In mode shadow a few are sent, to staff; the others are only counted."""
    fallback = next(iter(languages))
    names: dict[str, str] = {}
    for person, verdict in judged(outreach, newsletter, now):
        audience.add(person, verdict)
        if not verdict.is_in:
            continue
        yield Recipient(
            key=recipient_key(newsletter.id, person.email),
            newsletter=newsletter.id,
            email=person.email,
            name=person.name,
            company=_company(outreach, person.customer_id, names),
            language=person.language if person.language in languages else fallback,
            status=RecipientStatus.SHADOW
            if newsletter.is_shadow and audience.size > _SEEN_IN_SHADOW
            else RecipientStatus.QUEUED,
            changed=now,
        )


def _company(outreach: Outreach, customer_id: str, names: dict[str, str]) -> str:
    """The name of a customer; the addresses of one come one after the other."""
    if customer_id and customer_id not in names:
        customer = outreach.desk.records.customer(customer_id)
        names.clear()
        names[customer_id] = customer.name if customer else ""
    return names.get(customer_id, "")


def _add(outreach: Outreach, batch: Iterable[Recipient]) -> None:
    changes: list[Change] = [change_of(row) for row in batch]
    while changes:
        try:
            outreach.records.commit(changes)
        except Conflict as conflict:  # it is there already: an earlier attempt was broken off
            changes = [one for one in changes if one.key != conflict.key]
        else:
            return
