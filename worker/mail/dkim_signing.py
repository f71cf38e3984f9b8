"""Signs outgoing mail with DKIM (RFC 6376) where settings ask for it: dkimpy, about 10 ms a mail with RSA of 2048 bits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dkim

from worker.settings import Dkim, SettingsError

# RFC 6376, 5.4.1, and for one-click unsubscribing RFC 8058, 4. From stands twice: a second one added on the way breaks it.
_SIGNED = (
    "from", "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "auto-submitted", "list-id", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip

Signer = Callable[[bytes], bytes]


def make_signer(settings: Dkim | None, base: Path) -> Signer | None:
    """What signs a mail's bytes; None where nothing is to be signed. SettingsError where the key cannot be used."""
    if settings is None:
        return None
    try:
        key = (base / settings.key_file).read_bytes()
    except OSError as error:
        raise SettingsError("smtp.dkim", [f"key_file: {error.strerror}: {settings.key_file}"]) from None
    domain, selector = settings.domain.encode("idna"), settings.selector.encode("ascii", "replace")
    signer = _signer(domain, selector, key)
    try:
        signer(b"From: a@b.example\r\n\r\n\r\n")
    except (dkim.DKIMException, ValueError, TypeError) as error:
        raise SettingsError("smtp.dkim", [f"key_file: holds no RSA key that signs: {error}"]) from None
    return signer


def _signer(domain: bytes, selector: bytes, key: bytes) -> Signer:
    def sign(mime: bytes) -> bytes:
        there = {line.partition(b":")[0].decode("ascii", "replace").lower() for line in _header_lines(mime)}
        headers = [name.encode() for name in _SIGNED if name in there]
        signature: bytes = dkim.sign(
            mime, selector, domain, key, canonicalize=(b"relaxed", b"relaxed"), include_headers=headers
        )
        return signature + mime

    return sign


def _header_lines(mime: bytes) -> list[bytes]:
    return mime.partition(b"\r\n\r\n")[0].split(b"\r\n")
