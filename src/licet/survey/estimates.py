"""Weighted means of any outcomes in any groups, with the covariance of them all.

Everything that compares estimates goes through here: a group and the rest, two groups that overlap,
two items, two waves, a battery of items. A comparison is a row of coefficients A; its variance is
``A V A'``, so that people, clusters and replicates which two estimates share are handled by
construction. Sources: Binder 1983 (linearisation); Wolter 2007 (replication).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from licet.survey.design import Design
from licet.survey.replicates import rank_less_one, spread
from licet.survey.variance import average_factor, rows_of, sums

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


_ROUNDING = 1e-12
"""A mean of people who all answered alike misses their answer by about one part in 1e16."""


@dataclass(frozen=True)
class Outcome:
    """What is averaged. values: shape (n,), a number per person, NaN outside the base; 1 and 0 for a

    share. weights: shape (n,), where they are not those of the design (another wave of a panel).
    """

    name: str
    values: Floats
    weights: Floats | None = None


@dataclass(frozen=True)
class Contrasts:
    """C comparisons. value, se: shape (C,), in the units of the outcomes. df: shape (C,)."""

    value: Floats
    se: Floats
    df: Floats


@dataclass(frozen=True)
class Estimates:
    """K weighted means: outcome by outcome, in each the domains in their order.

    value, n: shape (K,). covariance: shape (K, K). replicates: shape (R, K), where the design has
    them. Where no replicate weights are: held, shape (places, K), who or which units hold valid
    members of each; places are units, or people where every person is a unit. scores, shares: shape
    (n, K), what each person adds to each mean, and of its weight.
    """

    domains: int
    value: Floats
    n: NDArray[np.int64]
    covariance: Floats
    design: Design
    held: Flags
    replicates: Floats | None = None
    scores: Floats | None = None
    shares: Floats | None = None

    def place(self, outcome: int, domain: int) -> int:
        """Where an outcome in a domain is."""
        return outcome * self.domains + domain

    @cached_property
    def se(self) -> Floats:
        """Standard errors, shape (K,)."""
        return self.contrasts(np.eye(len(self.value))).se

    @cached_property
    def df(self) -> Floats:
        """Degrees of freedom, shape (K,)."""
        return self.contrasts(np.eye(len(self.value))).df

    def contrasts(self, coefficients: Floats) -> Contrasts:
        """Linear combinations. coefficients: shape (C, K). NaN where a mean with weight is unknown."""
        used = coefficients != 0
        value = _combined(coefficients, self.value)
        with np.errstate(invalid="ignore"):  # BLAS may flag padding; 0 and 1 make nothing invalid
            held = (self.held.astype(np.float32) @ used.T.astype(np.float32)) > 0
        if self.replicates is not None:
            rows = self._spread(coefficients, value)
            se = self._exact(coefficients, np.sqrt((rows**2).sum(axis=0)))
            return Contrasts(value, se, self._degrees(held))
        covariance = np.where(np.isfinite(self.covariance), self.covariance, 0)
        variance = np.einsum("ck,kl,cl->c", coefficients, covariance, coefficients)
        unknown = used & ~np.isfinite(np.diag(self.covariance))
        variance = np.where(unknown.any(axis=1), np.nan, np.maximum(variance, 0))
        se = np.where(np.isfinite(value), np.sqrt(variance * self._average(held)), np.nan)
        return Contrasts(value, self._exact(coefficients, se), self._degrees(held))

    def careful(self, coefficients: Floats) -> Contrasts:
        """As ``contrasts``, for groups of a few dozen people, whose linearised errors are too short.

        Residuals of a unit are too small by the part that it has in the mean itself: its scores are
        divided by the root of 1 less that part, and the degrees of freedom are Satterthwaite's for
        independent people with equal variance, at most the design's. Sources: Bell & McCaffrey 2002;
        Imbens & Kolesar 2016. Replicates already redo the mean without a unit, and stay as they are.
        """
        plain = self.contrasts(coefficients)
        if self.scores is None or self.shares is None:
            return plain
        used = (coefficients != 0).any(axis=0)
        coefficients = coefficients[:, used]
        shares, units = self.shares[:, used], self.design.units
        part = shares if units is None else sums(units, self.design.n_units, shares)
        alone = part >= 1 - _ROUNDING
        factor = 1 / np.sqrt(1 - np.where(alone, 0, part))
        longer = self.scores[:, used] * (factor if units is None else factor[units])
        rows = rows_of(self.design, longer @ coefficients.T)
        held = (self.held[:, used].astype(np.float32) @ (coefficients != 0).T) > 0
        se = np.sqrt((rows**2).sum(axis=0) * self._average(held))
        se = np.where(np.isfinite(plain.se) & (plain.se > 0), np.maximum(se, plain.se), plain.se)
        squares = (shares @ coefficients.T) ** 2
        if units is not None:
            squares = sums(units, self.design.n_units, squares)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0)
        return Contrasts(plain.value, se, np.fmin(df, plain.df))

    def _exact(self, coefficients: Floats, se: Floats) -> Floats:
        """Standard errors, 0 where they are what rounding makes of nothing: all answered alike."""
        size = np.abs(coefficients) @ np.abs(np.nan_to_num(self.value))
        return np.where(se <= _ROUNDING * size, 0.0, se)

    def joint(self, coefficients: Floats) -> tuple[Floats, Floats, float]:
        """Several combinations at once: values (C,), covariance (C, C), df of their union."""
        value = _combined(coefficients, self.value)
        used = (coefficients != 0).any(axis=0)
        held: Flags = np.asarray(self.held[:, used].any(axis=1)).reshape(-1, 1)
        df = float(self._degrees(held)[0])
        if self.replicates is not None:
            rows = self._spread(coefficients, value)
            return value, rows.T @ rows, df
        covariance = coefficients @ self.covariance @ coefficients.T
        return value, covariance * float(self._average(held)[0]), df

    def _spread(self, coefficients: Floats, value: Floats) -> Floats:
        """Rows of the replicates' own combinations: one that lacks any part of it says nothing."""
        assert self.replicates is not None and self.design.replicates is not None
        made = np.stack([_combined(coefficients, values) for values in self.replicates])
        return spread(self.design.replicates, made, value)

    def _strata(self, held: Flags) -> Flags:
        """Which strata hold members, shape (strata, C)."""
        found = np.zeros((self.design.n_strata, held.shape[1]), dtype=np.bool_)
        np.logical_or.at(found, self.design.strata, held)
        return found

    def _average(self, held: Flags) -> Floats:
        if self.replicates is not None or self.design.lonely_psu != "average":
            return np.ones(held.shape[1])
        return average_factor(self.design, self._strata(held))

    def _degrees(self, held: Flags) -> Floats:
        if self.design.replicates is not None:
            return _replicate_degrees(self.design, held)
        units = held.sum(axis=0)
        return np.asarray(units - self._strata(held).sum(axis=0), dtype=np.float64)


