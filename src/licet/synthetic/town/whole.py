"""The whole town from a seed: people, homes, feeds and the truth about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from licet.errors import bad
from licet.synthetic.town import rates
from licet.synthetic.town.claims import benefits, housing
from licet.synthetic.town.contacts import early_years, social_work
from licet.synthetic.town.families import CHILD, NOBODY, Whole, families
from licet.synthetic.town.holding import World
from licet.synthetic.town.homes import days, homes, residences
from licet.synthetic.town.naming import named, texts
from licet.synthetic.town.numbers import nhs_numbers, nino_numbers, upn_numbers
from licet.synthetic.town.registers import education, health
from licet.synthetic.town.social import groups

EPOCH = date(1970, 1, 1).toordinal()
FEEDS = ("education", "early_years", "social_work", "health", "housing", "benefits")


@dataclass(frozen=True)
class Town:
    """A made-up town, and everything true of it.

    people: person, household, names, birth, sex, national numbers, groups. dwellings. residences:
    person, dwelling, from, to, kind. relationships: person, other, kind (what the other is to the
    person), from, to. feeds: extracts as their services write them. truth: row, feed, record,
    person, household. errors: row, error.
    """

    seed: int
    today: date
    people: pl.DataFrame
    dwellings: pl.DataFrame
    residences: pl.DataFrame
    relationships: pl.DataFrame
    feeds: Mapping[str, pl.DataFrame]
    truth: pl.DataFrame
    errors: pl.DataFrame


def make_town(
    people: int = 5000, seed: int = 1, today: date = rates.TODAY, more: float = 0.0
) -> Town:
    """A town of exactly ``people`` people; the same for the same arguments.

    today: the day of the extracts. more: mean number of further records of each person in services
    that are no true registers. Refuses a town that is too small or too large.
    """
    if not rates.FEWEST_PEOPLE <= people <= rates.MOST_PEOPLE:
        allowed = f"{rates.FEWEST_PEOPLE:,} to {rates.MOST_PEOPLE:,}"
        raise bad(f"a town of {people:,} people", "people", allowed)
    world = _world(np.random.default_rng(seed), people, today)
    feeds = {
        "education": education(world),
        "early_years": early_years(world, more),
        "social_work": social_work(world, more),
        "health": health(world),
        "housing": housing(world, more),
        "benefits": benefits(world, more),
    }
    feeds = {name: _shuffled(world.rng, frame) for name, frame in feeds.items()}
    return Town(
        seed=seed,
        today=today,
        people=_people(world),
        dwellings=world.homes.places,
        residences=residences(world.families, world.homes),
        relationships=_relationships(world),
        feeds=feeds,
        truth=pl.concat(world.truth),
        errors=pl.concat(world.errors),
    )


def _world(rng: np.random.Generator, people: int, today: date) -> World:
    now = today.toordinal() - EPOCH
    found = families(rng, people, now)
    names = named(rng, found, now)
    where = homes(rng, found, now)
    numbers = pl.DataFrame(
        {
            "nhs": nhs_numbers(rng, people),
            "upn": upn_numbers(rng, people),
            "nino": nino_numbers(rng, people),
        }
    )
    age = (now - found.birth) / 365.25
    numbers = numbers.with_columns(
        upn=pl.when(pl.Series((age >= 3.5) & (age < 20))).then("upn"),
        nino=pl.when(pl.Series(age >= 15.75)).then("nino"),
    )
    social = groups(rng, found, where, now)
    return World(today, now, found, names, texts(names, found), where, social, numbers, rng)


def _shuffled(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    return frame[rng.permutation(frame.height)]


def _people(world: World) -> pl.DataFrame:
    found = world.families
    sex = np.where(found.female, "female", "male")
    return pl.concat(
        [
            world.groups.select("person", "household"),
            world.texts,
            pl.DataFrame({"birth": days(found.birth), "sex": sex.astype(str)}),
            world.numbers,
            world.groups.drop("person", "household"),
        ],
        how="horizontal",
    )


def _relationships(world: World) -> pl.DataFrame:
    """What people are to one another: parent, partner, step-parent, sibling; dated where known."""
    found, parts = world.families, []
    for parents in (found.parent1, found.parent2):
        child = np.flatnonzero(parents != NOBODY)
        parts.append(_kin(child, parents[child], "parent", found.birth[child]))
    pair = np.flatnonzero((found.adults == 2) & ~found.is_kind("shared"))
    one, two = found.start[pair], found.start[pair] + 1
    since = np.maximum(found.birth[one], found.birth[two]) + 18 * 365
    parts += [_kin(one, two, "partner", since), _kin(two, one, "partner", since)]
    child = np.flatnonzero((found.role == CHILD) & (found.adults[found.family] == 2))
    step = found.start[found.family[child]] + 1
    new = step != found.parent2[child]
    parts.append(_kin(child[new], step[new], "step_parent", world.homes.since[child[new]]))
    parts += _grand(world)
    parts.append(_siblings(world))
    return pl.concat(parts).sort("person", "other", "kind")


def _grand(world: World) -> list[pl.DataFrame]:
    """Grandparents who live with their grandchildren."""
    found = world.families
    child = np.flatnonzero(found.role == CHILD)
    parent = found.parent1[child]
    parts = []
    for parents in (found.parent1, found.parent2):
        there = parents[parent] != NOBODY
        young, old = child[there], parents[parent][there]
        parts.append(_kin(young, old, "grandparent", found.birth[young]))
    return parts


def _siblings(world: World) -> pl.DataFrame:
    """Children with the same first parent, each to the next older and back."""
    found = world.families
    child = np.flatnonzero(found.role == CHILD)
    near = child[1:][found.family[child[1:]] == found.family[child[:-1]]]
    born = found.birth[near]
    return pl.concat([_kin(near, near - 1, "sibling", born), _kin(near - 1, near, "sibling", born)])


def _kin(person: Whole, other: Whole, kind: str, since: Whole) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person": person,
            "other": other,
            "kind": pl.Series([kind], dtype=pl.String).new_from_index(0, len(person)),
            "from": days(since),
            "to": pl.Series([None], dtype=pl.Date).new_from_index(0, len(person)),
        }
    )
