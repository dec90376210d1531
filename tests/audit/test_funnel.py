"""The way through the steps: ratios of each step and of the whole, the human one too."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from licet.audit.beyond.funnel import funnel_of
from licet.errors import BadInput
from tests.audit.planned import frame, read

STEPS = [
    {"id": "flagged", "column": "a"},
    {"id": "screened", "label": "Screened in by a worker", "column": "b"},
]


def stages(n: int = 3000) -> pl.DataFrame:
    """The score picks both towns alike; the worker screens in twice as many of the North."""
    rng = np.random.default_rng(4)
    north = rng.random(n) < 0.4
    a = rng.random(n) < 0.3
    b = a & (rng.random(n) < np.where(north, 0.6, 0.3))
    return frame(n, town=np.where(north, "North", "South"), a=a.astype(int), b=b.astype(int))


def test_the_human_step_may_add_more_than_the_score() -> None:
    data = stages()
    found = funnel_of(read(data, by=["town"], stages=STEPS))
    assert found is not None and found.irregular == 0
    north = next(ratio.key for ratio in found.ratios if ratio.key.group == "North")
    step = {ratio.stage: ratio for ratio in found.ratios if ratio.key == north}
    assert step["flagged"].step.low < 1 < step["flagged"].step.high
    assert step["screened"].step.low > 1.5
    widest = found.widest(north)
    assert widest is not None and widest.stage == "screened"
    assert found.stages[1] == ("screened", "Screened in by a worker")


def test_the_whole_way_is_the_product_of_its_steps_and_a_plain_count() -> None:
    data = stages()
    found = funnel_of(read(data, by=["town"], stages=STEPS))
    assert found is not None
    for key in {ratio.key for ratio in found.ratios}:
        mine = [ratio for ratio in found.ratios if ratio.key == key]
        assert mine[1].so_far.value == pytest.approx(mine[0].step.value * mine[1].step.value)
        rate = next(r for r in found.rates if r.key == key and r.stage == "screened")
        here = data.filter(pl.col("town") == key.group)
        assert rate.counts == (here["b"].sum(), here["a"].sum(), here.height)
        assert rate.so_far.value == pytest.approx(here["b"].sum() / here.height)
    assert found.rates[0].key is None


def test_whoever_jumped_a_step_is_counted_and_goes_no_further() -> None:
    data = stages().with_columns(b=pl.lit(1))
    found = funnel_of(read(data, stages=STEPS))
    assert found is not None
    assert found.irregular == int((data["a"] == 0).sum())
    assert found.rates[1].counts[0] == int(data["a"].sum())


def test_no_steps_no_funnel_and_a_step_nobody_passed_is_refused() -> None:
    assert funnel_of(read()) is None
    with pytest.raises(BadInput, match="nobody passed"):
        funnel_of(read(stages().with_columns(b=pl.lit(0)), stages=STEPS))
