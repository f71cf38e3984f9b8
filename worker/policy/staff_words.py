"""A staff mail in normal form: sentences of plain words in which amounts, durations, days and numbers are one word each."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from worker.model import Language
from worker.policy.amounts import Amount, find_amounts, find_foreign
from worker.policy.durations import DAY as WORKING_DAY
from worker.policy.durations import Duration, Use, find_durations
from worker.policy.tone_marks import Said, as_read, is_marked, spoken
from worker.policy.when import Moment, find_when

PROSE_LIMIT = 3_000  # characters whose plain words are read: nobody gives orders on the second page

Value = Amount | Duration | Moment | None

QUOTATION = '"'
MONEY, RATE, FOREIGN, TICKET, LINK, DAY = "MONEY", "RATE", "FOREIGN", "TICKET", "LINK", "DAY"
_WORD_OF_USE: Mapping[Use, str] = {
    Use.WORK: "SPAN",
    Use.SPENT: "SPENT",
    Use.LATER: "LATER",
    Use.PAST: "PAST",
    Use.CLOCK: DAY,
    Use.OTHER: "LENGTH",
}

_SHORT_FORMS: Mapping[str, str] = {
    **dict.fromkeys(["k", "ko", "kg", "khg", "hok", "hông", "hổng", "hong", "kh0ng", "khong", "khôg", "hem"], "không"),
    **dict.fromkeys(["dc", "đc", "dk", "đk", "đx", "dx"], "được"),
    **dict.fromkeys(["r", "rùi", "roài", "ròi", "rui"], "rồi"),
    **dict.fromkeys(["nha", "nhe", "nhá", "nghen", "nghe", "hen", "nhen", "nhaa", "nhaaa", "nhak", "nà", "nè"], "nhé"),
    **dict.fromkeys(["oke", "okie", "okay", "okê", "oki", "okla", "okey", "okk", "okela"], "ok"),
    **dict.fromkeys(["giùm", "dùm", "hộ", "zùm", "dum", "gium"], "giúp"),
    **dict.fromkeys(["mik", "mk", "mjnh"], "mình"),
    **dict.fromkeys(["đag", "dag", "đg"], "đang"),
    **dict.fromkeys(["pls", "plz"], "please"),
    **dict.fromkeys(["thui", "thoi", "hoy", "thoy"], "thôi"),
    **dict.fromkeys(["kh", "khach"], "khách"),
    "chx": "chưa", "xog": "xong", "xonq": "xong", "lm": "làm", "trc": "trước", "vs": "với", "bgia": "báo giá", "bg": "báo giá",
    "ktra": "kiểm tra", "mn": "mọi người", "ae": "anh em", "yc": "yêu cầu", "ntn": "như thế nào", "bn": "bao nhiêu", "nv": "nhân viên",
    "hqua": "hôm qua", "hnay": "hôm nay", "hn": "hôm nay", "cty": "công ty", "hđ": "hợp đồng", "j": "gì", "cx": "cũng", "ng": "người",
    "roi": "rồi", "khong": "không", "dont": "don't", "isnt": "isn't", "cant": "can't", "wont": "won't", "doesnt": "doesn't", "hasnt": "hasn't", "havent": "haven't",
    "wasnt": "wasn't", "didnt": "didn't", "im": "i'm", "ive": "i've", "thats": "that's", "whats": "what's",
}  # fmt: skip
_VIETNAMESE_SHORT_FORMS: Mapping[str, str] = {
    "e": "em",
    "a": "anh",
    "c": "chị",
    "t": "tôi",
    "z": "vậy",
    "v": "vậy",
    "h": "giờ",
}

# Typed without marks these are several words; what stands around tells which. All others are left to the patterns.
_RESTORED: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?:(?<=^)|(?<=, )|(?<=dang )|(?<=phai )|(?<=van )|(?<=con )|(?<=đang )|(?<=cu ))cho(?= (?:khách|sep|dns|"
            r"duyet|tra|phan|xac|ben|them|ti|chut|den|server|host|anh|chi|sale|ket|no|ho|hang|ky)(?: |$))"
        ),
        "chờ",
    ),
    (
        re.compile(
            r"(?<!\w)dung(?= (?:báo|bao|nhan|gui|goi|tra|tu|giao|lam|làm|doi|hoan|dong|noi|voi|co|tinh|lay|de|xoa|"
            r"duyet|quote|reply|send|tell|assign|cho|hua|dung|mo|dong|reject|chuyen|vội|rep)(?: |$))"
        ),
        "đừng",
    ),
)
_TICKET = re.compile(r"(?<![\w-])(?:vn[- ]?\d{2,7}|#\d{3,7}|ticket\s+#?\d{3,7})(?![\w-])")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>]{1,300}|[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}|"
    r"\b[\w-]{2,40}\.(?:com\.vn|vn|com|net|org|php|html|css|js)\b"
)
_WORD = re.compile(r"\d+(?:/\d+)+|[^\W_]+(?:'[^\W_]+)*|[,:()\-–—/+=%~@#.!?…;\n]|[\"“”«»]")
_COMMA = frozenset("()-–—/=~")
_QUOTATIONS = frozenset('"“”«»')
_ENDS = frozenset(".!?…;\n")
_ABBREVIATED = frozenset({"excl", "incl", "mr", "mrs", "ms", "dr", "est", "approx", "min", "mins", "hr", "hrs", "no", "st", "vs", "tp", "q", "p", "ths", "ts", "ks", "bs"})  # fmt: skip
_ARROW = re.compile(r"(?m)^[ \t]*(?:=+>|-+>|→|➔|➜|►|>>|[-*•+])[ \t]*")
_VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_VIETNAMESE_WORD = spoken(
    "em|anh|chị|khách|xong|báo|nhé|nha|rồi|chưa|không|ko|làm|cái|này|cho|của|gửi|duyệt|giao|mai|để|bên|mình|"
    "gấp|phút|tiếng|triệu|"
    "tr|củ|dời|nhận|hỏi|lại|thì|là|được|dc|tầm|khoảng|trợ giúp|hoàn tác|hàng đợi|từ chối|mất|hủy|mở lại|tệp|"
    "ghi chú|ước|giúp|nghỉ|ngày"
)
_ENGLISH_WORD = re.compile(
    r"(?<!\w)(?:the|is|are|this|that|it|it's|i|i'll|we|you|they|please|done|to|for|of|and|not|quote|estimate|"
    r"hours?|mins?|"
    r"fixed|customer|client|with|help|assign|take|reject|approved?|reopen|merge|cancel|undo|report|queue|file|"
    r"why|days?|"
    r"should|will|be|on|in|at|tomorrow|today|monday|urgent|high|low|normal|critical|waive|note)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence; `start` is its place in the words of the sentence. `quoted`: it stands in quotation marks.

    `heading` are the words before the colon that opens it.
    """

    words: Said
    start: int
    quoted: bool = False
    heading: str = ""

    def before(self, place: int) -> Said:
        """The words before that place of the clause."""
        return Said(self.words[:place].strip(), marked=self.words.marked)

    def after(self, place: int) -> Said:
        """The words from that place of the clause on."""
        return Said(self.words[place:].strip(), marked=self.words.marked)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `words` joined by single spaces, commas and brackets as ",", each with its place in the text.

    `values` says what a word of capitals (`MONEY`, `SPAN`, `DAY`, …) stands for. `asks`: it ends with a question mark.
    """

    words: Said
    places: tuple[tuple[int, int], ...]
    values: tuple[Value, ...]
    asks: bool = False

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where words[start:end] stands in the text."""
        starts = self._starts()
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
        return self.places[first][0], self.places[last][1]

    def value(self, at: int) -> Value:
        """What the word at this place of `words` stands for."""
        return self.values[bisect_right(self._starts(), at) - 1]

    def clauses(self) -> tuple[Clause, ...]:
        """The parts between commas, colons and quotation marks."""
        return tuple(
            Clause(
                Said(found[0].strip(), marked=self.words.marked),
                found.start() + len(found[0]) - len(found[0].lstrip()),
                self.words.count(QUOTATION, 0, found.start()) % 2 == 1,
                self._heading(found.start()),
            )
            for found in re.finditer(rf"(?:(?! (?:nhưng|but) )[^,:{QUOTATION}])+", self.words)
            if found[0].strip()
        )

    def _heading(self, start: int) -> str:
        before = self.words[:start].rstrip()
        return re.split(r"[,:]", before[:-1])[-1].strip() if before.endswith(":") else ""

    def with_words(self, words: str) -> Sentence:
        """The same sentence, read with other words; its places are those of this one."""
        return Sentence(Said(words, marked=self.words.marked), self.places, self.values, self.asks)

    def _starts(self) -> list[int]:
        starts, place = [], 0
        for word in self.words.split(" "):
            starts.append(place)
            place += len(word) + 1
        return starts


