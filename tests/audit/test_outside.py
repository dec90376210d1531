"""People outside: bounds that hold whatever they have, against a count of every possibility."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.beyond.outside import Outside, outside_of
from licet.audit.input.population import Count, Population, population_of
from licet.audit.input.reading import people_of
from licet.audit.people import People
from licet.audit.plan import Plan
from licet.errors import BadInput
from tests.audit.planned import frame, plan, read

LEVELS = {"town": ("North", "South")}


def population(
    rows: list[tuple[Any, ...]], declared: Plan | None = None, **columns: Any
) -> Population:
    names = ["by", "group", "people", *columns.pop("also", [])]
    cells = {name: [str(row[place]) for row in rows] for place, name in enumerate(names)}
    return population_of(declared or plan(by=["town"]), pl.DataFrame(cells), LEVELS)


def test_counts_as_they_are_published() -> None:
    found = population(
        [("all", "", "1,200"), ("town", "North", "<10"), ("town", "South", "1195.0")]
    )
    assert found.everybody is not None and found.everybody.people == Count(1200, 1200)
    row = found.of("town", "North")
    assert row is not None and row.people == Count(0, 9) and found.suppressed == 1


def test_zeros_that_may_be_suppressed_are_refused_until_declared() -> None:
    rows = [("town", "North", 0), ("town", "South", 900)]
    with pytest.raises(BadInput, match="1 count is 0 and may be suppressed"):
        population(rows)
    declared = population(rows, plan(by=["town"], zeros_below=10)).of("town", "North")
    assert declared is not None and declared.people == Count(0, 9)
    real = population(rows, plan(by=["town"], zeros_below=1)).of("town", "North")
    assert real is not None and real.people == Count(0, 0)


@pytest.mark.parametrize(("rows", "words"), [
    ([("town", "North", -4)], "no count"),
    ([("town", "North", "many")], "no count"),
    ([("town", "North", "")], "missing"),
    ([("town", "North", 5), ("town", "North", 6)], "twice"),
    ([("twon", "North", 5)], "write 'town'"),
    ([("group", "young", 5)], "young"),
])  # fmt: skip
def test_a_wrong_frame_is_refused(rows: list[tuple[Any, ...]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        population(rows)


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown column 'people'"):
        population_of(plan(), pl.DataFrame({"by": ["all"], "group": [""], "persons": [4]}), {})


def test_a_frame_of_fewer_people_than_the_data_is_refused() -> None:
    people = read(by=["town"])
    with pytest.raises(BadInput, match="the frame has 399 people"):
        outside_of(people, population([("all", "", 399)]))
    with pytest.raises(BadInput, match="does not count the group 'South'"):
        outside_of(people, population([("town", "North", 300)]))


def plain(people: People, more: int) -> tuple[list[float], list[float], list[float]]:
    """Recall, false positive rate and precision, over every way the unknown could be."""
    tally = (
        list(zip(people.flag.tolist(), people.y.tolist(), strict=True))
        + [(-1, float("nan"))] * more
    )
    unknown = sum(y != y for _, y in tally)
    recalls, rates, right = [], [], []
    for guess in product((0, 1), repeat=unknown):
        told = iter(guess)
        full = [(flag == 1, next(told) if y != y else int(y)) for flag, y in tally]
        cases, clear = (sum(y == value for _, y in full) for value in (1, 0))
        if cases:
            recalls.append(sum(flag and y == 1 for flag, y in full) / cases)
        if clear:
            rates.append(sum(flag and y == 0 for flag, y in full) / clear)
        picked = [y for flag, y in full if flag]
        right.append(sum(picked) / len(picked))
    return recalls, rates, right


@given(
    st.lists(st.tuples(st.sampled_from([1, 0, None]), st.sampled_from([1, 0, None])), max_size=7),
    st.integers(0, 3),
)
def test_bounds_are_the_least_and_greatest_of_all_possibilities(rows: list[Any], more: int) -> None:
    rows = [*rows, (1, 1), (1, 0), (0, 1), (0, 0)]
    data = pl.DataFrame({"flag": [r[0] for r in rows], "y": [r[1] for r in rows]})
    people = people_of(plan(columns={"outcome": "y", "flag": "flag"}, flagged={}), data)
    found = outside_of(people, population([("all", "", len(rows) + more)])).everybody
    recalls, rates, right = plain(people, more)
    assert (found.precision.low.value, found.precision.high.value) == pytest.approx(
        (min(right), max(right))
    )
    assert (found.recall.low.value, found.recall.high.value) == pytest.approx(
        (min(recalls), max(recalls))
    )
    assert (found.fpr.low.value, found.fpr.high.value) == pytest.approx((min(rates), max(rates)))


def refusing(share: float) -> tuple[Outside, Outside]:
    """The same people, and a part of one town that said no."""
    data = frame(4000)
    out = (np.arange(4000) / 4000 < share) & (data["town"] == "North").to_numpy()
    consent = np.where(out, "out", "in")
    columns = {"outcome": "y", "score": "score", "consent": "consent"}
    stayed = read(data.with_columns(consent=pl.lit("in")), columns=columns, by=["town"])
    left = read(data.with_columns(consent=pl.Series(consent)), columns=columns, by=["town"])
    rows = [("town", town, int((data["town"] == town).sum())) for town in ("North", "South")]
    return outside_of(stayed, population(rows)), outside_of(left, population(rows))


def test_when_people_leave_figures_on_the_linked_stay_and_recall_of_all_falls() -> None:
    stayed, left = refusing(0.5)
    north, gone = stayed.rows[1], left.rows[1]
    assert gone.recall_inside.value == pytest.approx(north.recall_inside.value, abs=0.05)
    assert gone.recall.low.value < 0.75 * north.recall.low.value
    assert gone.flagged.high.value < 0.75 * north.flagged.high.value
    assert dict(left.reasons)["said no"] == gone.outside.low > 500


def test_a_frame_that_knows_the_outcome_closes_the_bounds() -> None:
    people = read(by=["town"])
    cases = int(people.y.sum())
    found = outside_of(
        people, population([("all", "", 1000, cases + 100)], also=["outcome"])
    ).everybody
    assert found.known and found.recall.low.value == pytest.approx(found.recall.high.value)
    hit = int(((people.flag == 1) & (people.y == 1)).sum())
    assert found.recall.low.value == pytest.approx(hit / (cases + 100))


def test_a_suppressed_outcome_is_an_interval_and_never_a_zero() -> None:
    """4 of 5 cases found; 0 stands for 0 to 9, so recall lies between 4 of 9 and 4 of 5."""
    declared = plan(by=["town"], zeros_below=10)
    data = frame(12).with_columns(
        y=pl.Series([1] * 5 + [0] * 7), score=pl.Series([0.9] * 4 + [0.1] * 8)
    )
    counts = population([("all", "", 20, 0)], declared, also=["outcome"])
    found = outside_of(people_of(declared, data), counts)
    recall = found.everybody.recall
    assert (recall.low.value, recall.high.value) == pytest.approx((4 / 9, 4 / 5))
    assert found.suppressed == 1


def test_the_tipping_point_is_where_recall_falls_below_the_plan() -> None:
    people = read(tolerances={"recall": 0.3})
    found = outside_of(people, population([("all", "", 1200)])).everybody
    hit = int(((people.flag == 1) & (people.y == 1)).sum())
    cases = int(people.y.sum())
    assert found.tipping is not None
    assert (
        hit / (cases + found.tipping * 800) < 0.3 <= hit / (cases + (found.tipping - 0.001) * 800)
    )
    assert outside_of(people, population([("all", "", 400)])).everybody.tipping is None


def test_groups_that_the_frame_does_not_count_are_not_compared() -> None:
    people = read(by=["town"], groups=[{"id": "young", "expression": "age < 30"}])
    found = outside_of(people, population([("all", "", 900)]))
    assert found.gaps == () and [row.framed for row in found.rows] == [True, False, False, False]
    with pytest.raises(BadInput, match="everybody is not"):
        population_of(
            people.plan,
            pl.DataFrame({"by": ["group"], "group": ["young"], "people": [300]}),
            LEVELS,
        )


def test_crossed_groups_may_be_counted_too() -> None:
    declared = plan(by=["town", "sex"], intersections=[["town", "sex"]])
    people = people_of(declared, frame().with_columns(sex=pl.Series(["f", "m"] * 200)))
    crossed = [(key.by, key.group, 300) for key in people.keys if " x " in key.by]
    assert len(crossed) == 4
    counts = population_of(
        declared,
        pl.DataFrame(crossed, schema=["by", "group", "people"], orient="row"),
        {**LEVELS, "sex": ("f", "m")},
    )
    found = outside_of(people, counts)
    assert len(found.gaps) == 4 and sum(row.framed for row in found.rows) == 5
