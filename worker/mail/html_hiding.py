"""How HTML hides text from a reader: styles, attributes, classes of a style sheet, and what shows it again."""

from __future__ import annotations

import re

_LONGEST_ATTRIBUTES = 2000


def why_hidden(attributes: str, classes: frozenset[str], *, has_dark_ground: bool) -> str:
    """What hides an element with these attributes, "" if nothing does.

    `classes` are those that the style sheet hides. White letters are hidden only where nothing has a dark ground.
    """
    lowered = attributes[:_LONGEST_ATTRIBUTES].lower()
    if "hidden" in lowered and _HIDDEN_ATTRIBUTE.search(_QUOTED_VALUE.sub("", lowered)):
        return "attribute"
    if "style" in lowered:
        for reason, pattern in _HIDING:
            if pattern.search(lowered) and not (reason == "colour" and has_dark_ground):
                return reason
    if classes and "class" in lowered:
        found = _CLASS.search(attributes[:_LONGEST_ATTRIBUTES])
        if found and classes.intersection((found[1] or found[2] or found[3] or "").split()):
            return "class"
    return ""


def shows_again(reason: str, attributes: str) -> bool:
    """Whether an element inside a hidden one is seen: size, colour and visibility can be set back, `display` cannot."""
    resets = _RESETS.get(reason)
    return resets is not None and bool(resets.search(attributes[:_LONGEST_ATTRIBUTES]))


def has_dark_ground(source: str) -> bool:
    """Whether anything in the source has a ground that is not white."""
    return bool(_DARK_GROUND.search(source))


_WHITE = r"(?:#fff(?:fff)?\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)"
_HIDING = (
    ("display", re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all")),
    ("visibility", re.compile(r"visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:[;\"'!]|$)")),
    ("place", re.compile(r"(?:text-indent|left|top)\s*:\s*-\d{3,}")),
    ("box", re.compile(r"max-(?:height|width)\s*:\s*0(?:px)?\s*[;\"'!].*overflow\s*:\s*hidden")),
    ("box", re.compile(r"overflow\s*:\s*hidden.*max-(?:height|width)\s*:\s*0(?:px)?\s*(?:[;\"'!]|$)")),
    ("size", re.compile(r"font-size\s*:\s*(?:0|1px|0?\.\d+(?:px|pt))(?:px|pt|em|rem|%)?\s*(?:[;\"'!]|$)")),
    ("colour", re.compile(rf"(?<![-\w])color\s*:\s*{_WHITE}")),
)
_HIDDEN_ATTRIBUTE = re.compile(r"(?<![\w-])hidden(?![\w-])")
_QUOTED_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_RESETS = {
    "size": re.compile(r"(?i)font-size\s*:\s*(?:[2-9]|1\d|[a-z])"),
    "colour": re.compile(r"(?i)(?<![-\w])color\s*[:=]"),
    "visibility": re.compile(r"(?i)visibility\s*:\s*visible"),
}
_DARK_GROUND = re.compile(
    rf"(?i)(?:bgcolor\s*=\s*[\"']?(?!{_WHITE}|\s|[\"'])|background(?:-color|-image)?\s*[:=]\s*[\"']?"
    rf"(?!\s*(?:{_WHITE}|transparent|none|inherit|initial|unset|[\"';]|0)))\S"
)
_CLASS = re.compile(r"(?i)\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CSS_RULE = re.compile(r"([^{}]*)([{}])")
_HIDING_RULE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0")
_ONE_CLASS = re.compile(r"^\s*(?:[a-z]+)?\.([\w-]+)\s*$", re.IGNORECASE)


def hidden_classes(css: str) -> frozenset[str]:
    """Classes that a style sheet hides on every device: rules within @media are for small screens and do not count."""
    hidden: set[str] = set()
    depth, selector = 0, ""
    for text, brace in _CSS_RULE.findall(css[:50_000]):
        if brace == "{":
            depth += 1
            selector = text if depth == 1 else ""
            continue
        if depth == 1 and selector and _HIDING_RULE.search(text):
            hidden.update(found[1] for part in selector.split(",") if (found := _ONE_CLASS.match(part)))
        depth = max(0, depth - 1)
    return frozenset(hidden)
