"""The nouns: what a support desk speaks of, as frozen values.

Everything that two rooms share lives here and nothing else does. No class in this module reads a clock, a store or a
setting. Instants are aware datetimes in UTC unless a name says otherwise, effort is in whole working minutes, money
in whole đồng.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Language(StrEnum):
    """The language a letter is written in."""

    VI = "vi"
    EN = "en"


class Category(StrEnum):
    """What a request is about: the fourteen categories of the support policy."""

    EMAIL_INCIDENT = "email_incident"
    HOSTING_INCIDENT = "hosting_incident"
    DOMAIN_INCIDENT = "domain_incident"
    WEBSITE_REQUEST = "website_request"
    STAFF_TRAINING = "staff_training"
    ADVANCED_TRAINING = "advanced_training"
    MARKETING_INFORMATION = "marketing_information"
    PROGRAMME = "programme"
    NEW_FEATURE = "new_feature"
    ADDITIONAL_DESIGN = "additional_design"
    OUT_OF_CONTRACT = "out_of_contract"
    MARKETING_CONSULTING = "marketing_consulting"
    WARRANTY = "warranty"
    NOT_A_REQUEST = "not_a_request"


class Urgency(StrEnum):
    """How soon a request must be looked at; the queue is ordered by this, then by arrival."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most urgent, so that sorting upwards gives the order of work."""
        return _URGENCY_RANK[self]


_URGENCY_RANK: Mapping[Urgency, int] = {urgency: rank for rank, urgency in enumerate(Urgency)}


class Fee(StrEnum):
    """What the policy says about money. `REVIEW`: a member of staff decides, and no letter speaks of money."""

    FREE = "free"
    PAID = "paid"
    REVIEW = "review"
    NONE = "none"


class FeeRule(StrEnum):
    """Which sentence of the policy decided a fee; POLICY "The fee decision", in its order."""

    NOT_A_REQUEST = "not_a_request"
    WARRANTY = "warranty"
    UNKNOWN_SENDER = "unknown_sender"
    OUT_OF_CONTRACT = "out_of_contract"
    INCIDENT = "incident"
    FREE_CATEGORY = "free_category"
    NAMED_PAID_CATEGORY = "named_paid_category"
    WITHIN_THRESHOLD = "within_threshold"
    OVER_THRESHOLD = "over_threshold"
    UNCERTAIN = "uncertain"
    FLAGGED = "flagged"  # fraud pattern, invoice, complaint: a person answers
    STAFF = "staff"  # a member of staff said so


class MailKind(StrEnum):
    """Who wrote a mail: a person, a machine that answers, a mail system that reports, or a mailing list."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"


class BounceClass(StrEnum):
    """Whether a failed delivery is worth another try (RFC 3463 class 5 or 4)."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class InboundStatus(StrEnum):
    """The life of a mail that arrived."""

    KEPT = "kept"
    DONE = "done"
    QUARANTINED = "quarantined"


class Route(StrEnum):
    """What an inbound mail is for the desk."""

    NEW_REQUEST = "new_request"
    FOLLOW_UP = "follow_up"
    STAFF = "staff"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    CALENDAR = "calendar"  # an answer to an invitation of ours, by the buttons of a mail program
    DUPLICATE = "duplicate"
    OWN = "own"  # our own letter came back
    HELD = "held"  # claims to be somebody it does not prove to be


class RequestStatus(StrEnum):
    """The life of a request (DESIGN "Life of a request")."""

    REVIEW = "review"
    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    ANALYSING = "analysing"
    QUOTE_DRAFT = "quote_draft"
    QUOTED = "quoted"
    ACCEPTED = "accepted"  # the quote is accepted, the work waits for the deposit
    DECLINED = "declined"
    EXPIRED = "expired"
    DONE = "done"
    CANCELLED = "cancelled"
    NOT_A_REQUEST = "not_a_request"

    @property
    def is_open(self) -> bool:
        """Whether staff still owe work or an answer."""
        return self not in _CLOSED


