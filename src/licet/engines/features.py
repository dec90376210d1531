"""Features as of many dates, set-wise: every feature over one table in one pass, for all as-of dates.

As for criteria, nothing that happened or was written down after an as-of date is read for it, and only
lines of records in the crosswalk are joined. Outcomes are looked for apart, in the days after each date.
DuckDB and Spark are told the same, written from one tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from licet.engines.criteria import Lines, Pass, Tables, counted_lines, day_of, keys_of
from licet.errors import bad
from licet.identify.bound import as_of_dates
from licet.identify.features import BoundForecast


def measure(
    tables: Tables,
    forecast: BoundForecast,
    lines: Lines,
    crosswalk: pl.DataFrame,
    as_of: Sequence[date],
) -> list[pl.DataFrame]:
    """A frame for each table: as_of, person, and a column for each feature over it, and ``cohort``.

    One row for everybody with a line that counts for any of them. lines and days are counts, null for none;
    a total is in ten-thousandths, null where nothing is added up; since: days since the last line.
    crosswalk: feed, record, person, of permitted rows only; a person may be a number. Refuses no as-of date,
    a row that is of two persons, and a table without its lines.
    """
    days = as_of_dates(as_of)
    found = []
    for (feed, table), criteria in forecast.tables().items():
        measures = tuple(forecast.measure_of(one) for one in criteria)
        asked = FeaturePass(tuple(criteria), days, tables.dialect, measures)
        wide = counted_lines(tables, _held(lines, feed, table), keys_of(crosswalk, feed), asked)
        names = [one.declared.id for one in criteria]
        found.append(wide.select("as_of", "person", *_values(names, measures)))
    return found


def _held(lines: Lines, feed: str, table: str) -> pl.DataFrame | str:
    held = lines.get((feed, table))
    if held is None:
        raise bad("the lines of a table are not there", f"{feed}: tables.{table}", "its lines")
    return held


def _values(names: Sequence[str], measures: Sequence[str]) -> list[pl.Expr]:
    found = []
    for number, (name, kind) in enumerate(zip(names, measures, strict=True)):
        value = pl.col(f"value_{number}")
        if kind == "since":
            value = (pl.col("as_of") - value).dt.total_days()
        elif kind != "total":
            value = pl.when(value > 0).then(value)
        found.append(value.cast(pl.Int64).alias(name))
    return found


def outcomes(
    tables: Tables,
    forecast: BoundForecast,
    lines: Lines,
    crosswalk: pl.DataFrame,
    as_of: Sequence[date],
) -> pl.DataFrame:
    """as_of, person: who had the outcome in the days after each date, once each."""
    declared = forecast.outcome.declared
    days = as_of_dates(as_of)
    asked = OutcomePass((forecast.outcome,), days, tables.dialect, forecast.declared.horizon)
    keys = keys_of(crosswalk, declared.feed)
    return counted_lines(tables, _held(lines, declared.feed, declared.table), keys, asked).select(
        "as_of", "person"
    )


@dataclass(frozen=True)
class FeaturePass(Pass):
    """One pass over one table. measures: what of the lines of each criterion is wanted."""

    measures: tuple[str, ...] = ()

    def _sums(self, number: int) -> list[str]:
        only = f"filter (where counts_{number})" if len(self.criteria) > 1 else ""
        wanted = {
            "lines": "count(*)",
            "days": "count(distinct happened)",
            "total": f"sum(number_{number})",
            "since": "max(happened)",
        }[self.measures[number]]
        summed = f"{wanted} {only}"
        if self.measures[number] == "total":
            summed = f"cast({summed} as bigint)"
        return [f"{summed} as value_{number}"]

    def _enough(self, number: int) -> str:
        return "1 = 1"


@dataclass(frozen=True)
class OutcomePass(Pass):
    """One pass over the table of the outcome. horizon: days after each as-of date."""

    horizon: int = 0

    def statement(self, lines: str, keys: str) -> str:
        """Per as-of date who reaches enough in the days after it, whenever it was written down."""
        total = self._total(0)
        number = f", {total} as number_0" if total else ""
        last = self.days[-1] + timedelta(days=self.horizon)
        read = (
            f"select record, happened{number} from {lines} where {self._filter(0)} "
            f"and happened > {day_of(self.days[0])} and happened <= {day_of(last)}"
        )
        joined = (
            f"select k.person, l.*, {self._each_day()} as as_of from ({read}) l "
            f"join {keys} k on k.record = l.record"
        )
        until = f"as_of + {self.horizon}"
        if self.dialect == "spark":
            until = f"date_add(as_of, {self.horizon})"
        declared = self.criteria[0].declared
        counted = "count(*)" if declared.count == "lines" else "count(distinct happened)"
        if total:
            counted = "sum(number_0)"
        return (
            f"select as_of, person from ({joined}) j where happened > as_of and happened <= {until} "
            f"group by as_of, person having {counted} >= {declared.least}"
        )
