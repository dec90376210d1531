"""Outcomes that are known of those looked into only.

Where some people were looked into by lot, their share of errors tells of everybody: with n_g the people
of a group in the random arm, N people in all, and p_g the share with the outcome in the random arm,

    N_g = N n_g / n      FPR_g = FP_g / (N_g (1 - p_g))      FNR_g = 1 - TP_g / (N_g p_g)

where FP_g and TP_g are those the tool picked, without and with the outcome. Intervals: people drawn anew
within each arm. Without such an arm every figure is conditional on being looked into, and only bounds
(Manski 1990) can be given for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.draws import units_from
from licet.audit.drawing.sums import Sums, known_codes, sums_of
from licet.audit.people import GroupKey, People
from licet.audit.standing import Estimate

CONDITIONAL = "conditional on being looked into"
MAIN = "outcome"
"""The id of the plan's own definition of the outcome."""

RANDOM, TOOL, NEITHER = 0, 1, 2


@dataclass(frozen=True)
class Lift:
    """How much more often the picked have the outcome than people drawn by lot, by one definition.

    picked, drawn: the shares with the outcome. counts: picked with the outcome, picked, drawn with the
    outcome, drawn; unweighted, of those whose outcome is known.
    """

    id: str
    label: str
    lift: Estimate
    picked: Estimate
    drawn: Estimate
    counts: tuple[int, int, int, int]


@dataclass(frozen=True)
class ArmRates:
    """Of a group, or of its rest. over: share of the picked over share of those drawn by lot.

    fpr, fnr: of everybody in it, NaN where the population is not stated. counts: as in ``Lift``.
    """

    share_drawn: Estimate
    share_picked: Estimate
    over: Estimate
    precision: Estimate
    base: Estimate
    fpr: Estimate
    fnr: Estimate
    counts: tuple[int, int, int, int]


@dataclass(frozen=True)
class ArmGroup:
    """A group and its rest. flag_ratio: how many times as often its people are picked as the rest's.
    fpr_gap, fnr_gap: group minus rest. fpr_ratio: known without a population too."""

    key: GroupKey
    inside: ArmRates
    rest: ArmRates
    flag_ratio: Estimate
    fpr_gap: Estimate
    fnr_gap: Estimate
    fpr_ratio: Estimate


@dataclass(frozen=True)
class Selective:
    """What a random arm tells. lifts: by definition of the outcome, the plan's own first."""

    arm: str
    population: int | None
    lifts: tuple[Lift, ...]
    groups: tuple[ArmGroup, ...]

    @property
    def depends_on_definition(self) -> tuple[float, float] | None:
        """The least and the greatest lift over the definitions; None with one definition."""
        found = [lift.lift.value for lift in self.lifts if np.isfinite(lift.lift.value)]
        return (min(found), max(found)) if len(found) > 1 else None


def random_arm(people: People) -> Selective | None:
    """The estimates of a random arm, or None where the plan names none."""
    plan = people.plan
    if not plan.selection.random or people.arm is None:
        return None
    arm = _arms(people)
    columns: dict[str, NDArray[Any]] = {"arm": arm, MAIN: known_codes(people.y)}
    columns |= {f"as {name}": values for name, values in people.outcomes.items()}
    columns |= {f"in {place}": people.member[:, place] for place in range(len(people.keys))}
    units = units_from(people.cluster, people.stratum * 3 + arm, len(people))
    sums = sums_of(
        columns, lambda codes: _sets(codes, people), people.weight, units, plan.draws, plan.seed
    )
    labels = {other.id: other.label or other.id for other in plan.outcomes}
    lifts = [_lift(sums, MAIN, plan.outcome_means, plan.level)]
    lifts += [_lift(sums, name, labels[name], plan.level) for name in people.outcomes]
    groups = tuple(_group(sums, people, place) for place in range(len(people.keys)))
    return Selective(plan.selection.random, plan.selection.population, tuple(lifts), groups)


def _arms(people: People) -> NDArray[np.int64]:
    """By lot, picked by the tool, or neither."""
    assert people.arm is not None
    by_lot = people.arm == people.plan.selection.random
    return np.where(by_lot, RANDOM, np.where(people.flag == 1, TOOL, NEITHER)).astype(np.int64)


