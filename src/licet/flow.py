"""The story, one function per stage, each a few calls long. Read this first.

measure   evidence -> weighted shares with intervals             table, paper, judge
rule      verdicts + a declared use -> a ruling with reasons     assess
publish   reports of the ruling                                  write_reports
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from licet import assessment as assessing
from licet.assessment import Assessment
from licet.drafting import draft_codebook, draft_use
from licet.errors import BadInput, bad, counted, unknown
from licet.evidence import Evidence
from licet.files.codebook import read_evidence, read_evidence_folder
from licet.files.use import read_use
from licet.files.workspace import (
    SETTINGS,
    Workspace,
    check_together,
    check_workspace,
    find_workspace,
    init_workspace,
    root_of,
)
from licet.files.writing import write_bytes, write_text
from licet.findings import Terms
from licet.groups import ALL
from licet.measuring import PAPER, judge, paper, read_answers, table, table_of_file, write_table
from licet.planning import ARTICLE_BASES, Plan, chances, interviews_needed
from licet.readings import Reading, Settings, read
from licet.use import Use

if TYPE_CHECKING:
    from licet.survey.answers import Answers

__all__ = [
    "ARTICLE_BASES",
    "PAPER",
    "assess",
    "assessment_json",
    "assessment_screen",
    "check",
    "compare",
    "demo",
    "draft_codebook",
    "draft_use",
    "explain",
    "init",
    "judge",
    "paper",
    "plan",
    "read_answers",
    "read_evidence",
    "read_use",
    "reports_folder",
    "status",
    "table",
    "table_of_file",
    "write_reports",
    "write_table",
]

Source = Evidence | tuple[Evidence, "Answers | None"] | str | Path
"""Evidence itself, with its answers, or a folder to read it from."""


def assess(
    use: Use | str | Path,
    evidence: Source | Iterable[Source] | None = None,
    *,
    today: date,
    settings: Settings = Settings(),
    terms: Terms | None = None,
    vary: bool = True,
) -> Assessment:
    """Rule on a use from evidence, and say what follows from it.

    use: a Use or the path of its TOML file. evidence: one or several of: Evidence in printed
    figures, (Evidence, Answers), a folder; None takes the evidence of the workspace around the use.
    today: the day to rule for. terms None: those of the workspace, else the defaults. vary: also
    try other settings. Raises BadInput with every fault found.
    """
    if not isinstance(use, Use | str | Path):
        raise bad(f"a {type(use).__name__} is no use", "use", "a Use, or the path of a TOML file")
    if type(today) is not date:
        raise bad(f"{today!r} is not a day", "today", "datetime.date(2026, 11, 30)")
    declared = use if isinstance(use, Use) else read_use(Path(use))
    workspace = None if isinstance(use, Use) else find_workspace(Path(use))
    if evidence is None:
        if workspace is None:
            raise bad(
                "no evidence is named, and the use lies in no workspace",
                str(declared.id),
                "a folder with a codebook.toml, or with such folders",
                "add --evidence DIR, or put the use into a workspace: licet init town/",
            )
        evidence = workspace.evidence
    sources = _sources(evidence)
    _known_bases(settings, sources)
    if terms is None:
        terms = workspace.terms if workspace else Terms()
    if workspace:
        settings = replace(settings, confidence=max(settings.confidence, workspace.confidence))
    settings = replace(settings, threshold=terms.threshold)

    def measure(settings: Settings) -> list[Reading]:
        return [read(one, answers, settings) for one, answers in sources]

    return assessing.assess(
        declared, measure, today=today, terms=terms, settings=settings, vary=vary
    )


def _sources(evidence: Source | Iterable[Source]) -> list[tuple[Evidence, Answers | None]]:
    if isinstance(evidence, Evidence):
        return [(evidence, None)]
    if isinstance(evidence, str | Path):
        return list(read_evidence_folder(Path(evidence)))
    if isinstance(evidence, tuple) and len(evidence) == 2 and _are_answers(evidence[1]):
        return [(evidence[0], evidence[1])]  # type: ignore[list-item]
    if not isinstance(evidence, Iterable):
        raise bad(
            f"a {type(evidence).__name__} is no evidence",
            "evidence",
            "a folder, Evidence, (Evidence, Answers), or a list of them",
        )
    return [pair for one in evidence for pair in _sources(one)]  # type: ignore[arg-type]


def _are_answers(value: object) -> bool:
    from licet.survey.answers import Answers

    return value is None or isinstance(value, Answers)


def _known_bases(settings: Settings, sources: Sequence[tuple[Evidence, Answers | None]]) -> None:
    """Refuse a base given for a group that no evidence has."""
    known = sorted({ALL, *(group.id for evidence, _ in sources for group in evidence.groups)})
    for group in settings.bases:
        if group not in known:
            raise unknown("group", group, known, "--base")


def write_reports(assessment: Assessment, folder: Path) -> dict[str, Path]:
    """Write every report of a ruling below ``folder``; returns the paths by kind of report."""
    from licet.report.annex import annex
    from licet.report.assessment_csv import csv_text
    from licet.report.assessment_html import page
    from licet.report.assessment_json import json_text

    paths = {
        "report": folder / "assessment.html",
        "data": folder / "assessment.json",
        "table": folder / "assessment.csv",
        "annex": folder / "annex.docx",
    }
    texts = {
        "report": page(assessment),
        "data": json_text(assessment),
        "table": csv_text(assessment),
    }
    document = annex(assessment)
    _room_for(folder, paths.values())
    for kind, text in texts.items():
        write_text(paths[kind], text)
    write_bytes(paths["annex"], document)
    return paths


def _room_for(folder: Path, paths: Iterable[Path]) -> None:
    """Make the folder; refuse, before anything is written, a place where a report cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        blocked = next((path for path in paths if path.is_dir()), None)
    except (OSError, ValueError) as error:
        raise bad(
            f"the reports cannot be written ({getattr(error, 'strerror', error)})",
            str(folder),
            "a folder that can be made and written",
            "name another with --out",
        ) from None
    if blocked:
        raise bad("a folder is in the place of a report", str(blocked), "", "move it away")


