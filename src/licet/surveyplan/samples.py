"""Who will be interviewed: bases by group, what boosts add, and what their unequal weights cost.

The population is cut into cells, one for each way of being in some groups and not in others. A boost
of a group adds interviews to all cells of that group alike, and weights bring every cell back to its
part of the population. With pi the part of cell c and n its interviews, the variance of a group's
share is p (1 - p) sum of pi^2 / n over (sum of pi)^2, Kish's design effect of weights pi / n. More
interviews in any cell never make it larger, so that a boost lowers nobody's effective base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.groups import ALL
from licet.surveyplan.declaring import SurveyPlan

Floats = NDArray[np.float64]

_SWEEPS = 2000
_NEAR = 1e-7


@dataclass(frozen=True)
class Population:
    """The cells of the population.

    groups: the whole sample first, then each group. parts: shape (cells,), above 0, of sum 1.
    members: shape (cells, groups), 1 where the cell belongs to the group. shares: shape (groups,).
    """

    groups: tuple[str, ...]
    parts: Floats
    members: Floats
    shares: Floats


@dataclass(frozen=True)
class Sample:
    """What a number of interviews and boosts gives, an entry for each group of the population.

    people: interviewed. kish: design effect of the weights that boosts make necessary. effective:
    people over kish. alike: correlation of the shares of two groups, which have people in common.
    """

    people: Floats
    kish: Floats
    effective: Floats
    alike: Floats


def population(plan: SurveyPlan) -> Population:
    """The cells of a plan's groups, as independent as shares and overlaps allow.

    Raises BadInput where no population could have these shares and overlaps.
    """
    names = tuple(plan.groups)
    inside = (np.arange(2 ** len(names))[:, None] >> np.arange(len(names))) & 1
    shares = np.array([plan.groups[name].share for name in names])
    parts = np.where(inside, shares, 1 - shares).prod(axis=1)
    pairs = [([names.index(n) for n in o.groups], o.share) for o in plan.overlaps]
    if pairs:
        parts = _fitted(parts, inside, shares, pairs)
    kept = parts > 1e-12
    members = np.column_stack([np.ones(len(parts)), inside])[kept]
    return Population((ALL, *names), parts[kept], members, np.array([1.0, *shares]))


def _fitted(
    parts: Floats,
    inside: NDArray[np.int64],
    shares: Floats,
    pairs: list[tuple[list[int], float]],
) -> Floats:
    """Iterative proportional fitting: every group's share, and every overlap, met."""
    aims = [(inside[:, place], [1 - share, share]) for place, share in enumerate(shares)]
    for (one, other), both in pairs:
        targets = [1 - shares[one] - shares[other] + both, shares[one] - both, shares[other] - both]
        aims.append((inside[:, one] + 2 * inside[:, other], [*targets, both]))
    for _ in range(_SWEEPS):
        for code, targets in aims:
            found = np.bincount(code, parts, minlength=len(targets))
            wanted = np.maximum(targets, 0)
            factors = np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)
            parts = parts * factors[code]
        misses = [np.bincount(c, parts, minlength=len(t)) - t for c, t in aims]
        if max(float(np.abs(miss).max()) for miss in misses) < _NEAR:
            fitted: Floats = parts / parts.sum()
            return fitted
    raise bad(
        "no population has these shares and overlaps",
        "overlaps",
        "shares that can all be true at once",
        "correct them, or take overlaps out until it works",
    )


def sample(people: Population, interviews: float, boosts: Mapping[str, float]) -> Sample:
    """What ``interviews`` in the main sample and boosts (people by group) give."""
    extra = np.array([boosts.get(group, 0) for group in people.groups]) / people.shares
    # Interviews in a cell, for each unit of the population that it holds.
    rate = interviews + people.members @ extra
    interviewed = (people.parts * rate) @ people.members
    scatter = people.members * (people.parts / rate)[:, None]
    common = people.members.T @ scatter
    variance = np.diag(common) / people.shares**2
    spread = np.sqrt(np.diag(common))
    return Sample(
        people=interviewed,
        kish=np.maximum(interviewed * variance, 1.0),
        effective=1 / variance,
        alike=common / np.outer(spread, spread),
    )
