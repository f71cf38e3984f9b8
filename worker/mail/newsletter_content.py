"""What staff wrote for a newsletter, made safe: Markdown without raw HTML, or the HTML of their mail program sanitised.

Nothing of it is a template: only the placeholders of `Placeholder` mean anything, and they are replaced by marks before
the layout is rendered. The text twin is rendered from the same HTML, with the links written out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import nh3
import yaml
from markdown_it import MarkdownIt

from worker.mail.html_text import html_to_text
from worker.mail.newsletter_mime import Marks, Slot
from worker.model import Attachment, Language

LONGEST = 200_000
_MOST_PICTURES = 10
_MOST_PICTURE_BYTES = 3_000_000
_TAGS = set(
    "p br div span a strong b em i u s del h1 h2 h3 h4 ul ol li blockquote img table thead tbody tr td th hr pre code"  # noqa: SIM905 - thirty names read better in a line
    " sup sub center".split()
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign", "width", "style"},
    "th": {"colspan", "rowspan", "align", "valign", "width", "style"},
    "table": {"align", "width", "cellpadding", "cellspacing", "border"},
    "ol": {"start"},
    **{tag: {"style"} for tag in ("p", "div", "span", "h1", "h2", "h3", "h4")},
}
# Formatting that says something. Fonts, sizes and backgrounds of a mail program would fight the layout and dark mode.
_STYLES = {"text-align", "font-weight", "font-style", "text-decoration", "color"}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_DROPPED = re.compile(
    r"<\s*(script|iframe|object|embed|form|input|button|svg|video|audio|link|meta|base)\b", re.IGNORECASE
)
_COLOUR = re.compile(
    r"color\s*:\s*(?:#([0-9a-f]{6}|[0-9a-f]{3})\b|rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\))[^;]*;?", re.IGNORECASE
)
_ANY_COLOUR = re.compile(r"(?:^|(?<=;))\s*color\s*:[^;]*;?", re.IGNORECASE)
_STRONG_COLOUR = 90  # between the strongest and the weakest of red, green, blue: a colour that was chosen
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


class ContentError(Exception):
    """What was written cannot become a newsletter; the message says why, for whoever wrote it."""


class Picture(msgspec.Struct, frozen=True):
    """An inline picture, shown by HTML as `cid:content_id`."""

    content_id: str
    content_type: str
    content: bytes


class Content(msgspec.Struct, frozen=True):
    """A newsletter in one language as it was written: safe HTML and its text twin, with placeholders still in them.

    `losses` names what sanitising took away.
    """

    language: Language
    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()
    losses: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """The content as it is kept."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Content:
        """The content that was kept."""
        return msgspec.json.decode(kept, type=Content)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before the text of a Markdown file: its fields as words."""

    fields: Mapping[str, str]
    body: str


def read_front_matter(source: str) -> FrontMatter:
    """The fields and the text of a Markdown file. ContentError where the fields are no YAML mapping of plain values."""
    found = _FRONT_MATTER.match(source[:LONGEST])
    if not found:
        return FrontMatter({}, source)
    try:
        fields = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        raise ContentError(f"front matter: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(fields, dict):
        raise ContentError("front matter: must be lines like `subject: …`")
    return FrontMatter({str(name).lower(): _word(value) for name, value in fields.items()}, source[found.end() :])


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def from_markdown(source: str, subject: str, language: Language) -> Content:
    """Content of Markdown (CommonMark with tables). Raw HTML in it is shown as text, never as HTML."""
    if len(source) > LONGEST:
        raise ContentError(f"longer than {LONGEST} characters")
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return _content(markdown.render(source), subject, language, ())


def from_html(source: str, subject: str, language: Language, attachments: Sequence[Attachment] = ()) -> Content:
    """Content of the HTML of a mail program, with the pictures that it shows."""
    if len(source) > LONGEST:
        raise ContentError(f"longer than {LONGEST} characters; pictures belong beside the text, not into it")
    pictures = _pictures(source, attachments)
    return _content(source, subject, language, pictures)


def _content(source: str, subject: str, language: Language, pictures: tuple[Picture, ...]) -> Content:
    losses = tuple(sorted({found.lower() for found in _DROPPED.findall(source)}))
    safe = sanitised(source, {one.content_id for one in pictures})
    text = _QUOTE_BEGINS_EMPTY.sub(r"\1", html_to_text(_for_text(safe)).text)
    if not text.strip() and not pictures:
        raise ContentError("there is no text in it")
    plain_subject = " ".join(subject.split())[:200]
    if not plain_subject:
        raise ContentError("it has no subject")
    return Content(language, plain_subject, text.strip() + "\n", safe.strip(), pictures, losses)


def sanitised(source: str, content_ids: set[str] | None = None) -> str:
    """HTML without anything that acts, follows or hides: no script, form, style sheet, event, tracking pixel."""
    known = content_ids or set()

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return _picture_source(value, known)
        if attribute == "style":
            return _plain_style(value) or None
        return value

    clean: str = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "head", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=_SCHEMES,
        filter_style_properties=_STYLES,
        link_rel=None,
        strip_comments=True,
    )
    return re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", _without_pixels(clean))


def _picture_source(value: str, known: set[str]) -> str | None:
    if value.lower().startswith("cid:"):
        return value if value[4:] in known else None
    return value if value.lower().startswith("https://") else None


def _without_pixels(clean: str) -> str:
    """The HTML without pictures of at most two points: they show nothing and tell somebody who reads."""
    return re.sub(r'<img(?=[^>]*\s(?:width|height)="[0-2]")[^>]*>', "", clean)


def _plain_style(style: str) -> str:
    """A style without greys, whites and blacks: those come from a mail program, and vanish in dark mode."""
    kept = _COLOUR.sub(lambda found: found[0] if _is_chosen(found) else "", style)
    if "color" in kept and not _COLOUR.search(kept):
        kept = _ANY_COLOUR.sub("", kept)
    return kept.strip("; ")


def _is_chosen(found: re.Match[str]) -> bool:
    if found[1]:
        digits = found[1] if len(found[1]) > 3 else "".join(digit * 2 for digit in found[1])
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
    else:
        parts = [int(part[:4]) for part in found.group(2, 3, 4)]
    return max(parts) - min(parts) >= _STRONG_COLOUR


def _pictures(source: str, attachments: Sequence[Attachment]) -> tuple[Picture, ...]:
    shown = [one for one in attachments if one.content_id and f"cid:{one.content_id}" in source and one.content]
    images = [one for one in shown if re.fullmatch(r"image/(?:png|jpe?g|gif|webp)", one.content_type)]
    if len(images) > _MOST_PICTURES or sum(one.size for one in images) > _MOST_PICTURE_BYTES:
        raise ContentError(f"more than {_MOST_PICTURES} pictures or {_MOST_PICTURE_BYTES // 1_000_000} MB of them")
    return tuple(Picture(one.content_id, one.content_type, one.content) for one in images)


_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_HEADING = re.compile(r"(<h[1-4]\b[^>]*>)(.*?)(?=</h[1-4]>)", re.DOTALL)
_BETWEEN_CELLS = re.compile(r"(?<=</t[dh]>)\s*(?=<t[dh]\b)")
_AROUND_QUOTE = re.compile(r"(?<=<blockquote>)\s+|\s+(?=</blockquote>)")
_QUOTE_BEGINS_EMPTY = re.compile(r"(\A|\n[^>\n][^\n]*\n|\n\n)> *\n(?=>)")
_TAG = re.compile(r"<[^>]*>")


def _for_text(clean: str) -> str:
    """For the text twin: links written out, headings in capitals, a bar between the cells of a table."""
    source = _LINK.sub(_written_out, clean)
    source = _HEADING.sub(lambda found: found[1] + html.escape(html.unescape(_TAG.sub("", found[2])).upper()), source)
    return _AROUND_QUOTE.sub("", _BETWEEN_CELLS.sub("<td>|</td>", source))


def _written_out(found: re.Match[str]) -> str:
    """`text (link)` where the text is not the link itself."""
    link, shown = html.unescape(found[1]), html.unescape(_TAG.sub("", found[2])).strip()
    bare = link.removeprefix("mailto:").removeprefix("tel:")
    return found[0] if bare.rstrip("/") in shown or not shown else f"{found[2]} ({html.escape(bare)})"


# ---- placeholders ---------------------------------------------------------------------------------------------------

PLACEHOLDERS: Mapping[str, Slot] = {
    "{{ten}}": Slot.NAME,
    "{{tên}}": Slot.NAME,
    "{{name}}": Slot.NAME,
    "{{cong_ty}}": Slot.COMPANY,
    "{{công_ty}}": Slot.COMPANY,
    "{{company}}": Slot.COMPANY,
}
_PLACEHOLDER = re.compile(r"\{\{\s*([\w ]{1,20}?)\s*\}\}")


_TAG_OR_TEXT = re.compile(r'<(?:"[^"]*"|[^">])*>|[^<]+')


def with_marks(text: str, marks: Marks) -> str:
    """The text with its placeholders as marks; what looks like one and is none stays as it was written."""

    def mark(found: re.Match[str]) -> str:
        slot = PLACEHOLDERS.get("{{" + found[1].lower().replace(" ", "_") + "}}")
        return marks.of(slot) if slot else found[0]

    return _PLACEHOLDER.sub(mark, text)


def html_with_marks(safe: str, marks: Marks) -> str:
    """The same for safe HTML, between its tags only: a name must never become a part of a link."""
    return _TAG_OR_TEXT.sub(lambda found: found[0] if found[0][0] == "<" else with_marks(found[0], marks), safe)


def unknown_placeholders(content: Content) -> tuple[str, ...]:
    """What looks like a placeholder and is none of ours: the reader would see it as it stands."""
    found = {one[0] for one in _PLACEHOLDER.finditer(content.text) if with_marks(one[0], Marks("x")) == one[0]}
    return tuple(sorted(found))
