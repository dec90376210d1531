"""``texts`` finds strange text in any table of an engine."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from licet.engines.duckdb import DuckDBEngine
from licet.engines.memory import MemoryEngine
from licet.engines.protocol import ROW_SCHEMA
from tests.conftest import FULL
from tests.engines.people import made, specification

MARKER = "zzmarkerzz"
PEOPLE = 700 if FULL else 300


def known(rows: pl.DataFrame) -> pl.Series:
    fields = [name for name, kind in ROW_SCHEMA.items() if kind == pl.String]
    return pl.concat([rows[name].alias("text") for name in fields]).drop_nulls().unique()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine that has done everything an engine does."""
    rows = made(PEOPLE, 4)
    spec = specification(rows)
    made_engine = DuckDBEngine(tmp_path_factory.mktemp("engine"), threads=2)
    made_engine.load(rows)
    model = made_engine.train(spec)
    made_engine.score(spec, model)
    made_engine.score_new(spec, model, rows["node"].head(20).to_numpy())
    yield made_engine
    made_engine.close()


@pytest.mark.long
def test_a_whole_run_holds_only_what_it_was_given(engine: DuckDBEngine) -> None:
    assert engine.texts(known(made(PEOPLE, 4))) == {}


def test_one_value_of_one_row_is_missed_nowhere(engine: DuckDBEngine) -> None:
    texts = known(made(PEOPLE, 4))
    found = engine.texts(texts.filter(texts != texts[0]))
    assert any(place.startswith("rows.") for place in found) and set(found.values()) == {1}


@pytest.mark.parametrize(
    ("make", "place"),
    [
        ("create table other as select '{m}' as given", "other.given"),
        ('create table "a table" as select \'{m}\' as "a column"', "a table.a column"),
        ("create view seen as select '{m}' as name", "seen.name"),
        ("create table listed as select ['{m}'] as names", "listed.names"),
        ("create table whole as select {{'given': '{m}'}} as person", "whole.person"),
        ("create table bytes as select '{m}'::blob as held", "bytes.held"),
        ("create type kind as enum ('{m}'); create table e as select '{m}'::kind as k", "e.k"),
        ("create table keys as select '{m}' as match_key", "keys.match_key"),
        ("create table joins as select '{m}' as join_key_l", "joins.join_key_l"),
        ("insert into rows(node, nino) values (9999999, '{m}')", "rows.nino"),
        ("insert into frequencies_given values ('{m}', 0.1)", "frequencies_given.given"),
    ],
)
def test_planted_text_is_found(engine: DuckDBEngine, make: str, place: str) -> None:
    engine._run("begin")
    try:
        for statement in make.format(m=MARKER).split("; "):
            engine._run(statement)
        assert engine.texts(known(made(PEOPLE, 4))) == {place: 1}
    finally:
        engine._run("rollback")


def test_the_plain_engine_finds_it_too() -> None:
    rows = made(30, 4)
    engine = MemoryEngine()
    engine.load(rows)
    assert engine.texts(known(rows)) == {}
    strange = rows.with_columns(
        street=pl.when(pl.col("node") == 3).then(pl.lit(MARKER)).otherwise("street")
    )
    engine.load(strange)
    assert engine.texts(known(rows)) == {"rows.street": 1}
