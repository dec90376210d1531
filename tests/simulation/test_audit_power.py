"""Whether caution is emptiness: planted gaps fail, fair scores pass, and bands hold their truth.

Each draw is an audit of 20,000 people: an outcome of 40 %, ethnicity (50, 30, 20 %) and sex, a score
that finds 65 % of those with the outcome and flags 20 % of the others, tolerance .05. A gap is planted
in the false positive rate of one group (30 % of people) at twice the tolerance, against the rest.

The people of a design are multinomial counts of its cells, each of them that many rows.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt

import numpy as np
import pytest

from licet.audit.groups.rates import GroupRates, group_rates
from licet.audit.people import GroupKey, People
from licet.audit.plan import Plan
from licet.audit.standing import Standing, worst
from tests.tiers import few

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
AUDITS = 500 if FULL else 60
DRAWS = 1000 if FULL else 400
PEOPLE = 20_000
SHARES = {"ethnicity": (0.5, 0.3, 0.2), "sex": (0.5, 0.5)}
OUTCOME, FOUND, WRONGLY = 0.4, 0.65, 0.2
PLANTED = 0.1
GROUP = GroupKey("ethnicity", "1", "1")
ERRORS = ("fpr", "fnr")


def slack(promise: float) -> float:
    """At the default number of audits a miss by two Monte Carlo standard errors is chance; in full, none."""
    return 0.0 if FULL else 2 * sqrt(promise * (1 - promise) / AUDITS)


PLAN = Plan(
    id="simulated", title="Simulated", outcome_means="made up", by=tuple(SHARES), draws=DRAWS,
    columns={"outcome": "y", "flag": "flag"},
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """gap: of one group's false positive rate to its rest. people: of each audit. family: mean size."""

    gap: float = 0.0
    people: int = PEOPLE
    families: bool = False

    def crowd(self, seed: int) -> People:
        rng = np.random.default_rng([round(1000 * self.gap), self.people, self.families, seed])
        number = self.people
        family = rng.integers(0, number // 2, number) if self.families else np.arange(number)
        _, family = np.unique(family, return_inverse=True)
        levels = {}
        for name, shares in SHARES.items():
            of_family = rng.choice(len(shares), family.max() + 1, p=shares)
            codes = (
                of_family[family]
                if name == "ethnicity"
                else rng.choice(len(shares), number, p=shares)
            )
            levels[name] = (codes, tuple(map(str, range(len(shares)))))
        # what a family shares: a third of the variance behind outcome and flag
        common = rng.normal(size=(2, family.max() + 1))[:, family]
        from scipy.special import ndtr

        part = sqrt(1 / 3) if self.families else 0.0
        chance = ndtr(part * common + sqrt(1 - part**2) * rng.normal(size=(2, number)))
        y = chance[0] < OUTCOME
        wrongly = WRONGLY + self.gap * (levels["ethnicity"][0] == 1)
        flag = chance[1] < np.where(y, FOUND, wrongly)
        return people_of(y, flag, family, levels)


def people_of(y: np.ndarray, flag: np.ndarray, family: np.ndarray, levels: dict) -> People:
    keys = tuple(GroupKey(by, name, name) for by, (_, names) in levels.items() for name in names)
    member = np.column_stack(
        [codes == place for codes, names in levels.values() for place in range(len(names))]
    ).astype(np.int8)
    number = len(y)
    return People(
        PLAN, y.astype(float), np.full(number, np.nan), flag.astype(np.int8), np.ones(number),
        family, np.zeros(number, np.int64), keys, member, levels,
    )  # fmt: skip


@cache
def audited(world: World) -> tuple[GroupRates, ...]:
    return tuple(group_rates(world.crowd(seed), seed=seed) for seed in range(AUDITS))


def standings(found: GroupRates) -> list[Standing]:
    """What every group's gaps in both errors to the rest come to."""
    tolerance = PLAN.tolerances.within("gap")
    return [
        gap.standing(tolerance)
        for gap in found.gaps
        if gap.versus == "rest" and gap.measure in ERRORS
    ]


def test_a_gap_of_twice_the_tolerance_fails() -> None:
    tolerance = PLAN.tolerances.within("gap")
    found = [one.gap(GROUP, "fpr").standing(tolerance) for one in audited(World(PLANTED))]
    assert found.count(Standing.FAIL) / AUDITS >= 0.9 - slack(0.9)
    assert all(
        worst(standings(one)) is Standing.FAIL
        for one, own in zip(audited(World(PLANTED)), found, strict=True)
        if own is Standing.FAIL
    )


def test_a_fair_score_passes_in_every_group_together() -> None:
    found = [worst(standings(one)) for one in audited(World())]
    assert found.count(Standing.PASS) / AUDITS >= 0.8 - slack(0.8)
    assert Standing.FAIL not in found


def test_a_gap_at_the_tolerance_seldom_fails_and_seldom_passes() -> None:
    """At the line itself a false PASS or FAIL of that gap: at most 2.5 of 100 each."""
    tolerance = PLAN.tolerances.within("gap")
    found = [one.gap(GROUP, "fpr").standing(tolerance) for one in audited(World(0.05))]
    for wrong in (Standing.FAIL, Standing.PASS):
        assert found.count(wrong) / AUDITS <= 0.025 + 2 * sqrt(0.025 * 0.975 / AUDITS)


@pytest.mark.parametrize("families", few([False, True], 1))
def test_bands_hold_every_true_gap_together(families: bool) -> None:
    """Of all five groups at once, either error. A miss by two Monte Carlo standard errors is chance."""
    held = [
        all(gap.band[0] <= 0 <= gap.band[1] for gap in one.gaps if gap.measure == measure)
        for one in audited(World(families=families))
        for measure in ERRORS
    ]
    assert np.mean(held) >= 0.94 - 2 * sqrt(0.94 * 0.06 / len(held))


def smallest_found(world: World) -> float:
    """On average over its audits."""
    return float(np.mean([one.gap(GROUP, "fpr").smallest_found for one in audited(world)]))


@pytest.mark.long
def test_the_smallest_gap_is_found_in_80_of_100() -> None:
    """Planted as large as the audits of that very gap say they would find."""
    planted = World(round(smallest_found(World(0.05)), 3))
    assert planted.gap == pytest.approx(smallest_found(planted), abs=0.001)
    found = np.mean([one.gap(GROUP, "fpr").band[0] > 0 for one in audited(planted)])
    assert found == pytest.approx(0.8, abs=0.03 + 2 * sqrt(0.16 / AUDITS))


def few_families(seed: int) -> People:
    """Twelve places of 60 people; the chance to be flagged is that of the place: .5, spread .16."""
    rng = np.random.default_rng([12, seed])
    place = np.repeat(np.arange(12), 60)
    chance = rng.beta(4.5, 4.5, 12)[place]
    levels = {"sex": (rng.integers(0, 2, 720), ("0", "1"))}
    return people_of(rng.random(720) < 0.4, rng.random(720) < chance, place, levels)


@pytest.mark.long
def test_few_clusters_leave_as_much_in_doubt_as_they_do() -> None:
    """Plain percentiles of twelve clusters hold the truth in about 91 of 100."""
    held = []
    for seed in range(2 * AUDITS):
        found = group_rates(few_families(seed), draws=400, seed=seed).rate(None, "flag").estimate
        held.append(found.low <= 0.5 <= found.high)
    assert np.mean(held) >= 0.93 - slack(0.93) / sqrt(2)


def test_rows_alone_would_promise_too_much_of_families() -> None:
    """The spread of a gap over audits is what draws of families say; draws of rows say less."""
    world = World(families=True)
    gaps = [one.gap(GROUP, "fpr").difference for one in audited(world)]
    spread = np.std([gap.value for gap in gaps])
    families = np.mean([gap.se for gap in gaps])
    assert families == pytest.approx(spread, rel=0.05 + 2 / sqrt(2 * AUDITS))
    people = world.crowd(0)
    rows = group_rates(replace(people, cluster=np.arange(len(people))), draws=2000)
    assert rows.gap(GROUP, "fpr").difference.se < 0.96 * families
