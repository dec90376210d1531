"""Raking: weights that meet several margins, by iterative proportional fitting.

With one margin it is post-stratification and needs one step. Fitting runs on the joint cells of all
margins, which gives the same weights as fitting people one by one. Source: Deming and Stephan, 1940.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.errors import BadInput, bad
from licet.weighting.margins import Aligned, joint, tally

Floats = NDArray[np.float64]

TOLERANCE = 1e-10
"""Every category is met to within this part of its target."""
MOST_SWEEPS = 10_000
STALLED = 500
"""Sweeps without a better fit after which raking is given up."""


@dataclass(frozen=True)
class Fitted:
    """Weights that meet the margins. weights, factors: shape (n,), new weights = old x factors.

    sweeps: how often all margins were gone through. gap: the largest relative miss of a category.
    """

    weights: Floats
    factors: Floats
    sweeps: int
    gap: float


def rake(
    weights: Floats,
    margins: Sequence[Aligned],
    *,
    tolerance: float = TOLERANCE,
    most: int = MOST_SWEEPS,
) -> Fitted:
    """Weights of shape (n,) that meet every margin to ``tolerance``; 0 stays 0.

    Refuses margins that cannot be met together, naming the category that is missed most.
    """
    keys, cells = joint(margins)
    start = tally(keys, weights, cells.shape[1])
    here = start > 0
    fitted, sweeps, gaps = _fit(start[here], cells[:, here], margins, tolerance, most)
    factor = np.ones(len(start))
    factor[here] = fitted
    worst = max(float(gap.max()) for gap in gaps)
    if not worst <= tolerance:
        raise _missed(start[here] * fitted, cells[:, here], margins, gaps, sweeps)
    factors = factor.take(keys)
    return Fitted(weights * factors, factors, sweeps, worst)


def _fit(
    start: Floats, cells: NDArray[np.intp], margins: Sequence[Aligned], tolerance: float, most: int
) -> tuple[Floats, int, list[Floats]]:
    """The factor of each cell, the sweeps, and the last relative misses of each margin."""
    factor = np.ones(len(start))
    best, best_at, sweep = np.inf, 0, 0
    gaps = [np.full(len(margin.targets), np.inf) for margin in margins]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for sweep in range(1, most + 1):
            for place, margin in enumerate(margins):
                sums = tally(cells[place], start * factor, len(margin.targets))
                gaps[place] = np.abs(sums / margin.targets - 1)
                factor *= (margin.targets / sums)[cells[place]]
            worst = max(float(gap.max()) for gap in gaps)
            if worst <= tolerance or not np.isfinite(worst):
                break
            if worst < 0.99 * best:
                best, best_at = worst, sweep
            elif sweep - best_at > STALLED:
                break
    return factor, sweep, gaps


def _missed(
    fitted: Floats,
    cells: NDArray[np.intp],
    margins: Sequence[Aligned],
    gaps: Sequence[Floats],
    sweeps: int,
) -> BadInput:
    worst = [float(np.nan_to_num(gap, nan=np.inf).max()) for gap in gaps]
    place = int(np.argmax(worst))
    margin = margins[place]
    category = int(np.argmax(np.nan_to_num(gaps[place], nan=np.inf)))
    others = ", ".join(repr(m.name) for m in margins if m is not margin)
    return bad(
        f"raking does not meet the margins: after {sweeps:,} sweeps {margin.categories[category]!r} "
        f"misses its target of {margin.targets[category]:,.6g} by {worst[place]:.2g} of it",
        f"margin {margin.name!r}",
        f"margins that people of the answers can meet together; here with {others or 'no other'}",
        "join small categories, of this margin first: some of them have nobody in common",
    )


def post_stratify(weights: Floats, margin: Aligned) -> Fitted:
    """Weights that meet the joint cells of one margin."""
    sums = margin.sums(weights)
    factors = (margin.targets / sums).take(margin.codes)
    new = weights * factors
    gap = float(np.abs(margin.sums(new) / margin.targets - 1).max())
    return Fitted(new, factors, 1, gap)
