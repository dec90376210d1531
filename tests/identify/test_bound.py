"""Rules against feeds: what is not there, or may not be asked, is refused before anybody counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from licet.errors import BadInput
from licet.identify.bound import as_of_dates, bind
from tests.identify.made import ABSENCES, feed, rule


def test_criteria_are_grouped_by_the_table_that_they_ask() -> None:
    found = bind(rule({}, {"where": "reason = 'ill'"}), [feed()])
    assert [one.declared.id for one in found.tables()["education", "absences"]] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("change", "complaints"),
    [
        ({"feed": "eduction"}, ["unknown feed 'eduction'", "criteria[1]: feed", "write 'education'"]),
        ({"table": "absence"}, ["unknown table 'absence'", "write 'absences'"]),
        ({"where": "excusd"}, ["unknown value 'excusd'", "criteria[1]: where = 'excusd'", "write 'excused'"]),
        ({"where": "ethnicity = 'a'"}, ["audit-only column 'ethnicity'"]),
        ({"where": "eth = 'a'"}, ["audit-only column 'eth'"]),
        ({"where": "first = 'ann'"}, ["unknown value 'first'"]),
        ({"where": "record = '7'"}, ["unknown value 'record'"]),
        ({"where": "happened > '2026-01-01'"}, ["unknown value 'happened'"]),
        ({"where": "lower(reason) = 'ill'"}, ["a call"]),
        ({"where": "excused in (select excused from x)"}, ["a sub-query"]),
        ({"total": "sesions"}, ["unknown value 'sesions'", "total", "write 'sessions'"]),
        ({"total": "reason"}, ["'reason' is no number", "sessions, late"]),
        ({"total": "ethnicity"}, ["a total of the audit-only column"]),
    ],
)  # fmt: skip
def test_refusals(change: dict[str, Any], complaints: list[str]) -> None:
    with pytest.raises(BadInput) as error:
        bind(rule(change), [feed()])
    said = str(error.value)
    assert [text for text in complaints if text not in said] == [], said


@pytest.mark.parametrize("value", [{"origin": "Ethnicity"}, {"ethnicity": "code"}])
def test_what_one_feed_keeps_for_audits_is_not_asked_of_another(value: dict[str, str]) -> None:
    ((name, column),) = value.items()
    added = {name: {"column": column, "kind": "number", "meaning": "m"}}
    other = feed(id="health", audit_only={}, tables={"absences": ABSENCES | {"values": added}})
    asked = rule({"feed": "health", "where": f"{name} = 1"})
    assert bind(asked, [other])
    with pytest.raises(BadInput, match="is what 'education' keeps for audits"):
        bind(asked, [feed(), other])


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BadInput) as error:
        bind(rule({"feed": "x"}, {"table": "y"}, {"where": "z", "total": "reason"}), [feed()])
    assert len(error.value.faults) == 4


def test_no_window_without_an_as_of_date() -> None:
    with pytest.raises(BadInput, match="a window without an as-of date"):
        as_of_dates([])
    one, two = date(2026, 1, 1), date(2026, 2, 1)
    assert as_of_dates([two, one, two]) == (one, two)
