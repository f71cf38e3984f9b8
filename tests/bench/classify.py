"""How many mails are understood and decided in a second, beside how long parsing the same mails takes.

    python -m tests.bench.classify

One process, one core; prints medians of several turns and the ratio to the baseline of the same run (parsing).
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from email.message import EmailMessage

from worker.cli.decide import decided
from worker.learning.examples import load_examples
from worker.mail.parsing import parse_mail
from worker.model import Known, ParsedMail
from worker.policy.classify import Model, classify, load_model

TURNS = 5
MAILS = 400


def bytes_of(subject: str, body: str, number: int) -> bytes:
    """A mail as it would come."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Khách <khach@senvang.example>", "hotro@vinno.example"
    mail["Subject"] = " ".join(subject.split())
    mail["Message-ID"] = f"<{number}@senvang.example>"
    mail.set_content(body)
    return mail.as_bytes()


def milliseconds(work: Callable[[], object]) -> float:
    """The median processor time of several turns, for one mail: other programs on the machine do not count."""
    times = []
    for _ in range(TURNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000 / MAILS


def memory() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    before = memory()
    start = time.perf_counter()
    model = load_model()
    loaded = time.perf_counter() - start
    print(f"model loaded in {loaded * 1000:.0f} ms, memory +{memory() - before:.0f} MB at most")
    examples = load_examples()
    step = max(1, len(examples) // MAILS)
    raws = [bytes_of(one.subject, one.body, number) for number, one in enumerate(examples[::step][:MAILS])]
    parsed: list[ParsedMail] = [parse_mail(raw) for raw in raws]
    parsing = milliseconds(lambda: [parse_mail(raw) for raw in raws])
    understanding = milliseconds(lambda: [classify(mail, Known(), model) for mail in parsed])
    deciding = milliseconds(lambda: decide_all(parsed, model))
    print(f"parse             {parsing:6.2f} ms a mail")
    for name, took in (("classify         ", understanding), ("classify + decide", deciding)):
        print(f"{name} {took:6.2f} ms a mail, {1000 / took:5.0f} a second, {took / parsing:.2f} × parsing")


def decide_all(mails: list[ParsedMail], model: Model) -> None:
    """Understand and decide each mail."""
    for mail in mails:
        decided(classify(mail, Known(), model))


if __name__ == "__main__":
    main()
