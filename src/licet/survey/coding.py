"""Columns to integer codes: the form in which the kernel reads answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.integer]


@dataclass(frozen=True)
class Coded:
    """A column as codes. codes: shape (n,), 0..len(levels)-1, or -1 where there is no answer."""

    codes: Codes
    levels: tuple[str, ...]
    complete: bool


def code_column(column: pl.Series, order: tuple[str, ...] = ()) -> Coded:
    """Code a column of any type. Levels come in ``order`` where given, else sorted.

    Integer columns with a small range take a path without sorting, which matters at a million rows;
    every number from the smallest to the largest is then a level, also one that nobody gave.
    """
    if column.dtype.is_integer() and column.len() and not order:
        return _code_integers(column)
    if column.dtype == pl.Boolean:
        column = column.cast(pl.Int8)
        coded = _code_integers(column)
        levels = tuple("yes" if level == "1" else "no" for level in coded.levels)
        return Coded(coded.codes, levels, coded.complete)
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    present = column.drop_nulls().unique()
    values = sorted(present.to_list(), key=lambda value: (str(type(value)), value))
    if order:
        rank = {label: place for place, label in enumerate(order)}
        values.sort(key=lambda value: rank.get(_text(value), len(rank)))
    dictionary = pl.Series(values, dtype=column.dtype)
    codes = column.replace_strict(
        dictionary, pl.Series(range(len(values)), dtype=pl.Int32), default=-1, return_dtype=pl.Int32
    ).fill_null(-1)
    return Coded(
        codes.to_numpy(), tuple(_text(value) for value in values), column.null_count() == 0
    )


def _code_integers(column: pl.Series) -> Coded:
    has_null = column.null_count() > 0
    low = column.min()
    high = column.max()
    if low is None:
        return Coded(np.full(column.len(), -1, dtype=np.int32), (), complete=False)
    assert isinstance(low, int) and isinstance(high, int)
    if high - low > 100 and high - low > column.len():
        return code_column(column.cast(pl.String))
    if column.dtype.is_unsigned_integer() or high - low > 100:
        column = column.cast(pl.Int64)
    levels = tuple(str(low + offset) for offset in range(high - low + 1))
    if not has_null and low == 0:
        return Coded(column.to_numpy(), levels, complete=True)
    codes = (column - low).fill_null(-1) if has_null else column - low
    return Coded(codes.to_numpy(), levels, not has_null)


def _text(value: object) -> str:
    """A value as people write it: 3.0 is 3."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
