"""Weights adjusted by hand, and estimates with them, are R's to 1e-9."""

from __future__ import annotations

import functools

import pytest

from tests.oracles.by_hand import Sample, degrees, domain, linear, replicated, share_of, taylor
from tests.oracles.by_hand_weights import adjusted, total_of
from tests.oracles.fixtures import hold, said

SCHEMES = ["post", "rake2", "rake3", "raking", "linear", "trim"]
WEIGHED = [
    (design, scheme)
    for design in ("weigh_people", "weigh_clusters", "weigh_replicates")
    for scheme in SCHEMES
    if (design, scheme) != ("weigh_replicates", "trim")  # R was not asked to trim replicates
]


@functools.cache
def weighed(design: str, scheme: str) -> Sample:
    plain = replicated(design, mse=True) if design == "weigh_replicates" else taylor(design)
    return adjusted(plain, design, scheme)


@pytest.mark.parametrize(("design", "scheme"), WEIGHED)
def test_adjusted_weights(design: str, scheme: str) -> None:
    rows = [row for row in said("weights") if row["design"] == design]
    sample = weighed(design, scheme)
    assert [row["id"] for row in rows] == sample.data["id"].tolist()
    hold(rows, [{scheme: weight} for weight in sample.weight])


@pytest.mark.parametrize(("design", "scheme"), WEIGHED)
def test_estimates_with_adjusted_weights(design: str, scheme: str) -> None:
    rows = [r for r in said("weighting") if (r["design"], r["scheme"]) == (design, scheme)]
    sample = weighed(design, scheme)
    figures = []
    for row in rows:
        share = share_of(
            sample, row["item"], [row["option"]], domain(sample, row["by"], row["group"])
        )
        total, total_se = total_of(sample, share.chose > 0)
        estimate, se = linear(sample, [share], [1])
        df = degrees(sample, share.base)
        figures.append(
            {"total": total, "total_se": total_se, "estimate": estimate, "se": se, "df": df}
        )
    hold(rows, figures)
