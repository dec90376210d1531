"""Models: learnt on earlier dates and other households, calibrated, kept as a few numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from licet.errors import BadInput
from licet.identify.cohort import Cohort, assemble, flagged, parts, scaled, with_outcomes
from licet.identify.fitting import KINDS, SIMPLER, Candidate, auc, fit
from licet.identify.scorecard import chances, model_of, speaking_for
from tests.forecast.made import Town, bound, cohort_of, forecast, make_town

TRUE = (-2.5, {"absences": 0.5, "contacts": 0.9, "excluded": 0.0, "referred": 1.2})


@cache
def town() -> Town:
    return make_town(4, 2500)


@cache
def planted() -> Cohort:
    """The town's cohort, with outcomes drawn from a model that is known."""
    cohort = cohort_of(town(), bound())
    rng = np.random.default_rng(8)
    odds = np.full(len(cohort), TRUE[0])
    for one in cohort.forecast.features:
        odds += TRUE[1][one.id] * scaled(cohort.rows[one.id], one.measure)
    return replace(cohort, had=rng.random(len(cohort)) < expit(odds))


@cache
def fitted() -> tuple[Candidate, ...]:
    return fit(planted(), parts(planted()))


def test_a_known_model_is_found_again() -> None:
    """Each true slope lies in its interval (95 %; of four at most one outside), and chances are calibrated."""
    cohort = planted()
    part = parts(cohort)
    found = {one.kind: one for one in fitted()}
    model = found["logistic"].model
    assert model is not None
    inside = [one.low <= TRUE[1][one.feature] <= one.high for one in model.terms]
    assert len(inside) == 4 and sum(inside) >= 3
    test = cohort.among(part.test)
    for one in found.values():
        assert 0.75 < test.y.mean() / one.test.mean() < 1.33, one.kind
        assert auc(one.test, test.y) > 0.6
    # Nobody can order people better than the chances that they were drawn with: by more than chance.
    truth = np.full(len(test), TRUE[0])
    for one in cohort.forecast.features:
        truth += TRUE[1][one.id] * scaled(test.rows[one.id], one.measure)
    assert auc(found["logistic"].test, test.y) <= auc(truth, test.y) + 0.01
    assert set(speaking_for(model)) >= {"absences", "contacts", "referred"}


@pytest.mark.long
def test_the_same_seed_gives_the_same_models_and_the_test_is_not_looked_at() -> None:
    cohort = planted()
    part = parts(cohort)
    first = fitted()
    assert cohort.had is not None
    turned = replace(cohort, had=np.where(part.early, cohort.had, ~cohort.had))
    again = fit(turned, part)
    for one, other in zip(first, again, strict=True):
        assert one.kind == other.kind
        assert np.array_equal(one.test, other.test)
        assert (one.model and one.model.hash()) == (other.model and other.model.hash())
    seeded = replace(cohort, forecast=forecast(seed=4))
    assert not np.array_equal(parts(seeded).test, part.test)


def test_each_candidate_is_held_against_simpler_ones() -> None:
    assert set(SIMPLER) == {*KINDS, "rule"}  # a declared rule is not learnt
    order = (*KINDS, "rule")
    for kind, simpler in SIMPLER.items():
        assert all(order.index(one) < order.index(kind) for one in simpler)
    assert all("one" in SIMPLER[kind] for kind in order[1:])


