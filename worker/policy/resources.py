"""Which entries of the resource catalogue answer a request for business and marketing information (POLICY, free 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from worker.model import Language
from worker.policy.phrases import Phrases, words_of

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where it was built
_MOST_OF_A_KIND = 8
_ENOUGH_ON_TOPIC = 3
_WORDS_THAT_ASK = 2  # one word (video, SEO) says what a text is about, not that somebody asks for a list


class Kind(StrEnum):
    """What an entry is, in the order a letter lists them."""

    MARKETPLACE = "marketplace"
    DIRECTORY = "directory"
    FORUM = "forum"
    SOCIAL = "social"
    GROUP = "group"
    LECTURE = "lecture"
    TOOL = "tool"


class Region(StrEnum):
    """Whom an entry reaches: people in Vietnam or abroad."""

    VN = "vn"
    WORLD = "world"


class CatalogueError(Exception):
    """The catalogue cannot be used: `mistakes` are lines `place: what is wrong`."""

    def __init__(self, source: str, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(f"{source}: {line}" for line in mistakes))
        self.mistakes = tuple(mistakes)


def _web_link(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme not in {"http", "https"} or "." not in rest.partition("/")[0] or any(map(str.isspace, value)):
        raise ValueError(f"is no link like https://example.vn: {value!r}")
    return value


_Text = Annotated[str, Field(min_length=2, max_length=160)]


class Resource(BaseModel):
    """One entry: a place on the web that customers are told of. `tags` are words by which people ask for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=60)]
    link: Annotated[str, AfterValidator(_web_link)]
    kind: Kind
    region: Region
    language: Literal["vi", "en", "both"]
    tags: tuple[Annotated[str, Field(min_length=2, max_length=40)], ...] = ()
    vi: _Text
    en: _Text

    def description(self, language: Language) -> str:
        """What it is, in the reader's language."""
        return self.vi if language is Language.VI else self.en

    def is_readable_in(self, language: Language) -> bool:
        """Whether the site speaks that language."""
        return self.language in {language.value, "both"}


_Meaning = Kind | Region | Resource


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries in their order, and the words that ask for them."""

    entries: tuple[Resource, ...]
    names: Phrases[_Meaning]
    topics: Phrases[Resource]


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one kind that answer a request, the best first."""

    kind: Kind
    entries: tuple[Resource, ...]


_KIND_WORDS: Mapping[Kind, str] = {
    Kind.MARKETPLACE: """
        sàn thương mại điện tử, sàn tmđt, tmđt, thương mại điện tử, sàn bán hàng, trang bán hàng, kênh bán hàng,
        sàn giao dịch, chợ điện tử, chợ online, chợ mạng, rao vặt, bán ở đâu, bán hàng ở đâu, marketplace,
        marketplaces, market places, e-commerce, ecommerce, where to sell, sell online, selling sites, sites to
        sell, classifieds, buy this kind
    """,
    Kind.DIRECTORY: """
        danh bạ, danh bạ doanh nghiệp, trang vàng, hiệp hội, xúc tiến thương mại, hội chợ, directory,
        directories, yellow pages, associations, trade fairs, chamber of commerce
    """,
    Kind.FORUM: "diễn đàn, forum, forums, 4rum, message boards, hang out online",
    Kind.SOCIAL: "mạng xã hội, mxh, social network, social networks, social media, hang out online",
    Kind.GROUP: """
        hội nhóm, các nhóm, nhóm facebook, nhóm zalo, group facebook, group zalo, cộng đồng, group, groups,
        facebook group, facebook groups, fb groups, community, communities
    """,
    Kind.LECTURE: """
        bài giảng, bài học, khóa học, giáo trình, tài liệu, tài liệu học, video hướng dẫn, ebook, e-book, học
        marketing, tự học, lecture, lectures, course, courses, lessons, tutorials, learning material, learn
        marketing, learn seo, học seo, về seo, about seo, cẩm nang
    """,
    Kind.TOOL: "công cụ, phần mềm miễn phí, tool, tools, free software",
}
_REGION_WORDS: Mapping[Region, str] = {
    Region.VN: "việt nam, vn, trong nước, nội địa, vietnam, viet nam, vietnamese, domestic, người việt",
    Region.WORLD: """
        nước ngoài, quốc tế, ngoài nước, thế giới, xuất khẩu, khách tây, abroad, overseas, international,
        foreign, foreigners, export, worldwide, global
    """,
}


