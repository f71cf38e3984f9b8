"""Tokens that only we can have written: what they are for stands in them, and a signature over it (HMAC-SHA256)."""

from __future__ import annotations

import base64
import hashlib
import hmac

_MAC_BYTES = 15  # 120 bits, 24 letters of base32


def sign(key: bytes, purpose: str, *fields: str) -> str:
    """The signature over a purpose and its fields: 24 letters that survive mail programs, whatever case they make of them."""
    message = "\0".join((purpose, *fields)).encode("utf-8", "replace")
    mac = hmac.new(key, message, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.b32encode(mac).decode("ascii").lower()


def is_signed(key: bytes, signature: str, purpose: str, *fields: str) -> bool:
    """Whether the signature is ours for exactly this purpose and these fields (compared in constant time)."""
    return hmac.compare_digest(sign(key, purpose, *fields).encode(), signature.lower().encode("utf-8", "replace"))
