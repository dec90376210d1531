"""How many times as often a group is flagged than the reference, people being alike in all else.

A logistic regression of the flag on groups, features and the outcome. Odds are turned to risks at the
reference: with c the chance of the reference person, exp(b) / (1 - c + c exp(b)) (Zhang & Yu 1998), as
in the first published audit of COMPAS. Adjusting asks whether a gap is explained by what is adjusted
for; it does not say that the gap is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Codes, Floats, People
from licet.audit.score.features import numbers
from licet.audit.score.logit import covariance, fit
from licet.audit.standing import Estimate
from licet.errors import bad, unknown

if TYPE_CHECKING:
    import polars as pl

OUTCOME = "outcome"
"""The name of the outcome among what is adjusted for."""


@dataclass(frozen=True)
class RiskRatio:
    """A level of a column against its reference (level "" of a number: one more of it). n: of the level."""

    column: str
    level: str
    reference: str
    ratio: Estimate


def flag_risk_ratios(people: People, features: Sequence[str] = ()) -> tuple[RiskRatio, ...]:
    """How many times as often each group of ``plan.by`` is flagged, adjusted for each other.

    And for the outcome and ``features`` (columns of ``people.features``). The reference of a column is
    the plan's, else its largest group. People with anything unknown are left out.
    """
    import polars as pl

    table = pl.DataFrame() if people.features is None else people.features
    for name in features:
        if name not in table.columns:
            raise unknown("feature", name, table.columns, "relative risk")
    columns: dict[str, Any] = {}
    for name, (codes, levels) in people.levels.items():
        columns[name] = pl.Series(name, [levels[code] if code >= 0 else None for code in codes])
    columns |= {name: table[name] for name in features if name not in columns}
    columns[OUTCOME] = pl.Series(OUTCOME, people.y)
    plan = people.plan
    flag = np.where(people.flag >= 0, people.flag, np.nan).astype(np.float64)
    return risk_ratios(
        flag, columns, plan.reference, people.weight, people.cluster, level=plan.level
    )


def risk_ratios(
    flag: Floats,
    columns: Mapping[str, pl.Series],
    reference: Mapping[str, str],
    weight: Floats,
    cluster: Codes,
    *,
    level: float = 0.95,
) -> tuple[RiskRatio, ...]:
    """The ratio of every level but the reference of every column, each adjusted for all others.

    flag: (n,), 1, 0 or NaN. columns: text (its levels), or numbers. reference: by column; the largest
    level where none is named. Intervals: of the logarithm, by the delta method on a covariance between
    clusters. Refuses a reference that nobody is of. Not known where columns hang together.
    """
    terms: list[tuple[str, str, str, Floats]] = []
    there = np.isfinite(flag) & (weight > 0)
    for column in columns.values():
        there &= ~_unknown(column)
    if not there.any():
        raise bad("nobody of whom everything is known", "relative risk")
    for name, column in columns.items():
        terms += _terms(name, column, there, reference.get(name))
    parts = [np.ones(int(there.sum())), *(part[there] for *_, part in terms)]
    design = np.stack(parts, axis=1)
    scale = weight[there] / weight[there].mean()
    found = fit(design, flag[there], scale)
    spread = covariance(design, flag[there], scale, found, cluster[there])
    ratios = []
    for place, (name, value, against, part) in enumerate(terms, start=1):
        n = int(part[there].sum()) if value else len(design)
        ratios.append(RiskRatio(name, value, against, _ratio(found, spread, place, level, n)))
    return tuple(ratios)


def _is_number(column: pl.Series) -> bool:
    import polars as pl

    return column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean


def _unknown(column: pl.Series) -> NDArray[np.bool_]:
    if _is_number(column):
        return np.isnan(numbers(column))
    return column.is_null().to_numpy()


def _terms(
    name: str, column: pl.Series, there: NDArray[np.bool_], wanted: str | None
) -> list[tuple[str, str, str, Floats]]:
    """A column of ones and zeros for each level but the reference; a number as it is."""
    if _is_number(column):
        return [(name, "", "", np.nan_to_num(numbers(column)))]
    text = column.cast(str).to_numpy().astype(object)
    levels, counts = np.unique(text[there].astype(str), return_counts=True)
    if wanted is not None and wanted not in levels:
        raise unknown("reference", wanted, levels.tolist(), name)
    against = (
        wanted if wanted is not None else (str(levels[counts.argmax()]) if len(levels) else "")
    )
    return [
        (name, str(level), against, (text == level).astype(np.float64))
        for level in levels
        if level != against
    ]


def _ratio(found: Floats, spread: Floats, place: int, level: float, n: int) -> Estimate:
    from scipy.special import expit, ndtri

    first, b = float(found[0]), float(found[place])
    if not np.isfinite([first, b]).all():
        return Estimate(nan, n=n)
    c = float(expit(first))
    whole = 1 - c + c * exp(b)
    value = exp(b) / whole
    # d log ratio: by b, (1 - c) / whole; by the intercept, -(exp(b) - 1) c (1 - c) / whole.
    by = np.array([-(exp(b) - 1) * c * (1 - c) / whole, (1 - c) / whole])
    both = spread[np.ix_([0, place], [0, place])]
    variance = float(by @ both @ by)
    if not variance >= 0:
        return Estimate(value, n=n)
    se = variance**0.5
    reach = float(ndtri(0.5 + level / 2)) * se
    return Estimate(value, exp(log(value) - reach), exp(log(value) + reach), value * se, n)
