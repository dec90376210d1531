"""How well the spread of a rate is known where families are drawn or people are weighted.

A spread that hangs on few families, or on few heavy weights, is itself uncertain, as Student's t is against
the normal distribution. Its degrees of freedom are 2 / (K - 1 / m), K the sum of the fourth powers of what
the m units add to the rate over the squared sum of their squares (Satterthwaite 1946): m where all
units add alike, far fewer where a few outweigh the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.draws import Units
from licet.audit.people import Codes, Flags, Floats

LEAST = 4.0
"""Degrees of freedom below which fewer make no interval wider: there are exact intervals for few."""
KEPT = 1e-6
"""What is left of a sum after a part was taken from it, as a share of it, below which it is added up anew."""
ROUNDING = 1e-12
"""The share of a weight that is left by rounding alone when all of it is taken away."""
NOTHING = 1e-18
"""The share of the squared weights that the squares of what units add do not fall below, but by rounding."""
_BITS, _MOST = 7, 127
"""Bits for each class in a number that counts the people of a unit, and the people that they can count: seven
classes take 49 of the 53 bits that such a number holds exactly."""


@dataclass(frozen=True)
class Parted:
    """Who adds what. units: what is drawn. weight, cell: shapes (rows,). classes: of each cell, by its place
    in ``CLASSES``, one more for people who are not counted. member: shape (cells, groups)."""

    units: Units
    weight: Floats
    cell: Codes
    classes: Codes
    member: Flags

    def freedom(self, top: Sequence[int], base: Sequence[int], value: Floats) -> Floats:
        """Degrees of freedom of a rate in everybody, each group and each rest. value: the rates there."""
        groups = self.member.shape[1]
        every, *sides = (_added(*sums, top, base) for sums in self._sums)
        whole = _Whole(self.units.number, *every)
        found = np.full(len(value), np.inf)
        found[0] = self._from(*whole.powers(float(value[0])))
        for place, (_, added) in enumerate(sides[:groups], start=1):
            found[place] = self._from(*_powers(*added, float(value[place])))
        apart = dict(zip(self._unsure, sides[groups:], strict=True))
        for column, (unit, added) in enumerate(sides[:groups]):
            place = 1 + groups + column
            found[place] = self._from(
                *_powers(*apart[column][1], float(value[place]))
                if column in apart
                else whole.without(unit, *added, float(value[place]))
            )
        return found

    @cached_property
    def _sums(self) -> list[tuple[Codes, NDArray[np.generic]]]:
        """Of everybody, of each group and of each rest that is not all others: its units, and what their rows
        of each class weigh together.

        Shapes (units,) and (classes, units).
        """
        order = np.argsort(self.cell, kind="stable")
        unit, weight = self.units.of_row[order], self.weight[order]
        edges = np.searchsorted(self.cell[order], np.arange(len(self.classes) + 1))
        rests = self.member[:, self._unsure].T == 0
        members = [np.ones(len(self.classes), bool), *(self.member.T == 1), *rests]
        if (weight == 1).all() and np.bincount(unit, minlength=1).max() <= _MOST:
            # A number for each row counts it in its class: all classes are added up at once.
            packed = np.ldexp(1.0, _BITS * self.classes)[self.cell[order]]
            return [self._counted(_pieces(edges, held), unit, packed) for held in members]
        return [self._weighed(held, edges, unit, weight) for held in members]

    def _counted(
        self, pieces: list[slice], unit: Codes, packed: Floats
    ) -> tuple[Codes, NDArray[np.generic]]:
        sums = self._by_unit(pieces, unit, packed)
        touched = np.flatnonzero(sums)
        whole = sums[touched].astype(np.int64)
        fields = [(whole >> (_BITS * one)) & _MOST for one in range(self._classes)]
        return touched, np.array(fields, np.uint8).reshape(self._classes, -1)

    def _weighed(
        self, held: NDArray[np.bool_], edges: Codes, unit: Codes, weight: Floats
    ) -> tuple[Codes, NDArray[np.generic]]:
        sums = np.stack(
            [
                self._by_unit(_pieces(edges, held & (self.classes == one)), unit, weight)
                for one in range(self._classes)
            ]
        )
        touched = np.flatnonzero(sums.any(axis=0))
        return touched, sums[:, touched]

    def _by_unit(self, pieces: list[slice], unit: Codes, values: Floats) -> Floats:
        if not pieces:
            return np.zeros(self.units.number)
        own, added = (np.concatenate([part[one] for one in pieces]) for part in (unit, values))
        found: Floats = np.bincount(own, added, self.units.number).astype(np.float64, copy=False)
        return found

    @cached_property
    def _unsure(self) -> list[int]:
        """The groups of which not everybody is known to be in them or not."""
        return [int(one) for one in np.flatnonzero((self.member < 0).any(axis=0))]

    @property
    def _classes(self) -> int:
        return int(self.classes.max(initial=-1)) + 1

    def _from(self, squares: float, fourths: float, scale: float, units: int) -> float:
        """From sums of the squares and fourth powers of what units add, and of their squared weights. Strata
        take their part of the freedom."""
        if units == 1:
            return LEAST
        if not squares > NOTHING * scale:
            return np.inf
        shared = 1 - (int(self.units.strata.max(initial=0)) + 1) / max(self.units.number, 1)
        apart = max(fourths / squares**2 - 1 / units, 1e-9)
        return max(min(2 / apart, units) * max(shared, 0.0), LEAST)


def _pieces(edges: Codes, held: NDArray[np.bool_]) -> list[slice]:
    """Where the rows of these cells lie, neighbours as one piece."""
    bounds = np.flatnonzero(np.diff(held, prepend=False, append=False))
    return [slice(edges[low], edges[high]) for low, high in bounds.reshape(-1, 2)]


def _added(
    unit: Codes, by_class: NDArray[np.generic], top: Sequence[int], base: Sequence[int]
) -> tuple[Codes, tuple[Floats, Floats]]:
    """The units with rows in a base: what counts of each, and all of it."""
    wide = by_class.dtype if by_class.dtype == np.float64 else np.uint16
    over, weight = (
        sum((by_class[one] for one in part if one < len(by_class)), np.zeros(len(unit), wide))
        for part in (top, base)
    )
    some = np.flatnonzero(weight)
    return unit[some], (over[some].astype(np.float64), weight[some].astype(np.float64))


class _Whole:
    """Everybody of a rate: what each unit adds, and its sums of powers for any value of the rate."""

    def __init__(self, units: int, unit: Codes, added: tuple[Floats, Floats]) -> None:
        self._over, self._weight = np.zeros(units), np.zeros(units)
        self._over[unit], self._weight[unit] = added
        self._units = int((self._weight > 0).sum())
        whole = self._weight.sum()
        self._middle = float(self._over.sum() / whole) if whole else 0.0
        # About the middle, so that little is lost where a value near it is asked for.
        adds, weight = self._over - self._middle * self._weight, self._weight
        first, second = adds * weight, weight**2
        square = adds**2
        self._sums = (
            float(square.sum()), float(first.sum()), float(second.sum()),
            _dot(square, square), _dot(square, first), _dot(first, first),
            _dot(first, second), _dot(second, second),
        )  # fmt: skip

    def powers(self, value: float) -> tuple[float, float, float, int]:
        """Sums of squares and fourth powers of what units add to a rate of this value, of their squared
        weights, and how many units there are."""
        s20, s11, s02, s40, s31, s22, s13, s04 = self._sums
        d = self._middle - value
        squares = s20 + 2 * d * s11 + d**2 * s02
        fourths = s40 + 4 * d * s31 + 6 * d**2 * s22 + 4 * d**3 * s13 + d**4 * s04
        if squares > KEPT * s02 and fourths > KEPT * s04:
            return squares, fourths, s02, self._units
        return _powers(self._over, self._weight, value)

    def without(
        self, unit: Codes, over: Floats, weight: Floats, value: float
    ) -> tuple[float, float, float, int]:
        """The same of everybody but a group, whose units add over and weight."""
        here = self._over[unit], self._weight[unit]
        left = here[1] - weight
        left = np.where(left > ROUNDING * here[1], left, 0.0)
        kept = _powers(np.where(left > 0, here[0] - over, 0.0), left, value)
        gone = _powers(*here, value)
        every = self.powers(value)
        others = tuple(a - b for a, b in zip(every, gone, strict=True))
        if not all(one > KEPT * whole for one, whole in zip(others, every[:2], strict=False)):
            others = self._beside(unit, value)
        squares, fourths, scale, units = (a + b for a, b in zip(kept, others, strict=True))
        return squares, fourths, scale, int(units)

    def _beside(self, unit: Codes, value: float) -> tuple[float, float, float, int]:
        """The same of the units that are not among these."""
        over, weight = self._over.copy(), self._weight.copy()
        over[unit] = weight[unit] = 0.0
        return _powers(over, weight, value)


def _powers(over: Floats, weight: Floats, value: float) -> tuple[float, float, float, int]:
    adds = over - value * weight
    squares = adds**2
    some = int(np.count_nonzero(weight > 0))
    return float(squares.sum()), _dot(squares, squares), _dot(weight, weight), some


def _dot(one: Floats, other: Floats) -> float:
    """The sum of products. ``@`` would wake a second thread for each of thousands of them."""
    return float(np.einsum("i,i->", one, other))
