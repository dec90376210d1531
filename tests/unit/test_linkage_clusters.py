"""Single cases of clusters that chance seldom draws; the rules are in tests/spec and tests/generative."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from licet.errors import BadInput
from licet.linkage.changes import clusters_again, delivered
from licet.linkage.clusters import NO_BIRTH, clash, cluster
from licet.linkage.components import pairs

EPOCH = date(1970, 1, 1)


def days(*written: str) -> list[int]:
    return [(date.fromisoformat(day) - EPOCH).days if day else NO_BIRTH for day in written]


def found(nodes: int, edges: Sequence[tuple[int, int, float]], **rules: object) -> list[int]:
    a, b, weight = ([edge[k] for edge in edges] for k in range(3))
    source = rules.pop("source", range(nodes))
    return cluster(nodes, a, b, weight, list(source), **rules).tolist()  # type: ignore[arg-type, call-overload]


@pytest.mark.parametrize(
    ("one", "other", "unlike"),
    [
        ("2010-05-04", "2010-05-04", False),
        ("2010-05-04", "2010-04-05", False),  # day and month changed about
        ("2010-05-04", "2010-05-14", False),  # one figure
        ("2010-05-04", "2019-05-04", False),
        ("2010-05-04", "2010-05-15", True),
        ("2010-05-04", "2011-04-05", True),
    ],
)
def test_a_slip_of_the_pen_is_no_other_birth(one: str, other: str, unlike: bool) -> None:
    assert clash(*days(one, other)) is unlike


def test_one_source_alone_with_one_row_per_person() -> None:
    assert found(2, [(0, 1, 9)], source=[0, 0], one_per=[0]) == [0, 1]


def test_two_births_are_seen_in_every_component() -> None:
    chain = [(k, k + 1, 9.0 - k) for k in (0, 2, 4)]
    births = days("2010-01-01", "2010-01-01", *["2012-03-04"] * 2, *["2015-11-27"] * 2)
    assert found(6, [*chain, (3, 4, 1)], birth=births) == [0, 0, 2, 2, 4, 4]


def test_two_clusters_with_the_same_two_births_attest_both() -> None:
    births = days("2012-03-04", "2015-11-27") * 2
    assert found(4, [(0, 1, 9), (2, 3, 8), (0, 2, 7)], birth=births) == [0, 0, 2, 2]


def test_a_row_stays_parted_when_it_comes_below_a_smaller_one() -> None:
    edges = [(0, 5, 10), (2, 5, 9), (0, 3, 8)]
    assert found(6, edges, cannot=[(2, 3)]) == [0, 1, 0, 3, 4, 0]


@pytest.mark.parametrize(
    ("edges", "named"),
    [
        ([(0, 1, 9), (0, 3, 9)], r"\(0, 3\)"),
        ([(0, 1, 9), (-1, 1, 9)], r"\(-1, 1\)"),
        ([(-1, 1, 9), (0, 1, 9)], r"\(-1, 1\)"),
    ],
)
def test_an_edge_to_nowhere_is_refused(edges: list[tuple[int, int, float]], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        found(3, edges)


@pytest.mark.parametrize("pair", [(0, 3), (3, 0), (-1, 0), (2, 9)])
def test_a_pair_with_one_end_outside_is_named(pair: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match=rf"not there: \({pair[0]}, {pair[1]}\)"):
        pairs([(0, 1), pair, (1, 2)], 3, "a pair")


def test_a_contradiction_names_both_ends_and_the_way() -> None:
    with pytest.raises(BadInput, match="that a and c are two people, and joined them: a = b = c\n"):
        found(3, [(0, 1, 9)], must=[(0, 1), (1, 2)], cannot=[(0, 2)], names=["a", "b", "c"])


def test_what_reviewers_said_elsewhere_changes_nothing_here() -> None:
    """Nodes 0-2 are not touched; 3 is, and reviewers joined it to 4 and parted 5 from 3."""
    edges = (np.array([0, 3]), np.array([1, 5]), np.array([9.0, 9.0]))
    labels, again = clusters_again(
        [0, 0, 2, 3, 4, 5], edges, [0] * 6, [3], must=[(0, 2), (3, 4)], cannot=[(1, 3), (3, 5)]
    )
    assert again.tolist() == [False] * 3 + [True] * 3
    assert labels.tolist() == [0, 0, 2, 3, 3, 5]


def test_a_delivery_is_told_apart() -> None:
    told = delivered(["new", "there", "gone", "new"], {"there", "other"}, {"gone", "left"})
    assert (told.new, told.again, told.withheld) == (("new",), ("there",), ("gone",))


def test_every_row_has_a_source() -> None:
    with pytest.raises(BadInput, match="2 sources for 3 rows"):
        found(3, [(0, 1, 9)], source=[0, 0])


def test_a_row_is_not_there_and_withdrawn_at_once() -> None:
    with pytest.raises(BadInput, match="both present and withdrawn: a"):
        delivered(["c"], {"b", "a", "c"}, {"b", "a"})
