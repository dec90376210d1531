"""How far a group's rate lies from others': differences and ratios, said of all groups at once.

A family is all groups of one measure against the same others (the rest, or the reference of their
breakdown). Its band holds the truth of every one of its differences together (max-t: the largest
standardised deviation over the family, draw by draw; Hothorn, Bretz & Westfall 2008).

What rules a gate. FAIL says that some group of many is wronged: with twenty groups one would seem so by
chance, therefore the band decides. PASS says that no group is: all of them must be inside, and asking
each at the level alone is already no easier to pass than the level says (an intersection-union test,
Berger 1982), therefore the plain interval decides. The band for both would only call fair scores
undetermined the more groups are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Literal

import numpy as np

from licet.audit.groups.contrasts import differences, ratios
from licet.audit.groups.shrinkage import shrunk
from licet.audit.groups.sides import Sides
from licet.audit.people import Codes, Floats, GroupKey
from licet.audit.standing import Estimate, Standing, Tolerance

Versus = Literal["rest", "reference"]
FOUND_BEYOND = 0.8416212335729143
"""Standard errors that 80 of 100 draws of a normal figure stay below."""


@dataclass(frozen=True)
class Gap:
    """A group against others in one measure.

    difference: group less others, with its own interval; band: with all groups of the family.
    ratio: group over others; ratio_band likewise. p_adjusted: chance of so large a difference
    anywhere in the family, were there none. smallest_found: the smallest gap that the band would have
    set apart from 0 in 80 of 100 such data. shrunk: the difference, with the group's rate drawn to
    those of its breakdown. family: groups in the family; quantile: the band's, in standard errors.
    """

    key: GroupKey
    measure: str
    versus: Versus
    difference: Estimate
    band: tuple[float, float]
    ratio: Estimate
    ratio_band: tuple[float, float]
    p_adjusted: float
    smallest_found: float
    shrunk: float
    family: int
    quantile: float

    def standing(self, tolerance: Tolerance) -> Standing:
        """Of the difference. FAIL by the band, PASS by the interval (see above)."""
        return _standing(self.difference, self.band, tolerance)

    def ratio_standing(self, tolerance: Tolerance) -> Standing:
        """Of the ratio, likewise."""
        return _standing(self.ratio, self.ratio_band, tolerance)

    def times_to_settle(self, tolerance: Tolerance, level: float = 0.95) -> float:
        """How many times the data would settle it in 80 of 100, were the difference as it is seen.

        At most 1 where it is settled already; inf where it lies on the tolerance itself; NaN where
        there is no figure.
        """
        from scipy.special import ndtri

        value, se = self.difference.value, self.difference.se
        room = min(value - tolerance.least, tolerance.most - value)
        if np.isnan(room) or np.isnan(se):
            return nan
        reach = float(ndtri(0.5 + level / 2)) if room > 0 else self.quantile
        return inf if room == 0 else ((reach + FOUND_BEYOND) * se / room) ** 2


def _standing(estimate: Estimate, band: tuple[float, float], tolerance: Tolerance) -> Standing:
    plain = tolerance.standing(estimate)
    together = Estimate(estimate.value, *band)
    if plain is Standing.FAIL and tolerance.standing(together) is not Standing.FAIL:
        return Standing.UNDETERMINED
    return plain


def gaps_of(sides: Sides, measure: str, keys: Sequence[GroupKey], least: int) -> Iterator[Gap]:
    """The gaps of one measure: every group against its rest, then against its reference.

    least: people that the base of either side must hold; below it a difference is not known.
    """
    groups = 1 + np.arange(len(keys))
    drawn_in = _by_breakdown(sides, keys)
    pairs = (groups, groups + len(keys))
    yield from _family(sides, measure, keys, pairs, "rest", least, drawn_in)
    references = {key.by: place for place, key in enumerate(keys) if key.reference}
    compared = [p for p, key in enumerate(keys) if references.get(key.by, p) != p]
    others = [references[keys[p].by] for p in compared]
    if compared:
        pairs = (1 + np.array(compared), 1 + np.array(others))
        yield from _family(sides, measure, keys, pairs, "reference", least, drawn_in)


def _by_breakdown(sides: Sides, keys: Sequence[GroupKey]) -> Floats:
    """Rates of the groups, each drawn to the mean of its breakdown. Shape (1 + 2 x groups,)."""
    found = sides.value.copy()
    for by in dict.fromkeys(key.by for key in keys):
        places = 1 + np.array([place for place, key in enumerate(keys) if key.by == by])
        found[places] = shrunk(sides.value[places], sides.effective[places])
    return found


def _family(
    sides: Sides,
    measure: str,
    keys: Sequence[GroupKey],
    pairs: tuple[Codes, Codes],
    versus: Versus,
    least: int,
    drawn_in: Floats,
) -> Iterator[Gap]:
    """The gaps of one family."""
    one, other = pairs
    enough = (sides.base[one] >= least) & (sides.base[other] >= least)
    apart, times = differences(sides, one, other, enough), ratios(sides, one, other, enough)
    for place in range(len(one)):
        n = int(min(sides.base[one[place]], sides.base[other[place]]))
        se = float(apart.se[place])
        yield Gap(
            keys[one[place] - 1],
            measure,
            versus,
            apart.estimate(place, n),
            apart.band(place),
            times.estimate(place, n),
            times.band(place),
            float(apart.p[place]),
            (apart.quantile + FOUND_BEYOND) * se,
            float(drawn_in[one[place]] - drawn_in[other[place]]),
            apart.family,
            apart.quantile,
        )
