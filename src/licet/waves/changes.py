"""What changed from one wave to a later one: shares with an interval, verdicts, and the status of both."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Literal

from licet.comparisons.bases import Bases, with_bases
from licet.comparisons.fieldworks import compare_fieldworks
from licet.comparisons.rows import Comparison, with_families
from licet.comparisons.rules import USUAL
from licet.evidence import LICENCE_KINDS, Evidence
from licet.findings import CANNOT_GRANT
from licet.groups import ALL
from licet.licence import Rule, Verdict, judge
from licet.readings import Reading
from licet.waves.matching import Joined

Status = Literal[
    "licence won", "licence lost", "verdict changed", "unproven change", "unchanged",
    "not comparable", "",
]  # fmt: skip
NOTHING_KNOWN = frozenset({Verdict.TOO_FEW, Verdict.NOT_MEASURED, Verdict.EXPIRED})

AGE_YEARS = 3
"""Fieldwork is due again so many years after its end, even where it has not expired."""
LEAD_MONTHS = 6
"""A new survey is started so long before it is due."""


@dataclass(frozen=True)
class Change:
    """An item in a group, the later wave less the earlier (0-1).

    item, group: as the later wave calls them. before, after: verdicts, None for items without one.
    comparison: the figures; None where nothing may be compared. direction: higher or lower where the
    interval is clear of 0, else empty. why: what keeps it from being comparable.
    """

    earlier: str
    later: str
    item: str
    group: str
    before: Verdict | None
    after: Verdict | None
    status: Status
    comparison: Comparison | None = None
    why: str = ""

    @property
    def direction(self) -> str:
        """The way in which the share has changed beyond chance."""
        found = self.comparison
        if found is None or not found.shown:
            return ""
        low, high = found.low - found.rounding, found.high + found.rounding
        return "higher" if low > 0 else "lower" if high < 0 else ""


@dataclass(frozen=True)
class Due:
    """When to ask again. reason: expiry, or the age of the fieldwork. start: of the next survey."""

    evidence: str
    day: date
    start: date
    reason: str
    overdue: bool
    soon: bool


def status_of(before: Verdict, after: Verdict, low: float, high: float) -> Status:
    """The status of a change. low, high: the interval of the change of the permitting share (0-1).

    Won and lost need both: another verdict, and a change beyond chance in that direction. Another
    verdict without it is an unproven change; another verdict with it, but neither from nor to a
    licence, is a verdict changed.
    """
    if before in NOTHING_KNOWN or after in NOTHING_KNOWN:
        return "not comparable"
    if before is after:
        return "unchanged"
    rose, fell = low > 0, high < 0
    if after is Verdict.GRANTED:
        return "licence won" if rose else "unproven change"
    if before is Verdict.GRANTED:
        return "licence lost" if fell else "unproven change"
    return "verdict changed" if rose or fell else "unproven change"


def verdict_in(reading: Reading, item: str, group: str) -> Verdict | None:
    """The verdict of a wave on its own day; None for items from which no licence is read."""
    known = reading.evidence.item(item)
    if known.kind not in LICENCE_KINDS:
        return None
    measure = reading.measures.get((item, group))
    if measure is None:
        return Verdict.NOT_MEASURED
    verdict = judge(measure, reading.k[item], Rule()).verdict
    granted = verdict is Verdict.GRANTED
    quota = reading.evidence.fieldwork.sample in CANNOT_GRANT
    return Verdict.UNPROVEN if granted and quota else verdict


def independent_changes(
    earlier: Reading,
    later: Reading,
    items: Sequence[Joined],
    groups: Sequence[Joined],
    threshold: int,
) -> list[Change]:
    """Changes between two samples drawn apart: their variances add up."""
    if not items:
        return []
    everybody = Joined(ALL, ALL)
    rows = compare_fieldworks(
        _restricted(later, items, (everybody, *groups), new=True),
        _restricted(earlier, items, (everybody, *groups), new=False),
        USUAL,
        threshold,
    )
    found = {(row.one.item, row.one.group): row for row in with_families(rows, "sort")}
    names = {item.later: item.earlier for item in items}
    changes = []
    for item in items:
        for group in (everybody, *groups):
            row = found.get((item.later, group.later))
            before = verdict_in(earlier, names[item.later], group.earlier)
            after = verdict_in(later, item.later, group.later)
            pair = (earlier.evidence.id, later.evidence.id)
            changes.append(change(*pair, (item.later, group.later), (before, after), row))
    return changes


def changes_with_bases(
    changes: Sequence[Change],
    readings: Sequence[Reading],
    bases: Sequence[Bases],
    steps: Sequence[tuple[Reading, Reading, Sequence[Joined], Sequence[Joined]]],
) -> Iterator[Change]:
    """The changes with every base in tens that may not be exact in its own wave.

    bases: of each reading. steps: the earlier and the later reading with their joined items and groups.
    """
    of = {reading.evidence.id: found for reading, found in zip(readings, bases, strict=True)}
    was = {
        (a.evidence.id, b.evidence.id): {one.later: one.earlier for one in (*items, *groups)}
        for a, b, items, groups in steps
    }
    for one in changes:
        if one.comparison is None:
            yield one
            continue
        names = was[one.earlier, one.later]
        row = with_bases(one.comparison, of[one.later], of[one.earlier].called(names))
        yield replace(one, comparison=row)


def _restricted(
    reading: Reading, items: Sequence[Joined], groups: Sequence[Joined], *, new: bool
) -> Reading:
    """A reading of joined items and groups only, called as the later wave calls them."""
    called = {(i.later if new else i.earlier): i.later for i in items}
    within = {(g.later if new else g.earlier): g.later for g in groups}
    kept = tuple(
        item.model_copy(update={"id": called[item.id]})
        for item in reading.evidence.items
        if item.id in called
    )
    measures = {
        (called[item], within[group]): measure
        for (item, group), measure in reading.measures.items()
        if item in called and group in within
    }
    declared = tuple(
        replace(group, id=within[group.id])
        for group in reading.evidence.groups
        if group.id in within
    )
    evidence = reading.evidence.model_copy(update={"items": kept, "groups": declared})
    return replace(reading, evidence=evidence, measures=measures)


def change(
    earlier: str,
    later: str,
    cell: tuple[str, str],
    verdicts: tuple[Verdict | None, Verdict | None],
    row: Comparison | None,
) -> Change:
    """One change with its status. cell: item and group. row: the figures, if they can be compared."""
    before, after = verdicts
    nothing = Change(earlier, later, *cell, before, after, "not comparable", row)
    if row is None:
        return replace(nothing, why="not measured in both waves")
    if not row.shown:
        return replace(nothing, why="not shown")
    if not (isfinite(row.low) and isfinite(row.high)):
        return replace(nothing, why="the uncertainty of the change is not known")
    if before is None or after is None:
        return replace(nothing, status="")
    # Of figures printed as those against, a rise is a fall of licence.
    low, high = (row.low, row.high) if row.stance == "permits" else (-row.high, -row.low)
    status = status_of(before, after, low - row.rounding, high + row.rounding)
    few = "too few people in one of the waves" if status == "not comparable" else ""
    return replace(nothing, status=status, why=few)


def due(evidence: Evidence, today: date) -> Due:
    """When the fieldwork is due again: at its expiry, or three years after its end if that is earlier."""
    work = evidence.fieldwork
    old = months_after(work.end, 12 * AGE_YEARS)
    day = min(work.expires, old)
    reason = (
        "it expires" if work.expires <= old else f"{AGE_YEARS} years after the end of fieldwork"
    )
    start = months_after(day, -LEAD_MONTHS)
    return Due(evidence.id, day, start, reason, day < today, start <= today)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    place = 12 * day.year + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
