"""Reads delivery reports written for people: the failed addresses in the words of many mail systems and languages.

No reader per program: an address counts by where it stands (behind a label, at the start of a line that ends in a reason,
alone on a line under a sentence of failure, in an SMTP dialogue), and the returned mail below is cut off before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from worker.mail import bounce_words as words
from worker.mail.bounce_addresses import ADDRESS, clean_address, looks_like_message_id

_NOTICE = 24_000  # characters: reports put the failed addresses first
_LINE_LIMIT = 600
_ARMED_LINES = 14
_DIAGNOSTIC_LINES = 14
_MOST_RECIPIENTS = 200

_COPY = re.compile(rf"^[\s*>]*(?:{words.COPIES})", re.IGNORECASE)
_COPIED_HEADER = re.compile(
    r"^(?:Received: (?:from|by|\()|Return-Path: ?<|DKIM-Signature:|MIME-Version:|X-Mailer:|Message-I[dD]: ?<|X-YMail-OSG:|"
    r"X-Google-|ARC-Seal:|Content-Type: (?:text|multipart)/)"
)
_INTRODUCTION = re.compile(words.INTRODUCTIONS, re.IGNORECASE)
_FAILURE = re.compile(rf"{words.TEMPLATES}|{words.PLAIN_WORDS}|{words.INTRODUCTIONS}", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?:^|[\s*>\-])(?:{words.LABELS})\s*(?:is|was|were)?\s*[:=>]?\s*(?:rfc822;\s*)?[<\"'(\[]{{0,2}}(?P<addr>{ADDRESS})",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^[\s*>\-\"(]{0,8}<(?P<addr>[^<>\s]{3,320})>[\"\s]*(?P<rest>[:(\-,].*|\[.*|is .*|\.\.\..*|$)")
_LEADING = re.compile(
    rf"^[\s*>\-\"'(•·]{{0,10}}(?P<addr>{ADDRESS})[>\"')]*(?P<rest>\s*$|\s*[:\[(,;].*|\s*\.\.\..*|\s+[-=]+>?\s.*|\s+on \w+.*|"
    r"\s{2,}\S.*|\s+(?:is|was|has|not|no|unknown|invalid|user|mailbox|does|account|recipient|address|error|status|as)\b.*)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"^[\s*>\-\"'(<•·\d.)]{{0,14}}(?P<addr>{ADDRESS})[>\"'),.;:]{{0,4}}\s*$")
_NAMED = re.compile(rf"^\s*(?P<name>[^<>@:]{{2,80}}?)\s*[<(\[](?:mailto:)?(?P<addr>{ADDRESS})[>)\]]\s*$")
_MAILTO = re.compile(rf"^\s*(?P<addr>{ADDRESS})\s*<mailto:[^>]{{3,320}}>\s*$")
_X400 = re.compile(rf"(?:dda:)?SMTP=(?P<addr>{ADDRESS})", re.IGNORECASE)
_EXPANDED = re.compile(rf"\(?\s*expanded from:?\s*<?(?P<addr>{ADDRESS})>?", re.IGNORECASE)
_ALIAS_OF = re.compile(rf"(?:alias|forwarded|redirected) (?:of|from|for):?\s*<?(?P<addr>{ADDRESS})>?", re.IGNORECASE)
_SENTENCE = re.compile(
    rf"(?:message|e-?mail|mail|thư(?: của bạn)?|tin nhắn|nachricht|message à|mensaje|mensagem)\b"
    rf"[^\n@]{{0,60}}?"
    rf"\b(?:to|for|đến|tới|cho|an|à|a|para|gửi)\s+[<\"'(]{{0,2}}(?P<addr>{ADDRESS})",
    re.IGNORECASE,
)
_DIALOGUE = re.compile(
    rf"rcpt to:?\s*:?\s*<?(?P<sent>{ADDRESS})"
    rf"|(?:^|[\s:])[45]\d\d[ \-](?:#?[45]\.\d+\.\d+ )?(?:[^\n@<]{{0,80}}[\s\"':(])?<?(?P<said>{ADDRESS})",
    re.IGNORECASE,
)
_QUOTED_SENDER = re.compile(
    r"mail from|from:|sender|envelope-from|postmaster|contact|reply to|gửi từ|người gửi\s*:|x-envelope", re.IGNORECASE
)
_CONTACT = re.compile(r"^(?:postmaster|mailer-daemon|abuse|support|hostmaster|helpdesk)@", re.IGNORECASE)
_SCREEN_NAME = re.compile(r"^\s*([\w.+\-]{2,32})\s*$")
_NAMES_WITHOUT_DOMAIN = frozenset({"aol.com"})


@dataclass(frozen=True, slots=True)
class ProseFailure:
    """An address that a notice names, and its words about it."""

    address: str
    diagnostic: str


@dataclass(slots=True)
class _Found:
    """Addresses by the line they were found on: `strong` stand where a report names its recipients."""

    strong: dict[str, int] = field(default_factory=dict)
    weak: dict[str, int] = field(default_factory=dict)

    def add(self, raw: str, at: int, *, strong: bool) -> str:
        address = clean_address(raw)
        if address and not looks_like_message_id(address) and len(self.strong) < _MOST_RECIPIENTS:
            (self.strong if strong else self.weak).setdefault(address, at)
        return address


def notice_of(text: str) -> str:
    """The report itself, without the returned mail that is quoted below it."""
    lines = text[:_NOTICE].split("\n")
    spoken = False
    for at, line in enumerate(lines):
        shown = line[:_LINE_LIMIT]
        if spoken and (_COPY.match(shown) or _COPIED_HEADER.match(shown)):
            return "\n".join(lines[:at]).rstrip()
        spoken = spoken or bool(shown.strip())
    return "\n".join(lines).rstrip()


def speaks_of_failure(notice: str) -> bool:
    """Whether a notice uses the words that only mail systems use."""
    return bool(_TEMPLATE.search(notice[:8000]))


def speaks_plainly_of_failure(notice: str) -> bool:
    """Whether a notice says, in words of any language, that mail could not be delivered."""
    return bool(_FAILURE.search(notice[:8000]))


_TEMPLATE = re.compile(words.TEMPLATES, re.IGNORECASE)


def failures_in(notice: str, own: frozenset[str], reporter: str = "") -> tuple[ProseFailure, ...]:
    """The recipients that a notice says have failed, in its order.

    `own` are addresses the report was sent to: they are the sender, not the recipient, unless nothing else is named.
    `reporter` is the domain of the mail system, for those that name users without it.
    """
    lines = [line[:_LINE_LIMIT] for line in notice.split("\n")]
    found = _Found()
    for at, armed in _armed(lines, found):
        _read_line(lines, at, armed, found)
    if not (found.strong or found.weak) and reporter in _NAMES_WITHOUT_DOMAIN:
        _screen_names(lines, reporter, found)
    if not (found.strong or found.weak):
        for at in range(len(lines)):
            _read_line(lines, at, True, found)
    chosen = _without(found.strong, own) or _without(found.weak, own) or found.strong
    return tuple(_with_diagnostics(lines, chosen))


def _armed(lines: Sequence[str], found: _Found) -> Iterator[tuple[int, bool]]:
    """Each line with whether a sentence of failure stands a few lines above it."""
    since = _ARMED_LINES + 1
    for at, line in enumerate(lines):
        known = len(found.strong)
        yield at, since <= _ARMED_LINES
        since += 1
        if len(found.strong) > known or (_FAILURE.search(line) and not line.lstrip().startswith(("<<<", ">>>"))):
            since = 0


def _read_line(lines: Sequence[str], at: int, is_armed: bool, found: _Found) -> None:
    line = lines[at]
    if "@" not in line:
        return
    if _alias(lines, at, found):
        return
    strong = _strong_match(line, is_armed)
    if strong:
        found.add(strong, at, strong=True)
        return
    for dialogue in _DIALOGUE.finditer(line):
        found.add(dialogue["sent"] or dialogue["said"], at, strong=False)


def _alias(lines: Sequence[str], at: int, found: _Found) -> bool:
    """`(expanded from: <a@b>)` under or behind an address: the alias is what was written to."""
    expanded = _EXPANDED.search(lines[at]) or _ALIAS_OF.search(lines[at])
    if not expanded:
        return False
    behind = [address for address, place in found.strong.items() if at - 3 <= place <= at]
    for address in behind[-1:]:
        del found.strong[address]
    found.add(expanded["addr"], at, strong=True)
    return True


def _strong_match(line: str, armed: bool) -> str:
    """The address of a line that stands where reports name their recipients, "" if none does."""
    bracketed = _BRACKETED.match(line)
    if bracketed and (armed or bracketed["rest"]):
        return bracketed["addr"]
    x400 = _X400.search(line)
    if x400:
        return x400["addr"]
    label = _LABEL.search(line)
    if label and not _QUOTED_SENDER.search(line[: label.start("addr")].rpartition(":")[0]):
        return label["addr"]
    sentence = _SENTENCE.search(line)
    if sentence and _FAILURE.search(line) and not _CONTACT.match(sentence["addr"]):
        return sentence["addr"]
    return _armed_match(line) if armed else ""


def _armed_match(line: str) -> str:
    for pattern in (_ALONE, _MAILTO, _LEADING, _NAMED):
        match = pattern.match(line)
        if match and not (_CONTACT.match(match["addr"]) and pattern is not _ALONE):
            return match["addr"]
    return ""


def _screen_names(lines: Sequence[str], domain: str, found: _Found) -> None:
    for at, line in enumerate(lines):
        name = _SCREEN_NAME.match(line)
        if name and any(_FAILURE.search(above) for above in lines[max(0, at - 6) : at]):
            found.add(f"{name[1]}@{domain}", at, strong=True)


def _without(addresses: dict[str, int], own: frozenset[str]) -> dict[str, int]:
    return {address: at for address, at in addresses.items() if address not in own}


def _with_diagnostics(lines: Sequence[str], chosen: dict[str, int]) -> Iterator[ProseFailure]:
    """What a notice says about each address: all of it where there is one, else the lines up to the next address."""
    if len(chosen) == 1:
        yield ProseFailure(next(iter(chosen)), "\n".join(lines))
        return
    places = sorted(chosen.values())
    for address, at in chosen.items():
        end = next((place for place in places if place > at), at + _DIAGNOSTIC_LINES)
        own_lines = lines[at : min(end, at + _DIAGNOSTIC_LINES)]
        mentions = [line for line in lines if address in line.lower()]
        yield ProseFailure(address, "\n".join([*own_lines, *mentions]))
