"""A whole little mail world on loopback, for the demo and the tests: an IMAP server (pymap) and an SMTP server (aiosmtpd).

What SMTP takes for one of the accounts lands in that account's inbox, stamped with a verdict on its sender as a
provider's server would; everything else is kept in `outside`. Nothing is written to disk.
"""

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import Passwords, UserMetadata

AUTHSERV_ID = "mx.vinno.example"
T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """A mail that the SMTP server took."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass
class EmbeddedMail:
    """Both servers, in a thread of their own. `refuse` may give a reply line for (command, argument), as a test wishes."""

    accounts: dict[str, str]
    refuse: Callable[[str, str], str | None] = lambda _command, _argument: None
    before_reply: Callable[[Taken], None] = lambda _taken: None
    taken: list[Taken] = field(default_factory=list)
    imap_port: int = 0
    smtp_port: int = 0

    def start(self, imap_port: int = 0, smtp_port: int = 0) -> EmbeddedMail:
        """Start both servers on loopback; free ports unless given."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="embedded-mail", daemon=True)
        self._thread.start()
        self.run(self._start(imap_port, smtp_port))
        return self

    def stop(self) -> None:
        """Stop both servers and forget all mail."""
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(asyncio.sleep(0))  # what was closed last is let go in the loop's next round
        self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something in the servers' loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _start(self, imap_port: int, smtp_port: int) -> None:
        arguments = Namespace(
            host=None, port="0", cert=None, key=None, tls=False, proxy_protocol=None, inherited_sockets=None,
            passlib_cfg=None, debug=False, demo_data=False, demo_user="nobody", demo_password="",
        )  # fmt: skip
        self._config = Config.from_args(arguments, secure_auth=False, invalid_user_sleep=0.0)
        self._login = Login(self._config)
        for name, password in self.accounts.items():
            hashed = await Passwords(self._config).hash_password(password)
            self._login.users_dict[name] = UserMetadata(self._config, name, password=hashed)
        backend = DictBackend(self._login, self._config)
        self._config.apply_context()
        on_connect = ProxyProtocolReader(self._config.proxy_protocol).get_callback(
            IMAPServer(backend.login, self._config)
        )
        self._imap = await asyncio.start_server(on_connect, "127.0.0.1", imap_port)
        self._smtp = await self._loop.create_server(self._session, "127.0.0.1", smtp_port)
        self.imap_port = self._imap.sockets[0].getsockname()[1]
        self.smtp_port = self._smtp.sockets[0].getsockname()[1]

    def _session(self) -> SMTP:
        return SMTP(
            self,
            hostname=AUTHSERV_ID,
            ident="support-worker demo",
            loop=self._loop,
            authenticator=self._authenticate,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
        )

    async def _stop(self) -> None:
        for server in (self._smtp, self._imap):
            server.close()
        current = asyncio.current_task()
        running = [task for task in asyncio.all_tasks() if task is not current]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # ---- mailboxes ----

    def drop(self, account: str, *mails: bytes, arrived: datetime | None = None) -> None:
        """Put mails into an account's inbox, as they are."""
        self.run(self._append(account, mails, arrived or datetime.now(UTC)))

    async def _append(self, account: str, mails: Iterable[bytes], arrived: datetime) -> None:
        async with Identity(account, self._login, None, frozenset()).new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            for raw in mails:
                flags: frozenset[Flag] = frozenset()
                await inbox.append(AppendMessage(raw, arrived, flags), recent=True)

    # ---- SMTP: the hooks that aiosmtpd calls ----

    def _authenticate(
        self, _server: object, session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        name = data.login.decode("utf-8", "replace")
        good = name in self.accounts and self.accounts[name] == data.password.decode("utf-8", "replace")
        session.auth_name = name  # type: ignore[attr-defined]
        return AuthResult(success=good, handled=good)  # unhandled, aiosmtpd answers 535

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: object, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note the sender, unless the test refuses it."""
        if said := self.refuse("MAIL", address):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: object, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note a recipient, unless the test refuses it."""
        if said := self.refuse("RCPT", address):
            return said
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail and deliver it to the accounts it is for."""
        sender = envelope.mail_from or ""
        if said := self.refuse("DATA", sender):
            return said
        raw = bytes(envelope.original_content or b"")
        taken = Taken(sender, tuple(envelope.rcpt_tos), raw)
        self.taken.append(taken)
        stamped = _stamp(raw, str(getattr(session, "auth_name", "") or ""))
        for recipient in envelope.rcpt_tos:
            account = _account(recipient)
            if account in self.accounts:
                await self._append(account, [stamped], datetime.now(UTC))
        self.before_reply(taken)
        return "250 OK, taken"


def _account(recipient: str) -> str:
    local, _, domain = recipient.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _stamp(raw: bytes, authenticated: str) -> bytes:
    """The verdict of a provider that lets an account send under its own address only."""
    sender = parseaddr(str(BytesHeaderParser().parsebytes(raw)["From"] or ""))[1].lower()
    result = "pass" if sender and sender == authenticated else "fail"
    line = f"Authentication-Results: {AUTHSERV_ID}; dmarc={result} header.from={sender.rpartition('@')[2] or 'nobody'}"
    return line.encode() + b"\r\n" + raw
