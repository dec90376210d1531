"""What is drawn anew: units within strata, decided by the seed alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.drawing.draws import Units, chunks, units_from, units_of
from licet.errors import BadInput
from tests.audit.planned import frame, read

lists = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=40)


def drawn(units: Units, draws: int, seed: int = 1, at_once: int | None = None) -> np.ndarray:
    return np.concatenate(list(chunks(units, draws, seed, at_once=at_once)))


@given(lists)
def test_units_are_clusters_within_strata(people: list[tuple[int, int]]) -> None:
    cluster, stratum = np.array(people).T
    units = units_from(cluster, stratum, len(people))
    assert units.number == len(set(people))
    held = {
        unit: {p for p, u in zip(people, units.of_row, strict=True) if u == unit}
        for unit in units.of_row
    }
    assert all(len(same) == 1 for same in held.values())
    assert all(units.stratum[unit] == next(iter(same))[1] for unit, same in held.items())


@given(lists, st.integers(1, 9))
def test_the_seed_alone_decides_the_draws(people: list[tuple[int, int]], at_once: int) -> None:
    cluster, stratum = np.array(people).T
    units = units_from(cluster, stratum, len(people))
    assert (drawn(units, 12, 3) == drawn(units, 12, 3, at_once)).all()
    if units.number > 3:
        assert (drawn(units, 12, 3) != drawn(units, 12, 4)).any()


@given(lists)
def test_every_stratum_keeps_its_size(people: list[tuple[int, int]]) -> None:
    cluster, stratum = np.array(people).T
    units = units_from(cluster, stratum, len(people))
    counts = drawn(units, 8)
    for one in np.unique(units.strata):
        inside = units.strata == one
        np.testing.assert_allclose(counts[:, inside].sum(axis=1), inside.sum(), rtol=1e-6)


def test_people_of_a_plan_are_drawn_by_family() -> None:
    people = read(
        frame(6, family=[3, 3, 1, 2, 1, 3]),
        columns={"outcome": "y", "score": "score", "cluster": "family"},
    )
    units = units_of(people)
    assert units.number == 3 and not units.single
    assert len({units.of_row[place] for place in (0, 1, 5)}) == 1
    assert units_of(read(frame(6))).single


def test_one_stratum_is_the_plain_bootstrap() -> None:
    counts = drawn(units_from(np.arange(50), np.zeros(50, int), 50), 20_000)
    assert counts.mean() == 1
    assert counts.var(axis=0) == pytest.approx(np.full(50, 1 - 1 / 50), abs=0.06)
    between = np.cov(counts[:, :2].T)[0, 1]
    assert between == pytest.approx(-1 / 50, abs=0.03)


@pytest.mark.parametrize("number", [256 * 256, 70_001])
def test_many_units_are_drawn_alike(number: int) -> None:
    """In blocks of 256 and one shorter: every unit as often, blocks and neighbours as by chance."""
    draws = 200
    counts = drawn(units_from(np.arange(number), np.zeros(number, int), number), draws)
    assert (counts.sum(axis=1) == number).all()
    often = np.bincount(counts.ravel().astype(int)) / counts.size
    exact = np.exp(-1) / np.array([1, 1, 2, 6, 24])
    assert often[:5] == pytest.approx(exact, rel=0.01)
    for width in (100, 256, 7000):
        parts = np.add.reduceat(counts, np.arange(0, number - width, width), axis=1)[:, :-1]
        assert parts.mean() == pytest.approx(width, rel=0.002)
        assert parts.var(axis=0).mean() == pytest.approx(width * (1 - width / number), rel=0.06)
    ends = counts[:, -50:].sum(axis=1)
    assert ends.mean() == pytest.approx(50, abs=2.5) and ends.var() == pytest.approx(50, rel=0.4)


def test_small_strata_keep_their_variance() -> None:
    """The variance of a total of four strata of two is the sum of (a - b)^2, not half of it."""
    values = np.array([1.0, 3.0, 0.0, 5.0, 2.0, 2.5, 7.0, 1.0])
    units = units_from(np.arange(8), np.repeat(np.arange(4), 2), 8)
    totals = drawn(units, 20_000) @ values
    expected = sum((a - b) ** 2 for a, b in values.reshape(4, 2))
    assert totals.var() == pytest.approx(expected, rel=0.05)
    assert totals.mean() == pytest.approx(values.sum(), rel=0.01)


def test_strata_of_one_unit_are_put_together() -> None:
    units = units_from(np.arange(6), np.array([0, 1, 2, 3, 3, 3]), 6)
    assert units.strata.tolist() == [0, 0, 0, 1, 1, 1]
    one = units_from(np.arange(6), np.array([0, 1, 1, 2, 2, 2]), 6)
    assert one.strata.tolist() == [0, 0, 0, 1, 1, 1], "the smallest other takes it in"
    assert units_from(np.arange(1), np.zeros(1, int), 1).strata.tolist() == [0]


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(BadInput, match="another length"):
        units_from(np.arange(3), np.zeros(4, int), 4)


def test_nobody_has_no_units() -> None:
    units = units_from(np.zeros(0, int), np.zeros(0, int), 0)
    assert units.number == 0 and drawn(units, 3).shape == (3, 0)