def _sets(codes: Mapping[str, Any], people: People) -> dict[Any, Any]:
    """Who is counted: (arm, definition, has the outcome) and the same by group, in and not in."""
    found: dict[Any, Any] = {}
    for arm in (RANDOM, TOOL):
        here = codes["arm"] == arm
        for name in (MAIN, *people.outcomes):
            had = codes[name if name == MAIN else f"as {name}"]
            found |= {(arm, name, value): here & (had == value) for value in (0, 1)}
        for place in range(len(people.keys)):
            for side in (0, 1):
                inside = here & (codes[f"in {place}"] == side)
                found[arm, place, side] = inside
                for value in (0, 1):
                    found[arm, place, side, value] = inside & (codes[MAIN] == value)
    return found


def _share(one: Any, other: Any) -> Callable[[Mapping[Any, Any]], Any]:
    return lambda sums: sums[one] / (sums[one] + sums[other])


def _counts(sums: Sums, *names: Any) -> tuple[int, int, int, int]:
    """Picked with, picked, drawn with, drawn; of sets by (arm, with or without)."""
    picked, picked_not, drawn, drawn_not = (sums.people[name] for name in names)
    return picked, picked + picked_not, drawn, drawn + drawn_not


def _lift(sums: Sums, name: str, label: str, level: float) -> Lift:
    sets = [(arm, name, value) for arm in (TOOL, RANDOM) for value in (1, 0)]
    counts = _counts(sums, *sets)
    picked, drawn = _share(*sets[:2]), _share(*sets[2:])
    return Lift(
        name,
        label,
        sums.of(lambda s: picked(s) / drawn(s), min(counts[1], counts[3]), level),
        sums.of(picked, counts[1], level),
        sums.of(drawn, counts[3], level),
        counts,
    )


class _Figures:
    """The figures of one side of a group, as functions of sums."""

    def __init__(self, place: int, side: int, population: int | None) -> None:
        self.place, self.side = place, side
        self.population = np.nan if population is None else float(population)

    def at(self, s: Any, arm: int, *value: int) -> Any:
        return s[(arm, self.place, self.side, *value)]

    def share(self, s: Any, arm: int) -> Any:
        return self.at(s, arm) / (self.at(s, arm) + s[arm, self.place, 1 - self.side])

    def over(self, s: Any) -> Any:
        return self.share(s, TOOL) / self.share(s, RANDOM)

    def had(self, s: Any, arm: int) -> Any:
        return self.at(s, arm, 1) / (self.at(s, arm, 1) + self.at(s, arm, 0))

    def per_clear(self, s: Any) -> Any:
        """Wrongly picked for each person without the outcome, up to the size of the population."""
        return self.at(s, TOOL, 0) / (self.share(s, RANDOM) * (1 - self.had(s, RANDOM)))

    def fpr(self, s: Any) -> Any:
        return self.per_clear(s) / self.population

    def fnr(self, s: Any) -> Any:
        cases = self.population * self.share(s, RANDOM) * self.had(s, RANDOM)
        return 1 - self.at(s, TOOL, 1) / cases


def _group(sums: Sums, people: People, place: int) -> ArmGroup:
    level, population = people.plan.level, people.plan.selection.population
    inside, rest = (_Figures(place, side, population) for side in (1, 0))
    one, other = (_rates(sums, figures, place, side, level)
                  for figures, side in ((inside, 1), (rest, 0)))  # fmt: skip
    n = min(one.counts[3], other.counts[3])
    return ArmGroup(
        people.keys[place],
        one,
        other,
        sums.of(lambda s: inside.over(s) / rest.over(s), n, level),
        sums.of(lambda s: inside.fpr(s) - rest.fpr(s), n, level),
        sums.of(lambda s: inside.fnr(s) - rest.fnr(s), n, level),
        sums.of(lambda s: inside.per_clear(s) / rest.per_clear(s), n, level),
    )


def _rates(sums: Sums, figures: _Figures, place: int, side: int, level: float) -> ArmRates:
    sets = [(arm, place, side, value) for arm in (TOOL, RANDOM) for value in (1, 0)]
    counts = _counts(sums, *sets)
    picked, drawn = sums.people[TOOL, place, side], sums.people[RANDOM, place, side]
    return ArmRates(
        sums.of(lambda s: figures.share(s, RANDOM), drawn, level),
        sums.of(lambda s: figures.share(s, TOOL), picked, level),
        sums.of(figures.over, min(picked, drawn), level),
        sums.of(lambda s: figures.had(s, TOOL), counts[1], level),
        sums.of(lambda s: figures.had(s, RANDOM), counts[3], level),
        sums.of(figures.fpr, counts[3], level),
        sums.of(figures.fnr, counts[3], level),
        counts,
    )
