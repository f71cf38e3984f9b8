"""Streams documents page by page, so that no transaction stays open while somebody works on what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from storage import Stored
from storage.checks import decode

Place = tuple[object, str]  # where a document stands in an order: its value there, as its store writes it, and its key
Found = tuple[object, str, int, str]  # that value, key, version, body
ReadPage = Callable[[Place | None, int], list[Found]]  # the rows behind a place, at most so many


def stream(
    read_page: ReadPage, sizes: Iterable[int], place: Place | None, limit: int, can_move: bool
) -> Iterator[Stored]:
    """The documents behind `place`, at most `limit`, in pages of these sizes.

    `can_move`: a commit may give a document another place in the order, and one that moved ahead is not given again.
    """
    given: set[str] = set()
    left = limit
    for size in sizes:
        asked = min(size, left)
        page = read_page(place, asked)
        for value, key, version, body in page:
            place = (value, key)
            if key in given:
                continue
            if can_move:
                given.add(key)
            left -= 1
            yield Stored(key, version, decode(body))
        if len(page) < asked or not left:
            return
