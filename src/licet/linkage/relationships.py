"""Relationships: who is whose guardian, contact, mother or partner, by what a feed says.

A mention is what a row says of another person. It becomes a relationship only where exactly one
person in the run fits. People who are not in the run are never told apart from people who do not
exist. Relationships are typed, dated and sourced, and may cross addresses. A family is people joined
by them; it is told apart from a household.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
import polars as pl

from licet.errors import unknown
from licet.linkage.components import connected

Kind = Literal["contact", "guardian", "mother_baby", "partner"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FAMILY: tuple[Kind, ...] = ("guardian", "mother_baby", "partner")
"""The kinds that make a family. A contact may be a neighbour."""
COLUMNS = ("person", "other", "kind", "relationship", "from", "to", "source")
UNIT = {"row": pl.String, "place": pl.String, "other": pl.String}


@dataclass(frozen=True)
class Resolved:
    """What mentions became.

    relationships: person (whose row says so), other, kind, relationship, from, to, source; partners
    with the lower id first; each once a source. The rest are counts of mentions: one other person
    found; nobody who fits; several who fit; of themselves; and those that say too little to look for anybody.
    """

    relationships: pl.DataFrame
    found: int
    nobody: int
    several: int
    themselves: int
    too_little: int


def resolve(mentions: pl.DataFrame, rows: pl.DataFrame) -> Resolved:
    """Relationships out of mentions.

    mentions: row, place, role (one of ``KINDS``), relationship, given, family, birth, record. rows:
    person, row, feed, dated, record, address (see ``address_keys``), given, family, previous_family,
    birth, seen_from, seen_to. A record number is looked for in the feed of the mention, and decides
    alone. Else given and family name have to be those of a person with a row at the address of the
    mention, and where the mention has a birth date, no other one may be known of that person.
    Refuses roles that are not known.
    """
    roles = mentions["role"].unique().drop_nulls().sort().to_list()
    for role in roles:
        if role not in KINDS:
            raise unknown("role", role, KINDS, "mentions")
    said = mentions.join(
        rows.select("row", "feed", "dated", "address", "seen_from", "seen_to", by="person"),
        on="row",
    )
    numbered = pl.col("record").is_not_null()
    nameable = pl.all_horizontal(pl.col("given", "family", "address").is_not_null())
    fits = pl.concat(
        [_by_record(said.filter(numbered), rows), _by_name(said.filter(~numbered & nameable), rows)]
    ).unique()
    counted = fits.group_by("row", "place").agg(people=pl.len(), other=pl.col("other").first())
    told = said.join(counted, on=["row", "place"], how="left")
    one = told.filter(pl.col("people") == 1)
    others = one.filter(pl.col("other") != pl.col("by"))
    looked = len(said.filter(numbered | nameable))
    several = len(told.filter(pl.col("people") > 1))
    return Resolved(
        _relationships(others),
        len(others),
        looked - len(one) - several,
        several,
        len(one) - len(others),
        len(said) - looked,
    )


def _by_record(said: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.select("feed", "record", other="person").drop_nulls()
    return said.join(known, on=["feed", "record"]).select(UNIT.keys()).unique()


def _by_name(said: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Who fits by name at the address, with no other birth date."""
    names = pl.concat(
        [
            rows.select("given", "address", family=name, other="person").drop_nulls()
            for name in ("family", "previous_family")
        ]
    ).unique()
    found = said.join(names, on=["given", "family", "address"])
    births = rows.select(other="person", known="birth").drop_nulls().unique()
    contradicted = (
        found.drop_nulls("birth")
        .join(births, on="other")
        .with_columns(same=pl.col("birth") == pl.col("known"))
        .group_by("row", "place", "other")
        .agg(pl.col("same").any())
        .filter(~pl.col("same"))
    )
    return found.join(contradicted, on=["row", "place", "other"], how="anti").select(UNIT.keys())


def _relationships(told: pl.DataFrame) -> pl.DataFrame:
    swap = (pl.col("role") == "partner") & (pl.col("other") < pl.col("by"))
    return (
        told.select(
            pl.when(swap).then("other").otherwise("by").alias("person"),
            pl.when(swap).then("by").otherwise("other").alias("other"),
            pl.col("role").alias("kind"),
            "relationship",
            pl.coalesce("seen_from", pl.min_horizontal("dated", "seen_to")).alias("from"),
            pl.col("seen_to").alias("to"),
            pl.col("feed").alias("source"),
        )
        .group_by("person", "other", "kind", "relationship", "source")
        .agg(
            pl.col("from").min(),
            pl.when(pl.col("to").is_null().any())
            .then(None)
            .otherwise(pl.col("to").max())
            .alias("to"),
        )
        .select(COLUMNS)
        .sort(COLUMNS)
    )


def families(relationships: pl.DataFrame, at: date) -> pl.DataFrame:
    """family (the lowest person id in it), person: people joined by relationships at a date."""
    now = relationships.filter(
        pl.col("kind").is_in(FAMILY)
        & (pl.col("from") <= at)
        & (pl.col("to").is_null() | (pl.col("to") >= at))
    )
    people = pl.concat([now["person"], now["other"]]).unique().sort()
    place = {person: k for k, person in enumerate(people)}
    a, b = (np.array([place[p] for p in now[name]], np.int32) for name in ("person", "other"))
    labels = connected(len(people), a, b) if len(people) else np.zeros(0, np.int32)
    return pl.DataFrame({"family": people.gather(labels), "person": people})


def complete_families(found: pl.DataFrame, incomplete: Collection[str]) -> pl.DataFrame:
    """Only the families nobody is missing from.

    found: family, person. incomplete: persons one of whose rows had a mention blanked by the gate.
    """
    hit = found.filter(pl.col("person").is_in(sorted(incomplete)))
    return found.join(hit, on="family", how="anti")
