"""Features as of many dates: the engine against a plain oracle, on random towns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables
from licet.engines.features import measure, outcomes
from licet.errors import BadInput
from licet.identify.features import BoundForecast, bind_forecast
from licet.identify.forecast import Forecast
from tests.conftest import FULL
from tests.forecast.made import document
from tests.identify.said import CONDITIONS, START, Line, Said
from tests.identify.test_counting import AS_OF, FEEDS, TABLES, Town, make_town

MEASURES = ("lines", "days", "total", "since")
HORIZON = 6


@pytest.fixture(scope="module")
def tables() -> Iterator[DuckDBTables]:
    with closing(connect(threads=1)) as connection:
        yield DuckDBTables(connection)


def asked(features: list[dict[str, Any]], outcome: dict[str, Any], **more: Any) -> BoundForecast:
    """A forecast over the tables of the counting tests."""
    named = [{"id": f"f{n}", "meaning": "m"} | one for n, one in enumerate(features)]
    declared = Forecast(
        **document(
            horizon=HORIZON, as_of=AS_OF, features=named, outcome={"meaning": "m"} | outcome, **more
        )
    )
    return bind_forecast(declared, FEEDS)


def own(town: Town, feed: str, table: str, person: str) -> list[Line]:
    """The lines of a person's rows."""
    return [
        line
        for line in town.lines[feed, table]
        if town.people.get((feed, line["record"]), ("", 0))[0] == person
    ]


def valued(town: Town, feature: dict[str, Any], said: Said, person: str, today: date) -> Any:
    """A feature in plain words: what is known of a person on the day; None for nothing."""
    days = None if feature["window"] == "ever" else int(feature["window"].split()[0])
    found = [
        line
        for line in own(town, feature["feed"], feature["table"], person)
        if line["happened"] is not None
        and line["happened"] <= today
        and line["recorded"] <= today
        and (days is None or (today - line["happened"]).days < days)
        and said.means(line) is True
        and (feature["measure"] != "total" or line[feature["total"]] is not None)
    ]
    if not found:
        return None
    happened = [line["happened"] for line in found]
    return {
        "lines": lambda: len(found),
        "days": lambda: len(set(happened)),
        "since": lambda: (today - max(happened)).days,
        "total": lambda: round(sum(line[feature["total"]] for line in found) * 10_000),
    }[feature["measure"]]()


