"""Margins: what is known of the population, and the same laid on people as codes and counts.

A margin names one variable (``age``) or several (``age * sex``: joint cells, whose categories are
written ``16-34 * female``), and gives every category a count or a share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import BadInput, Fault, nearest
from licet.survey.coding import code_column

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

BETWEEN = " * "
"""What stands between the variables, and between the parts of a category, of joint cells."""
SHARES_MISS = 0.005
"""By how much printed shares may miss 1: five shares rounded to whole percent do not add up."""
TOTALS_MISS = 0.001
"""By how much, relative, the totals of margins may differ: counts are published rounded."""
MOST_FAULTS = 30


@dataclass(frozen=True)
class Margin:
    """One margin as declared.

    categories: as they are written in the answers. targets: people (unit "count") or proportions
    0-1 (unit "share") of each. Refuses, all faults at once: no category, one named twice, negative
    or infinite targets, shares that do not add up to 1, and counts of nobody.
    """

    name: str
    categories: tuple[str, ...]
    targets: tuple[float, ...]
    unit: Literal["count", "share"] = "count"

    def __post_init__(self) -> None:
        faults = list(_wrong(self))
        if faults:
            raise BadInput(*faults)

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns of the margin, one unless it has joint cells."""
        return _parts(self.name)

    @property
    def place(self) -> str:
        """How messages name it."""
        return f"margin {self.name!r}"


@dataclass(frozen=True)
class Aligned:
    """A margin laid on people.

    categories: those with a target above 0. codes: shape (n,), the category of each person.
    targets: shape (categories,), people; those of all margins have one total.
    """

    name: str
    categories: tuple[str, ...]
    codes: Places
    targets: Floats

    def sums(self, weights: Floats) -> Floats:
        """The weight in each category."""
        return tally(self.codes, weights, len(self.categories))


def tally(codes: NDArray[np.integer], weights: Floats, size: int) -> Floats:
    """The weight at each code below ``size``."""
    sums: Floats = np.bincount(codes, weights, minlength=size).astype(np.float64, copy=False)
    return sums


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(BETWEEN.strip()))


def _wrong(margin: Margin) -> list[Fault]:
    place, unit = margin.place, margin.unit
    faults = []
    if not margin.categories or len(margin.categories) != len(margin.targets):
        return [Fault("no categories, or not a target for each", place, "a target per category")]
    for category in sorted({c for c in margin.categories if margin.categories.count(c) > 1}):
        faults.append(Fault(f"the category {category!r} stands there twice", place, "each once"))
    for category, target in zip(margin.categories, margin.targets, strict=True):
        where = f"{place}, category {category!r}"
        if not math.isfinite(target) or target < 0:
            allowed = f"a {unit} of 0 or more"
            faults.append(Fault(f"{target:g} is no {unit}", where, allowed, "correct the target"))
        width = len(_parts(category))
        if len(margin.variables) > 1 and width != len(margin.variables):
            allowed = BETWEEN.join(f"({name})" for name in margin.variables)
            todo = "write a part for each variable, with * between"
            faults.append(Fault(f"{category!r} has {width} parts", where, allowed, todo))
    if not faults:
        faults += _wrong_sum(margin)
    return faults


def _wrong_sum(margin: Margin) -> list[Fault]:
    total = sum(margin.targets)
    if margin.unit == "count" and total > 0 and math.isfinite(total):
        return []
    if margin.unit == "share" and abs(total - 1) <= SHARES_MISS:
        return []
    allowed = "counts of somebody" if margin.unit == "count" else "shares that add up to 1"
    todo = "look for a category that is missing or stands there twice"
    if margin.unit == "share" and abs(total - 100) <= 100 * SHARES_MISS:
        todo = "these are percent: call the column percent"
    return [Fault(f"the {margin.unit}s add up to {total:g}", margin.place, allowed, todo)]