@settings(deadline=None, derandomize=True, max_examples=30)
@given(seed=st.integers(0, 10**6), share=st.floats(0.1, 0.9))
def test_nobody_of_a_household_is_learnt_from_and_tried(seed: int, share: float) -> None:
    cohort = replace(planted(), forecast=forecast(seed=seed, test_share=share))
    part = parts(cohort)
    homes = dict(town().homes.rows())
    units = cohort.rows["unit"].to_list()
    sides = [
        {homes[unit] for unit, inside in zip(units, rows, strict=True) if inside}
        for rows in (part.early, part.test)
    ]
    assert not sides[0] & sides[1]
    days = cohort.rows["as_of"]
    assert days.filter(part.learn).max() < days.filter(part.calibrate).min()  # type: ignore[operator]
    assert days.filter(part.test).unique().to_list() == [date(2025, 6, 1)]
    # Of about 1,000 households the part held out is near the share: six standard errors.
    held = len(sides[1]) / len(set(homes.values()))
    assert abs(held - share) < 6 * (share * (1 - share) / 800) ** 0.5


def test_people_who_ever_lived_together_are_of_one_cluster() -> None:
    people = pl.DataFrame({"person": ["a", "b", "c", "d", "e"]})
    homes = pl.DataFrame({
        "as_of": [date(2022, 6, 1)] * 3 + [date(2025, 6, 1)] * 3,
        "person": ["a", "b", "c", "a", "b", "c"],
        "household": ["one", "one", "two", "one", "two", "two"],
    })  # fmt: skip
    declared = forecast(features=[forecast().features[0].model_dump()])
    none = pl.DataFrame(schema={"as_of": pl.Date, "person": pl.String, "absences": pl.Int64})
    cohort = assemble(declared, [none], people, homes, declared.days)
    of = dict(cohort.rows.select("unit", "cluster").rows())
    assert of["a"] == of["b"] == of["c"]
    assert len({of["a"], of["d"], of["e"]}) == 3


def test_a_second_home_puts_both_households_into_one_cluster() -> None:
    """b lives at one longest, and at two as well: nobody of two may be tried by what was learnt at one."""
    people = pl.DataFrame({"person": ["a", "b", "c", "d"]})
    homes = pl.DataFrame(
        {"person": ["a", "b", "c", "d"], "household": ["one", "one", "two", "four"]}
    )
    together = pl.concat([homes, pl.DataFrame({"person": ["b"], "household": ["two"]})])
    none = pl.DataFrame(schema={"as_of": pl.Date, "person": pl.String, "absences": pl.Int64})
    for level, ids in (("person", "acd"), ("household", ("one", "two", "four"))):
        declared = forecast(features=[forecast().features[0].model_dump()], level=level)
        cohort = assemble(declared, [none], people, homes, declared.days, together)
        of = dict(cohort.rows.select("unit", "cluster").rows())
        assert of[ids[0]] == of[ids[1]] != of[ids[2]]


def test_a_household_has_what_its_people_have() -> None:
    declared = forecast(level="household")
    days = declared.days[:1]
    people = pl.DataFrame({"person": ["a", "b", "c"]})
    homes = pl.DataFrame({"person": ["a", "b", "c"], "household": ["h", "h", "i"]})
    measured = pl.DataFrame({
        "as_of": days * 2, "person": ["a", "b"], "absences": [15_000, 20_000], "contacts": [1, None],
        "excluded": [None, 2], "referred": [40, 7],
    })  # fmt: skip
    cohort = assemble(declared, [measured], people, homes, days)
    rows = {row["unit"]: row for row in cohort.rows.to_dicts()}
    assert [rows["h"][name] for name in TRUE[1]] == [3.5, 1, 2, 7]
    assert [rows["i"][name] for name in TRUE[1]] == [0, 0, 0, None]
    had = with_outcomes(cohort, pl.DataFrame({"as_of": days, "person": ["b"]}), homes)
    assert had.had is not None and dict(zip(cohort.rows["unit"], had.had, strict=True)) == {"h": True, "i": False}  # fmt: skip
    with pytest.raises(BadInput, match="a forecast for households without households"):
        assemble(declared, [measured], people, None, days)


