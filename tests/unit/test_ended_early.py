"""Searches that end after so many steps give what they have; plans and words at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from licet.errors import BadInput
from licet.planning import interviews_needed
from licet.surveyplan import sizing
from licet.surveyplan.declaring import Costs, plan_of
from licet.surveyplan.verdicts import simulated_rulings
from licet.synonyms import meant_by
from licet.synthetic import fitting
from licet.synthetic.town.numbers import nhs_numbers
from tests.factories import planned


def test_numbers_beyond_the_test_range_are_different_and_pass_no_check() -> None:
    """Ten digits beginning with 999 are the test range; one in eleven of its million has no check digit."""
    found = nhs_numbers(np.random.default_rng(1), 950_000)
    assert found.n_unique() == 950_000
    beyond = found.filter(~found.str.contains("^999"))
    assert beyond.len() and beyond.str.contains("^T1999").all()


def test_answers_are_settled_no_longer_than_the_steps_that_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "_STEPS", 1)
    yes, members = np.zeros(10, bool), np.ones((1, 10), bool)
    found = fitting.settle(yes, np.ones(10, np.int64), members, np.array([0.5]))
    assert found.sum() == 1, "one step adds one yes"


def test_a_certain_share_needs_few_interviews() -> None:
    """If everybody agrees, power has no n for which it is too low among the larger half."""
    need = interviews_needed(1.0, 0.5, 1.0)
    assert need.effective is not None and need.effective < 20


@pytest.mark.parametrize(("draws", "seed"), [(1, 0), (10**9, 0), (1000, -1)])
def test_draws_and_seeds_outside_the_possible_are_refused(draws: int, seed: int) -> None:
    with pytest.raises(BadInput):
        simulated_rulings(None, np.eye(1), (1,), correlation=0.0, draws=draws, seed=seed)  # type: ignore[arg-type]


def test_a_plan_names_groups_and_costs_nothing_below_zero() -> None:
    with pytest.raises(BadInput, match="a cost of -1"):
        planned(costs=Costs(fixed=-1))
    with pytest.raises(BadInput, match="no group is named"):
        plan_of({"interviews": 100})


def test_of_two_words_the_likelier_is_meant() -> None:
    """A misspelled other word for a service beats a right word that is less like it."""
    labels = {"benefits": "Benefits", "social_work": "Social work"}
    assert meant_by("service", "social securty", labels) == "benefits"


def test_sizes_are_sought_for_so_many_rounds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boosts that help each other take several rounds; after one there still are sizes, if rougher."""
    plan = planned(groups={"a": {"share": 0.1}, "b": {"share": 0.3}})
    whole = sizing.size(plan, sizing.Aim("half_width", 0.1)).outlook
    monkeypatch.setattr(sizing, "_ROUNDS", 1)
    monkeypatch.setattr(sizing, "_REPAIRS", 1)
    monkeypatch.setattr(sizing, "_SLACK", -0.5)
    rough = sizing.size(plan, sizing.Aim("half_width", 0.1)).outlook
    assert whole is not None and rough is not None
    assert rough.plan.people == pytest.approx(whole.plan.people, rel=0.1)
