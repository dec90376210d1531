"""False alarms of the quality page and of waves, where nothing differs and nothing has changed."""

from __future__ import annotations

import os
from datetime import date
from math import sqrt

import numpy as np
import polars as pl

from licet.checks import Checks
from licet.comparisons.people import people_of
from licet.comparisons.rules import USUAL
from licet.evidence import DesignDeclaration
from licet.groups import Group
from licet.quality.response import response
from licet.readings import Settings
from licet.survey.answers import Answers
from licet.waves import Wave, follow
from tests.unit.test_quality import SERVICES, evidence

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
DRAWS = 2_000 if FULL else 25
PEOPLE = 843
OPTIONS = np.array(["Yes", "Rather yes", "Neither", "No", "Don't know", "Refused"])
CHANCES = [0.28, 0.28, 0.18, 0.14, 0.08, 0.04]
GROUPS = (Group("young", "Young", "age < 30"), Group("poor", "Poor", 'income == "low"'))


def survey(rng: np.random.Generator) -> Answers:
    """Answers that have nothing to do with who somebody is; unequal weights."""
    made = {
        "age": rng.integers(18, 60, PEOPLE),
        "income": rng.choice(["low", "other"], PEOPLE, p=[0.2, 0.8]),
        "w": rng.lognormal(0, 0.45, PEOPLE),
    }
    made |= {service: rng.choice(OPTIONS, PEOPLE, p=CHANCES) for service in SERVICES}
    return Answers(pl.DataFrame(made))


def declared(year: int):
    from tests import factories

    work = factories.fieldwork(
        start=date(year, 1, 1), end=date(year, 6, 30), expires=date(year + 5, 1, 1)
    )
    design = DesignDeclaration(weight="w")
    return evidence(id=f"wave-{year}", groups=GROUPS, design=design, fieldwork=work)


def test_no_group_stands_out_in_94_of_100_surveys_without_a_difference() -> None:
    """By Holm over all items and groups. Nominally 5 of 100; weights and a group of 170 people make
    it about 6 (6.2 in 1,500 surveys), and the how-to page says so."""
    rng = np.random.default_rng(11)
    one = declared(2020)
    alarms = 0
    for _ in range(DRAWS):
        answers = survey(rng)
        people = people_of(one, answers, Settings(), USUAL)
        rows = response(people, answers, Checks(), threshold=10)
        alarms += any(row.p_holm <= 0.05 for row in rows)
    print(f"\nnon-response: alarms in {alarms / DRAWS:.3f} of {DRAWS} surveys")
    assert alarms / DRAWS <= 0.062 + 3 * sqrt(0.062 * 0.938 / DRAWS)


def test_licence_is_seldom_won_or_lost_where_nothing_has_changed() -> None:
    """A status of won or lost needs a change beyond chance: at most 2.5 of 100 cells each way."""
    rng = np.random.default_rng(12)
    before, after = declared(2020), declared(2024)
    said: list[str] = []
    for _ in range(DRAWS):
        waves = [Wave(before, survey(rng)), Wave(after, survey(rng))]
        found = follow(waves, today=date(2026, 1, 1), settings=Settings(threshold=0))
        said += [change.status for change in found.changes]
    share = {status: said.count(status) / len(said) for status in sorted(set(said))}
    print(f"\nwaves without any change: {share}")
    for status in ("licence won", "licence lost"):
        assert share.get(status, 0) <= 0.025 + 3 * sqrt(0.025 / DRAWS)
    assert share["unproven change"] > 5 * max(share.get("licence lost", 0), 1e-3)
