"""From declared columns to arms: who was asked how, and arms made alike in the declared groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.checks import CHECK_COLUMNS, Checks
from licet.comparisons.people import People
from licet.errors import BadInput
from licet.quality.effects import LEAST_PEOPLE, Arms, CheckKind

if TYPE_CHECKING:
    from licet.survey.answers import Answers

MOST_ARMS = 12
LEAST_IN_CELL = 5
"""People whom an arm needs in each part of a group, to be made alike in it."""

Codes = NDArray[np.int64]


def arms_of(people: People, answers: Answers, checks: Checks) -> Iterator[Arms]:
    """The arms of every check that is declared. Raises BadInput for columns that are not there."""
    kinds: dict[str, CheckKind] = {"mode": "mode", "flip": "flip", "set": "set", "order": "order"}
    for key in CHECK_COLUMNS:
        column = getattr(checks, key)
        if column:
            names, codes, notes = _coded(people, answers, column, f"checks.{key}")
            same = dict.fromkeys(people.stances, codes)
            yield Arms(kinds[key], column, names, same, notes=notes)
    if checks.position:
        halves = {
            item: _half(answers, column, f"checks.position.{item}")
            for item, column in checks.position.items()
        }
        columns = ", ".join(dict.fromkeys(checks.position.values()))
        note = "Places in the list are taken together as its first and its second half."
        yield Arms("position", columns, ("second half", "first half"), halves, notes=(note,))


def _coded(
    people: People, answers: Answers, column: str, place: str
) -> tuple[tuple[str, ...], Codes, tuple[str, ...]]:
    """The arms of a column that are large enough, codes of people, and who was left out."""
    from licet.survey.coding import code_column
    from licet.survey.matrix import column_of

    try:
        coded = code_column(column_of(answers.without_missing(), column))
    except BadInput as error:
        raise error.within(place) from None
    codes = np.asarray(coded.codes, dtype=np.int64)
    sizes = np.bincount(
        codes[(codes >= 0) & (people.design.weights > 0)], minlength=len(coded.levels)
    )
    kept = [level for level in range(len(coded.levels)) if sizes[level] >= LEAST_PEOPLE]
    kept = sorted(kept, key=lambda level: -sizes[level])[:MOST_ARMS]
    kept.sort()
    lookup = np.full(len(coded.levels) + 1, -1, dtype=np.int64)
    lookup[kept] = np.arange(len(kept))
    left = [name for place, name in enumerate(coded.levels) if place not in kept]
    notes = (
        (f"Left out, fewer than {LEAST_PEOPLE} people each: {', '.join(left)}.",) if left else ()
    )
    return tuple(coded.levels[level] for level in kept), lookup[codes], notes


def _half(answers: Answers, column: str, place: str) -> Codes:
    """1 in the first half of the list, 0 in the second, -1 where no place is known."""
    import polars as pl

    from licet.survey.matrix import column_of

    try:
        series = column_of(answers.without_missing(), column)
    except BadInput as error:
        raise error.within(place) from None
    numbers = series.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    known = np.isfinite(numbers)
    if not known.any():
        return np.full(len(numbers), -1, dtype=np.int64)
    middle = (numbers[known].min() + numbers[known].max()) / 2
    return np.where(known, (numbers <= middle).astype(np.int64), -1)


def standardised(people: People, arms: Arms) -> Arms:
    """The arms made alike: each raked to the composition of everybody in the declared groups.

    People choose a mode or are given one for what they are; what is left between arms made alike is
    nearer to what the mode itself does. Weights are then taken as fixed, which makes the intervals a
    little wider than they need be. Arms that cannot be made alike are returned with a note.
    """
    codes = next(iter(arms.codes.values()))
    if people.design.replicates is not None:
        return _not_alike(arms, "the replicate weights would have to be made anew")
    if len(arms.names) < 2:
        return _not_alike(arms, "there are fewer than two arms of enough people")
    weights, used = _raked(people, codes, len(arms.names))
    if not used:
        return _not_alike(arms, "no declared group has enough people in every arm")
    left = [group for group in people.groups if group not in used]
    labels = ", ".join(people.evidence.group_label(group) for group in used)
    notes = [
        f"Arms made alike in: {labels}. Whatever else differs between them is not allowed for."
    ]
    if left:
        named = ", ".join(people.evidence.group_label(group) for group in left)
        notes.append(f"Not made alike in, too few people in an arm: {named}.")
    return replace(arms, weights=weights, notes=(*arms.notes, *notes))


def _not_alike(arms: Arms, why: str) -> Arms:
    note = f"Not adjusted for who was in which arm: {why}."
    return replace(arms, notes=(*arms.notes, note))


def _raked(people: People, codes: Codes, arms: int) -> tuple[NDArray[np.float64], list[str]]:
    """Weights that give every arm the composition of everybody; and the groups that allow it.

    Groups are taken in as declared, one by one; one that cannot be met with those before is left out.
    """
    from licet.weighting.margins import Aligned, tally
    from licet.weighting.raking import rake

    start = people.design.weights
    inside = (codes >= 0) & (start > 0)
    where = [np.flatnonzero(inside & (codes == arm)) for arm in range(arms)]
    used: list[str] = []
    laid: list[list[Aligned]] = [[] for _ in where]
    best = start
    for group in people.groups:
        part = _part(people, group)
        levels = np.unique(part[inside])
        place = np.searchsorted(levels, part)
        counts = [np.bincount(place[rows], minlength=len(levels)) for rows in where]
        if min(int(count.min()) for count in counts) < LEAST_IN_CELL or len(levels) < 2:
            continue
        target = tally(place[inside], start[inside], len(levels)) / start[inside].sum()
        names = tuple(map(str, levels))
        tried = [
            [*before, Aligned(group, names, place[rows], target * start[rows].sum())]
            for before, rows in zip(laid, where, strict=True)
        ]
        try:
            fitted = [rake(start[rows], m).weights for rows, m in zip(where, tried, strict=True)]
        except BadInput:
            continue
        best = start.copy()
        for rows, weights in zip(where, fitted, strict=True):
            best[rows] = weights
        laid, used = tried, [*used, group]
    return best, used


def _part(people: People, group: str) -> Codes:
    """1 in the group, 0 in the rest, 2 where it is not known."""
    inside, rest = people.members[group, "in"], people.members[group, "rest"]
    return np.where(inside, 1, np.where(rest, 0, 2)).astype(np.int64)
