"""How sure it is that rows are one person's: the weakest link on which each person hangs.

A person of several rows hangs on the weakest of the strongest links that hold all of them together: in
the spanning tree of the greatest weights, its least. A person of one row hangs on none.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

REVIEWED = 40.0
"""Bits of a link that people settled: as good as certain."""
CERTAIN = 10.0
"""Bits from which a link is almost certain: it is wrong in fewer than one of 1,000."""
LIKELY = 6.6
"""Bits from which it is likely: wrong in about one of 100 or fewer."""

Sure = Literal["almost certain", "likely", "the weakest that count"]


def how_sure(weight: float) -> Sure:
    """A link in words, by its weight in bits (log odds that the rows are one person's)."""
    if weight >= CERTAIN:
        return "almost certain"
    return "likely" if weight >= LIKELY else "the weakest that count"


def weakest_links(
    person: ArrayLike, a: ArrayLike, b: ArrayLike, weight: ArrayLike
) -> NDArray[np.float64]:
    """Per row the weakest link on which its person hangs, in bits; NaN where it hangs on none.

    person: of each row, as a number. a, b: the rows of each link by their places; weight: its bits. Only
    links inside a person count.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    whose = np.asarray(person, np.int64)
    first, second = np.asarray(a, np.int64), np.asarray(b, np.int64)
    bits = np.asarray(weight, np.float64)
    inside = (whose[first] == whose[second]) & (first != second)
    first, second, bits = first[inside], second[inside], np.minimum(bits[inside], REVIEWED)
    found = np.full(int(whose.max(initial=-1)) + 1, np.nan)
    if len(bits):
        # Of two links between the same rows the stronger counts; a sparse matrix would add them up.
        low, high = np.minimum(first, second), np.maximum(first, second)
        order = np.lexsort((-bits, high, low))
        low, high, bits = low[order], high[order], bits[order]
        kept = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]
        cost = 2 * REVIEWED - bits[kept]  # above 0: a cost of 0 is no link to a sparse matrix
        tree = minimum_spanning_tree(
            coo_matrix((cost, (low[kept], high[kept])), shape=(len(whose), len(whose)))
        ).tocoo()
        least = np.full(len(found), np.inf)
        np.minimum.at(least, whose[tree.row], 2 * REVIEWED - tree.data)
        found = np.where(np.isfinite(least), least, np.nan)
    return found[whose]
