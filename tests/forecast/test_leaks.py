"""Twenty planted leaks, each refused or reported; and clean towns, where little is suspected.

A leak is planted in the lines: features are then measured as anybody would measure them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.feeds.lines import PARTS
from licet.identify.cohort import Cohort, parts
from licet.identify.features import BoundForecast
from licet.identify.leaks import Suspect, lag, refuse_certain, suspects
from tests.conftest import FULL
from tests.forecast.made import DOCUMENT, Town, bound, cohort_of, make_town
from tests.tiers import few

PEOPLE = 2500
NOTES = ("care", "notes")
PLANTED: dict[str, Any] = {
    "id": "planted", "meaning": "A note", "feed": "care", "table": "notes", "where": "reason = 'holiday'",
    "window": "180 days",
}  # fmt: skip
DATES: list[date] = DOCUMENT["as_of"]


def features(**changes: Any) -> list[dict[str, Any]]:
    return [*DOCUMENT["features"], PLANTED | changes]


@dataclass(frozen=True)
class Planting:
    """What is planted: for each as-of date, who (person numbers), and days before or after it."""

    town: Town
    had: dict[date, set[int]]
    rng: np.random.Generator

    def some(self, day: date, share: float, false: float) -> list[int]:
        """A share of those with the outcome of the date, and of those without."""
        had = self.had[day]
        return [
            who for who in range(PEOPLE)
            if self.rng.random() < (share if who in had else false)
        ]  # fmt: skip

    def lines(self, chosen: Callable[[date], list[int]], back: int, recorded: int | None = None,
              **values: Any) -> pl.DataFrame:  # fmt: skip
        """A line for each of them, up to ``back`` days before the date, written down ``recorded`` days after
        it, or on the day it happened."""
        rows = []
        for day in DATES:
            for who in chosen(day):
                happened = day - timedelta(days=int(self.rng.integers(0, max(back, 1))))
                written = happened if recorded is None else day + timedelta(days=recorded)
                rows.append((f"C{who}", happened, written))
        frame = pl.DataFrame(rows, schema=["record", "happened", "recorded"], orient="row")
        plain = {"sessions": PARTS, "case_number": 0, "reason": "holiday", "met": True}
        return frame.with_columns(**{k: pl.lit(v) for k, v in (plain | values).items()}).select(
            self.town.lines[NOTES].columns
        )


def outcomes_of(town: Town) -> dict[date, set[int]]:
    cohort = cohort_of(town, bound())
    assert cohort.had is not None
    had = cohort.rows.filter(cohort.had)
    return {
        day: {int(unit[1:]) for unit in had.filter(pl.col("as_of") == day)["unit"]} for day in DATES
    }


def with_notes(town: Town, lines: pl.DataFrame, keep: bool = True) -> Town:
    """The town with these notes beside those that there are, or in their place."""
    old = town.lines[NOTES].filter(pl.col("reason") != "holiday")
    schema = old.schema
    new = lines.cast(dict(schema))  # type: ignore[arg-type]
    return replace(town, lines=town.lines | {NOTES: pl.concat([old, new]) if keep else new})


def looked_at(town: Town, asked: BoundForecast) -> tuple[Suspect, ...]:
    """What is suspected of those who are learnt from."""
    cohort = cohort_of(town, asked)
    early = parts(cohort).early
    before = cohort_of(town, asked, back=lag(asked.declared.horizon)).among(early)
    return suspects(cohort.among(early), before, distinct(town, asked))


def distinct(town: Town, asked: BoundForecast) -> dict[str, float]:
    """Different values per line of the numbers that each feature asks for."""
    from licet.identify.leaks import numbers_asked

    return {
        one.declared.id: max(
            (lines[name].n_unique() / max(lines.height, 1) for name in numbers_asked(one)), default=0.0
        )
        for one in asked.features
        for lines in [town.lines[one.declared.feed, one.declared.table]]
    }  # fmt: skip


def by_outcome(planting: Planting, noise: float) -> pl.DataFrame:
    """Notes of everybody, whose case numbers were given in the order of the outcome and some noise."""
    frame = planting.lines(lambda day: list(range(PEOPLE)), 100)
    days = [day for day in DATES for _ in range(PEOPLE)]
    had = np.array(
        [who in planting.had[day] for day, who in zip(days, list(range(PEOPLE)) * 4, strict=True)]
    )
    place = np.argsort(np.argsort(had + noise * planting.rng.normal(size=len(had))))
    return frame.with_columns(case_number=pl.Series(place * PARTS))


SEEN = "suspected"
UNREAD = "never read"
REFUSED = "refused when it is declared"


@dataclass(frozen=True)
class Leak:
    """A plant. lines: what is put among the notes. feature: how it is asked for. ends: what becomes of it."""

    name: str
    lines: Callable[[Planting], pl.DataFrame] | None
    feature: dict[str, Any]
    ends: str = SEEN


def of(share: float, false: float, back: int = 60, recorded: int | None = None) -> Any:
    return lambda p: p.lines(lambda day: p.some(day, share, false), back, recorded)


def ahead(days: int) -> Any:
    """Lines that happen so many days after the date, of everybody with the outcome."""

    def made(p: Planting) -> pl.DataFrame:
        frame = p.lines(lambda day: sorted(p.had[day]), 1)
        return frame.with_columns(pl.col("happened", "recorded") + timedelta(days=days))

    return made


LEAKS = [
    # values of the future
    Leak("written down after the date, dated before it", of(1, 0, 60, 30), {}, UNREAD),
    Leak("written down a day after the date", of(1, 0.05, 60, 1), {}, UNREAD),
    Leak("happened after the date", ahead(190), {"window": "180 days"}, UNREAD),
    Leak("written down after the date, added up", of(1, 0, 60, 40), {"measure": "total", "total": "sessions"}, UNREAD),
    Leak("written down after the date, days since", of(1, 0, 60, 9), {"measure": "since"}, UNREAD),
    # copies of the outcome
    Leak("a copy of the outcome", of(1, 0), {}),
    Leak("a copy that is sometimes wrong", of(0.97, 0.02), {}),
    Leak("a copy turned round: a line of all without the outcome", of(0, 1), {}),
    Leak("a copy in days since the last line", of(1, 0), {"measure": "since"}),
    Leak("a copy as a total", of(1, 0.01), {"measure": "total", "total": "sessions"}),
    # codes set after the outcome and dated back
    Leak("a code of nine in ten with the outcome", of(0.9, 0.0), {}),
    Leak("a code of half of those with the outcome", of(0.5, 0.002), {}),
    Leak("a code of a third, of nobody else", of(0.33, 0.0), {"measure": "days"}),
    Leak("a code of many with it and a few without", of(0.8, 0.05), {}),
    Leak("a code that ends a case without the outcome", of(0.003, 0.6), {}),
    # ids
    Leak("the number of a record", None, {"where": "record = '17'"}, REFUSED),
    Leak("the order of the lines", None, {"where": "rowid < 100"}, REFUSED),
    Leak("case numbers given by outcome", lambda p: by_outcome(p, 0.2), {"where": f"case_number >= {PEOPLE * 4 - 800}"}),
    Leak("case numbers given by outcome, roughly", lambda p: by_outcome(p, 1.0), {"where": f"case_number >= {PEOPLE * 2}"}),
    Leak("case numbers added up", lambda p: by_outcome(p, 0.8), {"where": "", "measure": "total", "total": "case_number"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def clean() -> tuple[Town, dict[date, set[int]]]:
    town = make_town(21, PEOPLE)
    return town, outcomes_of(town)


def test_there_are_twenty() -> None:
    assert len({leak.name for leak in LEAKS}) == 20


@pytest.mark.parametrize("leak", few(LEAKS, 5), ids=[leak.name for leak in LEAKS])
def test_every_planted_leak_is_refused_or_reported(
    clean: tuple[Town, dict[date, set[int]]], leak: Leak
) -> None:
    town, had = clean
    if leak.ends == REFUSED:
        with pytest.raises(BadInput, match="unknown value"):
            bound(features=features(**leak.feature))
        return
    assert leak.lines is not None
    asked = bound(features=features(**leak.feature))
    planted = with_notes(town, leak.lines(Planting(town, had, np.random.default_rng(5))), keep="case numbers" not in leak.name)  # fmt: skip
    if leak.ends == UNREAD:
        first = cohort_of(planted, asked).rows.filter(pl.col("as_of") == DATES[0])["planted"]
        assert first.fill_null(0).sum() == 0
        assert not looked_at(planted, asked)
        return
    told = [one for one in looked_at(planted, asked) if one.feature == "planted"]
    assert told, leak.name
    # The same feature without the plant is not suspected: it is the plant that was found.
    plain = with_notes(town, town.lines[NOTES].filter(pl.col("reason") == "holiday"))
    assert not [one for one in looked_at(plain, asked) if one.feature == "planted" and one.certain]


def test_copies_are_refused_in_words(clean: tuple[Town, dict[date, set[int]]]) -> None:
    town, had = clean
    asked = bound(features=features())
    planted = with_notes(town, of(1, 0)(Planting(town, had, np.random.default_rng(1))))
    with pytest.raises(BadInput, match="'planted' all but equals the outcome"):
        refuse_certain(looked_at(planted, asked))


@pytest.mark.long
def test_few_false_alarms() -> None:
    """Of clean towns, from no signal to a strong one: at most one feature in fifty is suspected."""
    towns = 20 if FULL else 8
    alarms = looked = 0
    for seed in range(towns):
        signal = (0.0, 0.5, 1.0, 1.4)[seed % 4]
        town = make_town(100 + seed, 1500, signal)
        asked = bound(features=features())
        alarms += len(looked_at(town, asked))
        looked += len(asked.features)
    assert looked == 5 * towns
    assert alarms <= looked / 50 + 1


def test_nothing_is_said_of_an_outcome_that_is_the_same_for_all() -> None:
    town = make_town(3, 300)
    cohort = cohort_of(town, bound())
    nobody: Cohort = replace(cohort, had=np.zeros(len(cohort), bool))
    assert suspects(nobody) == ()