def reports_folder(use: Path, assessment: Assessment) -> Path:
    """Where the reports of a use go: reports/ID of its workspace, else licet-reports/ID here."""
    workspace = find_workspace(use)
    place = workspace.root / "reports" if workspace else Path("licet-reports")
    return place / assessment.use.id


def assessment_screen(assessment: Assessment) -> str:
    """The ruling for the terminal."""
    from licet.report.terminal import assessment_text

    return assessment_text(assessment)


def assessment_json(assessment: Assessment) -> str:
    """The ruling as JSON text."""
    from licet.report.assessment_json import json_text

    return json_text(assessment)


def explain(assessment: Assessment) -> str:
    """Every step from answer to ruling, in sentences."""
    from licet.report.explain import explanation

    return explanation(assessment)


def compare(first: Path, second: Path, evidence: Path | None = None, *, today: date) -> str:
    """Two uses on the same evidence, side by side: rulings, items, and what only one of them has."""
    from licet.report.comparison import comparison_text

    check_together(first, second)
    found = [assess(use, evidence, today=today, vary=False) for use in (first, second)]
    return comparison_text(*found)


def plan(survey: Plan, shares: Sequence[float], *, draws: int, seed: int) -> str:
    """The chance of each ruling by true share, and interviews needed, as text."""
    from licet.report.screens import plan_text

    found = chances(survey, shares, draws=draws, seed=seed)
    baseline = survey.rule.baseline(survey.k)
    needs = {share: interviews_needed(share, baseline, survey.deff) for share in shares}
    return plan_text(survey, found, needs)


def init(folder: Path) -> str:
    """Make a workspace that runs as it is; says what to type next."""
    init_workspace(folder, files("licet.bundled") / "town")
    return (
        f"A workspace is in {folder}: licet.toml, uses/, evidence/. It runs as it is.\n"
        f"Next: licet assess {folder / 'uses' / 'early-help.toml'}\n"
        f"      licet status {folder}"
    )


def check(path: Path, *, today: date) -> str:
    """Say that a workspace has no fault, and what to know of its evidence that is none.

    Raises BadInput with every fault of every file.
    """
    from licet.report.standing import check_text

    root = root_of(path)
    faults = check_workspace(root)
    if faults:
        raise BadInput(*faults)
    uses = len(list((root / "uses").glob("*.toml")))
    good = f"{root}: no fault in {SETTINGS}, {counted(uses, 'use', 'uses')} and their evidence."
    evidence = [one for one, _ in read_evidence_folder(root / "evidence")]
    return check_text(good, evidence, today)


def status(path: Path, *, today: date) -> str:
    """Where each use of a workspace stands today, and what to do next."""
    from licet.report.standing import standing_text

    workspace = _workspace(path)
    uses: list[tuple[str, Assessment | BadInput]] = []
    for use in workspace.uses:
        try:
            uses.append((use.name, assess(use, today=today, vary=False)))
        except BadInput as error:
            uses.append((use.name, error))
    evidence = [one for one, _ in read_evidence_folder(workspace.evidence)]
    return standing_text(workspace.name, today, uses, evidence)


def _workspace(path: Path) -> Workspace:
    workspace = find_workspace(path)
    if workspace is None:
        raise bad(
            "this is no workspace",
            str(path),
            "a folder with licet.toml, or a path in one",
            "make one: licet init town/",
        )
    return workspace


def demo(folder: Path, *, today: date) -> Iterator[str]:
    """The article's example: a workspace, its uses ruled on, reports written; a line per stage."""
    from licet.report.screens import plain

    if not (folder / "licet.toml").exists():
        init_workspace(folder, files("licet.bundled") / "town")
    workspace = _workspace(folder)
    yield f"{plain(workspace.name)} in {folder}; its evidence: the printed figures of a published article"
    screen = report = ""
    for use in workspace.uses:
        start = perf_counter()
        found = assess(use, today=today)
        path = write_reports(found, reports_folder(use, found))["report"]
        yield f"  {use.stem:<16} {found.ruling.heading:<28} {perf_counter() - start:4.1f} s"
        if use.stem == "early-help-wide":
            screen, report = assessment_screen(found), str(path)
    yield f"\nThe ruling on early-help-wide in full:\n\n{screen}\n"
    yield f"Report: {report}"
    yield f"All reports: {folder / 'reports'}"
    yield f"Next: licet explain {folder / 'uses' / 'early-help-wide.toml'}"
