"""A changed value is worked out once and given to every row that holds it: names and streets repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

NEARLY_ALL = 0.75
"""Where more than this share of the values are distinct, finding out which is not worth its while."""


@dataclass(frozen=True)
class Distinct:
    """The values of a column, each once.

    places: where each row's value stands among them; None if values are the rows themselves.
    """

    values: pl.Series
    places: pl.Series | None

    @cached_property
    def _counts(self) -> np.ndarray:
        """How many rows hold each."""
        import numpy as np

        assert self.places is not None
        return np.bincount(self.places.to_numpy(), minlength=self.values.len())

    @classmethod
    def of(cls, raw: pl.Series) -> Distinct:
        """The distinct values, or all rows where that is as quick: numbers of people, days."""
        import numpy as np
        import polars as pl

        held = raw.len() - raw.null_count()
        if not held:
            return cls(raw.head(1), pl.zeros(raw.len(), dtype=pl.UInt32, eager=True))
        if raw.dtype != pl.String or cast("int", raw.approx_n_unique()) > NEARLY_ALL * held + 1:
            return cls(raw, None)
        # Codes of categories that are ours alone, and gone at once, number the values from 0.
        codes = raw.cast(pl.Categorical(pl.Categories.random())).to_physical()
        codes = codes.fill_null(cast("int", codes.max()) + 1)
        one = np.zeros(cast("int", codes.max()) + 1, dtype=np.uint32)
        one[codes.to_numpy()] = np.arange(raw.len(), dtype=np.uint32)
        return cls(raw.gather(pl.Series(one)), codes)

    def rows(self, which: pl.Series) -> int:
        """How many rows hold the values that are marked."""
        if self.places is None or not which.any():
            return int(which.sum())
        return int(self._counts[which.fill_null(False).to_numpy()].sum())

    def spread(self, made: pl.Series) -> pl.Series:
        """What was made of each distinct value, for every row."""
        if self.places is None:
            return made
        if made.len() == 1:
            return made.new_from_index(0, self.places.len())
        return made.gather(self.places)


@dataclass(frozen=True)
class Part:
    """Stages over a column that stages before made, and in which fewer values stand: its ``raw``."""

    column: str
    stages: tuple[Mapping[str, pl.Expr], ...]


Stage: TypeAlias = "Mapping[str, pl.Expr] | Part"
"""New columns, of ``raw`` and those of the stages before: what several need is worked out once."""


def worked(raw: pl.Series, stages: Iterable[Stage]) -> pl.DataFrame:
    """``raw`` and what the stages make of it, row by row."""
    steps = raw.alias("raw").to_frame().lazy()
    for stage in stages:
        if isinstance(stage, Part):
            made = steps.collect()
            values = Distinct.of(made[stage.column])
            part = worked(values.values, stage.stages).drop("raw")
            steps = made.with_columns(values.spread(series) for series in part).lazy()
        else:
            steps = steps.with_columns(**stage)
    return steps.collect()
