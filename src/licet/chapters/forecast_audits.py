"""The audits of fitted candidates: all plans kept first, then outcomes opened, then each candidate judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from licet.audit.forecast import Audit, audit
from licet.audit.groups.others import with_others
from licet.audit.input.population import check_frame
from licet.audit.input.reading import check_closed, check_columns, people_of
from licet.audit.input.written import as_declared
from licet.audit.plan import Plan
from licet.chapters.auditing import log_opening, logged_openings, refuse_changed, write_forecast
from licet.chapters.auditing_before import Past
from licet.chapters.auditing_forecast import grounds_of
from licet.chapters.grounds import PermittedGround
from licet.files.audit_known import Key, hash_of, key_in, sketch_of
from licet.files.audit_opened import (
    Closed,
    Opening,
    keep_opening,
    opened_rows,
    opening_of,
    openings,
)
from licet.files.audit_plan import read_scored
from licet.identify.cohort import Cohort, Parts
from licet.identify.fitting import Candidate
from licet.identify.trial import Setting, Trial, plan_of, trial

AGAIN = "The forecast was fitted again, on outcomes that had been opened with another plan."


@dataclass(frozen=True)
class Audited:
    """A candidate with its audit. pages: where the report lies, by kind. text: the JSON of the report.
    again: whether most of the outcomes were opened before by another fit."""

    candidate: Candidate
    plan: Plan
    audit: Audit
    pages: Mapping[str, Path]
    text: str
    again: bool


@dataclass(frozen=True, repr=False)
class _Ready:
    """A candidate whose plan is fixed and whose outcomes are still closed."""

    candidate: Candidate
    plan: Plan
    closed: Closed
    trial: Trial
    opening: Opening


def audits(
    ground: PermittedGround,
    setting: Setting,
    cohort: Cohort,
    parts: Parts,
    candidates: Sequence[Candidate],
    *,
    groups: pl.DataFrame | None,
    frame: Path | None,
    folder: Path,
) -> list[Audited]:
    """Every candidate audited on the test dates; reports are written below ``folder``.

    cohort: with all outcomes; they are read by nobody until all plans are kept and logged. frame: counts of
    the population by group, for those outside.
    """
    store = ground.workspace.root / "store" / "audits"
    key = key_in(store)
    every = {one.kind: one for one in candidates}
    ready = [
        _ready(ground, setting, trial(cohort, parts, every, one.kind, groups), one, key)
        for one in candidates
    ]
    population = None if frame is None else read_scored(frame)
    for one in ready:
        refuse_changed(one.opening, logged_openings(ground.workspace))
        if population is not None:
            check_frame(one.plan, population)
    for one in ready:
        keep_opening(one.opening, store)
        log_opening(ground.workspace, ground.use, one.opening)
    key.keep()
    return [_judged(ground, setting, one, population, folder) for one in ready]


def _ready(
    ground: PermittedGround, setting: Setting, rows: Trial, one: Candidate, key: Key
) -> _Ready:
    """A candidate's plan, fixed. Of outcomes that another plan opened it amends that one."""
    store = ground.workspace.root / "store" / "audits"
    plan = plan_of(setting, one.kind, one.model)
    known, sketch = hash_of(plan, rows.test, key), sketch_of(plan, rows.test, key)
    opening = opening_of(plan, known, ground.today, sketch)
    first = _opened_before(opening, store)
    if first is not None:
        plan = plan.model_copy(update={"amends": first.plan_hash, "because": AGAIN})
        opening = opening_of(plan, known, ground.today, sketch)
    closed = Closed(plan, rows.test, known, sketch)
    check_columns(plan, closed.columns)
    check_closed(plan, closed.others)
    return _Ready(one, plan, closed, rows, opening)


def _opened_before(opening: Opening, store: Path) -> Opening | None:
    """The opening of most of these outcomes by another plan; None where this very plan opened them."""
    same = openings(opening.data_hash, store)
    if any(one.plan_hash == opening.plan_hash for one in same):
        return None
    return same[-1] if same else opened_rows(opening, store)


def _judged(
    ground: PermittedGround,
    setting: Setting,
    one: _Ready,
    population: pl.DataFrame | None,
    folder: Path,
) -> Audited:
    from licet.report.audit.forecast_outputs import Outputs

    place = folder / one.candidate.kind
    past = Past(place, ground.workspace, one.plan.id)
    rows = one.closed.open(one.opening)
    people = people_of(one.plan, rows, setting.threshold)
    told = past.groups(one.opening)
    people = with_others(people, one.plan, as_declared(one.plan, rows), told)
    test = setting.forecast.splits().test[0]
    early = one.plan.model_copy(
        update={"challengers": one.plan.challengers.model_copy(update={"fit_before": test})}
    )
    found = audit(
        people,
        population,
        grounds_of(ground.assessment),
        data_hash=one.closed.data_hash,
        opened=one.opening.day,
        threshold=setting.threshold,
        over_time=people_of(early, one.trial.over_time, setting.threshold),
    )
    outputs = Outputs(found, past.printed)
    text = outputs.json()
    pages = write_forecast(outputs, text, place, past.record(outputs.printed(ground.today)))
    return Audited(one.candidate, one.plan, found, pages, text, one.plan.exploratory)
