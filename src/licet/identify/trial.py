"""How candidates are audited: the plan of each, said before outcomes are open, and the rows it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from licet.audit.plan import Challengers, Columns, LinkErrors, Plan
from licet.identify.cohort import Cohort, Flags, Floats, Parts, flagged
from licet.identify.fitting import KINDS, SIMPLER, Candidate, Kind, auc
from licet.identify.forecast import Forecast
from licet.identify.scorecard import Model

if TYPE_CHECKING:
    import polars as pl

COLUMNS = Columns(
    outcome="outcome", person="unit", score="score", flag="flag", cluster="cluster", as_of="as_of",
    known_at="known_at",
)  # fmt: skip
KEPT: tuple[Kind, ...] = ("one", "scorecard", "logistic")
"""Candidates that may be kept, from the simplest on."""
AS_GOOD = 0.01
"""A simpler candidate is taken whose AUC, of those learnt from, is no more than this below the best."""


@dataclass(frozen=True)
class Setting:
    """What the plans of all candidates share. extract: the day until which outcomes are seen; threshold: of
    disclosure control; fitted: names this fit, so that no other has the same plans."""

    forecast: Forecast
    extract: date
    fitted: str
    threshold: int = 10
    synthetic: bool = False


def chosen(candidates: Sequence[Candidate], early: Cohort) -> Candidate:
    """The candidate to keep, if its audit does not fail: the simplest that is about as good as any, told by
    those who were learnt from. So nothing of the test decides which one is looked at."""
    found = {one.kind: one for one in candidates}
    tells = {kind: auc(found[kind].early, early.y) for kind in KEPT}
    best = max(tells.values())
    return found[next(kind for kind in KEPT if tells[kind] >= best - AS_GOOD)]


def rival(kind: Kind) -> str:
    """The column that holds the chances of a simpler candidate."""
    return f"score_{kind}"


def plan_of(setting: Setting, kind: Kind, model: Model | None) -> Plan:
    """The plan of the audit of a candidate: what the forecast declares, before outcomes are open."""
    forecast, terms = setting.forecast, setting.forecast.audit
    links = terms.link_errors
    if not links.features:
        every = tuple(one.id for one in forecast.features)
        links = LinkErrors(**{**links.model_dump(), "features": every})
    return Plan(
        id=f"{forecast.id}-{kind}-{setting.fitted[:8]}",
        title=forecast.title,
        outcome_means=forecast.outcome.meaning,
        made_by=f"model {model.hash()}" if model else f"fit {setting.fitted}",
        use=forecast.use,
        columns=COLUMNS,
        probability=True,
        by=terms.by,
        reference=terms.reference,
        intersections=terms.intersections,
        challengers=Challengers(scores=tuple(rival(one) for one in SIMPLER[kind])),
        link_errors=links,
        outcome_days=forecast.horizon,
        follow_up_until=setting.extract,
        tried=len(KINDS) + bool(forecast.rule),
        harm=terms.harm,
        care=forecast.care,
        tolerances=terms.tolerances,
        level=terms.level,
        draws=terms.draws,
        seed=forecast.seed,
        threshold=max(setting.threshold, 10),
        least_cases=terms.least_cases,
        unit="people" if forecast.level == "person" else "households",
        synthetic=setting.synthetic,
    )


@dataclass(frozen=True, repr=False)
class Trial:
    """Rows to be audited: of the test, and all of them with those who were learnt from, in time order."""

    test: pl.DataFrame = field(repr=False)
    over_time: pl.DataFrame = field(repr=False)


def trial(
    cohort: Cohort,
    parts: Parts,
    candidates: Mapping[Kind, Candidate],
    kind: Kind,
    groups: pl.DataFrame | None = None,
) -> Trial:
    """The rows of a candidate. cohort: with all outcomes. groups: unit, and a column for each breakdown."""
    import polars as pl

    one = candidates[kind]
    test, early = cohort.among(parts.test), cohort.among(parts.early)
    share = share_of(cohort, parts)
    met = one.meets or (None, None)
    tried = _rows(test, one.test, share, groups, met[1]).with_columns(
        pl.Series(rival(other), candidates[other].test) for other in SIMPLER[kind]
    )
    learnt = _rows(early, one.early, share, groups, met[0]).with_columns(
        pl.Series(rival(other), candidates[other].early) for other in SIMPLER[kind]
    )
    return Trial(tried, pl.concat([learnt, tried]))


def share_of(cohort: Cohort, parts: Parts) -> float:
    """Which part (0-1) of a cohort one round can see: its capacity over the mean number as of a test date."""
    whole = int(cohort.on(parts.splits.test).sum()) / len(parts.splits.test)
    return min(1.0, cohort.forecast.capacity / max(whole, 1.0))


def _rows(
    cohort: Cohort,
    score: Floats,
    share: float,
    groups: pl.DataFrame | None,
    met: Flags | None = None,
) -> pl.DataFrame:
    import polars as pl

    forecast = cohort.forecast
    flags = flagged(cohort, score, share, forecast.seed)
    if met is not None:  # a rule picks nobody who does not meet it, however much room there is
        flags = (flags * met).astype(np.int8)
    rows = cohort.rows.with_columns(
        pl.Series("outcome", cohort.y.astype(np.int8)),
        pl.Series("score", score),
        pl.Series("flag", flags),
        known_at=pl.col("as_of") + timedelta(days=forecast.horizon),
    )
    # An empty history is what a missed link leaves: nothing, and "never" as longest ago.
    never = (forecast.days[-1] - date(1900, 1, 1)).days
    rows = rows.with_columns(
        pl.col(one.id).fill_null(never if one.measure == "since" else 0).cast(pl.Float64)
        for one in forecast.features
    )
    if groups is None:
        return rows
    return rows.join(groups, on="unit", how="left", maintain_order="left")
