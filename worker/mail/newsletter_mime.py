"""Builds a newsletter's bytes once for each language and fills them for each recipient: 0.01 ms a mail instead of 3 ms.

Everything that differs between recipients stands in slots. The bytes around them are encoded once, a slot's value is
encoded for the place it stands in (a header, text, HTML), and what was filled in is never looked at again: a name can
be nothing but a name. The bodies are quoted-printable because its pieces can be encoded apart and put together.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

import msgspec

from worker.mail.composing import File, address_text, encoded, header
from worker.model import Address

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_LONGEST_VALUE = 400
GMAIL_CLIPS_AT = 102_000  # bytes of HTML; what lies behind is cut off with "message clipped"


class Slot(StrEnum):
    """What differs between recipients."""

    TO = "to"
    MESSAGE_ID = "message_id"
    LIST_UNSUBSCRIBE = "list_unsubscribe"
    NAME = "name"
    EMAIL = "email"
    COMPANY = "company"
    UNSUBSCRIBE = "unsubscribe"


class _Place(StrEnum):
    """Where a slot stands, which decides how its value is encoded."""

    HEADER = "header"
    TEXT = "text"
    HTML = "html"


class Piece(msgspec.Struct, frozen=True):
    """Bytes that are the same for everybody, and the slot behind them (empty at the end)."""

    fixed: str
    slot: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A newsletter in one language, as it was laid out. Its slots are written as `Marks.of(slot)`."""

    sender: Address
    subject: str
    date: datetime
    text: str
    html: str
    headers: Sequence[tuple[str, str]] = ()
    pictures: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """How the slots of one newsletter are written in its layout: by a word that its content does not contain."""

    nonce: str

    @classmethod
    def for_content(cls, *content: str) -> Marks:
        """Marks that stand nowhere in this content, always the same ones for the same content."""
        return cls("Zq" + hashlib.sha256("\0".join(content).encode("utf-8", "replace")).hexdigest()[:20])

    def of(self, slot: Slot) -> str:
        """What stands for a slot: one word that neither HTML nor Markdown nor a link changes."""
        return f"{self.nonce}{slot.name.replace('_', '')}x"

    def split(self, text: str) -> Iterator[tuple[str, Slot | None]]:
        """The text between the slots, each with the slot behind it."""
        names = {slot.name.replace("_", ""): slot for slot in Slot}
        at = 0
        for found in re.finditer(rf"{self.nonce}({'|'.join(names)})x", text):
            yield text[at : found.start()], names[found[1]]
            at = found.end()
        yield text[at:], None


class Skeleton:
    """A newsletter's bytes with its slots open. `fill` gives the mail of one recipient, ready for DATA."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = tuple(pieces)
        self._steps = [(one.fixed.encode("ascii"), one.slot, _ENCODERS.get(one.place)) for one in pieces]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The bytes for one recipient; the same values always give the same bytes. KeyError names a missing value."""
        parts = []
        for fixed, slot, encode in self._steps:
            parts.append(fixed)
            if encode is not None:
                parts.append(encode(slot, values[slot]))
        return b"".join(parts)

    def to_bytes(self) -> bytes:
        """The skeleton as it is kept: what is filled on the last attempt is what was laid out for the first."""
        return msgspec.json.encode(self.pieces)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Skeleton:
        """The skeleton that was kept."""
        return cls(msgspec.json.decode(kept, type=tuple[Piece, ...]))


def build(edition: Edition, marks: Marks) -> Skeleton:
    """Lay a newsletter out as bytes, once. Its mails are plain ASCII: no relay has a reason to change them."""
    pieces = [*_headers(edition), *_body(edition, marks)]
    return Skeleton(tuple(_merged(pieces)))


