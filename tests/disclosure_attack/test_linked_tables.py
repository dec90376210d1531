"""No small count is learned from an audit's tables, margins, rests, rates and crossed groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.disclosure import Sum, confusion_sums, protect, visible_rate
from licet.errors import BadInput
from tests.conftest import FULL
from tests.disclosure_attack.attacker import CELLS, Attacker, CrossedTables


def levels_of(group: tuple[int | None, int | None]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, str(level)) for name, level in zip("ab", group, strict=True) if level is not None
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[CrossedTables, int]:
    """A few hundred people in two columns, sparse enough that the rules bite."""
    first, second = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    threshold = draw(st.sampled_from([3, 5, 10]))
    size = st.one_of(st.integers(0, threshold + 1), st.integers(0, 40), st.just(0))
    unknown = draw(st.booleans())
    people = []
    for a in range(-1 if unknown else 0, first):
        for b in range(-1 if draw(st.booleans()) and unknown else 0, second):
            for part in range(5):
                people += [(a, b, part)] * draw(size)
    return CrossedTables(np.array(people or [(0, 0, 0)]), (first, second)), threshold


@pytest.mark.long
@given(tables(), st.sampled_from([None, ("tp", "fp", "fn", "tn", "known")]))
@settings(max_examples=200 if FULL else 6)
def test_an_integer_program_learns_no_small_count(
    case: tuple[CrossedTables, int], crossed_cells: tuple[str, ...] | None
) -> None:
    """Every small count that is printed nowhere can be 0 as well as the threshold or more."""
    crossed, threshold = case
    linked = confusion_sums(
        {levels_of(group): crossed.row(group) for group in crossed.groups()},
        threshold=threshold,
        crossed=crossed_cells,
    )
    mask = linked.protect()
    attacker = crossed.attacker(
        lambda group, cell: linked.hides(mask, levels_of(group), cell),
        lambda group, cell: linked.hides_rest(mask, levels_of(group), cell),
    )
    for group in crossed.groups():
        for cell in CELLS:
            pairs = [(crossed.cells(group, cell), linked.hides(mask, levels_of(group), cell))]
            if group != (None, None):
                pairs.append(
                    (crossed.rest(group, cell), linked.hides_rest(mask, levels_of(group), cell))
                )
            for cells, hidden in pairs:
                if 1 <= crossed.value(cells) < threshold:
                    assert hidden, (group, cell)
                    low, high = attacker.range_of(cells)
                    assert low == 0 and high >= threshold, (group, cell, low, high)


def test_without_protection_the_attacker_learns_what_is_kept_back() -> None:
    """The attacker is worth something: hiding small counts alone tells them."""
    counts = np.array([60, 40, 17, 3])  # a total, and its parts
    attacker = Attacker(4)
    attacker.between({0: 1, 1: -1, 2: -1, 3: -1}, 0, 0)
    for cell in (0, 1, 2):
        attacker.learn([cell], float(counts[cell]))
    assert attacker.range_of([3]) == (3, 3)
    mask = protect(counts, [Sum(0, (1, 2, 3))])
    assert mask.tolist() in ([False, True, False, True], [False, False, True, True])


def test_a_rate_with_its_digits_tells_a_numerator() -> None:
    attacker = Attacker(2)
    attacker.learn([0, 1], 640)
    attacker.rate([0], [0, 1], "0.0109")
    assert attacker.range_of([0]) == (7, 7)
    assert not visible_rate([0], [0, 1], np.array([True, False]))
    assert not visible_rate([1], [0, 1], np.array([True, False]))
    assert visible_rate([1], [1, 2], np.array([True, False, False]))


def test_a_table_without_small_counts_is_shown_whole() -> None:
    mask = protect([30, 20, 10, 0], [Sum(0, (1, 2, 3))])
    assert not mask.any()


def test_what_is_kept_back_anyway_is_used_first() -> None:
    """A cell that is hidden already shelters; nothing else is kept back for it."""
    free = protect([100, 4, 46, 50], [Sum(0, (1, 2, 3))], hidden=[False, False, True, False])
    assert free.tolist() == [False, True, True, False]


def test_what_is_wanted_most_stays() -> None:
    sums = [Sum(0, (1, 2, 3))]
    for wanted in (2, 3):
        prefer = [5.0, 1.0, 1.0, 1.0]
        prefer[wanted] = 4.0
        mask = protect([100, 4, 46, 50], sums, prefer=prefer)
        assert not mask[wanted] and mask.sum() == 2


@pytest.mark.parametrize(
    ("counts", "sums", "threshold", "what"),
    [
        ([10, 4, 5], [Sum(0, (1, 2))], 10, "do not add up"),
        ([9, -1, 10], [Sum(0, (1, 2))], 10, "not counts"),
        ([9, 9], [Sum(0, (4,))], 10, "not there"),
        ([9, 9], [Sum(0, (1,))], 0, "threshold"),
    ],
)
def test_what_is_no_table_is_refused(
    counts: list[int], sums: list[Sum], threshold: int, what: str
) -> None:
    with pytest.raises(BadInput, match=what):
        protect(counts, sums, threshold=threshold)


def test_groups_that_overlap_are_refused() -> None:
    with pytest.raises(BadInput, match="hold more people"):
        confusion_sums(
            {(): [5, 5, 5, 5, 0], (("a", "0"),): [6, 0, 0, 0, 0], (("a", "1"),): [0, 5, 0, 0, 0]}
        )
    with pytest.raises(BadInput, match="everybody"):
        confusion_sums({(("a", "0"),): [6, 0, 0, 0, 0]})


def test_nothing_is_shown_of_fewer_people_than_the_threshold() -> None:
    """Not even that none of them was flagged."""
    linked = confusion_sums(
        {
            (): [50, 50, 50, 57, 0],
            (("a", "0"),): [0, 0, 0, 7, 0],
            (("a", "1"),): [50, 50, 50, 50, 0],
        }
    )
    mask = linked.protect()
    assert all(linked.hides(mask, (("a", "0"),), cell) for cell in linked.cells)
    assert linked.hides_rest(mask, (("a", "1"),), "tn")
