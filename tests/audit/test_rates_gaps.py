"""Families, bands and what rules a gate; rates drawn together; the smallest gap that would be found."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan, nan

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from licet.audit.groups.contrasts import _Largest
from licet.audit.groups.gaps import Gap
from licet.audit.groups.rates import group_rates
from licet.audit.groups.shrinkage import shrunk
from licet.audit.people import GroupKey
from licet.audit.standing import Estimate, Standing, Tolerance
from tests.audit.planned import read

INSIDE = Tolerance(-0.05, 0.05)


def gap(
    low: float,
    high: float,
    band: tuple[float, float],
    ratio: tuple[float, float, float] = (1, 1, 1),
) -> Gap:
    value = (low + high) / 2
    return Gap(
        GroupKey("g", "a", "a"), "fpr", "rest", Estimate(value, low, high, (high - low) / 3.92, 500), band,
        Estimate(*ratio), (ratio[1] / 1.2, ratio[2] * 1.2), 0.5, 0.1, value, 4, 2.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "band", "standing"),
    [
        (
            -0.03,
            0.04,
            (-0.06, 0.07),
            "PASS",
        ),  # the band is wider than the tolerance, the interval is not
        (0.06, 0.14, (0.04, 0.16), "UNDETERMINED"),  # alone outside, among all groups not
        (0.07, 0.13, (0.06, 0.14), "FAIL"),
        (-0.13, -0.07, (-0.14, -0.06), "FAIL"),
        (0.02, 0.08, (0.01, 0.09), "UNDETERMINED"),
        (nan, nan, (nan, nan), "UNDETERMINED"),
    ],
)
def test_the_band_fails_and_the_interval_passes(
    low: float, high: float, band: tuple[float, float], standing: str
) -> None:
    assert gap(low, high, band).standing(INSIDE) is Standing(standing)


def test_ratios_stand_likewise() -> None:
    twice = Tolerance(0.5, 2)
    assert gap(0, 0, (0, 0), (1.5, 1.2, 1.9)).ratio_standing(twice) is Standing.PASS
    assert gap(0, 0, (0, 0), (2.3, 2.1, 2.5)).ratio_standing(twice) is Standing.UNDETERMINED
    assert gap(0, 0, (0, 0), (3.0, 2.5, 3.5)).ratio_standing(twice) is Standing.FAIL


def test_how_many_times_the_data_would_settle_it() -> None:
    inside = gap(-0.03, 0.05, (-0.05, 0.07))
    se = 0.08 / 3.92
    assert inside.times_to_settle(INSIDE) == pytest.approx(
        ((1.96 + 0.8416) * se / 0.04) ** 2, rel=1e-3
    )
    outside = gap(0.04, 0.12, (0.02, 0.14))
    assert outside.times_to_settle(INSIDE) == pytest.approx(
        ((2.5 + 0.8416) * se / 0.03) ** 2, rel=1e-3
    )
    assert gap(0.01, 0.09, (0, 0.1)).times_to_settle(Tolerance(-0.05, 0.05)) > 1e20, (
        "on the line itself"
    )
    settled = replace(inside, difference=Estimate(0.0, -0.01, 0.01, 0.005, 500))
    assert settled.times_to_settle(INSIDE) < 1
    assert isnan(gap(nan, nan, (nan, nan)).times_to_settle(INSIDE))
    exact = replace(inside, difference=Estimate(0.05, 0.01, 0.09, 0.02, 500))
    assert exact.times_to_settle(Tolerance(-0.05, 0.05)) == inf


def test_a_family_of_one_is_a_normal_figure() -> None:
    drawn = np.sort(np.abs(np.random.default_rng(1).normal(size=20_000)))
    assert _Largest(drawn, 0).quantile(0.95) == pytest.approx(1.96, abs=0.04)
    assert _Largest(drawn, 0).beyond(np.array([1.96]))[0] == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize(("by_draws", "few"), [(0, 1), (0, 5), (1, 4), (3, 2), (5, 0)])
def test_figures_of_few_cases_join_the_family_as_normal_ones(by_draws: int, few: int) -> None:
    """Five independent figures, however many of them by draws: Sidak's quantile, and his p."""
    drawn = np.abs(np.random.default_rng(2).normal(size=(40_000, by_draws))).max(axis=1, initial=0)
    largest = _Largest(np.sort(drawn) if by_draws else np.zeros(0), few)
    members = by_draws + few
    exact = norm.ppf(0.5 + 0.95 ** (1 / members) / 2)
    assert largest.quantile(0.95) == pytest.approx(exact, abs=0.03)
    assert largest.beyond(np.array([exact]))[0] == pytest.approx(0.05, abs=0.004)
    assert isnan(largest.beyond(np.array([nan]))[0])


