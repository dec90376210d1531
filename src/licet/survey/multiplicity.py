"""Many tests at once: p values adjusted for the family they belong to.

Of forty comparisons two come out below .05 by chance alone. Holm (1979) keeps the chance of *any* false
finding below the level, whatever hangs together with what. Benjamini & Hochberg (1995) keep the
expected part of false ones *among the findings* below it; proven for tests that are independent or
lean the same way. What counts as the family decides the result and is always stated beside it.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from licet.errors import bad, unknown

Floats = NDArray[np.float64]
Adjustment = Literal["benjamini-hochberg", "holm"]
ADJUSTMENTS: tuple[str, ...] = get_args(Adjustment)


def adjusted(p: ArrayLike, method: Adjustment) -> Floats:
    """Adjusted p values of one family, shape as p. A p of NaN is no member and stays NaN.

    A comparison is found at a level if its adjusted p is at or below it. Refuses p outside 0 to 1.
    """
    if method not in ADJUSTMENTS:
        raise unknown("adjustment", method, ADJUSTMENTS)
    values = np.asarray(p, dtype=np.float64)
    member = np.isfinite(values)
    if ((values[member] < 0) | (values[member] > 1)).any():
        raise bad("a p value outside 0 to 1", "family", "chances, 0 to 1")
    found = np.full(values.shape, np.nan)
    found[member] = _by_step(values[member], method)
    return found


def family_size(p: ArrayLike) -> int:
    """How many tests the family holds: those whose p is known."""
    return int(np.isfinite(np.asarray(p, dtype=np.float64)).sum())


def _by_step(p: Floats, method: Adjustment) -> Floats:
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, len(p) + 1)
    if method == "holm":
        stepped = np.maximum.accumulate(p[order] * (len(p) + 1 - rank))
    else:
        stepped = np.minimum.accumulate((p[order] * len(p) / rank)[::-1])[::-1]
    found = np.empty_like(p)
    found[order] = np.minimum(stepped, 1.0)
    return found
