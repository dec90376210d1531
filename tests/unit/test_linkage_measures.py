"""Agreement, bridges and sizes, on examples worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.linkage.components import connected
from licet.linkage.measures import b_cubed, bridges, cluster_sizes, pairwise, unlinkable


def test_pairs_by_hand() -> None:
    """Found ab, cd, ce, de; true ab, ac, bc, de. Both: ab, de."""
    found = pairwise([0, 0, 1, 1, 1], ["x", "x", "x", "y", "y"])
    assert (found.found, found.true, found.both) == (4, 4, 2)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)


def test_b_cubed_by_hand() -> None:
    """Precision: a, b 1; c 1/3; d, e 2/3. Recall: a, b 2/3; c 1/3; d, e 1."""
    found = b_cubed([0, 0, 1, 1, 1], ["x", "x", "x", "y", "y"])
    assert found.precision == pytest.approx((2 + 1 / 3 + 4 / 3) / 5)
    assert found.recall == pytest.approx((4 / 3 + 1 / 3 + 2) / 5)


def test_nothing_to_find_is_all_found() -> None:
    for measure in (pairwise, b_cubed):
        for rows in ([], [0, 1, 2]):
            found = measure(rows, rows)
            assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_truth_of_another_length_is_refused() -> None:
    with pytest.raises(BadInput, match="3 labels for 2 rows"):
        pairwise([0, 1, 2], [0, 1])


def test_sizes_and_rows_that_say_too_little() -> None:
    assert cluster_sizes([0, 0, 2, 3, 3, 3, 6]) == {1: 2, 2: 1, 3: 1}
    assert unlinkable([12.0, 3.0, 6.6], 6.6) == 1


def test_a_chain_between_two_rings_is_bridges() -> None:
    a = np.array([0, 1, 0, 2, 3, 4, 5, 4, 1])
    b = np.array([1, 2, 2, 3, 4, 5, 6, 6, 0])
    told = bridges(np.zeros(7, int), a, b)
    assert told.tolist() == [False, False, False, True, True, False, False, False, False]


@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=14),
        )
    )
)
def test_bridges_are_edges_whose_loss_makes_one_more_component(
    case: tuple[int, list[tuple[int, int]]],
) -> None:
    nodes, edges = case
    a, b = (np.array([edge[k] for edge in edges], np.int32) for k in (0, 1))
    labels = connected(nodes, a, b)
    whole = len(set(labels.tolist()))
    expected = []
    for edge in edges:
        kept = [other for other in edges if set(other) != set(edge)]
        ends = [np.array([other[k] for other in kept], np.int32) for k in (0, 1)]
        expected.append(len(set(connected(nodes, *ends).tolist())) > whole)
    assert bridges(labels, a, b).tolist() == expected


def test_edges_between_clusters_are_no_bridges() -> None:
    assert bridges([0, 0, 2, 2], [0, 1, 2], [1, 2, 3]).tolist() == [True, False, True]
