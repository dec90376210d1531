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
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from licet.survey.design import Design
from licet.survey.totals import Column, Grouping, People, lay_out, totals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shares:
    """Estimates of items with O options in all, in D domains (0 is the whole sample).

    item: shape (O,), the item of each option. n: (D, O), people with a valid answer to the item.
    count: (D, O), people who chose the option. weight: (D, O), sum of weights of the valid. estimate,
    se: (D, O), proportions. df: (D, O), units less strata that hold valid members. kish: (D, O), the
    effective base by weights alone. difference, difference_se, difference_df: (P, O) for the P pairs
    of domains asked for, first less second. NaN where a domain is empty.
    """

    item: NDArray[np.int64]
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

    @cached_property
    def deff(self) -> Floats:
        """Variance against that of simple random sampling with replacement of the same n: (D, O)."""
        spread = self.estimate * (1 - self.estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.se**2 * (self.n - 1) / spread
        return np.where((spread > 0) & (self.n > 1), found, np.nan)

    @cached_property
    def effective_base(self) -> Floats:
        """p(1-p)/se^2, shape (D, O); n where the share is 0 or 1."""
        spread = self.estimate * (1 - self.estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = spread / self.se**2
        return np.where((spread > 0) & (self.se > 0), found, self.n.astype(np.float64))

    def options(self, item: int) -> slice:
        """Where the options of an item are."""
        places = np.flatnonzero(self.item == item)
        return slice(int(places[0]), int(places[-1]) + 1)


_ORDINARY = 256
"""The largest weight is otherwise 2 to this power, or one over it, at most."""


def shares(
    design: Design,
    columns: Sequence[Column],
    groupings: Sequence[Grouping] = (),
    pairs: Sequence[tuple[int, int]] = (),
) -> Shares:
    """Shares of every option of every item in every domain, and of the pairs of domains.

    Domain 0 is the whole sample, then those of the groupings. People with weight zero are no part
    of any count; their units still belong to the design.
    """
    _, exponent = np.frexp(design.weights.max(initial=0))
    if abs(exponent) > _ORDINARY:
        # By a power of two, which changes no digit: squares of weights stay in range.
        near_one = replace(design, weights=np.ldexp(design.weights, -exponent))
        found = shares(near_one, columns, groupings, pairs)
        return replace(found, weight=np.ldexp(found.weight, exponent))
    if (design.weights == 0).any():
        kept = design.weights > 0
        columns = [replace(c, codes=np.where(kept, c.codes, -1), complete=False) for c in columns]
    element = design.units is None
    places = design.strata if design.units is None else design.units
    n_places = design.n_strata if element else design.n_units
    people = lay_out(places, n_places, groupings)
    item = np.repeat(np.arange(len(columns)), [column.options for column in columns])
    square = design.weights**2
    if element:
        table, count, power = totals(people, [design.weights, None, square], columns)
        squares = _by_item(power.sum(axis=0), item)
    else:
        table, count = totals(people, [design.weights, None], columns)
        power, squares = None, _square_weights(people, square, columns)
    return _linearise(design, item, table, count, power, squares, pairs)


def _square_weights(people: People, square: Floats, columns: Sequence[Column]) -> Floats:
    """Sum of squared weights of those who answered, per domain and item: shape (D, items).

    Everybody answered a complete item, so one sum serves all of those.
    """
    everybody = Column(np.zeros(len(square), dtype=np.int8), 1, complete=True)
    asked = [everybody, *(column for column in columns if not column.complete)]
    options = np.repeat(np.arange(len(asked)), [column.options for column in asked])
    sums = _by_item(totals(people, [square], asked)[0].sum(axis=0), options)
    some = iter(range(1, len(asked)))
    return sums[:, [0 if column.complete else next(some) for column in columns]]


def _by_item(table: Floats, item: NDArray[np.int64]) -> Floats:
    """Sums over the options of each item, along the last axis."""
    starts = np.flatnonzero(np.r_[True, np.diff(item) > 0])
    options = np.diff(np.r_[starts, len(item)])
    summed = np.take(table, starts, axis=-1)
    # Items have few options each: adding one at a time is several times as fast as reduceat.
    for place in range(1, int(options.max())):
        some = np.flatnonzero(options > place)
        summed[..., some] += np.take(table, starts[some] + place, axis=-1)
    return summed


def _linearise(
    design: Design,
    item: NDArray[np.int64],
    table: Floats,
    count: Floats,
    power: Floats | None,
    squares: Floats,
    pairs: Sequence[tuple[int, int]],
) -> Shares:
    """Estimates from tables.

    table, count, power: weight, people and (where every person is a unit) squared weight per
    (place, domain, option). squares: squared weight per (domain, item).
    """
    base = _by_item(table, item)
    weight = base.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(weight > 0, 1 / np.where(weight > 0, weight, 1), np.nan)[:, item]
        estimate = np.clip(table.sum(axis=0) * scale, 0, 1)
        kish = np.where(squares > 0, weight**2 / np.where(squares > 0, squares, 1), np.nan)
    here = _by_item(count, item)
    n = np.rint(here.sum(axis=0)).astype(np.int64)[:, item]
    chose = np.rint(count.sum(axis=0)).astype(np.int64)
    # A sum of floats misses a unanimous answer by one part in 1e16; counts are exact.
    estimate = np.where(
        (n > 0) & (chose == 0), 0.0, np.where((n > 0) & (chose == n), 1.0, estimate)
    )
    score = np.take(base, item, axis=2)
    score *= -estimate
    score += table
    score *= scale
    if power is not None:
        whole = _by_item(power, item)[:, :, item]
        power = ((1 - 2 * estimate) * power + estimate**2 * whole) * scale**2
    first = [a for a, _ in pairs]
    second = [b for _, b in pairs]
    difference_power = None if power is None else power[:, first] + power[:, second]
    either = here[:, first] + here[:, second]
    return Shares(
        item=item,
        n=n,
        count=chose,
        weight=weight[:, item],
        estimate=estimate,
        se=np.sqrt(_variance(design, score, power, here, item)),
        df=_degrees(design, here)[:, item],
        kish=kish[:, item],
        difference=estimate[first] - estimate[second],
        difference_se=np.sqrt(
            _variance(design, score[:, first] - score[:, second], difference_power, either, item)
        ),
        difference_df=_degrees(design, either)[:, item],
    )


def _variance(
    design: Design,
    score: Floats,
    power: Floats | None,
    present: Floats,
    item: NDArray[np.int64],
) -> Floats:
    """V(z) over axis 0, shape (D, O).

    score: (places, D, O). present: (places, D, items), people. power: sums of squared scores per
    stratum, if every person is a unit.
    """
    sizes = design.units_by_stratum().astype(np.float64)
    if power is None:
        starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
        power = np.add.reduceat(score**2, starts, axis=0)
        score = np.add.reduceat(score, starts, axis=0)
        sizes = sizes[sizes > 0]
    full = (sizes > 1)[:, None, None]
    n = np.where(sizes > 1, sizes, 2)[:, None, None]
    within = np.where(full, n / (n - 1) * (power - score**2 / n), 0.0)
    variance: Floats = np.maximum(within, 0.0).sum(axis=0)
    if (sizes == 1).any() and design.lonely_psu == "adjust":
        # Centred at the grand mean of the scores, which is zero.
        variance = variance + np.where(full, 0.0, power).sum(axis=0)
    elif (sizes == 1).any() and design.lonely_psu == "average":
        variance = variance * _average(design, sizes, present)[:, item]
    return variance


def _average(design: Design, sizes: Floats, present: Floats) -> Floats:
    """Strata that hold members over those of them with several units: (D, items), as R counts."""
    held = present > 0
    if design.units is not None:
        starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
        held = np.logical_or.reduceat(held, starts, axis=0)
    strata = held.sum(axis=0).astype(np.float64)
    ordinary = (held & (sizes > 1)[:, None, None]).sum(axis=0)
    return np.where(ordinary > 0, strata / np.where(ordinary > 0, ordinary, 1), np.nan)


def _degrees(design: Design, present: Floats) -> Floats:
    """Units less strata that hold valid members: (D, items). present: (places, D, items)."""
    held = present > 0
    if design.units is None:
        units, strata = np.rint(present.sum(axis=0)), held.sum(axis=0)
    else:
        starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
        units = held.sum(axis=0)
        strata = np.logical_or.reduceat(held, starts, axis=0).sum(axis=0)
    return np.asarray(units - strata, dtype=np.float64)
