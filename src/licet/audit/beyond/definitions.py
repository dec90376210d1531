"""What becomes of the figures if the outcome is defined otherwise.

What counts as an outcome is chosen by people, and a score can look good by one choice and not by another.
Every definition of the plan is tried on the same people; nothing is fitted anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from licet.audit.beyond.selective import MAIN
from licet.audit.groups.gaps import Gap
from licet.audit.groups.rates import group_rates
from licet.audit.people import Flags, People
from licet.audit.score.spans import Measure, spans
from licet.audit.standing import Estimate, Standing, worst
from licet.errors import BadInput

JUDGED = ("fpr", "fnr")


@dataclass(frozen=True)
class Defined:
    """The figures by one definition; the plan's own has the id ``MAIN``.

    known, cases: people with a flag whose outcome is known, and who have it (unweighted). gaps: of false
    positives and false negatives to the rest. alike: what these come to, against the plan's tolerance;
    None where no groups are named, or a group has nobody with or without the outcome.
    """

    id: str
    label: str
    known: int
    cases: int
    figures: Mapping[Measure, Estimate]
    gaps: tuple[Gap, ...]
    alike: Standing | None


@dataclass(frozen=True)
class Definitions:
    """Every definition, the plan's own first."""

    rows: tuple[Defined, ...]

    @property
    def verdict_moves(self) -> bool:
        """Whether the verdict on differences between groups depends on the definition."""
        return len({row.alike for row in self.rows if row.alike is not None}) > 1

    def span(self, measure: Measure) -> tuple[float, float] | None:
        """The least and the greatest of a figure; None where fewer than two are known."""
        found = [row.figures[measure].value for row in self.rows if measure in row.figures]
        found = [value for value in found if np.isfinite(value)]
        return (min(found), max(found)) if len(found) > 1 else None

    @property
    def words(self) -> tuple[str, ...]:
        """What hangs on the definition, in sentences."""
        said = []
        for measure, name in (
            ("ppv", "the share of the flagged who have the outcome"),
            ("auc", "the AUC"),
        ):
            span = self.span(measure)  # type: ignore[arg-type]
            if span and span[1] - span[0] >= 0.005:
                said.append(
                    f"By the definition of the outcome, {name} lies between {span[0]:.2f} and {span[1]:.2f}."
                )
        if self.verdict_moves:
            said.append("Whether groups are treated alike depends on how the outcome is defined.")
        return tuple(said)


def definitions_of(people: People) -> Definitions | None:
    """Figures by every definition, or None where the plan has one only."""
    if not people.outcomes:
        return None
    labels = {other.id: other.label or other.id for other in people.plan.outcomes}
    rows = [_defined(people, MAIN, people.plan.outcome_means)]
    for name, flags in people.outcomes.items():
        rows.append(_defined(replace(people, y=_outcome(flags)), name, labels[name]))
    return Definitions(tuple(rows))


def _outcome(flags: Flags) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.where(flags < 0, np.nan, flags).astype(np.float64)


def _defined(people: People, name: str, label: str) -> Defined:
    plan = people.plan
    (span,) = spans(people, [np.ones(len(people), bool)], None, plan.draws, plan.seed)
    gaps: tuple[Gap, ...] = ()
    if people.keys:
        try:
            found = group_rates(people).gaps
            gaps = tuple(gap for gap in found if gap.versus == "rest" and gap.measure in JUDGED)
        except BadInput:  # a group without cases by this definition: nothing is known of its gaps
            gaps = ()
    tolerance = plan.tolerances.within("gap")
    told = [gap.standing(tolerance) for gap in gaps if gap.difference.known]
    alike = worst(told) if told else None
    return Defined(name, label, span.known, span.cases, span.figures, gaps, alike)
