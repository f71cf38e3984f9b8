"""What reading a mail costs: parse and new text of the sample mails, against the standard library's `policy.default`.

Run by hand: `python tests/bench/parsing.py [FOLDER of .eml …]`. Both read the same bytes in the same run, so that the
ratio means something on any machine.
"""

from __future__ import annotations

import email
import email.policy
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from worker.mail.message import read_message
from worker.mail.parsing import parse_mail

SAMPLES = Path(__file__).parents[1] / "mails"
ROUNDS = 7


def with_policy_default(raw: bytes) -> None:
    """What the obvious program does: parse, subject, sender, body, names of files."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    str(message["subject"]), str(message["from"]), str(message["to"]), str(message["date"])
    body = message.get_body(("plain", "html"))
    if body is not None:
        body.get_content()
    for part in message.iter_attachments():
        part.get_filename()
        part.get_content()


def milliseconds(read: Callable[[bytes], object], raw: bytes) -> float:
    """The best of some rounds; 0.0 where the reader raises."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        try:
            read(raw)
        except (LookupError, ValueError, AttributeError, TypeError):
            return 0.0
        best = min(best, time.perf_counter() - begun)
    return best * 1000


def with_a_file(raw: bytes, size: int) -> bytes:
    """The same letter with a file of some size attached."""
    line = b"QUJD" * 19 + b"\r\n"
    head = b'Content-Type: multipart/mixed; boundary="bench"\r\nSubject: tep lon\r\nFrom: a@b.vn\r\n\r\n--bench\r\n'
    inner = b"Content-Type: message/rfc822\r\n\r\n" + raw
    file = b"\r\n--bench\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + inner + file + line * (size * 4 // 3 // len(line)) + b"--bench--\r\n"


def report(name: str, mails: list[bytes]) -> None:
    """One line: median and 95th centile of both, and the ratio of the medians over mails that both could read."""
    ours = [milliseconds(parse_mail, raw) for raw in mails]
    form = [milliseconds(read_message, raw) for raw in mails]
    theirs = [milliseconds(with_policy_default, raw) for raw in mails]
    both = [(mine, other) for mine, other in zip(ours, theirs, strict=True) if other]
    high = sorted(ours)[len(ours) * 95 // 100]
    ratio = statistics.median(other for _, other in both) / statistics.median(mine for mine, _ in both)
    print(
        f"{name}: {len(mails)} mails, parse and new text median {statistics.median(ours):.2f} ms, 95 % under {high:.2f} ms "
        f"(bytes to form {statistics.median(form):.2f} ms); policy.default {statistics.median(o for _, o in both):.2f} ms, "
        f"fails on {len(mails) - len(both)}; {ratio:.1f} times as fast"
    )


def main() -> None:
    """Print the lines."""
    folders = [Path(name) for name in sys.argv[1:]] or [SAMPLES]
    for folder in folders:
        mails = [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
        report(folder.name, mails)
    letter = (SAMPLES / "p-gmail-web.eml").read_bytes()
    for size in (200_000, 5_000_000):
        report(f"one letter with a file of {size // 1000} kB", [with_a_file(letter, size)])


if __name__ == "__main__":
    main()
