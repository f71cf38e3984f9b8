"""The one training command: `python -m worker.learning.train` writes the model, its measures and the figures."""

from __future__ import annotations

import sys

from worker.learning.examples import load_examples
from worker.learning.training import DOCS, draw, report, train_and_measure
from worker.policy.classify import MODEL_FILE
from worker.settings import FeePolicy


def main() -> None:
    """Train on the corpus. Needs the extra `learn`; takes a few minutes on one core. `--no-figures` leaves the PNGs."""
    examples = load_examples()
    result = train_and_measure(examples, FeePolicy())
    MODEL_FILE.write_bytes(result.trained.data)
    lines = [f"{len(examples)} examples, model of {len(result.trained.data):,} bytes", *report(result)]
    print("\n".join(lines))
    if "--no-figures" not in sys.argv:
        draw(result, examples)
        (DOCS / "measures.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
