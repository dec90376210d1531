"""What the lines of a value table are like, beside what its contract says: counts only, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from licet.disclosure import visible_cell

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class TableProfile:
    """A table; every count None where it is not shown.

    lines: how many; unknown: of a record that the extract does not hold; undated: without the day it
    happened; after: that happened, or were written down, after the day of the extract. missing: by value,
    lines that do not say it, or say something that is not declared.
    """

    name: str
    lines: int | None
    unknown: int | None
    undated: int | None
    after: int | None
    missing: Mapping[str, int | None]


def table_profile(
    name: str, lines: pl.DataFrame, records: pl.Series, extract: date, threshold: int
) -> TableProfile:
    """Count what typed lines are like. records: the numbers of the records that the extract holds."""
    import polars as pl

    many = lines.height

    def shown(which: pl.Expr) -> int | None:
        count = int(lines.select(which.fill_null(False).sum()).item())
        return count if visible_cell(many, count, threshold) else None

    later = (pl.col("happened") > extract) | (pl.col("recorded") > extract)
    values = [one for one in lines.columns if one not in ("record", "happened", "recorded")]
    return TableProfile(
        name,
        None if 0 < many < threshold else many,
        shown(~pl.col("record").is_in(records.cast(pl.String).implode())),
        shown(pl.col("happened").is_null()),
        shown(later),
        {one: shown(pl.col(one).is_null()) for one in values},
    )
