"""What the answers of each item in each group are worth: people, effective bases, design effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from licet.comparisons.bases import Bases
from licet.comparisons.people import EVERYBODY, People
from licet.disclosure import coarse, tens
from licet.groups import ALL
from licet.licence import Measure
from licet.readings import Reading


@dataclass(frozen=True)
class WorthRow:
    """An item in a group. None: not shown or not known.

    base: people with a valid answer. kish: effective base by weights alone. effective: by the whole
    design. deff: design effect. half_width: of the interval, 0-1. about: base and effective bases are
    rounded to tens, because the exact ones would tell how few gave no answer; or are assumed. Where
    they are rounded (see ``disclosure.bases``) df is None, since it may be people less strata, deff has
    one decimal and half_width few.
    """

    item: str
    group: str
    base: int | None
    kish: float | None
    effective: float | None
    deff: float | None
    df: float | None
    half_width: float | None
    about: bool = False


def worth(
    reading: Reading, people: People | None, bases: Bases, threshold: int
) -> tuple[WorthRow, ...]:
    """A row for every measure. bases: which of them may be exact."""
    found = []
    for (item, group), measure in reading.measures.items():
        if threshold and (measure.base < threshold or "base" in measure.hidden):
            found.append(WorthRow(item, group, None, None, None, None, None, None))
            continue
        about = people is None or not bases.exact(item, group)
        kish = _kish(people, item, group) if people else None
        found.append(
            _row(item, group, measure, kish, about, exact=people is None, threshold=threshold)
        )
    return tuple(found)


def _row(
    item: str,
    group: str,
    measure: Measure,
    kish: float | None,
    about: bool,
    *,
    exact: bool,
    threshold: int,
) -> WorthRow:
    shown = not threshold or measure.stance not in measure.hidden
    rounded = about and not exact
    wide = measure.shown.half_width
    return WorthRow(
        item,
        group,
        tens(measure.base) if rounded else measure.base,
        tens(kish) if rounded and kish is not None else kish,
        tens(measure.effective_base) if rounded else measure.effective_base,
        round(measure.deff, 1) if rounded and measure.deff is not None else measure.deff,
        None if rounded else measure.df,
        (coarse(wide, measure.base) if rounded else wide) if shown else None,
        about,
    )


def _kish(people: People, item: str, group: str) -> float | None:
    inside = people.inside(EVERYBODY if group == ALL else (group, "in")) & (
        people.stances[item] >= 0
    )
    weights = people.design.weights[inside]
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 and np.isfinite(squares) else None
