"""How good clusters are: against truth, and in themselves. Exact counts, by no sampling.

Pairwise: over all pairs of rows, is a pair that is together rightly so, and is one that belongs
together found. B-cubed: the same asked for each row, so that a large cluster does not count as the
square of its size (Bagga and Baldwin 1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from licet.errors import bad
from licet.linkage.components import Flags, connected


@dataclass(frozen=True)
class Agreement:
    """Precision, recall and F1, as shares; and pairs: found, true, and both. 1.0 where nothing is asked."""

    precision: float
    recall: float
    found: int
    true: int
    both: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0.0 where both are."""
        together = self.precision + self.recall
        return 2 * self.precision * self.recall / together if together else 0.0


def pairwise(labels: ArrayLike, truth: ArrayLike) -> Agreement:
    """Agreement over pairs of rows. labels, truth: a group for each row, as numbers or text."""
    cells, found, true = _crossed(labels, truth)
    together, asked, both = (_pairs(sizes) for sizes in (found, true, cells[2]))
    return Agreement(
        both / together if together else 1.0,
        both / asked if asked else 1.0,
        together,
        asked,
        both,
    )


def b_cubed(labels: ArrayLike, truth: ArrayLike) -> Agreement:
    """Agreement as the mean over rows. Counts of pairs are those of ``pairwise``."""
    (of_found, of_true, sizes), found, true = _crossed(labels, truth)
    rows = int(sizes.sum())
    weight = sizes.astype(np.float64) ** 2
    return Agreement(
        float((weight / found[of_found]).sum() / rows) if rows else 1.0,
        float((weight / true[of_true]).sum() / rows) if rows else 1.0,
        _pairs(found),
        _pairs(true),
        _pairs(sizes),
    )


Sizes = NDArray[np.int64]


def _crossed(
    labels: ArrayLike, truth: ArrayLike
) -> tuple[tuple[Sizes, Sizes, Sizes], Sizes, Sizes]:
    """Cells that hold rows (found group, true group, size), and the sizes of both kinds of group."""
    one, other = np.asarray(labels), np.asarray(truth)
    if len(one) != len(other):
        raise bad(f"{len(one)} labels for {len(other)} rows of truth")
    _, of_found, found = np.unique(one, return_inverse=True, return_counts=True)
    _, of_true, true = np.unique(other, return_inverse=True, return_counts=True)
    cell, sizes = np.unique(of_found * max(len(true), 1) + of_true, return_counts=True)
    return (cell // max(len(true), 1), cell % max(len(true), 1), sizes), found, true


def _pairs(sizes: Sizes) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def cluster_sizes(labels: ArrayLike) -> dict[int, int]:
    """How many clusters there are of each size, by size."""
    _, sizes = np.unique(np.asarray(labels), return_counts=True)
    size, number = np.unique(sizes, return_counts=True)
    return dict(zip(size.tolist(), number.tolist(), strict=True))


def unlinkable(own_weight: ArrayLike, threshold: float) -> int:
    """How many rows say too little to be linked with anything: not even an exact copy of themselves.

    own_weight: the match weight of each row compared with itself, in bits.
    """
    return int((np.asarray(own_weight, np.float64) < threshold).sum())


def bridges(labels: ArrayLike, a: ArrayLike, b: ArrayLike) -> Flags:
    """Which edges hold a cluster together alone: without one of them its cluster falls apart.

    labels: the cluster of each node; a, b: ends of edges. An edge between clusters is no bridge; a
    pair that is there twice counts as one edge.
    """
    of = np.asarray(labels)
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    nodes = len(of)
    inside = (low != high) & (of[low] == of[high])
    pair, back = np.unique(low[inside] * nodes + high[inside], return_inverse=True)
    single = np.zeros(len(low), np.bool_)
    single[inside] = _of_pairs(nodes, pair // nodes, pair % nodes)[back]
    return single


def _of_pairs(nodes: int, low: Sizes, high: Sizes) -> Flags:
    """Bridges of a simple graph. Loose ends are peeled off first: most clusters are trees."""
    found = np.zeros(len(low), np.bool_)
    left = np.arange(len(low))
    while len(left):
        degree = np.bincount(low[left], minlength=nodes) + np.bincount(high[left], minlength=nodes)
        loose = (degree[low[left]] == 1) | (degree[high[left]] == 1)
        if not loose.any():
            break
        found[left[loose]] = True
        left = left[~loose]
    left = left[_sparse(nodes, low[left], high[left])]
    for edge in _searched(low[left].tolist(), high[left].tolist()):
        found[left[edge]] = True
    return found


_END = 3
"""Nodes at the least on each side of a bridge, where there are no loose ends: a triangle."""


def _sparse(nodes: int, low: Sizes, high: Sizes) -> Flags:
    """The edges of connected parts that have nodes enough, and few enough edges, to hold a bridge.

    Most edges fit with a bridge where one side is a triangle and everybody on the other knows everybody.
    """
    part = connected(nodes, low.astype(np.int32), high.astype(np.int32))
    touched = np.zeros(nodes, np.bool_)
    touched[low] = touched[high] = True
    sizes = np.bincount(part[touched], minlength=nodes)
    edges = np.bincount(part[low], minlength=nodes)
    other = sizes - _END
    most = _END + 1 + other * (other - 1) // 2
    found: Flags = ((other >= _END) & (edges <= most))[part[low]]
    return found


def _searched(low: list[int], high: list[int]) -> list[int]:
    """Places of bridges, by depth-first search: an edge below which nothing leads back above it."""
    beside: dict[int, list[tuple[int, int]]] = {}
    for edge, (a, b) in enumerate(zip(low, high, strict=True)):
        beside.setdefault(a, []).append((b, edge))
        beside.setdefault(b, []).append((a, edge))
    seen: dict[int, int] = {}
    reach: dict[int, int] = {}
    found = []
    for start in beside:
        if start in seen:
            continue
        seen[start] = reach[start] = len(seen)
        way = [(start, -1, iter(beside[start]))]
        while way:
            node, by, ahead = way[-1]
            for other, edge in ahead:
                if edge == by:
                    continue
                if other in seen:
                    reach[node] = min(reach[node], seen[other])
                else:
                    seen[other] = reach[other] = len(seen)
                    way.append((other, edge, iter(beside[other])))
                    break
            else:
                way.pop()
                if way:
                    above = way[-1][0]
                    reach[above] = min(reach[above], reach[node])
                    if reach[node] > seen[above]:
                        found.append(by)
    return found
