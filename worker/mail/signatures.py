"""Cuts what stands under a mail: signatures, the lines of phones and scanners, and, where asked, closing formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from worker.mail import signature_words as words

_LINE_LIMIT = 300
_SIGNATURE_LINES = 14
_BLOCK_LINES = 10
_TAIL_LINES = 80  # a signature further from the end is none

_SENT_FROM = re.compile(rf"^[\s(<\[*_\-–—]{{0,6}}(?:{words.SENT_FROM})\b(?P<what>.{{0,120}})$", re.IGNORECASE)
_DEVICE = re.compile(rf"(?<!\w)(?:{words.DEVICES})(?!\w)|iphone|ipad|galaxy", re.IGNORECASE)
_NAMED_THING = re.compile(r"^\s*(?:my|a|the)?\s*[A-Z0-9][\w\-.]*(?: [A-Z0-9][\w\-.]*){0,4}[)>\].]*\s*$")
_GET_APP = re.compile(rf"^[\s*_\[(<]{{0,4}}{words.GET_APP}$", re.IGNORECASE)
_OTHER_DEVICE_LINE = re.compile(rf"^[\s*_(<\[]{{0,4}}(?:{words.OTHER_DEVICE_LINES})\s*$", re.IGNORECASE)
_URL = re.compile(r"[<(\[]?https?://\S{1,200}[>)\]]?")

_DELIMITER = re.compile(r"^\s{0,3}(?:--|—|––|__|- -)\s*$")
_RULE = re.compile(r"^\s{0,3}(?:-{1,60}|_{3,60}|={3,60}|\*{3,60}|~{3,60}|#{3,60})\s*$")
_CLOSING = re.compile(rf"^[\s*_]{{0,4}}(?:{words.CLOSINGS})[\s*_]*[,.!:;…~]{{0,3}}[\s*_]*$", re.IGNORECASE)
_THANKS = re.compile(rf"^[\s*_]{{0,4}}(?:{words.THANKS})[\s*_]*,[\s*_]*$", re.IGNORECASE)
_CLOSING_AND_NAME = re.compile(
    rf"^[\s*_]{{0,4}}(?:{words.CLOSINGS}|{words.THANKS})\s*[,.!]\s*"
    r"(?P<name>[^\W\d_][\w.]*(?: [^\W\d_][\w.]*){0,4})\s*[.!]?$",
    re.IGNORECASE,
)

_PHONE = re.compile(r"(?<!\d)(?:\+\d{1,3}|0)[\s.\-()]{0,2}\d(?:[\s.\-()]{0,2}\d){6,12}(?!\d)")
_SITE = re.compile(
    r"[\w.+\-]{1,64}@[\w\-]{1,60}\.\w|(?:https?://|www\.)\S|\b[\w\-]{2,40}\.(?:com\.vn|vn|com|net|org)\b"
)
_CONTACT_LABEL = re.compile(
    rf"^[\s*_|•\-]{{0,4}}(?:(?:{words.CONTACT_LABELS})\s?[.:：)]|[tmpewaf]\s?[.:：)]\s*[+\d(])", re.IGNORECASE
)
_ROLE = re.compile(rf"(?<!\w)(?:{words.ROLES_AND_COMPANIES})(?!\w)", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?s|n\.?b|tái bút|tb)\.?\s*[:.\-)]", re.IGNORECASE)
_CONFIDENTIAL = re.compile(
    r"confidential|bảo mật|vertraulich|consider the environment|think before you print|cân nhắc trước khi in",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!…](?:\s+\S{2,}\s+\S{2,}|\s*$)")
_MAILING_LIST = re.compile(r"mailing list|mailman/listinfo|groups\.google|to unsubscribe", re.IGNORECASE)
_NAME = re.compile(r"^(?:[A-ZÀ-ỸĐ][\w'’.\-]*)(?:\s+(?:[A-ZÀ-ỸĐ][\w'’.\-]*|van|de|von|der|den|la|\([^)]{1,20}\))){0,5}$")


def is_device_line(line: str) -> bool:
    """Whether a program wrote this line: "Đã gửi từ iPhone của tôi", "Get Outlook for iOS", a virus scanner's note."""
    bare = line[:_LINE_LIMIT].strip()
    if not bare or len(bare) > 200:
        return False
    sent = _SENT_FROM.match(bare)
    if sent is None:
        return bool(_GET_APP.match(bare) or _OTHER_DEVICE_LINE.match(bare))
    what = _URL.sub("", sent["what"])
    if re.search(r":\s*\w|\w@\w", what) or len(what.split()) > 11:
        return False
    clause = re.split(r"[,;(]|\. ", what.strip(), maxsplit=1)[0]
    return bool(_NAMED_THING.match(what) or _DEVICE.search(clause))


