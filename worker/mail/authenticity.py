"""Whether a mail is from whom it says: the verdict that our own mail server stamped on it, and nothing else (RFC 8601).

Fails closed. Only the topmost Authentication-Results header counts, and only if its authserv-id is exactly ours: those
below may have come with the mail. Parsed by authres, since a regular expression falls for `; dmarc=pass` in a local part.
"""

from __future__ import annotations

from enum import StrEnum

import authres
from authres import dmarc

from worker.model import ParsedMail

_READER = authres.FeatureContext(dmarc)


class Authenticity(StrEnum):
    """What is known about the sender's address."""

    VERIFIED = "verified"
    FAILED = "failed"
    UNKNOWN = "unknown"


def authenticity(mail: ParsedMail, trusted_authserv_id: str) -> tuple[Authenticity, str]:
    """The verdict on the From address, with its reason. UNKNOWN where our server stamped nothing, or no id is trusted."""
    if mail.sender_count != 1:
        return Authenticity.FAILED, f"{mail.sender_count} senders in From"
    if not trusted_authserv_id:
        return Authenticity.UNKNOWN, "no authserv-id is trusted"
    results = _our_results(mail, trusted_authserv_id.lower())
    if results is None:
        return Authenticity.UNKNOWN, "our mail server stamped no verdict"
    return _verdict(results, mail.sender.domain)


def stamped_by(mail: ParsedMail) -> str:
    """The authserv-id of the topmost verdict on a mail, lower case; empty where there is none that can be read."""
    header = _topmost(mail)
    return (header.authserv_id or "").lower() if header else ""


def _our_results(mail: ParsedMail, trusted: str) -> list[authres.AuthenticationResult] | None:
    header = _topmost(mail)
    return list(header.results) if header and (header.authserv_id or "").lower() == trusted else None


def _topmost(mail: ParsedMail) -> authres.AuthenticationResultsHeader | None:
    if not mail.authentication_results:
        return None
    try:
        return _READER.parse(f"Authentication-Results: {mail.authentication_results[0]}")
    except (authres.AuthResError, ValueError, AttributeError, IndexError, TypeError):
        return None


def _verdict(results: list[authres.AuthenticationResult], domain: str) -> tuple[Authenticity, str]:
    found = [(one.method, (one.result or "").lower(), one) for one in results]
    for method, result, one in found:
        if method == "dmarc" and result == "pass" and _property(one, "header_from") == domain:
            return Authenticity.VERIFIED, f"dmarc=pass for {domain}"
        if method == "dkim" and result == "pass" and _aligned(_property(one, "header_d"), domain):
            return Authenticity.VERIFIED, f"dkim=pass by {_property(one, 'header_d')}"
    if any(method == "dmarc" and result == "fail" for method, result, _ in found):
        return Authenticity.FAILED, "dmarc=fail"
    if any(method == "spf" and result == "fail" for method, result, _ in found):
        return Authenticity.FAILED, "spf=fail"
    return Authenticity.UNKNOWN, "no aligned pass"


def _property(result: authres.AuthenticationResult, name: str) -> str:
    return str(getattr(result, name, None) or "").lower().rstrip(".")


def _aligned(signer: str, domain: str) -> bool:
    """Relaxed alignment without a public suffix list: the signer is the sender's domain, or a parent with a dot in it."""
    return bool(signer) and "." in signer and (domain == signer or domain.endswith(f".{signer}"))
