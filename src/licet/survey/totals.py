"""One pass over the people to weighted totals per (unit, domain, item, option).

Everything after this works on these small tables. The pass packs several items, and the groups a
person belongs to, into one cell number and counts cells, so that a million answers to twenty items
in twelve overlapping groups take a few dozen sequential passes and no large intermediate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.survey.coding import Codes

_CELLS = 1 << 18
"""Counts of one pass are kept below this many cells: they then stay in the processor's cache."""

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
class _Pack:
    """Items counted together. codes: shape (n,), one number for the answers to all of them.

    spread: shape (width, sum of options), which answers each number stands for.
    """

    items: tuple[int, ...]
    codes: NDArray[np.signedinteger]
    width: int
    spread: Floats


@dataclass(frozen=True)
class _Chunk:
    """Groupings counted together. cells: shape (n,), (place, pattern) as one number.

    members: shape (patterns, domains), which domains each pattern belongs to.
    """

    cells: NDArray[np.int32]
    members: Floats


def totals(
    weights: Sequence[Floats | None],
    places: Codes,
    n_places: int,
    columns: Sequence[Column],
    groupings: Sequence[Grouping],
) -> list[Floats]:
    """Sums of each weighting, of shape (places, domains, options of all items in their order).

    weights: what to sum, shape (n,) each; None counts people. places: shape (n,), the unit or
    stratum of each person. Domain 0 is the whole sample; those of the groupings follow in order.
    """
    chunks = list(_chunks(places, n_places, groupings))
    n_domains = sum(chunk.members.shape[1] for chunk in chunks)
    starts = np.cumsum([0, *(column.options for column in columns)])
    sums = [np.empty((n_places, n_domains, starts[-1])) for _ in weights]
    widest = n_places * max(len(chunk.members) for chunk in chunks)
    keys = np.empty(len(places), dtype=np.intp)
    for pack in _packs(columns, widest):
        options = slice(starts[pack.items[0]], starts[pack.items[-1] + 1])
        first = 0
        for chunk in chunks:
            patterns, width = chunk.members.shape
            shape = (n_places, patterns, pack.width)
            np.multiply(chunk.cells, pack.width, out=keys, casting="unsafe", dtype=np.intp)
            np.add(keys, pack.codes, out=keys)
            for kind, weighting in enumerate(weights):
                counted = np.bincount(keys, weighting, n_places * patterns * pack.width)
                cells = counted.reshape(shape).astype(np.float64, copy=False)
                # Over the patterns of each domain, then over the other items of the pack.
                domains = np.matmul(chunk.members.T, cells)
                sums[kind][:, first : first + width, options] = np.matmul(domains, pack.spread)
            first += width
    return sums


def _chunks(places: Codes, n_places: int, groupings: Sequence[Grouping]) -> Iterator[_Chunk]:
    """Split groupings so that the patterns of one chunk stay few: a thirty-second of a pass."""
    room = max(_CELLS // 32 // max(n_places, 1), 16)
    chunk: list[Grouping] = []
    size, first = 1, True
    for grouping in groupings:
        levels = len(grouping.members)
        if chunk and size * levels > room:
            yield _chunk(places, n_places, chunk, first=first)
            chunk, size, first = [], 1, False
        chunk.append(grouping)
        size *= levels
    if chunk or not groupings:
        yield _chunk(places, n_places, chunk, first=first)


def _chunk(places: Codes, n_places: int, chunk: Sequence[Grouping], *, first: bool) -> _Chunk:
    size = int(np.prod([len(g.members) for g in chunk], dtype=np.int64)) if chunk else 1
    if n_places * size >= 1 << 31:
        raise MemoryError("too many strata, clusters and group levels for one table")
    patterns = np.zeros(len(places), dtype=_narrow(size))
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
    cells = places.astype(np.int32) * np.int32(size)
    cells += patterns
    return _Chunk(cells, np.concatenate(blocks, axis=1))


def _packs(columns: Sequence[Column], cells: int) -> Iterator[_Pack]:
    """Items that are counted together in one pass, as many as the cache has room for."""
    items: list[int] = []
    size = 1
    for index, column in enumerate(columns):
        if items and cells * size * column.width > _CELLS:
            yield _pack(columns, items)
            items, size = [], 1
        items.append(index)
        size *= column.width
    if items:
        yield _pack(columns, items)


def _pack(columns: Sequence[Column], items: Sequence[int]) -> _Pack:
    width = int(np.prod([columns[i].width for i in items]))
    codes = np.zeros(len(columns[items[0]].codes), dtype=_narrow(width))
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
    return _Pack(tuple(items), codes, width, np.concatenate(blocks, axis=1))


def _narrow(width: int) -> type[np.signedinteger]:
    """The narrowest integers that hold codes below ``width``: narrow ones are several times faster."""
    return np.int8 if width <= 1 << 7 else np.int16 if width <= 1 << 15 else np.int32
