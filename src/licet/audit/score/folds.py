"""Folds that keep a family together, and what is learnt on some and read off for the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Codes, Floats, People

Rows = NDArray[np.bool_]


def folds_of(people: People, folds: int, seed: int) -> Codes:
    """A fold 0..folds-1 for each person, whole clusters together, clusters shared out by lot.

    Those with and without anybody of the outcome are dealt out one kind after the other, so that folds
    are alike. Shape (n,). Of fewer clusters than folds, each is a fold.
    """
    clusters = int(people.cluster.max(initial=-1)) + 1
    cases = np.bincount(people.cluster, weights=people.y == 1, minlength=clusters) > 0
    order = np.lexsort((np.random.default_rng(seed).random(clusters), cases))
    fold = np.empty(clusters, np.int64)
    fold[order] = np.arange(clusters) % folds
    return fold[people.cluster]


def splits(fold: Codes) -> Iterator[tuple[Rows, Rows]]:
    """For each fold: who is learnt from, who is read off. Masks (n,)."""
    for number in np.unique(fold):
        test = fold == number
        yield ~test, test


def isotonic(score: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The rising steps closest to the outcome (least squares): distinct scores and their values.

    Both (steps,). Neighbours are pooled until no step falls (Ayer et al. 1955). All must be known.
    """
    values, place = np.unique(score, return_inverse=True)
    mass = np.bincount(place, weights=weight, minlength=len(values))
    share = np.bincount(place, weights=weight * y, minlength=len(values))
    kept = mass > 0
    values, mass, share = values[kept], mass[kept], share[kept]
    from scipy.optimize import isotonic_regression

    fitted = isotonic_regression(share / mass, weights=mass).x if len(values) else share
    return values, np.asarray(fitted, np.float64)


def read_off(score: Floats, values: Floats, fitted: Floats) -> Floats:
    """The value at each score; between two steps on the straight line, outside the nearest."""
    if not len(values):
        return np.full(len(score), np.nan)
    return np.where(np.isnan(score), np.nan, np.interp(score, values, fitted))


def out_of_fold(people: People, score: Floats, folds: int, seed: int) -> Floats:
    """A score as a chance, 0-1, by isotonic steps learnt from the other folds. Shape (n,).

    NaN where there is no score, or nobody to learn from.
    """
    found = np.full(len(people), np.nan)
    learnable = np.isfinite(score) & np.isfinite(people.y) & (people.weight > 0)
    for train, test in splits(folds_of(people, folds, seed)):
        rows = train & learnable
        steps = isotonic(score[rows], people.y[rows], people.weight[rows])
        found[test] = read_off(score[test], *steps)
    return found
