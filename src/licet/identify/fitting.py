"""Simple models of an outcome, from one variable to boosted trees, each learnt on earlier people.

Learning is scikit-learn's (the extra ``audit``), with the forecast's seed. What is kept of a model are a few
numbers, never a person and never a pickle; boosted trees are learnt to be compared with, and not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.audit.score.learners import one_thread, sklearn_of
from licet.errors import bad
from licet.identify.cohort import Codes, Cohort, Flags, Floats, Parts
from licet.identify.scorecard import Model, Term, chances

Kind = Literal["one", "logistic", "scorecard", "boosted", "rule"]
KINDS: tuple[Kind, ...] = ("one", "logistic", "scorecard", "boosted")
"""What is learnt, from the simplest on. Each has to beat those that are simpler: see ``SIMPLER``."""
SIMPLER: dict[Kind, tuple[Kind, ...]] = {
    "one": (),
    "logistic": ("one",),
    "scorecard": ("one",),
    "boosted": ("one", "logistic"),
    "rule": ("one",),
}
LABELS: dict[Kind, str] = {
    "one": "one variable",
    "logistic": "logistic regression",
    "scorecard": "scorecard",
    "boosted": "boosted trees",
    "rule": "declared rule",
}
LEAST = 100
LEAST_CASES = 30
"""People to learn from in all, and with and without the outcome."""
MOST = 100_000
"""More rows are drawn from by lot."""
FOLDS = 5
REDRAWN = 100
"""Times that households are drawn anew for the intervals of what is kept."""
POINTS = 5
"""The most points of a scorecard for one feature."""

Linear = Callable[[Floats], Floats]
"""Features as models take them -> log odds."""


@dataclass(frozen=True, repr=False)
class Candidate:
    """A model that was learnt, and what it says of others. model: None of boosted trees and of a rule.

    early: its chances of those who were learnt from, each by a model that did not see their household; test:
    of those who are tried. Shapes (early,), (test,). meets: of a rule, who meets it, in the same shapes.
    """

    kind: Kind
    early: Floats = field(repr=False)
    test: Floats = field(repr=False)
    model: Model | None = None
    meets: tuple[Flags, Flags] | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """In words."""
        return LABELS[self.kind]


def fit(cohort: Cohort, parts: Parts) -> tuple[Candidate, ...]:
    """Every candidate, from the simplest on. cohort: with outcomes of the early rows; those of the test are
    not looked at. Refuses a cohort of one class, and too few to learn from."""
    learn = cohort.among(parts.learn)
    _check(learn)
    return tuple(_candidate(kind, cohort, parts) for kind in KINDS)


def ruled(cohort: Cohort, parts: Parts, met: Flags) -> Candidate:
    """A declared rule beside what is learnt. met: who meets it, of every row of the cohort.

    Its chance of somebody is what share of those who met it, or did not, had the outcome as of the dates that
    chances are put right by: one more with and one without are counted in, so that it is never certain.
    """
    late, found = cohort.among(parts.calibrate).y, np.zeros(len(cohort))
    for side in (met, ~met):
        had = late[side[parts.calibrate]]
        found[side] = (had.sum() + 1) / (len(had) + 2)
    early, test = (part for part in (parts.early, parts.test))
    return Candidate("rule", found[early], found[test], meets=(met[early], met[test]))


def _check(learn: Cohort) -> None:
    y = learn.y
    had, days = int(y.sum()), len(y)
    if days and had in (0, days):
        which = "everybody has" if had else "nobody has"
        raise bad(
            f"a cohort of one class: {which} the outcome among those who are learnt from",
            "outcome", "people with it and people without",
            "look at the filter and the horizon of the outcome",
        )  # fmt: skip
    if days < LEAST or min(had, days - had) < LEAST_CASES:
        raise bad(
            "there are too few people to learn from", "cohort",
            f"{LEAST} rows, {LEAST_CASES} of them with the outcome and {LEAST_CASES} without",
            "add as-of dates, or widen the cohort",
        )  # fmt: skip


def _candidate(kind: Kind, cohort: Cohort, parts: Parts) -> Candidate:
    seed = cohort.forecast.seed
    learn, early, test = (cohort.among(rows) for rows in (parts.learn, parts.early, parts.test))
    used = _used(kind, learn)
    fold = _folds(early.cluster, seed)
    values, raw = early.values(), np.zeros(len(early))
    inside = parts.learn[parts.early]
    for number in np.unique(fold):
        rows = _some(np.flatnonzero(inside & (fold != number)), seed)
        raw[fold == number] = _learnt(kind, values[rows], early.y[rows], used, seed)(
            values[fold == number]
        )
    late = parts.calibrate[parts.early]
    right = _put_right(raw[late], early.y[late])
    if kind == "boosted":
        some = _some(np.arange(len(learn)), seed)
        linear = _learnt(kind, learn.values()[some], learn.y[some], used, seed)
        return Candidate(kind, _odds(raw, right), _odds(linear(test.values()), right))
    model = _kept(kind, learn, used, right)
    return Candidate(kind, _odds(raw, right), chances(model, test), model)


def _some(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    if len(rows) <= MOST:
        return rows
    return np.sort(np.random.default_rng([seed, 13]).choice(rows, MOST, replace=False))


def _folds(cluster: Codes, seed: int) -> Codes:
    """A fold for each row, whole households together."""
    codes, place = np.unique(cluster, return_inverse=True)
    order: Codes = np.random.default_rng([seed, 14]).permutation(len(codes))
    found: Codes = (order % min(FOLDS, max(2, len(codes))))[place]
    return found


def _used(kind: Kind, learn: Cohort) -> NDArray[np.int64]:
    """The places of the features that a model is made of: all that differ between people, or the one that
    tells most."""
    values = learn.values()
    telling = np.flatnonzero(values.std(axis=0) > 0)
    if not len(telling):
        raise bad("no feature tells anybody apart", "features", "features that differ")
    if kind != "one":
        return telling
    apart = [abs(auc(values[:, place], learn.y) - 0.5) for place in telling]
    return telling[[int(np.argmax(apart))]]


def auc(score: Floats, y: Floats) -> float:
    """The chance that somebody with the outcome has the higher score, 0-1; half of those who share one."""
    from scipy.stats import rankdata

    cases = float(y.sum())
    others = len(y) - cases
    if not cases or not others:
        return 0.5
    return float((rankdata(score)[y == 1].sum() - cases * (cases + 1) / 2) / (cases * others))


def _learnt(kind: Kind, values: Floats, y: Floats, used: NDArray[np.int64], seed: int) -> Linear:
    """Log odds by a model of these rows."""
    if kind == "boosted":
        return _boosted(values[:, used], y, used, seed)
    if kind == "scorecard":
        points = _points(*_logistic(_some_at_all(values[:, used]), y, None, seed))
        return lambda rows: np.asarray(_some_at_all(rows[:, used]) @ points, np.float64)
    slopes, intercept = _logistic(values[:, used], y, None, seed)
    return lambda rows: np.asarray(intercept + rows[:, used] @ slopes, np.float64)


def _some_at_all(values: Floats) -> Floats:
    return np.asarray(values != 0, np.float64)


def _logistic(values: Floats, y: Floats, weight: Floats | None, seed: int) -> tuple[Floats, float]:
    """Slopes and intercept, on columns of one spread held back a little (C = 1)."""
    linear = sklearn_of("sklearn.linear_model")
    spread = np.where((found := values.std(axis=0)) > 0, found, 1.0)
    model = linear.LogisticRegression(C=1.0, max_iter=2_000, tol=1e-6, random_state=seed)
    with one_thread():
        model.fit(values / spread, y, sample_weight=weight)
    return model.coef_[0] / spread, float(model.intercept_[0])


def _points(slopes: Floats, intercept: float) -> Floats:
    """Small whole points in the proportions of the slopes."""
    most = float(np.abs(slopes).max())
    return np.rint(slopes * POINTS / most) if most > 0 else np.zeros(len(slopes))


def _boosted(values: Floats, y: Floats, used: NDArray[np.int64], seed: int) -> Linear:
    ensemble = sklearn_of("sklearn.ensemble")
    model = ensemble.HistGradientBoostingClassifier(
        max_leaf_nodes=8, max_iter=100, learning_rate=0.1, early_stopping=False, random_state=seed
    )
    with one_thread():
        model.fit(values, y)

    def linear(rows: Floats) -> Floats:
        with one_thread():
            chance = model.predict_proba(rows[:, used])[:, 1]
        kept = np.clip(chance, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(kept / (1 - kept)), np.float64)

    return linear


Right = tuple[float, float]
"""Intercept and slope that put log odds right."""


def _put_right(raw: Floats, y: Floats) -> Right:
    """A logistic regression of the outcome on log odds of people who were not learnt from (Platt 1999)."""
    if len(np.unique(y)) < 2 or not raw.std() > 0:
        share = float(np.clip(y.mean(), 1e-6, 1 - 1e-6))
        return float(np.log(share / (1 - share))), 0.0
    linear = sklearn_of("sklearn.linear_model")
    model = linear.LogisticRegression(C=1e6, max_iter=2_000, tol=1e-8)
    spread = float(raw.std())
    with one_thread():
        model.fit((raw / spread)[:, None], y)
    return float(model.intercept_[0]), float(model.coef_[0, 0]) / spread


def _odds(raw: Floats, right: Right) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(right[0] + right[1] * raw), np.float64)


def _kept(kind: Kind, learn: Cohort, used: NDArray[np.int64], right: Right) -> Model:
    """The numbers of a model, each with its interval over households drawn anew."""
    seed, features = learn.forecast.seed, learn.forecast.features
    values = learn.values()[:, used]
    rows = _some(np.arange(len(learn)), seed)
    values, y, cluster = values[rows], learn.y[rows], learn.cluster[rows]
    if kind == "scorecard":
        values = _some_at_all(values)
    slopes, intercept = _logistic(values, y, None, seed)
    drawn = _redrawn(values, y, cluster, seed)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    points = _points(slopes, intercept) if kind == "scorecard" else slopes
    terms = tuple(
        Term(features[place].id, features[place].measure, float(points[at]), float(slopes[at]),
             float(low[at]), float(high[at]))
        for at, place in enumerate(used)
    )  # fmt: skip
    start = 0.0 if kind == "scorecard" else intercept
    assert kind != "boosted" and kind != "rule"
    return Model(kind=kind, terms=terms, intercept=start, right=right)


def _redrawn(values: Floats, y: Floats, cluster: Codes, seed: int) -> Floats:
    """Slopes of households drawn anew, shape (times, features); a draw of one class is drawn again."""
    codes, place = np.unique(cluster, return_inverse=True)
    rng = np.random.default_rng([seed, 15])
    found: list[Floats] = []
    while len(found) < REDRAWN:
        times = rng.multinomial(len(codes), np.full(len(codes), 1 / len(codes)))[place]
        rows: Flags = times > 0
        if len(np.unique(y[rows])) == 2:
            weight = times[rows].astype(np.float64)
            found.append(_logistic(values[rows], y[rows], weight, seed)[0])
    return np.array(found)
