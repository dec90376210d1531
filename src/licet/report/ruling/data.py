"""An assessment as data: one JSON document that says all that any page or table says.

Proportions are 0-1, dates ISO 8601, keys in a fixed order; ``schemas/assessment.schema.json``
describes every key with its unit. What disclosure control keeps back is null, never 0.
"""

from __future__ import annotations

from typing import Any

from licet.assessment import Assessment, Settlement, SmallerUse, Variation
from licet.conditions import PARAMETERS, Agreed, Condition
from licet.evidence import Evidence
from licet.findings import Agreement, misfits
from licet.gate import Permit, Refusal, Undetermined
from licet.readings import Reading
from licet.report.json_text import readable
from licet.report.ruling.cells import figures, finding_cell, matrix, requirement_rows
from licet.report.ruling.wording import (
    NOT_LEGAL_ADVICE,
    NOT_SHOWN,
    and_list,
    article_rule,
    concern_text,
    duty_text,
    headline,
    notices,
    settle_text,
    smaller_text,
    variation_name,
    variation_summary,
    visible,
)
from licet.use import Use, requirement_label
from licet.version import __version__
from licet.vocabulary import label

SCHEMA = "licet-assessment-1"
NO_NUMBER = "no realistic number"

Document = dict[str, Any]


def json_text(assessment: Assessment) -> str:
    """The document as JSON text: see ``readable``."""
    return readable(document(assessment), strict=False)


def document(assessment: Assessment) -> Document:
    """Everything that is said of a use today, as plain dicts, lists, texts and numbers."""
    ruling = assessment.ruling
    return {
        "schema": SCHEMA,
        "licet_version": __version__,
        "not_legal_advice": NOT_LEGAL_ADVICE,
        "today": assessment.today.isoformat(),
        "synthetic": assessment.synthetic,
        "notices": notices(assessment),
        "headline": headline(assessment),
        "use": _use(assessment.use),
        "ruling": _ruling(assessment),
        "deciding": finding_cell(assessment.deciding, assessment),
        "requirements": requirement_rows(assessment),
        "article_rule": article_rule(assessment),
        "duties": [_agreement(duty, assessment) for duty in ruling.duties],
        "concerns": [_agreement(concern, assessment) for concern in ruling.concerns],
        "smaller_uses": [_smaller(small, assessment) for small in assessment.smaller],
        "to_settle": [_settlement(open_cell, assessment) for open_cell in assessment.settle],
        "how_sure": {
            "summary": variation_summary(assessment),
            "variations": [_variation(v, assessment) for v in assessment.variations],
        },
        "conditions": [_condition(condition) for condition in assessment.conditions],
        "findings": [finding_cell(finding, assessment) for finding in ruling.findings],
        "matrix": matrix(assessment),
        "evidence": [_evidence(reading, assessment) for reading in _in_order(assessment)],
        "method": _method(assessment),
    }


def _in_order(assessment: Assessment) -> list[Reading]:
    return sorted(assessment.readings, key=lambda r: r.evidence.id)


def _use(use: Use) -> Document:
    """The use as declared, with its hash and who really operates it."""
    declared = use.model_dump(mode="json")
    first = {"id": use.id, "version": use.version, "hash": use.hash(), "operator": use.operator}
    return first | {key: value for key, value in declared.items() if key not in first}


def _ruling(assessment: Assessment) -> Document:
    ruling = assessment.ruling
    permit = ruling if isinstance(ruling, Permit) else None
    return {
        "kind": ruling.kind,
        "heading": ruling.heading,
        "exit_status": ruling.status,
        "reasons": [
            {
                "rule": reason.rule,
                "text": reason.text,
                "requirement": reason.requirement,
                "group": reason.group,
            }
            for reason in ruling.reasons
        ],
        "floor": permit.floor if permit else None,
        "floor_reasons": list(permit.floor_reasons) if permit else [],
        "expires": permit.expires.isoformat() if permit else None,
        "blocked": list(ruling.blocked) if isinstance(ruling, Refusal) else [],
        "unknown": list(ruling.unknown) if isinstance(ruling, Undetermined) else [],
        "evidence": list(ruling.evidence),
    }


def _condition(condition: Condition) -> Document:
    """A condition in force, of the use or accepted in dialogue. item: where it was accepted."""
    return {
        "parameter": condition.parameter,
        "value": condition.written,
        "sentence": condition.sentence,
        "text": condition.text,
        "agreed": condition.agreed.isoformat() if condition.agreed else None,
        "item": condition.item if isinstance(condition, Agreed) else None,
        "enforced_by": PARAMETERS[condition.parameter].by,
    }


def _agreement(agreement: Agreement, assessment: Assessment) -> Document:
    """A duty or a concern, with every group that reaches the consensus."""
    reading = next(r for r in assessment.readings if r.evidence.id == agreement.evidence)
    k = reading.k[agreement.item]
    shares = []
    for group, _ in agreement.shares:
        measure = reading.measures.get((agreement.item, group))
        name = {"group": group, "group_label": assessment.group_label(group)}
        shares.append(name | figures(measure, reading, k, 1.5 / k, assessment))
    text = duty_text if agreement.kind == "demand" else concern_text
    return {
        "kind": agreement.kind,
        "subject": agreement.subject,
        "label": label(agreement.kind, agreement.subject),
        "wording": reading.evidence.item(agreement.item).wording,
        "evidence": agreement.evidence,
        "item": agreement.item,
        "baseline": 1.5 / k,
        "shares": shares,
        "text": text(agreement, assessment),
    }


