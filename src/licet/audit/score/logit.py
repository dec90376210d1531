"""Logistic regression with weights, and standard errors that know of families.

Newton's method in plain NumPy; small enough to be read, and one fit of two parameters can be made for
a thousand draws at once. Variances are of the sandwich form over clusters (Liang & Zeger 1986).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Codes, Floats

STEPS = 50
CLOSE = 1e-10
FARTHEST = 30.0
"""A coefficient beyond this says that the outcome is told apart completely: nothing is estimated."""


def fit(design: Floats, y: Floats, weight: Floats) -> Floats:
    """Coefficients, shape (k,), of design (n, k). NaN if they cannot be known.

    They cannot where columns hang together or the outcome is told apart completely.
    """
    from scipy.special import expit

    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = expit(design @ found)
        slope = design.T @ (weight * (y - chance))
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        step = _solved(curve, slope)
        found = found + np.clip(step, -5, 5)
        if not np.isfinite(found).all() or np.abs(found).max(initial=0) > FARTHEST:
            return np.full(design.shape[1], np.nan)
        if np.abs(step).max(initial=0) < CLOSE:
            return found
    return np.full(design.shape[1], np.nan)


def covariance(
    design: Floats, y: Floats, weight: Floats, coefficients: Floats, cluster: Codes
) -> Floats:
    """Their covariance, shape (k, k), from the spread between clusters (codes (n,))."""
    from scipy.special import expit

    chance = expit(design @ coefficients)
    curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design
    pulls = design * (weight * (y - chance))[:, None]
    _, place = np.unique(cluster, return_inverse=True)
    number = int(place.max(initial=-1)) + 1
    if number < 2:
        return np.full(curve.shape, np.nan)
    sums = np.zeros((len(curve), number))
    for column, pull in enumerate(pulls.T):
        sums[column] = np.bincount(place, weights=pull, minlength=number)
    half = _solved(curve, sums)
    found: Floats = half @ half.T * (number / (number - 1))
    return found


def lines(place: Floats, table: Floats, start: Floats) -> Floats:
    """Intercept and slope of many fits at once, shape (..., 2).

    place: (bins,), where each bin lies. table: (..., bins, 2), weights without and with the outcome.
    start: (2,), a fit of the whole. NaN where a fit does not settle.
    """
    from scipy.special import expit

    total, cases = table.sum(-1), table[..., 1]
    found = np.broadcast_to(start, (*table.shape[:-2], 2)).copy()
    step = np.zeros_like(found)
    for _ in range(12):
        chance = expit(found[..., :1] + found[..., 1:] * place)
        pull, bend = cases - total * chance, total * chance * (1 - chance)
        a, b, c = bend.sum(-1), (bend * place).sum(-1), (bend * place**2).sum(-1)
        first, second = pull.sum(-1), (pull * place).sum(-1)
        whole = a * c - b * b
        whole = np.where(whole > 1e-12 * np.maximum(a * c, 1e-300), whole, np.nan)
        step = np.stack([c * first - b * second, a * second - b * first], -1) / whole[..., None]
        found = found + np.clip(step, -2, 2)
        if not np.nanmax(np.abs(step), initial=0) > 1e-8:
            break
    settled = (np.abs(step) < 1e-4) & (np.abs(found) < FARTHEST)
    return np.where(settled.all(axis=-1, keepdims=True), found, np.nan)


def _solved(matrix: Floats, right: Floats) -> Floats:
    size = len(matrix)
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    alike: NDArray[np.float64] = matrix / np.outer(scale, scale)
    shape = (size,) if right.ndim == 1 else (size, 1)
    if not np.isfinite(alike).all() or np.linalg.cond(alike) > 1e12:
        return np.full(right.shape, np.nan)
    solved: Floats = np.linalg.solve(alike, right / scale.reshape(shape)) / scale.reshape(shape)
    return solved
