"""The sampler: known weights, blind reviewers, and a plan of how many pairs an interval needs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.linked.sampling import (
    Stratum,
    allocated,
    draw_sample,
    frame_of_pairs,
    half_widths,
    pairs_needed,
    strata_of,
)
from licet.errors import BadInput


def frame(together: int = 500, apart: int = 3000, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    parts = []
    for number, name, low in ((together, "t", 0.9), (apart, "a", 0.0)):
        chance = low + (1 - low) * rng.random(number) ** (1 if low else 8)
        rows = [f"{name}/{n:05d}" for n in range(number)]
        other = [f"{name}/{n:05d}b" for n in range(number)]
        parts.append(pl.DataFrame({"row_a": rows, "row_b": other, "chance": chance}))
    return frame_of_pairs(parts[0], parts[1])


def test_weights_add_up_to_the_frame_in_every_stratum() -> None:
    held = frame()
    sample = draw_sample(held, 400, 3)
    assert sample.pairs.height == 400
    assert sample.pairs["weight"].sum() == pytest.approx(held.height)
    told = dict(sample.pairs.group_by("stratum").agg(pl.col("weight").sum()).iter_rows())
    assert told == {one.id: pytest.approx(one.pairs) for one in sample.strata}
    counts = dict(sample.pairs["stratum"].value_counts().iter_rows())
    assert counts == {one.id: one.drawn for one in sample.strata}


def test_the_seed_alone_decides() -> None:
    one, two, other = (draw_sample(frame(), 100, seed) for seed in (1, 1, 2))
    assert one.pairs.equals(two.pairs) and not one.pairs.equals(other.pairs)


def test_reviewers_cannot_see_what_the_run_made_of_a_pair() -> None:
    sample = draw_sample(frame(), 100, 1)
    assert sample.pairs.columns == ["row_a", "row_b", "stratum", "weight"]
    assert all(one.id.startswith("s") and one.id[1:].isdigit() for one in sample.strata)
    numbered = [
        [int(s.id[1:]) for s in draw_sample(frame(), 100, seed).strata] for seed in range(20)
    ]
    assert len({tuple(one) for one in numbered}) > 10


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 5000), st.floats(0, 1)), min_size=1, max_size=9
    ),
    st.integers(2, 3000),
)
def test_no_stratum_gives_more_than_it_has(
    strata: list[tuple[bool, int, float]], pairs: int
) -> None:
    made = [Stratum(str(n), *one) for n, one in enumerate(strata)]
    if pairs < 2 * len(made):
        with pytest.raises(BadInput, match="two of each of"):
            allocated(made, pairs)
        return
    found = allocated(made, pairs)
    assert all(1 <= one.drawn <= one.pairs for one in found)
    assert sum(one.drawn for one in found) == min(pairs, sum(one.pairs for one in found))


def test_more_is_drawn_where_more_is_open() -> None:
    made = [
        Stratum("sure", True, 1000, 0.9999),
        Stratum("open", True, 1000, 0.6),
        Stratum("far", False, 1000, 0.0001),
        Stratum("near", False, 1000, 0.4),
    ]
    drawn = {one.id: one.drawn for one in allocated(made, 400)}
    assert drawn["open"] > 2 * drawn["sure"] and drawn["near"] > 2 * drawn["far"]


def test_a_narrower_interval_needs_more_pairs() -> None:
    strata = strata_of(frame(5000, 30000))
    needed = [pairs_needed(strata, width) for width in (0.05, 0.02, 0.01)]
    assert None not in needed and needed == sorted(needed, key=lambda one: one or 0)
    for width, pairs in zip((0.05, 0.02, 0.01), needed, strict=True):
        assert pairs is not None
        assert max(half_widths(allocated(strata, pairs))) <= width


def test_all_pairs_leave_nothing_open() -> None:
    strata = allocated(strata_of(frame()), 10**6)
    assert half_widths(strata) == (0.0, 0.0)


@pytest.mark.parametrize("width", [0.0, 1.0, -0.1])
def test_no_width_is_refused(width: float) -> None:
    with pytest.raises(BadInput, match="between 0 and 1"):
        pairs_needed(strata_of(frame()), width)


def test_a_pair_is_one_whichever_row_stands_first() -> None:
    one = pl.DataFrame({"row_a": ["b"], "row_b": ["a"], "chance": [0.9]})
    other = pl.DataFrame({"row_a": ["a", "a"], "row_b": ["b", "c"], "chance": [0.1, 0.2]})
    held = frame_of_pairs(one, other)
    assert held.select("row_a", "row_b", "together").rows() == [("a", "b", True), ("a", "c", False)]


def test_an_empty_frame_is_refused() -> None:
    with pytest.raises(BadInput, match="no pair to look at"):
        draw_sample(frame().head(0), 100, 1)


def test_the_planned_width_is_about_the_real_one() -> None:
    """Answers drawn by the chances of the plan: the spread of the estimate is what was planned."""
    held = frame(2000, 20000)
    planned = draw_sample(held, 600, 0).half_widths[1]
    said = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        drawn = draw_sample(held, 600, seed).pairs.join(held.drop("stratum"), on=["row_a", "row_b"])
        right = rng.random(drawn.height) < drawn["chance"].to_numpy()
        inside = drawn["together"].to_numpy()
        weight = drawn["weight"].to_numpy()
        said.append(float((weight * inside * ~right).sum() / (weight * inside).sum()))
    assert planned == pytest.approx(1.96 * np.std(said), rel=0.35)
