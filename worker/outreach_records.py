"""What the worker remembers of newsletters, their recipients, consent and sign-ups, over the same Store as its records.

A newsletter's recipients are rows of their own: 100,000 of them are 100,000 small documents, and each says what became
of it. The key of a row is made of newsletter and address, so that nobody can stand there twice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec

from storage import Change, Conflict, Document, Store, Stored
from worker.model import HistoryEntry, Language
from worker.policy.newsletter_schedule import Schedule
from worker.policy.programmes import SignUpStatus
from worker.policy.segments import Segment


class NewsletterStatus(StrEnum):
    """The life of a newsletter: nothing leaves before it is approved."""

    DRAFT = "draft"
    APPROVED = "approved"
    GATHERING = "gathering"
    SENDING = "sending"
    PAUSED = "paused"
    ASKING = "asking"  # its time is hours over, or something else needs a word of staff
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will leave any more."""
        return self in {NewsletterStatus.DONE, NewsletterStatus.CANCELLED}


class RecipientStatus(StrEnum):
    """What became of one recipient."""

    QUEUED = "queued"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"
    SHADOW = "shadow"  # mode shadow: nothing went to the recipient


class SubscriptionStatus(StrEnum):
    """Whether an address takes newsletters, on its own word."""

    PENDING = "pending"  # asked for, not yet confirmed by the address itself
    ACTIVE = "active"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """One mailing. `edition` counts its contents: an approval names the edition it was given for.

    `contents` and `skeletons` are keys of raw bytes by language: what was written, and the mail laid out for filling.
    `due` is when it wants to start or go on. `owner` sends it until `lease_until`. `left_out` counts by reason who of
    all known people does not get it. `is_shadow`: it began in mode shadow and never reaches a customer. `series` is the
    recurring newsletter that this one is a run of.
    """

    id: str
    status: NewsletterStatus
    created: datetime
    by: str
    contents: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    edition: int = 1
    advertising: bool = True
    segment: Segment = field(default_factory=Segment)
    schedule: Schedule = field(default_factory=Schedule)
    programme: str = ""
    source: str = ""
    series: str = ""
    due: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    skeletons: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    owner: str = ""
    lease_until: datetime | None = None
    note: str = ""
    is_shadow: bool = False
    history: tuple[HistoryEntry, ...] = ()
    version: int = 0

    def with_history(self, at: datetime, what: str, by: str = "", reason: str = "") -> Newsletter:
        """The newsletter with one more line in its history."""
        return replace(self, history=(*self.history, HistoryEntry(at, what, by, reason)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient of one newsletter. `said` are the server's words, `changed` when the status became what it is."""

    key: str
    newsletter: str
    email: str
    name: str
    language: Language
    status: RecipientStatus
    changed: datetime
    company: str = ""
    due: datetime | None = None
    attempts: int = 0
    said: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What an address itself said about newsletters: when, how, and to which text (Decree 91/2020/NĐ-CP)."""

    email: str
    status: SubscriptionStatus
    changed: datetime
    how: str
    text: str = ""
    evidence: str = ""
    name: str = ""
    language: Language = Language.VI
    history: tuple[HistoryEntry, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that gets no newsletter, why, and until when (None: for good)."""

    email: str
    reason: str
    detail: str
    since: datetime
    until: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Somebody who signed up for a programme."""

    key: str
    programme: str
    customer_id: str
    email: str
    name: str
    status: SignUpStatus
    at: datetime
    request_id: str = ""
    reason: str = ""
    version: int = 0


Record = Newsletter | Recipient | Subscription | Suppression | SignUp
T = TypeVar("T", Newsletter, Recipient, Subscription, Suppression, SignUp)
_KIND: Mapping[type[object], str] = {
    Newsletter: "newsletter",
    Recipient: "recipient",
    Subscription: "subscription",
    Suppression: "suppression",
    SignUp: "sign_up",
}


def email_key(email: str) -> str:
    """A short name for an address that tells nobody what it is: 64 bits of its hash."""
    return hashlib.sha256(email.lower().encode("utf-8", "replace")).hexdigest()[:16]


def recipient_key(newsletter: str, email: str) -> str:
    """The key of a recipient's row."""
    return f"{newsletter}/{email_key(email)}"


def lane(newsletter: str, status: RecipientStatus) -> str:
    """What a row is found by: its newsletter and its status in one field."""
    return f"{newsletter}/{status.value}"


def _instant(at: datetime | None) -> str | None:
    """An instant so that strings sort as time does."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z" if at else None


def _key_of(record: Record) -> str:
    match record:
        case Newsletter():
            return record.id
        case Recipient() | SignUp():
            return record.key
        case _:
            return email_key(record.email)


def change_of(record: Record) -> Change:
    """The change that saves a record, naming the version it was read at."""
    document = cast("Document", msgspec.to_builtins(record))
    del document["version"]
    if isinstance(record, Recipient):
        document["lane"] = lane(record.newsletter, record.status)
    for name in ("due", "created", "until"):
        if isinstance(value := getattr(record, name, None), datetime):
            document[name] = _instant(value)
    return Change(_KIND[type(record)], _key_of(record), document, record.version)


class OutreachRecords:
    """Everything remembered of newsletters and programmes. Safe to use from several threads, as its store is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @staticmethod
    def _read(kind: type[T], stored: Stored) -> T:
        return replace(msgspec.convert(stored.document, kind), version=stored.version)

    def _one(self, kind: type[T], key: str) -> T | None:
        stored = self._store.get(_KIND[kind], key)
        return self._read(kind, stored) if stored else None

    def _some(self, kind: type[T], **query: Any) -> Iterator[T]:
        for stored in self._store.find(_KIND[kind], **query):
            yield self._read(kind, stored)

    # ---- saving ----

    def save(self, *records: Record) -> None:
        """Write records in one commit. Conflict where somebody else was first."""
        self._store.commit(*(change_of(one) for one in records))

    def commit(self, changes: Iterable[Change]) -> None:
        """Write changes in one commit. Conflict where somebody else was first."""
        self._store.commit(*changes)

    def keep_raw(self, content: bytes) -> str:
        """Keep bytes durably; their key."""
        return self._store.keep_raw(content)[0]

    def raw(self, key: str) -> bytes:
        """Bytes that were kept."""
        return self._store.raw(key)

    # ---- newsletters ----

    def next_newsletter(self) -> tuple[str, Change]:
        """The next newsletter number (`BT-7`), and the change that takes it; it conflicts where another took it first."""
        stored = self._store.get("counter", "newsletter")
        number = cast("int", stored.document["next"]) if stored else 1
        taken = Change("counter", "newsletter", {"next": number + 1}, stored.version if stored else 0)
        return f"BT-{number}", taken

    def newsletter(self, key: str) -> Newsletter | None:
        """The newsletter with that number."""
        return self._one(Newsletter, key)

    def newsletters(self) -> Iterator[Newsletter]:
        """All newsletters, the newest first."""
        return self._some(Newsletter, order_by="created", descending=True)

    def newsletters_in(self, *statuses: NewsletterStatus) -> Iterator[Newsletter]:
        """Newsletters in these states, oldest first within each."""
        for status in statuses:
            yield from self._some(Newsletter, equal={"status": status.value}, order_by="created")

    def newsletters_since(self, at: datetime) -> Iterator[Newsletter]:
        """Newsletters that were created since then."""
        return self._some(Newsletter, between=("created", _instant(at), None), order_by="created")

    # ---- recipients ----

    def recipient(self, key: str) -> Recipient | None:
        """A recipient's row."""
        return self._one(Recipient, key)

    def recipients_in(
        self, newsletter: str, status: RecipientStatus, after: str = "", limit: int = 0
    ) -> Iterator[Recipient]:
        """The rows of a newsletter in that state, by key."""
        return self._some(Recipient, equal={"lane": lane(newsletter, status)}, after=after, limit=limit)

    def deferred_until(self, newsletter: str, until: datetime, limit: int = 0) -> Iterator[Recipient]:
        """The deferred rows of a newsletter whose time has come by then, the longest waiting first."""
        key = lane(newsletter, RecipientStatus.DEFERRED)
        due = ("due", None, _instant(until + timedelta(seconds=1)))
        return self._some(Recipient, equal={"lane": key}, between=due, order_by="due", limit=limit)

    def next_deferred(self, newsletter: str) -> datetime | None:
        """When the first of the deferred rows is due."""
        key = lane(newsletter, RecipientStatus.DEFERRED)
        first = next(self._some(Recipient, equal={"lane": key}, order_by="due", limit=1), None)
        return first.due if first else None

    def count_recipients(self, newsletter: str, status: RecipientStatus) -> int:
        """How many rows of a newsletter are in that state."""
        return self._store.count("recipient", equal={"lane": lane(newsletter, status)})

    def counts(self, newsletter: str) -> dict[RecipientStatus, int]:
        """How many rows of a newsletter are in each state."""
        return {status: self.count_recipients(newsletter, status) for status in RecipientStatus}

    # ---- subscriptions, suppressions ----

    def subscription(self, email: str) -> Subscription | None:
        """What an address said about newsletters."""
        return self._one(Subscription, email_key(email))

    def subscriptions_in(self, status: SubscriptionStatus) -> Iterator[Subscription]:
        """Addresses in that state."""
        return self._some(Subscription, equal={"status": status.value})

    def suppression(self, email: str) -> Suppression | None:
        """Why an address gets no newsletter, whether or not that has run out by now."""
        return self._one(Suppression, email_key(email))

    # ---- programmes ----

    def sign_up(self, programme: str, customer_id: str) -> SignUp | None:
        """A customer's sign-up for a programme."""
        return self._one(SignUp, f"{programme}/{customer_id}")

    def sign_ups(self, programme: str) -> list[SignUp]:
        """All sign-ups for a programme, in the order they came."""
        found = self._some(SignUp, equal={"programme": programme})
        return sorted(found, key=lambda one: (one.at, one.key))

    # ---- the key that signs links ----

    def signing_key(self) -> bytes:
        """The key that signs our links and tokens: made on first use, the same ever after."""
        stored = self._store.get("secret", "signing")
        if stored is None:
            with suppress(Conflict):  # another process may make it at the same moment: that one counts
                self._store.commit(Change("secret", "signing", {"key": secrets.token_hex(32)}))
            stored = self._store.get("secret", "signing")
        assert stored is not None  # noqa: S101 - it was committed above, by us or by the other
        return bytes.fromhex(str(stored.document["key"]))
