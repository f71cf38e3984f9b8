"""Wiring: builds every part from Settings. The one module that knows them all."""

from __future__ import annotations

import ctypes
import fcntl
import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TypeVar

import dramatiq
from dramatiq import Worker

from storage import Store, open_store
from worker.broker import make_broker
from worker.desk.board import Board
from worker.desk.context import Desk
from worker.desk.outreach import Outreach, open_outreach
from worker.desk.quote_pdf import QuotePrinter
from worker.desk.resources import load_catalogue
from worker.mail.attachments import Limits
from worker.mail.bulk_mailer import BulkMailer
from worker.mail.login import credentials
from worker.mail.mailbox import Mailbox
from worker.mail.rendering import Renderer, template_folder
from worker.newsletter_lane import NewsletterLane
from worker.policy.classify import load_model
from worker.policy.holidays_vn import vietnam_holidays
from worker.policy.hours import WorkingHours
from worker.poller import Poller, SentCopies
from worker.records import INDEXES, Records
from worker.settings import Hours, Settings, SettingsError
from worker.tasks import Tasks, Watcher, owner_name
from worker.unsubscribe_endpoint import UnsubscribeServer, listen_address

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
BEATS_A_TICK = 10
_M_ARENA_MAX = -8  # malloc.h
FIRST_YEAR = 2024
T = TypeVar("T")


def utc_now() -> datetime:
    """The clock of the whole program: UTC, whole seconds, so that stored instants sort as text."""
    return datetime.now(UTC).replace(microsecond=0)


def working_hours(hours: Hours) -> WorkingHours:
    """The working calendar that settings describe."""
    week = hours.week()
    weekdays = frozenset(number for number, intervals in enumerate(week) if intervals)
    years = range(FIRST_YEAR, utc_now().year + 6)
    statutory = vietnam_holidays(years, weekdays) if hours.statutory_holidays else {}
    return WorkingHours(
        week=week,
        zone=hours.time_zone,
        holidays=frozenset(statutory),
        extra_days=hours.worked(),
        closed_days=frozenset(hours.days_off),
    )


def open_records(settings: Settings) -> Records:
    """The records in the store that settings name."""
    return Records(_open_store(settings))


def _open_store(settings: Settings) -> Store:
    return open_store(settings.store, INDEXES, settings.base)


def build_desk(settings: Settings, records: Records) -> Desk:
    """The desk: every pure part built once."""
    hours = working_hours(settings.hours)
    templates = template_folder(settings.base)
    return Desk(
        records=records,
        settings=settings,
        hours=hours,
        renderer=Renderer(templates, {}),
        model=load_model(),
        board=Board(settings, hours),
        limits=Limits(
            count=settings.intake.attachment_count,
            total_bytes=settings.intake.attachment_bytes,
            nesting=settings.intake.nesting,
        ),
        catalogue=load_catalogue(templates),
        sign=_signer(settings),
        printer=QuotePrinter(templates),
    )


def _signer(settings: Settings) -> Callable[[bytes], bytes] | None:
    """What signs every mail of ours, where settings wish it. SettingsError where its key cannot be used."""
    if settings.smtp.dkim is None:
        return None
    from worker.mail.dkim_signing import make_signer  # dkimpy takes 0.1 s to import, for nothing where nobody signs

    return make_signer(settings.smtp.dkim, settings.base)


def build_mailer(settings: Settings) -> BulkMailer:
    """The way out. SettingsError where a password is missing."""
    return BulkMailer(settings.smtp, credentials(settings.smtp, "smtp", settings.base), settings.base)


def build_bulk_mailer(settings: Settings) -> BulkMailer:
    """The way out for newsletters, on connections of its own. SettingsError where a password is missing."""
    smtp = settings.smtp.model_copy(update={"connections": settings.newsletters.connections})
    return BulkMailer(smtp, credentials(smtp, "smtp", settings.base), settings.base)


def build_mailbox(settings: Settings, index: int) -> Mailbox:
    """One way in. SettingsError where a password is missing."""
    box = settings.mailboxes[index]
    return Mailbox(box, credentials(box, f"mailboxes[{index}]", settings.base), settings.base)


class AlreadyRunningError(Exception):
    """Another process works on the same embedded store."""


def lock_embedded_store(settings: Settings) -> IO[str] | None:
    """Hold the embedded store for this process: letters are claimed in it, and only one process may deliver from it.

    None where the store is made for several processes. AlreadyRunningError where somebody else holds it.
    """
    scheme, _, path = settings.store.partition(":")
    if scheme != "tiny" or path == ":memory:":
        return None
    lock_path = settings.base / f"{path}.lock"
    lock_path.parent.mkdir(parents=True, exist_ok=True)
    held = lock_path.open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise AlreadyRunningError(
            f"another support-worker runs on {settings.store}; stop it first, or take a postgresql: store for several"
        ) from None
    return held


