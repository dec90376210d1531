"""How long it takes to measure features: ``python bench/features.py``.

The made-up town of ``bench/criteria.py``: 500,000 people, ten feeds with a table each of 500,000 dated lines.
Twelve features of every measure over them, as of twenty dates beside one, and the outcomes of those dates.
"""

from __future__ import annotations

import argparse
import resource
from contextlib import closing
from datetime import date, timedelta

import polars as pl
from criteria import CONDITIONS, FEEDS, LAST, LINES, PEOPLE, WINDOWS, feed, loaded, make, seconds
from figures import at_most, below, record

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables
from licet.engines.features import measure, outcomes
from licet.identify.features import BoundForecast, bind_forecast
from licet.identify.forecast import Forecast

MEASURES = ("lines", "days", "total", "since")
HORIZON = 60


def made_forecast() -> BoundForecast:
    """Twelve features over ten tables."""
    features = []
    for number in range(12):
        kind = MEASURES[number % len(MEASURES)]
        more = {"total": "number"} if kind == "total" else {}
        features.append(
            {
                "id": f"f{number}",
                "meaning": "made up",
                "feed": f"feed{number % FEEDS}",
                "table": "events",
                "where": CONDITIONS[number % len(CONDITIONS)],
                "window": WINDOWS[number % len(WINDOWS)],
                "measure": kind,
            }
            | more
        )
    declared = Forecast(
        id="bench", title="Made up", use="bench", level="person", horizon=HORIZON, capacity=100,
        as_of=dates(), features=features,
        outcome={"meaning": "made up", "feed": "feed0", "table": "events", "where": "excused"},
    )  # fmt: skip
    return bind_forecast(declared, [feed(number) for number in range(FEEDS)])


def dates() -> list[date]:
    """Twenty, a month apart, the last of them with its outcomes over."""
    return [LAST - timedelta(days=HORIZON + 30 * n) for n in range(20)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the people and lines")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    made, forecast, twenty = make(given.scale), made_forecast(), dates()
    who = made.crosswalk.with_columns(
        person=(pl.col("person").rank("dense") - 1).cast(pl.Int32)
    )  # as numbers, as many as there are people
    with closing(connect(threads=given.threads)) as connection:
        lines = loaded(connection, made)
        tables = DuckDBTables(connection)

        def rows(days: list[date]) -> int:
            return sum(one.height for one in measure(tables, forecast, lines, who, days))

        took = seconds(lambda: rows(twenty[:1]), times=given.times)
        took += seconds(lambda: rows(twenty), times=1)
        took += seconds(lambda: outcomes(tables, forecast, lines, who, twenty), times=1)
        print(f"12 features, 1 as-of date: {took[0]:.3f} s ({rows(twenty[:1]):,} rows)")
        print(f"12 features, 20 as-of dates: {took[1]:.3f} s, {took[1] / took[0]:.1f} times one")
        print(f"outcomes of 20 dates: {took[2]:.3f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak / 1024:.2f} GB")
    record(
        "features",
        int(PEOPLE * given.scale),
        f"{PEOPLE:,} people, {FEEDS} feeds with a table each of {LINES:,} lines, 12 features",
        (
            at_most("12 features, 20 dates", took[1], "1 date", took[0], 22),
            below("outcomes of 20 dates", took[2], "s"),
            below("most memory held", peak, "MB"),
        ),
        rounds=given.times,
    )


if __name__ == "__main__":
    main()
