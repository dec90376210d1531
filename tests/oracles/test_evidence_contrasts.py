"""Comparisons as people ask for them, from a codebook and answers, against R's survey package.

evidence_contrasts.csv holds R's differences of groups, items and waves, and of a battery's mean;
README.md holds the recipe. ``test_evidence_oracle`` holds the estimates below to the same figures.
"""

from __future__ import annotations

import math
from functools import cache

import polars as pl
import pytest

from licet.comparisons import Battery, BatteryRow, Comparison, Request, compare
from licet.evidence import Collapse, Evidence, Item
from licet.groups import Group
from licet.readings import Settings
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from tests import factories as make
from tests.oracles.fixtures import GROUPS, TOLERANCE, Row, Run, people, rows_of, runs
from tests.oracles.test_evidence_oracle import declared

ASKED = {
    "trust_a": ("trust_a", ("trusts",), "education"),
    "trust_b": ("trust_b", ("mostly",), "police"),
    "wide_b": ("trust_b", ("fully", "mostly"), "health"),
    "aware": ("aware", ("yes",), "early_years"),
    "settled": ("settled", ("yes",), "social_work"),
}
"""Item: its column, what permits, and a service for it to be about."""
BATTERY = Battery("battery", "All four", ("trust_a", "wide_b", "aware", "settled"))


def item(name: str, frame: pl.DataFrame) -> Item:
    column, permits, subject = ASKED[name]
    levels = sorted(frame[column].drop_nulls().unique().to_list())
    others = tuple(level for level in levels if level not in permits)
    collapse = Collapse(permits=permits, opposes=others)
    return Item(
        id=name, kind="trust", subject=subject, wording="?", column=column, k=2, collapse=collapse
    )


def group_id(by: str, level: str) -> str:
    return "all" if by == "all" else f"{by}.{level}"


@cache
def compared(run: Run) -> tuple[dict[tuple[str, ...], Comparison], dict[str, BatteryRow]]:
    """Our comparisons by what they compare, and the battery by group."""
    name, lonely_psu, mse = run
    frame = people(name, (*GROUPS, "wave"))
    present = [by for by in GROUPS if by in frame.columns]
    groups = tuple(
        Group(group_id(by, level), level, f'{by} == "{level}"')
        for by in present
        for level in sorted(frame[by].drop_nulls().unique().to_list())
    )
    design = declared(name, lonely_psu, None if mse == "NA" else mse == "TRUE")
    if name == "panel_people":
        del design["psu"]
    evidence = Evidence(
        id="oracle",
        title="Made-up people",
        population=make.population(),
        fieldwork=make.fieldwork(),
        purpose="early_intervention",
        items=tuple(item(one, frame) for one in ASKED),
        groups=groups,
        design=DesignDeclaration(**design),
    )
    pairs = {
        (group_id(row["by"], row["group"]), group_id(row["other_by"], row["other_group"]))
        for row in rows_of("contrasts", run)
        if row["kind"] == "groups"
    }
    request = Request(
        pairs=tuple(sorted(pairs)),
        item_pairs=(("aware", "trust_a"),),
        batteries=(BATTERY,),
        wave="wave" if "wave" in frame.columns else None,
        person="person" if name == "panel_people" else None,
    )
    found = compare(evidence, Answers(frame), request, Settings(threshold=0))
    rows = {
        (r.sort, r.one.item, r.one.group, r.one.wave, r.other.item, r.other.group, r.other.wave): r
        for r in found.rows
    }
    return rows, {row.group: row for row in found.batteries}


def ours(run: Run, row: Row) -> dict[str, float]:
    """Our figures of a row of R's."""
    rows, batteries = compared(run)
    one = group_id(row["by"], row["group"])
    other = (
        "rest" if row["other_group"] == "rest" else group_id(row["other_by"], row["other_group"])
    )
    if row["item"] == "battery":
        found = batteries[one]
        assert found.comparison is not None
        # Errors of a battery are longer than R's on purpose; test_evidence_oracle holds R's.
        return {"estimate": found.mean, "other_estimate": found.rest, "difference": found.value}
    key = (
        row["kind"], row["item"], one, row["wave"], row["other_item"], other, row["other_wave"]
    )  # fmt: skip
    found_row = rows[key]
    return {
        "estimate": found_row.one.share, "other_estimate": found_row.other.share,
        "difference": found_row.value, "difference_se": found_row.se, "df": found_row.df,
    }  # fmt: skip


@pytest.mark.parametrize("run", runs("contrasts"), ids="-".join)
def test_comparisons_are_those_of_r(run: Run) -> None:
    rows = [
        row
        for row in rows_of("contrasts", run)
        # A battery is compared with the rest only.
        if row["item"] != "battery" or row["kind"] == "rest"
    ]
    assert len(rows) > 20
    wrong = [
        (row["kind"], row["item"], row["by"], row["group"], key, value, row[key])
        for row in rows
        for key, value in ours(run, row).items()
        if not math.isclose(value, float(row[key]), rel_tol=TOLERANCE, abs_tol=2e-9)
    ]
    assert not wrong, wrong[:10]


@pytest.mark.parametrize("run", runs("contrasts"), ids="-".join)
def test_errors_of_a_battery_are_no_shorter_than_those_of_r(run: Run) -> None:
    _, batteries = compared(run)
    replicates = run[2] != "NA"
    held = 0
    for row in rows_of("contrasts", run):
        found = batteries[group_id(row["by"], row["group"])] if row["item"] == "battery" else None
        if found is None or row["kind"] != "rest" or row["se"] == "NA":
            continue
        assert found.comparison is not None
        for ours, theirs in (
            (found.mean_se, float(row["se"])),
            (found.comparison.se, float(row["difference_se"])),
        ):
            assert ours >= theirs * (1 - TOLERANCE)
            assert ours <= theirs * (1 + TOLERANCE if replicates else 2), (row, ours)
        assert found.comparison.df <= float(row["df"]) * (1 + TOLERANCE)
        held += 1
    assert held or run[0].startswith("panel"), "panels are compared wave against wave"


@pytest.mark.parametrize("run", runs("contrasts"), ids="-".join)
def test_the_interval_is_the_test_inverted(run: Run) -> None:
    rows, batteries = compared(run)
    every = [*rows.values(), *(b.comparison for b in batteries.values() if b.comparison)]
    assert every
    for row in every:
        if row.sort == "line" or not math.isfinite(row.p):
            assert row.sort == "line" or (math.isnan(row.low) and math.isnan(row.high))
        else:
            assert (row.p < 0.05) == (row.low > 0 or row.high < 0), row
