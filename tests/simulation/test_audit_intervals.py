"""Whether intervals hold the truth they are about: random arms, funnels, and recall over everybody.

In each of 200 repetitions people are drawn from a made-up world whose figures are known, families of
two sharing what they share. An interval at 95 % is to hold the truth in at least 93 of 100.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from math import sqrt

import numpy as np
import polars as pl
import pytest

from licet.audit.beyond.funnel import funnel_of
from licet.audit.beyond.outside import outside_of
from licet.audit.beyond.selective import random_arm
from licet.audit.input.population import population_of
from licet.audit.standing import Estimate
from tests.audit.planned import read
from tests.tiers import few

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
REPEATS = 1000 if FULL else 80
PEOPLE = 2000
SHARE = 0.3
"""Of the North."""


def families(rng: np.random.Generator, chance: float) -> np.ndarray:
    """Yes or no, the same in both of every second family."""
    alone = rng.random(PEOPLE) < chance
    shared = np.repeat(rng.random(PEOPLE // 2) < chance, 2)
    return np.where(np.repeat(rng.random(PEOPLE // 2) < 0.5, 2), shared, alone)


def world(seed: int) -> pl.DataFrame:
    """Families of two; the outcome is had by 30 %, the tool finds 60 % of these and 20 % of the others."""
    rng = np.random.default_rng([17, seed])
    north = np.repeat(rng.random(PEOPLE // 2) < SHARE, 2)
    y = families(rng, 0.3)
    flag = np.where(y, families(rng, 0.6), families(rng, 0.2))
    worker = flag & np.where(north, families(rng, 0.8), families(rng, 0.4))
    return pl.DataFrame(
        {"family": np.arange(PEOPLE) // 2, "town": np.where(north, "N", "S"), "y": y.astype(int),
         "flag": flag.astype(int), "worker": worker.astype(int)}
    )  # fmt: skip


COLUMNS = {"outcome": "y", "flag": "flag", "cluster": "family"}


def by_lot(seed: int) -> Estimate:
    """The North is 30 % of those drawn by lot and 45 % of the picked: 1.5."""
    rng = np.random.default_rng([18, seed])
    arm = np.repeat(np.where(np.arange(PEOPLE // 2) < PEOPLE // 4, "lot", "tool"), 2)
    chance = np.where(arm == "lot", SHARE, 0.45)[::2]
    north = np.repeat(rng.random(PEOPLE // 2) < chance, 2)
    data = pl.DataFrame(
        {"family": np.arange(PEOPLE) // 2, "town": np.where(north, "N", "S"), "arm": arm,
         "y": families(rng, 0.3).astype(int), "flag": (arm == "tool").astype(int)}
    )  # fmt: skip
    selective = random_arm(
        read(
            data,
            columns={**COLUMNS, "arm": "arm"},
            by=["town"],
            selection={"random": "lot"},
            flagged={},
        )
    )
    assert selective is not None
    return selective.groups[0].inside.over


def by_worker(seed: int) -> Estimate:
    """A worker lets 80 % of the flagged of the North through and 40 % of the others: 2."""
    stages = [{"id": "flag", "column": "flag"}, {"id": "worker", "column": "worker"}]
    funnel = funnel_of(read(world(seed), columns=COLUMNS, by=["town"], stages=stages, flagged={}))
    assert funnel is not None
    return next(r.step for r in funnel.ratios if r.key.group == "N" and r.stage == "worker")


def over_everybody(seed: int) -> Estimate:
    """60 % found, and as many people again outside, of whom the frame says that 30 % have it: 30 %."""
    people = read(world(seed), columns=COLUMNS, flagged={})
    rng = np.random.default_rng([19, seed])
    cases = int(people.y.sum()) + int(rng.binomial(PEOPLE, 0.3))
    frame = pl.DataFrame({"by": ["all"], "group": [""], "people": [2 * PEOPLE], "outcome": [cases]})
    return outside_of(people, population_of(people.plan, frame, {})).everybody.recall.whole


@pytest.mark.parametrize(
    ("figure", "truth"), few([(by_lot, 1.5), (by_worker, 2.0), (over_everybody, 0.3)], 1)
)
def test_intervals_hold_the_truth(figure: Callable[[int], Estimate], truth: float) -> None:
    found = [figure(seed) for seed in range(REPEATS)]
    held = np.mean([one.low <= truth <= one.high for one in found])
    assert held >= 0.93 - (0 if FULL else 2 * sqrt(0.93 * 0.07 / REPEATS))
    assert abs(np.mean([one.value for one in found]) / truth - 1) < 0.02
