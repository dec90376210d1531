"""Whom a rule means: the engine against a plain oracle, on random towns, and each promise by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables, count
from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.feeds.lines import PARTS
from licet.identify.bound import BoundRule, bind
from licet.identify.counting import Counts
from tests.conftest import FULL
from tests.identify.made import ABSENCES, FEED, rule
from tests.identify.said import CONDITIONS, DAYS, NUMBERS, START, WORDS, Line, Said

FEEDS = [Feed(**(FEED | {"id": name, "tables": {"absences": ABSENCES, "more": ABSENCES}})) for name in ("education", "health")]  # fmt: skip
TABLES = [(feed.id, name) for feed in FEEDS for name in feed.tables]
AS_OF = [START + timedelta(days=n) for n in (5, 20, 45)]
KINDS = ({"count": "lines"}, {"count": "days"}, {"total": "sessions"}, {"total": "late"})


@pytest.fixture(scope="module")
def tables() -> Iterator[DuckDBTables]:
    with closing(connect(threads=1)) as connection:
        yield DuckDBTables(connection)


@dataclass(frozen=True)
class Town:
    """lines: by feed and table. people: of a row (feed, record). homes: of a person."""

    lines: dict[tuple[str, str], list[Line]]
    people: dict[tuple[str, str], tuple[str, float]]
    homes: dict[str, str]

    def frames(self) -> tuple[dict[tuple[str, str], pl.DataFrame], pl.DataFrame, pl.DataFrame]:
        schema = {"record": pl.String, "happened": pl.Date, "recorded": pl.Date, "sessions": pl.Float64,
                  "late": pl.Float64, "excused": pl.Boolean, "reason": pl.String, "due": pl.Date}  # fmt: skip
        typed = {
            key: pl.DataFrame(lines, schema=schema).with_columns(
                (pl.col("sessions", "late") * PARTS).cast(pl.Int64)
            )
            for key, lines in self.lines.items()
        }
        rows = [(feed, record, *who) for (feed, record), who in self.people.items()]
        crosswalk = pl.DataFrame(
            rows,
            schema={
                "feed": pl.String,
                "record": pl.String,
                "person": pl.String,
                "weight": pl.Float64,
            },
            orient="row",
        )
        homes = pl.DataFrame(
            list(self.homes.items()),
            schema={"person": pl.String, "household": pl.String},
            orient="row",
        )
        return typed, crosswalk, homes


def make_town(seed: int) -> Town:
    """Rows that are let in and rows that are not, people with several rows, people without a home."""
    draw = np.random.default_rng(seed)

    def some(values: list[Any]) -> Any:
        return None if draw.random() < 0.15 else values[draw.integers(len(values))]

    def day(most: int) -> date:
        return START + timedelta(days=int(draw.integers(-3, most)))

    def line() -> Line:
        happened = None if draw.random() < 0.05 else day(50)
        late = int(draw.integers(0, 15)) if draw.random() < 0.4 else 0
        return {
            "record": str(draw.integers(12)), "happened": happened,
            "recorded": (happened or START) + timedelta(days=late), "sessions": some(NUMBERS),
            "late": some(NUMBERS), "excused": some([True, False]), "reason": some(WORDS), "due": some(DAYS),
        }  # fmt: skip

    lines = {key: [line() for _ in range(draw.integers(0, 60))] for key in TABLES}
    people = {
        (feed.id, str(record)): (f"p{draw.integers(6)}", float(draw.integers(5, 30)))
        for feed in FEEDS
        for record in range(12)
        if draw.random() < 0.7
    }
    homes = {f"p{n}": f"h{draw.integers(3)}" for n in range(6) if draw.random() < 0.85}
    return Town(lines, people, homes)


def oracle(town: Town, found: BoundRule, said: list[Said], as_of: list[date]) -> list[Line]:
    """The reasons, in plain words: every line of every person, one after the other."""
    asked = found.declared
    reasons: list[Line] = []
    for today in as_of:
        for criterion, line_filter in zip(asked.criteria, said, strict=True):
            for person in sorted({who for who, _ in town.people.values()}):
                counted = [
                    (line, town.people[criterion.feed, line["record"]][1])
                    for line in town.lines[criterion.feed, criterion.table]
                    if town.people.get((criterion.feed, line["record"]), ("", 0))[0] == person
                    and line["happened"] is not None
                    and line["happened"] <= today
                    and line["recorded"] <= today
                    and (criterion.days is None or (today - line["happened"]).days < criterion.days)
                    and line_filter.means(line) is True
                    and (not criterion.total or line[criterion.total] is not None)
                ]
                happened = [line["happened"] for line, _ in counted]
                total = (
                    sum(line[criterion.total] for line, _ in counted) if criterion.total else None
                )
                days = len(set(happened)) if criterion.count == "days" else None
                reached = total if criterion.total else days if days is not None else len(counted)
                if counted and reached >= criterion.at_least:
                    reasons.append({
                        "as_of": today, "household": None, "person": person, "criterion": criterion.id,
                        "feed": criterion.feed, "table": criterion.table, "lines": len(counted),
                        "days": days, "total": total, "first": min(happened), "last": max(happened),
                        "weight": min(weight for _, weight in counted),
                    })  # fmt: skip
    return reasons


def picked(
    reasons: list[Line], homes: dict[str, str] | None, least: int
) -> tuple[list[tuple[date, str, int]], list[Line]]:
    """Who meets enough of them, and the reasons of those."""
    if homes is not None:
        reasons = [
            one | {"household": homes[one["person"]]} for one in reasons if one["person"] in homes
        ]
    unit = "person" if homes is None else "household"
    met: dict[tuple[date, str], set[str]] = {}
    for one in reasons:
        met.setdefault((one["as_of"], one[unit]), set()).add(one["criterion"])
    chosen = {key: len(criteria) for key, criteria in met.items() if len(criteria) >= least}
    return (
        sorted((*key, many) for key, many in chosen.items()),
        [one for one in reasons if (one["as_of"], one[unit]) in chosen],
    )


def ordered(reasons: list[Line]) -> list[tuple[Any, ...]]:
    return sorted((tuple(one.values()) for one in reasons), key=repr)


CRITERIA = st.lists(
    st.tuples(
        CONDITIONS,
        st.sampled_from(TABLES),
        st.sampled_from(["ever", "1 day", "4 days", "30 days"]),
        st.sampled_from(KINDS),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=2000 if FULL else 60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(criteria=CRITERIA, seed=st.integers(0, 10**6), household=st.booleans(), data=st.data())
def test_an_engine_counts_as_the_plain_oracle_does(
    tables: DuckDBTables, criteria: list[Any], seed: int, household: bool, data: st.DataObject
) -> None:
    least = data.draw(st.integers(1, len(criteria)))
    as_of = data.draw(st.lists(st.sampled_from(AS_OF), min_size=1, unique=True))
    town = make_town(seed)
    asked = [
        {
            "where": said.text,
            "feed": feed,
            "table": table,
            "window": window,
            "at_least": many,
            **kind,
        }
        for said, (feed, table), window, kind, many in criteria
    ]
    level = "household" if household else "person"
    found = bind(rule(*asked, level=level, at_least=least), FEEDS)
    lines, crosswalk, homes = town.frames()
    counts = count(tables, found, lines, crosswalk, homes, as_of)
    reasons = oracle(town, found, [said for said, *_ in criteria], sorted(as_of))
    chosen, why = picked(reasons, town.homes if household else None, least)
    units = counts.households if household else counts.persons
    assert units.rows() == chosen
    assert (counts.persons if household else counts.households).height == 0
    assert ordered(counts.reasons.to_dicts()) == ordered(why)


def one_table(
    tables: DuckDBTables,
    lines: list[tuple[Any, ...]],
    as_of: list[date],
    homes: Any = None,
    **changes: Any,
) -> Counts:
    """Lines (record, happened, recorded) counted for records a and b of the person p, and c of q."""
    frame = pl.DataFrame(
        lines,
        schema={"record": pl.String, "happened": pl.Date, "recorded": pl.Date},
        orient="row",
    )
    crosswalk = pl.DataFrame(
        {"feed": ["education"] * 3 + ["health"], "record": ["a", "b", "c", "x"], "person": ["p", "p", "q", "p"]}
    )  # fmt: skip
    criterion = {"where": "", "at_least": 1} | changes
    level = "person" if homes is None else "household"
    found = bind(rule(criterion, level=level), FEEDS)
    return count(tables, found, {("education", "absences"): frame}, crosswalk, homes, as_of)


def on(day: int) -> date:
    return date(2026, 6, day)


def test_the_as_of_date_is_in_the_window_and_the_day_so_long_before_is_not(
    tables: DuckDBTables,
) -> None:
    lines = [("a", on(day), on(1)) for day in (10, 20, 21)]
    found = one_table(tables, lines, [on(20)], window="10 days")
    assert found.reasons.select("lines", "first", "last").rows() == [(1, on(20), on(20))]


def test_what_was_written_down_later_is_not_read(tables: DuckDBTables) -> None:
    lines = [("a", on(1), on(1)), ("a", on(2), on(12)), ("b", on(3), on(20))]
    found = one_table(tables, lines, [on(11), on(12), on(30)])
    assert found.reasons.select("as_of", "lines").rows() == [(on(11), 1), (on(12), 2), (on(30), 3)]


def test_a_refused_row_counts_for_nobody(tables: DuckDBTables) -> None:
    """Rows without permission are in no crosswalk: their lines are there, and nobody's."""
    lines = [("refused", on(1), on(1)), ("x", on(1), on(1)), ("c", on(1), on(1))]
    found = one_table(tables, lines, [on(11)])
    assert found.persons["person"].to_list() == ["q"]
    assert "refused" not in str(found.reasons.to_dicts())


