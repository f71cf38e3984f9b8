"""Reads plain Vietnamese and English as people type it: with and without tone marks, abbreviated, on a telephone.

A phrase of a table is written once, with its marks. It is found in text with the same marks, and in text typed without
marks, but never in text with other marks: `lỗi` is found in "bị lỗi" and in "bi loi", not in "lời". Hỏi and ngã are
taken for each other, as many people write them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

TEXT_LIMIT = 8000  # characters that are read: what a customer wants stands in the first pages

_TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SWAPPED = {"\u0303": "\u0309", "\u0309": "\u0303"}


# ---- phrases --------------------------------------------------------------------------------------------------------


def _variants(letter: str, *, loose: bool) -> str:
    """The ways in which one marked letter may be typed: with the other of hỏi and ngã; loosely, with fewer marks or none."""
    if letter == "đ":
        return "đd" if loose else ""
    marks = unicodedata.normalize("NFD", letter)
    base, rest = marks[0], marks[1:]
    if not rest:
        return ""
    swapped = unicodedata.normalize("NFC", "".join(_SWAPPED.get(mark, mark) for mark in marks))
    shape = unicodedata.normalize("NFC", base + "".join(mark for mark in rest if mark not in _TONE_MARKS))
    return "".join(dict.fromkeys((letter, swapped, *((shape, base) if loose else ()))))


def _typed(phrase: str, *, loose: bool) -> str:
    """The phrase as a pattern; what stands in ‹…› is looked for as it is written even in text without marks."""
    parts = re.split(r"[‹›]", unicodedata.normalize("NFC", phrase))
    return "".join(_spelled(part, loose=loose and place % 2 == 0) for place, part in enumerate(parts))


def _spelled(part: str, *, loose: bool) -> str:
    letters = ((letter, _variants(letter, loose=loose)) for letter in part)
    return "".join(f"[{variants}]" if len(variants) > 1 else letter for letter, variants in letters)


_GAPS = (
    (re.compile(r"\( ……\)\?"), r"(?: [^\s,]+){0,7}?"),
    (re.compile(r"\( …\)\?(?=[^ |)$]|\()"), r"(?: (?:[^\s,]+ ){0,3}?)?"),
    (re.compile(r"\( …\)\?"), r"(?: [^\s,]+){0,3}?"),
    (re.compile(r"\( … \)\?"), r"(?: (?:[^\s,]+ ){0,3}?)?"),
    (re.compile(r"\(… \)\?"), r"(?:[^\s,]+ ){0,3}?"),
)


class Phrases:
    """A table of phrases, found in text with marks as they are written, and in text without marks without them.

    Compiled when it is first asked: all tables together would cost every start a second.
    """

    def __init__(self, source: str, *, only_as_written: bool = False) -> None:
        self._source = source
        self._only_as_written = only_as_written

    @cached_property
    def _strict(self) -> re.Pattern[str]:
        return self._compiled(loose=False)

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        return self._strict if self._only_as_written else self._compiled(loose=True)

    def _compiled(self, *, loose: bool) -> re.Pattern[str]:
        return re.compile(rf"(?<![^\s,])(?:{_typed(self._source, loose=loose)})(?![^\s,])")

    def _for(self, words: str) -> re.Pattern[str]:
        return self._loose if is_unmarked(words) else self._strict

    def search(self, words: str) -> re.Match[str] | None:
        """The first place where a phrase stands."""
        return self._for(words).search(words)

    def finditer(self, words: str) -> Iterator[re.Match[str]]:
        """All places where a phrase stands."""
        return self._for(words).finditer(words)

    def without(self, words: str) -> str:
        """The words with every phrase replaced by `#`."""
        return self._for(words).sub("#", words)


@lru_cache(maxsize=1024)
def is_unmarked(words: str) -> bool:
    """Whether this is Vietnamese typed without its marks (hardly any at all counts as none), and not English."""
    found = words.split()
    if sum(not word.isascii() for word in found) * _MARKED_FROM >= max(1, len(found)):
        return False
    return len(_ENGLISH.intersection(found)) <= len(_UNMARKED.intersection(found))


_MARKED_FROM = 4  # one word of four; ordinary Vietnamese has marks on two words of three
_ENGLISH_TEXT = """
    the an is are was were be been i we you it they this that these to of and for with on in my our your please not have has
    had does did can will would could should but if thanks thank at by from as all so just still now when what how why yes
    me us there here one any or than then before after more new about also which who no need works it's don't we're i'm
"""
_UNMARKED_TEXT = """
    em anh chi co chu ben minh toi khong duoc roi nhe nha cho la thi va cua nay lam gia vay thoi nua ma de con bi van chua
    loi gui xem hoi nhieu giup may cam ong ba con dong y luon di ngay sao gi ai dau bao gio oi ah k ko dc e a r vao
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
_UNMARKED = frozenset(_UNMARKED_TEXT.split())


