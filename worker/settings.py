"""settings.yaml as frozen classes: each setting once, with type, default and meaning; all mistakes reported at once.

Values reach the code as arguments; nobody imports a settings instance. Secrets never stand in the file: it names an
environment variable, or a file, that holds them.
"""

from __future__ import annotations

import difflib
import os
import re
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from worker.model import Category, Language, Role, Staff


class SettingsError(Exception):
    """The settings cannot be used: `mistakes` are lines `path: what is wrong and what would be right`."""

    def __init__(self, source: str, mistakes: list[str]) -> None:
        super().__init__("\n".join(f"{source}: {line}" for line in mistakes))
        self.mistakes = mistakes


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


def _is_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"must be an address like ten@vinno.example, not {value!r}")
    return value


MailAddress = Annotated[str, AfterValidator(_is_address)]
Tls = Literal["implicit", "starttls", "none"]
Mode = Literal["observe", "shadow", "live"]


class Secret(_Section):
    """Where a password comes from: an environment variable or a file with nothing else in it."""

    password_env: str = ""
    password_file: str = ""

    def password(self, place: str, base: Path) -> str:
        """The password. SettingsError names the place where it is missing."""
        if self.password_env:
            found = os.environ.get(self.password_env)
            if found:
                return found
            raise SettingsError(place, [f"password_env: the environment variable {self.password_env} is not set"])
        if self.password_file:
            try:
                return (base / self.password_file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(place, [f"password_file: {error.strerror}: {self.password_file}"]) from None
        raise SettingsError(place, ["password_env: name the environment variable that holds the password"])


class OAuth(_Section):
    """How to get access tokens (XOAUTH2): client credentials or a refresh token, at the provider's token endpoint."""

    token_url: str
    client_id: str
    client_secret_env: str = ""
    refresh_token_env: str = ""
    scope: str = ""


class Company(_Section):
    """Who we are, as letters show it."""

    name: str = "VINNO"
    support_name: str = "VINNO Hỗ trợ"
    address: MailAddress = "hotro@vinno.example"
    own_addresses: tuple[MailAddress, ...] = ()
    website: str = "https://vinno.example"
    resources_page: str = "https://vinno.example/tai-nguyen"
    services_page: str = "https://vinno.example/dich-vu"
    phone: str = ""

    @property
    def all_addresses(self) -> frozenset[str]:
        """The addresses of this desk, lower case; one that is a group's list is no list to us."""
        return frozenset(one.lower() for one in (self.address, *self.own_addresses))

    def is_own(self, email: str) -> bool:
        """Whether an address is this desk's, plus-addressed or not."""
        local, _, domain = email.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.all_addresses


class MailboxSettings(Secret):
    """One mailbox that is polled."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")] = "support"
    password_env: str = "SUPPORT_IMAP_PASSWORD"  # noqa: S105 - a name
    host: str = "imap.vinno.example"
    port: Port = 993
    tls: Tls = "implicit"
    ca_file: str = ""
    user: str = "hotro@vinno.example"
    oauth: OAuth | None = None
    inbox: str = "INBOX"
    archive: str = "Processed"
    sent: str = ""
    since: str = "now"
    idle: bool = True
    poll_seconds: Seconds = 60
    timeout_seconds: Seconds = 60
    batch: Annotated[int, Field(ge=1, le=500)] = 50

    @field_validator("since")
    @classmethod
    def _since_is_known(cls, value: str) -> str:
        if value in {"now", "all"}:
            return value
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"must be now, all or a date like 2026-11-30, not {value!r}") from None
        return value


class Dkim(_Section):
    """Signing by us (RFC 6376), where the relay does not sign. The private key stands in a PEM file, not in the settings."""

    domain: str
    selector: str
    key_file: str


class SmtpSettings(Secret):
    """The server that takes our letters. `dkim`: every mail is signed by us, where that server does not sign."""

    password_env: str = "SUPPORT_SMTP_PASSWORD"  # noqa: S105 - a name
    host: str = "smtp.vinno.example"
    port: Port = 587
    tls: Tls = "starttls"
    ca_file: str = ""
    user: str = "hotro@vinno.example"
    oauth: OAuth | None = None
    connections: Annotated[int, Field(ge=1, le=32)] = 4
    timeout_seconds: Seconds = 60
    give_up_hours: Annotated[float, Field(gt=0, le=240)] = 72
    dkim: Dkim | None = None


class StaffMember(_Section):
    """A member of staff, known by exact address."""

    email: MailAddress
    name: str
    role: Role = Role.TECHNICIAN
    language: Language = Language.VI
    skills: tuple[Category, ...] = ()
    capacity: Annotated[float, Field(gt=0, le=1)] = 1.0

    def as_staff(self) -> Staff:
        """The noun behind the setting."""
        return Staff(
            email=self.email.lower(),
            name=self.name,
            role=self.role,
            language=self.language,
            skills=self.skills,
            capacity=self.capacity,
        )


class Approvals(_Section):
    """The least role (technician, sales, manager) that decides a fee, or changes a customer's record, by mail."""

    fees: Role = Role.SALES
    customers: Role = Role.SALES


class Intake(_Section):
    """What is taken in, and how much of it."""

    acknowledge_max_age_days: Annotated[float, Field(gt=0, le=365)] = 2
    attachment_count: Annotated[int, Field(ge=0, le=1000)] = 50
    attachment_bytes: Annotated[int, Field(ge=0)] = 25_000_000
    nesting: Annotated[int, Field(ge=1, le=20)] = 5
    notification_bytes: Annotated[int, Field(ge=0, le=20_000_000)] = 5_000_000


class Loops(_Section):
    """Budgets that stop a ring of automatic answers; letters above them are not written, staff hear of it once."""

    letters_per_sender_hour: Annotated[int, Field(ge=1)] = 20
    letters_per_request_day: Annotated[int, Field(ge=1)] = 10
    letters_per_day: Annotated[int, Field(ge=1)] = 5000


class FeePolicy(_Section):
    """The gaps of the published policy, closed (POLICY "The fee decision"), and how sure a money word must be."""

    free_up_to_minutes: Annotated[int, Field(ge=0, le=480)] = 60
    named_paid_categories_ignore_threshold: bool = True
    certainty_free: Annotated[float, Field(ge=0, le=1)] = 0.8
    certainty_paid: Annotated[float, Field(ge=0, le=1)] = 0.72
    certainty_no_request: Annotated[float, Field(ge=0, le=1)] = 0.6


Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = get_args(Day)
Interval = tuple[time, time]


def _interval(text: str) -> Interval:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"must read like 08:00-12:00, not {text!r}") from None
    if start >= end:
        raise ValueError(f"ends before it begins: {text}")
    return start, end


