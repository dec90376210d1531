"""One rate against another, for all pairs of a family at once: intervals, and a band for all of them.

Draws give intervals and the band where both rates have many cases. Where one has few, limits of the
two sides are put together by squares (MOVER: Zou & Donner 2008; of ratios on the log scale), in the
band at the level that its quantile is of one normal figure alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.draws import Draws
from licet.audit.groups.sides import Sides, percentiles
from licet.audit.people import Codes, Floats
from licet.audit.standing import Estimate

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Contrasts:
    """Differences or ratios of the pairs of a family. Shapes (pairs,); NaN where not known.

    p: of the largest in the family being as large by chance. quantile: of the band, in standard errors
    (of logarithms, for ratios). family: pairs that are known.
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    band_low: Floats
    band_high: Floats
    p: Floats
    quantile: float
    family: int

    def estimate(self, place: int, n: int) -> Estimate:
        """One of them with its interval."""
        value, low, high, se = (
            float(part[place]) for part in (self.value, self.low, self.high, self.se)
        )
        return Estimate(value, low, high, se, n)

    def band(self, place: int) -> tuple[float, float]:
        """Its part of the band."""
        return float(self.band_low[place]), float(self.band_high[place])


@dataclass(frozen=True)
class _Largest:
    """The largest of the standardised deviations of a family, by chance.

    drawn: sorted, from draws; few: how many further members are taken as normal, each on its own,
    because they have too few cases for draws (more careful than what hangs together).
    """

    drawn: Floats
    few: int

    def quantile(self, level: float) -> float:
        """What the largest stays below as often as the level says; NaN for a family without members."""
        from scipy.special import ndtr, ndtri

        if not len(self.drawn):
            return float(ndtri(0.5 + level ** (1 / self.few) / 2)) if self.few else np.nan
        below = np.arange(1, len(self.drawn) + 1) / len(self.drawn)
        together = below * (2 * ndtr(self.drawn) - 1) ** self.few
        place = np.searchsorted(together, level)
        if place < len(together):
            return float(self.drawn[place])
        return float(max(self.drawn[-1], ndtri(0.5 + level ** (1 / self.few) / 2)))

    def beyond(self, t: Floats) -> Floats:
        """Chance that the largest is t or more."""
        from scipy.special import ndtr

        number = len(self.drawn)
        above = (1 + number - np.searchsorted(self.drawn, t)) / (number + 1) if number else 0.0
        return np.where(np.isnan(t), np.nan, 1 - (1 - above) * (2 * ndtr(t) - 1) ** self.few)


def differences(sides: Sides, one: Codes, other: Codes, enough: Bools) -> Contrasts:
    """Rates of ``one`` less those of ``other`` (places in sides), where people are ``enough``."""
    value = sides.value[one] - sides.value[other]
    known = enough & np.isfinite(value)
    many = known & ~sides.few[one] & ~sides.few[other]
    drawn = sides.drawn[:, one[many]] - sides.drawn[:, other[many]]
    se = np.where(known, np.hypot(sides.se[one], sides.se[other]), np.nan)
    se[many] = drawn.std(axis=0, ddof=1, dtype=np.float64)
    largest = _largest(drawn, value[many], se[many], int(known.sum() - many.sum()))
    quantile = largest.quantile(sides.level)

    def by_squares(level: float) -> tuple[Floats, Floats]:
        low, high = sides.limits(level)
        down = np.hypot(sides.value[one] - low[one], high[other] - sides.value[other])
        up = np.hypot(high[one] - sides.value[one], sides.value[other] - low[other])
        return np.maximum(value - down, -1), np.minimum(value + up, 1)

    low, high = _limits(by_squares(sides.level), known, many, drawn, sides.level)
    band_low, band_high = by_squares(_alone(quantile))
    band_low[many] = (value - quantile * se)[many]
    band_high[many] = (value + quantile * se)[many]
    band = _around(band_low, band_high, low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = largest.beyond(np.abs(value) / se)
    return Contrasts(value, se, low, high, *band, p, quantile, int(known.sum()))


def ratios(sides: Sides, one: Codes, other: Codes, enough: Bools) -> Contrasts:
    """The same for rates of ``one`` over those of ``other``; not known where the latter is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(sides.value[other] > 0, sides.value[one] / sides.value[other], np.nan)
        known = enough & np.isfinite(value)
        many = known & ~sides.few[one] & ~sides.few[other]
        drawn = np.log(sides.drawn[:, one] / sides.drawn[:, other])
        many &= np.isfinite(drawn).all(axis=0)  # a draw may find none in a family, and no ratio
        drawn = drawn[:, many]
        relative = np.hypot(sides.se[one] / sides.value[one], sides.se[other] / sides.value[other])
        se = np.where(known, relative, np.nan)
        se[many] = drawn.std(axis=0, ddof=1, dtype=np.float64)
        middle = np.log(value)
        largest = _largest(drawn, middle[many], se[many], int(known.sum() - many.sum()))
        quantile = largest.quantile(sides.level)
        low, high = _limits(
            _log_squares(sides, one, other, value, sides.level), known, many, drawn, sides.level
        )
        low[many], high[many] = np.exp(low[many]), np.exp(high[many])
        band_low, band_high = _log_squares(sides, one, other, value, _alone(quantile))
        band_low[many] = np.exp(middle - quantile * se)[many]
        band_high[many] = np.exp(middle + quantile * se)[many]
        band = _around(band_low, band_high, low, high)
        p, spread = largest.beyond(np.abs(middle) / se), value * se
    return Contrasts(value, spread, low, high, *band, p, quantile, int(known.sum()))


def _log_squares(
    sides: Sides, one: Codes, other: Codes, value: Floats, level: float
) -> tuple[Floats, Floats]:
    """Limits of ratios by squares of logarithms. A rate of 0 has the ratio 0, and no lower limit."""
    low, high = sides.limits(level)
    top, under = np.log(sides.value[one]), np.log(sides.value[other])
    down = np.hypot(top - np.log(low[one]), np.log(high[other]) - under)
    up = np.hypot(np.log(high[one]) - top, under - np.log(low[other]))
    none = sides.value[one] == 0
    most = high[one] / low[other]
    return np.where(none, 0.0, value * np.exp(-down)), np.where(none, most, value * np.exp(up))


def _limits(
    squares: tuple[Floats, Floats], known: Bools, many: Bools, drawn: Draws, level: float
) -> tuple[Floats, Floats]:
    """Each pair's own interval: the middle part of its draws, else by squares."""
    low, high = (np.where(known, part, np.nan) for part in squares)
    low[many], high[many] = percentiles(drawn, level)
    return low, high


def _largest(drawn: Draws, value: Floats, se: Floats, few: int) -> _Largest:
    if not drawn.shape[1]:
        return _Largest(np.zeros(0), few)
    beyond = np.abs(drawn - value.astype(np.float32)) / se.astype(np.float32)
    return _Largest(np.sort(beyond.max(axis=1)).astype(np.float64), few)


def _alone(quantile: float) -> float:
    """The level at which one normal figure has this quantile."""
    from scipy.special import ndtr

    return 2 * float(ndtr(quantile)) - 1 if np.isfinite(quantile) else 0.95


def _around(
    band_low: Floats, band_high: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """The band, which is nowhere narrower than a pair's own interval and known where that is."""
    return (
        np.where(np.isnan(low), np.nan, np.minimum(band_low, low)),
        np.where(np.isnan(high), np.nan, np.maximum(band_high, high)),
    )
