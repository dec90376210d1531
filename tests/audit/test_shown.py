"""What of an audit may be shown: small counts, what gives them away, and verdicts that keep their figures."""

from __future__ import annotations

import polars as pl
import pytest

from licet.audit.demands import Demand
from licet.audit.funnel import funnel_of
from licet.audit.people import GroupKey
from licet.audit.rates import group_rates
from licet.audit.selective import random_arm
from licet.audit.shown import NOT_SHOWN, Shown, levels_of, of_arms, of_funnel, of_rates, told
from licet.audit.standing import Estimate, Standing, Tolerance
from tests.audit.planned import frame, read

NORTH, SOUTH = GroupKey("town", "North", "North"), GroupKey("town", "South", "South")


def people(north: tuple[int, int, int, int], south: tuple[int, int, int, int]) -> pl.DataFrame:
    """So many of tp, fp, fn, tn in each town."""
    rows = [
        {"town": town, "y": y, "flag": flag}
        for town, counts in (("North", north), ("South", south))
        for (y, flag), number in zip(((1, 1), (0, 1), (1, 0), (0, 0)), counts, strict=True)
        for _ in range(number)
    ]
    return pl.DataFrame(rows)


def shown(north: tuple[int, int, int, int], south: tuple[int, int, int, int]) -> Shown:
    found = read(
        people(north, south), columns={"outcome": "y", "flag": "flag"}, flagged={}, by=["town"]
    )
    return of_rates(group_rates(found), 10)


def test_a_small_count_takes_its_rate_and_the_others_with_it() -> None:
    found = shown((40, 3, 40, 60), (90, 80, 70, 300))
    assert not found.rate(NORTH, "fpr"), "3 wrongly flagged"
    both = found.rate(SOUTH, "fpr") and found.rate(None, "fpr")
    assert not both, "or everybody's less the other's gives it away"
    assert not found.gap(NORTH, "fpr")


def test_where_no_count_is_small_all_is_shown() -> None:
    found = shown((40, 30, 40, 60), (90, 80, 70, 300))
    assert all(found.rate(key, "fpr") and found.gap(NORTH, "fnr") for key in (None, NORTH, SOUTH))


def demand(key: GroupKey | None, measure: str) -> Demand:
    return Demand("It is so", Standing.FAIL, "0.048 [0.01, 0.09], allowed: 0 to 1", measure, key,
                  Estimate(0.048), Tolerance(0, 1))  # fmt: skip


def test_a_verdict_is_told_and_its_figures_only_where_they_may() -> None:
    found = shown((40, 3, 40, 60), (90, 80, 70, 300))
    assert told(demand(NORTH, "fpr"), found, None) == f"It is so: {NOT_SHOWN}."
    assert "0.048" in told(demand(None, "auc"), found, None)
    assert "0.048" in told(demand(NORTH, "fnr"), shown((40, 30, 40, 60), (90, 80, 70, 300)), None)


def test_groups_crossed_by_expression_and_with_strange_names_find_their_columns() -> None:
    keys = (
        GroupKey("a", "x & y", "x & y"), GroupKey("a", "z", "z"), GroupKey("b", "w", "w"),
        GroupKey("group", "young", "Young"), GroupKey("a x b", "x & y & w", ""),
    )  # fmt: skip
    found = levels_of(keys)
    assert found[keys[4]] == (("a", "x & y"), ("b", "w"))
    assert found[keys[3]] == (("group young", "young"),)


def test_arms_and_funnels_are_tables_too() -> None:
    data = frame(1000).with_columns(arm=pl.when(pl.col("id") < 500).then(pl.lit("lot")).otherwise(pl.lit("tool")),
                                    flag=(pl.col("id") >= 500).cast(pl.Int8))  # fmt: skip
    data = data.with_columns(
        town=pl.when(pl.col("id") % 250 == 0).then(pl.lit("North")).otherwise(pl.lit("South"))
    )
    selective = random_arm(read(data, columns={"outcome": "y", "flag": "flag", "arm": "arm"}, by=["town"],
                                selection={"random": "lot"}))  # fmt: skip
    assert selective is not None
    arms = of_arms(selective, 10)
    assert not arms.cells(NORTH, "picked")
    assert not (arms.cells(None, "picked") and arms.cells(SOUTH, "picked"))
    assert told(demand(NORTH, "over"), None, arms).endswith(f"{NOT_SHOWN}.")
    steps = data.with_columns(
        a=(pl.col("score") > 0.3).cast(pl.Int8), b=(pl.col("score") > 0.304).cast(pl.Int8)
    )
    funnel = funnel_of(read(steps, by=["town"], stages=[{"id": n, "column": n} for n in "ab"]))
    assert funnel is not None
    found = of_funnel(funnel, 10)
    small = funnel.rates[0].counts[0] - funnel.rates[1].counts[0]
    assert small < 10 and not found.cells(None, "out 1")
    assert not found.cells(NORTH, "at 0")


@pytest.mark.parametrize("unknown", [0, 40])
def test_people_of_unknown_outcome_are_counted_apart(unknown: int) -> None:
    data = pl.concat([people((40, 30, 40, 60), (90, 80, 70, 300)),
                      people((20, 0, 20, 0), (0, 0, 0, 0)).with_columns(y=pl.lit(None, pl.Int64)).head(unknown)])  # fmt: skip
    found = read(data, columns={"outcome": "y", "flag": "flag"}, flagged={}, by=["town"])
    table = of_rates(group_rates(found), 10)
    place = table.linked.place((), "unknown")
    assert table.linked.counts[place] == unknown
