"""Figures by other definitions of the outcome, each as if it had been the plan's own."""

from __future__ import annotations

import polars as pl
import pytest

from licet.audit.beyond.definitions import definitions_of
from licet.audit.beyond.selective import MAIN
from licet.audit.groups.rates import group_rates
from tests.audit.planned import frame, read

WIDE = {"id": "wide", "label": "Or seen before", "expression": "y == 1 or seen == 1"}


def data() -> pl.DataFrame:
    """Seen before are many more of the North, flagged or not."""
    made = frame(4000)
    return made.with_columns(
        seen=((pl.col("town") == "North") & (pl.col("id") % 2 == 0)).cast(pl.Int8)
    )


def test_every_definition_gives_what_it_would_as_the_plan_s_own() -> None:
    people = read(data(), by=["town"], outcomes=[WIDE])
    found = definitions_of(people)
    assert found is not None
    own, wide = found.rows
    assert (own.id, wide.id, wide.label) == (MAIN, "wide", "Or seen before")
    direct = read(
        data().with_columns(y=((pl.col("y") == 1) | (pl.col("seen") == 1)).cast(pl.Int8)),
        by=["town"],
    )
    rates = group_rates(direct)
    assert wide.figures["ppv"].value == pytest.approx(rates.rate(None, "ppv").estimate.value)
    assert (
        wide.figures["fnr"] == definitions_of(read(data(), outcomes=[WIDE])).rows[1].figures["fnr"]
    )  # type: ignore[union-attr]
    assert {gap.difference for gap in wide.gaps} <= {gap.difference for gap in rates.gaps}
    assert wide.cases > own.cases and wide.known == own.known == 4000


def test_it_is_said_what_hangs_on_the_definition() -> None:
    found = definitions_of(read(data(), by=["town"], outcomes=[WIDE]))
    assert found is not None and found.verdict_moves
    assert any("depends on how the outcome is defined" in word for word in found.words)
    assert any(
        word.startswith("By the definition of the outcome, the share") for word in found.words
    )
    same = definitions_of(
        read(data(), by=["town"], outcomes=[{"id": "same", "expression": "y == 1"}])
    )
    assert same is not None and same.words == () and not same.verdict_moves


def test_whom_it_cannot_be_told_of_are_left_out() -> None:
    among = {**WIDE, "among": 'town == "South"'}
    found = definitions_of(read(data(), outcomes=[among]))
    assert found is not None
    assert found.rows[1].known == int((data()["town"] == "South").sum())


def test_a_group_without_cases_by_a_definition_is_not_known_and_stops_nothing() -> None:
    none = {"id": "rare", "expression": 'y == 1 and town == "South"'}
    found = definitions_of(read(data(), by=["town"], outcomes=[none]))
    assert found is not None and found.rows[1].alike is None and found.rows[1].gaps == ()
    assert definitions_of(read(data())) is None
