"""A coverage-guided fuzzer for reading mail: no exception, no hang, no invalid string. Run by hand.

    pip install atheris
    python tests/bench/fuzz_parsing.py FOLDER -max_total_time=600 -timeout=5 -max_len=20000

FOLDER keeps what the fuzzer found interesting; begin with a copy of tests/mails. A mail that takes more than a second
or gives an invalid string is reported like an exception.
"""

from __future__ import annotations

import sys
import time

import atheris  # type: ignore[import-untyped]  # installed by hand, no dependency of ours

with atheris.instrument_imports(include=["worker"]):
    from worker.mail.parsing import parse_mail

SECONDS = 1.0


class InvalidMailError(Exception):
    """What was read is no valid mail, or took too long."""


def read_one(raw: bytes) -> None:
    """Read one input and check what must always hold."""
    begun = time.process_time()
    mail = parse_mail(raw)
    took = time.process_time() - begun
    if took > SECONDS:
        raise InvalidMailError(f"{took:.1f} s for {len(raw)} bytes")
    names = [file.name for file in mail.attachments]
    for string in (mail.subject, mail.text, mail.new_text, mail.hidden_text, str(mail.sender), *names):
        string.encode("utf-8")
        if "\0" in string:
            raise InvalidMailError("NUL")
    if mail.text and not mail.new_text:
        raise InvalidMailError("no new text")


def main() -> None:
    """Fuzz with the arguments of libFuzzer."""
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
