"""What a customer's reply means: a yes, a no, a question, "still broken"; and why it was read so.

Each sentence is searched for phrases (`customer_cues`), what is heard becomes signals, and the first row of a table
whose signals are there decides. Only a clear and unconditional yes accepts a quote: whatever stands beside it that
could be a condition, a doubt, a change or a question that is still open makes it something else, for staff to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from itertools import islice

from worker.model import Evidence
from worker.policy import customer_cues as cues
from worker.policy.features import fold
from worker.policy.money import amounts_in
from worker.policy.plain_words import TEXT_LIMIT, Phrases, Sentence, sentences


class Intent(StrEnum):
    """What a customer's reply wants of us."""

    ACCEPT_QUOTE = "accept_quote"
    DECLINE_QUOTE = "decline_quote"
    ASK_QUESTION = "ask_question"
    NEGOTIATE = "negotiate"
    MORE_INFORMATION = "more_information"
    STILL_BROKEN = "still_broken"
    CONFIRM_FIXED = "confirm_fixed"
    THANKS = "thanks"
    CANCEL_REQUEST = "cancel_request"
    NEW_REQUEST = "new_request"
    UNCLEAR = "unclear"


class Answering(StrEnum):
    """Which letter of ours the customer answers."""

    QUOTE = "quote"
    ACK = "ack"
    ETA = "eta"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CustomerIntent:
    """What was understood, how certain (0 to 1), and the words that said so."""

    intent: Intent
    certainty: float
    evidence: tuple[Evidence, ...] = ()


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
    UNREAD = auto()  # there is more than was read
    FOREIGN_AMOUNT = auto()  # a figure that does not stand in our quote


