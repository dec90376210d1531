"""The next fieldwork, from existing evidence: its groups, bases and shares stand in for the true ones.

Figures that disclosure control keeps back are not used: a plan would tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from licet.errors import bad
from licet.evidence import LICENCE_KINDS
from licet.findings import Finding
from licet.groups import ALL
from licet.licence import UNKNOWN, Measure, Rule, Verdict, judge
from licet.planning import MOST_INTERVIEWS
from licet.readings import Reading
from licet.surveyplan.declaring import (
    ASSUMED_DEFF,
    MOST_GROUPS,
    PlannedDesign,
    PlannedGroup,
    PlannedItem,
    SurveyPlan,
)

EXPECTED_SHARE = 0.6
"""Where nothing was measured."""


@dataclass(frozen=True)
class KnownCell:
    """What is known of one item in one group. measure: None where nobody was asked."""

    item: str
    group: str
    verdict: Verdict
    k: int
    measure: Measure | None = None
    evidence: str | None = None

    @property
    def open(self) -> bool:
        """Whether a further fieldwork could decide it: unproven, or not known."""
        return self.verdict in UNKNOWN | {Verdict.UNPROVEN}

    @property
    def share(self) -> float | None:
        """The permitting share, or the most it can be; None where it is unknown or kept back."""
        if self.measure is None:
            return None
        if self.measure.permits:
            return None if "permits" in self.measure.hidden else self.measure.permits.point
        against = self.measure.opposes
        return None if against is None or "opposes" in self.measure.hidden else 1 - against.point


@dataclass(frozen=True)
class Wave:
    """A plan for the next fieldwork.

    wanted: the cells that are open, and those that have to be granted again; empty if none is open.
    notes: what had to be assumed.
    """

    plan: SurveyPlan
    wanted: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    rule: Rule


def cells_of_ruling(
    decided: Iterable[Finding], readings: Sequence[Reading]
) -> tuple[KnownCell, ...]:
    """The deciding cells of a ruling: one for each requirement in each deciding group."""
    stances = {(r.evidence.id, item): k for r in readings for item, k in r.k.items()}
    return tuple(
        KnownCell(
            finding.requirement,
            finding.group,
            finding.verdict,
            stances.get((finding.evidence or "", finding.item or ""), 3),
            finding.measure,
            finding.evidence,
        )
        for finding in decided
        if finding.deciding
    )


def cells_of_reading(reading: Reading, rule: Rule = Rule()) -> tuple[KnownCell, ...]:
    """Every item that licence is read from, in everybody and every group that decides."""
    groups = [ALL, *(group.id for group in reading.evidence.groups if not group.reference)]
    found = []
    for item in reading.evidence.items:
        if item.kind not in LICENCE_KINDS:
            continue
        k = reading.k[item.id]
        for group in groups:
            measure = reading.measures.get((item.id, group))
            verdict = judge(measure, k, rule).verdict if measure else Verdict.NOT_MEASURED
            found.append(KnownCell(item.id, group, verdict, k, measure, reading.evidence.id))
    return tuple(found)


def rule_of(decided: Iterable[Finding], rule: Rule) -> Rule:
    """The rule a ruling was made by: its conditions may have raised the baseline."""
    used = [finding.judgement.baseline for finding in decided if finding.judgement]
    return replace(rule, baseline_minimum=max(min(used, default=0.0), rule.baseline_minimum))


def next_wave(
    cells: Sequence[KnownCell],
    labels: Mapping[str, str],
    *,
    title: str,
    shares: Mapping[str, float] | None = None,
    rule: Rule = Rule(),
) -> Wave:
    """The same survey again, for a look at what it decides and what it would take.

    labels: of groups and items. shares: parts of the population that groups are, instead of what the
    evidence shows. Raises BadInput where no part is known of any group.
    """
    notes = ["Measured shares stand in for the true ones, which are themselves uncertain."]
    parts = {**_parts(cells), **(shares or {})}
    groups = dict.fromkeys(cell.group for cell in cells if cell.group != ALL)
    kept = [group for group in groups if group in parts]
    left = [group for group in groups if group not in parts]
    if not kept or len(kept) > MOST_GROUPS:
        what = f"the part of the population is known of {len(kept)} groups"
        todo = "give it with --group NAME=SHARE" if not kept else "plan with --group for fewer"
        raise bad(what, "groups", f"1 to {MOST_GROUPS}", todo)
    if left:
        names = ", ".join(labels.get(group, group) for group in left)
        notes.append(f"Left out, as their part of the population is not known: {names}.")
    if shares is None or any(group not in shares for group in kept):
        notes.append("A group's part of the population is its part of those who were asked.")
    design = _deff([cell for cell in cells if cell.group == ALL])
    items = {name: _item(name, cells, kept, labels, notes) for name in _names(cells)}
    planned = SurveyPlan(
        title=title,
        interviews=_interviews(cells),
        design=PlannedDesign(deff=design),
        groups={group: _group(group, cells, parts, labels, design) for group in kept},
        items=items,
    )
    reachable = [cell for cell in cells if cell.group not in left]
    wanted = [cell for cell in reachable if cell.open or cell.verdict is Verdict.GRANTED]
    if not any(cell.open for cell in wanted):
        wanted = []
        notes.append("Nothing is open: every cell is decided.")
    elif not all(cell.open for cell in wanted):
        opened = sum(cell.open for cell in wanted)
        notes.append(
            f"{opened} of {len(wanted)} wanted cells are open; the others are granted, and have to be "
            "granted again: of several surveys the weaker decides."
        )
    return Wave(planned, tuple((c.item, c.group) for c in wanted), tuple(notes), rule)


def _names(cells: Iterable[KnownCell]) -> list[str]:
    return list(dict.fromkeys(cell.item for cell in cells))


def _bases(cells: Iterable[KnownCell], group: str) -> dict[tuple[str | None, str], int]:
    """People by evidence and item, where they may be shown."""
    return {
        (cell.evidence, cell.item): cell.measure.base
        for cell in cells
        if cell.group == group and cell.measure and "base" not in cell.measure.hidden
    }


def _parts(cells: Sequence[KnownCell]) -> dict[str, float]:
    """Each group's part of those who answered the same item of the same evidence."""
    everybody = _bases(cells, ALL)
    found = {}
    for group in dict.fromkeys(cell.group for cell in cells if cell.group != ALL):
        bases = _bases(cells, group)
        parts = [base / everybody[key] for key, base in bases.items() if everybody.get(key)]
        if parts:
            found[group] = min(median(parts), 1.0)
    return found


