"""The audit of a forecast from files or tables: what ``licet audit forecast`` calls.

The order is the point. The plan is read; then every column but the outcomes, and all that can be wrong
with them is said; then the plan's hash is kept; only then are the outcomes opened. A plan that is changed
afterwards is refused, unless it says what it amends and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.assessment import Assessment
from licet.audit.forecast import Audit, audit
from licet.audit.grounds import Grounds
from licet.audit.groups.others import with_others
from licet.audit.input.population import check_frame
from licet.audit.input.reading import check_closed, check_columns, people_of
from licet.audit.input.written import as_declared
from licet.audit.plan import Plan
from licet.errors import bad, unknown
from licet.files.audit_known import Key, hash_of, key_in, sketch_of
from licet.files.audit_opened import Closed, Opening, keep_opening, opened_rows, opening_of
from licet.files.audit_plan import read_plan, read_scored, refuse_unchecked
from licet.files.frames import rows_of
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.gate import Permit
from licet.licence import Verdict
from licet.use import Use

if TYPE_CHECKING:
    import polars as pl

__all__ = ["audit_forecast", "grounds_of"]

Log = Callable[[Opening], None]
"""Puts an opening into a log, before the outcomes are opened."""

UNRECORDED = (
    "No record was kept of when the outcomes were opened: nobody can check that the plan came first. Name a "
    "folder for the output."
)


def audit_forecast(
    plan: Plan | str | Path,
    data: Any,
    frame: Any = None,
    *,
    today: date,
    use: Use | Assessment | str | Path | None = None,
    folder: str | Path | None = None,
    encoding: str | None = None,
    known: Log | None = None,
    log: Log | None = None,
    told: Callable[[Opening], Sequence[Mapping[str, Any]]] | None = None,
) -> Audit:
    """The audit of a score, a flag list or a rule.

    plan: a Plan or the path of its TOML document. data: a path (CSV, Parquet, .xlsx, SPSS, Stata) or a
    pandas, Polars or any table that narwhals knows. frame: counts of the population, likewise. today: the
    day. use: whose licence counts for G0; without one, the use that the plan names in the workspace
    around it. folder: where the output will lie; the record of the opened outcomes is kept there. known, log:
    are given the opening before anything is kept, and before the outcomes are opened; a workspace refuses
    a changed plan in the first and logs in the second. told: the groups that earlier audits of these rows
    told of: what they printed is public, and may not tell more together with this one.

    Raises BadInput for every input that cannot be used, and for a plan that was changed after the same
    data had been opened.
    """
    if type(today) is not date:
        raise bad(f"{today!r} is not a day", "today", "datetime.date(2026, 11, 30)")
    declared = _plan(plan)
    workspace = None if isinstance(plan, Plan) else find_workspace(Path(plan))
    places = _places(folder, workspace)
    key = key_in(places[-1] if places else None)
    closed = _closed(declared, data, encoding, key)
    check_columns(declared, closed.columns)
    check_closed(declared, closed.others)
    population = None if frame is None else _table(frame, encoding)
    if population is not None:
        check_frame(declared, population)
    _refuse_later(declared, today)
    grounds = _grounds(declared, use, workspace, today)
    opening, kept = opening_of(declared, closed.data_hash, today, closed.sketch), bool(places)
    if known is not None:
        known(opening)
    before = opened_rows(opening, *places)
    if places:
        first = keep_opening(opening, *places)
        key.keep()
        opening = next(one for one in first if one.plan_hash == opening.plan_hash)
    if log is not None:  # in a workspace: a leaf of the log, before anybody knows the outcomes
        log(opening)
        kept = True
    threshold = workspace.disclosure_threshold if workspace else 0
    frame_of_all = closed.open(opening)
    people = people_of(declared, frame_of_all, threshold)
    if told is not None:
        people = with_others(people, declared, as_declared(declared, frame_of_all), told(opening))
    return audit(
        people,
        population,
        grounds,
        data_hash=closed.data_hash if kept else "",
        opened=opening.day if kept else "",
        threshold=threshold,
        notes=(*_opened_before(before), *(() if kept else (UNRECORDED,))),
    )


def grounds_of(assessment: Assessment) -> Grounds:
    """As much of a use's ruling as the audit needs."""
    use, ruling = assessment.use, assessment.ruling
    operator = f"processor:{use.operator}"
    decided = [finding for finding in ruling.decided if finding.deciding]
    mine = [finding.verdict for finding in decided if finding.requirement == operator]
    return Grounds(
        use=use.id,
        version=use.version,
        use_hash=ruling.use_hash,
        kind=ruling.kind,  # type: ignore[arg-type]
        licensed=isinstance(ruling, Permit) and ruling.licensed,
        purpose=use.purpose,
        lawful_basis=use.lawful_basis.strip(),
        operator=use.operator,
        processor_licensed=bool(mine) and all(verdict is Verdict.GRANTED for verdict in mine),
        forecasting="predictive_flagging" in use.analytics,
        reasons=tuple(reason.text for reason in ruling.reasons),
    )


