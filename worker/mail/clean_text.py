"""What may leave as text: NFC, no control characters, no lone surrogates; what may stand in one line."""

from __future__ import annotations

import re
import unicodedata

_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_CLEANED: dict[str, str] = {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
_UNSEEN_IN_LINES = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\xad]")


def clean(text: str) -> str:
    """NFC with LF line ends, without control characters; a lone surrogate becomes U+FFFD."""
    if _UNCLEAN.search(text):
        text = _UNCLEAN.sub(_cleaned, text.replace("\r\n", "\n"))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _cleaned(match: re.Match[str]) -> str:
    if "\ud800" <= match[0] <= "\udfff":
        return "\ufffd"
    return _CLEANED.get(match[0], "")


def one_line(text: str) -> str:
    """A text as one line for a header: blanks collapsed, without the characters that turn or hide what is shown."""
    return " ".join(_UNSEEN_IN_LINES.sub("", text).split()) if text else text
