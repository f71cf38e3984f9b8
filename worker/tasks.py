"""The Dramatiq actors: doorbells that carry an id. What is to be done stands in the store."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import dramatiq

from storage import Conflict, StoreError
from worker.desk import quote_due
from worker.desk.context import Desk
from worker.desk.delivery import Deliveries, is_deliverable, recover
from worker.desk.digest import daily
from worker.desk.ordering import learn_experience, order
from worker.desk.outreach import Outreach
from worker.desk.reception import Received, quarantine, receive
from worker.desk.silence import break_silence
from worker.mail.bulk_mailer import BulkMailer
from worker.model import InboundStatus

log = logging.getLogger(__name__)

_MOST_ATTEMPTS = 3
_RING_AGAIN_AFTER = timedelta(seconds=60)
_LOOK_AHEAD = timedelta(seconds=30)  # longer than from one tick to the next
_IN_TURN = 16  # mails
_TURN_SECONDS = 0.5  # what letters get at most while mails wait: a slow mail server must not hold those up
_ORDER_REST = 9.0  # times its own duration
_ORDER_EVERY = 60.0
_LEARN_EVERY = 600.0

Watcher = Callable[[str, Received], None]


def owner_name() -> str:
    """What this process signs its claims with; no two processes share it."""
    return f"{os.uname().nodename}/{os.getpid()}/{secrets.token_hex(4)}"


def _no_copy(_letter_id: str) -> None:
    """Letters are not filed here."""


class Tasks:
    """The actors of one process, bound to its broker. `watch` hears of every mail that was handled (the demo shows it)."""

    def __init__(
        self,
        broker: dramatiq.Broker,
        desk: Desk,
        mailer: BulkMailer,
        clock: Callable[[], datetime],
        watch: Watcher | None = None,
        stopped: Callable[[], bool] = lambda: False,
        file: Callable[[str], None] | None = None,
        outreach: Outreach | None = None,
    ) -> None:
        self.broker = broker
        self._desk = desk
        self._mailer = mailer
        self._clock = clock
        self._watch = watch
        self._stopped = stopped
        self._deliveries = Deliveries(desk, owner_name(), clock, stopped, self._ring_copy if file else lambda _: None)
        self._outreach = outreach
        self._waiting: deque[str] = deque()
        self._receiving = threading.Lock()
        self._order_rung = threading.Event()
        self._order_wanted = False
        self._order_not_before = 0.0
        self._ordered = 0.0
        self._learned = 0.0
        self._delayed: dict[str, datetime] = {}
        self._receive = dramatiq.actor(actor_name="receive", queue_name="mail", broker=broker)(self.receive)
        self._deliver = dramatiq.actor(actor_name="deliver", queue_name="letters", broker=broker)(self.deliver)
        self._notify = dramatiq.actor(actor_name="notify", queue_name="letters", broker=broker)(self.notify)
        self._copy = dramatiq.actor(actor_name="copy", queue_name="copies", broker=broker)(file or _no_copy)
        self._order = dramatiq.actor(actor_name="order", queue_name="order", broker=broker)(self.order)

    # ---- ringing ----

    def ring_mail(self, inbound_id: str) -> None:
        """Have a kept mail handled."""
        self._receive.send(inbound_id)

    def ring_letters(self, letter_ids: Iterable[str]) -> None:
        """Have letters delivered."""
        for letter_id in letter_ids:
            self._deliver.send(letter_id)

    def ring_order(self) -> None:
        """Have the queue put in order; many rings before it begins are one.

        Right after a re-ordering the ring waits for the timer, so that ordering never takes more than a tenth of the
        time; while mails wait it waits up to a minute, since customers wait for their acknowledgements.
        """
        self._order_wanted = True
        now = time.monotonic()
        if self._waiting and now - self._ordered < _ORDER_EVERY:
            return
        if not self._order_rung.is_set() and now >= self._order_not_before:
            self._order_rung.set()
            self._order.send()

    # ---- what the actors do ----

    def receive(self, inbound_id: str) -> None:
        """Handle kept mails one after the other, in the order in which they were rung.

        One thread at a time: deciding is pure Python, so that two would only fight for the next request number, and a
        thread that finds another at it leaves its mail to that one and is free to deliver letters.
        """
        self._waiting.append(inbound_id)
        while self._waiting and not self._stopped() and self._receiving.acquire(blocking=False):
            try:
                while self._waiting and not self._stopped():
                    self._receive_some()
            finally:
                self._receiving.release()

    def _receive_some(self) -> None:
        """Handle a few mails, then let their letters leave: at the same time both would take longer than in turn."""
        letters: list[tuple[dramatiq.Actor[..., None], str]] = []
        for _ in range(min(len(self._waiting), _IN_TURN)):
            letters += self._receive_one(self._waiting.popleft())
        self._deliveries.rests.clear()
        for actor, letter_id in letters:
            actor.send(letter_id)
        is_alone = self._desk.settings.broker.startswith("memory")  # elsewhere other processes may deliver them
        if self._waiting and letters and is_alone:
            self._deliveries.rests.wait(_TURN_SECONDS)

    def _receive_one(self, inbound_id: str) -> list[tuple[dramatiq.Actor[..., None], str]]:
        """Handle one kept mail; one that fails three times is put aside, and the others go on."""
        try:
            received = receive(self._desk, inbound_id, self._clock(), self._outreach)
        except StoreError as error:
            log.error("%s waits: %s", inbound_id, error)  # noqa: TRY400 - the store's trouble, not a fault in the mail
            return []
        except Exception as error:
            log.exception("%s could not be handled", inbound_id)
            received = self._failed(inbound_id, error)
        if received.request is not None:
            self.ring_order()
        if self._watch:
            self._watch(inbound_id, received)
        return [(self._notify if one in received.notices else self._deliver, one) for one in received.letters]

    def _failed(self, inbound_id: str, error: Exception) -> Received:
        inbound = self._desk.records.inbound(inbound_id)
        if inbound is None or inbound.status is not InboundStatus.KEPT:
            return Received()
        if inbound.attempts + 1 >= _MOST_ATTEMPTS:
            return quarantine(self._desk, inbound_id, f"{type(error).__name__}: {error}", self._clock())
        try:
            self._desk.records.save_record(replace(inbound, attempts=inbound.attempts + 1))
        except Conflict:
            log.info("%s was handled by somebody else", inbound_id)
        else:
            self.ring_mail(inbound_id)
        return Received()

    def deliver(self, letter_id: str) -> None:
        """Try once to hand a letter over. After a stop nothing new is begun: the letter waits in the store."""
        self._deliveries.ring(letter_id)
        self._deliver_rung()

    def notify(self, letter_id: str) -> None:
        """The same for a letter that customers' letters go before."""
        self._deliveries.ring(letter_id, can_wait=True)
        self._deliver_rung()

    def _deliver_rung(self) -> None:
        try:
            self._deliveries.deliver_with(self._mailer)
        except StoreError as error:
            log.error("letters wait: %s", error)  # noqa: TRY400 - the store's trouble

    def _ring_copy(self, letter_id: str) -> None:
        self._copy.send(letter_id)

    def order(self) -> None:
        """Put the queue in order and forecast every open request again."""
        self._order_rung.clear()
        self._order_wanted = False
        begun = time.monotonic()
        try:
            self.ring_letters(order(self._desk, self._clock()))
        except StoreError as error:
            log.error("the queue could not be put in order: %s", error)  # noqa: TRY400 - the store's trouble
        ended = time.monotonic()
        self._order_not_before = ended + _ORDER_REST * (ended - begun)
        self._ordered = ended

    # ---- the timer ----

    def start(self, *, alone: bool) -> None:
        """After a start: recover what a dead worker held, and ring everything that waits."""
        now = self._clock()
        recover(self._desk, now, alone=alone)
        self._learn(now)
        self._ring_waiting(now, timedelta(0))
        self._look_ahead(now)
        self.ring_order()

    def beat(self) -> None:
        """Every second: letters whose delay has passed, a re-ordering that had to wait, and one a minute, since promises
        pass also when nothing comes.
        """
        now = self._clock()
        ripe = [letter_id for letter_id, due in self._delayed.items() if due <= now]
        for letter_id in ripe:
            del self._delayed[letter_id]
        self.ring_letters(ripe)
        if self._order_wanted or time.monotonic() - self._ordered > _ORDER_EVERY:
            self.ring_order()

    def tick(self) -> None:
        """Ring again what waits in the store: a broker may forget, the store does not."""
        now = self._clock()
        recover(self._desk, now, alone=False)
        self._ring_waiting(now, _RING_AGAIN_AFTER)
        self._look_ahead(now)
        self.ring_letters((*daily(self._desk, now), *quote_due.due(self._desk, now)))
        if time.monotonic() - self._learned > _LEARN_EVERY:
            self._learn(now)
            self.ring_letters(break_silence(self._desk, now))

    def _look_ahead(self, now: datetime) -> None:
        """Note the letters that wait on purpose (to be undone, to be tried again) and whose time comes before the next tick."""
        near = self._desk.records.letters_due(now + _LOOK_AHEAD, since=now - _RING_AGAIN_AFTER)
        self._delayed = {letter.id: letter.due for letter in near if letter.due > letter.created}

    def _learn(self, now: datetime) -> None:
        """Read the open requests and the past anew: other processes change them too."""
        self._desk.board.experience = learn_experience(self._desk, now)
        self._desk.people_now(now)
        self._desk.board.load(self._desk.records.open_requests())
        self._learned = time.monotonic()

    def _ring_waiting(self, now: datetime, age: timedelta) -> None:
        for inbound in self._desk.records.inbound_in(InboundStatus.KEPT):
            if not age or now - inbound.kept >= age:  # a start asks no clock: it may have jumped since
                self.ring_mail(inbound.id)
        self.ring_letters(
            letter.id for letter in self._desk.records.letters_due(now - age) if is_deliverable(letter, now)
        )
