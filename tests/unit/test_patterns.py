"""How many differences lean one way, against closed forms."""

from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest
from scipy.stats import norm, t

from licet.errors import BadInput
from licet.survey.patterns import equicorrelated, leaning, mean_error


def test_independent_items_without_a_difference_are_tosses() -> None:
    """Nine of nine on one side: 2 x .5^9; eight or more: 2 x 10 x .5^9."""
    values, covariance = -np.full(9, 1e-3), np.eye(9)
    nine = leaning(values, covariance, seed=1, draws=200_000)
    assert nine.chance == pytest.approx(2 * 0.5**9, abs=4e-4)
    values[0] = 1e-3
    assert leaning(values, covariance, seed=1, draws=200_000).chance == pytest.approx(
        20 * 0.5**9, abs=2e-3
    )
    assert nine.expected == pytest.approx(4.5, abs=0.02)


def test_items_that_are_one_lean_together_always() -> None:
    found = leaning(-np.ones(5), equicorrelated(np.ones(5), 1.0), seed=1)
    assert found.chance == 1.0
    assert (found.fewest, found.most) == (0, 5)
    assert found.expected == pytest.approx(5 * norm.cdf(1), abs=0.1)


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.9])
def test_the_expected_number_needs_no_correlation(correlation: float) -> None:
    """Each item is truly lower with chance Phi(-value / se), whatever the others do."""
    values, se = np.array([-2.0, -1.0, 0.5]), np.array([1.0, 2.0, 0.5])
    found = leaning(values, equicorrelated(se, correlation), seed=2, draws=100_000)
    assert found.expected == pytest.approx(norm.cdf(-values / se).sum(), abs=0.01)
    assert (found.lower, found.higher, found.side, found.count) == (2, 1, "lower", 2)


def test_few_degrees_of_freedom_widen_the_draws() -> None:
    found = leaning(np.array([-1.0]), np.eye(1), 3, seed=3, draws=100_000)
    assert found.expected == pytest.approx(t.cdf(1, 3), abs=0.005)


def test_more_correlation_makes_the_pattern_less_of_a_wonder() -> None:
    chances = [
        leaning(-np.ones(9), equicorrelated(np.ones(9), c), seed=4).chance
        for c in (0.0, 0.3, 0.6, 1.0)
    ]
    assert chances == sorted(chances)


def test_unknown_variances_give_no_chance() -> None:
    found = leaning(np.array([0.1, -0.1]), np.full((2, 2), nan), seed=1)
    assert isnan(found.chance) and isnan(found.expected) and found.side == "neither"
    assert isnan(leaning(np.array([0.1]), np.eye(1), 0, seed=1).chance)


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(BadInput):
        leaning(np.array([]), np.zeros((0, 0)), seed=1)
    with pytest.raises(BadInput):
        leaning(np.array([nan]), np.eye(1), seed=1)
    with pytest.raises(BadInput):
        equicorrelated(np.ones(2), 1.1)


def test_the_error_of_a_mean() -> None:
    se = np.array([3.0, 4.0])
    assert mean_error(equicorrelated(se, 0)) == pytest.approx(2.5)
    assert mean_error(equicorrelated(se, 1)) == pytest.approx(3.5)
    assert mean_error(equicorrelated(se, 0.5)) == pytest.approx(sqrt(25 + 12) / 2)