def written_form(text: str) -> str:
    """A text in NFC, with single line breaks and plain spaces: all positions are places in it."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")


def language_of(text: str) -> Language:
    """The language to answer in: English where nothing is Vietnamese and something English."""
    read = as_read(text[:PROSE_LIMIT])
    if _VIETNAMESE_LETTER.search(read):
        return Language.VI
    return (
        Language.EN
        if len(_ENGLISH_WORD.findall(read)) > sum(1 for _ in _VIETNAMESE_WORD.finditer(read))
        else Language.VI
    )


def sentences(written: str, now: datetime, zone: str) -> tuple[Sentence, ...]:
    """The sentences of a text in `written_form`, as far as it is read (`PROSE_LIMIT`)."""
    written = written[:PROSE_LIMIT]
    is_vietnamese = language_of(written) is Language.VI
    marked = is_marked(as_read(written)) or not is_vietnamese  # in English "can" is no "cần"
    short_forms = {**_SHORT_FORMS, **(_VIETNAMESE_SHORT_FORMS if is_vietnamese else {})}
    found: list[Sentence] = []
    words: list[tuple[str, tuple[int, int], Value]] = []
    for word, place, value in _words(_unwrapped(written), now, zone):
        if word in _ENDS and not (word == "." and words and words[-1][0] in _ABBREVIATED):
            found += _sentence(words, asks=word == "?", marked=marked)
            words = []
        elif word not in _ENDS:
            words.append((short_forms.get(word, word), place, value))
    found += _sentence(words, asks=False, marked=marked)
    return tuple(found)


def _sentence(words: list[tuple[str, tuple[int, int], Value]], *, asks: bool, marked: bool) -> list[Sentence]:
    plain = ["," if word in _COMMA else QUOTATION if word in _QUOTATIONS else word for word, _, _ in words]
    kept = [at for at, word in enumerate(plain) if word != "," or (0 < at < len(plain) - 1 and plain[at - 1] != ",")]
    if not any(plain[at][0].isalnum() for at in kept):
        return []
    spaced = [(part, words[at][1], words[at][2]) for at in kept for part in plain[at].split(" ")]
    joined = " ".join(part for part, _, _ in spaced)
    return [
        Sentence(
            Said(joined if marked else _restored(joined), marked=marked),
            tuple(place for _, place, _ in spaced),
            tuple(value for _, _, value in spaced),
            asks,
        )
    ]


def _restored(words: str) -> str:
    for pattern, marked in _RESTORED:
        words = pattern.sub(marked, words)
    return words


def _unwrapped(written: str) -> str:
    """Arrows and bullets gone, lines that a mail program broke at its margin joined; every character keeps its place."""
    bare = _ARROW.sub(lambda found: " " * len(found[0]), written)
    lines = bare.split("\n")
    joined = lines[0]
    for above, line in pairwise(lines):
        is_wrapped = len(above) >= 60 and line[:1].islower() and above.rstrip()[-1:] not in ".!?:;"
        joined += (" " if is_wrapped else "\n") + line
    return joined


def _words(text: str, now: datetime, zone: str) -> Iterator[tuple[str, tuple[int, int], Value]]:
    read = as_read(text)
    place = 0
    for word, start, end, value in [*_things(text, read, now, zone), ("", len(read), len(read), None)]:
        for found in _WORD.finditer(read, place, start):
            yield found[0], found.span(), None
        if word:
            yield word, (start, end), value
        place = end


_Thing = tuple[str, int, int, Value]


def _things(text: str, read: str, now: datetime, zone: str) -> list[_Thing]:
    """What is more than words, none within another: what comes first here wins."""
    moments = find_when(text, now, zone)
    lengths = [one for one in find_durations(text) if not _is_clock_of(one, moments)]
    found: list[_Thing] = [(LINK, *one.span(), None) for one in _LINK.finditer(read)]
    found += [(TICKET, *one.span(), None) for one in _TICKET.finditer(read)]
    found += [(FOREIGN, start, end, None) for start, end in find_foreign(text)]
    found += [(RATE if one.is_rate else MONEY, one.start, one.end, one) for one in find_amounts(text)]
    found += [(_WORD_OF_USE[one.use], one.start, one.end, one) for one in lengths if one.use is not Use.CLOCK]
    found += [(DAY, one.begin, one.stop, one) for one in moments]
    found += [(DAY, one.start, one.end, one) for one in lengths if one.use is Use.CLOCK]
    kept: list[_Thing] = []
    for thing in found:
        if all(thing[2] <= other[1] or other[2] <= thing[1] for other in kept):
            kept.append(thing)
    return sorted(kept, key=lambda thing: thing[1])


def _is_clock_of(length: Duration, moments: tuple[Moment, ...]) -> bool:
    """Whether a length is part of a time: "2h" of "chiều mai 2h", "2 ngày" of "lùi 2 ngày"."""
    for one in moments:
        inside = one.begin <= length.start and length.end <= one.stop
        is_more = one.stop - one.begin > length.end - length.start and length.use in {Use.WORK, Use.CLOCK}
        is_days = length.effort.low >= WORKING_DAY // 2 and length.use is Use.OTHER
        if inside and (is_more or is_days):
            return True
    return False
