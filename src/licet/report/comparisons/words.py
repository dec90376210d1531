"""Comparisons in the words in which people read them, after disclosure control.

Screen, page and data take their figures from here: a comparison that may not be shown says so and
gives nothing else. Differences are points of a percent; proportions become points here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from licet.comparisons import (
    REST,
    SORTS,
    AtCorrelation,
    BatteryRow,
    Comparison,
    Comparisons,
    Side,
)
from licet.evidence import LICENCE_KINDS
from licet.groups import ALL
from licet.report.table.cells import NONE, NOT_SHOWN, percent, points
from licet.vocabulary import SUBJECT_LIST, label

KINDS = {
    "reason": "Are these reasons for joining records accepted?",
    "trust": "Is this service trusted to join records?",
    "processor": "May this kind of operator run the linkage?",
    "awareness": "Known of (context only)",
    "concern": "Worries shared",
    "demand": "Demands shared",
}


def item_label(found: Comparisons, item: str) -> str:
    """The short name of an item, or of a battery."""
    known = next((i for i in found.evidence.items if i.id == item), None)
    if known:
        return label(SUBJECT_LIST[known.kind], known.subject)
    return next((b.label for b in found.batteries if b.battery == item), item)


def group_label(found: Comparisons, group: str) -> str:
    """The name of a group, or ``the rest``."""
    return "the rest" if group == REST else found.evidence.group_label(group)


def chance_text(p: float) -> str:
    """``p .012``; below a thousandth ``p < .001``."""
    if not isfinite(p):
        return "p not known"
    if p < 0.001:
        return "p < .001"
    return f"p {min(p, 0.999):.3f}".replace("p 0.", "p .") if p < 0.995 else "p > .99"


def bare_chance(p: float) -> str:
    """``.012`` for a column that says p."""
    return NONE if not isfinite(p) else chance_text(p).removeprefix("p ")


def difference_text(value: float, low: float, high: float) -> str:
    """``−22 [−39, −5]`` in points; an end near 0 with as many decimals as tell it from 0."""
    if not (isfinite(low) and isfinite(high)):
        return f"{points(value, 0)} [not known]"
    return f"{points(value, 0)} [{_bound(low)}, {_bound(high)}]"


def _bound(value: float) -> str:
    for decimals in range(4):
        text = points(value, decimals)
        if value == 0 or text.strip("0.") or decimals == 3:
            return text
    raise AssertionError(value)


def cell_text(row: Comparison | None) -> str:
    """One cell of the screen's table: ``−22 lower``; a plain figure is not appreciably different."""
    if row is None:
        return NONE
    if not row.shown:
        return NOT_SHOWN
    return f"{points(row.value, 0)} {row.appreciably}".rstrip()


def rule_text(found: Comparisons) -> str:
    """When a difference is appreciable, in one sentence."""
    rule = found.request.appreciable
    return (
        f"Appreciably higher or lower: at least {100 * rule.difference:g} points apart, and the "
        f"{100 * rule.level:g} % interval of the difference clear of 0."
    )


def family_text(name: str, size: int) -> str:
    """A family of tests and what chance alone would give."""
    by_chance = f"about {0.05 * size:.0f}" if 0.05 * size >= 0.75 else "fewer than 1"
    return f"{name}: {size} tests, {by_chance} with p below .05 by chance alone"


def people_text(found: Comparisons, side: Side) -> str:
    """``about 42``: printed figures rarely state how many, and some bases are shown in tens."""
    return f"{'about ' if found.evidence.printed or side.base_about else ''}{side.base:,}"


def share_decimals(row: Comparison) -> int:
    """Decimals of a percentage in a comparison: none beside a base in tens, for they would tell it."""
    return 0 if row.one.base_about or row.other.base_about else 1


def sentence_text(found: Comparisons, row: Comparison) -> str:
    """A comparison in full: sides, difference, interval, p alone and in its family, people."""
    if not row.shown:
        return f"{_sides(found, row)}: {NOT_SHOWN}"
    shares = f"{percent(row.one.share)} % against {percent(row.other.share)} %"
    level = f"{100 * found.request.level:g} % interval"
    family = ""
    if row.family_size:
        family = (
            f"; among {row.family_size} tests {bare_chance(row.p_benjamini_hochberg)} "
            f"(Benjamini-Hochberg), {bare_chance(row.p_holm)} (Holm)"
        )
    return (
        f"{_sides(found, row)}: {shares}, {difference_text(row.value, row.low, row.high)} points "
        f"({level}), {chance_text(row.p)}{family}; "
        f"{people_text(found, row.one)} and {people_text(found, row.other)} people"
    )


