"""Variances from scores of people, for any design: the general path.

A score is what one person adds to an estimate: ``w m (y - r) / sum of w m`` for a weighted mean.
Whatever the design, its variance is a sum of squares, ``V = sum of B^2``, and the covariance of several
estimates is ``B'B``: ``rows_of`` makes B. ``shares`` has a quicker path for designs of one stage.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from licet.survey.coding import Codes
from licet.survey.design import Design, SecondStage

Floats = NDArray[np.float64]


def rows_of(design: Design, scores: Floats) -> Floats:
    """B of shape (rows, K) for scores of people, shape (n, K); not for replicate weights.

    Calibrated weights: what the margins explain of a score is taken out first. Second stage: its
    rows are appended, each times the root of the first-stage fraction.
    """
    if design.calibration is not None:
        scores = design.calibration.residuals(scores)
    at_units = scores if design.units is None else sums(design.units, design.n_units, scores)
    rows = stage_rows(
        at_units, design.strata, design.units_by_stratum(), design.fractions, design.lonely_psu
    )
    stage = design.second
    if stage is None:
        return rows
    assert design.fractions is not None
    at_second = sums(stage.units, len(stage.parents), scores)
    within = stage_rows(
        at_second,
        stage.parents,
        np.bincount(stage.parents, minlength=design.n_units),
        stage.fractions,
        design.lonely_psu,
    )
    sampled = design.fractions[design.strata[stage.parents]]
    return np.concatenate([rows, np.sqrt(sampled)[:, None] * within])


def stage_rows(
    scores: Floats,
    strata: Codes,
    sizes: NDArray[np.int64],
    fractions: Floats | None,
    lonely_psu: str,
) -> Floats:
    """Centred and scaled scores of the units of one stage, shape (units, K).

    sizes: units sampled in each stratum. fractions: the sampled part of each stratum, or None. A
    stratum with one unit counts only under ``adjust``, about the grand mean, which is zero.
    """
    full = sizes > 1
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(full, sizes / (sizes - 1.0), float(lonely_psu == "adjust"))
    if fractions is not None:
        scale = scale * (1 - fractions)
    means = sums(strata, len(sizes), scores) / np.maximum(sizes, 1)[:, None]
    means[~full] = 0
    rows: Floats = np.sqrt(scale)[strata, None] * (scores - means[strata])
    return rows


def sums(codes: Codes, size: int, scores: Floats) -> Floats:
    """Column sums by code, shape (size, K)."""
    return np.stack([np.bincount(codes, column, size) for column in scores.T], axis=1)


def average_factor(design: Design, held: NDArray[np.bool_]) -> Floats:
    """Under the policy ``average``: strata that hold members over those with several units, shape (K,).

    held: shape (strata, K), whether a stratum holds anybody. NaN where only lonely strata do.
    """
    if design.lonely_psu != "average":
        return np.ones(held.shape[1])
    ordinary = (held & design.ordinary_strata()[:, None]).sum(axis=0)
    every = held.sum(axis=0).astype(np.float64)
    return np.where(ordinary > 0, every / np.maximum(ordinary, 1), np.nan)


__all__ = ["SecondStage", "average_factor", "rows_of", "stage_rows", "sums"]
