"""Counts and shares rounded, where a table leaves the house and exact ones are not needed.

Rounding comes after suppression and never instead of it. A share beside rounded counts is made from
them: one made from exact counts would give these away.
"""

from __future__ import annotations

from collections.abc import Iterable

from numpy.typing import ArrayLike

from licet.disclosure.counts import STEP
from licet.errors import bad


def rounded(count: int, step: int = STEP) -> int:
    """The nearest multiple of step, halves up. Refuses a step below 1."""
    if step < 1:
        raise bad(f"step {step}", "rounding", "1 person or more", "5 or 10 are usual")
    return step * ((count + step // 2) // step)


def rounded_counts(
    counts: Iterable[int], hidden: Iterable[bool] | ArrayLike, step: int = STEP
) -> tuple[int | None, ...]:
    """Every count rounded; None where it is not shown, which is never 0."""
    import numpy as np

    kept = np.asarray(hidden, dtype=np.bool_)
    return tuple(
        None if gone else rounded(int(count), step)
        for count, gone in zip(counts, kept, strict=True)
    )


def rounded_share(count: int | None, people: int | None, step: int = STEP) -> float | None:
    """A share 0-1 made of the rounded counts: two decimals, three from 1,000 people on.

    None where either is not shown, or nobody is left after rounding.
    """
    if count is None or people is None or not rounded(people, step):
        return None
    share = min(rounded(count, step) / rounded(people, step), 1.0)
    return round(share, 2 if people < 1000 else 3)