def _headers(edition: Edition) -> Iterator[Piece]:
    yield Piece(f"{header('From', address_text(edition.sender))}\r\n")
    yield Piece("", Slot.TO, _Place.HEADER)
    lines = [
        header("Subject", encoded(edition.subject)),
        f"Date: {format_datetime(edition.date)}",
        *(header(name, encoded(value)) for name, value in edition.headers),
    ]
    yield Piece("\r\n".join(lines) + "\r\n")
    yield Piece("", Slot.MESSAGE_ID, _Place.HEADER)
    yield Piece("", Slot.LIST_UNSUBSCRIBE, _Place.HEADER)
    yield Piece("MIME-Version: 1.0\r\n")


def _body(edition: Edition, marks: Marks) -> Iterator[Piece]:
    boundary = "=_" + marks.nonce
    related = bool(edition.pictures)
    if related:
        yield Piece(f'Content-Type: multipart/related; boundary="{boundary}r"\r\n\r\n--{boundary}r\r\n')
    yield Piece(f'Content-Type: multipart/alternative; boundary="{boundary}a"\r\n\r\n')
    for subtype, content, place in (("plain", edition.text, _Place.TEXT), ("html", edition.html, _Place.HTML)):
        yield Piece(
            f"--{boundary}a\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        yield from _quoted(content.replace("\r\n", "\n").strip("\n") + "\n", marks, place)
    yield Piece(f"--{boundary}a--\r\n")
    for picture in edition.pictures:
        yield Piece(f"--{boundary}r\r\n{_picture(picture)}")
    if related:
        yield Piece(f"--{boundary}r--\r\n")


def _quoted(content: str, marks: Marks, place: _Place) -> Iterator[Piece]:
    for fixed, slot in marks.split(content):
        if slot is None:
            yield Piece(_printable(fixed))
        else:  # soft line breaks around the slot: what stands there may be as long as a line
            yield Piece(_printable(fixed) + "=\r\n", slot, place)
            yield Piece("=\r\n")


def _printable(text: str) -> str:
    encoded_bytes = binascii.b2a_qp(text.encode("utf-8", "replace"), istext=True)
    return encoded_bytes.decode("ascii").replace("\n", "\r\n")


def _picture(picture: File) -> str:
    content = base64.encodebytes(picture.content).decode("ascii").replace("\n", "\r\n")
    kind = picture.content_type if re.fullmatch(r"image/[\w.+-]+", picture.content_type, re.ASCII) else "image/png"
    content_id = re.sub(r"[^\w.@+-]", "", picture.content_id, flags=re.ASCII)
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{content_id}>\r\nContent-Disposition: inline\r\n\r\n{content}"
    )


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Fewer pieces, the same bytes."""
    pending = ""
    for piece in pieces:
        pending += piece.fixed
        if piece.slot:
            yield Piece(pending, piece.slot, piece.place)
            pending = ""
    yield Piece(pending)


# ---- the values of slots --------------------------------------------------------------------------------------------


def _one_line(value: str) -> str:
    return _CONTROL.sub(" ", value)[:_LONGEST_VALUE].strip()


def _in_header(slot: str, value: str) -> bytes:
    """A whole header line: its value came from the functions below, which encode it and let no line end through."""
    name = _HEADER_NAMES[slot]
    return (header(name, _CONTROL.sub(" ", value)) + "\r\n").encode("ascii", "replace") if value else b""


def _in_text(_slot: str, value: str) -> bytes:
    return _quoted_value(_one_line(value))


def _in_html(_slot: str, value: str) -> bytes:
    return _quoted_value(html.escape(_one_line(value)))


def _quoted_value(value: str) -> bytes:
    return binascii.b2a_qp(value.encode("utf-8", "replace")).replace(b"\n", b"\r\n")


_HEADER_NAMES: Mapping[str, str] = {
    Slot.TO: "To",
    Slot.MESSAGE_ID: "Message-ID",
    Slot.LIST_UNSUBSCRIBE: "List-Unsubscribe",
}
_ENCODERS: Mapping[str, Callable[[str, str], bytes]] = {
    _Place.HEADER: _in_header,
    _Place.TEXT: _in_text,
    _Place.HTML: _in_html,
}


def to_value(email: str, name: str) -> str:
    """The value of the slot TO: name and address as a header shows them."""
    return address_text(Address(email, name[:_LONGEST_VALUE]))
