"""Regression (GREG) and bounded calibration: factors g = F(x'l) for which sum of g*w*x is the target.

linear: F(u) = 1 + u, in one step; with bounds, cut off at them. logit: F runs smoothly from the lower
to the upper bound. raking: F = exp. Source: Deville and Särndal, JASA 87 (1992).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.weighting.margins import Aligned, joint, tally
from licet.weighting.raking import Fitted

Floats = NDArray[np.float64]
Distance = Literal["linear", "logit", "raking"]
Curve = Callable[[Floats], tuple[Floats, Floats]]
"""F and its slope."""

TOLERANCE = 1e-10
MOST_STEPS = 200
MOST_HALVINGS = 30
PLACE = "method (--method) and bounds (--bounds)"


def calibrate(
    weights: Floats,
    known: Floats,
    targets: Floats,
    *,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
    scale: Floats | None = None,
) -> Fitted:
    """Weights w*g for which sum of w*g*known is ``targets``, to 1e-10 of the largest of them.

    weights: shape (n,). known: shape (n, p), what is known of each person. targets: shape (p,).
    bounds: least and greatest g. Refuses targets that cannot be met, and bounds that do not hold 1.
    """
    curve = _curve(distance, bounds)
    size = np.maximum(np.abs(known).T @ weights, np.abs(targets)) if scale is None else scale
    slopes = np.zeros(known.shape[1])
    factors, rise = curve(known @ slopes)
    miss = targets - known.T @ (weights * factors)
    for step in range(1, MOST_STEPS + 1):
        square = known.T @ ((weights * rise)[:, None] * known)
        direction = np.linalg.lstsq(square, miss, rcond=1e-12)[0]
        for halving in range(MOST_HALVINGS):
            tried = slopes + direction * 0.5**halving
            factors, rise = curve(known @ tried)
            left = targets - known.T @ (weights * factors)
            if np.isfinite(left).all() and (np.abs(left / size) < np.abs(miss / size).max()).all():
                break
        slopes, miss = tried, left
        gap = float(np.abs(miss / size).max())
        if gap <= TOLERANCE:
            return Fitted(weights * factors, factors, step, gap)
        if not np.isfinite(gap):
            break
    raise bad(
        f"the targets cannot be met: after {step} steps the largest miss is {gap:.2g} of its size",
        PLACE,
        "targets that weights within the bounds can meet",
        "widen the bounds, or join small categories",
    )


def calibrate_margins(
    weights: Floats,
    margins: Sequence[Aligned],
    *,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
) -> Fitted:
    """The same for margins of categories. Works on joint cells, so that people do not matter."""
    keys, cells = joint(margins)
    start = tally(keys, weights, cells.shape[1])
    here = np.flatnonzero(start > 0)
    known = indicators(cells[:, here], [len(margin.categories) for margin in margins])
    targets = np.concatenate([margin.targets for margin in margins])
    found = calibrate(start[here], known, targets, distance=distance, bounds=bounds, scale=targets)
    factor = np.ones(len(start))
    factor[here] = found.factors
    factors = factor.take(keys)
    return Fitted(weights * factors, factors, found.sweeps, found.gap)


def indicators(cells: NDArray[np.intp], widths: Sequence[int]) -> Floats:
    """Ones where a cell is in a category, shape (cells, all categories). cells: (margins, cells)."""
    parts = [np.eye(width)[codes] for width, codes in zip(widths, cells, strict=True)]
    return np.concatenate(parts, axis=1)


def _curve(distance: Distance, bounds: tuple[float, float] | None) -> Curve:
    if distance == "raking" and bounds is None:
        return lambda u: (np.exp(u), np.exp(u))
    if distance == "linear" and bounds is None:
        return lambda u: (1 + u, np.ones_like(u))
    if distance == "raking" or bounds is None:
        raise bad(
            "raking with bounds" if bounds else "logit without bounds",
            PLACE,
            "raking without bounds, linear with or without, logit with",
            "write --method logit --bounds 0.3,3 for factors between 0.3 and 3",
        )
    low, high = bounds
    if not 0 <= low < 1 < high < np.inf:
        raise bad(f"bounds {low:g} and {high:g}", PLACE, "0 or more, below 1; and above 1")
    return _cut(low, high) if distance == "linear" else _logit(low, high)


def _cut(low: float, high: float) -> Curve:
    def curve(u: Floats) -> tuple[Floats, Floats]:
        inside = (1 + u > low) & (1 + u < high)
        return np.clip(1 + u, low, high), inside.astype(np.float64)

    return curve


def _logit(low: float, high: float) -> Curve:
    steep = (high - low) / ((1 - low) * (high - 1))

    def curve(u: Floats) -> tuple[Floats, Floats]:
        power = np.exp(np.clip(steep * u, -700, 700))
        below, above = (high - 1), (1 - low) * power
        factors = (low * below + high * above) / (below + above)
        return factors, steep * (factors - low) * (high - factors) / (high - low)

    return curve