def _interviews(cells: Sequence[KnownCell]) -> int:
    return min(max([*_bases(cells, ALL).values(), 1]), MOST_INTERVIEWS)


def _deff(cells: Iterable[KnownCell]) -> float:
    """The middle of the design effects, of those that are known; 1 to 100."""
    known = [c.measure.deff for c in cells if c.measure and c.measure.deff is not None]
    return round(min(max(median(known), 1.0), 100.0), 3) if known else ASSUMED_DEFF


def _group(
    group: str,
    cells: Sequence[KnownCell],
    parts: Mapping[str, float],
    labels: Mapping[str, str],
    design: float,
) -> PlannedGroup:
    own = _deff([cell for cell in cells if cell.group == group])
    return PlannedGroup(
        share=parts[group], label=labels.get(group, group), deff=None if own == design else own
    )


def _item(
    name: str,
    cells: Sequence[KnownCell],
    kept: Sequence[str],
    labels: Mapping[str, str],
    notes: list[str],
) -> PlannedItem:
    own = [cell for cell in cells if cell.item == name]
    known = {cell.group: cell.share for cell in own if cell.share is not None}
    label = labels.get(name, name)
    if ALL not in known:
        notes.append(
            f"{label}: nothing measured, a true share of {100 * EXPECTED_SHARE:.0f} % assumed."
        )
    share = known.get(ALL, EXPECTED_SHARE)
    missing = [labels.get(group, group) for group in kept if group not in known]
    if missing and ALL in known:
        notes.append(f"{label}: the share of everybody is taken for {', '.join(missing)}.")
    shares = {group: (known[group], known[group]) for group in kept if group in known}
    return PlannedItem(share=(share, share), shares=shares, label=label, k=own[0].k)
