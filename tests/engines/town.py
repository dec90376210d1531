"""The simulated town that pseudopeople ships, as four feeds in standard form, with who is who."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from licet.engines.protocol import ROW_SCHEMA
from licet.feeds.contract import Feed
from licet.feeds.standard import standardise
from tests.simulated import pseudopeople

SEED = 7
DATES = {"census": "%m/%d/%Y", "later": "%m/%d/%Y", "security": "%Y%m%d", "infants": "%m%d%Y"}
GROUPS = ("White", "Latino", "Black", "Asian")
FIELDS = {
    "given": "first_name",
    "middle": "middle_initial",
    "family": "last_name",
    "birth": "date_of_birth",
    "sex": "sex",
    "house": "street_number",
    "street": "street_name",
}


@dataclass(frozen=True)
class Town:
    """rows: ``ROW_SCHEMA`` with ``row``; feeds: their contracts; truth: the person of each row;
    group: the ethnic group of each person who is in a census."""

    rows: pl.DataFrame
    feeds: tuple[Feed, ...]
    truth: pl.Series
    group: dict[str, str]


def town() -> Town:
    """All four feeds. Raises ImportError where pseudopeople is not installed."""
    tables, group = _tables()
    feeds, parts, truths = [], [], []
    for source, (name, table) in enumerate(tables.items()):
        feed = _feed(name, table)
        rows = standardise(feed, table).rows
        parts.append(rows.with_columns(source=pl.lit(source), alone=feed.one_record_per_person))
        truths.append(table["simulant_id"])
        feeds.append(feed)
    whole = (
        pl.concat(parts).with_columns(truth=pl.concat(truths)).sort("row").with_row_index("node")
    )
    kept = [pl.col(name).cast(kind) for name, kind in ROW_SCHEMA.items()]
    return Town(whole.select("row", *kept), tuple(feeds), whole["truth"], group)


def _tables() -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    made = pseudopeople()

    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        censuses = [made.generate_decennial_census(year=y, seed=SEED) for y in (2020, 2030)]
        clean = [
            made.generate_decennial_census(year=y, seed=SEED, config=made.NO_NOISE)
            for y in (2020, 2030)
        ]
        security = made.generate_social_security(year=2020, seed=SEED)
        infants = made.generate_women_infants_and_children(year=None, seed=SEED)
    group = {
        str(person): str(group)
        for table in reversed(clean)
        for person, group in zip(table["simulant_id"], table["race_ethnicity"], strict=True)
    }
    created = security[security["event_type"] == "creation"]
    tables = dict(zip(DATES, [*censuses, created, infants], strict=True))
    return {name: _texts(table) for name, table in tables.items()}, group


def _texts(table: Any) -> pl.DataFrame:
    """A pandas table as texts, with a number for each record."""
    columns = {
        name: pl.Series([None if v != v else str(v) for v in table[name].astype(object)], dtype=pl.String)
        for name in table.columns
    }  # fmt: skip
    columns["number"] = pl.Series([str(place) for place in range(len(table))])
    return pl.DataFrame(columns)


def _feed(name: str, table: pl.DataFrame) -> Feed:
    fields = {field: column for field, column in FIELDS.items() if column in table.columns}
    if "middle_name" in table.columns:
        fields["middle"] = "middle_name"
    return Feed(
        id=name,
        service="education",
        title=name,
        extract=date(2045, 1, 1),
        one_record_per_person=name != "infants",
        location={"kind": "csv", "path": f"{name}.csv"},
        fields={"record": "number", **fields},
        formats={"birth": DATES[name], "tolerated": 0.5},
    )
