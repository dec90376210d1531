"""The templates of this folder, filled with everything escaped: a group may be called ``<script>``.

Nor does a page hold characters that a browser obeys or that hide what is written: see ``plain``.
"""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from licet.report.screens import plain

TEMPLATES = Path(__file__).parent / "templates"


def _finalize(value: Any) -> Any:
    """Text from outside made plain; what a template made already has been, value by value."""
    return plain(value) if type(value) is str else value


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """The template filled with values. A value that is missing is an error, not an empty text."""
    text: str = _environment().get_template(template).render(**values)
    return text


def without_clock(document: bytes) -> bytes:
    """A Word document whose parts carry no time of making: the same content gives the same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for part in made.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            kept.writestr(entry, made.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()
