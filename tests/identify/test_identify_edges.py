"""Rules and forecasts at their edges: nobody, one date, what is not open, what is not there."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
import sklearn.linear_model  # noqa: F401 - its import draws from a global random state

from licet.errors import BadInput
from licet.identify import fitting
from licet.identify.bound import bind
from licet.identify.cohort import Cohort, _at_home
from licet.identify.expressions import (
    AllOf,
    Always,
    Among,
    Field,
    Known,
    Missing,
    Not,
    kinds_of,
    sql,
)
from licet.identify.offers import State, _answer, after
from licet.identify.parsing import Reader
from licet.identify.scorecard import Model, Term, chances
from licet.register.rules import rule_of
from tests.factories import use
from tests.forecast import made as forecasts
from tests.identify import made


def cohort(**values: Any) -> Cohort:
    declared = forecasts.forecast()
    many = len(next(iter(values.values()), []))
    rows = pl.DataFrame({"unit": [str(n) for n in range(many)], **values})
    return Cohort(declared, rows)


def test_a_cohort_says_how_many_and_keeps_its_outcomes_shut() -> None:
    found = cohort(absences=[1.0, 2.0])
    assert repr(found) == f"Cohort(2 of {found.forecast.id!r})"
    with pytest.raises(ValueError, match="not open"):
        _ = found.y


def test_nobody_lives_in_two_households_at_once() -> None:
    rows = pl.DataFrame({"as_of": [date(2026, 1, 1)], "person": ["p"]})
    homes = pl.DataFrame({"person": ["p", "p"], "household": ["a", "b"]})
    with pytest.raises(BadInput, match="two households at once"):
        _at_home(forecasts.forecast(level="household"), rows, homes)


def test_a_model_asks_for_its_features() -> None:
    model = Model(
        kind="logistic",
        terms=(Term("gone", "lines", 1.0, 1.0, 0.5, 1.5),),
        intercept=0.0,
        right=(0.0, 1.0),
    )
    with pytest.raises(BadInput, match="asks for the feature 'gone'"):
        chances(model, cohort(absences=[1.0]))


def test_chances_without_both_outcomes_are_the_share_itself() -> None:
    """Platt's regression needs both; an AUC without both is that of a coin."""
    start, slope = fitting._put_right(np.array([0.1, 0.4]), np.array([1.0, 1.0]))
    assert slope == 0.0 and 1 / (1 + np.exp(-start)) == pytest.approx(1.0, abs=1e-5)
    assert fitting.auc(np.array([0.1, 0.4]), np.array([1.0, 1.0])) == 0.5


def test_no_more_rows_are_learnt_from_than_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MOST", 10)
    some = fitting._some(np.arange(100), 1)
    assert len(set(some.tolist())) == 10 and (np.diff(some) > 0).all()


def test_a_draw_of_households_of_one_class_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two households, one with the outcome: half of all draws hold one of them alone."""
    monkeypatch.setattr(fitting, "REDRAWN", 20)
    found = fitting._redrawn(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.array([0, 1]), 1)
    assert found.shape == (20, 1) and np.isfinite(found).all()


def test_a_forecast_has_so_many_dates_at_most_and_audits_its_own_features() -> None:
    days = [date(2000, 1, 1) + timedelta(days=n) for n in range(600)]
    with pytest.raises(BadInput, match="too many as-of dates"):
        forecasts.forecast(as_of=days)
    own = forecasts.forecast().features[0].id
    audit = dict(forecasts.DOCUMENT.get("audit", {}))
    kept = forecasts.forecast(audit=audit | {"link_errors": {"features": [own]}})
    assert kept.audit.link_errors.features == (own,)


def test_the_kinds_of_what_a_filter_asks_for() -> None:
    why, due = Field("why", "word"), Field("due", "date")
    both = AllOf((Not(Missing(due)), Among(why, (Known("ill", "word"),)), Always(True)))
    assert kinds_of(both) == {"why": "word", "due": "date"}
    assert '"due"' in sql(both, "duckdb")


def test_a_filter_needs_sqlglot_and_a_table_with_values(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="declare it under"):
        Reader({}).read("sessions > 1")
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(BadInput, match="sqlglot is not installed"):
        Reader(made.feed().tables["absences"].values).read("sessions > 1")


def test_a_rule_belongs_to_its_use_and_asks_its_services() -> None:
    other = use(id="school-meals", services=("police",))
    with pytest.raises(BadInput) as caught:
        bind(made.rule(made.CRITERION), [made.feed()], other)
    assert "the rule belongs to the use 'early-help', not to 'school-meals'" in str(caught.value)
    assert "is of 'education', which is no service of the use" in str(caught.value)


def test_a_total_has_four_places_at_most() -> None:
    with pytest.raises(BadInput, match=r"a total of at least 1\.00001"):
        made.rule({**made.CRITERION, "total": "sessions", "at_least": 1.00001})


def test_decisions_that_there_are_not_are_refused() -> None:
    state: State = "waiting"  # type: ignore[assignment]
    with pytest.raises(BadInput, match="unknown decision 'maybe'"):
        after(state, "maybe", "reviewer", (), drawn=False)
    with pytest.raises(BadInput, match="no answer of a reviewer"):
        _answer("maybe")


def test_the_register_tells_how_many_criteria_a_rule_takes() -> None:
    assert rule_of(made.rule(made.CRITERION)).takes == "1 of 1 criterion"
