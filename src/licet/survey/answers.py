"""Answers of one survey as the kernel sees them: a table of people with its options and missing marks.

Pure values. ``files.answers`` makes them from SPSS, Stata, CSV and Parquet files; ``from_frame``
from a frame in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Answers:
    """One row per person.

    frame: labelled columns hold the label text (user-missing labels included), others their values;
    null is no answer at all. options: for labelled columns, the labels in the order of their codes.
    missing: labels which the file itself marks as missing (refused, routed out, ...).
    labels: the wording of each column. name: the file's name, for messages. notes: what reading
    the file had to assume, one sentence each.
    """

    frame: pl.DataFrame
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    name: str = "the answers"
    notes: tuple[str, ...] = ()

    def without_missing(self) -> pl.DataFrame:
        """The frame with every label that the file marks as missing set to null."""
        gone = [
            pl.when(pl.col(column).is_in(sorted(marks)))
            .then(None)
            .otherwise(pl.col(column))
            .alias(column)
            for column, marks in self.missing.items()
            if marks and column in self.frame.columns and self.frame.schema[column] == pl.String
        ]
        return self.frame.with_columns(gone) if gone else self.frame
