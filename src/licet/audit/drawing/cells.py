"""Rows that are alike, counted once: every rate is a function of the counts.

A million people in five attributes are some thousand cells. Drawing the counts of the cells from the
multinomial distribution is exactly the bootstrap of single people for every function of the counts, and
costs no more for a million people than for ten thousand. It does not hold where people share families:
then families are drawn, and what each brings to each cell is added up (a sparse matrix).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.draws import AT_ONCE, Draws, Units, gathered, one_by_one
from licet.audit.drawing.packed import packed_sums
from licet.audit.people import Codes, Floats
from licet.errors import bad

_DENSE = 1 << 16
_WORTH = 8
"""Counts of kinds are drawn where there are so many times fewer kinds than rows."""


@dataclass(frozen=True)
class Cells:
    """Rows with equal codes, collapsed.

    codes: shape (cells, columns). people: rows of each cell; weight: sums of weights; both (cells,).
    of_row: shape (rows,), the cell of each row.
    """

    codes: Codes
    people: Codes
    weight: Floats
    of_row: Codes

    @property
    def number(self) -> int:
        """How many cells there are."""
        return len(self.people)

    @cached_property
    def first(self) -> Codes:
        """The first row of each cell, to look up what all its rows share. Shape (cells,)."""
        found = np.zeros(self.number, np.int64)
        found[self.of_row[::-1]] = np.arange(len(self.of_row))[::-1]
        return found


def collapse(columns: Sequence[NDArray[Any]], weight: Floats) -> Cells:
    """Rows that are equal in every column, put together, in the order of their codes.

    columns: shapes (rows,). Whole numbers stay as they are in ``codes``; of anything else stands the
    rank among its distinct values. weight: shape (rows,). Refuses columns of another length.
    """
    rows = len(weight)
    if any(len(column) != rows for column in columns):
        raise bad("columns of several lengths", "cells")
    key, size = np.zeros(rows, np.int64), 1
    coded = [_coded(column) for column in columns]
    for column in coded:
        least = int(column.min(initial=0))
        span = int(column.max(initial=0)) - least + 1
        if size * span > 1 << 62:
            key, size = _ranked(key, size)
        key, size = key * span + (column - least), size * span
        if size > max(4 * rows, _DENSE):
            key, size = _ranked(key, size)
    of_row, number = _ranked(key, size)
    cells = Cells(
        np.zeros((number, 0), np.int64),
        np.bincount(of_row, minlength=number),
        np.bincount(of_row, weights=weight, minlength=number).astype(np.float64),
        of_row,
    )
    codes = [column[cells.first] for column in coded]
    table = np.stack(codes, axis=1) if codes else cells.codes
    return Cells(table, cells.people, cells.weight, of_row)


def _coded(column: NDArray[Any]) -> Codes:
    if np.issubdtype(column.dtype, np.integer) or column.dtype == bool:
        return column.astype(np.int64, copy=False)
    return np.asarray(np.unique(column, return_inverse=True)[1], np.int64)


def _ranked(key: Codes, size: int) -> tuple[Codes, int]:
    """Each key by its rank among those there are, and how many these are. Keys: 0..size-1."""
    if size > max(4 * len(key), _DENSE):
        found, place = np.unique(key, return_inverse=True)
        return np.asarray(place, np.int64), len(found)
    there = np.zeros(size, bool)
    there[key] = True
    return (np.cumsum(there) - 1)[key], int(there.sum())


def replicates(
    cells: Cells, units: Units, weight: Floats, draws: int, seed: int, *, at_once: int | None = None
) -> Iterator[Draws]:
    """Sums of weights by cell in each draw: arrays (some, cells), ``draws`` in all.

    weight: shape (rows,). Statistics made from the same arrays are paired. The seed alone decides
    them, not at_once. Where rows are the units and few of them differ, counts of kinds (cell, weight,
    stratum) are drawn; else units are, by ``draws.chunks``.
    """
    if units.single:
        alike = len(weight) == 0 or bool((weight == weight[0]).all())
        kinds = collapse(
            [units.strata[units.of_row], cells.of_row, *([] if alike else [weight])], weight
        )
        if kinds.number * _WORTH <= len(weight):
            return _by_kind(cells, kinds, weight, draws, seed, at_once)
    return _by_unit(cells, units, weight, draws, seed, at_once)


def _by_kind(
    cells: Cells, kinds: Cells, weight: Floats, draws: int, seed: int, at_once: int | None
) -> Iterator[Draws]:
    """Multinomial counts of kinds of rows within strata, times the weight of each kind."""
    size = at_once or max(1, AT_ONCE // max(kinds.number, 1))
    parts = _parts(kinds, seed)
    cell, worth = kinds.codes[:, 1], weight[kinds.first]
    plain = np.array_equal(cell, np.arange(cells.number))  # kinds are the cells, in their order
    to_cells = (
        None if plain else _sparse(cell, np.arange(kinds.number), worth, cells.number, kinds.number)
    )
    for start in range(0, draws, size):
        some = min(size, draws - start)
        found = np.empty((some, kinds.number), np.float32)
        for place, chances, number, scale, rng in parts:
            found[:, place] = rng.multinomial(number, chances, size=some)
            if scale != 1:
                found[:, place] *= scale
        yield found * worth.astype(np.float32) if to_cells is None else (to_cells @ found.T).T


_Part = tuple[slice, Floats, int, float, np.random.Generator]


def _parts(kinds: Cells, seed: int) -> list[_Part]:
    """By stratum: its kinds, their chances, how many are drawn, how much each counts, its own chance."""
    strata = kinds.codes[:, 0]
    edges = np.flatnonzero(np.diff(strata, prepend=-1, append=strata.max(initial=0) + 1))
    several = len(edges) > 2
    spawned = np.random.SeedSequence(seed).spawn(len(edges) - 1) if several else []
    generators = [np.random.default_rng(own) for own in spawned or [np.random.SeedSequence(seed)]]
    found = []
    for low, high, rng in zip(edges[:-1], edges[1:], generators, strict=True):
        people = kinds.people[low:high]
        size = int(people.sum())
        number = size - 1 if several and size > 1 else size
        scale = size / number
        place = slice(int(low), int(high))
        found.append((place, people / size, number, scale, rng))
    return found


def _by_unit(
    cells: Cells, units: Units, weight: Floats, draws: int, seed: int, at_once: int | None
) -> Iterator[Draws]:
    """Units drawn, times what each brings to each cell."""
    alike = len(weight) > 0 and bool((weight == weight[0]).all())
    drawn = one_by_one(units, seed)
    if alike and not units.strata.any():
        sums = packed_sums(drawn, units.of_row, cells.of_row, cells.number)
        worth = float(weight[0])
    else:
        brought = _sparse(cells.of_row, units.of_row, weight, cells.number, units.number)
        sums = (brought @ counts.astype(np.float32) for counts in drawn)
        worth = 1.0
    return gathered(sums, draws, cells.number, at_once, worth)


def _sparse(cell: Codes, other: Codes, weight: Floats, cells: int, others: int) -> Any:
    """A matrix (cells, others) of summed weights, by rows."""
    from scipy.sparse import coo_array

    places = (cell.astype(np.int32), other.astype(np.int32))
    return coo_array((weight.astype(np.float32), places), shape=(cells, others)).tocsr()
