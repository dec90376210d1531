"""What a wanted certainty costs: interviews and boosts, found by search.

First how many people each group needs by itself; then, for many sizes of the main sample, the fewest
people in boosts that bring every group to its need; then the cheapest of these. The main sample is
never smaller than everybody together needs, and no group is left so small that nothing would be known
of it: a ruling takes the weakest verdict.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad, unknown
from licet.groups import ALL
from licet.licence import Verdict
from licet.planning import MOST_INTERVIEWS, REALISTIC
from licet.surveyplan.declaring import SurveyPlan
from licet.surveyplan.outlook import Ground, Outlook, Purchase, cells_of, half_widths, outlook
from licet.surveyplan.samples import Population, population, sample
from licet.surveyplan.verdicts import Cells, chances_of

Floats = NDArray[np.float64]
Cell = tuple[str, str]
"""An item and a group."""

AimKind = Literal["each", "together", "half_width"]
SIZES_TRIED = 32
RARELY = 0.05
"""How often a group may turn out so small that its verdict is *too few*."""
_SLACK = 0.002
_REPAIRS = 12
_ROUNDS = 8


@dataclass(frozen=True)
class Aim:
    """What is wanted of a survey.

    each: every wanted cell is decided with at least the chance ``value``. together: all of them at
    once, by giving each the same chance and taking them as independent. half_width: no interval of a
    wanted cell is wider than ``value`` each way. most: a cell that takes more people of its group is
    left out.
    """

    kind: AimKind
    value: float
    most: int = REALISTIC

    def __post_init__(self) -> None:
        if self.kind == "half_width" and not 0.005 <= self.value < 0.5:
            todo = f"write {self.value / 100:g}" if 1 <= self.value < 50 else ""
            what = f"a half-width of {self.value:g}"
            raise bad(what, "half_width", "a proportion from 0.005 to below 0.5", todo)
        if self.kind != "half_width" and not 0.5 <= self.value <= 0.999:
            todo = f"write {self.value / 100:g}" if 50 <= self.value <= 100 else "0.8 is usual"
            raise bad(f"a chance of {self.value:g}", self.kind, "0.5 to 0.999", todo)
        if not 10 <= self.most <= REALISTIC:
            what = f"at most {self.most:,} people of a group"
            raise bad(what, "most", f"10 to {REALISTIC:,}")


@dataclass(frozen=True)
class Sizing:
    """What the aim takes. beyond: cells that would take too many people, left out of the search.

    outlook: of the plan with these sizes; None where nothing that is wanted can be had.
    """

    aim: Aim
    wanted: tuple[Cell, ...]
    beyond: tuple[Cell, ...]
    outlook: Outlook | None


def size(
    plan: SurveyPlan,
    aim: Aim,
    ground: Ground = Ground(),
    wanted: Iterable[Cell] | None = None,
) -> Sizing:
    """The least cost at which the aim is reached; where nothing costs anything, the fewest people.

    wanted: the cells that it is about, every cell if None. Refuses a cell that the plan does not have.
    """
    people = population(plan)
    every = [(item, group) for group in people.groups for item in plan.items]
    cells = every if wanted is None else list(dict.fromkeys(wanted))
    for cell in cells:
        if cell not in every:
            raise unknown("cell", ":".join(cell), [":".join(one) for one in every])
    single = cells_of(plan, sample(people, 1000, {}), ground)
    possible = _possible(plan, aim, single, people, cells)
    beyond = tuple(cell for cell in cells if cell not in possible)
    if not possible:
        return Sizing(aim, tuple(cells), beyond, None)
    sought = _sought(aim, plan, possible)
    mask = np.array([[(i, g) in possible for i in plan.items] for g in people.groups])
    rows = range(len(people.groups))
    needs = np.array(
        [max(_need(single, row, sought, mask[row]), _clear(single, row, aim.most)) for row in rows]
    )
    return Sizing(aim, tuple(cells), beyond, _repaired(plan, ground, people, needs, sought, mask))


@dataclass(frozen=True)
class PlannedSurvey:
    """A plan, what it will be able to say, other sizes of it, and what the aim takes if there is one.

    notes: what had to be assumed, one sentence each.
    """

    outlook: Outlook
    purchases: tuple[Purchase, ...]
    sizing: Sizing | None = None
    notes: tuple[str, ...] = ()


def _sought(aim: Aim, plan: SurveyPlan, cells: Iterable[Cell]) -> Aim:
    """The aim for one cell: all together with chance x, each with the root of x."""
    if aim.kind != "together":
        return aim
    number = sum(plan.items[item].number for item, _ in cells)
    return replace(aim, kind="each", value=min(aim.value ** (1 / number), 0.999))


def _reaches(asked: Cells, aim: Aim, mask: NDArray[np.bool_], slack: float = 0.0) -> bool:
    """Whether every wanted cell is as the aim wants it. mask: shape (groups, items)."""
    if aim.kind == "half_width":
        return bool((half_widths(asked)[mask] <= aim.value + slack / 10).all())
    return bool((chances_of(asked).decided[mask] >= aim.value - slack).all())


def _alone(single: Cells, row: int, people: float) -> Cells:
    """One group with so many people interviewed."""
    return replace(
        single,
        people=np.array([people]),
        deff=single.deff[[row]],
        low=single.low[[row]],
        high=single.high[[row]],
    )


def _possible(
    plan: SurveyPlan, aim: Aim, single: Cells, people: Population, cells: Iterable[Cell]
) -> set[Cell]:
    """The cells that a realistic number of people could bring to the aim."""
    sought = _sought(aim, plan, cells)
    items = list(plan.items)
    reached = {}
    for row, group in enumerate(people.groups):
        most = _alone(single, row, float(aim.most))
        if aim.kind == "half_width":
            reached[group] = half_widths(most)[0] <= sought.value
        else:
            reached[group] = chances_of(most).decided[0] >= sought.value
    return {(item, group) for item, group in cells if reached[group][items.index(item)]}


def _need(single: Cells, row: int, aim: Aim, wanted: NDArray[np.bool_]) -> float:
    """How many people of a group, interviewed with equal chance, reach the aim; 0 if none is wanted."""
    if not wanted.any():
        return 0.0

    def enough(people: int) -> bool:
        return _reaches(_alone(single, row, float(people)), aim, wanted[None])

    return _fewest(aim.most, enough)


def _clear(single: Cells, row: int, most: int) -> float:
    """How many people of a group make *too few* a rare verdict, for it would leave the ruling open."""

    def clear(people: int) -> bool:
        too_few = chances_of(_alone(single, row, float(people))).of(Verdict.TOO_FEW)
        return bool((too_few <= RARELY).all())

    return _fewest(most, clear)


def _fewest(most: int, enough: Callable[[int], bool]) -> float:
    """The fewest people that are enough; ``most`` where none are."""
    high = min(16, most)
    while high < most and not enough(high):
        high = min(2 * high, most)
    return float(_least(high // 2, high, enough))


def _least(low: int, high: int, enough: Callable[[int], bool]) -> int:
    """The least of low..high that is enough; high is."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


