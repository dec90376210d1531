"""Rights: who has one, against a plain reading of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables, count
from licet.identify.bound import bind
from licet.identify.counting import Counts
from tests.conftest import FULL
from tests.identify.made import rule
from tests.identify.said import CONDITIONS, Said
from tests.identify.test_counting import AS_OF, FEEDS, Town, make_town, oracle

RIGHTS = ("meals", "bus pass", "milk")


@pytest.fixture(scope="module")
def tables() -> Iterator[DuckDBTables]:
    with closing(connect(threads=1)) as connection:
        yield DuckDBTables(connection)


def entitled(
    town: Town, gives: dict[str, str], reasons: list[dict[str, Any]], household: bool
) -> dict[tuple[date, str], set[str]]:
    """By date and unit the criteria of the rights it has: each unit, each right, one after the other.

    gives: the right of each criterion. reasons: of each person, as the oracle of counting tells them.
    """
    units = (
        sorted(set(town.homes.values()))
        if household
        else sorted({p for p, _ in town.people.values()})
    )
    found: dict[tuple[date, str], set[str]] = {}
    for day, unit, right in product(AS_OF, units, RIGHTS):
        needed = {criterion for criterion, given in gives.items() if given == right}
        inside = {p for p, home in town.homes.items() if home == unit} if household else {unit}
        met = {
            one["criterion"] for one in reasons if one["as_of"] == day and one["person"] in inside
        }
        if needed and needed <= met:
            found.setdefault((day, unit), set()).update(needed)
    return found


CRITERIA = st.lists(
    st.tuples(CONDITIONS, st.sampled_from(["ever", "30 days"]), st.sampled_from(RIGHTS)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=800 if FULL else 40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))  # fmt: skip
@given(criteria=CRITERIA, seed=st.integers(0, 10**6), household=st.booleans())
def test_rights_are_settled_as_the_plain_oracle_does(
    tables: DuckDBTables, criteria: list[tuple[Said, str, str]], seed: int, household: bool
) -> None:
    town = make_town(seed)
    asked = [{"where": said.text, "window": window, "gives": gives, "at_least": 1} for said, window, gives in criteria]  # fmt: skip
    found = bind(
        rule(*asked, kind="entitlement", level="household" if household else "person"), FEEDS
    )
    lines, crosswalk, homes = town.frames()
    counts = count(tables, found, lines, crosswalk, homes, AS_OF)
    reasons = oracle(town, found, [said for said, *_ in criteria], AS_OF)
    gives = {f"c{n}": right for n, (*_, right) in enumerate(criteria, start=1)}
    wanted = entitled(town, gives, reasons, household)
    unit = "household" if household else "person"
    units = counts.households if household else counts.persons
    assert units.rows() == sorted((*key, len(met)) for key, met in wanted.items())
    told: dict[tuple[date, str], set[str]] = {}
    for one in counts.reasons.to_dicts():
        told.setdefault((one["as_of"], one[unit]), set()).add(one["criterion"])
    assert told == wanted


def meals(tables: DuckDBTables, lines: list[tuple[str, float]], level: str = "household") -> Counts:
    """The right to meals of the home of p and q, and of r alone: two sessions of one kind, one of another."""
    frame = pl.DataFrame(
        [(record, date(2026, 6, 1), date(2026, 6, 1), int(n * 10_000)) for record, n in lines],
        schema={
            "record": pl.String,
            "happened": pl.Date,
            "recorded": pl.Date,
            "sessions": pl.Int64,
        },
        orient="row",
    )
    crosswalk = pl.DataFrame({"feed": ["education"] * 3, "record": ["a", "b", "c"], "person": ["p", "q", "r"]})  # fmt: skip
    homes = pl.DataFrame({"person": ["p", "q", "r"], "household": ["h", "h", "i"]})
    needs = [
        {"where": f"sessions = {n}", "gives": "meals", "window": "ever", "at_least": 1}
        for n in (1, 2)
    ]
    other = {"where": "sessions = 3", "gives": "milk", "window": "ever", "at_least": 1}
    found = bind(rule(*needs, other, kind="entitlement", level=level), FEEDS)
    return count(
        tables, found, {("education", "absences"): frame}, crosswalk, homes, [date(2026, 6, 2)]
    )


def test_people_of_a_home_have_a_right_together(tables: DuckDBTables) -> None:
    assert meals(tables, [("a", 1), ("b", 2), ("c", 1)]).households["household"].to_list() == ["h"]
    assert meals(tables, [("a", 1), ("b", 2)], "person").persons.height == 0
    assert meals(tables, [("a", 1), ("a", 2)], "person").persons["person"].to_list() == ["p"]


def test_half_of_a_right_is_neither_a_right_nor_a_reason(tables: DuckDBTables) -> None:
    found = meals(tables, [("a", 1), ("a", 3), ("c", 2)])
    assert found.households.rows() == [(date(2026, 6, 2), "h", 1)]
    assert found.reasons["criterion"].to_list() == ["c3"]
