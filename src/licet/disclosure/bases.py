"""Whose base may be shown exactly, and what is shown instead of one that may not.

The size of a group less its base is the number of those who gave no valid answer. Where that number
is kept back, an exact base would tell it; so would the degrees of freedom of a sample without
clusters (people less strata), and a share or a standard error with all its digits. Every command
takes the rule from here, so that no two outputs of the same answers can be subtracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from licet.disclosure.breakdowns import breakdowns
from licet.disclosure.suppression import Counts, Mask, suppress


def hidden_parts(
    counts: Counts, rows: NDArray[np.bool_], nets: Sequence[Sequence[int]], threshold: int
) -> tuple[Mask, Mask]:
    """What may not be shown of the parts into which the people of each domain fall.

    counts: shape (domains, parts), the whole sample first, then every group followed by its rest.
    rows: shape (domains, n), who is in them. nets: parts whose sum is told as well. Returns shape
    (domains, parts and nets), and (domains,) for the whole domain.
    """
    width = counts.shape[1]
    hidden = np.zeros((len(counts), width + len(nets)), dtype=np.bool_)
    if threshold < 1:
        return hidden, np.zeros(len(counts), dtype=np.bool_)
    kept = np.flatnonzero(counts.any(axis=0))
    at = {int(part): place for place, part in enumerate(kept)}
    told = [[at[part] for part in net if part in at] for net in nets]
    places = [place for place, net in enumerate(told) if net]
    pairs = [[row, row + 1] for row in range(1, len(counts), 2)]
    first = rows[1::2].astype(np.float32)
    apart = breakdowns(np.rint(first @ first.T).astype(np.int64)) if len(first) else []
    sets = [[1 + 2 * place for place in some] for some in apart if len(some) > 1]
    found = suppress(
        counts[:, kept],
        pairs,
        disjoint=sets,
        nets=[told[place] for place in places],
        threshold=threshold,
    )
    hidden[:, kept] = found.hidden[:, : len(kept)]
    hidden[:, [width + place for place in places]] = found.hidden[:, len(kept) :]
    return hidden, found.bases


def tens(people: float) -> int:
    """The nearest ten, at least 10: what is shown of a base that may not be exact."""
    return int(max(10.0, 10.0 * round(people / 10)))


def coarse(figure: float, people: float) -> float:
    """A share, difference or standard error (0-1) beside a base that is shown in tens.

    people: the base. Two decimals, from 1,000 people on three, so that it fits nearly every base
    near by; more only where an end of an interval would become 0 and lose its side. NaN stays.
    """
    if not isfinite(figure):
        return figure
    for decimals in range(2 if people < 1000 else 3, 6):
        if found := round(float(figure), decimals):
            return found
    return 0.0


def coarse_chance(p: float) -> float:
    """A p beside such a base: three decimals; below a thousandth one digit that counts."""
    if not isfinite(p):
        return p
    return round(float(p), 3) if p >= 0.001 else float(f"{p:.0e}")
