"""Which parts of a mail its reader sees, and as what text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from worker.mail.calendars import calendar_summary
from worker.mail.html_text import HtmlText, html_to_text
from worker.mail.mime import Entity
from worker.mail.parts import Part
from worker.mail.plain_text import ENCRYPTED_NOTICE, enriched_to_text, unflow, without_html, without_pgp

LONGEST_SHOWN = 500_000  # characters


@dataclass(frozen=True, slots=True)
class Body:
    """What is shown: the places of the parts it was made of, the text, the HTML source, and what HTML hides."""

    shown: frozenset[int] = frozenset()
    text: str = ""
    html: str = ""
    from_html: bool = False
    hidden: str = ""
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class _Choice:
    """Places of parts to read as text, and of the HTML parts that say the same."""

    text: tuple[int, ...] = ()
    html: tuple[int, ...] = ()
    is_encrypted: bool = False


def read_body(root: Entity, parts: Sequence[Part]) -> Body:
    """Choose and render what a reader sees. `parts` are the leaves of the tree, found by `Entity.index`."""
    choice = _choose(root, _Reading(parts), is_first=True)
    rendered = [(place, _rendered(parts[place])) for place in choice.text]
    pieces = [(place, piece) for place, piece in rendered if piece.text.strip()]
    if not pieces:
        pieces = _second_choice(root, parts)
    texts = [piece.text.strip("\n") for _, piece in pieces]
    if choice.is_encrypted:
        texts.append(ENCRYPTED_NOTICE)
    return Body(
        shown=frozenset(place for place, _ in pieces) | frozenset(choice.text),
        text="\n\n".join(texts)[:LONGEST_SHOWN],
        html="\n".join(parts[place].text for place in choice.html),
        from_html=any(parts[place].content_type == "text/html" for place, _ in pieces),
        hidden="\n".join(piece.hidden for _, piece in rendered if piece.hidden),
        is_encrypted=choice.is_encrypted,
    )


# ---- choosing -------------------------------------------------------------------------------------------------------

_NEVER_SHOWN = re.compile(
    r"text/(?:calendar|css|csv|xml|rtf|(?:x-)?vcard|directory|rfc822-headers|x-amp-html|javascript|x-watch-html|x-moz-deleted|"
    r"x-patch|x-diff|watch-html|tab-separated-values|x-python|x-log)"
)


@dataclass(slots=True)
class _Reading:
    """The leaves and what was rendered of them for a comparison."""

    parts: Sequence[Part]
    blanks: dict[int, bool] = field(default_factory=dict)

    def is_blank(self, place: int) -> bool:
        """Whether a part shows nothing."""
        if place not in self.blanks:
            part = self.parts[place]
            shown = part.text.strip() and (part.content_type != "text/html" or _has_words(part.text))
            self.blanks[place] = not shown
        return self.blanks[place]


_MARKUP = re.compile(r"(?is)<(?:style|title|script)\b.*?</(?:style|title|script)>|<[^<>]*>|&nbsp;|&#160;|&#8203;")


def _has_words(html: str) -> bool:
    beginning = html[:30_000]
    return bool(_MARKUP.sub("", beginning).strip()) or len(html) > len(beginning)


def _choose(entity: Entity, reading: _Reading, *, is_first: bool) -> _Choice:
    if entity.is_mail_inside:
        return _Choice()
    if not entity.children:
        return _choose_leaf(entity, reading, is_first=is_first)
    rule = _CHOOSING.get(entity.content_type.removeprefix("multipart/"), _choose_all)
    return rule(entity.children, reading, is_first)


def _choose_leaf(entity: Entity, reading: _Reading, *, is_first: bool) -> _Choice:
    part = reading.parts[entity.index] if entity.index >= 0 else None
    if part is None or part.disposition == "attachment" or not part.content_type.startswith("text/"):
        return _Choice(is_encrypted=part is not None and _is_encrypted(part))
    if _NEVER_SHOWN.match(part.content_type) or (part.filename and not is_first):
        return _Choice()
    return _Choice((entity.index,), (entity.index,) if part.content_type == "text/html" else ())


def _is_encrypted(part: Part) -> bool:
    if part.content_type not in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return False
    return part.param("smime-type").lower() != "certs-only"


def _choose_all(children: Sequence[Entity], reading: _Reading, is_first: bool) -> _Choice:
    choices = []
    for child in children:
        choices.append(_choose(child, reading, is_first=is_first))
        is_first = is_first and not choices[-1].text
    return _merged(choices)


def _merged(choices: Iterable[_Choice]) -> _Choice:
    found = list(choices)
    return _Choice(
        tuple(place for choice in found for place in choice.text),
        tuple(place for choice in found for place in choice.html),
        any(choice.is_encrypted for choice in found),
    )


def _choose_first(children: Sequence[Entity], reading: _Reading, is_first: bool) -> _Choice:
    """multipart/related and signed: the first part is the content, the rest serves it (RFC 2387, RFC 1847)."""
    for child in children:
        choice = _choose(child, reading, is_first=is_first)
        if choice.text or choice.is_encrypted:
            return choice
    return _Choice()


def _choose_encrypted(_children: Sequence[Entity], _reading: _Reading, _is_first: bool) -> _Choice:
    return _Choice(is_encrypted=True)


def _choose_alternative(children: Sequence[Entity], reading: _Reading, is_first: bool) -> _Choice:
    """The plain text where it says the same as the HTML, else the HTML (RFC 2046 5.1.4 prefers the last)."""
    choices = [_choose(child, reading, is_first=is_first) for child in children]
    full = [choice for choice in choices if any(not reading.is_blank(place) for place in choice.text)]
    if not full:
        return _merged(choices[:1])
    rich = next((choice for choice in reversed(full) if choice.html), None)
    plain = next((choice for choice in full if not choice.html), None)
    if plain is None or (rich is not None and _is_worse(plain, rich, reading)):
        return rich or full[-1]
    return _Choice(plain.text, rich.html if rich else (), plain.is_encrypted)


_STUB = re.compile(
    r"(?i)\bhtml\b|(?:does not|doesn't|can(?:not|'t)) (?:support|display|read|view)|"
    r"view (?:this|it) (?:e-?mail|message|online)|không hỗ trợ|không hiển thị|xem (?:email|thư|bản)"
)
_LOST_LETTER = re.compile(r"[A-Za-z]\?{1,3}[A-Za-z]|\b[A-Za-z]{1,3}\?{1,3} (?=[a-z])")


def _is_worse(plain: _Choice, rich: _Choice, reading: _Reading) -> bool:
    """Whether the plain text is only a stub that points to the HTML, or lost its letters (`Xin ch?o`) on the way."""
    text = "\n".join(reading.parts[place].text for place in plain.text)
    html = "\n".join(reading.parts[place].text for place in rich.html)
    if len(text) < 400 and _STUB.search(text) and len(_MARKUP.sub("", html[:30_000]).split()) > 2 * len(text.split()):
        return True
    lost = len(_LOST_LETTER.findall(text[:5000])) + text[:5000].count("\ufffd")
    return lost >= 3 and lost > 3 * (len(_LOST_LETTER.findall(html[:20_000])) + html[:20_000].count("\ufffd"))


_CHOOSING: dict[str, Callable[[Sequence[Entity], _Reading, bool], _Choice]] = {
    "alternative": _choose_alternative,
    "related": _choose_first,
    "signed": _choose_first,
    "encrypted": _choose_encrypted,
}

_LAST_RESORT = frozenset({"message/external-body", "message/partial"})  # they say where the content is

# ---- where nothing was chosen ---------------------------------------------------------------------------------------


def _second_choice(root: Entity, parts: Sequence[Part]) -> list[tuple[int, HtmlText]]:
    """Text that claims to be an attachment but is all there is; an invitation without words."""
    own = [(entity.index, parts[entity.index]) for entity in _own_leaves(root) if entity.index >= 0]
    unnamed = [(place, part) for place, part in own if part.content_type in _RENDERING and not part.filename]
    found = [(place, piece) for place, part in unnamed if (piece := _rendered(part)).text.strip()]
    if found:
        return found[:1]
    dates = [(place, part) for place, part in own if part.content_type in ("text/calendar", "application/ics")]
    found = [(place, HtmlText(summary)) for place, part in dates[:1] if (summary := calendar_summary(part.text))]
    return found or [(place, HtmlText(part.text)) for place, part in own if part.content_type in _LAST_RESORT]


def _own_leaves(entity: Entity) -> Iterable[Entity]:
    if entity.is_mail_inside:
        return
    if not entity.children:
        yield entity
    for child in entity.children:
        yield from _own_leaves(child)


# ---- rendering ------------------------------------------------------------------------------------------------------


def _rendered(part: Part) -> HtmlText:
    """A text part as its reader sees it."""
    return _RENDERING.get(part.content_type, _render_plain)(part)


def _render_plain(part: Part) -> HtmlText:
    text = part.text
    if part.param("format").lower() == "flowed":
        text = unflow(text, delsp=part.param("delsp").lower() == "yes")
    return HtmlText(without_html(without_pgp(text)))


def _render_html(part: Part) -> HtmlText:
    if "<" not in part.text and "&" not in part.text:
        return HtmlText(part.text)  # plain text that claims to be HTML: its lines are its lines
    return html_to_text(part.text)


def _render_enriched(part: Part) -> HtmlText:
    return HtmlText(enriched_to_text(part.text))


_RENDERING: dict[str, Callable[[Part], HtmlText]] = {
    "text/plain": _render_plain,
    "text/html": _render_html,
    "text/enriched": _render_enriched,
    "text/richtext": _render_enriched,
}
