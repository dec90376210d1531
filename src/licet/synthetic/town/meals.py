"""Awards of benefits, school meals paid or free, and who has a right to free ones and does not claim.

The limit is that of England before September 2026. Of families with the right far more go without here than
in England, so that a small town has enough of them.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town.families import YEAR, draw
from licet.synthetic.town.needs import HISTORY
from licet.synthetic.town.noted import SOON
from licet.synthetic.town.rates import INCOMES
from licet.synthetic.town.whole import EPOCH, Town

Whole = NDArray[np.int64]
Numbers = NDArray[np.float64]

AWARDS = ("universal_credit", "income_support", "child_benefit", "pension_credit")
QUALIFYING = ("income_support",)
"""Awards that give the right whatever is earned; universal credit does below the limit."""
AWARDED = {
    INCOMES[0]: (0.80, 0.06, 0.14),
    INCOMES[1]: (0.60, 0.0, 0.40),
    INCOMES[2]: (0.0, 0.0, 1.0),
}
"""By monthly income: chances of the first three awards of a claimant below 66."""
LIMIT = 616.67
"""Pounds of net earnings a month, below or at which universal credit gives the right."""
NOTHING_EARNED = 0.40  # of claimants with a low income and universal credit
EARNED = {INCOMES[0]: (100.0, 1200.0), INCOMES[1]: (100.0, 1400.0), INCOMES[2]: (2200.0, 5000.0)}
REVIEWED = 91
"""Days from one line of an award to the next."""
CHANGED = 0.08  # of reviews: other earnings than before
MISWRITTEN = 0.01  # of lines with earnings: a digit is lost
UNCLAIMED, UNCLAIMED_OTHER_LANGUAGE = 0.55, 0.70
"""Of families with the right, those who do not claim it; of those who want letters in other languages."""
SINCE_LATELY = 0.15  # of claims: made within the three years
PROTECTED = 0.03  # of families without the right: meals are still free from earlier
MISMARKED = 0.01  # of lines of meals: free written as paid, or the other way
INFANTS_BELOW = 7.0
"""Younger on 1 September: meals are free for all, without a claim."""
TERMS = ((1, 5), (4, 15), (9, 1))
"""The first day of each term: month and day."""


def terms(today: date) -> list[date]:
    """The first days of the terms of three years, the earliest first."""
    first = today - timedelta(days=HISTORY - 1)
    years = range(first.year, today.year + 1)
    every = (date(year, month, day) for year in years for month, day in TERMS)
    return [day for day in every if first <= day <= today]


def awards(rng: np.random.Generator, town: Town) -> pl.DataFrame:
    """Regular awards, a line for every three months: record, person, household, word, happened, recorded,
    earnings (pounds a month; null where it is not asked for), written (the same as the line says it)."""
    claims = town.truth.filter(pl.col("feed") == "benefits").unique("person", maintain_order=True)
    claims = claims.join(town.people.select("person", "age", "income"), on="person")
    many = claims.height
    income, old = claims["income"].to_numpy(), (claims["age"] >= 66).to_numpy()
    award, base = np.zeros(many, dtype=np.int64), np.zeros(many)
    for band, chances in AWARDED.items():
        inside = income == band
        award[inside] = draw(rng, chances, int(inside.sum()))
        base[inside] = rng.uniform(*EARNED[band], int(inside.sum()))
    base[(income == INCOMES[0]) & (rng.random(many) < NOTHING_EARNED)] = 0
    award[old] = AWARDS.index("pension_credit")
    times = -(-HISTORY // REVIEWED)
    today = town.today.toordinal() - EPOCH
    ago = rng.integers(0, REVIEWED, many)[:, None] + REVIEWED * np.arange(times)[::-1]
    earned = _over_time(rng, base, income, times)
    place = np.repeat(np.arange(many), times)
    words = np.array(AWARDS, dtype=object)[award]
    lines = claims[place].select("record", "person", "household").with_columns(
        word=pl.Series(words[place], dtype=pl.String),
        day=pl.Series(today - ago.reshape(-1)),
        earned=pl.Series(earned.reshape(-1).round(2)),
    )  # fmt: skip
    lost = pl.Series(rng.random(lines.height) < MISWRITTEN)
    asked = pl.col("word") == "universal_credit"
    lines = lines.with_columns(
        earnings=pl.when(asked).then("earned"),
        written=pl.when(asked & lost).then((pl.col("earned") / 10).round(2))
        .otherwise(pl.when(asked).then("earned")),
        recorded=pl.col("day") + pl.Series(rng.integers(0, SOON, lines.height)),
    )  # fmt: skip
    return _days(lines.drop("earned").rename({"day": "happened"}), "happened", "recorded")


def _over_time(rng: np.random.Generator, base: Numbers, income: Whole, times: int) -> Numbers:
    """Earnings of each claimant at each review: the same as before but for small and a few great changes."""
    found = np.empty((len(base), times))
    now = base.copy()
    for number in range(times):
        changed = rng.random(len(base)) < CHANGED
        for band, (low, high) in EARNED.items():
            of = changed & (income == band)
            now[of] = rng.uniform(low, high, int(of.sum()))
        found[:, number] = now * (1 + 0.02 * rng.standard_normal(len(base)))
    return found


def entitled(rng: np.random.Generator, town: Town, lines: pl.DataFrame) -> pl.DataFrame:
    """Children of school age: person, household, infant, on_roll, entitled, claimed, since.

    lines: the regular awards. entitled: by the latest award of the household, as truly earned. claimed:
    meals are free after a claim; since: the day from which (null for ever). infant: they are free for all.
    """
    latest = lines.sort("happened").group_by("household", maintain_order=True).last()
    under = (pl.col("word") == "universal_credit") & (pl.col("earnings") <= LIMIT)
    having = latest.filter(under | pl.col("word").is_in(QUALIFYING))["household"]
    people = town.people
    age = (town.today - pl.col("birth")).dt.total_days() / YEAR
    child = people.filter((age >= 4) & (age < 18) & ~pl.col("parent"))
    rolled = town.truth.filter(pl.col("feed") == "education")["person"]
    families = people["household"].n_unique()
    other = people.unique("household", maintain_order=True, keep="first").sort("household")
    foreign = (other["language"] != "en").to_numpy()
    misses = rng.random(families) < np.where(foreign, UNCLAIMED_OTHER_LANGUAGE, UNCLAIMED)
    protected = rng.random(families) < PROTECTED
    lately = rng.random(families) < SINCE_LATELY
    ago = rng.integers(30, HISTORY, families)
    home = child["household"].to_numpy()
    right = child["household"].is_in(having.implode())
    claimed = np.where(right.to_numpy(), ~misses[home], protected[home])
    today = town.today.toordinal() - EPOCH
    since = pl.Series(today - ago[home])
    return child.select(
        "person",
        "household",
        infant=_infant(pl.col("birth"), town.today),
        on_roll=pl.col("person").is_in(rolled.implode()),
        entitled=right,
        claimed=pl.Series(claimed),
        since=pl.when(pl.Series(claimed & lately[home])).then(since.cast(pl.Int32).cast(pl.Date)),
    )


def meals(rng: np.random.Generator, town: Town, rights: pl.DataFrame) -> pl.DataFrame:
    """School meals, a line a term for each pupil: record, person, household, word, happened, recorded,
    true_word. rights: as ``entitled`` gives them."""
    roll = town.truth.filter(pl.col("feed") == "education").select("record", "person")
    roll = rights.join(roll, on="person").join(town.people.select("person", "birth"), on="person")
    parts = [
        roll.with_columns(happened=pl.lit(day), infant=_infant(pl.col("birth"), day))
        for day in terms(town.today)
    ]
    lines = pl.concat(parts)
    age = (pl.col("happened") - pl.col("birth")).dt.total_days() / YEAR
    free = pl.col("claimed") & (pl.col("since").is_null() | (pl.col("since") <= pl.col("happened")))
    lines = lines.with_columns(
        true_word=pl.when("infant").then(pl.lit("universal"))
        .when(free).then(pl.lit("free")).otherwise(pl.lit("paid"))
    ).filter(age >= 4)  # fmt: skip
    wrong = pl.Series(rng.random(lines.height) < MISMARKED)
    turned = pl.col("true_word").replace({"free": "paid", "paid": "free"})
    delay = pl.lit(pl.Series(rng.integers(0, 3 * SOON, lines.height)))
    found = lines.with_columns(
        word=pl.when(wrong).then(turned).otherwise("true_word"),
        recorded=pl.col("happened") + pl.duration(days=delay),
    )
    return found.select(
        "record", "person", "household", "word", "happened", "recorded", "true_word"
    )


def _infant(birth: pl.Expr, day: date) -> pl.Expr:
    """Whether somebody is in one of the first three school years: younger than 7 on 1 September before."""
    september = date(day.year - (day.month < 9), 9, 1)
    return (pl.lit(september) - birth).dt.total_days() / YEAR < INFANTS_BELOW


def _days(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).cast(pl.Int32).cast(pl.Date) for name in columns)
