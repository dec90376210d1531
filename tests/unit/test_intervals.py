"""Intervals against their formulas and published or independent figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from licet.errors import BadInput
from licet.survey.intervals import METHODS, effective_base, interval, quantile_t


def test_korn_graubard_of_the_nhanes_share() -> None:
    # High cholesterol in R's nhanes data: R survey's estimate, SE and df; NCHS form of the interval.
    base = effective_base(0.1121429563, 0.0054458397, 7846, 16)
    low, high = interval(0.1121429563, base)
    assert (float(low), float(high)) == pytest.approx((0.1008256, 0.1242575), abs=5e-8)


@pytest.mark.parametrize("n", [10, 42, 843])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_a_whole_effective_base_gives_clopper_and_pearson(n: int, level: float) -> None:
    counts = np.arange(n + 1)
    low, high = interval(counts / n, float(n), level=level)
    for x in (0, 1, n // 3, n // 2, n - 1, n):
        exact = stats.binomtest(int(x), n).proportion_ci(level, "exact")
        assert (low[x], high[x]) == pytest.approx((exact.low, exact.high), abs=1e-10)


@pytest.mark.parametrize("n", [1, 9, 14.7, 42, 7846])
def test_at_nought_and_one_the_open_end_follows_the_formula(n: float) -> None:
    low, high = interval([0.0, 1.0], n)
    # Nobody of n: the upper limit u solves (1 - u)^n = 2.5 %.
    assert low[0] == 0 and high[1] == 1
    assert high[0] == pytest.approx(1 - 0.025 ** (1 / n), rel=1e-9)
    assert low[1] == pytest.approx(0.025 ** (1 / n), rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_at_nought_and_one_the_effective_base_is_the_base(share: float) -> None:
    assert effective_base(share, 0.0, 25, 24) == 25
    assert effective_base(share, 0.1, 25, 24) == 25


def test_the_effective_base_is_never_above_the_base() -> None:
    # A share of one half of 100 people with an SE of 0.03 would be worth 278.
    assert effective_base(0.5, 0.03, 100, 99) == 100
    assert effective_base(0.5, 0.06, 100, 99) == pytest.approx(0.25 / 0.0036)
    assert effective_base(0.5, 0.0, 100, 99) == 100


def test_few_degrees_of_freedom_cost_effective_base() -> None:
    plain = 0.25 / 0.06**2
    for df in (99, 16, 5, 2, 1):
        ratio = stats.t.ppf(0.975, 99) / stats.t.ppf(0.975, df)
        assert effective_base(0.5, 0.06, 100, df) == pytest.approx(plain * ratio**2)


def test_without_a_degree_of_freedom_nothing_is_known() -> None:
    low, high = interval(0.5, effective_base(0.5, 0.06, 100, 0))
    assert (float(low), float(high)) == pytest.approx((0, 1), abs=0.03)


@pytest.mark.parametrize(("share", "n"), [(0.5, 28), (0.28, 28.0), (0.97, 93), (0.03, 12.5)])
def test_wilson_solves_its_equation(share: float, n: float) -> None:
    z = stats.norm.ppf(0.975)
    for bound in map(float, interval(share, n, method="wilson")):
        assert abs(share - bound) == pytest.approx(z * math.sqrt(bound * (1 - bound) / n))


def test_wilson_agrees_with_scipy() -> None:
    for x, n in ((3, 20), (21, 42), (0, 10), (10, 10)):
        expected = stats.binomtest(x, n).proportion_ci(0.95, "wilson")
        low, high = interval(x / n, float(n), method="wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("share", "n", "df"), [(0.5, 28, math.inf), (0.9, 42, 16)])
def test_logit_is_symmetric_in_log_odds(share: float, n: float, df: float) -> None:
    low, high = (float(b) for b in interval(share, n, method="logit", df=df))
    centre = math.log(share / (1 - share))
    reach = float(quantile_t(0.95, df)) / math.sqrt(n * share * (1 - share))
    assert math.log(high / (1 - high)) - centre == pytest.approx(reach)
    assert centre - math.log(low / (1 - low)) == pytest.approx(reach)


def test_logit_has_no_interval_at_nought_and_one() -> None:
    low, high = interval([0.0, 1.0], 20, method="logit")
    assert np.isnan([*low, *high]).all()


def test_logit_of_a_tiny_share_of_hardly_anybody_is_everything() -> None:
    low, high = interval(1e-6, 1.0, method="logit")
    assert (float(low), float(high)) == pytest.approx((0, 1), abs=1e-9)


@pytest.mark.parametrize("df", [1, 2.5, 16, 1e6, math.inf])
def test_the_t_quantile(df: float) -> None:
    expected = stats.norm.ppf(0.975) if math.isinf(df) else stats.t.ppf(0.975, df)
    assert quantile_t(0.95, df) == pytest.approx(expected)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_in_nothing_out(method: str) -> None:
    low, high = interval([math.nan, 0.5, 0.5], [20, math.nan, 0], method=method)  # type: ignore[arg-type]
    assert np.isnan([*low, *high]).all()


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(BadInput, match="write 'wilson' if that is meant"):
        interval(0.5, 20, method="wilsen")  # type: ignore[arg-type]


@given(
    st.floats(0, 1).map(lambda share: round(share, 4)),
    st.floats(1, 1e6),
    st.sampled_from(METHODS),
    st.sampled_from((0.8, 0.95, 0.99)),
)
def test_an_interval_holds_its_share_and_grows_with_the_level(
    share: float, base: float, method: str, level: float
) -> None:
    low, high = (float(b) for b in interval(share, base, method=method, level=level))  # type: ignore[arg-type]
    if method == "logit" and math.isnan(low):
        return
    assert -1e-12 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1 + 1e-12
    wider = [float(b) for b in interval(share, base, method=method, level=0.995)]  # type: ignore[arg-type]
    assert wider[0] <= low + 1e-9 and high <= wider[1] + 1e-9


@given(st.floats(0.001, 0.999), st.floats(1, 1e5), st.floats(1.01, 50))
def test_the_default_is_mirrored_and_shrinks_with_the_base(
    share: float, base: float, times: float
) -> None:
    low, high = map(float, interval(share, base))
    other = [float(b) for b in interval(1 - share, base)]
    assert (1 - other[1], 1 - other[0]) == pytest.approx((low, high), abs=1e-9)
    more = [float(b) for b in interval(share, base * times)]
    assert low <= more[0] + 1e-12 and more[1] <= high + 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_no_interval_knows_anything_without_a_degree_of_freedom(method: str) -> None:
    # Everybody in one unit: the standard error is 0 because there is nothing to compare it with.
    base = effective_base(0.5, 0.0, 40, 0) if method == "korn-graubard" else 40.0
    low, high = interval(0.5, base, method=method, df=0)  # type: ignore[arg-type]
    assert (float(low), float(high)) == (0, 1)
