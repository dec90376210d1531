"""Whatever people come in: no warning, no interval that leaves its figure out, nothing outside its range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from math import isnan
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.people import People
from licet.audit.score.benefit import benefit
from licet.audit.score.calibration import calibration
from licet.audit.score.challengers import challengers
from licet.audit.score.skill import skill
from licet.audit.score.stability import stability
from licet.audit.standing import Estimate
from tests.audit.scores import drawn_people, made


def estimates(thing: Any) -> Iterator[Estimate]:
    """Every estimate inside a result."""
    if isinstance(thing, Estimate):
        yield thing
    elif is_dataclass(thing):
        for part in fields(thing):
            yield from estimates(getattr(thing, part.name))
    elif isinstance(thing, dict):
        yield from (one for part in thing.values() for one in estimates(part))
    elif isinstance(thing, tuple):
        yield from (one for part in thing for one in estimates(part))


@st.composite
def anybody(draw: st.DrawFn) -> People:
    """Few or some people with gaps everywhere, weights of 0, families, strata, empty groups."""
    n = draw(st.integers(1, 90))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    steps = draw(st.sampled_from([1, 2, 5, 1000]))
    score = np.round(rng.random(n) * steps) / steps
    y = (rng.random(n) < draw(st.sampled_from([0.0, 0.2, 0.5, 1.0]))).astype(float)
    y[rng.random(n) < draw(st.sampled_from([0.0, 0.3]))] = np.nan
    score[rng.random(n) < draw(st.sampled_from([0.0, 0.3, 1.0]))] = np.nan
    flag = np.where(rng.random(n) < draw(st.sampled_from([0.0, 0.2])), -1, rng.random(n) < 0.3)
    weight = rng.integers(0 if draw(st.booleans()) else 1, 4, n).astype(float)
    cluster = np.unique(
        rng.integers(0, n, n) if draw(st.booleans()) else np.arange(n), return_inverse=True
    )[1]
    as_of = 19_000 + rng.integers(0, draw(st.sampled_from([1, 400, 4000])), n).astype(float)
    as_of[rng.random(n) < draw(st.sampled_from([0.0, 0.1]))] = np.nan
    return made(
        y, score, flag, draws=200, least_cases=10,
        probability=draw(st.booleans()) and bool(np.isfinite(score).any()),
        weight=weight, cluster=cluster.astype(np.int64), stratum=rng.integers(0, 3, n),
        groups={"some": rng.integers(-1, 2, n), "none": np.zeros(n), "unknown": np.full(n, -1)},
        as_of=as_of, practice=rng.integers(-1, 2, n).astype(np.int8),
        rivals={"other": np.where(rng.random(n) < 0.1, np.nan, rng.random(n))},
        challengers={"scores": ("other",)}, outcome_days=100, tried=3,
    )  # fmt: skip


@given(anybody())
def test_every_figure_is_sound_or_not_known(people: People) -> None:
    rivals = challengers(people).challengers
    results = [
        skill(people, rivals, draws=60), calibration(people, draws=60),
        benefit(people, rivals, draws=60), stability(people, draws=60),
    ]  # fmt: skip
    for one in estimates(tuple(results)):
        assert isnan(one.value) or isnan(one.low) or one.low <= one.value <= one.high, one
        assert isnan(one.value) <= (isnan(one.low) and isnan(one.high))
        assert one.n >= 0


def test_weights_are_relative() -> None:
    """Everybody twice as heavy: nothing changes but sums."""
    people = drawn_people(300, as_of=19_000.0 + np.arange(300))
    double = replace(people, weight=people.weight * 2)
    for function in (skill, calibration, benefit, stability):
        for one, two in zip(
            estimates(function(people, draws=60)), estimates(function(double, draws=60)), strict=True
        ):  # fmt: skip
            np.testing.assert_allclose(
                [one.value, one.low, one.high], [two.value, two.low, two.high], rtol=1e-5, atol=1e-9
            )


def test_the_order_of_people_changes_no_figure() -> None:
    people = drawn_people(300, groups={"half": np.arange(300) < 150})
    order = np.random.default_rng(3).permutation(300)
    mixed = made(
        people.y[order],
        people.score[order],
        probability=True,
        groups={"half": people.member[order, 0]},
    )
    for function in (skill, calibration, benefit):
        for one, two in zip(
            estimates(function(people, draws=60)), estimates(function(mixed, draws=60)), strict=True
        ):
            np.testing.assert_allclose(one.value, two.value, rtol=1e-9, atol=1e-12)


def test_no_result_holds_a_person() -> None:
    """No array as long as the people, no score of theirs, in anything that comes back."""
    people = drawn_people(211)
    people = replace(people, features=pl.DataFrame({"x": np.arange(211)}))
    text = repr([skill(people, draws=60), calibration(people, draws=60), benefit(people, draws=60)])
    assert "array" not in text
    assert not any(repr(score) in text for score in people.score.tolist())
