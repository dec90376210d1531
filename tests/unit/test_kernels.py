"""The loops that numba compiles, run as the plain Python they are, against sums by hand."""

from __future__ import annotations

import numpy as np

from licet.survey.kernels import count, gather, level_rows, split


def test_each_cell_gets_the_weights_and_people_of_those_in_it() -> None:
    """Two people share cell 0 * 2 + 1, one is alone in 1 * 2 + 0."""
    cells, codes = np.array([0, 0, 1], np.int32), np.array([1, 1, 0])
    weights = np.array([2.0, 3.0, 5.0])
    plain, squares = np.zeros((4, 2)), np.zeros((4, 2))
    count(cells, codes, 2, weights, False, plain)
    count(cells, codes, 2, weights, True, squares)
    assert plain.tolist() == [[0, 0], [5, 2], [5, 1], [0, 0]]
    assert squares.tolist() == [[0, 0], [13, 2], [25, 1], [0, 0]]


def test_a_table_of_two_items_is_split_into_the_options_of_each() -> None:
    """Codes (a, b), a of 2 and b of 3; the first code of b is no option: sums along either axis."""
    cells = np.arange(1.0, 7.0)
    table = np.stack([cells, np.ones(6)], axis=1)[None]
    into = np.zeros((1, 2, 4))
    split(table, np.array([2, 3]), np.array([0, 1]), into)
    grid = cells.reshape(2, 3)
    assert into[0, 0].tolist() == [*grid.sum(axis=1), *grid.sum(axis=0)[1:]]
    assert into[0, 1].tolist() == [3, 3, 2, 2]


def test_levels_are_summed_and_their_patterns_put_together() -> None:
    """Three levels of two patterns of one value: sums of each level, and the sum over the levels left."""
    table = np.array([1.0, 2.0, 10.0, 20.0, 100.0, 200.0]).reshape(1, 6, 1)
    into = np.zeros((1, 3, 1))
    level_rows(table, 2, into)
    assert into.ravel().tolist() == [3, 30, 300]
    assert table[0, :2, 0].tolist() == [111, 222]


def test_domains_gather_their_levels_whether_they_lack_one_or_hold_some() -> None:
    """Domain 0 holds all three levels but the second, domain 1 the first alone, domain 2 none."""
    rows = np.array([[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]])
    members = np.array([[True, True, False], [False, False, False], [True, False, False]])
    for lacking in ([1, -1, -1], [-1, -1, -1]):
        weight, people = np.full((1, 4, 2), np.nan), np.full((1, 4, 2), np.nan)
        gather(rows, members, np.array(lacking), (1, 1), weight, people)
        assert weight[0, 1:, 1].tolist() == [4, 1, 0]
        assert people[0, 1:, 1].tolist() == [10, 4, 0]
        assert np.isnan(weight[0, 0]).all() and np.isnan(weight[0, :, 0]).all()
