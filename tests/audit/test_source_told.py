"""What a source audit tells, and what it does not: of all of a group, of synthetic data, in which order."""

from __future__ import annotations

import csv
import io
import json
from math import isnan
from pathlib import Path

import polars as pl

from licet.audit.source import SourceAudit
from licet.chapters.auditing_source import audit_source, source_json, source_screen, write_source
from tests.audit.test_source import FEED, POPULATION, extract


def test_that_all_of_a_group_have_a_fault_does_not_follow() -> None:
    """All 150 of Green miss the date of birth; the screen would say 150 of 150."""
    eth = pl.when(pl.col("eth") == "Green").then(pl.lit("Green")).otherwise(pl.lit("Blue"))
    frame = extract().with_columns(
        dob=pl.when(pl.col("eth") == "Green").then(None).otherwise("dob"), eth=eth
    )
    found = audit_source((FEED, frame))
    told = {(one.kind, one.group): one for one in found.faults if one.field == "birth"}
    assert told["missing", "Green"].count is None and isnan(
        told["missing", "Green"].difference.value
    )
    assert not told["missing", "Green"].nearly, "of 150, 95 % or more would tell a small count"
    assert ((("ethnicity", "Green"),), "birth", "missing") not in found.printed
    # Nor from everybody less the others: one of these is kept back as well.
    assert told["missing", ""].count is None or told["missing", "Blue"].count is None
    page = write_page(found)
    assert "100.0 %" not in page


def test_of_many_it_is_told_that_nearly_all_have_it() -> None:
    frame = extract().with_columns(dob=pl.when(pl.col("eth") == "Blue").then(None).otherwise("dob"))
    found = audit_source((FEED, frame))
    blue = next(
        f for f in found.faults if (f.field, f.kind, f.group) == ("birth", "missing", "Blue")
    )
    assert blue.count is None and blue.nearly
    row = next(r for r in json.loads(source_json(found))["faults"] if r["group"] == "Blue"
               and r["field"] == "birth" and r["fault"] == "missing")  # fmt: skip
    assert (row["shown"], row["share"], row["share_low"]) == ("95 % or more", None, 0.95)
    assert "95 % or more" in write_page(found)


def test_a_source_of_one_group_alone_says_so_of_nobody() -> None:
    found = audit_source((FEED, extract().with_columns(eth=pl.lit("Blue"))), POPULATION)
    assert not any(one.shown for one in found.represented)


def test_bands_of_age_stand_in_their_order_everywhere() -> None:
    bands = ["10-14", "0-4", "5-9"]
    feed = FEED.model_copy(update={"audit_only": {"age": "band"}})
    frame = extract().with_columns(
        band=pl.Series([bands[0 if n < 300 else 1 if n < 420 else 2] for n in range(600)])
    )
    people = pl.DataFrame({"by": ["age"] * 3, "group": bands, "people": [500, 300, 400]})
    found = audit_source((feed, frame), people)
    order = ["0-4", "5-9", "10-14"]
    assert [one.group for one in found.represented] == order
    assert list(dict.fromkeys(one.group for one in found.faults if one.by)) == order


def write_page(found: SourceAudit) -> str:
    from licet.report.audit.source_page import page

    return page(found)


def test_everything_made_of_synthetic_data_says_so(tmp_path: Path) -> None:
    """By the contract of the feed, or by the table of the population."""
    marked = POPULATION.with_columns(note=pl.lit("SYNTHETIC"))
    for feed, population in (
        (FEED.model_copy(update={"synthetic": True}), POPULATION),
        (FEED, marked),
    ):
        found = audit_source((feed, extract()), population)
        paths = write_source(found, tmp_path / str(feed.synthetic))
        page = paths["page"].read_text("utf-8")
        assert 'class="banner">SYNTHETIC' in page and "<title>SYNTHETIC" in page
        assert page.count("SYNTHETIC: no real person.") == page.count("<table")
        assert json.loads(paths["data"].read_text("utf-8"))["synthetic"] is True
        for kind in ("faults", "over-representation"):
            rows = csv.DictReader(io.StringIO(paths[kind].read_text("utf-8")))
            assert {row["synthetic"] for row in rows} == {"yes"}
        assert "SYNTHETIC" in source_screen(found)
    plain = audit_source((FEED, extract()), POPULATION)
    assert "SYNTHETIC" not in write_page(plain) + source_screen(plain)


def test_titles_of_charts_say_what_was_found() -> None:
    page = write_page(audit_source((FEED, extract()), POPULATION))
    assert "Date of birth missing, by ethnicity: more often in Green" in page
    assert "outside what is allowed: Green" in page
    assert page.index("For whom it is worse") < page.index("Every field: rows with a fault")