def totals(
    margins: Sequence[Margin], population: float
) -> tuple[tuple[Floats, ...], tuple[str, ...]]:
    """The targets of all margins as counts of one total, and a sentence for each that was scaled.

    population: the total if no margin has counts. Refuses counts whose totals differ by more than
    ``TOTALS_MISS``.
    """
    counted = [margin for margin in margins if margin.unit == "count"]
    first = counted[0] if counted else None
    total = sum(first.targets) if first else population
    faults, notes, found = [], [], []
    for margin in margins:
        own = sum(margin.targets)
        meant = total if margin.unit == "count" else 1.0
        if margin.unit == "count" and abs(own / total - 1) > TOTALS_MISS and first:
            what = f"it adds up to {own:,.0f} people, {first.place} to {total:,.0f}"
            allowed = f"one total for all margins (up to {TOTALS_MISS:.1%} apart)"
            todo = "correct the counts, or give shares"
            faults.append(Fault(what, margin.place, allowed, todo))
        elif abs(own / meant - 1) > 1e-9:
            notes.append(f"{margin.place} adds up to {own:,.6g}, scaled to {meant:,.6g}.")
        found.append(np.array(margin.targets) * (total / own))
    if faults:
        raise BadInput(*faults)
    return tuple(found), tuple(notes)


def align(
    frame: pl.DataFrame, margins: Sequence[Margin], weights: Floats
) -> tuple[tuple[Aligned, ...], tuple[str, ...]]:
    """Margins laid on the people of a table, with notes. weights: shape (n,); people of weight 0
    need no category.

    Without a count the total is that of the weights. Refuses, all faults at once: unknown columns,
    people without a value, categories that are not in the margin, and categories with a target that
    nobody has.
    """
    faults: list[Fault] = []
    try:
        targets, notes = totals(margins, float(weights.sum()))
    except BadInput as error:
        faults, targets, notes = list(error.faults), (), ()
    names = [margin.name for margin in margins]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(Fault("the margin is given twice", f"margin {name!r}", "each margin once"))
    laid = []
    for number, margin in enumerate(margins):
        try:
            target = targets[number] if targets else np.array(margin.targets)
            laid.append(_lay(frame, margin, target, weights))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults[:MOST_FAULTS])
    return tuple(laid), notes


def _lay(frame: pl.DataFrame, margin: Margin, targets: Floats, weights: Floats) -> Aligned:
    coded, levels = codes_of(frame, _columns(frame, margin), margin.place)
    counted = coded if weights.all() else coded[weights > 0]
    people = np.bincount(counted + 1, minlength=len(levels) + 1)
    place_of = {_same(margin, category): place for place, category in enumerate(margin.categories)}
    number = np.array([place_of.get(level, -1) for level in levels], dtype=np.intp)
    held = np.bincount(number + 1, people[1:], minlength=len(targets) + 1)[1:].astype(np.int64)
    faults = [
        *_outside(margin, levels, people, number),
        *_unfilled(margin, targets, held, levels),
    ]
    if faults:
        raise BadInput(*faults)
    kept = np.flatnonzero(targets > 0)
    again = np.zeros(len(targets) + 1, dtype=np.intp)  # the last is for those in no category
    again[kept] = np.arange(len(kept))
    # Last of all stands the place of those without a value, code -1.
    codes = np.append(again[number], 0)[coded]
    return Aligned(
        margin.name, tuple(margin.categories[place] for place in kept), codes, targets[kept]
    )


def _same(margin: Margin, category: str) -> str:
    """A category as ``codes_of`` names it, whatever the spaces around its parts."""
    return BETWEEN.join(_parts(category)) if len(margin.variables) > 1 else category.strip()


def _columns(frame: pl.DataFrame, margin: Margin) -> tuple[str, ...]:
    columns = (margin.name,) if margin.name in frame.columns else margin.variables
    faults = []
    for name in columns:
        if name not in frame.columns:
            near = nearest(name, frame.columns)
            todo = f"write {near!r} if that is meant" if near else "name a column of the answers"
            allowed = ", ".join(frame.columns[:30])
            faults.append(Fault(f"unknown column {name!r}", margin.place, allowed, todo))
    if faults:
        raise BadInput(*faults)
    return columns


