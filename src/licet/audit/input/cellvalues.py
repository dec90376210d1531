"""One column of the data as an array, or a fault that says how many people it does not fit.

Messages name columns and count people; no value of a person is ever repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.audit.input.written import day_format, with_comma
from licet.audit.people import Codes, Flags, Floats
from licet.errors import BadInput, bad, counted
from licet.groups import in_order

if TYPE_CHECKING:
    import polars as pl

YES = ("1", "1.0", "yes", "y", "true")
NO = ("0", "0.0", "no", "n", "false")
MOST_LEVELS = 60
"""Groups of one column; more are no breakdown."""


def misfit(column: str, number: int, what: str, allowed: str, todo: str = "") -> BadInput:
    """The refusal of a column that ``number`` people do not fit."""
    return bad(f"{counted(number, 'person has', 'people have')} {what}", column, allowed, todo)


def numbers(frame: pl.DataFrame, column: str) -> Floats:
    """The column as numbers, NaN where empty. Refuses text that is no number, and infinities."""
    import polars as pl

    series = frame[column]
    if series.dtype == pl.String:
        series = series.str.strip_chars().replace("", None)
    elif not (series.dtype.is_numeric() or series.dtype in (pl.Boolean, pl.Null)):
        raise bad(f"the column holds {_kind(series)}", column, "numbers")
    found = series.cast(pl.Float64, strict=False)
    lost = int((series.is_not_null() & found.is_null()).sum())
    if lost:
        todo = 'add decimal = "," to the plan' if with_comma_of(series) else ""
        raise misfit(column, lost, "something that is no number", "numbers, or empty cells", todo)
    array = found.fill_null(np.nan).to_numpy().astype(np.float64)
    infinite = int(np.isinf(array).sum())
    if infinite:
        raise misfit(column, infinite, "an infinite number", "finite numbers, or empty cells")
    return array


def with_comma_of(series: pl.Series) -> bool:
    """Whether a column is text that holds numbers with a decimal comma."""
    import polars as pl

    return series.dtype == pl.String and with_comma(series)


def flags(frame: pl.DataFrame, column: str, thing: str = "a flag") -> Flags:
    """The column as 1, 0 or -1 where empty. Refuses whatever is neither 0, 1, yes nor no."""
    import polars as pl

    series = frame[column]
    said = _text(series, column).str.strip_chars().str.to_lowercase().replace("", None)
    found = (
        pl.when(said.is_in(YES)).then(1).when(said.is_in(NO)).then(0).otherwise(-1).cast(pl.Int8)
    )
    array: Flags = pl.select(found).to_series().to_numpy().astype(np.int8)
    wrong = int((said.is_not_null().to_numpy() & (array < 0)).sum())
    if wrong:
        what = f"{thing} that is neither yes nor no"
        raise misfit(column, wrong, what, "0 or 1, yes or no, true or false, or an empty cell",
                     "write 1 for yes and 0 for no")  # fmt: skip
    return array


def days(frame: pl.DataFrame, column: str) -> Floats:
    """The column as days since 1970, NaN where empty. Refuses what is no date."""
    import polars as pl

    series = frame[column]
    if series.dtype == pl.String:
        text = series.str.strip_chars().replace("", None)
        found = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        wrong = int((text.is_not_null() & found.is_null()).sum())
        if wrong:
            form = day_format(text)
            todo = f'add date_format = "{form}" to the plan' if form else ""
            raise misfit(
                column, wrong, "something that is no date", "dates such as 2026-11-30", todo
            )
    elif series.dtype in (pl.Date, pl.Datetime, pl.Null):
        found = series.cast(pl.Date)
    else:
        raise bad(f"the column holds {_kind(series)}", column, "dates such as 2026-11-30")
    array: Floats = found.cast(pl.Int32).cast(pl.Float64).fill_null(np.nan).to_numpy()
    return array


def codes(frame: pl.DataFrame, column: str) -> tuple[Codes, tuple[str, ...]]:
    """The column as codes 0.. in the order of the names, -1 where empty, and the names."""
    import polars as pl

    said = _text(frame[column], column).str.strip_chars().replace("", None)
    names = said.drop_nulls().unique().sort().to_list()
    if len(names) <= MOST_LEVELS:
        names.sort(key=in_order)
    found = said.replace_strict(
        names, list(range(len(names))), default=None, return_dtype=pl.Int64
    ).fill_null(-1)
    return found.to_numpy().astype(np.int64), tuple(names)


def words(frame: pl.DataFrame, column: str) -> NDArray[np.str_]:
    """The column as text without surrounding spaces, "" where empty."""
    said = _text(frame[column], column).str.strip_chars().fill_null("")
    return said.to_numpy().astype(np.str_)


def within_0_and_1(values: Floats, column: str, thing: str, todo: str = "") -> None:
    """Refuse what is no probability; NaN is allowed."""
    wrong = int(((values < 0) | (values > 1)).sum())
    if wrong:
        raise misfit(column, wrong, f"a {thing} outside 0 to 1", "probabilities from 0 to 1", todo)


def _text(series: pl.Series, column: str) -> pl.Series:
    """Values as people write them: 3, not 3.0."""
    import polars as pl

    if series.dtype.is_float():
        whole = ((series == series.round(0)) & (series.abs() < 2**53)) | series.is_null()
        if bool(whole.all()):
            series = series.cast(pl.Int64)
    if series.dtype.is_nested() or series.dtype in (pl.Binary, pl.Object):
        raise bad(f"the column holds {_kind(series)}", column, "text, numbers or dates")
    return series.cast(pl.String)


def _kind(series: pl.Series) -> str:
    return "dates" if series.dtype.is_temporal() else "no plain values"
