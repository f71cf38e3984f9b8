"""The labelled mails: what is in the corpus files, and what staff corrected since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.model import Category, Fee, Request, Urgency

CORPUS = Path(__file__).parent / "corpus"


class CorpusError(Exception):
    """A line of the corpus is not what it should be; the message names file, line and field."""


@dataclass(frozen=True, slots=True)
class Example:
    """One mail with what is right. The first of the acceptable ones is the label that is learned.

    `author` groups mails of one style: they are never split between learning and testing.
    """

    id: str
    author: str
    subject: str
    body: str
    lang: str
    diacritics: bool
    hard: bool
    categories: tuple[Category, ...]
    urgencies: tuple[Urgency, ...]
    fees: tuple[Fee, ...]
    minutes_low: int
    minutes_high: int

    @property
    def text(self) -> str:
        """What the classifier reads."""
        return f"{self.subject}\n{self.body}"

    @property
    def category(self) -> Category:
        """The label to learn."""
        return self.categories[0]

    @property
    def urgency(self) -> Urgency:
        """The label to learn."""
        return self.urgencies[0]

    @property
    def fee(self) -> Fee:
        """The label to learn."""
        return self.fees[0]


def _gold_first(row: Mapping[str, object], field: str, acceptable: str) -> list[str]:
    others = row.get(acceptable) or []
    if not isinstance(others, list):
        raise TypeError(acceptable)
    return list(dict.fromkeys([str(row[field]), *map(str, others)]))


def example_from(row: Mapping[str, object]) -> Example:
    """An example from a document with the corpus keys. KeyError, TypeError or ValueError where one is missing or unknown."""
    return Example(
        id=str(row["id"]),
        author=str(row["author"]),
        subject=str(row["subject"]),
        body=str(row["body"]),
        lang=str(row.get("lang", "vi")),
        diacritics=bool(row.get("diacritics", True)),
        hard=bool(row.get("hard", False)),
        categories=tuple(map(Category, _gold_first(row, "category", "acceptable_categories"))),
        urgencies=tuple(map(Urgency, _gold_first(row, "urgency", "acceptable_urgency"))),
        fees=tuple(map(Fee, _gold_first(row, "fee", "acceptable_fee"))),
        minutes_low=int(str(row["minutes_low"])),
        minutes_high=int(str(row["minutes_high"])),
    )


def _read(path: Path) -> Iterable[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield example_from(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise CorpusError(f"{path.name}, line {number}: {error!r}") from None


def load_examples(folder: Path = CORPUS) -> list[Example]:
    """All examples of the corpus, file by file. CorpusError names the first line that is wrong."""
    return [example for path in sorted(folder.glob("*.jsonl")) for example in _read(path)]


def correction_of(request: Request) -> dict[str, object]:
    """A request whose category, urgency, effort or fee staff set right, as the document to keep under kind `example`.

    Everything stands as staff left it; the customer is the author, so that a customer's mails are never split between
    learning and testing.
    """
    return {
        "id": f"staff-{request.id}",
        "author": f"staff-{request.customer_id or request.contact.domain}",
        "subject": request.subject,
        "body": request.text,
        "lang": request.language.value,
        "diacritics": not request.text.isascii(),
        "hard": True,
        "category": request.category.value,
        "acceptable_categories": [request.category.value],
        "urgency": request.urgency.value,
        "acceptable_urgency": [request.urgency.value],
        "fee": request.fee.fee.value,
        "acceptable_fee": [request.fee.fee.value],
        "minutes_low": request.effort.low,
        "minutes_high": request.effort.high,
    }
