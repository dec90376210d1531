"""The card of a model: what it is, what it was made from, what its audits say, what it does not know.

In the shape of the Algorithmic Transparency Recording Standard, whose numbers of fields are those of the
guidance to version 4. Counts are under disclosure control; there is nothing of a person in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet.audit.forecast import Audit
from licet.audit.standing import NOT_PERMISSION
from licet.disclosure import visible_cell
from licet.disclosure.counts import shown_count
from licet.identify.cohort import Cohort, Flags, Parts
from licet.identify.forecast import Feature, Forecast
from licet.identify.scorecard import Model, Term
from licet.identify.trial import Setting
from licet.identify.words import NEVER_HINDERS, NO_IS_NORMAL
from licet.use import Use

SCHEMA = "licet-model-card-1"
SPLIT = (
    "Households are drawn by lot: nothing is learnt, at any date, from those that the model is tried on. A "
    "family is much like itself a year before, and would else be known again. What is learnt from was over "
    "before the first date of the test."
)
FORGETS = (
    "A model is a few numbers and holds nobody; but it learnt from everybody who permitted it then, and "
    "somebody who withdrew since helped to make those numbers. Fitting it again forgets them."
)
CHOSEN = (
    "Chosen before the test was looked at: the simplest that is about as good as any, by those who were "
    "learnt from."
)


@dataclass(frozen=True)
class Tried:
    """A candidate with its audit. page: the name of its report."""

    label: str
    kind: str
    audit: Audit
    page: str


Counts = Mapping[str, Mapping[str, int | None]]
"""By part (learn, calibrate, test): rows, and with the outcome, as they may be shown; None kept back."""


def counts(cohort: Cohort, parts: Parts, threshold: int) -> Counts:
    """How many rows each part has, and how many of them with the outcome."""
    found: dict[str, Mapping[str, int | None]] = {}
    for name, rows in (
        ("learn", parts.learn),
        ("calibrate", parts.calibrate),
        ("test", parts.test),
    ):
        found[name] = _part(cohort, rows, threshold)
    return found


def _part(cohort: Cohort, rows: Flags, threshold: int) -> dict[str, int | None]:
    whole, had = int(rows.sum()), int(cohort.y[rows].sum())
    hidden = bool(had) and not visible_cell(whole, had, threshold)
    return {
        "rows": shown_count(whole, threshold),
        "with_outcome": None if hidden else shown_count(had, threshold),
    }


def card(
    setting: Setting,
    use: Use,
    model: Model,
    told: Counts,
    tried: Sequence[Tried],
    *,
    kept: bool,
    again: bool,
) -> dict[str, Any]:
    """The card as plain values. kept: whether the model is, or stays a report; again: whether most of the
    outcomes of its test were opened before by another fit."""
    forecast = setting.forecast
    return {
        "schema": SCHEMA,
        "standard": "Algorithmic Transparency Recording Standard v4.0 (shape)",
        "synthetic": setting.synthetic,
        "title": {"title": forecast.title, "organisation": use.controller, "region": use.population.area},
        "tier_1": {
            "1.1_name": forecast.title, "1.2_description": _described(forecast), "1.4_contact": use.contact,
        },
        "2.2_description_and_rationale": {"scope": forecast.outcome.meaning, "benefits": use.benefits},
        "2.4.2_models": [_model(forecast, model, told, kept)],
        "2.4.3_development_data": _data(forecast),
        "2.5_impact_assessments_and_risks": {
            "known_faults": list(_faults(forecast)),
            "suspected_features": list(model.made.suspects),
        },
        "not_in_the_standard": {
            "use": use.id, "use_version": use.version, "forecast": forecast.id, "version": forecast.version,
            "level": forecast.level, "capacity": forecast.capacity, "horizon_days": forecast.horizon,
            "cohort": forecast.cohort.meaning if forecast.cohort else "everybody whose rows are linked",
            "dates": _dates(forecast), "split": SPLIT, "chosen": model.kind, "why_chosen": CHOSEN,
            "kept": kept,
            "compared": [_tried(one) for one in tried], "opened_before": again,
            "remembers": remembers(None, setting.threshold), "never": [NEVER_HINDERS, NO_IS_NORMAL],
            "not_permission": NOT_PERMISSION, "threshold": setting.threshold,
        },
    }  # fmt: skip


def _described(forecast: Forecast) -> str:
    unit = "person" if forecast.level == "person" else "household"
    meaning = forecast.outcome.meaning.rstrip(".")
    return (
        f"The chance that a {unit} has this within {forecast.horizon} days: {meaning}. It offers support; a "
        "named person decides."
    )


def _faults(forecast: Forecast) -> Iterator[str]:
    yield from forecast.known_faults
    for one in forecast.features:
        yield from one.known_faults


def _model(forecast: Forecast, model: Model, told: Counts, kept: bool) -> dict[str, Any]:
    features = {one.id: one for one in forecast.features}
    return {
        "name": model.id,
        "kind": model.kind,
        "hash": model.hash() if kept else "",
        "trained_until": model.made.trained_until,
        "numbers": [_term(one, features[one.feature]) for one in model.terms] if kept else [],
        "counts": {name: dict(part) for name, part in told.items()},
    }


def _term(term: Term, feature: Feature) -> dict[str, Any]:
    return {
        "feature": term.feature, "meaning": feature.meaning, "feed": feature.feed, "window": feature.window,
        "measure": feature.measure, "value": round(term.value, 4), "slope": round(term.slope, 4),
        "low": round(term.low, 4), "high": round(term.high, 4),
    }  # fmt: skip


def _data(forecast: Forecast) -> list[dict[str, str]]:
    return [
        {
            "feature": one.id, "meaning": one.meaning, "feed": one.feed, "table": one.table,
            "window": one.window,
        }
        for one in forecast.features
    ]  # fmt: skip


def _dates(forecast: Forecast) -> dict[str, list[str]]:
    splits = forecast.splits()
    parts = (("learn", splits.learn), ("calibrate", splits.calibrate), ("test", splits.test),
             ("left_out", splits.left_out))  # fmt: skip
    return {name: [day.isoformat() for day in days] for name, days in parts}


def _tried(one: Tried) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "label": one.label,
        "standing": str(one.audit.standing),
        "gates": {gate.id: str(gate.standing) for gate in one.audit.gates},
        "sentence": one.audit.sentence,
        "plan_hash": one.audit.plan_hash,
        "report": f"{one.kind}/{one.page}",
    }


def remembers(withdrawn: int | None, threshold: int) -> dict[str, Any]:
    """What the model remembers of people whose answer let it learn from them and no longer does. withdrawn:
    how many, None at the time of the fit."""
    many = 0 if not withdrawn else shown_count(withdrawn, threshold)
    return {"withdrawn_since": many, "hidden": bool(withdrawn) and many is None, "means": FORGETS}
