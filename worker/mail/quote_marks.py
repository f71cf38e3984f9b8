"""Finds what mail programs put around a quotation: attribution lines, separators, header blocks, forward marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from worker.mail import quote_words as words
from worker.mail.quote_words import HeaderRole

_LINE_LIMIT = 400  # characters of a line that are looked at: no attribution is longer, hostile lines are
_ATTRIBUTION_LINES = 5
_BLOCK_LINES = 16
_LABEL_LIMIT = 24
_MOST_CANDIDATES = 400  # lines that are looked at thoroughly: hostile text is made of nothing else


class MarkKind(Enum):
    """What a mark says about the lines behind it."""

    ATTRIBUTION = auto()
    HEADERS = auto()
    SEPARATOR = auto()
    FORWARD = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the lines `start` up to `end` (not included); `prefix` is what stands before it on its first line."""

    kind: MarkKind
    start: int
    end: int
    prefix: str = ""


_TAIL = r"[\s*_\"”»’'\-]*$"
_VERB_AT_END = re.compile(
    rf"(?:^|[\s>)\]\"'\d:”»点分日]|(?<=[一-鿿가-힣]))(?:{words.WROTE})\s?(?:\(időpont[^)]{{0,60}}\))?\s*[:：]?[>)]?{_TAIL}",
    re.IGNORECASE,
)
_VERB = re.compile(rf"(?:^|[\s>)\d])(?:{words.WROTE})(?:$|[\s:：<\"(])", re.IGNORECASE)
_OUR_OWN_WORDS = re.compile(rf"\b{words.OUR_OWN}\W*$", re.IGNORECASE)
_SERVER = re.compile(
    r"\bhost \S|\[\d{1,3}\.[\w.]{1,12}\]\)? (?:said|replied)|\b(?:server|remote) (?:said|replied)", re.IGNORECASE
)
_STARTED_BY_WORD = re.compile(rf"^\W{{0,4}}(?:{words.STARTERS})\b", re.IGNORECASE)
_STARTED = re.compile(
    rf"^[\s*_\"'“\-–—]{{0,6}}(?:(?:{words.STARTERS})\b|\d{{1,4}}[\s./\-年년:h]|\w{{2,12}}[.,]{{0,2}}\s+(?:den\s+)?\d|"
    r"בתאריך|เมื่อ|在\s?\d)",
    re.IGNORECASE,
)
_INNER_START = re.compile(
    r"(?<=[\s\-.!?])(?:On|At|Vào|Le|Am|El|Il|Em|Op|Den|W dniu|Dne)\s+(?:\w{1,10}\.?,?\s+){0,4}\d[^\n]{3,}$"
)
_EMAIL = re.compile(r"[^\s<>()\[\]\"',;:@]{1,80}@[^\s<>()\[\]\"',;:@]{1,200}")
_DATED = re.compile(
    r"\b\d{1,2}\s?[:.hH]\s?\d{2}\b|\b(?:19|20)\d{2}\b|\d{4}\s?[年년]|\b\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b|"
    r"\d{1,2}\s?[時时点點시]"
)
_DATE_AND_TIME = re.compile(
    r"(?=.*\b\d{1,2}\s?[:.hH]\s?\d{2}\b)(?=.*(?:\b(?:19|20)\d{2}\b|\b\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}\b|\d{4}\s?[年년]))"
)
_COLON_AT_END = re.compile(rf"[:：]{_TAIL}")
_MAY_END = re.compile(rf"[:：>)\]\-\"*\w]{_TAIL}")
_DASHED_VERB = re.compile(rf"^\s*-{{2,}}\s?\S.{{0,250}}\s(?:{words.WROTE})\s?:?\s*-{{2,}}\s*$", re.IGNORECASE)
_LONE_VERB = re.compile(rf"^\s*>\s?(?:{words.WROTE})\s?[:：]\s*$", re.IGNORECASE)
_SOMEBODY = re.compile(rf"^(?![>\s]*(?:{words.WROTE})\W*$)[^<]", re.IGNORECASE)
_QUOTING = re.compile(rf"^\s*(?:{words.QUOTING})\s.{{1,200}}[:：]\s*$", re.IGNORECASE)
_RULED = r"^[\s>*_|]{0,6}[-=_—–]{2,}[\s*]{0,3}"
_RULED_END = r"[\s*:]{0,3}[-=_—–]{2,}[\s*_|]*$"
_SEPARATOR = re.compile(rf"{_RULED}(?:{words.ORIGINAL}){_RULED_END}", re.IGNORECASE)
_FORWARD = re.compile(rf"{_RULED}(?:{words.FORWARDED}){_RULED_END}", re.IGNORECASE)
_BEGIN_FORWARDED = re.compile(rf"^\s*>?\s?(?:{words.BEGIN_FORWARDED})\s?[:：]\s*$", re.IGNORECASE)
_REPLY_ABOVE = re.compile(rf"^[\s>]*[#\-=*~_]{{2,}}.{{0,20}}(?:{words.REPLY_ABOVE})", re.IGNORECASE)
_RULE_LINE = re.compile(r"^\s*(?:[_\-=*]\s?){5,}\s*$")
_ON_ONE_LINE = re.compile(rf"^\W{{0,6}}{words.BLOCK_ON_ONE_LINE}")


