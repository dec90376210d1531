"""Challengers: learnt from others than they are tried on, from any kind of column."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.groups.rates import group_rates
from licet.audit.people import People
from licet.audit.score.challengers import (
    Challenged,
    Challenger,
    challengers,
    flagged_alike,
    flagged_as_many,
)
from licet.audit.score.features import Prepared
from licet.audit.score.folds import folds_of
from licet.errors import BadInput
from tests.audit.scores import compas_people, made

ALL = {"one": "age", "two": ("age", "visits"), "four": ("age", "visits", "town", "sex")}
DAY = (date(2024, 7, 1) - date(1970, 1, 1)).days


def people_with(number: int = 600, seed: int = 2, **more: object) -> People:
    """People of whom age and visits say something, with gaps in both; families of up to three."""
    rng = np.random.default_rng(seed)
    age, visits = rng.normal(40, 10, number), rng.poisson(2, number).astype(float)
    town = rng.choice(["North", "South", "East"], number)
    lean = 0.08 * (age - 40) + 0.5 * visits - 1.5 + (town == "North")
    y = (rng.random(number) < 1 / (1 + np.exp(-lean))).astype(float)
    features = pl.DataFrame(
        {
            "age": np.where(rng.random(number) < 0.1, np.nan, age),
            "visits": visits,
            "town": np.where(rng.random(number) < 0.1, None, town.astype(object)).tolist(),
            "sex": rng.choice(["f", "m"], number),
        }
    )
    declared = {"challengers": ALL, "cluster": np.arange(number) // 3, "features": features, **more}
    return made(y, 1 / (1 + np.exp(-lean)), probability=True, **declared)


def by_id(found: Challenged) -> dict[str, Challenger]:
    return {one.id: one for one in found.challengers}


@pytest.fixture(scope="module")
def people() -> People:
    return people_with()


@pytest.fixture(scope="module")
def found(people: People) -> Challenged:
    return challengers(people)


def test_everyone_named_is_there_and_is_a_chance(people: People, found: Challenged) -> None:
    assert list(by_id(found)) == ["chance", "one", "two", "four", "boosted"]
    for one in found.challengers:
        assert one.probability and np.isfinite(one.score).all(), one.id
        assert ((one.score >= 0) & (one.score <= 1)).all()
        assert one.score.mean() == pytest.approx(people.y.mean(), abs=0.03)
    assert found.notes == ()


def test_lots_are_one_chance_for_all(people: People, found: Challenged) -> None:
    assert set(by_id(found)["chance"].score) == {people.y.mean()}


def test_the_more_is_told_the_better(people: People, found: Challenged) -> None:
    import sklearn.metrics as metrics

    areas = {name: metrics.roc_auc_score(people.y, one.score) for name, one in by_id(found).items()}
    assert areas["chance"] == 0.5 < areas["one"] < areas["two"] < areas["four"]


def test_a_family_does_not_teach_its_own_scores(people: People, found: Challenged) -> None:
    """Outcomes of a fold are shuffled: its own scores stay, those of other folds move.

    Shuffled, because folds are dealt out by who has the outcome: each family keeps as many.
    """
    fold = folds_of(people, 10, people.plan.seed)
    y = people.y.copy()
    rows = np.flatnonzero(fold == 3)
    for family in np.unique(people.cluster[rows]):
        mine = rows[people.cluster[rows] == family]
        y[mine] = np.roll(y[mine], 1)
    turned = replace(people, y=y)
    assert (y != people.y).any() and np.array_equal(folds_of(turned, 10, people.plan.seed), fold)
    others = by_id(challengers(turned))
    for name in ("one", "two", "four", "boosted"):
        before, after = by_id(found)[name].score, others[name].score
        assert np.array_equal(before[fold == 3], after[fold == 3]), name
        assert not np.array_equal(before[fold != 3], after[fold != 3]), name


def test_the_seed_alone_decides(people: People, found: Challenged) -> None:
    for name, one in by_id(challengers(people)).items():
        assert np.array_equal(one.score, by_id(found)[name].score), name


def later(**more: object) -> People:
    """The same people, half of them scored before July 2024; families on both sides."""
    rng = np.random.default_rng(6)
    as_of = DAY + rng.integers(-300, 300, 600).astype(float)
    plan = {**ALL, "fit_before": date(2024, 7, 1)}
    return people_with(**{"challengers": plan, "as_of": as_of, **more})


def test_by_day_models_are_tried_on_later_people_only() -> None:
    people = later(cluster=np.arange(600))
    found = by_id(challengers(people))
    test = people.as_of >= DAY
    for one in found.values():
        assert np.array_equal(np.isfinite(one.score), test), one.id
    assert set(found["chance"].score[test]) == {people.y[~test].mean()}
    turned = replace(people, y=np.where(test, 1 - people.y, people.y))
    again = by_id(challengers(turned))
    for name, one in found.items():
        assert np.array_equal(one.score, again[name].score, equal_nan=True), name


def test_by_day_families_that_are_tried_are_not_learnt_from() -> None:
    people = later()
    many = people_with(3000, cluster=np.arange(3000) // 2, challengers=people.plan.challengers.model_dump(),
                       as_of=np.tile(people.as_of, 5))  # fmt: skip
    test = many.as_of >= DAY
    shared = ~test & np.isin(many.cluster, many.cluster[test])
    assert shared.any() and (~test & ~shared).sum() > 100
    turned = replace(many, y=np.where(shared, 1 - many.y, many.y))
    for name, one in by_id(challengers(many)).items():
        assert np.array_equal(one.score, by_id(challengers(turned))[name].score, equal_nan=True), (
            name
        )


def test_by_day_outcomes_seen_too_late_teach_nothing() -> None:
    """outcome_days: who was scored less than 90 days before the day is not learnt from."""
    people = later(cluster=np.arange(600), outcome_days=90)
    late = (people.as_of < DAY) & (people.as_of + 90 > DAY)
    assert late.sum() > 30
    turned = replace(people, y=np.where(late, 1 - people.y, people.y))
    one, two = challengers(people), challengers(turned)
    assert one.notes == ()
    for name, challenger in by_id(one).items():
        assert np.array_equal(challenger.score, by_id(two)[name].score, equal_nan=True), name


def test_by_day_it_is_said_where_that_leaves_too_few() -> None:
    found = challengers(later(cluster=np.arange(600), outcome_days=700))
    assert "came to be known later" in found.notes[0] and len(found.challengers) == 5


def test_by_day_needs_days_and_people() -> None:
    with pytest.raises(BadInput, match="fit_before needs the day"):
        challengers(later(as_of=None))
    with pytest.raises(BadInput, match="nobody was scored on or after"):
        challengers(later(as_of=np.full(600, DAY - 1.0)))


def test_unknown_outcomes_teach_nothing_and_are_scored() -> None:
    people = people_with()
    some = np.arange(600) % 5 == 0
    hidden = replace(people, y=np.where(some, np.nan, people.y))
    one = by_id(challengers(hidden))
    assert all(np.isfinite(c.score).all() for c in one.values())
    assert set(one["chance"].score) == {people.y[~some].mean()}


def test_too_few_to_learn_from_is_said_and_leaves_drawing_lots() -> None:
    found = challengers(people_with(90))
    assert list(by_id(found)) == ["chance"]
    assert "No simple model was learnt" in found.notes[0]


def test_of_very_many_some_are_drawn_to_learn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    people = people_with(challengers={"two": ("age", "visits")})
    whole = by_id(challengers(people))["two"].score
    monkeypatch.setattr("licet.audit.score.challengers.MOST_LEARNT", 200)
    some, again = (by_id(challengers(people))["two"].score for _ in range(2))
    assert np.array_equal(some, again) and not np.array_equal(some, whole)
    assert np.corrcoef(some, whole)[0, 1] > 0.9 and np.isfinite(some).all()


def test_a_feature_that_is_not_there_is_named_with_the_nearest() -> None:
    people = people_with(challengers={"two": ("age", "visit")})
    with pytest.raises(BadInput, match="unknown feature 'visit'") as error:
        challengers(people)
    assert "'visits'" in str(error.value)


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(BadInput, match=r"licet\[audit\]"):
        challengers(people_with(challengers={"two": ("age", "visits")}))


def test_other_scores_and_practice_need_no_learning() -> None:
    people = people_with(challengers={"scores": ("vendor",)})
    people = replace(people, rivals={"vendor": people.score * 100}, practice=people.flag)
    found = by_id(challengers(people))
    assert list(found) == ["chance", "score:vendor", "practice"]
    assert not found["score:vendor"].probability and set(found["practice"].score) == {0.0, 1.0}


def test_columns_become_numbers_as_learnt() -> None:
    """Ages 20, 40, none: the median 30 is put in and a column says so. Towns: the most frequent is 0."""
    seen = pl.DataFrame(
        {"age": [20, 40, None], "town": ["N", "N", None], "day": [date(2024, 1, 1)] * 3}
    )
    prepared = Prepared.of(seen)
    found = prepared.matrix(seen)
    assert found.shape == (3, 4)
    assert found[:, 0] == pytest.approx([-(1.5**0.5), 1.5**0.5, 0])
    assert found[:, 1].tolist() == [0, 0, 1] and found[:, 2].tolist() == [0, 0, 1]
    new = pl.DataFrame({"age": [30], "town": ["elsewhere"], "day": [None]}, schema=seen.schema)
    assert prepared.matrix(new).tolist() == [[0, 0, 0, 0]]


def test_one_category_is_a_share_for_each() -> None:
    people = people_with(challengers={"one": "town"})
    score = by_id(challengers(people))["one"].score
    town = people.features["town"].to_numpy()  # type: ignore[union-attr]
    north = np.array([one == "North" for one in town])
    assert score[north].mean() == pytest.approx(people.y[north].mean(), abs=0.03)
    assert len(np.unique(score)) <= 4 * 10


def test_one_number_may_fall() -> None:
    people = people_with(challengers={"one": "age"})
    falling = replace(people, features=people.features.with_columns(-pl.col("age")))  # type: ignore[union-attr]
    one, two = (by_id(challengers(p))["one"].score for p in (people, falling))
    assert one == pytest.approx(two, abs=1e-9)


def test_flags_of_a_challenger(people: People) -> None:
    chance = Challenger("c", "c", np.where(np.arange(600) < 100, np.nan, people.score), True)
    flags = flagged_alike(people, chance)
    assert (flags[:100] == -1).all()
    assert np.array_equal(flags[100:] == 1, people.score[100:] >= 0.5)
    as_many = flagged_as_many(people, chance)
    assert abs((as_many == 1).sum() - (people.flag[100:] == 1).sum()) <= 1
    assert people.score[as_many == 1].min() >= people.score[as_many == 0].max()
    other = Challenger("o", "o", people.score * 10)
    assert np.array_equal(flagged_alike(people, other), flagged_as_many(people, other))


def test_scores_are_not_told(found: Challenged) -> None:
    assert "array" not in repr(found) and "score" not in repr(found.challengers[0])


def test_the_two_feature_rule_has_gaps_of_its_own(shared: Path) -> None:
    """Facts, section 2: FPR .266 against .134, FNR .381 against .621: beating the tool is not being fair."""
    people = compas_people(shared, challengers={"two": ("age", "priors_count")})
    two = by_id(challengers(people))["two"]
    rates = group_rates(replace(people, flag=flagged_alike(people, two)), draws=200)
    black, white = people.keys
    figures = [rates.rate(key, m).estimate.value for m in ("fpr", "fnr") for key in (black, white)]
    assert figures == pytest.approx([0.266, 0.134, 0.381, 0.621], abs=0.006)
    assert rates.gap(black, "fpr").difference.low > 0.05