def phrases(*rows: str, only_as_written: bool = False, **parts: str) -> Phrases:
    """A table of phrases, to be searched in `Sentence.words`.

    A row holds phrases split by `|` at its top level and may use groups and `?` as regular expressions do. `{name}` is
    replaced by the part of that name, `( … )?` stands for up to three words. Rows must not repeat without bound.
    `only_as_written`, or ‹…› around a word: its meaning hangs on its marks, it is not looked for in text without them.
    """
    source = "|".join(rows)
    for name, part in parts.items():
        source = source.replace(f"{{{name}}}", f"(?:{part})")
    for written, meant in _GAPS:
        source = written.sub(lambda _, meant=meant: meant, source)  # type: ignore[misc]
    return Phrases(source, only_as_written=only_as_written)


# ---- text -----------------------------------------------------------------------------------------------------------

_SHORT_FORMS_TEXT = """
    không: k ko kg kh hok hông hổng khum khom khôm hem hôg kô khg hk hẻm hôq koo 0
    được: dc đc đk dk đươc đựơc đựoc đuợc đưọc dx đx dược dượt đuoc
    rồi: r rùi roài gòi ròi rùii rồii rồy roi
    ok: oke okie okay okê oki okla okey ôk okk oce okee okela okii ók oks okj kê
    vậy: v z zậy dậy dzậy zay vại
    gì: j gỳ ji
    quá: wá qá wa
    thanks: tks thks thank thankss thank's ths tkss thx camon thankyou
    nhé: nha nhá nhe nghen nge nhen nhoa nhaa nhees nhee nhéee nhéé nghenn nhak
    giúp: giùm dùm hộ zùm gium dum jup júp
    em: e
    chị: c
    mình: mk mik mjnh
    bao nhiêu: bn bnh bnhiu bhnh
    nhiêu: nhiu
    như thế nào: ntn
    thế nào: tnao
    với: vs
    làm: lm
    cũng: cx cg cug
    trước: trc
    đang: đg đag dag
    thôi: thui hoy thoy thoai
    mới: ms
    biết: bit bít bik bjt
    hôm nay: hn hnay
    hôm qua: hqua
    kiểm tra: kt ktra
    chuyển khoản: ck
    công ty: cty
    giám đốc: gđ
    đăng ký: đky dky
    thời gian: tgian
    báo giá: bgia bg
    hợp đồng: hđ
    yêu cầu: yc
    số điện thoại: sđt sdt
    nữa: nx nửa nz
    vẫn: vx
    ừ: uh uhm ờ uk um uhmm ừm ừa ùa u
    vâng: vâg vg zâng
    dạ: dzạ zạ
    huỷ: hủy
    please: pls plz
    your: ur
    yes: yeah yep yup ya
    xong: xog xonq
    nhiều: nhìu nhju
    yêu: iu
    chưa: chưaa chx chua
    hư: hỏng
"""


def _short_forms(text: str) -> dict[str, str]:
    rows = (line.split(":") for line in text.strip().splitlines())
    return {short: meant.strip() for meant, shorts in rows for short in shorts.split()}


_SHORT_FORMS: Mapping[str, str] = _short_forms(_SHORT_FORMS_TEXT)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*|[,:;()\-–—/…\"“”«»]|[?？]|[.!]")
_SENTENCE_END = re.compile(r"(?<=[.!?…？])[\s\"”»)]+|[\n;]+|(?<=[?？])")
_WRAPPED = re.compile(r"(?<=[^\n]{60})\n(?=[^\W\d_])")
_QUOTED_LINE = re.compile(r"(?m)^[ \t]*[>|＞].*$")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in normal form: lower case, single spaces, short forms written out, commas as words of their own.

    `asks` is true where it ends with a question mark. `place` is its position in the text.
    """

    words: str
    asks: bool = False
    place: int = 0


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, without empty ones and without lines that quote (`>`)."""
    found = (_sentence(part) for part in _parts(text))
    kept = [one for one in found if one.words or one.asks]
    return tuple(Sentence(one.words, one.asks, place) for place, one in enumerate(kept))


def _parts(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFC", text[:TEXT_LIMIT]).translate(_APOSTROPHES).lower()
    plain = _QUOTED_LINE.sub("", plain.replace("\r\n", "\n"))
    return (part for part in _SENTENCE_END.split(_unwrapped(plain)) if part and not part.isspace())


def _unwrapped(text: str) -> str:
    """Lines that a mail program broke at its margin are one again."""
    lines = text.split("\n")
    joined = lines[0]
    for before, line in pairwise(lines):
        margin = len(before) >= 60 and line[:1].isalpha() and before[-1:] not in ".!?:;"
        joined += (" " if margin else "\n") + line
    return joined


def _sentence(part: str) -> Sentence:
    words = [_normal(word) for word in _WORD.findall(part)]
    if is_unmarked(part):
        words = [_unmarked(word) for word in words]
    asks = any(word in "?？" for word in words)
    shown = " ".join(word for word in words if word and word not in "?？.!")
    return Sentence(shown.strip(" ,"), asks)


@lru_cache(maxsize=4096)
def _unmarked(word: str) -> str:
    """A word without marks: short forms that were written out are typed as the rest of the sentence is."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char)).replace(
        "đ", "d"
    )


def _normal(word: str) -> str:
    if len(word) == 1 and not word.isalnum():
        return word if word in "?？.!" else ","
    return _SHORT_FORMS.get(word) or _SHORT_FORMS.get(short := _STRETCHED.sub(r"\1", word), short)