H = Heard
_Signals = frozenset[Heard]
_NOTHING: _Signals = frozenset()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table: it applies where all of `needs` and none of `without` were heard."""

    intent: Intent
    certainty: float
    needs: _Signals = _NOTHING
    without: _Signals = _NOTHING


_NO_PLAIN_YES = frozenset(
    {
        H.OPEN_QUESTION,
        H.CHEAPER,
        H.GRUMBLE,
        H.TERMS,
        H.PARTIAL,
        H.PARTIAL_YES,
        H.CONDITION,
        H.CONTRAST,
        H.DEFER,
        H.NO,
        H.CANCEL,
        H.SARCASM,
        H.OTHER_MATTER,
        H.UNREAD,
        H.FOREIGN_AMOUNT,
    }
)


def _row(intent: Intent, certainty: float, *needs: Heard, without: _Signals = _NOTHING) -> _Row:
    return _Row(intent, certainty, frozenset(needs), without)


def _not(*heard: Heard) -> _Signals:
    return frozenset(heard)


_QUOTE_ROWS = (
    _row(Intent.CANCEL_REQUEST, 0.85, H.CANCEL_THE_REQUEST),
    _row(Intent.ACCEPT_QUOTE, 0.95, H.YES, without=_NO_PLAIN_YES),
    _row(Intent.ACCEPT_QUOTE, 0.9, H.YES, H.RESIGNED, without=_NO_PLAIN_YES - {H.GRUMBLE}),
    _row(Intent.ACCEPT_QUOTE, 0.85, H.BARE_YES, without=_NO_PLAIN_YES | {H.QUESTION}),
    _row(Intent.UNCLEAR, 0.6, H.SARCASM, H.YES),
    _row(Intent.UNCLEAR, 0.6, H.SARCASM, without=_not(H.CHEAPER, H.NO, H.GRUMBLE)),
    _row(Intent.NEGOTIATE, 0.85, H.CONDITIONAL_YES, without=_not(H.DEFER)),
    _row(Intent.NEGOTIATE, 0.85, H.CHEAPER),
    _row(Intent.NEGOTIATE, 0.8, H.CHANGE_ASKED),
    _row(Intent.NEGOTIATE, 0.75, H.PARTIAL_YES, without=_not(H.DEFER, H.QUESTION)),
    _row(Intent.DECLINE_QUOTE, 0.85, H.NO, without=_not(H.YES, H.CONDITIONAL_YES)),
    _row(Intent.NEGOTIATE, 0.8, H.YES, H.PARTIAL),
    _row(Intent.NEGOTIATE, 0.8, H.YES, H.TERMS),
    _row(Intent.NEGOTIATE, 0.8, H.YES, H.FOREIGN_AMOUNT, without=_not(H.DEFER)),
    _row(Intent.NEGOTIATE, 0.75, H.YES, H.CONTRAST, without=_not(H.DEFER, H.OPEN_QUESTION)),
    _row(Intent.NEGOTIATE, 0.75, H.YES, H.CONDITION, without=_not(H.DEFER, H.OPEN_QUESTION)),
    _row(Intent.NEGOTIATE, 0.8, H.PARTIAL, without=_not(H.QUESTION)),
    _row(Intent.NEGOTIATE, 0.75, H.TERMS, without=_not(H.QUESTION)),
    _row(Intent.ASK_QUESTION, 0.85, H.QUESTION, H.ASKED),
    _row(Intent.UNCLEAR, 0.7, H.QUESTION, H.DEFER),
    _row(Intent.ASK_QUESTION, 0.75, H.QUESTION),
    _row(Intent.NEGOTIATE, 0.7, H.AMOUNT, without=_not(H.YES, H.INFO)),
    _row(Intent.UNCLEAR, 0.8, H.DEFER),
    _row(Intent.DECLINE_QUOTE, 0.7, H.CANCEL),
    _row(Intent.NEGOTIATE, 0.8, H.GRUMBLE),
    _row(Intent.NEGOTIATE, 0.7, H.PARTIAL),
    _row(Intent.NEGOTIATE, 0.7, H.TERMS),
    _row(Intent.NEGOTIATE, 0.7, H.SOONER),
    _row(Intent.NEGOTIATE, 0.6, H.CONDITION, without=_not(H.NO)),
    _row(Intent.DECLINE_QUOTE, 0.6, H.NO),
    _row(Intent.DECLINE_QUOTE, 0.7, H.CANCEL),
    _row(Intent.UNCLEAR, 0.6, H.CALL_ME),
    _row(Intent.UNCLEAR, 0.6, H.YES),
    _row(Intent.STILL_BROKEN, 0.6, H.BROKEN),
    _row(Intent.THANKS, 0.8, H.THANKS, H.COURTESY),
    _row(Intent.THANKS, 0.7, H.NOTED, without=_not(H.LONG)),
    _row(Intent.ASK_QUESTION, 0.6, H.NEW, H.ABOUT_QUOTE),
    _row(Intent.NEW_REQUEST, 0.6, H.NEW),
    _row(Intent.MORE_INFORMATION, 0.6, H.INFO),
    _row(Intent.MORE_INFORMATION, 0.6, H.DATA),
    _row(Intent.THANKS, 0.7, H.THANKS),
)
_WAITING_ROWS = (
    _row(Intent.CANCEL_REQUEST, 0.9, H.CANCEL_THE_REQUEST),
    _row(Intent.CANCEL_REQUEST, 0.8, H.CANCEL, without=_not(H.BROKEN, H.SOONER)),
    _row(Intent.CANCEL_REQUEST, 0.75, H.CANCEL, H.NO),
    _row(
        Intent.CONFIRM_FIXED,
        0.75,
        H.FIXED,
        without=_not(H.BROKEN, H.INFO, H.QUESTION, H.NEW, H.SOONER, H.COURTESY, H.NOTED),
    ),
    _row(Intent.NEGOTIATE, 0.75, H.CHEAPER, without=_not(H.LONG)),
    _row(Intent.THANKS, 0.85, H.COURTESY, without=_not(H.QUESTION)),
    _row(Intent.NEGOTIATE, 0.7, H.SOONER, without=_not(H.INFO, H.NOTED)),
    _row(Intent.NEW_REQUEST, 0.8, H.ALSO, H.NEW),
    _row(Intent.MORE_INFORMATION, 0.7, H.INFO, H.DATA),
    _row(Intent.NEW_REQUEST, 0.7, H.NEW, without=_not(H.INFO, H.BROKEN, H.OPEN_QUESTION)),
    _row(Intent.ASK_QUESTION, 0.8, H.QUESTION, without=_not(H.INFO)),
    _row(Intent.ASK_QUESTION, 0.7, H.QUESTION, without=_not(H.LONG)),
    _row(Intent.STILL_BROKEN, 0.7, H.BROKEN, without=_not(H.INFO)),
    _row(Intent.MORE_INFORMATION, 0.7, H.INFO),
    _row(Intent.MORE_INFORMATION, 0.7, H.DATA),
    _row(Intent.NEW_REQUEST, 0.6, H.NEW),
    _row(Intent.THANKS, 0.8, H.THANKS),
    _row(Intent.THANKS, 0.75, H.NOTED),
    _row(Intent.NEGOTIATE, 0.6, H.SOONER),
    _row(Intent.THANKS, 0.5, H.ASSENT, without=_not(H.LONG)),
    _row(Intent.MORE_INFORMATION, 0.5, H.LONG),
    _row(Intent.THANKS, 0.6, H.BARE_YES),
    _row(Intent.THANKS, 0.5, H.EMOJI),
)
_DONE_ROWS = (
    _row(Intent.STILL_BROKEN, 0.85, H.BUT_FAULT, H.FIXED, without=_not(H.ASK_HOW)),
    _row(Intent.STILL_BROKEN, 0.9, H.BROKEN, without=_not(H.FIXED_LAST)),
    _row(Intent.UNCLEAR, 0.6, H.DEFER, without=_not(H.FIXED, H.ALSO)),
    _row(Intent.NEW_REQUEST, 0.8, H.NEW, without=_not(H.ASK_HOW, H.INFO)),
    _row(Intent.NEW_REQUEST, 0.8, H.NEW, H.ALSO),
    _row(Intent.NEW_REQUEST, 0.7, H.NEW, H.FIXED, without=_not(H.QUESTION)),
    _row(Intent.ASK_QUESTION, 0.8, H.QUESTION),
    _row(Intent.CONFIRM_FIXED, 0.9, H.FIXED, without=_not(H.DEFER)),
    _row(Intent.THANKS, 0.85, H.THANKS),
    _row(Intent.THANKS, 0.7, H.BARE_YES),
    _row(Intent.CONFIRM_FIXED, 0.6, H.NOTED),
    _row(Intent.CANCEL_REQUEST, 0.6, H.CANCEL),
    _row(Intent.MORE_INFORMATION, 0.6, H.INFO),
    _row(Intent.MORE_INFORMATION, 0.6, H.DATA),
    _row(Intent.NEW_REQUEST, 0.6, H.NEW),
    _row(Intent.STILL_BROKEN, 0.5, H.TROUBLE),
    _row(Intent.THANKS, 0.5, H.COURTESY),
    _row(Intent.THANKS, 0.5, H.EMOJI),
)
_ROWS: Mapping[Answering, tuple[_Row, ...]] = {
    Answering.QUOTE: _QUOTE_ROWS,
    Answering.ACK: _WAITING_ROWS,
    Answering.ETA: _WAITING_ROWS,
    Answering.DONE: _DONE_ROWS,
}


def understand_customer(
    new_text: str, context: Answering | str, quoted_amounts: frozenset[int] = frozenset()
) -> CustomerIntent:
    """What a reply means. `new_text` is without quoted history and signature.

    `quoted_amounts` are the totals (in đồng) that stand in our quote: a yes that names another figure is no yes. Only
    context `quote` can accept. A text that says nothing understandable is `unclear`, with certainty 0.
    """
    text = new_text[:TEXT_LIMIT]
    heard = _listen(text, sentences(text), quoted_amounts)
    if len(new_text) > TEXT_LIMIT:
        heard[H.UNREAD] = f"{len(new_text)} characters"
    for row in _ROWS[Answering(context)]:
        if row.needs <= heard.keys() and not row.without & heard.keys():
            return CustomerIntent(row.intent, row.certainty, _evidence(heard))
    return CustomerIntent(Intent.UNCLEAR, 0.0, _evidence(heard))


def asks_how_far(new_text: str) -> bool:
    """Whether a mail asks how far the work is ("đến đâu rồi?", "any news?") and wants little else."""
    said = sentences(new_text)
    return sum(len(one.words.split()) for one in said) <= _SHORT and any(cues.HOW_FAR.search(one.words) for one in said)


def wants_no_newsletters(new_text: str) -> bool:
    """Whether a mail refuses newsletters in plain words ("đừng gửi nữa", "hủy đăng ký", "unsubscribe")."""
    said = sentences(new_text)[:_FIRST_SENTENCES]
    return any(cues.UNSUBSCRIBE.search(one.words) for one in said)


_SHORT = 40  # words: a longer mail says more than "how far are you?"
_FIRST_SENTENCES = 4

# ---- listening ------------------------------------------------------------------------------------------------------

_Findings = dict[Heard, str]
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


def _listen(text: str, said: tuple[Sentence, ...], quoted_amounts: frozenset[int]) -> _Findings:
    found: _Findings = {}
    for sentence in said:
        for heard, words in _heard_in(sentence):
            found.setdefault(heard, words)
    own = sentences(_own_words(text))
    found.update(_consent(own, quoted_amounts))
    found.update(_whole(text, said))
    if own_amounts := set(amounts_in(text)) - quoted_amounts:
        found[H.AMOUNT] = str(max(own_amounts))
    return found


def _heard_in(sentence: Sentence) -> Iterator[tuple[Heard, str]]:
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


def _own_words(text: str) -> str:
    """The text before any sign of history and without what stands in quotation marks: a quoted yes is not the customer's."""
    history = _HISTORY.search(text)
    return _QUOTED_WORDS.sub(" … ", text[: history.start()] if history else text)


