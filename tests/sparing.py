"""What the tests are spared: work whose result is the same each time it is done again.

- Splink asks of each level of each comparison whether its condition is that of equal values. It works that
  out of the SQL each time, for seconds in every run; here once for each condition.
- A few hundred rows are compared sooner by one thread of DuckDB than by several that wait for each other.
- A program of Typer is built of its functions anew each time a test calls it.
- Training is more than half of what a small run costs, and equal rows give an equal model: it is kept in a
  folder that all the processes of a session share. What training itself does is tested in tests/engines.

With LICET_FULL=1 every run trains, and commands that are started as programs start alone.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest


def spare_commands(patched: pytest.MonkeyPatch) -> None:
    """Build the commands of a program once, however often a test calls it."""
    import typer.main
    import typer.testing

    built = cache(typer.main.get_command)
    patched.setattr(typer.main, "get_command", built)
    patched.setattr(typer.testing, "_get_command", built)


def spare_engines(patched: pytest.MonkeyPatch) -> None:
    """Work out the conditions of levels once, and let DuckDB work alone."""
    import duckdb
    from splink.internals.comparison_level import ComparisonLevel

    for name in ("_is_exact_match", "_exact_match_colnames"):
        worked_out = getattr(ComparisonLevel, name).fget
        patched.setattr(ComparisonLevel, name, property(_once(worked_out)))
    connect = duckdb.connect

    def connected(*place: Any, config: dict[str, Any] | None = None, **options: Any) -> Any:
        return connect(*place, config={"threads": 1, **(config or {})}, **options)

    patched.setattr(duckdb, "connect", connected)


def _once(worked_out: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The property of a level, by its condition."""
    known: dict[tuple[str, str], Any] = {}

    def found(level: Any) -> Any:
        condition = level.sql_condition, level.sqlglot_dialect
        if condition not in known:
            known[condition] = worked_out(level)
        return known[condition]

    return found


def spare_training(patched: pytest.MonkeyPatch, folder: Path) -> None:
    """Keep each model that is trained in ``folder``, by its specification and rows, and take it from there."""
    from licet.engines.duckdb import DuckDBEngine
    from licet.engines.protocol import Model
    from licet.linkage.spec import LinkageSpec

    load, train = DuckDBEngine.load, DuckDBEngine.train
    held: dict[int, str] = {}

    def loaded(engine: DuckDBEngine, rows: pl.DataFrame) -> None:
        held[id(engine)] = hashlib.sha256(rows.write_ipc(None).getvalue()).hexdigest()
        load(engine, rows)

    def trained(engine: DuckDBEngine, spec: LinkageSpec) -> Model:
        path = folder / f"{spec.hash()[:32]}-{held[id(engine)][:32]}.model"
        if not path.exists():
            part = path.with_suffix(f".{id(engine)}.part")
            part.write_bytes(pickle.dumps(train(engine, spec)))
            part.replace(path)
        found = pickle.loads(path.read_bytes())
        assert isinstance(found, Model)
        return found

    patched.setattr(DuckDBEngine, "load", loaded)
    patched.setattr(DuckDBEngine, "train", trained)
