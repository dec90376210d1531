"""Which columns differ: tests of pairs of groups, adjusted for how many there are, as letters.

A letter in a cell is that of a column whose share is lower: capital at the first level of
confidence, small at the second. Differences come with their design-based standard errors, so that
people and clusters which two columns share are counted once. As in SPSS, a share of exactly 0 or
100 % is not compared: it has no standard error of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.report.banner.tables import BannerColumn, BannerPlan, Compare, Multiplicity

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

HIGHER, LOWER = ("\u25b2", "\u25b3"), ("\u25bc", "\u25bd")
"""Against the rest: at the first level, at the second."""


@dataclass(frozen=True)
class Tests:
    """Comparisons of one banner, flat. row: the row of the banner (counted over all questions).

    first, second: places of columns; second is -1 for the rest. difference, se, df, p, adjusted:
    one of each per comparison; shares are proportions 0-1.
    """

    row: Integers
    first: Integers
    second: Integers
    difference: Floats
    se: Floats
    df: Floats
    p: Floats
    adjusted: Floats


def two_sided(difference: Floats, se: Floats, df: Floats) -> Floats:
    """p of a difference by t with df degrees of freedom; NaN where nothing can be tested."""
    from scipy.special import ndtr, stdtr

    fits = (se > 0) & (df >= 1) & np.isfinite(difference)
    reach = np.where(fits, np.abs(difference) / np.where(fits, se, 1), 0.0)
    finite = np.isfinite(df)
    student = stdtr(np.where(fits & finite, df, 1), -reach)
    return np.where(fits, 2 * np.where(finite, student, ndtr(-reach)), np.nan)


def adjusted(p: Floats, family: Integers, method: Multiplicity) -> Floats:
    """p adjusted within each family by Holm or Benjamini-Hochberg, never above 1. Shape as p."""
    if method == "none" or not len(p):
        return p
    order = np.lexsort((p, family))
    found = np.empty_like(p)
    starts = np.flatnonzero(np.r_[True, np.diff(family[order]) != 0])
    for part in np.split(order, starts[1:]):
        found[part] = _holm(p[part]) if method == "holm" else _bh(p[part])
    return found


def _holm(ascending: Floats) -> Floats:
    left = np.arange(len(ascending), 0, -1)
    found: Floats = np.minimum(np.maximum.accumulate(ascending * left), 1.0)
    return found


def _bh(ascending: Floats) -> Floats:
    scaled = ascending * len(ascending) / np.arange(1, len(ascending) + 1)
    found: Floats = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found


def signs(
    tests: Tests, columns: Sequence[BannerColumn], rows: int, plan: BannerPlan
) -> list[list[str]]:
    """What each cell says, rows by columns: letters with spaces between, or one triangle."""
    found: list[list[list[tuple[int, str]]]] = [[[] for _ in columns] for _ in range(rows)]
    strong = tests.adjusted < 1 - plan.upper
    weak = np.zeros_like(strong) if plan.lower is None else tests.adjusted < 1 - plan.lower
    for place in np.flatnonzero(strong | weak):
        first, second = int(tests.first[place]), int(tests.second[place])
        higher, lower = (first, second) if tests.difference[place] > 0 else (second, first)
        row = found[int(tests.row[place])]
        if second < 0:
            pair = HIGHER if higher == first else LOWER
            row[first].append((0, pair[0] if strong[place] else pair[1]))
        else:
            name = columns[lower].letter
            row[higher].append((lower, name if strong[place] else name.lower()))
    return [[" ".join(sign for _, sign in sorted(cell)) for cell in row] for row in found]


def family_ids(row: Integers, heading: Integers, question: Integers, plan: BannerPlan) -> Integers:
    """The family of each comparison: a number for each row and heading, question, or one for all."""
    if plan.family == "all":
        return np.zeros(len(row), dtype=np.int64)
    if plan.family == "question":
        return question
    return row * (int(heading.max(initial=0)) + 1) + heading


def pairs_within(
    columns: Sequence[BannerColumn], overlap: Integers, compare: Compare
) -> list[tuple[int, int]]:
    """Places of the columns to compare: those under one heading, but no group with one inside it.

    overlap: shape (columns, columns), people in both.
    """
    if compare != "columns":
        return []
    found = []
    for second in range(len(columns)):
        for first in range(second):
            if columns[first].heading != columns[second].heading or columns[first].total:
                continue
            both = overlap[first, second]
            if both < min(overlap[first, first], overlap[second, second]):
                found.append((first, second))
    return sorted(found)
