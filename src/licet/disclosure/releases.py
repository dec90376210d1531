"""Two releases of the same tables: which new figures wait, because the difference would tell too much.

Whoever kept the earlier release can subtract it. A change of 1 to threshold - 1 people between two
printed figures is as telling as a small count, so such a figure is not updated: the earlier one is
repeated, with its day. What the sums would give away is held with it. That a figure waits tells that
it, or one that it shelters, changed by few people; not which, nor by how many.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from licet.disclosure.exchanges import Need
from licet.disclosure.linked import Sum, checked, protect, shelter
from licet.disclosure.suppression import THRESHOLD, Mask

Key = TypeVar("Key", bound=Hashable)
Cell = tuple[str, tuple[tuple[str, str], ...], str]
"""A printed cell: its table, its group (levels by column, () for everybody), its name."""


@dataclass(frozen=True)
class Release:
    """What of the new counts may be printed. Shapes (cells,).

    hidden: never. held: not now; the earlier figure is repeated where there is one.
    """

    hidden: Mask
    held: Mask

    @property
    def shown(self) -> Mask:
        """The new figures that are printed."""
        return ~(self.hidden | self.held)


@dataclass(frozen=True)
class Printed:
    """What one release printed, and so is public: all that a later one needs to know of it.

    cells: counts, by table, group and cell. figures: value and people of every other figure, by where it
    stands; a count that is no figure has the value 1. groups: how its groups were made, as the plan said it
    (by, groups, intersections). sketch: keyed hashes by which its rows are known again.
    """

    day: date
    cells: Mapping[Cell, int]
    figures: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    groups: Mapping[str, Any] = field(default_factory=dict)
    sketch: tuple[str, ...] = ()


def told_before(
    name: str, value: float, people: int, earlier: Sequence[Printed], threshold: int = THRESHOLD
) -> date | None:
    """The day of a release from which a figure would tell a change of too few people; None: of none.

    value: a share of so many people, or 1 for a count. What moved by 1 to threshold - 1 people, all of
    them or those who make the share up, is such a change.
    """
    for one in earlier:
        was = one.figures.get(name)
        if was is None:
            continue
        apart = (abs(people - was[1]), abs(value * people - was[0] * was[1]))
        # A value is told with six decimals: less than that of a person is no change.
        least = 1e-6 * max(people, was[1])
        if any(least < change < threshold for change in apart):
            return one.day
    return None


def release(
    earlier: Mapping[Key, int],
    counts: Mapping[Key, int],
    sums: Sequence[Sum],
    *,
    threshold: int = THRESHOLD,
    hidden: ArrayLike | None = None,
) -> Release:
    """Protect the new counts, then hold what the difference from the earlier ones would tell."""
    gone = protect(list(counts.values()), sums, threshold=threshold, hidden=hidden)
    held = changes_to_hold(earlier, counts, sums, threshold=threshold, hidden=gone)
    return Release(gone, held)


def changes_to_hold(
    earlier: Mapping[Key, int],
    counts: Mapping[Key, int],
    sums: Sequence[Sum],
    *,
    threshold: int = THRESHOLD,
    hidden: ArrayLike | None = None,
) -> Mask:
    """The cells whose new figure may not be shown yet. Shape (cells,), in the order of ``counts``.

    earlier: figures as last printed, those not shown missing. hidden: cells of the new release that
    are not shown anyway, by default ``protect``. From everything shown, each change of 1 to
    threshold - 1 people can be none at all as well as threshold people, more or fewer as it was.
    """
    table = checked(list(counts.values()), sums, threshold)
    gone = np.asarray(
        protect(table, sums, threshold=threshold) if hidden is None else hidden, dtype=np.bool_
    )
    needs, kept = [], gone.copy()
    for cell, key in enumerate(counts):
        if key not in earlier or not 1 <= abs(int(table[cell]) - earlier[key]) < threshold:
            continue
        before = earlier[key]
        grown = bool(table[cell] > before)
        needs.append(Need(cell, before, grown))
        # Fewer than none cannot be: a count that was small enough may have gone down to none.
        needs.append(
            Need(cell, before + threshold if grown else max(before - threshold, 0), not grown)
        )
        kept[cell] = True
    held: Mask = shelter(table, sums, kept, needs) & ~gone
    return held


def held_words(since: date) -> str:
    """What stands beside a figure that is repeated."""
    return f"not updated: too few changed since {since.isoformat()}"
