"""Shares of readings compared: two independent fieldworks, and each share against the line."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from licet.comparisons.rows import Comparison, Side, bounds, chance
from licet.comparisons.rules import USUAL, Request, is_licence
from licet.disclosure import visible_cell
from licet.errors import bad
from licet.evidence import Item
from licet.groups import ALL
from licet.licence import Measure, Rule
from licet.readings import Reading
from licet.survey.intervals import interval

INFINITE = float("inf")


def compare_fieldworks(
    first: Reading, second: Reading, request: Request = USUAL, threshold: int = 10
) -> list[Comparison]:
    """The first fieldwork less the second: every item that both asked, in every group of both.

    Two samples drawn apart share nobody: se^2 = se1^2 + se2^2, with Satterthwaite's degrees of freedom

        df = (v1 + v2)^2 / (v1^2 / df1 + v2^2 / df2).

    Items are the same by id, else by kind and subject; groups by id. Refuses two fieldworks that share
    no item. What differs in wording is for the reader to judge.
    """
    pairs = _common_items(first, second)
    if not pairs:
        raise bad(
            f"{first.evidence.id!r} and {second.evidence.id!r} share no item",
            "fieldworks",
            "an item with the same id, or of the same kind and subject, in both",
            "compare two fieldworks that asked the same",
        )
    groups = [ALL, *(g.id for g in first.evidence.groups)]
    rows = []
    for one, other in pairs:
        if request.items is not None and one not in request.items:
            continue
        for group in groups:
            sides = first.measures.get((one, group)), second.measures.get((other, group))
            if sides[0] and sides[1] and sides[0].stance == sides[1].stance:
                rows.append(
                    _between(
                        first, second, (one, other), group, sides[0], sides[1], request, threshold
                    )
                )
    return rows


def _common_items(first: Reading, second: Reading) -> list[tuple[str, str]]:
    theirs: dict[str, Item] = {item.id: item for item in second.evidence.items}
    alike: dict[str, list[str]] = {}
    for item in second.evidence.items:
        alike.setdefault(item.requirement, []).append(item.id)
    found = []
    for item in first.evidence.items:
        same = alike.get(item.requirement, [])
        if item.id in theirs and theirs[item.id].requirement == item.requirement:
            found.append((item.id, item.id))
        elif len(same) == 1:
            found.append((item.id, same[0]))
    return found


def _between(
    first: Reading,
    second: Reading,
    items: tuple[str, str],
    group: str,
    one: Measure,
    other: Measure,
    request: Request,
    threshold: int,
) -> Comparison:
    (v1, df1), (v2, df2) = _variance(one), _variance(other)
    se, df = sqrt(v1 + v2), satterthwaite(v1, df1, v2, df2)
    value = one.shown.point - other.shown.point
    low, high = bounds(value, se, df, request.level)
    sides = [
        Side(item, group, m.shown.point, m.base, evidence=reading.evidence.id)
        for item, m, reading in zip(items, (one, other), (first, second), strict=True)
    ]
    return Comparison(
        "fieldworks",
        sides[0],
        sides[1],
        value,
        se,
        df,
        low,
        high,
        chance(value, se, df),
        stance=one.stance,
        kind=first.evidence.item(items[0]).kind,
        context=not is_licence(first.evidence, items[0]),
        about=f"{first.evidence.id} less {second.evidence.id}",
        rounding=one.shown.rounding + other.shown.rounding,
        shown=shown_measure(one, threshold) and shown_measure(other, threshold),
    )


def satterthwaite(v1: float, df1: float, v2: float, df2: float) -> float:
    """Degrees of freedom of the sum of two independent variances."""
    parts = v1**2 / df1 + v2**2 / df2 if df1 > 0 and df2 > 0 else 0.0
    if parts > 0:
        return (v1 + v2) ** 2 / parts
    return INFINITE if df1 > 0 and df2 > 0 else 0.0


def shown_measure(measure: Measure, threshold: int) -> bool:
    """Whether the share of a measure may be shown."""
    kept_back = threshold > 0 and measure.stance in measure.hidden
    return not kept_back and (threshold < 1 or visible_cell(measure.base, measure.count, threshold))


def _variance(measure: Measure) -> tuple[float, float]:
    """The variance of the share shown and its degrees of freedom."""
    if measure.se is not None and measure.df is not None and measure.stance == "permits":
        return measure.se**2, measure.df
    share, deff = measure.shown.point, measure.deff or 1.0
    return deff * share * (1 - share) / measure.base, INFINITE


def compare_with_line(
    reading: Reading, request: Request = USUAL, threshold: int = 10
) -> Iterator[Comparison]:
    """The share of every licence item in every group less the line: a test beside the verdict.

    By the score test, the line's own variance over the effective base (for answers that of the design,
    with its degrees of freedom; for print the people over the design effect); the interval is
    Wilson's, the same test inverted. Verdicts do not follow it: they follow the evidence's own
    interval, one figure at a time. This is how many of them would be left if all were tested at once.
    """
    for (item, group), measure in reading.measures.items():
        if not is_licence(reading.evidence, item):
            continue
        if request.items is not None and item not in request.items:
            continue
        line = Rule().baseline(reading.k[item])
        share, people, df = measure.shown.point, *_effective(measure)
        se = sqrt(line * (1 - line) / people) if people > 0 else float("nan")
        low, high = interval(share, people, method="wilson", level=request.level, df=df)
        known = df > 0 and people > 0
        yield Comparison(
            "line",
            Side(item, group, share, measure.base),
            Side("line", "", line, 0),
            share - line,
            se,
            df,
            float(low) - line if known else float("nan"),
            float(high) - line if known else float("nan"),
            chance(share - line, se, df),
            stance=measure.stance,
            kind=reading.evidence.item(item).kind,
            rounding=measure.shown.rounding,
            shown=shown_measure(measure, threshold),
        )


def _effective(measure: Measure) -> tuple[float, float]:
    """People drawn alone that would tell as much, never more than there are; and the df."""
    share = measure.shown.point
    if measure.se is None or measure.df is None:
        return measure.base / (measure.deff or 1.0), INFINITE
    if measure.stance != "permits" or not 0 < share < 1 or not measure.se > 0:
        return float(measure.base), measure.df
    return min(share * (1 - share) / measure.se**2, float(measure.base)), measure.df
