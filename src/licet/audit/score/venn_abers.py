"""How sure a calibrated chance is: the two chances that one more person could make of it (Venn-Abers).

For a person of a given score, isotonic steps are fitted twice to everybody and that person: once with
the outcome, once without (Vovk & Petej 2014). A narrow gap between the two says that many others are
like them; it says nothing of whether the score is any good.
"""

from __future__ import annotations

from math import nan

import numpy as np

from licet.audit.drawing.drawn import bins_of
from licet.audit.people import Floats

MOST = 200
"""Scores of more distinct values are put in so many bins of equally many people."""


def pairs(table: Floats) -> Floats:
    """The chance without and with the outcome for one more person of each bin, shape (bins, 2).

    table: (bins, 2), weights without and with the outcome, bins rising with the score. Isotonic steps
    are the greatest, over where a stretch begins, of the least, over where it ends, of its share.
    """
    cases, size = table[:, 1], table.sum(1)
    to_cases, to_size = np.cumsum([0, *cases]), np.cumsum([0, *size])
    found = np.empty((len(table), 2))
    for bin_ in range(len(table)):
        inside = to_cases[bin_ + 1 :][None, :] - to_cases[: bin_ + 1, None]
        people = to_size[bin_ + 1 :][None, :] - to_size[: bin_ + 1, None] + 1
        for outcome in (0, 1):
            found[bin_, outcome] = ((inside + outcome) / people).min(1).max()
    return found


def width_of(score: Floats, y: Floats, weight: Floats) -> float:
    """The mean gap between the two chances over these people; NaN of nobody. Shapes (n,), all known.

    Weights are taken as relative: one more person weighs as much as the mean.
    """
    if not len(score) or weight.sum() <= 0:
        return nan
    _, bins = bins_of(score, weight, MOST)
    worth = weight / weight.mean()
    number = int(bins.max()) + 1
    table = np.zeros((number, 2))
    for outcome in (0, 1):
        table[:, outcome] = np.bincount(bins, weights=worth * (y == outcome), minlength=number)
    both = pairs(table)
    return float(np.average(both[:, 1] - both[:, 0], weights=table.sum(1)))
