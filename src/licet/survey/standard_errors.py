"""Standard errors of shares, three ways: from units, from people one by one, from replicate weights.

``by_units`` is the quick one, for designs of one stage; ``by_people`` serves second stages and
calibrated weights; ``by_replicates`` serves supplied replicate weights and nothing else ever does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from licet.survey.design import Design
from licet.survey.replicates import (
    Replicates,
    logit_errors,
    rank_less_one,
    replicate_shares,
    spread,
)
from licet.survey.totals import Column, Grouping
from licet.survey.variance import rows_of

Floats = NDArray[np.float64]
Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Tables:
    """Sums over people. item: (O,), the item of each option. table, count, power: weight, people and

    (where every person is a unit) squared weight per (place, domain, option). squares: squared weight
    per (domain, item).
    """

    item: NDArray[np.int64]
    table: Floats
    count: Floats
    power: Floats | None
    squares: Floats

    @cached_property
    def here(self) -> Floats:
        """People with a valid answer per (place, domain, item)."""
        return by_item(self.count, self.item)


@dataclass(frozen=True)
class Errors:
    """se, df, logit_se: shape (D, O). difference_se, difference_df: (P, O), for the pairs."""

    se: Floats
    df: Floats
    difference_se: Floats
    difference_df: Floats
    logit_se: Floats


def by_item(table: Floats, item: NDArray[np.int64]) -> Floats:
    """Sums over the options of each item, along the last axis."""
    starts = np.flatnonzero(np.r_[True, np.diff(item) > 0])
    options = np.diff(np.r_[starts, len(item)])
    summed = np.take(table, starts, axis=-1)
    # Items have few options each: adding one at a time is several times as fast as reduceat.
    for place in range(1, int(options.max())):
        some = np.flatnonzero(options > place)
        summed[..., some] += np.take(table, starts[some] + place, axis=-1)
    return summed


def by_units(design: Design, tables: Tables, estimate: Floats, pairs: Pairs) -> Errors:
    """Taylor linearisation of one stage, from totals per unit (or per stratum, of people).

    Where every person is a unit, the pairs may share nobody: see ``pairs_by_people``.
    """
    kept, source = _one_of_two(tables.item)
    item, here, power = tables.item[kept], tables.here, tables.power
    share = estimate[:, kept]
    base = by_item(tables.table, tables.item)
    weight = base.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(weight > 0, 1 / np.where(weight > 0, weight, 1), np.nan)[:, item]
    score = np.take(base, item, axis=2)
    score *= -share
    score += tables.table[..., kept]
    score *= scale
    if power is not None:
        whole = by_item(power, tables.item)[:, :, item]
        power = ((1 - 2 * share) * power[..., kept] + share**2 * whole) * scale**2
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    difference_power = None if power is None else power[:, first] + power[:, second]
    either = here[:, first] + here[:, second]
    gap = _variance(design, score[:, first] - score[:, second], difference_power, either, item)
    return _errors(
        estimate,
        np.sqrt(_variance(design, score, power, here, item))[:, source],
        _degrees(design, here)[:, tables.item],
        np.sqrt(gap)[:, source],
        _degrees(design, either)[:, tables.item],
    )


def _one_of_two(item: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Options to work out, and from which of these each option has its error.

    Of two options that are everybody the second has the error of the first.
    """
    options = np.bincount(item)
    second = np.r_[False, np.diff(item) == 0] & (options[item] == 2)
    kept = np.flatnonzero(~second)
    return kept, np.cumsum(~second) - 1


