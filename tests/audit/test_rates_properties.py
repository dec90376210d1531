"""What must hold of rates and gaps for all people: order, splitting of weights, parts and wholes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from licet.audit.groups.rates import MEASURES, GroupRates, group_rates
from licet.audit.people import GroupKey, People
from tests.audit.planned import read

DRAWS = 30


@st.composite
def crowds(draw: st.DrawFn) -> pl.DataFrame:
    """Some people with unknown outcomes, unknown groups, families and weights."""
    number = draw(st.integers(30, 120))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unknown = draw(st.sampled_from([0.0, 0.2]))
    names = np.array(["a", "b", "c", None], dtype=object)
    data = pl.DataFrame(
        {
            "g": rng.choice(names[: draw(st.sampled_from([2, 3, 4]))], number).tolist(),
            "h": rng.choice(names[:2], number).tolist(),
            "y": np.where(
                rng.random(number) < unknown, None, rng.integers(0, 2, number).astype(object)
            ).tolist(),
            "flag": rng.integers(0, 2, number),
            "w": rng.choice([0.5, 1.0, 3.0], number),
            "family": rng.integers(0, number // 2, number),
        },
        schema_overrides={"g": pl.String, "h": pl.String, "y": pl.Int8},
    )
    assume(data["y"].n_unique() >= 2 and data["g"].null_count() < number)
    assume({0, 1} <= set(data["y"].drop_nulls()))
    return data


GROUPS = [
    {"id": "ab", "expression": 'g in ["a", "b"]'},
    {"id": "odd", "expression": 'g == "b" or h == "a"'},
]


def people_in(data: pl.DataFrame, clustered: bool = False, **changes: object) -> People:
    columns = {"outcome": "y", "flag": "flag", "weight": "w"} | (
        {"cluster": "family"} if clustered else {}
    )
    declared = {
        "by": ("g", "h"),
        "intersections": (("g", "h"),),
        "groups": GROUPS,
        "least_cases": 10,
    }
    return read(data, columns=columns, flagged={}, **{**declared, **changes})


def judged(people: People) -> GroupRates:
    try:
        return group_rates(people, draws=DRAWS)
    except ValueError:  # an expression without cases
        assume(False)
        raise


def values(found: GroupRates) -> dict[tuple[GroupKey | None, str], float]:
    rates = {(one.key, one.measure): one.estimate.value for one in found.rates}
    return rates | {
        (one.key, f"{one.measure}, {one.versus}"): one.difference.value for one in found.gaps
    }


def alike(one: dict, other: dict) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert value == pytest.approx(other[name], abs=1e-12, nan_ok=True), name


@given(crowds(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(
    data: pl.DataFrame, clustered: bool, by: object
) -> None:
    """Point values for all; where counts of kinds are drawn, intervals too."""
    order = list(range(data.height))
    by.shuffle(order)  # type: ignore[attr-defined]
    one, other = judged(people_in(data, clustered)), judged(people_in(data[order], clustered))
    alike(values(one), values(other))
    assert one.counts == other.counts


def test_the_order_of_rows_changes_no_interval() -> None:
    rng = np.random.default_rng(3)
    data = pl.DataFrame(
        {
            "g": rng.choice(["a", "b"], 900),
            "y": rng.integers(0, 2, 900),
            "flag": rng.integers(0, 2, 900),
        }
    )
    declared = {"columns": {"outcome": "y", "flag": "flag"}, "flagged": {}, "by": ("g",)}
    one, other = (
        group_rates(read(rows, **declared)) for rows in (data, data[rng.permutation(900)])
    )
    assert one == other


@given(crowds(), st.randoms(use_true_random=False))
def test_the_order_of_groups_changes_no_figure(data: pl.DataFrame, by: object) -> None:
    people = people_in(data)
    order = list(range(len(people.keys)))
    by.shuffle(order)  # type: ignore[attr-defined]
    other = replace(
        people, keys=tuple(people.keys[p] for p in order), member=people.member[:, order]
    )
    one, again = judged(people), judged(other)
    assert {repr(row) for row in one.rates} == {repr(row) for row in again.rates}
    assert {gap.key: gap.band for gap in one.gaps}.keys() == {
        gap.key: gap.band for gap in again.gaps
    }.keys()
    alike(values(one), values(again))


@given(crowds(), st.booleans())
def test_half_weights_twice_are_the_whole(data: pl.DataFrame, clustered: bool) -> None:
    halves = pl.concat([data.with_columns(pl.col("w") / 2)] * 2)
    one, two = judged(people_in(data, clustered)), judged(people_in(halves, clustered))
    alike(values(one), values(two))


@given(crowds())
def test_members_by_column_are_members_by_expression(data: pl.DataFrame) -> None:
    """What the cells tell of a group is what its own column says."""
    people = people_in(data)
    bare = replace(people, levels={})
    assert repr(judged(people)) == repr(judged(bare))


@given(crowds())
def test_counts_are_those_of_a_loop(data: pl.DataFrame) -> None:
    people = people_in(data)
    found = judged(people)
    for place, key in enumerate(people.keys):
        rows = list(zip(people.y, people.flag, people.member[:, place], strict=True))
        inside = [(y, flag) for y, flag, member in rows if member == 1]
        known = tuple(inside.count(pair) for pair in ((1, 1), (0, 1), (1, 0), (0, 0)))
        assert found.counts[key] == (*known, len(inside) - sum(known))


PARTS = {"flag": (0, 1, 4), "fpr": (1,), "fnr": (2,), "ppv": (0,), "fdr": (1,), "base": (0, 2)}
BASES = {
    "flag": (0, 1, 2, 3, 4, 5),
    "fpr": (1, 3),
    "fnr": (0, 2),
    "ppv": (0, 1),
    "fdr": (0, 1),
    "base": (0, 1, 2, 3),
}


@given(crowds())
def test_rates_and_rests_are_those_of_a_loop(data: pl.DataFrame) -> None:
    """Written from the definitions, person by person."""
    people = people_in(data)
    found = judged(people)
    sorts = [(1, 1), (0, 1), (1, 0), (0, 0)]
    of = [
        sorts.index((y, flag)) if y in (0, 1) else 5 - flag
        for y, flag in zip(people.y, people.flag, strict=True)
    ]

    def rate(measure: str, inside: np.ndarray) -> float:
        weights = [
            (kind, weight)
            for kind, weight, here in zip(of, people.weight, inside, strict=True)
            if here
        ]
        base = sum(weight for kind, weight in weights if kind in BASES[measure])
        top = sum(weight for kind, weight in weights if kind in PARTS[measure])
        return top / base if base else float("nan")

    for measure in MEASURES:
        assert found.rate(None, measure).estimate.value == pytest.approx(
            rate(measure, np.ones(len(of))), nan_ok=True
        )
        for place, key in enumerate(people.keys):
            one, rest = (
                rate(measure, people.member[:, place] == 1),
                rate(measure, people.member[:, place] == 0),
            )
            assert found.rate(key, measure).estimate.value == pytest.approx(one, nan_ok=True)
            gap = found.gap(key, measure)
            assert gap.difference.value == pytest.approx(one - rest, abs=1e-12, nan_ok=True)
            if rest > 0:
                assert gap.ratio.value == pytest.approx(one / rest, nan_ok=True)


@given(crowds(), st.booleans())
def test_intervals_hold_their_figure_and_bands_hold_intervals(
    data: pl.DataFrame, clustered: bool
) -> None:
    found = judged(people_in(data, clustered))
    for one in found.rates:
        if one.estimate.known:
            assert 0 <= one.estimate.low <= one.estimate.high <= 1
    for gap in found.gaps:
        if gap.difference.known:
            assert gap.band[0] <= gap.difference.low <= gap.difference.high <= gap.band[1]
            assert 0 <= gap.p_adjusted <= 1 and gap.smallest_found > 0
        if gap.ratio.known:
            assert 0 <= gap.ratio_band[0] <= gap.ratio.low <= gap.ratio.high <= gap.ratio_band[1]


def test_two_groups_that_are_all_mirror_each_other() -> None:
    rng = np.random.default_rng(5)
    number = 2000
    data = pl.DataFrame(
        {
            "g": rng.choice(["a", "b"], number),
            "y": rng.integers(0, 2, number),
            "flag": rng.integers(0, 2, number),
        }
    )
    found = group_rates(
        read(data, columns={"outcome": "y", "flag": "flag"}, flagged={}, by=("g",)), draws=500
    )
    for measure in MEASURES:
        one, other = (gap for gap in found.gaps if gap.measure == measure)
        assert one.difference.value == pytest.approx(-other.difference.value)
        assert one.difference.low == pytest.approx(-other.difference.high, abs=1e-6)
        assert one.band[0] == pytest.approx(-other.band[1], abs=1e-6)
