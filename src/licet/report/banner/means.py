"""The mean score of a question in every column, with the differences between columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad, unknown
from licet.survey.design import Design
from licet.survey.estimates import Outcome, estimate
from licet.survey.intervals import quantile_t
from licet.survey.matrix import Domains, Question
from licet.survey.standard_errors import member_rows

if TYPE_CHECKING:
    from licet.report.banner.build import Asked

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Mean:
    """value, se, low, high: per column, in scores. gap, rest: difference, its standard error and df,

    per pair of columns and per column against the rest (NaN where there is none).
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    gap: tuple[Floats, Floats, Floats]
    rest: tuple[Floats, Floats, Floats]
    notes: tuple[str, ...]


def means(
    design: Design,
    asked: Sequence[Asked],
    domains: Domains,
    places: Sequence[int],
    pairs: Sequence[tuple[int, int]],
    level: float = 0.95,
) -> dict[str, Mean]:
    """The mean of each question that has scores, by its name. places: domains that are columns."""
    scored = [one for one in asked if one.scores]
    if not scored:
        return {}
    members = member_rows(domains.groupings, len(design.weights))
    contrasts = _contrasts(domains, places, pairs)
    return {
        one.question.name: _mean(design, one, members, contrasts, places, level) for one in scored
    }


def _contrasts(domains: Domains, places: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Floats:
    """Coefficients of each column, of each less its rest (all 0 where it has none), of the pairs."""
    size = len(domains.label)
    gap = np.zeros((len(pairs), size))
    for row, (first, second) in enumerate(pairs):
        gap[row, places[first]], gap[row, places[second]] = 1, -1
    rest = np.zeros((len(places), size))
    for row, place in enumerate(places):
        if domains.rest[place] >= 0:
            rest[row, place], rest[row, domains.rest[place]] = 1, -1
    own = np.eye(size)[list(places)]
    return np.vstack([own, rest, gap])


def _mean(
    design: Design,
    one: Asked,
    members: NDArray[np.bool_],
    contrasts: Floats,
    places: Sequence[int],
    level: float,
) -> Mean:
    check_scores(one.question, one.scores)
    coded = one.question.coded
    lookup = np.array([*(one.scores.get(option, np.nan) for option in coded.levels), np.nan])
    found = estimate(design, [Outcome(one.name, lookup[coded.codes])], members)
    every = found.contrasts(contrasts)
    size = len(places)
    own, rest, gap = (
        tuple(array[part] for array in (every.value, every.se, every.df))
        for part in (slice(size), slice(size, 2 * size), slice(2 * size, None))
    )
    value, se, df = own
    reach = np.where(df >= 1, quantile_t(level, df) * se, np.nan)
    alone = ~contrasts[size : 2 * size].any(axis=1)
    said = ", ".join(f"{option} = {score:g}" for option, score in one.scores.items())
    return Mean(
        value,
        se,
        value - reach,
        value + reach,
        (gap[0], gap[1], gap[2]),
        (np.where(alone, np.nan, rest[0]), rest[1], rest[2]),
        (f"Mean score: {said}.",),
    )


def check_scores(question: Question, scores: Mapping[str, float]) -> None:
    """Refuse scores of options that there are not, and of fewer than two."""
    for option in scores:
        if option not in question.coded.levels:
            where = f"scores of item {question.name!r}"
            raise unknown("option", option, question.coded.levels, where)
    if len(set(scores.values())) < 2:
        raise bad("fewer than two different scores", f"item {question.name!r}", "one per option")


def scores_in_order(question: Question) -> dict[str, float]:
    """1, 2, 3, ... for the options in their order."""
    return {level: float(place) for place, level in enumerate(question.coded.levels, start=1)}
