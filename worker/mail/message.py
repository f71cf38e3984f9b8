"""The intermediate form between bytes and meaning: a mail as flat parts and decoded headers; reading it never fails.

Built on a splitter and header reader of our own, not on the standard library: `email.policy.default` costs 2.6 ms a
mail and raises on hostile input, both its parsers need seconds for a Content-Type of 14 kB of semicolons, and bytes that
it decoded by a wrong charset cannot be repaired afterwards (`tests/bench/parsing.py` shows the ratio).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from worker.mail.body import Body, read_body
from worker.mail.headers import Block
from worker.mail.mime import DEEPEST_MAIL, Entity, split_mail
from worker.mail.parameters import Parameters
from worker.mail.parts import Part, decoded_headers, read_part
from worker.mail.transfer import UuFile, split_uuencoded
from worker.mail.wrappers import Tnef, signed_content, unpack_tnef

__all__ = ["Message", "Part", "read_message"]


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, decoded: valid NFC strings without NUL or lone surrogates.

    `headers` keep their order, top first; names are lower case, values decoded, unfolded, one line. In headers that
    carry addresses a decoded name with commas or brackets in it is quoted, so that the value still can be taken apart.
    `parts` are the leaves; an attached mail's leaves follow the message/rfc822 part they stand in. `text` is what a
    reader sees: HTML made text (quoted blocks begin with ">"), format=flowed joined, files left out, attached mails
    left out unless there is nothing else. `html` is the HTML source of the same content, "" if there is none;
    `from_html` says that `text` was made of it. `hidden_text` is what that HTML hides from a reader.
    `attached_messages` are the mails attached to this one (not those attached to them). `faults` says in English what
    was broken and read all the same.
    """

    headers: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    text: str = ""
    html: str = ""
    from_html: bool = False
    hidden_text: str = ""
    attached_messages: tuple[Message, ...] = ()
    faults: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that (lower-case) name, "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every header of that (lower-case) name, top first."""
        return tuple(value for key, value in self.headers if key == name)


def read_message(raw: bytes) -> Message:
    """Read any bytes as a mail; never raises. Work and memory are bounded: see the limits of `mime`."""
    root, faults = split_mail(raw)
    return _message(root, faults, 0)


# ---- leaves ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Leaves:
    """What is gathered on the way through the tree of one mail. `mails` is how many mails are around it."""

    mails: int
    parts: list[Part] = field(default_factory=list)
    attached: list[Message] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def keep(self, entity: Entity, part: Part) -> None:
        entity.index = len(self.parts)
        self.parts.append(part)
        self.faults.extend(fault for fault in part.faults if fault not in self.faults)


def _message(root: Entity, faults: tuple[str, ...], mails: int) -> Message:
    leaves = _Leaves(mails, faults=list(faults))
    _gather(root, leaves, is_related=False, is_root=True)
    body = read_body(root, leaves.parts)
    body, files = _without_uuencoded(body)
    text = body.text or "\n\n".join(_shown_as_forward(inner) for inner in leaves.attached)
    parts = [replace(part, shown=True) if place in body.shown else part for place, part in enumerate(leaves.parts)]
    return Message(
        headers=decoded_headers(root.block.fields, next((part.charset for part in parts if part.shown), "")),
        parts=(*parts, *(_part_of_file(file) for file in files)),
        text=text,
        html=body.html,
        from_html=body.from_html,
        hidden_text=body.hidden,
        attached_messages=tuple(leaves.attached),
        faults=tuple(leaves.faults),
    )


def _gather(entity: Entity, leaves: _Leaves, *, is_related: bool, is_root: bool = False) -> None:
    if entity.children and not entity.is_mail_inside:
        for child in entity.children:
            _gather(child, leaves, is_related=is_related or entity.content_type == "multipart/related")
        return
    if entity.content_type.startswith("multipart/"):
        # no boundary, no parts: what stands there is read as the text it probably is
        entity.content = Parameters("text/plain", entity.content.items)
    part = read_part(entity, is_shown_raw=is_root)
    leaves.keep(entity, replace(part, related=True) if is_related else part)
    if entity.is_mail_inside:
        _gather_mail(entity.children[0], leaves, ())
    else:
        _open_wrapper(entity, part, leaves)