_CLOSED = frozenset(
    {
        RequestStatus.DECLINED,
        RequestStatus.EXPIRED,
        RequestStatus.DONE,
        RequestStatus.CANCELLED,
        RequestStatus.NOT_A_REQUEST,
    }
)


class LetterStatus(StrEnum):
    """The life of a letter (DESIGN "The data's way", 4)."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHHELD = "withheld"  # mode observe: kept, never sent
    CANCELLED = "cancelled"


# ---- mail -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: `email` is lower case and never has a display name in it; `name` may be empty."""

    email: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email

    @property
    def domain(self) -> str:
        """The part behind the last `@`, empty where there is none."""
        return self.email.rpartition("@")[2] if "@" in self.email else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. `name` is safe to show and to store; `inline` marks pictures of the body or signature."""

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str = ""
    content: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient that a bounce reports. `status` is RFC 3463 (`5.1.1`) or empty; `diagnostic` are the server's words."""

    email: str
    bounce_class: BounceClass
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class BounceReport:
    """What a delivery report says: who failed, how, and which mail of ours it was about (Message-ID, empty if unknown)."""

    recipients: tuple[FailedRecipient, ...]
    bounce_class: BounceClass
    original_message_id: str = ""
    is_delay_warning: bool = False


@dataclass(frozen=True, slots=True)
class ForwardedMail:
    """The mail inside a forward: whom it was from, and what it said."""

    sender: Address
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as the worker reads it: valid NFC strings without NUL or lone surrogates, whatever the bytes were.

    `text` is all that the reader of a mail program would see; `new_text` is what this sender newly wrote (without quoted
    history, attribution lines and signature; never empty where `text` is not). `message_id`, `in_reply_to` and
    `references` are without angle brackets. `kind_reason` says what made a mail automatic. `faults` names what was
    broken and how it was read all the same. `calendar` is the iCalendar object that came with it, empty if none did.
    """

    message_id: str
    sender: Address
    subject: str
    text: str
    new_text: str
    date: datetime | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    rejected_attachments: tuple[str, ...] = ()
    kind: MailKind = MailKind.HUMAN
    kind_reason: str = ""
    bounce: BounceReport | None = None
    forwarded: ForwardedMail | None = None
    hidden_text: str = ""
    authentication_results: tuple[str, ...] = ()
    sender_count: int = 1
    faults: tuple[str, ...] = ()
    calendar: bytes = field(default=b"", repr=False)


# ---- deciding -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effort:
    """Working minutes a request will take: `likely` within `low`..`high` (about an 80 % range)."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that spoke for a decision: what was seen, and what for."""

    fact: str
    speaks_for: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One of several asks found in one mail."""

    text: str
    category: Category
    probability: float
    effort: Effort


@dataclass(frozen=True, slots=True)
class Classification:
    """What a mail asks for, how sure that is, and why.

    `probabilities` are calibrated and sum to one. `money` says how likely each money word would be right, learned
    directly; the two check each other. `flags` are facts that force a person to look (`fraud_pattern`, `steering`,
    `invoice`, `complaint`, …).
    """

    category: Category
    probability: float
    urgency: Urgency
    effort: Effort
    language: Language
    probabilities: Mapping[Category, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    asks: tuple[Ask, ...] = ()
    flags: tuple[str, ...] = ()
    money: Mapping[Fee, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeeDecision:
    """Free, paid, review or none, and the rule that decided. The rule names the sentence of the policy that letters show."""

    fee: Fee
    rule: FeeRule
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer was told: expected completion `at`; `told` when. `kind` says what is promised by then."""

    at: datetime
    told: datetime | None = None
    kind: str = "completion"  # completion | answer | quote


