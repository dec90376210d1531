"""The made-up town linked by four plain rules, in no time: errors as real linkers make them.

Two rows are a pair if a national number is equal, or names and birth, or two of these with the address;
the last rule takes brothers and sisters born on one day for one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from licet.feeds.standard import standardise
from licet.files.feeds import read_feed
from licet.linkage.clusters import cluster
from licet.linkage.components import connected
from licet.synthetic.town.whole import Town, make_town

FEEDS = ("education", "early_years", "social_work", "health")
RULES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (24.0, ("nhs",)),
    (22.0, ("upn",)),
    (16.0, ("given", "family", "birth")),
    (9.0, ("given", "birth", "postcode")),
    (6.0, ("family", "birth", "postcode")),
    (2.0, ("given", "family", "postcode")),
)
"""Bits, and the fields that have to be equal."""
LINE = 4.25


@dataclass(frozen=True)
class LinkedTown:
    """rows: row, person (found), feed, standard fields; edges; truth: row, person, household, birth and
    groups; everybody: row, feed of all rows."""

    rows: pl.DataFrame
    edges: pl.DataFrame
    truth: pl.DataFrame
    town: Town


def linked_town(
    people: int,
    seed: int,
    *,
    one_per: bool = False,
    feeds: tuple[str, ...] = FEEDS,
    rules: tuple[tuple[float, tuple[str, ...]], ...] = RULES,
) -> LinkedTown:
    """A town of so many people, linked. one_per: whether registers are held to one row for each person."""
    town = make_town(people, seed)
    folder = files("licet.bundled") / "town-2026" / "feeds"
    parts = []
    for source, name in enumerate(feeds):
        feed = read_feed(folder / f"{name}.toml")  # type: ignore[arg-type]
        held = standardise(feed, _text(town.feeds[name], feed)).rows
        parts.append(
            held.with_columns(source=pl.lit(source), alone=pl.lit(feed.one_record_per_person))
        )
    rows = pl.concat(parts).sort("row").with_row_index("node")
    edges = _edges(rows, rules)
    strong = edges.filter(pl.col("weight") >= LINE)
    a, b = strong["a"].to_numpy(), strong["b"].to_numpy()
    if one_per:
        alone = tuple(rows.filter("alone")["source"].unique().to_list())
        source, weight = rows["source"].to_numpy(), strong["weight"].to_numpy()
        labels = cluster(rows.height, a, b, weight, source, alone)
    else:
        labels = connected(rows.height, a.astype(np.int32), b.astype(np.int32))
    rows = rows.with_columns(person=pl.Series(labels).cast(pl.String))
    named = edges.with_columns(
        row_a=rows["row"].gather(edges["a"]), row_b=rows["row"].gather(edges["b"])
    ).select("row_a", "row_b", "weight")
    groups = town.people.select(
        pl.col("person"), "birth", "ethnicity", "age_band", "household_size", "income"
    )
    truth = town.truth.filter(pl.col("feed").is_in(feeds)).select("row", "person", "household")
    return LinkedTown(rows, named, truth.join(groups, on="person"), town)


def _text(frame: pl.DataFrame, feed: object) -> pl.DataFrame:
    """As ``files.extracts`` reads it: dates or text."""
    dates = [name for name, kind in frame.schema.items() if kind == pl.Date]
    return frame.select(
        pl.col(name) if name in dates else pl.col(name).cast(pl.String) for name in frame.columns
    )


def _edges(rows: pl.DataFrame, rules: tuple[tuple[float, tuple[str, ...]], ...]) -> pl.DataFrame:
    """a, b, weight: the heaviest rule that two rows meet."""
    parts = []
    for weight, fields in rules:
        known = rows.select("node", *fields).drop_nulls().filter(pl.len().over(fields) <= 40)
        pairs = known.join(known, on=list(fields), suffix="_b").filter(
            pl.col("node") < pl.col("node_b")
        )
        parts.append(pairs.select(a="node", b="node_b", weight=pl.lit(weight)))
    return pl.concat(parts).group_by("a", "b").agg(pl.col("weight").max()).sort("a", "b")
