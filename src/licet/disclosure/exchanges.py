"""Exchanges: changes of counts that leave every sum as it is. What arithmetic cannot tell apart.

If the counts kept back could be changed so that every sum still holds, in whole numbers and none of
them negative, nobody can tell the changed counts from the true ones. Such a change is an exchange. A
small count is safe when one exchange brings it to 0 and another to the threshold or more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from licet.disclosure.suppression import Counts, Mask

Floats = NDArray[np.float64]

FREE = 1e-3
"""What moving a person costs in a cell that is kept back anyway: little, so that exchanges are short."""
DENSE = 1500
"""Cells kept back that are joined to one another and looked through for what the sums tell of them."""
WHOLE = {"node_limit": 200, "mip_rel_gap": 0.5}
"""How far whole numbers are searched for where the cheapest change is not whole: any will do."""


@dataclass(frozen=True)
class Need:
    """A cell that must be able to be another number: ``target`` or less if ``down``, else or more."""

    cell: int
    target: int
    down: bool

    def met(self, value: int) -> bool:
        """Whether a cell of this value meets it."""
        return value <= self.target if self.down else value >= self.target


class Adds(Protocol):
    """A sum, as ``linked.Sum`` is one."""

    @property
    def total(self) -> int: ...
    @property
    def parts(self) -> tuple[int, ...]: ...
    @property
    def less(self) -> tuple[int, ...]: ...
    @property
    def times(self) -> int: ...


class Ground:
    """Counts with their sums, and the exchanges among them.

    counts: shape (cells,). sums: as places. matrix: shape (sums, cells): 1 for a total, -1 for its parts.
    """

    def __init__(self, counts: Counts, sums: Sequence[Adds]) -> None:
        from scipy import sparse

        rows, columns, signs = list[int](), list[int](), list[float]()
        for place, one in enumerate(sums):
            cells = (one.total, *one.less, *one.parts)
            rows += [place] * len(cells)
            columns += cells
            signs += [float(one.times), *[1.0] * len(one.less), *[-1.0] * len(one.parts)]
        shape = (len(sums), len(counts))
        self.counts = counts
        self.matrix = sparse.csc_array((signs, (rows, columns)), shape=shape)

    def near(self, cell: int, allowed: Mask) -> Mask:
        """The allowed cells that are joined to one by sums of allowed cells. Shape (cells,)."""
        from scipy.sparse import csgraph

        at = np.flatnonzero(allowed | (np.arange(len(allowed)) == cell))
        part = abs(self.matrix[:, at])
        _, label = csgraph.connected_components(part.T @ part, directed=False)
        found = np.zeros(len(allowed), dtype=np.bool_)
        found[at[label == label[np.searchsorted(at, cell)]]] = True
        return found

    def cheapest(
        self, needs: Sequence[Need], cost: Floats, among: Mask, *, whole: bool = False
    ) -> Floats | None:
        """The cheapest change that meets all of these needs, shape (cells,); None: none was found.

        cost: shape (cells,), of one person more or less. among: cells that may change. whole: only
        in whole numbers, as far as they are searched for; else nearly always whole.
        """
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        if not all(among[need.cell] for need in needs):
            return None
        at = np.flatnonzero(among)
        matrix = self.matrix[:, at]
        matrix = matrix[np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[0]))]
        twice = sparse.hstack([matrix, -matrix], format="csc")
        found = milp(
            np.concatenate([cost[at], cost[at]]),
            integrality=np.full(2 * len(at), int(whole)),
            bounds=Bounds(*self._bounds(needs, at)),
            constraints=[LinearConstraint(twice, 0, 0)] if matrix.shape[0] else [],
            options=WHOLE if whole else {"presolve": False},
        )
        if found.x is None:
            return None
        change = np.zeros(len(self.counts))
        change[at] = found.x[: len(at)] - found.x[len(at) :]
        return change

    def _bounds(self, needs: Sequence[Need], at: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Least and most of what the cells at these places gain, then of what they lose."""
        size = len(at)
        lower = np.zeros(2 * size)
        upper = np.concatenate([np.full(size, np.inf), self.counts[at].astype(np.float64)])
        for need in needs:
            here, value = int(np.searchsorted(at, need.cell)), self.counts[need.cell]
            if need.down:
                lower[size + here], upper[here] = value - need.target, 0.0
            else:
                lower[here], upper[size + here] = need.target - value, 0.0
        return lower, upper

    def settled(self, kept: Mask) -> Mask:
        """The cells kept back that can have one value only: what the sums tell of them. Shape (cells,)."""
        from scipy.sparse import csgraph

        left = np.flatnonzero(kept)
        while len(left):  # sums with one unknown
            part = self.matrix[:, left].tocsr()
            alone = np.flatnonzero(np.diff(part.indptr) == 1)
            if not len(alone):
                break
            left = np.delete(left, np.unique(part.indices[part.indptr[alone]]))
        found = kept.copy()
        found[left] = False
        if not len(left):
            return found
        part = abs(self.matrix[:, left])
        number, label = csgraph.connected_components(part.T @ part, directed=False)
        for one in range(number):
            cells = left[label == one]
            if 2 < len(cells) <= DENSE:
                found[cells[self._fixed(cells)]] = True
        return found

    def _fixed(self, cells: NDArray[np.int64]) -> Mask:
        """Which of these cells no change moves that leaves every sum as it is and moves only them."""
        part = self.matrix[:, cells]
        values, vectors = np.linalg.eigh((part.T @ part).toarray())
        moves: Mask = (vectors[:, values < 1e-9] ** 2).sum(axis=1) > 1e-9
        return ~moves

    def exchanges(self, change: Floats) -> Iterator[Counts]:
        """The independent exchanges that a change is made of, those in whole numbers: shape (cells,)."""
        from scipy.sparse import csgraph

        moved = np.flatnonzero(np.abs(change) > 1e-7)
        if not len(moved):
            return
        part = abs(self.matrix[:, moved])
        _, label = csgraph.connected_components(part.T @ part, directed=False)
        for one in range(int(label.max()) + 1):
            found = np.zeros(len(change), dtype=np.int64)
            cells = moved[label == one]
            found[cells] = np.rint(change[cells]).astype(np.int64)
            if found.any() and self.is_exchange(found):
                yield found

    def is_exchange(self, change: Counts) -> bool:
        """Whether after it every sum still holds, and no count is negative."""
        return bool((self.counts + change >= 0).all()) and not (self.matrix @ change).any()