# ---- people ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent to newsletters as Decree 91/2020/NĐ-CP wants it on record: when and how it was given."""

    given: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who has, or had, a contract. Known by address or by a domain of their own (never a public mail domain)."""

    id: str
    name: str
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    may_order: tuple[str, ...] = ()
    contract_from: datetime | None = None
    contract_until: datetime | None = None
    consent: Consent | None = None
    language: Language | None = None
    services: tuple[str, ...] = ()
    customer_since: datetime | None = None
    version: int = 0

    def has_contract(self, at: datetime) -> bool:
        """Whether a contract runs at that moment; no dates at all means that it runs."""
        begun = self.contract_from is None or self.contract_from <= at
        return begun and (self.contract_until is None or at < self.contract_until)


class Role(StrEnum):
    """What a member of staff may do; each role may do what the ones before it may."""

    TECHNICIAN = "technician"
    SALES = "sales"
    MANAGER = "manager"

    def may(self, least: Role) -> bool:
        """Whether this role does what the `least` one may."""
        roles = list(Role)
        return roles.index(self) >= roles.index(least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff, known by exact address."""

    email: str
    name: str
    role: Role = Role.TECHNICIAN
    language: Language = Language.VI
    skills: tuple[Category, ...] = ()
    capacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say about a sender, for the deciding rooms: plain facts, no store behind them.

    `earlier_work` are the numbers of handled requests that this mail is certainly about (warranty);
    `similar_work` are those it may be about, or that stand at the same place with another fault: a person looks.
    """

    customer: Customer | None = None
    under_contract: bool = False
    is_staff: bool = False
    earlier_work: tuple[str, ...] = ()
    similar_work: tuple[str, ...] = ()
    closed_requests: int = 0


# ---- requests -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change in the life of a request: when, what, by which mail or person, and which rule or reason."""

    at: datetime
    what: str
    by: str = ""
    reason: str = ""


class AppointmentState(StrEnum):
    """How far a training is arranged."""

    PROPOSED = "proposed"  # the customer is to choose a slot
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # the customer cannot come then, or wants another time
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A training as it is arranged: first `slots` to choose from, then `start`; `minutes` long.

    `uid` and `sequence` are those of its calendar invitation to `attendee` (RFC 5545): the same for life, and one higher
    with each change.
    """

    uid: str
    attendee: str
    minutes: int
    state: AppointmentState
    place: str = ""
    slots: tuple[datetime, ...] = ()
    start: datetime | None = None
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing that a customer asked for, from arrival to the end of its (unlimited) warranty."""

    id: str  # "VN-1042"
    token: str
    subject: str
    text: str
    contact: Address
    participants: tuple[str, ...]
    language: Language
    category: Category
    urgency: Urgency
    effort: Effort
    fee: FeeDecision
    status: RequestStatus
    arrived: datetime
    customer_id: str = ""
    probability: float = 0.0
    promise: Promise | None = None
    first_promise: Promise | None = None
    assigned_to: str = ""
    pinned: bool = False
    not_before: datetime | None = None
    minutes_spent: int = 0
    inbound: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    asks: tuple[Ask, ...] = ()
    flags: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    queued_at: datetime | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None
    alarmed_at: datetime | None = None  # when staff were told that the promise is at risk
    appointment: Appointment | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMail:
    """A mail that arrived: its raw bytes are kept under `raw`, whatever became of it since.

    `id` is mailbox/UIDVALIDITY/UID, so that one message of the server is one record. `arrived` is INTERNALDATE, `kept`
    when we took it.
    """

    id: str
    mailbox: str
    uidvalidity: int
    uid: int
    raw: str
    size: int
    arrived: datetime
    kept: datetime
    status: InboundStatus = InboundStatus.KEPT
    route: Route | None = None
    reason: str = ""
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    request_id: str = ""
    attempts: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail of ours. Its bytes are rendered once and kept as `raw`; `message_id` is the same on every attempt.

    `recipient` is who it is meant for, `envelope_to` where it goes (another address in shadow mode). `due` is when the
    next attempt may be made. `server_said` is the last reply of the mail server.
    """

    id: str
    kind: str
    recipient: str
    envelope_to: tuple[str, ...]
    envelope_from: str
    message_id: str
    subject: str
    status: LetterStatus
    created: datetime
    due: datetime
    request_id: str = ""
    inbound_id: str = ""
    attempts: int = 0
    owner: str = ""
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    server_said: str = ""
    version: int = 0
