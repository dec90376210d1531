"""A made-up vendor's score about the children of the made-up town, with what came to be.

Planted to fail: it weighs what tells little, hardly sees what tells much, and flags one group far more
often than its need explains. What came to be is the truth of the town: whether a child's family was in need
within a year.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from licet.synthetic.scores import AGE_BANDS, MARK
from licet.synthetic.town.families import YEAR
from licet.synthetic.town.lines import Lines
from licet.synthetic.town.whole import Town

STREAM = 9
"""Which stream of random numbers of the town is the vendor's own."""
OUTCOME_DAYS = 365
SCORED_AGO = (730, 640, 550, 460, 370)
"""Days before the extract on which the vendor scored: everybody's year is over."""
SEEN_BACK = 365
"""Days that its features look back."""
OVER_FLAGGED = "Black"
FLAGGED_FROM = 50
FIT_AGO = 500
"""Days before the extract: simple rules learn from children scored earlier, and are tried on the others."""
NOISE, BONUS = 0.8, 2.2
"""Of the score, in logits: its noise, and what it adds for one group."""


def scored(town: Town, lines: Lines) -> pl.DataFrame:
    """One row per child on the school roll, scored once; the same for the same town.

    pupil_ref, family, scored_on, groups, features that were written down by then, score (0-100), flagged,
    in_need_within_a_year (0 or 1), known_on, note.
    """
    rng = np.random.default_rng([town.seed, STREAM])
    children = _children(rng, town)
    found = children.with_columns(
        _known(children, _held(lines, "attendance", "other"), "person", "size", "sessions_missed"),
        _known(children, _held(lines, "referrals"), "household", None, "referrals"),
        _known(children, _held(lines, "arrears"), "household", None, "arrears"),
        in_need_within_a_year=_came_to_be(children, lines.needs),
    )
    score = _score(rng, found)
    return found.with_columns(score=score).select(
        "pupil_ref",
        pl.format(f"{MARK}-F{{}}", "household").alias("family"),
        "scored_on", "ethnicity", "lone_parent", "sex", "age_band",
        "sessions_missed", "referrals", "arrears", "score",
        flagged=(pl.col("score") >= FLAGGED_FROM).cast(pl.Int8),
        in_need_within_a_year=pl.col("in_need_within_a_year").cast(pl.Int8),
        known_on=pl.col("scored_on") + pl.duration(days=OUTCOME_DAYS),
        note=pl.lit(MARK),
    )  # fmt: skip


def _children(rng: np.random.Generator, town: Town) -> pl.DataFrame:
    """Pupils who were between 5 and 16 when they were scored, and their groups."""
    roll = town.truth.filter(pl.col("feed") == "education").select("person", pupil_ref="record")
    days = [town.today - timedelta(days=ago) for ago in SCORED_AGO]
    drawn = rng.integers(0, len(days), roll.height).tolist()
    people = town.people.select("person", "household", "birth", "sex", "ethnicity", "lone")
    found = roll.join(people, on="person", maintain_order="left").with_columns(
        scored_on=pl.Series([days[n] for n in drawn], dtype=pl.Date)
    )
    age = (pl.col("scored_on") - pl.col("birth")).dt.total_days() / YEAR
    band = ((age - 5) // 3).cast(pl.Int64).replace_strict(
        dict(enumerate(AGE_BANDS)), return_dtype=pl.String, default=None
    )  # fmt: skip
    return found.with_columns(
        age_band=band,
        lone_parent=pl.when("lone").then(pl.lit("yes")).otherwise(pl.lit("no")),
    ).filter((age >= 5) & pl.col("age_band").is_not_null())


def _held(lines: Lines, table: str, word: str = "") -> pl.DataFrame:
    """What services wrote down of one table, with those whom it is truly of."""
    of = lines.events.filter(pl.col("table") == table, pl.col("record").is_not_null())
    return of.filter(pl.col("word") == word) if word else of


def _known(
    children: pl.DataFrame, held: pl.DataFrame, by: str, size: str | None, name: str
) -> pl.Series:
    """Lines of a child or its household, or their total, of the year before it was scored; nothing that
    was written down later."""
    asked = children.select("pupil_ref", "scored_on", by)
    back = pl.col("scored_on") - pl.duration(days=SEEN_BACK)
    seen = asked.join(held.select(by, "happened", "recorded", "size"), on=by).filter(
        pl.col("happened") > back,
        pl.col("happened") <= pl.col("scored_on"),
        pl.col("recorded") <= pl.col("scored_on"),
    )
    counted = pl.col(size).sum() if size else pl.len()
    totals = seen.group_by("pupil_ref").agg(counted.cast(pl.Int64).alias(name))
    return (
        asked.join(totals, on="pupil_ref", how="left", maintain_order="left")[name]
        .fill_null(0)
        .alias(name)
    )


def _came_to_be(children: pl.DataFrame, needs: pl.DataFrame) -> pl.Series:
    """Whether the family was in any need within a year after the score."""
    until = pl.col("scored_on") + pl.duration(days=OUTCOME_DAYS)
    had = children.select("pupil_ref", "household", "scored_on").join(needs, on="household").filter(
        (pl.col("from") <= until) & (pl.col("to") > pl.col("scored_on"))
    )  # fmt: skip
    return children["pupil_ref"].is_in(had["pupil_ref"].unique().implode())


def _score(rng: np.random.Generator, found: pl.DataFrame) -> pl.Series:
    """0 to 100: noise, a little of what tells much, and a bonus for one group."""
    raw = (
        -1.3
        + 0.01 * found["sessions_missed"].to_numpy()
        + 0.2 * (found["arrears"] > 0).to_numpy()
        + BONUS * (found["ethnicity"] == OVER_FLAGGED).to_numpy()
        + rng.normal(0, NOISE, found.height)
    )
    return pl.Series(np.rint(100 / (1 + np.exp(-raw))).astype(np.int64))
