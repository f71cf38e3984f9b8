"""What the worker remembers, in its own types, over any Store.

The one place that knows how a noun becomes a document. Reading gives values with the version they were read at; saving
names that version, so that two who decided on the same state cannot both win.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec

from storage import Change, Conflict, Document, Store, Stored, StoreError
from worker.model import Customer, InboundMail, InboundStatus, Letter, LetterStatus, Request, Staff
from worker.policy.loops import AddressHealth
from worker.policy.quote_life import QuoteStatus, QuoteVersion
from worker.policy.warranty import ClosedWork, features_of, is_under_warranty, places_of

INDEXES: Mapping[str, tuple[str, ...]] = {
    "inbound": ("status", "raw", "message_id", "request_id", "arrived", "status+arrived"),
    "request": ("status", "open", "customer_id", "token", "arrived", "open+arrived"),
    "letter": (
        "status",
        "waiting",
        "due",
        "message_id",
        "request_id",
        "recipient",
        "created",
        "waiting+due",
        "recipient+created",
    ),
    "letter_bytes": (),
    "quote": ("status", "request_id", "due", "created", "uninvoiced", "status+created"),
    "customer": ("name",),
    "customer_address": (),
    "customer_domain": (),
    "mailbox": (),
    "fingerprint": (),
    "counter": (),
    "notice": (),
    "address": (),
    "token": ("request_id",),
    "before": ("request_id",),
    "absence": ("email", "until"),
    "staff": (),
    "example": (),
    "newsletter": ("status", "created"),
    "recipient": ("lane", "due"),
    "subscription": ("status",),
    "suppression": ("reason", "until"),
    "sign_up": ("programme", "customer_id"),
    "secret": (),
    "closed_work": ("filed", "closed", "filed+closed"),
}
_FIRST_NUMBER = 1001
_STORE_TRIES = 5
_WAITING = frozenset({LetterStatus.QUEUED, LetterStatus.CLAIMED, LetterStatus.DEFERRED, LetterStatus.HANDING_OVER})

Record = InboundMail | Request | Letter | Customer | QuoteVersion
T = TypeVar("T", InboundMail, Request, Letter, Customer, QuoteVersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """What the poller knows of one mailbox: only UIDs above `baseline` of this `uidvalidity` are ours to take."""

    name: str
    uidvalidity: int
    baseline: int
    baseline_set: datetime
    last_fetch: datetime | None = None
    last_error: str = ""
    fetched: int = 0
    version: int = 0


class Purpose(StrEnum):
    """What the token of a staff letter is good for (DESIGN "Who may say what")."""

    ACT = "act"  # work on the request
    MONEY = "money"  # one decision about money, besides
    CONFIRM = "confirm"  # yes to the mail that waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What only one letter to staff carried. `email` is empty where any member of staff may answer it.

    `pending` is the staff mail (inbound id) that a yes carries out. A money token is also bound to the fee that stood
    there (`fee`), one that came with a quote to its version and content (`quote`), and works once.
    """

    key: str
    purpose: Purpose
    until: datetime
    request_id: str = ""
    email: str = ""
    pending: str = ""
    fee: str = ""
    quote: str = ""
    used: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A member of staff gives only `share` of the working day from `start` until `until`: 0 is an absence."""

    key: str
    email: str
    start: datetime
    until: datetime
    share: float = 0.0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How requests and quotes stood before a staff mail changed them, so that it can be undone; `made` are records to
    take back.
    """

    key: str  # the staff mail's id
    email: str
    at: datetime
    requests: tuple[Request, ...] = ()
    quotes: tuple[QuoteVersion, ...] = ()
    made: tuple[tuple[str, str], ...] = ()
    request_id: str = ""
    undone: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """What the store says of an address (`key`), whatever settings say: this member of staff, or (None) nobody any more."""

    key: str
    member: Staff | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter with its bytes, as a step wrote it: both are committed together, with what belongs to it (`claims`)."""

    letter: Letter
    mime: bytes
    claims: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided: changed records and letters to send. Saved in one commit, or not at all."""

    records: tuple[Record, ...] = ()
    letters: tuple[NewLetter, ...] = ()
    claims: tuple[Change, ...] = ()


