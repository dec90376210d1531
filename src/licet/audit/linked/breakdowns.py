"""The columns that groups come from: what truth, other frames and feeds say, and what follows from it.

A column is taken from the truth first, then from the frame of groups, then from the audit-only columns
of the feeds; ``household_size``, ``age_band``, ``sex`` and ``feed`` are worked out where none has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from licet.errors import bad, unknown

DERIVED = ("household_size", "age_band", "sex", "feed")
AGES = ((0, 17), (18, 34), (35, 64), (65, 150))
MOST = 40
"""Levels of a column; more are no groups."""


def columns_by(
    by: Sequence[str], sources: Sequence[pl.DataFrame], facts: pl.DataFrame, today: date
) -> pl.DataFrame:
    """A column of texts for each breakdown, in the order of ``facts``.

    facts: row; person and household (who lives there, null where not known), birth, sex, feed where
    they are known. sources: frames with ``row`` or ``person`` and columns, the first that has one wins.
    Refuses columns that nothing holds, and columns of more than ``MOST`` values.
    """
    found = {}
    for name in by:
        holder = next((one for one in sources if name in one.columns and name not in _KEYS), None)
        values = derived(name, facts, today) if holder is None else _joined(facts, holder, name)
        if values is None:
            raise unknown("column", name, _known(sources, facts), "--by")
        if values.n_unique() > MOST:
            allowed = f"{MOST} groups or fewer"
            todo = "put values into bands first: 0-17, 18-34"
            raise bad(
                f"the column {name!r} has {values.n_unique():,} values", "--by", allowed, todo
            )
        found[name] = values
    return facts.select("row").with_columns(**found)


_KEYS = ("row", "person", "household")


def _joined(facts: pl.DataFrame, holder: pl.DataFrame, name: str) -> pl.Series:
    key = "row" if "row" in holder.columns else "person"
    held = holder.select(pl.col(key).cast(pl.String), pl.col(name).cast(pl.String).alias(name))
    held = held.drop_nulls().unique(key, keep="first", maintain_order=True)
    values = facts.select(pl.col(key)).join(held, on=key, how="left", maintain_order="left")
    return values[name]


def _known(sources: Sequence[pl.DataFrame], facts: pl.DataFrame) -> list[str]:
    named = [name for one in sources for name in one.columns if name not in _KEYS]
    return list(dict.fromkeys([*named, *(name for name in DERIVED if _needs(name, facts))]))


def _needs(name: str, facts: pl.DataFrame) -> bool:
    column = {"household_size": "household", "age_band": "birth"}.get(name, name)
    return column in facts.columns and facts[column].null_count() < facts.height


def derived(name: str, facts: pl.DataFrame, today: date) -> pl.Series | None:
    """A breakdown worked out; None where it is none, or nothing is known."""
    if name not in DERIVED or not _needs(name, facts):
        return None
    if name == "household_size":
        return household_sizes(facts)
    if name == "age_band":
        return _bands(facts, today)
    return facts[name].cast(pl.String)


def household_sizes(facts: pl.DataFrame) -> pl.Series:
    """1, 2, 3-4 or 5+ people in the household of each row, as far as rows tell of them.

    facts: with ``people``, how many the truth knows of, where it does.
    """
    size = pl.col("person").n_unique().over("household")
    if "people" in facts.columns:
        size = pl.coalesce("people", size)
    small = pl.when(size < 3).then(size.cast(pl.String))
    band = small.when(size < 5).then(pl.lit("3-4")).otherwise(pl.lit("5+"))
    told = facts.select(pl.when(pl.col("household").is_not_null()).then(band).alias("size"))
    return told["size"]


def _bands(facts: pl.DataFrame, today: date) -> pl.Series:
    years = (pl.lit(today) - pl.col("birth")).dt.total_days() / 365.2425
    band: pl.Expr = pl.lit(None, pl.String)
    for low, high in AGES:
        word = f"{low}+" if high == AGES[-1][1] else f"{low}-{high}"
        band = pl.when((years >= low) & (years < high + 1)).then(pl.lit(word)).otherwise(band)
    return facts.select(band.alias("band"))["band"]


def births_of(frame: pl.DataFrame) -> pl.Series | None:
    """Dates of birth of a frame, from dates or ISO text; None where it has none."""
    if "birth" not in frame.columns:
        return None
    values = frame["birth"]
    if values.dtype == pl.String:
        return values.str.to_date("%Y-%m-%d", strict=False)
    return values.cast(pl.Date)
