"""Variance that knows of the calibration: what is left of a score once the margins explain it.

A calibrated total of y is that of y - x'B plus a constant, x the categories of the margins: only the
residual varies from sample to sample. B is a regression of y on x, and people are counted in it by

- ``base``: their weights before. R's ``postStratify`` and ``calibrate`` (any distance) do so;
- ``final``: their calibrated weights. The exact linearisation of raking (Deville and Särndal 1992,
  as an estimating equation), and all that can be done where the weights before are not known;
- ``equal``: alike, whatever their weights. R's ``rake`` does so.

With one margin ``base`` and ``final`` are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.weighting.margins import Places, tally

Floats = NDArray[np.float64]
Counted = Literal["base", "final", "equal"]


@dataclass(frozen=True)
class Calibration:
    """What weights were calibrated to.

    margins: codes from 0 of each person, shape (n,) each, in order. weights: shape (n,), as
    calibrated. base: weights before, shape (n,), or None if they are not known: then ``counted`` is
    "final". known: numbers that were calibrated as well, shape (n, q).
    """

    margins: tuple[NDArray[np.integer], ...]
    weights: Floats
    base: Floats | None = None
    known: Floats | None = None
    counted: Counted = "base"

    def __post_init__(self) -> None:
        if self.counted == "base" and self.base is None:
            raise bad(
                "the weights before calibration are not known",
                "calibration",
                "a column of them, or people counted by their final weights",
                'name the column, or write counted = "final"',
            )

    @cached_property
    def keys(self) -> Places:
        """Everybody's joint cell of the margins, shape (n,), numbered from 0 without gaps."""
        return self._cells[0]

    @cached_property
    def codes(self) -> NDArray[np.intp]:
        """The categories of each joint cell, shape (margins, cells)."""
        return self._cells[1]

    @cached_property
    def _cells(self) -> tuple[Places, NDArray[np.intp]]:
        if not self.margins:
            size = len(self.known) if self.known is not None else 0
            return np.zeros(size, dtype=np.intp), np.zeros((0, 1), dtype=np.intp)
        keys = self.margins[0].astype(np.intp)
        cells = np.arange(int(keys.max(initial=0)) + 1, dtype=np.intp)[None]
        for codes in self.margins[1:]:
            width = int(codes.max(initial=0)) + 1
            keys = keys * width + codes
            here = np.flatnonzero(np.bincount(keys, minlength=cells.shape[1] * width))
            number = np.zeros(cells.shape[1] * width, dtype=np.intp)
            number[here] = np.arange(len(here))
            keys, cells = number.take(keys), np.vstack([cells[:, here // width], here % width])
        return keys, cells

    @cached_property
    def counts(self) -> Floats:
        """How much each person counts in the regression, over their weight: shape (n,)."""
        there = self.weights != 0
        if self.counted == "final":
            return np.where(there, 1.0, 0.0)
        counts: Floats = np.zeros(len(self.weights))
        over = 1.0 if self.counted == "equal" or self.base is None else self.base
        np.divide(over, self.weights, out=counts, where=there)
        return counts

    def explained(self, sums: Floats, mass: Floats) -> Floats:
        """x'B of each joint cell, shape (cells, K).

        sums: (cells, K), sums of ``counts`` x scores. mass: (cells,), sums of ``counts`` x weights.
        """
        widths = [int(codes.max(initial=0)) + 1 for codes in self.codes]
        starts = np.cumsum([0, *widths])
        size = int(starts[-1])
        square, right = np.zeros((size, size)), np.zeros((size, sums.shape[1]))
        spans = [slice(a, b) for a, b in pairwise(starts.tolist())]
        for row, here, width in zip(self.codes, spans, widths, strict=True):
            for column, there, other in zip(self.codes, spans, widths, strict=True):
                table = tally(row * other + column, mass, width * other)
                square[here, there] = table.reshape(width, other)
            right[here] = _by(row, sums, width)
        fit = _solve(square, right)
        found = np.zeros_like(sums)
        for row, here in zip(self.codes, spans, strict=True):
            found += fit[here][row]
        return found

    def residuals(self, scores: Floats) -> Floats:
        """Scores less what the margins explain, shape (n, K), or (n,) as they are given.

        scores: weight x influence of each person. People of weight 0 have score 0 and keep it. The
        variance of an estimate is that of sums of these over PSUs.
        """
        scores = np.asarray(scores, dtype=np.float64)
        if scores.ndim == 1:
            left: Floats = self.residuals(scores[:, None])[:, 0]
            return left
        if self.known is not None:
            return _with_numbers(self, self.known, scores)
        keys, cells = self.keys, self.codes.shape[1]
        counts = self.counts
        sums = np.empty((cells, scores.shape[1]))
        for place in range(scores.shape[1]):
            sums[:, place] = tally(keys, counts * scores[:, place], cells)
        explained = self.explained(sums, tally(keys, counts * self.weights, cells))
        found = np.empty(scores.shape)
        for place in range(scores.shape[1]):
            fitted = explained[:, place].take(keys)
            fitted *= self.weights
            np.subtract(scores[:, place], fitted, out=found[:, place])
        return found


def _by(codes: NDArray[np.intp], sums: Floats, width: int) -> Floats:
    found = np.empty((width, sums.shape[1]))
    for place in range(sums.shape[1]):
        found[:, place] = tally(codes, sums[:, place], width)
    return found


def _solve(square: Floats, right: Floats) -> Floats:
    """The regression; categories of several margins overlap by one each, so the smallest solution."""
    size = np.sqrt(np.where(np.diag(square) > 0, np.diag(square), 1.0))
    fit = np.linalg.lstsq(square / np.outer(size, size), right / size[:, None], rcond=1e-12)[0]
    return np.asarray(fit / size[:, None])


def _with_numbers(calibration: Calibration, numbers: Floats, scores: Floats) -> Floats:
    """The same with numbers beside the margins, person by person."""
    counts, weights = calibration.counts, calibration.weights
    parts: list[Floats] = [np.eye(int(m.max(initial=0)) + 1)[m] for m in calibration.margins]
    known = np.concatenate([*parts, numbers], axis=1)
    square = known.T @ ((counts * weights)[:, None] * known)
    right = known.T @ (counts[:, None] * scores)
    return np.asarray(scores - weights[:, None] * (known @ _solve(square, right)))
