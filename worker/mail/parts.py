"""One leaf of a mail as a value: headers and file name decoded, transfer encoding undone, text read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from worker.mail.charsets import decode
from worker.mail.encoded_words import decode_value
from worker.mail.headers import RawField
from worker.mail.mime import Entity
from worker.mail.parameters import Parameters, read_parameters
from worker.mail.transfer import undo_transfer

LONGEST_TEXT = 1_000_000  # bytes of one part that are read as text

ADDRESS_HEADERS = frozenset(
    {
        *("from", "to", "cc", "bcc", "reply-to", "sender", "return-path", "delivered-to", "x-original-to"),
        *("envelope-to", "x-envelope-to", "resent-from", "resent-to", "mail-reply-to", "disposition-notification-to"),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail, in the order a reader meets it.

    `content_type` is lower case without parameters; `params` are the decoded parameters of Content-Type.
    `disposition` is "inline", "attachment" or "" where nothing is said. `filename` is decoded but NOT safe (see
    `attachments.safe_name`). `charset` is what the bytes were read by. `payload` is transfer-decoded. `text` is NFC
    text for text/* and the machine-readable message/* parts (delivery-status, feedback-report, …), "" otherwise: HTML
    stays HTML here, format=flowed stays flowed. `depth` counts the multiparts around it. `in_attached` is the number
    of attached mails (message/rfc822) around it: 0 for a part of the mail itself. `shown` says that its text is in
    `Message.text`. `related` says that it stands in a multipart/related: belongs to an HTML text. An attached mail is
    a leaf of its own (its payload is the mail) and is followed by the leaves in it. `is_wrapper` is a winmail.dat or an
    opaque signature that was opened: what it held follows it. `faults` says what was broken.
    """

    content_type: str
    params: tuple[tuple[str, str], ...] = ()
    disposition: str = ""
    filename: str = ""
    content_id: str = ""
    charset: str = ""
    payload: bytes = field(default=b"", repr=False)
    text: str = ""
    depth: int = 0
    in_attached: int = 0
    shown: bool = False
    related: bool = False
    is_wrapper: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()

    def param(self, name: str) -> str:
        """The Content-Type parameter of that (lower-case) name, "" if there is none."""
        return next((value for key, value in self.params if key == name), "")

    def header(self, name: str) -> str:
        """The first header of this part with that (lower-case) name, "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")


def decoded_headers(fields: tuple[RawField, ...], sibling: str = "") -> tuple[tuple[str, str], ...]:
    """The fields of a block as text, in order. `sibling` is the charset that the text of the mail turned out to be in."""
    return tuple(
        (name, decode_value(value, has_addresses=name in ADDRESS_HEADERS, sibling=sibling)) for name, value in fields
    )


_READ_AS_TEXT = frozenset(
    {
        *("message/delivery-status", "message/feedback-report", "message/disposition-notification"),
        *("message/global-delivery-status", "message/external-body", "message/partial", "application/ics"),
    }
)
_CUT_TAIL = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,3}\Z")
_HTML_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})")


def read_part(entity: Entity, *, is_shown_raw: bool = False) -> Part:
    """Read a leaf. `is_shown_raw`: its headers are those of the whole mail and are not repeated here."""
    is_text = entity.content_type.startswith("text/")
    undone = undo_transfer(entity.body, _encoding(entity), is_text=is_text)
    disposition = read_parameters(entity.block.first("content-disposition"))
    text, charset, fault = (
        _text(entity, undone.payload) if is_text or entity.content_type in _READ_AS_TEXT else ("",) * 3
    )
    return Part(
        content_type=entity.content_type,
        params=entity.content.items,
        disposition=_disposition(disposition),
        filename=_filename(entity, disposition),
        content_id=decode_value(entity.block.first("content-id")).strip("<> "),
        charset=charset,
        payload=undone.payload,
        text=text,
        depth=entity.depth,
        headers=() if is_shown_raw else decoded_headers(entity.block.fields),
        faults=tuple(found for found in (undone.fault, fault) if found),
    )


def _encoding(entity: Entity) -> str:
    return entity.block.first("content-transfer-encoding").decode("latin-1").partition("(")[0]


def _text(entity: Entity, payload: bytes) -> tuple[str, str, str]:
    beginning = payload if len(payload) <= LONGEST_TEXT else _first_lines(payload)
    hint = _HTML_CHARSET.search(beginning[:4000]) if b"<" in beginning[:4000] else None
    found = decode(beginning, entity.content.get("charset"), hint[1].decode("latin-1") if hint else "")
    cut = "" if len(payload) <= LONGEST_TEXT else "the text was cut at a million bytes"
    return found.text, found.charset, found.fault or cut


def _first_lines(payload: bytes) -> bytes:
    """Whole lines, so that no character is cut; one line without end is cut behind a character of UTF-8."""
    end = payload.rfind(b"\n", LONGEST_TEXT // 2, LONGEST_TEXT) + 1
    return payload[:end] if end else _CUT_TAIL.sub(b"", payload[:LONGEST_TEXT])


def _disposition(found: Parameters) -> str:
    if not found.value:
        return ""
    return "inline" if found.value.startswith("inline") else "attachment"  # RFC 2183 2.8: unknown ones are attachments


def _filename(entity: Entity, disposition: Parameters) -> str:
    named = disposition.get("filename") or entity.content.get("name") or disposition.get("name")
    if named or entity.content_type.startswith("text/"):
        return named
    return entity.content.get("filename") or _unquoted_description(entity)


def _unquoted_description(entity: Entity) -> str:
    """Some programs put the name of a file only into Content-Description or Content-Location."""
    for name in ("content-description", "content-location"):
        value = decode_value(entity.block.first(name))
        if re.fullmatch(r"[^/:*?\"<>|]{1,120}\.\w{2,5}", value):
            return value
    return ""
