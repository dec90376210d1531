"""Values worked out once: the same as row by row, whatever stands in a column."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from licet.feeds.distinct import Distinct, Part, worked

NAMES = ["anna", None, "bo", "anna", "", "anna", None, "bo", "anna", "anna", "bo", "anna"]


@pytest.mark.parametrize(
    ("raw", "many"),
    [
        (pl.Series(NAMES), 4),
        (pl.Series(NAMES[:2] * 6).slice(3), 2),
        (pl.concat([pl.Series(NAMES), pl.Series(NAMES[::-1])], rechunk=False), 4),
        (pl.Series([None] * 5, dtype=pl.String), 1),
        (pl.Series([], dtype=pl.String), 0),
        (pl.Series([str(n) for n in range(50)]), 50),
        (pl.Series([date(2020, 1, 1)] * 5), 5),
    ],
    ids=["few", "sliced", "in chunks", "missing", "no rows", "all distinct", "days"],
)
def test_what_is_made_of_distinct_values_is_that_of_every_row(raw: pl.Series, many: int) -> None:
    found = Distinct.of(raw)
    assert found.values.len() == many
    assert found.spread(found.values).to_list() == raw.to_list()
    marked = found.values.is_null() | (found.values.cast(pl.String) == "anna").fill_null(False)
    wanted = sum(value in (None, "anna") for value in raw.to_list())
    assert found.rows(marked) == wanted


def test_a_part_is_worked_out_over_its_own_values() -> None:
    raw = pl.Series(["1 High St", "2 High St", "3 Low Rd", None, "4 High St", "5 High St"])
    made = worked(
        raw,
        (
            {"_way": pl.col("raw").str.extract(r"\d (.*)", 1)},
            Part("_way", ({"street": pl.col("raw").str.to_lowercase()},)),
            {"long": pl.col("street").str.len_chars()},
        ),
    )
    assert made["raw"].to_list() == raw.to_list()
    assert made["street"].to_list() == ["high st", "high st", "low rd", None, "high st", "high st"]
    assert made["long"].to_list() == [7, 7, 6, None, 7, 7]
