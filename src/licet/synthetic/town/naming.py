"""What everybody is called: given, middle and family names, at birth and now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town import rates
from licet.synthetic.town.families import ADULT, CHILD, NOBODY, Families
from licet.synthetic.town.names import COMMUNITIES, FEMININE

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class _List:
    """All lists of one kind after one another; first, size: the part of each community."""

    words: tuple[str, ...]
    first: Whole
    size: Whole

    @classmethod
    def of(cls, lists: list[tuple[str, ...]]) -> _List:
        size = np.array([len(words) for words in lists])
        return cls(tuple(w for words in lists for w in words), np.cumsum(size) - size, size)

    def drawn(self, rng: np.random.Generator, community: Whole, flat: float) -> Whole:
        """A word of each person's community; the first words oftener, less so the greater flat."""
        # The inverse of a cumulative 1 / (rank + flat): frequent names are frequent, as real ones.
        size = self.size[community]
        high = np.log1p(size / flat)
        rank = flat * np.expm1(rng.random(len(community)) * high)
        return self.first[community] + np.minimum(rank.astype(np.int64), size - 1)


FEMALE = _List.of([c.female for c in COMMUNITIES])
MALE = _List.of([c.male for c in COMMUNITIES])
FAMILY = _List.of([c.family for c in COMMUNITIES])
_GIVEN = (*FEMALE.words, *MALE.words)
_FROM = len(FEMALE.words)  # where men's names begin among all given names
_SOMALI = next(place for place, c in enumerate(COMMUNITIES) if c.fathers_name)


@dataclass
class Names:
    """given, middle: places among all given names (NOBODY: none). family, second: places among
    family names; second is the other half of a double name, or NOBODY. before, before_second: the
    family name until ``changed`` (a day; NOBODY: never)."""

    given: Whole
    middle: Whole
    family: Whole
    second: Whole
    before: Whole
    changed: Whole


def named(rng: np.random.Generator, found: Families, today: int) -> Names:
    """Names for everybody; children after their parents."""
    total = len(found.family)
    given = _given(rng, found)
    middle = _drawn_given(rng, found.own, found.female)
    chance = np.array([c.middle for c in COMMUNITIES])[found.own]
    middle[(rng.random(total) >= chance) | (middle == given)] = NOBODY
    family = FAMILY.drawn(rng, found.own, 14.0)
    nobody = np.full(total, NOBODY)
    names = Names(given, middle, family, nobody.copy(), nobody.copy(), nobody.copy())
    _elders(names, found)
    _wives(rng, names, found, today)
    _children(rng, names, found)
    return names


def _drawn_given(rng: np.random.Generator, community: Whole, female: Flags) -> Whole:
    women = FEMALE.drawn(rng, community, 10.0)
    men = MALE.drawn(rng, community, 10.0)
    return np.where(female, women, men + _FROM)


def _given(rng: np.random.Generator, found: Families) -> Whole:
    """Given names: no two children of a family alike, twins and some others nearly so."""
    given = _drawn_given(rng, found.own, found.female)
    near = _neighbours()
    follows = np.r_[False, (found.role[1:] == CHILD) & (found.role[:-1] == CHILD)]
    follows &= np.r_[False, found.family[1:] == found.family[:-1]]
    twin = follows & np.r_[False, found.birth[1:] == found.birth[:-1]]
    alike = (twin & (rng.random(len(given)) < 0.6)) | (
        follows & (rng.random(len(given)) < rates.ALIKE)
    )
    same_sex = np.r_[False, found.female[1:] == found.female[:-1]]
    place = np.flatnonzero(alike & same_sex)
    given[place] = near[given[place - 1]]
    for _ in range(6):  # pragma: no branch - nobody draws one name six times in a row
        again = np.flatnonzero(follows & np.r_[False, given[1:] == given[:-1]])
        if not len(again):
            break
        given[again] = _drawn_given(rng, found.own[again], found.female[again])
    son = np.flatnonzero((found.role == CHILD) & ~found.female & (found.parent2 != NOBODY))
    son = son[rng.random(len(son)) < rates.JUNIOR]
    father = found.parent2[son]
    ok = ~found.female[father]
    given[son[ok]] = given[father[ok]]
    return given


def _neighbours() -> Whole:
    """For each given name another of the same list that begins with the same letter, or itself."""
    near = np.arange(len(_GIVEN))
    for lists, offset in ((FEMALE, 0), (MALE, _FROM)):
        for first, size in zip(lists.first.tolist(), lists.size.tolist(), strict=True):
            places = range(offset + first, offset + first + size)
            by_letter: dict[str, list[int]] = {}
            for place in places:
                by_letter.setdefault(_GIVEN[place][0], []).append(place)
            for group in by_letter.values():
                for i, place in enumerate(group):
                    near[place] = group[(i + 1) % len(group)]
    return near


def _elders(names: Names, found: Families) -> None:
    """The first adult of a family of three generations was born with the elder's name."""
    child = np.flatnonzero((found.role == ADULT) & (found.parent1 != NOBODY))
    names.family[child] = names.family[found.parent1[child]]
    both = child[found.parent2[child] != NOBODY]
    names.family[found.parent2[both]] = names.family[found.parent1[both]]