def is_quoted(line: str) -> bool:
    """Whether the line carries a quote mark (`>`, or `|` as some webmailers draw it)."""
    bare = line.strip()
    if bare.startswith((">", "&gt;")):
        return not (bare.startswith(">>") and bare.endswith("<<"))  # an arrow: ">>> www.example.com <<<"
    return bare.startswith("| ") and not bare.endswith("|")


def is_forward_mark(line: str) -> bool:
    """Whether the line announces a forwarded mail."""
    shown = line[:_LINE_LIMIT]
    return bool(_FORWARD.match(shown) or _BEGIN_FORWARDED.match(shown))


def header_role(line: str) -> HeaderRole | None:
    """Which header a line like `*Đã gửi:* …` shows, None when it shows none."""
    bare = line[: _LABEL_LIMIT + 16].lstrip(" \t>*_|\"'·•-")
    cut = _colon_at(bare)
    return words.HEADER_LABELS.get(bare[:cut].rstrip(" *_\u00a0").lower()) if 0 < cut <= _LABEL_LIMIT else None


def header_value(line: str) -> str:
    """What stands behind the label of a header line."""
    return line[_colon_at(line) + 1 :].strip(" \t*_\u00a0")


def _colon_at(line: str) -> int:
    return min((at for at in (line.find(":"), line.find("：")) if at >= 0), default=-1)


def find_marks(lines: Sequence[str]) -> list[Mark]:
    """All marks outside of quoted lines, first to last; none overlaps another."""
    marks: list[Mark] = []
    at, candidates = 0, 0
    while at < len(lines):
        floor = marks[-1].end if marks else 0
        mark = _fixed_mark_at(lines, at)
        if mark is None and candidates < _MOST_CANDIDATES and _is_candidate(lines, at):
            candidates += 1
            mark = _header_block(lines, at, floor) or _attribution(lines, at, floor)
        if mark is not None:
            marks.append(mark)
        at = mark.end if mark else at + 1
    return marks


def _fixed_mark_at(lines: Sequence[str], at: int) -> Mark | None:
    line = lines[at][:_LINE_LIMIT]
    if not line or line.isspace():
        return None
    return _quoted_forward(lines, at) if is_quoted(line) else _ruled(line, at)


def _is_candidate(lines: Sequence[str], at: int) -> bool:
    """Whether a line may begin a header block or end an attribution: a cheap look before the thorough one."""
    line = lines[at][:_LINE_LIMIT]
    if not line or line.isspace():
        return False
    if is_quoted(line):
        return bool(_LONE_VERB.match(line))
    return header_role(line) is not None or _may_end_attribution(lines[at][-_LINE_LIMIT:].rstrip())


