"""Items read together: the mean of their permitting shares in a group, and how they lean.

From answers the covariance of all items is known, so the mean has one standard error. From print it is
not: the mean distance is shown for several correlations between the items, from none to perfect.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from licet.comparisons.rows import (
    REST,
    AtCorrelation,
    BatteryRow,
    Comparison,
    Side,
    bounds,
    chance,
)
from licet.comparisons.rules import Battery, Request
from licet.survey.estimates import Estimates
from licet.survey.patterns import equicorrelated, leaning, mean_error

Floats = NDArray[np.float64]


def measured_battery(
    battery: Battery,
    group: str,
    found: Estimates,
    places: Sequence[int],
    request: Request,
    *,
    shown: bool,
) -> BatteryRow | None:
    """A battery in one group, from estimates. None where an item was answered by nobody.

    found: domain 0 is the group, domain 1 (if any) the rest. places: of the items among the
    outcomes. Every item counts alike, however many answered it.
    """
    inside = [found.place(place, 0) for place in places]
    if not (found.n[inside] > 0).all():
        return None
    size = len(found.value)
    mean = found.careful(_means(size, inside))
    value, se, df = (float(part[0]) for part in (mean.value, mean.se, mean.df))
    low, high = bounds(value, se, df, request.level)
    fewest = int(found.n[inside].min())
    rest = distance = nan
    under: tuple[AtCorrelation, ...] = ()
    comparison: Comparison | None = None
    outside = [found.place(place, 1) for place in places] if found.domains > 1 else []
    if outside and (found.n[outside] > 0).all():
        rest = float(found.value[outside].mean())
        distance = value - rest
        measured, df = _measured(found, inside, outside, request)
        under = (measured,)
        one, other = (
            Side(battery.id, group, value, fewest),
            Side(battery.id, REST, rest, int(found.n[outside].min())),
        )
        comparison = _comparison(one, other, measured, df, shown=shown)
    return BatteryRow(
        battery.id,
        battery.label,
        battery.items,
        group,
        value,
        se,
        max(low, 0.0),
        high,
        rest,
        distance,
        fewest,
        under,
        comparison,
        shown,
    )


def _means(size: int, places: Sequence[int]) -> Floats:
    """The coefficients of a plain mean, shape (1, size)."""
    found = np.zeros((1, size))
    found[0, places] = 1 / len(places)
    return found


def _measured(
    found: Estimates, inside: Sequence[int], outside: Sequence[int], request: Request
) -> tuple[AtCorrelation, float]:
    """The distance of the mean from the rest, how the items lean, and the degrees of freedom."""
    size = len(found.value)
    far = found.careful(_means(size, inside) - _means(size, outside))
    value, se, df = (float(part[0]) for part in (far.value, far.se, far.df))
    table = np.zeros((len(inside), size))
    table[np.arange(len(inside)), inside] += 1
    table[np.arange(len(outside)), outside] -= 1
    values, covariance, _ = found.joint(table)
    plain = mean_error(covariance)
    longer = (se / plain) ** 2 if plain > 0 else 1.0
    pattern = leaning(values, covariance * longer, df, seed=request.seed, level=request.level)
    low, high = bounds(value, se, df, request.level)
    return AtCorrelation(None, se, low, high, chance(value, se, df), pattern), df


def _comparison(
    one: Side, other: Side, under: AtCorrelation, df: float, *, shown: bool
) -> Comparison:
    return Comparison(
        "battery",
        one,
        other,
        one.share - other.share,
        under.se,
        df,
        under.low,
        under.high,
        under.p,
        kind="battery",
        shown=shown,
    )


def printed_battery(
    battery: Battery,
    group: str,
    gaps: Sequence[Comparison],
    errors: Sequence[float],
    request: Request,
    *,
    shown: bool,
) -> BatteryRow:
    """A battery in one group, from printed figures: how its items hang together is not known.

    gaps: the group against the rest, item by item. errors: the standard errors of the group's own
    shares. The uncertainty is given at each of the assumed correlations between any two items. The
    interval of the mean itself is that of perfect correlation, the widest there can be.
    """
    values = np.array([row.value for row in gaps])
    se = np.array([row.se for row in gaps])
    mean, rest = (float(np.mean([s.share for s in side])) for side in _sides(gaps))
    own = mean_error(equicorrelated(np.array(errors), 1.0))
    low, high = bounds(mean, own, float("inf"), request.level)
    under = tuple(
        _at(values, equicorrelated(se, correlation), correlation, request)
        for correlation in request.correlations
    )
    return BatteryRow(
        battery.id,
        battery.label,
        battery.items,
        group,
        mean,
        own,
        max(low, 0.0),
        high,
        rest,
        float(values.mean()),
        min(row.one.base for row in gaps),
        under,
        None,
        shown,
    )


def _sides(gaps: Sequence[Comparison]) -> tuple[list[Side], list[Side]]:
    return [row.one for row in gaps], [row.other for row in gaps]


def _at(values: Floats, covariance: Floats, correlation: float, request: Request) -> AtCorrelation:
    se, value = mean_error(covariance), float(values.mean())
    low, high = bounds(value, se, float("inf"), request.level)
    pattern = leaning(values, covariance, seed=request.seed, level=request.level)
    p = chance(value, se, float("inf"))
    return AtCorrelation(correlation, se, low, high, p, pattern)
