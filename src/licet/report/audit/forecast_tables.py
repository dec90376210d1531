"""The tables of people behind a forecast audit, each with its sums: what can be added and subtracted.

Groups by right, wrong and missed, with periods and ripeness as further columns; picked and drawn by lot;
the steps of the funnel; bands of the capacity curve; people outside. Counts are of people, weights apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from licet.audit.forecast import Audit
from licet.audit.people import TOGETHER, GroupKey
from licet.audit.score.skill import Capacity, Skill
from licet.audit.standing import Estimate
from licet.disclosure.confusion import Levels, Linked, Told, confusion_sums
from licet.errors import BadInput

PARTS = ("tp", "fp", "fn", "tn", "unknown_flagged", "unknown_not_flagged")
MARGINS = {
    "flagged_known": ("tp", "fp"),
    "not_flagged_known": ("fn", "tn"),
    "with": ("tp", "fn"),
    "without": ("fp", "tn"),
    "known": ("flagged_known", "not_flagged_known"),
    "unknown": ("unknown_flagged", "unknown_not_flagged"),
    "flagged": ("flagged_known", "unknown_flagged"),
    "people": ("known", "unknown"),
}
PRINTED = ("tp", "fp", "fn", "tn", "unknown", "with", "without", "known", "flagged_known", "flagged",
           "people")  # fmt: skip
"""Cells that stand in a report, or that a figure is made of; the others shelter them."""
CELLS: Mapping[str, tuple[str, str]] = {
    "flag": ("flagged", "people"),
    "fpr": ("fp", "without"),
    "fnr": ("fn", "with"),
    "ppv": ("tp", "flagged_known"),
    "fdr": ("fp", "flagged_known"),
    "base": ("with", "known"),
}
"""Numerator and base of each measure, as cells."""
ARM_PARTS = ("picked_with", "picked_without", "picked_unknown",
             "drawn_with", "drawn_without", "drawn_unknown")  # fmt: skip
ARM_MARGINS = {
    "picked_known": ("picked_with", "picked_without"),
    "drawn_known": ("drawn_with", "drawn_without"),
    "picked": ("picked_known", "picked_unknown"),
    "drawn": ("drawn_known", "drawn_unknown"),
}
PERIOD, RIPE = "\x01period", "\x01ripe"
"""Columns of our own, which no data can have."""

Numbers: TypeAlias = NDArray[np.int64]
Names = Mapping[GroupKey, Levels]


def _linked(
    table: Mapping[Levels, Numbers],
    threshold: int,
    parts: Sequence[str],
    margins: Mapping[str, Sequence[str]],
    printed: Collection[str] | None = None,
    told: Sequence[Told] = (),
    never: Collection[Levels] = (),
) -> Linked:
    counts = {group: [int(one) for one in row] for group, row in table.items()}
    return confusion_sums(
        counts, threshold=threshold, parts=parts, margins=margins, printed=printed, told=told,
        never=never,
    )  # fmt: skip


def _told(audit: Audit, names: Names, of: Sequence[Levels] = ((),)) -> list[Told]:
    """What groups tell of each other; so too of those of them who are ripe, and of the others."""

    known = [(), *(names[key] for key in audit.keys), *(one.levels for one in audit.others)]

    def named(places: Sequence[int], more: Levels) -> tuple[Levels, ...]:
        own = [known[at + 1] for at in places]
        return tuple(tuple(sorted((*group, *more))) for group in own)

    return [
        Told(named(one.plus, more), named(one.minus, more), one.times)
        for more in of
        for one in audit.relations
    ]


def levels_of(audit: Audit, key: GroupKey) -> Levels:
    """The level of a group in each of its columns; a group by expression has a column of its own."""
    if key.ruled:
        said = next(one.expression for one in audit.plan.groups if one.id == key.group)
        return expressed(key.group, said)
    if key.by in audit.plan.by:
        return ((key.by, key.group),)
    columns = next(cols for cols in audit.plan.intersections if " x ".join(cols) == key.by)
    known = {column: [k.group for k in audit.keys if k.by == column] for column in columns}
    found = _split(key.group, list(columns), known)
    return tuple(sorted(zip(columns, found, strict=True)))


def expressed(group: str, expression: str) -> Levels:
    """A group by expression, which another plan may call alike and mean otherwise."""
    return ((f"\x01group {group}: {' '.join(expression.split())}", "in"),)


def _split(said: str, columns: list[str], known: Mapping[str, list[str]]) -> list[str]:
    """``A & B`` as its levels, though a level may hold the sign itself."""
    if len(columns) == 1:
        return [said]
    for name in sorted(known[columns[0]], key=len, reverse=True):
        start = name + TOGETHER
        if said.startswith(start):
            rest = _split(said[len(start) :], columns[1:], known)
            if len(rest) == len(columns) - 1:
                return [name, *rest]
    return said.split(TOGETHER, len(columns) - 1)


def groups_table(audit: Audit, names: Names) -> Linked | None:
    if audit.rates is None:
        return None
    table: dict[Levels, Numbers] = {}
    for key, (tp, fp, fn, tn, unknown) in audit.rates.counts.items():
        flagged = audit.rates.rate(key, "flag").counts[0] - tp - fp
        table[names[key] if key else ()] = np.array([tp, fp, fn, tn, flagged, unknown - flagged])
    _others(table, audit.keys, names)
    before = {one.levels: np.array(one.counts, np.int64) for one in audit.others}
    never = before.keys() - table.keys()
    table |= {levels: before[levels] for levels in sorted(never)}
    if audit.stability is not None:
        periods: dict[Levels, Numbers] = {
            ((PERIOD, period.label),): _states(period.states, period.figures)
            for period in audit.stability.periods
        }
        if _fits(table[()], list(periods.values())):
            table |= periods
        table |= _ripe(audit, names, table)
    told = _told(audit, names, ((), ((RIPE, "yes"),), ((RIPE, "no"),)))
    return _linked(table, audit.threshold, PARTS, MARGINS, PRINTED, told, never)


def _others(table: dict[Levels, Numbers], keys: Sequence[GroupKey], names: Names) -> None:
    """Everybody not in a group by expression, who can be worked out too."""
    for key in keys:
        if key.ruled and names[key] in table:
            ((column, _),) = names[key]
            table[((column, "other"),)] = table[()] - table[names[key]]


def _ripe(audit: Audit, names: Names, table: Mapping[Levels, Numbers]) -> dict[Levels, Numbers]:
    """Of every group those whose outcome is ripe and those whose is not: the one tells the other.

    Crossed groups are left out: they would cost more of what can be shown than they tell.
    """
    found: dict[Levels, Numbers] = {}
    assert audit.stability is not None
    for row in audit.stability.ripeness:
        group = names[row.key] if row.key else ()
        if len(group) > 1:
            continue
        ripe = _states(row.states, row.of_ripe)
        ripe[4:] = 0
        known = np.where(np.arange(len(PARTS)) < 4, table[group], 0)
        if not _fits(known, [ripe]):
            return {}
        found[tuple(sorted((*group, (RIPE, "yes"))))] = ripe
        found[tuple(sorted((*group, (RIPE, "no"))))] = known - ripe
    return found


def _fits(whole: Numbers, parts: Sequence[Numbers]) -> bool:
    return bool((sum(parts, np.zeros(len(whole), np.int64)) <= whole).all())


def _states(states: Sequence[int], figures: Mapping[Any, Estimate]) -> Numbers:
    """The six parts as they were counted; where they were not, as the figures tell."""
    return np.array(states, np.int64) if len(states) == len(PARTS) else states_of(figures)


def states_of(figures: Mapping[Any, Estimate]) -> Numbers:
    """The six parts behind figures: exact without weights, with weights as near as can be known."""

    def people(name: str) -> int:
        return figures[name].n if name in figures else 0

    def of(name: str) -> int:
        one = figures.get(name)
        return round(one.value * one.n) if one and np.isfinite(one.value) else 0

    flagged, clear, cases = people("ppv"), people("fpr"), people("fnr")
    tp = min(max(of("ppv"), flagged - clear, 0), cases, flagged)
    fp = flagged - tp
    more = max(people("flag") - cases - clear, 0)
    unknown = min(max(of("flag") - flagged, 0), more)
    return np.array([tp, fp, cases - tp, clear - fp, unknown, more - unknown], np.int64)


def arms_table(audit: Audit, names: Names) -> Linked | None:
    """Picked and drawn by lot, with and without the outcome."""
    found = audit.selective
    if found is None:
        return None

    def row(counts: tuple[int, int, int, int], picked: int, drawn: int) -> Numbers:
        with_, known, had, lot = counts
        return np.array([with_, known - with_, max(picked - known, 0),
                         had, lot - had, max(drawn - lot, 0)], np.int64)  # fmt: skip

    table: dict[Levels, Numbers] = {}
    most = [0, 0]
    for group in found.groups:
        sides = [(side.share_picked.n, side.share_drawn.n) for side in (group.inside, group.rest)]
        levels = names[group.key]
        table[levels] = row(group.inside.counts, *sides[0])
        if group.key.ruled:
            table[((levels[0][0], "other"),)] = row(group.rest.counts, *sides[1])
        most = [max(most[at], sides[0][at] + sides[1][at]) for at in (0, 1)]
    table[()] = row(found.lifts[0].counts, *most)
    return _linked(table, audit.threshold, ARM_PARTS, ARM_MARGINS, told=_told(audit, names))


def steps_table(audit: Audit, names: Names) -> Linked | None:
    """Who left at each step, and who passed all."""
    if audit.funnel is None:
        return None
    stages = [name for name, _ in audit.funnel.stages]
    parts = (*(f"left {name}" for name in stages), "through")
    margins: dict[str, tuple[str, ...]] = {f"passed {stages[-1]}": ("through",)}
    for one, after in zip(stages[-2::-1], stages[:0:-1], strict=True):
        margins[f"passed {one}"] = (f"passed {after}", f"left {after}")
    margins["all"] = (f"passed {stages[0]}", f"left {stages[0]}")
    table: dict[Levels, Numbers] = {}
    for key in (None, *audit.keys):
        own = {r.stage: r.counts for r in audit.funnel.rates if r.key == key}
        left = [own[name][1] - own[name][0] for name in stages]
        table[names[key] if key else ()] = np.array([*left, own[stages[-1]][0]], np.int64)
    _others(table, audit.keys, names)
    return _linked(table, audit.threshold, parts, margins, told=_told(audit, names))


def capacity_table(audit: Audit, names: Names) -> Linked | None:
    """Bands between one share picked and the next: those with the outcome, and those without."""
    if audit.skill is None:
        return None
    curve = curve_of(audit.skill)
    cases = curve[0].recall.n if curve else 0
    clear = audit.skill.n - cases
    told = [point.counts or _people_of(point, cases) for point in curve]
    hits, misses = ([one[side] for one in told] for side in (0, 1))
    up_hits = np.minimum(np.maximum.accumulate([0, *hits, cases]), cases)
    up_misses = np.minimum(np.maximum.accumulate([0, *misses, clear]), clear)
    number = len(curve) + 1
    parts = (*(f"hit {at}" for at in range(number)), *(f"miss {at}" for at in range(number)))
    margins: dict[str, tuple[str, ...]] = {"hits 0": ("hit 0",), "misses 0": ("miss 0",)}
    for at in range(1, number):
        margins[f"hits {at}"] = (f"hits {at - 1}", f"hit {at}")
        margins[f"misses {at}"] = (f"misses {at - 1}", f"miss {at}")
    margins |= {f"picked {at}": (f"hits {at}", f"misses {at}") for at in range(number)}
    margins |= {"cases": (f"hits {number - 1}",), "clear": (f"misses {number - 1}",)}
    row = np.concatenate([np.diff(up_hits), np.diff(up_misses)]).astype(np.int64)
    return _linked({(): row}, audit.threshold, parts, margins)


def _people_of(point: Capacity, cases: int) -> tuple[int, int]:
    """People picked with and without the outcome, as the figures tell."""
    hits = round(point.recall.value * cases)
    known = point.people * (1 - point.not_known)
    base = hits / point.precision.value if point.precision.value > 0 else known
    return hits, round(base) - hits


def curve_of(skill: Skill) -> list[Capacity]:
    """The points of the capacity curve that are known, from the smallest share on."""
    return [point for point in skill.curve if np.isfinite(point.recall.value)]


def outside_table(audit: Audit, names: Names) -> Linked | None:
    """People with a flag, and those without, of the data and of the frame.

    Where a frame does not count crossed groups, these are left out: they would not add up.
    """
    if audit.outside is None:
        return None
    table: dict[Levels, Numbers] = {}
    for row in audit.outside.rows:
        group = names.get(row.key, ())
        table[group] = np.array([row.inside, round(row.outside.middle)], np.int64)
    # A frame may be rounded, or suppressed, so that its breakdowns do not add up to one number.
    single = {group: row for group, row in table.items() if len(group) < 2}
    for column in {columns[0][0] for columns in single if columns}:
        levels = [row for group, row in single.items() if group and group[0][0] == column]
        table[()] = np.maximum(table[()], sum(levels, np.zeros(2, np.int64)))
    single[()] = table[()]
    _others(table, audit.keys, names)
    _others(single, audit.keys, names)
    try:
        return _in_and_out(table, audit.threshold, _told(audit, names))
    except BadInput:
        return _in_and_out(single, audit.threshold, _told(audit, names))


def _in_and_out(
    table: Mapping[Levels, Numbers], threshold: int, told: Sequence[Told] = ()
) -> Linked:
    parts = ("inside", "outside")
    return _linked(table, threshold, parts, {"everybody": parts}, told=told)
