"""Which groups of several variables make up a breakdown together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_GROUPS, MOST_SETS = 60, 200
"""Of more groups or more maximal sets, a cover of all disjoint pairs has to do."""


def breakdowns(overlap: ArrayLike) -> list[list[int]]:
    """The maximal sets of groups of which no two share anybody, as ascending places.

    overlap: shape (groups, groups), people in both groups. Figures of such a set can be subtracted
    from those of the whole sample just as the levels of one variable can. Every group is in at least
    one set; a group that overlaps with all others, or holds nobody, is in one alone. Of more than
    ``MOST_GROUPS`` groups or ``MOST_SETS`` maximal sets only as many as hold every disjoint pair.
    """
    shared = np.asarray(overlap) > 0
    held = shared.diagonal()
    apart = ~(shared | shared.T) & held[:, None] & held
    friends = [frozenset(int(other) for other in np.flatnonzero(row)) for row in apart]
    if len(held) > MOST_GROUPS:
        return sorted(_cover(apart, friends))
    found = [[int(group)] for group in np.flatnonzero(~held)]
    for one in _maximal(friends, set(), {int(group) for group in np.flatnonzero(held)}, set()):
        found.append(sorted(one))
        if len(found) > MOST_SETS:
            return sorted(_cover(apart, friends))
    return sorted(found)


def _maximal(
    friends: list[frozenset[int]], chosen: set[int], open_: set[int], done: set[int]
) -> Iterator[set[int]]:
    """Every maximal set that holds ``chosen``, by the algorithm of Bron and Kerbosch."""
    if not open_ and not done:
        if chosen:
            yield chosen
        return
    pivot = max(open_ | done, key=lambda group: len(open_ & friends[group]))
    for group in sorted(open_ - friends[pivot]):
        near = friends[group]
        yield from _maximal(friends, chosen | {group}, open_ & near, done & near)
        open_ = open_ - {group}
        done = done | {group}


def _cover(apart: NDArray[np.bool_], friends: list[frozenset[int]]) -> list[list[int]]:
    """Maximal sets that hold every disjoint pair between them, each grown from the first left."""
    done: set[tuple[int, int]] = set()
    found: list[list[int]] = []
    for pair in map(tuple, np.argwhere(np.triu(apart)).tolist()):
        if pair in done:
            continue
        chosen, open_ = list(pair), friends[pair[0]] & friends[pair[1]]
        while open_:
            chosen.append(min(open_))
            open_ &= friends[chosen[-1]]
        chosen.sort()
        done.update(combinations(chosen, 2))
        found.append(chosen)
    return [*found, *([group] for group, others in enumerate(friends) if not others)]
