"""What a filter means in DuckDB is what its words mean: a plain oracle in Python, three-valued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.feeds.lines import PARTS
from licet.identify.expressions import sql
from licet.identify.parsing import Reader
from tests.conftest import FULL
from tests.identify.made import feed
from tests.identify.said import CONDITIONS, DAYS, NUMBERS, WORDS, Line, Said

READER = Reader(feed().tables["absences"].values)


def maybe(values: list[Any]) -> list[Any]:
    return [None, *values]


LINES: list[Line] = [
    {"sessions": s, "late": n, "excused": e, "reason": r, "due": d}
    for s in maybe(NUMBERS)
    for n in maybe(NUMBERS[1:4])
    for e in (None, True, False)
    for r in maybe(WORDS[:2])
    for d in maybe(DAYS[:3])
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    frame = pl.DataFrame(LINES, infer_schema_length=None).with_columns(
        (pl.col("sessions", "late") * PARTS).cast(pl.Int64), number=pl.int_range(len(LINES))
    )
    with closing(duckdb.connect(config={"threads": 1})) as made:
        made.register("given", frame.to_arrow())
        made.execute("create table lines as select * from given").fetchall()
        yield made


@settings(
    max_examples=3000 if FULL else 150,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(said=CONDITIONS)
def test_sql_means_what_the_words_mean(connection: duckdb.DuckDBPyConnection, said: Said) -> None:
    line_filter = sql(READER.read(said.text), "duckdb")
    found = connection.execute(f"select {line_filter} from lines order by number").fetchall()
    assert [one for (one,) in found] == [said.means(line) for line in LINES]


@settings(max_examples=3000 if FULL else 150, deadline=None, derandomize=True)
@given(said=CONDITIONS)
def test_spark_is_told_the_same(said: Said) -> None:
    """Without Spark: its words, read as Spark's, are those that DuckDB is told."""
    import sqlglot

    line_filter = READER.read(said.text)
    again = sqlglot.parse_one(sql(line_filter, "spark"), dialect="spark")
    assert again.sql(dialect="duckdb").replace("TRY_CAST", "CAST") == sql(line_filter, "duckdb")


def test_what_is_not_known_does_not_count(connection: duckdb.DuckDBPyConnection) -> None:
    """Neither the filter nor its opposite counts a line of which the value is not known."""
    unknown = sum(line["excused"] is None for line in LINES)
    counts = [
        connection.execute(
            f"select count(*) from lines where {sql(READER.read(text), 'duckdb')}"
        ).fetchall()[0][0]
        for text in ("excused", "not excused", "excused is null")
    ]
    assert sum(counts[:2]) == len(LINES) - unknown
    assert counts[2] == unknown > 0


PIECES = [*"'\"();-*/=<>,. \n\\%{}#", "excused", " or ", " select ", "sessions", "1", "'ill'"]
ATTACKS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=20000 if FULL else 300, deadline=None, derandomize=True)
@given(text=ATTACKS)
def test_any_text_is_refused_in_words_or_asks_for_known_values_alone(text: str) -> None:
    from sqlglot import exp, parse_one

    from licet.errors import BadInput

    try:
        line_filter = sql(READER.read(text), "duckdb")
    except BadInput:
        return
    tree = parse_one(line_filter, dialect="duckdb")
    assert {one.name for one in tree.find_all(exp.Column)} <= set(READER.values)
    taken = exp.Cast | exp.And | exp.Or  # what sqlglot keeps among its functions
    assert all(isinstance(one, taken) for one in tree.find_all(exp.Func, exp.Query))
