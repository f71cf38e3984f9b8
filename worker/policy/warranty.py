"""Warranty: whether a mail is about work that was handled before, found among all closed work of its customer.

POLICY "Warranty": what was handled and is wrong again is free without limit in time; another fault at the same place is
not silently free; a first fault in something we built is not warranty. So work is compared by place (site), thing
(mailbox, form, banner …) and symptom (does not send, blank page …), in Vietnamese and English alike. There is no date
window anywhere: the index holds everything that was ever closed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from heapq import nlargest
from typing import Protocol

from worker.model import Category, Evidence, Request, RequestStatus
from worker.policy import warranty_words as words
from worker.policy.asks import parts_of
from worker.policy.features import fold
from worker.policy.plain_words import Sentence, sentences


class Verdict(StrEnum):
    """What is to be done about a possible warranty."""

    CERTAIN = "certain"  # the same thing is wrong again: open as warranty
    CANDIDATES = "candidates"  # perhaps: staff look at the earlier work
    OTHER_FAULT = "other_fault"  # the same place, another fault: staff decide, with the history shown
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClosedWork:
    """A request that was handled, as the index keeps it. `features` are those of `features_of` and may be stored."""

    id: str
    customer_id: str
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Earlier work a mail may be about: how alike they are (0 to 1), and in what."""

    id: str
    likeness: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class WarrantyMatch:
    """What was found. `claimed`: the mail itself says that this was handled before (also where nothing was found).

    `asks_more`: beside the fault it asks for something else, which is under no warranty.
    """

    verdict: Verdict
    certainty: float
    candidates: tuple[Candidate, ...] = ()
    claimed: bool = False
    asks_more: bool = False


# POLICY "Warranty covers faults that VINNO handled and work that VINNO delivered": information that was sent, or a lesson
# that was given, cannot fail again.
_CAN_FAIL_AGAIN = frozenset(
    {
        Category.EMAIL_INCIDENT,
        Category.HOSTING_INCIDENT,
        Category.DOMAIN_INCIDENT,
        Category.WEBSITE_REQUEST,
        Category.NEW_FEATURE,
        Category.ADDITIONAL_DESIGN,
        Category.OUT_OF_CONTRACT,
        Category.WARRANTY,
    }
)


def can_fail_again(request: Request) -> bool:
    """Whether a request is about work that has a warranty once it is done."""
    return request.category in _CAN_FAIL_AGAIN


def is_under_warranty(request: Request) -> bool:
    """Whether work was done that can fail again."""
    return request.status is RequestStatus.DONE and can_fail_again(request)


# ---- what a text is about ---------------------------------------------------------------------------------------------

