"""What a score must beat: the base rate, one variable, two, four; the scores of others; today's practice.

Models are learnt on other people than they are tried on: by folds that keep families together, or on
people before a day and tried on those from it on. Nothing that is fitted is kept: what comes out are
scores of the people who were tried, and these never leave the audit.

Learning is scikit-learn's (the extra ``audit``), with the plan's seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Flags, Floats, People
from licet.audit.score.folds import Rows, folds_of, splits
from licet.audit.score.learners import Learner, boosted, logit, steps
from licet.errors import bad, unknown

MOST_LEARNT = 100_000
"""Four variables are known from so many people; of more, so many are drawn by lot to learn from."""
LEAST_LEARNT = 100
"""With and without the outcome in all; on fewer nothing is learnt."""
LABELS = {
    "chance": "drawing lots (the base rate)",
    "one": "one variable",
    "two": "two variables",
    "four": "four variables",
    "boosted": "four variables, boosted trees",
    "practice": "today's practice",
}
"""Challengers in words. Scores of others are ``score:COLUMN``, and are named by their column."""


@dataclass(frozen=True)
class Challenger:
    """Another way to order the same people. score: shape (n,), higher is riskier, NaN where it was not
    tried. probability: whether it is a chance, 0-1. features: what it is made from."""

    id: str
    label: str
    score: Floats = field(repr=False)
    probability: bool = False
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Challenged:
    """All challengers of a plan, and what must be said about how they were made."""

    challengers: tuple[Challenger, ...]
    notes: tuple[str, ...] = ()


def challengers(people: People) -> Challenged:
    """Every challenger that the plan names, tried on people it was not learnt from.

    Without features there is the base rate, other scores and practice only. Refuses features that are
    not there, and a split by day without days or with nobody to try on. Where too few can be learnt
    from, models are left out and a note says so.
    """
    plan = people.plan.challengers
    parts, notes = list(_splits(people)), _notes(people)
    models: list[tuple[str, tuple[str, ...], Learner]] = []
    models += [("one", (plan.one,), steps)] if plan.one else []
    models += [("two", plan.two, logit)] if plan.two else []
    models += [("four", plan.four, logit), ("boosted", plan.four, boosted)] if plan.four else []
    found = [_lots(people, parts)]
    learnt = [_learnt_from(people, train, number) for number, (train, _) in enumerate(parts)]
    enough = all(_enough(people.y[rows]) for rows in learnt)
    for name, features, learner in models:
        _check(people, features)
        if enough:
            tests = [test for _, test in parts]
            found.append(_tried(people, learnt, tests, name, features, learner))
    if not enough:
        notes = (*notes, f"No simple model was learnt: it takes {LEAST_LEARNT} people with known "
                 "outcomes, some with the outcome and some without.")  # fmt: skip
    for column in plan.scores:
        if column in people.rivals:
            found.append(Challenger(f"score:{column}", column, people.rivals[column]))
    if people.practice is not None:
        picked = np.where(people.practice >= 0, people.practice, np.nan).astype(np.float64)
        found.append(Challenger("practice", LABELS["practice"], picked))
    return Challenged(tuple(found), notes)


def flagged_alike(people: People, challenger: Challenger) -> Flags:
    """Whom a challenger would flag: of chances those from a half on, of others as many as the tool.

    Ties at the cut are drawn by lot. -1 where it was not tried.
    """
    there = np.isfinite(challenger.score)
    if challenger.probability:
        return np.where(there, challenger.score >= 0.5, -1).astype(np.int8)
    return flagged_as_many(people, challenger)


def flagged_as_many(people: People, challenger: Challenger) -> Flags:
    """Whom a challenger would flag if it flagged as large a share as the tool does of the same people."""
    there = np.isfinite(challenger.score) & (people.flag >= 0)
    rows = np.flatnonzero(there)
    weight = people.weight[rows]
    wanted = float(weight[people.flag[rows] == 1].sum())
    lots = np.random.default_rng(people.plan.seed).random(len(rows))
    order = np.lexsort((lots, -challenger.score[rows]))
    before = np.cumsum(weight[order]) - weight[order]
    found = np.full(len(people), -1, np.int8)
    found[rows[order]] = before + weight[order] / 2 <= wanted
    return found


def _tried(
    people: People,
    learnt: Sequence[NDArray[np.int64]],
    tests: Sequence[Rows],
    name: str,
    features: tuple[str, ...],
    learner: Learner,
) -> Challenger:
    """A model, learnt and tried part by part."""
    assert people.features is not None  # checked: it holds these columns
    table = people.features.select(features)
    found = np.full(len(people), np.nan)
    for rows, test in zip(learnt, tests, strict=True):
        predict = learner(table[rows], people.y[rows], people.weight[rows], people.plan.seed)
        found[test] = predict(table[np.flatnonzero(test)])
    return Challenger(name, LABELS[name], found, True, tuple(features))


def _lots(people: People, parts: Sequence[tuple[Rows, Rows]]) -> Challenger:
    """The base rate for everybody: by day that of those before it, by folds that of all.

    By folds the rate of the others would be lower for a fold of more cases, and order people by it.
    """
    train, test = parts[0] if len(parts) == 1 else (np.ones(len(people), bool),) * 2
    rows = train & np.isfinite(people.y) & (people.weight > 0)
    rate = float(np.average(people.y[rows], weights=people.weight[rows])) if rows.any() else np.nan
    return Challenger("chance", LABELS["chance"], np.where(test, rate, np.nan), True)


def _learnt_from(people: People, train: Rows, number: int) -> NDArray[np.int64]:
    """Rows to learn from: outcomes known, at most ``MOST_LEARNT`` by lot."""
    rows = np.flatnonzero(train & np.isfinite(people.y) & (people.weight > 0))
    if len(rows) > MOST_LEARNT:
        rng = np.random.default_rng([people.plan.seed, number])
        rows = np.sort(rng.choice(rows, MOST_LEARNT, replace=False))
    return rows


def _enough(y: Floats) -> bool:
    """Whether there is enough to learn from. y: known outcomes."""
    return len(y) >= LEAST_LEARNT and 0 < y.sum() < len(y)


def _check(people: People, features: Sequence[str]) -> None:
    columns = [] if people.features is None else people.features.columns
    for name in features:
        if name not in columns:
            raise unknown("feature", name, columns, "challengers")


def _splits(people: People) -> Iterator[tuple[Rows, Rows]]:
    """Who is learnt from and who is tried: by day, else by folds of clusters."""
    plan = people.plan.challengers
    if plan.fit_before is None:
        yield from splits(folds_of(people, plan.folds, people.plan.seed))
        return
    if people.as_of is None:
        raise bad("fit_before needs the day of each score", "challengers", "",
                  'name the column: as_of = "..." under columns')  # fmt: skip
    day = float((plan.fit_before - date(1970, 1, 1)).days)
    test = people.as_of >= day
    if not test.any():
        what = f"nobody was scored on or after {plan.fit_before}"
        raise bad(what, "challengers", "", "an earlier fit_before")
    tried = np.unique(people.cluster[test])
    apart = ~np.isin(people.cluster, tried)
    early = (people.as_of < day) & apart
    yield (_ripe(people, early, day) if _embargo(people, early, day) else early), test


def _ripe(people: People, early: Rows, day: float) -> Rows:
    """Those whose outcome could be seen in full before the day."""
    ends = np.asarray(people.as_of) + (people.plan.outcome_days or 0)
    return early & (ends <= day)


def _embargo(people: People, early: Rows, day: float) -> bool:
    """Whether enough people are left if only outcomes seen in full before the day are learnt from."""
    y = people.y[_ripe(people, early, day)]
    return _enough(y[np.isfinite(y)])


def _notes(people: People) -> tuple[str, ...]:
    plan = people.plan
    day = plan.challengers.fit_before
    if day is None or not plan.outcome_days or people.as_of is None:
        return ()
    since = float((day - date(1970, 1, 1)).days)
    early = people.as_of < since
    if _embargo(people, early, since):
        return ()
    return (
        f"Too few outcomes could be seen in full before {day}: the simple models also learnt "
        "from outcomes that came to be known later.",
    )
