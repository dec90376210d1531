"""The licence map: groups down, items across, the verdict of each in sign, pattern and word.

No cell needs its colour: each verdict has a sign and a pattern of its own, its word is written out,
and what nobody was asked about is blank.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from licet.report.charts.drawings import Drawing
from licet.report.rendering import render

LEFT, CELL, TALL = 176, 98, 46
SIGNS = {
    "granted": "\u25a0",
    "unproven": "\u25d0",
    "too few": "\u00b7",
    "expired": "\u25b3",
    "absent": "\u2715",
    "refused": "\u2716\u2716",
    "not measured": "",
}
"""From strongest to weakest, and what nobody was asked."""
_MEANING = {
    "granted": "the whole interval of those who permit is at or above the line",
    "unproven": "the interval crosses the line",
    "too few": "too few people to say",
    "expired": "past its date",
    "absent": "the whole interval of those who permit is below the line",
    "refused": "the whole interval of those against is at or above the line",
    "not measured": "blank: nobody was asked",
}


def licence_map(cells: Sequence[Mapping[str, Any]], title: str, id: str = "map") -> Drawing:
    """Cells with a verdict (see ``stances.evidence_cells``) as a map of groups by items."""
    cells = [cell for cell in cells if cell["verdict"]]
    items = list(dict.fromkeys(cell["item"] for cell in cells))
    groups = list(dict.fromkeys(cell["group"] for cell in cells))
    at = {(cell["item"], cell["group"]): cell for cell in cells}
    names = _names(cells, items)
    heads = [textwrap.wrap(names[item], 14, max_lines=3, placeholder="\u2026") for item in items]
    top = 16 + 15 * max((len(head) for head in heads), default=1)
    rows = []
    for place, group in enumerate(groups):
        row = [at[item, group] for item in items]
        label = row[0]["group_label"] + (" (comparison)" if row[0]["reference"] else "")
        drawn = [_cell(cell, LEFT + CELL * column) for column, cell in enumerate(row)]
        lines = textwrap.wrap(label, 26, max_lines=3, placeholder="\u2026")
        rows.append({"label": label, "lines": lines, "y": top + TALL * place, "cells": drawn})
    bottom = top + TALL * len(groups) + 22
    used = [verdict for verdict in SIGNS if any(c["verdict"] == verdict for c in cells)]
    legend = [(v, SIGNS[v], _MEANING[v], bottom + 24 * i) for i, v in enumerate(used)]
    table = tuple((row["label"], *(cell["said"] for cell in row["cells"])) for row in rows)
    said = ". ".join(
        f"{row[0]}: " + ", ".join(f"{names[i]} {v}" for i, v in zip(items, row[1:], strict=True))
        for row in table
    )
    description = f"{title}. The verdict on each item in each group. {said}."
    width = max(LEFT + CELL * len(items) + 12, 560)
    columns = [
        (LEFT + CELL * i + CELL / 2, top - 12 - 15 * (len(head) - 1), head)
        for i, head in enumerate(heads)
    ]
    svg = render(
        "chart_map.svg", id=id, title=title, description=description, rows=rows, columns=columns,
        legend=legend, width=width, height=bottom + 24 * len(used), cell=CELL, tall=TALL,
    )  # fmt: skip
    head = ("Group", *(names[item] for item in items))
    return Drawing(id, title, description, svg, head, table)


def _names(cells: Sequence[Mapping[str, Any]], items: Sequence[str]) -> dict[str, str]:
    """The label of each item; with its id where several have the same."""
    labels = {cell["item"]: cell["label"] for cell in cells}
    every = list(labels.values())
    return {i: labels[i] if every.count(labels[i]) == 1 else f"{labels[i]} ({i})" for i in items}


def _cell(cell: Mapping[str, Any], x: float) -> dict[str, Any]:
    verdict = cell["verdict"]
    share = cell["share"]
    figure = cell["figure"].split(" [")[0] if share else ""
    if figure and cell["figure"].endswith(" against"):
        figure = f"{figure.removesuffix(' against')} against"
    said = verdict if verdict == "not measured" else f"{verdict}, {cell['figure']}"
    return {
        "x": round(x, 1),
        "verdict": verdict,
        "sign": SIGNS[verdict],
        "figure": figure,
        "said": said,
    }
