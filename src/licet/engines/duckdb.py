"""The default engine: Splink on DuckDB, in memory, for one machine."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.engines.comparing import (
    TERM_FREQUENCIES,
    count_sql,
    frequency_sql,
    settings,
    whole,
)
from licet.engines.connecting import connect
from licet.engines.fitting import fitted, undrawn
from licet.engines.likeness import count_letters_of
from licet.engines.protocol import Edges, Model, edges_of, held_fields, joined
from licet.linkage.spec import LinkageSpec

_NUMBERED = ("match_key", "join_key_l", "join_key_r")
"""Columns of Splink's own that hold numbers, some of them as text."""


class DuckDBEngine:
    """Holds rows in memory. What does not fit is spilled to ``folder``, which ends with the engine."""

    name = "duckdb"

    def __init__(
        self, folder: Path, *, threads: int | None = None, memory: str | None = None
    ) -> None:
        self._spilled = folder / "spilled"
        options: dict[str, Any] = {}
        if threads:
            options["threads"] = threads
        if memory:
            options["memory_limit"] = memory
        self._connection = connect(spill=self._spilled, **options)
        # Fixed, so that equal input gives equal edges in equal order.
        self._run("set preserve_insertion_order = true")
        self._held: tuple[str, ...] = ()
        from splink import DuckDBAPI

        with undrawn():
            self._splink = DuckDBAPI(self._connection)

    def load(self, rows: pl.DataFrame) -> None:
        self._held = held_fields(rows)
        held = whole(rows)
        count_letters_of(self._connection, held)
        self._connection.register("given_rows", held.to_arrow())
        self._run("create or replace table rows as select * from given_rows order by node")
        self._connection.unregister("given_rows")

    def candidates(self, spec: LinkageSpec) -> tuple[int, ...]:
        return tuple(self._count(parts) for parts in spec.blocks)

    def _count(self, parts: tuple[str, ...]) -> int:
        return int(self._run(count_sql(parts, "hash"))[0][0])

    def train(self, spec: LinkageSpec) -> Model:
        found = fitted(lambda n: self._linker(settings(spec, self._held, n)), spec)
        return Model(found, self._frequencies(), spec.hash())

    def _frequencies(self) -> dict[str, pl.DataFrame]:
        return {
            column: self._frame(frequency_sql(column))
            for column in TERM_FREQUENCIES
            if column in self._held
        }

    def score(self, spec: LinkageSpec, model: Model) -> Edges:
        linker = self._linker(dict(model.settings))
        self._register(linker, model)
        found = linker.inference.predict(threshold_match_probability=spec.keep_above)
        return self._edges(found.physical_name)

    def score_new(self, spec: LinkageSpec, model: Model, fresh: NDArray[np.int64]) -> Edges:
        self._connection.register("given_nodes", pl.DataFrame({"node": fresh}).to_arrow())
        self._run(
            "create or replace table old_rows as select * from rows anti join given_nodes using (node)"
        )
        self._run(
            "create or replace table new_rows as select * from rows semi join given_nodes using (node)"
        )
        self._connection.unregister("given_nodes")
        return joined(
            self._between(model, spec, "new_rows", None),
            self._between(model, spec, "old_rows", "new_rows"),
        )

    def _between(self, model: Model, spec: LinkageSpec, left: str, right: str | None) -> Edges:
        linker = self._linker(dict(model.settings), left)
        self._register(linker, model)
        least = spec.keep_above
        if right is None:
            found = linker.inference.predict(threshold_match_probability=least)
        else:
            tables = self._splink.register(left), self._splink.register(right)
            found = linker.inference.predict_between(*tables, threshold_match_probability=least)
        return self._edges(found.physical_name)

    def texts(self, known: pl.Series) -> Mapping[str, int]:
        self._connection.register("given_texts", known.to_frame("text").to_arrow())
        self._run("create or replace table known_texts as select text from given_texts")
        self._connection.unregister("given_texts")
        columns = list(self._text_columns())
        # All together first: one by one only where something is found.
        found = {}
        if self._strange(columns):
            each = {
                f"{table}.{column}": self._strange([(table, column)]) for table, column in columns
            }
            found = {place: strange for place, strange in each.items() if strange}
        self._run("drop table known_texts")
        return found

    def _strange(self, columns: Sequence[tuple[str, str]]) -> int:
        """How many texts of these columns of tables are not known."""
        parts = [
            f'(select distinct "{column}"::varchar as text from "{table}" where "{column}" is not null'
            + (
                f""" and not regexp_full_match("{column}"::varchar, '[0-9]+')"""
                if column in _NUMBERED
                else ""
            )
            + ")"
            for table, column in columns
        ]
        if not parts:
            return 0
        texts = " union all ".join(f"select text from {part}" for part in parts)
        found = self._run(
            f"select count(distinct text) from ({texts}) anti join known_texts using (text)"
        )
        return int(found[0][0])

    def _text_columns(self) -> Iterator[tuple[str, str]]:
        """Every column that could hold text, whatever its type: lists and records of text too."""
        yield from self._run(
            "select table_name, column_name from information_schema.columns "
            "where table_name <> 'known_texts' and not regexp_matches(data_type, "
            "'^((U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)|FLOAT|DOUBLE|BOOLEAN|DATE)$') order by 1, 2"
        )

    def close(self) -> None:
        self._connection.close()
        shutil.rmtree(self._spilled, ignore_errors=True)

    def _run(self, statement: str) -> list[Any]:
        return self._connection.execute(statement).fetchall()

    def _frame(self, statement: str) -> pl.DataFrame:
        return pl.DataFrame(pl.from_arrow(self._connection.execute(statement).to_arrow_table()))

    def _linker(self, prepared: Any, table: str = "rows") -> Any:
        from splink import Linker

        # What is checked here is ours, written by ``comparing``: checking it costs .3 s each time.
        return Linker(
            self._splink.register(table),
            prepared,
            log_level=logging.ERROR,
            validate_settings=False,
        )

    def _register(self, linker: Any, model: Model) -> None:
        """Term frequencies of the model, so that weights do not drift as rows come and go."""
        for column, frame in model.frequencies.items():
            self._connection.register("given_frequencies", frame.to_arrow())
            self._run(
                f"create or replace table frequencies_{column} as select * from given_frequencies"
            )
            self._connection.unregister("given_frequencies")
            table = self._splink.register(f"frequencies_{column}")
            linker.table_management.register_term_frequency_lookup(table, column)

    def _edges(self, table: str) -> Edges:
        found = self._frame(
            f"select least(node_l, node_r) as a, greatest(node_l, node_r) as b, "
            f"match_weight as weight, match_key::smallint as block from {table} order by a, b"
        )
        return edges_of(found)
