"""Residences, and households: people who live at the same address at a date.

A person lives where their rows say, for as long as they say. Where rows disagree about a date, the
newest source is believed. Only a child may have two homes. Nothing is read from names, and who lives
together is never evidence that two rows are one person. Addresses of many people are no households.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from licet.linkage.addresses import address_forms, address_keys
from licet.linkage.persons import assign, named

LARGEST = 10
"""More people than this at one address are not taken for a household."""
ADULT = 18
DAYS = 10_000_000
"""More days than a calendar has."""
HOMES = ("household", "person", "address", "from", "to", "source", "at")


@dataclass(frozen=True)
class Residences:
    """Where people live, by the rows.

    periods: person, address, from, to (null: still), source (the newest feed that says so), dated (its
    date), stated (whether a row gives the day it began). births: person, birth. forms: address, form
    (see ``address_forms``). without: rows with no usable address. reversed: rows that end before they
    begin; neither is used. Addresses are keys for use inside a run, never shown.
    """

    periods: pl.DataFrame
    births: pl.DataFrame
    forms: pl.DataFrame
    without: int
    reversed: int


@dataclass(frozen=True)
class Tally:
    """What became of everybody, as counts that have not been through disclosure control."""

    people: int
    without_home: int
    two_homes: int
    communal_addresses: int
    communal_people: int
    crowded_addresses: int
    crowded_people: int


@dataclass(frozen=True)
class Households:
    """Households at a date.

    homes: household, person, address (an opaque token), from, to, source, at; by household and person.
    membership: row (person and address), person (the household): what the next run calls previous.
    events: as for persons. forms: address (token), form; never written anywhere.
    """

    homes: pl.DataFrame
    membership: pl.DataFrame
    events: pl.DataFrame
    forms: pl.DataFrame
    tally: Tally


def residences(rows: pl.DataFrame) -> Residences:
    """Periods of persons at addresses, from their rows.

    rows: person, row, feed, dated (the date of the feed), house, street, postcode, uprn, birth,
    seen_from, seen_to; address (``address_keys``), or it is worked out. A row that gives no first day
    is true from the date of its feed. Periods of a person at an address that overlap, or follow each
    other day by day, become one.
    """
    placed = rows.with_columns(
        address=rows["address"] if "address" in rows.columns else address_keys(rows),
        stated=pl.col("seen_from").is_not_null(),
        begins=pl.coalesce("seen_from", pl.min_horizontal("dated", "seen_to")),
    )
    known = placed.drop_nulls("address")
    usable = known.filter(pl.col("seen_to").is_null() | (pl.col("seen_to") >= pl.col("begins")))
    births = (
        rows.drop_nulls("birth")
        .group_by("person", "birth")
        .agg(rows=pl.len())
        .sort("person", "rows", "birth", descending=[False, True, False])
        .unique("person", keep="first", maintain_order=True)
        .select("person", "birth")
    )
    return Residences(
        _periods(usable),
        births,
        address_forms(usable, "address"),
        len(placed) - len(known),
        len(known) - len(usable),
    )


def _periods(usable: pl.DataFrame) -> pl.DataFrame:
    """Overlapping and adjoining periods of a person at an address as one."""
    ends = pl.col("seen_to").fill_null(date.max)
    ordered = usable.select("person", "address", "begins", "feed", "dated", "stated", ends=ends)
    ordered = ordered.sort("person", "address", "begins")
    same = (pl.col("person") == pl.col("person").shift()) & (
        pl.col("address") == pl.col("address").shift()
    )
    # each person at an address gets a stretch of days of their own, so one running maximum serves all
    stretch = (~same.fill_null(False)).cum_sum().cast(pl.Int64) * DAYS
    reach = (stretch + pl.col("ends").to_physical()).cum_max().shift()
    joins = same & (stretch + pl.col("begins").to_physical() <= reach + 1)
    numbered = ordered.with_columns(period=(~joins.fill_null(False)).cum_sum())
    newest = numbered.sort("period", "dated", "feed", descending=[False, True, False])
    return (
        newest.group_by("period", maintain_order=True)
        .agg(
            pl.col("person").first(),
            pl.col("address").first(),
            pl.col("begins").min().alias("from"),
            pl.col("ends").max().alias("to"),
            pl.col("feed").first().alias("source"),
            pl.col("dated").first(),
            pl.col("stated").any(),
        )
        .with_columns(to=pl.when(pl.col("to") == date.max).then(None).otherwise("to"))
        .drop("period")
    )


def households(
    found: Residences,
    at: date,
    key: bytes,
    use: str,
    counter: int,
    *,
    communal: Collection[str] = (),
    largest: int = LARGEST,
    relationships: pl.DataFrame | None = None,
    previous: pl.DataFrame | None = None,
) -> Households:
    """Who lives together at a date.

    communal: UPRNs declared to be communal. largest: more people than this are no household.
    relationships: as ``relationships.resolve`` gives them, for children of separated parents.
    key, use, counter: for ids, as in ``persons.assign``. previous: the membership of the last time; a
    household keeps its id while most of it stays at its address.
    """
    lived = homes_at(found, at, relationships)
    people = lived.group_by("address").agg(people=pl.col("person").n_unique())
    declared = pl.col("address").is_in([f"u:{uprn}" for uprn in sorted(communal)])
    crowded = ~declared & (pl.col("people") > largest)
    private = lived.join(people.filter(~declared & ~crowded), on="address", how="semi")
    tokens = _tokens(private["address"].unique().sort(), key, use)
    homes = private.join(tokens, on="address").with_columns(
        unit=pl.concat_str(["person", "token"], separator="@")
    )
    before = (
        previous
        if previous is not None
        else pl.DataFrame(schema=dict.fromkeys(("row", "person"), pl.String))
    )
    units = homes.select(row="unit", label="token")
    ended = before.join(units, on="row", how="anti")["row"].to_list()
    told = assign(before, units, ended, key, use, counter, prefix="h")
    shown = (
        homes.join(told.membership.rename({"row": "unit", "person": "household"}), on="unit")
        .with_columns(pl.lit(at).alias("at"), pl.col("token").alias("address"))
        .select(HOMES)
        .sort("household", "person")
    )
    forms = tokens.join(found.forms, on="address").select("form", address="token")
    tally = _tally(found, lived, people.filter(declared), people.filter(crowded))
    return Households(shown, told.membership, told.events, forms, tally)


def _tokens(addresses: pl.Series, key: bytes, use: str) -> pl.DataFrame:
    tokens = named(key, "a", use, ["address"], addresses.to_list())
    return pl.DataFrame({"address": addresses, "token": pl.Series(tokens, dtype=pl.String)})


def _tally(
    found: Residences, lived: pl.DataFrame, declared: pl.DataFrame, crowded: pl.DataFrame
) -> Tally:
    everybody = found.periods["person"].n_unique()
    housed = lived["person"].n_unique()
    return Tally(
        everybody,
        everybody - housed,
        len(lived) - housed,
        len(declared),
        int(declared["people"].sum()),
        len(crowded),
        int(crowded["people"].sum()),
    )


def homes_at(
    found: Residences, at: date, relationships: pl.DataFrame | None = None
) -> pl.DataFrame:
    """person, address, from, to, source: the home of each person at a date; children may have two.

    Of several addresses that hold at the date, the one of the newest source; then the one moved to
    last; then the lowest key. A child keeps a second home if another feed says so, both feeds state
    when it began and both are dated after both began; or if two of the child's guardians, who are not
    partners, live one at each.
    """
    holds = (pl.col("from") <= at) & (pl.col("to").is_null() | (pl.col("to") >= at))
    current = found.periods.filter(holds)
    ranked = current.sort(
        "person", "dated", "from", "address", descending=[False, True, True, False]
    )
    first = ranked.unique("person", keep="first", maintain_order=True)
    more = ranked.join(first, on=["person", "address"], how="anti")
    children = found.births.filter(pl.col("birth") > _years_before(at, ADULT))
    more = more.join(children, on="person", how="semi").join(first, on="person", suffix="_first")
    begun = pl.max_horizontal("from", "from_first")
    # the first home is of the newest source, so if this one is dated after both began, both are
    dated = (
        (pl.col("source") != pl.col("source_first"))
        & pl.col("stated")
        & pl.col("stated_first")
        & (pl.col("dated") >= begun)
    )
    parted = _of_separated(more, first, at, relationships)
    second = (
        pl.concat([more.filter(dated), more.join(parted, on=["person", "address"], how="semi")])
        .unique(["person", "address"], maintain_order=True)
        .sort("person", "dated", "from", "address", descending=[False, True, True, False])
        .unique("person", keep="first", maintain_order=True)
    )
    columns = ["person", "address", "from", "to", "source"]
    return pl.concat([first.select(columns), second.select(columns)])


def _years_before(at: date, years: int) -> date:
    day = 28 if (at.month, at.day) == (2, 29) else at.day
    return date(at.year - years, at.month, day)


def _of_separated(
    more: pl.DataFrame, first: pl.DataFrame, at: date, relationships: pl.DataFrame | None
) -> pl.DataFrame:
    """person, address: second addresses of children with a guardian there and another at the first."""
    nothing = pl.DataFrame(schema={"person": pl.String, "address": pl.String})
    if relationships is None or not len(more):
        return nothing
    now = relationships.filter(
        (pl.col("from") <= at) & (pl.col("to").is_null() | (pl.col("to") >= at))
    )
    parents = now.filter(pl.col("kind").is_in(["guardian", "mother_baby"])).select(
        "person", "other"
    )
    live = first.select(other="person", home="address")
    there = parents.unique().join(live, on="other")
    both = (
        more.join(there, left_on=["person", "address"], right_on=["person", "home"])
        .rename({"other": "second_parent"})
        .join(there, left_on=["person", "address_first"], right_on=["person", "home"])
    )
    partners = now.filter(pl.col("kind") == "partner").select("person", "other")
    either = pl.concat([partners, partners.select(person="other", other="person")])
    apart = both.join(
        either, left_on=["second_parent", "other"], right_on=["person", "other"], how="anti"
    )
    return apart.select("person", "address").unique()


def complete_households(found: Households, incomplete: Collection[str]) -> Households:
    """Only the households nobody is missing from, for uses that need every member's permission.

    incomplete: address forms (see ``address_forms``) at which the gate counted a row it did not let
    in. People who are not permitted are not here at all, so this has to be told from outside.
    """
    hit = found.forms.filter(pl.col("form").is_in(sorted(incomplete)))
    kept = found.homes.join(hit, on="address", how="anti")
    # a child of two homes may be in one that is complete and one that is not
    ids = kept.select(person="household").unique()
    membership = found.membership.join(ids, on="person", how="semi")
    return replace(found, homes=kept, membership=membership)
