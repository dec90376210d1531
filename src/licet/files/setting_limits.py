"""How far each setting of a workspace may be tightened, and what is said where it would be loosened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licet.files.sections import Faults


@dataclass(frozen=True)
class Limit:
    """How far a setting may go: from ``low`` to ``high``; one of them is Licet's own value."""

    field: str
    low: float
    high: float
    whole: bool
    why: str


LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "gate": {
        "baseline_minimum": Limit(
            "baseline_minimum", 0.5, 1, False, "fewer than half of the people license nothing"
        ),
        "widest_half_width": Limit(
            "widest_half_width", 0.01, 0.20, False, "a figure less sure than this decides nothing"
        ),
        "smallest_base": Limit(
            "smallest_base", 10, 1_000_000, True, "fewer people than this cannot speak for a group"
        ),
        "confidence": Limit(
            "confidence", 0.95, 0.9999, False, "a verdict is wrong at most one time in twenty"
        ),
    },
    "disclosure": {
        "threshold": Limit(
            "disclosure_threshold", 10, 1_000_000, True, "smaller counts can show who somebody is"
        ),
    },
}


def limited(value: Any, where: str, limit: Limit, faults: Faults) -> Any:
    """The setting, or a note why it is refused."""
    allowed = f"from {limit.low:g} to {limit.high:g}"
    kinds = (int,) if limit.whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        kind = "a whole number" if limit.whole else "a number"
        faults.add(f"this is not {kind}: {str(value)[:80]!r}", where, f"{kind} {allowed}")
    elif not limit.low <= value <= limit.high:
        what = f"{str(value)[:40]} is outside what may be set: {limit.why}"
        todo = "settings can be tightened, never loosened"
        if not limit.whole and 1 < value <= 100:
            todo = f"shares are written from 0 to 1: {value / 100:g}"
        faults.add(what, where, allowed, todo)
    return value
