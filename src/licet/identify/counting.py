"""From what an engine counted to persons, households and their reasons.

An engine says of each person, criterion and as-of date how many lines there are, and only where they are
enough. Here it is settled who meets enough criteria, or all that a right needs. A household meets what any
of its people meets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from licet.errors import bad
from licet.identify.bound import BoundRule

if TYPE_CHECKING:
    import polars as pl


def met_schema() -> Mapping[str, Any]:
    """The columns of what an engine counts: one row for each person, criterion and as-of date that is met.

    criterion: its place in the rule, from 0. total: in ten-thousandths. weight: of the weakest link of the
    rows whose lines were counted, in bits; null where that is not known.
    """
    import polars as pl

    return {
        "as_of": pl.Date, "person": pl.String, "criterion": pl.Int16, "lines": pl.Int64,
        "days": pl.Int64, "total": pl.Int64, "first": pl.Date, "last": pl.Date, "weight": pl.Float64,
    }  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Whom a rule means, as of each date.

    persons: as_of, person, criteria (how many are met; of an entitlement, those of the rights that somebody
    has); of a rule for persons, else empty. households: as_of, household, criteria; of a rule for
    households, else empty. reasons: of each of them, or of their people, one row for each such criterion:
    as_of, household, person, criterion, feed, table, lines, days, total, first, last, weight.
    """

    persons: pl.DataFrame
    households: pl.DataFrame
    reasons: pl.DataFrame


def settle(rule: BoundRule, met: pl.DataFrame, homes: pl.DataFrame | None) -> Counts:
    """Who meets enough of the criteria. met: as ``met_schema`` says.

    homes: person, household, and as_of if people are in other households at other dates. Somebody without
    a household is in none. Refuses a rule for households without them, and somebody met in two.
    """
    import polars as pl

    declared = rule.declared
    if declared.level == "household":
        met = _at_home(met, homes)
        unit = "household"
    else:
        met = met.with_columns(household=pl.lit(None, dtype=pl.String))
        unit = "person"
    met = _of_rights(rule, met, unit)
    many = pl.col("criterion").n_unique().alias("criteria")
    found = met.group_by("as_of", unit).agg(many).filter(pl.col("criteria") >= declared.at_least)
    found = found.sort("as_of", unit)
    reasons = met.join(found.select("as_of", unit), on=["as_of", unit], how="semi")
    none = found.head(0)
    if unit == "person":
        return Counts(found, none.rename({"person": "household"}), _reasons(rule, reasons))
    return Counts(none.rename({"household": "person"}), found, _reasons(rule, reasons))


def _of_rights(rule: BoundRule, met: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Of an entitlement what is met for a right whose criteria are all met; anything else as it is."""
    import polars as pl

    places = {one.declared.id: place for place, one in enumerate(rule.criteria)}
    rights = [tuple(places[name] for name in names) for names in rule.declared.rights.values()]
    if all(len(needed) == 1 for needed in rights):
        return met
    whole = []
    for needed in rights:
        part = met.filter(pl.col("criterion").is_in(needed))
        there = part.group_by("as_of", unit).agg(pl.col("criterion").n_unique().alias("many"))
        full = there.filter(pl.col("many") == len(needed))
        whole.append(part.join(full, on=["as_of", unit], how="semi"))
    return pl.concat(whole)


def _at_home(met: pl.DataFrame, homes: pl.DataFrame | None) -> pl.DataFrame:
    if homes is None:
        allowed = "households of the run, which a use at the level of persons does not make"
        raise bad("a rule for households without households", "level", allowed)
    keys = ["as_of", "person"] if "as_of" in homes.columns else ["person"]
    # Few of a town meet anything: only their homes are looked at further.
    asked = met.select("person").unique()
    homes = homes.join(asked, on="person", how="semi").select(*keys, "household").drop_nulls()
    if homes.select(keys).n_unique() < homes.height:
        raise bad("a person is in two households at once", "homes", "one household at a date")
    return met.join(homes, on=keys, how="inner")


def _reasons(rule: BoundRule, met: pl.DataFrame) -> pl.DataFrame:
    """One row for each person and criterion, in the order of the rule, with words for numbers."""
    import polars as pl

    from licet.feeds.lines import PARTS

    criteria = [one.declared for one in rule.criteria]
    named = pl.DataFrame(
        {
            "criterion": pl.Series(range(len(criteria)), dtype=pl.Int16),
            "id": [one.id for one in criteria],
            "feed": [one.feed for one in criteria],
            "table": [one.table for one in criteria],
        }
    )
    found = met.sort("as_of", "household", "person", "criterion").join(
        named, on="criterion", how="left", maintain_order="left"
    )
    return found.select(
        "as_of", "household", "person", pl.col("id").alias("criterion"), "feed", "table", "lines",
        "days", (pl.col("total") / PARTS).alias("total"), "first", "last", "weight",
    )  # fmt: skip
