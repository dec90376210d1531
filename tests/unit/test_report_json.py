"""The JSON document: complete, described by its schema, and without what may not be shown."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import licet.report
from licet.assessment import Assessment
from licet.report.ruling.data import document, json_text
from licet.report.ruling.wording import visible
from licet.use import Condition, Override, Unsurveyed
from tests.unit.test_report_cases import (
    DAY,
    EXAMPLES,
    assessed,
    every_case,
    example,
    example_use,
    unfit,
)

SCHEMA = json.loads(
    (Path(licet.report.__file__).parent / "schemas/assessment.schema.json").read_text("utf-8")
)


def valid(assessment: Assessment) -> dict:
    data = json.loads(json_text(assessment))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    return data


def test_the_schema_is_a_schema_that_describes_and_closes_everything():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def walk(node, path):
        if isinstance(node, dict):
            if "properties" in node:
                assert node["additionalProperties"] is False, path
                assert set(node["required"]) == set(node["properties"]), path
                assert node["description"], path
            for key, value in node.items():
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for place, value in enumerate(node):
                walk(value, f"{path}/{place}")

    walk(SCHEMA, "#")


@pytest.mark.parametrize("name", list(every_case()))
def test_every_document_is_valid_and_made_the_same_way_twice(name):
    assessment = every_case()[name]
    valid(assessment)
    assert json_text(assessment) == json_text(assessment)


def test_a_use_with_everything_declared_is_valid():
    use = example_use("early-help-wide").model_copy(
        update={
            "conditions": (Condition(parameter="review_by", value=DAY, text="soon", agreed=DAY),),
            "overrides": (
                Override(
                    lifts="trust:police", role="r", reason="r", published="p", start=DAY, until=DAY
                ),
            ),
            "unsurveyed_groups": {"t": Unsurveyed(label="T", why="few", dialogue_answered=DAY)},
        }
    )
    data = valid(assessed(use))
    police = next(r for r in data["requirements"] if r["requirement"] == "trust:police")
    assert police["weakest"]["lifted_by_override"]
    assert police["consequence"] == "ask each family (override)"


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("early-help", "Permit", 5),
        ("early-help-wide", "Refusal", 3),
        ("immigration", "Refusal", 3),
        ("health-housing", "Undetermined", 4),
    ],
)
def test_the_ruling_of_the_examples(name, kind, status):
    ruling = document(example(name))["ruling"]
    assert (ruling["kind"], ruling["exit_status"]) == (kind, status)
    assert (ruling["expires"] is not None) == (kind == "Permit")


@pytest.mark.parametrize("kind", ["printed", "synthetic"])
def test_the_matrix_holds_every_item_in_every_group(kind):
    assessment = example("early-help", kind)
    evidence = assessment.readings[0].evidence
    matrix = document(assessment)["matrix"]
    assert [row["item"] for row in matrix] == [item.id for item in evidence.items]
    for row in matrix:
        assert {c["group"] for c in row["cells"]} == {"all", *(g.id for g in evidence.groups)}
        licence = row["kind"] in ("reason", "trust", "processor")
        for cell in row["cells"]:
            assert licence or cell["verdict"] is None
            assert row["kind"] != "awareness" or cell["consensus"] is None


def test_an_item_that_the_use_does_not_need_is_judged_all_the_same():
    matrix = document(example("early-help"))["matrix"]
    row = next(r for r in matrix if r["item"] == "trust_immigration")
    assert not row["required"]
    assert {c["verdict"] for c in row["cells"] if c["shown"]} == {"absent"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_may_not_be_shown_is_nowhere_in_the_text(name):
    assessment = example(name, "synthetic")
    text = json_text(assessment)
    hidden = [
        m
        for m in assessment.readings[0].measures.values()
        if not visible(m, assessment.terms.threshold)
    ]
    assert hidden
    for measure in hidden:
        for share in (measure.permits, measure.opposes):
            numbers = [share.point, share.low, share.high] if share else []
            for number in [n for n in numbers if 0 < n < 1]:
                assert f"{round(number, 9)}," not in text
                assert f"{round(number, 9)}\n" not in text
        assert f'"effective_base": {round(measure.effective_base, 9)}' not in text


def test_the_deciding_group_is_named_without_its_figure():
    data = document(example("immigration", "synthetic"))
    assert data["deciding"]["group"] == "black"
    assert data["deciding"]["verdict"] == "absent"
    assert data["deciding"]["share"] is None
    assert data["deciding"]["figure"] == "not shown"


def test_evidence_is_listed_with_its_files_and_why_it_does_not_count():
    entry = document(example("early-help"))["evidence"][0]
    assert entry["counts"]
    assert not entry["local"]
    assert set(entry["files"]) == {"codebook.toml", "figures.csv"}
    entry = document(unfit())["evidence"][0]
    assert not entry["counts"]
    assert entry["why_not"][0].startswith("it asked adults in US")
    assert document(unfit())["matrix"] == []


def test_a_number_of_interviews_or_the_reason_why_there_is_none():
    rows = document(example("early-help"))["to_settle"]
    assert any(r["interviews"] for r in rows)
    assert all((r["interviews"] is None) == (r["reason"] == "no realistic number") for r in rows)
