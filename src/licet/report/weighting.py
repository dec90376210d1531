"""What a weighting did: a screen of 80 columns, a table of its margins as CSV, and the whole as data.

Shares are percent on the screen and proportions (0-1) in data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from licet.report.screens import plain, wrap
from licet.report.table.text import shorten_all
from licet.weighting.diagnostics import QUANTILES, MarginRow, Spread

if TYPE_CHECKING:
    from licet.weighting.recipe import Weighted

FORM = "licet-weights-1"
LABEL = 30
HEADS = {"People": 9, "Unweighted": 12, "Before": 9, "After": 9, "Target": 9}
"""Columns of the margins, and their widths."""
LONGEST_LIST = 20


def text(weighted: Weighted, title: str, column: str) -> str:
    """The diagnostics as a screen. title: of the answers; column: the name of the new weights."""
    found = weighted.diagnostics
    steps = f", {weighted.iterations:,} sweeps" if weighted.iterations > 1 else ""
    head = f"{title}: {weighted.method}{steps}; weights in column {column!r}."
    parts = [wrap(head)]
    if found.margins:
        parts += ["\n".join(_margins(found.margins)), _met(weighted)]
    if weighted.response is not None:
        parts.append(wrap(_response(weighted)))
    parts.append("\n".join(_spreads(weighted)))
    parts.append("\n".join(wrap(line, "  ") for line in _sentences(weighted)))
    return "\n\n".join(part for part in parts if part)


def _margins(rows: tuple[MarginRow, ...]) -> Iterator[str]:
    yield f"{'Percent':<{LABEL}}" + "".join(f"{head:>{width}}" for head, width in HEADS.items())
    for margin, run in groupby(rows, key=lambda row: row.margin):
        own = list(run)
        yield shorten_all([margin], LABEL)[0]
        labels = shorten_all([row.category for row in own], LABEL - 2)
        for label, row in zip(labels, own, strict=True):
            shares = (row.unweighted_share, row.before_share, row.after_share, row.target_share)
            texts = (f"{row.people:,}", *(f"{100 * share:.1f}" for share in shares))
            cells = (f"{t:>{width}}" for t, width in zip(texts, HEADS.values(), strict=True))
            yield f"  {label:<{LABEL - 2}}{''.join(cells)}"


def _met(weighted: Weighted) -> str:
    gap = weighted.diagnostics.gap
    return wrap(f"Every target is met to {gap:.0e} of its size." if gap else "Every target is met.")


def _response(weighted: Weighted) -> str:
    response = weighted.response
    assert response is not None
    asked, answered = int(response.asked.sum()), int(response.answered.sum())
    largest = float(response.factors.max())
    return (
        f"Non-response: {answered:,} of {asked:,} answered, in {len(response.names):,} cells; those "
        f"who did stand for up to {largest:.2f} people of their cell."
    )


def _spreads(weighted: Weighted) -> Iterator[str]:
    found = weighted.diagnostics
    columns = {"Base": found.base, "Final": found.final, "Factor": found.factors}
    if weighted.response is not None:
        columns = {"Base": found.base, "Answered": found.answered, **columns}
    yield f"{'Weights':<{LABEL}}" + "".join(f"{name:>12}" for name in columns)
    lines: dict[str, list[str]] = {
        "People": [f"{s.people:,}" for s in columns.values()],
        "Total": [f"{s.total:,.6g}" if n != "Factor" else "" for n, s in columns.items()],
        "Least": [f"{s.least:.4g}" for s in columns.values()],
    }
    for place, at in enumerate(QUANTILES):
        name = "Median" if at == 0.5 else f"{100 * at:g} % lie below"
        lines[name] = [f"{s.quantiles[place]:.4g}" for s in columns.values()]
    lines["Greatest"] = [f"{s.most:.4g}" for s in columns.values()]
    lines["Kish design effect"] = [_if_weight(n, f"{s.deff:.3f}") for n, s in columns.items()]
    lines["Kish effective base"] = [
        _if_weight(n, f"{s.effective:,.0f}") for n, s in columns.items()
    ]
    for name, cells in lines.items():
        yield (f"  {name:<{LABEL - 2}}" + "".join(f"{cell:>12}" for cell in cells)).rstrip()


def _if_weight(column: str, text: str) -> str:
    return "" if column == "Factor" else text


def _sentences(weighted: Weighted) -> Iterator[str]:
    found, trimmed = weighted.diagnostics, weighted.trimmed
    if found.correlation is not None:
        yield f"Correlation of base and final weights: {found.correlation:.3f}."
    if trimmed is not None:
        bounds = f"at most {trimmed.high:,.4g}"
        bounds += f" and at least {trimmed.low:,.4g}" if trimmed.low else ""
        yield (
            f"Trimmed to {bounds}: {trimmed.capped:,} people held at the greatest"
            + (f", {trimmed.raised:,} at the least" if trimmed.low else "")
            + f"; {100 * trimmed.lost:.1f} % of all weight stood above it and went to others. "
            "Trimming takes variance out and may put bias in."
        )
    yield from (plain(note) for note in weighted.notes[:LONGEST_LIST])
    if len(weighted.notes) > LONGEST_LIST:
        yield f"And {len(weighted.notes) - LONGEST_LIST} more notes: see the record."


def csv_text(weighted: Weighted) -> str:
    """The margins as a table: a row per category, shares as proportions."""
    rows = [asdict(row) for row in weighted.diagnostics.margins]
    names = list(MarginRow.__dataclass_fields__)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def record(
    weighted: Weighted, files: Mapping[str, Mapping[str, str]], column: str
) -> dict[str, Any]:
    """Everything that says how the weights came about, as data.

    files: name and SHA-256 of answers, margins and the file written. No time: the same files and the
    same recipe give the same record.
    """
    recipe, found = weighted.recipe, weighted.diagnostics
    return {
        "form": FORM,
        "files": {role: dict(about) for role, about in files.items()},
        "column": column,
        "method": weighted.method,
        "recipe": {
            "weight": recipe.weight,
            "probability": recipe.probability,
            "equal": recipe.equal,
            "respondents": recipe.respondents or None,
            "cells": list(recipe.cells),
            "margins": [asdict(margin) for margin in recipe.margins],
            "bounds": list(recipe.bounds) if recipe.bounds else None,
            "trim": asdict(recipe.trim) if recipe.trim else None,
        },
        "iterations": weighted.iterations,
        "gap": found.gap,
        "response": _cells(weighted),
        "trimmed": _held(weighted),
        "margins": [asdict(row) for row in found.margins],
        "weights": {name: _spread(getattr(found, name)) for name in ("base", "answered", "final")},
        "factors": _spread(found.factors),
        "correlation": found.correlation,
        "notes": list(weighted.notes),
    }


def _cells(weighted: Weighted) -> list[dict[str, Any]] | None:
    found = weighted.response
    if found is None:
        return None
    columns = (found.asked.tolist(), found.answered.tolist(), found.factors.tolist())
    return [
        {"cell": name, "asked": asked, "answered": answered, "factor": factor}
        for name, asked, answered, factor in zip(found.names, *columns, strict=True)
    ]


def _held(weighted: Weighted) -> dict[str, Any] | None:
    found = weighted.trimmed
    if found is None:
        return None
    return {
        "least": found.low,
        "most": found.high if found.high < float("inf") else None,
        "held_at_most": found.capped,
        "held_at_least": found.raised,
        "part_above": found.lost,
    }


def _spread(spread: Spread) -> dict[str, Any]:
    quantiles = {f"{at:g}": value for at, value in zip(QUANTILES, spread.quantiles, strict=True)}
    return {**asdict(spread), "quantiles": quantiles}
