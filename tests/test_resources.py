"""The resource catalogue: its shape, and which entries answer which question."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Language
from worker.policy.features import fold
from worker.policy.phrases import Phrases, words_of
from worker.policy.resources import Catalogue, CatalogueError, Kind, Region, match_resources, read_catalogue

CATALOGUE = Path(__file__).parent.parent / "templates" / "resources" / "catalogue.yaml"
ENTRY = "- {name: %s, link: '%s', kind: forum, region: vn, language: vi, vi: diễn đàn, en: a forum}\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(CATALOGUE.read_text(encoding="utf-8"))


def test_the_catalogue_that_is_shipped_is_well_formed_and_covers_every_kind_at_home_and_abroad(
    catalogue: Catalogue,
) -> None:
    assert len(catalogue.entries) >= 60
    for kind in Kind:
        assert sum(one.kind is kind for one in catalogue.entries) >= 3
    for kind in (Kind.MARKETPLACE, Kind.FORUM, Kind.SOCIAL):
        assert {one.region for one in catalogue.entries if one.kind is kind} == set(Region)


@pytest.mark.parametrize(
    ("asked", "kinds", "among"),
    [
        ("Cho em xin danh sách các sàn thương mại điện tử nước ngoài", [Kind.MARKETPLACE], {"Amazon", "Alibaba"}),
        ("cho em xin danh sach dien dan me va be", [Kind.FORUM], {"Webtretho", "Làm Cha Mẹ"}),
        ("VINNO có bài giảng marketing online không ạ?", [Kind.LECTURE], {"Google Skillshop"}),
        ("Anh gửi giúp em mấy MXH với hội nhóm bên nước ngoài", [Kind.SOCIAL, Kind.GROUP], {"LinkedIn", "r/ecommerce"}),
        ("where can we sell handmade baskets abroad? a list of marketplaces please", [Kind.MARKETPLACE], {"Etsy"}),
        ("Which forums do Vietnamese car owners read?", [Kind.FORUM], {"OTOFUN"}),
        ("xin tài liệu tự học SEO", [Kind.LECTURE], {"Hướng dẫn SEO cơ bản của Google"}),
        ("các sàn giống như Etsy", [Kind.MARKETPLACE], {"Etsy"}),
        ("công cụ miễn phí để đưa cửa hàng lên bản đồ", [Kind.TOOL], {"Google Business Profile"}),
        ("muốn đăng ký website với bộ công thương", [Kind.DIRECTORY], {"online.gov.vn"}),
    ],
)
def test_a_question_gets_the_kinds_it_asks_for(
    catalogue: Catalogue, asked: str, kinds: list[Kind], among: set[str]
) -> None:
    groups = match_resources(asked, Language.VI, catalogue)

    assert [group.kind for group in groups] == kinds
    assert among <= {entry.name for group in groups for entry in group.entries}


@pytest.mark.parametrize(
    "text",
    ["", "Website bên em không vào được từ sáng nay", "Please renew our contract", "danh sách nhân viên", "🙂 ???"],
)
def test_what_asks_for_nothing_of_the_catalogue_matches_nothing(catalogue: Catalogue, text: str) -> None:
    assert match_resources(text, Language.VI, catalogue) == ()


def test_only_the_region_asked_for_is_listed(catalogue: Catalogue) -> None:
    (group,) = match_resources("sàn thương mại điện tử trong nước", Language.VI, catalogue)

    assert {entry.region for entry in group.entries} == {Region.VN}


def test_entries_on_the_topic_come_first(catalogue: Catalogue) -> None:
    (group,) = match_resources("marketplaces abroad for handicraft", Language.EN, catalogue)

    assert group.entries[0].name == "Etsy"


def test_lectures_that_the_reader_can_read_come_first(catalogue: Catalogue) -> None:
    vietnamese = match_resources("xin bài giảng", Language.VI, catalogue)[0].entries
    english = match_resources("lectures please", Language.EN, catalogue)[0].entries

    assert all(one.is_readable_in(Language.VI) for one in vietnamese)
    assert all(one.is_readable_in(Language.EN) for one in english)


@pytest.mark.parametrize(
    "phrase", ["sàn thương mại điện tử", "diễn đàn", "mạng xã hội", "bài giảng", "hoá", "sửa chữa"]
)
@pytest.mark.parametrize("typed", [str, str.upper, fold, lambda text: unicodedata.normalize("NFD", text)])
def test_a_phrase_is_found_however_its_accents_were_typed(phrase: str, typed: Callable[[str], str]) -> None:
    found = Phrases.of([(phrase, 1)]).find(words_of(f"xin {typed(phrase)} ạ"))

    assert [one.meaning for one in found] == [1]


def test_a_word_with_other_accents_is_another_word() -> None:
    assert not list(Phrases.of([("chợ", 1)]).find(words_of("chờ chó chổ")))


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text: str) -> None:
    for one in Phrases.of([("chợ", 1), ("chợ online", 2)]).find(words_of(text)):
        assert one.start < one.end


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("name: x", "must be a list"),
        ("- [", "is not YAML"),
        (ENTRY % ("Tinh tế", "tinhte.vn"), r"line 1 \(Tinh tế\) link: is no link"),
        (ENTRY % ("Tinh tế", "javascript://tinhte.vn"), "is no link"),
        ("\n" + ENTRY.replace("forum,", "café,") % ("Tinh tế", "https://tinhte.vn"), r"line 2 \(Tinh tế\) kind"),
        (
            ENTRY % ("A b", "https://a.vn") + ENTRY % ("A c", "https://a.vn/"),
            r"line 2 \(A c\): the same link as in line 1",
        ),
        (ENTRY % ("A b", "https://a.vn") + ENTRY % ("a B", "https://b.vn"), r"the same name as in line 1"),
        (ENTRY.replace("kind:", "sort:") % ("A b", "https://a.vn"), r"sort: Extra inputs"),
    ],
    ids=["no list", "no YAML", "no scheme", "script link", "unknown kind", "link twice", "name twice", "unknown key"],
)
def test_a_mistake_is_named_with_its_place(text: str, mistake: str) -> None:
    with pytest.raises(CatalogueError, match=mistake):
        read_catalogue(text)