def without_device_lines(lines: Sequence[str]) -> list[str]:
    """The lines without those that a phone or scanner added: they stand apart from the text or at its end."""
    first = max(0, len(lines) - _TAIL_LINES)
    device = [at >= first and is_device_line(line) for at, line in enumerate(lines)]
    if not any(device):
        return list(lines)
    return [line for at, line in enumerate(lines) if not (device[at] and _stands_apart(lines, device, at))]


def _stands_apart(lines: Sequence[str], device: list[bool], at: int) -> bool:
    above_free = at == 0 or device[at - 1] or not lines[at - 1].strip()
    behind_free = all(device[index] or not lines[index].strip() for index in range(at + 1, min(len(lines), at + 30)))
    return above_free or (behind_free and len(lines) - at <= 30)


def without_signature(lines: Sequence[str]) -> list[str]:
    """The lines without a signature block; closing words with no more than a name under them stay (they are text)."""
    bare = without_device_lines(lines)
    kept = bare[: _delimited(bare)]
    kept = kept[: _contact_block(kept)]
    return kept[: _disclaimer(kept)]


def _delimited(lines: Sequence[str]) -> int:
    """Where a signature under a delimiter begins (RFC 3676 4.3: `-- `, and what programs make of it)."""
    for at in range(max(1, len(lines) - _TAIL_LINES), len(lines)):
        if _DELIMITER.match(lines[at]) or _RULE.match(lines[at]):
            rest = [line for line in lines[at + 1 :] if line.strip()]
            if _DELIMITER.match(lines[at]) and _fits_signature(rest, exact=lines[at] == "-- "):
                return at
            if len(rest) <= _BLOCK_LINES and _is_signature(rest):
                return at
    return len(lines)


def _fits_signature(rest: Sequence[str], *, exact: bool) -> bool:
    if any(map(_POSTSCRIPT.match, rest)) or len(rest) > 3 * _SIGNATURE_LINES:
        return False
    shown = rest[: _boilerplate(rest)]
    spoken = [line for line in shown if not _is_signature_line(line)]
    return exact or (len(shown) <= _SIGNATURE_LINES and len(spoken) <= 2 and all(len(line) <= 80 for line in spoken))


def _is_signature(rest: Sequence[str]) -> bool:
    """Under a mere rule only what looks like a signature is one: people part their own text by rules, too."""
    if not rest:
        return True
    if _MAILING_LIST.search(rest[0]) and len(rest) <= 5:
        return True
    plain = [line for line in rest if not (_RULE.match(line) or _CLOSING.match(line))]
    if len(plain) == 1 and _NAME.match(plain[0].strip()) and len(plain[0].split()) <= 4:
        return True
    return all(map(_is_signature_line, plain)) and (len(plain) < len(rest) or any(map(_is_contact, plain)))


def _is_contact(line: str) -> bool:
    short = line[:_LINE_LIMIT]
    return bool(_PHONE.search(short) or _SITE.search(short) or _CONTACT_LABEL.match(short) or _ROLE.search(short))


