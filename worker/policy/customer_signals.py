"""What can be heard in a customer's reply: a yes, a condition, a fault, a question; each with the words that said so.

Each sentence is searched for the phrases of `customer_cues`. What a mixture of signals means is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import islice

from worker.policy import customer_cues as cues
from worker.policy.customer_figures import foreign_figure
from worker.policy.features import fold
from worker.policy.money import amounts_in
from worker.policy.plain_words import Phrases, Sentence, sentences


class Heard(Enum):
    """One thing heard somewhere in a reply."""

    YES = auto()  # an explicit yes, nothing in its own sentence against it
    BARE_YES = auto()  # nothing but "ok em"
    TAINTED_YES = auto()  # words of consent that are no consent
    CONDITIONAL_YES = auto()
    OPEN_QUESTION = auto()  # a question the answer to which may change the customer's mind
    QUESTION = auto()
    ASKED = auto()  # with a question mark, or asking for something to be sent or explained
    CHEAPER = auto()
    GRUMBLE = auto()
    RESIGNED = auto()  # "a bit dear, but all right"
    TERMS = auto()
    PARTIAL = auto()
    PARTIAL_YES = auto()  # "the banner is fine, the rest is not"
    BUT_FAULT = auto()  # works, but …
    EMOJI = auto()
    SOONER = auto()
    CONDITION = auto()
    CONTRAST = auto()  # "but" with or after the yes
    DEFER = auto()
    NO = auto()
    CANCEL = auto()
    CANCEL_THE_REQUEST = auto()
    BROKEN = auto()
    FIXED = auto()
    FIXED_LAST = auto()  # working and broken both, and working is the last word
    NEW = auto()
    ASK_HOW = auto()
    TROUBLE = auto()  # a word for a fault, without "still" or "again"
    ASSENT = auto()  # begins with "ok", "vâng"
    CHANGE_ASKED = auto()  # "may we pay later?": a question that asks for other terms
    ALSO = auto()  # announces another wish: "by the way", "tiện thể"
    INFO = auto()
    DATA = auto()
    THANKS = auto()
    NOTED = auto()
    COURTESY = auto()  # nothing is left once politeness is taken away
    SARCASM = auto()
    CALL_ME = auto()
    OTHER_MATTER = auto()  # speaks of another quote, contract or time
    LONG = auto()
    ABOUT_QUOTE = auto()
    AMOUNT = auto()  # a figure of the customer's own
    SIGNED = auto()  # a condition in what was taken for a signature
    UNREAD = auto()  # there is more than was read
    FOREIGN_AMOUNT = auto()  # a figure that does not stand in our quote


H = Heard
Findings = dict[Heard, str]

# ---- listening ------------------------------------------------------------------------------------------------------

_DATA = re.compile(cues.DATA)
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_HISTORY = re.compile(
    r"(?im)^[ \t]*(?:[>|＞]|-{3,}\s*(?:original|forwarded|thư gốc|tin nhắn gốc)|_{8,}\s*$|(?:from|từ|người gửi)\s*:\s*\S+.*@"
    r"|.{0,160}(?:đã viết|wrote|viết)\s*:\s*$)"
)
_QUOTED_WORDS = re.compile(r"[\"“«][^\"“”«»\n]{1,400}[\"”»]")
_PLAIN_CUES: tuple[tuple[Heard, Phrases], ...] = (
    (H.CHEAPER, cues.CHEAPER),
    (H.GRUMBLE, cues.GRUMBLE),
    (H.TERMS, cues.TERMS),
    (H.PARTIAL, cues.PARTIAL),
    (H.PARTIAL_YES, cues.PARTIAL_YES),
    (H.SOONER, cues.SOONER),
    (H.CANCEL, cues.CANCEL),
    (H.CANCEL_THE_REQUEST, cues.CANCEL_THE_REQUEST),
    (H.ALSO, cues.ALSO),
    (H.ASK_HOW, cues.ASK_HOW),
    (H.ABOUT_QUOTE, cues.ABOUT_QUOTE),
    (H.TROUBLE, cues.TROUBLE),
    (H.ASSENT, cues.ASSENT),
    (H.INFO, cues.INFO),
    (H.THANKS, cues.THANKS),
    (H.SARCASM, cues.SARCASM),
    (H.CALL_ME, cues.CALL_ME),
    (H.OTHER_MATTER, cues.OTHER_MATTER),
)


def listen(text: str, said: tuple[Sentence, ...], quoted_amounts: frozenset[int]) -> Findings:
    found: Findings = {}
    for sentence in said:
        for heard, words in heard_in(sentence):
            found.setdefault(heard, words)
    own = own_words(text)
    found.update(_consent(said if own == text else sentences(own), quoted_amounts))
    found.update(_whole(text, said))
    if figure := foreign_figure(text, quoted_amounts):
        found[H.AMOUNT] = figure
    return found


def heard_in(sentence: Sentence) -> Iterator[tuple[Heard, str]]:
    """What is heard in one sentence, but consent."""
    words = sentence.words
    for heard, pattern in _PLAIN_CUES:
        if match := pattern.search(words):
            yield heard, match[0]
    for heard, pattern, unless in _STATES:
        if match := _unless(pattern, unless, words):
            yield heard, match[0]
    yield from _questions(sentence)
    if match := cues.DEFER.search(cues.SETTLED.without(words)):
        yield H.DEFER, match[0]
    if match := cues.CONDITION.search(cues.HARMLESS_CONDITION.without(words)):
        yield H.CONDITION, match[0]
    if match := cues.NO.search(words):
        yield H.NO, match[0]


_STATES = (
    (H.BROKEN, cues.BROKEN, cues.NOT_BROKEN),
    (H.FIXED, cues.FIXED, cues.NOT_FIXED),
    (H.NOTED, cues.NOTED, cues.NOT_FIXED),
    (H.NEW, cues.NEW, cues.NOT_NEW),
)


def _unless(pattern: Phrases, unless: Phrases, words: str) -> re.Match[str] | None:
    """The last match that has no word of `unless` shortly before it."""
    found = (one for one in pattern.finditer(words) if not unless.search(_just_before(words, one.start())))
    return max(found, key=lambda one: one.end(), default=None)


def _just_before(words: str, place: int) -> str:
    return " ".join(words[:place].rpartition(",")[2].split()[-_WINDOW:])


def _questions(sentence: Sentence) -> Iterator[tuple[Heard, str]]:
    told = cues.DEFER.without(cues.SETTLED.without(cues.THANKS_FOR.without(sentence.words)))
    match = cues.QUESTION.search(told)
    if not sentence.words or not (match or sentence.asks):
        return
    yield H.QUESTION, match[0] if match else "?"
    if sentence.asks or cues.WANTS.search(told):
        yield H.ASKED, match[0] if match else "?"
    if cues.PLEADS.search(sentence.words) and any(
        cue.search(sentence.words) for cue in (cues.TERMS, cues.PARTIAL, cues.SOONER)
    ):
        yield H.CHANGE_ASKED, sentence.words
    if not cues.LOGISTICS.search(sentence.words):
        yield H.OPEN_QUESTION, match[0] if match else "?"


# ---- consent --------------------------------------------------------------------------------------------------------


def own_words(text: str) -> str:
    """The text before any sign of history and without what stands in quotation marks: a quoted yes is not the customer's."""
    history = _HISTORY.search(text)
    return _QUOTED_WORDS.sub(" … ", text[: history.start()] if history else text)


