"""Who lives with whom: families, their adults and children, and parents who live apart.

People are numbered by family, first the adults, then the children from the oldest, then grandparents.
Days are counted from the beginning of 1970; ``today`` is such a day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from licet.synthetic.town import rates
from licet.synthetic.town.names import COMMUNITIES

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

YEAR = 365.25
KINDS = tuple(rates.KINDS)
ADULT, CHILD, GRANDPARENT = 0, 1, 2
NOBODY = -1


@dataclass
class Families:
    """Families and the people in them; arrays over families, then over people.

    kind: place in ``KINDS``. community: place in ``COMMUNITIES``. start, size: its people.
    communal: "" or the kind of building. separated: day the parents parted, or NOBODY.
    family, role, place (within the family), sex (True: female), birth (day); parent1, parent2:
    people or NOBODY; own (community). other: for parents who live apart, a family that is theirs.
    """

    kind: Whole
    community: Whole
    start: Whole
    size: Whole
    adults: Whole
    children: Whole
    married: Flags
    separated: Whole
    communal: NDArray[np.object_]
    family: Whole
    role: Whole
    place: Whole
    female: Flags
    birth: Whole
    parent1: Whole
    parent2: Whole
    own: Whole

    def is_kind(self, *names: str) -> Flags:
        """Which families are of one of these kinds."""
        return np.isin(self.kind, [KINDS.index(name) for name in names])

    @property
    def with_children(self) -> Flags:
        """Which families have children at home."""
        return self.children > 0


def draw(rng: np.random.Generator, chances: tuple[float, ...], count: int) -> Whole:
    """``count`` places of a table of chances."""
    total = np.cumsum(np.asarray(chances, dtype=np.float64))
    found = np.searchsorted(total / total[-1], rng.random(count), side="right")
    return np.minimum(found, len(chances) - 1).astype(np.int64)


def families(rng: np.random.Generator, people: int, today: int) -> Families:
    """Families of exactly ``people`` people."""
    found = _framed(rng, people)
    _sexes(rng, found)
    _births(rng, found, today)
    _communal(rng, found, today)
    _parents(found)
    _parted(rng, found, today)
    return found


def _framed(rng: np.random.Generator, people: int) -> Families:
    count = people // 2 + 50
    kind = draw(rng, tuple(rates.KINDS.values()), count)
    community = draw(rng, tuple(c.share for c in COMMUNITIES), count)
    names = np.array(KINDS, dtype=object)[kind]
    adults = np.where(np.isin(names, ["couple", "parents", "blended"]), 2, 1)
    three, shared = names == "three_generations", names == "shared"
    adults = np.where(three & (rng.random(count) < 0.6), 2, adults)
    adults = np.where(shared, rng.integers(2, 6, count), adults)
    children = np.zeros(count, dtype=np.int64)
    large = np.array([c.large for c in COMMUNITIES])[community]
    for name, chances in rates.CHILDREN.items():
        of = names == name
        drawn = 1 + draw(rng, chances, int(of.sum()))
        more = rng.binomial(3, large[of])
        children[of] = drawn + more
    elders = np.where(three, 1 + (rng.random(count) < 0.35), 0)
    size = adults + children + elders
    last = int(np.searchsorted(np.cumsum(size), people, side="right"))
    kind, community, adults, children, size = (
        each[:last] for each in (kind, community, adults, children, size)
    )
    rest = people - int(size.sum())  # the last few live alone, so that the number is exact
    ones = np.ones(rest, dtype=np.int64)
    kind = np.r_[kind, 0 * ones]
    community = np.r_[community, 0 * ones]
    adults, children = np.r_[adults, ones], np.r_[children, 0 * ones]
    size = np.r_[size, ones]
    return _peopled(rng, kind, community, adults, children, size)


def _peopled(
    rng: np.random.Generator,
    kind: Whole,
    community: Whole,
    adults: Whole,
    children: Whole,
    size: Whole,
) -> Families:
    count, total = len(kind), int(size.sum())
    start = np.cumsum(size) - size
    family = np.repeat(np.arange(count), size)
    place = np.arange(total) - start[family]
    child = (place >= adults[family]) & (place < (adults + children)[family])
    role = np.where(child, CHILD, np.where(place < adults[family], ADULT, GRANDPARENT))
    other = draw(rng, tuple(c.share for c in COMMUNITIES), total)
    second = (role == ADULT) & (place > 0) & (rng.random(total) < rates.OTHER_COMMUNITY)
    shared = kind[family] == KINDS.index("shared")
    return Families(
        kind=kind,
        community=community,
        start=start,
        size=size,
        adults=adults,
        children=children,
        married=(adults == 2) & (rng.random(count) < rates.MARRIED) & (kind != KINDS.index("shared")),
        separated=np.full(count, NOBODY),
        communal=np.full(count, "", dtype=object),
        family=family,
        role=role,
        place=place,
        female=rng.random(total) < 0.5,
        birth=np.zeros(total, dtype=np.int64),
        parent1=np.full(total, NOBODY),
        parent2=np.full(total, NOBODY),
        own=np.where(second | shared, other, community[family]),
    )  # fmt: skip


def _sexes(rng: np.random.Generator, found: Families) -> None:
    """First adults of families with children are mostly women; the second of the other sex."""
    pair = np.flatnonzero((found.adults == 2) & ~found.is_kind("shared"))
    found.female[found.start[pair]] = True
    alike = rng.random(len(pair)) < rates.SAME_SEX
    same = rng.random(len(pair)) < 0.5
    found.female[found.start[pair]] = np.where(alike, same, True)
    found.female[found.start[pair] + 1] = np.where(alike, same, False)
    lone = np.flatnonzero(found.with_children & (found.adults == 1))
    found.female[found.start[lone]] = rng.random(len(lone)) >= rates.LONE_FATHERS
    child = found.role == CHILD
    found.female[child] = rng.random(int(child.sum())) < 0.488


def _births(rng: np.random.Generator, found: Families, today: int) -> None:
    total = len(found.family)
    age = np.zeros(total)
    oldest = _children_ages(rng, found, age)
    count = len(found.kind)
    first = np.zeros(count)
    for name, (mean, spread) in rates.FIRST_BIRTH.items():
        of = found.is_kind(name)
        first[of] = np.clip(rng.normal(mean, spread, int(of.sum())), 16.3, 44)
    mother = oldest / YEAR + first
    alone = np.where(
        rng.random(count) < 0.30,
        rng.uniform(18, 32, count),
        np.where(rng.random(count) < 0.58, rng.uniform(30, 66, count), rng.uniform(64, 97, count)),
    )
    pair = np.clip(rng.normal(57, 18, count), 20, 92)
    share = rng.uniform(19, 35, count)
    adult = np.where(
        found.with_children,
        mother,
        np.where(found.is_kind("single"), alone, np.where(found.is_kind("couple"), pair, share)),
    )
    family = found.family
    years = adult[family] + np.where(found.place > 0, rng.normal(1.6, 3.8, total), 0)
    shared = found.is_kind("shared")[family]
    years = np.where(shared, rng.uniform(19, 36, total), years)
    elder = adult[family] + rng.uniform(20, 36, total)
    floor = np.where(found.with_children[family], (oldest / YEAR)[family] + 16, 18)
    years = np.maximum(years, floor)
    grown = np.where(found.role == GRANDPARENT, np.minimum(elder, 97), years) * YEAR
    found.birth[:] = today - np.where(found.role == CHILD, age, grown).astype(np.int64)


def _children_ages(
    rng: np.random.Generator, found: Families, age: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fill in the children's ages, in days; returns that of each family's oldest (0 if none)."""
    child = np.flatnonzero(found.role == CHILD)
    family = found.family[child]
    gap = rng.uniform(420, 1600, len(child))
    gap[rng.random(len(child)) < rates.TWINS] = 0
    last = np.r_[family[1:] != family[:-1], True]
    gap[last] = 0
    youngest = rng.uniform(5, 17.6 * YEAR, len(found.kind))
    total = np.bincount(family, weights=gap, minlength=len(found.kind))
    # The oldest children have grown up and left: no family's oldest is older than 22.
    over = youngest + total - 22 * YEAR
    youngest = np.where(over > 0, np.maximum(youngest - over, 5), youngest)
    passed = np.cumsum(gap) - gap
    before = np.zeros(len(found.kind))
    first = np.r_[True, family[1:] != family[:-1]]
    before[family[first]] = passed[first]
    age[child] = (youngest + total)[family] - (passed - before[family])
    return np.where(found.with_children, youngest + total, 0.0)


