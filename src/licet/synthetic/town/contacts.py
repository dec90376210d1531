"""Services that meet families: children's centres and children's social work. People recur."""

from __future__ import annotations

import numpy as np
import polars as pl

from licet.synthetic.town import rates
from licet.synthetic.town.families import CHILD, NOBODY, Whole, draw
from licet.synthetic.town.holding import (
    World,
    first_record,
    held,
    mentioned,
    record_numbers,
    written,
)
from licet.synthetic.town.registers import MADE_UP, aged, one_line
from licet.synthetic.town.social import factors


def repeated(world: World, feed: str, person: Whole, more: float = 0.0) -> Whole:
    """Each person as often as they have records. more: mean number of further records of each."""
    times = 1 + draw(world.rng, rates.COPIES[feed], len(person))
    times = times + world.rng.poisson(more, len(person))
    return np.repeat(person, times)


def early_years(world: World, more: float = 0.0) -> pl.DataFrame:
    """Registrations and visits at children's centres: children and the parents who came."""
    rng, found, cover = world.rng, world.families, rates.COVERAGE["early_years"]
    child = aged(world, "early_years")
    child = child[rng.random(len(child)) < cover["child"]]
    parents = np.unique(np.r_[found.parent1[child], found.parent2[child]])
    parents = parents[parents != NOBODY]
    came = np.where(found.female[parents], cover["mother"], cover["father"])
    parents = parents[rng.random(len(parents)) < came]
    person = repeated(world, "early_years", np.r_[child, parents], more)
    two = (world.homes.second[person] != NOBODY) & (rng.random(len(person)) < 0.3)
    cells = held(world, "early_years", person, two)
    cells = written(world, "early_years", cells, record_numbers(world, len(person), "EY", 20_001))
    of_child = found.role[person] == CHILD
    parent = np.where(of_child, found.parent1[person], NOBODY)
    named = mentioned(world, "early_years", parent, "parent")
    comma = pl.Series("comma", rng.random(len(person)) < 0.3)
    grown = pl.Series("grown", ~of_child)
    frame = pl.concat([cells.drop("person"), named], how="horizontal").hstack([comma, grown])
    words = {"female": "Girl", "male": "Boy"}
    adults = {"female": "Woman", "male": "Man"}
    sex = (
        pl.when("grown").then(pl.col("sex").replace(adults)).otherwise(pl.col("sex").replace(words))
    )
    whole = pl.concat_str(["given", "middle", "family"], separator=" ", ignore_nulls=True)
    turned = pl.format("{}, {}", "family", "given")
    return frame.hstack([world.groups[person]["ethnicity"]]).select(
        pl.col("record").alias("registration"),
        pl.when("comma").then(turned).otherwise(whole).alias("name"),
        pl.col("birth").dt.strftime("%d-%b-%Y").alias("born"),
        sex.alias("sex"),
        pl.when(pl.col("street").is_not_null())
        .then(pl.format("{}, Exampleton", one_line()))
        .alias("address"),
        "postcode",
        pl.col("nhs").alias("nhs_no"),
        pl.col("asked").dt.strftime("%d-%b-%Y").alias("registered"),
        pl.concat_str(["parent_given", "parent_family"], separator=" ").alias("parent_name"),
        pl.col("ethnicity").alias("ethnic_origin"),
        MADE_UP,
    )


def known_families(world: World) -> Whole:
    """Families with children that social work knows: some groups far more often than others."""
    found = world.families
    first = world.flags[found.start]
    table = tuple((group, "seen", times) for group, times in rates.SEEN_MORE)
    chance = rates.COVERAGE["social_work"]["family"] * factors(table, "seen", first)
    chance = np.where(found.communal == "refuge", 0.9, np.minimum(chance, 0.6))
    return np.flatnonzero(found.with_children & (world.rng.random(len(chance)) < chance))


def social_work(world: World, more: float = 0.0) -> pl.DataFrame:
    """Cases of children's social work: the members of known families, and parents who left."""
    rng, found = world.rng, world.families
    inside = np.isin(found.family, known_families(world))
    child = np.flatnonzero(inside & (found.role == CHILD))
    away = found.parent2[child]
    away = np.unique(away[away != NOBODY])
    away = away[~inside[away] & (rng.random(len(away)) < 0.4)]
    member = np.flatnonzero(inside)
    member = member[rng.random(len(member)) < rates.COVERAGE["social_work"]["member"]]
    person = repeated(world, "social_work", np.r_[member, away], more)
    cells = held(world, "social_work", person)
    cells = written(world, "social_work", cells, record_numbers(world, len(person), "C", 3_001))
    of_child = found.role[person] == CHILD
    one = np.where(of_child, found.parent1[person], NOBODY)
    two = np.where(of_child & (rng.random(len(person)) < 0.7), found.parent2[person], NOBODY)
    first, second = (
        _contact(world, cells, contact, place)
        for contact, place in ((one, "contact1"), (two, "contact2"))
    )
    open_days = pl.Series("open", rng.integers(30, 900, len(person)))
    frame = pl.concat([cells.drop("person"), first, second], how="horizontal").hstack([open_days])
    end = pl.col("asked") + pl.duration(days=pl.col("open"))
    return frame.hstack([world.groups[person]["ethnicity"]]).select(
        pl.col("record").alias("client_id"),
        pl.col("given").alias("first_name"),
        pl.col("middle").alias("middle_name"),
        pl.col("family").alias("last_name"),
        pl.col("previous_family").alias("former_name"),
        pl.col("birth").alias("date_of_birth"),
        pl.col("sex").alias("gender"),
        pl.col("house").alias("house_no"),
        "street",
        "postcode",
        pl.col("nhs").alias("nhs_number"),
        pl.col("upn").alias("pupil_number"),
        pl.col("asked").alias("opened"),
        pl.when(end <= world.day).then(end).alias("closed"),
        *[c for place in ("contact1", "contact2") for c in _contact_columns(place)],
        pl.col("ethnicity").alias("ethnicity_recorded"),
        MADE_UP,
    )  # fmt: skip


def _contact(world: World, cells: pl.DataFrame, contact: Whole, place: str) -> pl.DataFrame:
    """A parent as contact of a case, with their own client number where they have one."""
    named = mentioned(world, "social_work", contact, place)
    row = first_record(world, "social_work")[np.where(contact == NOBODY, 0, contact)]
    there = pl.Series((row != NOBODY) & (contact != NOBODY))
    number = cells["record"].gather(np.where(row == NOBODY, 0, row).tolist())
    return named.hstack(
        [pl.select(pl.when(there).then(number).alias(f"{place}_record")).to_series()]
    )


def _contact_columns(place: str) -> list[pl.Expr]:
    known = pl.col(f"{place}_family").is_not_null()
    word = pl.col(f"{place}_sex").replace({"female": "Mother", "male": "Father"})
    return [
        pl.col(f"{place}_given").alias(f"{place}_first"),
        pl.col(f"{place}_family").alias(f"{place}_last"),
        pl.when(known).then(word.fill_null("Parent")).alias(f"{place}_relationship"),
        pl.col(f"{place}_record").alias(f"{place}_client"),
    ]
