"""The tree of a MIME mail (RFC 2046) from bytes that need not follow it: boundaries found, nesting and number bounded.

The standard library reads a mail line by line and recurses; this splitter looks for boundaries with `bytes.find`, which
is an order of magnitude faster on mail with attachments, has no input that makes it quadratic, and stops at limits.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from worker.mail.headers import Block, read_block
from worker.mail.parameters import Parameters, read_parameters

MOST_PARTS = 500
DEEPEST = 24
DEEPEST_MAIL = 8  # mails within mails that are opened
_MOST_LOOKALIKES = 20_000
_SNIFFED = 65_536


@dataclass(slots=True)
class Entity:
    """One node of the tree: a leaf, a multipart with its children, or an attached mail with the mail as only child.

    `data[start:end]` is the body, still transfer-encoded. `depth` counts the multiparts around it.
    """

    data: bytes
    block: Block
    start: int
    end: int
    content: Parameters
    depth: int = 0
    children: list[Entity] = field(default_factory=list)
    is_mail_inside: bool = False
    index: int = -1  # place of a leaf among the parts

    @property
    def content_type(self) -> str:
        """The type in lower case, always with a slash in it."""
        return self.content.value

    @property
    def body(self) -> bytes:
        """The body's bytes, still transfer-encoded."""
        return self.data[self.start : self.end]


@dataclass(slots=True)
class _Reading:
    """What one reading may still spend, and what it found odd."""

    parts_left: int = MOST_PARTS
    lookalikes_left: int = _MOST_LOOKALIKES
    faults: list[str] = field(default_factory=list)

    def note(self, fault: str) -> None:
        if fault not in self.faults and len(self.faults) < 40:
            self.faults.append(fault)


def split_mail(raw: bytes) -> tuple[Entity, tuple[str, ...]]:
    """Take a mail apart; also what was broken in it. Any bytes give a tree."""
    reading = _Reading()
    data = _with_line_ends(raw, reading)
    root = _read_entity(data, 0, len(data), reading, 0, 0, "text/plain")
    return root, tuple(reading.faults)


_BARE_CR = re.compile(rb"\r(?!\n)")


def _with_line_ends(raw: bytes, reading: _Reading) -> bytes:
    """CR alone, CR CR LF and UTF-16 mails as mails with line ends that can be found."""
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        reading.note("the whole mail was UTF-16")
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\r" not in raw:
        return raw
    if b"\n" not in raw:
        reading.note("line ends were CR alone")
        return raw.replace(b"\r", b"\n")
    if b"\r\r\n" in raw:
        reading.note("line ends were CR CR LF")
        return raw.replace(b"\r\r\n", b"\r\n")
    beginning = raw[:_SNIFFED]
    if beginning.count(b"\r") - beginning.count(b"\r\n") > beginning.count(b"\n"):
        reading.note("line ends were mostly CR alone")
        return _BARE_CR.sub(b"\n", raw)
    return raw


# ---- one entity -----------------------------------------------------------------------------------------------------

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+*-]+\Z")
_MAIL_TYPES = frozenset({"message/rfc822", "message/global", "message/news", "message/rfc2822"})


def _read_entity(
    data: bytes, start: int, end: int, reading: _Reading, depth: int, mails: int, default: str, *, is_mail: bool = True
) -> Entity:
    block = read_block(data, start, end, is_mail=is_mail)
    for fault in block.faults:
        reading.note(fault)
    content = _content(data, block, end, default)
    entity = Entity(data, block, block.body, end, content, depth)
    if content.value.startswith("multipart/") and depth < DEEPEST:
        _read_children(entity, reading, mails)
    elif content.value in _MAIL_TYPES:
        _read_inner_mail(entity, reading, mails)
    elif content.value.startswith("multipart/"):
        reading.note(f"nested deeper than {DEEPEST}: not opened")
    return entity


def _content(data: bytes, block: Block, end: int, default: str) -> Parameters:
    """The Content-Type that counts: of several, the one whose boundary is there; a type that is none is the default."""
    found = [read_parameters(value) for name, value in block.fields if name == "content-type"][:4]
    valid = [_typed(content) for content in found if _TYPE.match(_typed(content).value)]
    for content in valid:
        boundary = content.get("boundary")
        if len(valid) > 1 and boundary and data.find(b"--" + _raw(boundary), block.body, end) >= 0:
            return content
    if valid:
        return valid[0]
    charset = tuple(item for content in found[:1] for item in content.items)
    sniffed = _sniffed_boundary(data, block.body, end) if default != "message/rfc822" and not found else b""
    if sniffed:
        return Parameters("multipart/mixed", (("boundary", sniffed.decode("latin-1")),))
    return Parameters(default, charset)


_LOOSE_TYPES = {"text": "text/plain", "html": "text/html", "plain": "text/plain", "multipart": "multipart/mixed"}


def _typed(content: Parameters) -> Parameters:
    value = content.value.split(",")[0].split("(")[0].strip(" ;:=")
    return Parameters(_LOOSE_TYPES.get(value, value), content.items)


def _raw(boundary: str) -> bytes:
    return boundary.encode("latin-1", "replace")