_NAME = r"((?:[a-z0-9-]{1,63}\.){1,4}"
_ENDINGS = r"(?:vn|com|net|org|info|biz|asia|shop|store|io|edu|example))\b"
_DOMAIN = re.compile(rf"(?<![\w@.-])(?:https?://)?(?:www\.)?{_NAME}{_ENDINGS}")
_MAIL_DOMAIN = re.compile(r"[\w.+-]{1,64}@((?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24})")
_PUBLIC_MAIL = frozenset({"gmail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "icloud.com"})
_NUMBER = re.compile(r"\bvn-?\s?(\d{1,9})\b", re.IGNORECASE)
_PLAIN = re.compile(r"[a-z0-9]{3,24}")
_SCAN = 4000  # characters of a mail that are compared


def features_of(subject: str, text: str) -> frozenset[str]:
    """What a mail is about, as features: `site:`, `thing:`, `symptom:`, `fault`, and its rarer words folded (`word:`)."""
    shown = f"{subject}\n{text}"[:_SCAN]
    found = {f"site:{site}" for site in _sites(shown)}
    for sentence in sentences(shown):
        found.update(_features_in(sentence))
    if found & _NARROWER:
        found.discard("thing:site")
    found.update(f"word:{word}" for word in _PLAIN.findall(fold(shown)) if word not in words.COMMON)
    return frozenset(found)


_NARROWER = frozenset(f"thing:{name}" for name in words.THINGS if name != "site")


def _features_in(sentence: Sentence) -> Iterator[str]:
    yield from (f"thing:{name}" for name, table in words.THINGS.items() if table.search(sentence.words))
    symptoms = [f"symptom:{name}" for name, table in words.SYMPTOMS.items() if table.search(sentence.words)]
    yield from symptoms
    if symptoms or words.FAULT.search(sentence.words):
        yield "fault"


def _sites(text: str) -> set[str]:
    lower = text.lower()
    found = {match[1].removeprefix("www.") for match in _DOMAIN.finditer(lower)}
    found.update(match[1] for match in _MAIL_DOMAIN.finditer(lower))
    return found - _PUBLIC_MAIL


# ---- the index --------------------------------------------------------------------------------------------------------


class Closed(Protocol):
    """All work that was ever closed for a customer, wherever it is kept."""

    def named(self, customer_id: str, numbers: Iterable[str]) -> tuple[ClosedWork, ...]:
        """The customer's own closed requests of these numbers."""

    def alike(self, customer_id: str, features: frozenset[str]) -> tuple[ClosedWork, ...]:
        """The customer's closed requests that share most with these features, however old."""


def places_of(features: frozenset[str]) -> tuple[str, ...]:
    """Under what closed work is filed and looked for: each thing, each symptom of it, and the same at each site."""
    things, symptoms, sites = (
        sorted(one.partition(":")[2] for one in _kind(features, name)) for name in ("thing", "symptom", "site")
    )
    pairs = [f"{thing}/{symptom}" for thing in things for symptom in symptoms]
    return (*things, *pairs, *(f"{site}/{pair}" for site in sites for pair in pairs))[:_PLACES]


_PLACES = 40

_VISITS = 30_000  # entries of the index that one lookup reads at most, rarest features first
_COMPARED = 60


@dataclass(slots=True)
class ClosedIndex:
    """All closed work, by customer and feature. Grows one request at a time; adding a request twice does nothing."""

    _by_customer: dict[str, dict[str, list[ClosedWork]]] = field(default_factory=lambda: defaultdict(dict))
    _by_id: dict[str, ClosedWork] = field(default_factory=dict)

    def add(self, work: ClosedWork) -> None:
        """Take in one closed request."""
        if work.id in self._by_id:
            return
        self._by_id[work.id] = work
        known = self._by_customer[work.customer_id]
        for feature in work.features:
            known.setdefault(feature, []).append(work)

    def __len__(self) -> int:
        return len(self._by_id)

    def named(self, customer_id: str, numbers: Iterable[str]) -> tuple[ClosedWork, ...]:
        """The customer's own closed requests of these numbers."""
        found = (self._by_id.get(number) for number in numbers)
        return tuple(work for work in found if work is not None and work.customer_id == customer_id)

    def alike(self, customer_id: str, features: frozenset[str]) -> tuple[ClosedWork, ...]:
        """The customer's closed requests that share most with these features, however old."""
        known = self._by_customer.get(customer_id, {})
        shared: Counter[str] = Counter()
        visits = 0
        for feature in sorted(features & known.keys(), key=lambda one: len(known[one])):
            entries = known[feature]
            visits += len(entries)
            if visits > _VISITS:
                break
            weight = _weight(feature)
            for work in entries:
                shared[work.id] += weight
        return tuple(
            self._by_id[one] for one, _ in nlargest(_COMPARED, shared.items(), key=lambda item: (item[1], item[0]))
        )


def _weight(feature: str) -> int:
    return {"symptom": 4, "thing": 3, "site": 3, "word": 1}.get(feature.partition(":")[0], 0)


# ---- deciding ---------------------------------------------------------------------------------------------------------

_SAME = 0.5  # likeness from which a mail without any claim counts as the same thing
_SHOWN = 5
_RARE_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Told:
    """What the mail says: its features, whether it claims earlier work, and whether it denies it."""

    features: frozenset[str]
    claimed: bool
    denied: bool

    @property
    def has_fault(self) -> bool:
        return "fault" in self.features

    def kind(self, name: str) -> frozenset[str]:
        return _kind(self.features, name)


def _kind(features: frozenset[str], name: str) -> frozenset[str]:
    return frozenset(one for one in features if one.startswith(f"{name}:"))


def match_earlier(
    subject: str, text: str, customer_id: str, closed: Closed, thread: Iterable[str] = (), *, claims: bool = False
) -> WarrantyMatch:
    """Whether a mail is about work that was handled before.

    `thread` are the numbers of requests that the mail answers (token, References): what it says about that work counts
    most. A number that the text merely names is looked up, too. `claims`: the classifier takes the mail for a warranty
    claim, which counts as much as words of ours like "again". Never certain without a fault in the mail.
    """
    shown = f"{subject}\n{text}"[:_SCAN]
    said = sentences(shown)
    told = _Told(
        features_of(subject, text),
        claimed=claims or any(words.AGAIN.search(one.words) for one in said),
        denied=any(words.DENIED.search(one.words) for one in said),
    )
    asks_more = any(words.MORE.search(one.words) for one in said) or any(map(_is_no_fault, parts_of(text)))
    numbers = [*thread, *(f"VN-{match[1]}" for match in _NUMBER.finditer(shown))]
    named = closed.named(customer_id, dict.fromkeys(numbers))
    if not told.has_fault and not (named and told.claimed):
        return WarrantyMatch(Verdict.NONE, 0.0, claimed=told.claimed and not told.denied)
    match = _by_reference(told, named) if named else _by_likeness(told, closed.alike(customer_id, told.features))
    return replace(match, asks_more=asks_more)


def _is_no_fault(part: str) -> bool:
    """Whether a part that the mail sets apart speaks of no fault: it wishes for something else."""
    return not any("fault" in set(_features_in(one)) for one in sentences(part))


def _by_reference(told: _Told, named: tuple[ClosedWork, ...]) -> WarrantyMatch:
    """The mail names the work: certain, unless it speaks of another thing or symptom, or denies."""
    candidates = tuple(_candidate(told, work, "named") for work in named)
    same = [work for work in named if not _differs(told, work)]
    if told.denied or not same:
        return WarrantyMatch(Verdict.OTHER_FAULT, 0.8, candidates, told.claimed)
    if len(same) == 1 and (told.claimed or _is_same(told, same[0])):
        chosen = tuple(one for one in candidates if one.id == same[0].id)
        return WarrantyMatch(Verdict.CERTAIN, 0.95, chosen, told.claimed)
    return WarrantyMatch(Verdict.CANDIDATES, 0.7, candidates, told.claimed)


def _by_likeness(told: _Told, alike: tuple[ClosedWork, ...]) -> WarrantyMatch:
    placed = [work for work in alike if _same_place(told, work)]
    near = [work for work in placed if _same_thing(told, work)]
    same = [work for work in near if _is_same(told, work)]
    if told.claimed and not told.denied and not same:
        near = [work for work in placed if _same_thing(told, work) or _same_words(told, work)]
    if not near:
        return WarrantyMatch(Verdict.NONE, 0.0, claimed=told.claimed)
    shown = tuple(sorted((_candidate(told, work) for work in same or near), key=lambda one: -one.likeness))[:_SHOWN]
    if not same and any(_same_words(told, work) for work in near) and told.claimed and not told.denied:
        return WarrantyMatch(Verdict.CANDIDATES, 0.5, shown, told.claimed)
    if not same or told.denied:
        return WarrantyMatch(Verdict.OTHER_FAULT, 0.6, shown, told.claimed)
    if _is_certain(told, same, shown):
        return WarrantyMatch(Verdict.CERTAIN, 0.9 if told.claimed else 0.85, shown[:1], told.claimed)
    return WarrantyMatch(Verdict.CANDIDATES, 0.6, shown, told.claimed)


def _is_certain(told: _Told, same: list[ClosedWork], shown: tuple[Candidate, ...]) -> bool:
    """Claimed and only one thing it can be (several times the same fault are one thing); or, unclaimed, alike in every way."""
    one_thing = (
        len({(_kind(work.features, "thing") & told.kind("thing"), _kind(work.features, "site")) for work in same}) == 1
    )
    if told.claimed:
        return one_thing and len(told.kind("symptom")) > 0
    explicit = bool(told.kind("site")) and all(told.kind("site") & work.features for work in same)
    return one_thing and explicit and shown[0].likeness >= _SAME


def _same_place(told: _Told, work: ClosedWork) -> bool:
    mine, theirs = told.kind("site"), _kind(work.features, "site")
    return not mine or not theirs or bool(mine & theirs)


def _same_thing(told: _Told, work: ClosedWork) -> bool:
    return bool(told.kind("thing") & work.features)


def _same_words(told: _Told, work: ClosedWork) -> bool:
    """Told with the same rare words: what no table of things and symptoms knows (a product, an error's own text)."""
    return len(told.kind("word") & work.features) >= _RARE_WORDS


def _is_same(told: _Told, work: ClosedWork) -> bool:
    """The same symptom of the same thing at the same place, and it was a fault then as well."""
    return (
        "fault" in work.features
        and _same_place(told, work)
        and _same_thing(told, work)
        and bool(told.kind("symptom") & work.features)
    )


def _differs(told: _Told, work: ClosedWork) -> bool:
    """Named work that the mail is plainly not about: another place, thing or symptom than the one that was handled."""
    if not _same_place(told, work):
        return True
    if told.kind("thing") and _kind(work.features, "thing") and not _same_thing(told, work):
        return True
    theirs = _kind(work.features, "symptom")
    return bool(told.kind("symptom")) and bool(theirs) and not told.kind("symptom") & theirs


def _candidate(told: _Told, work: ClosedWork, *also: str) -> Candidate:
    shared = sorted(told.features & work.features - {"fault"}, key=lambda one: (-_weight(one), one))
    evidence = (*(Evidence(word, work.id) for word in also), *(Evidence(one, work.id) for one in shared[:8]))
    return Candidate(work.id, _likeness(told.features, work.features), evidence)


def _likeness(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Shared weight over the weight of the smaller text: the one may be told at length, the other in a word."""
    shared = sum(map(_weight, mine & theirs))
    return round(shared / (min(sum(map(_weight, mine)), sum(map(_weight, theirs))) or 1), 3)
