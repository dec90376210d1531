"""Where people live and have lived: one home or two, moves, communal buildings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town import rates
from licet.synthetic.town.families import CHILD, NOBODY, YEAR, Families
from licet.synthetic.town.places import dwellings

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass
class Homes:
    """places: the dwellings. Over people: home, second (a child's other home), previous: dwellings
    or NOBODY; since, moved (out of previous), before (into previous), second_since: days."""

    places: pl.DataFrame
    home: Whole
    since: Whole
    previous: Whole
    moved: Whole
    before: Whole
    second: Whole
    second_since: Whole


def homes(rng: np.random.Generator, found: Families, today: int) -> Homes:
    """Homes for everybody."""
    count = len(found.kind)
    private = np.flatnonzero(found.communal == "")
    care = int((found.communal == "care_home").sum())
    total = int(len(private) * rates.DWELLINGS_PER_FAMILY) + 60
    buildings = max(1, care // 40)
    places = dwellings(total, buildings)
    home = np.full(count, NOBODY)
    home[private] = rng.permutation(total)[: len(private)]
    home[found.communal == "refuge"] = total
    home[found.communal == "student_hall"] = total + 1
    inside = np.flatnonzero(found.communal == "care_home")
    home[inside] = total + 2 + np.arange(len(inside)) % buildings
    moved, old = _moves(rng, found, total, today)
    since = np.where(moved != NOBODY, moved, today - rng.integers(400, 20 * 365, count))
    result = _of_people(rng, found, places, home, since, moved, old)
    _parted(found, result, home, moved, old)
    _two_homes(rng, found, result, home)
    return result


def _moves(
    rng: np.random.Generator, found: Families, total: int, today: int
) -> tuple[Whole, Whole]:
    """Day of each family's last move (or NOBODY), and where it lived before."""
    count = len(found.kind)
    went = (rng.random(count) < rates.MOVED) | (found.communal != "")
    days = rng.uniform(40, rates.YEARS_KNOWN * YEAR, count)
    days = np.where(rng.random(count) < 0.35, rng.uniform(20, 500, count), days)
    days = np.where(found.communal == "refuge", rng.uniform(10, 200, count), days)
    days = np.where(found.communal == "student_hall", rng.uniform(90, 900, count), days)
    moved = np.where(went, today - days.astype(np.int64), NOBODY)
    return moved, np.where(went, rng.integers(0, total, count), NOBODY)


def _of_people(
    rng: np.random.Generator,
    found: Families,
    places: pl.DataFrame,
    home: Whole,
    since: Whole,
    moved: Whole,
    old: Whole,
) -> Homes:
    family = found.family
    there = (moved[family] != NOBODY) & (found.birth < moved[family])
    stay = rng.integers(300, 9 * 365, len(home))
    before = np.maximum(found.birth, (moved - stay)[family])
    return Homes(
        places=places,
        home=home[family],
        since=np.maximum(since[family], found.birth),
        previous=np.where(there, old[family], NOBODY),
        moved=np.where(there, moved[family], NOBODY),
        before=np.where(there, before, NOBODY),
        second=np.full(len(family), NOBODY),
        second_since=np.full(len(family), NOBODY),
    )


def _parted(found: Families, result: Homes, home: Whole, moved: Whole, old: Whole) -> None:
    """A parent who left lived with the children until then: services may still say so."""
    child = np.flatnonzero((found.role == CHILD) & (found.parent2 != NOBODY))
    child = child[found.family[found.parent2[child]] != found.family[child]]
    family, left = found.family[child], found.parent2[child]
    day = found.separated[family]
    went_after = (moved[family] != NOBODY) & (moved[family] > day)
    result.previous[left] = np.where(went_after, old[family], home[family])
    result.moved[left] = day
    result.since[left] = day
    result.before[left] = np.minimum(found.birth[child], day - 30)


def _two_homes(rng: np.random.Generator, found: Families, result: Homes, home: Whole) -> None:
    child = np.flatnonzero((found.role == CHILD) & (found.parent2 != NOBODY))
    child = child[found.family[found.parent2[child]] != found.family[child]]
    # Brothers and sisters do the same: one draw per family.
    chosen = rng.random(len(found.kind)) < rates.TWO_HOMES
    both = chosen[found.family[child]]
    who = child[both]
    result.second[who] = home[found.family[found.parent2[who]]]
    result.second_since[who] = np.maximum(found.separated[found.family[who]], found.birth[who])


def residences(found: Families, result: Homes) -> pl.DataFrame:
    """person, dwelling, from, to (null: still), kind (home, second, previous)."""
    person = np.arange(len(result.home))
    two = np.flatnonzero(result.second != NOBODY)
    old = np.flatnonzero(result.previous != NOBODY)
    parts = [
        _part(person, result.home, result.since, None, "home"),
        _part(two, result.second[two], result.second_since[two], None, "second"),
        _part(old, result.previous[old], result.before[old], result.moved[old], "previous"),
    ]
    return pl.concat(parts).sort("person", "from", "kind")


def _part(who: Whole, dwelling: Whole, start: Whole, end: Whole | None, kind: str) -> pl.DataFrame:
    last = (
        pl.Series([None], dtype=pl.Date).new_from_index(0, len(who)) if end is None else days(end)
    )
    return pl.DataFrame(
        {
            "person": who,
            "dwelling": dwelling,
            "from": days(start),
            "to": last,
            "kind": pl.Series([kind]).new_from_index(0, len(who)),
        }
    )


def days(day: Whole) -> pl.Series:
    """Days since the beginning of 1970 as dates."""
    return pl.Series(day.astype(np.int32)).cast(pl.Date)