# ---- multiparts -----------------------------------------------------------------------------------------------------


def _read_children(entity: Entity, reading: _Reading, mails: int) -> None:
    spans = _spans(entity, reading)
    if not spans:
        reading.note("a multipart without parts")
        return
    default = "message/rfc822" if entity.content_type == "multipart/digest" else "text/plain"
    for start, end in spans:
        if reading.parts_left <= 0:
            reading.note(f"more than {MOST_PARTS} parts: the rest was not read")
            return
        reading.parts_left -= 1
        child = _read_entity(entity.data, start, end, reading, entity.depth + 1, mails, default, is_mail=False)
        entity.children.append(child)


def _spans(entity: Entity, reading: _Reading) -> list[tuple[int, int]]:
    """Where the parts begin and end: between delimiters, the last one also where its closing delimiter is missing."""
    data, start, end = entity.data, entity.start, entity.end
    declared = _raw(entity.content.get("boundary").rstrip())
    delimiters = _delimiters(data, start, end, declared, reading) if declared else []
    if not delimiters:
        sniffed = _sniffed_boundary(data, start, end)
        if not sniffed:
            return []
        reading.note("the boundary was not as declared")
        delimiters = _delimiters(data, start, end, sniffed, reading)
    spans = []
    for place, (_, after, is_closing) in enumerate(delimiters):
        next_line = delimiters[place + 1][0] if place + 1 < len(delimiters) else end
        if is_closing and place + 1 >= len(delimiters):
            break
        if is_closing and not _opens_part(data, after, next_line):
            continue
        spans.append((after, _before_line_end(data, after, next_line)))
    if delimiters and not delimiters[-1][2]:
        reading.note("the last boundary was missing")
    return spans


def _opens_part(data: bytes, start: int, end: int) -> bool:
    """Whether what follows a closing delimiter is one more part all the same, not just words behind the end."""
    return data[start : start + 8].lower() == b"content-" and end > start


def _before_line_end(data: bytes, start: int, end: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1)."""
    if end > start and data[end - 1 : end] == b"\n":
        end -= 1
        if end > start and data[end - 1 : end] == b"\r":
            end -= 1
    return end


_Delimiter = tuple[int, int, bool]


def _delimiters(data: bytes, start: int, end: int, boundary: bytes, reading: _Reading) -> list[_Delimiter]:
    """The delimiter lines of a boundary: start of line, start of the next line, whether it closes."""
    needle = b"--" + boundary
    found: list[_Delimiter] = []
    at = start if data.startswith(needle, start) else _next_line_with(data, needle, start, end)
    while at >= 0 and reading.lookalikes_left > 0 and len(found) <= MOST_PARTS:
        line_end = data.find(b"\n", at, end)
        after = end if line_end < 0 else line_end + 1
        rest = data[at + len(needle) : min(after, at + len(needle) + 200)].strip()
        if rest in (b"", b"--"):
            found.append((at, after, rest == b"--"))
        else:
            reading.lookalikes_left -= 1  # a longer boundary that begins like this one
        at = _next_line_with(data, needle, after - 1, end)
    return found


def _next_line_with(data: bytes, needle: bytes, start: int, end: int) -> int:
    at = data.find(b"\n" + needle, start, end)
    return at + 1 if at >= 0 else -1


_DELIMITER_LIKE = re.compile(
    rb"(?:^|\n)--([^\s-][^\r\n]{0,180}?|-{2,}[^\r\n]{1,180}?)[ \t]*\r?\n(?=content-[a-z-]{1,40}[ \t]*:)", re.IGNORECASE
)


_LONGEST_PREAMBLE = 200


def _sniffed_boundary(data: bytes, start: int, end: int) -> bytes:
    """The boundary that a body shows: a line of dashes with a Content- header right below; b"" if none.

    Not where much text stands above it: that is a report with the mail it is about quoted below (qmail, old Exim).
    """
    body = data[start : min(end, start + _SNIFFED)]
    found = _DELIMITER_LIKE.search(body)
    return found[1] if found and len(body[: found.start()].strip()) <= _LONGEST_PREAMBLE else b""


# ---- attached mails -------------------------------------------------------------------------------------------------

_ENCODED = re.compile(rb"base64|quoted-printable", re.IGNORECASE)


def _read_inner_mail(entity: Entity, reading: _Reading, mails: int) -> None:
    if mails >= DEEPEST_MAIL:
        reading.note(f"mails attached to mails deeper than {DEEPEST_MAIL}: not opened")
        return
    if _ENCODED.search(entity.block.first("content-transfer-encoding")):
        return  # forbidden by RFC 2046 5.2.1, and done: opened when its bytes have been decoded
    start = _past_blank_lines(entity.data, entity.start, entity.end)
    inner = _read_entity(entity.data, start, entity.end, reading, entity.depth + 1, mails + 1, "text/plain")
    if inner.block.fields:
        entity.children.append(inner)
        entity.is_mail_inside = True


def _past_blank_lines(data: bytes, start: int, end: int) -> int:
    while start < end and data[start] in b"\r\n":
        start += 1
    return start
