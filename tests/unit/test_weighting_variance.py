"""The variance of weighted figures knows of the calibration: R's errors, and what residuals must be."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.weighting.calibration import Calibration
from licet.weighting.declaring import declare_calibration
from licet.weighting.margins import Aligned
from licet.weighting.raking import post_stratify, rake
from licet.weighting.regression import calibrate, calibrate_margins
from tests.weights import AGE, DESIGN_WEIGHTS, MARGINS, people, surveys

ANSWER = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0])


# R 4.2.2, survey 4.1-1: d <- svydesign(~1, weights = ~w, data = d)
# margins: age 9, 12 and sex 11, 10; svymean(~y, ...): SE
R_ERRORS: dict[str, float] = {
    "post": 0.130618669920886,
    "rake": 0.0818171217874642,
    "calibrate": 0.0690303127069112,
    "linear": 0.068496978912378,
    "logit": 0.0690213463799332,
}


def standard_error(weights: np.ndarray, calibration: Calibration) -> float:
    total = weights.sum()
    scores = weights * (ANSWER - weights @ ANSWER / total) / total
    left = calibration.residuals(scores)
    n = len(left)
    return float(np.sqrt(n / (n - 1) * ((left - left.mean()) ** 2).sum()))


@pytest.mark.parametrize("name", R_ERRORS)
def test_standard_errors_are_those_of_r(name: str) -> None:
    margins = MARGINS[:1] if name == "post" else MARGINS
    found = {
        "post": lambda: post_stratify(DESIGN_WEIGHTS, MARGINS[0]),
        "rake": lambda: rake(DESIGN_WEIGHTS, MARGINS),
        "calibrate": lambda: rake(DESIGN_WEIGHTS, MARGINS),
        "linear": lambda: calibrate_margins(DESIGN_WEIGHTS, MARGINS),
        "logit": lambda: calibrate_margins(
            DESIGN_WEIGHTS, MARGINS, distance="logit", bounds=(0.5, 2)
        ),
    }[name]().weights
    counted: Any = "equal" if name == "rake" else "base"
    codes = tuple(margin.codes for margin in margins)
    calibration = Calibration(codes, found, DESIGN_WEIGHTS, counted=counted)
    assert standard_error(found, calibration) == pytest.approx(R_ERRORS[name], rel=1e-9)


@given(surveys, st.sampled_from(["base", "final", "equal"]))
def test_residuals_are_those_of_a_regression_written_out(
    survey: tuple[np.ndarray, list[Aligned]], counted: Any
) -> None:
    base, margins = survey
    weights = rake(base, margins).weights
    scores = np.random.default_rng(1).normal(size=(len(base), 3)) * weights[:, None]
    calibration = Calibration(tuple(m.codes for m in margins), weights, base, counted=counted)
    known = np.hstack([np.eye(len(m.categories))[m.codes] for m in margins])
    mass = {"base": base, "final": weights, "equal": np.ones(len(base))}[counted]
    root = np.sqrt(mass)[:, None]
    influence = scores / weights[:, None]
    slopes = np.linalg.lstsq(known * root, influence * root, rcond=None)[0]
    expected = weights[:, None] * (influence - known @ slopes)
    found = calibration.residuals(scores)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(calibration.residuals(found), found, atol=1e-9)  # nothing left
    np.testing.assert_allclose(calibration.residuals(scores[:, 0]), found[:, 0], atol=1e-12)


@given(surveys)
def test_what_the_margins_explain_wholly_has_no_variance(
    survey: tuple[np.ndarray, list[Aligned]],
) -> None:
    base, margins = survey
    weights = rake(base, margins).weights
    calibration = Calibration(tuple(m.codes for m in margins), weights, base)
    score = weights * (margins[0].codes == 1)
    np.testing.assert_allclose(calibration.residuals(score), 0, atol=1e-9 * weights.max())


def test_numbers_beside_margins_are_explained_as_well() -> None:
    rng = np.random.default_rng(4)
    base, income = rng.lognormal(0, 0.5, 300), rng.gamma(3, 2, 300)
    codes = rng.integers(0, 3, 300)
    known = np.column_stack([np.eye(3)[codes], income])
    targets = known.T @ (base * rng.uniform(0.8, 1.3, 300))
    found = calibrate(base, known, targets)
    np.testing.assert_allclose(known.T @ found.weights, targets, rtol=1e-10)
    calibration = Calibration((codes,), found.weights, base, income[:, None])
    np.testing.assert_allclose(calibration.residuals(found.weights * income), 0, atol=1e-8)


def test_people_of_weight_zero_keep_their_score_of_zero() -> None:
    base, margins = people(5, 100, [2, 3])
    base[::4] = 0
    fixed = [Aligned(m.name, m.categories, m.codes, m.sums(base) * 1.1) for m in margins]
    weights = rake(base, fixed).weights
    assert (weights[::4] == 0).all()
    for counted in ("base", "final", "equal"):
        calibration = Calibration(tuple(m.codes for m in margins), weights, base, counted=counted)
        found = calibration.residuals(weights * np.arange(100.0))
        assert np.isfinite(found).all() and (found[::4] == 0).all()


def test_weights_before_are_needed_to_count_by_them() -> None:
    with pytest.raises(BadInput, match="weights before calibration are not known"):
        Calibration((AGE,), DESIGN_WEIGHTS)
    Calibration((AGE,), DESIGN_WEIGHTS, counted="final")


def test_a_codebook_declares_what_weights_were_calibrated_to() -> None:
    frame = pl.DataFrame(
        {
            "age": ["y", "o", "y", None],
            "sex": ["f", "f", "m", "m"],
            "w0": [1.0, 2.0, 1.0, 0.0],
        }
    )
    weights = np.array([2.0, 1, 1, 0])
    found = declare_calibration(frame, ["age * sex", "sex"], weights, "w0")
    assert found.counted == "base" and found.codes.shape[0] == 2
    assert declare_calibration(frame, ["sex"], weights).counted == "final"
    assert declare_calibration(frame, ["sex"], weights, "w0", as_rake=True).counted == "equal"
    with pytest.raises(BadInput) as caught:
        declare_calibration(frame, ["age", "sxe"], np.ones(4), "w1")
    said = str(caught.value)
    for part in ("1 people with a weight have no value", "'sxe'", "'w1'", "write 'sex'"):
        assert part in said
