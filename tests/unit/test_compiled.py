"""The compiled pass says what the ordinary one says."""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import licet
from licet.survey import kernels


def people(size: int = 3_000) -> pl.DataFrame:
    rng = np.random.default_rng(11)
    answers = rng.integers(0, 5, size)
    return pl.DataFrame(
        {
            "trust": [None if a == 4 else int(a) for a in answers],
            "settled": rng.integers(0, 2, size),
            "group": rng.integers(0, 12, size),
            "some_group": [None if k == 5 else int(k) for k in rng.integers(0, 6, size)],
            **{f"in_{k}": rng.integers(0, 2, size) for k in range(7)},
            "stratum": np.sort(rng.integers(0, 9, size)),
            "psu": rng.integers(0, 4, size),
            "weight": np.where(rng.random(size) < 0.02, 0.0, rng.exponential(1.0, size)),
        }
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "by", [["group"], ["some_group", "group"], [f"in_{k}" for k in range(7)], []]
)
@pytest.mark.parametrize("design", [{}, {"strata": "stratum"}, {"strata": "stratum", "psu": "psu"}])
def test_figures_are_the_same(by: list[str], design: dict[str, str]) -> None:
    asked = {"items": ["trust", "settled"], "by": by, "weight": "weight", "nest": True, **design}
    plain, compiled = (
        licet.table(people(), compiled=c, **asked).to_polars() for c in (False, True)
    )
    assert_frame_equal(plain, compiled, rel_tol=1e-9, abs_tol=1e-12)


def test_squared_weights_of_those_who_answered() -> None:
    """Kish's base of an item that some did not answer, by its formula: it needs w and w squared."""
    answers = people()
    table = licet.table(
        answers,
        ["trust"],
        ["group"],
        weight="weight",
        strata="stratum",
        psu="psu",
        nest=True,
        compiled=True,
    ).to_polars()
    weight = answers.filter(pl.col("trust").is_not_null() & (pl.col("group") == 3))["weight"]
    kish = table.filter(pl.col("group") == "3")["kish_base"]
    assert kish.to_list() == pytest.approx([weight.sum() ** 2 / (weight**2).sum()] * 4)


def test_rest_of_many_levels_is_a_sum_and_no_difference() -> None:
    """A group that holds nearly all weight leaves a rest whose digits subtracting would lose."""
    weights = np.array([1e9, 1.0, 0.1, 0.01, 0.001])
    rows = weights.reshape(1, 5, 1).repeat(2, axis=2)
    members = np.vstack([~np.eye(4, dtype=np.bool_), np.zeros((1, 4), dtype=np.bool_)])
    totals, people_ = np.zeros((1, 4, 1)), np.zeros((1, 4, 1))
    kernels.gather(rows, members, np.arange(4), (0, 0), totals, people_)
    assert totals[0, 0, 0] == pytest.approx(1.11, rel=1e-15)
    assert totals[0, 3, 0] == weights[:3].sum()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(licet.BadInput, match=r"licet\[fast\]"):
        licet.table(people(50), ["settled"], weight="weight", compiled=True)
