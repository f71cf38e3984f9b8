"""Customers as a CSV table: read with every mistake named by its line, nothing half imported."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from worker.model import Consent, Customer, Language

COLUMNS = (
    "name",
    "addresses",
    "domains",
    "may_order",
    "contract_from",
    "contract_until",
    "newsletter_consent",
    "consent_source",
    "language",
    "services",
    "customer_since",
)
REQUIRED = ("name",)

T = TypeVar("T")

PUBLIC_DOMAINS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "yahoo.com.vn",
        "ymail.com",
        "rocketmail.com",
        "outlook.com",
        "outlook.com.vn",
        "hotmail.com",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "gmx.net",
        "gmx.de",
        "web.de",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "zoho.com",
        "zohomail.com",
        "fastmail.com",
        "hey.com",
        "tutanota.com",
        "qq.com",
        "163.com",
        "126.com",
        "naver.com",
        "daum.net",
        "hanmail.net",
        "vnn.vn",
        "hcm.vnn.vn",
        "hn.vnn.vn",
        "fpt.vn",
        "viettel.vn",
    ]
)
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that cannot be taken as it is."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


class _WrongValueError(ValueError):
    pass


def read_customers(text: str, zone: str) -> tuple[list[Customer], list[Mistake]]:
    """The customers of a CSV text (columns in any order, `;` between several values), and every mistake.

    Dates are days in `zone`; contract_until is the last day that is covered.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    try:
        columns = reader.fieldnames or ()
        unknown = [one for one in columns if one not in COLUMNS]
        missing = [one for one in REQUIRED if one not in columns]
        if unknown or missing:
            return [], [Mistake(1, _header_words(unknown, missing))]
        return _read_rows(reader, ZoneInfo(zone))
    except csv.Error as error:
        return [], [Mistake(reader.line_num, f"is not CSV: {error}")]


def _header_words(unknown: list[str], missing: list[str]) -> str:
    parts = [f"unknown column {one!r}" for one in unknown] + [f"column {one!r} is missing" for one in missing]
    return f"{'; '.join(parts)}; known are {', '.join(COLUMNS)}"


def _read_rows(reader: csv.DictReader[str], zone: ZoneInfo) -> tuple[list[Customer], list[Mistake]]:
    found: list[Customer] = []
    mistakes: list[Mistake] = []
    known: dict[str, int] = {}
    for row in reader:
        line = reader.line_num
        customer, wrong = _customer(row, zone)
        wrong += list(_claimed_twice(customer, known, line)) if customer else []
        mistakes += [Mistake(line, one) for one in wrong]
        if customer and not wrong:
            found.append(customer)
            known |= dict.fromkeys((customer.id, *customer.addresses, *customer.domains), line)
    return found, mistakes


def _claimed_twice(customer: Customer, known: Mapping[str, int], line: int) -> Iterator[str]:
    if customer.id in known:
        yield f"name: {customer.name!r} stands on line {known[customer.id]} already"
    for one in (*customer.addresses, *customer.domains):
        if one in known and known[one] != line:
            yield f"{one} belongs to the customer of line {known[one]} already"


def _customer(row: Mapping[str, str | None], zone: ZoneInfo) -> tuple[Customer | None, list[str]]:
    wrong: list[str] = []

    def read(column: str, reading: Callable[[str], T], empty: T) -> T:
        value = unicodedata.normalize("NFC", (row.get(column) or "").strip())
        try:
            return reading(value) if value else empty
        except ValueError as error:
            wrong.append(f"{column}: {error}")
            return empty

    name = read("name", str, "")
    consent_at = read("newsletter_consent", lambda text: _day(text, zone), None)
    consent_source = read("consent_source", str, "")
    customer = Customer(
        id=customer_id(name),
        name=name,
        addresses=read("addresses", _addresses, ()),
        domains=read("domains", _domains, ()),
        may_order=read("may_order", _addresses, ()),
        contract_from=read("contract_from", lambda text: _day(text, zone), None),
        contract_until=read("contract_until", lambda text: _day(text, zone, end=True), None),
        consent=Consent(consent_at, consent_source) if consent_at else None,
        language=read("language", _language, None),
        services=read("services", _several, ()),
        customer_since=read("customer_since", lambda text: _day(text, zone), None),
    )
    if None in row:
        wrong.append("has more values than the table has columns")
    wrong += list(_contradictions(customer, consent_source))
    return customer, wrong


def _contradictions(customer: Customer, consent_source: str) -> Iterator[str]:
    if not customer.name:
        yield "name: is empty"
    if not customer.addresses and not customer.domains:
        yield "addresses: give at least one address or domain, or no mail can be theirs"
    if customer.consent and not consent_source:
        yield "consent_source: say how consent to newsletters was given (Decree 91/2020/NĐ-CP)"
    if consent_source and not customer.consent:
        yield "newsletter_consent: give the date of the consent"
    if customer.contract_from and customer.contract_until and customer.contract_until <= customer.contract_from:
        yield "contract_until: ends before contract_from"
    for one in customer.may_order:
        if one not in customer.addresses and one.rpartition("@")[2] not in customer.domains:
            yield f"may_order: {one} is none of the customer's addresses"


def customer_id(name: str) -> str:
    """The key of a customer: stable for a name, so that importing a table again updates and doubles nobody."""
    folded = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(one for one in folded if not unicodedata.combining(one))).strip("-")
    return slug[:60] or "c-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.split(";") if one.strip()))


def _addresses(text: str) -> tuple[str, ...]:
    found = tuple(one.lower() for one in _several(text))
    for one in found:
        if not _ADDRESS.fullmatch(one):
            raise _WrongValueError(f"{one!r} is no address")
    return found


def _domains(text: str) -> tuple[str, ...]:
    found = tuple(one.lower().lstrip("@") for one in _several(text))
    for one in found:
        if not _DOMAIN.fullmatch(one):
            raise _WrongValueError(f"{one!r} is no domain name")
        if one in PUBLIC_DOMAINS:
            raise _WrongValueError(
                f"{one} is a public mail service: anybody can write from there, name addresses instead"
            )
    return found


def _language(text: str) -> Language:
    try:
        return Language(text.lower())
    except ValueError:
        raise _WrongValueError(f"{text!r} is none of {', '.join(Language)}") from None


def _day(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    for layout in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, layout).date()  # noqa: DTZ007 - a day, made an instant below
        except ValueError:
            continue
        at = datetime.combine(day, time.max.replace(microsecond=0) if end else time.min, zone)
        return at.astimezone(UTC)
    raise _WrongValueError(f"{text!r} is no date like 2026-11-30 or 30/11/2026")
