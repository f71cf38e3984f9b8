"""Values with parameters, such as Content-Type (RFC 2045), their continuations and charsets (RFC 2231) put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from worker.mail.charsets import decode
from worker.mail.clean_text import one_line
from worker.mail.encoded_words import decode_value

_LONGEST_VALUE = 200_000
_MOST_PARAMETERS = 60
_NAME = re.compile(r"[;\s]*([^\s=;:\"]{1,60})\s*=\s*")
_BARE_UNTIL = re.compile(r";|\s+[A-Za-z][\w-]{1,30}(?:\*\d{0,3}\*?)?\s*=(?!\?)")
_QUOTED_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)("|\\?\Z)', re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?\Z")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A value such as that of Content-Type: what it says first, lower case, and its decoded parameters."""

    value: str
    items: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The parameter of that lower-case name, "" if there is none."""
        return next((value for key, value in self.items if key == name), "")


def read_parameters(raw: bytes) -> Parameters:
    """Read `type/subtype; name=value; …` in the forms that programs write, right or wrong.

    Unquoted values may hold blanks, quotes may stay open, semicolons be missing or come by the thousand.
    """
    text = raw[:_LONGEST_VALUE].decode("latin-1")
    head, _, rest = text.partition(";")
    value, _, missing = head.strip().partition(" ")
    pairs = _pairs(f"{missing};{rest}" if "=" in missing else rest)
    return Parameters(value.strip().strip('"').lower(), _assembled(pairs))


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    text = text.lstrip("; \t")
    place = 0
    while place < len(text) and len(pairs) < _MOST_PARAMETERS:
        name = _NAME.match(text, place)
        if not name:
            semicolon = text.find(";", place)
            if semicolon < 0:
                break
            place = semicolon + 1
            continue
        value, place = _value(text, name.end())
        pairs.append((name[1].lower(), value))
    return pairs


def _value(text: str, place: int) -> tuple[str, int]:
    quoted = _QUOTED_VALUE.match(text, place) if text[place : place + 1] == '"' else None
    if quoted and (quoted[2] or ";" not in quoted[1]):
        return _unescaped(quoted[1]), quoted.end()
    end = _BARE_UNTIL.search(text, place)
    stop = end.start() if end else len(text)
    return text[place:stop].strip().strip('"'), stop


def _unescaped(value: str) -> str:
    """`\\"` is a quote; a backslash before a letter is a path of Windows that nobody escaped."""
    return re.sub(r'\\(["\\])', r"\1", value)


def _assembled(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Parameters with RFC 2231 pieces joined and RFC 2047 words decoded; the extended form wins over the plain."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in pairs:
        continued = _CONTINUED.match(name)
        if not continued:
            # a boundary is compared byte by byte: its blanks count, and nothing in it is encoded
            plain.setdefault(name, value if name == "boundary" else decode_value(value.encode("latin-1")))
            continue
        number = int(continued[2] or 0)
        is_extended = continued[3] is not None or continued[2] is None
        pieces.setdefault(continued[1], {}).setdefault(number, (value, is_extended))
    extended = {name: _extended(parts) for name, parts in pieces.items()}
    return tuple({**plain, **{name: value for name, value in extended.items() if value}}.items())


def _extended(parts: dict[int, tuple[str, bool]]) -> str:
    charset, raw = "", b""
    for number, (value, is_extended) in sorted(parts.items()):
        text = value
        if is_extended and not raw and value.count("'") >= 2 and number == min(parts):
            charset, _, text = value.split("'", 2)
        raw += unquote_to_bytes(text.encode("latin-1")) if is_extended else text.encode("latin-1")
    if b"=?" in raw and not charset:
        return decode_value(raw)
    return one_line(decode(raw, charset).text)
