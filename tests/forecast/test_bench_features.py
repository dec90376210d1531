"""The bench of features measures what it says: twenty dates that agree with each alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables
from licet.engines.features import measure, outcomes

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    if not BENCH.is_dir():
        pytest.skip("no folder bench in this distribution. Next: run this in a clone")
    monkeypatch.syspath_prepend(str(BENCH))
    held = {name: sys.modules.pop(name, None) for name in ("criteria", "features")}
    yield __import__("features")
    for name, module in held.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module


def test_twenty_dates_say_what_each_says_alone(bench: ModuleType) -> None:
    made, forecast, twenty = bench.make(0.002), bench.made_forecast(), bench.dates()
    lines = {(name, "events"): frame for name, frame in made.lines.items()}
    with closing(connect(threads=1)) as connection:
        tables = DuckDBTables(connection)
        together = measure(tables, forecast, lines, made.crosswalk, twenty)
        had = outcomes(tables, forecast, lines, made.crosswalk, twenty)
        for day in (twenty[0], twenty[11]):
            alone = measure(tables, forecast, lines, made.crosswalk, [day])
            for one, other in zip(together, alone, strict=True):
                own = one.filter(pl.col("as_of") == day).sort("person")
                assert own.equals(other.sort("person"))
            assert set(outcomes(tables, forecast, lines, made.crosswalk, [day]).rows()) == set(
                had.filter(pl.col("as_of") == day).rows()
            )
    assert len(twenty) == 20 and had.height > 20
    assert sum(one.height for one in together) > 1000
