"""Spark measures features, and finds outcomes, as DuckDB does."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables
from licet.engines.features import measure, outcomes
from licet.engines.spark import SparkEngine
from tests.engines.test_spark import OPTIONS, needs_spark
from tests.forecast.test_features import asked, found
from tests.identify.test_counting import AS_OF, make_town

pytestmark = pytest.mark.spark

FEATURES = [
    {"feed": "education", "table": "absences", "where": "not excused", "window": "30 days"},
    {"feed": "education", "table": "absences", "window": "ever", "measure": "days"},
    {"feed": "education", "table": "more", "window": "ever", "measure": "total", "total": "late"},
    {"feed": "health", "table": "more", "where": "reason in ('ill')", "window": "ever", "measure": "since"},
]  # fmt: skip
OUTCOMES = [
    {"feed": "health", "table": "absences", "where": "excused"},
    {"feed": "health", "table": "absences", "total": "sessions", "at_least": 0.25},
    {"feed": "education", "table": "more", "count": "days", "at_least": 2},
]


@needs_spark
def test_spark_measures_as_duckdb_does(tmp_path: Path) -> None:
    town = make_town(7)
    lines, crosswalk, _ = town.frames()
    spark = SparkEngine(tmp_path, master="local[2]", options=OPTIONS)
    had: set[object] = set()
    try:
        with closing(connect(threads=1)) as connection:
            for outcome in OUTCOMES:
                bound = asked(FEATURES, outcome)
                for days in (AS_OF, AS_OF[:1]):
                    both = [DuckDBTables(connection), spark]
                    one, other = (found(measure(t, bound, lines, crosswalk, days)) for t in both)
                    assert one == other
                    assert len(one) > 3
                    first, second = (
                        set(outcomes(t, bound, lines, crosswalk, days).rows()) for t in both
                    )
                    assert first == second
                    had |= first
        assert had, "some outcome happened to somebody as of some date"
    finally:
        spark.close()
