"""Persons as clusters of rows: best edges first, and never two rows that may not be one person.

Inside each connected component the edges are taken by falling weight. An edge joins two clusters
unless both hold a row of the same source that has one row per person, or reviewers said that a row
of the one and a row of the other are two people, or the two together would be born on two days that
each stand on two rows or more. What reviewers said is one person comes before all
edges and outranks weights and sources.
Where a component breaks no constraint the component itself is the answer, so only the others are
worked through edge by edge.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from licet.errors import BadInput, Fault, bad
from licet.linkage.components import Flags, Nodes, connected, pairs

Weights = NDArray[np.float64]
Pairs = ArrayLike | Iterable[tuple[int, int]]


@dataclass(frozen=True)
class Constraints:
    """What a cluster may not hold.

    source: the source of each node, as a number. one_per: the sources that have one row per person.
    must, cannot: pairs of nodes that reviewers said are one person, or two; arrays of two columns.
    birth: date of birth of each node in days since 1970, ``NO_BIRTH`` where none is known.
    """

    source: NDArray[np.integer]
    one_per: tuple[int, ...]
    must: Nodes
    cannot: Nodes
    birth: NDArray[np.int64]


NO_BIRTH = np.iinfo(np.int64).min
ATTESTED = 2
"""Rows that must agree on a date of birth before it counts against another one."""


def cluster(
    nodes: int,
    a: ArrayLike,
    b: ArrayLike,
    weight: ArrayLike,
    source: ArrayLike,
    one_per: Collection[int] = (),
    must: Pairs = (),
    cannot: Pairs = (),
    names: Sequence[str] | None = None,
    birth: ArrayLike | None = None,
) -> Nodes:
    """The cluster of each node, named by the smallest node in it: an int32 array of length ``nodes``.

    a, b, weight: the edges at or above the threshold, in any order; weight in bits (log2). Order of
    taking: falling weight, then lower node, then higher node. source: one number per node; one_per:
    the sources with one row per person. must, cannot: pairs of nodes. names: row ids, for refusals.
    birth: days since 1970 of each node, ``NO_BIRTH`` where unknown: no cluster may hold two dates of
    birth that each stand on two rows or more and are no slip of each other.
    Refuses edges or pairs that name no node, a weight that is no number, and pairs of ``cannot``
    that ``must`` joins, naming all rows on the way.
    """
    low, high, heavy = _edges(nodes, a, b, weight)
    codes = np.asarray(source)
    if len(codes) != nodes:
        raise bad(f"{len(codes)} sources for {nodes} rows", todo="give the source of every row")
    rules = Constraints(
        codes,
        tuple(sorted(set(one_per))),
        pairs(must, nodes, "a pair that reviewers joined"),
        pairs(cannot, nodes, "a pair that reviewers parted"),
        np.full(nodes, NO_BIRTH) if birth is None else np.asarray(birth, np.int64),
    )
    refuse_contradictions(rules.must, rules.cannot, names)
    found = connected(nodes, _with(low, rules.must[:, 0]), _with(high, rules.must[:, 1]))
    broken = _broken(found, rules)
    if not broken.any():
        return found
    return _worked_through(found, broken[found], (low, high, heavy), rules)


def _with(column: Nodes, more: Nodes) -> Nodes:
    return np.concatenate([column, more]) if len(more) else column


def _edges(
    nodes: int, a: ArrayLike, b: ArrayLike, weight: ArrayLike
) -> tuple[Nodes, Nodes, Weights]:
    """The edges with the lower node first, checked."""
    left, right, heavy = np.asarray(a), np.asarray(b), np.asarray(weight, np.float64)
    if not len(left) == len(right) == len(heavy):
        raise bad(f"{len(left)}, {len(right)} and {len(heavy)} ends and weights of edges")
    if np.isnan(heavy).any():
        place = int(np.isnan(heavy).argmax())
        raise bad(f"the weight of edge {place} is not a number", allowed="a match weight in bits")
    low, high = np.minimum(left, right), np.maximum(left, right)
    if len(low) and (low.min() < 0 or high.max() >= nodes):
        pairs(np.column_stack([low, high]), nodes, "an edge")
    return low.astype(np.int32, copy=False), high.astype(np.int32, copy=False), heavy


def _broken(found: Nodes, rules: Constraints) -> Flags:
    """Flags at the smallest node of each component that, taken whole, breaks a constraint."""
    broken = np.zeros(len(found), np.bool_)
    for code in rules.one_per:
        held = np.bincount(found[rules.source == code], minlength=len(found))
        broken |= held > 1
    first, second = found[rules.cannot[:, 0]], found[rules.cannot[:, 1]]
    broken[first[first == second]] = True
    broken[_of_two_births(found, rules.birth)] = True
    return broken


def _of_two_births(found: Nodes, birth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Components in which two dates of birth are attested; whether they clash is seen edge by edge."""
    known = np.flatnonzero(birth != NO_BIRTH)
    order = known[np.lexsort((birth[known], found[known]))]
    component, day = found[order], birth[order]
    starts = np.flatnonzero(
        np.r_[True, (component[1:] != component[:-1]) | (day[1:] != day[:-1])][: len(order)]
    )
    held = np.diff(np.r_[starts, len(order)])
    attested = component[starts[held >= ATTESTED]]
    twice = attested[1:][attested[1:] == attested[:-1]]
    return np.unique(twice).astype(np.int64)


