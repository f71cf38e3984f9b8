"""Turns a letter's templates and its context into subject, text and HTML: Jinja2 in a sandbox, then inlined styles.

Undefined names are errors, HTML is escaped by the template's ending, templates are compiled once. Styles are inlined
after Jinja: before it, the HTML parser would throw loops out of tables (measured).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from worker.model import Language

_BLANK_LINES = re.compile(r"\n{3,}")
PARTS = ("subject.txt", "body.txt", "body.html")


class LetterError(Exception):
    """A letter cannot be rendered; the message names template and reason."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reader will see."""

    subject: str
    text: str
    html: str


class Renderer:
    """The letters of one template folder: `<folder>/<letter>/<language>/{subject.txt,body.txt,body.html}`."""

    def __init__(self, folder: Path, filters: Mapping[str, Callable[..., str]]) -> None:
        self.folder = folder
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html")),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(filters)
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)

    def render(self, letter: str, language: Language, context: Mapping[str, object]) -> Rendered:
        """The letter in that language. LetterError where a template is missing or names something unknown."""
        subject, text, html = (self._part(f"{letter}/{language.value}/{part}", context) for part in PARTS)
        return Rendered(
            subject=" ".join(subject.split()),
            text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
            html=self._inliner.inline(html),
        )

    def _part(self, name: str, context: Mapping[str, object]) -> str:
        try:
            return self._environment.get_template(name).render(context)
        except TemplateError as error:
            raise LetterError(f"templates/{name}: {type(error).__name__}: {error.message}") from error

    def letters(self) -> Iterable[str]:
        """The names of all letters that have templates."""
        return sorted({path.parent.parent.name for path in self.folder.glob("*/*/subject.txt")})

    def compile_all(self) -> None:
        """Compile every template now, so that the first customer does not wait. LetterError names a broken one."""
        for path in sorted(self.folder.glob("*/*/*")):
            name = path.relative_to(self.folder).as_posix()
            if path.suffix in {".txt", ".html"}:
                try:
                    self._environment.get_template(name)
                except TemplateError as error:
                    raise LetterError(f"templates/{name}: {error.message}") from error


@lru_cache(maxsize=4)
def template_folder(base: Path) -> Path:
    """The templates beside settings.yaml, else those of the checkout this program runs from."""
    beside = base / "templates"
    return beside if beside.is_dir() else Path(__file__).resolve().parents[2] / "templates"