def _repaired(
    plan: SurveyPlan,
    ground: Ground,
    people: Population,
    needs: Floats,
    aim: Aim,
    mask: NDArray[np.bool_],
) -> Outlook:
    """The cheapest sizes, a little larger where groups fall short once they are one sample."""
    factor = 1.0
    for _ in range(_REPAIRS):
        interviews, boosts = _cheapest(plan, people, needs * factor)
        sized = plan.resized(interviews, boosts)
        asked = cells_of(sized, sample(people, interviews, boosts), ground)
        if _reaches(asked, aim, mask, _SLACK):
            break
        factor *= 1.02
    return outlook(sized, ground, people)


def _cheapest(plan: SurveyPlan, people: Population, needs: Floats) -> tuple[int, dict[str, int]]:
    """The main sample and boosts of least cost that give each group its need."""
    costs = plan.costs
    each, boost = (costs.interview, costs.of_boost) if costs.stated else (1.0, 1.0)
    least = max(math.ceil(needs[0]), 1)
    # So large that no group needs a boost.
    most = min(max(math.ceil((needs / people.shares).max()), least), MOST_INTERVIEWS)
    tried: dict[int, tuple[float, int, dict[str, int]]] = {}

    def cost(interviews: int) -> float:
        if interviews not in tried:
            boosts = _boosts(people, interviews, needs)
            total = each * interviews + boost * sum(boosts.values())
            tried[interviews] = (total, interviews, boosts)
        return tried[interviews][0]

    sizes = sorted({round(n) for n in np.geomspace(least, most, SIZES_TRIED)})
    best = min(range(len(sizes)), key=lambda place: cost(sizes[place]))
    low, high = sizes[max(best - 1, 0)], sizes[min(best + 1, len(sizes) - 1)]
    while high - low > 2:
        first, second = low + (high - low) // 3, high - (high - low) // 3
        low, high = (low, second) if cost(first) <= cost(second) else (first, high)
    for interviews in range(low, high + 1):
        cost(interviews)
    _, interviews, boosts = min(tried.values(), key=lambda found: found[:2])
    return interviews, boosts


def _boosts(people: Population, interviews: int, needs: Floats) -> dict[str, int]:
    """The fewest people in each boost, beside the others, that give every group its need."""
    found = np.zeros(len(needs))
    for _ in range(_ROUNDS):
        before = found.copy()
        for row in range(1, len(needs)):
            found[row] = _boost(people, interviews, found, row, float(needs[row]))
        if np.array_equal(before, found):
            break
    return {g: int(b) for g, b in zip(people.groups, found, strict=True) if g != ALL and b}


def _boost(people: Population, interviews: int, boosts: Floats, row: int, need: float) -> int:
    """The fewest people in the boost of one group, given the others."""

    def enough(boost: int) -> bool:
        given = boosts.copy()
        given[row] = boost
        rate = interviews + people.members @ (given / people.shares)
        variance = people.members[:, row] @ (people.parts / rate) / people.shares[row] ** 2
        return bool(1 / variance >= need)

    # A boost of so many people is enough by itself.
    return _least(0, math.ceil(need), enough)
