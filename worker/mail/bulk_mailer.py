"""Hands many mails over at once: letters as they are rung, newsletters by the thousand on connections of their own.

It adds two things to the mailer's connections: many mails are under way in one event loop, and what must be on record
(before DATA, and after it) is committed for all of them together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from worker.mail.mailer import DeliveryError, DeliveryUncertainError, Mailer

_BUFFERED = 2  # jobs that wait for each connection: enough never to starve it, few enough to stop quickly


class End(StrEnum):
    """How an attempt ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"  # no server to talk to: says nothing of the recipient
    LOST = "lost"  # after DATA began, the answer was lost


@dataclass(frozen=True, slots=True)
class Job:
    """One mail to hand over. `mime` gives its bytes when they are needed."""

    key: str
    sender: str
    recipients: tuple[str, ...]
    mime: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a job, in the server's words. `handed` says that it stood on record as being handed over.

    `refused` are recipients who were refused while others were accepted, each with the server's words.
    """

    job: Job
    end: End
    said: str
    code: int = 0
    permanent: bool = False
    handed: bool = True
    refused: tuple[tuple[str, str], ...] = ()


class Feed(Protocol):
    """Where jobs come from and what is noted of them. Called from one thread at a time each, but not from one thread."""

    def next_jobs(self) -> Sequence[Job] | float | None:
        """Jobs to send now; or the seconds after which to ask again; None when nothing more will come."""

    def is_taken_back(self, job: Job) -> bool:
        """Whether a job that was given out must not be sent now after all. Asked in the loop: it must not wait."""

    def note(self, begun: Sequence[Job], ended: Sequence[Ended]) -> frozenset[str]:
        """Put on record, durably, what is about to be handed over and what ended; the keys that must not be sent."""


class BulkMailer(Mailer):
    """A mailer for many mails at once."""

    def send_all(self, feed: Feed, *, slow_bytes: bool = False) -> None:
        """Send until the feed ends. What the feed raises ends it too, after the mails under way are finished.

        `slow_bytes` says that making a mail's bytes takes long (it is signed): they are made beside the loop.
        """
        self._run(self._send_all(feed, slow_bytes)).result()

    async def _send_all(self, feed: Feed, slow_bytes: bool) -> None:
        book = _Book(feed)
        connections = self.settings.connections
        jobs: asyncio.Queue[Job | None] = asyncio.Queue(connections * _BUFFERED)
        booking = asyncio.create_task(book.keep())
        senders = [asyncio.create_task(self._send(feed, jobs, book, slow_bytes)) for _ in range(connections)]
        try:
            await self._supply(feed, jobs, book)
        finally:
            for _ in senders:
                await jobs.put(None)
            await asyncio.gather(*senders)
            book.close()
            await booking

    @staticmethod
    async def _supply(feed: Feed, jobs: asyncio.Queue[Job | None], book: _Book) -> None:
        while book.failure is None:
            found = await asyncio.to_thread(feed.next_jobs)
            if found is None:
                return
            if isinstance(found, int | float):
                await asyncio.sleep(found)
                continue
            for job in found:
                await jobs.put(job)

    async def _send(self, feed: Feed, jobs: asyncio.Queue[Job | None], book: _Book, slow_bytes: bool) -> None:
        while (job := await jobs.get()) is not None:
            if book.failure is None and not feed.is_taken_back(job):
                try:
                    await self._one(job, book, slow_bytes)
                except Exception as error:  # noqa: BLE001 - a fault of ours: it ends the run, and is raised at its end
                    book.failure = book.failure or error

    async def _one(self, job: Job, book: _Book, slow_bytes: bool) -> None:
        try:
            handover = await self._offer(job.sender, job.recipients)
        except DeliveryError as error:
            book.ended(_refused(job, error, handed=False))
            return
        except ValueError as error:  # aiosmtplib on what is no address; the connection is forgotten, another one opens
            book.ended(Ended(job, End.REFUSED, str(error), permanent=True, handed=False))
            return
        if not await book.may_begin(job):
            await self._withdraw(handover.connection)
            return
        try:
            mime = await asyncio.to_thread(job.mime) if slow_bytes else job.mime()
            said = await self._hand_over(handover.connection, mime)
        except DeliveryError as error:
            book.ended(_refused(job, error, handed=True))
        except DeliveryUncertainError as error:
            book.ended(Ended(job, End.LOST, str(error)))
        else:
            book.ended(Ended(job, End.ACCEPTED, said, refused=handover.refused))


def _refused(job: Job, error: DeliveryError, *, handed: bool) -> Ended:
    end = End.REFUSED if error.code or error.permanent else End.UNREACHABLE
    return Ended(job, end, str(error), error.code, error.permanent, handed)


class _Book:
    """Notes for all connections together: while one commit is under way, the next one gathers.

    A mail goes on only when the commit that says so is done. After a failure nothing goes on any more.
    """

    def __init__(self, feed: Feed) -> None:
        self.failure: BaseException | None = None
        self._feed = feed
        self._begun: list[tuple[Job, asyncio.Future[bool]]] = []
        self._ended: list[Ended] = []
        self._work = asyncio.Event()
        self._closed = False

    async def may_begin(self, job: Job) -> bool:
        """Whether a mail may be handed over, once that is on record."""
        if self.failure is not None:
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._begun.append((job, future))
        self._work.set()
        return await future

    def ended(self, ended: Ended) -> None:
        """Have an end noted with the next commit."""
        self._ended.append(ended)
        self._work.set()

    def close(self) -> None:
        """Note what is left and stop."""
        self._closed = True
        self._work.set()

    async def keep(self) -> None:
        """Commit until closed. Raises what the feed raised."""
        while not self._closed or self._begun or self._ended:
            await self._work.wait()
            self._work.clear()
            await self._commit()
        if self.failure is not None:
            raise self.failure

    async def _commit(self) -> None:
        begun, self._begun = self._begun, []
        ended, self._ended = self._ended, []
        if not begun and not ended:
            return
        stopped = self.failure is not None
        refused: frozenset[str] = frozenset()
        try:
            refused = await asyncio.to_thread(self._feed.note, [] if stopped else [job for job, _ in begun], ended)
        except Exception as error:  # noqa: BLE001 - kept, and raised where the sending ends
            self.failure, stopped = self.failure or error, True
        for job, future in begun:
            future.set_result(not stopped and job.key not in refused)
