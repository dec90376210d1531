"""The linked tables of an audit: groups, crossed groups and their rests, by right, wrong and missed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from licet.disclosure.linked import Sum, open_to, protect
from licet.disclosure.releases import changes_to_hold
from licet.disclosure.suppression import THRESHOLD, Counts, Mask
from licet.errors import bad

Levels = tuple[tuple[str, str], ...]
"""A group: its level in each of its columns; () is everybody, two columns are a crossed group. A
group by expression has a column of its own."""

PARTS = ("tp", "fp", "fn", "tn", "unknown")
"""Flagged and had it, flagged and had it not, missed, rightly left alone, outcome not known."""
MARGINS: Mapping[str, tuple[str, ...]] = {
    "flagged": ("tp", "fp"),
    "not_flagged": ("fn", "tn"),
    "with": ("tp", "fn"),
    "without": ("fp", "tn"),
    "known": ("tp", "fp", "fn", "tn"),
    "people": ("known", "unknown"),
}
"""What is printed besides; each adds up from parts and from margins before it."""
SET = "\x01set"
"""The column of sets of people that are no group, but follow from groups."""
UNKNOWN = "\0"
"""The level of people whose group is not known: no group, and never shown."""


@dataclass(frozen=True)
class Told:
    """``times`` people of a set are those of groups ``plus`` less those of ``minus``; times 0: the groups
    cancel out."""

    plus: tuple[Levels, ...]
    minus: tuple[Levels, ...]
    times: int = 0


@dataclass(frozen=True)
class Linked:
    """Counts of groups as one row of cells with all their sums.

    cells: names of the cells of each group, parts then margins. groups: those that are printed.
    rests: groups whose rest has a small count, so that it stands in the cells as well. forced: shape
    (cells,), never printed: people of unknown group, rests (they follow from groups, or are not shown),
    what is printed of no group, and everything of groups of fewer people than threshold: few. rare: cells
    that nobody of such a group is in, while others are: that too must not follow.
    """

    groups: tuple[Levels, ...]
    cells: tuple[str, ...]
    counts: Counts
    sums: tuple[Sum, ...]
    forced: Mask
    few: Mask
    threshold: int
    rests: tuple[Levels, ...] = ()
    rare: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    _places: Mapping[tuple[Levels, str, bool], int] = field(default_factory=dict, repr=False)
    _sizes: Mapping[Levels, int] = field(default_factory=dict, repr=False)

    def place(self, group: Levels, cell: str) -> int:
        """The place of a cell of a group."""
        return self._places[tuple(sorted(group)), cell, False]

    def count(self, group: Levels, cell: str) -> int:
        """People of a cell; whether it may be shown is another question."""
        return int(self.counts[self.place(group, cell)])

    @property
    def exempt(self) -> Mask:
        """The cells of people of unknown group: they need no protection of their own. Shape (cells,)."""
        found = np.zeros(len(self.counts), dtype=np.bool_)
        for (levels, _, _), place in self._places.items():
            found[place] = any(level == UNKNOWN for _, level in levels)
        return found

    def protect(self, hidden: Mask | None = None, prefer: Sequence[float] | None = None) -> Mask:
        """Which cells are kept back: ``protect`` of these tables, less what follows from what is shown.

        Shape (cells,). hidden: cells that are not printed anyway. prefer: how much each is wanted.
        """
        gone = self.forced if hidden is None else self.forced | hidden
        kept = protect(self.counts, self.sums, threshold=self.threshold, hidden=gone,
                       prefer=self._worth() if prefer is None else prefer, exempt=self.exempt,
                       rare=self.rare)  # fmt: skip
        return open_to(self.counts, self.sums, kept) | self.few

    def _worth(self) -> Sequence[float]:
        """How much each cell is wanted: that nobody did something less, what is not crossed more."""
        worth = np.where(self.counts == 0, 0.5, 1.0)
        for (levels, _, _), place in self._places.items():
            worth[place] *= 9.0 if not levels else 3.0 if len(levels) < 2 else 1.0
        return tuple(float(one) for one in worth)

    def printed(self, mask: Mask) -> dict[tuple[Levels, str], int]:
        """The figures that are shown, to be kept for the next release."""
        return {
            (group, cell): self.count(group, cell)
            for group in self.groups
            for cell in self.cells
            if not self.hides(mask, group, cell)
        }

    def hold(self, mask: Mask, earlier: Mapping[tuple[Levels, str], int]) -> Mask:
        """The cells to be held besides ``mask``, given what was printed before; shape (cells,).

        See ``changes_to_hold``. What is held repeats the earlier figure; nothing new is made of it.
        """
        keys = {place: key for key, place in self._places.items()}
        named: dict[tuple[Levels, str] | int, int] = {}
        for place, count in enumerate(self.counts.tolist()):
            group, cell, rest = keys[place]
            named[place if rest else (group, cell)] = count
        known: dict[tuple[Levels, str] | int, int] = {
            (tuple(sorted(group)), cell): count for (group, cell), count in earlier.items()
        }
        return changes_to_hold(known, named, self.sums, threshold=self.threshold, hidden=mask)

    def hides(self, mask: Mask, group: Levels, *cells: str) -> bool:
        """Whether a figure made of these cells of a group may not be shown."""
        return any(mask[self.place(group, cell)] for cell in cells)

    def hides_rest(self, mask: Mask, group: Levels, *cells: str) -> bool:
        """Whether a figure of the rest may not be shown: of the others of the group's columns.

        It is shown where they all are, or where the group and everybody are and nobody is of unknown
        group: else it would tell how many those are.
        """
        key = tuple(sorted(group))
        columns = [column for column, _ in key]
        others = [one for one in self.groups if one != key and [c for c, _ in one] == columns]
        whole = self._sizes[()] == sum(self._sizes[one] for one in (key, *others))
        if not self.hides_any(mask, others, cells):
            return False
        own = any(mask[self._places.get((key, cell, True), self.place((), cell))] for cell in cells)
        return own or not whole or self.hides_any(mask, [key, ()], cells)

    def hides_any(self, mask: Mask, groups: Sequence[Levels], cells: Sequence[str]) -> bool:
        """Whether a cell of any of these groups is kept back."""
        return any(mask[self.place(group, cell)] for group in groups for cell in cells)


def visible_rate(numerator: Sequence[int], base: Sequence[int], mask: Mask) -> bool:
    """Whether a rate may be shown: every cell that its numerator and its base are made of is."""
    return not (mask[list(numerator)].any() or mask[list(base)].any())


def confusion_sums(
    counts: Mapping[Levels, Sequence[int]],
    *,
    threshold: int = THRESHOLD,
    parts: Sequence[str] = PARTS,
    margins: Mapping[str, Sequence[str]] = MARGINS,
    printed: Collection[str] | None = None,
    crossed: Collection[str] | None = None,
    told: Sequence[Told] = (),
    never: Collection[Levels] = (),
) -> Linked:
    """The cells and sums of groups, crossed groups nested in them, their margins and their rests.

    counts: people of each group by ``parts``; () must be there. The levels of a column do not
    overlap; people in none of them are those of unknown group. A crossed group belongs to every group
    that has all but one of its columns. The rest of a group are the others of its columns. printed, crossed:
    the cells that are printed of groups, and of crossed groups, by default all; those that are printed of
    none shelter the others, so that more can be shown, and are shown themselves where they follow from
    these. never: groups that are not printed now, but once were. told: what groups tell of each other
    besides: where they lie in one another, or overlap. Refuses groups that hold more people than the group
    they are part of.
    """
    table = {tuple(sorted(key)): np.asarray(value, np.int64) for key, value in counts.items()}
    if () not in table:
        raise bad("everybody is not in the table", "counts", "an entry () beside the groups")
    made = _Tables(table, tuple(parts), margins, threshold)
    cells = {*parts, *margins}
    made.never = {tuple(sorted(group)) for group in never}
    made.unprinted = set() if printed is None else cells - set(printed)
    made.uncrossed = made.unprinted if crossed is None else cells - set(crossed)
    return made.linked(told)


class _Tables:
    """Builds the cells one by one."""

    def __init__(
        self,
        table: dict[Levels, NDArray[np.int64]],
        parts: tuple[str, ...],
        margins: Mapping[str, Sequence[str]],
        threshold: int,
    ) -> None:
        self.table, self.parts, self.margins, self.threshold = table, parts, margins, threshold
        self.sets: dict[tuple[str, ...], list[Levels]] = {}
        for group in table:
            self.sets.setdefault(tuple(column for column, _ in group), []).append(group)
        self.places: dict[tuple[Levels, str, bool], int] = {}
        self.values: list[int] = []
        self.forced: list[bool] = []
        self.sums: list[Sum] = []
        self.few: list[bool] = []
        self.unprinted: set[str] = set()
        self.uncrossed: set[str] = set()
        self.never: set[Levels] = set()
        self.unknown: dict[Levels, NDArray[np.int64]] = {}

    def linked(self, told: Sequence[Told]) -> Linked:
        for group, row in self.table.items():
            self._group(group, row, rest=False)
        for columns in self.sets:
            self._nested(columns)
        rests = tuple(self._rests())
        for number, one in enumerate(told):
            if all(group in self.table for group in (*one.plus, *one.minus)):
                self._follows(f"{number}", one)
        return Linked(tuple(self.table), (*self.parts, *self.margins), np.array(self.values, np.int64),
                      tuple(self.sums), np.array(self.forced, np.bool_), np.array(self.few, np.bool_),
                      self.threshold, rests, np.array(list(self._rare()), np.bool_), self.places,
                      {group: int(row.sum()) for group, row in self.table.items()})  # fmt: skip

    def _group(self, group: Levels, row: NDArray[np.int64], *, rest: bool) -> None:
        """The parts and margins of a group; nothing is shown of one with too few people."""
        few = 1 <= int(row.sum()) < self.threshold
        never = self.uncrossed if len(group) > 1 else self.unprinted
        gone = rest or group in self.never or group[:1] == ((SET, dict(group).get(SET, "")),)
        for part, value in zip(self.parts, row.tolist(), strict=True):
            self._add((group, part, rest), value, gone or part in never, few)
        for margin, of in self.margins.items():
            cells = tuple(self.places[group, one, rest] for one in of)
            value = sum(self.values[cell] for cell in cells)
            place = self._add((group, margin, rest), value, gone or margin in never, few)
            self.sums.append(Sum(place, cells))

    def _add(self, key: tuple[Levels, str, bool], value: int, never: bool, few: bool) -> int:
        """The place of a new cell. never: it is not printed; few: nor anything of its group."""
        self.places[key] = len(self.values)
        self.values.append(value)
        self.forced.append(never or few)
        self.few.append(few)
        return self.places[key]

    def _nested(self, columns: tuple[str, ...]) -> None:
        """Groups of these columns add up to those of all but one of them, unknown levels besides."""
        for column in columns:
            fewer = tuple(other for other in columns if other != column)
            levels = list(dict.fromkeys(dict(group)[column] for group in self.sets[columns]))
            for whole in [*self.sets.get(fewer, ()), *self._not_known(fewer)]:
                kept = [tuple(sorted((*whole, (column, level)))) for level in levels]
                known = [group for group in kept if group in self.table or any(self._row(group))]
                last = tuple(sorted((*whole, (column, UNKNOWN))))
                self._adds_up(whole, [*known, last])

    def _not_known(self, columns: tuple[str, ...]) -> Iterator[Levels]:
        """Every mixture of known and unknown levels of these columns, with one unknown at least."""
        if not columns or columns not in self.sets:
            return
        mixtures: list[Levels] = [()]
        for column in columns:
            levels = dict.fromkeys(dict(group)[column] for group in self.sets[columns])
            mixtures = [(*one, (column, level)) for one in mixtures for level in (*levels, UNKNOWN)]
        for one in mixtures:
            if any(level == UNKNOWN for _, level in one) and self._row(one).any():
                yield tuple(sorted(one))

    def _row(self, group: Levels) -> NDArray[np.int64]:
        """People of a group by part; of one with unknown levels what its known levels leave over."""
        if group in self.table:
            return self.table[group]
        if group not in self.unknown:
            at = next((n for n, (_, level) in enumerate(group) if level == UNKNOWN), None)
            self.unknown[group] = (
                np.zeros(len(self.parts), np.int64) if at is None else self._left(group, at)
            )
        return self.unknown[group]

    def _left(self, group: Levels, at: int) -> NDArray[np.int64]:
        column, others = group[at][0], group[:at] + group[at + 1 :]
        columns = tuple(name for name, _ in group)
        levels = dict.fromkeys(dict(one)[column] for one in self.sets.get(columns, ()))
        left = self._row(others).copy()
        for level in levels:
            left -= self._row((*group[:at], (column, level), *group[at + 1 :]))
        if (left < 0).any():
            raise bad("groups that hold more people than the group they are part of",
                      f"counts, {' x '.join(columns)}", "groups that do not overlap")  # fmt: skip
        return left

    def _adds_up(self, whole: Levels, groups: Sequence[Levels]) -> None:
        for number, part in enumerate(self.parts):
            cells = [self._place(group, part, number) for group in groups]
            total = self._place(whole, part, number)
            if total is not None:
                self.sums.append(Sum(total, tuple(cell for cell in cells if cell is not None)))

    def _place(self, group: Levels, part: str, number: int) -> int | None:
        """The place of a part; made for people of unknown group, if there are any of them."""
        found = self.places.get((group, part, False))
        row = self._row(group)
        if found is None and row.any():
            return self._add((group, part, False), int(row[number]), True, False)
        return found

    def _rests(self) -> Iterator[Levels]:
        """Rests with a small count stand as cells; every other follows its group and everybody."""
        for columns, groups in self.sets.items():
            whole = (
                sum(self.table[group] for group in groups) if columns else np.zeros(len(self.parts))
            )
            for group in groups if columns and len(groups) > 1 else ():
                row = np.asarray(whole - self.table[group], np.int64)
                values = dict(zip(self.parts, row.tolist(), strict=True))
                for margin, of in self.margins.items():
                    values[margin] = sum(values[one] for one in of)
                if any(1 <= value < self.threshold for value in values.values()):
                    self._group(group, row, rest=True)
                    others = [other for other in groups if other != group]
                    for part in self.parts:
                        cells = tuple(self.places[other, part, False] for other in others)
                        self.sums.append(Sum(self.places[group, part, True], cells))
                    yield group

    def _follows(self, name: str, one: Told) -> None:
        """A set that follows from groups, if any of its cells is small; or groups that cancel out."""
        none = np.zeros(len(self.parts), np.int64)
        row = sum((self.table[group] for group in one.plus), none)
        row = row - sum((self.table[group] for group in one.minus), none)
        sides = (one.plus, one.minus)
        if not one.times:
            whole, more = one.minus[0], one.minus[1:]
            if not row.any():
                self._equal([(whole, 1), *((group, 1) for group in more)], one.plus)
            return
        row, left = np.divmod(row, one.times)
        if left.any() or (row < 0).any() or not self._any_small(row):
            return
        group: Levels = ((SET, name),)
        self._group(group, row, rest=False)
        self._equal([(group, one.times), *((other, 1) for other in sides[1])], sides[0])

    def _equal(self, one: Sequence[tuple[Levels, int]], other: Sequence[Levels]) -> None:
        """For every part: people of the one side are as many as of the other."""
        for part in self.parts:
            cells = [self.places[group, part, False] for group, _ in one]
            parts = tuple(self.places[group, part, False] for group in other)
            self.sums.append(Sum(cells[0], parts, tuple(cells[1:]), one[0][1]))

    def _any_small(self, row: NDArray[np.int64]) -> bool:
        values = dict(zip(self.parts, row.tolist(), strict=True))
        for margin, of in self.margins.items():
            values[margin] = sum(values[one] for one in of)
        return any(1 <= value < self.threshold for value in values.values())

    def _rare(self) -> Iterator[bool]:
        """Cells with nobody of a group of few people, where somebody is in every wider group."""
        for (group, cell, rest), place in self.places.items():
            wider: list[Levels] = [()]
            wider += [group[:at] + group[at + 1 :] for at in range(len(group))]
            yield (
                self.few[place]
                and not rest
                and not self.values[place]
                and all(
                    self.values[self.places[one, cell, False]] > 0
                    for one in wider
                    if one in self.table and not self.few[self.places[one, cell, False]]
                )
            )
