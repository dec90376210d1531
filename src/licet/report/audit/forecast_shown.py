"""A forecast audit as it may be shown: one document, from which page, screen, tables and data are made.

Shares are proportions 0-1. A figure is ``{value, low, high, n, shown, why_not}``; what is kept back and
what is not known are null, never 0. What may be shown is decided by ``forecast_kept`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from licet.audit.forecast import Audit
from licet.audit.groups.rates import GroupRates
from licet.audit.groups.sides import MEASURES
from licet.audit.plan import Tolerances
from licet.audit.standing import NOT_PERMISSION
from licet.disclosure.counts import shown_count
from licet.disclosure.releases import Printed, held_words
from licet.report.audit.forecast_beyond import (
    funnel_part,
    link_parts,
    outside_part,
    selective_part,
    stability_part,
)
from licet.report.audit.forecast_cells import Part, figure, name_of, number
from licet.report.audit.forecast_demands import gate_part, shows_gap
from licet.report.audit.forecast_kept import Kept, kept_of
from licet.report.audit.forecast_released import hold_back
from licet.report.audit.forecast_score import benefit_part, calibration_part, skill_part
from licet.report.audit.forecast_tables import CELLS
from licet.report.phrases import NOT_LEGAL_ADVICE
from licet.version import __version__

SCHEMA = "licet-audit-forecast-1"
COUNTS = ("tp", "fp", "fn", "tn", "unknown", "people")


def document(audit: Audit) -> Part:
    """The whole document of an audit."""
    return document_of(kept_of(audit))


def document_of(kept: Kept, earlier: Sequence[Printed] = ()) -> Part:
    """The document of what is not kept back. earlier: what was printed of the audit before."""
    found = _document(kept)
    if earlier:
        free = _document(kept.not_held())
        since = hold_back(found, free, earlier, kept.since, kept.audit.threshold)
        if since is not None:
            found["notes"].append(f"Some figures are {held_words(since)}.")
    return found | {"transparency": _transparency(kept.audit, found)}


def _document(kept: Kept) -> Part:
    audit = kept.audit
    return {
        "schema": SCHEMA,
        "licet_version": __version__,
        "not_legal_advice": NOT_LEGAL_ADVICE,
        "not_permission": NOT_PERMISSION,
        "plan": _plan(audit),
        "verdict": {
            "standing": str(audit.standing),
            "sentence": audit.sentence,
            "exploratory": audit.exploratory,
            "conditional": audit.conditional,
        },
        "gates": [gate_part(kept, gate) for gate in audit.gates],
        "heads": _heads(kept),
        "groups": list(_groups(kept)) if audit.rates else [],
        "gaps": list(_gaps(kept, audit.rates)) if audit.rates else [],
        "skill": skill_part(kept),
        "calibration": calibration_part(kept),
        "benefit": benefit_part(kept),
        "stability": stability_part(kept),
        "selective": selective_part(kept),
        "outside": outside_part(kept),
        "links": link_parts(kept),
        "funnel": funnel_part(kept),
        "notes": [_note(kept, note) for note in audit.notes],
    }


def _plan(audit: Audit) -> Part:
    plan = audit.plan
    return {
        "id": plan.id,
        "title": plan.title,
        "outcome_means": plan.outcome_means,
        "made_by": plan.made_by,
        "use": plan.use,
        "unit": plan.unit,
        "synthetic": plan.synthetic,
        "hash": audit.plan_hash,
        "data_hash": audit.data_hash,
        "opened": audit.opened,
        "amends": plan.amends,
        "because": plan.because,
        "by": list(plan.by),
        "groups": [{"group": g.id, "label": g.label or g.id, "expression": g.expression}
                   for g in plan.groups],
        "intersections": [list(columns) for columns in plan.intersections],
        "tolerances": {name: getattr(plan.tolerances, name) for name in Tolerances.model_fields},
        "harm": {"least": plan.harm.least, "most": plan.harm.most, "says": plan.harm.says},
        "probability": plan.probability,
        "outcome_days": plan.outcome_days,
        "level": plan.level,
        "draws": plan.draws,
        "seed": plan.seed,
        "tried": plan.tried,
        "threshold": audit.threshold,
        "least_cases": plan.least_cases,
    }  # fmt: skip


def _heads(kept: Kept) -> Part:
    """How many people. A count that differs by few from one that is told is not told itself."""
    heads, least = kept.audit.heads, kept.audit.threshold
    cells = ("people", "flagged", "known", "with")
    told = [kept.main.count((), cell) for cell in cells]
    exact = {count for count in told if count is not None}
    if kept.main.linked is not None:  # nor one that is kept back there
        gone = {kept.main.linked.count((), cell) for cell in cells} - exact
    else:
        gone = set()
    found: Part = {}
    for name in ("people", "scored", "flag_known", "flagged", "outcome_known", "outcome", "judged",
                 "clusters", "tied"):  # fmt: skip
        count = getattr(heads, name)
        near = count in gone or any(0 < abs(count - other) < least for other in exact | gone)
        found[name] = count if count in exact else None if near else shown_count(count, least)
    return found


UNKNOWN = "The outcome of "
"""How the note on people of unknown outcome begins."""


def _note(kept: Kept, note: str) -> str:
    """A note; that on people of unknown outcome without their number where the table keeps it back."""
    if note.startswith(UNKNOWN) and kept.main.linked and kept.main.count((), "unknown") is None:
        return f"{UNKNOWN}some people is not known."
    return note


def _groups(kept: Kept) -> Iterator[Part]:
    """Everybody and every group: counts and rates."""
    rates = kept.audit.rates
    assert rates is not None
    for key in (None, *kept.audit.keys):
        levels = kept.levels(key)
        yield name_of(key) | {
            "reference": bool(key and key.reference),
            "counts": {cell: kept.main.count(levels, cell) for cell in COUNTS},
            "rates": {
                measure: figure(
                    rates.rate(key, measure).estimate, kept.main.shows(levels, *CELLS[measure])
                )
                for measure in MEASURES
            },
        }


def _gaps(kept: Kept, rates: GroupRates) -> Iterator[Part]:
    tolerances = kept.audit.plan.tolerances
    for gap in rates.gaps:
        shown = shows_gap(kept, gap.key, gap.measure, gap.versus)
        tested = shown and gap.measure in ("fpr", "fnr", "flag") and gap.versus == "rest"
        standing = None
        if tested and gap.measure == "flag":
            standing = str(gap.ratio_standing(tolerances.within("ratio")))
        elif tested:
            standing = str(gap.standing(tolerances.within("gap")))
        yield name_of(gap.key) | {
            "measure": gap.measure,
            "versus": gap.versus,
            "difference": figure(gap.difference, shown) | {"band": _band(gap.band, shown)},
            "ratio": figure(gap.ratio, shown) | {"band": _band(gap.ratio_band, shown)},
            "smallest_found": _if(shown, gap.smallest_found),
            "shrunk": _if(shown, gap.shrunk),
            "p_adjusted": _if(shown, gap.p_adjusted),
            "standing": standing,
        }


def _band(band: tuple[float, float], shown: bool) -> list[float | None] | None:
    return [number(end) for end in band] if shown and all(map(isfinite, band)) else None


def _if(shown: bool, value: float) -> float | None:
    return number(value) if shown else None


def _transparency(audit: Audit, found: Part) -> Part:
    """What an algorithmic transparency record asks for of performance, by the same figures."""
    skill, plan = found["skill"] or {}, audit.plan
    names = {"ppv": "precision", "fnr": "missed", "fpr": "wrongly_flagged", "flag": "flagged"}
    groups = found["groups"]

    def rates(row: Part) -> Part:
        return {name: row["rates"][measure] for measure, name in names.items()}

    return {
        "name": plan.title,
        "model_performance": {
            "outcome": plan.outcome_means,
            "people": found["heads"]["judged"],
            **(rates(groups[0]) if groups else {}),
            "auc": (skill.get("figures") or {}).get("auc"),
            "verdict": found["verdict"]["sentence"],
        },
        "subgroup_performance": [
            {key: row[key] for key in ("by", "group", "label")} | rates(row) for row in groups[1:]
        ],
        "human_review": str(plan.care.review),
        "appeals": str(plan.care.appeal),
        "monitoring": str(plan.care.monitoring),
        "mitigations": [gate["title"] for gate in found["gates"] if gate["standing"] == "PASS"],
        "risks": [gate["title"] for gate in found["gates"] if gate["standing"] != "PASS"],
        "reference": {"plan": audit.plan_hash, "data": audit.data_hash},
    }  # fmt: skip


__all__ = ["SCHEMA", "document", "document_of"]
