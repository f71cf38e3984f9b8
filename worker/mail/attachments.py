"""The files of a mail: safe names, true types, checksums; decoration told apart; what is too much named, not taken."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from worker.mail.file_types import picture_size, true_type
from worker.mail.message import Message, Part
from worker.model import Attachment


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from one mail: files, bytes of all files together, mails within mails."""

    count: int = 50
    total_bytes: int = 25_000_000
    nesting: int = 5


@dataclass(frozen=True, slots=True)
class Files:
    """What was taken, and the safe names of what was not."""

    attachments: tuple[Attachment, ...] = ()
    rejected: tuple[str, ...] = ()


def files_of(message: Message, limits: Limits) -> Files:
    """The files that came with a mail, in order, those in attached mails too.

    A picture is `inline` where it is decoration: shown by the HTML and small as a logo, or part of a signature or of quoted
    history. A screenshot that somebody pasted into the text is a file like any other. Not taken are files over the
    limits; the text and the smaller files are taken all the same.
    """
    taking = _Taking(limits)
    html = _Html(message.html)
    inner_subjects = _inner_subjects(message)
    for part in message.parts:
        subject = next(inner_subjects, "") if part.content_type in _MAIL_TYPES else ""
        if _is_file(part):
            taking.take(
                part, safe_name(part.filename) or _default_name(part, subject), is_inline=_is_decoration(part, html)
            )
    return Files(tuple(taking.taken), tuple(taking.rejected))


def _inner_subjects(message: Message) -> Iterator[str]:
    """The subjects of all mails within mails, in the order of their parts."""
    for inner in message.attached_messages:
        yield inner.header("subject")
        yield from _inner_subjects(inner)


_MAIL_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
_NO_FILES = re.compile(
    r"application/(?:pgp-signature|pgp-encrypted|(?:x-)?pkcs7-signature)|multipart/|text/rfc822-headers|"
    r"message/(?:global-)?(?:delivery-status|feedback-report|disposition-notification|headers)"
)


def _is_file(part: Part) -> bool:
    if part.is_wrapper or _NO_FILES.match(part.content_type) or (part.shown and not part.filename):
        return False
    if part.content_type.startswith("text/") and not part.filename and part.disposition != "attachment":
        return False  # another form of the text, a calendar entry beside its invite.ics
    return bool(part.payload or part.filename)


@dataclass(slots=True)
class _Taking:
    """Files taken within limits, one after another."""

    limits: Limits
    taken: list[Attachment] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    count: int = 0
    size: int = 0

    def take(self, part: Part, name: str, *, is_inline: bool) -> None:
        name = self._unused(name)
        # what an attached mail holds was counted with that mail
        added = 0 if part.in_attached else len(part.payload)
        too_deep = part.in_attached > self.limits.nesting
        if (
            too_deep
            or self.size + added > self.limits.total_bytes
            or (not is_inline and self.count >= self.limits.count)
        ):
            self.rejected.append(name)
            return
        self.size += added
        self.count += not is_inline
        kind = true_type(part.payload, part.content_type)
        checksum = hashlib.sha256(part.payload).hexdigest()
        self.taken.append(Attachment(name, kind, len(part.payload), checksum, is_inline, part.content_id, part.payload))

    def _unused(self, name: str) -> str:
        stem, dot, extension = name.rpartition(".")
        candidate = name
        number = 2
        while candidate.lower() in self.names and number < 1000:
            candidate = f"{stem} ({number}).{extension}" if dot and stem else f"{name} ({number})"
            number += 1
        self.names.add(candidate.lower())
        return candidate


# ---- names ----------------------------------------------------------------------------------------------------------

_LONGEST_NAME = 120
_LONGEST_NAME_BYTES = 200  # file systems stop at 255, and " (2)" may be added
_PATH = re.compile(r"^[/~]|\\|\.\./|^\./|^[A-Za-z]:")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def safe_name(declared: str) -> str:
    """A file name that can be shown and stored: no folders, no control or direction characters, not longer than 120.

    Empty where nothing of it is left. A slash that begins no folder is part of a title ("Công văn 125/UBND-VP.docx",
    "Biên bản 12/10/2026.docx") and becomes a dash.
    """
    given = declared[:2000].replace("\\", "/").rstrip("/")
    flat = given.rpartition("/")[2] if _PATH.search(declared[:2000]) else given.replace("/", "-")
    seen = "".join(char for char in unicodedata.normalize("NFC", flat) if unicodedata.category(char) not in _UNSEEN)
    name = " ".join(_FORBIDDEN.sub("_", seen).split()).strip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST_NAME and len(name.encode()) <= _LONGEST_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = _LONGEST_NAME_BYTES - len(extension.encode()) - 1
    cut = stem[: _LONGEST_NAME - len(extension) - 1].encode()[:room].decode("utf-8", "ignore")
    return f"{cut.rstrip('. ')}{dot}{extension}"


def _default_name(part: Part, subject: str) -> str:
    if part.content_type in _MAIL_TYPES:
        return f"{safe_name(subject.replace(':', ''))[:80].strip('. ') or 'message'}.eml"
    kind = true_type(part.payload, part.content_type)
    stem = kind.partition("/")[0] if kind.startswith(("image/", "video/", "audio/")) else "attachment"
    return f"{stem}{mimetypes.guess_extension(kind) or '.bin'}"


# ---- decoration -----------------------------------------------------------------------------------------------------

_LOGO_HEIGHT = 160  # pixels
_LOGO_WIDTH = 200
_LOGO_BYTES = 15_000  # where the size in pixels cannot be read
_REFERENCE = re.compile(r"(?i)cid:([^\"'\s>)]{1,300})")
_HISTORY_BEGINS = re.compile(
    r"(?i)<blockquote|gmail_(?:quote|signature)|divrplyfwdmsg|appendonsend|yahoo_quoted|moz-(?:cite|signature)|"
    r"id=\"?(?:x_)?signature|border-top:\s*solid #(?:e1e1e1|b5c4df)"
)


class _Html:
    """Where in the HTML which picture is shown."""

    __slots__ = ("history", "places")

    def __init__(self, source: str) -> None:
        self.places: dict[str, int] = {}
        for found in _REFERENCE.finditer(source):
            self.places.setdefault(unquote(found[1]).lower(), found.start())
        begin = _HISTORY_BEGINS.search(source) if self.places else None
        self.history = begin.start() if begin else len(source)


def _is_decoration(part: Part, html: _Html) -> bool:
    place = html.places.get(part.content_id.lower()) if part.content_id else None
    is_shown = place is not None or (part.related and part.disposition != "attachment")
    if not is_shown or not part.content_type.startswith("image/") or part.in_attached:
        return is_shown and part.related and not part.content_type.startswith("image/")
    if place is not None and place > html.history:
        return True
    size = picture_size(part.payload)
    if size is None:
        return len(part.payload) < _LOGO_BYTES
    return size[0] <= _LOGO_WIDTH or size[1] <= _LOGO_HEIGHT