def test_lines_of_all_rows_of_a_person_are_counted_together(tables: DuckDBTables) -> None:
    lines = [("a", on(1), on(1)), ("b", on(1), on(1)), ("c", on(1), on(1))]
    assert one_table(tables, lines, [on(11)], at_least=2).persons["person"].to_list() == ["p"]
    assert one_table(tables, lines, [on(11)], at_least=2, count="days").persons.height == 0


def test_a_household_has_what_any_of_its_people_has_and_lines_are_not_put_together(
    tables: DuckDBTables,
) -> None:
    homes = pl.DataFrame({"person": ["p", "q"], "household": ["h", "h"]})
    lines = [("a", on(1), on(1)), ("c", on(1), on(1))]
    assert one_table(tables, lines, [on(11)], homes, at_least=2).households.height == 0
    both = one_table(tables, lines, [on(11)], homes)
    assert both.households.rows() == [(on(11), "h", 1)]
    assert both.reasons["person"].to_list() == ["p", "q"]


def test_households_of_each_date(tables: DuckDBTables) -> None:
    homes = pl.DataFrame(
        {"as_of": [on(11), on(12)], "person": ["p", "p"], "household": ["old", "new"]}
    )
    found = one_table(tables, [("a", on(1), on(1))], [on(11), on(12)], homes)
    assert found.households.rows() == [(on(11), "old", 1), (on(12), "new", 1)]


