"""Columns of any kind as numbers that a model can learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from licet.audit.people import Floats

if TYPE_CHECKING:
    import polars as pl

MOST_LEVELS = 50
"""Of a category; rarer levels count as none of those known."""


def numbers(column: pl.Series) -> Floats:
    """A numeric, logical or dated column as numbers, NaN where nothing is known. Shape (n,)."""
    import polars as pl

    plain = column.to_physical() if column.dtype.is_temporal() else column
    found = plain.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)


@dataclass(frozen=True)
class Number:
    """How a numeric column is standardised. middle: its median, put in where nothing is known."""

    name: str
    middle: float
    mean: float
    spread: float
    gaps: bool

    def columns(self, table: pl.DataFrame) -> list[Floats]:
        """The standardised column and, if there were gaps, which they are."""
        values = numbers(table[self.name])
        missing = np.isnan(values)
        filled = (np.where(missing, self.middle, values) - self.mean) / self.spread
        return [filled, missing.astype(np.float64)] if self.gaps else [filled]


@dataclass(frozen=True)
class Category:
    """A column of names: a column for each level but the first, and one for none where there were gaps."""

    name: str
    levels: tuple[str | None, ...]

    def columns(self, table: pl.DataFrame) -> list[Floats]:
        """1 where a person is of the level. Levels that were not learnt are of none of them."""
        import polars as pl

        text = table[self.name].cast(pl.String)
        return [
            (text.is_null() if level is None else (text == level).fill_null(False))
            .to_numpy()
            .astype(np.float64)
            for level in self.levels[1:]
        ]


@dataclass(frozen=True)
class Prepared:
    """How columns become numbers, as seen in those who are learnt from and nobody else."""

    columns: tuple[Number | Category, ...]

    @classmethod
    def of(cls, table: pl.DataFrame) -> Prepared:
        """From the people who are learnt from."""
        return cls(tuple(_one(table[name]) for name in table.columns))

    def matrix(self, table: pl.DataFrame) -> Floats:
        """The numbers of any people with these columns, shape (n, columns)."""
        parts = [part for column in self.columns for part in column.columns(table)]
        return np.stack(parts, axis=1) if parts else np.zeros((len(table), 0))


def _one(column: pl.Series) -> Number | Category:
    import polars as pl

    if column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
        values = numbers(column)
        missing = np.isnan(values)
        middle = float(np.median(values[~missing])) if not missing.all() else 0.0
        filled = np.where(missing, middle, values)
        spread = float(filled.std())
        return Number(column.name, middle, float(filled.mean()), spread or 1.0, bool(missing.any()))
    counts = column.cast(pl.String).value_counts(name="people")
    counts = counts.sort(["people", column.name], descending=[True, False], nulls_last=True)
    return Category(column.name, tuple(counts[column.name].to_list()[:MOST_LEVELS]))
