"""The chance of being wholly linked: permission times linkage, side by side.

Somebody is missing from what was linked because one of their rows was not let in, or because their
rows were let in and stayed apart. Both shrink groups unequally, and only together do they say who is
there. Rows that were left out are counted outside the zone: from the extracts, never from the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from licet.audit.linked.measured import Measure, Measured, measured
from licet.audit.linked.rows import LinkedRows, families
from licet.audit.linked.totals import Totals
from licet.audit.people import Codes, Floats

QUANTITIES = ("units", "permitted", "linked")
WHOLLY = (
    Measure("permission", {"permitted": 1}, {"units": 1}, "wholly", True),
    Measure("linkage", {"linked": 1}, {"permitted": 1}, "wholly", True),
    Measure("both", {"linked": 1}, {"units": 1}, "wholly", True),
)
"""permission: of people (households, rows), those all of whose rows were let in. linkage: of these,
those whose rows are in one cluster (rows: with a row of another feed). both: one times the other."""


@dataclass(frozen=True)
class Wholly:
    """measured: by group. of: "people", "households" or "rows". counts: shape (1 + keys, 3): all, let
    in, and linked."""

    of: str
    measured: Measured
    counts: Codes


def wholly_linked(
    rows: LinkedRows,
    let_in: Codes,
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
    several: bool = True,
) -> Wholly:
    """People whose rows were all let in, and all joined.

    rows: of all feeds, with ``found`` -1 where a row was not let in, and ``true`` known. let_in: 1 or 0.
    several: only people with two rows or more, whom linking concerns.
    """
    assert rows.true is not None
    person = np.asarray(np.unique(rows.true, return_inverse=True)[1], np.int64)
    number = np.bincount(person)
    inside = np.bincount(person, let_in) == number
    one = _least_most(person, rows.found)
    linked = inside & (one[0] == one[1])
    first = np.zeros(len(number), np.int64)
    first[person[::-1]] = np.arange(len(person))[::-1]
    counted = number > 1 if several else np.ones(len(number), bool)
    flags = np.stack([counted, counted & inside, counted & linked], axis=1).astype(np.float64)
    return _found("people", rows, flags, first, draws, seed, level)


def wholly_households(
    rows: LinkedRows, let_in: Codes, *, draws: int, seed: int, level: float = 0.95
) -> Wholly | None:
    """The same of households: all rows of all their members. None where no household is known."""
    assert rows.true is not None
    known = rows.household >= 0
    if not known.any():
        return None
    some = _some(rows, known)
    assert some.true is not None
    home = np.asarray(np.unique(some.household, return_inverse=True)[1], np.int64)
    inside = np.bincount(home, let_in[known]) == np.bincount(home)
    person = np.asarray(np.unique(some.true, return_inverse=True)[1], np.int64)
    one = _least_most(person, some.found)
    apart = np.bincount(home, (one[0] != one[1])[person]) > 0
    flags = np.stack([np.ones(len(inside)), inside, inside & ~apart], axis=1).astype(np.float64)
    first = np.zeros(len(inside), np.int64)
    first[home[::-1]] = np.arange(len(home))[::-1]
    return _found("households", some, flags, first, draws, seed, level)


def linked_rows(
    rows: LinkedRows, let_in: Codes, feed: Codes, *, draws: int, seed: int, level: float = 0.95
) -> Wholly:
    """The same of rows, where nobody knows whose they are: let in, and joined with another feed's."""
    inside = let_in == 1
    cluster = np.where(inside, rows.found, -1)
    held = np.asarray(np.unique(cluster, return_inverse=True)[1], np.int64)
    least, most = _least_most(held, np.where(inside, feed, -1))
    linked = inside & (least != most)[held]
    flags = np.stack([np.ones(len(rows)), inside, linked], axis=1).astype(np.float64)
    return _found("rows", rows, flags, np.arange(len(rows)), draws, seed, level)


def _least_most(person: Codes, codes: Codes) -> tuple[Codes, Codes]:
    size = int(person.max(initial=-1)) + 1
    least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, -2, np.int64)
    np.minimum.at(least, person, codes)
    np.maximum.at(most, person, codes)
    return least, most


def _some(rows: LinkedRows, keep: np.ndarray) -> LinkedRows:
    """Some of the rows, without edges."""
    return LinkedRows(
        rows.found[keep],
        None if rows.true is None else rows.true[keep],
        rows.household[keep],
        rows.born[keep],
        keys=rows.keys,
        member=rows.member[keep],
    )


def _found(
    of: str, rows: LinkedRows, flags: Floats, first: Codes, draws: int, seed: int, level: float
) -> Wholly:
    """flags: shape (units, 3); first: the row that stands for each unit."""
    family = families(rows)[first]
    number = int(family.max(initial=-1)) + 1
    values = np.zeros((number, 1 + len(rows.keys), len(QUANTITIES)))
    inside = np.ones((len(first), 1 + len(rows.keys)), bool)
    inside[:, 1:] = rows.member[first] == 1
    for domain in range(values.shape[1]):
        for column in range(len(QUANTITIES)):
            held = flags[:, column] * inside[:, domain]
            values[:, domain, column] = np.bincount(family, held, number)
    totals = Totals(rows.keys, QUANTITIES, values, np.zeros(number, np.int64))
    found = measured(totals, totals.drawn(draws, seed), level=level, measures=WHOLLY)
    return Wholly(of, found, totals.whole.astype(np.int64))
