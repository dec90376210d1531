"""Whether the way people were asked moved their answers: mode, flipped options, sets, order, position.

Two tests for each check. The battery: the mean over the licence items of the difference between
arms, every item counting alike; it has the power, for an order effect moves items the same way. And
each item alone, adjusted by Holm over all items, for effects that point in several directions. The
chance of a false alarm of the whole check is held at 5 %: four fifths of it go to the battery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.comparisons.people import People
from licet.comparisons.rows import bounds, chance
from licet.comparisons.rules import is_licence
from licet.disclosure import suppress
from licet.survey.estimates import Estimates, Outcome, estimate
from licet.survey.joint import joint_test
from licet.survey.multiplicity import adjusted

CheckKind = Literal["mode", "flip", "set", "order", "position"]
CHECKS: dict[CheckKind, str] = {
    "mode": "mode of interview",
    "flip": "options shown the other way round",
    "set": "sets of statements",
    "order": "order of blocks",
    "position": "place in the list",
}
"""What is checked, in words."""

LEAST_PEOPLE = 30
"""An arm of fewer people, or an item with fewer answers in an arm, is not tested."""
FALSE_ALARM = 0.05
BATTERY_PART = 0.8
"""Of the false alarm allowed to a check, the part of the battery; the items have the rest."""

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Arms:
    """Who was asked how. names: of the arms. codes: by item, shape (n,), the arm, -1 for none.

    weights: shape (n,), where arms were made alike (see ``standardised``); None takes the design's.
    """

    kind: CheckKind
    column: str
    names: tuple[str, ...]
    codes: Mapping[str, Codes]
    weights: Floats | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArmShare:
    """The permitting share in one arm (0-1), None where it may not be shown or nobody was asked."""

    arm: str
    base: int | None
    share: float | None


@dataclass(frozen=True)
class Difference:
    """The last arm named less the first (0-1), with its interval. se: its standard error."""

    arm: str
    against: str
    value: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class ItemEffect:
    """One item. p: joint, over all arms; NaN where it could not be tested. p_holm: among all items.

    crosses: the shares of the arms lie on both sides of the line. shown: whether the shares may be
    shown; if not, nothing is tested.
    """

    item: str
    shares: tuple[ArmShare, ...]
    differences: tuple[Difference, ...]
    p: float
    p_holm: float = float("nan")
    crosses: bool = False
    shown: bool = True
    why_not: str = ""


@dataclass(frozen=True)
class BatteryEffect:
    """The mean over items of the differences between arms. p: joint, over all arms."""

    items: tuple[str, ...]
    differences: tuple[Difference, ...]
    p: float


@dataclass(frozen=True)
class Effect:
    """One check. p: of the whole check, adjusted; found: at or below ``FALSE_ALARM``.

    raw_p: the same without making the arms alike, where they were; NaN otherwise.
    """

    kind: CheckKind
    column: str
    arms: tuple[str, ...]
    items: tuple[ItemEffect, ...]
    battery: BatteryEffect | None
    p: float
    raw_p: float = float("nan")
    notes: tuple[str, ...] = field(default=())

    @property
    def found(self) -> bool:
        """Whether an effect was found."""
        return bool(self.p <= FALSE_ALARM)

    @property
    def tested(self) -> bool:
        """Whether anything could be tested."""
        return bool(np.isfinite(self.p))


def check_effect(people: People, arms: Arms, lines: Mapping[str, float], threshold: int) -> Effect:
    """One check of all items. lines: by item, the line. threshold: of disclosure control."""
    items = [item for item in people.stances if item in arms.codes]
    if len(arms.names) < 2 or not items:
        nothing = float("nan")
        return Effect(arms.kind, arms.column, arms.names, (), None, nothing, notes=arms.notes)
    found = _estimates(people, arms, items)
    tested = [_item(people, arms, found, items, place, lines, threshold)
              for place in range(len(items))]  # fmt: skip
    holm = adjusted([row.p for row in tested], "holm")
    rows = tuple(replace(row, p_holm=float(p)) for row, p in zip(tested, holm, strict=True))
    battery = _battery(people, arms, found, items, rows)
    p = whole_p(battery.p if battery else float("nan"), [row.p_holm for row in rows])
    return Effect(arms.kind, arms.column, arms.names, rows, battery, p, notes=arms.notes)


def whole_p(battery: float, holm: Sequence[float]) -> float:
    """The p of a check, at or below .05 in at most 5 of 100 checks where nothing moves answers.

    Bonferroni with weights: battery / 0.8, the smallest Holm p / 0.2; whichever stands alone keeps all.
    """
    known = [p for p in holm if np.isfinite(p)]
    if not np.isfinite(battery):
        return min(known, default=float("nan"))
    alone = min(known) / (1 - BATTERY_PART) if known else 1.0
    return min(battery / BATTERY_PART, alone, 1.0)


def _estimates(people: People, arms: Arms, items: Sequence[str]) -> Estimates:
    """Permitting shares of every item in every arm, arm by arm within the item."""
    outcomes = []
    for item in items:
        stances, codes = people.stances[item], arms.codes[item]
        yes = (stances == 0).astype(np.float64)
        for arm in range(len(arms.names)):
            values = np.where((stances >= 0) & (codes == arm), yes, np.nan)
            outcomes.append(Outcome(f"{item} {arm}", values, arms.weights))
    return estimate(people.design, outcomes, np.ones((1, len(people.design.weights)), dtype=bool))


def _item(
    people: People,
    arms: Arms,
    found: Estimates,
    items: Sequence[str],
    place: int,
    lines: Mapping[str, float],
    threshold: int,
) -> ItemEffect:
    item = items[place]
    shown = _shown(people, arms, item, threshold)
    width = len(arms.names)
    start = place * width
    enough = _enough(found, place, width)
    shares = tuple(
        ArmShare(name, *_cell(found, start + arm, shown)) for arm, name in enumerate(arms.names)
    )
    nan = float("nan")
    if not shown:
        return ItemEffect(item, shares, (), nan, shown=False, why_not="not shown")
    if len(enough) < 2:
        return ItemEffect(item, shares, (), nan, why_not="asked in one arm only, or of too few")
    table = np.zeros((len(enough) - 1, len(found.value)))
    table[:, start + enough[0]] = -1
    table[np.arange(len(enough) - 1), [start + arm for arm in enough[1:]]] = 1
    differences, p = _tested(found, table, [arms.names[arm] for arm in enough])
    points = [float(found.value[start + arm]) for arm in enough]
    line = lines.get(item)
    crosses = line is not None and min(points) < line <= max(points)
    return ItemEffect(item, shares, differences, p, crosses=crosses)


def _cell(found: Estimates, place: int, shown: bool) -> tuple[int | None, float | None]:
    if not shown or not found.n[place]:
        return None, None
    return int(found.n[place]), float(found.value[place])


def _enough(found: Estimates, place: int, width: int) -> list[int]:
    """The arms in which enough people answered an item."""
    return [arm for arm in range(width) if found.n[place * width + arm] >= LEAST_PEOPLE]


def _tested(
    found: Estimates, table: Floats, names: Sequence[str]
) -> tuple[tuple[Difference, ...], float]:
    """Each combination with its interval, and the joint p. names: the first arm, then the others."""
    alone = found.contrasts(table)
    figures = list(zip(alone.value.tolist(), alone.se.tolist(), alone.df.tolist(), strict=True))
    differences = tuple(
        Difference(name, names[0], value, se, *bounds(value, se, df, 0.95))
        for name, (value, se, df) in zip(names[1:], figures, strict=True)
    )
    if len(figures) == 1:
        return differences, chance(*figures[0])
    return differences, joint_test(*found.joint(table)).p


def _battery(
    people: People, arms: Arms, found: Estimates, items: Sequence[str], rows: Sequence[ItemEffect]
) -> BatteryEffect | None:
    """The mean over licence items that were answered in every arm; None of fewer than two."""
    width = len(arms.names)
    chosen = [
        place
        for place, row in enumerate(rows)
        if row.shown
        and is_licence(people.evidence, items[place])
        and len(_enough(found, place, width)) == width
    ]
    if len(chosen) < 2 or width < 2:
        return None
    table = np.zeros((width - 1, len(found.value)))
    for place in chosen:
        table[:, place * width] = -1 / len(chosen)
        table[np.arange(width - 1), place * width + np.arange(1, width)] = 1 / len(chosen)
    differences, p = _tested(found, table, arms.names)
    return BatteryEffect(tuple(items[place] for place in chosen), differences, p)


def _shown(people: People, arms: Arms, item: str, threshold: int) -> bool:
    """Whether the shares of all arms may be shown: arms are a breakdown of those who were asked."""
    if threshold < 1:
        return True
    stances, codes = people.stances[item], arms.codes[item]
    weighted = people.design.weights > 0
    rows = [weighted] + [weighted & (codes == arm) for arm in range(len(arms.names))]
    counts = np.array([[int((row & (stances == s)).sum()) for s in range(3)] for row in rows])
    kept = np.flatnonzero(counts.any(axis=0))
    if not len(kept) or kept[0] != 0:
        return False
    asked = [row for row in range(1, len(rows)) if counts[row].any()]
    hidden = suppress(counts[:, kept], [asked], threshold=threshold).hidden[asked, 0]
    return not bool(hidden.any())


def pairs_that_cross(effects: Sequence[Effect]) -> Iterator[tuple[Effect, ItemEffect]]:
    """Items of which the arms lie on both sides of the line, in checks that found an effect."""
    for effect in effects:
        if effect.found:
            yield from ((effect, row) for row in effect.items if row.crosses)
