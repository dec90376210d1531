"""A planned survey as one HTML page that needs nothing else."""

from __future__ import annotations

from licet.report.plans.screen import (
    BASE_HEADS,
    BASE_KEY,
    CELL_HEADS,
    PRICE_HEADS,
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
        key=BASE_KEY,
        tables=[
            ("bases", "Bases", ("Group", *BASE_HEADS), bases),
            ("cells", "Cells, the least likely to be decided first", ("Cell", *CELL_HEADS), cells),
            ("sizes", "The same survey at other sizes", PRICE_HEADS, prices),
        ],
        wanted=sizing_text(found.sizing, plan).split("\n") if found.sizing else [],
        notes=notes(found),
    )
