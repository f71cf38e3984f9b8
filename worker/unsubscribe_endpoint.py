"""A small HTTP endpoint behind an https proxy where readers refuse newsletters: POST acts, GET shows a page, HEAD does nothing.

RFC 8058: mail programs POST `List-Unsubscribe=One-Click` to the signed link. Scanners open links to look at them: a GET
must never unsubscribe anybody.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from storage import Conflict, StoreError
from worker.desk.outreach import Outreach, recipient_of_token
from worker.desk.subscriptions import refuse_by_token
from worker.model import Language
from worker.outreach_records import Recipient, SubscriptionStatus

log = logging.getLogger(__name__)

_PATH = "/u/"
_LONGEST_BODY = 2_000
_SECONDS = 10.0
_TRIES = 20
_MOST_AT_ONCE = 32
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex, nofollow"),
)
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>body{{font:16px/1.6 Arial,Helvetica,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:6px;background:#0b5cad;color:#fff;cursor:pointer}}</style></head>
<body><h1 style="font-size:1.3rem">{title}</h1>{body}</body></html>"""
_FORM = '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>{button}</button></form>'


def refuse_now(outreach: Outreach, token: str, clock: Callable[[], datetime]) -> bool:
    """Refuse by a signed link, in one commit; False where the token is none of ours. Doing it twice does nothing more."""
    for _ in range(_TRIES):
        outcome = refuse_by_token(outreach, token, "by link", clock())
        if outcome is None:
            return False
        try:
            outreach.desk.records.save(outcome)
        except Conflict as conflict:
            log.info("%s: deciding again", conflict)
        else:
            outreach.ring(one.letter.id for one in outcome.letters)
            return True
    raise StoreError("the refusal could not be written: too much else is")


class _Handler(BaseHTTPRequestHandler):
    """One request. Links are not logged: whoever reads a log could use them."""

    server_version = "newsletters"
    sys_version = ""
    timeout = _SECONDS
    server: UnsubscribeServer

    def do_GET(self) -> None:
        recipient = self._recipient()
        if recipient is None:
            self._answer(HTTPStatus.NOT_FOUND, _not_found_page())
        elif self._has_refused(recipient):
            self._answer(HTTPStatus.OK, _done_page(self.server.outreach, recipient))
        else:
            self._answer(HTTPStatus.OK, _question_page(self.server.outreach, recipient))

    def do_HEAD(self) -> None:
        self._answer(HTTPStatus.OK if self._recipient() else HTTPStatus.NOT_FOUND, "")

    def do_POST(self) -> None:
        recipient = self._recipient()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _not_found_page())
            return
        self.rfile.read(int(length))
        if recipient is None:
            self._answer(HTTPStatus.NOT_FOUND, _not_found_page())
            return
        try:
            refuse_now(self.server.outreach, self._token(), self.server.clock)
        except StoreError:
            log.exception("a refusal by link could not be kept")
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, _not_found_page())
            return
        self._answer(HTTPStatus.OK, _done_page(self.server.outreach, recipient))

    def _token(self) -> str:
        path = self.path.partition("?")[0]
        return path.rpartition(_PATH)[2] if _PATH in path else ""

    def _recipient(self) -> Recipient | None:
        return recipient_of_token(self.server.outreach, self._token())

    def _has_refused(self, recipient: Recipient) -> bool:
        said = self.server.outreach.records.subscription(recipient.email)
        return said is not None and said.status is SubscriptionStatus.REFUSED

    def _answer(self, status: HTTPStatus, page: str) -> None:
        body = page.encode()
        self.send_response(status)
        for name, value in _HEADERS:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in http.server
        """Nothing: the request line holds the link."""


class UnsubscribeServer(ThreadingHTTPServer):
    """The endpoint. At most so many requests at once; each has some seconds."""

    daemon_threads = True

    def __init__(self, outreach: Outreach, address: tuple[str, int], clock: Callable[[], datetime]) -> None:
        super().__init__(address, _Handler)
        self.outreach = outreach
        self.clock = clock
        self._serves = False
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, name="unsubscribe", daemon=True).start()
        self._serves = True

    def stop(self) -> None:
        """Serve nobody any more and let go of the port."""
        if self._serves:
            self.shutdown()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve in a thread of its own when there is a place."""
        if self._places.acquire(timeout=_SECONDS):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve, and give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()


def listen_address(listen: str) -> tuple[str, int]:
    """Host and port of a setting like `127.0.0.1:8025`. ValueError where it is none."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]") or "127.0.0.1", int(port)


# ---- pages ----------------------------------------------------------------------------------------------------------


def _page(language: Language, titles: tuple[str, str], body: str) -> str:
    title = titles[0] if language is Language.VI else titles[1]
    return _PAGE.format(language=language.value, title=escape(title), body=body)


def _question_page(outreach: Outreach, recipient: Recipient) -> str:
    company, email = escape(outreach.desk.settings.company.name), escape(_half_hidden(recipient.email))
    if recipient.language is Language.VI:
        words = f"<p>Ngừng gửi bản tin và thư quảng cáo của {company} tới <strong>{email}</strong>?</p>"
        return _page(recipient.language, ("Từ chối nhận bản tin", ""), words + _FORM.format(button="Từ chối nhận"))
    words = f"<p>Stop newsletters and advertising from {company} to <strong>{email}</strong>?</p>"
    return _page(recipient.language, ("", "Unsubscribe"), words + _FORM.format(button="Unsubscribe"))


def _done_page(outreach: Outreach, recipient: Recipient) -> str:
    company = escape(outreach.desk.settings.company.name)
    if recipient.language is Language.VI:
        body = f"<p>{company} đã ngừng gửi bản tin tới Quý khách và gửi thư xác nhận. Việc hỗ trợ không thay đổi.</p>"
    else:
        body = f"<p>{company} sends you no more newsletters; a mail confirms it. Nothing changes about support.</p>"
    return _page(recipient.language, ("Đã ngừng gửi", "Done"), body)


def _not_found_page() -> str:
    body = "<p>Liên kết không đúng. Quý khách có thể trả lời bản tin với nội dung “Từ chối”.</p>"
    return _page(
        Language.VI,
        ("Không tìm thấy", ""),
        f"{body}<p>This link is not valid. Reply to the newsletter with “Unsubscribe”.</p>",
    )


def _half_hidden(email: str) -> str:
    """An address for whoever holds the link: enough to know one's own."""
    local, _, domain = email.partition("@")
    return f"{local[:2]}…@{domain}"
