"""Comparisons of printed figures: the rest is worked out from the printed total.

A group of n people with share p within a total of N with share P leaves a rest of N - n people with
share (N P - n p) / (N - n). Group and rest share nobody, so their variances, times the assumed design
effect, add up. That clusters may hold people of both is not allowed for: nobody printed it.
"""

from __future__ import annotations

from math import sqrt

from licet.comparisons.batteries import printed_battery
from licet.comparisons.rows import REST, BatteryRow, Comparison, Side, Sort, bounds, chance
from licet.comparisons.rules import Battery, Request, is_licence
from licet.disclosure import visible_cell
from licet.evidence import Evidence
from licet.groups import ALL
from licet.readings import Reading

INFINITE = float("inf")


def compare_printed(
    reading: Reading, request: Request, threshold: int
) -> tuple[list[Comparison], list[BatteryRow]]:
    """Every group against the rest, pairs of groups, pairs of items, and the batteries.

    Two groups are compared as if they shared nobody, and two items as if they were answered
    independently: the figures do not say more, and a note does.
    """
    evidence = reading.evidence
    asked = [i.id for i in evidence.items if request.items is None or i.id in request.items]
    groups = [group.id for group in evidence.groups]
    needed = dict.fromkeys([*asked, *(i for b in request.batteries_of(evidence) for i in b.items)])
    gaps = {
        (item, group): row
        for item in needed
        for group in groups
        if (row := _against_rest(reading, item, group, request, threshold))
    }
    rows = [row for (item, _), row in gaps.items() if item in asked]
    for one, other in request.pairs:
        rows += [
            row
            for item in asked
            if (row := _two(reading, "groups", (item, one), (item, other), request, threshold))
        ]
    for first, second in request.item_pairs:
        rows += [
            row
            for group in (ALL, *groups)
            if (row := _two(reading, "items", (first, group), (second, group), request, threshold))
        ]
    batteries = [
        found
        for group in groups
        for battery in request.batteries_of(evidence)
        if (found := _battery(reading, battery, group, gaps, request))
    ]
    return rows, batteries


def variance(share: float, people: float, deff: float) -> float:
    """Of a share (0-1) among so many people."""
    return deff * share * (1 - share) / people


def rest_of(share: float, n: int, total: float, everybody: int) -> float | None:
    """The share of the rest, or None where group and total cannot be of the same people.

    Printed figures are rounded, so a rest a little below 0 or above 1 is put at 0 or 1.
    """
    if n >= everybody:
        return None
    rest = (everybody * total - n * share) / (everybody - n)
    slack = 0.01 * (everybody + n) / (everybody - n)
    if not -slack <= rest <= 1 + slack:
        return None
    return min(max(rest, 0.0), 1.0)


def _against_rest(
    reading: Reading, item: str, group: str, request: Request, threshold: int
) -> Comparison | None:
    whole, part = reading.measures.get((item, ALL)), reading.measures.get((item, group))
    if whole is None or part is None or whole.stance != part.stance:
        return None
    total, share = whole.shown, part.shown
    rest = rest_of(share.point, part.base, total.point, whole.base)
    if rest is None:
        return None
    left = whole.base - part.base
    deff = part.deff or 1.0
    se = sqrt(variance(share.point, part.base, deff) + variance(rest, left, deff))
    # The difference is (p - P) N / (N - n): both printed figures may be out.
    rounding = (share.rounding + total.rounding) * whole.base / left
    return _comparison(
        reading.evidence,
        "rest",
        Side(item, group, share.point, part.base),
        Side(item, REST, rest, left),
        se,
        request,
        stance=part.stance,
        rounding=rounding,
        shown=visible_cell(part.base, None, threshold) and visible_cell(left, None, threshold),
    )


def _two(
    reading: Reading,
    sort: Sort,
    first: tuple[str, str],
    second: tuple[str, str],
    request: Request,
    threshold: int,
) -> Comparison | None:
    one, other = reading.measures.get(first), reading.measures.get(second)
    if one is None or other is None or one.stance != other.stance:
        return None
    se = sqrt(sum(variance(m.shown.point, m.base, m.deff or 1.0) for m in (one, other)))
    return _comparison(
        reading.evidence,
        sort,
        Side(*first, one.shown.point, one.base),
        Side(*second, other.shown.point, other.base),
        se,
        request,
        stance=one.stance,
        rounding=one.shown.rounding + other.shown.rounding,
        shown=all(visible_cell(m.base, None, threshold) for m in (one, other)),
    )


def _comparison(
    evidence: Evidence,
    sort: Sort,
    one: Side,
    other: Side,
    se: float,
    request: Request,
    *,
    stance: str,
    rounding: float,
    shown: bool,
) -> Comparison:
    value = one.share - other.share
    low, high = bounds(value, se, INFINITE, request.level)
    return Comparison(
        sort,
        one,
        other,
        value,
        se,
        INFINITE,
        low,
        high,
        chance(value, se, INFINITE),
        stance=stance,
        kind=evidence.item(one.item).kind,
        context=not is_licence(evidence, one.item),
        rounding=rounding,
        shown=shown,
    )


def _battery(
    reading: Reading,
    battery: Battery,
    group: str,
    gaps: dict[tuple[str, str], Comparison],
    request: Request,
) -> BatteryRow | None:
    """None where a permitting share of an item was not printed for the group and for everybody."""
    found = [gaps.get((item, group)) for item in battery.items]
    rows = [row for row in found if row and row.stance == "permits"]
    if len(rows) < len(battery.items):
        return None
    errors = [
        sqrt(variance(row.one.share, row.one.base, reading.measures[row.one.item, group].deff or 1))
        for row in rows
    ]
    return printed_battery(
        battery, group, rows, errors, request, shown=all(row.shown for row in rows)
    )
