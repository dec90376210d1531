"""Every figure of an assessment as data, with what may not be shown already taken out.

A cell is one item (or requirement) in one group of one piece of evidence. Pages, data files and
charts all take their figures from here, so that disclosure control has one door. Proportions 0-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licet.assessment import Assessment
from licet.evidence import LICENCE_KINDS, Evidence, Item
from licet.findings import Finding, find, misfits
from licet.groups import ALL
from licet.licence import Measure, Share, Verdict, consensus_of
from licet.readings import Reading
from licet.report.phrases import base_visible
from licet.report.ruling.wording import (
    NOT_MEASURED,
    NOT_SHOWN,
    base_text,
    lifted,
    opposing_visible,
    reading_of,
    share_text,
    visible,
)
from licet.use import requirement_label
from licet.vocabulary import SUBJECT_LIST, label

Cell = dict[str, Any]


def finding_cell(finding: Finding, assessment: Assessment) -> Cell:
    """One finding as data."""
    reading = reading_of(assessment, finding.evidence)
    reference = reading is not None and any(
        g.reference for g in reading.evidence.groups if g.id == finding.group
    )
    return {
        "evidence": finding.evidence,
        "item": finding.item,
        "requirement": finding.requirement,
        "group": finding.group,
        "group_label": assessment.group_label(finding.group),
        "reference": reference,
        "deciding": finding.deciding,
        "in_force": finding in assessment.ruling.decided,
        "verdict": str(finding.verdict),
        "lifted_by_override": lifted(finding),
        **_judged(finding, assessment),
        **_figures(finding, reading, assessment),
        "expires": finding.expires.isoformat() if finding.expires else None,
        "local": finding.local,
        "note": finding.note,
    }


def _judged(finding: Finding, assessment: Assessment) -> Cell:
    """What was judged. Of a figure kept back neither its side of the line nor why it is too few."""
    judgement, measure = finding.judgement, finding.measure
    if judgement is None or measure is None:
        return {"consensus": None, "baseline": None, "imprecise": ""}
    shown = visible(measure, assessment.terms.threshold)
    few = judgement.too_few if shown else "too few people answered" if judgement.too_few else ""
    return {
        "consensus": str(judgement.consensus) if shown else None,
        "baseline": judgement.baseline,
        "imprecise": few,
    }


def _figures(finding: Finding, reading: Reading | None, assessment: Assessment) -> Cell:
    """The figures of a finding: those that may be shown, else None and why."""
    k = reading.k[finding.item] if reading and finding.item else 2
    baseline = finding.judgement.baseline if finding.judgement else 0.5
    refused = finding.verdict is Verdict.REFUSED
    return figures(finding.measure, reading, k, baseline, assessment, refused=refused)


def figures(
    measure: Measure | None,
    reading: Reading | None,
    k: int,
    baseline: float,
    assessment: Assessment,
    *,
    refused: bool = False,
) -> Cell:
    """The figures of one measure. refused: the share against is the one that is shown."""
    threshold = assessment.terms.threshold
    if measure is None or not visible(measure, threshold):
        base = measure.base if measure and base_visible(measure, threshold) else None
        reason = NOT_SHOWN if measure else NOT_MEASURED
        nothing = dict.fromkeys(("stance", "share", "permits", "opposes"))
        numbers = dict.fromkeys(("effective_base", "design_effect", "df", "standard_error"))
        text = {"base_text": base_text(measure, reading) if measure and base else ""}
        return {
            "shown": False,
            "figure": reason,
            "beside": "",
            **nothing,
            "base": base,
            **numbers,
            **text,
        }
    opposes = measure.opposes if opposing_visible(measure, threshold) else None
    share, stance = measure.shown, measure.stance
    if refused and opposes:
        share, stance = opposes, "opposes"
    return {
        "shown": True,
        "figure": share_text(share, baseline) + (" against" if stance == "opposes" else ""),
        "beside": _beside(measure, stance, baseline),
        "stance": stance,
        "share": _share(share),
        "permits": _share(measure.permits),
        "opposes": _share(opposes),
        "base": measure.base,
        "effective_base": _rounded(measure.effective_base),
        "design_effect": _rounded(measure.deff),
        "df": _rounded(measure.df),
        "standard_error": _rounded(measure.se),
        "base_text": base_text(measure, reading),
    }


def _beside(measure: Measure, stance: str, baseline: float) -> str:
    """Beside a share of those against, the share of those who permit, where it is known."""
    if stance == "permits" or measure.permits is None:
        return ""
    return f"{share_text(measure.permits, baseline)} permit"


def _rounded(number: float | None) -> float | None:
    """Nine decimals: enough for any reader, and the same on every machine."""
    return None if number is None else round(number, 9)


def _share(share: Share | None) -> dict[str, float] | None:
    if share is None:
        return None
    names = ("point", "low", "high", "rounding")
    return {name: round(float(getattr(share, name)), 9) for name in names}


def requirement_rows(assessment: Assessment) -> list[Cell]:
    """Per required item: the whole sample, the group with the largest shortfall, the weakest
    verdict and what follows. The order is that of the use."""
    from licet.report.ruling.wording import consequence

    rows = []
    for key in assessment.use.requirements:
        decided = [f for f in assessment.ruling.decided if f.requirement == key and f.deciding]
        weakest = assessment.ruling.weakest(key)
        overall = next((f for f in decided if f.group == ALL), None)
        groups = [f for f in decided if f.group != ALL]
        lowest = max(groups, key=lambda f: (f.shortfall, f.group), default=None)
        kind, subject = key.split(":", 1)
        rows.append(
            {
                "requirement": key,
                "label": requirement_label(key),
                "kind": kind,
                "subject": subject,
                "verdict": str(weakest.verdict),
                "consequence": consequence(weakest),
                "whole_sample": finding_cell(overall, assessment) if overall else None,
                "lowest": finding_cell(lowest, assessment) if lowest else None,
                "weakest": finding_cell(weakest, assessment),
            }
        )
    return rows


def matrix(assessment: Assessment) -> list[Cell]:
    """Every item of the evidence that counts in every one of its groups: never a selection."""
    findings = _every_finding(assessment)
    fitting = sorted(assessment.counting, key=lambda r: r.evidence.id)
    return [
        _item_row(item, reading, findings, assessment)
        for reading in fitting
        for item in reading.evidence.items
    ]


def _every_finding(assessment: Assessment) -> Mapping[tuple[str, str, str], Finding]:
    """Findings by (evidence, item, group) on every licence item, required by the use or not.

    They are what the gate would find for a use that required all of them.
    """
    use, today = assessment.use, assessment.today
    items = [i for r in assessment.readings for i in r.evidence.items]
    subjects = {
        k: tuple(dict.fromkeys(i.subject for i in items if i.kind == k)) for k in LICENCE_KINDS
    }
    wide = use.model_copy(
        update={"services": subjects["trust"], "reasons": subjects["reason"], "companies": ()}
    )
    uses = [wide.model_copy(update={"processor": p}) for p in ("in_house", *subjects["processor"])]
    every = [f for u in uses for f in find(u, assessment.readings, assessment.terms, today)]
    every += [*assessment.ruling.findings, *assessment.ruling.decided]  # with what overrides lift
    return {(f.evidence or "", f.item or "", f.group): f for f in every}


def group_order(evidence: Evidence) -> list[str]:
    """The whole sample, then groups as declared, reference groups last."""
    groups = sorted(evidence.groups, key=lambda g: g.reference)
    return [ALL, *(g.id for g in groups)]


def _item_row(
    item: Item,
    reading: Reading,
    findings: Mapping[tuple[str, str, str], Finding],
    assessment: Assessment,
) -> Cell:
    evidence, k = reading.evidence, reading.k[item.id]
    licence = item.kind in LICENCE_KINDS
    baseline = assessment.terms.rule.baseline(k) if licence else 1.5 / k
    cells = []
    for group in group_order(evidence):
        finding = findings.get((evidence.id, item.id, group)) if licence else None
        if finding:
            cells.append(finding_cell(finding, assessment))
            baseline = finding.judgement.baseline if finding.judgement else baseline
        else:
            cells.append(_plain_cell(item, group, reading, baseline, assessment))
    why = misfits(assessment.use, evidence, item, assessment.today)
    return {
        "evidence": evidence.id,
        "item": item.id,
        "kind": item.kind,
        "subject": item.subject,
        "label": label(SUBJECT_LIST[item.kind], item.subject),
        "wording": item.wording,
        "note": item.note,
        "k": k,
        "baseline": None if item.kind == "awareness" else baseline,
        "dont_know": item.dont_know,
        "collapse": item.collapse.model_dump(mode="json") if item.collapse else None,
        "required": item.requirement in assessment.use.requirements and not why,
        "counts": not why,
        "why_not": list(why),
        "cells": cells,
    }


def _why_none(item: str, group: str, evidence: Evidence) -> str:
    """Why there is no figure: of print one cannot say that nobody was asked."""
    if evidence.printed is None:
        return NOT_MEASURED
    printed = any((f.item, f.group) == (item, group) for f in evidence.figures)
    return "printed without a base" if printed else "not printed"


def _plain_cell(
    item: Item, group: str, reading: Reading, baseline: float, assessment: Assessment
) -> Cell:
    """A cell that has no verdict: awareness, concerns, demands, and what nobody was asked."""
    evidence, measure = reading.evidence, reading.measures.get((item.id, group))
    judged = measure is not None and item.kind != "awareness"
    shown = measure is not None and visible(measure, assessment.terms.threshold)
    consensus = str(consensus_of(measure, baseline)) if judged and shown and measure else None
    local = evidence.population.is_local_to(assessment.use.population)
    return {
        "evidence": evidence.id,
        "item": item.id,
        "requirement": item.requirement,
        "group": group,
        "group_label": evidence.group_label(group),
        "reference": any(g.reference for g in evidence.groups if g.id == group),
        "deciding": False,
        "in_force": False,
        "verdict": None,
        "lifted_by_override": False,
        "consensus": consensus,
        "baseline": baseline if judged else None,
        "imprecise": "",
        **figures(measure, reading, reading.k[item.id], baseline, assessment),
        **({"figure": _why_none(item.id, group, evidence)} if measure is None else {}),
        "expires": evidence.fieldwork.expires.isoformat(),
        "local": local,
        "note": "",
    }


__all__ = [
    "Cell",
    "figures",
    "finding_cell",
    "group_order",
    "matrix",
    "requirement_rows",
]
