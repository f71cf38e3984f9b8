"""What a customer's reply means: a yes, a no, a question, "still broken"; and why it was read so.

Which intent is likeliest is learned (`customer_model`), from the words and from what was heard in them
(`customer_signals`). A quote is accepted by rule only, and the rule refuses by default: a plain yes must have been heard,
nothing anywhere that could be a condition, a doubt, a change or an open question, every clause beside the yes must be
known to be harmless (`customer_clauses`), and what was learned must not speak against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from worker.model import Evidence
from worker.policy import customer_cues as cues
from worker.policy.customer_clauses import CONSENT, harmless_apart, unaccounted
from worker.policy.customer_figures import as_said_by_us, foreign_figure
from worker.policy.customer_model import chances, customer_model
from worker.policy.customer_signals import Findings, Heard, heard_in, listen, own_words
from worker.policy.plain_words import TEXT_LIMIT, Sentence, sentences


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


H = Heard
_NO_PLAIN_YES = frozenset(
    {
        H.OPEN_QUESTION,
        H.CHEAPER,
        H.GRUMBLE,
        H.TERMS,
        H.PARTIAL,
        H.PARTIAL_YES,
        H.CONDITION,
        H.DEFER,
        H.NO,
        H.CANCEL,
        H.OTHER_MATTER,
    }
)
_NEVER = frozenset({H.CONDITIONAL_YES, H.CONTRAST, H.SARCASM, H.UNREAD, H.AMOUNT})
_NEVER_SIGNED = frozenset({H.CHEAPER, H.TERMS, H.PARTIAL, H.CONDITION, H.DEFER, H.NO, H.CANCEL})
_LEAST_CHANCE = 0.5  # below it what was learned speaks against an acceptance, though a yes was heard
_SURE = 0.8  # from it on "ok" and the like are a yes, every clause beside them being harmless
_ACCEPTED = 0.85


def understand_customer(
    new_text: str, context: Answering | str, quoted_amounts: frozenset[int] = frozenset(), signature: str = ""
) -> CustomerIntent:
    """What a reply means. `new_text` is without quoted history and signature.

    `quoted_amounts` are the totals (in đồng) that stand in our quote: a yes that names another figure is no yes.
    `signature` is what was cut off as one (`reply_text.left_out`): a condition hidden there keeps a yes from being one,
    nothing else is read in it. Only context `quote` can accept. A text that says nothing understandable is `unclear`,
    with certainty 0.
    """
    text, answering = as_said_by_us(new_text[:TEXT_LIMIT], quoted_amounts), Answering(context)
    said = sentences(text)
    heard = listen(text, said, quoted_amounts)
    if len(new_text) > TEXT_LIMIT:
        heard[H.UNREAD] = f"{len(new_text)} characters"
    if not said and not heard:
        return CustomerIntent(Intent.UNCLEAR, 0.0)
    likely = chances(customer_model(), said, answering, (one.name for one in heard))
    if answering is Answering.QUOTE and _accepts(text, heard, likely[Intent.ACCEPT_QUOTE]):
        if hidden := _hidden(signature, quoted_amounts):
            heard[H.SIGNED] = hidden
            return _likeliest(heard, likely)
        certainty = max(_ACCEPTED, likely[Intent.ACCEPT_QUOTE])
        return CustomerIntent(Intent.ACCEPT_QUOTE, round(certainty, 2), _evidence(heard))
    return _likeliest(heard, likely)


def _accepts(text: str, heard: Findings, chance: float) -> bool:
    """Whether this is a clear and unconditional yes."""
    if chance < _LEAST_CHANCE or heard.keys() & _NEVER:
        return False
    own = sentences(own_words(text))
    if not _says_yes(own, heard, chance):
        return False
    left = harmless_apart(own)
    against = _NO_PLAIN_YES - {H.GRUMBLE} if H.RESIGNED in heard else _NO_PLAIN_YES
    if any(_speaks_against(one, rest, against) for one, rest in zip(own, left, strict=True)):
        return False
    return not unaccounted(left)


def _hidden(signature: str, quoted_amounts: frozenset[int]) -> str | None:
    """The words in what was taken for a signature that none has: a figure, a condition; none where there are none."""
    if len(signature) > TEXT_LIMIT:
        return f"{len(signature)} characters"
    said = sentences(signature)
    spoken = next((words for one in said for kind, words in heard_in(one) if kind in _NEVER_SIGNED), None)
    return spoken or foreign_figure(signature, quoted_amounts) or unaccounted(said, strictly=False)


def _speaks_against(sentence: Sentence, rest: Sentence, against: frozenset[Heard]) -> bool:
    """Whether anything in the rest of a sentence speaks against a yes; to ask when we start is no doubt."""
    kinds = {kind for kind, _ in heard_in(rest)} & against
    return bool(kinds - {H.OPEN_QUESTION} if cues.LOGISTICS.search(sentence.words) else kinds)


def _says_yes(own: tuple[Sentence, ...], heard: Findings, chance: float) -> bool:
    """Whether there are words of consent; where they may mean something else, what was learned must be sure."""
    if H.YES in heard:
        return True
    if H.QUESTION in heard:
        return False
    if H.BARE_YES in heard:
        return True
    consent = H.TAINTED_YES in heard or H.ASSENT in heard or any(CONSENT.search(one.words) for one in own)
    return consent and H.COURTESY not in heard and chance >= _SURE


def _likeliest(heard: Findings, likely: Mapping[str, float]) -> CustomerIntent:
    """The likeliest intent but an acceptance: consent that is no plain yes is for staff to read."""
    refused = likely[Intent.ACCEPT_QUOTE]
    left = {Intent(one): chance for one, chance in likely.items() if one != Intent.ACCEPT_QUOTE}
    if refused > max(left.values()) and heard.keys() & {H.AMOUNT, H.SIGNED}:
        return CustomerIntent(Intent.NEGOTIATE, round(refused, 2), _evidence(heard))
    intent = max(left, key=lambda one: left[one])
    return CustomerIntent(intent, round(left[intent], 2), _evidence(heard))


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


def _evidence(heard: Findings) -> tuple[Evidence, ...]:
    return tuple(Evidence(words, kind.name.lower()) for kind, words in heard.items())
