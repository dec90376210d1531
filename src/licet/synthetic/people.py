"""Synthetic parents: who they are, before anybody asks them anything.

The number of people in every printed group is exact at 843 people and in proportion otherwise:
Black 42, lone parents 93, under 30 101, households of five or more 202, and so on. How the groups
overlap is not printed; here it is plausible and nothing more.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Words = NDArray[np.object_]

PRINTED_PEOPLE = 843
PEOPLE_PER_CLUSTER = 7

_MANAGERIAL, _INTERMEDIATE, _ROUTINE = (
    "Managerial or professional",
    "Intermediate",
    "Semi-routine or routine",
)
_DEGREE, _BELOW_DEGREE, _NO_QUALIFICATION = "Degree or above", "Below degree", "No qualifications"
_OVER, _BETWEEN, _UNDER = "Over 3700", "1200 to 3700", "Under 1200"
_HIGH_MARKS = (
    (130, (True, True, True)),
    (70, (True, True, False)),
    (55, (False, True, True)),
    (40, (True, False, True)),
    (131, (True, False, False)),
    (167, (False, True, False)),
    (70, (False, False, True)),
    (180, (False, False, False)),
)
"""People with high occupation, qualification and income, from most to fewest of the three."""


def _count(printed: int, n: int) -> int:
    """A printed number of people out of 843, in proportion to ``n``."""
    return round(printed * n / PRINTED_PEOPLE)


def _chosen(rng: np.random.Generator, leaning: Numbers, count: int) -> Flags:
    """``count`` people, those with a higher leaning (logit scale) more often."""
    order = np.argsort(-(leaning + rng.gumbel(size=len(leaning))), kind="stable")
    chosen = np.zeros(len(leaning), dtype=np.bool_)
    chosen[order[:count]] = True
    return chosen


def _labelled(
    rng: np.random.Generator, free: Flags, leaning: Numbers, first: tuple[str, int], rest: str
) -> Words:
    """Labels for the people in ``free``: ``first`` for so many of them, ``rest`` for the others."""
    words = np.full(len(free), rest, dtype=object)
    words[_chosen(rng, np.where(free, leaning, -np.inf), first[1])] = first[0]
    return words


def _ethnicity(rng: np.random.Generator, n: int) -> Words:
    words = np.full(n, "White British", dtype=object)
    order = rng.permutation(n)
    start = 0
    for word, printed in (
        ("Black", 42),
        ("Asian", 64),
        ("Mixed or other", 54),
        ("White other", 68),
    ):
        words[order[start : start + _count(printed, n)]] = word
        start += _count(printed, n)
    return words


def _ages(rng: np.random.Generator, younger: Flags) -> NDArray[np.int64]:
    older = np.clip(np.rint(rng.normal(41, 6.5, len(younger))), 30, 64)
    young = np.clip(np.rint(29.4 - rng.gamma(2.0, 1.6, len(younger))), 18, 29)
    return np.where(younger, young, older).astype(np.int64)


def _household(rng: np.random.Generator, leaning: Numbers, n: int) -> Words:
    lone = _chosen(rng, leaning, _count(93, n))
    words = _labelled(rng, ~lone, np.zeros(n), ("Other arrangement", _count(122, n)), "Two parents")
    words[lone] = "Lone parent"
    return words


def _sizes(rng: np.random.Generator, household: Words, younger: Flags) -> NDArray[np.int64]:
    n = len(household)
    lone = household == "Lone parent"
    leaning = np.where(lone, -0.9, 0.0) + np.where(household == "Other arrangement", 0.8, 0.0)
    large = _chosen(rng, leaning - 0.7 * younger, _count(202, n))
    small = np.where(lone, rng.integers(2, 5, n), rng.integers(3, 5, n))
    return np.where(large, 5 + np.minimum(rng.geometric(0.6, n) - 1, 4), small).astype(np.int64)


def _marks(rng: np.random.Generator, standing: Numbers) -> NDArray[np.bool_]:
    """High occupation, qualification and income, shape (people, 3), higher standing first."""
    n = len(standing)
    order = np.argsort(-(standing + 0.6 * rng.gumbel(size=n)), kind="stable")
    rows = [mark for printed, mark in _HIGH_MARKS for _ in range(_count(printed, n))]
    rows = (rows + [_HIGH_MARKS[-1][1]] * n)[:n]
    marks = np.zeros((n, 3), dtype=np.bool_)
    marks[order] = np.array(rows, dtype=np.bool_)
    return marks


def _class_columns(rng: np.random.Generator, standing: Numbers) -> dict[str, Words]:
    n = len(standing)
    occupation, qualification, income = _marks(rng, standing).T
    routine = _labelled(rng, ~occupation, -standing, (_ROUTINE, _count(325, n)), _INTERMEDIATE)
    unqualified = _labelled(
        rng, ~qualification, -standing, (_NO_QUALIFICATION, _count(84, n)), _BELOW_DEGREE
    )
    poor = _labelled(rng, ~income, -standing, (_UNDER, _count(84, n)), _BETWEEN)
    return {
        "occupation": np.where(occupation, _MANAGERIAL, routine),
        "qualification": np.where(qualification, _DEGREE, unqualified),
        "income": np.where(income, _OVER, poor),
    }


def _sample_columns(rng: np.random.Generator, city: Flags) -> tuple[Words, Words]:
    """Stratum and first-stage cluster. Every stratum has at least two clusters."""
    n = len(city)
    strata = np.array(["North", "Midlands", "South", "London", "Scotland and Wales"], dtype=object)
    usual = rng.choice(strata, size=n, p=[0.27, 0.20, 0.28, 0.11, 0.14])
    stratum = np.where(city & (rng.random(n) < 0.4), "London", usual)
    cluster = np.empty(n, dtype=object)
    for place, name in enumerate(strata, start=1):
        inside = np.flatnonzero(stratum == name)
        clusters = max(2, len(inside) // PEOPLE_PER_CLUSTER)
        numbers = rng.permutation(np.arange(len(inside)) % clusters)
        cluster[inside] = [f"P{place}{number + 1:02d}" for number in numbers]
    return stratum, cluster


def _weights(rng: np.random.Generator, younger: Flags, degree: Flags, phone: Flags) -> Numbers:
    """Non-response weights with mean 1 and three decimals; their design effect is about 1.25."""
    raw = np.exp(0.45 * rng.standard_normal(len(younger)))
    raw *= np.where(younger, 1.35, 1.0) * np.where(degree, 0.85, 1.1) * np.where(phone, 1.15, 1.0)
    raw = np.clip(raw / raw.mean(), 0.3, 3.0)
    return np.asarray(np.round(raw / raw.mean(), 3), dtype=np.float64)


def people(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """``n`` synthetic parents: respondent, wt, stratum, psu, mode, and who they are."""
    younger = _chosen(rng, np.zeros(n), _count(101, n))
    ethnicity = _ethnicity(rng, n)
    black = ethnicity == "Black"
    mother = _chosen(rng, np.zeros(n), _count(481, n))
    household = _household(rng, 0.9 * black + 0.7 * younger + 1.1 * mother, n)
    lone = household == "Lone parent"
    standing = rng.standard_normal(n) - 0.7 * lone - 0.9 * younger - 0.4 * black
    size = _sizes(rng, household, younger)
    work = _class_columns(rng, standing)
    owner = _chosen(rng, 1.2 * standing, _count(506, n))
    phone = _chosen(rng, -0.5 * standing, _count(110, n))
    stratum, psu = _sample_columns(rng, black | (ethnicity == "Asian"))
    weight = _weights(rng, younger, work["qualification"] == _DEGREE, phone)
    return pl.DataFrame(
        {
            "respondent": np.arange(1, n + 1),
            "wt": weight,
            "stratum": stratum.astype(str),
            "psu": psu.astype(str),
            "mode": np.where(phone, "Telephone", "Web"),
            "sex": np.where(mother, "Mother", "Father"),
            "age": _ages(rng, younger),
            "ethnicity": ethnicity.astype(str),
            "household": household.astype(str),
            "household_size": size,
            **{name: words.astype(str) for name, words in work.items()},
            "tenure": np.where(owner, "Owner", "Renter"),
        }
    )
