"""What a file really is, by its first bytes, and how large a picture is: never believe the name of a stranger's file."""

from __future__ import annotations

import re
import struct

# (offset, bytes, type). The first that fits wins; containers are looked into by `_INSIDE`.
_MAGIC = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (8, b"AVI ", "video/x-msvideo"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"#!", "text/x-script"),
    (0, b"BEGIN:VCALENDAR", "text/calendar"),
    (0, b"BEGIN:VCARD", "text/vcard"),
)
_INSIDE = {
    "application/zip": (
        (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
        (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
    ),
    "application/x-ole-storage": (
        (b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", "application/msword"),
        (b"W\0o\0r\0k\0b\0o\0o\0k\0", "application/vnd.ms-excel"),
        (b"P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0", "application/vnd.ms-powerpoint"),
        (b"_\0_\0s\0u\0b\0s\0t\0g\0", "application/vnd.ms-outlook"),
    ),
}
_LOOKED_INTO = 200_000
_MARKUP = re.compile(rb"(?i)\s*(?:<\?xml[^<>]{0,200}>\s*)?<(svg|!doctype html|html|script)\b")
_MARKUP_TYPES = {b"svg": "image/svg+xml", b"!doctype html": "text/html", b"html": "text/html", b"script": "text/html"}
_SHORT_MAGIC = frozenset({"image/bmp", "application/x-msdownload", "text/x-script"})
# Types whose first bytes say no more than what is declared here.
_KIN = {
    "application/zip": re.compile(r"zip|openxml|opendocument|jar|epub|java-archive|x-compressed"),
    "application/x-ole-storage": re.compile(r"ms-|msword|x-msi|vnd\.visio"),
    "video/mp4": re.compile(r"video/|audio/(?:mp4|x-m4a|aac|3gpp)"),
    "application/gzip": re.compile(r"gzip|tgz|tar"),
    "text/x-script": re.compile(r"text/"),
}


def true_type(payload: bytes, declared: str) -> str:
    """The content type that the bytes show, the declared one where they show nothing; never empty."""
    shown = _shown_type(payload)
    kin = _KIN.get(shown)
    if not shown or (kin and kin.search(declared)):
        return declared or "application/octet-stream"
    return shown


def _shown_type(payload: bytes) -> str:
    for offset, magic, kind in _MAGIC:
        if payload.startswith(magic, offset):
            return _type_inside(payload, kind) if kind not in _SHORT_MAGIC or _is_binary(payload, kind) else ""
    markup = _MARKUP.match(payload[:1000])
    return _MARKUP_TYPES[markup[1].lower()] if markup else ""


def _is_binary(payload: bytes, kind: str) -> bool:
    """Two letters prove little: a text may begin with `BM` or `MZ`."""
    return b"\0" in payload[:200] or kind == "text/x-script"


def _type_inside(payload: bytes, kind: str) -> str:
    beginning = payload[:_LOOKED_INTO]
    return next((inner for mark, inner in _INSIDE.get(kind, ()) if mark in beginning), kind)


# ---- pictures -------------------------------------------------------------------------------------------------------

_JPEG_SCANNED = 100_000
_SIZE_SEGMENTS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def picture_size(payload: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, JPEG, BMP; None where they cannot be read."""
    try:
        if payload.startswith(b"\x89PNG"):
            return _pair(">II", payload, 16)
        if payload.startswith(b"GIF8"):
            return _pair("<HH", payload, 6)
        if payload.startswith(b"BM"):
            return _pair("<II", payload, 18)
        if payload.startswith(b"\xff\xd8"):
            return _jpeg_size(payload[:_JPEG_SCANNED])
    except (struct.error, IndexError):
        pass
    return None


def _pair(form: str, payload: bytes, offset: int) -> tuple[int, int]:
    width, height = struct.unpack_from(form, payload, offset)
    return width, height


def _jpeg_size(payload: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(payload) and payload[place] == 0xFF:
        marker = payload[place + 1]
        if marker in _SIZE_SEGMENTS:
            height, width = _pair(">HH", payload, place + 5)
            return width, height
        place += 2 + max(2, int.from_bytes(payload[place + 2 : place + 4], "big"))
    return None
