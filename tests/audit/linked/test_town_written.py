"""What is written of the audit of the made-up town: the workbook, the order of bands, who is real."""

from __future__ import annotations

import csv
import io
from datetime import date

import polars as pl
import pytest

from licet.chapters.auditing_linkage import audit_linkage, linkage_audit_data
from licet.groups import in_order
from licet.report.audit.linkage_data import csv_text
from licet.report.audit.linkage_page import page
from licet.report.audit.linkage_workbook import workbook_of
from licet.report.phrases import SYNTHETIC
from tests.audit.linked.conftest import Audited


def test_the_workbook_says_what_the_table_says(audited: Audited) -> None:
    import openpyxl

    data = {**audited.data, "synthetic": True, "title": "=1+1"}
    made = workbook_of(data)
    assert made == workbook_of(data), "it carries no clock"
    book = openpyxl.load_workbook(io.BytesIO(made))
    said = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    assert said[1][:2] == ["Synthetic", SYNTHETIC] and "=1+1" in said[0]
    numbers = sorted(float(one) for row in said for one in row if type(one) in (int, float))
    rows = list(csv.DictReader(io.StringIO(csv_text(data))))
    assert {row["synthetic"] for row in rows} == {"yes"}
    words = {"part", "measure", "by", "group", "versus", "shown", "synthetic", "enough", "estimate"}
    told = [value for row in rows for key, value in row.items() if key not in words and value != ""]
    assert numbers == pytest.approx(sorted(map(float, told)))


def test_bands_stand_in_their_order_on_the_page(audited: Audited) -> None:
    for by in ("age_band", "household_size"):
        rates = audited.data["clusters"]["rates"]
        names = list(dict.fromkeys(row["group"] for row in rates if row["by"] == by))
        assert names == sorted(names, key=in_order)


def test_a_table_that_is_declared_synthetic_makes_a_synthetic_audit(audited: Audited) -> None:
    rows, truth = audited.made.rows.select("row", "person"), audited.made.truth
    for marked in (truth, truth.with_columns(note=pl.lit("SYNTHETIC: made up"))):
        found = audit_linkage(rows, truth=marked, draws=100, today=date(2026, 6, 2))
        assert linkage_audit_data(found)["synthetic"] == ("note" in marked.columns)


def test_findings_stand_before_what_each_must_disclose(audited: Audited) -> None:
    html = page(audited.data)
    assert html.index("Against the truth</h2>") < html.index(
        "What the data providers disclose</h2>"
    )
    assert html.count("<figure>") == html.count('role="img"') > 4
