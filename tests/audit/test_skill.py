"""Skill: the figures of scikit-learn, bounds over every choice among ties, paired draws that know of families."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.score.challengers import Challenger, challengers
from licet.audit.score.ranking import (
    at_capacity,
    auc,
    average_precision,
    table_of,
    table_part,
    tie_bounds,
)
from licet.audit.score.scored import Scored, shared_draws
from licet.audit.score.skill import best_of_many, expected_best, skill
from tests.audit.scores import compas_people, drawn_people, made

EXACT = 1e-12


def table(y: object, score: object, weight: object = None) -> np.ndarray:
    """The table of people, each distinct score a bin."""
    places = np.unique(np.asarray(score, float), return_inverse=True)[1]
    part = table_part(places.astype(np.int64), np.asarray(y, float))
    worth = np.ones(len(places)) if weight is None else np.asarray(weight, float)
    return table_of(np.bincount(part.code, weights=worth, minlength=part.columns))


@st.composite
def scored(draw: st.DrawFn, most: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes (both are there), scores with ties, whole weights."""
    n = draw(st.integers(2, most))
    y = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n).filter(lambda v: 0 < sum(v) < n))
    score = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    weight = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    return np.array(y, float), np.array(score, float), np.array(weight, float)


@given(scored())
def test_auc_and_average_precision_are_those_of_scikit_learn(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    import sklearn.metrics as metrics

    y, score, weight = given_
    found = table(y, score, weight)
    assert auc(found) == pytest.approx(
        metrics.roc_auc_score(y, score, sample_weight=weight), abs=EXACT
    )
    expected = metrics.average_precision_score(y, score, sample_weight=weight)
    assert average_precision(found) == pytest.approx(expected, abs=EXACT)


@given(scored(), st.floats(0.05, 1))
def test_an_order_is_all_that_counts(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray], share: float
) -> None:
    y, score, weight = given_
    one, two = table(y, score, weight), table(y, np.exp(score) - 7, weight)
    assert auc(one) == auc(two)
    assert at_capacity(one, share) == at_capacity(two, share)


@given(scored(), st.floats(0.05, 1))
def test_a_weight_is_so_many_people(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray], share: float
) -> None:
    y, score, weight = given_
    times = weight.astype(int)
    one, two = table(y, score, weight), table(np.repeat(y, times), np.repeat(score, times))
    assert np.array_equal(one, two)
    assert auc(one) == auc(two) and average_precision(one) == average_precision(two)
    assert tie_bounds(one, share) == tie_bounds(two, share)


@given(scored(9), st.integers(1, 8), st.data())
def test_bounds_and_mean_are_those_of_every_choice_among_the_tied(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray], picked: int, data: st.DataObject
) -> None:
    y, score, _ = given_
    picked = min(picked, len(y))
    cut = np.sort(score)[::-1][picked - 1]
    sure, tied = np.flatnonzero(score > cut), np.flatnonzero(score == cut)
    found = [
        y[[*sure, *chosen]].sum() for chosen in combinations(tied.tolist(), picked - len(sure))
    ]
    made_of, share = table(y, score), picked / len(y)
    precision, recall = at_capacity(made_of, share)
    bounds = tie_bounds(made_of, share)
    assert precision == pytest.approx(np.mean(found) / picked, abs=EXACT)
    assert recall == pytest.approx(np.mean(found) / y.sum(), abs=EXACT)
    assert (bounds.precision_worst, bounds.precision_best) == pytest.approx(
        (min(found) / picked, max(found) / picked), abs=1e-9
    )
    assert (bounds.recall_worst, bounds.recall_best) == pytest.approx(
        (min(found) / y.sum(), max(found) / y.sum()), abs=1e-9
    )
    assert bounds.precision_worst - 1e-9 <= precision <= bounds.precision_best + 1e-9


def test_people_of_unknown_outcome_are_picked_but_are_no_evidence() -> None:
    """Of ten the top four are picked: two with, one without, one not known. Of three known, one not found."""
    y = [np.nan, 1, 1, 0, 0, 0, 0, 1, 0, 0]
    people = made(y, np.arange(10, 0, -1) / 10, flagged={"people": 4}, least_cases=10)
    found = skill(people, draws=200).capacity
    assert (found.share, found.people) == (0.4, 4)
    assert found.precision.value == pytest.approx(2 / 3)
    assert found.recall.value == pytest.approx(2 / 3)
    assert found.not_known == pytest.approx(1 / 4)