def _plan(plan: Plan | str | Path) -> Plan:
    if isinstance(plan, Plan):
        return plan
    if not isinstance(plan, str | Path):
        allowed = "a Plan, or the path of a TOML file"
        raise bad(f"a {type(plan).__name__} is no plan", "plan", allowed)
    declared = read_plan(Path(plan))
    refuse_unchecked(Path(plan))
    return declared


def _refuse_later(plan: Plan, today: date) -> None:
    """Refuse evidence of care that is dated after the day of the audit."""
    for name, day in plan.care.dated():
        if day > today:
            raise bad(f"evidence of {day}, after the day of the audit", f"care.{name}: day",
                      f"{today} or earlier", "name what has been seen already")  # fmt: skip


def _closed(plan: Plan, data: Any, encoding: str | None, key: Key) -> Closed:
    """The data with their outcomes closed, known by a keyed hash and a sketch of their rows."""
    frame = _table(data, encoding)
    return Closed(plan, frame, hash_of(plan, frame, key), sketch_of(plan, frame, key))


def _places(folder: str | Path | None, workspace: Workspace | None) -> tuple[Path, ...]:
    """Where the record is kept: beside the output, and in the workspace whatever the output is."""
    found = [Path(folder)] if folder is not None else []
    return (*found, *([workspace.root / "store" / "audits"] if workspace and found else []))


def _opened_before(before: Opening | None) -> tuple[str, ...]:
    """The note on rows that another plan opened."""
    if before is None:
        return ()
    return (
        f"Exploratory: most of these rows were opened before, on {before.day}, with another plan "
        f"({before.plan}). What is found here must be shown again on people whose outcomes nobody has seen.",
    )


def _table(data: Any, encoding: str | None) -> pl.DataFrame:
    if isinstance(data, str | Path):
        return read_scored(Path(data), encoding)
    return rows_of(data)


def _grounds(
    plan: Plan, use: Use | Assessment | str | Path | None, workspace: Workspace | None, today: date
) -> Grounds | None:
    """The ruling on the use, made again today; None where no use is known."""
    from licet.chapters.ruling import assess

    if isinstance(use, Assessment):
        return grounds_of(use)
    if use is None and plan.use and workspace is not None:
        use = _named(plan.use, workspace)
    if use is None:
        return None
    if isinstance(use, Use) and workspace is not None:
        return grounds_of(
            assess(use, workspace.evidence, today=today, terms=workspace.terms, vary=False)
        )
    return grounds_of(assess(use, today=today, vary=False))


def _named(name: str, workspace: Workspace) -> Path:
    """The document of a use, by its id. Refuses one that the workspace does not have."""
    known = {read_use(path).id: path for path in workspace.uses}
    if name not in known:
        raise unknown("use", name, list(known), "use")
    return known[name]