def _intervals(texts: tuple[str, ...]) -> tuple[Interval, ...]:
    found = tuple(_interval(text) for text in texts)
    for (_, end), (start, _) in pairwise(found):
        if start < end:
            raise ValueError(f"{start:%H:%M} begins before {end:%H:%M}, the end of the interval before it")
    return found


class Hours(_Section):
    """Working time (POLICY "Working time")."""

    time_zone: str = "Asia/Ho_Chi_Minh"
    monday: tuple[str, ...] = ("08:00-12:00", "13:30-17:30")
    tuesday: tuple[str, ...] = ("08:00-12:00", "13:30-17:30")
    wednesday: tuple[str, ...] = ("08:00-12:00", "13:30-17:30")
    thursday: tuple[str, ...] = ("08:00-12:00", "13:30-17:30")
    friday: tuple[str, ...] = ("08:00-12:00", "13:30-17:30")
    saturday: tuple[str, ...] = ("08:00-12:00",)
    sunday: tuple[str, ...] = ()
    statutory_holidays: bool = True
    days_off: tuple[date, ...] = ()
    days_worked: dict[date, tuple[str, ...]] = {}

    @field_validator(*DAYS)
    @classmethod
    def _intervals_are_in_order(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _intervals(value)
        return value

    @field_validator("days_worked")
    @classmethod
    def _worked_days_have_intervals(cls, value: dict[date, tuple[str, ...]]) -> dict[date, tuple[str, ...]]:
        for texts in value.values():
            _intervals(texts)
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"is no time zone of the IANA database: {value}") from None
        return value

    @model_validator(mode="after")
    def _some_day_is_worked(self) -> Hours:
        if not any(self.week()):
            raise ValueError("no day of the week has working time")
        return self

    def week(self) -> tuple[tuple[Interval, ...], ...]:
        """The intervals of Monday to Sunday, local time."""
        return tuple(_intervals(getattr(self, day)) for day in DAYS)

    def worked(self) -> dict[date, tuple[Interval, ...]]:
        """The days worked against the rule, with their intervals."""
        return {day: _intervals(texts) for day, texts in self.days_worked.items()}