def _gather_mail(inner: Entity, leaves: _Leaves, faults: tuple[str, ...]) -> None:
    message = _message(inner, faults, leaves.mails + 1)
    leaves.attached.append(message)
    leaves.parts.extend(replace(part, in_attached=part.in_attached + 1) for part in message.parts)


# ---- wrappers -------------------------------------------------------------------------------------------------------

_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_MAIL_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})


def _open_wrapper(entity: Entity, part: Part, leaves: _Leaves) -> None:
    """Go on into what a leaf wraps: a winmail.dat, an opaque signature, an attached mail that was encoded."""
    if part.content_type in _TNEF_TYPES or part.filename.lower() == "winmail.dat":
        unpacked = unpack_tnef(part.payload)
        if unpacked:
            leaves.parts[entity.index] = replace(part, is_wrapper=True)
            _gather_tnef(entity, unpacked, leaves)
        elif part.payload:
            leaves.faults.append("winmail.dat could not be unpacked")
    elif part.content_type in _SMIME_TYPES:
        content = signed_content(part.payload)
        if content and leaves.mails < DEEPEST_MAIL:
            inner, faults = split_mail(content)
            entity.children.append(inner)
            leaves.parts[entity.index] = replace(part, is_wrapper=True)
            leaves.mails += 1
            leaves.faults.extend(faults)
            _gather(inner, leaves, is_related=False)
    elif part.content_type in _MAIL_TYPES and part.payload and leaves.mails < DEEPEST_MAIL:
        inner, faults = split_mail(part.payload)
        if inner.block.fields:
            entity.is_mail_inside = True
            entity.children.append(inner)
            _gather_mail(inner, leaves, faults)


def _gather_tnef(entity: Entity, unpacked: Tnef, leaves: _Leaves) -> None:
    for content_type, body in (("text/plain", unpacked.text), ("text/html", unpacked.html)):
        if body:
            raw = body.encode("utf-8", "replace") if isinstance(body, str) else body
            inner = Entity(raw, Block((), 0), 0, len(raw), Parameters(content_type), entity.depth + 1)
            entity.children.append(inner)
            leaves.keep(inner, read_part(inner))
    entity.content = Parameters("multipart/alternative" if len(entity.children) > 1 else "multipart/mixed")
    for file in unpacked.files:
        name = file.name or "file"
        leaves.parts.append(
            Part(
                "application/octet-stream",
                disposition="inline" if file.content_id else "attachment",
                filename=name,
                content_id=file.content_id,
                payload=file.payload,
                depth=entity.depth + 1,
            )
        )


# ---- uuencoded files in the text ------------------------------------------------------------------------------------


def _without_uuencoded(body: Body) -> tuple[Body, tuple[UuFile, ...]]:
    files, text = split_uuencoded(body.text)
    return (replace(body, text=text.strip("\n")), files) if files else (body, ())


def _part_of_file(file: UuFile) -> Part:
    return Part("application/octet-stream", disposition="attachment", filename=file.name, payload=file.payload)


# ---- a mail that is nothing but attached mails ----------------------------------------------------------------------

_FORWARD_LINE = "---------- Forwarded message ---------"
_FORWARDED_HEADERS = ("from", "date", "subject", "to")
_BLANK_LINES = re.compile(r"\n{3,}")


def _shown_as_forward(message: Message) -> str:
    """An attached mail as a forward shows it: its header block, then its text."""
    block = [f"{name.title()}: {value}" for name in _FORWARDED_HEADERS if (value := message.header(name))]
    return _BLANK_LINES.sub("\n\n", "\n".join([_FORWARD_LINE, *block, "", message.text])).strip()