def test_a_person_has_the_weakest_link_of_the_rows_that_counted(tables: DuckDBTables) -> None:
    """Rows whose lines did not count say nothing of how sure a reason is; without weights nobody knows."""
    lines = [("a", on(1), on(1)), ("b", on(2), on(2)), ("d", on(9), on(9))]
    frame = pl.DataFrame(lines, schema=["record", "happened", "recorded"], orient="row")
    rows = {"feed": ["education"] * 3, "record": ["a", "b", "d"], "person": ["p"] * 3}
    found = bind(rule({"where": "", "at_least": 1}, level="person"), FEEDS)
    held = {("education", "absences"): frame}
    for weights, least in (([9.5, 7.25, 1.0], 7.25), (None, None)):
        crosswalk = pl.DataFrame(rows | ({"weight": weights} if weights else {}))
        reasons = count(tables, found, held, crosswalk, None, [on(5)]).reasons
        assert reasons["weight"].to_list() == [least]


def test_nobody_at_all_is_nobody_picked(tables: DuckDBTables) -> None:
    found = bind(rule({"where": "", "at_least": 1}, level="person"), FEEDS)
    schema = {"feed": pl.String, "record": pl.String, "person": pl.String}
    lines = {("education", "absences"): make_town(3).frames()[0]["education", "absences"]}
    counts = count(tables, found, lines, pl.DataFrame(schema=schema), None, [on(1)])
    assert (counts.persons.height, counts.reasons.height) == (0, 0)
    assert counts.reasons.schema["as_of"] == pl.Date


def test_refusals(tables: DuckDBTables) -> None:
    with pytest.raises(BadInput, match="a window without an as-of date"):
        one_table(tables, [], [])
    homes = pl.DataFrame({"person": ["p", "p"], "household": ["h", "i"]})
    with pytest.raises(BadInput, match="in two households at once"):
        one_table(tables, [("a", on(1), on(1))], [on(11)], homes)
    found = bind(rule({"where": ""}), FEEDS)
    rows = pl.DataFrame({"feed": ["education"] * 2, "record": ["a", "a"], "person": ["p", "q"]})
    with pytest.raises(BadInput, match="a row is of two persons"):
        count(tables, found, {}, rows, None, [on(1)])
    with pytest.raises(BadInput, match=r"education: tables\.absences"):
        count(tables, found, {}, rows[:1], None, [on(1)])
    lines = {("education", "absences"): make_town(1).frames()[0]["education", "absences"]}
    with pytest.raises(BadInput, match="a rule for households without households"):
        count(tables, found, lines, rows[:1], None, [on(1)])
