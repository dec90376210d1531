"""What a service holds of people before it makes mistakes: names and addresses as last asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town import rates
from licet.synthetic.town.differences import FACTORS
from licet.synthetic.town.families import CHILD, NOBODY, Families
from licet.synthetic.town.homes import Homes, days
from licet.synthetic.town.naming import Names
from licet.synthetic.town.social import FLAGS, factors
from licet.synthetic.town.spoiling import befallen, spoil

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

NAMES_KEPT = {"health": 0.55, "social_work": 0.6, "benefits": 0.4, "housing": 0.25}
"""The chance that a service keeps an earlier family name, where it does at all."""
NUMBERS = {"education": ("upn",), "health": ("nhs",), "benefits": ("nino",)}
SOME_NUMBERS = {"social_work": {"nhs": 0.45, "upn": 0.6}, "housing": {"nino": 0.35},
                "early_years": {"nhs": 0.12}}  # fmt: skip
"""National numbers that a service holds of some people: the chance."""


@dataclass
class World:
    """Everything true of the town, while its feeds are made. today: days since 1970."""

    day: date
    today: int
    families: Families
    names: Names
    texts: pl.DataFrame
    homes: Homes
    groups: pl.DataFrame
    numbers: pl.DataFrame
    rng: np.random.Generator
    records: dict[str, pl.DataFrame] = field(default_factory=dict)
    errors: list[pl.DataFrame] = field(default_factory=list)
    truth: list[pl.DataFrame] = field(default_factory=list)

    @property
    def flags(self) -> pl.DataFrame:
        """The groups of everybody that errors differ by."""
        return self.groups.select(FLAGS)


def held(world: World, feed: str, person: Whole, second: Flags | None = None) -> pl.DataFrame:
    """One row for each of ``person`` (places among the people), as the service was last told.

    second: whose other home is held. Columns: person, given, middle, family, previous_family,
    birth, sex, house, street, postcode, uprn, nhs, upn, nino, asked (a day), old_address, old_name.
    """
    rng, homes, found = world.rng, world.homes, world.families
    stale = factors(FACTORS, "stale", world.flags[person])
    lag = np.floor(rng.exponential(rates.UPDATED[feed] * stale)).astype(np.int64)
    asked = np.maximum(world.today - lag, found.birth[person])
    old = (homes.previous[person] != NOBODY) & (asked < homes.moved[person])
    place = np.where(old, homes.previous[person], homes.home[person])
    if second is not None:
        place = np.where(second & ~old, homes.second[person], place)
    names = world.texts[person]
    was = names["previous_family"].is_not_null().to_numpy()
    was = was & (world.names.changed[person] != NOBODY) & (asked < world.names.changed[person])
    kept = rng.random(len(person)) < NAMES_KEPT.get(feed, 0.0)
    pick = pl.Series(was)
    names = names.with_columns(
        family=pl.when(pick).then("previous_family").otherwise("family"),
        previous_family=pl.when(~pick & pl.Series(kept)).then("previous_family"),
    )
    sex = np.where(found.female[person], "female", "male")
    where = homes.places[place].select("house", "street", "postcode", "uprn")
    since = np.where(
        old, homes.before[person], np.maximum(homes.since[person], found.birth[person])
    )
    return pl.DataFrame({"person": person}).hstack(names).with_columns(
        birth=days(found.birth[person]),
        sex=pl.Series(sex.astype(str)),
        asked=days(asked),
        since=days(np.minimum(since, asked)),
        old_address=pl.Series(old),
        old_name=pl.Series(was),
    ).hstack(where).hstack(_numbers(world, feed, person))  # fmt: skip


def _numbers(world: World, feed: str, person: Whole) -> pl.DataFrame:
    """The national numbers that the service holds; null otherwise."""
    some = SOME_NUMBERS.get(feed, {})
    always = NUMBERS.get(feed, ())
    found = world.numbers[person]
    chance = {
        name: 1.0 if name in always else some.get(name, 0.0) for name in ("nhs", "upn", "nino")
    }
    return found.select(
        pl.when(pl.Series(world.rng.random(len(person)) < chance[name]))
        .then(pl.col(name))
        .alias(name)
        for name in chance
    )


def written(world: World, feed: str, cells: pl.DataFrame, record: pl.Series) -> pl.DataFrame:
    """The rows with their errors and record numbers; truth and errors are written down."""
    person = cells["person"].to_numpy()
    child = world.families.role[person] == CHILD
    parent = np.where(child, world.families.parent1[person], 0)
    named = world.texts[parent]
    blank = pl.Series(child)
    cells = cells.with_columns(
        parent_given=pl.select(pl.when(blank).then(named["given"])).to_series(),
        parent_family=pl.select(pl.when(blank).then(named["family"])).to_series(),
    )
    hit = befallen(world.rng, feed, world.flags[person])
    cells, done = spoil(world.rng, cells, hit)
    cells = cells.drop("parent_given", "parent_family").with_columns(record=record)
    done |= {name: cells[name].to_numpy() for name in ("old_address", "old_name")}
    row = pl.select((pl.lit(f"{feed}/") + record).alias("row")).to_series()
    for kind, flags in done.items():
        chosen = row.filter(pl.Series(flags))
        word = pl.Series("error", [kind]).new_from_index(0, len(chosen))
        world.errors.append(pl.DataFrame({"row": chosen, "error": word}))
    world.truth.append(
        pl.DataFrame(
            {
                "row": row,
                "feed": pl.Series([feed]).new_from_index(0, len(row)),
                "record": record,
                "person": person,
                "household": world.families.family[person],
            }
        )
    )
    world.records[feed] = cells.select("person", "record")
    return cells


def record_numbers(world: World, count: int, prefix: str, first: int) -> pl.Series:
    """``count`` different record numbers in no order that says anything."""
    number = first + world.rng.permutation(count)
    return pl.select(
        (pl.lit(prefix) + pl.Series(number).cast(pl.String)).alias("record")
    ).to_series()


def first_record(world: World, feed: str) -> Whole:
    """For everybody the place of their first row in a feed, or NOBODY."""
    found = np.full(len(world.families.family), NOBODY)
    person = world.records[feed]["person"].to_numpy()
    found[person[::-1]] = np.arange(len(person))[::-1]
    return found


def mentioned(world: World, feed: str, person: Whole, prefix: str) -> pl.DataFrame:
    """How rows name other people: PREFIX_given, PREFIX_family, PREFIX_birth; null for NOBODY."""
    there = person != NOBODY
    cells = held(world, feed, np.where(there, person, 0)).with_columns(
        parent_given=pl.lit(None, dtype=pl.String), parent_family=pl.lit(None, dtype=pl.String)
    )
    hit = befallen(world.rng, feed, world.flags[np.where(there, person, 0)])
    cells, _ = spoil(world.rng, cells, {k: f for k, f in hit.items() if k != "relative"})
    known = pl.Series(there)
    return cells.select(
        pl.when(known).then(pl.col(name)).alias(f"{prefix}_{name}")
        for name in ("given", "family", "birth", "sex")
    )
