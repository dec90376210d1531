"""Many small differences that lean the same way: how many are truly there, and is it chance?

Items of one battery are answered by the same people, so their differences move together: nine of nine
below zero say much less than nine independent tosses. Everything here is drawn from the estimated
covariance; draws come from a seed, so the same figures always give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad

Floats = NDArray[np.float64]

DRAWS = 10_000
"""Of each simulation: a chance of .05 is then known to .002."""


@dataclass(frozen=True)
class Leaning:
    """How m differences lean.

    lower, higher: how many are below and above 0 as measured. expected: how many are truly on the
    side to which more of them lean, on average over what the figures allow; fewest, most: the
    central range of that number at the level. chance: of so many or more on one side, either side,
    if no item truly differed; NaN where nothing is known.
    """

    items: int
    lower: int
    higher: int
    expected: float
    fewest: int
    most: int
    chance: float

    @property
    def side(self) -> str:
        """The side to which more items lean: lower, higher, or neither."""
        if self.lower == self.higher:
            return "neither"
        return "lower" if self.lower > self.higher else "higher"

    @property
    def count(self) -> int:
        """How many lean to that side."""
        return max(self.lower, self.higher)


def leaning(
    values: Floats,
    covariance: Floats,
    df: float = np.inf,
    *,
    seed: int,
    level: float = 0.95,
    draws: int = DRAWS,
) -> Leaning:
    """How m differences lean. values: shape (m,). covariance: shape (m, m), of them.

    The truth is drawn around the values, and values around no difference at all, both from a
    multivariate t with df degrees of freedom (infinite: normal). A difference of exactly 0 leans
    to neither side. Refuses no items and values that are not numbers.
    """
    values = np.asarray(values, dtype=np.float64)
    if not len(values) or not np.isfinite(values).all():
        raise bad("a pattern of unknown differences", "battery", "at least one measured item")
    lower, higher = int((values < 0).sum()), int((values > 0).sum())
    count, sign = max(lower, higher), -1.0 if lower >= higher else 1.0
    if not np.isfinite(covariance).all() or not df > 0:
        nan = float("nan")
        return Leaning(len(values), lower, higher, nan, 0, len(values), nan)
    noise = _draws(covariance, df, draws, np.random.default_rng(seed))
    truly = ((values + noise) * sign > 0).sum(axis=1)
    tail = (1 - level) / 2
    fewest, most = np.quantile(truly, [tail, 1 - tail], method="inverted_cdf")
    # Noise below a billionth of the largest is what rounding makes of exactly nothing.
    least = 1e-9 * np.abs(noise).max(initial=0)
    widest = np.maximum((noise > least).sum(axis=1), (noise < -least).sum(axis=1))
    chance = float((widest >= count).mean())
    return Leaning(len(values), lower, higher, float(truly.mean()), int(fewest), int(most), chance)


def _draws(covariance: Floats, df: float, draws: int, rng: np.random.Generator) -> Floats:
    """Shape (draws, m): multivariate t about 0."""
    sizes, directions = np.linalg.eigh((covariance + covariance.T) / 2)
    root = directions * np.sqrt(np.maximum(sizes, 0))
    normal = rng.standard_normal((draws, len(sizes))) @ root.T
    if np.isfinite(df):
        normal = normal / np.sqrt(rng.chisquare(df, draws) / df)[:, None]
    found: Floats = normal
    return found


def equicorrelated(se: Floats, correlation: float) -> Floats:
    """The covariance of m estimates of which every two have the same correlation (0-1)."""
    if not 0 <= correlation <= 1:
        raise bad(f"a correlation of {correlation:g}", "correlation", "0 to 1")
    shared = np.full((len(se), len(se)), correlation)
    np.fill_diagonal(shared, 1.0)
    found: Floats = shared * np.outer(se, se)
    return found


def mean_error(covariance: Floats) -> float:
    """The standard error of the plain mean of m estimates with this covariance."""
    return float(np.sqrt(max(covariance.sum(), 0.0))) / len(covariance)
