"""Spark counts what DuckDB counts."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables, count
from licet.engines.spark import SparkEngine
from licet.identify.bound import bind
from tests.engines.test_spark import OPTIONS, needs_spark
from tests.identify.made import rule
from tests.identify.said import START
from tests.identify.test_counting import AS_OF, FEEDS, make_town

pytestmark = pytest.mark.spark

ASKED: list[dict[str, Any]] = [
    {"where": "not excused or reason in ('ill')", "window": "30 days"},
    {"where": "sessions between -1.5 and 1 and late is not null", "window": "ever", "at_least": 1},
    {"where": "due >= '2026-01-02'", "window": "20 days", "count": "days"},
    {"where": "", "total": "sessions", "at_least": 2.5, "window": "40 days", "table": "more"},
    {"where": "sessions > late", "feed": "health", "window": "ever", "at_least": 1},
]


@needs_spark
def test_spark_counts_as_duckdb_does(tmp_path: Path) -> None:
    town = make_town(7)
    lines, crosswalk, homes = town.frames()
    spark = SparkEngine(tmp_path, master="local[2]", options=OPTIONS)
    try:
        with closing(connect(threads=1)) as connection:
            for level, least in (("person", 1), ("household", 3)):
                found = bind(rule(*ASKED, level=level, at_least=least), FEEDS)
                for days in (AS_OF, [START + timedelta(days=30)]):
                    one, other = (
                        count(tables, found, lines, crosswalk, homes, days)
                        for tables in (DuckDBTables(connection), spark)
                    )
                    assert one.reasons.height > 3
                    assert one.persons.equals(other.persons)
                    assert one.households.equals(other.households)
                    assert one.reasons.equals(other.reasons)
        assert spark._session.catalog.listTables() == []
    finally:
        spark.close()
