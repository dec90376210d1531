"""Tables that share cells, protected as one; and cells that follow from what is shown."""

from __future__ import annotations

from datetime import date

import numpy as np

from licet.disclosure import Sum, confusion_sums
from licet.disclosure.exchanges import Ground
from licet.disclosure.joined import Joined
from licet.disclosure.linked import open_to
from licet.disclosure.releases import Printed

PARTS, MARGINS = ("yes", "no"), {"people": ("yes", "no")}
NORTH, SOUTH = (("town", "N"),), (("town", "S"),)


def table(north: list[int], south: list[int]) -> dict[tuple[tuple[str, str], ...], list[int]]:
    return {(): [a + b for a, b in zip(north, south, strict=True)], NORTH: north, SOUTH: south}


def linked(north: list[int], south: list[int]):  # type: ignore[no-untyped-def]
    return confusion_sums(table(north, south), parts=PARTS, margins=MARGINS)


def test_what_follows_from_what_is_shown_is_shown() -> None:
    counts = np.array([60, 20, 40])
    kept = np.array([False, True, False])
    assert not open_to(counts, [Sum(0, (1, 2))], kept).any()
    assert open_to(counts, [Sum(0, (1, 2))], np.array([False, True, True])).tolist() == [0, 1, 1]


def test_what_follows_from_several_sums_together_is_found() -> None:
    """a + b, b + c and a + c are told: so are all three, though no sum has one unknown alone."""
    counts = np.array([30, 50, 40, 10, 20, 30])
    sums = [Sum(0, (3, 4)), Sum(1, (4, 5)), Sum(2, (3, 5))]
    kept = np.array([False, False, False, True, True, True])
    assert Ground(counts, sums).settled(kept).sum() == 3
    assert not open_to(counts, sums, kept).any()


def test_a_cell_of_two_tables_is_told_by_neither() -> None:
    """The same people in another split: what one keeps back the other does not add up."""
    one, other = linked([4, 60], [50, 80]), linked([30, 34], [70, 60])
    same = [((0, one.place(g, "people")), (1, other.place(g, "people"))) for g in one.groups]
    joined = Joined((one, other), ("one", "other"), same)
    mask = joined.protect([1.0] * len(joined.counts))
    for group in one.groups:
        hidden = one.hides(joined.of(mask, 0), group, "people")
        assert hidden == other.hides(joined.of(mask, 1), group, "people")
    assert joined.of(mask, 0)[one.place(NORTH, "yes")]


def test_a_change_is_looked_for_since_every_release() -> None:
    """100, 120, 103: enough since the last, too few since the one before."""
    now = linked([103, 200], [300, 400])
    joined = Joined((now,), ("main",))
    mask = joined.protect([1.0] * len(joined.counts))
    cell = ("main", NORTH, "yes")
    first, last = Printed(date(2026, 1, 1), {cell: 100}), Printed(date(2026, 2, 1), {cell: 120})
    held, since = joined.hold(mask, [last, first])
    assert held[now.place(NORTH, "yes")] and since == first.day
    assert not joined.hold(mask, [last])[0].any()
    assert cell in joined.printed(mask) and cell not in joined.printed(mask | held)
