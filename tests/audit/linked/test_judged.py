"""Labelled pairs and samples: the shares of what was judged, weighted by what each pair stands for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.linked.judged import Judged, judge
from licet.audit.linked.rows import LinkedRows, families
from licet.audit.linked.totals import pair_totals
from licet.audit.people import GroupKey
from tests.audit.linked import plain
from tests.audit.linked.injected import linked, population, spoiled

KEYS = (GroupKey("g", "a", "a"),)


def rows_of(found: list[int], member: list[int]) -> LinkedRows:
    n = len(found)
    held = np.array(member, np.int8)[:, None]
    return LinkedRows(
        np.array(found), None, np.full(n, -1), np.full(n, np.nan), keys=KEYS, member=held
    )


@st.composite
def labelled(
    draw: st.DrawFn,
) -> tuple[list[int], list[int], list[tuple[int, int]], list[bool], list[float]]:
    n = draw(st.integers(3, 9))
    found = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    member = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    chosen = draw(
        st.lists(st.sampled_from(list(plain.pairs(n))), min_size=1, max_size=12, unique=True)
    )
    same = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    weight = draw(
        st.lists(st.sampled_from([1.0, 2.0, 7.5]), min_size=len(chosen), max_size=len(chosen))
    )
    return found, member, chosen, same, weight


@given(labelled(), st.booleans())
def test_shares_are_those_of_the_pairs_one_by_one(made, drawn: bool) -> None:
    found, member, chosen, same, weight = made
    heavy = np.array(weight) if drawn else np.ones(len(chosen))
    a, b = (np.array([pair[end] for pair in chosen]) for end in (0, 1))
    stratum = np.zeros(len(chosen), np.int64)
    pairs = Judged(a, b, np.array(same, np.int64), heavy, stratum, drawn)
    said = judge(rows_of(found, member), pairs, draws=100, seed=1)
    for group in (None, "a"):
        true = wrong = together = false = 0.0
        for (i, j), right, w in zip(chosen, same, heavy.tolist(), strict=True):
            if group and not (member[i] or member[j]):
                continue
            joined = found[i] == found[j]
            true, wrong = true + w * right, wrong + w * (right and not joined)
            together, false = together + w * joined, false + w * (joined and not right)
        missed, untrue = said.rate("missed", group), said.rate("false", group)
        assert missed is not None and untrue is not None
        for rate, top, base in ((missed, wrong, true), (untrue, false, together)):
            assert rate.counts == pytest.approx((top, base))
            assert (
                np.isnan(rate.estimate.value)
                if base == 0
                else rate.estimate.value == pytest.approx(top / base)
            )


def test_all_pairs_labelled_are_full_truth() -> None:
    rng = np.random.default_rng(5)
    people = population(40, rng)
    rows = linked(people, spoiled(people, rng))
    every = np.array(list(plain.pairs(len(rows))))
    same = (people.person[every[:, 0]] == people.person[every[:, 1]]).astype(np.int64)
    nothing = np.zeros(len(every), np.int64)
    pairs = Judged(every[:, 0], every[:, 1], same, np.ones(len(every)), nothing, False)
    labelled_ = judge(rows, pairs, draws=200, seed=1)
    whole = pair_totals(rows, families(rows)).whole
    for place, who in enumerate((None, "white", "black", "asian")):
        true, found, both = whole[place, :3].tolist()
        missed, false = labelled_.rate("missed", who), labelled_.rate("false", who)
        assert missed is not None and missed.counts == (true - both, true)
        assert false is not None and false.counts == (found - both, found)


def test_a_whole_stratum_that_was_looked_at_leaves_nothing_open() -> None:
    """Weights of 1 in a sample: every pair was looked at, so nothing is left to chance."""
    n = 400
    found = np.repeat(np.arange(n // 2), 2)
    rows = rows_of(found.tolist(), [0] * n)
    a, b = np.arange(0, n, 2), np.arange(1, n, 2)
    same = (np.arange(n // 2) % 10 > 0).astype(np.int64)
    stratum = np.zeros(n // 2, np.int64)
    whole = judge(rows, Judged(a, b, same, np.ones(n // 2), stratum, True), draws=200, seed=1)
    part = judge(rows, Judged(a, b, same, np.full(n // 2, 5.0), stratum, True), draws=200, seed=1)
    for said, spread in ((whole, 0.0), (part, 0.019)):
        rate = said.rate("false")
        assert rate is not None and rate.estimate.value == pytest.approx(0.1)
        assert rate.estimate.se == pytest.approx(spread, abs=0.003)


def test_a_large_stratum_that_showed_nothing_still_counts() -> None:
    """Two hundred pairs that stand for many more, none of one person: some of the others may be."""
    n = 800
    found = np.concatenate([np.repeat(np.arange(200), 2), np.arange(1000, 1400)])
    rows = rows_of(found.tolist(), [0] * n)
    a = np.concatenate([np.arange(0, 400, 2), np.arange(400, 800, 2)])
    b = a + 1
    same = np.concatenate([np.ones(200), np.zeros(200)]).astype(np.int64)
    stratum = np.repeat([0, 1], 200)
    ends = []
    for stands in (2.0, 50.0):
        weight = np.concatenate([np.full(200, 10.0), np.full(200, stands)])
        rate = judge(rows, Judged(a, b, same, weight, stratum, True), draws=200, seed=1).rate(
            "missed"
        )
        assert rate is not None and rate.estimate.value == 0
        ends.append(rate.estimate.high)
    assert 0 < ends[0] < ends[1]
