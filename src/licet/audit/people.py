"""The people of a forecast audit, as arrays: what the plan names, and nothing else of the data.

Rows are people (at an as-of date). No array here is ever written, printed or handed to a report:
only sums over people leave the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.plan import Plan

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.int8]
"""1 yes, 0 no, -1 not known."""

CROSSED = " x "
"""Between the columns of an intersection."""
TOGETHER = " & "
"""Between the levels of an intersection."""


@dataclass(frozen=True)
class GroupKey:
    """A group of the audit. by: the column, columns joined with " x ", or "group" for an expression.
    reference: whether the others of its breakdown are compared with it. ruled: by an expression; a column
    may itself be called "group"."""

    by: str
    group: str
    label: str
    reference: bool = False
    ruled: bool = False


_PER_PERSON = ("y", "score", "flag", "weight", "cluster", "stratum", "member", "as_of", "known_at",
               "practice", "arm", "consent", "link_probability")  # fmt: skip


@dataclass(frozen=True, repr=False)
class People:
    """n people. Shapes are (n,) unless said.

    y: 1.0, 0.0, NaN where the outcome is not known. score: higher is riskier, NaN where there is none.
    flag: who is flagged. weight: 1.0 without weights. cluster, stratum: codes 0..; every person a
    cluster of their own where none is declared. as_of, known_at: days since 1970, NaN not known; None
    without a column. keys: the groups; member: shape (n, groups), in, not in, not known. levels: for
    each column of ``plan.by`` its codes (-1 not known) and their names. outcomes: other definitions;
    stages: the funnel. features: a frame of the columns that challengers use. rivals: scores of others.
    tied: people who share the score at the cut of a capacity, and how many of them are flagged; None
    where nobody was cut off. notes: what was read otherwise than it stands in the data, in words. others:
    groups that audits before told of these people; other: who is in them, shape (n, others).
    """

    plan: Plan
    y: Floats
    score: Floats
    flag: Flags
    weight: Floats
    cluster: Codes
    stratum: Codes
    keys: tuple[GroupKey, ...] = ()
    member: Flags = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    levels: Mapping[str, tuple[Codes, tuple[str, ...]]] = field(default_factory=dict)
    as_of: Floats | None = None
    known_at: Floats | None = None
    practice: Flags | None = None
    arm: NDArray[np.str_] | None = None
    consent: NDArray[np.str_] | None = None
    link_probability: Floats | None = None
    outcomes: Mapping[str, Flags] = field(default_factory=dict)
    stages: Mapping[str, Flags] = field(default_factory=dict)
    features: pl.DataFrame | None = None
    rivals: Mapping[str, Floats] = field(default_factory=dict)
    tied: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    others: tuple[GroupKey, ...] = ()
    other: Flags = field(default_factory=lambda: np.zeros((0, 0), np.int8))

    def __repr__(self) -> str:
        """How many, and nothing of anybody: a message or a failing test may print it."""
        return f"People({len(self):,} of the plan {self.plan.id!r})"

    def __len__(self) -> int:
        return len(self.y)

    def among(self, rows: NDArray[np.bool_]) -> People:
        """The same of these people only, a mask (n,)."""

        def cut(values: Any) -> Any:
            return None if values is None else values[rows]

        fields: dict[str, Any] = {name: cut(getattr(self, name)) for name in _PER_PERSON}
        for name in ("outcomes", "stages", "rivals"):
            fields[name] = {key: cut(values) for key, values in getattr(self, name).items()}
        fields["other"] = self.other[rows] if self.others else self.other
        fields["levels"] = {
            key: (codes[rows], names) for key, (codes, names) in self.levels.items()
        }
        fields["features"] = None if self.features is None else self.features.filter(rows)
        return replace(self, **fields)

    @property
    def clustered(self) -> bool:
        """Whether several people share a cluster, so that rows are not drawn one by one."""
        return int(self.cluster.max(initial=-1)) + 1 < len(self)

    @property
    def weighted(self) -> bool:
        """Whether people stand for different numbers of people."""
        return len(self) > 0 and bool((self.weight != self.weight[0]).any())
