"""Dot-and-interval charts as SVG text: one panel per required item, groups down, the line across.

Each row says its figure and verdict in words beside its mark, and the marks differ in shape, so
that neither colour nor the picture is needed. Nothing outside the text is fetched and nothing runs.

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


@dataclass(frozen=True)
class Row:
    """One group of a panel. Positions in user units; mark is empty where no figure is drawn."""

    label: str
    lines: tuple[str, ...]
    figure: str
    figure_y: float
    verdict: str
    mark: str
    top: float
    y: float
    x: float
    low: float
    high: float
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
    rows: list[Row] = []
    top = 44.0
    for cell in sorted(cells, key=lambda c: (c["group"] != "all", c["reference"])):
        row = _row(cell, top, several, _same(cell, deciding))
        rows.append(row)
        top = row.y + 24
    shown = [c for c in cells if c["shown"]]
    against = bool(shown) and not any(c["permits"] for c in shown)
    axis = "Share who are against" if against else "Share who permit it"
    description = _description(requirement["label"], axis, rows)
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
        width=WIDTH,
        height=top + 6,
        bottom=top - 12,
        ticks=[(_x(tick / 100), tick) for tick in (0, 25, 50, 75, 100)],
    )
    return Panel(id, requirement["label"], description, svg)


def _same(cell: Mapping[str, Any], deciding: Mapping[str, Any]) -> bool:
    return all(cell[key] == deciding[key] for key in ("requirement", "group", "evidence"))


def _x(share: float) -> float:
    """A proportion as a position across."""
    return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)


def _row(cell: Mapping[str, Any], top: float, several: bool, decides: bool) -> Row:
    label = cell["group_label"]
    label += " (comparison)" if cell["reference"] else ""
    label += ", decides" if decides else ""
    label += f" \u00b7 {cell['evidence']}" if several and cell["evidence"] else ""
    verdict = cell["verdict"]
    share = cell["permits"] or cell["share"]
    said = cell["beside"].removesuffix(" permit") or cell["figure"]
    figure = said if said == verdict else f"{said} {verdict}".rstrip()
    lines = textwrap.wrap(label, FITS - 4, max_lines=3, placeholder="\u2026") or [""]
    beside = len(label) + len(figure) + (6 if decides else 2) <= FITS
    figure_y = top if beside else top + 14 * len(lines)
    y = figure_y + 14
    mark = MARKS.get(verdict, "" if verdict else "plain") if share else ""
    x, low, high = (_x(share[k]) for k in ("point", "low", "high")) if share else (0.0, 0.0, 0.0)
    return Row(
        label, tuple(lines), figure, figure_y, verdict, mark, top, y, x, low, high,
        cell["reference"], decides,
    )  # fmt: skip


def _description(title: str, axis: str, rows: Sequence[Row]) -> str:
    """The chart in words, for those who do not see it."""
    said = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    return f"{title}. {axis}, with its interval. {said}."
