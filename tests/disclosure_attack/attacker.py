"""An attacker who takes everything published and asks what each figure kept back can be.

Counts are whole and not negative; whatever is printed is an equation, a printed rate two inequalities.
Integer programming gives the least and the greatest number that fit. Nothing here is taken from the
code under test: the attacker makes its own equations from how the tables are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

PARTS = ("tp", "fp", "fn", "tn", "unknown")
CELLS: Mapping[str, tuple[str, ...]] = {
    **{part: (part,) for part in PARTS},
    "flagged": ("tp", "fp"),
    "not_flagged": ("fn", "tn"),
    "with": ("tp", "fn"),
    "without": ("fp", "tn"),
    "known": ("tp", "fp", "fn", "tn"),
    "people": PARTS,
}
"""Every printed cell, by the parts it holds."""
RATES = {
    "fpr": ("fp", "without"),
    "fnr": ("fn", "with"),
    "ppv": ("tp", "flagged"),
    "flag": ("flagged", "known"),
    "base": ("with", "known"),
}

Line = dict[int, float]


class Attacker:
    """unknowns: how many numbers there are. Learn what is printed, then ask."""

    def __init__(self, unknowns: int) -> None:
        self.size = unknowns
        self.lines: list[Line] = []
        self.least: list[float] = []
        self.most: list[float] = []

    def learn(self, cells: Iterable[int], value: float) -> None:
        """The sum of these numbers."""
        self.between(dict.fromkeys(cells, 1.0), value, value)

    def between(self, line: Line, least: float, most: float) -> None:
        """What a sum with these coefficients is between."""
        self.lines.append(line)
        self.least.append(least)
        self.most.append(most)

    def rate(self, part: Iterable[int], whole: Iterable[int], printed: str) -> None:
        """A share printed with so many decimals: .448 is from .4475 to .4485 of the whole."""
        half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
        low: Line = dict.fromkeys(part, 1.0)
        high = dict(low)
        for cell in whole:
            low[cell] = low.get(cell, 0) - (float(printed) - half)
            high[cell] = high.get(cell, 0) - (float(printed) + half)
        self.between(low, -1e-6, np.inf)
        self.between(high, -np.inf, 1e-6)

    def range_of(self, cells: Iterable[int]) -> tuple[float, float]:
        """The least and greatest sum of these numbers that fits everything learned."""
        aim = np.zeros(self.size)
        aim[list(cells)] = 1
        rows = [row for row, line in enumerate(self.lines) for _ in line]
        columns = [cell for line in self.lines for cell in line]
        values = [value for line in self.lines for value in line.values()]
        matrix = sparse.csc_array((values, (rows, columns)), shape=(len(self.lines), self.size))
        constraint = [LinearConstraint(matrix, self.least, self.most)] if self.lines else []
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * aim,
                integrality=np.ones(self.size),
                bounds=Bounds(0, np.inf),
                constraints=constraint,
            )
            if found.x is None:  # nothing bounds it
                assert sign == -1, found.message
                ends.append(np.inf)
            else:
                ends.append(float(np.rint(aim @ found.x)))
        return ends[0], ends[1]


class CrossedTables:
    """Two columns, everybody's part, and what is printed of the groups and of the crossed groups.

    people: shape (n, 3): level of the first column, of the second (-1: not known), place in ``PARTS``.
    The numbers asked for are those of every mixture of levels, not known included.
    """

    def __init__(self, people: np.ndarray, levels: tuple[int, int]) -> None:
        self.people, self.levels = people, levels
        self.atoms = list(product(range(-1, levels[0]), range(-1, levels[1]), range(len(PARTS))))
        self.place = {atom: n for n, atom in enumerate(self.atoms)}

    def groups(self) -> list[tuple[int | None, int | None]]:
        """Every printed group: (first, second), None: not looked at."""
        first, second = range(self.levels[0]), range(self.levels[1])
        single = [(a, None) for a in first] + [(None, b) for b in second]
        return [(None, None), *single, *product(first, second)]

    def row(self, group: tuple[int | None, int | None]) -> list[int]:
        """People of a group by part."""
        inside = np.ones(len(self.people), dtype=bool)
        for column, level in enumerate(group):
            if level is not None:
                inside &= self.people[:, column] == level
        return np.bincount(self.people[inside, 2], minlength=len(PARTS)).tolist()

    def cells(self, group: tuple[int | None, int | None], cell: str) -> list[int]:
        """The numbers that a printed cell is the sum of."""
        parts = [PARTS.index(part) for part in CELLS[cell]]
        return [
            place
            for (a, b, part), place in self.place.items()
            if part in parts and group[0] in (None, a) and group[1] in (None, b)
        ]

    def rest(self, group: tuple[int | None, int | None], cell: str) -> list[int]:
        """The numbers of the others of its columns: known, and not this group."""
        own = set(self.cells(group, cell))
        known = [
            place
            for (a, b, _), place in self.place.items()
            if (group[0] is None or a >= 0) and (group[1] is None or b >= 0)
        ]
        return [
            place for place in self.cells((None, None), cell) if place in known and place not in own
        ]

    def value(self, cells: Sequence[int]) -> int:
        """The true sum."""
        counts = [
            int((self.people == np.array(self.atoms[cell])).all(axis=1).sum()) for cell in cells
        ]
        return sum(counts)

    def attacker(
        self,
        hides: Callable[[tuple[int | None, int | None], str], bool],
        hides_rest: Callable[[tuple[int | None, int | None], str], bool],
    ) -> Attacker:
        """An attacker who has learned every printed count, rest and rate."""
        found = Attacker(len(self.atoms))
        for group in self.groups():
            for cell in CELLS:
                if not hides(group, cell):
                    cells = self.cells(group, cell)
                    found.learn(cells, self.value(cells))
                if group != (None, None) and not hides_rest(group, cell):
                    cells = self.rest(group, cell)
                    found.learn(cells, self.value(cells))
            for numerator, base in RATES.values():
                if hides(group, numerator) or hides(group, base):
                    continue
                part, whole = self.cells(group, numerator), self.cells(group, base)
                if self.value(whole):
                    found.rate(part, whole, f"{self.value(part) / self.value(whole):.4f}")
        for column in (0, 1):  # it is printed where nobody's group is unknown
            if not (self.people[:, column] < 0).any():
                found.learn([place for atom, place in self.place.items() if atom[column] < 0], 0)
        return found
