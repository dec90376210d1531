"""How a demand is judged, and that the people named would settle it."""

from __future__ import annotations

from math import inf, isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.judging.demands import (
    Demand,
    Gate,
    figures,
    judged,
    missing,
    times_to_settle,
    two_digits,
)
from licet.audit.standing import Estimate, Standing, Tolerance

Z = 1.959964


def around(value: float, se: float) -> Estimate:
    return Estimate(value, value - Z * se, value + Z * se, se, 400)


@pytest.mark.parametrize(("value", "least", "most"), [
    (0.03, -0.05, 0.05), (0.09, -0.05, 0.05), (-0.08, -0.05, 0.05), (0.55, 0.5, inf), (0.42, 0.5, inf),
])  # fmt: skip
def test_so_many_more_people_settle_it_in_80_of_100(
    value: float, least: float, most: float
) -> None:
    tolerance, se = Tolerance(least, most), 0.04
    times = times_to_settle(around(value, se), tolerance)
    rng = np.random.default_rng(3)
    seen = rng.normal(value, se / sqrt(times), 4000)
    found = [tolerance.standing(around(float(one), se / sqrt(times))) for one in seen]
    settled = sum(one is not Standing.UNDETERMINED for one in found) / len(found)
    assert settled == pytest.approx(0.8, abs=0.025)


def test_ratios_are_judged_on_the_log_scale() -> None:
    doubled, halved = Estimate(1.5, 1.0, 2.25), Estimate(1 / 1.5, 1 / 2.25, 1.0)
    twice = Tolerance(0.5, 2.0)
    assert times_to_settle(doubled, twice) == pytest.approx(times_to_settle(halved, twice))


def test_on_the_line_no_number_settles_and_the_unknown_has_none() -> None:
    assert times_to_settle(around(0.05, 0.01), Tolerance(-0.05, 0.05)) == inf
    assert isnan(times_to_settle(Estimate(0.05), Tolerance(-0.05, 0.05)))
    assert judged("x", around(0.05, 0.01), Tolerance(-0.05, 0.05), 100).people is None
    assert judged("x", around(0.06, 0.01), Tolerance(-0.05, 0.05), 100).people is not None
    assert (
        judged("x", around(0.06, 0.01), Tolerance(-0.05, 0.05), 100, countable=False).people is None
    )


def test_of_many_groups_one_must_be_further_out_to_fail() -> None:
    just = around(0.08, 0.013)
    tolerance = Tolerance(-0.05, 0.05)
    assert judged("x", just, tolerance, 100).standing is Standing.FAIL
    assert judged("x", just, tolerance, 100, family=20).standing is Standing.UNDETERMINED
    assert judged("x", around(0, 0.01), tolerance, 100, family=20).standing is Standing.PASS


@given(st.floats(-1, 1), st.floats(0.001, 0.5), st.floats(0.01, 0.3), st.integers(1, 30))
def test_a_verdict_is_never_stronger_than_its_interval(
    value: float, se: float, edge: float, family: int
) -> None:
    estimate, tolerance = around(value, se), Tolerance(-edge, edge)
    demand = judged("x", estimate, tolerance, 100, family=family)
    inside = -edge <= estimate.low and estimate.high <= edge
    outside = estimate.high < -edge or estimate.low > edge
    assert (demand.standing is Standing.PASS) == inside
    assert demand.standing is not Standing.FAIL or outside
    if demand.people is not None:
        assert demand.standing is Standing.UNDETERMINED and demand.people >= 100


def test_what_is_said() -> None:
    assert figures(Estimate(0.0123, 0.01, 0.015), Tolerance(-0.05, 0.05)) == (
        "0.012 [0.010, 0.015], allowed: -0.05 to 0.05"
    )
    assert figures(Estimate(0.6), Tolerance(0.5)) == "0.600, allowed: 0.5 or more"
    assert figures(Estimate(float("nan")), Tolerance(0.5)) == ""
    assert missing("Nothing is known", "look").reason == "Nothing is known."


def test_the_people_that_would_settle_a_gate_are_told_in_two_digits_rounded_up() -> None:
    assert [two_digits(n) for n in (7, 42, 101, 2_481_333, 99_001)] == [
        7,
        42,
        110,
        2_500_000,
        100_000,
    ]
    demand = judged("", around(0.03, 0.04), Tolerance(-0.05, 0.05), 400)
    assert demand.people is not None
    told = Gate("G1", "", (demand,)).settling[0]
    assert f"About {two_digits(demand.people):,} people in all" in told


def test_more_people_than_there_could_be_are_told_in_words() -> None:
    def gate(people: int) -> Gate:
        open_ = Standing.UNDETERMINED
        return Gate("G1", "It beats simple rules", (Demand("A figure", open_, people=people),))

    assert gate(4_100_000).settling == (
        "About 4,100,000 people in all would settle it, if it is as it looks.",
    )
    (said,) = gate(74_655_750).settling
    assert said == "More people than there could be would be needed to settle it."
