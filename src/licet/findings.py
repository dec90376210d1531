"""What the evidence says of each requirement of a use, and which piece of evidence decides.

A finding is one cell: requirement, group, evidence. Evidence counts where its population covers the
use's and its purpose and setting are the same. Of several the weaker decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from licet.conditions import Condition, together
from licet.errors import BadInput, bad, nearest, unknown
from licet.evidence import Evidence, Item, Population
from licet.groups import ALL
from licet.licence import (
    BLOCKING,
    RANK,
    SMALLEST_BASE,
    Consensus,
    Judgement,
    Measure,
    Rule,
    Verdict,
    consensus_of,
    judge,
)
from licet.readings import Reading
from licet.use import FLOORS, Floor, Unsurveyed, Use
from licet.vocabulary import label

CANNOT_GRANT = frozenset({"quota", "opt_in"})
"""Kinds of sample that can refuse but not grant."""


@dataclass(frozen=True)
class Terms:
    """What a workspace asks on top of the rules: it may tighten them, never loosen.

    required_groups: decide beside every group of the evidence that is not a reference group.
    conditions: accepted in dialogue; they bind whatever the use says.
    """

    rule: Rule = Rule()
    floor: Floor = "objection"
    required_groups: tuple[str, ...] = ()
    threshold: int = 10
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        rule, usual = self.rule, Rule()
        if self.floor not in FLOORS:
            raise unknown("floor", self.floor, FLOORS, "terms")
        looser = (
            rule.baseline_minimum < usual.baseline_minimum
            or rule.widest_half_width > usual.widest_half_width
            or rule.smallest_base < usual.smallest_base
            or not rule.precision
            or self.threshold < 10
        )
        if looser:
            raise bad(
                f"looser terms than Licet's own: {rule}, threshold {self.threshold}",
                "terms",
                f"as strict as {usual}, threshold 10, or stricter",
                "terms can be tightened, never loosened",
            )


@dataclass(frozen=True)
class Finding:
    """What one piece of evidence says of one requirement in one group.

    evidence, item, judgement and measure are None where nothing was measured. deciding: the whole
    sample and affected groups decide, reference groups are only shown.
    """

    requirement: str
    group: str
    verdict: Verdict
    deciding: bool
    evidence: str | None = None
    item: str | None = None
    judgement: Judgement | None = None
    measure: Measure | None = None
    expires: date | None = None
    local: bool = True
    note: str = ""

    @property
    def shortfall(self) -> float:
        """By how much the permitting share, as far as known, lies below the baseline (0-1)."""
        if self.measure is None or self.judgement is None:
            return -1.0
        share = self.measure.permits
        point = share.point if share else 1 - self.measure.shown.point
        return self.judgement.baseline - point


@dataclass(frozen=True)
class Agreement:
    """A demand or concern with a point consensus: a duty, or an audit that is due.

    shares: (group, proportion) wherever the consensus is reached, the whole sample first.
    """

    kind: str
    subject: str
    evidence: str
    item: str
    shares: tuple[tuple[str, float], ...]


def misfits(
    use: Use, evidence: Evidence, item: Item | None = None, today: date | None = None
) -> tuple[str, ...]:
    """Why evidence does not count for a use; empty where it does.

    item: one of its items; without one the evidence counts if any item does. today: fieldwork that
    is not over on that day counts for nothing yet.
    """
    found = []
    if evidence.draft:
        found.append("it is a draft: check each line, then take draft = true out of its codebook")
    if today and evidence.fieldwork.end > today:
        found.append(f"its fieldwork ends on {evidence.fieldwork.end}, after {today}")
    if not evidence.population.covers(use.population):
        mine, theirs = evidence.population, use.population
        found.append(f"it asked {_people(mine)}, the use is about {_people(theirs)}")
    items = [item] if item else evidence.items
    purposes = dict.fromkeys(one.purpose or evidence.purpose for one in items)
    if use.purpose not in purposes:
        about = " and ".join(label("purpose", purpose).casefold() for purpose in purposes)
        found.append(
            f"it is about {about}, the use is for {label('purpose', use.purpose).casefold()}"
        )
    if evidence.setting != use.setting:
        found.append(f"it is about {evidence.setting} uses, this one is {use.setting}")
    return tuple(found)


def _people(population: Population) -> str:
    ages = population.child_ages
    of = f" of children aged {ages[0]}-{ages[1]}" if ages else ""
    return f"{label('people', population.people).casefold()}{of} in {population.area}"


def affected_groups(use: Use, readings: Iterable[Reading], terms: Terms) -> tuple[str, ...]:
    """The groups that decide: those the use names and those the workspace requires, never fewer."""
    readings = list(readings)
    fitting = [r for r in readings if not misfits(use, r.evidence)]
    known = {g.id for r in readings for g in r.evidence.groups} | set(use.unsurveyed_groups)
    for group in (*use.affected_groups, *terms.required_groups):
        # Where no evidence counts at all nothing is measured, whatever the group is called.
        if group not in known and fitting:
            raise _unknown_group(group, sorted(known), use)
    required = {g.id for r in fitting for g in r.evidence.groups if not g.reference}
    required |= {*use.affected_groups, *terms.required_groups, *use.unsurveyed_groups}
    return tuple(sorted(required))


def _unknown_group(group: str, known: list[str], use: Use) -> BadInput:
    near = nearest(group, known)
    return bad(
        f"unknown group {group!r}",
        f"affected_groups of the use {use.id!r}",
        ", ".join(known),
        f"write {near!r} if that is meant"
        if near
        else f"take it out, or add [unsurveyed_groups.{group}] and say why it was not asked",
    )


def weakest(findings: Iterable[Finding]) -> Finding:
    """The weakest verdict; of equals the one with the largest shortfall, then by name."""

    def order(finding: Finding) -> tuple[int, float, str, str, str]:
        names = (finding.group, finding.evidence or "", finding.item or "")
        return (RANK[finding.verdict], -finding.shortfall, *names)

    return min(findings, key=order)


def find(use: Use, readings: Sequence[Reading], terms: Terms, today: date) -> tuple[Finding, ...]:
    """Every finding on every requirement of the use in every group, reference groups included."""
    rule, least = _rule(use, terms), _least(use, terms)
    affected = {ALL, *affected_groups(use, readings, terms)}
    found: list[Finding] = []
    surveyed = {group for r in readings if not misfits(use, r.evidence) for _, group in r.measures}
    for requirement in use.requirements:
        measured: set[str] = set()
        asked = False
        for reading in sorted(readings, key=lambda r: r.evidence.id):
            for item in reading.evidence.items:
                if item.requirement != requirement or misfits(use, reading.evidence, item):
                    continue
                asked = True
                for group in (ALL, *(g.id for g in reading.evidence.groups)):
                    finding = _judge_cell(use, reading, item, group, rule, today, group in affected)
                    if finding:
                        k = reading.k[item.id]
                        found.append(_raised(finding, least, terms.rule, k))
                        measured.add(group)
        for group in sorted(affected - measured):
            unsurveyed = None if group in surveyed else use.unsurveyed_groups.get(group)
            found.append(_missing(requirement, group, unsurveyed, asked, today))
    return tuple(found)


def conditions_of(use: Use, terms: Terms) -> tuple[Condition, ...]:
    """Every condition in force: those of the use, and those accepted in dialogue."""
    return together(use.conditions, terms.conditions)


def _least(use: Use, terms: Terms) -> Condition | None:
    """The highest minimum licence agreed, if it is above what the workspace asks."""
    least = [c for c in conditions_of(use, terms) if c.parameter == "minimum_licence"]
    found = max(least, key=lambda c: float(c.value), default=None)  # type: ignore[arg-type]
    if found is None or float(found.value) <= terms.rule.baseline_minimum:  # type: ignore[arg-type]
        return None
    return found


def _rule(use: Use, terms: Terms) -> Rule:
    """The rule of verdicts, tightened by an accepted condition on the minimum licence."""
    least = _least(use, terms)
    if least is None:
        return terms.rule
    return replace(terms.rule, baseline_minimum=float(least.value))  # type: ignore[arg-type]


def _raised(finding: Finding, least: Condition | None, usual: Rule, k: int) -> Finding:
    """The finding; where only an accepted condition makes it this weak, it says so."""
    if least is None or finding.measure is None or finding.judgement is None:
        return finding
    if judge(finding.measure, k, usual).verdict is finding.judgement.verdict:
        return finding
    note = f"by an accepted condition: {least.named}"
    return replace(finding, note=f"{finding.note}; {note}" if finding.note else note)


def _judge_cell(
    use: Use, reading: Reading, item: Item, group: str, rule: Rule, today: date, deciding: bool
) -> Finding | None:
    measure = reading.measures.get((item.id, group))
    if measure is None:
        return None
    evidence = reading.evidence
    judgement = judge(measure, reading.k[item.id], rule)
    verdict, note = judgement.verdict, ""
    if verdict is Verdict.GRANTED and evidence.fieldwork.sample in CANNOT_GRANT:
        verdict, note = (
            Verdict.UNPROVEN,
            f"indicative: a {evidence.fieldwork.sample} sample cannot grant",
        )
    expired = evidence.fieldwork.expires < today
    if expired and verdict not in BLOCKING:
        verdict, note = Verdict.EXPIRED, f"expired on {evidence.fieldwork.expires}"
    elif expired:
        note = f"expired on {evidence.fieldwork.expires}; it stays until newer evidence settles it"
    return Finding(
        item.requirement,
        group,
        verdict,
        deciding,
        evidence.id,
        item.id,
        judgement,
        measure,
        evidence.fieldwork.expires,
        evidence.population.is_local_to(use.population),
        note,
    )


def _missing(
    requirement: str, group: str, unsurveyed: Unsurveyed | None, asked: bool, today: date
) -> Finding:
    """What counts where nothing was measured.

    unsurveyed: what the use says of a group that no evidence asked. asked: some item asks about the
    requirement, though not this group.
    """
    note = ""
    if unsurveyed:
        answered = unsurveyed.dialogue_answered
        note = f"too small to survey ({unsurveyed.why}); "
        if answered and answered <= today:
            note += f"dialogue answered {answered}"
            return Finding(requirement, group, Verdict.UNPROVEN, True, note=note)
        note += "no dialogue answered"
    if requirement == "processor:public_partner" and not asked:
        note = "no item asks about a public partner: it counts as unproven"
        return Finding(requirement, group, Verdict.UNPROVEN, True, note=note)
    return Finding(requirement, group, Verdict.NOT_MEASURED, True, note=note)


def decide(findings: Iterable[Finding], today: date) -> tuple[Finding, ...]:
    """One finding per requirement and group. Unexpired evidence: the weaker decides. What expired
    evidence found absent or refused stays until unexpired evidence is granted, or unproven with the
    point at or above the baseline."""
    cells: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        cells.setdefault((finding.requirement, finding.group), []).append(finding)
    return tuple(_decide_cell(cell, today) for cell in cells.values())


def _decide_cell(cell: Sequence[Finding], today: date) -> Finding:
    current = [f for f in cell if f.expires is None or f.expires >= today]
    expired = [f for f in cell if f not in current]
    blocking = [f for f in expired if f.verdict in BLOCKING]
    if not current:
        return weakest(blocking or expired)
    decided = weakest(current)
    return decided if not blocking or _settles(decided) else weakest([decided, *blocking])


def _settles(finding: Finding) -> bool:
    """Whether unexpired evidence ends an old refusal: granted, or its point at or above the line."""
    if finding.judgement is None:
        return False
    reached = finding.judgement.consensus is Consensus.FOR
    return finding.verdict is Verdict.GRANTED or (finding.verdict is Verdict.UNPROVEN and reached)


def agreements(
    use: Use, readings: Sequence[Reading], terms: Terms, kind: str
) -> tuple[Agreement, ...]:
    """Demands or concerns with a point consensus, in the whole sample or any affected group."""
    affected = affected_groups(use, readings, terms)
    found = []
    for reading in sorted(readings, key=lambda r: r.evidence.id):
        for item in reading.evidence.items:
            if item.kind != kind or misfits(use, reading.evidence, item):
                continue
            shares = []
            for group in (ALL, *affected):
                measure = reading.measures.get((item.id, group))
                baseline = 1.5 / reading.k[item.id]
                # A workspace that asks for larger bases takes no duty away.
                if measure is None or measure.base < SMALLEST_BASE:
                    continue
                agreed = consensus_of(measure, baseline) in (Consensus.FOR, Consensus.CONTESTED)
                if agreed and measure.permits:
                    shares.append((group, measure.permits.point))
            if shares:
                found.append(
                    Agreement(kind, item.subject, reading.evidence.id, item.id, tuple(shares))
                )
    return tuple(found)
