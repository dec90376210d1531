"""Change over waves: a dot with its interval for each, in time, with the line across.

The thin broken line between dots guides the eye; it is no trend, and no test. Dates are to scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from licet.report.drawings import Drawing
from licet.report.rendering import render

WIDTH, HEIGHT = 320, 210
LEFT, RIGHT, TOP, BOTTOM = 40, 292, 44, 168


def wave_chart(cells: Sequence[Mapping[str, Any]], title: str, id: str = "waves") -> Drawing:
    """One item in one group. cells: one per wave (see ``stances.evidence_cells``), in any order."""
    cells = sorted(cells, key=lambda cell: (cell["end"], cell["evidence"]))
    ends = [cell["end"] for cell in cells]
    points = [_point(cell, ends) for cell in cells]
    lines = sorted({cell["baseline"] for cell in cells if cell["baseline"] is not None})
    rows = tuple(
        (cell["evidence"], cell["end"].isoformat(), cell["figure"], cell["verdict"] or "\u2013")
        for cell in cells
    )
    said = "; ".join(f"{row[1]}: {row[2]}" for row in rows)
    description = f"{title}. Share who permit it, with its interval, by end of fieldwork. {said}."
    svg = render(
        "chart_waves.svg",
        id=id,
        title=title,
        description=description,
        points=points,
        drawn=[point for point in points if point["share"] is not None],
        lines=[(_y(share), f"{share * 100:.4g} %") for share in lines],
        ticks=[(_y(tick / 100), tick) for tick in (0, 25, 50, 75, 100)],
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        bottom=BOTTOM,
    )
    return Drawing(id, title, description, svg, ("Wave", "Fieldwork until", "Share", "Verdict"), rows)


def _y(share: float) -> float:
    """A proportion as a position, 1 at the top."""
    return round(BOTTOM - (BOTTOM - TOP) * min(max(share, 0.0), 1.0), 1)


def _x(end: date, ends: Sequence[date]) -> float:
    """A day as a position; a single wave stands in the middle."""
    span = (max(ends) - min(ends)).days
    part = (end - min(ends)).days / span if span else 0.5
    return round(LEFT + 36 + (RIGHT - LEFT - 72) * part, 1)


def _point(cell: Mapping[str, Any], ends: Sequence[date]) -> dict[str, Any]:
    share = cell["permits"]
    point = {"x": _x(cell["end"], ends), "name": f"{cell['end']:%b %Y}", "share": None}
    if share is None:
        return point | {"text": cell["figure"]}
    return point | {
        "share": _y(share["point"]),
        "low": _y(share["low"]),
        "high": _y(share["high"]),
        "text": cell["figure"].split(" [")[0],
    }
