"""The tidy table: one row a cell, its columns as the module says."""

from __future__ import annotations

import csv
import io

from licet.report.ruling import csv_rows as assessment_csv
from licet.report.ruling.csv_rows import COLUMNS, csv_text
from tests.unit.test_report_cases import example, nasty


def rows(assessment):
    return list(csv.DictReader(io.StringIO(csv_text(assessment))))


def test_every_item_in_every_group_is_one_row():
    assessment = example("early-help")
    evidence = assessment.readings[0].evidence
    found = rows(assessment)
    assert len(found) == len(evidence.items) * (1 + len(evidence.groups))
    assert len({(r["evidence"], r["item"], r["group"]) for r in found}) == len(found)


def test_requirements_that_nothing_measures_have_rows_too():
    missing = [r for r in rows(example("health-housing")) if not r["evidence"]]
    assert {(r["requirement"], r["verdict"]) for r in missing} == {
        ("trust:health", "not measured"),
        ("trust:housing", "not measured"),
    }


def test_a_figure_and_its_verdict():
    row = next(
        r
        for r in rows(example("early-help-wide"))
        if r["item"] == "trust_police" and r["group"] == "black"
    )
    assert (row["share"], row["verdict"], row["base"], row["role"]) == (
        "0.28",
        "absent",
        "42",
        "decides",
    )
    assert (row["shown"], row["baseline"], row["stance"]) == ("yes", "0.5", "permits")


def test_hidden_figures_leave_empty_cells():
    row = next(
        r
        for r in rows(example("immigration", "synthetic"))
        if r["item"] == "trust_immigration" and r["group"] == "black"
    )
    assert row["shown"] == "not shown"
    assert not any(row[c] for c in ("share", "low", "high", "effective_base", "standard_error"))
    assert row["synthetic"] == "yes"


def test_every_column_is_documented_and_no_cell_is_a_formula():
    for column in COLUMNS:
        assert column in assessment_csv.__doc__
    for row in rows(nasty()):
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())
