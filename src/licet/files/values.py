"""Numbers as people write them, whatever a file stores them as."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def plain(code: object) -> str:
    """A value as text: 3, not 3.0."""
    if isinstance(code, float) and code.is_integer() and abs(code) < 1e15:
        return str(int(code))
    return str(code)


def whole_if_possible(series: pl.Series) -> pl.Series:
    """A column of decimals as whole numbers if it holds no others: SPSS stores ages as decimals."""
    import polars as pl

    if not series.dtype.is_float():
        return series
    values = series.drop_nulls()
    whole = bool(((values == values.round(0)) & (values.abs() < 2**53)).all())
    return series.cast(pl.Int64) if whole else series
