"""Caution is not emptiness: at least 95 in 100 figures of the groups table that are not small are told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest
import sklearn.linear_model  # noqa: F401 - its first import draws from the global state: not within a test

from licet.audit.forecast import Audit, audit
from licet.audit.input.reading import people_of
from licet.audit.plan import Plan
from licet.report.audit.forecast_outputs import json_text
from licet.synthetic.town.whole import make_town
from tests.conftest import FULL

PEOPLE = 20_000
LEVELS = {
    "ethnicity": (0.6, 0.18, 0.12, 0.1),
    "sex": (0.5, 0.5),
    "age": (0.3, 0.4, 0.2, 0.1),
    "lone": (0.2, 0.8),
    "size": (0.25, 0.35, 0.25, 0.15),
}
CROSSED = (("ethnicity", "sex"), ("age", "lone"))
SEEDS = range(10) if FULL else range(1)
VISIBLE = 0.95


def planted(seed: int) -> pl.DataFrame:
    """Five attributes; one group is wrongly flagged 10 points more often."""
    rng = np.random.default_rng(seed)
    columns = {
        name: rng.choice([f"{name} {at}" for at in range(len(shares))], PEOPLE, p=shares)
        for name, shares in LEVELS.items()
    }
    y = rng.random(PEOPLE) < 0.4
    more = 0.1 * (columns["ethnicity"] == "ethnicity 1")
    flag = rng.random(PEOPLE) < np.where(y, 0.65, 0.2 + more)
    return pl.DataFrame({**columns, "y": y.astype(int), "flag": flag.astype(int)})


def town(seed: int) -> pl.DataFrame:
    """The made-up town with a made-up flag and outcome; of 3 in 100 the outcome is not known."""
    people, rng = make_town(PEOPLE, seed).people, np.random.default_rng(seed)
    y = np.where(rng.random(PEOPLE) < np.where(people["lone"], 0.15, 0.07), 1.0, 0.0)
    flag = rng.random(PEOPLE) < np.where(y == 1, 0.5, 0.1)
    y[rng.random(PEOPLE) < 0.03] = np.nan
    size = people["household_size"]
    return people.select("ethnicity", "age_band", pl.col("lone").cast(pl.String)).with_columns(
        household=pl.when(size >= 5).then(pl.lit("5 or more")).otherwise(size.cast(pl.String)),
        y=pl.Series(y).fill_nan(None), flag=pl.Series(flag.astype(int)),
    )  # fmt: skip


def audited(data: pl.DataFrame, by: Sequence[str], crossed: Sequence[Sequence[str]] = ()) -> Audit:
    plan = Plan.model_validate({
        "id": "seen", "title": "Seen", "outcome_means": "made up", "draws": 200, "by": tuple(by),
        "columns": {"outcome": "y", "flag": "flag"}, "intersections": tuple(map(tuple, crossed)),
    })  # fmt: skip
    return audit(people_of(plan, data))


def not_small(found: Audit, row: dict[str, Any]) -> Iterator[bool]:
    """Whether each count and rate of a group is told that is not small itself."""
    assert found.rates is not None
    key = next((k for k in found.keys if (k.by, k.group) == (row["by"], row["group"])), None)
    tp, fp, fn, tn, unknown = found.rates.counts[key]
    counts = {"tp": tp, "fp": fp, "fn": fn, "tn": tn, "unknown": unknown,
              "people": tp + fp + fn + tn + unknown}  # fmt: skip
    for cell, count in counts.items():
        if 0 < count < found.threshold:
            assert row["counts"][cell] is None
        else:
            yield row["counts"][cell] is not None
    for measure, rate in row["rates"].items():
        part, base = found.rates.rate(key, measure).counts
        if 0 < part < found.threshold or 0 < base - part < found.threshold:
            assert not rate["shown"]
        elif base:
            yield rate["shown"]


def visible(found: Audit) -> float:
    told = [one for row in json.loads(json_text(found))["groups"] for one in not_small(found, row)]
    return sum(told) / len(told)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_planted_gaps_with_five_attributes_and_two_crossings(seed: int) -> None:
    assert visible(audited(planted(seed), tuple(LEVELS), CROSSED)) >= VISIBLE


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_of_the_made_up_town(seed: int) -> None:
    assert visible(audited(town(seed), ("ethnicity", "lone", "household", "age_band"))) >= VISIBLE
