"""Hands letters over to the mail server (SMTP), on a few kept connections, and knows whether DATA was reached.

The home of aiosmtplib, whose `send()` cannot tell "not accepted" from "perhaps accepted": we drive MAIL, RCPT and DATA
ourselves. It runs an event loop of its own in one thread; callers are ordinary threads.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from worker.mail.login import Credentials, LoginError, tls_context, why_unreachable
from worker.settings import SmtpSettings

log = logging.getLogger(__name__)

_IDLE_SECONDS = 20.0
T = TypeVar("T")


class DeliveryError(Exception):
    """The letter was certainly not accepted. `permanent` where trying again cannot help; `code` is 0 without a reply."""

    def __init__(self, said: str, *, code: int = 0, permanent: bool = False) -> None:
        super().__init__(said)
        self.code = code
        self.permanent = permanent


class DeliveryUncertainError(Exception):
    """DATA was begun and the answer was lost: the letter may have been accepted. Never send it again by itself."""


@dataclass
class _Connection:
    smtp: SMTP
    used: float


@dataclass(frozen=True)
class Handover:
    """A letter that the server is ready to take: sender and recipients were accepted, DATA comes next."""

    connection: _Connection
    refused: tuple[tuple[str, str], ...]


class Mailer:
    """A pool of connections to one mail server."""

    def __init__(self, settings: SmtpSettings, credentials: Credentials | None, base: Path) -> None:
        self.settings = settings
        self._credentials = credentials
        self._base = base
        self._idle: list[_Connection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)
        self._thread.start()

    # ---- for callers in any thread ----

    def check(self) -> str:
        """Connect and log in; what the server calls itself. DeliveryError with the reason where it does not work."""
        return self._run(self._check()).result()

    def send(self, sender: str, recipient: str, mime: bytes) -> str:
        """Hand over one mail that no store remembers (a probe); the server's reply. DeliveryError, DeliveryUncertainError."""
        return self._run(self._send_one(sender, recipient, mime)).result()

    def close(self) -> None:
        """Say good-bye on all kept connections and stop."""
        if self._loop.is_closed():
            return
        self._run(self._quit_all()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[object, object, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    # ---- in the loop ----

    async def _send_one(self, sender: str, recipient: str, mime: bytes) -> str:
        handover = await self._offer(sender, [recipient])
        return await self._hand_over(handover.connection, mime)

    async def _offer(self, sender: str, recipients: Sequence[str]) -> Handover:
        connection = await self._connection()
        try:
            await connection.smtp.mail(sender)
            refused = await self._recipients(connection.smtp, recipients)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            _drop(connection)
            raise DeliveryError(f"{self.settings.host}: the connection was lost before DATA: {error}") from None
        except SMTPResponseException as error:
            await self._keep_after_refusal(connection)
            raise _refusal(error) from None
        except SMTPException as error:
            _drop(connection)
            raise DeliveryError(str(error), permanent=isinstance(error, aiosmtplib.SMTPNotSupported)) from None
        return Handover(connection, refused)

    @staticmethod
    async def _recipients(smtp: SMTP, recipients: Sequence[str]) -> tuple[tuple[str, str], ...]:
        refused: list[tuple[str, str]] = []
        last: SMTPResponseException | None = None
        for recipient in recipients:
            try:
                await smtp.rcpt(recipient)
            except SMTPResponseException as error:
                if error.code == 421:
                    raise
                refused.append((recipient, f"{error.code} {error.message}"))
                # A temporary refusal of one outweighs a permanent one of another: waiting loses nobody.
                last = error if last is None or error.code < last.code else last
        if last is not None and len(refused) == len(recipients):
            raise last
        return tuple(refused)

    async def _hand_over(self, connection: _Connection, mime: bytes) -> str:
        try:
            reply = await connection.smtp.data(mime)
        except SMTPResponseException as error:
            await self._keep_after_refusal(connection)
            raise _refusal(error) from None
        except (SMTPException, OSError, asyncio.CancelledError) as error:
            _drop(connection)
            raise DeliveryUncertainError(
                f"{self.settings.host}: no answer after DATA: {error or type(error).__name__}"
            ) from None
        self._keep(connection)
        return f"{reply.code} {reply.message}"

    async def _withdraw(self, connection: _Connection) -> None:
        try:
            await connection.smtp.rset()
        except (SMTPException, OSError):
            _drop(connection)
        else:
            self._keep(connection)

    async def _keep_after_refusal(self, connection: _Connection) -> None:
        if connection.smtp.is_connected:
            await self._withdraw(connection)

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if await _still_there(connection):
                return connection
            _drop(connection)
        return await self._connect()

    async def _connect(self) -> _Connection:
        server = self.settings
        where = f"{server.host}:{server.port}"
        try:
            smtp = self._client()
            await smtp.connect()
        except LoginError as error:
            raise DeliveryError(str(error)) from None
        except SMTPResponseException as error:
            raise DeliveryError(f"{where} does not want us: {error.code} {error.message}", code=error.code) from None
        except (SMTPException, OSError) as error:
            cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
            raise DeliveryError(why_unreachable(cause, server.host, server.port)) from None
        try:
            await self._login(smtp)
        except (SMTPException, LoginError, OSError) as error:
            smtp.close()
            said = f"{error.code} {error.message}" if isinstance(error, SMTPResponseException) else str(error)
            raise DeliveryError(f"{where} refuses {server.user}: {said}") from None
        return _Connection(smtp, time.monotonic())

    def _client(self) -> SMTP:
        server = self.settings
        return SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else tls_context(server.ca_file, self._base),
            timeout=server.timeout_seconds,
        )

    async def _login(self, smtp: SMTP) -> None:
        if self._credentials is None:
            return
        if self._credentials.tokens:
            token = await asyncio.to_thread(self._credentials.tokens.current)
            await smtp.auth_xoauth2(self._credentials.user, token)
        else:
            await smtp.login(self._credentials.user, self._credentials.secret)

    async def _check(self) -> str:
        connection = await self._connect()
        greeting = connection.smtp.last_ehlo_response
        await _quit(connection)
        return str(greeting.message).splitlines()[0] if greeting else self.settings.host

    def _keep(self, connection: _Connection) -> None:
        connection.used = time.monotonic()
        self._idle.append(connection)

    async def _quit_all(self) -> None:
        while self._idle:
            await _quit(self._idle.pop())


def _refusal(error: SMTPResponseException) -> DeliveryError:
    return DeliveryError(
        f"{error.code} {error.message}", code=error.code, permanent=500 <= error.code < 600 and error.code != 530
    )


async def _still_there(connection: _Connection) -> bool:
    if not connection.smtp.is_connected:
        return False
    if time.monotonic() - connection.used < _IDLE_SECONDS:
        return True
    try:
        await connection.smtp.noop()
    except (SMTPException, OSError):
        return False
    return True


def _drop(connection: _Connection) -> None:
    connection.smtp.close()


async def _quit(connection: _Connection) -> None:
    try:
        await connection.smtp.quit()
    except (SMTPException, OSError):
        _drop(connection)
