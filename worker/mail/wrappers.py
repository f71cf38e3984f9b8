"""Parts that hold more parts: winmail.dat (TNEF) unpacked, opaque S/MIME signatures opened, as hostile input.

tnefparse trusts every count in its input (a property list of four thousand million entries keeps it busy for hours)
and copies the rest of the stream for each object. So it is given only the objects that matter, whose lists were walked.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import tnefparse

from worker.mail.clean_text import clean, one_line

_MOST_OBJECTS = 300
_MOST_COPIED = 1_000_000_000  # bytes: objects times size
_MOST_PROPERTIES = 2000

# ---- TNEF -----------------------------------------------------------------------------------------------------------

_TNEF_SIGNATURE = 0x223E9F78
_HEADER = struct.Struct("<BHHI")  # level, name, type, length
_ENOUGH = _HEADER.size + 2
_MAPI_LISTS = frozenset({0x9003, 0x9005})  # attMAPIProps, attAttachment
_WANTED = _MAPI_LISTS | {
    0x800C,
    0x9002,
    0x8010,
    0x800F,
    0x9007,
}  # body, attachment's render data, title, data; code page
_FIXED_SIZES = {2: 2, 0xB: 2, 3: 4, 4: 4, 0xA: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_COUNTED = frozenset({0, 0x0D, 0x1E, 0x1F, 0x102})
_MULTIPLE, _NAMED = 0x1000, 0x8000


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file inside a winmail.dat: the name as written, its bytes, and the id that HTML shows it by."""

    name: str
    payload: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Tnef:
    """What a winmail.dat held: `text` or `html` may be empty (or both, where the body was RTF alone)."""

    files: tuple[PackedFile, ...]
    text: str | bytes = ""
    html: str | bytes = ""


def unpack_tnef(payload: bytes) -> Tnef | None:
    """Unpack a winmail.dat; None where it is none, or not safe to unpack."""
    stream = _needed_stream(payload)
    if stream is None:
        return None
    try:
        tnef = tnefparse.TNEF(stream, do_checksum=False)
        files = tuple(_packed_file(attachment) for attachment in tnef.attachments)
    except Exception:  # noqa: BLE001  # the library raises whatever its input makes it raise
        return None
    return Tnef(files, _body(tnef.body), _body(tnef.htmlbody))


def _needed_stream(payload: bytes) -> bytes | None:
    """The same TNEF with only the objects that are wanted, None where a count in it is not believable."""
    if len(payload) < 6 or _number(payload, 0) != _TNEF_SIGNATURE:
        return None
    kept = [payload[:6]]
    place = 6
    while place + _ENOUGH < len(payload):
        _, name, _, length = _HEADER.unpack_from(payload, place)
        end = min(len(payload), place + length + _ENOUGH)
        if name in _MAPI_LISTS and not _is_believable(payload[place + _HEADER.size : end - 2]):
            return None
        if name in _WANTED:
            kept.append(payload[place:end])
        if len(kept) > _MOST_OBJECTS:
            return None
        place = end
    stream = b"".join(kept)
    return stream if len(kept) * len(stream) <= _MOST_COPIED else None


def _is_believable(properties: bytes) -> bool:
    """Walk a MAPI property list as tnefparse will, refusing counts that its bytes cannot hold."""
    if len(properties) < 4:
        return False
    count = _number(properties, 0)
    place = 4
    try:
        for _ in range(min(count, _MOST_PROPERTIES)):
            if place >= len(properties):
                break
            place = _past_property(properties, place)
    except _Unbelievable:
        return False
    except (struct.error, ValueError):
        pass  # tnefparse gives up at the same place, with what it has
    return count <= _MOST_PROPERTIES


def _number(data: bytes, place: int) -> int:
    value: int = struct.unpack_from("<I", data, place)[0]
    return value


def _past_property(data: bytes, place: int) -> int:
    kind, name = struct.unpack_from("<HH", data, place)
    place += 4
    if name >= _NAMED:
        by_number = _number(data, place + 16) == 0
        length = 0 if by_number else _padded(_number(data, place + 20))
        place += 24 + length
    values = 1
    if kind & _MULTIPLE:
        values = _number(data, place)
        place += 4
        kind ^= _MULTIPLE
    elif kind in _COUNTED:
        values = _number(data, place)
        place += 4
    if values > _MOST_PROPERTIES:
        raise _Unbelievable
    return _past_values(data, place, kind, values)


