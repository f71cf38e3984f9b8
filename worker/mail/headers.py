"""The header block of a mail or part taken apart: raw fields in order, and where the body begins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MOST_FIELDS = 1000
_LONGEST_VALUE = 200_000

RawField = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Block:
    """The header fields of a mail or part, raw, in order, and where its body begins."""

    fields: tuple[RawField, ...]
    body: int
    faults: tuple[str, ...] = ()

    def first(self, name: str) -> bytes:
        """The first value under that lower-case name, b"" if there is none."""
        return next((value for key, value in self.fields if key == name), b"")


_FIELD = re.compile(rb"([!-9;-~\x80-\xff]{1,80}?)[ \t]*:")
_BLANK_LINES = re.compile(rb"(?:[ \t\0]*\r?\n)+")
_ENVELOPE_LINE = re.compile(rb">?From (?![ \t]*:)[^\r\n]*\r?\n")
# Names that are believed after a line that is no header: a sentence of a body has neither of these.
_CERTAIN_NAME = re.compile(
    rb"(?i)(?:from|to|cc|bcc|date|subject|sender|received|message-id|reply-to|mime-version|x-[\w-]+|content-[\w-]+|"
    rb"list-[\w-]+|return-path|references|in-reply-to|precedence|importance|dkim-signature|user-agent)[ \t]*:"
)


def read_block(data: bytes, start: int, end: int, *, is_mail: bool) -> Block:
    """Read the header block that begins at `start`.

    `is_mail` is the head of a whole mail: an mbox `From ` line, blank lines or a byte order mark before it are passed
    over (RFC 4155; real mail has all three). A line that is no header is skipped where headers follow, and
    begins the body where none do. Only the first 1,000 fields are read.
    """
    place = _first_field(data, start, end) if is_mail else start
    body, text_end = _end_of_block(data, place, end)
    lines = data[place:text_end].split(b"\n", 40 * _MOST_FIELDS)
    fields, used, faults = _fields(lines)
    if used < len(lines):
        body = min(end, place + sum(len(line) + 1 for line in lines[:used]))
    return Block(tuple(fields), body, tuple(faults))


def _first_field(data: bytes, start: int, end: int) -> int:
    if data.startswith(b"\xef\xbb\xbf", start, end):
        start += 3
    blank = _BLANK_LINES.match(data, start, end)
    place = blank.end() if blank else start
    envelope = _ENVELOPE_LINE.match(data, place, end)
    place = envelope.end() if envelope else place
    while place < end and data[place] in b" \t\0" and place - start < 1000:
        place += 1
    return place


def _end_of_block(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the body begins, and where the text of the headers ends."""
    for mark in (b"\n", b"\r\n"):
        if data.startswith(mark, start, end):
            return start + len(mark), start
    # the mark of the file's own line ends first: looking for the other one then stops there
    first = data.find(b"\n", start, end)
    marks = (b"\n\r\n", b"\n\n") if data[max(0, first - 1) : first] == b"\r" else (b"\n\n", b"\n\r\n")
    at, length = data.find(marks[0], start, end), len(marks[0])
    other = data.find(marks[1], start, at if at >= 0 else end)
    if other >= 0:
        at, length = other, len(marks[1])
    return (at + length, at) if at >= 0 else (end, end)


def _fields(lines: list[bytes]) -> tuple[list[RawField], int, list[str]]:
    """The fields, how many lines belong to the block, and what was odd."""
    fields: list[RawField] = []
    faults: list[str] = []
    pending: list[bytes] = []
    for number, line in enumerate(lines):
        named = _FIELD.match(line) if line[:1] not in (b" ", b"\t") else None
        if named:
            _close(fields, pending)
            if len(fields) >= _MOST_FIELDS:
                return fields, len(lines), [*faults, f"more than {_MOST_FIELDS} header fields"]
            pending = [named[1], line[named.end() :]]
            continue
        if line[:1] in (b" ", b"\t") and pending:
            pending.append(line)
        elif line.strip(b"\r \t\0"):
            if not _header_follows(lines[number + 1 : number + 12]):
                _close(fields, pending)
                return fields, number, [*faults, "no blank line after the headers"]
            faults.append("a line among the headers that is none")
    _close(fields, pending)
    return fields, len(lines), faults[:5]


def _header_follows(lines: Iterable[bytes]) -> bool:
    return any(_CERTAIN_NAME.match(line) for line in lines)


def _close(fields: list[RawField], pending: list[bytes]) -> None:
    if pending:
        value = b" ".join(part.strip(b"\r") for part in pending[1:])[:_LONGEST_VALUE]
        fields.append((pending[0].decode("latin-1").lower(), value.strip()))
        pending.clear()
