"""`understand --customer --jsonl`: customers' replies as JSON lines in, what they mean as JSON lines out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping

from worker.mail.reply_text import left_out, new_text, quoted_history, strip_closing
from worker.policy.customer_intent import Answering, CustomerIntent, understand_customer
from worker.policy.money import amounts_in

Line = Mapping[str, str]


def answer(line: Line) -> dict[str, object]:
    """What one reply means.

    Takes `id`, `context` (quote, ack, eta or done: what the customer answers) and `body` (plain text with the quoted
    history); gives `id`, `intent`, `new_text` (without history, signature and closing words), `certainty`, `evidence`.
    ValueError for a context that is none.
    """
    body = line["body"]
    shown = strip_closing(new_text(body))
    found = _understood(shown, Answering(line["context"]), body)
    return {
        "id": line["id"],
        "intent": found.intent.value,
        "new_text": shown,
        "certainty": found.certainty,
        "evidence": [f"{one.speaks_for}: {one.fact}" for one in found.evidence],
    }


def _understood(shown: str, context: Answering, body: str) -> CustomerIntent:
    """The figures of the quoted letter are those of our quote: where they are known from records, the desk gives them."""
    quoted = frozenset(amounts_in(quoted_history(body)))
    return understand_customer(shown, context, quoted, left_out(body, shown))


def answers(lines: Iterable[str]) -> Iterator[str]:
    """One JSON line for each JSON line; what is no such line is answered with its `error`."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answered(line), ensure_ascii=False)


def _answered(line: str) -> dict[str, object]:
    try:
        return answer(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer each line of standard input at once."""
    for line in answers(sys.stdin):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
