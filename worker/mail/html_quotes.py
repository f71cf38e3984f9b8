"""Marks quotations by the structure that mail programs give their HTML: containers, attribution lines, signatures.

One pass over the tags, no tree (see `html_text`): whole elements are left out of the source, and the place of a
quotation is marked by an empty block quotation, so that answers between quotations stay apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from worker.mail.quote_marks import is_forward_mark

_LOOKED_AT = 300_000  # characters: what somebody newly wrote stands at the top
_MOST_TAGS = 60_000
_LONGEST_SIGNATURE = 12_000  # characters of source: more is no signature, but somebody wrote inside it
_PLACE = "<blockquote>…</blockquote>"


class _Role(Enum):
    QUOTE = auto()
    ATTRIBUTION = auto()
    SIGNATURE = auto()
    REST = auto()


_QUOTE_NAMES = (
    r"gmail_quote|yahoo_quoted(?:_\d+)?|protonmail_quote|tutanota_quote|zmail_extra|front-blockquote|missive_quote|"
    r"sh-quoted-content|mail-editor-reference-message-container|isreplycontent|ntes-mailmaster-quote|hey-quote|"
    r"bloop_original_html|history_container|freshdesk_quote|wisestamp_quote|quoted-text|gmail_extra_quote|moz-email-quote"
)
_ATTRIBUTION_NAMES = r"gmail_attr|moz-cite-prefix|airmail_on|airmail_ext_on|reply-intro|front-quote-intro|cite-prefix"
_SIGNATURE_NAMES = (
    r"gmail_signature|moz-signature|ms-outlook-mobile-signature|applemailsignature|signature|protonmail_signature_block|"
    r"composer_signature|messagesignaturesection|zimbra-signature|zm-_id_-sgn|ymail_signature|bloop_sign_\d+|edo-signature"
)
_REST_NAMES = (
    r"divrplyfwdmsg|appendonsend|zwchr|outlookmessageheader|orimsghtmlseperator|stopspelling|_mailoriginal|"
    r"messagereplysection|mail-reply-separator|orig_message"
)
_PREFIX = r"(?:x_|yiv\d+|m_-?\d+)*"  # Outlook, Yahoo and Gmail rename what they take over
_NAMED = re.compile(r"\b(?:class|id|name|data-smartmail)\s*=\s*[\"']?(?P<all>[^\"'>]{1,300})", re.IGNORECASE)
_ROLES: tuple[tuple[_Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"(?:^|\s){_PREFIX}(?:{names})(?:$|\s|-)", re.IGNORECASE))
    for role, names in (
        (_Role.REST, _REST_NAMES),
        (_Role.ATTRIBUTION, _ATTRIBUTION_NAMES),
        (_Role.SIGNATURE, _SIGNATURE_NAMES),
        (_Role.QUOTE, _QUOTE_NAMES),
    )
)
_HINTS = (  # looked for in the lower-case source: substrings cost a twentieth of the pattern
    *("gmail_", "yahoo_quoted", "protonmail", "tutanota", "zmail_extra", "front-", "missive", "sh-quoted", "-quote"),
    *(
        "mail-editor-reference",
        "isreplycontent",
        "bloop",
        "history_container",
        "_quote",
        "quoted-text",
        "moz-",
        "airmail_",
    ),
    *("reply-intro", "cite", "signature", "zm-_id", "divrplyfwdmsg", "appendonsend", "zwchr", "outlookmessageheader"),
    *("orimsghtml", "stopspelling", "_mailoriginal", "messagereplysection", "mail-reply-separator", "orig_message"),
)
_CITE = re.compile(r"type\s*=\s*[\"']?cite|border-left[^;:]{0,10}:\s*(?!0|none)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:.-]{0,40})([^<>]*)>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col"})


def mark_quotes(source: str) -> str | None:
    """The source with quotations, attribution lines and signatures left out; None where its structure shows none.

    A forwarded mail in it is left as it is.
    """
    shown = source[:_LOOKED_AT]
    lowered = shown.lower()
    if not any(hint in lowered for hint in _HINTS):
        return None
    cutting = _Cutting(shown)
    cutting.run()
    return "".join(cutting.kept) + source[_LOOKED_AT:] if cutting.found else None


@dataclass(slots=True)
class _Cutting:
    """One pass over the tags; `region` is the role of the element that is being left out."""

    source: str
    kept: list[str] = field(default_factory=list)
    found: bool = False
    last: int = 0
    region: _Role | None = None
    tag: str = ""
    nest: int = 0

    def run(self) -> None:
        for count, found in enumerate(_TAG.finditer(self.source)):
            name = found[2].lower()
            if count > _MOST_TAGS or self._step(found, name):
                break
        if self.region is not None:
            self._leave(len(self.source))
        elif self.last < len(self.source):
            self.kept.append(self.source[self.last :])

    def _step(self, found: re.Match[str], name: str) -> bool:
        """Handle one tag; True when nothing behind it is looked at."""
        if self.region is not None:
            if name == self.tag:
                self.nest += -1 if found[1] else 1
                if self.nest == 0:
                    self._leave(found.end())
            return False
        role = None if found[1] or not found[3] else _role(name, found[3])
        if role is None:
            return False
        if self._is_forward(found.end()):
            return True
        if role is _Role.REST:
            self._keep_until(found.start(), _PLACE)
            self.last = len(self.source)
            return True
        if name not in _VOID:
            self._keep_until(found.start(), "")
            self.region, self.tag, self.nest = role, name, 1
        return False

    def _keep_until(self, end: int, place: str) -> None:
        self.kept.append(self.source[self.last : end] + place)
        self.last = end
        self.found = self.found or bool(place)

    def _leave(self, end: int) -> None:
        """The end of an element that is left out, unless it is too long for a signature."""
        if self.region is _Role.SIGNATURE and end - self.last > _LONGEST_SIGNATURE:
            self.kept.append(self.source[self.last : end])
        else:
            self.found = True
            self.kept.append(_PLACE if self.region is _Role.QUOTE else " ")
        self.last, self.region = end, None

    def _is_forward(self, start: int) -> bool:
        beginning = _ANY_TAG.sub("\n", self.source[start : start + 1500]).replace("&nbsp;", " ").strip()
        return any(is_forward_mark(line) for line in beginning.split("\n")[:8])


def _role(name: str, attributes: str) -> _Role | None:
    shown = attributes[:1500]
    if name == "blockquote" and _CITE.search(shown):
        return _Role.QUOTE
    named = " ".join(found["all"] for found in _NAMED.finditer(shown))
    role = next((role for role, names in _ROLES if names.search(named)), None) if named else None
    # Gmail wraps attribution, quotations and the answers between them into one element of this class.
    is_wrapper = role is _Role.QUOTE and name != "blockquote" and re.search(r"gmail_quote", named, re.IGNORECASE)
    return None if is_wrapper else role
