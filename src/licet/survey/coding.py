"""Columns to integer codes: the form in which the kernel reads answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import bad

Codes = NDArray[np.integer]


@dataclass(frozen=True)
class Coded:
    """A column as codes. codes: shape (n,), 0..len(levels)-1, or -1 where there is no answer."""

    codes: Codes
    levels: tuple[str, ...]
    complete: bool


def narrow(width: int) -> type[np.signedinteger]:
    """The narrowest integers that hold ``width`` and codes below it: narrow ones are much faster."""
    if width < 1 << 7:
        return np.int8
    if width < 1 << 15:
        return np.int16
    return np.int32 if width < 1 << 31 else np.int64


def code_column(column: pl.Series, order: tuple[str, ...] = ()) -> Coded:
    """Code a column of any type. Levels come in ``order`` where given, else sorted.

    Only values that occur are levels; null and NaN are none. Integer columns with a small range
    take a path without sorting, which matters at a million rows. Refuses a column whose cells are
    not single values.
    """
    check_single(column)
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if column.dtype.is_integer() and not order and (coded := _code_integers(column)):
        return coded
    if column.dtype == pl.Boolean:
        coded = code_column(column.cast(pl.Int8))
        words = {"0": "no", "1": "yes"}
        return replace(coded, levels=tuple(words[level] for level in coded.levels))
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


def check_single(column: pl.Series) -> None:
    """Refuse a column of lists, tables or objects: its cells are not single values."""
    if column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary):
        raise bad(
            f"the cells are not single values ({column.dtype})",
            f"column {column.name!r}",
            "text, whole numbers, true or false in each cell",
            "write each answer as one text or number; mixed types as text",
        )


_LOOKED_AT_FIRST = (2_000, 20_000)
"""Among so many people all levels of an ordinary column occur: then nobody else need be asked."""


def _code_integers(column: pl.Series) -> Coded | None:
    """A column of whole numbers close to each other; None for others."""
    low, high = column.min(), column.max()
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    if max(-low, high) >= 1 << 62 or high - low > max(100, column.len()):
        return None
    has_null = column.null_count() > 0
    if column.dtype.is_unsigned_integer() or high - low > 100:
        column = column.cast(pl.Int64)
    width = high - low + 1
    if not has_null and low == 0:
        codes = column.to_numpy()
    else:
        codes = ((column - low).fill_null(-1) if has_null else column - low).to_numpy()
    for people in (*_LOOKED_AT_FIRST, len(codes)):
        given = np.bincount(codes[:people].astype(np.int32) + 1, minlength=width + 1)[1:] > 0
        if given.all():
            break
    levels = tuple(str(low + int(place)) for place in np.flatnonzero(given))
    if not given.all():
        # One place more, at the end, for no answer: -1.
        number = np.where(given, np.cumsum(given) - 1, -1)
        codes = np.append(number, -1).astype(np.int32)[codes]
    return Coded(codes, levels, not has_null)


def _text(value: object) -> str:
    """A value as people write it: 3.0 is 3."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