Side = Token | Away | Before | StaffEntry
S = TypeVar("S", Token, Away, Before, StaffEntry)
_SIDE: Mapping[type[Side], str] = {Token: "token", Away: "absence", Before: "before", StaffEntry: "staff"}


def side_change(record: Side) -> Change:
    """The change that saves a token, an absence, a member of staff or what stood before, at the version it was read."""
    return Change(_SIDE[type(record)], record.key, _document(record), record.version)


def _document(record: Record | MailboxState | AddressHealth | Side) -> Document:
    document = cast("Document", msgspec.to_builtins(record))
    del document["version"]
    return document


def _index_fields(record: Record) -> Document:
    match record:
        case Request(status=status):
            return {"open": status.is_open}
        case Letter(status=status):
            return {"waiting": status in _WAITING}
        case QuoteVersion():
            return {"uninvoiced": record.is_uninvoiced}
        case _:
            return {}


_KIND: Mapping[type[Record], str] = {
    InboundMail: "inbound",
    Request: "request",
    Letter: "letter",
    Customer: "customer",
    QuoteVersion: "quote",
}


def change_of(record: Record) -> Change:
    """The change that saves a record, naming the version it was read at."""
    return Change(_KIND[type(record)], record.id, {**_document(record), **_index_fields(record)}, record.version)


def commit_unless_taken(commit: Callable[[Sequence[Change]], object], changes: Sequence[Change]) -> frozenset[str]:
    """Commit independent changes together, without those that somebody else was before: their keys come back.

    What is noted here has happened already (a server took a mail), so a store in trouble is asked a few times.
    """
    refused: set[str] = set()
    failed = 0
    while changes:
        try:
            commit(changes)
        except Conflict as conflict:
            refused.add(conflict.key)
            changes = [one for one in changes if one.key != conflict.key]
        except StoreError:
            failed += 1
            if failed >= _STORE_TRIES:
                raise
            time.sleep(failed)
        else:
            break
    return frozenset(refused)


def filing(work: ClosedWork, closed: datetime) -> Iterator[Change]:
    """The changes that file closed work under all that it may be recognised by."""
    document = {"id": work.id, "customer_id": work.customer_id, "features": sorted(work.features)}
    document["closed"] = _instant(closed)
    for place in ("", *places_of(work.features)):
        key = f"{work.id}/{place}" if place else work.id
        yield Change("closed_work", key, {**document, "filed": f"{work.customer_id}/{place}"})


