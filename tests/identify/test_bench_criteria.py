"""The bench of counting measures what it says: the same town every time, and dates that agree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables, count

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    if not BENCH.is_dir():
        pytest.skip("no folder bench in this distribution. Next: run this in a clone")
    monkeypatch.syspath_prepend(str(BENCH))
    held = sys.modules.pop("criteria", None)
    yield __import__("criteria")
    sys.modules.pop("criteria", None)
    if held is not None:
        sys.modules["criteria"] = held


def test_twenty_dates_say_what_each_says_alone(bench: ModuleType) -> None:
    made, rule = bench.make(0.002), bench.made_rule()
    assert made.crosswalk.equals(bench.make(0.002).crosswalk)
    lines = {(name, "events"): frame for name, frame in made.lines.items()}
    twenty = [bench.LAST - timedelta(days=30 * n) for n in range(1, 21)]
    with closing(connect(threads=1)) as connection:
        tables = DuckDBTables(connection)
        found = count(tables, rule, lines, made.crosswalk, made.homes, twenty)
        for day in (twenty[0], twenty[7], twenty[19]):
            alone = count(tables, rule, lines, made.crosswalk, made.homes, [day])
            assert found.reasons.filter(pl.col("as_of") == day).equals(alone.reasons)
            assert found.households.filter(pl.col("as_of") == day).equals(alone.households)
    assert found.households.height > 100
