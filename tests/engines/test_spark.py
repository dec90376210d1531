"""Spark in local mode: the same edges as DuckDB, and nothing of anybody left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.engines.duckdb import DuckDBEngine
from licet.engines.likeness import jaro_winkler
from licet.engines.protocol import ROW_SCHEMA, Edges, Model
from licet.engines.spark import SparkEngine
from licet.errors import BadInput
from licet.linkage.spec import LinkageSpec
from tests.engines.people import differences, made, specification, trained

pytestmark = pytest.mark.spark
WITHIN = 1e-6
MARKER = "zzmarkerzz"
# Plain files, so that a search of their bytes finds what they hold.
OPTIONS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.shuffle.compress": "false",
    "spark.shuffle.spill.compress": "false",
}


needs_spark = pytest.mark.usefixtures("spark_here")


@dataclass(frozen=True)
class Case:
    folder: Path
    rows: pl.DataFrame
    spec: LinkageSpec
    model: Model
    duckdb: DuckDBEngine
    spark: SparkEngine
    least: float


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("run")
    everybody = made(1000, 1)
    # One row in ten is never handed over, and names that nobody else has say so.
    refused = everybody["node"] % 10 == 3
    whole = everybody.with_columns(
        pl.when(refused).then(MARKER + pl.col(name)).otherwise(name).alias(name)
        for name in ("given", "family")
    )
    rows = whole.filter(~refused).with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64))
    spec = specification(rows)
    duckdb = DuckDBEngine(tmp_path_factory.mktemp("duckdb"), threads=2)
    spark = SparkEngine(folder, master="local[2]", options=OPTIONS)
    try:
        for engine in (duckdb, spark):
            engine.load(rows)
        least = log2(spec.keep_above / (1 - spec.keep_above))
        model = trained(folder, rows, spec)
        yield Case(folder, rows, spec, model, duckdb, spark, least)
    finally:
        duckdb.close()
        spark.close()
    assert not (folder / "spark").exists()


@needs_spark
def test_the_same_edges_as_duckdb(case: Case) -> None:
    assert case.spark.candidates(case.spec) == case.duckdb.candidates(case.spec)
    one, other = (engine.score(case.spec, case.model) for engine in (case.duckdb, case.spark))
    assert len(one) > 300
    assert differences(one, other, case.least, WITHIN) == []
    fresh = case.rows["node"].gather_every(9).to_numpy()
    touched = np.isin(one.a, fresh) | np.isin(one.b, fresh)
    part = Edges(*(getattr(one, name)[touched] for name in ("a", "b", "weight", "block")))
    new = case.spark.score_new(case.spec, case.model, fresh)
    assert differences(part, new, case.least, WITHIN) == []


@needs_spark
def test_names_are_as_alike_as_elsewhere(case: Case) -> None:
    """Splink's own function for Spark counts half a swap more."""
    draw = np.random.default_rng(2)
    words = {"".join(draw.choice(list("abc"), draw.integers(1, 14))) for _ in range(150)}
    names = sorted(words | set(case.rows["given"].drop_nulls().head(100)))
    pairs = pl.DataFrame({"one": names}).join(pl.DataFrame({"other": names}), how="cross")
    case.spark._give("pairs", pairs)
    found = case.spark._frame(
        case.spark._session.sql("select one, other, jaro_winkler(one, other) as alike from pairs")
    )
    case.spark._session.catalog.dropTempView("pairs")
    for least in (0.7, 0.88, 0.92):
        wrong = [
            row
            for row in found.iter_rows()
            if (row[2] >= least) != (jaro_winkler(*row[:2]) >= least)
        ]
        assert wrong == []


@needs_spark
def test_no_name_that_was_not_handed_over_is_on_disk(case: Case) -> None:
    case.spark.score(case.spec, case.model)
    held = [path.read_bytes() for path in (case.folder / "spark").rglob("*") if path.is_file()]
    someone = case.rows["family"].drop_nulls()[0].encode()
    assert any(someone in content for content in held), "this search would find nothing anyway"
    assert not any(MARKER.encode() in content for content in held)


@needs_spark
def test_it_trains_by_itself_and_leaves_no_strange_text(case: Case) -> None:
    model = case.spark.train(case.spec)
    assert model.spec == case.model.spec
    for column, frame in case.model.frequencies.items():
        assert frame.sort(column).equals(model.frequencies[column])
    for ours, theirs in zip(
        case.model.settings["comparisons"], model.settings["comparisons"], strict=True
    ):
        for one, other in zip(ours["comparison_levels"], theirs["comparison_levels"], strict=True):
            assert one["sql_condition"] == other["sql_condition"]
            for name in {"m_probability", "u_probability"} & one.keys():
                assert other[name] == pytest.approx(one[name], rel=0.4, abs=0.02)
    # What Spark trained goes on in DuckDB.
    one, other = (engine.score(case.spec, model) for engine in (case.duckdb, case.spark))
    assert differences(one, other, case.least, WITHIN) == []
    fields = [name for name, kind in ROW_SCHEMA.items() if kind == pl.String]
    known = pl.concat([case.rows[name].alias("text") for name in fields]).drop_nulls()
    assert case.spark.texts(known) == {}
    case.spark._session.sql(f"select array('{MARKER}') as names").createOrReplaceTempView("planted")
    assert case.spark.texts(known) == {"planted.names": 1}
    case.spark._session.catalog.dropTempView("planted")


@needs_spark
def test_one_session_at_a_time(case: Case, tmp_path: Path) -> None:
    """A second engine is refused, and the first goes on."""
    with pytest.raises(BadInput, match="in this process already"):
        SparkEngine(tmp_path, master="local[2]")
    assert case.spark.candidates(case.spec) == case.duckdb.candidates(case.spec)
    assert list(tmp_path.rglob("*")) == []


def test_without_spark_or_java_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(BadInput, match=r"Spark is not installed|Java is not there"):
        SparkEngine(tmp_path)
    assert list(tmp_path.rglob("*")) == []
