"""Addresses as delivery reports write them, and what among them is none."""

from __future__ import annotations

import re

# One address: no blanks, brackets or colons, bounded so that hostile text costs linear time.
ADDRESS = (
    r"(?:\"[^\"\s@]{1,64}\"|[^\s<>()\[\];:,\"@|\\/{}]{1,100}(?:/[^\s<>()\[\];:,\"@|\\{}]{1,60})?)"
    r"@(?:[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,8}|\[[\d.]{7,15}\])"
)
_ADDRESS = re.compile(ADDRESS)
_KINDS = re.compile(r"^\s*(?:rfc-?822|smtp|x-?smtp|utf-8|lotus_notes|internet|unknown|local)\s*[;:]\s*", re.IGNORECASE)
_MESSAGE_ID_LOCAL = re.compile(r"^[0-9a-f.$\-]{24,}$", re.IGNORECASE)


def clean_address(value: str) -> str:
    """The address in `rfc822; <Some.One@Example.com>`, lower case; "" for a command, a file, an X.400 name or nothing."""
    shown = _KINDS.sub("", value[:600]).strip().strip("<>").strip()
    if not shown or shown[0] in "|/:" or shown.startswith(('"|', '"/')):
        return ""
    if shown.startswith("@") and ":" in shown:  # a route, RFC 5321 4.1.1.3
        shown = shown.partition(":")[2]
    shown = re.sub(r"^mailto:", "", shown, flags=re.IGNORECASE)
    found = _ADDRESS.search(shown)
    if not found:
        return ""
    return found[0].strip("'`.*").rstrip(".-_").lower()


def decode_xtext(value: str) -> str:
    """RFC 3461 4: `user+2Btag@example.com` is `user+tag@example.com`."""
    return re.sub(r"\+(2B|3D|20)", lambda found: bytes.fromhex(found[1]).decode("ascii"), value)


def looks_like_message_id(address: str) -> bool:
    """Whether an address is rather the identifier of a mail."""
    local = address.partition("@")[0]
    return bool(_MESSAGE_ID_LOCAL.match(local)) and any(char.isdigit() for char in local)
