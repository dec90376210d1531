"""Which figures of a forecast audit may be shown: disclosure control over its linked tables.

A rate may be shown if every count that it is made of may be; a gap if both its sides may. Verdicts may
always be told: they say in which third of a scale an interval lies. The reason of a verdict is told with
its figures only where these may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from licet.audit.demands import Demand
from licet.audit.funnel import Funnel
from licet.audit.people import TOGETHER, GroupKey
from licet.audit.rates import GroupRates
from licet.audit.selective import Selective
from licet.disclosure import Linked, confusion_sums
from licet.disclosure.confusion import Levels
from licet.disclosure.suppression import Mask

NOT_SHOWN = "not shown: too few people"

RATE_PARTS = ("tp", "fp", "fn", "tn", "unknown_flagged", "unknown_not_flagged")
RATE_MARGINS = {
    "picked": ("tp", "fp"),
    "left": ("fn", "tn"),
    "with": ("tp", "fn"),
    "without": ("fp", "tn"),
    "known": ("tp", "fp", "fn", "tn"),
    "unknown": ("unknown_flagged", "unknown_not_flagged"),
    "flagged": ("picked", "unknown_flagged"),
    "people": ("known", "unknown"),
}
MADE_OF = {
    "flag": ("flagged", "people"), "fpr": ("fp", "without"), "fnr": ("fn", "with"),
    "ppv": ("tp", "picked"), "fdr": ("fp", "picked"), "base": ("with", "known"),
}  # fmt: skip
"""The counts that each measure is made of."""

ARM_PARTS = ("picked_with", "picked_without", "drawn_with", "drawn_without")
ARM_MARGINS = {
    "picked": ("picked_with", "picked_without"),
    "drawn": ("drawn_with", "drawn_without"),
    "people": ("picked", "drawn"),
}


@dataclass(frozen=True)
class Shown:
    """Linked tables and what of them is kept back."""

    linked: Linked
    mask: Mask
    levels: Mapping[GroupKey, Levels]

    def cells(self, key: GroupKey | None, *names: str) -> bool:
        """Whether these counts of a group, or of everybody (None), may be shown."""
        group = () if key is None else self.levels[key]
        return not self.linked.hides(self.mask, group, *names)

    def rest(self, key: GroupKey, *names: str) -> bool:
        """Whether these counts of the group's rest may be shown."""
        return not self.linked.hides_rest(self.mask, self.levels[key], *names)

    def rate(self, key: GroupKey | None, measure: str) -> bool:
        """Whether a measure of ``rates.MEASURES`` may be shown."""
        return self.cells(key, *MADE_OF[measure])

    def gap(self, key: GroupKey, measure: str, reference: GroupKey | None = None) -> bool:
        """Whether a gap to the rest, or to a reference, may be shown."""
        other = (
            self.rest(key, *MADE_OF[measure])
            if reference is None
            else self.rate(reference, measure)
        )
        return self.rate(key, measure) and other


def levels_of(keys: Sequence[GroupKey]) -> dict[GroupKey, Levels]:
    """Each group by its columns: crossed groups by several, groups by expression by one of their own."""
    columns: dict[str, list[str]] = {}
    for key in keys:
        if key.by != "group":
            columns.setdefault(key.by, []).append(key.group)
    found: dict[GroupKey, Levels] = {}
    for key in keys:
        if key.by == "group":
            found[key] = ((f"group {key.group}", key.group),)
            continue
        names = key.by.split(" x ") if key.by not in _plain(keys) else [key.by]
        for chosen in product(*(columns.get(name, [key.group]) for name in names)):
            if TOGETHER.join(chosen) == key.group:
                found[key] = tuple(sorted(zip(names, chosen, strict=True)))
                break
    return found


def _plain(keys: Sequence[GroupKey]) -> set[str]:
    """The breakdowns that are columns and not crossings: all of whose parts are no breakdowns."""
    by = {key.by for key in keys}
    return {name for name in by if " x " not in name or not set(name.split(" x ")) <= by}


def of_rates(rates: GroupRates, threshold: int) -> Shown:
    """What may be shown of error and flag rates."""
    counts: dict[GroupKey | None, Sequence[int]] = {}
    for key, (tp, fp, fn, tn, unknown) in rates.counts.items():
        flagged = rates.rate(key, "flag").counts[0] - tp - fp
        counts[key] = (tp, fp, fn, tn, flagged, unknown - flagged)
    return _shown(counts, RATE_PARTS, RATE_MARGINS, threshold)


def of_arms(selective: Selective, threshold: int) -> Shown:
    """What may be shown of a random arm. Everybody: those whose outcome is known."""
    lift = selective.lifts[0].counts
    counts: dict[GroupKey | None, Sequence[int]] = {None: _arms(lift)}
    counts |= {group.key: _arms(group.inside.counts) for group in selective.groups}
    return _shown(counts, ARM_PARTS, ARM_MARGINS, threshold)


def _arms(counts: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    picked_with, picked, drawn_with, drawn = counts
    return picked_with, picked - picked_with, drawn_with, drawn - drawn_with


def of_funnel(funnel: Funnel, threshold: int) -> Shown:
    """What may be shown of a funnel. Cells: ``out N``, who left at step N; ``at N``, who reached it."""
    steps = len(funnel.stages)
    reached: dict[GroupKey | None, list[int]] = {}
    for rate in funnel.rates:
        mine = reached.setdefault(rate.key, [rate.counts[2]])
        mine.append(rate.counts[0])
    counts: dict[GroupKey | None, Sequence[int]] = {
        key: [*(before - after for before, after in pairwise(row)), row[-1]]
        for key, row in reached.items()
    }
    parts = [f"out {number}" for number in range(steps)] + [f"at {steps}"]
    margins = {f"at {at}": (f"out {at}", f"at {at + 1}") for at in reversed(range(steps))}
    return _shown(counts, parts, margins, threshold)


def _shown(
    counts: Mapping[GroupKey | None, Sequence[int]],
    parts: Sequence[str],
    margins: Mapping[str, Sequence[str]],
    threshold: int,
) -> Shown:
    levels = levels_of([key for key in counts if key is not None])
    table: dict[Levels, Sequence[int]] = {(): counts[None]}
    table |= {levels[key]: row for key, row in counts.items() if key is not None}
    linked = confusion_sums(table, threshold=threshold, parts=parts, margins=margins)
    return Shown(linked, linked.protect(), levels)


_OF_ARM = {"over": ("picked", "drawn"), "flag": ("picked", "drawn"), "fpr": ("picked_without",),
           "fnr": ("picked_with",), "precision": ("picked_with",), "lift": ARM_PARTS}  # fmt: skip


def told(demand: Demand, rates: Shown | None, arms: Shown | None) -> str:
    """The reason of a verdict; without its figures where these may not be shown."""
    if not demand.figures or _may(demand, rates, arms):
        return demand.reason
    return f"{demand.says}: {NOT_SHOWN}."


def _may(demand: Demand, rates: Shown | None, arms: Shown | None) -> bool:
    key, measure = demand.key, demand.measure
    if arms is not None and measure in _OF_ARM:
        cells = (*_OF_ARM[measure], "people")
        if key is None:
            return arms.cells(None, *cells)
        return arms.cells(key, *cells) and arms.rest(key, *cells)
    if rates is None or key is None or key not in rates.levels:
        return True
    if measure in MADE_OF:
        return rates.gap(key, measure)
    return rates.cells(key, "with", "without")