@lru_cache(maxsize=100_000)
def clash(one: int, other: int) -> bool:
    """Whether two dates of birth, in days since 1970, are too unlike for one to be a slip of the other.

    A slip is one figure written wrong, or day and month changed about.
    """
    if one == other:
        return False
    first, second = (date.fromordinal(_EPOCH + day) for day in (one, other))
    if (first.year, first.month, first.day) == (second.year, second.day, second.month):
        return False
    return sum(x != y for x, y in zip(first.isoformat(), second.isoformat(), strict=True)) > 1


_EPOCH = date(1970, 1, 1).toordinal()


def _worked_through(
    found: Nodes, inside: Flags, edges: tuple[Nodes, Nodes, Weights], rules: Constraints
) -> Nodes:
    """The components as found, but those flagged ``inside`` taken apart edge by edge."""
    members = np.flatnonzero(inside)
    place = np.zeros(len(found), np.int32)
    place[members] = np.arange(len(members), dtype=np.int32)
    low, high, heavy = edges
    picked = np.flatnonzero(inside[low])
    low, high, heavy = place[low[picked]], place[high[picked]], heavy[picked]
    order = np.lexsort((high, low, -heavy))
    forest = _Forest(_marks(rules.source[members], rules.one_per), rules.birth[members].tolist())
    for first, second in place[_kept(rules.must, inside)].tolist():
        forest.join(first, second)
    for first, second in place[_kept(rules.cannot, inside)].tolist():
        forest.part(first, second)
    forest.take(low[order].tolist(), high[order].tolist())
    labels = found.copy()
    labels[members] = members[np.array(forest.roots(), np.int64)]
    return labels


def _kept(of: Nodes, inside: Flags) -> Nodes:
    return of[inside[of[:, 0]] & inside[of[:, 1]]]


def _marks(source: NDArray[np.integer], one_per: tuple[int, ...]) -> list[int]:
    """For each node one bit of its source if that has one row per person, else 0."""
    known = np.array(one_per, np.int64)
    place = np.searchsorted(known, source)
    rank = np.where(np.isin(source, known), place + 1, 0)
    bits = [0, *(1 << k for k in range(len(one_per)))]
    return [bits[k] for k in rank.tolist()]