def _instant(at: datetime) -> str:
    """An instant as documents hold it, so that strings sort as time does: UTC, whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class Records:
    """Everything that is remembered. Safe to use from several threads, as its store is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def store(self) -> Store:
        """The store behind, for records of other families (newsletters, sign-ups)."""
        return self._store

    def _one(self, kind: type[T], key: str) -> T | None:
        stored = self._store.get(_KIND[kind], key)
        return self._read(kind, stored) if stored else None

    @staticmethod
    def _read(kind: type[T], stored: Stored) -> T:
        return msgspec.convert({**stored.document, "version": stored.version}, kind)

    def _some(self, kind: type[T], **query: Any) -> Iterator[T]:
        for stored in self._store.find(_KIND[kind], **query):
            yield self._read(kind, stored)

    # ---- saving ----

    def save(self, outcome: Outcome) -> None:
        """Write all of an outcome in one commit. Conflict where somebody else was first."""
        changes = list(self._changes(outcome.records))
        for new in outcome.letters:
            changes.append(change_of(new.letter))
            changes.append(Change("letter_bytes", new.letter.id, {"mime": new.mime.decode("ascii")}))
            changes += new.claims
        self._store.commit(*changes, *outcome.claims)

    def save_record(self, record: T) -> T:
        """Write one record; the record as it is now stored."""
        self._store.commit(*self._changes((record,)))
        return replace(record, version=record.version + 1)

    def save_records(self, records: Iterable[Record]) -> None:
        """Write several records in one commit."""
        self._store.commit(*self._changes(records))

    def _changes(self, records: Iterable[Record]) -> Iterator[Change]:
        for record in records:
            yield change_of(record)
            if isinstance(record, Request) and record.customer_id and is_under_warranty(record):
                yield from self._filed(record)

    def save_unless_taken(self, records: Iterable[Record]) -> frozenset[str]:
        """Write several records in one commit, without those that somebody else changed: their ids come back."""
        return commit_unless_taken(lambda changes: self._store.commit(*changes), [change_of(one) for one in records])

    # ---- raw bytes ----

    def keep_raw(self, *contents: bytes) -> list[str]:
        """Keep bytes durably before anything is decided about them; their keys."""
        return self._store.keep_raw(*contents)

    def raw(self, key: str) -> bytes:
        """Bytes that were kept."""
        return self._store.raw(key)

    # ---- inbound ----

    def inbound(self, key: str) -> InboundMail | None:
        """The mail that arrived under mailbox/UIDVALIDITY/UID."""
        return self._one(InboundMail, key)

    def inbound_with_raw(self, raw: str) -> Iterator[InboundMail]:
        """Mails with exactly these bytes: the same delivery fetched again after a UIDVALIDITY change."""
        return self._some(InboundMail, equal={"raw": raw})

    def inbound_with_message_id(self, message_id: str) -> Iterator[InboundMail]:
        """Mails that carried this Message-ID."""
        return self._some(InboundMail, equal={"message_id": message_id}) if message_id else iter(())

    def inbound_in(self, status: InboundStatus) -> Iterator[InboundMail]:
        """Mails in that state, oldest first."""
        return self._some(InboundMail, equal={"status": status.value}, order_by="arrived")

    def inbound_of(self, request_id: str) -> Iterator[InboundMail]:
        """The mails that belong to a request, oldest first."""
        return self._some(InboundMail, equal={"request_id": request_id}, order_by="arrived")

    def count_inbound(self, status: InboundStatus) -> int:
        """How many mails are in that state."""
        return self._store.count("inbound", equal={"status": status.value})

    def fingerprint(self, key: str) -> str:
        """The id of the mail that first carried this fingerprint, empty if none did."""
        stored = self._store.get("fingerprint", key)
        return str(stored.document["inbound_id"]) if stored else ""

    def claim_fingerprint(self, key: str, inbound_id: str) -> Change:
        """The change that makes a mail the first of its kind; it conflicts where another was first."""
        return Change("fingerprint", key, {"inbound_id": inbound_id})

    # ---- mailboxes ----

    def mailbox(self, name: str) -> MailboxState | None:
        """What is known of a mailbox, None before its first start."""
        stored = self._store.get("mailbox", name)
        return replace(msgspec.convert(stored.document, MailboxState), version=stored.version) if stored else None

    def save_mailbox(self, state: MailboxState) -> MailboxState:
        """Write what is known of a mailbox; the state as it is now stored."""
        self._store.commit(Change("mailbox", state.name, _document(state), state.version))
        return replace(state, version=state.version + 1)

    # ---- requests ----

    def next_request(self) -> tuple[str, Change]:
        """The next request number and the change that takes it; it conflicts where another took it first."""
        stored = self._store.get("counter", "request")
        number = cast("int", stored.document["next"]) if stored else _FIRST_NUMBER
        taken = Change("counter", "request", {"next": number + 1}, stored.version if stored else 0)
        return f"VN-{number}", taken

    def request(self, key: str) -> Request | None:
        """The request with that number (`VN-1042`)."""
        return self._one(Request, key)

    def request_with_token(self, token: str) -> Request | None:
        """The request that carries this token."""
        return next(self._some(Request, equal={"token": token}, limit=1), None) if token else None

    def open_requests(self) -> Iterator[Request]:
        """Requests that staff still owe work or an answer, in order of arrival."""
        return self._some(Request, equal={"open": True}, order_by="arrived")

    def requests_of(self, customer_id: str) -> Iterator[Request]:
        """All requests of a customer, in order of arrival."""
        return self._some(Request, equal={"customer_id": customer_id}, order_by="arrived")

    def requests_since(self, since: datetime, limit: int) -> Iterator[Request]:
        """The newest requests that arrived since then, newest first."""
        return self._some(
            Request, between=("arrived", _instant(since), None), order_by="arrived", descending=True, limit=limit
        )

    def count_open(self) -> int:
        """How many requests are open."""
        return self._store.count("request", equal={"open": True})

    # ---- closed work, for its warranty ----

    def _filed(self, request: Request) -> Iterator[Change]:
        """The changes that file a request when it is done; none where it is filed already."""
        if not self._store.get("closed_work", request.id):
            work = ClosedWork(request.id, request.customer_id, features_of(request.subject, request.text))
            yield from filing(work, request.closed_at or request.arrived)

    def closed_work_named(self, number: str) -> ClosedWork | None:
        """The work of the request with that number, if it was done."""
        stored = self._store.get("closed_work", number)
        return msgspec.convert(stored.document, ClosedWork) if stored else None

    def closed_work(self, customer_id: str, place: str = "", limit: int = 0) -> Iterator[ClosedWork]:
        """A customer's work that was done, the newest first: all of it, or what is filed under a place (`places_of`)."""
        filed = {"filed": f"{customer_id}/{place}"}
        for stored in self._store.find("closed_work", equal=filed, order_by="closed", descending=True, limit=limit):
            yield msgspec.convert(stored.document, ClosedWork)

    # ---- quotes ----

    def quote(self, key: str) -> QuoteVersion | None:
        """The version of a quote with that title (`BG-1042/2`)."""
        return self._one(QuoteVersion, key)

    def quotes(self) -> Iterator[QuoteVersion]:
        """All versions of all quotes, the newest last."""
        return self._some(QuoteVersion, order_by="created")

    def quotes_of(self, request_id: str) -> list[QuoteVersion]:
        """The versions of a request's quote, in their order."""
        found = self._some(QuoteVersion, equal={"request_id": request_id})
        return sorted(found, key=lambda one: one.quote.version)

    def quotes_in(self, status: QuoteStatus) -> Iterator[QuoteVersion]:
        """Versions in that state, oldest first."""
        return self._some(QuoteVersion, equal={"status": status.value}, order_by="created")

    def quotes_due(self, now: datetime, limit: int = 0) -> Iterator[QuoteVersion]:
        """Versions about which something is to be done by now, the longest waiting first."""
        until = _instant(now + timedelta(seconds=1))
        return self._some(QuoteVersion, between=("due", None, until), order_by="due", limit=limit)

    def uninvoiced(self) -> Iterator[QuoteVersion]:
        """Accepted quotes whose work is done and whose invoice is not written."""
        return self._some(QuoteVersion, equal={"uninvoiced": True}, order_by="created")

    # ---- letters ----

    def letter(self, key: str) -> Letter | None:
        """A letter by its id."""
        return self._one(Letter, key)

    def letter_bytes(self, key: str) -> bytes:
        """The bytes of a letter, as they are handed over on each attempt."""
        stored = self._store.get("letter_bytes", key)
        if stored is None:
            raise KeyError(key)
        return str(stored.document["mime"]).encode("ascii")

    def letter_with_message_id(self, message_id: str) -> Letter | None:
        """Our letter with that Message-ID."""
        found = self._some(Letter, equal={"message_id": message_id}, limit=1) if message_id else iter(())
        return next(found, None)

    def letters_due(self, now: datetime, limit: int = 0, since: datetime | None = None) -> Iterator[Letter]:
        """Letters that wait and whose time has come by then (not before `since`), the longest waiting first."""
        until = _instant(now + timedelta(seconds=1))
        first = _instant(since) if since else None
        return self._some(Letter, equal={"waiting": True}, between=("due", first, until), order_by="due", limit=limit)

    def letters_in(self, status: LetterStatus) -> Iterator[Letter]:
        """Letters in that state, oldest first."""
        return self._some(Letter, equal={"status": status.value}, order_by="created")

    def letters_of(self, request_id: str) -> Iterator[Letter]:
        """The letters that belong to a request, oldest first."""
        return self._some(Letter, equal={"request_id": request_id}, order_by="created")

    def count_letters(self, status: LetterStatus, since: datetime | None = None) -> int:
        """How many letters are in that state (written since then)."""
        between = ("created", _instant(since), None) if since else None
        return self._store.count("letter", equal={"status": status.value}, between=between)

    def count_letters_to(self, recipient: str, since: datetime) -> int:
        """How many letters were written to an address since then."""
        return self._store.count("letter", equal={"recipient": recipient}, between=("created", _instant(since), None))

    def count_letters_about(self, request_id: str, since: datetime) -> int:
        """How many letters were written about a request since then."""
        return self._store.count("letter", equal={"request_id": request_id}, between=("created", _instant(since), None))

    def count_letters_since(self, since: datetime) -> int:
        """How many letters were written since then."""
        return self._store.count("letter", between=("created", _instant(since), None))

    # ---- notices: what staff were told once ----

    def was_noticed(self, key: str) -> bool:
        """Whether staff were told of this already."""
        return self._store.get("notice", key) is not None

    def notice(self, key: str, at: datetime) -> Change:
        """The change that remembers that staff were told; it conflicts where they were."""
        return Change("notice", key, {"at": _instant(at)})

    # ---- addresses that bounce ----

    def health(self, email: str) -> AddressHealth:
        """How letters to an address fared."""
        stored = self._store.get("address", email) if email else None
        if stored is None:
            return AddressHealth(email=email)
        return replace(msgspec.convert(stored.document, AddressHealth), version=stored.version)

    def health_change(self, health: AddressHealth) -> Change:
        """The change that saves how an address fares."""
        return Change("address", health.email, _document(health), health.version)

    def notice_at(self, key: str) -> datetime | None:
        """When staff were told of this, None where they were not."""
        stored = self._store.get("notice", key)
        return datetime.fromisoformat(str(stored.document["at"])) if stored else None

    # ---- staff ----

    def token(self, key: str) -> Token | None:
        """The token with that text."""
        return self._side(Token, key)

    def before(self, inbound_id: str) -> Before | None:
        """How things stood before that staff mail."""
        return self._side(Before, inbound_id)

    def befores_of(self, request_id: str) -> Iterator[Before]:
        """What staff mails about a request could undo."""
        for stored in self._store.find("before", equal={"request_id": request_id}):
            yield replace(msgspec.convert(stored.document, Before), version=stored.version)

    def absences(self, now: datetime) -> Iterator[Away]:
        """Who is, or will be, away."""
        for stored in self._store.find("absence", between=("until", _instant(now), None)):
            yield replace(msgspec.convert(stored.document, Away), version=stored.version)

    def staff_entry(self, email: str) -> StaffEntry | None:
        """What the store says of that address, None where it says nothing."""
        return self._side(StaffEntry, email.lower())

    def staff_entries(self) -> Iterator[StaffEntry]:
        """All that the store says of members of staff, by address."""
        for stored in self._store.find("staff"):
            yield replace(msgspec.convert(stored.document, StaffEntry), version=stored.version)

    def _side(self, kind: type[S], key: str) -> S | None:
        stored = self._store.get(_SIDE[kind], key)
        return replace(msgspec.convert(stored.document, kind), version=stored.version) if stored else None

    # ---- customers ----

    def customer(self, key: str) -> Customer | None:
        """A customer by id."""
        return self._one(Customer, key)

    def customers(self) -> Iterator[Customer]:
        """All customers by name."""
        return self._some(Customer, order_by="name")

    def customer_for(self, email: str) -> Customer | None:
        """The customer who writes from that address: by the address itself, else by its domain."""
        stored = self._store.get("customer_address", email) or self._store.get(
            "customer_domain", email.rpartition("@")[2]
        )
        return self.customer(str(stored.document["customer_id"])) if stored else None

    def save_customer(self, customer: Customer) -> None:
        """Write a customer with the addresses and domains it is known by. Conflict where one belongs to another."""
        self._store.commit(*self.customer_changes(customer))

    def customer_changes(self, customer: Customer) -> list[Change]:
        """The changes that write a customer with what it is known by. Conflict where one belongs to another."""
        before = self.customer(customer.id)
        changes = [change_of(customer)]
        for kind, new, old in (
            ("customer_address", customer.addresses, before.addresses if before else ()),
            ("customer_domain", customer.domains, before.domains if before else ()),
        ):
            changes += self._known_by(kind, customer.id, set(new), set(old))
        return changes

    def _known_by(self, kind: str, customer_id: str, new: set[str], old: set[str]) -> Iterator[Change]:
        for key in sorted(new | old):
            stored = self._store.get(kind, key)
            owner = stored.document["customer_id"] if stored else None
            if key in new and owner is None:
                yield Change(kind, key, {"customer_id": customer_id})
            elif key in new and owner != customer_id:
                raise Conflict(kind, key)
            elif key not in new and stored and owner == customer_id:
                yield Change(kind, key, None, stored.version)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()