class Forecast(_Section):
    """How expected completions are promised."""

    confidence: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    answer_minutes: Annotated[int, Field(ge=1)] = 120
    quote_minutes: Annotated[int, Field(ge=1)] = 480
    tolerance_minutes_urgent: Annotated[int, Field(ge=0)] = 60
    tolerance_minutes: Annotated[int, Field(ge=0)] = 240


class Authentication(_Section):
    """How the genuineness of a sender is known: by the verdict that our own mail server stamps on what it takes in."""

    staff_mode: Literal["verified", "confirm"] = "verified"
    trusted_authserv_id: str = ""


class Newsletters(_Section):
    """How newsletters go out (Decree 91/2020/NĐ-CP, RFC 2369, RFC 8058), and by how much they may load the mail server.

    `per_second` and `domain_per_second` 0 mean no limit. `window` are local hours of the working calendar. A run that
    is `late_minutes` behind asks. `unsubscribe_url` is the https address of the unsubscribe endpoint from outside,
    `listen` where it listens for its proxy. `relay_signs` says that the mail server adds the DKIM signature.
    `key_env` names the environment variable with the key that signs links; without one a key is made and kept in
    the store. `schedules` are cron expressions by the name that staff write (`Lịch: bản tin tháng`).
    """

    connections: Annotated[int, Field(ge=1, le=32)] = 4
    per_second: Annotated[float, Field(ge=0)] = 0
    domain_per_second: Annotated[float, Field(ge=0)] = 0
    window: tuple[str, ...] = ("08:00-11:30", "13:30-17:00")
    working_days_only: bool = True
    late_minutes: Annotated[int, Field(ge=1)] = 120
    daily_cap: Annotated[int, Field(ge=1, le=3)] = 3
    bounce_days: Annotated[int, Field(ge=1)] = 180
    approvers: tuple[Role, ...] = (Role.SALES, Role.MANAGER)
    unsubscribe_url: str = ""
    listen: str = "127.0.0.1:8025"
    relay_signs: bool = False
    key_env: str = ""
    schedules: dict[str, str] = {}

    @field_validator("window")
    @classmethod
    def _window_is_in_order(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not _intervals(value):
            raise ValueError("needs at least one interval like 08:00-11:30")
        return value

    @field_validator("unsubscribe_url")
    @classmethod
    def _endpoint_is_https(cls, value: str) -> str:
        if value and not value.startswith("https://"):
            raise ValueError("must begin with https:// (RFC 8058, section 3.1)")
        return value.rstrip("/")

    @field_validator("listen")
    @classmethod
    def _listens_on_a_port(cls, value: str) -> str:
        port = value.rpartition(":")[2]
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"must read like 127.0.0.1:8025, not {value!r}")
        return value

    def intervals(self) -> tuple[Interval, ...]:
        """The sending window of a day, local time."""
        return _intervals(self.window)


Dong = Annotated[int, Field(ge=0, le=999_999_999_999, strict=True)]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]


class Price(_Section):
    """Something with a price of its own. `words`: a request that names one of them gets this line in its draft."""

    name_vi: Annotated[str, Field(min_length=1, max_length=300)]
    name_en: Annotated[str, Field(min_length=1, max_length=300)]
    amount: Annotated[Dong, Field(ge=1)]
    words: tuple[str, ...] = ()
    category: Category | None = None
    full_vat: bool = False