def _consent(said: tuple[Sentence, ...], quoted_amounts: frozenset[int]) -> _Findings:
    found: _Findings = {}
    for sentence in said:
        for match, kind in _yeses(sentence):
            found.setdefault(kind, match[0])
            if kind is H.YES and any(amount not in quoted_amounts for amount in amounts_in(sentence.words)):
                found[H.FOREIGN_AMOUNT] = sentence.words
    if H.YES in found:
        found.update(_after_the_yes(said))
        found.update(_resigned(said))
    return found


def _resigned(said: tuple[Sentence, ...]) -> _Findings:
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


def _after_the_yes(said: tuple[Sentence, ...]) -> _Findings:
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


def _whole(text: str, said: tuple[Sentence, ...]) -> _Findings:
    found: _Findings = {}
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


def _last_word(said: tuple[Sentence, ...]) -> _Findings:
    """Whether "it works" stands behind every "it does not"."""
    heard = " , ".join(one.words for one in said)
    fault = _fault_behind_but(heard)
    works = _unless(cues.FIXED, cues.NOT_FIXED, heard)
    fails = _unless(cues.BROKEN, cues.NOT_BROKEN, heard)
    last = {H.FIXED_LAST: works[0]} if works and fails and works.start() > fails.start() else {}
    return {**last, **fault}


def _fault_behind_but(heard: str) -> _Findings:
    """A "but" behind the first "it works", and a fault behind the "but"."""
    works = cues.FIXED.search(heard)
    but = cues.BUT.search(heard[works.end() :]) if works else None
    fault = cues.FAULT.search(but.string[but.end() :]) if but else None
    return {H.BUT_FAULT: fault[0]} if fault else {}


def _evidence(heard: _Findings) -> tuple[Evidence, ...]:
    return tuple(Evidence(words, kind.name.lower()) for kind, words in heard.items())
