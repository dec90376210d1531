"""The totals of ``totals``, compiled: for files of a million people and more.

Needs the extra ``fast`` (numba). Same sums as the NumPy passes, in another order of addition, so
that the last digit may differ. Weight and person of a cell lie side by side in memory: counting both
costs little more than counting one. What then makes options and groups of cells is in ``kernels``.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from licet.survey.kernels import kernels
from licet.survey.totals import Chunk, Column, Grouping, Pack, People, pack_of, runs_of

_THREADS = 2
"""Of the compiled passes: they wait for memory more than they compute, so that few are enough."""

_CELLS = 210_000
"""With more cells a pass leaves the cache; with fewer there are more passes."""

_FEW = 3
"""Up to so many levels are added up as they are."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class _Items:
    """Items counted together. widths, outside: codes of each, and how many of these are no options.

    start: the first option of them all.
    """

    pack: Pack
    widths: Integers
    outside: Integers
    start: int


@dataclass(frozen=True)
class _Job:
    """One pass. first: the first domain of the chunk."""

    chunk: Chunk
    items: _Items
    first: int

    @property
    def options(self) -> int:
        """Options of all items."""
        return int((self.items.widths - self.items.outside).sum())

    @property
    def cells(self) -> int:
        """Cells of a place."""
        return len(self.chunk.members) * self.items.pack.width

    @property
    def values(self) -> int:
        """Values of a place when the answers are split: weight and people by pattern and option."""
        return len(self.chunk.members) * 2 * self.options

    @property
    def level_values(self) -> int:
        """The most values of a place when groups are split too."""
        levels = max((len(one.members) for one in self.chunk.groupings), default=0)
        return levels * 2 * self.options


def compiled_totals(
    people: People, weights: Floats, columns: Sequence[Column], *, squared: bool = False
) -> list[Floats]:
    """``totals`` of weight, or squared weight, and of people: shape (places, domains, options)."""
    kernels()  # made before the threads start
    starts = np.cumsum([0, *(column.options for column in columns)])
    ends = np.cumsum([chunk.members.shape[1] for chunk in people.chunks])
    found = (np.empty(shape := (people.n_places, ends[-1], starts[-1])), np.empty(shape))
    rows = people.n_places * max(len(chunk.members) for chunk in people.chunks)
    runs = runs_of([column.width for column in columns], _CELLS / rows)
    packs = list(_pool().map(lambda run: _items(columns, run, starts[run[0]]), runs))
    jobs = [
        _Job(replace(chunk, cells=cells), items, end - chunk.members.shape[1])
        for chunk, end in zip(people.chunks, ends, strict=True)
        for cells in [chunk.cells.astype(np.int32, copy=False)]
        for items in packs
    ]
    parts = [jobs[place::_THREADS] for place in range(_THREADS)]
    list(_pool().map(lambda part: _work(part, (weights, squared), found), parts))
    return list(found)


@cache
def _pool() -> ThreadPoolExecutor:
    """Kept from table to table: starting threads takes as long as a pass."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="licet-count")


def _items(columns: Sequence[Column], run: Sequence[int], start: int) -> _Items:
    some = [columns[place] for place in run]
    widths = np.array([column.width for column in some])
    options = np.array([column.options for column in some])
    return _Items(pack_of(columns, run), widths, widths - options, start)


def _work(
    jobs: Sequence[_Job], weighting: tuple[Floats, bool], found: tuple[Floats, Floats]
) -> None:
    """Passes one after the other. They share memory: fresh memory costs as much as the counting.

    weighting: weights, and whether to square them.
    """
    n_places = len(found[0])
    rooms = (
        np.empty(n_places * max((one.cells for one in jobs), default=0) * 2),
        np.empty(n_places * max((one.values for one in jobs), default=0)),
        np.empty(n_places * max((one.level_values for one in jobs), default=0)),
    )
    for job in jobs:
        patterns, width = len(job.chunk.members), job.items.pack.width
        cells = _part(rooms[0], (n_places * patterns, width, 2))
        cells[:] = 0
        kernels().count(
            job.chunk.cells, job.items.pack.codes, width, *weighting, cells.reshape(-1, 2)
        )
        split = _part(rooms[1], (n_places * patterns, 2, job.options))
        kernels().split(cells, job.items.widths, job.items.outside, split)
        _gather(job, split.reshape(n_places, patterns, 2 * job.options), rooms[2], found)


def _part(room: Floats, shape: tuple[int, ...]) -> Floats:
    return room[: prod(shape)].reshape(shape)


def _gather(job: _Job, table: Floats, room: Floats, found: tuple[Floats, Floats]) -> None:
    """From patterns of a chunk to its domains. table: shape (places, patterns, values), spoiled."""
    places, patterns, values = table.shape
    domain, start = job.first, job.items.start
    everybody = domain == 0
    domain += everybody
    for grouping in job.chunk.groupings:
        levels, domains = grouping.members.shape
        patterns //= levels
        rows = _part(room, (places, levels, values))
        kernels().level_rows(table, patterns, rows)
        kernels().gather(rows, grouping.members, _lacking(grouping), (domain, start), *found)
        domain += domains
    if everybody:
        # Whatever was split off was added to the first pattern.
        for total, part in zip(found, np.split(table[:, 0], 2, axis=1), strict=True):
            total[:, 0, start : start + values // 2] = part


def _lacking(grouping: Grouping) -> Integers:
    """Which level each domain has not, of those that any has; -1 where it is not just one."""
    used: NDArray[np.bool_] = np.any(grouping.members, axis=1, keepdims=True)
    without = used & ~grouping.members
    alone = (without.sum(axis=0) == 1) & (used.sum() > _FEW)
    return np.where(alone, without.argmax(axis=0), -1)
