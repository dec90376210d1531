"""Differences between columns of a banner, with their design-based standard errors.

Columns that share nobody come from the quick kernel. Where people are units of their own and columns
overlap, the kernel counts those in both twice; these pairs are worked out from people one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from licet.survey.design import Design
from licet.survey.estimates import Outcome, estimate
from licet.survey.matrix import Domains, Question
from licet.survey.shares import shares
from licet.survey.standard_errors import member_rows
from licet.survey.totals import Column

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Gap = tuple[Floats, Floats, Floats]
"""Difference, standard error, degrees of freedom; each of shape (rows, pairs)."""

_ROOM = 30_000_000
"""Numbers that the differences of one run of questions may take: 240 MB."""


def differences(
    design: Design,
    questions: Sequence[Question],
    domains: Domains,
    pairs: Sequence[tuple[int, int]],
    shared: Flags,
) -> list[Gap]:
    """Per question, options then nets. pairs: domains. shared: shape (pairs,), some are in both."""
    if not pairs:
        return [(none := np.empty((_rows_of(q), 0)), none, none) for q in questions]
    found = _quick(design, questions, domains, pairs)
    if design.units is not None or design.replicates is not None or not shared.any():
        return found
    places = np.flatnonzero(shared)
    used = sorted({domain for place in places.tolist() for domain in pairs[place]})
    members = member_rows(domains.groupings, len(design.weights))[used]
    coefficients = np.zeros((len(places), len(used)))
    for row, place in enumerate(places.tolist()):
        first, second = pairs[place]
        coefficients[row, used.index(first)], coefficients[row, used.index(second)] = 1, -1
    for question, gap in zip(questions, found, strict=True):
        for row, values in enumerate(_answers(question)):
            exact = estimate(design, [Outcome(question.name, values)], members)
            contrasts = exact.contrasts(coefficients)
            for array, column in zip(
                gap, (contrasts.value, contrasts.se, contrasts.df), strict=True
            ):
                array[row, places] = column
    return found


def _answers(question: Question) -> list[Floats]:
    """1 and 0 per person for each row, NaN outside the base."""
    coded = question.coded
    rows: list[tuple[str, ...]] = [(level,) for level in coded.levels]
    rows += [tuple(members) for members in question.nets.values()]
    lookups = [np.array([*(float(at in row) for at in coded.levels), np.nan]) for row in rows]
    return [lookup[coded.codes] for lookup in lookups]


def _kernel_columns(question: Question) -> list[Column]:
    """The options as one item, and each net as one of two options."""
    coded = question.coded
    found = [Column(coded.codes, len(coded.levels), coded.complete)]
    for members in question.nets.values():
        inside = [0 if level in members else 1 for level in coded.levels]
        codes = np.array([*inside, -1], dtype=np.int8)[coded.codes]
        found.append(Column(codes, 2, coded.complete))
    return found


def _quick(
    design: Design,
    questions: Sequence[Question],
    domains: Domains,
    pairs: Sequence[tuple[int, int]],
) -> list[Gap]:
    """Per question the difference, its error and df, each of shape (rows, pairs)."""
    units = design.n_strata if design.units is None else design.n_units
    wide = (len(domains.label) + 2 * len(pairs)) * units
    found: list[Gap] = []
    run: list[Question] = []
    for place, question in enumerate(questions):
        run.append(question)
        size = sum(len(q.coded.levels) + 2 * len(q.nets) for q in run) * wide
        if size >= _ROOM or place == len(questions) - 1:
            columns = [column for q in run for column in _kernel_columns(q)]
            result = shares(design, columns, domains.groupings, pairs)
            start = 0
            for q in run:
                kept = [start + at for at in range(len(q.coded.levels))]
                start += len(kept)
                kept += [start + 2 * at for at in range(len(q.nets))]
                start += 2 * len(q.nets)
                arrays = (result.difference, result.difference_se, result.difference_df)
                found.append(tuple(array[:, kept].T.copy() for array in arrays))  # type: ignore[arg-type]
            run = []
    return found


def _rows_of(question: Question) -> int:
    return len(question.coded.levels) + len(question.nets)
