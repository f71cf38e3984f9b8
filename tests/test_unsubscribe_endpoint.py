"""The unsubscribe endpoint: POST acts, GET shows a page, HEAD does nothing, and only signed links find anybody."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from builders import NOW, letters
from newsletter_kit import a_newsletter, add_customers, an_outreach
from worker.desk.audience import gather
from worker.desk.outreach import Outreach, unsubscribe_token
from worker.model import Language
from worker.outreach_records import NewsletterStatus, RecipientStatus, recipient_key
from worker.unsubscribe_endpoint import UnsubscribeServer, listen_address

EMAIL = "khach1@outlook.example"
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def endpoint() -> Iterator[tuple[Outreach, int]]:
    outreach = an_outreach(unsubscribe_url="https://vinno.example", relay_signs=True)
    add_customers(outreach, 3)
    newsletter = a_newsletter(outreach, status=NewsletterStatus.SENDING, started=NOW)
    gather(outreach, newsletter, {Language.VI: ""}, NOW)
    server = UnsubscribeServer(outreach, ("127.0.0.1", 0), lambda: NOW)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield outreach, server.server_address[1]
    server.shutdown()
    server.server_close()


def asked(port: int, method: str, path: str, body: str = "") -> tuple[int, str, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    connection.request(method, path, body or None, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text, response


def path_for(outreach: Outreach) -> str:
    return f"/u/{unsubscribe_token(outreach, 'BT-1', EMAIL)}"


def has_refused(outreach: Outreach) -> bool:
    return outreach.records.subscription(EMAIL) is not None


def test_one_post_refuses_at_once_and_stops_what_is_queued(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint

    status, page, _ = asked(port, "POST", path_for(outreach), ONE_CLICK)

    assert status == 200
    assert "Đã ngừng gửi" in page
    row = outreach.records.recipient(recipient_key("BT-1", EMAIL))
    assert row is not None
    assert row.status is RecipientStatus.SUPPRESSED
    assert len(letters(outreach.desk, "subscription_refused")) == 1


def test_a_post_twice_is_no_error_and_one_confirmation(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint

    statuses = [asked(port, "POST", path_for(outreach), ONE_CLICK)[0] for _ in range(2)]

    assert statuses == [200, 200]
    assert len(letters(outreach.desk, "subscription_refused")) == 1


def test_many_posts_at_once_are_one_refusal(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(asked(port, "POST", path_for(outreach), ONE_CLICK)[0]))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 12
    assert len(letters(outreach.desk, "subscription_refused")) == 1


def test_a_get_shows_a_page_with_a_button_and_does_nothing(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint

    status, page, response = asked(port, "GET", path_for(outreach))

    assert status == 200
    assert '<form method="post">' in page
    assert EMAIL not in page
    assert "kh…@outlook.example" in page
    assert not has_refused(outreach)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_head_does_nothing(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint

    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"HEAD {path_for(outreach)} HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.0 200")
    assert answer.endswith(b"\r\n\r\n")
    assert not has_refused(outreach)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_do_nothing(endpoint: tuple[Outreach, int], method: str) -> None:
    outreach, port = endpoint

    assert asked(port, method, path_for(outreach))[0] == 501
    assert not has_refused(outreach)


@pytest.mark.parametrize(
    "path", ["/", "/u/", "/u/bt1-0000000000000000-aaaaaaaaaaaaaaaaaaaaaaaa", "/u/../u/x", "/u/%00", "/u/" + "x" * 5000]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_link_that_is_not_ours_finds_nobody(endpoint: tuple[Outreach, int], method: str, path: str) -> None:
    outreach, port = endpoint

    status, page, _ = asked(port, method, path, ONE_CLICK if method == "POST" else "")

    assert status == 404
    assert "x" * 100 not in page
    assert not has_refused(outreach)


def test_a_link_whose_signature_was_changed_finds_nobody(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint
    path = path_for(outreach)

    assert asked(port, "POST", path[:-1] + ("a" if path[-1] != "a" else "b"), ONE_CLICK)[0] == 404
    assert not has_refused(outreach)


def test_a_body_without_end_is_refused(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint

    assert asked(port, "POST", path_for(outreach), "x" * 3_000)[0] == 413
    assert not has_refused(outreach)


def test_a_client_that_says_nothing_keeps_nobody_waiting(endpoint: tuple[Outreach, int]) -> None:
    outreach, port = endpoint
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]

    assert asked(port, "GET", path_for(outreach))[0] == 200
    for one in silent:
        one.close()


@pytest.mark.parametrize(
    ("setting", "address"),
    [("127.0.0.1:8025", ("127.0.0.1", 8025)), ("[::1]:80", ("::1", 80)), (":8025", ("127.0.0.1", 8025))],
)
def test_where_it_listens(setting: str, address: tuple[str, int]) -> None:
    assert listen_address(setting) == address