def codes_of(
    frame: pl.DataFrame, columns: Sequence[str], place: str = ""
) -> tuple[Places, tuple[str, ...]]:
    """The joint cell of each person, shape (n,), -1 where a value is missing; and the cells' names.

    Only cells that occur are named. Refuses columns whose values are not single.
    """
    codes, names = np.zeros(frame.height, dtype=np.intp), [""]
    for name in columns:
        try:
            coded = code_column(frame[name])
        except BadInput as error:
            raise (error.within(place) if place else error) from None
        width = max(len(coded.levels), 1)
        levels = [level.strip() for level in coded.levels]
        if names == [""]:
            codes, names = coded.codes.astype(np.intp), levels
            continue
        gone = (codes < 0) | (coded.codes < 0)
        codes = np.where(gone, -1, codes * width + coded.codes)
        here = np.flatnonzero(np.bincount(codes + 1, minlength=1 + width * len(names))[1:])
        places = np.full(width * len(names) + 1, -1, dtype=np.intp)
        places[here] = np.arange(len(here))
        codes = places[codes]
        names = [f"{names[cell // width]}{BETWEEN}{levels[cell % width]}" for cell in here]
    return codes, tuple(names)


def _outside(
    margin: Margin, levels: Sequence[str], people: NDArray[np.int64], number: Places
) -> list[Fault]:
    """People whose category the margin does not have, and people without any.

    people: without a value, then of each level. number: the category of each level, -1 for none.
    """
    unseen = [c for c in margin.categories if _same(margin, c) not in levels]
    faults = []
    if people[0]:
        what = f"{people[0]:,} people have no value"
        todo = "give them a category of their own, in the answers and in the margin"
        faults.append(Fault(what, margin.place, "a value for everybody with a weight", todo))
    for level, held, place in zip(levels, people[1:], number, strict=True):
        if held and place < 0:
            near = _meant(level, unseen, levels)
            todo = f"write {level!r} for {near!r} if that is meant" if near else "add it"
            what = f"{level!r} of the answers ({held:,} people) is not in the margin"
            allowed = ", ".join(margin.categories[:30])
            faults.append(Fault(what, margin.place, allowed, todo))
    return faults


def _meant(level: str, unseen: Sequence[str], levels: Sequence[str]) -> str | None:
    """The category that a value of the answers may stand for: not one that is another's, but for
    its capitals."""
    others = {other.casefold() for other in levels if other != level}
    return nearest(level, [category for category in unseen if category.casefold() not in others])


def _unfilled(
    margin: Margin, targets: Floats, people: NDArray[np.int64], levels: Sequence[str]
) -> list[Fault]:
    """Categories with a target and nobody in them, and with people and no target."""
    faults = []
    for category, target, number in zip(margin.categories, targets, people, strict=True):
        where = f"{margin.place}, category {category!r}"
        if target > 0 and number == 0:
            near = nearest(category, [level for level in levels if level not in margin.categories])
            todo = f"write {near!r} if that is meant" if near else "join it with another category"
            allowed = ", ".join(levels[:30])
            faults.append(Fault("nobody in the answers has this category", where, allowed, todo))
        elif target == 0 and number > 0:
            what = f"the target is 0, but {number:,} people are in the category"
            todo = "correct the target, or take these people out"
            faults.append(Fault(what, where, "a target above 0", todo))
    return faults


def joint(margins: Sequence[Aligned]) -> tuple[Places, NDArray[np.intp]]:
    """Everybody's joint cell of all margins, shape (n,), and the cells' categories (margins, cells).

    Working on cells instead of people is what makes a million people quick.
    """
    widths = [len(margin.categories) for margin in margins]
    size = len(margins[0].codes)
    if math.prod(widths) <= max(4 * size, 1 << 12):
        keys = reduce(
            lambda key, m: key * len(m.categories) + m.codes, margins[1:], margins[0].codes
        )
        cells = np.array(np.unravel_index(np.arange(math.prod(widths)), widths), dtype=np.intp)
        return keys, cells
    keys, cells = margins[0].codes, np.arange(widths[0], dtype=np.intp)[None]
    for margin, width in zip(margins[1:], widths[1:], strict=True):
        here, keys = np.unique(keys * width + margin.codes, return_inverse=True)
        cells = np.vstack([cells[:, here // width], here % width])
    return keys.astype(np.intp), cells
