"""Connections to DuckDB: quiet, and spilling to disk only where they are told to."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from licet.engines.likeness import count_letters


def connect(database: Path | None = None, *, spill: Path | None = None, **options: Any) -> Any:
    """A connection. database: a file, None for memory. spill: a folder for what does not fit; None: none.

    Nothing is printed: the progress bar of long statements would stand between lines of a report.
    """
    import duckdb

    config = {"temp_directory": str(spill) if spill else "", **options}
    connection = duckdb.connect(str(database) if database else ":memory:", config=config)
    # A notebook without ipywidgets has no bar to turn off, and DuckDB refuses to.
    with suppress(duckdb.InvalidInputException):
        connection.execute("set enable_progress_bar = false").fetchall()
    if database is None:  # in a file it would stay
        count_letters(connection)
    return connection
