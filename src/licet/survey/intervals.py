"""Confidence intervals of a share: Korn-Graubard in the NCHS form (the default), Wilson and logit.

Shares and bounds are proportions 0-1. Arrays broadcast. Formulas: Korn & Graubard 1998; NCHS Data
Presentation Standards for Proportions (Series 2, No. 175, 2017); Wilson 1927.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from licet.errors import bad, unknown

IntervalMethod = Literal["korn-graubard", "wilson", "logit"]
METHODS: tuple[str, ...] = get_args(IntervalMethod)

Floats = NDArray[np.float64]


def check_level(level: float, where: str = "level") -> None:
    """Refuse a confidence level that is none: it is a proportion, more than a half."""
    number = isinstance(level, int | float | np.number) and not isinstance(level, bool)
    if number and 0.5 < level < 1:
        return
    todo = f"write {level / 100:g}" if number and 50 < level < 100 else "0.95 is usual"
    raise bad(f"a confidence level of {str(level)[:40]}", where, "between 0.5 and 1", todo)


def quantile_t(level: float, df: ArrayLike) -> Floats:
    """Two-sided t quantile for a confidence level; infinite df gives the normal quantile."""
    from scipy.special import ndtri, stdtrit

    tail = 0.5 + level / 2
    df = np.asarray(df, dtype=np.float64)
    finite = np.where(np.isfinite(df), np.maximum(df, 1), 1)
    found: Floats = np.where(np.isfinite(df), stdtrit(finite, tail), ndtri(tail))
    return found


def effective_base(
    share: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95
) -> Floats:
    """The design effective base, adjusted for degrees of freedom and never above n (NCHS form).

    share, se: proportions. n: people with a valid answer. Where the share is 0 or 1 it is n. Any
    other share without a degree of freedom (everybody in one unit) has no known variance: its base
    is nearly 0, and its interval everything from 0 to 1.
    """
    share, se, n, df = (np.asarray(a, dtype=np.float64) for a in (share, se, n, df))
    unanimous = (share <= 0) | (share >= 1)
    degenerate = unanimous | ~(se > 0)
    variance = np.where(degenerate, 1.0, se) ** 2
    ratio = quantile_t(level, np.maximum(n - 1, 1)) / quantile_t(level, df)
    effective = share * (1 - share) / variance * ratio**2
    found = np.where(degenerate, n, np.minimum(effective, n))
    return np.where((df < 1) & ~unanimous, 1e-9, found)


def interval(
    share: ArrayLike,
    base: ArrayLike,
    *,
    method: IntervalMethod = "korn-graubard",
    level: float = 0.95,
    df: ArrayLike = np.inf,
) -> tuple[Floats, Floats]:
    """Lower and upper bound of a share known from an effective base.

    share: 0-1. base: effective number of people (> 0). df matters to Wilson and logit only: the
    Korn-Graubard base already carries it (see ``effective_base``). Without a degree of freedom
    nothing is known of a share that is not 0 or 1. NaN in gives NaN out.
    """
    if method not in METHODS:
        raise unknown("interval method", method, METHODS)
    share, base = np.broadcast_arrays(
        np.asarray(share, dtype=np.float64), np.asarray(base, dtype=np.float64)
    )
    known = np.isfinite(share) & (base > 0)
    p = np.where(known, share, 0.5)
    n = np.where(known, base, 1.0)
    if method == "korn-graubard":
        low, high = _beta(p, n, level)
    elif method == "wilson":
        low, high = _wilson(p, n, quantile_t(level, df))
    else:
        low, high = _logit(p, n, quantile_t(level, df))
    nothing = (np.asarray(df) < 1) & (p > 0) & (p < 1)
    low, high = np.where(nothing, 0.0, low), np.where(nothing, 1.0, high)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _beta(p: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    from scipy.special import betaincinv

    x = np.clip(n * p, 0, n)
    tail = (1 - level) / 2
    # betaincinv needs positive parameters: the closed ends are put in by hand afterwards.
    low = betaincinv(np.maximum(x, 1e-300), n - x + 1, tail)
    high = betaincinv(x + 1, np.maximum(n - x, 1e-300), 1 - tail)
    # Next to no base: betaincinv gives up on parameters near 0, and nothing is known.
    nothing = n < 1e-6
    low, high = np.where(nothing | (p <= 0), 0.0, low), np.where(nothing | (p >= 1), 1.0, high)
    return low, high


def _wilson(p: Floats, n: Floats, z: Floats) -> tuple[Floats, Floats]:
    middle = p + z**2 / (2 * n)
    reach = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return np.where(p <= 0, 0.0, low), np.where(p >= 1, 1.0, high)


def _logit(p: Floats, n: Floats, z: Floats) -> tuple[Floats, Floats]:
    from scipy.special import expit

    inside = (p > 0) & (p < 1)
    q = np.where(inside, p, 0.5)
    reach = z / np.sqrt(n * q * (1 - q))
    centre = np.log(q / (1 - q))
    low, high = expit(centre - reach), expit(centre + reach)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)
