"""Answers of one survey as the kernel sees them: a table of people with its options and missing marks.

Pure values. ``files.answers`` makes them from SPSS, Stata, CSV and Parquet files; ``from_frame``
from a frame in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from licet.errors import counted


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
        return self._without_missing

    @cached_property
    def _without_missing(self) -> pl.DataFrame:
        # Once, and the schema once: a public file has hundreds of columns, and each group asks for this.
        types = self.frame.schema
        gone = [
            pl.when(pl.col(column).is_in(sorted(marks)))
            .then(None)
            .otherwise(pl.col(column))
            .alias(column)
            for column, marks in self.missing.items()
            if marks and types.get(column) == pl.String
        ]
        return self.frame.with_columns(gone) if gone else self.frame

    def in_sample(self, weight: str | None, design: Iterable[str], items: Iterable[str]) -> Answers:
        """Without the people of another wave: those with no weight, stratum, PSU or any answer.

        Files of a panel hold people who were not asked in every wave. Somebody who answered but has
        no weight stays, and is refused later. weight, design, items: columns; unknown ones are
        passed over.
        """
        if weight is None or weight not in self.frame.columns:
            return self
        frame = self.without_missing()
        known = [name for name in (*design, *items) if name in frame.columns]
        absent = pl.all_horizontal(pl.col(weight).is_null(), *(pl.col(c).is_null() for c in known))
        gone = frame.select(absent).to_series()
        left = int(gone.sum())
        if not left or left == frame.height:
            return self
        people = counted(left, "person", "people")
        note = f"{people} without weight {weight}, design or any answer: of another wave, left out."
        return replace(self, frame=self.frame.filter(~gone), notes=(*self.notes, note))
