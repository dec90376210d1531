"""A condition is what dialogue changed: one named parameter of the use, enforced. A use that breaks
one is not permitted, whatever the verdicts; no override lifts it. "minimum_licence" raises the
baseline (never above what two stances already ask), "floor" and "review_by" tighten the permit. The
use joins education and early years, for matching and linking, in-house unless the case says
otherwise; 80 % of 400 in each group permit everything. Today is 1 June 2026.
"""

from __future__ import annotations

from datetime import date

import pytest

from licet.assessment import assess
from licet.errors import BadInput
from licet.findings import Terms
from licet.use import Condition
from tests.factories import LICENSED, TODAY, everywhere, reading, ruled, use
from tests.spec.tables import Row, cases, rows

TITLE = "Conditions"

TABLE = """
parameter         | value        | the use                          | ruling       | reason
----------------- | ------------ | -------------------------------- | ------------ | -----------------
exclude_service   | police       |                                  | Permit       |
exclude_service   | education    |                                  | Refusal      | condition
exclude_source    | Nursery list |                                  | Permit       |
exclude_source    | school roll  | source                           | Refusal      | condition
exclude_organisation | Firm      |                                  | Permit       |
exclude_organisation | firm      | company that sees nothing        | Refusal      | condition
exclude_organisation | Schools   | source                           | Refusal      | condition
exclude_analytics | profiling    |                                  | Permit       |
exclude_analytics | linking      |                                  | Refusal      | condition
no_company        | true         |                                  | Permit       |
no_company        | true         | public partner                   | Permit       |
no_company        | true         | commercial                       | Refusal      | condition
no_company        | true         | company that sees rows           | Refusal      | condition
no_company        | true         | company that sees nothing        | Refusal      | condition
minimum_licence   | 0.6          |                                  | Permit       |
minimum_licence   | 0.78         |                                  | Permit       |
minimum_licence   | 0.9          |                                  | Refusal      | absent_or_refused
floor             | objection    |                                  | Permit       |
floor             | ask_first    |                                  | Permit       |
review_by         | 2026-06-01   |                                  | Permit       |
review_by         | 2026-05-31   |                                  | Undetermined | review_due
review_by         | 2026-05-31   | breaks another condition as well | Refusal      | condition
"""

DAY = date(2026, 2, 1)
RUN_BY: dict[str, dict[str, object]] = {
    "": {},
    "public partner": {"processor": "public_partner"},
    "commercial": {"processor": "commercial"},
    "company that sees rows": {"companies": [{"name": "C", "sees_identifiable": True}]},
    "company that sees nothing": {"companies": [{"name": "Firm", "sees_identifiable": False}]},
    "source": {"sources": [{"service": "education", "name": "School roll", "owner": "Schools"}]},
    "breaks another condition as well": {},
}


def _value(text: str) -> object:
    if text == "true":
        return True
    if text[0].isdigit():
        return date.fromisoformat(text) if "-" in text else float(text)
    return text


@pytest.mark.parametrize("row", cases(TABLE))
def test_conditions(row: Row) -> None:
    conditions = [{"parameter": row["parameter"], "value": _value(row["value"])}]
    if row["the use"].startswith("breaks"):
        conditions.append({"parameter": "exclude_service", "value": "education"})
    services = ("education", "early_years")
    declared = use(services=services, conditions=conditions, **RUN_BY[row["the use"]])
    needed = [*declared.requirements, "processor:commercial", "processor:public_partner"]
    ruling = ruled(declared, reading(everywhere(dict.fromkeys(needed, "granted"))))
    assert ruling.kind == row["ruling"]
    found = dict.fromkeys(reason.rule for reason in ruling.reasons if reason.rule != "unproven")
    assert next(iter(found), "") == row["reason"]


@pytest.mark.parametrize(
    "row", [r for r in rows(TABLE) if not r["the use"].startswith("breaks")], ids=str
)
def test_what_was_accepted_in_dialogue_binds_whatever_the_use_says(row: Row) -> None:
    """The same table, with the condition in the terms and not in the use; a refusal names it and its day."""
    services = ("education", "early_years")
    declared = use(services=services, **RUN_BY[row["the use"]])
    agreed = Condition(parameter=row["parameter"], value=_value(row["value"]), agreed=DAY)
    needed = [*declared.requirements, "processor:commercial", "processor:public_partner"]
    terms = Terms(conditions=(agreed,))
    ruling = ruled(declared, reading(everywhere(dict.fromkeys(needed, "granted"))), terms=terms)
    assert ruling.kind == row["ruling"]
    if row["ruling"] != "Permit":
        told = " ".join(reason.text for reason in ruling.reasons)
        assert f"{agreed.parameter} = {agreed.written}, agreed on 2026-02-01" in told
        if row["reason"] == "condition":
            assert "To keep it: " in told


def test_a_condition_of_the_use_and_of_the_log_is_told_once() -> None:
    one = {"parameter": "exclude_service", "value": "education"}
    terms = Terms(conditions=(Condition(**one, agreed=DAY),))
    ruling = ruled(use(conditions=[one]), reading(LICENSED), terms=terms)
    assert [r.rule for r in ruling.reasons] == ["condition"] and "2026-02-01" in ruling.reasons[
        0
    ].text


def test_a_smaller_use_leaves_out_what_was_excluded_in_dialogue() -> None:
    services = ("education", "early_years", "police")
    declared = use(services=services)
    cells = everywhere(dict.fromkeys(declared.requirements, "granted"))
    terms = Terms(conditions=(Condition(parameter="exclude_service", value="police"),))
    found = assess(
        declared, lambda settings: [reading(cells)], today=TODAY, terms=terms, vary=False
    )
    assert [small.left_out for small in found.smaller] == [("police",)]


def test_a_raised_baseline_tightens_the_verdict_step_by_step() -> None:
    cells = everywhere(dict.fromkeys(use().requirements, "granted"))
    found = []
    for least in (0.5, 0.75, 0.78, 0.84, 0.9):
        condition = {"parameter": "minimum_licence", "value": least}
        found.append(ruled(use(conditions=[condition]), reading(cells)).heading)
    ask = "NO LICENCE: ASK EACH FAMILY"
    assert found == ["LICENSED", "LICENSED", ask, "NOT PERMITTED", "NOT PERMITTED"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("no_company", False),
        ("no_company", "yes"),
        ("minimum_licence", 0.49),
        ("minimum_licence", 1.01),
        ("minimum_licence", "half"),
        ("floor", "none_statutory"),
        ("review_by", "soon"),
        ("exclude_service", True),
        ("exclude_service", "polise"),
        ("exclude_analytics", "profilling"),
        ("exclude_source", ""),
        ("exclude_organisation", 3),
        ("maximum_age", 0),
        ("maximum_age", 1.5),
        ("maximum_age", True),
        ("maximum_age", "a year"),
        ("retention", 4000),
        ("scope", "household"),
        ("audit_by_group", " "),
        ("forget", True),
    ],
)
def test_a_condition_that_could_not_be_enforced_is_refused(parameter: str, value: object) -> None:
    with pytest.raises(BadInput):
        Condition(parameter=parameter, value=value)
