"""Plans and people for tests of the forecast audit: a harmless default, and what a test names."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from licet.audit.input.reading import people_of
from licet.audit.people import People
from licet.audit.plan import Plan

with suppress(ImportError):  # its import draws from a global random state: not within a test
    import sklearn.linear_model  # noqa: F401


def plan(**changes: Any) -> Plan:
    """A plan of a score with an outcome, people by family, and few draws."""
    declared: dict[str, Any] = {
        "id": "early-help-score",
        "title": "A score for early help",
        "outcome_means": "known to children's social work within two years",
        "columns": {"outcome": "y", "score": "score"},
        "flagged": {"at_least": 0.5},
        "draws": 200,
    }
    return Plan(**{**declared, **changes})


def frame(number: int = 400, seed: int = 5, **columns: Any) -> pl.DataFrame:
    """Made-up people: a score in 0-1, an outcome that follows it, two towns, an age."""
    rng = np.random.default_rng(seed)
    score = rng.beta(2, 3, number)
    made: dict[str, Any] = {
        "id": np.arange(number),
        "score": score,
        "y": (rng.random(number) < score).astype(int),
        "town": np.where(rng.random(number) < 0.3, "North", "South"),
        "age": rng.integers(18, 60, number),
    }
    return pl.DataFrame({**made, **columns})


def read(data: pl.DataFrame | None = None, **changes: Any) -> People:
    """The people of a plan with these changes."""
    return people_of(plan(**changes), frame() if data is None else data)


def compas(shared: Path) -> pl.DataFrame:
    """The COMPAS rows of the shared data, with the flag of the published analysis."""
    data = pl.read_csv(shared / "data/audit/compas_min.csv")
    return data.with_columns(flag=(pl.col("score_text") != "Low").cast(pl.Int8))


SWEDEN = {
    "gender": ("Gender", 'Gender == "K"', "women"),
    "income": ("Income", "Income < 290000", "low income"),
    "education": ("Education", "education_low == 1", "low education"),
    "foreign": ("Foreign Background", "foreign == 1", "foreign background"),
}
"""By file: the column, the group as an expression, and its name."""


def sweden(shared: Path, name: str, **changes: Any) -> tuple[Plan, pl.DataFrame]:
    """Plan and rows of one file of the Swedish checks, by the recipe of the facts."""
    data = pl.read_csv(shared / f"data/audit/sweden_{name}_1dp.csv").rename(
        {"Selection Method": "method", "Result": "result"}
    )
    data = data.with_columns(
        y=(pl.col("result") != "No Errors Found").cast(pl.Int8),
        flag=(pl.col("method") != "Random").cast(pl.Int8),
    )
    if name == "education":  # three blanks fall in "High", as in the published code
        data = data.with_columns(
            education_low=(pl.col("Education") <= 3).fill_null(False).cast(pl.Int8)
        )
    if name == "foreign":
        data = data.rename({"Foreign Background": "foreign"})
    _, expression, label = SWEDEN[name]
    declared = {
        "columns": {"outcome": "y", "flag": "flag", "arm": "method"},
        "groups": [{"id": label.replace(" ", "-"), "label": label, "expression": expression}],
        "selection": {"random": "Random", "population": 977_730},
        "outcomes": [
            {
                "id": "no-control-is-clear",
                "expression": 'result in ["Errors Found", "Control Investigation"]',
            },
            {
                "id": "controls-out",
                "expression": 'result == "Errors Found"',
                "among": 'result in ["Errors Found", "No Errors Found"]',
            },
            {"id": "errors-alone", "expression": 'result == "Errors Found"'},
        ],
        "draws": 2000,
    }
    return plan(**{**declared, "flagged": {}, **changes}), data
