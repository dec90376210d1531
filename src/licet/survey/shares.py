"""Weighted shares of every option, for the whole sample and every group, with Taylor linearisation.

A group is a domain: the weight outside it counts as zero but every first-stage unit of the full
design stays (subsetting the data first gives wrong variances). All variances come from score
vectors z over units,

    z = (sum of w*y - r * sum of w) / (total weight),   V(z) = sum_h n_h/(n_h-1) sum (z - mean z)^2,

so the difference of two domains has the variance of the difference of their scores: overlap and
shared clusters are handled by construction. Sources: Lumley, Complex Surveys (2010); R ``survey``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from licet.survey.design import Design
from licet.survey.totals import Column, Grouping, totals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shares:
    """Estimates of one item. D domains (0 is the whole sample), K options.

    n: shape (D,), people with a valid answer. count: (D, K), people per option. estimate: (D, K),
    proportions. se: (D, K). df: (D,), units less strata that hold valid members. kish: (D,), the
    effective base by weights alone. difference, difference_se: (P, K) for the P pairs of domains
    asked for, first less second; difference_df: (P,). NaN where a domain is empty.
    """

    n: NDArray[np.int64]
    count: NDArray[np.int64]
    weight: Floats
    estimate: Floats
    se: Floats
    df: Floats
    kish: Floats
    difference: Floats
    difference_se: Floats
    difference_df: Floats

    @property
    def deff(self) -> Floats:
        """Variance against that of simple random sampling with replacement of the same n: (D, K)."""
        spread = self.estimate * (1 - self.estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.se**2 * (self.n[:, None] - 1) / spread
        return np.where((spread > 0) & (self.n[:, None] > 1), found, np.nan)

    @property
    def effective_base(self) -> Floats:
        """p(1-p)/se^2, shape (D, K); n where the share is 0 or 1."""
        spread = self.estimate * (1 - self.estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = spread / self.se**2
        return np.where((spread > 0) & (self.se > 0), found, self.n[:, None].astype(np.float64))


def shares(
    design: Design,
    columns: Sequence[Column],
    groupings: Sequence[Grouping] = (),
    pairs: Sequence[tuple[int, int]] = (),
) -> list[Shares]:
    """Shares of every option of every item in every domain, and of the pairs of domains.

    Domain 0 is the whole sample, then those of the groupings. People with weight zero are no part
    of any count; their units still belong to the design.
    """
    if (design.weights == 0).any():
        kept = design.weights > 0
        columns = [replace(c, codes=np.where(kept, c.codes, -1), complete=False) for c in columns]
    element = design.units is None
    places = design.strata if design.units is None else design.units
    n_places = design.n_strata if element else design.n_units
    square = design.weights**2
    wanted = [design.weights, square] if element else [design.weights]
    whole = np.zeros(len(places), dtype=np.int32)
    by_place = totals(wanted, places, n_places, columns, groupings)
    by_domain = totals([None], whole, 1, columns, groupings)
    squares = _square_weights(square, whole, columns, groupings)
    # Degrees of freedom count people where each is a unit, else units that hold anybody.
    people = totals([None], places, n_places, columns, groupings) if element else by_place
    return [
        _linearise(design, place, domain[0][0], kept, present[0].sum(axis=2), pairs)
        for place, domain, kept, present in zip(by_place, by_domain, squares, people, strict=True)
    ]


def _square_weights(
    square: Floats,
    whole: NDArray[np.int32],
    columns: Sequence[Column],
    groupings: Sequence[Grouping],
) -> list[Floats]:
    """Sum of squared weights of those who answered, per item and domain: shape (D,) each.

    Everybody answered a complete item, so one sum serves all of those.
    """
    everybody = Column(whole, 1, complete=True)
    asked = [everybody, *(column for column in columns if not column.complete)]
    sums = [table[0][0].sum(axis=1) for table in totals([square], whole, 1, asked, groupings)]
    some = iter(sums[1:])
    return [sums[0] if column.complete else next(some) for column in columns]


def _linearise(
    design: Design,
    by_place: Sequence[Floats],
    people: Floats,
    squares: Floats,
    present: Floats,
    pairs: Sequence[tuple[int, int]],
) -> Shares:
    """Estimates of one item from its tables.

    by_place: weight (and squared weight) per (place, domain, option). people: per (domain,
    option). squares: squared weight per domain. present: people, or their weight, per (place, domain).
    """
    table = by_place[0]
    count = np.rint(people).astype(np.int64)
    base = table.sum(axis=2)
    weight = base.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(weight > 0, 1 / np.where(weight > 0, weight, 1), np.nan)
        estimate = table.sum(axis=0) * scale[:, None]
    # A share cannot leave 0-1 but a sum of floats can, by one part in 1e16.
    estimate = np.clip(estimate, 0, 1)
    score = (table - base[:, :, None] * estimate) * scale[None, :, None]
    power = None
    if design.units is None:
        whole = by_place[1].sum(axis=2)[:, :, None]
        power = (1 - 2 * estimate) * by_place[1] + estimate**2 * whole
        power = power * scale[None, :, None] ** 2
    first = [a for a, _ in pairs]
    second = [b for _, b in pairs]
    difference_power = None if power is None else power[:, first] + power[:, second]
    return Shares(
        n=count.sum(axis=1),
        count=count,
        weight=weight,
        estimate=estimate,
        se=np.sqrt(_variance(design, score, power)),
        df=_degrees(design, present),
        kish=np.where(squares > 0, weight**2 / np.where(squares > 0, squares, 1), np.nan),
        difference=estimate[first] - estimate[second],
        difference_se=np.sqrt(
            _variance(design, score[:, first] - score[:, second], difference_power)
        ),
        difference_df=_degrees(design, present[:, first] + present[:, second]),
    )


def _variance(design: Design, score: Floats, power: Floats | None) -> Floats:
    """V(z) over axis 0. power: sums of squared scores per stratum, if every person is a unit."""
    sizes = design.units_by_stratum().astype(np.float64)
    if power is None:
        starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
        power = np.add.reduceat(score**2, starts, axis=0)
        score = np.add.reduceat(score, starts, axis=0)
        sizes = sizes[sizes > 0]
    shape = (-1,) + (1,) * (score.ndim - 1)
    full = (sizes > 1).reshape(shape)
    n = np.where(sizes > 1, sizes, 2).reshape(shape)
    within = np.where(full, n / (n - 1) * (power - score**2 / n), 0.0)
    variance: Floats = np.maximum(within, 0.0).sum(axis=0)
    alone = int((sizes == 1).sum())
    if alone and design.lonely_psu == "adjust":
        # Centred at the grand mean of the scores, which is zero.
        variance = variance + np.where(full, 0.0, power).sum(axis=0)
    elif alone and design.lonely_psu == "average":
        variance = variance * len(sizes) / max(len(sizes) - alone, 1)
    return variance


def _degrees(design: Design, present: Floats) -> Floats:
    """Units less strata that hold valid members: shape (D,). present: people, (units, D)."""
    if design.units is None:
        units, strata = np.rint(present.sum(axis=0)), (present > 0).sum(axis=0)
    else:
        starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
        units = (present > 0).sum(axis=0)
        strata = (np.add.reduceat(present > 0, starts, axis=0) > 0).sum(axis=0)
    return np.asarray(units - strata, dtype=np.float64)
