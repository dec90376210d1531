"""How people are drawn anew, to see how far a figure would move by chance.

What is drawn are units, with replacement, within strata: families or survey clusters where people
share them, else people. Everybody of a drawn unit comes along, so that whatever people of one family
share stays together (a bootstrap of single rows would call two figures clearly apart that are not).
The same draws serve every statistic made from them, which pairs a score with its rivals.

With one stratum as many units are drawn as there are: the plain bootstrap (Efron 1979). In several
strata one fewer than the stratum holds, each counted size / (size - 1) times (Rao & Wu 1988): drawn
in full, a stratum of two units would show half its variance. A stratum of one unit would show none
at all; such strata are put together first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Codes, People
from licet.errors import bad

Draws = NDArray[np.float32]
AT_ONCE = 8_000_000
"""Numbers of one chunk, about 32 MB."""
_BLOCK = 256


@dataclass(frozen=True)
class Units:
    """What is drawn. of_row: shape (rows,), the unit of each row, 0..units-1. stratum: shape (units,)."""

    of_row: Codes
    stratum: Codes

    @property
    def number(self) -> int:
        """How many units there are."""
        return len(self.stratum)

    @property
    def single(self) -> bool:
        """Whether every row is a unit of its own."""
        return self.number == len(self.of_row)

    @cached_property
    def strata(self) -> Codes:
        """Stratum of each unit, 0..strata-1, with strata of one unit put together. Shape (units,)."""
        if self.number == 0 or (self.stratum == self.stratum[0]).all():
            return np.zeros(self.number, np.int64)
        _, codes, sizes = np.unique(self.stratum, return_inverse=True, return_counts=True)
        alone = np.flatnonzero(sizes == 1)
        if len(sizes) > 1 and len(alone):
            if len(alone) == 1:  # nothing of its kind: the smallest other takes it in
                others = np.flatnonzero(sizes > 1)
                alone = np.append(alone, others[np.argmin(sizes[others])])
            place = np.arange(len(sizes))
            place[alone] = alone.min()
            codes = np.unique(place[codes], return_inverse=True)[1]
        return np.asarray(codes, np.int64)


def units_of(people: People) -> Units:
    """The units of people: their clusters, within strata.

    A cluster number that returns in another stratum is another cluster, as in surveys. Refuses
    clusters and strata of another length than the people.
    """
    return units_from(people.cluster, people.stratum, len(people))


def units_from(cluster: Codes, stratum: Codes, rows: int) -> Units:
    """The same from arrays of codes, shapes (rows,)."""
    if len(cluster) != rows or len(stratum) != rows:
        raise bad("clusters or strata of another length than the people", "people")
    if rows == 0:
        return Units(np.zeros(0, np.int64), np.zeros(0, np.int64))
    strata = int(stratum.max()) + 1
    both = cluster.astype(np.int64) * strata + stratum
    top = int(both.max()) + 1
    if both.min() >= 0 and top <= 4 * rows + 1_000:  # no need to sort
        there = np.zeros(top, bool)
        there[both] = True
        place = np.cumsum(there) - 1
        return Units(place[both], np.flatnonzero(there) % strata)
    found, of_row = np.unique(both, return_inverse=True)
    return Units(np.asarray(of_row, np.int64), found % strata)


def chunks(units: Units, draws: int, seed: int, *, at_once: int | None = None) -> Iterator[Draws]:
    """How much each unit counts in each draw, in arrays (some, units) that are ``draws`` in all.

    Each row adds up to the number of units, in every stratum. The seed alone decides them, whatever
    at_once (draws in one array; None: as many as fit ``AT_ONCE``).
    """
    return gathered(one_by_one(units, seed), draws, units.number, at_once)


def gathered(
    rows: Iterator[NDArray[Any]],
    draws: int,
    width: int,
    at_once: int | None = None,
    worth: float = 1.0,
) -> Iterator[Draws]:
    """The first ``draws`` of rows of a width, times worth, in arrays (some, width)."""
    size = at_once or max(1, AT_ONCE // max(width, 1))
    for start in range(0, draws, size):
        found = np.empty((min(size, draws - start), width), np.float32)
        for row in found:
            np.multiply(next(rows), np.float32(worth), out=row, casting="same_kind")
        yield found


def one_by_one(units: Units, seed: int) -> Iterator[NDArray[Any]]:
    """The same, draw after draw without end: shapes (units,), whole numbers if in one stratum."""
    rng = np.random.default_rng(seed)
    strata = units.strata
    return _from_strata(strata, rng) if strata.any() else _from_one(units.number, rng)


def _from_one(number: int, rng: np.random.Generator) -> Iterator[NDArray[Any]]:
    """Counts of units, draw after draw, all from one stratum.

    Of many units first how many fall into each block of 256 is drawn, then a byte for the place in the
    block: the same chances, and neighbours are counted together, which memory likes.
    """
    blocks, beyond = divmod(number, _BLOCK)
    if blocks < _BLOCK:
        while True:
            yield np.bincount(rng.integers(0, number, number), minlength=number)
    sizes = np.full(blocks + (beyond > 0), _BLOCK)
    sizes[blocks:] = beyond
    starts = np.arange(blocks) * _BLOCK
    while True:
        fallen = rng.multinomial(number, sizes / number)
        place = np.repeat(starts, fallen[:blocks])
        place += rng.integers(0, _BLOCK, len(place), dtype=np.uint8)
        found = np.bincount(place, minlength=number)
        last = rng.integers(0, max(beyond, 1), int(fallen[blocks:].sum()))
        found[blocks * _BLOCK :] += np.bincount(last, minlength=beyond)[:beyond]
        yield found


def _from_strata(strata: Codes, rng: np.random.Generator) -> Iterator[NDArray[Any]]:
    """The same within strata, rescaled."""
    order = np.argsort(strata, kind="stable")
    sizes = np.bincount(strata)
    starts = np.cumsum(sizes) - sizes
    size = np.repeat(sizes, sizes - 1)  # one place for each unit that is drawn
    start = np.repeat(starts, sizes - 1)
    scale = np.repeat(sizes / (sizes - 1), sizes).astype(np.float32)
    found = np.empty(len(strata), np.float32)
    while True:
        picked = start + (rng.random(len(size)) * size).astype(np.int64)
        found[order] = np.bincount(picked, minlength=len(strata)) * scale
        yield found
