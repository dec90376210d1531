"""The people of a run as a forecast sees them: features as of many dates, outcomes, groups for the audit.

Everything stays inside one call. Lines are read from the feeds; those of rows that are not in the run are
nobody's. Audit-only columns are read for the audit, after the models are fitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from licet.chapters.run_people import Lines, RunPeople, read_tables
from licet.engines.criteria import count
from licet.engines.features import measure, outcomes
from licet.engines.zone import Zone
from licet.errors import unknown
from licet.files.audit_linkage import feed_rows
from licet.identify.bound import BoundRule
from licet.identify.cohort import Cohort, Flags, assemble, with_outcomes
from licet.identify.features import BoundForecast
from licet.identify.leaks import numbers_asked
from licet.linkage.clusters import NO_BIRTH

if TYPE_CHECKING:
    from licet.chapters.grounds import PermittedGround
    from licet.engines.criteria import Tables


@dataclass(frozen=True)
class Seen:
    """A forecast over the people of a run. people: person, and since: the day of birth, before which nobody
    is in a cohort."""

    forecast: BoundForecast
    run: RunPeople
    people: pl.DataFrame
    lines: Lines

    @property
    def _crosswalk(self) -> pl.DataFrame:
        return self.run.crosswalk.select("feed", "record", "person")

    def cohort(self, tables: Tables, days: Sequence[date], back: int = 0) -> Cohort:
        """The cohort as of each of these dates; back: with the features of so many days before."""
        shifted = [day - timedelta(days=back) for day in days]
        frames = measure(tables, self.forecast, self.lines, self._crosswalk, shifted)
        if back:
            frames = [one.with_columns(pl.col("as_of") + timedelta(days=back)) for one in frames]
            if self.forecast.cohort is not None:
                frames = [*_but_cohort(frames), self._whom(tables, days)]
        declared = self.forecast.declared
        homes, members = self.run.homes, self.run.members
        together = None if homes is None else members
        return assemble(declared, frames, self.people, homes, days, together)

    def _whom(self, tables: Tables, days: Sequence[date]) -> pl.DataFrame:
        """as_of, person, cohort: the cohort is always that of the date itself."""
        frames = measure(tables, self.forecast, self.lines, self._crosswalk, days)
        return next(one for one in frames if "cohort" in one.columns).select(
            "as_of", "person", "cohort"
        )

    def with_outcomes(self, tables: Tables, cohort: Cohort, days: Sequence[date]) -> Cohort:
        """The same with the outcomes of these dates; of other dates nobody has any."""
        had = outcomes(tables, self.forecast, self.lines, self._crosswalk, days)
        return with_outcomes(cohort, had, self.run.homes)

    def meets(self, tables: Tables, rule: BoundRule, lines: Lines, cohort: Cohort) -> Flags:
        """Who of a cohort meets a rule as of the date of their row."""
        days = sorted(set(cohort.rows["as_of"]))
        met = count(tables, rule, lines, self.run.crosswalk, self.run.homes, days)
        found = met.households if rule.declared.level == "household" else met.persons
        units = found.select("as_of", pl.col(rule.declared.level).alias("unit"), met=pl.lit(True))
        rows = cohort.rows.select("as_of", "unit").join(
            units, on=["as_of", "unit"], how="left", maintain_order="left"
        )
        return rows["met"].fill_null(False).to_numpy()

    def distinct(self) -> dict[str, float]:
        """By feature: different values per line of the numbers that it asks for."""
        found = {}
        for one in self.forecast.features:
            lines = self.lines[one.declared.feed, one.declared.table]
            shares = [
                lines[name].drop_nulls().n_unique() / max(lines.height, 1)
                for name in numbers_asked(one)
            ]
            found[one.declared.id] = max(shares, default=0.0) if lines.height >= 100 else 0.0
        return found


def _but_cohort(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    return [one.drop("cohort", strict=False) for one in frames]


def seen(ground: PermittedGround, run: RunPeople, forecast: BoundForecast) -> Seen:
    """The lines and people that a forecast asks for."""
    outcome = forecast.outcome.declared
    asked = dict.fromkeys((*forecast.tables(), (outcome.feed, outcome.table)))
    lines = read_tables(list(asked), ground.feeds)
    with Zone(run.place.folder) as zone:
        members = zone.members().select("person", "birth").drop_nulls("person")
    born = pl.when(pl.col("birth") != NO_BIRTH).then(pl.col("birth")).cast(pl.Int32).cast(pl.Date)
    people = (members.with_columns(since=born).group_by("person").agg(pl.col("since").min())).sort(
        "person"
    )
    return Seen(forecast, run, people, lines)


@contextmanager
def tables_open() -> Iterator[Tables]:
    """An engine for one call."""
    from licet.engines.connecting import connect
    from licet.engines.criteria import DuckDBTables

    with closing(connect()) as connection:
        yield DuckDBTables(connection)


def groups_of(ground: PermittedGround, found: Seen) -> pl.DataFrame | None:
    """unit, and a column for each breakdown of the audit: what most rows of a person, or of the people of a
    household, say. None without breakdowns. Refuses one that no feed keeps for audits."""
    declared = found.forecast.declared
    names = declared.audit.by
    if not names:
        return None
    check_groups(ground, names)
    rows = feed_rows(ground.feeds).join(
        found.run.crosswalk.select("row", "person"), on="row", how="inner"
    )
    unit = "person"
    if declared.level == "household" and found.run.homes is not None:
        rows, unit = rows.join(found.run.homes, on="person", how="inner"), "household"
    units = rows.select(pl.col(unit).alias("unit")).unique().sort("unit")
    for name in names:
        told = rows.select(pl.col(unit).alias("unit"), name).drop_nulls()
        most = (
            told.group_by("unit", name).len().sort("unit", "len", name, descending=[False, True, False])
            .unique("unit", keep="first", maintain_order=True)
        )  # fmt: skip
        units = units.join(most.select("unit", name), on="unit", how="left", maintain_order="left")
    return units


def check_groups(ground: PermittedGround, names: Sequence[str]) -> None:
    """Refuse a breakdown that no feed keeps for audits."""
    known = sorted({name for _, feed in ground.feeds for name in feed.audit_only})
    for name in names:
        if name not in known:
            raise unknown("audit-only column", name, known, "audit.by")
