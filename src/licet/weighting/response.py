"""Non-response cells: those who answered stand in for those like them who did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import BadInput, Fault, bad, unknown
from licet.weighting.margins import BETWEEN, Places, codes_of, tally

Floats = NDArray[np.float64]

LARGE = 3.0
"""A factor above this rests on few people: a note says so."""
MOST_FAULTS = 30


@dataclass(frozen=True)
class ResponseCells:
    """Weights carried over within cells.

    weights: shape (n,), 0 for those who did not answer. names: the cells. asked, answered: people of
    each. factors: the weight of those asked over that of those who answered. notes: what to look at.
    """

    weights: Floats
    names: tuple[str, ...]
    asked: NDArray[np.int64]
    answered: NDArray[np.int64]
    factors: Floats
    notes: tuple[str, ...] = ()


def adjust(
    weights: Floats, responded: NDArray[np.bool_], codes: Places, names: Sequence[str]
) -> ResponseCells:
    """Divide weights by the weighted response rate of their cell; the total of each cell stays.

    codes: shape (n,), the cell of each person. Refuses cells in which nobody answered, each with the
    cell that is most like it.
    """
    size = len(names)
    counted = weights > 0
    asked = np.bincount(codes[counted], minlength=size)
    answered = np.bincount(codes[counted & responded], minlength=size)
    empty = np.flatnonzero((asked > 0) & (answered == 0))
    if len(empty):
        raise BadInput(
            *(_empty(cell, names, asked, answered) for cell in empty[:MOST_FAULTS].tolist())
        )
    whole = tally(codes, weights, size)
    part = tally(codes, weights * responded, size)
    factors = np.divide(whole, part, out=np.ones(size), where=part > 0)
    notes = tuple(
        f"Cell {names[cell] or 'all'!r}: {answered[cell]:,} of {asked[cell]:,} answered; each stands "
        f"for {factors[cell]:.1f}. Consider joining it with {_like(cell, names, answered)!r}."
        for cell in np.flatnonzero(factors > LARGE).tolist()
        if size > 1
    )
    new = np.where(responded, weights * factors.take(codes), 0.0)
    return ResponseCells(new, tuple(names), asked, answered, factors, notes)


def cells_of(
    frame: pl.DataFrame, columns: Sequence[str], weights: Floats
) -> tuple[Places, tuple[str, ...]]:
    """The cell of each person and the cells' names. Refuses people without a value, and columns that
    there are not."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        refused = [unknown("column", name, frame.columns, "cells (--cells)") for name in absent]
        raise BadInput(*(fault for error in refused for fault in error.faults))
    codes, names = codes_of(frame, columns, "cells (--cells)")
    nowhere = (codes < 0) & (weights > 0)
    if nowhere.any():
        raise bad(
            f"{int(nowhere.sum()):,} people are in no cell: a value is missing",
            f"cells (--cells) {', '.join(columns)}",
            "columns known of everybody who was asked, whether they answered or not",
            "use other columns, or give the missing values a category of their own",
        )
    return np.maximum(codes, 0), names


def _empty(
    cell: int, names: Sequence[str], asked: NDArray[np.int64], answered: NDArray[np.int64]
) -> Fault:
    near = _like(cell, names, answered)
    return Fault(
        f"nobody of the {asked[cell]:,} people asked in this cell answered",
        f"cell {names[cell]!r}",
        "somebody who answered in each cell",
        f"join it with {near!r}, the cell most like it" if near else "use fewer columns for cells",
    )


def _like(cell: int, names: Sequence[str], answered: NDArray[np.int64]) -> str:
    """The cell that shares most values, of several the nearest in order, then the largest."""
    own = names[cell].split(BETWEEN)

    def likeness(other: int) -> tuple[int, int, int]:
        theirs = names[other].split(BETWEEN)
        shared = sum(a == b for a, b in zip(own, theirs, strict=False))
        return shared, -abs(other - cell), int(answered[other])

    others = [c for c in range(len(names)) if c != cell and answered[c] > 0]
    return names[max(others, key=likeness)] if others else ""
