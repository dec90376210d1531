"""Yes-or-no answers whose weighted shares match given percentages in overlapping groups.

Two steps: ``chances`` rakes a chance per person until the expected shares match; ``settle`` then
exchanges drawn answers until the shares that came out match as well. The second step works in whole
numbers, so that every machine settles on the same answers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_SWEEPS = 200
_STEPS = 60
_CANDIDATES = 900
CLOSE = 0.0015
"""How close, as a proportion, a settled share comes to the one aimed at, wherever it can."""


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def chances(leaning: Numbers, weight: Whole, members: Flags, shares: Numbers) -> Numbers:
    """A chance per person, shape (people,), whose weighted mean is ``shares[g]`` in every group g.

    leaning: each person's own tilt on the logit scale. weight: in any unit. members: shape
    (groups, people). shares: proportions strictly between 0 and 1.
    """
    score = leaning.copy()
    for _ in range(_SWEEPS):
        for inside, share in zip(members, shares, strict=True):
            chance = 1 / (1 + np.exp(-score[inside]))
            now = float(np.average(chance, weights=weight[inside]))
            score[inside] += _logit(float(share)) - _logit(now)
    chance = 1 / (1 + np.exp(-score))
    return np.asarray(chance, dtype=np.float64)


def settle(yes: Flags, weight: Whole, members: Flags, shares: Numbers) -> Flags:
    """The drawn answers, with as few exchanged as bring every group's weighted share close.

    Each step gives one yes to another person, or adds or takes one away: whichever helps most.
    """
    yes = yes.copy()
    totals = members.astype(np.int64) @ weight
    aims = np.rint(shares * totals).astype(np.int64)
    for _ in range(_STEPS):
        gaps = members.astype(np.int64) @ (weight * yes) - aims
        if bool(np.all(np.abs(gaps) <= CLOSE * totals)):
            break
        change = _best_change(yes, weight, members, totals, gaps)
        if not change:
            break
        yes[change] = ~yes[change]
    return yes


def _best_change(
    yes: Flags, weight: Whole, members: Flags, totals: Whole, gaps: Whole
) -> list[int]:
    """The people, at most one yes and one no, whose change of answer brings the shares closest."""
    takers = np.flatnonzero(yes)[:_CANDIDATES]
    givers = np.flatnonzero(~yes)[:_CANDIDATES]
    cost = np.zeros((len(takers) + 1, len(givers) + 1))
    for inside, total, gap in zip(members, totals, gaps, strict=True):
        part = weight * inside
        less = np.append(part[takers], 0)
        more = np.append(part[givers], 0)
        cost += ((gap - less[:, None] + more[None, :]) / total) ** 2
    place = int(np.argmin(cost))
    row, column = divmod(place, len(givers) + 1)
    if cost[row, column] >= cost[-1, -1]:
        return []
    changed = [int(takers[row])] if row < len(takers) else []
    return changed + ([int(givers[column])] if column < len(givers) else [])
