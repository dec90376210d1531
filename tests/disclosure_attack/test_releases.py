"""Two releases of one table: what changed by a few people is told by neither, nor by both."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.disclosure import Sum, changes_to_hold, held_words, protect, release
from tests.disclosure_attack.attacker import Attacker

SUMS = [
    Sum(0, (1, 2, 3)),  # everybody, by rows
    Sum(0, (4, 5)),  # by columns
    Sum(1, (6, 7)), Sum(2, (8, 9)), Sum(3, (10, 11)),
    Sum(4, (6, 8, 10)), Sum(5, (7, 9, 11)),
]  # fmt: skip
"""Three rows by two columns with all margins."""


def table(cells: list[int]) -> dict[int, int]:
    inner = np.array(cells).reshape(3, 2)
    values = [inner.sum(), *inner.sum(axis=1), *inner.sum(axis=0), *inner.ravel()]
    return {place: int(value) for place, value in enumerate(values)}


def attacker(counts: dict[int, int], shown: np.ndarray) -> Attacker:
    found = Attacker(len(counts))
    for one in SUMS:
        found.between({one.total: 1.0, **dict.fromkeys(one.parts, -1.0)}, 0, 0)
    for place in np.flatnonzero(shown).tolist():
        found.learn([place], counts[place])
    return found


CELL = st.one_of(st.integers(0, 15), st.integers(0, 60))


@given(
    st.lists(CELL, min_size=6, max_size=6),
    st.lists(
        st.one_of(st.integers(-3, 6), st.integers(-20, 40), st.just(0)), min_size=6, max_size=6
    ),
    st.sampled_from([3, 10]),
)
@settings(max_examples=2 * settings().max_examples)
def test_no_small_change_and_no_small_count_is_learned(
    cells: list[int], moved: list[int], threshold: int
) -> None:
    """A change of a few people can be none as well as the threshold, whatever is subtracted."""
    before = table(cells)
    earlier = {
        place: value
        for place, (value, gone) in enumerate(
            zip(
                before.values(),
                protect(list(before.values()), SUMS, threshold=threshold),
                strict=True,
            )
        )
        if not gone
    }
    now = table([max(one + more, 0) for one, more in zip(cells, moved, strict=True)])
    found = release(earlier, now, SUMS, threshold=threshold)
    knows = attacker(now, found.shown)
    for place, value in now.items():
        if 1 <= value < threshold:
            assert found.hidden[place]
            low, high = knows.range_of([place])
            assert low == 0 and high >= threshold
        change = value - earlier.get(place, value)
        if 1 <= abs(change) < threshold:
            assert not found.shown[place]
            low, high = knows.range_of([place])
            assert low <= earlier[place] <= high
            if change > 0:
                assert high - earlier[place] >= threshold
            else:
                assert earlier[place] - low >= min(threshold, earlier[place])


def test_without_holding_the_total_tells_the_change() -> None:
    """Ten parts unchanged, one with three people more: each, and the total, would tell it."""
    earlier, now = table([30, 30, 30, 30, 30, 30]), table([33, 30, 30, 30, 30, 30])
    held = changes_to_hold(earlier, now, SUMS)
    assert held[[0, 1, 4, 6]].all()  # each differs by 3
    assert held.sum() == 4  # they can only move together, so nothing else need be held


def test_the_same_table_again_is_shown_whole() -> None:
    again = table([30, 30, 30, 30, 30, 30])
    assert not changes_to_hold(again, again, SUMS).any()


def test_changes_large_enough_are_shown() -> None:
    assert not changes_to_hold(table([30] * 6), table([45] * 6), SUMS).any()


def test_a_first_release_holds_nothing() -> None:
    assert not changes_to_hold({}, table([30, 4, 30, 30, 30, 30]), SUMS).any()


def test_words_say_since_when() -> None:
    assert held_words(date(2026, 3, 1)) == "not updated: too few changed since 2026-03-01"