def _sides(found: Comparisons, row: Comparison) -> str:
    against = "" if row.stance == "permits" else ", those against"
    item = item_label(found, row.one.item) + against
    if row.sort == "items":
        name = group_label(found, row.one.group)
        return f"{name}, {item} less {item_label(found, row.other.item)}"
    if row.sort == "groups":
        pair = (group_label(found, side.group) for side in (row.one, row.other))
        return f"{' less '.join(pair)}, {item}"
    if row.sort == "awareness":
        return f"{item}, by {item_label(found, row.about).casefold()}"
    more = f" ({row.about})" if row.about else ""
    return f"{group_label(found, row.one.group)}, {item}{more}"


def shown_items(found: Comparisons, rows: Sequence[Comparison]) -> Iterator[tuple[str, list[str]]]:
    """The items of rows by kind, licence first: (kind, items)."""
    kinds = {item.id: item.kind for item in found.evidence.items}
    asked = {row.one.item for row in rows}
    order = sorted(KINDS, key=lambda kind: kind not in LICENCE_KINDS)
    for kind in order:
        items = [i for i, of in kinds.items() if of == kind and i in asked]
        if items:
            yield kind, items


def leaning_text(under: AtCorrelation) -> str:
    """``5 of 5 lower; truly lower: about 4.5, 3 to 5 of them``."""
    found = under.leaning
    if found.side == "neither":
        return f"{found.lower} of {found.items} lower, {found.higher} higher"
    said = f"{found.count} of {found.items} {found.side}"
    if not isfinite(found.expected):
        return said
    return (
        f"{said}; truly {found.side} about {found.expected:.1f}, {found.fewest} to {found.most} "
        f"of them; so many on one side without any true difference: {bare_chance(found.chance)}"
    )


def battery_lines(found: Comparisons, row: BatteryRow) -> list[str]:
    """A battery in one group, in sentences without their full stop."""
    name = f"{group_label(found, row.group)}, {row.label.casefold()} ({len(row.items)} items)"
    if not row.shown:
        return [f"{name}: {NOT_SHOWN}"]
    mean = f"mean {percent(row.mean, 1)} % [{percent(row.mean_low)}, {percent(row.mean_high)}]"
    if not row.under:
        return [f"{name}: {mean}"]
    start = f"{name}: {mean}, the rest {percent(row.rest, 1)} %, {points(row.value)} points"
    if row.comparison:
        (only,) = row.under
        interval = f"[{points(only.low, 0)}, {points(only.high, 0)}], {chance_text(only.p)}"
        word = f", appreciably {row.comparison.appreciably}" if row.comparison.appreciably else ""
        return [f"{start} {interval}{word}", leaning_text(only)]
    first, last = row.under[0], row.under[-1]
    inner = row.under[1:-1]
    said = [
        f"{start}; standard error {percent(first.se, 1)} to {percent(last.se, 1)} points and "
        f"p {bare_chance(first.p)} to {bare_chance(last.p)}, as the correlation between items "
        f"is {first.correlation:g} to {last.correlation:g}"
    ]
    if len(inner) > 1:
        said[0] += (
            f"; p {bare_chance(inner[0].p)} to {bare_chance(inner[-1].p)} for "
            f"{inner[0].correlation:g} to {inner[-1].correlation:g}"
        )
    middle = row.under[len(row.under) // 2]
    return [*said, f"{leaning_text(middle)} (at a correlation of {middle.correlation:g})"]


def summary_text(found: Comparisons) -> str:
    """How many groups differ appreciably from the rest, among how many comparisons."""
    rows = [row for row in found.of("rest") if not row.context and row.shown]
    marked = [row for row in rows if row.appreciably]
    if not rows:
        return "No group could be compared with the rest on a licence item."
    held = sum(row.p_holm <= 0.05 for row in marked)
    kept = sum(row.p_benjamini_hochberg <= 0.05 for row in marked)
    return (
        f"{len(marked)} of {len(rows)} comparisons of a group with the rest on licence items are "
        f"appreciable; {kept} of them hold among all tests of their family by Benjamini-Hochberg, "
        f"{held} by Holm."
    )


__all__ = [
    "ALL",
    "KINDS",
    "NONE",
    "NOT_SHOWN",
    "SORTS",
    "bare_chance",
    "battery_lines",
    "cell_text",
    "chance_text",
    "difference_text",
    "family_text",
    "group_label",
    "item_label",
    "people_text",
    "percent",
    "points",
    "rule_text",
    "sentence_text",
    "share_decimals",
    "shown_items",
    "summary_text",
]
