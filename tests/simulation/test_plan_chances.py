"""The chances of planned surveys: against the noted table, and against surveys of simulated people.

The table is that of tests/simulation/test_ruling_chances.py: four items, bases 843; 202, 101, 93, 42,
design effect 1.5, the same true share everywhere, independent groups.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from licet.licence import Rule, Verdict
from licet.surveyplan.declaring import plan_of
from licet.surveyplan.outlook import Ground, outlook
from licet.surveyplan.samples import population, sample
from licet.surveyplan.verdicts import (
    Cells,
    chances_of,
    independent_rulings,
    simulated_rulings,
)
from tests.simulation.test_ruling_chances import NOTED, NOTED_RULE

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
SURVEYS = 20_000 if FULL else 3_000


def cells(people: list[int], share: float, items: int = 4, rule: Rule = NOTED_RULE) -> Cells:
    shares = np.full((len(people), items), share)
    deff = np.full(len(people), 1.5)
    sizes = np.array(people, dtype=float)
    return Cells(sizes, deff, np.ones(items), (3,) * items, shares, shares, rule, fixed=True)


@pytest.mark.parametrize("survey", NOTED)
def test_the_noted_chances_come_out_exactly_and_by_simulation(survey: str) -> None:
    bases, noted = NOTED[survey]
    for share, expected in noted.items():
        chances = chances_of(cells(list(bases.values()), share))
        exact = independent_rulings(chances.average, (1,) * 4)
        # Noted to two decimals from 4,000 draws: two standard errors are 0.016.
        assert exact == pytest.approx(expected, abs=0.03)
        assert sum(exact) == pytest.approx(1)
        drawn = simulated_rulings(
            chances, np.eye(5), (1,) * 4, correlation=0, draws=SURVEYS, seed=7
        )
        assert drawn == pytest.approx(exact, abs=4 * 0.5 / SURVEYS**0.5)


def test_items_alike_are_items_each() -> None:
    one, four = cells([300, 60], 0.7, items=1), cells([300, 60], 0.7, items=4)
    alike = independent_rulings(chances_of(one).average, (4,))
    assert alike == pytest.approx(independent_rulings(chances_of(four).average, (1,) * 4))
    how = {"correlation": 0, "draws": SURVEYS, "seed": 3}
    drawn = simulated_rulings(chances_of(one), np.eye(2), (4,), **how)  # type: ignore[arg-type]
    assert drawn == pytest.approx(alike, abs=4 * 0.5 / SURVEYS**0.5)


def test_what_goes_together_errs_together() -> None:
    chances = chances_of(cells([100, 100, 100], 0.62))
    how = {"draws": SURVEYS, "seed": 5}
    apart = simulated_rulings(chances, np.eye(3), (1,) * 4, correlation=0, **how)  # type: ignore[arg-type]
    alike = simulated_rulings(chances, np.ones((3, 3)), (1,) * 4, correlation=1, **how)  # type: ignore[arg-type]
    # One cell decides all: licensed as often as a single cell is granted.
    assert alike[0] == pytest.approx(chances.of(Verdict.GRANTED)[0, 0], abs=0.03)
    assert alike[0] > apart[0] + 0.2


def test_a_boosted_survey_of_people_has_the_variances_that_are_promised() -> None:
    # Everybody in a made-up population is asked at the planned rates; shares are weighted.
    plan = plan_of(
        {
            "interviews": 600,
            "groups": {"a": {"share": 0.1, "boost": 150}, "b": {"share": 0.3, "boost": 60}},
            "overlaps": [{"groups": ["a", "b"], "share": 0.06}],
            "items": {"x": {"share": 0.6}},
            "design": {"deff": 1},
        }
    )
    people = population(plan)
    taken = sample(people, plan.people, plan.boosts)
    extra = np.array([0, 150, 60]) / people.shares
    expected = people.parts * (600 + people.members @ extra)
    random = np.random.default_rng(23)
    asked = random.multinomial(round(expected.sum()), expected / expected.sum(), SURVEYS)
    yes = random.binomial(asked, 0.6)
    rates = yes / np.maximum(asked, 1)
    shares = (rates * people.parts) @ people.members / people.shares
    # Weighted to known cells, whose sizes vary a little: a few percent.
    assert shares.var(axis=0) == pytest.approx(0.24 / taken.effective, rel=0.12)
    assert np.corrcoef(shares.T) == pytest.approx(taken.alike, abs=0.06)
    assert (asked @ people.members).mean(axis=0) == pytest.approx(taken.people, rel=0.02)


def test_the_outlook_is_that_of_surveys_drawn_one_by_one() -> None:
    plan = plan_of(
        {
            "interviews": 400,
            "groups": {"a": {"share": 0.2}},
            "items": {"x": {"share": 0.62}},
            "design": {"deff": 1},
        }
    )
    from licet.licence import Measure, Share, judge
    from licet.survey.intervals import interval

    random = np.random.default_rng(29)
    bases = random.poisson(80, SURVEYS)
    points = random.binomial(bases, 0.62) / bases
    low, high = interval(points, bases.astype(float))
    verdicts = [
        judge(Measure(Share(*map(float, row[:3])), None, int(row[3]), float(row[3])), 3).verdict
        for row in zip(points, low, high, bases, strict=True)
    ]
    (cell,) = [c for c in outlook(plan).cells if c.group == "a"]
    for verdict in (Verdict.GRANTED, Verdict.UNPROVEN, Verdict.ABSENT, Verdict.TOO_FEW):
        seen = np.mean([v is verdict for v in verdicts])
        found = getattr(cell, verdict.value.replace(" ", "_"))
        assert found == pytest.approx(seen, abs=4 * 0.5 / SURVEYS**0.5)


def test_the_error_that_is_stated_is_that_of_seeds() -> None:
    plan = plan_of(
        {
            "interviews": 600,
            "groups": {"a": {"share": 0.1}},
            "items": {"x": {"share": 0.7, "number": 3}},
        }
    )
    found = [outlook(plan, Ground(draws=400, seed=seed)) for seed in range(30)]
    licensed = np.array([one.rulings[0] for one in found])
    stated = np.mean([one.simulation_error for one in found])
    assert licensed.std(ddof=1) == pytest.approx(stated, rel=0.6)
