"""What a planned survey will be able to say: bases, half-widths, verdicts, rulings, cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.groups import ALL
from licet.licence import Rule, Verdict
from licet.planning import Need, interviews_needed
from licet.survey.intervals import IntervalMethod, interval
from licet.surveyplan.declaring import SurveyPlan
from licet.surveyplan.samples import Population, Sample, population, sample
from licet.surveyplan.verdicts import Cells, Chances, chances_of, simulated_rulings

Floats = NDArray[np.float64]

SIZES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Other sizes of the same survey, as parts of the planned one."""
LOW_BASE = 0.1
"""One survey in ten has a smaller base than ``low_base``."""


@dataclass(frozen=True)
class Ground:
    """What verdicts are judged by: the rule, the interval, and what is not simulated but given.

    draws, seed: of the simulated rulings.
    """

    rule: Rule = Rule()
    method: IntervalMethod = "korn-graubard"
    draws: int = 4000
    seed: int = 1


@dataclass(frozen=True)
class PlannedCell:
    """One item in one group. low, high: the true share that is expected (0-1).

    base, effective: people in the base, and what they are worth. half_width: of the interval around
    the middle of the expected shares. need: to decide the cell four times out of five at that middle.
    """

    item: str
    group: str
    low: float
    high: float
    baseline: float
    base: float
    effective: float
    half_width: float
    granted: float
    absent: float
    unproven: float
    too_few: float
    need: Need

    @property
    def decided(self) -> float:
        """The chance of a verdict that is granted or absent."""
        return self.granted + self.absent


@dataclass(frozen=True)
class PlannedBase:
    """One group. share: of the population. base, low_base: expected to answer an item, and what nine
    surveys of ten reach. kish: design effect of boosts; deff: with everything. half_width: the widest
    over items. decided: mean chance of a decided verdict over items."""

    group: str
    share: float
    boost: int
    people: float
    base: float
    low_base: float
    kish: float
    deff: float
    effective: float
    half_width: float
    decided: float


@dataclass(frozen=True)
class Outlook:
    """Everything that is said of one plan. rulings: chances of ``planning.RULINGS``, simulated.

    decided: expected part of verdicts that are granted or absent.
    """

    plan: SurveyPlan
    ground: Ground
    bases: tuple[PlannedBase, ...]
    cells: tuple[PlannedCell, ...]
    decided: float
    rulings: tuple[float, ...]

    @property
    def simulation_error(self) -> float:
        """The largest standard error of a simulated chance (0-1)."""
        return max(math.sqrt(p * (1 - p) / self.ground.draws) for p in self.rulings)


@dataclass(frozen=True)
class Purchase:
    """The same survey at another size, and what it costs. decided, rulings: as in ``Outlook``."""

    size: float
    interviews: int
    boosts: int
    cost: float
    decided: float
    rulings: tuple[float, ...]


def cells_of(plan: SurveyPlan, taken: Sample, ground: Ground) -> Cells:
    """What is asked of whom, with the design effect of each group."""
    names = [ALL, *plan.groups]
    items = list(plan.items.values())
    own = [plan.groups[name].deff if name != ALL else None for name in names]
    effect = np.array([plan.design.effect if deff is None else deff for deff in own])
    ends = np.array([[item.expected(name) for item in items] for name in names])
    return Cells(
        taken.people,
        effect * taken.kish,
        np.array([plan.answering(item) for item in items]),
        tuple(item.k for item in items),
        ends[:, :, 0],
        ends[:, :, 1],
        ground.rule,
        ground.method,
    )


def mean_decided(plan: SurveyPlan, chances: Chances) -> Floats:
    """The mean chance of a decided verdict over all items, shape (groups,)."""
    numbers = np.array([item.number for item in plan.items.values()])
    found: Floats = chances.decided @ numbers / numbers.sum()
    return found