def _consent(said: tuple[Sentence, ...], quoted_amounts: frozenset[int]) -> Findings:
    found: Findings = {}
    for sentence in said:
        for match, kind in _yeses(sentence):
            found.setdefault(kind, match[0])
            if kind is H.YES and any(amount not in quoted_amounts for amount in amounts_in(sentence.words)):
                found[H.FOREIGN_AMOUNT] = sentence.words
    if H.YES in found:
        found.update(_after_the_yes(said))
        found.update(_resigned(said))
    return found


def _resigned(said: tuple[Sentence, ...]) -> Findings:
    """A grumble about the price with "but all right" between it and the yes."""
    heard = " , ".join(one.words for one in said)
    grumbles = [one.end() for one in cues.GRUMBLE.finditer(heard)]
    agrees = [one.start() for one in cues.YES.finditer(heard)]
    if not grumbles or grumbles[-1] > agrees[-1]:
        return {}
    between = cues.RESIGNED.search(heard[grumbles[-1] : agrees[-1] + 1])
    return {H.RESIGNED: between[0]} if between else {}


def _yeses(sentence: Sentence) -> Iterator[tuple[re.Match[str], Heard]]:
    """The words of consent in a sentence, and what each is worth; many of them are one."""
    conditional = not sentence.asks and cues.CONDITION.search(cues.HARMLESS_CONDITION.without(sentence.words))
    for match in islice(cues.YES.finditer(sentence.words), _MOST_YESES):
        yield match, H.CONDITIONAL_YES if conditional else _kind_of_yes(sentence, match)


def _kind_of_yes(sentence: Sentence, match: re.Match[str]) -> Heard:
    before, after = sentence.words[: match.start()], sentence.words[match.end() :]
    clause_before = _just_before(sentence.words, match.start())
    clause_after = after.partition(",")[0]
    tainted = cues.NOT_BEFORE.search(clause_before) or cues.NOT_AFTER.search(clause_after)
    asked = sentence.asks and "," not in after
    third = cues.THIRD.search(before.rpartition(",")[2])
    strange = _is_strange(before) or _goes_elsewhere(after)
    return H.TAINTED_YES if tainted or asked or third or strange or cues.QUESTION.search(clause_after) else H.YES


