"""How many interviews an aim takes: against trying other sizes, and their costs."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from licet.chapters import surveying
from licet.errors import BadInput
from licet.planning import interviews_needed
from licet.surveyplan.outlook import outlook, purchases
from licet.surveyplan.samples import population, sample
from licet.surveyplan.sizing import Aim, size
from tests.factories import planned


def test_one_cell_takes_what_one_cell_takes() -> None:
    plan = planned(groups={"half": {"share": 1.0}}, design={"deff": 1}, items={"a": {"share": 0.6}})
    found = size(plan, Aim("each", 0.8)).outlook
    need = interviews_needed(0.6, 0.5, 1.0).interviews
    assert found is not None and need is not None
    assert found.plan.people == pytest.approx(need, rel=0.05) and not found.plan.boosts


@pytest.mark.parametrize(("cost", "boost"), [(30, 30), (30, 80), (30, 400), (0, 0)])
def test_no_other_sizes_are_cheaper(cost: float, boost: float) -> None:
    plan = planned(
        groups={"a": {"share": 0.1}, "b": {"share": 0.3}}, costs={"interview": cost, "boost": boost}
    )
    found = size(plan, Aim("half_width", 0.1)).outlook
    assert found is not None
    assert all(base.half_width <= 0.1003 for base in found.bases)
    each, more = (cost, boost) if cost else (1, 1)
    price = each * found.plan.people + more * sum(found.plan.boosts.values())
    people = population(plan)
    need = 0.995 * min(b.effective * b.deff / b.kish for b in found.bases)
    # The main sample is never smaller than everybody together needs.
    for interviews in range(150, 1600, 20):
        for boosts in itertools.product(range(0, 160, 8), repeat=2):
            given_ = dict(zip("ab", boosts, strict=True))
            if (sample(people, interviews, given_).effective >= need).all():
                assert each * interviews + more * sum(boosts) >= 0.97 * price


def test_certainty_is_reached_and_costs() -> None:
    plan = planned(items={"a": {"share": 0.65, "number": 3}}, costs={"interview": 30})
    one = size(plan, Aim("each", 0.8)).outlook
    surer = size(plan, Aim("each", 0.9)).outlook
    every = size(plan, Aim("together", 0.8)).outlook
    assert one and surer and every
    assert all(cell.decided >= 0.795 for cell in one.cells)
    assert one.plan.cost < surer.plan.cost < every.plan.cost
    together = np.prod([cell.decided**3 for cell in every.cells])
    assert together >= 0.78


def test_a_share_on_the_line_is_left_out() -> None:
    plan = planned(items={"a": {"share": 0.5, "shares": {"black": 0.3}}})
    found = size(plan, Aim("each", 0.8))
    assert set(found.beyond) == {("a", "all"), ("a", "lone")} and found.outlook is not None
    # No group is left without an answer, though none is wanted of it.
    assert max(cell.too_few for cell in found.outlook.cells) <= 0.06
    nothing = size(plan, Aim("each", 0.8), wanted=[("a", "all")])
    assert nothing.outlook is None and nothing.beyond == (("a", "all"),)
    with pytest.raises(BadInput):
        size(plan, Aim("each", 0.8), wanted=[("a", "blak")])


@pytest.mark.parametrize(
    ("kind", "value", "most"),
    [("each", 0.4, 100), ("each", 80, 100), ("half_width", 10, 100), ("half_width", 0, 100), ("each", 0.8, 9)],
)  # fmt: skip
def test_an_impossible_aim_is_refused(kind: Any, value: float, most: int) -> None:
    with pytest.raises(BadInput):
        Aim(kind, value, most)


def test_other_sizes_of_the_same_survey() -> None:
    plan = planned(groups={"black": {"share": 0.05, "boost": 100}}, costs={"interview": 10})
    half, whole, double = purchases(plan, surveying.Ground(draws=500), (0.5, 1, 2))
    assert (half.interviews, half.boosts, half.cost) == (500, 50, 5500)
    assert half.decided < whole.decided < double.decided
    assert whole.decided == outlook(plan).decided
    assert sum(whole.rulings) == pytest.approx(1)