def outlook(
    plan: SurveyPlan, ground: Ground = Ground(), people: Population | None = None
) -> Outlook:
    """What the plan will be able to say. people: its population, if it is at hand."""
    people = people or population(plan)
    taken = sample(people, plan.people, plan.boosts)
    asked = cells_of(plan, taken, ground)
    chances = chances_of(asked)
    decided = mean_decided(plan, chances)
    widths = half_widths(asked)
    return Outlook(
        plan,
        ground,
        tuple(_bases(plan, people, taken, asked, widths, decided)),
        tuple(_cells(plan, asked, chances, widths)),
        float(decided.mean()),
        _rulings(plan, chances, taken, ground),
    )


def _rulings(
    plan: SurveyPlan, chances: Chances, taken: Sample, ground: Ground
) -> tuple[float, ...]:
    numbers = tuple(item.number for item in plan.items.values())
    return simulated_rulings(
        chances,
        taken.alike,
        numbers,
        correlation=plan.item_correlation,
        draws=ground.draws,
        seed=ground.seed,
    )


def half_widths(asked: Cells) -> Floats:
    """Of the interval around the middle of the expected shares, shape (groups, items)."""
    effective = asked.people[:, None] * asked.answering / asked.deff[:, None]
    middle = (asked.low + asked.high) / 2
    low, high = interval(middle, np.maximum(effective, 1e-9), method=asked.method)
    found: Floats = (high - low) / 2
    return found


def _bases(
    plan: SurveyPlan,
    people: Population,
    taken: Sample,
    asked: Cells,
    widths: Floats,
    decided: Floats,
) -> list[PlannedBase]:
    from scipy.special import ndtri

    bases = taken.people * asked.answering.min()
    low = np.maximum(np.floor(bases + ndtri(LOW_BASE) * np.sqrt(bases)), 0)
    return [
        PlannedBase(
            group=group,
            share=float(people.shares[place]),
            boost=0 if group == ALL else plan.groups[group].boost,
            people=float(taken.people[place]),
            base=float(bases[place]),
            low_base=float(low[place]),
            kish=float(taken.kish[place]),
            deff=float(asked.deff[place]),
            effective=float(bases[place] / asked.deff[place]),
            half_width=float(widths[place].max()),
            decided=float(decided[place]),
        )
        for place, group in enumerate(people.groups)
    ]


def _cells(plan: SurveyPlan, asked: Cells, chances: Chances, widths: Floats) -> list[PlannedCell]:
    verdicts = (Verdict.GRANTED, Verdict.ABSENT, Verdict.UNPROVEN, Verdict.TOO_FEW)
    granted, absent, unproven, too_few = (chances.of(verdict) for verdict in verdicts)
    found = []
    for place, group in enumerate((ALL, *plan.groups)):
        for column, (name, item) in enumerate(plan.items.items()):
            base = float(asked.people[place] * asked.answering[column])
            low, high = item.expected(group)
            baseline = asked.rule.baseline(item.k)
            deff = float(asked.deff[place])
            found.append(
                PlannedCell(
                    name,
                    group,
                    low,
                    high,
                    baseline,
                    base,
                    base / deff,
                    float(widths[place, column]),
                    float(granted[place, column]),
                    float(absent[place, column]),
                    float(unproven[place, column]),
                    float(too_few[place, column]),
                    interviews_needed(round((low + high) / 2, 6), baseline, round(deff, 3)),
                )
            )
    return found


def purchases(
    plan: SurveyPlan, ground: Ground = Ground(), sizes: Sequence[float] = SIZES
) -> tuple[Purchase, ...]:
    """What other sizes of the same survey cost and decide; every boost grows alike."""
    people = population(plan)
    found = []
    for size in sizes:
        boosts = {name: max(round(size * boost), 1) for name, boost in plan.boosts.items()}
        other = plan.resized(max(round(size * plan.people), 1), boosts)
        taken = sample(people, other.people, boosts)
        chances = chances_of(cells_of(other, taken, ground))
        found.append(
            Purchase(
                size,
                round(other.people),
                sum(boosts.values()),
                other.cost,
                float(mean_decided(other, chances).mean()),
                _rulings(other, chances, taken, ground),
            )
        )
    return tuple(found)
