"""R's adjusted weights, and variances that know of them, by hand: see by_hand.py.

Plain NumPy, one margin at a time. ``test_by_hand_weights.py`` holds these formulas to what R printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tests.oracles.by_hand import (
    Floats,
    Mask,
    Sample,
    Text,
    read,
    replicate_variance,
    variance,
)


def crossed(data: dict[str, Text], names: Sequence[str]) -> Text:
    """One label for each person: ``f``, or ``f*young`` of two margins."""
    label = data[names[0]]
    for name in names[1:]:
        label = np.char.add(np.char.add(label, "*"), data[name])
    return label


def targets(names: Sequence[str]) -> dict[str, float]:
    table = read("population")
    mine = table["margin"] == "*".join(names)
    return dict(zip(table["level"][mine], table["people"][mine].astype(float), strict=True))


def poststratify(weight: Floats, cell: Text, wanted: dict[str, float]) -> Floats:
    found = weight.copy()
    for level, people in wanted.items():
        inside = cell == level
        found[inside] *= people / weight[inside].sum()
    return found


def rake(weight: Floats, margins: Sequence[tuple[Text, dict[str, float]]]) -> Floats:
    """Post-stratification to each margin in turn, until a round moves nothing."""
    for _ in range(10_000):
        before = weight
        for cell, wanted in margins:
            weight = poststratify(weight, cell, wanted)
        if np.abs(weight / np.where(before > 0, before, 1) - 1)[before > 0].max() < 1e-15:
            break
    return weight


def dummies(margins: Sequence[tuple[Text, dict[str, float]]]) -> tuple[Floats, Floats]:
    """Columns of 0 and 1, and the people of each in the population: whole, and levels but one each."""
    columns = [np.ones(len(margins[0][0]))]
    totals = [sum(margins[0][1].values())]
    for cell, wanted in margins:
        for level in sorted(wanted)[1:]:
            columns.append((cell == level).astype(float))
            totals.append(wanted[level])
    return np.stack(columns, axis=1), np.array(totals)


def calibrate(weight: Floats, x: Floats, totals: Floats) -> Floats:
    """Linear (GREG): w (1 + x'l), the l that meets the totals."""
    gap = totals - x.T @ weight
    factor: Floats = 1 + x @ np.linalg.solve(x.T @ (weight[:, None] * x), gap)
    return weight * factor


def trim(weight: Floats, low: float, high: float) -> Floats:
    """Cut, share out what was cut over the people strictly inside (the same for each), again until none is out.

    In each round only those outside are barred from their share: somebody cut earlier gets one later.
    """
    while ((weight < low) | (weight > high)).any():
        out = (weight < low) | (weight > high)
        cut = np.clip(weight, low, high)
        cut[~out] += (weight - cut).sum() / (~out).sum()
        weight = cut
    return weight


def post_residual(old: Floats, new: Floats, cell: Text) -> Callable[[Floats], Floats]:
    """Scores of post-stratified weights: the score per new weight, less its mean in the cell, times the weight.

    The mean is weighted by the old weights (or the new: they are proportional within a cell).
    """

    def step(score: Floats) -> Floats:
        each = score / new
        for level in np.unique(cell):
            inside = cell == level
            each[inside] -= (old[inside] * each[inside]).sum() / old[inside].sum()
        return each * new

    return step


def rake_residual(new: Floats, cells: Sequence[Text]) -> Callable[[Floats], Floats]:
    """R's rake(): ten rounds of taking cell means out, margin after margin. Means of people, NOT weighted."""
    ones = np.ones(len(new))

    def step(score: Floats) -> Floats:
        for _ in range(10):
            for cell in cells:
                score = post_residual(ones, new, cell)(score)
        return score

    return step


def calibration_residual(old: Floats, new: Floats, x: Floats) -> Callable[[Floats], Floats]:
    """The score per new weight, less its regression on x weighted by the OLD weights, times the new."""

    def step(score: Floats) -> Floats:
        each = score / new
        slope = np.linalg.solve(x.T @ (old[:, None] * x), x.T @ (old * each))
        return (each - x @ slope) * new

    return step


MARGINS = {"rake2": ("sex", "region")} | dict.fromkeys(
    ("rake3", "raking", "linear", "trim"), ("sex", "ageband", "region")
)


BOUNDS = {"weigh_people": (15.0, 85.0), "weigh_clusters": (15.0, 110.0)}


def adjusted(sample: Sample, name: str, scheme: str) -> Sample:
    """A sample with the weights of a scheme, and variances that know about it.

    Replicates: each column of weights is adjusted on its own, and that is all.
    """
    joint = ("sex", "ageband")
    cell, wanted = crossed(sample.data, joint), targets(joint)
    margins = [(sample.data[margin], targets([margin])) for margin in MARGINS.get(scheme, ("sex",))]
    x, totals = dummies(margins)

    def weigh(weight: Floats) -> Floats:
        if scheme == "post":
            return poststratify(weight, cell, wanted)
        return calibrate(weight, x, totals) if scheme == "linear" else rake(weight, margins)

    weight = weigh(sample.weight)
    if sample.replicates is not None:
        columns = np.stack([weigh(column) for column in sample.replicates.T], axis=1)
        return replace(sample, weight=weight, replicates=columns)
    if scheme == "post":
        step = post_residual(sample.weight, weight, cell)
    elif scheme in ("linear", "raking"):
        step = calibration_residual(sample.weight, weight, x)
    else:
        step = rake_residual(weight, [labels for labels, _ in margins])
    if scheme == "trim":
        # The residuals still know the raked weights only.
        weight = trim(weight, *BOUNDS[name])
    return replace(sample, weight=weight, steps=(step,))


def total_of(sample: Sample, chose: Mask) -> tuple[float, float]:
    """People of the population, and the standard error of that."""

    def figure(weight: Floats) -> float:
        return float(weight[chose].sum())

    if sample.replicates is not None:
        return figure(sample.weight), math.sqrt(replicate_variance(sample, figure))
    score = np.where(chose, sample.weight, 0.0)
    everybody = np.ones(sample.size, dtype=bool)
    return figure(sample.weight), math.sqrt(variance(sample, score, everybody))
