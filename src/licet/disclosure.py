"""Disclosure control: which figures of a table may be shown. The one place that decides it.

A count of 1 to threshold-1 people could show who somebody is, so it is not shown; nor is anything
of a group of so few people, nor what would give such a count away by subtraction:

- the answers of a group add up to its base, and a net is the sum of its options;
- the groups of one breakdown, with the people of unknown group, add up to the whole sample;
- the difference of a group from the rest tells the share in the rest.

**What is guaranteed.** From all counts, bases, nets and differences shown of one item, and from no
other knowledge, arithmetic allows every small count that is not shown to be 0 as well as threshold
or more; so too a small base. Only one thing more can follow: that *nobody* gave an answer in a
wider group of threshold or more people, for zeros of such groups are shown.

**How.** Options too rare in the whole sample are merged with others until together they reach the
threshold, and the groups too small to show likewise: of these only the sum can be derived. In what
remains every small count lies in a block (some groups by some answers) of one breakdown that is
kept back whole. Its cells can be exchanged without changing anything shown, so a cell x with row
sum r, column sum c and block sum s can be anything from max(0, r + c - s) to min(r, c) (Fréchet's
bounds): the block is grown until that reaches from 0 to the threshold. A net that such an exchange
would change is kept back in every row of the block. People of unknown group are no group: their
own small counts are shelter, not something to hide.

**What is not.** Weighted shares follow the same pattern of cells, but their bounds are not counted
out. Breakdowns that contain one another (all minorities; each minority), other tables of the same
survey and knowledge of somebody's answers can tell more. Which cells were small must not be shown
either: publish "not shown", never the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from licet.errors import bad
from licet.groups import ALL

if TYPE_CHECKING:
    import polars as pl

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
    nets: Nets = (),
    threshold: int = THRESHOLD,
) -> Suppression:
    """What may not be shown of one item.

    counts: shape (rows, options), people; row 0 is the whole sample, the others are groups.
    partitions: for each breakdown the rows of its groups, which do not overlap; people in none of
    them are those of unknown group. nets: the options of each net, or None where unknown (it then
    counts as splitting anything). Refuses counts that no table of people can have.
    """
    table = _checked(counts, partitions, threshold)
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
        for partition in partitions:
            sheet = _Sheet(table, np.array(partition), merged, nets, threshold)
            sheet.hide(hidden, hidden_bases)
    # Where nobody was asked there is nobody to protect.
    hidden[bases == 0], hidden_bases[bases == 0] = False, False
    small = hidden & (_small(full, threshold) | (bases < threshold)[:, None])
    differences = _hide_differences(table, partitions, hidden) | (bases == 0)[:, None]
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


def _hide_differences(table: Counts, partitions: Sequence[Sequence[int]], hidden: Mask) -> Mask:
    """With people of unknown group a share in the rest tells more than the whole less the group."""
    found = hidden.copy()
    for rows in map(list, partitions):
        if (table[0] - table[rows].sum(axis=0)).any():
            found[rows] |= hidden[rows].any(axis=0)
    return found


@dataclass
class _Sheet:
    """One breakdown of one item, with the merged options as one column and small groups as one row.

    table: shape (rows, options). groups: its rows in this breakdown. merged: see _merge_options.
    grid, kept: shape (groups shown + 1, columns), people and whether kept back; see _shelter_all.
    """

    table: Counts
    groups: NDArray[np.int64]
    merged: tuple[int, ...]
    nets: Nets
    threshold: int
    grid: Counts = field(init=False)
    kept: Mask = field(init=False)
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

    def hide(self, hidden: Mask, bases: Mask) -> None:
        """Mark what this breakdown must keep back."""
        n = self.table[self.groups].sum(axis=1)
        gone = self._small_groups(n)
        if not self._shelter_all(gone):
            gone = n > 0
        hidden[self.groups[gone]], bases[self.groups[gone]] = True, True
        options = self.table.shape[1]
        for row, kept, nets in zip(self.groups[~gone], self.kept, self.kept_nets, strict=False):
            hidden[row, [option for c in np.flatnonzero(kept) for option in self.parts[c]]] = True
            hidden[row, options:] |= nets

    def _small_groups(self, n: Counts) -> Mask:
        """Those too small, or with too small a rest, and the next smallest until all these, with
        people of unknown group, reach the threshold. Shape as n, the bases of the groups."""
        gone = _small(n, self.threshold) | ((n > 0) & _small(n.sum() - n, self.threshold))
        unknown = int(self.unknown.sum())
        for place in np.argsort(n, kind="stable"):
            if gone.any() and n[gone].sum() + unknown < self.threshold:
                gone[place] |= n[place] > 0
        return gone

    def _shelter_all(self, gone: Mask) -> bool:
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
        order = np.argsort(-small.sum(axis=1), kind="stable")
        return all(self._shelter(int(row), small[row]) for row in order if small[row].any())

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

        The cell must be able to reach the threshold within the sums of its row and its column, and
        0 by exchange with the rest of the block.
        """
        block = self.grid[sorted(rows)][:, sorted(columns)].sum()
        across = int(self.grid[row, sorted(columns)].sum())
        down = int(self.grid[sorted(rows), column].sum())

        def by_column(other: int) -> tuple[int, int]:
            return self._cost(rows, columns | {other})

        def by_row(other: int) -> tuple[int, int]:
            return self._cost(rows | {other}, columns)

        if across < self.threshold:
            return _add(columns, self.grid[row], self.threshold - across, by_column)
        if down < self.threshold:
            return _add(rows, self.grid[:, column], self.threshold - down, by_row)
        need = across + down - int(block)
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


