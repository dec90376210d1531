"""A planned survey as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from licet.report.plans.screen import (
    BASE_HEADS,
    BASE_KEY,
    CELL_HEADS,
    PRICE_HEADS,
    SETTLE_KEY,
    base_cells,
    cell_cells,
    headline,
    item_label,
    notes,
    price_cells,
    rulings_text,
    sizing_text,
    weakest_cells,
)
from licet.report.rendering import render
from licet.surveyplan.sizing import PlannedSurvey

Rows = list[tuple[str, ...]]


HEADINGS = {
    "bases": ("Bases", "What each group is expected to give, in people and points"),
    "cells": (
        "Cells, the least likely to be decided first",
        "Chance of each verdict on each item in each group, and interviews to settle it",
    ),
    "sizes": (
        "The same survey at other sizes",
        "What other sizes cost, and the chance that they decide, of verdicts and of each ruling",
    ),
}
"""The heading and the caption of each table."""
PRICE_KEY = (
    "Size: times as many interviews and boosts. Decided: the expected part of verdicts that are "
    "granted or absent. The other chances are of a use that needs all items."
)


def _sheet(id: str, key: str, heads: Sequence[str], rows: Rows) -> dict[str, object]:
    """A table with its heading, its caption and what its columns mean."""
    heading, caption = HEADINGS[id]
    return {
        "id": id, "heading": heading, "caption": caption, "key": key, "heads": heads, "rows": rows,
    }  # fmt: skip


def page(found: PlannedSurvey) -> str:
    """The whole page as text."""
    outlook, plan = found.outlook, found.outlook.plan
    title, *lines = headline(plan)
    bases: Rows = [(plan.group_label(base.group), *base_cells(base)) for base in outlook.bases]
    cells: Rows = [
        (f"{plan.group_label(cell.group)}: {item_label(plan, cell.item)}", *cell_cells(cell))
        for cell in weakest_cells(outlook)
    ]
    prices: Rows = [price_cells(purchase, plan) for purchase in found.purchases]
    return render(
        "plan.html",
        title=title,
        lines=lines,
        rulings=rulings_text(outlook),
        tables=[
            _sheet("bases", BASE_KEY, ("Group", *BASE_HEADS), bases),
            _sheet("cells", SETTLE_KEY, ("Cell", *CELL_HEADS), cells),
            _sheet("sizes", PRICE_KEY, PRICE_HEADS, prices),
        ],
        wanted=sizing_text(found.sizing, plan).split("\n") if found.sizing else [],
        notes=notes(found),
    )
