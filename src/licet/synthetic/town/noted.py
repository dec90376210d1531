"""What services note of families, line by line: drawn from their needs at declared rates, with errors.

Each kind of event has a yearly rate outside and inside a need. Of the events some are never written down,
some weeks late, some on the record of another person. All of it is made up, and all of it is kept beside
the lines: see ``Events``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town.families import YEAR
from licet.synthetic.town.needs import HISTORY, in_need, school_days
from licet.synthetic.town.whole import EPOCH, Town

Whole = NDArray[np.int64]
SCHOOL_YEAR = 190
"""School days in a year: the rates of pupils are per so many."""


@dataclass(frozen=True)
class Kind:
    """A kind of event. word: what the line says of it. usual, inside: events a year of somebody with a
    record, outside and inside the need. ages: years, from and below. most: of the number that it comes
    with, 1 to this. came: whether somebody came, where the table says that.
    """

    feed: str
    table: str
    word: str
    usual: float
    need: str
    inside: float
    ages: tuple[float, float] = (0.0, 120.0)
    least: int = 1
    most: int = 1
    came: str = ""


KINDS: tuple[Kind, ...] = (
    Kind("education", "attendance", "ill", 3.0, "health", 8.0, (4, 18), 1, 6),
    Kind("education", "attendance", "holiday", 0.4, "", 0.4, (4, 18), 4, 10),
    Kind("education", "attendance", "other", 1.2, "schooling", 14.0, (4, 18), 1, 4),
    Kind("education", "exclusions", "disruption", 0.01, "schooling", 0.5, (8, 18), 1, 6),
    Kind("education", "exclusions", "violence", 0.005, "crime", 0.8, (8, 18), 2, 10),
    Kind("early_years", "visits", "play_session", 6.0, "early_development", 2.0, (0, 5.5), came="yes"),
    Kind("early_years", "visits", "parenting_group", 0.5, "family_relations", 2.0, (18, 60), came="yes"),
    Kind("early_years", "visits", "two_year_check", 0.9, "early_development", 0.3, (2, 3), came="yes"),
    Kind("early_years", "visits", "two_year_check", 0.1, "early_development", 2.0, (2, 3), came="no"),
    Kind("social_work", "referrals", "neglect", 0.03, "abuse", 0.9),
    Kind("social_work", "referrals", "exploitation", 0.01, "abuse", 0.4, (8, 18)),
    Kind("social_work", "referrals", "domestic_abuse", 0.03, "domestic_abuse", 0.9),
    Kind("social_work", "referrals", "substances", 0.02, "substances", 0.9),
    Kind("social_work", "referrals", "family_conflict", 0.03, "family_relations", 0.7),
    Kind("social_work", "referrals", "offending", 0.01, "crime", 0.8, (10, 18)),
    Kind("health", "contacts", "missed_appointment", 0.35, "health", 3.0, (0, 18)),
    Kind("health", "contacts", "missed_appointment", 0.2, "substances", 1.5, (18, 60)),
    Kind("health", "contacts", "health_visitor", 1.5, "early_development", 3.0, (0, 5)),
    Kind("housing", "arrears", "arrears", 0.15, "housing", 4.0, (18, 120), 2, 14),
    Kind("benefits", "awards", "crisis_payment", 0.05, "money", 3.0, (18, 120)),
)  # fmt: skip
"""Every kind of event, but meals and regular awards, which are no events: see ``meals``."""

UNNOTED: Mapping[str, float] = {
    "education": 0.02, "early_years": 0.10, "social_work": 0.04, "health": 0.03, "housing": 0.02,
    "benefits": 0.01,
}  # fmt: skip
"""Of the events of a feed, the share that is never written down."""
LATE: Mapping[str, float] = {
    "education": 0.05, "early_years": 0.15, "social_work": 0.20, "health": 0.08, "housing": 0.05,
    "benefits": 0.03,
}  # fmt: skip
"""Of the events, the share that is written down weeks later."""
MISFILED: Mapping[str, float] = {
    "education": 0.004, "early_years": 0.02, "social_work": 0.01, "health": 0.004, "housing": 0.01,
    "benefits": 0.004,
}  # fmt: skip
"""Of the events, the share that is written on the record of another person."""
SOON, WEEKS, MORE_WEEKS = 5, 14, 40
"""Days until an event is written down: below the first; a late one after the second, and so many more
on average."""


def events(
    rng: np.random.Generator, town: Town, found: pl.DataFrame, kinds: Sequence[Kind] = KINDS
) -> pl.DataFrame:
    """Every event of three years, one row each, whether or not it came to be written down.

    kind (place in ``kinds``), feed, table, word, came, size, person, household, happened, inside (whether
    in the need of its kind), unnoted, late, misfiled, recorded (null of the unnoted), record (null of the
    unnoted and of what was written down after the extract).
    """
    parts = [_drawn(rng, town, found, place, kind) for place, kind in enumerate(kinds)]
    return _written(rng, town, pl.concat(parts))


def _drawn(
    rng: np.random.Generator, town: Town, found: pl.DataFrame, place: int, kind: Kind
) -> pl.DataFrame:
    """Events at the higher of both rates, of which as many are kept as the rate of each day asks."""
    today = town.today.toordinal() - EPOCH
    if kind.feed == "education":
        days, year = school_days(town), float(SCHOOL_YEAR)
    else:
        days, year = np.arange(today - HISTORY + 1, today + 1), YEAR
    known = town.truth.filter(pl.col("feed") == kind.feed).unique("person", maintain_order=True)
    most = max(kind.usual, kind.inside)
    times = rng.poisson(most * len(days) / year, known.height)
    who = np.repeat(np.arange(known.height), times)
    drawn = known[who].select("person", "household").with_columns(
        day=pl.Series(days[rng.integers(0, len(days), len(who))])
    )  # fmt: skip
    birth = town.people["birth"].gather(drawn["person"].to_list()).to_physical().cast(pl.Int64)
    age = (drawn["day"] - birth) / YEAR
    inside = in_need(found, kind.need, drawn["household"], drawn["day"])
    rate = np.where(inside.to_numpy(), kind.inside, kind.usual) / most
    keep = pl.Series(rng.random(len(who)) < rate)
    size = pl.Series(rng.integers(kind.least, kind.most + 1, len(who)))
    return drawn.with_columns(
        inside=inside,
        size=size,
        kind=pl.lit(place),
        feed=pl.lit(kind.feed),
        table=pl.lit(kind.table),
        word=pl.lit(kind.word),
        came=pl.lit(kind.came),
    ).filter(keep & (age >= kind.ages[0]) & (age < kind.ages[1]))


def _written(rng: np.random.Generator, town: Town, drawn: pl.DataFrame) -> pl.DataFrame:
    many, feed = drawn.height, drawn["feed"]

    def hit(table: Mapping[str, float]) -> pl.Series:
        chance = feed.replace_strict(table, return_dtype=pl.Float64).to_numpy()
        return pl.Series(rng.random(many) < chance)

    unnoted, late, misfiled = hit(UNNOTED), hit(LATE), hit(MISFILED)
    soon = rng.integers(0, SOON, many)
    slow = WEEKS + rng.exponential(MORE_WEEKS, many).astype(np.int64)
    recorded = drawn["day"] + pl.Series(np.where(late.to_numpy(), slow, soon))
    today = town.today.toordinal() - EPOCH
    draw = pl.Series("draw", rng.random(many))
    frame = drawn.with_columns(
        draw, unnoted=unnoted, late=late, misfiled=misfiled, recorded=recorded
    )
    record = _records(town, frame)
    return frame.select(
        "kind", "feed", "table", "word", "came", "size", "person", "household",
        pl.col("day").cast(pl.Int32).cast(pl.Date).alias("happened"),
        "inside", "unnoted", "late", "misfiled",
        pl.when(~unnoted).then(pl.col("recorded").cast(pl.Int32).cast(pl.Date)).alias("recorded"),
        pl.when(~unnoted & (recorded <= today)).then(record).alias("record"),
    )  # fmt: skip


def _records(town: Town, frame: pl.DataFrame) -> pl.Series:
    """One of the records of each person; of what is misfiled any record of the feed but theirs."""
    held = town.truth.select("feed", "person", "record").sort("feed", "person", "record")
    by_feed = held.group_by("feed").agg(pl.col("record").alias("all"), pl.len().alias("of"))
    start = pl.int_range(pl.len()).over("feed").alias("first")
    by_person = held.with_columns(start).group_by("feed", "person").agg(
        pl.col("first").min(), pl.len().alias("own")
    )  # fmt: skip
    found = frame.select("feed", "person", "draw", "misfiled").join(
        by_person, on=["feed", "person"], how="left", maintain_order="left"
    )
    sizes = by_feed.select("feed", "of")
    found = found.join(sizes, on="feed", how="left", maintain_order="left")
    own = pl.col("first") + (pl.col("draw") * pl.col("own")).floor().cast(pl.Int64)
    # Past all records of their own, round to the first of the feed.
    other = pl.col("first") + pl.col("own") + (
        pl.col("draw") * (pl.col("of") - pl.col("own"))
    ).floor().cast(pl.Int64)  # fmt: skip
    place = pl.when("misfiled").then(other % pl.col("of")).otherwise(own)
    records = held.with_columns(start).select("feed", "record", place="first")
    found = found.select("feed", place=place).join(
        records, on=["feed", "place"], how="left", maintain_order="left"
    )
    return found["record"]
