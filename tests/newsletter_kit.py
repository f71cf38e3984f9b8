"""Newsletters for tests and benches: an outreach on any store, many customers, a sink in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from builders import NOW, a_customer, some_settings
from smtp_sink import Session
from storage import Change, open_store
from worker.app import build_desk, working_hours
from worker.desk.board import Board
from worker.desk.context import Desk
from worker.desk.outreach import Outreach, open_outreach
from worker.mail.bulk_mailer import BulkMailer
from worker.mail.newsletter_content import from_markdown
from worker.model import Consent, Customer, Language
from worker.outreach_records import Newsletter, NewsletterStatus
from worker.records import INDEXES, Records, change_of
from worker.settings import Settings

SINK = Path(__file__).resolve().parent / "smtp_sink.py"
MARKDOWN = """
Nhân dịp cuối năm, VINNO **tư vấn nâng cấp website miễn phí** cho khách hàng lâu năm:

- kiểm tra tốc độ, bảo mật và hiển thị trên điện thoại,
- đề xuất phương án nâng cấp kèm thời gian thực hiện,
- báo cáo bằng văn bản trong vòng 5 ngày làm việc.

Quý khách đăng ký bằng cách trả lời thư này, hoặc xem thêm tại [trang tin tức](https://vinno.example/tin-tuc/nang-cap).
"""
CONSENT = Consent(datetime(2025, 1, 5, tzinfo=UTC), "hợp đồng 2025")


def an_outreach(store: str = "tiny::memory:", base: Path | None = None, port: int = 25, **newsletters: Any) -> Outreach:
    """Outreach that sends at any hour, to a server on loopback, without limits; the fields of its settings can be given."""
    wishes = {"window": ["00:00-23:59"], "working_days_only": False, **newsletters}
    plain = {"user": "", "host": "127.0.0.1", "tls": "none", "port": port, "connections": 8}
    manager = {"email": "sep@vinno.example", "name": "Hoàng", "role": "manager"}
    technician = {"email": "tuan@vinno.example", "name": "Tuấn", "role": "technician"}
    settings = some_settings(store=store, newsletters=wishes, smtp=plain, staff=[manager, technician])
    records = Records(open_store(store, INDEXES, base or settings.base))
    return open_outreach(a_plain_desk(settings, records))


def a_plain_desk(settings: Settings, records: Records) -> Desk:
    """A desk whose classifier is loaded once for all tests: newsletters never ask it."""
    hours = working_hours(settings.hours)
    return replace(_desk(), records=records, settings=settings, hours=hours, board=Board(settings, hours))


@lru_cache(maxsize=1)
def _desk() -> Desk:
    settings = some_settings()
    return build_desk(settings, Records(open_store("tiny::memory:", INDEXES)))


def a_subscriber(number: int, **fields: Any) -> Customer:
    """A customer of their own with one address and consent on record."""
    plain: dict[str, Any] = {
        "id": f"khach-{number}",
        "name": f"Công ty {number}",
        "addresses": (f"khach{number}@{('gmail.example', 'outlook.example', f'cty{number}.example')[number % 3]}",),
        "domains": (),
        "consent": CONSENT,
    }
    return a_customer(**{**plain, **fields})


def add_customers(outreach: Outreach, count: int) -> None:
    """So many customers with consent, some hundred in a commit."""
    for start in range(0, count, 500):
        changes = []
        for number in range(start, min(start + 500, count)):
            customer = a_subscriber(number)
            changes.append(change_of(customer))
            changes.append(Change("customer_address", customer.addresses[0], {"customer_id": customer.id}))
        outreach.records.commit(changes)


def a_newsletter(outreach: Outreach, markdown: str = MARKDOWN, **fields: Any) -> Newsletter:
    """An approved newsletter, due now, with content in Vietnamese."""
    content = from_markdown(markdown, "Tư vấn nâng cấp website miễn phí", Language.VI)
    number, taken = outreach.records.next_newsletter()
    plain: dict[str, Any] = {
        "id": number,
        "status": NewsletterStatus.APPROVED,
        "created": NOW,
        "by": "sep@vinno.example",
        "contents": {"vi": outreach.records.keep_raw(content.to_bytes())},
        "subjects": {"vi": content.subject},
        "due": NOW,
    }
    newsletter = Newsletter(**{**plain, **fields})
    outreach.records.commit([taken])
    outreach.records.save(newsletter)
    return newsletter


def a_bulk_mailer(outreach: Outreach, connections: int = 8) -> BulkMailer:
    """The way out for newsletters."""
    settings = outreach.desk.settings.smtp.model_copy(update={"connections": connections})
    return BulkMailer(settings, None, Path())


@dataclass
class ScriptedServer:
    """A mail server in this process. `answer` gives the reply to RCPT (by recipient) or to DATA (`DATA recipient`)."""

    port: int = 0
    answer: Callable[[str], bytes] = lambda _: b""
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    offered: list[tuple[str, bytes]] = field(default_factory=list)

    def got(self) -> Counter[str]:
        """How many mails each recipient got."""
        return Counter(recipient for recipient, _ in self.mails)

    def took(self, recipient: bytes, mail: bytes) -> bytes:
        """The reply to the end of a mail; what is accepted is kept."""
        self.offered.append((recipient.decode(), mail))
        reply = self.answer(f"DATA {recipient.decode()}")
        if not reply or reply.startswith(b"2"):
            self.mails.append((recipient.decode(), mail))
        return reply or b"250 2.0.0 accepted\r\n"

    def asked(self, recipient: bytes) -> bytes:
        """The reply to RCPT."""
        return self.answer(recipient.decode())


@contextmanager
def a_server() -> Iterator[ScriptedServer]:
    """A scripted server in a thread of its own."""
    server = ScriptedServer()
    loop = asyncio.new_event_loop()
    sessions: list[Session] = []

    def session() -> Session:
        sessions.append(Session(server.took, server.asked))
        return sessions[-1]

    serving = loop.run_until_complete(loop.create_server(session, "127.0.0.1", 0))
    server.port = serving.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(serving.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for one in sessions:
            one.hang_up()
        loop.run_until_complete(asyncio.sleep(0))  # sockets are closed in the loop's next round
        loop.close()


@contextmanager
def sink(log: Path | None = None) -> Iterator[int]:
    """A mail server that takes everything, in a process of its own; its port."""
    command = [sys.executable, str(SINK), "0", *([str(log)] if log else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()
