"""Tables from which somebody would subtract: groups that share nobody, items crossed with groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

import licet
from licet.disclosure import breakdowns, suppress, suppress_table
from licet.errors import BadInput
from tests.factories import PEOPLE, table_refusal


def test_groups_that_share_nobody_are_one_breakdown() -> None:
    overlap = np.array(
        [[300, 0, 0, 50, 0], [0, 60, 0, 9, 0], [0, 0, 7, 0, 0], [50, 9, 0, 80, 0], [0, 0, 0, 0, 0]]
    )
    assert breakdowns(overlap) == [[0, 1, 2], [2, 3], [4]]
    assert breakdowns(np.zeros((0, 0))) == []
    assert breakdowns([[5]]) == [[0]]


@pytest.mark.parametrize("groups", [20, 45, 100])
def test_every_disjoint_pair_is_in_a_breakdown(groups: int) -> None:
    draw = np.random.default_rng(groups)
    members = (draw.random((12, groups)) < 0.15).astype(int)
    overlap = members.T @ members
    found = breakdowns(overlap)
    for one in found:
        assert all(not overlap[a, b] for a in one for b in one if a != b)
    pairs = {(a, b) for one in found for a in one for b in one}
    for a in range(groups):
        assert (a, a) in pairs
        for b in range(groups):
            assert (a, b) in pairs or overlap[a, b] or not overlap[a, a] or not overlap[b, b]


RACES = pl.DataFrame(
    {
        "q": ["yes", "no"] * 150 + ["yes", "no", "no"] * 20 + ["yes", "no"] * 3 + ["no"],
        "race": ["White"] * 300 + ["Asian"] * 60 + ["Black"] * 7,
    }
)


def test_a_small_group_is_not_the_rest_of_others() -> None:
    """367 people less 300 less 60 are 7."""
    groups = {name: f'race == "{name}"' for name in ("White", "Asian", "Black")}
    made = licet.table(RACES, ["q"], groups=groups, unweighted=True)
    shown = {
        row["group"]: row["n"]
        for row in made.to_polars(published=True).to_dicts()
        if row["option"] == "yes"
    }
    assert shown == {"all": 367, "White": 300, "Asian": None, "Black": None}
    as_column = licet.table(RACES, ["q"], by=["race"], unweighted=True).to_polars(published=True)
    numbers = ["n", "count", "estimate", "difference", "suppressed"]
    by_group = as_column.sort("group", "option").select(numbers)
    assert made.to_polars(published=True).sort("group", "option").select(numbers).equals(by_group)


def test_levels_of_columns_and_groups_are_set_against_each_other() -> None:
    """White of a column, the others by expression."""
    frame = RACES.with_columns((pl.col("race") == "White").alias("white"))
    groups = {"asian": 'race == "Asian"', "black": 'race == "Black"'}
    made = licet.table(frame, ["q"], ["white"], groups=groups, unweighted=True)
    assert (("white", "yes"), ("asian", "asian"), ("black", "black")) in made.disjoint
    hidden = made.to_polars(published=True).filter(pl.col("n").is_null())["group"]
    assert set(hidden) == {"asian", "black"}, "the whites are 300 of 367 either way"


def test_a_weight_of_zero_makes_nobody_overlap() -> None:
    frame = pl.DataFrame({"q": [1, 2] * 20, "a": [1] * 20 + [2] * 20, "w": [0.0] + [1.0] * 39})
    groups = {"first": "a == 1", "last": "q == 1 and a == 2", "odd": "w == 0 or a == 2"}
    made = licet.table(frame, ["q"], groups=groups, weight="w")
    assert any({("first", "first"), ("odd", "odd")} <= set(one) for one in made.disjoint)


def test_what_one_set_keeps_back_is_sheltered_in_another() -> None:
    """Rows 1, 2 make up everybody; so do 1 and 3, 4. Row 3 is small, so 4, 1 or 2 cannot tell it."""
    counts = [[60, 60], [30, 30], [30, 30], [26, 4], [4, 26]]
    found = suppress(counts, [], disjoint=[[1, 2], [1, 3, 4]])
    assert found.hidden[3].all() and found.hidden[4].all()
    sole = suppress(counts, [[1, 2]], disjoint=[[1, 3, 4]])
    assert (sole.hidden[3:] == found.hidden[3:]).all()


@pytest.mark.parametrize(
    "how",
    [
        {"by": ["race", "trust"]},
        {"by": ["race"], "groups": {"firm": 'trust == "yes"'}},
        {"by": [], "groups": {"firm": 'trust == "yes"', "w": 'race == "White"'}},
    ],
)
def test_crossed_items_are_refused(how: dict[str, Any]) -> None:
    assert "items and groups of one table" in table_refusal(items=["trust", "race"], **how)
    one_way: dict[str, Any] = {**how, "items": ["trust"]}
    assert licet.table(PEOPLE, **one_way, unweighted=True).to_text()


def test_a_crossed_frame_is_not_published() -> None:
    first = licet.table(PEOPLE, ["trust"], ["race"], unweighted=True).frame
    second = licet.table(PEOPLE, ["race"], ["trust"], unweighted=True).frame
    with pytest.raises(BadInput, match="could be worked out"):
        suppress_table(pl.concat([first, second]))
