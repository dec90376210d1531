"""The chance of each ruling by true share and base, against two outside sources.

The table is the one that the project's notes on survey estimation hold: four items, the whole sample
and four affected groups, Korn-Graubard 95 %, design effect 1.5, the same true share everywhere, 4,000
draws, simulated before the code existed. Besides, a few of its cells are simulated again the long way
round: printed evidence with drawn percentages, ruled by the gate.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.stats import binom

from licet.errors import BadInput
from licet.licence import Rule
from licet.planning import RULINGS, Plan, chances
from licet.readings import read
from tests.factories import evidence, figure, item, ruled, use

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
DRAWS = 20_000 if FULL else 4_000
RULED = 2_000 if FULL else 150

ARTICLE = {"all": 843, "hh5plus": 202, "younger": 101, "lone": 93, "black": 42}
HALF = {"all": 422, "hh5plus": 101, "younger": 51, "lone": 47, "black": 21}
BOOSTED = {"all": 843, "hh5plus": 300, "younger": 300, "lone": 300, "black": 300}

NOTED_RULE = Rule(widest_half_width=0.206)
"""The noted simulation kept 12 of 14 people, an interval of 20.5 points each way. It is too wide by
the rule as it stands, so that half a survey buys less still: see the last test."""

NOTED: Mapping[str, tuple[Mapping[str, int], Mapping[float, tuple[float, ...]]]] = {
    "article": (
        ARTICLE,
        {
            0.45: (0, 0, 0, 1),
            0.5: (0, 0.66, 0, 0.34),
            0.6: (0, 0.99, 0, 0.01),
            0.7: (0.03, 0.97, 0, 0),
            0.8: (0.68, 0.32, 0, 0),
            0.9: (1, 0, 0, 0),
        },
    ),
    "half": (
        HALF,
        {
            0.45: (0, 0, 0.06, 0.94),
            0.5: (0, 0, 0.74, 0.26),
            0.6: (0, 0, 1, 0.01),
            0.7: (0, 0, 1, 0),
            0.8: (0.02, 0.02, 0.96, 0),
            0.9: (0.5, 0, 0.5, 0),
        },
    ),
    "boosted": (
        BOOSTED,
        {
            0.45: (0, 0, 0, 1),
            0.5: (0, 0.66, 0, 0.34),
            0.6: (0.02, 0.98, 0, 0),
            0.7: (1, 0, 0, 0),
            0.8: (1, 0, 0, 0),
            0.9: (1, 0, 0, 0),
        },
    ),
}


@pytest.mark.parametrize("survey", NOTED)
def test_the_chances_are_those_noted(survey: str) -> None:
    bases, noted = NOTED[survey]
    found = chances(Plan(bases, rule=NOTED_RULE), list(noted), draws=DRAWS)
    for share, expected in noted.items():
        assert found[share] == pytest.approx(expected, abs=0.03), share
        assert sum(found[share]) == pytest.approx(1)


HEADING = {
    "LICENSED": 0,
    "NO LICENCE: ASK EACH FAMILY": 1,
    "NOT KNOWN": 2,
    "NOT PERMITTED": 3,
}


def drawn_ruling(bases: Mapping[str, int], share: float, rng: np.random.Generator) -> int:
    """The ruling of the gate on one drawn survey: printed to four decimals, design effect 1.5."""
    declared = use(services=("education", "early_years", "social_work"))
    figures = []
    for requirement in declared.requirements:
        for group, base in bases.items():
            worth = base * 2 // 3
            percent = 100 * rng.binomial(worth, share) / worth
            printed = figure(requirement, group, round(percent, 4), base)
            figures.append(printed.model_copy(update={"decimals": 4}))
    items = [item(requirement) for requirement in declared.requirements]
    asked = evidence(figures=figures, items=items, groups=bases, deff=1.5)
    return HEADING[ruled(declared, read(asked, None)).heading]


@pytest.mark.parametrize(("black", "share"), [(42, 0.5), (42, 0.8), (21, 0.8), (300, 0.6)])
def test_the_chances_are_those_of_the_gate_itself(black: int, share: float) -> None:
    # Bases are multiples of three, so that people over the design effect are whole numbers.
    bases = {"all": 843, "hh5plus": 201, "younger": 102, "lone": 93, "black": black}
    rng = np.random.default_rng([black, round(100 * share)])
    counts = np.bincount([drawn_ruling(bases, share, rng) for _ in range(RULED)], minlength=4)
    expected = chances(Plan(bases), [share], draws=20_000)[share]
    for observed, chance in zip(counts / RULED, expected, strict=True):
        spread = np.sqrt(max(chance * (1 - chance), 0.005) / RULED)
        assert observed == pytest.approx(chance, abs=4 * spread + 0.01)


def test_the_chances_are_named_seeded_and_monotone() -> None:
    assert RULINGS == ("licensed", "ask each family", "not known", "not permitted")
    plan = Plan({"all": 300, "lone": 60}, items=2)
    shares = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    found = chances(plan, shares, draws=2_000)
    assert found == chances(plan, shares, draws=2_000)
    assert found != chances(plan, shares, draws=2_000, seed=2)
    licensed = [found[share][0] for share in shares]
    assert licensed == sorted(licensed) and licensed[0] == 0 and licensed[-1] == 1
    more_groups = Plan({"all": 300, "lone": 60, "young": 60}, items=2)
    assert chances(more_groups, [0.75], draws=4_000)[0.75][0] < chances(plan, [0.75])[0.75][0]


@pytest.mark.parametrize(
    "changes", [{"bases": {}}, {"bases": {"all": 0}}, {"items": 0}, {"items": 51}]
)
def test_an_impossible_plan_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Plan(**{"bases": {"all": 100}, **changes})  # type: ignore[arg-type]


def test_by_the_rule_as_it_stands_half_the_article_s_survey_buys_nothing() -> None:
    found = chances(Plan(HALF), [0.8, 0.9], draws=DRAWS)
    assert found[0.8] == pytest.approx((0, 0, 1, 0), abs=0.01)
    # At least 13 of 14 people have to permit, four times over.
    every = 1 - binom.cdf(12, 14, 0.9)
    assert found[0.9] == pytest.approx((every**4, 0, 1 - every**4, 0), abs=0.03)
    for survey in ("article", "boosted"):
        bases, noted = NOTED[survey]
        assert chances(Plan(bases), list(noted)) == chances(
            Plan(bases, rule=NOTED_RULE), list(noted)
        )
