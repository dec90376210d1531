"""Weighting: margins hold, faults are told together, and the variance knows of the calibration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from licet.chapters import weighing
from licet.errors import BadInput
from licet.files.margins import parse_margins, read_margins
from licet.survey.answers import Answers
from licet.weighting.calibration import Calibration
from licet.weighting.declaring import declare_calibration
from licet.weighting.diagnostics import spread
from licet.weighting.margins import Aligned, Margin, align
from licet.weighting.raking import post_stratify, rake
from licet.weighting.recipe import Recipe, weigh
from licet.weighting.regression import calibrate, calibrate_margins
from licet.weighting.response import adjust, cells_of
from licet.weighting.trimming import Trim, trim

# --- made-up people ---------------------------------------------------------------------------


def people(seed: int, n: int, widths: Sequence[int]) -> tuple[np.ndarray, list[Aligned]]:
    """Weights and margins that some weights of these people surely meet."""
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(0, 0.7, n)
    true = weights * rng.uniform(0.5, 2, n)
    margins = []
    for place, width in enumerate(widths):
        codes = np.append(np.arange(width), rng.integers(0, width, n - width)).astype(np.intp)
        names = tuple(f"v{place}c{category}" for category in range(width))
        margins.append(Aligned(f"v{place}", names, codes, np.bincount(codes, true)))
    return weights, margins


surveys = st.builds(
    people,
    st.integers(0, 10_000),
    st.integers(60, 300),
    st.lists(st.integers(2, 5), min_size=1, max_size=3),
)


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


# --- trimming ---------------------------------------------------------------------------------


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


# --- numbers from R ---------------------------------------------------------------------------

DESIGN_WEIGHTS = np.array([2.0, 1.0, 3.0, 1.0, 2.0, 4.0, 1.0, 2.0, 2.0, 3.0])
AGE = np.array([0, 0, 1, 1, 0, 1, 0, 1, 1, 0], dtype=np.intp)
SEX = np.array([0, 1, 0, 1, 1, 0, 0, 1, 0, 1], dtype=np.intp)
ANSWER = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
MARGINS = [
    Aligned("age", ("a", "b"), AGE, np.array([9.0, 12.0])),
    Aligned("sex", ("f", "m"), SEX, np.array([11.0, 10.0])),
]
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


# --- residuals --------------------------------------------------------------------------------


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


# --- bounds and distances ---------------------------------------------------------------------


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


# --- non-response -----------------------------------------------------------------------------


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


# --- bad margins ------------------------------------------------------------------------------

FRAME = pl.DataFrame(
    {
        "age": ["young", "young", "old", "old", "old", "young"],
        "sex": ["female", "male", "female", "male", "female", "female"],
        "house": [1, 2, 1, 2, 2, None],
    }
)


@pytest.mark.parametrize(
    ("margins", "said", "place", "todo"),
    [
        ([("age", {"young": 4, "odl": 2})], "'old' of the answers (3 people)", "age", "'odl'"),
        ([("age", {"young": 4, "odl": 2})], "nobody in the answers", "category 'odl'", "'old'"),
        ([("age", {"young": 4})], "'old' of the answers (3 people) is not in", "age", "add it"),
        ([("age", {"young": 4, "old": 2, "baby": 1})], "nobody", "'baby'", "join it"),
        ([("age", {"young": 6, "old": 0})], "target is 0, but 3 people", "'old'", "correct"),
        ([("aeg", {"young": 4, "old": 2})], "unknown column 'aeg'", "aeg", "'age'"),
        ([("house", {"1": 4, "2": 2})], "1 people have no value", "house", "category"),
        (
            [("age", {"young": 4, "old": 2}), ("sex", {"male": 3, "female": 5})],
            "adds up to 8 people, margin 'age' to 6",
            "sex",
            "correct the counts",
        ),
        ([("age", {"young": 3, "old": 3})] * 2, "given twice", "age", ""),
        ([("age * sex", {"young * female": 3, "old * female": 3})], "'old * male'", "age", "add"),
    ],
)
def test_margins_that_do_not_fit_the_answers_are_refused(
    margins: list[tuple[str, dict[str, float]]], said: str, place: str, todo: str
) -> None:
    made = [Margin(name, tuple(rows), tuple(rows.values())) for name, rows in margins]
    with pytest.raises(BadInput) as caught:
        align(FRAME, made, np.ones(6))
    hits = [f for f in caught.value.faults if said in f.what]
    assert hits and place in hits[0].where and todo in hits[0].todo


def test_faults_of_all_margins_are_told_at_once() -> None:
    made = [Margin("aeg", ("a",), (1.0,)), Margin("sex", ("male", "femal"), (3.0, 3.0))]
    with pytest.raises(BadInput) as caught:
        align(FRAME, made, np.ones(6))
    said = str(caught.value)
    for part in ("unknown column 'aeg'", "'female' of the answers", "'femal'", "to 1"):
        assert part in said


@pytest.mark.parametrize(
    ("rows", "unit", "said"),
    [
        ({"a": -1.0, "b": 2.0}, "count", "-1 is no count"),
        ({"a": float("nan")}, "count", "nan is no count"),
        ({"a": 0.0}, "count", "add up to 0"),
        ({"a": 0.5, "b": 0.4}, "share", "add up to 0.9"),
        ({"a": 50.0, "b": 50.0}, "share", "percent"),
        ({}, "count", "no categories"),
    ],
)
def test_a_margin_that_says_nothing_sensible_does_not_come_to_be(
    rows: dict[str, float], unit: Any, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        Margin("m", tuple(rows), tuple(rows.values()), unit)


def test_people_of_weight_zero_need_no_category() -> None:
    made = [Margin("house", ("1", "2"), (0.4, 0.6), "share")]
    (laid,), notes = align(FRAME, made, np.array([1.0, 1, 1, 1, 1, 0]))
    np.testing.assert_allclose(laid.targets, [2, 3])
    assert notes == ()


def test_rounded_shares_are_scaled_and_said_so() -> None:
    made = [Margin("age", ("young", "old"), (0.333, 0.666), "share")]
    (laid,), (note,) = align(FRAME, made, np.ones(6))
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


# --- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("margin,category,share\n", "no margins"),
        ("margin,categry,share\na,b,1\n", "'category' is missing"),
        ("margin,category\na,b\n", "no column of targets"),
        ("margin,category,share,count\na,b,1,1\n", "share"),
        ("margin,category,share\na,b,x\n", "'x' is no share"),
        ("margin,category,share\na,,1\n", "the category is empty"),
        ("margin,category,share\na,b,0.5\na,b,0.5\n", "stands there twice"),
        ("margin,category,share\na,b\n", "2 cells"),
        ("margin,category,percent\na,b,60\na,c,50\n", "add up to 1.1"),
        ("margin,category,count\na*b,x,60\n", "'x' has 1 parts"),
    ],
)
def test_bad_files_of_margins_are_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_margins(text.encode(), Path("margins.csv"))
    assert said in str(caught.value) and "margins.csv" in str(caught.value)


def test_three_units_two_forms_and_joint_cells_are_read() -> None:
    shares = parse_margins(b"variable;level;%\nage;a;33,5\nage;b;66,5 %\n", Path("m.csv"))
    assert shares == (Margin("age", ("a", "b"), (0.335, 0.665), "share"),)
    counts = parse_margins(b'margin,category,n\nage*sex,a*f,"1,234"\n', Path("m.csv"))
    assert counts == (Margin("age * sex", ("a * f",), (1234.0,)),)
    toml = b'[percent.age]\na = 33.5\nb = 66.5\n[count."age*sex"]\n"a*f" = 1234\n'
    assert parse_margins(toml, Path("m.toml")) == (*shares, *counts)
    with pytest.raises(BadInput, match="unknown key 'counts'"):
        parse_margins(b"[counts.age]\na = 1\n", Path("m.toml"))
    with pytest.raises(BadInput, match="is no count"):
        parse_margins(b"[count.age]\na = 1%s\n" % (b"0" * 400), Path("m.toml"))


# --- the whole way ----------------------------------------------------------------------------


def town(folder: Path) -> tuple[Path, Path]:
    """Answers of 300 people, of whom some did not answer, and margins."""
    rng = np.random.default_rng(6)
    age, sex = rng.choice(["young", "old"], 300), rng.choice(["f", "m"], 300)
    frame = pl.DataFrame(
        {
            "age": age,
            "sex": sex,
            "w": np.round(rng.lognormal(2, 0.4, 300), 3),
            "answered": (rng.random(300) < np.where(age == "old", 0.8, 0.4)).astype(np.int8),
        }
    )
    frame.write_csv(folder / "answers.csv")
    (folder / "margins.csv").write_text(
        "margin,category,share\nage,young,0.45\nage,old,0.55\nsex,f,0.52\nsex,m,0.48\n"
    )
    return folder / "answers.csv", folder / "margins.csv"


@pytest.mark.parametrize("form", [".csv", ".parquet", ".sav"])
def test_answers_with_weights_and_their_record_are_written(tmp_path: Path, form: str) -> None:
    answers, margins = town(tmp_path)
    how = {"weight": "w", "respondents": "answered == 1", "cells": ("age",), "trim": Trim(3)}
    found = weighing.weigh(answers, margins, **how)
    paths = weighing.write_weighted(found, tmp_path / f"out{form}", table=tmp_path / "table.csv")
    assert [path.name for path in paths] == [f"out{form}", "out.weights.json", "table.csv"]
    from licet.files.answers import read_answers

    read = read_answers(tmp_path / f"out{form}").frame
    np.testing.assert_allclose(read["final_weight"].to_numpy(), found.weighted.weights, rtol=1e-15)
    assert read.columns[:-1] == ["age", "sex", "w", "answered"]
    record = json.loads((tmp_path / "out.weights.json").read_text())
    assert record["method"] == "raking" and record["gap"] < 1e-9
    assert set(record["files"]) == {"answers", "margins", "weighted"}
    assert pl.read_csv(tmp_path / "table.csv").height == 4
    screen = found.screen()
    assert max(map(len, screen.splitlines())) <= 80
    for part in ("Unweighted", "Kish effective base", "Non-response", "Trimmed to at most"):
        assert part in screen


def test_the_same_files_give_the_same_record(tmp_path: Path) -> None:
    answers, margins = town(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        found = weighing.weigh(answers, margins, weight="w")
        weighing.write_weighted(found, tmp_path / name / "out.csv")
    for file in ("out.csv", "out.weights.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_inputs_are_never_written_over_and_nothing_is_half_written(tmp_path: Path) -> None:
    answers, margins = town(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    found = weighing.weigh(answers, margins, weight="w")
    (tmp_path / "link.csv").symlink_to(answers)
    (tmp_path / "taken.weights.json").mkdir()
    for out, column in (
        ("answers.csv", "new"),
        ("link.csv", "new"),
        ("margins.csv", "new"),
        ("out.xlsx", "new"),
        ("out.csv", "age"),
        ("taken.csv", "new"),
        ("nowhere/out.csv", "new"),
    ):
        with pytest.raises(BadInput):
            weighing.write_weighted(found, tmp_path / out, column)
    for table in ("answers.csv", "link.csv", "margins.csv", "out.csv"):
        with pytest.raises(BadInput, match="read from"):
            weighing.write_weighted(found, tmp_path / "out.csv", "new", tmp_path / table)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert after == before | {"link.csv": before["answers.csv"]}


def test_spss_codes_labels_and_missing_marks_survive(tmp_path: Path) -> None:
    import pyreadstat

    frame = pl.DataFrame({"sex": [1.0, 2.0, 1.0, 2.0], "trust": [1.0, 98.0, 2.0, 1.0]})
    labels = {"sex": {1: "f", 2: "m"}, "trust": {1: "yes", 2: "no", 98: "refused"}}
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        column_labels={"sex": "Sex", "trust": "Do you trust it?"},
        variable_value_labels=labels,
        missing_ranges={"trust": [98]},
    )
    (tmp_path / "m.csv").write_text("margin,category,count\nsex,f,30\nsex,m,70\n")
    found = weighing.weigh(tmp_path / "a.sav", tmp_path / "m.csv", equal=True)
    weighing.write_weighted(found, tmp_path / "b.sav")
    one, two = (
        pyreadstat.read_sav(str(tmp_path / n), user_missing=True) for n in ("a.sav", "b.sav")
    )
    assert two[1].variable_value_labels == one[1].variable_value_labels
    assert two[1].missing_ranges == one[1].missing_ranges
    assert two[1].column_names_to_labels["trust"] == "Do you trust it?"
    assert list(two[0]["final_weight"]) == pytest.approx([15, 35, 15, 35])
    assert list(two[0]["trust"]) == [1, 98, 2, 1]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "not named"),
        ({"weight": "w", "equal": True}, "several of them"),
        ({"weight": "w", "margins": ()}, "nothing is to be done"),
        ({"weight": "w", "cells": ("age",)}, "not who answered"),
        ({"weight": "w", "method": "rakng"}, "unknown method 'rakng'"),
        ({"weight": "w", "bounds": (0.5, 2)}, "bounds with raking"),
        ({"weight": "w", "method": "linear", "trim": Trim(3)}, "trimming with another method"),
        ({"probability": "w"}, "chance of being drawn"),
        ({"weight": "W2"}, "unknown column"),
        ({"weight": "w", "respondents": "aged == 1"}, "unknown column 'aged'"),
        ({"weight": "w", "respondents": "w > 1", "cells": ("aeg",)}, "unknown column 'aeg'"),
    ],
)
def test_recipes_that_cannot_be_followed_are_refused(how: dict[str, Any], said: str) -> None:
    margins = (Margin("age", ("young", "old"), (0.5, 0.5), "share"),)
    frame = pl.DataFrame({"age": ["young", "old"], "w": [2.0, 3.0]})
    with pytest.raises(BadInput, match=said):
        weigh(frame, Recipe(**({"margins": margins} | how)))


INF = float("inf")


@pytest.mark.parametrize(
    "trimming",
    [
        {"times": 1.0},
        {"least": -1},
        {"least": 3, "most": 2},
        {"times": INF},
        {"least": INF},
        {"most": INF},
    ],
)
def test_bounds_that_are_none_are_refused(trimming: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        Trim(**trimming)  # type: ignore[arg-type]


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


def test_missing_marks_of_a_file_are_no_category(tmp_path: Path) -> None:
    answers = Answers(
        pl.DataFrame({"age": ["young", "old", "Refused"]}),
        missing={"age": frozenset({"Refused"})},
    )
    margin = Margin("age", ("young", "old"), (1.0, 1.0))
    with pytest.raises(BadInput, match="1 people have no value"):
        weigh(answers.without_missing(), Recipe(equal=True, margins=(margin,)))
    (tmp_path / "m.csv").write_text("margin,category,count\nage,young,1\n")
    assert read_margins(tmp_path / "m.csv")[0].name == "age"
