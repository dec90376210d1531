"""Dot-and-interval charts as SVG text: one panel per required item, groups down, the line across.

Each row says its figure and verdict in words beside its mark, and the marks differ in shape, so
that neither colour nor the picture is needed. Nothing outside the text is fetched and nothing runs.

A refusal is about those against: its cross stands at their share, with their interval, and says so;
those who permit are a thin stroke below it.

Drawn by hand from a template, not by Altair: measured on the development machine, all panels of a
report cost 0.02 s of processor time this way, while ``import altair`` alone costs 0.7 to 0.9 s and
vl-convert more, out of the 2.5 s that all reports together may take. A drawing by hand also gives
each panel its own title, description and words, which a converted chart lacks.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet.report.rendering import render

WIDTH = 320
"""Width in user units: text stays readable on the narrowest telephone."""
LEFT, RIGHT = 12, 308
FITS = 46
"""Characters that one line of text holds."""

MARKS = {
    "granted": "dot",
    "absent": "square",
    "refused": "cross",
    "unproven": "ring",
    "too few": "diamond",
    "expired": "triangle",
}
"""The shape of each verdict."""


AGAINST = (
    "\u201cagainst\u201d: share who are against, with its interval;",
    "refused (cross) where all of it is at or above the line.",
    "Thin stroke below it: share who permit it.",
)
"""What is said below a panel that holds a share of those against among shares that permit."""
LEGEND = 15
"""Height of a line of it, in user units."""


@dataclass(frozen=True)
class Place:
    """A share and its interval, as positions across in user units."""

    x: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One group of a panel. Positions in user units; mark is empty where no figure is drawn.

    against: the mark is the share of those against, among shares that permit. permits: the share
    that permits, where it is drawn beside that of those against.
    """

    label: str
    lines: tuple[str, ...]
    figure: str
    figure_y: float
    verdict: str
    mark: str
    top: float
    y: float
    at: Place | None
    permits: Place | None
    against: bool
    reference: bool
    decides: bool


@dataclass(frozen=True)
class Panel:
    """One chart. id: unique on the page. svg: the drawing, safe to put into HTML as it is."""

    id: str
    title: str
    description: str
    svg: str


def panels(document: Mapping[str, Any], prefix: str = "chart") -> list[Panel]:
    """A chart per requirement of an assessment document (see ``assessment_json``)."""
    found = []
    for place, requirement in enumerate(document["requirements"], start=1):
        cells = [f for f in document["findings"] if f["requirement"] == requirement["requirement"]]
        found.append(_panel(f"{prefix}-{place}", requirement, cells, document["deciding"]))
    return found


def _panel(
    id: str,
    requirement: Mapping[str, Any],
    cells: Sequence[Mapping[str, Any]],
    deciding: Mapping[str, Any],
) -> Panel:
    several = len({c["evidence"] for c in cells if c["evidence"]}) > 1
    shown = [c for c in cells if c["shown"]]
    all_against = bool(shown) and not any(c["permits"] for c in shown)
    rows: list[Row] = []
    top = 44.0
    for cell in sorted(cells, key=lambda c: (c["group"] != "all", c["reference"])):
        row = _row(cell, top, several, _same(cell, deciding), all_against)
        rows.append(row)
        top = row.y + (30 if row.permits else 24 if row.mark else 10)
    axis = "Share who are against" if all_against else "Share who permit it"
    description = _description(requirement["label"], axis, rows)
    legend = AGAINST if any(row.against for row in rows) else ()
    baselines = sorted({c["baseline"] for c in cells if c["baseline"] is not None})
    lines = [(_x(share), f"{share * 100:.4g} %") for share in baselines]
    svg = render(
        "chart.svg",
        id=id,
        title=requirement["label"],
        description=description,
        axis=axis,
        rows=rows,
        lines=lines,
        legend=[(top + 18 + LEGEND * place, said) for place, said in enumerate(legend)],
        width=WIDTH,
        height=top + 6 + (LEGEND * len(legend) + 8 if legend else 0),
        bottom=top - 12,
        ticks=[(_x(tick / 100), tick) for tick in (0, 25, 50, 75, 100)],
    )
    return Panel(id, requirement["label"], description, svg)


def _same(cell: Mapping[str, Any], deciding: Mapping[str, Any]) -> bool:
    return all(cell[key] == deciding[key] for key in ("requirement", "group", "evidence"))


def _x(share: float) -> float:
    """A proportion as a position across."""
    return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)


def _row(
    cell: Mapping[str, Any], top: float, several: bool, decides: bool, all_against: bool
) -> Row:
    label = cell["group_label"]
    label += " (comparison)" if cell["reference"] else ""
    label += ", decides" if decides else ""
    label += f" \u00b7 {cell['evidence']}" if several and cell["evidence"] else ""
    verdict, said = cell["verdict"], cell["figure"]
    figure = said if said == verdict else f"{said} {verdict}".rstrip()
    lines = textwrap.wrap(label, FITS - 4, max_lines=3, placeholder="\u2026") or [""]
    beside = len(label) + len(figure) + (6 if decides else 2) <= FITS
    figure_y = top if beside else top + 14 * len(lines)
    drawn, permits = drawn_share(cell)
    against = drawn is not None and drawn is not cell["permits"] and not all_against
    return Row(
        label, tuple(lines), figure, figure_y, verdict, _mark(cell, drawn), top, figure_y + 14,
        _place(drawn), None if all_against else _place(permits), against,
        cell["reference"], decides,
    )  # fmt: skip


Ends = Mapping[str, float]
"""point, low and high of a share, proportions 0-1."""


def drawn_share(cell: Mapping[str, Any]) -> tuple[Ends | None, Ends | None]:
    """The share a cell is drawn at, and that of those who permit where it is another.

    The first is the share its verdict is about: of a refusal, those against.
    """
    if cell["verdict"] == "refused" and cell["opposes"]:
        return cell["opposes"], cell["permits"]
    return cell["permits"] or cell["share"], None


def _mark(cell: Mapping[str, Any], drawn: Ends | None) -> str:
    """The shape of a mark; where those against may not be shown, no cross stands for them."""
    if drawn is None:
        return ""
    if cell["verdict"] == "refused" and drawn is cell["permits"]:
        return "plain"
    return MARKS.get(cell["verdict"], "" if cell["verdict"] else "plain")


def _place(share: Ends | None) -> Place | None:
    return Place(_x(share["point"]), _x(share["low"]), _x(share["high"])) if share else None


def _description(title: str, axis: str, rows: Sequence[Row]) -> str:
    """The chart in words, for those who do not see it."""
    said = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    some = any(row.against for row in rows)
    other = "; where it says against, share who are against" if some else ""
    return f"{title}. {axis}, with its interval{other}. {said}."
