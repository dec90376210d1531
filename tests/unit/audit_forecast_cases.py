"""Audits of made-up forecasts for the tests of what is shown: small, with everything a plan can name."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
import sklearn.linear_model  # noqa: F401 - its first import draws from the global state: not within a test

from licet.audit.forecast import Audit, audit
from licet.audit.input.reading import people_of
from licet.audit.plan import Plan

SECRET = "person-7731"
"""Begins no word of any output: ids of people."""


def people(number: int = 1200, seed: int = 11) -> pl.DataFrame:
    """People with a score, an outcome that follows it, groups of which some are small, steps and families."""
    rng = np.random.default_rng(seed)
    town = rng.choice(["North", "South", "Isle"], number, p=[0.6, 0.385, 0.015])
    sex = rng.choice(["women", "men"], number)
    priors = rng.poisson(1.5, number)
    age = rng.integers(18, 60, number)
    truth = 1 / (1 + np.exp(-(0.6 * priors - 1.2 - 0.02 * (age - 35))))
    y = (rng.random(number) < truth).astype(float)
    score = np.clip(truth + rng.normal(0, 0.15, number) + 0.1 * (town == "North"), 0.01, 0.99)
    flag = score > 0.5
    seen = flag & (rng.random(number) < 0.8)
    days = rng.integers(0, 700, number)
    return pl.DataFrame({
        "id": [f"{SECRET}{at:05d}" for at in range(number)],
        "family": rng.integers(0, number // 2, number),
        "score": score,
        "y": np.where(rng.random(number) < 0.03, np.nan, y),
        "town": town,
        "sex": sex,
        "age": age,
        "priors": priors,
        "made": [date(2021, 1, 1) + timedelta(days=int(day)) for day in days],
        "seen": seen.astype(int),
        "helped": (seen & (rng.random(number) < 0.5)).astype(int),
        "lot": np.where(rng.random(number) < 0.4, "lot", "tool"),
        "linked": rng.uniform(0.6, 1.0, number),
    }).with_columns(pl.col("y").fill_nan(None))  # fmt: skip


PLAN: dict[str, Any] = {
    "id": "early-help",
    "title": "A score for early help",
    "outcome_means": "known to social work within a year",
    "made_by": "a vendor",
    "unit": "children",
    "columns": {"person": "id", "outcome": "y", "score": "score", "cluster": "family", "as_of": "made"},
    "probability": True,
    "flagged": {"at_least": 0.5},
    "by": ["town", "sex"],
    "reference": {"sex": "men"},
    "groups": [{"id": "young", "label": "under 25", "expression": "age < 25"}],
    "intersections": [["town", "sex"]],
    "stages": [
        {"id": "seen", "label": "visited", "column": "seen"},
        {"id": "helped", "label": "offered help", "column": "helped"},
    ],
    "challengers": {"one": "priors", "two": ["age", "priors"]},
    "link_errors": {"features": ["priors"], "missed": [0.0, 0.15], "false": [0.0], "repeats": 3,
                    "refused_by_group": {"North": 0.3}},
    "outcome_days": 365,
    "follow_up_until": "2023-06-30",
    "tolerances": {"recall": 0.5},
    "care": {"review": "two social workers read each, see minutes 12"},
    "draws": 200,
    "tried": 4,
}  # fmt: skip


def frame(data: pl.DataFrame) -> pl.DataFrame:
    """Counts of everybody, the refused and unlinked among them."""
    rows = [
        (by, group, many + 40 + many // 5)
        for by in ("town", "sex")
        for group, many in data.group_by(by).len().sort(by).iter_rows()
    ]
    return pl.DataFrame(rows, schema=["by", "group", "people"], orient="row")


def made(data: pl.DataFrame | None = None, *, framed: bool = True, **changes: Any) -> Audit:
    """The audit of the plan with these changes."""
    data = people() if data is None else data
    plan = Plan.model_validate({**PLAN, **changes})
    return audit(people_of(plan, data), frame(data) if framed else None, data_hash="d" * 64,
                 opened="2023-07-01")  # fmt: skip


@lru_cache(maxsize=1)
def everything() -> Audit:
    """Every part that goes together."""
    return made()


@lru_cache(maxsize=1)
def by_lot() -> Audit:
    """Outcomes known of those looked into: some drawn by lot, the others picked."""
    data = people(3000, 5)
    picked = (pl.col("lot") == "tool") & (pl.col("score") > 0.4)
    data = data.filter(picked | (pl.col("lot") == "lot")).with_columns(flag=picked.cast(pl.Int8))
    columns = {"person": "id", "outcome": "y", "flag": "flag", "arm": "lot"}
    return made(
        data, framed=False, columns=columns, probability=False, flagged={}, stages=[], link_errors={},
        selection={"random": "lot", "population": 50_000}, challengers={}, outcome_days=None,
        follow_up_until=None, groups=[], intersections=[],
        outcomes=[{"id": "strict", "label": "strictly", "expression": "y == 1 and priors > 0"}],
    )  # fmt: skip


@lru_cache(maxsize=1)
def fixed() -> Audit:
    """A vendor's flags and nothing else but link probabilities; an amended plan."""
    data = people(800, 3).with_columns(flag=(pl.col("score") > 0.5).cast(pl.Int8))
    columns = {"outcome": "y", "flag": "flag", "link_probability": "linked"}
    return made(
        data, framed=False, columns=columns, probability=False, flagged={}, stages=[], challengers={},
        by=[], reference={}, intersections=[], groups=[], link_errors={}, outcome_days=None,
        follow_up_until=None, amends="a" * 64, because="the first was too lenient",
    )  # fmt: skip