def test_a_cohort_of_those_with_a_line_and_of_those_who_are_there() -> None:
    whom = {"meaning": "m", "feed": "clinic", "table": "contacts", "window": "365 days"}
    declared = forecast(cohort=whom)
    days = declared.days[:2]
    people = pl.DataFrame({"person": ["a", "b", "c"], "since": [days[1], None, None]})
    measured = pl.DataFrame({
        "as_of": [*days, *days], "person": ["a", "a", "b", "b"], "cohort": [1, 2, 3, None],
        "absences": [None] * 4, "contacts": [1, 1, 1, 1], "excluded": [None] * 4, "referred": [None] * 4,
    }, schema_overrides=dict.fromkeys(("absences", "excluded", "referred"), pl.Int64))  # fmt: skip
    rows = assemble(declared, [measured], people, None, days).rows.select("as_of", "unit").rows()
    assert rows == [(days[0], "b"), (days[1], "a")]
    with pytest.raises(BadInput, match="the cohort holds nobody"):
        assemble(declared, [measured.with_columns(cohort=pl.lit(0))], people, None, days)


def test_one_class_and_too_few_are_refused() -> None:
    cohort = planted()
    part = parts(cohort)
    for had, says in ((np.zeros, "nobody has"), (np.ones, "everybody has")):
        with pytest.raises(BadInput, match=f"a cohort of one class: {says}"):
            fit(replace(cohort, had=had(len(cohort), bool)), part)
    few = np.zeros(len(cohort), bool)
    few[np.flatnonzero(part.learn)[:29]] = True
    with pytest.raises(BadInput, match="too few people to learn from"):
        fit(replace(cohort, had=few), part)
    flat = cohort.rows.with_columns(
        absences=0.0, contacts=0, excluded=0, referred=pl.lit(None, pl.Int64)
    )
    with pytest.raises(BadInput, match="no feature tells anybody apart"):
        fit(replace(cohort, rows=flat), part)


def test_what_is_kept_is_a_few_numbers() -> None:
    cohort = planted()
    part = parts(cohort)
    for one in fitted():
        if one.kind == "boosted":
            assert one.model is None
            continue
        assert one.model is not None
        text = one.model.text()
        back = model_of(json.loads(text), "model.json")
        assert back == one.model and back.hash() == one.model.hash()
        assert np.allclose(chances(back, cohort.among(part.test)), one.test)
        assert len(text) < 4000
        if one.kind == "scorecard":
            points = [term.value for term in one.model.terms]
            assert all(point == int(point) and abs(point) <= 5 for point in points)
            assert max(map(abs, points)) == 5
        if one.kind == "one":
            assert len(one.model.terms) == 1


@pytest.mark.parametrize("damage", [{"schema": "x"}, {"kind": "boosted"}, {"intercept": "a"}, {"right": [1]}, {"made": {}}, {"terms": [{}]}, {"right": [1, float("inf")]}])  # fmt: skip
def test_no_other_model_is_read(damage: dict[str, object]) -> None:
    model = fitted()[0].model
    assert model is not None
    with pytest.raises(BadInput, match="this is no model"):
        model_of(model.data() | damage, "model.json")


def test_as_many_are_flagged_as_of_each_date_as_can_be_seen() -> None:
    cohort = planted()
    score = np.round(np.random.default_rng(1).random(len(cohort)), 1)
    found = flagged(cohort, score, 0.1, 3)
    days = cohort.rows["as_of"].to_numpy()
    for day in np.unique(days):
        here = days == day
        assert found[here].sum() == round(0.1 * here.sum())
        assert score[here & (found == 1)].min() >= score[here & (found == 0)].max()
    assert not np.array_equal(found, flagged(cohort, score, 0.1, 4))


def test_a_number_grows_with_its_feature() -> None:
    since = scaled(pl.Series([0, 10, 365, None]), "since")
    assert list(since[[0, 2, 3]]) == [1.0, 0.25, 0.0]
    assert all(one > other for one, other in pairwise(since))
    assert np.allclose(scaled(pl.Series([0, 1, -1, None]), "total"), [0, np.log(2), -np.log(2), 0])
