"""People with scores, made directly, and the COMPAS people, for tests of skill, benefit and time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from licet.audit.people import GroupKey, People
from licet.audit.plan import Plan
from tests.audit.planned import compas

RACES = ("African-American", "Caucasian")


def plan(**changes: Any) -> Plan:
    """A plan of a score, with few draws."""
    declared: dict[str, Any] = {
        "id": "score",
        "title": "A score",
        "outcome_means": "the outcome came",
        "columns": {"outcome": "y", "score": "score"},
        "draws": 400,
    }
    return Plan(**{**declared, **changes})


def made(
    y: Any,
    score: Any = None,
    flag: Any = None,
    *,
    groups: Mapping[str, Any] | None = None,
    **more: Any,
) -> People:
    """People of these outcomes, scores and flags (from a half on, if none are given)."""
    y = np.asarray(y, float)
    n = len(y)
    score = np.full(n, np.nan) if score is None else np.asarray(score, float)
    flag = np.where(np.isnan(score), -1, score >= 0.5) if flag is None else flag
    groups = groups or {}
    fixed = {name: more.pop(name) for name in list(more) if name not in Plan.model_fields}
    arrays = {
        "weight": np.ones(n),
        "cluster": np.arange(n),
        "stratum": np.zeros(n, np.int64),
        **fixed,
    }
    return People(
        plan=plan(**more),
        y=y,
        score=score,
        flag=np.asarray(flag, np.int8),
        keys=tuple(GroupKey("group", name, name, ruled=True) for name in groups),
        member=np.stack([np.asarray(m, np.int8) for m in groups.values()], axis=1)
        if groups
        else np.zeros((n, 0), np.int8),
        **arrays,
    )


def drawn_people(number: int, seed: int = 3, **more: Any) -> People:
    """People whose score is a chance that holds: y comes with the score's own probability."""
    rng = np.random.default_rng(seed)
    score = rng.beta(2, 3, number)
    y = (rng.random(number) < score).astype(float)
    groups = {"north": rng.random(number) < 0.3}
    groups["south"] = ~groups["north"]
    return made(y, score, **{"probability": True, "groups": groups, **more})


def compas_people(shared: Path, **changes: Any) -> People:
    """COMPAS by its decile and the published flag, with the groups of the recipe."""
    data = compas(shared)
    race = data["race"].to_numpy()
    names, codes = np.unique(race, return_inverse=True)
    found = made(
        data["two_year_recid"],
        data["decile_score"],
        data["flag"].to_numpy(),
        groups={name: race == name for name in RACES},
        levels={"race": (codes.astype(np.int64), tuple(names))},
        as_of=data["compas_screening_date"].str.to_date().to_physical().to_numpy().astype(float),
        features=data.select("age", "priors_count", "sex", "c_charge_degree"),
        **{"draws": 2000, "by": ("race",), **changes},
    )
    assert isinstance(found.features, pl.DataFrame)
    return found