def _smaller(small: SmallerUse, assessment: Assessment) -> Document:
    return {
        "left_out": list(small.left_out),
        "services": list(small.use.services),
        "operator": small.use.operator,
        "analytics": list(small.use.analytics),
        "hash": small.use.hash(),
        "heading": small.ruling.heading,
        "exit_status": small.ruling.status,
        "floor": small.ruling.floor,
        "expires": small.ruling.expires.isoformat(),
        "text": smaller_text(small, assessment),
    }


def _settlement(open_cell: Settlement, assessment: Assessment) -> Document:
    """The interviews that settle a cell. They would give a hidden share away, so hide with it."""
    finding, need = open_cell.finding, open_cell.need
    threshold = assessment.terms.threshold
    hidden = finding.measure is not None and not visible(finding.measure, threshold)
    reason = None if need.interviews is not None else NO_NUMBER
    return {
        "requirement": finding.requirement,
        "label": requirement_label(finding.requirement),
        "group": finding.group,
        "group_label": assessment.group_label(finding.group),
        "verdict": str(finding.verdict),
        "assumed_share": None if hidden else round(float(open_cell.assumed), 9),
        "power": need.power,
        "effective_interviews": None if hidden else need.effective,
        "interviews": None if hidden else need.interviews,
        "reason": NOT_SHOWN if hidden else reason,
        "text": settle_text(open_cell, assessment),
    }


def _variation(variation: Variation, assessment: Assessment) -> Document:
    return {
        "name": variation.name,
        "text": variation_name(variation, assessment),
        "heading": variation.ruling.heading,
        "exit_status": variation.ruling.status,
        "changes_ruling": variation.changes_ruling,
        "changed_cells": variation.changed_cells,
    }


def _evidence(reading: Reading, assessment: Assessment) -> Document:
    """One piece of evidence: whether it counts and why not, what it is, its files by hash."""
    evidence, use = reading.evidence, assessment.use
    why = misfits(use, evidence, today=assessment.today)
    return {
        "id": evidence.id,
        "title": evidence.title,
        "counts": not why,
        "why_not": list(why),
        "expired": evidence.fieldwork.expires < assessment.today,
        "local": evidence.population.is_local_to(use.population),
        "synthetic": evidence.synthetic,
        "example_only": evidence.example_only,
        "notice": evidence.notice,
        "purpose": evidence.purpose,
        "setting": evidence.setting,
        "population": evidence.population.model_dump(mode="json"),
        "fieldwork": evidence.fieldwork.model_dump(mode="json"),
        "design": evidence.design.model_dump(mode="json") if evidence.design else None,
        "printed": _printed(evidence),
        "groups": [
            {
                "id": group.id,
                "label": group.label,
                "expression": group.expression,
                "reference": group.reference,
                "note": group.note,
            }
            for group in evidence.groups
        ],
        "notes": list(reading.notes),
        "hash": evidence.hash(),
        "files": dict(sorted(evidence.files.items())),
    }


def _printed(evidence: Evidence) -> Document | None:
    """What is assumed of printed figures: design effect, and other bases that were tried."""
    if evidence.printed is None:
        return None
    other = {group: list(bases) for group, bases in evidence.printed.other_bases.items()}
    return {"design_effect": evidence.printed.deff, "other_bases": other}


def _method(assessment: Assessment) -> Document:
    settings, terms = assessment.settings, assessment.terms
    return {
        "interval": settings.method,
        "level": settings.level,
        "design_effect": settings.deff,
        "bases": dict(sorted(settings.bases.items())),
        "dont_know": settings.dont_know,
        "collapse": settings.collapse,
        "baseline_minimum": terms.rule.baseline_minimum,
        "strict": terms.rule.strict,
        "widest_half_width": terms.rule.widest_half_width,
        "smallest_base": terms.rule.smallest_base,
        "precision_applied": terms.rule.precision,
        "floor": terms.floor,
        "required_groups": list(terms.required_groups) if terms.required_groups else None,
        "disclosure_threshold": terms.threshold,
        "sentences": method_sentences(assessment),
    }


def method_sentences(assessment: Assessment) -> list[str]:
    """How the ruling was made, for a reader who was not there."""
    settings, rule = assessment.settings, assessment.terms.rule
    points = f"{100 * rule.widest_half_width:.0f} points"
    changed = [f"design effect {settings.deff:g}"] if settings.deff is not None else []
    changed += [
        f"base of {assessment.group_label(g)} {n}" for g, n in sorted(settings.bases.items())
    ]
    if settings.dont_know:
        changed.append(f"don't-knows {settings.dont_know} of the base".replace("in of", "in"))
    if settings.collapse != "declared":
        changed.append(f"answers joined as {settings.collapse.replace('_', ' ')}")
    found = [
        "Every reason, service and operator of the use is judged in the whole sample and in every "
        "affected group; the weakest verdict decides.",
        f"The line is 1.5 divided by the number of stances, and at least "
        f"{100 * rule.baseline_minimum:.0f} %: 50 % for three stances, 75 % for two.",
        f"Intervals are {100 * settings.level:.0f} % {settings.method.title()} intervals on the "
        "effective base: what the people counted are worth, given weights and design.",
        f"A figure of fewer than {rule.smallest_base} people, or with an interval wider than "
        f"{points} each way, counts as too few.",
        f"Figures that could tell of fewer than {assessment.terms.threshold} people are not shown.",
    ]
    return found + ([f"Changed for this report: {and_list(changed)}."] if changed else [])
