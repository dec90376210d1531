"""Counts of people or rows that leave the house one by one: small ones kept back, others rounded.

A count rounded to fives can be taken from no other to give a small one, so counts published at
different times, or for parts and whole, need no table to be safe together.
"""

from __future__ import annotations

from collections.abc import Mapping

from licet.disclosure.suppression import THRESHOLD

STEP = 5


def shown_count(count: int, threshold: int = THRESHOLD) -> int | None:
    """The count rounded to fives; None for one from 1 to below the threshold; 0 stays 0."""
    if count == 0:
        return 0
    if count < threshold:
        return None
    return max(STEP * ((count + STEP // 2) // STEP), threshold)


def shown_counts(counts: Mapping[str, int], threshold: int = THRESHOLD) -> dict[str, int | None]:
    """Every count of a mapping as it may be shown."""
    return {name: shown_count(int(count), threshold) for name, count in counts.items()}


def count_text(count: int | None, threshold: int = THRESHOLD) -> str:
    """A shown count for a page: ``about 1,250``, ``fewer than 10``, ``none``."""
    if count is None:
        return f"fewer than {threshold}"
    return f"about {count:,}" if count else "none"
