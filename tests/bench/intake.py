"""Mails a second from waiting in Dovecot to acknowledgement accepted, beside two baselines in the same run.

    python tests/bench/intake.py [--mails 1000] [--stored 0] [--rounds 2]
    python tests/bench/intake.py --latency 200 [--stored 0]

*wire*: imapclient and aiosmtplib with a fixed reply and no logic: what the chosen packages cost. *plain*: the obvious
Python worker on top of it (policy.default, an fsync a mail, Jinja, EmailMessage). *worker*: `support-worker run` with
everything on. Each reads a mailbox of its own with the same mails; process start included. Read the ratios, not the rates.

`--latency`: mails come one by one to an idle worker. Measured is the time from the moment the server tells the worker of
a mail (a relay between them sees it) until the acknowledgement is accepted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from imapclient import IMAPClient  # noqa: E402

from servers import PASSWORD, Dovecot, until  # noqa: E402
from worker.model import Customer  # noqa: E402

SENTENCES = (
    "Từ sáng tới giờ hộp thư công ty không nhận được thư nào, khách gửi bị trả lại.",
    "Website vào rất chậm, có lúc báo lỗi 503, nhờ bên em kiểm tra hosting giúp.",
    "Em sửa giúp chị số điện thoại ở chân trang thành 0901 234 567 nhé.",
    "We would like guests to pay online when they book. What would it cost?",
    "web ben minh bi loi tu hom qua toi gio, nho ban xem giup som nhe",
    "Tên miền báo hết hạn, web với mail đều không vào được.",
    "Our content editor has left, could you train her successor on the website?",
)


def corpus(count: int) -> list[bytes]:
    """Mails as they come: mostly Vietnamese, some in windows-1258, some with a file of 200 kB, some replies with a history."""
    chance = random.Random(1)
    return [_mail(number, chance) for number in range(count)]


def _mail(number: int, chance: random.Random) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Khách hàng {number} <user{number}@customer{number % 400}.example>"
    mail["To"] = "hotro@vinno.example"
    mail["Subject"] = chance.choice(SENTENCES)[:40]
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<bench-{number}@customer.example>"
    text = (
        "Chào em,\n\n" + " ".join(chance.sample(SENTENCES, 3)) + f"\n\nMã {number}\nTrân trọng,\nKhách hàng {number}\n"
    )
    if chance.random() < 0.2:
        text += "\nVào Th 2, 23 thg 11, 2026 lúc 09:00 VINNO <hotro@vinno.example> đã viết:\n" + "> dòng cũ\n" * 40
    mail.set_content(text)
    if chance.random() < 0.1:
        mail.add_attachment(chance.randbytes(200_000), maintype="image", subtype="png", filename="anh.png")
    return mail.as_bytes()


# ---- the baselines, as processes of their own -----------------------------------------------------------------------


def baseline(port: int, smtp_port: int, user: str, *, plain: bool) -> None:
    """Read a mailbox, answer each mail, mark it seen."""
    answer = _plain_answer() if plain else _fixed_answer
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(user, PASSWORD)
    client.select_folder("INBOX")
    uids = client.search(["UNSEEN"])
    asyncio.run(_answer_all(client, uids, smtp_port, answer))


async def _answer_all(client: IMAPClient, uids: list[int], smtp_port: int, answer: object) -> None:
    import aiosmtplib

    assert callable(answer)
    connections = [
        aiosmtplib.SMTP(hostname="127.0.0.1", port=smtp_port, start_tls=False, use_tls=False) for _ in range(4)
    ]
    for connection in connections:
        await connection.connect()
    waiting: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(smtp: aiosmtplib.SMTP) -> None:
        while True:
            raw = await waiting.get()
            to, mime = answer(raw)
            await smtp.mail("hotro@vinno.example")
            await smtp.rcpt(to)
            await smtp.data(mime)
            waiting.task_done()

    senders = [asyncio.create_task(send(one)) for one in connections]
    for start in range(0, len(uids), 50):
        batch = uids[start : start + 50]
        for data in client.fetch(batch, ["BODY.PEEK[]"]).values():
            waiting.put_nowait(data[b"BODY[]"])
        await waiting.join()
        client.add_flags(batch, [b"\\Seen"], silent=True)
    for one in senders:
        one.cancel()


def _fixed_answer(raw: bytes) -> tuple[str, bytes]:
    sender = raw.partition(b"From: ")[2].partition(b"\n")[0].rpartition(b"<")[2].partition(b">")[0].decode()
    return (
        sender,
        b"From: hotro@vinno.example\r\nSubject: Re\r\nMessage-ID: <x@y>\r\n\r\nReceived.\r\n" + b"x" * 3000 + b"\r\n",
    )


def _plain_answer() -> object:
    from email import message_from_bytes
    from email.policy import SMTP, default

    from jinja2 import Template

    template = Template(
        "Kính chào {{ name }},\n\nChúng tôi đã nhận được thư của Quý khách: {{ subject }}\n" + "x" * 2000
    )
    kept = Path(tempfile.mkdtemp()) / "kept"
    stream = kept.open("ab")

    def answer(raw: bytes) -> tuple[str, bytes]:
        found = message_from_bytes(raw, policy=default)
        sender = found["From"].addresses[0]
        body = found.get_body(("plain",))
        assert body is not None
        body.get_content()
        stream.write(raw)
        stream.flush()
        os.fdatasync(stream.fileno())
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = "hotro@vinno.example", sender.addr_spec
        mail["Subject"], mail["Message-ID"] = f"Re: {found['Subject']}", f"<re-{found['Message-ID'][1:-1]}>"
        mail.set_content(template.render(name=sender.display_name, subject=found["Subject"]))
        return sender.addr_spec, mail.as_bytes()

    return answer


# ---- measuring ------------------------------------------------------------------------------------------------------


def fill(dovecot: Dovecot, user: str, mails: list[bytes]) -> None:
    """Put the mails into a mailbox, as Maildir files, which Dovecot takes over at the next look."""
    new = dovecot.home / "mail" / user / "new"
    for folder in ("cur", "new", "tmp"):
        (new.parent / folder).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        (new / f"{1_700_000_000 + number}.M{number}.bench").write_bytes(mail.replace(b"\n", b"\r\n"))
    subprocess.run(["chown", "-R", "nobody:nogroup", str(new.parent)], check=True)


def settings_for(folder: Path, port: int, smtp_port: int, user: str) -> Path:
    server = {"host": "127.0.0.1", "tls": "none", "user": user, "password_env": "BENCH_PASSWORD"}
    path = folder / "settings.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "mode": "live",
                "mailboxes": [{**server, "port": port, "since": "all"}],
                "smtp": {"host": "127.0.0.1", "tls": "none", "user": "", "port": smtp_port},
                "store": "tiny:worker.db",
                "staff": [{"email": f"staff{number}@vinno.example", "name": f"S{number}"} for number in range(3)],
                "loops": {"letters_per_sender_hour": 10_000, "letters_per_day": 1_000_000},
            }
        )
    )
    return path


def store_requests(folder: Path, count: int) -> None:
    """Fill the store with open requests, as after months."""
    from storage import open_store
    from worker.model import (
        Address,
        Category,
        Effort,
        Fee,
        FeeDecision,
        FeeRule,
        Language,
        Promise,
        Request,
        RequestStatus,
        Urgency,
    )  # fmt: skip
    from worker.records import INDEXES, Records

    records = Records(open_store("tiny:worker.db", INDEXES, folder))
    for customer in customers():
        records.save_customer(customer)
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    for start in range(0, count, 500):
        records.save_records(
            Request(
                id=f"OLD-{number}", token=f"{number:016x}", subject="cũ", text="x" * 500, contact=Address("a@b.example"),
                participants=("a@b.example",), language=Language.VI, category=Category.WEBSITE_REQUEST, urgency=Urgency.NORMAL,
                effort=Effort(10, 20, 40), fee=FeeDecision(Fee.FREE, FeeRule.WITHIN_THRESHOLD), status=RequestStatus.QUEUED,
                arrived=begun + timedelta(seconds=number), promise=Promise(begun + timedelta(days=3650)),
            )
            for number in range(start, min(start + 500, count))
        )  # fmt: skip
    records.close()


def customers() -> list[Customer]:
    """Customers whose domains the senders of the mails have."""
    return [
        Customer(id=f"c{number}", name=f"C{number}", domains=(f"customer{number}.example",)) for number in range(400)
    ]


def measure(command: list[str], log: Path, count: int) -> float:
    """Start a contender and wait until so many customers have their letter; mails a second."""
    log.write_bytes(b"")
    begun = time.perf_counter()
    process = _started(command)
    until(lambda: process.poll() is not None or log.read_bytes().count(b"user") >= count, seconds=600)
    took = time.perf_counter() - begun
    if log.read_bytes().count(b"kythuat"):
        print(
            f"   memory {_memory_mb(process.pid):.0f} MB, CPU {_cpu_ms(process.pid) / count:.1f} ms a mail", flush=True
        )
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    return count / took


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "BENCH_PASSWORD": PASSWORD, "PYTHONPATH": str(HERE.parents[1])}
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


class Wire:
    """Stands between worker and Dovecot and notes when the server tells of a mail (EXISTS)."""

    def __init__(self, port: int) -> None:
        self.told = 0.0
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        while data := source.recv(65_536):
            if from_server and b" EXISTS" in data:
                self.told = time.perf_counter()
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def latency(dovecot: Dovecot, smtp_port: int, log: Path, count: int, stored: int) -> None:
    """Drop mails one by one before an idle worker; print the spread of the times until they are acknowledged."""
    user = "latency@vinno.example"
    fill(dovecot, user, [])
    folder = Path(tempfile.mkdtemp())
    store_requests(folder, stored)
    log.write_bytes(b"")
    wire = Wire(dovecot.port)
    settings = settings_for(folder, wire.port, smtp_port, user)
    process = _started([sys.executable, "-m", "worker", "run", "-s", str(settings)])
    dropping = IMAPClient("127.0.0.1", dovecot.port, ssl=False)
    dropping.login(user, PASSWORD)
    time.sleep(10)  # the worker starts, connects and idles
    times = []
    for number, mail in enumerate(corpus(count)):
        dropping.append("INBOX", mail.replace(b"\n", b"\r\n"))
        mark = b"user%d@" % number
        while mark not in log.read_bytes():
            time.sleep(0.001)
        times.append(1000 * (time.perf_counter() - wire.told))
        time.sleep(random.uniform(0.1, 0.6))
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    times.sort()
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{count} mails, {stored} stored: median {middle:.0f} ms, 95 % {late:.0f} ms, worst {times[-1]:.0f} ms")


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--latency", type=int, default=0)
    parser.add_argument("--baseline", nargs=4, metavar=("KIND", "PORT", "SMTP", "USER"))
    found = parser.parse_args()
    if found.baseline:
        kind, port, smtp_port, user = found.baseline
        baseline(int(port), int(smtp_port), user, plain=kind == "plain")
        return
    run(found.mails, found.stored, found.rounds, found.latency)


def run(count: int, stored: int, rounds: int, one_by_one: int) -> None:
    dovecot = Dovecot().start()
    log = dovecot.home / "sink.log"
    sink = subprocess.Popen(
        [sys.executable, str(next(HERE.parent.rglob("smtp_sink.py"))), "0", str(log)], stdout=subprocess.PIPE
    )
    assert sink.stdout is not None
    smtp_port = int(sink.stdout.readline())
    mails = corpus(count)
    try:
        if one_by_one:
            latency(dovecot, smtp_port, log, one_by_one, stored)
        for number in range(0 if one_by_one else rounds):
            rates = {}
            for kind in ("wire", "plain"):
                user = f"{kind}{number}@vinno.example"
                fill(dovecot, user, mails)
                arguments = ["--baseline", kind, str(dovecot.port), str(smtp_port), user]
                rates[kind] = measure([sys.executable, __file__, *arguments], log, count)
            folder = Path(tempfile.mkdtemp())
            store_requests(folder, stored)
            user = f"worker{number}@vinno.example"
            fill(dovecot, user, mails)
            settings = settings_for(folder, dovecot.port, smtp_port, user)
            rates["worker"] = measure([sys.executable, "-m", "worker", "run", "-s", str(settings)], log, count)
            print(
                f"{count} mails, {stored} requests stored: "
                + ", ".join(
                    f"{kind} {rate:.0f}/s ({rate / rates['wire']:.3f} of wire)" for kind, rate in rates.items()
                ),
                flush=True,
            )
    finally:
        sink.terminate()
        sink.wait()
        assert sink.stdout is not None
        sink.stdout.close()
        dovecot.stop()


if __name__ == "__main__":
    main()
