"""What a person newly wrote: the text of a mail without quoted history, attribution lines, header blocks and signature.

Lost words are worse than a leaked quotation: in doubt a line stays, and where nothing would be left all is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from worker.mail.forwards import forwarded, is_forward_subject
from worker.mail.html_quotes import mark_quotes
from worker.mail.html_text import html_to_text
from worker.mail.message import Message
from worker.mail.quote_marks import Mark, MarkKind, find_marks, is_quoted
from worker.mail.signatures import (
    is_device_line,
    strip_closing,
    without_device_lines,
    without_notices,
    without_signature,
)

__all__ = [
    "Writing",
    "forwarded",
    "left_out",
    "new_text",
    "new_text_of",
    "quoted_history",
    "strip_closing",
    "writing_of",
]

_SCANNED = 100_000  # characters; what stands further down is kept or cut with the last line before it
_WRAPPED_FROM = 58
_INVISIBLE = {
    ord(char): None for char in "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069"
}
_REPLY_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|sv|antw|odp|rif|ynt|vá|tl|trả lời|tra loi|ref|r|"
    r"回复|答复|回覆|返信|답장)\s?(?:\[\d+\])?\s?[:：]",
    re.IGNORECASE,
)
_PIECE_OF_LINK = re.compile(r"^(?=\S*[/=)])\(?\S{4,200}\)?(?: >)?$")
_ONLY_QUOTES = re.compile(r"^(?:[>\s…]|_{5,})*$")
_RULE_LINE = re.compile(r"^\s*(?:[_\-=*]\s?){3,}\s*$")


class Writing(Enum):
    """What the headers of a mail say about its text, as far as they are known."""

    UNKNOWN = auto()
    REPLY = auto()  # quotations without an attribution line are history, nothing pasted to be looked at
    FORWARD = auto()  # header blocks and quotations are the mail that the sender wants looked at
    FRESH = auto()  # neither: a header block in it was pasted


def new_text(text: str, writing: Writing = Writing.UNKNOWN) -> str:
    """What was newly written in this plain text; never empty where `text` is not.

    Answers below and between quotations are kept, the quotations are not. Closing words stay, a signature goes
    (`strip_closing` takes the closing words, too). A forwarded mail is what the sender wants looked at and stays.
    """
    cut = _cut(text, writing)
    segments = [_trimmed(segment) for segment in cut.segments]
    return "\n".join(segment for segment in segments if segment) or _unsigned(cut) or text.strip()


def new_text_of(message: Message) -> str:
    """What was newly written in this mail: by the structure of its HTML if that shows quotations, else by its text."""
    writing = writing_of(message)
    if message.html and writing is not Writing.FORWARD:
        structured = mark_quotes(message.html)
        text = new_text(html_to_text(structured).text, Writing.REPLY) if structured is not None else ""
        if text and not _ONLY_QUOTES.match(text):
            return text
    return new_text(message.text, writing)


def writing_of(message: Message) -> Writing:
    """Whether a mail is a reply, a forward or neither, by its subject and threading headers."""
    subject = message.header("subject")
    if is_forward_subject(subject):
        return Writing.FORWARD
    answers = message.header("in-reply-to") or message.header("references") or _REPLY_SUBJECT.match(subject[:100])
    return Writing.REPLY if answers else Writing.FRESH


def quoted_history(text: str, writing: Writing = Writing.UNKNOWN) -> str:
    """What `new_text` leaves out as history: quotations with their attribution lines and header blocks, for staff."""
    return "\n".join(_cut(text, writing).history).strip("\n")


def left_out(text: str, shown: str) -> str:
    """The new lines of `text` that are not in `shown`: what was taken for a signature or closing words.

    Without quoted history and without notices of confidentiality.
    """
    kept = {line.strip() for line in shown.split("\n")}
    below = [line for segment in _cut(text, Writing.UNKNOWN).segments for line in segment if line.strip() not in kept]
    return "\n".join(without_notices(below))


@dataclass(frozen=True, slots=True)
class _Cut:
    """Runs of lines that are new, in order, and the lines that are history."""

    segments: tuple[tuple[str, ...], ...]
    history: tuple[str, ...]


def _cut(text: str, writing: Writing) -> _Cut:
    shown = text[:_SCANNED].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    bare = [line.translate(_INVISIBLE) for line in shown] if not text.isascii() else shown
    new, prefixes = _new_lines(bare, writing)
    rest = text[_SCANNED:].split("\n") if len(text) > _SCANNED else []
    return _runs([*shown, *rest], new + [new[-1]] * len(rest), prefixes)


def _runs(shown: Sequence[str], new: Sequence[bool], prefixes: dict[int, str]) -> _Cut:
    segments: list[list[str]] = [[]]
    history: list[str] = []
    for at, line in enumerate(shown):
        if new[at]:
            segments[-1].append(line)
            continue
        history.append(line)
        if at in prefixes:
            segments[-1].append(prefixes[at])
        if segments[-1]:
            segments.append([])
    return _Cut(tuple(map(tuple, segments)), tuple(history))


def _new_lines(lines: Sequence[str], writing: Writing) -> tuple[list[bool], dict[int, str]]:
    """For each line whether it is new; and what stands before an attribution on its own line."""
    marks = find_marks(lines)
    is_forward = writing is Writing.FORWARD
    if writing is Writing.FRESH:
        marks = [mark for mark in marks if mark.kind is not MarkKind.HEADERS]
    keeps_quotes = is_forward or not (writing is Writing.REPLY or marks or _quotes_history(lines))
    new = [True] * len(lines) if keeps_quotes else _outside_quotes(lines)
    prefixes: dict[int, str] = {}
    for at, mark in enumerate(marks):
        if mark.kind is MarkKind.FORWARD or (is_forward and mark.kind is not MarkKind.ATTRIBUTION):
            new[mark.start :] = [True] * (len(new) - mark.start)
            break
        if mark.prefix:
            prefixes[mark.start] = mark.prefix
        end = _joined_end(lines, marks, at)
        answered = _has_words(lines, new, mark.start) or bool(prefixes)
        if end < len(lines) and _quote_follows(lines, end):
            new[mark.start : end] = [False] * (end - mark.start)
        elif answered:
            new[mark.start :] = [False] * (len(new) - mark.start)
            break
        elif mark.kind is MarkKind.ATTRIBUTION:
            new[mark.start : end] = [False] * (end - mark.start)
        else:
            break
    return new, prefixes


def _quotes_history(lines: Sequence[str]) -> bool:
    """Whether quotations without an attribution line above are history: the mail begins with them, or they show one."""
    spoken = [line for line in lines if line.strip()]
    if not spoken or is_quoted(spoken[0]):
        return True
    inner = [line.lstrip(" >") for line in lines if is_quoted(line)][:12]
    return bool(inner) and bool(find_marks(inner))


def _joined_end(lines: Sequence[str], marks: Sequence[Mark], at: int) -> int:
    """The end of a mark and of those that follow with nothing between (`-----Original Message-----`, then `From:`)."""
    end = marks[at].end
    for following in marks[at + 1 :]:
        if following.kind is not MarkKind.HEADERS or any(line.strip() for line in lines[end : following.start]):
            break
        end = following.end
    return end


def _has_words(lines: Sequence[str], new: Sequence[bool], end: int) -> bool:
    return any(new[at] and lines[at].strip() and not is_device_line(lines[at]) for at in range(end - 1, -1, -1))


def _quote_follows(lines: Sequence[str], start: int) -> bool:
    return is_quoted(next((line for line in lines[start : start + 6] if line.strip()), ""))


def _outside_quotes(lines: Sequence[str]) -> list[bool]:
    """False for quoted lines, and for the end of a quoted line that a program wrapped without a mark."""
    quoted = [is_quoted(line) for line in lines]
    for at in range(1, len(lines) - 1):
        if not quoted[at] and quoted[at - 1] and quoted[at + 1] and _is_wrapped_end(lines[at - 1], lines[at]):
            quoted[at] = True
    return [not flag for flag in quoted]


def _is_wrapped_end(above: str, line: str) -> bool:
    bare = line.strip()
    if _PIECE_OF_LINK.match(bare):
        return True
    goes_on = len(above) >= _WRAPPED_FROM and above.rstrip()[-1:] not in ".?!:;>…"
    return bool(bare) and goes_on and len(bare) <= 30 and bare[:1].islower()


def _trimmed(segment: Sequence[str]) -> str:
    lines = without_signature(segment)
    while lines and (not lines[-1].strip() or _RULE_LINE.match(lines[-1])):
        lines.pop()
    return "\n".join(lines).strip("\n").rstrip() if any(line.strip() for line in lines) else ""


def _unsigned(cut: _Cut) -> str:
    """The new lines with their signature: a mail may consist of nothing else."""
    return "\n".join("\n".join(without_device_lines(segment)).strip() for segment in cut.segments).strip()
