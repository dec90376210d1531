"""The letter about an offer as one printable page, and as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from licet.identify.notice import Part, plain_text
from licet.identify.words import day_words
from licet.report.rendering import render


def offer_page(
    parts: Sequence[Part],
    controller: str,
    names: Sequence[str],
    lines: Sequence[str],
    day: date,
    *,
    synthetic: bool = False,
) -> str:
    """A sheet of A4. names, lines: of the household and its address."""
    return render(
        "offer_letter.html",
        parts=grouped(parts),
        controller=controller,
        names=names,
        lines=lines,
        day=day_words(day),
        synthetic=synthetic,
    )


def grouped(parts: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """Lines that follow each other as one list."""
    found: list[tuple[str, list[str]]] = []
    for part in parts:
        if part.kind == "line" and found and found[-1][0] == "line":
            found[-1][1].append(part.text)
        else:
            found.append((part.kind, [part.text]))
    return found


def offer_text(parts: Sequence[Part]) -> str:
    """The same as text, without names and address."""
    return plain_text(parts)
