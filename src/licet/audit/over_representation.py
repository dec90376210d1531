"""Who stands in a source, or is picked by a tool, more often than in the population.

A group's share of one side over its share of the other, with an interval: both sides are random where
the other is a sample (Katz 1978, on logs), else only the first is (Wilson 1927, over a fixed share).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import exp, inf, nan, sqrt

import numpy as np

from licet.audit.plan import Tolerances
from licet.audit.standing import Estimate, Standing, Tolerance
from licet.disclosure import THRESHOLD, Sum, protect
from licet.feeds.profile import Z, wilson
from licet.groups import ordered


@dataclass(frozen=True)
class Represented:
    """One group. people: rows of the source, None where not shown. share: of the source; expected: of
    the population, with low and high where it is known within bounds or sampled. ratio: share over
    expected, value NaN where only bounds are known. waits: why it is not shown, where that is so.
    """

    by: str
    group: str
    people: int | None
    share: Estimate
    expected: Estimate
    ratio: Estimate
    standing: Standing
    suppressed: bool = False
    waits: str = ""

    def waiting(self, why: str) -> Represented:
        """The same without its figures, because too few changed since an earlier release."""
        nothing = Estimate(nan)
        return replace(self, people=None, share=nothing, ratio=nothing, waits=why,
                       standing=Standing.UNDETERMINED)  # fmt: skip

    @property
    def shown(self) -> bool:
        """Whether the figures may be shown."""
        return self.people is not None


def over_representation(
    by: str,
    source: Mapping[str, int],
    population: Mapping[str, float],
    *,
    sample: int | None = None,
    zeros_below: int | None = None,
    tolerance: Tolerance | None = None,
    kept_back: Collection[str] = (),
    besides: int = 0,
    threshold: int = THRESHOLD,
) -> tuple[Represented, ...]:
    """Every group of the population against the source, in the order of the population, bands in their own.

    source: people by group. population: people by group; a sample of so many people where ``sample``
    says. zeros_below: a 0 of the population stands for 0 to one less than this (1: it is 0); by
    default no 0 is expected. tolerance: of the ratio, by default a doubling or halving. kept_back:
    groups that are not shown elsewhere either. besides: people of the source of no known group who count
    in its shares, because so few must not be told by leaving them out. threshold: of people of the source.
    """
    allowed = tolerance or Tolerance(1 / _MOST, _MOST)
    names = ordered(list(population))
    counts = [source.get(name, 0) for name in names]
    total = sum(counts) + besides
    mask = protect(
        [total, *counts, besides],
        [Sum(0, tuple(range(1, len(names) + 2)))],
        threshold=threshold,
        hidden=[False, *(name in kept_back for name in names), True],
        prefer=[1e6, *(1.0 for _ in names), 1.0],
    )
    # That everybody is of one group tells it of each of them.
    alone = total > 0 and max(counts) == total
    found = []
    for name, count, hidden in zip(names, counts, mask[1:-1], strict=True):
        low, high = expected_share(name, population, zeros_below or 1)
        masked = population[name] == 0 and (zeros_below or 1) > 1
        expected = Estimate(low if low == high else nan, low, high)
        if hidden or alone or not total:
            nothing = Estimate(nan)
            found.append(Represented(by, name, None, nothing, expected, nothing,
                                     Standing.UNDETERMINED, masked))  # fmt: skip
            continue
        share = Estimate(count / total, *wilson(count, total), n=count)
        ratio = _ratio(count, total, low, high, sample)
        expected = Estimate(expected.value, low, high, n=sample or 0)
        found.append(Represented(by, name, count, share, expected, ratio,
                                 _standing(ratio, allowed), masked))  # fmt: skip
    return tuple(found)


_MOST = Tolerances().over_representation


def expected_share(
    name: str, population: Mapping[str, float], zeros_below: int = 1
) -> tuple[float, float]:
    """The least and greatest share of a group, when every 0 may be up to one less than zeros_below."""
    most = zeros_below - 1
    known, masked = sum(population.values()), sum(1 for one in population.values() if one == 0)
    if population[name] == 0:
        return 0.0, most / (known + most) if most else 0.0
    return population[name] / (known + masked * most), population[name] / known


def share_ratio(first: tuple[int, int], second: tuple[float, float]) -> Estimate:
    """The ratio of two shares (count, of so many), both random; NaN where the second count is 0.

    Katz 1978: normal on the log. A count of 0 is taken as a half for the interval.
    """
    (count, total), (other, whole) = first, second
    if not (total and whole and other):
        return Estimate(nan, n=count)
    value = (count / total) / (other / whole)
    half = max(count, 0.5)
    error = sqrt(1 / half - 1 / max(total, half) + 1 / other - 1 / whole)
    middle = (half / total) / (other / whole)
    low, high = middle * exp(-Z * error), middle * exp(Z * error)
    return Estimate(value, 0.0 if count == 0 else low, high, error * value, count)


def _ratio(count: int, total: int, low: float, high: float, sample: int | None) -> Estimate:
    """Over a share known exactly or within bounds; NaN with bounds where only these are known."""
    if sample is not None and low == high:
        return share_ratio((count, total), (low * sample, sample))
    if sample is not None:
        ends = [
            share_ratio((count, total), (max(one * sample, 0.5), sample)) for one in (high, low)
        ]
        return Estimate(nan, ends[0].low, ends[1].high if low else inf, n=count)
    below, above = wilson(count, total)
    value = count / total / low if low == high and low else nan
    return Estimate(value, below / high if high else nan, above / low if low else inf, n=count)


def _standing(ratio: Estimate, allowed: Tolerance) -> Standing:
    """By the interval alone: bounds have no middle, and yet can be outside."""
    if np.isnan(ratio.low) or np.isnan(ratio.high):
        return Standing.UNDETERMINED
    return allowed.standing(Estimate(1.0, ratio.low, ratio.high))
