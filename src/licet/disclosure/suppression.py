"""One item: which of its cells, bases and differences may not be shown. See the package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from licet.errors import bad

THRESHOLD = 10
"""Fewest people that a figure shown may stand for, unless a workspace asks for more."""

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Nets = Sequence[Sequence[int] | None]


def visible_cell(base: int, count: int | None, threshold: int = THRESHOLD) -> bool:
    """Whether a single figure may be shown: ``count`` of ``base`` people gave the answer.

    count None: not known (printed figures). Neither those who gave the answer nor those who did not
    may be 1 to threshold-1 people, nor the base below the threshold.
    """
    if base < threshold:
        return False
    return count is None or not (1 <= count < threshold or 1 <= base - count < threshold)


@dataclass(frozen=True)
class Suppression:
    """What may not be shown. Columns are the options, then the nets; shapes (rows, columns).

    hidden: cells kept back. small: those of them that need it themselves; the others shelter these.
    bases: shape (rows,), bases kept back with everything of their row. differences: from the rest.
    """

    hidden: Mask
    small: Mask
    bases: Mask
    differences: Mask

    @property
    def reasons(self) -> NDArray[np.str_]:
        """Shape (rows, columns): "", "small" or "complement". Not for publication."""
        return np.where(self.hidden, np.where(self.small, "small", "complement"), "")


def suppress(
    counts: ArrayLike,
    partitions: Sequence[Sequence[int]] = (),
    *,
    disjoint: Sequence[Sequence[int]] = (),
    nets: Nets = (),
    threshold: int = THRESHOLD,
) -> Suppression:
    """What may not be shown of one item.

    counts: shape (rows, options), people; row 0 is the whole sample, the others are groups.
    partitions: for each breakdown the rows of its groups, which do not overlap; people in none of
    them are those of unknown group. disjoint: more sets of rows that do not overlap, of several
    breakdowns (see ``breakdowns``); whoever is in none of them belongs to other groups. nets: the
    options of each net, or None where unknown (it then counts as splitting anything). Refuses counts
    that no table of people can have.
    """
    table = _checked(counts, [*partitions, *disjoint], threshold)
    bases = table.sum(axis=1)
    sums = [table[:, list(net or ())].sum(axis=1, keepdims=True) for net in nets]
    full = np.concatenate([table, *sums], axis=1)
    hidden = np.zeros(full.shape, dtype=np.bool_)
    hidden_bases = np.zeros(len(table), dtype=np.bool_)
    if bases[0] < threshold:
        hidden[:], hidden_bases[:] = True, True
    else:
        merged = _merge_options(table[0], nets, threshold)
        hidden[:, list(merged)] = True
        hidden[:, table.shape[1] :] = [_splits(net, merged) for net in nets]
        sheets = [
            _Sheet(table, np.array(rows), True, merged, nets, threshold) for rows in partitions
        ]
        others = (
            _Sheet(table, np.array(rows), False, merged, nets, threshold) for rows in disjoint
        )
        sheets += [sheet for sheet in others if sheet.tells]
        _hide_all(sheets, hidden, hidden_bases)
    # Where nobody was asked there is nobody to protect.
    hidden[bases == 0], hidden_bases[bases == 0] = False, False
    small = hidden & (_small(full, threshold) | (bases < threshold)[:, None])
    differences = _hide_differences(table, partitions, disjoint, hidden)
    differences |= (bases == 0)[:, None]
    return Suppression(hidden, small, hidden_bases, differences)


def _checked(counts: ArrayLike, partitions: Sequence[Sequence[int]], threshold: int) -> Counts:
    table = np.asarray(counts, dtype=np.int64)
    if threshold < 1:
        raise bad(f"threshold {threshold}", "disclosure", "1 person or more", "10 is usual")
    if table.ndim != 2 or not table.size or (table < 0).any():
        raise bad("not a table of people", "counts", "whole numbers from 0, groups by options")
    for partition in partitions:
        if (table[list(partition)].sum(axis=0) > table[0]).any():
            what = "the groups of one breakdown hold more people than the whole sample"
            raise bad(what, "partitions", "groups that do not overlap")
    return table


def _small(counts: Counts, threshold: int) -> Mask:
    return (counts >= 1) & (counts < threshold)


def _splits(net: Sequence[int] | None, options: Sequence[int]) -> bool:
    """Whether a net would tell something of the single options: it holds some of them, not all."""
    if not options:
        return False
    return net is None or 0 < len({*net} & {*options}) < len({*options})


def _add(
    chosen: set[int], gains: Counts, need: int, cost: Callable[[int], tuple[int, int]]
) -> bool | None:
    """Add the cheapest candidate that gives what is needed, else the one that gives most.

    None: no candidate gives anything. gains: one of each candidate, the chosen included.
    """
    others = [place for place in range(len(gains)) if place not in chosen and gains[place] > 0]
    if not others:
        return None
    enough = [place for place in others if gains[place] >= need]
    chosen.add(min(enough, key=cost) if enough else max(others, key=lambda place: gains[place]))
    return True


def _merge_options(whole: Counts, nets: Nets, threshold: int) -> tuple[int, ...]:
    """Options kept back in every row: too rare in the whole sample, and their shelter."""
    merged = {int(option) for option in np.flatnonzero(_small(whole, threshold))}

    def cost(option: int) -> tuple[int, int]:
        return sum(_splits(net, [*merged, option]) for net in nets), int(whole[option])

    while merged and (need := threshold - int(whole[sorted(merged)].sum())) > 0:
        _add(merged, whole, need, cost)
    return tuple(sorted(merged))


def _hide_all(sheets: Sequence[_Sheet], hidden: Mask, bases: Mask) -> None:
    """Hide in every breakdown what it must keep back, until none gives another's figures away.

    What one breakdown keeps back of a group is kept back in all, so each shelters it anew. Only a
    breakdown that shares groups with others is looked at more than once.
    """
    cells = np.zeros((len(sheets), *hidden.shape), dtype=np.bool_)
    whole = np.zeros((len(sheets), len(bases)), dtype=np.bool_)
    # How many breakdowns keep each cell and base back.
    all_cells, all_whole = np.zeros(hidden.shape, np.int64), np.zeros(len(bases), np.int64)
    holds = np.zeros((len(sheets), len(bases)), dtype=np.bool_)
    for place, sheet in enumerate(sheets):
        holds[place, sheet.groups] = True
    waiting = dict.fromkeys(range(len(sheets)))
    while waiting:
        place = next(iter(waiting))
        del waiting[place]
        all_cells -= cells[place]
        all_whole -= whole[place]
        before = cells[place].sum() + whole[place].sum()
        sheets[place].hide(cells[place], whole[place], all_cells > 0, all_whole > 0)
        all_cells += cells[place]
        all_whole += whole[place]
        if cells[place].sum() + whole[place].sum() > before:
            near = np.flatnonzero((holds & holds[place]).any(axis=1))
            waiting |= {int(other): None for other in near if other != place}
    hidden |= all_cells > 0
    bases |= all_whole > 0


def _hide_differences(
    table: Counts,
    partitions: Sequence[Sequence[int]],
    disjoint: Sequence[Sequence[int]],
    hidden: Mask,
) -> Mask:
    """With people of unknown group a share in the rest tells more than the whole less the group."""
    found = hidden.copy()
    open_rows = {
        row
        for rows in map(list, partitions)
        if (table[0] - table[rows].sum(axis=0)).any()
        for row in rows
    }
    for rows in [*partitions, *disjoint]:
        known = [row for row in rows if row in open_rows]
        found[known] |= hidden[list(rows)].any(axis=0)
    return found


@dataclass
class _Sheet:
    """One breakdown of one item, with the merged options as one column and small groups as one row.

    table: shape (rows, options). groups: its rows in this breakdown. own: they are all groups of one
    variable, so that the rest of each is the others. merged: see _merge_options. grid, kept: shape
    (groups shown + 1, columns), people and whether kept back; least, most: what each cell must be
    able to be; see _shelter_all.
    """

    table: Counts
    groups: NDArray[np.int64]
    own: bool
    merged: tuple[int, ...]
    nets: Nets
    threshold: int
    grid: Counts = field(init=False)
    kept: Mask = field(init=False)
    least: Counts = field(init=False)
    most: Counts = field(init=False)
    kept_nets: Mask = field(init=False)

    @cached_property
    def parts(self) -> list[tuple[int, ...]]:
        """The options of each column: one each, but for the merged ones."""
        single = [(option,) for option in range(self.table.shape[1]) if option not in self.merged]
        return [*single, *([self.merged] if self.merged else [])]

    @cached_property
    def reduced(self) -> Counts:
        """Shape (rows, columns)."""
        return np.stack([self.table[:, list(part)].sum(axis=1) for part in self.parts], axis=1)

    @property
    def unknown(self) -> Counts:
        """Shape (columns,): people of unknown group."""
        unknown: Counts = self.reduced[0] - self.reduced[self.groups].sum(axis=0)
        return unknown

    @property
    def tells(self) -> bool:
        """Whether so few people are in none of these groups that subtraction may tell something."""
        return bool((self.unknown < 2 * self.threshold).any())

    def hide(self, hidden: Mask, bases: Mask, elsewhere: Mask, bases_elsewhere: Mask) -> None:
        """Mark what this breakdown must keep back besides what others do."""
        n = self.table[self.groups].sum(axis=1)
        gone = self._small_groups(n, bases_elsewhere[self.groups])
        if not self._shelter_all(gone, elsewhere[self.groups]):
            gone = n > 0
        found = np.zeros_like(hidden)
        found[self.groups[gone]] = True
        options = self.table.shape[1]
        for row, kept, nets in zip(self.groups[~gone], self.kept, self.kept_nets, strict=False):
            found[row, [option for c in np.flatnonzero(kept) for option in self.parts[c]]] = True
            found[row, options:] |= nets
        hidden |= found & ~elsewhere
        bases[self.groups[gone]] |= ~bases_elsewhere[self.groups[gone]]

    def _small_groups(self, n: Counts, elsewhere: Mask) -> Mask:
        """Those too small, or with too small a rest, and the next smallest until all these, with
        people of unknown group, reach the threshold. Shape as n, the bases of the groups.

        Of those kept back elsewhere the largest must be able to be larger by the threshold.
        """
        gone = _small(n, self.threshold) | elsewhere
        if self.own:
            gone |= (n > 0) & _small(n.sum() - n, self.threshold)
        unknown = int(self.unknown.sum())
        need = self.threshold + int(n[elsewhere & (n >= self.threshold)].max(initial=0))
        for place in np.argsort(n, kind="stable"):
            if gone.any() and n[gone].sum() + unknown < need:
                gone[place] |= n[place] > 0
        return gone

    def _shelter_all(self, gone: Mask, elsewhere: Mask) -> bool:
        """Choose a block for every small count; False where one cannot be sheltered.

        The last row stands for the groups that are gone and people of unknown group. Its figures
        are never shown, so it belongs to every block at no cost. A row and its small counts get a
        block of their own, which uses cells that are kept back already where it can.
        """
        last = self.reduced[self.groups[gone]].sum(axis=0) + self.unknown
        self.grid = np.vstack([self.reduced[self.groups[~gone]], last])
        small = _small(self.grid, self.threshold)
        small[-1] &= gone.any()
        self.kept = small.copy()
        self.kept[-1] = True
        self.kept[:, len(self.parts) - bool(self.merged) :] = True
        self.kept_nets = np.zeros((len(self.grid), len(self.nets)), dtype=np.bool_)
        self.kept_nets[-1] = True
        wanted = self._aims(small, elsewhere[~gone])
        order = np.argsort(-wanted.sum(axis=1), kind="stable")
        return all(self._shelter(int(row), wanted[row]) for row in order if wanted[row].any())

    def _aims(self, small: Mask, elsewhere: Mask) -> Mask:
        """Set what each cell must be able to be; the cells that need a block for it.

        A small count must be able to be 0 and the threshold. A cell that another breakdown keeps
        back must be able to be as much smaller and larger, as far as the whole table lets it.
        """
        other = np.zeros_like(small)
        # The merged options are kept back, with a block of their own, in every breakdown.
        for column, part in enumerate(self.parts[: len(self.parts) - bool(self.merged)]):
            other[:-1, column] = elsewhere[:, list(part)].any(axis=1)
        other &= ~small
        self.kept |= other
        across, down = self.grid.sum(axis=1, keepdims=True), self.grid.sum(axis=0)
        least = np.maximum(self.grid - self.threshold, across + down - self.grid.sum())
        most = np.minimum(self.grid + self.threshold, np.minimum(across, down))
        self.least = np.where(other, np.maximum(least, 0), 0)
        self.most = np.where(other, most, self.threshold)
        return small | other

    def _shelter(self, row: int, small: Mask) -> bool:
        """Grow a block until each small count of the row can be 0 and the threshold in it."""
        rows, columns = {row, len(self.grid) - 1}, {int(c) for c in np.flatnonzero(small)}
        while True:
            grown = [self._grow(row, int(c), rows, columns) for c in np.flatnonzero(small)]
            if None in grown:
                return False
            if not any(grown):
                break
        for r in rows:
            self.kept[r, sorted(columns)] = True
            self.kept_nets[r] |= self._splitting(columns)
        return True

    def _splitting(self, columns: set[int]) -> Mask:
        """Shape (nets,): those that would split what is kept back together."""
        options = [option for column in columns for option in self.parts[column]]
        return np.array([_splits(net, options) for net in self.nets], dtype=np.bool_)

    def _grow(self, row: int, column: int, rows: set[int], columns: set[int]) -> bool | None:
        """Grow the block if this cell needs it. True: grown; None: it cannot be.

        The cell must be able to reach its most within the sums of its row and its column, and its
        least by exchange with the rest of the block.
        """
        least, most = int(self.least[row, column]), int(self.most[row, column])
        block = self.grid[sorted(rows)][:, sorted(columns)].sum()
        across = int(self.grid[row, sorted(columns)].sum())
        down = int(self.grid[sorted(rows), column].sum())

        def by_column(other: int) -> tuple[int, int]:
            return self._cost(rows, columns | {other})

        def by_row(other: int) -> tuple[int, int]:
            return self._cost(rows | {other}, columns)

        if across < most:
            return _add(columns, self.grid[row], most - across, by_column)
        if down < most:
            return _add(rows, self.grid[:, column], most - down, by_row)
        need = across + down - int(block) - least
        if need <= 0:
            return False
        beside = self.grid[:, sorted(columns - {column})].sum(axis=1)
        if _add(rows, beside, need, by_row):
            return True
        return _add(columns, self.grid[sorted(rows - {row})].sum(axis=0), need, by_column)

    def _cost(self, rows: set[int], columns: set[int]) -> tuple[int, int]:
        """Nets, then people, that a block of these rows and columns would keep back besides."""
        down, across = sorted(rows), sorted(columns)
        nets = self._splitting(columns) & ~self.kept_nets[down]
        people = self.grid[down][:, across] * ~self.kept[down][:, across]
        return int(nets.sum()), int(people.sum())
