"""HTML mail as the text that its reader sees, and apart from it the text that the HTML hides from a reader.

A tokenizer of one pass, not a tree: selectolax (lexbor) needs 10 seconds for 500 kB of nested divs, 15 for one tag with
100,000 attributes (measured), and mail is hostile. What a reader sees needs no tree.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from worker.mail.clean_text import clean
from worker.mail.html_hiding import has_dark_ground, hidden_classes, shows_again, why_hidden
from worker.mail.html_lines import Lines
from worker.mail.mojibake import repaired

LONGEST_HTML = 1_000_000
_MOST_TAGS = 100_000
_MOST_REGIONS = 60


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`text` is what a reader sees, quoted blocks marked with ">"; `hidden` is what only the source shows."""

    text: str
    hidden: str = ""


def html_to_text(source: str) -> HtmlText:
    """Render HTML as text. Never fails; linear in the size of the source, of which a million characters are read."""
    reading = _Reading(source[:LONGEST_HTML])
    reading.run()
    return HtmlText(_sound(reading.visible.finish()), _sound(reading.hidden.finish()))


def _sound(text: str) -> str:
    """Character references may spell control characters, decomposed letters, and letters of a legacy Vietnamese font."""
    return clean(repaired(text)[0])


def looks_like_html(text: str) -> bool:
    """Whether a text that claims to be plain is HTML: begins with a tag of a page, and consists of tags."""
    beginning = text[:20_000].lstrip("\ufeff \t\n\r>")
    if _DOCUMENT.match(beginning):
        return True
    return bool(_FRAGMENT.match(beginning)) and len(_ANY_TAG.findall(beginning)) >= 3 and _ends_in_tag(text)


_DOCUMENT = re.compile(
    r"(?i)(?:<\?xml[^<>]*>\s*)?(?:<!--.{0,200}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta)\b", re.DOTALL
)
_FRAGMENT = re.compile(
    r"(?i)<(?:div|p|table|span|font|center|b|br|h[1-6]|style|a|img|title|strong|tbody|tr|td)\b[^<>]*>"
)
_ANY_TAG = re.compile(
    r"(?i)</?(?:div|p|table|span|font|center|br|h[1-6]|tr|td|a|b|img|strong|tbody|li|ul|i|u|hr)\b[^<>]*>"
)


def _ends_in_tag(text: str) -> bool:
    return text.rstrip().endswith(">")


# ---- the tokenizer --------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"<(?:(/?)([a-zA-Z][\w:.-]{0,40})([^<>]*)(>?)|(!--)|[!?/])")
_BREAKING = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figure",
            "footer",
            "form",
            "header",
        ),
        *(
            "li",
            "main",
            "nav",
            "ol",
            "section",
            "table",
            "tbody",
            "tfoot",
            "thead",
            "tr",
            "ul",
            "caption",
            "body",
            "html",
        ),
    ]
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "xmp"})
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
)
_SKIPPED = frozenset(
    {"script", "style", "title", "template", "select", "iframe", "noframes", "svg", "object", "textarea"}
)
_FILLERS = re.compile("[\u200b\u200c\u034f\u00ad\u2007\u2060\ufeff]+")  # what newsletters stretch their preview with
_RULE_LINE = "_" * 32  # what Outlook writes for the rule above a quoted mail
_NO_MARGIN = re.compile(r"(?i)class\s*=\s*[\"']?Mso|margin(?:-top|-bottom)?\s*:\s*0")
_INDENTED = re.compile(r"(?i)border\s*:\s*(?:none|0)|gmail_indent|class\s*=\s*[\"']?webkit-indent")
_ALT = re.compile(r"(?i)\balt\s*=\s*(?:\"([^\"]{1,8})\"|'([^']{1,8})')")


@dataclass(slots=True)
class _Region:
    """An element that changes what is visible inside: `nest` counts the elements of its name that are open in it."""

    tag: str
    hides: bool
    reason: str
    nest: int = 1


