"""Housing and benefits: tenancies with those who live there, claims with partner and children."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town import rates
from licet.synthetic.town.contacts import repeated
from licet.synthetic.town.families import ADULT, CHILD, NOBODY, Whole
from licet.synthetic.town.holding import (
    World,
    first_record,
    held,
    mentioned,
    record_numbers,
    written,
)
from licet.synthetic.town.homes import days
from licet.synthetic.town.registers import MADE_UP

Words = NDArray[np.object_]

CHILDREN_ON_A_CLAIM = 4


def tenants(world: World) -> Whole:
    """Everybody on a council tenancy, and in households that applied for one."""
    rng, found, cover = world.rng, world.families, rates.COVERAGE["housing"]
    tenure = world.groups["tenure"].to_numpy()[found.start]
    draws = rng.random(len(tenure))
    chosen = ((tenure == "Social tenant") & (draws < cover["tenant"])) | (
        (tenure == "Private tenant") & (draws < cover["applicant"])
    )
    chosen &= np.isin(found.communal, ["", "refuge"])
    return np.flatnonzero(chosen[found.family] & (rng.random(len(found.family)) < 0.97))


def housing(world: World, more: float = 0.0) -> pl.DataFrame:
    """Tenancies and applications: one row per person in the home, with the main tenant."""
    person = repeated(world, "housing", tenants(world), more)
    cells = held(world, "housing", person)
    cells = written(world, "housing", cells, record_numbers(world, len(person), "T", 50_001))
    ended = cells["old_address"].to_numpy() & (world.rng.random(len(person)) < 0.8)
    end = pl.when(pl.Series(ended)).then(days(world.homes.moved[person]))
    main = _main_tenant(world, cells, person)
    frame = pl.concat([cells.drop("person"), main], how="horizontal")
    return frame.hstack([world.groups[person]["ethnicity"]]).select(
        pl.col("record").alias("person_ref"),
        pl.col("given").alias("first_names"),
        pl.col("family").alias("surname"),
        pl.col("previous_family").alias("formerly"),
        pl.col("birth").dt.strftime("%d/%m/%Y").alias("born"),
        pl.col("sex").str.head(1).str.to_uppercase().alias("sex"),
        pl.col("house").alias("property"),
        "street",
        pl.col("postcode").str.replace(" ", "").alias("post_code"),
        "uprn",
        pl.col("nino").alias("ni_number"),
        pl.col("since").dt.strftime("%d/%m/%Y").alias("tenancy_from"),
        end.dt.strftime("%d/%m/%Y").alias("tenancy_to"),
        *main.columns,
        pl.col("ethnicity").alias("ethnicity_stated"),
        MADE_UP,
    )


def _main_tenant(world: World, cells: pl.DataFrame, person: Whole) -> pl.DataFrame:
    """Who holds the tenancy, on the rows of all others, with their number where they have one."""
    tenant = world.families.start[world.families.family[person]]
    other = np.where(tenant == person, NOBODY, tenant)
    named = mentioned(world, "housing", other, "tenant")
    row = first_record(world, "housing")[tenant]
    there = pl.Series((row != NOBODY) & (other != NOBODY))
    number = cells["record"].gather(np.where(row == NOBODY, 0, row).tolist())
    kin = pl.Series(_relation(world, person, tenant).astype(str))
    return named.select(
        pl.when(there).then(number).alias("main_tenant_ref"),
        pl.col("tenant_given").alias("main_tenant_first"),
        pl.col("tenant_family").alias("main_tenant_surname"),
        pl.when(pl.col("tenant_family").is_not_null()).then(kin).alias("main_tenant_is"),
    )


def _relation(world: World, person: Whole, tenant: Whole) -> Words:
    """What the main tenant is to each person: a parent, a partner, or (of elders) a child."""
    found = world.families
    child = found.role[person] == CHILD
    adult = found.role[person] == ADULT
    own = child & (found.parent1[person] == tenant)
    word = np.full(len(person), "Child", dtype=object)
    word[adult] = "Partner"
    word[own] = "Parent"
    shared = found.is_kind("shared")[found.family[person]]
    word[shared] = "Other"
    return word


def claimants(world: World) -> Whole:
    """Who claims: mostly a parent, and poor households."""
    rng, found, cover = world.rng, world.families, rates.COVERAGE["benefits"]
    low = world.groups["low_income"].to_numpy()[found.start]
    chance = np.where(
        found.with_children, cover["parent"], np.where(low, cover["low"], cover["other"])
    )
    chance = np.where(found.communal == "student_hall", 0.02, chance)
    family = np.flatnonzero(rng.random(len(chance)) < chance)
    second = (found.adults[family] == 2) & (rng.random(len(family)) < 0.25)
    return np.asarray(found.start[family] + second, dtype=np.int64)


def benefits(world: World, more: float = 0.0) -> pl.DataFrame:
    """Claims: the claimant, a partner and up to four children, as the claimant gave them."""
    found = world.families
    person = repeated(world, "benefits", claimants(world), more)
    cells = held(world, "benefits", person)
    cells = written(world, "benefits", cells, record_numbers(world, len(person), "B", 700_001))
    family = found.family[person]
    pair = (found.adults[family] == 2) & ~found.is_kind("shared")[family]
    other = np.where(found.start[family] == person, found.start[family] + 1, found.start[family])
    parts = [mentioned(world, "benefits", np.where(pair, other, NOBODY), "partner")]
    for number in range(CHILDREN_ON_A_CLAIM):
        there = number < found.children[family]
        child = np.where(there, found.start[family] + found.adults[family] + number, NOBODY)
        parts.append(mentioned(world, "benefits", child, f"child{number + 1}"))
    frame = pl.concat([cells.drop("person"), *parts], how="horizontal")
    places = ["partner", *(f"child{n + 1}" for n in range(CHILDREN_ON_A_CLAIM))]
    return frame.hstack([world.groups[person]["ethnicity"]]).select(
        pl.col("record").alias("claim"),
        "nino",
        pl.col("given").alias("forename"),
        pl.col("family").alias("surname"),
        pl.col("previous_family").alias("other_surname"),
        pl.col("birth").dt.strftime("%Y/%m/%d").alias("date_of_birth"),
        pl.col("sex").replace({"female": "Female", "male": "Male"}),
        pl.col("house").alias("address_line_1"),
        pl.col("street").alias("address_line_2"),
        "postcode",
        pl.col("asked").dt.strftime("%d.%m.%Y").alias("claim_from"),
        *[c for place in places for c in _named(place)],
        pl.col("ethnicity").alias("ethnic_group"),
        MADE_UP,
    )


def _named(place: str) -> list[pl.Expr]:
    return [
        pl.col(f"{place}_given").alias(f"{place}_forename"),
        pl.col(f"{place}_family").alias(f"{place}_surname"),
        pl.col(f"{place}_birth").dt.strftime("%Y/%m/%d").alias(f"{place}_dob"),
    ]
