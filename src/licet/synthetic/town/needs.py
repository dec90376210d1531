"""When families of the town are truly in need, and of what: what the lines of services come from.

The ten needs are those of the Supporting Families programme in England. How often they come is made up,
and follows money and hands at home, no group of origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl

from licet.synthetic.town.social import factors
from licet.synthetic.town.whole import EPOCH, Town

HISTORY = 1096
"""Days before the extract for which services have lines: three years."""
NEEDS: Mapping[str, float] = {
    "schooling": 3.0,
    "early_development": 2.0,
    "health": 2.0,
    "substances": 0.8,
    "family_relations": 1.6,
    "abuse": 0.8,
    "crime": 0.8,
    "domestic_abuse": 1.0,
    "housing": 2.2,
    "money": 2.8,
}
"""Every need, and how likely it is beside the others in a hard time."""
HARD_TIMES = 0.13
"""Hard times a year of a family with children in no group below: the mean."""
HARDER: tuple[tuple[str, str, float], ...] = (
    ("low_income", "hard", 2.2),
    ("lone", "hard", 1.5),
    ("younger", "hard", 1.3),
)
"""(group, "hard", how many times as often)."""
FRAILTY = 0.4
"""Shape of a gamma number with mean 1 by which families differ beyond their groups: hard times come back."""
SHORTEST, MEAN_LENGTH, LONGEST = 60, 240, 800
"""Days that a hard time lasts: at least, on average beyond that, at most."""
FURTHER, FURTHER_CHANCE = 5, 0.35
"""A hard time has one need, and each of so many further ones with this chance."""
SCHEMA = {"household": pl.Int64, "need": pl.String, "from": pl.Int64, "to": pl.Int64}


def needs(rng: np.random.Generator, town: Town) -> pl.DataFrame:
    """household, need, from, to (days since 1970, both in it): every need of three years and before.

    Needs of one household may overlap.
    """
    families = town.people.filter(pl.col("parent")).unique("household", maintain_order=True)
    yearly = HARD_TIMES * factors(HARDER, "hard", families)
    yearly *= rng.gamma(FRAILTY, 1 / FRAILTY, families.height)
    span = HISTORY + LONGEST
    times = rng.poisson(yearly * span / 365.25)
    household = np.repeat(families["household"].to_numpy(), times)
    many = len(household)
    today = town.today.toordinal() - EPOCH
    start = today - rng.integers(0, span, many)
    length = np.minimum(SHORTEST + rng.exponential(MEAN_LENGTH, many), LONGEST).astype(np.int64)
    # The largest of Gumbel numbers with these means: drawn by weight, each need once.
    draws = rng.gumbel(np.log(list(NEEDS.values())), size=(many, len(NEEDS)))
    rank = (-draws).argsort(axis=1).argsort(axis=1)
    taken = rank < (1 + rng.binomial(FURTHER, FURTHER_CHANCE, many))[:, None]
    which, need = np.nonzero(taken)
    return pl.DataFrame(
        {
            "household": household[which],
            "need": pl.Series(np.array(list(NEEDS), dtype=object)[need], dtype=pl.String),
            "from": start[which],
            "to": (start + length)[which],
        },
        schema=SCHEMA,
    )


def in_need(found: pl.DataFrame, need: str, household: pl.Series, day: pl.Series) -> pl.Series:
    """Whether each household has the need on its day (days since 1970)."""
    asked = pl.DataFrame({"household": household, "day": day}).with_row_index("place")
    of = found.filter(pl.col("need") == need).drop("need")
    there = asked.join(of, on="household").filter(
        (pl.col("from") <= pl.col("day")) & (pl.col("day") <= pl.col("to"))
    )
    return asked["place"].is_in(there["place"].unique().implode())


def dated(found: pl.DataFrame) -> pl.DataFrame:
    """The needs with dates instead of days."""
    return found.with_columns(pl.col(name).cast(pl.Int32).cast(pl.Date) for name in ("from", "to"))


def school_days(town: Town) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The school days of three years: no weekends, and no days of August, Christmas and Easter."""
    first = town.today - timedelta(days=HISTORY - 1)
    days = (first + timedelta(days=n) for n in range(HISTORY))
    return np.array([
        day.toordinal() - EPOCH
        for day in days
        if day.weekday() < 5
        and not (7, 20) <= (day.month, day.day) <= (8, 31)
        and not ((day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 4))
        and not (4, 1) <= (day.month, day.day) <= (4, 14)
    ])  # fmt: skip
