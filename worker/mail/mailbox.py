"""One IMAP mailbox: what is new by UID, its bytes untouched, the archive, and waiting (IDLE, RFC 2177).

The home of imapclient. Never depends on \\Seen or on dates, never changes a flag of a mail that was not archived.
"""

from __future__ import annotations

import logging
import select
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from imapclient.exceptions import LoginError as ImapLoginError

from worker.mail.login import Credentials, LoginError, tls_context, why_unreachable
from worker.settings import MailboxSettings

log = logging.getLogger(__name__)

_FETCH_BYTES = 16_000_000
_IDLE_RENEWAL_SECONDS = 25 * 60  # RFC 2177: at least every 29 minutes
_IDLE_STEP_SECONDS = 0.5


class MailboxError(Exception):
    """The mailbox cannot be used now. The message says where and why; trying again later makes sense."""


@dataclass(frozen=True, slots=True)
class Selected:
    """An opened folder."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message of the server: its bytes and when the server took it in (INTERNALDATE)."""

    uid: int
    raw: bytes
    arrived: datetime


class Mailbox:
    """A connection to one mailbox. Not for several threads at once."""

    def __init__(self, settings: MailboxSettings, credentials: Credentials | None, base: Path) -> None:
        self.settings = settings
        self._credentials = credentials
        self._base = base
        self._client: IMAPClient | None = None

    # ---- connection ----

    def connect(self) -> None:
        """Connect and log in. MailboxError says why it does not work."""
        box = self.settings
        try:
            context = None if box.tls == "none" else tls_context(box.ca_file, self._base)
            client = IMAPClient(
                box.host, box.port, ssl=box.tls == "implicit", ssl_context=context, timeout=box.timeout_seconds
            )
        except LoginError as error:
            raise MailboxError(str(error)) from None
        except (OSError, IMAPClientError) as error:
            raise MailboxError(why_unreachable(error, box.host, box.port)) from error
        try:
            client.normalise_times = False
            if box.tls == "starttls":
                client.starttls(context)
            self._login(client)
        except BaseException as error:
            with suppress(OSError):
                client.shutdown()
            if isinstance(error, LoginError):
                raise MailboxError(str(error)) from None
            if isinstance(error, OSError | IMAPClientError):
                raise MailboxError(why_unreachable(error, box.host, box.port)) from error
            raise
        self._client = client

    def _login(self, client: IMAPClient) -> None:
        if self._credentials is None:
            return
        try:
            if self._credentials.tokens:
                client.oauth2_login(self._credentials.user, self._credentials.tokens.current())
            else:
                client.login(self._credentials.user, self._credentials.secret)
        except ImapLoginError as error:
            box = self.settings
            raise MailboxError(f"{box.host}:{box.port} refuses the login of {box.user}: {_said(error)}") from None

    @property
    def client(self) -> IMAPClient:
        """The live connection. MailboxError where there is none."""
        if self._client is None:
            raise MailboxError(f"{self.settings.host}: not connected")
        return self._client

    def close(self) -> None:
        """Log out, whatever the state of the connection."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.logout()
        except (OSError, IMAPClientError):
            client.shutdown()

    def _do(self, what: str, action: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return action(*arguments, **options)
        except (OSError, IMAPClientError) as error:
            raise MailboxError(f"{self.settings.host}: {what}: {_said(error)}") from error

    # ---- looking ----

    def capabilities(self) -> frozenset[str]:
        """What the server can do."""
        found = self._do("CAPABILITY", self.client.capabilities)
        return frozenset(one.decode("ascii", "replace") for one in found)

    def folders(self) -> frozenset[str]:
        """The names of all folders."""
        return frozenset(name for _, _, name in self._do("LIST", self.client.list_folders))

    def ensure_archive(self) -> None:
        """Make the archive folder where it is missing."""
        self.ensure_folder(self.settings.archive)

    def ensure_folder(self, name: str) -> None:
        """Make a folder where it is missing; no name is no folder."""
        if name and not self._do(f"looking for the folder {name}", self.client.folder_exists, name):
            self._do(f"creating the folder {name}", self.client.create_folder, name)

    def select(self) -> Selected:
        """Open the inbox."""
        found = self._do(f"opening {self.settings.inbox}", self.client.select_folder, self.settings.inbox)
        self._told_of_mail()
        return Selected(
            uidvalidity=int(found[b"UIDVALIDITY"]),
            uidnext=int(found.get(b"UIDNEXT") or self._highest_uid() + 1),
            exists=int(found[b"EXISTS"]),
        )

    def _highest_uid(self) -> int:
        return max(self._do("SEARCH", self.client.search, "ALL"), default=0)

    def uids_above(self, baseline: int) -> list[int]:
        """The UIDs above a number, rising. (`n:*` names the last message also where it is below n: RFC 3501, 6.4.8.)"""
        self._told_of_mail()
        found = self._do("SEARCH", self.client.search, ["UID", f"{baseline + 1}:*"])
        return sorted(uid for uid in found if uid > baseline)

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of messages that the server took in on that day or later."""
        return sorted(self._do("SEARCH", self.client.search, ["SINCE", day]))

    def arrival_of(self, uids: Sequence[int]) -> dict[int, datetime]:
        """When the server took these messages in."""
        found = self._do("FETCH INTERNALDATE", self.client.fetch, uids, ["INTERNALDATE"]) if uids else {}
        return {uid: _utc(data[b"INTERNALDATE"]) for uid, data in found.items()}

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """The messages in batches that fit into memory; one that vanished meanwhile is left out."""
        for some in self._batches(uids):
            found = self._do("FETCH", self.client.fetch, some, ["BODY.PEEK[]", "INTERNALDATE"])
            yield [
                Fetched(uid, data[b"BODY[]"] or b"", _utc(data[b"INTERNALDATE"]))
                for uid, data in sorted(found.items())
                if b"BODY[]" in data
            ]

    def _batches(self, uids: Sequence[int]) -> Iterator[list[int]]:
        if not uids:
            return
        sizes = self._do("FETCH RFC822.SIZE", self.client.fetch, uids, ["RFC822.SIZE"])
        batch: list[int] = []
        total = 0
        for uid in sorted(sizes):
            size = int(sizes[uid].get(b"RFC822.SIZE", 0))
            if batch and (len(batch) == self.settings.batch or total + size > _FETCH_BYTES):
                yield batch
                batch, total = [], 0
            batch.append(uid)
            total += size
        if batch:
            yield batch

    # ---- changing ----

    def archive(self, uids: Sequence[int]) -> None:
        """Move messages to the archive folder; without MOVE (RFC 6851) copy, mark deleted, expunge only these."""
        if not uids or not self.settings.archive:
            return
        if self.client.has_capability("MOVE"):
            self._do("MOVE", self.client.move, uids, self.settings.archive)
            return
        self._do("COPY", self.client.copy, uids, self.settings.archive)
        self._do("STORE", self.client.delete_messages, uids, silent=True)
        self._expunge(uids)

    def _expunge(self, uids: Sequence[int]) -> None:
        if self.client.has_capability("UIDPLUS"):
            self._do("UID EXPUNGE", self.client.uid_expunge, uids)
        elif set(self._do("SEARCH", self.client.search, "DELETED")) <= set(uids):
            self._do("EXPUNGE", self.client.expunge)
        # Else somebody else's deleted mail stands there too: a plain EXPUNGE would be theirs to give.

    def take_out(self, folder: str, words: str) -> list[bytes]:
        """The messages of a folder whose subject has these words; they are removed for good. The folder stays opened."""
        self._do(f"opening {folder}", self.client.select_folder, folder)
        uids = self._do("SEARCH", self.client.search, ["SUBJECT", words])
        if not uids:
            return []
        found = self._do("FETCH", self.client.fetch, uids, ["BODY.PEEK[]"])
        self._do("STORE", self.client.delete_messages, uids, silent=True)
        self._expunge(uids)
        return [data[b"BODY[]"] or b"" for _, data in sorted(found.items()) if b"BODY[]" in data]

    def append(self, folder: str, mime: bytes, at: datetime) -> None:
        """Put a copy of a mail into a folder, read already."""
        self._do(f"APPEND to {folder}", self.client.append, folder, mime, flags=(b"\\Seen",), msg_time=at)

    # ---- waiting ----

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Wait until the server tells of something, the time is over, or we are stopped.

        Not at all where it has told since the last `uids_above`: a mail that comes while another one is archived is told
        in the answer to that command, and never again (RFC 3501, 7).
        """
        if self._told_of_mail():
            return
        if self.settings.idle and self.client.has_capability("IDLE"):
            self._idle(min(seconds, _IDLE_RENEWAL_SECONDS), stopped)
            return
        steps = int(seconds / _IDLE_STEP_SECONDS) + 1
        for _ in range(steps):
            if stopped():
                return
            time.sleep(_IDLE_STEP_SECONDS)

    def _told_of_mail(self) -> bool:
        """Whether the server told of new mail (EXISTS) since this was last asked, beside the answer to any command."""
        told: object = self.client._imap.untagged_responses.pop("EXISTS", None)  # noqa: SLF001 - imapclient has no door
        return told is not None

    def _idle(self, seconds: float, stopped: Callable[[], bool]) -> None:
        self._do("IDLE", self.client.idle)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not stopped() and not self._do("IDLE", self._is_told):
            pass
        self._do("IDLE", self.client.idle_done)

    def _is_told(self) -> bool:
        """Whether the server says anything within a moment; what it says is left to be read with the end of IDLE.

        Not `idle_check`: it takes half a line for a broken connection, and does not see what came in one packet with
        the server's "+ idling", which is where a mail that arrived just before IDLE is told.
        """
        connection = self.client.socket()
        timeout = connection.gettimeout()
        connection.setblocking(False)
        try:
            buffered = self.client._imap.file.peek(1)  # noqa: SLF001 - imapclient has no door to its buffer
        except (BlockingIOError, ssl.SSLWantReadError):
            buffered = b""
        finally:
            connection.settimeout(timeout)
        return bool(buffered) or bool(select.select([connection], [], [], _IDLE_STEP_SECONDS)[0])


def _utc(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _said(error: BaseException) -> str:
    text = str(error)
    return text[2:-1] if text.startswith("b'") and text.endswith("'") else text or type(error).__name__
