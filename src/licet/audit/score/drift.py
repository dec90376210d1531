"""Whether later people are like the earlier, and whether the same are flagged again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from licet.audit.people import Codes, Floats, People
from licet.audit.standing import Estimate
from licet.survey.intervals import interval

PARTS = 10
"""Of the scores of the first period, each with about as many people."""


@dataclass(frozen=True)
class Overlap:
    """Families (clusters) in two periods that follow on each other. jaccard: of those flagged in either,
    the share (0-1) flagged in both; not known where fewer than ``plan.least_cases`` were in both."""

    before: str
    after: str
    families: int
    jaccard: Estimate


@dataclass(frozen=True)
class Shift:
    """How far people of a period differ from those of the first: the population stability index.

    what: "score" or a column of groups. by_chance: what it would be on average if nothing had moved.
    """

    what: str
    period: str
    n: int
    index: float
    by_chance: float


def stability_index(before: Floats, after: Floats) -> float:
    """Sum of (b - a) x ln(b / a) over categories. Shapes (categories,), sums of weights.

    A category without anybody is counted as half a person of its side, so that it is not without end.
    """
    kept = (before > 0) | (after > 0)
    if not before.sum() > 0 or not after.sum() > 0:
        return float("nan")
    a, b = (np.maximum(side[kept], 0.5) for side in (before, after))
    a, b = a / a.sum(), b / b.sum()
    return float(((b - a) * np.log(b / a)).sum())


def shifts(people: People, score: Floats, labels: Sequence[str], codes: Codes) -> tuple[Shift, ...]:
    """The index of the score and of every breakdown, for each period after the first."""
    columns = {"score": _parts(score, codes), **{k: v[0] for k, v in people.levels.items()}}
    return tuple(
        one for what, column in columns.items() for one in _of(people, what, column, labels, codes)
    )


def _of(
    people: People, what: str, column: Codes, labels: Sequence[str], codes: Codes
) -> Iterator[Shift]:
    number = int(column.max(initial=-1)) + 1
    worth = people.weight / people.weight.mean() if people.weight.any() else people.weight

    def sums(period: int) -> tuple[Floats, int]:
        rows = (codes == period) & (column >= 0)
        found = np.bincount(column[rows], weights=worth[rows], minlength=number)
        return found.astype(np.float64), int(rows.sum())

    first, base = sums(0)
    least = people.plan.least_cases
    for period in range(1, len(labels)):
        later, n = sums(period)
        if min(n, base) >= least:
            filled = int(((first > 0) | (later > 0)).sum())
            by_chance = (filled - 1) * (1 / base + 1 / n)
            yield Shift(what, labels[period], n, stability_index(first, later), by_chance)


def _parts(score: Floats, codes: Codes) -> Codes:
    """The tenth of the first period's scores that each score falls into; -1 without one."""
    there = np.isfinite(score)
    first = score[there & (codes == 0)]
    if not len(first):
        return np.full(len(score), -1, np.int64)
    edges = np.unique(np.quantile(first, np.arange(1, PARTS) / PARTS))
    found = np.searchsorted(edges, np.where(there, score, 0), side="left")
    return np.where(there, found, -1).astype(np.int64)


def overlaps(people: People, labels: Sequence[str], codes: Codes) -> tuple[Overlap, ...]:
    """Whether the same families are flagged in periods that follow on each other, where some return."""
    if not people.clustered:
        return ()
    number = int(people.cluster.max(initial=-1)) + 1
    seen, flagged = [], []
    for period in range(len(labels)):
        rows = (codes == period) & (people.flag >= 0)
        seen.append(np.bincount(people.cluster[rows], minlength=number) > 0)
        picked = people.cluster[rows & (people.flag == 1)]
        flagged.append(np.bincount(picked, minlength=number) > 0)
    found = []
    for one, two in pairwise(range(len(labels))):
        both = seen[one] & seen[two]
        either = both & (flagged[one] | flagged[two])
        again = both & flagged[one] & flagged[two]
        families, n = int(both.sum()), int(either.sum())
        if families:
            found.append(
                Overlap(
                    labels[one],
                    labels[two],
                    families,
                    _share(people, int(again.sum()), n, families),
                )
            )
    return tuple(found)


def _share(people: People, again: int, either: int, families: int) -> Estimate:
    """Families are told apart, so the exact interval of a share holds."""
    if families < people.plan.least_cases or either == 0:
        return Estimate(float("nan"), n=either)
    share = again / either
    low, high = interval(share, either, level=people.plan.level)
    return Estimate(share, float(low), float(high), (share * (1 - share) / either) ** 0.5, either)