@dataclass
class App:
    """A running worker: pollers, actors, timer, and the parts they share."""

    settings: Settings
    records: Records
    desk: Desk
    mailer: BulkMailer
    broker: dramatiq.Broker
    tasks: Tasks
    pollers: list[Poller]
    stop: threading.Event
    lane: NewsletterLane
    endpoint: UnsubscribeServer | None = None
    copies: SentCopies | None = None
    _lock: IO[str] | None = None

    def run(self, *, poll: bool = True, work: bool = True) -> None:
        """Work until `stop` is set; then finish what is under way. What is not finished stands in the store."""
        worker = Worker(self.broker, worker_threads=self.settings.worker_threads, worker_timeout=100)
        threads = [threading.Thread(target=one.run, name=f"poll-{one.name}") for one in self.pollers if poll]
        self._lock = lock_embedded_store(self.settings)
        _settle_memory()
        try:
            if work:
                worker.start()
                self.tasks.start(alone=self._lock is not None)
                self.lane.start(alone=self._lock is not None)
                if self.endpoint:
                    self.endpoint.start()
            for thread in threads:
                thread.start()
            self._keep_time()
        finally:
            self.stop.set()
            self.lane.stop()
            for thread in threads:
                thread.join()
            worker.stop(timeout=60_000)
            self.close()

    def _keep_time(self) -> None:
        beats = 0
        while not self.stop.wait(BEAT_SECONDS):
            beats += 1
            try:
                self.tasks.beat()
                if beats % BEATS_A_TICK == 0:
                    self.tasks.tick()
            except Exception:
                log.exception("the timer goes on")

    def close(self) -> None:
        """Let go of everything."""
        if self.endpoint:
            self.endpoint.stop()
        self.mailer.close()
        if self.copies:
            self.copies.close()
        self.broker.close()
        self.records.close()
        if self._lock:
            self._lock.close()


def _share_one_arena() -> None:
    """All threads take memory from one arena. With one each glibc keeps 40 MB that nobody uses (measured), and the
    interpreter's lock leaves no gain from several.
    """
    c_library = ctypes.CDLL(None)
    if hasattr(c_library, "mallopt"):  # glibc
        c_library.mallopt(_M_ARENA_MAX, 1)


def _settle_memory() -> None:
    """What was built at start lives as long as the process: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def build(settings: Settings, clock: Callable[[], datetime] = utc_now, watch: Watcher | None = None) -> App:
    """Build everything that settings describe. SettingsError, StoreError or BrokerError say what is wrong."""
    _share_one_arena()
    missing: list[str] = []
    mailboxes = [
        box for index in range(len(settings.mailboxes)) if (box := _or_note(missing, build_mailbox, settings, index))
    ]
    mailer = _or_note(missing, build_mailer, settings)
    if missing or mailer is None:
        raise SettingsError("settings", missing)
    records = open_records(settings)
    desk = build_desk(settings, records)
    broker = make_broker(settings.broker)
    stop = threading.Event()
    outreach = open_outreach(desk)
    copies = SentCopies(build_mailbox(settings, 0), records) if settings.mailboxes[0].sent else None
    tasks = Tasks(broker, desk, mailer, clock, watch, stop.is_set, copies.file if copies else None, outreach)
    pollers = [Poller(box, records, tasks.ring_mail, clock, stop) for box in mailboxes]
    outreach = replace(outreach, ring=tasks.ring_letters)
    lane = NewsletterLane(outreach, lambda: build_bulk_mailer(settings), owner_name(), clock)
    endpoint = _endpoint(outreach, clock)
    return App(settings, records, desk, mailer, broker, tasks, pollers, stop, lane, endpoint, copies)


def _endpoint(outreach: Outreach, clock: Callable[[], datetime]) -> UnsubscribeServer | None:
    """The unsubscribe endpoint, where settings name its address from outside. SettingsError where it cannot listen."""
    wishes = outreach.desk.settings.newsletters
    if not wishes.unsubscribe_url:
        return None
    try:
        return UnsubscribeServer(outreach, listen_address(wishes.listen), clock)
    except OSError as error:
        raise SettingsError("settings", [f"newsletters.listen: {wishes.listen}: {error.strerror}"]) from None


def _or_note(missing: list[str], make: Callable[..., T], *arguments: object) -> T | None:
    """What `make` builds; a secret it misses is noted, so that all of them are named at once."""
    try:
        return make(*arguments)
    except SettingsError as error:
        missing.extend(str(error).splitlines())
        return None


def default_settings_path() -> Path:
    """settings.yaml of the folder we are in, else of the checkout this program runs from."""
    here = Path("settings.yaml")
    return here if here.is_file() else Path(__file__).resolve().parents[1] / "settings.yaml"
