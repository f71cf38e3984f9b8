"""How fast a newsletter leaves, against a sender of prebuilt mails; how it takes being killed; what support mail feels.

Run by hand, in the folder tests: `python -m bench.newsletter speed|many|kills|latency|whole [recipients] [connections or kills]`.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosmtplib

from builders import CHECKOUT, a_customer, a_mail, deliver, kept
from newsletter_kit import a_bulk_mailer, a_newsletter, add_customers, an_outreach, sink
from servers import PASSWORD, SUPPORT
from worker.app import build
from worker.cli.embedded import EmbeddedMail
from worker.desk.newsletter_layout import contents_of, lay_out
from worker.desk.newsletter_sending import due_newsletters, send_newsletter, support_waits
from worker.desk.outreach import Outreach, open_outreach, slot_values
from worker.desk.reception import receive
from worker.mail.bulk_mailer import BulkMailer
from worker.outreach_records import NewsletterStatus, Recipient, RecipientStatus, recipient_key
from worker.policy.classify import load_model
from worker.settings import read_settings

HERE = Path(__file__).resolve()
HOUR = timedelta(hours=1)
STORE = "tiny:news.db"


def now() -> datetime:
    """The clock of a bench."""
    return datetime.now(UTC)


def memory_mb() -> float:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prebuilt_per_second(outreach: Outreach, port: int, count: int, connections: int) -> float:
    """The baseline: aiosmtplib alone, on as many kept connections, mails built before, nothing on record."""
    newsletter = a_newsletter(outreach, status=NewsletterStatus.DRAFT)
    skeleton = lay_out(outreach, newsletter, next(iter(contents_of(outreach, newsletter).values())), now())
    mails = []
    for number in range(count):
        email = f"khach{number}@cty{number}.example"
        row = Recipient(
            key=recipient_key(newsletter.id, email),
            newsletter=newsletter.id,
            email=email,
            name="",
            language=next(iter(contents_of(outreach, newsletter))),
            status=RecipientStatus.QUEUED,
            changed=now(),
        )
        mails.append((email, skeleton.fill(slot_values(outreach, row))))

    async def send_all() -> float:
        waiting = iter(mails)

        async def send() -> None:
            server = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
            await server.connect()
            for email, mime in waiting:
                await server.sendmail("hotro@vinno.example", [email], mime)
            await server.quit()

        begun = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(connections)))
        return count / (time.perf_counter() - begun)

    return asyncio.run(send_all())


def speed(count: int, connections: int) -> None:
    """Mails a second with a durable row for each recipient, as a ratio to the baseline before and after it."""
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        outreach = an_outreach(STORE, Path(folder), port)
        add_customers(outreach, count)
        before = prebuilt_per_second(outreach, port, min(count, 5000), connections)
        ours = sent_per_second(outreach, connections)
        after = prebuilt_per_second(outreach, port, min(count, 5000), connections)
        baseline = (before + after) / 2
        print(f"prebuilt aiosmtplib {before:.0f}/s before, {after:.0f}/s after; ratio {ours / baseline:.2f}")


def many(count: int, connections: int) -> None:
    """A large run alone: whether memory stays flat and the speed does not fall."""
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        outreach = an_outreach(STORE, Path(folder), port)
        add_customers(outreach, count)
        sent_per_second(outreach, connections)


def sent_per_second(outreach: Outreach, connections: int) -> float:
    """Gather and send a newsletter to everybody; the mails a second while it sends. Prints what it saw meanwhile."""
    newsletter = a_newsletter(outreach, due=now())
    due_newsletters(outreach, now())
    mailer = a_bulk_mailer(outreach, connections)
    marks: list[tuple[float, int, float]] = []
    stop = threading.Event()
    watching = threading.Thread(target=watch, args=(outreach, newsletter.id, marks, stop))
    watching.start()
    begun = time.perf_counter()
    send_newsletter(outreach, mailer, newsletter.id, "bench", now, slice_of_time=HOUR)
    took = time.perf_counter() - begun
    stop.set()
    watching.join()
    mailer.close()
    counts = outreach.records.counts(newsletter.id)
    sent = counts[RecipientStatus.SENT]
    gathered = next((at - begun for at, seen, _ in marks if seen), 0.0)
    rate = sent / (took - gathered) if took > gathered else sent / took
    print({status.value: number for status, number in counts.items() if number})
    print(f"gathered in {gathered:.1f} s, then {rate:.0f}/s ({took:.1f} s in all)")
    print_marks(marks)
    return rate


def print_marks(marks: list[tuple[float, int, float]]) -> None:
    """Speed and memory along the way, some of them."""
    steps = marks[:: max(len(marks) // 15, 1)]
    for (before, earlier, _), (then, later, memory) in itertools.pairwise(steps):
        print(f"  {later:7d} sent, {(later - earlier) / (then - before):5.0f}/s, {memory:4.0f} MB")
    print(f"  memory at most {memory_mb():.0f} MB")


def resident_mb() -> float:
    """The memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1_000_000


