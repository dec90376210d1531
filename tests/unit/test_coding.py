"""Columns of whole numbers become codes, whoever is the first to have a value."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from licet.survey.coding import code_column


@pytest.mark.parametrize("place", [0, 1_999, 2_000, 19_999, 20_000, 29_999])
def test_a_rare_level_is_found_wherever_it_is(place: int) -> None:
    values = np.zeros(30_000, dtype=np.int8)
    values[place] = 1
    coded = code_column(pl.Series("y", values))
    assert coded.levels == ("0", "1")
    assert np.flatnonzero(coded.codes).tolist() == [place]


@pytest.mark.parametrize("place", [0, 1_999, 2_000, 19_999, 20_000, 29_999])
def test_a_value_between_that_nobody_has_is_no_level(place: int) -> None:
    values = np.zeros(30_000, dtype=np.int8)
    values[place] = 2
    coded = code_column(pl.Series("y", values))
    assert coded.levels == ("0", "2")
    assert coded.codes[place] == 1
