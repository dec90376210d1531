"""Signs of error without truth, against counting by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from licet.audit.linked.audit import Asked, RunRows, audit_linked
from licet.audit.linked.measured import Measured

TODAY = date(2026, 6, 1)

ROWS = pl.DataFrame(
    [
        # row, person, feed, alone, birth, nhs, unlinkable, group
        ("school/1", "p1", "school", True, "2015-01-01", "1", False, "x"),
        ("health/1", "p1", "health", True, "2015-01-01", "1", False, "x"),
        ("school/2", "p2", "school", True, "2014-01-01", "2", False, "x"),
        ("school/3", "p2", "school", True, "2014-01-01", None, False, "x"),
        ("health/2", "p3", "health", True, "1880-01-01", None, True, "y"),
        ("health/3", "p4", "health", True, "2030-01-01", "4", False, "y"),
        ("housing/1", "p5", "housing", False, "1980-02-03", "5", False, "y"),
        ("housing/2", "p5", "housing", False, "1999-11-30", "6", False, "y"),
        ("school/5", "p5", "school", True, "1980-03-02", None, False, "y"),
    ],
    schema=["row", "person", "feed", "alone", "birth", "nhs", "unlinkable", "group"],
    orient="row",
).with_columns(pl.col("birth").str.to_date())
EDGES = pl.DataFrame(
    [
        ("school/1", "health/1", 10.0),  # together
        ("school/2", "school/3", 0.0),  # together, as likely as not
        ("housing/1", "school/5", 8.0),
        ("housing/2", "school/5", 5.0),
        ("school/1", "school/2", 1.0),  # apart: two to one
    ],
    schema=["row_a", "row_b", "weight"],
    orient="row",
)
BY_HAND = {
    # measure: (numerator, base), everybody
    "linked": (5, 9),
    "unlinkable": (1, 9),
    "bridged": (1, 3),
    "impossible_date": (2, 5),
    "too_many_rows": (1, 5),
    "two_numbers": (1, 5),
    "two_births": (1, 5),
    "implausible": (4, 5),
}


def said(rows: pl.DataFrame = ROWS, edges: pl.DataFrame | None = EDGES) -> Measured:
    run = RunRows(rows, edges, 4.0)
    found = audit_linked(
        run, Asked(TODAY, by=("group",), draws=100), groups=rows.select("row", "group")
    )
    assert found.signs is not None
    return found.signs


@pytest.mark.parametrize("measure", BY_HAND)
def test_signs_of_everybody(measure: str) -> None:
    rate = said().rate(measure)
    assert rate is not None and rate.counts == BY_HAND[measure]


def test_signs_of_groups() -> None:
    found = said()
    for measure, group, counts in (
        ("linked", "x", (2, 4)),
        ("linked", "y", (3, 5)),
        ("implausible", "x", (1, 2)),
        ("implausible", "y", (3, 3)),
    ):
        rate = found.rate(measure, group)
        assert rate is not None and rate.counts == counts


def test_estimates_are_those_of_the_model() -> None:
    found = said()
    chance = 1 / (1 + np.exp2(-np.array([10.0, 0.0, 8.0, 5.0, 1.0])))
    false, missed = found.rate("expected_false"), found.rate("expected_missed")
    assert false is not None and false.counts == pytest.approx(((1 - chance[:4]).sum(), 4))
    assert missed is not None and missed.counts == pytest.approx((chance[4], chance.sum()))


def test_what_is_not_known_is_not_told() -> None:
    found = said(ROWS.drop("unlinkable"), None)
    measures = {rate.measure for rate in found.rates}
    assert not measures & {"unlinkable", "expected_false", "expected_missed", "bridged"}
    assert "implausible" in measures


def test_a_slip_is_no_second_birth() -> None:
    slip = ROWS.with_columns(
        birth=pl.when(pl.col("row") == "housing/2")
        .then(date(1980, 3, 2))
        .otherwise(pl.col("birth"))
    )
    rate = said(slip).rate("two_births")
    assert rate is not None and rate.counts[0] == 0


def test_without_any_truth_there_are_no_error_rates() -> None:
    found = audit_linked(RunRows(ROWS, EDGES, 4.0), Asked(TODAY, draws=100))
    assert found.clusters is None and found.labels is None and found.kinds is None
