"""The mail inside a forward: as an attached message, or as text under a header block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from worker.mail.message import Message
from worker.mail.quote_marks import MarkKind, block_extent, find_marks, header_role, header_value, is_quoted
from worker.mail.quote_words import HeaderRole
from worker.model import Address, ForwardedMail

_SCANNED = 100_000
_GAP = 6
_FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|vs|vb|vl|pd|doorst|fs|továbbítás|реш|ct|chuyển tiếp|"
    r"chuyen tiep|chuyển|转发|轉寄|轉發|転送|전달|пересл|пересылка)\s?(?:\[\d+\])?\s?[:：]",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_BRACKETS = re.compile(r"\s*[<(\[]?\s*(?:mailto:)?\s*$", re.IGNORECASE)


def is_forward_subject(subject: str) -> bool:
    """Whether the outermost prefix of a subject says forward: `Fwd:`, `FW:`, `CT:`, `Chuyển tiếp:`, not `Re: Fwd:`."""
    return bool(_FORWARD_SUBJECT.match(subject[:200]))


def forwarded(message: Message) -> ForwardedMail | None:
    """The mail that this mail forwards, None when it forwards none or its sender cannot be read.

    A mail forwarded as an attachment counts, a delivery report's returned mail does not.
    """
    if message.attached_messages and not _is_report(message):
        return _attached(message.attached_messages[0])
    return _inline(message.text[:_SCANNED], is_forward=is_forward_subject(message.header("subject")))


def _is_report(message: Message) -> bool:
    return message.header("content-type").lower().startswith("multipart/report")


def _attached(inner: Message) -> ForwardedMail | None:
    sender = sender_of(inner.header("from"))
    return ForwardedMail(sender, inner.header("subject"), inner.text) if sender else None


def _inline(text: str, *, is_forward: bool) -> ForwardedMail | None:
    lines = text.split("\n")
    for mark in find_marks(lines):
        if mark.kind is MarkKind.FORWARD:
            return _under(_unquoted(lines[mark.start + 1 :]))
        if mark.kind is MarkKind.HEADERS and is_forward:
            return _under(lines[mark.start :])
        if mark.kind in (MarkKind.ATTRIBUTION, MarkKind.HEADERS):
            return None
    return None


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Apple Mail quotes what it forwards: one level of marks is taken away."""
    first = next((line for line in lines if line.strip()), "")
    if not is_quoted(first):
        return list(lines)
    return [re.sub(r"^\s*> ?", "", line) for line in lines]


def _under(lines: Sequence[str]) -> ForwardedMail | None:
    """Read the header block that begins in the first lines, and what stands under it."""
    start = next((at for at, line in enumerate(lines[:_GAP]) if header_role(line) is not None), None)
    if start is None:
        return None
    end, _roles = block_extent(lines, start)
    values = _values(lines[start:end])
    sender = sender_of(values.get(HeaderRole.FROM, ""))
    text = "\n".join(lines[end:]).strip()
    return ForwardedMail(sender, values.get(HeaderRole.SUBJECT, ""), text) if sender else None


def _values(block: Sequence[str]) -> dict[HeaderRole, str]:
    """What the lines of a header block say; a line without a label belongs to the one above."""
    values: dict[HeaderRole, str] = {}
    current: HeaderRole | None = None
    for line in block:
        role = header_role(line)
        if role is not None:
            current = role
            values.setdefault(role, header_value(line))
        elif current is not None:
            values[current] = f"{values[current]} {line.strip()}".strip()
    return values


def sender_of(value: str) -> Address | None:
    """Name and address as programs show them: `A <a@b>`, `A [mailto:a@b]`, `a@b`; a name alone has no address."""
    shown = value[:500].replace("*", "").strip()
    found = _EMAIL.search(shown)
    name = shown[: found.start()] if found else shown
    name = _BRACKETS.sub("", name).strip(" \t\"'“”‘’")
    if not found and not name:
        return None
    return Address(found[0].lower() if found else "", name)
