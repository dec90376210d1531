"""Pairs of rows that people judged: all of a list, or a clerical sample with known weights.

A sample says of the pairs it was drawn from what all of them would say, within chance. A list of
labels nobody drew says something of those pairs alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from licet.audit.drawing.draws import Units, chunks
from licet.audit.linked.measured import MEASURES, Measured, measured
from licet.audit.linked.rows import LinkedRows, families
from licet.audit.linked.totals import Totals
from licet.audit.people import Codes, Floats

QUANTITIES = ("true", "found", "both")


@dataclass(frozen=True)
class Judged:
    """Pairs as places of rows, all shapes (pairs,). same: whether both are one person. weight: how many
    pairs each stands for. stratum: codes 0.. within which pairs were drawn. drawn: whether they are a
    random sample, so that weights say of how many."""

    a: Codes
    b: Codes
    same: Codes
    weight: Floats
    stratum: Codes
    drawn: bool


def judge(
    rows: LinkedRows, pairs: Judged, *, draws: int, seed: int, level: float = 0.95
) -> Measured:
    """Missed and false matches, precision, recall and F1 by group.

    Of a list, families are drawn anew. Of a sample pairs are, within strata, as they were drawn: it asks
    what all pairs of this run would say, and only what the pairs not looked at leave open is chance. What
    a stratum in which nothing was found may still hold is added: half a pair in one more than were
    looked at.
    """
    together = rows.found[pairs.a] == rows.found[pairs.b]
    touched = _touched(rows, pairs)
    of = np.stack([pairs.same == 1, together, (pairs.same == 1) & together], axis=1)
    values = touched[:, :, None] * (of * pairs.weight[:, None])[:, None, :]
    family = np.arange(len(pairs.a))
    if not pairs.drawn:
        near = (pairs.same == 1) | together
        family = families(rows, pairs.a[near], pairs.b[near])[pairs.a]
    unit, stratum = _units(family, pairs.stratum)
    sums = np.zeros((len(stratum), *values.shape[1:]))
    np.add.at(sums, unit, values)
    totals = Totals(rows.keys, QUANTITIES, sums, stratum)
    drawn = _drawn(totals, unit, pairs, draws, seed)
    counts = (values > 0).sum(axis=0).astype(float)
    unseen = _unseen(values, touched, pairs, together) if pairs.drawn else None
    chosen = [m for m in MEASURES if {*m.top, *m.base} <= set(QUANTITIES)]
    return measured(totals, drawn, level=level, measures=chosen, unseen=unseen, pairs=counts)


def _touched(rows: LinkedRows, pairs: Judged) -> np.ndarray:
    """Whether each pair counts for everybody (it does) and for each group. Shape (pairs, 1 + keys)."""
    touched = np.ones((len(pairs.a), 1 + len(rows.keys)), bool)
    if rows.keys:
        touched[:, 1:] = (rows.member[pairs.a] == 1) | (rows.member[pairs.b] == 1)
    return touched


def _units(family: Codes, stratum: Codes) -> tuple[Codes, Codes]:
    """The unit of each pair, a family within a stratum; and the stratum of each unit."""
    both = family * (int(stratum.max(initial=0)) + 1) + stratum
    found, unit = np.unique(both, return_inverse=True)
    return np.asarray(unit, np.int64), found % (int(stratum.max(initial=0)) + 1)


def _drawn(totals: Totals, unit: Codes, pairs: Judged, draws: int, seed: int) -> Floats:
    """Sums of each draw. A stratum of which a sample took the part f strays by sqrt(1 - f) as far."""
    units = Units(unit, totals.stratum)
    part = np.ones(len(totals.stratum))
    if pairs.drawn:
        number = np.bincount(pairs.stratum)
        stood = np.bincount(pairs.stratum, pairs.weight)
        taken = np.minimum(number / np.maximum(stood, 1e-300), 1)
        part = np.sqrt(1 - taken)[totals.stratum]
    flat = totals.values.reshape(len(totals.stratum), -1)
    parts = [(1 + part * (some - 1)) @ flat for some in chunks(units, draws, seed)]
    return np.concatenate(parts).reshape(draws, *totals.values.shape[1:])


def _unseen(
    values: Floats, touched: np.ndarray, pairs: Judged, together: np.ndarray
) -> dict[str, Floats]:
    """Standard errors from counts of strata that are never nothing, by measure; shape (1 + keys, 2).

    In each stratum the share of pairs of one person is taken as (k + p) / (n + 1) in a group, where p is
    that of the whole stratum, (k + 1/2) / (n + 1), and never as less than half a pair of all that were
    looked at in it; so a stratum that showed none still counts.
    """
    cell = pairs.stratum * 2 + together
    found = np.zeros((values.shape[1], 2, 3))
    for domain in range(values.shape[1]):
        for side, inside in enumerate((touched[:, domain], ~touched[:, domain])):
            apart, joined = _variances(cell, pairs, inside)
            found[domain, side] = _carried(values[inside][:, 0].sum(axis=0), apart, joined)
    se = np.sqrt(found)
    missed, false, f1 = (se[:, :, place] for place in range(3))
    return {"missed": missed, "recall": missed, "false": false, "precision": false, "f1": f1}


def _variances(cell: Codes, pairs: Judged, inside: np.ndarray) -> tuple[float, float]:
    """Of the pairs of one person that a domain holds: those apart, and those together."""
    size = int(cell.max(initial=0)) + 1
    same = pairs.same == 1
    number = np.bincount(cell, minlength=size)
    stood = np.bincount(cell, pairs.weight, size)
    whole = (np.bincount(cell, same, size) + 0.5) / (number + 1)
    own, n = np.bincount(cell, same & inside, size), np.bincount(cell, inside, size)
    share = np.maximum((own + whole) / (n + 1), 0.5 / (number + 1))
    left = 1 - np.minimum(number / np.maximum(stood, 1e-300), 1)
    stands = np.bincount(cell, pairs.weight * inside, size)
    variance = stands**2 * share * (1 - share) / (n + 1) * left
    odd = np.arange(size) % 2 == 1
    return float(variance[~odd].sum()), float(variance[odd].sum())


def _carried(sums: Floats, apart: float, joined: float) -> tuple[float, float, float]:
    """Variances of missed, false and F1 from those of what is apart and together (delta method)."""
    true, found, both = sums.tolist()
    missed = true - both
    whole = true + found
    return (
        ((both / true**2) ** 2 * apart + (missed / true**2) ** 2 * joined) if true else 0.0,
        joined / found**2 if found else 0.0,
        ((2 * both) ** 2 * apart + (2 * (missed + found)) ** 2 * joined) / whole**4
        if whole
        else 0.0,
    )
