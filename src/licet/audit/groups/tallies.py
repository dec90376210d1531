"""People counted by what was said of them and what came: in all, in each group, in each rest.

The rest of a group are the people of whom it is known that they are not in it. Where the membership
of all is known its sums are everybody's less the group's and are not counted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.cells import Cells, collapse, replicates
from licet.audit.drawing.draws import Draws, Units, units_of
from licet.audit.groups.freedom import Parted
from licet.audit.people import CROSSED, Codes, Flags, Floats, People

CLASSES = ("tp", "fp", "fn", "tn", "flagged", "unflagged")
"""True and false positives and negatives; flagged and not flagged of unknown outcome."""
_NOT_COUNTED = len(CLASSES)


@dataclass(frozen=True)
class Tallies:
    """Sums for sets of people: everybody, then each group, then each rest (1 + 2 x groups sets).

    people: unweighted, weight: weighted, squares: of squared weights; shapes (sets, classes). drawn:
    weighted sums, shape (draws, classes, columns); place: shape (sets,), the column of each set, or -1
    for a rest that is everybody less its group. units: how many are drawn, in how many strata; rows:
    people. plain: one by one, from one stratum and without weights. parted: who adds what; None if plain.
    """

    people: Codes
    weight: Floats
    squares: Floats
    drawn: Draws
    place: Codes
    units: int
    strata: int
    rows: int
    plain: bool
    parted: Parted | None = None

    @cached_property
    def groups(self) -> int:
        """How many groups there are."""
        return (len(self.place) - 1) // 2

    def summed(self, classes: tuple[int, ...], sets: Codes) -> Draws:
        """Weighted sums over some classes in every draw. Shape (draws, sets)."""
        drawn = self.drawn[:, classes[0]]
        for other in classes[1:]:
            drawn = drawn + self.drawn[:, other]
        place = self.place[sets]
        found: Draws = drawn[:, np.maximum(place, 0)]
        without = np.flatnonzero(place < 0)
        if len(without):
            found[:, without] = drawn[:, :1] - drawn[:, self.place[sets[without] - self.groups]]
        return found


def tally(people: People, draws: int, seed: int) -> Tallies:
    """Count people, and count them again in every draw.

    People whose flag is not known, or who stand for nobody (weight 0), are in no sum.
    """
    cells = collapse([classes_of(people), *_told_apart(people)], people.weight)
    member = (
        people.member[cells.first] if len(people.keys) else np.zeros((cells.number, 0), np.int8)
    )
    sets, place = _sets(member)
    units = units_of(people)
    plain = not people.weighted and units.single and not units.strata.any()
    squares = np.bincount(cells.of_row, people.weight**2, cells.number).astype(np.float64)
    parts = (cells.people.astype(np.float64), cells.weight, squares)
    counts, weight, squared = (_by_class(part, cells, sets, place) for part in parts)
    return Tallies(
        np.rint(counts).astype(np.int64),
        weight,
        squared,
        _drawn(replicates(cells, units, people.weight, draws, seed), cells, sets, draws),
        place,
        units.number,
        int(units.strata.max(initial=0)) + 1,
        len(people),
        plain,
        None if plain else _parted(people, units, cells, member),
    )


def _parted(people: People, units: Units, cells: Cells, member: Flags) -> Parted:
    return Parted(units, people.weight, cells.of_row, cells.codes[:, 0], member)


def classes_of(people: People) -> Codes:
    """Class of each person, by its place in ``CLASSES``; one more for those who are not counted."""
    flagged = people.flag == 1
    found = np.where(flagged, 4, 5)
    found = np.where(people.y == 1, np.where(flagged, 0, 2), found)
    found = np.where(people.y == 0, np.where(flagged, 1, 3), found)
    return np.where((people.flag < 0) | ~(people.weight > 0), _NOT_COUNTED, found)


def _told_apart(people: People) -> Iterator[NDArray[np.integer]]:
    """Columns that together tell who is in which group: those of the breakdowns, then expressions."""
    needed: dict[str, None] = {}
    alone = []
    for place, key in enumerate(people.keys):
        parts = [key.by] if key.by in people.levels else key.by.split(CROSSED)
        if key.by != "group" and set(parts) <= set(people.levels):
            needed.update(dict.fromkeys(parts))
        else:
            alone.append(place)
    for column in needed:
        yield people.levels[column][0]
    for place in alone:
        yield people.member[:, place]


def _sets(member: Flags) -> tuple[Draws, Codes]:
    """Who is in which set, as numbers 0 and 1, shape (cells, columns); and the column of each set."""
    groups = member.shape[1]
    unsure = np.flatnonzero((member < 0).any(axis=0))
    sets = np.ones((len(member), 1 + groups + len(unsure)), np.float32)
    sets[:, 1 : 1 + groups] = member == 1
    sets[:, 1 + groups :] = member[:, unsure] == 0
    place = np.concatenate([np.arange(1 + groups), np.full(groups, -1)])
    place[1 + groups + unsure] = 1 + groups + np.arange(len(unsure))
    return sets, place


def _slices(cells: Cells) -> list[slice]:
    """Where the cells of each class lie: the class is their first column, by which they are sorted."""
    edges = np.searchsorted(cells.codes[:, 0], np.arange(len(CLASSES) + 1))
    return [slice(int(low), int(high)) for low, high in pairwise(edges)]


def _by_class(values: Floats, cells: Cells, sets: Draws, place: Codes) -> Floats:
    found = np.stack([values[one] @ sets[one].astype(np.float64) for one in _slices(cells)], axis=1)
    every = found[np.maximum(place, 0)]
    without = np.flatnonzero(place < 0)
    every[without] = found[0] - found[without - (len(place) - 1) // 2]
    return every


def _drawn(chunks: Iterator[Draws], cells: Cells, sets: Draws, draws: int) -> Draws:
    found = np.empty((draws, len(CLASSES), sets.shape[1]), np.float32)
    parts = _slices(cells)
    start = 0
    for chunk in chunks:
        stop = start + len(chunk)
        for number, part in enumerate(parts):
            np.matmul(chunk[:, part], sets[part], out=found[start:stop, number])
        start = stop
    return found