def _errors(
    estimate: Floats, se: Floats, df: Floats, difference_se: Floats, difference_df: Floats
) -> Errors:
    """With the standard error of the logit by the delta method."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return Errors(se, df, difference_se, difference_df, se / (estimate * (1 - estimate)))


def by_people(
    design: Design,
    columns: Sequence[Column],
    groupings: Sequence[Grouping],
    tables: Tables,
    estimate: Floats,
    pairs: Pairs,
) -> Errors:
    """Taylor linearisation of any design, from the score of each person. Slower, and general."""
    item = tables.item
    members = member_rows(groupings, len(design.weights))
    se = np.empty_like(estimate)
    for part, chose, asked in _each(columns):
        for domain, inside in enumerate(members):
            scores = _scores(design, chose, asked & inside, estimate[domain, part])
            se[domain, part] = _root(rows_of(design, scores))
    if design.lonely_psu == "average":
        se *= np.sqrt(_average(design, tables.here)[:, item])
    gaps = pairs_by_people(design, columns, members, estimate, pairs)
    return _errors(estimate, se, _degrees(design, tables.here)[:, item], *gaps)


def pairs_by_people(
    design: Design,
    columns: Sequence[Column],
    members: NDArray[np.bool_],
    estimate: Floats,
    pairs: Pairs,
) -> tuple[Floats, Floats]:
    """Standard errors and df of differences of domains, which may overlap: shape (P, O) each.

    members: shape (domains, n), who belongs to each.
    """
    se = np.empty((len(pairs), estimate.shape[1]))
    places = design.strata if design.units is None else design.units
    n_places = design.n_strata if design.units is None else design.n_units
    present = np.empty((n_places, len(pairs), len(columns)))
    for number, (part, chose, asked) in enumerate(_each(columns)):
        for place, (one, other) in enumerate(pairs):
            scores = _scores(design, chose, asked & members[one], estimate[one, part])
            scores -= _scores(design, chose, asked & members[other], estimate[other, part])
            se[place, part] = _root(rows_of(design, scores))
            either = asked & (members[one] | members[other])
            present[:, place, number] = np.bincount(places, either, n_places)
    item = np.repeat(np.arange(len(columns)), [column.options for column in columns])
    if design.lonely_psu == "average":
        se *= np.sqrt(_average(design, present)[:, item])
    return se, _degrees(design, present)[:, item]


def _each(
    columns: Sequence[Column],
) -> Iterator[tuple[slice, NDArray[np.bool_], NDArray[np.bool_]]]:
    """Of each item: where its options are, who chose each, shape (n, options), and who was asked."""
    start = 0
    for column in columns:
        chose = column.codes[:, None] == np.arange(column.options)
        yield slice(start, start + column.options), chose, column.codes >= 0
        start += column.options


def _scores(
    design: Design, chose: NDArray[np.bool_], valid: NDArray[np.bool_], estimate: Floats
) -> Floats:
    """w m (y - r) / sum of w m, shape (n, options)."""
    weights = np.where(valid, design.weights, 0.0)
    whole = weights.sum()
    weights /= whole if whole > 0 else np.nan
    scores: Floats = weights[:, None] * (chose - estimate)
    return scores


def _root(rows: Floats) -> Floats:
    found: Floats = np.sqrt((rows**2).sum(axis=0))
    return found


def member_rows(groupings: Sequence[Grouping], size: int) -> NDArray[np.bool_]:
    """Who belongs to each domain, the whole sample first: shape (domains, n)."""
    rows = [np.ones((1, size), dtype=np.bool_), *(g.members[g.codes].T for g in groupings)]
    return np.concatenate(rows)


def by_replicates(
    replicates: Replicates,
    columns: Sequence[Column],
    groupings: Sequence[Grouping],
    estimate: Floats,
    n: NDArray[np.int64],
    pairs: Pairs,
) -> Errors:
    """From the estimates of every replicate. df as declared, else the rank of the weights less one."""
    values = replicate_shares(replicates, columns, groupings)
    rows = spread(replicates, values, estimate)
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    gaps = spread(
        replicates,
        values[:, first] - values[:, second],
        estimate[first] - estimate[second],
    )
    df = _replicate_df(replicates, columns, groupings, n)
    return Errors(
        _root(rows),
        df,
        _root(gaps),
        np.maximum(df[first], df[second]),
        logit_errors(replicates, values, estimate),
    )


_ENOUGH = 50
"""With so many people to a replicate the rank of their weights is that of the whole sample's."""


def _replicate_df(
    replicates: Replicates,
    columns: Sequence[Column],
    groupings: Sequence[Grouping],
    n: NDArray[np.int64],
) -> Floats:
    if replicates.df is not None:
        return np.full(n.shape, float(replicates.df))
    found = np.full(n.shape, float(rank_less_one(replicates.weights)))
    small = n < _ENOUGH * replicates.count
    if not small.any():
        return found
    members = member_rows(groupings, len(replicates.weights))
    start = 0
    everybody: dict[int, float] = {}  # of a domain, where nobody is left out
    for column in columns:
        asked = column.codes >= 0
        for domain in np.flatnonzero(small[:, start]).tolist():
            rank = everybody.get(domain) if column.complete else None
            if rank is None:
                rank = float(rank_less_one(replicates.weights[asked & members[domain]]))
            if column.complete:
                everybody[domain] = rank
            found[domain, start : start + column.options] = rank
        start += column.options
    return found


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
    left = None if design.fractions is None else 1 - design.fractions
    if power is None:
        power = _by_stratum(design, score**2)
        score = _by_stratum(design, score)
        left = None if left is None else left[sizes > 0]
        sizes = sizes[sizes > 0]
    full = (sizes > 1)[:, None, None]
    n = np.where(sizes > 1, sizes, 2)[:, None, None]
    within = np.where(full, n / (n - 1) * (power - score**2 / n), 0.0)
    if left is not None:
        within *= left[:, None, None]
    variance: Floats = np.maximum(within, 0.0).sum(axis=0)
    if (sizes == 1).any() and design.lonely_psu == "adjust":
        # Centred at the grand mean of the scores, which is zero.
        alone = np.where(full, 0.0, power)
        variance = variance + (alone if left is None else alone * left[:, None, None]).sum(axis=0)
    elif (sizes == 1).any() and design.lonely_psu == "average":
        variance = variance * _average(design, present)[:, item]
    return variance


def _by_stratum(design: Design, values: Floats) -> Floats:
    """Sums over the units of each stratum that there is, shape (strata, D, O)."""
    starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
    sizes = np.diff(np.r_[starts, len(values)])
    if (sizes == sizes[0]).all():
        # Strata of one size: several times as fast as reduceat.
        found: Floats = values.reshape(len(sizes), sizes[0], *values.shape[1:]).sum(axis=1)
        return found
    summed: Floats = np.add.reduceat(values, starts, axis=0)
    return summed


def _average(design: Design, present: Floats) -> Floats:
    """Strata that hold members over those of them with several units: (D, items), as R counts."""
    held = present > 0
    usual = design.ordinary_strata()
    if design.units is not None:
        starts = np.flatnonzero(np.r_[True, np.diff(design.strata) > 0])
        held = np.logical_or.reduceat(held, starts, axis=0)
        usual = usual[design.units_by_stratum() > 0]
    strata = held.sum(axis=0).astype(np.float64)
    ordinary = (held & usual[:, None, None]).sum(axis=0)
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
