"""The way through the steps, the human one too: who gets how far, by group.

The step after a score may add more disparity than the score. So a ratio is given for each step among
those who reached it, and for the whole way down to it: the product of the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licet.audit.drawing.draws import units_of
from licet.audit.drawing.sums import Sums, sums_of
from licet.audit.people import GroupKey, People
from licet.audit.standing import Estimate
from licet.errors import bad


@dataclass(frozen=True)
class StageRate:
    """One step in one group, or in everybody (key None).

    passed: of those who reached the step, the share that passed; so_far: of all, the share that passed
    every step down to it. counts: passed, reached, all; unweighted.
    """

    key: GroupKey | None
    stage: str
    passed: Estimate
    so_far: Estimate
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class StageRatio:
    """How many times as often as the rest a group passes the step, and comes so far."""

    key: GroupKey
    stage: str
    step: Estimate
    so_far: Estimate


@dataclass(frozen=True)
class Funnel:
    """Steps from first to last, with their labels. irregular: people who passed a step without having
    passed the one before; they are counted as having come no further than they did in order."""

    stages: tuple[tuple[str, str], ...]
    rates: tuple[StageRate, ...]
    ratios: tuple[StageRatio, ...]
    irregular: int

    def widest(self, key: GroupKey) -> StageRatio | None:
        """The step that moves a group furthest from the rest, by its point estimate."""
        mine = [ratio for ratio in self.ratios if ratio.key == key and ratio.step.value > 0]
        return max(mine, key=lambda r: max(r.step.value, 1 / r.step.value), default=None)


def funnel_of(people: People) -> Funnel | None:
    """The steps of the plan, or None where it names none. Refuses a step that nobody passed."""
    if not people.stages:
        return None
    names = list(people.stages)
    columns: dict[str, Any] = {f"at {name}": values for name, values in people.stages.items()}
    columns |= {f"in {place}": people.member[:, place] for place in range(len(people.keys))}
    plan = people.plan
    sums = sums_of(
        columns,
        lambda codes: _sets(codes, names, len(people.keys)),
        people.weight,
        units_of(people),
        plan.draws,
        plan.seed,
    )
    _check(sums, names)
    rates = [_rate(sums, None, (-1, 1), names, at, plan.level) for at in range(len(names))]
    ratios = []
    for place, key in enumerate(people.keys):
        for at in range(len(names)):
            rates.append(_rate(sums, key, (place, 1), names, at, plan.level))
            ratios.append(_ratio(sums, key, place, names, at, plan.level))
    labels = {stage.id: stage.label or stage.id for stage in plan.stages}
    stages = tuple((name, labels[name]) for name in names)
    return Funnel(stages, tuple(rates), tuple(ratios), sums.people["irregular"])


def _sets(codes: Mapping[str, Any], names: list[str], groups: int) -> dict[Any, Any]:
    """(group, side, step): who passed every step down to it; step -1: all whose steps are known."""
    known = codes[f"at {names[0]}"] >= 0
    reached = {-1: known}
    irregular = known & False
    for at, name in enumerate(names):
        passed = codes[f"at {name}"] == 1
        reached[at] = reached[at - 1] & passed
        irregular = irregular | (known & passed & ~reached[at - 1])
    found: dict[Any, Any] = {"irregular": irregular}
    found |= {(-1, 1, at): there for at, there in reached.items()}
    for place in range(groups):
        for side in (0, 1):
            here = codes[f"in {place}"] == side
            found |= {(place, side, at): there & here for at, there in reached.items()}
    return found


def _check(sums: Sums, names: list[str]) -> None:
    for at, name in enumerate(names):
        if not sums.people[-1, 1, at]:
            raise bad("nobody passed this step", f"stages: {name}", "a step that some people passed",
                      "leave the step out, or check its column")  # fmt: skip


def _rate(
    sums: Sums,
    key: GroupKey | None,
    place: tuple[int, int],
    names: list[str],
    at: int,
    level: float,
) -> StageRate:
    counts = tuple(sums.people[(*place, step)] for step in (at, at - 1, -1))
    return StageRate(
        key,
        names[at],
        sums.of(lambda s: s[(*place, at)] / s[(*place, at - 1)], counts[1], level),
        sums.of(lambda s: s[(*place, at)] / s[(*place, -1)], counts[2], level),
        (counts[0], counts[1], counts[2]),
    )


def _ratio(
    sums: Sums, key: GroupKey, place: int, names: list[str], at: int, level: float
) -> StageRatio:
    def times(start: int) -> Any:
        def share(s: Any, side: int) -> Any:
            return s[place, side, at] / s[place, side, start]

        return lambda s: share(s, 1) / share(s, 0)

    fewest = [min(sums.people[place, side, start] for side in (0, 1)) for start in (at - 1, -1)]
    return StageRatio(
        key,
        names[at],
        sums.of(times(at - 1), fewest[0], level),
        sums.of(times(-1), fewest[1], level),
    )
