"""Weighted figures that one person makes up: a rate in which one weighs more than all others is theirs.

The dominance rule of statistical offices, (n, k): a figure is not told if the n heaviest people hold more
than k of its weight; here (1, 50 %) and (2, 85 %) (Hundepool and others, Statistical Disclosure Control,
2012, 4.2). Of a share half is where it begins to tell: it lies above a half or below by one person alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Floats, GroupKey, People

ONE, TWO = 0.5, 0.85
"""What the heaviest person, and the heaviest two, may hold of a figure's weight (0-1)."""


@dataclass(frozen=True)
class Heavy:
    """Figures that few people make up. bases: (group or None for everybody, whether its rest, cell).

    heaviest: the weight of the heaviest person over the mean; 1 without weights.
    """

    bases: frozenset[tuple[GroupKey | None, bool, str]] = field(default_factory=frozenset)
    heaviest: float = 1.0

    @property
    def least(self) -> float:
        """People whom a figure must rest on, so that one person surely is no more than ``ONE`` of it."""
        return self.heaviest / ONE if self.heaviest > 1 else 0.0


def heavy_of(people: People) -> Heavy:
    """The bases of figures, of everybody, groups and rests, that one or two people make up."""
    if not people.weighted:
        return Heavy()
    y, flag, weight = people.y, people.flag, people.weight
    told, known = flag >= 0, np.isfinite(y) & (flag >= 0)
    bases = {
        "people": told, "known": known, "with": known & (y == 1), "without": known & (y == 0),
        "flagged": flag == 1, "flagged_known": known & (flag == 1),
    }  # fmt: skip
    found: set[tuple[GroupKey | None, bool, str]] = set()
    for cell, rows in bases.items():
        if dominated(weight[rows]):
            found.add((None, False, cell))
        for place, key in enumerate(people.keys):
            inside = people.member[:, place]
            found |= {(key, rest, cell) for rest, value in ((False, 1), (True, 0))
                      if dominated(weight[rows & _is(inside, value)])}  # fmt: skip
    mean = float(weight.mean())
    return Heavy(frozenset(found), float(weight.max()) / mean if mean > 0 else 1.0)


def _is(inside: NDArray[np.int8], value: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = inside == value
    return found


def dominated(weight: Floats) -> bool:
    """Whether one person holds more than half of these weights, or two more than 85 in 100."""
    if not len(weight):
        return False
    top = np.partition(weight, -2)[-2:] if len(weight) > 2 else weight
    total = float(weight.sum())
    return float(top.max()) > ONE * total or (len(weight) > 1 and float(top.sum()) > TWO * total)
