"""Surveys to be made: from a declared plan, from evidence, or for what a use leaves open.

plan_survey    a plan -> what it will be able to say, and what a wanted certainty costs
next_survey    evidence, or a ruling -> the same for the next fieldwork
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from licet.assessment import Assessment
from licet.errors import BadInput, Fault, bad, unknown
from licet.files.codebook import read_evidence_folder
from licet.files.surveyplan import read_survey_plan
from licet.groups import ALL
from licet.planning import MOST_INTERVIEWS, Plan, chances, interviews_needed
from licet.readings import Reading, Settings, read
from licet.surveyplan.declaring import Costs, SurveyPlan, plan_of
from licet.surveyplan.outlook import Ground, outlook, purchases
from licet.surveyplan.sizing import Aim, Cell, PlannedSurvey, size
from licet.surveyplan.waves import (
    KnownCell,
    Wave,
    cells_of_reading,
    cells_of_ruling,
    next_wave,
    rule_of,
)
from licet.use import requirement_label

__all__ = [
    "Aim",
    "Costs",
    "Ground",
    "PlannedSurvey",
    "SurveyPlan",
    "next_survey",
    "plan_of",
    "plan_survey",
    "read_survey_plan",
    "resized",
    "survey_json",
    "survey_text",
    "write_survey",
]

USUAL_AIM = Aim("each", 0.8)
"""Every open cell decided four times out of five."""


def plan_survey(
    plan: SurveyPlan | str | Path,
    *,
    aim: Aim | None = None,
    wanted: Iterable[Cell] | None = None,
    ground: Ground = Ground(),
    notes: Iterable[str] = (),
) -> PlannedSurvey:
    """What a survey will be able to say, other sizes of it, and what the aim takes.

    plan: a SurveyPlan or the path of its TOML file. wanted: the cells that the aim is about, (item,
    group), all if None. notes: what had to be assumed. Raises BadInput with every fault found.
    """
    planned = plan if isinstance(plan, SurveyPlan) else read_survey_plan(Path(plan))
    sizing = size(planned, aim, ground, wanted) if aim else None
    return PlannedSurvey(outlook(planned, ground), purchases(planned, ground), sizing, tuple(notes))


def resized(
    plan: SurveyPlan, interviews: int | None = None, boosts: Mapping[str, int] | None = None
) -> SurveyPlan:
    """The plan with another main sample, or other boosts of the groups named; all faults at once."""
    faults: list[Fault] = []
    for group, boost in (boosts or {}).items():
        if group not in plan.groups:
            faults += unknown("group", group, list(plan.groups), "--boost").faults
        elif not 0 <= boost <= MOST_INTERVIEWS:
            allowed = f"0 to {MOST_INTERVIEWS:,} interviews"
            faults.append(Fault(f"a boost of {boost:,} for {group!r}", "--boost", allowed))
    if interviews is not None and not 1 <= interviews <= MOST_INTERVIEWS:
        allowed = f"1 to {MOST_INTERVIEWS:,}"
        faults.append(Fault(f"{interviews:,} interviews", "--interviews", allowed))
    if faults:
        raise BadInput(*faults)
    both = {**plan.boosts, **(boosts or {})}
    if interviews is not None:
        return plan.resized(interviews, both)
    sized = plan.resized(1, both)
    return sized.model_copy(update={"interviews": plan.interviews, "invited": plan.invited})


def next_survey(
    evidence: str | Path | Assessment,
    *,
    aim: Aim | None = None,
    shares: Mapping[str, float] | None = None,
    interviews: int | None = None,
    boosts: Mapping[str, int] | None = None,
    costs: Costs = Costs(),
    ground: Ground = Ground(),
) -> PlannedSurvey:
    """What the same fieldwork again would say, and what it takes to decide what is open.

    evidence: a folder, or an Assessment: then the requirements of its use, in the groups that decide
    it. aim: each open cell decided four times out of five if None. shares: the part of the population
    that a group is, instead of what the evidence shows. Raises BadInput with every fault found.
    """
    if isinstance(evidence, Assessment):
        wave = _of_ruling(evidence, shares)
    else:
        wave = _of_evidence(Path(evidence), shares, ground)
    plan = resized(wave.plan.model_copy(update={"costs": costs}), interviews, boosts)
    judged = replace(ground, rule=wave.rule)
    aim = (aim or USUAL_AIM) if wave.wanted else None
    return plan_survey(plan, aim=aim, wanted=wave.wanted, ground=judged, notes=wave.notes)


def _of_ruling(assessment: Assessment, shares: Mapping[str, float] | None) -> Wave:
    decided = assessment.ruling.decided
    cells = cells_of_ruling(decided, assessment.readings)
    return _wave(
        cells,
        {cell.group: assessment.group_label(cell.group) for cell in cells},
        f"Next fieldwork for {assessment.use.id}",
        shares,
        Ground(rule_of(decided, assessment.terms.rule)),
    )


def _of_evidence(folder: Path, shares: Mapping[str, float] | None, ground: Ground) -> Wave:
    found = [
        read(evidence, answers, Settings()) for evidence, answers in read_evidence_folder(folder)
    ]
    if len(found) != 1:
        names = ", ".join(reading.evidence.id for reading in found) or "none"
        raise bad(
            f"{len(found)} pieces of evidence", str(folder), f"one of: {names}", "name its folder"
        )
    reading: Reading = found[0]
    cells = cells_of_reading(reading, ground.rule)
    if not cells:
        allowed = "at least one item of kind reason, trust or processor"
        raise bad("no item that licence is read from", str(folder), allowed)
    labels = {group.id: group.label for group in reading.evidence.groups}
    labels |= {
        i.id: requirement_label(i.requirement)
        for i in reading.evidence.items
        if _licence(i.id, cells)
    }
    return _wave(cells, labels, f"Next fieldwork after {reading.evidence.title}", shares, ground)


def _licence(item: str, cells: Iterable[KnownCell]) -> bool:
    return any(cell.item == item for cell in cells)


def _wave(
    cells: tuple[KnownCell, ...],
    labels: Mapping[str, str],
    title: str,
    shares: Mapping[str, float] | None,
    ground: Ground,
) -> Wave:
    known = sorted({cell.group for cell in cells} - {ALL})
    faults = [
        fault
        for group in shares or {}
        if group not in known
        for fault in unknown("group", group, known, "--group").faults
    ]
    if faults:
        raise BadInput(*faults)
    named = {cell.item: requirement_label(cell.item) for cell in cells if ":" in cell.item}
    return next_wave(cells, {**named, **labels}, title=title, shares=shares, rule=ground.rule)


def survey_text(found: PlannedSurvey) -> str:
    """A planned survey for the terminal."""
    from licet.report.plans.screen import text

    return text(found)


def survey_json(found: PlannedSurvey) -> str:
    """A planned survey as JSON text."""
    from licet.report.plans.data import data

    return json.dumps(data(found), indent=2, ensure_ascii=False, allow_nan=False)


def write_survey(found: PlannedSurvey, path: Path) -> None:
    """Write a planned survey as .html, .json or .txt, by the ending of ``path``."""
    from licet.files.writing import write_text
    from licet.report.plans.page import page

    forms = {".html": page, ".json": survey_json, ".txt": survey_text}
    if path.suffix.casefold() not in forms:
        raise unknown("form of plan", path.suffix, list(forms), f"--out {path}")
    write_text(path, forms[path.suffix.casefold()](found))


def plan(survey: Plan, shares: Sequence[float], *, draws: int, seed: int) -> str:
    """The chance of each ruling by true share, and interviews needed, as text."""
    from licet.report.screens import plan_text

    found = chances(survey, shares, draws=draws, seed=seed)
    baseline = survey.rule.baseline(survey.k)
    needs = {share: interviews_needed(share, baseline, survey.deff) for share in shares}
    return plan_text(survey, found, needs)