@dataclass(slots=True)
class _Reading:
    """One pass over a source."""

    source: str
    visible: Lines = field(default_factory=Lines)
    hidden: Lines = field(default_factory=Lines)
    regions: list[_Region] = field(default_factory=list)
    quotes: list[bool] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    pre: int = 0
    has_dark_ground: bool = False
    hidden_classes: frozenset[str] = frozenset()
    unclosed: set[str] = field(default_factory=set)

    def run(self) -> None:
        self.has_dark_ground = has_dark_ground(self.source)
        place = 0
        for _ in range(_MOST_TAGS):
            markup = _MARKUP.search(self.source, place)
            if not markup:
                self._text(self.source[place:])
                return
            if markup.start() > place:
                self._text(self.source[place : markup.start()])
            place = self._markup(markup)

    def _markup(self, markup: re.Match[str]) -> int:
        """Handle one piece of markup; return where reading goes on."""
        tag = markup[2]
        if tag is None:
            return self._past_declaration(markup)
        attributes, end = markup[3], markup.end()
        if ("@" in attributes or attributes.startswith("//") or "@" in tag) and "=" not in attributes:
            self._text(markup[0])  # an address or link in angle brackets that nobody escaped
            return end
        if attributes.count('"') % 2 or attributes.count("'") % 2:
            attributes, end = self._whole_attributes(markup)
        tag = tag.lower()
        if markup[1]:
            self._close(tag)
        elif tag in _SKIPPED:
            return self._past_skipped(tag, end)
        else:
            self._open(tag, attributes)
        return end

    def _past_declaration(self, markup: re.Match[str]) -> int:
        closing = "-->" if markup[5] else ">"
        end = self.source.find(closing, markup.start() + 2) if closing not in self.unclosed else -1
        if end >= 0:
            return end + len(closing)
        self.unclosed.add(closing)
        return markup.end()

    def _whole_attributes(self, markup: re.Match[str]) -> tuple[str, int]:
        """Attributes with an angle bracket inside quotes: the tag ends at a `>` behind an even number of quotes."""
        start, end = markup.start(3), markup.end()
        for _ in range(8):
            end = self.source.find(">", end, start + 8000)
            if end < 0:
                break
            end += 1
            attributes = self.source[start : end - 1]
            if attributes.count('"') % 2 == 0 and attributes.count("'") % 2 == 0:
                return attributes, end
        return markup[3], markup.end()

    def _past_skipped(self, tag: str, place: int) -> int:
        if tag in self.unclosed:
            return place
        closing = re.compile(rf"</{tag}[^<>]{{0,40}}>", re.IGNORECASE).search(self.source, place)
        if not closing:
            self.unclosed.add(tag)
            return place
        if tag == "style" and not self.hidden_classes:
            self.hidden_classes = hidden_classes(self.source[place : closing.start()])
        return closing.end()

    # ---- elements

    def _lines(self) -> Lines:
        return self.hidden if self.regions and self.regions[-1].hides else self.visible

    def _text(self, text: str) -> None:
        if "&" in text:
            text = _unescaped(text)
        self._lines().add(_FILLERS.sub("", text), is_pre=self.pre > 0)

    def _open(self, tag: str, attributes: str) -> None:
        self._leave_implied(tag)
        if tag not in _VOID:
            self._enter_region(tag, attributes)
        lines = self._lines()
        if tag in _BREAKING:
            lines.end_block()
        elif tag in _SPACED:
            lines.end_block(blank=not _NO_MARGIN.search(attributes))
        rule = _OPENING.get(tag)
        if rule:
            rule(self, lines, attributes)

    def _close(self, tag: str) -> None:
        lines = self._lines()
        if tag in _BREAKING:
            lines.end_block()
        elif tag in _SPACED:
            lines.end_block(blank=tag != "p")
        rule = _CLOSING.get(tag)
        if rule:
            rule(self, lines)
        self._leave_region(tag)

    # ---- visibility

    def _enter_region(self, tag: str, attributes: str) -> None:
        inner = next((region for region in reversed(self.regions) if region.tag == tag), None)
        changed = self._change(attributes) if attributes else None
        if changed and len(self.regions) < _MOST_REGIONS:
            hides, reason = changed
            self.regions.append(_Region(tag, hides, reason))
        elif inner:
            inner.nest += 1

    def _change(self, attributes: str) -> tuple[bool, str] | None:
        """Whether an element hides what is in it, shows it again, or (None) changes nothing."""
        reason = why_hidden(attributes, self.hidden_classes, has_dark_ground=self.has_dark_ground)
        around = self.regions[-1] if self.regions else None
        if around and around.hides:
            return (False, "") if not reason and shows_again(around.reason, attributes) else None
        return (True, reason) if reason else None

    def _leave_region(self, tag: str) -> None:
        for place in range(len(self.regions) - 1, -1, -1):
            region = self.regions[place]
            if region.tag == tag:
                region.nest -= 1
                if region.nest <= 0:
                    del self.regions[place:]
                return
            if tag in _ENDS_BY_PARENT.get(region.tag, ()):
                del self.regions[place:]
                return

    def _leave_implied(self, tag: str) -> None:
        """Opening a block ends a paragraph, a cell ends the cell before it: HTML lets their end tags be left out."""
        if self.regions and tag in _ENDS_BY_SIBLING.get(self.regions[-1].tag, ()):
            self.regions.pop()


