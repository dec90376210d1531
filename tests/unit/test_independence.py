"""The Rao-Scott test where its answer is known without R, and where there is none."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from licet.errors import BadInput
from licet.survey.design import Design
from licet.survey.independence import independence


def simple(n: int) -> Design:
    return Design(np.ones(n), None, np.zeros(n, dtype=np.int8), 1)


def test_equal_weights_and_no_clusters_are_pearsons() -> None:
    """Design effects of n / (n - 1) at independence: first order is then Pearson's, nearly."""
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 3, 4000), rng.integers(0, 4, 4000)
    found = independence(simple(4000), first, second)
    table = np.histogram2d(first, second, bins=(3, 4))[0]
    pearson = chi2_contingency(table, correction=False)
    assert found.chi_square == pytest.approx(pearson.statistic)
    assert found.df == 6 and found.mean_effect == pytest.approx(1, abs=0.05)
    assert found.p_first == pytest.approx(pearson.pvalue, abs=0.02)
    assert found.p == pytest.approx(pearson.pvalue, abs=0.03)


def test_doubled_clusters_double_the_design_effect() -> None:
    """Everybody answers for two: a hundred people are worth fifty."""
    rng = np.random.default_rng(2)
    one = rng.integers(0, 2, (300, 2))
    first, second = np.repeat(one, 2, axis=0).T
    units = np.repeat(np.arange(300), 2)
    clustered = Design(np.ones(600), units, np.zeros(300, dtype=np.int8), 1)
    found = independence(clustered, first, second)
    alone = independence(simple(300), one[:, 0], one[:, 1])
    assert found.f == pytest.approx(alone.f) and found.mean_effect == pytest.approx(
        2 * alone.mean_effect
    )
    assert found.p == pytest.approx(alone.p)


def test_missing_answers_are_a_domain_and_order_is_nothing() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.integers(-1, 3, 500), rng.integers(-1, 2, 500)
    found = independence(simple(500), first, second)
    assert found.n == ((first >= 0) & (second >= 0)).sum()
    turned = independence(simple(500), second, np.where(first >= 0, 2 - first, -1))
    assert turned.f == pytest.approx(found.f) and turned.p == pytest.approx(found.p)
    domain = rng.random(500) < 0.5
    inside = independence(simple(500), first, second, domain)
    masked = independence(simple(500), np.where(domain, first, -1), second)
    assert inside.f == masked.f


def test_one_answer_only_cannot_be_tested() -> None:
    for second in (np.zeros(20, dtype=int), np.full(20, -1)):
        found = independence(simple(20), np.arange(20) % 2, second)
        assert isnan(found.p) and isnan(found.f)


def test_codes_of_other_people_are_refused() -> None:
    with pytest.raises(BadInput):
        independence(simple(20), np.zeros(19, dtype=int), np.zeros(20, dtype=int))
