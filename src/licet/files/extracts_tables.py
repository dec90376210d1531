"""The declared columns of a database table: DuckDB, SQLite, PostgreSQL; each opened for reading only.

The names of columns and tables are checked or quoted: nothing of a contract is ever run as SQL. No
message repeats the URL of a server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, bad
from licet.feeds.breaks import missing_columns
from licet.files.reading import check_file, shown

if TYPE_CHECKING:
    import polars as pl

    from licet.files.extracts import Extracted


def read_table(
    feed: Extracted, folder: Path, environment: Mapping[str, str]
) -> tuple[pl.DataFrame, str]:
    """The declared columns of the table, and the place for messages. Refuses what cannot be read."""
    location = feed.location
    if location.kind == "postgresql":
        place = f"${location.url_env}: {location.table}"
        return _postgresql(feed, environment, place), place
    path = folder / location.path
    place = f"{shown(path)}: {location.table}"
    if not check_file(path):
        raise bad("the file is empty", shown(path), f"a {location.kind} database")
    reader = _duckdb if location.kind == "duckdb" else _sqlite
    return reader(feed, path, place), place


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _query(feed: Extracted, columns: Sequence[str], place: str) -> str:
    """The select of the declared columns. Refuses a table without one of them."""
    faults = [fault.within(place) for fault in missing_columns(feed.columns, columns)]
    if faults:
        raise BadInput(*faults)
    names = ", ".join(_quoted(column) for column in feed.columns)
    return f"SELECT {names} FROM {_table(feed)}"


def _table(feed: Extracted) -> str:
    return ".".join(_quoted(part) for part in feed.location.table.split("."))


def _refused(error: Exception, place: str) -> BadInput:
    """The database's own first line, without what a server may say of its address."""
    first = (str(error).splitlines() or [type(error).__name__])[0][:160]
    todo = "check the table and that the file is whole"
    if "lock" in first.casefold():
        todo = "another program holds the database: close it, or try again later"
    return bad(f"the table cannot be read ({first})", place, "a table that can be read", todo)


def _duckdb(feed: Extracted, path: Path, place: str) -> pl.DataFrame:
    try:
        import duckdb
    except ImportError:
        raise _not_installed("DuckDB", "link") from None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            # Nothing the file holds may read other files.
            connection.execute("SET enable_external_access = false").fetchall()
            found = connection.execute(f"SELECT * FROM {_table(feed)} LIMIT 0").description
            query = _query(feed, [column[0] for column in found or ()], place)
            return connection.execute(query).pl()
    except (duckdb.Error, RuntimeError) as error:
        raise _refused(error, place) from None


def _sqlite(feed: Extracted, path: Path, place: str) -> pl.DataFrame:
    import sqlite3

    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            found = connection.execute(f"SELECT * FROM {_table(feed)} LIMIT 0").description
            query = _query(feed, [column[0] for column in found], place)
            return _frame(feed, connection.execute(query).fetchall())
    except (sqlite3.Error, UnicodeError) as error:
        raise _refused(error, place) from None


def _postgresql(feed: Extracted, environment: Mapping[str, str], place: str) -> pl.DataFrame:
    variable = feed.location.url_env
    url = environment.get(variable, "")
    if not url:
        todo = f"set {variable} to postgresql://USER:PASSWORD@HOST/DATABASE where licet runs"
        raise bad(f"the environment variable {variable} is not set", "location.url_env", "", todo)
    try:
        import psycopg
    except ImportError:
        raise _not_installed("PostgreSQL", "postgresql") from None
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.read_only = True
            with connection.cursor() as cursor:
                found = cursor.execute(f"SELECT * FROM {_table(feed)} LIMIT 0").description or ()
                query = _query(feed, [column.name for column in found], place)
                return _frame(feed, cursor.execute(query).fetchall())
    except psycopg.OperationalError:
        # The server's words may hold its address and the user's name.
        todo = f"check {variable}: host, port, user, password, database; and that the server runs"
        raise bad("the database cannot be reached", place, "a running server", todo) from None
    except psycopg.Error as error:
        raise _refused(error, place) from None


def _frame(feed: Extracted, rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows as columns of one kind each; what is mixed becomes text."""
    import polars as pl

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(feed.columns)
    return pl.DataFrame([
        _series(name, list(values)) for name, values in zip(feed.columns, columns, strict=True)
    ])  # fmt: skip


def _series(name: str, values: list[Any]) -> pl.Series:
    from datetime import date

    import polars as pl

    if all(value is None or isinstance(value, date) for value in values):
        return pl.Series(name, values, dtype=pl.Date)
    if any(isinstance(value, bytes) for value in values):
        raise bad(f"the column {name!r} holds bytes", name, "text, numbers or dates")
    texts = [None if value is None else str(value) for value in values]
    return pl.Series(name, texts, dtype=pl.String)


def _not_installed(what: str, extra: str) -> BadInput:
    return bad(f"{what} is not installed", "location.kind", "", f"pip install 'licet[{extra}]'")
