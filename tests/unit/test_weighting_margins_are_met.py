"""Weights meet their margins, however they are made: raked, by regression, trimmed, within bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.weighting.diagnostics import spread
from licet.weighting.margins import Aligned, Margin, align
from licet.weighting.raking import post_stratify, rake
from licet.weighting.recipe import Recipe, weigh
from licet.weighting.regression import calibrate_margins
from licet.weighting.response import adjust, cells_of
from licet.weighting.trimming import Trim, trim
from tests.weights import DESIGN_WEIGHTS, MARGINS, SIX_PEOPLE, people, surveys


@given(surveys)
def test_raked_weights_meet_every_margin(survey: tuple[np.ndarray, list[Aligned]]) -> None:
    weights, margins = survey
    found = rake(weights, margins)
    for margin in margins:
        np.testing.assert_allclose(margin.sums(found.weights), margin.targets, rtol=2e-10)
    assert (found.weights > 0).all() and found.gap <= 1e-10
    np.testing.assert_allclose(found.weights, weights * found.factors, rtol=1e-15)


@given(surveys, st.floats(1e-3, 1e3))
def test_the_scale_of_the_weights_before_does_not_matter(
    survey: tuple[np.ndarray, list[Aligned]], scale: float
) -> None:
    weights, margins = survey
    one, two = rake(weights, margins).weights, rake(weights * scale, margins).weights
    np.testing.assert_allclose(one, two, rtol=1e-8)


@given(surveys)
def test_the_order_of_the_margins_does_not_matter(
    survey: tuple[np.ndarray, list[Aligned]],
) -> None:
    weights, margins = survey
    one, two = rake(weights, margins).weights, rake(weights, margins[::-1]).weights
    np.testing.assert_allclose(one, two, rtol=1e-7)


@given(surveys)
def test_post_stratification_is_raking_and_regression_with_one_margin(
    survey: tuple[np.ndarray, list[Aligned]],
) -> None:
    weights, (first, *_) = survey
    exact = post_stratify(weights, first).weights
    np.testing.assert_allclose(rake(weights, [first]).weights, exact, rtol=1e-12)
    np.testing.assert_allclose(calibrate_margins(weights, [first]).weights, exact, rtol=1e-9)


@given(surveys)
def test_raking_cells_is_raking_people_one_by_one(
    survey: tuple[np.ndarray, list[Aligned]],
) -> None:
    """The textbook: each margin in turn, every person by the factor of their category."""
    weights, margins = survey
    plain = weights.copy()
    for _ in range(rake(weights, margins).sweeps):
        for margin in margins:
            sums = np.array([plain[margin.codes == c].sum() for c in range(len(margin.targets))])
            plain = plain * (margin.targets / sums)[margin.codes]
    np.testing.assert_allclose(rake(weights, margins).weights, plain, rtol=1e-9)


@given(surveys)
def test_regression_calibration_by_newton_and_raking_agree(
    survey: tuple[np.ndarray, list[Aligned]],
) -> None:
    weights, margins = survey
    newton = calibrate_margins(weights, margins, distance="raking").weights
    np.testing.assert_allclose(newton, rake(weights, margins).weights, rtol=1e-6)


def test_many_categories_are_laid_out_without_a_table_of_all_cells() -> None:
    weights, margins = people(3, 4000, [40, 45, 50])
    found = rake(weights, margins)
    for margin in margins:
        np.testing.assert_allclose(margin.sums(found.weights), margin.targets, rtol=1e-9)


@given(surveys, st.sampled_from(["median", "mean"]), st.floats(2.2, 6))
def test_trimmed_weights_keep_bound_and_margins_together(
    survey: tuple[np.ndarray, list[Aligned]], of: Any, times: float
) -> None:
    weights, margins = survey
    raked = rake(weights, margins)
    try:
        found = trim(weights, margins, raked, Trim(times, of))
    except BadInput as error:
        assume("cannot be met" not in str(error))
        raise
    new = found.fitted.weights
    middle = np.median(new) if of == "median" else np.mean(new)
    assert new.max() <= times * middle * (1 + 1e-8)
    for margin in margins:
        np.testing.assert_allclose(margin.sums(new), margin.targets, rtol=1e-8)
    assert (found.capped > 0) == bool(raked.weights.max() > found.high * (1 + 1e-9))


def test_nothing_is_trimmed_where_nothing_stands_out() -> None:
    weights, margins = people(1, 200, [3, 2])
    raked = rake(weights, margins)
    found = trim(weights, margins, raked, Trim(1000))
    assert found.capped == 0 and found.lost == 0
    np.testing.assert_array_equal(found.fitted.weights, raked.weights)


def test_least_and_greatest_weight_both_hold() -> None:
    weights, margins = people(2, 500, [3, 2])
    raked = rake(weights, margins)
    low, high = np.quantile(raked.weights, [0.05, 0.95])
    found = trim(weights, margins, raked, Trim(least=float(low), most=float(high)))
    new = found.fitted.weights
    assert found.capped > 5 and found.raised > 5
    assert low * (1 - 1e-9) <= new.min() and new.max() <= high * (1 + 1e-9)
    for margin in margins:
        np.testing.assert_allclose(margin.sums(new), margin.targets, rtol=1e-9)


def test_a_cap_below_what_a_category_needs_is_refused_with_that_need() -> None:
    weights, codes = np.ones(10), np.array([0] + [1] * 9)
    margin = Aligned("age", ("young", "old"), codes, np.array([50.0, 50.0]))
    with pytest.raises(BadInput, match="1 people need 50 each") as caught:
        trim(weights, [margin], rake(weights, [margin]), Trim(most=20))
    assert "category 'young'" in caught.value.faults[0].where


@given(surveys, st.sampled_from(["linear", "logit"]))
def test_factors_stay_within_their_bounds(
    survey: tuple[np.ndarray, list[Aligned]], distance: Any
) -> None:
    weights, margins = survey
    # The bounds hold the factors that the targets were made with, so they can be met.
    bounds = (0.45, 2.05)
    found = calibrate_margins(weights, margins, distance=distance, bounds=bounds)
    assert found.factors.min() >= bounds[0] - 1e-12 and found.factors.max() <= bounds[1] + 1e-12
    for margin in margins:
        np.testing.assert_allclose(margin.sums(found.weights), margin.targets, rtol=1e-9)


@pytest.mark.parametrize(
    ("distance", "bounds", "said"),
    [
        ("logit", None, "logit without bounds"),
        ("raking", (0.5, 2), "raking with bounds"),
        ("linear", (1.2, 2), "bounds 1.2 and 2"),
        ("logit", (0.5, 0.9), "bounds 0.5 and 0.9"),
        ("logit", (0.99, 1.01), "cannot be met"),
    ],
)
def test_bounds_that_cannot_be_are_refused(distance: Any, bounds: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        calibrate_margins(DESIGN_WEIGHTS, MARGINS, distance=distance, bounds=bounds)


def test_those_who_answered_carry_the_weight_of_their_cell() -> None:
    weights = np.array([1.0, 1, 2, 2, 5, 5])
    answered = np.array([True, False, True, False, True, True])
    found = adjust(weights, answered, np.array([0, 0, 0, 0, 1, 1]), ["a", "b"])
    assert found.factors.tolist() == [2.0, 1.0]  # (1+1+2+2) / (1+2), and all of b
    assert found.weights.tolist() == [2, 0, 4, 0, 5, 5]
    assert found.asked.tolist() == [4, 2] and found.answered.tolist() == [2, 2]


def test_empty_cells_are_all_named_with_the_cell_most_like_them() -> None:
    frame = pl.DataFrame(
        {
            "region": ["N", "N", "N", "S", "S", "S"],
            "age": ["1 young", "2 middle", "3 old", "1 young", "2 middle", "3 old"],
        }
    )
    codes, names = cells_of(frame, ["region", "age"], np.ones(6))
    answered = np.array([False, True, True, True, True, False])
    with pytest.raises(BadInput) as caught:
        adjust(np.ones(6), answered, codes, names)
    one, two = caught.value.faults
    assert one.where == "cell 'N * 1 young'" and "'N * 2 middle'" in one.todo
    assert two.where == "cell 'S * 3 old'" and "'S * 2 middle'" in two.todo


def test_a_factor_above_three_is_noted() -> None:
    answered = np.array([True] + [False] * 4 + [True] * 5)
    found = adjust(np.ones(10), answered, np.repeat([0, 1], 5), ["a", "b"])
    (note,) = found.notes
    assert "'a': 1 of 5 answered; each stands for 5.0" in note and "'b'" in note


def test_people_of_weight_zero_need_no_category() -> None:
    made = [Margin("house", ("1", "2"), (0.4, 0.6), "share")]
    (laid,), notes = align(SIX_PEOPLE, made, np.array([1.0, 1, 1, 1, 1, 0]))
    np.testing.assert_allclose(laid.targets, [2, 3])
    assert notes == ()


def test_rounded_shares_are_scaled_and_said_so() -> None:
    made = [Margin("age", ("young", "old"), (0.333, 0.666), "share")]
    (laid,), (note,) = align(SIX_PEOPLE, made, np.ones(6))
    assert laid.targets.sum() == pytest.approx(6, rel=1e-15) and "0.999" in note


def test_margins_nobody_can_meet_together_name_the_worst() -> None:
    both = np.array([0, 0, 1, 1], dtype=np.intp)
    margins = [
        Aligned("age", ("young", "old"), both, np.array([2.0, 2.0])),
        Aligned("sex", ("female", "male"), both, np.array([3.0, 1.0])),
    ]
    with pytest.raises(BadInput, match="does not meet the margins") as caught:
        rake(np.ones(4), margins)
    (fault,) = caught.value.faults
    assert fault.where in ("margin 'age'", "margin 'sex'") and "misses its target" in fault.what


def test_probabilities_are_turned_into_weights() -> None:
    frame = pl.DataFrame({"p": [0.1, 0.5, 0.25], "age": ["a", "b", "a"]})
    found = weigh(frame, Recipe(probability="p", margins=(Margin("age", ("a", "b"), (14, 2)),)))
    np.testing.assert_allclose(found.weights, [10, 2, 4])
    assert found.method == "post-stratification" and found.calibration is not None


def test_trimming_without_margins_keeps_the_total() -> None:
    frame = pl.DataFrame({"w": [1.0] * 9 + [20.0]})
    found = weigh(frame, Recipe(weight="w", trim=Trim(3)))
    assert found.weights.sum() == pytest.approx(29) and found.trimmed is not None
    assert found.weights.max() <= 3 * np.median(found.weights) * (1 + 1e-8)
    assert found.trimmed.capped == 1


def test_kish_design_effect_is_the_textbook_one() -> None:
    found = spread(np.array([1.0, 1, 2, 0]))
    assert found.people == 3 and found.deff == pytest.approx(3 * 6 / 16)
    assert found.effective == pytest.approx(16 / 6)
