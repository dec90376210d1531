"""Conditions that the linker enforces: before a run starts, it is held against them. One extract was taken
on 1 May 2026, the other on 1 March; today is 1 June. The last run was audited by ethnicity where the case
says so. A run that breaks a condition is refused, naming it, the day it was agreed, and what would keep it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from licet.conditions import PARAMETERS, agreed, made
from licet.linkage.agreed import ENFORCED, Planned, breaches
from licet.log.leaves import Leaf
from tests.factories import TODAY, use
from tests.spec.tables import Row, cases, rows

TITLE = "Conditions of runs"

TABLE = """
parameter            | value         | the run                         | then    | because
-------------------- | ------------- | ------------------------------- | ------- | -------
maximum_age          | 92            |                                 | starts  |
maximum_age          | 91            |                                 | refused | roll is 92 days old
maximum_age          | 30            |                                 | refused | visits is 31 days old
exclude_source       | Visits        | other title                     | starts  |
exclude_source       | school ROLL   |                                 | refused | the feed roll brings it
exclude_source       | visits        |                                 | refused | the feed visits brings it
exclude_organisation | Nursery Ltd   |                                 | starts  |
exclude_organisation | Schools       |                                 | refused | the feed roll is its own
scope                | person        | joins persons alone             | starts  |
scope                | person        | joins whole families            | refused | joins by family
scope                | person        | joins households                | refused | joins by household
scope                | family        | joins persons alone             | starts  |
scope                | family        | joins whole families            | starts  |
scope                | family        | joins households                | refused | joins by household
retention            | 365           | kept 365 days                   | starts  |
retention            | 364           | kept 365 days                   | refused | keeps it 365 days
retention            | 365           | kept for no stated time         | refused | no retention_days
audit_by_group       | ethnicity     | the first                       | starts  |
audit_by_group       | ethnicity     | the last was audited by it      | starts  |
audit_by_group       | ethnicity:Black | the last was audited by it    | starts  |
audit_by_group       | ethnicity     | the last was audited otherwise  | refused | was not audited by ethnicity
audit_by_group       | ethnicity     | the one before was audited      | refused | was not audited by ethnicity
audit_by_group       | ethnicity     | the last was not audited        | refused | was not audited by ethnicity
exclude_service      | police        |                                 | starts  |
"""
NOW = datetime(2026, 5, 20, tzinfo=UTC)


def leaf(kind: str, **body: Any) -> Leaf:
    return Leaf(kind, NOW, {"use": "early-help", **body})


def run(name: str) -> Leaf:
    return leaf("run_finished", run=name)


def audit(name: str, *groups: str) -> Leaf:
    return leaf("audit", audit="linkage", run=name, groups=list(groups))


LEAVES = {
    "the first": [],
    "the last was audited by it": [run("r1"), audit("r1", "ethnicity", "ethnicity:black", "black")],
    "the last was audited otherwise": [run("r1"), audit("r1", "sex", "sex:female")],
    "the one before was audited": [run("r1"), audit("r1", "ethnicity"), run("r2")],
    "the last was not audited": [run("r1"), leaf("audit", audit="source", groups=["ethnicity"])],
}


def planned(words: str) -> Planned:
    feeds = [feed("roll", "Nursery list" if words == "other title" else "School roll", "Schools", date(2026, 3, 1)),
             feed("visits" if words != "other title" else "centre", "Centre lists", "Centres", date(2026, 5, 1))]  # fmt: skip
    scope = {"joins persons alone": "person", "joins whole families": "family"}.get(
        words, "household"
    )
    days = {"kept for no stated time": None}.get(words, 365)
    return Planned(use(retention_days=days), feeds, scope, LEAVES.get(words, []), TODAY)


def feed(name: str, title: str, owner: str, extract: date) -> Any:
    from licet.feeds.contract import Feed

    return Feed(
        id=name, service="education", title=title, owner=owner, extract=extract,
        one_record_per_person=True, location={"kind": "csv", "path": "x.csv"}, fields={"record": "id", "given": "g"},
    )  # fmt: skip


@pytest.mark.parametrize("row", cases(TABLE))
def test_runs(row: Row) -> None:
    condition = made(row["parameter"], row["value"], agreed=date(2026, 2, 1))
    found = breaches([condition], planned(row["the run"]))
    assert bool(found) == (row["then"] == "refused")
    for one in found:
        assert f"{condition.named}" in one.text and "agreed on 2026-02-01" in one.text
        assert "To keep it: " in one.text and row["because"].casefold() in one.text.casefold()


def test_every_parameter_is_enforced_by_gate_or_linker_and_has_a_case() -> None:
    from tests.spec import test_conditions as gate

    linker = {name for name, table in PARAMETERS.items() if table.by == "linker"}
    assert linker <= set(ENFORCED) and linker <= {row["parameter"] for row in rows(TABLE)}
    assert set(PARAMETERS) - linker <= {row["parameter"] for row in rows(gate.TABLE)}


ACCEPTED = leaf(
    "condition", item="q-1", parameter="exclude_service", value="police", day="2026-02-01"
)
ENDED = leaf("condition_ended", item="q-1")
OTHER = leaf("condition", item="q-2", parameter="maximum_age", value="365", day="2026-02-02")
ELSEWHERE = Leaf("condition", NOW, {**ACCEPTED.body, "use": "another"})


@pytest.mark.parametrize(
    ("leaves", "names"),
    [
        ([], []),
        ([ACCEPTED], ["q-1"]),
        ([ACCEPTED, OTHER], ["q-1", "q-2"]),
        ([ACCEPTED, OTHER, ENDED], ["q-2"]),
        ([ACCEPTED, ENDED, ACCEPTED], ["q-1"]),
        ([ELSEWHERE, ENDED], []),
    ],
)
def test_what_the_log_holds_binds_until_it_is_ended(leaves: list[Leaf], names: list[str]) -> None:
    found = agreed(leaves, "early-help")
    assert [one.item for one in found] == names
    assert all(one.agreed for one in found)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("maximum_age", "365"),
        ("minimum_licence", "0.6"),
        ("review_by", "2026-11-30"),
        ("no_company", "true"),
        ("floor", "ask_first"),
        ("retention", "1"),
        ("exclude_source", "The roll, of 2026"),
    ],
)
def test_a_value_is_read_back_as_it_was_written(parameter: str, text: str) -> None:
    assert made(parameter, text).written == text
    assert made(parameter, text).sentence.endswith(".")
