"""Sums drawn anew: blocks spread as their units do, bins hold equal weights, the unknown has no interval."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from licet.audit.drawing import drawn
from licet.audit.drawing.drawn import Drawn, Part, bins_of, blocks_of, drawn_sums, summed
from licet.audit.drawing.draws import Units, units_of
from licet.audit.groups.rare import share_of
from licet.errors import BadInput
from tests.audit.scores import made


def mean_of(people: object, draws: int = 1500) -> np.ndarray:
    """The share with the outcome in each draw."""
    y = people.y  # type: ignore[attr-defined]
    parts = {"y": Part(y.astype(np.int64), 2)}
    sums = np.concatenate([s["y"] for s in drawn_sums(parts, people, draws, 3)])  # type: ignore[arg-type]
    return sums[:, 1] / sums.sum(1)


def test_blocks_spread_as_their_units_do() -> None:
    rng = np.random.default_rng(1)
    people = made(rng.random(60_000) < 0.1)
    assert blocks_of(units_of(people), 3).number == drawn.BLOCKS
    assert mean_of(people).std() == pytest.approx((0.1 * 0.9 / 60_000) ** 0.5, rel=0.08)


def test_blocks_are_made_by_lot() -> None:
    """Outcomes that come round as often as blocks do would otherwise fill whole blocks."""
    people = made(np.arange(60_000) % drawn.BLOCKS < drawn.BLOCKS / 10)
    assert mean_of(people).std() == pytest.approx((0.1 * 0.9 / 60_000) ** 0.5, rel=0.08)


def test_blocks_keep_families_and_strata() -> None:
    rng = np.random.default_rng(2)
    family = np.repeat(np.arange(30_000), 2)
    y = np.repeat(rng.random(30_000) < np.where(np.arange(30_000) < 3000, 0.9, 0.1), 2)
    stratum = (family < 3000).astype(np.int64)
    people = made(y, cluster=family, stratum=stratum)
    blocks = blocks_of(units_of(people), 3)
    for codes in (stratum, family):
        first = np.zeros(int(codes.max()) + 1, np.int64)
        first[codes] = blocks.of_row
        assert codes is stratum or np.array_equal(first[codes], blocks.of_row)
    assert np.array_equal(blocks.stratum[blocks.of_row], stratum)
    assert np.bincount(blocks.stratum).tolist() == [1800, 200]
    # p (1 - p) is .09 in both strata; without strata it would be .18 x .82.
    assert mean_of(people).std() == pytest.approx((0.09 / 30_000) ** 0.5, rel=0.1)


def test_small_strata_are_left_as_they_are() -> None:
    stratum = np.repeat([0, 1], [50_000, 7])
    found = blocks_of(Units(np.arange(50_007), stratum), 1)
    assert np.bincount(found.stratum).tolist() == [2000, 7]


def test_few_units_are_drawn_themselves() -> None:
    units = Units(np.arange(50), np.zeros(50, np.int64))
    assert blocks_of(units, 1) is units


def test_dense_and_sparse_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    people = made(np.arange(300) % 3 == 0)
    parts = {"all": Part(people.y.astype(np.int64), 2), "wide": Part(np.arange(300) * 40, 12_000)}
    sparse = [s["all"] for s in drawn_sums(parts, people, 50, 1)]
    monkeypatch.setattr(drawn, "AT_ONCE", 1 << 40)
    only = [s["all"] for s in drawn_sums({"all": parts["all"]}, people, 50, 1)]
    assert np.array_equal(np.concatenate(sparse), np.concatenate(only))
    assert (np.concatenate(only).sum(1) == 300).all()


def test_the_seed_alone_decides_not_how_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    people = made(np.arange(300) % 3 == 0)
    one = mean_of(people, 40)
    monkeypatch.setattr(drawn, "AT_ONCE", 900)
    assert np.array_equal(one, mean_of(people, 40))


def test_sums_are_weighted_and_leave_out_who_has_no_column() -> None:
    code = np.array([0, 1, -1, 1])
    assert summed(Part(code, 3), np.array([1.0, 2, 4, 8])).tolist() == [1, 10, 0]
    assert summed(Part(code, 3, np.array([3.0, 1, 1, 0.5])), np.array([1.0, 2, 4, 8])).tolist() == [
        3,
        6,
        0,
    ]
    with pytest.raises(BadInput, match="another length"):
        next(iter(drawn_sums({"x": Part(code, 3)}, made(np.ones(3)), 10, 1)))


def test_bins_rise_with_the_score_and_hold_equal_weights() -> None:
    rng = np.random.default_rng(4)
    score = np.append(rng.normal(size=5000), nan)
    weight = np.append(rng.integers(1, 4, 5000), 1).astype(float)
    place, bins = bins_of(score, weight, 100)
    order = np.argsort(score[:5000])
    assert (np.diff(place[order]) > 0).all() and (np.diff(bins[order]) >= 0).all()
    assert place[-1] == bins[-1] == -1 and set(bins[:-1]) == set(range(100))
    mass = np.bincount(bins[:5000], weights=weight[:5000])
    assert mass.max() < 1.15 * mass.mean() and mass.min() > 0.85 * mass.mean()
    same = bins_of(np.array([2.0, 1, 2, 9]), np.ones(4), 100)
    assert same[0].tolist() == same[1].tolist() == [1, 0, 1, 2]


def test_what_is_unknown_in_many_draws_has_no_interval() -> None:
    draws = np.linspace(0, 1, 101)
    known = Drawn(0.5, draws).estimate(0.95, 7)
    assert (known.low, known.high, known.n) == pytest.approx((0.025, 0.975, 7))
    assert not Drawn(0.5, np.where(draws < 0.1, nan, draws)).estimate(0.95, 7).known
    assert np.isnan(Drawn(nan, draws).estimate(0.95, 7).value)


def test_rare_shares_have_the_exact_interval() -> None:
    people = made(np.zeros(50))
    none = share_of(Drawn(0.0, np.zeros(100)), people, 0.95, 50)
    assert (none.low, none.high) == pytest.approx((0, 1 - 0.025 ** (1 / 50)))
    family = made(np.zeros(50), cluster=np.arange(50) // 5)
    assert share_of(Drawn(0.0, np.zeros(100)), family, 0.95, 50).high == pytest.approx(
        1 - 0.025 ** (1 / 10)
    )
    assert not share_of(Drawn(nan, np.zeros(100)), people, 0.95, 0).known
