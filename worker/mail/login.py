"""TLS and credentials that IMAP and SMTP share: verified certificates by default, passwords or OAuth access tokens."""

from __future__ import annotations

import json
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from worker.settings import MailboxSettings, OAuth, SettingsError, SmtpSettings

_EARLY_SECONDS = 120


class LoginError(Exception):
    """A server or an identity provider refuses us, or a secret is missing. The message says which and what to do."""


def tls_context(ca_file: str, base: Path) -> ssl.SSLContext:
    """A context that verifies name and chain; `ca_file` adds a private authority."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(base / ca_file)
        except (OSError, ssl.SSLError) as error:
            raise LoginError(f"ca_file {ca_file}: {error}") from None
    return context


def why_unreachable(error: BaseException, host: str, port: int) -> str:
    """A connection error in the words of somebody who has to fix it."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"{host}:{port}: its certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"{host}:{port}: no TLS there: {error.reason or error}"
        case ConnectionRefusedError():
            return f"{host}:{port}: nobody answers there (connection refused)"
        case TimeoutError():
            return f"{host}:{port}: no answer in time"
        case _:
            return f"{host}:{port}: {error or type(error).__name__}"


@dataclass
class AccessTokens:
    """Access tokens of one account, fetched again shortly before they expire (RFC 6749 sections 4.4 and 6)."""

    oauth: OAuth
    timeout_seconds: float = 30
    _token: str = ""
    _expires: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def current(self) -> str:
        """A token that is valid for two minutes or more. LoginError with the provider's words where there is none."""
        with self._lock:
            if time.monotonic() > self._expires - _EARLY_SECONDS:
                self._fetch()
            return self._token

    def _fetch(self) -> None:
        request = urllib.request.Request(self.oauth.token_url, data=self._form(), method="POST")  # noqa: S310
        if not self.oauth.token_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise LoginError(f"oauth.token_url must be https: {self.oauth.token_url}")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_seconds) as answer:  # noqa: S310
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read(500).decode("utf-8", "replace")
            raise LoginError(f"{self.oauth.token_url} gives no token ({error.code}): {said}") from None
        except (OSError, ValueError) as error:
            raise LoginError(f"{self.oauth.token_url} gives no token: {error}") from None
        self._token = str(found.get("access_token", ""))
        if not self._token:
            raise LoginError(f"{self.oauth.token_url} gives no token: {sorted(found)}")
        self._expires = time.monotonic() + float(found.get("expires_in", 3600))

    def _form(self) -> bytes:
        form = {"client_id": self.oauth.client_id}
        if self.oauth.client_secret_env:
            form["client_secret"] = _secret(self.oauth.client_secret_env)
        if self.oauth.scope:
            form["scope"] = self.oauth.scope
        if self.oauth.refresh_token_env:
            form |= {"grant_type": "refresh_token", "refresh_token": _secret(self.oauth.refresh_token_env)}
        else:
            form["grant_type"] = "client_credentials"
        return urllib.parse.urlencode(form).encode()


def _secret(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise LoginError(f"oauth: the environment variable {name} is not set")
    return value


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to log in: a user with a password, or with access tokens."""

    user: str
    secret: str = field(default="", repr=False)
    tokens: AccessTokens | None = None


def credentials(settings: MailboxSettings | SmtpSettings, place: str, base: Path) -> Credentials | None:
    """The credentials that the settings name; None where no user is set. SettingsError where a secret is missing."""
    if not settings.user:
        return None
    if settings.oauth:
        return Credentials(settings.user, tokens=AccessTokens(settings.oauth))
    return Credentials(settings.user, secret=settings.password(place, base))


__all__ = [
    "AccessTokens",
    "Credentials",
    "LoginError",
    "SettingsError",
    "credentials",
    "tls_context",
    "why_unreachable",
]
