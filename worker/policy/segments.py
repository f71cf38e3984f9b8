"""Who a newsletter is for, and why somebody is not among them: by what only a support desk knows of its customers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from worker.model import Category, Language
from worker.policy.features import fold

_MOST_CLAUSES = 40
_LONGEST = 2_000


class Contract(StrEnum):
    """Which contracts a segment takes."""

    ANY = "any"
    RUNNING = "running"
    ENDED = "ended"


class Reason(StrEnum):
    """Why somebody gets a newsletter, or the first thing that speaks against it, in the order they are asked."""

    INCLUDED = "included"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    SUPPRESSED = "suppressed"
    NO_CONSENT = "no_consent"
    DAILY_CAP = "daily_cap"
    ADDRESS = "address"
    CONTRACT = "contract"
    CONTRACT_END = "contract_end"
    CUSTOMER_SINCE = "customer_since"
    SERVICES = "services"
    LAST_CONTACT = "last_contact"
    CATEGORIES = "categories"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What somebody must be to get a newsletter. A field that is empty asks for nothing.

    `since_before` and `since_from` bound since when somebody is a customer, `years` is for how long at least.
    `services` and `categories` want one of theirs, `without` none of its services. `contact_within` and `silent_for`
    are days since the last mail from them, `contract_ends_within` days until the end of the contract.
    """

    contract: Contract = Contract.ANY
    contract_ends_within: int = 0
    since_before: date | None = None
    since_from: date | None = None
    years: int = 0
    services: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    contact_within: int = 0
    silent_for: int = 0
    categories: tuple[Category, ...] = ()
    languages: tuple[Language, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One address, and what the records say about whose it is. `suppressed` and `refused` are reasons in words."""

    email: str
    name: str = ""
    customer_id: str = ""
    language: Language = Language.VI
    under_contract: bool = False
    contract_until: datetime | None = None
    customer_since: datetime | None = None
    services: tuple[str, ...] = ()
    last_contact: datetime | None = None
    categories: tuple[Category, ...] = ()
    consented: bool = False
    refused: str = ""
    suppressed: str = ""
    advertised_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What law and manners ask of a newsletter (Decree 91/2020/NĐ-CP: prior consent, a cap for each address and day)."""

    advertising: bool = True
    daily_cap: int = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody gets a newsletter, and the reason with its detail."""

    reason: Reason
    detail: str = ""

    @property
    def is_in(self) -> bool:
        """Whether they get it."""
        return self.reason is Reason.INCLUDED


_WIRE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z0-9-]{2,63}")


def wire_address(email: str) -> str:
    """An address as SMTP takes it (RFC 5321): international domains in their ASCII form; empty where it is none."""
    local, _, domain = email[:320].rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""
    return address if _WIRE.fullmatch(address) else ""


def judge(person: Person, segment: Segment, manners: Manners, now: datetime) -> Verdict:
    """Whether somebody gets a newsletter. A refusal and a suppression hold for everything, consent for advertising."""
    for reason, check in _CHECKS:
        against = check(person, segment, manners, now)
        if against:
            return Verdict(reason, against)
    return Verdict(Reason.INCLUDED)


def _why_no_consent(person: Person, _segment: Segment, manners: Manners, _now: datetime) -> str:
    return "no consent on record" if manners.advertising and not person.consented else ""


def _why_capped(person: Person, _segment: Segment, manners: Manners, _now: datetime) -> str:
    capped = manners.advertising and person.advertised_today >= manners.daily_cap
    return f"{person.advertised_today} today" if capped else ""


def _why_other_contract(person: Person, segment: Segment, _manners: Manners, _now: datetime) -> str:
    has = Contract.RUNNING if person.under_contract else Contract.ENDED
    if segment.contract is Contract.ANY or (person.customer_id and segment.contract is has):
        return ""
    return has.value if person.customer_id else "no customer"


def _why_other_end(person: Person, segment: Segment, _manners: Manners, now: datetime) -> str:
    if not segment.contract_ends_within:
        return ""
    if person.contract_until is None:
        return "no end on record"
    left = person.contract_until - now
    return "" if timedelta(0) <= left <= timedelta(days=segment.contract_ends_within) else f"{left.days} days left"


def _why_other_loyalty(person: Person, segment: Segment, _manners: Manners, now: datetime) -> str:
    if segment.since_before is None and segment.since_from is None and not segment.years:
        return ""
    if person.customer_since is None:
        return "not on record"
    since = person.customer_since.date()
    early = segment.since_from is not None and since < segment.since_from
    late = segment.since_before is not None and since >= segment.since_before
    short = person.customer_since + timedelta(days=365.25 * segment.years) > now
    return f"since {since}" if early or late or short else ""


def _why_other_services(person: Person, segment: Segment, _manners: Manners, _now: datetime) -> str:
    has = {fold(one) for one in person.services}
    if segment.services and not _any_of(segment.services, has):
        return ", ".join(person.services) or "none"
    return ", ".join(person.services) if segment.without and _any_of(segment.without, has) else ""


def _any_of(wanted: Iterable[str], has: set[str]) -> bool:
    """Whether a service is there: `hosting` is also found in `hosting doanh nghiệp`."""
    return any(fold(one) in service for one in wanted for service in has)


def _why_other_contact(person: Person, segment: Segment, _manners: Manners, now: datetime) -> str:
    if not segment.contact_within and not segment.silent_for:
        return ""
    if person.last_contact is None:
        return "never" if segment.contact_within else ""
    days = (now - person.last_contact) / timedelta(days=1)
    too_long = segment.contact_within and days > segment.contact_within
    too_short = segment.silent_for and days < segment.silent_for
    return f"{days:.0f} days ago" if too_long or too_short else ""


def _why_other_categories(person: Person, segment: Segment, _manners: Manners, _now: datetime) -> str:
    if not segment.categories or set(segment.categories) & set(person.categories):
        return ""
    return ", ".join(person.categories) or "none"


def _why_other_language(person: Person, segment: Segment, _manners: Manners, _now: datetime) -> str:
    return "" if not segment.languages or person.language in segment.languages else person.language.value


_Check = Callable[[Person, Segment, Manners, datetime], str]
_CHECKS: tuple[tuple[Reason, _Check], ...] = (
    (Reason.NO_ADDRESS, lambda person, *_: "" if wire_address(person.email) else person.email[:100] or "–"),
    (Reason.REFUSED, lambda person, *_: person.refused),
    (Reason.SUPPRESSED, lambda person, *_: person.suppressed),
    (Reason.NO_CONSENT, _why_no_consent),
    (Reason.DAILY_CAP, _why_capped),
    (
        Reason.ADDRESS,
        lambda person, segment, *_: "" if not segment.addresses or person.email in segment.addresses else person.email,
    ),
    (Reason.CONTRACT, _why_other_contract),
    (Reason.CONTRACT_END, _why_other_end),
    (Reason.CUSTOMER_SINCE, _why_other_loyalty),
    (Reason.SERVICES, _why_other_services),
    (Reason.LAST_CONTACT, _why_other_contact),
    (Reason.CATEGORIES, _why_other_categories),
    (Reason.LANGUAGE, _why_other_language),
)

# ---- written by people ----------------------------------------------------------------------------------------------
# A segment is written as clauses between commas, semicolons or lines: "còn hợp đồng, dịch vụ hosting, khách trước 2024".


def read_segment(text: str) -> tuple[Segment, tuple[str, ...]]:
    """The segment that the clauses describe, and the clauses that nobody understands (then it must not be used)."""
    segment = Segment()
    unknown = []
    clauses = [clause.strip(" .") for clause in re.split(r"[,;\n]", text[:_LONGEST])]
    for clause in [one for one in clauses if one][:_MOST_CLAUSES]:
        changed = _read_clause(segment, clause)
        if changed is None:
            unknown.append(clause)
        else:
            segment = changed
    return segment, tuple(unknown)


def _read_clause(segment: Segment, clause: str) -> Segment | None:
    folded = " ".join(fold(clause).split())
    for pattern, apply in _CLAUSES:
        found = pattern.fullmatch(folded)
        if found:
            try:
                return apply(segment, found)
            except ValueError:  # no such day, no such category
                return None
    return None


def _date(text: str) -> date:
    parts = [int(part) for part in re.split(r"[-/]", text)]
    if len(parts) == 1:
        return date(parts[0], 1, 1)
    year, month, day = parts if parts[0] > 31 else reversed(parts)
    return date(year, month, day)


def _alternatives(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r" hoac | or |/", text) if part)


def _category(text: str) -> Category:
    wanted = text.replace(" ", "_")
    for category in Category:
        if wanted in {category.value, fold(_CATEGORY_NAMES[category]).replace(" ", "_")}:
            return category
    raise ValueError(text)


_CATEGORY_NAMES: Mapping[Category, str] = {
    Category.EMAIL_INCIDENT: "sự cố email",
    Category.HOSTING_INCIDENT: "sự cố hosting",
    Category.DOMAIN_INCIDENT: "sự cố tên miền",
    Category.WEBSITE_REQUEST: "yêu cầu vận hành website",
    Category.STAFF_TRAINING: "đào tạo nhân sự",
    Category.ADVANCED_TRAINING: "đào tạo quản trị nâng cao",
    Category.MARKETING_INFORMATION: "thông tin kinh doanh marketing",
    Category.PROGRAMME: "chương trình hỗ trợ",
    Category.NEW_FEATURE: "xây dựng thêm chức năng",
    Category.ADDITIONAL_DESIGN: "thiết kế thêm",
    Category.OUT_OF_CONTRACT: "hỗ trợ ngoài hợp đồng",
    Category.MARKETING_CONSULTING: "tư vấn kinh doanh marketing",
    Category.WARRANTY: "bảo hành",
    Category.NOT_A_REQUEST: "không phải yêu cầu",
}
_DAY = r"(\d{4}|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4})"
_Apply = Callable[[Segment, re.Match[str]], Segment]
_CLAUSES: tuple[tuple[re.Pattern[str], _Apply], ...] = tuple(
    (re.compile(pattern), apply)
    for pattern, apply in (
        (r"(?:tat ca|moi)(?: khach(?: hang)?)?|all|everybody", lambda segment, _: segment),
        (
            r"(?:khach (?:hang )?)?(?:dang )?con hop dong|hop dong con(?: hieu luc)?|under contract|contract running",
            lambda segment, _: replace(segment, contract=Contract.RUNNING),
        ),
        (
            r"(?:khach (?:hang )?)?(?:da )?het hop dong|hop dong da het(?: han)?|contract ended",
            lambda segment, _: replace(segment, contract=Contract.ENDED),
        ),
        (
            r"hop dong (?:sap )?het(?: han)? trong (\d{1,4}) ngay|contract ends within (\d{1,4}) days",
            lambda segment, found: replace(segment, contract_ends_within=int(found[1] or found[2])),
        ),
        (
            rf"khach (?:hang )?(?:tu )?truoc (?:nam |ngay )?{_DAY}|customers? (?:since )?before {_DAY}",
            lambda segment, found: replace(segment, since_before=_date(found[1] or found[2])),
        ),
        (
            rf"khach (?:hang )?(?:moi )?tu (?:nam |ngay )?{_DAY}|customers? since {_DAY}",
            lambda segment, found: replace(segment, since_from=_date(found[1] or found[2])),
        ),
        (
            r"khach (?:hang )?(?:tren|tu|it nhat|duoc) (\d{1,2}) nam(?: tro len)?|customers? for (\d{1,2}) years?",
            lambda segment, found: replace(segment, years=int(found[1] or found[2])),
        ),
        (
            r"(?:khong (?:co|dung) dich vu|chua (?:co|dung) dich vu|without service) (.{2,400})",
            lambda segment, found: replace(segment, without=(*segment.without, *_alternatives(found[1]))),
        ),
        (
            r"(?:(?:co |dung )?dich vu|service) (.{2,400})",
            lambda segment, found: replace(segment, services=(*segment.services, *_alternatives(found[1]))),
        ),
        (
            r"(?:khong|chua) lien he (?:trong |tu )?(\d{1,4}) ngay(?: qua)?|no contact for (\d{1,4}) days",
            lambda segment, found: replace(segment, silent_for=int(found[1] or found[2])),
        ),
        (
            r"(?:co )?lien he trong (\d{1,4}) ngay(?: qua)?|contact within (\d{1,4}) days",
            lambda segment, found: replace(segment, contact_within=int(found[1] or found[2])),
        ),
        (
            r"(?:chuyen muc|loai yeu cau|tung yeu cau|category) (.{2,400})",
            lambda segment, found: replace(
                segment, categories=(*segment.categories, *map(_category, _alternatives(found[1])))
            ),
        ),
        (
            r"(?:khach )?(?:noi )?tieng viet|vietnamese",
            lambda segment, _: replace(segment, languages=(*segment.languages, Language.VI)),
        ),
        (
            r"(?:khach )?(?:noi )?tieng anh|english",
            lambda segment, _: replace(segment, languages=(*segment.languages, Language.EN)),
        ),
        (
            r"(?:chi gui |dia chi |only )?([^\s@]{1,64}@[^\s@]{1,190})",
            lambda segment, found: replace(segment, addresses=(*segment.addresses, found[1])),
        ),
    )
)


def describe(segment: Segment, language: Language) -> tuple[str, ...]:
    """The segment in words, a clause each, as it was understood."""
    vietnamese = language is Language.VI
    clauses = [words[0] if vietnamese else words[1] for describe_some in _DESCRIBE for words in describe_some(segment)]
    return tuple(clauses) or ("tất cả khách hàng" if vietnamese else "all customers",)


def _describe_contract(segment: Segment) -> Iterator[tuple[str, str]]:
    if segment.contract is not Contract.ANY:
        running = segment.contract is Contract.RUNNING
        yield ("còn hợp đồng", "under contract") if running else ("hết hợp đồng", "contract ended")
    if days := segment.contract_ends_within:
        yield f"hợp đồng hết hạn trong {days} ngày", f"contract ends within {days} days"
    if before := segment.since_before:
        yield f"khách từ trước {before:%d/%m/%Y}", f"customers since before {before}"
    if since := segment.since_from:
        yield f"khách từ {since:%d/%m/%Y}", f"customers since {since}"
    if years := segment.years:
        yield f"khách từ {years} năm trở lên", f"customers for {years} years"


def _describe_dealings(segment: Segment) -> Iterator[tuple[str, str]]:
    if segment.services:
        yield f"dịch vụ {' hoặc '.join(segment.services)}", f"service {' or '.join(segment.services)}"
    if segment.without:
        yield f"không có dịch vụ {' hoặc '.join(segment.without)}", f"without service {' or '.join(segment.without)}"
    if days := segment.silent_for:
        yield f"không liên hệ {days} ngày", f"no contact for {days} days"
    if days := segment.contact_within:
        yield f"liên hệ trong {days} ngày", f"contact within {days} days"
    if segment.categories:
        yield (
            f"loại yêu cầu {' hoặc '.join(_CATEGORY_NAMES[one] for one in segment.categories)}",
            f"category {' or '.join(segment.categories)}",
        )
    for one in segment.languages:
        yield ("tiếng Việt", "Vietnamese") if one is Language.VI else ("tiếng Anh", "English")
    if segment.addresses:
        yield f"chỉ {len(segment.addresses)} địa chỉ đã nêu", f"only {len(segment.addresses)} addresses named"


_DESCRIBE = (_describe_contract, _describe_dealings)
