"""Sums of weights over sets of people, with the same sums in every draw: what figures are made from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.cells import collapse, replicates
from licet.audit.drawing.draws import Units
from licet.audit.people import Floats
from licet.audit.standing import Estimate

Masks = Mapping[Hashable, NDArray[np.bool_]]


@dataclass(frozen=True)
class Sums:
    """By name: the sum of weights, in each draw (draws,), and the people behind it, unweighted."""

    point: Mapping[Any, float]
    drawn: Mapping[Any, Floats]
    people: Mapping[Any, int]

    def of(self, figure: Callable[[Mapping[Any, Any]], Any], n: int, level: float) -> Estimate:
        """A figure made from sums, with its percentile interval. figure: works on numbers and arrays."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value = figure({name: np.float64(found) for name, found in self.point.items()})
            return spread(float(value), figure(self.drawn), n, level)


def spread(value: float, drawn: Floats, n: int, level: float) -> Estimate:
    """A figure with percentiles of its draws. Not known where too many draws give no figure."""
    if not isfinite(value):
        return Estimate(np.nan, n=n)
    good = np.asarray(drawn)[np.isfinite(drawn)]
    if len(good) < 0.9 * max(len(drawn), 1) or len(good) < 2:
        return Estimate(value, n=n)
    tail = (1 - level) / 2
    low, high = np.quantile(good, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), float(good.std(ddof=1)), n)


def sums_of(
    columns: Mapping[str, NDArray[Any]],
    masks: Callable[[Mapping[str, NDArray[np.int64]]], Masks],
    weight: Floats,
    units: Units,
    draws: int,
    seed: int,
) -> Sums:
    """Sums over the sets that ``masks`` tells of the columns. columns: whole numbers, shapes (rows,)."""
    cells = collapse([column.astype(np.int64) for column in columns.values()], weight)
    sets = masks({name: cells.codes[:, place] for place, name in enumerate(columns)})
    names = list(sets)
    inside = np.column_stack([sets[name] for name in names]).astype(np.float64)
    point = cells.weight @ inside
    people = cells.people @ inside
    drawn = np.concatenate(
        [
            chunk.astype(np.float64) @ inside
            for chunk in replicates(cells, units, weight, draws, seed)
        ]
    )
    return Sums(
        dict(zip(names, map(float, point), strict=True)),
        {name: drawn[:, place] for place, name in enumerate(names)},
        {name: int(found) for name, found in zip(names, people, strict=True)},
    )


def known_codes(y: Floats) -> NDArray[np.int64]:
    """Outcomes as 1, 0 and -1 where not known."""
    return np.where(np.isnan(y), -1, y).astype(np.int64)
