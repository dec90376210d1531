"""A fixed score under doubtful links: people weighted by the chance that their history is theirs.

A vendor's score cannot be made anew on damaged data. What is possible is to ask what it does for those
whose links are true: by weighting each person with the chance of the link, and by imputing which links
are true, again and again (multiple imputation within a bootstrap: Schomaker & Heumann 2018), so that the
interval holds the doubt of the links and that of chance. Links are taken to be missed at random given
that chance.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from licet.audit.beyond.link_errors import (
    MOST_ROWS,
    LinkReruns,
    figures,
    rows_of,
    shrinks_while_worse,
)
from licet.audit.drawing.draws import chunks, units_of
from licet.audit.people import People

DRAWS = 200
LABELS = (
    ("as-linked", "every link taken as true"),
    ("weighted", "weighted by link probability"),
    ("imputed", "links imputed"),
)
NOT_REMADE = (
    "The score is fixed: it cannot be made anew on damaged data, so the grid of missed and false links is "
    "not run. Link probabilities tell what it does for people whose links are true."
)


def link_weights(people: People) -> LinkReruns | None:
    """The score as it is, weighted, and with links imputed; None without link probabilities."""
    if people.link_probability is None:
        return None
    rows = _rows(people)
    if not len(rows):
        return None
    tried = np.array(list(_draws(people, rows)))
    found = rows_of(LABELS, tried, people.keys, people.plan.level, len(rows))
    words = [NOT_REMADE]
    if shrinks_while_worse(found[1]):
        words.append("Where links are likely to be true the gap is smaller and the score worse.")
    column = people.plan.columns.link_probability
    return LinkReruns("weights", (), (column,), found, tuple(words), len(rows), DRAWS)


def _rows(people: People) -> NDArray[np.int64]:
    assert people.link_probability is not None
    there = np.isfinite(people.y) & (people.flag >= 0) & np.isfinite(people.link_probability)
    rows = np.flatnonzero(there & (people.weight > 0))
    if len(rows) > MOST_ROWS:
        rng = np.random.default_rng([people.plan.seed, 2])
        rows = np.sort(rng.choice(rows, MOST_ROWS, replace=False))
    return rows


def _draws(people: People, rows: NDArray[np.int64]) -> Iterator[list[list[float]]]:
    """Each draw: people drawn anew, with all weights, link weights, and links drawn."""
    assert people.link_probability is not None
    units = units_of(people)
    rng = np.random.default_rng([people.plan.seed, 3])
    link = people.link_probability[rows]
    score = people.score[rows]
    scored = bool(np.isfinite(score).any())
    y, flag, member = people.y[rows], people.flag[rows] == 1, people.member[rows]
    every = np.ones(len(rows), bool)
    for chunk in chunks(units, DRAWS, people.plan.seed):
        for drawn in chunk:
            weight = people.weight[rows] * drawn[units.of_row[rows]]
            true = (rng.random(len(rows)) < link).astype(np.float64)
            yield [
                figures(score if scored else flag.astype(float), y, flag, weight * part,
                        every, every, member, people.plan.probability and scored)
                for part in (np.ones(len(rows)), link, true)
            ]  # fmt: skip
