"""What an order of people by score is worth: AUC, average precision, precision and recall at capacity.

All from counts by score. A table has shape (..., bins, 3): weights of people without the outcome, with
it, and of whom it is not known; bins rise with the score, and people of one bin are tied. Everything
is worked out along the last two axes, so that a thousand draws cost one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from licet.audit.drawing.drawn import Part
from licet.audit.people import Codes, Floats

STATES = 3
"""Without the outcome, with it, not known."""


def states(y: Floats) -> Codes:
    """0 without the outcome, 1 with it, 2 not known. Shape of y."""
    return np.where(np.isnan(y), 2, np.nan_to_num(y)).astype(np.int64)


def table_part(bins: Codes, y: Floats) -> Part:
    """The sums of a table; people whose bin is -1 are left out."""
    number = int(bins.max(initial=-1)) + 1
    return Part(np.where(bins >= 0, bins * STATES + states(y), -1), number * STATES)


def table_of(sums: Floats) -> Floats:
    """The table itself: (..., bins x 3) as (..., bins, 3)."""
    return sums.reshape(*sums.shape[:-1], -1, STATES)


def auc(table: Floats) -> Floats:
    """The chance that of two people the one with the outcome has the higher score; ties count half.

    Shape (...). NaN where one of the two outcomes is missing.
    """
    without, with_it = table[..., 0], table[..., 1]
    below = np.cumsum(without, axis=-1) - without / 2
    pairs = without.sum(-1) * with_it.sum(-1)
    return _over((with_it * below).sum(-1), pairs)


def average_precision(table: Floats) -> Floats:
    """The mean precision over those with the outcome, each at their own score (no interpolation).

    Shape (...). As in scikit-learn: ties enter together.
    """
    without, with_it = table[..., ::-1, 0], table[..., ::-1, 1]
    found = np.cumsum(with_it, axis=-1)
    precision = _over(found, found + np.cumsum(without, axis=-1), 0.0)
    return _over((with_it * precision).sum(-1), with_it.sum(-1))


def base_rate(table: Floats) -> Floats:
    """The share with the outcome among those of whom it is known. Shape (...)."""
    cases = table[..., 1].sum(-1)
    return _over(cases, cases + table[..., 0].sum(-1))


def at_capacity(table: Floats, share: float) -> tuple[Floats, Floats]:
    """Precision and recall if that share (0-1) of all people is picked from the top.

    Ties at the cut are drawn by lot: the expected numbers. Precision is among those picked whose
    outcome is known. Shapes (...).
    """
    taken = _taken(table, share)
    found = (taken * table[..., 1]).sum(-1)
    known = (taken * (table[..., 0] + table[..., 1])).sum(-1)
    return _over(found, known), _over(found, table[..., 1].sum(-1))


def _taken(table: Floats, share: float) -> Floats:
    """The part of each bin that is picked: 1 above the cut, 0 below, between where it is cut."""
    size = table.sum(-1)
    above = np.cumsum(size[..., ::-1], axis=-1)[..., ::-1] - size
    wanted = share * size.sum(-1, keepdims=True)
    return np.clip(_over(wanted - above, size, 0.0), 0, 1)


@dataclass(frozen=True)
class TieBounds:
    """Shares (0-1) over every way to choose among the ties at the cut, by the kindest and the least.

    tied: people (weights) who share the score at the cut; picked: how many of these are picked.
    """

    precision_worst: float
    precision_best: float
    recall_worst: float
    recall_best: float
    tied: float
    picked: float


def tie_bounds(table: Floats, share: float) -> TieBounds:
    """The bounds for one table, shape (bins, 3)."""
    taken = _taken(table, share)
    cut = (taken > 0) & (taken < 1)
    full = table[taken == 1].sum(0)
    edge = table[cut].sum(0)
    places = float((taken[cut, None] * table[cut]).sum())
    cases = float(table[:, 1].sum())
    worst, best = full + _filled(edge, places, (0, 2, 1)), full + _filled(edge, places, (1, 2, 0))
    figures = [
        float(_over(ends[1], whole))
        for ends in (worst, best)
        for whole in (ends[0] + ends[1], np.asarray(cases))
    ]
    return TieBounds(figures[0], figures[2], figures[1], figures[3], float(edge.sum()), places)


def _filled(edge: Floats, places: float, order: tuple[int, int, int]) -> Floats:
    """Who of the tied is picked if they are taken in that order of states."""
    found = np.zeros(STATES)
    for state in order:
        found[state] = min(float(edge[state]), places)
        places -= found[state]
    return found


def _over(above: Floats, below: Floats, nothing: float = np.nan) -> Floats:
    """The quotient, ``nothing`` where it is divided by 0."""
    there = below > 0
    return np.where(there, above / np.where(there, below, 1), nothing)
