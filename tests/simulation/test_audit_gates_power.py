"""Whether the gates together are emptiness: a planted gap fails G4 as a whole, a fair and skilled score
passes G1 to G4.

Each draw is an audit of 20,000 people of an outcome of about 44 %, in ethnicity (50, 30, 20 %) and sex,
with a score that is the true chance from two features; a simple rule knows one of them. It flags from
a half on, tolerances are the plan's own (differences .05). A gap is planted at twice the tolerance in
the false positive rate of one group of 30 %, against its rest.
"""

from __future__ import annotations

import os
from dataclasses import replace
from math import sqrt

import numpy as np
import polars as pl
import pytest

from licet.audit.groups.rates import group_rates
from licet.audit.judging.gates import Findings, Gate, gates
from licet.audit.people import People
from licet.audit.score.benefit import benefit
from licet.audit.score.calibration import calibration, chances_of
from licet.audit.score.challengers import challengers
from licet.audit.score.skill import skill
from licet.audit.standing import Standing, worst
from tests.audit.planned import read

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
FAIR, PLANTED = (100, 400) if FULL else (4, 20)
DRAWS = 500 if FULL else 200
PEOPLE = 20_000
GAP = 0.1


def slack(promise: float, audits: int) -> float:
    """At the default number of audits a miss by two Monte Carlo standard errors is chance; in full, none."""
    return 0.0 if FULL else 2 * sqrt(promise * (1 - promise) / audits)


def crowd(seed: int, gap: float = 0.0) -> People:
    """One audit's people."""
    rng = np.random.default_rng([round(1000 * gap), seed])
    x, z = rng.normal(size=(2, PEOPLE))
    chance = 1 / (1 + np.exp(0.4 - 1.2 * x - 1.2 * z))
    ethnicity = rng.choice(["large", "middle", "small"], PEOPLE, p=[0.5, 0.3, 0.2])
    y = rng.random(PEOPLE) < chance
    flag = chance >= 0.5
    spared = (ethnicity == "middle") & ~y & ~flag
    clear = (ethnicity == "middle") & ~y
    flag |= spared & (rng.random(PEOPLE) < gap * clear.sum() / max(spared.sum(), 1))
    data = pl.DataFrame(
        {"y": y.astype(int), "score": chance, "flag": flag.astype(int), "x": x,
         "ethnicity": ethnicity, "sex": rng.choice(["f", "m"], PEOPLE)}
    )  # fmt: skip
    return read(
        data,
        columns={"outcome": "y", "score": "score", "flag": "flag"},
        by=["ethnicity", "sex"], probability=True, flagged={"at_least": 0.5},
        challengers={"one": "x", "folds": 2}, draws=DRAWS, seed=seed,
    )  # fmt: skip


def judged(people: People, whole: bool) -> dict[str, Gate]:
    """G4, and G1 to G3 if the whole is asked for."""
    found = Findings(people.plan, len(people), rates=group_rates(people))
    if whole:
        rivals, chances = challengers(people).challengers, chances_of(people)
        found = replace(
            found,
            skill=skill(people, rivals),
            calibration=calibration(people, chances=chances),
            benefit=benefit(people, rivals, chances=chances),
        )
    return {gate.id: gate for gate in gates(found)}


@pytest.mark.long
def test_a_gap_of_twice_the_tolerance_fails_the_gate() -> None:
    found = [judged(crowd(seed, GAP), False)["G4"].standing for seed in range(PLANTED)]
    assert found.count(Standing.FAIL) / PLANTED >= 0.9 - slack(0.9, PLANTED)


def test_a_fair_and_skilled_score_passes() -> None:
    found = []
    for seed in range(FAIR):
        by_id = judged(crowd(seed), True)
        found.append(worst(by_id[name].standing for name in ("G1", "G2", "G3", "G4")))
    assert found.count(Standing.PASS) / FAIR >= 0.8 - slack(0.8, FAIR)
    assert Standing.FAIL not in found
