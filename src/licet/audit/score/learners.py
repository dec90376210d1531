"""How simple models learn: steps of one variable, a logistic regression, boosted trees.

Each takes the features, outcomes and weights of those who are learnt from, and gives back a function
from features to chances. Nothing else of them is kept. Fits are scikit-learn's, on one thread: threads
that wait for each other made small fits twenty times slower on a busy machine.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from licet.audit.people import Floats
from licet.audit.score.features import Prepared, numbers
from licet.audit.score.folds import isotonic, read_off
from licet.errors import bad

if TYPE_CHECKING:
    import polars as pl

Predict = Callable[["pl.DataFrame"], Floats]
Learner = Callable[["pl.DataFrame", Floats, Floats, int], Predict]
"""features, outcome, weights, seed -> features -> chances."""


def steps(table: pl.DataFrame, y: Floats, weight: Floats, seed: int) -> Predict:
    """One variable: rising or falling steps of a number, the share of each category."""
    column = table.to_series(0)
    if not column.dtype.is_numeric() and not column.dtype.is_temporal():
        return _shares(column, y, weight)
    values = numbers(column)
    known = np.isfinite(values)
    middle = float(np.average(y, weights=weight))
    without = float(np.average(y[~known], weights=weight[~known])) if (~known).any() else middle
    sign = _direction(values[known], y[known], weight[known])
    steps = isotonic(sign * values[known], y[known], weight[known])

    def predict(rows: pl.DataFrame) -> Floats:
        found = read_off(sign * numbers(rows.to_series(0)), *steps)
        return np.where(np.isnan(found), without, found)

    return predict


def _direction(values: Floats, y: Floats, weight: Floats) -> float:
    """1 if the outcome comes rather with high values, else -1."""
    if not len(values):
        return 1.0
    apart = values - np.average(values, weights=weight)
    return -1.0 if float((weight * apart * y).sum()) < 0 else 1.0


def _shares(column: pl.Series, y: Floats, weight: Floats) -> Predict:
    import polars as pl

    rate = float(np.average(y, weights=weight))
    frame = pl.DataFrame({"level": column.cast(pl.String), "cases": weight * y, "all": weight})
    sums = frame.group_by("level").agg(pl.col("cases").sum(), pl.col("all").sum())
    # As if one more person of each level were of the base rate: a level of one person says little.
    shares = sums.select("level", share=(pl.col("cases") + rate) / (pl.col("all") + 1))

    def predict(rows: pl.DataFrame) -> Floats:
        levels = rows.to_series(0).cast(pl.String).alias("level").to_frame()
        joined = levels.join(
            shares, on="level", how="left", nulls_equal=True, maintain_order="left"
        )
        return joined["share"].fill_null(rate).to_numpy().astype(np.float64)

    return predict


def logit(table: pl.DataFrame, y: Floats, weight: Floats, seed: int) -> Predict:
    """A logistic regression, hardly held back (C = 1000 on standardised columns)."""
    linear = sklearn_of("sklearn.linear_model")
    model = linear.LogisticRegression(C=1e3, max_iter=2_000, tol=1e-6, random_state=seed)
    return _fitted(model, table, y, weight)


def boosted(table: pl.DataFrame, y: Floats, weight: Floats, seed: int) -> Predict:
    """Boosted trees: 100 of at most 8 leaves, a step of .1."""
    ensemble = sklearn_of("sklearn.ensemble")
    model = ensemble.HistGradientBoostingClassifier(
        max_leaf_nodes=8, max_iter=100, learning_rate=0.1, early_stopping=False, random_state=seed
    )
    return _fitted(model, table, y, weight)


def _fitted(model: Any, table: pl.DataFrame, y: Floats, weight: Floats) -> Predict:
    prepared = Prepared.of(table)
    with one_thread():
        model.fit(prepared.matrix(table), y, sample_weight=weight / weight.mean())

    def predict(rows: pl.DataFrame) -> Floats:
        with one_thread():
            found: Floats = model.predict_proba(prepared.matrix(rows))[:, 1]
        return found

    return predict


def one_thread() -> AbstractContextManager[Any]:
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def sklearn_of(module: str) -> ModuleType:
    """scikit-learn, loaded when a model is first learnt; a plain message if it is not there."""
    try:
        if module == "sklearn.ensemble":
            import sklearn.ensemble as loaded
        else:
            import sklearn.linear_model as loaded
    except ImportError:
        raise bad(
            "the simple models need scikit-learn, which is not installed",
            "challengers",
            "",
            'pip install "licet[audit]"; or name no features: the audit then has no such models',
        ) from None
    found: ModuleType = loaded
    return found