def _is_signature_line(line: str) -> bool:
    """Name, title, company or contact: short and no sentence."""
    bare = line.strip()
    if _POSTSCRIPT.match(bare):
        return False
    return len(bare) <= 120 and (_is_contact(bare) or (len(bare) <= 60 and not _SENTENCE_END.search(bare)))


def _contact_block(lines: Sequence[str]) -> int:
    """Where a closing formula with name and contact details under it begins; thanks before them stay."""
    for at in range(max(1, len(lines) - 2 * _SIGNATURE_LINES), len(lines)):
        closing, thanks = _CLOSING.match(lines[at][:_LINE_LIMIT]), _THANKS.match(lines[at][:_LINE_LIMIT])
        if not (closing or thanks):
            continue
        rest = [line for line in lines[at + 1 :] if line.strip()]
        signature = rest[: _boilerplate(rest)]
        contact = len(signature) <= _SIGNATURE_LINES and any(map(_is_contact, signature))
        if contact and all(map(_is_signature_line, signature)):
            return at if closing else at + 1
    return len(lines)


def _boilerplate(rest: Sequence[str]) -> int:
    return next((at for at, line in enumerate(rest) if at and len(line) > 60 and _CONFIDENTIAL.search(line)), len(rest))


def without_notices(lines: Sequence[str]) -> list[str]:
    """The lines above a notice of confidentiality."""
    return list(lines[: min(_boilerplate(lines), _disclaimer(lines))])


def _disclaimer(lines: Sequence[str]) -> int:
    """A confidentiality notice is the last paragraph, and long."""
    for at in range(max(1, len(lines) - 25), len(lines)):
        if lines[at - 1].strip() or not _CONFIDENTIAL.search(" ".join(lines[at : at + 2])[:_LINE_LIMIT]):
            continue
        rest = " ".join(lines[at:])
        if len(rest) > 150 and re.search(r"recipient|e-?mail|thư này|nachricht", rest[:2000], re.IGNORECASE):
            return at
    return len(lines)


# ---- closing words --------------------------------------------------------------------------------------------------


def strip_closing(text: str) -> str:
    """The text without the closing formula and name at its end; the text as it is where nothing else would be left.

    Thanks that are a sentence ("Em cảm ơn chị.") stay, since they can be all that a reply says.
    """
    lines = text.rstrip().split("\n")
    for cut in (_closing_start(lines), _name_start(lines)):
        lines = lines[:cut]
    kept = "\n".join(lines).rstrip()
    return kept or text.strip()


def _closing_start(lines: Sequence[str]) -> int:
    for at in range(max(1, len(lines) - _BLOCK_LINES), len(lines)):
        line = lines[at][:_LINE_LIMIT]
        rest = [below for below in lines[at + 1 :] if below.strip()]
        alone = bool(_CLOSING.match(line)) or (bool(_THANKS.match(line)) and bool(rest))
        named = _CLOSING_AND_NAME.match(line)
        if named and named["name"].split()[0].lower() in words.NO_NAMES:
            named = None
        if (alone or named) and len(rest) <= 6 and all(map(_is_signature_line, rest)):
            return at
    return len(lines)


def _name_start(lines: Sequence[str]) -> int:
    """Where a last paragraph begins that is only a name, perhaps with title and company under it."""
    start = len(lines)
    while start > 0 and lines[start - 1].strip():
        start -= 1
    name = [line.strip() for line in lines[start:]]
    above = next((line.strip() for line in reversed(lines[:start]) if line.strip()), "")
    if not above or not 1 <= len(name) <= 4 or above.endswith((":", "：")):
        return len(lines)
    return start if _is_name(name[0]) and all(map(_is_signature_line, name[1:])) else len(lines)


def _is_name(line: str) -> bool:
    bare = line.lstrip("-–—~ ").rstrip(" .,!")
    plain = bare.split()
    if not 1 <= len(plain) <= 5 or len(bare) > 40 or any(char.isdigit() for char in bare):
        return False
    return bool(_NAME.match(bare)) and plain[0].lower() not in words.NO_NAMES