class RateCard(_Section):
    """What work costs, in đồng without tax. `full_vat_categories` are kinds of work that the reduction of VAT leaves out."""

    hourly: Annotated[Dong, Field(ge=1)] = 350_000
    hourly_by_category: dict[Category, Annotated[Dong, Field(ge=1)]] = {
        Category.NEW_FEATURE: 400_000,
        Category.ADDITIONAL_DESIGN: 350_000,
        Category.ADVANCED_TRAINING: 500_000,
        Category.MARKETING_CONSULTING: 500_000,
    }
    fixed: tuple[Price, ...] = ()
    third_party: tuple[Price, ...] = ()
    full_vat_categories: tuple[Category, ...] = ()
    round_minutes_to: Annotated[int, Field(ge=1, le=480)] = 30
    round_amounts_to: Annotated[int, Field(ge=1, le=1_000_000)] = 1000


class VatRates(_Section):
    """The rates of value added tax from a day on: the reduced one, and the full one for lines that are left out of it."""

    begins: date
    reduced: Percent
    full: Percent


class SellerSettings(_Section):
    """Who makes a quote, as an accountant needs it. Without tax number, address and bank account no quote is sent."""

    legal_name: str = ""
    tax_number: Annotated[str, Field(pattern=r"^(\d{10}(-\d{3})?|\d{12})?$")] = ""
    postal_address: str = ""
    bank_account: str = ""
    bank_name: str = ""
    bank_holder: str = ""
    representative: str = ""
    representative_title: str = ""
    phone: str = ""


class Quotes(_Section):
    """Quotes: who makes them, what work costs, how long they stand. A deposit of 0 per cent is none."""

    seller: SellerSettings = SellerSettings()
    rates: RateCard = RateCard()
    vat: tuple[VatRates, ...] = (
        VatRates(begins=date(2025, 7, 1), reduced=8, full=10),
        VatRates(begins=date(2027, 1, 1), reduced=10, full=10),
    )
    validity_days: Annotated[int, Field(ge=1, le=365)] = 15
    deposit_percent: Percent = 0
    pay_within_days: Annotated[int, Field(ge=0, le=365)] = 7
    remind_days_before: Annotated[int, Field(ge=0, le=60)] = 3
    approver: Role = Role.SALES


class Silence(_Section):
    """What a customer's silence after our question leads to: a reminder, then a kind closing (working days)."""

    remind_days: Annotated[int, Field(ge=1, le=60)] = 3
    close_days: Annotated[int, Field(ge=1, le=250)] = 10


class Settings(_Section):
    """Everything that can be set."""

    mode: Mode = "shadow"
    company: Company = Company()
    mailboxes: tuple[MailboxSettings, ...] = (MailboxSettings(),)
    smtp: SmtpSettings = SmtpSettings()
    store: str = "tiny:storage/data/worker.db"
    broker: str = "memory:"
    addressing: Literal["plain", "plus"] = "plain"
    staff_address: MailAddress = "kythuat@vinno.example"
    staff_language: Language = Language.VI
    staff: tuple[StaffMember, ...] = ()
    staff_undo_seconds: Annotated[int, Field(ge=0, le=3600)] = 120
    staff_token_days: Annotated[int, Field(ge=1, le=365)] = 30
    approvals: Approvals = Approvals()
    silence: Silence = Silence()
    intake: Intake = Intake()
    loops: Loops = Loops()
    policy: FeePolicy = FeePolicy()
    hours: Hours = Hours()
    forecast: Forecast = Forecast()
    authentication: Authentication = Authentication()
    newsletters: Newsletters = Newsletters()
    quotes: Quotes = Quotes()
    worker_threads: Annotated[int, Field(ge=1, le=64)] = 8
    base: Path = Field(default=Path(), exclude=True)

    @field_validator("mailboxes")
    @classmethod
    def _names_differ(cls, value: tuple[MailboxSettings, ...]) -> tuple[MailboxSettings, ...]:
        if not value:
            raise ValueError("name at least one mailbox to poll")
        names = [mailbox.name for mailbox in value]
        if len(set(names)) < len(names):
            raise ValueError("every mailbox needs a name of its own")
        return value

    @field_validator("store")
    @classmethod
    def _store_is_known(cls, value: str) -> str:
        return _known_scheme(value, ("tiny", "postgresql", "postgres"))

    @field_validator("broker")
    @classmethod
    def _broker_is_known(cls, value: str) -> str:
        return _known_scheme(value, ("memory", "amqp", "amqps", "redis", "rediss"))

    @property
    def one_click(self) -> bool:
        """Whether one-click unsubscribing may be offered: an https endpoint, and a signature over its headers."""
        is_signed = self.newsletters.relay_signs or self.smtp.dkim is not None
        return bool(self.newsletters.unsubscribe_url) and is_signed