def test_the_brier_score_is_that_of_scikit_learn() -> None:
    import sklearn.metrics as metrics

    people = drawn_people(500)
    found = skill(people, draws=200).figures
    brier = metrics.brier_score_loss(people.y, people.score)
    base = people.y.mean()
    assert found["brier"].value == pytest.approx(brier, abs=EXACT)
    assert found["brier_skill"].value == pytest.approx(1 - brier / (base * (1 - base)), abs=EXACT)
    assert (
        "brier"
        not in skill(
            replace(people, plan=people.plan.model_copy(update={"probability": False})), draws=200
        ).figures
    )


def delong(y: np.ndarray, *scores: np.ndarray) -> np.ndarray:
    """Covariance of AUCs (DeLong, DeLong and Clarke-Pearson 1988), straight from its definition."""
    of_cases, of_others = [], []
    for score in scores:
        above = score[y == 1][:, None] - score[y == 0][None, :]
        wins = (above > 0) + (above == 0) / 2
        of_cases.append(wins.mean(1))
        of_others.append(wins.mean(0))
    cases, others = np.atleast_2d(np.cov(of_cases)), np.atleast_2d(np.cov(of_others))
    return cases / (y == 1).sum() + others / (y == 0).sum()


def test_draws_spread_as_delong_says_alone_and_in_pairs() -> None:
    people = drawn_people(1500)
    rng = np.random.default_rng(8)
    other = people.score + rng.normal(0, 0.15, len(people))
    found = skill(people, [Challenger("other", "other", other)], draws=2000)
    both = delong(people.y, people.score, other)
    pair = sqrt(both[0, 0] + both[1, 1] - 2 * both[0, 1])
    assert found.figures["auc"].se == pytest.approx(sqrt(both[0, 0]), rel=0.06)
    difference = found.compared[0].difference["auc"]
    assert difference.se == pytest.approx(pair, rel=0.06)
    assert difference.se < found.figures["auc"].se, "unpaired, it would be larger than either"
    assert difference.high - difference.low == pytest.approx(2 * 1.96 * pair, rel=0.1)


def test_a_score_against_itself_differs_by_nothing_in_every_draw() -> None:
    people = drawn_people(300)
    row = skill(people, [Challenger("self", "self", people.score, True)], draws=200).compared[0]
    for name, difference in row.difference.items():
        if name != "accuracy":  # flags of a challenger are cut at a half, as the tool's are here
            assert (difference.value, difference.low, difference.high) == (0, 0, 0), name
    assert row.difference["accuracy"].value == 0


def test_families_are_drawn_whole() -> None:
    """Everybody three times over, as a family: the intervals stay those of the single people."""
    one = drawn_people(400)
    rows = np.repeat(np.arange(400), 3)
    three = made(one.y[rows], one.score[rows], probability=True, cluster=rows)
    single, family = (skill(p, draws=1000).figures["auc"] for p in (one, three))
    naive = skill(replace(three, cluster=np.arange(1200)), draws=1000).figures["auc"]
    assert family.value == pytest.approx(single.value, abs=EXACT)
    assert family.se == pytest.approx(single.se, rel=0.08)
    assert naive.se == pytest.approx(single.se / sqrt(3), rel=0.12)


def test_bins_move_no_figure_and_hardly_an_interval() -> None:
    people = drawn_people(4000)
    fine, coarse = (
        shared_draws(people, {"tool": Scored(people.score, people.flag, True, 0.1, bins)}, 400, 1)
        for bins in (4000, 200)
    )
    for name, estimate in fine["tool"].estimates(0.95).items():
        other = coarse["tool"].estimates(0.95)[name]
        assert other.value == estimate.value
        assert other.se == pytest.approx(estimate.se, rel=0.03), name


