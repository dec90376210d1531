"""Calibration: the fits of scikit-learn, Venn-Abers by its definition, the figures of COMPAS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.score.calibration import calibration, chances_of, logit_of
from licet.audit.score.folds import folds_of, isotonic, out_of_fold, read_off
from licet.audit.score.logit import fit
from licet.audit.score.venn_abers import pairs, width_of
from tests.audit.scores import compas_people, drawn_people, made


def test_intercept_and_slope_are_those_of_a_logistic_regression() -> None:
    import sklearn.linear_model as linear

    people = drawn_people(2000)
    skewed = 1 / (1 + np.exp(-(1.7 * logit_of(people.score) - 0.4)))
    weight = np.random.default_rng(4).integers(1, 5, 2000).astype(float)
    people = replace(people, score=skewed, weight=weight)
    found = calibration(people, draws=200).overall
    model = linear.LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    model.fit(logit_of(skewed)[:, None], people.y, sample_weight=weight)
    assert found.slope.value == pytest.approx(model.coef_[0, 0], abs=1e-6)
    assert found.intercept.value == pytest.approx(model.intercept_[0], abs=1e-6)
    assert found.slope.high < 1, "chances that are too extreme"
    expected = (weight * people.y).sum() / (weight * skewed).sum()
    assert found.observed_expected.value == pytest.approx(expected, abs=1e-12)


def test_the_slope_spreads_as_theory_says() -> None:
    """The standard error of a logistic regression, from its information matrix."""
    people = drawn_people(3000)
    found = calibration(people, draws=1000).overall
    place = logit_of(people.score)
    design = np.stack([np.ones(3000), place], axis=1)
    chance = 1 / (1 + np.exp(-design @ fit(design, people.y, np.ones(3000))))
    spread = np.linalg.inv((design * (chance * (1 - chance))[:, None]).T @ design)
    assert found.slope.se == pytest.approx(spread[1, 1] ** 0.5, rel=0.08)
    assert found.intercept.se == pytest.approx(spread[0, 0] ** 0.5, rel=0.08)
    assert found.slope.low < 1 < found.slope.high and found.intercept.low < 0 < found.intercept.high


def test_a_score_may_hold_for_all_and_not_for_a_group() -> None:
    rng = np.random.default_rng(11)
    score = rng.beta(2, 3, 6000)
    half = np.arange(6000) < 3000
    truth = np.where(half, score * 0.8, np.minimum(score * 1.2, 1))
    people = made((rng.random(6000) < truth).astype(float), score, probability=True,
                  groups={"over": half, "under": ~half})  # fmt: skip
    found = calibration(people, draws=400)
    over, under = found.groups
    assert found.overall.observed_expected.low < 1 < found.overall.observed_expected.high
    assert over.observed_expected.high < 1 < under.observed_expected.low
    assert not found.mapped and found.note == ""


def test_the_curve_follows_the_truth_where_there_are_people() -> None:
    people = drawn_people(8000)
    curve = calibration(people, draws=300).overall.curve
    covered = [
        p.observed.low <= p.expected <= p.observed.high for p in curve if p.observed.n >= 200
    ]
    assert len(covered) > 8 and np.mean(covered) > 0.8
    assert all(point.observed.n >= 30 for point in curve)
    assert max(abs(p.observed.value - p.expected) for p in curve if p.observed.n >= 400) < 0.06


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 1), st.integers(1, 4)), min_size=2, max_size=60
    )
)
def test_isotonic_steps_are_those_of_scikit_learn(rows: list[tuple[int, int, int]]) -> None:
    import sklearn.isotonic as module

    score, y, weight = np.array(rows, float).T
    values, fitted = isotonic(score, y, weight)
    model = module.IsotonicRegression(out_of_bounds="clip").fit(score, y, sample_weight=weight)
    asked = np.linspace(-1, 13, 57)
    assert read_off(asked, values, fitted) == pytest.approx(model.predict(asked), abs=1e-9)
    assert np.isnan(read_off(np.array([np.nan]), values, fitted)).all()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1)), min_size=2, max_size=40))
def test_venn_abers_is_what_one_more_person_makes_of_the_steps(rows: list[tuple[int, int]]) -> None:
    score, y = np.array(rows, float).T
    places = np.unique(score, return_inverse=True)[1]
    table = np.stack(
        [np.bincount(places, weights=y == o, minlength=places.max() + 1) for o in (0, 1)], 1
    )
    expected = [
        [read_off(np.array([one]), *isotonic(np.append(score, one), np.append(y, o), np.ones(len(y) + 1)))[0]
         for o in (0, 1)]
        for one in np.unique(score)
    ]  # fmt: skip
    found = pairs(table)
    assert found == pytest.approx(np.array(expected), abs=1e-9)
    assert (found[:, 0] <= found[:, 1]).all()
    assert width_of(score, y, np.ones(len(y))) == pytest.approx(
        np.average(found[:, 1] - found[:, 0], weights=table.sum(1))
    )


def test_more_people_make_a_chance_surer() -> None:
    few, many = (calibration(drawn_people(n), draws=200).overall.width for n in (300, 5000))
    assert 0 < many < few < 0.2


def test_nobody_teaches_their_own_chance() -> None:
    """Outcomes change places inside families of a fold: its chances stay, those of others move."""
    people = drawn_people(400, cluster=np.arange(400) // 4)
    fold = folds_of(people, 10, 1)
    mine = fold == 4
    y = people.y.copy()
    y[mine] = y[mine].reshape(-1, 4)[:, ::-1].ravel()
    turned = replace(people, y=y)
    assert (y != people.y).any() and np.array_equal(folds_of(turned, 10, 1), fold)
    before, after = (out_of_fold(p, p.score, 10, 1) for p in (people, turned))
    assert np.array_equal(before[mine], after[mine])
    assert not np.array_equal(before[~mine], after[~mine])


def test_folds_keep_families_whole_and_are_alike() -> None:
    """A tenth of all families and of those with anybody of the outcome, to one more or less."""
    people = drawn_people(3000, cluster=np.arange(3000) // 3)
    fold = folds_of(people, 10, 5)
    of_family = fold[::3]
    assert np.array_equal(np.repeat(of_family, 3), fold)
    with_any = people.y.reshape(-1, 3).any(1)
    assert set(np.bincount(of_family)) == {100}
    assert np.ptp(np.bincount(of_family[with_any], minlength=10)) <= 1
    assert not np.array_equal(fold, folds_of(people, 10, 6))


def test_unknown_outcomes_get_a_chance_and_teach_nothing() -> None:
    people = drawn_people(500)
    hidden = replace(people, y=np.where(np.arange(500) < 50, np.nan, people.y))
    found = chances_of(replace(hidden, plan=people.plan.model_copy(update={"probability": False})))
    assert np.isfinite(found).all() and ((found >= 0) & (found <= 1)).all()
    assert calibration(hidden, draws=200).overall.n == 450


def test_few_cases_say_nothing() -> None:
    people = drawn_people(400, groups={"few": np.arange(400) < 35})
    few = calibration(people, draws=200).groups[0]
    assert not few.slope.known and np.isnan(few.width) and few.curve == ()


def test_one_chance_for_all_has_no_slope() -> None:
    y = np.arange(200) % 4 == 0
    found = calibration(made(y, np.full(200, 0.25), probability=True), draws=200).overall
    assert found.observed_expected.value == pytest.approx(1)
    assert not found.slope.known and not found.intercept.known


def test_compas_to_the_printed_digits(shared: Path) -> None:
    """Facts, section 2: deciles made chances; slope .97 and 1.00, observed over expected 1.02 and .98."""
    found = calibration(compas_people(shared))
    assert found.mapped and "not a chance" in found.note
    black, white = found.groups
    assert [round(g.slope.value, 2) for g in (black, white)] == [0.97, 1.0]
    assert [round(g.observed_expected.value, 2) for g in (black, white)] == [1.02, 0.98]
    assert black.observed_expected.low < 1 < black.observed_expected.high
