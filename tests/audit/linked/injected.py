"""Clusters spoiled at known rates by group, so that the missed and false shares are known exactly.

Families of 1 to 5 people with 1 to 4 rows each. In each family one thing happens, with chances that
depend on its group: all its people are split (one row of each goes), two of its people become one
cluster, or nothing. Whole families fail together, which is what naive intervals do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from licet.audit.linked.rows import LinkedRows
from licet.audit.people import GroupKey

GROUPS = ("white", "black", "asian")
SHARES = (0.6, 0.25, 0.15)
SPLIT: Mapping[str, float] = {"white": 0.03, "black": 0.09, "asian": 0.05}
MERGED: Mapping[str, float] = {"white": 0.04, "black": 0.04, "asian": 0.10}


@dataclass(frozen=True)
class Families:
    """A fixed population: the family, person and group of each row."""

    family: np.ndarray
    person: np.ndarray
    group: np.ndarray


def population(families: int, rng: np.random.Generator) -> Families:
    """Families with their people and rows."""
    group_of = rng.choice(len(GROUPS), families, p=SHARES)
    size = rng.choice([1, 2, 3, 4, 5], families, p=[0.25, 0.25, 0.2, 0.2, 0.1])
    family_of_person = np.repeat(np.arange(families), size)
    rows = rng.choice([1, 2, 3, 4], len(family_of_person), p=[0.2, 0.4, 0.25, 0.15])
    person = np.repeat(np.arange(len(family_of_person)), rows)
    family = family_of_person[person]
    return Families(family, person, group_of[family])


def spoiled(people: Families, rng: np.random.Generator) -> np.ndarray:
    """The clusters of one draw."""
    families = int(people.family.max()) + 1
    group = np.zeros(families, np.int64)
    group[people.family] = people.group
    chance = rng.random(families)
    split = chance < np.array([SPLIT[name] for name in GROUPS])[group]
    merged = ~split & (chance < np.array([SPLIT[n] + MERGED[n] for n in GROUPS])[group])
    found = people.person.copy()
    first = _first_rows(people.person)
    found[first & split[people.family]] += int(people.person.max()) + 1
    # The second person of a merged family takes the cluster of the first.
    number = _number_in_family(people)
    join = merged[people.family] & (number == 1)
    found[join] -= 1
    return found


def expected(people: Families, group: int | None = None) -> dict[str, float]:
    """The missed and the false share that the chances come to: expected wrong over expected pairs."""
    wrong = {"missed": [0.0, 0.0], "false": [0.0, 0.0]}
    rows_of = np.bincount(people.person)
    family_of = np.zeros(len(rows_of), np.int64)
    family_of[people.person] = people.family
    group_of = np.zeros(len(rows_of), np.int64)
    group_of[people.person] = people.group
    start = np.r_[True, family_of[1:] != family_of[:-1]]
    for place, rows in enumerate(rows_of.tolist()):
        if group is not None and group_of[place] != group:
            continue
        name = GROUPS[group_of[place]]
        pairs, lost = rows * (rows - 1) / 2, rows - 1
        wrong["missed"][0] += SPLIT[name] * lost
        wrong["missed"][1] += pairs
        wrong["false"][1] += pairs - SPLIT[name] * lost
        if start[place] and place + 1 < len(rows_of) and not start[place + 1]:
            across = MERGED[name] * rows * rows_of[place + 1]
            wrong["false"][0] += across
            wrong["false"][1] += across
    return {measure: top / base for measure, (top, base) in wrong.items()}


def linked(people: Families, found: np.ndarray) -> LinkedRows:
    """As rows with truth, families and groups."""
    keys = tuple(GroupKey("ethnicity", name, name) for name in GROUPS)
    member = np.stack([people.group == place for place in range(len(GROUPS))], axis=1)
    nobody = np.full(len(found), np.nan)
    return LinkedRows(
        found, people.person, people.family, nobody, keys=keys, member=member.astype(np.int8)
    )


def _first_rows(person: np.ndarray) -> np.ndarray:
    return np.r_[True, person[1:] != person[:-1]]


def _number_in_family(people: Families) -> np.ndarray:
    """0 for the rows of the first person of a family, 1 for those of the second, ..."""
    first = np.zeros(int(people.family.max()) + 1, np.int64)
    first[people.family[::-1]] = people.person[::-1]
    return people.person - first[people.family]
