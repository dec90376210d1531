"""What is kept of a model: a few numbers for each feature, as data. Never a person, never code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

import numpy as np

from licet.errors import bad
from licet.identify.cohort import Cohort, Floats, scaled

SCHEMA = "licet-model-1"


@dataclass(frozen=True)
class Term:
    """One feature of a model. value: what its number is multiplied by; of a scorecard, the whole points for
    having any of it. slope, low, high: of the logistic regression behind it, with its 95 % interval over
    households drawn anew."""

    feature: str
    measure: str
    value: float
    slope: float
    low: float
    high: float


@dataclass(frozen=True)
class Made:
    """How a model was made. Hashes in hexadecimal, days as 2026-01-31.

    trained_until: the last day that anything learnt from can be of. ledger: the place in the ledger of
    permissions; run: the run it was learnt in. suspects: what was reported of its features. synthetic: no
    row was of a real person.
    """

    forecast: str = ""
    version: int = 1
    forecast_hash: str = ""
    use: str = ""
    use_version: int = 1
    use_hash: str = ""
    run: str = ""
    ledger: int = 0
    ledger_mark: str = ""
    trained_until: str = ""
    learnt: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True)
class Model:
    """A kept model: the chance is that of log odds ``right[0] + right[1] * (intercept + sum of terms)``."""

    kind: Literal["one", "logistic", "scorecard"]
    terms: tuple[Term, ...]
    intercept: float
    right: tuple[float, float]
    made: Made = field(default_factory=Made)

    @property
    def id(self) -> str:
        """Its name: of the forecast and the kind."""
        return f"{self.made.forecast}-{self.kind}"

    def data(self) -> dict[str, Any]:
        """As plain values."""
        return {"schema": SCHEMA, **asdict(self)}

    def text(self) -> str:
        """As canonical JSON: the same model always gives the same bytes."""
        return json.dumps(self.data(), sort_keys=True, indent=1, allow_nan=False) + "\n"

    def hash(self) -> str:
        """SHA-256 of its text, in hexadecimal."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def model_of(data: Any, where: str) -> Model:
    """The model of plain values. Refuses what Licet did not write. where: named in a refusal."""
    try:
        if data["schema"] != SCHEMA or data["kind"] not in ("one", "logistic", "scorecard"):
            raise ValueError
        made = {one.name: data["made"][one.name] for one in fields(Made)}
        for name in ("learnt", "tested", "suspects"):
            made[name] = tuple(str(one) for one in made[name])
        terms = tuple(Term(**one) for one in data["terms"])
        numbers = [float(data["intercept"]), *map(float, data["right"])]
        numbers += [float(one.value) for one in terms]
        if len(data["right"]) != 2 or not np.isfinite(numbers).all():
            raise ValueError
        return Model(data["kind"], terms, numbers[0], (numbers[1], numbers[2]), Made(**made))
    except (KeyError, TypeError, ValueError):
        allowed = "a model as licet forecast fit wrote it"
        raise bad("this is no model", where, allowed, "fit it again: licet forecast fit") from None


def chances(model: Model, cohort: Cohort) -> Floats:
    """The chance of the outcome, 0-1, shape (n,). Refuses a cohort without the model's features."""
    from scipy.special import expit

    raw = np.full(len(cohort), model.intercept)
    for term in model.terms:
        if term.feature not in cohort.rows.columns:
            raise bad(f"the model asks for the feature {term.feature!r}", "features",
                      "the features that it was learnt with", "fit it again")  # fmt: skip
        raw = raw + term.value * used(model, term, cohort)
    return np.asarray(expit(model.right[0] + model.right[1] * raw), np.float64)


def used(model: Model, term: Term, cohort: Cohort) -> Floats:
    """A feature as the model takes it: of a scorecard 1 for any of it, else ``cohort.scaled``. Shape (n,)."""
    value = scaled(cohort.rows[term.feature], term.measure)
    return (value != 0).astype(np.float64) if model.kind == "scorecard" else value


def speaking_for(model: Model) -> Mapping[str, Term]:
    """The features of which more speaks for an offer, by id."""
    return {one.feature: one for one in model.terms if one.value * model.right[1] > 0}