def _communal(rng: np.random.Generator, found: Families, today: int) -> None:
    """A care home, a student hall and a refuge: whole families in one building."""
    single = found.is_kind("single")
    draws = rng.random(len(found.kind))
    care = single & (draws < rates.CARE_HOME)
    hall = single & (draws > 1 - rates.STUDENT_HALL)
    lone = np.flatnonzero(found.is_kind("lone"))
    most = max(3, min(9, len(lone) // 40))
    refuge = np.sort(lone[rng.permutation(len(lone))[:most]])
    found.communal[care], found.communal[hall] = "care_home", "student_hall"
    found.communal[refuge] = "refuge"
    old, young = found.start[care], found.start[hall]
    found.birth[old] = today - (rng.uniform(74, 99, len(old)) * YEAR).astype(np.int64)
    found.birth[young] = today - (rng.uniform(18, 23, len(young)) * YEAR).astype(np.int64)
    found.female[found.start[refuge]] = True


def _parents(found: Families) -> None:
    """Parents of the children at home: the adults of the family, and of elders' children."""
    child = np.flatnonzero(found.role == CHILD)
    family = found.family[child]
    start = found.start[family]
    found.parent1[child] = start
    found.parent2[child] = np.where(found.adults[family] == 2, start + 1, NOBODY)
    older = found.is_kind("blended")[family] & (_rank(found, child) <= found.children[family] // 2)
    found.parent2[child[older]] = NOBODY
    elder = found.role == GRANDPARENT
    first = np.flatnonzero(elder & (found.place == (found.adults + found.children)[found.family]))
    found.parent1[found.start[found.family[first]]] = first
    second = np.flatnonzero(elder & (found.place > (found.adults + found.children)[found.family]))
    found.parent2[found.start[found.family[second]]] = second
    found.female[second] = ~found.female[second - 1]


def _rank(found: Families, child: Whole) -> Whole:
    """Which child of its family each is, from 1, the oldest."""
    family = found.family[child]
    return found.place[child] - found.adults[family] + 1


def _parted(rng: np.random.Generator, found: Families, today: int) -> None:
    """Find, for families with a parent elsewhere, one in the town: alone or with a new partner."""
    seeking = np.flatnonzero(found.is_kind("lone", "blended"))
    seeking = seeking[rng.random(len(seeking)) < rates.OTHER_PARENT_IN_TOWN]
    homes = np.flatnonzero(found.is_kind("single", "couple") & (found.communal == ""))
    homes = homes[rng.permutation(len(homes))]
    count = min(len(seeking), len(homes))
    seeking, homes = seeking[:count], homes[:count]
    mother = found.start[seeking]
    other = found.start[homes] + (found.size[homes] - 1)
    same = rng.random(count) < 0.85
    community = np.where(same, found.community[seeking], found.community[homes])
    found.community[homes] = community
    found.own[found.start[homes]] = found.own[other] = community
    found.female[other] = ~found.female[mother]
    born = found.birth[mother] - rng.normal(1.8 * YEAR, 3.5 * YEAR, count).astype(np.int64)
    child = np.flatnonzero(found.role == CHILD)
    oldest = np.full(len(found.kind), today)
    np.minimum.at(oldest, found.family[child], found.birth[child])
    found.birth[other] = np.minimum(born, oldest[seeking] - 17 * 365)
    paired = found.size[homes] == 2
    partner = found.start[homes[paired]]
    found.female[partner] = ~found.female[other[paired]]
    near = rng.normal(0, 4 * YEAR, len(partner)).astype(np.int64)
    found.birth[partner] = np.minimum(found.birth[other[paired]] + near, today - 19 * 365)
    place = np.full(len(found.kind), NOBODY)
    place[seeking] = other
    child = np.flatnonzero((found.role == CHILD) & (found.parent2 == NOBODY))
    found.parent2[child] = place[found.family[child]]
    youngest = _youngest(found, child)
    span = np.minimum(today - youngest[seeking], 8 * 365)
    day = today - (rng.uniform(0.15, 0.9, count) * span).astype(np.int64)
    found.separated[seeking] = day
    found.separated[homes] = day


def _youngest(found: Families, child: Whole) -> Whole:
    """Birth of the youngest of these children by family; the beginning of time if none."""
    day = np.full(len(found.kind), -100_000)
    np.maximum.at(day, found.family[child], found.birth[child])
    return day
