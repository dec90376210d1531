"""Linked tables: which cells may not be shown when totals, margins and parts are all printed.

Cells are counts of people; sums say which add up to which, in as many tables as there are, so a pair
of breakdowns is two nested tables that share cells. See the package for what is guaranteed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from licet.disclosure.exchanges import FREE, Floats, Ground, Need
from licet.disclosure.suppression import THRESHOLD, Counts, Mask
from licet.errors import bad

WORK = 60_000
"""How many cells are gone through for a cheaper way. Not a clock: a table always comes out alike."""
LARGE = 30
"""Cells of more people than so many thresholds are left in peace while others do."""
FEW = 8
"""Fewer needs than these are met one by one."""
TURNS = 6
"""How many corners are tried before whole numbers are searched for by branching."""


@dataclass(frozen=True)
class Sum:
    """A total and the cells that add up to it, as places in the counts.

    times, less: so many times the total, and these cells, are together as many as the parts. A place may
    stand several times.
    """

    total: int
    parts: tuple[int, ...]
    less: tuple[int, ...] = ()
    times: int = 1

    def moved(self, by: int) -> Sum:
        """The same of cells so many places further on."""
        parts, less = (tuple(cell + by for cell in cells) for cells in (self.parts, self.less))
        return Sum(self.total + by, parts, less, self.times)


def protect(
    counts: ArrayLike,
    sums: Sequence[Sum],
    *,
    threshold: int = THRESHOLD,
    hidden: ArrayLike | None = None,
    prefer: Sequence[float] | None = None,
    exempt: ArrayLike | None = None,
    rare: ArrayLike | None = None,
    public: ArrayLike | None = None,
) -> Mask:
    """Which cells are kept back. Shape (cells,), True: not shown.

    counts: shape (cells,), people. hidden: cells that are not shown anyway. prefer: how much each
    cell is wanted, above 0; by default all alike. exempt: cells that need no protection of their own
    (people of unknown group, who are no group). From everything shown, each count of 1 to
    threshold - 1 can be 0 as well as the threshold or more, in whole numbers. rare: cells of nobody, in
    groups of few, that must be able to be of somebody. public: cells that are known already, whatever is
    kept back now. Refuses counts that do not add up as the sums say.
    """
    table = checked(counts, sums, threshold)
    small = (table >= 1) & (table < threshold)
    if exempt is not None:
        small &= ~np.asarray(exempt, dtype=np.bool_)
    kept = small if hidden is None else small | np.asarray(hidden, dtype=np.bool_)
    needs = [
        need
        for cell in np.flatnonzero(small).tolist()
        for need in (Need(cell, 0, True), Need(cell, threshold, False))
    ]
    if rare is not None:
        needs += [Need(cell, 1, False) for cell in np.flatnonzero(rare).tolist()]
    return shelter(table, sums, kept, needs, prefer, public)


def checked(counts: ArrayLike, sums: Sequence[Sum], threshold: int) -> Counts:
    """The counts as an array. Refuses what no people can make up."""
    table = np.asarray(counts, dtype=np.int64)
    if threshold < 1:
        raise bad(f"threshold {threshold}", "disclosure", "1 person or more", "10 is usual")
    if table.ndim != 1 or (table < 0).any():
        raise bad("not counts of people", "counts", "a row of whole numbers from 0")
    for number, one in enumerate(sums, start=1):
        if not all(0 <= cell < len(table) for cell in (one.total, *one.parts, *one.less)):
            raise bad("a cell that is not there", f"sums[{number}]", f"0 to {len(table) - 1}")
        whole = one.times * table[one.total] + table[list(one.less)].sum()
        if table[list(one.parts)].sum() != whole:
            raise bad("the parts do not add up to the total", f"sums[{number}]",
                      "cells that hold each person of the total once")  # fmt: skip
    return table


def shelter(
    counts: Counts,
    sums: Sequence[Sum],
    kept: Mask,
    needs: Sequence[Need],
    prefer: Sequence[float] | None = None,
    public: ArrayLike | None = None,
) -> Mask:
    """``kept``, and the cells that must be kept back with them so that every need can be met."""
    left = [need for need in needs if not need.met(int(counts[need.cell]))]
    if not left:
        return kept.copy()
    order = _by_table(counts, sums)
    left.sort(key=lambda need: (need.down, -order[need.cell], need.cell))
    worth = np.ones(len(counts)) if prefer is None else np.asarray(prefer, dtype=np.float64)
    ground = Ground(counts, sums)
    known = np.zeros(len(counts), np.bool_) if public is None else np.asarray(public, np.bool_)
    found = _Shelter(ground, kept, worth, left, known)
    for down in (True, False):
        found.meet_at_no_cost([n for n, need in enumerate(left) if need.down == down])
    for number in range(len(left)):
        found.meet(number)
    return found.least()


def open_to(counts: Counts, sums: Sequence[Sum], kept: Mask) -> Mask:
    """``kept`` without the cells that follow from those shown: to show them too tells nothing more."""
    ground = Ground(counts, sums)
    return kept & ~ground.settled(kept)


def _by_table(counts: Counts, sums: Sequence[Sum]) -> Counts:
    """The smallest total that each cell is a part of; its own where of none. Shape (cells,)."""
    found = np.full(len(counts), np.iinfo(np.int64).max)
    for one in sums:
        parts = list(one.parts)
        found[parts] = np.minimum(found[parts], counts[one.total])
    capped: Counts = np.minimum(found, counts.max())
    return capped


class _Shelter:
    """Exchanges found so far, and the cells that they need. kept grows, until ``least``.

    uses, meets: of each exchange, the cells it changes and the needs it meets.
    """

    def __init__(
        self, ground: Ground, kept: Mask, worth: Floats, needs: Sequence[Need], public: Mask
    ) -> None:
        self.ground, self.worth, self.needs = ground, worth, needs
        self.needed, self.kept, self.open = kept, kept.copy(), ~public
        self.uses: list[Mask] = []
        self.meets: list[Mask] = []
        self.met = np.zeros(len(needs), dtype=np.bool_)
        self.tilt = np.arange(len(kept)) * 0.6180339887
        self.large = LARGE * max(need.target for need in needs)
        self.work = 0

    def meet_at_no_cost(self, numbers: Sequence[int]) -> None:
        """Meet many needs at once by cells that are kept back anyway, as far as that can be."""
        left = [number for number in numbers if not self.met[number]]
        if len(left) < FEW:
            return
        cost = np.full(len(self.kept), FREE)
        needs = [self.needs[number] for number in left]
        if not self._take(self.ground.cheapest(needs, cost, self.needed & self.open)):
            self.meet_at_no_cost(left[: len(left) // 2])
            self.meet_at_no_cost(left[len(left) // 2 :])

    def meet(self, number: int) -> None:
        """Find an exchange for a need, of which few cells are shown so far."""
        if self.met[number]:
            return
        need = self.needs[number]
        cost = np.where(self.kept, FREE, self.worth)
        near = np.zeros_like(self.kept)
        for turn in range(TURNS):
            # Other weights lead to other corners, and most corners are whole.
            tilted = cost * (1 + 0.5 * np.modf((turn + 1) * self.tilt)[0] * (turn > 0))
            change = self._few_cells(need, tilted)
            if change is None or (self._take(change) and self.met[number]):
                break
            near |= np.abs(change) > 1e-7
        if not self.met[number] and near.any():
            self._take(self.ground.cheapest([need], cost, near, whole=True))
        if not self.met[number]:
            self._take(self.ground.cheapest([need], cost, self.open, whole=True))
        if not self.met[number]:  # with every cell kept back there always is one
            self.kept[:], self.met[number] = True, True

    def _few_cells(self, need: Need, cost: Floats) -> Floats | None:
        """The cheapest change; where it needs cells that are shown so far, few cells, not people.

        Looked for among cells near by and not large, which is faster; among all if there is none.
        """
        near = self.kept | (self.ground.counts <= self.large)
        among = self.ground.near(need.cell, near & self.open) & self.open
        change = self.ground.cheapest([need], cost, among)
        if change is None:
            among = self.open
            change = self.ground.cheapest([need], cost, among)
        if change is not None and (np.abs(change)[~self.kept] > 1e-7).any():
            again = cost / np.where(self.kept, 1.0, np.abs(change) + 0.1)
            change = self.ground.cheapest([need], again, among)
        return change

    def _take(self, change: Floats | None) -> bool:
        """Add the exchanges of a change that meet any need; False if there is none."""
        found = [] if change is None else list(self.ground.exchanges(change))
        for one in found:
            after = self.ground.counts + one
            meets = np.array([need.met(int(after[need.cell])) for need in self.needs])
            if meets.any():
                self.uses.append(one != 0)
                self.meets.append(meets)
                self.kept |= one != 0
                self.met |= meets
        return bool(found)

    def least(self) -> Mask:
        """Fewer cells, if the needs can be met without some: those with most people first."""
        if self.kept.all() or not self.uses:
            return self.kept
        self._only_used()
        more = np.flatnonzero(self.kept & ~self.needed)
        for cell in more[np.lexsort((-self.ground.counts[more], -self.worth[more]))].tolist():
            if self.kept[cell] and self.work < WORK:
                self._without(cell)
        return self.kept

    def _only_used(self) -> None:
        used = np.logical_or.reduce(self.uses)
        self.kept = self.needed | used

    def _without(self, cell: int) -> None:
        """Show a cell again, if every need can be met without it."""
        before = (self.kept.copy(), list(self.uses), list(self.meets), self.met.copy())
        self.kept[cell] = False
        kept = self.kept.copy()
        alive = [n for n, used in enumerate(self.uses) if not used[cell]]
        self.uses, self.meets = [self.uses[n] for n in alive], [self.meets[n] for n in alive]
        self.met = np.logical_or.reduce([np.zeros_like(self.met), *self.meets])
        cost = np.full(len(kept), FREE)
        for number in np.flatnonzero(~self.met).tolist():
            if not self.met[number]:
                self.work += int(kept.sum())
                self._take(self.ground.cheapest([self.needs[number]], cost, kept & self.open))
                if not self.met[number]:
                    self.kept, self.uses, self.meets, self.met = before
                    return
        self._only_used()