_BOUNDARIES = frozenset(
    {",", "và", "and", "so", "nhưng", "but", "rồi", "thì", "mà", "vì", "là", "nên", "then", "va", "roi", "thi"}
)


def _is_strange(before: str) -> bool:
    """Whether anything but the usual words stands between the beginning of the clause and its yes.

    Consent is said straight: "bên em đồng ý", "our board has approved it". What else stands there changes it more often
    than not ("theo anh thì nên đồng ý"), except the name of a company.
    """
    clause: list[str] = []
    for word in reversed(before.split()):
        if word in _BOUNDARIES:
            break
        clause.append(word)
    # the word behind a title is a name: "anh Tùng duyệt rồi"
    left = [
        word
        for word, title in zip(clause, [*clause[1:], ""], strict=False)
        if fold(word) not in _USUAL and title not in _TITLES
    ]
    return bool(left) and not cues.ORGANISATIONS.intersection(clause)


def _goes_elsewhere(after: str) -> bool:
    """Whether the words behind a yes say yes to something else than the quote ("đồng ý gặp", "agreed to meet", "duyệt 2 mục")."""
    clause: list[str] = []
    for word in after.split():
        if word in _ENDS or len(clause) == _WINDOW:
            break
        clause.append(word)
    return any(
        fold(word) not in _USUAL_BEHIND and not _is_date_or_amount(clause, place) for place, word in enumerate(clause)
    )


def _is_date_or_amount(clause: list[str], place: int) -> bool:
    """A figure with a unit or behind a word that dates something; whether an amount is ours is checked elsewhere."""
    word, around = clause[place], clause[max(0, place - 1) : place + 2]
    return bool(amounts_in(" ".join(around))) or (
        word[0].isdigit() and place > 0 and fold(clause[place - 1]) in _DATING
    )


_ENDS = frozenset({",", "và", "and", "nhưng", "but", "rồi", "so", "va", "nhung", "roi"})
_DATING = frozenset(
    {"thu", "ngay", "thang", "dot", "lan", "tuan", "dated", "march", "april", "may", "june", "so", "po", "100"}
)
_USUAL_BEHIND = frozenset(fold(word) for word in cues.BEHIND_A_YES)
_TITLES = frozenset({"anh", "chị", "ông", "bà", "cô", "chú", "mr", "ms", "mrs", "dr", "em", "bạn", "thầy"})
_USUAL = frozenset(fold(word) for word in cues.BEFORE_A_YES)


_MOST_YESES = 12
_WINDOW = 4  # words before a yes in which a "not" still belongs to it


def _after_the_yes(said: tuple[Sentence, ...]) -> Findings:
    """A "but" in the sentence of the yes or in one behind it."""
    seen = False
    for sentence in said:
        match = next((one for one, kind in _yeses(sentence) if kind is H.YES), None)
        rest = sentence.words[match.end() :] if match and not seen else sentence.words
        seen = seen or match is not None
        contrast = cues.CONTRAST.search(rest) if seen else None
        if contrast:
            return {H.CONTRAST: contrast[0]}
    return {}


# ---- the reply as a whole -------------------------------------------------------------------------------------------

_OK_WORDS = frozenset({"ok", "ừ", "được", "yes", "sure"})
_LONG = 6


def _whole(text: str, said: tuple[Sentence, ...]) -> Findings:
    found: Findings = {}
    words = [word for one in said for word in one.words.split() if word != ","]
    left = [word for word in words if word not in cues.FILLERS]
    asked = any(one.asks for one in said)
    thanked = any(cues.THANKS.search(one.words) for one in said)
    if words and not left and not asked:
        found[H.COURTESY] = " ".join(words)
        if not thanked and _OK_WORDS.intersection(words) and words != ["ừ"]:
            found[H.BARE_YES] = " ".join(words)
    if len(left) >= _LONG:
        found[H.LONG] = str(len(left))
    if not words and (match := _EMOJI.search(text)):
        found[H.EMOJI] = match[0]
    if match := _DATA.search(text):
        found[H.DATA] = match[0]
    return {**found, **_last_word(said)}


def _last_word(said: tuple[Sentence, ...]) -> Findings:
    """Whether "it works" stands behind every "it does not"."""
    heard = " , ".join(one.words for one in said)
    fault = _fault_behind_but(heard)
    works = _unless(cues.FIXED, cues.NOT_FIXED, heard)
    fails = _unless(cues.BROKEN, cues.NOT_BROKEN, heard)
    last = {H.FIXED_LAST: works[0]} if works and fails and works.start() > fails.start() else {}
    return {**last, **fault}


def _fault_behind_but(heard: str) -> Findings:
    """A "but" behind the first "it works", and a fault behind the "but"."""
    works = cues.FIXED.search(heard)
    but = cues.BUT.search(heard[works.end() :]) if works else None
    fault = cues.FAULT.search(but.string[but.end() :]) if but else None
    return {H.BUT_FAULT: fault[0]} if fault else {}
