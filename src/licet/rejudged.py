"""Anybody's printed table, judged again with its uncertainty: what is firm, what is unproven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from licet.evidence import PrintedFigure, Stance
from licet.licence import Consensus, Measure, Rule, Share, Verdict, judge
from licet.published import Assumptions, measure_printed

KFrom = Literal["declared", "two rows", "assumed"]
WITHOUT_VERDICT = frozenset({"awareness"})
"""Kinds of item whose share licenses nothing."""


@dataclass(frozen=True)
class PrintedCell:
    """One printed percentage with what is needed to judge it.

    k: stances of the item. k_from: how that is known: it is declared, two rows of the item make up
    everybody, or nothing is said and three are assumed.
    """

    table: str
    item: str
    item_label: str
    group: str
    group_label: str
    figure: PrintedFigure
    k: int
    kind: str = ""
    deff: float | None = None
    k_from: KFrom = "declared"


@dataclass(frozen=True)
class JudgedCell:
    """A printed percentage with its interval and verdict; shares are proportions 0-1.

    measure None: no base was printed or assumed. verdict and consensus None: the kind of item
    carries none. too_few: why the precision rule would set the verdict aside, or empty.
    """

    cell: PrintedCell
    measure: Measure | None
    baseline: float | None
    consensus: Consensus | None
    verdict: Verdict | None
    too_few: str = ""

    @property
    def share(self) -> Share | None:
        """The printed share with its interval."""
        if self.measure is None:
            return None
        opposes = self.cell.figure.stance is Stance.OPPOSES
        return self.measure.opposes if opposes else self.measure.permits


@dataclass(frozen=True)
class Rejudged:
    """A whole table, judged under stated assumptions."""

    cells: tuple[JudgedCell, ...]
    assumptions: Assumptions
    rule: Rule

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many cells of each table have each verdict."""
        found: dict[str, dict[str, int]] = {}
        for cell in self.cells:
            table = found.setdefault(cell.cell.table, {})
            if cell.verdict:
                table[cell.verdict.value] = table.get(cell.verdict.value, 0) + 1
        return found


def rejudge(
    cells: Iterable[PrintedCell], assumptions: Assumptions, rule: Rule = Rule()
) -> Rejudged:
    """Judge printed cells. Rows of one item and group that give several stances are one cell.

    The neutral stance is context only. A cell's own design effect beats the assumed one.
    """
    grouped: dict[tuple[str, str, str], list[PrintedCell]] = {}
    for cell in cells:
        grouped.setdefault((cell.table, cell.item, cell.group), []).append(cell)
    judged = [_judge(stances, assumptions, rule) for stances in grouped.values()]
    return Rejudged(tuple(judged), assumptions, rule)


def _judge(stances: list[PrintedCell], assumptions: Assumptions, rule: Rule) -> JudgedCell:
    shown = next((c for c in stances if c.figure.stance is Stance.PERMITS), stances[0])
    deff = shown.deff if shown.deff is not None else assumptions.deff
    own = Assumptions(deff, assumptions.bases, assumptions.method, assumptions.level)
    measured = measure_printed([c.figure for c in stances], own)
    measure = next(iter(measured.values()), None)
    if shown.kind in WITHOUT_VERDICT:
        return JudgedCell(shown, measure, None, None, None)
    if measure is None:
        return JudgedCell(shown, None, rule.baseline(shown.k), None, Verdict.NOT_MEASURED)
    found = judge(measure, shown.k, rule)
    return JudgedCell(shown, measure, found.baseline, found.consensus, found.verdict, found.too_few)
