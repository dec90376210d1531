"""Counts of pairs against counting them one by one, and against the measures of linkage."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.linked.kinds import false_kinds
from licet.audit.linked.rows import LinkedRows, families
from licet.audit.linked.totals import QUANTITIES, pair_totals
from licet.audit.people import GroupKey
from licet.linkage.measures import b_cubed, pairwise
from tests.audit.linked import plain


@st.composite
def linked(draw: st.DrawFn) -> tuple[LinkedRows, list[tuple[int, int]]]:
    """A few rows with clusters, persons, households, births, two groups and edges."""
    rows = draw(st.integers(1, 14))
    few = st.lists(st.integers(0, 4), min_size=rows, max_size=rows)
    found, true = np.array(draw(few)), np.array(draw(few))
    home = np.array(draw(st.lists(st.integers(-1, 2), min_size=rows, max_size=rows)))
    born = np.array(
        draw(st.lists(st.sampled_from([1.0, 2.0, np.nan]), min_size=rows, max_size=rows))
    )
    member = np.array(
        draw(st.lists(st.tuples(*[st.integers(0, 1)] * 2), min_size=rows, max_size=rows))
    )
    every = list(plain.pairs(rows))
    edges = draw(st.lists(st.sampled_from(every), unique=True, max_size=8)) if every else []
    a, b = (np.array([edge[end] for edge in edges], np.int64) for end in (0, 1))
    keys = (GroupKey("one", "x", "x"), GroupKey("two", "y", "y"))
    return LinkedRows(found, true, home, born, a, b, keys, member.astype(np.int8)), edges


@given(linked())
def test_counts_are_those_of_pairs_taken_one_by_one(
    made: tuple[LinkedRows, list[tuple[int, int]]],
) -> None:
    rows, edges = made
    assert rows.true is not None
    totals = pair_totals(rows, families(rows))
    found, true = rows.found.tolist(), rows.true.tolist()
    groups = [None, *(rows.member[:, key] == 1 for key in range(2))]
    for domain, inside in enumerate(groups):
        expected = plain.counted(found, true, None if inside is None else inside.tolist(), edges)
        told = dict(zip(QUANTITIES, totals.whole[domain].tolist(), strict=True))
        assert {name: told[name] for name in expected} == expected
        everybody = [True] * len(rows) if inside is None else inside.tolist()
        precise, recalled = plain.b_cubed(found, true, everybody)
        assert np.allclose([told["precise"], told["recalled"]], [precise, recalled])
        assert told["rows"] == sum(everybody)


@given(linked())
def test_everybody_is_as_linkage_measures_it(
    made: tuple[LinkedRows, list[tuple[int, int]]],
) -> None:
    rows, _ = made
    assert rows.true is not None
    whole = dict(zip(QUANTITIES, pair_totals(rows, families(rows)).whole[0].tolist(), strict=True))
    agreement, b3 = pairwise(rows.found, rows.true), b_cubed(rows.found, rows.true)
    assert (agreement.found, agreement.true, agreement.both) == (
        whole["found"], whole["true"], whole["both"],
    )  # fmt: skip
    assert np.isclose(whole["precise"] / whole["rows"], b3.precision, rtol=1e-12)
    assert np.isclose(whole["recalled"] / whole["rows"], b3.recall, rtol=1e-12)


@given(linked())
def test_no_pair_lies_between_two_families(
    made: tuple[LinkedRows, list[tuple[int, int]]],
) -> None:
    rows, edges = made
    assert rows.true is not None
    family = families(rows)
    joined = {frozenset(edge) for edge in edges}
    for i, j in plain.pairs(len(rows)):
        near = (
            rows.true[i] == rows.true[j]
            or rows.found[i] == rows.found[j]
            or rows.household[i] == rows.household[j] >= 0
            or frozenset((i, j)) in joined
        )
        assert not near or family[i] == family[j]
    totals = pair_totals(rows, family)
    assert np.allclose(totals.values.sum(axis=0), totals.whole)
    assert len(totals.values) == len(set(family.tolist()))


@given(linked(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=3))
def test_false_pairs_are_told_apart(
    made: tuple[LinkedRows, list[tuple[int, int]]], related: list[tuple[int, int]]
) -> None:
    rows, _ = made
    assert rows.true is not None
    kin = (np.array([a for a, _ in related], np.int64), np.array([b for _, b in related], np.int64))
    told = false_kinds(rows, kin).counts
    expected = plain.kinds(
        rows.found.tolist(),
        rows.true.tolist(),
        rows.household.tolist(),
        rows.born.tolist(),
        related,
    )
    assert told[0].tolist() == expected
    assert (told[1:] <= told[0]).all()
