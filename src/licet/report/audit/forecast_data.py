"""A forecast audit as data: one JSON document, and one long CSV table of every figure.

Shares are proportions 0-1. Empty or null: not shown, or not known, never 0; ``why_not`` says which. The
form of the JSON is ``schemas/audit-forecast.schema.json``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from licet.report.audit.forecast_cells import figures_of
from licet.report.json_text import indented
from licet.report.ruling.csv_rows import harmless

Part = Mapping[str, Any]
COLUMNS = ("part", "measure", "by", "group", "label", "versus", "at", "value", "low", "high",
           "band_low", "band_high", "n", "shown", "why_not")  # fmt: skip
"""Of the long table. at: period, threshold, scenario or step; n: people whom a figure rests on."""


def json_of(document: Part) -> str:
    """The document as JSON text."""
    return indented(document, 1) + "\n"


def rows_of(document: Part) -> Iterator[tuple[Any, ...]]:
    """Every figure as a row of ``COLUMNS``; None where there is nothing."""
    for one in figures_of(dict(document)):
        band = one.get("band") or (None, None)
        row = one | {"band_low": band[0], "band_high": band[1]}
        row["shown"] = "yes" if one["shown"] else "no"
        yield tuple(row.get(name) for name in COLUMNS)


def csv_of(document: Part) -> str:
    """The long table as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "synthetic"])
    synthetic = "yes" if document["plan"]["synthetic"] else "no"
    for row in rows_of(document):
        writer.writerow(["" if one is None else harmless(one) for one in (*row, synthetic)])
    return out.getvalue()