def test_few_draws_never_make_the_quantile_smaller_than_normal() -> None:
    short = _Largest(np.array([0.5, 1.0]), 3)
    assert short.quantile(0.95) == pytest.approx(norm.ppf(0.5 + 0.95 ** (1 / 3) / 2))
    assert isnan(_Largest(np.zeros(0), 0).quantile(0.95))


def crowd(levels: int, number: int, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, levels, number)
    y = rng.random(number) < 0.4
    flag = rng.random(number) < 0.2 + 0.4 * y
    return pl.DataFrame(
        {"g": [f"g{code}" for code in group], "y": y.astype(int), "flag": flag.astype(int)}
    )


def test_the_quantile_grows_with_the_family() -> None:
    columns = {"outcome": "y", "flag": "flag"}
    found = []
    for levels in (2, 4, 8):
        judged = group_rates(
            read(crowd(levels, 8000), columns=columns, flagged={}, by=("g",)), draws=2000
        )
        gaps = [one for one in judged.gaps if one.measure == "fnr"]
        assert {one.family for one in gaps} == {levels} and len({one.quantile for one in gaps}) == 1
        found.append(gaps[0].quantile)
        for one in gaps:
            alone = 2 * norm.sf(abs(one.difference.value) / one.difference.se)
            assert one.p_adjusted >= alone - 0.02
            assert one.smallest_found == pytest.approx(
                (one.quantile + norm.ppf(0.8)) * one.difference.se
            )
            reach = (one.band[1] - one.band[0]) / 2
            assert reach >= one.quantile * one.difference.se * 0.999
    # two groups that are each other's rest are one comparison
    assert found[0] == pytest.approx(1.96, abs=0.12)
    assert found[0] < found[1] < found[2] < norm.ppf(1 - 0.025 / 8) + 0.1


def test_rates_are_drawn_to_their_mean_as_far_as_they_are_uncertain() -> None:
    rate, base = np.array([0.1, 0.5, 0.3, 0.9]), np.array([1000.0, 1000.0, 1000.0, 5.0])
    found = shrunk(rate, base)
    mean = (rate * base).sum() / base.sum()
    moved = (rate - found) / (rate - mean)
    assert (moved > 0).all() and (moved[:3] < 0.05).all() and moved[3] > 0.3
    assert found[0] < found[2] < found[1]


def test_shrinking_by_moments_finds_how_far_rates_vary() -> None:
    """Rates from a beta distribution of known strength: each is drawn as that says."""
    rng = np.random.default_rng(3)
    strength, mean, base = 20.0, 0.3, rng.integers(20, 400, 4000).astype(float)
    true = rng.beta(mean * strength, (1 - mean) * strength, 4000)
    rate = rng.binomial(base.astype(int), true) / base
    expected = (base * rate + strength * mean) / (base + strength)
    assert np.abs(shrunk(rate, base) - expected).max() < 0.02
    assert np.square(shrunk(rate, base) - true).mean() < np.square(rate - true).mean()


def test_rates_that_differ_by_chance_only_become_their_mean() -> None:
    rate, base = np.array([0.3, 0.31, 0.29]), np.array([50.0, 50.0, 50.0])
    assert shrunk(rate, base) == pytest.approx(np.full(3, 0.3))
    assert shrunk(np.zeros(3), base) == pytest.approx(np.zeros(3))


def test_what_is_not_known_or_alone_is_not_drawn_anywhere() -> None:
    found = shrunk(np.array([0.2, nan]), np.array([50.0, 0.0]))
    assert found[0] == 0.2 and isnan(found[1])
    assert isnan(shrunk(np.array([nan]), np.array([0.0]))[0])
