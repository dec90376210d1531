"""One pass over the people to weighted totals per (unit, domain, item, option).

Everything after this works on these small tables. The pass packs several items, and the groups a
person belongs to, into one cell number and counts cells, so that a million answers to twenty items
in twelve overlapping groups take a few dozen sequential passes and no large intermediate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from licet.survey.coding import Codes, narrow

_FEWEST_CELLS, _MOST_CELLS = 1 << 15, 1 << 19
"""A pass counts about as many cells as there are people: more take longer to sum up than to count,
and too many leave the processor's cache."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grouping:
    """Domains made from one column of codes.

    codes: shape (n,), each 0..len(members)-1. members: shape (codes, domains), whether people with
    that code belong to the domain. Groups that overlap come as several groupings, or as codes that
    belong to several domains.
    """

    codes: Codes
    members: NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """One item. codes: shape (n,), 0..options-1, or -1 outside the base. complete: no -1 occurs."""

    codes: Codes
    options: int
    complete: bool = False

    @property
    def width(self) -> int:
        """How many different codes there may be."""
        return self.options + (not self.complete)


@dataclass(frozen=True)
class Pack:
    """Items counted together. codes: shape (n,), one number for the answers to all of them.

    spread: shape (width, sum of options), which answers each number stands for.
    """

    codes: NDArray[np.signedinteger]
    width: int
    spread: Floats


@dataclass(frozen=True)
class Chunk:
    """Groupings counted together. cells: shape (n,), (place, pattern) as one number.

    members: shape (patterns, domains), which domains each pattern belongs to: the whole sample in the
    first chunk, and those of its groupings.
    """

    cells: NDArray[np.signedinteger]
    members: Floats
    groupings: tuple[Grouping, ...]


@dataclass(frozen=True)
class People:
    """Where people stand, laid out once and counted as often as wanted: see ``lay_out``."""

    n_places: int
    chunks: tuple[Chunk, ...]


def lay_out(
    places: Codes,
    n_places: int,
    groupings: Sequence[Grouping],
    share: float = 32,
    *,
    patterns: int | None = None,
) -> People:
    """People by place and group. places: shape (n,), the unit or stratum of each person.

    Groupings are split so that the patterns of one chunk stay few: ``patterns``, or a ``share``-th
    of a pass.
    """
    room = patterns or max(_cells(len(places)) / share / max(n_places, 1), 16)
    runs = runs_of([len(grouping.members) for grouping in groupings], room) or [[]]
    chunks = [
        _chunk(places, n_places, [groupings[i] for i in run], first=number == 0)
        for number, run in enumerate(runs)
    ]
    return People(n_places, tuple(chunks))


def totals(
    people: People, weights: Sequence[Floats | None], columns: Sequence[Column]
) -> list[Floats]:
    """Sums of each weighting, of shape (places, domains, options of all items in their order).

    weights: what to sum, shape (n,) each; None counts people. Domain 0 is the whole sample; those
    of the groupings follow in order.
    """
    widths = [chunk.members.shape for chunk in people.chunks]
    starts = np.cumsum([0, *(column.options for column in columns)])
    shape = (people.n_places, sum(domains for _, domains in widths), starts[-1])
    sums = [np.empty(shape) for _ in weights]
    size = len(people.chunks[0].cells)
    most = people.n_places * max(patterns for patterns, _ in widths)
    runs = runs_of([column.width for column in columns], _cells(size) / most)
    # Every pass works in the same memory: fresh memory costs as much as the counting itself.
    keys = np.empty(size, dtype=np.intp)
    cells = np.empty(most * max(prod(columns[i].width for i in run) for run in runs))
    for run in runs:
        pack = pack_of(columns, run)
        options = slice(starts[run[0]], starts[run[-1] + 1])
        first = 0
        for chunk, (_, domains) in zip(people.chunks, widths, strict=True):
            np.multiply(chunk.cells, pack.width, out=keys, casting="unsafe", dtype=np.intp)
            np.add(keys, pack.codes, out=keys)
            for total, weighting in zip(sums, weights, strict=True):
                counted = _count(cells, keys, weighting, people.n_places, chunk, pack)
                total[:, first : first + domains, options] = counted
            first += domains
    return sums