def read_catalogue(text: str, source: str = "catalogue.yaml") -> Catalogue:
    """The catalogue of a YAML list. CatalogueError names every mistake with its line and entry."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
        found = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is a safe one
    except yaml.YAMLError as error:
        raise CatalogueError(source, [f"is not YAML: {' '.join(str(error).split())}"]) from None
    if not isinstance(found, list) or not isinstance(node, yaml.SequenceNode):
        raise CatalogueError(source, ["must be a list of entries"])
    lines = [child.start_mark.line + 1 for child in node.value]
    try:
        entries = TypeAdapter(tuple[Resource, ...]).validate_python(found)
    except ValidationError as error:
        raise CatalogueError(source, _mistakes(error, found, lines)) from None
    if twice := list(_twice(entries, lines)):
        raise CatalogueError(source, twice)
    return make_catalogue(entries)


def _mistakes(error: ValidationError, found: list[object], lines: list[int]) -> list[str]:
    mistakes = []
    for one in error.errors():
        number = one["loc"][0] if one["loc"] else 0
        entry = found[number] if isinstance(number, int) else None
        name = str(entry.get("name", "?")) if isinstance(entry, dict) else "?"
        place = f"line {lines[number]}" if isinstance(number, int) else ""
        field = ".".join(map(str, one["loc"][1:]))
        mistakes.append(f"{place} ({name}) {field}: {one['msg'].removeprefix('Value error, ')}")
    return mistakes


def _twice(entries: Sequence[Resource], lines: Sequence[int]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for entry, line in zip(entries, lines, strict=True):
        for key in (f"name {entry.name.lower()}", f"link {entry.link.rstrip('/').lower()}"):
            if key in seen:
                yield f"line {line} ({entry.name}): the same {key.partition(' ')[0]} as in line {seen[key]}"
            seen.setdefault(key, line)


def make_catalogue(entries: Sequence[Resource]) -> Catalogue:
    """A catalogue of entries, with the words that lead to them."""
    names: list[tuple[str, _Meaning]] = [(entry.name, entry) for entry in entries]
    names += [(word, kind) for kind, words in _KIND_WORDS.items() for word in words.split(",")]
    names += [(word, region) for region, words in _REGION_WORDS.items() for word in words.split(",")]
    topics = [(tag, entry) for entry in entries for tag in entry.tags]
    return Catalogue(tuple(entries), Phrases.of(names), Phrases.of(topics))


def match_resources(text: str, language: Language, catalogue: Catalogue) -> tuple[Group, ...]:
    """The entries that answer a request, by kind. Empty where the text asks for nothing of the catalogue.

    The kinds asked for (or the kinds of sites named, or of the topics) choose; region and topic narrow, but never to
    nothing. Accents are optional.
    """
    words = words_of(text)
    meanings = [one.meaning for one in catalogue.names.find(words)]
    named = [one for one in meanings if isinstance(one, Resource)]
    topics = list(catalogue.topics.find(words))
    topical = [one.meaning for one in topics]
    regions = {one for one in meanings if isinstance(one, Region)}
    kinds = {one for one in meanings if isinstance(one, Kind)} | {one.kind for one in named}
    kinds = kinds or {one.meaning.kind for one in topics if one.end - one.start >= _WORDS_THAT_ASK}
    groups = (_group(kind, catalogue, named, topical, regions, language) for kind in Kind if kind in kinds)
    return tuple(group for group in groups if group.entries)


def _group(
    kind: Kind,
    catalogue: Catalogue,
    named: Sequence[Resource],
    topical: Sequence[Resource],
    regions: set[Region],
    language: Language,
) -> Group:
    entries = [one for one in catalogue.entries if one.kind is kind]
    entries = [one for one in entries if not regions or one.region in regions or one in named] or entries
    on_topic = [one for one in entries if one in topical or one in named]
    chosen = on_topic if len(on_topic) >= _ENOUGH_ON_TOPIC else entries
    reads_it = {one.link for one in chosen if kind is not Kind.LECTURE or one.is_readable_in(language)}
    best_first = sorted(chosen, key=lambda one: (one not in named, one not in topical, one.link not in reads_it))
    return Group(kind, tuple(best_first[:_MOST_OF_A_KIND]))
