"""Interrupted time series: counts before and after a day, by quasi-Poisson regression.

log(expected count) = intercept + trend + level (from that day on) + slope (change of the trend since),
month of the year, and the log of the people as offset. With a comparison both series are fitted
together and level and slope are differences in differences. Method: Bernal, Cummins and Gasparrini
2017; Wagner et al. 2002. Fitted by iteratively reweighted least squares, as R's ``glm``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from licet.audit.standing import Estimate

Floats = NDArray[np.float64]
MOST_STEPS, CLOSE = 100, 1e-13
LEAST_BEFORE, LEAST_AFTER, LEAST_LEFT = 8, 4, 3
"""Periods needed before and after, and more of them than coefficients: fewer say nothing."""


@dataclass(frozen=True)
class Series:
    """Counts of contacts over periods. Shapes (periods,).

    time: number of the period, 0 the first of all. month: 1-12, 0 where periods are no months.
    count: contacts. people: who could have made them, 1.0 where not known. start: the number of the
    first period after.
    """

    time: Floats
    month: NDArray[np.int64]
    count: Floats
    people: Floats
    start: float

    @property
    def after(self) -> NDArray[np.bool_]:
        """Which periods are after."""
        return self.time >= self.start


@dataclass(frozen=True)
class Fit:
    """names, coefficients: shape (p,), on the log. covariance: (p, p), quasi-likelihood; robust: Newey
    and West's. dispersion: Pearson's chi square over df. autocorrelation: of residuals one period apart.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    robust: Floats
    dispersion: float
    autocorrelation: float
    df: int

    def combined(self, weights: dict[str, float]) -> tuple[float, float]:
        """A sum of coefficients, and the larger of its two standard errors."""
        row = np.array([weights.get(name, 0.0) for name in self.names])
        variances = [float(row @ cov @ row) for cov in (self.covariance, self.robust)]
        return float(row @ self.coefficients), sqrt(max(*variances, 0.0))


@dataclass(frozen=True)
class Changes:
    """Rate ratios. level: at once; slope: of the trend, per period; overall: over the periods after,
    against what went before would have come to. Each with the log standard error in ``se``.
    """

    level: Estimate
    slope: Estimate
    overall: Estimate
    fit: Fit


def quasi_poisson(
    X: Floats, y: Floats, offset: Floats, names: Sequence[str], series: Sequence[int]
) -> Fit | None:
    """Regression of counts on the log scale; None where the columns of X are not independent.

    X: shape (n, p). series: of each row, its series; rows of one follow each other in time.
    """
    if np.linalg.matrix_rank(X) < X.shape[1] or len(y) <= X.shape[1]:
        return None
    mu = y + 0.1
    eta, before = np.log(mu), np.inf
    beta = np.zeros(X.shape[1], dtype=np.float64)
    for _ in range(MOST_STEPS):
        root = np.sqrt(mu)
        working = (eta - offset + (y - mu) / mu) * root
        beta = np.asarray(np.linalg.lstsq(X * root[:, None], working)[0], dtype=np.float64)
        eta = X @ beta + offset
        mu = np.exp(np.clip(eta, -30, 30))
        deviance = 2 * float(
            np.sum(np.where(y > 0, y * np.log(np.maximum(y, 1e-300) / mu), 0) - (y - mu))
        )
        if abs(deviance - before) <= CLOSE * (abs(deviance) + 0.1):
            break
        before = deviance
    inverse = np.linalg.inv((X * mu[:, None]).T @ X)
    df = len(y) - X.shape[1]
    pearson = (y - mu) / np.sqrt(mu)
    dispersion = float(pearson @ pearson) / df
    places = [np.flatnonzero(np.asarray(series) == one) for one in dict.fromkeys(series)]
    robust = _newey_west(X, y - mu, places) * (len(y) / df)
    return Fit(tuple(names), beta, dispersion * inverse, inverse @ robust @ inverse, dispersion,
               _autocorrelation(pearson, places), df)  # fmt: skip