def test_the_best_of_several_owes_this_much_to_chance() -> None:
    """Two: 1 / sqrt(pi). Three: 3 / (2 sqrt(pi)). Ten: 1.5388 (tables of order statistics)."""
    assert expected_best(2) == pytest.approx(1 / sqrt(pi), abs=1e-6)
    assert expected_best(3) == pytest.approx(1.5 / sqrt(pi), abs=1e-6)
    assert expected_best(10) == pytest.approx(1.53875, abs=1e-4)


def test_a_score_chosen_out_of_several_comes_with_a_warning() -> None:
    people = drawn_people(300)
    assert skill(people, draws=200).warning == "" == best_of_many(1, 0.0)
    found = skill(replace(people, plan=people.plan.model_copy(update={"tried": 30})), draws=200)
    assert found.optimism == pytest.approx(expected_best(30) * found.figures["auc"].se)
    assert "chosen out of 30" in found.warning and f"{found.optimism:.3f}" in found.warning


def test_practice_is_compared_at_as_many_people_as_it_picks() -> None:
    people = drawn_people(600)
    rng = np.random.default_rng(2)
    people = replace(people, practice=(rng.random(600) < people.score / 2).astype(np.int8))
    row = next(r for r in skill(people, challengers(people).challengers, draws=200).compared
               if r.challenger == "practice")  # fmt: skip
    picked = people.practice == 1
    assert row.share == pytest.approx(picked.mean())
    assert row.own["precision"].value == pytest.approx(people.y[picked].mean())
    top = np.argsort(-people.score)[: picked.sum()]
    assert row.tool["precision"].value == pytest.approx(people.y[top].mean())


def test_a_list_of_flags_is_a_score_of_two_values() -> None:
    people = made([1, 1, 0, 0, 1, 0, 0, 0], None, [1, 1, 1, 0, 0, 0, 0, 0])
    found = skill(people, draws=200)
    assert found.figures["auc"].value == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert found.capacity.share == 3 / 8 and found.capacity.precision.value == pytest.approx(2 / 3)
    assert "brier" not in found.figures


def test_groups_of_few_cases_have_no_figure() -> None:
    people = drawn_people(300, groups={"few": np.arange(300) < 40, "many": np.arange(300) >= 40})
    few, many = skill(people, draws=200).groups
    assert np.isnan(few.figures["auc"].value) and not few.figures["auc"].known
    assert many.figures["auc"].known and few.n == 40


def test_the_seed_alone_decides() -> None:
    people = drawn_people(300)
    one, two, other = (skill(people, draws=200, seed=seed).figures["auc"] for seed in (1, 1, 2))
    assert (
        one == two and (one.low, one.high) != (other.low, other.high) and one.value == other.value
    )


def test_precision_and_recall_along_the_capacity() -> None:
    found = skill(drawn_people(1000), draws=200)
    shares = [point.share for point in found.curve]
    recalls = [point.recall.value for point in found.curve]
    assert shares == sorted(shares) and recalls == sorted(recalls)
    assert all(p.precision.low <= p.precision.value <= p.precision.high for p in found.curve)
    assert all(p.people == round(p.share * 1000) for p in found.curve)


def test_compas_to_the_printed_digits(shared: Path) -> None:
    """Facts, section 2: AUC and accuracy; two numbers do better, within the noise of the bootstrap."""
    people = compas_people(shared, challengers={"two": ("age", "priors_count")})
    found = skill(people, challengers(people).challengers)
    assert round(found.figures["auc"].value, 4) == 0.7022
    assert round(found.figures["accuracy"].value, 4) == 0.6537
    assert [round(group.figures["auc"].value, 4) for group in found.groups] == [0.6918, 0.6931]
    row = next(row for row in found.compared if row.challenger == "two")
    assert found.best == "two"
    assert row.own["auc"].value == pytest.approx(0.7226, abs=0.0006)
    assert row.own["accuracy"].value == pytest.approx(0.677, abs=0.002)
    accuracy, area = row.difference["accuracy"], row.difference["auc"]
    assert (accuracy.value, accuracy.low, accuracy.high) == pytest.approx(
        (-0.024, -0.035, -0.013), abs=0.003
    )
    assert (area.value, area.low, area.high) == pytest.approx((-0.020, -0.031, -0.010), abs=0.0015)
