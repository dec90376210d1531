"""What is compared, and when a difference counts: all of it declared before anybody looks.

``Appreciable`` is the rule behind "appreciably higher than the rest"; ``Battery`` a set of items that
are read together; ``Request`` everything that can be asked of the comparisons of one evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from licet.errors import bad, unknown
from licet.evidence import LICENCE_KINDS, Evidence, Stance
from licet.groups import ALL
from licet.survey.intervals import check_level

_ROUNDING = 1e-12
"""Differences are sums of floats: one of exactly five points may miss it by one part in 1e16."""

FamilyChoice = Literal["sort", "item", "group", "kind"]
"""What one family of tests holds: every comparison of a sort; or of a sort, for each item, each
group, or each kind of item apart. Licence items and the others, and the two stances, are always
families of their own."""

FAMILIES: tuple[str, ...] = get_args(FamilyChoice)


@dataclass(frozen=True)
class Appreciable:
    """When a group is appreciably higher or lower than the rest: the article leaves it open.

    difference: the least difference of shares that matters (0-1). level: of the interval that must
    be clear of 0. Both must hold, on unrounded values.
    """

    difference: float = 0.05
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 <= self.difference < 1:
            shown = f"a difference of {self.difference:g}"
            allowed = "0 to below 1: 0.05 is five points"
            raise bad(shown, "appreciable", allowed, "write --appreciable 5 for five points")
        check_level(self.level, "appreciable: level")

    def judge(self, value: float, low: float, high: float, rounding: float = 0.0) -> str:
        """higher, lower, or empty. value, low, high: the difference and its interval (0-1).

        rounding: how far printed figures may put the value out; where it hides whether the
        difference is large enough, it is not. An unknown interval (NaN) shows nothing.
        """
        if abs(value) - rounding < self.difference - _ROUNDING:
            return ""
        if low > 0:
            return "higher"
        return "lower" if high < 0 else ""


@dataclass(frozen=True)
class Battery:
    """Items that are read together: the mean of their permitting shares, and which way they lean."""

    id: str
    label: str
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.items)) < 2 or len(set(self.items)) < len(self.items):
            raise bad(
                f"the battery {self.id!r} names {len(self.items)} items",
                "batteries",
                "two or more items, each once",
            )


def usual_batteries(evidence: Evidence) -> tuple[Battery, ...]:
    """Those that the evidence declares; else all reasons, all trust items, and both together, where

    there are at least two of each. Of printed figures, those of which a permitting share was printed.
    """
    if evidence.batteries:
        return tuple(Battery(b.id, b.label, b.items) for b in evidence.batteries)
    by_kind = {
        kind: tuple(i.id for i in evidence.items if i.kind == kind and _permitting(evidence, i.id))
        for kind in ("reason", "trust")
    }
    named = {"reason": "All reasons", "trust": "Trust in all services"}
    found = [Battery(k, named[k], items) for k, items in by_kind.items() if len(items) > 1]
    if len(found) == 2:
        both = (*found[0].items, *found[1].items)
        found.append(Battery("licence", "All reasons and services", both))
    return tuple(found)


def _permitting(evidence: Evidence, item: str) -> bool:
    if evidence.printed is None:
        return True
    return any(f.item == item and f.stance is Stance.PERMITS for f in evidence.figures)


@dataclass(frozen=True)
class Request:
    """What to compare in one evidence.

    items: None is every item. pairs: of groups, by id, beside each group against the rest; they may
    overlap. item_pairs: of items, compared within every group. batteries: None is ``usual_batteries``.
    wave: the column of waves in answers stacked wave below wave; person: who each row is of, which
    matters where the design has no clusters. level: of the intervals. seed: of the simulations.
    """

    items: tuple[str, ...] | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    item_pairs: tuple[tuple[str, str], ...] = ()
    batteries: tuple[Battery, ...] | None = None
    appreciable: Appreciable = Appreciable()
    family: FamilyChoice = "sort"
    wave: str | None = None
    person: str | None = None
    level: float = 0.95
    seed: int = 1
    correlations: tuple[float, ...] = (0.0, 0.3, 0.5, 0.7, 1.0)

    def __post_init__(self) -> None:
        check_level(self.level)
        if self.family not in FAMILIES:
            raise unknown("family", self.family, FAMILIES, "--family")
        for correlation in self.correlations:
            if not 0 <= correlation <= 1:
                raise bad(f"a correlation of {correlation:g}", "correlations", "0 to 1")
        if not self.correlations:
            raise bad("no correlation", "correlations", "at least one, 0 to 1")

    def checked(self, evidence: Evidence) -> Request:
        """The request, every name in it known to the evidence. Raises BadInput."""
        items = [item.id for item in evidence.items]
        groups = [group.id for group in evidence.groups]
        if any(ALL in pair for pair in self.pairs):
            allowed = (
                "two groups: a group is compared with the rest, never with a whole that holds it"
            )
            raise bad("the whole sample is no group to compare with", "--pair", allowed)
        _known("item", self.items or (), items, "--items")
        _known("item", (i for pair in self.item_pairs for i in pair), items, "--item-pair")
        _known("group", (g for pair in self.pairs for g in pair), groups, "--pair")
        for battery in self.batteries or ():
            _known("item", battery.items, items, f"battery {battery.id!r}")
            if battery.id in items:
                what = f"the battery {battery.id!r} has the id of an item"
                raise bad(what, "--battery", "a name of its own", f"write all_{battery.id}=...")
        if len(set(self.items or ())) < len(self.items or ()):
            raise bad("an item is named twice", "--items", "each item once")
        if self.seed < 0:
            raise bad(f"a seed of {self.seed}", "--seed", "0 or more")
        if self.person is not None and self.wave is None:
            todo = "add --wave COLUMN, or leave --person out"
            raise bad("people are numbered and no waves are named", "--person", "with --wave", todo)
        for one, other in (*self.pairs, *self.item_pairs):
            if one == other:
                raise bad(f"{one!r} is compared with itself", "pairs", "two different ones")
        return self

    def batteries_of(self, evidence: Evidence) -> tuple[Battery, ...]:
        """Those declared, or the usual ones of the items asked for."""
        if self.batteries is not None:
            return self.batteries
        kept = set(self.items) if self.items is not None else {i.id for i in evidence.items}
        return tuple(b for b in usual_batteries(evidence) if kept.issuperset(b.items))


USUAL = Request()
"""Every item, each group against the rest, the usual batteries."""


def _known(thing: str, names: Iterable[str], known: list[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise unknown(thing, name, known, where)


def is_licence(evidence: Evidence, item: str) -> bool:
    """Whether licence is read from the item."""
    return evidence.item(item).kind in LICENCE_KINDS
