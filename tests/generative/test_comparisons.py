"""What holds of every comparison: order changes nothing, sides can be swapped, p and interval agree."""

from __future__ import annotations

from math import isclose, isfinite, isnan

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.comparisons import Appreciable, Comparison, Comparisons, Request, compare
from licet.evidence import Collapse, Evidence, Item
from licet.groups import Group
from licet.readings import Settings
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from licet.survey.multiplicity import adjusted
from licet.survey.patterns import leaning
from tests import factories as make

ITEMS = ("police", "education", "health")
GROUPS = {"in": 'g == "in"', "out": 'g == "out"', "young": "age < 30", "unknown": "missing == 1"}


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    """Answers of 30 to 90 people in clusters, some of them missing."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(30, 90))
    options = np.array(["yes", "neither", "no", None], dtype=object)
    weights = draw(
        st.sampled_from([(0.5, 0.2, 0.25, 0.05), (0.9, 0.0, 0.05, 0.05), (0.1, 0.3, 0.5, 0.1)])
    )
    columns = {
        item: pl.Series(rng.choice(options, n, p=weights).tolist(), dtype=pl.String)
        for item in ITEMS
    }
    return pl.DataFrame(
        columns
        | {
            "g": rng.choice(["in", "out"], n),
            "age": rng.integers(18, 60, n),
            "missing": pl.Series(rng.choice([1, 2, None], n).tolist(), dtype=pl.Int64),
            "wt": rng.lognormal(0, 0.5, n).round(6),
            "st": np.arange(n) % 2,
            "psu": np.arange(n) % 12,
        }
    )


def evidence(groups: list[str], items: list[str]) -> Evidence:
    scale = Collapse(permits=("yes",), neutral=("neither",), opposes=("no",))
    return Evidence(
        id="drawn", title="Drawn", population=make.population(), fieldwork=make.fieldwork(),
        purpose="early_intervention",
        items=tuple(Item(id=i, kind="trust", subject=i, wording="?", k=3, collapse=scale) for i in items),
        groups=tuple(Group(g, g, GROUPS[g]) for g in groups),
        design=DesignDeclaration(weight="wt", strata="st", psu="psu", lonely_psu="adjust"),
    )  # fmt: skip


def compared(
    frame: pl.DataFrame, groups: list[str], items: list[str], threshold: int = 0
) -> Comparisons:
    request = Request(item_pairs=(("police", "education"),), pairs=(("in", "young"),))
    return compare(evidence(groups, items), Answers(frame), request, Settings(threshold=threshold))


def figures(row: Comparison) -> tuple[float, ...]:
    return (
        row.value,
        row.se,
        row.df,
        row.low,
        row.high,
        row.p,
        row.p_holm,
        row.p_benjamini_hochberg,
    )


def alike(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(
        (isnan(a) and isnan(b)) or a == b or isclose(a, b, rel_tol=1e-7, abs_tol=1e-9)
        for a, b in zip(one, other, strict=True)
    )


def by_place(found: Comparisons) -> dict[tuple[str, ...], Comparison]:
    return {(r.sort, r.one.item, r.one.group, r.other.item, r.other.group): r for r in found.rows}


@settings(max_examples=15)
@given(frames(), st.permutations(list(GROUPS)), st.permutations(list(ITEMS)))
def test_the_order_of_groups_items_and_people_changes_nothing(
    frame: pl.DataFrame, groups: list[str], items: list[str]
) -> None:
    first = by_place(compared(frame, list(GROUPS), list(ITEMS), threshold=3))
    again = by_place(compared(frame.reverse(), groups, items, threshold=3))
    assert first.keys() == again.keys()
    for place, row in first.items():
        assert alike(figures(row), figures(again[place])), place
        assert (row.appreciably, row.family_size) == (
            again[place].appreciably,
            again[place].family_size,
        )


@settings(max_examples=15)
@given(frames())
def test_of_two_groups_that_are_everybody_each_is_the_rest_of_the_other(
    frame: pl.DataFrame,
) -> None:
    rows = by_place(compared(frame, list(GROUPS), list(ITEMS)))
    swapped = {"higher": "lower", "lower": "higher", "": ""}
    for item in ITEMS:
        one, other = (rows.get(("rest", item, group, item, "rest")) for group in ("in", "out"))
        assert (one is None) == (other is None)
        if one and other:
            assert alike(
                (one.value, one.se, one.low, one.p), (-other.value, other.se, -other.high, other.p)
            )
            assert one.appreciably == swapped[other.appreciably]
            assert (one.one.base, one.other.base) == (other.other.base, other.one.base)


@settings(max_examples=15)
@given(frames())
def test_the_interval_is_clear_of_0_where_p_is_below_5_percent(frame: pl.DataFrame) -> None:
    found = compared(frame, list(GROUPS), list(ITEMS))
    for row in [*found.rows, *(b.comparison for b in found.batteries if b.comparison)]:
        if isfinite(row.p) and abs(row.p - 0.05) > 1e-9:
            assert (row.p < 0.05) == (row.low > 0 or row.high < 0), row
        assert not row.appreciably or row.p < 0.05


@settings(max_examples=15)
@given(frames())
def test_a_battery_is_the_mean_of_its_items(frame: pl.DataFrame) -> None:
    found = compared(frame, list(GROUPS), list(ITEMS))
    for battery in found.batteries:
        rows = [r for r in found.of("rest") if r.one.group == battery.group]
        if battery.comparison and len(rows) == len(ITEMS):
            assert isclose(battery.value, np.mean([r.value for r in rows]), abs_tol=1e-12)
            # Never more than if the items were one, never negative.
            assert -1e-12 <= battery.comparison.se <= np.mean([r.se for r in rows]) + 1e-9
            (under,) = battery.under
            assert under.leaning.lower == sum(r.value < 0 for r in rows)
            assert 0 <= under.leaning.fewest <= under.leaning.most <= len(ITEMS)


@settings(max_examples=15)
@given(frames(), st.integers(5, 20))
def test_nothing_is_shown_of_fewer_people_than_the_threshold(
    frame: pl.DataFrame, threshold: int
) -> None:
    found = compared(frame, list(GROUPS), list(ITEMS), threshold=threshold)
    for row in found.rows:
        if row.shown and row.sort != "line":
            for side in (row.one, row.other):
                assert side.base >= threshold
    for battery in found.batteries:
        assert not battery.shown or battery.fewest >= threshold


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_values(p: list[float]) -> None:
    bh, holm = adjusted(p, "benjamini-hochberg"), adjusted(p, "holm")
    assert ((bh >= np.array(p) - 1e-15) & (bh <= 1)).all() and (holm >= bh - 1e-15).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(bh[order]) >= 0).all() and (np.diff(holm[order]) >= 0).all()
    # Bonferroni never keeps more than Holm.
    assert (holm <= np.minimum(np.array(p) * len(p), 1) + 1e-15).all()


@settings(max_examples=25)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6), st.floats(0.01, 0.3), st.integers(0, 99))
def test_the_pattern_of_opposite_differences_is_the_opposite_pattern(
    values: list[float], se: float, seed: int
) -> None:
    covariance = np.eye(len(values)) * se**2
    one = leaning(np.array(values), covariance, seed=seed, draws=500)
    other = leaning(-np.array(values), covariance, seed=seed, draws=500)
    assert (one.lower, one.higher) == (other.higher, other.lower)
    assert one.fewest <= one.expected + 1 and one.expected <= one.most + 1
    assert one.chance == other.chance
    assert leaning(np.array(values), covariance, seed=seed, draws=500) == one


@given(st.floats(0, 0.5), st.floats(-1, 1), st.floats(0.001, 0.3))
def test_a_stricter_rule_never_finds_more(least: float, value: float, reach: float) -> None:
    found = Appreciable(least).judge(value, value - reach, value + reach)
    stricter = Appreciable(min(least + 0.1, 0.9)).judge(value, value - reach, value + reach)
    assert stricter in ("", found)
