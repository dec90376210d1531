"""How well the spread of a rate is known where families are drawn or people are weighted.

A spread that hangs on few families, or on few heavy weights, is itself uncertain, as Student's t is against
the normal distribution. Its degrees of freedom are 2 / (K - 1 / m), K the sum of the fourth powers of what
the m units add to the rate over the squared sum of their squares (Satterthwaite 1946): m where all
units add alike, far fewer where a few outweigh the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.draws import Units
from licet.audit.people import Codes, Flags, Floats

LEAST = 4.0
"""Degrees of freedom below which fewer make no interval wider: there are exact intervals for few."""


@dataclass(frozen=True)
class Parted:
    """Who adds what. units: what is drawn. classes: shape (rows,), by their place in ``CLASSES``. weight:
    shape (rows,). member: shape (rows, groups)."""

    units: Units
    classes: Codes
    weight: Floats
    member: Flags

    def freedom(self, top: Sequence[int], base: Sequence[int], value: Floats) -> Floats:
        """Degrees of freedom of a rate in everybody, each group and each rest. value: the rates there."""
        inside = np.flatnonzero(np.isin(self.classes, base))
        over = np.isin(self.classes[inside], top)
        weight, unit = self.weight[inside], self.units.of_row[inside]
        found = np.full(len(value), np.inf)
        for place, rows in enumerate(self._sets(inside)):
            if np.isfinite(value[place]) and len(own := np.flatnonzero(rows)):
                adds = weight[own] * (over[own] - value[place])
                found[place] = self._of(adds, unit[own])
        return found

    def _sets(self, rows: Codes) -> Iterator[NDArray[np.bool_]]:
        yield np.ones(len(rows), bool)
        for wanted in (1, 0):
            for column in range(self.member.shape[1]):
                yield self.member[rows, column] == wanted

    def _of(self, adds: Floats, unit: Codes) -> float:
        """Of what rows add, by unit. Strata take their part of the freedom."""
        if not self.units.single:
            held = np.bincount(unit) > 0
            adds = np.bincount(unit, adds)[held].astype(np.float64)
        squares = adds**2
        total = float(squares.sum())
        if total <= 0:
            return np.inf
        concentration = float((squares**2).sum()) / total**2
        shared = 1 - (int(self.units.strata.max(initial=0)) + 1) / max(self.units.number, 1)
        apart = max(concentration - 1 / len(adds), 1e-9)
        return max(min(2 / apart, len(adds)) * max(shared, 0.0), LEAST)
