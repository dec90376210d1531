"""The value tables of the town's feeds, as their services write them, and the truth behind them.

Drawn after everything else, from numbers of their own: a town with lines is the same town.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from licet.synthetic.town import meals, noted
from licet.synthetic.town.needs import dated, needs
from licet.synthetic.town.registers import MADE_UP
from licet.synthetic.town.whole import Town

STREAM = 8
"""Which stream of random numbers is the lines' own."""
A_WEEK = 105.0
"""Pounds of rent a week."""
OUTCOMES, OUTCOME_CHANCES = ("open", "closed", "no_action"), (0.2, 0.45, 0.35)


@dataclass(frozen=True)
class Lines:
    """tables: by feed and table, as the service writes them. needs: household, need, from, to. events: see
    ``noted.events``. rights: see ``meals.entitled``. awards, meals: lines with what is true of them."""

    tables: Mapping[tuple[str, str], pl.DataFrame]
    needs: pl.DataFrame
    events: pl.DataFrame
    rights: pl.DataFrame
    awards: pl.DataFrame
    meals: pl.DataFrame


def make_lines(town: Town) -> Lines:
    """Three years of lines; the same for the same town."""
    rng = np.random.default_rng([town.seed, STREAM])
    found = needs(rng, town)
    events = noted.events(rng, town, found)
    awards = meals.awards(rng, town)
    rights = meals.entitled(rng, town, awards)
    served = meals.meals(rng, town, rights)
    written = events.filter(pl.col("record").is_not_null())
    seen = pl.col("recorded") <= town.today
    tables = {
        ("education", "attendance"): _attendance(_of(written, "attendance")),
        ("education", "exclusions"): _exclusions(_of(written, "exclusions")),
        ("education", "meals"): _meals(served.filter(seen)),
        ("early_years", "visits"): _visits(_of(written, "visits")),
        ("social_work", "referrals"): _referrals(rng, _of(written, "referrals")),
        ("health", "contacts"): _contacts(_of(written, "contacts")),
        ("housing", "arrears"): _arrears(rng, _of(written, "arrears")),
        ("benefits", "awards"): _awards(_of(written, "awards"), awards.filter(seen)),
    }
    shuffled = {key: frame[rng.permutation(frame.height)] for key, frame in tables.items()}
    return Lines(shuffled, dated(found), events, rights, awards, served)


def _of(written: pl.DataFrame, table: str) -> pl.DataFrame:
    return written.filter(pl.col("table") == table)


def _day(name: str, form: str, column: str) -> pl.Expr:
    return pl.col(name).dt.strftime(form).alias(column)


def _attendance(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        pl.col("record").alias("pupil_ref"),
        _day("happened", "%d/%m/%Y", "day"),
        _day("recorded", "%d/%m/%Y", "entered"),
        pl.col("size").alias("sessions_missed"),
        pl.col("word").alias("reason"),
        MADE_UP,
    )


def _exclusions(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        pl.col("record").alias("pupil_ref"),
        _day("happened", "%d/%m/%Y", "day"),
        _day("recorded", "%d/%m/%Y", "entered"),
        pl.col("size").alias("sessions"),
        pl.col("word").alias("reason"),
        MADE_UP,
    )


def _meals(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        pl.col("record").alias("pupil_ref"),
        _day("happened", "%d/%m/%Y", "from_day"),
        _day("recorded", "%d/%m/%Y", "entered"),
        pl.col("word").alias("status"),
        MADE_UP,
    )


def _visits(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        pl.col("record").alias("registration"),
        _day("happened", "%d-%b-%Y", "day"),
        _day("recorded", "%d-%b-%Y", "entered"),
        pl.col("word").alias("kind"),
        "came",
        MADE_UP,
    )


def _referrals(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    drawn = rng.choice(OUTCOMES, lines.height, p=OUTCOME_CHANCES).astype(str)
    return lines.select(
        pl.col("record").alias("client_id"),
        pl.col("happened").alias("referred"),
        pl.col("recorded").alias("entered"),
        pl.col("word").alias("reason"),
        pl.Series("outcome", drawn, dtype=pl.String),
        MADE_UP,
    )


def _contacts(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        pl.col("record").alias("patient"),
        pl.col("happened").alias("day"),
        pl.col("recorded").alias("entered"),
        pl.col("word").alias("kind"),
        MADE_UP,
    )


def _arrears(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    rent = A_WEEK * rng.uniform(0.8, 1.2, lines.height)
    return lines.select(
        pl.col("record").alias("person_ref"),
        _day("happened", "%d/%m/%Y", "day"),
        _day("recorded", "%d/%m/%Y", "entered"),
        pl.col("size").alias("weeks"),
        (pl.col("size") * pl.Series(rent)).round(2).alias("amount"),
        MADE_UP,
    )


def _awards(crises: pl.DataFrame, regular: pl.DataFrame) -> pl.DataFrame:
    single = crises.select("record", "happened", "recorded", "word").with_columns(
        written=pl.lit(None, dtype=pl.Float64)
    )
    both = pl.concat([single, regular.select(single.columns)])
    return both.select(
        pl.col("record").alias("claim"),
        _day("happened", "%d.%m.%Y", "from_day"),
        _day("recorded", "%d.%m.%Y", "entered"),
        pl.col("word").alias("kind"),
        pl.col("written").alias("monthly_earnings"),
        MADE_UP,
    )


def declared() -> pl.DataFrame:
    """The declared rates as one table: feed, table, word, usual and inside (a year), need; and of each feed
    the shares unnoted, late, misfiled."""
    return pl.DataFrame(
        [
            (k.feed, k.table, k.word, k.came, k.usual, k.inside, k.need,
             noted.UNNOTED[k.feed], noted.LATE[k.feed], noted.MISFILED[k.feed])
            for k in noted.KINDS
        ],
        schema=["feed", "table", "word", "came", "usual", "inside", "need", "unnoted", "late", "misfiled"],
        orient="row",
    )  # fmt: skip
