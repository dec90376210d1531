"""The compiled pass says what the ordinary one says."""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import licet


def people(size: int = 3_000) -> pl.DataFrame:
    rng = np.random.default_rng(11)
    answers = rng.integers(0, 5, size)
    return pl.DataFrame(
        {
            "trust": [None if a == 4 else int(a) for a in answers],
            "settled": rng.integers(0, 2, size),
            "group": rng.integers(0, 12, size),
            **{f"in_{k}": rng.integers(0, 2, size) for k in range(7)},
            "stratum": np.sort(rng.integers(0, 9, size)),
            "psu": rng.integers(0, 4, size),
            "weight": np.where(rng.random(size) < 0.02, 0.0, rng.exponential(1.0, size)),
        }
    )


@pytest.mark.parametrize("by", [["group"], [f"in_{k}" for k in range(7)], []])
@pytest.mark.parametrize("design", [{}, {"strata": "stratum"}, {"strata": "stratum", "psu": "psu"}])
def test_figures_are_the_same(by: list[str], design: dict[str, str]) -> None:
    pytest.importorskip("numba")
    asked = {"items": ["trust", "settled"], "by": by, "weight": "weight", "nest": True, **design}
    plain, compiled = (
        licet.table(people(), compiled=c, **asked).to_polars() for c in (False, True)
    )
    assert_frame_equal(plain, compiled, rel_tol=1e-9, abs_tol=1e-12)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(licet.BadInput, match=r"licet\[fast\]"):
        licet.table(people(50), ["settled"], weight="weight", compiled=True)
