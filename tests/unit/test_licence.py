"""Shares and rules of verdicts; the verdicts themselves are in the tables of tests/spec."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.licence import (
    BLOCKING,
    RANK,
    UNKNOWN,
    Consensus,
    Measure,
    Rule,
    Share,
    Verdict,
    consensus_of,
    judge,
)


@pytest.mark.parametrize(
    ("k", "minimum", "baseline"),
    [(2, 0.5, 0.75), (3, 0.5, 0.5), (4, 0.5, 0.5), (5, 0.5, 0.5), (3, 0.6, 0.6), (2, 0.6, 0.75)],
)
def test_the_baseline(k: int, minimum: float, baseline: float) -> None:
    assert Rule(baseline_minimum=minimum).baseline(k) == baseline


def test_the_verdicts_in_order() -> None:
    ordered = sorted(Verdict, key=RANK.__getitem__, reverse=True)
    assert [v.value for v in ordered] == [
        *("granted", "unproven", "too few", "not measured", "expired", "absent", "refused"),
    ]
    assert {*BLOCKING, *UNKNOWN, Verdict.GRANTED, Verdict.UNPROVEN} == set(Verdict)
    assert not BLOCKING & UNKNOWN


def test_the_permitting_share_is_shown_where_known() -> None:
    permits, opposes = Share(0.6, 0.5, 0.7), Share(0.3, 0.2, 0.4)
    both = Measure(permits, opposes, 100, 90)
    assert (both.shown, both.stance) == (permits, "permits")
    against = Measure(None, opposes, 100, 90)
    assert (against.shown, against.stance) == (opposes, "opposes")
    assert permits.half_width == pytest.approx(0.1)
    with pytest.raises(ValueError, match="without a share"):
        _ = Measure(None, None, 100, 90).shown


@pytest.mark.parametrize("point", [0.1 + 0.2 + 0.2, 0.7 - 0.2, 0.5])
def test_a_float_sum_of_one_half_reaches_one_half(point: float) -> None:
    exact = Measure(Share(point, point, point), None, 1000, 1000)
    assert consensus_of(exact, 0.5) is Consensus.FOR
    assert judge(exact, 3).verdict is Verdict.GRANTED
    assert consensus_of(exact, 0.5, strict=True) is Consensus.NONE
    assert judge(exact, 3).consensus is Consensus.FOR
    assert judge(exact, 3, Rule(strict=True)).consensus is Consensus.NONE


@pytest.mark.parametrize(("df", "said"), [(0, "everybody who answered is in one cluster"), (1, "")])
def test_one_degree_of_freedom_gives_an_interval(df: int, said: str) -> None:
    """Two clusters in one stratum have one; one cluster has none."""
    measure = Measure(Share(0.6, 0.5, 0.7), None, 100, 90, df=df)
    assert judge(measure, 3).too_few == said


@pytest.mark.parametrize(
    ("percent", "decimals", "baseline", "hidden"),
    [
        (50, 0, 0.5, True),
        (49.6, 1, 0.5, False),
        (50.0, 1, 0.5, True),
        (50, 0, 0.504, True),
        (50, 0, 0.505, False),
        (50, 0, 0.495, False),
        (75, 0, 0.75, True),
        (74, 0, 0.75, False),
    ],
)
def test_rounding_hides_the_side_within_half_a_digit(
    percent: float, decimals: int, baseline: float, hidden: bool
) -> None:
    share = Share(percent / 100, 0, 1, 0.5 * 10.0 ** -(decimals + 2))
    found = consensus_of(Measure(share, None, 100, 100), baseline)
    assert (found is Consensus.UNDETERMINED) == hidden


@pytest.mark.parametrize("point", [0.0, 1.0])
def test_an_interval_that_does_not_exist_buys_nothing(point: float) -> None:
    # The logit interval of 0 or 100 %.
    nowhere = Measure(Share(point, math.nan, math.nan), None, 30, 30)
    assert judge(nowhere, 3).verdict in BLOCKING | UNKNOWN


shares = st.tuples(*[st.floats(0, 1)] * 3).map(lambda t: Share(*(sorted(t)[i] for i in (1, 0, 2))))


@given(shares, st.none() | shares, st.integers(1, 200), st.sampled_from((2, 3)))
def test_imprecision_never_buys_what_the_figures_refuse(
    permits: Share, opposes: Share | None, base: int, k: int
) -> None:
    measure = Measure(permits, opposes, base, base)
    applied, apart = judge(measure, k).verdict, judge(measure, k, Rule(precision=False)).verdict
    if applied is not apart:
        assert applied is Verdict.TOO_FEW
        assert apart in {Verdict.GRANTED, Verdict.UNPROVEN} or base < 10


@given(shares, st.none() | shares, st.integers(10, 200), st.floats(0.5, 0.95), st.floats(0, 0.2))
def test_a_higher_baseline_never_gives_a_better_verdict(
    permits: Share, opposes: Share | None, base: int, minimum: float, more: float
) -> None:
    measure = Measure(permits, opposes, base, base)
    low = judge(measure, 3, Rule(baseline_minimum=minimum)).verdict
    high = judge(measure, 3, Rule(baseline_minimum=minimum + more)).verdict
    rank = {Verdict.REFUSED: 0, Verdict.ABSENT: 0, Verdict.TOO_FEW: 1}
    rank |= {Verdict.UNPROVEN: 2, Verdict.GRANTED: 3}
    if opposes is None or opposes.low < minimum:
        assert rank[high] <= rank[low]
