"""What weighting did: margins before and after, how far weights are spread, what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.weighting.margins import Aligned

Floats = NDArray[np.float64]

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


@dataclass(frozen=True)
class MarginRow:
    """One category. people: unweighted. target, before, after: weight. Each ``*_share`` is 0-1."""

    margin: str
    category: str
    people: int
    target: float
    before: float
    after: float
    target_share: float
    unweighted_share: float
    before_share: float
    after_share: float


@dataclass(frozen=True)
class Spread:
    """How weights (or factors) above 0 are spread.

    quantiles: at ``QUANTILES``. deff: Kish's, n * sum of squares / square of the sum; 1 is none.
    effective: Kish effective base, n / deff.
    """

    people: int
    total: float
    least: float
    quantiles: tuple[float, ...]
    most: float
    mean: float
    deff: float
    effective: float


@dataclass(frozen=True)
class Diagnostics:
    """Everything that is shown of a weighting.

    correlation: of base weights with final ones, None where one of them does not vary. gap: the
    largest relative miss of a category.
    """

    margins: tuple[MarginRow, ...]
    base: Spread
    answered: Spread
    final: Spread
    factors: Spread
    correlation: float | None
    gap: float


def spread(values: Floats) -> Spread:
    """The spread of the values that are not 0."""
    held = values[values != 0]
    total, squares = float(held.sum()), float((held**2).sum())
    deff = len(held) * squares / total**2
    quantiles = tuple(float(q) for q in np.quantile(held, QUANTILES))
    return Spread(
        len(held),
        total,
        float(held.min()),
        quantiles,
        float(held.max()),
        float(held.mean()),
        deff,
        len(held) / deff,
    )


def diagnose(
    base: Floats, answered: Floats, final: Floats, margins: Sequence[Aligned]
) -> Diagnostics:
    """What came of it. base: as drawn; answered: after non-response; final. Shape (n,) each."""
    inside = answered > 0
    people = inside.astype(np.float64)
    rows = tuple(row for margin in margins for row in _rows(margin, people, answered, final))
    gaps = [abs(row.after / row.target - 1) for row in rows]
    return Diagnostics(
        rows,
        spread(base),
        spread(answered),
        spread(final),
        spread(final[inside] / base[inside]),
        _correlation(base[inside], final[inside]),
        max(gaps, default=0.0),
    )


def _rows(margin: Aligned, people: Floats, before: Floats, after: Floats) -> list[MarginRow]:
    found = [margin.sums(people), margin.targets, margin.sums(before), margin.sums(after)]
    shares = [sums / sums.sum() for sums in found]
    return [
        MarginRow(
            margin=margin.name,
            category=category,
            people=int(found[0][place]),
            target=float(found[1][place]),
            before=float(found[2][place]),
            after=float(found[3][place]),
            unweighted_share=float(shares[0][place]),
            target_share=float(shares[1][place]),
            before_share=float(shares[2][place]),
            after_share=float(shares[3][place]),
        )
        for place, category in enumerate(margin.categories)
    ]


def _correlation(first: Floats, second: Floats) -> float | None:
    if len(first) < 2 or not np.ptp(first) > 0 or not np.ptp(second) > 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])
