"""Change over waves: a dot with its interval for each, in time, with the line across.

The thin broken line between dots guides the eye; it is no trend, and no test. Dates are to scale.
Dots are shares that permit; of a refused wave a cross beside them is the share of those against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from licet.report.charts.drawings import Drawing
from licet.report.charts.intervals import Ends, drawn_share
from licet.report.phrases import percent
from licet.report.rendering import render

WIDTH, HEIGHT = 320, 210
LEFT, RIGHT, TOP, BOTTOM = 40, 292, 44, 168
AGAINST = (
    "Cross: share who are against, with its interval;",
    "refused where all of it is at or above the line.",
)
"""What is said below a chart with a refused wave."""


def wave_chart(cells: Sequence[Mapping[str, Any]], title: str, id: str = "waves") -> Drawing:
    """One item in one group. cells: one per wave (see ``stances.evidence_cells``), in any order."""
    cells = sorted(cells, key=lambda cell: (cell["end"], cell["evidence"]))
    ends = [cell["end"] for cell in cells]
    points = [_point(cell, x) for cell, x in zip(cells, _across(ends), strict=True)]
    lines = sorted({cell["baseline"] for cell in cells if cell["baseline"] is not None})
    rows = tuple(
        (cell["evidence"], cell["end"].isoformat(), cell["figure"], cell["verdict"] or "\u2013")
        for cell in cells
    )
    said = "; ".join(f"{row[1]}: {row[2]}" for row in rows)
    legend = AGAINST if any(point["against"] for point in points) else ()
    other = "; where it says against, share who are against" if legend else ""
    description = (
        f"{title}. Share who permit it, with its interval, by end of fieldwork{other}. {said}."
    )
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
        height=HEIGHT + (54 if legend else 0),
        legend=[(HEIGHT + 28 + 15 * place, line) for place, line in enumerate(legend)],
        left=LEFT,
        right=RIGHT,
        bottom=BOTTOM,
    )
    return Drawing(
        id, title, description, svg, ("Wave", "Fieldwork until", "Share", "Verdict"), rows
    )


def _y(share: float) -> float:
    """A proportion as a position, 1 at the top."""
    return round(BOTTOM - (BOTTOM - TOP) * min(max(share, 0.0), 1.0), 1)


def _across(ends: Sequence[date]) -> list[float]:
    """Ascending days as positions, to scale but never so near that labels would touch."""
    span = (ends[-1] - ends[0]).days
    room = RIGHT - LEFT - 72
    least = min(58.0, room / max(len(ends) - 1, 1))
    if not span:
        start = LEFT + 36 + (room - least * (len(ends) - 1)) / 2
        return [round(start + least * place, 1) for place in range(len(ends))]
    found: list[float] = []
    for end in ends:
        x = LEFT + 36 + room * (end - ends[0]).days / span
        found.append(max(x, found[-1] + least) if found else x)
    over = max(found[-1] - (RIGHT - 36), 0.0)
    scale = room / (room + over)
    return [round(LEFT + 36 + (x - LEFT - 36) * scale, 1) for x in found]


def _point(cell: Mapping[str, Any], x: float) -> dict[str, Any]:
    """One wave. share, low, high, text: of those who permit. against: the same of those against."""
    permits, drawn = cell["permits"], drawn_share(cell)[0]
    against = drawn if drawn is not permits else None
    return {
        "x": x,
        "name": f"{cell['end']:%b %Y}",
        **_place(permits),
        "text": "" if drawn and not permits else _text(permits, cell),
        "against": _place(against) | {"text": _text(against, cell)} if against else None,
    }


def _place(share: Ends | None) -> dict[str, Any]:
    if share is None:
        return {"share": None}
    return {"share": _y(share["point"]), "low": _y(share["low"]), "high": _y(share["high"])}


def _text(share: Ends | None, cell: Mapping[str, Any]) -> str:
    return percent(share["point"], cell["baseline"]) if share else str(cell["figure"])
