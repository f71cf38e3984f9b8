"""XOAUTH2: access tokens from a provider's token endpoint, refreshed in time, and taken by a real Dovecot."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from conftest import server_or_skip
from servers import SUPPORT, Dovecot
from worker.mail.login import AccessTokens, Credentials, LoginError
from worker.mail.mailbox import Mailbox, MailboxError
from worker.settings import MailboxSettings, OAuth


class Provider:
    """A token endpoint, and the introspection endpoint that a mail server asks about a token."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.refuses = False
        self.lives = 3600
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                if self.path == "/introspect":
                    self._answer(200, {"active": body["token"][0].startswith("token-"), "email": SUPPORT})
                    return
                provider.asked.append(body)
                if provider.refuses:
                    self._answer(400, {"error": "invalid_grant"})
                else:
                    self._answer(200, {"access_token": f"token-{len(provider.asked)}", "expires_in": provider.lives})

            def _answer(self, code: int, value: dict[str, object]) -> None:
                content = json.dumps(value).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("A_SECRET", "s3cret")
    monkeypatch.setenv("A_REFRESH_TOKEN", "refresh-me")
    found = Provider()
    yield found
    found.stop()


def _tokens(provider: Provider, **changes: str) -> AccessTokens:
    plain = {"token_url": f"{provider.url}/token", "client_id": "worker", "client_secret_env": "A_SECRET"}
    return AccessTokens(OAuth.model_validate(plain | changes))


def test_client_credentials_give_a_token_that_is_kept_while_it_lives(provider: Provider) -> None:
    tokens = _tokens(provider, scope="https://outlook.office365.com/.default")

    assert [tokens.current(), tokens.current()] == ["token-1", "token-1"]
    assert provider.asked == [
        {
            "client_id": ["worker"],
            "client_secret": ["s3cret"],
            "scope": ["https://outlook.office365.com/.default"],
            "grant_type": ["client_credentials"],
        }
    ]


def test_a_token_that_is_about_to_expire_is_fetched_anew(provider: Provider) -> None:
    provider.lives = 60
    tokens = _tokens(provider)

    assert [tokens.current(), tokens.current()] == ["token-1", "token-2"]


def test_a_refresh_token_is_used_where_one_is_named(provider: Provider) -> None:
    _tokens(provider, refresh_token_env="A_REFRESH_TOKEN").current()

    assert provider.asked[0]["grant_type"] == ["refresh_token"]
    assert provider.asked[0]["refresh_token"] == ["refresh-me"]


def test_a_refusal_is_told_in_the_providers_words(provider: Provider) -> None:
    provider.refuses = True

    with pytest.raises(LoginError, match=r"gives no token \(400\): .*invalid_grant"):
        _tokens(provider).current()


def test_a_token_is_never_asked_for_in_the_clear() -> None:
    tokens = AccessTokens(OAuth(token_url="http://provider.example/token", client_id="worker"))

    with pytest.raises(LoginError, match="must be https"):
        tokens.current()


@pytest.fixture
def dovecot(provider: Provider) -> Iterator[Dovecot]:
    server_or_skip(Dovecot.is_installed(), "Dovecot")
    found = Dovecot(introspection=f"{provider.url}/introspect").start()
    yield found
    found.stop()


def _mailbox(dovecot: Dovecot, tokens: AccessTokens) -> Mailbox:
    settings = MailboxSettings(host="127.0.0.1", port=dovecot.port, tls="none", user=SUPPORT)
    return Mailbox(settings, Credentials(SUPPORT, tokens=tokens), Path())


def test_dovecot_lets_us_in_with_an_access_token(dovecot: Dovecot, provider: Provider) -> None:
    mailbox = _mailbox(dovecot, _tokens(provider))

    mailbox.connect()
    found = mailbox.select()
    mailbox.close()

    assert found.exists == 0


def test_a_token_that_the_server_does_not_take_is_a_refused_login(dovecot: Dovecot, provider: Provider) -> None:
    tokens = _tokens(provider)
    tokens._token, tokens._expires = "stolen", float("inf")

    with pytest.raises(MailboxError, match=r"refuses the login|AUTHENTICATE|authentication"):
        _mailbox(dovecot, tokens).connect()
