"""Plain text parts as a reader sees them: format=flowed joined, enriched text and inline PGP without their marks."""

from __future__ import annotations

import re

from worker.mail.html_text import html_to_text, looks_like_html

ENCRYPTED_NOTICE = (
    "[Thư này được mã hóa, không đọc được nội dung. / This message is encrypted and cannot be read here.]"
)

# ---- format=flowed (RFC 3676) ---------------------------------------------------------------------------------------

_QUOTES = re.compile(r">*")
_SIGNATURE_LINE = "-- "


def unflow(text: str, *, delsp: bool) -> str:
    """Join the lines of format=flowed text; quote marks stay, one level of space-stuffing goes.

    `delsp` (DelSp=yes, for Chinese or Japanese) means that the blank at the end of a flowed line is not part of the
    text.
    """
    lines: list[str] = []
    open_depth = -1  # quote depth of a line that flows on, -1 where none does
    for raw in text.split("\n"):
        depth, content = _unstuffed(raw)
        flows = content.endswith(" ") and content != _SIGNATURE_LINE
        if open_depth == depth and content != _SIGNATURE_LINE:
            lines[-1] += content[:-1] if flows and delsp else content
        else:
            shown = content[:-1] if flows and delsp else content
            lines.append(f"{'>' * depth} {shown}" if depth else shown)
        open_depth = depth if flows else -1
    return "\n".join(line.rstrip() if line != _SIGNATURE_LINE else line for line in lines)


def _unstuffed(line: str) -> tuple[int, str]:
    quotes = _QUOTES.match(line)
    depth = quotes.end() if quotes else 0
    return depth, line[depth:].removeprefix(" ")


# ---- text/enriched (RFC 1896) ---------------------------------------------------------------------------------------

_PARAM = re.compile(r"<param>[^<]{0,200}</param>", re.IGNORECASE)
_COMMAND = re.compile(r"<<|</?[A-Za-z][\w-]{0,60}>")
_LINE_ENDS = re.compile(r"\n+")


def enriched_to_text(text: str) -> str:
    """The words of text/enriched: one line end is a blank there, n of them are n - 1."""
    bare = _COMMAND.sub(lambda found: "<" if found[0] == "<<" else "", _PARAM.sub("", text))
    return _LINE_ENDS.sub(lambda ends: "\n" * (len(ends[0]) - 1) or " ", bare)


# ---- PGP inside the text (RFC 9580 section 7) -----------------------------------------------------------------------

_SIGNED = re.compile(r"(?m)^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Z][\w-]{1,20}: [^\n]{0,200}\n)*\n?")
_SIGNATURE = re.compile(r"(?m)^-----BEGIN PGP SIGNATURE-----[ \t]*\n")
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_MESSAGE = "-----BEGIN PGP MESSAGE-----"
_MESSAGE_END = "-----END PGP MESSAGE-----"
_DASHED = re.compile(r"(?m)^- (?=-)")


def without_pgp(text: str) -> str:
    """Clear-signed text without its armour, an encrypted block replaced by a sentence that says so."""
    if "-----BEGIN PGP" not in text:
        return text
    begin = _SIGNED.search(text)
    signature = _SIGNATURE.search(text, begin.end()) if begin else None
    if begin and signature:
        end = text.find(_SIGNATURE_END, signature.end())
        rest = text[end + len(_SIGNATURE_END) :] if end >= 0 else ""
        signed = _DASHED.sub("", text[begin.end() : signature.start()])
        text = text[: begin.start()] + signed + rest.lstrip("\n")
    start = text.find(_MESSAGE)
    if start >= 0:
        end = text.find(_MESSAGE_END, start)
        text = text[:start] + ENCRYPTED_NOTICE + (text[end + len(_MESSAGE_END) :] if end >= 0 else "")
    return text


# ---- HTML that claims to be plain -----------------------------------------------------------------------------------

_PAGE = re.compile(r"(?im)(?:^|(?<=>))[ \t]*(?:<!doctype html[^<>]*>\s*)?<(?:html|head|body)\b[^<>]*>")
_MOST_PAGES = 10
_TAGS_OF_A_PAGE = 10
_PAGE_END = re.compile(r"(?i)</html\s*>|</body\s*>(?!\s*</html)")


def without_html(text: str) -> str:
    """A text/plain that is HTML, or has whole pages in it, as text. A snippet of code that somebody pasted stays."""
    if "<" not in text or ">" not in text:
        return text
    if looks_like_html(text):
        return html_to_text(text).text
    pieces: list[str] = []
    place = 0
    while len(pieces) < 2 * _MOST_PAGES and (page := _PAGE.search(text, place)):
        end = _PAGE_END.search(text, page.end())
        if end is None and not _is_cut_page(page[0], text[page.end() :]):
            break
        stop = end.end() if end else len(text)
        pieces += [text[place : page.start()], html_to_text(text[page.start() : stop]).text]
        place = stop
    return "".join(pieces) + text[place:]


def _is_cut_page(tag: str, rest: str) -> bool:
    """Whether a page without an end was cut, as bounces do; `<head>` and a few lines are code that is talked about."""
    return "html" in tag.lower() and len(re.findall(r"<[a-zA-Z/]", rest[:20_000])) >= _TAGS_OF_A_PAGE
