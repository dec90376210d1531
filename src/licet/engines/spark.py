"""Splink on Spark, for rows of more people than one machine compares in time.

Everything is read and written as Parquet below the folder of the run, and gone with the engine. A
model trained here has the same form as DuckDB's, so that a run of one engine can go on with the other.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Iterator, Mapping
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
    translated,
    whole,
)
from licet.engines.fitting import fitted, undrawn
from licet.engines.protocol import Edges, Model, edges_of, held_fields, joined
from licet.engines.spark_likeness import count_swaps_alike
from licet.errors import bad
from licet.identify.expressions import Dialect
from licet.linkage.spec import LinkageSpec

_NUMBERED = ("match_key", "join_key_l", "join_key_r")
_QUIET = """status = off
appender.kept.type = Console
appender.kept.name = kept
appender.kept.target = SYSTEM_ERR
appender.kept.layout.type = PatternLayout
appender.kept.layout.pattern = %p %c{1}: %m%n
rootLogger.level = error
rootLogger.appenderRef.kept.ref = kept
"""


class SparkEngine:
    """One Spark session of its own in this process. What it needs on disk is in ``folder``/spark.

    master: where Spark runs, "local[2]" for two threads of this machine. options: further settings of
    Spark, by their names. On several machines ``folder`` must be one that all of them see.
    """

    name = "spark"
    dialect: Dialect = "spark"

    def __init__(
        self, folder: Path, *, master: str = "local[*]", options: Mapping[str, str] | None = None
    ) -> None:
        self._folder = (folder / "spark").resolve()
        _refuse_without_spark()
        _refuse_second()
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._session = _session(self._folder, master, options or {})
            from splink import SparkAPI

            with undrawn():
                self._splink = SparkAPI(
                    spark_session=self._session,
                    break_lineage_method="parquet",
                    num_partitions_on_repartition=8,
                )
            count_swaps_alike(self._session)
        except BaseException:
            self.close()
            raise
        self._held: tuple[str, ...] = ()
        self._outputs = 0

    def load(self, rows: pl.DataFrame) -> None:
        self._held = held_fields(rows)
        self._give("rows", whole(rows).sort("node"))

    def candidates(self, spec: LinkageSpec) -> tuple[int, ...]:
        return tuple(int(self._run(count_sql(parts, "xxhash64"))[0][0]) for parts in spec.blocks)

    def train(self, spec: LinkageSpec) -> Model:
        found = fitted(lambda n: self._linker(settings(spec, self._held, n)), spec)
        self._forget()
        frequencies = {
            column: self._frame(self._session.sql(frequency_sql(column))).sort(column)
            for column in TERM_FREQUENCIES
            if column in self._held
        }
        return Model(translated(found, spec, "duckdb"), frequencies, spec.hash())

    def score(self, spec: LinkageSpec, model: Model) -> Edges:
        linker = self._prepared(model, spec, "rows")
        found = linker.inference.predict(threshold_match_probability=spec.keep_above)
        return self._edges(found.physical_name)

    def score_new(self, spec: LinkageSpec, model: Model, fresh: NDArray[np.int64]) -> Edges:
        self._give("fresh_nodes", pl.DataFrame({"node": fresh}))
        for table, join in (("old_rows", "anti"), ("new_rows", "semi")):
            made = self._session.sql(f"select * from rows {join} join fresh_nodes using (node)")
            made.createOrReplaceTempView(table)
        least = spec.keep_above
        linker = self._prepared(model, spec, "new_rows")
        within = linker.inference.predict(threshold_match_probability=least)
        within_edges = self._edges(within.physical_name)
        tables = self._splink.register("old_rows"), self._splink.register("new_rows")
        across = linker.inference.predict_between(*tables, threshold_match_probability=least)
        return joined(within_edges, self._edges(across.physical_name))

    def texts(self, known: pl.Series) -> Mapping[str, int]:
        self._give("known_texts", known.unique().drop_nulls().to_frame("text"))
        found = {}
        for table, column in self._text_columns():
            words = f"select distinct cast(`{column}` as string) as text from `{table}`"
            number = " and not text rlike '^[0-9]+$'" if column in _NUMBERED else ""
            strange = self._run(
                f"select count(*) from ({words}) anti join known_texts using (text) "
                f"where text is not null{number}"
            )[0][0]
            if strange:
                found[f"{table}.{column}"] = int(strange)
        return found

    def _text_columns(self) -> Iterator[tuple[str, str]]:
        """Every column that could hold text, whatever its type."""
        for table in sorted(one.name for one in self._session.catalog.listTables()):
            if table != "known_texts":
                for column, kind in self._session.table(table).dtypes:
                    if kind not in _NO_TEXT:
                        yield table, column

    def _forget(self) -> None:
        """Let go of what Splink made on the way, on disk too. Most of it only looks like a table."""
        for table in self._session.catalog.listTables():
            if table.name.startswith("__splink__"):
                self._session.catalog.dropTempView(table.name)
        for kept in (self._folder / "checkpoints").glob("*/__splink__*"):
            shutil.rmtree(kept)

    def close(self) -> None:
        _stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def give(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame known under a name. See ``criteria.Tables``."""
        self._give(name, frame)

    def take(self, name: str) -> None:
        """Forget what is known under a name."""
        self._session.catalog.dropTempView(name)

    def frame(self, statement: str) -> pl.DataFrame:
        """What a statement finds."""
        return self._frame(self._session.sql(statement))

    def _give(self, table: str, frame: pl.DataFrame) -> None:
        """A frame as a table, over a Parquet file of its own."""
        path = self._path(table)
        frame.write_parquet(path, compression="uncompressed")
        self._session.read.parquet(str(path)).createOrReplaceTempView(table)

    def _path(self, name: str) -> Path:
        self._outputs += 1
        return self._folder / f"{name}-{self._outputs}.parquet"

    def _run(self, statement: str) -> list[Any]:
        return self._session.sql(statement).collect()

    def _frame(self, found: Any) -> pl.DataFrame:
        """A Spark table as a frame, by way of Parquet files."""
        path = self._path("out")
        found.write.parquet(str(path))
        frame = pl.concat([pl.read_parquet(part) for part in sorted(path.glob("*.parquet"))])
        shutil.rmtree(path)
        return frame

    def _linker(self, prepared: Any, table: str = "rows") -> Any:
        from splink import Linker

        return Linker(self._splink.register(table), prepared, log_level=logging.ERROR)

    def _prepared(self, model: Model, spec: LinkageSpec, table: str) -> Any:
        """A linker with the model and its term frequencies."""
        linker = self._linker(translated(model.settings, spec, "spark"), table)
        for column, frame in model.frequencies.items():
            self._give(f"frequencies_{column}", frame)
            lookup = self._splink.register(f"frequencies_{column}")
            linker.table_management.register_term_frequency_lookup(lookup, column)
        return linker

    def _edges(self, table: str) -> Edges:
        found = self._session.sql(
            "select least(node_l, node_r) as a, greatest(node_l, node_r) as b, "
            f"match_weight as weight, cast(match_key as smallint) as block from {table}"
        )
        return edges_of(self._frame(found).sort("a", "b"))


