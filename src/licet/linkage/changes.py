"""Withdrawal and arrival: which rows have to be clustered anew, and their clusters.

What one edge did, another may do once it is gone, and a row that leaves may have kept two others
apart. So never only the old cluster is taken anew but the whole connected component, over all edges
at or above the threshold and over what reviewers joined, as it was before the change and as it is
after. Everything outside those components stays as it is: the result is that of clustering
everything again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from licet.errors import bad
from licet.linkage.clusters import NO_BIRTH, Pairs, Weights, cluster
from licet.linkage.components import Flags, Nodes, pairs, reached
from licet.linkage.spec import BLOCK_PARTS, LinkageSpec

Edge = tuple[str, str, float]
RowPair = tuple[str, str]
Neighbours = Callable[[list[str]], Iterable[Edge]]


@dataclass(frozen=True)
class Touched:
    """Whole components, with their edges.

    rows: row ids, ascending. edges: row, row, match weight, each once, ascending.
    """

    rows: tuple[str, ...]
    edges: tuple[Edge, ...]

    def without(self, rows: Collection[str]) -> Touched:
        """What is left when these rows, and every edge at one of them, are gone."""
        gone = set(rows)
        return Touched(
            tuple(row for row in self.rows if row not in gone),
            tuple(e for e in self.edges if e[0] not in gone and e[1] not in gone),
        )


def touched_component(
    fetch_neighbours: Neighbours, rows: Iterable[str], must: Iterable[RowPair] = ()
) -> Touched:
    """The components of these rows: searched outwards, all rows of a step at once.

    fetch_neighbours: gives every edge at or above the threshold with an end among the rows asked
    for; each row is asked for once. rows: the rows that leave or arrive, and those of reviewers'
    decisions that came or went. must: everything that reviewers joined, before or after.

    Ask before rows and edges are deleted and after new ones are there; then take away what left
    with ``Touched.without``.
    """
    joined: dict[str, list[str]] = {}
    for first, second in must:
        joined.setdefault(first, []).append(second)
        joined.setdefault(second, []).append(first)
    found = set(rows)
    edges: set[Edge] = set()
    step = sorted(found)
    while step:
        fetched = list(fetch_neighbours(step))
        edges.update((a, b, w) if a < b else (b, a, w) for a, b, w in fetched)
        beside = {end for a, b, _ in fetched for end in (a, b)}
        for row in step:
            beside.update(joined.get(row, ()))
        step = sorted(beside - found)
        found |= beside
    return Touched(tuple(sorted(found)), tuple(sorted(edges)))


def clusters_of(
    touched: Touched,
    source: Mapping[str, int],
    one_per: Collection[int] = (),
    must: Iterable[RowPair] = (),
    cannot: Iterable[RowPair] = (),
    birth: Mapping[str, int] | None = None,
) -> dict[str, str]:
    """For each row of whole components the first row of its cluster.

    source: the source of each row. must, cannot: reviewers' pairs, those of other rows included.
    birth: days since 1970, by row.
    Refuses what ``cluster`` refuses.
    """
    rows = touched.rows
    place = {row: k for k, row in enumerate(rows)}
    ends = np.array([(place[a], place[b]) for a, b, _ in touched.edges], np.int32).reshape(-1, 2)
    labels = cluster(
        len(rows),
        ends[:, 0],
        ends[:, 1],
        np.array([weight for _, _, weight in touched.edges], np.float64),
        np.array([source[row] for row in rows], np.int64),
        one_per,
        _here(must, place),
        _here(cannot, place),
        rows,
        [birth.get(row, NO_BIRTH) for row in rows] if birth is not None else None,
    )
    return {row: rows[label] for row, label in zip(rows, labels.tolist(), strict=True)}


def _here(given: Iterable[RowPair], place: Mapping[str, int]) -> list[tuple[int, int]]:
    return [(place[a], place[b]) for a, b in given if a in place and b in place]


def clusters_again(
    labels: ArrayLike,
    edges: tuple[Nodes, Nodes, Weights],
    source: ArrayLike,
    touched: ArrayLike,
    one_per: Collection[int] = (),
    must: Pairs = (),
    cannot: Pairs = (),
    names: Sequence[str] | None = None,
    birth: ArrayLike | None = None,
) -> tuple[Nodes, Flags]:
    """Labels after a change, where all edges are in memory; and which nodes were clustered anew.

    labels: as they were, one for each node as it is numbered now; of new nodes anything. edges:
    ends and weights as they are now. touched: nodes that arrived, that lost a neighbour, or that a
    reviewers' decision that came or went names. Other arguments as for ``cluster``.
    A label is a node of the cluster, so its number has to be that of now too: see ``renumbered``.
    """
    a, b, weight = edges
    kept = np.array(labels, np.int32)
    nodes = len(kept)
    joined, parted = pairs(must, nodes, "must"), pairs(cannot, nodes, "cannot")
    ends = np.concatenate([a, joined[:, 0]]), np.concatenate([b, joined[:, 1]])
    again = reached(nodes, *ends, touched)
    members = np.flatnonzero(again)
    place = np.zeros(nodes, np.int32)
    place[members] = np.arange(len(members), dtype=np.int32)
    picked = np.flatnonzero(again[a])
    anew = cluster(
        len(members),
        place[a[picked]],
        place[b[picked]],
        weight[picked],
        np.asarray(source)[members],
        one_per,
        place[joined[again[joined].all(axis=1)]],
        place[parted[again[parted].all(axis=1)]],
        [names[k] for k in members.tolist()] if names is not None else None,
        np.asarray(birth)[members] if birth is not None else None,
    )
    kept[members] = members[anew]
    return kept, again


def renumbered(labels: Nodes, kept: Flags) -> Nodes:
    """Labels of the nodes that stay, numbered among themselves.

    kept: which nodes stay. A label that left becomes 0: what is left of its cluster is connected to
    the nodes that lost a neighbour, so ``clusters_again`` gives it another.
    """
    place = np.cumsum(kept, dtype=np.int64) - 1
    old = labels[kept]
    anew: NDArray[np.int32] = np.where(kept[old], place[old], 0).astype(np.int32)
    return anew


_PARTS: Mapping[str, pl.Expr] = {
    "birth_year": pl.col("birth").dt.year(),
    "birth_day": pl.col("birth").dt.month().cast(pl.Int32) * 100 + pl.col("birth").dt.day(),
    "initial": pl.col("given").str.slice(0, 1),
}
"""Parts of a block that are worked out from a field."""


def near(old: pl.DataFrame, fresh: pl.DataFrame, spec: LinkageSpec) -> pl.DataFrame:
    """The rows that may be compared with a new one at all: they agree with one on a whole block.

    old, fresh: rows in standard form. Scoring these few gives the edges that scoring all would give.
    """
    numbered = old.with_row_index("place_in_all")
    found = [
        numbered.select("place_in_all", **_keys(parts))
        .join(fresh.select(**_keys(parts)).drop_nulls().unique(), on=list(parts), how="semi")
        .get_column("place_in_all")
        for parts in spec.blocks
        if {BLOCK_PARTS[part] for part in parts} <= {*old.columns} & {*fresh.columns}
    ]
    return old[pl.concat(found).unique().sort()] if found else old.clear()


def _keys(parts: Iterable[str]) -> dict[str, pl.Expr]:
    return {part: _PARTS.get(part, pl.col(part)) for part in parts}


@dataclass(frozen=True)
class Delivered:
    """What a delivery holds, against what is there. Row ids, ascending.

    new: not there yet. again: there already. withheld: withdrawn once, so never taken again.
    """

    new: tuple[str, ...]
    again: tuple[str, ...]
    withheld: tuple[str, ...]


def delivered(
    rows: Iterable[str], present: Collection[str], withdrawn: Collection[str]
) -> Delivered:
    """Tell what is new in a delivery from what is there and from what was withdrawn.

    present, withdrawn: sets of row ids. Refuses a row that is both.
    """
    both = sorted(set(present) & set(withdrawn))
    if both:
        raise bad(
            f"a row is both present and withdrawn: {both[0]}",
            todo="take withdrawn rows out before a delivery is read",
        )
    found = sorted(set(rows))
    return Delivered(
        tuple(row for row in found if row not in present and row not in withdrawn),
        tuple(row for row in found if row in present),
        tuple(row for row in found if row in withdrawn),
    )
