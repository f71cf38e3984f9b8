"""The home of typst: sets a template of the template folder with finished values, in the shipped fonts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import typst


class TypesettingError(Exception):
    """A page cannot be set: a template or a font is missing or broken."""


class Typesetter:
    """One template (`quote.typ`). Keep one: what it has read once stays warm. TypesettingError where it is missing."""

    def __init__(self, folder: Path, template: str) -> None:
        source = (folder / template).resolve()  # typst wants it inside its root, where it may have been linked from
        try:
            self._compiler = typst.Compiler(
                input=str(source),
                root=str(source.parent),
                font_paths=[str(folder / "fonts")],
                ignore_system_fonts=True,
            )
        except (OSError, RuntimeError) as error:
            raise TypesettingError(f"{source}: {error}") from error

    def set(
        self, form: Literal["pdf", "png"], values: Mapping[str, object], *, timestamp: int = 0, ppi: float = 144
    ) -> bytes:
        """The page in that form; the template finds `values` as JSON. A PDF says it was made at `timestamp` (Unix seconds)."""
        inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
        try:
            made = self._compiler.compile(format=form, sys_inputs=inputs, timestamp=timestamp, ppi=ppi)
        except typst.TypstError as error:
            raise TypesettingError(f"typst: {error}") from error
        if not isinstance(made, bytes):
            raise TypesettingError(f"typst gave no single {form}")
        return made
