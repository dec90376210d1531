"""A drawing as SVG text with its title, its words and its twin in a table; several on one sheet.

Drawn by hand from templates, for the reasons ``charts`` gives. Every drawing can be read without
colour, by ear, and as a table.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from licet.report.rendering import render


@dataclass(frozen=True)
class Drawing:
    """One chart. id: unique in its document. head, rows: the same as a table, texts.

    pieces: the same in drawings of at most ``NARROW`` units, for narrow pages; none where it is one.
    reflows: whether its pieces are all there is to it, so that a page of any width shows them alone.
    """

    id: str
    title: str
    description: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    pieces: tuple[Drawing, ...] = ()
    reflows: bool = False


NARROW = 320
"""Width in user units of what a telephone shows without making letters smaller."""


def sheet(drawings: Sequence[Drawing], title: str, columns: int = 2) -> Drawing:
    """Several drawings on one, side by side, each with its name above it."""
    if len(drawings) == 1:
        return drawings[0]
    sizes = [_size(drawing.svg) for drawing in drawings]
    width = max(size[0] for size in sizes)
    columns = min(columns, len(drawings))
    placed, top = [], 8.0
    for start in range(0, len(drawings), columns):
        run = list(zip(drawings, sizes, strict=True))[start : start + columns]
        for place, (drawing, _) in enumerate(run):
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
    return Drawing("sheet", title, description, svg, head, rows, tuple(drawings), reflows=True)


def _inside(svg: str) -> Any:
    """What is between the tags of a drawing of ours, which is escaped already."""
    from markupsafe import Markup

    return Markup(svg.partition(">")[2].rpartition("</svg>")[0])


def _size(svg: str) -> tuple[float, float]:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert found
    return float(found[1]), float(found[2])


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Text in lines that fit, at about half the size of the letters for each."""
    return textwrap.wrap(text, max(int(width / (size * 0.56)), 12)) or [""]


def alone(drawing: Drawing, notices: Sequence[str] = ()) -> str:
    """The SVG as a file of its own: on white, with its title and notices above the drawing."""
    width, height = _size(drawing.svg)
    lines = [(line, 15) for line in _wrapped(drawing.title, width - 24, 15)]
    lines += [(line, 12) for notice in notices for line in _wrapped(notice, width - 24, 12)]
    return render(
        "drawing.svg",
        id=f"{drawing.id}-alone",
        drawing=drawing,
        description=" ".join([*notices, drawing.description]),
        lines=lines,
        inside=_inside(drawing.svg),
        width=width,
        top=12 + 19 * len(lines),
        height=height + 12 + 19 * len(lines),
    )


def picture(drawing: Drawing, notices: Sequence[str] = (), scale: float = 2.0) -> bytes:
    """The drawing as PNG, ``scale`` pixels to a unit."""
    from vl_convert import svg_to_png

    # The renderer knows families by name only, and not what is usual on this system.
    plain = alone(drawing, notices).replace("system-ui, sans-serif", "Arial, Helvetica, sans-serif")
    found: bytes = svg_to_png(plain, scale=scale)
    return found


def twin(drawing: Drawing) -> str:
    """The same as CSV text."""
    from licet.report.banner.csvw import harmless

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(drawing.head)
    writer.writerows([harmless(text) for text in row] for row in drawing.rows)
    return out.getvalue()


def drawing_page(drawing: Drawing, notices: Sequence[str] = ()) -> str:
    """The drawing and its table as one HTML page: whole where there is room, else in its pieces."""
    width = round(_size(drawing.svg)[0])
    return render("drawing.html", drawing=drawing, notices=notices, width=width)
