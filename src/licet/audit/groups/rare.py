"""Intervals of shares, also where hardly anybody stands on one side of them.

Draws cannot show what did not happen: of nobody wrongly flagged among forty every draw says nobody.
There the interval is Korn and Graubard's on the people that clusters and weights leave, as for the
rates of groups (``sides``).
"""

from __future__ import annotations

from math import isfinite, nan

from licet.audit.drawing.drawn import Drawn
from licet.audit.groups.sides import FEW
from licet.audit.people import People
from licet.audit.standing import Estimate
from licet.survey.intervals import interval


def share_of(one: Drawn, people: People, level: float, n: int) -> Estimate:
    """A share (0-1) of n people (unweighted) with its interval. Not known of nobody."""
    found = one.estimate(level, n, least=0, most=1)
    if n == 0 or not isfinite(one.value):
        return Estimate(nan, n=n)
    effective = _effective(found, people, n)
    if min(one.value, 1 - one.value) * effective >= FEW and found.known:
        return found
    low, high = interval(one.value, effective, level=level)
    near = (one.value * effective + 0.5) / (effective + 1)
    se = (near * (1 - near) / max(effective, 1)) ** 0.5
    return Estimate(one.value, float(low), float(high), max(se, found.se) if found.known else se, n)


def _effective(found: Estimate, people: People, n: int) -> float:
    """How many people drawn one by one would say as much; never more than n."""
    if not people.clustered and not people.weighted:
        return float(n)
    weight = people.weight
    kish = float(weight.sum() ** 2 / (weight**2).sum() / len(weight)) if weight.any() else 0.0
    units = (int(people.cluster.max(initial=-1)) + 1) / max(len(people), 1)
    careful = n * kish * min(1.0, units)
    if found.se > 0 and 0 < found.value < 1:
        return min(float(n), found.value * (1 - found.value) / found.se**2)
    return careful
