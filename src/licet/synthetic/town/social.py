"""Which social groups people are in: the groups of the survey, and more."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town import rates
from licet.synthetic.town.families import (
    ADULT,
    CHILD,
    GRANDPARENT,
    KINDS,
    NOBODY,
    YEAR,
    Families,
    draw,
)
from licet.synthetic.town.homes import Homes
from licet.synthetic.town.names import COMMUNITIES

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

MIXED = "Mixed or other"
BANDS = ((0, "0-4"), (5, "5-12"), (13, "13-15"), (16, "16-17"), (18, "18-29"), (30, "30-44"),
         (45, "45-64"), (65, "65+"))  # fmt: skip
ETHNIC = {"black": "Black", "asian": "Asian", "white_other": "White other", "mixed_other": MIXED}
FLAGS = (
    "black", "asian", "white_other", "mixed_other", "family_first", "lone", "younger", "hh5plus",
    "low_income",
)  # fmt: skip
"""Groups that errors and permission may differ by."""


def groups(rng: np.random.Generator, found: Families, homes: Homes, today: int) -> pl.DataFrame:
    """One row per person: who they are, and a column of truth values for each of ``FLAGS``.

    person, household, kind, ethnicity, language, age, age_band, parent (of a child at home),
    household_size, tenure, income, standing (a number), ward, communal.
    """
    family = found.family
    age = (today - found.birth) / YEAR
    ethnicity = _ethnicity(found)
    parent = (found.role == ADULT) & found.with_children[family]
    lone_family = found.with_children & (found.adults == 1)
    size = np.where(found.communal[family] == "", found.size[family], 1)
    young = parent & (age < 30)
    young_family = np.bincount(family, weights=young, minlength=len(found.kind)) > 0
    younger = young | ((found.role == CHILD) & young_family[family])
    standing = _standing(rng, found, ethnicity, young_family)
    income = np.array(rates.INCOMES, dtype=object)[np.digitize(standing, rates.INCOME_CUTS)]
    first = np.array([c.family_first for c in COMMUNITIES])[found.own]
    flags = {
        **{flag: ethnicity == word for flag, word in ETHNIC.items()},
        "family_first": first,
        "lone": lone_family[family] & (found.role != GRANDPARENT),
        "younger": younger,
        "hh5plus": size >= 5,
        "low_income": (income == rates.INCOMES[0])[family],
    }
    return pl.DataFrame(
        {
            "person": np.arange(len(family)),
            "household": family,
            "kind": np.array(KINDS, dtype=object)[found.kind][family].astype(str),
            "community": np.array([c.id for c in COMMUNITIES], dtype=object)[found.own].astype(str),
            "ethnicity": ethnicity.astype(str),
            "language": _languages(rng, found),
            "age": np.floor(age).astype(np.int64),
            "age_band": _banded(age),
            "parent": parent,
            "household_size": size,
            "tenure": _tenure(rng, found, standing)[family].astype(str),
            "income": income[family].astype(str),
            "standing": standing[family],
            "ward": homes.places["ward"].to_numpy()[homes.home],
            "communal": found.communal[family].astype(str),
            **flags,
        }
    )


def _languages(rng: np.random.Generator, found: Families) -> pl.Series:
    """The language that each household wants letters in."""
    words = np.array([c.language for c in COMMUNITIES], dtype=object)
    own = rng.random(len(found.kind)) < 0.7
    return pl.Series(np.where(own, words[found.community], "en")[found.family].astype(str))


def _ethnicity(found: Families) -> NDArray[np.object_]:
    words = np.array([c.ethnicity for c in COMMUNITIES], dtype=object)
    own = words[found.own]
    child = np.flatnonzero((found.role == CHILD) & (found.parent2 != NOBODY))
    one, two = own[found.parent1[child]], own[found.parent2[child]]
    own[child] = np.where(one == two, one, MIXED)
    return own


def _standing(
    rng: np.random.Generator, found: Families, ethnicity: NDArray[np.object_], young: Flags
) -> Numbers:
    leaning = np.array([rates.INCOME_LEANING[name] for name in KINDS])[found.kind]
    first = ethnicity[found.start]
    known = {"Black": -0.35, "Asian": -0.1, "White other": -0.1, MIXED: -0.25}
    lower = np.array([known.get(word, 0.0) for word in first.tolist()])
    drawn = rng.standard_normal(len(found.kind))
    return np.asarray(drawn + leaning + lower - 0.75 * young, dtype=np.float64)


def _tenure(rng: np.random.Generator, found: Families, standing: Numbers) -> NDArray[np.object_]:
    words = np.array(rates.TENURES, dtype=object)
    tenure = np.zeros(len(found.kind), dtype=np.int64)
    for name, chances in rates.TENURE.items():
        of = found.is_kind(name)
        tenure[of] = draw(rng, chances, int(of.sum()))
    rich = (standing > 1.2) & (rng.random(len(tenure)) < 0.8)
    poor = (standing < -1.2) & (tenure == 0) & (rng.random(len(tenure)) < 0.6)
    return words[np.where(rich, 0, np.where(poor, 1, tenure))]


def _banded(age: Numbers) -> pl.Series:
    starts = [start for start, _ in BANDS]
    names = np.array([name for _, name in BANDS], dtype=object)
    return pl.Series(names[np.searchsorted(starts, age, side="right") - 1].astype(str))


def factors(table: tuple[tuple[str, str, float], ...], kind: str, flags: pl.DataFrame) -> Numbers:
    """The product of the factors of every group that each person is in, for one kind."""
    found = np.ones(flags.height)
    for group, name, times in table:
        if name == kind:
            found[flags[group].to_numpy()] *= times
    return found
