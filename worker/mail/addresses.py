"""Addresses out of header values (RFC 5322 section 3.4), also out of those that no grammar describes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from worker.mail.clean_text import one_line
from worker.model import Address

MOST_ADDRESSES = 500
_SCANNED = 100_000
_MOST_WORDS = 30
_LONGEST_PHRASE = 1000
_LONGEST_EMAIL = 320  # RFC 5321 4.5.3.1: 64 + "@" + 255

# One piece: quoted string, angle address, comment, separator, or a run of anything else. None can be read in two ways.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|<[^<>]*(?:>|\Z)|[(),;:]|[^"<(),;:]+|.', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BARE_EMAIL = re.compile(r"[^\s<>()\[\]\",;:\\]{1,100}@[^\s<>()\",;:\\@]{1,255}")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\]|\\.){1,64}"@[^\s<>()",;:\\@]+')
_COMMENT = re.compile(r"\([^()]*\)")
_ROUTE = re.compile(r"(?:@[^@:,\s]+,?)+:")


def parse_addresses(values: str | Iterable[str]) -> tuple[Address, ...]:
    """The mailboxes of one header value or of several, in order, each address once, at most 500.

    Takes groups apart, reads comments as names where there is no other, drops routes, and repairs blanks inside angle
    brackets. What has no `@` in it is no mailbox. Names are one line of text without quotes around them.
    """
    texts = (values,) if isinstance(values, str) else values
    found: dict[str, Address] = {}
    for text in texts:
        for address in _mailboxes(text[:_SCANNED]):
            found.setdefault(address.email, address)
            if len(found) >= MOST_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def parse_sender(value: str) -> Address:
    """The first mailbox of a From value; where there is none, what it says as a name with an empty address."""
    found = next(iter(_mailboxes(value[:_SCANNED])), None)
    return found or Address("", one_line(_unquoted(value[:1000])).strip("<> "))


def addresses_in(values: Iterable[str]) -> tuple[str, ...]:
    """Only the address part of `parse_addresses`."""
    return tuple(address.email for address in parse_addresses(values))


@dataclass(slots=True)
class _Reading:
    """What was read of one mailbox so far: the words before its angle brackets, and its first comment."""

    words: list[str] = field(default_factory=list)
    angle: str = ""
    comments: list[str] = field(default_factory=list)


def _mailboxes(text: str) -> Iterable[Address]:
    has_groups = ";" in text
    reading, depth = _Reading(), 0
    for piece in _PIECE.findall(text):
        if piece == "(" or depth:
            depth += (piece == "(") - (piece == ")")
            _note_comment(reading, piece)
        elif piece in ",;" or (piece[0] == "<" and reading.angle):
            found = _mailbox(reading)
            if found:
                yield found
            # a comma in a name that nobody quoted: "Công ty A, Phòng Kỹ thuật <…>"
            kept = [*reading.words[-_MOST_WORDS:], ", "] if piece == "," and not found and reading.words else []
            reading = _Reading(kept, piece if piece[0] == "<" else "")
        elif piece == ":" and has_groups and not reading.angle:
            reading = _Reading()  # what stood there was the name of a group
        elif piece[0] == "<":
            reading.angle = piece
        else:
            reading.words.append(piece)
    found = _mailbox(reading)
    if found:
        yield found


def _note_comment(reading: _Reading, piece: str) -> None:
    if piece == "(":
        reading.comments.append("")
    elif piece != ")" and len(reading.comments[-1]) < _LONGEST_EMAIL:
        reading.comments[-1] += piece


def _mailbox(reading: _Reading) -> Address | None:
    phrase = "".join(reading.words[-_MOST_WORDS:])[-_LONGEST_PHRASE:].strip()
    email = _email(reading.angle[:_LONGEST_PHRASE].strip("<>")) if reading.angle else ""
    if not email:
        found = _QUOTED_LOCAL.search(phrase) or _BARE_EMAIL.search(phrase)
        email = _email(found[0]) if found else ""
        if not found or not email:
            return None
        phrase = phrase[: found.start()] + phrase[found.end() :]
    name = one_line(_unquoted(phrase.strip(" " if reading.angle else "<> '\"")))
    comment = one_line("".join(reading.comments[:1]))
    if name and comment and reading.angle:
        name = f"{name} ({comment})"  # as mail programs show it: "Nguyễn Văn A (Công ty X) <…>"
    return Address(email, "" if name.lower() == email else name or comment)


def _email(text: str) -> str:
    """An address in lower case, "" where there is none in the text. A quoted local part keeps its quotes."""
    text = _ROUTE.sub("", _COMMENT.sub("", text).strip(), count=1)
    text = re.sub(r"(?i)^mailto:", "", text)
    quoted = _QUOTED_LOCAL.match(text)
    if quoted:
        return one_line(quoted[0])[:_LONGEST_EMAIL].lower()
    squeezed = "".join(text.split())
    found = _BARE_EMAIL.search(text) if squeezed.count("@") > 1 else _BARE_EMAIL.search(squeezed)
    return one_line(found[0]).strip(".'").lower()[:_LONGEST_EMAIL] if found else ""


def _unquoted(phrase: str) -> str:
    """A display name without its quotes: `"Nguyễn, A"`, also in the single ones that Outlook puts around addresses."""
    pieces = [
        _ESCAPED.sub(r"\1", piece[1:].removesuffix('"')) if piece.startswith('"') else piece
        for piece in _PIECE.findall(phrase)
    ]
    name = "".join(pieces).strip()
    if len(name) > 1 and name[0] == name[-1] == "'":
        return name[1:-1].strip()
    return name