def _past_values(data: bytes, place: int, kind: int, values: int) -> int:
    if kind in _FIXED_SIZES:
        size = _FIXED_SIZES[kind] * values
        return place + size + (2 if _FIXED_SIZES[kind] == 2 and values % 2 else 0)
    if kind not in _COUNTED:
        raise ValueError(f"MAPI type {kind}")  # where tnefparse gives up as well
    for _ in range(values):
        place += 4 + _padded(_number(data, place))
    return place


class _Unbelievable(Exception):  # noqa: N818  # not an error of ours: the input lies
    """A count that hostile input gives."""


def _padded(length: int) -> int:
    return length + (-length % 4)


_LONG_NAME, _CONTENT_ID = 0x3707, 0x3712


def _packed_file(attachment: tnefparse.tnef.TNEFAttachment) -> PackedFile:
    properties = {attribute.name: attribute.data for attribute in attachment.mapi_attrs}
    name = _string(properties.get(_LONG_NAME)) or _string(attachment.name)
    data = attachment.data
    payload = b"".join(data) if isinstance(data, list) else bytes(data)
    return PackedFile(name, payload, _string(properties.get(_CONTENT_ID)))


def _string(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return one_line(clean(value)) if isinstance(value, str) else ""


def _body(value: object) -> str | bytes:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str | bytes) else ""


# ---- S/MIME, opaque signed (RFC 8551 3.5.2) -------------------------------------------------------------------------
# Only what is needed to reach the mail inside: SignedData → encapContentInfo → eContent, in BER with its chunks.

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_OBJECT_ID, _OCTETS, _CONTEXT_0 = 0x06, 0x04, 0xA0
_DEEPEST_CHUNK = 4


@dataclass(frozen=True, slots=True)
class _Tlv:
    """One BER element: its tag and where its content begins and ends."""

    tag: int
    start: int
    end: int
    after: int


def signed_content(payload: bytes) -> bytes:
    """The content of an opaque signature (.p7m), b"" where it is none: encrypted, damaged, something else.

    The signature itself is not checked here: who sent the mail is decided elsewhere.
    """
    try:
        return _signed_content(payload)
    except (IndexError, ValueError):
        return b""


def _signed_content(payload: bytes) -> bytes:
    outer = _element(payload, 0, len(payload))
    kind, wrapped = _children(payload, outer, 2)
    if payload[kind.start : kind.end] != _SIGNED_DATA:
        return b""
    (signed,) = _children(payload, wrapped, 1)
    encapsulated = _children(payload, signed, 3)[2]
    inner_kind, content = _children(payload, encapsulated, 2)
    if payload[inner_kind.start : inner_kind.end] != _DATA or content.tag != _CONTEXT_0:
        return b""
    return b"".join(_octets(payload, _children(payload, content, 1)[0], 0))


def _octets(data: bytes, element: _Tlv, depth: int) -> list[bytes]:
    if element.tag == _OCTETS:
        return [data[element.start : element.end]]
    if element.tag != _OCTETS | 0x20 or depth > _DEEPEST_CHUNK:
        raise ValueError("no octet string")
    chunks: list[bytes] = []
    place = element.start
    while place < element.end and data[place : place + 2] != b"\0\0":
        chunk = _element(data, place, element.end)
        chunks += _octets(data, chunk, depth + 1)
        place = chunk.after
    return chunks


def _children(data: bytes, element: _Tlv, wanted: int) -> list[_Tlv]:
    found: list[_Tlv] = []
    place = element.start
    while len(found) < wanted:
        child = _element(data, place, element.end)
        found.append(child)
        place = child.after
    return found


def _element(data: bytes, place: int, limit: int, depth: int = 0) -> _Tlv:
    if place + 2 > limit or depth > 12:
        raise ValueError("cut short")
    tag, length = data[place], data[place + 1]
    start = place + 2
    if length == 0x80:
        end = _end_of_indefinite(data, start, limit, depth)
        return _Tlv(tag, start, end, end + 2)
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[start : start + min(count, 8)], "big")
        start += count
    end = start + length
    if end > limit:
        raise ValueError("longer than what is there")
    return _Tlv(tag, start, end, end)


def _end_of_indefinite(data: bytes, place: int, limit: int, depth: int) -> int:
    while data[place : place + 2] != b"\0\0":
        place = _element(data, place, limit, depth + 1).after
    return place
