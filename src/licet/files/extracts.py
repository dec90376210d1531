"""The extract of a feed as one table, whatever it is kept in. Only declared columns are read.

Every column is text without surrounding spaces, or dates where the source says so; an empty cell is
missing. Parquet is opened in the child process that other fragile formats are opened in. Rows are
checked against the contract before anybody sees them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from licet.errors import BadInput, Fault, bad
from licet.feeds.breaks import check, missing_columns
from licet.feeds.contract import Feed
from licet.feeds.lines import line_faults, typed_lines
from licet.feeds.location import DATABASES, Location
from licet.feeds.texts import emptied
from licet.files.extracts_text import read_text_table
from licet.files.reading import check_file, shown
from licet.files.survey_process import read_foreign

if TYPE_CHECKING:
    import polars as pl

_KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".gz": "csv", ".parquet": "parquet"}


class Extracted(Protocol):
    """What says where rows lie, and which of their columns may be read: a feed, or a table of one."""

    @property
    def location(self) -> Location: ...

    @property
    def columns(self) -> Mapping[str, str]: ...


def read_extract(
    feed: Feed,
    folder: Path,
    environment: Mapping[str, str] = os.environ,
    arrived: Path | pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The rows of a feed: its declared columns as text or dates, in the order of the contract.

    folder: where its document lies; paths are from there. environment: holds the URL of a database
    server. arrived: new rows with the same columns, in a file or a table, read instead of the location.
    Refuses what the contract does not allow, all faults at once; see ``feeds.breaks``.
    """
    if arrived is not None and not isinstance(arrived, Path | str):
        place = f"the rows of {feed.id}"
        frame = _declared(feed, arrived, place)
    elif arrived is not None:
        frame, place = _file(feed, Path(arrived)), shown(Path(arrived))
    else:
        frame, place = _located(feed, folder, environment)
    frame = _plain(frame)
    faults = check(feed, frame, 2 if feed.location.kind == "csv" and arrived is None else 1)
    if faults:
        raise BadInput(*(fault.within(place) for fault in faults))
    return frame


def read_lines(
    feed: Feed, name: str, folder: Path, environment: Mapping[str, str] = os.environ
) -> pl.DataFrame:
    """The lines of the table ``name`` of a feed, typed: see ``feeds.lines``. May hold none.

    folder: where the document of the feed lies. Refuses lines that do not keep what the table declares.
    """
    table = feed.tables[name]
    frame, place = _located(table, folder, environment)
    frame = _plain(frame)
    first = 2 if table.location.kind == "csv" else 1
    faults = list(line_faults(table, feed.formats, frame, first))
    if faults:
        raise BadInput(*(fault.within(f"{place}: tables.{name}") for fault in faults))
    return typed_lines(table, feed.formats, feed.extract, frame)


def _located(
    feed: Extracted, folder: Path, environment: Mapping[str, str]
) -> tuple[pl.DataFrame, str]:
    """The declared columns of what lies at a location, and the place for messages."""
    location = feed.location
    if location.kind in DATABASES:
        from licet.files.extracts_tables import read_table

        return read_table(feed, folder, environment)
    path = folder / location.path
    if location.kind == "folder":
        return _folder(feed, path)
    return _file(feed, path, location.kind), shown(path)


def _file(feed: Extracted, path: Path, kind: str = "") -> pl.DataFrame:
    """The declared columns of one CSV or Parquet file."""
    kind = kind or _KINDS.get(path.suffix.casefold(), "")
    if not kind:
        raise bad("this is no table", shown(path), "a .csv or .parquet file")
    if not check_file(path):
        raise bad("the file is empty", shown(path), "a header and at least one row")
    if kind == "csv":
        frame = read_text_table(path, feed.location.encoding, feed.location.delimiter)
        _check_delimiter(feed, frame.columns, path)
    else:
        frame = _parquet(path)
    return _declared(feed, frame, shown(path))


def _check_delimiter(feed: Extracted, columns: Sequence[str], path: Path) -> None:
    """Refuse, in one message, a table that is parted by another sign than the contract says."""
    if len(columns) != 1 or len(feed.columns) < 2:
        return
    for sign, name in ((",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        parts = {part.strip(' "') for part in columns[0].split(sign)}
        if len(parts & set(feed.columns)) > 1:
            raise bad(
                f"its columns are parted by {name}, not by {feed.location.delimiter or ','!r}",
                shown(path),
                f"one column for each of {', '.join(list(feed.columns)[:5])} ...",
                f"write delimiter = {sign!r} under [location], or have the file written anew",
            )


def _parquet(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        data, _ = read_foreign(path, "parquet")
    except BadInput as error:
        todo = "ask the service for the extract again: the file is damaged, or not all of it came"
        raise BadInput(*(Fault(f.what, f.where, f.allowed, todo) for f in error.faults)) from None
    return pl.read_ipc(data)


def _folder(feed: Extracted, path: Path) -> tuple[pl.DataFrame, str]:
    """All files of a folder as one table. Refuses files whose columns are not the same."""
    import polars as pl

    if not path.is_dir():
        raise bad("there is no such folder", shown(path), "a folder of .csv or .parquet files")
    files = [
        file
        for file in sorted(path.glob(feed.location.files))
        if file.is_file() and file.suffix.casefold() in _KINDS and not file.name.startswith(".")
    ]
    if not files:
        what = f"no file of the folder is a table that fits {feed.location.files!r}"
        raise bad(what, shown(path), "at least one .csv or .parquet file")
    parts: list[pl.DataFrame] = []
    faults: list[Fault] = []
    for file in files:
        try:
            parts.append(_plain(_file(feed, file)))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    return pl.concat(_alike(parts)), shown(path)


def _alike(parts: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """The parts with dates as text where another part holds text."""
    import polars as pl

    mixed = [
        name
        for name in parts[0].columns
        if len({part.schema[name] for part in parts if part.height}) > 1
    ]
    return [part.with_columns(pl.col(mixed).cast(pl.String)) for part in parts]


def _declared(feed: Extracted, frame: pl.DataFrame, place: str) -> pl.DataFrame:
    """The columns of the contract only. Refuses what is missing."""
    faults = [fault.within(place) for fault in missing_columns(feed.columns, frame.columns)]
    if faults:
        raise BadInput(*faults)
    return frame.select(list(feed.columns))


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as dates or as text; empty cells null."""
    import polars as pl
    import polars.selectors as cs

    kinds = frame.schema
    whole = [n for n, k in kinds.items() if k.is_float() and _is_whole(frame[n])]
    odd = [
        name for name, kind in kinds.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)
    ]
    if odd:
        raise bad(f"the column {odd[0]!r} holds no text, number or date", odd[0], "plain values")
    frame = frame.with_columns(pl.col(whole).cast(pl.Int64)).with_columns(
        cs.datetime().cast(pl.Date)
    )
    frame = frame.with_columns((~cs.date()).cast(pl.String).str.strip_chars())
    empty = frame.select((cs.string() == "").any())
    # One look at each: most columns hold no empty text, and then they stay as they are.
    some = [name for name in empty.columns if empty[name][0]]
    return frame.with_columns(emptied(pl.col(some)))


def _is_whole(series: pl.Series) -> bool:
    """Whether numbers with a point are whole: numbers of records that a gap made into fractions."""
    return bool((series.is_null() | ((series % 1) == 0) & (series.abs() < 2**53)).all())
