"""CSV and Parquet files of answers.

A CSV column is whole numbers, numbers, or text: text if a single cell is not a number, or if a
number has a leading zero (a code such as 007 is not seven). An empty cell is no answer.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import BadInput, Fault, bad
from licet.files.delimited import ragged, records, sniff
from licet.files.reading import MEGABYTE, decode, read_bytes, reason, shown
from licet.files.survey_process import read_foreign
from licet.files.values import whole_if_possible
from licet.survey.answers import Answers

if TYPE_CHECKING:
    import polars as pl

LARGEST_TEXT = 2_000 * MEGABYTE
_ROWS_AT_ONCE = 20_000
_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_NUMBER = r"^-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]{1,3})?$"
_LEADING_ZERO = r"^-?0[0-9]"
_DECIMAL_COMMA = r"^-?(0|[1-9][0-9]*)(,[0-9]+)?$"


def read_csv(path: Path, encoding: str | None = None) -> Answers:
    """Answers of a .csv or .csv.gz file; comma, semicolon or tab is seen from the header.

    Refuses text that is not UTF-8 (or ``encoding``), naming the line; a header with a name twice
    or without a name; rows with more or fewer cells than the header.
    """
    data = _unpacked(read_bytes(path, LARGEST_TEXT), path)
    todo = (
        'a file of an older Windows program: --encoding cp1252 (in a codebook: encoding = "cp1252")'
    )
    text = decode(data, path, encoding or "utf-8", "name another encoding" if encoding else todo)
    delimiter = sniff(text)
    found = records(text, path, delimiter)
    _, header = next(found, (1, [""]))
    names = _names(header, path)
    frame = _frame(names, found, path, delimiter)
    commas = [series.name for series in frame if _has_decimal_commas(series, delimiter)]
    notes = [f"{name}: read with decimal commas" for name in commas]
    typed = frame.select(_typed(series, delimiter) for series in frame)
    return Answers(typed, name=path.name, notes=tuple(notes))


def read_parquet(path: Path) -> Answers:
    """Answers of a .parquet file. Categories become text; lists and bytes are left out, noted."""
    import polars as pl

    data, _ = read_foreign(path, "parquet")
    return _plain_columns(pl.read_ipc(io.BytesIO(data)), path)


def _unpacked(data: bytes, path: Path) -> bytes:
    if not path.name.casefold().endswith(".gz"):
        return data
    try:
        with gzip.open(path) as file:
            text = file.read(LARGEST_TEXT + 1)
    except (OSError, EOFError, zlib.error) as error:
        what = f"the file is damaged ({reason(error)})"
        raise bad(what, shown(path), "a whole gzip file", "pack it again") from None
    if len(text) > LARGEST_TEXT:
        raise bad("the unpacked file is too large", shown(path), f"at most {LARGEST_TEXT:,} bytes")
    return text


def _names(header: list[str], path: Path) -> list[str]:
    names = [name.strip() for name in header]
    where = f"{shown(path)}: row 1"
    faults = [
        Fault(f"column {place} has no name", where, "a name for each column", "name it")
        for place, name in enumerate(names, start=1)
        if not name
    ]
    faults += [
        Fault(f"the column {name!r} stands there twice", where, "each name once", "rename one")
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
    if faults:
        raise BadInput(*faults[:20])
    return names


def _frame(
    names: list[str], found: Iterable[tuple[int, list[str]]], path: Path, delimiter: str
) -> pl.DataFrame:
    """Every cell as text, in parts so that the cells of a large file are not all held twice."""
    import polars as pl

    schema = dict.fromkeys(names, pl.String)
    parts: list[pl.DataFrame] = []
    rows: list[list[str]] = []
    for number, cells in found:
        if len(cells) != len(names):
            raise ragged(path, number, cells, len(names), delimiter)
        rows.append(cells)
        if len(rows) == _ROWS_AT_ONCE:
            parts.append(pl.DataFrame(rows, schema=schema, orient="row"))
            rows = []
    parts.append(pl.DataFrame(rows, schema=schema, orient="row"))
    whole = pl.concat(parts)
    return whole.with_columns(pl.all().str.strip_chars()).with_columns(pl.all().replace("", None))


def _typed(series: pl.Series, delimiter: str) -> pl.Series:
    """The column as whole numbers, numbers or text."""
    import polars as pl

    filled = series.drop_nulls()
    if filled.is_empty() or filled.str.contains(_LEADING_ZERO).any():
        return series
    if filled.str.contains(_WHOLE).all():
        return series.cast(pl.Int64)
    if filled.str.contains(_NUMBER).all():
        return whole_if_possible(series.cast(pl.Float64))
    if _has_decimal_commas(series, delimiter):
        return series.str.replace(",", ".", literal=True).cast(pl.Float64)
    return series


def _has_decimal_commas(series: pl.Series, delimiter: str) -> bool:
    filled = series.drop_nulls()
    if delimiter == "," or filled.is_empty() or not filled.str.contains(",", literal=True).any():
        return False
    return bool(filled.str.contains(_DECIMAL_COMMA).all())


def _categories(series: pl.Series) -> tuple[str, ...]:
    """The categories in their order; without an order, those that occur, as they first occur."""
    import polars as pl

    if isinstance(series.dtype, pl.Enum):
        return tuple(series.dtype.categories.to_list())
    return tuple(series.drop_nulls().cast(pl.String).unique(maintain_order=True).to_list())


def _plain_columns(frame: pl.DataFrame, path: Path) -> Answers:
    """Every column as text, numbers, dates or true and false."""
    import polars as pl

    options: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    columns: list[pl.Series] = []
    for series in frame:
        kind = series.dtype
        if isinstance(kind, pl.Enum | pl.Categorical):
            options[series.name] = _categories(series)
            series = series.cast(pl.String)
        elif kind.is_nested() or kind in (pl.Binary, pl.Object):
            notes.append(f"{series.name}: left out, a column of {kind} is not an answer")
            continue
        elif kind.is_decimal() or kind in (pl.Float32, pl.Null):
            series = series.cast(pl.Float64)
        columns.append(
            whole_if_possible(series.fill_nan(None)) if series.dtype.is_float() else series
        )
    return Answers(pl.DataFrame(columns), options, name=path.name, notes=tuple(notes))
