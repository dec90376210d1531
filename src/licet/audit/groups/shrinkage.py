"""Rates of small groups drawn towards what groups of their kind have, as far as they are uncertain.

Beta-binomial by moments (Kleinman 1973): the rates of the groups of one breakdown vary about a common
mean; what they vary more than chance would have them says how far each may be believed. An estimate
for ranking and reading, never for a verdict.
"""

from __future__ import annotations

from math import inf

import numpy as np

from licet.audit.people import Floats


def shrunk(rate: Floats, base: Floats) -> Floats:
    """Each rate drawn to the common mean. Shapes (groups,); NaN where the rate is not known.

    rate: 0-1. base: effective number of people behind it. Where rates differ no more than by chance
    all become the mean; a single group stays as it is.
    """
    known = np.isfinite(rate) & (base > 0)
    if known.sum() < 2:
        return np.where(known, rate, np.nan)
    p, n = rate[known], base[known]
    mean = float((n * p).sum() / n.sum())
    strength = _strength(p, n, mean)
    found = np.full(rate.shape, np.nan)
    found[known] = mean if strength == inf else (n * p + strength * mean) / (n + strength)
    return found


def _strength(p: Floats, n: Floats, mean: float) -> float:
    """How many people the common mean counts for: a + b of the beta distribution."""
    part = 1 - n / n.sum()
    spread = mean * (1 - mean)
    among = float(((n - 1) * part).sum())
    if spread <= 0 or among <= 0:
        return inf
    more = float((n * (p - mean) ** 2).sum()) / spread - float(part.sum())
    alike = min(more / among, 1.0)  # the correlation of two people of one group
    return inf if alike <= 0 else (1 - alike) / alike
