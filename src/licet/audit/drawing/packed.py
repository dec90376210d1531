"""Sums of how often units were drawn, eight draws at a time.

Adding up what a million rows of drawn families bring is waiting for memory: a number of one byte for
each of eight draws, side by side in a word, is fetched once for all eight. A byte holds up to 255; that
a unit is drawn 256 times where once is expected has a chance of less than 1e-500.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Codes

_LANES = 8
_EVEN = np.uint64(0x00FF00FF00FF00FF)
_LONGEST = 257
"""Bytes whose sum always fits the two bytes that a lane then has: 257 x 255 = 65,535."""


def packed_sums(
    drawn: Iterator[NDArray[np.integer]], unit: Codes, cell: Codes, cells: int
) -> Iterator[NDArray[np.int64]]:
    """For each draw, how many rows of each cell are in it: shapes (cells,), without end.

    drawn: how often each unit is drawn, in each draw. unit, cell: shapes (rows,), of each row.
    """
    order = np.lexsort((unit, cell))
    rows = unit[order]
    starts = np.searchsorted(cell[order], np.arange(cells + 1))
    pieces = [np.arange(low, high, _LONGEST) for low, high in pairwise(starts)]
    edges = np.concatenate(pieces)
    first = np.cumsum([0, *map(len, pieces)])[:-1]
    while True:
        counts = np.stack([next(drawn).astype(np.uint8) for _ in range(_LANES)], axis=1)
        words = counts.view("<u8").ravel()[rows]
        added = np.empty((cells, _LANES), np.int64)
        for lane, part in enumerate((words & _EVEN, (words >> np.uint64(8)) & _EVEN)):
            pairs = np.add.reduceat(part, edges).astype("<u8").view("<u2").reshape(-1, _LANES // 2)
            added[:, lane::2] = np.add.reduceat(pairs, first, axis=0, dtype=np.int64)
        yield from added.T