KEYS = ("item", "option", "kind", "by", "group")
BASES = ("n", "weighted_base", "df", "kish_base")
DIFFERENCES = ("difference", "difference_se", "difference_df", "rest_n", "rest_count")
"""Columns of the long table that name a cell, say its base, compare it with the rest. Every other
column is a figure of the cell itself. rest_n, rest_count (people) need not be there."""


def suppress_table(
    frame: pl.DataFrame,
    threshold: int = THRESHOLD,
    nets: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> pl.DataFrame:
    """The long table of ``survey.matrix.matrix`` with every number null that may not be shown.

    Adds the column ``suppressed``: "" or why the cell is kept back, "small" or "complement" (for
    the analyst: tell readers only that it is not shown). Bases are null where they are kept back
    themselves. nets: per item the options of each net; a net not listed is kept back wherever any
    option of its group is. The rest of the only group of a ``by`` is rest_count where the frame has
    it, else the whole sample less the group. Refuses a frame that is not whole.
    """
    import polars as pl

    reason = np.full(frame.height, "", dtype="<U10")
    bases = np.zeros(frame.height, dtype=np.bool_)
    differences = bases.copy()
    places = frame.select(pl.int_range(pl.len()).alias("place"), "item")
    for (item,), part in places.group_by("item", maintain_order=True):
        rows = part["place"].to_numpy()
        found = _suppress_item(frame[rows], str(item), threshold, (nets or {}).get(str(item), {}))
        reason[rows], bases[rows], differences[rows] = found
    masks = pl.DataFrame({"cell": reason != "", "base": bases, "difference": differences})
    cells = [c for c in frame.columns if c not in (*KEYS, *BASES, *DIFFERENCES)]
    kinds = {"cell": cells, "base": BASES, "difference": DIFFERENCES}
    blanked = [
        pl.when(masks[kind]).then(None).otherwise(pl.col(column)).alias(column)
        for kind, columns in kinds.items()
        for column in columns
        if column in frame.columns
    ]
    return frame.with_columns(*blanked, pl.Series("suppressed", reason))


def _suppress_item(
    part: pl.DataFrame, item: str, threshold: int, nets: Mapping[str, Sequence[str]]
) -> tuple[NDArray[np.str_], Mask, Mask]:
    """Reasons, bases and differences kept back, one of each per row of the item."""
    groups = list(dict.fromkeys(zip(part["by"], part["group"], strict=True)))
    columns = list(dict.fromkeys(zip(part["kind"], part["option"], strict=True)))
    columns.sort(key=lambda column: column[0] != "option")
    options = {option: place for place, (kind, option) in enumerate(columns) if kind == "option"}
    whole = next((g for g in groups if g[0] == ALL), None)
    if whole is None or part.height != len(groups) * len(columns):
        raise bad(
            "the table is not whole" if whole else "the whole sample is not in the table",
            f"item {item!r}",
            "every option and net once in the whole sample and in every group",
            "suppress the table first, take rows out of it afterwards",
        )
    groups.sort(key=lambda group: group != whole)
    at_row = [groups.index(g) for g in zip(part["by"], part["group"], strict=True)]
    at_column = [columns.index(c) for c in zip(part["kind"], part["option"], strict=True)]
    place = (np.array(at_row), np.array(at_column))
    counts = np.zeros((len(groups), len(columns)), dtype=np.int64)
    counts[place] = part["count"].to_numpy()
    rests = np.full(counts.shape, -1, dtype=np.int64)
    if "rest_count" in part.columns:
        rests[place] = part["rest_count"].fill_null(-1).to_numpy()
    table, partitions = _with_rests(
        counts[:, : len(options)], rests[:, : len(options)], [by for by, _ in groups]
    )
    named = [option for kind, option in columns if kind == "net"]
    members = [[options[o] for o in nets[net]] if net in nets else None for net in named]
    found = suppress(table, partitions, nets=members, threshold=threshold)
    return found.reasons[place], found.bases[place[0]], found.differences[place]


def _with_rests(counts: Counts, rests: Counts, by: Sequence[str]) -> tuple[Counts, list[list[int]]]:
    """Counts with a row more for the rest of each single group, and the rows of each breakdown.

    rests: shape as counts, people of the rest where known, else -1. by: the breakdown of each row.
    """
    table = list(counts)
    partitions = []
    for name in dict.fromkeys(by[1:]):
        rows = [row for row, other in enumerate(by) if other == name]
        if len(rows) == 1:
            rest = rests[rows[0]]
            table.append(rest if (rest >= 0).all() else counts[0] - counts[rows[0]])
            rows.append(len(table) - 1)
        partitions.append(rows)
    return np.array(table), partitions