class _Forest:
    """Clusters as trees of parents, rooted at the smallest node."""

    def __init__(self, marks: list[int], births: list[int]) -> None:
        self.parent = list(range(len(marks)))
        self.marks = marks
        self.births = [{} if day == NO_BIRTH else {day: 1} for day in births]
        self.apart: dict[int, set[int]] = {}

    def root(self, node: int) -> int:
        parent = self.parent
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    def join(self, first: int, second: int) -> None:
        """Make one cluster of two, whatever they hold."""
        x, y = self.root(first), self.root(second)
        if x == y:
            return
        x, y = min(x, y), max(x, y)
        self.parent[y] = x
        self.marks[x] |= self.marks[y]
        self._bear(x, y)
        for other in self.apart.pop(y, ()):
            self.apart[other].discard(y)
            self.apart[other].add(x)
            self.apart.setdefault(x, set()).add(other)

    def part(self, first: int, second: int) -> None:
        """Never join the clusters of these two from now on."""
        x, y = self.root(first), self.root(second)
        self.apart.setdefault(x, set()).add(y)
        self.apart.setdefault(y, set()).add(x)

    def _bear(self, x: int, y: int) -> None:
        """Put the dates of birth of two clusters together."""
        mine, theirs = self.births[x], self.births[y]
        for day, rows in theirs.items():
            mine[day] = mine.get(day, 0) + rows

    def _two_births(self, x: int, y: int) -> bool:
        """Whether the two together would be born on two days that are well attested and clash."""
        mine, theirs = self.births[x], self.births[y]
        if mine.keys() == theirs.keys() and len(mine) < 2:
            return False
        days = {**mine, **{day: mine.get(day, 0) + rows for day, rows in theirs.items()}}
        attested = sorted(day for day, rows in days.items() if rows >= ATTESTED)
        return any(clash(a, b) for a, b in combinations(attested, 2))

    def take(self, low: list[int], high: list[int]) -> None:
        """Take edges in the order given; those that would break a constraint join nothing."""
        parent, marks, apart = self.parent, self.marks, self.apart
        for x, y in zip(low, high, strict=True):
            # written out: a call for each end would double the time of the whole
            while parent[x] != x:
                parent[x] = x = parent[parent[x]]
            while parent[y] != y:
                parent[y] = y = parent[parent[y]]
            if x == y or marks[x] & marks[y] or (apart and y in apart.get(x, ())):
                continue
            if self._two_births(x, y):
                continue
            if x in apart or y in apart:
                self.join(x, y)
                continue
            if y < x:
                x, y = y, x
            parent[y] = x
            marks[x] |= marks[y]
            self._bear(x, y)

    def roots(self) -> list[int]:
        # a root is smaller than what hangs below it, so one pass from the left settles all
        settled: list[int] = []
        for node, above in enumerate(self.parent):
            settled.append(node if above == node else settled[above])
        return settled


def refuse_contradictions(must: Nodes, cannot: Nodes, names: Sequence[str] | None = None) -> None:
    """Refuse pairs of ``cannot`` that the pairs of ``must`` join, naming the rows on the way."""
    if not len(cannot):
        return
    beside: dict[int, list[int]] = {}
    for first, second in must.tolist():
        beside.setdefault(first, []).append(second)
        beside.setdefault(second, []).append(first)
    faults = []
    for first, second in sorted({(min(p), max(p)) for p in cannot.tolist()}):
        way = _way(beside, first, second)
        if way:
            faults.append(_contradiction([names[n] if names else f"row {n}" for n in way]))
    if faults:
        raise BadInput(*faults)


def _contradiction(way: list[str]) -> Fault:
    if len(way) == 1:
        return Fault(
            f"reviewers parted a row from itself: {way[0]}",
            allowed="two rows",
            todo="take this decision back",
        )
    return Fault(
        f"reviewers said that {way[0]} and {way[-1]} are two people, and joined them: "
        + " = ".join(way),
        allowed="rows that are one person, or two; not both",
        todo="take one of these decisions back",
    )


def _way(beside: dict[int, list[int]], first: int, second: int) -> list[int]:
    """The shortest way from the first node to the second, or nothing."""
    before = {first: first}
    waiting = deque([first])
    while waiting and second not in before:
        node = waiting.popleft()
        for other in sorted(beside.get(node, ())):
            if other not in before:
                before[other] = node
                waiting.append(other)
    if second not in before:
        return []
    way = [second]
    while way[-1] != first:
        way.append(before[way[-1]])
    return way[::-1]
