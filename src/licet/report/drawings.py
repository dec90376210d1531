"""A drawing as SVG text with its title, its words and its twin in a table; several on one sheet.

Drawn by hand from templates, for the reasons ``charts`` gives. Every drawing can be read without
colour, by ear, and as a table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from licet.errors import bad
from licet.report.rendering import render

INK, GREY, PALE = "#1a1a1a", "#4a4a4a", "#dcdcdc"


@dataclass(frozen=True)
class Drawing:
    """One chart. id: unique in its document. head, rows: the same as a table, texts."""

    id: str
    title: str
    description: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet(drawings: Sequence[Drawing], title: str, columns: int = 2) -> Drawing:
    """Several drawings on one, side by side, each with its name above it."""
    if len(drawings) == 1:
        return drawings[0]
    sizes = [_size(drawing.svg) for drawing in drawings]
    width = max(size[0] for size in sizes)
    columns = min(columns, len(drawings))
    placed, top = [], 40.0
    for start in range(0, len(drawings), columns):
        run = list(zip(drawings, sizes, strict=True))[start : start + columns]
        for place, (drawing, size) in enumerate(run):
            placed.append((drawing.title, _inside(drawing.svg), place * (width + 30) + 12, top))
        top += max(size[1] for _, size in run) + 44
    description = " ".join(drawing.description for drawing in drawings)
    svg = render(
        "sheet.svg",
        id="sheet",
        title=title,
        description=description,
        placed=placed,
        width=columns * (width + 30) - 6,
        height=top,
    )
    head = ("Chart", *drawings[0].head)
    rows = tuple((drawing.title, *row) for drawing in drawings for row in drawing.rows)
    return Drawing("sheet", title, description, svg, head, rows)


def _inside(svg: str) -> Any:
    """What is between the tags of a drawing of ours, which is escaped already."""
    from markupsafe import Markup

    return Markup(svg.partition(">")[2].rpartition("</svg>")[0])


def _size(svg: str) -> tuple[float, float]:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert found
    return float(found[1]), float(found[2])


def alone(drawing: Drawing) -> str:
    """The SVG as a file of its own: with its size, and on white."""
    width, height = _size(drawing.svg)
    head, _, rest = drawing.svg.partition(">")
    head = head.replace('class="chart" ', "")
    paper = f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
    return f'{head} width="{width:g}" height="{height:g}">{paper}{rest}\n'


def picture(drawing: Drawing, scale: float = 2.0) -> bytes:
    """The drawing as PNG, ``scale`` pixels to a unit."""
    from vl_convert import svg_to_png

    # The renderer knows families by name only, and not what is usual on this system.
    plain = alone(drawing).replace("system-ui, sans-serif", "Arial, Helvetica, sans-serif")
    found: bytes = svg_to_png(plain, scale=scale)
    return found


def twin(drawing: Drawing) -> str:
    """The same as CSV text."""
    from licet.report.banner_csv import harmless

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(drawing.head)
    writer.writerows([harmless(text) for text in row] for row in drawing.rows)
    return out.getvalue()


def drawing_page(drawing: Drawing, notices: Sequence[str] = ()) -> str:
    """The drawing and its table as one HTML page."""
    return render("drawing.html", drawing=drawing, notices=notices)


def nothing_to_draw(what: str, todo: str) -> Exception:
    """The refusal of a chart without a mark."""
    return bad(f"there is nothing to draw: {what}", "licet chart", "", todo)
