"""Printed figures: what a percentage and its base are worth when nothing else was printed.

A printed integer stands for half a point each way; the design effect was not printed and is
assumed; the base may be assumed too. Every assumption is shown and can be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from licet.errors import bad
from licet.evidence import PrintedFigure, Stance
from licet.licence import Measure, Share
from licet.survey.intervals import IntervalMethod, check_level, interval

MOST_PEOPLE = 10_000_000_000
"""There are no more to ask."""


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of printed figures.

    deff: design effect, 1 or more. bases: people by group, instead of what the evidence states.
    """

    deff: float = 1.5
    bases: Mapping[str, int] = field(default_factory=dict)
    method: IntervalMethod = "korn-graubard"
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 1 <= self.deff <= 100:
            raise bad(f"a design effect of {self.deff}", "deff", "1 (simple random sample) to 100")
        check_level(self.level)
        for group, base in self.bases.items():
            if not 1 <= base <= MOST_PEOPLE:
                raise bad(f"a base of {base} for {group!r}", "base", f"1 to {MOST_PEOPLE:,}")


def measure_printed(
    figures: Iterable[PrintedFigure], assumptions: Assumptions
) -> dict[tuple[str, str], Measure]:
    """The measure of each (item, group). A figure without any base is left out: nothing is known."""
    stances: dict[tuple[str, str], dict[Stance, PrintedFigure]] = {}
    for figure in figures:
        stances.setdefault((figure.item, figure.group), {})[figure.stance] = figure
    found: dict[tuple[str, str], Measure] = {}
    for key, by_stance in stances.items():
        measure = _measure(by_stance, assumptions)
        if measure:
            found[key] = measure
    return found


def _measure(by_stance: Mapping[Stance, PrintedFigure], assumptions: Assumptions) -> Measure | None:
    sides = [f for s, f in by_stance.items() if s is not Stance.NEUTRAL]
    bases = [assumptions.bases.get(f.group, f.base) for f in sides]
    known = [base for base in bases if base is not None]
    if not sides or not known:
        return None
    base = min(known)
    effective = base / assumptions.deff
    permits, opposes = (
        _share(by_stance[stance], effective, assumptions) if stance in by_stance else None
        for stance in (Stance.PERMITS, Stance.OPPOSES)
    )
    return Measure(permits, opposes, base, effective, deff=assumptions.deff)


def _share(figure: PrintedFigure, effective: float, assumptions: Assumptions) -> Share:
    point = figure.percent / 100
    low, high = interval(point, effective, method=assumptions.method, level=assumptions.level)
    return Share(point, float(low), float(high), rounding=0.5 * 10.0 ** -(figure.decimals + 2))