def _quoted_forward(lines: Sequence[str], at: int) -> Mark | None:
    """Apple Mail puts the forwarded mail, its first line included, into a block quotation."""
    if at > 0 and is_quoted(lines[at - 1]):
        return None
    return Mark(MarkKind.FORWARD, at, at + 1) if is_forward_mark(lines[at]) else None


def _ruled(line: str, at: int) -> Mark | None:
    if line.lstrip()[:1] in "-=_—–*|#~":
        if _FORWARD.match(line):
            return Mark(MarkKind.FORWARD, at, at + 1)
        if _SEPARATOR.match(line) or _REPLY_ABOVE.match(line):
            return Mark(MarkKind.SEPARATOR, at, at + 1)
    if line.rstrip()[-1:] in ":：" and _BEGIN_FORWARDED.match(line):
        return Mark(MarkKind.FORWARD, at, at + 1)
    return None


# ---- header blocks (Outlook and its kin) ----------------------------------------------------------------------------


def _header_block(lines: Sequence[str], at: int, floor: int) -> Mark | None:
    if header_role(lines[at]) in (None, HeaderRole.CC) or _is_above_block(lines, at):
        return None
    if _ON_ONE_LINE.match(lines[at][:_LINE_LIMIT]):
        return Mark(MarkKind.HEADERS, _over_rule(lines, at, floor), at + 1)
    end, roles = block_extent(lines, at)
    return Mark(MarkKind.HEADERS, _over_rule(lines, at, floor), end) if _is_block(roles, lines[at:end]) else None


def _is_above_block(lines: Sequence[str], at: int) -> bool:
    """Whether a line that looks like a header (`thời gian: 50p`) is new text: the block below has that header itself."""
    role = header_role(lines[at])
    for start in range(at + 1, min(len(lines), at + _BLOCK_LINES)):
        if header_role(lines[start]) is HeaderRole.FROM:
            end, roles = block_extent(lines, start)
            return role in roles and role is not HeaderRole.FROM and _is_block(roles, lines[start:end])
    return False


def block_extent(lines: Sequence[str], at: int) -> tuple[int, list[HeaderRole]]:
    """The line behind the header block that starts at `at`, and its headers.

    Long To lists wrap, and some programs put a blank line behind each header.
    """
    roles: list[HeaderRole] = []
    end, loose = at, 0
    for index in range(at, min(len(lines), at + _BLOCK_LINES)):
        role = header_role(lines[index])
        if role is not None and (role is HeaderRole.CC or role not in roles):
            roles.append(role)
            end, loose = index + 1, 0
            continue
        loose += 1
        complete = HeaderRole.SUBJECT in roles and len(set(roles)) >= 3 and not lines[index].strip()
        if loose > 2 or complete or role is not None:
            break
    return end, roles


def _is_block(roles: list[HeaderRole], block: Sequence[str]) -> bool:
    """Three headers with a sender, or two where an address shows that this is mail and no timetable or form."""
    kinds = set(roles) - {HeaderRole.CC}
    if kinds == {HeaderRole.SENT, HeaderRole.TO}:
        sent = next(header_value(line) for line in block if header_role(line) is HeaderRole.SENT)
        return bool(_DATE_AND_TIME.match(sent)) and any(_EMAIL.search(line[:_LINE_LIMIT]) for line in block)
    if HeaderRole.FROM not in kinds or len(kinds) < 2:
        return False
    if len(kinds) >= 3:
        return HeaderRole.SUBJECT in kinds or any(_EMAIL.search(line[:_LINE_LIMIT]) for line in block)
    senders = (line for line in block if header_role(line) is HeaderRole.FROM)
    return HeaderRole.TO not in kinds and any("@" in line for line in senders)


def _over_rule(lines: Sequence[str], at: int, floor: int) -> int:
    """Takes in the rule (`_____`) and blank lines that stand between the reply and the block."""
    above = at
    while above > floor and not lines[above - 1].strip() and at - above < 3:
        above -= 1
    return above - 1 if above > floor and _RULE_LINE.match(lines[above - 1][:_LINE_LIMIT]) else at


