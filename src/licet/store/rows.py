"""Writing and reading many rows at once, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST = 500
"""Values in one IN (...)."""
BLOCK = 300
"""Rows that are taken from a database at once, where very many are read: with what takes them apart
they are fewer objects than Python's collector waits for."""


def insert(
    connection: Any, model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of values, in the order of the fields named."""
    rows = list(rows)
    if not rows:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    marks = "(" + ", ".join(["%s"] * len(names)) + ")"
    start = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(start + marks, rows)
            return
        for some in chunks(rows):  # one statement for each row would be one message for each
            values = [value for row in some for value in row]
            cursor.execute(start + ", ".join([marks] * len(some)), values)


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Pieces that fit into one statement."""
    for start in range(0, len(values), MOST):
        yield values[start : start + MOST]


def frame_of(cursor: Any, schema: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of a query that was run, as columns of these names and kinds.

    In small blocks: of rows by the hundred thousand Python looks through all, again and again, for some
    to give up, and that takes longer than reading them. Column by column: by row takes ten times as long.
    """
    columns: list[list[Any]] = [[] for _ in schema]
    while rows := cursor.fetchmany(BLOCK):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=kind)
            for (name, kind), values in zip(schema.items(), columns, strict=True)
        ]
    )


def numbers(connection: Any, query: str, parameters: Sequence[Any] = ()) -> NDArray[np.int64]:
    """The first column of a query, whole numbers, as an array.

    Joined into one text by the database: four times as quick as one object for each row.
    """
    if connection.vendor == "postgresql":
        joined = f"SELECT string_agg(n::text, ',') FROM ({query}) AS found(n)"
    else:
        joined = f"WITH found(n) AS ({query}) SELECT group_concat(n) FROM found"
    with connection.cursor() as cursor:
        cursor.execute(joined, list(parameters) or None)  # None: a % is then only a %
        text = cursor.fetchone()[0]
    if not text:
        return np.zeros(0, dtype=np.int64)
    return np.fromstring(text, dtype=np.int64, sep=",")
