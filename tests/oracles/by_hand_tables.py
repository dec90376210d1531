"""R's tests of tables, and p of many tests at once, by hand: see by_hand.py.

Plain NumPy, one cell at a time. ``test_by_hand_tables.py`` holds these formulas to what R printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import chi2, f

from tests.oracles.by_hand import (
    Floats,
    Mask,
    Sample,
    Share,
    Text,
    degrees,
    linear,
    value,
)


def covariance(sample: Sample, shares: Sequence[Share]) -> Floats:
    """Of several figures: from the variances of their sums and differences."""
    k = len(shares)
    found = np.empty((k, k))
    for a in range(k):
        for b in range(a + 1):
            plus, minus = (linear(sample, [shares[a], shares[b]], [1, s])[1] for s in (1, -1))
            found[a, b] = found[b, a] = (plus**2 - minus**2) / 4
    return found


@dataclass(frozen=True)
class TableTest:
    """f with ndf and ddf: R's default. chisq: Pearson's, whose p comes from chisq / mean effect."""

    f: float
    ndf: float
    ddf: float
    p: float
    chisq: float
    chisq_df: int
    chisq_p: float


def rao_scott(sample: Sample, rows: Text, columns: Text, members: Mask) -> TableTest:
    """Independence of two questions among ``members``; whoever did not answer both is outside.

    p: the cells' shares of the domain. V: their covariance under the design. X2: Pearson's, as if n people
    had these shares; n counts everybody of the domain, weight 0 too. C: contrasts of the cells that
    no row or column effect can express. The eigenvalues of D = (C'P^-1 C / n)^-1 C'P^-1 V P^-1 C, with
    P = diag(p), are the design effects. An empty cell has 0 instead of 1 / p.
    """
    members = members & (rows != "") & (columns != "")
    n = int(members.sum())
    row_levels, column_levels = np.unique(rows[members]), np.unique(columns[members])
    cells = [(r, c) for c in column_levels for r in row_levels]
    shares = [
        Share((members & (rows == r) & (columns == c)).astype(float), members) for r, c in cells
    ]
    p = np.array([value(sample.weight, share) for share in shares])
    v = covariance(sample, shares)
    table = p.reshape(len(column_levels), len(row_levels)).T
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    main = np.array(
        [[1.0, *(r == x for x in row_levels), *(c == x for x in column_levels)] for r, c in cells]
    )
    both = np.array(
        [[r == x and c == y for x in row_levels[1:] for y in column_levels[1:]] for r, c in cells]
    ).astype(float)
    contrasts = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    scaled = np.where(p > 0, 1 / np.where(p > 0, p, 1), 0.0)[:, None] * contrasts
    effects = np.linalg.solve(contrasts.T @ scaled / n, scaled.T @ v @ scaled)
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    statistic, ndf = pearson / trace, trace**2 / square
    # The df of the table are those of its people, but here a weight of 0 counts.
    ddf = ndf * degrees(replace(sample, weight=np.ones(sample.size)), members)
    k = len(effects)
    return TableTest(
        f=statistic,
        ndf=ndf,
        ddf=ddf,
        p=float(f.sf(statistic, ndf, ddf)),
        chisq=pearson,
        chisq_df=k,
        chisq_p=float(chi2.sf(pearson / (trace / k), k)),
    )


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """min over the p at least as large of p x m / rank, at most 1."""
    m, ordered = len(p), sorted(p)
    steps = [value * m / (rank + 1) for rank, value in enumerate(ordered)]
    return [
        min(1.0, *(s for s, other in zip(steps, ordered, strict=True) if other >= own)) for own in p
    ]


def holm(p: Sequence[float]) -> list[float]:
    """max over the p at most as large of p x (m - rank + 1), at most 1."""
    m, ordered = len(p), sorted(p)
    steps = [value * (m - rank) for rank, value in enumerate(ordered)]
    return [
        min(1.0, max(s for s, other in zip(steps, ordered, strict=True) if other <= own))
        for own in p
    ]
