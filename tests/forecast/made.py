"""A made-up town with a planted need, feeds over it and a forecast, for the tests of this folder."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from licet.engines.connecting import connect
from licet.engines.criteria import DuckDBTables
from licet.engines.features import measure, outcomes
from licet.feeds.contract import Feed
from licet.feeds.lines import PARTS
from licet.identify.cohort import Cohort, assemble, with_outcomes
from licet.identify.features import BoundForecast, bind_forecast
from licet.identify.forecast import Forecast

START, EXTRACT = date(2021, 1, 1), date(2026, 6, 1)
VALUES: dict[str, Any] = {
    "sessions": {"column": "missed", "kind": "number", "meaning": "Half days missed"},
    "case_number": {"column": "case no", "kind": "number", "meaning": "The number of the case"},
    "reason": {"column": "why", "kind": "word", "words": ["ill", "holiday", "other"], "meaning": "Why"},
    "met": {"column": "met", "kind": "yes_no", "meaning": "Whether the family came"},
}  # fmt: skip


def table(name: str, **values: Any) -> dict[str, Any]:
    return {
        "location": {"kind": "csv", "path": f"{name}.csv"},
        "record": "id",
        "happened": "day",
        "recorded": "entered",
        "values": VALUES | values,
    }


def feed(name: str, service: str, *tables: str, **more: Any) -> Feed:
    return Feed(**({
        "id": name, "service": service, "title": name, "extract": EXTRACT, "one_record_per_person": True,
        "location": {"kind": "csv", "path": "rows.csv"},
        "fields": {"record": "id", "given": "first", "family": "last", "birth": "dob"},
        "audit_only": {"ethnicity": "eth"}, "tables": {one: table(one) for one in tables},
        "synthetic": True,
    } | more))  # fmt: skip


FEEDS = [
    feed("school", "education", "absences", "exclusions"),
    feed("clinic", "health", "contacts"),
    feed("care", "social_work", "referrals", "notes"),
]
DOCUMENT: dict[str, Any] = {
    "id": "need",
    "title": "Who may need help within a year",
    "use": "early-help",
    "level": "person",
    "horizon": 365,
    "as_of": [date(2022, 6, 1), date(2023, 6, 1), date(2024, 6, 1), date(2025, 6, 1)],
    "capacity": 100,
    "seed": 3,
    "outcome": {"meaning": "A family was referred", "feed": "care", "table": "referrals"},
    "features": [
        {"id": "absences", "meaning": "Half days missed", "feed": "school", "table": "absences",
         "where": "reason <> 'ill'", "window": "365 days", "measure": "total", "total": "sessions"},
        {"id": "contacts", "meaning": "Missed appointments", "feed": "clinic", "table": "contacts",
         "where": "not met", "window": "365 days"},
        {"id": "excluded", "meaning": "Days excluded", "feed": "school", "table": "exclusions",
         "window": "365 days", "measure": "days"},
        {"id": "referred", "meaning": "Days since a referral", "feed": "care", "table": "referrals",
         "window": "ever", "measure": "since"},
    ],
    "audit": {"draws": 200},
}  # fmt: skip


def document(**changes: Any) -> dict[str, Any]:
    return DOCUMENT | changes


def forecast(**changes: Any) -> Forecast:
    return Forecast(**document(**changes))


@dataclass
class Town:
    """Lines by feed and table, who is who, who lives where."""

    lines: dict[tuple[str, str], pl.DataFrame]
    crosswalk: pl.DataFrame
    homes: pl.DataFrame
    strain: Any = field(repr=False)


def lines_of(who: Any, day: Any, late: Any, rng: np.random.Generator, prefix: str) -> pl.DataFrame:
    """A line for each person number and day (since START)."""
    start, many = np.datetime64(START), len(who)
    frame = pl.DataFrame(
        {
            "record": prefix + pl.Series(who).cast(pl.String),
            "happened": pl.Series(start + day).cast(pl.Date),
            "recorded": pl.Series(start + day + late).cast(pl.Date),
            "sessions": rng.integers(1, 7, many) * PARTS,
            "case_number": rng.permutation(many) * PARTS,
            "reason": rng.choice(["ill", "holiday", "other"], many),
            "met": rng.random(many) < 0.6,
        }
    )
    return frame.filter(pl.col("recorded") <= EXTRACT)


def make_town(seed: int = 1, people: int = 3000, signal: float = 1.0) -> Town:
    """People in households; need goes with all that services note, as strongly as ``signal``."""
    rng = np.random.default_rng(seed)
    home = np.sort(rng.integers(0, people * 2 // 5, people))
    strain = rng.normal(0, 1, people * 2 // 5)[home] * 0.7 + rng.normal(0, 0.7, people)
    span = (EXTRACT - START).days
    lines = {}
    for (name, kind), rate in (
        (("school", "absences"), 6.0), (("school", "exclusions"), 0.4), (("clinic", "contacts"), 3.0),
        (("care", "referrals"), 0.5), (("care", "notes"), 1.0),
    ):  # fmt: skip
        many = rng.poisson(rate * np.exp(signal * strain - signal**2 / 2))
        who = np.repeat(np.arange(people), many)
        day, late = rng.integers(0, span, len(who)), rng.integers(0, 20, len(who))
        lines[name, kind] = lines_of(who, day, late, rng, name[0].upper())
    crosswalk = pl.concat(
        pl.DataFrame({
            "feed": [name] * people,
            "record": name[0].upper() + pl.Series(np.arange(people)).cast(pl.String),
            "person": "p" + pl.Series(np.arange(people)).cast(pl.String).str.zfill(6),
            "weight": rng.normal(18, 3, people),
        })
        for name in ("school", "clinic", "care")
    )  # fmt: skip
    homes = pl.DataFrame(
        {
            "person": "p" + pl.Series(np.arange(people)).cast(pl.String).str.zfill(6),
            "household": "h" + pl.Series(home).cast(pl.String).str.zfill(6),
        }
    )
    return Town(lines, crosswalk, homes, strain)


def cohort_of(town: Town, bound: BoundForecast, days: Any = None, back: int = 0) -> Cohort:
    """The whole cohort with its outcomes. back: days before each date that features are of."""
    declared = bound.declared
    days = list(days or declared.days)
    with closing(connect(threads=1)) as connection:
        tables = DuckDBTables(connection)
        shifted = [day - timedelta(days=back) for day in days]
        measured = measure(tables, bound, town.lines, town.crosswalk, shifted)
        measured = [f.with_columns(pl.col("as_of") + timedelta(days=back)) for f in measured]
        had = outcomes(tables, bound, town.lines, town.crosswalk, days)
    people = town.crosswalk.select("person").unique().sort("person")
    return with_outcomes(assemble(declared, measured, people, town.homes, days), had, town.homes)


def bound(**changes: Any) -> BoundForecast:
    return bind_forecast(forecast(**changes), FEEDS)
