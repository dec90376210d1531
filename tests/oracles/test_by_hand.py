"""Shares, intervals, contrasts and scores worked out by hand are R's to 1e-9."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.oracles.by_hand import (
    Sample,
    Share,
    beta_interval,
    degrees,
    design_effect,
    domain,
    linear,
    logit_interval,
    sample_of,
    share_of,
    the_rest,
)
from tests.oracles.fixtures import PERMITS, Row, Run, hold, rows_of, runs

pytestmark = pytest.mark.long
"""It asks nothing of Licet: two programs of the tests agree, as long as nobody changes either."""


def share_figures(sample: Sample, row: Row) -> dict[str, float]:
    one = share_of(sample, row["item"], [row["option"]], domain(sample, row["by"], row["group"]))
    r, se = linear(sample, [one], [1])
    n = int((one.base & (sample.weight > 0)).sum())
    figures = {"n": n, "estimate": r, "se": se, "df": degrees(sample, one.base)}
    figures["deff"] = math.nan if row["deff"] == "NA" else design_effect(r, se, n)
    if row["by"] != "all":
        rest = share_of(
            sample, row["item"], [row["option"]], the_rest(sample, row["by"], row["group"])
        )
        pair = (math.nan, math.nan) if not rest.base.any() else linear(sample, [one, rest], [1, -1])
        figures["difference"], figures["difference_se"] = pair
    return figures


@pytest.mark.parametrize("run", runs("shares"), ids="-".join)
def test_shares(run: Run) -> None:
    sample, rows = sample_of(run), rows_of("shares", run)
    hold(rows, [share_figures(sample, row) for row in rows])


@pytest.mark.parametrize("run", runs("intervals"), ids="-".join)
def test_intervals_of_replicates(run: Run) -> None:
    sample, rows = sample_of(run), rows_of("intervals", run)
    figures = []
    for row in rows:
        one = share_of(
            sample, row["item"], [row["option"]], domain(sample, row["by"], row["group"])
        )
        r, se = linear(sample, [one], [1])
        df = degrees(sample, one.base)
        low, high = beta_interval(r, se, int(one.base.sum()), df)
        figures.append({"beta_low": low, "beta_high": high})
        if row["logit_low"] != "NA":
            low, high = logit_interval(sample, one, df)
            figures[-1] |= {"logit_low": low, "logit_high": high}
    hold(rows, figures, tolerance=1e-7)


def side(sample: Sample, row: Row, prefix: str) -> list[Share]:
    members = domain(sample, row[f"{prefix}by"], row[f"{prefix}group"])
    if row[f"{prefix}group"] == "rest":
        members = the_rest(sample, row["by"], row["group"])
    if wave := row[f"{prefix}wave"]:
        members = members & (sample.data["wave"] == wave)
    asked = {row[f"{prefix}item"]: (row[f"{prefix}option"],)}
    if row[f"{prefix}item"] == "battery":
        asked = PERMITS
    return [share_of(sample, item, options, members) for item, options in asked.items()]


def contrast_figures(sample: Sample, row: Row) -> dict[str, float]:
    one, other = side(sample, row, ""), side(sample, row, "other_")
    mean, opposite = [1 / len(one)] * len(one), [-1 / len(other)] * len(other)
    estimate, se = linear(sample, one, mean)
    minus, other_se = linear(sample, other, opposite)
    difference, difference_se = linear(sample, one + other, mean + opposite)
    return {
        "estimate": estimate,
        "se": se,
        "other_estimate": -minus,
        "other_se": other_se,
        "difference": difference,
        "difference_se": difference_se,
        "df": degrees(sample, np.any([s.base for s in one + other], axis=0)),
    }


@pytest.mark.parametrize("run", runs("contrasts"), ids="-".join)
def test_contrasts(run: Run) -> None:
    sample, rows = sample_of(run), rows_of("contrasts", run)
    hold(rows, [contrast_figures(sample, row) for row in rows])


SCORES = {"fully": 5.0, "mostly": 4.0, "somewhat": 3.0, "little": 2.0, "not at all": 1.0}


@pytest.mark.parametrize("run", runs("scores"), ids="-".join)
def test_mean_scores(run: Run) -> None:
    sample, rows = sample_of(run), rows_of("scores", run)
    answer = sample.data["trust_b"]
    score = np.array([SCORES.get(a, 0.0) for a in answer])
    figures = []
    for row in rows:
        one = Share(score, domain(sample, row["by"], row["group"]) & (answer != ""))
        estimate, se = linear(sample, [one], [1])
        figures.append({"n": int(one.base.sum()), "estimate": estimate, "se": se})
        figures[-1]["df"] = degrees(sample, one.base)
        if row["by"] != "all":
            rest = Share(score, the_rest(sample, row["by"], row["group"]) & (answer != ""))
            gap, gap_se = linear(sample, [one, rest], [1, -1])
            figures[-1] |= {"difference": gap, "difference_se": gap_se}
    hold(rows, figures)
