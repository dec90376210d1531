"""The Algorithmic Transparency Recording Standard's shape, version 4, filled from an entry.

The standard has no machine-readable schema; keys are its sections and fields. What it has no field for
(lawful basis, licence, permission, dialogue, runs) stands in ``not_in_the_standard``.
"""

from __future__ import annotations

from typing import Any

from licet.register.entry import RegisterEntry
from licet.vocabulary import label

PHASES = {
    "published": "Idea", "in_dialogue": "Idea", "not_known": "Idea", "not_permitted": "Retired",
    "stopped": "Retired", "ended": "Retired", "linked": "Private beta", "going_ahead": "Public beta",
}  # fmt: skip


def atrs(entry: RegisterEntry) -> dict[str, Any]:
    """The record. Numbers of fields are those of the guidance to version 4."""
    use = entry.declared
    return {
        "standard": "Algorithmic Transparency Recording Standard v4.0 (shape)",
        "title": {
            "title": use.title,
            "organisation": use.controller,
            "phase": PHASES.get(entry.state.id, "Private beta"),
            "region": use.population.area,
            "description": use.summary,
        },
        "tier_1": {
            "1.1_name": use.title,
            "1.2_description": use.summary,
            "1.3_website": "",
            "1.4_contact": use.contact,
        },
        "2.1_owner_and_responsibility": _owner(entry),
        "2.2_description_and_rationale": {
            "2.2.1_detailed_description": use.summary,
            "scope": ", ".join(one.label for one in entry.analytics),
            "benefits": use.benefits,
            "previous_process": use.support.universal_alternative,
            "alternatives_considered": use.proportionality,
        },
        "2.3_deployment_context": _context(entry),
        "2.4.1_tool": _tool(entry),
        "2.4.2_models": [],
        "2.4.4_operational_data": [_data(one) for one in use.sources],
        "2.5_impact_assessments_and_risks": {
            "data_protection_impact_assessment": use.dpia,
            "equality_impact_assessment": use.equality_assessment,
            "risks_and_mitigations": list(entry.ruling.concerns),
        },
        "not_in_the_standard": _beyond(entry),
    }


def _context(entry: RegisterEntry) -> dict[str, Any]:
    use = entry.declared
    decided = "automated_decision" in use.not_allowed_actions
    return {
        "2.3.1_integration": label("action", use.intended_action),
        "human_review": "A person decides." if decided else "",
        "required_training": "",
        "appeals_and_review": use.appeals,
    }


def _tool(entry: RegisterEntry) -> dict[str, Any]:
    use = entry.declared
    return {
        "system_architecture": entry.operator.label,
        "2.4.1.2_system_input": [one.name for one in use.sources],
        "2.4.1.3_system_output": ", ".join(one.label for one in entry.analytics),
        "maintenance": f"Looked at again by {use.review_by}." if use.review_by else "",
    }


def _owner(entry: RegisterEntry) -> dict[str, Any]:
    use = entry.declared
    return {
        "2.1.1_organisation": use.controller,
        "2.1.2_team": use.team,
        "2.1.3_senior_responsible_owner": use.owner_role,
        "2.1.4_third_party_involvement": [
            {
                "2.1.4.1_name": one.name,
                "2.1.4.2_companies_house_number": one.number,
                "2.1.4.3_role": one.role,
                "2.1.4.4_procurement": "paid by results" if use.payment_by_results else "",
                "2.1.4.5_data_access": "sees records that name people"
                if one.sees_identifiable
                else "does not see records that name people",
            }
            for one in use.companies
        ],
    }


def _data(source: Any) -> dict[str, Any]:
    return {
        "name": source.name,
        "modality": "tabular",
        "description": ", ".join(source.fields),
        "quantities": source.period,
        "completeness_and_representativeness": source.known_faults,
        "collection": label("service", source.service),
        "access_and_storage": source.owner,
    }


def _beyond(entry: RegisterEntry) -> dict[str, Any]:
    return {
        "lawful_basis": entry.declared.lawful_basis,
        "permission": entry.ruling.floor or entry.declared.permission_model,
        "ruling": entry.ruling.heading,
        "state": entry.state.id,
        "runs": len(entry.runs),
        "refused_runs": entry.refused_runs,
        "conditions": [one.parameter for one in entry.conditions if not one.ended],
        "entry": f"{entry.id}.json",
    }