def watch(outreach: Outreach, newsletter: str, marks: list[tuple[float, int, float]], stop: threading.Event) -> None:
    """Note now and then how many are sent, and the memory."""
    while not stop.wait(0.2):
        sent = outreach.records.count_recipients(newsletter, RecipientStatus.SENT)
        marks.append((time.perf_counter(), sent, resident_mb()))


def kills(count: int, times: int) -> None:
    """Kill the sending process at random moments; then count what the server got against what is on record."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "got.log"
        with sink(log) as port:
            outreach = an_outreach(STORE, folder, port)
            add_customers(outreach, count)
            newsletter = a_newsletter(outreach, due=now())
            killed = kill_until_done(folder, port, times, count)
            report_kills(outreach, newsletter.id, log, killed, count)


def kill_until_done(folder: Path, port: int, times: int, count: int) -> int:
    """Run the sender again and again, killing it while it sends; the last run is left alone. How often it was killed."""
    command = [sys.executable, str(HERE.parents[1] / "newsletter_worker.py"), str(folder), str(port)]
    log = folder / "got.log"
    for done in range(times):
        before = log.stat().st_size if log.exists() else 0
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None and (log.stat().st_size if log.exists() else 0) == before:
                time.sleep(0.005)
            time.sleep(random.uniform(0, count / 800 / times))
            if process.poll() is not None:
                return done
            os.kill(process.pid, signal.SIGKILL)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return times


def report_kills(outreach: Outreach, newsletter: str, log: Path, killed: int, count: int) -> None:
    """Say who was skipped, who got it twice, and who is listed as doubtful."""
    got = Counter(line.split()[0].decode() for line in log.read_bytes().splitlines())
    rows = {
        row.email: row.status
        for status in RecipientStatus
        for row in outreach.records.recipients_in(newsletter, status)
    }
    skipped = [one for one, status in rows.items() if status is RecipientStatus.SENT and not got[one]]
    twice = [one for one, times in got.items() if times > 1]
    doubtful = [one for one, status in rows.items() if status is RecipientStatus.UNCERTAIN]
    print(f"killed {killed} times; {len(rows)} of {count} rows; {Counter(rows.values())}")
    print(f"on record as sent and never arrived: {len(skipped)}; arrived twice: {len(twice)}")
    arrived = sum(got[one] for one in doubtful)
    print(f"doubtful and listed: {len(doubtful)}, of which {arrived} had arrived")


def latency(count: int, connections: int) -> None:
    """How long an acknowledgement takes, from the kept mail to the server, while a newsletter is going out."""
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        plain = an_outreach(STORE, Path(folder), port)
        outreach = replace(plain, desk=replace(plain.desk, model=load_model()))
        add_customers(outreach, count)
        outreach.desk.records.save_customer(a_customer())
        newsletter = a_newsletter(outreach, due=now())
        due_newsletters(outreach, now())
        bulk = a_bulk_mailer(outreach, connections)
        mailer = BulkMailer(outreach.desk.settings.smtp, None, Path())
        quiet = [answer_once(outreach, mailer) for _ in range(20)]
        sending = threading.Thread(
            target=send_newsletter,
            args=(outreach, bulk, newsletter.id, "bench", now),
            kwargs={"slice_of_time": HOUR, "is_support_waiting": lambda: support_waits(outreach.desk, now())},
        )
        sending.start()
        while not outreach.records.count_recipients(newsletter.id, RecipientStatus.SENT):
            time.sleep(0.01)
        busy = []
        while sending.is_alive():
            busy.append(answer_once(outreach, mailer))
            time.sleep(0.1)
        sending.join()
        print(f"alone: median {sorted(quiet)[10]:.3f} s, worst {max(quiet):.3f} s")
        middle = sorted(busy)[len(busy) // 2]
        print(f"while {count} go out: {len(busy)} acknowledgements, median {middle:.3f} s, worst {max(busy):.3f} s")
        print({status.value: number for status, number in outreach.records.counts(newsletter.id).items() if number})


def whole(count: int, connections: int) -> None:
    """The same through the whole running worker: from the inbox (IMAP, in this process) to the server's acceptance."""
    os.environ["SUPPORT_TEST_PASSWORD"] = PASSWORD
    post = EmbeddedMail({SUPPORT: PASSWORD}).start()
    with tempfile.TemporaryDirectory() as name, sink(Path(name) / "got.log") as port:
        folder = Path(name)
        (folder / "templates").symlink_to(CHECKOUT / "templates")
        box = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
        wishes = {"window": ["00:00-23:59"], "working_days_only": False, "connections": connections}
        settings = {
            "mode": "live",
            "store": STORE,
            "mailboxes": [box | {"port": post.imap_port, "since": "all"}],
            "smtp": {"host": "127.0.0.1", "tls": "none", "user": "", "port": port},
            "newsletters": wishes,
            "loops": {"letters_per_sender_hour": 10_000, "letters_per_day": 1_000_000},
        }
        app = build(read_settings(settings, folder))
        outreach = open_outreach(app.desk)
        add_customers(outreach, count)
        app.records.save_customer(a_customer())
        running = threading.Thread(target=app.run)
        running.start()
        quiet = [dropped_once(post, folder / "got.log") for _ in range(20)]
        newsletter = a_newsletter(outreach, due=now(), by="nobody@vinno.example")
        busy = []
        while (found := outreach.records.newsletter(newsletter.id)) and not found.status.is_over:
            taken = dropped_once(post, folder / "got.log")
            if found.status is NewsletterStatus.SENDING:
                busy.append(taken)
        print(f"alone: median {sorted(quiet)[10]:.3f} s, worst {max(quiet):.3f} s")
        middle = sorted(busy)[len(busy) // 2]
        print(f"while {count} go out: {len(busy)} acknowledgements, median {middle:.3f} s, worst {max(busy):.3f} s")
        counts = outreach.records.counts(newsletter.id)
        print({status.value: number for status, number in counts.items() if number}, found and found.history[-1])
        app.stop.set()
        running.join()
    post.stop()


def dropped_once(post: EmbeddedMail, log: Path) -> float:
    """Put a mail into the inbox; the seconds until our server took the acknowledgement."""
    sender = f"hue{time.monotonic_ns()}@senvang.example"
    mail = a_mail(f"Hộp thư {sender} không nhận được thư nào từ sáng.", sender=sender, date=now())
    begun = time.perf_counter()
    post.drop(SUPPORT, mail)
    while sender.encode() not in (log.read_bytes()[-400_000:] if log.exists() else b""):
        assert time.perf_counter() - begun < 60, "no acknowledgement"
        time.sleep(0.01)
    return time.perf_counter() - begun


def answer_once(outreach: Outreach, mailer: BulkMailer) -> float:
    """Handle one new mail and deliver its letters; the seconds until the acknowledgement was accepted."""
    number = time.monotonic_ns()
    mail = a_mail(f"Hộp thư số {number} không nhận được thư nào.", sender=f"hue{number}@senvang.example")
    inbound = kept(outreach.desk, mail, arrived=now())
    begun = time.perf_counter()
    received = receive(outreach.desk, inbound, now())
    seconds = 0.0
    for letter in received.letters:
        deliver(outreach.desk, mailer, letter, "bench", now())
        seconds = seconds or time.perf_counter() - begun
    assert seconds, "no letter was written"
    return seconds


if __name__ == "__main__":
    what, *numbers = sys.argv[1:] or ["speed"]
    first = int(numbers[0]) if numbers else 5000
    second = int(numbers[1]) if len(numbers) > 1 else {"kills": 30}.get(what, 8)
    {"speed": speed, "many": many, "kills": kills, "latency": latency, "whole": whole}[what](first, second)
