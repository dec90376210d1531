"""What may be shown of the gates: a demand tells no figure that its table keeps back."""

from __future__ import annotations

from dataclasses import replace

from licet.audit.judging.demands import Demand, Gate, allowed, figures
from licet.audit.people import GroupKey
from licet.audit.standing import Standing
from licet.report.audit.forecast_beyond import shows_decay, shows_lift
from licet.report.audit.forecast_cells import Part, coarsened, figure, hidden, name_of
from licet.report.audit.forecast_kept import Kept
from licet.report.audit.forecast_score import compared_shown, enough_of_all, harms_shown
from licet.report.audit.forecast_tables import CELLS
from licet.report.phrases import NOT_SHOWN


def gate_part(kept: Kept, gate: Gate) -> Part:
    """A gate with its demands; figures that are kept back are not told here either."""
    shown = [_demand_shown(kept, gate, demand) for demand in gate.demands]
    demands = tuple(
        _coarse(kept, demand)
        if seen
        else replace(demand, figures=NOT_SHOWN, estimate=None, people=None)
        for demand, seen in zip(gate.demands, shown, strict=True)
    )
    told = replace(gate, demands=demands)
    return {
        "id": gate.id,
        "title": gate.title,
        "standing": str(gate.standing),
        "reasons": [one.reason for one in sorted(told.deciding, key=_kept_back)],
        "settling": list(told.settling),
        "people": told.people if gate.standing is Standing.UNDETERMINED else None,
        "notes": list(gate.notes),
        "demands": [
            _demand(demand, seen) for demand, seen in zip(demands, shown, strict=True)
        ],
    }  # fmt: skip


def _kept_back(demand: Demand) -> bool:
    return demand.figures == NOT_SHOWN


def _demand(demand: Demand, shown: bool) -> Part:
    found = hidden() if not shown else None
    if shown and demand.estimate is not None:
        found = figure(demand.estimate, True)
    return name_of(demand.key) | {
        "says": demand.says,
        "standing": str(demand.standing),
        "measure": demand.measure,
        "figure": found,
        "allowed": allowed(demand.tolerance) if demand.tolerance else None,
        "people": demand.people,
        "supply": demand.supply,
    }


def _coarse(kept: Kept, demand: Demand) -> Demand:
    """A demand on net benefit with as few digits as the decision curve has: more would tell the flagged."""
    found = kept.audit.benefit
    if demand.measure != "benefit" or demand.estimate is None or found is None:
        return demand
    told = coarsened(demand.estimate, found.overall.n)
    said = figures(told, demand.tolerance) if demand.tolerance else ""
    return replace(demand, estimate=told, figures=said)


def shows_gap(kept: Kept, key: GroupKey, measure: str, versus: str = "rest") -> bool:
    """Whether a group may be set beside its rest, or its reference, in a measure."""
    levels, cells = kept.levels(key), CELLS[measure]
    if versus == "rest":
        return kept.main.shows_rest(levels, *cells)
    other = next((k for k in kept.audit.keys if k.by == key.by and k.reference), None)
    return kept.main.shows(levels, *cells) and kept.main.shows(kept.levels(other), *cells)


def _demand_shown(kept: Kept, gate: Gate, demand: Demand) -> bool:
    """Whether the figure of a demand may be told: where the same stands in a table, as there.

    A demand of a measure that no table has is told only where everybody's outcomes are.
    """
    if demand.estimate is None:
        return True
    audit, key = kept.audit, demand.key
    by_gate = {"G1": _beats_shown, "G2": _useful_shown, "G4": _alike_shown, "G6": _robust_shown}
    if gate.id == "G3":
        return kept.main.shows(kept.levels(key), "with", "known")
    if gate.id == "G5":
        decay = audit.stability.decay if audit.stability else None
        return decay is not None and shows_decay(kept, decay)
    return by_gate[gate.id](kept, demand) if gate.id in by_gate else enough_of_all(kept)


def _beats_shown(kept: Kept, demand: Demand) -> bool:
    """G1: as in the table of challengers, or of those drawn by lot."""
    audit = kept.audit
    if demand.measure == "lift" and audit.selective is not None:
        lifts = audit.selective.lifts
        places = [n for n, one in enumerate(lifts) if one.lift is demand.estimate]
        return bool(places) and shows_lift(kept, lifts[places[0]], places[0])
    rows = audit.skill.compared if audit.skill else ()
    best = [row for row in rows if audit.skill and row.challenger == audit.skill.best]
    return bool(best) and compared_shown(kept, best[0])


def _useful_shown(kept: Kept, demand: Demand) -> bool:
    """G2: precision as at the capacity; net benefit only where right and wrong are told."""
    audit = kept.audit
    if demand.measure == "benefit":
        return audit.benefit is not None and harms_shown(kept, audit.benefit.overall)
    if audit.selective is not None:
        return kept.shows_arms(None)
    return audit.skill is not None and kept.shows_capacity(audit.skill.capacity.share)


def _alike_shown(kept: Kept, demand: Demand) -> bool:
    """G4: as in the table of gaps, or of arms."""
    if kept.audit.selective is not None:
        return kept.shows_arms(demand.key)
    key = demand.key
    return key is not None and demand.measure in CELLS and shows_gap(kept, key, demand.measure)


def _robust_shown(kept: Kept, demand: Demand) -> bool:
    """G6: as in the tables of people outside and of wrong links."""
    if demand.measure in ("flag", "recall"):
        return kept.shows_outside(demand.key)
    if demand.measure == "fpr" and kept.audit.rates is not None:
        return all(shows_gap(kept, one, "fpr") for one in kept.audit.keys)
    return enough_of_all(kept)
