"""The counting pass of ``totals``, compiled: for files of a million people and more.

Needs the extra ``fast`` (numba). Same sums as the NumPy pass, in another order of addition, so that
the last digit may differ. Weight, person and squared weight of a cell lie side by side in memory:
counting all three costs little more than counting one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sums = Callable[[NDArray[np.int32], NDArray[np.integer], int, Floats, Floats], None]


@cache
def kernel() -> Sums:
    """``sums(cells, codes, width, weights, into)``: one pass, compiled when first called.

    cells, codes: shape (n,); a person's cell is ``cells * width + codes``. into: shape (cells, 3),
    zeros; gets the sums of weight, of people and of squared weight.
    """
    from numba import njit

    def sums(cells, codes, width, weights, into):  # type: ignore[no-untyped-def]
        for person in range(len(cells)):
            key = np.int64(cells[person]) * width + codes[person]
            weight = weights[person]
            into[key, 0] += weight
            into[key, 1] += 1.0
            into[key, 2] += weight * weight

    compiled: Sums = njit(nogil=True, boundscheck=False)(sums)
    return compiled
