"""Answers a request for basic business and marketing information at once, from the catalogue (POLICY, free 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from worker.desk import letters
from worker.desk.context import Desk
from worker.desk.wording import greeting_name
from worker.model import InboundMail, Language, ParsedMail, Request
from worker.policy.resources import Catalogue, CatalogueError, Group, Kind, match_resources, read_catalogue
from worker.records import NewLetter

_KIND_NAMES: Mapping[Kind, tuple[str, str]] = {
    Kind.MARKETPLACE: ("Sàn thương mại điện tử, rao vặt", "Marketplaces and classifieds"),
    Kind.DIRECTORY: ("Danh bạ, hiệp hội, xúc tiến thương mại", "Directories, associations, trade promotion"),
    Kind.FORUM: ("Diễn đàn", "Forums"),
    Kind.SOCIAL: ("Mạng xã hội", "Social networks"),
    Kind.GROUP: ("Hội nhóm, cộng đồng", "Groups and communities"),
    Kind.LECTURE: ("Bài giảng, khóa học, tài liệu", "Lectures, courses, documents"),
    Kind.TOOL: ("Công cụ miễn phí", "Free tools"),
}


def load_catalogue(templates: Path) -> Catalogue:
    """The catalogue of a template folder. CatalogueError says what is wrong with it, also where there is none."""
    path = templates / "resources" / "catalogue.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(str(path), [f"cannot be read: {error}"]) from None
    return read_catalogue(text, str(path))


def kind_name(kind: Kind, language: Language) -> str:
    """What entries of a kind are called."""
    vietnamese, english = _KIND_NAMES[kind]
    return vietnamese if language is Language.VI else english


def resources_answer(
    desk: Desk, catalogue: Catalogue, request: Request, mail: ParsedMail, inbound: InboundMail, now: datetime
) -> NewLetter | None:
    """The letter with the matching entries and where the rest is; None where nothing matches: a person answers then."""
    groups = match_resources(f"{mail.subject}\n{mail.new_text}", request.language, catalogue)
    if not groups:
        return None
    envelope = letters.Envelope(
        kind="resources_answer",
        to=request.contact,
        language=request.language,
        in_reply_to=mail.message_id,
        references=letters.thread_references(mail),
        request=request,
        inbound=inbound,
    )
    context = {
        "subject": letters.answer_subject(mail.subject, request.id, request.language),
        "name": greeting_name(request.contact, request.language),
        "groups": _shown(groups, request.language),
    }
    return letters.write(desk, envelope, "resources_answer", context, now)


def _shown(groups: Sequence[Group], language: Language) -> list[dict[str, object]]:
    return [
        {
            "title": kind_name(group.kind, language),
            "entries": [
                {"name": one.name, "link": one.link, "description": one.description(language)} for one in group.entries
            ],
        }
        for group in groups
    ]
