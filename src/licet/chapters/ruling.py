"""A use and its evidence to a ruling, and the ruling to reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Union

from licet import assessment as assessing
from licet.assessment import Assessment
from licet.chapters.binding import accepted, bound
from licet.conditions import Condition
from licet.errors import bad, unknown
from licet.evidence import Evidence
from licet.files.codebook import read_evidence_folder
from licet.files.use import read_use
from licet.files.workspace import (
    check_together,
    find_workspace,
)
from licet.files.writing import write_bytes, write_text
from licet.findings import Terms
from licet.groups import ALL
from licet.readings import Reading, Settings, read
from licet.use import Use

if TYPE_CHECKING:
    from licet.survey.answers import Answers

Source = Union[Evidence, tuple[Evidence, "Answers | None"], str, Path, "Measured"]
"""Evidence itself, with its answers, a folder to read it from, or what was measured before."""


class Measured:
    """Evidence that several uses are ruled on from: read once, and measured once under each settings."""

    def __init__(self, evidence: Source | Iterable[Source]) -> None:
        self._evidence = evidence
        self._readings: list[tuple[Settings, list[Reading]]] = []

    @cached_property
    def sources(self) -> list[tuple[Evidence, Answers | None]]:
        """The evidence with its answers."""
        return _sources(self._evidence)

    def under(self, settings: Settings) -> list[Reading]:
        """What each of the evidence says."""
        for known, readings in self._readings:
            if known == settings:
                return readings
        readings = [read(one, answers, settings) for one, answers in self.sources]
        self._readings.append((settings, readings))
        return readings


def assess(
    use: Use | str | Path,
    evidence: Source | Iterable[Source] | None = None,
    *,
    today: date,
    settings: Settings = Settings(),
    terms: Terms | None = None,
    vary: bool = True,
    agreed: tuple[Condition, ...] | None = None,
) -> Assessment:
    """Rule on a use from evidence, and say what follows from it.

    use: a Use or the path of its TOML file. evidence: one or several of: Evidence in printed
    figures, (Evidence, Answers), a folder; None takes the evidence of the workspace around the use.
    today: the day to rule for. terms None: those of the workspace, else the defaults. vary: also
    try other settings. agreed: conditions accepted in dialogue; None takes those in the log of the
    workspace, if it has one. Raises BadInput with every fault found.
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
    measured = evidence if isinstance(evidence, Measured) else Measured(evidence)
    _known_bases(settings, measured.sources)
    if terms is None:
        terms = workspace.terms if workspace else Terms()
    if agreed is None:
        agreed = accepted(workspace, declared.id) if workspace else ()
    terms = bound(terms, agreed)
    if workspace:
        settings = replace(settings, confidence=max(settings.confidence, workspace.confidence))
    settings = replace(settings, threshold=terms.threshold)
    return assessing.assess(
        declared, measured.under, today=today, terms=terms, settings=settings, vary=vary
    )


def _sources(evidence: Source | Iterable[Source]) -> list[tuple[Evidence, Answers | None]]:
    if isinstance(evidence, Evidence):
        return [(evidence, None)]
    if isinstance(evidence, Measured):
        return evidence.sources
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
    from licet.report.ruling.annex import annex
    from licet.report.ruling.csv_rows import csv_text
    from licet.report.ruling.data import json_text
    from licet.report.ruling.page import page

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
    from licet.report.ruling.screen import assessment_text

    return assessment_text(assessment)


def assessment_json(assessment: Assessment) -> str:
    """The ruling as JSON text."""
    from licet.report.ruling.data import json_text

    return json_text(assessment)


def explain(assessment: Assessment) -> str:
    """Every step from answer to ruling, in sentences."""
    from licet.report.ruling.explain import explanation

    return explanation(assessment)


def compare(first: Path, second: Path, evidence: Path | None = None, *, today: date) -> str:
    """Two uses on the same evidence, side by side: rulings, items, and what only one of them has."""
    from licet.report.ruling.two_uses import comparison_text

    check_together(first, second)
    found = [assess(use, evidence, today=today, vary=False) for use in (first, second)]
    return comparison_text(*found)
