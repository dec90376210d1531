"""For whom a forecast is made, as of each date, with their features; and who is learnt from, who is tried.

Rows never leave one call: no file, report, log or message holds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.feeds.lines import PARTS
from licet.identify.forecast import Forecast, Splits
from licet.linkage.components import connected

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class Cohort:
    """Everybody a forecast is made for, a row for each as-of date.

    rows: as_of, unit (a person or a household), cluster (people who ever lived together, as a number), and
    a column for each feature: counts and totals, 0 for none; days since, null for never. had: who had the
    outcome, shape (n,), None while nobody looked.
    """

    forecast: Forecast
    rows: pl.DataFrame
    had: Flags | None = None

    def __repr__(self) -> str:
        """How many, and nothing of anybody."""
        return f"Cohort({len(self):,} of {self.forecast.id!r})"

    def __len__(self) -> int:
        return self.rows.height

    @property
    def y(self) -> Floats:
        """1.0 with the outcome, 0.0 without."""
        if self.had is None:
            raise ValueError("the outcomes of this cohort are not open")
        return self.had.astype(np.float64)

    @property
    def cluster(self) -> Codes:
        """Shape (n,)."""
        return self.rows["cluster"].to_numpy().astype(np.int64)

    def among(self, rows: Flags) -> Cohort:
        """The same of these rows only."""
        had = None if self.had is None else self.had[rows]
        return replace(self, rows=self.rows.filter(rows), had=had)

    def on(self, days: Sequence[date]) -> Flags:
        """Which rows are of these as-of dates."""
        return self.rows["as_of"].is_in(list(days)).to_numpy()

    def values(self) -> Floats:
        """The features as models take them, shape (n, features): see ``scaled``."""
        columns = [scaled(self.rows[one.id], one.measure) for one in self.forecast.features]
        return np.stack(columns, axis=1)


def scaled(column: pl.Series, measure: str) -> Floats:
    """A feature as a number that grows with it, 0 for none.

    Counts and totals as log(1 + value), so that one person of many lines does not outweigh the rest; days
    since the last line as 1 on the day itself, 1/2 after half a year, near 0 long ago, 0 for never.
    """
    if measure == "since":
        days = column.cast(float).to_numpy().astype(np.float64)
        return np.where(np.isnan(days), 0.0, np.exp2(-np.nan_to_num(days) / HALVES))
    found = column.cast(float).fill_null(0.0).to_numpy().astype(np.float64)
    return np.asarray(np.sign(found) * np.log1p(np.abs(found)), np.float64)


HALVES = 182.5
"""Days after which a last line counts half."""


def assemble(
    forecast: Forecast,
    measured: Sequence[pl.DataFrame],
    people: pl.DataFrame,
    homes: pl.DataFrame | None,
    as_of: Sequence[date],
    together: pl.DataFrame | None = None,
) -> Cohort:
    """The cohort as of each date. measured: as an engine gives it (``engines.features.measure``).

    people: person, and since, if it is known from which day somebody is in the linked records: before it
    they are in no cohort. homes: person, household, and as_of if people live elsewhere at other dates.
    together: person, household: whoever lived together at any time, in second homes too; else by homes.
    Refuses a forecast for households without them, and a cohort that holds nobody.
    """
    import polars as pl

    days = pl.DataFrame({"as_of": sorted(set(as_of))}, schema={"as_of": pl.Date})
    rows = days.join(people, how="cross")
    if "since" in people.columns:
        rows = rows.filter((pl.col("since") <= pl.col("as_of")).fill_null(True))
    rows = _at_home(forecast, rows.select("as_of", "person"), homes)
    for frame in measured:
        rows = rows.join(frame, on=["as_of", "person"], how="left")
    if forecast.cohort:
        rows = rows.filter((pl.col("cohort") > 0).any().over("as_of", "unit").fill_null(False))
    rows = rows.group_by("as_of", "unit").agg(_together(forecast)).sort("as_of", "unit")
    if rows.is_empty():
        what = "the cohort holds nobody"
        raise bad(what, "cohort", "people whose rows are linked", "look at its filter and window")
    where = clusters(forecast, people, homes if together is None else together)
    rows = rows.join(where, on="unit", how="left", maintain_order="left")
    names = [one.id for one in forecast.features]
    return Cohort(forecast, rows.select("as_of", "unit", "cluster", *names))


def with_outcomes(cohort: Cohort, had: pl.DataFrame, homes: pl.DataFrame | None) -> Cohort:
    """The same with outcomes. had: as_of, person, once for each who had it. A household has the outcome
    that any of its people had."""
    import polars as pl

    units = _at_home(cohort.forecast, had, homes).select("as_of", "unit").unique()
    found = cohort.rows.select("as_of", "unit").join(
        units.with_columns(had=pl.lit(True)),
        on=["as_of", "unit"],
        how="left",
        maintain_order="left",
    )
    return replace(cohort, had=found["had"].fill_null(False).to_numpy())


def _at_home(forecast: Forecast, rows: pl.DataFrame, homes: pl.DataFrame | None) -> pl.DataFrame:
    """as_of, person, unit: the person, or the household of that date."""
    import polars as pl

    if forecast.level == "person":
        return rows.with_columns(unit=pl.col("person"))
    if homes is None:
        allowed = "households of the run, which a use at the level of persons does not make"
        raise bad("a forecast for households without households", "level", allowed)
    keys = ["as_of", "person"] if "as_of" in homes.columns else ["person"]
    homes = homes.select(*keys, pl.col("household").alias("unit")).drop_nulls()
    if homes.select(keys).n_unique() < homes.height:
        raise bad("a person is in two households at once", "homes", "one household at a date")
    return rows.join(homes, on=keys, how="inner")


def _together(forecast: Forecast) -> list[Any]:
    """Of a household: counts and totals of its people added up, and the latest of their last lines."""
    import polars as pl

    found = []
    for one in forecast.features:
        value = pl.col(one.id)
        if one.measure == "since":
            found.append(value.min())
        elif one.measure == "total":
            found.append((value.sum() / PARTS).alias(one.id))
        else:
            found.append(value.sum())
    return found


def clusters(forecast: Forecast, people: pl.DataFrame, homes: pl.DataFrame | None) -> pl.DataFrame:
    """unit, cluster: people who ever share a household, and all of its people, are of one cluster."""
    import polars as pl

    persons = people.select("person").unique(maintain_order=True)
    alone = persons.with_row_index("node").with_columns(pl.col("node").cast(pl.Int32))
    pairs = alone.head(0).select("person", pl.lit(None).alias("household"))
    if homes is not None:
        pairs = homes.select("person", "household").drop_nulls().unique(maintain_order=True)
        pairs = pairs.join(alone, on="person", how="inner")
    named = pairs.select("household").unique(maintain_order=True).with_row_index("home")
    many = alone.height + named.height
    ends = pairs.join(named, on="household", how="inner") if homes is not None else None
    a = np.zeros(0, np.int32) if ends is None else ends["node"].to_numpy()
    b = (
        np.zeros(0, np.int32)
        if ends is None
        else ends["home"].to_numpy().astype(np.int32) + alone.height
    )
    found = connected(many, a.astype(np.int32), b.astype(np.int32))
    if forecast.level == "person":
        return alone.select(pl.col("person").alias("unit"), cluster=found[: alone.height])
    return named.select(pl.col("household").alias("unit"), cluster=found[alone.height :])


@dataclass(frozen=True, repr=False)
class Parts:
    """Which rows of a cohort are for what, masks (n,). Nobody of a household is in early and in test.

    learn, calibrate: see ``Splits``; early: both. test: of other households, as of the last dates.
    """

    splits: Splits
    learn: Flags
    calibrate: Flags
    test: Flags

    @property
    def early(self) -> Flags:
        """Who is learnt from, or chances are put right by."""
        return self.learn | self.calibrate


def parts(cohort: Cohort) -> Parts:
    """Time and households both part those who are learnt from and those who are tried.

    A family is much like itself a year before: whoever knew its outcome then would be told half the answer.
    So households are drawn by lot for the test, by the seed, and nothing is learnt from them at any date.
    """
    forecast = cohort.forecast
    splits = forecast.splits()
    codes, place = np.unique(cohort.cluster, return_inverse=True)
    lots = np.random.default_rng([forecast.seed, 11]).random(len(codes))
    held_out = (lots < forecast.test_share)[place]
    return Parts(
        splits,
        cohort.on(splits.learn) & ~held_out,
        cohort.on(splits.calibrate) & ~held_out,
        cohort.on(splits.test) & held_out,
    )


def flagged(cohort: Cohort, score: Floats, share: float, seed: int) -> NDArray[np.int8]:
    """Whom a round would pick as of each date: the part ``share`` (0-1) of those of the date who have the
    highest scores, of people with one score by lot. Shape (n,), 1 or 0."""
    found = np.zeros(len(cohort), np.int8)
    days = cohort.rows["as_of"].to_physical().to_numpy()
    for number, day in enumerate(np.unique(days)):
        rows = np.flatnonzero(days == day)
        lots = np.random.default_rng([seed, 12, number]).random(len(rows))
        order = np.lexsort((lots, -score[rows]))
        found[rows[order[: max(1, round(share * len(rows)))]]] = 1
    return found