def _combined(coefficients: Floats, values: Floats) -> Floats:
    """Coefficients times values, shape (C,); NaN where a value with a coefficient is unknown."""
    unknown = ~np.isfinite(values)
    found = coefficients @ np.where(unknown, 0, values)
    return np.where((coefficients[:, unknown] != 0).any(axis=1), np.nan, found)


def estimate(design: Design, outcomes: Sequence[Outcome], members: Flags) -> Estimates:
    """Means of every outcome in every domain. members: shape (domains, n), true where inside."""
    weights = [design.weights if o.weights is None else o.weights for o in outcomes]
    valid = np.stack(
        [
            np.isfinite(o.values) & (w > 0) & inside
            for o, w in zip(outcomes, weights, strict=True)
            for inside in members
        ],
        axis=1,
    )
    values = np.repeat(
        np.stack([np.nan_to_num(o.values) for o in outcomes], axis=1), len(members), axis=1
    )
    each = np.repeat(np.stack(weights, axis=1), len(members), axis=1) * valid
    n = valid.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = each / each.sum(axis=0)
    value = np.where(n > 0, (shares * values).sum(axis=0), np.nan)
    if design.replicates is not None:
        return _by_replicates(design, outcomes, members, value, n, valid)
    scores = shares * (values - value)
    rows = rows_of(design, scores)
    covariance, held = rows.T @ rows, _held(design, valid)
    return Estimates(len(members), value, n, covariance, design, held, scores=scores, shares=shares)


def _held(design: Design, valid: Flags) -> Flags:
    if design.units is None:
        return valid
    found = np.zeros((design.n_units, valid.shape[1]), dtype=np.bool_)
    np.logical_or.at(found, design.units, valid)
    return found


def _by_replicates(
    design: Design,
    outcomes: Sequence[Outcome],
    members: Flags,
    value: Floats,
    n: NDArray[np.int64],
    valid: Flags,
) -> Estimates:
    replicates = design.replicates
    assert replicates is not None
    blocks = []
    for outcome in outcomes:
        known = np.isfinite(outcome.values)
        inside = (members & known).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = (inside * np.nan_to_num(outcome.values)) @ replicates.weights
            means /= inside @ replicates.weights
        blocks.append(means.T)
    values = np.concatenate(blocks, axis=1)
    rows = spread(replicates, values, value)
    return Estimates(len(members), value, n, rows.T @ rows, design, valid, values)


def _replicate_degrees(design: Design, held: Flags) -> Floats:
    """As declared; else the rank of the weights of those who are in any of the means, less one."""
    replicates = design.replicates
    assert replicates is not None
    if replicates.df is not None:
        return np.full(held.shape[1], float(replicates.df))
    return np.array([rank_less_one(replicates.weights[people]) for people in held.T], dtype=float)
