"""A made-up vendor's score about made-up families, with what came to be: for trying the audit out.

SYNTHETIC: nobody was scored. The truth is planted, so that the audit has something to find: the score
orders children worse than two of its own features would, and one group is flagged more often than its
need explains. Outcomes follow the features alone, in every group alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import bad

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

MARK = "SYNTHETIC"
FAMILIES = 3200
FEWEST_FAMILIES = 400

ETHNICITIES = {"White": 0.60, "Asian": 0.14, "Black": 0.14, "Mixed": 0.08, "Other": 0.04}
"""Groups and their shares of families."""
OVER_FLAGGED = "Black"
"""Flagged more often than its need explains, asked into less, and the group that keeps away since."""
AGE_BANDS = ("5-7", "8-10", "11-13", "14-16")

FIRST_SCORED = date(2023, 1, 2)
DAYS_SCORED = 545
OUTCOME_DAYS = 365
FOLLOWED_UNTIL = date(2025, 6, 30)
"""Scored for 18 months, then followed until everybody's year was over."""
FLAGGED_FROM = 55

CHANGED_ON = date(2025, 4, 1)
"""The day since which one group keeps away."""
STILL_COME = 0.72
"""Of the contacts of that group, this part is left since then."""
_MONTHS_BEFORE, _MONTHS_AFTER = 24, 18
_MONTHLY = {"White": 900, "Asian": 210, "Black": 240, "Mixed": 130, "Other": 60}
_SEASON = (1.0, 0.98, 1.04, 0.97, 1.02, 1.0, 0.94, 0.72, 1.08, 1.06, 1.1, 0.86)


@dataclass(frozen=True)
class _Families:
    """Families as arrays, one value each; ``of`` is the family of every child."""

    ethnicity: NDArray[np.str_]
    lone: Flags
    strain: Numbers
    moves: NDArray[np.int64]
    earlier: Flags
    arrears: Flags
    scored_on: NDArray[np.int64]
    consent: NDArray[np.str_]
    of: NDArray[np.int64]


def scored(seed: int = 7, families: int = FAMILIES) -> pl.DataFrame:
    """One row per child of ``families`` families, about 5,000 of 3,200; the same for the same seed.

    Features, a score from 0 to 100, who was flagged, reviewed, visited and supported, whom practice
    picks today, and an outcome within a year that is empty where it was not known in time. Of families
    who said no only the groups are there. Refuses fewer than 400 families.
    """
    if families < FEWEST_FAMILIES:
        what = f"{families} families are too few"
        raise bad(what, "families", f"at least {FEWEST_FAMILIES}")
    rng = np.random.default_rng(seed)
    family = _families(rng, families)
    of, n = family.of, len(family.of)
    absence = np.clip(rng.beta(1.6, 16, n) + 0.05 * family.strain[of], 0, 0.9).round(3)
    score = _score(rng, family, absence)
    flagged = score >= FLAGGED_FROM
    had = rng.random(n) < _chance(family, absence)
    frame = pl.DataFrame(
        {
            "child": [f"{MARK}-C{number:05d}" for number in range(1, n + 1)],
            "family": [f"{MARK}-F{number + 1:04d}" for number in of],
            "scored_on": [FIRST_SCORED + timedelta(int(day)) for day in family.scored_on[of]],
            "ethnicity": family.ethnicity[of],
            "lone_parent": np.where(family.lone[of], "yes", "no"),
            "sex": rng.choice(["female", "male"], n),
            "age_band": rng.choice(AGE_BANDS, n),
            "absence_rate": absence,
            "house_moves": family.moves[of],
            "earlier_contact": family.earlier[of].astype(np.int8),
            "arrears": family.arrears[of].astype(np.int8),
            "score": score,
            "flagged": flagged.astype(np.int8),
            **_steps(rng, flagged, family.ethnicity[of] == OVER_FLAGGED),
            "flagged_today": _practice(rng, family, absence),
            "consent": family.consent[of],
            "link_probability": np.clip(rng.beta(30, 1, n), 0.5, 1).round(3),
        }
    )
    return _without_refused(frame.with_columns(_outcome(rng, frame["scored_on"], had)))


def _families(rng: np.random.Generator, number: int) -> _Families:
    names = np.array(list(ETHNICITIES))
    ethnicity = rng.choice(names, number, p=list(ETHNICITIES.values()))
    lone = rng.random(number) < 0.24
    strain = rng.standard_normal(number) + 0.4 * lone
    children = rng.choice([1, 2, 3, 4], number, p=[0.58, 0.29, 0.10, 0.03])
    wary = np.where(ethnicity == OVER_FLAGGED, 0.16, 0.07)
    draw = rng.random(number)
    consent = np.where(draw < wary, "out", np.where(draw < wary + 0.1, "unknown", "in"))
    return _Families(
        ethnicity=ethnicity,
        lone=lone,
        strain=strain,
        moves=rng.poisson(np.exp(0.35 * strain - 0.9)),
        earlier=rng.random(number) < _expit(0.9 * strain - 1.9),
        arrears=rng.random(number) < _expit(0.6 * strain - 1.6),
        scored_on=rng.integers(0, DAYS_SCORED, number),
        consent=consent,
        of=np.repeat(np.arange(number), children),
    )


def _expit(x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float64)