# ---- attribution lines ("On … wrote:") ------------------------------------------------------------------------------


def _attribution(lines: Sequence[str], at: int, floor: int) -> Mark | None:
    if _goes_on(lines, at) or not _may_end_attribution(lines[at][-_LINE_LIMIT:].rstrip()):
        return None
    quoted = _quote_follows(lines, at)
    joined = ""
    for start in range(at, max(floor, at - _ATTRIBUTION_LINES) - 1, -1):
        part = lines[start][:_LINE_LIMIT].strip()
        joined = f"{part} {joined}".strip()
        if len(joined) > _LINE_LIMIT or (not part and not lines[start + 1].lstrip().startswith("<")):
            return None
        if _attributed(joined, quoted):
            return _split_prefix(lines, _wrapped_start(lines, start, floor, joined), at)
    return None


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Polymail breaks its attribution so that the verb stands behind what looks like a quote mark."""
    return at + 1 < len(lines) and bool(_LONE_VERB.match(lines[at + 1][:_LINE_LIMIT]))


def _may_end_attribution(line: str) -> bool:
    tail = line[-60:]
    if not _MAY_END.search(tail):
        return False
    return bool(
        _COLON_AT_END.search(tail) or tail.endswith(">") or _VERB_AT_END.search(tail) or _DASHED_VERB.match(line)
    )


def _attributed(joined: str, quoted: bool) -> bool:
    """Whether these words say who wrote when. The less of it they say, the more must the lines around show it."""
    ending = bool(_VERB_AT_END.search(joined[-90:]))
    colon = bool(_COLON_AT_END.search(joined[-20:]))
    if _DASHED_VERB.match(joined):
        return True
    if not (colon or ending or quoted) or _OUR_OWN_WORDS.search(joined[-60:]) or _SERVER.search(joined):
        return False
    dated, address = bool(_DATED.search(joined)), bool(_EMAIL.search(joined))
    if _QUOTING.match(joined):
        return quoted or address
    started = bool(_STARTED.match(joined))
    shown = address or quoted or bool(_DATE_AND_TIME.match(joined))
    rules = (
        address and dated and colon and (started or bool(_VERB.search(joined))),
        ending and shown and dated and (colon or address or quoted) and (started or address or quoted),
        colon and shown and dated and started and bool(_VERB.search(joined)),
        ending and address and (colon or quoted),
        quoted and ending and colon and len(joined) < 100 and bool(_SOMEBODY.match(joined)),
        quoted and dated and address and started and joined.endswith((">", ":")),
    )
    return any(rules)


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at + 1 : at + 5] if line.strip()), "")
    return is_quoted(following)


def _wrapped_start(lines: Sequence[str], start: int, floor: int, joined: str) -> int:
    """Takes in the line above where that begins an attribution and these words do not: "On Thu, Nov" / "6, 2025"."""
    if start <= floor or _STARTED_BY_WORD.match(joined):
        return start
    at = start - 1
    while at > floor and start - at <= 3 and lines[at].strip() in ("", "<") and not _DATED.search(joined):
        at -= 1
    above = lines[at][:_LINE_LIMIT].strip()
    begins = len(above) < 90 and bool(_STARTED_BY_WORD.match(above)) and not above.endswith((".", "!", "?"))
    return at if begins and (re.search(r"\d|,$", above) or len(above.split()) <= 4) else start


def _split_prefix(lines: Sequence[str], start: int, at: int) -> Mark:
    """A reply may stand on the attribution's own line: `ok em --- On Thu, Nov 6, 2025 …, hoa@x.example wrote:`."""
    line = lines[start][:_LINE_LIMIT]
    inner = None if _STARTED_BY_WORD.match(line) else _INNER_START.search(line)
    prefix = line[: inner.start()].strip(" \t-–—") if inner else ""
    return Mark(MarkKind.ATTRIBUTION, start, at + 1, prefix)