_ENDS_BY_SIBLING = {
    "p": frozenset({"p", "div", "table", "ul", "ol", "h1", "h2", "h3", "blockquote", "pre", "hr", "form"}),
    "li": frozenset({"li"}),
    "td": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
}
_ENDS_BY_PARENT = {
    "p": frozenset({"div", "td", "table", "body", "blockquote", "li"}),
    "li": frozenset({"ul", "ol"}),
    "td": frozenset({"tr", "table"}),
    "tr": frozenset({"table"}),
}

# ---- rules of single elements ---------------------------------------------------------------------------------------


def _open_br(_reading: _Reading, lines: Lines, _attributes: str) -> None:
    lines.end_line()


def _open_hr(_reading: _Reading, lines: Lines, _attributes: str) -> None:
    lines.end_block()
    lines.add(_RULE_LINE, is_pre=False)
    lines.end_line()


def _open_cell(_reading: _Reading, lines: Lines, _attributes: str) -> None:
    if lines.line:
        lines.add(" ", is_pre=False)


def _open_item(reading: _Reading, lines: Lines, _attributes: str) -> None:
    if reading.lists and reading.lists[-1] >= 0:
        reading.lists[-1] += 1
        lines.add(f"{reading.lists[-1]}. ", is_pre=False)
    else:
        lines.add("- ", is_pre=False)


def _open_ordered(reading: _Reading, _lines: Lines, _attributes: str) -> None:
    if len(reading.lists) < _MOST_REGIONS:
        reading.lists.append(0)


def _open_unordered(reading: _Reading, _lines: Lines, _attributes: str) -> None:
    if len(reading.lists) < _MOST_REGIONS:
        reading.lists.append(-1)


def _close_list(reading: _Reading, _lines: Lines) -> None:
    if reading.lists:
        reading.lists.pop()


def _open_quote(reading: _Reading, lines: Lines, attributes: str) -> None:
    lines.end_block()
    is_quote = not _INDENTED.search(attributes) and len(reading.quotes) < _MOST_REGIONS
    if is_quote and lines.done and not lines.wants_blank and lines.quote:
        lines.wants_blank = False
    reading.quotes.append(is_quote)
    reading.visible.quote += is_quote


def _close_quote(reading: _Reading, lines: Lines) -> None:
    lines.end_block()
    if reading.quotes:
        reading.visible.quote -= reading.quotes.pop()
        reading.visible.wants_blank = True


def _open_pre(reading: _Reading, _lines: Lines, _attributes: str) -> None:
    reading.pre += 1


def _close_pre(reading: _Reading, _lines: Lines) -> None:
    reading.pre = max(0, reading.pre - 1)


def _open_image(_reading: _Reading, lines: Lines, attributes: str) -> None:
    """A smiley is sent as a picture whose alternative text is the character."""
    alternative = _ALT.search(attributes) if "alt" in attributes else None
    text = (alternative[1] or alternative[2]) if alternative else ""
    if text and not text.isascii() and not any(char.isalnum() for char in text):
        lines.add(text, is_pre=False)


_OPENING = {
    "br": _open_br,
    "hr": _open_hr,
    "td": _open_cell,
    "th": _open_cell,
    "li": _open_item,
    "ol": _open_ordered,
    "ul": _open_unordered,
    "blockquote": _open_quote,
    "pre": _open_pre,
    "xmp": _open_pre,
    "img": _open_image,
}
_CLOSING = {
    "ol": _close_list,
    "ul": _close_list,
    "blockquote": _close_quote,
    "pre": _close_pre,
    "xmp": _close_pre,
}

_LONG_NUMBER = re.compile(r"&#x?[0-9a-fA-F]{8,};?")


def _unescaped(text: str) -> str:
    """Character references decoded; `html.unescape` refuses numbers of thousands of digits."""
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text))