def _known_scheme(value: str, schemes: tuple[str, ...]) -> str:
    if value.partition(":")[0] not in schemes or ":" not in value:
        raise ValueError(f"must begin with one of {', '.join(f'{one}:' for one in schemes)}")
    return value


class _Loader(yaml.SafeLoader):
    """YAML whose dates stay text: pydantic reads them, and names the place of one that does not exist."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_settings(path: Path) -> Settings:
    """Read settings.yaml. Paths in it are relative to its folder. SettingsError lists every mistake with its path."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}  # noqa: S506 - a safe loader
    except OSError as error:
        raise SettingsError(str(path), [error.strerror or "cannot be read"]) from None
    except UnicodeDecodeError:
        raise SettingsError(str(path), ["is not UTF-8 text"]) from None
    except yaml.YAMLError as error:
        raise SettingsError(str(path), [f"is not YAML: {' '.join(str(error).split())}"]) from None
    return read_settings(found, path.resolve().parent, str(path.name))


def read_settings(found: object, base: Path = Path(), source: str = "settings") -> Settings:
    """Settings from plain values. SettingsError lists every mistake with its path."""
    if not isinstance(found, dict):
        raise SettingsError(source, ["must be a mapping of settings"])
    if "base" in found:
        raise SettingsError(source, ["base: unknown key"])
    try:
        return Settings.model_validate({**found, "base": base})
    except ValidationError as error:
        raise SettingsError(source, sorted({_mistake(one) for one in error.errors()})) from None


def _mistake(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 - pydantic types its errors as a TypedDict
    path = _path(error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{path}: unknown key{_nearest(error['loc'])}"
    message = str(error["msg"]).removeprefix("Value error, ")
    given = error.get("input")
    shown = (
        f" (it is {given!r})" if isinstance(given, str | int | float | bool) and error["type"] != "value_error" else ""
    )
    return f"{path}: {message[:1].lower()}{message[1:]}{shown}" if path else message


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _nearest(location: tuple[int | str, ...]) -> str:
    section: type[BaseModel] | None = Settings
    for part in location[:-1]:
        section = _section_of(section, part)
    if section is None:
        return ""
    known = [name for name in section.model_fields if name != "base"]
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known here: {', '.join(known)}"


def _section_of(section: type[BaseModel] | None, part: int | str) -> type[BaseModel] | None:
    if section is None or isinstance(part, int):
        return section
    info = section.model_fields.get(part)
    candidates = [info.annotation, *get_args(info.annotation)] if info else []
    return next((one for one in candidates if isinstance(one, type) and issubclass(one, BaseModel)), None)


__all__ = [
    "DAYS",
    "Approvals",
    "Authentication",
    "Company",
    "Dkim",
    "FeePolicy",
    "Forecast",
    "Hours",
    "Intake",
    "Loops",
    "MailboxSettings",
    "Mode",
    "Newsletters",
    "OAuth",
    "Price",
    "Quotes",
    "RateCard",
    "Secret",
    "SellerSettings",
    "Settings",
    "SettingsError",
    "Silence",
    "SmtpSettings",
    "StaffMember",
    "VatRates",
    "load_settings",
    "read_settings",
]
