"""What the estimation kernel makes of the rare: designs it refuses, and figures that nobody can know."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.survey.answers import Answers
from licet.survey.coding import code_column
from licet.survey.design import declare_design
from licet.survey.independence import _tested
from licet.survey.joint import joint_test
from licet.survey.totals import Grouping, _chunk


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"lonely_psu": "ignore"}, "unknown policy for a lonely PSU 'ignore'"),
        ({"weights": pl.Series("w", ["1", "2"])}, "the weight is not a number"),
        ({"weights": pl.Series("w", [1.0, None])}, "no weight for 1 person (first: row 2)"),
        ({"weights": pl.Series("w", [1.0, float("nan")])}, "no weight for 1 person (first: row 2)"),
        ({"weights": pl.Series("w", [1.0, -2.0])}, "a negative or infinite weight (-2.0) in row 2"),
        ({"weights": pl.Series("w", [float("inf"), 1.0])}, "infinite weight (inf) in row 1"),
        ({"weights": pl.Series("w", [0, 0])}, "the weights sum to zero"),
    ],
)
def test_weights_and_policies_that_say_nothing_are_refused(how: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        declare_design(how.pop("weights", None), size=2, **how)
    assert said in str(caught.value)


def test_psu_numbers_that_start_again_in_most_strata_are_numbered_within_them() -> None:
    """PSUs 1 and 2 in each of three strata are six, which is said."""
    made = declare_design(
        None, pl.Series("s", [1, 1, 2, 2, 3, 3]), pl.Series("p", [1, 2] * 3), size=6
    )
    assert made.n_units == 6
    assert any("numbered within strata" in note for note in made.notes)


def test_no_joint_test_where_nothing_is_compared_or_degrees_are_lacking() -> None:
    for values, df in (([], 9.0), ([0.1, 0.2], 1.0), ([np.nan], 9.0)):
        found = joint_test(np.array(values), np.eye(len(values)), df)
        assert np.isnan([found.f, found.p]).all()


def test_independence_is_unknown_without_a_spread() -> None:
    shares = np.full((2, 2), 0.25)
    for covariance in (np.full((4, 4), np.nan), np.zeros((4, 4))):
        assert np.isnan(_tested(shares, covariance, 10.0, 100).p)


def test_people_of_another_wave_are_left_out_and_counted() -> None:
    frame = pl.DataFrame({"w": [1.0, None, None], "psu": [1, None, None], "q": ["yes", None, "no"]})
    kept = Answers(frame).in_sample("w", ["psu"], ["q"])
    assert kept.frame["q"].to_list() == ["yes", "no"], "who answered stays, to be refused by name"
    assert kept.notes == (
        "1 person without weight w, design or any answer: of another wave, left out.",
    )


def test_a_column_of_numbers_without_any_is_read_as_empty() -> None:
    assert code_column(pl.Series("q", [None, None], dtype=pl.Int64)).levels == ()


def test_a_table_too_large_to_count_is_refused_before_it_is_made() -> None:
    many = Grouping(np.zeros(1, np.int64), np.zeros((1 << 16, 1), bool))
    with pytest.raises(MemoryError, match="too many strata"):
        _chunk(np.zeros(1, np.int64), 1 << 16, [many], first=True)
