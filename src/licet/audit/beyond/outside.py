"""People outside: those who said no, could not be linked, or have no score or no known outcome.

Every figure on the linked stays as it is when people leave, while fewer of all who need help are found.
So what is found is counted against everybody. What those outside have is not known: any share of them
may have the outcome, so recall and the false positive rate lie between two bounds (Manski 1990); outside,
nobody is flagged. The intervals hold both bounds and chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from licet.audit.beyond.outside_bounds import KINDS, Place, Side, sets_of
from licet.audit.drawing.draws import units_of
from licet.audit.drawing.sums import Sums, known_codes, sums_of
from licet.audit.input.population import Count, FrameRow, Population, rest_of
from licet.audit.people import GroupKey, People
from licet.audit.standing import Estimate
from licet.errors import BadInput, Fault, nearest
from licet.groups import ALL

EVERYBODY = GroupKey(ALL, ALL, "everybody")


@dataclass(frozen=True)
class Bounds:
    """From ``low`` to ``high``, whatever those outside have; each with its chance."""

    low: Estimate
    high: Estimate

    @property
    def whole(self) -> Estimate:
        """The bounds and their chance as one interval, its value halfway."""
        value = (self.low.value + self.high.value) / 2
        return Estimate(value, self.low.low, self.high.high, n=min(self.low.n, self.high.n))


@dataclass(frozen=True)
class OutsideRow:
    """A group, or everybody.

    inside: people with a flag (unweighted). outside: those without, of the frame and of the data.
    unknown: people with a flag whose outcome is not known. recall: of all with the outcome, the share
    flagged; recall_inside: of the linked alone; recall_alike: if those outside have the outcome as often
    as those inside. precision: of the flagged; fpr, flagged: of everybody. tipping: the share of those
    outside with the outcome at which recall falls below the plan's; None where no share does or none is
    asked for. known: whether the frame says who has the outcome; framed: whether it counts them at all.
    """

    key: GroupKey
    inside: int
    outside: Count
    unknown: int
    recall: Bounds
    recall_inside: Estimate
    recall_alike: Estimate
    precision: Bounds
    fpr: Bounds
    flagged: Bounds
    base: Estimate
    tipping: float | None
    known: bool
    framed: bool


@dataclass(frozen=True)
class OutsideGap:
    """Group minus rest, over everybody. flag_ratio: times as often flagged. tipping: the share of those
    outside the group with the outcome at which its recall differs from the rest's by the tolerance, those
    outside the rest having it as often as those inside; None where no share does."""

    key: GroupKey
    recall: Bounds
    fpr: Bounds
    flag_ratio: Bounds
    tipping: float | None


@dataclass(frozen=True)
class Outside:
    """Everybody, each group, and the gaps of those that the frame counts.

    framed: whether a frame was given; suppressed: its cells that were read as intervals. reasons: how
    people of the data came to be outside, with how many.
    """

    rows: tuple[OutsideRow, ...]
    gaps: tuple[OutsideGap, ...]
    framed: bool
    suppressed: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def everybody(self) -> OutsideRow:
        """The row of all."""
        return self.rows[0]


def outside_of(people: People, population: Population | None = None) -> Outside:
    """Bounds over everybody. population: the frame; without one, the people of the data only.

    Refuses a frame with fewer people in a group than the data have, and one that leaves out a group of
    a breakdown whose others it counts.
    """
    if population is not None:
        _check_groups(people, population)
    columns: dict[str, Any] = {"y": known_codes(people.y), "flag": people.flag}
    columns |= {f"in {place}": people.member[:, place] for place in range(len(people.keys))}
    plan = people.plan
    sums = sums_of(
        columns,
        lambda codes: sets_of(codes, len(people.keys)),
        people.weight,
        units_of(people),
        plan.draws,
        plan.seed,
    )
    sides = _sides(people, population, sums)
    rows = [_row(sums, people, key, place, framed) for key, place, framed in sides if place[1] == 1]
    gaps = []
    framed_by = {place: framed for _, place, framed in sides}
    for number, key in enumerate(people.keys):
        pair = [framed_by[number, side] for side in (1, 0)]
        if population is not None and None in pair:
            continue  # of a group that the frame does not count, nothing is known over everybody
        gaps.append(_gap(sums, people, key, number, pair))
    return Outside(
        tuple(rows),
        tuple(gaps),
        population is not None,
        population.suppressed if population else 0,
        _reasons(people),
    )


Framed = tuple[GroupKey, Place, FrameRow | None]


def _sides(people: People, population: Population | None, sums: Sums) -> list[Framed]:
    """Everybody, every group and its rest, each with its row of the frame."""
    frame = population or Population()
    found: list[Framed] = [(EVERYBODY, (-1, 1), frame.everybody)]
    for number, key in enumerate(people.keys):
        same = [row for row in frame.rows.values() if row.by == key.by and row.group != key.group]
        rest = rest_of(same, "rest")
        if key.ruled or rest is None:
            rest = _without(frame.everybody, frame.of(key.by, key.group))
        found += [(key, (number, 1), frame.of(key.by, key.group)), (key, (number, 0), rest)]
    _check(found, sums)
    return found


def _without(everybody: FrameRow | None, row: FrameRow | None) -> FrameRow | None:
    """Everybody but a group."""
    if everybody is None or row is None:
        return None
    both = None
    if everybody.outcome and row.outcome:
        both = _minus(everybody.outcome, row.outcome)
    return FrameRow(row.by, "rest", _minus(everybody.people, row.people), both)


def _minus(whole: Count, part: Count) -> Count:
    return Count(max(0, whole.low - part.high), max(0, whole.high - part.low))


def _check_groups(people: People, population: Population) -> None:
    """Every group of the data in a breakdown of the frame is in the frame."""
    faults: list[Fault] = []
    for key in people.keys:
        there = [group for by, group in population.rows if by == key.by]
        if there and key.by != "group" and key.group not in there:
            near = nearest(key.group, there)
            faults.append(
                Fault(
                    f"the frame does not count the group {key.group!r} of {key.by!r}",
                    "frame: group",
                    "every group of the data: " + ", ".join(there[:20]),
                    f"{near!r} may be meant" if near else "add a row for it",
                )
            )
    if faults:
        raise BadInput(*faults)


def _check(sides: Sequence[Framed], sums: Sums) -> None:
    faults = []
    for key, place, row in sides:
        there = sum(sums.point[(*place, kind)] for kind in KINDS)
        if row is not None and row.people.high < there - 1e-6:
            name = key.label if place[1] else f"the rest of {key.label}"
            faults.append(
                Fault(
                    f"the frame has {row.people.high:,} people in {name!r}, the data {there:,.0f}",
                    "frame: people",
                    "at least as many as the data stand for",
                    "count the refused and the unlinked in",
                )
            )
        had = sum(sums.point[(*place, kind)] for kind in ("tp", "fn", "out1"))
        if row is not None and row.outcome is not None and row.outcome.high < had - 1e-6:
            faults.append(Fault(f"the frame has fewer people with the outcome in {key.label!r} than the data",
                                "frame: outcome", "at least as many as the data"))  # fmt: skip
    if faults:
        raise BadInput(*faults)


def _bounds(sums: Sums, figure: Any, n: int, level: float) -> Bounds:
    return Bounds(
        sums.of(lambda s: figure(s, False), n, level), sums.of(lambda s: figure(s, True), n, level)
    )


def _row(
    sums: Sums, people: People, key: GroupKey, place: Place, framed: FrameRow | None
) -> OutsideRow:
    side, level = Side(place, framed), people.plan.level
    number = {kind: sums.people[(*place, kind)] for kind in KINDS}
    cases, clear = number["tp"] + number["fn"], number["fp"] + number["tn"]
    inside = cases + clear + number["u1"] + number["u0"]
    there = number["out1"] + number["out0"] + number["outu"]
    more = [round(float(side.beyond(sums.point, most))) for most in (False, True)]
    return OutsideRow(
        key,
        inside,
        Count(there + more[0], there + more[1]),
        number["u1"] + number["u0"],
        _bounds(sums, side.recall, cases, level),
        sums.of(side.inside, cases, level),
        sums.of(lambda s: side.at(s, side.base(s)), cases, level),
        _bounds(sums, side.precision, number["tp"] + number["fp"], level),
        _bounds(sums, side.fpr, clear, level),
        _bounds(sums, side.flagged, inside, level),
        sums.of(side.base, cases + clear, level),
        _tipping(side, sums, people.plan.tolerances.recall),
        framed is not None and framed.outcome is not None,
        framed is not None,
    )


def _gap(
    sums: Sums, people: People, key: GroupKey, number: int, framed: Sequence[FrameRow | None]
) -> OutsideGap:
    one, rest = Side((number, 1), framed[0]), Side((number, 0), framed[1])
    level = people.plan.level

    def apart(name: str) -> Bounds:
        mine, theirs = getattr(one, name), getattr(rest, name)
        return _bounds(sums, lambda s, high: mine(s, high) - theirs(s, not high), 0, level)

    ratio = _bounds(
        sums, lambda s, high: one.flagged(s, high) / rest.flagged(s, not high), 0, level
    )
    return OutsideGap(key, apart("recall"), apart("fpr"), ratio, _gap_tips(one, rest, sums, people))


def _tipping(side: Side, sums: Sums, least: float) -> float | None:
    """The share of those outside with the outcome at which recall falls below ``least``."""
    if least <= 0:
        return None
    shares = np.linspace(0, 1, 1001)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.flatnonzero(side.at(sums.point, shares) < least)
    return float(shares[below[0]]) if len(below) else None


def _gap_tips(one: Side, rest: Side, sums: Sums, people: People) -> float | None:
    shares = np.linspace(0, 1, 1001)
    with np.errstate(divide="ignore", invalid="ignore"):
        theirs = rest.at(sums.point, rest.base(sums.point))
        apart = np.abs(one.at(sums.point, shares) - theirs) > people.plan.tolerances.gap
        mine = float(one.base(sums.point))
    far = shares[apart]
    if not np.isfinite(mine):
        return None
    # The nearest to what those inside have: how far from it those outside would have to be.
    return float(far[np.argmin(np.abs(far - mine))]) if len(far) else None


def _reasons(people: People) -> tuple[tuple[str, int], ...]:
    out = people.flag < 0
    refused = (
        (people.consent == "out") if people.consent is not None else np.zeros(len(people), bool)
    )
    return (
        ("said no", int((out & refused).sum())),
        ("has no score or flag", int((out & ~refused).sum())),
        ("outcome not known", int((~out & np.isnan(people.y)).sum())),
    )
