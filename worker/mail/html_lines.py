"""Text growing line by line as HTML is rendered: blanks collapsed, blank lines where blocks want them, quotes marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLANKS = re.compile(r"[ \t\n\r\f]+")
_TRAILING = re.compile(r"[ \t\xa0]+\n")
_MANY_BLANK_LINES = re.compile(r"(?:\n>* ?){3,}(?=\n)")


@dataclass(slots=True)
class Lines:
    """Text growing line by line. `quote` is the number of quoted blocks around."""

    quote: int = 0
    done: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    wants_blank: bool = False

    def add(self, text: str, *, is_pre: bool) -> None:
        if is_pre:
            first, *rest = text.split("\n")
            self._append(first)
            for more in rest:
                self.end_line()
                self._append(more)
            return
        collapsed = _BLANKS.sub(" ", text)
        if not self.line or self.line[-1].endswith(" "):
            collapsed = collapsed.lstrip(" ")
        self._append(collapsed)

    def _append(self, text: str) -> None:
        if not text:
            return
        if self.wants_blank and not self.line:
            self.wants_blank = False
            if self.done:
                self.done.append(self._prefix().rstrip())
        self.line.append(text)

    def _prefix(self) -> str:
        return ">" * self.quote + " " if self.quote else ""

    def end_line(self) -> None:
        """A line break, also of an empty line."""
        self.done.append((self._prefix() + "".join(self.line)).rstrip(" "))
        self.line.clear()

    def end_block(self, *, blank: bool = False) -> None:
        """The border of a block: the line begun is ended, and a blank line may be wanted before what follows."""
        if self.line:
            self.end_line()
        self.wants_blank = self.wants_blank or blank

    def finish(self) -> str:
        self.end_block()
        text = _TRAILING.sub("\n", "\n".join(self.done) + "\n").replace("\xa0", " ")
        return _MANY_BLANK_LINES.sub("\n\n", text).strip("\n ")