def joint_counts(groupings: Sequence[Grouping], kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of the people kept are in both of two domains, shape (domains, domains)."""
    nowhere = np.zeros(len(kept), dtype=np.int8)
    # Patterns of two chunks are counted together, so that each may have the root of a pass.
    chunks = lay_out(nowhere, 1, groupings, _cells(len(kept)) ** 0.5).chunks
    weights = None if kept.all() else kept.astype(np.float64)
    half = [[_joint(a, b, weights) for b in chunks[: place + 1]] for place, a in enumerate(chunks)]
    every = range(len(chunks))
    blocks = [[half[a][b] if b <= a else half[b][a].T for b in every] for a in every]
    found: NDArray[np.int64] = np.rint(np.block(blocks)).astype(np.int64)
    return found


def _joint(one: Chunk, other: Chunk, weights: Floats | None) -> Floats:
    """People in both of two domains, one of each chunk."""
    if one is other:
        return one.members.T * np.bincount(one.cells, weights, len(one.members)) @ one.members
    shape = (len(one.members), len(other.members))
    keys = np.multiply(one.cells, shape[1], dtype=np.intp)
    keys += other.cells
    found: Floats = one.members.T @ np.bincount(keys, weights, prod(shape)).reshape(shape)
    return found @ other.members


def _cells(size: int) -> int:
    """How many cells one pass over ``size`` people may have."""
    return min(max(size, _FEWEST_CELLS), _MOST_CELLS)


def _count(
    cells: Floats,
    keys: NDArray[np.intp],
    weighting: Floats | None,
    n_places: int,
    chunk: Chunk,
    pack: Pack,
) -> Floats:
    """One pass: sums of shape (places, domains, options of the pack). cells: room to count in."""
    shape = (n_places, len(chunk.members), pack.width)
    cells = cells[: prod(shape)]
    cells[:] = 0
    np.add.at(cells, keys, 1.0 if weighting is None else weighting)
    return _spread(cells.reshape(shape), chunk, pack)


def _spread(cells: Floats, chunk: Chunk, pack: Pack) -> Floats:
    """From cells of shape (places, patterns, width) to (places, domains, options of the pack).

    Over the other items of the pack first, which leaves little; then over each domain's patterns. One
    small product per place: a large one would wake threads that cost more than they save.
    """
    found: Floats = np.matmul(chunk.members.T, np.matmul(cells, pack.spread))
    return found


def runs_of(widths: Sequence[int], room: float) -> list[list[int]]:
    """Runs of neighbours whose widths multiply to at most ``room``: few, and as even as can be.

    Something wider than the room stands alone.
    """
    runs = _fill(widths, room)
    while len(runs) < len(widths) and len(closer := _fill(widths, room / 2)) == len(runs):
        runs, room = closer, room / 2
    return runs


def _fill(widths: Sequence[int], room: float) -> list[list[int]]:
    runs: list[list[int]] = []
    size = 1
    for place, width in enumerate(widths):
        if not runs or size * width > room:
            runs.append([])
            size = 1
        runs[-1].append(place)
        size *= width
    return runs


def _chunk(places: Codes, n_places: int, chunk: Sequence[Grouping], *, first: bool) -> Chunk:
    size = int(np.prod([len(g.members) for g in chunk], dtype=np.int64)) if chunk else 1
    if n_places * size >= 1 << 31:
        raise MemoryError("too many strata, clusters and group levels for one table")
    patterns = np.zeros(len(places), dtype=narrow(size))
    blocks: list[Floats] = [np.ones((size, 1))] if first else []
    inner = size
    for place, grouping in enumerate(chunk):
        levels = len(grouping.members)
        inner //= levels
        if place:
            patterns *= patterns.dtype.type(levels)
        patterns += grouping.codes.astype(patterns.dtype, copy=False)
        rows = np.repeat(grouping.members, inner, axis=0)
        blocks.append(np.tile(rows, (size // len(rows), 1)).astype(np.float64))
    cells = np.multiply(places, size, dtype=narrow(n_places * size))
    cells += patterns
    return Chunk(cells, np.concatenate(blocks, axis=1), tuple(chunk))


def pack_of(columns: Sequence[Column], items: Sequence[int]) -> Pack:
    width = prod(columns[i].width for i in items)
    codes = np.zeros(len(columns[items[0]].codes), dtype=narrow(width))
    blocks: list[Floats] = []
    inner = width
    for place, item in enumerate(items):
        column = columns[item]
        inner //= column.width
        if place:
            codes *= codes.dtype.type(column.width)
        codes += column.codes.astype(codes.dtype, copy=False)
        if not column.complete:
            codes += codes.dtype.type(1)
        rows = np.repeat(np.eye(column.width), inner, axis=0)
        blocks.append(np.tile(rows[:, column.width - column.options :], (width // len(rows), 1)))
    return Pack(codes, width, np.concatenate(blocks, axis=1))
