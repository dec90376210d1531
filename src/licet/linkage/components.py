"""Connected components of an undirected graph, and the form in which edges are handed about.

A node is a whole number from 0; an edge is two of them. Where rows are numbered in the order of their
row id, the smallest node of a component is its first row, on every engine alike.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from licet.errors import bad

Nodes = NDArray[np.int32]
Flags = NDArray[np.bool_]

PASSES = 24
"""Steps of a search outwards before the whole graph is taken at once: components are shallow."""


def connected(nodes: int, a: Nodes, b: Nodes) -> Nodes:
    """The smallest node of each node's component: an array of ``nodes`` node numbers."""
    graph = coo_array((np.ones(len(a), np.int32), (a, b)), shape=(nodes, nodes)).tocsr()
    _, found = connected_components(graph, directed=False)
    return smallest(found)


def smallest(groups: NDArray[np.signedinteger]) -> Nodes:
    """For each node the smallest node of its group; groups are numbers from 0."""
    nodes = len(groups)
    first = np.zeros(int(groups.max()) + 1 if nodes else 0, np.int32)
    # of several values for one place the last is kept: backwards that is the smallest node
    first[groups[::-1]] = np.arange(nodes - 1, -1, -1, dtype=np.int32)
    found: Nodes = first[groups]
    return found


def reached(nodes: int, a: Nodes, b: Nodes, seeds: ArrayLike) -> Flags:
    """Which nodes are in a component with a seed: flags of length ``nodes``.

    Reads the edges once for each step outwards, so that a few seeds cost much less than
    ``connected``.
    """
    inside = np.zeros(nodes, np.bool_)
    inside[np.asarray(seeds, np.int64)] = True
    for _ in range(PASSES):
        left, right = inside[a], inside[b]
        ahead = left != right
        if not ahead.any():
            return inside
        inside[a[ahead]] = inside[b[ahead]] = True
        open_ends = ~(left | right)
        a, b = a[open_ends], b[open_ends]
    found = connected(nodes, a, b)
    marked = np.zeros(nodes, np.bool_)
    marked[found[inside]] = True
    return inside | marked[found]


def pairs(given: ArrayLike | Iterable[tuple[int, int]], nodes: int, what: str) -> Nodes:
    """Pairs of nodes as an array of two columns. Refuses nodes outside 0 to ``nodes`` - 1.

    what: what the pairs are, for the refusal.
    """
    found = given if isinstance(given, np.ndarray) else np.array(list(given), np.int64)  # type: ignore[arg-type]
    found = found.reshape(-1, 2)
    outside = found[((found < 0) | (found >= nodes)).any(axis=1)]
    if len(outside):
        raise bad(
            f"{what} names a row that is not there: {tuple(outside[0].tolist())}",
            allowed=f"rows 0 to {nodes - 1}" if nodes else "no rows were given",
            todo="number rows in the order of their row id, from 0",
        )
    return found.astype(np.int32, copy=False)
