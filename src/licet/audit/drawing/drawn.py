"""Sums over people by column, drawn anew: what skill, calibration and benefit are made of.

Every figure of those is a function of sums by score: of weights with and without the outcome, of squared
errors. The same draws serve all sums of one call, so a score and its challenger are compared on the
same people, draw by draw.

Of very many people, or families, each draw would count a million units to no purpose: units are put
together at random within their strata into some thousand blocks, and blocks are drawn. The spread
between blocks is that between units; it is known to within 1 / sqrt(2 x blocks), 2 % here, less than the
chance of the draws themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.draws import Units, chunks, units_of
from licet.audit.people import Codes, Floats, People
from licet.audit.standing import Estimate
from licet.errors import bad

MOST_BINS = 1_000
"""Scores of more distinct values are put in so many bins of equally many people for the draws."""
MOST_UNITS = 20_000
"""Of more units than this, blocks are drawn."""
BLOCKS = 2_000
LEAST_BLOCKS = 20
"""Of one stratum, if it has as many units."""
AT_ONCE = 8_000_000
"""Numbers held at once while drawing, 64 MB."""
MOST_UNKNOWN = 0.05
"""Where a figure is not known in more of the draws than this, it has no interval."""


@dataclass(frozen=True)
class Part:
    """Sums by column. code: shape (rows,), the column each row adds to, -1 none; kept in 32 bits, for
    there are many parts of many people. amount: what it adds beside its weight, (rows,); 1 if None."""

    code: NDArray[np.integer[Any]] = field(repr=False)
    columns: int
    amount: Floats | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code.astype(np.int32, copy=False))


@dataclass(frozen=True)
class Drawn:
    """A figure and what it was in each draw. value: exact. draws: shape (draws,), about the value."""

    value: float
    draws: Floats = field(repr=False)

    def less(self, other: Drawn) -> Drawn:
        """The difference, draw by draw; both must come from the same draws."""
        return Drawn(self.value - other.value, self.draws - other.draws)

    def estimate(self, level: float, n: int, *, least: float = -inf, most: float = inf) -> Estimate:
        """With its percentile interval, kept inside least to most. No interval if often unknown."""
        known = self.draws[np.isfinite(self.draws)]
        if not isfinite(self.value):
            return Estimate(nan, n=n)
        if len(known) < 2 or len(known) < (1 - MOST_UNKNOWN) * len(self.draws):
            return Estimate(self.value, n=n)
        tail = (1 - level) / 2
        low, high = np.quantile(known, [tail, 1 - tail]).clip(least, most).tolist()
        se = float(known.std(ddof=1))
        return Estimate(self.value, min(low, self.value), max(high, self.value), se, n)


def summed(part: Part, weight: Floats) -> Floats:
    """The sums of all people, exactly. Shape (columns,)."""
    there = part.code >= 0
    worth = weight if part.amount is None else weight * part.amount
    found = np.bincount(part.code[there], weights=worth[there], minlength=part.columns)
    return found.astype(np.float64)


def drawn_sums(
    parts: Mapping[str, Part], people: People, draws: int, seed: int
) -> Iterator[dict[str, Floats]]:
    """The sums of each part in each draw: arrays (some, columns), ``draws`` rows in all.

    The seed alone decides them. Refuses parts of another length than the people.
    """
    if any(len(part.code) != len(people) for part in parts.values()):
        raise bad("sums of another length than the people", "audit")
    units = blocks_of(units_of(people), seed)
    matrix = _brought(list(parts.values()), units, people.weight)
    edges = np.cumsum([0, *(part.columns for part in parts.values())])
    size = max(1, AT_ONCE // max(int(edges[-1]), units.number, 1))
    for counts in chunks(units, draws, seed, at_once=size):
        sums = np.asarray((matrix.T @ counts.T).T, np.float64)
        yield {
            name: sums[:, low:high]
            for name, low, high in zip(parts, edges[:-1], edges[1:], strict=True)
        }


def blocks_of(units: Units, seed: int) -> Units:
    """Units put together at random, within strata, where there are more than ``MOST_UNITS``."""
    if units.number <= MOST_UNITS:
        return units
    rng = np.random.default_rng([seed, units.number])
    strata = units.strata
    sizes = np.bincount(strata)
    wanted = np.rint(sizes * (BLOCKS / units.number)).astype(np.int64)
    blocks = np.minimum(sizes, np.maximum(wanted, LEAST_BLOCKS))
    order = np.lexsort((rng.random(units.number), strata))
    place = np.arange(units.number) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    block = np.empty(units.number, np.int64)
    first = np.cumsum(blocks) - blocks
    block[order] = np.repeat(first, sizes) + place % np.repeat(blocks, sizes)
    return Units(block[units.of_row], np.repeat(np.arange(len(sizes)), blocks))


def _brought(parts: Sequence[Part], units: Units, weight: Floats) -> Any:
    """What each unit brings to each column: a matrix (units, columns), dense where it is well filled."""
    from scipy.sparse import hstack

    cells = units.number * sum(part.columns for part in parts)
    filled = sum(min(len(part.code), units.number * part.columns) for part in parts)
    dense = cells <= 8 * AT_ONCE and filled > cells / 16
    found = [_of_part(part, units, weight, dense) for part in parts]
    return np.concatenate(found, axis=1) if dense else hstack(found, format="csc")


def _of_part(part: Part, units: Units, weight: Floats, dense: bool) -> Any:
    from scipy.sparse import coo_array

    there = np.flatnonzero(part.code >= 0)
    amount = weight[there] if part.amount is None else weight[there] * part.amount[there]
    unit, column = units.of_row[there], part.code[there]
    shape = (units.number, part.columns)
    if dense:
        sums = np.bincount(unit * part.columns + column, amount, shape[0] * shape[1])
        return sums.reshape(shape).astype(np.float32)
    places = (unit.astype(np.int32), column.astype(np.int32))
    return coo_array((amount.astype(np.float32), places), shape=shape).tocsc()


def bins_of(score: Floats, weight: Floats, most: int = MOST_BINS) -> tuple[Codes, Codes]:
    """The place of each score among the distinct ones, and its bin, at most ``most`` of them.

    Both (rows,), rising with the score, -1 where it is NaN. Bins hold about equal weights, and are the
    distinct values where these are few enough; equal scores always share a bin.
    """
    there = np.isfinite(score)
    place = np.full(len(score), -1, np.int64)
    values, found = np.unique(score[there], return_inverse=True)
    place[there] = found
    if len(values) <= most:
        return place, place
    mass = np.bincount(found, weights=weight[there], minlength=len(values))
    total = mass.sum()
    middle = (np.cumsum(mass) - mass / 2) / total if total > 0 else np.linspace(0, 1, len(values))
    bins = np.minimum((middle * most).astype(np.int64), most - 1)
    bins = np.unique(bins, return_inverse=True)[1].astype(np.int64)
    return place, np.where(place >= 0, bins[place], -1)


def centred(value: float, binned: float, draws: Floats) -> Drawn:
    """A figure whose draws were made from bins, moved to the exact value."""
    return Drawn(value, draws + (value - binned))
