"""The lines of a value table, typed: what stands there, when it happened, when it was written down.

Typed lines have the columns ``record``, ``happened``, ``recorded`` and one of each value. Numbers are
whole ten-thousandths, so that every engine adds them up alike; words and record numbers are text. What
does not fit, or is not known, is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from licet.errors import Fault, counted
from licet.feeds.breaks import row_numbers
from licet.feeds.dates import parsed, placeholder, words_for_nothing
from licet.feeds.formats import Formats
from licet.feeds.tables import Table, Value

if TYPE_CHECKING:
    import polars as pl

PARTS = 10_000
"""A number is kept as so many parts of one."""
LARGEST = 10**11
"""Numbers are less than this to either side, so that no sum of a person's lines is too large."""
YES = ("yes", "y", "true", "t", "1")
NO = ("no", "n", "false", "f", "0")


def typed_lines(table: Table, formats: Formats, extract: date, frame: pl.DataFrame) -> pl.DataFrame:
    """The lines of ``frame``, whose columns are text or dates, in the order in which they stand.

    extract: when a line was written down that does not say so.
    """
    import polars as pl

    day = pl.lit(extract, dtype=pl.Date)
    recorded = _day(table.recorded, frame, formats) if table.recorded else day
    return frame.select(
        pl.col(table.record).cast(pl.String).alias("record"),
        _day(table.happened, frame, formats).alias("happened"),
        pl.coalesce(recorded, day).alias("recorded"),
        *(_typed(value, frame, formats).alias(name) for name, value in table.values.items()),
    )


def line_faults(
    table: Table, formats: Formats, frame: pl.DataFrame, first: int = 1
) -> Iterator[Fault]:
    """Every break of the table's declaration by its lines; none of them repeats what stands there.

    first: the number of the first row, as the reader of a message would count it.
    """
    import polars as pl

    empty = frame[table.record].is_null()
    if empty.any():
        what = f"{counted(int(empty.sum()), 'line has', 'lines have')} no record number"
        where = f"record = {table.record!r}: {row_numbers(empty, first)}"
        yield Fault(what, where, "the feed's number of a record on every line")
    days = [("happened", table.happened), ("recorded", table.recorded)]
    read = {place: _day(column, frame, formats, all_days=True) for place, column in days if column}
    read |= {
        f"values.{name}": _typed(value, frame, formats, all_days=True)
        for name, value in table.values.items()
    }
    columns = {place: column for column, place in table.columns.items()}
    for place, typed in read.items():
        raw = pl.col(columns[place])
        wrong = raw.is_not_null() & typed.is_null() & ~words_for_nothing(raw.cast(pl.String))
        which = frame.select(wrong.alias("wrong"))["wrong"]
        yield from _misfits(table, formats, place, columns[place], which, frame, first)


def _misfits(
    table: Table,
    formats: Formats,
    place: str,
    column: str,
    which: pl.Series,
    frame: pl.DataFrame,
    first: int,
) -> Iterator[Fault]:
    filled, many = frame.height - frame[column].null_count(), int(which.sum())
    if many <= formats.tolerated * filled:
        return
    value = table.values.get(place.removeprefix("values."))
    kind = value.kind if value else "date"
    fits = {
        "date": f"the declared format {formats.dates!r}",
        "number": "a number, such as 12 or -0.5, with a point and no commas",
        "yes_no": f"{', '.join(YES)}, or {', '.join(NO)}",
        "word": f"the declared words: {', '.join(value.words[:30]) if value else ''}",
    }[kind]
    yield Fault(
        f"{counted(many, 'cell does', 'cells do')} not fit what is declared "
        f"({many / filled * 100:.3g} % of {counted(filled, 'filled cell', 'filled cells')})",
        f"{place} = {column!r}: {row_numbers(which, first)}",
        f"{fits}; at most {formats.tolerated * 100:.3g} % else (formats.tolerated)",
        "correct the declaration, or ask the service for the lines again",
    )


def _typed(value: Value, frame: pl.DataFrame, formats: Formats, all_days: bool = False) -> pl.Expr:
    import polars as pl

    if value.kind == "date":
        return _day(value.column, frame, formats, all_days)
    raw = pl.col(value.column).cast(pl.String)
    if value.kind == "word":
        return pl.when(raw.is_in(list(value.words))).then(raw)
    if value.kind == "yes_no":
        small = raw.str.to_lowercase()
        return pl.when(small.is_in(YES)).then(True).when(small.is_in(NO)).then(False)
    number = raw.cast(pl.Float64, strict=False)
    known = number.is_finite() & (number.abs() < LARGEST)
    return (pl.when(known).then(number) * PARTS).round().cast(pl.Int64)


def _day(column: str, frame: pl.DataFrame, formats: Formats, all_days: bool = False) -> pl.Expr:
    """The day of a cell; null where it stands for "not known". all_days: such days too."""
    import polars as pl

    raw = pl.col(column)
    day = raw if frame.schema[column] == pl.Date else parsed(raw, formats.dates)
    return day if all_days else pl.when(~placeholder(day, formats)).then(day)
