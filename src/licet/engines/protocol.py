"""What an engine does. One specification drives all of them; a slow plain one checks the fast ones.

An engine holds permitted rows only, for as long as one run. Rows leave it as edges (node, node,
weight) and in no other form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.linkage.spec import FIELDS, LinkageSpec

ROW_SCHEMA: Mapping[str, Any] = {
    "node": pl.Int64,
    "source": pl.Int16,
    "alone": pl.Boolean,
    **{field: pl.Date if field == "birth" else pl.String for field in FIELDS},
}
"""Columns of the rows an engine holds. node: whole numbers in the order of the row ids. source: the
number of the feed. alone: the feed has one record per person, so two of its rows are never compared."""


@dataclass(frozen=True)
class Edges:
    """Scored pairs of rows. a < b: nodes, int64. weight: match weight in bits (log2), float64.

    block: which blocking rule found the pair, counted from 0, int16.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    weight: NDArray[np.float64]
    block: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.a)

    def at_least(self, weight: float) -> Edges:
        """The edges of this weight or more."""
        keep = self.weight >= weight
        return Edges(self.a[keep], self.b[keep], self.weight[keep], self.block[keep])


@dataclass(frozen=True)
class Model:
    """What training found: frozen, so that later rows are weighed as earlier ones were.

    settings: the model in Splink's own JSON form, usable by plain Splink. frequencies: for each column
    with term frequencies, a frame of the column and ``tf_column`` (share of rows, 0-1). spec: hash of
    the specification that it was trained for.
    """

    settings: Mapping[str, Any]
    frequencies: Mapping[str, pl.DataFrame]
    spec: str


class Engine(Protocol):
    """Compares rows. ``name`` is written into the manifest of a run."""

    name: str

    def load(self, rows: pl.DataFrame) -> None:
        """Take permitted rows (``ROW_SCHEMA``; other columns are left out)."""

    def candidates(self, spec: LinkageSpec) -> tuple[int, ...]:
        """How many pairs each block would compare, before anything is scored."""

    def train(self, spec: LinkageSpec) -> Model:
        """Fit the model to the rows held."""

    def score(self, spec: LinkageSpec, model: Model) -> Edges:
        """Every pair of the blocks at or above ``keep_above``, ordered by (a, b)."""

    def score_new(self, spec: LinkageSpec, model: Model, fresh: NDArray[np.int64]) -> Edges:
        """The same, for pairs in which at least one node is among ``fresh``."""

    def texts(self, known: pl.Series) -> Mapping[str, int]:
        """For each table of the engine that holds text outside ``known``: how many such values."""

    def close(self) -> None:
        """Let go of everything held; what was written to disk is gone after this."""


def edges_of(found: pl.DataFrame) -> Edges:
    """Edges from a frame of a, b, weight, block in their order."""
    return Edges(
        found["a"].cast(pl.Int64).to_numpy(),
        found["b"].cast(pl.Int64).to_numpy(),
        found["weight"].cast(pl.Float64).to_numpy(),
        found["block"].cast(pl.Int16).to_numpy(),
    )


def joined(*parts: Edges) -> Edges:
    """Several sets of edges as one, ordered by (a, b)."""
    a, b = (np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b"))
    weight = np.concatenate([part.weight for part in parts])
    block = np.concatenate([part.block for part in parts])
    order = np.lexsort((b, a))
    return Edges(a[order], b[order], weight[order], block[order])


def held_fields(rows: pl.DataFrame) -> tuple[str, ...]:
    """The fields of the standard form that at least one row holds."""
    return tuple(f for f in FIELDS if f in rows.columns and rows[f].null_count() < rows.height)
