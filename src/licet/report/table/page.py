"""The table of shares as one HTML page that needs nothing else, and as a part of a notebook.

The page holds every figure of every item and group: an overview that people read, and a table of
all figures below it. It has the looks of the other reports, prints, and reads by ear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from licet.report.rendering import render
from licet.report.table.cells import (
    NONE,
    NOT_SHOWN,
    Cell,
    column_name,
    count,
    group_name,
    method_lines,
    percent,
    points,
    share_of_all,
    variable_label,
    variable_name,
)

if TYPE_CHECKING:
    from licet.report.table.tables import Table


def page(table: Table) -> str:
    """The whole page as text."""
    return render("table.html", **_values(table))


def fragment(table: Table) -> str:
    """The overview of each item, for a notebook: tables only, styled by the notebook."""
    return render("table_fragment.html", **_values(table))


def _values(table: Table) -> dict[str, object]:
    return {
        "table": table,
        "items": table.item_tables,
        "method": method_lines(table),
        "column_name": column_name,
        "group_name": group_name,
        "share_of_all": share_of_all,
        "variable_label": lambda by: variable_label(by, table.labels),
        "variable_name": lambda by: variable_name(by, table.labels),
        "figures": figures,
        "heads": HEADS,
    }


HEADS = (
    "Share, %",
    "Interval",
    "Standard error, points",
    "People who said so",
    "Effective base",
    "Design effect",
    "Against the rest, points",
    "Interval of the difference",
)
"""What ``figures`` gives."""


def figures(cell: Cell) -> list[str]:
    """Every figure of one cell as people read it, in the order of ``HEADS``."""
    if not cell.shown:
        return [NOT_SHOWN] * (len(HEADS) - 2) + [NOT_SHOWN if cell.compared else NONE] * 2
    known = cell["low"] is not None and cell["high"] is not None
    return [
        _tenths(cell["estimate"]),
        f"{percent(cell['low'], 1)} to {percent(cell['high'], 1)}" if known else NONE,
        _tenths(cell["se"]),
        count(cell["count"]),
        NONE if cell["effective_base"] is None else count(cell["effective_base"]),
        NONE if cell["deff"] is None else f"{cell['deff']:.2f}",
        *_against_rest(cell),
    ]


def _tenths(share: float | None) -> str:
    return NONE if share is None else percent(share, 1)


def _against_rest(cell: Cell) -> tuple[str, str]:
    if cell.compared and cell["difference"] is None:
        return NOT_SHOWN, NOT_SHOWN
    if cell["difference"] is None or cell.difference_low is None:
        return points(cell["difference"]), NONE
    return points(
        cell["difference"]
    ), f"{points(cell.difference_low)} to {points(cell.difference_high)}"
