"""What staff write about newsletters: `Bản tin: …` with its fields, and the answers to a proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from worker.policy.features import fold

_LONGEST_LINE = 400
_MOST_LINES = 40
_TITLE = re.compile(r"\s*(?:bản\s+tin|ban\s+tin|newsletter)\s*[:：]\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_SIGN_UPS = re.compile(r"(?:(?:danh sach )?(?:dang ky )?chuong trinh|programmes?|sign-?ups?)(?: ?: ?.*)?")
_FIELD = re.compile(r"\s*([^\W\d_][\w ]{1,20}?)\s*[:：]\s*(.*)")


class Field(StrEnum):
    """What can be said of a newsletter beside its text."""

    SUBJECT = "subject"
    SEGMENT = "segment"
    SCHEDULE = "schedule"
    ADVERTISING = "advertising"
    LANGUAGE = "language"
    PROGRAMME = "programme"
    CONTENT = "content"


class Action(StrEnum):
    """What an answer to a proof asks for."""

    APPROVE = "approve"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Command:
    """An answer to a proof. `when` are the words of a schedule that came with an approval, empty for the one it has."""

    action: Action
    when: str = ""
    fields: Mapping[Field, str] = field(default_factory=dict)


_NAMES: Mapping[str, Field] = {
    **dict.fromkeys(("tieu de", "subject", "title"), Field.SUBJECT),
    **dict.fromkeys(("nhom", "gui cho", "nguoi nhan", "doi tuong", "segment", "for", "to"), Field.SEGMENT),
    **dict.fromkeys(("lich", "lich gui", "thoi gian gui", "schedule", "when"), Field.SCHEDULE),
    **dict.fromkeys(("quang cao", "advertising"), Field.ADVERTISING),
    **dict.fromkeys(("ngon ngu", "language"), Field.LANGUAGE),
    **dict.fromkeys(("chuong trinh", "programme", "program"), Field.PROGRAMME),
    **dict.fromkeys(("noi dung", "content", "text"), Field.CONTENT),
}


def newsletter_title(subject: str) -> str:
    """The title of a newsletter sent in by mail (`Bản tin: …`), empty where the subject is none."""
    found = _TITLE.fullmatch(subject[:_LONGEST_LINE])
    return " ".join(found[1].split()) if found else ""


def asks_for_sign_ups(subject: str) -> bool:
    """Whether a staff mail asks for the lists of programmes and who signed up (`Chương trình`, `Programmes: …`)."""
    return bool(_SIGN_UPS.fullmatch(" ".join(fold(subject[:_LONGEST_LINE]).split())))


def read_field(name: str) -> Field | None:
    """The field that a name means, None for no field of ours."""
    return _NAMES.get(" ".join(fold(name).replace("_", " ").split()))


def leading_fields(text: str) -> tuple[dict[Field, str], tuple[str, ...], str]:
    """The fields in the first lines of a text, those lines as they stand there, and the rest of the text."""
    lines = text.splitlines()
    fields: dict[Field, str] = {}
    taken = []
    at = 0
    while at < min(len(lines), _MOST_LINES):
        found = _field_of(lines[at])
        if found is None and lines[at].strip():
            break
        if found is not None:
            fields[found[0]] = found[1]
            taken.append(lines[at].strip())
        at += 1
    return fields, tuple(taken), "\n".join(lines[at:]).strip() if taken else text


def _field_of(line: str) -> tuple[Field, str] | None:
    found = _FIELD.fullmatch(line[:_LONGEST_LINE])
    named = read_field(found[1]) if found else None
    return (named, found[2].strip()) if found and named and named is not Field.CONTENT else None


def read_command(text: str) -> Command:
    """What an answer to a proof asks for. Only a plain word approves: "ok để hỏi sếp đã" is unclear."""
    lines = [line.strip() for line in text.strip().splitlines()]
    fields = _changes(lines)
    if fields:
        return Command(Action.CHANGE, fields=fields)
    words = next((words for line in lines if (words := _plain(line))), "")
    for pattern, build in _COMMANDS:
        found = pattern.fullmatch(words)
        if found:
            return build(found)
    return Command(Action.UNCLEAR)


def _plain(line: str) -> str:
    folded = " ".join(fold(line[:_LONGEST_LINE]).split())
    without_greeting = re.sub(r"^(?:chao|hi|hello|dear|em oi|ban oi)\b[^,.!]{0,30}(?:[,.!]\s*|$)", "", folded)
    return re.sub(r"(?:\s+(?:nhe|nha|nhe em|em|a|ban|di|luon nhe|please|thanks|cam on))*[\s.!]*$", "", without_greeting)


def _changes(lines: list[str]) -> dict[Field, str]:
    fields: dict[Field, str] = {}
    for at, line in enumerate(lines):
        found = _FIELD.fullmatch(line[:_LONGEST_LINE])
        named = read_field(found[1]) if found else None
        if found is None or named is None:
            continue
        if named is Field.CONTENT:
            fields[named] = "\n".join([found[2], *lines[at + 1 :]]).strip()
            break
        fields[named] = found[2].strip()
    return fields


_OK = r"(?:ok|oke|okay|okie|yes|duyet|dong y|chot|approved?|nhat tri)"
_COMMANDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Command]], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (r"(?:tam dung|tam ngung|pause)(?: gui| lai)?", lambda _: Command(Action.PAUSE)),
        (r"(?:tiep tuc|gui tiep|cho gui tiep|resume|continue)(?: gui)?", lambda _: Command(Action.RESUME)),
        (
            r"(?:dung|huy|thoi|ngung|stop|cancel|khong duyet|khong gui)(?: lai| bo| gui| khong gui)?(?: nua)?",
            lambda _: Command(Action.CANCEL),
        ),
        (rf"{_OK}(?:[,.]? {_OK})*(?:[,.]? (?:gui|send))?", lambda _: Command(Action.APPROVE)),
        (r"(?:gui|send)", lambda _: Command(Action.APPROVE)),
        (
            rf"(?:{_OK}[,.]? )?(?:cho )?(?:gui|send)(?: vao| luc| it)? (.{{2,80}})",
            lambda found: Command(Action.APPROVE, when=found[1]),
        ),
        (
            rf"{_OK}[,.]? (?=\d|thu |ngay|mai|luc |vao )(.{{2,80}})",
            lambda found: Command(Action.APPROVE, when=found[1]),
        ),
    )
)


def means_yes(words: str) -> bool | None:
    """What a field's words say: yes, no, or (None) neither."""
    plain = _plain(words)
    if plain in {"co", "yes", "true", "dung", "x", "on", "1"}:
        return True
    return False if plain in {"khong", "no", "false", "khong phai", "off", "0"} else None
