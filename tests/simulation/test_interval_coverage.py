"""Coverage of the default interval through ``licet.table``, and what it does to a true 50 %.

Each draw is a survey of n people with lognormal weights (sigma 0.6, Kish design effect about 1.4).
Draws are put side by side as strata of one design, each of them a group: a stratum's variance is
that of a survey of its own, so that a hundred surveys are measured in one call of the kernel.
"""

from __future__ import annotations

import os
from functools import cache
from math import sqrt

import numpy as np
import polars as pl
import pytest

import licet
from licet.licence import Measure, Rule, Share, Verdict, judge

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
DRAWS = 20_000 if FULL else 500
SIDE_BY_SIDE = 100
PROMISE = 0.94
SLACK = 0.0 if FULL else 2 * sqrt(PROMISE * (1 - PROMISE) / DRAWS)
"""At the default number of draws a miss by two Monte Carlo standard errors is chance; in full, none."""


def people(surveys: int, n: int, p: float, rng: np.random.Generator) -> pl.DataFrame:
    """The answers to some surveys of n people each, of whom a true share p permits."""
    return pl.DataFrame(
        {
            "survey": np.repeat(np.arange(surveys), n),
            "weight": rng.lognormal(0, 0.6, surveys * n),
            "answer": (rng.random(surveys * n) < p).astype(np.int8),
        }
    )


def permitting(answers: pl.DataFrame) -> pl.DataFrame:
    """The share of those who permit in each survey, with its interval."""
    table = licet.table(answers, ["answer"], by=["survey"], weight="weight", strata="survey")
    return table.to_polars().filter(pl.col("option") == "1", pl.col("by") == "survey")


@cache
def simulated(n: int, p: float) -> pl.DataFrame:
    """``DRAWS`` surveys of n people."""
    rng = np.random.default_rng([n, round(100 * p)])
    parts = [permitting(people(SIDE_BY_SIDE, n, p, rng)) for _ in range(DRAWS // SIDE_BY_SIDE)]
    found = pl.concat(parts)
    assert found.height == DRAWS
    assert (found["n"] == n).all() and (found["df"] == n - 1).all()
    return found


@pytest.mark.parametrize("p", [0.5, 0.75, 0.9, 0.97])
@pytest.mark.parametrize("n", [25, 42, 93])
def test_the_interval_holds_the_truth_in_94_of_100_surveys(n: int, p: float) -> None:
    covered = simulated(n, p).select(pl.lit(p).is_between("low", "high")).to_series().mean()
    assert isinstance(covered, float) and covered >= PROMISE - SLACK


def undecided(answers: pl.DataFrame, rule: Rule) -> dict[str, float]:
    """How often each verdict comes out."""
    cells = answers.select("estimate", "low", "high").rows()
    verdicts = [judge(Measure(Share(*cell), None, 42, 42), 3, rule).verdict for cell in cells]
    return {v.value: verdicts.count(v) / len(verdicts) for v in Verdict}


def test_a_true_half_among_42_people_is_unproven_in_about_95_of_100_surveys() -> None:
    found = undecided(simulated(42, 0.5), Rule(precision=False))
    assert found["unproven"] == pytest.approx(0.95, abs=0.02)
    assert found["granted"] < 0.035 and found["absent"] < 0.035


def test_weights_make_a_few_of_those_surveys_too_few() -> None:
    found = undecided(simulated(42, 0.5), Rule())
    assert found["unproven"] + found["too few"] == pytest.approx(0.95, abs=0.02)
    assert 0.03 < found["too few"] < 0.12


def test_without_weights_none_of_them_is_too_few() -> None:
    answers = people(300, 42, 0.5, np.random.default_rng(5)).with_columns(weight=pl.lit(1.0))
    found = undecided(permitting(answers), Rule())
    assert found["unproven"] == pytest.approx(0.95, abs=0.03)
    assert found["too few"] == 0


def test_surveys_side_by_side_are_measured_as_each_would_be_alone() -> None:
    answers = people(3, 42, 0.6, np.random.default_rng(7))
    beside = permitting(answers)
    for number, row in enumerate(beside.iter_rows(named=True)):
        own = answers.filter(pl.col("survey") == number)
        alone = licet.table(own, ["answer"], weight="weight").to_polars()
        (found,) = alone.filter(pl.col("option") == "1").iter_rows(named=True)
        for name in ("n", "estimate", "se", "df", "kish_base", "low", "high"):
            assert row[name] == pytest.approx(found[name], rel=1e-12), name
