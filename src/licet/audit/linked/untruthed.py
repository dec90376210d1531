"""What can be said of a linkage without any truth: signs of error, and the model's own estimates.

Who is linked and who is not, who could not be, persons that hang on one edge, persons that cannot be
(a date of birth nobody has, two records of a register that has one, two national numbers). How many
pairs are wrong or missing is only estimated, from the match probabilities themselves: a model that is
wrong of a group is wrong of its errors too, and pairs that no block brought together are in neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from licet.audit.linked.measured import Measure, Measured, measured
from licet.audit.linked.rows import LinkedRows, families
from licet.audit.linked.totals import Totals
from licet.audit.people import Codes, Floats
from licet.linkage.clusters import NO_BIRTH, clash
from licet.linkage.measures import bridges

Mask = NDArray[np.bool_]
OLDEST = 115
"""Years; more than anybody is."""

SIGNS = ("linked", "unlinkable", "bridged", "implausible", "impossible_date", "too_many_rows",
         "two_numbers", "two_births")  # fmt: skip
ESTIMATES = ("expected_false", "expected_missed")
_BASES = {"linked": "rows", "unlinkable": "rows", "bridged": "several"}
QUANTITIES = (
    "rows",
    "persons",
    "several",
    *SIGNS,
    "inside",
    "inside_wrong",
    "alike",
    "alike_apart",
)


def _measure(name: str) -> Measure:
    base = _BASES.get(name, "persons")
    return Measure(name, {name: 1}, {base: 1}, "signs", name == "linked", name != "linked")


UNTRUTHED = (
    *(_measure(name) for name in SIGNS),
    Measure("expected_false", {"inside_wrong": 1}, {"inside": 1}, "estimates", False, True),
    Measure("expected_missed", {"alike_apart": 1}, {"alike": 1}, "estimates", False, True),
)
"""linked: of rows, those of a person with rows of another feed. unlinkable: of rows, those that say too
little to be joined with any. bridged: of persons with several rows, those that an edge alone holds
together. implausible and its parts: of persons. expected_false: of the pairs that were compared and are
in one cluster, those that are two people by the model; expected_missed: of all pairs kept that are one
person by the model, those not in one cluster. Both are estimates."""


@dataclass(frozen=True)
class Signs:
    """What besides the clusters is known of n rows. feed: codes; alone: of a feed with one record per
    person; unlinkable None: not known; impossible: a date in it cannot be. numbers: national numbers by
    name as codes, -1 none. a, b, chance: kept pairs as places, and the probability of one person, 0-1."""

    feed: Codes
    alone: Mask
    impossible: Mask
    unlinkable: Mask | None = None
    numbers: Mapping[str, Codes] = field(default_factory=dict)
    a: Codes = field(default_factory=lambda: np.zeros(0, np.int64))
    b: Codes = field(default_factory=lambda: np.zeros(0, np.int64))
    chance: Floats = field(default_factory=lambda: np.zeros(0))


def without_truth(
    rows: LinkedRows, signs: Signs, *, draws: int, seed: int, level: float = 0.95
) -> Measured:
    """Signs of error and estimates, by group, with intervals from households drawn anew."""
    family = families(rows, signs.a, signs.b)
    number = int(family.max(initial=-1)) + 1
    found = np.asarray(np.unique(rows.found, return_inverse=True)[1], np.int64)
    first = np.zeros(int(found.max(initial=-1)) + 1, np.int64)
    first[found[::-1]] = np.arange(len(found))[::-1]
    values = np.zeros((number, 1 + len(rows.keys), len(QUANTITIES)))
    sums = _Sums(rows, values, family)
    sums.rows("rows", np.ones(len(rows)))
    sums.rows("linked", _several(found, signs.feed)[found])
    if signs.unlinkable is not None:
        sums.rows("unlinkable", signs.unlinkable)
    sums.persons("persons", np.ones(len(first)), first)
    several = np.bincount(found) > 1
    sums.persons("several", several, first)
    sums.persons("bridged", _bridged(rows, found), first)
    faults = _faults(rows, signs, found)
    for name, flags in faults.items():
        sums.persons(name, flags, first)
    sums.persons("implausible", np.any(list(faults.values()), axis=0), first)
    _estimates(sums, rows, signs)
    totals = Totals(rows.keys, QUANTITIES, values, np.zeros(number, np.int64))
    left_out = {"unlinkable"} if signs.unlinkable is None else set()
    left_out |= set() if len(signs.a) else set(ESTIMATES) | {"bridged"}
    chosen = [one for one in UNTRUTHED if one.id not in left_out]
    return measured(totals, totals.drawn(draws, seed), level=level, measures=chosen)


@dataclass
class _Sums:
    """Adds flags of rows, persons and pairs to the quantities of families."""

    on: LinkedRows
    values: Floats
    family: Codes

    def rows(self, name: str, weight: NDArray[np.generic]) -> None:
        self._add(name, weight, self.family, self.on.member == 1)

    def persons(self, name: str, weight: NDArray[np.generic], first: Codes) -> None:
        self._add(name, weight, self.family[first], self.on.member[first] == 1)

    def pairs(self, name: str, weight: Floats, a: Codes, b: Codes) -> None:
        self._add(name, weight, self.family[a], (self.on.member[a] == 1) | (self.on.member[b] == 1))

    def _add(
        self, name: str, weight: NDArray[np.generic], family: Codes, inside: NDArray[np.bool_]
    ) -> None:
        column, heavy = QUANTITIES.index(name), np.asarray(weight, np.float64)
        self.values[:, 0, column] = np.bincount(family, heavy, len(self.values))
        for key in range(len(self.on.keys)):
            held = heavy * inside[:, key]
            self.values[:, 1 + key, column] = np.bincount(family, held, len(self.values))


def _several(found: Codes, kind: Codes) -> Mask:
    """Of each person: whether its rows hold more than one kind; -1 is none."""
    known = kind >= 0
    size = int(found.max(initial=-1)) + 1
    least = np.full(size, np.iinfo(np.int64).max)
    most = np.full(size, -1, np.int64)
    np.minimum.at(least, found[known], kind[known])
    np.maximum.at(most, found[known], kind[known])
    return np.asarray((most >= 0) & (least < most), np.bool_)


def _bridged(rows: LinkedRows, found: Codes) -> Mask:
    held = np.zeros(int(found.max(initial=-1)) + 1, bool)
    # A pair of rows is always held by its one edge; what hangs on an edge are larger clusters.
    large = (np.bincount(found) > 2)[found] if len(found) else np.zeros(0, bool)
    keep = large[rows.a] & large[rows.b]
    alone = bridges(found, rows.a[keep], rows.b[keep])
    held[found[rows.a[keep][alone]]] = True
    return held


def _faults(rows: LinkedRows, signs: Signs, found: Codes) -> dict[str, Mask]:
    """Why a person cannot be, by person."""
    size = int(found.max(initial=-1)) + 1
    impossible = np.bincount(found, signs.impossible, size) > 0
    feeds = int(signs.feed.max(initial=0)) + 1
    register = found * feeds + signs.feed
    place, number = np.unique(register[signs.alone], return_counts=True)
    many = np.zeros(size, bool)
    many[place[number > 1] // feeds] = True
    several = [_several(found, codes) for codes in signs.numbers.values()]
    two = np.any(several, axis=0) if several else np.zeros(size, bool)
    return {
        "impossible_date": impossible,
        "too_many_rows": many,
        "two_numbers": two,
        "two_births": _two_births(rows.born, found, size),
    }


def _two_births(born: Floats, found: Codes, size: int) -> Mask:
    """Whether two rows of a person were born on days that are no slip of each other."""
    days = np.where(np.isfinite(born), born, NO_BIRTH).astype(np.int64)
    known = days != NO_BIRTH
    pairs = np.unique(np.stack([found[known], days[known]], axis=1), axis=0)
    held = np.zeros(size, bool)
    start = 0
    breaks = np.flatnonzero(np.diff(pairs[:, 0], append=-1)) + 1
    for end in breaks.tolist():
        some = pairs[start:end, 1].tolist()
        person, start = pairs[start, 0], end
        held[person] = any(clash(x, y) for k, x in enumerate(some) for y in some[k + 1 :])
    return held


def _estimates(sums: _Sums, rows: LinkedRows, signs: Signs) -> None:
    a, b, chance = signs.a, signs.b, signs.chance
    together = rows.found[a] == rows.found[b]
    sums.pairs("inside", together.astype(np.float64), a, b)
    sums.pairs("inside_wrong", together * (1 - chance), a, b)
    sums.pairs("alike", chance, a, b)
    sums.pairs("alike_apart", ~together * chance, a, b)