FEATURES = st.lists(
    st.tuples(
        CONDITIONS, st.sampled_from(TABLES), st.sampled_from(["ever", "1 day", "4 days", "30 days"]),
        st.sampled_from(MEASURES),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


def described(drawn: list[Any]) -> list[dict[str, Any]]:
    return [
        {"where": said.text, "feed": feed, "table": table, "window": window, "measure": kind}
        | ({"total": "sessions"} if kind == "total" else {})
        for said, (feed, table), window, kind in drawn
    ]


def found(frames: list[pl.DataFrame]) -> dict[tuple[Any, ...], Any]:
    """By date, person and feature what an engine says, where it says something."""
    return {
        (row["as_of"], row["person"], name): value
        for frame in frames
        for row in frame.to_dicts()
        for name, value in row.items()
        if name not in ("as_of", "person") and value is not None
    }


@settings(
    max_examples=1500 if FULL else 50,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(drawn=FEATURES, seed=st.integers(0, 10**6))
def test_an_engine_measures_as_the_plain_oracle_does(
    tables: DuckDBTables, drawn: list[Any], seed: int
) -> None:
    town, features = make_town(seed), described(drawn)
    bound = asked(features, {"feed": "education", "table": "more"})
    lines, crosswalk, _ = town.frames()
    people = sorted({who for who, _ in town.people.values()})
    told = {
        (today, person, f"f{n}"): value
        for today in AS_OF
        for person in people
        for n, (feature, (said, *_)) in enumerate(zip(features, drawn, strict=True))
        if (value := valued(town, feature, said, person, today)) is not None
    }
    assert found(measure(tables, bound, lines, crosswalk, AS_OF)) == told


@settings(
    max_examples=500 if FULL else 40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    said=CONDITIONS,
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(["lines", "days", "total"]),
    least=st.integers(1, 3),
)
def test_outcomes_are_those_of_the_days_after(
    tables: DuckDBTables, said: Said, seed: int, kind: str, least: int
) -> None:
    town = make_town(seed)
    more = {"total": "late"} if kind == "total" else {"count": kind}
    outcome = {"feed": "health", "table": "absences", "where": said.text, "at_least": least} | more
    bound = asked([{"feed": "education", "table": "more", "window": "ever"}], outcome)
    lines, crosswalk, _ = town.frames()
    told = set()
    for today in AS_OF:
        for person in {who for who, _ in town.people.values()}:
            had = [
                line
                for line in own(town, "health", "absences", person)
                if line["happened"] is not None
                and today < line["happened"] <= today + timedelta(days=HORIZON)
                and said.means(line) is True
                and (kind != "total" or line["late"] is not None)
            ]
            reached = {
                "lines": len(had),
                "days": len({line["happened"] for line in had}),
                "total": sum(line["late"] or 0 for line in had),
            }[kind]
            if had and reached >= least:
                told.add((today, person))
    assert set(outcomes(tables, bound, lines, crosswalk, AS_OF).rows()) == told


@settings(max_examples=200 if FULL else 25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))  # fmt: skip
@given(drawn=FEATURES, seed=st.integers(0, 10**6), data=st.data())
def test_what_happened_or_was_written_down_later_changes_no_feature(
    tables: DuckDBTables, drawn: list[Any], seed: int, data: st.DataObject
) -> None:
    """Lines after the last date, by either day, in any number: every feature stays as it is."""
    town, bound = make_town(seed), asked(described(drawn), {"feed": "education", "table": "more"})
    lines, crosswalk, _ = town.frames()
    before = found(measure(tables, bound, lines, crosswalk, AS_OF))
    later = {}
    for key, frame in lines.items():
        ahead = data.draw(st.booleans())
        moved = frame.with_columns(
            happened=pl.lit(AS_OF[-1] + timedelta(days=1)) if ahead else pl.lit(START),
            recorded=pl.lit(AS_OF[-1] + timedelta(days=1)),
        ).cast({"happened": pl.Date, "recorded": pl.Date})
        later[key] = pl.concat([frame, moved.select(frame.columns)])
    assert found(measure(tables, bound, later, crosswalk, AS_OF)) == before


def test_twenty_dates_say_what_each_says_alone(tables: DuckDBTables) -> None:
    town = make_town(5)
    drawn = [{"feed": feed, "table": table, "window": window, "measure": kind} | ({"total": "late"} if kind == "total" else {})
             for (feed, table), window, kind in zip(TABLES, ("ever", "4 days", "20 days", "9 days"), MEASURES, strict=True)]  # fmt: skip
    bound = asked(drawn, {"feed": "education", "table": "more"})
    lines, crosswalk, _ = town.frames()
    days = [START + timedelta(days=2 * n) for n in range(20)]
    together = found(measure(tables, bound, lines, crosswalk, days))
    alone: dict[tuple[Any, ...], Any] = {}
    for day in days:
        alone |= found(measure(tables, bound, lines, crosswalk, [day]))
    assert together == alone
    assert len(together) > 100


def test_a_refused_row_is_nobodys(tables: DuckDBTables) -> None:
    town = make_town(2)
    bound = asked(
        [{"feed": "education", "table": "more", "window": "ever"}],
        {"feed": "education", "table": "more"},
    )
    lines, crosswalk, _ = town.frames()
    gone = crosswalk.filter(pl.col("person") != "p1")
    frames = measure(tables, bound, lines, gone, AS_OF)
    assert "p1" not in {person for _, person, _ in found(frames)}
    assert "p1" not in outcomes(tables, bound, lines, gone, AS_OF)["person"].to_list()
    rows = {key: value for key, value in found(frames).items() if key[1] != "p1"}
    whole = found(measure(tables, bound, lines, crosswalk, AS_OF))
    assert rows == {key: value for key, value in whole.items() if key[1] != "p1"}


def test_refusals(tables: DuckDBTables) -> None:
    town = make_town(1)
    bound = asked(
        [{"feed": "education", "table": "more", "window": "ever"}],
        {"feed": "health", "table": "more"},
    )
    lines, crosswalk, _ = town.frames()
    with pytest.raises(BadInput, match="a window without an as-of date"):
        measure(tables, bound, lines, crosswalk, [])
    with pytest.raises(BadInput, match=r"health: tables\.more"):
        outcomes(
            tables, bound, {("education", "more"): lines["education", "more"]}, crosswalk, AS_OF
        )
    twice = pl.concat([crosswalk, crosswalk.with_columns(person=pl.lit("other"))])
    with pytest.raises(BadInput, match="a row is of two persons"):
        measure(tables, bound, lines, twice, AS_OF)
