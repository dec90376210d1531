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

from licet.survey.compiled import compiled_totals
from licet.survey.design import Design
from licet.survey.standard_errors import (
    Errors,
    Tables,
    by_item,
    by_people,
    by_replicates,
    by_units,
    member_rows,
    pairs_by_people,
)
from licet.survey.totals import (
    Column,
    Grouping,
    People,
    joint_counts,
    lay_out,
    totals,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shares:
    """Estimates of items with O options in all, in D domains (0 is the whole sample).

    item: shape (O,), the item of each option. n: (D, O), people with a valid answer to the item.
    count: (D, O), people who chose the option. weight: (D, O), sum of weights of the valid. estimate,
    se: (D, O), proportions. df: (D, O), units less strata that hold valid members. kish: (D, O), the
    effective base by weights alone. difference, difference_se, difference_df: (P, O) for the P pairs
    of domains asked for, first less second. logit_se: (D, O), the standard error of the logit. NaN
    where a domain is empty.
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
    logit_se: Floats

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

    @cached_property
    def logit_base(self) -> Floats:
        """The effective base that gives a logit interval its own standard error, shape (D, O).

        0, so that there is no interval, where a replicate's share is 0 or 1.
        """
        spread = self.estimate * (1 - self.estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = 1 / (self.logit_se**2 * spread)
        found = np.where((spread > 0) & (self.logit_se > 0), found, self.effective_base)
        return np.where((spread > 0) & ~np.isfinite(self.logit_se), 0.0, found)

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
    *,
    compiled: bool = False,
) -> Shares:
    """Shares of every option of every item in every domain, and of the pairs of domains.

    Domain 0 is the whole sample, then those of the groupings. People with weight zero are no part
    of any count; their units still belong to the design. Where the design has replicate weights,
    every variance comes from them. compiled: count by the compiled pass (extra ``fast``).
    """
    _, exponent = np.frexp(design.weights.max(initial=0))
    if abs(exponent) > _ORDINARY and design.replicates is None and design.calibration is None:
        # By a power of two, which changes no digit: squares of weights stay in range.
        near_one = replace(design, weights=np.ldexp(design.weights, -exponent))
        found = shares(near_one, columns, groupings, pairs, compiled=compiled)
        return replace(found, weight=np.ldexp(found.weight, exponent))
    asked = columns
    if (design.weights == 0).any():
        kept = design.weights > 0
        columns = [replace(c, codes=np.where(kept, c.codes, -1), complete=False) for c in columns]
    tables = _tables(design, columns, groupings, compiled)
    points = _points(tables)
    if design.replicates is not None:
        errors = by_replicates(
            design.replicates, asked, groupings, points.estimate, points.n, pairs
        )
    elif design.by_people:
        errors = by_people(design, columns, groupings, tables, points.estimate, pairs)
    else:
        errors = by_units(design, tables, points.estimate, pairs)
        errors = _with_overlaps(errors, design, columns, groupings, points.estimate, pairs)
    return _joined(points, errors, pairs)


def _with_overlaps(
    errors: Errors,
    design: Design,
    columns: Sequence[Column],
    groupings: Sequence[Grouping],
    estimate: Floats,
    pairs: Sequence[tuple[int, int]],
) -> Errors:
    """Pairs of domains that share people, worked out from the people where each is a unit."""
    if design.units is not None or not pairs:
        return errors
    shared = joint_counts(groupings, design.weights > 0)
    places = [place for place, (one, other) in enumerate(pairs) if shared[one, other]]
    if not places:
        return errors
    members = member_rows(groupings, len(design.weights))
    se, df = errors.difference_se.copy(), errors.difference_df.copy()
    some = [pairs[place] for place in places]
    se[places], df[places] = pairs_by_people(design, columns, members, estimate, some)
    return replace(errors, difference_se=se, difference_df=df)


def _tables(
    design: Design, columns: Sequence[Column], groupings: Sequence[Grouping], compiled: bool
) -> Tables:
    element = design.units is None
    places = design.strata if design.units is None else design.units
    people = lay_out(places, design.n_strata if element else design.n_units, groupings)
    item = np.repeat(np.arange(len(columns)), [column.options for column in columns])
    if compiled:
        table, count = compiled_totals(people, design.weights, columns)
    else:
        table, count = totals(people, [design.weights, None], columns)
    if element:
        power = _squares(people, design.weights, columns, compiled)
        return Tables(item, table, count, power, by_item(power.sum(axis=0), item))
    squares = _square_weights(people, design.weights, columns, compiled)
    return Tables(item, table, count, None, squares)


def _squares(people: People, weights: Floats, columns: Sequence[Column], compiled: bool) -> Floats:
    """Sums of squared weights, shape (places, domains, options)."""
    if compiled:
        return compiled_totals(people, weights, columns, squared=True)[0]
    return totals(people, [weights**2], columns)[0]


def _square_weights(
    people: People, weights: Floats, columns: Sequence[Column], compiled: bool
) -> Floats:
    """Sum of squared weights of those who answered, per domain and item: shape (D, items).

    Everybody answered a complete item, so one sum serves all of those. Of the others it matters who
    answered, and not what.
    """
    everybody = Column(np.zeros(len(weights), dtype=np.int8), 1, complete=True)
    some = [Column(np.minimum(c.codes, 0), 1) for c in columns if not c.complete]
    sums: Floats = _squares(people, weights, [everybody, *some], compiled).sum(axis=0)
    place = iter(range(1, len(some) + 1))
    found: Floats = sums[:, [0 if column.complete else next(place) for column in columns]]
    return found


def _points(tables: Tables) -> Shares:
    """Everything but the errors, which are NaN."""
    item = tables.item
    weight = by_item(tables.table.sum(axis=0), item)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(weight > 0, 1 / np.where(weight > 0, weight, 1), np.nan)[:, item]
        estimate = np.clip(tables.table.sum(axis=0) * scale, 0, 1)
        squares = tables.squares
        kish = np.where(squares > 0, weight**2 / np.where(squares > 0, squares, 1), np.nan)
    n = np.rint(tables.here.sum(axis=0)).astype(np.int64)[:, item]
    chose = np.rint(tables.count.sum(axis=0)).astype(np.int64)
    # A sum of floats misses a unanimous answer by one part in 1e16; counts are exact.
    estimate = np.where(
        (n > 0) & (chose == 0), 0.0, np.where((n > 0) & (chose == n), 1.0, estimate)
    )
    unknown = np.full_like(estimate, np.nan)
    none = np.empty((0, len(item)))
    return Shares(
        item=item,
        n=n,
        count=chose,
        weight=weight[:, item],
        estimate=estimate,
        se=unknown,
        df=unknown,
        kish=kish[:, item],
        difference=none,
        difference_se=none,
        difference_df=none,
        logit_se=unknown,
    )


def _joined(points: Shares, errors: Errors, pairs: Sequence[tuple[int, int]]) -> Shares:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    return replace(
        points,
        se=errors.se,
        df=errors.df,
        difference=points.estimate[first] - points.estimate[second],
        difference_se=errors.difference_se,
        difference_df=errors.difference_df,
        logit_se=errors.logit_se,
    )
