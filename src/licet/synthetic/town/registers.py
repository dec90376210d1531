"""The two true registers of the town: pupils and patients, one record per person."""

from __future__ import annotations

import numpy as np
import polars as pl

from licet.synthetic.town import rates
from licet.synthetic.town.families import ADULT, CHILD, NOBODY, YEAR, Whole
from licet.synthetic.town.holding import World, held, mentioned, record_numbers, written

MADE_UP = pl.lit("SYNTHETIC").alias("made_up")
"""A column of every feed, so that each row says what it is."""


def aged(world: World, feed: str) -> Whole:
    """Children of the ages that a service sees."""
    low, high = rates.AGES[feed]
    age = (world.today - world.families.birth) / YEAR
    child = (world.families.role == CHILD) & (age >= low) & (age < high)
    return np.flatnonzero(child)


def guardians(world: World, child: Whole) -> tuple[Whole, Whole, Whole]:
    """First and second guardian on a roll, and what the second is: 0 a parent, 1 a step-parent.

    A parent who lives elsewhere is often left out; a step-parent may stand in their place.
    """
    found = world.families
    one, two = found.parent1[child], found.parent2[child]
    elsewhere = (two != NOBODY) & (
        found.family[np.where(two == NOBODY, one, two)] != found.family[child]
    )
    named = world.rng.random(len(child)) < np.where(elsewhere, 0.6, 0.93)
    second = np.where(named, two, NOBODY)
    family = found.family[child]
    partner = np.where(found.adults[family] == 2, found.start[family] + 1, NOBODY)
    step = (second == NOBODY) & (partner != NOBODY) & (partner != two)
    step &= world.rng.random(len(child)) < 0.5
    return one, np.where(step, partner, second), step.astype(np.int64)


def education(world: World) -> pl.DataFrame:
    """The school roll, as the service writes it: text, empty where nothing is held."""
    child = aged(world, "education")
    child = child[world.rng.random(len(child)) < rates.COVERAGE["education"]["child"]]
    two = (world.homes.second[child] != NOBODY) & (world.rng.random(len(child)) < 0.25)
    cells = held(world, "education", child, two)
    cells = written(world, "education", cells, record_numbers(world, len(child), "", 10_001))
    one, other, step = guardians(world, child)
    first = mentioned(world, "education", one, "guardian1")
    second = mentioned(world, "education", other, "guardian2")
    groups = world.groups[child]
    step_word = pl.Series(np.array(["", "Step-"], dtype=object)[step].astype(str))
    frame = pl.concat([cells.drop("person"), first, second], how="horizontal").hstack(
        [groups["ethnicity"], groups["language"], step_word.alias("step")]
    )
    return frame.select(
        pl.col("record").alias("pupil_ref"),
        "upn",
        pl.col("given").alias("forename"),
        pl.col("middle").alias("middle_names"),
        pl.col("family").alias("surname"),
        pl.col("birth").dt.strftime("%d/%m/%Y").alias("dob"),
        pl.col("sex").replace({"female": "F", "male": "M"}).alias("gender"),
        "house",
        "street",
        "postcode",
        pl.col("since").dt.strftime("%d/%m/%Y").alias("address_since"),
        *_guardian("guardian1", pl.lit("")),
        *_guardian("guardian2", pl.col("step")),
        pl.col("ethnicity").alias("ethnic_group"),
        pl.col("language").alias("home_language"),
        MADE_UP,
    )


def _guardian(place: str, before: pl.Expr) -> list[pl.Expr]:
    known = pl.col(f"{place}_family").is_not_null()
    word = pl.col(f"{place}_sex").replace({"female": "mother", "male": "father"})
    word = (before + word).str.to_titlecase()
    return [
        pl.col(f"{place}_given").alias(f"{place}_forename"),
        pl.col(f"{place}_family").alias(f"{place}_surname"),
        pl.when(known).then(word).alias(f"{place}_relationship"),
    ]


def health(world: World) -> pl.DataFrame:
    """The patient register: everybody but a few; dates as eight digits, sex as a number."""
    found = world.families
    cover = rates.COVERAGE["health"]
    adult = np.where(found.female, cover["woman"], cover["man"])
    age = (world.today - found.birth) / YEAR
    newcomers = (found.role == ADULT) & (age < 30)
    chance = np.where(age < 18, cover["child"], adult) - 0.03 * newcomers
    person = np.flatnonzero(world.rng.random(len(age)) < chance)
    cells = held(world, "health", person)
    keep = pl.Series(world.rng.random(len(person)) < 0.85)
    cells = cells.with_columns(uprn=pl.when(keep).then("uprn"))
    cells = written(world, "health", cells, record_numbers(world, len(person), "P", 100_001))
    return cells.hstack([world.groups[person]["ethnicity"]]).select(
        pl.col("record").alias("patient"),
        pl.col("nhs").alias("nhs_number"),
        pl.col("given").alias("given_name"),
        pl.col("middle").alias("other_names"),
        pl.col("family").alias("family_name"),
        pl.col("previous_family").alias("previous_family_name"),
        pl.col("birth").dt.strftime("%Y%m%d").alias("birth_date"),
        pl.col("sex").replace({"female": "2", "male": "1"}),
        one_line().alias("address"),
        "postcode",
        "uprn",
        pl.col("since").dt.strftime("%Y%m%d").alias("address_from"),
        pl.col("ethnicity").alias("ethnic_category"),
        MADE_UP,
    )


def one_line() -> pl.Expr:
    """House and street in one column, a comma after the name of a building; null without a street."""
    numbered = pl.col("house").str.contains(r"[0-9]$")
    gap = pl.when(numbered).then(pl.lit(" ")).otherwise(pl.lit(", "))
    whole = pl.concat_str(["house", gap, "street"])
    return pl.when(pl.col("street").is_not_null()).then(whole)