def _wives(rng: np.random.Generator, names: Names, found: Families, today: int) -> None:
    """Wives who took their husbands' names, some beside their own; some kept them when parted."""
    pair = np.flatnonzero(found.married)
    wife, husband = found.start[pair], found.start[pair] + 1
    swapped = ~found.female[wife] & found.female[husband]
    wife, husband = np.where(swapped, husband, wife), np.where(swapped, wife, husband)
    takes = np.array([c.takes_name for c in COMMUNITIES])[found.own[wife]]
    draws = rng.random(len(pair))
    took = draws < takes
    day = today - rng.integers(90, 20 * 365, len(pair))
    grown = np.minimum(found.birth[wife], found.birth[husband]) + 18 * 365
    day = np.maximum(day, np.minimum(grown, today - 90))
    _change(names, wife[took], names.family[husband[took]], day[took])
    double = took & (rng.random(len(pair)) < 0.08)
    names.second[wife[double]] = names.before[wife[double]]
    lone = np.flatnonzero((found.role == CHILD) & (found.parent2 != NOBODY))
    lone = lone[found.family[found.parent2[lone]] != found.family[lone]]
    first = (
        lone[np.r_[True, found.family[lone[1:]] != found.family[lone[:-1]]]] if len(lone) else lone
    )
    mother, father = found.parent1[first], found.parent2[first]
    parted = found.separated[found.family[first]]
    kept = (rng.random(len(first)) < 0.3) & found.female[mother] & (names.before[mother] == NOBODY)
    names.family[mother[kept]] = names.family[father[kept]]
    back = (rng.random(len(first)) < 0.2) & found.female[mother] & ~kept
    back &= names.before[mother] == NOBODY
    own = names.family[mother[back]]
    names.family[mother[back]] = names.family[father[back]]
    _change(names, mother[back], own, parted[back])


def _change(names: Names, who: Whole, to: Whole, day: Whole) -> None:
    names.before[who] = names.family[who]
    names.family[who] = to
    names.changed[who] = day


def _children(rng: np.random.Generator, names: Names, found: Families) -> None:
    """Children's family names: mostly the father's, married or not; one for all of the same pair."""
    child = np.flatnonzero(found.role == CHILD)
    one, two = found.parent1[child], found.parent2[child]
    both = two != NOBODY
    father = np.where(both & found.female[one], two, one)
    mother = np.where(father == one, np.where(both, two, one), one)
    pair = one * 7 + np.where(both, two, NOBODY) * 13
    draw = _steady(rng, pair)
    married = found.married[found.family[child]] & both
    married &= found.family[two] == found.family[child]
    outside = ~married & (draw < rates.OUTSIDE_NAME)
    born = np.where(names.before[mother] == NOBODY, names.family[mother], names.before[mother])
    away = FAMILY.drawn(rng, found.own[one], 14.0)
    away = away[np.searchsorted(np.sort(pair), pair)] if len(pair) else away
    family = np.where(both, np.where(outside, born, names.family[father]), names.family[one])
    absent = ~both & (draw > 0.55) & found.female[one]
    family = np.where(absent, away, family)
    doubles = np.array([c.double != "" for c in COMMUNITIES])[found.own[child]]
    portuguese = np.array([c.double == " " for c in COMMUNITIES])[found.own[child]]
    double = both & doubles & ((~married & (draw > 0.93)) | (portuguese & (draw > 0.3)))
    names.second[child] = np.where(double & (born != family), family, NOBODY)
    names.family[child] = np.where(double & (born != family), born, family)
    somali = (
        both
        & (found.own[child] == _SOMALI)
        & (found.own[father] == _SOMALI)
        & ~found.female[father]
    )
    place = names.given[father] - _FROM - MALE.first[_SOMALI]
    patronym = FAMILY.first[_SOMALI] + np.clip(place, 0, FAMILY.size[_SOMALI] - 1)
    names.family[child] = np.where(somali, patronym, names.family[child])


def _steady(rng: np.random.Generator, key: Whole) -> NDArray[np.float64]:
    """A number from 0 to 1 per key: the same for equal keys."""
    _, place = np.unique(key, return_inverse=True)
    return rng.random(int(place.max()) + 1 if len(place) else 0)[place]


def texts(names: Names, found: Families) -> pl.DataFrame:
    """The names as text: given, middle, family, previous_family, family_before (of a change)."""
    given = pl.Series("given", _GIVEN, dtype=pl.String)
    words = pl.Series("family", FAMILY.words, dtype=pl.String)
    gaps = pl.Series("gap", [c.double or "-" for c in COMMUNITIES])
    frame = pl.DataFrame(
        {
            "given": _gathered(given, names.given),
            "middle": _gathered(given, names.middle),
            "family": _gathered(words, names.family),
            "second": _gathered(words, names.second),
            "before": _gathered(words, names.before),
            "gap": gaps.gather(found.own.tolist()),
            "female": found.female,
        }
    )
    first, before = _feminine("family"), _feminine("before")
    double = pl.concat_str([first, pl.col("gap"), _feminine("second")])
    return frame.select(
        "given",
        "middle",
        family=pl.when(pl.col("second").is_null()).then(first).otherwise(double),
        previous_family=before,
    )


def _feminine(column: str) -> pl.Expr:
    """Polish family names as women bear them."""
    found: pl.Expr = pl.col(column)
    for ending, women in FEMININE.items():
        found = (
            pl.when("female", found.str.ends_with(ending))
            .then(found.str.strip_suffix(ending) + women)
            .otherwise(found)
        )
    return found


def _gathered(words: pl.Series, place: Whole) -> pl.Series:
    series = pl.Series(np.where(place == NOBODY, 0, place), dtype=pl.UInt32)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(place))
    return words.gather(series).zip_with(pl.Series(place != NOBODY), nothing)
