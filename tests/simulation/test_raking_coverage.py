"""Intervals of raked shares: with a variance that knows of the raking, and with one that does not.

A town of 200,000 people whose answer hangs strongly on age, sex and tenure. Each draw is a sample
with unequal chances (a size drawn from a lognormal, known by design) and unequal non-response: of the
young a quarter answer, of the old five in six. About 800 people are left; their design weights are
raked to the three margins of the town.
"""

from __future__ import annotations

import os
from functools import cache
from math import sqrt

import numpy as np
import pytest

from licet.survey.intervals import effective_base, interval
from licet.weighting.calibration import Calibration
from licet.weighting.margins import Aligned
from licet.weighting.raking import rake

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
DRAWS = 10_000 if FULL else 500
PROMISE = 0.94
SLACK = 0.0 if FULL else 2 * sqrt(PROMISE * (1 - PROMISE) / DRAWS)
"""At the default number of draws a miss by two Monte Carlo standard errors is chance; in full, none."""
TOWN, ASKED = 200_000, 2_300
WIDTHS = (4, 2, 3)


@cache
def town() -> tuple[np.ndarray, tuple[np.ndarray, ...], np.ndarray, np.ndarray]:
    """Answers, margins, chance of being drawn and chance of answering of everybody."""
    rng = np.random.default_rng(20)
    age = rng.choice(4, TOWN, p=[0.2, 0.3, 0.3, 0.2])
    sex = rng.choice(2, TOWN)
    tenure = np.minimum(rng.choice(3, TOWN) + (age == 3) * (rng.random(TOWN) < 0.4), 2)
    yes = rng.random(TOWN) < 0.08 + 0.22 * age + 0.1 * sex - 0.06 * tenure * (age > 0)
    size = rng.lognormal(0, 0.4, TOWN)
    drawn = np.minimum(ASKED * size / size.sum(), 1)
    answers = np.array([0.25, 0.4, 0.6, 0.83])[age] * np.array([1, 0.75])[sex]
    return yes.astype(float), (age, sex, tenure), drawn, answers * np.array([1, 0.8, 0.6])[tenure]


def survey(rng: np.random.Generator) -> tuple[float, float, dict[str, float]]:
    """The raked share of one sample, its people, and its standard error in three ways."""
    yes, margins, drawn, answers = town()
    here = np.flatnonzero(rng.random(TOWN) < drawn * answers)
    laid = [
        Aligned(str(p), tuple(map(str, range(w))), m[here], np.bincount(m).astype(float))
        for p, (m, w) in enumerate(zip(margins, WIDTHS, strict=True))
    ]
    base, y, n = 1 / drawn[here], yes[here], len(here)
    weights = rake(base, laid).weights
    share = float(weights @ y / weights.sum())
    scores = weights * (y - share) / weights.sum()
    codes = tuple(margin.codes for margin in laid)
    left = {
        "ignored": scores,
        "base": Calibration(codes, weights, base).residuals(scores),
        "final": Calibration(codes, weights, counted="final").residuals(scores),
    }
    errors = {k: sqrt(n / (n - 1) * ((z - z.mean()) ** 2).sum()) for k, z in left.items()}
    return share, n, errors


@cache
def simulated() -> dict[str, tuple[float, float]]:
    """Coverage, and the mean standard error over the true one, of each way."""
    rng = np.random.default_rng(21)
    truth = float(town()[0].mean())
    shares, held, mean = [], dict.fromkeys(("ignored", "base", "final"), 0), dict[str, float]()
    for _ in range(DRAWS):
        share, n, errors = survey(rng)
        shares.append(share)
        for way, se in errors.items():
            known = effective_base(share, se, n, n - 1)
            low, high = interval(share, known)
            held[way] += bool(low <= truth <= high)
            mean[way] = mean.get(way, 0) + se / DRAWS
    true = float(np.std(shares))
    found = {way: (held[way] / DRAWS, mean[way] / true) for way in held}
    print("\ncoverage of 95 % intervals, mean standard error over the true one:")
    for way, (coverage, ratio) in found.items():
        print(f"  {way:<8} {coverage:.4f}  {ratio:.3f}")
    return found


@pytest.mark.parametrize("way", ["base", "final"])
def test_intervals_that_know_of_the_raking_hold_the_truth_in_94_of_100(way: str) -> None:
    coverage, ratio = simulated()[way]
    assert PROMISE - SLACK <= coverage <= 0.965
    assert ratio == pytest.approx(1, abs=0.03 if FULL else 0.08)


def test_ignoring_the_raking_makes_them_wider_than_they_need_be() -> None:
    found = simulated()
    assert found["ignored"][1] > 1.1 * found["base"][1]
    assert found["ignored"][0] > found["base"][0] + 0.01
