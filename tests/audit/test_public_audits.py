"""The audits as Python functions: on pandas and Polars tables alike, loaded when first used."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

import licet
from licet.audit.linked.audit import LinkageAudit
from licet.audit.linked.tolerated import Allowed, linkage_sentence, linkage_standing
from licet.audit.standing import Standing
from licet.chapters.auditing_linkage import linkage_audit_data
from licet.feeds.contract import Feed
from licet.report.audit.linkage_words import insufficient
from licet.synthetic import scores
from tests.audit.planned import frame, plan

TODAY = date(2026, 11, 30)
FUNCTIONS = ("audit_contact", "audit_forecast", "audit_linkage", "audit_source")


def linked(share: float, people: int = 900) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two rows a person, in the north and in the south; of the north this share is missed, and one
    match in 150 everywhere."""
    true = np.repeat(np.arange(people), 2)
    north = true % 2 == 0
    missed = (north & (true % 100 < 100 * share)) | (true % 300 >= 298)
    split = (np.arange(2 * people) % 2 == 1) & missed
    rows = [f"roll/{number}" for number in range(2 * people)]
    run = pl.DataFrame({"row": rows, "person": np.where(split, true + people, true) + 10_000})
    area = np.where(north, "north", "south")
    return run, pl.DataFrame({"row": rows, "person": true, "area": area})


def linkage(share: float, **more: Any) -> LinkageAudit:
    run, truth = linked(share)
    given = {"truth": truth, "by": ["area"], **more}
    return licet.audit_linkage(run, today=TODAY, draws=200, **given)


def test_they_are_public_and_loaded_when_first_used() -> None:
    assert set(FUNCTIONS) <= set(licet.__all__)
    code = (
        "import sys, licet; before = set(sys.modules); licet.audit_forecast\n"
        "heavy = {'sklearn', 'duckdb', 'splink', 'django', 'cryptography', 'jinja2'}\n"
        "assert not any(name.startswith('licet.audit') for name in before), 'import licet'\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_forecast_of_pandas_is_that_of_polars() -> None:
    declared, data = plan(by=("town",)), frame(400)
    found = licet.audit_forecast(declared, data, today=TODAY)
    other = licet.audit_forecast(declared, data.to_pandas(), today=TODAY)
    assert [gate.reasons for gate in found.gates] == [gate.reasons for gate in other.gates]
    assert found.rates == other.rates


def test_contacts_of_pandas_are_those_of_polars() -> None:
    table = scores.contacts()
    told = [
        licet.audit_contact(one, before=scores.CHANGED_ON, by="ethnicity", compare="area").changes
        for one in (table, table.to_pandas())
    ]
    assert told[0] == told[1]


def test_a_source_of_pandas_is_that_of_polars() -> None:
    feed = Feed(
        id="roll", service="education", title="Roll", extract=TODAY, one_record_per_person=True,
        location={"kind": "csv", "path": "roll.csv"}, fields={"record": "id", "birth": "born"},
        audit_only={"town": "town"},
    )  # fmt: skip
    table = pl.DataFrame(
        {
            "id": [str(n) for n in range(400)],
            "born": ["" if n % 5 == 0 else "2014-05-06" for n in range(400)],
            "town": ["North" if n % 3 else "South" for n in range(400)],
        }
    )
    told = [licet.audit_source((feed, one)).faults for one in (table, table.to_pandas())]
    assert told[0] == told[1] and told[0]


@pytest.mark.parametrize(
    ("share", "standing"), [(0.0, Standing.PASS), (0.3, Standing.FAIL)], ids=["alike", "missed"]
)
def test_a_linkage_stands_by_its_groups(share: float, standing: Standing) -> None:
    assert linkage_standing(linkage(share)) is standing


def test_a_linkage_that_is_equally_bad_for_all_fails() -> None:
    run, truth = linked(0.0)
    number = pl.int_range(pl.len()).over("person")
    half = run.with_columns(
        person=pl.when((number == 1) & (pl.col("person") % 3 == 0))
        .then(pl.col("person") + 50_000)
        .otherwise("person")
    )
    found = licet.audit_linkage(half, today=TODAY, truth=truth, by=["area"], draws=200)
    assert linkage_standing(found) is Standing.FAIL
    said = linkage_sentence(found)
    assert said.startswith("FAIL: of all pairs of one person, surely more than 10 % are missed")
    assert linkage_standing(found, Allowed(gap=0.2)) is Standing.FAIL
    assert linkage_standing(found, Allowed(gap=0.2, missed=0.5)) is Standing.PASS


def test_a_truth_that_says_what_the_run_made_proves_nothing() -> None:
    run, truth = linked(0.3)
    own = truth.with_columns(person="someone-" + run["person"].cast(pl.String))
    found = licet.audit_linkage(run, today=TODAY, truth=own, by=["area"], draws=200)
    assert linkage_standing(found) is Standing.UNDETERMINED
    assert "may have been made from the run" in linkage_sentence(found)
    assert "truth that the run had no part in" in linkage_sentence(found)


def test_a_truth_with_the_persons_of_the_run_is_refused() -> None:
    run, truth = linked(0.3)
    with pytest.raises(licet.BadInput, match="the one that the run made"):
        licet.audit_linkage(run, today=TODAY, truth=truth.with_columns(person=run["person"]))


def test_what_would_settle_a_linkage_is_said_first() -> None:
    open_ = linkage(0.03)
    said = linkage_sentence(open_)
    assert said.startswith(
        "UNDETERMINED: whether the missed and false matches of groups lie within 2"
    )
    assert re.search(r"About [0-9,]+ pairs would settle it", said)
    none = linkage_sentence(linkage(0.0, by=[]))
    assert "it takes 300 pairs in a group and as many outside it" in none


def test_which_side_has_too_few_pairs_is_said() -> None:
    rest = linkage(0.0, groups=None, by=["area"], truth=small_south())
    gaps = {gap.key.group: gap for gap in rest.clusters.gaps if gap.measure == "missed"}
    assert (gaps["north"].few, gaps["south"].few) == ("rest", "group")
    told = linkage_audit_data(rest)
    said = insufficient(told, told["clusters"])
    assert any("outside them: north" in line for line in said), said
    assert any("in them: south" in line for line in said), said


def small_south() -> pl.DataFrame:
    """The truth, with 50 people in the south."""
    _, truth = linked(0.0)
    few = pl.col("person") < 50
    return truth.with_columns(area=pl.when(few).then(pl.lit("south")).otherwise(pl.lit("north")))


def test_without_truth_a_linkage_is_undetermined() -> None:
    found = linkage(0.0, truth=None, by=[])
    assert linkage_standing(found) is Standing.UNDETERMINED
    assert "without truth" in linkage_sentence(found)


def test_without_groups_a_linkage_is_undetermined() -> None:
    assert linkage_standing(linkage(0.0, by=[])) is Standing.UNDETERMINED
