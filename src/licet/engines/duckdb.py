"""The default engine: Splink on DuckDB, in memory, for one machine."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.engines.comparing import block, settings, whole
from licet.engines.likeness import count_letters
from licet.engines.protocol import Edges, Model, edges_of, held_fields, joined
from licet.errors import bad
from licet.linkage.spec import LinkageSpec

_KEYS = {"birth_year": "year(birth)", "birth_day": "month(birth) * 100 + day(birth)"}
_TERM_FREQUENCIES = ("given", "family")
_NUMBERED = ("match_key", "join_key_l", "join_key_r")
"""Columns of Splink's own that hold numbers, some of them as text."""


class DuckDBEngine:
    """Holds rows in memory. What does not fit is spilled to ``folder``, which ends with the engine."""

    name = "duckdb"

    def __init__(
        self, folder: Path, *, threads: int | None = None, memory: str | None = None
    ) -> None:
        import duckdb

        self._spilled = folder / "spilled"
        options: dict[str, Any] = {"temp_directory": str(self._spilled)}
        if threads:
            options["threads"] = threads
        if memory:
            options["memory_limit"] = memory
        self._connection = duckdb.connect(config=options)
        # Fixed, so that equal input gives equal edges in equal order.
        self._run("set preserve_insertion_order = true")
        count_letters(self._connection)
        self._held: tuple[str, ...] = ()
        from splink import DuckDBAPI

        self._splink = DuckDBAPI(self._connection)

    def load(self, rows: pl.DataFrame) -> None:
        self._held = held_fields(rows)
        self._connection.register("given_rows", whole(rows).to_arrow())
        self._run("create or replace table rows as select * from given_rows order by node")
        self._connection.unregister("given_rows")

    def candidates(self, spec: LinkageSpec) -> tuple[int, ...]:
        return tuple(self._count(parts) for parts in spec.blocks)

    def _count(self, parts: tuple[str, ...]) -> int:
        named = [(_KEYS.get(part, part), f"k{number}") for number, part in enumerate(parts)]
        keys = ", ".join(f"{key} as {name}" for key, name in named)
        known = " and ".join(f"{key} is not null" for key, _ in named)
        found = self._run(
            f"""
            with counted as (
                select {keys}, source, alone, count(*)::double as n
                from rows where {known} group by all
            ), blocks as (
                select sum(n) * (sum(n) - 1) / 2
                     - sum(case when alone then n * (n - 1) / 2 else 0 end) as pairs
                from counted group by {", ".join(name for _, name in named)}
            )
            select coalesce(sum(pairs), 0) from blocks
            """
        )
        return int(found[0][0])

    def train(self, spec: LinkageSpec) -> Model:
        linker = self._linker(settings(spec, self._held))
        with _told(spec):
            training = linker.training
            training.estimate_probability_two_random_records_match(
                [block(parts, within=True) for parts in spec.certain], recall=spec.recall
            )
            training.estimate_u_using_random_sampling(max_pairs=spec.pairs, seed=spec.seed)
            for parts in spec.training:
                training.estimate_parameters_using_expectation_maximisation(
                    block(parts, within=True)
                )
        frequencies = {
            column: self._frame(
                f"select {column}, count(*) / sum(count(*)) over () as tf_{column} "
                f"from rows where {column} is not null group by {column} order by {column}"
            )
            for column in _TERM_FREQUENCIES
            if column in self._held
        }
        return Model(linker.misc.save_model_to_json(), frequencies, spec.hash())

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
        self._connection.register("known_texts", known.unique().to_frame("text").to_arrow())
        found = {}
        for table, column in self._text_columns():
            strange = self._run(
                f'select count(*) from (select distinct "{column}"::varchar as text from "{table}" '
                f'where "{column}" is not null) anti join known_texts using (text)'
                + (" where not regexp_full_match(text, '[0-9]+')" if column in _NUMBERED else "")
            )[0][0]
            if strange:
                found[f"{table}.{column}"] = int(strange)
        self._connection.unregister("known_texts")
        return found

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

        return Linker(self._splink.register(table), prepared, log_level=logging.ERROR)

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


@contextmanager
def _told(spec: LinkageSpec) -> Iterator[None]:
    """Say in words that training had too little to go by. Splink's own errors have no public root."""
    try:
        yield
    except Exception as error:
        expected = isinstance(error, ValueError | ZeroDivisionError)
        if not expected and not type(error).__module__.startswith("splink"):
            raise
        said = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise bad(
            f"the model cannot be trained on the permitted rows ({said})",
            f"linkage {spec.id}",
            "enough permitted rows of several services, some of them of the same people",
            "wait for more permissions, or name a model trained before with --model",
        ) from None