def _chance(family: _Families, absence: Numbers) -> Numbers:
    """Of the outcome: by need alone, not by group."""
    of = family.of
    return _expit(
        -3.9 + 9 * absence + 1.5 * family.earlier[of] + 0.2 * family.moves[of]
        + 0.2 * family.arrears[of] + 0.2 * family.strain[of]
    )  # fmt: skip


def _score(rng: np.random.Generator, family: _Families, absence: Numbers) -> NDArray[np.int64]:
    """0 to 100: much on arrears and moves, too little on what tells, a bonus for one group, and noise."""
    of = family.of
    raw = (
        -2.3 + 7 * absence + 0.9 * family.earlier[of] + 0.35 * family.moves[of]
        + 0.5 * family.arrears[of] + 0.7 * (family.ethnicity[of] == OVER_FLAGGED)
        + rng.normal(0, 0.45, len(of))
    )  # fmt: skip
    return np.rint(100 * _expit(raw)).astype(np.int64)


def _practice(rng: np.random.Generator, family: _Families, absence: Numbers) -> NDArray[np.int8]:
    """Whom somebody in an office picks today: known families with much absence, and a few others."""
    known = family.earlier[family.of] & (absence > 0.12)
    return np.where(known, rng.random(len(known)) < 0.7, rng.random(len(known)) < 0.03).astype(
        np.int8
    )


def _steps(rng: np.random.Generator, flagged: Flags, group: Flags) -> dict[str, NDArray[np.int8]]:
    """Reviewed, visited, supported: the human step adds to what the score does to one group."""
    n = len(flagged)
    reviewed = flagged & (rng.random(n) < 0.85)
    visited = reviewed & (rng.random(n) < np.where(group, 0.75, 0.5))
    supported = visited & (rng.random(n) < np.where(group, 0.45, 0.6))
    return {
        "reviewed": reviewed.astype(np.int8),
        "visited": visited.astype(np.int8),
        "supported": supported.astype(np.int8),
    }


def _outcome(rng: np.random.Generator, scored_on: pl.Series, had: Flags) -> list[pl.Series]:
    """The outcome and the day it was known, empty where that is after the follow-up."""
    late = rng.random(len(had)) < 0.05
    lag = np.where(late, rng.integers(60, 400, len(had)), 0)
    known = (scored_on.to_physical() + pl.Series(OUTCOME_DAYS + lag)).cast(pl.Int32).cast(pl.Date)
    there = known <= FOLLOWED_UNTIL
    nothing = pl.Series([None], dtype=pl.Int8)
    return [
        pl.Series("support_within_a_year", had.astype(np.int8)).zip_with(there, nothing),
        known.zip_with(there, pl.Series([None], dtype=pl.Date)).alias("known_on"),
        pl.Series("note", [MARK] * len(had)),
    ]


GROUPED = ("ethnicity", "lone_parent", "sex", "age_band")
_TOLD_OF_REFUSED = ("child", "family", "scored_on", *GROUPED, "consent", "note")


def _without_refused(frame: pl.DataFrame) -> pl.DataFrame:
    """Nothing but who there is of families who said no."""
    refused = pl.col("consent") == "out"
    return frame.with_columns(
        pl.when(refused).then(None).otherwise(pl.col(name)).alias(name)
        for name in frame.columns
        if name not in _TOLD_OF_REFUSED
    )


def population(scored: pl.DataFrame, seed: int = 7) -> pl.DataFrame:
    """Counts of all children by group, those among them who could not be linked: by, group, people."""
    rng = np.random.default_rng([seed, 1])
    rows: list[dict[str, object]] = []
    missing = rng.binomial(scored.height, 0.07)
    everybody = scored.height + int(missing)
    rows.append({"by": "all", "group": "all", "people": everybody})
    for by in GROUPED:
        sizes = scored.group_by(by).len().sort(by)
        names, inside = sizes[by].to_list(), sizes["len"].to_numpy()
        lost = np.where([name == OVER_FLAGGED for name in names], 2.0, 1.0) * inside
        more = rng.multinomial(missing, lost / lost.sum())
        rows += [
            {"by": by, "group": name, "people": int(count + extra)}
            for name, count, extra in zip(names, inside, more, strict=True)
        ]
    return pl.DataFrame(rows).with_columns(note=pl.lit(MARK))


def contacts(seed: int = 9) -> pl.DataFrame:
    """Contacts with services by month, area and group: 24 months before a day and 18 since.

    Here one group comes less often since; elsewhere nothing changes.
    """
    rng = np.random.default_rng([seed, 2])
    rows = []
    for number in range(_MONTHS_BEFORE + _MONTHS_AFTER):
        months = CHANGED_ON.year * 12 + CHANGED_ON.month - 1 - _MONTHS_BEFORE + number
        period = date(months // 12, months % 12 + 1, 1)
        for area in ("here", "elsewhere"):
            for group, usual in _MONTHLY.items():
                away = area == "here" and group == OVER_FLAGGED and period >= CHANGED_ON
                mean = usual * _SEASON[period.month - 1] * (STILL_COME if away else 1)
                rows.append((period, area, group, int(rng.poisson(mean)), MARK))
    return pl.DataFrame(
        rows, schema=["period", "area", "ethnicity", "contacts", "note"], orient="row"
    )