def _newey_west(X: Floats, residual: Floats, series: Sequence[NDArray[np.int64]]) -> Floats:
    """The variance of the scores when neighbours in time are alike: Newey and West 1987, 1994."""
    total = np.zeros((X.shape[1], X.shape[1]))
    for places in series:
        scores = X[places] * residual[places, None]
        lags = int(4 * (len(places) / 100) ** (2 / 9))
        total += scores.T @ scores
        for lag in range(1, min(lags, len(places) - 1) + 1):
            product = scores[lag:].T @ scores[:-lag]
            total += (1 - lag / (lags + 1)) * (product + product.T)
    return total


def _autocorrelation(residual: Floats, series: Sequence[NDArray[np.int64]]) -> float:
    """Of residuals with those of the period before."""
    top = sum(float(residual[places][1:] @ residual[places][:-1]) for places in series)
    bottom = float(residual @ residual)
    return top / bottom if bottom else nan


def design(series: Sequence[Series]) -> tuple[Floats, tuple[str, ...], bool]:
    """The columns of one series, or of one and its comparison; their names; whether with months.

    Names: intercept, trend, level, slope; with a comparison these are its own, and ``own:`` before a
    name is how the first series differs. The months are shared.
    """
    names = ["intercept", "trend", "level", "slope"]
    blocks = []
    for one in series:
        after = one.after.astype(np.float64)
        shape = [np.ones_like(after), one.time, after, after * (one.time - one.start)]
        blocks.append(np.stack(shape, axis=1))
    X = np.concatenate(blocks)
    if len(series) > 1:
        own = np.concatenate([blocks[0], *(np.zeros_like(block) for block in blocks[1:])])
        X = np.concatenate([X, own], axis=1)
        names += [f"own:{name}" for name in names]
    months = np.concatenate([one.month for one in series])
    kinds = sorted(set(months.tolist()) - {0})
    span = max(float(one.time.max() - one.time.min()) + 1 for one in series)
    seasonal = len(kinds) > 1 and span >= 2 * len(kinds) and months.min() > 0
    if seasonal and len(X) - X.shape[1] - len(kinds) + 1 >= LEAST_LEFT:
        full = np.concatenate([X, *((months == kind)[:, None] * 1.0 for kind in kinds[1:])], axis=1)
        # Where a year before meets a year after, months and trend cannot be told apart.
        if np.linalg.matrix_rank(full) == full.shape[1]:
            return full, (*names, *(f"month {kind}" for kind in kinds[1:])), True
    return X, tuple(names), False


def changes(
    own: Series, comparison: Series | None = None, *, level: float = 0.95
) -> Changes | None:
    """What changed, against the trend before and against a comparison; None where it is not known.

    level: of the intervals, by Student's t.
    """
    series = [own] if comparison is None else [own, comparison]
    if why_not_known(series):
        return None
    X, names, _ = design(series)
    y = np.concatenate([one.count for one in series])
    offset = np.log(np.concatenate([one.people for one in series]))
    fit = quasi_poisson(X, y, offset, names, [n for n, one in enumerate(series) for _ in one.time])
    if fit is None or fit.df < LEAST_LEFT:
        return None
    start = "own:" if comparison is not None else ""
    later = float(np.mean(own.time[own.after] - own.start))
    told = [
        ratio(*fit.combined({f"{start}{name}": weight for name, weight in weights}), fit.df, level)
        for weights in ([("level", 1.0)], [("slope", 1.0)], [("level", 1.0), ("slope", later)])
    ]
    return Changes(told[0], told[1], told[2], fit)


def why_not_known(series: Sequence[Series]) -> str:
    """Why a change cannot be told, "" where it can."""
    for one in series:
        before, after = int((~one.after).sum()), int(one.after.sum())
        if before < LEAST_BEFORE or after < LEAST_AFTER:
            return (
                f"{before} periods before and {after} after: at least {LEAST_BEFORE} and "
                f"{LEAST_AFTER} are needed"
            )
        if not one.count[~one.after].sum() or not one.count[one.after].sum():
            return "no contact at all before, or after"
    return ""


def ratio(value: float, error: float, df: int, level: float = 0.95) -> Estimate:
    """A rate ratio with its interval from a log and its standard error."""
    from scipy.stats import t

    half = float(t.ppf(0.5 + level / 2, df)) * error
    return Estimate(exp(value), exp(value - half), exp(value + half), error, df)
