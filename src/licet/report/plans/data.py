"""A planned survey as data. Shares, chances and half-widths are proportions 0-1."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from licet.planning import RULINGS
from licet.report.plans.screen import notes
from licet.surveyplan.outlook import Outlook, PlannedCell, Purchase
from licet.surveyplan.sizing import PlannedSurvey, Sizing

FORM = "licet-plan-1"


def data(found: PlannedSurvey) -> dict[str, Any]:
    """Everything that is on the screen, and every cell."""
    return {
        "form": FORM,
        **_outlook(found.outlook),
        "sizes": [_purchase(purchase) for purchase in found.purchases],
        "sizing": _sizing(found.sizing) if found.sizing else None,
        "notes": notes(found),
    }


def _outlook(outlook: Outlook) -> dict[str, Any]:
    plan, ground = outlook.plan, outlook.ground
    return {
        "plan": plan.model_dump(mode="json"),
        "plan_hash": plan.hash(),
        "interviews": plan.people,
        "invitations": plan.invitations,
        "cost": plan.cost if plan.costs.stated else None,
        "rule": asdict(ground.rule),
        "interval_method": ground.method,
        "groups": [
            {"label": plan.group_label(base.group), **asdict(base)} for base in outlook.bases
        ],
        "cells": [_cell(cell) for cell in outlook.cells],
        "decided": outlook.decided,
        "rulings": _rulings(outlook.rulings),
        "draws": ground.draws,
        "seed": ground.seed,
        "simulation_error": outlook.simulation_error,
    }


def _cell(cell: PlannedCell) -> dict[str, Any]:
    return {
        **{key: value for key, value in asdict(cell).items() if key != "need"},
        "decided": cell.decided,
        "interviews_needed": cell.need.interviews,
    }


def _rulings(chances: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(RULINGS, chances, strict=True))


def _purchase(purchase: Purchase) -> dict[str, Any]:
    return {**asdict(purchase), "rulings": _rulings(purchase.rulings)}


def _sizing(sizing: Sizing) -> dict[str, Any]:
    return {
        "aim": asdict(sizing.aim),
        "wanted": [{"item": item, "group": group} for item, group in sizing.wanted],
        "left_out": [{"item": item, "group": group} for item, group in sizing.beyond],
        "found": _outlook(sizing.outlook) if sizing.outlook else None,
    }
