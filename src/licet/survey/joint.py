"""Several differences tested at once: Wald's statistic as F, with the design's degrees of freedom.

    W = d' V^-1 d,   F = W (v - q + 1) / (q v)   with q and v - q + 1 degrees of freedom,

q differences, v degrees of freedom of the design. For one difference it is the square of t. Source:
Korn & Graubard 1990, as R ``survey::regTermTest``, "adjusted" by Fellegi's (v - q + 1) / v.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_WORST = 1e10
"""A covariance whose condition is worse says nothing of some direction."""


class Joint(NamedTuple):
    """f: Wald's F. df: differences, and what is left of the design's. p: NaN where nothing is known."""

    f: float
    df: tuple[int, float]
    p: float


def joint_test(values: Floats, covariance: Floats, df: float) -> Joint:
    """Whether all values could be 0. values: shape (q,). covariance: shape (q, q)."""
    from scipy.stats import f as distribution

    q = len(values)
    left = df - q + 1
    nothing = Joint(float("nan"), (q, left), float("nan"))
    if not q or not left > 0 or not (np.isfinite(values).all() and np.isfinite(covariance).all()):
        return nothing
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all() or np.linalg.cond(covariance / np.outer(spread, spread)) > _WORST:
        return nothing
    wald = float(values @ np.linalg.solve(covariance, values))
    f = wald * left / (q * df) if np.isfinite(df) else wald / q
    p = distribution.sf(f, q, left if np.isfinite(left) else 1e12)
    return Joint(f, (q, left), float(p))
