"""Whether two categorical answers hang together: the chi-square test of Rao and Scott, for any design.

Clusters and weights make Pearson's X^2 larger or smaller than its table says. With the covariance V of
the cell proportions, D = (C' P^-1 C / N)^-1 (C' P^-1 V P^-1 C) says by how much: its eigenvalues are
design effects. First order divides X^2 by their mean; second order (Satterthwaite) takes

    F = X^2 / trace(D),   df trace(D)^2 / trace(D^2)   and that times the design's own df.

Sources: Rao & Scott 1984; Thomas & Rao 1987; as R ``survey::svychisq``, statistic "F" and "Chisq".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.survey.coding import Codes
from licet.survey.design import Design
from licet.survey.estimates import Outcome, estimate

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NO_DIRECTION = 1e-9
"""An eigenvalue so much smaller than the largest is rounding."""


@dataclass(frozen=True)
class Independence:
    """The test of one table.

    shares: shape (rows, columns), cell proportions 0-1. n: people in the table. chi_square: Pearson's,
    of the proportions times the people. mean_effect: the mean design effect of D. df, p_first: first
    order, chi-square with (rows-1)(columns-1). f, f_df, f_residual_df, p: second order, the one to
    report. NaN where the table has fewer than two rows or columns, or its variances are unknown.
    """

    shares: Floats
    n: int
    chi_square: float
    mean_effect: float
    df: int
    p_first: float
    f: float
    f_df: float
    f_residual_df: float
    p: float


def independence(
    design: Design, first: Codes, second: Codes, domain: Flags | None = None
) -> Independence:
    """Test two answers for independence. first, second: shape (n,), codes 0.., -1 without an answer.

    domain: shape (n,), who belongs to the table; None is everybody. Whoever lacks one of the answers
    is outside the domain, and their units still belong to the design. Levels that nobody in the
    domain with a weight has are no rows or columns. Refuses codes of another length.
    """
    size = len(design.weights)
    for codes in (first, second):
        if len(codes) != size:
            raise bad(f"{len(codes)} codes for {size} people", "independence", "one for each")
    inside = (np.asarray(first) >= 0) & (np.asarray(second) >= 0)
    if domain is not None:
        inside = inside & domain
    rows, columns = (_coded(codes, inside & (design.weights > 0)) for codes in (first, second))
    high, wide = int(rows.max(initial=-1)) + 1, int(columns.max(initial=-1)) + 1
    people = int(inside.sum())
    if high < 2 or wide < 2:
        return _unknown(np.ones((high, wide)) if high and wide else np.zeros((0, 0)), people)
    cell = np.where((rows >= 0) & (columns >= 0), rows * wide + columns, -1)
    known = np.where(inside, 0.0, np.nan)
    outcomes = [
        Outcome(str(place), np.where(cell == place, 1.0, known)) for place in range(high * wide)
    ]
    found = estimate(design, outcomes, inside[None, :])
    shares, covariance, degrees = found.joint(np.eye(high * wide))
    return _tested(shares.reshape(high, wide), covariance, degrees, people)


def _coded(codes: Codes, inside: Flags) -> NDArray[np.int64]:
    """Codes without gaps of the levels that occur inside; -1 for everybody else."""
    codes = np.asarray(codes, dtype=np.int64)
    found = np.full(len(codes), -1, dtype=np.int64)
    found[inside] = np.unique(codes[inside], return_inverse=True)[1]
    return found


def _tested(shares: Floats, covariance: Floats, degrees: float, people: int) -> Independence:
    from scipy.stats import chi2, f

    expected = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0)
    chi_square = people * float(((shares - expected) ** 2 / expected).sum())
    if not np.isfinite(covariance).all():
        return _unknown(shares, people, chi_square)
    delta = _effects(shares, covariance, people)
    trace, squares = float(np.trace(delta)), float(np.trace(delta @ delta))
    df = (shares.shape[0] - 1) * (shares.shape[1] - 1)
    if not trace > 0 or not squares > 0:
        return _unknown(shares, people, chi_square)
    f_df = trace**2 / squares
    statistic, residual = chi_square / trace, f_df * degrees
    return Independence(
        shares,
        people,
        chi_square,
        trace / df,
        df,
        float(chi2.sf(chi_square / (trace / df), df)),
        statistic,
        f_df,
        residual,
        float(f.sf(statistic, f_df, residual)) if degrees > 0 else np.nan,
    )


def _effects(shares: Floats, covariance: Floats, people: int) -> Floats:
    """D, of shape (df, df)."""
    high, wide = shares.shape
    row, column = np.divmod(np.arange(high * wide), wide)
    main = np.column_stack(
        [np.ones(high * wide)]
        + [row == level for level in range(1, high)]
        + [column == level for level in range(1, wide)]
    ).astype(np.float64)
    both = np.column_stack(
        [(row == r) & (column == c) for r in range(1, high) for c in range(1, wide)]
    ).astype(np.float64)
    basis, _ = np.linalg.qr(main)
    contrast = both - basis @ (basis.T @ both)
    flat = shares.ravel()
    inverse = np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)
    simple = contrast.T @ (inverse[:, None] * contrast) / people
    weighted = inverse[:, None] * contrast
    observed = weighted.T @ covariance @ weighted
    if np.linalg.cond(simple) > 1 / _NO_DIRECTION:
        return np.full(simple.shape, np.nan)
    return np.asarray(np.linalg.solve(simple, observed), dtype=np.float64)


def _unknown(shares: Floats, people: int, chi_square: float = np.nan) -> Independence:
    nan = float("nan")
    df = max(shares.shape[0] - 1, 0) * max(shares.shape[1] - 1, 0)
    return Independence(shares, people, chi_square, nan, df, nan, nan, nan, nan, nan)


__all__ = ["Independence", "independence"]
