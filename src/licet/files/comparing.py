"""The section [comparisons] of a workspace: the rule of what is appreciable, declared beforehand.

[comparisons]
points = 3
level = 0.99
family = "item"
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from licet.comparisons.rules import FAMILIES
from licet.errors import nearest
from licet.files.sections import Faults

KEYS = ("points", "level", "family")


@dataclass(frozen=True)
class ComparisonTerms:
    """How groups are compared in a workspace, unless a command says otherwise.

    points: the least difference that matters, percentage points. level: of the interval that must be
    clear of 0, a proportion. family: among which tests p is adjusted.
    """

    points: float = 5.0
    level: float = 0.95
    family: str = "sort"


USUAL_TERMS = ComparisonTerms()


def read_comparisons(value: Any, faults: Faults) -> ComparisonTerms:
    """The section as declared, every fault of it noted."""
    table = faults.table(value, "comparisons", KEYS) or {}
    points, level, family = (table.get(key, getattr(ComparisonTerms, key)) for key in KEYS)
    if not _number(points) or not 0 <= points < 100:
        what, allowed = (
            f"{str(points)[:40]!r} is no number of points",
            "a number from 0 to below 100",
        )
        faults.add(what, "comparisons.points", allowed, "points = 5 is usual")
    elif 0 < points < 1:
        what = f"{points:g} of a percentage point is no difference that anybody looks for"
        allowed = "0, or 1 to below 100: points, not a proportion"
        faults.add(what, "comparisons.points", allowed, f"write points = {100 * points:g}")
    if not _number(level) or not 0.5 < level < 1:
        what = f"{str(level)[:40]!r} is no level of confidence"
        near = f"write level = {level / 100:g}" if _number(level) and 50 < level < 100 else ""
        faults.add(what, "comparisons.level", "between 0.5 and 1", near or "level = 0.95 is usual")
    if family not in FAMILIES:
        like = nearest(str(family), FAMILIES)
        todo = f"write {like!r} if that is meant" if like else "use one of the allowed words"
        what = f"unknown family {str(family)[:40]!r}"
        faults.add(what, "comparisons.family", ", ".join(FAMILIES), todo)
    return ComparisonTerms(points, level, family)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
