"""What a planned survey can find out: arithmetic by hand, and chances against listing every count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from licet.chapters import surveying
from licet.licence import RANK, Rule, Verdict
from licet.planning import Plan, _ranks
from licet.surveyplan.declaring import PlannedDesign
from licet.surveyplan.outlook import cells_of, outlook
from licet.surveyplan.samples import population, sample
from licet.surveyplan.verdicts import RUNS, Cells, chances_of, edges
from tests.factories import planned


def test_design_effects_by_hand() -> None:
    assert PlannedDesign().effect == 1.5
    assert PlannedDesign(deff=2).effect == 2
    assert PlannedDesign(cluster_size=11, cluster_correlation=0.05).effect == pytest.approx(1.5)
    assert PlannedDesign(weights_cv=0.5).effect == pytest.approx(1.25)
    both = PlannedDesign(cluster_size=11, cluster_correlation=0.05, weights_cv=0.5)
    assert both.effect == pytest.approx(1.875)


def test_a_boost_s_price_by_hand() -> None:
    # 1,000 people, 50 of them Black, and 200 more Black people. Weights: Black 0.05 / 250, others
    # 0.95 / 950. Kish: 1,200 x (250 (1 / 5,000)^2 + 950 (1 / 1,000)^2) = 1.152.
    taken = sample(population(planned(groups={"black": {"share": 0.05}})), 1000, {"black": 200})
    assert taken.people == pytest.approx([1200, 250])
    assert taken.kish == pytest.approx([1.152, 1])
    assert taken.effective == pytest.approx([1200 / 1.152, 250])


def test_a_boost_s_price_with_weights_written_out() -> None:
    # Black and lone parents overlap: 1 % of everybody; both are boosted.
    overlap = [{"groups": ["black", "lone"], "share": 0.01}]
    people = population(planned(overlaps=overlap))
    taken = sample(people, 1000, {"black": 100, "lone": 110})
    # (part of the population, interviews): both, Black only, lone only, neither.
    cells = [(0.01, 10 + 20 + 10), (0.04, 40 + 80), (0.10, 100 + 100), (0.85, 850)]
    members = {"all": (0, 1, 2, 3), "black": (0, 1), "lone": (0, 2)}
    for row, group in enumerate(people.groups):
        weights = np.concatenate(
            [np.full(cells[c][1], cells[c][0] / cells[c][1]) for c in members[group]]
        )
        kish = len(weights) * (weights**2).sum() / weights.sum() ** 2
        assert taken.people[row] == pytest.approx(len(weights))
        assert taken.kish[row] == pytest.approx(kish)


def test_people_invited_and_costs_by_hand() -> None:
    plan = planned(
        response_rate=0.5,
        attrition=0.2,
        groups={"black": {"share": 0.05, "boost": 200}},
        costs={"fixed": 5000, "interview": 30, "boost": 80},
    )
    assert plan.invitations == 3000
    assert plan.cost == 5000 + 30_000 + 16_000
    invited = planned(interviews=None, invited=3000, response_rate=0.5, attrition=0.2)
    assert invited.people == pytest.approx(1200)
    assert planned(costs={"interview": 30}).costs.of_boost == 30


def test_who_does_not_answer_is_not_in_the_base() -> None:
    plan = planned(
        no_answer=0.1,
        dont_know=0.2,
        items={"a": {"share": 0.6}, "b": {"share": 0.6, "no_answer": 0}},
    )
    first, second = (c.base for c in outlook(plan).cells if c.group == "all")
    assert (first, second) == pytest.approx((700, 800))
    within = planned(no_answer=0.1, dont_know=0.2, dont_know_base="in")
    assert outlook(within).bases[0].base == pytest.approx(900)


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("method", ["korn-graubard", "wilson"])
@pytest.mark.parametrize(
    "rule",
    [Rule(), Rule(widest_half_width=0.05), Rule(strict=True), Rule(smallest_base=30)],
    ids=["usual", "precise", "strict", "large"],
)
def test_runs_of_verdicts_are_those_of_the_rule(k: int, method: Any, rule: Rule) -> None:
    for effective in (*range(1, 40), 101, 300):
        for base in (5, 15, 40):
            plan = Plan({"all": base}, k=k, rule=rule, method=method)
            found = edges(base, effective, k, rule, method)
            runs = [RUNS[sum(x > e for e in found)] for x in range(effective + 1)]
            assert [RANK[v] for v in runs] == list(_ranks(plan, base, effective))


def test_runs_of_a_large_base_are_found_near_the_line() -> None:
    plan = Plan({"all": 2500})
    runs = [RUNS[sum(x > e for e in edges(40, 2500, 3))] for x in range(2501)]
    assert [RANK[v] for v in runs] == list(_ranks(plan, 2500, 2500))


def test_chances_are_those_of_listing_every_count() -> None:
    cells = Cells(
        np.array([90.0]), np.array([1.5]), np.ones(1), (3,), np.array([[0.6]]), np.array([[0.6]]),
        fixed=True,
    )  # fmt: skip
    ranks = _ranks(Plan({"all": 90}), 90, 60)
    chance = binom.pmf(np.arange(61), 60, 0.6)
    found = chances_of(cells)
    for verdict in (Verdict.ABSENT, Verdict.TOO_FEW, Verdict.UNPROVEN, Verdict.GRANTED):
        assert found.of(verdict)[0, 0] == pytest.approx(chance[ranks == RANK[verdict]].sum())


def test_a_range_of_shares_is_between_its_ends() -> None:
    def licensed(share: Any) -> float:
        return outlook(planned(items={"a": {"share": share}})).cells[0].granted

    assert licensed(0.5) < licensed([0.5, 0.6]) < licensed(0.6)


GROUPS = st.lists(st.floats(0.02, 0.6), min_size=1, max_size=3)


@given(
    GROUPS, st.integers(50, 1500), st.floats(1.25, 3), st.floats(0.05, 0.95), st.integers(0, 300)
)
def test_more_interviews_decide_more_and_boosts_take_nothing(
    shares: list[float], interviews: int, factor: float, true: float, boost: int
) -> None:
    groups: dict[str, Any] = {f"g{n}": {"share": s} for n, s in enumerate(shares)}
    plan = planned(interviews=interviews, groups=groups, items={"a": {"share": true}})
    people = population(plan)

    def decided(interviews: float, boosts: dict[str, int]) -> np.ndarray:
        cells = cells_of(plan, sample(people, interviews, boosts), surveying.Ground())
        return chances_of(cells).decided

    # Exact power has teeth of a point or so, even averaged over bases.
    assert (decided(interviews * factor, {}) >= decided(interviews, {}) - 0.03).all()
    before, after = sample(people, interviews, {}), sample(people, interviews, {"g0": boost})
    assert (after.people >= before.people - 1e-9).all()
    assert (after.effective >= before.effective * (1 - 1e-9)).all()
    assert (after.kish >= 1).all() and after.people[0] == pytest.approx(interviews + boost)


@given(GROUPS, st.data())
def test_cells_of_the_population_add_up(shares: list[float], data: st.DataObject) -> None:
    groups: dict[str, Any] = {f"g{n}": {"share": s} for n, s in enumerate(shares)}
    overlaps = []
    if len(shares) > 1:
        most, least = min(shares[:2]), max(0.0, sum(shares[:2]) - 1)
        both = data.draw(st.floats(least, most))
        overlaps = [{"groups": ["g0", "g1"], "share": both}]
    people = population(planned(groups=groups, overlaps=overlaps))
    assert people.parts.sum() == pytest.approx(1)
    assert people.parts @ people.members == pytest.approx(people.shares, abs=1e-6)
    if overlaps:
        found = people.parts @ (people.members[:, 1] * people.members[:, 2])
        assert found == pytest.approx(overlaps[0]["share"], abs=1e-6)
