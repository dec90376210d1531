"""What each family adds to the counts of pairs, for everybody and for each group.

A pair counts for the groups of both its persons, so a wrong pair of a Black and a White person is one
of each; the rest of a group are all other pairs. Pairs are never listed: a part of s rows holds
s (s - 1) / 2 of them, and those that touch a group are all less those that do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.cells import collapse, replicates
from licet.audit.drawing.draws import units_from
from licet.audit.linked.rows import LinkedRows
from licet.audit.people import Codes, Floats, GroupKey

QUANTITIES = ("true", "found", "both", "edges", "edges_both", "rows", "precise", "recalled")
"""true: pairs of one person; found: pairs in one cluster; both: right ones. edges: pairs from which
rows may be joined, and the right ones of them. rows; and sums over rows of the share of their cluster
that is theirs, and of their person that is in it (B-cubed)."""


@dataclass(frozen=True)
class Totals:
    """values: shape (families, 1 + keys, quantities); everybody first. stratum: shape (families,)."""

    keys: tuple[GroupKey, ...]
    quantities: tuple[str, ...]
    values: Floats
    stratum: Codes

    @property
    def whole(self) -> Floats:
        """Sums over families. Shape (1 + keys, quantities)."""
        found: Floats = self.values.sum(axis=0)
        return found

    def drawn(self, draws: int, seed: int) -> Floats:
        """The sums of each draw of families. Shape (draws, 1 + keys, quantities)."""
        families = len(self.values)
        flat = self.values.reshape(families, -1)
        ones = np.ones(families)
        cells = collapse(list(flat.T), ones)
        units = units_from(np.arange(families), self.stratum, families)
        worth = flat[cells.first]
        parts = [some @ worth for some in replicates(cells, units, ones, draws, seed)]
        return np.concatenate(parts).reshape(draws, *self.values.shape[1:])


def pair_totals(rows: LinkedRows, family: Codes) -> Totals:
    """The counts of pairs of rows whose persons are known. Refuses rows without truth."""
    assert rows.true is not None
    families = int(family.max(initial=-1)) + 1
    values = np.zeros((families, 1 + len(rows.keys), len(QUANTITIES)))
    cell = _together(rows.found, rows.true)
    for column, part in enumerate((rows.true, rows.found, cell)):
        values[:, :, column] = _of_parts(part, rows, family, families)
    own, edge_family = rows.true[rows.a] == rows.true[rows.b], family[rows.a]
    shares = _shares(rows.found, rows.true, cell)
    for domain, (member, touched) in enumerate(_domains(rows)):
        values[:, domain, 3] = np.bincount(edge_family, touched, families)
        values[:, domain, 4] = np.bincount(edge_family, touched & own, families)
        for column, weight in enumerate((np.ones(len(rows)), *shares), start=5):
            values[:, domain, column] = np.bincount(family, weight * member, families)
    return Totals(rows.keys, QUANTITIES, values, np.zeros(families, np.int64))


def _domains(rows: LinkedRows) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """For everybody and each group: which rows are in it, and which edges touch it."""
    yield np.ones(len(rows), bool), np.ones(len(rows.a), bool)
    for key in range(len(rows.keys)):
        member = rows.member[:, key] == 1
        yield member, member[rows.a] | member[rows.b]


def _together(one: Codes, other: Codes) -> Codes:
    """A code for each combination of two codes, 0.."""
    both = one * (int(other.max(initial=0)) + 1) + other
    return np.asarray(np.unique(both, return_inverse=True)[1], np.int64)


def _of_parts(part: Codes, rows: LinkedRows, family: Codes, families: int) -> Floats:
    """Pairs within parts, by family, for everybody and each group. Shape (families, 1 + keys)."""
    _, part, sizes = np.unique(part, return_inverse=True, return_counts=True)
    where = np.zeros(len(sizes), np.int64)
    where[part] = family
    every = pairs_of(sizes)
    found = np.zeros((families, 1 + len(rows.keys)))
    found[:, 0] = np.bincount(where, every, families)
    for key in range(len(rows.keys)):
        outside = np.bincount(part, rows.member[:, key] == 0, len(sizes)).astype(np.int64)
        found[:, 1 + key] = np.bincount(where, every - pairs_of(outside), families)
    return found


def pairs_of(sizes: Codes) -> Codes:
    """How many pairs so many rows make."""
    return sizes * (sizes - 1) // 2


def _shares(found: Codes, true: Codes, cell: Codes) -> tuple[Floats, Floats]:
    """Of each row: the share of its cluster that is its person's, and of its person's that is there."""
    inside = np.bincount(cell)[cell] if len(cell) else np.zeros(0)
    sizes = [np.unique(codes, return_inverse=True, return_counts=True) for codes in (found, true)]
    of_found, of_true = (counts[place] for _, place, counts in sizes)
    return inside / of_found, inside / of_true
