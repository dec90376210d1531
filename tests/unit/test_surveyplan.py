"""Surveys to be made: what a plan refuses, arithmetic by hand, and sizes against trying them all."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from typer.testing import CliRunner

from licet import flow
from licet.chapters import surveying
from licet.commands import plan as cli_plan
from licet.errors import BadInput
from licet.licence import RANK, Rule, Verdict
from licet.planning import Plan, _ranks, interviews_needed
from licet.surveyplan.declaring import PlannedDesign, SurveyPlan, plan_of
from licet.surveyplan.outlook import cells_of, outlook, purchases
from licet.surveyplan.samples import population, sample
from licet.surveyplan.sizing import Aim, size
from licet.surveyplan.verdicts import RUNS, Cells, chances_of, edges
from licet.surveyplan.waves import KnownCell, next_wave


def planned(**changes: Any) -> SurveyPlan:
    document: dict[str, Any] = {
        "interviews": 1000,
        "groups": {"black": {"share": 0.05}, "lone": {"share": 0.11}},
        "items": {"police": {"share": 0.6}},
    }
    return plan_of({**document, **changes})


# --- the document -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"interviews": 0}, "interviews"),
        ({"interviews": 100_001}, "interviews"),
        ({"interviews": None}, "interviews"),
        ({"invited": 100}, "interviews"),
        ({"interviews": None, "invited": 100}, "response_rate"),
        ({"response_rate": 0}, "response_rate"),
        ({"response_rate": 55}, "response_rate"),
        ({"response_rate": float("nan")}, "response_rate"),
        ({"attrition": 1}, "attrition"),
        ({"no_answer": -0.1}, "no_answer"),
        ({"dont_know": 1.5}, "dont_know"),
        ({"no_answer": 0.6, "dont_know": 0.4}, "items.police"),
        ({"item_correlation": 1.1}, "item_correlation"),
        ({"groups": {}}, "groups"),
        ({"groups": {f"g{n}": {"share": 0.1} for n in range(13)}}, "groups"),
        ({"groups": {"all": {"share": 0.5}}}, "groups"),
        ({"groups": {"black": {"share": 0}}}, "groups.black.share"),
        ({"groups": {"black": {"share": 1.01}}}, "groups.black.share"),
        ({"groups": {"black": {"share": 0.1, "boost": -1}}}, "groups.black.boost"),
        ({"groups": {"black": {"share": 0.1, "deff": 0.5}}}, "groups.black.deff"),
        ({"items": {}}, "items"),
        ({"items": {"a": {"share": 0.5, "number": 51}}}, "items"),
        ({"items": {"a": {"share": 0.5, "number": 0}}}, "items.a.number"),
        ({"items": {"a": {"share": 0.5, "k": 4}}}, "items.a.k"),
        ({"items": {"a": {"share": 60}}}, "items.a.share"),
        ({"items": {"a": {"share": [0.6, 0.5]}}}, "items.a.share"),
        ({"items": {"a": {"share": 0.5, "shares": {"blak": 0.5}}}}, "items.a.shares"),
        ({"items": {"a": {"share": 0.5, "shares": {"black": 2}}}}, "items.a.shares.black"),
        ({"items": {"a": {"share": 0.5, "no_answer": 1}}}, "items.a.no_answer"),
        ({"design": {"deff": 0.9}}, "design.deff"),
        ({"design": {"deff": 2, "weights_cv": 0.5}}, "design"),
        ({"design": {"cluster_size": 10}}, "design"),
        ({"design": {"cluster_size": 10, "cluster_correlation": 1.2}}, "cluster_correlation"),
        ({"design": {"cluster_size": 10, "cluster_correlation": -0.1}}, "cluster_correlation"),
        ({"design": {"weights_cv": -1}}, "design.weights_cv"),
        ({"costs": {"interview": -1}}, "interview"),
        ({"costs": {"boost": float("inf")}}, "boost"),
        ({"overlaps": [{"groups": ["black", "x"], "share": 0.01}]}, "overlaps[1].groups"),
        ({"overlaps": [{"groups": ["black", "black"], "share": 0.01}]}, "overlaps[1].groups"),
        ({"overlaps": [{"groups": ["black", "lone"], "share": 0.06}]}, "overlaps[1].share"),
    ],
)
def test_an_impossible_plan_is_refused(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        planned(**changes)
    assert [fault for fault in refused.value.faults if where in fault.where]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        planned(
            interviews=-1,
            attrition=2,
            groups={"black": {"share": 3}},
            items={"a": {"share": 2, "shares": {"blak": 0.1}}},
            design={"deff": 0},
        )
    assert len(refused.value.faults) == 6
    assert "'black'" in str(refused.value)


def test_no_population_has_impossible_overlaps() -> None:
    # Each of three groups is a half; no two share anybody.
    groups = {name: {"share": 0.5} for name in "abc"}
    pairs = [{"groups": p, "share": 0} for p in itertools.combinations("abc", 2)]
    with pytest.raises(BadInput, match="no population"):
        population(planned(groups=groups, overlaps=pairs))


# --- by hand ----------------------------------------------------------------------------------


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


# --- chances ----------------------------------------------------------------------------------


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


# --- sizes ------------------------------------------------------------------------------------


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


# --- from evidence ----------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> Path:
    flow.init(tmp_path / "town")
    return tmp_path / "town"


def test_the_next_survey_starts_from_the_last(town: Path) -> None:
    found = surveying.next_survey(town / "evidence" / "parents-2021", aim=Aim("each", 0.8, 500))
    bases = {base.group: base.base for base in found.outlook.bases}
    assert bases == pytest.approx(
        {"all": 843, "black": 42, "lone": 93, "younger": 101, "hh5plus": 202}
    )
    shares = {(c.item, c.group): c.low for c in found.outlook.cells}
    assert 0.28 in [share for (_, group), share in shares.items() if group == "black"]
    assert found.sizing is not None and found.sizing.outlook is not None
    # Table 2 has two unproven cells of 25 printed and Table 3 has 22 of 30, with reference groups.
    assert all(group in bases for _, group in found.sizing.wanted)


def test_figures_kept_back_are_not_planned_with(town: Path) -> None:
    from dataclasses import replace

    from licet.files.codebook import read_evidence_folder
    from licet.readings import read
    from licet.surveyplan.waves import cells_of_reading

    ((evidence, answers),) = read_evidence_folder(town / "evidence" / "parents-2021")
    cells = cells_of_reading(read(evidence, answers))
    back = [
        replace(c, measure=replace(c.measure, hidden=frozenset({"permits", "opposes", "base"})))
        if c.group == "black" and c.measure
        else c
        for c in cells
    ]
    wave = next_wave(back, {}, title="t")
    assert "black" not in wave.plan.groups and any("black" in note for note in wave.notes)
    given_ = next_wave(back, {}, title="t", shares={"black": 0.05})
    assert all("black" not in item.shares for item in given_.plan.items.values())


def test_what_is_granted_has_to_be_granted_again() -> None:
    groups, verdicts = ("all", "black", "lone"), (Verdict.GRANTED, Verdict.ABSENT, Verdict.UNPROVEN)
    cells = [KnownCell("a", g, v, 3) for g, v in zip(groups, verdicts, strict=True)]
    shares = {"black": 0.05, "lone": 0.1}
    assert next_wave(cells, {}, title="t", shares=shares).wanted == (("a", "all"), ("a", "lone"))
    decided = next_wave(cells[:2], {}, title="t", shares={"black": 0.05})
    assert decided.wanted == () and "Nothing is open: every cell is decided." in decided.notes


def test_where_nothing_was_measured_a_share_is_assumed() -> None:
    cells = [KnownCell("a", group, Verdict.NOT_MEASURED, 3) for group in ("all", "black")]
    with pytest.raises(BadInput, match="known of 0 groups"):
        next_wave(cells, {}, title="t")
    wave = next_wave(cells, {}, title="t", shares={"black": 0.05})
    assert wave.plan.items["a"].share == (0.6, 0.6) and len(wave.wanted) == 2


# --- the command ------------------------------------------------------------------------------

app = typer.Typer()
cli_plan.add_to(app)
app.command()(lambda: None)  # so that the first command keeps its name


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["plan", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refusal(*arguments: object) -> BadInput:
    with pytest.raises(BadInput) as refused:
        run(*arguments)
    return refused.value


BY_HAND = (
    "--interviews",
    843,
    "--group",
    "black=.05",
    "--group",
    "lone=.11",
    "--boost",
    "black=200",
)
DOCUMENT = """\
title = "Parents 2027"
interviews = 1000
response_rate = 0.4
[groups.black]
label = "Black parents"
share = 0.05
boost = 200
[items.police]
label = "Police"
share = [0.45, 0.55]
shares.black = 0.3
"""


def test_as_before_without_a_plan() -> None:
    assert "Chance of each ruling" in run("--draws", 200)
    assert run("--base", "all=300", "--share", 0.7, "--draws", 200).count("%") > 4


def test_a_plan_by_hand_and_as_a_file(tmp_path: Path) -> None:
    screen = run(*BY_HAND, "--share", 0.7, "--cost", 30, "--boost-cost", 80, "--each", 0.8)
    assert "843 interviews and 200 in boosts; cost 41,290" in screen and "It takes" in screen
    path = tmp_path / "plan.toml"
    path.write_text(DOCUMENT)
    screen = run(path, "--draws", 500)
    assert "3,000 people to invite" in screen and "45-55 %" in screen
    assert max(map(len, screen.splitlines())) <= 80
    found = json.loads(run(path, "--json", "--boost", "black=0", "--half-width", 0.1))
    assert found["plan"]["groups"]["black"]["boost"] == 0 and found["invitations"] == 2500
    assert found["sizing"]["found"]["plan"]["groups"]["black"]["boost"] > 0
    run(path, "--out", tmp_path / "plan.html")
    page = (tmp_path / "plan.html").read_text("utf-8")
    assert "Parents 2027" in page and "<script" not in page
    assert refusal(path, "--out", tmp_path / "plan.doc")


def test_the_same_seed_gives_the_same_screen() -> None:
    assert run(*BY_HAND, "--seed", 3) == run(*BY_HAND, "--seed", 3) != run(*BY_HAND, "--seed", 4)


def test_what_a_use_leaves_open(town: Path) -> None:
    use = town / "uses" / "early-help.toml"
    screen = run("--use", use, "--today", "2026-11-30", "--most", 1000, "--cost", 30)
    assert "Next fieldwork for early-help" in screen and "Left out" in screen
    assert max(map(len, screen.splitlines())) <= 80
    assert "'black'" in str(refusal("--use", use, "--group", "blak=0.1"))


def test_faults_of_options_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(DOCUMENT)
    wrong = ("--boost", "black=²", "--group", "lone=x", "--each", 4, "--cost", -2)
    assert len(refusal("--interviews", 100, *wrong).faults) == 4
    assert len(refusal(path, "--from", "x", "--share", 0.5, "--deff", 2).faults) == 3
    assert len(refusal("--json", "--each", 0.8, "--cost", 3).faults) == 3
    assert len(refusal(*BY_HAND, "--each", 0.8, "--together", 0.8).faults) == 1
    assert "which is no group" in str(
        refusal("--interviews", 9, "--group", "a=.1", "--boost", "b=2")
    )
    assert "other" in str(refusal(tmp_path / "other" / "plan.toml"))
    path.write_text(DOCUMENT.replace("interviews", "intervews"))
    assert "'interviews'" in str(refusal(path))
