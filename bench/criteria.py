"""How long it takes to count a rule: ``python bench/criteria.py``.

500,000 made-up people in 200,000 households, ten feeds with a table each of 500,000 dated lines, twelve
criteria. Beside it one plain aggregate of DuckDB over each of the same tables (per record: how many lines,
first day, last day), and twenty as-of dates beside one.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from figures import at_most, below, record

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables, count
from licet.feeds.contract import Feed
from licet.feeds.lines import PARTS
from licet.identify.bound import BoundRule, bind
from licet.identify.criteria import Rule

SEED = 20261101
PEOPLE, HOUSEHOLDS, FEEDS, LINES = 500_000, 200_000, 10, 500_000
HELD = 0.4
"""Which part of the people each feed holds."""
FIRST, LAST = date(2023, 11, 1), date(2026, 11, 1)
WORDS = ("open", "closed", "moved", "other")
CONDITIONS = (
    "state <> 'closed'",
    "number >= 2 and not excused",
    "state in ('open', 'moved') or number > 4.5",
    "excused is null or number between 1 and 3",
)
WINDOWS = ("180 days", "365 days", "90 days", "ever")


@dataclass(frozen=True)
class Made:
    """Typed lines by feed, who is who, and who lives where."""

    lines: dict[str, pl.DataFrame]
    crosswalk: pl.DataFrame
    homes: pl.DataFrame


def names(prefix: str, numbers: Any, digits: int) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(digits)


def make(scale: float) -> Made:
    """The made-up town, the same every time."""
    rng = np.random.default_rng(SEED)
    people, many = int(PEOPLE * scale), int(LINES * scale)
    span = (LAST - FIRST).days
    lines, rows = {}, []
    for feed in range(FEEDS):
        who = rng.choice(people, int(people * HELD), replace=False)
        happened = rng.integers(0, span, many)
        later = np.where(rng.random(many) < 0.3, rng.integers(0, 30, many), 0)
        start = np.datetime64(FIRST)
        lines[f"feed{feed}"] = pl.DataFrame(
            {
                "record": names(f"F{feed}", rng.integers(0, len(who), many), 7),
                "happened": pl.Series(start + happened).cast(pl.Date),
                "recorded": pl.Series(start + happened + later).cast(pl.Date),
                "number": rng.integers(0, 12, many) * (PARTS // 2),
                "excused": pl.Series(rng.random(many) < 0.4).set(
                    pl.Series(rng.random(many) < 0.1), None
                ),
                "state": pl.Series(rng.integers(0, 4, many)).replace_strict(
                    [0, 1, 2, 3], list(WORDS), return_dtype=pl.String
                ),
            }
        )
        rows.append(
            pl.DataFrame(
                {
                    "record": names(f"F{feed}", np.arange(len(who)), 7),
                    "person": names("person-", who, 9),
                    "weight": rng.normal(18, 4, len(who)),
                }
            ).select(pl.lit(f"feed{feed}").alias("feed"), pl.all())
        )
    homes = pl.DataFrame(
        {
            "person": names("person-", np.arange(people), 9),
            "household": names("home-", rng.integers(0, int(HOUSEHOLDS * scale), people), 7),
        }
    )
    return Made(lines, pl.concat(rows), homes)


def loaded(connection: Any, made: Made) -> dict[tuple[str, str], str]:
    """Write the lines into tables of a database, and let go of them; the tables by feed and name."""
    lines = {}
    for name, frame in made.lines.items():
        connection.register("made_lines", frame.to_arrow())
        connection.execute(f"create table {name} as select * from made_lines").fetchall()
        connection.unregister("made_lines")
        lines[name, "events"] = name
    made.lines.clear()
    return lines


def feed(number: int) -> Feed:
    value = {"meaning": "made up"}
    table = {
        "location": {"kind": "csv", "path": "lines.csv"},
        "record": "record",
        "happened": "happened",
        "recorded": "recorded",
        "values": {
            "number": value | {"column": "n", "kind": "number"},
            "excused": value | {"column": "e", "kind": "yes_no"},
            "state": value | {"column": "s", "kind": "word", "words": list(WORDS)},
        },
    }
    return Feed(
        id=f"feed{number}",
        service="education",
        title="Made up",
        extract=LAST,
        one_record_per_person=True,
        location={"kind": "csv", "path": "rows.csv"},
        fields={"record": "record"},
        tables={"events": table},
        synthetic=True,
    )


def made_rule() -> BoundRule:
    """Three of twelve criteria, for households."""
    criteria = []
    for number in range(12):
        several = number % len(CONDITIONS)
        more = {"total": "number", "at_least": 6} if number % 5 == 4 else {"at_least": 2}
        criteria.append(
            {
                "id": f"c{number}",
                "meaning": "made up",
                "feed": f"feed{number % FEEDS}",
                "table": "events",
                "where": CONDITIONS[several],
                "window": WINDOWS[number % len(WINDOWS)],
            }
            | more
        )
    rule = Rule(
        id="bench", title="Made up", use="bench", level="household", kind="criteria", at_least=3,
        criteria=criteria,
    )  # fmt: skip
    return bind(rule, [feed(number) for number in range(FEEDS)])


def seconds(*runs: Callable[[], object], times: int) -> list[float]:
    """The shortest of several runs of each, in turn, so that a busy machine slows all of them."""
    took: list[list[float]] = [[] for _ in runs]
    for _ in range(times):
        for run, found in zip(runs, took, strict=True):
            start = perf_counter()
            run()
            found.append(perf_counter() - start)
    return [min(found) for found in took]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the people and lines")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    made, rule = make(given.scale), made_rule()
    one = [LAST - timedelta(days=30)]
    twenty = [LAST - timedelta(days=30 * n) for n in range(1, 21)]
    with closing(connect(threads=given.threads)) as connection:
        lines = loaded(connection, made)
        tables = DuckDBTables(connection)

        def plain() -> None:
            for name, _ in lines:
                connection.execute(
                    "create or replace temp table plain as select record, count(*) as many, "
                    f"min(happened) as first, max(happened) as last from {name} group by record"
                ).fetchall()

        def counted(days: list[date]) -> int:
            return count(tables, rule, lines, made.crosswalk, made.homes, days).households.height

        took = seconds(plain, lambda: counted(one), times=given.times)
        took += seconds(lambda: counted(twenty), times=1)
        print(f"one plain aggregate over each of {len(lines)} tables: {took[0]:.3f} s")
        print(f"12 criteria, 1 as-of date: {took[1]:.3f} s, {took[1] / took[0]:.2f} times", end="")
        print(f" ({counted(one):,} households)")
        print(f"12 criteria, 20 as-of dates: {took[2]:.3f} s, {took[2] / took[1]:.1f} times one")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak / 1024:.2f} GB")
    record(
        "criteria",
        int(PEOPLE * given.scale),
        f"{PEOPLE:,} people, {FEEDS} feeds with a table each of {LINES:,} lines, 12 criteria",
        (
            at_most("12 criteria, 1 date", took[1], "a plain aggregate of each table", took[0], 3),
            at_most("12 criteria, 20 dates", took[2], "1 date", took[1], 22),
            below("most memory held", peak, "MB", 4000),
        ),
        rounds=given.times,
    )


if __name__ == "__main__":
    main()