_NO_TEXT = ("tinyint", "smallint", "int", "bigint", "float", "double", "boolean", "date")


def _refuse_without_spark() -> None:
    from importlib.util import find_spec
    from os import environ

    if find_spec("pyspark") is None:
        raise bad(
            "Spark is not installed",
            "--engine spark",
            "pyspark, and Java 17 or newer",
            "install Licet with its extra `spark`, or leave --engine out: DuckDB needs neither",
        )
    home = environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise bad(
            "Java is not there, and Spark needs it",
            "--engine spark",
            "Java 17 or newer, on the path or in JAVA_HOME",
            "install it, or leave --engine out: DuckDB needs no Java",
        )


def _refuse_second() -> None:
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:
        raise bad("a Spark session runs in this process already", "--engine spark", "one at a time")


def _session(folder: Path, master: str, options: Mapping[str, str]) -> Any:
    """A new session; every file and every word of it stays in the folder."""
    # PySpark warns of pandas 3, which is not used here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        from pyspark import SparkConf, SparkContext
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
        from splink.backends.spark import similarity_jar_location

    for name in ("temporary", "shuffled", "checkpoints", "tables"):
        (folder / name).mkdir(exist_ok=True)
    quiet = folder / "quiet.properties"
    quiet.write_text(_QUIET)
    java = f"-Djava.io.tmpdir={folder}/temporary -Dderby.system.home={folder}/temporary"
    conf = SparkConf(loadDefaults=False).setAppName("licet").setMaster(master)
    for key, value in {
        "spark.jars": similarity_jar_location(),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"{java} -Dlog4j2.configurationFile={quiet.as_uri()}",
        "spark.local.dir": f"{folder}/shuffled",
        "spark.sql.warehouse.dir": f"{folder}/tables",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.default.parallelism": "8",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **options,
    }.items():
        conf.set(key, value)
    with (folder / "said.txt").open("wb") as said:
        gateway = launch_gateway(conf, {"stdout": said, "stderr": said})
    context = SparkContext(gateway=gateway, conf=conf)
    context.setLogLevel("ERROR")
    context.setCheckpointDir(str(folder / "checkpoints"))
    return SparkSession(context)


def _stop() -> None:
    """End the session and its Java process, so that a later engine starts one of its own."""
    from pyspark import SparkContext

    active, gateway = SparkContext._active_spark_context, SparkContext._gateway
    if active is not None:
        active.stop()
    if gateway is None:
        return
    process = getattr(gateway, "proc", None)
    gateway.shutdown()
    SparkContext._gateway = SparkContext._jvm = None
    if process is not None:
        process.stdin.close()
        process.wait(timeout=60)
